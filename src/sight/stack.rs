//! Things that stand in one line at even steps: the entries of a list that can be put in another order.

use super::alike::fold;
use crate::screen::{Percept, RectPx};
use crate::task::number_in;

/// How many letters such an entry has at most.
const LETTERS: usize = 40;

/// The texts of the longest run of lines below each other at even steps, from the top; empty where there is none of three.
pub fn stack(percept: &Percept, within: Option<RectPx>) -> Vec<(String, RectPx)> {
    let inside = |a: &RectPx| within.is_none_or(|w| w.contains(a.center()));
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= LETTERS;
    let lines: Vec<(String, RectPx)> = percept
        .text
        .iter()
        .filter(|t| inside(&t.area) && fits(&t.text))
        .map(|t| (t.text.trim().to_owned(), t.area))
        .collect();
    let mut best: Vec<(String, RectPx)> = Vec::new();
    for (_, seed) in &lines {
        let alike = |a: &RectPx| {
            let level = (a.x - seed.x).abs() <= 4 || (a.center().x - seed.center().x).abs() <= 4;
            level && (a.h - seed.h).abs() <= 6
        };
        let mut column: Vec<(String, RectPx)> = lines.iter().filter(|(_, a)| alike(a)).cloned().collect();
        column.sort_by_key(|(_, a)| a.y);
        let run = even(&column);
        if run.len() > best.len() {
            best = run;
        }
    }
    if best.len() >= 3 { best } else { Vec::new() }
}

/// The longest part of `column` in which each follows the one before at the same step.
fn even(column: &[(String, RectPx)]) -> Vec<(String, RectPx)> {
    let step = |i: usize| column[i + 1].1.center().y - column[i].1.center().y;
    let mut best = 0..0;
    let mut from = 0;
    for at in 1..column.len() {
        if at - from >= 2 && (step(at - 1) - step(at - 2)).abs() > 5 {
            from = at - 1;
        }
        if at + 1 - from > best.len() {
            best = from..at + 1;
        }
    }
    column[best].to_vec()
}

/// Whether things stand in rising order and in falling order: by their numbers where all are some, else by their
/// letters; `None` where there are too few.
pub fn order(things: &[(String, RectPx)]) -> Option<(bool, bool)> {
    let sorted = |falling: bool| {
        let wanted = in_order(things, falling);
        things.iter().zip(&wanted).all(|(a, b)| a.0 == b.0)
    };
    (things.len() >= 2).then(|| (sorted(false), sorted(true)))
}

/// `things` in the order of their numbers, or of their letters.
pub fn in_order(things: &[(String, RectPx)], descending: bool) -> Vec<(String, RectPx)> {
    let mut all = things.to_vec();
    if all.iter().all(|(text, _)| number_in(text).is_some()) {
        let value = |text: &str| number_in(text).unwrap_or_default();
        all.sort_by(|a, b| value(&a.0).total_cmp(&value(&b.0)));
    } else {
        all.sort_by_key(|(text, _)| fold(text));
    }
    if descending {
        all.reverse();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::TextSpan;

    fn percept(lines: &[(&str, i32)]) -> Percept {
        let span = |(text, y): &(&str, i32)| TextSpan {
            text: (*text).into(),
            area: RectPx::new(30, *y, 40, 14),
            confidence: 1.0,
            words: Vec::new(),
            window: None,
        };
        Percept { width: 400, height: 400, text: lines.iter().map(span).collect(), ..Percept::default() }
    }

    #[test]
    fn what_follows_at_even_steps_is_one_list() {
        let seen = percept(&[("Sort these", 10), ("7", 60), ("-2", 90), ("15", 120), ("Submit", 190)]);
        let found = stack(&seen, None);
        assert_eq!(found.iter().map(|(t, _)| t.as_str()).collect::<Vec<_>>(), ["7", "-2", "15"]);
        assert_eq!(order(&found), Some((false, false)));
        let wanted = in_order(&found, false);
        assert_eq!(wanted.iter().map(|(t, _)| t.as_str()).collect::<Vec<_>>(), ["-2", "7", "15"]);
    }

    #[test]
    fn two_lines_are_no_list() {
        assert!(stack(&percept(&[("a", 10), ("b", 40)]), None).is_empty());
    }
}
