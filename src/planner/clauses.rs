//! A sentence as clauses: one verb with its objects each.

use super::lexicon::{Lexicon, Verb};
use super::tokens::{Kind, Token};

/// Some tokens of the sentence that ask for one kind of thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    pub tokens: Vec<Token>,
    /// It goes on beside what was asked before it.
    pub beside: bool,
}

/// Splits at marks and conjunctions behind which a new verb begins; "Name and City" stays together.
pub fn clauses(tokens: &[Token]) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    while at < tokens.len() {
        let joint = joint_length(&tokens[at..]);
        let splits = joint > 0
            && at > begin
            && begins_clause(&tokens[at..at + joint], &tokens[at + joint..], &tokens[begin..at]);
        if splits {
            push(&mut clauses, &tokens[begin..at]);
            begin = at + joint;
            at = begin;
        } else {
            at += joint.max(1);
        }
    }
    push(&mut clauses, &tokens[begin..]);
    clauses
}

/// How many tokens of `, and then` stand at the head.
fn joint_length(tokens: &[Token]) -> usize {
    let joins = |t: &&Token| {
        t.kind == Kind::Mark && t.text != ":" || ["and", "then", "&", "after", "afterwards"].iter().any(|w| t.is(w))
    };
    tokens.iter().take_while(joins).count()
}

fn begins_clause(joint: &[Token], rest: &[Token], so_far: &[Token]) -> bool {
    let full_stop = joint.iter().any(|t| t.kind == Kind::Mark && matches!(t.text.as_str(), "." | ";" | "!" | "?"));
    let lexicon = Lexicon::get();
    if lexicon.meanwhile(rest) > 0 {
        return true;
    }
    let rest = lexicon.strip_polite(rest);
    let Some((verb, length)) = lexicon.verb(rest) else { return full_stop };
    if full_stop || joint.iter().any(|t| t.is("then")) {
        return true;
    }
    // "In the editor, write …": what stands before the comma has no verb of its own and stays.
    if !has_verb(so_far) {
        return false;
    }
    let next = rest.get(length);
    match verb {
        // "Add 5 and do": small words are verbs only where something follows that they can act on.
        Verb::Ask => next.is_some() && !matches!(rest[0].lower.as_str(), "do" | "has" | "are" | "is"),
        // "Tick Print and Save": a verb without an object is a name, except where it can stand alone.
        Verb::Save | Verb::Paste => true,
        _ => next
            .is_some_and(|t| (t.kind != Kind::Mark || t.text == ":") && !t.is("and") && !t.is("with") && !t.is("to")),
    }
}

/// Whether a clause has its verb already, at its head or behind the place it begins with.
fn has_verb(tokens: &[Token]) -> bool {
    let lexicon = Lexicon::get();
    let tokens = lexicon.strip_polite(&tokens[lexicon.meanwhile(tokens)..]);
    let placed = tokens.first().is_some_and(|t| ["in", "on", "with", "using", "use", "via"].iter().any(|w| t.is(w)));
    let heads = if placed { tokens.len() } else { 1 };
    (0..heads).any(|at| lexicon.verb(&tokens[at.min(tokens.len())..]).is_some())
}

fn push(clauses: &mut Vec<Clause>, tokens: &[Token]) {
    let lexicon = Lexicon::get();
    let trimmed = trim(tokens);
    let length = lexicon.meanwhile(trimmed);
    let tokens = lexicon.strip_polite(trim(&trimmed[length..]));
    if !tokens.is_empty() {
        clauses.push(Clause { tokens: tokens.to_vec(), beside: length > 0 });
    }
}

/// Without marks at either end.
pub fn trim(mut tokens: &[Token]) -> &[Token] {
    while let Some((first, rest)) = tokens.split_first().filter(|(t, _)| t.kind == Kind::Mark) {
        let _ = first;
        tokens = rest;
    }
    while let Some((last, rest)) = tokens.split_last().filter(|(t, _)| t.kind == Kind::Mark) {
        let _ = last;
        tokens = rest;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let all = tokens(text);
        let clauses = clauses(&all);
        let found: Vec<&str> =
            clauses.iter().map(|c| &text[c.tokens[0].start..c.tokens[c.tokens.len() - 1].end]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_new_verb_begins_a_clause() {
        check(
            "Please open the editor, type \"a, and b\" and save it as x.txt.",
            &["open the editor", "type \"a, and b\"", "save it as x.txt"],
        );
        check(
            "fill in Name with Ada and City with Rome, then press OK",
            &["fill in Name with Ada and City with Rome", "press OK"],
        );
        check("tick Bold and Italic", &["tick Bold and Italic"]);
        check("In the editor, write hello and save it", &["In the editor, write hello", "save it"]);
        check("press Next; press Finish", &["press Next", "press Finish"]);
    }

    #[test]
    fn nothing_is_no_clause() {
        check("", &[]);
        check("... , ;", &[]);
    }
}
