//! Several boxes or entries at once: these, only these, all but these.

use super::choose;
use super::reveal;
use super::world::{Stop, World};
use crate::screen::{Element, Percept, RectPx, Role};
use crate::sight::{boxes, similarity};
use crate::task::{Action, Button, Claim, Modifier, Scope};
use std::io::Write;

/// Brings the boxes in which `options` stand into the state that `scope` says; rows of a list where there are no boxes.
pub fn select(
    world: &mut World<'_, impl Write>,
    options: &[String],
    scope: Scope,
    list: Option<&str>,
) -> Result<Claim, Stop> {
    world.front()?;
    let options = &boxes::as_called(world.percept(), options);
    let group = boxes::group(world.percept(), options, list, world.window().map(|w| w.area));
    if group.is_empty() {
        return match records(world, options, scope)? {
            Some(claim) => Ok(claim),
            None => rows(world, options, scope),
        };
    }
    if list.is_some_and(|list| list.starts_with(boxes::ROWS_WITH)) {
        return in_rows(world, &group, scope);
    }
    if scope == Scope::These {
        for option in options {
            choose::tick(world, option, true)?;
        }
        return Ok(world.claim());
    }
    missing(&group, options)?;
    for (label, on) in wanted(&group, options, scope) {
        choose::tick(world, &label, on)?;
    }
    Ok(world.claim())
}

/// Ticks the boxes of the records in which `options` stand; `None` where not each of them has one.
fn records(world: &mut World<'_, impl Write>, options: &[String], scope: Scope) -> Result<Option<Claim>, Stop> {
    let within = world.window().map(|w| w.area);
    let box_of = |world: &World<'_, _>, name: &str| boxes::of_record(world.percept(), name, within);
    if scope == Scope::AllBut || options.is_empty() || options.iter().any(|o| box_of(world, o).is_none()) {
        return Ok(None);
    }
    for option in options {
        let Some(tick) = box_of(world, option).filter(|e| e.state.checked != Some(true)) else { continue };
        world.click(tick.area.center(), tick.area, &format!("tick the box of {option}"))?;
        choose::step_aside(world)?;
    }
    Ok(Some(world.claim()))
}

/// Ticks boxes that stand in rows, and may bear no name of their own.
fn in_rows(world: &mut World<'_, impl Write>, group: &[Element], scope: Scope) -> Result<Claim, Stop> {
    let on = scope != Scope::Only;
    for element in group.iter().filter(|e| e.state.checked != Some(on)) {
        let why = if on { "tick the box of this row" } else { "untick the box of this row" };
        world.click(element.area.center(), element.area, why)?;
    }
    Ok(world.claim())
}

/// An option that is called by none of the boxes is not passed over.
fn missing(group: &[Element], options: &[String]) -> Result<(), Stop> {
    let is_there = |option: &&String| group.iter().any(|e| boxes::is_called(e, option));
    match options.iter().find(|o| !is_there(o)) {
        Some(option) => Err(Stop::GiveUp(format!("there is no box called “{option}” among them"))),
        None => Ok(()),
    }
}

/// The boxes that are not yet as they should be.
fn wanted(group: &[Element], options: &[String], scope: Scope) -> Vec<(String, bool)> {
    let named = |e: &Element| options.iter().any(|o| boxes::is_called(e, o));
    let on = |e: &Element| if scope == Scope::AllBut { !named(e) } else { named(e) };
    let off_first = group.iter().filter(|e| e.state.checked != Some(on(e)));
    off_first.filter_map(|e| Some((e.label.clone()?, on(e)))).collect()
}

/// Rows of a list: the first is clicked, the others with Ctrl.
fn rows(world: &mut World<'_, impl Write>, options: &[String], scope: Scope) -> Result<Claim, Stop> {
    let all = list_rows(world.percept(), options);
    let chosen: Vec<String> = match scope {
        Scope::These | Scope::Only => options.to_vec(),
        Scope::AllBut => {
            let labels = all.iter().filter_map(|e| e.label.clone());
            labels.filter(|l| !options.iter().any(|o| similarity(o, l) >= 0.85)).collect()
        }
    };
    if chosen.is_empty() {
        return Err(Stop::GiveUp("there is nothing on the screen of which some could be chosen".into()));
    }
    let mut toggled = false;
    for (at, option) in chosen.iter().enumerate() {
        let found = match reveal::exact_text(world.percept(), option) {
            Some(area) => area,
            None => world.find(option)?.area,
        };
        let toggles = is_toggle(world.percept(), found);
        toggled |= toggles;
        // What was pressed before would be given back by another press.
        if toggles && world.attempt() > 1 {
            return Err(Stop::GiveUp(format!("whether {option} is chosen cannot be seen")));
        }
        let modifiers = if at == 0 || toggles { Vec::new() } else { vec![Modifier::Ctrl] };
        let action = Action::Click { at: found.center(), button: Button::Left, count: 1, modifiers, hold_ms: 0 };
        world.act(action, Some(found), &format!("choose {option}"))?;
    }
    if toggled {
        choose::step_aside(world)?;
    }
    Ok(world.claim())
}

/// Whether a name stands on a button: a chip that is taken and given back by a press, and no row of a list.
fn is_toggle(percept: &Percept, area: RectPx) -> bool {
    percept.elements.iter().any(|e| e.role == Role::Button && e.area.contains(area.center()))
}

/// The rows among which the options stand.
fn list_rows(percept: &Percept, options: &[String]) -> Vec<Element> {
    let rows: Vec<&Element> = percept.elements.iter().filter(|e| e.role == Role::ListRow).collect();
    let of_option = |e: &&&Element| {
        options.is_empty() || e.label.as_deref().is_some_and(|l| options.iter().any(|o| similarity(o, l) >= 0.85))
    };
    let Some(first) = rows.iter().find(of_option) else { return Vec::new() };
    let column = |a: &RectPx| (a.x - first.area.x).abs() < 12 && (a.w - first.area.w).abs() < 24;
    rows.iter().filter(|e| column(&e.area)).map(|e| (*e).clone()).collect()
}
