//! Signs that hide what was written: the dots of a field for a password, told by their form alone.

use super::ink::{blobs, ground};
use crate::screen::{Frame, RectPx};

/// Differences of a colour channel from the ground that are ink: where signs stand close, only their middles are apart.
const INK: [u8; 4] = [60, 110, 150, 190];

/// How many equal signs stand in a row in the field at `area` and nothing else but a text cursor; `None` where anything
/// else stands there.
pub fn signs(frame: &Frame, area: RectPx) -> Option<usize> {
    INK.iter().find_map(|ink| signs_of(frame, area, *ink))
}

fn signs_of(frame: &Frame, area: RectPx, ink: u8) -> Option<usize> {
    let edge = (area.h / 6).max(3);
    let inner = RectPx::new(area.x + edge, area.y + edge, area.w - 2 * edge, area.h - 2 * edge);
    let crop = frame.crop(inner)?;
    // A text cursor is a thin line.
    let is_cursor = |b: &RectPx| b.w <= 3 && b.h >= 2 * b.w && b.h * 2 > inner.h;
    let found: Vec<RectPx> = blobs(&crop, ground(&crop), ink).into_iter().filter(|b| !is_cursor(b)).collect();
    let first = *found.iter().min_by_key(|b| b.x)?;
    let round = (first.w - first.h).abs() <= (first.h / 4).max(1) && first.h >= 3 && first.h * 10 <= inner.h * 7;
    let alike = |b: &RectPx| {
        (b.w - first.w).abs() <= 1 && (b.h - first.h).abs() <= 1 && (b.center().y - first.center().y).abs() <= 1
    };
    let mut found = found;
    found.sort_by_key(|b| b.x);
    // The text cursor may touch the last sign.
    if let [.., last] = found.as_mut_slice()
        && (1..=5).contains(&(last.w - first.w))
        && last.h >= first.h
    {
        *last = RectPx::new(last.x, first.y, first.w, first.h);
    }
    let across: Vec<i32> = found.iter().map(|b| b.center().x).collect();
    let steps: Vec<i32> = across.windows(2).map(|p| p[1] - p[0]).collect();
    let even = steps.iter().all(|step| (step - steps[0]).abs() <= 2);
    (round && even && found.iter().all(alike)).then_some(found.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::PointPx;

    fn frame(ink: &[RectPx]) -> Frame {
        let dark = |x: i32, y: i32| ink.iter().any(|r| r.contains(PointPx::new(x, y)));
        let pixels = (0..40).flat_map(|y| (0..200).map(move |x| (x, y)));
        let pixels = pixels.flat_map(|(x, y)| if dark(x, y) { [20, 20, 20, 255] } else { [255, 255, 255, 255] });
        Frame::new(200, 40, pixels.collect()).unwrap()
    }

    #[test]
    fn dots_are_counted_and_letters_are_not() {
        let field = RectPx::new(0, 0, 200, 40);
        let dots: Vec<RectPx> = (0..8).map(|i| RectPx::new(10 + 12 * i, 16, 8, 8)).collect();
        assert_eq!(signs(&frame(&dots), field), Some(8));
        let with_cursor: Vec<RectPx> = dots.iter().copied().chain([RectPx::new(110, 9, 1, 22)]).collect();
        assert_eq!(signs(&frame(&with_cursor), field), Some(8));
        let touched: Vec<RectPx> = dots.iter().copied().chain([RectPx::new(102, 9, 2, 22)]).collect();
        assert_eq!(signs(&frame(&touched), field), Some(8));
        let uneven = [RectPx::new(10, 16, 8, 8), RectPx::new(22, 12, 5, 14), RectPx::new(34, 16, 8, 8)];
        assert_eq!(signs(&frame(&uneven), field), None);
        assert_eq!(signs(&frame(&[]), field), None);
    }
}
