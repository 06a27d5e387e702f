//! What can be meant on a screen: its elements and texts, each with who it belongs to.

use super::alike::similarity;
use super::find::{Candidate, tables::first_text};
use super::icons::{drawn_like, words_for};
use super::phrase::{Condition, Looks, Phrase};
use crate::screen::{Element, Icon, Percept, PointPx, RectPx, Role, TextSpan, Word};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    Element,
    Text,
}

/// What people call that which holds other things.
pub const HOLDERS: [&str; 9] = ["card", "column", "dialog", "group", "list", "panel", "section", "tile", "window"];

/// One thing that can be meant.
#[derive(Debug, Clone)]
pub struct Item {
    pub kind: ItemKind,
    pub label: String,
    /// An element's role; for a text, that of the element that it stands in or names.
    pub role: Option<Role>,
    pub area: RectPx,
    /// Where to click it.
    pub at: PointPx,
    pub element: Option<Element>,
    /// The box of the element itself, or of the one that a text stands in or names.
    of: RectPx,
    /// The text that stands beside or above it and may be its name.
    beside: Option<String>,
    /// The first text of a row: what it is called.
    lead: Option<String>,
    /// What the icon in a button without words, or beside a slider, may mean.
    drawn_beside: Vec<Icon>,
    words: Vec<Word>,
    /// Whether it is a drawing before the words of a row: no button of its own.
    leads: bool,
}

/// How readily a thing is taken for the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As what it looks like.
    Strict,
    /// As what it may be: pixels do not always tell a field from a button.
    Loose,
}

/// Everything on a screen that can be meant.
pub fn items(percept: &Percept) -> Vec<Item> {
    let elements = percept.elements.iter().filter(|e| e.role != Role::Frame);
    let elements = elements.map(|e| Item {
        kind: ItemKind::Element,
        label: e.label.clone().unwrap_or_default(),
        role: Some(e.role),
        area: e.area,
        at: press_point(percept, e),
        element: Some(e.clone()),
        of: e.area,
        beside: may_be_named_beside(e.role).then(|| name_beside(percept, e)).flatten(),
        lead: matches!(e.role, Role::ListRow | Role::MenuItem).then(|| lead(percept, e.area)).flatten(),
        drawn_beside: icons_of(percept, e),
        words: Vec::new(),
        leads: e.role == Role::Icon && leads_row(percept, e.area),
    });
    // What a window is called is no part of what can be pressed or filled in there.
    let texts = percept.text.iter().filter(|t| !is_title(percept, t.area)).map(|t| {
        let owner = owner(percept, t);
        Item {
            kind: ItemKind::Text,
            label: t.text.clone(),
            role: owner.map(|e| e.role),
            area: t.area,
            at: t.area.center(),
            element: None,
            of: owner.map_or(t.area, |e| e.area),
            beside: None,
            lead: None,
            drawn_beside: Vec::new(),
            words: t.words.clone(),
            leads: false,
        }
    });
    elements.chain(texts).collect()
}

/// Whether a text stands in a title bar: above a window, or in what looks like its bar.
fn is_title(percept: &Percept, area: RectPx) -> bool {
    let at = area.center();
    let managed = || percept.windows.iter().filter(|w| !w.popup);
    let above = |w: &crate::screen::Window| {
        (w.area.y - 44..w.area.y).contains(&at.y) && (w.area.x..w.area.right()).contains(&at.x)
    };
    let in_bar = |e: &Element| e.role == Role::TitleBar && e.area.contains(at);
    if managed().any(|w| w.area.contains(at)) {
        return false;
    }
    managed().any(above) || (managed().next().is_some() && percept.elements.iter().any(in_bar))
}

/// Rows are pressed where they are named, other things in the middle.
fn press_point(percept: &Percept, element: &Element) -> PointPx {
    let is_row = matches!(element.role, Role::ListRow | Role::MenuItem) && element.area.w > 3 * element.area.h;
    is_row.then(|| first_text(percept, element.area)).flatten().unwrap_or_else(|| element.area.center())
}

const fn may_be_named_beside(role: Role) -> bool {
    matches!(role, Role::Button | Role::TextField | Role::DropDown | Role::ScrollBar | Role::Image | Role::Icon)
}

/// Whether a drawing stands right before the first words of a row.
fn leads_row(percept: &Percept, icon: RectPx) -> bool {
    let rows = percept.elements.iter().filter(|e| matches!(e.role, Role::ListRow | Role::MenuItem));
    let first = |row: RectPx| percept.text_in(row).min_by_key(|t| t.area.x).map(|t| t.area);
    rows.filter(|e| e.area.contains(icon.center()))
        .filter_map(|e| first(e.area))
        .any(|text| (0..=2 * text.h).contains(&(text.x - icon.right())) && text.row_overlap(&icon) > 0.3)
}

fn lead(percept: &Percept, row: RectPx) -> Option<String> {
    percept.text_in(row).min_by_key(|t| t.area.x).map(|t| t.text.clone())
}

/// The meanings of the icon that stands for the name of an element: in a button, before a slider.
fn icons_of(percept: &Percept, element: &Element) -> Vec<Icon> {
    let written_in = matches!(element.role, Role::TextField | Role::DropDown);
    if element.label.is_some() && !written_in {
        return Vec::new();
    }
    let a = &element.area;
    let belongs = |e: &&Element| match element.role {
        Role::Button => a.holds(&e.area),
        // What is written in a field or chosen in a drop-down may be told by a drawing before it.
        Role::TextField | Role::DropDown => a.holds(&e.area) && e.area.right() < a.x + a.h.max(a.w / 4),
        Role::Slider => e.area.row_overlap(a) > 0.3 && (0..=2 * e.area.w).contains(&(a.x - e.area.right())),
        _ => false,
    };
    let icon = percept.elements.iter().filter(|e| e.role == Role::Icon).filter(belongs).max_by_key(|e| e.area.area());
    icon.map(|e| e.icons.iter().take(1).cloned().collect()).unwrap_or_default()
}

/// The nearest text to the left of an element, or right above it, that stands in no control.
fn name_beside(percept: &Percept, element: &Element) -> Option<String> {
    let a = &element.area;
    let in_control = |t: &TextSpan| {
        let roles = [Role::Button, Role::TextField, Role::DropDown, Role::Spinner, Role::Tab];
        percept
            .elements
            .iter()
            .any(|e| roles.contains(&e.role) && t.area.covered_by(&e.area) > 0.6 && e.area.h < 4 * t.area.h)
    };
    let free = || percept.text.iter().filter(|t| !in_control(t) && t.area.covered_by(a) < 0.5);
    let left = free().filter(|t| t.area.row_overlap(a) > 0.5 && (-4..=16 * t.area.h).contains(&(a.x - t.area.right())));
    let left = left.max_by_key(|t| t.area.right());
    let above = free().filter(|t| {
        (t.area.x - a.x).abs() <= 2 * t.area.h && (-2..=t.area.h * 3 / 2).contains(&(a.y - t.area.bottom()))
    });
    let above = above.max_by_key(|t| t.area.bottom());
    let near = |t: &&TextSpan| a.x - t.area.right() <= 4 * t.area.h;
    left.filter(near).or(above).or(left).map(|t| t.text.clone())
}

/// The element that a text stands in, or whose name it is.
fn owner<'a>(percept: &'a Percept, text: &TextSpan) -> Option<&'a Element> {
    let is_owner = |e: &&Element| match e.role {
        Role::ListRow | Role::Frame | Role::Pane | Role::Dialog | Role::Image | Role::ScrollBar => false,
        Role::CheckBox | Role::RadioButton => {
            e.label.as_deref().is_some_and(|l| similarity(l, &text.text) > 0.95) && e.area.row_overlap(&text.area) > 0.4
        }
        _ => text.area.covered_by(&e.area) > 0.7,
    };
    percept.elements.iter().filter(is_owner).min_by_key(|e| e.area.area())
}

/// How well an icon is described by `name`: by any of the words for what it may mean.
fn icon_likeness(name: &str, icon: &Icon) -> f32 {
    let of = |concept: &str| {
        let words = words_for(concept).iter().enumerate();
        words.map(|(at, word)| similarity(name, word) * if at == 0 { 1.0 } else { 0.97 }).fold(0.0, f32::max)
    };
    let meant = of(&icon.concept);
    let likeness = drawn_like(&icon.concept).iter().map(|other| 0.85 * of(other)).fold(meant, f32::max);
    if likeness < 0.8 { 0.0 } else { likeness * (0.75 + 0.2 * icon.confidence) }
}

impl Item {
    pub fn candidate(&self, confidence: f32) -> Candidate {
        let value = || self.element.as_ref().and_then(|e| e.value.clone());
        Candidate {
            label: if self.label.is_empty() { value().unwrap_or_default() } else { self.label.clone() },
            role: self.role.filter(|_| self.kind == ItemKind::Element),
            area: self.area,
            at: self.at,
            confidence: confidence.min(1.0),
            element: self.element.clone(),
        }
    }

    fn label_likeness(&self, name: &str) -> f32 {
        let lead = self.lead.as_deref().map_or(0.0, |lead| similarity(name, lead));
        similarity(name, &self.label).max(lead)
    }

    /// How alike what is written on or beside it is to `name`, whatever it may mean as an icon.
    pub fn written_likeness(&self, name: &str) -> f32 {
        let drawn = self.role == Some(Role::Icon) || self.element.as_ref().is_some_and(|e| !e.icons.is_empty());
        let value = self.element.as_ref().and_then(|e| e.value.as_deref()).map_or(0.0, |v| similarity(name, v));
        // A text that stands there as itself is no field of that name.
        let own = if drawn || (self.kind == ItemKind::Text) { 0.0 } else { self.label_likeness(name) };
        let own =
            if self.kind == ItemKind::Text && self.role.is_none() { own.max(self.label_likeness(name)) } else { own };
        own.max(value).max(self.beside_likeness(name))
    }

    /// What an address field holds looks like an address, and what a formula bar holds like a formula.
    fn address_likeness(&self, name: &str) -> f32 {
        if matches!(super::alike::fold(name).as_str(), "formula" | "formula bar") {
            let value = self.element.as_ref().filter(|e| e.role == Role::TextField).and_then(|e| e.value.as_deref());
            return if value.is_some_and(|v| v.starts_with('=')) { 0.85 } else { 0.0 };
        }
        let asked =
            matches!(super::alike::fold(name).as_str(), "address" | "location" | "path" | "url" | "web address");
        let value = self.element.as_ref().filter(|e| e.role == Role::TextField).and_then(|e| e.value.as_deref());
        let held = value.is_some_and(|v| v.starts_with('/') || v.starts_with('~') || v.contains("://"));
        if asked && held { 0.85 } else { 0.0 }
    }

    /// How alike its label, or for drop-downs what it shows, is to `name`.
    pub fn likeness(&self, name: &str) -> f32 {
        let by_label = self.label_likeness(name);
        let by_icon = self.drawn_beside.iter().map(|icon| icon_likeness(name, icon) * 0.88).fold(0.0, f32::max);
        let by_icon = by_icon.max(self.element.as_ref().map_or(0.0, |e| {
            let likely =
                e.icons.iter().enumerate().filter(|(rank, icon)| icon.confidence > if *rank == 0 { 0.2 } else { 0.3 });
            likely.map(|(_, icon)| icon_likeness(name, icon)).fold(0.0, f32::max)
        }));
        let shown = self
            .element
            .as_ref()
            .filter(|e| matches!(e.role, Role::DropDown | Role::TextField))
            .and_then(|e| e.value.as_deref());
        by_label
            .max(by_icon)
            .max(self.address_likeness(name))
            .max(shown.map_or(0.0, |value| 0.9 * similarity(name, value)))
            .max(shown.map_or(0.0, |value| written_likeness(name, value)))
    }

    /// How alike the text beside it is to `name`, for what is taken loosely.
    pub fn beside_likeness(&self, name: &str) -> f32 {
        let beside = self.beside.as_deref().map_or(0.0, |beside| 0.95 * similarity(name, beside.trim_end_matches(':')));
        // "printer name" for what is called "Name" under the heading of the printer.
        let label = super::alike::fold(self.label.trim_end_matches(':'));
        let ends = !label.is_empty() && super::alike::fold(name).ends_with(&format!(" {label}"));
        beside.max(if ends && self.kind == ItemKind::Element { 0.8 } else { 0.0 })
    }

    /// Whether it is a drawing, or a button with one, that means `word`.
    pub fn is_icon_of(&self, word: &str) -> bool {
        let Some(element) = self.element.as_ref().filter(|e| matches!(e.role, Role::Icon | Role::Button)) else {
            return false;
        };
        element.icons.first().is_some_and(|icon| icon.confidence > 0.3 && icon_likeness(word, icon) > 0.0)
    }

    /// Whether one of the likely meanings of an icon is a word of `name`: "arrow to the next month".
    pub fn is_icon_of_a_word_in(&self, name: &str) -> bool {
        let words: Vec<String> = super::alike::fold(name).split(' ').map(str::to_owned).collect();
        let Some(element) = self.element.as_ref().filter(|e| matches!(e.role, Role::Icon | Role::Button)) else {
            return false;
        };
        let meant = element.icons.iter().filter(|i| i.confidence > 0.3);
        meant.take(1).any(|icon| words_for(&icon.concept).iter().any(|w| words.contains(w)))
    }

    /// How well the kind of thing fits: 1 where it is that, 0 where it is something else.
    pub fn role_fit(&self, phrase: &Phrase, reading: Reading) -> f32 {
        if self.role == Some(Role::Pane) && self.kind == ItemKind::Element {
            // What holds other things is meant only where its kind is said.
            let framed = phrase.looks.colour.is_some()
                && matches!(phrase.kind, Some("box"))
                && self.element.as_ref().is_some_and(|e| e.colour.is_some());
            let holder =
                phrase.kind.is_some_and(|k| HOLDERS.contains(&k)) && phrase.role.is_none_or(|r| r == Role::Dialog);
            let said = holder || framed;
            return if said { 0.97 } else { 0.0 };
        }
        let Some(wanted) = phrase.role else { return self.rank(phrase.kind.is_some()) };
        let strict = self.strict_fit(wanted, phrase);
        if strict > 0.0 || reading == Reading::Strict { strict } else { self.loose_fit(wanted) }
    }

    fn strict_fit(&self, wanted: Role, phrase: &Phrase) -> f32 {
        let is_pill = self.of.w * 10 >= self.of.h * 14;
        match (wanted, self.role) {
            (Role::CheckBox, Some(Role::CheckBox)) if matches!(phrase.kind, Some("switch" | "toggle")) && !is_pill => {
                0.0
            }
            (Role::CheckBox, Some(Role::CheckBox)) if phrase.kind.is_some_and(|k| k.contains("box")) && is_pill => 0.7,
            (wanted, Some(seen)) if wanted == seen && self.kind == ItemKind::Element => 1.0,
            // What stands beside a box to tick names it, but the box has that name, too.
            (Role::CheckBox | Role::RadioButton, Some(seen)) if wanted == seen => 0.75,
            (wanted, Some(seen)) if wanted == seen => 0.95,
            (Role::Button, Some(Role::Icon)) if self.leads => 0.6,
            (Role::Button, Some(Role::Icon)) if self.is_surely_drawn() => 0.9,
            (Role::Button, Some(Role::Icon)) => 0.7,
            (Role::Button, Some(Role::Image)) if self.area.w < 2 * self.area.h => 0.8,
            // "hamburger menu", "three dots menu"
            (Role::MenuItem, Some(Role::Icon)) if self.opens_a_menu() => 0.8,
            (Role::Icon, None) if !phrase.name.is_empty() && self.label.chars().count() == 1 => 0.85,
            (Role::Button, Some(Role::Tab | Role::Link)) => 0.8,
            (Role::Icon, Some(Role::Button | Role::Image)) => 0.85,
            (Role::Image, Some(Role::Icon)) => 0.9,
            (Role::TextField, Some(Role::DropDown | Role::Spinner)) => 0.85,
            (Role::DropDown, Some(Role::Button | Role::TextField)) => 0.75,
            (Role::Spinner, Some(Role::TextField)) => 0.75,
            (Role::MenuItem | Role::Tab | Role::ListRow, Some(Role::Button | Role::Link)) => 0.8,
            (Role::Tab | Role::MenuItem | Role::Link, Some(Role::ListRow | Role::Tab | Role::MenuItem))
                if (!phrase.name.is_empty() || phrase.looks != Looks::default())
                    && !(phrase.kind == Some("menu") && self.role == Some(Role::Tab)) =>
            {
                0.85
            }
            (Role::ListRow, Some(Role::MenuItem)) => 0.9,
            (Role::Link, Some(Role::Button)) => 0.75,
            // A word on the bare ground may be a link, a tab, an entry of a menu, a row or a flat button.
            (Role::Link | Role::Tab | Role::MenuItem | Role::ListRow | Role::Dialog, None)
                if !phrase.name.is_empty() =>
            {
                0.88
            }
            (Role::Button, None) if !phrase.name.is_empty() && self.label_likeness(&phrase.name) >= 0.97 => 0.9,
            (Role::Button, None) if !phrase.name.is_empty() => 0.8,
            _ => 0.0,
        }
    }

    /// Whether the icon is hardly anything else.
    fn is_surely_drawn(&self) -> bool {
        self.element.as_ref().is_some_and(|e| e.icons.first().is_none_or(|i| i.confidence > 0.5))
    }

    /// Three bars or dots.
    fn opens_a_menu(&self) -> bool {
        let meant = self.element.as_ref().and_then(|e| e.icons.first());
        meant.is_some_and(|i| ["menu", "dots", "more"].iter().any(|w| i.concept.contains(w)))
    }

    /// What pixels are known to be mistaken for.
    fn loose_fit(&self, wanted: Role) -> f32 {
        match (wanted, self.role) {
            (Role::TextField, Some(Role::Button)) if self.beside.is_some() => 0.75,
            (Role::Slider, Some(Role::ScrollBar | Role::Image)) if self.area.w > 3 * self.area.h => 0.75,
            (Role::Button, Some(Role::TextField | Role::DropDown | Role::ListRow | Role::MenuItem | Role::Image)) => {
                0.7
            }
            (Role::Icon, Some(Role::CheckBox | Role::RadioButton)) => 0.65,
            (Role::RadioButton, Some(Role::TextField | Role::ListRow | Role::Button)) => 0.7,
            (Role::RadioButton, None) => 0.7,
            (Role::Tab, None) => 0.7,
            (Role::ListRow, Some(Role::Tab | Role::CheckBox | Role::RadioButton | Role::TextField)) => 0.7,
            (Role::Dialog, _) => 0.0,
            (Role::DropDown, Some(Role::CheckBox | Role::Tab)) => 0.65,
            (Role::DropDown | Role::TextField, None) => 0.65,
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
            (_, Some(Role::DropDown | Role::TextField | Role::Slider | Role::Spinner)) => 0.95,
            (_, Some(Role::TitleBar)) => 0.85,
            // A row is pressed where it is named: there is nothing to choose between the two.
            (_, Some(Role::ListRow)) => 0.965,
            _ => 0.9,
        }
    }

    /// How well it is what `kind` calls it, a word without a role of its own.
    pub fn kind_fit(&self, kind: &str) -> f32 {
        let Some(role) = self.role.filter(|_| self.kind == ItemKind::Element) else {
            let written = matches!(
                kind,
                "text"
                    | "label"
                    | "heading"
                    | "header"
                    | "column header"
                    | "value"
                    | "line"
                    | "tag"
                    | "topic"
                    | "preset"
            );
            return if written && self.kind == ItemKind::Text { 0.9 } else { 0.0 };
        };
        let is_tab_like = matches!(kind, "step" | "view" | "sheet" | "page");
        match role {
            Role::Tab => {
                if is_tab_like {
                    1.0
                } else {
                    0.75
                }
            }
            Role::ListRow => {
                if is_tab_like {
                    0.75
                } else {
                    1.0
                }
            }
            Role::MenuItem => 0.95,
            Role::Button if matches!(kind, "tile" | "chip" | "tag" | "topic" | "category" | "filter") => 1.0,
            Role::Link | Role::Button => 0.75,
            Role::TextField if kind == "cell" => 0.9,
            Role::Pane if HOLDERS.contains(&kind) => 1.0,
            Role::RadioButton | Role::CheckBox if kind == "option" || kind == "item" => 0.8,
            _ => 0.0,
        }
    }

    /// How well it shows `value`, in `[0, 1]`.
    pub fn shows(&self, value: &str) -> f32 {
        let shown = self.element.as_ref().and_then(|e| e.value.as_deref()).unwrap_or(&self.label);
        similarity(value, shown).max(if contains_words(shown, value) { 0.9 } else { 0.0 })
    }

    /// How well it looks as it is said to: 1 where it does, 0 where it does not.
    pub fn looks_fit(&self, looks: &Looks, em: i32) -> f32 {
        if !self.looks_like(looks, em) {
            return 0.0;
        }
        let seen = self.element.as_ref().and_then(|e| e.colour.as_deref());
        // Colours that are not far from the one that is meant count, but less.
        if looks.colour.is_some() && seen != looks.colour { 0.8 } else { 1.0 }
    }

    fn looks_like(&self, looks: &Looks, em: i32) -> bool {
        let colour = |wanted: &str| {
            self.element
                .as_ref()
                .and_then(|e| e.colour.as_deref())
                .is_some_and(|seen| seen == wanted || is_near_colour(wanted, seen))
        };
        let shape = |wanted: &str| {
            self.element.as_ref().is_some_and(|e| {
                let meant = e.icons.first().is_some_and(|i| i.confidence > 0.4 && i.concept.contains(wanted));
                // Every square is a rectangle.
                let square = wanted == "rectangle" && e.shape.as_deref() == Some("square");
                e.shape.as_deref() == Some(wanted) || meant || square
            })
        };
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
            Condition::Selected => {
                state.selected == Some(true) || (element.role != Role::ListRow && state.checked == Some(true))
            }
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
    pub fn words_like(&self, name: &str, role_fit: f32, wanted_role: Option<Role>) -> Vec<Candidate> {
        let wanted = name.split_whitespace().count().max(1);
        let runs = self.words.windows(wanted.min(self.words.len().max(1)));
        // A button's name stands by itself; the same word in a sentence is none.
        let alone = |run: &[Word]| {
            let gap = self.area.h * 8 / 10;
            let (Some(first), Some(last)) = (run.first(), run.last()) else { return false };
            let beside = |w: &Word| {
                let (before, after) = (first.area.x - w.area.right(), w.area.x - last.area.right());
                (before >= -2 && before < gap) || (after >= -2 && after < gap)
            };
            !self.words.iter().any(|w| !run.contains(w) && beside(w))
        };
        runs.filter(|run| wanted_role != Some(Role::Button) || alone(run))
            .filter_map(|run| {
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

/// Whether a value is written as what `name` calls it: "the language drop-down" shows a language.
fn written_likeness(name: &str, value: &str) -> f32 {
    let written = super::written::Written::of(&super::alike::fold(name)).and_then(|kind| kind.within(value));
    if written.is_some() { 0.82 } else { 0.0 }
}

/// Whether a colour that is called `seen` here may be called `wanted` by others.
fn is_near_colour(wanted: &str, seen: &str) -> bool {
    matches!(
        (wanted, seen),
        ("red", "orange")
            | ("purple", "pink")
            | ("orange", "brown" | "yellow")
            | ("yellow", "orange")
            | ("green", "turquoise")
    )
}

/// Whether the words of `part` stand together in `text`, case aside.
fn contains_words(text: &str, part: &str) -> bool {
    let spaced = |t: &str| format!(" {} ", super::alike::fold(t));
    let squeezed = |t: &str| t.to_lowercase().split_whitespace().collect::<String>();
    spaced(text).contains(&spaced(part)) || (part.chars().count() > 2 && squeezed(text).contains(&squeezed(part)))
}
