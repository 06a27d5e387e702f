//! What a text says by the way it is written: a price, a date, a language, a size of paper.

use crate::task::MONTHS;

/// A sort of thing that is known by how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Price,
    Date,
    Time,
    Month,
    Currency,
    Language,
    Paper,
    Typeface,
    Zoom,
    TypeSize,
    Version,
}

/// Codes and signs of currencies that are common in choices.
const CURRENCIES: [&str; 24] = [
    "eur", "usd", "gbp", "chf", "jpy", "cny", "sek", "nok", "dkk", "pln", "czk", "huf", "cad", "aud", "nzd", "inr",
    "brl", "mxn", "zar", "krw", "€", "$", "£", "¥",
];
/// Languages, in English and as their speakers write them.
const LANGUAGES: [&str; 36] = [
    "english",
    "german",
    "french",
    "spanish",
    "italian",
    "portuguese",
    "dutch",
    "swedish",
    "norwegian",
    "danish",
    "finnish",
    "polish",
    "czech",
    "turkish",
    "greek",
    "russian",
    "ukrainian",
    "japanese",
    "chinese",
    "korean",
    "arabic",
    "hebrew",
    "hindi",
    "deutsch",
    "français",
    "español",
    "italiano",
    "português",
    "nederlands",
    "svenska",
    "norsk",
    "dansk",
    "suomi",
    "polski",
    "čeština",
    "türkçe",
];
const PAPERS: [&str; 9] = ["a3", "a4", "a5", "a6", "b5", "letter", "legal", "tabloid", "executive"];
/// Words in the names of typefaces.
const FACES: [&str; 22] = [
    "serif",
    "sans",
    "mono",
    "arial",
    "helvetica",
    "times",
    "courier",
    "georgia",
    "verdana",
    "calibri",
    "cambria",
    "roboto",
    "ubuntu",
    "noto",
    "dejavu",
    "liberation",
    "tahoma",
    "garamond",
    "consolas",
    "inter",
    "cantarell",
    "lato",
];

impl Written {
    /// What a word such as "price" asks for.
    pub fn of(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "price" | "cost" | "amount" => Some(Self::Price),
            "date" | "day" | "due date" => Some(Self::Date),
            "time" => Some(Self::Time),
            "month" => Some(Self::Month),
            "currency" => Some(Self::Currency),
            "language" => Some(Self::Language),
            "paper" | "paper size" | "page size" => Some(Self::Paper),
            "font" | "typeface" | "font family" | "font name" => Some(Self::Typeface),
            "zoom" | "zoom level" => Some(Self::Zoom),
            "font size" | "text size" | "type size" => Some(Self::TypeSize),
            "version" => Some(Self::Version),
            _ => None,
        }
    }

    /// The part of `text` that is written so.
    pub fn within(self, text: &str) -> Option<String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match self {
            Self::Price => price(&words),
            Self::Date => date(&words),
            Self::Time => words.iter().map(|w| bare(w)).find(|w| is_time(w)).map(str::to_owned),
            Self::Month => month(&words),
            Self::Currency => one_of(&CURRENCIES, text),
            Self::Language => one_of(&LANGUAGES, text),
            Self::Paper => one_of(&PAPERS, text),
            Self::Typeface => one_of(&FACES, text),
            Self::Zoom => whole(text, |t| t.strip_suffix('%').is_some_and(|n| n.trim().parse::<u32>().is_ok())),
            Self::TypeSize => whole(text, |t| t.parse::<u32>().is_ok_and(|n| (5..=96).contains(&n))),
            Self::Version => words.iter().map(|w| bare(w)).find(|w| is_version(w)).map(str::to_owned),
        }
    }
}

/// All of a short text, where a word of it is in `list`: "EUR (€)", "Liberation Serif".
fn one_of(list: &[&str], text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric() && !"€$£¥".contains(c)).filter(|w| !w.is_empty());
    let short = words.clone().count() <= 4;
    (short && words.any(|w| list.contains(&w))).then(|| text.trim().to_owned())
}

fn whole(text: &str, is: impl Fn(&str) -> bool) -> Option<String> {
    Some(text.trim()).filter(|t| is(t)).map(str::to_owned)
}

/// `2.6`, `v3.8.1`.
fn is_version(word: &str) -> bool {
    let mut parts = word.strip_prefix('v').unwrap_or(word).split('.');
    parts.clone().count() > 1 && parts.all(|n| n.parse::<u32>().is_ok())
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| matches!(c, ',' | ';' | '(' | ')'))
}

fn is_number(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))
}

/// `€ 12.90`, `12.90 EUR`, `$5`.
fn price(words: &[&str]) -> Option<String> {
    let is_money = |w: &str| matches!(w, "€" | "$" | "£" | "¥" | "EUR" | "USD" | "GBP" | "CHF" | "SEK" | "NOK");
    let glued = |w: &str| {
        let number = w.trim_matches(['€', '$', '£', '¥']);
        number.len() < w.len() && is_number(number)
    };
    let pair = words.windows(2).find(|p| (is_money(p[0]) && is_number(p[1])) || (is_number(p[0]) && is_money(p[1])));
    pair.map(|p| p.join(" ")).or_else(|| words.iter().find(|w| glued(w)).map(|w| (*w).to_owned()))
}

fn is_time(word: &str) -> bool {
    let Some((hours, rest)) = word.split_once(':') else { return false };
    let number = |t: &str, most: u32| (1..=2).contains(&t.len()) && t.parse::<u32>().is_ok_and(|n| n < most);
    number(hours, 24) && rest.split(':').all(|part| part.len() == 2 && number(part, 60))
}

fn month_of(word: &str) -> Option<usize> {
    let word = bare(word).trim_end_matches('.').to_lowercase();
    MONTHS.iter().position(|m| *m == word || (word.len() == 3 && m.starts_with(&word)))
}

/// `28 May`, `18 April 2024`, `May 5, 2024`, `2024-05-17`, `28.03.2024`.
fn date(words: &[&str]) -> Option<String> {
    let day = |w: &str| bare(w).trim_end_matches('.').parse::<u32>().is_ok_and(|n| (1..=31).contains(&n));
    let year = |w: Option<&&str>| w.is_some_and(|w| bare(w).len() == 4 && bare(w).parse::<u32>().is_ok());
    let named = words.iter().position(|w| month_of(w).is_some()).and_then(|at| {
        let from = if at > 0 && day(words[at - 1]) { at - 1 } else { at };
        let to = if from == at && words.get(at + 1).is_some_and(|w| day(w)) { at + 1 } else { at };
        let end = if year(words.get(to + 1)) { to + 1 } else { to };
        (from < end).then(|| words[from..=end].iter().map(|w| bare(w)).collect::<Vec<_>>().join(" "))
    });
    let in_digits = |w: &str| {
        let parts: Vec<&str> = w.split(['-', '.', '/']).filter(|p| !p.is_empty()).collect();
        (2..=3).contains(&parts.len())
            && w.matches(['-', '.', '/']).count() >= 2
            && parts.iter().all(|p| p.parse::<u32>().is_ok())
    };
    named.or_else(|| words.iter().map(|w| bare(w)).find(|w| in_digits(w)).map(str::to_owned))
}

/// `October 2024`, or the name of a month that stands alone.
fn month(words: &[&str]) -> Option<String> {
    match words {
        [one] if month_of(one).is_some() => Some((*one).to_owned()),
        [name, year] if month_of(name).is_some() && year.len() == 4 && is_number(year) => Some(words.join(" ")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(what: Written, text: &str, expected: Option<&str>) {
        assert_eq!(what.within(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn prices_dates_times_and_months_are_known_by_their_writing() {
        check(Written::Price, "€ 12.90", Some("€ 12.90"));
        check(Written::Price, "only $5 now", Some("$5"));
        check(Written::Price, "12 pieces", None);
        check(Written::Date, "Due: 18 April 2024", Some("18 April 2024"));
        check(Written::Date, "28 May", Some("28 May"));
        check(Written::Date, "2024-05-17", Some("2024-05-17"));
        check(Written::Date, "maybe later", None);
        check(Written::Time, "Henrik 18:09", Some("18:09"));
        check(Written::Time, "4:3 format", None);
        check(Written::Month, "October 2024", Some("October 2024"));
        check(Written::Month, "Meeting in May", None);
    }

    #[test]
    fn choices_are_known_by_what_they_are_among() {
        check(Written::Currency, "EUR (€)", Some("EUR (€)"));
        check(Written::Currency, "A4", None);
        check(Written::Language, "Deutsch", Some("Deutsch"));
        check(Written::Language, "Price: low to high", None);
        check(Written::Paper, "A4", Some("A4"));
        check(Written::Typeface, "Liberation Serif", Some("Liberation Serif"));
        check(Written::Zoom, "125 %", Some("125 %"));
        check(Written::TypeSize, "12", Some("12"));
        check(Written::TypeSize, "2024", None);
        check(Written::Version, "Version 2.6", Some("2.6"));
        check(Written::Version, "12", None);
    }
}
