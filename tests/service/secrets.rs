//! Secrets that runs use and nobody is told, and settings.

use super::OVER;
use super::house::{House, guardian};
use serde_json::json;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

const VALUE: &str = "Tr0ub4dor-and-3";

/// All that can be read of a run.
fn all_of(house: &House, run: &str) -> String {
    let mut all = String::new();
    for path in ["", "/events?limit=5000", "/logs", "/artifacts"] {
        all += &house.ask("GET", &format!("/api/v1/runs/{run}{path}"), None).body;
    }
    let mut told = guardian(house.dir.path());
    let told = told.args(["runs", "report", run, "--out"]).arg(house.dir.path()).output().unwrap();
    all += &String::from_utf8_lossy(&told.stdout);
    let read = |name: &str| fs::read_to_string(house.dir.path().join(name)).unwrap();
    all + &read("report.html") + &read("report.json")
}

#[test]
fn a_secret_is_used_and_told_nowhere() {
    let house = House::new();
    let put = |name: &str, value: &str| {
        house.ask("PUT", &format!("/api/v1/secrets/{name}"), Some(&json!({ "value": value }))).status
    };
    assert_eq!(
        (put("TOKEN", VALUE), put("a-b", VALUE), put("SHORT", "abc"), put("WORD", "passed")),
        (204, 422, 422, 422)
    );
    assert_eq!(house.get("/secrets")["secrets"][0]["name"], "TOKEN");
    let file = house.dir.path().join("used.txt");
    let template = format!(
        "name = \"uses\"\ntitle = \"Uses\"\n[[steps]]\nid = \"a\"\nkind = \"shell\"\n\
         run = \"\"\"printf %s {{{{ secrets.TOKEN | quote }}}} > {0}; echo got {{{{ secrets.TOKEN }}}}; \
         echo Authorization: Bearer $(printf abc)123.def456\"\"\"\n\
         [[steps]]\nid = \"b\"\nkind = \"shell\"\nrun = \"echo {{{{ steps.a.out | quote }}}} >> {0}; exit 3\"\n",
        file.display()
    );
    let kept = house.ask("PUT", "/api/v1/templates/uses", Some(&json!({ "source": template })));
    assert_eq!(kept.status, 200, "{}", kept.body);
    let run = house.post("/templates/uses/run", &json!({}))["run"].as_str().unwrap().to_owned();
    assert_eq!(house.until(&run, &OVER)["state"], "failed");
    let used = fs::read_to_string(&file).unwrap();
    assert_eq!(used, format!("{VALUE}got {VALUE}\nAuthorization: Bearer abc123.def456\n"));
    let told = all_of(&house, &run);
    assert!(told.contains("got secret:TOKEN") && told.contains("Bearer ‹hidden›"), "{told}");
    assert!(!told.contains(VALUE) && !told.contains("abc123"), "{told}");

    // What is printed or read names no secret: a page that shows a name gets no value.
    let lured = format!(
        "name = \"lured\"\ntitle = \"Lured\"\n[[steps]]\nid = \"a\"\nkind = \"shell\"\nrun = \"printf secret:; printf TOKEN\"\n\
         [[steps]]\nid = \"b\"\nkind = \"desktop\"\nprivate = true\n\
         request = \"open the text editor, type \\\"{{{{ steps.a.out }}}}\\\" and save it as {}\"\n",
        house.dir.path().join("lured.txt").display()
    );
    let kept = house.ask("PUT", "/api/v1/templates/lured", Some(&json!({ "source": lured })));
    assert_eq!(kept.status, 200, "{}", kept.body);
    let run = house.post("/templates/lured/run", &json!({}))["run"].as_str().unwrap().to_owned();
    let summary = house.until(&run, &OVER);
    assert!(summary["reason"].as_str().unwrap().contains("templates name secrets themselves"), "{summary}");

    let note = house.dir.path().join("note.txt");
    let run = house.run(&format!("open the text editor, type \"key secret:TOKEN\" and save it as {}", note.display()));
    let summary = house.until(&run, &OVER);
    assert_eq!(summary["state"], "passed", "{summary}");
    assert_eq!(fs::read_to_string(&note).unwrap().trim_end(), format!("key {VALUE}"));
    let told = all_of(&house, &run);
    assert!(told.contains("key secret:TOKEN") && !told.contains(VALUE), "{told}");

    assert_eq!(house.ask("DELETE", "/api/v1/secrets/TOKEN", None).status, 204);
    assert_eq!(house.ask("DELETE", "/api/v1/secrets/TOKEN", None).status, 404);
    for entry in fs::read_dir(house.dir.path().join("store")).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            let bytes = fs::read(entry.path()).unwrap();
            let is_left = bytes.windows(VALUE.len()).any(|part| part == VALUE.as_bytes());
            assert!(!is_left, "{} still has it", entry.path().display());
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{}", entry.path().display());
        }
    }
}

#[test]
fn what_names_a_secret_that_there_is_not_does_not_begin() {
    let house = House::new();
    let asked = house.run("open the text editor and type \"secret:NOPE\"");
    let template = "name = \"needs\"\ntitle = \"Needs\"\n[[steps]]\nid = \"a\"\nkind = \"shell\"\n\
                    run = \"echo begun > begun.txt\"\n[[steps]]\nid = \"b\"\nkind = \"shell\"\nrun = \"echo {{ secrets.NOPE }}\"\n";
    assert_eq!(house.ask("PUT", "/api/v1/templates/needs", Some(&json!({ "source": template }))).status, 200);
    let flow = house.post("/templates/needs/run", &json!({}))["run"].as_str().unwrap().to_owned();
    for run in [asked, flow] {
        let summary = house.until(&run, &OVER);
        assert_eq!(summary["state"], "unstartable", "{summary}");
        assert!(summary["reason"].as_str().unwrap().contains("no secret “NOPE”"), "{summary}");
    }
    assert!(!house.dir.path().join("begun.txt").exists());
}

#[test]
fn whoever_only_looked_on_leaves_a_run_to_itself() {
    let house = House::new();
    let template = "name = \"slow\"\ntitle = \"Slow\"\n[[steps]]\nid = \"a\"\nkind = \"shell\"\nrun = \"sleep 3\"\n";
    assert_eq!(house.ask("PUT", "/api/v1/templates/slow", Some(&json!({ "source": template }))).status, 200);
    let run = house.post("/templates/slow/run", &json!({}))["run"].as_str().unwrap().to_owned();
    house.until(&run, &["running"]);
    let mut follower = guardian(house.dir.path());
    let mut follower = follower.args(["runs", "follow", &run]).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(follower.stderr.take().unwrap());
    said.read_line(&mut String::new()).unwrap();
    let pid = rustix::process::Pid::from_raw(follower.id() as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(follower.wait().unwrap().code(), Some(130));
    assert_eq!(house.until(&run, &OVER)["state"], "passed");
}

#[test]
fn settings_are_changed_where_they_make_sense() {
    let house = House::new();
    let put = |path: &str, value: serde_json::Value| {
        house.ask("PUT", &format!("/api/v1/settings/{path}"), Some(&json!({ "value": value })))
    };
    let changed = put("run/attempts", json!(4));
    assert_eq!((changed.status, &changed.json()["value"]), (200, &json!(4)));
    assert_eq!(put("run/attempts", json!(0)).status, 422);
    assert_eq!(put("run/attempts", json!("many")).status, 422);
    assert_eq!(put("run/wings", json!(1)).status, 404);
    assert_eq!(put("serve/hotkey", json!("banana+q")).status, 422);
    assert_eq!(put("serve/hotkey", json!("ctrl+alt+g")).status, 200);
    // This service has it from the environment.
    assert_eq!(put("store/dir", json!("/tmp")).status, 409);
    assert_eq!(put("serve/password", json!("short")).status, 422);
    let changed = put("serve/password", json!("correct horse"));
    assert!(changed.status == 200 && !changed.body.contains("horse"), "{}", changed.body);
    let settings = house.get("/settings")["settings"].clone();
    assert_eq!(
        (&settings["run"]["attempts"]["value"], &settings["run"]["attempts"]["from"]),
        (&json!(4), &json!("file"))
    );
    assert_eq!(settings["serve"]["password"]["value"], "set");
    assert_eq!(settings["store"]["dir"]["from"], "environment");
    assert_eq!(house.ask("DELETE", "/api/v1/settings/run/attempts", None).status, 204);
    assert_eq!(house.get("/settings")["settings"]["run"]["attempts"]["value"], 2);

    // The same by the command line; a value comes from a pipe.
    let told = |args: &[&str], said: &str| {
        let mut command = guardian(house.dir.path());
        let mut child =
            command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr))
    };
    assert_eq!(told(&["settings", "set", "run.attempts", "3"], "").0, Some(0));
    let (_, list) = told(&["settings", "list"], "");
    assert!(list.lines().any(|l| l.starts_with("run.attempts") && l.contains("3  (file; else 2)")), "{list}");
    let (code, why) = told(&["settings", "set", "run.attempts", "99"], "");
    assert!(code == Some(2) && why.contains("1 to 10"), "{why}");
    assert_eq!(told(&["settings", "password"], "another horse\n").0, Some(0));
    assert_eq!(told(&["secrets", "set", "KEY"], "K3y-of-mine\n").0, Some(0));
    assert_eq!(told(&["secrets", "list"], "").1, "KEY\n");
    assert_eq!(told(&["secrets", "remove", "KEY"], "").0, Some(0));
    let (code, why) = told(&["secrets", "remove", "KEY"], "");
    assert!(code == Some(2) && why.contains("secrets list"), "{why}");
}
