//! Numbers, sliders, ends of ranges, colours, suggestions.

use super::choose;
use super::field::find_field;
use super::press::press_at;
use super::reveal;
use super::text;
use super::world::{Stop, World};
use crate::screen::{Element, Percept, PointPx, RectPx, Role, TextSpan};
use crate::sight::find::{Candidate, Finding};
use crate::sight::reading;
use crate::sight::{Phrase, similarity};
use crate::task::{Action, Button, Chord, Claim, Suggestion, is_between, number_in, written};
use std::io::Write;

/// How often a knob is moved until it is where it should be.
const DRAGS: u32 = 5;
/// How often a key is pressed to come closer.
const STEPS: u32 = 30;
/// How often is looked for what is offered for what was typed, a quarter of a second apart: some have to be fetched.
const OFFER_LOOKS: u32 = 9;

/// The slider that `field` names.
pub fn slider<W: Write>(world: &World<'_, W>, field: &str) -> Option<Candidate> {
    let parsed = Phrase::parse(field);
    let phrase = Phrase { role: Some(Role::Slider), ..parsed };
    let found = match world.locate(&phrase) {
        Finding::One(one, _) => Some(*one),
        Finding::Tie(_) | Finding::None(_) => None,
    };
    found.filter(|c| c.role == Some(Role::Slider)).or_else(|| only_slider(world))
}

fn only_slider<W: Write>(world: &World<'_, W>) -> Option<Candidate> {
    let area = world.window()?.area;
    let sliders: Vec<&Element> = world.percept().elements_in(area).filter(|e| e.role == Role::Slider).collect();
    let [one] = sliders.as_slice() else { return None };
    Some(Candidate {
        label: one.label.clone().unwrap_or_else(|| "the slider".into()),
        role: Some(Role::Slider),
        area: one.area,
        at: one.area.center(),
        confidence: one.confidence,
        element: Some((*one).clone()),
    })
}

/// Moves the knob of a slider until `value` is read beside it.
pub fn slide(world: &mut World<'_, impl Write>, target: &Candidate, value: &str) -> Result<Claim, Stop> {
    let wanted = number_in(value).ok_or_else(|| Stop::GiveUp(format!("“{value}” is no number for a slider")))?;
    let area = target.area;
    let mut range = (0.0, 100.0);
    let mut known = reading(world.percept(), area).map(|v| (knob(world.percept(), area), v));
    for _ in 0..DRAGS {
        if known.is_some_and(|(_, v)| same(v, wanted)) {
            return Ok(Claim { area: Some(area), ..world.claim() });
        }
        let from = knob(world.percept(), area);
        let share = ((wanted - range.0) / (range.1 - range.0)).clamp(0.0, 1.0);
        drag_knob(world, area, from, share)?;
        let now = reading(world.percept(), area).map(|v| (knob(world.percept(), area), v));
        if let (Some((s0, v0)), Some((s1, v1))) = (known, now)
            && (s1 - s0).abs() * length(area) > 8.0
        {
            // Two readings tell the whole range.
            let slope = (v1 - v0) / (s1 - s0);
            let low = v1 - slope * s1;
            range = (low, low + slope);
        }
        match now {
            // Nothing is written beside it: the place of the knob must do.
            None => return Ok(Claim { area: Some(area), ..world.claim() }),
            Some((_, v)) if (v - wanted).abs() <= (range.1 - range.0).abs() / 20.0 => break,
            now => known = now,
        }
    }
    step_to(world, area, wanted)?;
    Ok(Claim { area: Some(area), ..world.claim() })
}

/// Presses arrow keys until the number beside the slider is `wanted`.
fn step_to(world: &mut World<'_, impl Write>, area: RectPx, wanted: f64) -> Result<(), Stop> {
    for _ in 0..STEPS {
        let Some(now) = reading(world.percept(), area) else { return Ok(()) };
        if same(now, wanted) {
            return Ok(());
        }
        let key = if now < wanted { "Right" } else { "Left" };
        let seen = world.key(Chord::plain(key), "one step closer")?;
        if seen.changed.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

/// How far the knob can go, in pixels.
fn length(area: RectPx) -> f64 {
    f64::from(area.w.max(area.h) - 12)
}

/// Where on the slider at `area` a knob stands that has gone `share` of its way, from the left or from the bottom.
fn place_on(area: RectPx, share: f64) -> PointPx {
    let along = (share * length(area)) as i32;
    if area.h > area.w {
        PointPx::new(area.center().x, area.bottom() - 6 - along)
    } else {
        PointPx::new(area.x + 6 + along, area.center().y)
    }
}

fn drag_knob(world: &mut World<'_, impl Write>, area: RectPx, from: f64, to: f64) -> Result<(), Stop> {
    let path = [from, f64::midpoint(from, to), to].map(|share| place_on(area, share)).to_vec();
    world.act(Action::Drag { path, button: Button::Left }, None, "move the knob")?;
    Ok(())
}

/// How much of its way the knob of the slider at `area` has gone, in `[0, 1]`.
fn knob(percept: &Percept, area: RectPx) -> f64 {
    let slider = percept
        .elements
        .iter()
        .filter(|e| e.role == Role::Slider)
        .max_by(|a, b| a.area.iou(&area).total_cmp(&b.area.iou(&area)));
    let share = slider.and_then(|s| s.value.as_deref()).and_then(|v| v.strip_suffix(" %")?.trim().parse::<f64>().ok());
    share.unwrap_or(50.0) / 100.0
}

/// Changes the number in `field` by `by`.
pub fn adjust(world: &mut World<'_, impl Write>, field: &str, by: f64) -> Result<Claim, Stop> {
    world.front()?;
    if world.locate(&Phrase { role: Some(Role::TextField), ..Phrase::parse(field) }).is_none()
        && let Some(target) = slider(world, field)
        && let Some(now) = reading(world.percept(), target.area)
    {
        return slide(world, &target, &written(now + by));
    }
    let target = find_field(world, field)?;
    if target.role == Some(Role::Slider) {
        let now = reading(world.percept(), target.area);
        let now = now.ok_or_else(|| Stop::GiveUp(format!("no number is shown with “{field}”")))?;
        return slide(world, &target, &written(now + by));
    }
    let shown: Vec<&str> = world.percept().text_in(target.area.grow(3)).map(|t| t.text.as_str()).collect();
    match number_in(&shown.join(" ")) {
        Some(now) => text::fill_target(world, &target, &written(now + by)),
        None => step_keys(world, &target, by),
    }
}

/// Brings a number that does not take what is typed from `now` to `value`, key by key.
pub fn step_from(world: &mut World<'_, impl Write>, now: f64, value: &str) -> Result<(), Stop> {
    let Some(wanted) = number_in(value) else { return Ok(()) };
    let steps = (wanted - now).abs();
    if steps.fract() > 1e-9 || steps > f64::from(2 * STEPS) {
        return Ok(());
    }
    let key = if wanted > now { "Up" } else { "Down" };
    for _ in 0..steps as u32 {
        world.key(Chord::plain(key), "one step closer")?;
    }
    Ok(())
}

fn step_keys(world: &mut World<'_, impl Write>, target: &Candidate, by: f64) -> Result<Claim, Stop> {
    press_at(world, target.at, Some(target.area), "put the cursor into the field")?;
    let key = if by > 0.0 { "Up" } else { "Down" };
    for _ in 0..(by.abs() as u32).min(STEPS) {
        world.key(Chord::plain(key), "one step")?;
    }
    Ok(Claim { area: Some(target.area), ..world.claim() })
}

/// Brings a slider or number to one end.
pub fn extreme(world: &mut World<'_, impl Write>, field: &str, high: bool) -> Result<Claim, Stop> {
    world.front()?;
    let target = match slider(world, field) {
        Some(target) => target,
        None => find_field(world, field)?,
    };
    if target.role == Some(Role::Slider) {
        let from = knob(world.percept(), target.area);
        // Beyond the end, so that it comes to the very last.
        let beyond = 18.0 / length(target.area);
        drag_knob(world, target.area, from, if high { 1.0 + beyond } else { -beyond })?;
        return Ok(Claim { area: Some(target.area), ..world.claim() });
    }
    press_at(world, target.at, Some(target.area), "put the cursor into the field")?;
    let key = if high { "End" } else { "Home" };
    world.key(Chord::plain(key), "go to the end of the range")?;
    Ok(Claim { area: Some(target.area), ..world.claim() })
}

/// Takes a colour out of those that are offered, opening the choice where it is named.
pub fn colour(world: &mut World<'_, impl Write>, field: Option<&str>, value: &str) -> Result<Claim, Stop> {
    world.front()?;
    if let Some(found) = near_label(world, field, value).or_else(|| swatch(world, value)) {
        return press_at(world, found.at, Some(found.area), &format!("take {value}"));
    }
    if let Some(field) = field {
        let target = find_field(world, field)?;
        if target.role == Some(Role::DropDown) {
            return choose::choose_in(world, value, &target);
        }
        press_at(world, target.at, Some(target.area), &format!("open {field}"))?;
        if let Some(found) = swatch(world, value) {
            return press_at(world, found.at, Some(found.area), &format!("take {value}"));
        }
    }
    let found = world.find(&format!("{value} one"))?;
    press_at(world, found.at, Some(found.area), &format!("take {value}"))
}

/// The small thing without words that has the colour `value` and stands nearest below or right of the name `field`.
fn near_label<W: Write>(world: &World<'_, W>, field: Option<&str>, value: &str) -> Option<Candidate> {
    let label = reveal::exact_text(world.percept(), field?)?;
    let near = RectPx::new(label.x - 20, label.y - label.h, 60 * label.h, 10 * label.h);
    let percept = world.percept();
    let wordless = |e: &Element| percept.text_in(e.area).next().is_none();
    let is_swatch = |e: &&Element| {
        e.colour.as_deref() == Some(value)
            && (8..=80).contains(&e.area.w)
            && (e.area.w - e.area.h).abs() <= e.area.w / 3
            && near.contains(e.area.center())
            && wordless(e)
    };
    let distance = |e: &&Element| (e.area.center().y - label.center().y).abs() + (e.area.x - label.x).abs() / 8;
    let element = percept.elements.iter().filter(is_swatch).min_by_key(distance)?;
    Some(Candidate {
        label: value.to_owned(),
        role: Some(element.role),
        area: element.area,
        at: element.area.center(),
        confidence: 0.8,
        element: Some(element.clone()),
    })
}

fn swatch<W: Write>(world: &World<'_, W>, value: &str) -> Option<Candidate> {
    ["swatch", "button", "square", "circle", "colour", "radio button", "one"].into_iter().find_map(|kind| {
        match world.locate(&Phrase::parse(&format!("{value} {kind}"))) {
            // A button with words on it is called by them, whatever its colour.
            Finding::One(one, _) if world.percept().text_in(one.area).next().is_none() => Some(*one),
            Finding::One(..) | Finding::Tie(_) | Finding::None(_) => None,
        }
    })
}

/// The empty field right below or beside what holds the tags that were taken before.
fn free_entry(percept: &Percept, target: &Candidate) -> Option<Candidate> {
    let held = target.element.as_ref()?.value.as_deref().is_some_and(|v| !v.trim().is_empty());
    let near = |e: &&Element| {
        let below = e.area.y - target.area.bottom();
        let right = e.area.x - target.area.right();
        let under = (-4..40).contains(&below) && (e.area.x - target.area.x).abs() < 60;
        let beside = (-4..60).contains(&right) && e.area.row_overlap(&target.area) > 0.5;
        e.role == Role::TextField && e.area.w > target.area.w && (under || beside)
    };
    let invites = |e: &&Element| {
        let says = e.value.as_deref().or(e.label.as_deref()).unwrap_or_default().to_lowercase();
        says.is_empty() || ["add", "type", "enter", "new", "…", "..."].iter().any(|w| says.starts_with(w))
    };
    let entry = percept.elements.iter().filter(near).find(invites).filter(|_| held)?;
    Some(Candidate {
        label: target.label.clone(),
        role: Some(Role::TextField),
        area: entry.area,
        at: PointPx::new(entry.area.x + entry.area.h / 2, entry.area.center().y),
        confidence: 0.8,
        element: Some(entry.clone()),
    })
}

/// Types until `option` is suggested, and takes it.
pub fn suggest(
    world: &mut World<'_, impl Write>,
    typed: Option<&str>,
    field: &str,
    option: &Suggestion,
) -> Result<Claim, Stop> {
    world.front()?;
    let target = find_field(world, field)?;
    let target = free_entry(world.percept(), &target).unwrap_or(target);
    let half = match option {
        Suggestion::Called(begun) | Suggestion::Like { start: begun, .. } => {
            begun.chars().take(begun.chars().count().div_ceil(2).max(2)).collect::<String>()
        }
        Suggestion::Nth { .. } => String::new(),
    };
    let before = world.percept().clone();
    let opened = text::put_cursor(world, &target)?;
    text::empty_line(world, &target)?;
    let mut seen = world.type_text(typed.unwrap_or(&half), "type the beginning")?;
    seen.changed = seen.changed.or(opened.changed);
    for look in 0..OFFER_LOOKS {
        let found = match option {
            Suggestion::Called(name) => suggestion(world.percept(), name, target.area),
            Suggestion::Like { start, end } => like(world.percept(), start, end, target.area),
            Suggestion::Nth { nth } => nth_offer(world.percept(), &before, target.area, *nth),
        };
        if let Some(found) = found {
            let said: Vec<&str> = world.percept().text_in(found).map(|t| t.text.as_str()).collect();
            let copied = Some(said.join(" "));
            world.click(found.center(), found, &format!("take {option}"))?;
            return Ok(Claim { area: Some(target.area), copied, ..world.claim() });
        }
        if look + 1 < OFFER_LOOKS {
            world.wait(250)?;
        }
    }
    Err(Stop::GiveUp(format!("“{option}” was not suggested")))
}

/// A line that came up right below a field since `before`, and reads just like `value`.
pub fn offered(now: &Percept, before: &Percept, value: &str, field: RectPx) -> Option<RectPx> {
    let below = |a: RectPx| a.y >= field.bottom() - 4 && a.y < field.bottom() + 240 && (a.x - field.x).abs() < 60;
    let was_there = |a: RectPx| before.text.iter().any(|t| t.area.iou(&a) > 0.5 && similarity(value, &t.text) > 0.9);
    // What stands in the field itself is not offered; it is the upper of two.
    let written = |a: RectPx| {
        let own = |e: &Element| e.role == Role::TextField && e.area.h < 72 && e.area.iou(&field) > 0.3;
        now.elements.iter().any(|e| own(e) && e.area.holds(&a))
    };
    let lines = now.text.iter().filter(|t| below(t.area) && similarity(value, &t.text) >= 0.97);
    let all: Vec<RectPx> = lines.map(|t| t.area).filter(|a| !was_there(*a)).collect();
    let lowest = all.iter().copied().max_by_key(|a| a.y)?;
    // With one alone it may be what was just written.
    let is_other = all.iter().any(|a| a.bottom() <= lowest.y + 2) || lowest.y >= field.bottom() - 4 && !written(lowest);
    is_other.then_some(lowest)
}

/// The line below a field that reads like `option`.
fn suggestion(percept: &Percept, option: &str, field: RectPx) -> Option<RectPx> {
    let below = |a: RectPx| {
        a.y >= field.bottom() - 4 && a.y < field.bottom() + 420 && a.x < field.right() + 40 && a.right() > field.x - 40
    };
    let lines = percept.text.iter().filter(|t| below(t.area));
    let best = lines.map(|t| (likeness(option, &t.text), t.area)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.8).then_some(best.1)
}

/// The line at this place of those that came up right below a field, 1 for the first and -1 for the last.
fn nth_offer(now: &Percept, before: &Percept, field: RectPx, nth: i32) -> Option<RectPx> {
    let below = |a: &RectPx| {
        a.y >= field.bottom() - 4 && a.y < field.bottom() + 420 && a.x < field.right() && a.right() > field.x
    };
    let is_old = |t: &TextSpan| before.text.iter().any(|b| b.area.iou(&t.area) > 0.5 && b.text == t.text);
    let mut lines: Vec<RectPx> = now.text.iter().filter(|t| below(&t.area) && !is_old(t)).map(|t| t.area).collect();
    lines.sort_by_key(|a| (a.y, a.x));
    // What stands beside the first words of an offer is a part of it.
    lines.dedup_by(|b, a| a.row_overlap(b) > 0.5);
    // Offers stand close under each other.
    let gap = lines.iter().zip(lines.iter().skip(1)).position(|(a, b)| b.y - a.bottom() > 2 * a.h + 8);
    lines.truncate(gap.map_or(lines.len(), |at| at + 1));
    match nth {
        1.. => lines.get(nth as usize - 1).copied(),
        _ => lines.last().copied(),
    }
}

/// The first line below a field that begins and ends so.
fn like(percept: &Percept, start: &str, end: &str, field: RectPx) -> Option<RectPx> {
    let below = |a: RectPx| a.y >= field.bottom() - 4 && a.y < field.bottom() + 420 && a.x < field.right() + 40;
    percept.text.iter().find(|t| below(t.area) && is_between(&t.text, start, end)).map(|t| t.area)
}

/// Suggestions may say more than was asked for: "Oslo, Norway".
fn likeness(option: &str, line: &str) -> f32 {
    let head = line.split([',', '(', '–', '—', '·']).next().unwrap_or(line).trim();
    similarity(option, line).max(0.95 * similarity(option, head))
}
