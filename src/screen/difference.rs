//! What differs between two percepts of one display.

use super::{Element, Percept, RectPx, TextSpan};
use serde::Serialize;

/// What has come, gone and changed from one percept to the next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    pub text: Changes<TextSpan>,
    pub elements: Changes<Element>,
}

/// Things of one kind that differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changes<T> {
    pub appeared: Vec<T>,
    pub vanished: Vec<T>,
    pub changed: Vec<Changed<T>>,
}

/// One thing that is still in its place, but says something else.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed<T> {
    pub before: T,
    pub now: T,
}

impl<T> Changes<T> {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.appeared.is_empty() && self.vanished.is_empty() && self.changed.is_empty()
    }
}

impl Difference {
    /// What `now` shows that `before` did not, and the other way round. Boxes alone make no difference while
    /// they mostly cover each other.
    pub fn between(before: &Percept, now: &Percept) -> Self {
        Self {
            text: changes(&before.text, &now.text, is_same_line, |a, b| a.text == b.text),
            elements: changes(&before.elements, &now.elements, is_same_element, says_the_same),
        }
    }

    /// Whether nothing that can be named differs: the action in between had no effect to be seen.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.elements.is_empty()
    }
}

/// Pairs each thing of `now` with the first one of `before` in its place.
fn changes<T: Clone>(
    before: &[T],
    now: &[T],
    is_same_place: fn(&T, &T) -> bool,
    says_the_same: fn(&T, &T) -> bool,
) -> Changes<T> {
    let mut gone: Vec<&T> = before.iter().collect();
    let mut changes = Changes { appeared: Vec::new(), vanished: Vec::new(), changed: Vec::new() };
    for thing in now {
        let exact = gone.iter().position(|old| is_same_place(old, thing) && says_the_same(old, thing));
        let Some(at) = exact.or_else(|| gone.iter().position(|old| is_same_place(old, thing))) else {
            changes.appeared.push(thing.clone());
            continue;
        };
        let old = gone.remove(at);
        if exact.is_none() {
            changes.changed.push(Changed { before: old.clone(), now: thing.clone() });
        }
    }
    changes.vanished = gone.into_iter().cloned().collect();
    changes
}

/// Whether two lines stand in one row and begin at one place, or cover each other: typed text grows to the right.
fn is_same_line(a: &TextSpan, b: &TextSpan) -> bool {
    let begins_there = (a.area.x - b.area.x).abs() <= a.area.h.min(b.area.h);
    a.area.row_overlap(&b.area) > 0.6 && (begins_there || covers(a.area, b.area))
}

fn is_same_element(a: &Element, b: &Element) -> bool {
    a.role == b.role && covers(a.area, b.area)
}

fn covers(a: RectPx, b: RectPx) -> bool {
    a.iou(&b) > 0.5
}

fn says_the_same(a: &Element, b: &Element) -> bool {
    (&a.label, &a.value, a.state) == (&b.label, &b.value, b.state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::{Role, State};

    fn line(text: &str, x: i32, y: i32) -> TextSpan {
        let area = RectPx::new(x, y, 8 * text.len() as i32, 14);
        TextSpan { text: text.into(), area, confidence: 1.0, words: vec![], window: None }
    }

    fn percept(text: Vec<TextSpan>, elements: Vec<Element>) -> Percept {
        Percept { text, elements, ..Percept::default() }
    }

    fn texts(lines: &[TextSpan]) -> Vec<&str> {
        lines.iter().map(|t| t.text.as_str()).collect()
    }

    #[test]
    fn lines_come_go_and_change() {
        let before = percept(vec![line("Name", 10, 10), line("Ann", 80, 10), line("Old", 10, 50)], vec![]);
        let now = percept(vec![line("Name", 11, 10), line("Annabel", 80, 10), line("New", 10, 90)], vec![]);
        let found = Difference::between(&before, &now).text;
        assert_eq!((texts(&found.appeared), texts(&found.vanished)), (vec!["New"], vec!["Old"]));
        assert_eq!(found.changed.len(), 1);
        assert_eq!((found.changed[0].before.text.as_str(), found.changed[0].now.text.as_str()), ("Ann", "Annabel"));
    }

    #[test]
    fn a_tick_is_a_change_of_its_box() {
        let ticked =
            |on| Element { state: State::ticked(on), ..Element::seen(Role::CheckBox, RectPx::new(5, 5, 16, 16), 1.0) };
        let found = Difference::between(&percept(vec![], vec![ticked(false)]), &percept(vec![], vec![ticked(true)]));
        assert_eq!(found.elements.changed.len(), 1);
        assert!(found.text.is_empty() && !found.is_empty());
    }

    #[test]
    fn what_is_only_drawn_a_little_elsewhere_had_no_effect() {
        let button = |x| Element::seen(Role::Button, RectPx::new(x, 5, 60, 24), 0.9);
        let (before, now) =
            (percept(vec![line("OK", 20, 8)], vec![button(5)]), percept(vec![line("OK", 21, 8)], vec![button(7)]));
        assert!(Difference::between(&before, &now).is_empty());
    }
}
