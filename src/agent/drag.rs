//! Drags: onto things, above and below others, by so many pixels.

use super::reveal;
use super::world::{Stop, World};
use crate::screen::{PointPx, RectPx};
use crate::sight::{records, tables_of};
use crate::task::{Action, Button, Claim, Side};
use std::io::Write;

/// Drags `what` to `to`, or to the side of it.
pub fn place(world: &mut World<'_, impl Write>, what: &str, side: Side, to: &str) -> Result<Claim, Stop> {
    world.front()?;
    let from = thing(world, what)?;
    let target = match (side, to) {
        (Side::Above, "top") | (Side::Below, "bottom") => end_of_list(world, from, side)?,
        _ => thing(world, to)?,
    };
    let end = drop_point(from, target, side);
    // Some things are only taken up after a first small move.
    let start = from.center();
    let step = PointPx::new(start.x + (end.x - start.x).signum() * 6, start.y + (end.y - start.y).signum() * 6);
    let middle = PointPx::new(i32::midpoint(start.x, end.x), i32::midpoint(start.y, end.y));
    let path = vec![start, step, middle, end, PointPx::new(end.x + 1, end.y)];
    world.act(Action::Drag { path, button: Button::Left }, None, &format!("drag {what} to {to}"))?;
    Ok(Claim { area: Some(target), ..world.claim() })
}

fn thing(world: &mut World<'_, impl Write>, words: &str) -> Result<RectPx, Stop> {
    if let Some(area) = reveal::exact_text(world.percept(), words) {
        return Ok(area);
    }
    let key = records::key(words);
    if let Some(area) = (!key.is_empty()).then(|| reveal::exact_text(world.percept(), &key)).flatten() {
        return Ok(area);
    }
    Ok(world.find(words)?.area)
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
