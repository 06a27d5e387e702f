//! `guardian bench change`: what a look costs after one widget of a full screen has changed, beside a first
//! look and a look at the same again.

use super::median;
use super::screens::{Recipe, Studio};
use super::sight::{Scratch, cpu_s, kinds};
use crate::cli::args::BenchChangeArgs;
use crate::cli::pieces::{CliError, Pieces};
use crate::cli::see::load;
use crate::screen::{Frame, Percept, RectPx, TextSpan, changes, compare};
use crate::sight::{Sight, SightError};
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;

/// The screen that is measured: a usual full one.
const SIZE: (u32, u32) = (1920, 1080);

/// How far around the change both looks are compared, in pixels.
const NEAR: i32 = 24;

/// What the looks at one screen cost, in milliseconds of CPU.
#[derive(Debug, Clone, Serialize)]
struct Row {
    kind: String,
    seed: u64,
    /// Pixels that the change touched.
    changed_pixels: u32,
    first_ms: f64,
    changed_ms: f64,
    unchanged_ms: f64,
    /// The look after the change, as a share of the first look.
    share: f64,
    /// Whether the lines in and around the change are those of a first look at the changed screen.
    same_text: bool,
    /// Lines that only one of both looks saw.
    lost: Vec<String>,
    added: Vec<String>,
    /// What share of the elements there are the same.
    same_elements: f64,
}

#[derive(Debug, Serialize)]
struct Table {
    version: &'static str,
    seed: u64,
    width: u32,
    height: u32,
    repeats: u32,
    screens: Vec<Row>,
    first_ms: f64,
    changed_ms: f64,
    unchanged_ms: f64,
    share: f64,
    /// The share of screens with the same text, and the mean share of same elements.
    same_text: f64,
    same_elements: f64,
}

/// `guardian bench change`.
pub fn change(args: &BenchChangeArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let kinds = kinds(&args.kinds)?;
    let scratch = Scratch::new(args.keep.as_deref())?;
    let studio = Studio::open(&scratch.folder)?;
    let mut sight = (pieces.load_sight)()?;
    let mut rows = Vec::new();
    for kind in &kinds {
        for at in 0..args.per_kind {
            let recipe = Recipe { width: SIZE.0, height: SIZE.1, scale: 1.0, ..Recipe::nth(kind, args.seed, at) };
            let before = load(&studio.draw(&recipe)?.picture)?;
            let after = load(&studio.draw(&Recipe { changed: true, ..recipe.clone() })?.picture)?;
            let changed_pixels = compare(&before, &after, after.bounds()).pixels;
            if changed_pixels == 0 {
                eprintln!("{kind} {}/{}: nothing on it changes", at + 1, args.per_kind);
                continue;
            }
            let row = Row { changed_pixels, ..measure(&mut sight, &recipe, &before, &after, args.repeats)? };
            eprintln!("{kind} {}/{}", at + 1, args.per_kind);
            rows.push(row);
        }
    }
    let table = table(args, rows);
    let text = if args.json { serde_json::to_string_pretty(&table).unwrap_or_default() } else { words(&table) };
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)?;
    Ok(ExitCode::SUCCESS)
}

/// CPU time in milliseconds of a look at `frame`, and what was seen.
fn look(sight: &mut Sight, frame: &Frame) -> Result<(f64, Percept), SightError> {
    let begun = cpu_s();
    let percept = sight.look(frame, Vec::new())?;
    Ok(((cpu_s() - begun) * 1000.0, percept))
}

fn measure(sight: &mut Sight, recipe: &Recipe, before: &Frame, after: &Frame, repeats: u32) -> Result<Row, SightError> {
    // Memory that only the first look of a process has to ask for is no part of what a look costs.
    look(sight, after)?;
    sight.forget();
    let (_, anew) = look(sight, after)?;
    // A copy, as a capture is: the same pixels elsewhere.
    let again = Frame::new(after.width(), after.height(), after.rgba().to_vec()).unwrap_or_else(|_| after.clone());
    let (mut first, mut changed, mut unchanged) = (Vec::new(), Vec::new(), Vec::new());
    let mut on = Percept::default();
    for _ in 0..repeats {
        sight.forget();
        first.push(look(sight, before)?.0);
        let (ms, percept) = look(sight, after)?;
        changed.push(ms);
        on = percept;
        unchanged.push(look(sight, &again)?.0);
    }
    let (first_ms, changed_ms, unchanged_ms) = (median(first), median(changed), median(unchanged));
    // Elsewhere both looks may differ too: lines that are read together are read a little differently.
    let areas: Vec<RectPx> = changes(before, after).iter().map(|area| area.grow(NEAR)).collect();
    let (on, anew) = (near(on, &areas), near(anew, &areas));
    let same = anew.elements.iter().filter(|e| on.elements.contains(e)).count();
    let most = anew.elements.len().max(on.elements.len());
    Ok(Row {
        kind: recipe.kind.clone(),
        seed: recipe.seed,
        changed_pixels: 0,
        first_ms,
        changed_ms,
        unchanged_ms,
        share: changed_ms / first_ms,
        same_text: texts(&on) == texts(&anew),
        lost: missing_in(&on, &anew),
        added: missing_in(&anew, &on),
        same_elements: if most == 0 { 1.0 } else { same as f64 / most as f64 },
    })
}

/// What of `percept` touches one of `areas`.
fn near(mut percept: Percept, areas: &[RectPx]) -> Percept {
    let touches = |area: RectPx| areas.iter().any(|a| !a.intersect(&area).is_empty());
    percept.text.retain(|t| touches(t.area));
    percept.elements.retain(|e| touches(e.area));
    percept
}

fn texts(percept: &Percept) -> Vec<&str> {
    percept.text.iter().map(|t| t.text.as_str()).collect()
}

/// The lines of `other`, with their boxes, that `percept` has not.
fn missing_in(percept: &Percept, other: &Percept) -> Vec<String> {
    let is_there = |t: &&TextSpan| percept.text.iter().any(|p| p.text == t.text && p.area.iou(&t.area) > 0.3);
    other.text.iter().filter(|t| !is_there(t)).map(|t| format!("{} [{}]", t.text, t.area)).collect()
}

fn table(args: &BenchChangeArgs, screens: Vec<Row>) -> Table {
    let of = |figure: fn(&Row) -> f64| median(screens.iter().map(figure).collect());
    let mean = |figure: fn(&Row) -> f64| screens.iter().map(figure).sum::<f64>() / screens.len().max(1) as f64;
    Table {
        version: env!("CARGO_PKG_VERSION"),
        seed: args.seed,
        width: SIZE.0,
        height: SIZE.1,
        repeats: args.repeats,
        first_ms: of(|r| r.first_ms),
        changed_ms: of(|r| r.changed_ms),
        unchanged_ms: of(|r| r.unchanged_ms),
        share: of(|r| r.share),
        same_text: mean(|r| f64::from(u8::from(r.same_text))),
        same_elements: mean(|r| r.same_elements),
        screens,
    }
}

fn words(table: &Table) -> String {
    let mut lines = vec![format!(
        "{:<14}{:>9}{:>11}{:>11}{:>12}{:>8}{:>7}{:>10}",
        "screen", "pixels", "first ms", "change ms", "no change", "share", "text", "elements"
    )];
    lines.extend(table.screens.iter().map(|r| {
        format!(
            "{:<14}{:>9}{:>11.1}{:>11.2}{:>12.2}{:>8}{:>7}{:>10.3}",
            r.kind,
            r.changed_pixels,
            r.first_ms,
            r.changed_ms,
            r.unchanged_ms,
            one_of(r.share),
            if r.same_text { "same" } else { "other" },
            r.same_elements
        )
    }));
    lines.push(format!(
        "{:<14}{:>9}{:>11.1}{:>11.2}{:>12.2}{:>8}{:>7.2}{:>10.3}",
        "median",
        "",
        table.first_ms,
        table.changed_ms,
        table.unchanged_ms,
        one_of(table.share),
        table.same_text,
        table.same_elements
    ));
    lines.push(format!("{}x{} pixels, milliseconds of CPU on one thread", table.width, table.height));
    lines.join("\n")
}

/// A share as `1/50`.
fn one_of(share: f64) -> String {
    format!("1/{:.0}", 1.0 / share)
}
