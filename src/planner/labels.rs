//! What stands on the screen while a request is planned: names to tell apart what may be meant.

use super::tokens::Token;
use crate::screen::{Element, Percept, Role};
use std::collections::HashMap;

/// What can be done with a thing that bears a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// Text is written into it.
    Field,
    /// It is ticked, or one of several is chosen.
    Box,
    /// One of its entries is chosen.
    List,
    /// It holds a number that is set.
    Value,
    /// It is pressed.
    Button,
    Tab,
    /// A window is titled so.
    Window,
    /// Text that stands there, and whatever else.
    Text,
}

impl Use {
    /// As the grammar's slots call it.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "field" => Self::Field,
            "box" => Self::Box,
            "choice" => Self::List,
            "value" => Self::Value,
            "button" => Self::Button,
            "tab" => Self::Tab,
            "window" => Self::Window,
            "label" => Self::Text,
            _ => return None,
        })
    }

    const fn of(role: Role) -> Option<Self> {
        Some(match role {
            Role::TextField => Self::Field,
            Role::CheckBox | Role::RadioButton => Self::Box,
            Role::DropDown => Self::List,
            Role::Slider | Role::Spinner => Self::Value,
            Role::Button | Role::Link | Role::Icon => Self::Button,
            Role::Tab => Self::Tab,
            _ => return None,
        })
    }
}

/// The names on the screen. Where nothing was looked at there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Lower case, words apart by one space, without marks at the ends.
    known: HashMap<String, Vec<Use>>,
    /// Titles of windows, written in the same way.
    windows: Vec<String>,
}

/// How many words of a line of text make a name at most.
const WORDS: usize = 5;

impl Labels {
    /// The names that `percept` shows: those of elements, and what stands in their lines of text, word by word.
    pub fn of(percept: &Percept) -> Self {
        let mut labels = Self::default();
        for element in &percept.elements {
            labels.add_element(element);
        }
        for line in &percept.text {
            let words: Vec<String> = line.text.split_whitespace().map(str::to_owned).collect();
            for from in 0..words.len() {
                for to in from + 1..=words.len().min(from + WORDS) {
                    labels.add(&words[from..to].join(" "), Use::Text);
                }
            }
            labels.add(&line.text, Use::Text);
        }
        let managed = percept.windows.iter().filter(|w| !w.popup);
        labels.windows = managed.map(|w| plain(&w.title)).collect();
        labels
    }

    fn add_element(&mut self, element: &Element) {
        let Some(label) = element.label.as_deref() else { return };
        self.add(label, Use::Text);
        if let Some(kind) = Use::of(element.role) {
            self.add(label, kind);
        }
    }

    fn add(&mut self, label: &str, kind: Use) {
        let key = plain(label);
        if key.is_empty() {
            return;
        }
        let kinds = self.known.entry(key).or_default();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }

    /// Whether a button, a link or a tab is called so.
    pub fn is_pressed(&self, tokens: &[Token]) -> bool {
        self.has(tokens, Use::Button) || self.has(tokens, Use::Tab)
    }

    /// Whether a window is titled `name`, or its title begins or ends so.
    pub fn is_window(&self, name: &str) -> bool {
        let name = plain(name);
        !name.is_empty() && self.windows.iter().any(|title| title.starts_with(&name) || title.ends_with(&name))
    }

    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether `tokens` are the name of something that can be used so.
    pub fn has(&self, tokens: &[Token], kind: Use) -> bool {
        self.has_name(&tokens.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" "), kind)
    }

    /// Whether something bears `name` and can be used so.
    pub fn has_name(&self, name: &str, kind: Use) -> bool {
        if kind == Use::Window {
            return self.is_window(name);
        }
        !self.is_empty() && self.known.get(&plain(name)).is_some_and(|kinds| kinds.contains(&kind))
    }
}

/// Lower case, one space between words, no marks at the ends.
fn plain(text: &str) -> String {
    let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let joined = words.join(" ").replace('’', "'");
    joined.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;
    use crate::screen::{RectPx, TextSpan};

    #[test]
    fn names_are_known_by_what_bears_them_and_word_by_word() {
        let area = RectPx::new(0, 0, 10, 10);
        let mut tick = Element::seen(Role::CheckBox, area, 1.0);
        tick.label = Some("Gift wrap:".into());
        let line = TextSpan { text: "File Edit View".into(), area, confidence: 1.0, words: Vec::new(), window: None };
        let percept = Percept { elements: vec![tick], text: vec![line], ..Percept::default() };
        let labels = Labels::of(&percept);
        assert!(labels.has(&tokens("gift Wrap"), Use::Box));
        assert!(labels.has(&tokens("gift wrap"), Use::Text));
        assert!(!labels.has(&tokens("gift wrap"), Use::Field));
        assert!(labels.has(&tokens("Edit"), Use::Text));
        assert!(labels.has(&tokens("edit view"), Use::Text));
        assert!(!labels.has(&tokens("edit view then"), Use::Text));
        assert!(!Labels::default().has(&tokens("Edit"), Use::Text));
    }
}
