//! `guardian bench runs`: the same request many times: how long it takes, what is left behind.

use crate::cli::args::BenchRunsArgs;
use crate::cli::pieces::{CliError, Pieces};
use crate::cli::run::{NEVER, begin, cwd, prepare, with_guardian};
use crate::display::processes;
use crate::guardian::{Work, now_ms};
use crate::task::{DesktopChoice, Order, Report, Request, RunState, Terms};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::PoisonError;

/// Runs after which memory is compared: by then models and caches are warm.
const WARM: usize = 10;

/// What a process and its machine hold.
#[derive(Debug, Clone, Serialize)]
struct Holdings {
    memory_mib: f64,
    descriptors: usize,
    threads: usize,
    children: usize,
    #[serde(skip)]
    temporary: BTreeSet<PathBuf>,
}

impl Holdings {
    fn now() -> Self {
        let count = |dir: &str| fs::read_dir(dir).map_or(0, Iterator::count);
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let field = |name: &str| {
            status.lines().find_map(|l| l.strip_prefix(name)?.split_whitespace().next()?.parse::<f64>().ok())
        };
        let dirs = [std::env::temp_dir(), processes::desktops_folder()];
        let entries = dirs.iter().flat_map(|d| fs::read_dir(d).into_iter().flatten().flatten());
        Self {
            memory_mib: field("VmRSS:").unwrap_or_default() / 1024.0,
            descriptors: count("/proc/self/fd"),
            threads: count("/proc/self/task"),
            children: processes::descendants_of(std::process::id()).len(),
            temporary: entries.map(|e| e.path()).collect(),
        }
    }
}

/// One run's figures.
#[derive(Debug, Clone, Copy)]
struct Figures {
    passed: bool,
    first_action_ms: f64,
    took_ms: f64,
    spawn_cpu_ms: f64,
}

#[derive(Debug, Serialize)]
struct Table {
    runs: usize,
    passed: usize,
    first_action_ms: Spread,
    took_ms: Spread,
    spawn_cpu_ms: Spread,
    warm: Holdings,
    end: Holdings,
    left_in_temporary_folders: Vec<PathBuf>,
    /// After every tenth run.
    memory_mib: Vec<f64>,
}

#[derive(Debug, Serialize)]
struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |i: usize| values.get(i).copied().unwrap_or_default();
        Self { least: at(0), median: at(values.len() / 2), most: at(values.len().saturating_sub(1)) }
    }
}

/// `guardian bench runs`. The exit code is 1 when a run did not pass or something is left over.
pub fn runs(args: &BenchRunsArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let before = Holdings::now();
    let mut warm = None;
    let mut figures = Vec::new();
    let mut memory_mib = Vec::new();
    let mut note = |figure: Figures| {
        figures.push(figure);
        if figures.len() == WARM.min(args.count) {
            warm = Some(Holdings::now());
        }
        if figures.len() % 10 == 0 {
            memory_mib.push(Holdings::now().memory_mib.round());
        }
        eprintln!("{}/{} {}", figures.len(), args.count, if figure.passed { "passed" } else { "FAILED" });
    };
    if args.fresh {
        fresh(args, pieces, &mut note)?
    } else {
        in_this_process(args, pieces, &mut note)?
    }
    let end = Holdings::now();
    let table = Table {
        runs: figures.len(),
        passed: figures.iter().filter(|f| f.passed).count(),
        first_action_ms: Spread::of(figures.iter().map(|f| f.first_action_ms).collect()),
        took_ms: Spread::of(figures.iter().map(|f| f.took_ms).collect()),
        spawn_cpu_ms: Spread::of(figures.iter().map(|f| f.spawn_cpu_ms).collect()),
        left_in_temporary_folders: end
            .temporary
            .difference(&before.temporary)
            .filter(|p| is_ours(p))
            .cloned()
            .collect(),
        memory_mib,
        warm: warm.unwrap_or_else(Holdings::now),
        end,
    };
    let text = if args.json { serde_json::to_string(&table).unwrap_or_default() } else { words(&table) };
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)?;
    let clean = table.left_in_temporary_folders.is_empty()
        && table.end.children == before.children
        && table.end.descriptors <= table.warm.descriptors;
    Ok(ExitCode::from(u8::from(table.passed < table.runs || !clean)))
}

/// Whether an entry of a temporary folder is a private desktop's: its folder, or the lock of a server
/// that no longer runs.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let dead_lock = || {
        let pid = fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok());
        name.starts_with(".X") && name.ends_with("-lock") && pid.is_none_or(|pid| !processes::is_alive(pid))
    };
    name.starts_with(processes::FOLDER_PREFIX) || dead_lock()
}

fn words(table: &Table) -> String {
    let spread = |s: &Spread| format!("{:.1} / {:.1} / {:.1}", s.least, s.median, s.most);
    let holdings = |h: &Holdings| {
        format!(
            "{:.1} MiB, {} descriptors, {} threads, {} children",
            h.memory_mib, h.descriptors, h.threads, h.children
        )
    };
    let left: Vec<String> = table.left_in_temporary_folders.iter().map(|p| p.display().to_string()).collect();
    [
        format!("runs                       {} of {} passed", table.passed, table.runs),
        "                           least / median / most".to_owned(),
        format!("first action (ms)          {}", spread(&table.first_action_ms)),
        format!("whole run (ms)             {}", spread(&table.took_ms)),
        format!("agent's first word (ms CPU) {}", spread(&table.spawn_cpu_ms)),
        format!("held when warm             {}", holdings(&table.warm)),
        format!("held at the end            {}", holdings(&table.end)),
        format!("memory every 10 runs (MiB) {:?}", table.memory_mib),
        format!("left in temporary folders  {}", if left.is_empty() { "nothing".into() } else { left.join(", ") }),
    ]
    .join("\n")
}

fn figures_of(report: &Report) -> Figures {
    let attempts = report.tasks.iter().flat_map(|t| &t.attempts);
    Figures {
        passed: report.state == RunState::Passed,
        first_action_ms: report.first_action_ms.unwrap_or_default() as f64,
        took_ms: report.ended_ms.unwrap_or_default().saturating_sub(report.asked_ms) as f64,
        spawn_cpu_ms: attempts.filter_map(|a| a.spawn_cpu_ms).fold(0.0, f64::max),
    }
}

fn in_this_process(args: &BenchRunsArgs, pieces: &Pieces, note: &mut dyn FnMut(Figures)) -> Result<(), CliError> {
    let store = (pieces.open_store)(&pieces.config)?;
    prepare(&store)?;
    let display = pieces.config.display;
    let request = Request {
        text: Request::check_text(&args.request)?.to_owned(),
        desktop: DesktopChoice::Private { width: display.private_width, height: display.private_height },
        cwd: cwd(),
        timeout_ms: pieces.config.run.timeout_ms,
        policy: pieces.config.policy,
    };
    let order = Order::new(request, Terms::default());
    with_guardian(pieces, &*store, &NEVER, &|_| {}, |guardian| {
        for _ in 0..args.count {
            let lease = begin(&store, &order)?;
            note(figures_of(&guardian.drive(lease, &order, Work::Plan)?));
        }
        Ok(())
    })?
}

/// Each run by a program of its own; its figures come from its report.
fn fresh(args: &BenchRunsArgs, pieces: &Pieces, note: &mut dyn FnMut(Figures)) -> Result<(), CliError> {
    for _ in 0..args.count {
        let mut command = Command::new(&pieces.program);
        command
            .args(["run", "--private", &args.request])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = now_ms();
        let failed = |cause| CliError::Write { path: pieces.program.clone(), cause };
        command.status().map_err(failed)?;
        let store = (pieces.open_store)(&pieces.config)?;
        let store = store.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(run) = store.runs(1)?.into_iter().next() else { continue };
        if let Some(report) = Report::fold(&store.events(&run)?) {
            // From the call of the program on, not from the store's first word of it.
            let call_ms = report.asked_ms.saturating_sub(started) as f64;
            let figures = figures_of(&report);
            note(Figures {
                first_action_ms: figures.first_action_ms + call_ms,
                took_ms: figures.took_ms + call_ms,
                ..figures
            });
        }
    }
    Ok(())
}
