//! The application that a clause happens in: "in the editor, …", "… with the calculator".

use super::Surroundings;
use super::tokens::{Kind, Token};

/// Takes the application that the clause happens in away from it.
pub fn take_app(tokens: &[Token], around: &Surroundings) -> (Vec<Token>, Option<String>) {
    let copies = tokens.first().is_some_and(|t| t.is("copy") || t.is("transfer") || t.is("paste"));
    if copies {
        return (tokens.to_vec(), None);
    }
    for at in 0..tokens.len() {
        let leads =
            ["in", "with", "using", "on", "into", "inside", "use", "via", "through"].iter().any(|w| tokens[at].is(w));
        if !leads {
            continue;
        }
        let mut begin = at + 1;
        while tokens.get(begin).is_some_and(|t| ["the", "a", "an", "my", "new", "open"].iter().any(|w| t.is(w))) {
            begin += 1;
        }
        for end in (begin + 1..=tokens.len().min(begin + 3)).rev() {
            let words: Vec<&str> = tokens[begin..end].iter().map(|t| t.text.as_str()).collect();
            let plain = tokens[begin..end].iter().all(|t| t.kind == Kind::Word);
            if plain && around.is_app(&words.join(" ")) {
                let behind = skip_kind_word(tokens, end);
                let left = tokens[..at].iter().chain(&tokens[behind..]).cloned().collect();
                return (left, Some(words.join(" ")));
            }
        }
    }
    (tokens.to_vec(), None)
}

fn skip_kind_word(tokens: &[Token], mut end: usize) -> usize {
    if tokens.get(end).is_some_and(|t| ["window", "app", "application", "program"].iter().any(|w| t.is(w))) {
        end += 1;
    }
    // "Use the calculator to work out …".
    if tokens.get(end).is_some_and(|t| t.is("to")) {
        end += 1;
    }
    end
}
