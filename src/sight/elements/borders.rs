//! The ends of long boxes, moved to the borders that are drawn there: of long boxes the network tells the rows better than
//! where they end.

use super::Scene;
use super::colour::distance;
use crate::screen::{Element, RectPx, Role};

/// A difference from which two pixels beside each other lie on both sides of a border.
const STEP: i32 = 12;
/// Up to this many pixels from a border, an end is on it.
const ON: i32 = 3;
/// How far a border may be outside an end, as a part of the box's width, and at most, in pixels.
const PART: i32 = 6;
const FARTHEST: i32 = 160;
/// How far it may be inside, in heights of the box.
const INSIDE: i32 = 1;

/// Moves the ends of fields to their borders, where there are some.
pub fn snap(scene: &Scene<'_>, found: &mut [Element]) {
    let is_field = |e: &&mut Element| matches!(e.role, Role::TextField | Role::DropDown | Role::Spinner);
    for field in found.iter_mut().filter(is_field).filter(|e| e.area.w > 2 * e.area.h && e.area.h >= 10) {
        let a = field.area;
        let out = (a.w / PART).min(FARTHEST);
        let left = end(scene, a, a.x, -1, out).unwrap_or(a.x);
        let right = end(scene, a, a.right(), 1, out).unwrap_or_else(|| a.right());
        if right - left > 2 * a.h {
            field.area = RectPx::from_corners(left, a.y, right, a.bottom());
        }
    }
}

/// The border nearest to the end of `area` at `x`, `way` being out of it; none where the end is on one, or none is near.
fn end(scene: &Scene<'_>, area: RectPx, x: i32, way: i32, out: i32) -> Option<i32> {
    let is_border = |x: &i32| is_border(scene, area, *x);
    if (x - ON..=x + ON).any(|x| is_border(&x)) {
        return None;
    }
    let outside = (ON..=out).map(|d| x + way * d).find(is_border);
    outside.or_else(|| (ON..=INSIDE * area.h).map(|d| x - way * d).find(is_border))
}

/// Whether nearly all rows of `area` change their colour from one side of `x` to the other. No letter is that high.
fn is_border(scene: &Scene<'_>, area: RectPx, x: i32) -> bool {
    let rows = area.y + area.h / 10..area.bottom() - area.h / 10;
    let count = rows.len();
    let steps = rows.filter(|&y| match (scene.colour(x - 1, y), scene.colour(x, y)) {
        (Some(a), Some(b)) => distance(a, b) >= STEP,
        _ => false,
    });
    steps.count() * 20 >= count * 17
}
