//! How many there are.

use super::super::alike::{fold, similarity};
use super::super::find;
use super::super::find::tables::{List, lists};
use super::super::phrase::Phrase;
use crate::screen::{Percept, RectPx, Role, TextSpan};

/// What is counted, and where, of a question that asks how many.
#[derive(Debug)]
pub struct Counted {
    what: String,
    place: Option<String>,
    /// Whether it is to be counted in something that is said to have rows.
    in_list: bool,
}

/// The count that a question, folded, asks for.
pub fn counted(question: &str) -> Option<Counted> {
    let rest = question
        .split_once("how many ")
        .map(|(_, rest)| rest)
        .or_else(|| question.strip_prefix("what is the number of "))?;
    let verbs = ["are", "does", "do", "is", "were", "has", "have", "can", "stand", "stands", "lie"];
    let words: Vec<&str> = rest.split(' ').collect();
    let end = words.iter().position(|w| verbs.contains(w)).unwrap_or(words.len());
    let (what, tail) = words.split_at(end);
    let place = tail.iter().position(|w| matches!(*w, "in" | "on" | "below" | "under" | "the"));
    let place = place.map(|at| tail[at..].iter().filter(|w| !is_small(w)).copied().collect::<Vec<_>>().join(" "));
    let place = place.filter(|p| !p.is_empty());
    let in_list = tail.iter().any(|w| matches!(*w, "table" | "list" | "folder" | "menu" | "grid" | "sheet"));
    (!what.is_empty()).then(|| Counted { what: what.join(" "), place, in_list })
}

fn is_small(word: &str) -> bool {
    [
        "in", "on", "the", "a", "of", "there", "does", "have", "report", "below", "header", "list", "table", "folder",
        "screen", "window", "menu", "bar", "status", "column",
    ]
    .contains(&word)
}

/// How many lines of a list say `said`: texts of just these words, or that end with them, below each other.
pub fn saying(percept: &Percept, said: &str, area: RectPx) -> Option<(String, RectPx)> {
    let pressed = |a: &RectPx| {
        let is_control = |r: Role| matches!(r, Role::Tab | Role::DropDown | Role::CheckBox | Role::TextField);
        // A list may look like a large area to write in.
        percept.elements_in(area).any(|e| is_control(e.role) && e.area.holds(a) && e.area.h < 5 * a.h)
    };
    let fits = |t: &&TextSpan| {
        let text = fold(&t.text);
        text == said || text.ends_with(&format!(" {said}")) || format!(" {text} ").contains(&format!(" {said} "))
    };
    let exact: Vec<RectPx> = percept.text_in(area).filter(|t| fold(&t.text) == said).map(|t| t.area).collect();
    let all: Vec<RectPx> =
        if exact.is_empty() { percept.text_in(area).filter(fits).map(|t| t.area).collect() } else { exact };
    let rows: Vec<RectPx> = all.into_iter().filter(|a| !pressed(a)).collect();
    let place = rows.iter().fold(RectPx::default(), |all, a| all.union(a));
    (!rows.is_empty()).then(|| (rows.len().to_string(), place))
}

/// The number that the screen says, else the rows that can be counted.
pub fn count(percept: &Percept, counted: &Counted, area: RectPx) -> Option<(String, RectPx)> {
    if let Some(found) = set(percept, &counted.what, area) {
        return Some(found);
    }
    if !is_row_word(&counted.what)
        && let Some(found) = said(percept, &counted.what, area)
    {
        return Some(found);
    }
    if let Some(found) = of_holders(percept, counted).or_else(|| of_tabs(percept, &counted.what, area)) {
        return Some(found);
    }
    let lists = lists(percept);
    let list = match &counted.place {
        Some(place) => under_heading(percept, &lists, place).or_else(|| lists.first()),
        None => lists.first(),
    };
    let Some(list) = list else { return in_box(percept, &counted.what, area) };
    // "How many guests are set?" is no question about the rows of whatever list there is.
    if !counted.in_list && !is_of_rows(percept, counted, list) {
        return None;
    }
    let of_kind = |text: &str| fold(text).split(' ').any(|w| same_word(w, &counted.what));
    let named = list.items().iter().filter(|row| row.cells.iter().any(|(text, _)| of_kind(text))).count();
    // "How many folders": rows may say what they are.
    let rows = if named > 0 && named < list.items().len() { named } else { list.items().len() };
    Some((rows.to_string(), list.area()))
}

/// The entries of the only list that looks like a large area to write in: short lines at one edge.
fn in_box(percept: &Percept, what: &str, area: RectPx) -> Option<(String, RectPx)> {
    const ENTRIES: [&str; 9] =
        ["rows", "entries", "names", "items", "people", "persons", "lines", "elements", "things"];
    if !ENTRIES.contains(&what.split(' ').next_back()?) {
        return None;
    }
    let lines = |field: RectPx| -> Vec<RectPx> {
        let lines: Vec<&TextSpan> = percept.text_in(field).collect();
        let short = lines.iter().all(|t| t.text.split(' ').count() <= 4);
        let left = lines.iter().map(|t| t.area.x).min().unwrap_or(0);
        let even = lines.iter().all(|t| t.area.x - left <= t.area.h);
        if short && even { lines.iter().map(|t| t.area).collect() } else { Vec::new() }
    };
    let large = percept.elements_in(area).filter(|e| e.role == Role::TextField && e.area.h >= 80);
    let mut boxes = large.map(|e| (e.area, lines(e.area).len())).filter(|(_, count)| *count >= 2);
    match (boxes.next(), boxes.next()) {
        (Some((area, count)), None) => Some((count.to_string(), area)),
        _ => None,
    }
}

/// Whether what is counted is what a list may hold: it is called so, or the screen says so above it or in its rows.
fn is_of_rows(percept: &Percept, counted: &Counted, list: &List) -> bool {
    let Some(noun) = counted.what.split(' ').next_back() else { return false };
    let kind = Phrase::parse(noun);
    let general = kind.name.is_empty() && kind.kind.is_some();
    let says = |text: &str| fold(text).split(' ').any(|w| same_word(w, noun));
    let area = list.area();
    let above = |t: &&TextSpan| t.area.y < area.y && t.area.column_overlap(&area) > 0.2;
    let said = percept.text.iter().filter(above).any(|t| says(&t.text));
    let in_rows = list.items().iter().any(|row| row.cells.iter().any(|(text, _)| says(text)));
    general || said || in_rows || is_row_word(noun) || counted.place.is_some()
}

/// The cards under a heading.
fn of_holders(percept: &Percept, counted: &Counted) -> Option<(String, RectPx)> {
    let kind = ["card", "tile", "list", "column"].into_iter().find(|kind| same_word(&counted.what, kind))?;
    let Some(place) = counted.place.as_deref() else {
        let count = find::count_holders(percept, kind);
        return (count > 1)
            .then(|| (count.to_string(), RectPx::new(0, 0, percept.width as i32, percept.height as i32)));
    };
    let section = *find::sections(percept, place).first()?;
    Some((find::cards(percept, section).len().to_string(), section))
}

/// The tabs or steps of the longest strip.
fn of_tabs(percept: &Percept, what: &str, area: RectPx) -> Option<(String, RectPx)> {
    if !["tab", "step"].iter().any(|kind| same_word(what, kind)) {
        return None;
    }
    let tabs: Vec<RectPx> = percept.elements_in(area).filter(|e| e.role == Role::Tab).map(|e| e.area).collect();
    let strip = |lead: &RectPx| tabs.iter().filter(|t| t.row_overlap(lead) > 0.5).copied().collect::<Vec<_>>();
    let longest = tabs.iter().map(strip).max_by_key(Vec::len)?;
    Some((longest.len().to_string(), longest.iter().fold(RectPx::default(), |all, a| all.union(a))))
}

fn is_row_word(what: &str) -> bool {
    matches!(what, "rows" | "entries")
}

/// Whether two words are one but for an ending.
fn same_word(a: &str, b: &str) -> bool {
    let stem = |w: &str| w.trim_end_matches('s').to_owned();
    a.len() > 1 && stem(a) == stem(b)
}

/// The number in the field that names what is counted: "Number of copies".
fn set(percept: &Percept, what: &str, area: RectPx) -> Option<(String, RectPx)> {
    let roles = [Role::TextField, Role::Spinner, Role::DropDown];
    let names = |label: &str| fold(label).split(' ').any(|w| same_word(w, what));
    let fields = percept.elements_in(area).filter(|e| roles.contains(&e.role));
    let mut labelled = fields.filter(|e| e.label.as_deref().is_some_and(names)).filter_map(|e| {
        let value = e.value.as_deref()?.trim();
        value.parse::<f64>().is_ok().then(|| (value.to_owned(), e.area))
    });
    labelled.next().or_else(|| only_number(percept, what))
}

/// The only number in a small area under that heading, as between a minus and a plus.
fn only_number(percept: &Percept, what: &str) -> Option<(String, RectPx)> {
    let section = *find::sections(percept, what).first()?;
    let texts: Vec<&TextSpan> = percept.text_in(section).collect();
    let numbers: Vec<&&TextSpan> = texts.iter().filter(|t| t.text.trim().parse::<f64>().is_ok()).collect();
    match numbers.as_slice() {
        [one] if texts.len() <= 4 => Some((one.text.trim().to_owned(), one.area)),
        _ => None,
    }
}

/// "8 items", "Lines: 6", "Members — 4".
fn said(percept: &Percept, what: &str, area: RectPx) -> Option<(String, RectPx)> {
    let wanted: Vec<&str> = what.split(' ').collect();
    let last = wanted.last()?;
    percept.text_in(area).find_map(|line| {
        let spaced = line.text.replace('—', " — ").replace('–', " – ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let at = words.iter().position(|w| same_word(&fold(w), last))?;
        let number = |i: Option<usize>| {
            let digits = i.and_then(|i| words.get(i)).map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
            digits.filter(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_digit()))
        };
        // "2 folders | 8 files: 130 bytes": a number before a word counts it.
        let labelled =
            words[at].ends_with(':') || words.get(at + 1).is_some_and(|w| matches!(*w, "—" | "–" | ":" | "-"));
        let before = number(at.checked_sub(1));
        let found = before
            .or_else(|| number(Some(if words[at].ends_with(':') { at + 1 } else { at + 2 })).filter(|_| labelled))?;
        Some((found.to_owned(), line.area))
    })
}

/// The list below a heading like `place`.
fn under_heading<'a>(percept: &Percept, lists: &'a [List], place: &str) -> Option<&'a List> {
    let headings = percept.text.iter().filter(|t| similarity(place, &t.text) >= 0.75);
    let below = |heading: &RectPx, list: &&List| {
        let area = list.area();
        area.y + heading.h >= heading.y && area.right() > heading.x && area.x < heading.right() + 20 * heading.h
    };
    headings
        .flat_map(|h| lists.iter().filter(move |l| below(&h.area, l)).map(move |l| ((l.area().y - h.area.y).abs(), l)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, list)| list)
}
