//! Text that arrives: typed, read back out of the application itself, repaired where something was lost.
//!
//! What stands before the text cursor is selected, which on every desktop puts it where the middle mouse button
//! pastes from. The cursor goes back to where it was. The clipboard is left alone, except where keys do not bring the
//! text about: then it is pasted, and what the person has on the clipboard is put back.

use super::borrow;
use crate::display::{Display, DisplayError, Lender, Selection};
use crate::screen::Window;
use crate::task::{Action, Arrived, Chord, Modifier};
use std::thread;
use std::time::{Duration, Instant};
use unicode_segmentation::UnicodeSegmentation;

/// How long an application may take to say what is selected.
const SELECT: Duration = Duration::from_millis(350);
/// How long an application may be behind with what was typed.
const TAKE: Duration = Duration::from_secs(8);
const PACE: Duration = Duration::from_millis(3);
/// The least rest between two presses of one key in each further try, in milliseconds.
const SLOWER: [u64; 3] = [30, 120, 260];
/// What may stand before the text and still be searched for where it begins, in characters.
const BEFORE: usize = 256;
/// The share of characters that may be wrong for what stands there to be taken for the text.
const WRONG: f32 = 0.35;

/// A text that is to stand where the keyboard is.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The window that has the keyboard.
    pub window: Option<&'a Window>,
    pub text: &'a str,
    /// The least rest between two presses of one key, in milliseconds.
    pub gap_ms: u64,
    pub deadline: Instant,
}

/// Types the text of `draft` where the keyboard is, reads it back, and repairs it; pastes it where keys do not do.
/// The clipboard is borrowed from `lender`; without one it is nobody's.
///
/// # Errors
/// Those of [`Display::perform`].
pub fn write(display: &mut dyn Display, lender: Option<&Lender>, draft: &Draft<'_>) -> Result<Arrived, DisplayError> {
    let Draft { window, text, gap_ms, deadline } = *draft;
    match display.perform(&Action::text(text, gap_ms), deadline) {
        Err(DisplayError::NoSpareKey { .. }) => return paste_whole(display, lender, draft),
        typed => typed?,
    }
    if let Some(why) = unreadable(window, text) {
        return Ok(Arrived::Unread { why: why.to_owned() });
    }
    let mut tries = 0;
    loop {
        let Some(stands) = before_cursor(display, deadline)? else {
            return Ok(Arrived::Unread { why: "the field does not give back what stands in it".into() });
        };
        if is_hidden(&stands, text) {
            return Ok(Arrived::Unread { why: "the field hides what stands in it".into() });
        }
        if stands.ends_with(text) {
            return Ok(if tries == 0 { Arrived::Exact } else { Arrived::Repaired { tries } });
        }
        let Some(repair) = repair(&stands, text).filter(|_| (tries as usize) < SLOWER.len()) else {
            return paste_rest(display, lender, draft, &stands);
        };
        delete(display, repair.delete, deadline)?;
        display.perform(&Action::text(&repair.add, SLOWER[tries as usize]), deadline)?;
        tries += 1;
    }
}

/// Whether the field that has the keyboard holds `text` and nothing else, as the application itself says; the cursor
/// goes to the end of it.
///
/// # Errors
/// Those of [`Display::perform`].
pub fn is_all(display: &mut dyn Display, text: &str, deadline: Instant) -> Result<bool, DisplayError> {
    // Some toolkits know only the one in a field of one line.
    for chord in [Chord::plain("End"), Chord::ctrl("End")] {
        press(display, chord, deadline)?;
    }
    Ok(before_cursor(display, deadline)?.as_deref() == Some(text))
}

/// Pastes what no key can be bound to; nothing was typed.
fn paste_whole(display: &mut dyn Display, lender: Option<&Lender>, draft: &Draft<'_>) -> Result<Arrived, DisplayError> {
    paste(display, lender, draft, draft.text)?;
    match unreadable(draft.window, draft.text) {
        Some(why) => Ok(Arrived::Unread { why: why.to_owned() }),
        None => as_pasted(display, draft),
    }
}

/// Pastes what is missing of the text where typing it again and again has left `stands`.
fn paste_rest(
    display: &mut dyn Display,
    lender: Option<&Lender>,
    draft: &Draft<'_>,
    stands: &str,
) -> Result<Arrived, DisplayError> {
    let Some(repair) = repair(stands, draft.text).or_else(|| replacement(stands, draft.text)) else {
        return Ok(differs(stands, draft.text));
    };
    delete(display, repair.delete, draft.deadline)?;
    match paste(display, lender, draft, &repair.add) {
        // Where nothing can be pasted, there stands what stands.
        Ok(()) | Err(DisplayError::NotFetched) => as_pasted(display, draft),
        Err(error) => Err(error),
    }
}

/// Reads back what was pasted.
fn as_pasted(display: &mut dyn Display, draft: &Draft<'_>) -> Result<Arrived, DisplayError> {
    Ok(match before_cursor(display, draft.deadline)? {
        None => Arrived::Unread { why: "the field does not give back what stands in it".into() },
        Some(stands) if is_hidden(&stands, draft.text) => {
            Arrived::Unread { why: "the field hides what stands in it".into() }
        }
        Some(stands) if stands.ends_with(draft.text) => Arrived::Pasted,
        Some(stands) => differs(&stands, draft.text),
    })
}

fn paste(
    display: &mut dyn Display,
    lender: Option<&Lender>,
    draft: &Draft<'_>,
    text: &str,
) -> Result<(), DisplayError> {
    if text.is_empty() {
        return Ok(());
    }
    // The one chord that all terminals paste at; in most of them Ctrl+V is for the program that runs there.
    let in_terminal = Chord { modifiers: vec![Modifier::Shift], key: "Insert".into() };
    let chord = if draft.window.is_some_and(Window::is_terminal) { in_terminal } else { Chord::ctrl("v") };
    let _loan = borrow(lender);
    display.perform(&Action::Paste { text: text.to_owned(), chord }, draft.deadline)
}

fn delete(display: &mut dyn Display, count: usize, deadline: Instant) -> Result<(), DisplayError> {
    (0..count).try_for_each(|_| press(display, Chord::plain("BackSpace"), deadline))
}

fn differs(stands: &str, text: &str) -> Arrived {
    let from = stands.chars().count().saturating_sub(text.chars().count());
    Arrived::Differs { stands: stands.chars().skip(from).collect() }
}

/// Why a text cannot be read back from where it went.
fn unreadable(window: Option<&Window>, text: &str) -> Option<&'static str> {
    if window.is_some_and(Window::is_terminal) {
        return Some("a terminal does not select what stands in it by keys");
    }
    if text.contains('\t') {
        return Some("a tabulator may have gone on to the next field");
    }
    text.ends_with('\n').then_some("a line feed at the end may have sent it off")
}

fn press(display: &mut dyn Display, chord: Chord, deadline: Instant) -> Result<(), DisplayError> {
    display.perform(&Action::Key { chord }, deadline)
}

/// What stands before the text cursor, which stays where it is; `None` where the application does not say.
fn before_cursor(display: &mut dyn Display, deadline: Instant) -> Result<Option<String>, DisplayError> {
    let Some(stands) = select_before(display, deadline)? else { return Ok(None) };
    press(display, Chord::plain("Right"), deadline)?;
    if select_before(display, deadline)?.as_deref() == Some(&stands) {
        press(display, Chord::plain("Right"), deadline)?;
        return Ok(Some(stands));
    }
    // Where Right does not go to the end of what is selected, it goes there one by one.
    press(display, Chord::ctrl("Home"), deadline)?;
    for _ in stands.graphemes(true) {
        press(display, Chord::plain("Right"), deadline)?;
    }
    Ok(Some(stands))
}

/// Selects from the text cursor to the beginning and gives what was selected.
fn select_before(display: &mut dyn Display, deadline: Instant) -> Result<Option<String>, DisplayError> {
    // What was marked before must not be taken for an answer.
    display.offer(Selection::Primary, None)?;
    let to_start = Chord { modifiers: vec![Modifier::Ctrl, Modifier::Shift], key: "Home".into() };
    press(display, to_start, deadline)?;
    // A slow application is still at the keys before this one.
    display.await_taken((Instant::now() + TAKE).min(deadline));
    let until = (Instant::now() + SELECT).min(deadline);
    loop {
        match display.selection(Selection::Primary) {
            Ok(Some(text)) if !text.is_empty() => return Ok(Some(text.replace("\r\n", "\n"))),
            Ok(_) | Err(DisplayError::Owner) => {}
            Err(error) => return Err(error),
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        thread::sleep(PACE);
    }
}

/// Whether a field shows one sign for every character.
fn is_hidden(stands: &str, text: &str) -> bool {
    let mut chars = stands.chars();
    let first = chars.next();
    let signs = ['*', '•', '●', '∙', '·', '⬤'];
    first.is_some_and(|c| signs.contains(&c)) && chars.all(|c| Some(c) == first) && !stands.ends_with(text)
}

/// What makes a text of what stands there.
#[derive(Debug, PartialEq, Eq)]
struct Repair {
    /// How often BackSpace is pressed.
    delete: usize,
    add: String,
}

/// `None` where what `stands` there is too different to be the text with something lost.
fn repair(stands: &str, text: &str) -> Option<Repair> {
    let wanted: Vec<char> = text.chars().collect();
    let all: Vec<char> = stands.chars().collect();
    let near = &all[all.len().saturating_sub(wanted.len() + BEFORE)..];
    let (begin, wrong) = best_beginning(near, &wanted);
    let arrived = &near[begin..];
    let is_lossy = !arrived.is_empty() && is_subsequence(arrived, &wanted);
    if !is_lossy && wrong as f32 > WRONG * wanted.len() as f32 {
        return None;
    }
    let mut same = arrived.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
    // A character of several parts is deleted whole.
    let parts: String = wanted[..same].iter().collect();
    let boundary = parts.graphemes(true).next_back().map_or(0, |last| last.chars().count());
    let whole: String = wanted[..(same + 1).min(wanted.len())].iter().collect();
    if same < wanted.len() && whole.graphemes(true).count() == parts.graphemes(true).count() {
        same -= boundary;
    }
    let delete: String = arrived[same.min(arrived.len())..].iter().collect();
    Some(Repair { delete: delete.graphemes(true).count(), add: wanted[same..].iter().collect() })
}

/// Where every key typed something, but something else, all of what stands there is the text's.
fn replacement(stands: &str, text: &str) -> Option<Repair> {
    let is_ours = stands.chars().count() == text.chars().count();
    is_ours.then(|| Repair { delete: stands.graphemes(true).count(), add: text.to_owned() })
}

fn is_subsequence(part: &[char], whole: &[char]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|c| rest.any(|w| w == c))
}

/// Where in `near` the text begins that ends with it, and how many characters of it are wrong, missing or too many.
///
/// Source: Sellers, The theory and computation of evolutionary distances (1980), from the end.
fn best_beginning(near: &[char], wanted: &[char]) -> (usize, usize) {
    // row[j]: the distance of the last j characters of `near` from the last i of `wanted`.
    let mut row: Vec<usize> = (0..=near.len()).collect();
    for i in 1..=wanted.len() {
        let mut diagonal = row[0];
        row[0] = i;
        for j in 1..=near.len() {
            let same = near[near.len() - j] == wanted[wanted.len() - i];
            let best = (diagonal + usize::from(!same)).min(row[j] + 1).min(row[j - 1] + 1);
            diagonal = std::mem::replace(&mut row[j], best);
        }
    }
    // Of equals the shortest: what stood before is not the text's.
    let best = row.iter().enumerate().min_by_key(|(_, distance)| **distance);
    best.map_or((near.len(), wanted.len()), |(j, distance)| (near.len() - j, *distance))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stands: &str, text: &str, expected: Option<(usize, &str)>) {
        let expected = expected.map(|(delete, add)| Repair { delete, add: add.to_owned() });
        assert_eq!(repair(stands, text), expected, "{stands:?} {text:?}");
    }

    #[test]
    fn what_was_lost_is_typed_again_from_there() {
        check("Dear hllo world", "hello world", Some((9, "ello world")));
        check("hello worl", "hello world", Some((0, "d")));
        check("lo world", "hello world", Some((8, "hello world")));
        check("see hello worldd", "hello world", Some((1, "")));
        check("HELLO", "hello world", None);
        check("something else", "hello", None);
    }

    #[test]
    fn characters_of_several_parts_are_deleted_whole() {
        check("x👩\u{200d}💻z", "x👩\u{200d}💻yz", Some((1, "yz")));
        check("ae\u{301}b", "ae\u{302}b", Some((2, "e\u{302}b")));
    }

    #[test]
    fn hidden_text_is_no_text() {
        assert!(is_hidden("•••", "abc"));
        assert!(!is_hidden("***", "***"));
        assert!(!is_hidden("abc", "abc"));
    }
}
