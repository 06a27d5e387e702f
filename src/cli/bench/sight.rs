//! `guardian bench sight`: how well and at what cost screens are read, beside other readers.

use super::BenchError;
use super::peers::{Python, Reader, Reading};
use super::score::{Box4, Counts, SeenElement, SeenWord, TextScore, score_elements, score_text};
use super::screens::{KINDS, Recipe, Screen, Studio};
use crate::cli::args::{BenchSightArgs, DrawnScreens};
use crate::cli::pieces::{CliError, Pieces};
use crate::cli::see::load;
use crate::display::processes::on_path;
use crate::screen::{Percept, RectPx};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// What one reader made of the screens of one kind.
#[derive(Debug, Clone, Default, Serialize)]
struct Row {
    screens: u32,
    text: TextScore,
    f1: f64,
    error_rate: f64,
    /// Seconds of CPU per screen.
    cpu_s: f64,
    /// The highest resident memory up to then.
    peak_mib: f64,
}

impl Row {
    fn add(&mut self, score: TextScore, reading: &Reading) {
        self.text.add(score);
        self.cpu_s = (self.cpu_s * f64::from(self.screens) + reading.cpu_s) / f64::from(self.screens + 1);
        self.screens += 1;
        self.peak_mib = self.peak_mib.max(reading.peak_mib);
        (self.f1, self.error_rate) = (self.text.words.f1(), self.text.error_rate());
    }
}

#[derive(Debug, Serialize)]
struct Table {
    version: &'static str,
    seed: u64,
    per_kind: usize,
    /// By kind of screen, then by reader.
    kinds: BTreeMap<String, BTreeMap<String, Row>>,
    all: BTreeMap<String, Row>,
    /// Guardian's elements on the pages, by role.
    elements: BTreeMap<String, Counts>,
}

impl Table {
    fn add(&mut self, screen: &Screen, reader: &str, reading: &Reading) {
        let score = score_text(&reading.words, &screen.lines);
        let kind = self.kinds.entry(screen.recipe.kind.clone()).or_default();
        kind.entry(reader.to_owned()).or_default().add(score, reading);
        self.all.entry(reader.to_owned()).or_default().add(score, reading);
        if reader == GUARDIAN {
            for (role, counts) in score_elements(&reading.elements, &screen.elements) {
                self.elements.entry(role).or_default().add(counts);
            }
        }
    }
}

const GUARDIAN: &str = "guardian";

/// `guardian bench sight`.
pub fn sight(args: &BenchSightArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let drawn = &args.drawn;
    let kinds = kinds(&drawn.kinds)?;
    let scratch = Scratch::new(drawn.keep.as_deref())?;
    let mut readers = vec![Reader::start(GUARDIAN, eyes_command(pieces))?];
    if !args.alone {
        readers.extend(peers(pieces)?);
    }
    let mut table = Table {
        version: env!("CARGO_PKG_VERSION"),
        seed: drawn.seed,
        per_kind: drawn.per_kind,
        kinds: BTreeMap::new(),
        all: BTreeMap::new(),
        elements: BTreeMap::new(),
    };
    read_all(drawn, &kinds, &scratch, &mut readers, |screen, reader, reading| table.add(screen, reader, reading))?;
    drawn.tell("sight.json", &table, &words(&table))
}

/// Draws each screen and has every reader read it.
pub(super) fn read_all(
    drawn: &DrawnScreens,
    kinds: &[String],
    scratch: &Scratch,
    readers: &mut [Reader],
    mut told: impl FnMut(&Screen, &str, &Reading),
) -> Result<(), BenchError> {
    let studio = Studio::open(&scratch.folder)?;
    for kind in kinds {
        for at in 0..drawn.per_kind {
            let screen = studio.draw(&Recipe::nth(kind, drawn.seed, at))?;
            for reader in &mut *readers {
                let reading = reader.read(&screen.picture)?;
                scratch.keep(&screen, reader.name, &reading)?;
                told(&screen, reader.name, &reading);
            }
            eprintln!("{kind} {}/{}", at + 1, drawn.per_kind);
        }
    }
    Ok(())
}

impl DrawnScreens {
    /// Prints a table as it is wanted, and keeps it as `name` where it is to be kept.
    pub(super) fn tell(&self, name: &str, table: &impl Serialize, words: &str) -> Result<ExitCode, CliError> {
        let json = serde_json::to_string_pretty(table).unwrap_or_default();
        if let Some(folder) = &self.keep {
            let path = folder.join(name);
            fs::write(&path, &json).map_err(|cause| BenchError::File { path, cause })?;
        }
        writeln!(io::stdout(), "{}", if self.json { &json } else { words }).map_err(CliError::Print)?;
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn kinds(wanted: &[String]) -> Result<Vec<String>, BenchError> {
    let known = |name: &&String| KINDS.contains(&name.as_str());
    match wanted.iter().find(|name| !known(name)) {
        Some(name) => Err(BenchError::NoKind { name: name.clone() }),
        None if wanted.is_empty() => Ok(KINDS.map(str::to_owned).to_vec()),
        None => Ok(wanted.to_vec()),
    }
}

pub(super) fn eyes_command(pieces: &Pieces) -> Command {
    let mut command = Command::new(&pieces.program);
    command.args(["bench", "look"]);
    command
}

fn peers(pieces: &Pieces) -> Result<Vec<Reader>, CliError> {
    if on_path("tesseract").is_none() {
        return Err(BenchError::Lacking { what: "tesseract", package: "tesseract-ocr" }.into());
    }
    let folder = pieces.config.store_dir().ok_or(CliError::NoHome)?.join("peers");
    let python = Python::open(&folder)?;
    Ok(vec![Reader::start("rapidocr", python.peer("rapidocr"))?, Reader::start("tesseract", python.peer("tesseract"))?])
}

/// Where pictures lie while they are read; kept where the person wants them.
pub(super) struct Scratch {
    pub folder: PathBuf,
    kept: bool,
}

impl Scratch {
    pub fn new(keep: Option<&Path>) -> Result<Self, BenchError> {
        let own = || std::env::temp_dir().join(format!("guardian-bench-{}", std::process::id()));
        let folder = keep.map_or_else(own, Path::to_owned);
        let folder = fs::create_dir_all(&folder)
            .and_then(|()| fs::canonicalize(&folder))
            .map_err(|cause| BenchError::File { path: folder.clone(), cause })?;
        Ok(Self { folder, kept: keep.is_some() })
    }

    fn keep(&self, screen: &Screen, reader: &str, reading: &Reading) -> Result<(), BenchError> {
        if !self.kept {
            return Ok(());
        }
        let path = screen.picture.with_extension(format!("{reader}.json"));
        let json = serde_json::json!({ "reading": reading, "lines": screen.lines, "elements": screen.elements });
        fs::write(&path, json.to_string()).map_err(|cause| BenchError::File { path, cause })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let waste = if self.kept { self.folder.join("profile") } else { self.folder.clone() };
        // Left-overs in a temporary folder harm nobody.
        let _ = fs::remove_dir_all(waste);
    }
}

fn words(table: &Table) -> String {
    let mut lines = vec![format!(
        "{:<14}{:<11}{:>7}{:>9}{:>9}{:>9}{:>9}{:>10}{:>10}",
        "screens", "reader", "words", "prec.", "recall", "F1", "CER %", "CPU s", "peak MiB"
    )];
    let row = |kind: &str, reader: &str, row: &Row| {
        format!(
            "{kind:<14}{reader:<11}{:>7}{:>9.4}{:>9.4}{:>9.4}{:>9.2}{:>10.3}{:>10.0}",
            row.text.words.there,
            row.text.words.precision(),
            row.text.words.recall(),
            row.f1,
            row.error_rate * 100.0,
            row.cpu_s,
            row.peak_mib
        )
    };
    for (kind, readers) in &table.kinds {
        lines.extend(readers.iter().map(|(reader, r)| row(kind, reader, r)));
    }
    lines.extend(table.all.iter().map(|(reader, r)| row("all", reader, r)));
    if let Some(own) = table.all.get(GUARDIAN) {
        lines.extend(table.all.iter().filter(|(name, _)| *name != GUARDIAN).map(|(name, peer)| {
            let (cpu, memory) = (own.cpu_s / peer.cpu_s, own.peak_mib / peer.peak_mib);
            format!("of {name}'s: CPU {cpu:.3}, peak memory {memory:.3}")
        }));
    }
    lines.push(format!("{:<16}{:>7}{:>9}{:>9}{:>9}", "elements", "there", "prec.", "recall", "F1 @.5"));
    lines.extend(
        table.elements.iter().map(|(role, c)| {
            format!("{role:<16}{:>7}{:>9.3}{:>9.3}{:>9.3}", c.there, c.precision(), c.recall(), c.f1())
        }),
    );
    lines.join("\n")
}

/// `guardian bench look`: Guardian's own eyes, asked as their peers are.
pub fn look(pieces: &Pieces) -> Result<ExitCode, CliError> {
    let mut sight = (pieces.load_sight)()?;
    for line in io::stdin().lock().lines() {
        let path = PathBuf::from(line.map_err(CliError::Print)?);
        // Each picture is a first look: nothing that was read before may help.
        sight.forget();
        let (before, begun, started) = (sight.lines_read(), cpu_s(), Instant::now());
        let percept = sight.look(&load(&path)?, Vec::new())?;
        let (cpu_s, wall_s) = (cpu_s() - begun, started.elapsed().as_secs_f64());
        let after = sight.lines_read();
        let lines = (after.all - before.all, after.again - before.again);
        let reading = Reading { lines, ..reading(&percept, cpu_s, wall_s) };
        let json = serde_json::to_string(&reading).unwrap_or_default();
        writeln!(io::stdout(), "{json}").and_then(|()| io::stdout().flush()).map_err(CliError::Print)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn reading(percept: &Percept, cpu_s: f64, wall_s: f64) -> Reading {
    let box4 = |a: RectPx| -> Box4 { [a.x as f32, a.y as f32, a.w as f32, a.h as f32] };
    let words = percept.text.iter().flat_map(|t| &t.words);
    Reading {
        words: words.map(|w| SeenWord { text: w.text.clone(), area: box4(w.area) }).collect(),
        elements: percept
            .elements
            .iter()
            .map(|e| SeenElement { role: e.role, area: box4(e.area), state: e.state })
            .collect(),
        cpu_s,
        wall_s,
        peak_mib: peak_mib(),
        reading_cpu_s: percept.cpu_ms.get("recognise").copied().unwrap_or_default() / 1e3,
        lines: (0, 0),
    }
}

/// User and system time of this process, in seconds.
pub fn cpu_s() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok());
    peak.unwrap_or_default() / 1024.0
}
