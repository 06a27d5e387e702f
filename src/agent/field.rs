//! Fields by their names.

use super::playbook::Playbook;
use super::world::{Stop, World};
use crate::screen::{Element, PointPx, RectPx, Role};
use crate::sight::Phrase;
use crate::sight::find::{Candidate, Finding};
use std::io::Write;

/// The field that `phrase` names; by its label alone where the field itself is not recognised.
pub fn find_field(world: &mut World<'_, impl Write>, phrase: &str) -> Result<Candidate, Stop> {
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
        return world.find(phrase);
    }
    let found = world.find(&format!("\"{}\"", parsed.name.replace('"', "")))?;
    if found.element.is_some() {
        return Ok(found);
    }
    Ok(beside(&found, &world.percept().elements))
}

/// The thing right of a label, or else the place where fields stand.
fn beside(label: &Candidate, elements: &[Element]) -> Candidate {
    let right = |e: &&Element| {
        let gap = e.area.x - label.area.right();
        (-4..200).contains(&gap) && e.area.row_overlap(&label.area) > 0.5 && e.area.h <= 72 && e.role != Role::ListRow
    };
    if let Some(element) = elements.iter().filter(right).min_by_key(|e| e.area.x) {
        let (area, at) = (element.area, element.area.center());
        return Candidate { area, at, role: Some(Role::TextField), ..label.clone() };
    }
    let area = RectPx::new(label.area.right() + 8, label.area.y, 160, label.area.h);
    let at = PointPx::new(label.area.right() + 60, label.area.center().y);
    Candidate { area, at, role: Some(Role::TextField), ..label.clone() }
}
