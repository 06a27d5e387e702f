//! Values: what is to be typed as it stands, and what must be read or worked out first.

use super::lexicon::Lexicon;
use super::lists::{bare, name, phrase, split_list};
use super::tokens::{Kind, Token};

/// What a field is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// These characters.
    Text(String),
    /// What the screen says to this.
    Read(String),
}

/// Words that name something to be read, when "the" stands before them.
const SHOWN: [&str; 48] = [
    "shown",
    "displayed",
    "code",
    "sum",
    "total",
    "longest",
    "shortest",
    "largest",
    "highest",
    "lowest",
    "smallest",
    "biggest",
    "cheapest",
    "result",
    "difference",
    "product",
    "above",
    "below",
    "beside",
    "upper",
    "capital",
    "capitals",
    "uppercase",
    "lowercase",
    "average",
    "count",
    "number",
    "value",
    "name",
    "date",
    "latest",
    "newest",
    "oldest",
    "dearest",
    "most",
    "least",
    "price",
    "address",
    "id",
    "reference",
    "appears",
    "written",
    "says",
    "stands",
    "answer",
    "title",
    "earliest",
    "given",
];

/// Words that say so even without "the".
const WORKED_OUT: [&str; 10] = [
    "uppercase",
    "capitals",
    "upper-case",
    "lowercase",
    "sum",
    "uppercased",
    "lower-case",
    "shown",
    "displayed",
    "whatever",
];

/// "Rome in capital letters": how a text is to be written, and the text before that.
fn cased(tokens: &[Token]) -> Option<(bool, &[Token])> {
    let upper = ["upper", "uppercase", "upper-case", "capital", "capitals", "caps", "block"];
    let lower = ["lower", "lowercase", "lower-case", "small"];
    let known = ["in", "all", "case", "letters", "characters", "only", "the"];
    let is = |t: &Token, words: &[&str]| words.iter().any(|w| t.is(w));
    let at = tokens.iter().rposition(|t| t.is("in"))?;
    let tail = &tokens[at..];
    let all_known = tail.iter().all(|t| is(t, &upper) || is(t, &lower) || is(t, &known));
    let said = tail.iter().any(|t| is(t, &upper) || is(t, &lower));
    (at > 0 && all_known && said).then(|| (tail.iter().any(|t| is(t, &upper)), &tokens[..at]))
}

/// `tokens` as what a field is to hold.
pub fn value(source: &str, tokens: &[Token]) -> Value {
    let said = |inner: &[Token]| {
        let literal = inner.iter().any(|t| t.kind == Kind::Quoted) || strip_lead(inner).len() < inner.len();
        literal || !inner.first().is_some_and(|t| t.is("the"))
    };
    if let Some((upper, inner)) = cased(tokens).filter(|(_, inner)| said(inner))
        && let Value::Text(text) = value(source, inner)
    {
        return Value::Text(if upper { text.to_uppercase() } else { text.to_lowercase() });
    }
    let has = |words: &[&str]| tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
    let literal = tokens.last().is_some_and(|t| t.kind == Kind::Quoted) || tokens.len() == 1;
    // "The key hangs behind the desk." is a sentence to be typed.
    let leads = ["the", "whatever", "what", "today's"];
    let article = tokens.first().is_some_and(|t| t.text == t.lower && leads.iter().any(|w| t.is(w)));
    let listed = tokens.windows(3).any(|w| {
        (w[0].is("of") || w[0].is("on") || w[0].is("in")) && w[1].is("the") && (w[2].is("list") || w[2].is("table"))
    });
    let points = tokens.iter().skip(1).any(|t| ["of", "from", "in", "on", "at"].iter().any(|w| t.is(w)));
    // "The security word" is one that is shown, "the word security" is to be typed.
    let nouns =
        ["word", "text", "phrase", "amount", "figure", "figures", "surname", "city", "email", "e-mail", "phone"];
    let named = tokens.len() > 2 && tokens.last().is_some_and(|t| nouns.iter().any(|w| t.is(w)));
    let read =
        !literal && tokens.len() > 1 && ((article && (has(&SHOWN) || points || named)) || has(&WORKED_OUT) || listed);
    let tokens = if read { tokens } else { strip_lead(tokens) };
    if read {
        Value::Read(without_place(&name(source, tokens)).to_owned())
    } else {
        Value::Text(phrase(source, tokens))
    }
}

/// What is to be read, without words that only say that it stands on the screen.
fn without_place(words: &str) -> &str {
    const HERE: [&str; 16] = [
        " that you see on the page",
        " that you see on the screen",
        " that you can see",
        " that you see",
        " you see on the page",
        " you see here",
        " you see",
        " from this page",
        " on this page",
        " from the page",
        " on the page",
        " that is shown here",
        " that is shown",
        " shown here",
        " that stands here",
        " on the screen",
    ];
    HERE.iter().find_map(|end| words.strip_suffix(end)).unwrap_or(words)
}

/// `tokens` as what is typed where the keyboard is: sentences may begin with "the".
pub fn typed(source: &str, tokens: &[Token]) -> Value {
    let found = value(source, tokens);
    let points = tokens
        .iter()
        .any(|t| ["shown", "displayed", "sum", "code", "above", "below", "longest"].iter().any(|w| t.is(w)));
    let article = tokens.first().is_some_and(|t| t.is("the"));
    match found {
        Value::Read(_) if !(points && article) => Value::Text(phrase(source, tokens)),
        Value::Text(_) => Value::Text(phrase(source, strip_lead(tokens))),
        read => read,
    }
}

/// `tokens` as the text that they say: "the words \"a b\"" is `a b`.
pub fn literal(source: &str, tokens: &[Token]) -> String {
    phrase(source, strip_lead(tokens))
}

/// Without "the text", "the words" and their like at the head.
fn strip_lead(tokens: &[Token]) -> &[Token] {
    let kinds =
        ["text", "words", "word", "value", "number", "following", "sentence", "line", "name", "string", "phrase", ":"];
    let mut rest = tokens;
    let mut kind = false;
    while let Some((first, behind)) = rest.split_first()
        && !behind.is_empty()
        && (first.is("the") || kinds.iter().any(|w| first.is(w)))
    {
        kind |= !first.is("the");
        rest = behind;
    }
    let quoted = matches!(rest, [one] if one.kind == Kind::Quoted);
    if kind || quoted { rest } else { tokens }
}

/// What stands between a field and its value, in the order in which they are looked for.
const VALUE_BEHIND: [&str; 9] = ["with", "to", ":", "=", "is", "should", "→", "->", "equals"];
/// Verbs behind "should" that lead to a value.
const STATES: [&str; 7] = ["be", "say", "read", "show", "become", "contain", "hold"];
const VALUE_BEFORE: [&str; 6] = ["into", "in", "for", "as", "under", "to"];

/// "Name with Ada, City: Rome" or "Ada as Name and Rome as City" as fields and values.
pub fn fields(source: &str, tokens: &[Token]) -> Option<Vec<(String, Value)>> {
    let mut found: Vec<(Vec<Token>, Vec<Token>)> = Vec::new();
    for part in split_list(tokens) {
        match halves(part) {
            Some((field, value)) => found.push((field.to_vec(), value.to_vec())),
            // "Title with Salt and Pepper": what has no field goes on with the value before it.
            None => {
                let (_, value) = found.last_mut()?;
                let from = value.first()?.start;
                let end = part.last()?.end;
                *value = tokens.iter().filter(|t| t.start >= from && t.end <= end).cloned().collect();
            }
        }
    }
    let pairs =
        found.into_iter().map(|(field, found)| (name(source, without_kind(bare(&field))), value(source, &found)));
    let pairs: Vec<_> = pairs.collect();
    (!pairs.is_empty()).then_some(pairs)
}

/// "Name: Ada, City is Rome": fields and values with nothing around them; every part has both.
pub fn plain_fields(source: &str, tokens: &[Token]) -> Option<Vec<(String, Value)>> {
    let tokens = equals_as_words(tokens);
    let parts = split_list(&tokens);
    let apart = |part: &&[Token]| split(part, &[":", "=", "is", "→", "->"]).is_some_and(|(field, _)| field.len() <= 4);
    let asks = tokens
        .first()
        .is_some_and(|t| ["what", "who", "which", "where", "when", "how", "there", "it"].iter().any(|w| t.is(w)));
    let one = matches!(parts.as_slice(), [part] if starts_large(part));
    ((parts.len() > 1 || one) && parts.iter().all(apart) && !asks).then(|| fields(source, &tokens))?
}

/// "Owner is Bruno": a single field is named with a capital, and not by what asks.
fn starts_large(part: &[Token]) -> bool {
    part.first().is_some_and(|t| t.text.chars().next().is_some_and(char::is_uppercase))
        && !part.iter().any(|t| t.is("?"))
}

/// "Name with Ada" or "Ada as Name" as field and value; "name Ada" where a small word stands before a capital.
pub fn halves(part: &[Token]) -> Option<(&[Token], &[Token])> {
    // Verbs that are names of fields more often.
    let name =
        part.first().is_some_and(|t| ["name", "state", "note", "report", "order", "address"].iter().any(|w| t.is(w)));
    // "Message "On my way"" in a list of fields is one of them.
    let quoted = part.len() == 2 && part[1].kind == Kind::Quoted;
    if !name && !quoted && Lexicon::get().verb(part).is_some() && part.first().is_some_and(|t| t.text == t.lower) {
        return None;
    }
    let should = |at: usize| part.get(at).is_some_and(|t| t.is("should"));
    // "Harbour no. should be K-19" has the value behind "be".
    let behind = split(part, &VALUE_BEHIND).map(|(field, value)| match value {
        [be, rest @ ..] if STATES.iter().any(|w| be.is(w)) && !rest.is_empty() && should(field.len()) => (field, rest),
        _ => (field, value),
    });
    let marked = behind.or_else(|| split(part, &VALUE_BEFORE).map(|(value, field)| (field, value)));
    marked.or_else(|| by_capital(part))
}

/// "city New York" as a field and its value.
fn by_capital(part: &[Token]) -> Option<(&[Token], &[Token])> {
    let small = |t: &Token| t.kind == Kind::Word && t.text == t.lower;
    let at = part.iter().position(|t| !small(t))?;
    ((1..=2).contains(&at) && part[at..].iter().all(|t| !small(t))).then(|| part.split_at(at))
}

/// "Cake text Well done": a field that begins with a capital and goes on without, and its value.
pub fn halves_of(part: &[Token]) -> Option<(&[Token], &[Token])> {
    let small = |t: &Token| t.kind == Kind::Word && t.text == t.lower;
    // "Filling custard".
    if let [field, value] = part
        && !small(field)
        && small(value)
    {
        return Some(part.split_at(1));
    }
    let at = part.iter().skip(1).position(|t| !small(t))? + 1;
    (at <= 3).then(|| part.split_at(at))
}

/// Whether what is asked stands nowhere as it is, but is worked out of what does.
pub fn is_worked_out(question: &str) -> bool {
    let lower = question.to_lowercase();
    [
        "which row has the",
        "cheapest",
        "longest",
        "shortest",
        "upper",
        "capital",
        "caps",
        "lower case",
        "lowercase",
        "backwards",
        "average",
        "sum of",
        "how many",
        "difference between",
        "product of",
        "solve",
    ]
    .iter()
    .any(|w| lower.contains(w))
}

/// Words that stand for what was found out just before.
const BACK: [&str; 28] = [
    "it",
    "that",
    "this",
    "them",
    "result",
    "answer",
    "sum",
    "total",
    "number",
    "value",
    "time",
    "code",
    "date",
    "name",
    "count",
    "average",
    "product",
    "difference",
    "price",
    "word",
    "amount",
    "outcome",
    "solution",
    "figure",
    "text",
    "address",
    "reading",
    "temperature",
];

/// Whether a value is only a word for what was found out before: "the sum", "it".
pub fn is_back_reference(value: &Value) -> bool {
    let (Value::Text(text) | Value::Read(text)) = value;
    let lower = text.to_lowercase();
    let bare = ["the ", "your ", "my ", "its "].iter().find_map(|w| lower.strip_prefix(w)).unwrap_or(&lower);
    BACK.contains(&bare) && (bare.len() < lower.len() || BACK[..4].contains(&bare))
}

/// Whether a value is such a word without its article, as in "its name".
pub fn is_bare_reference(value: &Value) -> bool {
    let (Value::Text(text) | Value::Read(text)) = value;
    BACK.contains(&text.as_str())
}

fn split<'a>(tokens: &'a [Token], words: &[&str]) -> Option<(&'a [Token], &'a [Token])> {
    let at = (1..tokens.len().saturating_sub(1)).find(|&i| words.iter().any(|w| tokens[i].is(w)))?;
    Some((&tokens[..at], &tokens[at + 1..]))
}

/// Names keep their kind: "Name field" is looked for as a field.
const fn without_kind(tokens: &[Token]) -> &[Token] {
    tokens
}

/// `Name=Ada` as three tokens.
pub fn equals_as_words(tokens: &[Token]) -> Vec<Token> {
    let cut = |t: &Token| {
        let at = t.text.find('=').filter(|&i| t.kind == Kind::Word && i > 0 && i + 1 < t.text.len());
        let Some(at) = at else { return vec![t.clone()] };
        let piece = |kind, from: usize, to: usize| Token {
            kind,
            text: t.text[from..to].to_owned(),
            lower: t.text[from..to].to_lowercase(),
            start: t.start + from,
            end: t.start + to,
        };
        vec![piece(Kind::Word, 0, at), piece(Kind::Mark, at, at + 1), piece(Kind::Word, at + 1, t.text.len())]
    };
    tokens.iter().flat_map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn check(text: &str, expected: Value) {
        assert_eq!(value(text, &tokens(text)), expected, "{text}");
    }

    #[test]
    fn what_must_be_read_is_told_from_what_is_typed() {
        let text = |t: &str| Value::Text(t.into());
        let read = |t: &str| Value::Read(t.into());
        check("Ada", text("Ada"));
        check("\"the code\"", text("the code"));
        check("the code shown above", read("the code shown above"));
        check("the sum of the two numbers", read("the sum of the two numbers"));
        check("the Hague", text("the Hague"));
        check("the value \"x y\"", text("x y"));
        check("\"truman\" in all upper case letters", text("TRUMAN"));
        check("the word Banana in lower case", text("banana"));
    }
}
