//! Tabs, menus, context menus, and parts that open and close.

use super::reveal;
use super::world::{Stop, World};
use crate::screen::{Element, Percept, PointPx, RectPx, Role};
use crate::sight::find::{Candidate, Finding};
use crate::sight::{Phrase, similarity};
use crate::task::{Action, Button, Chord, Claim, Observation};
use std::io::Write;

/// Brings the tab `name` to the front.
pub fn tab(world: &mut World<'_, impl Write>, name: &str) -> Result<Claim, Stop> {
    world.front()?;
    let parsed = Phrase::parse(name);
    for role in [Role::Tab, Role::ListRow, Role::Link, Role::Button] {
        if let Finding::One(one, _) = world.locate(&Phrase { role: Some(role), ..parsed.clone() })
            && one.role == Some(role)
        {
            return take(world, &one);
        }
    }
    let found = world.find(name)?;
    take(world, &found)
}

fn take(world: &mut World<'_, impl Write>, found: &Candidate) -> Result<Claim, Stop> {
    // What is in front already needs no press.
    if found.element.as_ref().is_some_and(|e| e.role == Role::Tab && e.state.selected == Some(true)) {
        return Ok(Claim { area: Some(found.area), ..world.claim() });
    }
    world.click(found.at, found.area, &format!("open {}", found.label))?;
    Ok(Claim { area: Some(found.area), ..world.claim() })
}

/// Takes the entry at the end of `path` out of the menus of the window in front.
pub fn menu(world: &mut World<'_, impl Write>, path: &[String]) -> Result<Claim, Stop> {
    world.front()?;
    let Some((first, rest)) = path.split_first() else { return Err(Stop::GiveUp("no menu was named".into())) };
    let head = menu_head(world, first)?;
    let opened = world.click(head.at, head.area, &format!("open the menu {first}"))?;
    walk(world, rest, opened, head.area)
}

/// The name of a menu: rather in the bar at the top of the window than elsewhere.
fn menu_head(world: &mut World<'_, impl Write>, name: &str) -> Result<Candidate, Stop> {
    let top = world.window().map(|w| w.area);
    let in_bar = |a: RectPx| top.is_none_or(|w| a.y < w.y + 90.max(w.h / 6) && w.contains(a.center()));
    let lines = world.percept().text.iter().filter(|t| in_bar(t.area));
    let words = lines.flat_map(|t| words_like(t, name));
    if let Some((area, _)) = words.filter(|(_, fit)| *fit >= 0.85).max_by(|a, b| a.1.total_cmp(&b.1)) {
        return Ok(Candidate {
            label: name.to_owned(),
            role: Some(Role::MenuItem),
            area,
            at: area.center(),
            confidence: 0.9,
            element: None,
        });
    }
    world.find(&format!("\"{name}\""))
}

/// The parts of a line of menu names that read like `name`.
fn words_like(line: &crate::screen::TextSpan, name: &str) -> Vec<(RectPx, f32)> {
    let count = name.split_whitespace().count().max(1);
    let mut found = vec![(line.area, similarity(name, &line.text))];
    for words in line.words.windows(count) {
        let text = words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
        let area = words.iter().fold(RectPx::default(), |all, w| all.union(&w.area));
        found.push((area, similarity(name, &text) - 0.01));
    }
    found
}

/// Takes the entries of `path` one after the other out of what came up.
fn walk(
    world: &mut World<'_, impl Write>,
    path: &[String],
    mut opened: Observation,
    mut from: RectPx,
) -> Result<Claim, Stop> {
    for (at, name) in path.iter().enumerate() {
        let last = at + 1 == path.len();
        let Some(entry) = entry_in(world, &opened, name, from)? else {
            world.key(Chord::plain("Escape"), "close the menu again")?;
            return Err(Stop::GiveUp(format!("the menu has no entry “{name}”")));
        };
        // A menu beside this one opens by the pointer in some applications, by a press in others.
        if !last {
            opened = world.act(Action::Move { to: entry.center() }, None, &format!("open {name}"))?;
            opened = settle_submenu(world, opened, &path[at + 1], entry)?;
        } else {
            opened = world.click(entry.center(), entry, &format!("take {name}"))?;
        }
        from = entry;
    }
    Ok(Claim { area: Some(from), ..world.claim() })
}

/// Waits for the menu that belongs to an entry; presses the entry where the pointer is not enough.
fn settle_submenu(
    world: &mut World<'_, impl Write>,
    opened: Observation,
    next: &str,
    entry: RectPx,
) -> Result<Observation, Stop> {
    if line_like(world.percept(), next, None).is_some() {
        return Ok(opened);
    }
    let waited = world.wait(350)?;
    if line_like(world.percept(), next, None).is_some() {
        return Ok(waited);
    }
    world.click(entry.center(), entry, "open what is behind it")
}

/// Where `name` stands in what came up; waits a little for it.
fn entry_in(
    world: &mut World<'_, impl Write>,
    opened: &Observation,
    name: &str,
    from: RectPx,
) -> Result<Option<RectPx>, Stop> {
    for look in 0..3 {
        let popup = world.percept().windows.iter().rev().find(|w| w.popup && w.area.h > 12).map(|w| w.area);
        let places = [popup, opened.changed, None];
        for place in places.into_iter().filter(|p| p.is_some()).chain([None]) {
            if let Some(area) = line_like(world.percept(), name, place)
                && area.iou(&from) < 0.5
            {
                return Ok(Some(area));
            }
        }
        if look < 2 {
            world.wait(250)?;
        }
    }
    Ok(None)
}

/// Where `name` stands in a menu that came up.
pub fn entry(percept: &Percept, opened: &Observation, name: &str) -> Option<RectPx> {
    let popup = percept.windows.iter().rev().find(|w| w.popup && w.area.h > 12).map(|w| w.area);
    line_like(percept, name, popup.or(opened.changed))
}

/// The line in `area` that reads like `name`; shortcuts and dots behind it do not count.
fn line_like(percept: &Percept, name: &str, area: Option<RectPx>) -> Option<RectPx> {
    let inside = |a: RectPx| area.is_none_or(|place| a.covered_by(&place.grow(4)) > 0.6);
    let lines = percept.text.iter().filter(|t| inside(t.area));
    let fits = lines.map(|t| (entry_likeness(name, &t.text), t.area));
    let best = fits.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.86).then_some(best.1)
}

fn entry_likeness(name: &str, line: &str) -> f32 {
    let bare = |text: &str| text.trim_end_matches(['.', '…', '>', '›', '▸', '►', ' ']).to_owned();
    let plain = bare(line);
    let without_shortcut = plain
        .rsplit_once(' ')
        .filter(|(_, last)| last.contains('+') || (last.starts_with('F') && last.len() <= 3) || *last == "Del");
    let short = without_shortcut.map_or_else(|| plain.clone(), |(head, _)| bare(head));
    similarity(&bare(name), &plain).max(similarity(&bare(name), &short))
}

/// Right-clicks `target` and takes an entry out of the menu that comes up.
pub fn context(world: &mut World<'_, impl Write>, target: &str, path: &[String]) -> Result<Claim, Stop> {
    world.front()?;
    let found = world.find(target)?;
    let action = Action::click(found.at, Button::Right, 1);
    let opened = world.act(action, Some(found.area), &format!("open the menu of {}", found.label))?;
    walk(world, path, opened, found.area)
}

/// Opens or closes the part called `thing`.
pub fn expand(world: &mut World<'_, impl Write>, thing: &str, open: bool) -> Result<Claim, Stop> {
    world.front()?;
    let found = match reveal::exact_text(world.percept(), thing) {
        Some(area) => area,
        None => world.find(thing)?.area,
    };
    let (at, area) = handle(world.percept(), found).unwrap_or((found.center(), found));
    let why = if open { "open it" } else { "close it" };
    let seen = world.click(at, area, why)?;
    // A tree's row opens by its arrow, else by a double click or the arrow key.
    if !is_fold(&seen, found) && at == found.center() {
        let key = if open { "Right" } else { "Left" };
        let keyed = world.key(Chord::plain(key), why)?;
        if !is_fold(&keyed, found) {
            world.act(Action::click(at, Button::Left, 2), Some(area), why)?;
        }
    }
    Ok(Claim { area: Some(found), ..world.claim() })
}

/// Whether `thing` stands with an arrow or sign in front of it, and may be a part that is shut.
pub fn is_shut(percept: &Percept, thing: &str) -> bool {
    reveal::exact_text(percept, thing).is_some_and(|row| handle(percept, row).is_some())
}

/// Whether what changed is more than the row itself.
fn is_fold(seen: &Observation, row: RectPx) -> bool {
    seen.changed.is_some_and(|c| c.h > row.h * 2 && c.bottom() > row.bottom() + row.h / 2)
}

/// The arrow or sign in front of a row, or at the end of its line.
fn handle(percept: &Percept, row: RectPx) -> Option<(PointPx, RectPx)> {
    const SIGNS: [&str; 8] = ["chevron", "arrow", "caret", "triangle", "plus", "minus", "expand", "collapse"];
    let is_sign = |e: &&Element| {
        let drawn = matches!(e.role, Role::Icon | Role::Button) && e.area.w <= 32;
        let means = e.icons.iter().take(3).any(|i| SIGNS.iter().any(|s| i.concept.contains(s)))
            || e.shape.as_deref() == Some("triangle")
            || e.state.expanded.is_some();
        drawn && means && e.area.row_overlap(&row) > 0.5
    };
    let before = percept.elements.iter().filter(is_sign).filter(|e| (0..48).contains(&(row.x - e.area.right())));
    before.min_by_key(|e| row.x - e.area.right()).map(|e| (e.area.center(), e.area))
}
