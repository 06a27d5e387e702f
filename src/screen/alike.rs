//! Whether two parts of frames show the same thing.

use super::{Frame, RectPx};

/// How strongly the edges of two pictures of the same thing agree, at least.
const AGREE: f32 = 0.7;
/// A mean difference between neighbours up to this, in steps of 255, is a plain ground.
const PLAIN: f32 = 0.6;

/// Whether `area_b` of `b` shows what `area_a` of `a` shows, up to a tint, a highlight or a text cursor.
///
/// Both areas are of one size; the edges inside are compared, because a thing that the pointer is over is often
/// drawn brighter. Areas that are not are never alike.
pub fn is_alike(a: &Frame, area_a: RectPx, b: &Frame, area_b: RectPx) -> bool {
    if (area_a.w, area_a.h) != (area_b.w, area_b.h) {
        return false;
    }
    if !a.bounds().holds(&area_a) || !b.bounds().holds(&area_b) || area_a.w < 3 || area_a.h < 3 {
        return area_a == area_b || area_a.is_empty();
    }
    let (edges_a, edges_b) = (edges(a, area_a), edges(b, area_b));
    let mean = |edges: &[f32]| edges.iter().sum::<f32>() / edges.len() as f32;
    let plain = (mean(&edges_a) < PLAIN, mean(&edges_b) < PLAIN);
    match plain {
        (true, true) => true,
        (true, false) | (false, true) => false,
        (false, false) => agreement(&edges_a, &edges_b) >= AGREE,
    }
}

/// The absolute differences of each pixel's luminance from those right of it and below it.
fn edges(frame: &Frame, area: RectPx) -> Vec<f32> {
    let row = |y: i32| -> Vec<f32> {
        let bytes = frame.row(y, area.x, area.right());
        bytes.chunks_exact(4).map(|p| (f32::from(p[0]) + 2.0 * f32::from(p[1]) + f32::from(p[2])) / 4.0).collect()
    };
    let mut found = Vec::with_capacity(area.area() as usize);
    let mut above = row(area.y);
    for y in area.y + 1..area.bottom() {
        let here = row(y);
        for x in 1..here.len() {
            found.push((here[x] - here[x - 1]).abs() + (here[x] - above[x]).abs());
        }
        above = here;
    }
    found
}

/// The cosine between two pictures of edges.
fn agreement(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    let length = (dot(a, a) * dot(b, b)).sqrt();
    if length == 0.0 { 0.0 } else { dot(a, b) / length }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of one ground with bars of another.
    fn bars(ground: u8, ink: u8, at: &[i32]) -> Frame {
        let pixel = |i: usize| {
            let x = (i % 40) as i32;
            if at.iter().any(|a| (*a..a + 3).contains(&x)) { ink } else { ground }
        };
        Frame::new(40, 20, (0..800).flat_map(|i| [pixel(i), pixel(i), pixel(i), 255]).collect()).unwrap()
    }

    fn check(a: &Frame, b: &Frame) -> bool {
        is_alike(a, a.bounds(), b, b.bounds())
    }

    #[test]
    fn a_tint_is_no_other_thing() {
        let save = bars(230, 20, &[5, 12, 20, 30]);
        assert!(check(&save, &bars(245, 20, &[5, 12, 20, 30])));
        assert!(check(&save, &bars(90, 250, &[5, 12, 20, 30])));
        assert!(check(&bars(230, 230, &[]), &bars(245, 245, &[])));
    }

    #[test]
    fn other_marks_are_another_thing() {
        let save = bars(230, 20, &[5, 12, 20, 30]);
        assert!(!check(&save, &bars(230, 20, &[8, 16, 25, 34])));
        assert!(!check(&save, &bars(230, 230, &[])));
        assert!(!is_alike(&save, save.bounds(), &save, RectPx::new(0, 0, 20, 20)));
    }
}
