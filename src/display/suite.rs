//! What every display must do, run on the fake and on the real thing.

use super::contents::Contents;
use super::offer::{Offer, Owner};
use super::selection;
use super::stage::Compositor;
use super::{
    Desktop, Display, DisplayError, Lender, Over, Pace, Physical, Rehearsal, Reins, Scripted, ScriptedState, Selection,
    Settle, Sign, X11, connect, settle,
};
use crate::screen::{Frame, PointPx, RectPx};
use crate::task::{Action, Button, DesktopChoice};
use std::path::Path;
use std::sync::Arc;
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
    a_press_is_fenced(display);
    text_is_offered(display);
    reins_hold(display);
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
    let bell = Action::text("a\u{7}", 1);
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

fn a_press_is_fenced(display: &mut dyn Display) {
    let at = PointPx::new(50, 60);
    display.perform(&Action::Move { to: at }, soon()).unwrap();
    assert_eq!(display.pointer().unwrap(), Some(at));
    let frame = display.capture().unwrap();
    let looks = Some((frame, RectPx::new(40, 50, 20, 20)));
    let elsewhere = Over { at: PointPx::new(51, 60), window: None, looks: looks.clone() };
    let refused = display.press_over(Button::Left, &elsewhere, soon());
    assert!(matches!(refused, Err(DisplayError::Pointer { .. })), "{refused:?}");
    let of_no_window = Over { at, window: Some((0x7fff_0001, RectPx::new(0, 0, 9, 9))), looks: None };
    let refused = display.press_over(Button::Left, &of_no_window, soon());
    assert!(matches!(refused, Err(DisplayError::NoWindow { .. })), "{refused:?}");
    let stripes = (0..320 * 240).flat_map(|i| if i % 4 < 2 { [0, 0, 0, 255] } else { [255; 4] }).collect();
    let other = Frame::new(320, 240, stripes).unwrap();
    let of_other_looks = Over { at, window: None, looks: Some((other, RectPx::new(40, 50, 20, 20))) };
    let refused = display.press_over(Button::Left, &of_other_looks, soon());
    assert!(matches!(refused, Err(DisplayError::Changed { .. })), "{refused:?}");
    display.press_over(Button::Left, &Over { at, window: None, looks }, soon()).unwrap();
    display.perform(&Action::Release { button: Button::Left }, soon()).unwrap();
}

fn text_is_offered(display: &mut dyn Display) {
    let text = "grüße, 漢字\nand more";
    display.offer(Selection::Clipboard, Some(text)).unwrap();
    assert_eq!(display.selection(Selection::Clipboard).unwrap().as_deref(), Some(text));
    display.offer(Selection::Clipboard, None).unwrap();
    assert_eq!(display.selection(Selection::Clipboard).unwrap(), None);
}

fn reins_hold(display: &mut dyn Display) {
    let reins = Arc::new(Reins::new().unwrap());
    display.rein(Arc::clone(&reins), Pace::Quick);
    let here = Action::Move { to: PointPx::new(9, 9) };
    reins.person_moved(1);
    assert!(matches!(display.perform(&here, soon()), Err(DisplayError::Person)));
    // Letting go is never forbidden.
    display.perform(&Action::Release { button: Button::Left }, soon()).unwrap();
    reins.person_left();
    display.perform(&here, soon()).unwrap();
    reins.stop();
    for action in [here, Action::text("a", 1), Action::click(PointPx::new(9, 9), Button::Left, 1)] {
        assert!(matches!(display.perform(&action, soon()), Err(DisplayError::Stopped)), "{action}");
    }
    display.release_all().unwrap();
}

#[test]
fn the_fake_passes() {
    let frame = Frame::new(320, 240, vec![9; 320 * 240 * 4]).unwrap();
    let state = ScriptedState { frame, windows: vec![], clipboard: None };
    check(&mut Scripted::new(vec![state], vec![]).unwrap());
}

fn contents(kinds: &[(&str, &[u8])]) -> Contents {
    Contents { kinds: kinds.iter().map(|(kind, bytes)| ((*kind).to_owned(), bytes.to_vec())).collect() }
}

/// Text with its markup and a picture, as an application copies them, and more than one message holds.
fn copied() -> Contents {
    let picture = vec![7; 900_000];
    contents(&[("UTF8_STRING", "grüße".as_bytes()), ("text/html", b"<b>gr</b>"), ("image/png", &picture)])
}

/// Waits for what the clipboard holds to be `expected`: who asks first may still see who had it before.
fn await_text(display: &mut dyn Display, expected: Option<&str>) {
    let started = Instant::now();
    while display.selection(Selection::Clipboard).unwrap().as_deref() != expected {
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", display.selection(Selection::Clipboard));
        std::thread::yield_now();
    }
}

#[test]
fn a_lent_clipboard_comes_back_with_all_that_was_on_it() {
    let choice = DesktopChoice::Private { width: 320, height: 240 };
    let (desktop, mut display) = Desktop::open(&program(), &choice).unwrap();
    let lender = Lender { program: program(), display: desktop.name().to_owned() };
    let person = Offer::start(desktop.name(), Selection::Clipboard, &copied()).unwrap();
    let loan = lender.lend().unwrap();
    display.offer(Selection::Clipboard, Some("ours")).unwrap();
    assert_eq!(display.selection(Selection::Clipboard).unwrap().as_deref(), Some("ours"));
    drop(person);
    drop(loan);
    assert_eq!(display.selection(Selection::Clipboard).unwrap().as_deref(), Some("grüße"));
    let (connection, screen) = x11rb::connect(Some(desktop.name())).unwrap();
    let root = x11rb::connection::Connection::setup(&connection).roots[screen].root;
    let back = selection::read_all(&connection, root, Selection::Clipboard).ok().unwrap();
    assert_eq!(back, copied());
}

#[test]
fn an_empty_clipboard_is_empty_again_after_a_loan() {
    let choice = DesktopChoice::Private { width: 320, height: 240 };
    let (desktop, mut display) = Desktop::open(&program(), &choice).unwrap();
    let loan = Lender { program: program(), display: desktop.name().to_owned() }.lend().unwrap();
    display.offer(Selection::Clipboard, Some("ours")).unwrap();
    drop(loan);
    assert_eq!(display.selection(Selection::Clipboard).unwrap(), None);
}

#[test]
fn an_owner_of_the_clipboard_that_hangs_hangs_nobody() {
    let choice = DesktopChoice::Private { width: 320, height: 240 };
    let (desktop, mut display) = Desktop::open(&program(), &choice).unwrap();
    // It answers nobody.
    let _hanging = Owner::take(desktop.name(), Selection::Clipboard, &copied()).unwrap();
    let started = Instant::now();
    drop(Lender { program: program(), display: desktop.name().to_owned() }.lend().unwrap());
    assert!(matches!(display.selection(Selection::Clipboard), Err(DisplayError::Owner)));
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[test]
fn a_lent_clipboard_comes_back_on_wayland() {
    let sway = Compositor::start("output HEADLESS-1 mode 320x240");
    let mut person = connect(sway.name()).unwrap();
    person.offer(Selection::Clipboard, Some("grüße")).unwrap();
    let mut display = connect(sway.name()).unwrap();
    let loan = Lender { program: program(), display: sway.name().to_owned() }.lend().unwrap();
    display.offer(Selection::Clipboard, Some("ours")).unwrap();
    await_text(display.as_mut(), Some("ours"));
    drop(person);
    drop(loan);
    await_text(display.as_mut(), Some("grüße"));
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
fn a_person_is_told_from_programs() {
    const SHIFTS: [u32; 2] = [0xffe1, 0xffe2];
    let choice = DesktopChoice::Private { width: 320, height: 240 };
    let (desktop, mut display) = Desktop::open(&program(), &choice).unwrap();
    let stop_keys = ["shift_l", "Shift_R"].map(str::to_owned);
    let mut person = Physical::listen(desktop.name(), &stop_keys).unwrap();
    display.perform(&Action::text("aB", 1), soon()).unwrap();
    display.perform(&Action::Move { to: PointPx::new(33, 44) }, soon()).unwrap();
    assert_eq!(person.next(Duration::from_millis(100)).unwrap(), None);
    let keyboard = Rehearsal::open(desktop.name()).unwrap();
    keyboard.key(SHIFTS[0], true).unwrap();
    assert_eq!(person.next(Duration::from_secs(2)).unwrap(), Some(Sign::Moved));
    // Hands that wait for the person let go of everything, and must not hide the half of a stop.
    display.release_all().unwrap();
    keyboard.key(SHIFTS[1], true).unwrap();
    assert_eq!(person.next(Duration::from_secs(2)).unwrap(), Some(Sign::Stop));
    SHIFTS.iter().for_each(|shift| keyboard.key(*shift, false).unwrap());
    assert!(matches!(Physical::listen(desktop.name(), &["hyper".to_owned()]), Err(DisplayError::Key { .. })));
}

#[test]
fn what_is_seen_is_where_the_pointer_goes() {
    let choice = DesktopChoice::Private { width: 800, height: 600 };
    let (desktop, _) = Desktop::open(&program(), &choice).unwrap();
    let mut display = X11::connect(desktop.name()).unwrap();
    display.divide(&[RectPx::new(0, 0, 320, 600), RectPx::new(320, 100, 480, 500)]).unwrap();
    let all = display.calibrate(soon()).unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(super::Calibration::is_exact), "{all:?}");
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
