//! What one clause asks for, made of the words in the slots of a form.

use super::Surroundings;
use super::arithmetic::{self, Expression};
use super::clauses::trim;
use super::goals::capital;
use super::labels::Use;
use super::lexicon::{Lexicon, begins};
use super::lists::{bare, name, phrase, split_list};
use super::matching::without_articles;
use super::numbers;
use super::sources::{self, Value};
use super::tokens::{Kind, Token};
use super::turns::{is_statement, participle};
use crate::task::{Best, Chord, FOUND, Scope, Side};
use std::ops::Range;

/// What a clause wants, in the person's own words.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    Open {
        app: Option<String>,
        on: Option<String>,
    },
    /// Something that may be an application, a window, a file, or a thing on the screen.
    OpenThing(String),
    Compute(Expression),
    Type(Value),
    Save {
        name: Option<String>,
        folder: Option<String>,
    },
    MakeFolder {
        names: Vec<String>,
        folder: Option<String>,
    },
    MakeFile {
        name: String,
        folder: Option<String>,
        text: String,
    },
    Rename {
        from: String,
        to: String,
        folder: Option<String>,
    },
    Fill(Vec<(String, Value)>),
    Click {
        targets: Vec<String>,
        count: u8,
        right: bool,
    },
    /// All things of a kind, by their numbers or letters.
    InOrder {
        kind: String,
        descending: bool,
    },
    /// That one of several things is pressed which stands out from the others.
    Best {
        of: Best,
        press: Option<String>,
    },
    /// Things of a list are dragged into an order.
    Arranged {
        what: String,
        descending: bool,
    },
    Until {
        target: String,
        text: String,
    },
    Hover(String),
    Key {
        chord: Chord,
        times: u32,
    },
    Submit {
        named: Option<String>,
    },
    Choose {
        option: String,
        list: Option<String>,
    },
    Select {
        options: Vec<String>,
        scope: Scope,
        list: Option<String>,
    },
    Tick {
        labels: Vec<String>,
        on: bool,
    },
    Adjust {
        field: String,
        by: f64,
    },
    Extreme {
        field: String,
        high: bool,
    },
    Slide {
        field: String,
        value: String,
    },
    Colour {
        field: Option<String>,
        value: String,
    },
    Suggest {
        text: Option<String>,
        field: String,
        option: String,
    },
    Tab(String),
    Menu {
        path: Vec<String>,
    },
    Context {
        target: String,
        path: Vec<String>,
    },
    Expand {
        thing: String,
        open: bool,
    },
    Sort {
        column: String,
        descending: bool,
    },
    Cell {
        row: Option<String>,
        column: String,
        value: Value,
    },
    Record {
        act: String,
        which: String,
    },
    /// Of the entries of a list only these are shown.
    Filter(String),
    Search {
        query: String,
        place: Option<String>,
    },
    Result(i32),
    Page(String),
    Scroll {
        direction: String,
        notches: i32,
    },
    ScrollTo(String),
    /// The wheel is turned over a thing.
    ScrollOver {
        what: String,
        notches: i32,
    },
    Mark(String),
    /// A text is selected and a key pressed that changes how it looks.
    Format {
        text: String,
        chord: Chord,
    },
    Replace {
        from: String,
        to: String,
    },
    Erase(String),
    /// A line at the end of the text.
    Append(String),
    Drag {
        what: String,
        side: Side,
        to: String,
    },
    DragBy {
        what: String,
        dx: i32,
        dy: i32,
    },
    /// `name` is how the field of the user is called.
    /// Values that are asked for on one page after the other.
    Steps(Vec<(String, Value)>),
    Login {
        name: String,
        user: String,
        password: String,
    },
    Answer(String),
    IfAsked {
        about: Option<String>,
        answer: String,
    },
    IfShown {
        text: String,
        then: Box<Intent>,
    },
    ForEach {
        kind: String,
        then: Box<Intent>,
    },
    /// What comes next may be hidden in one of several parts of this kind.
    LookIn(String),
    /// Pages of a list are turned until this is shown.
    PageTo(String),
    /// Something is done with all records that say `which`, or with so many of them.
    EachOf {
        act: String,
        which: String,
        most: Option<u32>,
    },
    Command(String),
    Ask(String),
    /// "Don't touch the rest": nothing is done.
    Leave(String),
    /// "Tell me the answer" of what was just worked out.
    Tell,
    Copy {
        what: Option<String>,
        from: String,
        to: Option<String>,
        field: Option<String>,
    },
    Paste {
        to: String,
    },
    /// The text of a field, to the letter.
    Take(String),
    WaitFor(String),
    WaitForFile(String),
    Pause {
        ms: u64,
    },
    Close(Option<String>),
    Arrange {
        window: Option<String>,
        how: Shape,
    },
    /// One after the other.
    Several(Vec<Intent>),
}

/// What becomes of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Maximised,
    Minimised,
    Size { width: u32, height: u32 },
}

/// The words in the slots of a form.
pub struct Slots<'a> {
    pub source: &'a str,
    pub tokens: &'a [Token],
    pub ranges: &'a [(String, Range<usize>)],
    pub around: &'a Surroundings,
    /// The application that the clause names as the place of the work.
    pub app: Option<&'a str>,
}

impl Slots<'_> {
    fn get(&self, slot: &str) -> Option<&[Token]> {
        let (_, range) = self.ranges.iter().find(|(name, _)| name == slot)?;
        Some(trim(&self.tokens[range.clone()]))
    }

    /// The words as a value: a lone literal without its quotes.
    fn text(&self, slot: &str) -> Option<String> {
        let tokens = self.get(slot)?;
        (!tokens.is_empty()).then(|| phrase(self.source, tokens))
    }

    /// The words as a name, without articles; a lone literal keeps its quotes.
    fn name(&self, slot: &str) -> Option<String> {
        let mut tokens = without_articles(self.get(slot)?);
        // "Cancel order 88 there", "unfold Birds below it": what only says where.
        while let [.., last] = tokens
            && tokens.len() > 1
            && last.text == "there"
        {
            tokens = &tokens[..tokens.len() - 1];
        }
        if let [_, .., place, it] = tokens
            && it.is("it")
            && ["below", "under", "in", "inside", "on"].iter().any(|w| place.is(w))
        {
            tokens = &tokens[..tokens.len() - 2];
        }
        (!tokens.is_empty()).then(|| name(self.source, tokens))
    }

    /// The words as a plain name: without articles and quotes.
    fn plain(&self, slot: &str) -> Option<String> {
        let tokens = without_articles(self.get(slot)?);
        (!tokens.is_empty()).then(|| phrase(self.source, tokens))
    }

    fn number(&self, slot: &str) -> Option<f64> {
        numbers::number(&self.plain(slot)?)
    }

    /// "A, B and C", each as a name.
    fn names(&self, slot: &str) -> Option<Vec<String>> {
        let lexicon = Lexicon::get();
        // "C and finally B".
        let plain = |part: &'_ [Token]| {
            let rest = lexicon.strip_polite(part);
            let kept = if rest.is_empty() || rest.len() == part.len() { part } else { rest };
            plainly(&name(self.source, bare(kept)))
        };
        let parts = split_list(self.get(slot)?).into_iter().map(plain);
        let parts: Vec<String> = parts.filter(|p| !p.is_empty()).collect();
        (!parts.is_empty()).then_some(parts)
    }

    /// "A, B and C", each as it is called.
    fn labels(&self, slot: &str) -> Option<Vec<String>> {
        let tokens = self.get(slot)?;
        let both = tokens.len() > 3 && tokens.first().is_some_and(|t| t.is("both"));
        let parts = split_list(if both { &tokens[1..] } else { tokens })
            .into_iter()
            .map(|part| phrase(self.source, bare(part)));
        let parts: Vec<String> = parts.filter(|p| !p.is_empty()).collect();
        (!parts.is_empty()).then_some(parts)
    }

    fn value(&self, slot: &str) -> Option<Value> {
        let tokens = self.get(slot)?;
        (!tokens.is_empty()).then(|| match sources::value(self.source, tokens) {
            Value::Text(text) => Value::Text(self.with_stop(tokens, text)),
            read => read,
        })
    }

    /// A sentence behind a colon is typed with its stop: "As message type: All came."
    fn with_stop(&self, tokens: &[Token], text: String) -> String {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return text };
        let behind_colon = self.source[..first.start].trim_end().ends_with(':');
        let stop = self.source[last.end..].chars().next().filter(|c| ['.', '!', '?'].contains(c));
        match stop {
            Some(stop) if behind_colon && tokens.len() >= 3 && last.kind != Kind::Quoted => format!("{text}{stop}"),
            _ => text,
        }
    }

    /// The question `say` with the words of the slots in it.
    pub fn question(&self, say: &str) -> Option<Intent> {
        let mut question = say.to_owned();
        // "How many are there" names nothing that rows could say.
        let nowhere = ["there", "in ", "on ", "listed", "shown", "left", "set", "of "];
        let vague = |slot: &str| {
            // What stands on the screen just so is a state, however it begins: "on shelf".
            let seen = self.plain(slot).is_some_and(|w| self.around.labels.has_name(&w, Use::Text) && w.contains(' '));
            !seen && self.plain(slot).is_none_or(|w| nowhere.iter().any(|n| w.to_lowercase().starts_with(n)))
        };
        if say.contains(" rows say ") && self.ranges.iter().any(|(slot, _)| vague(slot)) {
            return None;
        }
        for (slot, _) in self.ranges {
            question = question.replace(&format!("{{{slot}}}"), &self.plain(slot)?);
        }
        Some(Intent::Ask(question))
    }

    /// All words of the clause.
    pub fn all(&self) -> String {
        name(self.source, self.tokens)
    }
}

/// What people call colours.
const COLOURS: [&str; 12] =
    ["red", "green", "blue", "yellow", "orange", "purple", "pink", "brown", "black", "white", "grey", "turquoise"];

/// Words for kinds of things of which a name may follow.
const THINGS: [&str; 16] = [
    "button",
    "link",
    "tab",
    "icon",
    "item",
    "entry",
    "option",
    "checkbox",
    "radio button",
    "menu item",
    "tile",
    "card",
    "hyperlink",
    "key",
    "section",
    "word",
];

/// "Button ONE" as "ONE button": a kind, and behind it what it is called.
fn kind_behind(words: &str) -> Option<String> {
    let kind = THINGS.iter().find(|k| words.strip_prefix(**k).is_some_and(|rest| rest.starts_with(' ')))?;
    let name = words[kind.len() + 1..].trim();
    let name = ["called ", "named ", "labelled ", "labeled "].iter().find_map(|w| name.strip_prefix(w)).unwrap_or(name);
    let is_name = name.starts_with('"') || name.chars().next().is_some_and(char::is_uppercase);
    let plain = name.split(' ').all(|w| !["in", "on", "of", "with", "for", "next", "below", "above"].contains(&w));
    let kind = if ["item", "entry", "word"].contains(kind) { "" } else { kind };
    (is_name && (plain || name.ends_with('"'))).then(|| format!("{name} {kind}").trim().to_owned())
}

/// Kinds of widgets as the things that they are.
fn widget(words: &str) -> Option<String> {
    let bare = ["widget", "control", "element"].iter().find_map(|w| words.strip_suffix(w))?;
    let kind = match bare.trim().trim_matches('"').to_lowercase().as_str() {
        "text" | "textarea" | "input" | "text area" | "text input" => "text field",
        "radio" => "radio button",
        "checkbox" | "check" => "check box",
        "select" => "drop-down",
        "button" => "button",
        _ => return None,
    };
    Some(kind.to_owned())
}

fn without_quotes(words: &str) -> String {
    words.replace('"', "").trim().to_owned()
}

/// A description in the order in which things are looked for: "button in green" is the green button.
fn plainly(words: &str) -> String {
    let words = words.replace(" that belongs to ", " of ").replace(" belonging to ", " of ");
    let words =
        [" that's ", " that is ", " which is ", " which's "].iter().find_map(|w| words.split_once(w)).map_or_else(
            || words.clone(),
            |(thing, how)| if COLOURS.contains(&how) { format!("{how} {thing}") } else { format!("{thing} {how}") },
        );
    let words = ["colored ", "coloured "].iter().find_map(|w| words.strip_prefix(w)).unwrap_or(&words).to_owned();
    if let Some(named) = kind_behind(&words).or_else(|| widget(&words)) {
        return named;
    }
    let coloured = words.rsplit_once(" in ").filter(|(_, colour)| COLOURS.contains(colour));
    if let Some((thing, colour)) = coloured {
        return format!("{colour} {thing}");
    }
    let bordered = words.rsplit_once(" with the ").or_else(|| words.rsplit_once(" with a "));
    let bordered = bordered
        .and_then(|(thing, how)| Some((thing, how.strip_suffix(" border").or_else(|| how.strip_suffix(" frame"))?)));
    if let Some((thing, colour)) = bordered.filter(|(_, colour)| COLOURS.contains(colour)) {
        return format!("{colour} {thing}");
    }
    let places = [" in the drawing", " in the picture", " in the image", " on the canvas", " on the drawing"];
    places.iter().find_map(|p| words.strip_suffix(p)).map_or_else(|| words.clone(), str::to_owned)
}

/// Reads a request within a request.
pub type Inner<'a> = &'a dyn Fn(&[Token]) -> Option<Intent>;

/// What a form with these slots asks for; `None` where its words do not make sense there.
pub fn intent(meaning: &str, slots: &Slots<'_>, inner: Inner<'_>) -> Option<Intent> {
    of_applications(meaning, slots)
        .or_else(|| of_files(meaning, slots))
        .or_else(|| of_fields(meaning, slots))
        .or_else(|| of_pointing(meaning, slots))
        .or_else(|| of_choices(meaning, slots))
        .or_else(|| of_values(meaning, slots))
        .or_else(|| of_hidden_things(meaning, slots))
        .or_else(|| of_records(meaning, slots))
        .or_else(|| of_text(meaning, slots))
        .or_else(|| of_drags(meaning, slots))
        .or_else(|| of_flows(meaning, slots, inner))
        .or_else(|| of_places(meaning, slots, inner))
        .or_else(|| of_waiting(meaning, slots))
}

fn of_applications(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    let app = || slots.plain("app").or_else(|| slots.app.map(str::to_owned));
    Some(match meaning {
        "open_app" => Intent::Open { app: app(), on: None },
        "open_address" => Intent::Open { app: app().or(Some("browser".into())), on: slots.text("address") },
        "open_path" => {
            let path = slots.text("path")?;
            let lower = path.to_lowercase();
            let page = lower.ends_with(".html") || lower.ends_with(".htm");
            Intent::Open { app: app().or_else(|| page.then(|| "browser".into())), on: Some(path) }
        }
        "open_unknown" => open_unknown(slots)?,
        "close" if slots.plain("window").is_some_and(|w| stays(&w)) => return None,
        "close" => Intent::Close(slots.owner("window").filter(|w| !is_this_window(w))),
        "maximise" => Intent::Arrange { window: slots.owner("window"), how: Shape::Maximised },
        "minimise" => Intent::Arrange { window: slots.plain("window"), how: Shape::Minimised },
        "resize" => {
            let window = slots.plain("window").filter(|w| !is_this_window(w));
            Intent::Arrange { window, how: size(slots)? }
        }
        "command" => {
            let tokens = slots.get("command")?;
            let literal = tokens.iter().find(|t| t.kind == Kind::Quoted);
            Intent::Command(literal.map_or_else(|| phrase(slots.source, tokens), |t| t.text.clone()))
        }
        "compute_with" => Intent::Compute(arithmetic::parse(&slots.plain("expression")?)?),
        "compute" => {
            Intent::Compute(arithmetic::parse(&slots.all()).or_else(|| arithmetic::parse(&slots.plain("expression")?))?)
        }
        _ => return None,
    })
}

/// A name in quotes is an application's; a kind of thing on the screen is clicked; the rest shows when it is done.
fn open_unknown(slots: &Slots<'_>) -> Option<Intent> {
    let tokens = without_articles(slots.get("thing")?);
    if let [one] = tokens
        && one.kind == Kind::Quoted
    {
        return Some(Intent::OpenThing(one.text.clone()));
    }
    if tokens.iter().any(|t| matches!(t.kind, Kind::Path | Kind::Address)) {
        return None;
    }
    Some(Intent::OpenThing(name(slots.source, tokens)))
}

/// Whether something is said to stay: "leave the draft where it is".
fn stays(words: &str) -> bool {
    let words = format!(" {} ", words.to_lowercase());
    [" where ", " as it is ", " as they are ", " alone ", " don't ", " do not ", " not ", " untouched ", " unchanged "]
        .iter()
        .any(|w| words.contains(w))
}

fn is_this_window(words: &str) -> bool {
    ["", "it", "window", "this", "dialog", "this window", "the window", "active window", "current window"]
        .contains(&words.to_lowercase().as_str())
}

fn size(slots: &Slots<'_>) -> Option<Shape> {
    let pair = slots.plain("size").and_then(|s| {
        let (w, h) = s.split_once(['x', '×', 'X'])?;
        Some((w.trim().parse().ok()?, h.trim().parse().ok()?))
    });
    let (width, height) = match pair {
        Some(pair) => pair,
        None => (slots.number("width")? as u32, slots.number("height")? as u32),
    };
    Some(Shape::Size { width, height })
}

fn of_files(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "save" => {
            let (name, folder) = (slots.plain("name"), slots.plain("folder"));
            // "Save in ~/notes": a folder is no name.
            if name.as_deref().is_some_and(|n| n.ends_with('/')) && folder.is_none() {
                return None;
            }
            Intent::Save { name, folder }
        }
        "make_folder" => Intent::MakeFolder { names: vec![file_name(slots, "name")?], folder: folder(slots) },
        "make_two_folders" => {
            Intent::MakeFolder { names: vec![slots.plain("a")?, slots.plain("b")?], folder: folder(slots) }
        }
        "make_folders" => Intent::MakeFolder { names: slots.labels("names")?, folder: folder(slots) },
        "make_file" => Intent::MakeFile {
            name: file_name(slots, "name")?,
            folder: folder(slots),
            text: sources::literal(slots.source, slots.get("text")?),
        },
        "rename" => {
            Intent::Rename { from: file_name(slots, "from")?, to: file_name(slots, "to")?, folder: folder(slots) }
        }
        _ => return None,
    })
}

/// The name of a file or folder: the literal among the words, where there is one.
fn file_name(slots: &Slots<'_>, slot: &str) -> Option<String> {
    let tokens = without_articles(slots.get(slot)?);
    let literals: Vec<&Token> =
        tokens.iter().filter(|t| matches!(t.kind, Kind::Quoted | Kind::Path | Kind::File)).collect();
    match literals.as_slice() {
        [one] if tokens.len() == 1 => Some(one.text.clone()),
        [] => Some(phrase(slots.source, tokens)),
        _ => None,
    }
}

fn folder(slots: &Slots<'_>) -> Option<String> {
    let folder = slots.plain("folder")?;
    let lower = folder.to_lowercase();
    let lower = lower.trim_end_matches(" folder").trim_end_matches(" directory");
    Some(if ["home", "my home"].contains(&lower) {
        "~".into()
    } else {
        folder[..lower.len().min(folder.len())].to_owned()
    })
}

/// Documents are no fields: what is typed into them goes where the keyboard is.
const DOCUMENTS: [&str; 18] = [
    "document",
    "file",
    "editor",
    "text editor",
    "window",
    "page",
    "note",
    "it",
    "there",
    "terminal",
    "document window",
    "text area",
    "prompt",
    "new document",
    "following",
    "the following",
    "empty document",
    "new file",
];

fn of_fields(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "type" => Intent::Type(sources::typed(slots.source, slots.get("text")?)),
        "type_focused" => Intent::Type(slots.value("text")?),
        "fill" => {
            let field = slots.name("field")?;
            let lower = slots.plain("field")?.to_lowercase();
            if DOCUMENTS.contains(&lower.as_str()) || slots.around.is_app(&lower) {
                return None;
            }
            // "Put A, then B into C": two things, one after the other.
            let two = slots.get("value")?.windows(2).any(|w| w[0].is(",") && w[1].is("then"));
            if two {
                return None;
            }
            // "Tea should be dragged below Coffee" gives no field a value.
            let said = slots.get("value")?;
            let states = Lexicon::get()
                .class("is_on")?
                .iter()
                .chain(Lexicon::get().class("is_off")?.iter())
                .any(|p| begins(said, p));
            let act = said.first().filter(|t| t.text == t.lower && !states).and_then(participle);
            if act.is_some() && slots.tokens.iter().any(|t| ["be", "should", "must"].iter().any(|w| t.is(w))) {
                return None;
            }
            // "A1 should say Rent and B1 should say 250": two statements.
            let joined = said.iter().position(|t| t.is("and") || t.is(",")).map(|at| &said[at + 1..]);
            if joined.is_some_and(is_statement) {
                return None;
            }
            // "Name to Ada and City Rome": another field of the screen is no part of a value.
            if holds_a_field(slots, slots.get("value")?) {
                return None;
            }
            // "The first box": what is left without its kind is no name.
            let kinds = ["text", "input", "form", "search", "input text"];
            let bare = numbers::ordinal(&lower).is_some()
                || (kinds.contains(&lower.as_str()) && slots.all().to_lowercase().contains(&format!("the {lower} ")))
                || ["empty", "other", "only", "next", "blank"].contains(&lower.as_str());
            let field = if bare { format!("{field} field") } else { field };
            Intent::Fill(vec![(field, slots.value("value")?)])
        }
        "fill_pairs" => {
            let tokens = sources::equals_as_words(slots.get("pairs")?);
            let found = sources::fields(slots.source, &tokens)?;
            (found.len() > 1 || is_of_form(slots)).then_some(())?;
            Intent::Fill(found)
        }
        "fill_twice" => {
            let value = slots.value("value")?;
            let first = slots.name("a").unwrap_or_else(|| "New password".into());
            let second = slots.name("b").unwrap_or_else(|| "Repeat".into());
            slots.get("b").is_none_or(|b| Lexicon::get().verb(b).is_none()).then_some(())?;
            Intent::Fill(vec![(first, value.clone()), (second, value)])
        }
        "fill_is" => {
            // "What is …" asks, and what has a comma in it is no name.
            let field = slots.name("field")?;
            let asks = [
                "what", "which", "who", "when", "where", "how", "whose", "whom", "why", "it", "there", "this", "that",
                "i",
            ];
            let first = field.split(' ').next().unwrap_or_default().to_lowercase();
            let is_name = !field.contains([',', '.', ';'])
                && field.split(' ').count() <= 4
                && Lexicon::get().verb(slots.get("field")?).is_none();
            let is_said = is_name && !asks.contains(&first.as_str()) && !slots.source.trim_end().ends_with('?');
            // "…, your e-mail is …": more is told than one value.
            let value = slots.text("value")?;
            let more = [", your ", ", my ", " and your ", " and my ", ". Then ", "; then ", ". Your ", ". My "];
            (is_said && !more.iter().any(|m| value.contains(m))).then_some(())?;
            Intent::Fill(vec![(field, slots.value("value")?)])
        }
        "fill_and" => Intent::Fill(vec![
            (slots.name("field")?, slots.value("value")?),
            (slots.name("other")?, slots.value("more")?),
        ]),
        "fill_told" => Intent::Fill(told(slots)?),
        "fill_nth" => {
            let place = numbers::place(slots.number("nth")? as i32);
            let field = slots.plain("field").map_or_else(|| format!("{place} field"), |f| format!("{place} {f} field"));
            Intent::Fill(vec![(field, slots.value("value")?)])
        }
        "fill_value" => {
            let kinds = ["slider", "spinner", "spin box", "stepper", "knob", "dial", "counter"];
            let kind = kinds.into_iter().find(|k| slots.all().to_lowercase().contains(k)).unwrap_or("slider");
            let field = slots.name("field").map_or_else(|| kind.to_owned(), |field| format!("{field} {kind}"));
            Intent::Fill(vec![(field, slots.value("value")?)])
        }
        "fill_all" => Intent::Fill(one_each(slots)?),
        "fill_use" => Intent::Fill(vec![(slots.name("field")?, slots.value("value")?)]),
        "suggest_like" => {
            let start = slots.plain("start")?;
            let option = match slots.plain("end") {
                Some(end) => format!("{start}…{end}"),
                None => format!("{start}…"),
            };
            let field = slots.name("field").unwrap_or_else(|| "text field".into());
            Intent::Suggest { text: Some(start), field, option }
        }
        "fill_seen" | "turn_to" => Intent::Fill(vec![(slots.name("field")?, slots.value("value")?)]),
        "fill_found" => Intent::Fill(vec![(slots.name("field")?, Value::Text("it".into()))]),
        "fill_plain" => Intent::Fill(sources::plain_fields(slots.source, slots.get("pairs")?)?),
        "clear_field" => Intent::Fill(vec![(slots.name("field")?, Value::Text(String::new()))]),
        "suggest" => {
            Intent::Suggest { text: slots.text("text"), field: slots.name("field")?, option: slots.plain("option")? }
        }
        _ => return None,
    })
}

/// Whether behind "and" or a comma in `value` a field of the screen is named.
fn holds_a_field(slots: &Slots<'_>, value: &[Token]) -> bool {
    let labels = &slots.around.labels;
    let fields = [Use::Field, Use::List, Use::Value, Use::Box];
    let named =
        |at: usize| (1..=4).any(|n| value.get(at..at + n).is_some_and(|t| fields.iter().any(|u| labels.has(t, *u))));
    value.iter().enumerate().any(|(i, t)| (t.is("and") || t.is(",")) && i > 0 && named(i + 1))
}

/// "The sliders to 4, 7 and 9": each of a kind gets one, in their order.
fn one_each(slots: &Slots<'_>) -> Option<Vec<(String, Value)>> {
    let kind = slots.plain("kind")?;
    let kind = kind.trim_end_matches('s').trim_end_matches("boxe").to_owned();
    let words = slots.text("values")?.replace(['[', ']', '(', ')', '{', '}'], " ").replace(" and ", ",");
    let values: Vec<String> = words.split([',', ';']).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect();
    let all_numbers = values.iter().all(|v| numbers::number(v).is_some());
    let pair = |(at, value): (usize, String)| (format!("{} {kind}", numbers::place(at as i32 + 1)), Value::Text(value));
    (values.len() > 1 && all_numbers).then(|| values.into_iter().enumerate().map(pair).collect())
}

/// "Your name is Ada, your e-mail ada@mail.example and the message: See you.": what is to be told, in its order.
fn told(slots: &Slots<'_>) -> Option<Vec<(String, Value)>> {
    let tokens = slots.get("told")?;
    // "… my message: See you. Then send it" goes on with something else.
    let goes_on = |w: &[Token]| {
        w[0].kind == Kind::Mark
            && matches!(w[0].text.as_str(), "." | ";" | "!")
            && (["then", "finally", "please", "afterwards", "and", "now"].iter().any(|l| w[1].is(l))
                || Lexicon::get().verb(&w[1..]).is_some())
    };
    if tokens.windows(2).any(goes_on) {
        return None;
    }
    let leads = |t: &Token| ["your", "my", "the"].iter().any(|w| t.is(w));
    let starts: Vec<usize> = (0..tokens.len())
        .filter(|&i| leads(&tokens[i]) && (i == 0 || tokens[i - 1].is(",") || tokens[i - 1].is("and")))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([tokens.len()]);
    let one = |(from, to): (usize, usize)| {
        let part = trim(&tokens[from + 1..to]);
        let part =
            if to < tokens.len() && part.last().is_some_and(|t| t.is("and")) { &part[..part.len() - 1] } else { part };
        let part = trim(part);
        let cut = part
            .iter()
            .position(|t| t.is("is") || t.is(":"))
            .or_else(|| part.iter().position(|t| t.text != t.lower || t.is_literal()))?;
        let joined = part.get(cut).is_some_and(|t| t.is("is") || t.is(":"));
        let value = trim(&part[cut + usize::from(joined)..]);
        (cut > 0 && cut <= 3 && !value.is_empty())
            .then(|| (phrase(slots.source, &part[..cut]), Value::Text(phrase(slots.source, value))))
    };
    let all = starts.iter().copied().zip(ends).map(one).collect::<Option<Vec<_>>>()?;
    (all.len() > 1).then_some(all)
}

/// Whether a form is spoken of, which may have a single field to fill.
fn is_of_form(slots: &Slots<'_>) -> bool {
    slots.tokens.iter().any(|t| ["form", "fill", "fields", ":", "complete"].iter().any(|w| t.is(w)))
}

fn of_pointing(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    let click = |count, right| {
        let mut targets = slots.names("targets")?;
        // "That one" is what was spoken of before.
        if targets.iter().any(|t| t == "one") {
            return None;
        }
        // "Click on a check box": any of them.
        let any =
            slots.get("targets").is_some_and(|t| t.first().is_some_and(|t| t.is("a") || t.is("an") || t.is("any")));
        let kinds =
            ["button", "link", "icon", "field", "box", "item", "slider", "drop-down", "square", "circle", "triangle"];
        if let ([target], true) = (targets.as_mut_slice(), any)
            && kinds.iter().any(|k| target.ends_with(k))
            && !target.contains('"')
        {
            *target = format!("first {}", target.trim_start_matches("any "));
        }
        Some(Intent::Click { targets, count, right })
    };
    match meaning {
        "click" => menu_path(&slots.all_of("targets")?).map(|path| Intent::Menu { path }).or_else(|| click(1, false)),
        "find_and_tick" | "find_and_untick" => {
            Some(Intent::Tick { labels: vec![slots.plain("target")?], on: meaning == "find_and_tick" })
        }
        "look_in_click" => Some(Intent::Several(vec![Intent::LookIn(places_said(slots)), click(1, false)?])),
        "look_up_click" => {
            let click = Intent::Click { targets: vec![slots.name("what")?], count: 1, right: false };
            Some(Intent::Several(vec![Intent::PageTo(slots.owner("who")?), click]))
        }
        "click_of_record" => {
            let target = without_quotes(&slots.name("target")?);
            Some(Intent::Record { act: format!("click {target}"), which: slots.owner("who")? })
        }
        "fill_read" => {
            let read = Value::Read(slots.all_of("x")?);
            Some(Intent::Fill(vec![(slots.name("field")?, read)]))
        }
        "menu_then" => {
            let labels = &slots.around.labels;
            let (menu, path) = (slots.plain("menu")?, slots.plain("path")?);
            let hidden = !labels.has_name(&path, Use::Text) && path.starts_with(char::is_uppercase);
            (hidden && labels.has_name(&menu, Use::Text)).then(|| Intent::Menu { path: vec![menu, path] })
        }
        "find_and_click" => Some(Intent::Click { targets: vec![slots.name("target")?], count: 1, right: false }),
        "click_it" => Some(Intent::Click { targets: vec!["it".into()], count: 1, right: false }),
        "click_double" => click(2, false),
        "click_right" => click(1, true),
        "click_times" => {
            let count = slots.number("count")? as u8;
            if count > 3 {
                let once = Intent::Click { targets: vec![slots.name("targets")?], count: 1, right: false };
                return Some(Intent::Several(vec![once; usize::from(count.min(50))]));
            }
            Some(Intent::Click { targets: vec![slots.name("targets")?], count: count.clamp(1, 3), right: false })
        }
        "click_all_in_order" => {
            let kind = slots.plain("kind")?;
            let descending = numbers::is_descending(&slots.plain("order")?)?;
            Some(Intent::InOrder { kind, descending })
        }
        "click_twice" => {
            let count = numbers::times(&slots.plain("count")?)?;
            if count > 3 {
                let once = Intent::Click { targets: vec![slots.name("targets")?], count: 1, right: false };
                return Some(Intent::Several(vec![once; usize::from(count.min(50))]));
            }
            Some(Intent::Click { targets: vec![slots.name("targets")?], count: count.clamp(1, 3), right: false })
        }
        "click_beside" => {
            let target = format!("{} next to {}", slots.name("target")?, slots.name("row")?);
            Some(Intent::Click { targets: vec![target], count: 1, right: false })
        }
        "click_in_row" => {
            let target = format!("{} in the row of {}", slots.name("target")?, slots.name("row")?);
            Some(Intent::Click { targets: vec![target], count: 1, right: false })
        }
        "click_in_part" => {
            let target = format!("{} in the {} section", slots.name("target")?, slots.name("row")?);
            Some(Intent::Click { targets: vec![target], count: 1, right: false })
        }
        "click_seen" => {
            let act = format!("click {}", without_quotes(&slots.name("target")?));
            Some(Intent::Record { act, which: slots.name("row")? })
        }
        "by_attribute" | "by_attribute_low" => {
            let column = slots.plain("column")?;
            let dear = column.strip_prefix("expensive ").map(str::to_owned);
            if dear.is_some() {
                let least = slots.tokens.iter().any(|t| t.is("least"));
                let of = if least { Best::Cheapest } else { Best::Dearest };
                return Some(Intent::Best { of, press: slots.name("target") });
            }
            let of = if meaning == "by_attribute" { Best::Most { column } } else { Best::Least { column } };
            Some(Intent::Best { of, press: slots.name("target") })
        }
        "best" | "best_dear" | "odd" => {
            let of = match meaning {
                "best" => Best::Cheapest,
                "best_dear" => Best::Dearest,
                _ => Best::Odd,
            };
            Some(Intent::Best { of, press: slots.name("target") })
        }
        "click_until" => {
            let text = slots.plain("text")?;
            let seen = ["you see ", "you get to ", "you reach ", "you find "].iter().find_map(|w| text.strip_prefix(w));
            Some(Intent::Until { target: slots.name("target")?, text: seen.unwrap_or(&text).to_owned() })
        }
        "hover" => Some(Intent::Hover(plainly(&slots.name("target")?))),
        "key" => {
            let said = slots.plain("key")?;
            let said = said.trim_end_matches(" keys").trim_end_matches(" key");
            let twice = slots.tokens.last().is_some_and(|t| t.is("twice"));
            let times = slots.number("count").unwrap_or(if twice { 2.0 } else { 1.0 });
            Some(Intent::Key { chord: said.parse().ok()?, times: times as u32 })
        }
        "submit" => Some(Intent::Submit { named: slots.tokens.first().map(|t| t.text.clone()) }),
        _ => None,
    }
}

impl Slots<'_> {
    fn all_of(&self, slot: &str) -> Option<String> {
        self.get(slot).map(|tokens| name(self.source, tokens))
    }
}

/// `File > Save as` as its parts.
fn menu_path(text: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = text
        .split(['>', '→', '»'])
        .map(|p| p.trim().trim_end_matches(['-', '=']).trim().trim_matches('"').to_owned())
        .collect();
    (parts.len() > 1 && parts.iter().all(|p| !p.is_empty())).then_some(parts)
}

fn of_choices(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    // "From the list below" names none.
    let list = || {
        let name = slots.plain("list")?;
        let bare = name.trim_end_matches(" below").trim_end_matches(" above");
        let any =
            ["list", "scroll list", "scroll", "scrolling list", "menu", "options", "drop-down", "dropdown", "box"];
        (!any.contains(&bare.to_lowercase().as_str())).then(|| bare.to_owned())
    };
    let select = |options, scope| Some(Intent::Select { options, scope, list: list() });
    match meaning {
        "choose" => {
            let many = split_list(slots.get("option")?).len() > 1 && list().is_none();
            (!many).then_some(Intent::Choose { option: slots.plain("option")?, list: list() })
        }
        "choose_seen" => Some(Intent::Choose { option: slots.plain("option")?, list: list() }),
        "choose_row" => {
            let option = slots.plain("option")?;
            let is_one = split_list(slots.get("option")?).len() == 1;
            let option = if numbers::ordinal(&option).is_some() { format!("{option} row") } else { option };
            is_one.then_some(Intent::Choose { option, list: None })
        }
        "select_where" => {
            let rows = format!("rows with {}", slots.plain("state")?);
            Some(Intent::Select { options: Vec::new(), scope: Scope::AllBut, list: Some(rows) })
        }
        "choose_row_nth" => {
            let row = format!("{} row", numbers::place(slots.number("nth")? as i32));
            Some(Intent::Choose { option: row, list: None })
        }
        "choose_plain" => Some(Intent::Choose { option: slots.plain("option")?, list: None }),
        "select_many" => {
            let named = slots.labels("options");
            let options = named.or_else(|| Some(vec![slots.plain("a")?, slots.plain("b")?]))?;
            (options.len() > 1).then(|| select(options, Scope::These))?
        }
        "select_only" => select(slots.labels("options")?, Scope::Only),
        "select_but" => select(slots.labels("options")?, Scope::AllBut),
        "unselect_but" => select(slots.labels("options")?, Scope::Only),
        "select_all" => select(Vec::new(), Scope::AllBut),
        "select_none" => select(Vec::new(), Scope::Only),
        // "Check whether …" asks.
        "tick" | "tick_seen" => {
            let labels = slots.labels("options")?;
            let asks = labels.iter().any(|l| l.starts_with("whether ") || l.starts_with("if "));
            (!asks).then_some(Intent::Tick { labels, on: true })
        }
        "untick" | "untick_seen" => Some(Intent::Tick { labels: slots.labels("options")?, on: false }),
        _ => None,
    }
}

fn of_values(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    let amount = || slots.number("amount").or_else(|| slots.get("amount").is_none().then_some(1.0));
    Some(match meaning {
        "adjust" => Intent::Adjust { field: slots.name("field")?, by: amount()? },
        "adjust_down" => Intent::Adjust { field: slots.name("field")?, by: -amount()? },
        // "Drag Splints to the bottom" is about a list, unless Splints holds a number.
        "extreme_high" | "extreme_low" if is_of_list(slots) => return None,
        "extreme_high" => Intent::Extreme { field: slots.name("field")?, high: true },
        "extreme_low" => Intent::Extreme { field: slots.name("field")?, high: false },
        "set_slider" => Intent::Slide { field: slots.name("field")?, value: slots.plain("value")? },
        "colour" => Intent::Colour { field: slots.name("field"), value: slots.plain("value")? },
        _ => return None,
    })
}

/// Whether something is brought to an end that lists have, and the screen shows no number of that name.
fn is_of_list(slots: &Slots<'_>) -> bool {
    let to_end =
        slots.tokens.iter().any(|t| ["top", "bottom", "beginning", "end", "first", "last"].iter().any(|w| t.is(w)));
    let slider = slots.tokens.iter().any(|t| ["slider", "knob", "dial", "bar"].iter().any(|w| t.is(w)));
    let labels = &slots.around.labels;
    let is_number = |field: String| labels.has_name(&field, Use::Value);
    to_end && !slider && !labels.is_empty() && !slots.plain("field").is_some_and(is_number)
}

fn of_hidden_things(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "tab" => Intent::Tab(slots.name("tab")?),
        "menu_quit" => {
            let entry = slots.plain("path").unwrap_or_else(|| "Quit".into());
            Intent::Menu { path: vec![slots.plain("menu")?, capital(&entry)] }
        }
        "more_menu" => Intent::Record { act: slots.plain("path")?, which: slots.name("target")? },
        "menu" => {
            // What is in sight needs no menu, and a box that is ticked is none.
            let labels = &slots.around.labels;
            let menu = slots.plain("menu")?;
            // "Click New record, fill in …" goes on with something to be done.
            let is_act = |slot: &str| {
                let first = slots.get(slot).and_then(<[Token]>::first);
                first.is_some_and(|t| t.kind == Kind::Word && t.text == t.lower)
                    && slots.get(slot).is_some_and(|t| Lexicon::get().verb(t).is_some())
            };
            if slots.tokens.iter().any(|t| t.is(",")) && (is_act("path") || is_act("sub")) {
                return None;
            }
            let comma = slots.tokens.iter().any(|t| t.is(",")) && !slots.tokens.iter().any(|t| t.is("menu"));
            if comma && (labels.has_name(&menu, Use::Box) || labels.has_name(&slots.plain("path")?, Use::Box)) {
                return None;
            }
            let parts = ["menu", "sub", "path"].iter().filter_map(|slot| slots.plain(slot));
            let path: Vec<String> = parts.flat_map(|p| menu_path(&p).unwrap_or_else(|| vec![p])).collect();
            Intent::Menu { path }
        }
        "context" => {
            let path = slots.plain("path").or_else(|| Some(capital(&slots.tokens.first()?.text)))?;
            Intent::Context { target: slots.name("target")?, path: menu_path(&path).unwrap_or_else(|| vec![path]) }
        }
        "expand" => {
            let thing = slots.name("thing")?;
            let thing =
                [" in the", " in", " of the", " of"].iter().find_map(|e| thing.strip_suffix(e)).unwrap_or(&thing);
            Intent::Expand { thing: without_quotes(thing), open: true }
        }
        "collapse" => Intent::Expand { thing: slots.plain("thing")?, open: false },
        _ => return None,
    })
}

fn of_records(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "sort_any" => {
            let order = slots.plain("order");
            let reverse = slots.tokens.iter().any(|t| t.is("reverse"));
            let descending = order.and_then(|o| numbers::is_descending(&o)).unwrap_or(reverse);
            Intent::Sort { column: slots.plain("column")?, descending }
        }
        "cell_click" => {
            let cell = format!("{} of {}", slots.plain("column")?, slots.plain("row")?);
            Intent::Click { targets: vec![cell], count: 1, right: false }
        }
        "two_conditions" => {
            let act = slots.plain("target").unwrap_or_else(|| "select".into());
            Intent::Record { act, which: format!("{} {}", slots.plain("row")?, slots.plain("other")?) }
        }
        "record_by" => Intent::Record { act: leading_act(slots)?, which: slots.name("who")? },
        "record_from" => {
            let many = split_list(slots.get("who")?).len() > 1;
            (!many).then_some(Intent::Record { act: leading_act(slots)?, which: slots.owner("who")? })?
        }
        "record_button" => Intent::Record { act: "show".into(), which: slots.owner("who")? },
        "nth_open" => Intent::Result(nth(slots)?),
        "record_archive" => Intent::Record { act: "archive".into(), which: slots.owner("who")? },
        "record_owner" => {
            let whose = slots.name("who")?;
            let is_owner = whose.ends_with("'s") || whose.ends_with("’s");
            is_owner.then_some(Intent::Record { act: "delete".into(), which: slots.owner("who")? })?
        }
        "record_delete" => Intent::Record { act: "delete".into(), which: slots.owner("who")? },
        "record_open" => Intent::Record { act: "open".into(), which: slots.owner("who")? },
        "records_delete" => {
            let one = |which: String| Intent::Record { act: "delete".into(), which };
            let listed = slots.labels("who");
            let all = listed.or_else(|| Some(vec![slots.owner("who_a")?, slots.owner("who_b")?]))?;
            (all.len() > 1).then(|| Intent::Several(all.into_iter().map(one).collect()))?
        }
        "sort" => Intent::Sort { column: slots.plain("column")?, descending: false },
        "sort_end" => {
            let end = slots.plain("end")?.to_lowercase();
            let falling = [
                "largest", "highest", "biggest", "newest", "latest", "greatest", "longest", "best", "heaviest", "most",
                "dearest", "youngest",
            ];
            Intent::Sort { column: slots.plain("column")?, descending: falling.contains(&end.as_str()) }
        }
        "sort_down" => Intent::Sort { column: slots.plain("column")?, descending: true },
        "edit_cell" => {
            let row = slots.plain("row");
            // "In the table, change …" names no row.
            if row.as_deref().is_some_and(|r| ["table", "list", "form", "grid", "sheet", "page", "dialog"].contains(&r))
                || row.as_deref().is_some_and(|r| {
                    [" tab", " page", " dialog", " window", " section", " form"].iter().any(|e| r.ends_with(e))
                })
            {
                return None;
            }
            let row = row.map(|row| row.strip_suffix(" row").unwrap_or(&row).to_owned());
            Intent::Cell { row, column: slots.plain("column")?, value: slots.value("value")? }
        }
        "record_give" => {
            let act = slots.plain("act")?.to_lowercase();
            let known = Lexicon::get().class("act")?.iter().any(|p| p.len() == 1 && p[0] == act);
            known.then_some(())?;
            every(act, &slots.name("which")?)
        }
        "record_reply" => Intent::Record { act: "reply".into(), which: slots.name("which")? },
        "each_archive" => every("archive".into(), &format!("all {}", slots.plain("kind")?)),
        "record_found" => {
            let act = slots.plain("act").map_or_else(|| found_act(slots), |sign| Some(act_of_sign(&sign)))?;
            Intent::Record { act, which: slots.owner("who")? }
        }
        "forward_to" => {
            if slots.get("whom")?.first().is_some_and(|t| t.is("is") || t.is(":")) {
                return None;
            }
            let forward = Intent::Record { act: "forward".into(), which: slots.owner("who")? };
            let to = Intent::Fill(vec![("to".into(), Value::Text(slots.text("whom")?))]);
            Intent::Several(vec![forward, to, Intent::Submit { named: Some("send".into()) }])
        }
        "reply_with" => {
            let reply = Intent::Record { act: "reply".into(), which: slots.owner("who")? };
            let said = slots.get("text")?;
            // "…: type See you" goes on with another task.
            if Lexicon::get().verb(said).is_some()
                && said.first().is_some_and(|t| t.text == t.lower && t.kind == Kind::Word)
            {
                return None;
            }
            let text = Intent::Fill(vec![("reply".into(), Value::Text(slots.text("text")?))]);
            Intent::Several(vec![reply, text, Intent::Submit { named: Some("send".into()) }])
        }
        "record_star" => every("star".into(), &slots.name("which")?),
        // A name in quotes that is to be opened is an application's, or a thing's.
        "record" if slots.get("which")?.iter().all(|t| t.kind == Kind::Quoted) => return None,
        // "Save it, and …" is no record.
        "record"
            if slots.get("which")?.iter().any(|t| t.kind == Kind::Mark && matches!(t.text.as_str(), "," | ";")) =>
        {
            return None;
        }
        "record_kind" => {
            let act = leading_act(slots)?;
            let which = without_articles(slots.tokens.get(act.split(' ').count()..)?);
            let which = if which.last().is_some_and(|t| t.is("there")) { &which[..which.len() - 1] } else { which };
            Intent::Record { act, which: name(slots.source, which) }
        }
        "record" => every(act_of(slots), &slots.name("which")?),
        "mark_as" => {
            let which = slots.name("which").unwrap_or_else(|| "all".into());
            Intent::Record { act: format!("mark as {}", slots.plain("act")?), which }
        }
        "filter" => Intent::Filter(slots.plain("query")?),
        "look_up" => {
            let article = slots.get("query")?.first().is_some_and(|t| t.is("the") || t.is("what"));
            (!article).then_some(Intent::Search { query: slots.plain("query")?, place: None })?
        }
        "search" => Intent::Search { query: slots.plain("query")?, place: slots.plain("place") },
        "result" => Intent::Result(nth(slots)?),
        "page_result" => Intent::Several(vec![
            Intent::Page((slots.number("number")? as i32).to_string()),
            Intent::Result(nth(slots)?),
        ]),
        "page_back" => Intent::Page("previous".into()),
        "page_on" => Intent::Page("next".into()),
        "next_page" => {
            let words = slots.number("number").map(|n| n.to_string()).or_else(|| slots.plain("page"));
            Intent::Page(words.unwrap_or_else(|| slots.tokens.first().map_or("next", |t| t.lower.as_str()).to_owned()))
        }
        _ => return None,
    })
}

impl Slots<'_> {
    /// "Pavel Keller's" as Pavel Keller.
    fn owner(&self, slot: &str) -> Option<String> {
        let name = self.name(slot)?;
        Some(name.trim_end_matches("'s").trim_end_matches("’s").to_owned())
    }
}

/// The verb with which a clause about a record begins; "open" where it is only wanted to be read.
fn leading_act(slots: &Slots<'_>) -> Option<String> {
    let first = slots.tokens.first()?.lower.clone();
    if ["want", "need"].contains(&first.as_str()) {
        return Some(slots.plain("act").unwrap_or_else(|| "open".into()));
    }
    let acts = Lexicon::get().class("act")?;
    let longest = acts.iter().filter(|phrase| begins(slots.tokens, phrase)).max_by_key(|phrase| phrase.len());
    Some(longest.map_or(first, |phrase| phrase.join(" ")))
}

/// `act` with one record, or with every one of a kind: "all unread mails".
fn every(act: String, which: &str) -> Intent {
    let kind = ["all ", "every ", "each "].iter().find_map(|w| which.strip_prefix(w));
    match kind.map(|k| k.strip_prefix("the ").unwrap_or(k)) {
        Some(kind) if kind.contains(' ') || kind.ends_with('s') => {
            let then = Intent::Record { act, which: "it".into() };
            Intent::ForEach { kind: one_of(kind), then: Box::new(then) }
        }
        _ => Intent::Record { act, which: which.to_owned() },
    }
}

/// The verb behind "and" with which something that was found is dealt with.
fn found_act(slots: &Slots<'_>) -> Option<String> {
    let at = slots.tokens.iter().rposition(|t| t.is("and"))?;
    let acts = Lexicon::get().class("act")?;
    let behind = &slots.tokens[at + 1..];
    let longest = acts.iter().filter(|phrase| begins(behind, phrase)).max_by_key(|phrase| phrase.len())?;
    Some(longest.join(" "))
}

/// What a sign on a button does with the record beside it.
fn act_of_sign(sign: &str) -> String {
    match sign.to_lowercase().as_str() {
        "trash" | "bin" | "trashcan" | "dustbin" | "garbage" => "delete".into(),
        "heart" | "thumbs-up" => "like".into(),
        "envelope" => "reply".into(),
        sign => sign.to_owned(),
    }
}

/// The verb of a clause about a record: what stands before the record.
fn act_of(slots: &Slots<'_>) -> String {
    let which = slots.ranges.iter().find(|(name, _)| name == "which").map_or(0, |(_, range)| range.start);
    match slots.plain("act") {
        Some(act) => act,
        None => phrase(slots.source, &slots.tokens[..which]).to_lowercase(),
    }
}

fn nth(slots: &Slots<'_>) -> Option<i32> {
    let said = slots.plain("nth")?;
    numbers::ordinal(&said).or_else(|| numbers::number(&said).map(|n| n as i32))
}

fn of_text(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "scroll" => scroll(slots),
        "scroll_to" => Intent::ScrollTo(slots.plain("text")?),
        "format" => {
            let said = |words: &[&str]| slots.tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
            let key = match () {
                () if said(&["bold", "embolden", "b"]) => "b",
                () if said(&["i", "italic", "italics", "italicise", "italicize"]) => "i",
                () => "u",
            };
            let text = slots.plain("text")?;
            let text =
                ["word ", "words ", "text "].iter().find_map(|w| text.strip_prefix(w)).unwrap_or(&text).to_owned();
            Intent::Format { text, chord: Chord::ctrl(key) }
        }
        "select_text" => Intent::Mark(slots.plain("text")?),
        "mark_part" => {
            let kinds = ["paragraph", "sentence", "line", "section"];
            let kind = kinds.into_iter().find(|kind| slots.tokens.iter().any(|t| t.is(kind))).unwrap_or("paragraph");
            Intent::Mark(format!("{} {kind}", numbers::place(nth(slots).unwrap_or(1))))
        }
        "scroll_end" => {
            let end = scroll(slots);
            let Intent::Scroll { notches, .. } = end else { return None };
            let what = slots.name("what")?;
            let page = ["back", "page", "window", "up", "down", "it", "screen", "all", "right"];
            (!page.contains(&what.to_lowercase().as_str())).then_some(Intent::ScrollOver { what, notches })?
        }
        "replace_text" => Intent::Replace { from: slots.plain("from")?, to: slots.plain("to")? },
        "delete_text" => Intent::Erase(erased(slots)?),
        "copy_same" => {
            Intent::Fill(vec![(slots.name("to")?, Value::Read(format!("what is {}", slots.plain("what")?)))])
        }
        // "Copy the text from Notes to Draft" is about windows, which have copying of their own.
        "copy_value" if !is_of_fields(slots) => return None,
        "copy_value" => {
            let question = format!("what is in {}", slots.plain("what")?);
            Intent::Fill(vec![(slots.name("to")?, Value::Read(question))])
        }
        "clear_text" => Intent::Fill(vec![("text area".into(), Value::Text(String::new()))]),
        "fill_in_case" => {
            let Value::Text(text) = slots.value("value")? else { return None };
            let upper = ["upper", "capital", "caps", "block"].iter().any(|w| slots.all().to_lowercase().contains(w));
            let text = if upper { text.to_uppercase() } else { text.to_lowercase() };
            let field = slots.plain("field").filter(|f| !["text", "input"].contains(&f.as_str()));
            Intent::Fill(vec![(field.unwrap_or_else(|| "text field".into()), Value::Text(text))])
        }
        "fill_cased" => {
            let Value::Read(what) = slots.value("value")? else { return None };
            Intent::Fill(vec![(slots.name("field")?, Value::Read(format!("{what} in upper case")))])
        }
        "fill_best" => {
            let column = slots.plain("column").unwrap_or_else(|| "price".into());
            let said = |words: &[&str]| slots.tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
            let most = said(&["highest", "largest", "dearest", "expensive", "priciest", "biggest", "costliest"]);
            let cheap = said(&["least", "cheapest", "lowest", "smallest"]);
            let end = if most && !cheap { "highest" } else { "lowest" };
            Intent::Fill(vec![(slots.name("field")?, Value::Read(format!("which row has the {end} {column}")))])
        }
        "append" => Intent::Append(slots.text("text")?),
        "copy_field" => of_field_to_field(slots, &slots.name("what")?, &slots.name("to")?)?,
        "copy" => copy(slots)?,
        "paste" => Intent::Paste { to: slots.get("to").map_or_else(String::new, |t| window_name(slots.source, t)) },
        _ => return None,
    })
}

/// What is to be deleted: "2nd line", "last line", "line Bike rental", "lantern".
fn erased(slots: &Slots<'_>) -> Option<String> {
    let kinds = ["line", "paragraph", "sentence", "word"];
    let kind = kinds.into_iter().find(|kind| slots.tokens.iter().any(|t| t.is(kind))).unwrap_or("word");
    let place =
        slots.plain("nth").and_then(|n| numbers::ordinal(&n)).or_else(|| slots.number("number").map(|n| n as i32));
    Some(match (place, slots.plain("text")) {
        (Some(place), _) => format!("{} {kind}", numbers::place(place)),
        (None, text) => format!("{kind} {}", text?),
    })
}

/// Whether what is copied stands in one field and goes into another.
fn is_of_fields(slots: &Slots<'_>) -> bool {
    let said = |words: &[&str]| slots.tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
    let labels = &slots.around.labels;
    let is_window = |slot: &str| slots.plain(slot).is_some_and(|name| labels.is_window(&name));
    let is_field = |slot: &str| {
        slots
            .plain(slot)
            .is_some_and(|name| [Use::Field, Use::List, Use::Value].iter().any(|u| labels.has_name(&name, *u)))
    };
    let copies = slots.tokens.first().is_some_and(|t| t.is("copy") || t.is("transfer"));
    if said(&["window", "windows"]) || is_window("what") || is_window("to") {
        return false;
    }
    !copies || said(&["field", "box"]) || is_field("what") || is_field("to")
}

fn scroll(slots: &Slots<'_>) -> Intent {
    let has = |words: &[&str]| slots.tokens.iter().any(|t| words.iter().any(|w| t.is(w)));
    let amount = slots.number("amount").map_or(5, |n| (n * if has(&["page", "pages"]) { 8.0 } else { 1.0 }) as i32);
    let far = has(&["top", "bottom", "end", "beginning", "start"]);
    let amount = if far { 100 } else { amount };
    let direction = ["up", "left", "right", "down"].into_iter().find(|d| has(&[d])).unwrap_or("down");
    let direction = if has(&["top", "beginning", "start"]) { "up" } else { direction };
    let notches = if matches!(direction, "up" | "left") { -amount } else { amount };
    Intent::Scroll { direction: direction.to_owned(), notches }
}

fn copy(slots: &Slots<'_>) -> Option<Intent> {
    let everything = ["text", "contents", "content", "everything", "whole", "all", "full", "document", "it"];
    let what = bare(slots.get("what")?);
    let all = what.iter().all(|t| everything.iter().any(|w| t.is(w)) || t.is("the"));
    let what = (!all).then(|| phrase(slots.source, what));
    let from = slots.get("from_window").map_or_else(String::new, |t| window_name(slots.source, t));
    let (to, field) = match (slots.get("to"), slots.name("to_field")) {
        (_, Some(field)) => (Some(String::new()), Some(field)),
        (Some(target), None) => {
            let (to, field) = window_and_field(slots.source, target);
            (Some(to), field)
        }
        (None, None) => (None, None),
    };
    Some(Intent::Copy { what, from, to, field })
}

/// The whole text of one field comes into another: where both are spoken of as fields.
fn of_field_to_field(slots: &Slots<'_>, what: &str, to: &str) -> Option<Intent> {
    let kinds = ["field", "box", "area", "textarea", "textbox", "input", "one"];
    let is_field = |words: &str| {
        let words = words.trim_end_matches(" below").trim_end_matches(" above").to_lowercase();
        words.rsplit(' ').next().is_some_and(|last| kinds.contains(&last))
    };
    let bare = |words: &str| words.trim_end_matches(" below").trim_end_matches(" above").to_owned();
    let labels = &slots.around.labels;
    let known = |words: &str| is_field(words) || labels.has_name(words, Use::Field);
    (is_field(what) && known(to)).then(|| {
        let text = Value::Text(FOUND.to_owned());
        Intent::Several(vec![Intent::Take(bare(what)), Intent::Fill(vec![(bare(to), text)])])
    })
}

/// "The Reference field of the Order window" as window and field.
fn window_and_field(source: &str, target: &[Token]) -> (String, Option<String>) {
    let is_field = |tokens: &[Token]| {
        tokens.last().is_some_and(|t| ["field", "box", "entry", "input", "area"].iter().any(|w| t.is(w)))
    };
    let cut = (1..target.len().saturating_sub(1)).find(|&i| ["of", "in", "on"].iter().any(|w| target[i].is(w)));
    match cut {
        Some(at) if is_field(&target[..at]) => {
            (window_name(source, &target[at + 1..]), Some(name(source, bare(&target[..at]))))
        }
        _ if is_field(target) => (String::new(), Some(name(source, bare(target)))),
        _ => (window_name(source, target), None),
    }
}

fn window_name(source: &str, mut tokens: &[Token]) -> String {
    let head = ["the", "a", "window", "titled", "called", "named", "other", "one", "of"];
    while let Some((first, rest)) = tokens.split_first()
        && head.iter().any(|w| first.is(w))
    {
        tokens = rest;
    }
    while let Some((last, rest)) = tokens.split_last()
        && !rest.is_empty()
        && ["window", "app", "application", "one"].iter().any(|w| last.is(w))
    {
        tokens = rest;
    }
    phrase(source, tokens)
}

fn of_drags(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    let drag = |side| {
        let end = if side == Side::Above { "top" } else { "bottom" };
        let to = slots.name("where").map_or_else(|| end.to_owned(), |to| plainly(&to));
        Some(Intent::Drag { what: slots.name("what")?, side, to })
    };
    match meaning {
        "drag_onto" => drag(Side::On),
        "colour_like" => {
            let what = slots.name("what")?;
            let colour = what.split(' ').find(|w| COLOURS.contains(&w.to_lowercase().as_str()))?;
            let to = format!("{} {}", colour.to_lowercase(), slots.name("where")?);
            Some(Intent::Drag { what, side: Side::On, to })
        }
        "drag_way" => {
            let all = slots.all().to_lowercase();
            let direction = all.rsplit(' ').next()?.trim_end_matches("wards").trim_end_matches("ward").to_owned();
            let (dx, dy) = step(&direction, SHIFT)?;
            let what = slots.name("what")?;
            let is_far = what.to_lowercase().contains("pixel") || what.chars().any(|c| c.is_ascii_digit());
            (!is_far).then_some(Intent::DragBy { what, dx, dy })
        }
        "drag_to_place" => {
            let place = numbers::place(nth(slots)?);
            Some(Intent::Drag { what: slots.name("what")?, side: Side::On, to: format!("{place} place") })
        }
        "drag_all" => {
            let then = Intent::Drag { what: "it".into(), side: Side::On, to: plainly(&slots.name("where")?) };
            Some(Intent::ForEach { kind: slots.plain("what")?, then: Box::new(then) })
        }
        "sort_by_drag" => {
            let what = slots.plain("what")?;
            let columns = ["table", "rows", "it", "list by", "column"];
            let is_table = columns.iter().any(|c| what.to_lowercase().starts_with(c)) || what.contains(" by ");
            let descending = numbers::is_descending(&slots.plain("order")?)?;
            (!is_table).then_some(Intent::Arranged { what, descending })
        }
        "drag_above" => drag(Side::Above),
        "drag_below" => drag(Side::Below),
        "swap" => drag(Side::On),
        "drag_by_two" => {
            let part = |amount: &str, way: &str| step(&slots.plain(way)?.to_lowercase(), slots.number(amount)? as i32);
            let ((ax, ay), (bx, by)) = (part("amount", "direction")?, part("amount_b", "direction_b")?);
            Some(Intent::DragBy { what: slots.name("what")?, dx: ax + bx, dy: ay + by })
        }
        "drag_by" => {
            let amount = slots.number("amount")? as i32;
            let all = slots.all().to_lowercase();
            let direction = slots.plain("direction").unwrap_or(all).to_lowercase();
            let (mut dx, mut dy) = step(&direction, amount)?;
            if let Some(other) = slots.plain("direction_b") {
                let (x, y) = step(&other.to_lowercase(), slots.number("amount_b")? as i32)?;
                (dx, dy) = (dx + x, dy + y);
            }
            Some(Intent::DragBy { what: slots.name("what")?, dx, dy })
        }
        _ => None,
    }
}

/// How far a thing is dragged of which only the direction is said, in pixels.
const SHIFT: i32 = 60;

/// So many pixels in a direction, across and down.
fn step(direction: &str, amount: i32) -> Option<(i32, i32)> {
    let has = |words: &[&str]| words.iter().any(|w| direction.contains(w));
    Some(match () {
        () if has(&["left", "narrower"]) => (-amount, 0),
        () if has(&["right", "wider"]) => (amount, 0),
        () if has(&["up", "shorter"]) => (0, -amount),
        () if has(&["down", "taller"]) => (0, amount),
        () => return None,
    })
}

fn of_flows(meaning: &str, slots: &Slots<'_>, inner: Inner<'_>) -> Option<Intent> {
    Some(match meaning {
        "login" => {
            let said = |word: &str| slots.tokens.iter().any(|t| t.is(word));
            let name = if said("email") || said("e-mail") { "email" } else { "user name" };
            Intent::Login { name: name.into(), user: slots.text("user")?, password: slots.text("password")? }
        }
        "login_now" => Intent::Submit { named: Some("log in".into()) },
        "answer_dialog" => Intent::Answer(slots.plain("answer").unwrap_or_else(|| answer_word(slots.tokens))),
        "if_any" => {
            let answer = slots.plain("answer").unwrap_or_else(|| "no".into());
            let records = ["mail", "email", "e-mail", "message", "letter", "post", "call"];
            let of_record = answer.split(' ').any(|w| records.contains(&w.to_lowercase().as_str()));
            let is_answer = !of_record && !answer.contains([',', ';']) && answer.split(' ').count() <= 4;
            is_answer.then_some(Intent::IfAsked { about: None, answer })?
        }
        "dismiss_any" => Intent::IfAsked { about: None, answer: "close".into() },
        "wizard" => Intent::Steps(spoken(slots)?),
        "form_dialog" => {
            let click = |target: String| Intent::Click { targets: vec![target], count: 1, right: false };
            let opener = click(slots.name("opener")?);
            let closer = slots.name("closer").map_or(Intent::Submit { named: None }, click);
            Intent::Several(vec![opener, Intent::Fill(spoken(slots)?), closer])
        }
        "if_asked" => {
            let about = slots.plain("question").map(|q| q.strip_prefix("to ").map_or_else(|| q.clone(), str::to_owned));
            match slots.get("then") {
                Some(tokens) => match inner(tokens)? {
                    Intent::Click { targets, .. } => {
                        Intent::IfAsked { about, answer: targets.first()?.trim_matches('"').to_owned() }
                    }
                    Intent::Answer(answer) => Intent::IfAsked { about, answer },
                    Intent::Submit { named } => Intent::IfAsked { about, answer: named? },
                    Intent::Close(_) => Intent::IfAsked { about, answer: "close".into() },
                    then => Intent::IfShown { text: about?, then: Box::new(then) },
                },
                None => Intent::IfAsked { about, answer: slots.plain("answer")? },
            }
        }
        "pause_then" => Intent::Several(vec![Intent::Pause { ms: duration_ms(slots)? }, inner(slots.get("then")?)?]),
        "wait_then" => {
            let text = without_kind(&slots.plain("text")?);
            Intent::Several(vec![Intent::WaitFor(text), inner(slots.get("then")?)?])
        }
        "then_if_seen" => match inner(slots.get("then")?)? {
            Intent::Click { targets, count, right } => {
                let text = targets.first()?.trim_matches('"').to_owned();
                Intent::IfShown { text, then: Box::new(Intent::Click { targets, count, right }) }
            }
            _ => return None,
        },
        "pairs_submit" => {
            let pairs = sources::fields(slots.source, &sources::equals_as_words(slots.get("pairs")?))?;
            Intent::Several(vec![
                Intent::Fill(pairs),
                Intent::Submit { named: slots.tokens.first().map(|t| t.text.clone()) },
            ])
        }
        "if_shown" => {
            let text = without_kind(&slots.plain("text")?);
            let then = match inner(slots.get("then")?)? {
                Intent::Click { targets, count, right } if targets == ["it"] => {
                    Intent::Click { targets: vec![text.clone()], count, right }
                }
                Intent::Close(None) => Intent::IfAsked { about: Some(text.clone()), answer: "close".into() },
                then => then,
            };
            Intent::IfShown { text, then: Box::new(then) }
        }
        "for_each" => for_each(slots, inner)?,
        "each_of" | "some_of" => {
            let act = match slots.name("target") {
                Some(target) => format!("click {}", without_quotes(&target)),
                None => leading_act(slots)?,
            };
            let most = slots.number("count").map(|n| n as u32);
            Intent::EachOf { act, which: slots.owner("who")?, most }
        }
        "select_coloured" => {
            let colour = slots.plain("colour")?.to_lowercase();
            COLOURS.contains(&colour.as_str()).then_some(())?;
            let words = slots.all().to_lowercase();
            let shades = ["shade", "tint", "hue", "tone"].iter().any(|w| words.contains(w));
            let kind = if shades { format!("{colour} thing") } else { one_of(&kind_of_coloured(&words, &colour)) };
            let then = Intent::Click { targets: vec!["it".into()], count: 1, right: false };
            Intent::ForEach { kind, then: Box::new(then) }
        }
        _ => return None,
    })
}

/// Fields with their values as they are told, one after the other: "Publisher Orion, Medium Map". Where a field ends and
/// its value begins the screen says, else the capitals do.
fn spoken(slots: &Slots<'_>) -> Option<Vec<(String, Value)>> {
    if let Some(pairs) = slots.get("pairs") {
        return sources::fields(slots.source, &sources::equals_as_words(pairs));
    }
    let parts = split_list(slots.get("plain")?);
    let is_label = |tokens: &[Token]| slots.around.labels.has(tokens, Use::Text);
    let pair = |part: &&[Token]| {
        let part = bare(part);
        let cut = (1..part.len()).rev().find(|&at| is_label(&part[..at]));
        let (field, value) = cut.map(|at| part.split_at(at)).or_else(|| sources::halves_of(part))?;
        Some((name(slots.source, field), Value::Text(phrase(slots.source, value))))
    };
    parts.iter().map(pair).collect()
}

/// "Skip button" as what stands on it.
fn without_kind(words: &str) -> String {
    let kinds = [" button", " link", " message", " dialog", " banner", " window", " pop-up", " popup", " box"];
    kinds.iter().find_map(|k| words.strip_suffix(k)).unwrap_or(words).to_owned()
}

fn for_each(slots: &Slots<'_>, inner: Inner<'_>) -> Option<Intent> {
    let kind = one_of(&slots.plain("kind")?);
    let then = match slots.get("then") {
        Some(tokens) => inner(tokens)?,
        None => Intent::Record { act: slots.tokens.first()?.lower.clone(), which: "it".into() },
    };
    Some(Intent::ForEach { kind, then: Box::new(then) })
}

/// "Click all the blue squares" as "blue squares".
fn kind_of_coloured(words: &str, colour: &str) -> String {
    let behind = words.split_once(colour).map_or("", |(_, rest)| rest.trim());
    let before = words.split(" of ").next().and_then(|w| w.rsplit(' ').next()).unwrap_or("things");
    format!("{colour} {}", if behind.is_empty() { before } else { behind })
}

/// Where it is to be looked: the kind of parts that are gone through.
fn places_said(slots: &Slots<'_>) -> String {
    let kinds =
        ["tabs", "sections", "pages", "panels", "menus", "folders", "accordions", "categories", "section", "panel"];
    let said = kinds.into_iter().find(|k| slots.tokens.iter().any(|t| t.is(k))).unwrap_or("parts");
    said.to_owned()
}

/// "Unread mails" as "unread mail".
fn one_of(kind: &str) -> String {
    // "Weekly News" is a name.
    let small = kind.rsplit(' ').next().is_some_and(|last| last.chars().all(char::is_lowercase));
    let plural = small && kind.len() > 3 && kind.ends_with('s') && !kind.ends_with("ss");
    if plural { kind[..kind.len() - 1].to_owned() } else { kind.to_owned() }
}

/// The word that answers a dialog.
fn answer_word(tokens: &[Token]) -> String {
    let answers = ["yes", "no", "ok", "cancel"];
    let said = tokens.iter().find(|t| answers.iter().any(|a| t.is(a)));
    let verb = tokens.first().map_or("ok", |t| t.lower.as_str());
    said.map_or_else(
        || match verb {
            "confirm" | "accept" => "ok".to_owned(),
            "decline" | "reject" => "no".to_owned(),
            other => other.to_owned(),
        },
        |t| t.lower.clone(),
    )
}

/// What is said together with where it is, or with what comes before it.
fn of_places(meaning: &str, slots: &Slots<'_>, inner: Inner<'_>) -> Option<Intent> {
    let then = || inner(slots.get("then")?);
    let click = |target: String| Intent::Click { targets: vec![target], count: 1, right: false };
    // What stands on the screen needs no opening of the part in which it is.
    let is_seen =
        || slots.labels("options").is_some_and(|all| all.iter().all(|o| slots.around.labels.has_name(o, Use::Text)));
    let is_hidden = |fold: &str| slots.around.labels.has_name(&without_fold(fold), Use::Text) && !is_seen();
    let expand = || Some(Intent::Expand { thing: without_fold(&slots.plain("fold")?), open: true });
    let tick = |on| Some(Intent::Tick { labels: slots.labels("options")?, on });
    let fill = || Some(Intent::Fill(vec![(slots.name("field")?, slots.value("value")?)]));
    let two = |first: Intent, second: Intent| Some(Intent::Several(vec![first, second]));
    // Addresses and files are opened, no tabs or windows of that name.
    let opens = |slot: &str| {
        slots.get(slot).is_some_and(|t| t.iter().any(|t| matches!(t.kind, Kind::Address | Kind::Path | Kind::File)))
    };
    if opens("tab") || opens("window") {
        return None;
    }
    match meaning {
        "in_fold" | "in_fold_off" => {
            let tick = tick(meaning == "in_fold")?;
            if is_hidden(&slots.plain("fold")?) { two(expand()?, tick) } else { Some(tick) }
        }
        "fill_in_fold" => two(expand()?, fill()?),
        "in_tab" => {
            let tab = slots.name("tab")?;
            let turns = ["next", "previous", "following", "second", "third", "last", "first"]
                .contains(&tab.to_lowercase().as_str());
            two(if turns { Intent::Page(tab) } else { Intent::Tab(tab) }, then()?)
        }
        "in_window" => two(Intent::OpenThing(slots.plain("window")?), then()?),
        "click_behind" => two(Intent::Tab(slots.name("tab")?), click(slots.name("target")?)),
        "tip_first" => match slots.get("then") {
            Some(_) => two(click(slots.name("target")?), then()?),
            None => Some(click(slots.name("target")?)),
        },
        "name_new" => {
            let kind = slots.plain("kind")?;
            let is_file = ["folder", "directory", "file", "document"].iter().any(|w| kind.to_lowercase().contains(w));
            let name = Intent::Fill(vec![("name".into(), Value::Text(slots.plain("name")?))]);
            let all = vec![click(format!("new {kind}")), name, Intent::Submit { named: None }];
            (!is_file && kind.split(' ').count() <= 3).then_some(Intent::Several(all))
        }
        "cancel_form" => Some(click("Cancel".into())),
        _ => None,
    }
}

/// "More options section" as what stands on it.
fn without_fold(words: &str) -> String {
    let kinds = [" section", " part", " group", " area", " panel", " tab"];
    kinds.iter().find_map(|k| words.strip_suffix(k)).unwrap_or(words).to_owned()
}

fn of_waiting(meaning: &str, slots: &Slots<'_>) -> Option<Intent> {
    Some(match meaning {
        "tell" => Intent::Tell,
        "look_in" => Intent::LookIn(places_said(slots)),
        "leave" => Intent::Leave(slots.plain("nothing").unwrap_or_default()),
        "ask_shown" => {
            let words = slots.plain("x")?.to_lowercase();
            let shown = ["shown", "displayed", "above", "below", "on the ", "in the picture", "in the image"];
            shown.iter().any(|w| words.contains(w)).then(|| Intent::Ask(words))?
        }
        "ask_worked_out" => {
            let question = slots.all();
            let sorts = ["longest", "shortest", "sum", "total of", "average", "last ", "cheapest", "lowest", "highest"];
            sorts.iter().any(|w| question.contains(w)).then(|| Intent::Ask(slots.plain("x").unwrap_or(question)))?
        }
        "ask" => {
            // "Do the thing" asks nothing.
            let does = ["do", "does", "did", "will", "could", "can", "have", "has"];
            let asked =
                slots.source.contains('?') || !slots.tokens.first().is_some_and(|t| does.iter().any(|w| t.is(w)));
            asked.then(|| Intent::Ask(slots.all()))?
        }
        "wait_time" => Intent::Pause { ms: duration_ms(slots)? },
        "wait_file" => Intent::WaitForFile(slots.text("path")?),
        "wait_text" => Intent::WaitFor(slots.plain("text")?),
        _ => return None,
    })
}

fn duration_ms(slots: &Slots<'_>) -> Option<u64> {
    let unit = match slots.plain("unit")?.to_lowercase().trim_end_matches('s') {
        "second" | "sec" => 1000.0,
        "minute" | "min" => 60_000.0,
        "m" | "millisecond" => 1.0,
        _ => return None,
    };
    let amount = slots.number("amount")?;
    (0.0..=86_400.0).contains(&amount).then_some((amount * unit) as u64)
}
