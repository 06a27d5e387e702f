//! The queue beside one of the field on SQLite: how fast runs are put in, taken and ended, and how soon one is taken
//! that comes while workers wait. No work is done in either, so that the queue is all that is measured.

use super::QueueError;
use super::service::{Ground, shell};
use crate::cli::args::BenchQueueArgs;
use crate::cli::bench::peers::run;
use crate::cli::bench::sight::cpu_s;
use crate::cli::pieces::Pieces;
use crate::guardian::now_ms;
use crate::store::{Claimant, History, Holder, LaneLimits, Moment, Queue, Sqlite};
use crate::task::{EventKind, RunId, RunState};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const MANIFEST: &str = include_str!("../../../../fixtures/peers/queue/Cargo.toml");
const LOCK: &str = include_str!("../../../../fixtures/peers/queue/Cargo.lock");
const PROGRAM: &str = include_str!("../../../../fixtures/peers/queue/src/main.rs");

/// How many runs come one at a time.
const SINGLES: usize = 100;
/// How often either queue is looked at.
const ROUND: Duration = Duration::from_millis(20);
/// How long workers are watched that have nothing to do.
const IDLE: Duration = Duration::from_secs(5);
/// How long all of a measurement may take.
const LIMIT: Duration = Duration::from_secs(600);

/// What one queue needs. Times are wall clock and CPU, in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Needs {
    put_s: f64,
    put_cpu_s: f64,
    drain_s: f64,
    drain_cpu_s: f64,
    /// From a run that is put in to its being taken, in milliseconds.
    waits_ms: Vec<f64>,
    /// Cores that are busy while nothing is to be done.
    idle_cores: f64,
}

#[derive(Debug, Clone, Serialize)]
pub struct Queued {
    pub put_per_second: f64,
    pub put_cpu_us: f64,
    pub taken_per_second: f64,
    pub taken_cpu_us: f64,
    pub wait_p50_ms: f64,
    pub wait_p99_ms: f64,
    pub idle_cores: f64,
}

#[derive(Debug, Serialize)]
pub struct Figures {
    pub runs: usize,
    pub workers: usize,
    pub guardian: Queued,
    pub apalis_sqlite: Queued,
}

impl Needs {
    fn queued(mut self, runs: usize) -> Queued {
        self.waits_ms.sort_by(f64::total_cmp);
        let at = |share: f64| self.waits_ms.get((self.waits_ms.len() as f64 * share) as usize).copied();
        let each = |seconds: f64| seconds * 1e6 / runs as f64;
        Queued {
            put_per_second: runs as f64 / self.put_s,
            put_cpu_us: each(self.put_cpu_s),
            taken_per_second: runs as f64 / self.drain_s,
            taken_cpu_us: each(self.drain_cpu_s),
            wait_p50_ms: at(0.5).unwrap_or_default(),
            wait_p99_ms: at(0.99).unwrap_or_default(),
            idle_cores: self.idle_cores,
        }
    }
}

pub fn peer(args: &BenchQueueArgs, pieces: &Pieces) -> Result<Figures, QueueError> {
    let folder = pieces.config.store_dir().ok_or_else(|| QueueError::Answer("there is no home".into()))?;
    let program = build(&folder.join("peers-queue"))?;
    let own = own(args, &pieces.stop)?;
    let theirs = theirs(args, &program)?;
    Ok(Figures {
        runs: args.runs,
        workers: args.workers,
        guardian: own.queued(args.runs),
        apalis_sqlite: theirs.queued(args.runs),
    })
}

/// Builds the peer in `folder`, or finds it there; gives its program.
fn build(folder: &Path) -> Result<PathBuf, QueueError> {
    fs::create_dir_all(folder.join("src")).map_err(QueueError::Folder)?;
    for (name, text) in [("Cargo.toml", MANIFEST), ("Cargo.lock", LOCK), ("src/main.rs", PROGRAM)] {
        let path = folder.join(name);
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::write(path, text).map_err(QueueError::Folder)?;
        }
    }
    eprintln!("building the peer in {} …", folder.display());
    let manifest = folder.join("Cargo.toml");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "--manifest-path"]).arg(manifest);
    run(cargo.arg("--target-dir").arg(folder.join("target"))).map_err(|e| QueueError::Answer(e.to_string()))?;
    Ok(folder.join("target/release/queue-peer"))
}

fn theirs(args: &BenchQueueArgs, program: &Path) -> Result<Needs, QueueError> {
    let ground = Ground::new("peer")?;
    let mut command = Command::new(program);
    command.arg(ground.dir());
    command.args([args.runs, args.workers, SINGLES, ROUND.as_millis() as usize].map(|n| n.to_string()));
    let output = command.stdin(Stdio::null()).output().map_err(QueueError::Folder)?;
    serde_json::from_slice(&output.stdout)
        .map_err(|_| QueueError::Answer(String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// What workers share: when each run was taken.
#[derive(Default)]
struct Taken {
    at: Mutex<HashMap<RunId, Instant>>,
    count: AtomicUsize,
    stop: AtomicBool,
}

impl Taken {
    fn note(&self, run: &RunId) {
        self.at.lock().unwrap_or_else(PoisonError::into_inner).insert(run.clone(), Instant::now());
    }

    fn when(&self, run: &RunId) -> Option<Instant> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner).get(run).copied()
    }

    fn wait(&self, count: usize, stop: &AtomicBool) -> Result<(), QueueError> {
        let until = Instant::now() + LIMIT;
        while self.count.load(Ordering::SeqCst) < count {
            if Instant::now() > until || stop.load(Ordering::Relaxed) || self.stop.load(Ordering::Relaxed) {
                let left = count - self.count.load(Ordering::SeqCst);
                return Err(QueueError::Late { limit_s: LIMIT.as_secs(), left });
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

fn own(args: &BenchQueueArgs, stop: &AtomicBool) -> Result<Needs, QueueError> {
    let ground = Ground::new("own")?;
    let mut store = ground.store()?;
    let order = shell("true", 1);
    let (began, used) = (Instant::now(), cpu_s());
    for _ in 0..args.runs {
        store.enqueue(&order, now_ms())?;
    }
    let (put_s, put_cpu_s) = (began.elapsed().as_secs_f64(), cpu_s() - used);
    let taken = Taken::default();
    thread::scope(|scope| {
        let (began, used) = (Instant::now(), cpu_s());
        for _ in 0..args.workers {
            let mut store = ground.store()?;
            let taken = &taken;
            scope.spawn(move || {
                if work(&mut store, taken).is_err() {
                    taken.stop.store(true, Ordering::SeqCst);
                }
            });
        }
        let measured = (|| {
            taken.wait(args.runs, stop)?;
            let (drain_s, drain_cpu_s) = (began.elapsed().as_secs_f64(), cpu_s() - used);
            let waits_ms = singles(&mut store, &taken, args.runs, stop)?;
            let (began, used) = (Instant::now(), cpu_s());
            thread::sleep(IDLE);
            let idle_cores = (cpu_s() - used) / began.elapsed().as_secs_f64();
            Ok(Needs { put_s, put_cpu_s, drain_s, drain_cpu_s, waits_ms, idle_cores })
        })();
        taken.stop.store(true, Ordering::SeqCst);
        measured
    })
}

/// Puts runs in one at a time; how long each waited, in milliseconds.
fn singles(store: &mut Sqlite, taken: &Taken, before: usize, stop: &AtomicBool) -> Result<Vec<f64>, QueueError> {
    let order = shell("true", 1);
    let mut waits = Vec::new();
    thread::sleep(Duration::from_millis(500));
    for n in 0..SINGLES {
        let put = Instant::now();
        let run = store.enqueue(&order, now_ms())?.run;
        taken.wait(before + n + 1, stop)?;
        waits.extend(taken.when(&run).map(|at| at.duration_since(put).as_secs_f64() * 1000.0));
        // Not in step with those who look.
        thread::sleep(Duration::from_millis(7 + (n as u64 * 13) % 29));
    }
    Ok(waits)
}

/// Takes runs as a worker does, and ends them.
fn work(store: &mut Sqlite, taken: &Taken) -> Result<(), QueueError> {
    let by = Claimant { holder: Holder::this(), lease_ms: 60_000 };
    let limits = LaneLimits { named: BTreeMap::new(), other: u32::MAX };
    let mut seen = None;
    while !taken.stop.load(Ordering::Relaxed) {
        let version = store.version()?;
        if seen != Some(version) {
            seen = Some(version);
            if let Some(lease) = store.claim_next(&by, &limits, Moment::now())? {
                taken.note(&lease.run);
                let end = EventKind::Finished { state: RunState::Passed, reason: None, hint: None, answer: None };
                store.append(&lease, now_ms(), end)?;
                taken.count.fetch_add(1, Ordering::SeqCst);
                seen = None;
                continue;
            }
        }
        thread::sleep(ROUND);
    }
    Ok(())
}
