//! Fields by their names.

use super::playbook::Playbook;
use super::world::{Stop, World};
use crate::screen::{Element, PointPx, RectPx, Role};
use crate::sight::find::{Candidate, Finding};
use crate::sight::{Phrase, fold, similarity};
use std::io::Write;

/// The field that `phrase` names; by its label alone where the field itself is not recognised.
pub fn find_field(world: &mut World<'_, impl Write>, phrase: &str) -> Result<Candidate, Stop> {
    if let Some(area) = large_area(world, phrase) {
        return Ok(area);
    }
    let mut parsed = Phrase::parse(phrase);
    if parsed.role.is_none() {
        for role in [Role::TextField, Role::DropDown] {
            parsed.role = Some(role);
            match world.locate(&parsed) {
                // A text of that name is the field's label, not the field.
                Finding::One(one, _) if one.element.is_some() => return Ok(*one),
                Finding::One(..) => {}
                Finding::Tie(_) => break,
                Finding::None(_) => {}
            }
        }
    }
    parsed.role = None;
    // What a login asks for is called by many names.
    let names = Playbook::get().field(&parsed.name.trim_matches('"').to_lowercase());
    if names.len() > 1
        && let Some(found) = world.first_of(&names, Some(Role::TextField))
    {
        return Ok(found);
    }
    if parsed.name.is_empty() {
        // Of several fields that fit, the only empty one is meant.
        if let Finding::Tie(all) = world.locate(&Phrase::parse(phrase)) {
            let empty = |c: &&Candidate| c.element.as_ref().is_some_and(|e| e.value.is_none() && e.label.is_none());
            let mut empty = all.iter().filter(empty);
            if let (Some(one), None) = (empty.next(), empty.next()) {
                return Ok(one.clone());
            }
        }
        return world.find(phrase);
    }
    if let Some(field) = only_field(world, &parsed.name) {
        return Ok(field);
    }
    if let Some(shorter) = without_noun(world, &parsed.name) {
        return find_field(world, &shorter);
    }
    let found = world.find(&format!("\"{}\"", parsed.name.replace('"', "")))?;
    if let Some(field) = around_sign(&found, &world.percept().elements) {
        return Ok(field);
    }
    if found.element.is_some() {
        return Ok(found);
    }
    Ok(beside(&found, &world.percept().elements))
}

/// "The text area": the field for many lines, where one is clearly the largest.
fn large_area<W: Write>(world: &World<'_, W>, phrase: &str) -> Option<Candidate> {
    let window = world.window()?.area;
    let plain = fold(phrase.trim_start_matches("the "));
    if !["text area", "textarea", "big text box", "large text box", "big box", "large box"].contains(&plain.as_str()) {
        return None;
    }
    let fields = world.percept().elements_in(window).filter(|e| e.role == Role::TextField);
    let mut fields: Vec<&Element> = fields.collect();
    fields.sort_by_key(|e| -e.area.h);
    let next = fields.get(1).map_or(0, |e| e.area.h);
    let one = fields.first().filter(|e| e.area.h * 2 >= next * 3)?;
    Some(Candidate {
        label: one.label.clone().unwrap_or_else(|| phrase.to_owned()),
        role: Some(one.role),
        area: one.area,
        at: PointPx::new(one.area.x + 12, one.area.y + 12),
        confidence: 0.8,
        element: Some((*one).clone()),
    })
}

/// "Wake-up call time" for "Wake-up call": the name without a word for what it holds, where only that stands there.
fn without_noun<W: Write>(world: &World<'_, W>, name: &str) -> Option<String> {
    const NOUNS: [&str; 9] = ["time", "date", "value", "setting", "option", "number", "text", "entry", "level"];
    let (shorter, last) = name.trim_matches('"').rsplit_once(' ')?;
    let reads = |name: &str, least: f32| {
        world.percept().text.iter().any(|t| similarity(name, t.text.trim_end_matches([':', '*', ' '])) >= least)
    };
    (NOUNS.contains(&last.to_lowercase().as_str()) && !reads(name, 0.85) && reads(shorter, 0.9))
        .then(|| shorter.to_owned())
}

/// The only field of the window, where it bears no name and nothing else bears `name`.
fn only_field<W: Write>(world: &World<'_, W>, name: &str) -> Option<Candidate> {
    let window = world.window()?.area;
    let roles = [Role::TextField, Role::Spinner, Role::DropDown, Role::CheckBox, Role::RadioButton, Role::Slider];
    let mut all = world.percept().elements_in(window).filter(|e| roles.contains(&e.role));
    let (Some(one), None) = (all.next(), all.next()) else { return None };
    let is_named = world.percept().text_in(window).any(|t| similarity(name, t.text.trim_end_matches(':')) >= 0.8);
    let nameless = one.role == Role::TextField && one.label.is_none() && !is_named;
    let at = PointPx::new(one.area.x + one.area.h / 2, one.area.center().y);
    nameless.then(|| Candidate {
        label: name.to_owned(),
        role: Some(one.role),
        area: one.area,
        at,
        confidence: 0.7,
        element: Some(one.clone()),
    })
}

/// The field in which a sign stands that was found by its meaning: the clock in a field for a time.
fn around_sign(found: &Candidate, elements: &[Element]) -> Option<Candidate> {
    let holds = |e: &&Element| e.role == Role::TextField && e.area != found.area && e.area.holds(&found.area);
    let is_sign = matches!(found.role, Some(Role::Icon | Role::Button)) && found.area.w <= 2 * found.area.h;
    let field = elements.iter().filter(holds).min_by_key(|e| e.area.area()).filter(|_| is_sign)?;
    let at = PointPx::new(field.area.x + field.area.h / 2, field.area.center().y);
    Some(Candidate { area: field.area, at, role: Some(field.role), element: Some(field.clone()), ..found.clone() })
}

/// The thing right of a label, or else the place where fields stand.
fn beside(label: &Candidate, elements: &[Element]) -> Candidate {
    let right = |e: &&Element| {
        let gap = e.area.x - label.area.right();
        (-4..200).contains(&gap) && e.area.row_overlap(&label.area) > 0.5 && e.area.h <= 72 && e.role != Role::ListRow
    };
    let written = |e: &&Element| matches!(e.role, Role::TextField | Role::Spinner | Role::DropDown);
    let fields = elements.iter().filter(right).filter(written).min_by_key(|e| e.area.x);
    if let Some(element) = fields.or_else(|| elements.iter().filter(right).min_by_key(|e| e.area.x)) {
        let (area, at) = (element.area, element.area.center());
        return Candidate { area, at, role: Some(Role::TextField), ..label.clone() };
    }
    let area = RectPx::new(label.area.right() + 8, label.area.y, 160, label.area.h);
    let at = PointPx::new(label.area.right() + 60, label.area.center().y);
    Candidate { area, at, role: Some(Role::TextField), ..label.clone() }
}
