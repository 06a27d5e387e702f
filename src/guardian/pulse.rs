//! Signs of life for a run that is driven, and what is wanted of it meanwhile.

use super::journal::Journal;
use crate::display::Reins;
use crate::store::{Moment, StoreError};
use crate::task::Signal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a run is its driver's without a sign of life.
pub const LEASE: Duration = Duration::from_secs(15);
/// How often a sign of life is given.
const BEAT: Duration = Duration::from_secs(4);
/// How often is looked what is wanted.
const ROUND: Duration = Duration::from_millis(50);

/// What is wanted of a run by others than its driver.
#[derive(Debug, Default)]
pub struct Wanted {
    cancel: AtomicBool,
    pause: AtomicBool,
    /// The run is in other hands.
    lost: AtomicBool,
    reins: Mutex<Option<Arc<Reins>>>,
    over: Mutex<bool>,
    ended: Condvar,
}

impl Wanted {
    /// The run is to end, at once.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// The run is to wait between two steps.
    pub fn is_paused(&self) -> bool {
        self.pause.load(Ordering::Relaxed)
    }

    /// The run is somebody else's by now: nothing may move and nothing can be recorded.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Gives the reins of the hands that are stopped with the run.
    pub fn hold(&self, reins: Arc<Reins>) {
        if self.is_cancelled() || self.is_lost() {
            reins.stop();
        }
        *self.reins.lock().unwrap_or_else(PoisonError::into_inner) = Some(reins);
    }

    fn stop_hands(&self) {
        if let Some(reins) = &*self.reins.lock().unwrap_or_else(PoisonError::into_inner) {
            reins.stop();
        }
    }

    /// Ends [`Wanted::keep_up`].
    pub fn end(&self) {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ended.notify_all();
    }

    fn has_ended_within(&self, wait: Duration) -> bool {
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.ended.wait_timeout_while(over, wait, |over| !*over);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Gives signs of life for the run of `journal` and hears what is wanted of it, until [`Wanted::end`].
    pub fn keep_up(&self, journal: &Journal<'_>) {
        let mut beaten = Instant::now();
        while !self.has_ended_within(ROUND) {
            let due = beaten.elapsed() >= BEAT;
            let heard =
                if due { journal.beat(Moment::now()).and_then(|()| journal.wanted()) } else { journal.wanted() };
            if due && heard.is_ok() {
                beaten = Instant::now();
            }
            self.hear(heard);
        }
    }

    fn hear(&self, heard: Result<Option<Signal>, StoreError>) {
        match heard {
            Ok(Some(Signal::Cancel)) => {
                self.cancel.store(true, Ordering::Relaxed);
                self.stop_hands();
            }
            Ok(signal) => self.pause.store(signal == Some(Signal::Pause), Ordering::Relaxed),
            Err(StoreError::Taken(_) | StoreError::Unknown(_)) => {
                self.lost.store(true, Ordering::Relaxed);
                self.stop_hands();
            }
            // A disk that is full for a moment takes nobody's run away; the lease says when it is over.
            Err(error) => tracing::warn!(%error, "cannot hear what is wanted of the run"),
        }
    }
}
