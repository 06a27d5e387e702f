//! Where a sentence may fall into clauses.

use super::lexicon::Lexicon;
use super::tokens::{Kind, Token};
use std::ops::Range;

/// A place at which a clause may end and the next begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    /// The end of what stands before it.
    pub at: usize,
    /// Where what stands behind it begins.
    pub next: usize,
    /// How much it speaks for a new clause.
    pub strength: f32,
    /// Whether what stands behind it may be a clause by itself.
    pub own: bool,
    /// Whether "then" leads to what stands behind it.
    pub then: bool,
    /// The verb that what stands behind it goes on with, where it has none of its own: "drag A onto B and C onto D".
    pub carried: Option<Range<usize>>,
}

/// The joints of `tokens`, from their beginning to their end.
pub fn joints(tokens: &[Token]) -> Vec<Joint> {
    let lexicon = Lexicon::get();
    let verb_at = |at: usize| {
        let skipped = tokens.len() - lexicon.strip_polite(&tokens[at..]).len();
        lexicon.verb(&tokens[skipped..]).map(|length| skipped..skipped + length)
    };
    let mut verb = verb_at(0);
    let mut joints = vec![Joint { at: 0, next: 0, strength: 0.0, carried: None, own: true, then: false }];
    let mut at = 1;
    while at < tokens.len() {
        let of_act = verb.as_ref().is_some_and(|v| opens_a_letter(&tokens[v.clone()]));
        let so = tokens[at].is("so") && verb_at(at + 1).is_some();
        let alone = so || of_act && tokens[at].is(":");
        let length = if alone { 1 } else { joint_length(&tokens[at..]) };
        if length == 0 {
            at += 1;
            continue;
        }
        let next = at + length;
        if next < tokens.len() {
            let own = begins_clause(&tokens[next..]);
            // "Click A, after that B": what is led in but has no verb may go on with the one before.
            let has_verb = verb_at(next).is_some();
            let carried = if own && has_verb { None } else { verb.clone() };
            if own {
                verb = verb_at(next).or(verb);
            }
            if own || carried.is_some() {
                let strength = strength(&tokens[at..next]) - named(&tokens[next], &tokens[at..next]);
                // What has no verb of its own hardly begins anew.
                let strength = if own { strength } else { strength.min(1.0) };
                let then = tokens[at..next].iter().any(|t| t.is("then"));
                joints.push(Joint { at, next, strength, carried, own, then });
            }
        }
        at = next;
    }
    joints.push(Joint { at: tokens.len(), next: tokens.len(), strength: 0.0, carried: None, own: true, then: false });
    joints
}

/// Whether behind a colon it may be said what is done with what the verb opens: "answer the mail from Lea: write …".
fn opens_a_letter(verb: &[Token]) -> bool {
    let opens = ["reply", "answer", "respond", "forward", "open", "edit", "go", "switch", "expand"];
    verb.first().is_some_and(|t| opens.iter().any(|w| t.is(w)))
}

/// How many tokens of `, and then` stand at the head.
fn joint_length(tokens: &[Token]) -> usize {
    let joins =
        |t: &&Token| t.kind == Kind::Mark && t.text != ":" || ["and", "then", "&", "but"].iter().any(|w| t.is(w));
    tokens.iter().take_while(joins).count()
}

/// Whether a verb, or what leads to one, stands at the head.
fn begins_clause(tokens: &[Token]) -> bool {
    let lexicon = Lexicon::get();
    let leads = [
        "if",
        "when",
        "in",
        "from",
        "for",
        "should",
        "with",
        "into",
        "on",
        "under",
        "keep",
        "only",
        "use",
        "log",
        "sign",
        "as",
        "swap",
        "hover",
        "highlight",
        "next",
        "resize",
        "undo",
        "not",
        "don't",
        "do",
        "never",
        "leave",
        "ensure",
        "yes",
        "no",
        "once",
        "after",
        "until",
        "till",
        "it",
        "i'm",
        "i",
    ];
    let tokens = &tokens[lexicon.meanwhile(tokens)..];
    let rest = lexicon.strip_polite(tokens);
    let led = rest.first().is_some_and(|t| leads.iter().any(|w| t.is(w)));
    led || answers_all(rest)
        || super::turns::is_statement(rest)
        || super::turns::is_passive(rest)
        || lexicon.verb(rest).is_some()
        || tokens.len() > rest.len()
}

/// "Ignore to any question": an answer to whatever may be asked.
fn answers_all(tokens: &[Token]) -> bool {
    let all = ["any", "every", "each", "all", "whatever", "anything"];
    let to = tokens.iter().take(4).position(|t| t.is("to"));
    to.is_some_and(|at| at > 0 && tokens.get(at + 1).is_some_and(|t| all.iter().any(|w| t.is(w))))
}

fn strength(joint: &[Token]) -> f32 {
    let stop = joint.iter().any(|t| t.kind == Kind::Mark && matches!(t.text.as_str(), "." | ";" | "!" | "?"));
    let then = joint.iter().any(|t| t.is("then") || t.is("afterwards"));
    match (stop, then, joint.len()) {
        (true, _, _) => 4.0,
        (_, true, _) => 3.0,
        (_, _, 2..) => 1.0,
        _ => 0.5,
    }
}

/// What speaks against a clause behind a joint: a verb with a capital is rather a name, "Accept terms".
fn named(first: &Token, joint: &[Token]) -> f32 {
    let stop = joint.iter().any(|t| t.kind == Kind::Mark && t.text != ",");
    let capital = first.kind == Kind::Word && first.text != first.lower && first.text != "I";
    if capital && !stop { 4.0 } else { 0.0 }
}

/// Without marks at either end.
pub fn trim(mut tokens: &[Token]) -> &[Token] {
    while let Some((_, rest)) = tokens.split_first().filter(|(t, _)| t.kind == Kind::Mark) {
        tokens = rest;
    }
    while let Some((_, rest)) = tokens.split_last().filter(|(t, _)| t.kind == Kind::Mark) {
        tokens = rest;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn check(text: &str, expected: usize) {
        assert_eq!(joints(&tokens(text)).len() - 1, expected, "{text}");
    }

    #[test]
    fn clauses_may_begin_where_a_verb_does() {
        check("open the editor, type \"a, and b\" and save it as x.txt.", 3);
        check("fill in Name with Ada and City with Rome, then press OK", 3);
        check("Berlin and Rome", 1);
        check("drag A onto B and C onto D", 2);
        check("", 1);
    }
}
