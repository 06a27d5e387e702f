//! `guardian bench eyes`: our own networks beside what they replace, on the same screens in one run.

use super::peers::{Reader, Reading};
use super::score::{TextScore, score_text};
use super::screens::Screen;
use super::shots::{self, ElementScore};
use super::sight::{Scratch, eyes_command, kinds, read_all};
use crate::cli::args::BenchEyesArgs;
use crate::cli::pieces::{CliError, Pieces};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// Who looks: a name, who finds and who reads, as the settings name them.
type Eyes = (&'static str, &'static str, &'static str);
/// The last one is what the others are held against.
const EYES: [Eyes; 4] =
    [("own", "own", "own"), ("reader", "rules", "own"), ("quick", "rules", "quick"), (AGAINST, "rules", "careful")];
const AGAINST: &str = "careful";
/// Those that find elements each in their own way.
const FINDERS: [Eyes; 2] = [EYES[0], EYES[2]];

/// What one reader made of the screens.
#[derive(Debug, Clone, Default, Serialize)]
struct Row {
    screens: u32,
    text: TextScore,
    f1: f64,
    error_rate: f64,
    /// Seconds of CPU for whole looks, and for reading lines alone.
    cpu_s: f64,
    reading_cpu_s: f64,
    lines: u64,
    /// Lines with words for the careful reader.
    again: u64,
}

impl Row {
    fn add(&mut self, score: TextScore, reading: &Reading) {
        self.screens += 1;
        self.text.add(score);
        self.cpu_s += reading.cpu_s;
        self.reading_cpu_s += reading.reading_cpu_s;
        self.lines += reading.lines.0;
        self.again += reading.lines.1;
        (self.f1, self.error_rate) = (self.text.words.f1(), self.text.error_rate());
    }

    fn per_screen(&self, cpu_s: f64) -> f64 {
        cpu_s / f64::from(self.screens.max(1))
    }
}

#[derive(Debug, Serialize)]
struct Table {
    version: &'static str,
    seed: u64,
    /// By kind of screen, then by reader.
    kinds: BTreeMap<String, BTreeMap<String, Row>>,
    all: BTreeMap<String, Row>,
    /// On pictures of real applications, by who finds.
    elements: BTreeMap<String, ElementScore>,
}

impl Table {
    fn add(&mut self, screen: &Screen, reader: &str, reading: &Reading) {
        let score = score_text(&reading.words, &screen.lines);
        let kind = self.kinds.entry(screen.recipe.kind.clone()).or_default();
        kind.entry(reader.to_owned()).or_default().add(score, reading);
        self.all.entry(reader.to_owned()).or_default().add(score, reading);
    }
}

/// `guardian bench eyes`.
pub fn eyes(args: &BenchEyesArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let drawn = &args.drawn;
    let kinds = kinds(&drawn.kinds)?;
    let scratch = Scratch::new(drawn.keep.as_deref())?;
    let version = env!("CARGO_PKG_VERSION");
    let mut table =
        Table { version, seed: drawn.seed, kinds: BTreeMap::new(), all: BTreeMap::new(), elements: BTreeMap::new() };
    if let Some(folder) = &args.shots {
        find_all(folder, pieces, &mut table.elements)?;
    }
    if drawn.per_kind > 0 {
        let mut readers = open(&EYES, pieces)?;
        read_all(drawn, &kinds, &scratch, &mut readers, |screen, reader, reading| table.add(screen, reader, reading))?;
    }
    drawn.tell("eyes.json", &table, &words(&table))
}

fn open(eyes: &[Eyes], pieces: &Pieces) -> Result<Vec<Reader>, CliError> {
    let start = |(name, finder, reader): &Eyes| {
        let mut command = eyes_command(pieces);
        command.env("GUARDIAN_SIGHT__FINDER", finder).env("GUARDIAN_SIGHT__READER", reader);
        Ok(Reader::start(name, command)?)
    };
    eyes.iter().map(start).collect()
}

/// Has all finders look at the shots in `folder`.
fn find_all(folder: &Path, pieces: &Pieces, scores: &mut BTreeMap<String, ElementScore>) -> Result<(), CliError> {
    let folder = folder.canonicalize().map_err(|cause| super::BenchError::File { path: folder.to_owned(), cause })?;
    let shots = shots::shots(&folder)?;
    let mut finders = open(&FINDERS, pieces)?;
    for (at, shot) in shots.iter().enumerate() {
        for finder in &mut finders {
            let reading = finder.read(&shot.picture)?;
            let score = scores.entry(finder.name.to_owned()).or_default();
            score.add(&reading.elements, shot, reading.cpu_s);
        }
        eprintln!("{} {}/{}", shot.picture.file_stem().unwrap_or_default().display(), at + 1, shots.len());
    }
    Ok(())
}

fn words(table: &Table) -> String {
    [element_words(table), text_words(table)].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn element_words(table: &Table) -> Vec<String> {
    if table.elements.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![shots::heading()];
    lines.extend(table.elements.iter().map(|(name, score)| score.words(name)));
    for (finder, score) in &table.elements {
        lines.push(format!(
            "{:<24}{:>7}{:>7}{:>9}{:>9}",
            format!("roles, {finder}"),
            "there",
            "seen",
            "recall",
            "prec."
        ));
        lines.extend(score.by_role.iter().map(|(role, c)| {
            format!("{role:<24}{:>7}{:>7}{:>9.3}{:>9.3}", c.there, c.seen, c.recall(), c.precision())
        }));
    }
    lines
}

fn text_words(table: &Table) -> Vec<String> {
    if table.all.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "{:<14}{:<9}{:>7}{:>9}{:>9}{:>9}{:>8}{:>9}{:>11}",
        "screens", "eyes", "words", "F1", "CER %", "again %", "lines", "look s", "reading s"
    )];
    let row = |kind: &str, reader: &str, row: &Row| {
        format!(
            "{kind:<14}{reader:<9}{:>7}{:>9.4}{:>9.2}{:>9.1}{:>8}{:>9.3}{:>11.3}",
            row.text.words.there,
            row.f1,
            row.error_rate * 100.0,
            row.again as f64 / row.lines.max(1) as f64 * 100.0,
            row.lines,
            row.per_screen(row.cpu_s),
            row.per_screen(row.reading_cpu_s)
        )
    };
    for (kind, readers) in &table.kinds {
        lines.extend(readers.iter().map(|(reader, r)| row(kind, reader, r)));
    }
    lines.extend(table.all.iter().map(|(reader, r)| row("all", reader, r)));
    if let Some(against) = table.all.get(AGAINST) {
        lines.extend(table.all.iter().filter(|(name, _)| *name != AGAINST).map(|(name, r)| {
            let share = |own: f64, other: f64| own / other.max(f64::MIN_POSITIVE);
            let reading = share(r.reading_cpu_s, against.reading_cpu_s);
            let look = share(r.cpu_s, against.cpu_s);
            format!(
                "{name}: reading takes 1/{:.1} of what {AGAINST} takes, whole looks 1/{:.1}, in CPU time",
                1.0 / reading,
                1.0 / look
            )
        }));
    }
    lines
}
