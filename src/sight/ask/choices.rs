//! What is chosen: ticked or not, selected of several.

use super::super::alike::fold;
use super::super::find::{self, Finding};
use super::super::phrase::{Near, Phrase, Side};
use super::values::value_in;
use crate::screen::{Element, Percept, RectPx, Role};

const STATES: [&str; 9] = ["ticked", "checked", "selected", "enabled", "on", "off", "active", "set", "chosen"];

/// What a yes-or-no question, folded, asks the state of.
pub fn asked_for_state(question: &str) -> Option<String> {
    let direct = ["is ", "are "].iter().find_map(|lead| question.strip_prefix(lead));
    let rest =
        direct.or_else(|| ["whether ", " if "].iter().find_map(|w| question.split_once(w)).map(|(_, rest)| rest))?;
    let mut words: Vec<&str> = rest.split(' ').collect();
    let stated = words.last().is_some_and(|w| STATES.contains(w)) || words.contains(&"is");
    words.retain(|w| !matches!(*w, "is" | "are" | "switched" | "turned"));
    while words.last().is_some_and(|w| STATES.contains(w)) {
        words.pop();
    }
    (stated && !words.is_empty()).then(|| words.join(" "))
}

/// "yes" or "no" for a box to tick, a switch or a radio button.
pub fn state(percept: &Percept, question: &str, subject: &str, area: RectPx) -> Option<(String, RectPx)> {
    let original = as_written(question, subject);
    let negated = fold(question).ends_with(" off");
    let as_said = Phrase { name: original.clone(), whole: original.clone(), ..Phrase::default() };
    let tries = [as_said, Phrase::parse(&original)];
    let wanted = tries.iter().flat_map(|phrase| {
        let of = |role| Phrase { role: Some(role), kind: None, ..phrase.clone() };
        [of(Role::CheckBox), of(Role::RadioButton)]
    });
    for wanted in wanted {
        let Finding::One(one, _) = find::find(percept, &wanted, None) else { continue };
        let checked = one.element.as_ref().and_then(|e| e.state.checked);
        if let Some(checked) = checked.filter(|_| area.contains(one.at)) {
            return Some((if checked != negated { "yes" } else { "no" }.to_owned(), one.area));
        }
    }
    in_row_of(percept, &original, area)
        .map(|(checked, place)| (if checked != negated { "yes" } else { "no" }.to_owned(), place))
}

/// Whether the only box to tick in the row of `name` is ticked.
fn in_row_of(percept: &Percept, name: &str, area: RectPx) -> Option<(bool, RectPx)> {
    let row = find::owners(percept, name).into_iter().find(|row| area.contains(row.center()))?;
    let boxes: Vec<&Element> = percept.elements_in(row).filter(|e| e.role == Role::CheckBox).collect();
    match boxes.as_slice() {
        [one] => Some((one.state.checked?, one.area)),
        _ => None,
    }
}

/// The words of `subject` as they stand in `question`, with their punctuation and case.
fn as_written(question: &str, subject: &str) -> String {
    let first = subject.split(' ').next().unwrap_or_default();
    let count = subject.split(' ').count();
    let words: Vec<&str> = question.trim_end_matches(['?', '.', '!']).split_whitespace().collect();
    let from = words.iter().position(|w| fold(w).split(' ').next() == Some(first));
    from.map_or_else(|| subject.to_owned(), |at| words[at..(at + count).min(words.len())].join(" "))
}

/// What is asked to be chosen: the noun, and the heading that it stands under.
#[derive(Debug)]
pub struct Asked {
    what: String,
    under: Option<String>,
}

/// "Which country is selected?", "What is selected under Sort by?", "Which record is shown?".
pub fn asked_for_chosen(question: &str) -> Option<Asked> {
    let text = question.trim().trim_end_matches(['?', '.', '!']).trim();
    let lower = text.to_lowercase();
    let rest = ["which ", "what "].iter().find_map(|lead| lower.starts_with(lead).then(|| &text[lead.len()..]))?;
    let low = rest.to_lowercase();
    let verbs =
        ["is selected", "is chosen", "is shown", "is open", "is set", "is active", "is highlighted", "are selected"];
    let (at, verb) = verbs.iter().filter_map(|v| Some((low.find(v)?, v))).min()?;
    let what = rest.get(..at)?.trim().to_owned();
    let tail = rest.get(at + verb.len()..)?.trim();
    let under = ["under ", "for ", "in ", "at ", "next to ", "beside "].iter().find_map(|w| tail.strip_prefix(w));
    Some(Asked { what, under: under.map(|u| u.trim_start_matches("the ").to_owned()) })
}

/// The value of a field of that name, the chosen one of its row or group, or the selected row.
pub fn chosen(percept: &Percept, asked: &Asked, area: RectPx) -> Option<(String, RectPx)> {
    let name = asked.under.as_deref().filter(|_| asked.what.is_empty()).unwrap_or(&asked.what);
    if let Some(found) = value_in(percept, name, area).filter(|(_, place)| is_field(percept, *place)) {
        return Some(found);
    }
    in_group(percept, name)
        .or_else(|| ticked_beside(percept, asked, name))
        .or_else(|| below_heading(percept, name))
        .or_else(|| selected(percept, &asked.what))
        .or_else(|| counted_off(percept, &asked.what, area))
}

/// The only radio button that is chosen in the part that is headed `name`.
fn in_group(percept: &Percept, name: &str) -> Option<(String, RectPx)> {
    let sections = find::sections(percept, name);
    let mut chosen = sections.iter().flat_map(|section| {
        let is_chosen = |e: &&Element| e.role == Role::RadioButton && e.state.checked == Some(true);
        percept.elements_in(*section).filter(is_chosen)
    });
    let Some(one) = chosen.next() else { return under_name(percept, name) };
    let label = one.label.clone()?;
    chosen.all(|other| other.area == one.area).then_some((label, one.area))
}

/// The radio button that is chosen of those below a text that reads like `name`, as far as they stand close together.
fn under_name(percept: &Percept, name: &str) -> Option<(String, RectPx)> {
    let mut heads = percept.text.iter().filter(|t| fold(t.text.trim_end_matches(':')) == fold(name));
    let (Some(head), None) = (heads.next(), heads.next()) else { return None };
    let mut radios: Vec<&Element> = percept
        .elements
        .iter()
        .filter(|e| {
            e.role == Role::RadioButton && e.area.y >= head.area.bottom() - 4 && (e.area.x - head.area.x).abs() <= 40
        })
        .collect();
    radios.sort_by_key(|e| e.area.y);
    let mut from = head.area.bottom();
    let near = radios.into_iter().take_while(|e| {
        let close = e.area.y - from <= 3 * head.area.h;
        from = e.area.bottom();
        close
    });
    let chosen: Vec<&Element> = near.filter(|e| e.state.checked == Some(true)).collect();
    match chosen.as_slice() {
        [one] => Some((one.label.clone()?, one.area)),
        _ => None,
    }
}

/// What the drop-down below a heading of that name shows.
fn below_heading(percept: &Percept, name: &str) -> Option<(String, RectPx)> {
    let near = vec![Near { side: Side::Below, what: Box::new(Phrase::parse(name)) }];
    let phrase = Phrase { role: Some(Role::DropDown), near, ..Phrase::default() };
    let Finding::One(one, _) = find::find(percept, &phrase, None) else { return None };
    let value = one.element.as_ref().filter(|e| e.role == Role::DropDown)?.value.clone()?;
    Some((value, one.area))
}

fn is_field(percept: &Percept, place: RectPx) -> bool {
    let roles = [Role::TextField, Role::DropDown, Role::Spinner];
    percept.elements.iter().any(|e| roles.contains(&e.role) && e.area == place)
}

/// The ticked radio button on the row of its group's name, or below it.
fn ticked_beside(percept: &Percept, asked: &Asked, name: &str) -> Option<(String, RectPx)> {
    let group = asked.under.as_deref().unwrap_or(name);
    let what = Box::new(Phrase::parse(group));
    let by_kind = asked.what.to_lowercase().contains("radio") || asked.what.to_lowercase().contains("option");
    let sides: &[Side] = if by_kind { &[Side::InRow, Side::Below, Side::Of] } else { &[Side::InRow] };
    for &side in sides {
        let looks = Phrase::parse("checked radio button").looks;
        let near = vec![Near { side, what: what.clone() }];
        let phrase = Phrase { role: Some(Role::RadioButton), looks, near, ..Phrase::default() };
        if let Finding::One(one, _) = find::find(percept, &phrase, None) {
            return Some((one.label.clone(), one.area));
        }
    }
    None
}

/// The name of what is selected among things of a kind.
fn selected(percept: &Percept, what: &str) -> Option<(String, RectPx)> {
    let Finding::One(one, _) = find::find(percept, &Phrase::parse(&format!("the selected {what}")), None) else {
        return None;
    };
    let chosen = |e: &Element| e.state.selected == Some(true) || e.state.checked == Some(true);
    one.element.as_ref().filter(|e| chosen(e))?;
    // A row is called what its first words say.
    if one.role == Some(Role::Tab) && !one.label.is_empty() {
        return Some((one.label.clone(), one.area));
    }
    let first = percept.text_in(one.area).min_by_key(|t| t.area.x);
    first.map(|t| (t.text.clone(), t.area)).or_else(|| Some((one.label.clone(), one.area)))
}

/// "Record 17 of 230" for which record is shown.
fn counted_off(percept: &Percept, what: &str, area: RectPx) -> Option<(String, RectPx)> {
    let wanted = fold(what);
    percept.text_in(area).find_map(|line| {
        let text = line.text.trim();
        let (head, rest) = text.split_once(' ')?;
        let numbered = rest.chars().next().is_some_and(|c| c.is_ascii_digit());
        (!wanted.is_empty() && fold(head) == wanted && numbered).then(|| (rest.to_owned(), line.area))
    })
}
