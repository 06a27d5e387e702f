//! Goals in one line each, so that graphs can be written down and compared.

use crate::task::{Best, Button, Goal, Scope, Side};

/// `goal` in one line: `set Name = Ada`, `click OK`, `menu File > Save`.
///
/// What comes to the same is written in the same way: a value chosen from a list and one written into a field.
pub fn outline(goal: &Goal) -> String {
    of_applications(goal)
        .or_else(|| of_values(goal))
        .or_else(|| of_pointing(goal))
        .or_else(|| of_hidden_things(goal))
        .or_else(|| of_text(goal))
        .unwrap_or_else(|| of_the_rest(goal))
}

fn within(words: String, list: Option<&String>) -> String {
    list.map_or_else(|| words.clone(), |list| format!("{words} in {list}"))
}

fn of_applications(goal: &Goal) -> Option<String> {
    let or = |window: &Option<String>| window.clone().unwrap_or_else(|| "-".into());
    Some(match goal {
        Goal::Open { app, on: None } => format!("open {app}"),
        Goal::Open { app, on: Some(on) } => format!("open {on} in {app}"),
        Goal::OpenThing { name } => format!("open {name}"),
        Goal::Compute { expression } => format!("compute {expression}"),
        Goal::Save { path, .. } => format!("save {}", path.display()),
        Goal::MakeFolder { path } => format!("mkdir {}", path.display()),
        Goal::Rename { from, to } => format!("rename {} > {}", from.display(), to.display()),
        Goal::Command { command } => format!("command {command}"),
        Goal::Close { window } => format!("close {}", or(window)),
        Goal::Arrange { window, how } => format!("{how} {}", or(window)),
        Goal::AwaitFile { path } => format!("await {}", path.display()),
        Goal::Step { step, kind } => format!("{kind} {step}"),
        _ => return None,
    })
}

fn of_values(goal: &Goal) -> Option<String> {
    Some(match goal {
        Goal::Type { text, into: None } => format!("type {text}"),
        Goal::Type { text, into: Some(field) } => format!("set {field} = {text}"),
        Goal::Fill { field, value } => format!("set {field} = {value}"),
        Goal::Choose { option, list: Some(list) } => format!("set {list} = {option}"),
        Goal::Choose { option, list: None } => format!("choose {option}"),
        Goal::Select { options, scope, list } => {
            let words = match (scope, options.is_empty()) {
                (Scope::AllBut, true) => "all".into(),
                (Scope::Only, true) => "none".into(),
                (Scope::These, _) => format!("these {}", options.join(", ")),
                (Scope::Only, _) => format!("only {}", options.join(", ")),
                (Scope::AllBut, _) => format!("all but {}", options.join(", ")),
            };
            within(words, list.as_ref())
        }
        Goal::Tick { label, on } => format!("{} {label}", if *on { "tick" } else { "untick" }),
        Goal::Adjust { field, by } => format!("adjust {field} by {by}"),
        Goal::Extreme { field, high } => format!("{} {field}", if *high { "highest" } else { "lowest" }),
        Goal::Colour { field: Some(field), value } => format!("set {field} = {value}"),
        Goal::Colour { field: None, value } => format!("colour {value}"),
        Goal::Suggest { text, field, option } => {
            format!("suggest {field}: {} > {option}", text.as_deref().unwrap_or("-"))
        }
        Goal::Cell { row, column, value } => format!("cell {} / {column} = {value}", row.as_deref().unwrap_or("-")),
        _ => return None,
    })
}

fn of_pointing(goal: &Goal) -> Option<String> {
    Some(match goal {
        Goal::Click { target, count, right } => {
            let how = match (count, right) {
                (_, true) => "right-click",
                (2, _) => "double-click",
                (3.., _) => "triple-click",
                _ => "click",
            };
            format!("{how} {target}")
        }
        Goal::Press { target, button, .. } => {
            format!("{}-press {target}", if *button == Button::Left { "left" } else { button.name() })
        }
        Goal::Drag { places, .. } => format!("drag {}", places.join(" > ")),
        Goal::Place { what, side, to } => {
            let side = match side {
                Side::On => "on",
                Side::Above => "above",
                Side::Below => "below",
            };
            format!("drag {what} {side} {to}")
        }
        Goal::DragBy { what, dx, dy } => format!("drag {what} by {dx},{dy}"),
        Goal::Key { chord } => format!("key {chord}"),
        Goal::Hover { target, .. } => format!("hover {target}"),
        Goal::Submit { .. } => "submit".into(),
        Goal::Until { target, text } => format!("until {text}: click {target}"),
        Goal::Best { of, .. } => match of {
            Best::Cheapest => "click cheapest one".into(),
            Best::Dearest => "click most expensive one".into(),
            Best::Odd => "click odd one out".into(),
            Best::Most { column } => format!("click most {column}"),
            Best::Least { column } => format!("click least {column}"),
        },
        Goal::InOrder { kind, descending } => {
            format!("in {} order {kind}", if *descending { "falling" } else { "rising" })
        }
        Goal::Scroll { notches } => format!("scroll {notches}"),
        Goal::Wheel { until: Some(text), .. } => format!("scroll to {text}"),
        Goal::Wheel { dx, dy, .. } => format!("scroll {dx},{dy}"),
        _ => return None,
    })
}

fn of_hidden_things(goal: &Goal) -> Option<String> {
    Some(match goal {
        Goal::Tab { name } => format!("tab {name}"),
        Goal::Menu { path } => format!("menu {}", path.join(" > ")),
        Goal::Context { target, path } => format!("context {target}: {}", path.join(" > ")),
        Goal::Expand { thing, open } => format!("{} {thing}", if *open { "expand" } else { "collapse" }),
        Goal::Sort { column, descending } => format!("sort {column} {}", if *descending { "down" } else { "up" }),
        Goal::Record { act, which, answer } => {
            let answer = answer.as_ref().map_or_else(String::new, |answer| format!(", answer {answer}"));
            format!("{act}: {which}{answer}")
        }
        Goal::ClickOf { target, which } => format!("click {target}: {which}"),
        Goal::Search { query, .. } => format!("search {query}"),
        Goal::Filter { query } => format!("filter {query}"),
        Goal::Result { nth } => format!("result {nth}"),
        Goal::Page { which } => format!("page {which}"),
        _ => return None,
    })
}

fn of_text(goal: &Goal) -> Option<String> {
    Some(match goal {
        Goal::Mark { text } => format!("mark {text}"),
        Goal::Rewrite { from, to } => format!("replace {from} > {to}"),
        Goal::Erase { what } => format!("erase {what}"),
        Goal::Append { text, field: None } => format!("append {text}"),
        Goal::Append { text, field: Some(field) } => format!("append {text} to {field}"),
        Goal::Transfer { from } => format!("transfer {from}"),
        Goal::Recase { line, upper } => format!("line {line} {}", if *upper { "upper" } else { "lower" }),
        Goal::Copy { what, from, to, field } => {
            let or = |o: &Option<String>| o.clone().unwrap_or_else(|| "-".into());
            format!("copy {}: {from} > {to} {}", or(what), or(field))
        }
        _ => return None,
    })
}

fn of_the_rest(goal: &Goal) -> String {
    match goal {
        Goal::Answer { question } => format!("ask {question}"),
        Goal::WaitFor { text } => format!("wait for {text}"),
        Goal::Pause { ms } => format!("pause {ms}"),
        Goal::Steps { fields } => {
            let all: Vec<String> = fields.iter().map(|(field, value)| format!("{field} = {value}")).collect();
            format!("steps {}", all.join(", "))
        }
        Goal::Settle { about: Some(about), answer, .. } => format!("answer {answer} to {about}"),
        Goal::Settle { about: None, answer, .. } => format!("answer {answer}"),
        Goal::Each { kind, act } => format!("each {kind}: {act}"),
        Goal::PageTo { text } => format!("page to {text}"),
        Goal::Seek { target, .. } => format!("click {target}"),
        Goal::Take { from } => format!("take {from}"),
        Goal::EachOf { act, which, most: None } => format!("each of {which}: {act}"),
        Goal::EachOf { act, which, most: Some(most) } => format!("{most} of {which}: {act}"),
        Goal::Ordered { what, descending } => format!("order {what} {}", if *descending { "down" } else { "up" }),
        Goal::If { shown, then } => format!("if {shown}: {}", outline(then)),
        _ => "other".into(),
    }
}
