//! What one clause asks for.

use super::Surroundings;
use super::arithmetic::{self, Expression};
use super::clauses::{Clause, trim};
use super::lexicon::{Lexicon, Verb};
use super::lists::{bare, name, pairs, phrase, split_at, split_at_last, split_list};
use super::tokens::{Kind, Token};
use crate::task::Chord;

/// What a clause wants, in the person's own words.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    Open {
        app: Option<String>,
        on: Option<String>,
    },
    Compute(Expression),
    Type {
        text: String,
        into: Option<String>,
    },
    Save {
        name: Option<String>,
        folder: Option<String>,
    },
    MakeFolder {
        name: String,
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
    Fill(Vec<(String, String)>),
    Click {
        targets: Vec<String>,
        count: u8,
        right: bool,
    },
    Key(Chord),
    Choose {
        option: String,
        list: Option<String>,
    },
    Tick {
        labels: Vec<String>,
        on: bool,
    },
    Command(String),
    Ask(String),
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
    WaitFor(String),
    WaitForFile(String),
    Pause {
        ms: u64,
    },
    Close(Option<String>),
    Scroll {
        notches: i32,
    },
}

/// A clause understood, with the application that it names as the place of the work.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub intent: Intent,
    pub app: Option<String>,
}

/// Reads `clause` of the sentence `source`; `None` where it is not understood.
pub fn read(source: &str, clause: &Clause, around: &Surroundings) -> Option<Reading> {
    let (tokens, app) = take_app(&clause.tokens, around);
    let tokens = Lexicon::get().strip_polite(trim(&tokens)).to_vec();
    if tokens.is_empty() {
        let app = app?;
        return Some(Reading { intent: Intent::Open { app: Some(app.clone()), on: None }, app: Some(app) });
    }
    let clause = Reader { source, around, app: app.as_deref() };
    let intent = clause.read(&tokens)?;
    Some(Reading { intent, app })
}

struct Reader<'a> {
    source: &'a str,
    around: &'a Surroundings,
    app: Option<&'a str>,
}

impl Reader<'_> {
    fn read(&self, tokens: &[Token]) -> Option<Intent> {
        let whole = self.raw(tokens);
        let Some((verb, length)) = Lexicon::get().verb(tokens) else {
            // "12 * 7" on its own, or "2 plus 2 please".
            return arithmetic::parse(&whole).map(Intent::Compute);
        };
        let rest = trim(&tokens[length..]);
        match verb {
            Verb::Open => self.open(rest),
            Verb::Compute => {
                arithmetic::parse(&whole).or_else(|| arithmetic::parse(&self.raw(rest))).map(Intent::Compute)
            }
            Verb::Type => self.type_text(rest),
            Verb::Save => Some(self.save(rest)),
            Verb::Make => self.make(rest),
            Verb::Rename => self.rename(rest),
            Verb::Fill => self.fill(rest),
            Verb::Press => self.press(tokens, rest),
            Verb::DoubleClick => self.click(rest, 2, false),
            Verb::RightClick => self.click(rest, 1, true),
            Verb::Choose => self.choose(rest),
            Verb::Tick => self.tick(rest, true),
            Verb::Untick => self.tick(rest, false),
            Verb::Command => self.command(rest),
            Verb::Copy => self.copy(rest),
            Verb::Paste => self.paste(rest),
            Verb::Ask => self.ask(&whole, rest),
            Verb::Wait => self.wait(rest),
            Verb::Close => Some(self.close(rest)),
            Verb::Scroll => scroll(rest),
        }
    }

    /// The words as they stand in the sentence, quotes and all.
    fn raw(&self, tokens: &[Token]) -> String {
        name(self.source, tokens)
    }

    fn open(&self, rest: &[Token]) -> Option<Intent> {
        let rest = bare(rest);
        if let Some(address) = rest.iter().find(|t| t.kind == Kind::Address) {
            let app = app_in(rest, self.around).or_else(|| self.app.map(str::to_owned));
            return Some(Intent::Open { app: app.or(Some("browser".into())), on: Some(address.text.clone()) });
        }
        if let Some(path) = rest.iter().find(|t| matches!(t.kind, Kind::Path | Kind::File)) {
            let is_page = path.lower.ends_with(".html") || path.lower.ends_with(".htm");
            let kind = if is_page { Some("browser") } else { None };
            let app = app_in(rest, self.around).or_else(|| self.app.map(str::to_owned));
            let app = app.or_else(|| kind.map(str::to_owned));
            return Some(Intent::Open { app, on: Some(path.text.clone()) });
        }
        let named = rest.first().filter(|t| t.kind == Kind::Quoted).map(|t| t.text.clone());
        let thing = strip_tail(rest, &["app", "application", "program", "window"]);
        // All of the words must name it: what would be left over was asked for too.
        let whole = phrase(self.source, thing);
        let known = (!thing.is_empty() && self.around.is_app(&whole)).then_some(whole);
        let app = known.or(named).or_else(|| self.app.filter(|_| rest.is_empty()).map(str::to_owned));
        if let Some(app) = app {
            return Some(Intent::Open { app: Some(app), on: None });
        }
        // A menu, tab or section is opened by a click on it.
        let on_screen = ["menu", "tab", "section", "dialog", "link", "page", "item"]
            .iter()
            .any(|k| rest.last().is_some_and(|t| t.is(k)));
        if on_screen {
            return self.click(rest, 1, false);
        }
        (!thing.is_empty()).then(|| Intent::Open { app: Some(phrase(self.source, thing)), on: None })
    }

    fn type_text(&self, rest: &[Token]) -> Option<Intent> {
        if rest.is_empty() {
            return None;
        }
        // "Enter Ada as Name and Rome into the City field".
        if let Some(fields) = self.values_into_fields(rest) {
            return Some(fields);
        }
        let rest = strip_head(rest, &["the", "text", "words", "following", ":", "sentence", "line"]);
        let text = phrase(self.source, rest);
        (!text.is_empty()).then_some(Intent::Type { text, into: None })
    }

    /// Values with the field behind them; a document is no field.
    fn values_into_fields(&self, rest: &[Token]) -> Option<Intent> {
        const DOCUMENT: [&str; 12] = [
            "document",
            "file",
            "editor",
            "window",
            "page",
            "note",
            "it",
            "there",
            "terminal",
            "document window",
            "text area",
            "prompt",
        ];
        let mut found = Vec::new();
        for part in split_list(rest) {
            let (value, field) = split_at(part, &["into", "in", "for", "as", "to"])?;
            let field = bare(field);
            let words = phrase(self.source, field).to_lowercase();
            if DOCUMENT.iter().any(|d| words == *d || words.ends_with(&format!(" {d}"))) {
                return None;
            }
            let value = strip_head(value, &["the", "text", "value"]);
            found.push((
                name(self.source, field),
                phrase(self.source, if value.is_empty() { &part[..1] } else { value }),
            ));
        }
        (!found.is_empty()).then_some(Intent::Fill(found))
    }

    fn save(&self, rest: &[Token]) -> Intent {
        let (rest, folder) = self.take_folder(rest);
        let named = rest.iter().position(|t| ["as", "to", "under", "called", "named"].iter().any(|w| t.is(w)));
        let literal = rest.iter().find(|t| matches!(t.kind, Kind::Path | Kind::File | Kind::Quoted));
        let name = literal.map(|t| t.text.clone()).or_else(|| {
            let tail = strip_head(&rest[named? + 1..], &["the", "name", "a", "file", "called", "named", "as"]);
            (!tail.is_empty()).then(|| phrase(self.source, tail))
        });
        Intent::Save { name, folder }
    }

    fn make(&self, rest: &[Token]) -> Option<Intent> {
        let is_folder = rest.iter().any(|t| ["folder", "directory", "subfolder", "dir"].iter().any(|w| t.is(w)));
        let is_file = rest.iter().any(|t| ["file", "document", "note"].iter().any(|w| t.is(w)));
        if is_folder {
            let (rest, folder) = self.take_folder(rest);
            let name = self.named(&rest, &["folder", "directory", "subfolder", "dir"])?;
            return Some(Intent::MakeFolder { name, folder });
        }
        if !is_file {
            return None;
        }
        let holding = ["with", "containing", "saying", "that", "holding", "reading"];
        let (head, text) = split_at(rest, &holding)?;
        let text = strip_head(
            text,
            &["the", "text", "content", "contents", "words", "line", "says", "contains", "reads", "containing"],
        );
        let (head, folder) = self.take_folder(head);
        let name = self.named(&head, &["file", "document", "note"])?;
        let text = phrase(self.source, text);
        (!text.is_empty()).then_some(Intent::MakeFile { name, folder, text })
    }

    /// The name in "a folder called X", "a new X folder" or "the folder X".
    fn named(&self, rest: &[Token], kinds: &[&str]) -> Option<String> {
        if let Some(literal) = rest.iter().find(|t| matches!(t.kind, Kind::Quoted | Kind::Path | Kind::File)) {
            return Some(literal.text.clone());
        }
        let called = rest.iter().position(|t| ["called", "named", "titled"].iter().any(|w| t.is(w)));
        let kind = rest.iter().position(|t| kinds.iter().any(|k| t.is(k)))?;
        let after = called.map_or(&rest[kind + 1..], |at| &rest[at + 1..]);
        let after = strip_head(after, &["with", "the", "name", "of"]);
        if !after.is_empty() {
            return Some(phrase(self.source, after));
        }
        let before = strip_head(bare(&rest[..kind]), &["text", "empty", "new"]);
        (!before.is_empty()).then(|| phrase(self.source, before))
    }

    /// Takes "in /tmp/x" or "in the folder X" away from the end, or from the middle.
    fn take_folder(&self, tokens: &[Token]) -> (Vec<Token>, Option<String>) {
        let place = |t: &Token| ["in", "into", "inside", "under", "at", "within", "to"].iter().any(|w| t.is(w));
        for at in (0..tokens.len()).rev().filter(|&i| place(&tokens[i])) {
            let tail = &tokens[at + 1..];
            let skipped = strip_head(tail, &["the", "folder", "directory", "my"]);
            let is_path = skipped.first().is_some_and(|t| t.kind == Kind::Path);
            let said_folder = tail.len() > skipped.len() && tail.iter().any(|t| t.is("folder") || t.is("directory"));
            let home = skipped.first().is_some_and(|t| t.is("home"));
            let is_place = is_path || home || (said_folder && !skipped.is_empty());
            if is_place && !(tokens[at].is("to") && at == 0 && !said_folder) {
                let folder = if home { "~".to_owned() } else { phrase(self.source, &skipped[..1]) };
                let mut left = tokens[..at].to_vec();
                let mut behind = &skipped[1..];
                if behind.first().is_some_and(|t| t.is("folder") || t.is("directory")) {
                    behind = &behind[1..];
                }
                left.extend_from_slice(behind);
                return (left, Some(folder));
            }
        }
        (tokens.to_vec(), None)
    }

    fn rename(&self, rest: &[Token]) -> Option<Intent> {
        // "Give a.txt the name b.txt".
        let given = split_at_last(rest, &["name"]).filter(|_| !rest.iter().any(|t| t.is("to")));
        let (from, to) = given.or_else(|| split_at_last(rest, &["to", "into", "as"]))?;
        let from = strip_tail(from, &["the", "new"]);
        let (from, folder) = self.take_folder(from);
        let (to, folder_of_to) = self.take_folder(to);
        let skip = ["the", "file", "folder", "directory", "named", "called", "document"];
        let from = strip_head(&from, &skip);
        let to = strip_head(&to, &skip);
        let missing = from.is_empty() || to.is_empty();
        (!missing).then(|| Intent::Rename {
            from: phrase(self.source, from),
            to: phrase(self.source, to),
            folder: folder.or(folder_of_to),
        })
    }

    fn fill(&self, rest: &[Token]) -> Option<Intent> {
        // "Fill in the form: Name Ada" and "fill in the form with Name = Ada".
        let rest = strip_form(rest);
        let rest = self.equals_as_words(rest);
        if let Some(found) = pairs(self.source, &rest, &["with", "to", ":", "as", "="]) {
            return Some(Intent::Fill(found));
        }
        // "Fill in Ada for Name".
        let (value, field) = split_at(&rest, &["for", "in", "into"])?;
        Some(Intent::Fill(vec![(name(self.source, bare(field)), phrase(self.source, value))]))
    }

    /// `Name=Ada` as three tokens.
    fn equals_as_words(&self, tokens: &[Token]) -> Vec<Token> {
        let cut = |t: &Token| {
            let at = t.text.find('=').filter(|&i| t.kind == Kind::Word && i > 0 && i + 1 < t.text.len());
            let Some(at) = at else { return vec![t.clone()] };
            let piece = |kind, from: usize, to: usize| Token {
                kind,
                text: t.text[from..to].to_owned(),
                lower: t.text[from..to].to_lowercase(),
                start: t.start + from,
                end: t.start + to,
            };
            vec![piece(Kind::Word, 0, at), piece(Kind::Mark, at, at + 1), piece(Kind::Word, at + 1, t.text.len())]
        };
        tokens.iter().flat_map(cut).collect()
    }

    fn press(&self, tokens: &[Token], rest: &[Token]) -> Option<Intent> {
        let keyed = rest.last().is_some_and(|t| t.is("key") || t.is("keys"));
        let bare_rest = bare(if keyed { &rest[..rest.len() - 1] } else { rest });
        let said = self.raw(bare_rest);
        let clicked = tokens[0].lower.starts_with("click") || tokens[0].is("tap");
        // Names that buttons often have are keys only when "key" is said.
        let sure = ["return", "enter", "escape", "esc", "tab", "backspace", "page up", "page down", "pgup", "pgdn"];
        let is_chord = bare_rest.first().is_some_and(|t| t.kind == Kind::Chord) && bare_rest.len() == 1;
        if !clicked
            && (keyed || is_chord || sure.contains(&said.to_lowercase().as_str()))
            && let Ok(chord) = said.parse::<Chord>()
        {
            return Some(Intent::Key(chord));
        }
        self.click(rest, 1, false)
    }

    fn click(&self, rest: &[Token], count: u8, right: bool) -> Option<Intent> {
        let rest = strip_head(rest, &["on"]);
        let targets: Vec<String> = split_list(rest).into_iter().map(|part| name(self.source, bare(part))).collect();
        let targets: Vec<String> = targets.into_iter().filter(|t| !t.is_empty()).collect();
        (!targets.is_empty()).then_some(Intent::Click { targets, count, right })
    }

    fn choose(&self, rest: &[Token]) -> Option<Intent> {
        if let Some((option, list)) = split_at(rest, &["from", "in", "for", "as", "under", "of"]) {
            let option = strip_head(bare(option), &["option", "item", "entry", "value"]);
            let list = phrase(
                self.source,
                strip_tail(bare(list), &["list", "menu", "drop-down", "dropdown", "box", "combo", "field", "selector"]),
            );
            let list = if list.eq_ignore_ascii_case("list") { None } else { Some(list) };
            return Some(Intent::Choose { option: phrase(self.source, option), list });
        }
        let option = strip_head(bare(rest), &["option", "item", "entry"]);
        (!option.is_empty())
            .then(|| Intent::Choose { option: phrase(self.source, strip_tail(option, &["option"])), list: None })
    }

    fn tick(&self, rest: &[Token], on: bool) -> Option<Intent> {
        let noise = ["box", "boxes", "checkbox", "checkboxes", "option", "options", "check"];
        let rest = strip_head(
            bare(rest),
            &[
                "boxes",
                "box",
                "checkboxes",
                "checkbox",
                "options",
                "named",
                "labelled",
                "labeled",
                "called",
                "for",
                "that",
            ],
        );
        let parts = split_list(rest).into_iter().map(|part| strip_tail(bare(part), &noise));
        let labels: Vec<String> = parts.filter(|p| !p.is_empty()).map(|p| phrase(self.source, p)).collect();
        (!labels.is_empty()).then_some(Intent::Tick { labels, on })
    }

    fn command(&self, rest: &[Token]) -> Option<Intent> {
        let rest = strip_head(rest, &["the", "command", "this", ":", "following", "shell"]);
        if let Some(app) = app_in(rest, self.around).filter(|_| rest.iter().all(|t| t.kind == Kind::Word)) {
            return Some(Intent::Open { app: Some(app), on: None });
        }
        let literal = rest.iter().find(|t| t.kind == Kind::Quoted);
        let command = literal.map_or_else(|| phrase(self.source, rest), |t| t.text.clone());
        (!command.is_empty()).then_some(Intent::Command(command))
    }

    fn copy(&self, rest: &[Token]) -> Option<Intent> {
        let (body, target) = match split_at_last(rest, &["to", "into"]) {
            Some((body, target)) => (body, Some(target)),
            None => (rest, None),
        };
        let from_words = ["from", "of", "in", "out"];
        let (what, from) = match split_at_last(body, &from_words) {
            Some((what, from)) => (what, strip_head(from, &["of"])),
            // "Copy everything": from the window in front.
            None => (body, &[] as &[Token]),
        };
        let everything = ["text", "contents", "content", "everything", "whole", "all", "full", "document", "it"];
        let what = bare(what);
        let all = what.iter().all(|t| everything.iter().any(|w| t.is(w)) || t.is("the"));
        let what = (!all).then(|| phrase(self.source, what));
        let (to, field) = target.map_or((None, None), |target| self.window_and_field(target));
        Some(Intent::Copy { what, from: self.window_name(from), to, field })
    }

    /// "The Reference field of the Order window" as window and field.
    fn window_and_field(&self, target: &[Token]) -> (Option<String>, Option<String>) {
        match split_at(target, &["of", "in", "on"]) {
            Some((field, window)) if field.last().is_some_and(|t| t.is("field") || t.is("box") || t.is("entry")) => {
                (Some(self.window_name(window)), Some(name(self.source, bare(field))))
            }
            _ => (Some(self.window_name(target)), None),
        }
    }

    fn window_name(&self, tokens: &[Token]) -> String {
        let tokens = strip_head(tokens, &["the", "a", "window", "titled", "called", "named", "other", "one"]);
        phrase(self.source, strip_tail(tokens, &["window", "app", "application", "one"]))
    }

    fn paste(&self, rest: &[Token]) -> Option<Intent> {
        let rest = strip_head(rest, &["it", "that", "them", "the", "text", "into", "in", "to"]);
        Some(Intent::Paste { to: self.window_name(rest) })
    }

    fn ask(&self, whole: &str, rest: &[Token]) -> Option<Intent> {
        let outcome = ["answer", "result", "outcome", "solution", "it", "value"];
        let short = strip_head(rest, &["me", "the", "what", "is", "out", "back", "to"]);
        if short.len() <= 1 && short.iter().all(|t| outcome.iter().any(|w| t.is(w))) {
            return Some(Intent::Tell);
        }
        for start in 0..=rest.len().min(3) {
            if let Some(expression) = arithmetic::parse(&self.raw(&rest[start..])) {
                return Some(Intent::Compute(expression));
            }
        }
        Some(Intent::Ask(whole.to_owned()))
    }

    fn wait(&self, rest: &[Token]) -> Option<Intent> {
        let rest = strip_head(rest, &["for", "until", "till", "about"]);
        if let Some(ms) = duration_ms(rest) {
            return Some(Intent::Pause { ms });
        }
        if let Some(path) = rest.iter().find(|t| matches!(t.kind, Kind::Path | Kind::File)) {
            return Some(Intent::WaitForFile(path.text.clone()));
        }
        let rest = strip_head(rest, &["the", "text", "word", "words", "message"]);
        let end = rest
            .iter()
            .position(|t| ["appears", "appear", "is", "shows", "comes", "to", "there"].iter().any(|w| t.is(w)));
        let text = phrase(self.source, &rest[..end.unwrap_or(rest.len())]);
        (!text.is_empty()).then_some(Intent::WaitFor(text))
    }

    fn close(&self, rest: &[Token]) -> Intent {
        let window = self.window_name(rest);
        let this = ["", "it", "window", "this", "dialog"].contains(&window.to_lowercase().as_str());
        Intent::Close((!this).then_some(window))
    }
}

fn scroll(rest: &[Token]) -> Option<Intent> {
    let amount = rest.iter().find_map(|t| t.text.parse::<i32>().ok()).unwrap_or(5);
    let up = rest.iter().any(|t| t.is("up") || t.is("top"));
    let known = up || rest.is_empty() || rest.iter().any(|t| t.is("down") || t.is("bottom"));
    known.then_some(Intent::Scroll { notches: if up { -amount } else { amount } })
}

fn duration_ms(rest: &[Token]) -> Option<u64> {
    let [amount, unit, ..] = rest else { return None };
    let amount: f64 = if amount.is("a") || amount.is("one") { 1.0 } else { amount.text.parse().ok()? };
    let unit = match unit.lower.trim_end_matches('s') {
        "second" | "sec" => 1000.0,
        "minute" | "min" => 60_000.0,
        "m" | "millisecond" => 1.0,
        _ => return None,
    };
    (amount.is_finite() && (0.0..=86_400.0).contains(&amount)).then_some((amount * unit) as u64)
}

fn strip_head<'a>(mut tokens: &'a [Token], words: &[&str]) -> &'a [Token] {
    while let Some((first, rest)) = tokens.split_first()
        && (words.iter().any(|w| first.is(w)) || first.kind == Kind::Mark)
    {
        tokens = rest;
    }
    tokens
}

fn strip_tail<'a>(mut tokens: &'a [Token], words: &[&str]) -> &'a [Token] {
    while let Some((last, rest)) = tokens.split_last()
        && !rest.is_empty()
        && words.iter().any(|w| last.is(w))
    {
        tokens = rest;
    }
    tokens
}

/// Without "the form with" and "the fields:".
fn strip_form(tokens: &[Token]) -> &[Token] {
    let head = strip_head(tokens, &["the", "in", "out", "following"]);
    let form = head.first().is_some_and(|t| ["form", "fields", "dialog", "page"].iter().any(|w| t.is(w)));
    if !form {
        return tokens;
    }
    strip_head(&head[1..], &["with", ":", "as", "follows", "using", "in", "the", "values"])
}

/// The application that words of `tokens` name, where the whole of them do.
fn app_in(tokens: &[Token], around: &Surroundings) -> Option<String> {
    let words = bare(tokens);
    for length in (1..=words.len().min(4)).rev() {
        let candidate: Vec<&str> = words[..length].iter().map(|t| t.text.as_str()).collect();
        let candidate = candidate.join(" ");
        if around.is_app(&candidate) {
            return Some(candidate);
        }
    }
    None
}

/// Takes the application that the clause happens in away from it: "in the editor, …", "… with the
/// calculator", "use the terminal to …".
fn take_app(tokens: &[Token], around: &Surroundings) -> (Vec<Token>, Option<String>) {
    let copies = tokens.first().is_some_and(|t| t.is("copy") || t.is("transfer") || t.is("paste"));
    if copies {
        return (tokens.to_vec(), None);
    }
    for at in 0..tokens.len() {
        let leads =
            ["in", "with", "using", "on", "into", "inside", "use", "via", "through"].iter().any(|w| tokens[at].is(w));
        if !leads {
            continue;
        }
        let mut begin = at + 1;
        while tokens.get(begin).is_some_and(|t| ["the", "a", "an", "my", "new", "open"].iter().any(|w| t.is(w))) {
            begin += 1;
        }
        for end in (begin + 1..=tokens.len().min(begin + 3)).rev() {
            let words: Vec<&str> = tokens[begin..end].iter().map(|t| t.text.as_str()).collect();
            let plain = tokens[begin..end].iter().all(|t| t.kind == Kind::Word);
            if plain && around.is_app(&words.join(" ")) {
                let left = without(tokens, at, skip_kind_word(tokens, end));
                return (left, Some(words.join(" ")));
            }
        }
    }
    (tokens.to_vec(), None)
}

fn skip_kind_word(tokens: &[Token], mut end: usize) -> usize {
    if tokens.get(end).is_some_and(|t| ["window", "app", "application", "program"].iter().any(|w| t.is(w))) {
        end += 1;
    }
    // "Use the calculator to work out …".
    if tokens.get(end).is_some_and(|t| t.is("to")) {
        end += 1;
    }
    end
}

fn without(tokens: &[Token], from: usize, to: usize) -> Vec<Token> {
    tokens[..from].iter().chain(&tokens[to..]).cloned().collect()
}
