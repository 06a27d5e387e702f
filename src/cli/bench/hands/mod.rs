//! `guardian bench hands`: whether text arrives, clicks land, desktops keep apart and a stop stops, beside other hands.

mod clicks;
mod desktops;
pub(super) mod stage;
mod stop;
mod text;
pub(super) mod witness;

use crate::cli::args::{BenchHandsArgs, HandsPart};
use crate::cli::pieces::{CliError, Pieces};
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;

#[derive(Debug, Default, Serialize)]
struct Table {
    version: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    text: Vec<text::Figures>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    clicks: Vec<clicks::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    desktops: Option<desktops::Figures>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stop: Vec<stop::Figures>,
}

/// `guardian bench hands`.
pub fn hands(args: &BenchHandsArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let wanted = |part: HandsPart| args.only.is_empty() || args.only.contains(&part);
    let mut table = Table { version: env!("CARGO_PKG_VERSION"), ..Table::default() };
    if wanted(HandsPart::Text) {
        table.text = text::text(args, pieces)?;
    }
    if wanted(HandsPart::Clicks) {
        table.clicks = clicks::clicks(args, pieces)?;
    }
    if wanted(HandsPart::Desktops) {
        table.desktops = Some(desktops::desktops(args, pieces)?);
    }
    if wanted(HandsPart::Stop) {
        table.stop = stop::stop(args, pieces)?;
    }
    let said = if args.json { serde_json::to_string_pretty(&table).unwrap_or_default() } else { words(&table) };
    writeln!(io::stdout(), "{said}").map_err(CliError::Print)?;
    Ok(ExitCode::SUCCESS)
}

fn words(table: &Table) -> String {
    [
        text_words(&table.text),
        click_words(&table.clicks),
        desktop_words(table.desktops.as_ref()),
        stop_words(&table.stop),
    ]
    .concat()
    .join("\n")
}

fn text_words(rows: &[text::Figures]) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let head = ["toolkit", "typist", "runs", "wrong", "silent", "repaired", "lost", "s a text"];
    let mut lines = vec![format!(
        "{:<10}{:<11}{:>6}{:>7}{:>8}{:>10}{:>8}{:>10}",
        head[0], head[1], head[2], head[3], head[4], head[5], head[6], head[7]
    )];
    for r in rows {
        lines.push(format!(
            "{:<10}{:<11}{:>6}{:>7}{:>8}{:>10}{:>8}{:>10.2}",
            r.toolkit, r.typist, r.runs, r.wrong, r.silent, r.repaired, r.lost, r.wall_s
        ));
    }
    for toolkit in stage::Toolkit::ALL.map(stage::Toolkit::name) {
        let of = |typist| rows.iter().find(|r| r.toolkit == toolkit && r.typist == typist).map(|r| r.wall_s);
        if let (Some(own), Some(peer)) = (of("guardian"), of("xdotool")) {
            lines.push(format!("{toolkit}: {:.2} of xdotool's time", own / peer));
        }
    }
    lines
}

fn click_words(rows: &[clicks::Figures]) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "{:<10}{:>6}{:>9} {:<10}{:>8}{:>8}{:>9}{:>11}",
        "toolkit", "scale", "monitor", "hand", "targets", "landed", "refused", "elsewhere"
    )];
    for r in rows {
        lines.push(format!(
            "{:<10}{:>6}{:>9} {:<10}{:>8}{:>8}{:>9}{:>11}",
            r.toolkit, r.scale, r.monitor, r.hand, r.targets, r.landed, r.refused, r.elsewhere
        ));
    }
    for hand in ["guardian", "xdotool"] {
        let of =
            |count: fn(&clicks::Figures) -> usize| rows.iter().filter(|r| r.hand == hand).map(count).sum::<usize>();
        let all = of(|r| r.targets);
        if all > 0 {
            let (landed, refused, free) = (of(|r| r.landed), of(|r| r.refused), of(|r| r.refused_free));
            let elsewhere = of(|r| r.elsewhere);
            lines.push(format!(
                "{hand}: {landed} of {all} landed, {refused} refused ({free} of them needlessly), {elsewhere} elsewhere"
            ));
        }
    }
    lines
}

fn stop_words(rows: &[stop::Figures]) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "{:<11}{:>6}{:>8}{:>8}{:>9}{:>7}{:>8}{:>12}",
        "guardian", "stops", "p50 ms", "p99 ms", "most ms", "held", "living", "unrecorded"
    )];
    for r in rows {
        lines.push(format!(
            "{:<11}{:>6}{:>8}{:>8}{:>9}{:>7}{:>8}{:>12}",
            r.guardian, r.stops, r.p50_ms, r.p99_ms, r.most_ms, r.held, r.living, r.unrecorded
        ));
    }
    lines
}

fn desktop_words(figures: Option<&desktops::Figures>) -> Vec<String> {
    let Some(figures) = figures else { return Vec::new() };
    let mut lines = vec![format!("{:<10}{:>8}{:>8}{:>8}", "desktop", "CPU s", "wall s", "MB")];
    for d in &figures.desktops {
        lines.push(format!("{:<10}{:>8.2}{:>8.2}{:>8.1}", d.display, d.cpu_s, d.wall_s, d.pss_mb));
    }
    let most = |of: fn(&desktops::Cost) -> f64| figures.desktops.iter().map(of).fold(0.0, f64::max);
    let (cpu_s, mb) = (most(|d| d.cpu_s), most(|d| d.pss_mb));
    let (width, height) = figures.size;
    lines.push(format!(
        "at most {cpu_s:.2} CPU-s (goal .30) and {mb:.1} MB (goal 60) each, {width}x{height} with {}",
        figures.application
    ));
    let parts: Vec<String> = figures.parts_mb.iter().map(|(name, mb)| format!("{name} {mb:.1}")).collect();
    lines.push(format!("MB by program: {}", parts.join(", ")));
    let a = &figures.apart;
    lines.push(format!(
        "{} texts on {} desktops at once in {:.1} s: {} wrong, {} with stray characters, {} repaired",
        a.tasks,
        figures.desktops.len(),
        a.wall_s,
        a.wrong,
        a.strays,
        a.repaired
    ));
    lines
}
