//! Clicks on named things, keys, the wheel, closing windows.

use super::reveal;
use super::world::{Stop, World};
use crate::screen::Role;
use crate::screen::{PointPx, RectPx};
use crate::sight::Phrase;
use crate::sight::find::Candidate;
use crate::task::{Action, Arrangement, Button, Chord, Claim, Modifier};
use std::io::Write;

/// How often the wheel is turned to bring a thing to light.
const TURNS: u32 = 40;
/// How far it is turned each time, in notches.
const TURN: i32 = 3;

/// How a thing is pressed.
pub struct Press {
    pub button: Button,
    pub count: u8,
    pub modifiers: Vec<Modifier>,
    pub hold_ms: u64,
}

/// A place that was described, and the box of the thing there, where it is a thing.
struct Place {
    at: PointPx,
    area: Option<RectPx>,
    label: String,
}

/// Where `words` mean: two numbers are a place, all else describes a thing.
fn place(world: &mut World<'_, impl Write>, words: &str) -> Result<Place, Stop> {
    let numbers = words.split_once(',').and_then(|(x, y)| Some((x.trim().parse().ok()?, y.trim().parse().ok()?)));
    if let Some((x, y)) = numbers {
        return Ok(Place { at: PointPx::new(x, y), area: None, label: format!("the place {x},{y}") });
    }
    let found = world.find(words)?;
    Ok(Place { at: found.at, area: Some(found.area), label: found.label })
}

/// Presses what `target` describes.
pub fn press(world: &mut World<'_, impl Write>, target: &str, how: Press) -> Result<Claim, Stop> {
    world.front()?;
    let Place { at, area, label } = place(world, target)?;
    let Press { button, count, modifiers, hold_ms } = how;
    let action = Action::Click { at, button, count, modifiers, hold_ms };
    world.act(action, area, &format!("click {label}"))?;
    Ok(Claim { area, ..world.claim() })
}

/// Lets the pointer rest over what `target` describes for `for_ms`.
pub fn hover(world: &mut World<'_, impl Write>, target: &str, for_ms: u64) -> Result<Claim, Stop> {
    world.front()?;
    let Place { at, area, label } = place(world, target)?;
    world.act(Action::Move { to: at }, area, &format!("hover over {label}"))?;
    if for_ms > 0 {
        world.wait(for_ms)?;
    }
    let area = area.unwrap_or(RectPx::new(at.x, at.y, 1, 1));
    Ok(Claim { area: Some(area), ..world.claim() })
}

/// Drags what is at the first of `places` to the last.
pub fn drag(world: &mut World<'_, impl Write>, places: &[String], button: Button) -> Result<Claim, Stop> {
    world.front()?;
    let found = places.iter().map(|words| place(world, words)).collect::<Result<Vec<_>, _>>()?;
    let why = found.iter().map(|p| p.label.as_str()).collect::<Vec<_>>().join(" to ");
    let path = found.iter().map(|p| p.at).collect();
    world.act(Action::Drag { path, button }, None, &format!("drag {why}"))?;
    Ok(world.claim())
}

/// Turns the wheel over a thing, or over the middle of the window in front; until a text is to be seen, where one is
/// given.
pub fn wheel(
    world: &mut World<'_, impl Write>,
    over: Option<&str>,
    (dx, dy): (i32, i32),
    until: Option<&str>,
) -> Result<Claim, Stop> {
    let window = world.front()?;
    let at = match over {
        Some(words) => place(world, words)?.at,
        None => window.ok_or_else(|| Stop::GiveUp("no window is open".into()))?.area.center(),
    };
    let Some(text) = until else {
        world.act(Action::Scroll { at, dx, dy }, None, "turn the wheel")?;
        return Ok(world.claim());
    };
    for _ in 0..TURNS {
        if shows(world, text) {
            return Ok(world.claim());
        }
        let (dx, dy) = (dx.signum() * TURN, dy.signum() * TURN);
        let seen = world.act(Action::Scroll { at, dx, dy }, None, &format!("look for “{text}”"))?;
        if seen.changed.is_none() {
            break;
        }
    }
    if shows(world, text) {
        return Ok(world.claim());
    }
    Err(Stop::GiveUp(format!("“{text}” did not come up before the end")))
}

fn shows<W: Write>(world: &World<'_, W>, text: &str) -> bool {
    let lines: Vec<&str> = world.percept().text.iter().map(|line| line.text.as_str()).collect();
    crate::verify::holds(&lines.join("\n"), text)
}

/// "Phone: 555 01": a name with a link right behind it means the link.
fn link_behind<W: Write>(world: &World<'_, W>, found: Candidate) -> Candidate {
    if found.element.is_some() || !found.label.trim_end().ends_with(':') {
        return found;
    }
    let links = world.percept().elements.iter().filter(|e| e.role == Role::Link);
    let behind = links.filter(|e| {
        e.area.row_overlap(&found.area) > 0.5 && (-2..found.area.h * 3).contains(&(e.area.x - found.area.right()))
    });
    match behind.min_by_key(|e| e.area.x) {
        Some(link) => Candidate { area: link.area, at: link.area.center(), role: Some(Role::Link), ..found },
        None => found,
    }
}

/// Clicks the thing that `target` describes.
pub fn click(world: &mut World<'_, impl Write>, target: &str, count: u8, right: bool) -> Result<Claim, Stop> {
    world.front()?;
    let found = match super::tables::named_cell(world.percept(), target) {
        Some(cell) => cell,
        None => world.find(target)?,
    };
    let found = link_behind(world, found);
    let button = if right { Button::Right } else { Button::Left };
    let action = Action::click(found.at, button, count);
    world.act(action, Some(found.area), &format!("click {}", found.label))?;
    Ok(Claim { area: Some(found.area), ..world.claim() })
}

/// Clicks the thing that `target` describes, which may be hidden in one of the `places`.
pub fn seek(world: &mut World<'_, impl Write>, target: &str, places: &str) -> Result<Claim, Stop> {
    world.front()?;
    let phrase = Phrase::parse(target);
    let sought = reveal::by_phrase(&phrase);
    let found = match sought(world.percept(), world.window().map(|w| w.id)) {
        Some(found) => Some(found),
        None => reveal::in_places(world, places, &sought)?,
    };
    let found = match found {
        Some(found) => found,
        None => world.find(target)?,
    };
    world.act(Action::click(found.at, Button::Left, 1), Some(found.area), &format!("click {}", found.label))?;
    Ok(Claim { area: Some(found.area), ..world.claim() })
}

/// Presses at `at`, in the box of the thing there.
pub fn press_at(
    world: &mut World<'_, impl Write>,
    at: PointPx,
    area: Option<RectPx>,
    why: &str,
) -> Result<Claim, Stop> {
    world.act(Action::click(at, Button::Left, 1), area, why)?;
    Ok(Claim { area, ..world.claim() })
}

/// Has a window stand otherwise.
pub fn arrange(world: &mut World<'_, impl Write>, name: Option<&str>, how: Arrangement) -> Result<Claim, Stop> {
    world.look()?;
    let window = match name {
        Some(name) => world.window_called(name, None)?,
        None => world.window().ok_or_else(|| Stop::GiveUp("no window is open".into()))?,
    };
    world.act(Action::Arrange { window: window.id, how }, Some(window.area), &how.to_string())?;
    Ok(Claim { window: Some(window.id), ..Claim::default() })
}

/// Presses a key or a chord in the window in front.
pub fn key(world: &mut World<'_, impl Write>, chord: Chord) -> Result<Claim, Stop> {
    world.front()?;
    world.key(chord, "press it as asked")?;
    Ok(world.claim())
}

/// Turns the wheel over the middle of the window in front.
pub fn scroll(world: &mut World<'_, impl Write>, notches: i32) -> Result<Claim, Stop> {
    let window = world.front()?.ok_or_else(|| Stop::GiveUp("no window is open".into()))?;
    let action = Action::Scroll { at: window.area.center(), dx: 0, dy: notches };
    world.act(action, Some(window.area), "turn the wheel")?;
    Ok(world.claim())
}

/// Asks a window to close.
pub fn close(world: &mut World<'_, impl Write>, name: Option<&str>) -> Result<Claim, Stop> {
    world.look()?;
    let window = match name {
        Some(name) => world.window_called(name, None)?,
        None => world.window().ok_or_else(|| Stop::GiveUp("no window is open".into()))?,
    };
    world.act(Action::Close { window: window.id }, Some(window.area), "close the window")?;
    for _ in 0..8 {
        if world.percept().window(window.id).is_none() {
            break;
        }
        world.wait(200)?;
    }
    let asks = world
        .percept()
        .active_window()
        .filter(|w| w.dialog && w.id != window.id && world.percept().window(window.id).is_some());
    if let Some(dialog) = asks {
        let options = world.percept().elements_in(dialog.area).filter_map(|e| e.label.clone()).collect();
        return Err(Stop::Ask {
            question: format!("Closing asks: “{}”. What should I press?", dialog.title), options
        });
    }
    Ok(Claim { window: Some(window.id), ..Claim::default() })
}
