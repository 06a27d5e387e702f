//! The order in which the cells of a column stand.

use super::alike::{fold, similarity};
use super::find::tables;
use crate::screen::{Element, Percept, RectPx, Role};
use crate::task::Day;

/// Which orders the cells of a column stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub rising: bool,
    pub falling: bool,
}

impl Order {
    /// Whether it is the order asked for.
    pub const fn is(self, descending: bool) -> bool {
        if descending { self.falling } else { self.rising }
    }
}

/// The head of the column called `name`: the topmost text that reads so and has others below it.
pub fn head(percept: &Percept, name: &str) -> Option<RectPx> {
    let bare = |text: &str| text.trim_end_matches(['▲', '▼', '↑', '↓', '⇅', '↕', '^', 'v', ' ']).to_owned();
    let like = percept.text.iter().filter(|t| similarity(name, &bare(&t.text)) >= 0.85);
    like.min_by_key(|t| t.area.y).map(|t| t.area)
}

/// The order of the cells below the head at `head`; `None` where there are fewer than two.
pub fn of_column(percept: &Percept, name: &str, head: RectPx) -> Option<Order> {
    let cells = cells(percept, name, head);
    if cells.len() < 2 {
        return None;
    }
    let numbers: Option<Vec<f64>> = cells.iter().map(|c| key(c)).collect();
    let order = |rising: &dyn Fn(usize) -> std::cmp::Ordering| Order {
        rising: (1..cells.len()).all(|i| rising(i).is_ge()),
        falling: (1..cells.len()).all(|i| rising(i).is_le()),
    };
    Some(match numbers {
        Some(numbers) => order(&|i| numbers[i].total_cmp(&numbers[i - 1])),
        None => order(&|i| fold(&cells[i]).cmp(&fold(&cells[i - 1]))),
    })
}

/// From where to where the column under `head` reaches: the box of the head where it has one, else from the head to the
/// next one; the first column begins at the left.
fn column(percept: &Percept, head: RectPx) -> (i32, i32) {
    let is_box = |e: &&Element| {
        matches!(e.role, Role::Button | Role::Tab) && e.area.holds(&head) && e.area.h <= 3 * head.h && e.area.w > head.w
    };
    if let Some(button) = percept.elements.iter().filter(is_box).min_by_key(|e| e.area.area()) {
        return (button.area.x, button.area.right());
    }
    let level = || percept.text.iter().map(|t| t.area).filter(|a| a.row_overlap(&head) > 0.5 && *a != head);
    let next = level().map(|a| a.x).filter(|x| *x > head.right()).min();
    let is_first = !level().any(|a| a.right() < head.x && head.x - a.right() < 40 * head.h);
    let from = if is_first { head.x - 40 * head.h } else { head.x - head.h };
    (from, next.map_or(head.right() + 12 * head.h, |x| x - 4))
}

/// The texts of a column, from the top.
fn cells(percept: &Percept, name: &str, head: RectPx) -> Vec<String> {
    let (from, to) = column(percept, head);
    let in_column = |a: RectPx| {
        let aligned = (a.x - head.x).abs() <= 14 || (a.right() - head.right()).abs() <= 14;
        a.y > head.bottom() - 2 && (aligned || a.column_overlap(&head) > 0.5 || (from..to).contains(&a.center().x))
    };
    let list = tables::lists(percept).into_iter().find(|l| l.area().grow(head.h * 3).contains(head.center()));
    let within = |a: RectPx| list.as_ref().is_none_or(|l| l.area().grow(6).contains(a.center()));
    let mut found: Vec<(i32, String)> = percept
        .text
        .iter()
        .filter(|t| in_column(t.area) && within(t.area) && similarity(name, &t.text) < 0.9)
        .map(|t| (t.area.y, t.text.clone()))
        .collect();
    found.sort_by_key(|(y, _)| *y);
    // One text a row.
    found.dedup_by(|a, b| (a.0 - b.0).abs() < 8);
    found.into_iter().map(|(_, text)| text).collect()
}

/// What a cell is sorted by, where that is a number or a date.
fn key(text: &str) -> Option<f64> {
    let day = Day::readings(text).first().copied();
    let days = day.map(|d| f64::from(d.year) * 372.0 + f64::from(d.month) * 31.0 + f64::from(d.day));
    days.or_else(|| number(text))
}

/// A number with its currency, unit or percent sign.
fn number(text: &str) -> Option<f64> {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
    let many = digits.chars().filter(char::is_ascii_digit).count();
    (many > 0 && letters <= 3).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::TextSpan;

    fn order_of(cells: &[&str]) -> (bool, bool) {
        let line = |text: &str, y: i32| TextSpan {
            text: text.into(),
            area: RectPx::new(40, y, 60, 12),
            confidence: 1.0,
            words: vec![],
            window: None,
        };
        let text = std::iter::once("Price").chain(cells.iter().copied());
        let text = text.enumerate().map(|(i, t)| line(t, 20 + 24 * i as i32)).collect();
        let percept = Percept { width: 300, height: 300, text, ..Percept::default() };
        let head = head(&percept, "price").unwrap();
        let order = of_column(&percept, "price", head).unwrap();
        (order.rising, order.falling)
    }

    #[test]
    fn columns_stand_in_order_by_number_date_or_letter() {
        assert_eq!(order_of(&["$9.50", "$12.00", "$110.00"]), (true, false));
        assert_eq!(order_of(&["12 May 2026", "3 June 2026"]), (true, false));
        assert_eq!(order_of(&["Pear", "Fig", "Apple"]), (false, true));
        assert_eq!(order_of(&["Pear", "Apple", "Quince"]), (false, false));
    }
}
