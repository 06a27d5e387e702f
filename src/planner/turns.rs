//! The same clause in the order that the grammar knows best: first the verb, then the thing, then the place.
//!
//! "Tea should be dragged below Coffee", "I'd like Tea dragged below Coffee" and "Tea is cold, drag it below Coffee" all
//! ask for what "drag Tea below Coffee" asks for.

use super::clauses::trim;
use super::lexicon::{Lexicon, begins};
use super::tokens::{Kind, Token};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A clause in another order, and what it costs to read it so.
pub struct Turn {
    pub tokens: Vec<Token>,
    pub cost: f32,
}

/// How many tokens the thing that something is done with has at most.
const THING: usize = 12;

/// Participles and gerunds of the lexicon's verbs.
struct Forms {
    participles: HashMap<String, String>,
    gerunds: HashMap<String, String>,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let irregular = [
        ("sent", "send"),
        ("made", "make"),
        ("found", "find"),
        ("written", "write"),
        ("chosen", "choose"),
        ("taken", "take"),
        ("thrown", "throw"),
        ("hidden", "hide"),
        ("read", "read"),
        ("bought", "buy"),
        ("brought", "bring"),
        ("put", "put"),
        ("set", "set"),
        ("cut", "cut"),
        ("shut", "shut"),
        ("done", "do"),
        ("shown", "show"),
        ("given", "give"),
        ("held", "hold"),
        ("left", "leave"),
        ("hit", "hit"),
        ("drawn", "draw"),
        ("gone", "delete"),
        ("run", "run"),
        ("kept", "keep"),
        ("sorted", "sort"),
        ("ordered", "order"),
        ("filled", "fill"),
        ("typed", "type"),
        ("marked", "mark"),
        ("forwarded", "forward"),
    ];
    let mut participles: HashMap<String, String> =
        irregular.into_iter().map(|(form, base)| (form.to_owned(), base.to_owned())).collect();
    let mut gerunds = HashMap::new();
    let bases = Lexicon::get().verb_words().filter(|w| w.len() >= 3 && w.chars().all(|c| c.is_ascii_lowercase()));
    for base in bases {
        let stem = base.strip_suffix('e').unwrap_or(base);
        let y = base.strip_suffix('y').filter(|s| !s.ends_with(['a', 'e', 'o', 'u']));
        let last = base.chars().last().unwrap_or('e');
        let doubled = format!("{base}{last}");
        let past = y.map_or_else(|| format!("{stem}ed"), |s| format!("{s}ied"));
        for form in [past, format!("{doubled}ed")] {
            participles.entry(form).or_insert_with(|| base.to_owned());
        }
        for form in [format!("{stem}ing"), format!("{base}ing"), format!("{doubled}ing")] {
            gerunds.entry(form).or_insert_with(|| base.to_owned());
        }
    }
    Forms { participles, gerunds }
});

/// The verb whose participle `token` is.
pub fn participle(token: &Token) -> Option<&'static str> {
    let plain = token.kind == Kind::Word && token.text == token.lower;
    plain.then(|| FORMS.participles.get(&token.lower).map(String::as_str)).flatten()
}

/// The verb that `word`, lower case, is a form of.
pub fn base_of(word: &str) -> Option<&'static str> {
    FORMS.participles.get(word).or_else(|| FORMS.gerunds.get(word)).map(String::as_str)
}

/// Whether `word` is a form of a verb.
pub fn is_form(word: &str) -> bool {
    FORMS.participles.contains_key(word) || FORMS.gerunds.contains_key(word)
}

fn gerund(token: &Token) -> Option<&'static str> {
    (token.kind == Kind::Word).then(|| FORMS.gerunds.get(&token.lower).map(String::as_str)).flatten()
}

/// The clause `tokens` in other orders.
pub fn turns(tokens: &[Token]) -> Vec<Turn> {
    let mut all = Vec::new();
    let mut add = |found: Option<Vec<Token>>, cost: f32| {
        if let Some(tokens) = found.filter(|t| !t.is_empty() && t.len() < 60) {
            all.push(Turn { tokens, cost });
        }
    };
    add(passive(tokens), 0.3);
    add(needs_doing(tokens), 0.3);
    add(wanted_done(tokens), 0.3);
    add(doing(tokens), 0.2);
    add(said_before(tokens), 0.5);
    add(confirmed(tokens), 0.4);
    add(cleft(tokens), 0.5);
    add(announced(tokens), 0.5);
    add(place_first(tokens), 0.8);
    add(wanted(tokens), 1.6);
    all
}

/// Whether a thing of which something is to be done stands at the head: "Tea should be dragged below Coffee".
pub fn is_passive(tokens: &[Token]) -> bool {
    let stop = tokens.iter().position(|t| t.kind == Kind::Mark).unwrap_or(tokens.len());
    passive(&tokens[..stop]).is_some()
}

/// Whether something is said of a thing that is to be so: "cell B1 should say 250".
pub fn is_statement(tokens: &[Token]) -> bool {
    let stop = tokens.iter().position(|t| t.kind == Kind::Mark).unwrap_or(tokens.len());
    let says = ["be", "say", "read", "show", "contain", "hold", "become", "have"];
    (1..stop.min(7)).any(|i| {
        let led = is_any(&tokens[i], &["should", "must"]);
        let to = is_any(&tokens[i], &["needs", "has"]) && tokens.get(i + 1).is_some_and(|t| t.is("to"));
        let next = tokens.get(i + 1 + usize::from(to));
        // "Spain goes into Country", "Port gets 8080".
        let goes = is_any(&tokens[i], &["goes", "go", "belongs"])
            && tokens.get(i + 1).is_some_and(|t| is_any(t, &["into", "in", "under", "to"]));
        let gets = tokens[i].is("gets") && tokens.len() > i + 1;
        goes || gets || (led || to) && next.is_some_and(|t| is_any(t, &says))
    })
}

fn word(like: &Token, text: &str) -> Token {
    Token { kind: Kind::Word, text: text.to_owned(), lower: text.to_owned(), start: like.start, end: like.start }
}

fn is_any(token: &Token, words: &[&str]) -> bool {
    words.iter().any(|w| token.is(w))
}

/// The verb with the particle that belongs to it: "filled in" is "fill in".
fn verb_of(base: &str, rest: &[Token], like: &Token) -> (Vec<Token>, usize) {
    const PARTICLES: [&str; 9] = ["in", "out", "off", "up", "down", "on", "over", "away", "back"];
    let mut verb = vec![word(like, base)];
    let joined = rest.first().filter(|t| is_any(t, &PARTICLES)).map(|t| vec![base.to_owned(), t.lower.clone()]);
    if let Some(phrase) = joined.filter(|p| Lexicon::get().is_verb(p)) {
        verb.push(word(like, &phrase[1]));
        return (verb, 1);
    }
    (verb, 0)
}

/// What is spoken of, without what leads to it.
fn thing(tokens: &[Token]) -> &[Token] {
    let tokens = trim(tokens);
    // "OK" is polite, and the name of a button.
    let rest = trim(Lexicon::get().strip_polite(tokens));
    if rest.is_empty() { tokens } else { rest }
}

/// "X should be VERBed …".
fn passive(tokens: &[Token]) -> Option<Vec<Token>> {
    // "Can the colour be changed to red?"
    if is_any(tokens.first()?, &["can", "could", "would", "may", "will"]) {
        let be = (2..tokens.len().min(THING + 1)).find(|&i| tokens[i].is("be"))?;
        let base = participle(tokens.get(be + 1)?)?;
        let (mut turned, used) = verb_of(base, &tokens[be + 2..], &tokens[be]);
        turned.extend_from_slice(thing(&tokens[1..be]));
        turned.extend(tokens[be + 2 + used..].iter().filter(|t| !t.is("?")).cloned());
        return Some(turned);
    }
    let one = ["should", "must", "shall", "can", "may", "ought", "is", "are", "needs", "need", "has", "have", "wants"];
    let between =
        ["to", "be", "get", "also", "now", "still", "please", "then", "simply", "just", "supposed", "all", "always"];
    let at = (1..tokens.len().min(THING + 1)).find(|&i| is_any(&tokens[i], &one))?;
    let mut verb_at = at + 1;
    let mut to_be = false;
    while tokens.get(verb_at).is_some_and(|t| is_any(t, &between)) {
        to_be |= is_any(&tokens[verb_at], &["be", "get"]);
        verb_at += 1;
    }
    let base = participle(tokens.get(verb_at)?)?;
    let questions = ["what", "which", "who", "how", "when", "where", "why"];
    // "…, where order 88 should be cancelled" asks nothing.
    let goes_on = tokens[0].start > 0 && is_any(&tokens[0], &["where", "which", "there"]);
    let tokens = if goes_on { &tokens[1..] } else { tokens };
    let (at, verb_at) = if goes_on { (at.checked_sub(1)?, verb_at.checked_sub(1)?) } else { (at, verb_at) };
    if at == 0 {
        return None;
    }
    let asks = is_any(&tokens[0], &questions) || tokens.iter().any(|t| t.is("?"));
    let x = thing(&tokens[..at]);
    // "Nothing should be deleted", and "I'd like to know which can be deleted".
    let unsaid = [
        "nothing", "none", "no", "nobody", "neither", "which", "what", "whether", "if", "how", "who", "know", "not",
        "never",
    ];
    if x.iter().any(|t| is_any(t, &unsaid)) {
        return None;
    }
    if !to_be || asks || x.is_empty() || x.iter().any(|t| t.kind == Kind::Mark) {
        return None;
    }
    let (mut turned, used) = verb_of(base, &tokens[verb_at + 1..], &tokens[verb_at]);
    turned.extend_from_slice(x);
    turned.extend_from_slice(&tokens[verb_at + 1 + used..]);
    Some(turned)
}

/// "X needs VERBing".
fn needs_doing(tokens: &[Token]) -> Option<Vec<Token>> {
    let at = (1..tokens.len().min(THING + 1)).find(|&i| is_any(&tokens[i], &["needs", "need", "wants", "requires"]))?;
    let base = gerund(tokens.get(at + 1)?)?;
    let x = thing(&tokens[..at]);
    let (mut turned, used) = verb_of(base, &tokens[at + 2..], &tokens[at]);
    turned.extend_from_slice(x);
    turned.extend_from_slice(&tokens[at + 2 + used..]);
    (!x.is_empty()).then_some(turned)
}

/// How many tokens at the head say that something is wanted.
fn wish(tokens: &[Token]) -> usize {
    let done = [
        "i'm done with",
        "i am done with",
        "i'm finished with",
        "i no longer need",
        "no longer need",
        "i don't need",
        "we no longer need",
        "we don't need",
        "i have",
        "i'm looking for",
        "i am looking for",
        "we need",
        "i've already seen",
        "i have already seen",
        "i've already read",
        "i have already read",
        "i've read",
        "i've seen",
        "you will find",
        "you'll find",
        "i see",
    ];
    let words = |phrase: &str| phrase.split(' ').map(str::to_owned).collect::<Vec<_>>();
    if let Some(length) = done.iter().map(|p| words(p)).find(|p| begins(tokens, p)).map(|p| p.len()) {
        return length;
    }
    let more = [["to", "have"], ["to", "see"], ["to", "get"], ["to", "be"]];
    let wish =
        Lexicon::get().class("wish").and_then(|all| all.iter().filter(|p| begins(tokens, p)).map(Vec::len).max());
    let have = ["have", "get", "keep"];
    let lead = match wish {
        Some(length) => length,
        None if tokens.first().is_some_and(|t| is_any(t, &have)) => 1,
        None => return 0,
    };
    let behind = &tokens[lead..];
    lead + if more.iter().any(|m| behind.len() > 2 && behind[0].is(m[0]) && behind[1].is(m[1])) { 2 } else { 0 }
}

/// "I'd like X VERBed …".
fn wanted_done(tokens: &[Token]) -> Option<Vec<Token>> {
    let lead = wish(tokens);
    if lead == 0 {
        return None;
    }
    let at = (lead + 1..tokens.len().min(lead + THING)).find(|&i| participle(&tokens[i]).is_some())?;
    let base = participle(&tokens[at])?;
    let x = thing(&tokens[lead..at]);
    let (mut turned, used) = verb_of(base, &tokens[at + 1..], &tokens[at]);
    turned.extend_from_slice(x);
    turned.extend_from_slice(&tokens[at + 1 + used..]);
    (!x.is_empty()).then_some(turned)
}

/// "Searching for X", behind "would you mind", "finish by" and their like.
fn doing(tokens: &[Token]) -> Option<Vec<Token>> {
    let leads = ["keep", "finish", "start", "begin", "end", "try", "by", "mind", "go", "with", "and", "continue"];
    let lead = tokens.iter().take_while(|t| is_any(t, &leads)).count();
    let base = gerund(tokens.get(lead)?)?;
    // "Booking no. should be 7" speaks of a number.
    if lead == 0 && predicate(tokens).is_some_and(|at| at <= 4) {
        return None;
    }
    let mut turned = vec![word(&tokens[lead], base)];
    turned.extend_from_slice(&tokens[lead + 1..]);
    Some(turned)
}

/// Where the words that say something of a thing begin: "X is …", "X has …".
fn predicate(tokens: &[Token]) -> Option<usize> {
    let verbs = [
        "is", "are", "has", "have", "should", "must", "belongs", "belong", "needs", "need", "can", "goes", "was",
        "were", "comes", "isn't", "aren't", "looks", "stands", "shows", "'s", "takes", "take", "seems", "gets",
        "makes", "lies", "keeps", "blocks", "covers", "says",
    ];
    (1..tokens.len()).find(|&i| is_any(&tokens[i], &verbs))
}

const PLACES: [&str; 17] = [
    "in", "on", "at", "from", "under", "above", "below", "next", "beside", "behind", "inside", "within", "of", "among",
    "for", "near", "between",
];

/// "X is finished, so VERB it …": what is spoken of first stands for the pronoun.
fn said_before(tokens: &[Token]) -> Option<Vec<Token>> {
    let lexicon = Lexicon::get();
    let separates = |t: &Token| t.kind == Kind::Mark && t.text != "?" || t.is("so");
    let at = (1..tokens.len().saturating_sub(1)).rev().find(|&i| separates(&tokens[i]))?;
    let so = tokens[at + 1..].iter().take_while(|t| is_any(t, &["so", "and", "then"])).count();
    let rest = lexicon.strip_polite(&tokens[at + 1 + so..]);
    let verb = lexicon.verb(rest)?;
    // "The word should be spelt so, please change it" says all that is wanted.
    if says_how(&tokens[..at]) && confirmed(tokens).is_some() {
        return None;
    }
    let pronouns = ["it", "that", "this", "them", "those", "these", "one", "there"];
    // "Click on it", "press that one", "drag that card onto …".
    let small = rest[verb..].iter().take_while(|t| is_any(t, &["on", "in", "up", "for"])).count();
    let place = verb + small;
    if !rest.get(place).is_some_and(|t| is_any(t, &pronouns)) {
        return None;
    }
    let kinds =
        ["one", "card", "button", "link", "item", "line", "booking", "row", "mail", "message", "file", "box", "field"];
    let kind = rest.get(place + 1).filter(|t| is_any(t, &kinds));
    let behind = &rest[place + 1 + usize::from(kind.is_some())..];
    let mut spoken = spoken_of(lexicon.strip_polite(trim(&tokens[..at])))?;
    if let (Some(kind), [.., last]) = (kind.filter(|k| !k.is("one")), spoken.as_slice())
        && last.lower != kind.lower
        && last.kind == Kind::Quoted
    {
        spoken.push(kind.clone());
    }
    let mut turned = rest[..verb].to_vec();
    // "Please scroll there" goes to what was spoken of.
    if rest[place].is("there") {
        let goes =
            is_any(&rest[0], &["scroll", "go", "jump", "move", "switch", "navigate"]) && !turned[verb - 1].is("to");
        turned.extend(goes.then(|| word(&rest[place], "to")));
    }
    turned.extend(spoken);
    turned.extend(behind.iter().filter(|t| !is_any(t, &["there", "please"])).cloned());
    Some(turned)
}

/// "Continue is the button I want you to press", "X is what should be selected": what is done comes last.
fn cleft(tokens: &[Token]) -> Option<Vec<Token>> {
    let at = (1..tokens.len().min(THING)).find(|&i| is_any(&tokens[i], &["is", "are"]))?;
    let x = thing(&tokens[..at]);
    let mut rest = tokens.get(at + 1..)?;
    let kinds = [
        "button", "link", "one", "field", "box", "tab", "text", "item", "entry", "option", "icon", "row", "file",
        "word", "page", "mail", "message", "name", "thing", "key",
    ];
    let mut kind = None;
    let led = rest.first().filter(|t| is_any(t, &["the", "what", "who"]))?;
    rest = &rest[1..];
    if led.is("the") {
        kind = Some(rest.first().filter(|t| is_any(t, &kinds))?.clone());
        rest = &rest[1..];
    }
    while rest.first().is_some_and(|t| is_any(t, &["that", "which"])) {
        rest = &rest[1..];
    }
    let mut of = |base: &str, at: &Token, behind: &[Token]| {
        let mut turned = vec![word(at, base)];
        turned.extend_from_slice(x);
        turned.extend(kind.take().filter(|k| !is_any(k, &["one", "text", "thing", "word", "name", "key", "page"])));
        turned.extend(behind.iter().filter(|t| t.kind != Kind::Mark).cloned());
        Some(turned)
    };
    // "… that should be selected", "… to be clicked".
    let be = rest.iter().take(5).position(|t| t.is("be"));
    if let Some(be) = be
        && let Some(base) = rest.get(be + 1).and_then(participle)
        && rest[..be].iter().all(|t| is_any(t, &["should", "must", "needs", "has", "to", "ought", "is"]))
    {
        return of(base, &rest[be + 1], &rest[be + 2..]);
    }
    // "… I want you to press", "… to press", "… I'd like clicked".
    let wished = wish(rest);
    let mut behind = &rest[wished..];
    while behind.first().is_some_and(|t| is_any(t, &["you", "to", "i", "we"])) {
        behind = &behind[1..];
    }
    if behind.len() == rest.len() {
        return None;
    }
    let first = behind.first()?;
    if let Some(base) = participle(first).filter(|_| wished > 0) {
        return of(base, first, &behind[1..]);
    }
    let length = Lexicon::get().verb(behind)?;
    (length == 1).then(|| of(&first.lower.clone(), first, &behind[1..]))?
}

/// Whether words only tell why something is asked for: "we're on a tight budget", "there's a notice in the way".
pub fn is_reason(tokens: &[Token]) -> bool {
    let tokens = trim(tokens);
    let who = ["we", "i", "it", "there", "this", "that", "he", "she", "they"];
    let be = [
        "is", "are", "am", "was", "were", "have", "has", "had", "can't", "cannot", "couldn't", "can’t", "know",
        "think", "feel", "see", "forgot", "lost", "finished",
    ];
    let short = [
        "we're",
        "i'm",
        "it's",
        "there's",
        "that's",
        "he's",
        "she's",
        "they're",
        "i've",
        "we've",
        "they've",
        "we’re",
        "i’m",
        "it’s",
        "there’s",
    ];
    let asks = [
        "should", "must", "need", "needs", "want", "wants", "like", "please", "wish", "prefer", "have to", "would",
        "could", "don't", "do", "not", "never", "rather", "instead", "to",
    ];
    let led = match tokens {
        [first, second, ..] if is_any(first, &who) && is_any(second, &be) => 2,
        [first, ..] if is_any(first, &short) => 1,
        _ => return false,
    };
    let plain = |t: &Token| t.kind == Kind::Word && !is_any(t, &asks);
    tokens.len() <= 14 && tokens.len() > led && tokens[led..].iter().all(plain)
}

/// Whether a statement says how something is to be, or which value it has.
fn says_how(tokens: &[Token]) -> bool {
    let Some(at) = predicate(tokens) else { return false };
    let must = is_any(&tokens[at], &["should", "must"])
        || is_any(&tokens[at], &["needs", "has"]) && tokens.get(at + 1).is_some_and(|t| t.is("to"));
    let value = is_any(&tokens[at], &["is", "are"]) && tokens.get(at + 1).is_some_and(Token::is_literal);
    let goes = tokens.get(at + 1).is_some_and(|t| is_any(t, &["go", "disappear", "vanish"]));
    (must || value) && !goes
}

/// "X should be Y, please change it": what is so is asked for by being said, and nothing is added behind.
fn confirmed(tokens: &[Token]) -> Option<Vec<Token>> {
    let lexicon = Lexicon::get();
    let at = (1..tokens.len()).rev().find(|&i| tokens[i].kind == Kind::Mark && tokens[i].text != "?")?;
    let rest = lexicon.strip_polite(&tokens[at + 1..]);
    let verb = lexicon.verb(rest)?;
    let harmless =
        ["set", "slide", "choose", "type", "fill", "tick", "copy", "drag", "scroll", "replace", "sort", "expand"];
    let of = |class: &&str| lexicon.class(class).is_some_and(|all| all.iter().any(|p| begins(rest, p)));
    let other = ["do", "fix", "resize", "arrange", "see", "make"];
    if !harmless.iter().any(of) && !is_any(&rest[0], &other) {
        return None;
    }
    let it = ["it", "that", "them", "those", "this", "there", "so", "these"];
    let small = [
        "over",
        "up",
        "in",
        "there",
        "accordingly",
        "please",
        "to",
        "sure",
        "so",
        "down",
        "out",
        "for",
        "me",
        "happen",
    ];
    let only_it = rest.len() <= verb + 4
        && rest[verb..].first().is_some_and(|t| is_any(t, &it))
        && rest[verb + 1..].iter().all(|t| is_any(t, &small) || t.kind == Kind::Mark);
    let head = trim(&tokens[..at]);
    let bare = lexicon.strip_polite(head);
    let wished = (0..bare.len().min(8)).any(|i| wish(&bare[i..]) > 0);
    let states = wished || predicate(bare).is_some_and(|i| i <= THING);
    let acts = lexicon.verb(bare).is_some() && wish(bare) == 0;
    (only_it && states && !acts).then(|| head.to_vec())
}

/// "Three things to do in my inbox: …": what follows the colon is asked for.
fn announced(tokens: &[Token]) -> Option<Vec<Token>> {
    let at = tokens.iter().take(14).position(|t| t.is(":"))?;
    let says = ["things", "following", "steps", "tasks", "jobs", "to-do", "todo", "errands"];
    let begins_so = tokens[..at].iter().any(|t| is_any(t, &says));
    (begins_so && Lexicon::get().verb(Lexicon::get().strip_polite(&tokens[at + 1..])).is_some())
        .then(|| tokens[at + 1..].to_vec())
}

/// The thing that a statement is about.
fn spoken_of(tokens: &[Token]) -> Option<Vec<Token>> {
    let lexicon = Lexicon::get();
    let lead =
        |a: &str, b: &str| tokens.len() > 3 && tokens[0].is(a) && tokens[1].is(b) && gerund(&tokens[2]).is_some();
    let instead = lead("instead", "of") || lead("rather", "than");
    let led = if instead { 3 } else { wish(tokens) };
    let tokens = if led > 0 { trim(&tokens[led..]) } else { tokens };
    // "I'd like to see the second result, please open it."
    let looks = ["see", "read", "view", "have", "take", "look"];
    let seen = tokens.first().is_some_and(|t| is_any(t, &looks)) && tokens.len() > 1;
    let tokens = if seen { &tokens[1 + usize::from(tokens[1].is("at"))..] } else { tokens };
    // "What's in the Shipping section" is that section.
    let what = tokens.len() > 2
        && (is_any(&tokens[0], &["what's", "what’s"]) && is_any(&tokens[1], &["in", "under", "behind", "on"]));
    let tokens = if what { thing(&tokens[2..]) } else { tokens };
    let any_more = tokens.len() > 2 && tokens[tokens.len() - 1].is("more") && tokens[tokens.len() - 2].is("any");
    let tokens = if any_more { &tokens[..tokens.len() - 2] } else { tokens };
    let there = |t: &[Token]| {
        (t.len() > 2 && t[0].is("there") && is_any(&t[1], &["is", "are"]))
            .then_some(2)
            .or_else(|| t.first().filter(|t| is_any(t, &["there's", "there’s", "here's"])).map(|_| 1))
    };
    if let Some(length) = there(tokens) {
        let rest = thing(&tokens[length..]);
        let rest = if rest.first().is_some_and(|t| is_any(t, &["a", "an"])) { &rest[1..] } else { rest };
        return Some(rest.to_vec()).filter(|t| !t.is_empty());
    }
    let first = tokens.first()?;
    if is_any(first, &PLACES) {
        // "In the corner there is a gear icon", "next to Milk is a plus sign".
        let at = predicate(tokens).or_else(|| (1..tokens.len()).find(|&i| there(&tokens[i..]).is_some()))?;
        let here = (1..at + 1).find(|&i| there(&tokens[i..]).is_some());
        let (end, from) = here.map_or((at, at + 1), |i| (i, i + there(&tokens[i..]).unwrap_or(1)));
        let mut found = thing(tokens.get(from..)?).to_vec();
        found.extend_from_slice(&tokens[..end]);
        return Some(found);
    }
    match predicate(tokens) {
        // "Anna's row has an Edit button": the button beside it.
        Some(at) if is_any(&tokens[at], &["has", "have"]) && !is_any(tokens.get(at + 1)?, &["to"]) => {
            let mut found = thing(&tokens[at + 1..]).to_vec();
            if found.first().is_some_and(|t| is_any(t, &["a", "an"])) {
                found.remove(0);
            }
            found.extend([word(first, "next"), word(first, "to")]);
            found.extend_from_slice(thing(&tokens[..at]));
            Some(found)
        }
        Some(at) => Some(thing(&tokens[..at]).to_vec()).filter(|t| !t.is_empty() && t.len() <= THING),
        None if lexicon.verb(tokens).is_none() && tokens.len() <= THING => Some(thing(tokens).to_vec()),
        None => None,
    }
}

/// "From the Fruit list take Apples": the verb first, the place behind.
fn place_first(tokens: &[Token]) -> Option<Vec<Token>> {
    let lexicon = Lexicon::get();
    if !is_any(tokens.first()?, &PLACES) || tokens.first()?.text != tokens.first()?.lower && tokens.first()?.start > 0 {
        return None;
    }
    let begins_here = |i: usize| {
        let rest = &tokens[i..];
        let stripped = lexicon.strip_polite(rest);
        let be = ["is", "are", "was", "were", "has", "have"];
        let is_verb =
            lexicon.verb(stripped).is_some() && stripped.first().is_some_and(|t| t.text == t.lower && !is_any(t, &be));
        is_verb || wish(rest) > 0
    };
    // "In the tree, …" says where all of it is.
    let wholes = [
        "tree",
        "table",
        "list",
        "form",
        "dialog",
        "page",
        "window",
        "text",
        "document",
        "grid",
        "editor",
        "sheet",
        "box",
        "terminal",
        "console",
        "shell",
        "browser",
        "calculator",
        "manager",
        "app",
        "application",
        "desktop",
    ];
    let comma = tokens.iter().take(10).position(|t| t.is(",")).map(|i| i + 1).filter(|&i| i >= 3 && i < tokens.len());
    let at = match comma {
        Some(at) => Some(at).filter(|&at| begins_here(at))?,
        None => (2..tokens.len().min(10)).find(|&i| begins_here(i))?,
    };
    let place = trim(&tokens[..at]);
    if place.len() <= 3 && place.last().is_some_and(|t| is_any(t, &wholes)) {
        return None;
    }
    let rest = lexicon.strip_polite(&tokens[at..]);
    let led = wish(rest);
    let mut turned = if let Some(done) = wanted_done(rest) {
        done
    } else if led > 0 && lexicon.verb(rest).is_none_or(|_| led > 0 && !is_any(&rest[0], &["get", "have", "keep"])) {
        let mut verb = vec![word(&tokens[at], "choose")];
        verb.extend_from_slice(&rest[led..]);
        verb
    } else {
        rest.to_vec()
    };
    let marks = turned.iter().any(|t| t.kind == Kind::Mark && t.text != ",");
    turned.extend_from_slice(place);
    (!marks).then_some(turned)
}

/// "I'd like X": X is chosen.
fn wanted(tokens: &[Token]) -> Option<Vec<Token>> {
    let lead = wish(tokens);
    let rest = thing(&tokens[lead..]);
    let over = ["done", "finished", "longer", "don't"].iter().any(|w| tokens[..lead].iter().any(|t| t.is(w)));
    if over {
        return None;
    }
    if lead == 0 || rest.is_empty() || is_any(tokens.first()?, &["have", "get", "keep"]) {
        return None;
    }
    let mut turned = vec![word(&tokens[0], "choose")];
    turned.extend_from_slice(rest);
    Some(turned)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let words = |turn: Turn| turn.tokens.iter().map(|t| t.text.clone()).collect::<Vec<_>>().join(" ");
        turns(&tokens(text)).into_iter().map(words).collect()
    }

    #[test]
    fn what_is_said_in_another_order_is_turned() {
        for (said, turned) in [
            ("Tea should be dragged below Coffee", "drag Tea below Coffee"),
            ("all unread mails need to be starred", "star all unread mails"),
            ("the form is to be filled in with Ada", "fill in the form with Ada"),
            ("the text editor's window should be maximised", "maximise the text editor's window"),
            ("the document should be stored as ~/a.md", "store the document as ~/a.md"),
            ("OK needs pressing", "press OK"),
            ("I'd like the boxes ticked", "tick the boxes"),
            ("the second line has to go , please delete it", "delete the second line"),
            ("in the corner there is a gear icon ; click it", "click a gear icon in the corner"),
            ("Anna's row has an Edit button . press it", "press Edit button next to Anna's row"),
            ("from the Fruit list take Apples", "take Apples from the Fruit list"),
            ("searching for coats", "search for coats"),
        ] {
            assert!(all(said).contains(&turned.to_owned()), "{said}: {:?}", all(said));
        }
    }

    #[test]
    fn what_is_not_to_be_done_stays_as_it_is() {
        assert!(passive(&tokens("Spam should not be deleted")).is_none());
        assert!(passive(&tokens("what should be typed here")).is_none());
        assert!(passive(&tokens("nothing should be deleted")).is_none());
        assert!(passive(&tokens("I'd like to know which of these can be deleted")).is_none());
        assert!(all("press OK").is_empty());
    }
}
