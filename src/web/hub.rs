//! What is new in the store, passed on to all who listen: read once, written once, sent to many.

use super::wire::{Lane, Worker};
use crate::guardian::Daemon;
use crate::store::{Cursor, LaneLimits, LaneRow, LogLine, News, Store, StoreError};
use crate::task::{Event, RunId};
use axum::body::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::{self, Receiver, Sender};

/// How often is looked whether something is new.
const ROUND: Duration = Duration::from_millis(20);
/// How many events and lines are read in one go.
const AT_ONCE: usize = 4_000;
/// How many batches wait for who is slow; of more, the oldest go.
const BACKLOG: usize = 128;
/// How often it is looked whether lanes or workers are others by now, besides when events say so.
const BOARD: Duration = Duration::from_secs(1);

/// What came in one go, as it is sent.
#[derive(Debug, Default)]
pub struct Batch {
    /// Where the store stood before and after.
    pub from: Cursor,
    pub to: Cursor,
    /// The events of each run, in the format of event streams, and those of all runs.
    pub events: BTreeMap<RunId, Bytes>,
    pub all_events: Bytes,
    /// The log lines of each run.
    pub lines: BTreeMap<RunId, Bytes>,
    /// Lanes and workers, where they are others now.
    pub board: Option<Bytes>,
}

/// Where all who listen hear of what is new.
pub struct Hub {
    /// The names and addresses under which the service is called.
    pub hosts: BTreeSet<String>,
    limits: LaneLimits,
    sender: Sender<Arc<Batch>>,
    at: Mutex<Cursor>,
    /// How many lines and events have been passed on.
    passed_on: AtomicU64,
}

impl Hub {
    pub fn new(hosts: BTreeSet<String>, limits: LaneLimits) -> Self {
        let sender = broadcast::channel(BACKLOG).0;
        Self { hosts, limits, sender, at: Mutex::default(), passed_on: AtomicU64::new(0) }
    }

    fn at(&self) -> MutexGuard<'_, Cursor> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to listen; gives where the store stood: what came before has to be read from there.
    pub fn listen(&self) -> (Receiver<Arc<Batch>>, Cursor) {
        let at = self.at();
        (self.sender.subscribe(), *at)
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }

    /// How many events and lines have been passed on.
    pub fn passed_on(&self) -> u64 {
        self.passed_on.load(Ordering::Relaxed)
    }

    /// Reads `store`, which nobody else does with, and passes on what is new, until `stop`.
    pub fn run(&self, mut store: Box<dyn Store>, daemon: &Daemon, stop: &AtomicBool) {
        *self.at() = store.cursor().unwrap_or_default();
        let (mut version, mut board, mut looked) = (0, String::new(), Instant::now());
        while !stop.load(Ordering::Relaxed) {
            let is_changed = store.version().is_ok_and(|now| std::mem::replace(&mut version, now) != now);
            if is_changed || looked.elapsed() >= BOARD {
                looked = Instant::now();
                if let Err(error) = self.pass_on(&mut *store, daemon, &mut board) {
                    tracing::warn!(error = &error as &dyn std::error::Error, "cannot read what is new");
                    version = 0;
                }
            }
            thread::sleep(ROUND);
        }
    }

    fn pass_on(&self, store: &mut dyn Store, daemon: &Daemon, board: &mut String) -> Result<(), StoreError> {
        loop {
            let from = *self.at();
            let news = store.since(from, AT_ONCE)?;
            let is_all = news.events.len() < AT_ONCE && news.lines.len() < AT_ONCE;
            let mut batch = batch(from, &news);
            if is_all {
                batch.board = self.board(store, daemon, board)?;
            }
            if batch.to != from || batch.board.is_some() {
                self.passed_on.fetch_add((news.events.len() + news.lines.len()) as u64, Ordering::Relaxed);
                let mut at = self.at();
                *at = batch.to;
                // Nobody need listen.
                let _ = self.sender.send(Arc::new(batch));
            }
            if is_all {
                return Ok(());
            }
        }
    }

    /// Lanes and workers as they are sent, where they are others than `last`.
    fn board(&self, store: &dyn Store, daemon: &Daemon, last: &mut String) -> Result<Option<Bytes>, StoreError> {
        let workers: Vec<Worker> = daemon.worker_states()?.into_iter().map(Worker::from).collect();
        let json = serde_json::json!({ "lanes": self.lanes(store)?, "workers": workers }).to_string();
        if json == *last {
            return Ok(None);
        }
        let frame = format!("event: board\ndata: {json}\n\n");
        *last = json;
        Ok(Some(frame.into()))
    }

    /// All lanes with their limits, those besides that have a limit of their own.
    ///
    /// # Errors
    /// Those of the store.
    pub fn lanes(&self, store: &dyn Store) -> Result<Vec<Lane>, StoreError> {
        let mut rows = store.lanes()?;
        for lane in self.limits.named.keys() {
            if !rows.iter().any(|row| row.lane == *lane) {
                rows.push(LaneRow { lane: lane.clone(), ..LaneRow::default() });
            }
        }
        rows.sort_by(|a, b| a.lane.cmp(&b.lane));
        let lane = |row: LaneRow| Lane {
            limit: self.limits.of(&row.lane),
            is_named: self.limits.named.contains_key(&row.lane),
            row,
        };
        Ok(rows.into_iter().map(lane).collect())
    }
}

fn batch(from: Cursor, news: &News) -> Batch {
    let to = Cursor {
        event: news.events.last().map_or(from.event, |(n, _)| *n),
        line: news.lines.last().map_or(from.line, |(n, _)| *n),
    };
    let (mut events, mut all): (BTreeMap<RunId, String>, String) = (BTreeMap::new(), String::new());
    for (n, event) in &news.events {
        let frame = event_frame(Cursor { event: *n, line: from.line }, event);
        all += &frame;
        *events.entry(event.run.clone()).or_default() += &frame;
    }
    let mut lines: BTreeMap<RunId, Vec<(u64, &LogLine)>> = BTreeMap::new();
    for (n, line) in &news.lines {
        lines.entry(line.run.clone()).or_default().push((*n, line));
    }
    let lines = lines.into_iter().map(|(run, lines)| (run, lines_frame(to.event, &lines).into()));
    Batch {
        from,
        to,
        events: events.into_iter().map(|(run, frames)| (run, frames.into())).collect(),
        all_events: all.into(),
        lines: lines.collect(),
        board: None,
    }
}

/// An event as it is sent; whoever comes back after it goes on at `at`.
pub fn event_frame(at: Cursor, event: &Event) -> String {
    let json = serde_json::to_string(event).unwrap_or_default();
    format!("id: {}.{}\nevent: event\ndata: {json}\n\n", at.event, at.line)
}

/// Log lines as they are sent, all together.
pub fn lines_frame(event: u64, lines: &[(u64, &LogLine)]) -> String {
    let last = lines.last().map_or(0, |(n, _)| *n);
    let mut frame = format!("id: {event}.{last}\nevent: log\ndata: {{\"lines\":[");
    for (at, (_, line)) in lines.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        // Writing to a string does not fail.
        let _ = write!(frame, "{comma}{}", serde_json::to_string(line).unwrap_or_default());
    }
    frame + "]}\n\n"
}
