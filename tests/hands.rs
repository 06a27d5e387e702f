//! Hands on real applications: what arrives, what lands, what is refused, and that a stop stops.

#[path = "stage/mod.rs"]
mod stage;

use guardian::display::{Lender, Over, Rehearsal, Selection, Settle, X11, settle};
use guardian::guardian::{Draft, Glance, press_aimed, write};
use guardian::screen::PointPx;
use guardian::task::{Action, Arrived, Button, Chord};
use serde_json::Value;
use stage::{Stage, wait_for};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::ConnectionExt as _;

const MIXED: &str =
    "Grüße, WORLD! naïve façade ñandú œuvre žluťoučký: αβγ Жизнь 漢字 한국 €5 “quoted” 50% @home #1 {a[b]} ~^`'\"\\|<>";
/// The keysyms of both Shift keys, and of the left Ctrl.
const SHIFTS: [u32; 2] = [0xffe1, 0xffe2];
const CTRL: u32 = 0xffe3;

const QUIET: Settle = Settle { quiet: Duration::from_millis(250), limit: Duration::from_secs(5) };

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[track_caller]
fn check(output: &Output, code: i32, word: &str) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
    assert!(said(output).contains(word), "no “{word}” in: {}", said(output));
}

/// A stage with one large field of a real application.
fn with_text() -> Stage {
    let mut stage = Stage::new().with_desktop();
    stage.start("yad --text-info --editable --title=Note --width=700 --height=400", "Note");
    stage
}

fn display_name(stage: &mut Stage) -> String {
    stage.desktop().0.name().to_owned()
}

/// The program with these arguments on the stage's desktop.
fn command(stage: &mut Stage, arguments: &[&str]) -> Command {
    let name = display_name(stage);
    let mut command = stage.guardian(arguments);
    command.args(["--display", &name]);
    command
}

fn run(stage: &mut Stage, arguments: &[&str]) -> Output {
    command(stage, arguments).output().unwrap()
}

fn start(stage: &mut Stage, arguments: &[&str]) -> Child {
    command(stage, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn report(stage: &Stage) -> Value {
    let output = stage.guardian(&["runs", "show", "--json"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// Types `text` as agents do and gives what the application says of it.
fn typed(stage: &mut Stage, text: &str) -> Arrived {
    let display = stage.desktop().1.as_mut();
    // A window that has just come up is given the keyboard a little later.
    settle(display, QUIET).unwrap();
    let windows = display.windows().unwrap();
    let window = windows.iter().rev().find(|w| w.focused);
    write(display, None, &Draft { window, text, gap_ms: 12, deadline: soon() }).unwrap()
}

fn empty(stage: &mut Stage) {
    for chord in [Chord::ctrl("a"), Chord::plain("Delete")] {
        stage.desktop().1.perform(&Action::Key { chord }, soon()).unwrap();
    }
}

#[test]
fn any_layout_types_any_text() {
    let mut stage = with_text();
    let name = display_name(&mut stage);
    for layout in ["us", "de", "fr", "ru", "us,ru"] {
        let set = Command::new("setxkbmap").args(["-display", &name, layout]).status().unwrap();
        assert!(set.success(), "{layout}");
        empty(&mut stage);
        assert_eq!(typed(&mut stage, MIXED), Arrived::Exact, "{layout}");
        assert_eq!(stage.text_of("Note"), MIXED, "{layout}");
    }
}

#[test]
fn text_goes_where_the_cursor_is_and_the_cursor_stays() {
    let mut stage = with_text();
    assert_eq!(typed(&mut stage, "one three"), Arrived::Exact);
    for _ in 0..5 {
        stage.desktop().1.perform(&Action::Key { chord: Chord::plain("Left") }, soon()).unwrap();
    }
    assert_eq!(typed(&mut stage, "two "), Arrived::Exact);
    assert_eq!(typed(&mut stage, "and a half "), Arrived::Exact);
    assert_eq!(stage.text_of("Note"), "one two and a half three");
}

#[test]
fn caps_lock_and_keys_left_held_by_programs_change_nothing() {
    let mut stage = with_text();
    let name = display_name(&mut stage);
    for key in ["Caps_Lock", "ctrl"] {
        let verb = if key == "ctrl" { "keydown" } else { "key" };
        let done = Command::new("xdotool").args([verb, key]).env("DISPLAY", &name).status().unwrap();
        assert!(done.success());
    }
    assert_eq!(typed(&mut stage, "Plain text"), Arrived::Exact);
    assert_eq!(stage.text_of("Note"), "Plain text");
}

#[test]
fn a_key_that_is_held_by_hand_changes_nothing() {
    let mut stage = with_text();
    let name = display_name(&mut stage);
    let person = Rehearsal::open(&name).unwrap();
    person.key(CTRL, true).unwrap();
    let typed_meanwhile = typed(&mut stage, "abc");
    person.key(CTRL, false).unwrap();
    assert_eq!(typed_meanwhile, Arrived::Exact);
    assert_eq!(stage.text_of("Note"), "abc");
}

#[test]
fn a_field_that_hides_its_text_is_not_said_to_hold_it() {
    let mut stage = Stage::new().with_desktop();
    stage.start("yad --entry --hide-text --title=Secret --text=Password", "Secret");
    assert!(matches!(typed(&mut stage, "open sesame"), Arrived::Unread { .. }));
}

/// A field that swallows every q that a key brings, and takes what is pasted.
const DEAF: &str = r#"
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
window = Gtk.Window(title="Deaf")
entry = Gtk.TextView()
entry.set_size_request(500, 200)
entry.connect("key-press-event", lambda entry, event: event.string == "q")
window.add(entry)
window.show_all()
window.connect("destroy", Gtk.main_quit)
Gtk.main()
"#;

#[test]
fn what_keys_do_not_bring_about_is_pasted_and_the_clipboard_comes_back() {
    let mut stage = Stage::new().with_desktop();
    std::fs::write(stage.file("deaf.py"), DEAF).unwrap();
    stage.start("/usr/bin/python3 deaf.py", "Deaf");
    stage.desktop().1.offer(Selection::Clipboard, Some("what the person copied")).unwrap();
    check(&run(&mut stage, &["type", "the quick queue"]), 0, "verified");
    assert!(report(&stage)["tasks"].to_string().contains("pasted"), "{}", report(&stage));
    assert_eq!(on_clipboard(&mut stage).as_deref(), Some("what the person copied"));
    assert_eq!(stage.text_of("Deaf"), "the quick queue");
}

/// What the person would paste.
fn on_clipboard(stage: &mut Stage) -> Option<String> {
    stage.desktop().1.selection(Selection::Clipboard).unwrap()
}

/// Takes every spare key of a keyboard.
fn bind_all_keys(name: &str) {
    const F13: u32 = 0xffca;
    let (connection, _) = x11rb::connect(Some(name)).unwrap();
    let (low, high) = (connection.setup().min_keycode, connection.setup().max_keycode);
    let mapping = connection.get_keyboard_mapping(low, high - low + 1).unwrap().reply().unwrap();
    let rows = mapping.keysyms.chunks(usize::from(mapping.keysyms_per_keycode));
    for (key, _) in (low..=high).zip(rows).filter(|(_, keysyms)| keysyms.iter().all(|k| *k == 0)) {
        connection.change_keyboard_mapping(1, key, 1, &[F13]).unwrap().check().unwrap();
    }
}

#[test]
fn what_no_key_can_be_bound_to_is_pasted() {
    let mut stage = with_text();
    bind_all_keys(&display_name(&mut stage));
    assert_eq!(typed(&mut stage, "漢字 and more"), Arrived::Pasted);
    assert_eq!(typed(&mut stage, ", plainly"), Arrived::Exact);
    assert_eq!(stage.text_of("Note"), "漢字 and more, plainly");
}

#[test]
fn what_no_key_can_be_bound_to_is_pasted_into_a_terminal() {
    let mut stage = Stage::new().with_desktop();
    stage.start("xterm -u8 -T Shell -e sh", "Shell");
    bind_all_keys(&display_name(&mut stage));
    assert!(matches!(typed(&mut stage, "printf 漢 > out"), Arrived::Unread { .. }));
    stage.desktop().1.perform(&Action::Key { chord: Chord::plain("Return") }, soon()).unwrap();
    let read = || std::fs::read_to_string(stage.file("out")).ok().filter(|text| !text.is_empty());
    assert_eq!(wait_for(Duration::from_secs(5), read).as_deref(), Some("漢"));
}

#[test]
fn a_text_is_copied_over_and_the_clipboard_comes_back() {
    let mut stage = with_text();
    assert_eq!(typed(&mut stage, "a letter to be copied"), Arrived::Exact);
    stage.start("yad --text-info --editable --title=Other --width=500 --height=300", "Other");
    stage.desktop().1.offer(Selection::Clipboard, Some("what the person copied")).unwrap();
    check(&run(&mut stage, &["run", "copy the text from Note to Other"]), 0, "verified");
    assert_eq!(on_clipboard(&mut stage).as_deref(), Some("what the person copied"));
    assert_eq!(stage.text_of("Other").trim_end(), "a letter to be copied");
}

/// An application that has copied a long text, which it gives in parts.
const LONG: &str = r#"
import gi
gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
window = Gtk.Window(title="Long")
window.show_all()
Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).set_text("ä" * 700000, -1)
window.connect("destroy", Gtk.main_quit)
Gtk.main()
"#;

#[test]
fn a_long_text_is_read_off_the_clipboard_in_parts_and_put_back() {
    let mut stage = Stage::new().with_desktop();
    std::fs::write(stage.file("long.py"), LONG).unwrap();
    stage.start("/usr/bin/python3 long.py", "Long");
    let long = "ä".repeat(700_000);
    wait_for(Duration::from_secs(5), || on_clipboard(&mut stage));
    assert!(on_clipboard(&mut stage).is_some_and(|text| text == long));
    let lender = Lender { program: stage::program(), display: display_name(&mut stage) };
    let loan = lender.lend().unwrap();
    stage.desktop().1.offer(Selection::Clipboard, None).unwrap();
    drop(loan);
    assert!(on_clipboard(&mut stage).is_some_and(|text| text == long));
}

#[test]
fn what_cannot_be_done_is_said_and_nothing_is_done() {
    let mut stage = with_text();
    check(&run(&mut stage, &["click", "5000,10"]), 1, "falls outside the display of 1280x800");
    check(&run(&mut stage, &["drag", "10,10", "10,9999"]), 1, "falls outside the display");
    check(&run(&mut stage, &["key", "hyper+x"]), 2, "no key called `hyper`");
    check(&run(&mut stage, &["type", "a\u{7}b"]), 2, "control character");
    check(&run(&mut stage, &["click", "--with", "hyper", "the OK button"]), 2, "no modifier is called `hyper`");
    check(&run(&mut stage, &["windows", "close", "Frobnicator"]), 2, "open are: Note");
    assert_eq!(stage.text_of("Note"), "");
}

#[test]
fn the_pointer_rests_over_a_thing_and_its_tip_comes_up() {
    let mut stage = Stage::new().with_desktop();
    stage.start("yad --title=Tips --text=Hello --button='Apply!gtk-ok!Sends all of it at once:0' --width=400", "Tips");
    check(&run(&mut stage, &["hover", "the Apply button", "--for", "1500ms"]), 0, "the display has the pointer at");
    check(&run(&mut stage, &["wait", "Sends all of it", "--timeout", "10s"]), 0, "verified");
    check(&run(&mut stage, &["hover", "30,40", "--json"]), 0, "\"pass\"");
    assert_eq!(stage.desktop().1.pointer().unwrap(), Some(PointPx::new(30, 40)));
    check(&run(&mut stage, &["hover", "the Frobnicate button"]), 1, "is not on the screen");
}

/// A form whose font nobody can read for certain; it counts what is typed beside the field where TELLS is true.
const FORM: &str = r#"
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
window = Gtk.Window(title="Form")
box = Gtk.Box(spacing=30, border_width=40)
count = Gtk.Label(label="0 letters")
entry = Gtk.Entry(width_chars=30)
if TELLS:
    entry.connect("changed", lambda *_: count.set_text(f"{len(entry.get_text())} letters"))
for widget in [Gtk.Label(label="Code:"), entry, Gtk.Button(label="Send"), count]:
    box.add(widget)
window.add(box)
window.show_all()
box.get_children()[2].grab_focus()
window.connect("destroy", Gtk.main_quit)
Gtk.main()
"#;

/// Fills the field of the form with what cannot be read for certain, and gives the run's report.
fn fill_form(tells: &str) -> (Stage, String) {
    let mut stage = Stage::new().with_desktop();
    std::fs::write(stage.file("form.py"), FORM.replace("TELLS", tells)).unwrap();
    stage.start("/usr/bin/python3 form.py", "Form");
    check(&run(&mut stage, &["type", UNREADABLE, "--into", "Code"]), 0, "verified");
    assert_eq!(stage.text_of("Form"), UNREADABLE);
    let report = report(&stage)["tasks"].to_string();
    (stage, report)
}

const UNREADABLE: &str = "lIl1I|lO0o.,;:rnmvvw''``";

#[test]
fn a_field_that_was_read_back_is_not_copied_again() {
    let (_stage, report) = fill_form("False");
    assert!(report.contains("read out of the application"), "{report}");
    assert!(!report.contains("select what stands in the field"), "{report}");
}

#[test]
fn where_it_is_not_sure_which_field_was_read_back_it_is_copied() {
    let (_stage, report) = fill_form("True");
    assert!(report.contains("read out of the application"), "{report}");
    assert!(report.contains("select what stands in the field"), "{report}");
}

/// A window that puts a dialog over itself as soon as a key is pressed in it.
const ASKING: &str = r#"
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
window = Gtk.Window(title="Form")
window.set_default_size(700, 500)
button = Gtk.Button(label="Send")
window.add(button)
def ask(*_):
    dialog = Gtk.MessageDialog(transient_for=window, modal=MODAL, text="Really?", title="Question")
    dialog.set_size_request(400, 300)
    dialog.show_all()
window.connect("key-press-event", ask)
window.show_all()
window.connect("destroy", Gtk.main_quit)
Gtk.main()
"#;

#[test]
fn a_press_that_a_dialog_came_up_against_names_the_dialog() {
    for modal in ["True", "False"] {
        let mut stage = Stage::new().with_desktop();
        std::fs::write(stage.file("form.py"), ASKING.replace("MODAL", modal)).unwrap();
        stage.start("/usr/bin/python3 form.py", "Form");
        let display = stage.desktop().1.as_mut();
        let frame = settle(display, QUIET).unwrap();
        let windows = display.windows().unwrap();
        let glance = Some(Glance { frame: &frame, windows: &windows });
        let at = windows.iter().find(|w| w.title == "Form").unwrap().area.center();
        display.perform(&Action::Key { chord: Chord::plain("x") }, soon()).unwrap();
        let asks = || display.windows().unwrap().into_iter().find(|w| w.title == "Question");
        let dialog = wait_for(Duration::from_secs(10), asks).unwrap();
        let refused = press_aimed(display, glance, (at, None), Button::Left, soon()).unwrap_err();
        assert_eq!(refused.obstacle(), Some(dialog.id), "{refused}");
        // The display itself finds the same window under the pointer.
        let place = windows.iter().find(|w| w.title == "Form").map(|w| (w.id, w.area));
        let stands = display.windows().unwrap().into_iter().find(|w| Some(w.id) == place.map(|p| p.0)).unwrap();
        display.perform(&Action::Move { to: at }, soon()).unwrap();
        let over = Over { at, window: Some((stands.id, stands.area)), looks: None };
        let refused = display.press_over(Button::Left, &over, soon()).unwrap_err();
        assert_eq!(refused.obstacle(), Some(dialog.id), "{refused}");
    }
}

#[test]
fn a_display_is_worked_on_by_one_at_a_time() {
    let mut stage = with_text();
    let mut waiting = start(&mut stage, &["run", "wait 4 seconds"]);
    let refused = wait_for(Duration::from_secs(20), || {
        let output = run(&mut stage, &["windows", "activate", "Note"]);
        (output.status.code() == Some(2)).then_some(output)
    });
    check(&refused.unwrap(), 2, &format!("is worked on by process {}", waiting.id()));
    // To look is nobody's right, and what can wait waits.
    check(&run(&mut stage, &["windows"]), 0, "Note");
    let output = run(&mut stage, &["key", "x"]);
    check(&output, 0, "waiting for it");
    assert!(waiting.wait().unwrap().success());
}

#[test]
fn windows_are_listed_arranged_and_closed() {
    let mut stage = with_text();
    check(&run(&mut stage, &["windows"]), 0, "Note");
    check(&run(&mut stage, &["windows", "move", "Note", "123,150"]), 0, "123,150");
    check(&run(&mut stage, &["windows", "resize", "Note", "640x360"]), 0, "640x360");
    check(&run(&mut stage, &["windows", "maximise", "Note"]), 0, "1280x");
    check(&run(&mut stage, &["windows", "minimise", "Note"]), 0, "is hidden");
    check(&run(&mut stage, &["windows", "restore", "Note"]), 0, "stands at");
    check(&run(&mut stage, &["windows", "wait", "Note", "--timeout", "2s"]), 0, "is there");
    check(&run(&mut stage, &["windows", "wait", "Frobnicator", "--timeout", "200ms"]), 1, "in time");
    check(&run(&mut stage, &["windows", "close", "Note"]), 0, "has closed");
}

#[test]
fn what_is_below_is_scrolled_to_and_what_is_dragged_over_is_marked() {
    let mut stage = Stage::new().with_desktop();
    let lines: String = (1..=120).map(|i| format!("line number {i}\n")).collect();
    std::fs::write(stage.file("long.txt"), lines + "the very end\n").unwrap();
    stage.start("yad --text-info --filename=long.txt --title=Long --width=500 --height=400", "Long");
    check(&run(&mut stage, &["scroll", "--until", "the very end"]), 0, "verified");
    check(&run(&mut stage, &["scroll", "up", "--by", "3"]), 0, "verified");
    check(&run(&mut stage, &["drag", "450,250", "640,420"]), 0, "verified");
}

/// Waits until the run types.
fn await_typing(stage: &mut Stage) {
    let name = display_name(stage);
    let mut ears = guardian::display::Physical::listen(&name, &[]).unwrap();
    let mut heard = 0;
    let types = wait_for(Duration::from_secs(40), || {
        heard += ears.hear_all(Duration::from_millis(1)).unwrap().iter().filter(|h| h.is_injected).count();
        (heard > 12).then_some(())
    });
    assert!(types.is_some(), "the run did not begin to type");
}

fn long_text() -> String {
    "the quick brown fox ".repeat(190)
}

#[test]
fn both_shift_keys_stop_a_run() {
    let mut stage = with_text();
    let name = display_name(&mut stage);
    let mut run = start(&mut stage, &["type", &long_text()]);
    await_typing(&mut stage);
    let person = Rehearsal::open(&name).unwrap();
    SHIFTS.iter().for_each(|shift| person.key(*shift, true).unwrap());
    let code = wait_for(Duration::from_secs(10), || run.try_wait().unwrap());
    SHIFTS.iter().for_each(|shift| person.key(*shift, false).unwrap());
    assert_eq!(code.and_then(|c| c.code()), Some(130));
    assert_eq!(report(&stage)["state"], "cancelled");
    assert!(!X11::connect(&name).unwrap().held().unwrap());
    assert!(stage.text_of("Note").len() < long_text().len());
}

#[test]
fn a_run_waits_while_the_person_is_at_the_keyboard() {
    let mut stage = with_text();
    let name = display_name(&mut stage);
    let person = Rehearsal::open(&name).unwrap();
    // A run that is to press a key finds the person typing, and presses it only when they have rested.
    let mut pressing = stage.guardian(&["key", "x", "--display", &name]);
    pressing.env("GUARDIAN_PERSON__RESUME_MS", "1500").stdout(Stdio::null()).stderr(Stdio::null());
    let mut run = pressing.spawn().unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(5) {
        for down in [true, false] {
            person.key(SHIFTS[0], down).unwrap();
        }
        std::thread::park_timeout(Duration::from_millis(100));
        assert!(run.try_wait().unwrap().is_none(), "the run did not wait");
    }
    assert_eq!(stage.text_of("Note"), "");
    let code = wait_for(Duration::from_secs(30), || run.try_wait().unwrap());
    assert_eq!(code.and_then(|c| c.code()), Some(0));
    assert_eq!(stage.text_of("Note"), "x");
}
