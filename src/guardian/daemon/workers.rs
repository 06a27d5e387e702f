use super::DaemonRules;
use crate::display::processes;
use crate::store::{Lease, Moment};
use crate::task::RunId;
use serde::Serialize;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait before a worker that ended at once is started again, at first and at most.
const PATIENCE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(30));
/// A worker that lived for so long has not ended at once.
const SOUND: Duration = Duration::from_secs(5);

/// A worker as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkerState {
    pub pid: u32,
    /// The run that it drives.
    pub run: Option<RunId>,
    pub since_ms: u64,
}

struct Living {
    process: Child,
    started: Instant,
    since_ms: u64,
}

/// One place for a worker, or for the prompt.
struct Place {
    is_prompt: bool,
    is_warm: bool,
    living: Option<Living>,
    /// Not to be filled before.
    not_before: Instant,
    patience: Duration,
}

/// The workers, each in its place.
pub(super) struct Workers {
    program: PathBuf,
    most_runs: u32,
    places: Vec<Place>,
}

impl Workers {
    pub(super) fn new(rules: &DaemonRules) -> Self {
        let place = |is_prompt, is_warm| Place {
            is_prompt,
            is_warm,
            living: None,
            not_before: Instant::now(),
            patience: PATIENCE.0,
        };
        let mut places: Vec<Place> = (0..rules.workers).map(|n| place(false, n < rules.warm)).collect();
        if rules.has_prompt {
            places.push(place(true, false));
        }
        Self { program: rules.program.clone(), most_runs: rules.most_runs, places }
    }

    /// Fills the places of those that have ended.
    pub(super) fn keep_up(&mut self) {
        for place in &mut self.places {
            place.reap();
            if place.living.is_none() && Instant::now() >= place.not_before {
                place.fill(&self.program, self.most_runs);
            }
        }
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        self.places.iter().filter_map(|p| Some(p.living.as_ref()?.process.id())).collect()
    }

    pub(super) fn states(&self, leases: &[(Lease, u64)]) -> Vec<WorkerState> {
        let living = self.places.iter().filter(|p| !p.is_prompt).filter_map(|p| p.living.as_ref());
        let state = |living: &Living| {
            let pid = living.process.id();
            let run = leases.iter().find(|(lease, _)| lease.holder.pid == pid).map(|(lease, _)| lease.run.clone());
            WorkerState { pid, run, since_ms: living.since_ms }
        };
        living.map(state).collect()
    }

    /// Lets all workers go; those that have not left after `grace` are ended.
    pub(super) fn end(&mut self, grace: Duration) {
        let until = Instant::now() + grace;
        for living in self.places.iter_mut().filter_map(|p| p.living.as_mut()) {
            drop(living.process.stdin.take());
        }
        for place in &mut self.places {
            while place.living.is_some() && Instant::now() < until {
                place.reap();
                thread::sleep(Duration::from_millis(20));
            }
            if let Some(mut living) = place.living.take() {
                for pid in processes::descendants_of(living.process.id()) {
                    processes::end(pid);
                }
                // It is gone already, then.
                let _ = living.process.kill();
                let _ = living.process.wait();
            }
        }
    }
}

impl Place {
    /// Notes that its worker has ended.
    fn reap(&mut self) {
        let Some(living) = &mut self.living else { return };
        let Ok(Some(status)) = living.process.try_wait() else { return };
        if status.success() || living.started.elapsed() >= SOUND {
            self.patience = PATIENCE.0;
            self.not_before = Instant::now();
        } else {
            tracing::warn!(%status, "a worker ended at once");
            self.not_before = Instant::now() + self.patience;
            self.patience = (self.patience * 2).min(PATIENCE.1);
        }
        self.living = None;
    }

    fn fill(&mut self, program: &std::path::Path, most_runs: u32) {
        let mut command = Command::new(program);
        if self.is_prompt {
            command.args(["prompt", "--resident"]);
        } else {
            command.arg("work").arg("--most").arg(most_runs.to_string());
        }
        if self.is_warm {
            command.arg("--warm");
        }
        // A Ctrl+C in the terminal of the service is for the service alone.
        command.stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0);
        match command.spawn() {
            Ok(process) => {
                let since_ms = Moment::now().at_ms;
                self.living = Some(Living { process, started: Instant::now(), since_ms });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot start a worker");
                self.not_before = Instant::now() + self.patience;
                self.patience = (self.patience * 2).min(PATIENCE.1);
            }
        }
    }
}
