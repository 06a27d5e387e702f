//! What is never written so: letters that readers confuse, told by their neighbours or by their height.

/// Words in capitals that interfaces show, with the letter O in them: a zero there is none.
const CAPITALS: [&str; 26] = [
    "AUDIO", "AUTO", "BOOT", "CODE", "COM", "DEMO", "DO", "DOWN", "ERROR", "FROM", "GO", "INFO", "LOG", "LOGO", "MEMO",
    "NO", "OFF", "OK", "ON", "OPEN", "OR", "PHOTO", "ROOT", "TO", "TODO", "VIDEO",
];

/// Letters whose small form is drawn like the large one.
const SAME_SHAPE: &str = "cosuvwxz";
/// Letters and digits as tall as capitals.
const TALL: &str = "ABDEFGHKLMNPRTY23456789bdfhkl";
/// Letters as low as an `x`.
const LOW: &str = "acemnorsuvwxz";

/// A line's text, word by word, with what cannot be put right. The number of words stays.
pub fn put_right(words: Vec<String>) -> Vec<String> {
    let maltese = words.iter().any(|w| w.contains(['ħ', 'Ħ', 'ġ', 'Ġ']));
    let right = |word: String| {
        let word = word.replace("œe", "œ").replace("Œe", "Œ");
        let word = if maltese { word } else { word.replace('ċ', "ć").replace('Ċ', "Ć") };
        dots(percent(capitals(apostrophe(word))))
    };
    words.into_iter().map(right).collect()
}

/// Quotes do not stand between letters.
fn apostrophe(word: String) -> String {
    let letters: Vec<char> = word.chars().collect();
    let letter = |i: usize| letters.get(i).is_some_and(|c| c.is_alphabetic());
    let inside = |i: usize| letters[i] == '"' && i > 0 && letter(i - 1) && letter(i + 1);
    (0..letters.len()).map(|i| if inside(i) { '\'' } else { letters[i] }).collect()
}

/// A zero in a word of capitals.
fn capitals(word: String) -> String {
    let spelt = word.replace('0', "O");
    let bare = spelt.trim_matches(|c: char| !c.is_alphanumeric());
    if spelt != word && CAPITALS.contains(&bare) { spelt } else { word }
}

/// The lower ring of a percent sign, read once more as a digit.
fn percent(word: String) -> String {
    let number = word.strip_suffix(['6', '9']).filter(|w| w.ends_with('%'));
    let digits = number.is_some_and(|w| w.trim_end_matches('%').ends_with(|c: char| c.is_ascii_digit()));
    if digits { word[..word.len() - 1].to_owned() } else { word }
}

/// Two of the three dots that leave something open: one of like signs in a row is lost easily.
fn dots(word: String) -> String {
    let open = word.strip_suffix("..").is_some_and(|w| w.ends_with(char::is_alphabetic));
    if open { word + "." } else { word }
}

/// How high the letters of a line are, in pixels, as far as it has such: those that are as tall as capitals, and those that
/// are as low as an `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heights {
    pub tall: Option<i32>,
    pub low: Option<i32>,
}

/// Where a letter stands in its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// First, or among capitals and digits only.
    Leading,
    /// First, with small letters behind it.
    First,
    Within,
}

/// The letter that is meant by one of `height` pixels in a line whose letters have `heights`.
pub fn by_height(letter: &str, height: i32, heights: Heights, stands: Stands) -> Option<String> {
    let small = letter.to_lowercase();
    let same = small.chars().count() == 1 && SAME_SHAPE.contains(&small);
    // A pixel's difference may be due to smoothing.
    let below = |tall: i32| tall - height >= 2 && height * 100 <= tall * 86;
    let above = |low: i32| height - low >= 2 && height * 100 >= low * 122;
    let is_low = heights.tall.is_some_and(below);
    let is_high = match stands {
        Stands::Leading => heights.tall.is_some_and(|tall| height >= tall),
        Stands::First => heights.low.is_some_and(above) && heights.tall.is_none_or(|tall| !below(tall)),
        Stands::Within => false,
    };
    match letter == small {
        _ if !same => None,
        true if is_high => Some(letter.to_uppercase()),
        false if is_low => Some(small),
        _ => None,
    }
}

/// Whether a character is as low as an `x`.
pub fn is_low(letter: &str) -> bool {
    letter.chars().count() == 1 && LOW.contains(letter)
}

/// Whether a character is as tall as capitals are.
pub fn is_tall(letter: &str) -> bool {
    letter.chars().count() == 1 && TALL.contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_written_so_is_put_right() {
        for (read, right) in [
            ("cœeur", "cœur"),
            ("aujourd\"hui", "aujourd'hui"),
            ("\"yes\"", "\"yes\""),
            ("sljedeċe", "sljedeće"),
            ("-29%6", "-29%"),
            ("%6", "%6"),
            ("INF0", "INFO"),
            ("ETH0", "ETH0"),
            ("2996", "2996"),
            ("Save..", "Save..."),
            ("..", ".."),
        ] {
            assert_eq!(put_right(vec![read.into()]), [right], "{read}");
        }
        assert_eq!(put_right(vec!["ċar".into(), "ħobż".into()]), ["ċar", "ħobż"]);
    }

    #[test]
    fn letters_of_one_shape_are_told_by_their_height() {
        let tall = Heights { tall: Some(8), low: None };
        assert_eq!(by_height("V", 6, tall, Stands::Leading), Some("v".into()));
        assert_eq!(by_height("V", 8, tall, Stands::Leading), None);
        assert_eq!(by_height("c", 8, tall, Stands::Leading), Some("C".into()));
        assert_eq!(by_height("c", 8, tall, Stands::Within), None);
        assert_eq!(by_height("E", 6, tall, Stands::Leading), None);
        // "cargo.toml" with a tall first letter.
        let low = Heights { tall: None, low: Some(7) };
        assert_eq!(by_height("c", 10, low, Stands::First), Some("C".into()));
        assert_eq!(by_height("c", 8, low, Stands::First), None);
    }
}
