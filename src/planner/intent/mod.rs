//! What one clause asks for, made of the words in the slots of a form: one file per family of forms.

mod choices;
mod drags;
mod fields;
mod files;
mod flows;
mod marked;
mod pointing;
mod records;
mod text;
mod words;

use super::Surroundings;
use super::arithmetic::{self, Expression};
use super::clauses::trim;
use super::labels::Use;
use super::lexicon::Lexicon;
use super::lists::bare;
use super::lists::name;
use super::lists::phrase;
use super::lists::split_list;
use super::matching::without_articles;
use super::numbers;
use super::sources;
use super::sources::Value;
use super::tokens::Kind;
use super::tokens::Token;
use crate::task::Best;
use crate::task::Chord;
use crate::task::Scope;
use crate::task::Side;
use crate::task::Suggestion;
use choices::of_choices;
use choices::of_values;
use drags::of_drags;
use fields::of_fields;
use files::of_applications;
use files::of_files;
use flows::of_flows;
use flows::of_places;
use flows::of_waiting;
pub use marked::Clause;
use pointing::of_pointing;
use records::of_hidden_things;
use records::of_records;
use std::ops::Range;
use text::of_text;
use words::plainly;

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
        option: Suggestion,
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
    /// A thing is pressed; of several that are called so, that of a record.
    ClickOf {
        target: String,
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
    /// Text at the end of a field, or a line at the end of the text.
    Append {
        text: String,
        field: Option<String>,
    },
    /// The fields of a form get what stands beside the same names in a card.
    Transfer(String),
    /// A line of the text is written in capitals, or in small letters.
    Recase {
        line: i32,
        upper: bool,
    },
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

    /// The word before those of a slot.
    fn before(&self, slot: &str) -> Option<&Token> {
        let (_, range) = self.ranges.iter().find(|(name, _)| name == slot)?;
        self.tokens.get(range.start.checked_sub(1)?)
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
        let value = || match sources::value(self.source, tokens) {
            Value::Text(text) => Value::Text(self.with_stop(tokens, text)),
            read => read,
        };
        (!tokens.is_empty()).then(|| self.with_please(tokens, value()))
    }

    /// "Remark with after five please, and tick Late": within a sentence, behind a field, and with no comma before it, the
    /// word belongs to what is written.
    fn with_please(&self, tokens: &[Token], value: Value) -> Value {
        let Some(last) = tokens.last().filter(|t| t.kind == Kind::Word && tokens.len() >= 2) else { return value };
        let before = self.source[..tokens[0].start].trim_end().to_lowercase();
        let behind_field = [" with", " to", " as", " is", ":", "="].iter().any(|w| before.ends_with(w));
        let rest =
            self.source[last.end..].strip_prefix(" please").filter(|rest| behind_field && !rest.trim().is_empty());
        let goes_on = rest.is_some_and(|rest| {
            rest.starts_with([',', ';', '.']) && rest.trim().len() > 1 || rest.starts_with(" and ")
        });
        match value {
            Value::Text(text) if goes_on && !last.is("please") => Value::Text(format!("{text} please")),
            value => value,
        }
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
        // "5 and 7" is worked out by a calculator.
        if say.starts_with("the sum of {") && self.ranges.iter().any(|(slot, _)| self.number(slot).is_some()) {
            return None;
        }
        for (slot, _) in self.ranges {
            question = question.replace(&format!("{{{slot}}}"), &self.plain(slot)?);
        }
        // So is "1999 divided by 7 and 3", which names nothing either.
        arithmetic::parse(&question).is_none().then_some(Intent::Ask(question))
    }

    /// All words of the clause.
    pub fn all(&self) -> String {
        name(self.source, self.tokens)
    }
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

impl Slots<'_> {
    fn all_of(&self, slot: &str) -> Option<String> {
        self.get(slot).map(|tokens| name(self.source, tokens))
    }
}

impl Slots<'_> {
    /// "Pavel Keller's" as Pavel Keller.
    fn owner(&self, slot: &str) -> Option<String> {
        let name = self.name(slot)?;
        Some(name.trim_end_matches("'s").trim_end_matches("’s").to_owned())
    }
}
