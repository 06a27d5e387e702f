//! Performing what was granted, and seeing how the screen answers it.

use super::eyes::{Eyes, EyesError};
use super::seat::{Lease, Seat};
use crate::display::{Display, DisplayError, Selection, Settle, settle};
use crate::screen::{Frame, Percept, RectPx, compare};
use crate::task::{Action, Chord, Reaction};
use std::thread;
use std::time::{Duration, Instant};

/// How long hovering takes to show.
const HOVER: Settle = Settle { quiet: Duration::from_millis(30), limit: Duration::from_millis(180) };
/// How long a button is held at most, until the thing under it looks pressed.
const HOLD: Duration = Duration::from_millis(90);
const HOLD_PACE: Duration = Duration::from_millis(15);
/// How long an application gets to put what it copies on the clipboard.
const COPY: Duration = Duration::from_millis(800);

/// An action done and its outcome seen.
pub struct Done {
    pub before: Frame,
    pub after: Frame,
    pub percept: Percept,
    pub changed: Option<RectPx>,
    pub reaction: Option<Reaction>,
}

/// Why an action was not done.
#[derive(Debug, thiserror::Error)]
pub enum HandsError {
    #[error("the seat is in other hands")]
    Stale,
    #[error(transparent)]
    Eyes(#[from] EyesError),
    #[error(transparent)]
    Display(#[from] DisplayError),
}

/// Performs `action` under `lease` and looks at the settled screen.
pub fn perform(
    seat: &Seat,
    lease: Option<Lease>,
    eyes: &Eyes,
    action: &Action,
    aim: Option<RectPx>,
    deadline: Instant,
) -> Result<Done, HandsError> {
    if action.needs_seat() && !lease.is_some_and(|lease| seat.is_held_by(lease)) {
        return Err(HandsError::Stale);
    }
    if let Action::Wait { ms } = action {
        return wait(seat, eyes, Duration::from_millis(*ms), deadline);
    }
    let mut display = seat.display();
    let display = display.as_mut();
    let windows_before = window_ids(display)?;
    let before = display.capture()?;
    let (hovered, pressed_px) = match action {
        Action::Click { at, button, count: 1, modifiers, hold_ms: 0 } if modifiers.is_empty() => {
            display.perform(&Action::Move { to: *at }, deadline)?;
            let hovered = settle(display, HOVER)?;
            display.perform(&Action::Press { button: *button }, deadline)?;
            let pressed_px = watch_press(display, &hovered, aim);
            // Whatever came of watching, the button must not stay down.
            display.perform(&Action::Release { button: *button }, far_ahead())?;
            (hovered, pressed_px?)
        }
        _ => {
            display.perform(action, deadline)?;
            (before.clone(), 0)
        }
    };
    let after = settle(display, eyes.settle())?;
    let windows = display.windows()?;
    let windows_changed = windows.iter().map(|w| w.id).collect::<Vec<_>>() != windows_before;
    let change = compare(&hovered, &after, after.bounds());
    let target = aim.map_or(0, |aim| compare(&hovered, &after, aim).pixels);
    let reaction = Reaction { pressed_px, after_px: change.pixels, target_px: target, windows_changed };
    let percept = eyes.read(&after, windows, display)?;
    let whole = compare(&before, &after, after.bounds());
    Ok(Done { changed: (whole.pixels > 0).then_some(whole.area), reaction: Some(reaction), before, after, percept })
}

/// A deadline for what must be done however late it is.
fn far_ahead() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

fn window_ids(display: &mut dyn Display) -> Result<Vec<u32>, DisplayError> {
    Ok(display.windows()?.iter().map(|w| w.id).collect())
}

/// Holds the button until the thing under it looks pressed; gives how many of its pixels changed.
fn watch_press(display: &mut dyn Display, hovered: &Frame, aim: Option<RectPx>) -> Result<u32, DisplayError> {
    let Some(aim) = aim else { return Ok(0) };
    let started = Instant::now();
    let mut most = 0;
    while started.elapsed() < HOLD {
        thread::sleep(HOLD_PACE);
        let now = display.capture()?;
        most = most.max(compare(hovered, &now, aim.grow(2)).pixels);
    }
    Ok(most)
}

/// Lets time pass without holding the display.
fn wait(seat: &Seat, eyes: &Eyes, span: Duration, deadline: Instant) -> Result<Done, HandsError> {
    let before = seat.display().capture()?;
    thread::sleep(span.min(deadline.saturating_duration_since(Instant::now())));
    let mut display = seat.display();
    let after = display.capture()?;
    let windows = display.windows()?;
    let percept = eyes.read(&after, windows, display.as_mut())?;
    drop(display);
    let change = compare(&before, &after, after.bounds());
    Ok(Done { changed: (change.pixels > 0).then_some(change.area), reaction: None, before, after, percept })
}

/// Empties the clipboard, presses `chord`, and gives what was copied by it.
pub fn copy_selected(
    seat: &Seat,
    lease: Option<Lease>,
    chord: &Chord,
    deadline: Instant,
) -> Result<Option<String>, HandsError> {
    if !lease.is_some_and(|lease| seat.is_held_by(lease)) {
        return Err(HandsError::Stale);
    }
    let mut display = seat.display();
    display.offer(Selection::Clipboard, None)?;
    display.perform(&Action::Key { chord: chord.clone() }, deadline)?;
    let started = Instant::now();
    while started.elapsed() < COPY {
        thread::sleep(HOLD_PACE);
        match display.selection(Selection::Clipboard) {
            Ok(Some(text)) => return Ok(Some(text)),
            Ok(None) | Err(DisplayError::Owner) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
