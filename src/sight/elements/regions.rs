//! Regions of like colour: the flat or gently shaded areas that interfaces are drawn in.

use super::colour::Rgb;
use crate::screen::{Frame, RectPx};

/// Neighbouring pixels of one region differ by at most this much per channel.
const SMOOTH: u8 = 5;
/// From this difference between the pixels on both sides of one that lies between them in colour, it is the
/// smoothed edge of an area, however faint, and no shading.
const EDGE: u8 = 8;
/// How much of each side of its box a region must cover to count as a rectangle.
const SIDE_COVERED: f32 = 0.8;

/// A frame's regions, by a label per pixel.
#[derive(Default)]
pub struct Regions {
    pub width: i32,
    pub height: i32,
    labels: Vec<u32>,
    pub all: Vec<Region>,
}

/// One region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Region {
    pub label: u32,
    /// The smallest box around it.
    pub area: RectPx,
    pub pixels: u32,
    /// Its mean colour.
    pub colour: Rgb,
}

impl Regions {
    pub fn grow(frame: &Frame) -> Self {
        let (width, height) = (frame.width() as usize, frame.height() as usize);
        let rgba = frame.rgba();
        let mut parents = Forest::default();
        let mut labels = vec![0u32; width * height];
        let near = |a: usize, b: usize, most: u8| (0..3).all(|c| rgba[a * 4 + c].abs_diff(rgba[b * 4 + c]) <= most);
        let between = |at: usize, step: usize| {
            !near(at - step, at + step, EDGE) && !near(at, at - step, 2) && !near(at, at + step, 2)
        };
        let is_edge = |at: usize| {
            let (x, y) = (at % width, at / width);
            (x > 0 && x + 1 < width && between(at, 1)) || (y > 0 && y + 1 < height && between(at, width))
        };
        let edges: Vec<bool> = (0..width * height).map(is_edge).collect();
        let alike = |a: usize, b: usize| near(a, b, SMOOTH) && (near(a, b, 1) || !(edges[a] || edges[b]));
        for y in 0..height {
            for x in 0..width {
                let at = y * width + x;
                let left = (x > 0 && alike(at, at - 1)).then(|| labels[at - 1]);
                let up = (y > 0 && alike(at, at - width)).then(|| labels[at - width]);
                labels[at] = match (left, up) {
                    (Some(a), Some(b)) if a != b => parents.join(a, b),
                    (Some(a), _) | (None, Some(a)) => a,
                    (None, None) => parents.plant(),
                };
            }
        }
        let all = measure(frame, &mut labels, &mut parents);
        Self { width: width as i32, height: height as i32, labels, all }
    }

    /// The region at a place; outside the frame, that of the nearest place inside.
    pub fn at(&self, x: i32, y: i32) -> &Region {
        // Lines that reach beyond a part that is looked at again have places outside of it.
        let (x, y) = (x.clamp(0, self.width - 1), y.clamp(0, self.height - 1));
        &self.all[self.labels[(y * self.width + x) as usize] as usize]
    }

    /// Whether the region reaches along most of each side of its box, rounded corners aside.
    pub fn is_rectangle(&self, region: &Region, corner: i32) -> bool {
        self.along_sides(region, corner).into_iter().all(|share| share >= SIDE_COVERED)
    }

    /// Whether the region reaches along all sides of its box but the right one, into which something is sunk.
    pub fn is_open_at_right(&self, region: &Region, corner: i32) -> bool {
        self.along_sides(region, corner)[..3].iter().all(|share| *share >= SIDE_COVERED)
    }

    /// The shares of the top, bottom, left and right side of its box along which the region reaches.
    fn along_sides(&self, region: &Region, corner: i32) -> [f32; 4] {
        let area = region.area;
        let corner = (area.w.min(area.h) / 3).min(corner);
        let across = |y: i32| self.share_along(region, area.x + corner, area.right() - corner, |x| (x, y));
        let down = |x: i32| self.share_along(region, area.y + corner, area.bottom() - corner, |y| (x, y));
        let top = across(area.y).max(across(area.y + 1));
        let bottom = across(area.bottom() - 1).max(across(area.bottom() - 2));
        let left = down(area.x).max(down(area.x + 1));
        let right = down(area.right() - 1).max(down(area.right() - 2));
        [top, bottom, left, right]
    }

    /// The share of the places from `from` to `to` that belong to `region`.
    pub fn share_along(&self, region: &Region, from: i32, to: i32, place: impl Fn(i32) -> (i32, i32)) -> f32 {
        let hits = (from..to).filter(|&i| {
            let (x, y) = place(i);
            (0..self.width).contains(&x) && (0..self.height).contains(&y) && self.at(x, y).label == region.label
        });
        hits.count() as f32 / (to - from).max(1) as f32
    }
}

fn measure(frame: &Frame, labels: &mut [u32], parents: &mut Forest) -> Vec<Region> {
    let width = frame.width() as usize;
    let rgba = frame.rgba();
    // Roots get consecutive numbers, so that regions are a dense list.
    let mut numbers = vec![u32::MAX; parents.parents.len()];
    let mut sums: Vec<[u64; 3]> = Vec::new();
    let mut all: Vec<Region> = Vec::new();
    for (at, label) in labels.iter_mut().enumerate() {
        let root = parents.root(*label) as usize;
        if numbers[root] == u32::MAX {
            numbers[root] = all.len() as u32;
            all.push(Region { label: all.len() as u32, ..Region::default() });
            sums.push([0; 3]);
        }
        *label = numbers[root];
        let region = &mut all[*label as usize];
        region.area = stretch(region.area, (at % width) as i32, (at / width) as i32);
        region.pixels += 1;
        (0..3).for_each(|c| sums[*label as usize][c] += u64::from(rgba[at * 4 + c]));
    }
    for (region, sum) in all.iter_mut().zip(sums) {
        region.colour = sum.map(|s| (s / u64::from(region.pixels.max(1))) as u8);
    }
    all
}

/// `area` and the pixel at `x`, `y`.
pub fn stretch(area: RectPx, x: i32, y: i32) -> RectPx {
    if area.is_empty() {
        return RectPx::new(x, y, 1, 1);
    }
    RectPx::from_corners(area.x.min(x), area.y.min(y), area.right().max(x + 1), area.bottom().max(y + 1))
}

/// Disjoint sets of labels.
#[derive(Default)]
struct Forest {
    parents: Vec<u32>,
}

impl Forest {
    fn plant(&mut self) -> u32 {
        let label = self.parents.len() as u32;
        self.parents.push(label);
        label
    }

    fn root(&mut self, label: u32) -> u32 {
        let mut at = label;
        while self.parents[at as usize] != at {
            let above = self.parents[self.parents[at as usize] as usize];
            self.parents[at as usize] = above;
            at = above;
        }
        at
    }

    fn join(&mut self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parents[high as usize] = low;
        low
    }
}
