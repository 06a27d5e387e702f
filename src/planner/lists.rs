//! Objects in lists: "A, B and C", "A with X and B with Y".

use super::tokens::{Kind, Token};

/// The exact text of a literal that stands alone, else the words as they were written.
pub fn phrase(source: &str, tokens: &[Token]) -> String {
    match tokens {
        [] => String::new(),
        [one] if one.is_literal() => one.text.clone(),
        [first, .., last] => source[first.start..last.end].to_owned(),
        [one] => source[one.start..one.end].to_owned(),
    }
}

/// A name for something on the screen: a lone literal keeps its quotes, so that it is taken whole.
pub fn name(source: &str, tokens: &[Token]) -> String {
    match tokens {
        [] => String::new(),
        [first, .., last] => source[first.start..last.end].to_owned(),
        [one] => source[one.start..one.end].to_owned(),
    }
}

/// Without "the", "a", "my" and their like at the head.
pub fn bare(mut tokens: &[Token]) -> &[Token] {
    const SMALL: [&str; 14] =
        ["the", "a", "an", "my", "this", "that", "these", "those", "all", "on", "in", "into", "new", "it"];
    while let Some((first, rest)) = tokens.split_first()
        && first.kind == Kind::Word
        && SMALL.contains(&first.lower.as_str())
        && !rest.is_empty()
    {
        tokens = rest;
    }
    tokens
}

/// Splits at commas and "and"; empty parts are dropped.
pub fn split_list(tokens: &[Token]) -> Vec<&[Token]> {
    let joint = |t: &Token| (t.kind == Kind::Mark && matches!(t.text.as_str(), "," | ";")) || t.is("and") || t.is("&");
    tokens.split(joint).filter(|part| !part.is_empty()).collect()
}

/// Splits at the first of `words`; `None` where none of them stands with something on both sides.
pub fn split_at<'a>(tokens: &'a [Token], words: &[&str]) -> Option<(&'a [Token], &'a [Token])> {
    let at = (1..tokens.len().saturating_sub(1)).find(|&i| words.iter().any(|w| tokens[i].is(w)))?;
    Some((&tokens[..at], &tokens[at + 1..]))
}

/// Splits at the last of `words`.
pub fn split_at_last<'a>(tokens: &'a [Token], words: &[&str]) -> Option<(&'a [Token], &'a [Token])> {
    let at = (1..tokens.len().saturating_sub(1)).rev().find(|&i| words.iter().any(|w| tokens[i].is(w)))?;
    Some((&tokens[..at], &tokens[at + 1..]))
}

/// Reads "A with X, B with Y and C with Z" as pairs; `between` are the words between the two.
///
/// A part without such a word goes on with the value before it: "Title with Salt and Pepper".
pub fn pairs(source: &str, tokens: &[Token], between: &[&str]) -> Option<Vec<(String, String)>> {
    let mut found: Vec<(&[Token], usize, usize)> = Vec::new();
    for part in split_list(tokens) {
        match split_at(part, between) {
            Some((key, value)) => found.push((key, value[0].start, value[value.len() - 1].end)),
            None => found.last_mut()?.2 = part[part.len() - 1].end,
        }
    }
    let value = |start: usize, end: usize| {
        let inside: Vec<Token> = tokens.iter().filter(|t| t.start >= start && t.end <= end).cloned().collect();
        phrase(source, &inside)
    };
    let pairs: Vec<_> =
        found.into_iter().map(|(key, start, end)| (name(source, bare(key)), value(start, end))).collect();
    (!pairs.is_empty()).then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = pairs(text, &tokens(text), &["with", "to"]).unwrap();
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn pairs_are_told_apart() {
        check("Name with Ada and City with \"New York\"", &[("Name", "Ada"), ("City", "New York")]);
        check("Title with Salt and Pepper, Year with 1999", &[("Title", "Salt and Pepper"), ("Year", "1999")]);
        check("the E-mail field to a@b.org", &[("E-mail field", "a@b.org")]);
    }

    #[test]
    fn values_without_a_key_are_no_pairs() {
        assert_eq!(pairs("Ada", &tokens("Ada"), &["with"]), None);
        assert_eq!(pairs("", &[], &["with"]), None);
    }
}
