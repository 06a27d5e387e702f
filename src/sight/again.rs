//! What a change touches, and where its lines stand: told from the ink and from what was known of the last
//! frame. No network is asked; where ink does not tell, that is said.

use super::ink::{blobs, ground};
use crate::screen::{Element, Frame, PointPx, RectPx, Role, TextSpan, compare};

/// What was seen on the last frame.
pub struct Seen {
    pub frame: Frame,
    pub text: Vec<TextSpan>,
    pub elements: Vec<Element>,
}

/// A change and all lines and small things that it touches: they are seen anew as a whole.
pub fn reach(change: RectPx, last: &Seen, frame: &Frame) -> RectPx {
    let mut area = change.grow(6);
    for _ in 0..2 {
        let lines = last.text.iter().map(|t| t.area.grow(2));
        let small = last.elements.iter().filter(|e| e.area.h <= 96 && e.area.w <= frame.width() as i32 / 2);
        let things = small.filter(|e| e.role != Role::ListRow).map(|e| e.area.grow(2));
        let touched: Vec<RectPx> = lines.chain(things).filter(|a| !a.intersect(&area).is_empty()).collect();
        area = touched.iter().fold(area, |all, a| all.union(a));
    }
    let area = area.intersect(&frame.bounds());
    enclosing(frame, area).unwrap_or(area)
}

/// The farthest that a box around a change reaches beyond it, in pixels.
const FARTHEST: i32 = 640;

/// The flat box that `area` lies in, with its border: a field whose text has changed. `None` where there
/// is none near, or it is too large to be one control.
fn enclosing(frame: &Frame, area: RectPx) -> Option<RectPx> {
    let ground = frame.pixel(PointPx::new(area.x, area.center().y))?;
    let is_ground = |x: i32, y: i32| frame.pixel(PointPx::new(x, y)).is_some_and(|p| is_like(p, ground, 10));
    let middle = area.center();
    let run = |step: (i32, i32), from: (i32, i32), most: i32| {
        (1..most).find(|i| !is_ground(from.0 + step.0 * i, from.1 + step.1 * i))
    };
    let left = run((-1, 0), (area.x, middle.y), FARTHEST)?;
    let right = run((1, 0), (area.right() - 1, middle.y), FARTHEST)?;
    let up = run((0, -1), (area.x, area.y), 48)?;
    let down = run((0, 1), (area.x, area.bottom() - 1), 48)?;
    let inside = RectPx::from_corners(area.x - left, area.y - up, area.right() + right, area.bottom() + down);
    (inside.h <= 96).then(|| inside.grow(6).intersect(&frame.bounds()))
}

fn is_like(a: [u8; 3], b: [u8; 3], tolerance: u8) -> bool {
    (0..3).all(|c| a[c].abs_diff(b[c]) < tolerance)
}

/// The lines in `area` that look as they did: nothing of them has to be read again.
pub fn is_unchanged(line: &TextSpan, last: &Seen, frame: &Frame) -> bool {
    compare(&last.frame, frame, line.area.grow(2)).pixels == 0
}

/// A difference of a colour channel from the ground from which a pixel is ink.
const INK: u8 = 20;
/// Text that nowhere differs more than this from its ground is too faint to be told by its ink.
const FAINT: u8 = 64;
/// Words nearer than this share of the line's height are one line.
const JOINED: f32 = 0.7;
/// From this share on they are two. Between both, only the network knows.
const PARTED: f32 = 1.6;
/// A line and the one that stood there before are together no higher than this share of the old one.
const SAME_HEIGHT: f32 = 1.3;
/// Where more rows than these have changed, it is more than a control: a menu, a dialog, a page.
const MOST_ROWS: usize = 2;

/// The boxes around the lines of text that now stand where `changed` lines stood, in no order; `None` where the
/// ink does not tell.
///
/// New lines are looked for in the rows of old ones only: who typed, chose or pressed changes text where there
/// was text. New ink elsewhere in `area` may be text of its own, unless it is a border or the mark of a box.
/// The lines `same` look as they did and are left out.
pub fn lines_by_ink(
    frame: &Frame,
    last: &Seen,
    area: RectPx,
    changed: &[&TextSpan],
    same: &[&TextSpan],
) -> Option<Vec<RectPx>> {
    let rows = rows(frame, area, changed);
    let mut grounds = vec![ground(&frame.crop(area)?)];
    grounds.extend(rows.iter().map(|row| row.ground));
    if rows.len() > MOST_ROWS || has_new_ink(frame, last, area, &rows, &grounds) {
        return None;
    }
    let mut boxes = Vec::new();
    for row in &rows {
        boxes.extend(row.lines(frame, last, same)?);
    }
    Some(boxes)
}

/// Where a line stood, as wide as what is looked at.
struct Row {
    /// From the top to the foot of the text that stood there.
    text: RectPx,
    /// That and its margins, from side to side.
    strip: RectPx,
    ground: [u8; 3],
}

/// The rows of `changed`, each line's with those beside it.
fn rows(frame: &Frame, area: RectPx, changed: &[&TextSpan]) -> Vec<Row> {
    let mut boxes: Vec<RectPx> = Vec::new();
    for line in changed {
        match boxes.iter_mut().find(|b| b.row_overlap(&line.area) > 0.6) {
            Some(row) => *row = row.union(&line.area),
            None => boxes.push(line.area),
        }
    }
    let row = |text: RectPx| {
        let margin = (text.h / 3).max(3);
        let strip = RectPx::from_corners(area.x, text.y - margin, area.right(), text.bottom() + margin);
        // With the margins, so that heavy letters do not outweigh what they stand on.
        let ground = ground(&frame.crop(text.grow(3))?);
        Some(Row { text, strip: strip.intersect(&frame.bounds()), ground })
    };
    boxes.into_iter().filter_map(row).collect()
}

impl Row {
    fn lines(&self, frame: &Frame, last: &Seen, same: &[&TextSpan]) -> Option<Vec<RectPx>> {
        let strip = frame.crop(self.strip)?;
        let mut ink: Vec<RectPx> = Vec::new();
        for blob in blobs(&strip, self.ground, INK) {
            // What reaches in from outside: borders, the ground beside a control, lines above and below.
            let cut = blob.y == 0 || blob.x == 0 || blob.bottom() == self.strip.h || blob.right() == self.strip.w;
            let blob = blob.offset(self.strip.x, self.strip.y);
            let is_known = same.iter().any(|line| blob.covered_by(&line.area.grow(2)) > 0.6);
            if cut || is_known || is_mark(blob, frame, last) || is_rule(blob) {
                continue;
            }
            let in_row = (self.text.y - 2..self.text.bottom() + 2).contains(&blob.center().y);
            if !in_row {
                return None;
            }
            ink.push(blob);
        }
        ink.sort_by_key(|b| b.x);
        let lines = self.join(&ink)?;
        lines.iter().all(|line| self.is_clear(frame, *line)).then_some(lines)
    }

    /// Whether the ink of a line stands out from the ground.
    fn is_clear(&self, frame: &Frame, line: RectPx) -> bool {
        let part = frame.crop(line.intersect(&self.strip));
        let stands_out = |p: &[u8]| (0..3).any(|c| p[c].abs_diff(self.ground[c]) >= FAINT);
        part.is_some_and(|part| part.rgba().chunks_exact(4).any(stands_out))
    }

    /// Joins the ink of one row to lines; `None` where a gap may be one between words or between lines.
    fn join(&self, ink: &[RectPx]) -> Option<Vec<RectPx>> {
        let mut lines: Vec<RectPx> = Vec::new();
        let height = self.text.h as f32;
        for blob in ink {
            let gap = lines.last().map(|line| (blob.x - line.right()) as f32 / height);
            match (lines.last_mut(), gap) {
                (Some(line), Some(gap)) if gap <= JOINED => *line = line.union(blob),
                (Some(_), Some(gap)) if gap < PARTED => return None,
                _ => lines.push(*blob),
            }
        }
        // The old text tells how high letters are: "sea" alone could as well be "SEA".
        let whole = |line: &RectPx| {
            let (top, bottom) = (line.y.min(self.text.y), line.bottom().max(self.text.bottom()));
            RectPx::from_corners(line.x, top, line.right(), bottom)
        };
        let lines: Vec<RectPx> = lines.iter().map(whole).collect();
        // What stands higher or lower is another line, which only happens to begin in this row.
        let is_line = |line: &RectPx| line.h as f32 <= height * SAME_HEIGHT;
        lines.iter().all(is_line).then(|| lines.iter().map(|line| line.grow(2)).collect())
    }
}

/// Whether a piece of ink is a line along an edge and no letter.
fn is_rule(ink: RectPx) -> bool {
    ink.h <= 2 && ink.w > 24 || ink.w <= 3 && ink.h > 40
}

/// Whether a piece of ink lies in something that was a box to tick, or in a drawing that is as it was. A drawing
/// that has changed may have been a lone character that was taken for one.
fn is_mark(ink: RectPx, frame: &Frame, last: &Seen) -> bool {
    last.elements.iter().filter(|e| e.area.h <= 64 && ink.covered_by(&e.area.grow(2)) > 0.8).any(|e| match e.role {
        Role::CheckBox | Role::RadioButton => true,
        Role::Icon | Role::Image => compare(&last.frame, frame, e.area).pixels == 0,
        _ => false,
    })
}

/// Whether something of another colour than the `grounds` has come up in `area` outside of its rows and marks.
fn has_new_ink(frame: &Frame, last: &Seen, area: RectPx, rows: &[Row], grounds: &[[u8; 3]]) -> bool {
    let is_new = |x: i32, y: i32| {
        let at = PointPx::new(x, y);
        let (Some(old), Some(new)) = (last.frame.pixel(at), frame.pixel(at)) else { return false };
        !is_like(old, new, 9) && grounds.iter().all(|ground| !is_like(new, *ground, INK))
    };
    let is_elsewhere = |x: i32, y: i32| rows.iter().all(|row| !row.strip.contains(PointPx::new(x, y)));
    let Some(mask) = mask(area, |x, y| is_elsewhere(x, y) && is_new(x, y)) else { return false };
    let found = blobs(&mask, [0; 3], 1);
    let is_thin = |b: &RectPx| b.w.min(b.h) <= 3 || is_ring(&mask, *b);
    found.iter().any(|b| !is_thin(b) && !is_mark(b.offset(area.x, area.y), frame, last))
}

/// A picture of `area`, white where `is_set`.
fn mask(area: RectPx, is_set: impl Fn(i32, i32) -> bool) -> Option<Frame> {
    let places = (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x, y)));
    let rgba = places.flat_map(|(x, y)| if is_set(x, y) { [255; 4] } else { [0; 4] }).collect();
    Frame::new(area.w.max(0) as u32, area.h.max(0) as u32, rgba).ok()
}

/// Whether a piece of a mask is a frame around nothing: a border that has changed its colour.
fn is_ring(mask: &Frame, piece: RectPx) -> bool {
    let Some(part) = mask.crop(piece) else { return false };
    let set = part.rgba().chunks_exact(4).filter(|p| p[0] > 0).count() as i32;
    piece.h >= 14 && set <= 4 * (piece.w + piece.h) && set * 4 < piece.w * piece.h
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white frame with black boxes.
    fn drawn(boxes: &[RectPx]) -> Frame {
        let is_black = |x, y| boxes.iter().any(|b| b.contains(PointPx::new(x, y)));
        let places = (0..60).flat_map(|y| (0..200).map(move |x| (x, y)));
        let rgba = places.flat_map(|(x, y)| if is_black(x, y) { [0, 0, 0, 255] } else { [255; 4] }).collect();
        Frame::new(200, 60, rgba).unwrap()
    }

    fn line(area: RectPx) -> TextSpan {
        TextSpan { text: "old".into(), area, confidence: 1.0, words: vec![], window: None }
    }

    fn check(now: &[RectPx], expected: Option<&[RectPx]>) {
        let old = RectPx::new(20, 20, 30, 12);
        let last = Seen { frame: drawn(&[old]), text: vec![line(old)], elements: vec![] };
        let found = lines_by_ink(&drawn(now), &last, RectPx::new(5, 5, 180, 50), &[&line(old)], &[]);
        assert_eq!(found.as_deref(), expected, "{now:?}");
    }

    #[test]
    fn new_text_is_found_in_the_row_of_the_old() {
        check(&[RectPx::new(20, 20, 8, 12), RectPx::new(32, 23, 10, 9)], Some(&[RectPx::new(18, 18, 26, 16)]));
        check(
            &[RectPx::new(20, 20, 8, 12), RectPx::new(90, 20, 8, 12)],
            Some(&[RectPx::new(18, 18, 12, 16), RectPx::new(88, 18, 12, 16)]),
        );
        check(&[], Some(&[]));
    }

    #[test]
    fn what_ink_does_not_tell_is_left_to_the_network() {
        // A gap that may be either, and ink below the row.
        check(&[RectPx::new(20, 20, 8, 12), RectPx::new(40, 20, 8, 12)], None);
        check(&[RectPx::new(20, 20, 8, 12), RectPx::new(40, 42, 20, 8)], None);
    }
}
