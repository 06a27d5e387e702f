//! Tabs, menus, tables, records and searches.

use super::super::goals::capital;
use super::super::labels::Use;
use super::super::lexicon::Lexicon;
use super::super::lexicon::begins;
use super::super::lists::name;
use super::super::lists::phrase;
use super::super::lists::split_list;
use super::super::matching::without_articles;
use super::super::numbers;
use super::super::sources::Value;
use super::super::tokens::Kind;
use super::super::tokens::Token;
use super::Intent;
use super::Slots;
use super::words::menu_path;
use super::words::one_of;
use super::words::without_quotes;

pub(super) fn of_hidden_things(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "tab" => Intent::Tab(slots.name("tab")?),
        "menu_quit" => {
            let entry = slots.plain("path").unwrap_or_else(|| "Quit".into());
            Intent::Menu { path: vec![slots.plain("menu")?, capital(&entry)] }
        }
        "tree" => Intent::Several(vec![
            Intent::Expand { thing: slots.plain("path")?, open: true },
            Intent::Choose { option: slots.plain("leaf")?, list: None },
        ]),
        "menu_listed" => {
            let mut path = slots.labels("path")?;
            path.extend(slots.plain("leaf"));
            let titled = MENU_TITLES.contains(&path.first()?.to_lowercase().as_str());
            let is_hidden = |entry: &String| {
                entry.starts_with(char::is_uppercase) && !slots.around.labels.has_name(entry, Use::Text)
                    || entry.contains('.')
            };
            (titled && path.len() >= 2 && path[1..].iter().all(is_hidden)).then_some(Intent::Menu { path })?
        }
        "more_menu" => Intent::Record { act: slots.plain("path")?, which: slots.name("target")? },
        "menu" => {
            // What is in sight needs no menu, and a box that is ticked is none.
            let labels = &slots.around.labels;
            let menu = slots.plain("menu")?;
            // "Click New record, fill in …" goes on with something to be done.
            let is_act = |slot: &str| {
                let first = slots.get(slot).and_then(<[Token]>::first);
                first.is_some_and(|t| t.kind == Kind::Word && t.text == t.lower)
                    && slots.get(slot).is_some_and(|t| Lexicon::get().verb(t).is_some())
            };
            if slots.tokens.iter().any(|t| t.is(",")) && (is_act("path") || is_act("sub")) {
                return None;
            }
            let comma = slots.tokens.iter().any(|t| t.is(",")) && !slots.tokens.iter().any(|t| t.is("menu"));
            if comma && (labels.has_name(&menu, Use::Box) || labels.has_name(&slots.plain("path")?, Use::Box)) {
                return None;
            }
            let parts = ["menu", "sub", "path"].iter().filter_map(|slot| slots.plain(slot));
            let path: Vec<String> = parts.flat_map(|p| menu_path(&p).unwrap_or_else(|| vec![p])).collect();
            Intent::Menu { path }
        }
        "context" => {
            let path = slots.plain("path").or_else(|| Some(capital(&slots.tokens.first()?.text)))?;
            Intent::Context { target: slots.name("target")?, path: menu_path(&path).unwrap_or_else(|| vec![path]) }
        }
        "expand" => {
            let thing = slots.name("thing")?;
            let thing =
                [" in the", " in", " of the", " of"].iter().find_map(|e| thing.strip_suffix(e)).unwrap_or(&thing);
            Intent::Expand { thing: without_quotes(thing), open: true }
        }
        "collapse" => Intent::Expand { thing: slots.plain("thing")?, open: false },
        _ => return None,
    })
}

pub(super) fn of_records(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "sort_any" => {
            let order = slots.plain("order");
            let reverse = slots.tokens.iter().any(|t| t.is("reverse"));
            let descending = order.and_then(|o| numbers::is_descending(&o)).unwrap_or(reverse);
            Intent::Sort { column: slots.plain("column")?, descending }
        }
        // "Tick Invoice for March and Team photo" names two things.
        "cell_click" if slots.get("row")?.iter().any(|t| t.is("and") || t.is(",")) => return None,
        "cell_click" => {
            let cell = format!("{} of {}", slots.plain("column")?, slots.plain("row")?);
            Intent::Click { targets: vec![cell], count: 1, right: false }
        }
        "two_conditions" => {
            let act = slots.plain("target").unwrap_or_else(|| "select".into());
            Intent::Record { act, which: format!("{} {}", slots.plain("row")?, slots.plain("other")?) }
        }
        "record_seen" => {
            let which = slots.name("which")?;
            // "Save the report as x.txt" speaks of no record.
            let plain = !slots.get("which")?.iter().any(|t| {
                t.kind == Kind::Mark || ["as", "to", "with", "and", "then", "on", "in"].iter().any(|w| t.is(w))
            });
            let act = slots.plain("act")?;
            let whole = slots.around.labels.has_name(&slots.all(), Use::Text);
            (plain && !whole && which.len() > 2)
                .then(|| Intent::Record { act: format!("click {}", capital(&act)), which: record_words(&which) })?
        }
        "record_by" => Intent::Record { act: leading_act(slots)?, which: slots.name("who")? },
        "record_from" => {
            let many = split_list(slots.get("who")?).len() > 1;
            (!many).then_some(Intent::Record { act: leading_act(slots)?, which: slots.owner("who")? })?
        }
        "record_button" => Intent::Record { act: "show".into(), which: slots.owner("who")? },
        "nth_open" => Intent::Result(nth(slots)?),
        "record_archive" => Intent::Record { act: "archive".into(), which: slots.owner("who")? },
        "record_owner" => {
            let whose = slots.name("who")?;
            let is_owner = whose.ends_with("'s") || whose.ends_with("’s");
            is_owner.then_some(Intent::Record { act: "delete".into(), which: slots.owner("who")? })?
        }
        "record_delete" => Intent::Record { act: "delete".into(), which: slots.owner("who")? },
        "record_open" => Intent::Record { act: "open".into(), which: slots.owner("who")? },
        "records_delete" => {
            let one = |which: String| Intent::Record { act: "delete".into(), which };
            let listed = slots.labels("who");
            let all = listed.or_else(|| Some(vec![slots.owner("who_a")?, slots.owner("who_b")?]))?;
            (all.len() > 1).then(|| Intent::Several(all.into_iter().map(one).collect()))?
        }
        "sort" => Intent::Sort { column: slots.plain("column")?, descending: false },
        "sort_end" => {
            let end = slots.plain("end")?.to_lowercase();
            let falling = [
                "largest", "highest", "biggest", "newest", "latest", "greatest", "longest", "best", "heaviest", "most",
                "dearest", "youngest",
            ];
            Intent::Sort { column: slots.plain("column")?, descending: falling.contains(&end.as_str()) }
        }
        "sort_down" => Intent::Sort { column: slots.plain("column")?, descending: true },
        "edit_cell" => {
            let row = slots.plain("row");
            // "In the table, change …" names no row.
            if row.as_deref().is_some_and(|r| ["table", "list", "form", "grid", "sheet", "page", "dialog"].contains(&r))
                || row.as_deref().is_some_and(|r| {
                    [" tab", " page", " dialog", " window", " section", " form"].iter().any(|e| r.ends_with(e))
                })
            {
                return None;
            }
            // "Start date: 13 August" names no column.
            if slots.plain("column").is_none_or(|c| c.starts_with(|c: char| c.is_ascii_digit())) && row.is_some() {
                return None;
            }
            let row = row.map(|row| row.strip_suffix(" row").unwrap_or(&row).to_owned());
            Intent::Cell { row, column: slots.plain("column")?, value: slots.value("value")? }
        }
        "record_give" => {
            let act = slots.plain("act")?.to_lowercase();
            let known = Lexicon::get().class("act")?.iter().any(|p| p.len() == 1 && p[0] == act);
            known.then_some(())?;
            every(act, &slots.name("which")?)
        }
        "record_reply" => Intent::Record { act: "reply".into(), which: slots.name("which")? },
        "each_archive" => every("archive".into(), &format!("all {}", slots.plain("kind")?)),
        "record_found" => {
            let act = slots.plain("act").map_or_else(|| found_act(slots), |sign| Some(act_of_sign(&sign)))?;
            Intent::Record { act, which: slots.owner("who")? }
        }
        "forward_to" => {
            if slots.get("whom")?.first().is_some_and(|t| t.is("is") || t.is(":")) {
                return None;
            }
            let forward = Intent::Record { act: "forward".into(), which: slots.owner("who")? };
            let to = Intent::Fill(vec![("to".into(), Value::Text(slots.text("whom")?))]);
            Intent::Several(vec![forward, to, Intent::Submit { named: Some("send".into()) }])
        }
        "reply_with" => {
            let reply = Intent::Record { act: "reply".into(), which: slots.owner("who")? };
            let said = slots.get("text")?;
            // "…: type See you" goes on with another task.
            if Lexicon::get().verb(said).is_some()
                && said.first().is_some_and(|t| t.text == t.lower && t.kind == Kind::Word)
            {
                return None;
            }
            let text = Intent::Fill(vec![("reply".into(), Value::Text(slots.text("text")?))]);
            Intent::Several(vec![reply, text, Intent::Submit { named: Some("send".into()) }])
        }
        "record_star" => every("star".into(), &slots.name("which")?),
        // A name in quotes that is to be opened is an application's, or a thing's.
        "record" if slots.get("which")?.iter().all(|t| t.kind == Kind::Quoted) => return None,
        // "Save it, and …" is no record.
        "record"
            if slots.get("which")?.iter().any(|t| t.kind == Kind::Mark && matches!(t.text.as_str(), "," | ";")) =>
        {
            return None;
        }
        "record_kind" => {
            let act = leading_act(slots)?;
            let which = without_articles(slots.tokens.get(act.split(' ').count()..)?);
            let which = if which.last().is_some_and(|t| t.is("there")) { &which[..which.len() - 1] } else { which };
            Intent::Record { act, which: name(slots.source, which) }
        }
        "record" => {
            let which = slots.name("which")?;
            // "Delete is not the button to press" says what is not to be done.
            let said = slots.get("which")?;
            let states = said.first().is_some_and(|t| ["is", "are", "was", "isn't", "isn’t"].iter().any(|w| t.is(w)));
            if states
                && said.iter().any(|t| ["not", "never", "don't", "don’t", "isn't", "isn’t"].iter().any(|w| t.is(w)))
            {
                return None;
            }
            // "I have to delete nothing": that is no name.
            if ["nothing", "none", "no one", "neither"].contains(&which.to_lowercase().as_str()) {
                return Some(Intent::Leave(slots.all()));
            }
            // "Open the Phone bill link": what is said to be one is pressed, wherever it stands.
            let pressed = [" link", " button", " icon", " hyperlink"].iter().any(|kind| which.ends_with(kind));
            let opens = ["open", "view", "show", "close"].contains(&act_of(slots).as_str());
            if pressed && opens {
                return Some(Intent::Click { targets: vec![which], count: 1, right: false });
            }
            every(act_of(slots), &which)
        }
        "mark_as" => {
            let which = slots.name("which").unwrap_or_else(|| "all".into());
            Intent::Record { act: format!("mark as {}", slots.plain("act")?), which }
        }
        "filter" => Intent::Filter(slots.plain("query")?),
        "look_up" => {
            let article = slots.get("query")?.first().is_some_and(|t| t.is("the") || t.is("what"));
            (!article).then_some(Intent::Search { query: slots.plain("query")?, place: None })?
        }
        "search" => Intent::Search { query: slots.plain("query")?, place: slots.plain("place") },
        "result" => Intent::Result(nth(slots)?),
        "page_result" => Intent::Several(vec![
            Intent::Page((slots.number("number")? as i32).to_string()),
            Intent::Result(nth(slots)?),
        ]),
        "page_back" => Intent::Page("previous".into()),
        "page_on" => Intent::Page("next".into()),
        "next_page" => {
            let words = slots.number("number").map(|n| n.to_string()).or_else(|| slots.plain("page"));
            Intent::Page(words.unwrap_or_else(|| slots.tokens.first().map_or("next", |t| t.lower.as_str()).to_owned()))
        }
        _ => return None,
    })
}

/// What menus are called in programs of all kinds.
const MENU_TITLES: [&str; 24] = [
    "file",
    "edit",
    "view",
    "insert",
    "format",
    "tools",
    "help",
    "window",
    "options",
    "bookmarks",
    "go",
    "history",
    "search",
    "image",
    "layer",
    "select",
    "filters",
    "record",
    "records",
    "table",
    "data",
    "project",
    "settings",
    "actions",
];

/// "The post by Ada" as Ada: whose it is is all that rows say.
fn record_words(which: &str) -> String {
    let joint = [" by ", " from ", " of ", " about ", " called ", " titled "];
    let behind = joint.iter().filter_map(|j| which.split_once(j)).map(|(_, rest)| rest).next_back().unwrap_or(which);
    let nouns = [" post", " entry", " order", " row", " card", " record", " item"];
    let behind = nouns.iter().find_map(|noun| behind.strip_suffix(noun)).unwrap_or(behind);
    behind.trim_end_matches("'s").trim_end_matches("’s").to_owned()
}

/// The verb with which a clause about a record begins; "open" where it is only wanted to be read.
pub(super) fn leading_act(slots: &Slots<'_>) -> Option<String> {
    let first = slots.tokens.first()?.lower.clone();
    if ["want", "need"].contains(&first.as_str()) {
        return Some(slots.plain("act").unwrap_or_else(|| "open".into()));
    }
    let acts = Lexicon::get().class("act")?;
    let longest = acts.iter().filter(|phrase| begins(slots.tokens, phrase)).max_by_key(|phrase| phrase.len());
    Some(longest.map_or(first, |phrase| phrase.join(" ")))
}

/// `act` with one record, or with every one of a kind: "all unread mails".
pub(super) fn every(act: String, which: &str) -> Intent {
    let kind = ["all ", "every ", "each "].iter().find_map(|w| which.strip_prefix(w));
    match kind.map(|k| k.strip_prefix("the ").unwrap_or(k)) {
        Some(kind) if kind.contains(' ') || kind.ends_with('s') => {
            let then = Intent::Record { act, which: "it".into() };
            Intent::ForEach { kind: one_of(kind), then: Box::new(then) }
        }
        _ => Intent::Record { act, which: which.to_owned() },
    }
}

/// The verb behind "and" with which something that was found is dealt with.
pub(super) fn found_act(slots: &Slots<'_>) -> Option<String> {
    let at = slots.tokens.iter().rposition(|t| t.is("and"))?;
    let acts = Lexicon::get().class("act")?;
    let behind = &slots.tokens[at + 1..];
    let longest = acts.iter().filter(|phrase| begins(behind, phrase)).max_by_key(|phrase| phrase.len())?;
    Some(longest.join(" "))
}

/// What a sign on a button does with the record beside it.
pub(super) fn act_of_sign(sign: &str) -> String {
    match sign.to_lowercase().as_str() {
        "trash" | "bin" | "trashcan" | "dustbin" | "garbage" => "delete".into(),
        "heart" | "thumbs-up" => "like".into(),
        "envelope" => "reply".into(),
        sign => sign.to_owned(),
    }
}

/// The verb of a clause about a record: what stands before the record.
pub(super) fn act_of(slots: &Slots<'_>) -> String {
    let which = slots.ranges.iter().find(|(name, _)| name == "which").map_or(0, |(_, range)| range.start);
    match slots.plain("act") {
        Some(act) => act,
        None => phrase(slots.source, &slots.tokens[..which]).to_lowercase(),
    }
}

pub(super) fn nth(slots: &Slots<'_>) -> Option<i32> {
    let said = slots.plain("nth")?;
    numbers::ordinal(&said).or_else(|| numbers::number(&said).map(|n| n as i32))
}
