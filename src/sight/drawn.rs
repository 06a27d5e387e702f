//! What elements are, once it is known what the drawings in and on them mean.

use super::elements;
use super::icons::{SURE, is_box_to_tick};
use crate::screen::{Element, RectPx, Role, State, TextSpan};

/// Puts right what was taken for something else before its drawings were known; `signs` are those that were read so
/// unsurely that they are no text.
pub fn settle(found: &mut Vec<Element>, text: &[TextSpan], signs: &[TextSpan]) {
    untick(found);
    tick(found, text);
    search_fields(found, text);
    choose_ticked(found);
    caption(found, text);
    elements::name_by_signs(found, signs);
}

/// Says of buttons that begin with a tick that they are chosen, as chips are.
fn choose_ticked(elements: &mut [Element]) {
    let is_tick = |e: &&Element| e.role == Role::Icon && e.icons.first().is_some_and(|i| i.concept == "check");
    let ticks: Vec<RectPx> = elements.iter().filter(is_tick).map(|e| e.area).collect();
    let begins = |a: &RectPx| ticks.iter().any(|t| a.holds(t) && t.right() < a.center().x);
    let buttons = elements.iter_mut().filter(|e| e.role == Role::Button && e.label.is_some());
    buttons.filter(|e| e.area.w > 3 * e.area.h / 2 && begins(&e.area)).for_each(|e| e.state.selected = Some(true));
}

/// Joins large drawings with the caption centred below them, as in views of files: what the caption says is their name.
fn caption(elements: &mut [Element], text: &[TextSpan]) {
    let caption_of = |a: &RectPx| {
        let below = |t: &&TextSpan| {
            let gap = t.area.y - a.bottom();
            (0..=t.area.h).contains(&gap) && (t.area.center().x - a.center().x).abs() <= t.area.h / 2
        };
        text.iter().find(below).filter(|t| a.h >= 2 * t.area.h && t.area.w <= 5 * a.w)
    };
    let is_drawing =
        |e: &Element| matches!(e.role, Role::Icon | Role::Image) && (e.area.w - e.area.h).abs() * 2 <= e.area.h;
    let captioned: Vec<(usize, &TextSpan)> = (0..elements.len())
        .filter(|&i| is_drawing(&elements[i]))
        .filter_map(|i| Some((i, caption_of(&elements[i].area)?)))
        .collect();
    // A view has several in a row or column.
    let in_line =
        |a: &RectPx, b: &RectPx| (a.center().x - b.center().x).abs() <= 4 || (a.bottom() - b.bottom()).abs() <= 4;
    let areas: Vec<RectPx> = captioned.iter().map(|(i, _)| elements[*i].area).collect();
    for (at, (i, caption)) in captioned.iter().enumerate() {
        if areas.iter().enumerate().filter(|(o, b)| *o != at && in_line(&areas[at], b)).count() >= 2 {
            let element = &mut elements[*i];
            *element = Element {
                role: Role::Icon,
                area: element.area.union(&caption.area),
                label: Some(caption.text.clone()),
                ..element.clone()
            };
        }
    }
}

/// Drops what was taken for a box to tick and is part of a drawing that means something else.
fn untick(elements: &mut Vec<Element>) {
    let is_other = |e: &Element| e.icons.first().is_some_and(|i| i.confidence >= SURE && !is_box_to_tick(&i.concept));
    let drawn: Vec<RectPx> = elements.iter().filter(|e| e.role == Role::Icon && is_other(e)).map(|e| e.area).collect();
    let within = |e: &Element| drawn.iter().any(|d| e.area.covered_by(&d.grow(1)) > 0.8);
    elements.retain(|e| !(matches!(e.role, Role::CheckBox | Role::RadioButton) && within(e)));
}

/// Takes drawings of boxes to tick that stand before a text for what they are.
fn tick(elements: &mut [Element], text: &[TextSpan]) {
    let known: Vec<RectPx> =
        elements.iter().filter(|e| matches!(e.role, Role::CheckBox | Role::RadioButton)).map(|e| e.area).collect();
    for element in elements.iter_mut().filter(|e| e.role == Role::Icon) {
        let Some(icon) = element.icons.first().filter(|i| i.confidence > 0.5) else { continue };
        let a = element.area;
        let follows = |t: &&TextSpan| {
            t.area.row_overlap(&a) > 0.5 && (0..=2 * a.w).contains(&(t.area.x - a.right())) && t.area.h * 2 >= a.h
        };
        let label = text.iter().filter(follows).min_by_key(|t| t.area.x);
        let double = known.iter().any(|k| k.contains(a.center()));
        if icon.concept == "check-square"
            && !double
            && let Some(label) = label
        {
            let state = State::ticked(true);
            *element = Element { label: Some(label.text.clone()), state, ..Element::seen(Role::CheckBox, a, 0.6) };
        }
    }
}

/// Takes a box of one line with a magnifier at its end for the field to search in that it is.
fn search_fields(elements: &mut [Element], text: &[TextSpan]) {
    let is_lens = |e: &&Element| e.role == Role::Icon && e.icons.first().is_some_and(|i| i.concept == "search");
    let lenses: Vec<RectPx> = elements.iter().filter(is_lens).map(|e| e.area).collect();
    let areas: Vec<RectPx> = elements.iter().filter(|e| e.role == Role::ListRow).map(|e| e.area).collect();
    let touches = |a: &RectPx| {
        let next =
            |o: &RectPx| (o.x - a.x).abs() <= 4 && ((o.y - a.bottom()).abs() <= 6 || (a.y - o.bottom()).abs() <= 6);
        areas.iter().any(next)
    };
    for element in elements.iter_mut().filter(|e| matches!(e.role, Role::ListRow | Role::Button)) {
        let a = element.area;
        let is_lens_read = |t: &TextSpan| lenses.iter().any(|l| t.area.covered_by(&l.grow(3)) > 0.6);
        let mut lines = text.iter().filter(|t| t.area.covered_by(&a) > 0.6 && !is_lens_read(t));
        let (line, more) = (lines.next(), lines.next());
        let at_end = |l: &RectPx| a.holds(l) && (l.right() > a.right() - 2 * a.h || l.x < a.x + a.h);
        let wide = a.w >= 5 * a.h && line.is_none_or(|t| t.area.w * 3 < a.w * 2);
        if wide && more.is_none() && lenses.iter().any(at_end) && !touches(&a) {
            let value = line.map(|t| t.text.clone());
            *element = Element { value, ..Element::seen(Role::TextField, a, 0.5) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::Icon;

    fn icon(concept: &str, area: RectPx) -> Element {
        let icons = vec![Icon { concept: concept.into(), confidence: 0.95 }];
        Element { label: Some(concept.into()), icons, ..Element::seen(Role::Icon, area, 0.5) }
    }

    fn line(text: &str, area: RectPx) -> TextSpan {
        TextSpan { text: text.into(), area, confidence: 1.0, words: vec![], window: None }
    }

    #[test]
    fn a_lone_box_with_a_magnifier_is_searched_in_and_a_row_of_a_list_is_not() {
        let (field, row) = (RectPx::new(10, 10, 260, 30), RectPx::new(10, 100, 260, 30));
        let mut found = vec![
            Element::seen(Role::ListRow, field, 0.5),
            icon("search", RectPx::new(246, 18, 14, 14)),
            Element::seen(Role::ListRow, row, 0.5),
            Element::seen(Role::ListRow, row.offset(0, 30), 0.5),
            icon("search", RectPx::new(246, 108, 14, 14)),
        ];
        let text = [line("Find a setting", RectPx::new(20, 18, 90, 12)), line("Look", RectPx::new(20, 108, 30, 12))];
        settle(&mut found, &text, &[]);
        let roles: Vec<Role> = found.iter().map(|e| e.role).collect();
        assert_eq!(roles, [Role::TextField, Role::Icon, Role::ListRow, Role::ListRow, Role::Icon]);
        assert_eq!(found[0].value.as_deref(), Some("Find a setting"));
    }

    #[test]
    fn a_button_that_begins_with_a_tick_is_chosen() {
        let button = |x: i32| {
            let area = RectPx::new(x, 10, 90, 30);
            Element { label: Some("Bar".into()), ..Element::seen(Role::Button, area, 0.5) }
        };
        let mut found = vec![button(10), icon("check", RectPx::new(18, 18, 14, 12)), button(110)];
        settle(&mut found, &[], &[]);
        assert_eq!((found[0].state.selected, found[2].state.selected), (Some(true), None));
    }

    #[test]
    fn large_drawings_in_a_row_are_called_what_stands_below_them() {
        let names = ["Letters", "Music", "notes.txt"];
        let area = |i: i32| RectPx::new(20 + 120 * i, 20, 48, 48);
        let mut found: Vec<Element> = (0..3).map(|i| icon("folder", area(i))).collect();
        let caption = |i: i32| line(names[i as usize], RectPx::new(area(i).center().x - 30, 72, 60, 12));
        let text: Vec<TextSpan> = (0..3).map(caption).collect();
        settle(&mut found, &text, &[]);
        let labels: Vec<&str> = found.iter().filter_map(|e| e.label.as_deref()).collect();
        assert_eq!(labels, names);
        assert!(found.iter().all(|e| e.area.bottom() == 84 && e.icons[0].concept == "folder"));
    }
}
