//! How well words fit a line of the grammar, and which of them fill its slots.

use super::Surroundings;
use super::labels::{Labels, Use};
use super::lexicon::Lexicon;
use super::lists::split_list;
use super::named::named_pairs;
use super::numbers;
use super::sources;
use super::template::{Line, Piece, SlotKind};
use super::tokens::{Kind, Token};
use crate::task::Chord;
use std::collections::HashMap;
use std::ops::Range;

/// For every word that the line itself has.
const WORD: f32 = 4.0;
/// For an article that is passed over.
const ARTICLE: f32 = -0.1;

/// For a field of the screen with a value behind it.
const NAMED: f32 = 4.0;
/// For a name that stands on the screen.
pub const SEEN: f32 = 1.5;
/// How many words a gap takes in, and what each costs.
const GAP: usize = 7;
const PASSED: f32 = 0.8;
/// Slots that hold what is yet to come onto the screen, or something about it.
pub const UNSEEN: [&str; 12] = [
    "value",
    "text",
    "user",
    "password",
    "query",
    "question",
    "expression",
    "name",
    "nothing",
    "command",
    "old",
    "then",
];

/// A line that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    pub score: f32,
    /// The words of each slot, as a range of tokens.
    pub slots: Vec<(String, Range<usize>)>,
}

/// Whether words are a request of their own; asked for slots of the kind `clause`.
pub type IsClause<'a> = &'a dyn Fn(&[Token]) -> bool;

/// The best way in which all of `tokens` fit `line`.
pub fn fit(line: &Line, tokens: &[Token], around: &Surroundings, is_clause: IsClause<'_>) -> Option<Fit> {
    let mut matcher = Matcher { line, tokens, around, is_clause, known: HashMap::new() };
    matcher.rest(0, 0)
}

struct Matcher<'a> {
    line: &'a Line,
    tokens: &'a [Token],
    around: &'a Surroundings,
    is_clause: IsClause<'a>,
    known: HashMap<(usize, usize), Option<Fit>>,
}

impl Matcher<'_> {
    /// The best fit of the pieces from `piece` on with the tokens from `at` on.
    fn rest(&mut self, piece: usize, at: usize) -> Option<Fit> {
        if let Some(known) = self.known.get(&(piece, at)) {
            return known.clone();
        }
        let found = match self.line.get(piece) {
            None => (at == self.tokens.len()).then(|| Fit { score: 0.0, slots: Vec::new() }),
            Some(Piece::Words(phrases)) => {
                let phrases = phrases.clone();
                self.words(&phrases, piece, at)
            }
            Some(Piece::Maybe(phrases)) => {
                let phrases = phrases.clone();
                let (with, without) = (self.words(&phrases, piece, at), self.rest(piece + 1, at));
                match (with, without) {
                    (Some(with), Some(without)) => Some(if with.score >= without.score { with } else { without }),
                    (with, without) => with.or(without),
                }
            }
            Some(Piece::Gap) => self.gap(piece, at),
            Some(Piece::Slot { name, kind }) => {
                let (name, kind) = (name.clone(), *kind);
                self.slot(&name, kind, piece, at)
            }
        };
        self.known.insert((piece, at), found.clone());
        found
    }

    fn words(&mut self, phrases: &[Vec<String>], piece: usize, at: usize) -> Option<Fit> {
        let taken: Vec<(usize, usize)> =
            phrases.iter().filter_map(|p| Some((p.len(), begins_loosely(&self.tokens[at..], p)?))).collect();
        let here = taken.into_iter().filter_map(|(own, length)| {
            let rest = self.rest(piece + 1, at + length)?;
            let score = rest.score + WORD * own as f32 + ARTICLE * (length - own) as f32;
            Some(Fit { score, ..rest })
        });
        let best = here.max_by(|a, b| a.score.total_cmp(&b.score));
        if best.is_some() {
            return best;
        }
        // An article or a comma may stand before any word but the first.
        let passed = self.tokens.get(at).is_some_and(is_passed) && at > 0;
        if !passed {
            return None;
        }
        let rest = self.words(phrases, piece, at + 1)?;
        Some(Fit { score: rest.score + ARTICLE, ..rest })
    }

    fn slot(&mut self, name: &str, kind: SlotKind, piece: usize, at: usize) -> Option<Fit> {
        let mut best: Option<Fit> = None;
        for end in at + 1..=self.tokens.len() {
            if is_mark(&self.tokens[end - 1]) && kind != SlotKind::Clause {
                continue;
            }
            if !UNSEEN.contains(&name) && rules_out(&self.tokens[at]) {
                break;
            }
            let Some(cost) = self.cost(kind, at..end) else { continue };
            let cost = if UNSEEN.contains(&name) { cost } else { cost - self.seen(kind, at..end) };
            let Some(rest) = self.rest(piece + 1, end) else { continue };
            let score = rest.score - cost;
            if best.as_ref().is_none_or(|b| score > b.score) {
                let slots = [vec![(name.to_owned(), at..end)], rest.slots].concat();
                best = Some(Fit { score, slots });
            }
        }
        best
    }

    /// A few words are passed over, none of which turns the meaning.
    fn gap(&mut self, piece: usize, at: usize) -> Option<Fit> {
        let mut best = self.rest(piece + 1, at);
        for taken in 1..=GAP {
            if !self.tokens.get(at + taken - 1).is_some_and(is_idle) {
                break;
            }
            let Some(rest) = self.rest(piece + 1, at + taken) else { continue };
            let score = rest.score - PASSED * taken as f32;
            if best.as_ref().is_none_or(|b| score > b.score) {
                best = Some(Fit { score, ..rest });
            }
        }
        best
    }

    /// What speaks for a slot of any words that takes the tokens of `range`, because they stand on the screen.
    fn seen(&self, kind: SlotKind, range: Range<usize>) -> f32 {
        let labels = &self.around.labels;
        if labels.is_empty() {
            return 0.0;
        }
        let tokens = &self.tokens[range];
        let is_seen = |tokens: &[Token]| labels.has(without_articles(tokens), Use::Text);
        let all = match kind {
            SlotKind::Text => is_seen(tokens),
            SlotKind::List => split_list(tokens).into_iter().all(is_seen),
            // A menu or a title that is called like an application does not stand for it; a button or a tab may be meant.
            SlotKind::App => is_seen(tokens) && !labels.is_pressed(without_articles(tokens)),
            _ => false,
        };
        if all { SEEN } else { 0.0 }
    }

    /// What it costs that a slot of `kind` takes the tokens of `range`; `None` where it cannot.
    fn cost(&self, kind: SlotKind, range: Range<usize>) -> Option<f32> {
        let tokens = &self.tokens[range.clone()];
        let bare = without_articles(tokens);
        let one = || <&[Token; 1]>::try_from(bare).ok().map(|[t]| t);
        let said = || bare.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        let fits = match kind {
            SlotKind::Text | SlotKind::List => return words_cost(tokens, kind == SlotKind::List),
            SlotKind::Told => {
                let leads = tokens.first().is_some_and(|t| t.is("your") || t.is("my"));
                let tells = tokens.iter().any(|t| t.is("is")) && tokens.iter().any(|t| t.is(",") || t.is("and"));
                leads && tells && tokens.len() > 5
            }
            SlotKind::Long => return words_cost(tokens, false).map(|cost| cost.min(3.0)),
            SlotKind::Pairs => return pairs_cost(tokens),
            SlotKind::Named => return named_cost(tokens, &self.around.labels),
            SlotKind::Source => {
                let article = tokens.first().is_some_and(|t| t.is("the") || t.is("what") || t.is("whatever"));
                let literal = tokens.iter().any(|t| t.kind == Kind::Quoted);
                return words_cost(tokens, false).filter(|_| article && !literal && tokens.len() > 1);
            }
            SlotKind::Clause => return (self.is_clause)(tokens).then_some(0.0),
            SlotKind::Word => one().is_some(),
            SlotKind::Number => bare.len() <= 4 && numbers::number(&said()).is_some(),
            SlotKind::Amount => bare.len() <= 4 && is_amount(bare),
            SlotKind::Ordinal => bare.len() == 1 && numbers::ordinal(&said()).is_some(),
            SlotKind::Times => bare.len() <= 3 && numbers::times(&said()).is_some(),
            SlotKind::Order => bare.len() <= 7 && is_order(bare) && numbers::is_descending(&said()).is_some(),
            SlotKind::OrdinalPage => {
                let word = said().to_lowercase();
                bare.len() == 1
                    && (numbers::ordinal(&word).is_some() || ["next", "previous", "prior"].contains(&word.as_str()))
            }
            SlotKind::App => {
                bare.len() <= 4 && bare.iter().all(|t| t.kind == Kind::Word) && self.around.is_app(&said())
            }
            SlotKind::Path => one().is_some_and(|t| matches!(t.kind, Kind::Path | Kind::File)),
            SlotKind::Address => one().is_some_and(|t| t.kind == Kind::Address),
            SlotKind::Quoted => one().is_some_and(|t| t.kind == Kind::Quoted),
            SlotKind::Key => bare.len() <= 4 && is_key(bare, &said()),
            SlotKind::Seen(kind) => self.around.labels.has(bare, kind),
            SlotKind::SeenList(kind) => {
                let parts = split_list(tokens);
                parts.iter().all(|part| self.around.labels.has(without_articles(part), kind))
            }
        };
        fits.then_some(0.2)
    }
}

/// How many tokens the words of `phrase` take at the head of `tokens`, articles between them passed over.
fn begins_loosely(tokens: &[Token], phrase: &[String]) -> Option<usize> {
    let mut at = 0;
    for (i, word) in phrase.iter().enumerate() {
        while i > 0 && tokens.get(at).is_some_and(|t| is_article(t) && !t.is(word)) {
            at += 1;
        }
        tokens.get(at).filter(|t| t.is(word))?;
        at += 1;
    }
    Some(at)
}

/// Whether nothing that is there has a name that begins so: "archive nothing today".
pub fn rules_out(token: &Token) -> bool {
    token.text == token.lower && ["nothing", "nobody", "neither", "nowhere"].iter().any(|w| token.is(w))
}

/// Whether words about an order begin like such.
fn is_order(tokens: &[Token]) -> bool {
    const LEADS: [&str; 30] = [
        "latest",
        "newest",
        "oldest",
        "earliest",
        "from",
        "in",
        "order",
        "alphabetically",
        "alphabetical",
        "ascending",
        "descending",
        "smallest",
        "largest",
        "lowest",
        "highest",
        "biggest",
        "upwards",
        "downwards",
        "starting",
        "beginning",
        "increasing",
        "decreasing",
        "rising",
        "falling",
        "cheapest",
        "oldest",
        "newest",
        "numerically",
        "a",
        "z",
    ];
    let ends = tokens.len() == 1
        || tokens
            .iter()
            .any(|t| ["first", "to", "order", "the", "with", "upwards", "downwards"].iter().any(|w| t.is(w)));
    tokens.first().is_some_and(|t| LEADS.iter().any(|w| t.is(w))) && ends
}

/// Whether a word may be passed over: none that turns the meaning of the others.
fn is_idle(token: &Token) -> bool {
    const TURNS: [&str; 24] = [
        "not",
        "don't",
        "dont",
        "never",
        "no",
        "nothing",
        "none",
        "without",
        "except",
        "but",
        "unless",
        "if",
        "when",
        "all",
        "every",
        "each",
        "everything",
        "both",
        "only",
        "other",
        "others",
        "until",
        "either",
        "or",
    ];
    // A name is never passed over.
    let name = token.start > 0 && token.text != token.lower && token.text != "I" && !token.text.starts_with("I'");
    token.kind == Kind::Word && !name && !TURNS.iter().any(|w| token.is(w)) || token.text == ","
}

/// Words behind which something must follow.
pub const OPEN_ENDS: [&str; 16] =
    ["to", "with", "as", "from", "into", "is", "are", "and", "or", "the", "an", "but", "than", "which", "whose", "not"];

/// What it costs to take `tokens` for a name or a value.
fn words_cost(tokens: &[Token], list: bool) -> Option<f32> {
    let lexicon = Lexicon::get();
    let bare = without_articles(tokens);
    if bare.is_empty() || is_mark(&tokens[0]) {
        return None;
    }
    // "Log in" is a name, "in" alone is none, nor is what breaks off: "the", "City to".
    // "Save as", "Move to", "Open with" are names, too.
    let is_capital = |t: &Token| t.text != t.lower;
    let save_as = matches!(bare, [verb, _] if is_capital(verb) && lexicon.verb(bare).is_some());
    let joined = !list
        && tokens.len() > 1
        && ["and", "or", "then"].iter().any(|w| tokens[0].is(w) && tokens[0].text == tokens[0].lower);
    let open_end =
        joined || !save_as && bare.last().is_some_and(|t| OPEN_ENDS.iter().any(|w| t.is(w)) && t.text == t.lower);
    if open_end || (bare.len() == 1 && lexicon.is_small(&bare[0])) {
        return None;
    }
    let each = |(i, t): (usize, &Token)| -> f32 {
        let inner = i > 0;
        match t.kind {
            Kind::Mark if list && inner => 0.3,
            // A sentence that ends within a name or value is rather two.
            Kind::Mark
                if matches!(t.text.as_str(), "." | "!" | "?" | ";")
                    && bare.get(i + 1).is_none_or(|next| next.text != next.lower) =>
            {
                4.5
            }
            Kind::Mark => 1.6,
            Kind::Word if ["don't", "not", "never"].iter().any(|w| t.is(w)) => 4.0,
            _ if (t.is("and") || t.is("then")) && inner => {
                if list {
                    0.3
                } else {
                    1.6
                }
            }
            _ if t.is("of") => 0.9,
            Kind::Word if lexicon.is_small(t) => {
                if i == 0 || i + 1 == bare.len() {
                    4.5
                } else {
                    2.6
                }
            }
            Kind::Word => 1.0,
            _ => 0.7,
        }
    };
    Some(bare.iter().enumerate().map(each).sum())
}

/// What it costs to take `tokens` for fields with their values; the words between the two speak for it.
fn pairs_cost(tokens: &[Token]) -> Option<f32> {
    let parts = split_list(tokens);
    let mut cost = 0.0;
    for (at, part) in parts.iter().enumerate() {
        cost += match sources::halves(part) {
            Some((field, value)) => words_cost(field, false)? + words_cost(value, false)? - WORD,
            None if at == 0 => return None,
            // It goes on with the value before it.
            None => words_cost(part, false)? + 2.0,
        };
    }
    Some(cost)
}

/// What it costs to take `tokens` for fields of the screen with their values: that the screen shows them speaks for it.
fn named_cost(tokens: &[Token], labels: &Labels) -> Option<f32> {
    let pairs = named_pairs(tokens, labels)?;
    let alone = pairs.len() == 1;
    let each = pairs.into_iter().map(|pair| {
        let value = &tokens[pair.value];
        // "PIN 3919, unlock, Reserve": what follows a comma is no part of a lone value.
        if alone && value.iter().any(|t| t.kind == Kind::Mark && matches!(t.text.as_str(), "," | ";" | ".")) {
            return None;
        }
        // "Room Boreal, and tick Catering" goes on with something else.
        let goes_on = value.windows(2).any(|w| {
            let stops = w[0].kind == Kind::Mark && matches!(w[0].text.as_str(), "." | ";" | "!");
            (w[0].is("and") || w[0].kind == Kind::Mark && w[0].text != "-")
                && w[1].text == w[1].lower
                && Lexicon::get().verb(&w[1..]).is_some()
                || stops && ["then", "after", "afterwards", "finally", "now"].iter().any(|l| w[1].is(l))
        });
        // "Winter tyres off".
        let state = value.len() == 1 && ["on", "off"].iter().any(|w| value[0].is(w));
        match (goes_on, state) {
            (true, _) => None,
            (false, true) => Some(-NAMED),
            (false, false) => Some(words_cost(value, false)? - NAMED),
        }
    });
    each.sum()
}

/// `tokens` without "the", "a", "my" and their like at the head.
pub fn without_articles(mut tokens: &[Token]) -> &[Token] {
    while tokens.len() > 1 && is_article(&tokens[0]) {
        tokens = &tokens[1..];
    }
    tokens
}

fn is_article(token: &Token) -> bool {
    // "The Paper Atlas" is a title, but at the head of a sentence.
    let titled = token.start > 0 && token.text != token.lower;
    !titled && ["the", "a", "an", "my", "this", "these", "those", "your", "our", "some"].iter().any(|w| token.is(w))
}

fn is_passed(token: &Token) -> bool {
    is_article(token) || (token.kind == Kind::Mark && matches!(token.text.as_str(), "," | ":" | "-" | "–" | "→"))
}

const fn is_mark(token: &Token) -> bool {
    matches!(token.kind, Kind::Mark)
}

fn is_amount(tokens: &[Token]) -> bool {
    // "Ball 100" is a thing and a number; "May 12" is a day.
    const LEADS: [&str; 23] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue", "wed", "thu",
        "fri", "sat", "sun", "half", "a", "minus", "plus",
    ];
    let leads = |t: &Token| {
        let number = t.text.chars().any(|c| c.is_ascii_digit()) || numbers::number(&t.text).is_some();
        number || t.kind != Kind::Word || LEADS.iter().any(|l| t.lower.starts_with(l) && (l.len() > 2 || t.lower == *l))
    };
    if !tokens.first().is_some_and(leads) {
        return false;
    }
    let said: Vec<&str> = tokens.iter().map(|t| t.text.as_str()).collect();
    numbers::number(&said.join(" ")).is_some()
        || tokens.iter().any(|t| t.text.chars().any(|c| c.is_ascii_digit()))
        || matches!(tokens, [one] if one.kind == Kind::Quoted)
}

/// Names that buttons often have are keys only when "key" is said.
const SURE_KEYS: [&str; 16] = [
    "return",
    "enter",
    "escape",
    "esc",
    "tab",
    "backspace",
    "page up",
    "page down",
    "pgup",
    "pgdn",
    "space bar",
    "spacebar",
    "arrow down",
    "arrow up",
    "arrow left",
    "arrow right",
];

fn is_key(tokens: &[Token], said: &str) -> bool {
    let (keyed, said) = match tokens.split_last() {
        Some((last, _)) if last.is("key") || last.is("keys") => {
            (true, said.rsplit_once(' ').map_or("", |(head, _)| head))
        }
        _ => (false, said),
    };
    let said = said.trim();
    let is_chord = matches!(tokens.first(), Some(t) if t.kind == Kind::Chord);
    let sure = keyed || is_chord || SURE_KEYS.contains(&said.to_lowercase().as_str());
    sure && said.parse::<Chord>().is_ok()
}
