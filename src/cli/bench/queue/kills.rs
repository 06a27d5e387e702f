//! Processes killed at random instants: every run ends all the same.

use super::QueueError;
use super::service::{Ground, Service, ended, fill, left, shell, verified, wait};
use crate::cli::args::BenchQueueArgs;
use crate::cli::pieces::Pieces;
use crate::display::processes;
use crate::task::RunState;
use serde::Serialize;
use std::time::{Duration, Instant};

/// How long the runs may take that are left after the last kill.
const LIMIT: Duration = Duration::from_secs(600);
/// So many runs wait or are driven while processes are killed.
const LOAD: usize = 40;
/// Of so many kills one is that of the service itself.
const OF_SERVICE: u64 = 8;
/// The longest time between two kills.
const PAUSE_MS: u64 = 400;

#[derive(Debug, Serialize)]
pub struct Figures {
    pub kills: usize,
    pub of_service: usize,
    pub runs: usize,
    pub wall_s: f64,
    pub passed: usize,
    pub otherwise: usize,
    pub left: usize,
    pub repeated: usize,
    pub lost: usize,
    pub store: String,
}

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    /// A number below `sides`. Source: Marsaglia, Xorshift RNGs, 2003.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

pub fn kills(args: &BenchQueueArgs, pieces: &Pieces) -> Result<Figures, QueueError> {
    let ground = Ground::new("kills")?;
    let mut store = ground.store()?;
    let order = shell(&format!("echo \"$GUARDIAN_RUN\" >> {}; sleep 0.05", ground.marks().display()), 10_000);
    let mut dice = Dice(args.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (mut runs, mut of_service) = (Vec::new(), 0);
    let began = Instant::now();
    let mut service = Service::start(&ground, &pieces.program, args.workers)?;
    for _ in 0..args.kills {
        if pieces.stop.load(std::sync::atomic::Ordering::Relaxed) {
            break;
        }
        let missing = LOAD.saturating_sub(left(&store)?);
        runs.extend(fill(&mut store, &order, missing)?);
        std::thread::sleep(Duration::from_micros(dice.roll(PAUSE_MS * 1000)));
        let workers = service.workers();
        if dice.roll(OF_SERVICE) == 0 || workers.is_empty() {
            service.kill();
            of_service += 1;
            service = restarted(&ground, pieces, args.workers)?;
        } else {
            processes::end(workers[dice.roll(workers.len() as u64) as usize]);
        }
    }
    let waited = wait(&store, LIMIT, &pieces.stop);
    service.end();
    let done = ground.executions();
    let passed = ended(&store, RunState::Passed)?;
    let left = waited.map_or_else(|_| left(&store), |()| Ok(0))?;
    Ok(Figures {
        kills: args.kills,
        of_service,
        runs: runs.len(),
        wall_s: began.elapsed().as_secs_f64(),
        passed,
        otherwise: runs.len() - passed - left,
        left,
        repeated: done.values().filter(|count| **count > 1).count(),
        lost: runs.iter().filter(|run| !done.contains_key(&run.0)).count(),
        store: verified(&store),
    })
}

/// A new service; the place of the one that was killed may be taken for a moment.
fn restarted(ground: &Ground, pieces: &Pieces, workers: usize) -> Result<Service, QueueError> {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match Service::start(ground, &pieces.program, workers) {
            Err(QueueError::Start { .. }) if Instant::now() < until => std::thread::sleep(Duration::from_millis(50)),
            started => return started,
        }
    }
}
