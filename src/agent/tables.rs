//! Tables: their order, and their cells.

use super::press::press_at;
use super::world::{Stop, World};
use crate::screen::{Percept, RectPx};
use crate::sight::Phrase;
use crate::sight::find::{Candidate, Finding, tables};
use crate::sight::order;
use crate::task::{Action, Button, Chord, Claim, Modifier};
use std::io::Write;

/// How often the head of a column is pressed until the order is right.
const PRESSES: u32 = 3;

/// Brings a table into the order of `column`, by its head, else by a choice that sorts.
pub fn sort(world: &mut World<'_, impl Write>, column: &str, descending: bool) -> Result<Claim, Stop> {
    world.front()?;
    let head = head(world, column)?;
    for _ in 0..PRESSES {
        press_at(world, head.center(), Some(head), &format!("sort by {column}"))?;
        match order::of_column(world.percept(), column, head) {
            Some(found) if found.is(descending) => break,
            // What cannot be told is not pressed again.
            None => break,
            Some(_) => {}
        }
    }
    Ok(Claim { area: Some(head), ..world.claim() })
}

/// The head of the column called `name`.
fn head(world: &mut World<'_, impl Write>, name: &str) -> Result<RectPx, Stop> {
    let described = [format!("{name} column header"), name.to_owned()];
    for words in described {
        if let Finding::One(one, _) = world.locate(&Phrase::parse(&words)) {
            return Ok(one.area);
        }
    }
    // The head stands above all other texts that read so.
    if let Some(area) = order::head(world.percept(), name) {
        return Ok(area);
    }
    Ok(world.find(name)?.area)
}

/// Writes `value` into the cell where `row` and `column` meet.
pub fn cell(world: &mut World<'_, impl Write>, row: Option<&str>, column: &str, value: &str) -> Result<Claim, Stop> {
    world.front()?;
    let area = place(world, row, column)?;
    let action = Action::click(area.center(), Button::Left, 2);
    world.act(action, Some(area), "go into the cell")?;
    // Ctrl+A goes to the beginning of a line in some toolkits.
    world.key(Chord::plain("Home"), "go to the beginning of the cell")?;
    let shift_end = Chord { modifiers: vec![Modifier::Shift], key: "End".into() };
    world.key(shift_end, "select what stands in the cell")?;
    world.write(value, 12, "write into the cell")?;
    world.key(Chord::plain("Return"), "finish the cell")?;
    Ok(Claim { area: Some(area), ..world.claim() })
}

fn place(world: &mut World<'_, impl Write>, row: Option<&str>, column: &str) -> Result<RectPx, Stop> {
    if let Some(row) = row {
        if let Some(cell) = tables::cell(world.percept(), row, column) {
            return Ok(cell.area);
        }
        return Ok(world.find(&format!("{column} of {row}"))?.area);
    }
    if let Some(area) = grid_place(world.percept(), column) {
        return Ok(area);
    }
    Ok(world.find(&format!("cell {column}"))?.area)
}

/// "The cell of Ada on Tuesday": where the row and the column meet.
pub fn named_cell(percept: &Percept, words: &str) -> Option<Candidate> {
    let words = words.trim_start_matches("the ");
    let rest = words.strip_prefix("cell ")?;
    let rest = ["of ", "for ", "in the row of ", "in row "].iter().find_map(|w| rest.strip_prefix(w))?;
    let (row, column) = [" on ", " in column ", " in the column ", " under ", " at ", " in ", " and "]
        .iter()
        .find_map(|between| rest.split_once(between))?;
    let cell = tables::cell(percept, row.trim(), column.trim_start_matches("the ").trim())?;
    Some(Candidate {
        label: cell.text.clone().unwrap_or_default(),
        role: None,
        area: cell.area,
        at: cell.at(),
        confidence: 0.9,
        element: None,
    })
}

fn grid_place(percept: &Percept, name: &str) -> Option<RectPx> {
    let (row, column) = tables::coordinates(name)?;
    tables::Grid::of(percept)?.cell(&column, &row)
}
