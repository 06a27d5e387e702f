//! Clicks on named things, keys, the wheel, closing windows.

use super::world::{Stop, World};
use crate::task::{Action, Button, Chord, Claim};
use std::io::Write;

/// Clicks the thing that `target` describes.
pub fn click(world: &mut World<'_, impl Write>, target: &str, count: u8, right: bool) -> Result<Claim, Stop> {
    world.front()?;
    let found = world.find(target)?;
    let button = if right { Button::Right } else { Button::Left };
    let action = Action::click(found.at, button, count);
    world.act(action, Some(found.area), &format!("click {}", found.label))?;
    Ok(Claim { area: Some(found.area), ..world.claim() })
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
