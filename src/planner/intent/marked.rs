//! What the words ask for that were marked in a sentence, whatever its form.

use super::super::Surroundings;
use super::super::lexicon::Lexicon;
use super::super::numbers;
use super::super::senses::Act;
use super::super::sources::Value;
use super::super::tokens::Token;
use super::super::turns::base_of;
use super::records::every;
use super::words::{one_of, plainly};
use super::{Intent, Slots, intent};
use crate::task::{Best, Scope, Suggestion};

/// The clause whose words are marked.
#[derive(Clone, Copy)]
pub struct Clause<'a> {
    pub source: &'a str,
    pub tokens: &'a [Token],
    pub around: &'a Surroundings,
}

impl Clause<'_> {
    /// The intents of `acts`, one each; `None` where a slot is empty that must not be, or its words make no sense there.
    pub fn intents(&self, acts: &[Act]) -> Option<Vec<Intent>> {
        acts.iter().map(|act| self.intent(act)).collect()
    }

    fn intent(&self, act: &Act) -> Option<Intent> {
        let marked = Words { clause: self, act };
        of_meanings(&marked)
            .or_else(|| of_pointing(&marked))
            .or_else(|| of_choices(&marked))
            .or_else(|| of_records(&marked))
            .or_else(|| of_questions(&marked))
    }
}

/// The marked words of one act.
struct Words<'a> {
    clause: &'a Clause<'a>,
    act: &'a Act,
}

impl Words<'_> {
    /// The act as one of the grammar's meanings, its slots under the names that they have there.
    fn as_form(&self, meaning: &str) -> Option<Intent> {
        let named = |slot: &String| {
            let other = RENAMED.iter().find(|(sense, ours, _)| *sense == self.act.sense && ours == slot);
            other.map_or(slot.as_str(), |(_, _, theirs)| theirs).to_owned()
        };
        let ranges: Vec<_> = self.act.slots.iter().map(|(slot, range)| (named(slot), range.clone())).collect();
        let Clause { source, tokens, around } = *self.clause;
        intent(meaning, &Slots { source, tokens, ranges: &ranges, around, app: None }, &|_| None)
    }

    /// The words of each mark of `slot`, made of them by `make`.
    fn each(&self, slot: &str, make: impl Fn(&Slots<'_>) -> Option<String>) -> Option<Vec<String>> {
        let Clause { source, tokens, around } = *self.clause;
        let marks = self.act.slots.iter().filter(|(name, _)| name == slot);
        let all = marks
            .map(|mark| make(&Slots { source, tokens, ranges: std::slice::from_ref(mark), around, app: None }))
            .collect::<Option<Vec<String>>>()?;
        (!all.is_empty()).then_some(all)
    }

    /// Plain names.
    fn plain(&self, slot: &str) -> Option<Vec<String>> {
        self.each(slot, |s| s.plain(slot))
    }

    /// Names of things that are looked for.
    fn things(&self, slot: &str) -> Option<Vec<String>> {
        self.each(slot, |s| Some(plainly(&s.name(slot)?)))
    }

    fn one(&self, slot: &str) -> Option<String> {
        self.plain(slot)?.into_iter().next()
    }

    fn thing(&self, slot: &str) -> Option<String> {
        self.things(slot)?.into_iter().next()
    }

    /// Whose it is: "Lea's" as Lea.
    fn owner(&self, slot: &str) -> Option<String> {
        self.each(slot, |s| Some(plainly(&s.owner(slot)?)))?.into_iter().next()
    }

    fn has(&self, slot: &str) -> bool {
        self.act.slots.iter().any(|(name, _)| name == slot)
    }

    /// Fields with their values: each field takes the value that follows it, or that stands before it.
    fn pairs(&self) -> Option<Vec<(String, Value)>> {
        let Clause { source, tokens, around } = *self.clause;
        let mut pairs = Vec::new();
        for two in self.act.slots.chunks(2) {
            let [a, b] = two else { return None };
            let (field, value) = match (a.0.as_str(), b.0.as_str()) {
                ("field", "value") => (a, b),
                ("value", "field") => (b, a),
                _ => return None,
            };
            let ranges = [field.clone(), value.clone()];
            let slots = Slots { source, tokens, ranges: &ranges, around, app: None };
            let name = slots.name("field")?;
            let bare = numbers::ordinal(&name.to_lowercase()).is_some();
            pairs.push((if bare { format!("{name} field") } else { name }, slots.value("value")?));
        }
        (!pairs.is_empty()).then_some(pairs)
    }
}

/// Senses that are a meaning of the grammar, in its words.
const MEANINGS: [(&str, &str); 55] = [
    ("hover", "hover"),
    ("key", "key"),
    ("until", "click_until"),
    ("type", "type_focused"),
    ("clear", "clear_field"),
    ("login", "login"),
    ("pick", "choose_plain"),
    ("raise", "adjust"),
    ("lower", "adjust_down"),
    ("highest", "extreme_high"),
    ("lowest", "extreme_low"),
    ("colour", "colour"),
    ("tab", "tab"),
    ("expand", "expand"),
    ("collapse", "collapse"),
    ("sort", "sort"),
    ("sortdown", "sort_down"),
    ("cell", "edit_cell"),
    ("reply", "reply_with"),
    ("forward", "forward_to"),
    ("search", "search"),
    ("result", "result"),
    ("page", "next_page"),
    ("filter", "filter"),
    ("scrollto", "scroll_to"),
    ("scroll", "scroll"),
    ("seltext", "select_text"),
    ("replace", "replace_text"),
    ("deltext", "delete_text"),
    ("append", "append"),
    ("format", "format"),
    ("copy", "copy"),
    ("paste", "paste"),
    ("onto", "drag_onto"),
    ("above", "drag_above"),
    ("below", "drag_below"),
    ("by", "drag_by"),
    ("place", "drag_to_place"),
    ("swap", "swap"),
    ("order", "sort_by_drag"),
    ("clickorder", "click_all_in_order"),
    ("wait", "wait_time"),
    ("waittext", "wait_text"),
    ("openpath", "open_path"),
    ("openweb", "open_address"),
    ("close", "close"),
    ("maximise", "maximise"),
    ("minimise", "minimise"),
    ("resize", "resize"),
    ("save", "save"),
    ("saveas", "save"),
    ("mkdir", "make_folder"),
    ("mkfile", "make_file"),
    ("rename", "rename"),
    ("command", "command"),
];
/// Slots that have another name there: the sense, the slot, its name in the grammar.
const RENAMED: [(&str, &str, &str); 3] =
    [("type", "value", "text"), ("copy", "text", "what"), ("order", "kind", "what")];
/// Slots without which a meaning would be another one.
const NEEDED: [(&str, &str); 4] = [("cell", "row"), ("reply", "who"), ("format", "text"), ("by", "direction")];

fn of_meanings(words: &Words<'_>) -> Option<Intent> {
    let sense = words.act.sense.as_str();
    let (_, meaning) = MEANINGS.iter().find(|(ours, _)| *ours == sense)?;
    let lacks = NEEDED.iter().any(|(of, slot)| *of == sense && !words.has(slot));
    if lacks { None } else { words.as_form(meaning) }
}

fn of_pointing(words: &Words<'_>) -> Option<Intent> {
    Some(match words.act.sense.as_str() {
        "click" => Intent::Click { targets: words.things("target")?, count: 1, right: false },
        "click2" => Intent::Click { targets: words.things("target")?, count: 2, right: false },
        "rclick" => Intent::Click { targets: words.things("target")?, count: 1, right: true },
        "submit" => Intent::Submit { named: None },
        "fill" => Intent::Fill(words.pairs()?),
        "menu" => match words.plain("item")? {
            path if path.len() > 1 => Intent::Menu { path },
            target => Intent::Click { targets: target, count: 1, right: false },
        },
        "context" => Intent::Context { target: words.thing("target")?, path: words.plain("item")? },
        "best" | "dear" => {
            let of = if words.act.sense == "best" { Best::Cheapest } else { Best::Dearest };
            Intent::Best { of, press: None }
        }
        "most" => Intent::Best { of: Best::Most { column: words.one("column")? }, press: None },
        "least" => Intent::Best { of: Best::Least { column: words.one("column")? }, press: None },
        "copyto" => {
            let read = Value::Read(format!("what is in {}", words.one("what")?));
            Intent::Fill(vec![(words.one("to")?, read)])
        }
        "open" => {
            let app = words.one("app")?;
            if words.clause.around.is_app(&app) {
                Intent::Open { app: Some(app), on: None }
            } else {
                Intent::OpenThing(app)
            }
        }
        "tell" => Intent::Tell,
        "compute" => words.as_form("compute")?,
        "answer" => Intent::Answer(words.one("answer")?),
        "asked" => Intent::IfAsked { about: None, answer: words.one("answer")? },
        "leave" => Intent::Leave(words.one("what")?),
        _ => return None,
    })
}

fn of_choices(words: &Words<'_>) -> Option<Intent> {
    let list = words.one("list");
    let select = |scope| Some(Intent::Select { options: words.plain("option")?, scope, list: list.clone() });
    Some(match words.act.sense.as_str() {
        "choose" => Intent::Choose { option: words.one("option")?, list },
        "many" | "row" => match words.plain("option")?.as_slice() {
            [one] => Intent::Choose { option: one.clone(), list },
            _ => select(Scope::These)?,
        },
        "only" => select(Scope::Only)?,
        "but" => select(Scope::AllBut)?,
        "all" => Intent::Select { options: Vec::new(), scope: Scope::AllBut, list },
        "none" => Intent::Select { options: Vec::new(), scope: Scope::Only, list },
        "tick" => Intent::Tick { labels: words.plain("option")?, on: true },
        "untick" => Intent::Tick { labels: words.plain("option")?, on: false },
        "suggest" => Intent::Suggest {
            text: words.one("text"),
            field: words.one("field")?,
            option: Suggestion::Called(words.one("option")?),
        },
        _ => return None,
    })
}

fn of_records(words: &Words<'_>) -> Option<Intent> {
    let which = || words.owner("which");
    Some(match words.act.sense.as_str() {
        "record" => every(act_named(&words.one("act")?)?, &which()?),
        "each" => {
            let (act, which) = (act_named(&words.one("act")?)?, which()?);
            match which.split(' ').next_back() {
                Some(last) if last.chars().all(char::is_lowercase) && last.ends_with('s') => {
                    let then = Intent::Record { act, which: "it".into() };
                    Intent::ForEach { kind: one_of(&which), then: Box::new(then) }
                }
                _ => Intent::EachOf { act, which, most: None },
            }
        }
        "rowclick" => {
            let target = words.one("target")?;
            Intent::Record { act: format!("click {target}"), which: words.owner("row")? }
        }
        "mark" => Intent::Record { act: format!("mark as {}", words.one("act")?.to_lowercase()), which: which()? },
        "hit" => {
            let nth = words.one("nth")?;
            let nth = numbers::ordinal(&nth).or_else(|| numbers::number(&nth).map(|n| n as i32))?;
            let search = Intent::Search { query: words.one("query")?, place: None };
            Intent::Several(vec![search, Intent::Result(nth)])
        }
        _ => return None,
    })
}

/// What is done with a record, as the lexicon has it: "binned" is "bin".
fn act_named(said: &str) -> Option<String> {
    let lower = said.to_lowercase();
    let acts = Lexicon::get().class("act")?;
    let known = |act: &str| acts.iter().any(|phrase| phrase.join(" ") == act);
    if known(&lower) {
        return Some(lower);
    }
    let base = match lower.split_once(' ') {
        Some((first, rest)) => format!("{} {rest}", base_of(first).unwrap_or(first)),
        None => base_of(&lower).unwrap_or(&lower).to_owned(),
    };
    let first = base.split(' ').next().unwrap_or_default().to_owned();
    // An act that nobody has heard of may still be what a button says; a whole sentence is none.
    if known(&base) {
        Some(base)
    } else if known(&first) {
        Some(first)
    } else {
        (!base.contains(' ')).then_some(base)
    }
}

/// Questions in the words that are answered.
fn of_questions(words: &Words<'_>) -> Option<Intent> {
    let say = match words.act.sense.as_str() {
        "count" => "how many {what} are there",
        "value" => "what is {what}",
        "when" => "when is {what}",
        "who" => "who is responsible for {what}",
        "status" => "what is the status of {what}",
        "ticked" => "is {what} ticked",
        "high" => "which row has the highest {column}",
        "low" => "which row has the lowest {column}",
        "shows" => "is there a {what}",
        _ => return None,
    };
    let Clause { source, tokens, around } = *words.clause;
    Slots { source, tokens, ranges: &words.act.slots, around, app: None }.question(say)
}

#[cfg(test)]
mod tests {
    use super::super::super::tokens::read_tokens;
    use super::super::super::{Labels, Surroundings};
    use super::*;

    /// The intents of one act whose slots hold these words.
    fn intents(source: &str, sense: &str, slots: &[(&str, &str)]) -> Option<Vec<Intent>> {
        let tokens = read_tokens(source);
        let around = Surroundings {
            home: "/home/ada".into(),
            apps: vec!["mail".into()],
            labels: Labels::default(),
            marker: None,
            task_timeout_ms: 1000,
            attempts: 1,
        };
        let range = |words: &str| {
            let start = source.find(words).unwrap();
            let inside = |t: &Token| t.start >= start && t.end <= start + words.len();
            tokens.iter().position(inside).unwrap()..tokens.iter().rposition(inside).unwrap() + 1
        };
        let slots = slots.iter().map(|(slot, words)| ((*slot).to_owned(), range(words))).collect();
        let act = Act { sense: sense.into(), slots };
        Clause { source, tokens: &tokens, around: &around }.intents(&[act])
    }

    fn one(source: &str, sense: &str, slots: &[(&str, &str)]) -> Intent {
        intents(source, sense, slots).unwrap().remove(0)
    }

    #[test]
    fn fields_take_the_values_beside_them() {
        let fill = one(
            "Ada belongs under Name, Street is Elm Road 4",
            "fill",
            &[("value", "Ada"), ("field", "Name"), ("field", "Street"), ("value", "Elm Road 4")],
        );
        let text = |value: &str| Value::Text(value.into());
        assert_eq!(fill, Intent::Fill(vec![("Name".into(), text("Ada")), ("Street".into(), text("Elm Road 4"))]));
        // A field without a value is no request.
        assert_eq!(intents("Name please", "fill", &[("field", "Name")]), None);
        assert_eq!(intents("Name Ada Street", "fill", &[("field", "Name"), ("field", "Street")]), None);
    }

    #[test]
    fn several_marks_of_one_slot_are_a_list() {
        let untick = one("neither A nor B", "untick", &[("option", "A"), ("option", "B")]);
        assert_eq!(untick, Intent::Tick { labels: vec!["A".into(), "B".into()], on: false });
        let menu = one("Export under File", "menu", &[("item", "File"), ("item", "Export")]);
        assert_eq!(menu, Intent::Menu { path: vec!["File".into(), "Export".into()] });
        let lone = one("Export please", "menu", &[("item", "Export")]);
        assert_eq!(lone, Intent::Click { targets: vec!["Export".into()], count: 1, right: false });
    }

    #[test]
    fn acts_are_called_as_the_lexicon_has_them() {
        let record = one("I want Lea's mail binned", "record", &[("which", "Lea's"), ("act", "binned")]);
        assert_eq!(record, Intent::Record { act: "bin".into(), which: "Lea".into() });
        assert_eq!(act_named("archiving"), Some("archive".into()));
        assert_eq!(act_named("make sure nobody sees"), None);
        let all = one("star all unread mails", "each", &[("act", "star"), ("which", "unread mails")]);
        assert!(matches!(all, Intent::ForEach { kind, .. } if kind == "unread mail"));
    }

    #[test]
    fn questions_are_put_in_the_words_that_are_answered() {
        let ask = one("tell me the Deadline of it", "when", &[("what", "Deadline")]);
        assert_eq!(ask, Intent::Ask("when is Deadline".into()));
    }

    #[test]
    fn programs_are_opened_and_other_things_looked_for() {
        assert_eq!(one("mail up", "open", &[("app", "mail")]), Intent::Open { app: Some("mail".into()), on: None });
        assert_eq!(one("the Lemon up", "open", &[("app", "Lemon")]), Intent::OpenThing("Lemon".into()));
    }
}
