//! What a row says besides its name: a state, a mark.

use super::super::alike::fold;
use crate::screen::{Percept, RectPx, TextSpan};

/// "What is the status of Skin scan?": the only text in the row of that name that is not in every row.
pub fn of_row(percept: &Percept, question: &str, area: RectPx) -> Option<(String, RectPx)> {
    const ASKED: [&str; 8] = ["status", "state", "stage", "condition", "how far", "progress", "phase", "how is"];
    let folded = fold(question);
    if !ASKED.iter().any(|w| folded.contains(w)) {
        return None;
    }
    let named = |t: &&TextSpan| {
        let text = fold(&t.text);
        text.chars().count() > 2
            && !ASKED.contains(&text.as_str())
            && format!(" {folded} ").contains(&format!(" {text} "))
    };
    let row = percept.text_in(area).filter(named).max_by_key(|t| t.text.len())?;
    let beside = |t: &&TextSpan| t.area.row_overlap(&row.area) > 0.4 && t.area.x > row.area.right();
    // What every row says, as its button does, is no state.
    let rows = percept.text_in(area).filter(|t| (t.area.x - row.area.x).abs() <= 4).count();
    let repeats = |t: &TextSpan| {
        let again = |o: &&TextSpan| o.text == t.text && (o.area.x - t.area.x).abs() < 12;
        let count = percept.text_in(area).filter(again).count();
        count >= 3 && count * 10 >= rows * 7
    };
    let mut others = percept.text_in(area).filter(beside).filter(|t| !repeats(t));
    match (others.next(), others.next()) {
        (Some(one), None) => Some((one.text.clone(), one.area)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_row_says_is_its_state() {
        let line = |text: &str, x: i32, y: i32| TextSpan {
            text: text.into(),
            area: RectPx::new(x, y, 60, 12),
            confidence: 1.0,
            words: vec![],
            window: None,
        };
        let rows = [("Skin scan", "No-show"), ("Dressing", "Waiting"), ("Vaccine", "Done")];
        let text = rows.iter().enumerate().flat_map(|(i, (name, state))| {
            let y = 20 + 40 * i as i32;
            [line(name, 20, y), line(state, 300, y), line("Open", 400, y)]
        });
        let percept = Percept { width: 600, height: 200, text: text.collect(), ..Percept::default() };
        let whole = RectPx::new(0, 0, 600, 200);
        let state = |question: &str| of_row(&percept, question, whole).map(|(text, _)| text);
        assert_eq!(state("What is the status of Skin scan?").as_deref(), Some("No-show"));
        assert_eq!(state("What is the status of Nothing?"), None);
        assert_eq!(state("Who is Skin scan?"), None);
    }
}
