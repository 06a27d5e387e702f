//! The words that requests are made of, from `config/lexicon.toml`.

use super::tokens::{Kind, Token};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

const DATA: &str = include_str!("../../config/lexicon.toml");

/// Phrases, as words in lower case, longer ones first.
pub type Phrases = Arc<[Vec<String>]>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    polite: Vec<String>,
    after: Vec<String>,
    meanwhile: Vec<String>,
    small: Vec<String>,
    verbs: BTreeMap<String, Vec<String>>,
    words: BTreeMap<String, Vec<String>>,
}

/// The lexicon.
pub struct Lexicon {
    polite: Phrases,
    after: Phrases,
    meanwhile: Phrases,
    small: Vec<String>,
    verbs: Phrases,
    vocabulary: BTreeSet<String>,
    /// First words of verbs, and words that join: what a slip is put right to.
    respellable: Vec<String>,
    classes: BTreeMap<String, Phrases>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

impl Lexicon {
    /// The built-in lexicon.
    pub fn get() -> &'static Self {
        &LEXICON
    }

    fn load() -> Self {
        // A test loads the data; a build with damaged data never leaves the house.
        let data: Data = toml::from_str(DATA).unwrap_or_default();
        let classes: BTreeMap<String, Phrases> =
            data.verbs.iter().chain(&data.words).map(|(name, all)| (name.clone(), phrases(all))).collect();
        let words = |phrases: &Phrases| phrases.iter().flatten().cloned().collect::<Vec<_>>();
        let mut respellable: Vec<String> =
            ["and", "with", "then", "into", "from", "please", "field", "button"].map(str::to_owned).to_vec();
        respellable.extend(phrases(data.verbs.values().flatten()).iter().map(|p| p[0].clone()).filter(|w| w.len() > 3));
        let all = [phrases(&data.polite), phrases(&data.after), phrases(&data.small)];
        Self {
            vocabulary: classes.values().chain(&all).flat_map(words).collect(),
            respellable,
            polite: phrases(&data.polite),
            after: phrases(&data.after),
            meanwhile: phrases(&data.meanwhile),
            small: data.small,
            verbs: phrases(data.verbs.values().flatten()),
            classes,
        }
    }

    /// The phrases of the class `name`.
    pub fn class(&self, name: &str) -> Option<Phrases> {
        self.classes.get(name).cloned()
    }

    /// The word that `word` is misspelt from, where it is no word of the lexicon and one letter is missing, doubled or
    /// in the wrong place.
    pub fn respelt(&self, word: &str) -> Option<&str> {
        if word.len() < 3 || self.vocabulary.contains(word) || !word.chars().all(|c| c.is_ascii_lowercase()) {
            return None;
        }
        self.respellable.iter().map(String::as_str).find(|known| is_slip(word, known))
    }

    /// How many tokens the verb at the head of `tokens` takes.
    pub fn verb(&self, tokens: &[Token]) -> Option<usize> {
        head(&self.verbs, tokens)
    }

    /// The first words of all verbs.
    pub fn verb_words(&self) -> impl Iterator<Item = &str> {
        self.verbs.iter().map(|phrase| phrase[0].as_str())
    }

    /// Whether `phrase` is a verb.
    pub fn is_verb(&self, phrase: &[String]) -> bool {
        self.verbs.iter().any(|verb| verb == phrase)
    }

    /// Whether `token` is a word that names and values seldom hold.
    pub fn is_small(&self, token: &Token) -> bool {
        // "From" and "To" are names of fields.
        token.kind == Kind::Word && token.text == token.lower && self.small.contains(&token.lower)
    }

    /// `tokens` without the words of politeness and order at their head.
    pub fn strip_polite<'a>(&self, mut tokens: &'a [Token]) -> &'a [Token] {
        loop {
            let before = tokens.len();
            if tokens.first().is_some_and(|t| t.kind == Kind::Mark) {
                tokens = &tokens[1..];
            }
            // "Next page" is one, "next, press OK" is order.
            let names = [
                "page", "result", "one", "entry", "tab", "month", "step", "slide", "item", "row", "line", "field",
                "link", "button", "box",
            ];
            let led = |t: &Token| t.is("next") || t.is("first");
            let beside = tokens.len() > 1 && tokens[0].is("next") && tokens[1].is("to");
            let named = beside || tokens.len() > 1 && led(&tokens[0]) && names.iter().any(|n| tokens[1].is(n));
            // "Once Done appears" waits for Done.
            let shown = ["appears", "shows", "is", "comes", "pops"];
            let awaited = tokens.len() > 2 && tokens[0].is("once") && shown.iter().any(|w| tokens[2].is(w));
            if let Some(length) = head(&self.polite, tokens).filter(|_| !named && !awaited) {
                tokens = &tokens[length..];
            }
            if tokens.first().is_some_and(|t| t.is("only")) && self.verb(&tokens[1..]).is_some() {
                tokens = &tokens[1..];
            }
            if tokens.len() == before {
                return tokens;
            }
        }
    }

    /// `tokens` without marks and words that carry nothing at their end.
    pub fn strip_after<'a>(&self, mut tokens: &'a [Token]) -> &'a [Token] {
        loop {
            let before = tokens.len();
            if let Some((last, rest)) = tokens.split_last()
                && last.kind == Kind::Mark
            {
                tokens = rest;
            }
            let tail = self.after.iter().find(|p| p.len() < tokens.len() && ends(tokens, p));
            if let Some(phrase) = tail {
                tokens = &tokens[..tokens.len() - phrase.len()];
            }
            if tokens.len() == before {
                return tokens;
            }
        }
    }

    /// `tokens` without what is not to be done in their place: "rather than Delete".
    pub fn strip_rather<'a>(&self, tokens: &'a [Token]) -> &'a [Token] {
        let rather = |w: &[Token]| (w[0].is("rather") && w[1].is("than")) || (w[0].is("instead") && w[1].is("of"));
        let at = tokens.windows(2).position(rather).filter(|&at| at >= 2);
        at.map_or(tokens, |at| &tokens[..at])
    }

    /// How many tokens at the head say that what follows is done beside what came before.
    pub fn meanwhile(&self, tokens: &[Token]) -> usize {
        head(&self.meanwhile, tokens).unwrap_or(0)
    }
}

/// `all` as words, longer phrases first.
pub fn phrases<'a>(all: impl IntoIterator<Item = &'a String>) -> Phrases {
    let mut phrases: Vec<Vec<String>> =
        all.into_iter().map(|p| p.split_whitespace().map(str::to_lowercase).collect()).collect();
    phrases.sort_by(|a: &Vec<String>, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    phrases.dedup();
    phrases.into()
}

/// Whether `word` is `known` with a letter too few or too many, or two neighbours swapped.
fn is_slip(word: &str, known: &str) -> bool {
    let (a, b) = (word.as_bytes(), known.as_bytes());
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    match a.len() as i32 - b.len() as i32 {
        0 => {
            let swapped = same + 1 < a.len() && a[same] == b[same + 1] && a[same + 1] == b[same];
            swapped && a[same + 2..] == b[same + 2..]
        }
        -1 => word.len() > 3 && a[same..] == b[same + 1..],
        1 => known.len() > 3 && a[same + 1..] == b[same..],
        _ => false,
    }
}

fn head(phrases: &Phrases, tokens: &[Token]) -> Option<usize> {
    phrases.iter().find(|p| begins(tokens, p)).map(Vec::len)
}

/// Whether `tokens` begin with the words of `phrase`.
pub fn begins(tokens: &[Token], phrase: &[String]) -> bool {
    tokens.len() >= phrase.len() && tokens.iter().zip(phrase).all(|(t, word)| t.is(word))
}

fn ends(tokens: &[Token], phrase: &[String]) -> bool {
    begins(&tokens[tokens.len() - phrase.len()..], phrase)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn the_built_in_data_loads() {
        let data: Data = toml::from_str(DATA).unwrap();
        assert!(data.verbs.values().chain(data.words.values()).all(|phrases| !phrases.is_empty()));
    }

    #[test]
    fn longer_verbs_win() {
        let lexicon = Lexicon::get();
        assert_eq!(lexicon.verb(&tokens("run the command ls")), Some(3));
        assert_eq!(lexicon.verb(&tokens("double-click x")), Some(1));
        assert_eq!(lexicon.verb(&tokens("banana")), None);
        assert_eq!(lexicon.verb(&tokens("\"press\" it")), None);
    }

    #[test]
    fn what_carries_nothing_is_left_out() {
        let all = tokens("could you please press OK for me, thanks!");
        let lexicon = Lexicon::get();
        let left: Vec<_> = lexicon.strip_after(lexicon.strip_polite(&all)).iter().map(|t| t.text.as_str()).collect();
        assert_eq!(left, ["press", "OK"]);
    }
}
