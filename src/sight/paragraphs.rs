//! Paragraphs of running text, by their lines.

use super::find::ordinal;
use crate::screen::{Percept, RectPx, Role};

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its lines, joined by spaces.
    pub text: String,
    pub first: RectPx,
    pub last: RectPx,
}

/// The paragraph that words such as "second paragraph" mean; `None` where they mean none, or there is none.
pub fn described(percept: &Percept, within: Option<RectPx>, words: &str) -> Option<Paragraph> {
    let (place, kind) = words.rsplit_once(' ')?;
    if !["paragraph", "section"].contains(&kind) {
        return None;
    }
    let all = all(percept, within);
    let nth = ordinal(place.trim())?;
    let at = if nth < 0 { all.len() as i32 + nth } else { nth - 1 };
    usize::try_from(at).ok().and_then(|at| all.get(at).cloned())
}

/// All paragraphs, from the top: lines of one height that begin at one place and follow each other closely, with three
/// words at least.
pub fn all(percept: &Percept, within: Option<RectPx>) -> Vec<Paragraph> {
    let pressed = |a: &RectPx| {
        let presses = [Role::Button, Role::Tab, Role::DropDown, Role::TitleBar, Role::CheckBox, Role::RadioButton];
        percept.elements.iter().any(|e| presses.contains(&e.role) && a.covered_by(&e.area) > 0.7)
    };
    let inside = |a: &RectPx| within.is_none_or(|w| w.contains(a.center())) && !pressed(a);
    let mut lines: Vec<(&str, RectPx)> =
        percept.text.iter().filter(|t| inside(&t.area)).map(|t| (t.text.as_str(), t.area)).collect();
    lines.sort_by_key(|(_, a)| (a.y, a.x));
    let mut found: Vec<Paragraph> = Vec::new();
    for (text, area) in lines {
        let goes_on = |p: &&mut Paragraph| {
            let last = p.last;
            let step = area.y - last.y;
            (area.x - last.x).abs() <= 8
                && (area.h - last.h).abs() <= 6
                && step > 0
                && step * 10 <= last.h.max(area.h) * 17
        };
        match found.iter_mut().rev().find(goes_on) {
            Some(paragraph) => {
                paragraph.text = format!("{} {text}", paragraph.text);
                paragraph.last = area;
            }
            None => found.push(Paragraph { text: text.to_owned(), first: area, last: area }),
        }
    }
    found.retain(|p| p.text.split_whitespace().count() >= 3);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::TextSpan;

    #[test]
    fn lines_that_follow_closely_are_one_paragraph() {
        let line = |text: &str, y: i32| TextSpan {
            text: text.into(),
            area: RectPx::new(20, y, 200, 14),
            confidence: 1.0,
            words: Vec::new(),
            window: None,
        };
        let text = vec![
            line("The boat leaves at", 20),
            line("noon and comes back", 38),
            line("Bring a coat and", 80),
            line("good shoes.", 98),
            line("Submit", 160),
        ];
        let percept = Percept { width: 400, height: 300, text, ..Percept::default() };
        let second = described(&percept, None, "second paragraph").unwrap();
        assert_eq!(second.text, "Bring a coat and good shoes.");
        assert_eq!(described(&percept, None, "last paragraph"), Some(second));
        assert_eq!(described(&percept, None, "third paragraph"), None);
    }
}
