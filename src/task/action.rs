use crate::screen::PointPx;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One thing that hands do on a display; places are physical pixels of that display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Move {
        to: PointPx,
    },
    Click {
        at: PointPx,
        button: Button,
        count: u8,
        /// Held during the click.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        modifiers: Vec<Modifier>,
        /// How long the button is held down, in milliseconds; 0 is an ordinary click.
        #[serde(default, skip_serializing_if = "is_zero")]
        hold_ms: u64,
    },
    /// Presses a button where the pointer is, and holds it.
    Press {
        button: Button,
    },
    /// Lets a held button go.
    Release {
        button: Button,
    },
    /// Types `text`; `gap_ms` is the least time between two presses of one key. With `read_back`, what arrived is
    /// asked of the application and repaired.
    Type {
        text: String,
        gap_ms: u64,
        #[serde(default)]
        read_back: bool,
    },
    Key {
        chord: Chord,
    },
    /// Puts `text` where applications paste from, presses `chord`, and waits until it was fetched.
    Paste {
        text: String,
        chord: Chord,
    },
    /// Turns the wheel by `dy` notches (down is positive) and `dx` (right is positive) over `at`.
    Scroll {
        at: PointPx,
        dx: i32,
        dy: i32,
    },
    /// Presses `button` at the first place of `path`, passes all others, and lets go at the last.
    Drag {
        path: Vec<PointPx>,
        button: Button,
    },
    /// Brings the window to the front and gives it the keyboard.
    Activate {
        window: u32,
    },
    /// Asks the window to close, as its close button does.
    Close {
        window: u32,
    },
    /// Has the window manager change how the window stands on the desktop.
    Arrange {
        window: u32,
        how: Arrangement,
    },
    /// Does nothing, so that the screen can change by itself.
    Wait {
        ms: u64,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What becomes of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrangement {
    /// The top left corner of its contents comes to this place.
    Move { to: PointPx },
    /// Its contents become this large, in pixels.
    Resize { width: u32, height: u32 },
    /// It fills the monitor.
    Maximise,
    /// It is neither maximised nor hidden.
    Restore,
    /// It is hidden, and still runs.
    Minimise,
}

impl fmt::Display for Arrangement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Move { to } => write!(f, "move to {to}"),
            Self::Resize { width, height } => write!(f, "resize to {width}x{height}"),
            Self::Maximise => f.write_str("maximise"),
            Self::Restore => f.write_str("restore"),
            Self::Minimise => f.write_str("minimise"),
        }
    }
}

impl Action {
    /// `count` plain clicks with `button` at `at`.
    pub const fn click(at: PointPx, button: Button, count: u8) -> Self {
        Self::Click { at, button, count, modifiers: Vec::new(), hold_ms: 0 }
    }

    /// A drag with the left button from one place straight to another.
    pub fn drag(from: PointPx, to: PointPx) -> Self {
        Self::Drag { path: vec![from, to], button: Button::Left }
    }

    /// Types `text` without reading it back.
    pub fn text(text: &str, gap_ms: u64) -> Self {
        Self::Type { text: text.to_owned(), gap_ms, read_back: false }
    }

    /// The places that must be on the display.
    pub fn places(&self) -> &[PointPx] {
        match self {
            Self::Move { to } => std::slice::from_ref(to),
            Self::Click { at, .. } | Self::Scroll { at, .. } => std::slice::from_ref(at),
            Self::Drag { path, .. } => path,
            _ => &[],
        }
    }

    /// Whether this can change anything in an application.
    pub const fn needs_seat(&self) -> bool {
        !matches!(self, Self::Wait { .. })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Move { to } => write!(f, "move to {to}"),
            Self::Click { at, button, count, modifiers, hold_ms } => {
                let times = match count {
                    2 => "double-",
                    3 => "triple-",
                    _ => "",
                };
                modifiers.iter().try_for_each(|m| write!(f, "{}+", m.name()))?;
                let side = if *button == Button::Left { "" } else { button.name() };
                write!(f, "{side}{}{times}click at {at}", if side.is_empty() { "" } else { " " })?;
                if *hold_ms > 0 { write!(f, ", held for {hold_ms} ms") } else { Ok(()) }
            }
            Self::Press { button } => write!(f, "press the {} button", button.name()),
            Self::Release { button } => write!(f, "release the {} button", button.name()),
            Self::Type { text, .. } => write!(f, "type {} characters", text.chars().count()),
            Self::Key { chord } => write!(f, "press {chord}"),
            Self::Paste { text, .. } => write!(f, "paste {} characters", text.chars().count()),
            Self::Scroll { at, dx, dy } => write!(f, "scroll by {dx},{dy} at {at}"),
            Self::Drag { path, button } => {
                let side =
                    if *button == Button::Left { String::new() } else { format!(" with the {} button", button.name()) };
                let places: Vec<String> = path.iter().map(PointPx::to_string).collect();
                write!(f, "drag{side} from {}", places.join(" to "))
            }
            Self::Activate { window } => write!(f, "bring window {window:#x} to the front"),
            Self::Close { window } => write!(f, "close window {window:#x}"),
            Self::Arrange { window, how } => write!(f, "{how} window {window:#x}"),
            Self::Wait { ms } => write!(f, "wait {ms} ms"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    Left,
    Middle,
    Right,
}

impl Button {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Middle => "middle",
            Self::Right => "right",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modifier {
    Ctrl,
    Alt,
    Shift,
    Super,
}

impl Modifier {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ctrl => "Ctrl",
            Self::Alt => "Alt",
            Self::Shift => "Shift",
            Self::Super => "Super",
        }
    }

    /// The modifier that people call `name`.
    pub fn named(name: &str) -> Option<Self> {
        Chord::modifier(name)
    }
}

/// A key with the modifiers held during its press: `Ctrl+Shift+N`, `Return`, `é`.
///
/// `key` is a single character (lower case for letters) or one of [`Chord::NAMED`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Chord {
    pub modifiers: Vec<Modifier>,
    pub key: String,
}

/// Why a text names no key.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ChordError {
    #[error("no key called `{0}`")]
    UnknownKey(String),
    #[error("`{0}` has modifiers but no key")]
    NoKey(String),
}

impl Chord {
    /// The names of keys that are not characters, as chords print them.
    pub const NAMED: [&str; 32] = [
        "Return",
        "Escape",
        "Tab",
        "Space",
        "BackSpace",
        "Delete",
        "Insert",
        "Home",
        "End",
        "PageUp",
        "PageDown",
        "Up",
        "Down",
        "Left",
        "Right",
        "F1",
        "F2",
        "F3",
        "F4",
        "F5",
        "F6",
        "F7",
        "F8",
        "F9",
        "F10",
        "F11",
        "F12",
        "Menu",
        "Plus",
        "Minus",
        "Super",
        "Print",
    ];
    const SYNONYMS: [(&str, &str); 16] = [
        ("enter", "Return"),
        ("esc", "Escape"),
        ("del", "Delete"),
        ("ins", "Insert"),
        ("pgup", "PageUp"),
        ("pgdn", "PageDown"),
        ("pgdown", "PageDown"),
        ("page up", "PageUp"),
        ("page down", "PageDown"),
        ("spacebar", "Space"),
        ("space bar", "Space"),
        ("arrow up", "Up"),
        ("arrow down", "Down"),
        ("arrow left", "Left"),
        ("arrow right", "Right"),
        ("win", "Super"),
    ];

    pub fn plain(key: &str) -> Self {
        Self { modifiers: Vec::new(), key: key.to_owned() }
    }

    pub fn ctrl(key: &str) -> Self {
        Self { modifiers: vec![Modifier::Ctrl], key: key.to_owned() }
    }

    pub fn ctrl_shift(key: &str) -> Self {
        Self { modifiers: vec![Modifier::Ctrl, Modifier::Shift], key: key.to_owned() }
    }

    fn modifier(name: &str) -> Option<Modifier> {
        match name.to_ascii_lowercase().as_str() {
            "ctrl" | "control" | "strg" => Some(Modifier::Ctrl),
            "alt" | "option" => Some(Modifier::Alt),
            "shift" => Some(Modifier::Shift),
            "super" | "win" | "windows" | "cmd" | "command" | "meta" => Some(Modifier::Super),
            _ => None,
        }
    }

    fn key_name(name: &str) -> Option<String> {
        let lower = name.to_lowercase();
        if let Some((_, known)) = Self::SYNONYMS.iter().find(|(from, _)| *from == lower) {
            return Some((*known).to_owned());
        }
        if let Some(known) = Self::NAMED.iter().find(|n| n.eq_ignore_ascii_case(name)) {
            return Some((*known).to_owned());
        }
        let mut chars = lower.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() && !c.is_whitespace() => Some(c.to_string()),
            _ => None,
        }
    }
}

impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, ChordError> {
        let text = text.trim();
        if let Some(key) = Self::key_name(text) {
            return Ok(Self { modifiers: Vec::new(), key });
        }
        let mut parts: Vec<&str> = text.split(['+', '-']).map(str::trim).collect();
        let last = parts.pop().unwrap_or_default();
        if last.is_empty() || Self::modifier(last).is_some() {
            return Err(ChordError::NoKey(text.to_owned()));
        }
        let mut modifiers = parts
            .into_iter()
            .map(|p| Self::modifier(p).ok_or_else(|| ChordError::UnknownKey(p.to_owned())))
            .collect::<Result<Vec<_>, _>>()?;
        modifiers.sort_unstable();
        modifiers.dedup();
        let key = Self::key_name(last).ok_or_else(|| ChordError::UnknownKey(last.to_owned()))?;
        Ok(Self { modifiers, key })
    }
}

impl TryFrom<String> for Chord {
    type Error = ChordError;
    fn try_from(text: String) -> Result<Self, ChordError> {
        text.parse()
    }
}

impl From<Chord> for String {
    fn from(chord: Chord) -> Self {
        chord.to_string()
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for modifier in &self.modifiers {
            write!(f, "{}+", modifier.name())?;
        }
        if self.modifiers.is_empty() { f.write_str(&self.key) } else { write!(f, "{}", upper_letter(&self.key)) }
    }
}

/// `s` as it stands on a key cap in a chord: `Ctrl+S`.
fn upper_letter(key: &str) -> String {
    if key.chars().count() == 1 { key.to_uppercase() } else { key.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(text.parse::<Chord>().unwrap().to_string(), expected, "{text}");
    }

    #[test]
    fn chords_are_read_as_people_write_them() {
        check("ctrl+s", "Ctrl+S");
        check("Shift-Ctrl-n", "Ctrl+Shift+N");
        check("Control + Alt + Delete", "Ctrl+Alt+Delete");
        check("enter", "Return");
        check("pgdn", "PageDown");
        check("F5", "F5");
        check("x", "x");
        check("-", "-");
    }

    #[test]
    fn what_is_no_key_is_an_error() {
        assert_eq!("ctrl+".parse::<Chord>(), Err(ChordError::NoKey("ctrl+".into())));
        assert_eq!("ctrl+blah".parse::<Chord>(), Err(ChordError::UnknownKey("blah".into())));
        assert_eq!("hyper+x".parse::<Chord>(), Err(ChordError::UnknownKey("hyper".into())));
        assert!("".parse::<Chord>().is_err());
    }

    #[test]
    fn a_chord_survives_the_wire() {
        for text in ["Ctrl+Shift+N", "a", "Return", "Ctrl+PageDown"] {
            let chord: Chord = text.parse().unwrap();
            let json = serde_json::to_string(&chord).unwrap();
            assert_eq!(serde_json::from_str::<Chord>(&json).unwrap(), chord);
        }
    }
}
