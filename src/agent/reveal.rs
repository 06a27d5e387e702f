//! Bringing to light what is not in sight: put away what came in between, scroll, open tabs and sections.

use super::playbook::Playbook;
use super::world::{Stop, World};
use crate::screen::{Element, Percept, PointPx, RectPx, Role, Window};
use crate::sight::find::{self, Candidate, Finding};
use crate::sight::{Phrase, similarity};
use crate::task::Action;
use std::io::Write;

/// How far the wheel is turned at a time, in notches.
const TURN: i32 = 5;
/// How often it is turned, at most.
const TURNS: u32 = 24;
/// How many tabs or sections are opened in search of something.
const DOORS: usize = 7;

/// Whether what is looked for is in sight now.
pub type Sought<'a> = &'a dyn Fn(&Percept, Option<u32>) -> Option<Candidate>;

/// Looks for something where it may be hidden; `None` where it is in none of those places.
///
/// # Errors
/// Those of acting.
pub fn reveal<W: Write>(world: &mut World<'_, W>, sought: Sought<'_>) -> Result<Option<Candidate>, Stop> {
    if put_away(world)?
        && let Some(found) = seen(world, sought)
    {
        return Ok(Some(found));
    }
    if let Some(found) = scroll(world, sought)? {
        return Ok(Some(found));
    }
    open_doors(world, sought)
}

fn seen<W: Write>(world: &World<'_, W>, sought: Sought<'_>) -> Option<Candidate> {
    sought(world.percept(), world.window().map(|w| w.id))
}

/// Puts away a box that lies above all else and asks for nothing that matters; whether there was one.
///
/// # Errors
/// Those of acting.
pub fn put_away<W: Write>(world: &mut World<'_, W>) -> Result<bool, Stop> {
    let Some(area) = overlay(world.percept()) else { return Ok(false) };
    // A window is no overlay of itself: its buttons are what the person works with.
    let inside = |w: &Window| !w.dialog && w.area.holds(&area) && area.area() * 5 < w.area.area() * 3;
    if !world.window().is_some_and(|w| inside(&w)) {
        return Ok(false);
    }
    let Some(button) = closing(world.percept(), area) else { return Ok(false) };
    world.click(button.at, button.area, &format!("put away what came in between: {}", button.label))?;
    Ok(true)
}

/// Puts away a question that came up in between, by the answer that changes nothing; whether there was one.
///
/// # Errors
/// Those of acting.
pub fn put_away_question<W: Write>(world: &mut World<'_, W>) -> Result<bool, Stop> {
    let asks = find::question(world.percept()).filter(|area| harmless_answer(world.percept(), *area).is_some());
    if asks.is_some() { put_away(world) } else { Ok(false) }
}

/// In a box that asks something, the answer by which everything stays as it is.
fn harmless_answer(percept: &Percept, area: RectPx) -> Option<Candidate> {
    let asks = percept.text_in(area).any(|t| t.text.trim_end().ends_with('?'));
    let inside = Percept {
        elements: percept.elements_in(area).filter(|e| e.role == Role::Button).cloned().collect(),
        ..percept.clone()
    };
    let stays = ["cancel", "stay", "stay here", "stay on page", "no", "keep", "go back", "not now"];
    let inside = Percept { text: percept.text_in(area).cloned().collect(), ..inside };
    stays.iter().find_map(|label| exact(&inside, label)).filter(|_| asks)
}

/// A pane that lies above the rest, or a banner that speaks of cookies or news.
fn overlay(percept: &Percept) -> Option<RectPx> {
    find::dialog(percept).map(|(area, _)| area).or_else(|| banner(percept))
}

/// The neighbourhood of a text that only banners have.
fn banner(percept: &Percept) -> Option<RectPx> {
    const SAY: [&str; 7] =
        ["cookie", "newsletter", "subscribe to", "rate us", "take a survey", "notifications?", "your privacy"];
    let line = percept.text.iter().find(|t| SAY.iter().any(|s| t.text.to_lowercase().contains(s)))?;
    Some(RectPx::new(line.area.x - 400, line.area.y - 60, line.area.w + 800, line.area.h + 160))
}

/// The button in `area` that puts it away, the most harmless first.
fn closing(percept: &Percept, area: RectPx) -> Option<Candidate> {
    let inside = Percept {
        elements: percept.elements_in(area).cloned().collect(),
        text: percept.text_in(area).cloned().collect(),
        ..percept.clone()
    };
    if let Some(answer) = harmless_answer(percept, area) {
        return Some(answer);
    }
    Playbook::get().interruptions().iter().find_map(|label| exact(&inside, label))
}

/// The button, link or sign that is called just `label`.
pub fn exact(percept: &Percept, label: &str) -> Option<Candidate> {
    let pressable =
        |e: &&Element| matches!(e.role, Role::Button | Role::Link | Role::Icon | Role::MenuItem | Role::Tab);
    let named = percept.elements.iter().filter(pressable).find(|e| {
        e.label.as_deref().is_some_and(|l| similarity(label, l) >= 0.93)
            || e.icons.first().is_some_and(|i| i.concept == label && i.confidence > 0.4)
    });
    let candidate = |area: RectPx, role, element| Candidate {
        label: label.to_owned(),
        role,
        area,
        at: area.center(),
        confidence: 0.9,
        element,
    };
    if let Some(element) = named {
        return Some(candidate(element.area, Some(element.role), Some(element.clone())));
    }
    let line = percept.text.iter().find(|t| similarity(label, &t.text) >= 0.95)?;
    Some(candidate(line.area, None, None))
}

/// The button, link or sign that is called just `label`, where there is no other of that name.
pub fn only(percept: &Percept, label: &str) -> Option<Candidate> {
    let found = exact(percept, label)?;
    let rest = Percept {
        elements: percept
            .elements
            .iter()
            .filter(|e| e.area.iou(&found.area) < 0.3 && !found.area.contains(e.area.center()))
            .cloned()
            .collect(),
        text: percept.text.iter().filter(|t| !found.area.grow(2).contains(t.area.center())).cloned().collect(),
        ..percept.clone()
    };
    exact(&rest, label).is_none().then_some(found)
}

/// The only line, or part of a line, that reads just like `label`.
pub fn exact_text(percept: &Percept, label: &str) -> Option<RectPx> {
    let label = label.trim_matches('"');
    let mut lines = percept.text.iter().filter(|t| similarity(label, &t.text) >= 0.97);
    match (lines.next(), lines.next()) {
        (Some(one), None) => Some(one.area),
        _ => None,
    }
}

/// Turns the wheel down to the end, then up, until it is in sight.
///
/// # Errors
/// Those of acting.
pub fn scroll<W: Write>(world: &mut World<'_, W>, sought: Sought<'_>) -> Result<Option<Candidate>, Stop> {
    for at in scrollable(world) {
        let mut moved = 0;
        for way in [TURN, -TURN] {
            let limit = if way > 0 { TURNS } else { TURNS + moved };
            for _ in 0..limit {
                let turned = world.act(Action::Scroll { at, dx: 0, dy: way }, None, "look further down or up")?;
                // A scroll bar that fades in is no page that moves.
                if !turned.changed.is_some_and(|c| c.w > 60 && c.h > 40) {
                    break;
                }
                moved += u32::from(way > 0);
                if let Some(found) = seen(world, sought) {
                    return Ok(Some(found));
                }
            }
        }
    }
    Ok(None)
}

/// Turns the wheel a little further down where a list has more to show; whether something moved.
///
/// # Errors
/// Those of acting.
pub fn further<W: Write>(world: &mut World<'_, W>) -> Result<bool, Stop> {
    for at in scrollable(world) {
        let turned = world.act(Action::Scroll { at, dx: 0, dy: 2 }, None, "look further down")?;
        if turned.changed.is_some_and(|c| c.w > 60 && c.h > 40) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where the wheel is worth turning: over lists with a bar of their own, and over the window's middle.
fn scrollable<W: Write>(world: &World<'_, W>) -> Vec<PointPx> {
    let Some(window) = world.window() else { return Vec::new() };
    let bars = world.percept().elements_in(window.area).filter(|e| e.role == Role::ScrollBar && e.area.h > e.area.w);
    let beside = bars.map(|bar| PointPx::new((bar.area.x - 60).max(window.area.x + 4), bar.area.center().y));
    let mut places: Vec<PointPx> = harmless(world.percept(), window.area).into_iter().collect();
    // Lists and long texts are scrolled where they are.
    let holds =
        |e: &&Element| (e.role == Role::TextField && e.area.h >= 90) || (e.role == Role::ListRow && e.area.h < 90);
    let lists = world.percept().elements_in(window.area).filter(holds).map(|e| e.area.center());
    let mut lists: Vec<PointPx> = lists.collect();
    lists.sort_by_key(|p| (p.x / 60, p.y));
    let middles: Vec<PointPx> =
        lists.chunk_by(|a, b| (a.x - b.x).abs() < 60 && b.y - a.y < 90).map(|run| run[run.len() / 2]).collect();
    for place in beside.chain(middles) {
        if places.iter().all(|p| (p.x - place.x).abs() > 120 || (p.y - place.y).abs() > 120) {
            places.push(place);
        }
    }
    places.truncate(4);
    places
}

/// A place in `area` where the wheel turns the page, and no number, slider or list under it.
fn harmless(percept: &Percept, area: RectPx) -> Option<PointPx> {
    let turns = |e: &&Element| matches!(e.role, Role::Slider | Role::Spinner | Role::DropDown | Role::TextField);
    let free =
        |p: &PointPx| !percept.elements.iter().filter(turns).any(|e| e.area.h < 120 && e.area.grow(8).contains(*p));
    let at = |across: i32, down: i32| PointPx::new(area.x + area.w * across / 12, area.y + area.h * down / 12);
    [at(6, 6), at(6, 8), at(6, 4), at(3, 6), at(9, 6), at(6, 10), at(9, 9), at(1, 6)].into_iter().find(free)
}

/// Opens tabs that are not in front and sections that are closed, one after the other.
fn open_doors<W: Write>(world: &mut World<'_, W>, sought: Sought<'_>) -> Result<Option<Candidate>, Stop> {
    let Some(window) = world.window() else { return Ok(None) };
    // What stands in a row with other tabs is a tab; a side bar leads to other pages, which nobody asked for.
    let tabs: Vec<RectPx> =
        world.percept().elements_in(window.area).filter(|e| e.role == Role::Tab).map(|e| e.area).collect();
    // What leads through a site stands at its head and foot; the tabs of a form stand in between.
    let in_body =
        |a: RectPx| a.y > window.area.y + window.area.h / 10 && a.y < window.area.bottom() - window.area.h / 6;
    let in_strip =
        |a: RectPx| in_body(a) && tabs.iter().any(|b| *b != a && (b.y - a.y).abs() <= 4 && (b.h - a.h).abs() <= 4);
    let is_door = |e: &&Element| {
        let closed = e.state.expanded == Some(false) && e.role != Role::DropDown;
        (e.role == Role::Tab && e.state.selected != Some(true) && in_strip(e.area)) || closed
    };
    let doors: Vec<Element> = world.percept().elements_in(window.area).filter(is_door).cloned().collect();
    for door in doors.into_iter().take(DOORS) {
        let named = door.label.clone().unwrap_or_else(|| door.role.name().to_owned());
        world.click(door.area.center(), door.area, &format!("look in {named}"))?;
        if let Some(found) = seen(world, sought) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Opens the `places` (tabs, sections) that are in sight one after the other, looks in each, and turns the wheel there.
///
/// # Errors
/// Those of acting.
pub fn in_places<W: Write>(
    world: &mut World<'_, W>,
    places: &str,
    sought: Sought<'_>,
) -> Result<Option<Candidate>, Stop> {
    let doors = doors_called(world, places);
    for door in doors {
        // What was opened before may have moved those behind it.
        let now = doors_called(world, places).into_iter().find(|(name, _)| *name == door.0);
        let (name, area) = now.unwrap_or(door);
        world.click(area.center(), area, &format!("look in {name}"))?;
        world.wait(350)?;
        if let Some(found) = seen(world, sought) {
            return Ok(Some(found));
        }
        if let Some(found) = scroll(world, sought)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Tabs, what is closed, what is called by the word for the places ("Section 2"), else bars of one size.
fn doors_called<W: Write>(world: &World<'_, W>, places: &str) -> Vec<(String, RectPx)> {
    let Some(window) = world.window() else { return Vec::new() };
    let word = places.trim_end_matches('s').to_lowercase();
    let elements: Vec<&Element> =
        world.percept().elements_in(window.area).filter(|e| e.role != Role::TitleBar && e.role != Role::Pane).collect();
    let said = |e: &Element| e.label.clone().or_else(|| e.value.clone()).unwrap_or_default();
    let row: Vec<&&Element> = level_row(&elements, window.area);
    let named = |e: &&&Element| said(e).to_lowercase().starts_with(&format!("{word} "));
    let tab = |e: &&&Element| places.starts_with("tab") && e.role == Role::Tab && e.state.selected != Some(true);
    let closed = |e: &&&Element| e.state.expanded == Some(false) && e.role != Role::DropDown;
    let of = |all: Vec<&&Element>| {
        let mut doors: Vec<(String, RectPx)> = all.into_iter().map(|e| (said(e), e.area)).collect();
        doors.sort_by_key(|(_, a)| (a.y, a.x));
        doors.dedup_by(|a, b| a.1.iou(&b.1) > 0.5);
        doors
    };
    let by_name = of(elements.iter().filter(named).collect());
    if by_name.len() >= 2 {
        return by_name;
    }
    let mut by_kind: Vec<&&Element> = elements.iter().filter(tab).collect();
    by_kind.extend(elements.iter().filter(closed));
    if !by_kind.is_empty() {
        return of(by_kind);
    }
    if places.starts_with("tab") && row.len() >= 2 {
        return row.into_iter().map(|e| (format!("{} at {}", said(e), e.area.x), e.area)).collect();
    }
    let lines = world.percept().text_in(window.area).filter(|t| t.text.to_lowercase().starts_with(&format!("{word} ")));
    let lines: Vec<(String, RectPx)> = lines.map(|t| (t.text.clone(), t.area)).collect();
    if lines.len() >= 2 {
        return lines;
    }
    let bar =
        |e: &&&Element| matches!(e.role, Role::Button | Role::ListRow | Role::TextField) && e.area.w > 5 * e.area.h;
    let bars: Vec<&&Element> = elements.iter().filter(bar).collect();
    let twins = |e: &&&Element| {
        bars.iter().filter(|b| (b.area.x - e.area.x).abs() <= 3 && (b.area.w - e.area.w).abs() <= 3).count() >= 2
    };
    of(bars.iter().copied().filter(|e| twins(e)).collect())
}

/// Boxes of one height side by side, the longest such row in `within`: tabs that were taken for buttons.
fn level_row<'a, 'b>(elements: &'b [&'a Element], within: RectPx) -> Vec<&'b &'a Element> {
    let boxes: Vec<&&Element> = elements
        .iter()
        .filter(|e| matches!(e.role, Role::Button | Role::TextField | Role::Tab) && e.area.w * 3 < within.w)
        .collect();
    let mut best: Vec<&&Element> = Vec::new();
    for seed in &boxes {
        let level = |e: &&&&Element| (e.area.y - seed.area.y).abs() <= 3 && (e.area.h - seed.area.h).abs() <= 6;
        let mut row: Vec<&&Element> = boxes.iter().filter(level).copied().collect();
        row.sort_by_key(|e| e.area.x);
        let close = row.windows(2).all(|p| p[1].area.x - p[0].area.right() <= p[0].area.h);
        if close && row.len() > best.len() {
            best = row;
        }
    }
    best
}

/// Looks for what `phrase` describes.
pub fn by_phrase(phrase: &Phrase) -> impl Fn(&Percept, Option<u32>) -> Option<Candidate> + '_ {
    move |percept, window| match find::find(percept, phrase, window) {
        Finding::One(one, _) => Some(*one),
        Finding::Tie(_) | Finding::None(_) => None,
    }
}
