//! The number that stands with a slider.

use crate::screen::{Percept, RectPx, TextSpan};
use crate::task::number_in;

/// The number right or left of, above or below the slider at `area`, the nearest; the ends of its scale are none.
pub fn reading(percept: &Percept, area: RectPx) -> Option<f64> {
    let near = |t: &&TextSpan| {
        let a = t.area;
        let beside = a.row_overlap(&area) > 0.3 && (a.x - area.right()).max(area.x - a.right()) < 160;
        let above = a.column_overlap(&area) > 0.0 && (a.y - area.bottom()).max(area.y - a.bottom()) < 30;
        beside || above
    };
    let distance = |a: RectPx| {
        let dx = (a.x - area.right()).max(area.x - a.right()).max(0);
        let dy = (a.y - area.bottom()).max(area.y - a.bottom()).max(0);
        dx + 2 * dy
    };
    let many = |text: &str| text.split_whitespace().filter(|w| w.chars().any(|c| c.is_ascii_digit())).count() > 1;
    let lines = percept.text.iter().filter(near).filter(|t| number_in(&t.text).is_some() && !many(&t.text));
    number_in(&lines.min_by_key(|t| distance(t.area))?.text)
}
