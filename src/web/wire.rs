//! What goes over the wire.

use super::access::{Device, Right};
use crate::store::{self, LaneRow, RunRow};
use crate::task::{Backoff, DesktopChoice, RunState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One run in few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunSummary {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub row: RunRow,
    /// The last sign of life, in milliseconds since the Unix epoch.
    pub beat_ms: Option<u64>,
}

impl RunSummary {
    /// `row` as it is told at `now`.
    pub fn new(row: RunRow, now: store::Moment) -> Self {
        let beat_ms =
            row.beat_up_ms.filter(|_| row.is_held).map(|up| now.at_ms.saturating_sub(now.up_ms.saturating_sub(up)));
        Self { row, beat_ms }
    }
}

/// Where the work is to be done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Desktop {
    /// A display that is there already, by name.
    Given(String),
    /// A virtual one of its own, in physical pixels.
    Private {
        #[schema(minimum = 320, maximum = 8192)]
        width: u32,
        #[schema(minimum = 240, maximum = 8192)]
        height: u32,
    },
    /// A virtual one that was started before; without a name any that is idle.
    Started { name: Option<String> },
}

impl From<Desktop> for DesktopChoice {
    fn from(desktop: Desktop) -> Self {
        match desktop {
            Desktop::Given(name) => Self::Given(name),
            Desktop::Private { width, height } => Self::Private { width, height },
            Desktop::Started { name } => Self::Started { name },
        }
    }
}

/// How long to wait before a run is begun again.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Waiting {
    None,
    Linear { step_ms: u32 },
    Exponential { first_ms: u32, most_ms: u32 },
}

impl From<Waiting> for Backoff {
    fn from(waiting: Waiting) -> Self {
        match waiting {
            Waiting::None => Self::None,
            Waiting::Linear { step_ms } => Self::Linear { step_ms: step_ms.into() },
            Waiting::Exponential { first_ms, most_ms } => {
                Self::Exponential { first_ms: first_ms.into(), most_ms: most_ms.into() }
            }
        }
    }
}

/// A request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRun {
    /// What to do, in a sentence.
    #[schema(min_length = 1, max_length = 4000)]
    pub text: String,
    /// Where to work; without it on the display that people use.
    pub desktop: Option<Desktop>,
    /// Runs of one lane wait for each other.
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9_. -]{1,64}$")]
    pub lane: Option<String>,
    pub priority: Option<i32>,
    /// How often the run may be begun.
    #[schema(minimum = 1, maximum = 100)]
    pub attempts: Option<u32>,
    pub backoff: Option<Waiting>,
    /// Not to be begun before, in milliseconds since the Unix epoch.
    pub not_before_ms: Option<u64>,
    /// Ask no questions that permit something.
    #[serde(default)]
    pub yes: bool,
    #[schema(minimum = 1000, maximum = 86_400_000_u64)]
    pub timeout_ms: Option<u64>,
}

/// A sentence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    #[schema(min_length = 1, max_length = 4000)]
    pub text: String,
}

/// The tasks that a sentence would be done by, or what is unclear.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Planned {
    Graph {
        #[schema(value_type = Vec<Object>)]
        graph: crate::task::Graph,
    },
    Question {
        question: String,
        options: Vec<String>,
    },
}

/// Runs, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Runs {
    pub runs: Vec<RunSummary>,
    /// Where the next page begins, where there is one.
    #[schema(value_type = Option<String>)]
    pub next: Option<crate::task::RunId>,
}

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct WhichRuns {
    /// One state or several, with commas between them.
    pub state: Option<String>,
    pub lane: Option<String>,
    /// Words of the request.
    pub q: Option<String>,
    /// Only those that were asked before this run.
    pub before: Option<String>,
    /// The run of which they are parts.
    pub parent: Option<String>,
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

/// One run with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Run {
    pub summary: RunSummary,
    #[schema(value_type = Object)]
    pub report: crate::task::Report,
}

/// An answer to a question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The number of the question.
    pub question: u64,
    #[schema(min_length = 1, max_length = 4000)]
    pub answer: String,
}

/// How to do a run again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Again {
    /// From this task on; what else had passed counts as done.
    pub from_task: Option<u32>,
    /// Ask no questions that permit something.
    pub yes: bool,
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct WhichEvents {
    /// Only those with a higher number.
    pub after: Option<u64>,
    #[param(minimum = 1, maximum = 5000)]
    pub limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    #[schema(value_type = Vec<Object>)]
    pub events: Vec<crate::task::Event>,
}

/// Which log lines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct WhichLines {
    pub after: Option<u64>,
    /// Only lines before this one, and of them the last.
    pub before: Option<u64>,
    /// This grave or graver.
    pub level: Option<Level>,
    pub q: Option<String>,
    #[param(minimum = 1, maximum = 10_000)]
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

impl From<Level> for store::Level {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warn => Self::Warn,
            Level::Info => Self::Info,
            Level::Debug => Self::Debug,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Lines {
    #[schema(value_type = Vec<Object>)]
    pub lines: Vec<store::LogLine>,
    /// The number of the last line that there is.
    pub last: u64,
}

/// How log lines are to be written into a file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ExportFormat {
    pub format: Option<Format>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Text,
    /// One object a line.
    Json,
}

/// Something that a run left behind.
#[derive(Debug, Serialize, ToSchema)]
pub struct Artifact {
    /// The sha256 of its bytes.
    pub blob: String,
    pub name: String,
    pub media: String,
    pub bytes: u64,
    pub at_ms: u64,
    pub task: Option<u32>,
    /// `picture` of the screen, or a `file`.
    pub kind: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Artifacts {
    pub artifacts: Vec<Artifact>,
}

/// How a blob is to be sent.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct AsDownload {
    /// 1 to have it stored in place of shown.
    #[param(maximum = 1)]
    pub download: Option<u8>,
}

/// One lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Lane {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub row: LaneRow,
    /// How many of its runs are driven at once.
    pub limit: u32,
    /// Whether the settings name it, so that it is there even while nothing is in it.
    pub is_named: bool,
}

/// All that is under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct Board {
    pub lanes: Vec<Lane>,
    #[schema(value_type = Vec<Object>)]
    pub workers: Vec<Worker>,
    pub runs: Vec<RunSummary>,
}

/// One worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Worker {
    pub pid: u32,
    /// `idle` or `busy`.
    pub state: &'static str,
    #[schema(value_type = Option<String>)]
    pub run: Option<crate::task::RunId>,
    pub since_ms: u64,
}

impl From<crate::guardian::WorkerState> for Worker {
    fn from(worker: crate::guardian::WorkerState) -> Self {
        let state = if worker.run.is_some() { "busy" } else { "idle" };
        Self { pid: worker.pid, state, run: worker.run, since_ms: worker.since_ms }
    }
}

/// A device as others see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceView {
    pub id: String,
    pub name: String,
    pub may: Vec<Right>,
    pub paired_ms: u64,
    pub seen_ms: Option<u64>,
    /// Whether the request came from it.
    pub is_this: bool,
}

impl DeviceView {
    pub fn new(device: Device, this: &str) -> Self {
        let is_this = device.id == this;
        let Device { id, name, may, paired_ms, seen_ms, .. } = device;
        Self { id, name, may, paired_ms, seen_ms, is_this }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Devices {
    pub devices: Vec<DeviceView>,
}

/// What is to be another one of a device.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceChange {
    #[schema(min_length = 1, max_length = 60)]
    pub name: Option<String>,
    pub may: Option<Vec<Right>>,
}

/// A device that is to be paired.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPairing {
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// What it may do; without it all but to manage.
    pub may: Option<Vec<Right>>,
}

/// What is shown to the device that is to be paired.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pairing {
    pub code: String,
    pub url: String,
    /// A QR code of the address.
    pub svg: String,
    /// The sha256 of the certificate, where the address has one.
    pub fingerprint: Option<String>,
    pub expires_ms: u64,
}

/// What lets a browser in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub token: Option<String>,
    pub password: Option<String>,
    /// A pairing code, which makes a new device.
    pub code: Option<String>,
    /// What the new device is to be called.
    #[schema(min_length = 1, max_length = 60)]
    pub name: Option<String>,
}

/// Who is in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    pub device: DeviceView,
    pub version: &'static str,
    pub panel_password: bool,
    /// Whether the service has a display that people use.
    pub has_display: bool,
}

/// That the service is there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    pub status: &'static str,
    pub version: &'static str,
}

/// What the store remembers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Memory {
    pub requests: Vec<Remembered>,
    pub lines: KeptLines,
    #[schema(value_type = Object)]
    pub store: store::Size,
}

/// How a request went before.
#[derive(Debug, Serialize, ToSchema)]
pub struct Remembered {
    pub text: String,
    pub runs: u64,
    pub passed: u64,
    pub last_ms: u64,
}

/// Lines of text that were read on screens.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptLines {
    pub kept: u64,
    pub most: u64,
}

/// The states that a query names.
pub fn states(said: &str) -> Option<Vec<RunState>> {
    said.split(',').filter(|s| !s.is_empty()).map(|s| RunState::named(s.trim())).collect()
}
