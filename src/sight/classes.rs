//! What a value is by the way it is written: "the language drop-down" shows the name of a language, whatever
//! stands beside it.

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

/// Whether `value` is one of what `class` calls: a currency, a language, a size of paper, a typeface, a zoom.
pub fn is_of(class: &str, value: &str) -> bool {
    let value = value.trim().to_lowercase();
    let words = || value.split(|c: char| !c.is_alphanumeric() && !"€$£¥".contains(c)).filter(|w| !w.is_empty());
    let among = |list: &[&str]| words().any(|w| list.contains(&w)) && words().count() <= 4;
    match class {
        "currency" => among(&CURRENCIES),
        "language" => among(&LANGUAGES),
        "paper" | "paper size" | "page size" => among(&PAPERS),
        "font" | "typeface" | "font family" | "font name" => among(&FACES),
        "zoom" | "zoom level" => value.strip_suffix('%').is_some_and(|n| n.trim().parse::<u32>().is_ok()),
        "font size" | "text size" | "type size" => value.parse::<u32>().is_ok_and(|n| (5..=96).contains(&n)),
        "version" => {
            value.strip_prefix('v').unwrap_or(&value).split('.').filter(|n| n.parse::<u32>().is_ok()).count() > 1
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_known_by_how_they_are_written() {
        for (class, value) in [
            ("currency", "EUR (€)"),
            ("language", "Deutsch"),
            ("paper size", "A4"),
            ("font", "Liberation Serif"),
            ("zoom", "125 %"),
            ("font size", "12"),
        ] {
            assert!(is_of(class, value), "{class} {value}");
        }
        assert!(!is_of("language", "Price: low to high"));
        assert!(!is_of("currency", "A4"));
        assert!(!is_of("font size", "2024"));
        assert!(!is_of("colour", "red"));
    }
}
