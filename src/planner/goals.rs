//! What a clause wants to be true, and how one will know: the intents that are one task each.

use super::intent::{Intent, Shape};
use super::sources::Value;
use super::sources::is_worked_out;
use super::tasks::Builder;
use crate::task::{Arrangement, Best, Check, Goal, Side, Suggestion};

impl Builder<'_> {
    /// The goal and the check of an intent that is one task.
    pub fn goal_of(&self, intent: &Intent) -> Option<(Goal, Check)> {
        let reacted = |target: &str| Check::Reacted { target: target.to_owned() };
        choice(intent).or_else(|| hidden(intent)).or_else(|| record(intent)).or_else(|| flow(self, intent)).or_else(
            || {
                Some(match intent.clone() {
                    Intent::OpenThing(name) => (Goal::OpenThing { name: name.clone() }, Check::Opened { name }),
                    Intent::Click { targets, count, right } => {
                        let target = targets.first()?.clone();
                        let check = reacted(&target);
                        (Goal::Click { target, count, right }, check)
                    }
                    Intent::Hover(target) => {
                        (Goal::Hover { target: target.clone(), for_ms: 0 }, Check::Hovered { target })
                    }
                    Intent::Close(window) => (Goal::Close { window: window.clone() }, Check::WindowGone { window }),
                    Intent::Arrange { window, how } => {
                        let how = arrangement(how);
                        (Goal::Arrange { window: window.clone(), how }, Check::Arranged { window, how })
                    }
                    Intent::Ask(question) => {
                        let check = if is_worked_out(&question) {
                            Check::WorkedOut { question: question.clone() }
                        } else {
                            Check::AnswerStands
                        };
                        (Goal::Answer { question }, check)
                    }
                    Intent::WaitFor(text) => (Goal::WaitFor { text: text.clone() }, Check::ShowsText { text }),
                    Intent::Pause { ms } => (Goal::Pause { ms }, Check::Paused),
                    Intent::Scroll { direction, notches } => scrolled(&direction, notches),
                    Intent::ScrollTo(text) => {
                        (Goal::Wheel { over: None, dx: 0, dy: 1, until: Some(text.clone()) }, Check::ShowsText { text })
                    }
                    Intent::ScrollOver { what, notches } => {
                        let check = reacted(&what);
                        (Goal::Wheel { over: Some(what), dx: 0, dy: notches, until: None }, check)
                    }
                    Intent::Mark(text) => (Goal::Mark { text: text.clone() }, Check::Marked { text }),
                    Intent::Replace { from, to } => (
                        Goal::Rewrite { from: from.clone(), to: to.clone() },
                        Check::Rewritten { gone: Some(from), there: Some(to) },
                    ),
                    Intent::Append { text, field } => {
                        let there = Some(text.clone());
                        (Goal::Append { text, field }, Check::Rewritten { gone: None, there })
                    }
                    Intent::Transfer(from) => (Goal::Transfer { from: from.clone() }, Check::Transferred { from }),
                    Intent::Recase { line, upper } => (Goal::Recase { line, upper }, Check::Recased { upper }),
                    Intent::Erase(what) => {
                        let gone = what.strip_prefix("line ").filter(|line| line.contains(' ')).map(str::to_owned);
                        (Goal::Erase { what }, Check::Rewritten { gone, there: None })
                    }
                    Intent::Drag { what, side, to } => {
                        (Goal::Place { what: what.clone(), side, to: to.clone() }, Check::Placed { what, side, to })
                    }
                    Intent::DragBy { what, dx, dy } => {
                        let check = reacted(&what);
                        (Goal::DragBy { what, dx, dy }, check)
                    }
                    _ => return None,
                })
            },
        )
    }
}

const fn arrangement(how: Shape) -> Arrangement {
    match how {
        Shape::Maximised => Arrangement::Maximise,
        Shape::Minimised => Arrangement::Minimise,
        Shape::Size { width, height } => Arrangement::Resize { width, height },
    }
}

fn scrolled(direction: &str, notches: i32) -> (Goal, Check) {
    let check = Check::Reacted { target: "the page".into() };
    let goal = match direction {
        "left" | "right" => Goal::Wheel { over: None, dx: notches, dy: 0, until: None },
        _ => Goal::Scroll { notches },
    };
    (goal, check)
}

fn choice(intent: &Intent) -> Option<(Goal, Check)> {
    Some(match intent.clone() {
        Intent::Choose { option, list } => {
            (Goal::Choose { option: option.clone(), list: list.clone() }, Check::Chosen { option, list })
        }
        Intent::Select { options, scope, list } => (
            Goal::Select { options: options.clone(), scope, list: list.clone() },
            Check::Selected { options, scope, list },
        ),
        Intent::Tick { labels, on } => {
            let label = labels.first()?.clone();
            (Goal::Tick { label: label.clone(), on }, Check::Ticked { label, on })
        }
        Intent::Adjust { field, by } => (Goal::Adjust { field: field.clone(), by }, Check::Adjusted { field, by }),
        Intent::Extreme { field, high } => (Goal::Extreme { field: field.clone(), high }, Check::AtEnd { field, high }),
        Intent::Slide { field, value } => (
            Goal::Fill { field: format!("{field} slider"), value: value.clone() },
            Check::FieldShows { field: Some(format!("{field} slider")), value },
        ),
        Intent::Colour { field, value } => {
            let check = Check::Reacted { target: value.clone() };
            (Goal::Colour { field, value }, check)
        }
        Intent::Suggest { text, field, option } => {
            let check = match option.clone() {
                Suggestion::Called(value) => Check::FieldShows { field: Some(field.clone()), value },
                Suggestion::Like { start, end } => Check::FieldLike { field: field.clone(), start, end },
                Suggestion::Nth { .. } => Check::TookOffer { field: field.clone(), typed: text.clone() },
            };
            (Goal::Suggest { text, field, option }, check)
        }
        _ => return None,
    })
}

fn hidden(intent: &Intent) -> Option<(Goal, Check)> {
    let reacted = |target: &str| Check::Reacted { target: target.to_owned() };
    Some(match intent.clone() {
        Intent::Tab(name) => {
            let check = Check::TabOpen { name: name.clone() };
            (Goal::Tab { name }, check)
        }
        Intent::Menu { path } => {
            let check = reacted(&path.join(" > "));
            (Goal::Menu { path }, check)
        }
        Intent::Context { target, path } => {
            let check = reacted(&path.join(" > "));
            (Goal::Context { target, path }, check)
        }
        Intent::Expand { thing, open } => {
            (Goal::Expand { thing: thing.clone(), open }, Check::Expanded { thing, open })
        }
        _ => return None,
    })
}

fn record(intent: &Intent) -> Option<(Goal, Check)> {
    let reacted = |target: &str| Check::Reacted { target: target.to_owned() };
    Some(match intent.clone() {
        Intent::Sort { column, descending } => {
            (Goal::Sort { column: column.clone(), descending }, Check::Sorted { column, descending })
        }
        Intent::Record { act, which } => {
            let check = reacted(&format!("{act} {which}"));
            (Goal::Record { act, which, answer: None }, check)
        }
        Intent::ClickOf { target, which } => {
            let check = reacted(&target);
            (Goal::ClickOf { target, which }, check)
        }
        Intent::Search { query, place } => {
            let check = Check::Searched { query: query.clone() };
            (Goal::Search { query, place }, check)
        }
        Intent::Filter(query) => {
            let check = reacted(&format!("the filter {query}"));
            (Goal::Filter { query }, check)
        }
        Intent::Result(nth) => (Goal::Result { nth }, reacted("the result")),
        Intent::Page(which) => {
            let check = reacted(&format!("{which} page"));
            (Goal::Page { which }, check)
        }
        _ => return None,
    })
}

fn flow(builder: &Builder<'_>, intent: &Intent) -> Option<(Goal, Check)> {
    let reacted = |target: &str| Check::Reacted { target: target.to_owned() };
    Some(match intent.clone() {
        Intent::Submit { named } => {
            let check = reacted(named.as_deref().unwrap_or("the form"));
            (Goal::Submit { named }, check)
        }
        Intent::Until { target, text } => (Goal::Until { target, text: text.clone() }, Check::ShowsText { text }),
        Intent::Best { of, press } => {
            let check = reacted("it");
            (Goal::Best { of, press }, check)
        }
        Intent::Arranged { what, descending } => {
            (Goal::Ordered { what: what.clone(), descending }, Check::Ordered { what, descending })
        }
        Intent::PageTo(text) => (Goal::PageTo { text: text.clone() }, Check::ShowsText { text }),
        Intent::Take(from) => (Goal::Take { from: from.clone() }, Check::Taken { from }),
        Intent::EachOf { act, which, most } => {
            let check = reacted(&which);
            (Goal::EachOf { act, which, most }, check)
        }
        Intent::InOrder { kind, descending } => {
            let check = reacted(&kind);
            (Goal::InOrder { kind, descending }, check)
        }
        Intent::Steps(pairs) => {
            let text = |value: Value| match value {
                Value::Text(text) => Some(text),
                Value::Read(_) => None,
            };
            let fields = pairs.into_iter().map(|(field, value)| Some((field, text(value)?)));
            (Goal::Steps { fields: fields.collect::<Option<Vec<_>>>()? }, reacted("the last page"))
        }
        Intent::Answer(answer) => (Goal::Settle { about: None, answer, must: true }, Check::Settled),
        Intent::IfAsked { about, answer } => (Goal::Settle { about, answer, must: false }, Check::Settled),
        Intent::IfShown { text, then } => {
            let (goal, check) = builder.goal_of(&then)?;
            let goal = Goal::If { shown: text.clone(), then: Box::new(goal) };
            (goal, Check::If { shown: text, then: Box::new(check) })
        }
        Intent::ForEach { kind, then } => {
            let act = match *then {
                Intent::Record { act, .. } => act,
                Intent::Click { targets, .. } if targets.first().is_some_and(|t| t == "it") => "click".into(),
                Intent::Click { targets, .. } => format!("click {}", targets.first()?),
                Intent::Tick { .. } => "tick".into(),
                Intent::Drag { to, side: Side::On, .. } => format!("drag {to}"),
                _ => return None,
            };
            let check = reacted(&kind);
            (Goal::Each { kind, act }, check)
        }
        _ => return None,
    })
}

/// What a goal is, in a sentence for people.
pub fn describe(goal: &Goal) -> String {
    let or = |named: &Option<String>, other: &str| named.clone().unwrap_or_else(|| other.to_owned());
    match goal {
        Goal::OpenThing { name } => format!("Open {name}"),
        Goal::Click { target, count: 2, .. } => format!("Double-click {target}"),
        Goal::Click { target, right: true, .. } => format!("Right-click {target}"),
        Goal::Click { target, .. } => format!("Click {target}"),
        Goal::Hover { target, .. } => format!("Hover over {target}"),
        Goal::Close { window } => format!("Close {}", or(window, "the window")),
        Goal::Arrange { window, how } => format!("{} {}", capital(&how.to_string()), or(window, "the window")),
        Goal::Answer { question } => format!("Find out: {question}"),
        Goal::WaitFor { text } => format!("Wait for “{text}”"),
        Goal::Pause { ms } => format!("Wait {} s", *ms as f64 / 1000.0),
        Goal::Scroll { notches } => format!("Scroll by {notches}"),
        Goal::Wheel { until: Some(text), .. } => format!("Scroll to “{text}”"),
        Goal::Mark { text } => format!("Select “{text}”"),
        Goal::Rewrite { from, to } => format!("Replace “{from}” by “{to}”"),
        Goal::Erase { what } => capital(what),
        Goal::Append { text, field: None } => format!("Add the line “{text}”"),
        Goal::Append { text, field: Some(field) } => format!("Add “{text}” at the end of {field}"),
        Goal::Transfer { from } => format!("Fill in the form with what stands under {from}"),
        Goal::Recase { line, upper } => {
            format!("Write line {line} in {} letters", if *upper { "capital" } else { "small" })
        }
        Goal::Steps { fields } => {
            format!("Fill in {}, page by page", fields.iter().map(|(f, _)| f.as_str()).collect::<Vec<_>>().join(", "))
        }
        Goal::Place { what, side: Side::On, to } => format!("Drag {what} to {to}"),
        Goal::Place { what, side: Side::Above, to } => format!("Drag {what} above {to}"),
        Goal::Place { what, side: Side::Below, to } => format!("Drag {what} below {to}"),
        Goal::DragBy { what, dx, dy } => format!("Drag {what} by {dx},{dy}"),
        Goal::Choose { option, list: Some(list) } => format!("Choose {option} in {list}"),
        Goal::Choose { option, list: None } => format!("Choose {option}"),
        Goal::Tick { label, on } => format!("{} {label}", if *on { "Tick" } else { "Untick" }),
        Goal::Adjust { field, by } => format!("Change {field} by {by}"),
        Goal::Extreme { field, high } => format!("Set {field} to its {}", if *high { "highest" } else { "lowest" }),
        Goal::Fill { field, .. } => format!("Fill in {field}"),
        Goal::Colour { field, value } => format!("Choose {value} as {}", or(field, "the colour")),
        Goal::Suggest { field, option, .. } => format!("Take the suggestion {option} in {field}"),
        Goal::Tab { name } => format!("Open the tab {name}"),
        Goal::Menu { path } => format!("Choose {}", path.join(" > ")),
        Goal::Context { target, path } => format!("Right-click {target} and choose {}", path.join(" > ")),
        Goal::Expand { thing, open } => format!("{} {thing}", if *open { "Open" } else { "Close" }),
        Goal::Sort { column, descending: false } => format!("Sort by {column}"),
        Goal::Sort { column, descending: true } => format!("Sort by {column}, the largest first"),
        Goal::Cell { row: Some(row), column, .. } => format!("Set {column} of {row}"),
        Goal::Cell { row: None, column, .. } => format!("Set {column}"),
        Goal::Record { act, which, .. } => format!("{} {which}", capital(act)),
        Goal::ClickOf { target, which } => format!("Click {target} of {which}"),
        Goal::Search { query, .. } => format!("Search for “{query}”"),
        Goal::Filter { query } => format!("Show only {query}"),
        Goal::Result { nth: -1 } => "Open the last result".into(),
        Goal::Result { nth } => format!("Open result {nth}"),
        Goal::Page { which } => format!("Go to page: {which}"),
        Goal::Submit { named } => format!("Send the form off ({})", or(named, "submit")),
        Goal::Until { target, text } => format!("Press {target} until “{text}” is shown"),
        Goal::Best { of: Best::Cheapest, .. } => "Press the cheapest".into(),
        Goal::Best { of: Best::Dearest, .. } => "Press the most expensive".into(),
        Goal::Best { of: Best::Most { column }, .. } => format!("Press the one with the highest {column}"),
        Goal::Best { of: Best::Least { column }, .. } => format!("Press the one with the lowest {column}"),
        Goal::Ordered { what, descending } => {
            format!("Drag {what} into {} order", if *descending { "falling" } else { "rising" })
        }
        Goal::PageTo { text } => format!("Turn pages until {text} is shown"),
        Goal::Seek { target, places } => format!("Look for {target} in the {places} and click it"),
        Goal::Take { from } => format!("Copy the text of {from}"),
        Goal::EachOf { act, which, most: None } => format!("{} on all by {which}", capital(act)),
        Goal::EachOf { act, which, most: Some(n) } => format!("{} on {n} by {which}", capital(act)),
        Goal::Best { of: Best::Odd, .. } => "Press the odd one out".into(),
        Goal::InOrder { kind, descending } => {
            format!("Click {kind} in {} order", if *descending { "falling" } else { "rising" })
        }
        Goal::Settle { about: Some(about), answer, .. } => format!("Answer {answer} where it asks about {about}"),
        Goal::Settle { about: None, answer, .. } => format!("Answer {answer}"),
        Goal::Each { kind, act } => format!("{} every {kind}", capital(act)),
        Goal::If { shown, then } => format!("Where “{shown}” is shown: {}", describe(then)),
        Goal::Select { options, scope, .. } => match (scope, options.is_empty()) {
            (crate::task::Scope::AllBut, true) => "Choose all".into(),
            (crate::task::Scope::Only, true) => "Choose none".into(),
            (crate::task::Scope::These, _) => format!("Choose {}", options.join(", ")),
            (crate::task::Scope::Only, _) => format!("Choose only {}", options.join(", ")),
            (crate::task::Scope::AllBut, _) => format!("Choose all but {}", options.join(", ")),
        },
        _ => "Do it".into(),
    }
}

pub(super) fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
