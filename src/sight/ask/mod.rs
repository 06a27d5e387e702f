//! Questions that the screen answers.

mod badge;
mod cards;
mod choices;
mod counts;
mod derive;
mod equation;
mod rows;
mod values;

pub use cards::{Fact, facts_under};
pub use values::value_in;

use super::alike::fold;
use super::find;
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
    let (text, area) = reply(percept, question, scope.as_ref())?;
    Some(of_one_column(percept, question, &text, area).unwrap_or(Reply { text, area }))
}

/// "94 cancelled", a number and the words of the next column read as one: the part that is asked for. `None` where other
/// lines do not show that a column begins at the words.
fn of_one_column(percept: &Percept, question: &str, text: &str, area: RectPx) -> Option<Reply> {
    let line = percept.text.iter().find(|t| t.area == area && t.text == text)?;
    let numeric = |w: &crate::screen::Word| w.text.chars().all(|c| c.is_ascii_digit() || ".,".contains(c));
    let (first, rest) = line.words.split_first().filter(|(first, rest)| numeric(first) && !rest.is_empty())?;
    let start = rest.first().filter(|w| w.text.chars().next().is_some_and(char::is_alphabetic))?.area.x;
    let begins = |t: &&TextSpan| {
        let from = |x: i32| (x - start).abs() <= 3;
        t.area.row_overlap(&area) < 0.2 && (from(t.area.x) || t.words.iter().skip(1).any(|w| from(w.area.x)))
    };
    if percept.text.iter().filter(begins).count() < 2 {
        return None;
    }
    let numbers = ["amount", "number", "price", "score", "count", "quantity", "total", "budget", "stock", "how many"];
    let asked = fold(question);
    if numbers.iter().any(|w| asked.contains(w)) {
        return Some(Reply { text: first.text.clone(), area: first.area });
    }
    let words: Vec<&str> = rest.iter().map(|w| w.text.as_str()).collect();
    let place = rest.iter().fold(RectPx::default(), |all, w| all.union(&w.area));
    Some(Reply { text: words.join(" "), area: place })
}

/// The window that the question is about.
fn scope_of(percept: &Percept, question: &str, default: Option<Window>) -> Option<Window> {
    let phrase = Phrase::parse(question);
    let named = phrase.window.and_then(|title| find::best_window(percept, &title));
    named.and_then(|id| percept.window(id).cloned()).or(default)
}

fn reply(percept: &Percept, question: &str, window: Option<&Window>) -> Option<(String, RectPx)> {
    let lower = fold(question);
    let has = |words: &[&str]| words.iter().any(|w| format!(" {lower} ").contains(&format!(" {w} ")));
    let dialog = || find::dialog(percept).filter(|_| has(&["dialog", "dialogue"])).map(|(area, _)| area);
    let area = window.map(|w| w.area).or_else(dialog).unwrap_or_else(|| whole(percept));
    let read = |words: &str| value_in(percept, &values::subject_of(words), area);
    if let Some(found) = equation::solved(percept, &lower, area) {
        return Some(found);
    }
    if let Some(name) = lower.strip_prefix("the value of ").or_else(|| lower.strip_prefix("value of "))
        && let Some(found) = values::beside_name(percept, name, area)
    {
        return Some(found);
    }
    if let Some(found) = derive::derived(percept, &lower, area, &read) {
        return Some(found);
    }
    if has(&["title"]) && has(&["window", "dialog"]) {
        let Some(window) = window else {
            return find::dialog(percept).and_then(|(area, title)| Some((title?, area)));
        };
        // The title bar is drawn above the client area; what the server knows is compared with the pixels there.
        return Some((window.title.clone(), RectPx::new(window.area.x, window.area.y - 32, window.area.w, 32)));
    }
    if let Some(subject) = choices::asked_for_state(&lower) {
        return choices::state(percept, question, &subject, area);
    }
    if let Some(said) = lower.strip_prefix("how many rows say ") {
        return counts::saying(percept, said, area);
    }
    if let Some(what) = counts::counted(&lower) {
        // "How many nights does Karim stay?": a table may have the number already.
        let is_number = |(text, _): &(String, RectPx)| text.parse::<f64>().is_ok();
        return rows::named_in(percept, question).filter(is_number).or_else(|| counts::count(percept, &what, area));
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
    let by_row = || {
        rows::in_cell(percept, question)
            .or_else(|| rows::shown(percept, question))
            .or_else(|| rows::when(percept, question))
    };
    let in_card = || cards::in_card(percept, question, area);
    let in_table = || values::in_table(percept, question).or_else(|| rows::named_in(percept, question));
    if let Some(found) = by_row().or_else(in_card).or_else(in_table).or_else(|| rows::below(percept, question)) {
        return Some(found);
    }
    if let Some(found) = values::of_what_is_there(percept, question, area) {
        return Some(found);
    }
    if let Some(found) = badge::of_row(percept, question, area) {
        return Some(found);
    }
    let subject = values::subject_of(question);
    // A table of properties has its values in a column of their own.
    if let Some(cell) = find::tables::cell(percept, &subject, "Value")
        && let Some(text) = cell.text
    {
        return Some((text, cell.area));
    }
    if let Some(found) = cards::called(percept, &subject, area) {
        return Some(found);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::{Element, State, TextSpan};

    fn line(text: &str, x: i32, y: i32) -> TextSpan {
        let area = RectPx::new(x, y, 8 * text.len() as i32, 12);
        TextSpan { text: text.into(), area, confidence: 1.0, words: vec![], window: None }
    }

    /// A table of stock with a box to tick and a status bar.
    fn screen() -> Percept {
        let cells = [
            ("Item", "Qty", "Supplier"),
            ("Stapler", "12", "Papyrus"),
            ("Ink pads", "30", "Lumen"),
            ("Lamp", "5", "Floorline"),
        ];
        let text = cells.iter().enumerate().flat_map(|(row, (a, b, c))| {
            let y = 100 + 24 * row as i32;
            [line(a, 40, y), line(b, 200, y), line(c, 300, y)]
        });
        let row = |i: i32| Element::seen(Role::ListRow, RectPx::new(30, 94 + 24 * i, 400, 24), 0.6);
        let ticked = Element {
            label: Some("Gift wrap".into()),
            state: State::ticked(true),
            ..Element::seen(Role::CheckBox, RectPx::new(40, 300, 14, 14), 0.8)
        };
        let pill = Element {
            label: Some("Express".into()),
            state: State::ticked(false),
            ..Element::seen(Role::CheckBox, RectPx::new(40, 330, 14, 14), 0.8)
        };
        let status = [
            line("3 items", 40, 560),
            line("Total: 47", 140, 560),
            line("Gift wrap", 60, 300),
            line("Express", 60, 330),
        ];
        Percept {
            width: 800,
            height: 600,
            text: text.chain(status).collect(),
            elements: (0..4).map(row).chain([ticked, pill]).collect(),
            ..Percept::default()
        }
    }

    fn check(question: &str, expected: Option<&str>) {
        let reply = ask(&screen(), question, None);
        assert_eq!(reply.as_ref().map(|r| r.text.as_str()), expected, "{question}");
    }

    #[test]
    fn cells_are_read_where_row_and_column_meet() {
        check("What is the Qty of Stapler?", Some("12"));
        check("Who is the supplier of the Lamp?", Some("Floorline"));
        check("What is the value in column Qty for Ink pads?", Some("30"));
        check("What is the Qty of Scissors?", None);
        check("What is the price of Stapler?", None);
    }

    #[test]
    fn a_number_and_the_words_of_the_next_column_are_told_apart() {
        let word = |text: &str, x: i32, y: i32| crate::screen::Word {
            text: text.into(),
            area: RectPx::new(x, y, 8 * text.len() as i32, 12),
        };
        let both = |number: &str, state: &str, y: i32| TextSpan {
            words: vec![word(number, 100, y), word(state, 124, y)],
            area: RectPx::new(100, y, 24 + 8 * state.len() as i32, 12),
            ..line(&format!("{number} {state}"), 100, y)
        };
        let text = vec![both("94", "cancelled", 20), both("11", "sold", 50), both("8", "open", 80)];
        let percept = Percept { width: 400, height: 200, text, ..Percept::default() };
        let area = percept.text[0].area;
        let part = |question: &str| of_one_column(&percept, question, "94 cancelled", area).map(|r| r.text);
        assert_eq!(part("what is the state of Bergen").as_deref(), Some("cancelled"));
        assert_eq!(part("what is the amount of Bergen").as_deref(), Some("94"));
        let alone = Percept { text: vec![percept.text[0].clone()], ..percept.clone() };
        assert!(of_one_column(&alone, "what is the state of Bergen", "94 cancelled", area).is_none());
    }

    #[test]
    fn rows_are_counted_without_their_heads() {
        check("How many rows are in the table?", Some("3"));
        check("How many items are there?", Some("3"));
        check("How many guests are set?", None);
    }

    #[test]
    fn states_and_labelled_values_are_told() {
        check("Is Gift wrap ticked?", Some("yes"));
        check("Is Express checked?", Some("no"));
        check("Is Insurance checked?", None);
        check("What is the total?", Some("47"));
    }

    #[test]
    fn rows_and_cards_say_when_and_what() {
        check("Which supplier has Lamp?", Some("Floorline"));
        check("Which supplier has Garden Lamp?", None);
        let mut percept = screen();
        percept.text.push(line("Rent 14:30", 600, 400));
        let reply = ask(&percept, "At what time did Rent start?", None);
        assert_eq!(reply.map(|r| r.text).as_deref(), Some("14:30"));
    }

    #[test]
    fn a_number_that_a_table_holds_is_not_counted() {
        let cells = [["Guest", "Nights"], ["Olga", "3"], ["Karim", "7"]];
        let row = |([a, b], y): ([&str; 2], i32)| [line(a, 20, y), line(b, 120, y)];
        let text = cells.into_iter().zip([40, 70, 100]).flat_map(row).collect();
        let look = Percept { width: 400, height: 300, text, ..Percept::default() };
        let answer = |question: &str| ask(&look, question, None).map(|reply| reply.text);
        assert_eq!(answer("how many nights Karim stays").as_deref(), Some("7"));
        assert_eq!(answer("How many nights does Olga stay?").as_deref(), Some("3"));
        assert_eq!(answer("How many nights does Berta stay?"), None);
    }
}
