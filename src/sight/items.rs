//! What can be meant on a screen: its elements and texts, each with who it belongs to.

use super::alike::similarity;
use super::find::Candidate;
use super::icons::words_for;
use super::phrase::{Condition, Looks, Phrase};
use crate::screen::{Element, Icon, Percept, RectPx, Role, TextSpan, Word};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    Element,
    Text,
}

/// One thing that can be meant.
#[derive(Debug, Clone)]
pub struct Item {
    pub kind: ItemKind,
    pub label: String,
    /// An element's role; for a text, that of the element that it stands in or names.
    pub role: Option<Role>,
    pub area: RectPx,
    pub element: Option<Element>,
    words: Vec<Word>,
}

/// Everything on a screen that can be meant.
pub fn items(percept: &Percept) -> Vec<Item> {
    let elements = percept.elements.iter().filter(|e| e.role != Role::Frame);
    let elements = elements.map(|e| Item {
        kind: ItemKind::Element,
        label: e.label.clone().unwrap_or_default(),
        role: Some(e.role),
        area: e.area,
        element: Some(e.clone()),
        words: Vec::new(),
    });
    let texts = percept.text.iter().map(|t| Item {
        kind: ItemKind::Text,
        label: t.text.clone(),
        role: owner(percept, t),
        area: t.area,
        element: None,
        words: t.words.clone(),
    });
    elements.chain(texts).collect()
}

/// The role of the element that a text stands in, or whose name it is.
fn owner(percept: &Percept, text: &TextSpan) -> Option<Role> {
    let is_owner = |e: &&Element| match e.role {
        Role::ListRow | Role::Frame | Role::Dialog | Role::Image | Role::ScrollBar => false,
        Role::CheckBox | Role::RadioButton => {
            e.label.as_deref().is_some_and(|l| similarity(l, &text.text) > 0.95) && e.area.row_overlap(&text.area) > 0.4
        }
        _ => text.area.covered_by(&e.area) > 0.7,
    };
    percept.elements.iter().filter(is_owner).min_by_key(|e| e.area.area()).map(|e| e.role)
}

/// How well an icon is described by `name`: by any of the words for what it may mean.
fn icon_likeness(name: &str, icon: &Icon) -> f32 {
    let words = words_for(&icon.concept).iter().enumerate();
    let likeness =
        words.map(|(at, word)| similarity(name, word) * if at == 0 { 1.0 } else { 0.97 }).fold(0.0, f32::max);
    if likeness < 0.8 { 0.0 } else { likeness * (0.75 + 0.2 * icon.confidence) }
}

impl Item {
    pub fn candidate(&self, confidence: f32) -> Candidate {
        let value = || self.element.as_ref().and_then(|e| e.value.clone());
        Candidate {
            label: if self.label.is_empty() { value().unwrap_or_default() } else { self.label.clone() },
            role: self.role.filter(|_| self.kind == ItemKind::Element),
            area: self.area,
            at: self.area.center(),
            confidence: confidence.min(1.0),
            element: self.element.clone(),
        }
    }

    /// How alike its label, or for drop-downs what it shows, is to `name`.
    pub fn likeness(&self, name: &str) -> f32 {
        let by_label = similarity(name, &self.label);
        let by_icon = self
            .element
            .as_ref()
            .map_or(0.0, |e| e.icons.iter().map(|icon| icon_likeness(name, icon)).fold(0.0, f32::max));
        let shown = self
            .element
            .as_ref()
            .filter(|e| matches!(e.role, Role::DropDown | Role::TextField))
            .and_then(|e| e.value.as_deref());
        by_label.max(by_icon).max(shown.map_or(0.0, |value| 0.9 * similarity(name, value)))
    }

    /// How well the kind of thing fits: 1 where it is that, 0 where it is something else.
    pub fn role_fit(&self, phrase: &Phrase) -> f32 {
        let Some(wanted) = phrase.role else { return self.rank(phrase.named_kind) };
        match (wanted, self.role) {
            (wanted, Some(seen)) if wanted == seen && self.kind == ItemKind::Element => 1.0,
            (wanted, Some(seen)) if wanted == seen => 0.95,
            (Role::Button, Some(Role::Icon)) => 0.9,
            (Role::Button, Some(Role::Tab | Role::Link)) => 0.8,
            (Role::Icon, Some(Role::Button | Role::Image)) => 0.85,
            (Role::Image, Some(Role::Icon)) => 0.9,
            (Role::TextField, Some(Role::DropDown | Role::Spinner)) => 0.85,
            (Role::DropDown, Some(Role::Button | Role::TextField)) => 0.75,
            (Role::Spinner, Some(Role::TextField)) => 0.75,
            (Role::MenuItem | Role::Tab | Role::ListRow, Some(Role::Button | Role::Link)) => 0.8,
            (Role::Tab | Role::MenuItem | Role::Link, Some(Role::ListRow | Role::Tab | Role::MenuItem)) => 0.85,
            (Role::Link, Some(Role::Button)) => 0.75,
            // A word on the bare ground may be a link, a tab, an entry of a menu, a row or a flat button.
            (Role::Link | Role::Tab | Role::MenuItem | Role::ListRow | Role::Dialog, None)
                if !phrase.name.is_empty() =>
            {
                0.88
            }
            (Role::Button, None) if !phrase.name.is_empty() => 0.8,
            _ => 0.0,
        }
    }

    /// Without a word for the kind, what is pressed comes before what is written in, and rows last.
    fn rank(&self, named_kind: bool) -> f32 {
        match (self.kind, self.role) {
            (ItemKind::Text, _) if named_kind => 1.0,
            (ItemKind::Text, _) => 0.96,
            (_, Some(Role::Button | Role::CheckBox | Role::RadioButton | Role::Tab | Role::MenuItem | Role::Link)) => {
                1.0
            }
            (_, Some(Role::DropDown | Role::TextField | Role::Slider | Role::Spinner)) => 0.97,
            (_, Some(Role::TitleBar)) => 0.85,
            _ => 0.9,
        }
    }

    pub fn looks_like(&self, looks: &Looks, em: i32) -> bool {
        let colour = |wanted: &str| {
            self.element.as_ref().and_then(|e| e.colour.as_deref()).is_some_and(|seen| {
                seen == wanted || matches!((wanted, seen), ("red", "orange") | ("purple", "pink") | ("orange", "brown"))
            })
        };
        let shape =
            |wanted: &str| self.element.as_ref().and_then(|e| e.shape.as_deref()).is_some_and(|seen| seen == wanted);
        let small = self.area.w.max(self.area.h) < 60 * em;
        looks.colour.is_none_or(|c| colour(c) && small)
            && looks.shape.is_none_or(shape)
            && looks.state.is_none_or(|s| self.is_in(s))
    }

    fn is_in(&self, condition: Condition) -> bool {
        let Some(element) = &self.element else { return false };
        let state = element.state;
        match condition {
            Condition::Selected if element.role == Role::RadioButton => state.checked == Some(true),
            Condition::Selected => state.selected == Some(true),
            Condition::Checked => state.checked == Some(true),
            Condition::Unchecked => state.checked == Some(false),
            Condition::Disabled => state.disabled == Some(true),
            Condition::Focused => state.focused == Some(true),
            Condition::Empty => {
                element.value.is_none() && matches!(element.role, Role::TextField | Role::DropDown | Role::Spinner)
            }
        }
    }

    /// Words of a line that are called so.
    pub fn words_like(&self, name: &str, role_fit: f32) -> Vec<Candidate> {
        let wanted = name.split_whitespace().count().max(1);
        let runs = self.words.windows(wanted.min(self.words.len().max(1)));
        runs.filter_map(|run| {
            let label = run.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
            let likeness = similarity(name, &label);
            let area = run.iter().fold(RectPx::default(), |all, w| all.union(&w.area));
            // A word in the middle of a sentence is hardly a thing of its own.
            let share = run.len() as f32 / self.words.len().max(1) as f32;
            let confidence = likeness * (0.8 + 0.12 * share) * role_fit;
            (likeness >= 0.8).then(|| Candidate { label, area, at: area.center(), ..self.candidate(confidence) })
        })
        .collect()
    }
}
