//! Many workers, many runs: each is driven once.

use super::QueueError;
use super::service::{Ground, ended, fill, shell, verified, wait};
use crate::cli::args::BenchQueueArgs;
use crate::cli::pieces::Pieces;
use crate::task::RunState;
use serde::Serialize;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// How long all runs may take.
const LIMIT: Duration = Duration::from_secs(3600);

#[derive(Debug, Serialize)]
pub struct Figures {
    pub workers: usize,
    pub runs: usize,
    pub wall_s: f64,
    pub per_second: f64,
    /// Runs whose work was done more than once.
    pub twice: usize,
    /// Runs whose work was not done.
    pub lost: usize,
    pub passed: usize,
    pub store: String,
}

pub fn once(args: &BenchQueueArgs, pieces: &Pieces) -> Result<Figures, QueueError> {
    let ground = Ground::new("once")?;
    let mut store = ground.store()?;
    let order = shell(&format!("echo \"$GUARDIAN_RUN\" >> {}", ground.marks().display()), 1);
    let runs = fill(&mut store, &order, args.runs)?;
    let began = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..args.workers {
        let mut command = ground.command(&pieces.program, &["work"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        workers.push(command.spawn().map_err(QueueError::Folder)?);
    }
    let waited = wait(&store, LIMIT, &pieces.stop);
    let wall_s = began.elapsed().as_secs_f64();
    for mut worker in workers {
        drop(worker.stdin.take());
        let _ = worker.wait();
    }
    waited?;
    let done = ground.executions();
    Ok(Figures {
        workers: args.workers,
        runs: runs.len(),
        wall_s,
        per_second: runs.len() as f64 / wall_s,
        twice: done.values().filter(|count| **count > 1).count(),
        lost: runs.iter().filter(|run| !done.contains_key(&run.0)).count(),
        passed: ended(&store, RunState::Passed)?,
        store: verified(&store),
    })
}
