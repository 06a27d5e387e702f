//! Verbs and what they mean, from `config/lexicon.toml`.

use super::tokens::{Kind, Token};
use serde::Deserialize;
use std::sync::LazyLock;

const DATA: &str = include_str!("../../config/lexicon.toml");

/// What a verb asks for, before its objects are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Open,
    Compute,
    Type,
    Save,
    Make,
    Rename,
    Fill,
    Press,
    DoubleClick,
    RightClick,
    Choose,
    Tick,
    Untick,
    Command,
    Copy,
    Paste,
    Ask,
    Wait,
    Close,
    Scroll,
}

#[derive(Debug, Deserialize)]
struct Data {
    polite: Vec<String>,
    meanwhile: Vec<String>,
    verbs: std::collections::BTreeMap<Verb, Vec<String>>,
}

/// The lexicon, its phrases as words, longer ones first.
pub struct Lexicon {
    polite: Vec<Vec<String>>,
    meanwhile: Vec<Vec<String>>,
    verbs: Vec<(Vec<String>, Verb)>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

impl Lexicon {
    /// The built-in lexicon.
    pub fn get() -> &'static Self {
        &LEXICON
    }

    fn load() -> Self {
        // A test loads the data; a build with damaged data never leaves the house.
        let data: Data = toml::from_str(DATA).unwrap_or_else(|_| Data {
            polite: Vec::new(),
            meanwhile: Vec::new(),
            verbs: std::collections::BTreeMap::new(),
        });
        let words = |phrase: &String| phrase.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let long_first = |mut phrases: Vec<Vec<String>>| {
            phrases.sort_by_key(|p| std::cmp::Reverse(p.len()));
            phrases
        };
        let mut verbs: Vec<(Vec<String>, Verb)> =
            data.verbs.iter().flat_map(|(verb, phrases)| phrases.iter().map(|p| (words(p), *verb))).collect();
        verbs.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        Self {
            polite: long_first(data.polite.iter().map(words).collect()),
            meanwhile: long_first(data.meanwhile.iter().map(words).collect()),
            verbs,
        }
    }

    /// The verb at the head of `tokens` and how many tokens it takes.
    pub fn verb(&self, tokens: &[Token]) -> Option<(Verb, usize)> {
        let (phrase, verb) = self.verbs.iter().find(|(phrase, _)| begins(tokens, phrase))?;
        Some((*verb, phrase.len()))
    }

    /// `tokens` without the words of politeness and order at their head.
    pub fn strip_polite<'a>(&self, mut tokens: &'a [Token]) -> &'a [Token] {
        loop {
            let before = tokens.len();
            if tokens.first().is_some_and(|t| t.kind == Kind::Mark) {
                tokens = &tokens[1..];
            }
            if let Some(phrase) = self.polite.iter().find(|p| begins(tokens, p)) {
                tokens = &tokens[phrase.len()..];
            }
            if tokens.len() == before {
                return tokens;
            }
        }
    }

    /// How many tokens at the head say that what follows is done beside what came before.
    pub fn meanwhile(&self, tokens: &[Token]) -> usize {
        self.meanwhile.iter().find(|p| begins(tokens, p)).map_or(0, Vec::len)
    }
}

fn begins(tokens: &[Token], phrase: &[String]) -> bool {
    tokens.len() >= phrase.len() && tokens.iter().zip(phrase).all(|(t, word)| t.kind == Kind::Word && t.lower == *word)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn the_built_in_data_loads() {
        let data: Data = toml::from_str(DATA).unwrap();
        assert_eq!(data.verbs.len(), 20);
    }

    #[test]
    fn longer_verbs_win() {
        let lexicon = Lexicon::get();
        assert_eq!(lexicon.verb(&tokens("run the command ls")), Some((Verb::Command, 3)));
        assert_eq!(lexicon.verb(&tokens("double-click x")), Some((Verb::DoubleClick, 1)));
        assert_eq!(lexicon.verb(&tokens("banana")), None);
        assert_eq!(lexicon.verb(&tokens("\"press\" it")), None);
    }
}
