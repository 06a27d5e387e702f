//! Numbers and ordinals in words.

use std::sync::LazyLock;
use text2num::{Language, text2digits};

static ENGLISH: LazyLock<Language> = LazyLock::new(Language::english);

/// The number that `text` says: "12", "1,250.5", "twenty-five", "a dozen", "30%".
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    let plain = text.trim_end_matches(['%', '°']).trim_end_matches(" percent").trim_end_matches(" per cent").trim();
    let digits = plain.replace(',', "");
    if let Ok(number) = digits.parse::<f64>() {
        return number.is_finite().then_some(number);
    }
    match plain {
        "a" | "an" | "once" => return Some(1.0),
        "twice" => return Some(2.0),
        "a dozen" | "dozen" => return Some(12.0),
        "half" => return Some(0.5),
        _ => {}
    }
    if plain.chars().any(|c| !(c.is_alphabetic() || c == '-' || c == ' ')) {
        return None;
    }
    text2digits(plain, &*ENGLISH).ok()?.parse().ok()
}

const WORDS: [(&str, i32); 14] = [
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("top", 1),
    ("last", -1),
    ("final", -1),
    ("bottom", -1),
];

/// What place in a row `word` says: "third", "3rd"; the last is -1.
pub fn ordinal(word: &str) -> Option<i32> {
    let word = word.trim().to_lowercase();
    if let Some((_, place)) = WORDS.iter().find(|(w, _)| *w == word) {
        return Some(*place);
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end))?;
    digits.parse().ok().filter(|n| *n > 0)
}

/// The word for a place in a row, which [`ordinal`] reads.
pub fn place(place: i32) -> String {
    let word = WORDS.iter().find(|(word, at)| *at == place && *word != "top").map(|(word, _)| (*word).to_owned());
    word.unwrap_or_else(|| format!("{place}th"))
}

/// How often: "twice", "three times".
pub fn times(text: &str) -> Option<u8> {
    let lower = text.trim().to_lowercase();
    let count = lower
        .strip_suffix(" times")
        .or_else(|| ["once", "twice", "thrice"].contains(&lower.as_str()).then_some(&*lower))?;
    let count = if count == "thrice" { 3.0 } else { number(count)? };
    (1.0..=50.0).contains(&count).then_some(count as u8)
}

/// Whether words about an order mean a falling one; `None` where they mean none.
pub fn is_descending(words: &str) -> Option<bool> {
    let lower = words.to_lowercase();
    let down = [
        "desc",
        "decreas",
        "reverse",
        "largest",
        "highest",
        "biggest",
        "latest",
        "newest",
        "most recent",
        "z to a",
        "falling",
        "last to first",
        "most",
        "high to low",
        "large to small",
        "big to small",
    ];
    let up = [
        "asc",
        "increas",
        "alphabet",
        "numer",
        "smallest",
        "lowest",
        "rising",
        "oldest",
        "earliest",
        "a to z",
        "size",
        "1",
        "one",
        "first to last",
        "least",
        "cheapest",
        "shortest",
    ];
    let first = |words: &[&str]| words.iter().filter_map(|w| lower.find(w)).min();
    match (first(&down), first(&up)) {
        (Some(d), Some(u)) => Some(d < u),
        (Some(_), None) => Some(true),
        (None, Some(_)) => Some(false),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_digits_and_words() {
        for (text, expected) in
            [("12", 12.0), ("1,250.5", 1250.5), ("twenty-five", 25.0), ("30%", 30.0), ("three", 3.0), ("a dozen", 12.0)]
        {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        for text in ["banana", "", "12 cats", "the"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn how_often_and_in_which_order() {
        assert_eq!(
            (times("twice"), times("three times"), times("3 times"), times("times")),
            (Some(2), Some(3), Some(3), None)
        );
        assert_eq!(is_descending("downwards from the largest"), Some(true));
        assert_eq!(is_descending("smallest first"), Some(false));
        assert_eq!(is_descending("blue"), None);
    }

    #[test]
    fn places_in_a_row() {
        assert_eq!(ordinal("third"), Some(3));
        assert_eq!(ordinal("21st"), Some(21));
        assert_eq!(ordinal("last"), Some(-1));
        assert_eq!(ordinal("best"), None);
    }
}
