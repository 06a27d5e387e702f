//! Elements that our network found, named by the text in and beside them.

use super::super::glance::CERTAIN;
use super::{Scene, ticks};
use crate::screen::{Element, RectPx, Role, TextSpan, Word};

/// A line that lies in an element by this share stands in it.
const IN: f32 = 0.6;
/// A line that was read with this confidence is text.
const READ: f32 = 0.85;
/// What lies in a word by this share is part of it.
const WITHIN: f32 = 0.8;
/// An icon and a word that overlap by this (intersection over union) are the same.
const SAME: f32 = 0.5;
/// Signs of drawings that are read as a letter or digit where they stand alone: crosses, rings, bars, arrows.
const DRAWN_LIKE: &str = "xXoO0QcCiIlL1jvVTEFrtnuUDyY";

/// Gives each its name, and fields what stands in them.
pub fn name(scene: &Scene<'_>, seen: &mut [Element]) {
    for element in seen.iter_mut() {
        match element.role {
            Role::TextField | Role::DropDown | Role::Spinner => element.value = words_in(scene.text, element.area),
            Role::CheckBox | Role::RadioButton => element.label = ticks::name(scene, element.area),
            Role::Slider | Role::ScrollBar | Role::Icon | Role::Image | Role::Pane | Role::Dialog | Role::Frame => {}
            Role::Button | Role::Tab | Role::MenuItem | Role::Link | Role::ListRow | Role::TitleBar => {
                element.label = words_in(scene.text, element.area);
            }
        }
    }
}

/// Drops what cannot be: a link or a menu's entry without words, and, where the network was not sure, an icon that is a
/// letter and a row with nothing in it.
pub fn possible(found: &mut Vec<Element>, text: &[TextSpan]) {
    let icons: Vec<RectPx> = found.iter().filter(|e| e.role == Role::Icon).map(|e| e.area).collect();
    let is_possible = |e: &Element| match e.role {
        Role::Link | Role::MenuItem | Role::Tab => e.label.is_some(),
        Role::Icon => e.confidence >= CERTAIN || !is_letter(e, text),
        Role::ListRow => {
            e.confidence >= CERTAIN || e.label.is_some() || icons.iter().any(|icon| icon.covered_by(&e.area) > IN)
        }
        _ => true,
    };
    found.retain(is_possible);
}

/// Makes marks before the entries of a menu the state of these: such a mark is no box of its own.
pub fn mark_entries(found: &mut Vec<Element>) {
    let (marks, mut rest): (Vec<Element>, Vec<Element>) =
        std::mem::take(found).into_iter().partition(|e| ticks::is_to_tick(e.role));
    for mark in marks {
        let holds = |e: &&mut Element| {
            e.role == Role::MenuItem && e.area.w > 3 * mark.area.w && e.area.contains(mark.area.center())
        };
        match rest.iter_mut().find(holds) {
            Some(entry) => entry.state.checked = mark.state.checked,
            None => rest.push(mark),
        }
    }
    *found = rest;
}

/// Whether `icon` lies in a word that was read for certain. A sign that stands alone may be read as a letter and be none.
fn is_letter(icon: &Element, text: &[TextSpan]) -> bool {
    let mut sure = text.iter().filter(|line| line.confidence >= READ && line.area.intersect(&icon.area).area() > 0);
    let is_on = |word: &RectPx| icon.area.covered_by(word) > WITHIN || icon.area.iou(word) > SAME;
    sure.any(|line| {
        let on = line.words.iter().position(|word| is_on(&word.area));
        on.is_some_and(|at| is_word(&line.words[at].text) || is_between_words(&line.words, at))
    })
}

/// Whether a word stands between others of its line, as a sign in a sentence or an equation does.
fn is_between_words(words: &[Word], at: usize) -> bool {
    let (before, after) = (&words[..at], &words[at + 1..]);
    before.iter().any(|w| is_word(&w.text)) && after.iter().any(|w| is_word(&w.text))
}

/// Whether `text` can be no drawing that was read: two letters or digits, or one that no drawing looks like.
pub fn is_word(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.next().is_some_and(|first| letters.next().is_some() || !DRAWN_LIKE.contains(first))
}

/// What stands in `area`, its lines from the top and each from the left.
fn words_in(text: &[TextSpan], area: RectPx) -> Option<String> {
    let mut lines: Vec<&TextSpan> = text.iter().filter(|t| t.area.covered_by(&area) > IN).collect();
    lines.sort_by_key(|t| (t.area.center().y, t.area.x));
    // Lines beside each other, a pixel or two apart in height, read from the left.
    for row in lines.chunk_by_mut(|a, b| a.area.row_overlap(&b.area) > 0.5) {
        row.sort_by_key(|t| t.area.x);
    }
    let words: Vec<&str> = lines.iter().map(|t| t.text.as_str()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::{Frame, State};

    fn line(text: &str, x: i32, y: i32) -> TextSpan {
        let area = RectPx::new(x, y, 8 * text.len() as i32, 14);
        TextSpan { text: text.into(), area, confidence: 1.0, words: Vec::new(), window: None }
    }

    #[test]
    fn names_come_from_within_and_from_beside() {
        let frame = Frame::new(400, 120, vec![255; 400 * 120 * 4]).unwrap();
        let mut text =
            [line("Gift wrap", 40, 11), line("notes.txt", 20, 50), line("4 KB", 200, 51), line("Ada", 20, 90)];
        text[1].words = vec![Word { text: "notes.txt".into(), area: text[1].area }];
        let mut seen = vec![
            Element::seen(Role::CheckBox, RectPx::new(20, 10, 14, 14), 0.9),
            Element::seen(Role::ListRow, RectPx::new(10, 46, 380, 22), 0.9),
            Element::seen(Role::TextField, RectPx::new(10, 84, 200, 26), 0.9),
            Element::seen(Role::Link, RectPx::new(300, 84, 60, 20), 0.9),
            Element::seen(Role::Icon, RectPx::new(36, 52, 9, 11), 0.4),
            Element::seen(Role::Icon, RectPx::new(104, 52, 11, 11), 0.4),
        ];
        name(&Scene::new(&frame, &text), &mut seen);
        possible(&mut seen, &text);
        let said: Vec<_> = seen.iter().map(|e| e.label.as_deref().or(e.value.as_deref())).collect();
        assert_eq!(said, [Some("Gift wrap"), Some("notes.txt 4 KB"), Some("Ada"), None]);
    }

    #[test]
    fn a_mark_before_an_entry_is_its_state() {
        let mut seen = vec![
            Element::seen(Role::MenuItem, RectPx::new(10, 10, 180, 24), 0.9),
            Element { state: State::ticked(true), ..Element::seen(Role::CheckBox, RectPx::new(16, 15, 14, 14), 0.6) },
            Element { state: State::ticked(false), ..Element::seen(Role::CheckBox, RectPx::new(16, 60, 14, 14), 0.6) },
        ];
        mark_entries(&mut seen);
        let told: Vec<_> = seen.iter().map(|e| (e.role, e.state.checked)).collect();
        assert_eq!(told, [(Role::MenuItem, Some(true)), (Role::CheckBox, Some(false))]);
    }
}
