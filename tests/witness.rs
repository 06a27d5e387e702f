//! What applications say of themselves: on a private desktop with a bus, without one, and when they hang.

mod stage;

use guardian::display::{Bridge, Desktop, Display};
use guardian::screen::{Element, Origin, Percept, Role};
use guardian::task::DesktopChoice;
use rustix::process::{Pid, Signal, kill_process};
use stage::{Stage, program, wait_for};
use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const FORM: &[&str] = &[
    "yad",
    "--title=Contact",
    "--form",
    "--field=Name",
    "--field=Gift wrap:CHK",
    "--field=City:CB",
    "--button=Save:0",
    "Ada",
    "TRUE",
    "London!Paris",
];

/// Desktops start one at a time: an application that comes up under load may find its bus too late and stay silent.
static ONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A desktop with the form on it; gives the form's process too.
fn desktop(bridge: Bridge) -> (Desktop, Box<dyn Display>, u32) {
    let choice = DesktopChoice::Private { width: 800, height: 600 };
    let (mut desktop, mut display) = Desktop::open_with(&program(), &choice, bridge).unwrap();
    let argv: Vec<String> = FORM.iter().map(|part| (*part).to_owned()).collect();
    let pid = desktop.launch(&argv, Path::new("/")).unwrap();
    let up = || display.windows().ok()?.iter().any(|w| w.title == "Contact").then_some(());
    assert!(wait_for(Duration::from_secs(20), up).is_some(), "the form did not come up");
    (desktop, display, pid)
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(2)
}

/// Waits until the form has said all that it shows.
fn await_words(display: &mut Box<dyn Display>, when: &str) {
    let said = || display.witness(soon()).elements.iter().any(|e| e.label.as_deref() == Some("Save")).then_some(());
    assert!(wait_for(Duration::from_secs(30), said).is_some(), "the form says nothing {when}");
}

/// What `guardian see` says of the display.
fn see(desktop: &Desktop, accessibility: &str) -> Percept {
    let stage = Stage::new();
    let mut command = stage.guardian(&["see", "--json", "--display", desktop.name()]);
    let output = command.env("GUARDIAN_SIGHT__ACCESSIBILITY", accessibility).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn called<'a>(percept: &'a Percept, role: Role, label: &str) -> Option<&'a Element> {
    percept.elements.iter().find(|e| e.role == role && e.label.as_deref() == Some(label))
}

fn names_the_bus(percept: &Percept) -> bool {
    percept
        .elements
        .iter()
        .map(|e| e.origins)
        .any(|o| [o.area, o.role, o.label, o.value, o.state].iter().any(|origin| *origin != Origin::Pixels))
}

/// Whether the application's words for the field and the button have come into the percept.
fn is_said(percept: &Percept) -> bool {
    let name = percept.elements.iter().find(|e| e.role == Role::TextField && e.value.as_deref() == Some("Ada"));
    let save = called(percept, Role::Button, "Save");
    name.is_some_and(|e| e.origins.value != Origin::Pixels) && save.is_some_and(|e| e.origins.label != Origin::Pixels)
}

#[test]
fn a_look_joins_the_pixels_with_what_the_application_says() {
    let _alone = alone();
    let (desktop, mut display, _) = desktop(Bridge::Up);
    await_words(&mut display, "once it is up");
    // A look does not wait for words that come late, as they do on a busy machine: then the pixels do alone.
    let in_time = || Some(see(&desktop, "auto")).filter(is_said);
    let percept = wait_for(Duration::from_secs(20), in_time).expect("no look got the application's words in time");
    assert_eq!(called(&percept, Role::CheckBox, "Gift wrap").unwrap().state.checked, Some(true));
    assert!(!names_the_bus(&see(&desktop, "off")));
}

#[test]
fn without_a_bus_the_pixels_do() {
    let _alone = alone();
    let (desktop, mut display, _) = desktop(Bridge::Down);
    assert!(display.witness(soon()).elements.is_empty());
    let percept = see(&desktop, "auto");
    assert!(!names_the_bus(&percept));
    assert!(percept.text.iter().any(|line| line.text.contains("Save")));
}

#[test]
fn an_application_that_hangs_does_not_hold_a_look_up() {
    let _alone = alone();
    let (_desktop, mut display, pid) = desktop(Bridge::Up);
    await_words(&mut display, "once it is up");
    let process = Pid::from_raw(pid as i32).unwrap();
    kill_process(process, Signal::STOP).unwrap();
    let started = Instant::now();
    let witness = display.witness(started + Duration::from_millis(80));
    // Twice the patience, for a machine that is busy with other tests.
    assert!(started.elapsed() < Duration::from_millis(400), "{:?}", started.elapsed());
    assert!(!witness.complete);
    kill_process(process, Signal::CONT).unwrap();
    await_words(&mut display, "once it goes on");
}

#[test]
fn the_bus_goes_with_the_desktop() {
    let _alone = alone();
    let (desktop, _display, _) = desktop(Bridge::Up);
    let folder = desktop.folder().unwrap().to_owned();
    let mark = format!("GUARDIAN_DESKTOP={}", folder.display());
    let living = || {
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let environments = entries.filter_map(|e| fs::read(e.path().join("environ")).ok());
        environments.filter(|e| e.split(|b| *b == 0).any(|v| v == mark.as_bytes())).count()
    };
    let running = || (living() >= 3).then_some(());
    assert!(wait_for(Duration::from_secs(10), running).is_some(), "the bus is not running");
    drop(desktop);
    assert_eq!((living(), folder.exists()), (0, false));
}
