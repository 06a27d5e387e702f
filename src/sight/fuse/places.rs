//! Where the elements that applications tell of are, and which of them can be seen.

use crate::display::Witnessed;
use crate::screen::{RectPx, Role, Window};
use std::collections::BTreeMap;

/// How many pixels of the screen a pixel of an application may be, along one side.
const SCALES: [i32; 3] = [1, 2, 3];
/// The least overlap of a window as the display and as its application know it: applications may
/// count the title bar in.
const SAME_WINDOW: f32 = 0.6;
/// The least overlap where the application counts in pixels of its own.
const SCALED_WINDOW: f32 = 0.85;
/// The height that is taken for a title bar, in pixels.
const TITLE_BAR: i32 = 24;
/// The share of an element that may be hidden.
const HIDDEN: f32 = 0.25;
/// Elements less high or wide than this are parts of other ones, in pixels.
const LEAST_SIDE: i32 = 4;

/// An element that an application tells of and that can be seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed<'a> {
    pub said: &'a Witnessed,
    /// What can be seen of it, in pixels of the frame.
    pub area: RectPx,
    pub window: u32,
}

/// Those elements of `witness` that can be seen: inside their window and `frame`, and not covered by
/// another window. `windows` are those of the display, the lowest first.
///
/// Nothing comes of an application none of whose windows is where it says: its places are not to be
/// trusted. One that counts in larger pixels of its own is converted.
pub fn placed<'a>(witness: &'a [Witnessed], windows: &[Window], frame: RectPx) -> Vec<Placed<'a>> {
    let scales = scales(witness, windows);
    let place = |said: &'a Witnessed| {
        let scale = *scales.get(&said.pid)?;
        let area = scaled(said.area, scale);
        let within = said.within.map(|within| scaled(within, scale));
        let window = owner(said, area, within, windows)?;
        let seen = area.intersect(&windows[window].area).intersect(&frame);
        let large = seen.w >= LEAST_SIDE && seen.h >= LEAST_SIDE;
        let open = large && area.covered_by(&seen) >= 1.0 - HIDDEN;
        (open && !is_covered(seen, &windows[window + 1..])).then(|| Placed {
            said,
            area: seen,
            window: windows[window].id,
        })
    };
    witness.iter().filter_map(place).collect()
}

/// The scale at which each process's windows are where the display knows them.
fn scales(witness: &[Witnessed], windows: &[Window]) -> BTreeMap<Option<u32>, i32> {
    let mut scales = BTreeMap::new();
    for said in witness {
        let Some(within) = said.within else { continue };
        // A window that is scaled by 2.5 is not quite where it would be by 2: a poor fit says nothing.
        let fits = |&scale: &i32| {
            let area = scaled(within, scale);
            let at = same_window(area, said.pid, windows);
            at.is_some_and(|at| scale == 1 || windows[at].area.iou(&area) >= SCALED_WINDOW)
        };
        if !scales.contains_key(&said.pid)
            && let Some(scale) = SCALES.into_iter().find(fits)
        {
            scales.insert(said.pid, scale);
        }
    }
    scales
}

fn scaled(area: RectPx, by: i32) -> RectPx {
    let side = |length: i32| length.saturating_mul(by);
    RectPx::new(side(area.x), side(area.y), side(area.w), side(area.h))
}

/// The place in `windows` of the one that is at `within`, among those of the process where it has any.
fn same_window(within: RectPx, pid: Option<u32>, windows: &[Window]) -> Option<usize> {
    // A process in a box of its own may be known by another number on the display.
    let known = pid.is_some() && windows.iter().any(|w| w.pid == pid);
    let candidates = windows.iter().enumerate().filter(|(_, w)| !known || w.pid == pid);
    let overlaps = candidates.map(|(at, w)| (at, w.area.iou(&within)));
    let best = overlaps.filter(|(_, overlap)| *overlap >= SAME_WINDOW).max_by(|a, b| a.1.total_cmp(&b.1));
    best.map(|(at, _)| at)
}

/// The place in `windows` of the one that an element is on.
fn owner(said: &Witnessed, area: RectPx, within: Option<RectPx>, windows: &[Window]) -> Option<usize> {
    let holds = |window: &Window| window.area.contains(area.center());
    // The entries of an open menu hang below the window that it was opened from, not below its own.
    let menu = windows.iter().rposition(|w| w.popup && said.role == Role::MenuItem && holds(w));
    menu.or_else(|| same_window(within?, said.pid, windows).filter(|&at| holds(&windows[at])))
}

/// Whether one of the windows `above` hides more of `area` than a little.
fn is_covered(area: RectPx, above: &[Window]) -> bool {
    let with_title = |w: &Window| {
        let title = if w.popup { 0 } else { TITLE_BAR };
        RectPx::new(w.area.x, w.area.y.saturating_sub(title), w.area.w, w.area.h.saturating_add(title))
    };
    above.iter().any(|w| area.covered_by(&with_title(w)) > HIDDEN)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{said, window};
    use super::*;

    const FRAME: RectPx = RectPx::new(0, 0, 800, 600);

    fn seen(witness: &[Witnessed], windows: &[Window]) -> Vec<RectPx> {
        placed(witness, windows, FRAME).iter().map(|p| p.area).collect()
    }

    #[test]
    fn what_another_window_covers_is_not_seen() {
        let lower = window(1, RectPx::new(0, 0, 400, 300));
        let upper = window(2, RectPx::new(200, 100, 300, 300));
        let button = |area| said(Role::Button, "OK", area, lower.area);
        let (free, hidden) = (RectPx::new(20, 20, 60, 20), RectPx::new(250, 200, 60, 20));
        assert_eq!(seen(&[button(free), button(hidden)], &[lower.clone(), upper.clone()]), [free]);
        assert_eq!(seen(&[button(free), button(hidden)], &[upper, lower.clone()]), [free, hidden]);
    }

    #[test]
    fn what_is_outside_its_window_or_the_frame_is_not_seen() {
        let main = window(1, RectPx::new(500, 100, 400, 300));
        let button = |x| said(Role::Button, "OK", RectPx::new(x, 150, 60, 20), main.area);
        assert_eq!(seen(&[button(460), button(520), button(820)], &[main]), [RectPx::new(520, 150, 60, 20)]);
    }

    #[test]
    fn an_application_that_counts_in_larger_pixels_is_converted() {
        let main = window(1, RectPx::new(100, 100, 600, 400));
        let half = RectPx::new(50, 50, 300, 200);
        let button = said(Role::Button, "OK", RectPx::new(60, 60, 40, 20), half);
        assert_eq!(seen(&[button], &[main]), [RectPx::new(120, 120, 80, 40)]);
    }

    #[test]
    fn a_scale_that_fits_poorly_is_none() {
        // Told in units of which 2.5 make a pixel.
        let main = window(1, RectPx::new(50, 25, 1000, 750));
        let button = said(Role::Button, "OK", RectPx::new(100, 100, 40, 20), RectPx::new(20, 10, 400, 300));
        assert!(seen(&[button], &[main]).is_empty());
    }

    #[test]
    fn an_application_that_is_elsewhere_than_it_says_is_not_believed() {
        let main = window(1, RectPx::new(300, 100, 400, 300));
        let button = said(Role::Button, "OK", RectPx::new(310, 110, 60, 20), RectPx::new(0, 0, 400, 300));
        assert!(seen(&[button], &[main]).is_empty());
    }

    #[test]
    fn entries_of_an_open_menu_are_on_the_menu() {
        let main = window(1, RectPx::new(0, 0, 400, 300));
        let menu = Window { popup: true, ..window(2, RectPx::new(10, 20, 120, 200)) };
        let entry = said(Role::MenuItem, "Open", RectPx::new(12, 30, 116, 24), main.area);
        let below = said(Role::Button, "Go", RectPx::new(20, 60, 60, 20), main.area);
        assert_eq!(seen(&[entry, below], &[main, menu]), [RectPx::new(12, 30, 116, 24)]);
    }
}
