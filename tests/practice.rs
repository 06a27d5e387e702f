//! The practice ground: tasks come up on a real desktop, are not done at first, and can be done; and one that is
//! wrong about itself is found out.

mod stage;

use stage::Stage;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

fn ground() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/practice")
}

fn check_tasks(ground: &Path, names: &str) -> Output {
    let ground = ground.display().to_string();
    Stage::new()
        .guardian(&[
            "bench",
            "practice",
            "--check-tasks",
            "--all",
            "--toolkit",
            "web",
            "--name",
            names,
            "--ground",
            &ground,
        ])
        .output()
        .unwrap()
}

#[test]
fn tasks_come_up_undone_and_can_be_done() {
    let output = check_tasks(&ground(), "named-button,radio-button,value-in-a-card");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("3 of 3 do themselves"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
}

#[test]
fn a_task_that_is_done_before_anything_was_done_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path();
    for dir in ["web", "desk"] {
        fs::create_dir(own.join(dir)).unwrap();
    }
    for file in ["practice.js", "practice.css", "words.js"] {
        fs::copy(ground().join("web").join(file), own.join("web").join(file)).unwrap();
    }
    let entry =
        "[[task]]\nfamily = \"click\"\nname = \"idle\"\ntoolkit = \"web\"\nfile = \"idle.html\"\nheld = false\n";
    fs::write(own.join("tasks.toml"), entry).unwrap();
    fs::write(own.join("desk/tasks.toml"), "task = []\n").unwrap();
    let page = "<!doctype html><script src=\"words.js\"></script><script src=\"practice.js\"></script><script>\
                task('idle', () => { shell('Idle', btn('Wait')); return { ask: ['Do nothing'] } })</script><body></body>";
    fs::write(own.join("web/idle.html"), page).unwrap();
    let output = check_tasks(own, "idle");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("click/idle web seed 1: it says done = true at first"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}
