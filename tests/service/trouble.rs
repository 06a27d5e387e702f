//! A machine that is in trouble: no room, a clock that jumps, a store of another version.

use super::OVER;
use super::house::{House, serve};
use guardian::store::{Sqlite, Upkeep};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

fn template(name: &str, run: &str) -> Value {
    let source = format!(
        "name = \"{name}\"\ntitle = \"{name}\"\nrepeatable = true\nattempts = 5\n\
         [[steps]]\nid = \"a\"\nkind = \"shell\"\nrun = \"\"\"{run}\"\"\"\n"
    );
    json!({ "source": source })
}

fn run_of(house: &House, template: &str) -> String {
    house.post(&format!("/templates/{template}/run"), &json!({}))["run"].as_str().unwrap().to_owned()
}

/// The service and its workers, as many as there are by then.
fn processes(house: &House) -> Vec<Pid> {
    let board = house.get("/board");
    let workers = board["workers"].as_array().unwrap().iter().filter_map(|w| w["pid"].as_i64());
    workers.chain([i64::from(house.pid())]).filter_map(|pid| Pid::from_raw(pid as i32)).collect()
}

/// No file of these processes grows beyond `bytes`, as where the disk is full.
fn leave_room(all: &[Pid], bytes: Option<u64>) {
    for pid in all {
        // One that has ended needs none.
        let _ = prlimit(Some(*pid), Resource::Fsize, Rlimit { current: bytes, maximum: None });
    }
}

#[test]
fn without_room_nothing_is_promised_and_nothing_lost() {
    let house = House::new();
    let marks = house.dir.path().join("marks");
    let source = template("note", &format!("echo a >> {}; sleep 1; echo line", marks.display()));
    assert_eq!(house.ask("PUT", "/api/v1/templates/note", Some(&source)).status, 200);
    let before = run_of(&house, "note");
    house.until(&before, &OVER);
    let under_way = run_of(&house, "note");
    house.until(&under_way, &["running", "passed"]);
    let all = processes(&house);
    leave_room(&all, Some(1));
    let refused = house.ask("POST", "/api/v1/templates/note/run", Some(&json!({})));
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.body.contains("room on the disk"), "{}", refused.body);
    // What is known is still told.
    assert_eq!(house.get(&format!("/runs/{before}"))["summary"]["state"], "passed");
    // The worker has to record that the step ended, and cannot.
    let until = Instant::now() + Duration::from_secs(30);
    while processes(&house).iter().all(|pid| all.contains(pid)) {
        assert!(Instant::now() < until, "no worker gave up");
        thread::sleep(Duration::from_millis(20));
    }
    leave_room(&all, None);
    leave_room(&processes(&house), None);
    let after = run_of(&house, "note");
    assert_eq!(house.until(&after, &OVER)["state"], "passed");
    assert_eq!(house.until(&under_way, &OVER)["state"], "passed");
    assert_eq!(house.get("/runs")["runs"].as_array().unwrap().len(), 3, "what was refused is not there");
    Sqlite::open(&house.dir.path().join("store")).unwrap().verify().unwrap();
}

/// The library by which a process is told another time; the package `faketime` has it.
fn other_clock() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten().map(|folder| folder.path());
    let mut all = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    all.find(|library| library.is_file()).expect("the package faketime is not installed")
}

#[test]
fn a_clock_that_jumps_takes_no_run_away() {
    let dir = tempfile::tempdir().unwrap();
    let clock = dir.path().join("clock");
    let set = |to: &str| {
        let beside = dir.path().join("clock.new");
        fs::write(&beside, to).unwrap();
        fs::rename(&beside, &clock).unwrap();
    };
    set("+0");
    let library = other_clock();
    let house = House::with(&[
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("DONT_FAKE_MONOTONIC", "1"),
    ]);
    let marks = house.dir.path().join("marks");
    let source = template("slow", &format!("echo a >> {}; unset LD_PRELOAD; sleep 4", marks.display()));
    assert_eq!(house.ask("PUT", "/api/v1/templates/slow", Some(&source)).status, 200);
    let run = run_of(&house, "slow");
    let until = Instant::now() + Duration::from_secs(20);
    while !marks.is_file() {
        assert!(Instant::now() < until, "it did not begin");
        thread::sleep(Duration::from_millis(20));
    }
    let today = house.get(&format!("/runs/{run}"))["summary"]["asked_ms"].as_u64().unwrap();
    for jump in ["+40d", "-40d", "+0"] {
        set(jump);
        thread::sleep(Duration::from_millis(700));
        // A run that is asked for now is known by the time that it is now, and the one that is under way goes on.
        let asked = run_of(&house, "slow");
        let at = house.get(&format!("/runs/{asked}"))["summary"]["asked_ms"].as_u64().unwrap();
        let days = (at as f64 - today as f64) / 86_400_000.0;
        let expected = if jump == "+0" { 0.0 } else { jump.trim_end_matches('d').parse().unwrap() };
        assert!((days - expected).abs() < 0.1, "{days} days after {jump}: is the clock another?");
        house.post(&format!("/runs/{asked}/cancel"), &json!({}));
        house.until(&asked, &OVER);
    }
    let summary = house.until(&run, &OVER);
    assert_eq!((&summary["state"], &summary["attempt"]), (&json!("passed"), &json!(1)), "{summary}");
    assert_eq!(house.get("/runs")["runs"].as_array().unwrap().len(), 4);
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = store_file(&dir.path().join("store"));
    let newer = rusqlite::Connection::open(&file).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let before = fs::read(&file).unwrap();
    let said = serve(dir.path(), &[]).unwrap_err();
    assert!(said.starts_with("Some(2)") && said.contains("newer version") && said.contains("hint:"), "{said}");
    assert_eq!(fs::read(&file).unwrap(), before);
}

/// Makes a store, and gives its file.
fn store_file(dir: &Path) -> PathBuf {
    drop(Sqlite::open(dir).unwrap());
    let files = fs::read_dir(dir).unwrap().flatten().map(|entry| entry.path());
    files.into_iter().find(|path| path.extension().is_some_and(|e| e == "db")).unwrap()
}
