//! A Wayland compositor with real applications on it: what is typed arrives, what is clicked is hit.

#[path = "stage/sway.rs"]
mod sway;

use guardian::display::{Desktop, Display, DisplayError, Monitor, Reins, Selection, Settle, connect, settle};
use guardian::screen::{PointPx, RectPx, Window};
use guardian::task::{Action, Arrangement, Button, Chord, DesktopChoice};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use sway::Compositor;

const PROGRAM: &str = env!("CARGO_BIN_EXE_guardian");
const BUTTONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stage/buttons.py");

/// A desktop on a compositor of its own.
struct Scene {
    desktop: Desktop,
    display: Box<dyn Display>,
    // Last, so that the others can still let go of it.
    sway: Compositor,
}

impl Scene {
    fn new(settings: &str) -> Self {
        let sway = Compositor::start(settings);
        let choice = DesktopChoice::Given(sway.name().to_owned());
        let (desktop, display) = Desktop::open(Path::new(PROGRAM), &choice).unwrap();
        Self { desktop, display, sway }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.sway.folder().join(name)
    }

    fn launch(&mut self, argv: &[&str]) {
        let argv: Vec<String> = argv.iter().map(|a| (*a).to_owned()).collect();
        self.desktop.launch(&argv, Path::new("/")).unwrap();
    }

    /// Waits for a window that has the keyboard and is called `title`, and stands still.
    fn await_window(&mut self, title: &str) -> Window {
        let found = || self.display.windows().unwrap().into_iter().find(|w| w.title == title && w.focused);
        await_some(&format!("the window “{title}”"), found)
    }

    fn window(&mut self, title: &str) -> Option<Window> {
        self.display.windows().unwrap().into_iter().find(|w| w.title == title)
    }

    fn act(&mut self, action: &Action) {
        self.display.perform(action, soon()).unwrap();
    }

    /// Starts the window with thirty buttons; gives its log.
    fn buttons(&mut self, title: &str) -> Log {
        let path = self.file(&format!("{title}.log"));
        self.launch(&["/usr/bin/python3", BUTTONS, path.to_str().unwrap(), title]);
        self.await_window(title);
        Log { path }
    }
}

/// What the window with thirty buttons has written down.
struct Log {
    path: PathBuf,
}

impl Log {
    fn lines(&self) -> Vec<Value> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect()
    }

    fn all(&self, what: &str) -> Vec<Value> {
        self.lines().iter().filter_map(|l| l.get(what).cloned()).collect()
    }

    /// Where the buttons are in the window, in the pixels that the application counts in, once it has its size.
    fn places(&self) -> Vec<[i32; 4]> {
        let told = || Some(self.all("places")).filter(|p| !p.is_empty());
        await_some("places of buttons", told);
        let mut last = Vec::new();
        let still = || {
            let now = self.all("places");
            let is_still = now.len() == last.len();
            last = now;
            thread::sleep(Duration::from_millis(100));
            is_still.then(|| last.last().cloned()).flatten()
        };
        serde_json::from_value(await_some("a window that stands still", still)).unwrap()
    }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

fn await_some<T>(what: &str, mut find: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(20) {
        if let Some(found) = find() {
            return found;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("{what} did not come");
}

fn chord(text: &str) -> Action {
    Action::Key { chord: text.parse().unwrap() }
}

/// A terminal whose lines go into the file that is given back.
fn terminal(scene: &mut Scene) -> PathBuf {
    let file = scene.file("typed");
    let command = format!("cat > {}", file.display());
    scene.launch(&[
        "env",
        "LANG=C.UTF-8",
        "foot",
        "--title=terminal",
        "--override=locked-title=yes",
        "sh",
        "-c",
        &command,
    ]);
    scene.await_window("terminal");
    await_some("the shell", || file.exists().then_some(()));
    file
}

/// Types `text` into a terminal, and checks that a file holds just that afterwards.
fn check_typed(text: &str) {
    let mut scene = Scene::new("output HEADLESS-1 mode 1280x720");
    let file = terminal(&mut scene);
    scene.act(&Action::text(&format!("{text}\n"), 0));
    scene.act(&chord("ctrl+d"));
    let arrived = || fs::read_to_string(&file).ok().filter(|t| t.ends_with('\n'));
    assert_eq!(await_some("a line in the file", arrived), format!("{text}\n"));
}

#[test]
fn two_hundred_mixed_characters_arrive() {
    let line = "Hello, World! é ß ñ Ж я 漢字 € 😀 ~{|}^`\\\"'@#$%&*()_+-=[];:<>?/.,0123456789 ÀÉÎõü łżć Привет 日本語 ";
    let text: String = line.chars().cycle().take(200).collect();
    check_typed(&text);
}

#[test]
fn more_characters_than_a_keyboard_has_keys_arrive() {
    let text: String = ('一'..).take(250).collect();
    check_typed(&text);
}

/// Where there was no keyboard at all, applications take a moment to notice ours; nothing is lost to that.
#[test]
fn what_is_pasted_into_a_terminal_arrives() {
    let mut scene = Scene::new("output HEADLESS-1 mode 1280x800");
    let file = terminal(&mut scene);
    let paste = Action::Paste { text: "grüße, 漢字".into(), chord: "shift+Insert".parse().unwrap() };
    scene.act(&paste);
    scene.act(&chord("Return"));
    let arrived = await_some("pasted text", || fs::read_to_string(&file).ok().filter(|text| text.ends_with('\n')));
    assert_eq!(arrived, "grüße, 漢字\n");
    // Nothing fetches what is pasted at a key that pastes nothing.
    let unheard = Action::Paste { text: "lost".into(), chord: "F7".parse().unwrap() };
    assert!(matches!(scene.display.perform(&unheard, soon()), Err(DisplayError::NotFetched)));
}

#[test]
fn an_application_that_knew_no_keyboard_gets_every_character() {
    let sway = Compositor::start("output HEADLESS-1 mode 640x480");
    let file = sway.folder().join("typed");
    let mut foot = Command::new("foot");
    foot.env_remove("DISPLAY").env("WAYLAND_DISPLAY", sway.name()).env("LANG", "C.UTF-8");
    let mut foot = foot.args(["--app-id=late", "sh", "-c", &format!("cat > {}", file.display())]).spawn().unwrap();
    // Sway is asked, not a display of ours, which would bring a keyboard.
    let is_there = || (file.exists() && sway.tree().contains(r#""app_id": "late""#)).then_some(());
    await_some("the terminal", is_there);
    let mut display = connect(sway.name()).unwrap();
    display.perform(&Action::text("hello é\n", 0), soon()).unwrap();
    let arrived = || fs::read_to_string(&file).ok().filter(|t| t.ends_with('\n'));
    let text = await_some("a line in the file", arrived);
    foot.kill().unwrap();
    foot.wait().unwrap();
    assert_eq!(text, "hello é\n");
}

/// A browser goes by the places of keys too: letters, foreign letters and keys without a letter arrive in a page,
/// which shows what it holds as the title of its window. No emoji: of a key's character Chromium keeps 16 bits.
#[test]
fn what_is_typed_arrives_in_a_browser() {
    let mut scene = Scene::new("output HEADLESS-1 mode 1280x720");
    let page = scene.file("page.html");
    let script = "oninput=\"document.title='holds '+this.value.replace(/\\n/g,'|')\"";
    let head = "<!doctype html><meta charset=utf-8><title>page</title>";
    fs::write(&page, format!("{head}<textarea autofocus rows=20 cols=80 {script}></textarea>")).unwrap();
    let (page, profile) = (format!("--app=file://{}", page.display()), scene.file("profile"));
    let profile = format!("--user-data-dir={}", profile.display());
    let quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--password-store=basic"];
    scene.launch(&[["chromium", "--ozone-platform=wayland", &page, &profile].as_slice(), &quiet].concat());
    scene.await_window("page");
    let text = "Grüße, Ж я 漢字 € (a+b)=\"C\"";
    scene.act(&Action::text(&format!("Z{text}\n!?"), 0));
    for key in ["BackSpace", "Up", "Home", "Delete", "ctrl+End", "shift+Home", "ctrl+x", "ctrl+v"] {
        scene.act(&chord(key));
    }
    let wanted = format!("holds {text}|!");
    let title = |scene: &mut Scene| scene.display.windows().unwrap().pop().map(|w| w.title).unwrap_or_default();
    await_some(&wanted, || (title(&mut scene) == wanted).then_some(()));
}

/// Clicks each of thirty buttons in the middle, as the program itself says where that is.
fn check_clicks(settings: &str, scale: f64) {
    let mut scene = Scene::new(settings);
    let log = scene.buttons("buttons");
    let places = log.places();
    let area = scene.window("buttons").unwrap().area;
    let monitors = scene.display.monitors().unwrap();
    assert!(monitors.iter().any(|m| (m.scale - scale).abs() < 1e-9 && m.area.holds(&area)), "{monitors:?} {area}");
    let mut wanted = Vec::new();
    for turn in 0..places.len() {
        // Not one after the other, so that each click needs its own way.
        let number = turn * 7 % places.len();
        let [x, y, w, h] = places[number];
        let middle = |from: i32, length: i32| (f64::from(from) + f64::from(length) / 2.0) * scale;
        let at = PointPx::new(area.x + middle(x, w) as i32, area.y + middle(y, h) as i32);
        scene.act(&Action::click(at, Button::Left, 1));
        wanted.push(Value::from(number));
    }
    assert_eq!(wanted.len(), 30);
    await_some("the last click", || (log.all("clicked").len() >= wanted.len()).then_some(()));
    assert_eq!(log.all("clicked"), wanted);
}

#[test]
fn thirty_of_thirty_clicks_hit() {
    check_clicks("output HEADLESS-1 mode 1280x720", 1.0);
}

#[test]
fn thirty_of_thirty_clicks_hit_on_a_scaled_output() {
    check_clicks("output HEADLESS-1 mode 1280x720 scale 1.5", 1.5);
}

#[test]
fn thirty_of_thirty_clicks_hit_on_the_second_of_two_outputs_of_different_scales() {
    let outputs = "output HEADLESS-1 mode 800x600 scale 1\noutput HEADLESS-2 mode 1280x720 scale 1.5";
    let places = "output HEADLESS-1 pos 0 0\noutput HEADLESS-2 pos 800 0\nworkspace 1 output HEADLESS-2";
    check_clicks(&format!("{outputs}\n{places}\nfocus output HEADLESS-2"), 1.5);
}

/// A click on the edge of a window's pixels is on it, and one pixel further is not.
#[test]
fn the_last_pixel_of_a_scaled_window_is_hit() {
    let mut scene = Scene::new("output HEADLESS-1 mode 1280x720 scale 1.5\ndefault_border none");
    let log = scene.buttons("buttons");
    let places = log.places();
    let area = scene.window("buttons").unwrap().area;
    scene.act(&Action::click(PointPx::new(area.right() - 4, area.bottom() - 4), Button::Left, 1));
    scene.act(&Action::click(PointPx::new(area.x + 4, area.y + 4), Button::Left, 1));
    let clicked = await_some("two clicks", || Some(log.all("clicked")).filter(|c| c.len() == 2));
    assert_eq!(clicked, [Value::from(places.len() - 1), Value::from(0)]);
}

#[test]
fn every_named_key_and_chord_arrives() {
    let mut scene = Scene::new("output HEADLESS-1 mode 640x480");
    let log = scene.buttons("keys");
    let named = Chord::NAMED.map(|name| Action::Key { chord: Chord::plain(name) });
    let chords = ["ctrl+a", "ctrl+shift+t", "alt+F4", "super+l", "ctrl+é", "shift+Tab", "ctrl+Plus"].map(chord);
    for action in named.iter().chain(&chords) {
        scene.act(action);
    }
    let lines = await_some("the last key", || {
        let lines = log.lines();
        lines.iter().any(|l| l["key"] == "plus" && l["held"] != 1).then_some(lines)
    });
    let is_modifier = |name: &str| name.ends_with("_L") || name.starts_with("ISO_Level3");
    let keys: Vec<(String, u64)> = lines
        .iter()
        .filter_map(|l| Some((l["key"].as_str()?.to_owned(), l["held"].as_u64()?)))
        .filter(|(name, _)| !is_modifier(name))
        .collect();
    let names: Vec<&str> = keys.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "Return",
        "Escape",
        "Tab",
        "space",
        "BackSpace",
        "Delete",
        "Insert",
        "Home",
        "End",
        "Page_Up",
        "Page_Down",
        "Up",
        "Down",
        "Left",
        "Right",
        "F1",
        "F2",
        "F3",
        "F4",
        "F5",
        "F6",
        "F7",
        "F8",
        "F9",
        "F10",
        "F11",
        "F12",
        "Menu",
        "plus",
        "minus",
        "Print",
        "a",
        "T",
        "F4",
        "l",
        "eacute",
        "ISO_Left_Tab",
        "plus",
    ];
    assert_eq!(names, expected);
    // GDK's bits: Shift 1, Ctrl 4, Alt 8, Super 1 << 26.
    let held: Vec<u64> = keys[keys.len() - 7..].iter().map(|(_, held)| *held).collect();
    assert_eq!(held, [4, 5, 8, 1 << 26, 4, 1, 5]);
    let supers = lines.iter().filter(|l| l["key"] == "Super_L").count();
    assert_eq!(supers, 2);
}

#[test]
fn windows_are_listed_arranged_and_closed() {
    let mut scene = Scene::new("output HEADLESS-1 mode 1280x720 scale 1.5");
    scene.buttons("one");
    scene.buttons("two");
    let windows = scene.display.windows().unwrap();
    assert_eq!(windows.len(), 2, "{windows:?}");
    let (one, two) = (scene.window("one").unwrap(), scene.window("two").unwrap());
    assert!(two.focused && !one.focused && one.pid.is_some() && !one.app.is_empty(), "{one:?} {two:?}");
    assert!(one.area.intersect(&two.area).is_empty());
    scene.act(&Action::Activate { window: one.id });
    scene.await_window("one");
    let arrange = |how| Action::Arrange { window: one.id, how };
    scene.act(&arrange(Arrangement::Resize { width: 600, height: 450 }));
    scene.act(&arrange(Arrangement::Move { to: PointPx::new(150, 90) }));
    assert_eq!(scene.window("one").unwrap().area, RectPx::new(150, 90, 600, 450));
    scene.act(&arrange(Arrangement::Minimise));
    await_some("no window", || scene.window("one").is_none().then_some(()));
    scene.act(&arrange(Arrangement::Restore));
    await_some("the window", || scene.window("one"));
    scene.act(&arrange(Arrangement::Maximise));
    let whole = RectPx::new(0, 0, 1280, 720);
    let fills = |scene: &mut Scene| {
        let area = scene.window("one")?.area;
        // Half a logical pixel cannot be told.
        (area.x == 0 && area.y == 0 && (area.w - whole.w).abs() < 2 && area.h == whole.h).then_some(())
    };
    await_some("the window everywhere", || fills(&mut scene));
    scene.act(&arrange(Arrangement::Restore));
    scene.act(&Action::Close { window: two.id });
    await_some("no window", || scene.window("two").is_none().then_some(()));
    let gone = scene.display.perform(&Action::Close { window: two.id }, soon());
    assert!(matches!(gone, Err(DisplayError::NoWindow { window }) if window == two.id), "{gone:?}");
}

#[test]
fn a_press_is_refused_where_something_else_is() {
    let cover = "for_window [title=\"cover\"] floating enable, resize set 300 px 300 px, move position center";
    let mut scene = Scene::new(&format!("output HEADLESS-1 mode 640x480\n{cover}"));
    let log = scene.buttons("under");
    let [x, y, w, h] = log.places()[8];
    let window = scene.window("under").unwrap();
    let at = PointPx::new(window.area.x + x + w / 2, window.area.y + y + h / 2);
    let over = |window: Option<(u32, RectPx)>, looks| guardian::display::Over { at, window, looks };
    let press = |scene: &mut Scene, over| scene.display.press_over(Button::Left, &over, soon());
    let here = Some((window.id, window.area));
    assert!(matches!(press(&mut scene, over(here, None)), Err(DisplayError::Pointer { .. })));
    scene.act(&Action::Move { to: at });
    let frame = scene.display.capture().unwrap();
    let looks = Some((frame, RectPx::new(at.x - w / 2 + 4, at.y - h / 2 + 4, w - 8, h - 8)));
    let moved = Some((window.id, window.area.offset(5, 0)));
    assert!(matches!(press(&mut scene, over(moved, None)), Err(DisplayError::Moved { .. })));
    assert!(matches!(press(&mut scene, over(Some((99_999, window.area)), None)), Err(DisplayError::NoWindow { .. })));
    // The button may still be lighting up under the pointer.
    let lit = Settle { quiet: Duration::from_millis(250), limit: Duration::from_secs(5) };
    let frame = settle(scene.display.as_mut(), lit).unwrap();
    let looks = looks.map(|(_, area)| (frame, area));
    press(&mut scene, over(here, looks.clone())).unwrap();
    scene.act(&Action::Release { button: Button::Left });
    await_some("the click", || log.all("clicked").contains(&Value::from(8)).then_some(()));
    scene.buttons("cover");
    let refused = press(&mut scene, over(here, None));
    assert!(matches!(refused, Err(DisplayError::Covered { .. })), "{refused:?}");
    // A window is listed before it is drawn.
    let before = looks.as_ref().map(|(frame, _)| frame.clone()).unwrap();
    await_some("the other window's picture", || (scene.display.capture().unwrap() != before).then_some(()));
    let wider = looks.map(|(frame, area)| (frame, area.grow(60)));
    let refused = press(&mut scene, over(None, wider));
    assert!(matches!(refused, Err(DisplayError::Changed { .. })), "{refused:?}");
}

#[test]
fn text_goes_through_the_clipboard_and_the_marked_text() {
    let scene = Scene::new("output HEADLESS-1 mode 320x240");
    let (mut ours, mut theirs) = (connect(scene.sway.name()).unwrap(), connect(scene.sway.name()).unwrap());
    let long: String = "длинный текст 漢字 ".repeat(20_000);
    for selection in [Selection::Clipboard, Selection::Primary] {
        assert_eq!(theirs.selection(selection).unwrap(), None);
        for text in ["kopiert: é 漢字 😀\n", long.as_str()] {
            ours.offer(selection, Some(text)).unwrap();
            assert_eq!(theirs.selection(selection).unwrap().as_deref(), Some(text));
        }
        theirs.offer(selection, Some("newer")).unwrap();
        assert_eq!(ours.selection(selection).unwrap().as_deref(), Some("newer"));
        ours.offer(selection, None).unwrap();
        assert_eq!(theirs.selection(selection).unwrap(), None);
    }
}

#[test]
fn hands_ask_the_reins() {
    let mut scene = Scene::new("output HEADLESS-1 mode 320x240");
    let typed = terminal(&mut scene);
    let reins = Arc::new(Reins::new().unwrap());
    scene.display.rein(Arc::clone(&reins), guardian::display::Pace::Quick);
    let click = Action::click(PointPx::new(5, 5), Button::Left, 1);
    scene.act(&click);
    reins.person_moved(1);
    assert!(matches!(scene.display.perform(&click, soon()), Err(DisplayError::Person)));
    scene.act(&Action::Release { button: Button::Left });
    reins.person_left();
    let stop = {
        let reins = Arc::clone(&reins);
        thread::spawn(move || {
            let has_begun = || fs::metadata(&typed).is_ok_and(|m| m.len() > 20);
            await_some("the first lines", || has_begun().then_some(()));
            reins.person_moved(2);
        })
    };
    let text = "x\n".repeat(1500);
    let cut = scene.display.perform(&Action::text(&text, 0), soon());
    assert!(matches!(cut, Err(DisplayError::Interrupted { sent, of: 3000, .. }) if sent < 3000), "{cut:?}");
    stop.join().unwrap();
    reins.stop();
    assert!(matches!(scene.display.perform(&click, soon()), Err(DisplayError::Stopped)));
}

#[test]
fn a_compositor_that_hangs_is_gone_and_not_waited_for() {
    let mut scene = Scene::new("output HEADLESS-1 mode 320x240");
    let process = Pid::from_raw(scene.sway.pid() as i32).unwrap();
    kill_process(process, Signal::STOP).unwrap();
    let started = Instant::now();
    let seen = scene.display.capture();
    assert!(matches!(seen, Err(DisplayError::Gone { .. })), "{seen:?}");
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    kill_process(process, Signal::CONT).unwrap();
}

/// A guardian that is killed while it holds a button leaves nothing held: its keeper lets go.
#[test]
fn a_button_that_was_left_held_is_let_go() {
    let mut scene = Scene::new("output HEADLESS-1 mode 640x480");
    let log = scene.buttons("held");
    let places = log.places();
    let area = scene.window("held").unwrap().area;
    let middle = |[x, y, w, h]: [i32; 4]| PointPx::new(area.x + x + w / 2, area.y + y + h / 2);
    scene.act(&Action::Move { to: middle(places[3]) });
    scene.act(&Action::Press { button: Button::Left });
    // No farewell: the connection just ends, as with a process that is killed.
    std::mem::forget(std::mem::replace(&mut scene.display, connect(scene.sway.name()).unwrap()));
    scene.display.release_all().unwrap();
    for number in [10, 20] {
        scene.act(&Action::click(middle(places[number]), Button::Left, 1));
    }
    let both = || [10, 20].iter().all(|n| log.all("clicked").contains(&Value::from(*n))).then_some(());
    await_some("clicks elsewhere", both);
}

/// What is captured stands upright, however the output is turned, and is counted in physical pixels.
fn check_turned(transform: &str, (width, height): (u32, u32)) {
    let mut scene = Scene::new(&format!("output HEADLESS-1 mode 1280x720 scale 1.5 transform {transform}"));
    scene.buttons("turned");
    let frame = scene.display.capture().unwrap();
    assert_eq!((frame.width(), frame.height()), (width, height), "{transform}");
    let whole = Monitor { name: "HEADLESS-1".into(), area: frame.bounds(), scale: 1.5 };
    assert_eq!(scene.display.monitors().unwrap(), [whole]);
    // The blue title bar is at the top.
    let mut is_blue = |x: u32, y: u32| {
        let [r, _, b] = scene.display.capture().unwrap().pixel(PointPx::new(x as i32, y as i32)).unwrap();
        b > r.saturating_add(40)
    };
    await_some("a title bar at the top", || is_blue(width / 2, 10).then_some(()));
    assert!(!is_blue(width / 2, height - 20) && !is_blue(20, height / 2) && !is_blue(width - 20, height / 2));
}

#[test]
fn turned_outputs_are_seen_upright() {
    check_turned("90", (720, 1280));
    check_turned("180", (1280, 720));
    check_turned("270", (720, 1280));
}

#[test]
fn doctor_says_what_works() {
    let scene = Scene::new("output HEADLESS-1 mode 320x240");
    let mut command = Command::new(PROGRAM);
    command.args(["doctor", "--json"]).env_remove("DISPLAY").env("WAYLAND_DISPLAY", scene.sway.name());
    let output = command.output().unwrap();
    let said: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for what in ["capture", "keyboard", "pointer", "windows", "places of windows", "clipboard"] {
        let finding = said.iter().find(|f| f["what"] == format!("wayland {what}"));
        assert_eq!(finding.unwrap()["state"], "good", "{what}");
    }
    assert!(said.iter().any(|f| f["what"] == "portal RemoteDesktop"));
    assert!(said.iter().any(|f| f["what"] == "portal ScreenCast"));
    let display = said.iter().find(|f| f["what"] == "display").unwrap();
    assert!(display["says"].as_str().unwrap().contains("320x240"), "{display}");
}
