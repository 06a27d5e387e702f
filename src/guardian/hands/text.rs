//! Text that arrives: typed, read back out of the application itself, repaired where something was lost.
//!
//! What stands before the text cursor is selected, which on every desktop puts it where the middle mouse button
//! pastes from. The clipboard is left alone, and the cursor goes back to where it was.

use crate::display::{Display, DisplayError, Selection};
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

/// Types `text` where the keyboard is, reads it back, and repairs it.
///
/// # Errors
/// Those of [`Display::perform`].
pub fn write(
    display: &mut dyn Display,
    window: Option<&Window>,
    text: &str,
    gap_ms: u64,
    deadline: Instant,
) -> Result<Arrived, DisplayError> {
    display.perform(&Action::text(text, gap_ms), deadline)?;
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
            let from = stands.chars().count().saturating_sub(text.chars().count());
            return Ok(Arrived::Differs { stands: stands.chars().skip(from).collect() });
        };
        for _ in 0..repair.delete {
            press(display, Chord::plain("BackSpace"), deadline)?;
        }
        display.perform(&Action::text(&repair.add, SLOWER[tries as usize]), deadline)?;
        tries += 1;
    }
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
