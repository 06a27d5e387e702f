//! Many runs through one service: memory, descriptors and threads stay as they are.

use super::QueueError;
use super::service::{Ground, Service, ended, fill, left, shell, verified, wait};
use crate::cli::args::BenchQueueArgs;
use crate::cli::pieces::Pieces;
use crate::task::RunState;
use serde::Serialize;
use std::fs;
use std::time::{Duration, Instant};

/// So many runs wait at a time.
const LOAD: usize = 200;
/// How long the last runs may take.
const LIMIT: Duration = Duration::from_secs(600);

/// What a process holds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Holdings {
    pub memory_mib: f64,
    pub descriptors: usize,
    pub threads: usize,
}

#[derive(Debug, Serialize)]
pub struct Figures {
    pub runs: usize,
    pub wall_s: f64,
    pub passed: usize,
    /// After a quarter of the runs, when everything is warm.
    pub early: Holdings,
    pub late: Holdings,
    pub store: String,
}

pub fn soak(args: &BenchQueueArgs, pieces: &Pieces) -> Result<Figures, QueueError> {
    let ground = Ground::new("soak")?;
    let mut store = ground.store()?;
    let service = Service::start(&ground, &pieces.program, args.workers.min(4))?;
    let order = shell("echo one; echo two >&2; echo three", 1);
    let (began, mut placed, mut early) = (Instant::now(), 0, None);
    while placed < args.soak && !pieces.stop.load(std::sync::atomic::Ordering::Relaxed) {
        let missing = LOAD.saturating_sub(left(&store)?).min(args.soak - placed);
        placed += fill(&mut store, &order, missing)?.len();
        if early.is_none() && placed >= args.soak / 4 {
            early = Some(holdings(service.pid()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    wait(&store, LIMIT, &pieces.stop)?;
    let late = holdings(service.pid());
    let wall_s = began.elapsed().as_secs_f64();
    service.end();
    let passed = ended(&store, RunState::Passed)?;
    Ok(Figures { runs: placed, wall_s, passed, early: early.unwrap_or(late), late, store: verified(&store) })
}

fn holdings(pid: u32) -> Holdings {
    let count = |what: &str| fs::read_dir(format!("/proc/{pid}/{what}")).map_or(0, Iterator::count);
    let status = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let pss = status.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().trim_end_matches(" kB").parse().ok());
    Holdings { memory_mib: pss.unwrap_or(0.0) / 1024.0, descriptors: count("fd"), threads: count("task") }
}
