use super::{Display, DisplayError};
use crate::screen::{Frame, compare};
use std::thread;
use std::time::{Duration, Instant};

/// When a screen counts as settled.
#[derive(Debug, Clone, Copy)]
pub struct Settle {
    /// Nothing but a text cursor has changed for this long …
    pub quiet: Duration,
    /// … or this long has passed.
    pub limit: Duration,
}

/// How often the screen is looked at while it settles.
const PACE: Duration = Duration::from_millis(25);

/// Waits until `display` has stopped changing and gives its last frame.
///
/// # Errors
/// Those of [`Display::capture`].
pub fn settle(display: &mut dyn Display, settle: Settle) -> Result<Frame, DisplayError> {
    let started = Instant::now();
    let mut last = display.capture()?;
    let mut quiet_since = started;
    while quiet_since.elapsed() < settle.quiet && started.elapsed() < settle.limit {
        thread::sleep(PACE);
        let now = display.capture()?;
        let change = compare(&last, &now, now.bounds());
        if change.pixels > 0 && !change.is_caret() {
            quiet_since = Instant::now();
        }
        last = now;
    }
    Ok(last)
}
