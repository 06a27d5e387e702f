//! Check x facts -> Verdict. Pure: it looks at nothing itself.
//!
//! `Pass` needs something that speaks for it; where nothing does, it is `Unsure`, and that is not done.

mod on_screen;
mod reading;

pub use reading::{closeness, holds, reads_as};

use crate::screen::{RectPx, Role, TextSpan};
use crate::task::{Check, CommandFact, Evidence, Facts, FileState, Found, Outcome, Verdict, is_between, is_same};

/// Copied text that is this alike on the screen has arrived: it went through the clipboard, which
/// loses nothing, so what differs is misread.
const COPIED: f64 = 0.93;
/// Shorter texts than this must be read without a difference.
const LONG_COPY: usize = 40;
/// From this many pixels a widget looks pressed.
const PRESSED_PX: u32 = 12;
/// From this many pixels a screen has changed.
const CHANGED_PX: u32 = 24;

/// Judges `check` by `facts`.
pub fn judge(check: &Check, facts: &Facts) -> Verdict {
    let (outcome, evidence) = match check {
        Check::WindowOpen { app } => window_open(app, facts),
        Check::WindowGone { .. } => window_gone(facts),
        Check::ShowsNumber { value, .. } => shows_number(*value, facts),
        Check::ShowsText { text } => shows_text(text, facts),
        Check::FieldShows { field, value } => field_shows(value, field.is_some(), facts),
        Check::FieldLike { start, end, .. } => field_like(start, end, facts),
        Check::Ticked { on, .. } => ticked(*on, facts),
        Check::Chosen { option, .. } => chosen(option, facts),
        Check::Reacted { .. } => reacted(facts),
        Check::Hovered { .. } => hovered(facts),
        Check::FileHolds { content, .. } => file_holds(content.as_deref(), facts),
        Check::FolderExists { .. } => folder_exists(facts),
        Check::Renamed { .. } => renamed(facts),
        Check::FileExists { .. } => file_exists(facts),
        Check::CommandEnded { command } => command_ended(command, facts.command.as_ref()),
        Check::AnswerStands => answer_stands(facts),
        Check::WorkedOut { .. } => match (&facts.answer, &facts.second_reading) {
            (Some(answer), Some(second)) if answer == second => {
                seen(Outcome::Pass, format!("worked out again: “{}”", short(second)), None)
            }
            _ => answer_stands(facts),
        },
        Check::Taken { .. } => taken(facts),
        Check::Copied { .. } => copied(facts),
        Check::StepEnded => witnessed(Outcome::Unsure, "a step is judged by whoever does it"),
        Check::Paused => witnessed(Outcome::Pass, "the clock"),
        Check::Opened { name } => on_screen::opened(name, facts),
        Check::Selected { options, scope, .. } => on_screen::selected(options, *scope, facts),
        Check::Adjusted { by, .. } => on_screen::adjusted(*by, facts),
        Check::AtEnd { high, .. } => on_screen::at_end(*high, facts),
        Check::Expanded { .. } => reacted(facts),
        Check::Sorted { descending, .. } | Check::Ordered { descending, .. } => on_screen::sorted(*descending, facts),
        Check::CellHolds { value, .. } => on_screen::cell_holds(value, facts),
        Check::Searched { .. } => on_screen::searched(facts),
        Check::TabOpen { .. } => on_screen::tab_open(facts),
        Check::Settled => on_screen::settled(facts),
        Check::Transferred { .. } => on_screen::transferred(facts),
        Check::Recased { upper } => on_screen::recased(*upper, facts),
        Check::TookOffer { typed, .. } => on_screen::took_offer(typed.as_deref(), facts),
        Check::Marked { text } => on_screen::marked(text, facts),
        Check::Rewritten { gone, there } => on_screen::rewritten(gone.as_deref(), there.as_deref(), facts),
        Check::Placed { side, .. } => on_screen::placed(*side, facts),
        Check::Arranged { how, .. } => on_screen::arranged(*how, facts),
        Check::If { shown, then } => {
            return on_screen::when_shown(shown, facts).map_or_else(
                || Verdict { check: check.clone(), ..judge(then, facts) },
                |(outcome, evidence)| Verdict { check: check.clone(), outcome, evidence },
            );
        }
    };
    Verdict { check: check.clone(), outcome, evidence }
}

type Judged = (Outcome, Evidence);

fn seen(outcome: Outcome, says: impl Into<String>, area: Option<RectPx>) -> Judged {
    (outcome, Evidence { says: says.into(), witness: false, area })
}

fn witnessed(outcome: Outcome, says: impl Into<String>) -> Judged {
    (outcome, Evidence { says: says.into(), witness: true, area: None })
}

fn window_open(app: &str, facts: &Facts) -> Judged {
    let window = facts.window.and_then(|id| facts.after.window(id));
    match (window, facts.process_runs) {
        (None, _) => seen(Outcome::Fail, format!("no window of {app} is there"), None),
        (Some(w), Some(false)) => {
            seen(Outcome::Unsure, format!("“{}” is there, but its process is gone", w.title), Some(w.area))
        }
        (Some(w), Some(true)) => {
            let (outcome, mut evidence) =
                seen(Outcome::Pass, format!("the window “{}” is open and its process runs", w.title), Some(w.area));
            evidence.witness = true;
            (outcome, evidence)
        }
        (Some(w), None) => seen(Outcome::Pass, format!("the window “{}” is open", w.title), Some(w.area)),
    }
}

fn window_gone(facts: &Facts) -> Judged {
    match facts.window {
        Some(id) if facts.after.window(id).is_some() => seen(Outcome::Fail, "the window is still there", None),
        Some(id) if facts.before.window(id).is_some() => seen(Outcome::Pass, "the window is no longer listed", None),
        _ => seen(Outcome::Unsure, "it is not known which window was meant", None),
    }
}

fn shows_number(value: f64, facts: &Facts) -> Judged {
    let buttons: Vec<RectPx> = facts.after.elements.iter().filter(|e| e.role == Role::Button).map(|e| e.area).collect();
    let fresh = |t: &&TextSpan| {
        // Calculators label their keys with numbers, and may show results in what looks like a button.
        let stood_there = facts.before.text.iter().any(|b| b.text == t.text && b.area.iou(&t.area) > 0.5);
        let on_button = buttons.iter().any(|b| t.area.covered_by(b) > 0.7);
        !(on_button && stood_there) && facts.touched.iter().any(|c| !c.intersect(&t.area).is_empty())
    };
    let within = facts.window.and_then(|id| facts.after.window(id)).map(|w| w.area);
    let inside = |t: &&TextSpan| within.is_none_or(|w| w.contains(t.area.center()));
    let candidates: Vec<&TextSpan> = facts.after.text.iter().filter(inside).filter(fresh).collect();
    let numbers = candidates.iter().filter_map(|t| Some((reading::number(&t.text)?, *t)));
    match numbers.clone().find(|(n, t)| reading::same_number(*n, value, &t.text)) {
        Some((_, t)) => {
            let says = format!("the screen shows {}, and working it out apart from the screen gives {value}", t.text);
            let (outcome, mut evidence) = seen(Outcome::Pass, says, Some(t.area));
            evidence.witness = true;
            (outcome, evidence)
        }
        None => {
            let shown: Vec<&str> = numbers.map(|(_, t)| t.text.as_str()).collect();
            let shown = if shown.is_empty() { "no new number".into() } else { shown.join(", ") };
            seen(Outcome::Fail, format!("the screen shows {shown}, but {value} is right"), None)
        }
    }
}

fn shows_text(text: &str, facts: &Facts) -> Judged {
    match facts.after.text.iter().find(|t| holds(&t.text, text)) {
        Some(t) => seen(Outcome::Pass, format!("the screen shows “{}”", t.text), Some(t.area)),
        None => seen(Outcome::Fail, format!("“{text}” is not on the screen"), None),
    }
}

fn field_like(start: &str, end: &str, facts: &Facts) -> Judged {
    let Some(Found { shows, area, .. }) = &facts.found else {
        return seen(Outcome::Unsure, "the place could not be found again", None);
    };
    // What was read out of the application is surer than its pixels.
    let (text, witness) = match &facts.clipboard {
        Some(copy) => (Some(copy), true),
        None => (shows.as_ref(), false),
    };
    let Some(text) = text else { return seen(Outcome::Fail, "it is empty", Some(*area)) };
    let outcome = if is_between(text, start, end) { Outcome::Pass } else { Outcome::Fail };
    if witness {
        witnessed(outcome, format!("selected and read out of the application, it holds “{}”", short(text.trim_end())))
    } else {
        seen(outcome, format!("it shows “{}”", short(text)), Some(*area))
    }
}

/// `named` says whether a field is meant, which holds the value and nothing else, and not a document.
fn field_shows(value: &str, named: bool, facts: &Facts) -> Judged {
    let area = facts.found.as_ref().map(|f| f.area);
    // A copy of many lines in which the value stands may be of more than the field: then the pixels are asked.
    let is_wider =
        |copy: &&String| named && copy.trim_end().contains('\n') && !value.contains('\n') && copy.contains(value);
    let length = value.chars().count();
    let hides = |text: &str| !text.trim().is_empty() && text.trim().chars().all(|c| "•●*∙·⬤".contains(c));
    // What a field for a password holds is nowhere to be read, but how long it is.
    if let Some(copy) = facts.clipboard.as_ref().filter(|copy| hides(copy) && !hides(value)) {
        let outcome = if copy.trim().chars().count() == length { Outcome::Pass } else { Outcome::Fail };
        return witnessed(outcome, format!("the application gives {} hidden signs", copy.trim().chars().count()));
    }
    let unread = facts.found.as_ref().is_some_and(|f| f.shows.as_deref().is_none_or(|s| hides(s) || s.len() < length));
    // One or two signs may as well be icons.
    if let (None, Some(signs @ 3..), true) = (&facts.clipboard, facts.hidden, unread) {
        let outcome = if signs == length { Outcome::Pass } else { Outcome::Fail };
        return seen(outcome, format!("{signs} signs stand there that hide what was written"), area);
    }
    if let Some(copy) = facts.clipboard.as_ref().filter(|copy| !is_wider(copy)) {
        let equal = copy.trim_end_matches('\n') == value.trim_end_matches('\n') || is_same(copy, value);
        let same = equal || reading::is_equal(copy, value) || (!named && copy.contains(value));
        let outcome = if same { Outcome::Pass } else { Outcome::Fail };
        return witnessed(outcome, format!("selected and read out of the application, it holds “{}”", copy.trim_end()));
    }
    let Some(Found { shows, .. }) = &facts.found else {
        return seen(Outcome::Unsure, "the place could not be found again", None);
    };
    match shows {
        Some(shown) if reading::count(shown, value) > 1 && value.chars().count() >= 4 => {
            seen(Outcome::Fail, format!("it stands there {} times", reading::count(shown, value)), area)
        }
        Some(shown) if holds(shown, value) || is_same(shown, value) => {
            seen(Outcome::Pass, format!("it shows “{}”", short(shown)), area)
        }
        Some(shown) => seen(Outcome::Fail, format!("it shows “{}”", short(shown)), area),
        None if value.is_empty() => seen(Outcome::Pass, "it is empty", area),
        None => seen(Outcome::Fail, "it is empty", area),
    }
}

fn short(text: &str) -> String {
    let line = text.replace('\n', " ");
    if line.chars().count() <= 120 { line } else { line.chars().take(119).chain(['…']).collect() }
}

fn ticked(on: bool, facts: &Facts) -> Judged {
    let Some(found) = &facts.found else {
        return seen(Outcome::Unsure, "the box could not be found again", None);
    };
    let state = |checked| if checked { "ticked" } else { "not ticked" };
    match found.state.checked {
        Some(checked) if checked == on => seen(Outcome::Pass, format!("it is {}", state(checked)), Some(found.area)),
        Some(checked) => seen(Outcome::Fail, format!("it is {}", state(checked)), Some(found.area)),
        None => seen(Outcome::Unsure, "its state cannot be seen", Some(found.area)),
    }
}

fn chosen(option: &str, facts: &Facts) -> Judged {
    let Some(found) = &facts.found else {
        return seen(Outcome::Unsure, "the list could not be found again", None);
    };
    if found.state.checked == Some(true) || found.state.selected == Some(true) {
        return seen(Outcome::Pass, format!("{option} is selected"), Some(found.area));
    }
    let own_words = facts.after.elements.iter().any(|e| {
        e.area.iou(&found.area) > 0.5
            && matches!(e.role, Role::DropDown | Role::TextField | Role::Button | Role::Spinner)
    });
    // An entry that was pressed and changed its look is chosen; its name alone says nothing.
    let marked = facts.reaction.is_some_and(|r| r.target_px >= CHANGED_PX);
    // "Seat C3" for the button C3, which answered.
    let is_named = |shown: &str| {
        let words = format!(" {} ", option.to_lowercase());
        let answered = marked || facts.reaction.is_some_and(|r| r.after_px >= CHANGED_PX);
        own_words && answered && words.contains(&format!(" {} ", shown.trim().to_lowercase()))
    };
    match &found.shows {
        Some(shown) if (holds(shown, option) && (own_words || marked)) || is_named(shown) => {
            seen(Outcome::Pass, format!("it shows “{shown}”"), Some(found.area))
        }
        Some(shown) if holds(shown, option) => {
            seen(Outcome::Unsure, format!("“{shown}” is there, but does not look chosen"), Some(found.area))
        }
        Some(shown) => seen(Outcome::Fail, format!("it shows “{shown}”"), Some(found.area)),
        None => seen(Outcome::Fail, format!("{option} is not selected"), Some(found.area)),
    }
}

/// Words in which applications say that a press did not do what it was meant for.
const COMPLAINTS: [&str; 16] = [
    "please fill",
    "please enter",
    "please select",
    "please include",
    "please match",
    "please check this",
    "is required",
    "required field",
    "must be",
    "must not",
    "invalid",
    "not valid",
    "cannot be",
    "could not",
    "failed",
    "error",
];

/// A line that was not there before and complains.
fn complaint(facts: &Facts) -> Option<&TextSpan> {
    let old = |line: &TextSpan| facts.before.text.iter().any(|b| closeness(&b.text, &line.text) > 0.9);
    let complains = |line: &&TextSpan| {
        let lower = line.text.to_lowercase();
        // "This cannot be undone" asks whether that is meant.
        let warns = lower.contains("undone") || lower.contains("reversed") || lower.contains("restored");
        COMPLAINTS.iter().any(|c| lower.contains(c)) && !warns && !old(line)
    };
    facts.after.text.iter().find(complains)
}

fn reacted(facts: &Facts) -> Judged {
    let Some(reaction) = facts.reaction else { return seen(Outcome::Unsure, "nothing was pressed", None) };
    if let Some(line) = complaint(facts) {
        return seen(Outcome::Fail, format!("after the press the screen says “{}”", line.text), Some(line.area));
    }
    if reaction.windows_changed {
        return seen(Outcome::Pass, "a window opened or closed at the press", None);
    }
    if reaction.pressed_px >= PRESSED_PX {
        return seen(
            Outcome::Pass,
            format!("it looked pressed ({} pixels) while the button was down", reaction.pressed_px),
            None,
        );
    }
    if reaction.after_px >= CHANGED_PX {
        return seen(Outcome::Pass, format!("{} pixels changed at the press", reaction.after_px), None);
    }
    seen(Outcome::Unsure, "nothing on the screen answered the press", None)
}

fn hovered(facts: &Facts) -> Judged {
    let (Some(pointer), Some(found)) = (facts.pointer, &facts.found) else {
        return seen(Outcome::Unsure, "it is not known where the pointer is", None);
    };
    let outcome = if found.area.contains(pointer) { Outcome::Pass } else { Outcome::Fail };
    witnessed(outcome, format!("the display has the pointer at {pointer}"))
}

fn after_of(facts: &Facts) -> Option<&FileState> {
    facts.files.first()?.after.as_ref()
}

fn file_holds(content: Option<&str>, facts: &Facts) -> Judged {
    let Some(file) = after_of(facts) else { return witnessed(Outcome::Fail, "the file does not exist") };
    if file.is_folder {
        return witnessed(Outcome::Fail, "it is a folder");
    }
    // File systems round times down.
    let before = facts.files.first().and_then(|f| f.before.as_ref());
    let untouched = before == Some(file) || file.modified_ms + 2_000 < facts.began_ms;
    match (content, &file.text) {
        (Some(wanted), Some(text)) if text.trim_end_matches('\n') == wanted.trim_end_matches('\n') => {
            if untouched {
                return witnessed(Outcome::Unsure, "it holds the text, but was not written in this run");
            }
            witnessed(Outcome::Pass, format!("the file holds exactly the {} characters", wanted.chars().count()))
        }
        (Some(_), Some(text)) => witnessed(Outcome::Fail, format!("the file holds “{}”", short(text))),
        (Some(_), None) => witnessed(Outcome::Fail, "the file is no text"),
        (None, Some(text)) if facts.copied.as_ref().is_some_and(|c| !text.contains(c.trim())) => {
            witnessed(Outcome::Fail, format!("the file holds “{}”, not the copied text", short(text)))
        }
        (None, _) if untouched => witnessed(Outcome::Fail, "the file was not written in this run"),
        (None, _) => witnessed(Outcome::Pass, "the file was written in this run"),
    }
}

fn folder_exists(facts: &Facts) -> Judged {
    match (facts.files.first().and_then(|f| f.before.as_ref()), after_of(facts)) {
        (None, Some(state)) if state.is_folder => {
            witnessed(Outcome::Pass, "the folder was not there before and is now")
        }
        (Some(_), Some(state)) if state.is_folder => witnessed(Outcome::Unsure, "the folder was there before"),
        (_, Some(_)) => witnessed(Outcome::Fail, "it is a file"),
        (_, None) => witnessed(Outcome::Fail, "the folder does not exist"),
    }
}

fn renamed(facts: &Facts) -> Judged {
    let [from, to] = facts.files.as_slice() else { return witnessed(Outcome::Unsure, "nobody looked at the files") };
    match (&from.before, &from.after, &to.after) {
        (None, _, _) => witnessed(Outcome::Fail, format!("{} was not there", from.path.display())),
        (_, _, None) => witnessed(Outcome::Fail, format!("{} does not exist", to.path.display())),
        (Some(old), None, Some(new)) if old.inode == new.inode => {
            witnessed(Outcome::Pass, "the same file has the new name, the old name is gone")
        }
        (Some(_), None, Some(_)) => witnessed(Outcome::Fail, "under the new name is another file"),
        (Some(_), Some(_), Some(_)) => witnessed(Outcome::Fail, "the old name is still there"),
    }
}

fn file_exists(facts: &Facts) -> Judged {
    match after_of(facts) {
        Some(_) => witnessed(Outcome::Pass, "the file exists"),
        None => witnessed(Outcome::Fail, "the file does not exist"),
    }
}

fn command_ended(command: &str, fact: Option<&CommandFact>) -> Judged {
    let Some(fact) = fact else { return witnessed(Outcome::Unsure, "no shell was found in the window") };
    let program = command.split_whitespace().next().unwrap_or_default();
    match (fact.ended, fact.exit_code, &fact.running) {
        (true, Some(0), _) => witnessed(Outcome::Pass, "the shell has the terminal back, exit code 0"),
        (true, Some(code), _) => witnessed(Outcome::Fail, format!("it ended with exit code {code}")),
        (true, None, _) => witnessed(Outcome::Unsure, "it ended, but its exit code is not known"),
        (false, _, Some(running)) if program.ends_with(running.as_str()) && !running.is_empty() => {
            witnessed(Outcome::Pass, format!("{running} runs in the terminal"))
        }
        (false, _, _) => witnessed(Outcome::Unsure, "it has not ended"),
    }
}

fn answer_stands(facts: &Facts) -> Judged {
    let area = facts.found.as_ref().map(|f| f.area);
    match (&facts.answer, &facts.second_reading) {
        (None, _) => seen(Outcome::Fail, "there is no answer", None),
        (Some(answer), Some(second)) if holds(second, answer) || closeness(second, answer) >= 0.98 => {
            seen(Outcome::Pass, format!("read again at twice the scale: “{}”", short(second)), area)
        }
        (Some(_), Some(second)) => seen(Outcome::Unsure, format!("a second reading gives “{}”", short(second)), area),
        (Some(_), None) => seen(Outcome::Unsure, "there was no second reading", area),
    }
}

fn taken(facts: &Facts) -> Judged {
    match (&facts.answer, &facts.clipboard) {
        (Some(answer), Some(copy)) if answer == copy && !copy.trim().is_empty() => {
            witnessed(Outcome::Pass, format!("copied out of the application: “{}”", short(copy)))
        }
        _ => seen(Outcome::Unsure, "the application did not give the text", None),
    }
}

fn copied(facts: &Facts) -> Judged {
    let (Some(text), Some(found)) = (&facts.answer, &facts.found) else {
        return seen(Outcome::Unsure, "the window could not be found again", None);
    };
    if text.trim().is_empty() {
        return seen(Outcome::Fail, "nothing was copied", None);
    }
    let shown = found.shows.as_deref().unwrap_or_default();
    let times = reading::count(shown, text);
    if times > 1 {
        return seen(Outcome::Fail, format!("the text stands there {times} times"), Some(found.area));
    }
    let before: Vec<&str> = facts.before.text_in(found.area).map(|t| t.text.as_str()).collect();
    if facts.first_attempt && holds(&before.join("\n"), text) {
        return seen(Outcome::Unsure, "the text stood there before", Some(found.area));
    }
    let long = text.chars().count() >= LONG_COPY;
    let alike = || closeness(shown, text) >= COPIED || reading::lines_held(shown, text) >= COPIED;
    if holds(shown, text) || (long && alike()) {
        return seen(Outcome::Pass, format!("the window shows “{}”", short(text)), Some(found.area));
    }
    seen(Outcome::Fail, format!("the window shows “{}”", short(shown)), Some(found.area))
}

#[cfg(test)]
mod tests;
