//! `guardian bench eyes`: our own networks beside what they replace, on the same screens in one run.

use super::peers::{Reader, Reading};
use super::score::{TextScore, score_text};
use super::screens::Screen;
use super::sight::{Scratch, eyes_command, kinds, read_all};
use crate::cli::args::DrawnScreens;
use crate::cli::pieces::{CliError, Pieces};
use serde::Serialize;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Who reads, as the settings name them; the last one alone is what the others are held against.
const READERS: [&str; 3] = ["own", "quick", "careful"];
const AGAINST: &str = "careful";

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
pub fn eyes(drawn: &DrawnScreens, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let kinds = kinds(&drawn.kinds)?;
    let scratch = Scratch::new(drawn.keep.as_deref())?;
    let start = |name: &'static str| {
        let mut command = eyes_command(pieces);
        command.env("GUARDIAN_SIGHT__READER", name);
        Reader::start(name, command)
    };
    let mut readers = READERS.into_iter().map(start).collect::<Result<Vec<_>, _>>()?;
    let version = env!("CARGO_PKG_VERSION");
    let mut table = Table { version, seed: drawn.seed, kinds: BTreeMap::new(), all: BTreeMap::new() };
    read_all(drawn, &kinds, &scratch, &mut readers, |screen, reader, reading| table.add(screen, reader, reading))?;
    drawn.tell("eyes.json", &table, &words(&table))
}

fn words(table: &Table) -> String {
    let mut lines = vec![format!(
        "{:<14}{:<9}{:>7}{:>9}{:>9}{:>9}{:>8}{:>9}{:>11}",
        "screens", "reader", "words", "F1", "CER %", "again %", "lines", "look s", "reading s"
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
            let share = r.reading_cpu_s / against.reading_cpu_s.max(f64::MIN_POSITIVE);
            format!("{name}: reading takes {share:.3} of what {AGAINST} takes (1/{:.1}), in CPU time", 1.0 / share)
        }));
    }
    lines.join("\n")
}
