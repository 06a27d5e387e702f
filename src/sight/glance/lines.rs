//! From the network's map of text to boxes around lines, cut to the ink that is there.

use super::super::detect::split_at_borders;
use super::super::ink;
use crate::screen::{Frame, RectPx};
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

/// Boxes around the lines on `frame`; `map` is halves x height x width, of the frame scaled down by `part`.
pub(super) fn boxes(map: ArrayView3<'_, f32>, frame: &Frame, part: i32) -> Vec<RectPx> {
    let (halves, cells_high, width) = map.dim();
    let height = cells_high * halves;
    let at = |x: usize, y: usize| map[[y % halves, y / halves, x]];
    let mut seen = vec![false; width * height];
    let (mut boxes, mut stack) = (Vec::new(), Vec::new());
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
            let core = RectPx::new(core.x * part, core.y * part, core.w * part, core.h * part);
            boxes.extend(line(frame, core.intersect(&frame.bounds())));
        }
    }
    boxes
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
