//! What a queue is asked and answers.

use super::Holder;
use crate::task::{RunId, RunState, Signal};
use serde::Serialize;
use std::collections::BTreeMap;

/// A moment: what the calendar says, and how long the machine has been up. Leases go by the latter, which no
/// setting of the clock changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Milliseconds since the machine started, those asleep included.
    pub up_ms: u64,
}

impl Moment {
    /// Now, by this machine's clocks.
    pub fn now() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let up = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Self {
            at_ms: since.map_or(0, |d| d.as_millis() as u64),
            up_ms: up.tv_sec.cast_unsigned() * 1000 + up.tv_nsec.cast_unsigned() / 1_000_000,
        }
    }
}

/// The right to drive one run, until it is lost: whoever takes the run next has a higher number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub run: RunId,
    pub holder: Holder,
    pub number: u64,
    /// Counts from 1.
    pub attempt: u32,
}

/// Who claims, and for how long without a sign of life.
#[derive(Debug, Clone)]
pub struct Claimant {
    pub holder: Holder,
    pub lease_ms: u64,
}

/// How many runs of each lane may be driven at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneLimits {
    pub named: BTreeMap<String, u32>,
    /// Of a lane that is not named.
    pub other: u32,
}

impl LaneLimits {
    pub fn of(&self, lane: &str) -> u32 {
        self.named.get(lane).copied().unwrap_or(self.other)
    }
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub run: RunId,
    /// False where an order with the same key was there already: `run` is that one.
    pub is_new: bool,
}

/// One run in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunRow {
    pub run: RunId,
    pub text: String,
    pub state: RunState,
    /// Whether a process drives it.
    pub is_held: bool,
    pub lane: String,
    pub priority: i32,
    pub attempt: u32,
    pub attempts: u32,
    pub origin: String,
    pub template: Option<String>,
    pub parent: Option<RunId>,
    pub asked_ms: u64,
    /// When it was first claimed.
    pub began_ms: Option<u64>,
    pub ended_ms: Option<u64>,
    pub not_before_ms: Option<u64>,
    /// The last sign of life, in milliseconds since the machine started.
    #[serde(skip)]
    pub beat_up_ms: Option<u64>,
    /// How many tasks it has, and how many of them have passed.
    pub tasks: u32,
    pub tasks_passed: u32,
    pub reason: Option<String>,
    pub hint: Option<String>,
    pub answer: Option<String>,
    pub signal: Option<Signal>,
    pub question: Option<OpenQuestion>,
}

/// A question that a run waits with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct OpenQuestion {
    /// The number of the event that asks it.
    pub id: u64,
    pub question: String,
    pub options: Vec<String>,
}

/// Which runs to list, the newest first.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    pub states: Vec<RunState>,
    pub lane: Option<String>,
    /// Words that the text has, whatever their case.
    pub words: Option<String>,
    /// Only those asked before this one.
    pub before: Option<RunId>,
    pub parent: Option<RunId>,
    pub most: usize,
}

/// One lane as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LaneRow {
    pub lane: String,
    pub queued: u64,
    pub running: u64,
    pub waiting: u64,
    pub is_paused: bool,
}

/// A line that a run's work printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct LogLine {
    pub run: RunId,
    /// Counts from 1 in its run, without gaps.
    pub seq: u64,
    pub at_ms: u64,
    pub level: Level,
    /// What printed it: "shell", "agent", "guardian".
    pub source: String,
    pub text: String,
}

/// How much a line matters, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

/// Which lines to read, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    pub after: u64,
    /// Only lines before this number; the last of them, where more than `most` fit.
    pub before: Option<u64>,
    /// This grave or graver.
    pub level: Option<Level>,
    /// Words that the text has, whatever their case.
    pub words: Option<String>,
    pub most: usize,
}

/// How far the whole store has been read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub event: u64,
    pub line: u64,
}

/// What retention took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    pub runs: u64,
    pub blobs: u64,
    pub bytes: u64,
}

/// How much the store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    pub runs: u64,
    pub events: u64,
    pub log_lines: u64,
    pub lines: u64,
    pub blobs: u64,
    pub blob_bytes: u64,
    pub bytes: u64,
}
