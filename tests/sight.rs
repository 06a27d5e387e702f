//! Looking with the real networks: a second look sees what a first one would, and a damaged picture or
//! model is told.

use guardian::infer::{ICONS, Letters, Manifest, OnnxModel, Runtime, VisionModel};
use guardian::screen::{Frame, Percept, PointPx, RectPx};
use guardian::sight::{Networks, Sight, similarity};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn models() -> PathBuf {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("models/files");
    std::env::var_os("GUARDIAN_MODELS__DIR").map_or_else(default, PathBuf::from)
}

fn sight() -> Sight {
    let files = Manifest::pinned().unwrap().locate(&[models()], Letters::Latin).unwrap();
    // A process has one runtime.
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| Runtime::load(files.runtime.checked().unwrap()).unwrap());
    let load = |path: &Path| -> Box<dyn VisionModel> { Box::new(OnnxModel::load(runtime, path, 1).unwrap()) };
    let networks = Networks {
        detector: load(files.text_detection.checked().unwrap()),
        fast_reader: load(files.text_recognition_fast.checked().unwrap()),
        careful_reader: Some(load(files.text_recognition.checked().unwrap())),
        icons: Box::new(OnnxModel::from_bytes(runtime, "icons", ICONS, 1).unwrap()),
        glancer: None,
    };
    Sight::new(networks, 1920).unwrap()
}

fn picture(name: &str) -> Frame {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/finding").join(name);
    let picture = image::open(path).unwrap().into_rgba8();
    Frame::new(picture.width(), picture.height(), picture.into_raw()).unwrap()
}

/// `frame` with what stands in `from` drawn at `to` as well.
fn pasted(frame: &Frame, from: RectPx, to: (i32, i32)) -> Frame {
    let mut rgba = frame.rgba().to_vec();
    let width = frame.width() as i32;
    for y in 0..from.h {
        for x in 0..from.w {
            let (source, target) = (((from.y + y) * width + from.x + x) * 4, ((to.1 + y) * width + to.0 + x) * 4);
            rgba.copy_within(source as usize..source as usize + 4, target as usize);
        }
    }
    Frame::new(frame.width(), frame.height(), rgba).unwrap()
}

fn texts(percept: &Percept) -> Vec<&str> {
    percept.text.iter().map(|t| t.text.as_str()).collect()
}

#[test]
fn a_look_after_a_change_sees_what_a_first_look_would() {
    let mut sight = sight();
    let before = picture("mail_gtk.png");
    let first = sight.look(&before, Vec::new()).unwrap();
    assert!(texts(&first).contains(&"Discard"), "{:?}", texts(&first));
    // The Discard button stands where Send was, and a line is gone.
    let after = pasted(&before, RectPx::new(1116, 490, 80, 40), (1192, 490));
    let after = pasted(&after, RectPx::new(574, 560, 200, 20), (574, 290));
    let on = sight.look(&after, Vec::new()).unwrap();
    assert!(on.took_ms.contains_key("changed_text") && !on.took_ms.contains_key("detect"), "{:?}", on.took_ms);
    sight.forget();
    let anew = sight.look(&after, Vec::new()).unwrap();
    assert_eq!(texts(&on), texts(&anew));
    assert_eq!(texts(&on).iter().filter(|t| **t == "Discard").count(), 2);
    assert!(!texts(&on).contains(&"Tomas"));
}

/// Places of a picture that are painted over: the box and its colour.
type Paint = (RectPx, [u8; 3]);

fn painted(frame: &Frame, paint: &[Paint]) -> Frame {
    let mut rgba = frame.rgba().to_vec();
    for (area, colour) in paint {
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                rgba[((y * frame.width() as i32 + x) * 4) as usize..][..3].copy_from_slice(colour);
            }
        }
    }
    Frame::new(frame.width(), frame.height(), rgba).unwrap()
}

/// `frame` with every colour in `area` brought nearer to `ground`, as what is disabled looks.
fn faded(frame: &Frame, area: RectPx, ground: [u8; 3]) -> Frame {
    recoloured(frame, area, |c, value| ((u16::from(value) * 45 + u16::from(ground[c]) * 55) / 100) as u8)
}

fn recoloured(frame: &Frame, area: RectPx, colour: impl Fn(usize, u8) -> u8) -> Frame {
    let mut rgba = frame.rgba().to_vec();
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            let at = ((y * frame.width() as i32 + x) * 4) as usize;
            (0..3).for_each(|c| rgba[at + c] = colour(c, rgba[at + c]));
        }
    }
    Frame::new(frame.width(), frame.height(), rgba).unwrap()
}

/// The lines in and around `area`, in reading order.
fn texts_near(percept: &Percept, area: RectPx) -> Vec<&str> {
    percept.text.iter().filter(|t| !t.area.intersect(&area).is_empty()).map(|t| t.text.as_str()).collect()
}

/// A look at `after` once `before` was seen, and a first look at it.
fn looks(sight: &mut Sight, before: &Frame, after: &Frame) -> (Percept, Percept) {
    sight.forget();
    sight.look(before, Vec::new()).unwrap();
    let on = sight.look(after, Vec::new()).unwrap();
    sight.forget();
    let anew = sight.look(after, Vec::new()).unwrap();
    (on, anew)
}

/// Looks at `before` and then at `after`, and expects the texts near the change that a first look at `after` has.
fn check_change(sight: &mut Sight, what: &str, before: &Frame, after: &Frame, near: RectPx) {
    let (on, anew) = looks(sight, before, after);
    assert!(!on.took_ms.contains_key("detect"), "{what}: {:?}", on.took_ms);
    assert_eq!(texts_near(&on, near), texts_near(&anew, near), "{what}");
}

/// The first line that says `text`.
fn place_of(percept: &Percept, text: &str) -> RectPx {
    percept.text.iter().find(|t| t.text == text).unwrap_or_else(|| panic!("no “{text}” in {:?}", texts(percept))).area
}

#[test]
fn every_kind_of_change_is_read_as_a_first_look_would() {
    let mut sight = sight();
    let page = picture("mail_gtk.png");
    let seen = sight.look(&page, Vec::new()).unwrap();
    let line = place_of(&seen, "Discard");
    let ground = page.pixel(PointPx::new(line.x - 3, line.center().y)).unwrap();
    // A button is disabled: its text fades.
    let disabled = faded(&page, line.grow(4), ground);
    check_change(&mut sight, "disabled", &page, &disabled, line.grow(8));
    // A text goes, and comes back as if it was typed.
    let empty = painted(&page, &[(line.grow(2), ground)]);
    check_change(&mut sight, "emptied", &page, &empty, line.grow(8));
    check_change(&mut sight, "typed", &empty, &page, line.grow(8));
    // A row is chosen: its ground gets another colour, its text is white.
    let row = RectPx::new(line.x - 20, line.y - 8, line.w + 40, line.h + 16);
    let chosen = recoloured(&page, row, |_, value| 255 - value);
    check_change(&mut sight, "chosen", &page, &chosen, line.grow(4));
    // A menu pops up beside the page's text, and goes.
    let menu = RectPx::new(1100, 480, 170, 120);
    let popped = pasted(&page, menu, (600, 560));
    check_change(&mut sight, "popped up", &page, &popped, RectPx::new(604, 564, 162, 112));
    check_change(&mut sight, "closed", &popped, &page, RectPx::new(604, 564, 162, 112));
    // And over text. What comes to light again is searched on a part of the screen, where a box may be a pixel
    // larger than on the whole, and the fast reader is not steady under that: letters may be read otherwise.
    let over = pasted(&page, menu, (600, 300));
    let near = RectPx::new(604, 304, 162, 112);
    let (on, anew) = looks(&mut sight, &over, &page);
    let (on, anew) = (texts_near(&on, near), texts_near(&anew, near));
    assert_eq!(on.len(), anew.len(), "{on:?} {anew:?}");
    assert!(on.iter().zip(&anew).all(|(a, b)| similarity(a, b) > 0.6), "{on:?} {anew:?}");
}

#[test]
fn a_mark_in_a_box_to_tick_is_no_text() {
    let mut sight = sight();
    let area = RectPx::new(100, 100, 16, 16);
    let white = Frame::new(640, 400, vec![255; 640 * 400 * 4]).unwrap();
    let border = [(area, [90; 3]), (area.grow(-1), [255; 3])];
    let unticked = painted(&white, &border);
    let tick: Vec<Paint> = (0..8).map(|i| (RectPx::new(104 + i, 108 + (i - 3).abs() - 3, 2, 3), [20; 3])).collect();
    let ticked = painted(&unticked, &tick);
    check_change(&mut sight, "ticked", &unticked, &ticked, area.grow(20));
    check_change(&mut sight, "unticked", &ticked, &unticked, area.grow(20));
}

#[test]
fn the_smallest_frames_and_noise_are_looked_at() {
    let mut sight = sight();
    for width in 1..=8 {
        for height in [1, 2, 5, 8] {
            let bytes = (0..width * height * 4).map(|i| (i * 97 % 251) as u8).collect();
            let frame = Frame::new(width, height, bytes).unwrap();
            for frame in [frame.clone(), recoloured(&frame, RectPx::new(0, 0, 1, 1), |_, v| !v)] {
                let percept = sight.look(&frame, Vec::new()).unwrap();
                assert!(percept.elements.iter().all(|e| frame.bounds().holds(&e.area)), "{width}x{height}");
            }
        }
    }
}

#[test]
fn an_unchanged_frame_is_the_same_percept() {
    let mut sight = sight();
    let frame = picture("login_glass.png");
    let (first, again) = (sight.look(&frame, Vec::new()).unwrap(), sight.look(&frame, Vec::new()).unwrap());
    assert_eq!((&first.text, &first.elements), (&again.text, &again.elements));
    assert!(!again.took_ms.contains_key("detect"));
}
