//! Text that arrives: mixed Unicode into three toolkits, beside xdotool and PyAutoGUI.

use super::stage::{PYTHON, Setting, Shows, Stage, Toolkit};
use crate::cli::args::BenchHandsArgs;

use crate::cli::bench::{BenchError, median};
use crate::cli::pieces::{CliError, Pieces};
use crate::display::DisplayError;
use crate::guardian::{Draft, write};
use crate::task::{Action, Arrived, Chord};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many characters a text has.
const LENGTH: usize = 200;
/// The least rest between two presses of one key, as agents use it, in milliseconds.
pub(super) const GAP_MS: u64 = 12;
/// An application that has said nothing new for this long has said all.
pub(super) const QUIET: Duration = Duration::from_millis(600);
pub(super) const DEADLINE: Duration = Duration::from_secs(60);

/// How one typist did in one toolkit.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    pub toolkit: &'static str,
    pub typist: &'static str,
    pub runs: usize,
    /// Texts that did not stand there in the end.
    pub wrong: usize,
    /// Of these, said to stand there exactly.
    pub silent: usize,
    /// Texts where something was lost at first, and put right.
    pub repaired: usize,
    /// Characters wrong, missing or too many, of all runs.
    pub lost: usize,
    pub characters: usize,
    /// The median time of a text, in seconds.
    pub wall_s: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typist {
    Guardian,
    Xdotool,
    PyAutoGui,
}

impl Typist {
    const fn name(self) -> &'static str {
        match self {
            Self::Guardian => "guardian",
            Self::Xdotool => "xdotool",
            Self::PyAutoGui => "PyAutoGUI",
        }
    }
}

/// Has every typist write in every toolkit.
pub fn text(args: &BenchHandsArgs, pieces: &Pieces) -> Result<Vec<Figures>, CliError> {
    let python = if args.alone { None } else { Some(pyautogui(pieces)?) };
    let typists: &[Typist] =
        if args.alone { &[Typist::Guardian] } else { &[Typist::Guardian, Typist::Xdotool, Typist::PyAutoGui] };
    let mut all = Vec::new();
    for toolkit in Toolkit::ALL {
        eprintln!("{} …", toolkit.name());
        let mut stage = Stage::open(pieces, toolkit, Shows::Text, Setting::PLAIN)?;
        let mut rows: Vec<Course> = typists.iter().map(|t| Course::new(toolkit, *t)).collect();
        for run in 0..args.runs {
            let text = mixed(args.seed.wrapping_mul(1000).wrapping_add(run as u64), LENGTH);
            for row in &mut rows {
                row.run(&mut stage, toolkit, &text, python.as_deref())?;
            }
        }
        all.extend(rows.into_iter().map(Course::end));
    }
    Ok(all)
}

/// One typist in one toolkit while the runs go on.
struct Course {
    typist: Typist,
    figures: Figures,
    walls: Vec<f64>,
}

impl Course {
    fn new(toolkit: Toolkit, typist: Typist) -> Self {
        let figures = Figures { toolkit: toolkit.name(), typist: typist.name(), ..Figures::default() };
        Self { typist, figures, walls: Vec::new() }
    }

    fn run(&mut self, stage: &mut Stage, toolkit: Toolkit, text: &str, python: Option<&Path>) -> Result<(), CliError> {
        empty(stage, toolkit)?;
        let begun = Instant::now();
        let said = self.type_text(stage, text, python)?;
        self.walls.push(begun.elapsed().as_secs_f64());
        let stands = stage.witness.text(text, QUIET);
        let figures = &mut self.figures;
        figures.runs += 1;
        figures.characters += text.chars().count();
        figures.lost += strsim::levenshtein(&stands, text);
        figures.wrong += usize::from(stands != text);
        figures.repaired += usize::from(matches!(said, Some(Arrived::Repaired { .. })) && stands == text);
        // A peer that ends without a word says that all is well.
        let sure = said.as_ref().is_none_or(Arrived::is_sure);
        figures.silent += usize::from(sure && stands != text);
        if stands != text && self.typist == Typist::Guardian {
            eprintln!("{} in {}: {said:?}\n  {text}\n  {stands}", self.typist.name(), toolkit.name());
        }
        Ok(())
    }

    /// Types `text`, and gives what the typist says of it, where it says anything.
    fn type_text(&self, stage: &mut Stage, text: &str, python: Option<&Path>) -> Result<Option<Arrived>, CliError> {
        let display = stage.desktop.name().to_owned();
        match self.typist {
            Typist::Guardian => {
                let window = stage.window()?;
                let deadline = Instant::now() + DEADLINE;
                let draft = Draft { window: window.as_ref(), text, gap_ms: GAP_MS, deadline };
                match write(stage.display.as_mut(), None, &draft) {
                    Ok(arrived) => Ok(Some(arrived)),
                    Err(DisplayError::Interrupted { why, .. }) => Ok(Some(Arrived::Unread { why })),
                    Err(error) => Err(error.into()),
                }
            }
            Typist::Xdotool => {
                let mut command = Command::new("xdotool");
                command.args(["type", "--clearmodifiers", "--delay", "12", "--", text]).env("DISPLAY", display);
                finish("xdotool", &mut command, "").map(|()| None)
            }
            Typist::PyAutoGui => {
                let Some(python) = python else { return Ok(None) };
                let mut command = Command::new(python);
                command.arg(stage.folder.join("programs.py")).args(["type", "0.012"]).env("DISPLAY", display);
                // Its library for X wants a file of access keys, however empty.
                command.env("XAUTHORITY", "/dev/null");
                finish("PyAutoGUI", &mut command, text).map(|()| None)
            }
        }
    }

    fn end(mut self) -> Figures {
        self.figures.wall_s = median(self.walls);
        self.figures
    }
}

fn finish(name: &'static str, command: &mut Command, input: &str) -> Result<(), CliError> {
    let failed = |said: String| BenchError::Reader { name, said };
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|e| failed(e.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that reads nothing is told nothing.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait().map_err(|e| failed(e.to_string()))?;
    Ok(())
}

/// Empties the field by the toolkit's own keys.
pub(super) fn empty(stage: &mut Stage, toolkit: Toolkit) -> Result<(), CliError> {
    let select_all = if toolkit == Toolkit::Tk { Chord::ctrl("/") } else { Chord::ctrl("a") };
    for _ in 0..5 {
        for chord in [select_all.clone(), Chord::plain("Delete")] {
            stage.display.perform(&Action::Key { chord }, Instant::now() + DEADLINE)?;
        }
        if stage.witness.text("", QUIET).is_empty() {
            return Ok(());
        }
    }
    let why = "its field cannot be emptied".to_owned();
    Err(BenchError::Application { name: toolkit.name(), why }.into())
}

/// PyAutoGUI in a Python of its own, which is kept between calls.
fn pyautogui(pieces: &Pieces) -> Result<PathBuf, CliError> {
    let folder = pieces.config.store_dir().ok_or(CliError::NoHome)?.join("peers-hands");
    Ok(crate::cli::bench::peers::environment(Path::new(PYTHON), &folder, &["pyautogui==0.9.54"])?)
}

/// Latin letters with and without accents, digits, punctuation, Greek and Cyrillic, Chinese, signs and pictures.
const SETS: [(&str, u64); 7] = [
    ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 46),
    ("0123456789", 10),
    (" ,.;:!?-_()[]{}<>@#$%^&*+=/\\|'\"`~", 18),
    ("àâäçéèêëîïñóöôùûüßœæøåÀÉÖÜÑÇšžčřłąęő", 12),
    ("αβγδλπσωΩБГДЖЗИЛПФЦЧШЭЮЯбгджзилпфцчшэюя", 8),
    ("漢字日本語中文한국어", 3),
    ("€£¥„“”–—…•→✓≈★😀🎉", 3),
];

/// A text of `length` characters of all kinds, another for each `seed`.
pub(super) fn mixed(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let total: u64 = SETS.iter().map(|(_, weight)| weight).sum();
    let mut one = |_| {
        let mut at = next(total);
        let set = SETS.iter().find(|(_, weight)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here
        });
        let letters: Vec<char> = set.map_or("a", |(letters, _)| letters).chars().collect();
        letters[next(letters.len() as u64) as usize]
    };
    (0..length).map(&mut one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_mixed_and_of_one_length() {
        let text = mixed(7, LENGTH);
        assert_eq!(text.chars().count(), LENGTH);
        assert!(text.chars().filter(|c| !c.is_ascii()).count() > 20, "{text}");
        assert_ne!(text, mixed(8, LENGTH));
    }
}
