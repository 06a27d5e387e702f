//! Names, values and colours of elements, from the text in and beside them.

use super::lines::is_faint;
use super::{Scene, colour};
use crate::screen::{Element, RectPx, Role, TextSpan, Word};

/// Of elements that lie in each other, keeps those that can be meant.
pub fn tidy(found: &mut Vec<Element>) {
    let areas: Vec<(Role, RectPx)> = found.iter().map(|e| (e.role, e.area)).collect();
    let mut at = 0;
    found.retain(|element| {
        let mine = at;
        at += 1;
        let holds = |roles: &[Role]| {
            let other = |(i, (role, area)): (usize, &(Role, RectPx))| {
                i != mine && roles.contains(role) && element.area.holds(area)
            };
            areas.iter().enumerate().any(other)
        };
        let controls = [
            Role::Button,
            Role::TextField,
            Role::CheckBox,
            Role::RadioButton,
            Role::DropDown,
            Role::Slider,
            Role::Spinner,
        ];
        match element.role {
            // What lights up around a box and its label under the pointer is no button.
            Role::Button => !holds(&[Role::CheckBox, Role::RadioButton, Role::Button, Role::DropDown]),
            // A window's ground with controls on it is no area to write in.
            Role::TextField => !holds(&controls) && !holds(&[Role::Image]),
            Role::DropDown | Role::Spinner => !holds(&[Role::DropDown, Role::Spinner, Role::TextField]),
            Role::Icon => {
                // A drawing within a drawing of its own size is the same one: of two that lie in each other one stays.
                let outer = |(i, (role, area)): (usize, &(Role, RectPx))| {
                    i != mine
                        && matches!(role, Role::Icon | Role::Image)
                        && element.area.covered_by(area) > 0.85
                        && area.area() < 3 * element.area.area()
                        && (area.area(), mine) > (element.area.area(), i)
                };
                !areas.iter().enumerate().any(outer)
            }
            Role::ListRow => {
                let doubled = |(i, (role, area)): (usize, &(Role, RectPx))| {
                    i != mine
                        && *role == Role::ListRow
                        && (area.grow(4).holds(&element.area) || is_same_row(area, &element.area))
                        && ((area.area(), mine) > (element.area.area(), i))
                };
                !areas.iter().enumerate().any(doubled)
            }
            _ => true,
        }
    });
}

/// Whether two boxes are one row that was found in two ways.
fn is_same_row(a: &RectPx, b: &RectPx) -> bool {
    a.contains(b.center()) && b.contains(a.center()) && a.h < 2 * b.h && b.h < 2 * a.h
}

/// Gives fields, drop-downs, sliders and switches the name that stands beside or above them.
pub fn label(found: &mut [Element], text: &[TextSpan], em: i32) {
    let areas: Vec<(Role, RectPx)> =
        found.iter().filter(|e| e.role != Role::ListRow).map(|e| (e.role, e.area)).collect();
    for element in found.iter_mut().filter(|e| e.label.is_none() && is_named_beside(e.role)) {
        let inside = |t: &TextSpan| t.area.covered_by(&element.area) > 0.5;
        let others = |t: &TextSpan| {
            let holds = |(role, a): &&(Role, RectPx)| {
                *a != element.area && a.h < 5 * em && is_control(*role) && t.area.covered_by(a) > 0.5
            };
            areas.iter().any(|a| holds(&a))
        };
        // What a slider or switch stands at is written beside it, too, and is not its name.
        let reads = |t: &TextSpan| matches!(element.role, Role::Slider | Role::CheckBox) && is_reading(&t.text);
        let free: Vec<&TextSpan> = text.iter().filter(|t| !inside(t) && !others(t) && !reads(t)).collect();
        // What stands between a name and a field has that name.
        let between = |t: &TextSpan| {
            let e = &element.area;
            let parts = |(role, a): &(Role, RectPx)| {
                is_control(*role)
                    && a != e
                    && a.x >= t.area.right() - 4
                    && a.right() <= e.x + 4
                    && a.row_overlap(e) > 0.5
            };
            areas.iter().any(parts)
        };
        // Switches stand far from their names, boxes to tick do not.
        let is_box = element.role == Role::CheckBox && element.area.w * 10 < element.area.h * 13;
        let far = |t: &TextSpan| is_box && element.area.x - t.area.right() > 6 * em;
        // A slider's number stands above it, and its name level with both.
        let tall = |a: &RectPx| RectPx::new(a.x, a.y - em * 3 / 2, a.w, a.h + em * 3 / 2);
        let level = |t: &TextSpan| {
            is_left(&t.area, &element.area, em)
                || (element.role == Role::Slider && is_left(&t.area, &tall(&element.area), em))
        };
        let left = free.iter().filter(|t| level(t) && !between(t) && !far(t));
        let left = left.max_by_key(|t| t.area.right());
        // A name may stand above the button at the left of a field that lowers its number.
        let with_button = found_left(&areas, &element.area);
        // A slider's bar is thin and lies in the middle of the room that it takes.
        let e = element.area;
        let room =
            if element.role == Role::Slider { RectPx::new(e.x - em, e.y - em, e.w + em, e.h + 2 * em) } else { e };
        let is_over = |t: &&&TextSpan| {
            is_above(&t.area, &e, em) || is_above(&t.area, &with_button, em) || is_above(&t.area, &room, em)
        };
        let above = free.iter().filter(is_over).max_by_key(|t| t.area.bottom());
        // Of a name and the words that explain it below, the name.
        let left = left.map(|t| {
            let names = |o: &&&TextSpan| {
                (o.area.x - t.area.x).abs() <= em / 2
                    && (0..=em).contains(&(t.area.y - o.area.bottom()))
                    && o.area.row_overlap(&element.area) > 0.2
            };
            free.iter().find(names).unwrap_or(t)
        });
        let near = |t: &&&TextSpan| element.area.x - t.area.right() <= 4 * em;
        // A switch may stand before its name, as boxes to tick do.
        let follows = |t: &&&TextSpan| {
            let gap = t.area.x - element.area.right();
            element.role == Role::CheckBox && t.area.row_overlap(&element.area) > 0.5 && (0..=em * 3 / 2).contains(&gap)
        };
        let behind = free.iter().filter(follows).min_by_key(|t| t.area.x);
        let chosen = left.filter(near).map(|t| last_part(t));
        let chosen = chosen.or_else(|| behind.map(|t| first_part(t))).or_else(|| above.or(left).map(|t| last_part(t)));
        element.label = chosen.map(|words| trim_mark(&words));
        if element.label.is_none() {
            read_across(element, text);
        }
    }
}

/// A field and the small button that touches it, or nearly so, from the left.
fn found_left(areas: &[(Role, RectPx)], field: &RectPx) -> RectPx {
    let touches = |(role, a): &&(Role, RectPx)| {
        *role == Role::Button
            && a.w * 2 <= a.h * 3
            && (a.h - field.h).abs() <= 4
            && a.row_overlap(field) > 0.8
            && (-3..=field.h / 2).contains(&(field.x - a.right()))
    };
    areas.iter().find(touches).map_or(*field, |(_, a)| a.union(field))
}

/// Where a name and what stands in the field were read as one line, parts the two at the field's edge.
fn read_across(element: &mut Element, text: &[TextSpan]) {
    let a = element.area;
    let crosses = |t: &&TextSpan| t.area.row_overlap(&a) > 0.5 && t.area.x < a.x && t.area.right() > a.x + a.h / 2;
    let Some(line) = text.iter().find(crosses) else { return };
    let (before, within): (Vec<&Word>, Vec<&Word>) = line.words.iter().partition(|w| w.area.center().x < a.x);
    let joined = |words: &[&Word]| words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    if !before.is_empty() && within.iter().all(|w| w.area.x >= a.x - 3) {
        element.label = Some(trim_mark(&joined(&before)));
        element.value = element.value.take().or_else(|| Some(joined(&within))).filter(|v| !v.is_empty());
    }
}

/// Whether a text is what something stands at: a number with its unit, or the word for one of two states.
fn is_reading(text: &str) -> bool {
    let text = text.trim();
    let number = text.trim_start_matches(['-', '+', '−']);
    let digits = number.starts_with(|c: char| c.is_ascii_digit());
    let letters = number.chars().filter(|c| c.is_alphabetic()).count();
    (digits && letters <= 3) || ["on", "off"].contains(&text.to_lowercase().as_str())
}

/// What is written at the end of a line: names of several things may have been read as one line.
fn last_part(line: &TextSpan) -> String {
    let from = line.words.windows(2).rposition(|pair| is_parted(line, pair)).map(|at| at + 1);
    from.map_or_else(|| line.text.clone(), |from| joined(&line.words[from..]))
}

/// What is written at the beginning of a line, as far as its words stand together.
pub fn first_part(line: &TextSpan) -> String {
    let to = line.words.windows(2).position(|pair| is_parted(line, pair)).map(|at| at + 1);
    to.map_or_else(|| line.text.clone(), |to| joined(&line.words[..to]))
}

fn is_parted(line: &TextSpan, pair: &[Word]) -> bool {
    pair[1].area.x - pair[0].area.right() > line.area.h * 13 / 10
}

fn joined(words: &[Word]) -> String {
    words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
}

const fn is_named_beside(role: Role) -> bool {
    matches!(role, Role::TextField | Role::DropDown | Role::Slider | Role::Spinner | Role::CheckBox)
}

const fn is_control(role: Role) -> bool {
    matches!(role, Role::Button | Role::TextField | Role::DropDown | Role::Spinner | Role::CheckBox | Role::RadioButton)
}

fn is_left(label: &RectPx, field: &RectPx, em: i32) -> bool {
    let gap = field.x - label.right();
    let same_row = if field.h > 5 * em { (label.y - field.y).abs() < 2 * em } else { label.row_overlap(field) > 0.5 };
    (-6..=60 * em).contains(&gap) && same_row
}

fn is_above(label: &RectPx, field: &RectPx, em: i32) -> bool {
    let gap = field.y - label.bottom();
    (-4..=em * 3 / 2).contains(&gap) && (label.x - field.x).abs() <= 2 * em
}

/// A label as it is spoken: without the colon, the star of required fields, or the dots of a menu.
pub fn trim_mark(label: &str) -> String {
    label.trim().trim_end_matches([':', '*', '…', ' ', '：']).to_owned()
}

/// Says of each element what colour it has, and whether it looks as if it could not be used.
pub fn colours(found: &mut [Element], scene: &Scene<'_>) {
    let usual = scene.usual_contrast;
    let mut borders: Vec<(RectPx, i32)> = Vec::new();
    for element in found.iter_mut() {
        let spoken =
            matches!(element.role, Role::Button | Role::CheckBox | Role::RadioButton | Role::ListRow | Role::Tab);
        if spoken && element.colour.is_none() {
            element.colour = fill(scene, element.area).map(str::to_owned);
            let round = element.role == Role::Button && (element.area.w - element.area.h).abs() <= 3;
            element.shape = super::shapes::shape_of(scene, element.area).filter(|_| round).map(str::to_owned);
        }
        if matches!(
            element.role,
            Role::Button | Role::CheckBox | Role::RadioButton | Role::MenuItem | Role::TextField | Role::DropDown
        ) && let Some(words) = scene.text.iter().find(|t| names(element, t))
        {
            element.state.disabled = Some(is_faint(scene, words.area, usual));
        }
        if is_written_in(element.role) {
            let border = border(scene, element.area);
            let coloured = colour::chroma(border) > 60 && element.colour.is_none();
            element.colour = coloured.then(|| colour::name(border).to_owned()).or(element.colour.take());
            // What is coloured all over has no border of that colour.
            // Words that are chosen in it may be lit in that colour.
            let (a, y) = (element.area, element.area.center().y);
            let places = [(a.x + 4, y), (a.center().x, y), (a.right() - 6, y), (a.center().x, a.y + 5)];
            let inside = colour::median(places.into_iter().filter_map(|(x, y)| scene.colour(x, y)));
            let apart = colour::distance(border, inside) > 40;
            borders.push((element.area, if apart { colour::chroma(border) } else { 0 }));
        }
    }
    // The only field with a coloured border has the keyboard; where there are several, red ones say what is wrong.
    let mut coloured: Vec<RectPx> = borders.iter().filter(|(_, chroma)| *chroma > 60).map(|(area, _)| *area).collect();
    if coloured.len() > 1 {
        let is_red = |a: &RectPx| found.iter().any(|e| e.area == *a && e.colour.as_deref() == Some("red"));
        coloured.retain(|a| !is_red(a));
    }
    if let ([one], true) = (coloured.as_slice(), borders.len() > 1) {
        found.iter_mut().filter(|e| e.area == *one).for_each(|e| e.state.focused = Some(true));
    }
}

/// Names the colour of the thick line around parts of the screen that have one: a black box.
pub fn frames(found: &mut [Element], scene: &Scene<'_>) {
    for element in found.iter_mut().filter(|e| e.role == Role::Pane && e.colour.is_none()) {
        let (a, c) = (element.area, element.area.center());
        let edge = |d: i32| [(c.x, a.y + d), (c.x, a.bottom() - 1 - d), (a.x + d, c.y), (a.right() - 1 - d, c.y)];
        let line_at = |d: i32| {
            let colours: Vec<colour::Rgb> = edge(d).iter().filter_map(|&(x, y)| scene.colour(x, y)).collect();
            let one = colours.windows(2).all(|pair| colour::distance(pair[0], pair[1]) <= 30);
            let ground = colour::distance(*colours.first()?, scene.around(a.grow(4))) <= 90;
            (one && colours.len() == 4 && !ground).then(|| colours[0])
        };
        let Some(line) = (-3..=1).find_map(line_at) else { continue };
        let inside = colour::median((4..a.w - 4).step_by(3).filter_map(|x| scene.colour(a.x + x, a.y + a.h / 3)));
        if colour::distance(line, inside) > 90 {
            element.colour = Some(colour::name(line).to_owned());
        }
    }
}

const fn is_written_in(role: Role) -> bool {
    matches!(role, Role::TextField | Role::DropDown | Role::Spinner)
}

/// The most colourful of the border around `area`, where it is least so.
fn border(scene: &Scene<'_>, area: RectPx) -> colour::Rgb {
    let middle = area.center();
    let sides = [
        [(0, -1), (0, -2), (0, 0), (0, -3)].map(|(x, y)| (middle.x + x, area.y + y)),
        [(0, 0), (0, 1), (0, -1), (0, 2)].map(|(x, y)| (middle.x + x, area.bottom() + y)),
        [(-1, 0), (-2, 0), (0, 0), (-3, 0)].map(|(x, y)| (area.x + x, middle.y + y)),
        [(0, 0), (1, 0), (-1, 0), (2, 0)].map(|(x, y)| (area.right() + x, middle.y + y)),
    ];
    let strongest = |side: &[(i32, i32); 4]| {
        side.iter().filter_map(|&(x, y)| scene.colour(x, y)).max_by_key(|c| colour::chroma(*c)).unwrap_or_default()
    };
    sides.iter().map(strongest).min_by_key(|c| colour::chroma(*c)).unwrap_or_default()
}

fn names(element: &Element, text: &TextSpan) -> bool {
    let beside = element.area.row_overlap(&text.area) > 0.5 && (text.area.x - element.area.right()).abs() < 40;
    text.area.covered_by(&element.area) > 0.6 || (beside && element.label.as_deref() == Some(&trim_mark(&text.text)))
}

/// The name of the colour that most of `area` has.
fn fill(scene: &Scene<'_>, area: RectPx) -> Option<&'static str> {
    let step = (area.w.max(area.h) / 24).max(1) as usize;
    let places =
        (area.y..area.bottom()).step_by(step).flat_map(|y| (area.x..area.right()).step_by(step).map(move |x| (x, y)));
    let pixels: Vec<colour::Rgb> = places.filter_map(|(x, y)| scene.colour(x, y)).collect();
    (!pixels.is_empty()).then(|| colour::name(colour::median(pixels.into_iter())))
}
