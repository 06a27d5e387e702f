//! Templates of the grammar: `<choose> {option} [<from>] (list|menu)`.
//!
//! `<class>` is any phrase of a class of the lexicon, `{name}` or `{name:kind}` takes words in, `[…]` may be
//! missing, `(a|b)` is either, `...` stands for a few words that matter little; all else is a word as it stands.

use super::labels::Use;
use super::lexicon::{Lexicon, Phrases, phrases};
use winnow::ascii::{multispace0, multispace1};
use winnow::combinator::{alt, cut_err, delimited, eof, opt, preceded, repeat, separated, terminated};
use winnow::error::{ContextError, StrContext};
use winnow::prelude::*;
use winnow::token::take_while;

/// What words a slot takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// Any.
    Text,
    /// Any, sentences among them: what stands behind a colon.
    Long,
    /// Sentences that tell several things: "your name is Ada, your e-mail …".
    Told,
    /// Things in a list: "A, B and C".
    List,
    /// Fields with their values in a list: "Name with Ada and City with Rome".
    Pairs,
    /// Fields that the screen shows, with their values.
    Named,
    /// One word or literal.
    Word,
    /// A number, in digits or words.
    Number,
    /// A number, or what is written like one: a date, a time, an amount.
    Amount,
    Ordinal,
    /// "twice", "three times".
    Times,
    /// "from small to large", "descending".
    Order,
    /// "next", "previous", "third".
    OrdinalPage,
    App,
    Path,
    Address,
    /// A key or chord.
    Key,
    Quoted,
    /// A whole request of its own.
    Clause,
    /// Words that begin with "the" and name what is to be read.
    Source,
    /// What something on the screen is called.
    Seen(Use),
    /// Such names in a list.
    SeenList(Use),
}

impl SlotKind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "list" => Self::List,
            "told" => Self::Told,
            "long" => Self::Long,
            "pairs" => Self::Pairs,
            "named" => Self::Named,
            "word" => Self::Word,
            "number" => Self::Number,
            "amount" => Self::Amount,
            "ordinal" => Self::Ordinal,
            "times" => Self::Times,
            "order" => Self::Order,
            "ordinal_page" => Self::OrdinalPage,
            "app" => Self::App,
            "path" => Self::Path,
            "address" => Self::Address,
            "key" => Self::Key,
            "quoted" => Self::Quoted,
            "clause" => Self::Clause,
            "source" => Self::Source,
            _ => match name.strip_suffix("_list") {
                Some(one) => Self::SeenList(Use::named(one)?),
                None => Self::Seen(Use::named(name)?),
            },
        })
    }
}

/// One part of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Words(Phrases),
    /// Words that may be missing.
    Maybe(Phrases),
    /// A few words, or none, that matter little.
    Gap,
    Slot {
        name: String,
        kind: SlotKind,
    },
}

/// A template without choices.
pub type Line = Vec<Piece>;

/// What is written in a template, before choices are made.
#[derive(Debug, Clone)]
enum Node {
    Piece(Piece),
    Optional(Vec<Node>),
    Either(Vec<Vec<Node>>),
}

/// The lines that `template` stands for.
///
/// # Errors
/// Where in the template something is wrong, for who wrote it.
pub fn lines(template: &str) -> Result<Vec<Line>, String> {
    let nodes = terminated(nodes, eof).parse(template).map_err(|e| e.to_string())?;
    Ok(choices(&nodes))
}

fn choices(nodes: &[Node]) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![Vec::new()];
    for node in nodes {
        let tails = match node {
            Node::Piece(piece) => vec![vec![piece.clone()]],
            Node::Optional(inner) => match words_of(inner) {
                Some(phrases) => vec![vec![Piece::Maybe(phrases)]],
                None => [vec![Vec::new()], choices(inner)].concat(),
            },
            Node::Either(all) => match words_of(std::slice::from_ref(node)) {
                Some(phrases) => vec![vec![Piece::Words(phrases)]],
                None => all.iter().flat_map(|one| choices(one)).collect(),
            },
        };
        lines = lines.iter().flat_map(|line| tails.iter().map(|tail| [line.clone(), tail.clone()].concat())).collect();
    }
    lines
}

/// The phrases that `nodes` stand for, where they are words alone and few: one piece instead of many lines.
fn words_of(nodes: &[Node]) -> Option<Phrases> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for node in nodes {
        let next: Vec<Vec<String>> = match node {
            Node::Piece(Piece::Words(phrases)) => phrases.to_vec(),
            Node::Either(branches) => branches
                .iter()
                .map(|b| words_of(b))
                .collect::<Option<Vec<_>>>()?
                .iter()
                .flat_map(|p| p.to_vec())
                .collect(),
            Node::Piece(_) | Node::Optional(_) => return None,
        };
        // Between two pieces of which one is a class an article may stand.
        let fixed = nodes.len() == 1 || next.len() == 1;
        if !fixed || all.len() * next.len() > MOST {
            return None;
        }
        all = all.iter().flat_map(|head| next.iter().map(|tail| [head.clone(), tail.clone()].concat())).collect();
    }
    let joined: Vec<String> = all.iter().map(|words| words.join(" ")).collect();
    (!joined.iter().any(String::is_empty)).then(|| phrases(&joined))
}

/// How many phrases stand in one piece at most.
const MOST: usize = 400;

fn nodes(input: &mut &str) -> ModalResult<Vec<Node>> {
    preceded(multispace0, terminated(separated(0.., node, multispace1), multispace0)).parse_next(input)
}

fn node(input: &mut &str) -> ModalResult<Node> {
    alt((gap, slot, class, optional, either, word)).parse_next(input)
}

fn gap(input: &mut &str) -> ModalResult<Node> {
    "...".value(Node::Piece(Piece::Gap)).parse_next(input)
}

fn name<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    take_while(1.., |c: char| c.is_ascii_lowercase() || c == '_').parse_next(input)
}

fn slot(input: &mut &str) -> ModalResult<Node> {
    let (slot, kind) = delimited('{', cut_err((name, opt(preceded(':', name)))), cut_err('}')).parse_next(input)?;
    let kind = match kind {
        None => SlotKind::Text,
        Some(kind) => SlotKind::named(kind).ok_or_else(|| wrong("a kind of slot"))?,
    };
    Ok(Node::Piece(Piece::Slot { name: slot.to_owned(), kind }))
}

fn class(input: &mut &str) -> ModalResult<Node> {
    let class = delimited('<', cut_err(name), cut_err('>')).parse_next(input)?;
    let phrases = Lexicon::get().class(class).ok_or_else(|| wrong("a class of the lexicon"))?;
    Ok(Node::Piece(Piece::Words(phrases)))
}

fn optional(input: &mut &str) -> ModalResult<Node> {
    delimited('[', cut_err(branches), cut_err(']')).map(|all| Node::Optional(vec![Node::Either(all)])).parse_next(input)
}

fn either(input: &mut &str) -> ModalResult<Node> {
    delimited('(', cut_err(branches), cut_err(')')).map(Node::Either).parse_next(input)
}

fn branches(input: &mut &str) -> ModalResult<Vec<Vec<Node>>> {
    separated(1.., nodes, '|').parse_next(input)
}

fn word(input: &mut &str) -> ModalResult<Node> {
    let plain = |c: char| !c.is_whitespace() && !"{}<>[]()|".contains(c);
    let words: Vec<&str> = repeat(1..=1, take_while(1.., plain)).parse_next(input)?;
    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    Ok(Node::Piece(Piece::Words(phrases(&words))))
}

fn wrong(expected: &'static str) -> winnow::error::ErrMode<ContextError> {
    let mut error = ContextError::new();
    error.push(StrContext::Label(expected));
    winnow::error::ErrMode::Cut(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(template: &str) -> Vec<String> {
        let piece = |piece: &Piece| match piece {
            Piece::Words(all) => all[0].join("_"),
            Piece::Maybe(all) => format!("?{}", all[0].join("_")),
            Piece::Gap => "...".to_owned(),
            Piece::Slot { name, kind } => format!("{name}:{kind:?}"),
        };
        lines(template).unwrap().iter().map(|line| line.iter().map(piece).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn choices_become_lines() {
        assert_eq!(shape("a [b {x}] c"), ["a c", "a b x:Text c"]);
        assert_eq!(shape("a [b] c"), ["a ?b c"]);
        assert_eq!(shape("(a {y}|b c) {x:list}"), ["a y:Text x:List", "b c x:List"]);
        assert_eq!(shape("(a|b c) {x:list}"), ["b_c x:List"]);
        assert_eq!(shape("[a|b] c"), ["?a c"]);
        assert_eq!(shape("... {x:box_list} a"), ["... x:SeenList(Box) a"]);
    }

    #[test]
    fn mistakes_are_told() {
        for template in ["{x", "{x:banana}", "<nothing_like_it>", "[a", "(a|b"] {
            assert!(lines(template).is_err(), "{template}");
        }
    }
}
