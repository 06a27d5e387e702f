//! What is remembered: runs, their events and log lines, pictures by their hash, and small documents.
//!
//! Event rows are the only state; everything else is a fold of them, some of it kept beside them to be searched.
//! Nothing here decides.

mod blobs;
mod holder;
mod in_memory;
mod queue;
mod sqlite;
#[cfg(test)]
mod suite;

pub use holder::Holder;
pub use in_memory::InMemory;
pub use queue::{
    Claimant, Cursor, Forgotten, LaneLimits, LaneRow, Lease, Level, LogFilter, LogLine, Moment, OpenQuestion, Placed,
    RunFilter, RunRow, Size,
};
pub use sqlite::Sqlite;

use crate::task::{Event, EventKind, Order, RunId, RunState, Signal, Standing};

/// Runs that wait and are driven: one at a time has each, fenced by its lease.
pub trait Queue {
    /// Commits a new run and gives its name; nothing may move before this returns. An order whose key is known
    /// is the one that was placed with it first.
    ///
    /// # Errors
    /// [`StoreError::Write`], for instance when the disk is full.
    fn enqueue(&mut self, order: &Order, at_ms: u64) -> Result<Placed, StoreError>;

    /// Commits a new run and takes it in one go, so that nobody comes in between.
    ///
    /// # Errors
    /// [`StoreError::Write`], for instance when the disk is full.
    fn begin(&mut self, order: &Order, by: &Claimant, now: Moment) -> Result<Lease, StoreError>;

    /// Takes the run, so that nobody else can; only where its lane has room, if `limits` are given.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], or [`StoreError::Taken`] when another holder has it, it does not wait, or its lane is
    /// full or paused.
    fn claim(
        &mut self,
        run: &RunId,
        by: &Claimant,
        limits: Option<&LaneLimits>,
        now: Moment,
    ) -> Result<Lease, StoreError>;

    /// Takes the run that is next; `None` when none waits that may begin.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn claim_next(&mut self, by: &Claimant, limits: &LaneLimits, now: Moment) -> Result<Option<Lease>, StoreError>;

    /// Gives a sign of life: the lease lasts `lease_ms` from now on.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the run is somebody else's by now, or over.
    fn renew(&mut self, lease: &Lease, lease_ms: u64, now: Moment) -> Result<(), StoreError>;

    /// What is wanted of the run that `lease` is for, if anything.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the run is somebody else's by now, or over.
    fn wanted(&self, lease: &Lease) -> Result<Option<Signal>, StoreError>;

    /// Adds an event to the run that `lease` is for, and gives its number.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the run is somebody else's by now, or over; [`StoreError::Write`].
    fn append(&mut self, lease: &Lease, at_ms: u64, kind: EventKind) -> Result<u64, StoreError>;

    /// Adds what somebody else than the holder has to say: a [`EventKind::Signalled`] or [`EventKind::Answered`]. To
    /// cancel a run that nobody drives ends it.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Over`], [`StoreError::Write`].
    fn tell(&mut self, run: &RunId, at_ms: u64, kind: EventKind) -> Result<u64, StoreError>;

    /// All leases in force, each with the moment until which it lasts, in milliseconds since the machine started.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn leases(&self) -> Result<Vec<(Lease, u64)>, StoreError>;

    /// Ends `lease` for its holder, with `kind` for the reason, unless it was renewed after `until_up_ms` was read;
    /// gives whether it was.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn take_away(&mut self, lease: &Lease, until_up_ms: u64, at_ms: u64, kind: EventKind) -> Result<bool, StoreError>;

    /// Lets the runs of a lane begin, or not.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn pause_lane(&mut self, lane: &str, is_paused: bool) -> Result<(), StoreError>;
}

/// What was and what is.
pub trait History {
    /// The events of a run, in order.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when there is no such run.
    fn events(&self, run: &RunId) -> Result<Vec<Event>, StoreError>;

    /// At most `most` events of a run with numbers above `after`.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn events_after(&self, run: &RunId, after: u64, most: usize) -> Result<Vec<Event>, StoreError>;

    /// At most `most` events of all runs and as many log lines, in the order in which they were stored, each with the
    /// number that it has among all.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn since(&self, cursor: Cursor, most: usize) -> Result<News, StoreError>;

    /// The end of what is stored by now.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn cursor(&self) -> Result<Cursor, StoreError>;

    /// A number that is another one after somebody else has written.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn version(&self) -> Result<u64, StoreError>;

    /// The newest runs, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn runs(&self, most: usize) -> Result<Vec<RunId>, StoreError>;

    /// One run as it stands.
    ///
    /// # Errors
    /// [`StoreError::Unknown`].
    fn row(&self, run: &RunId) -> Result<RunRow, StoreError>;

    /// The runs that fit, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn list(&self, filter: &RunFilter) -> Result<Vec<RunRow>, StoreError>;

    /// Lanes in which runs wait or are driven, or that are paused.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn lanes(&self) -> Result<Vec<LaneRow>, StoreError>;
}

/// Events and log lines that came after a [`Cursor`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct News {
    pub events: Vec<(u64, Event)>,
    pub lines: Vec<(u64, LogLine)>,
}

/// What the work of runs printed.
pub trait Logs {
    /// Keeps lines of the run that `lease` is for; their numbers are given anew.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the run is somebody else's by now, [`StoreError::Write`].
    fn log(&mut self, lease: &Lease, lines: &[LogLine]) -> Result<(), StoreError>;

    /// The lines of a run that fit, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn logs(&self, run: &RunId, filter: &LogFilter) -> Result<Vec<LogLine>, StoreError>;
}

/// Pictures and files by their hash.
pub trait Blobs {
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

    /// Takes a blob away; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn drop_blob(&mut self, name: &str) -> Result<(), StoreError>;
}

/// Lines of text that were read on screens.
pub trait Lines {
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

    /// Forgets all lines.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn forget_lines(&mut self) -> Result<(), StoreError>;
}

/// Small things by kind and name: templates, schedules, devices.
pub trait Documents {
    /// Keeps a document in place of the one of its name.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn put(&mut self, kind: &str, name: &str, body: &str) -> Result<(), StoreError>;

    /// All documents of a kind as name and body, by name.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn documents(&self, kind: &str) -> Result<Vec<(String, String)>, StoreError>;

    /// The same, and nothing stays in the files of what was there: it may have been a secret.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn put_for_good(&mut self, kind: &str, name: &str, body: &str) -> Result<(), StoreError>;

    /// Takes a document away for good; gives whether it was there.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn discard(&mut self, kind: &str, name: &str) -> Result<bool, StoreError>;
}

/// Housekeeping.
pub trait Upkeep {
    /// Takes away a run that is over, with its events and lines.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Taken`] when it is not over.
    fn remove(&mut self, run: &RunId) -> Result<(), StoreError>;

    /// Takes away runs that ended before, and blobs that no run names any more.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    fn forget(&mut self, ended_before_ms: u64) -> Result<Forgotten, StoreError>;

    /// How much there is.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    fn size(&self) -> Result<Size, StoreError>;

    /// Whether everything in the store agrees with itself and with its events.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] says what does not.
    fn verify(&self) -> Result<(), StoreError>;
}

/// Where runs live.
pub trait Store: Queue + History + Logs + Blobs + Lines + Documents + Upkeep + Send {}

impl<T: Queue + History + Logs + Blobs + Lines + Documents + Upkeep + Send> Store for T {}

/// The most lines that are remembered: some hundred full screens.
pub const MOST_LINES: usize = 20_000;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot open the store at {path}")]
    Open {
        path: String,
        #[source]
        cause: Cause,
    },
    #[error("the store at {path} was written by a newer version ({found}, this one knows {known})")]
    Newer { path: String, found: i64, known: i64 },
    #[error("cannot write {what} to the store")]
    Write {
        what: &'static str,
        #[source]
        cause: Cause,
    },
    #[error("cannot read {what} from the store")]
    Read {
        what: &'static str,
        #[source]
        cause: Cause,
    },
    #[error("there is no run {0}")]
    Unknown(RunId),
    #[error("run {0} is in other hands")]
    Taken(RunId),
    #[error("run {0} is over")]
    Over(RunId),
    #[error("the store is damaged: {0}")]
    Damaged(String),
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The end of a run that nobody drives and that `told` cancels.
fn end_of_unheld(standing: Standing, told: &EventKind) -> Option<EventKind> {
    let EventKind::Signalled { signal: Signal::Cancel, by } = told else { return None };
    let reason = Some(format!("cancelled by {by} before it was begun"));
    let end = EventKind::Finished { state: RunState::Cancelled, reason, hint: None, answer: None };
    (!standing.is_held).then_some(end)
}
