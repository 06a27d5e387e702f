//! Independent tasks run at the same time; what uses the screen takes turns.

#[path = "stage/mod.rs"]
mod stage;

use serde_json::Value;
use stage::Stage;
use std::fs;

/// The names of the events of a run, each with its task.
fn events(stage: &Stage, request: &str) -> (Option<i32>, Vec<(String, u64)>) {
    let output = stage.guardian(&["run", "--private", "--json", request]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let read = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        (event["event"].as_str().unwrap().to_owned(), event["task"].as_u64().unwrap_or_default())
    };
    (output.status.code(), text.lines().map(read).collect())
}

fn place(events: &[(String, u64)], name: &str, task: u64) -> usize {
    events
        .iter()
        .position(|(n, t)| n == name && *t == task)
        .unwrap_or_else(|| panic!("no {name} of {task} in {events:?}"))
}

#[test]
fn tasks_without_a_seat_run_side_by_side() {
    let stage = Stage::new();
    fs::write(stage.file("ready.txt"), "x").unwrap();
    let (code, events) = events(&stage, "wait 2 seconds; meanwhile wait for the file ready.txt");
    assert_eq!(code, Some(0));
    assert!(place(&events, "task_started", 2) < place(&events, "task_ended", 1));
    assert!(place(&events, "task_ended", 2) < place(&events, "task_ended", 1));
}

#[test]
fn tasks_with_hands_take_turns() {
    let stage = Stage::new();
    let request = "open the calculator and compute 2 + 3; meanwhile open a terminal and run \"echo hi > hi.txt\"";
    let (code, events) = events(&stage, request);
    assert_eq!(code, Some(0), "{events:?}");
    assert_eq!(fs::read_to_string(stage.file("hi.txt")).unwrap(), "hi\n");
    // Both chains begin with opening something; the second child starts when the first has given the seat back.
    let (first, second) = (place(&events, "task_started", 1), place(&events, "task_started", 3));
    let (early, late) = if first < second { (1, second) } else { (3, first) };
    assert!(place(&events, "task_ended", early) < late, "{events:?}");
}
