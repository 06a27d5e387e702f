//! Lists, boxes, numbers that are set.

use super::super::labels::Use;
use super::super::lists::split_list;
use super::super::numbers;
use super::super::sources::Value;
use super::Intent;
use super::Slots;
use crate::task::Scope;

pub(super) fn of_choices(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    // "From the list below" names none.
    let list = || {
        let name = slots.plain("list")?;
        let bare = name.trim_end_matches(" below").trim_end_matches(" above");
        let any =
            ["list", "scroll list", "scroll", "scrolling list", "menu", "options", "drop-down", "dropdown", "box"];
        (!any.contains(&bare.to_lowercase().as_str())).then(|| bare.to_owned())
    };
    let select = |options, scope| Some(Intent::Select { options, scope, list: list() });
    match meaning {
        "choose" => {
            let many = split_list(slots.get("option")?).len() > 1 && list().is_none();
            (!many).then_some(Intent::Choose { option: slots.plain("option")?, list: list() })
        }
        "choose_seen" => Some(Intent::Choose { option: slots.plain("option")?, list: list() }),
        "choose_row" => {
            let option = slots.plain("option")?;
            let is_one = split_list(slots.get("option")?).len() == 1;
            let option = if numbers::ordinal(&option).is_some() { format!("{option} row") } else { option };
            is_one.then_some(Intent::Choose { option, list: None })
        }
        "select_where" => {
            let rows = format!("rows with {}", slots.plain("state")?);
            Some(Intent::Select { options: Vec::new(), scope: Scope::AllBut, list: Some(rows) })
        }
        "choose_row_nth" => {
            let row = format!("{} row", numbers::place(slots.number("nth")? as i32));
            Some(Intent::Choose { option: row, list: None })
        }
        "choose_plain" => Some(Intent::Choose { option: slots.plain("option")?, list: None }),
        "select_many" => {
            let named = slots.labels("options");
            let options = named.or_else(|| Some(vec![slots.plain("a")?, slots.plain("b")?]))?;
            (options.len() > 1).then(|| select(options, Scope::These))?
        }
        "select_only" => select(slots.labels("options")?, Scope::Only),
        "select_but" => select(slots.labels("options")?, Scope::AllBut),
        "unselect_but" => select(slots.labels("options")?, Scope::Only),
        "select_all" => select(Vec::new(), Scope::AllBut),
        "select_none" => select(Vec::new(), Scope::Only),
        // "Check whether …" asks.
        "tick" | "tick_seen" => {
            let labels = slots.labels("options")?;
            let asks = labels.iter().any(|l| l.starts_with("whether ") || l.starts_with("if "));
            (!asks).then_some(Intent::Tick { labels, on: true })
        }
        "untick" | "untick_seen" => Some(Intent::Tick { labels: slots.labels("options")?, on: false }),
        _ => None,
    }
}

pub(super) fn of_values(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    let amount = || slots.number("amount").or_else(|| slots.get("amount").is_none().then_some(1.0));
    Some(match meaning {
        "adjust" => Intent::Adjust { field: slots.name("field")?, by: amount()? },
        "adjust_down" => Intent::Adjust { field: slots.name("field")?, by: -amount()? },
        // "Drag Splints to the bottom" is about a list, unless Splints holds a number.
        "extreme_high" | "extreme_low" if is_of_list(slots) => return None,
        "extreme_high" => Intent::Extreme { field: without_way(slots.name("field")?), high: true },
        "extreme_low" => Intent::Extreme { field: without_way(slots.name("field")?), high: false },
        "set_slider" => Intent::Slide { field: slots.name("field")?, value: slots.plain("value")? },
        // "Set the background colour to #ff8800" names the field whole.
        "colour_of" => {
            Intent::Fill(vec![(format!("{} colour", slots.plain("field")?), Value::Text(slots.plain("value")?))])
        }
        "colour" => Intent::Colour { field: slots.name("field"), value: slots.plain("value")? },
        _ => return None,
    })
}

/// "Put the volume down as low as it goes": the way is no part of the name.
fn without_way(field: String) -> String {
    let ways = [" all the way", " right", " down", " up", " left"];
    ways.iter().find_map(|way| field.strip_suffix(way)).map_or(field.clone(), str::to_owned)
}

/// Whether something is brought to an end that lists have, and the screen shows no number of that name.
pub(super) fn is_of_list(slots: &Slots<'_>) -> bool {
    let to_end =
        slots.tokens.iter().any(|t| ["top", "bottom", "beginning", "end", "first", "last"].iter().any(|w| t.is(w)));
    let slider = slots.tokens.iter().any(|t| ["slider", "knob", "dial", "bar"].iter().any(|w| t.is(w)));
    let labels = &slots.around.labels;
    let is_number = |field: String| labels.has_name(&field, Use::Value);
    to_end && !slider && !labels.is_empty() && !slots.plain("field").is_some_and(is_number)
}
