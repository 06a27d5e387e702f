//! What stands in a row or card with something that the question names.

use super::super::alike::fold;
use super::super::find::{self, tables};
use super::super::written::Written;
use crate::screen::{Percept, RectPx, TextSpan};

/// Words of questions that are no names, though a screen may show them.
const SMALL: [&str; 22] = [
    "a", "an", "and", "are", "at", "by", "do", "does", "for", "from", "in", "is", "it", "no", "of", "on", "or", "the",
    "to", "what", "which", "yes",
];

/// "Which line goes to Stronsay?": where the row of a text in the question meets the column of another.
pub fn named_in(percept: &Percept, question: &str) -> Option<(String, RectPx)> {
    let asked = format!(" {} ", fold(question));
    let names = |t: &&TextSpan| {
        let text = fold(&t.text);
        !SMALL.contains(&text.as_str()) && text.len() >= 2 && asked.contains(&format!(" {text} "))
    };
    let named: Vec<&TextSpan> = percept.text.iter().filter(names).collect();
    let meet = |head: &TextSpan, row: &TextSpan| {
        let is_head = row.area.y > head.area.bottom() && fold(&head.text) != fold(&row.text);
        let cell = tables::cell(percept, &row.text, &head.text).filter(|_| is_head)?;
        if names_something_else(question, &[&head.text, &row.text]) {
            return None;
        }
        let text = cell.text.filter(|t| !asked.contains(&format!(" {} ", fold(t))))?;
        Some((head.text.len() + row.text.len(), text, cell.area))
    };
    let pairs = named.iter().flat_map(|head| named.iter().filter_map(|row| meet(head, row)));
    pairs.max_by_key(|(length, _, _)| *length).map(|(_, text, area)| (text, area))
}

/// Whether a word within the question begins with a capital and is none of `known`: a name that is not there.
fn names_something_else(question: &str, known: &[&str]) -> bool {
    let known = format!(" {} ", fold(&known.join(" ")));
    let is_name = |w: &&str| w.chars().next().is_some_and(char::is_uppercase);
    let words = question.split_whitespace().skip(1);
    words.filter(is_name).any(|w| !known.contains(&format!(" {} ", fold(w))))
}

/// "What is in cell B3?": the words of a spreadsheet's cell.
pub fn in_cell(percept: &Percept, question: &str) -> Option<(String, RectPx)> {
    let lower = fold(question);
    let (_, rest) = lower.split_once("cell ")?;
    let (row, column) = tables::coordinates(rest.split(' ').next()?)?;
    let area = tables::Grid::of(percept)?.cell(&column, &row)?;
    let text: Vec<&str> = percept.text_in(area).map(|t| t.text.as_str()).collect();
    (!text.is_empty()).then(|| (text.join(" "), area))
}

/// "When is the permit due?", "At what time did Henrik write?": a date or time in the line, row or card of the thing.
pub fn when(percept: &Percept, question: &str) -> Option<(String, RectPx)> {
    let (kinds, thing) = asked_for_when(question)?;
    let named = |t: &&TextSpan| contains_words(&t.text, &thing) || contains_words(&thing, &t.text);
    let lines: Vec<&TextSpan> = percept.text.iter().filter(named).collect();
    let names = std::iter::once(thing.as_str()).chain(lines.iter().map(|t| t.text.as_str()));
    let owners = names.flat_map(|name| find::owners(percept, name));
    // Cells of one row may stand in boxes of their own.
    let level = |t: &&TextSpan| RectPx::new(0, t.area.y, percept.width as i32, t.area.h);
    let places: Vec<RectPx> = lines.iter().map(|t| t.area).chain(owners).chain(lines.iter().map(level)).collect();
    let in_places = kinds.iter().find_map(|kind| {
        places.iter().find_map(|place| {
            let found = percept.text_in(*place).filter_map(|t| Some((kind.within(&t.text)?, t.area)));
            found.min_by_key(|(_, area)| (area.y, area.x))
        })
    });
    in_places.or_else(|| after_verb(percept, question, &kinds).filter(|_| !lines.is_empty()))
}

/// "Due: 18 April 2024" for what is due, where there is only one such line.
fn after_verb(percept: &Percept, question: &str, kinds: &[Written]) -> Option<(String, RectPx)> {
    let asked = fold(question);
    let verb = asked.split(' ').next_back()?;
    let begins = |t: &&TextSpan| fold(&t.text).split(' ').next() == Some(verb);
    let dated = |t: &TextSpan| kinds.iter().find_map(|kind| kind.within(&t.text)).map(|date| (date, t.area));
    let found: Vec<(String, RectPx)> = percept.text.iter().filter(begins).filter_map(dated).collect();
    <[(String, RectPx); 1]>::try_from(found).ok().map(|[one]| one)
}

/// What sort of time is asked for, and of what.
fn asked_for_when(question: &str) -> Option<(Vec<Written>, String)> {
    let lower = fold(question);
    let (kinds, rest) = if let Some(rest) = lower.strip_prefix("when ") {
        (vec![Written::Date, Written::Time], rest.to_owned())
    } else {
        let rest = ["at what time ", "what time "].iter().find_map(|lead| lower.strip_prefix(lead))?;
        (vec![Written::Time], rest.to_owned())
    };
    let verbs = ["is", "was", "does", "did", "will", "are"];
    let words: Vec<&str> = rest.split(' ').skip_while(|w| verbs.contains(w)).collect();
    let words: Vec<&str> = words.into_iter().skip_while(|w| matches!(*w, "the" | "a" | "an")).collect();
    // The verb stands last: "due", "leave", "write".
    let (_, thing) = words.split_last()?;
    (!thing.is_empty()).then(|| (kinds, thing.join(" ")))
}

/// Whether all of `part` stands in `text` as whole words.
fn contains_words(text: &str, part: &str) -> bool {
    let part = fold(part);
    part.len() >= 3 && format!(" {} ", fold(text)).contains(&format!(" {part} "))
}

/// "What month is shown?": the only text that is written so.
pub fn shown(percept: &Percept, question: &str) -> Option<(String, RectPx)> {
    let lower = fold(question);
    let word = ["what ", "which "].iter().find_map(|lead| lower.strip_prefix(lead))?.split(' ').next()?;
    let kind = Written::of(word).filter(|kind| *kind == Written::Month)?;
    let found: Vec<(String, RectPx)> =
        percept.text.iter().filter_map(|t| Some((kind.within(&t.text)?, t.area))).collect();
    <[(String, RectPx); 1]>::try_from(found).ok().map(|[one]| one)
}

/// "What is the error below Password?": the text right below what is called so, or below its field.
pub fn below(percept: &Percept, question: &str) -> Option<(String, RectPx)> {
    let text = question.trim_end_matches(['?', '.', ' ']);
    let lower = text.to_lowercase();
    let lead =
        [" below ", " under ", " beneath ", " underneath "].into_iter().find_map(|w| Some(lower.find(w)? + w.len()))?;
    let asks = ["error", "message", "hint", "note", "text", "says", "say", "written"];
    if !fold(&lower[..lead]).split(' ').any(|w| asks.contains(&w)) {
        return None;
    }
    let name = text.get(lead..)?.trim().trim_start_matches("the ").trim_end_matches(" field");
    let thing = find::named(percept, name)?;
    let under = |t: &&TextSpan| {
        (-2..=2 * t.area.h).contains(&(t.area.y - thing.bottom()))
            && t.area.x < thing.right()
            && t.area.right() > thing.x
    };
    percept.text.iter().filter(under).min_by_key(|t| t.area.y).map(|t| (t.text.clone(), t.area))
}
