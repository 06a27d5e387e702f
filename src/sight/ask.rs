//! Questions that the screen answers.

use super::alike::{fold, similarity};
use super::find::{self, Finding};
use super::phrase::Phrase;
use crate::screen::{Percept, RectPx, Role, TextSpan, Window};

/// What the screen says to a question, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub text: String,
    pub area: RectPx,
}

/// Answers `question` from what is on the screen; `default` is the window that it is about where it names none.
pub fn ask(percept: &Percept, question: &str, default: Option<Window>) -> Option<Reply> {
    let scope = scope_of(percept, question, default);
    reply(percept, question, scope.as_ref()).map(|(text, area)| Reply { text, area })
}

/// The window that the question is about.
fn scope_of(percept: &Percept, question: &str, default: Option<Window>) -> Option<Window> {
    let phrase = Phrase::parse(question);
    let named = phrase.window.and_then(|title| find::best_window(percept, &title));
    named.and_then(|id| percept.window(id).cloned()).or(default)
}

fn reply(percept: &Percept, question: &str, window: Option<&Window>) -> Option<(String, RectPx)> {
    let lower = fold(question);
    let area = window.map_or_else(|| RectPx::new(0, 0, percept.width as i32, percept.height as i32), |w| w.area);
    let has = |words: &[&str]| words.iter().any(|w| format!(" {lower} ").contains(&format!(" {w} ")));
    if has(&["title"]) && has(&["window", "dialog"]) {
        // The title bar is drawn above the client area; what the server knows is compared with the pixels there.
        let window = window?;
        return Some((window.title.clone(), RectPx::new(window.area.x, window.area.y - 32, window.area.w, 32)));
    }
    if has(&["ticked", "checked", "selected", "enabled", "on", "off"])
        && (lower.starts_with("is ") || has(&["whether", "if"]))
    {
        return state_of(percept, &lower, area);
    }
    let about_a_label = has(&["next to", "beside", "under", "behind"]);
    if !about_a_label
        && has(&["say", "says", "message", "read", "shows", "show", "displayed", "written"])
        && has(&["dialog", "window", "message", "screen", "box", "it"])
    {
        return everything(percept, area);
    }
    let subject = subject_of(question);
    value_in(percept, &subject, area).or_else(|| value_in(percept, &subject, whole(percept)))
}

const fn whole(percept: &Percept) -> RectPx {
    RectPx::new(0, 0, percept.width as i32, percept.height as i32)
}

/// What the question is about: "what is the order number in the Invoice window" → "order number".
fn subject_of(question: &str) -> String {
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

/// The value that stands with the label `subject`: in the same line behind it, in the field it
/// labels, to its right, or below it.
pub fn value_in(percept: &Percept, subject: &str, area: RectPx) -> Option<(String, RectPx)> {
    if subject.is_empty() {
        return None;
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
    in_line(&lines, subject).or_else(|| beside(&lines, subject))
}

/// "Total: 42.50 EUR" in one line.
fn in_line(lines: &[&TextSpan], subject: &str) -> Option<(String, RectPx)> {
    lines.iter().find_map(|line| {
        let (label, value) = line.text.split_once([':', '=', '：'])?;
        let value = value.trim();
        (similarity(subject, label) >= 0.8 && !value.is_empty()).then(|| (value.to_owned(), line.area))
    })
}

fn beside(lines: &[&TextSpan], subject: &str) -> Option<(String, RectPx)> {
    let fits =
        lines.iter().map(|l| (similarity(subject, l.text.trim_end_matches(':')), *l)).filter(|(fit, _)| *fit >= 0.75);
    let (_, label) = fits.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let right = lines
        .iter()
        .filter(|l| l.area.x >= label.area.right() - 4 && l.area.row_overlap(&label.area) > 0.5)
        .min_by_key(|l| l.area.x);
    let below = lines
        .iter()
        .filter(|l| l.area.y >= label.area.bottom() - 4 && l.area.y - label.area.bottom() < 2 * label.area.h + 12)
        .filter(|l| l.area.column_overlap(&label.area) > 0.3)
        .min_by_key(|l| l.area.y);
    right.or(below).map(|l| (l.text.clone(), l.area))
}

/// All text of the window but its buttons.
fn everything(percept: &Percept, area: RectPx) -> Option<(String, RectPx)> {
    let buttons: Vec<RectPx> = percept.elements_in(area).filter(|e| e.role == Role::Button).map(|e| e.area).collect();
    let lines = percept.text_in(area).filter(|t| !buttons.iter().any(|b| t.area.covered_by(b) > 0.6));
    let (text, place) = lines.fold((Vec::new(), RectPx::default()), |(mut all, place), line| {
        all.push(line.text.clone());
        (all, place.union(&line.area))
    });
    (!text.is_empty()).then(|| (text.join("\n"), place))
}

/// "yes" or "no" for a box to tick.
fn state_of(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    const NOISE: [&str; 12] =
        ["is", "the", "box", "ticked", "checked", "selected", "enabled", "on", "tell", "me", "whether", "if"];
    let subject: Vec<&str> = question.split(' ').filter(|w| !NOISE.contains(w)).collect();
    let phrase = Phrase { name: subject.join(" "), role: Some(Role::CheckBox), ..Phrase::default() };
    let Finding::One(one, _) = find::find(percept, &phrase, None) else { return None };
    let checked = one.element.as_ref()?.state.checked?;
    area.contains(one.at).then(|| (if checked { "yes" } else { "no" }.to_owned(), one.area))
}
