//! What the pixels show, joined with what the applications say of themselves. Pure.
//!
//! The pixels come first: no element that they show is ever taken away. Where an application tells of
//! the same thing, its word counts for what it is, what it is called, what it holds and in which state
//! it is, since it knows; what the pixels do not show is added where it can be seen.

mod places;

pub use places::{Placed, placed};

use super::alike::fold;
use crate::display::Witnessed;
use crate::screen::{Element, Origin, Origins, Percept, RectPx, Role, State};

/// The least overlap (intersection over union) of one thing as it is seen and as it is told of.
const SAME: f32 = 0.5;
/// The least share of a thing that lies in a larger one of its role that is the same: a tick box
/// without its label, a field without its border.
const INSIDE: f32 = 0.85;
/// From this overlap on, both agree about the box.
const AGREED: f32 = 0.8;
/// What two that agree on a place and a role are worth over two that agree on the place alone.
const ROLE: f32 = 0.25;
/// How sure one is of what an application says of itself.
const CONFIDENCE: f32 = 0.95;

/// Joins `percept` with what the applications on its display say.
pub fn fuse(percept: &mut Percept, witness: &[Witnessed]) {
    let frame = RectPx::new(0, 0, percept.width as i32, percept.height as i32);
    let mut told = placed(witness, &percept.windows, frame);
    told.retain(|placed| is_thing(placed.said));
    let pairs = pairs(&percept.elements, &told);
    let mut known = vec![false; told.len()];
    for (seen, say) in pairs {
        known[say] = true;
        join(&mut percept.elements[seen], &told[say]);
    }
    let missed = told.iter().zip(known).filter(|(_, known)| !known).map(|(placed, _)| added(placed));
    // The window frames stay last.
    let first_frame = percept.elements.iter().rposition(|e| e.role != Role::Frame).map_or(0, |at| at + 1);
    percept.elements.splice(first_frame..first_frame, missed);
}

/// Whether it is something in a window; windows are known from the display. Pictures that are not
/// called anything are decoration.
fn is_thing(said: &Witnessed) -> bool {
    match said.role {
        Role::Frame | Role::Dialog | Role::TitleBar => false,
        Role::Image | Role::Icon => said.label.is_some(),
        _ => true,
    }
}

/// Which elements are the same things: places in `seen` and in `told`, each at most once.
fn pairs(seen: &[Element], told: &[Placed<'_>]) -> Vec<(usize, usize)> {
    let mut scored: Vec<(f32, usize, usize)> = Vec::new();
    for (i, element) in seen.iter().enumerate().filter(|(_, e)| e.role != Role::Frame) {
        let likeness = |(j, placed): (usize, &Placed<'_>)| Some((likeness(element, placed)?, i, j));
        scored.extend(told.iter().enumerate().filter_map(likeness));
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut used_seen, mut used_told) = (vec![false; seen.len()], vec![false; told.len()]);
    let mut pairs = Vec::new();
    for (_, i, j) in scored {
        if !used_seen[i] && !used_told[j] {
            (used_seen[i], used_told[j]) = (true, true);
            pairs.push((i, j));
        }
    }
    pairs
}

/// How surely both are the same thing; `None` where they are not.
fn likeness(element: &Element, placed: &Placed<'_>) -> Option<f32> {
    let overlap = element.area.iou(&placed.area);
    let same_role = element.role == placed.said.role;
    let inside = element.area.covered_by(&placed.area).max(placed.area.covered_by(&element.area));
    let same = overlap >= SAME || (same_role && inside >= INSIDE);
    same.then_some(overlap + if same_role { ROLE } else { 0.0 })
}

/// Takes over what the application says about `element`.
fn join(element: &mut Element, placed: &Placed<'_>) {
    let said = placed.said;
    let origins = &mut element.origins;
    (element.area, origins.area) = joined_area(element.role, element.area, placed);
    origins.role = agreement(element.role == said.role);
    element.role = said.role;
    origins.label = joined_text(&mut element.label, said.label.as_deref());
    origins.value = joined_text(&mut element.value, said.value.as_deref());
    (element.state, origins.state) = joined_state(element.state, said.state);
    element.window = element.window.or(Some(placed.window));
    element.confidence = element.confidence.max(CONFIDENCE);
}

fn agreement(agreed: bool) -> Origin {
    if agreed { Origin::Both } else { Origin::Accessibility }
}

/// The application's box, which is exact; but where it has the label in it, as that of a tick box, or
/// is that of a whole row, the tighter one that is seen.
fn joined_area(role: Role, seen: RectPx, placed: &Placed<'_>) -> (RectPx, Origin) {
    let overlap = seen.iou(&placed.area);
    let ticks = matches!(role, Role::CheckBox | Role::RadioButton) && role == placed.said.role;
    if overlap >= AGREED {
        (placed.area, Origin::Both)
    } else if ticks && seen.covered_by(&placed.area) >= INSIDE {
        (seen, Origin::Pixels)
    } else {
        (placed.area, Origin::Accessibility)
    }
}

fn joined_text(seen: &mut Option<String>, said: Option<&str>) -> Origin {
    let Some(said) = said else { return Origin::Pixels };
    let agreed = seen.as_deref().is_some_and(|seen| fold(seen) == fold(said));
    *seen = Some(said.to_owned());
    agreement(agreed)
}

/// Each part as the application says, else as it is seen.
fn joined_state(seen: State, said: State) -> (State, Origin) {
    let state = State {
        checked: said.checked.or(seen.checked),
        selected: said.selected.or(seen.selected),
        focused: said.focused.or(seen.focused),
        disabled: said.disabled.or(seen.disabled),
        expanded: said.expanded.or(seen.expanded),
    };
    let origin = match (said == State::default(), state == seen) {
        (true, _) => Origin::Pixels,
        (false, agreed) => agreement(agreed),
    };
    (state, origin)
}

/// An element that is not seen in the pixels, as its application tells of it.
fn added(placed: &Placed<'_>) -> Element {
    let told = Origin::Accessibility;
    Element {
        label: placed.said.label.clone(),
        value: placed.said.value.clone(),
        state: placed.said.state,
        window: Some(placed.window),
        origins: Origins { area: told, role: told, label: told, value: told, state: told },
        ..Element::seen(placed.said.role, placed.area, CONFIDENCE)
    }
}

#[cfg(test)]
mod tests;
