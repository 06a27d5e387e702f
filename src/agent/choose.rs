//! Options in lists and drop-downs, boxes to tick.

use super::field::find_field;
use super::hidden;
use super::reveal;
use super::world::{Stop, World};
use crate::screen::{Element, Percept, PointPx, RectPx, Role, TextSpan};
use crate::sight::find::{Candidate, Finding};
use crate::sight::{Phrase, boxes, colour_named, fold, similarity};
use crate::task::{Action, Chord, Claim, Observation};
use std::io::Write;

/// How often a box is pressed until it is as it should be.
const PRESSES: u32 = 2;

/// Brings the box called `label` into the state `on`.
pub fn tick(world: &mut World<'_, impl Write>, label: &str, on: bool) -> Result<Claim, Stop> {
    world.front()?;
    let mut target = find_box(world, label)?;
    // A box of which nothing can be seen was pressed before: once more would undo it.
    if world.attempt() > 1 && checked(&target).is_none() {
        return Err(Stop::GiveUp(format!("whether {label} is ticked cannot be seen")));
    }
    let by_place = Phrase::parse(label).name.is_empty();
    for _ in 0..PRESSES {
        if checked(&target) == Some(on) {
            break;
        }
        world.click(target.at, target.area, &format!("{} {}", if on { "tick" } else { "untick" }, target.label))?;
        step_aside(world)?;
        match find_box(world, label) {
            // "The first radio button" may be another one, once the first looks different.
            Ok(again) if by_place && again.area.iou(&target.area) < 0.2 => break,
            Ok(again) => target = again,
            Err(Stop::Gone) => return Err(Stop::Gone),
            Err(_) => break,
        }
        if checked(&target).is_none() {
            break;
        }
    }
    Ok(Claim { area: Some(target.area), ..world.claim() })
}

/// Takes the pointer off what it hovers over, so that its state can be seen.
pub fn step_aside(world: &mut World<'_, impl Write>) -> Result<(), Stop> {
    if let Some(window) = world.window() {
        let to = PointPx::new(window.area.x + 2, window.area.y + 2);
        world.act(Action::Move { to }, None, "take the pointer off it")?;
    }
    Ok(())
}

fn find_box(world: &mut World<'_, impl Write>, label: &str) -> Result<Candidate, Stop> {
    let mut phrase = Phrase::parse(label);
    if phrase.role.is_none() {
        for role in [Role::CheckBox, Role::RadioButton] {
            phrase.role = Some(role);
            if let Finding::One(one, _) = world.locate(&phrase) {
                return Ok(*one);
            }
        }
    }
    // Mails and other records have boxes without names at their left.
    let within = world.window().map(|w| w.area);
    if let Some(tick) = boxes::of_record(world.percept(), label.trim_matches('"'), within) {
        return Ok(Candidate {
            label: label.to_owned(),
            role: Some(tick.role),
            area: tick.area,
            at: tick.area.center(),
            confidence: 0.8,
            element: Some(tick),
        });
    }
    world.find(label)
}

fn checked(target: &Candidate) -> Option<bool> {
    target.element.as_ref().and_then(|e| e.state.checked)
}

/// Chooses `option`, in the list or drop-down called `list` where one is named.
pub fn choose(world: &mut World<'_, impl Write>, option: &str, list: Option<&str>) -> Result<Claim, Stop> {
    world.front()?;
    if let Some(swatch) = swatch(world.percept(), option, list) {
        return take_swatch(world, option, &swatch);
    }
    if let Some(radio) = list.and_then(|list| boxes::radio_in(world.percept(), option, list)) {
        if radio.state.checked != Some(true) {
            world.click(radio.area.center(), radio.area, &format!("choose {option}"))?;
            step_aside(world)?;
        }
        return Ok(Claim { area: Some(radio.area), ..world.claim() });
    }
    if let Some(list) = list {
        return match find_list(world, list)? {
            Some(target)
                if target.element.as_ref().is_some_and(|e| e.role == Role::DropDown || e.role == Role::TextField) =>
            {
                choose_in(world, option, &target)
            }
            // What stands there already needs no list that is opened, and a part that is shut is opened first.
            Some(_) | None if reveal::exact(world.percept(), option).is_some() => choose_visible(world, option),
            _ if hidden::is_shut(world.percept(), list) => {
                hidden::expand(world, list, true)?;
                choose_visible(world, option)
            }
            Some(target) => match choose_below(world, option, &target)? {
                Some(claim) => Ok(claim),
                None => choose_in(world, option, &target),
            },
            None => choose_visible(world, option),
        };
    }
    choose_visible(world, option)
}

/// The piece of the colour that `word` names in a row of pieces of several colours, none of which has a name; the
/// rows below or beside a text like `list` come first. `None` where `word` is no colour or no such row is there.
pub fn swatch(percept: &Percept, word: &str, list: Option<&str>) -> Option<Element> {
    let colour = colour_named(word)?;
    let is_piece = |e: &&Element| {
        let roles = [Role::Icon, Role::Image, Role::Button, Role::Pane, Role::RadioButton, Role::CheckBox];
        let of_list = |l: &str| list.is_some_and(|list| similarity(list, l) >= 0.8);
        roles.contains(&e.role)
            && e.label.as_deref().is_none_or(|l| colour_named(l).is_some() || of_list(l))
            && e.colour.is_some()
            && e.area.w.max(e.area.h) <= 2 * e.area.w.min(e.area.h)
    };
    let pieces: Vec<&Element> = percept.elements.iter().filter(is_piece).collect();
    let in_row = |e: &Element| {
        let beside = pieces.iter().filter(|o| {
            (o.area.center().y - e.area.center().y).abs() <= 4 && (o.area.h - e.area.h).abs() * 3 <= e.area.h
        });
        let mut colours: Vec<&str> = beside.filter_map(|o| o.colour.as_deref()).collect();
        colours.sort_unstable();
        colours.dedup();
        colours.len() >= 3
    };
    let mut fitting: Vec<&&Element> =
        pieces.iter().filter(|e| e.colour.as_deref() == Some(colour) && in_row(e)).collect();
    let head =
        list.and_then(|list| percept.text.iter().find(|t| similarity(list, t.text.trim_end_matches(':')) >= 0.8));
    let from_head =
        |a: RectPx| head.map_or(0, |h| (a.center().y - h.area.center().y).abs() + (a.x - h.area.x).abs() / 4);
    fitting.sort_by_key(|e| from_head(e.area));
    fitting.first().map(|e| (**e).clone())
}

/// Presses a swatch, and takes the pointer off it, so that its look tells.
pub fn take_swatch(world: &mut World<'_, impl Write>, colour: &str, swatch: &Element) -> Result<Claim, Stop> {
    world.click(swatch.area.center(), swatch.area, &format!("take {colour}"))?;
    step_aside(world)?;
    Ok(Claim { area: Some(swatch.area), ..world.claim() })
}

/// The drop-down, or what looks like a field, of that name; `None` where options stand open.
fn find_list(world: &mut World<'_, impl Write>, list: &str) -> Result<Option<Candidate>, Stop> {
    let phrase = Phrase { role: Some(Role::DropDown), ..Phrase::parse(list) };
    if let Finding::One(one, _) = world.locate(&phrase) {
        return Ok(Some(*one));
    }
    match find_field(world, list) {
        Ok(found) if found.area.h <= 72 => Ok(Some(found)),
        Ok(_) | Err(Stop::GiveUp(_)) => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// Opens the drop-down `target` and takes `option` out of it.
pub fn choose_in(world: &mut World<'_, impl Write>, option: &str, target: &Candidate) -> Result<Claim, Stop> {
    let done = |world: &World<'_, _>| Claim { area: Some(target.area), ..world.claim() };
    if similarity(option, &shown(world.percept(), target.area)) >= 0.95 {
        return Ok(done(world));
    }
    let opened = world.click(target.at, target.area, &format!("open {}", target.label))?;
    if let Some(found) = option_in_popup(world.percept(), &opened, option, target.area) {
        world.click(found.center(), found, &format!("take {option}"))?;
        return Ok(done(world));
    }
    // Where nothing came up it is a list that stands open.
    if opened.changed.is_none_or(|c| c.h <= target.area.h * 2)
        && let Some(row) = in_open_list(world, option, target)?
    {
        world.click(row.center(), row, &format!("take {option}"))?;
        return Ok(Claim { area: Some(row), ..world.claim() });
    }
    // Lists that are longer than their window jump to what is typed.
    let typed = world.type_text(option, &format!("look for {option} in the list"))?;
    // Where no list is open, Return would open one, or press the button that a form is sent by.
    let listed = |seen: &Observation| seen.changed.is_some_and(|c| c.h > (target.area.h * 3 / 2).max(64));
    let is_open = world.percept().windows.iter().any(|w| w.popup) || listed(&opened);
    if !is_open && typed.changed.is_some() {
        return Ok(done(world));
    }
    world.key(Chord::plain("Return"), &format!("take {option}"))?;
    // The list may take a while to go, and swallows the next press until it has.
    for _ in 0..PATIENCE {
        if !world.percept().windows.iter().any(|w| w.popup && w.area.column_overlap(&target.area) > 0.5) {
            break;
        }
        world.wait(PACE_MS)?;
    }
    Ok(done(world))
}

/// How often, and after how many milliseconds each, it is looked whether a list has gone.
const PATIENCE: u32 = 6;
const PACE_MS: u64 = 150;

/// Takes `option` out of a list that stands open below its name, where `target` is only the name; `None` where no
/// list of several entries stands there.
pub fn choose_below(
    world: &mut World<'_, impl Write>,
    option: &str,
    target: &Candidate,
) -> Result<Option<Claim>, Stop> {
    if target.element.is_some() || !has_list_below(world.percept(), target.area) {
        return Ok(None);
    }
    let Some(row) = in_open_list(world, option, target)? else { return Ok(None) };
    world.click(row.center(), row, &format!("take {option}"))?;
    step_aside(world)?;
    Ok(Some(Claim { area: Some(row), ..world.claim() }))
}

/// Whether at least three lines stand right below `name`, one under the other, in no field.
fn has_list_below(percept: &Percept, name: RectPx) -> bool {
    let em = name.h.max(8);
    let free = |a: RectPx| {
        let holds = |e: &&Element| {
            matches!(e.role, Role::TextField | Role::Button | Role::DropDown) && e.area.contains(a.center())
        };
        !percept.elements.iter().any(|e| holds(&e))
    };
    let below = |a: RectPx| a.y >= name.bottom() - 2 && a.y < name.bottom() + 14 * em && (a.x - name.x).abs() <= 3 * em;
    let mut lines: Vec<i32> =
        percept.text.iter().map(|t| t.area).filter(|a| below(*a) && free(*a)).map(|a| a.y).collect();
    lines.sort_unstable();
    lines.len() >= 3 && lines[0] - name.bottom() <= 3 * em && lines.windows(2).all(|p| p[1] - p[0] <= 4 * em)
}

/// Where `option` stands in the list below a name or a field, scrolled to where it must be.
fn in_open_list(world: &mut World<'_, impl Write>, option: &str, target: &Candidate) -> Result<Option<RectPx>, Stop> {
    let at = PointPx::new(target.area.x + 30, target.area.bottom() + 40);
    for turn in 0..SCROLLS {
        let beside = |t: &&TextSpan| similarity(option, &t.text) >= 0.95 && t.area.y + 4 >= target.area.y;
        if let Some(line) = world.percept().text.iter().find(beside) {
            return Ok(Some(line.area));
        }
        let turned = world.act(
            Action::Scroll { at, dx: 0, dy: if turn == 0 { -30 } else { 1 } },
            None,
            "look further in the list",
        )?;
        if turned.changed.is_none() && turn > 0 {
            break;
        }
    }
    Ok(None)
}

/// How often a list is scrolled in search of an entry.
const SCROLLS: u32 = 40;

/// The only entry that reads like `option` without its first character: a lone narrow one before a space gets lost.
fn without_first(lines: &[(String, RectPx)], option: &str) -> Option<RectPx> {
    let (_, rest) = option.split_once(' ').filter(|(first, _)| first.chars().count() == 1)?;
    let mut same = lines.iter().filter(|(text, _)| fold(text) == fold(rest));
    let (_, area) = same.next()?;
    same.next().is_none().then_some(*area)
}

fn shown(percept: &Percept, area: RectPx) -> String {
    percept.text_in(area).map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Where `option` stands in what came up.
pub fn option_in_popup(percept: &Percept, opened: &Observation, option: &str, closed: RectPx) -> Option<RectPx> {
    let popup = percept.windows.iter().rev().find(|w| w.popup && w.area.h > closed.h / 2).map(|w| w.area);
    // Where the list is no window of its own, it is what came up outside the drop-down.
    let area = popup.or(opened.changed.filter(|c| c.h > closed.h * 3 / 2))?;
    let likeness = |text: &str| similarity(option, text);
    let lines = percept.text.iter().filter_map(|line| part_in(line, area));
    let lines = lines.filter(|(_, at)| popup.is_some() || at.covered_by(&closed) < 0.5);
    let lines: Vec<(String, RectPx)> = lines.collect();
    let best = lines.iter().map(|(text, at)| (likeness(text), *at)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.8).then_some(best.1).or_else(|| without_first(&lines, option))
}

/// What of a line stands in `area`: what is beside a list that came up may have been read together with an entry.
fn part_in(line: &TextSpan, area: RectPx) -> Option<(String, RectPx)> {
    if line.area.covered_by(&area) > 0.95 || line.words.is_empty() {
        return (line.area.covered_by(&area) > 0.6).then(|| (line.text.clone(), line.area));
    }
    let words: Vec<_> = line.words.iter().filter(|w| area.contains(w.area.center())).collect();
    let at = words.iter().fold(RectPx::default(), |all, w| all.union(&w.area));
    let text = words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then_some((text, at))
}

/// The entry `option` of the only list that can be scrolled, where it is out of sight.
fn farther_down(world: &mut World<'_, impl Write>, option: &str) -> Result<Option<RectPx>, Stop> {
    let percept = world.percept();
    let window = world.window().map(|w| w.area);
    let inside = |e: &&Element| window.is_none_or(|w| w.contains(e.area.center()) && e.area.h * 10 < w.h * 8);
    let bars = percept.elements.iter().filter(|e| e.role == Role::ScrollBar && e.area.h > e.area.w).filter(inside);
    let beside = |bar: &Element| {
        let holds = |e: &&Element| {
            let edge = e.area.right() - bar.area.x;
            matches!(e.role, Role::TextField | Role::Pane)
                && (-4..=bar.area.w + 12).contains(&edge)
                && e.area.h >= bar.area.h * 8 / 10
                && e.area.h <= bar.area.h * 14 / 10
        };
        percept.elements.iter().find(holds).cloned()
    };
    let mut lists: Vec<Element> = bars.filter_map(beside).collect();
    lists.dedup_by(|a, b| a.area.iou(&b.area) > 0.5);
    let [list] = lists.as_slice() else { return Ok(None) };
    let target = Candidate {
        label: "the list".into(),
        role: Some(list.role),
        area: list.area,
        at: list.area.center(),
        confidence: list.confidence,
        element: Some(list.clone()),
    };
    in_open_list(world, option, &target)
}

/// Takes an option that stands open on the screen: a radio button, a row, a drop-down's present value.
fn choose_visible(world: &mut World<'_, impl Write>, option: &str) -> Result<Claim, Stop> {
    let radio = Phrase { role: Some(Role::RadioButton), ..Phrase::parse(option) };
    if let Finding::One(one, _) = world.locate(&radio)
        && one.role == Some(Role::RadioButton)
    {
        return tick(world, &format!("radio button {}", one.label), true);
    }
    let plain = Phrase::parse(option);
    if let Finding::One(one, _) = world.locate(&plain) {
        world.click(one.at, one.area, &format!("choose {}", one.label))?;
        if one.role == Some(Role::Button) {
            step_aside(world)?;
        }
        return Ok(Claim { area: Some(one.area), ..world.claim() });
    }
    // Nothing of that name is in sight: it may be in a drop-down, if there is only one.
    let window = world.window();
    let inside =
        |e: &&Element| e.role == Role::DropDown && window.as_ref().is_none_or(|w| w.area.contains(e.area.center()));
    let drop_downs: Vec<Element> = world.percept().elements.iter().filter(inside).cloned().collect();
    match drop_downs.as_slice() {
        [one] => {
            let target = Candidate {
                label: one.label.clone().unwrap_or_else(|| "the list".into()),
                role: Some(one.role),
                area: one.area,
                at: one.area.center(),
                confidence: one.confidence,
                element: Some(one.clone()),
            };
            choose_in(world, option, &target)
        }
        [] => {
            if let Some(row) = farther_down(world, option)? {
                world.click(row.center(), row, &format!("choose {option}"))?;
                return Ok(Claim { area: Some(row), ..world.claim() });
            }
            let found = world.find(option)?;
            world.click(found.at, found.area, &format!("choose {}", found.label))?;
            Ok(Claim { area: Some(found.area), ..world.claim() })
        }
        many => Err(Stop::Ask {
            question: format!("In which list should I choose “{option}”?"),
            options: many.iter().filter_map(|e| e.label.clone()).collect(),
        }),
    }
}
