//! Saving documents, making folders and renaming, each by several ways, the commonest first.

use super::world::{Stop, World};
use crate::screen::{Percept, RectPx, Role, Window};
use crate::sight::find::Finding;
use crate::sight::{Phrase, fold, similarity};
use crate::task::{Action, Button, Chord, Claim};
use std::io::Write;
use std::path::Path;

const PACE_MS: u64 = 120;
/// How long a dialog or a file may take to come, in paces.
const PACES: u32 = 10;

/// Stores the document in front under `path`.
pub fn save(world: &mut World<'_, impl Write>, path: &Path) -> Result<Claim, Stop> {
    let window = world.front()?;
    let known: Vec<u32> = world.percept().windows.iter().map(|w| w.id).collect();
    for chord in [Chord::ctrl_shift("s"), Chord::ctrl("s")] {
        world.key(chord, "save the document")?;
        if new_window(world, &known)?.is_some() {
            break;
        }
    }
    if new_window(world, &known)?.is_none() && !asks_for_name(world) {
        return Err(Stop::GiveUp("no dialog to save in came up".into()));
    }
    world.key(Chord::ctrl("a"), "select the proposed name")?;
    world.type_text(&path.display().to_string(), "write where to save it")?;
    world.key(Chord::plain("Return"), "save it there")?;
    for _ in 0..PACES {
        if world.exists(path)? && new_window(world, &known)?.is_none() {
            break;
        }
        confirm_overwrite(world)?;
        world.wait(PACE_MS)?;
    }
    Ok(Claim { window: window.map(|w| w.id), ..Claim::default() })
}

/// The guardian has settled beforehand whether a file may be written over.
fn confirm_overwrite(world: &mut World<'_, impl Write>) -> Result<(), Stop> {
    for name in ["Replace", "Overwrite"] {
        let phrase = Phrase { name: name.into(), role: Some(Role::Button), ..Phrase::default() };
        if let Finding::One(one, _) = world.locate(&phrase) {
            world.click(one.at, one.area, "write over the file, as allowed")?;
            return Ok(());
        }
    }
    Ok(())
}

fn asks_for_name<W: Write>(world: &World<'_, W>) -> bool {
    let words = ["file name", "name", "filename", "save in folder", "save as"];
    world.percept().text.iter().any(|t| words.iter().any(|w| similarity(w, t.text.trim_end_matches(':')) > 0.95))
}

/// A managed window that is not among `known`, waiting a little for it.
fn new_window(world: &mut World<'_, impl Write>, known: &[u32]) -> Result<Option<Window>, Stop> {
    let find = |p: &Percept| p.windows.iter().find(|w| !w.popup && !known.contains(&w.id)).cloned();
    for pace in 0..PACES / 2 {
        if let Some(window) = find(world.percept()) {
            if !window.focused && pace < 2 {
                world.wait(PACE_MS)?;
                continue;
            }
            return Ok(Some(window));
        }
        if pace + 1 < PACES / 2 {
            world.wait(PACE_MS)?;
        }
    }
    Ok(find(world.percept()))
}

/// Makes the folder `path` in the file manager that shows its parent.
pub fn make_folder(world: &mut World<'_, impl Write>, path: &Path) -> Result<Claim, Stop> {
    let window = world.front()?.ok_or_else(|| Stop::GiveUp("no file manager is open".into()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if world.exists(path)? {
        return Err(Stop::GiveUp(format!("{} exists already", path.display())));
    }
    for way in [FolderWay::Key(Chord::ctrl_shift("n")), FolderWay::Key(Chord::plain("F10")), FolderWay::Menu] {
        if !begin_folder(world, &way, &window)? {
            continue;
        }
        world.key(Chord::ctrl("a"), "select the proposed name")?;
        world.type_text(&name, "write the folder's name")?;
        world.key(Chord::plain("Return"), "make it")?;
        if comes(world, path)? {
            return Ok(Claim { window: Some(window.id), ..Claim::default() });
        }
        world.key(Chord::plain("Escape"), "leave what came up")?;
    }
    Err(Stop::GiveUp("the file manager offers no way to make a folder that I know".into()))
}

enum FolderWay {
    Key(Chord),
    Menu,
}

/// Whether something came up that asks for a name.
fn begin_folder(world: &mut World<'_, impl Write>, way: &FolderWay, window: &Window) -> Result<bool, Stop> {
    let known: Vec<u32> = world.percept().windows.iter().map(|w| w.id).collect();
    match way {
        FolderWay::Key(chord) => {
            let seen = world.key(chord.clone(), "ask for a new folder")?;
            if new_window(world, &known)?.is_some() {
                return Ok(true);
            }
            // Some file managers let the name be written in place.
            Ok(seen.changed.is_some_and(|c| c.w > 40 && c.h > 12 && c.area() < window.area.area() / 3))
        }
        FolderWay::Menu => {
            let at = blank_place(world.percept(), window.area);
            world.act(Action::click(at, Button::Right, 1), Some(window.area), "open the folder's menu")?;
            for names in [["New Folder", "Create Folder", "Create New"].as_slice(), &["Folder", "New Folder"]] {
                let entry = names.iter().find_map(|name| entry_called(world, name));
                let Some(entry) = entry else { break };
                world.click(entry.center(), entry, "take the menu's entry")?;
                if new_window(world, &known)?.is_some() {
                    return Ok(true);
                }
            }
            world.key(Chord::plain("Escape"), "leave the menu")?;
            Ok(false)
        }
    }
}

fn entry_called<W: Write>(world: &World<'_, W>, name: &str) -> Option<RectPx> {
    match world.locate(&Phrase { name: name.into(), ..Phrase::default() }) {
        Finding::One(one, _) if one.confidence > 0.8 => Some(one.area),
        _ => None,
    }
}

/// A place in the window's lower right where no text stands.
fn blank_place(percept: &Percept, area: RectPx) -> crate::screen::PointPx {
    let mut best = area.center();
    for y in (area.y + area.h / 2..area.bottom() - 60).rev().step_by(20) {
        let at = crate::screen::PointPx::new(area.right() - area.w / 5, y);
        if !percept.text.iter().any(|t| t.area.grow(12).contains(at)) {
            best = at;
            break;
        }
    }
    best
}

fn comes(world: &mut World<'_, impl Write>, path: &Path) -> Result<bool, Stop> {
    for _ in 0..PACES {
        if world.exists(path)? {
            return Ok(true);
        }
        world.wait(PACE_MS)?;
    }
    Ok(false)
}

/// Gives the file `from` its new name in the file manager that shows its folder.
pub fn rename(world: &mut World<'_, impl Write>, from: &Path, to: &Path) -> Result<Claim, Stop> {
    let window = world.front()?.ok_or_else(|| Stop::GiveUp("no file manager is open".into()))?;
    let old = from.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let new = to.file_name().unwrap_or_default().to_string_lossy().into_owned();
    select_file(world, &old, &window)?;
    world.key(Chord::plain("F2"), "ask for a new name")?;
    world.wait(PACE_MS)?;
    world.key(Chord::ctrl("a"), "select the old name")?;
    world.type_text(&new, "write the new name")?;
    world.key(Chord::plain("Return"), "rename it")?;
    if !comes(world, to)? {
        world.key(Chord::plain("Escape"), "leave what came up")?;
        return Err(Stop::GiveUp(format!("the file manager did not rename “{old}”")));
    }
    Ok(Claim { window: Some(window.id), ..Claim::default() })
}

fn select_file(world: &mut World<'_, impl Write>, name: &str, window: &Window) -> Result<(), Stop> {
    for look in 0..4 {
        if let Some(area) = file_label(world.percept(), name, window.area) {
            world.click(area.center(), area, &format!("select {name}"))?;
            return Ok(());
        }
        if look < 3 {
            world.wait(400)?;
        }
    }
    Err(Stop::GiveUp(format!("“{name}” is not to be seen in the file manager")))
}

/// Where the name of a file stands; of several, the one that is most alike and not in the title or path bar.
fn file_label(percept: &Percept, name: &str, window: RectPx) -> Option<RectPx> {
    let wanted = fold(name);
    let lines: Vec<_> = percept.text_in(window).collect();
    // Long names are broken over two lines under their icons.
    let wrapped =
        lines.iter().flat_map(|upper| lines.iter().map(move |lower| (upper, lower))).find_map(|(upper, lower)| {
            let below = (-6..=10).contains(&(lower.area.y - upper.area.bottom()))
                && lower.area.column_overlap(&upper.area) > 0.5;
            let joined = format!("{}{}", upper.text, lower.text);
            (below && similarity(name, &joined) >= 0.95).then(|| upper.area.union(&lower.area))
        });
    if wrapped.is_some() {
        return wrapped;
    }
    let candidates = percept.text_in(window).map(|line| {
        let whole = similarity(name, &line.text);
        let word = line.words.iter().map(|w| (similarity(name, &w.text), w.area)).max_by(|a, b| a.0.total_cmp(&b.0));
        match word {
            Some((likeness, area)) if likeness > whole && line.words.len() > 1 => (likeness, area),
            _ => (whole, line.area),
        }
    });
    let exact = |likeness: f32| likeness >= 0.8 && !wanted.is_empty();
    candidates
        .filter(|(likeness, _)| exact(*likeness))
        .max_by(|a, b| (a.0, a.1.y).partial_cmp(&(b.0, b.1.y)).unwrap_or(std::cmp::Ordering::Equal))
        .map(|(_, area)| area)
}
