//! Where the thing is that a phrase describes.

use super::phrase::{Phrase, similarity};
use crate::screen::{Element, Percept, PointPx, RectPx, Role, TextSpan};
use serde::Serialize;

/// From this likeness on, a thing can be meant at all.
const LEAST: f32 = 0.62;
/// Two candidates closer than this are a tie.
const MARGIN: f32 = 0.04;

/// A thing that a phrase may mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// What it is called on the screen.
    pub label: String,
    pub role: Option<Role>,
    #[serde(rename = "box")]
    pub area: RectPx,
    /// Where to click it.
    pub at: PointPx,
    /// In `[0, 1]`.
    pub confidence: f32,
    #[serde(skip)]
    pub element: Option<Element>,
}

/// What came of looking for a phrase.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// One thing fits best; the others follow, the best first.
    One(Box<Candidate>, Vec<Candidate>),
    /// Several things fit equally well.
    Tie(Vec<Candidate>),
    /// Nothing fits. What comes nearest follows.
    None(Vec<String>),
}

/// Looks for `phrase` in `percept`.
///
/// `window` prefers one window; a window that the phrase itself names is the only one searched.
pub fn find(percept: &Percept, phrase: &Phrase, window: Option<u32>) -> Finding {
    match find_as_is(percept, phrase, window) {
        // "the second OK button": no label begins with the ordinal, so it counts.
        Finding::None(nearest) => match phrase.with_leading_ordinal() {
            Some(counted) => find_as_is(percept, &counted, window),
            None => Finding::None(nearest),
        },
        found => found,
    }
}

fn find_as_is(percept: &Percept, phrase: &Phrase, window: Option<u32>) -> Finding {
    let scope = match &phrase.window {
        Some(title) => match best_window(percept, title) {
            Some(id) => Scope::only(id),
            None => return Finding::None(percept.windows.iter().map(|w| w.title.clone()).collect()),
        },
        None => Scope { id: window.or_else(|| percept.active_window().map(|w| w.id)), only: false },
    };
    let mut candidates = candidates(percept, phrase);
    for candidate in &mut candidates {
        candidate.confidence *= scope.weight(percept, candidate.at);
    }
    candidates.retain(|c| c.confidence >= LEAST * 0.9);
    if let Some(ordinal) = phrase.ordinal {
        return pick_ordinal(candidates, ordinal);
    }
    candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    drop_same_place(&mut candidates);
    decide(candidates, percept, phrase)
}

/// The window whose title or application is most like `title`.
pub fn best_window(percept: &Percept, title: &str) -> Option<u32> {
    let likeness = |w: &crate::screen::Window| {
        let title_parts = w.title.replace(" — ", " - ").replace(" – ", " - ");
        let by_part = title_parts.split(" - ").map(|p| similarity(title, p)).fold(0.0, f32::max);
        by_part.max(similarity(title, &w.title)).max(similarity(title, &w.app))
    };
    let managed = percept.windows.iter().filter(|w| !w.popup);
    let best = managed.map(|w| (likeness(w), w)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= LEAST).then_some(best.1.id)
}

struct Scope {
    id: Option<u32>,
    only: bool,
}

impl Scope {
    const fn only(id: u32) -> Self {
        Self { id: Some(id), only: true }
    }

    /// How much a thing at `at` counts: all of it in the window that is meant, less elsewhere.
    fn weight(&self, percept: &Percept, at: PointPx) -> f32 {
        let top = percept.windows.iter().rev().find(|w| w.area.contains(at));
        match (self.id, top) {
            (None, _) => 1.0,
            (Some(id), Some(w)) if w.id == id || w.popup => 1.0,
            _ if self.only => 0.0,
            _ => 0.9,
        }
    }
}

fn candidates(percept: &Percept, phrase: &Phrase) -> Vec<Candidate> {
    let elements = percept.elements.iter().filter(|e| e.role != Role::Frame);
    let mut all: Vec<Candidate> = elements.filter_map(|e| from_element(e, phrase)).collect();
    // A thing asked for by a role of its own is an element, or else has no such role on the screen.
    let strict = matches!(phrase.role, Some(Role::CheckBox | Role::RadioButton | Role::TextField | Role::DropDown));
    if !phrase.name.is_empty() && !strict {
        all.extend(percept.text.iter().flat_map(|line| from_text(line, phrase)));
    }
    all
}

fn from_element(element: &Element, phrase: &Phrase) -> Option<Candidate> {
    let fits = phrase.role.is_none_or(|role| role_fits(role, element.role));
    if !fits {
        return None;
    }
    if phrase.name.is_empty() {
        return (phrase.role.is_some()).then(|| candidate(element, 0.9));
    }
    let label = element.label.as_deref().unwrap_or_default();
    let mut likeness = similarity(&phrase.name, label);
    if element.role == Role::DropDown {
        likeness = likeness.max(0.9 * similarity(&phrase.name, element.value.as_deref().unwrap_or_default()));
    }
    if likeness < LEAST {
        return None;
    }
    // Without a word for the kind, what is pressed comes before what is written in, and rows last.
    let weight = match (phrase.role, element.role) {
        (Some(_), _) => 1.0,
        (None, Role::Button | Role::CheckBox | Role::RadioButton) => 1.0,
        (None, Role::DropDown | Role::TextField) => 0.97,
        (None, _) => 0.9,
    };
    Some(candidate(element, likeness * weight))
}

const fn role_fits(wanted: Role, seen: Role) -> bool {
    matches!(
        (wanted, seen),
        (Role::Button, Role::Button)
            | (Role::TextField, Role::TextField)
            | (Role::CheckBox, Role::CheckBox | Role::RadioButton)
            | (Role::RadioButton, Role::RadioButton | Role::CheckBox)
            | (Role::DropDown, Role::DropDown)
            | (Role::ListRow, Role::ListRow)
            | (Role::Frame, Role::Frame)
    )
}

fn candidate(element: &Element, confidence: f32) -> Candidate {
    Candidate {
        label: element.label.clone().or_else(|| element.value.clone()).unwrap_or_default(),
        role: Some(element.role),
        area: element.area,
        at: element.area.center(),
        confidence,
        element: Some(element.clone()),
    }
}

/// A line, or the words in it, that are called so.
fn from_text(line: &TextSpan, phrase: &Phrase) -> Vec<Candidate> {
    let text = |label: String, area: RectPx, confidence: f32| Candidate {
        label,
        role: None,
        area,
        at: area.center(),
        confidence,
        element: None,
    };
    let whole = similarity(&phrase.name, &line.text);
    if whole >= 0.95 {
        return vec![text(line.text.clone(), line.area, whole * 0.96)];
    }
    let wanted = phrase.name.split_whitespace().count().max(1);
    let runs = line.words.windows(wanted.min(line.words.len().max(1)));
    let mut found: Vec<Candidate> = runs
        .filter_map(|run| {
            let label = run.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
            let likeness = similarity(&phrase.name, &label);
            let area = run.iter().fold(RectPx::default(), |all, w| all.union(&w.area));
            (likeness >= 0.8).then(|| text(label, area, likeness * 0.86))
        })
        .collect();
    if found.is_empty() && whole >= LEAST {
        found.push(text(line.text.clone(), line.area, whole * 0.9));
    }
    found
}

fn pick_ordinal(mut candidates: Vec<Candidate>, ordinal: i32) -> Finding {
    drop_same_place(&mut candidates);
    candidates.sort_by_key(|c| (c.area.y / 8, c.area.x));
    let count = candidates.len() as i32;
    let place = if ordinal < 0 { count + ordinal } else { ordinal - 1 };
    if !(0..count).contains(&place) {
        return Finding::None(candidates.into_iter().map(|c| c.label).collect());
    }
    let one = candidates.remove(place as usize);
    Finding::One(Box::new(one), candidates)
}

/// Of several candidates for one place, keeps the first.
fn drop_same_place(candidates: &mut Vec<Candidate>) {
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates.drain(..) {
        let same = |k: &Candidate| {
            k.area.contains(candidate.at) || candidate.area.contains(k.at) || is_own_label(k, &candidate)
        };
        if !kept.iter().any(same) {
            kept.push(candidate);
        }
    }
    *candidates = kept;
}

/// Whether `text` is the label beside the element `of`: a click on either means the same thing.
/// The label of a button stands in it, not beside it.
fn is_own_label(of: &Candidate, text: &Candidate) -> bool {
    let Some(element) = of.element.as_ref().filter(|_| text.element.is_none()) else { return false };
    let labelled_beside = matches!(element.role, Role::TextField | Role::DropDown | Role::CheckBox | Role::RadioButton);
    let gap_left = of.area.x - text.area.right();
    let gap_right = text.area.x - of.area.right();
    let same_row = of.area.row_overlap(&text.area) > 0.4 && (gap_left.max(gap_right) < 260);
    let above = of.area.column_overlap(&text.area) > 0.4 && (of.area.y - text.area.bottom()).abs() < 28;
    labelled_beside && similarity(&of.label, &text.label) > 0.9 && (same_row || above)
}

fn decide(mut candidates: Vec<Candidate>, percept: &Percept, phrase: &Phrase) -> Finding {
    let Some(best) = candidates.first().map(|c| c.confidence).filter(|&c| c >= LEAST) else {
        return Finding::None(nearest_labels(percept, &phrase.name));
    };
    let equal = candidates.iter().take_while(|c| best - c.confidence < MARGIN).count();
    if equal > 1 {
        // Upper and lower case decide between things that are otherwise alike.
        let exact = |c: &&Candidate| c.label.trim() == phrase.name;
        let exact: Vec<usize> = (0..equal).filter(|&i| exact(&&candidates[i])).collect();
        if exact.len() != 1 {
            candidates.truncate(equal);
            return Finding::Tie(candidates);
        }
        candidates.swap(0, exact[0]);
    }
    let one = candidates.remove(0);
    Finding::One(Box::new(one), candidates)
}

/// The labels on the screen that are most like `name`, for the message.
fn nearest_labels(percept: &Percept, name: &str) -> Vec<String> {
    let labels = percept.elements.iter().filter_map(|e| e.label.clone());
    let texts = percept.text.iter().map(|t| t.text.clone());
    let folded = super::fold(name);
    let mut scored: Vec<(f64, String)> = labels
        .chain(texts)
        .filter(|l| l.chars().count() <= 40)
        .map(|l| (strsim::jaro_winkler(&folded, &super::fold(&l)), l))
        .filter(|(score, _)| *score > 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, label)| label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::Word;

    fn element(role: Role, label: &str, area: RectPx) -> Element {
        Element { label: Some(label.into()), ..Element::seen(role, area, 0.8) }
    }

    fn line(text: &str, area: RectPx) -> TextSpan {
        let step = area.w / text.split(' ').count() as i32;
        let word = |(i, w): (usize, &str)| Word {
            text: w.into(),
            area: RectPx::new(area.x + i as i32 * step, area.y, step - 4, area.h),
        };
        TextSpan {
            text: text.into(),
            area,
            confidence: 1.0,
            words: text.split(' ').enumerate().map(word).collect(),
            window: None,
        }
    }

    fn screen() -> Percept {
        Percept {
            width: 800,
            height: 600,
            text: vec![
                line("File Edit View", RectPx::new(0, 0, 180, 20)),
                line("Press OK to go on", RectPx::new(100, 100, 200, 20)),
                line("OK", RectPx::new(320, 205, 20, 20)),
                line("Name", RectPx::new(20, 300, 60, 20)),
            ],
            elements: vec![
                element(Role::Button, "OK", RectPx::new(300, 200, 60, 30)),
                element(Role::Button, "Cancel", RectPx::new(400, 200, 60, 30)),
                element(Role::TextField, "Name", RectPx::new(100, 300, 200, 26)),
                element(Role::TextField, "City", RectPx::new(100, 340, 200, 26)),
            ],
            ..Percept::default()
        }
    }

    fn check(text: &str, expected: Option<PointPx>) {
        let at = match find(&screen(), &Phrase::parse(text), None) {
            Finding::One(one, _) => Some(one.at),
            Finding::Tie(_) | Finding::None(_) => None,
        };
        assert_eq!(at, expected, "{text}");
    }

    #[test]
    fn things_are_found_by_name_role_and_order() {
        check("OK", Some(PointPx::new(330, 215)));
        check("the cancel button", Some(PointPx::new(430, 215)));
        check("the Name field", Some(PointPx::new(200, 313)));
        check("Name", Some(PointPx::new(200, 313)));
        check("second text field", Some(PointPx::new(200, 353)));
        check("the last button", Some(PointPx::new(430, 215)));
        check("Cancle", Some(PointPx::new(430, 215)));
        check("the first Cancel button", Some(PointPx::new(430, 215)));
        check("Edit", Some(PointPx::new(88, 10)));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        check("Delete", None);
        check("the third text field", None);
        check("Name check box", None);
        check("the second Cancel button", None);
    }

    #[test]
    fn two_of_a_name_are_a_tie() {
        let mut percept = screen();
        percept.elements.push(element(Role::Button, "OK", RectPx::new(300, 500, 60, 30)));
        let finding = find(&percept, &Phrase::parse("OK"), None);
        assert!(matches!(finding, Finding::Tie(all) if all.len() == 2));
    }
}
