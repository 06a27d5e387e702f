//! Days picked in a calendar that a field opens.

use super::world::{Stop, World};
use crate::screen::{Element, Percept, RectPx, Role};
use crate::sight::find::Candidate;
use crate::task::{Chord, Claim, Day, Observation};
use std::io::Write;

/// How many months are turned over at most.
const MONTHS: u32 = 40;

/// Picks the day that `value` says in the calendar that came up; `None` where none did, or `value` is no day.
pub fn pick(
    world: &mut World<'_, impl Write>,
    target: &Candidate,
    opened: &Observation,
    value: &str,
) -> Result<Option<Claim>, Stop> {
    let (Some(day), Some(area)) = (Day::readings(value).first().copied(), opened.changed) else { return Ok(None) };
    let popup = world.percept().windows.iter().rev().find(|w| w.popup).map_or(area, |w| w.area);
    let popup = popup.union(&area).grow(6);
    if shown_month(world.percept(), popup).is_none() {
        return Ok(None);
    }
    for _ in 0..MONTHS {
        let mut shown = shown_month(world.percept(), popup);
        if shown.is_none() {
            // A month that slides in is read once it rests.
            world.wait(300)?;
            shown = shown_month(world.percept(), popup);
        }
        let Some((now, head)) = shown else { break };
        let wanted = day.year * 12 + day.month as i32;
        if now == wanted {
            return take_day(world, popup, head, day, target);
        }
        let Some(arrow) = arrow(world.percept(), popup, head, wanted > now) else { break };
        let turned = world.click(arrow.center(), arrow, "turn to another month")?;
        if turned.changed.is_none() {
            break;
        }
    }
    world.key(Chord::plain("Escape"), "close the calendar again")?;
    Err(Stop::GiveUp(format!("the calendar did not come to {} {}", day.month_name(), day.year)))
}

/// The day that `value` says, in the form that the empty field at `area` shows: "YYYY-MM-DD". `None` where it shows none.
pub fn as_shown(percept: &Percept, area: RectPx, value: &str) -> Option<String> {
    let day = Day::readings(value).first().copied()?;
    percept.text_in(area.grow(2)).find_map(|line| in_form(line.text.trim(), day))
}

fn in_form(form: &str, day: Day) -> Option<String> {
    let lower = form.to_lowercase();
    let separator = lower.chars().find(|c| ['-', '/', '.'].contains(c))?;
    let part = |part: &str| match part {
        "yyyy" => Some(day.year.to_string()),
        "yy" => Some(format!("{:02}", day.year % 100)),
        "mm" => Some(format!("{:02}", day.month)),
        "dd" => Some(format!("{:02}", day.day)),
        _ => None,
    };
    let parts = lower.split(separator).map(part).collect::<Option<Vec<_>>>()?;
    (parts.len() == 3).then(|| parts.join(&separator.to_string()))
}

/// The month that a calendar in `area` shows, as months since year 0, and where it says so.
fn shown_month(percept: &Percept, area: RectPx) -> Option<(i32, RectPx)> {
    // Month and year may stand apart, each with arrows of its own.
    let apart = |line: &crate::screen::TextSpan| {
        let is_year = |t: &&crate::screen::TextSpan| {
            t.text.len() == 4 && t.text.parse::<i32>().is_ok() && t.area.row_overlap(&line.area) > 0.5
        };
        let year = percept.text_in(area).find(is_year)?;
        let month = line.text.trim_matches(|c: char| !c.is_alphanumeric());
        let letters = month.len() >= 3 && month.chars().all(char::is_alphabetic);
        letters.then(|| Day::readings(&format!("1 {month} {}", year.text)).first().copied()).flatten()
    };
    if let Some(found) = percept.text_in(area).find_map(|line| {
        let day = apart(line)?;
        Some((day.year * 12 + day.month as i32, line.area))
    }) {
        return Some(found);
    }
    percept.text_in(area).find_map(|line| {
        let day =
            Day::readings(&format!("1 {}", line.text.trim_matches(|c: char| !c.is_alphanumeric()))).first().copied()?;
        let words = line.text.split_whitespace().count();
        (words <= 4).then_some((day.year * 12 + day.month as i32, line.area))
    })
}

/// The arrow beside the month's name that turns on or back.
fn arrow(percept: &Percept, area: RectPx, head: RectPx, on: bool) -> Option<RectPx> {
    let side = |a: RectPx| if on { a.x >= head.right() - 4 } else { a.right() <= head.x + 4 };
    let beside = |a: RectPx| a.row_overlap(&head) > 0.3 && a.w < 90 && side(a);
    let pressable = |e: &&Element| matches!(e.role, Role::Button | Role::Icon | Role::Link) && beside(e.area);
    let elements = percept.elements_in(area).filter(pressable).map(|e| e.area);
    let signs = percept.text_in(area).filter(|t| t.text.chars().count() <= 2 && beside(t.area)).map(|t| t.area);
    // The nearest turns a month, the next one beyond it a year.
    elements.chain(signs).min_by_key(|a| if on { a.x - head.right() } else { head.x - a.right() })
}

fn take_day(
    world: &mut World<'_, impl Write>,
    area: RectPx,
    head: RectPx,
    day: Day,
    target: &Candidate,
) -> Result<Option<Claim>, Stop> {
    let number = day.day.to_string();
    let below = |a: RectPx| a.y > head.bottom() - 2;
    let cells: Vec<RectPx> = days(world.percept(), area, &number).into_iter().filter(|a| below(*a)).collect();
    // The days of the months before and after stand at the ends: small numbers first, large ones last.
    let cell = if day.day > 15 { cells.last() } else { cells.first() };
    let Some(cell) = cell.copied() else {
        return Err(Stop::GiveUp(format!("the calendar shows no {number}")));
    };
    world.click(cell.center(), cell, &format!("take the {number}"))?;
    Ok(Some(Claim { area: Some(target.area), ..world.claim() }))
}

/// The places at which just `number` is written, in reading order.
fn days(percept: &Percept, area: RectPx, number: &str) -> Vec<RectPx> {
    let mut found: Vec<RectPx> = Vec::new();
    for line in percept.text_in(area) {
        if line.text.trim() == number {
            found.push(line.area);
        } else {
            found.extend(line.words.iter().filter(|w| w.text == number).map(|w| w.area));
        }
    }
    found.sort_by_key(|a| (a.y / 8, a.x));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_the_field_asks_for_it() {
        let day = Day::readings("May 4, 2025")[0];
        for (form, expected) in [
            ("YYYY-MM-DD", Some("2025-05-04")),
            ("dd.mm.yyyy", Some("04.05.2025")),
            ("MM/DD/YY", Some("05/04/25")),
            ("Pick a date", None),
            ("e.g. noon", None),
        ] {
            assert_eq!(in_form(form, day).as_deref(), expected, "{form}");
        }
    }
}
