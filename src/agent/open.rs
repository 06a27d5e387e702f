//! Getting an application to the front.

use super::world::{Stop, World, likeness};
use crate::screen::Window;
use crate::task::Claim;
use std::io::Write;

/// Looks at a started application's desktop this often, this many times.
const PACE_MS: u64 = 150;
const LOOKS: u32 = 130;

/// Opens `app`, with `on` where something is to be opened in it.
pub fn open(world: &mut World<'_, impl Write>, app: &str, on: Option<String>) -> Result<Claim, Stop> {
    world.look()?;
    if on.is_none()
        && let Some(window) = existing(world, app)
    {
        world.bring(&window)?;
        return Ok(Claim { window: Some(window.id), ..Claim::default() });
    }
    let (name, pid, before) = world.launch(app, on)?;
    for _ in 0..LOOKS {
        world.wait(PACE_MS)?;
        if let Some(window) = newcomer(world, &before, pid) {
            world.bring(&window)?;
            return Ok(Claim { window: Some(window.id), ..Claim::default() });
        }
    }
    Err(Stop::GiveUp(format!("{name} was started, but no window of it came up")))
}

fn existing<W: Write>(world: &World<'_, W>, app: &str) -> Option<Window> {
    let managed = world.percept().windows.iter().rev().filter(|w| !w.popup && !w.dialog);
    managed.map(|w| (likeness(app, w), w)).find(|(fit, _)| *fit >= 0.85).map(|(_, w)| w.clone())
}

/// The window that was not there before: that of the process itself, else the topmost.
fn newcomer<W: Write>(world: &World<'_, W>, before: &[u32], pid: u32) -> Option<Window> {
    let new: Vec<&Window> = world.percept().windows.iter().filter(|w| !w.popup && !before.contains(&w.id)).collect();
    let own = new.iter().rev().find(|w| w.pid == Some(pid));
    own.or(new.last()).map(|w| (*w).clone())
}
