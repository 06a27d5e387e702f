//! Values: what stands in a field, beside a label, in a cell.

use super::super::alike::{fold, similarity};
use super::super::find::tables;
use super::super::phrase::Phrase;
use crate::screen::{Element, Percept, RectPx, Role, TextSpan};

/// What the question is about: "what is the order number in the Invoice window" → "order number".
pub fn subject_of(question: &str) -> String {
    const NOISE: [&str; 58] = [
        "it",
        "says",
        "beneath",
        "right",
        "left",
        "behind",
        "what",
        "whats",
        "what's",
        "which",
        "who",
        "when",
        "where",
        "how",
        "much",
        "many",
        "is",
        "are",
        "was",
        "the",
        "a",
        "an",
        "of",
        "tell",
        "me",
        "read",
        "out",
        "find",
        "look",
        "up",
        "report",
        "give",
        "show",
        "say",
        "value",
        "field",
        "shown",
        "shows",
        "displayed",
        "written",
        "currently",
        "screen",
        "on",
        "in",
        "for",
        "does",
        "do",
        "stand",
        "stands",
        "under",
        "beside",
        "next",
        "to",
        "there",
        "please",
        "window",
        "dialog",
        "named",
    ];
    let phrase = Phrase::parse(question);
    let question = match &phrase.window {
        Some(title) => question.to_lowercase().replacen(&title.to_lowercase(), " ", 1),
        None => question.to_owned(),
    };
    if let Some(quoted) = quoted(&question) {
        return quoted;
    }
    let words = question.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric() && c != '-'));
    let kept: Vec<&str> = words.filter(|w| !w.is_empty() && !NOISE.contains(&w.to_lowercase().as_str())).collect();
    kept.join(" ")
}

fn quoted(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(['"', '“', '\''])?;
    let (inner, _) = rest.split_once(['"', '”', '\''])?;
    (!inner.trim().is_empty()).then(|| inner.to_owned())
}

/// What stands right of the only text that reads just like `name` (folded), on its line.
pub fn beside_name(percept: &Percept, name: &str, area: RectPx) -> Option<(String, RectPx)> {
    let mut named = percept.text_in(area).filter(|t| fold(t.text.trim_end_matches([':', '='])) == name);
    let (Some(label), None) = (named.next(), named.next()) else { return None };
    let right = percept
        .text_in(area)
        .filter(|t| t.area.row_overlap(&label.area) > 0.6 && t.area.x >= label.area.right() && t.area != label.area);
    right.min_by_key(|t| t.area.x).map(|t| (t.text.clone(), t.area))
}

/// The value that stands with the label `subject`: in the same line behind it, in the field it
/// labels, to its right, or below it.
pub fn value_in(percept: &Percept, subject: &str, area: RectPx) -> Option<(String, RectPx)> {
    if subject.is_empty() {
        return None;
    }
    if let Some(formula) = formula(percept, subject, area) {
        return Some(formula);
    }
    let field = percept.elements_in(area).filter(|e| matches!(e.role, Role::TextField | Role::DropDown));
    let labelled = field.filter_map(|e| Some((similarity(subject, e.label.as_deref()?), e)));
    let best = labelled.filter(|(fit, _)| *fit >= 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, element)) = best
        && let Some(value) = &element.value
    {
        return Some((value.clone(), element.area));
    }
    let lines: Vec<&TextSpan> = percept.text_in(area).collect();
    in_line(&lines, subject).or_else(|| beside(&lines, subject, &|label, other| are_apart(percept, label, other)))
}

/// Whether `other` stands outside the part of the screen, a card or column, in which `label` stands.
fn are_apart(percept: &Percept, label: RectPx, other: RectPx) -> bool {
    let holds = |e: &&Element| e.role == Role::Pane && e.area.holds(&label) && e.area.h > 3 * label.h;
    let part = percept.elements.iter().filter(holds).min_by_key(|e| e.area.area());
    part.is_some_and(|part| !part.area.contains(other.center()))
}

/// What the formula bar of a spreadsheet holds.
fn formula(percept: &Percept, subject: &str, area: RectPx) -> Option<(String, RectPx)> {
    let asked = fold(subject).split(' ').any(|w| w == "formula");
    let mut fields = percept.elements_in(area).filter(|e| asked && e.role == Role::TextField);
    fields.find_map(|e| Some((e.value.clone().filter(|v| v.starts_with('='))?, e.area)))
}

/// "Total: 42.50 EUR" in one line.
fn in_line(lines: &[&TextSpan], subject: &str) -> Option<(String, RectPx)> {
    let whole = lines.iter().find_map(|line| {
        let (label, value) = split_label(&line.text)?;
        let value = value.trim();
        (similarity(subject, label) >= 0.8 && !value.is_empty()).then(|| (value.to_owned(), line.area))
    });
    whole.or_else(|| in_part_of_line(lines, subject)).or_else(|| before_number(lines, subject))
}

/// A label and its value; a colon between digits is that of a time.
fn split_label(text: &str) -> Option<(&str, &str)> {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let parts = |(at, mark): &(usize, &str)| {
        let (before, after) = (&text[..*at], &text[at + mark.len()..]);
        !(digit(before.chars().next_back()) && digit(after.chars().next()))
    };
    let (at, mark) = text.match_indices([':', '=', '：']).find(parts)?;
    Some((&text[..at], &text[at + mark.len()..]))
}

/// "8 files, Free space: 77 GiB": one of several values in a line.
fn in_part_of_line(lines: &[&TextSpan], subject: &str) -> Option<(String, RectPx)> {
    let words = fold(subject).split(' ').count();
    lines.iter().find_map(|line| {
        let marks = line.text.match_indices(':').map(|(at, _)| at);
        marks
            .filter_map(|at| {
                let before: Vec<&str> = line.text[..at].split_whitespace().collect();
                let label = before[before.len().saturating_sub(words)..].join(" ");
                let after = line.text[at + 1..].trim();
                let value = after.split([',', ';', '|', '•']).next().unwrap_or(after).trim();
                (similarity(subject, &label) >= 0.85 && !value.is_empty()).then(|| (value.to_owned(), line.area))
            })
            .next()
    })
}

/// "Zoom 100 %": a number behind its name.
fn before_number(lines: &[&TextSpan], subject: &str) -> Option<(String, RectPx)> {
    let count = fold(subject).split(' ').count();
    lines.iter().find_map(|line| {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let (label, value) = words.split_at_checked(count)?;
        let number = value.first()?.chars().next()?.is_ascii_digit();
        (number && fold(&label.join(" ")) == fold(subject)).then(|| (value.join(" "), line.area))
    })
}

fn beside(lines: &[&TextSpan], subject: &str, are_apart: &dyn Fn(RectPx, RectPx) -> bool) -> Option<(String, RectPx)> {
    let fits =
        lines.iter().map(|l| (similarity(subject, l.text.trim_end_matches(':')), *l)).filter(|(fit, _)| *fit >= 0.75);
    let (_, label) = fits.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let right = lines
        .iter()
        .filter(|l| l.area.x >= label.area.right() - 4 && l.area.row_overlap(&label.area) > 0.5)
        .filter(|l| !are_apart(label.area, l.area))
        .min_by_key(|l| l.area.x);
    let below = lines
        .iter()
        .filter(|l| l.area.y >= label.area.bottom() - 4 && l.area.y - label.area.bottom() < 2 * label.area.h + 12)
        .filter(|l| l.area.column_overlap(&label.area) > 0.3)
        .min_by_key(|l| l.area.y);
    // A number right below a word is its value; what stands far to the right is the next word of its kind.
    let far = right.is_some_and(|r| r.area.x - label.area.right() > 4 * label.area.h);
    let is_number = |l: &&&TextSpan| l.text.chars().any(|c| c.is_ascii_digit());
    let wordy = right.is_none_or(|r| !r.text.chars().any(|c| c.is_ascii_digit()));
    if let Some(number) = below.filter(|l| is_number(l) && far && wordy) {
        return Some((number.text.clone(), number.area));
    }
    right.map(|r| with_next(lines, label, r)).or_else(|| below.map(|l| (l.text.clone(), l.area)))
}

/// A value with the line below it, where it goes on there and no other name stands before that line.
fn with_next(lines: &[&TextSpan], label: &TextSpan, value: &TextSpan) -> (String, RectPx) {
    let a = value.area;
    let goes_on = |l: &&&TextSpan| {
        let close = (-2..=a.h * 7 / 10).contains(&(l.area.y - a.bottom()));
        let in_line = (l.area.x - a.x).abs() <= 3 || (l.area.right() - a.right()).abs() <= 3;
        let named = lines
            .iter()
            .any(|o| o.area.row_overlap(&l.area) > 0.4 && (o.area.x - label.area.x).abs() <= 6 && o.area.x < l.area.x);
        close && in_line && (l.area.h - a.h).abs() <= a.h / 3 && !named
    };
    match lines.iter().find(goes_on) {
        Some(next) => (format!("{} {}", value.text, next.text), a.union(&next.area)),
        None => (value.text.clone(), a),
    }
}

/// "What is the price of Oolong?", "What size is pergola.svg?", "the value in column Qty for Ink pads".
pub fn in_table(percept: &Percept, question: &str) -> Option<(String, RectPx)> {
    let (column, row) = column_and_row(question)?;
    // "the sensor Door": what the row is may stand before its name.
    let words: Vec<&str> = row.split_whitespace().collect();
    // What begins with a capital is a part of the name itself.
    let of_kind = words.len() > 1 && !words[0].starts_with(char::is_uppercase);
    let names = (0..=usize::from(of_kind)).map(|from| words[from..].join(" "));
    let mut heads = vec![column.clone(), column.split_whitespace().next().unwrap_or_default().to_owned()];
    heads.extend(also_called(&column).iter().map(|head| (*head).to_owned()));
    for name in names {
        for head in &heads {
            if let Some(cell) = tables::cell(percept, &name, head)
                && let Some(text) = cell.text
            {
                return Some((text, cell.area));
            }
        }
    }
    priced(percept, &column, &row).or_else(|| shortcut(percept, &column, &row))
}

/// What else the head of a column may say.
fn also_called(column: &str) -> &'static [&'static str] {
    match fold(column).as_str() {
        "duration" => &["length", "time"],
        "size" => &["file size", "dimensions"],
        "weight" => &["mass"],
        "price" => &["cost", "amount"],
        _ => &[],
    }
}

/// The keys at the right of a menu's entry.
fn shortcut(percept: &Percept, column: &str, row: &str) -> Option<(String, RectPx)> {
    if !matches!(fold(column).as_str(), "shortcut" | "short cut" | "key" | "keyboard shortcut" | "accelerator") {
        return None;
    }
    let named = percept.text.iter().filter(|t| similarity(row, &t.text) >= 0.85);
    let keys = |name: &TextSpan| {
        let level = |t: &&TextSpan| t.area.row_overlap(&name.area) > 0.5 && t.area.x > name.area.right();
        let pressed = |t: &&TextSpan| t.text.contains('+') || t.text.starts_with('F');
        percept.text.iter().filter(level).filter(pressed).min_by_key(|t| t.area.x)
    };
    named.filter_map(keys).map(|t| (t.text.clone(), t.area)).next()
}

/// "the status of the printer": the value of a label, where the thing that it is about is named on the screen.
pub fn of_what_is_there(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    let (label, thing) = column_and_row(question)?;
    let named =
        |t: &TextSpan| fold(&t.text).split(' ').any(|w| fold(&thing) == w) || similarity(&thing, &t.text) >= 0.8;
    if !percept.text.iter().any(named) {
        return None;
    }
    value_in(percept, &label, area)
}

/// The names of a column and a row in a question.
fn column_and_row(question: &str) -> Option<(String, String)> {
    let text = question.trim().trim_end_matches(['?', '.', '!']).trim();
    let lower = text.to_lowercase();
    let after = |lead: &str| lower.starts_with(lead).then(|| &text[lead.len()..]);
    if let Some(rest) = lower.find(" in column ").map(|at| &text[at + " in column ".len()..]) {
        let (column, row) = split_at_word(rest, &[" for ", " in row ", " of "])?;
        return Some((column.to_owned(), strip(row).to_owned()));
    }
    for lead in [
        "what is the ",
        "what's the ",
        "who is the ",
        "when is the ",
        "which is the ",
        "read the ",
        "tell me the ",
        "give me the ",
        "what are the ",
    ] {
        if let Some(rest) = after(lead) {
            let (column, row) = split_at_word(rest, &[" of ", " for ", " in the row of ", " in row "])?;
            return Some((strip(column).to_owned(), strip(row).to_owned()));
        }
    }
    if let Some(thing) = after("what does ").and_then(|rest| rest.strip_suffix(" cost")) {
        return Some(("price".into(), strip(thing).to_owned()));
    }
    if let Some(thing) = after("how much does ").and_then(|rest| rest.strip_suffix(" cost")) {
        return Some(("price".into(), strip(thing).to_owned()));
    }
    for (lead, column) in [
        ("how long is ", "duration"),
        ("how big is ", "size"),
        ("how large is ", "size"),
        ("how heavy is ", "weight"),
        ("how old is ", "age"),
        ("how far is ", "distance"),
        ("how fast is ", "speed"),
    ] {
        if let Some(thing) = after(lead) {
            return Some((column.into(), strip(thing).to_owned()));
        }
    }
    if let Some(thing) = after("how much is ") {
        return Some(("price".into(), strip(thing).to_owned()));
    }
    for lead in ["in which ", "in what ", "at which ", "at what ", "on which "] {
        if let Some(rest) = after(lead) {
            let (column, row) = split_at_word(rest, &[" does ", " is ", " did "])?;
            let row = row.trim().rsplit_once(' ').map_or(row, |(name, _)| name);
            return Some((column.trim().to_owned(), strip(row).to_owned()));
        }
    }
    for lead in ["what ", "which "] {
        if let Some(rest) = after(lead) {
            let (column, row) = split_at_word(rest, &[" is ", " has ", " does "])?;
            let row = row.trim().trim_end_matches(" have");
            return (!column.contains(' ')).then(|| (column.to_owned(), strip(row).to_owned()));
        }
    }
    None
}

/// The parts before and after the first of `words` that occurs.
fn split_at_word<'a>(text: &'a str, words: &[&str]) -> Option<(&'a str, &'a str)> {
    let lower = text.to_lowercase();
    let first = words.iter().filter_map(|w| Some((lower.find(w)?, w.len()))).min()?;
    // Lower case may be longer in bytes; then the place is not the same.
    Some((text.get(..first.0)?, text.get(first.0 + first.1..)?))
}

fn strip(text: &str) -> &str {
    let text = text.trim();
    let text = ["the ", "a ", "an ", "this "].iter().find_map(|a| text.strip_prefix(a)).unwrap_or(text);
    text.trim_matches(['"', '“', '”', '\''])
}

/// A price below or beside the name of what it is for.
fn priced(percept: &Percept, column: &str, row: &str) -> Option<(String, RectPx)> {
    if !matches!(fold(column).as_str(), "price" | "cost" | "amount") {
        return None;
    }
    let is_price = |t: &&TextSpan| {
        let money = ['€', '$', '£', '¥'].iter().any(|c| t.text.contains(*c))
            || ["EUR", "USD", "GBP", "CHF"].iter().any(|c| t.text.contains(c));
        money && t.text.chars().any(|c| c.is_ascii_digit()) && t.text.chars().count() <= 16
    };
    let named = percept.text.iter().filter(|t| similarity(row, &t.text) >= 0.85);
    let near = |name: &TextSpan| {
        let distance = |t: &&TextSpan| {
            let (a, b) = (&name.area, &t.area);
            let down = b.y - a.bottom();
            let across = (b.x - a.right()).max(a.x - b.right()).max(0);
            if (-a.h..=10 * a.h).contains(&down) { Some(down.max(0) + 2 * across) } else { None }
        };
        let prices = percept.text.iter().filter(is_price).filter_map(|t| Some((distance(&t)?, t)));
        prices.min_by_key(|(d, _)| *d).filter(|(d, _)| *d <= 16 * name.area.h)
    };
    let best = named.filter_map(near).min_by_key(|(d, _)| *d)?;
    Some((best.1.text.clone(), best.1.area))
}
