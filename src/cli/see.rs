//! `guardian see` and `guardian find`.

use super::args::{FindArgs, SeeArgs, Spot};
use super::pieces::{CliError, Pieces};
use super::watch::watch;
use crate::display::{Settle, connect, settle};
use crate::guardian::Words;
use crate::screen::{Frame, Percept, RectPx, Role, Window};
use crate::sight::find::{Candidate, Finding, best_window, find as find_in};
use crate::sight::{Phrase, SightError, annotate};
use image::{ImageReader, Limits};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// The most pixels that a picture may have: more than any screen.
const MOST_PIXELS: u64 = 16_384 * 16_384 / 4;

/// How long applications may take to say what they show: for one look, with a connection of its own, more than
/// for one of many.
const PATIENCE: Duration = Duration::from_millis(600);

/// `guardian see [IMAGE]`.
pub fn see(args: &SeeArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    if args.watch {
        return watch(args, pieces);
    }
    let Scene { frame, windows, said } = source(args.image.as_deref(), &args.spot, pieces)?;
    let area = match (&args.window, args.region) {
        (Some(title), _) => Some(window_area(&windows, title)?),
        (None, region) => region,
    };
    let (frame, offset) = match area {
        Some(area) => (cut(&frame, area)?, area.intersect(&frame.bounds())),
        None => (frame, RectPx::default()),
    };
    let (windows, said) = if area.is_some() { moved(windows, said, offset) } else { (windows, said) };
    let mut sight = pieces.sight()()?;
    let mut percept = sight.look(&frame, windows)?;
    said.join(&mut percept);
    if let Some(path) = &args.annotate {
        let rgba = annotate::annotate(&frame, &percept);
        save(path, &rgba, frame.width(), frame.height())?;
    }
    let text = if args.json { marked(&percept).to_string() } else { words(&percept) };
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)?;
    Ok(ExitCode::SUCCESS)
}

/// `guardian find "…" [IMAGE]`.
pub fn find(args: &FindArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let Scene { frame, windows, said } = source(args.image.as_deref(), &args.spot, pieces)?;
    let mut percept = pieces.sight()()?.look(&frame, windows)?;
    said.join(&mut percept);
    let phrase = Phrase::parse(&args.description);
    let finding = find_in(&percept, &phrase, None);
    let (best, others, outcome, code) = match finding {
        Finding::One(one, others) => (Some(*one), others, "found", 0),
        Finding::Tie(all) => (None, all, "tie", 3),
        Finding::None(_) => (None, Vec::new(), "absent", 1),
    };
    if args.json {
        let json = serde_json::json!({ "outcome": outcome, "found": best, "others": others });
        writeln!(io::stdout(), "{json}").map_err(CliError::Print)?;
        return Ok(ExitCode::from(code));
    }
    if let Some(one) = &best {
        writeln!(io::stdout(), "{}", line(one)).map_err(CliError::Print)?;
    }
    let mut said: Vec<String> = match outcome {
        "tie" => vec![format!("{} things fit equally well:", others.len())],
        "absent" => vec![format!("“{}” is not there", args.description)],
        _ if others.is_empty() => Vec::new(),
        _ => vec!["others:".to_owned()],
    };
    said.extend(others.iter().take(5).map(|other| format!("  {}", line(other))));
    // Whoever read the first line may have gone.
    let _ = said.iter().try_for_each(|line| writeln!(io::stderr(), "{line}"));
    Ok(ExitCode::from(code))
}

fn line(c: &Candidate) -> String {
    let what = c.role.map_or("text", Role::name);
    format!("{}  {what} “{}” [{}] {:.2}", c.at, c.label, c.area, c.confidence)
}

/// A picture, or what a display shows with its windows and what the applications say.
struct Scene {
    frame: Frame,
    windows: Vec<Window>,
    said: Words,
}

fn source(image: Option<&Path>, spot: &Spot, pieces: &Pieces) -> Result<Scene, CliError> {
    if let Some(path) = image {
        return Ok(Scene { frame: load(path)?, windows: Vec::new(), said: Words::default() });
    }
    let mut display = connect(&pieces.seen(spot)?)?;
    let quiet = Duration::from_millis(pieces.config.display.settle_ms);
    let limit = Duration::from_millis(pieces.config.display.settle_limit_ms);
    let frame = settle(display.as_mut(), Settle { quiet, limit })?;
    let said = Words::ask(display.as_mut(), pieces.config.sight.accessibility, PATIENCE);
    Ok(Scene { frame, windows: display.windows()?, said })
}

pub(super) fn load(path: &Path) -> Result<Frame, CliError> {
    let failed = |cause| CliError::Image { path: path.to_owned(), cause };
    let open = || ImageReader::open(path).and_then(ImageReader::with_guessed_format);
    let (width, height) = open().map_err(|e| failed(e.into()))?.into_dimensions().map_err(failed)?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS {
        return Err(CliError::TooLarge { path: path.to_owned(), pixels, limit: MOST_PIXELS });
    }
    let mut reader = open().map_err(|e| failed(e.into()))?;
    reader.limits(Limits::default());
    let picture = reader.decode().map_err(failed)?.into_rgba8();
    let (width, height) = picture.dimensions();
    Frame::new(width, height, picture.into_raw()).map_err(|e| failed(image::ImageError::IoError(io::Error::other(e))))
}

fn cut(frame: &Frame, area: RectPx) -> Result<Frame, CliError> {
    let (width, height) = (frame.width(), frame.height());
    frame.crop(area).ok_or(CliError::Sight(SightError::Outside { area, width, height }))
}

fn window_area(windows: &[Window], title: &str) -> Result<RectPx, CliError> {
    let percept = Percept { windows: windows.to_vec(), ..Percept::default() };
    let found = best_window(&percept, title).and_then(|id| percept.window(id).map(|w| w.area));
    found.ok_or_else(|| CliError::NoWindow {
        title: title.to_owned(),
        open: windows.iter().filter(|w| !w.popup).map(|w| w.title.clone()).collect(),
    })
}

/// Windows and words in the space of a cut-out that begins at `offset`.
fn moved(mut windows: Vec<Window>, mut said: Words, offset: RectPx) -> (Vec<Window>, Words) {
    let shift = |area: &mut RectPx| *area = area.offset(-offset.x, -offset.y);
    windows.retain(|w| !w.area.intersect(&offset).is_empty());
    windows.iter_mut().for_each(|w| shift(&mut w.area));
    for element in &mut said.elements {
        shift(&mut element.area);
        element.within.iter_mut().for_each(shift);
    }
    (windows, said)
}

fn save(path: &Path, rgba: &[u8], width: u32, height: u32) -> Result<(), CliError> {
    let written =
        image::save_buffer_with_format(path, rgba, width, height, image::ColorType::Rgba8, image::ImageFormat::Png);
    written.map_err(|e| CliError::Write { path: path.to_owned(), cause: io::Error::other(e) })
}

/// The percept as JSON, each element with its number as `mark`: that on its badge in an annotated picture.
fn marked(percept: &Percept) -> serde_json::Value {
    let mut json = serde_json::to_value(percept).unwrap_or_default();
    let elements = json.get_mut("elements").and_then(|e| e.as_array_mut());
    for (at, element) in elements.into_iter().flatten().enumerate() {
        element["mark"] = (at + 1).into();
    }
    json
}

fn words(percept: &Percept) -> String {
    let mut lines = Vec::new();
    for w in percept.windows.iter().filter(|w| !w.popup) {
        let focus = if w.focused { ", has the keyboard" } else { "" };
        lines.push(format!("window “{}” [{}]{focus}", w.title, w.area));
    }
    let elements = percept.elements.iter().enumerate();
    for (at, e) in elements.filter(|(_, e)| !matches!(e.role, Role::Frame | Role::ListRow)) {
        let label = e.label.as_deref().map(|l| format!(" “{l}”")).unwrap_or_default();
        let value = e.value.as_deref().map(|v| format!(" = “{}”", v.replace('\n', " "))).unwrap_or_default();
        let ticked = match e.state.checked {
            Some(true) => " (ticked)",
            Some(false) => " (not ticked)",
            None => "",
        };
        lines.push(format!("#{} {}{label}{value}{ticked} [{}]", at + 1, e.role.name(), e.area));
    }
    lines.extend(percept.text.iter().map(|t| format!("text “{}” [{}]", t.text, t.area)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fs;

    const DOT: &[u8] = include_bytes!("../../fixtures/pictures/dot.png");

    /// Whatever the file holds, it is a frame or an error.
    fn check(bytes: &[u8]) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("picture.png");
        fs::write(&path, bytes).unwrap();
        if let Ok(frame) = load(&path) {
            assert_eq!(frame.rgba().len(), frame.width() as usize * frame.height() as usize * 4);
        }
    }

    #[test]
    fn a_picture_cut_off_anywhere_does_no_harm() {
        (0..DOT.len()).for_each(|end| check(&DOT[..end]));
    }

    proptest! {
        #[test]
        fn any_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            check(&bytes);
        }

        #[test]
        fn a_picture_with_damaged_bytes_does_no_harm(
            damage in prop::collection::vec((0..DOT.len(), any::<u8>()), 1..6),
        ) {
            let mut bytes = DOT.to_vec();
            damage.into_iter().for_each(|(at, value)| bytes[at] = value);
            check(&bytes);
        }

        #[test]
        fn any_number_of_bytes_is_a_frame_or_an_error(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            (width, height) in (0u32..20, 0u32..20),
        ) {
            let fits = width > 0 && height > 0 && bytes.len() == (width * height * 4) as usize;
            prop_assert_eq!(Frame::new(width, height, bytes).is_ok(), fits);
        }
    }
}
