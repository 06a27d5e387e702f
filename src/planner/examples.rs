//! Clauses read by example: what a network marks in them as readings, beside those that the grammar has.

use super::clauses;
use super::grammar::Form;
use super::intent::{Clause, Intent};
use super::labels::Use;
use super::lexicon::Lexicon;
use super::matching::{OPEN_ENDS, SEEN, UNSEEN, rules_out, without_articles};
use super::numbers;
use super::senses::{Act, Proposal, proposals, scored};
use super::template::{Piece, SlotKind};
use super::tokens::{Kind, Token};
use super::turns;
use crate::infer::Marks;
use std::ops::Range;

/// What is worth each word that stands around what is marked, what costs each that is marked, and how much it matters
/// how likely the marks are; as the grammar counts its own words and those in its slots.
const WORD: f32 = 1.2;
const NAMED: f32 = 1.0;
const LIKELY: f32 = 2.0;
/// Marks that are less likely (natural logarithm) are nothing to go by.
const UNLIKELY: f32 = -1.2;
/// How much it matters that the slots of a form hold what a network takes for names, and the most that a word costs.
const AGREES: f32 = 1.0;
const LEAST: f32 = -3.0;

/// The marks on a clause.
pub struct Examples<'a> {
    marks: &'a Marks,
    tokens: &'a [Token],
    sure: Vec<Vec<f32>>,
}

/// A reading by example.
pub struct Example {
    pub intent: Intent,
    /// The senses of its marks.
    pub senses: String,
    /// How likely the marks are, 0 to 1.
    pub likely: f32,
    pub score: f32,
}

impl<'a> Examples<'a> {
    /// The part of `marks` that stands on `tokens`.
    pub fn of(marks: &'a Marks, tokens: &'a [Token]) -> Self {
        Self { marks, tokens, sure: scored(marks, tokens) }
    }

    /// How well the slots of a reading, as bytes of the sentence, agree with what the network takes for names: for each
    /// word the logarithm of how likely it is inside, or outside, as the reading has it.
    pub fn agreement(&self, held: &[Range<usize>]) -> f32 {
        let each = |(token, scores): (&Token, &Vec<f32>)| {
            if is_idle(token) {
                return 0.0;
            }
            let inside = held.iter().any(|bytes| bytes.start <= token.start && token.end <= bytes.end);
            let outside = scores[0].min(-1e-4);
            if inside { (1.0 - outside.exp()).ln().max(LEAST) } else { outside.max(LEAST) }
        };
        AGREES * self.tokens.iter().zip(&self.sure).map(each).sum::<f32>()
    }

    /// The readings of the clause; none where it breaks off.
    pub fn found(&self, clause: &Clause<'_>) -> Vec<Example> {
        if breaks_off(self.tokens) {
            return Vec::new();
        }
        proposals(self.marks, self.tokens).into_iter().filter_map(|p| self.example(clause, p)).collect()
    }

    fn example(&self, clause: &Clause<'_>, proposal: Proposal) -> Option<Example> {
        let acts: Vec<Act> = proposal.acts.into_iter().map(|act| snapped(act, clause)).collect();
        let marked = |at: usize| acts.iter().any(|act| act.slots.iter().any(|(_, range)| range.contains(&at)));
        let outside: Vec<&Token> =
            self.tokens.iter().enumerate().filter(|(at, _)| !marked(*at)).map(|(_, token)| token).collect();
        let around = Around { tokens: self.tokens, outside };
        if proposal.log < UNLIKELY || !acts.iter().all(|act| is_allowed(act, &around, proposal.log)) {
            return None;
        }
        let said: Vec<usize> = (0..self.tokens.len()).filter(|at| !marked(*at)).collect();
        let loses = said.iter().any(|&at| is_weighty(self.tokens, at) || is_field(self.tokens, at, &marked, clause));
        let bare = acts
            .iter()
            .flat_map(|act| &act.slots)
            .any(|(slot, range)| slot == "value" && is_bare_place(without_articles(&self.tokens[range.clone()])));
        let nothing = acts.iter().any(|act| names_nothing(act, self.tokens, clause));
        if loses || bare || nothing || leaves_a_clause(self.tokens, &marked) {
            return None;
        }
        let mut intents = clause.intents(&acts)?;
        let words = around.outside.iter().filter(|t| t.kind == Kind::Word).count() as f32;
        let named = (self.tokens.len() - around.outside.len()) as f32;
        let seen = acts.iter().flat_map(|act| &act.slots).filter(|slot| is_seen(slot, clause)).count() as f32;
        Some(Example {
            intent: if intents.len() == 1 { intents.remove(0) } else { Intent::Several(intents) },
            senses: acts.iter().map(|act| act.sense.as_str()).collect::<Vec<_>>().join(", "),
            likely: proposal.log.exp(),
            score: WORD * words - NAMED * named + SEEN * seen + LIKELY * proposal.log,
        })
    }
}

/// "The second", of which a list or a kind is still to be said.
fn is_bare_place(tokens: &[Token]) -> bool {
    matches!(tokens, [one] if one.text == one.lower && numbers::ordinal(&one.lower).is_some())
}

/// Whether an act is on what is not there: "press nothing"; or all that is said is to do something to nothing, as in "archive
/// nothing" and "close nothing", which empties a field or leaves entries unchosen only where that is what is named.
fn names_nothing(act: &Act, tokens: &[Token], clause: &Clause<'_>) -> bool {
    const CHOOSING: [&str; 7] = ["choose", "select", "pick", "tick", "check", "mark", "highlight"];
    let named = |(slot, _): &&(String, Range<usize>)| !UNSEEN.contains(&slot.as_str());
    let is_none = |slot: &(String, Range<usize>)| rules_out(&tokens[slot.1.start]);
    let words: Vec<&Token> = tokens.iter().filter(|t| t.kind != Kind::Mark).collect();
    let bare = matches!(words[..], [_, last] if rules_out(last));
    let chooses = act.sense == "none" && CHOOSING.iter().any(|w| words[0].is(w));
    let of_field = act.slots.iter().any(|slot| is_seen(slot, clause));
    act.slots.iter().filter(named).any(is_none) || bare && !chooses && !of_field
}

/// Whether at `at` a field of the screen is named that is not marked.
fn is_field(tokens: &[Token], at: usize, marked: &dyn Fn(usize) -> bool, clause: &Clause<'_>) -> bool {
    let fields = [Use::Field, Use::List, Use::Value];
    (at + 1..=(at + 4).min(tokens.len())).any(|end| {
        let free = (at..end).all(|i| !marked(i));
        free && fields.iter().any(|kind| clause.around.labels.has(&tokens[at..end], *kind))
    })
}

/// Whether behind "and" or "then" something is asked for of which nothing is marked: "… and show that entry".
fn leaves_a_clause(tokens: &[Token], marked: &dyn Fn(usize) -> bool) -> bool {
    let joins = |t: &Token| t.is("and") || t.is("then") || t.kind == Kind::Mark;
    let starts: Vec<usize> = (1..tokens.len()).filter(|&at| joins(&tokens[at - 1]) && !joins(&tokens[at])).collect();
    starts.iter().any(|&from| {
        let small = tokens[from].kind == Kind::Word && tokens[from].text == tokens[from].lower;
        let end = (from..tokens.len()).find(|&at| joins(&tokens[at])).unwrap_or(tokens.len());
        let asks = small && end - from >= 2 && Lexicon::get().verb(&tokens[from..end]).is_some();
        asks && !(from..end).any(marked)
    })
}

/// Whether the word at `at` says which of several things is meant, or of what, so that none may be left unmarked.
fn is_weighty(tokens: &[Token], at: usize) -> bool {
    const RELATIONS: [&str; 9] = ["next", "beside", "above", "below", "underneath", "twice", "thrice", "left", "right"];
    let token = &tokens[at];
    let first = tokens[..at].iter().all(|t| t.kind == Kind::Mark);
    let plain = token.kind == Kind::Word;
    let capital = plain && token.text != token.lower && token.text.chars().count() > 1 && !token.text.starts_with("I'");
    let behind_stop = at > 0 && matches!(tokens[at - 1].text.as_str(), "." | "!" | "?" | ":" | ";");
    capital && !first && !behind_stop && Lexicon::get().verb(&tokens[at..]).is_none()
        || !plain && token.kind != Kind::Mark
        || plain && numbers::ordinal(&token.lower).is_some() && !token.is("first") && !token.is("last")
        || RELATIONS.iter().any(|w| token.is(w))
}

/// Articles, marks and what joins or leads names tell nothing.
fn is_idle(token: &Token) -> bool {
    let idle = ["the", "a", "an", "my", "and", "or", "of", "button", "link", "field", "box", "please"];
    token.kind == Kind::Mark || idle.iter().any(|w| token.is(w))
}

/// Which bytes of the sentence the slots of `form` hold; none where one of them holds sentences, whose words are their
/// own affair.
pub fn held(form: &Form, slots: &[(String, Range<usize>)], tokens: &[Token]) -> Vec<Range<usize>> {
    let is_whole = |piece: &Piece| {
        let Piece::Slot { kind, .. } = piece else { return false };
        matches!(
            kind,
            SlotKind::Clause | SlotKind::Pairs | SlotKind::Named | SlotKind::Told | SlotKind::Long | SlotKind::Source
        )
    };
    if form.say.is_some() || form.line.iter().any(is_whole) {
        return Vec::new();
    }
    let bytes = |(_, range): &(String, Range<usize>)| Some(tokens.get(range.start)?.start..tokens[range.end - 1].end);
    slots.iter().filter_map(bytes).collect()
}

/// Whether the words of a slot stand on the screen.
fn is_seen((slot, range): &(String, Range<usize>), clause: &Clause<'_>) -> bool {
    let words = without_articles(&clause.tokens[range.clone()]);
    !UNSEEN.contains(&slot.as_str()) && clause.around.labels.has(words, Use::Text)
}

/// The act with names as things on the screen bear them, where a mark ends a word too early or too late.
fn snapped(mut act: Act, clause: &Clause<'_>) -> Act {
    let labels = &clause.around.labels;
    let tokens = clause.tokens;
    let things = [Use::Field, Use::Box, Use::List, Use::Value, Use::Button, Use::Tab];
    let is_thing = |range: &Range<usize>| {
        let words = without_articles(&tokens[range.clone()]);
        things.iter().any(|kind| labels.has(words, *kind))
    };
    let others: Vec<Range<usize>> = act.slots.iter().map(|(_, range)| range.clone()).collect();
    for (at, (slot, range)) in act.slots.iter_mut().enumerate() {
        if labels.is_empty() || UNSEEN.contains(&slot.as_str()) || is_thing(range) {
            continue;
        }
        let near = [(0, 1), (-1, 0), (0, 2), (-2, 0), (-1, 1), (1, 0), (0, -1)];
        let moved = |(a, b): (isize, isize)| {
            let (start, end) = (range.start.checked_add_signed(a)?, range.end.checked_add_signed(b)?);
            let free = others.iter().enumerate().all(|(i, r)| i == at || r.end <= start || r.start >= end);
            (start < end && end <= tokens.len() && free).then_some(start..end)
        };
        if let Some(better) = near.into_iter().filter_map(moved).find(is_thing) {
            *range = better;
        }
    }
    act
}

/// Whether a sentence ends where something must follow.
fn breaks_off(tokens: &[Token]) -> bool {
    const VERBS: [&str; 8] = ["say", "press", "choose", "type", "click", "enter", "write", "select"];
    let last = clauses::trim(tokens).last();
    last.is_some_and(|t| t.text == t.lower && OPEN_ENDS.iter().chain(&VERBS).any(|w| t.is(w)))
}

/// Senses that a question may have.
const QUESTIONS: [&str; 9] = ["count", "value", "when", "who", "status", "ticked", "high", "low", "shows"];
/// Senses that speak of all of a kind, or may.
const OF_ALL: [&str; 20] = [
    "all",
    "none",
    "each",
    "but",
    "only",
    "many",
    "tick",
    "untick",
    "order",
    "clickorder",
    "replace",
    "fill",
    "login",
    "highest",
    "lowest",
    "leave",
    "count",
    "sort",
    "sortdown",
    "clear",
];
/// Senses that say what is not to be, or may.
const NEGATIVE: [&str; 9] = ["untick", "none", "but", "only", "leave", "asked", "answer", "clear", "until"];
/// Senses after which something is gone, sent or shut.
const GRAVE: [&str; 8] = ["close", "submit", "clear", "deltext", "record", "each", "forward", "reply"];

/// What stands around the marks of a clause.
struct Around<'a> {
    tokens: &'a [Token],
    outside: Vec<&'a Token>,
}

impl Around<'_> {
    fn says(&self, words: &[&str]) -> bool {
        self.outside.iter().any(|t| words.iter().any(|w| t.is(w)))
    }

    fn begins(&self, words: &[&str]) -> bool {
        self.tokens.first().is_some_and(|t| words.iter().any(|w| t.is(w)))
    }

    /// "Rather than", "instead of".
    fn says_two(&self, one: &str, other: &str) -> bool {
        self.outside.windows(2).any(|w| w[0].is(one) && w[1].is(other))
    }

    /// Whether something is left open: one thing or another, up and down at once.
    fn is_open(&self) -> bool {
        let both = |a: &str, b: &str| self.says(&[a]) && self.says(&[b]);
        self.says(&["or", "either"]) || both("up", "down") || both("on", "off") || both("left", "right")
    }

    /// Whether something is forbidden, in words that say so of a verb: "don't".
    fn is_forbidden(&self) -> bool {
        self.says(&["not", "don't", "don’t", "dont", "never", "isn't", "doesn't", "shouldn't", "mustn't", "nobody"])
    }

    /// Whether it is said that something is not so, or not yet.
    fn is_ruled_out(&self) -> bool {
        const NOT: [&str; 9] = ["none", "no", "without", "nothing", "neither", "nor", "unless", "except", "nowhere"];
        self.is_forbidden()
            || self.says(&NOT)
            || self.says(&["stop", "refrain", "avoid"])
            || self.says_two("before", "you")
            || self.says_two("rather", "than")
            || self.says_two("instead", "of")
    }

    /// Whether a word says what is done: a name alone, and "then C", do not.
    fn tells(&self) -> bool {
        const LEADS: [&str; 12] =
            ["then", "and", "next", "after", "afterwards", "finally", "first", "last", "lastly", "the", "that", "also"];
        self.outside.iter().any(|t| t.kind == Kind::Word && !LEADS.iter().any(|w| t.is(w)))
    }
}

/// Whether words around the marks do not say something that the sense knows nothing of: that it is not so, that it is
/// so under a condition, for all of a kind, or asked; and whether what is grave is said for sure.
fn is_allowed(act: &Act, around: &Around<'_>, log: f32) -> bool {
    const ASKS: [&str; 14] =
        ["what", "which", "who", "whose", "when", "where", "why", "how", "is", "are", "does", "did", "has", "whether"];
    let is = |senses: &[&str]| senses.contains(&act.sense.as_str());
    let condition = around.begins(&["if", "unless", "whenever", "should", "case"]) || around.says(&["if", "unless"]);
    let named = is(&["fill", "cell", "menu"]) || act.slots.iter().any(|(slot, _)| slot == "act");
    // "The sentence that begins with …" says more than its first word.
    let described = is(&["deltext", "seltext"]) && around.says(&["starts", "begins", "ends", "contains", "containing"]);
    (!around.begins(&ASKS) || is(&QUESTIONS))
        && (!around.is_ruled_out() || is(&NEGATIVE))
        && !(around.is_forbidden() && undoes(act, around))
        && (!condition || is(&["asked", "ticked", "shows", "leave"]))
        && (!around.says(&["every", "each", "all", "both", "any"]) || is(&OF_ALL))
        && (!around.is_open() || is(&NEGATIVE) || is(&["count"]))
        && (named || around.tells())
        && !described
        && !is_slight(act, around)
        && !act.slots.iter().any(|(_, range)| is_pronoun(&around.tokens[range.clone()]))
        && (!is(&GRAVE) || is_said(act, around, log))
}

/// Whether an act that takes something away is named in words for that, which "don't" forbids: "don't untick it" is no wish
/// to have it off, as "I don't want it" is.
fn undoes(act: &Act, around: &Around<'_>) -> bool {
    let off = ["untick", "uncheck", "deselect", "unselect", "off", "disable", "remove", "take"];
    match act.sense.as_str() {
        "clear" => true,
        "untick" | "none" => around.tokens.iter().any(|t| off.iter().any(|w| t.is(w))),
        _ => false,
    }
}

/// Whether a sense that many words might have is said in none that is used for it: scrolling, a key of one letter.
fn is_slight(act: &Act, around: &Around<'_>) -> bool {
    let says = |words: &[&str]| around.tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
    let letter = || act.slots.iter().any(|(_, r)| r.len() == 1 && around.tokens[r.start].text.chars().count() == 1);
    match act.sense.as_str() {
        "scroll" => !says(&["scroll", "page", "down", "up", "top", "bottom", "end", "further", "lower", "beginning"]),
        "key" => letter() && !says(&["key", "keys", "keyboard", "shortcut"]),
        _ => false,
    }
}

/// Whether what is grave is likely, put off by nothing, and in words that are used for it.
fn is_said(act: &Act, around: &Around<'_>, log: f32) -> bool {
    const SURE: f32 = -0.7;
    let put_off = ["hold", "wait", "yet", "later", "avoid", "stop", "before", "until", "unsent", "open"];
    let lexicon = Lexicon::get();
    let in_class = |class: &str| {
        let base = |t: &Token| turns::base_of(&t.lower).unwrap_or(&t.lower).to_owned();
        let words: Vec<String> = around.tokens.iter().map(base).collect();
        lexicon.class(class).is_some_and(|all| all.iter().any(|p| words.windows(p.len()).any(|w| w == p.as_slice())))
    };
    log > SURE
        && match act.sense.as_str() {
            "close" => !around.says(&put_off[..9]) && in_class("close"),
            "submit" | "reply" => !around.says(&put_off),
            // "Forward the mail whose subject is Budget" names nobody to send it to.
            "forward" => !around.says(&put_off[..9]) && around.says(&["to", "get", "gets", "reach", "reaches"]),
            "clear" | "deltext" => !around.says(&put_off[..7]),
            _ => true,
        }
}

/// "It", "that one": a name that says nothing by itself.
fn is_pronoun(tokens: &[Token]) -> bool {
    let pronouns = ["it", "that", "this", "them", "these", "those", "there", "one", "something", "here"];
    tokens.iter().all(|t| pronouns.iter().any(|w| t.is(w)))
}
