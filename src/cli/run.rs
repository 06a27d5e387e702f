//! `guardian run` and `guardian plan`.

use super::args::{PlanArgs, RunArgs};
use super::follow;
use super::live::Live;
use super::page;
use super::pieces::{CliError, LoadError, Pieces, letters};
use crate::display::{Settle, processes};
use crate::guardian::{Eyes, Guardian, LEASE, Limits, Presence, Work, sweep};
use crate::infer::InferError;
use crate::planner::{Explanation, Labels, Plan, Surroundings, explain, plan};
use crate::sandbox::Process;
use crate::store::{Claimant, Holder, Lease, Moment, Store};
use crate::task::{DEFAULT_LANE, DESKTOP_LANE, DesktopChoice, Event, Graph, Order, Report, Request, RunState, Terms};
use crate::tools::apps::Applications;
use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A run that nobody takes over is not handed back.
pub(in crate::cli) static NEVER: AtomicBool = AtomicBool::new(false);

/// `guardian run "…"`.
pub fn run(args: &RunArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    if args.plan_only {
        return plan_only(&PlanArgs { request: args.request.clone(), json: args.json, dot: false, why: false }, pieces);
    }
    let text = Request::check_text(&args.request)?.to_owned();
    let policy = pieces.config.policy;
    let request = Request {
        text,
        desktop: pieces.desktop(&args.place)?,
        cwd: cwd(),
        timeout_ms: args.timeout.unwrap_or(pieces.config.run.timeout_ms),
        policy: if args.yes { policy.without_questions() } else { policy },
    };
    execute(&request, Work::Plan, args.json, args.report.as_deref(), pieces)
}

/// Does a request to its end, tells of it, and gives the exit code; where the service runs, it does the work.
pub fn execute(
    request: &Request,
    work: Work,
    json: bool,
    report_dir: Option<&Path>,
    pieces: &Pieces,
) -> Result<ExitCode, CliError> {
    // A model file that is missing is known at once; they load while the desktop comes up.
    check_models(pieces)?;
    let store = (pieces.open_store)(&pieces.config)?;
    prepare(&store)?;
    let order = Order::new(request.clone(), terms(request));
    let live = Live::new(json);
    let report = if matches!(work, Work::Plan) && Presence::find(&*lock(&store))?.is_some() {
        follow::through_service(&store, order, &live, pieces)?
    } else {
        let told = |event: &Event| live.tell(event);
        with_guardian(pieces, &*store, &NEVER, &told, |guardian| {
            let lease = begin(&store, &order)?;
            Ok::<_, CliError>(guardian.drive(lease, &order, work)?)
        })??
    };
    live.end();
    if let Some(dir) = report_dir {
        page::write(&report, &*lock(&store), dir)?;
    }
    conclude(&report, json, report_dir)?;
    Ok(ExitCode::from(report.state.exit_code()))
}

/// Makes a guardian of the real pieces and gives it to `work`.
pub(in crate::cli) fn with_guardian<T>(
    pieces: &Pieces,
    store: &Mutex<dyn Store>,
    leave: &AtomicBool,
    told: &(dyn Fn(&Event) + Sync),
    work: impl FnOnce(Guardian<'_>) -> T,
) -> Result<T, CliError> {
    let applications = Applications::scan()?;
    let around = surroundings(&applications, pieces);
    let eyes = open_eyes(pieces);
    let sandbox = Process { program: pieces.program.clone() };
    let person = pieces.person();
    Ok(work(Guardian {
        store,
        sandbox: &sandbox,
        eyes,
        applications: &applications,
        surroundings: &around,
        limits: Limits { steps: pieces.config.run.steps, agents: pieces.config.run.agents },
        lanes: pieces.lane_limits(),
        pace: pieces.pace(),
        person: &person,
        program: pieces.program.clone(),
        stop: &pieces.stop,
        leave,
        told,
    }))
}

/// On which terms a request is done at once, by this process.
fn terms(request: &Request) -> Terms {
    let is_shared = matches!(request.desktop, DesktopChoice::Given(_));
    let lane = if is_shared { DESKTOP_LANE } else { DEFAULT_LANE };
    Terms { lane: lane.into(), origin: "the command line".into(), ..Terms::default() }
}

/// Commits an order and takes its run, before anybody else does.
pub(in crate::cli) fn begin(store: &Mutex<dyn Store>, order: &Order) -> Result<Lease, CliError> {
    let by = Claimant { holder: Holder::this(), lease_ms: LEASE.as_millis() as u64 };
    Ok(lock(store).begin(order, &by, Moment::now())?)
}

/// Tidies up what a killed guardian left behind.
pub(in crate::cli) fn prepare(store: &Mutex<dyn Store>) -> Result<(), CliError> {
    processes::sweep_orphans();
    sweep(&mut *lock(store), Moment::now())?;
    Ok(())
}

pub(in crate::cli) fn lock<'a>(
    store: &'a Mutex<dyn Store + 'static>,
) -> std::sync::MutexGuard<'a, dyn Store + 'static> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(in crate::cli) fn cwd() -> PathBuf {
    env::current_dir().unwrap_or_else(|_| PathBuf::from("/"))
}

/// What the planner is told of this machine.
pub fn surroundings(applications: &Applications, pieces: &Pieces) -> Surroundings {
    Surroundings {
        home: env::var_os("HOME").map_or_else(cwd, PathBuf::from),
        apps: applications.names(),
        labels: Labels::default(),
        marker: Some(Arc::clone(&pieces.marker)),
        task_timeout_ms: pieces.config.run.task_timeout_ms,
        attempts: pieces.config.run.attempts,
    }
}

/// Whether the files are there that sight needs.
pub(in crate::cli) fn check_models(pieces: &Pieces) -> Result<(), CliError> {
    let manifest = crate::infer::Manifest::pinned()?;
    manifest.locate(&pieces.config.model_dirs(), letters(&pieces.config)).map(drop).map_err(LoadError::Manifest)?;
    Ok(())
}

/// Eyes that are opened when they are needed: work without a screen needs none.
pub(in crate::cli) fn open_eyes(pieces: &Pieces) -> Eyes {
    let load = pieces.sight();
    let load = move || {
        load().map_err(|e| match e {
            LoadError::Infer(e) => e,
            LoadError::Manifest(e) => InferError::Output { model: "sight".into(), what: e.to_string() },
        })
    };
    let display = pieces.config.display;
    let settle = Settle {
        quiet: Duration::from_millis(display.settle_ms),
        limit: Duration::from_millis(display.settle_limit_ms),
    };
    Eyes::new(Box::new(load), settle, pieces.config.sight.accessibility)
}

pub(in crate::cli) fn conclude(report: &Report, json: bool, report_dir: Option<&Path>) -> Result<(), CliError> {
    if json {
        return Ok(());
    }
    if let Some(answer) = &report.answer {
        writeln!(io::stdout(), "{answer}").map_err(CliError::Print)?;
    }
    let took = report.ended_ms.unwrap_or(report.asked_ms).saturating_sub(report.asked_ms) as f64 / 1000.0;
    match report.state {
        RunState::Passed => eprintln!("done and verified in {took:.1} s"),
        RunState::Asking => {
            eprintln!("question: {}", report.reason.as_deref().unwrap_or_default());
            report.options.iter().for_each(|option| eprintln!("  - {option}"));
        }
        state => eprintln!("{}: {}", state.name(), report.reason.as_deref().unwrap_or("no reason is known")),
    }
    if let Some(hint) = &report.hint {
        eprintln!("hint: {hint}");
    }
    match report_dir {
        Some(dir) => eprintln!("report: {}", dir.join("report.html").display()),
        None if io::stderr().is_terminal() => eprintln!("`guardian runs report {}` shows it in pictures", report.run),
        None => {}
    }
    Ok(())
}

/// `guardian plan "…"`.
pub fn plan_only(args: &PlanArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let applications = Applications::scan()?;
    let request = Request {
        text: Request::check_text(&args.request)?.to_owned(),
        desktop: DesktopChoice::Given(String::new()),
        cwd: cwd(),
        timeout_ms: pieces.config.run.timeout_ms,
        policy: pieces.config.policy,
    };
    let around = surroundings(&applications, pieces);
    if args.why {
        why(&explain(&request, &around), args.json)?;
    }
    match plan(&request, &around) {
        Ok(Plan::Graph(_)) if args.why && args.json => Ok(ExitCode::SUCCESS),
        Ok(Plan::Graph(graph)) => {
            let text = if args.json {
                serde_json::to_string_pretty(&graph).unwrap_or_default()
            } else if args.dot {
                dot(&graph)
            } else {
                tree(&graph)
            };
            writeln!(io::stdout(), "{text}").map_err(CliError::Print)?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(Plan::Question { question, options }) => {
            if args.json {
                let json = serde_json::json!({ "question": question, "options": options });
                writeln!(io::stdout(), "{json}").map_err(CliError::Print)?;
            } else {
                eprintln!("question: {question}");
                options.iter().for_each(|option| eprintln!("  - {option}"));
            }
            Ok(ExitCode::from(RunState::Asking.exit_code()))
        }
        Err(error) => {
            eprintln!("error: {error}");
            Ok(ExitCode::from(RunState::Failed.exit_code()))
        }
    }
}

/// How each clause was read, the reading that was taken first.
fn why(clauses: &[Explanation], json: bool) -> Result<(), CliError> {
    let mut out = io::stdout();
    if json {
        let text = serde_json::to_string_pretty(clauses).unwrap_or_default();
        return writeln!(out, "{text}").map_err(CliError::Print);
    }
    for clause in clauses {
        writeln!(out, "“{}”", clause.said).map_err(CliError::Print)?;
        for (at, reading) in clause.readings.iter().enumerate() {
            let mark = if at == 0 { "✓" } else { "·" };
            let tasks = reading.tasks.join(", ");
            writeln!(out, "  {mark} {:>5.1}  {}: {tasks}   [{}]", reading.score, reading.meaning, reading.form)
                .map_err(CliError::Print)?;
        }
    }
    Ok(())
}

fn tree(graph: &Graph) -> String {
    let line = |task: &crate::task::Task| {
        let needs: Vec<String> = task.needs.iter().map(ToString::to_string).collect();
        let after = if needs.is_empty() { String::new() } else { format!("  (after {})", needs.join(", ")) };
        let checks = task.checks.iter().map(|c| format!("\n     ✓ when {c}")).collect::<String>();
        format!("{}  {}{after}{checks}", task.id, task.description)
    };
    graph.tasks().iter().map(line).collect::<Vec<_>>().join("\n")
}

fn dot(graph: &Graph) -> String {
    let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let nodes = graph.tasks().iter().map(|t| format!("  {} [label=\"{}\"];\n", t.id, quote(&t.description)));
    let edges = graph.tasks().iter().flat_map(|t| t.needs.iter().map(|n| format!("  {n} -> {};\n", t.id)));
    format!("digraph plan {{\n  node [shape=box];\n{}{}}}", nodes.collect::<String>(), edges.collect::<String>())
}
