//! What a description of a thing on the screen asks for.

use crate::screen::Role;

/// A description such as "the second text field in the Print dialog", taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrase {
    /// The words that name the thing, as they were written; empty where only its kind is given.
    pub name: String,
    pub role: Option<Role>,
    /// The word for the kind of thing, where one was given; it may be one without a role of its own, such as "folder".
    pub kind: Option<&'static str>,
    /// The title of the window it is in.
    pub window: Option<String>,
    /// 1 is the first, -1 the last.
    pub ordinal: Option<i32>,
    pub looks: Looks,
    /// What it contains or shows.
    pub value: Option<String>,
    /// Where it is, by other things.
    pub near: Vec<Near>,
    /// Where it is on the screen or in its window.
    pub place: Option<Place>,
    /// The whole description, for labels that read like one.
    pub whole: String,
}

/// What a thing is to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looks {
    pub state: Option<Condition>,
    pub colour: Option<&'static str>,
    pub shape: Option<&'static str>,
    /// Larger (or smaller) than others of its kind.
    pub large: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    Selected,
    Checked,
    Unchecked,
    Disabled,
    Focused,
    Empty,
}

/// A thing and on which side of it to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    pub side: Side,
    pub what: Box<Phrase>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Beside,
    RightOf,
    LeftOf,
    Above,
    Below,
    /// Right of it or below it.
    After,
    /// Left of it or above it.
    Before,
    InRow,
    InColumn,
    /// In it, of it, for it.
    Of,
}

/// A part of the screen or window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// -1 is left, 1 is right, 0 is either.
    pub across: i32,
    /// -1 is the top, 1 the bottom, 0 either.
    pub down: i32,
}

/// Words for kinds of things; longer ones first, so that "check box" is not a "box".
const KINDS: &[(&str, Option<Role>)] = &[
    ("radio button", Some(Role::RadioButton)),
    ("radiobutton", Some(Role::RadioButton)),
    ("push button", Some(Role::Button)),
    ("combo box", Some(Role::DropDown)),
    ("combobox", Some(Role::DropDown)),
    ("drop-down list", Some(Role::DropDown)),
    ("drop-down menu", Some(Role::DropDown)),
    ("dropdown list", Some(Role::DropDown)),
    ("dropdown menu", Some(Role::DropDown)),
    ("drop down", Some(Role::DropDown)),
    ("drop-down", Some(Role::DropDown)),
    ("dropdown", Some(Role::DropDown)),
    ("check box", Some(Role::CheckBox)),
    ("checkbox", Some(Role::CheckBox)),
    ("tick box", Some(Role::CheckBox)),
    ("toggle", Some(Role::CheckBox)),
    ("switch", Some(Role::CheckBox)),
    ("text field", Some(Role::TextField)),
    ("text box", Some(Role::TextField)),
    ("textbox", Some(Role::TextField)),
    ("text area", Some(Role::TextField)),
    ("textarea", Some(Role::TextField)),
    ("text input", Some(Role::TextField)),
    ("input field", Some(Role::TextField)),
    ("input box", Some(Role::TextField)),
    ("list row", Some(Role::ListRow)),
    ("list item", Some(Role::ListRow)),
    ("list entry", Some(Role::ListRow)),
    ("tree item", Some(Role::ListRow)),
    ("tree node", Some(Role::ListRow)),
    ("table row", Some(Role::ListRow)),
    ("scroll bar", Some(Role::ScrollBar)),
    ("scrollbar", Some(Role::ScrollBar)),
    ("title bar", Some(Role::TitleBar)),
    ("menu item", Some(Role::MenuItem)),
    ("menu entry", Some(Role::MenuItem)),
    ("column header", None),
    ("heading", None),
    ("header", None),
    ("button", Some(Role::Button)),
    ("field", Some(Role::TextField)),
    ("box", Some(Role::TextField)),
    ("sign", Some(Role::Icon)),
    ("shape", Some(Role::Image)),
    ("input", Some(Role::TextField)),
    ("slider", Some(Role::Slider)),
    ("spinner", Some(Role::Spinner)),
    ("spin box", Some(Role::Spinner)),
    ("entry", Some(Role::TextField)),
    ("row", Some(Role::ListRow)),
    ("link", Some(Role::Link)),
    ("tab", Some(Role::Tab)),
    ("menu", Some(Role::MenuItem)),
    ("icon", Some(Role::Icon)),
    ("symbol", Some(Role::Icon)),
    ("image", Some(Role::Image)),
    ("picture", Some(Role::Image)),
    ("option", Some(Role::RadioButton)),
    ("dialog", Some(Role::Dialog)),
    ("attachment", None),
    ("badge", None),
    ("card", None),
    ("cell", None),
    ("chapter", None),
    ("channel", None),
    ("column", None),
    ("event", None),
    ("file", None),
    ("folder", None),
    ("group", None),
    ("item", None),
    ("layer", None),
    ("key", Some(Role::Button)),
    ("label", None),
    ("line", None),
    ("list", None),
    ("mail", None),
    ("message", None),
    ("page", None),
    ("panel", None),
    ("place", None),
    ("playlist", None),
    ("section", None),
    ("sheet", None),
    ("song", None),
    ("step", None),
    ("template", None),
    ("album", None),
    ("branch", None),
    ("comment", None),
    ("conversation", None),
    ("node", None),
    ("notification", None),
    ("photo", Some(Role::Image)),
    ("post", None),
    ("product", None),
    ("result", None),
    ("thumbnail", Some(Role::Image)),
    ("tile", None),
    ("chip", None),
    ("tag", None),
    ("topic", None),
    ("preset", None),
    ("category", None),
    ("filter", None),
    ("avatar", Some(Role::Image)),
    ("tool", Some(Role::Icon)),
    ("track", None),
    ("view", None),
    ("text", None),
    ("value", None),
];

const ORDINALS: [(&str, i32); 24] = [
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
    ("sixth", 6),
    ("6th", 6),
    ("seventh", 7),
    ("7th", 7),
    ("eighth", 8),
    ("8th", 8),
    ("ninth", 9),
    ("9th", 9),
    ("tenth", 10),
    ("10th", 10),
    ("last", -1),
    ("final", -1),
    ("bottommost", -1),
    ("topmost", 1),
];

const CONDITIONS: [(&str, Condition); 20] = [
    ("greyed out", Condition::Disabled),
    ("grayed out", Condition::Disabled),
    ("greyed-out", Condition::Disabled),
    ("disabled", Condition::Disabled),
    ("inactive", Condition::Disabled),
    ("selected", Condition::Selected),
    ("highlighted", Condition::Selected),
    ("current", Condition::Selected),
    ("active", Condition::Selected),
    ("chosen", Condition::Selected),
    ("open", Condition::Selected),
    ("checked", Condition::Checked),
    ("ticked", Condition::Checked),
    ("enabled", Condition::Checked),
    ("unchecked", Condition::Unchecked),
    ("unticked", Condition::Unchecked),
    ("focused", Condition::Focused),
    ("focussed", Condition::Focused),
    ("empty", Condition::Empty),
    ("blank", Condition::Empty),
];

const COLOURS: [(&str, &str); 20] = [
    ("aqua", "turquoise"),
    ("magenta", "pink"),
    ("lime", "green"),
    ("navy", "blue"),
    ("red", "red"),
    ("orange", "orange"),
    ("yellow", "yellow"),
    ("green", "green"),
    ("turquoise", "turquoise"),
    ("teal", "turquoise"),
    ("cyan", "turquoise"),
    ("blue", "blue"),
    ("purple", "purple"),
    ("violet", "purple"),
    ("pink", "pink"),
    ("brown", "brown"),
    ("black", "black"),
    ("white", "white"),
    ("grey", "grey"),
    ("gray", "grey"),
];

const SHAPES: [(&str, &str); 16] = [
    ("block", "square"),
    ("circle", "circle"),
    ("disc", "circle"),
    ("dot", "circle"),
    ("round", "circle"),
    ("square", "square"),
    ("rectangle", "rectangle"),
    ("triangle", "triangle"),
    ("diamond", "diamond"),
    ("rhombus", "diamond"),
    ("hexagon", "hexagon"),
    ("pentagon", "pentagon"),
    ("oval", "oval"),
    ("ellipse", "oval"),
    ("star", "star"),
    ("arrow", "arrow"),
];

/// Words that lead from a thing to another by which it is found; longer ones first.
const SIDES: [(&str, Side); 34] = [
    (" in the row of ", Side::InRow),
    (" in the row ", Side::InRow),
    (" in the line of ", Side::InRow),
    (" on the row of ", Side::InRow),
    (" in row ", Side::InRow),
    (", row ", Side::InRow),
    (" in the column ", Side::InColumn),
    (" in column ", Side::InColumn),
    (", column ", Side::InColumn),
    (" to the right of ", Side::RightOf),
    (" to the left of ", Side::LeftOf),
    (" on the right of ", Side::RightOf),
    (" on the left of ", Side::LeftOf),
    (" right of ", Side::RightOf),
    (" left of ", Side::LeftOf),
    (" next to ", Side::Beside),
    (" beside ", Side::Beside),
    (" near ", Side::Beside),
    (" underneath ", Side::Below),
    (" beneath ", Side::Below),
    (" under ", Side::Below),
    (" below ", Side::Below),
    (" above ", Side::Above),
    (" over ", Side::Above),
    (" inside ", Side::Of),
    (" within ", Side::Of),
    (" of the ", Side::Of),
    (" of ", Side::Of),
    (" for ", Side::Of),
    (" from ", Side::Of),
    (" at ", Side::Of),
    (" in ", Side::Of),
    (" on ", Side::Of),
    ("'s ", Side::Of),
];

/// Words between a kind and what the thing shows: "the field that contains 42".
const SHOWING: [&str; 12] = [
    " about ",
    " with the letter ",
    " that contains ",
    " which contains ",
    " containing ",
    " that shows ",
    " that says ",
    " showing ",
    " with the value ",
    " with the text ",
    " with value ",
    " with ",
];

/// Words between a kind and a name: "the field labelled E-mail".
const NAMING: [&str; 10] =
    ["labelled", "labeled", "called", "named", "titled", "saying", "marked", "next to", "beside", "for"];

/// The colour that `word` names, as the colours of elements are called; `None` where it is no colour.
pub fn colour_named(word: &str) -> Option<&'static str> {
    let word = word.trim().to_ascii_lowercase();
    COLOURS.iter().find(|(name, _)| *name == word).map(|(_, colour)| *colour)
}

impl Phrase {
    /// Takes a description apart. Every text is a description; an empty one names nothing.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().trim_end_matches(['.', '!', '?']);
        if let Some(name) = quoted(text) {
            return Self { name: name.to_owned(), whole: name.to_owned(), ..Self::default() };
        }
        let mut phrase = Self { whole: strip_article(text).to_owned(), ..Self::default() };
        let mut rest = strip_article(text);
        if let Some((thing, window)) = split_window(rest) {
            phrase.window = Some(window.to_owned());
            rest = strip_article(thing);
        }
        rest = phrase.take_state(rest);
        rest = phrase.take_value(rest);
        rest = phrase.take_place(rest);
        rest = phrase.take_between(rest);
        rest = phrase.take_near(rest);
        phrase.take_thing(rest);
        phrase
    }

    /// The same description with all of its words as a name, but for a kind at its beginning or end.
    pub fn as_name(&self) -> Self {
        let (name, role, kind) = take_kind(&self.whole);
        let name = strip_article(name);
        let whole = self.whole.clone();
        Self { name: quoted(name).unwrap_or(name).to_owned(), role, kind, whole, ..Self::default() }
    }

    /// The same description with the first word of its name, an ordinal, taken to count.
    pub fn with_leading_ordinal(&self) -> Option<Self> {
        let (ordinal, name) = take_ordinal(&self.name).filter(|_| self.ordinal.is_none())?;
        Some(Self { name: name.to_owned(), ordinal: Some(ordinal), ..self.clone() })
    }

    /// The same description with its name taken for what the rows of a list are called: "the selected ticket",
    /// "ticket of Kwame", "third ticket". `None` where it has a kind, or nothing by which to choose a row.
    pub fn as_rows(&self) -> Option<Self> {
        let mut phrase = Self { role: Some(Role::ListRow), kind: Some("item"), ..self.clone() };
        if let Some((state, noun)) = lookup(&CONDITIONS, &self.name).filter(|_| self.looks.state.is_none()) {
            (phrase.looks.state, phrase.name) = (Some(state), noun.to_owned());
        }
        if let Some((ordinal, noun)) = take_ordinal(&phrase.name).filter(|_| self.ordinal.is_none()) {
            (phrase.ordinal, phrase.name) = (Some(ordinal), noun.to_owned());
        }
        let noun = phrase.name.chars().count() >= 3 && phrase.name.chars().all(char::is_alphabetic);
        let chosen = phrase.looks.state.is_some() || phrase.ordinal.is_some() || !phrase.near.is_empty();
        let bare = self.role.is_none() && self.kind.is_none() && self.value.is_none();
        (bare && noun && chosen).then_some(phrase)
    }

    /// The same description with the word for a kind taken for a part of the name: "Delete Entry in the Edit menu".
    pub fn with_kind_in_name(&self) -> Option<Self> {
        let (kind, whole) = (self.kind?, self.whole.to_lowercase());
        let names = [format!("{} {kind}", self.name), format!("{kind} {}", self.name)];
        let name = names.into_iter().find(|name| whole.starts_with(&name.to_lowercase()))?;
        let placed = !self.near.is_empty() || self.window.is_some();
        (placed && !self.name.is_empty()).then(|| Self { name, role: None, kind: None, ..self.clone() })
    }

    /// "A link to the Reports chapter": of two kinds, the one without a role says nothing more.
    pub fn without_second_kind(&self) -> Option<Self> {
        let (shorter, second, also) = take_kind(&self.name);
        let ends = also.is_some_and(|kind| kind != "file" && self.name.ends_with(kind));
        let said_twice = self.role.is_some() && second.is_none() && ends && !shorter.is_empty();
        said_twice.then(|| Self { name: shorter.to_owned(), ..self.clone() })
    }

    /// "… that is off", "… which are greyed out".
    fn take_state<'a>(&mut self, text: &'a str) -> &'a str {
        const STATES: [&str; 6] = [" that is ", " that are ", " that's ", " which is ", " which are ", " switched "];
        let lower = text.to_ascii_lowercase();
        let Some((at, word)) = STATES.iter().find_map(|word| Some((lower.rfind(word)?, *word))) else { return text };
        let said = text[at + word.len()..].trim();
        let said = said.strip_prefix("turned ").or_else(|| said.strip_prefix("switched ")).unwrap_or(said);
        let state = match said.to_ascii_lowercase().as_str() {
            "on" => Some(Condition::Checked),
            "off" | "not checked" | "not ticked" => Some(Condition::Unchecked),
            said => lookup(&CONDITIONS, said).filter(|(_, tail)| tail.is_empty()).map(|(state, _)| state),
        };
        if state.is_none() {
            return text;
        }
        self.looks.state = state;
        &text[..at]
    }

    /// "… that contains 42".
    fn take_value<'a>(&mut self, text: &'a str) -> &'a str {
        let lower = text.to_ascii_lowercase();
        let Some((at, word)) = SHOWING.iter().find_map(|word| Some((lower.find(word)?, *word))) else { return text };
        let value = text[at + word.len()..].trim();
        if *word == *" with " {
            // "a field with a red border" looks so; "magnifying glass with plus" is called so.
            let looks = lookup(&COLOURS, strip_article(value)).filter(|(_, what)| is_border(what));
            if let Some((colour, _)) = looks {
                self.looks.colour = Some(colour);
                return &text[..at];
            }
            if !matches!(take_kind(&text[..at]).1, Some(role) if role != Role::Icon) {
                return text;
            }
        }
        self.value = Some(quoted(value).unwrap_or(value).to_owned());
        &text[..at]
    }

    /// "… in the top left corner", "top right …".
    fn take_place<'a>(&mut self, text: &'a str) -> &'a str {
        let lower = text.to_ascii_lowercase();
        for (words, across, down) in PLACES {
            let leading = lower.strip_prefix(words).filter(|rest| rest.starts_with(' '));
            if let Some(rest) = leading {
                self.place = Some(Place { across: *across, down: *down });
                return text[text.len() - rest.len()..].trim();
            }
            for before in [" in the ", " at the ", " on the ", " at "] {
                let Some(at) = lower.find(&format!("{before}{words}")) else { continue };
                let after = &text[at + before.len() + words.len()..];
                let after = after.strip_prefix(" corner").or_else(|| after.strip_prefix(" side")).unwrap_or(after);
                // "on the right of Search" is a side of a thing, "in the bottom left corner of the dialog" a place in one.
                let is_side = before == " on the " && after.starts_with(" of ");
                // "in the left bar" is a place in something of its own.
                let is_part = PARTS.iter().any(|part| after.trim_start().starts_with(part));
                if is_side || is_part || !(after.is_empty() || after.starts_with(' ')) {
                    continue;
                }
                self.place = Some(Place { across: *across, down: *down });
                if let Some(container) = after.strip_prefix(" of ") {
                    self.near.push(Near { side: Side::Of, what: Box::new(Self::parse(container)) });
                }
                return text[..at].trim();
            }
        }
        text
    }

    /// "… between Apps and Gaming": after the one and before the other.
    fn take_between<'a>(&mut self, text: &'a str) -> &'a str {
        let lower = text.to_ascii_lowercase();
        let Some(at) = lower.find(" between ") else { return text };
        let rest = &text[at + " between ".len()..];
        let Some(and) = rest.to_ascii_lowercase().find(" and ") else { return text };
        for (side, name) in [(Side::After, &rest[..and]), (Side::Before, &rest[and + " and ".len()..])] {
            self.near.push(Near { side, what: Box::new(Self::parse(name)) });
        }
        &text[..at]
    }

    /// "… in the row of Dana", "… under Password".
    fn take_near<'a>(&mut self, text: &'a str) -> &'a str {
        let lower = text.to_ascii_lowercase();
        let first = SIDES
            .iter()
            .filter_map(|(word, side)| Some((lower.find(word).filter(|&at| at > 0)?, *word, *side)))
            .min_by_key(|(at, word, _)| (*at, std::cmp::Reverse(word.len())));
        let Some((at, word, side)) = first else { return text };
        let rest = text[at + word.len()..].trim();
        if rest.is_empty() || names_control(rest) {
            return text;
        }
        let mut what = Self::parse(rest);
        // "the star of the mail from Oskar": the mail is only known by what is in its row.
        if matches!(side, Side::Of)
            && what.name.is_empty()
            && what.kind.is_some_and(|k| k != "list")
            && what.near.len() == 1
            && what.ordinal.is_none()
        {
            let Near { what: inner, .. } = what.near.remove(0);
            self.near.insert(0, Near { side: Side::InRow, what: inner });
            return &text[..at];
        }
        // "the spinner's minus": what owns comes first.
        if word == "'s " {
            self.near.insert(0, Near { side: Side::Of, what: Box::new(Self::parse(&text[..at])) });
            return rest;
        }
        // "the cell in row Dana, column Phone": what follows belongs to the cell, not to Dana.
        if matches!(side, Side::InRow | Side::InColumn) {
            self.near.append(&mut what.near);
        }
        if side == Side::InRow && what.role == Some(Role::ListRow) {
            what.role = None;
        }
        self.near.insert(0, Near { side, what: Box::new(what) });
        &text[..at]
    }

    /// The thing itself: "second blue Save button".
    fn take_thing(&mut self, text: &str) {
        let mut rest = strip_article(text);
        loop {
            let before = rest;
            // "First name field" is a name; "second text field" counts.
            let counts = |tail: &str| take_kind(skip_looks(tail)).0.is_empty();
            if let Some((ordinal, tail)) = take_ordinal(rest).filter(|(_, tail)| self.ordinal.is_none() && counts(tail))
            {
                self.ordinal = Some(ordinal);
                rest = tail;
            }
            if let Some((condition, tail)) =
                lookup(&CONDITIONS, rest).filter(|(_, tail)| self.looks.state.is_none() && !tail.is_empty())
            {
                // "Open Recent" is a name; "the open chapter" is one that is open.
                // "The Open button" says Open.
                let kind_only = |text: &str| {
                    let (name, role, kind) = take_kind(text);
                    kind.is_some()
                        && name.is_empty()
                        && !matches!(role, Some(Role::Button | Role::Icon | Role::MenuItem))
                };
                let opens = rest.to_ascii_lowercase().starts_with("open ");
                let selects = take_kind(tail).2.is_some() || take_kind(skip_looks(tail)).2.is_some();
                if condition != Condition::Selected || (selects && (!opens || kind_only(tail))) {
                    self.looks.state = Some(condition);
                    rest = tail;
                }
            }
            if let Some((colour, tail)) =
                lookup(&COLOURS, rest).filter(|(_, tail)| self.looks.colour.is_none() && !tail.is_empty())
            {
                self.looks.colour = Some(colour);
                rest = tail;
            }
            for (size, large) in [("big ", true), ("large ", true), ("small ", false), ("little ", false)] {
                if let Some(tail) = rest.strip_prefix(size) {
                    self.looks.large = Some(large);
                    rest = tail;
                }
            }
            if let Some((shape, tail)) = lookup(&SHAPES, rest).filter(|(shape, tail)| {
                self.looks.shape.is_none() && !tail.is_empty() && (*shape == "circle" && rest.starts_with("round"))
            }) {
                self.looks.shape = Some(shape);
                rest = tail;
            }
            if rest == before {
                break;
            }
        }
        let (name, role, kind) = take_kind(rest);
        // An entry with a name is a field of that name; other entries are those of lists and menus.
        let listed = kind == Some("entry") && strip_article(name).is_empty();
        self.role = if listed { None } else { role };
        self.kind = if listed { Some("item") } else { kind };
        let name = strip_article(name);
        self.name = quoted(name).unwrap_or(name).to_owned();
        // "The purple one": whatever it is.
        let told = self.looks != Looks::default();
        if told && ["one", "ones", "thing", "element"].contains(&self.name.to_ascii_lowercase().as_str()) {
            self.name.clear();
        }
        // "the red circle": a shape, where nothing is called so.
        let shape = lookup(&SHAPES, &self.name).filter(|(_, tail)| tail.is_empty());
        if let Some((shape, _)) = shape.filter(|_| self.looks.colour.is_some()) {
            self.looks.shape = Some(shape);
            self.name.clear();
        }
    }
}

fn is_border(word: &str) -> bool {
    matches!(word, "border" | "frame" | "outline" | "edge" | "ring")
}

/// What has a side of the screen as a part of its name: "the left bar".
const PARTS: [&str; 10] = ["bar", "column", "group", "half", "list", "menu", "pane", "side bar", "sidebar", "toolbar"];

/// Parts of a screen: where they are across and down.
const PLACES: &[(&str, i32, i32)] = &[
    ("top left", -1, -1),
    ("upper left", -1, -1),
    ("top right", 1, -1),
    ("upper right", 1, -1),
    ("bottom left", -1, 1),
    ("lower left", -1, 1),
    ("bottom right", 1, 1),
    ("lower right", 1, 1),
    ("very top", 0, -1),
    ("top", 0, -1),
    ("very bottom", 0, 1),
    ("bottom", 0, 1),
    ("left", -1, 0),
    ("right", 1, 0),
];

/// The text between quotes, where all of `text` is quoted.
fn quoted(text: &str) -> Option<&str> {
    let pairs = [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('`', '`'), ('«', '»')];
    pairs.into_iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        (!inner.is_empty() && !inner.contains(open) && !inner.contains(close)).then_some(inner)
    })
}

/// Whether `text` is a word for a control and no more: in "the Sign in button", what stands before it is its name.
fn names_control(text: &str) -> bool {
    let (name, role, kind) = take_kind(text);
    let pressed = [Role::Button, Role::CheckBox, Role::DropDown, Role::Icon, Role::Link, Role::MenuItem, Role::Tab];
    name.is_empty() && kind.is_some() && role.is_some_and(|r| pressed.contains(&r)) && !text.ends_with('s')
}

fn strip_article(text: &str) -> &str {
    let text = text.trim();
    // "To do" is a name.
    for article in ["the ", "a ", "an ", "on ", "to the ", "to a "] {
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
    for lead in [" in the window ", " in the dialog ", " of the window ", " of the dialog "] {
        if let Some(at) = lower.find(lead) {
            let name = strip_naming(&text[at + lead.len()..]);
            return Some((text[..at].trim(), quoted(name).unwrap_or(name)));
        }
    }
    let end = ["window", "dialog", "dialogue"].iter().find_map(|w| lower.strip_suffix(w))?.len();
    let at = [" in ", " of ", " on ", " from "].iter().filter_map(|p| lower.rfind(p).map(|i| (i, p.len()))).max()?;
    let name = strip_article(text.get(at.0 + at.1..end)?.trim());
    let name = quoted(name).unwrap_or(name);
    (!name.is_empty() && !name.eq_ignore_ascii_case("the")).then(|| (text[..at.0].trim(), name))
}

fn take_ordinal(text: &str) -> Option<(i32, &str)> {
    let (word, rest) = text.split_once(' ')?;
    let (_, ordinal) = ORDINALS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name))?;
    Some((*ordinal, rest.trim()))
}

/// The entry of `table` that `text` begins with, as whole words, and what follows.
fn lookup<'a, T: Copy>(table: &[(&str, T)], text: &'a str) -> Option<(T, &'a str)> {
    table.iter().find_map(|(word, value)| {
        let head = text.get(..word.len())?;
        let tail = &text[word.len()..];
        let whole = tail.is_empty() || tail.starts_with(' ');
        (head.eq_ignore_ascii_case(word) && whole).then(|| (*value, tail.trim()))
    })
}

/// `text` without the words for conditions and colours that it begins with.
fn skip_looks(text: &str) -> &str {
    let tail = lookup(&CONDITIONS, text).map(|(_, tail)| tail).or_else(|| lookup(&COLOURS, text).map(|(_, tail)| tail));
    tail.filter(|t| !t.is_empty()).map_or(text, skip_looks)
}

/// The name, the role and the word for the kind that stands at the end or the beginning of `text`.
fn take_kind(text: &str) -> (&str, Option<Role>, Option<&'static str>) {
    let lower = text.to_ascii_lowercase();
    for (word, role) in KINDS {
        if lower == *word || lower.strip_suffix('s') == Some(word) {
            return ("", *role, Some(word));
        }
        if let Some(before) = lower.strip_suffix(word)
            && before.ends_with(' ')
        {
            return (text[..before.len()].trim(), *role, Some(word));
        }
        if let Some(after) = lower.strip_prefix(word)
            && after.starts_with(' ')
        {
            return (strip_naming(&text[word.len()..]), *role, Some(word));
        }
    }
    (text, None, None)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
        check("First name field", "First name", Some(Role::TextField), None, None);
        check("radio button Letter", "Letter", Some(Role::RadioButton), None, None);
        check("Help", "Help", None, None, None);
        check("", "", None, None, None);
    }

    #[test]
    fn what_state_it_is_in_may_be_said_after_it() {
        for (text, state) in [
            ("the switch that is off", Some(Condition::Unchecked)),
            ("a check box which is ticked", Some(Condition::Checked)),
            ("the button that's greyed out", Some(Condition::Disabled)),
            ("the note that is mine", None),
        ] {
            assert_eq!(Phrase::parse(text).looks.state, state, "{text}");
        }
    }

    #[test]
    fn what_a_list_holds_may_be_called_anything() {
        let rows = |text: &str| Phrase::parse(text).as_rows().map(|p| (p.name, p.looks.state, p.ordinal));
        assert_eq!(rows("the selected ticket"), Some(("ticket".into(), Some(Condition::Selected), None)));
        assert_eq!(rows("third ticket"), Some(("ticket".into(), None, Some(3))));
        assert_eq!(rows("ticket of Kwame"), Some(("ticket".into(), None, None)));
        assert_eq!(rows("ticket"), None);
        assert_eq!(rows("the selected button"), None);
    }

    #[test]
    fn other_things_say_where_it_is() {
        let near = |text: &str| {
            let phrase = Phrase::parse(text);
            let near: Vec<(Side, String)> = phrase.near.iter().map(|n| (n.side, n.what.name.clone())).collect();
            (phrase.name, phrase.role, near)
        };
        assert_eq!(
            near("check box next to Bold"),
            (String::new(), Some(Role::CheckBox), vec![(Side::Beside, "Bold".into())])
        );
        assert_eq!(
            near("the entry between Apps and Gaming"),
            (String::new(), None, vec![(Side::After, "Apps".into()), (Side::Before, "Gaming".into())])
        );
        assert_eq!(
            near("trash icon in the row of Dana"),
            ("trash".into(), Some(Role::Icon), vec![(Side::InRow, "Dana".into())])
        );
        assert_eq!(near("the box under Password").2, [(Side::Below, "Password".into())]);
        assert_eq!(
            near("the cell in row Dana, column Phone").2,
            [(Side::InRow, "Dana".into()), (Side::InColumn, "Phone".into())]
        );
    }

    #[test]
    fn looks_values_and_places_are_understood() {
        let phrase = Phrase::parse("the red circle");
        assert_eq!((phrase.looks.colour, phrase.looks.shape), (Some("red"), Some("circle")));
        let phrase = Phrase::parse("the checked radio button");
        assert_eq!((phrase.looks.state, phrase.role), (Some(Condition::Checked), Some(Role::RadioButton)));
        let phrase = Phrase::parse("the field that contains 42");
        assert_eq!((phrase.value.as_deref(), phrase.role), (Some("42"), Some(Role::TextField)));
        let phrase = Phrase::parse("the button in the bottom left corner of the dialog");
        assert_eq!((phrase.place, phrase.role), (Some(Place { across: -1, down: 1 }), Some(Role::Button)));
        assert_eq!(Phrase::parse("top right button").place, Some(Place { across: 1, down: -1 }));
    }

    #[test]
    fn names_may_hold_words_for_kinds_and_sides() {
        check("the Sign in button", "Sign in", Some(Role::Button), None, None);
        check("the Open button", "Open", Some(Role::Button), None, None);
        check("Cancel in the window Parts to order", "Cancel", None, Some("Parts to order"), None);
        check("the Add a card button", "Add a card", Some(Role::Button), None, None);
        let link = Phrase::parse("the Reports chapter link").without_second_kind();
        assert_eq!(link.map(|p| p.name).as_deref(), Some("Reports"));
        let phrase = Phrase::parse("third icon in the left bar");
        assert_eq!((phrase.place, phrase.near.len(), phrase.ordinal), (None, 1, Some(3)));
    }

    #[test]
    fn an_ordinal_or_a_colour_alone_is_a_name() {
        check("Second", "Second", None, None, None);
        check("Red", "Red", None, None, None);
    }

    proptest! {
        #[test]
        fn any_text_is_a_description(text in "\\PC{0,60}") {
            let phrase = Phrase::parse(&text);
            let _ = (phrase.as_name(), phrase.with_leading_ordinal());
        }

        #[test]
        fn any_words_are_a_description(words in prop::collection::vec(prop::sample::select(vec![
            "the", "second", "last", "red", "round", "selected", "Save", "button", "in", "of", "row", "the row of", "next to",
            "top", "left", "corner", "containing", "'", "\"", "é", "dialog", "window", "column", ",", "check box", "ß",
        ]), 0..12)) {
            let _ = Phrase::parse(&words.join(" "));
        }
    }
}
