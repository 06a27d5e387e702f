//! The application that a clause happens in: "in the editor, …", "… with the calculator".

use super::Surroundings;
use super::tokens::{Kind, Token};

/// What says that the words before it name an application.
const KINDS: [&str; 4] = ["window", "app", "application", "program"];

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
            if plain && !is_folder(&tokens[begin..], end - begin) && around.is_app(&words.join(" ")) {
                let behind = skip_kind_word(tokens, end);
                let left = tokens[..at].iter().chain(&tokens[behind..]).cloned().collect();
                return (left, Some(words.join(" ")));
            }
        }
    }
    (tokens.to_vec(), None)
}

/// Whether the first `count` words name a folder, as "home folder" does, also where an application is called so.
fn is_folder(words: &[Token], count: usize) -> bool {
    let ends_so = count > 1 && ["folder", "directory"].iter().any(|w| words[count - 1].is(w));
    ends_so && !words.get(count).is_some_and(|t| KINDS.iter().any(|w| t.is(w)))
}

fn skip_kind_word(tokens: &[Token], mut end: usize) -> usize {
    if tokens.get(end).is_some_and(|t| KINDS.iter().any(|w| t.is(w))) {
        end += 1;
    }
    // "Use the calculator to work out …".
    if tokens.get(end).is_some_and(|t| t.is("to")) {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::labels::Labels;
    use crate::planner::tokens::tokens;

    #[test]
    fn a_folder_is_no_application_even_where_one_is_called_so() {
        let around = Surroundings {
            home: "/home/ada".into(),
            apps: vec!["home folder".into(), "calculator".into()],
            labels: Labels::default(),
            marker: None,
            task_timeout_ms: 1000,
            attempts: 2,
        };
        let app = |text: &str| take_app(&tokens(text), &around).1;
        assert_eq!(app("create a folder called Trip in my home folder"), None);
        assert_eq!(app("create a folder called Trip in the home folder app"), Some("home folder".into()));
        assert_eq!(app("compute 3 + 4 in the calculator"), Some("calculator".into()));
    }
}
