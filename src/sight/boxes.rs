//! Boxes that belong together: those of one group, of which some are to be ticked.

use super::alike::{fold, similarity};
use super::find;
use crate::screen::{Element, Percept, RectPx, Role};

/// From this likeness on, a box is called so.
const CALLED: f32 = 0.85;

/// How a list is called that is made of the rows in which something stands: "rows with on loan".
pub const ROWS_WITH: &str = "rows with ";

/// Whether the box `element` is called `name`.
pub fn is_called(element: &Element, name: &str) -> bool {
    element.label.as_deref().is_some_and(|l| similarity(name, l) >= CALLED)
}

/// `options` as the screen calls them: "extras Picnic" is Picnic, where only that stands there.
pub fn as_called(percept: &Percept, options: &[String]) -> Vec<String> {
    let stands = |name: &str| {
        percept.text.iter().any(|t| similarity(name, &t.text) >= CALLED)
            || percept.elements.iter().any(|e| is_called(e, name))
    };
    let called = |option: &String| match option.split_once(' ') {
        Some((noun, name))
            if noun.chars().all(char::is_lowercase)
                && name.starts_with(char::is_uppercase)
                && !stands(option)
                && stands(name) =>
        {
            name.to_owned()
        }
        _ => option.clone(),
    };
    options.iter().map(called).collect()
}

/// The boxes to tick that stand together with those called `options`, or under a heading like `list`; all boxes in
/// `within` where neither is given.
pub fn group(percept: &Percept, options: &[String], list: Option<&str>, within: Option<RectPx>) -> Vec<Element> {
    let inside = |e: &&Element| within.is_none_or(|w| w.contains(e.area.center()));
    let is_box = |e: &&Element| e.role == Role::CheckBox;
    let mut ticked = signs(percept);
    ticked.retain(|e| inside(&e));
    let all: Vec<&Element> = percept.elements.iter().filter(is_box).filter(inside).chain(&ticked).collect();
    if let Some(said) = list.and_then(|list| list.strip_prefix(ROWS_WITH)) {
        return all.into_iter().filter(|e| row_says(percept, e.area, said)).cloned().collect();
    }
    let all: Vec<&Element> = all.into_iter().filter(|e| e.label.is_some() && !ticked.contains(e)).collect();
    if let Some(list) = list {
        let section =
            find::sections(percept, list).into_iter().find(|s| all.iter().any(|e| s.contains(e.area.center())));
        if let Some(section) = section {
            return all.into_iter().filter(|e| section.contains(e.area.center())).cloned().collect();
        }
    }
    let seeds: Vec<&Element> = all.iter().copied().filter(|e| options.iter().any(|o| is_called(e, o))).collect();
    if seeds.is_empty() {
        // What was asked for is not among boxes at all, unless nothing was named.
        return if options.is_empty() { all.into_iter().cloned().collect() } else { Vec::new() };
    }
    grown(&all, &seeds)
}

/// The radio button called `option` in the only part with one that is headed `heading`.
pub fn radio_in(percept: &Percept, option: &str, heading: &str) -> Option<Element> {
    let sections = find::sections(percept, heading);
    let mut all = sections.iter().flat_map(|section| {
        percept.elements_in(*section).filter(|e| e.role == Role::RadioButton && is_called(e, option))
    });
    match all.next() {
        Some(one) => all.all(|other| other.area == one.area).then(|| one.clone()),
        None => radio_under(percept, option, heading),
    }
}

/// The only radio button called `option`, where a text like `heading` stands before or above the row that it is in.
fn radio_under(percept: &Percept, option: &str, heading: &str) -> Option<Element> {
    let mut all = percept.elements.iter().filter(|e| e.role == Role::RadioButton && is_called(e, option));
    let (Some(one), None) = (all.next(), all.next()) else { return None };
    let heads = |t: &&crate::screen::TextSpan| {
        let above = one.area.y - t.area.bottom();
        let reads = similarity(heading, t.text.trim_end_matches([':', ' '])) >= CALLED;
        reads && (-t.area.h..=4 * t.area.h).contains(&above) && t.area.x <= one.area.x + 4
    };
    percept.text.iter().any(|t| heads(&t)).then(|| one.clone())
}

/// The box to tick, without a name of its own, that stands at the left of an entry in which `name` stands: mails and
/// other records are chosen by it. `None` where the name stands twice, or no such box is there.
pub fn of_record(percept: &Percept, name: &str, within: Option<RectPx>) -> Option<Element> {
    let inside = |a: &RectPx| within.is_none_or(|w| w.contains(a.center()));
    let mut lines = percept.text.iter().filter(|t| similarity(name, &t.text) >= 0.92 && inside(&t.area));
    let (Some(line), None) = (lines.next(), lines.next()) else { return None };
    let is_box = |e: &&Element| {
        let gap = line.area.x - e.area.right();
        e.role == Role::CheckBox
            && e.label.as_deref().is_none_or(|l| similarity(l, &line.text) >= CALLED)
            && (0..=12 * line.area.h).contains(&gap)
            && (e.area.center().y - line.area.center().y).abs() <= 2 * line.area.h
    };
    let off = |e: &&Element| (e.area.center().y - line.area.center().y).abs();
    let ticked = signs(percept);
    percept.elements.iter().chain(&ticked).filter(is_box).min_by_key(off).cloned()
}

/// Signs of a tick that stand in a column of boxes, and of their size: boxes that are ticked.
fn signs(percept: &Percept) -> Vec<Element> {
    let column: Vec<RectPx> = percept.elements.iter().filter(|e| e.role == Role::CheckBox).map(|e| e.area).collect();
    let in_column =
        |a: &RectPx| column.iter().any(|c| (c.center().x - a.center().x).abs() <= 3 && (c.w - a.w).abs() <= 8);
    let is_tick = |e: &&Element| {
        let means = e.icons.iter().take(2).any(|i| i.concept.starts_with("check"));
        let called = e.label.as_deref().is_some_and(|l| l.starts_with("check"));
        matches!(e.role, Role::Button | Role::Icon) && (means || called) && in_column(&e.area)
    };
    let box_of = |e: &Element| Element {
        role: Role::CheckBox,
        label: None,
        state: crate::screen::State::ticked(true),
        ..e.clone()
    };
    percept.elements.iter().filter(is_tick).map(box_of).collect()
}

/// Whether a line of text beside the box at `area` holds the words `said`.
fn row_says(percept: &Percept, area: RectPx, said: &str) -> bool {
    let said = format!(" {} ", fold(said));
    let beside = percept.text.iter().filter(|t| t.area.row_overlap(&area) > 0.5);
    beside.map(|t| format!(" {} ", fold(&t.text))).any(|line| line.contains(&said))
}

/// The boxes that are reached from `seeds` by steps to near boxes of the same look.
fn grown(all: &[&Element], seeds: &[&Element]) -> Vec<Element> {
    let mut member: Vec<bool> = all.iter().map(|e| seeds.iter().any(|s| s.area == e.area)).collect();
    loop {
        let next = (0..all.len()).find(|&i| !member[i] && (0..all.len()).any(|j| member[j] && is_near(all[i], all[j])));
        match next {
            Some(at) => member[at] = true,
            None => break,
        }
    }
    all.iter().zip(member).filter(|(_, is)| *is).map(|(e, _)| (*e).clone()).collect()
}

/// Whether two boxes are neighbours in a column or in a row of boxes of one size.
fn is_near(a: &Element, b: &Element) -> bool {
    // A ring around the one that has the keyboard makes it larger.
    let same_size = (a.area.w - b.area.w).abs() <= 8 && (a.area.h - b.area.h).abs() <= 8;
    let (ca, cb) = (a.area.center(), b.area.center());
    let (dx, dy) = ((ca.x - cb.x).abs(), (ca.y - cb.y).abs());
    let step = a.area.h.max(12) * 4;
    same_size && ((dx <= 6 && dy <= step) || (dy <= 6 && dx <= 360))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::{State, TextSpan};

    fn tick(label: &str, x: i32, y: i32) -> Element {
        Element {
            label: Some(label.into()),
            state: State::ticked(false),
            ..Element::seen(Role::CheckBox, RectPx::new(x, y, 14, 14), 0.9)
        }
    }

    #[test]
    fn boxes_are_of_one_group_where_they_stand_together() {
        let elements = vec![tick("Salt", 20, 20), tick("Pepper", 20, 50), tick("Oil", 20, 80), tick("News", 20, 300)];
        let percept = Percept { width: 400, height: 400, elements, ..Percept::default() };
        let names = |options: &[&str]| {
            let options: Vec<String> = options.iter().map(|o| (*o).to_owned()).collect();
            group(&percept, &options, None, None).len()
        };
        assert_eq!(names(&["Pepper"]), 3);
        assert_eq!(names(&["News"]), 1);
        assert_eq!(names(&[]), 4);
        assert_eq!(names(&["Banana"]), 0);
    }

    #[test]
    fn a_radio_button_belongs_to_the_name_above_it() {
        let radio = |label: &str, x| Element {
            label: Some(label.into()),
            ..Element::seen(Role::RadioButton, RectPx::new(x, 50, 12, 12), 0.9)
        };
        let area = RectPx::new(20, 20, 80, 14);
        let head = TextSpan { text: "Transport:".into(), area, confidence: 1.0, words: Vec::new(), window: None };
        let elements = vec![radio("Coach", 22), radio("Ferry", 90)];
        let percept = Percept { width: 400, height: 200, text: vec![head], elements, ..Percept::default() };
        assert_eq!(radio_in(&percept, "Ferry", "Transport").map(|e| e.area.x), Some(90));
        assert!(radio_in(&percept, "Ferry", "Meal").is_none());
        assert!(radio_in(&percept, "Plane", "Transport").is_none());
    }

    #[test]
    fn boxes_of_the_rows_that_say_something() {
        let elements = vec![tick("Salt", 20, 20), tick("Pepper", 20, 50), tick("Oil", 20, 80)];
        let line = |text: &str, y| TextSpan {
            text: text.into(),
            area: RectPx::new(120, y, 60, 14),
            confidence: 1.0,
            words: Vec::new(),
            window: None,
        };
        let text = vec![line("sold out", 20), line("in stock", 50), line("Sold out", 80)];
        let percept = Percept { width: 400, height: 400, elements, text, ..Percept::default() };
        let found = group(&percept, &[], Some("rows with sold out"), None);
        let labels: Vec<&str> = found.iter().filter_map(|e| e.label.as_deref()).collect();
        assert_eq!(labels, ["Salt", "Oil"]);
    }
}
