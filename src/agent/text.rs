//! Text into documents and fields, read back until it stands there.

use super::choose;
use super::dates;
use super::field::find_field;
use super::values;
use super::world::{Stop, World};
use crate::screen::{Element, PointPx, RectPx, Role, State, Window};
use crate::sight::Phrase;
use crate::sight::find::{self, Candidate, Finding};
use crate::sight::{boxes, fold, similarity};
use crate::task::{Chord, Claim, Observation, minutes, number_in};
use crate::verify::holds;
use std::io::Write;

/// The least rest between two presses of one key.
const GAP_MS: u64 = 12;
/// The same, once something was lost.
const SLOW_GAP_MS: u64 = 250;

/// Types `text` where the keyboard is.
pub fn type_text(world: &mut World<'_, impl Write>, text: &str) -> Result<Claim, Stop> {
    let window = world.front()?;
    let area = window.as_ref().map(|w| w.area);
    let terminal = window.as_ref().is_some_and(Window::is_terminal);
    // What an earlier attempt typed is there still.
    if world.attempt() == 1 {
        let seen = world.write(text, GAP_MS, "type the text")?;
        if seen.arrived.is_some_and(|arrived| arrived.is_sure()) {
            return Ok(world.claim());
        }
    }
    if terminal || shown_in(world, area, text) {
        return Ok(world.claim());
    }
    // What cannot be read for certain is taken out of the application itself.
    let copy = all_of_it(world)?;
    let lost = match copy.as_deref() {
        None | Some("") => true,
        Some(copy) => !copy.contains(text) && is_close(copy, text),
    };
    if lost {
        world.type_with_gap(text, SLOW_GAP_MS, "type it again over what was lost")?;
        all_of_it(world)?;
    }
    world.key(Chord::ctrl("End"), "go to the end of the text")?;
    Ok(world.claim())
}

fn all_of_it(world: &mut World<'_, impl Write>) -> Result<Option<String>, Stop> {
    world.key(Chord::ctrl("a"), "select all, to read it back")?;
    world.copy_selected(Chord::ctrl("c"))
}

/// Whether `copy` is `text` with a few characters lost, and nothing that was there before.
fn is_close(copy: &str, text: &str) -> bool {
    crate::verify::closeness(copy, text) > 0.8
}

fn shown_in<W: Write>(world: &World<'_, W>, area: Option<RectPx>, text: &str) -> bool {
    let percept = world.percept();
    let area = area.unwrap_or_else(|| RectPx::new(0, 0, percept.width as i32, percept.height as i32));
    let lines: Vec<&str> = percept.text_in(area).map(|t| t.text.as_str()).collect();
    holds(&lines.join("\n"), text)
}

/// Puts `value` into the field called `field`.
pub fn fill(world: &mut World<'_, impl Write>, field: &str, value: &str) -> Result<Claim, Stop> {
    world.front()?;
    if let Some(target) = named_slider(world, field, value) {
        return values::slide(world, &target, value);
    }
    if boxes::radio_in(world.percept(), value, field).is_some() {
        return choose::choose(world, value, Some(field));
    }
    clear_way(world, field)?;
    if let Some(swatch) = choose::swatch(world.percept(), value, Some(field)) {
        return choose::take_swatch(world, value, &swatch);
    }
    let target = find_field(world, field)?;
    fill_target(world, &target, value)
}

/// Puts away a message that came up over the fields, unless the field may stand in it.
fn clear_way(world: &mut World<'_, impl Write>, field: &str) -> Result<(), Stop> {
    let percept = world.percept();
    let Some((area, _)) = find::dialog(percept) else { return Ok(()) };
    let written_in = [Role::TextField, Role::DropDown, Role::CheckBox, Role::RadioButton, Role::Spinner];
    let holds_fields = percept.elements_in(area).any(|e| written_in.contains(&e.role));
    let named = percept.text_in(area).any(|t| similarity(field, t.text.trim_end_matches(':')) >= 0.8);
    if !holds_fields && !named {
        super::reveal::put_away(world)?;
    }
    Ok(())
}

/// The slider that `field` says it is, or that nothing else of that name stands against.
fn named_slider<W: Write>(world: &World<'_, W>, field: &str, value: &str) -> Option<Candidate> {
    let said = Phrase::parse(field).role == Some(Role::Slider);
    // "20 October 2025" is no number for a slider.
    let bare = ["percent", "per cent", "degrees", "pixels", "minutes", "seconds", "points"]
        .iter()
        .fold(value.to_lowercase(), |said, unit| said.replace(unit, ""));
    let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
    let number = number_in(value).is_some() && letters <= 3 && value.split_whitespace().count() <= 2;
    let other = || {
        [Role::TextField, Role::DropDown, Role::Spinner].into_iter().any(|role| {
        matches!(world.locate(&Phrase { role: Some(role), ..Phrase::parse(field) }), Finding::One(one, _) if one.role == Some(role))
    })
    };
    let slider = || values::slider(world, field);
    let named = |c: &Candidate| said || similarity(&fold(field), &fold(&c.label)) >= 0.7;
    (number && (said || !other())).then(slider).flatten().filter(named)
}

/// Puts `value` into the field `target`.
pub fn fill_target(world: &mut World<'_, impl Write>, target: &Candidate, value: &str) -> Result<Claim, Stop> {
    match target.role {
        Some(Role::DropDown) => return choose::choose_in(world, value, target),
        Some(Role::Slider) => return values::slide(world, target, value),
        Some(Role::CheckBox | Role::RadioButton) => return tick_as(world, &target.label, value),
        _ => {}
    }
    if let Some(claim) = choose::choose_below(world, value, target)? {
        return Ok(claim);
    }
    let before = world.percept().clone();
    let in_form = dates::as_shown(world.percept(), target.area, value);
    let value = in_form.as_deref().unwrap_or(value);
    let opened = put_cursor(world, target)?;
    if let Some(claim) = dates::pick(world, target, &opened, value)? {
        return Ok(claim);
    }
    // What drops a list down when it is clicked is a drop-down, whatever it looked like.
    // What another field shows was there before.
    let was_there = |a: RectPx| before.text.iter().any(|t| t.area.iou(&a) > 0.4 && similarity(value, &t.text) > 0.9);
    if let Some(option) =
        choose::option_in_popup(world.percept(), &opened, value, target.area).filter(|area| !was_there(*area))
    {
        world.click(option.center(), option, &format!("take {value}"))?;
        return Ok(Claim { area: Some(target.area), ..world.claim() });
    }
    if let Some(claim) = in_two(world, target, value)? {
        return Ok(claim);
    }
    if in_segments(world, target, value)? {
        return Ok(Claim { area: Some(target.area), ..world.claim() });
    }
    let sure = write(world, target, value, GAP_MS)?;
    // What is suggested below the field under just this name is taken: some fields count only what was chosen.
    if let Some(row) = values::offered(world.percept(), &opened.percept, value, target.area) {
        world.click(row.center(), row, &format!("take the suggestion {value}"))?;
        return Ok(Claim { area: Some(target.area), ..world.claim() });
    }
    if !sure && !hides(target) && !stands_in(world, target, value) && read_back(world)?.as_deref() != Some(value) {
        put_cursor(world, target)?;
        write(world, target, value, SLOW_GAP_MS)?;
        if !stands_in(world, target, value) {
            read_back(world)?;
        }
    }
    if target.role == Some(Role::Spinner) && !sure && !stands_in(world, target, value) {
        // The number that it holds by now, which may be the right one that was not read for certain.
        let held = read_back(world)?.as_deref().and_then(number_in);
        let shown = || {
            let lines: Vec<&str> = world.percept().text_in(target.area).map(|t| t.text.as_str()).collect();
            number_in(&lines.join(" "))
        };
        if let Some(now) = held.or_else(shown) {
            values::step_from(world, now, value)?;
        }
    }
    if target.role == Some(Role::Spinner) {
        world.key(Chord::plain("Tab"), "leave the field, so that its number counts")?;
    }
    Ok(Claim { area: Some(target.area), ..world.claim() })
}

/// A time in two small fields side by side, of which the first is `target`: hours and minutes.
fn in_two(world: &mut World<'_, impl Write>, target: &Candidate, value: &str) -> Result<Option<Claim>, Stop> {
    let Some(wanted) = minutes(value).filter(|_| value.contains(':')) else { return Ok(None) };
    let small = |e: &&Element| matches!(e.role, Role::Spinner | Role::TextField) && e.area.w < 16 * e.area.h;
    let beside = |e: &&Element| {
        let gap = e.area.x - target.area.right();
        (-4..=6 * target.area.h).contains(&gap) && e.area.row_overlap(&target.area) > 0.6
    };
    let level = world.percept().elements.iter().filter(small).filter(beside);
    // Where the second field is not recognised, its two digits are.
    let digits = |t: &&crate::screen::TextSpan| {
        let gap = t.area.x - target.area.right();
        let said = t.text.trim_matches([':', ' ']);
        (-4..=6 * target.area.h).contains(&gap)
            && t.area.row_overlap(&target.area) > 0.6
            && said.len() == 2
            && said.chars().all(|c| c.is_ascii_digit())
    };
    let written = || world.percept().text.iter().filter(digits).map(|t| t.area.grow(3)).min_by_key(|a| a.x);
    let Some(second) = level.min_by_key(|e| e.area.x).map(|e| e.area).or_else(written) else { return Ok(None) };
    let two_digits = |area: RectPx| {
        let shown: String = world.percept().text_in(area).map(|t| t.text.trim()).collect();
        let shown: String = shown.chars().filter(|c| !"+-−–—＋  ".contains(*c)).collect();
        (1..=2).contains(&shown.len()) && shown.chars().all(|c| c.is_ascii_digit())
    };
    if !(two_digits(target.area) && two_digits(second)) {
        return Ok(None);
    }
    for (area, number) in [(target.area, wanted / 60 % 24), (second, wanted % 60)] {
        let at = PointPx::new(area.x + (area.w / 3).min(14), area.center().y);
        world.click(at, area, "put the cursor into this part of the time")?;
        select_line(world)?;
        world.type_text(&format!("{number:02}"), &format!("write {number:02}"))?;
        world.key(Chord::plain("Tab"), "leave the field, so that its number counts")?;
    }
    Ok(Some(Claim { area: Some(target.area.union(&second)), ..world.claim() }))
}

/// Fields that show a time with AM or PM take it part by part, each going on to the next by itself; a space or colon
/// would open their clock. Whether `target` is one and now shows `value`.
fn in_segments(world: &mut World<'_, impl Write>, target: &Candidate, value: &str) -> Result<bool, Stop> {
    let shown: String = world.percept().text_in(target.area.grow(3)).map(|t| t.text.as_str()).collect();
    let half = |text: &str| {
        let lower = text.trim().to_lowercase();
        lower.ends_with("am") || lower.ends_with("pm") || lower.ends_with("--")
    };
    // A spinner with a time in it is written part by part, too, whether or not it says AM or PM.
    let plain = target.role == Some(Role::Spinner) && minutes(&shown).is_some() && !half(&shown);
    let (Some(wanted), true) = (minutes(value), plain || half(&shown) && shown.contains([':', '-'])) else {
        return Ok(false);
    };
    let at = PointPx::new(target.area.x + 14, target.area.center().y);
    world.click(at, target.area, "put the cursor to the hours")?;
    let (hour, minute) = (wanted / 60 % 24, wanted % 60);
    let typed = if plain {
        // Each part takes digits only in place of those that it holds.
        world.key(Chord::plain("Home"), "go to the hours")?;
        let right = Chord { modifiers: vec![crate::task::Modifier::Shift], key: "Right".into() };
        world.key(right.clone(), "select the hours")?;
        world.key(right, "select the hours")?;
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{:02}{minute:02}{}", (hour + 11) % 12 + 1, if hour < 12 { "a" } else { "p" })
    };
    world.type_text(&typed, &format!("write {value} part by part"))?;
    let now: String = world.percept().text_in(target.area.grow(3)).map(|t| t.text.as_str()).collect();
    Ok(minutes(&now) == Some(wanted))
}

/// "Set Newsletter to yes" is a tick.
fn tick_as(world: &mut World<'_, impl Write>, field: &str, value: &str) -> Result<Claim, Stop> {
    match value.to_lowercase().as_str() {
        "yes" | "on" | "true" | "checked" | "ticked" => choose::tick(world, field, true),
        "no" | "off" | "false" | "unchecked" => choose::tick(world, field, false),
        _ => Err(Stop::GiveUp(format!("“{field}” is a box to tick; “{value}” cannot be written into it"))),
    }
}

/// Clicks into the field.
///
/// # Errors
/// Those of acting.
pub fn put_cursor(world: &mut World<'_, impl Write>, target: &Candidate) -> Result<Observation, Stop> {
    let at = PointPx::new(target.area.x + (target.area.w / 2).min(60), target.at.y.min(target.area.y + 40));
    let clicked = world.click(at, target.area, &format!("put the cursor into {}", named(target)))?;
    // A question or an advertisement that comes up just then would take what is typed.
    let came = clicked.changed.filter(|c| c.w > 120 && c.h > 80);
    let window = world.window().map(|w| w.area);
    let whole = came.is_some_and(|c| window.is_some_and(|w| c.area() * 10 > w.area() * 6));
    if came.is_some() && (super::reveal::put_away_question(world)? || whole && super::reveal::put_away(world)?) {
        return world.click(at, target.area, &format!("put the cursor into {} again", named(target)));
    }
    Ok(clicked)
}

/// Whether a field is called as those are that hide what is written.
fn hides(target: &Candidate) -> bool {
    ["password", "pin", "passcode", "secret", "repeat"].iter().any(|w| fold(&target.label).contains(w))
}

/// Writes over what the field, which has the keyboard, holds; gives whether the application says that it has arrived.
fn write(world: &mut World<'_, impl Write>, target: &Candidate, value: &str, gap_ms: u64) -> Result<bool, Stop> {
    if target.area.h > TALL {
        select_whole(world)?;
    } else if hides(target)
        || target.role == Some(Role::Spinner)
        // What was written before may stand there unread.
        || gap_ms > GAP_MS
        || world.attempt() > 1
        || world.percept().text_in(target.area.grow(3)).next().is_some()
    {
        select_line(world)?;
    }
    if value.is_empty() {
        world.key(Chord::plain("Delete"), "empty the field")?;
        return Ok(false);
    }
    Ok(world.write(value, gap_ms, &format!("write into {}", named(target)))?.filled)
}

/// Fields that are taller hold several lines.
const TALL: i32 = 72;

/// Selects all that a field of several lines holds, in every toolkit.
fn select_whole(world: &mut World<'_, impl Write>) -> Result<(), Stop> {
    world.key(Chord::ctrl("Home"), "go to the beginning of the text")?;
    let modifiers = vec![crate::task::Modifier::Ctrl, crate::task::Modifier::Shift];
    world.key(Chord { modifiers, key: "End".into() }, "select the whole text")?;
    Ok(())
}

/// Selects what a field of one line holds, in every toolkit.
fn select_line(world: &mut World<'_, impl Write>) -> Result<(), Stop> {
    world.key(Chord::plain("Home"), "go to the beginning of the field")?;
    let shift_end = Chord { modifiers: vec![crate::task::Modifier::Shift], key: "End".into() };
    world.key(shift_end, "select what stands in the field")?;
    Ok(())
}

/// Selects what the field holds, so that what is typed takes its place.
///
/// # Errors
/// Those of acting.
pub fn empty_line(world: &mut World<'_, impl Write>, target: &Candidate) -> Result<(), Stop> {
    if world.percept().text_in(target.area.grow(3)).next().is_some() {
        select_line(world)?;
    }
    Ok(())
}

fn read_back(world: &mut World<'_, impl Write>) -> Result<Option<String>, Stop> {
    select_line(world)?;
    let copy = world.copy_selected(Chord::ctrl("c"))?;
    world.key(Chord::plain("End"), "go to the end of the field")?;
    Ok(copy)
}

fn stands_in<W: Write>(world: &World<'_, W>, target: &Candidate, value: &str) -> bool {
    let lines: Vec<&str> = world.percept().text_in(target.area.grow(3)).map(|t| t.text.as_str()).collect();
    holds(&lines.join(" "), value)
}

fn named(target: &Candidate) -> String {
    match (&target.label, target.element.as_ref().map(|e| e.state)) {
        (label, _) if !label.is_empty() => label.clone(),
        (_, Some(State { .. })) => "the field".into(),
        _ => "the place".into(),
    }
}
