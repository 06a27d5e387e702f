//! Answers that are worked out of what stands on the screen.

use super::super::find::tables;
use crate::screen::{Percept, RectPx, Role};
use crate::task::{number_in, written};

/// What `question`, folded, asks to be worked out; `read` answers what stands there as it is.
pub fn derived(
    percept: &Percept,
    question: &str,
    area: RectPx,
    read: &dyn Fn(&str) -> Option<(String, RectPx)>,
) -> Option<(String, RectPx)> {
    extreme(percept, question, area)
        .or_else(|| cased(percept, question, area, read))
        .or_else(|| of_words(percept, question, area))
        .or_else(|| of_list(percept, question, area))
        .or_else(|| sum(question, read))
}

/// "which row has the lowest price": the first words of the row whose number in that column is the least or most.
fn extreme(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    let rest = match question {
        q if q.contains("cheapest") || q.contains("least expensive") => "lowest price",
        q if q.contains("most expensive") || q.contains("dearest") => "highest price",
        q => q.strip_prefix("which row has the ")?,
    };
    let (end, column) = rest.split_once(' ').unwrap_or((rest, ""));
    let most = match end {
        "highest" => true,
        "lowest" => false,
        _ => return None,
    };
    let list = tables::lists(percept).into_iter().find(|l| area.contains(l.area().center()) && l.items().len() >= 2)?;
    let valued = list.items().iter().filter_map(|row| {
        let (title, at) = row.cells.first()?;
        let cell = tables::cell(percept, title, column).and_then(|c| number_in(&c.text?));
        // Where no column is called so, the only number of the row is meant.
        let number = cell.or_else(|| {
            let mut numbers = row.cells.iter().skip(1).filter_map(|(text, _)| number_in(text));
            numbers.next().filter(|_| numbers.next().is_none())
        })?;
        Some((number, title.clone(), *at))
    });
    let valued: Vec<(f64, String, RectPx)> = valued.collect();
    // What cannot be read of most rows is not compared.
    if valued.len() * 3 < list.items().len() * 2 {
        return None;
    }
    let by = |a: &&(f64, String, RectPx), b: &&(f64, String, RectPx)| a.0.total_cmp(&b.0);
    let found = if most { valued.iter().max_by(by) } else { valued.iter().min_by(by) };
    found.map(|(_, title, at)| (title.clone(), *at))
}

/// "the code in capital letters".
fn cased(
    percept: &Percept,
    question: &str,
    within: RectPx,
    read: &dyn Fn(&str) -> Option<(String, RectPx)>,
) -> Option<(String, RectPx)> {
    const UPPER: [&str; 8] = [
        "in upper case",
        "in uppercase",
        "in capital letters",
        "in capitals",
        "in all caps",
        "all caps",
        "in block letters",
        "uppercased",
    ];
    const LOWER: [&str; 4] = ["in lower case", "in lowercase", "in small letters", "lowercased"];
    let strip = |ends: &[&str]| ends.iter().find(|e| question.contains(**e)).map(|e| question.replacen(e, "", 1));
    if let Some(rest) = strip(&UPPER) {
        let found = read(rest.trim()).or_else(|| person(percept, &rest, within));
        return found.map(|(text, area)| (text.to_uppercase(), area));
    }
    strip(&LOWER).and_then(|rest| read(rest.trim())).map(|(text, area)| (text.to_lowercase(), area))
}

/// "the name at the top": the first text in `within` that is written like the name of a person.
fn person(percept: &Percept, question: &str, within: RectPx) -> Option<(String, RectPx)> {
    if !question.split(' ').any(|w| w == "name" || w == "person" || w == "persons") {
        return None;
    }
    let is_name = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let capital =
            |w: &&str| w.chars().next().is_some_and(char::is_uppercase) && w.chars().skip(1).all(char::is_lowercase);
        words.len() == 2 && words.iter().all(capital)
    };
    let control = |a: &RectPx| {
        let presses = [Role::Button, Role::Tab, Role::MenuItem, Role::TextField, Role::CheckBox, Role::TitleBar];
        percept.elements_in(within).any(|e| presses.contains(&e.role) && e.area.holds(a))
    };
    let lines = percept.text_in(within).filter(|t| is_name(&t.text) && !control(&t.area));
    lines.min_by_key(|t| t.area.y).map(|t| (t.text.clone(), t.area))
}

/// "the longest word of the list".
fn of_words(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    let longest = question.contains("longest");
    if !(longest || question.contains("shortest"))
        || !(question.contains("word") || question.contains("name") || question.contains("entry"))
    {
        return None;
    }
    let entries = entries(percept, area)?;
    let length = |(text, _): &&(String, RectPx)| text.chars().count();
    if longest { entries.iter().max_by_key(length).cloned() } else { entries.iter().min_by_key(length).cloned() }
}

/// "the last entry of the list", "the second thing on the list".
fn of_list(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    let words: Vec<&str> = question.split(' ').collect();
    let at = words.iter().position(|w| *w == "list" || *w == "column")?;
    const PLACES: [&str; 8] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
    let nth = words[..at].iter().find_map(|w| PLACES.iter().position(|p| p == w));
    let last = words[..at].contains(&"last");
    let entries = entries(percept, area)?;
    if last { entries.last().cloned() } else { entries.get(nth?).cloned() }
}

/// The entries of the largest list in `area`; the longest column of short lines where nothing else is a list.
fn entries(percept: &Percept, area: RectPx) -> Option<Vec<(String, RectPx)>> {
    let lists = tables::lists(percept);
    // A narrow list at the side leads to other pages.
    // What lies in a wide part of the page is none of its sides.
    let in_page = |a: RectPx| {
        let holds = |p: &RectPx| p.holds(&a) && p.w * 2 > area.w && p.h * 5 < area.h * 4;
        percept.elements_in(area).any(|e| e.role == Role::Pane && holds(&e.area))
    };
    let at_side = |a: RectPx| a.x - area.x < area.w / 12 || area.right() - a.right() < area.w / 12;
    let is_bar = |a: RectPx| a.w * 4 < area.w && at_side(a) && !in_page(a);
    let fits = |l: &&tables::List| area.contains(l.area().center()) && l.items().len() >= 3 && !is_bar(l.area());
    if let Some(list) = lists.iter().find(fits) {
        return Some(list.items().iter().filter_map(|r| r.cells.first().cloned()).collect());
    }
    let aside = |a: RectPx| is_bar(RectPx::new(a.x, a.y, a.w.max(area.w / 8), a.h));
    let lines: Vec<_> = percept.text_in(area).filter(|t| t.text.split(' ').count() <= 3 && !aside(t.area)).collect();
    let mut best: Vec<(String, RectPx)> = Vec::new();
    for seed in &lines {
        let beside = |a: RectPx| (a.x - seed.area.x).abs() <= 4 && (a.h - seed.area.h).abs() <= 5;
        let column: Vec<(String, RectPx)> = lines
            .iter()
            .filter(|t| beside(t.area))
            .map(|t| (t.text.trim_start_matches(['•', '-', '·', ' ']).to_owned(), t.area))
            .collect();
        if column.len() > best.len() {
            best = column;
        }
    }
    (best.len() >= 3).then_some(best)
}

/// "the sum of Rent and Food".
fn sum(question: &str, read: &dyn Fn(&str) -> Option<(String, RectPx)>) -> Option<(String, RectPx)> {
    let after = |words: &str| question.split_once(words).map(|(_, rest)| rest);
    let (rest, work): (&str, fn(f64, f64) -> f64) = if let Some(rest) = after("sum of ") {
        (rest, |a, b| a + b)
    } else if let Some(rest) = after("difference between ") {
        (rest, |a, b| (a - b).abs())
    } else {
        (after("product of ")?, |a, b| a * b)
    };
    let (one, other) = rest.split_once(" and ")?;
    let number = |words: &str| read(words.trim()).and_then(|(text, area)| Some((number_in(&text)?, area)));
    let ((a, area_a), (b, area_b)) = (number(one)?, number(other)?);
    Some((written(work(a, b)), area_a.union(&area_b)))
}
