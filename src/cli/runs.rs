//! `guardian runs list|show|report|retry`.

use super::args::{ListArgs, ReportArgs, RetryArgs, RunLogsArgs, RunNameArgs, ShowArgs};
use super::follow::{Follower, until_over as watch};
use super::live::Live;
use super::page;
use super::pieces::{CliError, Pieces, SharedStore};
use super::run::{conclude, execute};
use crate::guardian::{Work, now_ms, sweep};
use crate::store::{LogFilter, Moment, RunFilter, RunRow, Store};
use crate::task::{EventKind, Outcome, Report, Request, RunId, RunState, Signal, TaskState};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::{MutexGuard, PoisonError};

/// As many runs as a name is looked for in.
const LOOKED_THROUGH: usize = 10_000;

fn open(pieces: &Pieces) -> Result<SharedStore, CliError> {
    let store = (pieces.open_store)(&pieces.config)?;
    sweep(&mut *lock(&store), Moment::now())?;
    Ok(store)
}

fn lock(store: &SharedStore) -> MutexGuard<'_, dyn Store + 'static> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

fn print(text: &str) -> Result<(), CliError> {
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)
}

/// `guardian runs list`.
pub fn list(args: &ListArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = open(pieces)?;
    let store = lock(&store);
    let runs = store.runs(args.most)?;
    if runs.is_empty() && !args.json {
        eprintln!("there are none yet");
    }
    for run in runs {
        let Some(report) = Report::fold(&store.events(&run)?) else { continue };
        let text = report.request.as_ref().map(|r| r.text.replace('\n', " ")).unwrap_or_default();
        if args.json {
            let json = serde_json::json!({
                "run": report.run, "state": report.state, "request": text, "asked_ms": report.asked_ms,
                "ended_ms": report.ended_ms, "answer": report.answer, "reason": report.reason,
            });
            print(&json.to_string())?;
        } else {
            let ago = age(now_ms().saturating_sub(report.asked_ms));
            print(&format!("{}  {:<11} {ago:>8}  {text}", report.run, report.state.name()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn age(ms: u64) -> String {
    match ms / 1000 {
        s @ 0..=119 => format!("{s} s ago"),
        s @ 120..=7199 => format!("{} min ago", s / 60),
        s @ 7200..=172_799 => format!("{} h ago", s / 3600),
        s => format!("{} d ago", s / 86_400),
    }
}

/// The one run whose name begins so.
fn find(store: &dyn Store, name: &str) -> Result<RunId, CliError> {
    let runs = store.runs(LOOKED_THROUGH)?;
    if name == "last" {
        return runs.into_iter().next().ok_or_else(|| CliError::NoRun { name: name.to_owned() });
    }
    let lower = name.to_lowercase();
    let mut fits = runs.into_iter().filter(|r| r.0.starts_with(&lower) && !lower.is_empty());
    match (fits.next(), fits.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(CliError::ManyRuns { name: name.to_owned() }),
        (None, _) => Err(CliError::NoRun { name: name.to_owned() }),
    }
}

/// The same for who wants to step in: of those that are not over, the newest that `fits` is the `last`, else the newest.
fn find_living(store: &dyn Store, name: &str, fits: fn(&RunRow) -> bool) -> Result<RunId, CliError> {
    if name != "last" {
        return find(store, name);
    }
    let open = RunState::ALL.into_iter().filter(|state| !state.is_over()).collect();
    let rows = store.list(&RunFilter { states: open, most: LOOKED_THROUGH, ..RunFilter::default() })?;
    let found = rows.iter().find(|row| fits(row)).or(rows.first());
    found.map_or_else(|| find(store, name), |row| Ok(row.run.clone()))
}

fn report_of(store: &dyn Store, name: &str) -> Result<Report, CliError> {
    let run = find(store, name)?;
    Report::fold(&store.events(&run)?).ok_or_else(|| CliError::NoRun { name: name.to_owned() })
}

/// `guardian runs show`.
pub fn show(args: &ShowArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = open(pieces)?;
    let report = report_of(&*lock(&store), &args.run)?;
    if args.json {
        print(&serde_json::to_string(&report).unwrap_or_default())?;
    } else {
        print(&words(&report))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn words(report: &Report) -> String {
    let mut lines = vec![format!("run {}: {}", report.run, report.state.name())];
    lines.extend(report.request.as_ref().map(|r| format!("request: {}", r.text)));
    lines.extend(report.answer.as_ref().map(|a| format!("answer: {a}")));
    lines.extend(report.reason.as_ref().map(|r| format!("reason: {r}")));
    lines.extend(report.hint.as_ref().map(|h| format!("hint: {h}")));
    let seconds = |ms: u64| ms as f64 / 1000.0;
    lines.extend(report.first_action_ms.map(|ms| format!("first action after {:.2} s", seconds(ms))));
    lines.extend(report.ended_ms.map(|end| format!("took {:.2} s", seconds(end.saturating_sub(report.asked_ms)))));
    for task in &report.tasks {
        let mark = match task.state {
            TaskState::Passed => "✓",
            TaskState::Failed => "✗",
            TaskState::Skipped => "-",
            TaskState::Waiting | TaskState::Running => "…",
        };
        lines.push(format!("{mark} {}", task.task.description));
        for attempt in &task.attempts {
            if let Some(cpu) = attempt.spawn_cpu_ms {
                lines.push(format!("    agent ready after {cpu:.1} ms of processor time"));
            }
            lines.extend(attempt.steps.iter().map(|s| match &s.refused {
                Some(why) => format!("    ✗ {} refused: {why}", s.did),
                None => format!("    · {}: {} ({:.2} s)", s.why, s.did, seconds(s.took_ms)),
            }));
            lines.extend(attempt.verdicts.iter().map(|v| {
                let mark = match v.outcome {
                    Outcome::Pass => "✓",
                    Outcome::Fail => "✗",
                    Outcome::Unsure => "?",
                };
                format!("    {mark} {}: {}", v.check, v.evidence.says)
            }));
            lines.extend(attempt.reason.iter().map(|r| format!("    ended: {r}")));
        }
    }
    lines.join("\n")
}

/// `guardian runs report`.
pub fn report(args: &ReportArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = open(pieces)?;
    let store = lock(&store);
    let report = report_of(&*store, &args.run)?;
    page::write(&report, &*store, &args.out)?;
    print(&args.out.join("report.html").display().to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// `guardian runs follow`.
pub fn follow(args: &RunNameArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = open(pieces)?;
    let run = find(&*lock(&store), &args.run)?;
    let live = Live::new(args.json);
    let may_answer = io::stdin().is_terminal() && io::stderr().is_terminal();
    let followed = watch(&store, &run, &live, pieces, Follower { may_answer, owns: false })?;
    live.end();
    let Some(report) = followed else {
        eprintln!("it goes on; `guardian runs cancel {run}` ends it");
        return Ok(ExitCode::from(130));
    };
    conclude(&report, args.json, None)?;
    Ok(ExitCode::from(report.state.exit_code()))
}

/// `guardian runs cancel|pause|resume`.
pub fn signal(args: &RunNameArgs, signal: Signal, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = open(pieces)?;
    let mut store = lock(&store);
    let run = find_living(&*store, &args.run, |row| row.state != RunState::Queued)?;
    let state = store.row(&run)?.state;
    if state.is_over() {
        return Err(CliError::Over { run: run.to_string(), state: state.name() });
    }
    let by = "the command line".to_owned();
    store.tell(&run, now_ms(), EventKind::Signalled { signal, by })?;
    let row = store.row(&run)?;
    if args.json {
        print(&serde_json::to_string(&row).unwrap_or_default())?;
    } else {
        print(&format!("{run}  {}", row.state.name()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// `guardian runs answer`.
pub fn answer(name: &str, answer: &str, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = open(pieces)?;
    let mut store = lock(&store);
    let run = find_living(&*store, name, |row| row.question.is_some())?;
    let row = store.row(&run)?;
    if row.state.is_over() {
        return Err(CliError::Over { run: run.to_string(), state: row.state.name() });
    }
    let question = row.question.ok_or_else(|| CliError::NoQuestion { run: run.to_string() })?.id;
    let (answer, by) = (answer.to_owned(), "the command line".to_owned());
    store.tell(&run, now_ms(), EventKind::Answered { question, answer, by })?;
    Ok(ExitCode::SUCCESS)
}

/// `guardian runs logs`.
pub fn logs(args: &RunLogsArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = open(pieces)?;
    let store = lock(&store);
    let run = find(&*store, &args.run)?;
    let filter = LogFilter {
        before: Some(i64::MAX as u64),
        words: args.search.clone(),
        most: args.most,
        ..LogFilter::default()
    };
    for line in store.logs(&run, &filter)? {
        print(&if args.json { serde_json::to_string(&line).unwrap_or_default() } else { line.text })?;
    }
    Ok(ExitCode::SUCCESS)
}

/// `guardian runs retry`.
pub fn retry(args: &RetryArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let store = open(pieces)?;
    let report = report_of(&*lock(&store), &args.run)?;
    let name = || CliError::NoRun { name: args.run.clone() };
    let asked: Request = report.request.clone().ok_or_else(name)?;
    let policy = if args.yes { asked.policy.without_questions() } else { asked.policy };
    drop(store);
    execute(&Request { policy, ..asked }, Work::Plan, args.json, args.report.as_deref(), pieces)
}
