//! Sentences in pieces of words, as the sentence network was taught to read them.

use std::collections::HashMap;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The vocabulary of BERT's lower-case models (Google, Apache-2.0): one piece a line; its number is its line.
const VOCABULARY: &str = include_str!("../../models/wordpieces.txt");

/// Words with more characters are unknown as a whole.
const LONGEST: usize = 100;

/// A vocabulary.
#[derive(Debug)]
pub struct WordPieces {
    ids: HashMap<&'static str, i64>,
    unknown: i64,
    first: i64,
    last: i64,
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordPiece {
    pub id: i64,
    /// The bytes of the sentence that it stands for; none for the signs at its beginning and end.
    pub bytes: Range<usize>,
}

/// A character as the vocabulary has it, and the bytes of the sentence that it comes from.
#[derive(Clone)]
struct Plain {
    char: char,
    bytes: Range<usize>,
}

impl WordPieces {
    /// The vocabulary that this version was built with.
    pub fn pinned() -> Self {
        let ids: HashMap<&'static str, i64> = VOCABULARY.lines().zip(0..).collect();
        let id = |piece: &str| ids.get(piece).copied().unwrap_or_default();
        let (unknown, first, last) = (id("[UNK]"), id("[CLS]"), id("[SEP]"));
        Self { ids, unknown, first, last }
    }

    /// The pieces of `text`, between the signs for its beginning and its end.
    pub fn cut(&self, text: &str) -> Vec<WordPiece> {
        let mut pieces = vec![WordPiece { id: self.first, bytes: 0..0 }];
        for word in words(text) {
            pieces.extend(self.cut_word(&word));
        }
        pieces.push(WordPiece { id: self.last, bytes: text.len()..text.len() });
        pieces
    }

    /// The longest known piece, and so on with the rest.
    fn cut_word(&self, word: &[Plain]) -> Vec<WordPiece> {
        let bytes = |range: Range<usize>| word[range.start].bytes.start..word[range.end - 1].bytes.end;
        let unknown = vec![WordPiece { id: self.unknown, bytes: bytes(0..word.len()) }];
        if word.len() > LONGEST {
            return unknown;
        }
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < word.len() {
            let known = (at + 1..=word.len()).rev().find_map(|end| {
                let mut piece: String = if at > 0 { "##".into() } else { String::new() };
                piece.extend(word[at..end].iter().map(|p| p.char));
                self.ids.get(piece.as_str()).map(|&id| (id, end))
            });
            let Some((id, end)) = known else { return unknown };
            pieces.push(WordPiece { id, bytes: bytes(at..end) });
            at = end;
        }
        pieces
    }
}

/// Words and marks, lower case and without accents.
fn words(text: &str) -> Vec<Vec<Plain>> {
    let mut words: Vec<Vec<Plain>> = Vec::new();
    let mut open = false;
    for (at, whole) in text.char_indices() {
        let bytes = at..at + whole.len_utf8();
        if whole.is_whitespace() {
            open = false;
            continue;
        }
        let chars = whole.to_lowercase().nfd().filter(|c| !is_combining_mark(*c) && !c.is_control());
        for char in chars {
            let plain = Plain { char, bytes: bytes.clone() };
            let alone = stands_alone(char);
            match words.last_mut().filter(|_| open && !alone) {
                Some(word) => word.push(plain),
                None => words.push(vec![plain]),
            }
            open = !alone;
        }
    }
    words
}

/// Marks, and signs that are words of their own.
fn stands_alone(c: char) -> bool {
    let mark = c.is_ascii_punctuation()
        || matches!(c, '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}');
    let ideograph = matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}');
    mark || ideograph
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(i64, &str)> {
        WordPieces::pinned().cut(text).into_iter().map(|p| (p.id, &text[p.bytes])).collect()
    }

    #[test]
    fn words_are_cut_as_the_network_was_taught() {
        // The numbers are those of the original tokenizer.
        let cut = shown("Untick Café-news!");
        let expected = [
            (101, ""),
            (4895, "Un"),
            (26348, "tick"),
            (7668, "Café"),
            (1011, "-"),
            (2739, "news"),
            (999, "!"),
            (102, ""),
        ];
        assert_eq!(cut, expected);
        assert_eq!(shown(""), [(101, ""), (102, "")]);
    }

    #[test]
    fn what_is_unknown_is_one_piece() {
        let text = "a \u{1f9ff}\u{1f9ff} b";
        assert_eq!(shown(text)[2], (100, "\u{1f9ff}\u{1f9ff}"));
    }
}
