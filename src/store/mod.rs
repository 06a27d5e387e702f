//! What is remembered: runs, their events, and pictures by their hash.
//!
//! Event rows are the only state; everything else is a fold of them. Nothing here decides.

mod in_memory;
mod sqlite;
#[cfg(test)]
mod suite;

pub use in_memory::InMemory;
pub use sqlite::Sqlite;

use crate::task::{Event, EventKind, Request, RunId};

/// Where runs live.
pub trait Store: Send {
    /// Commits a new run and gives its name; nothing may move before this returns.
    ///
    /// # Errors
    /// [`StoreError::Write`], for instance when the disk is full.
    fn enqueue(&mut self, request: &Request, at_ms: u64) -> Result<RunId, StoreError>;

    /// Takes the run for `holder`, so that nobody else can.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], or [`StoreError::Taken`] when another holder has it.
    fn claim(&mut self, run: &RunId, holder: &Holder, at_ms: u64) -> Result<(), StoreError>;

    /// Adds an event to a run that `holder` has claimed and gives its number.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the run is somebody else's by now, [`StoreError::Write`].
    fn append(&mut self, run: &RunId, holder: &Holder, at_ms: u64, kind: EventKind) -> Result<u64, StoreError>;

    /// The events of a run, in order.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when there is no such run.
    fn events(&self, run: &RunId) -> Result<Vec<Event>, StoreError>;

    /// The newest runs, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn runs(&self, most: usize) -> Result<Vec<RunId>, StoreError>;

    /// Claimed runs that have not ended, with their holders.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn open_claims(&self) -> Result<Vec<(RunId, Holder)>, StoreError>;

    /// Keeps a blob and gives its name, the sha256 of `bytes` in hexadecimal.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn keep(&mut self, bytes: &[u8]) -> Result<String, StoreError>;

    /// A blob by its name.
    ///
    /// # Errors
    /// [`StoreError::Read`] when it is not there.
    fn blob(&self, name: &str) -> Result<Vec<u8>, StoreError>;

    /// Keeps what `reader` made of lines, by the hash of their pixels; of more than [`MOST_LINES`] the oldest go.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn keep_lines(&mut self, reader: &str, lines: &[(u64, String)]) -> Result<(), StoreError>;

    /// What `reader` made of those of `hashes` that are known.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn recall_lines(&self, reader: &str, hashes: &[u64]) -> Result<Vec<(u64, String)>, StoreError>;
}

/// The most lines that are remembered: some hundred full screens.
pub const MOST_LINES: usize = 20_000;

/// A process that drives runs: its number and when it started, because numbers come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub pid: u32,
    /// In clock ticks since the machine started.
    pub started: u64,
    /// The machine's current start, so that a restart ends all claims.
    pub boot: String,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "process {}", self.pid)
    }
}

impl Holder {
    /// This process.
    pub fn this() -> Self {
        let pid = std::process::id();
        Self { pid, started: start_of(pid).unwrap_or_default(), boot: boot() }
    }

    /// Whether the process still runs.
    pub fn is_alive(&self) -> bool {
        self.boot == boot() && start_of(self.pid) == Some(self.started)
    }

    fn to_row(&self) -> String {
        format!("{} {} {}", self.pid, self.started, self.boot)
    }

    fn from_row(row: &str) -> Option<Self> {
        let mut parts = row.splitn(3, ' ');
        let pid = parts.next()?.parse().ok()?;
        let started = parts.next()?.parse().ok()?;
        Some(Self { pid, started, boot: parts.next()?.to_owned() })
    }
}

fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

fn start_of(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot open the store at {path}")]
    Open {
        path: String,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("the store at {path} was written by a newer version ({found}, this one knows {known})")]
    Newer { path: String, found: i64, known: i64 },
    #[error("cannot write {what} to the store")]
    Write {
        what: &'static str,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("cannot read {what} from the store")]
    Read {
        what: &'static str,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("there is no run {0}")]
    Unknown(RunId),
    #[error("run {0} is in other hands")]
    Taken(RunId),
}
