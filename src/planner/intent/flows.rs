//! Answers, conditions, repetition, places, waiting.

use super::super::labels::Use;
use super::super::lexicon::Lexicon;
use super::super::sources;
use super::super::sources::Value;
use super::super::tokens::Kind;
use super::super::tokens::Token;
use super::Inner;
use super::Intent;
use super::Slots;
use super::fields::spoken;
use super::records::leading_act;
use super::words::COLOURS;
use super::words::kind_of_coloured;
use super::words::one_of;
use super::words::places_said;
use super::words::without_fold;
use super::words::without_kind;
use super::words::without_quotes;

pub(super) fn of_flows(meaning: &str, slots: &Slots<'_>, inner: Inner<'_>) -> Option<Intent> {
    Some(match meaning {
        "login" => {
            let said = |word: &str| slots.tokens.iter().any(|t| t.is(word));
            let name = if said("email") || said("e-mail") { "email" } else { "user name" };
            Intent::Login { name: name.into(), user: slots.text("user")?, password: slots.text("password")? }
        }
        "login_now" => Intent::Submit { named: Some("log in".into()) },
        "answer_dialog" => Intent::Answer(slots.plain("answer").unwrap_or_else(|| answer_word(slots.tokens))),
        "if_any" => {
            let answer = slots.plain("answer").unwrap_or_else(|| "no".into());
            let records = ["mail", "email", "e-mail", "message", "letter", "post", "call"];
            let of_record = answer.split(' ').any(|w| records.contains(&w.to_lowercase().as_str()));
            let is_answer = !of_record && !answer.contains([',', ';']) && answer.split(' ').count() <= 4;
            is_answer.then_some(Intent::IfAsked { about: None, answer })?
        }
        // "Delete on Atlas, then No": what is pressed for a row, and what is answered when that asks.
        "act_answer" => {
            let row = slots.owner("row")?;
            let act = slots.plain("act").or_else(|| slots.plain("target"))?.to_lowercase();
            let known = Lexicon::get().class("act").is_some_and(|all| all.iter().any(|p| p.join(" ") == act));
            let answer = slots.plain("answer").map(|said| said.trim_matches('"').to_owned());
            if !known || answer.as_ref().is_some_and(|a| a.split(' ').count() > 3) {
                return None;
            }
            let act = Intent::Record { act, which: row };
            match answer {
                Some(answer) => Intent::Several(vec![act, Intent::Answer(answer)]),
                None => act,
            }
        }
        "tick_on_tab" | "untick_on_tab" => {
            let tick = Intent::Tick { labels: slots.labels("options")?, on: meaning == "tick_on_tab" };
            Intent::Several(vec![Intent::Tab(slots.name("tab")?), tick])
        }
        "answer_cookies" => Intent::Answer("accept".into()),
        "refuse_cookies" => Intent::Answer("reject".into()),
        "dismiss_any" => Intent::IfAsked { about: None, answer: "close".into() },
        "wizard" => Intent::Steps(spoken(slots)?),
        "form_dialog" => {
            let click = |target: String| Intent::Click { targets: vec![target], count: 1, right: false };
            let opener = click(slots.name("opener")?);
            let closer = slots.name("closer").map_or(Intent::Submit { named: None }, click);
            Intent::Several(vec![opener, Intent::Fill(spoken(slots)?), closer])
        }
        "if_asked" => {
            let about = slots.plain("question").map(|q| q.strip_prefix("to ").map_or_else(|| q.clone(), str::to_owned));
            match slots.get("then") {
                Some(tokens) => match inner(tokens)? {
                    Intent::Click { targets, .. } => {
                        Intent::IfAsked { about, answer: targets.first()?.trim_matches('"').to_owned() }
                    }
                    Intent::Answer(answer) => Intent::IfAsked { about, answer },
                    Intent::Submit { named } => Intent::IfAsked { about, answer: named? },
                    Intent::Close(_) => Intent::IfAsked { about, answer: "close".into() },
                    then => Intent::IfShown { text: about?, then: Box::new(then) },
                },
                None => Intent::IfAsked { about, answer: slots.plain("answer")? },
            }
        }
        "pause_then" => Intent::Several(vec![Intent::Pause { ms: duration_ms(slots)? }, inner(slots.get("then")?)?]),
        "wait_then" => {
            let text = without_kind(&slots.plain("text")?);
            Intent::Several(vec![Intent::WaitFor(text), inner(slots.get("then")?)?])
        }
        "then_if_seen" => match inner(slots.get("then")?)? {
            Intent::Click { targets, count, right } => {
                let text = targets.first()?.trim_matches('"').to_owned();
                Intent::IfShown { text, then: Box::new(Intent::Click { targets, count, right }) }
            }
            _ => return None,
        },
        "pairs_submit" => {
            let pairs = sources::fields(slots.source, &sources::equals_as_words(slots.get("pairs")?))?;
            Intent::Several(vec![
                Intent::Fill(pairs),
                Intent::Submit { named: slots.tokens.first().map(|t| t.text.clone()) },
            ])
        }
        "if_shown" => {
            let text = without_kind(&slots.plain("text")?);
            let then = match inner(slots.get("then")?)? {
                Intent::Click { targets, count, right } if targets == ["it"] => {
                    Intent::Click { targets: vec![text.clone()], count, right }
                }
                Intent::Close(None) => Intent::IfAsked { about: Some(text.clone()), answer: "close".into() },
                then => then,
            };
            Intent::IfShown { text, then: Box::new(then) }
        }
        "for_each" => for_each(slots, inner)?,
        "each_of" | "some_of" => {
            let act = match slots.name("target") {
                Some(target) => format!("click {}", without_quotes(&target)),
                None => leading_act(slots)?,
            };
            let most = slots.number("count").map(|n| n as u32);
            Intent::EachOf { act, which: slots.owner("who")?, most }
        }
        "select_coloured" => {
            let colour = slots.plain("colour")?.to_lowercase();
            COLOURS.contains(&colour.as_str()).then_some(())?;
            let words = slots.all().to_lowercase();
            let shades = ["shade", "tint", "hue", "tone"].iter().any(|w| words.contains(w));
            let kind = if shades { format!("{colour} thing") } else { one_of(&kind_of_coloured(&words, &colour)) };
            let then = Intent::Click { targets: vec!["it".into()], count: 1, right: false };
            Intent::ForEach { kind, then: Box::new(then) }
        }
        _ => return None,
    })
}

pub(super) fn for_each(slots: &Slots<'_>, inner: Inner<'_>) -> Option<Intent> {
    let kind = one_of(&slots.plain("kind")?);
    let then = match slots.get("then") {
        Some(tokens) => inner(tokens)?,
        None => Intent::Record { act: slots.tokens.first()?.lower.clone(), which: "it".into() },
    };
    Some(Intent::ForEach { kind, then: Box::new(then) })
}

/// The word that answers a dialog.
pub(super) fn answer_word(tokens: &[Token]) -> String {
    let answers = ["yes", "no", "ok", "cancel"];
    let said = tokens.iter().find(|t| answers.iter().any(|a| t.is(a)));
    let verb = tokens.first().map_or("ok", |t| t.lower.as_str());
    said.map_or_else(
        || match verb {
            "confirm" | "accept" => "ok".to_owned(),
            "decline" | "reject" => "no".to_owned(),
            other => other.to_owned(),
        },
        |t| t.lower.clone(),
    )
}

/// What is said together with where it is, or with what comes before it.
pub(super) fn of_places(meaning: &str, slots: &Slots<'_>, inner: Inner<'_>) -> Option<Intent> {
    let then = || inner(slots.get("then")?);
    let click = |target: String| Intent::Click { targets: vec![target], count: 1, right: false };
    // What stands on the screen needs no opening of the part in which it is.
    let is_seen =
        || slots.labels("options").is_some_and(|all| all.iter().all(|o| slots.around.labels.has_name(o, Use::Text)));
    let is_hidden = |fold: &str| slots.around.labels.has_name(&without_fold(fold), Use::Text) && !is_seen();
    let expand = || Some(Intent::Expand { thing: without_fold(&slots.plain("fold")?), open: true });
    let tick = |on| Some(Intent::Tick { labels: slots.labels("options")?, on });
    let fill = || Some(Intent::Fill(vec![(slots.name("field")?, slots.value("value")?)]));
    let two = |first: Intent, second: Intent| Some(Intent::Several(vec![first, second]));
    // Addresses and files are opened, no tabs or windows of that name.
    let opens = |slot: &str| {
        slots.get(slot).is_some_and(|t| t.iter().any(|t| matches!(t.kind, Kind::Address | Kind::Path | Kind::File)))
    };
    if opens("tab") || opens("window") {
        return None;
    }
    match meaning {
        "in_fold" | "in_fold_off" => {
            let tick = tick(meaning == "in_fold")?;
            if is_hidden(&slots.plain("fold")?) { two(expand()?, tick) } else { Some(tick) }
        }
        "fill_in_fold" => two(expand()?, fill()?),
        "in_tab" => {
            let tab = slots.name("tab")?;
            let turns = ["next", "previous", "following", "second", "third", "last", "first"]
                .contains(&tab.to_lowercase().as_str())
                || tab.chars().all(|c| c.is_ascii_digit());
            two(if turns { Intent::Page(tab) } else { Intent::Tab(tab) }, then()?)
        }
        "in_window" if slots.get("window")?.first().is_some_and(|t| t.is("on") || t.is("in") || t.is("under")) => None,
        "in_window" => two(Intent::OpenThing(slots.plain("window")?), then()?),
        "click_behind" => two(Intent::Tab(slots.name("tab")?), click(slots.name("target")?)),
        "tip_first"
            if slots.get("target").is_some_and(|t| t[0].text == t[0].lower && Lexicon::get().verb(t).is_some()) =>
        {
            None
        }
        "tip_first" => match slots.get("then") {
            Some(_) => two(click(slots.name("target")?), then()?),
            None => Some(click(slots.name("target")?)),
        },
        "name_new" => {
            let kind = slots.plain("kind")?;
            let is_file = ["folder", "directory", "file", "document"].iter().any(|w| kind.to_lowercase().contains(w));
            let name = Intent::Fill(vec![("name".into(), Value::Text(slots.plain("name")?))]);
            let all = vec![click(format!("new {kind}")), name, Intent::Submit { named: None }];
            (!is_file && kind.split(' ').count() <= 3).then_some(Intent::Several(all))
        }
        "cancel_form" => Some(click("Cancel".into())),
        _ => None,
    }
}

pub(super) fn of_waiting(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "tell" => Intent::Tell,
        "look_in" => Intent::LookIn(places_said(slots)),
        "leave" => Intent::Leave(slots.plain("nothing").unwrap_or_default()),
        "ask_shown" => {
            let words = slots.plain("x")?.to_lowercase();
            let shown = ["shown", "displayed", "above", "below", "on the ", "in the picture", "in the image"];
            shown.iter().any(|w| words.contains(w)).then_some(Intent::Ask(words.clone()))?
        }
        "ask_worked_out" => {
            let question = slots.all();
            let sorts = ["longest", "shortest", "sum", "total of", "average", "last ", "cheapest", "lowest", "highest"];
            sorts.iter().any(|w| question.contains(w)).then(|| Intent::Ask(slots.plain("x").unwrap_or(question)))?
        }
        "ask" => {
            // "Do the thing" asks nothing.
            let does = ["do", "does", "did", "will", "could", "can", "have", "has"];
            let asked =
                slots.source.contains('?') || !slots.tokens.first().is_some_and(|t| does.iter().any(|w| t.is(w)));
            asked.then(|| Intent::Ask(slots.all()))?
        }
        "wait_time" => Intent::Pause { ms: duration_ms(slots)? },
        "wait_file" => Intent::WaitForFile(slots.text("path")?),
        "wait_text" => Intent::WaitFor(slots.plain("text")?),
        _ => return None,
    })
}

pub(super) fn duration_ms(slots: &Slots<'_>) -> Option<u64> {
    let unit = match slots.plain("unit")?.to_lowercase().trim_end_matches('s') {
        "second" | "sec" => 1000.0,
        "minute" | "min" => 60_000.0,
        "m" | "millisecond" => 1.0,
        _ => return None,
    };
    let amount = slots.number("amount")?;
    (0.0..=86_400.0).contains(&amount).then_some((amount * unit) as u64)
}
