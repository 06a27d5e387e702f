//! Looking with the real networks: a second look sees what a first one would, and a damaged picture or
//! model is told.

use guardian::infer::{ICONS, Letters, Manifest, OnnxModel, Runtime, VisionModel};
use guardian::screen::{Frame, Percept, RectPx};
use guardian::sight::{Networks, Sight};
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
        careful_reader: load(files.text_recognition.checked().unwrap()),
        icons: Box::new(OnnxModel::from_bytes(runtime, "icons", ICONS, 1).unwrap()),
    };
    Sight::new(networks, 1280).unwrap()
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
    assert!(on.took_ms.contains_key("changed") && !on.took_ms.contains_key("detect"), "{:?}", on.took_ms);
    sight.forget();
    let anew = sight.look(&after, Vec::new()).unwrap();
    assert_eq!(texts(&on), texts(&anew));
    assert_eq!(texts(&on).iter().filter(|t| **t == "Discard").count(), 2);
    assert!(!texts(&on).contains(&"Tomas"));
}

#[test]
fn an_unchanged_frame_is_the_same_percept() {
    let mut sight = sight();
    let frame = picture("login_glass.png");
    let (first, again) = (sight.look(&frame, Vec::new()).unwrap(), sight.look(&frame, Vec::new()).unwrap());
    assert_eq!((&first.text, &first.elements), (&again.text, &again.elements));
    assert!(!again.took_ms.contains_key("detect"));
}
