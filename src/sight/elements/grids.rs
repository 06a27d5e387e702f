//! Boxes that touch each other: the cells of a grid, the heads of a table's columns.

use super::colour::{Rgb, distance};
use crate::screen::{Element, Role};

/// How far apart boxes that touch each other may be, in pixels.
const SEAM: std::ops::RangeInclusive<i32> = -3..=4;

/// An element with the colour of its ground.
pub type Filled = (Element, Rgb);

/// Drops what only looks like a field for its border: cells with others beside, above or below them.
/// Heads of columns are pressed, not written in.
pub fn grids(mut boxes: Vec<Filled>) -> Vec<Element> {
    let all = boxes.clone();
    let is_cell = |e: &Element| {
        let like = |(o, _): &&Filled| o.area != e.area && is_box(o);
        let beside = all.iter().filter(like).any(|(o, _)| is_beside(e, o) || is_beside(o, e));
        let below = all.iter().filter(like).any(|(o, _)| is_below(e, o) || is_below(o, e));
        beside && below
    };
    let is_head = |(e, fill): &Filled| {
        let run = 1 + neighbours(e, *fill, &all, true) + neighbours(e, *fill, &all, false);
        run >= 3 && names(e).is_some()
    };
    boxes.retain(|(e, _)| e.role != Role::TextField || !is_cell(e));
    for (element, fill) in &mut boxes {
        if element.role == Role::TextField && is_head(&(element.clone(), *fill)) {
            let label = element.value.take().or_else(|| element.label.take());
            *element = Element { label, ..Element::seen(Role::Button, element.area, 0.5) };
        }
    }
    boxes.into_iter().map(|(element, _)| element).collect()
}

const fn is_box(e: &Element) -> bool {
    matches!(e.role, Role::TextField | Role::Button)
}

fn names(e: &Element) -> Option<&str> {
    let name = e.value.as_deref().or(e.label.as_deref())?;
    name.chars().any(char::is_alphabetic).then_some(name)
}

/// How many boxes of one kind follow each other from `from` on, all with a name and on one colour.
fn neighbours(from: &Element, fill: Rgb, all: &[Filled], to_right: bool) -> usize {
    let mut at = from.clone();
    let mut count = 0;
    loop {
        let touches = |o: &Element| if to_right { is_beside(&at, o) } else { is_beside(o, &at) };
        let next = all.iter().find(|(o, c)| is_box(o) && touches(o) && names(o).is_some() && distance(*c, fill) <= 6);
        match next {
            Some((element, _)) if count < all.len() => (at, count) = (element.clone(), count + 1),
            _ => return count,
        }
    }
}

/// Whether `b` follows `a` to the right.
fn is_beside(a: &Element, b: &Element) -> bool {
    let (a, b) = (a.area, b.area);
    SEAM.contains(&(b.x - a.right())) && (a.y - b.y).abs() <= 3 && (a.h - b.h).abs() <= 4
}

/// Whether `b` follows `a` below, as wide as it.
fn is_below(a: &Element, b: &Element) -> bool {
    let (a, b) = (a.area, b.area);
    SEAM.contains(&(b.y - a.bottom())) && (a.x - b.x).abs() <= 3 && (a.w - b.w).abs() <= 6
}
