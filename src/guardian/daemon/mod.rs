//! The service: keeps workers at the queue, takes runs from those that are gone, and forgets what is old.
//!
//! It drives nothing itself: [`Worker`](super::Worker)s, processes of their own, take runs out of the store. What it
//! knows, it knows from there; it can be killed at any moment.

mod presence;
mod samples;
mod schedules;
mod workers;

pub use presence::Presence;
pub use samples::Sample;
pub use schedules::{Schedule, ScheduleError, ScheduleRules, When};
pub use workers::WorkerState;

use super::sweep::sweep;
use crate::store::{Moment, Store, StoreError};
use samples::Samples;
use schedules::Clockwork;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use workers::Workers;

/// How often workers are counted.
const ROUND: Duration = Duration::from_millis(100);
/// How often leases are looked through.
const SWEEP: Duration = Duration::from_millis(500);
/// How often schedules are looked after.
const TICK: Duration = Duration::from_millis(500);
/// How often figures are noted.
const SAMPLE: Duration = Duration::from_secs(5);
/// How often old runs are looked for.
const FORGET: Duration = Duration::from_secs(3600);
/// How far the clock may be off by then: it is set now and then.
const DRIFT: Duration = Duration::from_secs(60);
/// How long workers may take to finish the step that they are at.
const GRACE: Duration = Duration::from_secs(20);

const DAY_MS: u64 = 86_400_000;

/// How the service works.
#[derive(Debug, Clone)]
pub struct DaemonRules {
    /// This program.
    pub program: PathBuf,
    pub workers: usize,
    /// How many of them keep their eyes open while they wait.
    pub warm: usize,
    /// After how many runs a worker is replaced.
    pub most_runs: u32,
    /// How long runs that are over are kept, in days; 0 for ever.
    pub keep_days: u64,
    pub schedules: ScheduleRules,
    /// Whether a prompt waits for the keys that call it.
    pub has_prompt: bool,
}

/// The service.
pub struct Daemon {
    store: Arc<Mutex<dyn Store>>,
    rules: DaemonRules,
    workers: Mutex<Workers>,
    samples: Mutex<Samples>,
}

impl Daemon {
    /// A service over `store`, at rest.
    pub fn new(store: Arc<Mutex<dyn Store>>, rules: DaemonRules) -> Self {
        let workers = Mutex::new(Workers::new(&rules));
        Self { store, rules, workers, samples: Mutex::default() }
    }

    fn store(&self) -> MutexGuard<'_, dyn Store + 'static> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn workers(&self) -> MutexGuard<'_, Workers> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works until `stop` is set; then workers finish their step, hand back the rest and leave.
    pub fn run(&self, stop: &AtomicBool) {
        let mut swept = Timer::new(SWEEP);
        let mut sampled = Timer::new(SAMPLE);
        let mut clock = Steady { since: Moment::now() };
        let mut ticked = Timer::new(TICK);
        let mut clockwork = Clockwork::new(self.rules.schedules.clone());
        while !stop.load(Ordering::Relaxed) {
            self.workers().keep_up();
            if swept.is_due() {
                warn_of(sweep(&mut *self.store(), Moment::now()), "cannot look through the leases");
            }
            if ticked.is_due() {
                warn_of(clockwork.tick(&mut *self.store(), Moment::now()), "cannot look after the schedules");
            }
            if sampled.is_due() {
                warn_of(self.sample(), "cannot note figures");
            }
            let now = Moment::now();
            if clock.is_trusted(now) && self.rules.keep_days > 0 {
                let before = now.at_ms.saturating_sub(self.rules.keep_days * DAY_MS);
                warn_of(self.store().forget(before), "cannot forget what is old");
            }
            thread::sleep(ROUND);
        }
        self.workers().end(GRACE);
        // Whoever did not leave in time has left a lease.
        warn_of(sweep(&mut *self.store(), Moment::now()), "cannot look through the leases");
    }

    fn sample(&self) -> Result<(), StoreError> {
        let lanes = self.store().lanes()?;
        let (queued, running) = lanes.iter().fold((0, 0), |(q, r), lane| (q + lane.queued, r + lane.running));
        let pids = self.workers().pids();
        let at_ms = Moment::now().at_ms;
        self.samples.lock().unwrap_or_else(PoisonError::into_inner).note(at_ms, queued, running, &pids);
        Ok(())
    }

    /// The workers, with the runs that they drive.
    ///
    /// # Errors
    /// Those of the store.
    pub fn worker_states(&self) -> Result<Vec<WorkerState>, StoreError> {
        let leases = self.store().leases()?;
        Ok(self.workers().states(&leases))
    }

    /// The figures of the last hour, the oldest first.
    pub fn samples(&self) -> Vec<Sample> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner).all()
    }
}

/// Due at once, and then every so often.
struct Timer {
    every: Duration,
    last: Option<Instant>,
}

impl Timer {
    const fn new(every: Duration) -> Self {
        Self { every, last: None }
    }

    fn is_due(&mut self) -> bool {
        let is_due = self.last.is_none_or(|last| last.elapsed() >= self.every);
        if is_due {
            self.last = Some(Instant::now());
        }
        is_due
    }
}

/// Whether the clock has gone as it should for a while: what is old by a clock that was set wrong is not forgotten.
struct Steady {
    since: Moment,
}

impl Steady {
    /// Once every [`FORGET`], where the clock has kept step with the time that the machine is up.
    fn is_trusted(&mut self, now: Moment) -> bool {
        let up = now.up_ms.saturating_sub(self.since.up_ms);
        if up < FORGET.as_millis() as u64 {
            return false;
        }
        let drift = now.at_ms.abs_diff(self.since.at_ms).abs_diff(up);
        let is_steady = now.at_ms > self.since.at_ms && drift < DRIFT.as_millis() as u64;
        if !is_steady {
            tracing::warn!(drift_ms = drift, "the clock has jumped; nothing is forgotten for now");
        }
        self.since = now;
        is_steady
    }
}

/// The service goes on: the next round may go well, and whatever is lost was not promised.
fn warn_of<T>(done: Result<T, StoreError>, what: &'static str) {
    if let Err(error) = done {
        tracing::warn!(error = &error as &dyn std::error::Error, "{what}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_is_not_trusted() {
        let hour = FORGET.as_millis() as u64;
        let mut clock = Steady { since: Moment { at_ms: 1_000, up_ms: 0 } };
        assert!(!clock.is_trusted(Moment { at_ms: 2_000, up_ms: 1_000 }), "it has not gone for long enough");
        assert!(clock.is_trusted(Moment { at_ms: 1_000 + hour, up_ms: hour }));
        assert!(!clock.is_trusted(Moment { at_ms: 90 * DAY_MS, up_ms: 2 * hour }), "ahead");
        assert!(!clock.is_trusted(Moment { at_ms: 1_000 + 3 * hour, up_ms: 3 * hour }), "and back");
        assert!(clock.is_trusted(Moment { at_ms: 2_000 + 4 * hour, up_ms: 4 * hour }));
    }
}
