//! Clicks, keys, and what is pressed.

use super::super::labels::Use;
use super::super::numbers;
use super::super::sources::Value;
use super::Intent;
use super::Slots;
use super::words::menu_path;
use super::words::one_of;
use super::words::places_said;
use super::words::plainly;
use super::words::without_quotes;
use crate::task::Best;

pub(super) fn of_pointing(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    let click = |count, right| {
        let mut targets = slots.names("targets")?;
        // "That one" is what was spoken of before.
        if targets.iter().any(|t| t == "one") {
            return None;
        }
        // "Give the Escape key a tap".
        if let [target] = targets.as_slice()
            && let Some(chord) = target.strip_suffix(" key").and_then(|key| key.parse().ok())
        {
            return Some(Intent::Key { chord, times: u32::from(count) });
        }
        // "Click on a check box": any of them.
        let any =
            slots.get("targets").is_some_and(|t| t.first().is_some_and(|t| t.is("a") || t.is("an") || t.is("any")));
        let kinds =
            ["button", "link", "icon", "field", "box", "item", "slider", "drop-down", "square", "circle", "triangle"];
        if let ([target], true) = (targets.as_mut_slice(), any)
            && kinds.iter().any(|k| target.ends_with(k))
            && !target.contains('"')
        {
            *target = format!("first {}", target.trim_start_matches("any "));
        }
        Some(Intent::Click { targets, count, right })
    };
    match meaning {
        "click" => menu_path(&slots.all_of("targets")?).map(|path| Intent::Menu { path }).or_else(|| click(1, false)),
        "find_and_tick" | "find_and_untick" => {
            Some(Intent::Tick { labels: vec![slots.plain("target")?], on: meaning == "find_and_tick" })
        }
        "look_in_click" => Some(Intent::Several(vec![Intent::LookIn(places_said(slots)), click(1, false)?])),
        "look_up_click" => {
            let click = Intent::Click { targets: vec![slots.name("what")?], count: 1, right: false };
            Some(Intent::Several(vec![Intent::PageTo(slots.owner("who")?), click]))
        }
        "click_of_record" => {
            let target = without_quotes(&slots.name("target")?);
            Some(Intent::Record { act: format!("click {target}"), which: slots.owner("who")? })
        }
        "fill_read" => {
            let read = Value::Read(slots.all_of("x")?);
            Some(Intent::Fill(vec![(slots.name("field")?, read)]))
        }
        "menu_then" => {
            let labels = &slots.around.labels;
            let (menu, path) = (slots.plain("menu")?, slots.plain("path")?);
            let hidden = !labels.has_name(&path, Use::Text) && path.starts_with(char::is_uppercase);
            (hidden && labels.has_name(&menu, Use::Text)).then(|| Intent::Menu { path: vec![menu, path] })
        }
        "click_alike" => {
            let nth = slots.number("number").map(|n| n as i32);
            let nth = nth.or_else(|| numbers::ordinal(&slots.plain("nth")?))?;
            let kind = one_of(&slots.plain("kind")?);
            Some(Intent::Click { targets: vec![format!("{} {kind}", numbers::place(nth))], count: 1, right: false })
        }
        "click_that_is" => {
            let target = format!("{} {}", slots.plain("colour")?, slots.plain("kind")?);
            Some(Intent::Click { targets: vec![target], count: 1, right: false })
        }
        "click_from_end" => {
            let nth = numbers::ordinal(&slots.plain("nth")?)?;
            let from_end =
                slots.tokens.iter().rev().take(2).any(|t| ["bottom", "right", "end"].iter().any(|w| t.is(w)));
            let place = numbers::place(if from_end { -nth } else { nth });
            let target = format!("{place} {}", slots.name("kind")?);
            (!from_end || nth == 1).then_some(Intent::Click { targets: vec![target], count: 1, right: false })
        }
        "solve_click" => {
            let found = Intent::Click { targets: vec!["it".into()], count: 1, right: false };
            Some(Intent::Several(vec![Intent::Ask("solve the math problem".into()), found]))
        }
        "page_click" => {
            let page = Intent::Page((slots.number("number")? as i32).to_string());
            let click = Intent::Click { targets: vec![slots.name("target")?], count: 1, right: false };
            Some(Intent::Several(vec![page, click]))
        }
        "click_in_window" => {
            let target = format!("{} in the {} window", slots.name("target")?, slots.plain("window")?);
            Some(Intent::Click { targets: vec![target], count: 1, right: false })
        }
        "click_and_answer" => {
            let click = Intent::Click { targets: vec![slots.name("target")?], count: 1, right: false };
            let answer = Intent::IfAsked { about: None, answer: slots.plain("answer")? };
            Some(Intent::Several(vec![click, answer]))
        }
        // What the clause before has asked for already.
        "nothing_more" => Some(Intent::Several(Vec::new())),
        "nth_of" => {
            let nth = numbers::place(numbers::ordinal(&slots.plain("nth")?)?);
            let kind = one_of(&slots.plain("kind")?);
            Some(Intent::Click { targets: vec![format!("{nth} {kind}")], count: 1, right: false })
        }
        "find_and_click" => Some(Intent::Click { targets: vec![slots.name("target")?], count: 1, right: false }),
        "click_it" => Some(Intent::Click { targets: vec!["it".into()], count: 1, right: false }),
        "click_double" => click(2, false),
        "click_right" => click(1, true),
        "click_times" => {
            let count = slots.number("count")? as u8;
            if count > 3 {
                let once = Intent::Click { targets: vec![slots.name("targets")?], count: 1, right: false };
                return Some(Intent::Several(vec![once; usize::from(count.min(50))]));
            }
            Some(Intent::Click { targets: vec![slots.name("targets")?], count: count.clamp(1, 3), right: false })
        }
        "click_all_in_order" => {
            let kind = slots.plain("kind")?;
            let descending = numbers::is_descending(&slots.plain("order")?)?;
            Some(Intent::InOrder { kind, descending })
        }
        "click_twice" => {
            let count = numbers::times(&slots.plain("count")?)?;
            if count > 3 {
                let once = Intent::Click { targets: vec![slots.name("targets")?], count: 1, right: false };
                return Some(Intent::Several(vec![once; usize::from(count.min(50))]));
            }
            Some(Intent::Click { targets: vec![slots.name("targets")?], count: count.clamp(1, 3), right: false })
        }
        "click_beside" => {
            let target = format!("{} next to {}", whole_name(slots.name("target")?), slots.name("row")?);
            Some(Intent::Click { targets: vec![target], count: 1, right: false })
        }
        "click_in_row" => {
            let target = format!("{} in the row of {}", whole_name(slots.name("target")?), slots.name("row")?);
            Some(Intent::Click { targets: vec![target], count: 1, right: false })
        }
        "click_in_part" => {
            let target = format!("{} in the {} section", slots.name("target")?, slots.name("row")?);
            Some(Intent::Click { targets: vec![target], count: 1, right: false })
        }
        "click_seen" => {
            let act = format!("click {}", without_quotes(&slots.name("target")?));
            Some(Intent::Record { act, which: slots.name("row")? })
        }
        "by_attribute" | "by_attribute_low" => {
            let column = slots.plain("column")?;
            let dear = column.strip_prefix("expensive ").map(str::to_owned);
            if dear.is_some() {
                let least = slots.tokens.iter().any(|t| t.is("least"));
                let of = if least { Best::Cheapest } else { Best::Dearest };
                return Some(Intent::Best { of, press: slots.name("target") });
            }
            let of = if meaning == "by_attribute" { Best::Most { column } } else { Best::Least { column } };
            Some(Intent::Best { of, press: slots.name("target") })
        }
        "best" | "best_dear" | "odd" => {
            let of = match meaning {
                "best" => Best::Cheapest,
                "best_dear" => Best::Dearest,
                _ => Best::Odd,
            };
            Some(Intent::Best { of, press: slots.name("target") })
        }
        "click_until" => {
            let text = slots.plain("text")?;
            let seen = ["you see ", "you get to ", "you reach ", "you find "].iter().find_map(|w| text.strip_prefix(w));
            Some(Intent::Until { target: slots.name("target")?, text: seen.unwrap_or(&text).to_owned() })
        }
        "hover" => Some(Intent::Hover(plainly(&slots.name("target")?))),
        "key" => {
            let said = slots.plain("key")?;
            let said = said.trim_end_matches(" keys").trim_end_matches(" key");
            let twice = slots.tokens.last().is_some_and(|t| t.is("twice"));
            let said_times = slots.plain("count").and_then(|count| numbers::times(&count)).map(f64::from);
            let times = slots.number("count").or(said_times).unwrap_or(if twice { 2.0 } else { 1.0 });
            Some(Intent::Key { chord: said.parse().ok()?, times: times as u32 })
        }
        "submit" => Some(Intent::Submit { named: slots.tokens.first().map(|t| t.text.clone()) }),
        _ => None,
    }
}

/// A button that is called by one word with a capital is called just so, even where that is a word for a kind of things:
/// "Track", "Return".
fn whole_name(target: String) -> String {
    let one = !target.contains([' ', '"']) && target.starts_with(char::is_uppercase) && target.len() > 1;
    if one { format!("\"{target}\"") } else { target }
}
