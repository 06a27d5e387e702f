//! The list that one of its rows belongs to.

use super::find::tables;
use crate::screen::{Percept, RectPx};

/// The rows, from the top, of the list that holds `row`; lines that begin at one place where there is no list.
pub fn column_of(percept: &Percept, row: RectPx) -> Vec<RectPx> {
    let list = tables::lists(percept).into_iter().find(|l| l.area().contains(row.center()));
    if let Some(list) = list {
        return list.items().iter().map(|r| r.cells.first().map_or(r.area, |(_, a)| *a)).collect();
    }
    let mut lines: Vec<RectPx> =
        percept.text.iter().map(|t| t.area).filter(|a| (a.x - row.x).abs() <= 6 && (a.h - row.h).abs() <= 6).collect();
    lines.sort_by_key(|a| a.y);
    lines
}
