//! Texts: scrolled, selected, changed, copied.

use super::super::labels::Use;
use super::super::lists::bare;
use super::super::lists::name;
use super::super::lists::phrase;
use super::super::numbers;
use super::super::sources::Value;
use super::super::tokens::Token;
use super::Intent;
use super::Slots;
use super::records::nth;
use super::words::window_name;
use crate::task::Chord;
use crate::task::FOUND;

pub(super) fn of_text(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "scroll" => scroll(slots),
        "scroll_to" => Intent::ScrollTo(slots.plain("text")?),
        "format" => {
            let said = |words: &[&str]| slots.tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
            let key = match () {
                () if said(&["bold", "embolden", "b"]) => "b",
                () if said(&["i", "italic", "italics", "italicise", "italicize"]) => "i",
                () => "u",
            };
            let text = slots.plain("text")?;
            let text =
                ["word ", "words ", "text "].iter().find_map(|w| text.strip_prefix(w)).unwrap_or(&text).to_owned();
            Intent::Format { text, chord: Chord::ctrl(key) }
        }
        "select_text" => Intent::Mark(marked_text(slots)?),
        "mark_part" => {
            let kinds = ["paragraph", "sentence", "line", "section"];
            let kind = kinds.into_iter().find(|kind| slots.tokens.iter().any(|t| t.is(kind))).unwrap_or("paragraph");
            Intent::Mark(format!("{} {kind}", numbers::place(nth(slots).unwrap_or(1))))
        }
        "scroll_end" => {
            let end = scroll(slots);
            let Intent::Scroll { notches, .. } = end else { return None };
            let what = slots.name("what")?;
            let page = ["back", "page", "window", "up", "down", "it", "screen", "all", "right"];
            (!page.contains(&what.to_lowercase().as_str())).then_some(Intent::ScrollOver { what, notches })?
        }
        "replace_text" => Intent::Replace { from: slots.plain("from")?, to: slots.plain("to")? },
        "delete_text" => Intent::Erase(erased(slots)?),
        "copy_same" => {
            Intent::Fill(vec![(slots.name("to")?, Value::Read(format!("what is {}", slots.plain("what")?)))])
        }
        // "Copy the text from Notes to Draft" is about windows, which have copying of their own.
        // "The text" of a window is all of it.
        "copy_between" if is_all(bare(slots.get("what")?)) => return None,
        "copy_between" => Intent::Copy {
            what: slots.name("what"),
            from: slots.plain("from")?,
            to: Some(slots.plain("to")?),
            field: slots.name("what"),
        },
        "copy_value" if !is_of_fields(slots) => return None,
        "copy_value" => {
            let question = format!("what is in {}", slots.plain("what")?);
            Intent::Fill(vec![(slots.name("to")?, Value::Read(question))])
        }
        "clear_text" => Intent::Fill(vec![("text area".into(), Value::Text(String::new()))]),
        "fill_in_case" => {
            let Value::Text(text) = slots.value("value")? else { return None };
            let upper = ["upper", "capital", "caps", "block"].iter().any(|w| slots.all().to_lowercase().contains(w));
            let text = if upper { text.to_uppercase() } else { text.to_lowercase() };
            let field = slots.plain("field").filter(|f| !["text", "input"].contains(&f.as_str()));
            Intent::Fill(vec![(field.unwrap_or_else(|| "text field".into()), Value::Text(text))])
        }
        "fill_cased" => {
            let of_screen = slots.get("value")?.first().is_some_and(|t| t.is("the"));
            let what = match slots.value("value")? {
                Value::Read(what) => what,
                Value::Text(text) if of_screen => text,
                Value::Text(_) => return None,
            };
            let said = slots.all().to_lowercase();
            let has = |words: &[&str]| words.iter().any(|w| said.contains(w));
            let how = if has(&["backwards", "revers"]) {
                "spelled backwards"
            } else if has(&["lower", "small letters"]) {
                "in lower case"
            } else {
                "in upper case"
            };
            Intent::Fill(vec![(slots.name("field")?, Value::Read(format!("{what} {how}")))])
        }
        "sum_up" => {
            let field = slots.name("field")?;
            let of_all = "the sum of all the numbers".to_owned();
            // "The sum of Rent and Food" names its two parts.
            let two = slots.all().to_lowercase().split_once("sum of ").is_some_and(|(_, rest)| rest.contains(" and "));
            if two || field.split(' ').count() > 3 {
                return None;
            }
            Intent::Fill(vec![(field, Value::Read(of_all))])
        }
        "fill_best" => {
            let column = slots.plain("column").unwrap_or_else(|| "price".into());
            let said = |words: &[&str]| slots.tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
            let most = said(&["highest", "largest", "dearest", "expensive", "priciest", "biggest", "costliest"]);
            let cheap = said(&["least", "cheapest", "lowest", "smallest"]);
            let end = if most && !cheap { "highest" } else { "lowest" };
            Intent::Fill(vec![(slots.name("field")?, Value::Read(format!("which row has the {end} {column}")))])
        }
        "append" if is_entry_of_list(slots) => return None,
        "append" => Intent::Append { text: slots.text("text")?, field: None },
        // "Put Flatbread at the end of the list" moves what stands there.
        "append_to" if is_entry_of_list(slots) => return None,
        "append_to" => {
            let text = match slots.value("text")? {
                Value::Text(text) => text,
                Value::Read(_) => return None,
            };
            Intent::Append { text, field: Some(slots.name("field")?) }
        }
        "recase" => {
            let line = slots.number("number").map(|n| n as i32).or_else(|| nth(slots))?;
            let lower = ["lower", "lowercase", "small"].iter().any(|w| slots.tokens.iter().any(|t| t.is(w)));
            Intent::Recase { line, upper: !lower }
        }
        "copy_field" => of_field_to_field(slots, &slots.name("what")?, &slots.name("to")?)?,
        "copy" => copy(slots)?,
        "paste" => Intent::Paste { to: slots.get("to").map_or_else(String::new, |t| window_name(slots.source, t)) },
        _ => return None,
    })
}

/// Whether a thing that stands on the screen is put to the end of a list.
fn is_entry_of_list(slots: &Slots<'_>) -> bool {
    let lists = ["list", "queue", "order", "playlist", "table"];
    let of_list = slots.tokens.iter().any(|t| lists.iter().any(|w| t.is(w)));
    let moves =
        slots.tokens.first().is_some_and(|t| ["put", "move", "bring", "place", "insert"].iter().any(|w| t.is(w)));
    let quoted = slots.get("text").is_some_and(|t| t.iter().any(Token::is_literal));
    let seen = slots.plain("text").is_some_and(|text| slots.around.labels.has_name(&text, Use::Text));
    of_list && moves && !quoted && (seen || slots.around.labels.is_empty())
}

/// What is to be deleted: "2nd line", "last line", "line Bike rental", "lantern".
pub(super) fn erased(slots: &Slots<'_>) -> Option<String> {
    let kinds = ["line", "paragraph", "sentence", "word"];
    let kind = kinds.into_iter().find(|kind| slots.tokens.iter().any(|t| t.is(kind))).unwrap_or("word");
    let place =
        slots.plain("nth").and_then(|n| numbers::ordinal(&n)).or_else(|| slots.number("number").map(|n| n as i32));
    Some(match (place, slots.plain("text")) {
        (Some(place), _) => format!("{} {kind}", numbers::place(place)),
        (None, text) => format!("{kind} {}", text?),
    })
}

/// Whether what is copied stands in one field and goes into another.
pub(super) fn is_of_fields(slots: &Slots<'_>) -> bool {
    let said = |words: &[&str]| slots.tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
    let labels = &slots.around.labels;
    let is_window = |slot: &str| slots.plain(slot).is_some_and(|name| labels.is_window(&name));
    let is_field = |slot: &str| {
        slots
            .plain(slot)
            .is_some_and(|name| [Use::Field, Use::List, Use::Value].iter().any(|u| labels.has_name(&name, *u)))
    };
    let copies = slots.tokens.first().is_some_and(|t| t.is("copy") || t.is("transfer"));
    if said(&["window", "windows"]) || is_window("what") || is_window("to") {
        return false;
    }
    !copies || said(&["field", "box"]) || is_field("what") || is_field("to")
}

pub(super) fn scroll(slots: &Slots<'_>) -> Intent {
    let has = |words: &[&str]| slots.tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
    let amount = slots.number("amount").map_or(5, |n| (n * if has(&["page", "pages"]) { 8.0 } else { 1.0 }) as i32);
    let far = has(&["top", "bottom", "end", "beginning", "start"]);
    let amount = if far { 100 } else { amount };
    let direction = ["up", "left", "right", "down"].into_iter().find(|d| has(&[d])).unwrap_or("down");
    let direction = if has(&["top", "beginning", "start"]) { "up" } else { direction };
    let notches = if matches!(direction, "up" | "left") { -amount } else { amount };
    Intent::Scroll { direction: direction.to_owned(), notches }
}

pub(super) fn copy(slots: &Slots<'_>) -> Option<Intent> {
    let what = bare(slots.get("what")?);
    let what = (!is_all(what)).then(|| phrase(slots.source, what));
    let from = slots.get("from_window").map_or_else(String::new, |t| window_name(slots.source, t));
    let (to, field) = match (slots.get("to"), slots.name("to_field")) {
        (_, Some(field)) => (Some(String::new()), Some(field)),
        (Some(target), None) => {
            let (to, field) = window_and_field(slots.source, target);
            (Some(to), field)
        }
        (None, None) => (None, None),
    };
    Some(Intent::Copy { what, from, to, field })
}

/// Whether words name no part: "the text", "all of it".
fn is_all(what: &[Token]) -> bool {
    let everything = ["text", "contents", "content", "everything", "whole", "all", "full", "document", "it"];
    what.iter().all(|t| everything.iter().any(|w| t.is(w)) || t.is("the"))
}

/// The whole text of one field comes into another: where both are spoken of as fields.
pub(super) fn of_field_to_field(slots: &Slots<'_>, what: &str, to: &str) -> Option<Intent> {
    let kinds = ["field", "box", "area", "textarea", "textbox", "input", "one"];
    let is_field = |words: &str| {
        let words = words.trim_end_matches(" below").trim_end_matches(" above").to_lowercase();
        words.rsplit(' ').next().is_some_and(|last| kinds.contains(&last))
    };
    let bare = |words: &str| words.trim_end_matches(" below").trim_end_matches(" above").to_owned();
    let labels = &slots.around.labels;
    let known = |words: &str| is_field(words) || labels.has_name(words, Use::Field);
    (is_field(what) && known(to)).then(|| {
        let text = Value::Text(FOUND.to_owned());
        Intent::Several(vec![Intent::Take(bare(what)), Intent::Fill(vec![(bare(to), text)])])
    })
}

/// "The Reference field of the Order window" as window and field.
pub(super) fn window_and_field(source: &str, target: &[Token]) -> (String, Option<String>) {
    let is_field = |tokens: &[Token]| {
        tokens.last().is_some_and(|t| ["field", "box", "entry", "input", "area"].iter().any(|w| t.is(w)))
    };
    let cut = (1..target.len().saturating_sub(1)).find(|&i| ["of", "in", "on"].iter().any(|w| target[i].is(w)));
    match cut {
        Some(at) if is_field(&target[..at]) => {
            (window_name(source, &target[at + 1..]), Some(name(source, bare(&target[..at]))))
        }
        _ if is_field(target) => (String::new(), Some(name(source, bare(target)))),
        _ => (window_name(source, target), None),
    }
}

/// What is to be marked: behind a colon to the letter, with its article and stop.
fn marked_text(slots: &Slots<'_>) -> Option<String> {
    let first = slots.get("text")?.first()?;
    if slots.source[..first.start].trim_end().ends_with(':')
        && let Some(Value::Text(text)) = slots.value("text")
    {
        return Some(text);
    }
    // "The sentence that begins with Please bring".
    let begins = ["begins", "starts"].iter().any(|w| slots.tokens.iter().any(|t| t.is(w)));
    let text = slots.plain("text")?;
    Some(if begins { format!("sentence that begins with {text}") } else { text })
}
