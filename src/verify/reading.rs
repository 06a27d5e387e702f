//! Comparing what was read on a screen with what should stand there.
//!
//! A reader of pixels cannot tell some characters apart (`O` and `0`, `l`, `I` and `1`, straight and
//! curly quotes) and gives no account of spaces. Nothing else is forgiven: a lost or changed letter is a
//! difference.

/// Whether `seen` reads as `wanted`.
pub fn reads_as(seen: &str, wanted: &str) -> bool {
    let bare = |text: &str| fold(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    !bare(wanted).is_empty() && bare(seen) == bare(wanted)
}

/// Whether `wanted` stands somewhere in `seen`, with nothing left out.
///
/// Short texts must be words of their own: "1" does not stand in "12".
pub fn holds(seen: &str, wanted: &str) -> bool {
    let (seen_fold, wanted_fold) = (fold(seen), fold(wanted));
    if wanted_fold.is_empty() {
        return seen_fold.is_empty();
    }
    if wanted_fold.chars().count() < 4 {
        let words: Vec<&str> = seen.split_whitespace().collect();
        let is_wanted = |run: &[&str]| fold(&run.concat()) == wanted_fold || fold(trim(&run.concat())) == wanted_fold;
        return seen_fold == wanted_fold || (1..=3).any(|length| words.windows(length).any(is_wanted));
    }
    seen_fold.contains(&wanted_fold)
}

/// Whether both say the same, whatever marks and spaces a field puts between: "0641 265 23" and "064126523".
pub fn is_equal(seen: &str, wanted: &str) -> bool {
    fold(seen) == fold(wanted)
}

/// How often `wanted` stands in `seen`.
pub fn count(seen: &str, wanted: &str) -> usize {
    let wanted = fold(wanted);
    if wanted.is_empty() { 0 } else { fold(seen).matches(&wanted).count() }
}

fn trim(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// How alike two texts are after folding, in `[0, 1]`.
pub fn closeness(seen: &str, wanted: &str) -> f64 {
    strsim::normalized_levenshtein(&fold(seen), &fold(wanted))
}

/// Which share of the characters of `wanted` stands in lines that are close to a line of `seen`.
pub fn lines_held(seen: &str, wanted: &str) -> f64 {
    let lines: Vec<&str> = wanted.lines().filter(|l| !l.trim().is_empty()).collect();
    let total: usize = lines.iter().map(|l| l.chars().count()).sum();
    let held = |line: &&&str| seen.lines().any(|s| holds(s, line) || closeness(s, line) >= 0.9);
    let held: usize = lines.iter().filter(held).map(|l| l.chars().count()).sum();
    if total == 0 { 0.0 } else { held as f64 / total as f64 }
}

fn fold(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(fold_char).collect()
}

const fn fold_char(c: char) -> char {
    match c {
        'O' | 'o' | '0' => '0',
        'I' | 'l' | '1' | '|' => '1',
        '’' | '‘' | '`' | '´' => '\'',
        '“' | '”' | '„' => '"',
        '–' | '—' | '−' => '-',
        '，' => ',',
        '：' => ':',
        '（' => '(',
        '）' => ')',
        // The two cases of these differ in height only.
        'C' => 'c',
        'K' => 'k',
        'P' => 'p',
        'S' => 's',
        'U' => 'u',
        'V' => 'v',
        'W' => 'w',
        'X' => 'x',
        'Z' => 'z',
        c => c,
    }
}

/// The number that `text` consists of, with or without a leading equals sign and thousands separators.
pub fn number(text: &str) -> Option<f64> {
    let digits: String = text
        .trim()
        .trim_start_matches('=')
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’'))
        .map(|c| match c {
            '−' | '–' => '-',
            'O' | 'o' => '0',
            c => c,
        })
        .collect();
    let digits = without_separators(&digits);
    digits.chars().any(|c| c.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// `1,234.5` and `1.234,5` both as `1234.5`; a lone separator is a decimal point unless three digits follow it as a comma.
fn without_separators(digits: &str) -> String {
    let last = digits.rfind(['.', ',']);
    let Some(last) = last else { return digits.to_owned() };
    let kinds = digits.contains('.') && digits.contains(',');
    let many = digits.matches([',', '.']).count() > 1;
    let grouping_comma = !kinds && digits.as_bytes()[last] == b',' && digits.len() - last == 4;
    let decimal_at = if (kinds || !many) && !grouping_comma { Some(last) } else { None };
    digits
        .char_indices()
        .filter_map(|(i, c)| match c {
            '.' | ',' if Some(i) == decimal_at => Some('.'),
            '.' | ',' => None,
            c => Some(c),
        })
        .collect()
}

/// Whether `shown`, written as `text`, is `value` to the digits that are shown.
pub fn same_number(shown: f64, value: f64, text: &str) -> bool {
    if shown == value {
        return true;
    }
    let decimals =
        text.rsplit_once(['.', ',']).map_or(0, |(_, tail)| tail.chars().filter(char::is_ascii_digit).count());
    let digits = text.chars().filter(char::is_ascii_digit).count();
    // Fewer digits than this and a rounded value would fit too many numbers.
    if decimals == 0 || digits < 6 {
        return (shown - value).abs() <= value.abs() * 1e-9;
    }
    (shown - value).abs() <= 0.5000001 * 10f64.powi(-(decimals as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_readers_confuse_is_forgiven_and_nothing_else() {
        assert!(reads_as("HeIlo  w0rld", "Hello world"));
        assert!(!reads_as("Helo world", "Hello world"));
        assert!(!reads_as("hello", "Hello"));
        assert!(holds("Name: Ada Lovelace", "Ada Lovelace"));
        assert!(!holds("12", "1"));
        assert!(holds("page 1 of 2", "1"));
        assert!(holds("Wind: 14 km/h Humidity: 61 %", "61 %"));
        assert!(!holds("anything", ""));
    }

    #[test]
    fn numbers_are_read_as_calculators_write_them() {
        let check = |text: &str, expected: Option<f64>| assert_eq!(number(text), expected, "{text}");
        check("100", Some(100.0));
        check("= 1,234.5", Some(1234.5));
        check("1.234,5", Some(1234.5));
        check("69,104", Some(69104.0));
        check("3,5", Some(3.5));
        check("−7", Some(-7.0));
        check("1 234 567", Some(1_234_567.0));
        check("abc", None);
        check("", None);
    }

    #[test]
    fn rounded_numbers_count_when_enough_digits_are_shown() {
        assert!(same_number(0.333_333_33, 1.0 / 3.0, "0.33333333"));
        assert!(!same_number(0.3, 1.0 / 3.0, "0.3"));
        assert!(!same_number(40.0, 40.8, "40"));
    }
}
