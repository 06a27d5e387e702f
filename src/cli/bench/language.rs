//! `guardian bench language`: written requests, planned, beside what they mean.

use super::BenchError;
use crate::cli::args::BenchLanguageArgs;
use crate::cli::pieces::{CliError, Pieces};
use crate::cli::see::load;
use crate::planner::{Labels, Plan, Surroundings, outline, plan};
use crate::sight::records;
use crate::task::{DesktopChoice, FOUND, Policy, Request};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

/// What a written request means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    say: String,
    /// Its goals, one line each.
    #[serde(default)]
    want: Vec<String>,
    /// Other goals that are as right.
    #[serde(default)]
    or: Vec<Vec<String>>,
    /// What no goal may begin with: what was ruled out, put off or only asked about. Then whatever else is planned is right.
    #[serde(default)]
    never: Vec<String>,
    /// Whether to ask is right.
    #[serde(default)]
    ask: bool,
    #[serde(default)]
    #[expect(dead_code, reason = "for people who read the file")]
    family: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    request: Vec<Case>,
}

/// One request planned.
#[derive(Debug, Serialize)]
struct Planned {
    say: String,
    right: bool,
    /// Nothing was understood, or something was asked.
    asked: bool,
    /// The same plan came out the second time.
    same: bool,
    got: Vec<String>,
    want: Vec<String>,
    cpu_ms: f64,
}

/// Plans all requests of a file.
///
/// # Errors
/// [`BenchError::Requests`] where the file is no list of requests.
pub fn language(args: &BenchLanguageArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let text = fs::read_to_string(&args.file).map_err(|cause| BenchError::File { path: args.file.clone(), cause })?;
    let cases: Cases =
        toml::from_str(&text).map_err(|e| BenchError::Requests { path: args.file.clone(), why: e.to_string() })?;
    let mut around = surroundings();
    around.marker = (!args.grammar).then(|| Arc::clone(&pieces.marker));
    if let Some(picture) = &args.screen {
        let percept = (pieces.load_sight)()?.look(&load(picture)?, Vec::new())?;
        around.labels = Labels::of(&percept);
    }
    let planned: Vec<Planned> = cases.request.iter().map(|case| planned(case, &around)).collect();
    print(&planned, args).map_err(CliError::Print)?;
    Ok(ExitCode::SUCCESS)
}

/// A machine with usual applications, whatever this one has.
fn surroundings() -> Surroundings {
    let apps = [
        "calculator",
        "text editor",
        "editor",
        "file manager",
        "files",
        "terminal",
        "browser",
        "web browser",
        "mousepad",
        "galculator",
        "chromium",
        "terminal window",
        "spreadsheet",
        "calendar",
        "mail",
        "music player",
    ];
    Surroundings {
        home: "/home/ada".into(),
        apps: apps.map(str::to_owned).to_vec(),
        labels: Labels::default(),
        marker: None,
        task_timeout_ms: 60_000,
        attempts: 2,
    }
}

fn planned(case: &Case, around: &Surroundings) -> Planned {
    let request = Request {
        text: case.say.clone(),
        desktop: DesktopChoice::Given(":0".into()),
        cwd: "/home/ada".into(),
        timeout_ms: 60_000,
        policy: Policy::default(),
    };
    let began = cpu_ms();
    let got = outlines(&request, around);
    let cpu_ms = cpu_ms() - began;
    let same = outlines(&request, around) == got;
    let asked = got.is_none();
    let got = got.unwrap_or_default();
    let fits = |want: &Vec<String>| is_same_plan(want, &got);
    let is_ruled_out = |goal: &String| case.never.iter().any(|start| goal.starts_with(start));
    let right = if !case.never.is_empty() {
        !got.iter().any(is_ruled_out)
    } else if asked {
        case.ask
    } else {
        (!case.want.is_empty() && fits(&case.want)) || case.or.iter().any(fits)
    };
    Planned { say: case.say.clone(), right, asked, same, got, want: case.want.clone(), cpu_ms }
}

fn outlines(request: &Request, around: &Surroundings) -> Option<Vec<String>> {
    match plan(request, around) {
        Ok(Plan::Graph(graph)) => Some(graph.tasks().iter().map(|t| outline(&t.goal)).collect()),
        _ => None,
    }
}

/// Whether the goals are the same, one by one; applications that are opened on the way count as nothing.
fn is_same_plan(want: &[String], got: &[String]) -> bool {
    let fits = |got: &[&String]| want.len() == got.len() && want.iter().zip(got).all(|(w, g)| alike(w, g));
    let all: Vec<&String> = got.iter().collect();
    let is_opening = |g: &String| {
        ["open calculator", "open text editor"].contains(&g.as_str())
            || (g.starts_with("open /") && g.ends_with("in file manager"))
    };
    let without: Vec<&String> = got.iter().filter(|g| !is_opening(g)).collect();
    fits(&all) || fits(&without)
}

/// Words that say what kind of thing is meant, and no more.
const KINDS: [&str; 28] = [
    "the",
    "a",
    "an",
    "my",
    "field",
    "button",
    "box",
    "list",
    "drop-down",
    "dropdown",
    "menu",
    "checkbox",
    "slider",
    "link",
    "tab",
    "column",
    "text",
    "input",
    "icon",
    "section",
    "spinner",
    "slider",
    "entry",
    "option",
    "folder",
    "file",
    "item",
    "all",
];

/// Whether two goals are the same but for small words; what is asked may be worded in any way.
fn alike(want: &str, got: &str) -> bool {
    let plain = |text: &str| {
        let text = text.replace(FOUND, "<found>").to_lowercase().replace(['"', '“', '”', '\'', '.', ':', ','], "");
        let text = text.replacen("choose ", "click ", 1).replacen("key enter", "key return", 1);
        let words = text.split_whitespace().filter(|w| !KINDS.contains(w));
        words.map(|w| w.trim_end_matches([',', ':'])).collect::<Vec<_>>().join(" ")
    };
    let (want, got) = (plain(&of_record(want)), plain(&of_record(got)));
    want == got || (want.starts_with("ask") && got.starts_with("ask"))
}

/// "reply to: mail from Lea" and "answer: Lea's mail" as `reply: Lea`: acts by their first name, records by what tells
/// them from others, as the agent takes them.
fn of_record(outline: &str) -> String {
    let Some((act, which)) = outline.split_once(": ") else { return outline.to_owned() };
    let others = ["suggest", "context", "until", "each", "if"];
    let known = act.split(' ').count() <= 3 && !others.iter().any(|w| act.starts_with(w));
    let act = match act {
        "reply to" | "answer" | "respond to" => "reply",
        "get rid of" | "throw away" | "remove" | "discard" => "delete",
        act => act,
    };
    let key = records::key(which);
    if known && !key.is_empty() && !which.contains(", answer") { format!("{act}: {key}") } else { outline.to_owned() }
}

fn cpu_ms() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1000.0 + time.tv_nsec as f64 / 1e6
}

fn print(planned: &[Planned], args: &BenchLanguageArgs) -> io::Result<()> {
    let mut out = io::stdout();
    if args.json {
        for one in planned {
            writeln!(out, "{}", serde_json::to_string(one).unwrap_or_default())?;
        }
        return Ok(());
    }
    for one in planned.iter().filter(|p| args.wrong && !p.right) {
        writeln!(out, "✗ {}", one.say)?;
        writeln!(out, "    wanted {}", one.want.join(" | "))?;
        let got = if one.asked { "a question".into() } else { one.got.join(" | ") };
        writeln!(out, "    got    {got}")?;
    }
    let right = planned.iter().filter(|p| p.right).count();
    let asked = planned.iter().filter(|p| p.asked && !p.right).count();
    let mut times: Vec<f64> = planned.iter().map(|p| p.cpu_ms).collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    writeln!(
        out,
        "understood right: {right} of {} ({:.1} %), asked instead: {asked}",
        planned.len(),
        100.0 * right as f64 / planned.len().max(1) as f64
    )?;
    writeln!(out, "the same on a second run: {}", planned.iter().filter(|p| p.same).count())?;
    writeln!(out, "planning, CPU: median {:.2} ms, p95 {:.2} ms, most {:.2} ms", at(0.5), at(0.95), at(1.0))
}
