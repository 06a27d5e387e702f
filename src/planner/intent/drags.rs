//! What is dragged.

use super::super::numbers;
use super::Intent;
use super::Slots;
use super::records::nth;
use super::words::COLOURS;
use super::words::plainly;
use crate::task::Side;

pub(super) fn of_drags(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    let drag = |side| {
        let end = if side == Side::Above { "top" } else { "bottom" };
        let to = slots.name("where").map_or_else(|| end.to_owned(), |to| plainly(&to));
        Some(Intent::Drag { what: slots.name("what")?, side, to })
    };
    match meaning {
        "drag_alike" => {
            let colour = slots.plain("colour")?.to_lowercase();
            COLOURS.contains(&colour.as_str()).then_some(())?;
            let other = slots.plain("other").map(|other| other.to_lowercase());
            other.is_none_or(|other| other == colour).then_some(())?;
            // What is coloured all over, onto what has an edge of that colour.
            let kind = slots.plain("kind")?;
            let kind = if ["box", "block", "tile", "piece"].contains(&kind.as_str()) { "square" } else { &kind };
            Some(Intent::Drag { what: format!("{colour} {kind}"), side: Side::On, to: format!("{colour} box") })
        }
        "drag_onto" => drag(Side::On),
        "colour_like" => {
            let what = slots.name("what")?;
            let colour = what.split(' ').find(|w| COLOURS.contains(&w.to_lowercase().as_str()))?;
            let to = format!("{} {}", colour.to_lowercase(), slots.name("where")?);
            Some(Intent::Drag { what, side: Side::On, to })
        }
        "drag_way" => {
            let all = slots.all().to_lowercase();
            let direction = all.rsplit(' ').next()?.trim_end_matches("wards").trim_end_matches("ward").to_owned();
            let (dx, dy) = step(&direction, SHIFT)?;
            let what = slots.name("what")?;
            let is_far = what.to_lowercase().contains("pixel") || what.chars().any(|c| c.is_ascii_digit());
            (!is_far).then_some(Intent::DragBy { what, dx, dy })
        }
        "drag_to_place" => {
            let place = numbers::place(nth(slots)?);
            Some(Intent::Drag { what: slots.name("what")?, side: Side::On, to: format!("{place} place") })
        }
        "drag_all" => {
            let then = Intent::Drag { what: "it".into(), side: Side::On, to: plainly(&slots.name("where")?) };
            Some(Intent::ForEach { kind: slots.plain("what")?, then: Box::new(then) })
        }
        "sort_by_drag" => {
            let what = slots.plain("what")?;
            let columns = ["table", "rows", "it", "list by", "column"];
            let is_table = columns.iter().any(|c| what.to_lowercase().starts_with(c)) || what.contains(" by ");
            let descending = numbers::is_descending(&slots.plain("order")?)?;
            (!is_table).then_some(Intent::Arranged { what, descending })
        }
        "drag_above" => drag(Side::Above),
        "drag_below" => drag(Side::Below),
        "swap" => drag(Side::On),
        "drag_by_two" => {
            let part = |amount: &str, way: &str| step(&slots.plain(way)?.to_lowercase(), slots.number(amount)? as i32);
            let ((ax, ay), (bx, by)) = (part("amount", "direction")?, part("amount_b", "direction_b")?);
            Some(Intent::DragBy { what: slots.name("what")?, dx: ax + bx, dy: ay + by })
        }
        "drag_by" => {
            let amount = slots.number("amount")? as i32;
            let all = slots.all().to_lowercase();
            let direction = slots.plain("direction").unwrap_or(all).to_lowercase();
            let (mut dx, mut dy) = step(&direction, amount)?;
            if let Some(other) = slots.plain("direction_b") {
                let (x, y) = step(&other.to_lowercase(), slots.number("amount_b")? as i32)?;
                (dx, dy) = (dx + x, dy + y);
            }
            Some(Intent::DragBy { what: slots.name("what")?, dx, dy })
        }
        _ => None,
    }
}

/// How far a thing is dragged of which only the direction is said, in pixels.
pub(super) const SHIFT: i32 = 60;

/// So many pixels in a direction, across and down.
pub(super) fn step(direction: &str, amount: i32) -> Option<(i32, i32)> {
    let has = |words: &[&str]| words.iter().any(|w| direction.contains(w));
    Some(match () {
        () if has(&["left", "narrower"]) => (-amount, 0),
        () if has(&["right", "wider"]) => (amount, 0),
        () if has(&["up", "shorter"]) => (0, -amount),
        () if has(&["down", "taller"]) => (0, amount),
        () => return None,
    })
}
