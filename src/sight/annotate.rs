//! A picture of a frame with what was seen drawn on it.

use crate::screen::{Frame, Percept, RectPx, Role};

const TEXT_COLOUR: [u8; 3] = [30, 120, 255];

/// The colour in which a role is drawn.
const fn colour(role: Role) -> [u8; 3] {
    match role {
        Role::Button => [230, 60, 40],
        Role::TextField => [20, 150, 60],
        Role::CheckBox | Role::RadioButton => [200, 40, 200],
        Role::DropDown => [240, 140, 0],
        Role::ListRow => [150, 150, 150],
        Role::Frame | Role::Pane | Role::TitleBar | Role::Dialog => [90, 90, 90],
        Role::Tab | Role::MenuItem => [0, 140, 160],
        Role::Link => [0, 60, 220],
        Role::Icon | Role::Image => [120, 90, 200],
        Role::Slider | Role::Spinner | Role::ScrollBar => [180, 120, 60],
    }
}

/// Draws the boxes of all elements and lines of text, and each element's number, counted from 1; RGBA8 of the
/// frame's size.
pub fn annotate(frame: &Frame, percept: &Percept) -> Vec<u8> {
    let mut rgba = frame.rgba().to_vec();
    let mut draw = |area, colour, thick| outline(&mut rgba, frame, area, colour, thick);
    percept.text.iter().for_each(|t| draw(t.area.grow(2), TEXT_COLOUR, 1));
    percept.elements.iter().for_each(|e| draw(e.area, colour(e.role), if e.role == Role::ListRow { 1 } else { 2 }));
    for (badge, element) in badges(frame, percept).iter().zip(&percept.elements) {
        badge.draw(&mut rgba, frame, colour(element.role));
    }
    rgba
}

/// The digits as rows of three pixels, the left one highest.
const DIGITS: [[u8; 5]; 10] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
];
/// Pixels of the picture for each pixel of a digit.
const SCALE: i32 = 2;

/// A number on a plate.
struct Badge {
    number: usize,
    area: RectPx,
}

/// A badge for each element, beside it where there is room: it covers neither text nor another badge if that
/// can be helped.
fn badges(frame: &Frame, percept: &Percept) -> Vec<Badge> {
    let mut badges: Vec<Badge> = Vec::new();
    for (at, element) in percept.elements.iter().enumerate() {
        let number = at + 1;
        let digits = number.to_string().len() as i32;
        let size = ((4 * digits + 1) * SCALE, 7 * SCALE);
        let hidden = |area: &RectPx| {
            let outside = area.area() - area.intersect(&frame.bounds()).area();
            let text: i64 = percept.text.iter().map(|t| t.area.intersect(area).area()).sum();
            let others: i64 = badges.iter().map(|b| b.area.intersect(area).area()).sum();
            let small = percept.elements.iter().filter(|e| e.area.w.max(e.area.h) <= 40);
            let things: i64 = small.map(|e| e.area.intersect(area).area()).sum();
            8 * outside + 4 * others + 2 * text + things
        };
        let best = places(element.area, size).into_iter().min_by_key(hidden);
        badges.extend(best.map(|area| Badge { number, area }));
    }
    badges
}

/// Where a badge of this size may stand at a box, the best place first: outside at a corner, then inside.
fn places(area: RectPx, (w, h): (i32, i32)) -> [RectPx; 8] {
    let (right, bottom) = (area.right(), area.bottom());
    [
        (area.x - 2, area.y - h),
        (area.x - w, area.y),
        (right - w + 2, area.y - h),
        (right, area.y),
        (area.x - 2, bottom),
        (right - w + 2, bottom),
        (right - w, area.y),
        (area.x, area.y),
    ]
    .map(|(x, y)| RectPx::new(x, y, w, h))
}

impl Badge {
    fn draw(&self, rgba: &mut [u8], frame: &Frame, colour: [u8; 3]) {
        fill(rgba, frame, self.area, colour);
        for (at, digit) in self.number.to_string().bytes().enumerate() {
            let rows = DIGITS[usize::from(digit - b'0')];
            for (y, row) in rows.into_iter().enumerate() {
                for x in (0..3).filter(|x| row & (0b100 >> x) != 0) {
                    let (left, top) = ((1 + 4 * at as i32 + x) * SCALE, (1 + y as i32) * SCALE);
                    let dot = RectPx::new(self.area.x + left, self.area.y + top, SCALE, SCALE);
                    fill(rgba, frame, dot, [255; 3]);
                }
            }
        }
    }
}

fn fill(rgba: &mut [u8], frame: &Frame, area: RectPx, colour: [u8; 3]) {
    let area = area.intersect(&frame.bounds());
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            let at = (y as usize * frame.width() as usize + x as usize) * 4;
            rgba[at..at + 3].copy_from_slice(&colour);
        }
    }
}

fn outline(rgba: &mut [u8], frame: &Frame, area: RectPx, colour: [u8; 3], thick: i32) {
    for ring in 0..thick {
        let b = area.grow(ring);
        let across = (b.x..b.right()).flat_map(|x| [(x, b.y), (x, b.bottom() - 1)]);
        let down = (b.y..b.bottom()).flat_map(|y| [(b.x, y), (b.right() - 1, y)]);
        for (x, y) in across.chain(down) {
            if x >= 0 && y >= 0 && x < frame.width() as i32 && y < frame.height() as i32 {
                let at = (y as usize * frame.width() as usize + x as usize) * 4;
                rgba[at..at + 3].copy_from_slice(&colour);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::{Element, TextSpan};

    #[test]
    fn badges_leave_labels_and_each_other_alone() {
        let frame = Frame::new(400, 300, vec![255; 400 * 300 * 4]).unwrap();
        let button = |x, y| Element::seen(Role::Button, RectPx::new(x, y, 80, 30), 1.0);
        let label = |x, y| TextSpan {
            text: "Save".into(),
            area: RectPx::new(x + 20, y + 8, 40, 14),
            confidence: 1.0,
            words: vec![],
            window: None,
        };
        let places = [(0, 0), (100, 100), (100, 132), (320, 270)];
        let percept = Percept {
            text: places.map(|(x, y)| label(x, y)).to_vec(),
            elements: places.map(|(x, y)| button(x, y)).to_vec(),
            ..Percept::default()
        };
        let badges = badges(&frame, &percept);
        assert_eq!(badges.iter().map(|b| b.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
        for (at, badge) in badges.iter().enumerate() {
            assert!(frame.bounds().holds(&badge.area), "{:?}", badge.area);
            assert!(percept.text.iter().all(|t| t.area.intersect(&badge.area).is_empty()), "{:?}", badge.area);
            assert!(badges[at + 1..].iter().all(|b| b.area.intersect(&badge.area).is_empty()), "{:?}", badge.area);
        }
        assert_eq!(annotate(&frame, &percept).len(), frame.rgba().len());
    }
}
