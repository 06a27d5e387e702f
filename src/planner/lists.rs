//! Objects in lists: "A, B and C", "A with X and B with Y".

use super::tokens::{Kind, Token};

/// The exact text of a literal that stands alone, else the words as they were written.
pub fn phrase(source: &str, tokens: &[Token]) -> String {
    match tokens {
        [] => String::new(),
        [one] if one.is_literal() || one.start == one.end => one.text.clone(),
        [one] => source[one.start..one.end].to_owned(),
        many => run(source, many),
    }
}

/// The words of `tokens` as they stand in `source`; where other words stand between them, apart by a space.
fn run(source: &str, tokens: &[Token]) -> String {
    let mut said = String::new();
    let mut last: Option<&Token> = None;
    for token in tokens {
        let between = last.and_then(|last| source.get(last.end..token.start));
        let made = token.start == token.end;
        let after_made = last.is_some_and(|last| last.start == last.end);
        match (last, between) {
            (None, _) => {}
            (Some(_), Some(gap)) if !made && !after_made && !gap.contains(char::is_alphanumeric) => said.push_str(gap),
            (Some(_), _) => said.push(' '),
        }
        said.push_str(if made { &token.text } else { &source[token.start..token.end] });
        last = Some(token);
    }
    said
}

/// A name for something on the screen: a lone literal keeps its quotes, so that it is taken whole.
pub fn name(source: &str, tokens: &[Token]) -> String {
    match tokens {
        [] => String::new(),
        [one] if one.start == one.end => one.text.clone(),
        [one] => source[one.start..one.end].to_owned(),
        many => run(source, many),
    }
}

/// Without "the", "a", "my" and their like at the head.
pub fn bare(mut tokens: &[Token]) -> &[Token] {
    const SMALL: [&str; 20] = [
        "the", "a", "an", "my", "our", "your", "his", "her", "its", "their", "this", "that", "these", "those", "all",
        "on", "in", "into", "new", "it",
    ];
    // "The Paper Atlas" is a title, but at the head of a sentence.
    while let Some((first, rest)) = tokens.split_first()
        && first.kind == Kind::Word
        && (first.text == first.lower || first.start == 0 && (first.lower.len() < 3 || first.is("the")))
        && SMALL.contains(&first.lower.as_str())
        && !rest.is_empty()
    {
        tokens = rest;
    }
    tokens
}

/// Splits at commas and "and"; empty parts are dropped.
pub fn split_list(tokens: &[Token]) -> Vec<&[Token]> {
    let joins = |at: usize| {
        let t = &tokens[at];
        t.kind == Kind::Mark && matches!(t.text.as_str(), "," | ";") && !is_in_date(tokens, at)
            || ["and", "&", "then"].iter().any(|w| t.is(w))
    };
    let ends = (0..tokens.len()).filter(|&at| joins(at)).chain([tokens.len()]);
    let mut from = 0;
    let mut parts = Vec::new();
    for end in ends {
        parts.push(&tokens[from..end]);
        from = end + 1;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether the comma at `at` stands in "August 26, 2025".
fn is_in_date(tokens: &[Token], at: usize) -> bool {
    let digits = |t: &Token, length: std::ops::RangeInclusive<usize>| {
        length.contains(&t.text.len()) && t.text.chars().all(|c| c.is_ascii_digit())
    };
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = |t: &Token| months.iter().any(|m| t.lower.starts_with(m));
    at >= 2
        && digits(&tokens[at - 1], 1..=2)
        && month(&tokens[at - 2])
        && tokens.get(at + 1).is_some_and(|t| digits(t, 4..=4))
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn a_day_with_its_year_is_one() {
        let parts = |text: &str| split_list(&tokens(text)).len();
        assert_eq!(parts("August 26, 2025"), 1);
        assert_eq!(parts("August 26, 2025 and May 3, 2026"), 2);
        assert_eq!(parts("Room 26, 2025"), 2);
        assert_eq!(parts("Salt, Pepper and Oil"), 3);
    }
}
