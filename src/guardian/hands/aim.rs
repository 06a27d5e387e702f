//! Looking again right before a press: the thing may have moved, or be covered, or be another thing by now.

use crate::display::{Display, DisplayError, Over};
use crate::screen::{Frame, PointPx, RectPx, Window, is_alike};

/// Half the sides of what is compared around a place whose thing has no box.
const AROUND: i32 = 12;
/// Borders are left out of what is compared: a thing that the pointer is over is often drawn with another one.
const BORDER: i32 = 3;

/// The look that an action was decided on.
#[derive(Debug, Clone, Copy)]
pub struct Glance<'a> {
    pub frame: &'a Frame,
    /// The lowest first.
    pub windows: &'a [Window],
}

/// Where the thing is now, and what must be there at the press.
#[derive(Debug)]
pub struct Aim {
    pub at: PointPx,
    pub area: Option<RectPx>,
    window: Option<(u32, RectPx)>,
    compared: RectPx,
}

impl Aim {
    /// What must be under the pointer; `hovered` is the frame with the pointer over the thing.
    pub fn over(&self, hovered: &Frame) -> Over {
        Over { at: self.at, window: self.window, looks: Some((hovered.clone(), self.compared)) }
    }
}

/// Finds the thing that was seen at `at`, in the box `area`, where it is now: its window may have moved.
///
/// # Errors
/// [`DisplayError::NoWindow`], [`DisplayError::Dialog`], [`DisplayError::Covered`], [`DisplayError::OffScreen`] or
/// [`DisplayError::Changed`] where it is not to be seen any more; those of [`Display::capture`].
pub fn take_aim(
    display: &mut dyn Display,
    glance: Option<Glance<'_>>,
    at: PointPx,
    area: Option<RectPx>,
) -> Result<Aim, DisplayError> {
    let windows = display.windows()?;
    let then = glance.and_then(|g| topmost(g.windows, at));
    let now = match then {
        Some(then) => {
            let id = then.id;
            Some(windows.iter().find(|w| w.id == id).ok_or(DisplayError::NoWindow { window: id })?)
        }
        // Without an earlier look, what is there now is what is meant.
        None if glance.is_none() => topmost(&windows, at),
        None => None,
    };
    if let Some(dialog) = glance.zip(now).and_then(|(glance, now)| dialog_since(glance, &windows, now)) {
        return Err(DisplayError::Dialog { by: named(dialog), window: dialog.id });
    }
    let (dx, dy) = then.zip(now).map_or((0, 0), |(then, now)| (now.area.x - then.area.x, now.area.y - then.area.y));
    let at = PointPx::new(at.x + dx, at.y + dy);
    let moved = |area: RectPx| RectPx::new(area.x + dx, area.y + dy, area.w, area.h);
    if let Some(by) = topmost(&windows, at).filter(|top| now.is_some_and(|now| now.id != top.id)) {
        return Err(DisplayError::Covered { at, by: named(by), window: Some(by.id) });
    }
    let frame = display.capture()?;
    if !frame.bounds().contains(at) {
        return Err(DisplayError::OffScreen { at, width: frame.width(), height: frame.height() });
    }
    let compared = compared(at, area.map(moved), frame.bounds());
    let before = RectPx::new(compared.x - dx, compared.y - dy, compared.w, compared.h);
    if glance.is_some_and(|g| g.frame.bounds().holds(&before) && !is_alike(g.frame, before, &frame, compared)) {
        return Err(DisplayError::Changed { at });
    }
    Ok(Aim { at, area: area.map(moved), window: now.map(|w| (w.id, w.area)), compared })
}

/// A dialog that has come up since `glance` and keeps the person from using `window`.
fn dialog_since<'w>(glance: Glance<'_>, windows: &'w [Window], window: &Window) -> Option<&'w Window> {
    let is_new = |w: &Window| glance.windows.iter().all(|then| then.id != w.id);
    windows.iter().rev().find(|w| w.modal && w.id != window.id && is_same_application(w, window) && is_new(w))
}

/// The window that `error` says stood in the way, where it is of the application that was meant at `at`.
pub fn own_obstacle(error: &DisplayError, glance: Option<Glance<'_>>, at: PointPx, windows: &[Window]) -> Option<u32> {
    let meant = topmost(glance?.windows, at)?;
    let obstacle = windows.iter().find(|w| Some(w.id) == error.obstacle())?;
    is_same_application(obstacle, meant).then_some(obstacle.id)
}

fn is_same_application(one: &Window, other: &Window) -> bool {
    match (one.pid, other.pid) {
        (Some(one), Some(other)) => one == other,
        _ => !one.app.is_empty() && one.app == other.app,
    }
}

/// The part of the screen that tells one thing from another.
fn compared(at: PointPx, area: Option<RectPx>, bounds: RectPx) -> RectPx {
    let around = RectPx::new(at.x - AROUND, at.y - AROUND, 2 * AROUND, 2 * AROUND);
    let inner = area.map(|a| a.grow(-BORDER)).filter(|a| a.w >= 6 && a.h >= 6 && a.contains(at));
    inner.unwrap_or(around).intersect(&bounds)
}

fn topmost(windows: &[Window], at: PointPx) -> Option<&Window> {
    windows.iter().rev().find(|w| w.area.contains(at))
}

fn named(window: &Window) -> String {
    if window.title.is_empty() { "another window".into() } else { format!("“{}”", window.title) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::{Scripted, ScriptedState};

    fn window(id: u32, area: RectPx) -> Window {
        Window { id, title: format!("w{id}"), area, ..Window::default() }
    }

    /// A frame with a striped thing whose top left corner is at `x`.
    fn frame(x: i32, stripe: i32) -> Frame {
        let pixel = |i: i32| {
            let (px, py) = (i % 200, i / 200);
            let inside = (x..x + 40).contains(&px) && (20..40).contains(&py);
            if inside && (px - x) % stripe < 2 { 0 } else { 230 }
        };
        Frame::new(200, 100, (0..20_000).flat_map(|i| [pixel(i), pixel(i), pixel(i), 255]).collect()).unwrap()
    }

    fn aim(now: Frame, windows: Vec<Window>) -> Result<Aim, DisplayError> {
        let then = (frame(30, 7), vec![window(1, RectPx::new(20, 10, 100, 60))]);
        let glance = Glance { frame: &then.0, windows: &then.1 };
        let state = ScriptedState { frame: now, windows, clipboard: None };
        let mut display = Scripted::new(vec![state], vec![]).unwrap();
        take_aim(&mut display, Some(glance), PointPx::new(45, 30), Some(RectPx::new(30, 20, 40, 20)))
    }

    #[test]
    fn a_thing_is_followed_where_its_window_went() {
        let found = aim(frame(80, 7), vec![window(1, RectPx::new(70, 10, 100, 60))]).unwrap();
        assert_eq!((found.at, found.area), (PointPx::new(95, 30), Some(RectPx::new(80, 20, 40, 20))));
    }

    #[test]
    fn what_is_gone_covered_or_another_thing_is_refused() {
        assert!(matches!(aim(frame(30, 7), vec![]), Err(DisplayError::NoWindow { window: 1 })));
        let here = window(1, RectPx::new(20, 10, 100, 60));
        let over = window(2, RectPx::new(0, 0, 200, 100));
        let covered = aim(frame(30, 7), vec![here.clone(), over]);
        assert!(matches!(covered, Err(DisplayError::Covered { window: Some(2), .. })));
        assert!(matches!(aim(frame(30, 11), vec![here.clone()]), Err(DisplayError::Changed { .. })));
        let away = window(1, RectPx::new(190, 10, 100, 60));
        assert!(matches!(aim(frame(30, 7), vec![away]), Err(DisplayError::OffScreen { .. })));
        assert!(aim(frame(30, 7), vec![here]).is_ok());
    }

    /// A window of the application whose process is `pid`.
    fn of(pid: u32, id: u32, area: RectPx) -> Window {
        Window { pid: Some(pid), ..window(id, area) }
    }

    #[test]
    fn a_dialog_that_came_up_elsewhere_stands_in_the_way_too() {
        let then = (frame(30, 7), vec![of(7, 1, RectPx::new(20, 10, 100, 60))]);
        let dialog = Window { modal: true, ..of(7, 2, RectPx::new(150, 70, 40, 20)) };
        let foreign = Window { pid: Some(8), ..dialog.clone() };
        let aim = |other: Window| {
            let windows = vec![then.1[0].clone(), other];
            let state = ScriptedState { frame: then.0.clone(), windows, clipboard: None };
            let glance = Glance { frame: &then.0, windows: &then.1 };
            take_aim(&mut Scripted::new(vec![state], vec![]).unwrap(), Some(glance), PointPx::new(45, 30), None)
        };
        assert!(matches!(aim(dialog), Err(DisplayError::Dialog { window: 2, .. })));
        assert!(aim(foreign).is_ok());
    }

    #[test]
    fn only_what_is_of_the_same_application_is_its_own_obstacle() {
        let then = (frame(30, 7), vec![of(7, 1, RectPx::new(20, 10, 100, 60))]);
        let glance = Some(Glance { frame: &then.0, windows: &then.1 });
        let (at, everywhere) = (PointPx::new(45, 30), RectPx::new(0, 0, 200, 100));
        let now = [then.1[0].clone(), of(7, 2, everywhere), of(8, 3, everywhere)];
        let covered = |window| DisplayError::Covered { at, by: "it".into(), window };
        assert_eq!(own_obstacle(&covered(Some(2)), glance, at, &now), Some(2));
        assert_eq!(own_obstacle(&covered(Some(3)), glance, at, &now), None);
        assert_eq!(own_obstacle(&covered(None), glance, at, &now), None);
        assert_eq!(own_obstacle(&DisplayError::Changed { at }, glance, at, &now), None);
    }
}
