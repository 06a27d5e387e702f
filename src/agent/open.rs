//! Getting an application to the front.

use super::press::press_at;
use super::world::{Stop, World, likeness};
use crate::screen::{Role, Window};
use crate::sight::find::{self, Candidate, Finding};
use crate::sight::{Phrase, records, similarity};
use crate::task::{Action, Button, Claim};
use std::io::Write;
use std::path::Path;

/// Looks at a started application's desktop this often, this many times.
const PACE_MS: u64 = 150;
const LOOKS: u32 = 130;
/// From this look on, a window that was there before will do.
const PATIENT: u32 = 14;

/// Opens `app`, with `on` where something is to be opened in it.
pub fn open(world: &mut World<'_, impl Write>, app: &str, on: Option<String>) -> Result<Claim, Stop> {
    world.look()?;
    if on.is_none()
        && let Some(window) = existing(world, app)
    {
        world.bring(&window)?;
        return Ok(Claim { window: Some(window.id), ..Claim::default() });
    }
    if let Some(name) = shown_only(world, on.as_deref())? {
        return open_thing(world, &name);
    }
    let launched = world.launch(app, on)?;
    await_window(world, launched)
}

/// The name of a file that does not exist here, and that the screen shows: a page or program lists it.
fn shown_only(world: &mut World<'_, impl Write>, on: Option<&str>) -> Result<Option<String>, Stop> {
    let Some(path) = on.map(Path::new).filter(|p| p.is_absolute()) else { return Ok(None) };
    let Some(name) = path.file_name().map(|n| n.to_string_lossy().into_owned()) else { return Ok(None) };
    let shown = !records::rows(world.percept(), &format!("\"{name}\""), None).is_empty();
    Ok((shown && !world.exists(path)?).then_some(name))
}

/// Waits for the window of an application that was started. One that runs already may show what is opened
/// in a window that it has: that one's title changes.
fn await_window(
    world: &mut World<'_, impl Write>,
    (name, pid, before): (String, u32, Vec<u32>),
) -> Result<Claim, Stop> {
    let titles: Vec<(u32, String)> = world.percept().windows.iter().map(|w| (w.id, w.title.clone())).collect();
    for look in 0..LOOKS {
        world.wait(PACE_MS)?;
        let taken = || (look >= PATIENT).then(|| retitled(world, &titles, &name)).flatten();
        if let Some(window) = newcomer(world, &before, pid).or_else(taken) {
            world.bring(&window)?;
            return Ok(Claim { window: Some(window.id), ..Claim::default() });
        }
    }
    Err(Stop::GiveUp(format!("{name} was started, but no window of it came up")))
}

/// Opens what is called `name`: a window, a thing on the screen, or else an application.
pub fn open_thing(world: &mut World<'_, impl Write>, name: &str) -> Result<Claim, Stop> {
    world.front()?;
    let bare = name.trim_matches('"');
    // A window of just that name is meant before a text that says it, its own title for one.
    let titled = |w: &Window| !w.popup && !w.dialog && similarity(&w.title, bare) >= 0.95;
    if let Some(window) = world.percept().windows.iter().rev().find(|w| titled(w)).cloned() {
        world.bring(&window)?;
        return Ok(Claim { window: Some(window.id), ..Claim::default() });
    }
    if let Finding::One(one, _) = world.locate(&Phrase::parse(name)) {
        return press_thing(world, &one);
    }
    if let [row] = records::rows(world.percept(), name, None).as_slice() {
        let at = find::tables::first_text(world.percept(), *row).unwrap_or_else(|| row.center());
        return press_at(world, at, Some(*row), &format!("open {bare}"));
    }
    if let Some(window) = existing(world, bare) {
        world.bring(&window)?;
        return Ok(Claim { window: Some(window.id), ..Claim::default() });
    }
    match world.launch(bare, None) {
        Ok(launched) => await_window(world, launched),
        Err(Stop::GiveUp(_)) => {
            let found = world.find(name)?;
            press_thing(world, &found)
        }
        Err(stop) => Err(stop),
    }
}

/// Icons of a file manager open by a double click, all else by one.
fn press_thing(world: &mut World<'_, impl Write>, found: &Candidate) -> Result<Claim, Stop> {
    let files = world.window().is_some_and(|w| FILE_MANAGERS.iter().any(|a| w.app.contains(a)));
    let plain = matches!(found.role, None | Some(Role::ListRow | Role::Icon | Role::Image));
    let count = if files && plain { 2 } else { 1 };
    world.act(Action::click(found.at, Button::Left, count), Some(found.area), &format!("open {}", found.label))?;
    Ok(Claim { area: Some(found.area), ..world.claim() })
}

const FILE_MANAGERS: [&str; 6] = ["pcmanfm", "nautilus", "thunar", "nemo", "dolphin", "caja"];

fn existing<W: Write>(world: &World<'_, W>, app: &str) -> Option<Window> {
    let managed = world.percept().windows.iter().rev().filter(|w| !w.popup && !w.dialog);
    managed.map(|w| (likeness(app, w), w)).find(|(fit, _)| *fit >= 0.85).map(|(_, w)| w.clone())
}

/// A window of the application `name` whose title is another than it was.
fn retitled<W: Write>(world: &World<'_, W>, titles: &[(u32, String)], name: &str) -> Option<Window> {
    let other = |w: &&Window| titles.iter().any(|(id, title)| *id == w.id && *title != w.title);
    let own = |w: &&Window| !w.popup && !w.dialog && likeness(name, w) >= 0.85;
    world.percept().windows.iter().rev().filter(own).find(other).cloned()
}

/// The window that was not there before: that of the process itself, else the topmost.
fn newcomer<W: Write>(world: &World<'_, W>, before: &[u32], pid: u32) -> Option<Window> {
    let new: Vec<&Window> = world.percept().windows.iter().filter(|w| !w.popup && !before.contains(&w.id)).collect();
    let own = new.iter().rev().find(|w| w.pid == Some(pid));
    own.or(new.last()).map(|w| (*w).clone())
}
