//! Recording: every fact goes to the store first and to whoever listens after.

use super::shots;
use crate::screen::Frame;
use crate::store::{Holder, Store, StoreError};
use crate::task::{Event, EventKind, RunId, Shot};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch.
pub fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as u64)
}

/// Marks runs whose process is gone as interrupted; gives how many there were.
///
/// # Errors
/// Those of the store.
pub fn sweep(store: &mut dyn Store, at_ms: u64) -> Result<usize, StoreError> {
    let mut swept = 0;
    for (run, holder) in store.open_claims()? {
        if !holder.is_alive() {
            store.append(&run, &holder, at_ms, EventKind::Interrupted { holder: holder.to_string() })?;
            swept += 1;
        }
    }
    Ok(swept)
}

/// The record of one run.
pub struct Journal<'a> {
    store: &'a Mutex<dyn Store>,
    run: RunId,
    holder: Holder,
    told: &'a (dyn Fn(&Event) + Sync),
    last: Mutex<Option<(Frame, Shot)>>,
}

impl<'a> Journal<'a> {
    /// The record of `run`, which `holder` has claimed; `told` hears of every event.
    pub fn new(store: &'a Mutex<dyn Store>, run: RunId, holder: Holder, told: &'a (dyn Fn(&Event) + Sync)) -> Self {
        Self { store, run, holder, told, last: Mutex::new(None) }
    }

    /// The run that it is of.
    pub const fn run(&self) -> &RunId {
        &self.run
    }

    fn store(&self) -> MutexGuard<'_, dyn Store + 'static> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a fact.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written, or the run is in other hands.
    pub fn note(&self, kind: EventKind) -> Result<(), StoreError> {
        let at_ms = now_ms();
        let seq = self.store().append(&self.run, &self.holder, at_ms, kind.clone())?;
        (self.told)(&Event { run: self.run.clone(), seq, at_ms, kind });
        Ok(())
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
