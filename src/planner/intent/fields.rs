//! Values that go into fields.

use super::super::clauses::trim;
use super::super::labels::Use;
use super::super::lexicon::Lexicon;
use super::super::lexicon::begins;
use super::super::lists::bare;
use super::super::lists::name;
use super::super::lists::phrase;
use super::super::lists::split_list;
use super::super::named::{Named, named_pairs};
use super::super::numbers;
use super::super::sources;
use super::super::sources::Value;
use super::super::tokens::Kind;
use super::super::tokens::Token;
use super::super::turns::is_statement;
use super::super::turns::participle;
use super::Intent;
use super::Slots;
use crate::task::{Suggestion, is_when};

/// Documents are no fields: what is typed into them goes where the keyboard is.
pub(super) const DOCUMENTS: [&str; 18] = [
    "document",
    "file",
    "editor",
    "text editor",
    "window",
    "page",
    "note",
    "it",
    "there",
    "terminal",
    "document window",
    "text area",
    "prompt",
    "new document",
    "following",
    "the following",
    "empty document",
    "new file",
];

pub(super) fn of_fields(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        // "Fill in Customer Ada, Icing Rose" is about fields, not a text.
        "type"
            if slots.tokens.first().is_some_and(|t| t.is("fill"))
                && !slots.get("text")?.iter().any(|t| t.kind == Kind::Quoted) =>
        {
            return None;
        }
        "type" => Intent::Type(sources::typed(slots.source, slots.get("text")?)),
        "type_focused" => Intent::Type(slots.value("text")?),
        "fill" => {
            let field = slots.name("field")?;
            let lower = slots.plain("field")?.to_lowercase();
            let is_form = lower.ends_with(" form") || lower == "form";
            if DOCUMENTS.contains(&lower.as_str()) || slots.around.is_app(&lower) || is_form {
                return None;
            }
            // "Write Meeting moved to Thursday": a text, unless the screen shows a field that is called so.
            let said_to = slots.before("field").is_some_and(|t| t.is("to"));
            if said_to && is_when(&lower) && !slots.around.labels.has(slots.get("field")?, Use::Text) {
                return None;
            }
            // "Put A, then B into C": two things, one after the other.
            let two = slots.get("value")?.windows(2).any(|w| w[0].is(",") && w[1].is("then"));
            if two {
                return None;
            }
            // "Tea should be dragged below Coffee" gives no field a value.
            let said = slots.get("value")?;
            // "I need the gear icon in the corner" wants a thing, and writes nothing.
            let things = ["icon", "button", "link", "tab", "box", "row", "line", "menu", "image", "picture", "section"];
            let wished = slots.tokens.first().is_some_and(|t| t.is("i") || t.is("i'd") || t.is("we"));
            if wished && things.iter().any(|w| said.iter().any(|t| t.is(w))) {
                return None;
            }
            let states = Lexicon::get()
                .class("is_on")?
                .iter()
                .chain(Lexicon::get().class("is_off")?.iter())
                .any(|p| begins(said, p));
            let act = said.first().filter(|t| t.text == t.lower && !states).and_then(participle);
            if act.is_some() && slots.tokens.iter().any(|t| ["be", "should", "must"].iter().any(|w| t.is(w))) {
                return None;
            }
            // "A1 should say Rent and B1 should say 250": two statements.
            let joined = said.iter().position(|t| t.is("and") || t.is(",")).map(|at| &said[at + 1..]);
            if joined.is_some_and(is_statement) {
                return None;
            }
            // "Name to Ada and City Rome": another field of the screen is no part of a value.
            if holds_a_field(slots, slots.get("value")?) {
                return None;
            }
            // "The first box": what is left without its kind is no name.
            let kinds = ["text", "input", "form", "search", "input text"];
            let bare = numbers::ordinal(&lower).is_some()
                || (kinds.contains(&lower.as_str()) && slots.all().to_lowercase().contains(&format!("the {lower} ")))
                || ["empty", "other", "only", "next", "blank"].contains(&lower.as_str());
            let field = if bare { format!("{field} field") } else { field };
            Intent::Fill(vec![(field, slots.value("value")?)])
        }
        "fill_pairs" => {
            let tokens = sources::equals_as_words(slots.get("pairs")?);
            // "…, but don't sign in yet" is no field.
            let forbids = ["don't", "don’t", "not", "do", "never", "dont"];
            if tokens.windows(2).any(|w| w[0].is("but") && forbids.iter().any(|f| w[1].is(f))) {
                return None;
            }
            let found = sources::fields(slots.source, &tokens)?;
            (found.len() > 1 || is_of_form(slots)).then_some(())?;
            Intent::Fill(found)
        }
        "fill_named" => of_named(slots)?,
        "fill_named_press" => {
            let press = Intent::Click { targets: vec![slots.name("target")?], count: 1, right: false };
            Intent::Several(vec![of_named(slots)?, press])
        }
        "fill_sum" => {
            let sum = format!("the sum of {} and {}", slots.plain("a")?, slots.plain("b")?);
            Intent::Fill(vec![(slots.name("field").unwrap_or_else(|| "text field".into()), Value::Read(sum))])
        }
        "fill_count" => {
            let read = Value::Read(format!("how many rows say {}", slots.plain("x")?));
            Intent::Fill(vec![(slots.name("field").unwrap_or_else(|| "text field".into()), read)])
        }
        "transfer" => Intent::Transfer(slots.plain("card")?),
        "fill_twice" => {
            let value = slots.value("value")?;
            let first = slots.name("a").unwrap_or_else(|| "New password".into());
            let second = slots.name("b").unwrap_or_else(|| "Repeat".into());
            let is_name = |b: &[Token]| {
                Lexicon::get().verb(b).is_none() && !b.iter().skip(1).any(|t| t.is("into") || t.is("in") || t.is("to"))
            };
            slots.get("b").is_none_or(is_name).then_some(())?;
            let again = ["repeat", "again", "confirm", "confirmation", "retype", "too", "same", "also", "likewise"];
            let listed = slots.tokens.iter().rev().take(4).any(|t| t.is(","));
            if listed && !slots.tokens.iter().any(|t| again.iter().any(|w| t.is(w))) {
                return None;
            }
            Intent::Fill(vec![(first, value.clone()), (second, value)])
        }
        "fill_is" => {
            // "What is …" asks, and what has a comma in it is no name.
            let field = slots.name("field")?;
            let asks = [
                "what", "which", "who", "when", "where", "how", "whose", "whom", "why", "it", "there", "this", "that",
                "i",
            ];
            let first = field.split(' ').next().unwrap_or_default().to_lowercase();
            let last = field.rsplit(' ').next().unwrap_or_default();
            let placed =
                ["next", "beside", "behind", "under", "below", "above"].contains(&first.as_str()) || last == "there";
            let is_name = !placed
                && !field.contains([',', '.', ';'])
                && field.split(' ').count() <= 4
                && Lexicon::get().verb(slots.get("field")?).is_none();
            let is_said = is_name && !asks.contains(&first.as_str()) && !slots.source.trim_end().ends_with('?');
            // "…, your e-mail is …": more is told than one value.
            let value = slots.text("value")?;
            let more = [", your ", ", my ", " and your ", " and my ", ". Then ", "; then ", ". Your ", ". My "];
            // "Delete is what you must not press" gives no field a value.
            let forbids = ["not", "never", "don't", "don’t", "mustn't", "shouldn't", "nothing"];
            let told = slots.get("value")?.iter().any(|t| forbids.iter().any(|w| t.is(w)));
            (is_said && !told && !more.iter().any(|m| value.contains(m))).then_some(())?;
            Intent::Fill(vec![(field, slots.value("value")?)])
        }
        "fill_and" => Intent::Fill(vec![
            (slots.name("field")?, slots.value("value")?),
            (slots.name("other")?, slots.value("more")?),
        ]),
        "fill_told" => Intent::Fill(told(slots)?),
        "fill_nth" => {
            let place = numbers::place(slots.number("nth")? as i32);
            let field = slots.plain("field").map_or_else(|| format!("{place} field"), |f| format!("{place} {f} field"));
            Intent::Fill(vec![(field, slots.value("value")?)])
        }
        "fill_value" => {
            let kinds = ["slider", "spinner", "spin box", "stepper", "knob", "dial", "counter"];
            let kind = kinds.into_iter().find(|k| slots.all().to_lowercase().contains(k)).unwrap_or("slider");
            let field = slots.name("field").map_or_else(|| kind.to_owned(), |field| format!("{field} {kind}"));
            Intent::Fill(vec![(field, slots.value("value")?)])
        }
        "fill_all" => Intent::Fill(one_each(slots)?),
        "fill_use" => Intent::Fill(vec![(slots.name("field")?, slots.value("value")?)]),
        "suggest_like" => {
            let start = slots.plain("start")?;
            let option = Suggestion::Like { start: start.clone(), end: slots.plain("end").unwrap_or_default() };
            let field = slots.name("field").unwrap_or_else(|| "text field".into());
            Intent::Suggest { text: Some(start), field, option }
        }
        "fill_seen" | "turn_to" => Intent::Fill(vec![(slots.name("field")?, slots.value("value")?)]),
        "fill_found" => Intent::Fill(vec![(slots.name("field")?, Value::Text("it".into()))]),
        "fill_plain" => {
            let pairs = slots.get("pairs")?;
            // "Delete is not the button to press" names no field.
            let is = |t: &Token, words: &[&str]| words.iter().any(|w| t.is(w));
            let forbids = pairs.windows(2).any(|w| w[0].is("is") && is(&w[1], &["not", "what"]));
            let kept = pairs.iter().any(|t| is(t, &["never", "not", "don't", "don’t"]))
                && pairs.iter().any(|t| is(t, &["that", "i", "you"]));
            (!forbids && !kept).then(|| sources::plain_fields(slots.source, pairs)).flatten().map(Intent::Fill)?
        }
        "clear_field" => Intent::Fill(vec![(slots.name("field")?, Value::Text(String::new()))]),
        "tags" => {
            let listed = slots.labels("options");
            let words = listed.or_else(|| Some(vec![slots.plain("a")?, slots.plain("b")?]))?;
            // "Ada into Name, then Rome into City": each has a field of its own.
            if words.iter().any(|w| [" into ", " in ", " under ", " as "].iter().any(|s| w.contains(s))) {
                return None;
            }
            let named = ["tags", "labels", "keywords", "topics"];
            let said = named.into_iter().find(|n| slots.tokens.iter().any(|t| t.is(n)));
            let field = slots.name("field").or_else(|| said.map(str::to_owned))?;
            let one = |option: String| Intent::Suggest {
                text: None,
                field: field.clone(),
                option: Suggestion::Called(option),
            };
            (words.len() > 1).then(|| Intent::Several(words.into_iter().map(one).collect()))?
        }
        "suggest_nth" => {
            let said = slots.number("number").map(|n| n as i32);
            let nth = said.or_else(|| numbers::ordinal(&slots.plain("nth")?)).unwrap_or(1);
            Intent::Suggest { text: slots.text("text"), field: slots.name("field")?, option: Suggestion::Nth { nth } }
        }
        "fill_in_window" => {
            let fill = Intent::Fill(vec![(slots.name("field")?, slots.value("value")?)]);
            Intent::Several(vec![Intent::OpenThing(slots.plain("window")?), fill])
        }
        "fill_behind" => {
            let fill = Intent::Fill(vec![(slots.name("field")?, slots.value("value")?)]);
            Intent::Several(vec![Intent::Tab(slots.name("tab")?), fill])
        }
        "unlock" => {
            let pin = Intent::Fill(vec![("PIN".into(), Value::Text(slots.text("pin")?))]);
            let unlock = Intent::Click { targets: vec!["Unlock".into()], count: 1, right: false };
            Intent::Several(vec![pin, unlock])
        }
        "suggest" => {
            let option = Suggestion::Called(slots.plain("option")?);
            Intent::Suggest { text: slots.text("text"), field: slots.name("field")?, option }
        }
        _ => return None,
    })
}

/// Fields of the screen with their values; boxes are ticked or not.
fn of_named(slots: &Slots<'_>) -> Option<Intent> {
    let tokens = slots.get("pairs")?;
    let one = |pair: &Named| {
        let field = name(slots.source, &tokens[pair.field.clone()]);
        let value = &tokens[pair.value.clone()];
        let states = |class: &str| Lexicon::get().class(class).is_some_and(|all| all.iter().any(|p| is_just(value, p)));
        match pair.kind {
            Use::Box if states("is_on") || states("on") => Intent::Tick { labels: vec![field], on: true },
            Use::Box if states("is_off") || states("off") => Intent::Tick { labels: vec![field], on: false },
            _ => Intent::Fill(vec![(field, slots.with_please(value, sources::value(slots.source, value)))]),
        }
    };
    let mut all: Vec<Intent> = named_pairs(tokens, &slots.around.labels)?.iter().map(one).collect();
    Some(if all.len() == 1 { all.remove(0) } else { Intent::Several(all) })
}

fn is_just(tokens: &[Token], phrase: &[String]) -> bool {
    tokens.len() == phrase.len() && begins(tokens, phrase)
}

/// Whether behind "and" or a comma in `value` a field of the screen is named.
pub(super) fn holds_a_field(slots: &Slots<'_>, value: &[Token]) -> bool {
    let labels = &slots.around.labels;
    let fields = [Use::Field, Use::List, Use::Value, Use::Box];
    let named =
        |at: usize| (1..=4).any(|n| value.get(at..at + n).is_some_and(|t| fields.iter().any(|u| labels.has(t, *u))));
    value.iter().enumerate().any(|(i, t)| (t.is("and") || t.is(",")) && i > 0 && named(i + 1))
}

/// "The sliders to 4, 7 and 9": each of a kind gets one, in their order.
pub(super) fn one_each(slots: &Slots<'_>) -> Option<Vec<(String, Value)>> {
    let kind = slots.plain("kind")?;
    let kind = kind.trim_end_matches('s').trim_end_matches("boxe").to_owned();
    let words = slots.text("values")?.replace(['[', ']', '(', ')', '{', '}'], " ").replace(" and ", ",");
    let values: Vec<String> = words.split([',', ';']).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect();
    let all_numbers = values.iter().all(|v| numbers::number(v).is_some());
    let pair = |(at, value): (usize, String)| (format!("{} {kind}", numbers::place(at as i32 + 1)), Value::Text(value));
    (values.len() > 1 && all_numbers).then(|| values.into_iter().enumerate().map(pair).collect())
}

/// "Your name is Ada, your e-mail ada@mail.example and the message: See you.": what is to be told, in its order.
pub(super) fn told(slots: &Slots<'_>) -> Option<Vec<(String, Value)>> {
    let tokens = slots.get("told")?;
    // "… my message: See you. Then send it" goes on with something else.
    let goes_on = |w: &[Token]| {
        w[0].kind == Kind::Mark
            && matches!(w[0].text.as_str(), "." | ";" | "!")
            && (["then", "finally", "please", "afterwards", "and", "now"].iter().any(|l| w[1].is(l))
                || Lexicon::get().verb(&w[1..]).is_some())
    };
    if tokens.windows(2).any(goes_on) {
        return None;
    }
    let leads = |t: &Token| ["your", "my", "the"].iter().any(|w| t.is(w));
    let starts: Vec<usize> = (0..tokens.len())
        .filter(|&i| leads(&tokens[i]) && (i == 0 || tokens[i - 1].is(",") || tokens[i - 1].is("and")))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([tokens.len()]);
    let one = |(from, to): (usize, usize)| {
        let part = trim(&tokens[from + 1..to]);
        let part =
            if to < tokens.len() && part.last().is_some_and(|t| t.is("and")) { &part[..part.len() - 1] } else { part };
        let part = trim(part);
        let cut = part
            .iter()
            .position(|t| t.is("is") || t.is(":"))
            .or_else(|| part.iter().position(|t| t.text != t.lower || t.is_literal()))?;
        let joined = part.get(cut).is_some_and(|t| t.is("is") || t.is(":"));
        let value = trim(&part[cut + usize::from(joined)..]);
        (cut > 0 && cut <= 3 && !value.is_empty())
            .then(|| (phrase(slots.source, &part[..cut]), Value::Text(phrase(slots.source, value))))
    };
    let all = starts.iter().copied().zip(ends).map(one).collect::<Option<Vec<_>>>()?;
    (all.len() > 1).then_some(all)
}

/// Whether a form is spoken of, which may have a single field to fill.
pub(super) fn is_of_form(slots: &Slots<'_>) -> bool {
    slots.tokens.iter().any(|t| ["form", "fill", "fields", ":", "complete"].iter().any(|w| t.is(w)))
}

/// Fields with their values as they are told, one after the other: "Publisher Orion, Medium Map". Where a field ends and
/// its value begins the screen says, else the capitals do.
pub(super) fn spoken(slots: &Slots<'_>) -> Option<Vec<(String, Value)>> {
    if let Some(pairs) = slots.get("pairs") {
        return sources::fields(slots.source, &sources::equals_as_words(pairs));
    }
    let parts = split_list(slots.get("plain")?);
    let labels = &slots.around.labels;
    let holds = [Use::Field, Use::List, Use::Value, Use::Box];
    let is_field = |tokens: &[Token]| holds.iter().any(|kind| labels.has(tokens, *kind));
    let is_label = |tokens: &[Token]| labels.has(tokens, Use::Text);
    let pair = |part: &&[Token]| {
        let part = bare(part);
        let cut = |is: &dyn Fn(&[Token]) -> bool| {
            (1..part.len()).rev().find(|&at| is(&part[..at])).map(|at| part.split_at(at))
        };
        // A name that no field bears yet may begin with words that stand elsewhere: "Shelf mark RK-65".
        let long = || sources::halves_of(part).filter(|(field, _)| field.len() >= 2);
        let (field, value) =
            cut(&is_field).or_else(long).or_else(|| cut(&is_label)).or_else(|| sources::halves_of(part))?;
        Some((name(slots.source, field), Value::Text(phrase(slots.source, value))))
    };
    parts.iter().map(pair).collect()
}
