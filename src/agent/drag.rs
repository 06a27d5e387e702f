//! Drags: onto things, above and below others, by so many pixels.

use super::records as records_of;
use super::reveal;
use super::world::{Stop, World};
use crate::screen::{Element, PointPx, RectPx, Role};
use crate::sight::find;
use crate::sight::stack::{in_order, stack};
use crate::sight::{fold, records, tables_of};
use crate::task::{Action, Button, Claim, Side};
use std::io::Write;

/// Drags `what` to `to`, or to the side of it.
pub fn place(world: &mut World<'_, impl Write>, what: &str, side: Side, to: &str) -> Result<Claim, Stop> {
    world.front()?;
    let from = thing(world, what)?;
    let target = match (side, to) {
        (Side::Above, "top") | (Side::Below, "bottom") => end_of_list(world, from, side)?,
        _ => match place_in_list(world, from, to)? {
            Some((target, side)) => return carry(world, (from, target, side), &format!("drag {what} to the {to}")),
            None => corner_of_grid(world, from, to).map_or_else(|| thing(world, to), Ok)?,
        },
    };
    carry(world, (from, target, side), &format!("drag {what} to {to}"))
}

/// Drags what is at the first place to a side of the second.
fn carry(
    world: &mut World<'_, impl Write>,
    (from, target, side): (RectPx, RectPx, Side),
    why: &str,
) -> Result<Claim, Stop> {
    let end = drop_point(from, target, side);
    // Some things are only taken up after a first small move.
    let start = from.center();
    let step = PointPx::new(start.x + (end.x - start.x).signum() * 6, start.y + (end.y - start.y).signum() * 6);
    let middle = PointPx::new(i32::midpoint(start.x, end.x), i32::midpoint(start.y, end.y));
    let path = vec![start, step, middle, end, PointPx::new(end.x + 1, end.y)];
    world.act(Action::Drag { path, button: Button::Left }, None, why)?;
    Ok(Claim { area: Some(target), ..world.claim() })
}

/// The entry that stands at "4th place" now, and the side of it on which what is dragged comes to stand there.
fn place_in_list<W: Write>(world: &World<'_, W>, from: RectPx, to: &str) -> Result<Option<(RectPx, Side)>, Stop> {
    let Some(nth) = to.strip_suffix(" place").and_then(find::ordinal) else { return Ok(None) };
    let all = stack(world.percept(), world.window().map(|w| w.area));
    let Some(at) = all.iter().position(|(_, a)| a.grow(2).contains(from.center())) else {
        return Err(Stop::GiveUp("it stands in no list".into()));
    };
    let target = if nth < 0 { all.len() as i32 + nth } else { nth - 1 };
    match usize::try_from(target).ok().and_then(|i| Some((i, all.get(i)?.1))) {
        Some((i, _)) if i == at => Err(Stop::GiveUp(format!("it stands at the {to} already"))),
        Some((i, area)) => Ok(Some((area, if i > at { Side::Below } else { Side::Above }))),
        None => Err(Stop::GiveUp(format!("the list has {} entries", all.len()))),
    }
}

/// "Bottom right": the cell in that corner of the grid of like things that `from` belongs to.
fn corner_of_grid<W: Write>(world: &World<'_, W>, from: RectPx, to: &str) -> Option<RectPx> {
    let words = fold(to);
    let has = |w: &str| words.split(' ').any(|x| x == w);
    let known = ["top", "bottom", "left", "right", "center", "centre", "middle", "upper", "lower", "corner", "cell"];
    let all_known = words.split(' ').all(|w| known.contains(&w) || w == "the");
    let cells = grid(world, from);
    if !all_known || cells.len() < 4 {
        return None;
    }
    let bounds = cells.iter().fold(RectPx::default(), |all, c| if all.w == 0 { *c } else { all.union(c) });
    let pick = |low: bool, high: bool, from: i32, size: i32| match (low, high) {
        (true, _) => from,
        (_, true) => from + size,
        _ => from + size / 2,
    };
    let at = PointPx::new(
        pick(has("left"), has("right"), bounds.x, bounds.w),
        pick(has("top") || has("upper"), has("bottom") || has("lower"), bounds.y, bounds.h),
    );
    let far = |c: &RectPx| (c.center().x - at.x).pow(2) + (c.center().y - at.y).pow(2);
    let target = cells.into_iter().min_by_key(far)?;
    // What is dragged is held by its words, which need not stand in the middle of it.
    let own = own_box(world, from).filter(|own| (own.w - target.w).abs() <= 8 && (own.h - target.h).abs() <= 8);
    Some(own.map_or(target, |own| from.offset(target.x - own.x, target.y - own.y)))
}

/// The smallest box around `from` that is no window.
fn own_box<W: Write>(world: &World<'_, W>, from: RectPx) -> Option<RectPx> {
    let around = |e: &&Element| e.area.contains(from.center()) && e.area.w < 400 && e.area.holds(&from);
    world.percept().elements.iter().filter(around).map(|e| e.area).min_by_key(RectPx::area)
}

/// The boxes of one size among which `from` stands, else the lines of text about it.
fn grid<W: Write>(world: &World<'_, W>, from: RectPx) -> Vec<RectPx> {
    let percept = world.percept();
    let inside = |a: &RectPx| world.window().is_none_or(|w| w.area.contains(a.center()));
    let own = own_box(world, from);
    let alike = |a: &RectPx, b: &RectPx| (a.w - b.w).abs() <= 8 && (a.h - b.h).abs() <= 8;
    let boxes: Vec<RectPx> = own.map_or_else(Vec::new, |own| {
        percept.elements.iter().map(|e| e.area).filter(|a| inside(a) && alike(a, &own)).collect()
    });
    if boxes.len() >= 4 {
        return boxes;
    }
    let lines = percept.text.iter().map(|t| t.area).filter(|a| inside(a) && (a.h - from.h).abs() <= 8);
    lines.collect()
}

/// Drags the things of a list until they stand in order.
pub fn ordered(world: &mut World<'_, impl Write>, descending: bool) -> Result<Claim, Stop> {
    world.front()?;
    let within = world.window().map(|w| w.area);
    let first = stack(world.percept(), within);
    if first.len() < 3 {
        return Err(Stop::GiveUp("there is no list on the screen that could be put in order".into()));
    }
    let wanted: Vec<String> = in_order(&first, descending).into_iter().map(|(text, _)| text).collect();
    for (at, text) in wanted.iter().enumerate() {
        for _ in 0..2 {
            let now = stack(world.percept(), within);
            let Some(from) = now.iter().skip(at).position(|(t, _)| t == text).map(|i| i + at) else {
                return Err(Stop::GiveUp(format!("“{text}” is no longer in the list")));
            };
            if from == at {
                break;
            }
            let target = now.get(at).map(|(_, a)| *a).unwrap_or(now[from].1);
            carry(world, (now[from].1, target, Side::Above), &format!("drag {text} up"))?;
        }
    }
    Ok(world.claim())
}

/// Drags every thing of a kind to `to`.
pub fn each(world: &mut World<'_, impl Write>, kind: &str, to: &str) -> Result<Claim, Stop> {
    world.front()?;
    let target = thing(world, to)?;
    let one = records_of::singular(kind);
    let mut moved = 0;
    for _ in 0..24 {
        let outside = |a: &RectPx| !target.grow(2).contains(a.center());
        let next = records_of::alike(world, &one).into_iter().find(outside);
        let Some(from) = next else { break };
        let side = spot(target, moved);
        let start = from.center();
        let middle = PointPx::new(i32::midpoint(start.x, side.x), i32::midpoint(start.y, side.y));
        let path = vec![start, PointPx::new(start.x + 4, start.y + 4), middle, side];
        world.act(Action::Drag { path, button: Button::Left }, None, &format!("drag a {one} to {to}"))?;
        moved += 1;
    }
    if moved == 0 {
        return Err(Stop::GiveUp(format!("there is no {one} on the screen outside {to}")));
    }
    Ok(Claim { area: Some(target), ..world.claim() })
}

/// The `nth` of nine places in `target`, so that things do not lie on each other.
const fn spot(target: RectPx, nth: i32) -> PointPx {
    let (across, down) = (nth % 3, nth / 3 % 3);
    PointPx::new(target.x + target.w * (2 * across + 1) / 6, target.y + target.h * (2 * down + 1) / 6)
}

fn thing(world: &mut World<'_, impl Write>, words: &str) -> Result<RectPx, Stop> {
    if let Some(area) = reveal::exact_text(world.percept(), words) {
        return Ok(area);
    }
    if ["item", "shape", "object", "thing", "figure", "element"].contains(&fold(words).as_str())
        && let Some(area) = only_drawing(world)
    {
        return Ok(area);
    }
    let key = records::key(words);
    if let Some(area) = (!key.is_empty()).then(|| reveal::exact_text(world.percept(), &key)).flatten() {
        return Ok(area);
    }
    Ok(world.find(words)?.area)
}

/// The only thing in the window that is drawn and bears no words.
fn only_drawing<W: Write>(world: &World<'_, W>) -> Option<RectPx> {
    let window = world.window()?.area;
    let drawn = |e: &&Element| matches!(e.role, Role::Icon | Role::Image) && e.area.w.min(e.area.h) >= 12;
    let mut all = world.percept().elements_in(window).filter(drawn).filter(|e| e.area.area() * 4 < window.area());
    match (all.next(), all.next()) {
        (Some(one), None) => Some(one.area),
        _ => None,
    }
}

/// The first or last row of the list that `row` belongs to.
fn end_of_list<W: Write>(world: &World<'_, W>, row: RectPx, side: Side) -> Result<RectPx, Stop> {
    let rows = tables_of::column_of(world.percept(), row);
    let end = if side == Side::Above { rows.first() } else { rows.last() };
    end.copied().ok_or_else(|| Stop::GiveUp("it stands in no list".into()))
}

fn drop_point(from: RectPx, target: RectPx, side: Side) -> PointPx {
    let c = target.center();
    // A list moves up behind what is taken out of it.
    match side {
        Side::On => c,
        Side::Above => PointPx::new(c.x, target.y + if from.y > target.y { 0 } else { -target.h / 2 } - 1),
        Side::Below => PointPx::new(c.x, target.bottom() + if from.y < target.y { 0 } else { target.h / 2 } + 1),
    }
}

/// Drags `what` by so many pixels.
pub fn by(world: &mut World<'_, impl Write>, what: &str, dx: i32, dy: i32) -> Result<Claim, Stop> {
    world.front()?;
    let area = thing(world, what)?;
    let start = area.center();
    let end = PointPx::new(start.x + dx, start.y + dy);
    let path = vec![start, PointPx::new(i32::midpoint(start.x, end.x), i32::midpoint(start.y, end.y)), end];
    world.act(Action::Drag { path, button: Button::Left }, None, &format!("drag {what}"))?;
    Ok(Claim { area: Some(area.offset(dx, dy)), ..world.claim() })
}
