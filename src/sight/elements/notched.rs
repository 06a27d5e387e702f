//! Fields whose name stands in a gap of their upper border.

use super::Scene;
use super::colour::{Rgb, distance};
use crate::screen::{RectPx, TextSpan};

/// A difference from the ground that a border has.
const BORDER: i32 = 25;

/// All such fields, each with the line that names it.
pub fn notched<'a>(scene: &Scene<'a>) -> Vec<(RectPx, &'a TextSpan)> {
    scene.text.iter().filter_map(|t| Some((around(scene, t)?, t))).collect()
}

/// The box whose upper border runs on at both sides of `name`.
fn around(scene: &Scene<'_>, name: &TextSpan) -> Option<RectPx> {
    let (em, text) = (scene.em, name.area);
    let ground = super::lines::colours(scene, text).1;
    let line = Line { scene, ground };
    let middle = text.center().y;
    let near_middle = (0..=em / 2).flat_map(|d| [middle - d, middle + d]);
    let (top, left, right) = near_middle.into_iter().find_map(|y| {
        let begin = |from: i32, way: i32| (1..=em).map(|d| from + way * d).find(|&x| line.is_level(x, y));
        let right = line.follow(begin(text.right(), 1)?, 1, |x| line.is_level(x, y));
        let left = line.follow(begin(text.x - 1, -1)?, -1, |x| line.is_level(x, y));
        (right - text.right() >= em && text.x - left >= 3).then_some((y, left, right))
    })?;
    // Round corners take the sides a little beyond the ends of the line above.
    let side = |from: i32, way: i32| (0..=em).map(|d| from + way * d).find(|&x| line.is_upright(x, top + em));
    let (left, right) = (side(left, -1)?, side(right, 1)?);
    let down = |x: i32| line.follow(top + em, 1, |y| line.is_upright(x, y));
    let ends = [down(left), down(right)];
    let lowest = ends[0].min(ends[1]);
    let closes = |y: &i32| [1, 2, 3].iter().all(|q| line.is_level(left + (right - left) * q / 4, *y));
    let bottom = (lowest - 2..=lowest + em).find(closes)?;
    let area = RectPx::from_corners(left, top, right + 1, bottom + 1);
    let fits = (em * 15 / 10..=em * 5).contains(&area.h) && (3 * em..=60 * em).contains(&area.w);
    ((ends[0] - ends[1]).abs() <= 3 && fits).then_some(area)
}

struct Line<'s, 'a> {
    scene: &'s Scene<'a>,
    ground: Rgb,
}

impl Line<'_, '_> {
    fn is_ink(&self, x: i32, y: i32) -> bool {
        self.scene.colour(x, y).is_some_and(|c| distance(c, self.ground) > BORDER)
    }

    /// Whether something thin runs through a place, with the ground above and below it.
    fn is_level(&self, x: i32, y: i32) -> bool {
        let free = |way: i32| (3..=6).any(|d| !self.is_ink(x, y + way * d));
        (-1..=1).any(|d| self.is_ink(x, y + d)) && free(-1) && free(1)
    }

    fn is_upright(&self, x: i32, y: i32) -> bool {
        let free = |way: i32| (3..=6).any(|d| !self.is_ink(x + way * d, y));
        (-1..=1).any(|d| self.is_ink(x + d, y)) && free(-1) && free(1)
    }

    /// How far `is_line` holds from `from` on.
    fn follow(&self, from: i32, way: i32, is_line: impl Fn(i32) -> bool) -> i32 {
        let bounds = self.scene.bounds();
        let most = bounds.w.max(bounds.h);
        (1..most).map(|d| from + way * d).take_while(|&at| is_line(at)).last().unwrap_or(from)
    }
}
