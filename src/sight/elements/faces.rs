//! Faces of small buttons, and the marks on them: a button of a title bar is a rim, a face and the sign that it is known by.

use super::colour::{Rgb, distance, mean};
use super::regions::{Regions, stretch};
use crate::screen::{Frame, PointPx, RectPx};

/// Shorter sides of faces, in pixels: a hollow square is a sign, and no smaller than eleven.
const SMALLEST: i32 = 12;
/// A ring is flat where at most one in this many steps along it is larger than [`STEP`], and none than [`SHADING`].
const ROUGH: usize = 15;
const STEP: i32 = 10;
/// What differs less from a face, in a channel, is its shading.
const SHADING: i32 = 24;
/// A mark has something that differs at least so much.
const INK: i32 = 40;
/// What differs so much is part of it, and so is half of what differs most.
const CLEAR: i32 = 60;
/// The share of a button's sides that its mark's have at most: of the face alone, a mark may come near its edge.
const WITH_RIM: f32 = 0.72;
const WITHOUT_RIM: f32 = 0.9;
/// Longer sides of marks, in pixels.
const SHORTEST: i32 = 4;

/// A button's face that was made out, with the mark on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Face {
    pub area: RectPx,
    pub mark: RectPx,
}

impl Face {
    /// The button that takes up `area`, with a rim around its face.
    pub fn rimmed(frame: &Frame, area: RectPx) -> Option<Self> {
        let squarely = mark(frame, area, WITH_RIM, 0);
        let round = || is_round(frame, area).then(|| mark(frame, area, WITH_RIM, area.w.min(area.h) / 5)).flatten();
        Some(Self { area, mark: squarely.or_else(round)? })
    }
}

/// Whether the ground reaches into all corners of `area`, as it does around a disc, and not around a cross.
fn is_round(frame: &Frame, area: RectPx) -> bool {
    let corners = |r: RectPx| {
        [(r.x, r.y), (r.right() - 1, r.y), (r.x, r.bottom() - 1), (r.right() - 1, r.bottom() - 1)]
            .map(|(x, y)| PointPx::new(x, y))
    };
    let pairs = corners(area).into_iter().zip(corners(area.grow(2)));
    let mut colours = pairs.map(|(inside, outside)| Some(distance(frame.pixel(inside)?, frame.pixel(outside)?)));
    colours.all(|apart| apart.is_some_and(|d| d <= SHADING))
}

/// The faces among the flat areas of a strip of `frame`.
pub fn faces(frame: &Frame, strip: RectPx) -> Vec<Face> {
    let Some(picture) = frame.crop(strip) else { return Vec::new() };
    let is_square = |area: &RectPx| {
        let (long, short) = (area.w.max(area.h), area.w.min(area.h));
        short >= SMALLEST && long * 10 <= short * 17 && long * 2 <= strip.h * 3
    };
    let areas = Regions::grow(&picture).all.into_iter().map(|r| r.area).filter(is_square);
    let marked = |area: RectPx| Some(Face { area, mark: mark(frame, area, WITHOUT_RIM, 0)? });
    areas.map(|area| area.offset(strip.x, strip.y)).filter_map(marked).collect()
}

/// The mark on a button that takes up `area`, which may have a rim; its sides are at most the share `most` of the button's.
/// Where the button is round, `corner` pixels of each side are none of its own.
fn mark(frame: &Frame, area: RectPx, most: f32, corner: i32) -> Option<RectPx> {
    let shorter = area.w.min(area.h);
    let rings = (0..=shorter / 3).map(|inset| area.grow(-inset)).filter(|ring| frame.bounds().holds(ring));
    let mut found = rings.filter(|_| shorter >= SMALLEST).filter_map(|ring| ink_in(frame, ring, area, corner));
    let fits = |(mark, pixels): &(RectPx, i64)| {
        let within = |side: i32, of: i32| side as f32 <= most * of as f32;
        // Where all of the inside is of one other colour, the ring was the rim.
        let is_face = pixels * 20 > mark.area() * 17 && mark.w * 2 > area.w && mark.h * 2 > area.h;
        within(mark.w, area.w) && within(mark.h, area.h) && mark.w.max(mark.h) >= SHORTEST && !is_face
    };
    let (mark, _) = found.find(fits)?;
    let aside = (mark.x + mark.right() - area.x - area.right()).abs();
    (aside * 10 <= 3 * area.w + 20).then_some(mark)
}

/// What stands out from the face within `ring`, and how many pixels it has; none unless the ring is flat and free of it.
fn ink_in(frame: &Frame, ring: RectPx, area: RectPx, corner: i32) -> Option<(RectPx, i64)> {
    if ring.w < area.w / 3 || ring.h < 4 {
        return None;
    }
    let at = |x: i32, y: i32| frame.pixel(PointPx::new(x, y)).unwrap_or_default();
    let rows = || ring.y..ring.bottom();
    let across = |y: i32| columns(ring, y, corner).map(|x| at(x, y)).collect::<Vec<Rgb>>();
    let left: Vec<Rgb> = rows().map(|y| at(columns(ring, y, corner).start, y)).collect();
    let right: Vec<Rgb> = rows().map(|y| at(columns(ring, y, corner).end - 1, y)).collect();
    let sides = [&across(ring.y), &across(ring.bottom() - 1), &left, &right];
    let steps: Vec<i32> = sides.iter().flat_map(|side| side.windows(2).map(|p| distance(p[0], p[1]))).collect();
    let rough = steps.iter().filter(|&&s| s > STEP).count();
    let uneven = left.iter().zip(&right).filter(|(l, r)| distance(**l, **r) > SHADING).count();
    if rough * ROUGH > steps.len() || steps.iter().any(|&s| s > SHADING) || uneven * 10 > left.len() {
        return None;
    }
    // Faces are shaded from top to bottom: each row has a ground of its own.
    let grounds: Vec<Rgb> = left.iter().zip(&right).map(|(l, r)| mean([*l, *r].into_iter())).collect();
    let far = |x: i32, y: i32| distance(at(x, y), grounds[(y - ring.y) as usize]);
    let places = || rows().flat_map(|y| columns(ring, y, corner).map(move |x| (x, y)));
    let strongest = places().map(|(x, y)| far(x, y)).max().filter(|&s| s >= INK)?;
    let (mut mark, mut pixels) = (RectPx::default(), 0);
    for (x, y) in places().filter(|&(x, y)| far(x, y) >= CLEAR.min((strongest + 1) / 2)) {
        mark = stretch(mark, x, y);
        pixels += 1;
    }
    ring.grow(-1).holds(&mark).then_some((mark, pixels))
}

/// The columns of `ring` in the row `y`, without its corners.
fn columns(ring: RectPx, y: i32, corner: i32) -> std::ops::Range<i32> {
    let from_edge = (y - ring.y).min(ring.bottom() - 1 - y);
    let cut = (corner - from_edge).max(0);
    ring.x + cut..ring.right() - cut
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of `width` x `height` pixels, the grey of each told by `grey(x, y)`.
    fn picture(width: i32, height: i32, grey: impl Fn(i32, i32) -> u8) -> Frame {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let rgba = places.flat_map(|(x, y)| [grey(x, y), grey(x, y), grey(x, y), 255]).collect();
        Frame::new(width as u32, height as u32, rgba).unwrap()
    }

    /// A shaded button of 16 x 16 pixels at (20, 4) with a rim, and what `mark` tells on it.
    fn button(mark: impl Fn(i32, i32) -> bool) -> Frame {
        picture(60, 24, |x, y| match (x - 20, y - 4) {
            (dx, dy) if mark(dx, dy) => 250,
            (0 | 15, 0..=15) | (0..=15, 0 | 15) => 40,
            (1..=14, dy @ 1..=14) => 150 - 2 * dy as u8,
            _ => 110,
        })
    }

    #[test]
    fn the_sign_on_a_button_with_a_rim_is_its_mark() {
        let area = RectPx::new(20, 4, 16, 16);
        let cross = button(|x, y| (4..11).contains(&x) && (4..11).contains(&y) && (x == y || x + y == 14));
        assert_eq!(Face::rimmed(&cross, area).map(|f| f.mark), Some(RectPx::new(24, 8, 7, 7)));
        let bar = button(|x, y| (4..12).contains(&x) && (10..12).contains(&y));
        assert_eq!(Face::rimmed(&bar, area).map(|f| f.mark), Some(RectPx::new(24, 14, 8, 2)));
        assert_eq!(Face::rimmed(&button(|_, _| false), area), None, "an empty square is a sign");
        let aside = button(|x, y| (2..6).contains(&x) && (4..11).contains(&y));
        assert_eq!(Face::rimmed(&aside, area), None);
    }

    #[test]
    fn the_sign_on_a_disc_is_its_mark() {
        let disc = |x: i32, y: i32| (x - 30).pow(2) + (y - 14).pow(2) <= 81;
        let frame = picture(60, 28, |x, y| match (x, y) {
            (27..34, 12..16) => 30,
            (x, y) if disc(x, y) => 230,
            _ => 200,
        });
        let mark = Face::rimmed(&frame, RectPx::new(21, 5, 19, 19)).map(|f| f.mark);
        assert_eq!(mark, Some(RectPx::new(27, 12, 7, 4)));
    }

    #[test]
    fn flat_faces_on_a_shaded_bar_are_found() {
        // A dark bar, shaded in its middle, and a face with a cross from edge to edge.
        let cross =
            |x: i32, y: i32| (31..45).contains(&x) && (5..19).contains(&y) && (x - 31 == y - 5 || x - 31 == 18 - y);
        let frame = picture(80, 24, |x, y| match (x, y) {
            (x, y) if cross(x, y) => 220,
            (29..47, 3..21) => 74,
            (28..48, _) => 0,
            (_, y) => 90 - 6 * (y - 12).unsigned_abs() as u8,
        });
        let found = faces(&frame, RectPx::new(0, 2, 80, 20));
        assert!(found.iter().any(|f| f.area == RectPx::new(29, 3, 18, 18)), "{found:?}");
        assert!(found.iter().all(|f| f.mark == RectPx::new(31, 5, 14, 14)), "{found:?}");
    }
}
