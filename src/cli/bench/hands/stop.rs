//! A stop that stops: from the keys that a person presses to the last event that was sent.

use super::stage::{Setting, Shows, Stage, Toolkit};
use crate::cli::args::BenchHandsArgs;
use crate::cli::bench::BenchError;
use crate::cli::pieces::{CliError, Pieces};
use crate::display::{Heard, Physical, Rehearsal, processes};
use crate::guardian::now_ms;
use crate::task::{Chord, Report, RunState};
use rustix::process::{Pid, Signal, kill_process};
use serde::Serialize;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The keysyms of both Shift keys.
const SHIFTS: [u32; 2] = [0xffe1, 0xffe2];
/// Long enough to be typed for many seconds.
const LENGTH: usize = 3900;
/// So many events are sent before the stop, at least.
const UNDER_WAY: usize = 12;
/// How long a run may take until it types.
const BEGIN: Duration = Duration::from_secs(30);
/// How long a stopped run may take to end.
const END: Duration = Duration::from_secs(10);
/// Nothing is sent any more when nothing was heard for this long.
const QUIET: Duration = Duration::from_millis(700);

/// How stops went.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    pub guardian: &'static str,
    pub stops: usize,
    /// From the person's key to the last event that a program sent, in milliseconds.
    pub p50_ms: u32,
    pub p99_ms: u32,
    pub most_ms: u32,
    /// Stops after which a key or a button was down.
    pub held: usize,
    /// Stops after which an agent or the run's own process lived.
    pub living: usize,
    /// Stops whose run is not recorded as stopped by the person.
    pub unrecorded: usize,
}

/// Stops runs that type, with the guardian awake and with it suspended.
pub fn stop(args: &BenchHandsArgs, pieces: &Pieces) -> Result<Vec<Figures>, CliError> {
    let mut stage = Stage::open(pieces, Toolkit::Gtk, Shows::Text, Setting::PLAIN)?;
    let mut rows = Vec::new();
    for (name, is_suspended) in [("awake", false), ("suspended", true)] {
        eprintln!("{name} …");
        let mut figures = Figures { guardian: name, ..Figures::default() };
        let mut delays = Vec::new();
        for _ in 0..args.stops.div_ceil(2) {
            delays.push(one(&mut stage, pieces, is_suspended, &mut figures)?);
            figures.stops += 1;
        }
        delays.sort_unstable();
        let at = |share: f64| delays.get(((delays.len() as f64 * share).ceil() as usize).max(1) - 1).copied();
        figures.p50_ms = at(0.5).unwrap_or_default();
        figures.p99_ms = at(0.99).unwrap_or_default();
        figures.most_ms = delays.last().copied().unwrap_or_default();
        rows.push(figures);
    }
    Ok(rows)
}

/// One run, stopped while it types; gives how long the stop took.
fn one(stage: &mut Stage, pieces: &Pieces, is_suspended: bool, figures: &mut Figures) -> Result<u32, CliError> {
    let display = stage.desktop.name().to_owned();
    empty(stage)?;
    let mut ears = Physical::listen(&display, &[])?;
    let person = Rehearsal::open(&display)?;
    let begun_ms = now_ms();
    let mut run = start(pieces, &display)?;
    let typing = await_typing(&mut ears);
    if !typing? {
        let _ = run.kill();
        let why = "the run did not begin to type".to_owned();
        return Err(BenchError::Application { name: "guardian", why }.into());
    }
    let pid = run.id();
    if is_suspended {
        signal(pid, Signal::STOP);
    }
    person.key(SHIFTS[0], true)?;
    person.key(SHIFTS[1], true)?;
    let heard = ears.hear_all(QUIET)?;
    SHIFTS.iter().try_for_each(|shift| person.key(*shift, false))?;
    let has_ended = await_end(&mut run);
    figures.living += usize::from(!has_ended || !agents_of(pid).is_empty());
    figures.held += usize::from(is_held(&display)?);
    figures.unrecorded += usize::from(!is_recorded(pieces, begun_ms)?);
    Ok(delay(&heard))
}

/// From the last physical event, the one that made the keys complete, to the last one that was sent.
fn delay(heard: &[Heard]) -> u32 {
    let last = |is_injected| heard.iter().filter(|h| h.is_injected == is_injected).map(|h| h.at_ms).next_back();
    match (last(false), last(true)) {
        (Some(pressed), Some(sent)) => sent.saturating_sub(pressed),
        _ => 0,
    }
}

fn start(pieces: &Pieces, display: &str) -> Result<Child, CliError> {
    let failed = |e: std::io::Error| BenchError::Application { name: "guardian", why: e.to_string() };
    let text: String = "the quick brown fox jumps over the lazy dog ".chars().cycle().take(LENGTH).collect();
    let mut command = Command::new(&pieces.program);
    command.args(["type", &text, "--display", display]);
    // What was typed is gone with the bench; it need not be read at all.
    command.env("GUARDIAN_SIGHT__REMEMBER_LINES", "false");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command.spawn().map_err(failed)?)
}

fn await_typing(ears: &mut Physical) -> Result<bool, CliError> {
    let started = Instant::now();
    let mut sent = 0;
    while started.elapsed() < BEGIN {
        sent += ears.hear_all(Duration::from_millis(1))?.iter().filter(|h| h.is_injected).count();
        if sent >= UNDER_WAY {
            return Ok(true);
        }
        thread::sleep(Duration::from_millis(4));
    }
    Ok(false)
}

fn await_end(run: &mut Child) -> bool {
    let started = Instant::now();
    while started.elapsed() < END {
        if !matches!(run.try_wait(), Ok(None)) {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    // It must not go on after it was counted.
    let _ = run.kill().and_then(|()| run.wait());
    false
}

fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid as i32) {
        // It may have ended by itself meanwhile.
        let _ = kill_process(pid, signal);
    }
}

fn agents_of(pid: u32) -> Vec<u32> {
    let is_agent = |pid: &u32| processes::arguments(*pid).get(1).is_some_and(|word| word == "agent");
    processes::descendants_of(pid).into_iter().filter(is_agent).collect()
}

fn is_held(display: &str) -> Result<bool, CliError> {
    Ok(crate::display::X11::connect(display)?.held()?)
}

/// Whether the newest run since `begun_ms` has ended as stopped.
fn is_recorded(pieces: &Pieces, begun_ms: u64) -> Result<bool, CliError> {
    let store = (pieces.open_store)(&pieces.config)?;
    let store = store.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(run) = store.runs(1)?.into_iter().next() else { return Ok(false) };
    let events = store.events(&run)?;
    let is_new = events.first().is_some_and(|event| event.at_ms >= begun_ms);
    Ok(is_new && Report::fold(&events).is_some_and(|report| report.state == RunState::Cancelled))
}

fn empty(stage: &mut Stage) -> Result<(), CliError> {
    for chord in [Chord::ctrl("a"), Chord::plain("Delete")] {
        stage.display.perform(&crate::task::Action::Key { chord }, Instant::now() + END)?;
    }
    Ok(())
}
