//! Boxes on shaded grounds: fields and buttons of glass, found by the four lines around their words.
//!
//! Where the ground is shaded there is no area of one colour to begin with. What is written stands between two
//! level lines that begin and end together, closed by an upright one at each end.

use super::Scene;
use super::colour::{Rgb, distance};
use crate::screen::RectPx;

/// Neighbouring pixels that differ by at least this much lie on two sides of a line.
const STEP: i32 = 7;
/// How much of a side must be seen.
const SEEN: i32 = 8;

/// The box around `seed`, words or a drawing, where it stands in a frame of its own.
pub fn around(scene: &Scene<'_>, seed: RectPx) -> Option<RectPx> {
    let em = scene.em;
    let reach = 2 * em;
    let edge_along = |y: i32| {
        let hits = (seed.x..seed.right()).filter(|&x| is_level(scene, x, y)).count() as i32;
        hits * 10 >= seed.w * SEEN
    };
    let top = (1..=reach).map(|d| seed.y - d).find(|&y| edge_along(y))?;
    let bottom = (1..=reach).map(|d| seed.bottom() - 1 + d).find(|&y| edge_along(y))?;
    let (left, right) = both_ends(scene, seed, top, bottom)?;
    let area = RectPx::from_corners(left, top, right + 1, bottom + 1);
    let fits = area.h >= em * 13 / 10 && area.h <= em * 9 / 2 && area.w >= 3 * em && area.w * 2 >= area.h * 3;
    let middle = |a: &RectPx| (a.y + a.h * 2 / 5, a.y + a.h * 3 / 5 + 1);
    let upright = |(from, to): (i32, i32)| [left, right].map(|x| is_upright_near(scene, x, from..to));
    // Sides that go on above or below are those of something larger.
    let beyond = [(top - em, top - em / 3), (bottom + em / 3, bottom + em)].map(upright);
    let closed = upright(middle(&area)) == [true; 2] && !beyond.contains(&[true; 2]);
    (fits && closed && area.w < 60 * em && is_shaded(scene, area)).then_some(area)
}

/// Whether a level line runs through a place.
fn is_level(scene: &Scene<'_>, x: i32, y: i32) -> bool {
    (0..2).any(|d| step(scene.colour(x, y + d), scene.colour(x, y + d - 1)))
}

fn step(a: Option<Rgb>, b: Option<Rgb>) -> bool {
    a.zip(b).is_some_and(|(a, b)| distance(a, b) >= STEP)
}

/// From where to where the lines at `top` and `bottom` reach; they must end at about the same places.
fn both_ends(scene: &Scene<'_>, seed: RectPx, top: i32, bottom: i32) -> Option<(i32, i32)> {
    let corner = (bottom - top) / 2 + 2;
    let end = |y: i32, way: i32| {
        let (mut x, mut last, mut missed) = (seed.center().x, seed.center().x, 0);
        while missed <= scene.em / 2 && (0..scene.bounds().right()).contains(&x) {
            if (-1..=1).any(|d| is_level(scene, x, y + d)) {
                (last, missed) = (x, 0);
            } else {
                missed += 1;
            }
            x += way;
        }
        last
    };
    let ends = |way: i32| {
        let (a, b) = (end(top, way), end(bottom, way));
        ((a - b).abs() <= scene.em).then_some(if way < 0 { a.max(b) } else { a.min(b) })
    };
    let (left, right) = (ends(-1)?, ends(1)?);
    // Round ends reach beyond their level lines.
    let middle = (top + bottom) / 2;
    let side = |from: i32, way: i32| {
        let at = |d: i32| from + way * d;
        (0..=corner).map(at).find(|&x| step(scene.colour(x, middle), scene.colour(x + way, middle))).unwrap_or(from)
    };
    Some((side(left, -1), side(right, 1)))
}

/// Whether an upright line runs near `x` through `rows`.
fn is_upright_near(scene: &Scene<'_>, x: i32, rows: std::ops::Range<i32>) -> bool {
    let count = rows.len() as i32;
    let crossed = |y: i32| (-3..=3).any(|d| step(scene.colour(x + d, y), scene.colour(x + d + 1, y)));
    rows.filter(|&y| crossed(y)).count() as i32 * 10 >= count * SEEN
}

/// Whether what is inside `area` is no rectangle of one colour that could have been found as such.
fn is_shaded(scene: &Scene<'_>, area: RectPx) -> bool {
    let inside = scene.regions.at(area.x + area.h / 4, area.center().y);
    !area.grow(4).holds(&inside.area) || !scene.regions.is_rectangle(inside, area.h / 2 - 1)
}
