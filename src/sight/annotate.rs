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
        Role::Frame | Role::TitleBar | Role::Dialog => [90, 90, 90],
        Role::Tab | Role::MenuItem => [0, 140, 160],
        Role::Link => [0, 60, 220],
        Role::Icon | Role::Image => [120, 90, 200],
        Role::Slider | Role::Spinner | Role::ScrollBar => [180, 120, 60],
    }
}

/// Draws the boxes of all elements and lines of text; RGBA8 of the frame's size.
pub fn annotate(frame: &Frame, percept: &Percept) -> Vec<u8> {
    let mut rgba = frame.rgba().to_vec();
    let mut draw = |area, colour, thick| outline(&mut rgba, frame, area, colour, thick);
    percept.text.iter().for_each(|t| draw(t.area, TEXT_COLOUR, 1));
    percept.elements.iter().for_each(|e| draw(e.area, colour(e.role), if e.role == Role::ListRow { 1 } else { 2 }));
    rgba
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
