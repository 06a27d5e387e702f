//! What a description of a thing on the screen asks for.

use crate::screen::Role;

/// A description such as "the second text field in the Print dialog", taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrase {
    /// The words that name the thing, as they were written; empty where only its kind is given.
    pub name: String,
    pub role: Option<Role>,
    /// The kind of thing was named, but has no role of its own (link, tab, menu …).
    pub named_kind: bool,
    /// The title of the window it is in.
    pub window: Option<String>,
    /// 1 is the first, -1 the last.
    pub ordinal: Option<i32>,
}

/// Words for kinds of things; longer ones first, so that "check box" is not a "box".
const KINDS: [(&str, Option<Role>); 34] = [
    ("radio button", Some(Role::RadioButton)),
    ("radiobutton", Some(Role::RadioButton)),
    ("push button", Some(Role::Button)),
    ("combo box", Some(Role::DropDown)),
    ("combobox", Some(Role::DropDown)),
    ("drop-down list", Some(Role::DropDown)),
    ("drop-down menu", Some(Role::DropDown)),
    ("dropdown list", Some(Role::DropDown)),
    ("dropdown menu", Some(Role::DropDown)),
    ("drop-down", Some(Role::DropDown)),
    ("dropdown", Some(Role::DropDown)),
    ("check box", Some(Role::CheckBox)),
    ("checkbox", Some(Role::CheckBox)),
    ("tick box", Some(Role::CheckBox)),
    ("text field", Some(Role::TextField)),
    ("text box", Some(Role::TextField)),
    ("textbox", Some(Role::TextField)),
    ("text area", Some(Role::TextField)),
    ("input field", Some(Role::TextField)),
    ("input box", Some(Role::TextField)),
    ("list row", Some(Role::ListRow)),
    ("list item", Some(Role::ListRow)),
    ("menu item", None),
    ("button", Some(Role::Button)),
    ("field", Some(Role::TextField)),
    ("input", Some(Role::TextField)),
    ("entry", Some(Role::TextField)),
    ("row", Some(Role::ListRow)),
    ("link", None),
    ("tab", None),
    ("menu", None),
    ("icon", None),
    ("text", None),
    ("label", None),
];

const ORDINALS: [(&str, i32); 12] = [
    ("first", 1),
    ("1st", 1),
    ("second", 2),
    ("2nd", 2),
    ("third", 3),
    ("3rd", 3),
    ("fourth", 4),
    ("4th", 4),
    ("fifth", 5),
    ("5th", 5),
    ("last", -1),
    ("final", -1),
];

/// Words between a kind and a name: "the field labelled E-mail".
const NAMING: [&str; 10] =
    ["labelled", "labeled", "called", "named", "titled", "saying", "marked", "next to", "beside", "for"];

impl Phrase {
    /// Takes a description apart. Every text is a description; an empty one names nothing.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().trim_end_matches(['.', '!', '?']);
        if let Some(name) = quoted(text) {
            return Self { name: name.to_owned(), ..Self::default() };
        }
        let mut phrase = Self::default();
        let mut rest = strip_article(text);
        if let Some((thing, window)) = split_window(rest) {
            phrase.window = Some(window.to_owned());
            rest = strip_article(thing);
        }
        // "First name field" is a name; "second text field" counts.
        if let Some((ordinal, tail)) = take_ordinal(rest).filter(|(_, tail)| take_kind(tail).0.is_empty()) {
            phrase.ordinal = Some(ordinal);
            rest = tail;
        }
        let (name, role, named_kind) = take_kind(rest);
        phrase.role = role;
        phrase.named_kind = named_kind;
        let name = strip_article(name);
        phrase.name = quoted(name).unwrap_or(name).to_owned();
        phrase
    }

    /// The same description with the first word of its name, an ordinal, taken to count.
    pub fn with_leading_ordinal(&self) -> Option<Self> {
        let (ordinal, name) = take_ordinal(&self.name).filter(|_| self.ordinal.is_none())?;
        Some(Self { name: name.to_owned(), ordinal: Some(ordinal), ..self.clone() })
    }
}

/// The text between quotes, where all of `text` is quoted.
fn quoted(text: &str) -> Option<&str> {
    let pairs = [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('`', '`'), ('«', '»')];
    pairs.into_iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        (!inner.is_empty() && !inner.contains(open) && !inner.contains(close)).then_some(inner)
    })
}

fn strip_article(text: &str) -> &str {
    let text = text.trim();
    for article in ["the ", "a ", "an ", "on ", "to "] {
        if let Some(head) = text.get(..article.len())
            && head.eq_ignore_ascii_case(article)
        {
            return strip_article(&text[article.len()..]);
        }
    }
    text
}

/// Splits "OK in the Print dialog" into "OK" and "Print".
fn split_window(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let end = ["window", "dialog", "dialogue"].iter().find_map(|w| lower.strip_suffix(w))?.len();
    let at = [" in ", " of ", " on ", " from "].iter().filter_map(|p| lower.rfind(p).map(|i| (i, p.len()))).max()?;
    let name = strip_article(text.get(at.0 + at.1..end)?.trim());
    let name = quoted(name).unwrap_or(name);
    (!name.is_empty()).then(|| (text[..at.0].trim(), name))
}

fn take_ordinal(text: &str) -> Option<(i32, &str)> {
    let (word, rest) = text.split_once(' ')?;
    let (_, ordinal) = ORDINALS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name))?;
    Some((*ordinal, rest.trim()))
}

fn take_kind(text: &str) -> (&str, Option<Role>, bool) {
    let lower = text.to_ascii_lowercase();
    for (word, role) in KINDS {
        if lower == word {
            return ("", role, true);
        }
        if let Some(before) = lower.strip_suffix(word)
            && before.ends_with(' ')
        {
            return (text[..before.len()].trim(), role, true);
        }
        if let Some(after) = lower.strip_prefix(word)
            && after.starts_with(' ')
        {
            return (strip_naming(&text[word.len()..]), role, true);
        }
    }
    (text, None, false)
}

fn strip_naming(text: &str) -> &str {
    let text = text.trim();
    for word in NAMING {
        if let Some(head) = text.get(..word.len())
            && head.eq_ignore_ascii_case(word)
            && text[word.len()..].starts_with(' ')
        {
            return text[word.len()..].trim();
        }
    }
    text
}

/// `text` with case, punctuation and runs of white space gone: what two labels are compared by.
pub fn fold(text: &str) -> String {
    let kept = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' });
    let lower: String = kept.flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower.split_whitespace().collect();
    if words.is_empty() { text.split_whitespace().collect() } else { words.join(" ") }
}

/// How alike two labels are, in `[0, 1]`; 1 means equal but for case and punctuation.
pub fn similarity(wanted: &str, seen: &str) -> f32 {
    let (wanted, seen) = (fold(wanted), fold(seen));
    if wanted.is_empty() || seen.is_empty() {
        return 0.0;
    }
    if wanted == seen {
        return 1.0;
    }
    let (tight_wanted, tight_seen) = (wanted.replace(' ', ""), seen.replace(' ', ""));
    if tight_wanted == tight_seen {
        return 0.97;
    }
    let typo = strsim::normalized_damerau_levenshtein(&tight_wanted, &tight_seen) as f32;
    let typo = if tight_wanted.len() >= 4 && typo >= 0.75 { typo * 0.95 } else { 0.0 };
    typo.max(part_similarity(&wanted, &seen))
}

/// All of the wanted words stand in the seen ones, together: the more of the seen they are, the better.
fn part_similarity(wanted: &str, seen: &str) -> f32 {
    let padded = format!(" {seen} ");
    let share = wanted.len() as f32 / seen.len() as f32;
    if padded.starts_with(&format!(" {wanted} ")) {
        return 0.6 + 0.3 * share;
    }
    if padded.contains(&format!(" {wanted} ")) {
        return 0.55 + 0.3 * share;
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, name: &str, role: Option<Role>, window: Option<&str>, ordinal: Option<i32>) {
        let phrase = Phrase::parse(text);
        assert_eq!(
            (phrase.name.as_str(), phrase.role, phrase.window.as_deref(), phrase.ordinal),
            (name, role, window, ordinal),
            "{text}"
        );
    }

    #[test]
    fn descriptions_are_taken_apart() {
        check("the Save button", "Save", Some(Role::Button), None, None);
        check("the Save button in the Print dialog", "Save", Some(Role::Button), Some("Print"), None);
        check("\"Save\"", "Save", None, None, None);
        check("button \"Save as\"", "Save as", Some(Role::Button), None, None);
        check("second text field", "", Some(Role::TextField), None, Some(2));
        check("the last button", "", Some(Role::Button), None, Some(-1));
        check("field labelled E-mail", "E-mail", Some(Role::TextField), None, None);
        check("check box next to Bold", "Bold", Some(Role::CheckBox), None, None);
        check("First name field", "First name", Some(Role::TextField), None, None);
        check("Help", "Help", None, None, None);
        check("", "", None, None, None);
    }

    #[test]
    fn an_ordinal_alone_is_a_name() {
        check("Second", "Second", None, None, None);
    }

    #[test]
    fn labels_are_alike_but_for_case_punctuation_and_typos() {
        assert_eq!(similarity("save as", "Save As…"), 1.0);
        assert!(similarity("Subscrbe", "Subscribe") > 0.8);
        assert!(similarity("OK", "Cancel") == 0.0);
        assert!(similarity("OK", "Press OK to go on") < similarity("OK", "OK"));
        assert_eq!(similarity("", "x"), 0.0);
        assert!(similarity("+", "+") == 1.0);
    }
}
