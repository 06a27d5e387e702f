//! Text from one window into another.

use super::field::find_field;
use super::world::{Stop, World};
use crate::screen::{PointPx, RectPx, Role, Window};
use crate::sight::Phrase;
use crate::sight::find::Finding;
use crate::task::{Action, Chord, Claim};
use crate::verify::holds;
use std::io::Write;

/// Copies all of window `from`, or the value called `what` in it, into window `to` (its field `field`).
pub fn copy(
    world: &mut World<'_, impl Write>,
    what: Option<&str>,
    from: &str,
    to: &str,
    field: Option<&str>,
) -> Result<Claim, Stop> {
    world.look()?;
    let (source, target) = both(world, from, to)?;
    world.bring(&source)?;
    let text = match what {
        Some(what) => value_in(world, what, &source)?,
        None => all_of(world, &source)?,
    };
    world.bring(&target)?;
    // A value goes into the field that is called the same there.
    let same = what.filter(|what| field.is_none() && has_field(world, what, &target));
    let field = field.or(same);
    let on_clipboard = what.is_none();
    let shown: Vec<&str> = world.percept().text_in(target.area).map(|t| t.text.as_str()).collect();
    let place = if world.attempt() > 1 && holds(&shown.join("\n"), &text) {
        // An earlier attempt brought it there already.
        target.area
    } else {
        put(world, &text, on_clipboard, &target, field)?
    };
    let area = if field.is_some() { Some(place) } else { Some(target.area) };
    Ok(Claim { window: Some(target.id), area, copied: Some(text), ..Claim::default() })
}

/// Finds out all the text that the field `from` holds, from the application itself.
pub fn take(world: &mut World<'_, impl Write>, from: &str) -> Result<Claim, Stop> {
    world.front()?;
    let field = find_field(world, from)?;
    world.click(field.at, field.area, &format!("put the keyboard into {from}"))?;
    world.key(Chord::ctrl("a"), "select all of it")?;
    let text = world.copy_selected(Chord::ctrl("c"))?.filter(|t| !t.trim().is_empty());
    let text = text.ok_or_else(|| Stop::GiveUp(format!("nothing could be copied out of {from}")))?;
    world.key(Chord::plain("Right"), "leave the selection")?;
    Ok(Claim { answer: Some(text.clone()), area: Some(field.area), copied: Some(text), ..world.claim() })
}

fn has_field<W: Write>(world: &World<'_, W>, name: &str, window: &Window) -> bool {
    let phrase = Phrase { role: Some(Role::TextField), ..Phrase::parse(name) };
    let found = world.locate(&phrase);
    matches!(found, Finding::One(one, _) if one.element.is_some() && window.area.contains(one.at))
}

/// Whichever of the two windows is named settles what "the other one" is.
fn both(world: &World<'_, impl Write>, from: &str, to: &str) -> Result<(Window, Window), Stop> {
    if let Ok(target) = world.window_called(to, None)
        && !to.is_empty()
    {
        return Ok((world.window_called(from, Some(target.id))?, target));
    }
    let source = world.window_called(from, None)?;
    let target = world.window_called(to, Some(source.id))?;
    Ok((source, target))
}

/// The middle of the largest thing to write in, else of the window.
fn writing_place(world: &World<'_, impl Write>, window: &Window) -> (PointPx, RectPx) {
    let areas = world.percept().elements_in(window.area).filter(|e| e.role == Role::TextField).map(|e| e.area);
    // A search box at the window's edge is not what a text is written into.
    let large = |a: &RectPx| a.area() * 6 >= window.area.area();
    let area = areas.max_by_key(RectPx::area).filter(large).unwrap_or(window.area);
    (area.center(), area)
}

fn is_terminal(window: &Window) -> bool {
    window.app.contains("term") || window.app.contains("konsole")
}

fn all_of(world: &mut World<'_, impl Write>, window: &Window) -> Result<String, Stop> {
    let (at, aim) = writing_place(world, window);
    if is_terminal(window) {
        return Err(Stop::GiveUp("a terminal's text cannot be selected as a whole; name the value to copy".into()));
    }
    world.click(at, aim, "put the keyboard into the text")?;
    world.key(Chord::ctrl("a"), "select all of it")?;
    let text = world.copy_selected(Chord::ctrl("c"))?;
    world.key(Chord::plain("Right"), "leave the selection")?;
    text.filter(|t| !t.trim().is_empty())
        .ok_or_else(|| Stop::GiveUp(format!("nothing could be copied out of “{}”", window.title)))
}

/// The value called `what`: to the letter out of a field, else as it is read.
fn value_in(world: &mut World<'_, impl Write>, what: &str, window: &Window) -> Result<String, Stop> {
    let (read, area) = crate::sight::ask::value_in(world.percept(), what, window.area)
        .ok_or_else(|| Stop::GiveUp(format!("“{}” shows no “{what}”", window.title)))?;
    let is_field = world.percept().elements.iter().any(|e| e.role == Role::TextField && e.area == area);
    if !is_field {
        return Ok(read);
    }
    world.click(area.center(), area, &format!("put the keyboard into {what}"))?;
    world.key(Chord::plain("Home"), "go to the beginning")?;
    let shift_end = Chord { modifiers: vec![crate::task::Modifier::Shift], key: "End".into() };
    world.key(shift_end, "select it")?;
    Ok(world.copy_selected(Chord::ctrl("c"))?.filter(|t| !t.is_empty()).unwrap_or(read))
}

fn put(
    world: &mut World<'_, impl Write>,
    text: &str,
    on_clipboard: bool,
    window: &Window,
    field: Option<&str>,
) -> Result<RectPx, Stop> {
    let (at, aim) = match field {
        Some(field) => {
            let found = find_field(world, field)?;
            (found.at, found.area)
        }
        None => writing_place(world, window),
    };
    world.click(at, aim, "put the keyboard where the text goes")?;
    if is_terminal(window) {
        // A line break would run what is copied as a command.
        world.type_text(text.lines().next().unwrap_or_default(), "write the text")?;
        return Ok(aim);
    }
    if on_clipboard {
        world.act(Action::Paste { text: text.to_owned(), chord: Chord::ctrl("v") }, None, "paste the text")?;
    } else {
        world.type_text(text, "write the text")?;
    }
    Ok(aim)
}
