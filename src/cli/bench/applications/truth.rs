//! Like with like: what an application says of its elements and what sight says, in the same terms. Pure.
//!
//! What is compared, by role, with an intersection over union of at least one half:
//!
//! - Windows, dialogs and title bars are left out: sight takes them from the display, it does not find them.
//! - What cannot be seen is left out: hidden, outside its window, or covered by another window.
//! - **Check boxes and radio buttons**: an application's box is what reacts to a click, with the label and
//!   often the rest of the row; sight's is the tick box. Both become the tick box together with its
//!   label's words, as they are read in the application's box or beside sight's.
//! - **Icons and buttons**: a button that nothing is written on is an icon, on both sides. Both boxes are
//!   cut down to what is drawn in them, and where the words of an icon's label stand at it, to the
//!   drawing together with them: an application's box of a file has its name in it, a tool's the air
//!   around it.
//! - Toggle buttons are buttons, switches are check boxes, the headings of a menu bar are menu items, the
//!   cells of one row are one list row.
//! - Everything else is compared as it is said.

use crate::cli::bench::score::SeenElement;
use crate::screen::{Element, Frame, Percept, PointPx, RectPx, Role, State};
use crate::sight::fold;
use crate::sight::fuse::Placed;
use serde::Serialize;

/// One element in the terms of the comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Thing {
    #[serde(flatten)]
    pub place: SeenElement,
    pub label: Option<String>,
}

impl Thing {
    /// A thing whose box is `area`, in pixels of the picture.
    pub fn new(role: Role, area: RectPx, label: Option<&str>, state: State) -> Self {
        let area = [area.x as f32, area.y as f32, area.w as f32, area.h as f32];
        Self { place: SeenElement { role, area, state }, label: label.map(str::to_owned) }
    }
}

/// How far a tick box may be from the beginning of its label, and an icon from its name, in pixels.
const NEAR: i32 = 24;
/// The least difference of a colour from the ground that is drawn, in one of red, green and blue.
const DRAWN: u8 = 24;

/// What is compared of what the application says.
pub fn told(placed: &[Placed<'_>], frame: &Frame, percept: &Percept) -> Vec<Thing> {
    let kept = placed.iter().filter(|p| is_compared(p.said.role));
    let thing = |p: &Placed<'_>| {
        let label = p.said.label.as_deref();
        let role = role_as_drawn(p.said.role, p.area, percept);
        let area = match role {
            Role::CheckBox | Role::RadioButton => match label_within(label, p.area, percept) {
                Some(words) => ticked_part(p.area, words),
                None => p.area,
            },
            Role::Icon => drawn(frame, p.area),
            _ => p.area,
        };
        Thing::new(role, area, label, p.said.state)
    };
    kept.map(thing).collect()
}

/// What is compared of what sight says.
pub fn seen(frame: &Frame, percept: &Percept) -> Vec<Thing> {
    let kept = percept.elements.iter().filter(|e| is_compared(e.role));
    let thing = |e: &Element| {
        let label = e.label.as_deref();
        let role = role_as_drawn(e.role, e.area, percept);
        let beside = || label_within(label, e.area.grow(NEAR).union(&row_of(e.area)), percept);
        let area = match role {
            Role::CheckBox | Role::RadioButton => beside().map_or(e.area, |words| e.area.union(&words)),
            Role::Icon => {
                let picture = drawn(frame, e.area);
                label_within(label, e.area.grow(NEAR), percept).map_or(picture, |words| picture.union(&words))
            }
            _ => e.area,
        };
        Thing::new(role, area, label, e.state)
    };
    kept.map(thing).collect()
}

const fn is_compared(role: Role) -> bool {
    !matches!(role, Role::Frame | Role::Pane | Role::Dialog | Role::TitleBar)
}

/// A button without words is an icon.
fn role_as_drawn(role: Role, area: RectPx, percept: &Percept) -> Role {
    let blank = || percept.text_in(area).next().is_none();
    if role == Role::Button && blank() { Role::Icon } else { role }
}

/// As far to the right of a tick box as labels reach.
fn row_of(area: RectPx) -> RectPx {
    RectPx::new(area.x, area.y - 4, 600, area.h + 8)
}

/// The words of `label`, where they stand together on a line in `area`.
fn label_within(label: Option<&str>, area: RectPx, percept: &Percept) -> Option<RectPx> {
    let wanted = fold(label?);
    let lines = percept.text.iter().filter(|line| !line.area.intersect(&area).is_empty());
    lines
        .filter_map(|line| {
            let words: Vec<_> = line.words.iter().filter(|w| area.contains(w.area.center())).collect();
            (0..words.len()).find_map(|from| {
                (from + 1..=words.len()).find_map(|to| {
                    let text: Vec<&str> = words[from..to].iter().map(|w| w.text.as_str()).collect();
                    let same = fold(&text.join(" ")) == wanted;
                    same.then(|| words[from..to].iter().fold(RectPx::default(), |all, w| all.union(&w.area)))
                })
            })
        })
        .min_by_key(|words| words.center().distance(area.center()) as i32)
}

/// The part of an application's box of a tick box that sight would give: up to the end of its label.
fn ticked_part(area: RectPx, words: RectPx) -> RectPx {
    let (top, bottom) = (words.y - 2, words.bottom() + 2);
    RectPx::from_corners(area.x, top, words.right(), bottom).intersect(&area)
}

/// The smallest box around what differs from the ground in `area`; `area` where nothing does.
fn drawn(frame: &Frame, area: RectPx) -> RectPx {
    let inside = area.intersect(&frame.bounds());
    // The ground is what a border would not reach.
    let at = |x: i32, y: i32| frame.pixel(PointPx::new(x, y));
    let inset = if inside.w.min(inside.h) > 20 { 3 } else { 0 };
    let inside = inside.grow(-inset);
    let Some(ground) = at(inside.x, inside.y) else { return area };
    let differs = |p: [u8; 3]| (0..3).any(|c| p[c].abs_diff(ground[c]) > DRAWN);
    let (mut left, mut top, mut right, mut bottom) = (inside.right(), inside.bottom(), inside.x, inside.y);
    for y in inside.y..inside.bottom() {
        for x in inside.x..inside.right() {
            if at(x, y).is_some_and(differs) {
                (left, top) = (left.min(x), top.min(y));
                (right, bottom) = (right.max(x + 1), bottom.max(y + 1));
            }
        }
    }
    if right > left && bottom > top { RectPx::from_corners(left, top, right, bottom) } else { area }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::Witnessed;
    use crate::screen::{TextSpan, Word};

    fn percept(text: &str, x: i32, y: i32) -> Percept {
        let mut words = Vec::new();
        let mut at = x;
        for word in text.split(' ') {
            let w = 8 * word.len() as i32;
            words.push(Word { text: word.into(), area: RectPx::new(at, y, w, 14) });
            at += w + 6;
        }
        let area = RectPx::new(x, y, at - x - 6, 14);
        let span = TextSpan { text: text.into(), area, confidence: 1.0, words, window: None };
        Percept { width: 400, height: 200, text: vec![span], ..Percept::default() }
    }

    fn frame() -> Frame {
        Frame::new(400, 200, vec![255; 400 * 200 * 4]).unwrap()
    }

    fn said(role: Role, label: &str) -> Witnessed {
        let (area, state) = (RectPx::default(), State::default());
        Witnessed { role, label: Some(label.into()), value: None, state, area, within: None, pid: None }
    }

    #[test]
    fn tick_boxes_are_compared_with_their_labels() {
        let mut percept = percept("Gift wrap Express", 30, 53);
        let tick = Element {
            label: Some("Gift wrap".into()),
            ..Element::seen(Role::CheckBox, RectPx::new(10, 52, 16, 16), 1.0)
        };
        percept.elements.push(tick);
        let said = said(Role::CheckBox, "Gift wrap");
        let placed = Placed { said: &said, area: RectPx::new(8, 40, 380, 40), window: 1 };
        let (told, seen) = (told(&[placed], &frame(), &percept), seen(&frame(), &percept));
        assert_eq!(told[0].place.area, [8.0, 51.0, 92.0, 18.0]);
        assert_eq!(seen[0].place.area, [10.0, 52.0, 90.0, 16.0]);
    }

    #[test]
    fn a_button_without_words_is_an_icon_cut_down_to_its_drawing() {
        let mut rgba = vec![255; 400 * 200 * 4];
        for y in 20..30 {
            (40..52).for_each(|x| rgba[(y * 400 + x) * 4..(y * 400 + x) * 4 + 3].fill(10));
        }
        let frame = Frame::new(400, 200, rgba).unwrap();
        let said = said(Role::Button, "Back");
        let placed = Placed { said: &said, area: RectPx::new(30, 10, 34, 34), window: 1 };
        let told = told(&[placed], &frame, &percept("Home", 200, 150));
        assert_eq!((told[0].place.role, told[0].place.area), (Role::Icon, [40.0, 20.0, 12.0, 10.0]));
    }

    #[test]
    fn windows_are_not_compared() {
        let said = said(Role::Dialog, "Open");
        let placed = Placed { said: &said, area: RectPx::new(30, 10, 34, 34), window: 1 };
        assert!(told(&[placed], &frame(), &percept("Home", 0, 0)).is_empty());
    }
}
