//! Desktops that keep apart: what eight of them cost at once, and whether what is typed on one arrives there only.

use super::stage::{Setting, Shows, Stage, Toolkit};
use super::text::{DEADLINE, GAP_MS, QUIET, empty, mixed};
use crate::cli::args::BenchHandsArgs;
use crate::cli::bench::BenchError;
use crate::cli::pieces::{CliError, Pieces};
use crate::display::{Desktop, Display, DisplayError, processes};
use crate::guardian::{Draft, write};
use crate::task::{Arrived, DesktopChoice};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How many desktops work at once.
const DESKTOPS: usize = 8;
/// How many characters a text has.
const LENGTH: usize = 40;
const COME_UP: Duration = Duration::from_secs(30);
const PACE: Duration = Duration::from_millis(20);
/// How long an application goes on allocating after its window is there.
const REST: Duration = Duration::from_millis(1500);
/// `/proc` counts in hundredths of a second, whatever the kernel's own clock does.
const TICKS_PER_S: f64 = 100.0;

/// How eight desktops did.
#[derive(Debug, Serialize)]
pub struct Figures {
    pub application: &'static str,
    pub size: (u32, u32),
    pub desktops: Vec<Cost>,
    /// The memory of a desktop by program, in MB: the mean over all desktops.
    pub parts_mb: BTreeMap<String, f64>,
    pub apart: Apart,
}

/// What one desktop with its application costs.
#[derive(Debug, Default, Serialize)]
pub struct Cost {
    pub display: String,
    /// Processor time of the keeper and everything below it until the first window was there, in seconds.
    pub cpu_s: f64,
    /// Time until then, with all eight starting at once, in seconds.
    pub wall_s: f64,
    /// Proportional memory of the same processes, in MB.
    pub pss_mb: f64,
    #[serde(skip)]
    parts: BTreeMap<String, f64>,
}

/// Tasks on all desktops at once.
#[derive(Debug, Default, Serialize)]
pub struct Apart {
    pub tasks: usize,
    /// Texts that did not stand there in the end.
    pub wrong: usize,
    /// Texts during which a character turned up that is not of them: from another desktop, or mistyped at first.
    pub strays: usize,
    /// Texts where something was lost at first, and put right.
    pub repaired: usize,
    pub wall_s: f64,
}

/// Starts eight desktops, weighs them, and types on eight at once.
pub fn desktops(args: &BenchHandsArgs, pieces: &Pieces) -> Result<Figures, CliError> {
    let application = application()?;
    let display = pieces.config.display;
    let size = (display.private_width, display.private_height);
    eprintln!("{DESKTOPS} desktops with {application} …");
    let desktops = weigh_all(pieces, application, size)?;
    let mut parts_mb: BTreeMap<String, f64> = BTreeMap::new();
    for (name, mb) in desktops.iter().flat_map(|d| &d.parts) {
        *parts_mb.entry(name.clone()).or_default() += mb / DESKTOPS as f64;
    }
    eprintln!("tasks on {DESKTOPS} desktops at once …");
    let apart = keep_apart(args, pieces)?;
    Ok(Figures { application, size, desktops, parts_mb, apart })
}

fn application() -> Result<&'static str, BenchError> {
    let there = ["galculator", "mousepad"].into_iter().find(|name| processes::on_path(name).is_some());
    there.ok_or(BenchError::Lacking { what: "galculator", package: "galculator" })
}

/// Does `work` for each desktop in a thread of its own.
fn on_all<T: Send>(work: impl Fn(usize) -> Result<T, CliError> + Sync) -> Result<Vec<T>, CliError> {
    thread::scope(|scope| {
        let work = &work;
        let all: Vec<_> = (0..DESKTOPS).map(|n| scope.spawn(move || work(n))).collect();
        all.into_iter().map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

fn weigh_all(pieces: &Pieces, application: &'static str, size: (u32, u32)) -> Result<Vec<Cost>, CliError> {
    let all_up = Barrier::new(DESKTOPS);
    on_all(|_| {
        let begun = come_up(pieces, application, size);
        // Also where one has failed: the others wait for it.
        all_up.wait();
        let weighed = begun.map(|(desktop, mut cost)| {
            thread::sleep(REST);
            weigh(desktop.keeper(), &mut cost);
            (desktop, cost)
        });
        // None ends while another is still being weighed: what is shared would count for fewer.
        all_up.wait();
        weighed.map(|(_desktop, cost)| cost)
    })
}

fn come_up(pieces: &Pieces, application: &'static str, size: (u32, u32)) -> Result<(Desktop, Cost), CliError> {
    let (width, height) = size;
    let begun = Instant::now();
    let (mut desktop, mut display) = Desktop::open(&pieces.program, &DesktopChoice::Private { width, height })?;
    desktop.launch(&[application.to_owned()], Path::new("/"))?;
    while !shows_window(display.as_mut())? {
        if begun.elapsed() > COME_UP {
            let why = format!("no window came up within {} s", COME_UP.as_secs());
            return Err(BenchError::Application { name: application, why }.into());
        }
        thread::sleep(PACE);
    }
    let cpu_s = family(desktop.keeper()).into_iter().map(cpu_s).sum();
    let cost =
        Cost { display: desktop.name().to_owned(), cpu_s, wall_s: begun.elapsed().as_secs_f64(), ..Cost::default() };
    Ok((desktop, cost))
}

fn shows_window(display: &mut dyn Display) -> Result<bool, CliError> {
    Ok(display.windows()?.iter().any(|w| !w.popup))
}

/// The keeper and everything below it.
fn family(keeper: u32) -> Vec<u32> {
    let mut all = processes::descendants_of(keeper);
    all.push(keeper);
    all
}

/// What a process has used, with those below it that have ended and were reaped, in seconds.
fn cpu_s(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<f64> =
        text.rsplit(')').next().unwrap_or_default().split_whitespace().map(|f| f.parse().unwrap_or_default()).collect();
    let ticks = |from: usize| fields.iter().skip(from).take(2).sum::<f64>() / TICKS_PER_S;
    // Counted in nanoseconds, but without threads that have ended; the ticks cut off up to 20 ms of each process.
    ticks(11).max(living_threads_s(pid)) + ticks(13)
}

fn living_threads_s(pid: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let ns = threads.filter_map(|t| {
        fs::read_to_string(t.path().join("schedstat")).ok()?.split_whitespace().next()?.parse::<f64>().ok()
    });
    ns.sum::<f64>() / 1e9
}

fn weigh(keeper: u32, cost: &mut Cost) {
    for pid in family(keeper) {
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned();
        // One that has ended has no memory.
        let mb = pss_mb(pid).unwrap_or_default();
        *cost.parts.entry(name).or_default() += mb;
        cost.pss_mb += mb;
    }
}

fn pss_mb(pid: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let kb: f64 = text.lines().find_map(|l| l.strip_prefix("Pss:"))?.split_whitespace().next()?.parse().ok()?;
    Some(kb * 1024.0 / 1e6)
}

fn keep_apart(args: &BenchHandsArgs, pieces: &Pieces) -> Result<Apart, CliError> {
    let total = args.runs * 4;
    let sum = Mutex::new(Apart::default());
    let all_up = Barrier::new(DESKTOPS);
    let begun = Mutex::new(Instant::now());
    on_all(|n| {
        let stage = Stage::open(pieces, Toolkit::Gtk, Shows::Text, Setting::PLAIN);
        if all_up.wait().is_leader() {
            *lock(&begun) = Instant::now();
        }
        let mut stage = stage?;
        for task in (n..total).step_by(DESKTOPS) {
            let seed = args.seed.wrapping_mul(100_000).wrapping_add(task as u64);
            one_text(&mut stage, &mixed(seed, LENGTH), &sum)?;
        }
        Ok(())
    })?;
    let wall_s = lock(&begun).elapsed().as_secs_f64();
    Ok(Apart { wall_s, ..sum.into_inner().unwrap_or_else(PoisonError::into_inner) })
}

fn one_text(stage: &mut Stage, text: &str, sum: &Mutex<Apart>) -> Result<(), CliError> {
    empty(stage, Toolkit::Gtk)?;
    stage.witness.letters();
    let window = stage.window()?;
    let draft = Draft { window: window.as_ref(), text, gap_ms: GAP_MS, deadline: Instant::now() + DEADLINE };
    let said = match write(stage.display.as_mut(), None, &draft) {
        Err(DisplayError::Interrupted { why, .. }) => Arrived::Unread { why },
        said => said?,
    };
    let stands = stage.witness.text(text, QUIET);
    let own: BTreeSet<char> = text.chars().collect();
    let strays: String = stage.witness.letters().difference(&own).collect();
    if stands != text || !strays.is_empty() {
        eprintln!("{}: {said:?}, strays {strays:?}\n  {text}\n  {stands}", stage.desktop.name());
    }
    let mut sum = lock(sum);
    sum.tasks += 1;
    sum.wrong += usize::from(stands != text);
    sum.strays += usize::from(!strays.is_empty());
    sum.repaired += usize::from(matches!(said, Arrived::Repaired { .. }));
    Ok(())
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_used_time_and_memory() {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(30) {}
        assert!(cpu_s(std::process::id()) > 0.0);
        assert!(pss_mb(std::process::id()).unwrap() > 0.5);
    }
}
