//! What cannot be done ends with an error that says so, the right exit code, and nothing left behind.

#[path = "stage/mod.rs"]
mod stage;

use guardian::screen::PointPx;
use guardian::task::{Action, Button};
use serde_json::Value;
use stage::{Stage, models, wait_for};
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn check(output: &Output, code: i32, word: &str) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
    assert!(said(output).contains(word), "no “{word}” in: {}", said(output));
}

fn run(stage: &Stage, arguments: &[&str]) -> Output {
    stage.guardian(arguments).output().unwrap()
}

/// How the newest run is remembered.
fn report(stage: &Stage) -> Value {
    let output = run(stage, &["runs", "show", "--json"]);
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

fn remembered(stage: &Stage) -> String {
    report(stage)["state"].as_str().unwrap_or("nothing").to_owned()
}

#[test]
fn what_is_no_request_is_not_begun() {
    let stage = Stage::new();
    check(&run(&stage, &["run", "--private", "  "]), 2, "the request is empty");
    check(&run(&stage, &["run", "--private", &"a".repeat(5000)]), 2, "the limit is 4000");
    check(&run(&stage, &["run", "--private", "press \u{7} OK"]), 2, "control character");
    check(&run(&stage, &["run", "--private=9x9", "press OK"]), 2, "320x240");
    check(&run(&stage, &["frobnicate"]), 2, "frobnicate");
}

#[test]
fn no_display_is_said_with_a_way_out() {
    let stage = Stage::new();
    check(&run(&stage, &["run", "press OK"]), 2, "--private");
    check(&run(&stage, &["run", "--display", ":987", "press OK"]), 2, ":987");
    assert_eq!(remembered(&stage), "unstartable");
    check(&run(&stage, &["see", "--display", ":987"]), 2, ":987");
}

#[test]
fn what_is_not_understood_is_asked() {
    let stage = Stage::new();
    check(&run(&stage, &["run", "--private", "make the world a better place"]), 3, "question:");
    assert_eq!(remembered(&stage), "asking");
    check(&run(&stage, &["plan", "colourless green ideas"]), 3, "question:");
}

#[test]
fn a_missing_application_or_model_is_named() {
    let stage = Stage::new();
    check(&run(&stage, &["run", "--private", "open \"Frobnicator 3000\""]), 2, "Frobnicator 3000");
    let empty = stage.folder.path().join("home");
    let output =
        stage.guardian(&["run", "--private", "open calculator"]).env("GUARDIAN_MODELS__DIR", empty).output().unwrap();
    check(&output, 2, "guardian models fetch");
}

#[test]
fn a_setting_that_is_unknown_is_named() {
    let stage = Stage::new();
    let output = stage.guardian(&["runs", "list"]).env("GUARDIAN_SIGHT__THREAD", "3").output().unwrap();
    check(&output, 2, "thread");
}

#[test]
fn pictures_that_are_none_are_errors() {
    let stage = Stage::new();
    fs::write(stage.file("text.png"), "this is no picture").unwrap();
    check(&run(&stage, &["see", "text.png"]), 2, "text.png");
    check(&run(&stage, &["see", "absent.png"]), 2, "absent.png");
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pictures/dot.png");
    let bytes = fs::read(&whole).unwrap();
    fs::write(stage.file("half.png"), &bytes[..bytes.len() / 2]).unwrap();
    check(&run(&stage, &["see", "half.png"]), 2, "half.png");
    let dot = run(&stage, &["see", "--json", whole.to_str().unwrap()]);
    let percept: Value = serde_json::from_slice(&dot.stdout).unwrap();
    assert_eq!((percept["width"].as_u64(), percept["text"].as_array().map(Vec::len)), (Some(1), Some(0)));
    check(&run(&stage, &["see", whole.to_str().unwrap(), "--region", "5,5,2,2"]), 2, "outside the frame");
    image::RgbImage::new(1280, 800).save(stage.file("black.png")).unwrap();
    let black = run(&stage, &["see", "--json", "black.png"]);
    let percept: Value = serde_json::from_slice(&black.stdout).unwrap();
    assert_eq!(
        (percept["text"].as_array().map(Vec::len), percept["elements"].as_array().map(Vec::len)),
        (Some(0), Some(0))
    );
    fs::write(stage.file("huge.png"), header_of_png(16_384, 16_384)).unwrap();
    check(&run(&stage, &["see", "huge.png"]), 2, "268435456 pixels");
}

/// The beginning of a PNG of that size, with the checksum that a decoder asks for.
fn header_of_png(width: u32, height: u32) -> Vec<u8> {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()).chain([8, 2, 0, 0, 0]));
    let crc = chunk.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(chunk.into_iter().chain((!crc).to_be_bytes()));
    // A decoder looks for the beginning of the pixels before it tells the size.
    png.extend(b"\0\0\0\x01IDAT\x78");
    png
}

#[test]
fn a_model_that_is_not_what_it_should_be_is_told_by_its_hash() {
    let stage = Stage::new();
    let folder = stage.file("models");
    fs::create_dir(&folder).unwrap();
    for entry in fs::read_dir(models()).unwrap().map(Result::unwrap).filter(|e| e.path().is_file()) {
        std::os::unix::fs::symlink(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    let model = folder.join("PP-OCRv6_det_tiny.onnx");
    let mut bytes = fs::read(&model).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::remove_file(&model).unwrap();
    fs::write(&model, bytes).unwrap();
    let dot = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pictures/dot.png");
    let output = stage.guardian(&["see", dot.to_str().unwrap()]).env("GUARDIAN_MODELS__DIR", &folder).output().unwrap();
    check(&output, 2, "sha256");
    check(&output, 2, "guardian models fetch");
}

const TWO: &str = "yad --title=Twins --text=Choose --button=Send:5 --button=Send:6 --button=Close:1 > out.txt";

#[test]
fn a_target_that_is_not_there_or_there_twice_is_not_guessed() {
    let mut stage = Stage::new().with_desktop();
    stage.start(TWO, "Twins");
    let output = stage.ask("press Frobnicate");
    check(&output, 1, "not on the screen");
    assert_eq!(remembered(&stage), "failed");
    check(&stage.ask("press Send"), 3, "2 things fit");
    assert_eq!(remembered(&stage), "asking");
}

#[test]
fn a_file_is_not_written_over_without_a_word() {
    let stage = Stage::new();
    fs::write(stage.file("old.txt"), "precious").unwrap();
    let output = stage.ask("open mousepad, type \"new\" and save it as old.txt");
    check(&output, 3, "exists already");
    assert_eq!(fs::read_to_string(stage.file("old.txt")).unwrap(), "precious");
}

#[test]
fn a_command_that_destroys_is_asked_first() {
    let stage = Stage::new();
    fs::create_dir(stage.file("keep")).unwrap();
    check(&stage.ask("open a terminal and run \"rm -rf keep\""), 3, "destroys");
    assert!(stage.file("keep").is_dir());
}

#[test]
fn a_command_that_fails_is_not_done() {
    let stage = Stage::new();
    check(&stage.ask("open a terminal and run \"ls no-such-file\""), 1, "exit code 2");
}

#[test]
fn a_window_that_closes_under_way_ends_the_run() {
    let mut stage = Stage::new().with_desktop();
    stage.start("timeout 2 yad --title=Brief --text=soon --form --field=Name --field=City --button=OK:0", "Brief");
    let output = stage.ask("fill in Name with Ada, wait 3 seconds, then fill in City with Rome and press OK");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(remembered(&stage), "failed");
}

#[test]
fn a_display_that_goes_away_ends_the_run() {
    let mut stage = Stage::new().with_desktop();
    let name = stage.desktop().0.name().to_owned();
    let child = stage
        .guardian(&["run", "--display", &name, "wait for the text \"never to be seen\""])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // "running" is also a run that has yet to connect: only a task under way needs the display.
    let looked = || report(&stage)["tasks"][0]["attempts"].as_array().is_some_and(|a| !a.is_empty()).then_some(());
    let began = wait_for(Duration::from_secs(10), looked);
    let shown = report(&stage);
    stage.end_desktop();
    let output = child.wait_with_output().unwrap();
    assert!(began.is_some(), "no task began: {shown} {}", said(&output));
    check(&output, 1, "is gone");
    assert_eq!(remembered(&stage), "failed");
}

/// Processes whose environment or command line names `sign`.
fn processes_with(sign: &str) -> Vec<String> {
    let pids = fs::read_dir("/proc").unwrap().flatten().filter_map(|e| e.file_name().into_string().ok());
    let numbers = pids.filter(|p| p.parse::<u32>().is_ok() && *p != std::process::id().to_string());
    let shows = |pid: &String| {
        ["environ", "cmdline"].iter().any(|f| {
            let bytes = fs::read(format!("/proc/{pid}/{f}")).unwrap_or_default();
            bytes.windows(sign.len()).any(|w| w == sign.as_bytes())
        })
    };
    numbers.filter(shows).collect()
}

#[test]
fn a_guardian_that_is_killed_leaves_nothing_and_can_be_retried() {
    let stage = Stage::new();
    let home = format!("HOME={}", stage.folder.path().join("home").display());
    for pause_ms in [150u64, 700, 1500] {
        let mut child = stage
            .guardian(&["run", "--private", "open the calculator and compute 3 + 4"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_millis(pause_ms);
        wait_for(Duration::from_secs(9), || (Instant::now() >= until).then_some(()));
        child.kill().unwrap();
        child.wait().unwrap();
        let gone = wait_for(Duration::from_secs(8), || processes_with(&home).is_empty().then_some(()));
        assert!(gone.is_some(), "left after {pause_ms} ms: {:?}", processes_with(&home));
        assert!(["interrupted", "nothing"].contains(&remembered(&stage).as_str()), "{}", remembered(&stage));
    }
    let output = run(&stage, &["runs", "retry"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "7");
}

#[test]
fn a_button_held_by_a_killed_guardian_is_released() {
    let mut stage = Stage::new().with_desktop();
    let name = stage.desktop().0.name().to_owned();
    // A keeper as the guardian has one, and a button held down as in the middle of a click.
    let mut keeper =
        stage.guardian(&["keep", "--display", &name]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let display = &mut stage.desktop().1;
    let soon = || Instant::now() + Duration::from_secs(2);
    display.perform(&Action::Move { to: PointPx::new(5, 5) }, soon()).unwrap();
    display.perform(&Action::Press { button: Button::Left }, soon()).unwrap();
    assert!(button_is_down(&name));
    drop(keeper.stdin.take());
    keeper.wait().unwrap();
    assert!(!button_is_down(&name));
}

fn button_is_down(display: &str) -> bool {
    use x11rb::connection::Connection;
    use x11rb::protocol::xproto::{ConnectionExt, KeyButMask};
    let (connection, screen) = x11rb::connect(Some(display)).unwrap();
    let root = connection.setup().roots[screen].root;
    connection.query_pointer(root).unwrap().reply().unwrap().mask.contains(KeyButMask::BUTTON1)
}

#[test]
fn ctrl_c_stops_cleanly() {
    let stage = Stage::new();
    let home = format!("HOME={}", stage.folder.path().join("home").display());
    let child = stage
        .guardian(&["run", "--private", "wait for the text \"never to be seen\""])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(wait_for(Duration::from_secs(10), || (remembered(&stage) == "running").then_some(())).is_some());
    let pid = rustix::process::Pid::from_raw(child.id() as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    check(&output, 130, "cancelled");
    assert_eq!(remembered(&stage), "cancelled");
    assert!(wait_for(Duration::from_secs(8), || processes_with(&home).is_empty().then_some(())).is_some());
}

#[test]
fn a_full_disk_is_said_and_not_ignored() {
    let stage = Stage::new();
    let small = stage.file("small");
    fs::create_dir(&small).unwrap();
    let mounted =
        std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=160k", "none"]).arg(&small).status();
    if !mounted.is_ok_and(|s| s.success()) {
        // Only root can make a small disk; elsewhere a folder that cannot be written stands for it.
        let output = stage
            .guardian(&["run", "--private", "open calculator"])
            .env("GUARDIAN_STORE__DIR", "/proc/nowhere")
            .output()
            .unwrap();
        return check(&output, 2, "cannot open the store");
    }
    let output = stage
        .guardian(&["run", "--private", "open the calculator and compute 3 + 4"])
        .env("GUARDIAN_STORE__DIR", &small)
        .output()
        .unwrap();
    let unmounted = std::process::Command::new("umount").arg(&small).status().unwrap();
    assert!(unmounted.success());
    check(&output, 2, "cannot write");
}
