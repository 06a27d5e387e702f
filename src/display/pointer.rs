//! What is under the pointer at this moment, and the ways that it takes.

use super::{DisplayError, Over};
use crate::screen::{Frame, Order, PointPx, RectPx, is_alike};
use std::error::Error;
use std::time::Duration;
use x11rb::NONE;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, ImageFormat};
use x11rb::rust_connection::RustConnection;

type Failure = Box<dyn Error + Send + Sync>;

/// How deep windows lie within each other.
const DEPTH: usize = 16;

/// What a look under the pointer came to.
pub enum Seen {
    AsSaid,
    Other(DisplayError),
}

/// Looks whether what is under the pointer is what `over` says.
pub fn look(connection: &RustConnection, root: u32, over: &Over) -> Result<Seen, Failure> {
    let pointer = connection.query_pointer(root)?.reply()?;
    let at = PointPx::new(pointer.root_x.into(), pointer.root_y.into());
    if at != over.at {
        return Ok(Seen::Other(DisplayError::Pointer { at, wanted: over.at }));
    }
    if let Some((window, area)) = over.window {
        let Some(stands) = place_of(connection, root, window)? else {
            return Ok(Seen::Other(DisplayError::NoWindow { window }));
        };
        if (stands.x, stands.y) != (area.x, area.y) {
            return Ok(Seen::Other(DisplayError::Moved { area: stands }));
        }
        if let Some((by, window)) = other_above(connection, pointer.child, window, root)? {
            return Ok(Seen::Other(DisplayError::Covered { at, by, window }));
        }
    }
    match &over.looks {
        Some((frame, area)) if !looks_so(connection, root, frame, *area)? => {
            Ok(Seen::Other(DisplayError::Changed { at }))
        }
        _ => Ok(Seen::AsSaid),
    }
}

/// Where a window's contents stand; `None` for one that is gone or hidden.
fn place_of(connection: &RustConnection, root: u32, window: u32) -> Result<Option<RectPx>, Failure> {
    let (place, size) = (connection.translate_coordinates(window, root, 0, 0)?, connection.get_geometry(window)?);
    let (Ok(place), Ok(size)) = (place.reply(), size.reply()) else { return Ok(None) };
    Ok(Some(RectPx::new(place.dst_x.into(), place.dst_y.into(), size.width.into(), size.height.into())))
}

/// The window under the pointer, by its name, where it is neither `wanted` nor around or within it.
fn other_above(
    connection: &RustConnection,
    top: u32,
    wanted: u32,
    root: u32,
) -> Result<Option<(String, Option<u32>)>, Failure> {
    if top == NONE {
        return Ok(Some(("the empty desktop".into(), None)));
    }
    let mut window = wanted;
    for _ in 0..DEPTH {
        if window == top {
            return Ok(None);
        }
        let Ok(tree) = connection.query_tree(window)?.reply() else { break };
        if tree.parent == root || tree.parent == NONE {
            break;
        }
        window = tree.parent;
    }
    Ok(Some((name_of(connection, top)?, Some(application_window(connection, top)?))))
}

/// The window of an application that a window manager's `top` is around; `top` itself where it manages none there.
fn application_window(connection: &RustConnection, top: u32) -> Result<u32, Failure> {
    let managed = connection.intern_atom(false, b"WM_STATE")?.reply()?.atom;
    let mut level = vec![top];
    for _ in 0..DEPTH {
        for &window in &level {
            let state = connection.get_property(false, window, managed, AtomEnum::ANY, 0, 1)?.reply();
            if state.is_ok_and(|state| state.type_ != NONE) {
                return Ok(window);
            }
        }
        let below = |window: &u32| Some(connection.query_tree(*window).ok()?.reply().ok()?.children);
        level = level.iter().filter_map(below).flatten().collect();
        if level.is_empty() {
            break;
        }
    }
    Ok(top)
}

fn name_of(connection: &RustConnection, window: u32) -> Result<String, Failure> {
    let mut windows = vec![window];
    windows.extend(connection.query_tree(window)?.reply().map(|t| t.children).unwrap_or_default());
    for window in windows {
        let name = connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)?.reply();
        if let Some(name) = name.ok().filter(|n| !n.value.is_empty()) {
            return Ok(format!("“{}”", String::from_utf8_lossy(&name.value)));
        }
    }
    Ok("another window".into())
}

fn looks_so(connection: &RustConnection, root: u32, frame: &Frame, area: RectPx) -> Result<bool, Failure> {
    let area = area.intersect(&frame.bounds());
    let (x, y, w, h) = (area.x as i16, area.y as i16, area.w as u16, area.h as u16);
    let image = connection.get_image(ImageFormat::Z_PIXMAP, root, x, y, w, h, !0)?.reply()?;
    let Ok(now) = Frame::from_bytes(w.into(), h.into(), Order::Bgrx, Box::new(image.data)) else { return Ok(true) };
    Ok(is_alike(frame, area, &now, now.bounds()))
}

/// Places between two, with the rest at each, as a hand passes them: slow at the ends, on a bent path.
///
/// `chance` in `[0, 1)` bends the path to one side or the other.
pub fn path(from: PointPx, to: PointPx, chance: f32) -> Vec<(PointPx, Duration)> {
    let distance = from.distance(to);
    let steps = (distance / 18.0).clamp(6.0, 40.0) as i32;
    let bend = (chance - 0.5) * 0.3;
    let (dx, dy) = ((to.x - from.x) as f32, (to.y - from.y) as f32);
    let place = |step: i32| {
        let t = step as f32 / steps as f32;
        let eased = t * t * (3.0 - 2.0 * t);
        let aside = (std::f32::consts::PI * t).sin() * bend;
        PointPx::new(
            from.x + (dx * eased - dy * aside).round() as i32,
            from.y + (dy * eased + dx * aside).round() as i32,
        )
    };
    // Outside the display the server keeps the pointer at its border.
    (1..steps).map(|step| (place(step), Duration::from_millis(8))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_comes_near_without_jumping() {
        let (from, to) = (PointPx::new(10, 10), PointPx::new(500, 300));
        for chance in [0.0, 0.3, 0.99] {
            let places = path(from, to, chance);
            let mut last = from;
            for (place, _) in &places {
                assert!(last.distance(*place) < 60.0, "{last} {place}");
                last = *place;
            }
            assert!(last.distance(to) < 30.0);
        }
    }
}
