//! What every display must do, run on the fake and on the real thing.

use super::stage::Compositor;
use super::{Desktop, Display, DisplayError, Scripted, ScriptedState, Settle, connect, settle};
use crate::screen::{Frame, PointPx};
use crate::task::{Action, Button, DesktopChoice};
use std::path::Path;
use std::time::{Duration, Instant};

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

/// Runs the whole suite on `display`, which is 320x240.
fn check(display: &mut dyn Display) {
    frames_have_the_size_of_the_display(display);
    places_off_the_screen_are_refused(display);
    what_comes_late_is_not_sent(display);
    control_characters_are_not_typed(display);
    nothing_stays_held(display);
    a_still_screen_settles(display);
}

fn frames_have_the_size_of_the_display(display: &mut dyn Display) {
    let frame = display.capture().unwrap();
    assert_eq!((frame.width(), frame.height()), (320, 240));
    let monitors = display.monitors().unwrap();
    assert_eq!(monitors[0].area, frame.bounds());
}

fn places_off_the_screen_are_refused(display: &mut dyn Display) {
    for at in [PointPx::new(320, 0), PointPx::new(-1, 5), PointPx::new(0, 99_999)] {
        let click = Action::click(at, Button::Left, 1);
        assert!(matches!(display.perform(&click, soon()), Err(DisplayError::OffScreen { .. })), "{at}");
    }
}

fn what_comes_late_is_not_sent(display: &mut dyn Display) {
    let late = Instant::now() - Duration::from_millis(1);
    let moved = display.perform(&Action::Move { to: PointPx::new(5, 5) }, late);
    assert!(matches!(moved, Err(DisplayError::Late { .. })));
}

fn control_characters_are_not_typed(display: &mut dyn Display) {
    let bell = Action::Type { text: "a\u{7}".into(), gap_ms: 1 };
    assert!(matches!(display.perform(&bell, soon()), Err(DisplayError::Key { .. })));
}

fn nothing_stays_held(display: &mut dyn Display) {
    display.perform(&Action::Press { button: Button::Left }, soon()).unwrap();
    display.release_all().unwrap();
    display.release_all().unwrap();
}

fn a_still_screen_settles(display: &mut dyn Display) {
    let quiet = Settle { quiet: Duration::from_millis(50), limit: Duration::from_secs(2) };
    let frame = settle(display, quiet).unwrap();
    assert_eq!(frame, display.capture().unwrap());
}

#[test]
fn the_fake_passes() {
    let frame = Frame::new(320, 240, vec![9; 320 * 240 * 4]).unwrap();
    let state = ScriptedState { frame, windows: vec![], clipboard: None };
    check(&mut Scripted::new(vec![state], vec![]).unwrap());
}

/// The program that keeps desktops lies beside the test's own folder.
fn program() -> std::path::PathBuf {
    let exe = std::env::current_exe().unwrap();
    exe.ancestors().nth(2).unwrap().join("guardian")
}

#[test]
fn an_x_server_passes() {
    let choice = DesktopChoice::Private { width: 320, height: 240 };
    let (desktop, mut display) = Desktop::open(&program(), &choice).unwrap();
    let folder = desktop.folder().unwrap().to_owned();
    check(display.as_mut());
    assert!(folder.is_dir());
    drop(display);
    drop(desktop);
    assert!(!Path::new(&folder).exists());
}

#[test]
fn a_display_that_is_not_there_is_an_error() {
    let choice = DesktopChoice::Given(":977".into());
    let error = Desktop::open(&program(), &choice).err().unwrap().to_string();
    assert!(error.contains(":977"), "{error}");
}

#[test]
fn a_wayland_compositor_passes() {
    let sway = Compositor::start("output HEADLESS-1 mode 320x240");
    check(connect(sway.name()).unwrap().as_mut());
}

#[test]
fn a_compositor_that_is_not_there_is_an_error() {
    let error = connect("/nowhere/wayland-7").err().unwrap();
    assert!(matches!(error, DisplayError::Connect { .. }), "{error}");
    assert!(error.to_string().contains("/nowhere/wayland-7"), "{error}");
}

#[test]
fn a_compositor_that_ends_is_gone() {
    let sway = Compositor::start("output HEADLESS-1 mode 320x240");
    let mut display = connect(sway.name()).unwrap();
    drop(sway);
    let started = Instant::now();
    assert!(matches!(display.capture(), Err(DisplayError::Gone { .. })));
    assert!(display.release_all().is_err() && started.elapsed() < Duration::from_secs(5));
}
