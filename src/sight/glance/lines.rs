//! From the network's map of text to boxes around lines: cores that nothing parts are joined, then cut to the ink that is there.

use super::super::detect::split_at_borders;
use super::super::ink;
use super::CERTAIN;
use crate::screen::{Element, Frame, RectPx, Role};
use ndarray::ArrayView3;

/// A place of the map is text from this probability on.
const LEAST: f32 = 0.4;
/// The mean probability from which a region is a line.
const SURE: f32 = 0.5;
/// A place of the map is so many pixels wide, and high: the network tells the upper from the lower half of its cells.
const WIDE: i32 = 4;
const HIGH: i32 = 2;
/// The core of a line is this share of its height, and ends about this share of it before its ink does.
const CORE: f32 = 0.56;
const END: f32 = 0.2;

/// Of two cores of one line, the lower one is at least this share of the higher, and they share this much of their rows.
const ALIKE: f32 = 0.6;
/// Cores of one line are at most so many core heights apart, with signs between them that the map leaves out.
const APART: i32 = 4;
/// A blank between two words of a line is at most this many core heights wide, as after a comma in type of one width: nine
/// tenths of the size of the type.
const BLANK: f32 = 1.35;
/// A core that lies in a line by this share is part of it.
const WITHIN: f32 = 0.7;
/// What is so many core heights high holds more than a line: its edges part no words.
const HIGHEST: i32 = 5;

/// Boxes around the lines on `frame`; `map` is halves x height x width, of the frame scaled down by `part`. Edges of
/// `elements` part what stands in one row.
pub(super) fn boxes(map: ArrayView3<'_, f32>, frame: &Frame, part: i32, elements: &[Element]) -> Vec<RectPx> {
    let cores = cores(map, part).into_iter().map(|core| core.intersect(&frame.bounds()));
    joined(cores.collect(), frame, elements).into_iter().flat_map(|core| line(frame, core)).collect()
}

/// The cores that the map shows, in pixels of the frame.
fn cores(map: ArrayView3<'_, f32>, part: i32) -> Vec<RectPx> {
    let (halves, cells_high, width) = map.dim();
    let height = cells_high * halves;
    let at = |x: usize, y: usize| map[[y % halves, y / halves, x]];
    let mut seen = vec![false; width * height];
    let (mut cores, mut stack) = (Vec::new(), Vec::new());
    for start in 0..width * height {
        if seen[start] || at(start % width, start / width) < LEAST {
            continue;
        }
        let (mut region, mut sum, mut count) = (RectPx::default(), 0.0, 0);
        seen[start] = true;
        stack.push(start);
        while let Some(here) = stack.pop() {
            let (x, y) = (here % width, here / width);
            region = region.union(&RectPx::new(x as i32, y as i32, 1, 1));
            (sum, count) = (sum + at(x, y), count + 1);
            for (nx, ny) in neighbours(x, y, width, height) {
                if !seen[ny * width + nx] && at(nx, ny) >= LEAST {
                    seen[ny * width + nx] = true;
                    stack.push(ny * width + nx);
                }
            }
        }
        if sum / count as f32 >= SURE {
            let core = RectPx::new(region.x * WIDE, region.y * HIGH, region.w * WIDE, region.h * HIGH);
            cores.push(RectPx::new(core.x * part, core.y * part, core.w * part, core.h * part));
        }
    }
    cores
}

/// The cores with those of one line made one.
fn joined(mut cores: Vec<RectPx>, frame: &Frame, elements: &[Element]) -> Vec<RectPx> {
    cores.sort_by_key(|core| core.x);
    let mut lines: Vec<RectPx> = Vec::new();
    for core in cores {
        let before = lines.iter_mut().filter(|line| are_beside(line, &core)).max_by_key(|line| line.right());
        match before.filter(|line| !is_parted(frame, line, &core, elements)) {
            Some(line) => *line = line.union(&core),
            None => lines.push(core),
        }
    }
    // A sign of another height may have been passed over by the words around it.
    let whole = lines.clone();
    lines.retain(|core| !whole.iter().any(|line| line != core && core.covered_by(line) > WITHIN));
    lines
}

/// Whether two cores, the left one first, stand in one row as near to each other as words.
fn are_beside(left: &RectPx, right: &RectPx) -> bool {
    let (low, high) = (left.h.min(right.h), left.h.max(right.h));
    let shared = left.bottom().min(right.bottom()) - left.y.max(right.y);
    let gap = right.x - left.right();
    low as f32 >= ALIKE * high as f32 && shared as f32 >= ALIKE * low as f32 && (0..=APART * low).contains(&gap)
}

/// Whether a border, an element's edge or a blank wider than between words lies between two cores of a row.
fn is_parted(frame: &Frame, left: &RectPx, right: &RectPx, elements: &[Element]) -> bool {
    let (from, to) = (left.right(), right.x);
    let rows = left.union(right);
    let is_between = |x: i32| (from - 2..=to + 2).contains(&x);
    let parts = |e: &RectPx| e.h <= HIGHEST * rows.h && e.y < rows.bottom() && rows.y < e.bottom();
    // What may be no icon parts only where the blanks around it do.
    let mut sure = elements.iter().filter(|e| e.role != Role::Icon || e.confidence >= CERTAIN);
    if sure.any(|e| parts(&e.area) && (is_between(e.area.x) || is_between(e.area.right()))) {
        return true;
    }
    // With some of the words, so that ink is told from the ground as it is there.
    let (reach, up) = (rows.h * 2, rows.h / 2);
    let around =
        RectPx::from_corners(from - reach, rows.y - up, to + reach, rows.bottom() + up).intersect(&frame.bounds());
    let Some(crop) = frame.crop(around) else { return true };
    let (mut last, from, to) = (from - around.x, from - around.x, to - around.x);
    let most = (rows.h as f32 * BLANK) as i32;
    for stroke in ink::faint_strokes(&crop).iter().filter(|s| s.to > from && s.from < to) {
        // No letter is higher than its line.
        let is_border = stroke.top == 0 && stroke.bottom == crop.height() as i32;
        if is_border || stroke.from - last > most {
            return true;
        }
        last = stroke.to;
    }
    to - last > most
}

/// Cells that touch along an edge: lines that touch in a corner alone are two.
fn neighbours(x: usize, y: usize, width: usize, height: usize) -> impl Iterator<Item = (usize, usize)> {
    let beside = [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
    beside.into_iter().filter(move |&(x, y)| x < width && y < height)
}

/// The lines whose core is `core`: as far as their ink reaches, cut where borders run through.
fn line(frame: &Frame, core: RectPx) -> Vec<RectPx> {
    if core.is_empty() {
        return Vec::new();
    }
    let high = core.h as f32 / CORE;
    let (up, out) = (((high - core.h as f32) / 2.0).ceil() as i32 + 1, (high * END).ceil() as i32 + 1);
    let guess = RectPx::from_corners(core.x - out, core.y - up, core.right() + out, core.bottom() + up);
    let area = ink::reach(frame, core, guess.intersect(&frame.bounds()));
    split_at_borders(frame, area).into_iter().filter(|b| b.w >= 3 && b.h >= 4).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    /// White, with black boxes.
    fn page(black: &[RectPx]) -> Frame {
        let mut rgba = vec![255u8; 200 * 40 * 4];
        for area in black {
            for (x, y) in (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x, y))) {
                rgba[(y * 200 + x) as usize * 4..][..3].fill(0);
            }
        }
        Frame::new(200, 40, rgba).unwrap()
    }

    /// Letters, some columns apart.
    fn word(x: i32, count: i32) -> Vec<RectPx> {
        (0..count).map(|k| RectPx::new(x + 6 * k, 12, 4, 14)).collect()
    }

    #[test]
    fn words_that_only_a_sign_parts_are_one_line() {
        let (left, right) = (RectPx::new(10, 14, 28, 10), RectPx::new(62, 14, 28, 10));
        let mut ink = [word(10, 5), word(62, 5)].concat();
        assert_eq!(joined(vec![left, right], &page(&ink), &[]), [left, right], "the blank is too wide");
        ink.push(RectPx::new(46, 18, 8, 2));
        assert_eq!(joined(vec![right, left], &page(&ink), &[]), [left.union(&right)]);
        let sign = RectPx::new(46, 18, 8, 2);
        assert_eq!(
            joined(vec![right, sign, left], &page(&ink), &[]),
            [left.union(&right)],
            "the sign is read with them"
        );
        let doubted = Element::seen(Role::Icon, RectPx::new(44, 14, 12, 10), 0.5);
        assert_eq!(joined(vec![left, right], &page(&ink), std::slice::from_ref(&doubted)), [left.union(&right)]);
        let icon = Element { confidence: 0.9, ..doubted };
        assert_eq!(joined(vec![left, right], &page(&ink), &[icon]), [left, right]);
        ink.push(RectPx::new(49, 0, 1, 40));
        assert_eq!(joined(vec![left, right], &page(&ink), &[]), [left, right], "a border parts them");
        let below = right.offset(0, 9);
        assert_eq!(joined(vec![left, below], &page(&ink[..11]), &[]), [left, below]);
    }
}
