//! Islands: connected ink on the flat areas. Letters, icons, ticks, knobs and lines are islands.

use super::colour::{Rgb, chroma, distance};
use super::regions::{Regions, stretch};
use crate::screen::{Frame, PointPx, RectPx};

/// Connected pixels that belong to no flat area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Island {
    pub area: RectPx,
    pub pixels: u32,
    /// The colour that stands out most from the ground.
    pub colour: Rgb,
    /// How many pieces of connected ink it is made of.
    pub parts: u32,
}

impl Island {
    /// How much of its box it fills, in `[0, 1]`.
    pub fn fill(&self) -> f32 {
        self.pixels as f32 / self.area.area().max(1) as f32
    }
}

/// The least difference from the ground that ink has.
const FAINTEST: i32 = 26;

/// Finds the islands of `frame`; regions of at least `ground` pixels are flat areas.
pub fn islands(frame: &Frame, regions: &Regions, ground: u32) -> Vec<Island> {
    let (width, height) = (regions.width, regions.height);
    let is_ink = |x: i32, y: i32| regions.at(x, y).pixels < ground && !is_edge(regions, x, y, ground);
    let mut seen = vec![false; (width * height) as usize];
    let mut found = Vec::new();
    let mut stack = Vec::new();
    for y in 0..height {
        for x in 0..width {
            if seen[(y * width + x) as usize] || !is_ink(x, y) {
                continue;
            }
            seen[(y * width + x) as usize] = true;
            stack.push((x, y));
            let mut island = Island { area: RectPx::default(), pixels: 0, colour: [0; 3], parts: 1 };
            let mut sample: Vec<Rgb> = Vec::new();
            while let Some((x, y)) = stack.pop() {
                island.area = stretch(island.area, x, y);
                island.pixels += 1;
                if sample.len() < 512 {
                    sample.extend(frame.pixel(PointPx::new(x, y)));
                }
                for (x, y) in neighbours(x, y, width, height) {
                    let at = (y * width + x) as usize;
                    if !seen[at] && is_ink(x, y) {
                        seen[at] = true;
                        stack.push((x, y));
                    }
                }
            }
            let beside = ground_of(frame, island.area);
            island.colour = outstanding(&sample, beside);
            // A step in a shaded ground is no ink.
            if sample.iter().any(|p| distance(*p, beside) > FAINTEST) {
                found.push(island);
            }
        }
    }
    found
}

/// Whether a pixel lies between two flat areas: the border or the smoothed edge of one, no ink on it.
fn is_edge(regions: &Regions, x: i32, y: i32, ground: u32) -> bool {
    let flat = |x: i32, y: i32| {
        let inside = (0..regions.width).contains(&x) && (0..regions.height).contains(&y);
        inside.then(|| regions.at(x, y)).filter(|r| r.pixels >= ground).map(|r| r.label)
    };
    let mut first = None;
    for reach in 1..=2 {
        for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)] {
            match (first, flat(x + dx * reach, y + dy * reach)) {
                (None, found) => first = found,
                (Some(a), Some(b)) if a != b => return true,
                _ => {}
            }
        }
    }
    false
}

fn neighbours(x: i32, y: i32, width: i32, height: i32) -> impl Iterator<Item = (i32, i32)> {
    let columns = (x - 1).max(0)..=(x + 1).min(width - 1);
    let rows = (y - 1).max(0)..=(y + 1).min(height - 1);
    rows.flat_map(move |row| columns.clone().map(move |column| (column, row)))
}

/// The colour beside an island.
fn ground_of(frame: &Frame, area: RectPx) -> Rgb {
    let ring = area.grow(1);
    let middle = area.center();
    let beside = [(ring.x, middle.y), (ring.right(), middle.y), (middle.x, ring.y), (middle.x, ring.bottom())];
    super::colour::median(beside.into_iter().filter_map(|(x, y)| frame.pixel(PointPx::new(x, y))))
}

/// Of the pixels that differ clearly from the ground, the mean of the most colourful, else of all.
fn outstanding(sample: &[Rgb], ground: Rgb) -> Rgb {
    let far = sample.iter().map(|p| distance(*p, ground)).max().unwrap_or(0);
    let clear: Vec<Rgb> = sample.iter().copied().filter(|p| distance(*p, ground) * 3 >= far * 2).collect();
    let colourful = clear.iter().map(|p| chroma(*p)).max().unwrap_or(0);
    super::colour::mean(clear.into_iter().filter(|p| chroma(*p) * 3 >= colourful * 2))
}

/// Joins islands that lie so near each other that they are one drawing, such as the bars of a menu icon.
///
/// `gap` is how far apart parts of one drawing may be, `side` how large it may get, in pixels.
pub fn drawings(islands: &[Island], gap: i32, side: i32) -> Vec<Island> {
    let mut parts: Vec<Island> = islands.iter().copied().filter(|i| i.area.w <= side && i.area.h <= side).collect();
    // What all but touches comes first: signs that stand side by side are whole by then, and stay apart.
    join(&mut parts, 1, side);
    join(&mut parts, gap, side);
    parts
}

fn join(parts: &mut Vec<Island>, gap: i32, side: i32) {
    parts.sort_by_key(|i| (i.area.y, i.area.x));
    let mut joined = true;
    while joined {
        joined = false;
        let mut at = 0;
        while at < parts.len() {
            let near = |other: &Island| {
                let both = parts[at].area.union(&other.area);
                let near = !parts[at].area.grow(gap).intersect(&other.area).is_empty();
                let like = is_row_of_like(&parts[at].area, &other.area, gap);
                (near || like) && both.w <= side && both.h <= side && !are_two(&parts[at].area, &other.area, gap)
            };
            let next =
                parts[at + 1..].iter().take_while(|o| o.area.y <= parts[at].area.bottom() + 3 * gap).position(near);
            match next {
                Some(offset) => {
                    let other = parts.remove(at + 1 + offset);
                    let larger = if other.pixels > parts[at].pixels { other.colour } else { parts[at].colour };
                    parts[at].area = parts[at].area.union(&other.area);
                    parts[at].pixels += other.pixels;
                    parts[at].parts += other.parts;
                    parts[at].colour = larger;
                    joined = true;
                }
                None => at += 1,
            }
        }
    }
}

/// Whether two drawings are signs of their own: about square, of one height, side by side with a gap between them.
fn are_two(a: &RectPx, b: &RectPx, gap: i32) -> bool {
    let across = (b.x - a.right()).max(a.x - b.right());
    let whole = |r: &RectPx| r.w * 10 >= r.h * 6 && r.h * 10 >= r.w * 6 && r.w.min(r.h) >= 3 * gap;
    across >= 2 && whole(a) && whole(b) && a.row_overlap(b) > 0.7 && (a.h - b.h).abs() * 3 <= a.h.max(b.h)
}

/// Dots in a row or bars on top of each other: small marks alike, a little farther apart than other parts.
fn is_row_of_like(a: &RectPx, b: &RectPx, gap: i32) -> bool {
    // What has been joined already is longer than its parts in one direction only.
    let (thin_a, thin_b) = (a.w.min(a.h), b.w.min(b.h));
    if thin_a.max(thin_b) > gap * 2 || (thin_a - thin_b).abs() > 2 {
        return false;
    }
    let stacked = (a.x - b.x).abs() <= 2 && (a.w - b.w).abs() <= 2;
    let in_line = (a.y - b.y).abs() <= 2 && (a.h - b.h).abs() <= 2;
    let (down, across) = ((b.y - a.bottom()).max(a.y - b.bottom()), (b.x - a.right()).max(a.x - b.right()));
    let far = gap * 2 + 1;
    (stacked && down <= far) || (in_line && across <= far && a.h.max(b.h) <= gap * 2)
}
