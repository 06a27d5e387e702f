use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// The longest request that is read, in characters.
pub const MAX_REQUEST_CHARS: usize = 4_000;

/// Names one run; sorts by the time it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub String);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the work is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DesktopChoice {
    /// An X display that is there already, by name (`:0`).
    Given(String),
    /// A virtual one of its own, in physical pixels.
    Private { width: u32, height: u32 },
    /// A virtual one that was started before, by its name; `None` for any that is idle.
    Started { name: Option<String> },
}

/// What a person asked, with its limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub text: String,
    pub desktop: DesktopChoice,
    /// Relative paths in the text are read from here.
    pub cwd: PathBuf,
    pub timeout_ms: u64,
    pub policy: Policy,
}

/// Why a text is not a request.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequestError {
    #[error("the request is empty")]
    Empty,
    #[error("the request has {chars} characters, the limit is {limit}")]
    TooLong { chars: usize, limit: usize },
    #[error("the request contains the control character U+{code:04X}")]
    Control { code: u32 },
}

impl Request {
    /// Trims and bounds what was typed.
    ///
    /// # Errors
    /// [`RequestError`] for an empty or enormous text and for control characters.
    pub fn check_text(text: &str) -> Result<&str, RequestError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(RequestError::Empty);
        }
        let chars = text.chars().count();
        if chars > MAX_REQUEST_CHARS {
            return Err(RequestError::TooLong { chars, limit: MAX_REQUEST_CHARS });
        }
        match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) {
            Some(c) => Err(RequestError::Control { code: c as u32 }),
            None => Ok(text),
        }
    }
}

/// What may happen when an act cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Allow,
    Ask,
    Refuse,
}

/// The person's rules for acts that cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Writing over a file that is there.
    pub overwrite: Rule,
    /// Pressing what deletes, sends, pays or installs when the request did not name it.
    pub unnamed_press: Rule,
    /// Shell commands that destroy (`rm -r`, `mkfs`, `dd of=`, `shutdown` and their like).
    pub destructive_command: Rule,
}

impl Default for Policy {
    fn default() -> Self {
        Self { overwrite: Rule::Ask, unnamed_press: Rule::Refuse, destructive_command: Rule::Ask }
    }
}

impl Policy {
    /// The same rules with every question answered yes; what is refused stays refused.
    pub fn without_questions(self) -> Self {
        let yes = |rule| if rule == Rule::Ask { Rule::Allow } else { rule };
        Self {
            overwrite: yes(self.overwrite),
            unnamed_press: yes(self.unnamed_press),
            destructive_command: yes(self.destructive_command),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_and_enormous_texts_are_no_requests() {
        assert_eq!(Request::check_text("  \n "), Err(RequestError::Empty));
        let long = "a".repeat(MAX_REQUEST_CHARS + 1);
        assert!(matches!(Request::check_text(&long), Err(RequestError::TooLong { .. })));
        assert_eq!(Request::check_text("a\u{7}b"), Err(RequestError::Control { code: 7 }));
        assert_eq!(Request::check_text(" press OK "), Ok("press OK"));
    }

    #[test]
    fn yes_does_not_lift_a_refusal() {
        let policy = Policy::default().without_questions();
        assert_eq!(policy.overwrite, Rule::Allow);
        assert_eq!(policy.unnamed_press, Rule::Refuse);
    }
}
