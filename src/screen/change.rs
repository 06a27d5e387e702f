//! What differs between two frames.

use super::{Frame, RectPx};

/// A channel difference up to this is dithering, not change.
const TOLERANCE: u8 = 8;

/// How two frames of one display differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// Pixels that differ.
    pub pixels: u32,
    /// The smallest box around them, empty where there are none.
    pub area: RectPx,
}

impl Change {
    /// Whether a blinking text cursor could be all that this is.
    pub const fn is_caret(&self) -> bool {
        self.area.w <= 4 && self.area.h <= 48
    }
}

/// Compares `before` and `after` within `area`; frames of different sizes differ everywhere.
pub fn compare(before: &Frame, after: &Frame, area: RectPx) -> Change {
    if (before.width(), before.height()) != (after.width(), after.height()) {
        let bounds = after.bounds();
        return Change { pixels: bounds.area() as u32, area: bounds };
    }
    let area = area.intersect(&after.bounds());
    let mut change = Change::default();
    if area.is_empty() || before.is_same_picture(after) {
        return change;
    }
    for y in area.y..area.bottom() {
        let (old, new) = rows(before, after, y, area.x, area.right());
        // Equal rows are the rule, and comparing slices is a memcmp.
        if old != new {
            change = compare_row(change, old, new, area.x, y);
        }
    }
    change
}

/// Columns `left..right` of row `y` of two frames of one size, their bytes in one order.
fn rows<'a>(before: &'a Frame, after: &'a Frame, y: i32, left: i32, right: i32) -> (&'a [u8], &'a [u8]) {
    if before.order() == after.order() {
        return (before.row(y, left, right), after.row(y, left, right));
    }
    let at = |x: i32| (y as usize * after.width() as usize + x as usize) * 4;
    (&before.rgba()[at(left)..at(right)], &after.rgba()[at(left)..at(right)])
}

/// The side of the tiles in which changes are gathered, in pixels.
const TILE: i32 = 32;

/// The boxes around what differs between two frames of one size; changes that lie near each other share one.
///
/// Frames of different sizes differ everywhere.
pub fn changes(before: &Frame, after: &Frame) -> Vec<RectPx> {
    if (before.width(), before.height()) != (after.width(), after.height()) {
        return vec![after.bounds()];
    }
    let bounds = after.bounds();
    let mut found: Vec<RectPx> = Vec::new();
    if before.is_same_picture(after) {
        return found;
    }
    for y in (0..bounds.h).step_by(TILE as usize) {
        let band = RectPx::new(0, y, bounds.w, TILE).intersect(&bounds);
        let same = |(old, new)| old == new;
        if (band.y..band.bottom()).all(|row| same(rows(before, after, row, 0, band.w))) {
            continue;
        }
        for x in (0..bounds.w).step_by(TILE as usize) {
            let change = compare(before, after, RectPx::new(x, y, TILE, TILE));
            if change.pixels > 0 {
                gather(&mut found, change.area);
            }
        }
    }
    found
}

/// Adds `area` to the boxes that it is near to, which become one.
fn gather(found: &mut Vec<RectPx>, mut area: RectPx) {
    while let Some(at) = found.iter().position(|f| !f.grow(TILE).intersect(&area).is_empty()) {
        area = area.union(&found.swap_remove(at));
    }
    found.push(area);
}

fn compare_row(mut change: Change, old: &[u8], new: &[u8], left: i32, y: i32) -> Change {
    let differs = |(a, b): (&[u8], &[u8])| (0..3).any(|i| a[i].abs_diff(b[i]) > TOLERANCE);
    for (x, pair) in old.chunks_exact(4).zip(new.chunks_exact(4)).enumerate() {
        if differs(pair) {
            change.pixels += 1;
            change.area = change.area.union(&RectPx::new(left + x as i32, y, 1, 1));
        }
    }
    change
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(value: u8) -> Vec<u8> {
        vec![value; 10 * 10 * 4]
    }

    #[test]
    fn change_is_counted_and_boxed() {
        let before = Frame::new(10, 10, grey(0)).unwrap();
        let mut pixels = grey(0);
        for (x, y) in [(2, 3), (5, 7)] {
            pixels[(y * 10 + x) * 4] = 200;
        }
        let after = Frame::new(10, 10, pixels).unwrap();
        let change = compare(&before, &after, before.bounds());
        assert_eq!(change, Change { pixels: 2, area: RectPx::from_corners(2, 3, 6, 8) });
        assert_eq!(compare(&before, &after, RectPx::new(8, 8, 9, 9)), Change::default());
    }

    #[test]
    fn changes_far_apart_are_boxes_of_their_own() {
        let (width, height) = (300, 200);
        let blank = vec![90u8; width * height * 4];
        let mut pixels = blank.clone();
        for (x, y) in [(10, 10), (20, 12), (250, 150)] {
            pixels[(y * width + x) * 4] = 250;
        }
        let before = Frame::new(width as u32, height as u32, blank).unwrap();
        let after = Frame::new(width as u32, height as u32, pixels).unwrap();
        let mut found = changes(&before, &after);
        found.sort_by_key(|f| f.x);
        assert_eq!(found, [RectPx::new(10, 10, 11, 3), RectPx::new(250, 150, 1, 1)]);
        assert!(changes(&before, &before).is_empty());
    }

    #[test]
    fn dithering_is_no_change_and_a_new_size_is_all_change() {
        let a = Frame::new(10, 10, grey(100)).unwrap();
        let b = Frame::new(10, 10, grey(105)).unwrap();
        assert_eq!(compare(&a, &b, a.bounds()).pixels, 0);
        let small = Frame::new(5, 10, vec![0; 200]).unwrap();
        assert_eq!(compare(&a, &small, a.bounds()).pixels, 50);
    }
}
