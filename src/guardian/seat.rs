//! The right to use one display's mouse and keyboard: one holder at a time, fenced by its lease.

use crate::display::{Display, Lender, Pace, Reins};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A display with its seat.
pub struct Seat {
    display: Mutex<Box<dyn Display>>,
    turn: Mutex<Turn>,
    freed: Condvar,
    reins: Arc<Reins>,
    lender: Option<Lender>,
}

#[derive(Default)]
struct Turn {
    taken: bool,
    lease: u64,
}

/// The right to act, for as long as it is the last one given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease(u64);

impl Seat {
    /// The seat of `display`, whose hands ask `reins` before every event; without a `lender`, what is on the
    /// clipboard is nobody's.
    pub fn new(mut display: Box<dyn Display>, reins: Arc<Reins>, pace: Pace, lender: Option<Lender>) -> Self {
        display.rein(Arc::clone(&reins), pace);
        let (turn, freed) = (Mutex::new(Turn::default()), Condvar::new());
        Self { display: Mutex::new(display), turn, freed, reins, lender }
    }

    /// Who lends the person's clipboard.
    pub const fn lender(&self) -> Option<&Lender> {
        self.lender.as_ref()
    }

    /// Whether hands may move.
    pub fn reins(&self) -> &Reins {
        &self.reins
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the seat until `deadline`; `None` when it does not come free.
    pub fn take(&self, deadline: Instant) -> Option<Lease> {
        let mut turn = self.turn();
        while turn.taken {
            let wait = deadline.checked_duration_since(Instant::now()).filter(|w| *w > Duration::ZERO)?;
            turn = self.freed.wait_timeout(turn, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
        turn.taken = true;
        turn.lease += 1;
        Some(Lease(turn.lease))
    }

    /// Gives the seat back with everything released; an old lease gives nothing back.
    pub fn give_back(&self, lease: Lease) {
        let mut turn = self.turn();
        if turn.lease == lease.0 && turn.taken {
            // A display that is gone holds nothing.
            let _ = self.display().release_all();
            turn.taken = false;
            self.freed.notify_one();
        }
    }

    /// Whether `lease` is still the one in force.
    pub fn is_held_by(&self, lease: Lease) -> bool {
        let turn = self.turn();
        turn.taken && turn.lease == lease.0
    }

    /// The display, to look at; acting needs a lease.
    pub fn display(&self) -> MutexGuard<'_, Box<dyn Display>> {
        self.display.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::{Scripted, ScriptedState};
    use crate::screen::Frame;

    fn seat() -> Seat {
        let frame = Frame::new(1, 1, vec![0; 4]).unwrap();
        let state = ScriptedState { frame, windows: vec![], clipboard: None };
        let display = Box::new(Scripted::new(vec![state], vec![]).unwrap());
        Seat::new(display, Arc::new(Reins::new().unwrap()), Pace::Quick, None)
    }

    #[test]
    fn a_stale_hand_has_no_seat() {
        let seat = seat();
        let first = seat.take(Instant::now()).unwrap();
        assert!(seat.is_held_by(first));
        assert_eq!(seat.take(Instant::now()), None);
        seat.give_back(first);
        assert!(!seat.is_held_by(first));
        let second = seat.take(Instant::now()).unwrap();
        seat.give_back(first);
        assert!(seat.is_held_by(second));
    }
}
