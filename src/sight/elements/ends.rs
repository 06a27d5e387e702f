//! What stands at the end of a field, in a box of its own: the arrow that opens a list, the two that step a number.

use super::Scene;
use super::colour::distance;
use crate::screen::{Element, Icon, RectPx, Role};

/// A difference from the ground that ink has.
const INK: i32 = 60;
/// How sure it is that what narrows to a point is an arrow.
const SURE: f32 = 0.9;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrow {
    Up,
    Down,
}

/// An arrow and where to press it.
type Place = (Arrow, RectPx);

/// Tells fields with such an end for what they are, and gives the arrows that step a number as buttons.
pub fn ends(scene: &Scene<'_>, boxes: &mut Vec<Element>) {
    let mut arrows = Vec::new();
    for field in boxes.iter_mut().filter(|e| e.role == Role::TextField && e.area.h <= 4 * scene.em) {
        let Some(end) = end_of(scene, field.area) else { continue };
        match arrows_in(scene, end) {
            (Some((Arrow::Up, up)), Some((Arrow::Down, down))) => {
                field.role = Role::Spinner;
                arrows.extend([step("up", up), step("down", down)]);
            }
            (Some((Arrow::Down, _)), None) => field.role = Role::DropDown,
            _ => {}
        }
    }
    boxes.extend(arrows);
    plus_and_minus(scene, boxes);
}

/// Tells what our network found in the form of a field by what stands at its right end, where that can be told; the arrow
/// that opens a list is part of its field.
pub fn judge(scene: &Scene<'_>, found: &mut Vec<Element>) {
    let mut lists: Vec<RectPx> = Vec::new();
    for field in found.iter_mut().filter(|e| is_like_a_field(e, scene.em)) {
        let (a, side) = (field.area, field.area.h);
        let end = RectPx::new(a.right() - side, a.y, side, side);
        match arrows_in(scene, end) {
            (Some((Arrow::Up, _)), Some((Arrow::Down, _))) => field.role = Role::Spinner,
            (Some((Arrow::Down, _)), None) => {
                field.role = Role::DropDown;
                lists.push(end);
            }
            _ => {}
        }
    }
    found.retain(|e| e.role != Role::Icon || !lists.iter().any(|end| end.holds(&e.area)));
}

/// Whether it has the form of a field that something may stand at the end of.
fn is_like_a_field(e: &Element, em: i32) -> bool {
    let roles = [Role::TextField, Role::DropDown, Role::Spinner, Role::Button];
    roles.contains(&e.role) && e.area.h <= 4 * em && e.area.w * 10 > e.area.h * 18
}

/// An arrow that steps a number.
fn step(way: &str, area: RectPx) -> Element {
    let icon = Icon { concept: format!("chevron-{way}"), confidence: SURE };
    Element { label: Some(format!("{way} arrow")), icons: vec![icon], ..Element::seen(Role::Button, area, 0.6) }
}

/// The box at the right end of `field`, inside it or touching it from the right.
fn end_of(scene: &Scene<'_>, field: RectPx) -> Option<RectPx> {
    let at_end = |a: &RectPx| {
        let high = a.h * 10 >= field.h * 6 && a.h <= field.h + 6 && a.w <= field.h * 4 / 3 && a.w * 3 >= field.h;
        let inside = (-2..=6).contains(&(field.right() - a.right())) && a.x > field.center().x;
        let beside = (-3..=3).contains(&(a.x - field.right()));
        high && (inside || beside) && a.row_overlap(&field) > 0.8
    };
    let drawn = scene.drawings.iter().map(|d| d.area);
    drawn.chain(scene.panels.iter().map(|p| p.area)).find(at_end)
}

/// The only arrow in `end`, or the one above and the one below.
fn arrows_in(scene: &Scene<'_>, end: RectPx) -> (Option<Place>, Option<Place>) {
    let half = end.h / 2;
    let above = arrow(scene, RectPx::new(end.x, end.y, end.w, half));
    let below = arrow(scene, RectPx::new(end.x, end.y + end.h - half, end.w, half));
    // Nothing joins the two: an eye is wide in the middle, too.
    let parted = || {
        let middle = RectPx::new(end.x + end.w / 4, end.y + half - 1, end.w / 2, 3);
        (middle.y..middle.bottom()).any(|y| ink_in(scene, RectPx { y, h: 1, ..middle }).is_none())
    };
    if let (Some(up), Some(down)) = (above, below)
        && parted()
    {
        return (Some(up), Some(down));
    }
    (arrow(scene, end), None)
}

/// The arrow that `area` shows, with `area` as the place to press.
fn arrow(scene: &Scene<'_>, area: RectPx) -> Option<Place> {
    let inner = area.grow(-(area.w.min(area.h) / 6).max(1));
    let ink = ink_in(scene, inner)?;
    let small = ink.w <= scene.em * 5 / 4 && ink.w >= 4 && ink.w >= ink.h && ink.h * 3 >= ink.w;
    let middle = (ink.center().x - area.center().x).abs() <= area.w / 6 + 1;
    if !(small && middle) {
        return None;
    }
    let ground = scene.around(inner.grow(-4));
    let spread = |y: i32| {
        let inked = |x: &i32| scene.colour(*x, y).is_some_and(|c| distance(c, ground) > INK);
        let mut xs = (ink.x..ink.right()).filter(inked);
        let first = xs.next();
        first.map_or(0, |first| xs.next_back().unwrap_or(first) - first + 1)
    };
    let (top, bottom) = (spread(ink.y), spread(ink.bottom() - 1));
    let way = match () {
        () if top * 10 >= ink.w * 6 && bottom * 2 <= top => Arrow::Down,
        () if bottom * 10 >= ink.w * 6 && top * 2 <= bottom => Arrow::Up,
        () => return None,
    };
    Some((way, area))
}

/// The box of what stands out in `area` from its usual colour.
pub fn ink_in(scene: &Scene<'_>, area: RectPx) -> Option<RectPx> {
    let places = || (area.y..area.bottom()).flat_map(|y| (area.x..area.right()).map(move |x| (x, y)));
    let ground = super::colour::median(places().filter_map(|(x, y)| scene.colour(x, y)));
    let inked = |&(x, y): &(i32, i32)| scene.colour(x, y).is_some_and(|c| distance(c, ground) > INK);
    let ink = places().filter(inked).fold(RectPx::default(), |all, (x, y)| super::regions::stretch(all, x, y));
    (!ink.is_empty()).then_some(ink)
}

/// A field that two small buttons touch, one of which shows a plus: they step its number.
fn plus_and_minus(scene: &Scene<'_>, boxes: &mut Vec<Element>) {
    let small = |e: &Element| e.role == Role::Button && e.area.w * 10 <= e.area.h * 14;
    let touch = |a: &RectPx, b: &RectPx| (-3..=3).contains(&(b.x - a.right())) && (a.h - b.h).abs() <= 3;
    let buttons: Vec<RectPx> = boxes.iter().filter(|e| small(e)).map(|e| e.area).collect();
    let mut fields = Vec::new();
    for minus in &buttons {
        let next = buttons.iter().find(|b| touch(minus, b) && b.row_overlap(minus) > 0.9);
        if !next.is_some_and(|plus| is_plus(scene, *plus) && is_minus(scene, *minus)) {
            continue;
        }
        let before = |a: &RectPx| touch(a, minus) && a.row_overlap(minus) > 0.9 && a.w >= a.h;
        let field = scene.panels.iter().map(|p| p.area).filter(before).max_by_key(|a| a.w);
        fields.extend(field.map(|f| RectPx::from_corners(f.x, f.y, minus.x, f.bottom())));
    }
    for area in fields {
        let value = scene.text_in(area).next().map(|t| t.text.clone());
        boxes.retain(|e| e.area.iou(&area) < 0.7);
        boxes.push(Element { value, ..Element::seen(Role::Spinner, area, 0.6) });
    }
}

fn is_plus(scene: &Scene<'_>, area: RectPx) -> bool {
    let ink = ink_in(scene, area.grow(-(area.h / 6).max(2)));
    ink.is_some_and(|ink| (ink.w - ink.h).abs() <= 2 && is_cross(scene, ink))
}

fn is_minus(scene: &Scene<'_>, area: RectPx) -> bool {
    ink_in(scene, area.grow(-(area.h / 6).max(2))).is_some_and(|ink| ink.h * 3 <= ink.w)
}

/// Whether the ink in `area` runs along its middle both ways and leaves its corners free.
pub fn is_cross(scene: &Scene<'_>, area: RectPx) -> bool {
    // Where its sides are even, the middle is between two pixels.
    let middle = area.center();
    [(0, 0), (-1, 0), (0, -1), (-1, -1)].iter().any(|(x, y)| is_cross_at(scene, area, middle.x + x, middle.y + y))
}

fn is_cross_at(scene: &Scene<'_>, area: RectPx, x: i32, y: i32) -> bool {
    let Some(ink) = scene.colour(x, y) else { return false };
    let same = |x: i32, y: i32| scene.colour(x, y).is_some_and(|c| distance(c, ink) < 3 * INK / 2);
    let across = (area.x..area.right()).filter(|&x| same(x, y)).count() as i32;
    let down = (area.y..area.bottom()).filter(|&y| same(x, y)).count() as i32;
    let (left, right) = (area.x + area.w / 5, area.right() - 1 - area.w / 5);
    let (top, bottom) = (area.y + area.h / 5, area.bottom() - 1 - area.h / 5);
    let free = ![(left, top), (right, top), (left, bottom), (right, bottom)].iter().any(|&(x, y)| same(x, y));
    across * 10 >= area.w * 8 && down * 10 >= area.h * 8 && free
}
