//! Recording: every fact goes to the store first and to whoever listens after.

use super::secrets::Secrets;
use super::shots;
use crate::screen::Frame;
use crate::store::{Lease, Level, LogLine, Moment, Store, StoreError};
use crate::task::{Event, EventKind, RunId, Shot, Signal};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Milliseconds since the Unix epoch.
pub fn now_ms() -> u64 {
    Moment::now().at_ms
}

/// The record of one run.
pub struct Journal<'a> {
    store: &'a Mutex<dyn Store>,
    lease: Lease,
    told: &'a (dyn Fn(&Event) + Sync),
    secrets: Secrets,
    last: Mutex<Option<(Frame, Shot)>>,
}

impl<'a> Journal<'a> {
    /// The record of the run that `lease` is for; `told` hears of every event. None of `secrets` is in either.
    pub fn new(store: &'a Mutex<dyn Store>, lease: Lease, told: &'a (dyn Fn(&Event) + Sync), secrets: Secrets) -> Self {
        Self { store, lease, told, secrets, last: Mutex::new(None) }
    }

    /// What the run may use and nobody is told.
    pub const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The run that it is of.
    pub const fn run(&self) -> &RunId {
        &self.lease.run
    }

    fn store(&self) -> MutexGuard<'_, dyn Store + 'static> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a fact and gives its number.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written, or the run is in other hands.
    pub fn note(&self, kind: EventKind) -> Result<u64, StoreError> {
        let (at_ms, kind) = (now_ms(), self.secrets.hide_in(&kind));
        let seq = self.store().append(&self.lease, at_ms, kind.clone())?;
        (self.told)(&Event { run: self.lease.run.clone(), seq, at_ms, kind });
        Ok(seq)
    }

    /// Keeps what the work printed.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written, or the run is in other hands.
    pub fn log(&self, level: Level, source: &str, lines: &[String]) -> Result<(), StoreError> {
        let (run, at_ms, source) = (self.lease.run.clone(), now_ms(), source.to_owned());
        let line = |text: &String| LogLine {
            run: run.clone(),
            seq: 0,
            at_ms,
            level,
            source: source.clone(),
            text: self.secrets.hide_line(text),
        };
        let lines: Vec<LogLine> = lines.iter().map(line).collect();
        self.store().log(&self.lease, &lines)
    }

    /// Gives a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the run is in other hands.
    pub fn beat(&self, now: Moment) -> Result<(), StoreError> {
        self.store().renew(&self.lease, super::pulse::LEASE.as_millis() as u64, now)
    }

    /// What is wanted of the run.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the run is in other hands.
    pub fn wanted(&self) -> Result<Option<Signal>, StoreError> {
        self.store().wanted(&self.lease)
    }

    /// The answer to the question that event `question` asked, where somebody has given one.
    ///
    /// # Errors
    /// [`StoreError::Read`].
    pub fn answer_to(&self, question: u64) -> Result<Option<String>, StoreError> {
        let since = self.store().events_after(&self.lease.run, question, usize::MAX)?;
        Ok(since.into_iter().find_map(|event| match event.kind {
            EventKind::Answered { question: of, answer, .. } if of == question => Some(answer),
            _ => None,
        }))
    }

    /// Who wanted the run to end, in words.
    pub fn who_cancelled(&self) -> String {
        let events = self.store().events(&self.lease.run).unwrap_or_default();
        let who = events.into_iter().rev().find_map(|event| match event.kind {
            EventKind::Signalled { signal: Signal::Cancel, by } => Some(by),
            _ => None,
        });
        who.unwrap_or_else(|| "somebody".into())
    }

    /// Keeps a file and gives its name in the store.
    ///
    /// # Errors
    /// [`StoreError`] when there is no room.
    pub fn keep_bytes(&self, bytes: &[u8]) -> Result<String, StoreError> {
        self.store().keep(bytes)
    }

    /// Keeps a picture; the same frame twice in a row is kept once.
    ///
    /// # Errors
    /// [`StoreError`] when there is no room.
    pub fn keep(&self, frame: &Frame) -> Result<Shot, StoreError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, shot)) = &*last
            && known == frame
        {
            return Ok(shot.clone());
        }
        let shot = shots::keep(frame, &mut *self.store())?;
        *last = Some((frame.clone(), shot.clone()));
        Ok(shot)
    }
}
