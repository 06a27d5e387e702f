//! The prompt over a real desktop, called and filled in by real key presses.

use super::OVER;
use super::house::House;
use guardian::display::{Desktop, Display};
use guardian::task::{Action, Chord, DesktopChoice, Modifier};
use std::path::Path;
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, MapState};

/// Whether the prompt is to be seen.
fn is_shown(connection: &impl Connection, root: u32) -> bool {
    let tree = connection.query_tree(root).unwrap().reply().unwrap();
    tree.children.into_iter().any(|window| {
        let name = connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::STRING, 0, 64).unwrap().reply();
        let is_prompt = name.is_ok_and(|name| name.value == b"Guardian");
        let attributes = connection.get_window_attributes(window).unwrap().reply();
        is_prompt && attributes.is_ok_and(|a| a.map_state == MapState::VIEWABLE)
    })
}

fn press(display: &mut dyn Display, chord: Chord) {
    display.perform(&Action::Key { chord }, Instant::now() + Duration::from_secs(5)).unwrap();
}

fn call() -> Chord {
    Chord { modifiers: vec![Modifier::Ctrl, Modifier::Alt], key: "Space".into() }
}

fn plain(key: &str) -> Chord {
    Chord { modifiers: Vec::new(), key: key.into() }
}

#[test]
fn a_key_calls_the_prompt_and_what_is_asked_there_is_done() {
    let choice = DesktopChoice::Private { width: 1280, height: 800 };
    let (desktop, mut display) = Desktop::open(Path::new(env!("CARGO_BIN_EXE_guardian")), &choice).unwrap();
    let (connection, screen) = x11rb::connect(Some(desktop.name())).unwrap();
    let root = connection.setup().roots[screen].root;
    let house = House::with(&[("DISPLAY", desktop.name())]);
    let shown_within = |limit: Duration, wanted: bool| {
        let began = Instant::now();
        while is_shown(&connection, root) != wanted {
            if began.elapsed() > limit {
                return None;
            }
        }
        Some(began.elapsed())
    };
    // The keys are heard once the prompt's process is up.
    let until = Instant::now() + Duration::from_secs(80);
    loop {
        press(display.as_mut(), call());
        if shown_within(Duration::from_secs(4), true).is_some() {
            break;
        }
        assert!(Instant::now() < until, "the prompt did not come");
    }
    let mut times = Vec::new();
    for _ in 0..7 {
        press(display.as_mut(), plain("Escape"));
        shown_within(Duration::from_secs(15), false).expect("Escape did not hide it");
        press(display.as_mut(), call());
        times.push(shown_within(Duration::from_secs(15), true).expect("the prompt did not come"));
    }
    times.sort();
    eprintln!("from the key to the prompt: median {:?}, most {:?}", times[3], times[6]);

    // On a desktop of its own, so that it can be watched here.
    press(display.as_mut(), plain("Tab"));
    let text = Action::Type { text: "open the calculator and compute 12 * 7".into(), gap_ms: 0, read_back: false };
    display.perform(&text, Instant::now() + Duration::from_secs(20)).unwrap();
    press(display.as_mut(), plain("Return"));
    let until = Instant::now() + Duration::from_secs(20);
    let run = loop {
        if let Some(row) = house.get("/runs")["runs"].as_array().and_then(|runs| runs.first().cloned()) {
            break row;
        }
        assert!(Instant::now() < until, "nothing was asked");
        // Who asks without a pause is refused.
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(
        (&run["text"], &run["origin"]),
        (&"open the calculator and compute 12 * 7".into(), &"the prompt".into())
    );
    let summary = house.until(run["run"].as_str().unwrap(), &OVER);
    assert_eq!((&summary["state"], &summary["answer"]), (&"passed".into(), &"84".into()), "{summary}");
    drop(house);
    shown_within(Duration::from_secs(20), false).expect("the prompt stayed without its service");
    drop(desktop);
}
