//! Where the ink is on the crop of one line: runs of columns with something on them, and the gaps between.

use crate::screen::{Frame, RectPx};

/// Columns `from..to` of a crop that ink reaches, without a blank column between them, and the rows it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke {
    pub from: i32,
    pub to: i32,
    pub top: i32,
    pub bottom: i32,
    /// How many of its pixels are ink.
    pub ink: i32,
}

/// A difference of a colour channel below this is never ink.
const FAINTEST: u8 = 14;
/// What of the strongest difference from the ground counts as ink.
const INK_SHARE: f32 = 0.35;

/// The same, where words of several colours stand in a line.
const FAINT_SHARE: f32 = 0.15;

/// Which pixels of a crop are ink.
struct Ink {
    width: usize,
    height: usize,
    differences: Vec<u8>,
    least: u8,
}

impl Ink {
    fn of(crop: &Frame) -> Self {
        Self::from(crop, INK_SHARE)
    }

    /// With a `share` of the strongest difference from the ground as the least that counts.
    fn from(crop: &Frame, share: f32) -> Self {
        let ground = ground(crop);
        let difference = |p: &[u8]| (0..3).map(|c| p[c].abs_diff(ground[c])).max().unwrap_or(0);
        let differences: Vec<u8> = crop.rgba().chunks_exact(4).map(difference).collect();
        let strongest = differences.iter().copied().max().unwrap_or(0);
        let least = ((f32::from(strongest) * share) as u8).max(FAINTEST);
        Self { width: crop.width() as usize, height: crop.height() as usize, differences, least }
    }

    fn is_at(&self, x: usize, y: usize) -> bool {
        self.differences[y * self.width + x] >= self.least
    }

    /// Where there is ink in a row that is part of no level line longer than any in a letter: no border, no rule.
    fn letters_in_row(&self, y: usize) -> Vec<bool> {
        let mut inked: Vec<bool> = (0..self.width).map(|x| self.is_at(x, y)).collect();
        for run in inked.chunk_by_mut(|a, b| a == b) {
            if run.len() * 5 > 6 * self.height {
                run.fill(false);
            }
        }
        inked
    }

    fn in_row(&self, y: usize) -> usize {
        self.differences[y * self.width..(y + 1) * self.width].iter().filter(|&&d| d >= self.least).count()
    }
}

/// The strokes of a crop, from the left. Positions are pixels of the crop.
///
/// The ground is the colour that most of the crop has. A crop of one colour has no strokes.
pub fn strokes(crop: &Frame) -> Vec<Stroke> {
    strokes_of(&Ink::of(crop))
}

/// The strokes of a crop, with those of letters that are much fainter than others.
pub fn faint_strokes(crop: &Frame) -> Vec<Stroke> {
    strokes_of(&Ink::from(crop, FAINT_SHARE))
}

fn strokes_of(ink: &Ink) -> Vec<Stroke> {
    // A rule under a link or along an edge would join all letters into one stroke.
    let is_rule = |y: &usize| ink.width > 2 * ink.height && ink.in_row(*y) * 10 > ink.width * 7;
    let rows: Vec<(usize, Vec<bool>)> =
        (0..ink.height).filter(|y| !is_rule(y)).map(|y| (y, ink.letters_in_row(y))).collect();
    let mut strokes: Vec<Stroke> = Vec::new();
    for x in 0..ink.width {
        let mut rows = rows.iter().filter(|(_, letters)| letters[x]).map(|(y, _)| *y as i32);
        let Some(top) = rows.next() else { continue };
        let (between, last) = rows.fold((0, top), |(count, _), y| (count + 1, y));
        let (bottom, ink) = (last + 1, between + 1);
        let x = x as i32;
        match strokes.last_mut().filter(|s| s.to == x) {
            Some(stroke) => {
                let (top, bottom) = (stroke.top.min(top), stroke.bottom.max(bottom));
                *stroke = Stroke { to: x + 1, top, bottom, ink: stroke.ink + ink, ..*stroke };
            }
            None => strokes.push(Stroke { from: x, to: x + 1, top, bottom, ink }),
        }
    }
    strokes
}

/// `area` without what reaches into it from the lines above and below: ink at its upper or lower edge that
/// blank rows part from its middle. Accents and descenders do not touch the edge.
pub fn without_neighbours(frame: &Frame, area: RectPx) -> RectPx {
    let Some(crop) = frame.crop(area) else { return area };
    let ink = Ink::of(&crop);
    let blank: Vec<bool> = (0..ink.height).map(|y| ink.in_row(y) == 0).collect();
    let most = ink.height / 4;
    // The first blank row after ink at the edge, where it comes soon.
    let cut = |mut rows: Box<dyn Iterator<Item = usize> + '_>| {
        let begins_with_ink = rows.next().is_some_and(|y| !blank[y]);
        if begins_with_ink { rows.take(most).position(|y| blank[y]).map_or(0, |i| i + 1) } else { 0 }
    };
    let (top, bottom) = (cut(Box::new(0..ink.height)), cut(Box::new((0..ink.height).rev())));
    let area = area.intersect(&frame.bounds());
    RectPx::from_corners(area.x, area.y + top as i32, area.right(), area.bottom() - bottom as i32)
}

/// The box of the ink of a line whose core is `core`: from there up and down to the first row without letters and to
/// what else is inked within `guess`, as accents and low lines are, and to both sides to the first gap that is wider
/// than between words, as far as a little beyond `guess`.
pub fn reach(frame: &Frame, core: RectPx, guess: RectPx) -> RectPx {
    let beyond = (core.h / 3).max(2);
    let around = guess.grow(beyond).intersect(&frame.bounds());
    let Some(crop) = frame.crop(around) else { return guess };
    let ink = Ink::of(&crop);
    let core = core.offset(-around.x, -around.y).intersect(&crop.bounds());
    let lettered: Vec<Vec<bool>> = (0..ink.height).map(|y| ink.letters_in_row(y)).collect();
    let row_has = |y: i32| (core.x..core.right()).any(|x| lettered[y as usize][x as usize]);
    let top = (0..core.y).rev().find(|&y| !row_has(y)).map_or(0, |y| y + 1);
    let bottom = (core.bottom()..ink.height as i32).find(|&y| !row_has(y)).unwrap_or(ink.height as i32);
    // At the edge of the guess may be ink of the lines above and below.
    let within = guess.grow(-EDGE).offset(-around.x, -around.y).intersect(&crop.bounds());
    let top = (within.y..top).find(|&y| row_has(y)).unwrap_or(top);
    let bottom = (bottom..within.bottom()).rev().find(|&y| row_has(y)).map_or(bottom, |y| y + 1);
    // What begins within the guess may end a little below it.
    let lowest = (bottom + core.h / LOW).min(ink.height as i32);
    let bottom = (bottom..lowest).find(|&y| !row_has(y)).unwrap_or(lowest);
    // A column of ink through all rows is a border, and ends the line.
    let state = |x: i32| {
        let inked = (top..bottom).filter(|&y| lettered[y as usize][x as usize]).count();
        let through = (0..ink.height).all(|y| lettered[y][x as usize]);
        (inked > 0, through && bottom - top < ink.height as i32)
    };
    let gap = (core.h * 2 / 3).max(3);
    let end = |columns: &mut dyn Iterator<Item = i32>, from: i32| {
        let (mut last, mut blank) = (from, 0);
        for x in columns {
            let (inked, border) = state(x);
            if border || blank > gap {
                break;
            }
            (last, blank) = if inked { (x, 0) } else { (last, blank + 1) };
        }
        last
    };
    let left = end(&mut (0..core.x).rev(), core.x);
    let right = end(&mut (core.right()..ink.width as i32), core.right() - 1) + 1;
    RectPx::from_corners(left - 1, top - 1, right + 1, bottom + 1).offset(around.x, around.y).intersect(&frame.bounds())
}

/// What part of the height of its core a low line reaches below where a line was guessed to end.
const LOW: i32 = 5;
/// How many rows at the edge of a guessed line may be another's.
const EDGE: i32 = 2;

/// What of the strongest difference from the ground is part of a drawing, which may have faint parts.
const DRAWN_SHARE: f32 = 0.22;

/// The smallest box around what is drawn in `area`, on the ground that its edge lies on; `None` where nothing is.
pub fn drawn(frame: &Frame, area: RectPx) -> Option<RectPx> {
    let area = area.intersect(&frame.bounds());
    let crop = frame.crop(area)?;
    let ground = rim(&crop);
    let difference = |p: &[u8]| (0..3).map(|c| p[c].abs_diff(ground[c])).max().unwrap_or(0);
    let differences: Vec<u8> = crop.rgba().chunks_exact(4).map(difference).collect();
    let strongest = differences.iter().copied().max().unwrap_or(0);
    let least = ((f32::from(strongest) * DRAWN_SHARE) as u8).max(FAINTEST);
    let width = crop.width() as usize;
    let inked = differences.iter().enumerate().filter(|(_, d)| **d >= least);
    let pixel = |at: usize| RectPx::new((at % width) as i32, (at / width) as i32, 1, 1);
    let found = inked.fold(RectPx::default(), |all, (at, _)| all.union(&pixel(at)));
    (!found.is_empty()).then(|| found.offset(area.x, area.y))
}

/// The median colour, channel by channel, of a crop's outermost pixels.
fn rim(crop: &Frame) -> [u8; 3] {
    let (width, height) = (crop.width() as usize, crop.height() as usize);
    let is_rim =
        |at: usize| at / width == 0 || at / width + 1 == height || at.is_multiple_of(width) || at % width + 1 == width;
    let pixels: Vec<&[u8]> =
        crop.rgba().chunks_exact(4).enumerate().filter(|(at, _)| is_rim(*at)).map(|(_, p)| p).collect();
    [0, 1, 2].map(|c| {
        let mut channel: Vec<u8> = pixels.iter().map(|p| p[c]).collect();
        channel.sort_unstable();
        channel.get(channel.len() / 2).copied().unwrap_or(0)
    })
}

/// The colour that most pixels have, told apart by four bits a channel.
pub fn ground(crop: &Frame) -> [u8; 3] {
    let mut counts = [0u32; 1 << 12];
    let key = |p: &[u8]| usize::from(p[0] >> 4) << 8 | usize::from(p[1] >> 4) << 4 | usize::from(p[2] >> 4);
    crop.rgba().chunks_exact(4).for_each(|p| counts[key(p)] += 1);
    let most = counts.iter().copied().max().unwrap_or(0);
    let found = crop.rgba().chunks_exact(4).find(|p| counts[key(p)] == most);
    found.map_or([0; 3], |p| [p[0], p[1], p[2]])
}

/// The boxes around connected ink: pixels that differ from `ground` by at least `least` in a channel.
/// Positions are pixels of the crop.
pub fn blobs(crop: &Frame, ground: [u8; 3], least: u8) -> Vec<RectPx> {
    let (width, height) = (crop.width() as usize, crop.height() as usize);
    let is_ink = |p: &[u8]| (0..3).any(|c| p[c].abs_diff(ground[c]) >= least);
    let mut ink: Vec<bool> = crop.rgba().chunks_exact(4).map(is_ink).collect();
    let (mut blobs, mut stack) = (Vec::new(), Vec::new());
    for start in 0..ink.len() {
        if !ink[start] {
            continue;
        }
        let mut area = RectPx::default();
        ink[start] = false;
        stack.push(start);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            area = area.union(&RectPx::new(x as i32, y as i32, 1, 1));
            for row in y.saturating_sub(1)..(y + 2).min(height) {
                let columns = row * width + x.saturating_sub(1)..row * width + (x + 2).min(width);
                stack.extend(columns.filter(|&next| std::mem::take(&mut ink[next])));
            }
        }
        blobs.push(area);
    }
    blobs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crop(columns: &str) -> Frame {
        let width = columns.len();
        let mut rgba = vec![240u8; width * 6 * 4];
        for (x, c) in columns.chars().enumerate() {
            if c == '#' {
                for y in 1..4 {
                    rgba[(y * width + x) * 4..][..3].fill(20);
                }
            }
        }
        Frame::new(width as u32, 6, rgba).unwrap()
    }

    #[test]
    fn what_reaches_in_from_another_line_is_cut_away() {
        let (width, height) = (40, 24);
        let mut rgba = vec![240u8; width * height * 4];
        let mut ink = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
            for y in rows {
                columns.clone().for_each(|x| rgba[(y * width + x) * 4..][..3].fill(10));
            }
        };
        ink(0..2, 5..9);
        ink(6..8, 10..12);
        ink(9..18, 4..36);
        let frame = Frame::new(width as u32, height as u32, rgba).unwrap();
        assert_eq!(without_neighbours(&frame, frame.bounds()), RectPx::new(0, 2, 40, 22));
    }

    #[test]
    fn a_line_reaches_as_far_as_its_ink_and_no_farther_than_borders_and_gaps() {
        let (width, height) = (120, 40);
        let mut rgba = vec![240u8; width * height * 4];
        let mut ink = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
            for y in rows {
                columns.clone().for_each(|x| rgba[(y * width + x) * 4..][..3].fill(10));
            }
        };
        // A line of letters with one that goes deeper, the line above it, a border, and a word of something else.
        (0..8).for_each(|n| ink(16..26, 20 + n * 6..24 + n * 6));
        ink(16..29, 38..40);
        ink(4..12, 20..60);
        ink(0..40, 12..13);
        ink(16..26, 100..106);
        let frame = Frame::new(width as u32, height as u32, rgba).unwrap();
        let core = RectPx::new(24, 18, 36, 6);
        let found = reach(&frame, core, RectPx::new(20, 13, 44, 16));
        assert_eq!(found, RectPx::from_corners(19, 15, 67, 30));
        // Instead of the deep letter a low line, which blank rows part from the letters.
        let mut rgba = frame.rgba().to_vec();
        (26..29).for_each(|y| rgba[(y * width + 20) * 4..(y * width + 60) * 4].fill(240));
        rgba[(28 * width + 44) * 4..(28 * width + 50) * 4].fill(10);
        let frame = Frame::new(width as u32, height as u32, rgba).unwrap();
        assert_eq!(reach(&frame, core, RectPx::new(20, 11, 44, 20)), RectPx::from_corners(19, 15, 67, 30));
    }

    #[test]
    fn a_drawing_is_cut_out_of_the_ground_around_it() {
        let mut rgba = vec![40u8; 30 * 20 * 4];
        (8..12).for_each(|y| (10..21).for_each(|x| rgba[(y * 30 + x) * 4..][..3].fill(200)));
        let frame = Frame::new(30, 20, rgba).unwrap();
        assert_eq!(drawn(&frame, RectPx::new(7, 5, 18, 10)), Some(RectPx::new(10, 8, 11, 4)));
        assert_eq!(drawn(&frame, RectPx::new(0, 0, 6, 6)), None);
    }

    #[test]
    fn strokes_are_parted_by_blank_columns() {
        let found = strokes(&crop(".##..#..."));
        let stroke = |from, to| Stroke { from, to, top: 1, bottom: 4, ink: 3 * (to - from) };
        assert_eq!(found, [stroke(1, 3), stroke(5, 6)]);
        assert!(strokes(&crop(".....")).is_empty());
    }
}
