//! The accessibility bus that belongs to a display.

use super::{Accessibility, AccessibilityError, Witness};
use std::time::{Duration, Instant};

/// How long a display without a bus, or with one that failed, is left alone.
const REST: Duration = Duration::from_secs(5);
/// How long one whose answer came too late is left alone.
const BREATH: Duration = Duration::from_millis(500);

/// Where the bus of a display is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// At this address.
    Bus(String),
    /// Where the session bus at this address says.
    Session(String),
}

impl Address {
    /// Connects; `patience` as in [`Accessibility::connect`].
    ///
    /// # Errors
    /// Those of [`Accessibility::connect`] and [`Accessibility::of_session`].
    pub fn connect(&self, patience: Duration) -> Result<Accessibility, AccessibilityError> {
        match self {
            Self::Bus(address) => Accessibility::connect(address, patience),
            Self::Session(address) => Accessibility::of_session(address, patience),
        }
    }
}

/// The bus of one display: looked for when it is first needed, and anew once it is gone.
#[derive(Debug, Default)]
pub struct OfDisplay {
    open: Option<Accessibility>,
    /// Until when nothing is asked, after a failure.
    rests_until: Option<Instant>,
}

impl OfDisplay {
    /// What the applications say until `deadline`; nothing where there is no bus, or it fails.
    /// `find` says where the bus is.
    pub fn witness(&mut self, deadline: Instant, find: impl FnOnce() -> Option<Address>) -> Witness {
        if self.rests_until.is_some_and(|until| Instant::now() < until) {
            return Witness::default();
        }
        let patience = deadline.saturating_duration_since(Instant::now());
        if self.open.is_none() {
            self.open = find().and_then(|address| address.connect(patience).ok());
        }
        match self.open.as_ref().map(|bus| bus.elements(deadline)) {
            Some(Ok(witness)) => witness,
            // The connection stands and the answer was late: a busy machine, not a bus that is gone.
            Some(Err(AccessibilityError::Late)) => {
                self.rests_until = Some(Instant::now() + BREATH);
                Witness::default()
            }
            Some(Err(_)) | None => {
                *self = Self { open: None, rests_until: Some(Instant::now() + REST) };
                Witness::default()
            }
        }
    }
}
