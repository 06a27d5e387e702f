//! Secrets of the person: what runs may use and nobody is told.
//!
//! A request names one as `secret:NAME`, a template as `{{ secrets.NAME }}`. Whoever drives a run knows the values;
//! what is recorded has the names in their place. A name counts where a person or a template says it, never in what
//! was read or printed: a page that shows `secret:NAME` gets no value. What only looks like a secret, in what commands and services say,
//! is recorded as [`MARK`].

use crate::store::{Moment, Store, StoreError};
use crate::task::EventKind;
use regex::{Captures, Regex};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::LazyLock;

const KIND: &str = "secret";
/// What stands for something that looked like a secret.
const MARK: &str = "‹hidden›";
/// The fewest characters of a value: what is shorter stands in half of all texts.
const LEAST: usize = 4;
/// From so many characters on a value is found within words, too.
const WITHIN: usize = 8;
/// The most characters of a value.
const MOST: usize = 4_096;

/// Why something cannot be kept as a secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("“{0}” is no name of a secret: letters, digits and `_`, at most 64, a letter first")]
    Name(String),
    #[error("a secret has {LEAST} to {MOST} characters in one line")]
    Size,
    #[error(
        "a secret of small letters alone cannot be told from ordinary words, and would be hidden wherever they stand"
    )]
    Ordinary,
    #[error("there is no secret “{0}”")]
    Unknown(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    value: String,
    set_ms: u64,
}

/// A secret as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    pub name: String,
    /// When it was set, in milliseconds since the Unix epoch.
    pub set_ms: u64,
}

fn kept(store: &dyn Store) -> Result<Vec<(String, Kept)>, StoreError> {
    let documents = store.documents(KIND)?;
    Ok(documents.into_iter().filter_map(|(name, body)| Some((name, serde_json::from_str(&body).ok()?))).collect())
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=64).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(fits)
}

/// The values, for whoever drives a run.
#[derive(Debug, Default, Clone)]
pub struct Secrets {
    /// Names and values, the longest value first: one may be a part of another.
    all: Vec<(String, String)>,
}

impl Secrets {
    /// Keeps `value` under `name`, in place of what was there.
    ///
    /// # Errors
    /// [`SecretError`] for a name or a value that cannot be one; those of the store.
    pub fn set(store: &mut dyn Store, name: &str, value: &str) -> Result<(), SecretError> {
        if !is_name(name) {
            return Err(SecretError::Name(name.chars().take(64).collect()));
        }
        let is_line = !value.chars().any(char::is_control) && value.trim() == value;
        if !is_line || !(LEAST..=MOST).contains(&value.chars().count()) {
            return Err(SecretError::Size);
        }
        if value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return Err(SecretError::Ordinary);
        }
        let kept = Kept { value: value.to_owned(), set_ms: Moment::now().at_ms };
        Ok(store.put_for_good(KIND, name, &serde_json::to_string(&kept).unwrap_or_default())?)
    }

    /// Forgets a secret.
    ///
    /// # Errors
    /// [`SecretError::Unknown`]; those of the store.
    pub fn remove(store: &mut dyn Store, name: &str) -> Result<(), SecretError> {
        if store.discard(KIND, name)? { Ok(()) } else { Err(SecretError::Unknown(name.chars().take(64).collect())) }
    }

    /// The names of all secrets.
    ///
    /// # Errors
    /// Those of the store.
    pub fn list(store: &dyn Store) -> Result<Vec<Named>, StoreError> {
        let all = kept(store)?;
        Ok(all.into_iter().map(|(name, kept)| Named { name, set_ms: kept.set_ms }).collect())
    }

    /// All that there are now.
    ///
    /// # Errors
    /// Those of the store.
    pub fn read(store: &dyn Store) -> Result<Self, StoreError> {
        let mut all: Vec<_> = kept(store)?.into_iter().map(|(name, kept)| (name, kept.value)).collect();
        all.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        Ok(Self { all })
    }

    /// Values by their names, as templates see them.
    pub fn as_json(&self) -> Map<String, Value> {
        self.all.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect()
    }

    /// `text` with the values in the place of `secret:NAME`; names that are none stay.
    pub fn reveal(&self, text: &str) -> String {
        let value = |found: &Captures<'_>| self.value(&found[1]).unwrap_or(&found[0]).to_owned();
        named().replace_all(text, value).into_owned()
    }

    /// How often `text` names a secret that there is, or has a [`MARK`] in the place of one.
    pub fn mentions(&self, text: &str) -> usize {
        let named = named().captures_iter(text).filter(|found| self.value(&found[1]).is_some());
        named.count() + text.matches(MARK).count()
    }

    /// Whether a text of `what` names a secret that there is.
    pub fn are_named_in(&self, what: &impl Serialize) -> bool {
        let text = serde_json::to_string(what).unwrap_or_default();
        named().captures_iter(&text).any(|found| self.value(&found[1]).is_some())
    }

    /// Whether there is one of that name.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The first name in `text` that is none of a secret there is.
    pub fn missing(&self, text: &str) -> Option<String> {
        named().captures_iter(text).map(|found| found[1].to_owned()).find(|name| !self.has(name))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.all.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// `text` with `secret:NAME` in the place of the values.
    pub fn hide(&self, text: &str) -> String {
        self.all.iter().fold(text.to_owned(), |text, (name, value)| hide_one(text, name, value))
    }

    /// The same for all texts of `what`.
    pub fn reveal_in<T: Serialize + DeserializeOwned + Clone>(&self, what: &T) -> T {
        if self.all.is_empty() { what.clone() } else { changed(what, &|text| self.reveal(text)) }
    }

    /// What is recorded of an event: no value, and in what the work found out nothing that looks like one.
    pub fn hide_in(&self, kind: &EventKind) -> EventKind {
        let is_found_out = matches!(
            kind,
            EventKind::Stepped { .. }
                | EventKind::Judged { .. }
                | EventKind::TaskEnded { .. }
                | EventKind::Finished { .. }
        );
        match (is_found_out, self.all.is_empty()) {
            (false, true) => kind.clone(),
            (false, false) => changed(kind, &|text| self.hide(text)),
            (true, _) => changed(kind, &|text| hide_alike(&self.hide(text), &|name| self.has(name)).into_owned()),
        }
    }

    /// What is recorded of a line that was printed.
    pub fn hide_line(&self, line: &str) -> String {
        hide_alike(&self.hide(line), &|name| self.has(name)).into_owned()
    }
}

fn hide_one(text: String, name: &str, value: &str) -> String {
    if !text.contains(value) {
        return text;
    }
    let stands_alone = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + value.len()..].chars().next();
        value.chars().count() >= WITHIN || ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    };
    let (mut hidden, mut from) = (String::with_capacity(text.len()), 0);
    for (at, _) in text.match_indices(value) {
        if stands_alone(at) {
            hidden += &text[from..at];
            hidden += "secret:";
            hidden += name;
            from = at + value.len();
        }
    }
    hidden + &text[from..]
}

/// `what` with all its texts changed; as it is where that cannot be.
fn changed<T: Serialize + DeserializeOwned + Clone>(what: &T, change: &dyn Fn(&str) -> String) -> T {
    fn walk(value: &mut Value, change: &dyn Fn(&str) -> String) {
        match value {
            Value::String(text) => *text = within(text, change).unwrap_or_else(|| change(text)),
            Value::Array(all) => all.iter_mut().for_each(|value| walk(value, change)),
            Value::Object(all) => all.values_mut().for_each(|value| walk(value, change)),
            _ => {}
        }
    }
    /// The same for what a text of JSON says: within it quotes and line ends are written otherwise.
    fn within(text: &str, change: &dyn Fn(&str) -> String) -> Option<String> {
        if !text.starts_with(['{', '[']) {
            return None;
        }
        let said: Value = serde_json::from_str(text).ok()?;
        let mut changed = said.clone();
        walk(&mut changed, change);
        Some(if changed == said { text.to_owned() } else { changed.to_string() })
    }
    let Ok(mut value) = serde_json::to_value(what) else { return what.clone() };
    walk(&mut value, change);
    serde_json::from_value(value).unwrap_or_else(|_| what.clone())
}

/// Where a text names a secret.
fn named() -> &'static Regex {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bsecret:([A-Za-z][A-Za-z0-9_]{0,63})"));
    &NAMED
}

/// A pattern of the program's own.
fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|e| unreachable!("{e}"))
}

/// `text` without what looks like a secret: keys and tokens of known forms, what a name of one is said to be, passwords
/// in addresses. `secret:NAME` stays where `is_name` knows that name.
pub fn hide_alike<'a>(text: &'a str, is_name: &dyn Fn(&str) -> bool) -> Cow<'a, str> {
    static FORMS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?x)
            \b(?:gh[opsur]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,} | glpat-[A-Za-z0-9_-]{16,}
            | sk-[A-Za-z0-9_-]{20,} | xox[abeprs]-[A-Za-z0-9-]{10,} | AKIA[A-Z0-9]{16} | AIza[A-Za-z0-9_-]{35}
            | ya29\.[A-Za-z0-9_-]{20,} | npm_[A-Za-z0-9]{30,}
            | eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,})
            | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY-----[\s\S]*?(?:-----END\ [A-Z\ ]*PRIVATE\ KEY-----|\z)",
        )
    });
    static NAMED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?ix)
            ( \bauthorization\\?["']?\s*[=:]\s*\\?["']?(?:bearer|basic|token)\s+ | \bbearer\s+ | ://[^\s/:@]+: |
              \b(?:[a-z0-9_-]*[_-])?(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|
              private[_-]?key)\\?["']?\s*[=:]\s*\\?["']? )
            ( [^\s"'\\,;&@‹]{6,} )"#,
        )
    });
    let formed = FORMS.replace_all(text, MARK);
    let hide = |found: &Captures<'_>| {
        let (said, value) = (found[1].to_ascii_lowercase(), &found[2]);
        // A secret by its name is told by that name, an address may end in a number, and some bear ordinary words.
        let name = value.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let is_plain = value.starts_with("secret:")
            || (said.ends_with("secret:") && is_name(name))
            || (said.starts_with("://") && !is_before_at(&formed, found))
            || (said.starts_with("bearer") && !value.bytes().any(|b| b.is_ascii_digit()));
        if is_plain { found[0].to_owned() } else { format!("{}{MARK}", &found[1]) }
    };
    let named = NAMED.replace_all(&formed, hide);
    if named == text { Cow::Borrowed(text) } else { Cow::Owned(named.into_owned()) }
}

/// Whether what was found is followed by the `@` of an address.
fn is_before_at(text: &str, found: &Captures<'_>) -> bool {
    found.get(0).is_some_and(|all| text[all.end()..].starts_with('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::InMemory;
    use crate::task::{RunState, TaskId};

    fn secrets(all: &[(&str, &str)]) -> Secrets {
        let mut store = InMemory::default();
        for (name, value) in all {
            Secrets::set(&mut store, name, value).unwrap();
        }
        Secrets::read(&store).unwrap()
    }

    #[test]
    fn values_are_used_and_names_recorded() {
        let known = secrets(&[("BANK", "hunter2!"), ("LONG", "hunter2!-and-more"), ("PIN", "4711")]);
        let asked = "log in as bob with password secret:BANK, then type secret:NONE";
        let used = known.reveal(asked);
        assert_eq!(used, "log in as bob with password hunter2!, then type secret:NONE");
        assert_eq!(known.hide(&used), asked);
        assert_eq!(known.hide("xhunter2!x hunter2!-and-more"), "xsecret:BANKx secret:LONG");
        assert_eq!((known.mentions(asked), known.mentions(&used), known.mentions("a ‹hidden› b")), (1, 0, 1));
        // A short one stands for itself alone.
        assert_eq!(known.hide("4711 a4711 47110 (4711)"), "secret:PIN a4711 47110 (secret:PIN)");
    }

    #[test]
    fn events_are_recorded_without_values() {
        let known = secrets(&[("KEY", "Finished-7")]);
        let kind = EventKind::Finished {
            state: RunState::Passed,
            reason: Some("wrote Finished-7 with Authorization: Bearer abcdefghijkl".into()),
            hint: None,
            answer: None,
        };
        let EventKind::Finished { reason, .. } = known.hide_in(&kind) else { panic!() };
        assert_eq!(reason.unwrap(), "wrote secret:KEY with Authorization: Bearer ‹hidden›");
        let quoted = secrets(&[("KEY", "say \"A\" \\ B")]);
        let claim = serde_json::json!({ "out": "1\nsay \"A\" \\ B\ntoken=abcdefg" }).to_string();
        let EventKind::Finished { answer, .. } = quoted.hide_in(&EventKind::Finished {
            state: RunState::Passed,
            reason: None,
            hint: None,
            answer: Some(claim),
        }) else {
            panic!()
        };
        assert_eq!(answer.unwrap(), r#"{"out":"1\nsecret:KEY\ntoken=‹hidden›"}"#);
        let none = Secrets::default();
        let asked = EventKind::TaskStarted { task: TaskId(1), attempt: 1, pid: 1 };
        assert_eq!(none.hide_in(&asked), asked);
    }

    #[test]
    fn what_cannot_be_kept_apart_is_no_secret() {
        let mut store = InMemory::default();
        for (name, value) in
            [("a b", "Abcd-123"), ("1a", "Abcd-123"), ("", "Abcd-123"), ("A", "abc"), ("A", "a\nbcdE"), ("A", "passed")]
        {
            assert!(Secrets::set(&mut store, name, value).is_err(), "{name} {value}");
        }
        Secrets::set(&mut store, "A", "Abcd-123").unwrap();
        Secrets::set(&mut store, "A", "Abcd-124").unwrap();
        assert_eq!(Secrets::list(&store).unwrap().iter().map(|n| n.name.as_str()).collect::<Vec<_>>(), ["A"]);
        Secrets::remove(&mut store, "A").unwrap();
        assert!(matches!(Secrets::remove(&mut store, "A"), Err(SecretError::Unknown(_))));
    }

    #[test]
    fn what_looks_like_a_secret_is_hidden() {
        for (said, hidden) in [
            ("Authorization: Bearer abc.def-123", "Authorization: Bearer ‹hidden›"),
            ("export API_KEY=abcdef12345", "export API_KEY=‹hidden›"),
            ("DB_PASSWORD='s3cr3t-x'", "DB_PASSWORD='‹hidden›'"),
            (r#"{"access_token": "abcdef123", "n": 1}"#, r#"{"access_token": "‹hidden›", "n": 1}"#),
            (r#"{\"token\":\"abcdef123\"}"#, r#"{\"token\":\"‹hidden›\"}"#),
            ("clone https://bob:hunter22@example.org/x.git", "clone https://bob:‹hidden›@example.org/x.git"),
            ("using ghp_abcdefghijklmnopqrstuvwxyz0123456789", "using ‹hidden›"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nend", "‹hidden›\nend"),
        ] {
            assert_eq!(hide_alike(said, &|_| false), hidden);
        }
        for plain in [
            "1523 tokens used",
            "token: yes",
            "http://localhost:8080800/path",
            "the password was changed",
            "password secret:BANK",
            "password=secret:BANK",
            "a basic example",
        ] {
            let told = hide_alike(plain, &|_| false);
            assert!(matches!(told, Cow::Borrowed(_)), "{plain} -> {told}");
        }
    }

    #[test]
    fn names_that_are_known_are_told_and_others_are_found_missing() {
        let known = secrets(&[("BANKING", "s3same0pen")]);
        assert_eq!(known.hide_line("shows “secret:BANKING” now"), "shows “secret:BANKING” now");
        assert_eq!(known.hide_line("shows “secret:hunter7q” now"), format!("shows “secret:{MARK} now"));
        assert_eq!(known.missing("log in with secret:BANKING and secret:OTHER"), Some("OTHER".to_owned()));
        assert_eq!(known.missing("log in with secret:BANKING"), None);
    }
}
