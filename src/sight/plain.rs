//! A line as our own reader sees it: how far each pixel is from the ground, whatever the colours.
//!
//! `models/recipes/lines.py` does the same to the lines that the reader learns from; both must agree.

use super::detect::resize;
use super::ink::ground;
use crate::screen::Frame;

/// The height of a plain line, in pixels.
pub const HEIGHT: u32 = 32;
/// No line is made narrower.
const LEAST_WIDTH: u32 = 8;
/// One in so many pixels has at least the strength that counts as full.
const FULL: usize = 100;
/// Differences below this are never stretched to full ink.
const FAINTEST: usize = 8;
/// What of the strongest ink counts as ink, in hundredths.
const INK_SHARE: usize = 35;
/// Rows left around the ink.
const AROUND: usize = 2;
/// At most one part in so many is cut off above, and below.
const MOST_CUT: usize = 4;

/// A line of [`HEIGHT`] rows.
pub struct Plain {
    pub width: u32,
    /// Row by row: 0 the ground, 255 the strongest ink.
    pub ink: Vec<u8>,
}

/// `crop` as the reader sees it; nothing where there is no ink that could be letters.
pub fn plain(crop: &Frame) -> Option<Plain> {
    let (width, height) = (crop.width() as usize, crop.height() as usize);
    let ground = ground(crop);
    let apart = |p: &[u8]| {
        let by_channel = [0, 1, 2].map(|c| usize::from(p[c].abs_diff(ground[c])));
        let most = by_channel.into_iter().max().unwrap_or(0);
        (3 * most + by_channel.iter().sum::<usize>()) / 6
    };
    let ink: Vec<usize> = crop.rgba().chunks_exact(4).map(apart).collect();
    let strongest = strongest(&ink);
    let mut rows = (0..height).filter(|&y| has_letters(&ink[y * width..(y + 1) * width], strongest, height));
    let first = rows.next()?;
    let last = rows.next_back().unwrap_or(first);
    let most = height / MOST_CUT;
    let top = first.saturating_sub(AROUND).min(most);
    let bottom = height - (height - 1 - last).saturating_sub(AROUND).min(most);
    let stretched: Vec<u8> = ink[top * width..bottom * width]
        .iter()
        .flat_map(|&d| {
            let v = (d * 255 / strongest).min(255) as u8;
            [v, v, v, 255]
        })
        .collect();
    let rows = (bottom - top) as u32;
    let cut = Frame::new(crop.width(), rows, stretched).ok()?;
    let scaled = (crop.width() * HEIGHT).div_ceil(rows).max(LEAST_WIDTH);
    let ink = resize(&cut, scaled, HEIGHT).chunks_exact(4).map(|p| p[0]).collect();
    Some(Plain { width: scaled, ink })
}

/// The strength that counts as full: one that enough pixels reach, so that a single dot does not make letters faint.
fn strongest(ink: &[usize]) -> usize {
    let mut counts = [0usize; 256];
    ink.iter().for_each(|&d| counts[d] += 1);
    let most = ink.iter().copied().max().unwrap_or(0);
    let mut above = 0;
    let often = (0..256).rev().find(|&d| {
        above += counts[d];
        above * FULL >= ink.len()
    });
    often.unwrap_or(0).max(most / 2).max(FAINTEST)
}

/// Whether a row has ink that is part of no level line longer than any in a letter.
fn has_letters(row: &[usize], strongest: usize, height: usize) -> bool {
    let is_ink = |&d: &usize| d * 100 >= strongest * INK_SHARE;
    row.chunk_by(|a, b| is_ink(a) == is_ink(b)).any(|run| is_ink(&run[0]) && run.len() * 5 <= 6 * height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn picture(path: &Path) -> image::RgbaImage {
        image::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).into_rgba8()
    }

    /// What the reader learns from and what it is given must be one thing.
    #[test]
    fn lines_are_made_plain_as_where_the_reader_learnt() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plain");
        for n in 0..8 {
            let crop = picture(&dir.join(format!("{n}.png")));
            let crop = Frame::new(crop.width(), crop.height(), crop.into_raw()).unwrap();
            let wanted = picture(&dir.join(format!("{n}-plain.png")));
            let made = plain(&crop).unwrap();
            assert_eq!((made.width, HEIGHT), wanted.dimensions(), "{n}");
            let apart = made.ink.iter().zip(wanted.pixels()).map(|(a, b)| a.abs_diff(b.0[0])).max();
            assert!(apart <= Some(2), "{n}: {apart:?} apart");
        }
    }

    #[test]
    fn what_has_no_ink_is_no_line() {
        let blank = |w: u32, h: u32| Frame::new(w, h, vec![200; (w * h * 4) as usize]).unwrap();
        assert!(plain(&blank(40, 12)).is_none());
        assert!(plain(&blank(1, 1)).is_none());
        // A rule from end to end is none either.
        let mut rgba = vec![255u8; 60 * 14 * 4];
        rgba[60 * 6 * 4..60 * 7 * 4].fill(0);
        assert!(plain(&Frame::new(60, 14, rgba).unwrap()).is_none());
    }
}
