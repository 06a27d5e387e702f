use super::RectPx;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is on one frame: text, elements and windows, in physical pixels of that frame.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Percept {
    pub width: u32,
    pub height: u32,
    /// Physical pixels per logical pixel of the display.
    pub scale: f32,
    /// Lines of text in reading order.
    pub text: Vec<TextSpan>,
    pub elements: Vec<Element>,
    /// Windows from the lowest to the topmost.
    pub windows: Vec<Window>,
    /// Milliseconds spent, by stage.
    #[serde(default)]
    pub took_ms: BTreeMap<String, f64>,
    /// The same in milliseconds of this thread's processor time, for the stages that compute.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cpu_ms: BTreeMap<String, f64>,
}

/// One line of text as it is read on the screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSpan {
    pub text: String,
    #[serde(rename = "box")]
    pub area: RectPx,
    /// Mean character probability, in `[0, 1]`.
    pub confidence: f32,
    pub words: Vec<Word>,
    /// The window that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub window: Option<u32>,
}

impl TextSpan {
    /// The same line `x` farther right and `y` farther down.
    #[must_use]
    pub fn offset(mut self, x: i32, y: i32) -> Self {
        self.area = self.area.offset(x, y);
        self.words.iter_mut().for_each(|w| w.area = w.area.offset(x, y));
        self
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    pub text: String,
    #[serde(rename = "box")]
    pub area: RectPx,
}

/// What kind of thing an element is; named as accessibility interfaces name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Button,
    TextField,
    CheckBox,
    RadioButton,
    DropDown,
    ListRow,
    Tab,
    MenuItem,
    Link,
    Icon,
    Slider,
    Spinner,
    ScrollBar,
    TitleBar,
    Dialog,
    Image,
    Frame,
    /// An area that holds other things: a card, a column, a group with a border, a window that only pixels show.
    Pane,
}

impl Role {
    /// The name a person would use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::TextField => "text field",
            Self::CheckBox => "check box",
            Self::RadioButton => "radio button",
            Self::DropDown => "drop-down",
            Self::ListRow => "list row",
            Self::Tab => "tab",
            Self::MenuItem => "menu item",
            Self::Link => "link",
            Self::Icon => "icon",
            Self::Slider => "slider",
            Self::Spinner => "spinner",
            Self::ScrollBar => "scroll bar",
            Self::TitleBar => "title bar",
            Self::Dialog => "dialog",
            Self::Image => "image",
            Self::Frame => "window frame",
            Self::Pane => "pane",
        }
    }
}

/// What can be seen of an element's condition; `None` where the pixels do not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub selected: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub focused: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expanded: Option<bool>,
}

impl State {
    /// A box that is ticked or not.
    pub fn ticked(checked: bool) -> Self {
        Self { checked: Some(checked), ..Self::default() }
    }

    /// A row or tab that is chosen or not.
    pub fn chosen(selected: bool) -> Self {
        Self { selected: Some(selected), ..Self::default() }
    }
}

/// Who says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    #[default]
    Pixels,
    /// The application itself, over the accessibility bus.
    Accessibility,
    /// Both, and they agree.
    Both,
}

/// Where each fact about an element comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origins {
    #[serde(rename = "box")]
    pub area: Origin,
    pub role: Origin,
    pub label: Origin,
    pub value: Origin,
    pub state: Origin,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Element {
    pub role: Role,
    /// The text in or beside it that names it.
    pub label: Option<String>,
    /// What stands in it, for fields and drop-downs.
    pub value: Option<String>,
    pub state: State,
    #[serde(rename = "box")]
    pub area: RectPx,
    /// In `[0, 1]`.
    pub confidence: f32,
    /// The window that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub window: Option<u32>,
    /// What people call its colour.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub colour: Option<String>,
    /// What people call its shape, where it is a plain one: circle, square, triangle, star …
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shape: Option<String>,
    /// What it may mean as an icon, the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub icons: Vec<Icon>,
    #[serde(default)]
    pub origins: Origins,
}

/// What a drawing is taken for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Icon {
    pub concept: String,
    /// In `[0, 1]`.
    pub confidence: f32,
}

impl Element {
    /// An element as the pixels show it, without a label, a value or a state.
    pub fn seen(role: Role, area: RectPx, confidence: f32) -> Self {
        Self {
            role,
            label: None,
            value: None,
            state: State::default(),
            area,
            confidence,
            window: None,
            colour: None,
            shape: None,
            icons: Vec::new(),
            origins: Origins::default(),
        }
    }
}

/// One top-level window as the display server knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub id: u32,
    pub title: String,
    /// The application's class name, lower case.
    pub app: String,
    /// The client area without decorations.
    #[serde(rename = "box")]
    pub area: RectPx,
    pub focused: bool,
    pub dialog: bool,
    /// Whether it keeps the person from using the application's other windows.
    #[serde(default)]
    pub modal: bool,
    /// A menu, drop-down list or tooltip that the window manager does not manage.
    #[serde(default)]
    pub popup: bool,
    pub pid: Option<u32>,
}

/// Parts of class names of terminals.
const TERMINALS: [&str; 9] =
    ["term", "konsole", "kitty", "rxvt", "foot", "alacritty", "tilix", "ghostty", "st-256color"];

impl Window {
    /// Whether it is a terminal, in which keys mean what the program in it says.
    pub fn is_terminal(&self) -> bool {
        TERMINALS.iter().any(|part| self.app.contains(part))
    }
}

impl Percept {
    /// The window that has the keyboard, else the topmost one.
    pub fn active_window(&self) -> Option<&Window> {
        let managed = || self.windows.iter().filter(|w| !w.popup);
        managed().find(|w| w.focused).or_else(|| managed().next_back())
    }

    pub fn window(&self, id: u32) -> Option<&Window> {
        self.windows.iter().find(|w| w.id == id)
    }

    /// The lines whose centre lies in `area`, in reading order.
    pub fn text_in(&self, area: RectPx) -> impl Iterator<Item = &TextSpan> {
        self.text.iter().filter(move |t| area.contains(t.area.center()))
    }

    /// The elements whose centre lies in `area`.
    pub fn elements_in(&self, area: RectPx) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(move |e| area.contains(e.area.center()))
    }

    /// Whether a window above `window` covers `at`.
    pub fn is_covered(&self, window: u32, at: super::PointPx) -> bool {
        let Some(place) = self.windows.iter().position(|w| w.id == window) else { return false };
        self.windows[place + 1..].iter().any(|w| w.area.contains(at))
    }
}
