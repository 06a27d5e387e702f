//! Single letters and digits that the network which finds text passes over, where some are to be expected: in a field
//! that seems to be empty, beside a slider, and in a cell of a table, where a digit looks like an icon.

use super::glance::CERTAIN;
use super::ink::{blobs, ground};
use crate::screen::{Element, Frame, RectPx, Role, TextSpan};

/// A difference of a colour channel from the ground that is ink, in a field or beside it.
const INK: u8 = 70;

/// Where on `frame` a lone sign stands that no line of `text` covers.
pub fn boxes(frame: &Frame, elements: &[Element], text: &[TextSpan]) -> Vec<RectPx> {
    let free = |area: &RectPx| !text.iter().any(|t| area.grow(2).contains(t.area.center()));
    let places = elements.iter().flat_map(|e| places(e, elements));
    places.filter(free).filter_map(|place| sign(frame, place)).collect()
}

/// Where on a screen that was seen at a glance a short word may stand that no line of `text` covers: what our network
/// took for an icon and has the size of one.
pub fn doubted(seen: &[Element], text: &[TextSpan]) -> Vec<RectPx> {
    let may_be = |e: &&Element| {
        let a = e.area;
        let free = !text.iter().any(|t| a.covered_by(&t.area) > 0.3 || t.area.covered_by(&a) > 0.3);
        e.role == Role::Icon && e.confidence < CERTAIN && (6..=40).contains(&a.h) && a.w <= 4 * a.h && free
    };
    let mut boxes: Vec<RectPx> = Vec::new();
    for area in seen.iter().filter(may_be).map(|e| e.area.grow((e.area.h / 6).max(2))) {
        // Of two in one place the surer one comes first.
        if !boxes.iter().any(|b| b.covered_by(&area) > 0.3 || area.covered_by(b) > 0.3) {
            boxes.push(area);
        }
    }
    boxes
}

/// The parts of the screen in which a value of `element` may stand.
fn places(element: &Element, all: &[Element]) -> Vec<RectPx> {
    let a = element.area;
    match element.role {
        Role::TextField | Role::Spinner if a.h <= 100 && a.w > a.h && element.value.is_none() => {
            let edge = (a.h / 8).max(4);
            let width = if element.role == Role::Spinner { a.w * 2 / 3 } else { a.w };
            vec![RectPx::new(a.x + edge, a.y + edge, width - 2 * edge, a.h - 2 * edge)]
        }
        Role::Icon if is_like_a_digit(element) && all.iter().any(|cell| is_cell(cell, a)) => vec![a.grow(3)],
        Role::Slider if a.w > a.h => {
            let apart =
                |area: &RectPx| !all.iter().any(|e| e.area != a && e.role != Role::Pane && e.area.iou(area) > 0.1);
            let (high, gap) = (a.h.max(16), 3);
            let below = RectPx::new(a.x - 4, a.bottom() + gap, 3 * high, high);
            let right = RectPx::new(a.right() + gap, a.y - 4, 4 * high, a.h + 8);
            [below, right].into_iter().filter(apart).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an icon that nobody knows has the size and form of a digit.
pub fn is_like_a_digit(icon: &Element) -> bool {
    let a = icon.area;
    icon.role == Role::Icon && icon.label.is_none() && (8..=40).contains(&a.h) && a.w * 10 <= a.h * 9
}

/// Whether `cell` is a box around `sign` with room for a line of text and no more.
fn is_cell(cell: &Element, sign: RectPx) -> bool {
    let boxed = matches!(cell.role, Role::Pane | Role::Image | Role::ListRow | Role::Button);
    boxed && cell.area.grow(-2).holds(&sign) && cell.area.h <= 4 * sign.h && cell.area.w >= 3 * sign.w
}

/// The ink in `place`, where it is no more than one or two letters.
pub fn sign(frame: &Frame, place: RectPx) -> Option<RectPx> {
    let crop = frame.crop(place)?;
    // A text cursor is a line; what reaches the edge is part of something else.
    let is_ink = |b: &RectPx| b.h >= 5 && (b.w * 8 > b.h || b.w >= 3);
    let found: Vec<RectPx> = blobs(&crop, ground(&crop), INK).into_iter().filter(is_ink).collect();
    let letter = |b: &RectPx| b.h * 10 >= place.h * 3 && b.w * 10 <= b.h * 11;
    let whole = found.iter().copied().reduce(|a, b| a.union(&b))?;
    let inside = whole.x > 0 && whole.y > 0 && whole.right() < place.w && whole.bottom() < place.h;
    let fits = (1..=3).contains(&found.len()) && found.iter().all(letter) && whole.w <= 2 * whole.h;
    let margin = (whole.h / 4).max(3);
    (fits && inside).then(|| whole.offset(place.x, place.y).grow(margin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(ink: &[RectPx]) -> Frame {
        let (w, h) = (200, 100);
        let dark = |x: i32, y: i32| ink.iter().any(|r| r.contains(crate::screen::PointPx::new(x, y)));
        let pixels = (0..h).flat_map(|y| (0..w).flat_map(move |x| [(x, y)])).flat_map(|(x, y)| {
            let c = if dark(x, y) { 20 } else { 255 };
            [c, c, c, 255]
        });
        Frame::new(w as u32, h as u32, pixels.collect()).unwrap()
    }

    #[test]
    fn a_digit_in_a_field_is_found_and_a_cursor_is_not() {
        let field = Element::seen(Role::TextField, RectPx::new(20, 20, 120, 40), 0.8);
        let digit = RectPx::new(32, 32, 9, 16);
        let found = boxes(&frame(&[digit]), std::slice::from_ref(&field), &[]);
        assert_eq!(found.len(), 1);
        assert!(found[0].holds(&digit));
        let cell = Element::seen(Role::Image, RectPx::new(20, 20, 120, 40), 0.5);
        let icon = Element::seen(Role::Icon, digit, 0.5);
        assert_eq!(boxes(&frame(&[digit]), &[cell, icon.clone()], &[]).len(), 1);
        assert!(boxes(&frame(&[digit]), &[icon], &[]).is_empty());
        let cursor = RectPx::new(32, 30, 1, 20);
        assert!(boxes(&frame(&[cursor]), std::slice::from_ref(&field), &[]).is_empty());
        assert!(boxes(&frame(&[]), &[field], &[]).is_empty());
    }

    #[test]
    fn what_may_be_a_number_is_a_doubted_icon_that_was_not_read() {
        let icon = |confidence, y| Element::seen(Role::Icon, RectPx::new(20, y, 14, 9), confidence);
        let area = RectPx::new(20, 60, 14, 9);
        let read = TextSpan { text: "17".into(), area, confidence: 1.0, words: vec![], window: None };
        let wide = Element::seen(Role::Icon, RectPx::new(60, 10, 60, 9), 0.4);
        let seen = [icon(0.4, 10), icon(0.35, 12), icon(0.9, 30), icon(0.4, 60), wide];
        assert_eq!(doubted(&seen, &[read]), [RectPx::new(18, 8, 18, 13)]);
    }
}
