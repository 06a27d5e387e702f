//! Questions that the screen answers.

mod choices;
mod counts;
mod values;

pub use values::value_in;

use super::alike::fold;
use super::find;
use super::phrase::Phrase;
use crate::screen::{Percept, RectPx, Role, Window};

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
    if let Some(subject) = choices::asked_for_state(&lower) {
        return choices::state(percept, question, &subject, area);
    }
    if let Some(what) = counts::counted(&lower) {
        return counts::count(percept, &what, area);
    }
    if let Some(asked) = choices::asked_for_chosen(question)
        && let Some(found) = choices::chosen(percept, &asked, area)
    {
        return Some(found);
    }
    let about_a_label = has(&["next to", "beside", "under", "behind", "of", "for"]);
    if !about_a_label
        && has(&["say", "says", "read", "shows", "show", "displayed", "written"])
        && has(&["dialog", "window", "message", "screen", "box", "it"])
    {
        return everything(percept, area);
    }
    if let Some(found) = values::in_table(percept, question) {
        return Some(found);
    }
    if let Some(found) = values::of_what_is_there(percept, question, area) {
        return Some(found);
    }
    let subject = values::subject_of(question);
    value_in(percept, &subject, area).or_else(|| value_in(percept, &subject, whole(percept)))
}

const fn whole(percept: &Percept) -> RectPx {
    RectPx::new(0, 0, percept.width as i32, percept.height as i32)
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
