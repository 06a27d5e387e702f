use serde::Serialize;
use std::collections::VecDeque;
use std::fs;

/// As many figures as make an hour.
const MOST: usize = 720;

/// How the service was at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sample {
    pub at_ms: u64,
    pub queued: u64,
    pub running: u64,
    /// Of the service and its workers together, in MiB.
    pub memory_mib: f64,
    /// Processor seconds per second of the service and its workers.
    pub cpu: f64,
}

/// The figures of the last hour.
#[derive(Debug, Default)]
pub(super) struct Samples {
    all: VecDeque<Sample>,
    /// When, and how many processor seconds had been used by then by which process.
    used: Option<(u64, Vec<(u32, f64)>)>,
}

impl Samples {
    pub(super) fn note(&mut self, at_ms: u64, queued: u64, running: u64, workers: &[u32]) {
        let pids: Vec<u32> = workers.iter().copied().chain([std::process::id()]).collect();
        let used: Vec<(u32, f64)> = pids.iter().map(|pid| (*pid, cpu_seconds(*pid))).collect();
        let memory_mib = pids.iter().map(|pid| memory_mib(*pid)).sum();
        let cpu = self.used.as_ref().map_or(0.0, |(then, before)| {
            let since = |(pid, now): &(u32, f64)| {
                now - before.iter().find(|(known, _)| known == pid).map_or(0.0, |(_, seconds)| *seconds)
            };
            used.iter().map(since).sum::<f64>() / (at_ms.saturating_sub(*then).max(1) as f64 / 1000.0)
        });
        self.used = Some((at_ms, used));
        self.all.push_back(Sample { at_ms, queued, running, memory_mib, cpu: cpu.max(0.0) });
        if self.all.len() > MOST {
            self.all.pop_front();
        }
    }

    pub(super) fn all(&self) -> Vec<Sample> {
        self.all.iter().copied().collect()
    }
}

/// Processor seconds that a process has used; 0 for one that is gone.
fn cpu_seconds(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|f| f.parse::<u64>().ok()).sum();
    ticks as f64 / rustix::param::clock_ticks_per_second() as f64
}

/// The memory that is a process's own, in MiB.
fn memory_mib(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
    let pages = |at: usize| text.split_whitespace().nth(at).and_then(|f| f.parse::<u64>().ok()).unwrap_or_default();
    let own = pages(1).saturating_sub(pages(2));
    (own * rustix::param::page_size() as u64) as f64 / 1_048_576.0
}
