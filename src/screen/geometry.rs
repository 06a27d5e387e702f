use serde::{Deserialize, Serialize};
use std::fmt;

/// A place on a display, in physical pixels from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PointPx {
    pub x: i32,
    pub y: i32,
}

impl PointPx {
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    /// The Euclidean distance to `other`, in pixels.
    pub fn distance(self, other: Self) -> f32 {
        let (dx, dy) = ((self.x - other.x) as f32, (self.y - other.y) as f32);
        dx.hypot(dy)
    }
}

impl fmt::Display for PointPx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.x, self.y)
    }
}

/// An axis-aligned box in physical pixels; `w` and `h` count pixels, so the right edge is `x + w`.
///
/// On the wire it is `[x, y, w, h]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "[i32; 4]", into = "[i32; 4]")]
pub struct RectPx {
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
}

impl From<[i32; 4]> for RectPx {
    fn from([x, y, w, h]: [i32; 4]) -> Self {
        Self { x, y, w, h }
    }
}

impl From<RectPx> for [i32; 4] {
    fn from(r: RectPx) -> Self {
        [r.x, r.y, r.w, r.h]
    }
}

impl fmt::Display for RectPx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{} {}x{}", self.x, self.y, self.w, self.h)
    }
}

impl RectPx {
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }

    /// The box that spans two corners, the second one excluded.
    pub const fn from_corners(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        Self::new(left, top, right - left, bottom - top)
    }

    pub const fn right(&self) -> i32 {
        self.x + self.w
    }

    pub const fn bottom(&self) -> i32 {
        self.y + self.h
    }

    pub const fn center(&self) -> PointPx {
        PointPx::new(self.x + self.w / 2, self.y + self.h / 2)
    }

    pub const fn area(&self) -> i64 {
        if self.is_empty() { 0 } else { self.w as i64 * self.h as i64 }
    }

    pub const fn is_empty(&self) -> bool {
        self.w <= 0 || self.h <= 0
    }

    pub const fn contains(&self, p: PointPx) -> bool {
        p.x >= self.x && p.y >= self.y && p.x < self.right() && p.y < self.bottom()
    }

    /// Whether all of `inner` lies in this box.
    pub const fn holds(&self, inner: &Self) -> bool {
        inner.x >= self.x && inner.y >= self.y && inner.right() <= self.right() && inner.bottom() <= self.bottom()
    }

    /// The common part; an empty box where there is none.
    pub fn intersect(&self, other: &Self) -> Self {
        let (left, top) = (self.x.max(other.x), self.y.max(other.y));
        let (right, bottom) = (self.right().min(other.right()), self.bottom().min(other.bottom()));
        Self::from_corners(left, top, right.max(left), bottom.max(top))
    }

    /// The smallest box around both.
    pub fn union(&self, other: &Self) -> Self {
        if self.is_empty() {
            return *other;
        }
        if other.is_empty() {
            return *self;
        }
        Self::from_corners(
            self.x.min(other.x),
            self.y.min(other.y),
            self.right().max(other.right()),
            self.bottom().max(other.bottom()),
        )
    }

    /// This box grown by `by_px` on every side (shrunk where negative).
    pub const fn grow(&self, by_px: i32) -> Self {
        Self::new(self.x - by_px, self.y - by_px, self.w + 2 * by_px, self.h + 2 * by_px)
    }

    /// This box moved by `x` to the right and `y` down.
    pub const fn offset(&self, x: i32, y: i32) -> Self {
        Self::new(self.x + x, self.y + y, self.w, self.h)
    }

    /// Intersection over union, in `[0, 1]`.
    pub fn iou(&self, other: &Self) -> f32 {
        let common = self.intersect(other).area();
        let all = self.area() + other.area() - common;
        if all == 0 { 0.0 } else { common as f32 / all as f32 }
    }

    /// How much of this box `other` covers, in `[0, 1]`.
    pub fn covered_by(&self, other: &Self) -> f32 {
        if self.area() == 0 { 0.0 } else { self.intersect(other).area() as f32 / self.area() as f32 }
    }

    /// How many pixels of height the two share, as a share of the lower one's height, in `[0, 1]`.
    pub fn row_overlap(&self, other: &Self) -> f32 {
        let shared = self.bottom().min(other.bottom()) - self.y.max(other.y);
        let low = self.h.min(other.h).max(1);
        (shared as f32 / low as f32).clamp(0.0, 1.0)
    }

    /// How many pixels of width the two share, as a share of the narrower one's width, in `[0, 1]`.
    pub fn column_overlap(&self, other: &Self) -> f32 {
        let shared = self.right().min(other.right()) - self.x.max(other.x);
        let narrow = self.w.min(other.w).max(1);
        (shared as f32 / narrow as f32).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_meet_and_part() {
        let a = RectPx::new(0, 0, 10, 10);
        let b = RectPx::new(5, 5, 10, 10);
        assert_eq!(a.intersect(&b), RectPx::new(5, 5, 5, 5));
        assert_eq!(a.union(&b), RectPx::new(0, 0, 15, 15));
        assert!((a.iou(&b) - 25.0 / 175.0).abs() < 1e-6);
        assert!(a.intersect(&RectPx::new(20, 20, 5, 5)).is_empty());
        assert_eq!(a.iou(&RectPx::new(20, 20, 5, 5)), 0.0);
    }

    #[test]
    fn the_right_edge_is_outside() {
        let a = RectPx::new(2, 2, 4, 4);
        assert!(a.contains(PointPx::new(5, 5)));
        assert!(!a.contains(PointPx::new(6, 5)));
    }

    #[test]
    fn a_box_is_four_numbers_on_the_wire() {
        let json = serde_json::to_string(&RectPx::new(1, 2, 3, 4)).unwrap();
        assert_eq!(json, "[1,2,3,4]");
        assert_eq!(serde_json::from_str::<RectPx>(&json).unwrap(), RectPx::new(1, 2, 3, 4));
    }
}
