//! Performing what was granted, and seeing how the screen answers it.

mod aim;
mod text;

use aim::own_obstacle;
pub use aim::{Aim, Glance, take_aim};
use text::is_all;
pub use text::{Draft, write};

use super::eyes::{Eyes, EyesError};
use super::seat::{Lease, Seat};
use crate::display::{Display, DisplayError, Lender, Loan, Rein, Reins, Selection, Settle, settle};
use crate::screen::{Frame, Percept, PointPx, RectPx, Window, compare};
use crate::task::{Action, Arrived, Button, Chord, Reaction};
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
    pub arrived: Option<Arrived>,
    /// Whether the field that has the keyboard holds what was typed and nothing else; asked only of a whole field.
    pub is_all: bool,
}

/// What is to be done, and what it was decided on.
#[derive(Debug, Clone, Copy)]
pub struct Intent<'a> {
    pub action: &'a Action,
    /// The box of the thing that is acted on.
    pub aim: Option<RectPx>,
    pub glance: Option<Glance<'a>>,
    /// Whether a text that is typed is meant to be all that a field holds.
    pub fills: bool,
    pub deadline: Instant,
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
    /// Another window of the same application, such as a dialog that came up, stands in the way.
    #[error("{cause}")]
    Blocked { by: u32, cause: DisplayError },
}

/// Does what `intent` says under `lease` and looks at the settled screen; waits while the person is at it.
///
/// # Errors
/// [`HandsError::Stale`] for a lease that is over; a [`DisplayError`] that is a refusal where the screen is not what
/// it was decided on, and nothing was done.
pub fn perform(seat: &Seat, lease: Option<Lease>, eyes: &Eyes, intent: &Intent<'_>) -> Result<Done, HandsError> {
    let Intent { action, deadline, .. } = *intent;
    if action.needs_seat() && !lease.is_some_and(|lease| seat.is_held_by(lease)) {
        return Err(HandsError::Stale);
    }
    if let Action::Wait { ms } = action {
        return wait(seat, eyes, Duration::from_millis(*ms), deadline);
    }
    await_person(seat.reins(), deadline)?;
    let mut display = seat.display();
    let display = display.as_mut();
    let windows_before = display.windows()?;
    let before = display.capture()?;
    let deed = act(display, seat.lender(), intent, &before).map_err(|error| explain(error, display, intent))?;
    let after = settle(display, eyes.settle())?;
    let windows = display.windows()?;
    let shut = shut_elsewhere(&windows_before, &windows, deed.area);
    let windows_changed = have_changed(&windows_before, &windows, shut);
    let change = compare(&deed.hovered, &after, after.bounds());
    let only_shut = shut.is_some_and(|list| list.grow(SHADOW).holds(&change.area));
    let target = deed.area.map_or(0, |area| compare(&deed.hovered, &after, area).pixels);
    let is_all = deed.is_all;
    let reaction = Reaction {
        pressed_px: deed.pressed_px,
        after_px: if only_shut { 0 } else { change.pixels },
        target_px: target,
        windows_changed,
    };
    let percept = eyes.read(&after, windows, display)?;
    let whole = compare(&before, &after, after.bounds());
    let changed = (whole.pixels > 0).then_some(whole.area);
    Ok(Done { changed, reaction: Some(reaction), arrived: deed.arrived, is_all, before, after, percept })
}

/// What stood in the way, where it is of the same application.
fn explain(error: DisplayError, display: &mut dyn Display, intent: &Intent<'_>) -> HandsError {
    let place = intent.action.places().first().filter(|_| error.obstacle().is_some());
    let windows = place.and_then(|_| display.windows().ok()).unwrap_or_default();
    match place.and_then(|at| own_obstacle(&error, intent.glance, *at, &windows)) {
        Some(by) => HandsError::Blocked { by, cause: error },
        None => error.into(),
    }
}

/// What came of an action before the screen settled.
struct Deed {
    /// The frame right before the press.
    hovered: Frame,
    pressed_px: u32,
    /// Where the thing was in the end.
    area: Option<RectPx>,
    arrived: Option<Arrived>,
    is_all: bool,
}

impl Deed {
    /// What has nothing to tell but what the screen shows.
    fn plain(hovered: &Frame, area: Option<RectPx>) -> Self {
        Self { hovered: hovered.clone(), pressed_px: 0, area, arrived: None, is_all: false }
    }
}

fn act(
    display: &mut dyn Display,
    lender: Option<&Lender>,
    intent: &Intent<'_>,
    before: &Frame,
) -> Result<Deed, DisplayError> {
    let Intent { action, aim, glance, fills, deadline } = *intent;
    match action {
        Action::Click { at, button, count, modifiers, hold_ms } => {
            let aim = take_aim(display, glance, *at, aim)?;
            if modifiers.is_empty() && *hold_ms == 0 && *count == 1 {
                return press(display, &aim, *button, deadline);
            }
            let action = Action::Click {
                at: aim.at,
                button: *button,
                count: *count,
                modifiers: modifiers.clone(),
                hold_ms: *hold_ms,
            };
            display.perform(&action, deadline)?;
            Ok(Deed::plain(before, aim.area))
        }
        Action::Move { to } => {
            let aim = take_aim(display, glance, *to, aim)?;
            display.perform(&Action::Move { to: aim.at }, deadline)?;
            Ok(Deed::plain(before, aim.area))
        }
        Action::Type { text, gap_ms, read_back: true } => {
            let windows = display.windows()?;
            let window = windows.iter().rev().find(|w| w.focused);
            let draft = Draft { window, text, gap_ms: *gap_ms, deadline };
            let arrived = write(display, lender, &draft)?;
            let is_all = fills && arrived.is_sure() && is_all(display, text, deadline)?;
            Ok(Deed { arrived: Some(arrived), is_all, ..Deed::plain(before, aim) })
        }
        Action::Paste { .. } => {
            let _loan = borrow(lender);
            display.perform(action, deadline)?;
            Ok(Deed::plain(before, aim))
        }
        _ => {
            display.perform(action, deadline)?;
            Ok(Deed::plain(before, aim))
        }
    }
}

/// How often a thing that is drawn anew all the time is looked at for a press.
const GLIMPSES: u32 = 3;

/// Clicks once with `button` on what was seen at `at` in the box `area` when `glance` was taken, wherever it is now.
///
/// # Errors
/// A [`DisplayError`] that is a refusal where it is not there any more, and nothing was pressed; others of the display.
pub fn press_aimed(
    display: &mut dyn Display,
    glance: Option<Glance<'_>>,
    (at, area): (PointPx, Option<RectPx>),
    button: Button,
    deadline: Instant,
) -> Result<PointPx, DisplayError> {
    let aim = take_aim(display, glance, at, area)?;
    press(display, &aim, button, deadline).map(|_| aim.at)
}

/// One click, pressed only if nothing came between the look and the press.
fn press(display: &mut dyn Display, aim: &Aim, button: Button, deadline: Instant) -> Result<Deed, DisplayError> {
    display.perform(&Action::Move { to: aim.at }, deadline)?;
    let mut hovered = settle(display, HOVER)?;
    let mut glimpses = 1;
    while let Err(error) = display.press_over(button, &aim.over(&hovered), deadline) {
        if glimpses == GLIMPSES || !matches!(error, DisplayError::Changed { .. }) {
            return Err(error);
        }
        glimpses += 1;
        hovered = display.capture()?;
    }
    let pressed_px = watch_press(display, &hovered, aim.area);
    // Whatever came of watching, the button must not stay down.
    display.perform(&Action::Release { button }, far_ahead())?;
    Ok(Deed { hovered, pressed_px: pressed_px?, area: aim.area, arrived: None, is_all: false })
}

/// How often the person is looked after.
const PERSON: Duration = Duration::from_millis(20);

/// Waits while the person is at the mouse or the keyboard.
fn await_person(reins: &Reins, deadline: Instant) -> Result<(), DisplayError> {
    loop {
        match reins.state() {
            Rein::Free => return Ok(()),
            Rein::Stopped => return Err(DisplayError::Stopped),
            Rein::Person if Instant::now() >= deadline => return Err(DisplayError::Person),
            Rein::Person => thread::sleep(PERSON),
        }
    }
}

/// A deadline for what must be done however late it is.
fn far_ahead() -> Instant {
    Instant::now() + Duration::from_secs(5)
}

/// How far the shadow of a list reaches, in pixels.
const SHADOW: i32 = 12;

/// The list or menu that has gone since, and was not what was pressed: it goes wherever one presses, and takes the
/// press with it.
fn shut_elsewhere(before: &[Window], after: &[Window], pressed: Option<RectPx>) -> Option<RectPx> {
    let gone = before.iter().find(|w| w.popup && !after.iter().any(|a| a.id == w.id))?;
    let inside = pressed.is_none_or(|area| gone.area.contains(area.center()));
    (!inside).then_some(gone.area)
}

/// Whether a window came or went, or another is in front, but for the list that went because of a press elsewhere.
fn have_changed(before: &[Window], after: &[Window], shut: Option<RectPx>) -> bool {
    let ids = |windows: &[Window]| windows.iter().map(|w| w.id).collect::<Vec<_>>();
    let stays = |w: &&Window| shut.is_none_or(|area| !w.popup || w.area != area) || after.iter().any(|a| a.id == w.id);
    let lasting: Vec<Window> = before.iter().filter(stays).cloned().collect();
    ids(&lasting) != ids(after)
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
    let changed = (change.pixels > 0).then_some(change.area);
    Ok(Done { changed, reaction: None, arrived: None, is_all: false, before, after, percept })
}

/// Borrows the person's clipboard from `lender` until what is given is dropped.
fn borrow(lender: Option<&Lender>) -> Option<Loan> {
    let lend = |lender: &Lender| {
        lender.lend().inspect_err(|error| tracing::warn!(%error, "what was copied before cannot be put back")).ok()
    };
    lender.and_then(lend)
}

/// Empties the clipboard, presses `chord`, and gives what was copied by it; what the person has on the clipboard is
/// put back.
pub fn copy_selected(
    seat: &Seat,
    lease: Option<Lease>,
    chord: &Chord,
    deadline: Instant,
) -> Result<Option<String>, HandsError> {
    if !lease.is_some_and(|lease| seat.is_held_by(lease)) {
        return Err(HandsError::Stale);
    }
    await_person(seat.reins(), deadline)?;
    let _loan = borrow(seat.lender());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn window(id: u32, area: RectPx, popup: bool) -> Window {
        Window { id, area, popup, ..Window::default() }
    }

    #[test]
    fn a_list_that_goes_answers_no_press_beside_it() {
        let page = window(1, RectPx::new(0, 0, 800, 600), false);
        let list = window(2, RectPx::new(100, 100, 200, 120), true);
        let (before, after) = ([page.clone(), list.clone()], [page.clone()]);
        let beside = Some(RectPx::new(500, 300, 60, 20));
        let entry = Some(RectPx::new(110, 140, 60, 20));
        assert_eq!(shut_elsewhere(&before, &after, beside), Some(list.area));
        assert_eq!(shut_elsewhere(&before, &after, entry), None);
        assert!(!have_changed(&before, &after, shut_elsewhere(&before, &after, beside)));
        assert!(have_changed(&before, &after, shut_elsewhere(&before, &after, entry)));
        let dialog = window(3, RectPx::new(200, 200, 300, 150), false);
        assert!(have_changed(&before, &[page, dialog], shut_elsewhere(&before, &after, beside)));
    }
}
