//! Fields of the screen with their values, one after the other, whatever stands between them: "Organizer Dario Ivanov, Room
//! Boreal". Where a field ends and its value begins, the screen says.

use super::labels::{Labels, Use};
use super::tokens::{Kind, Token};
use std::ops::Range;

/// A field that the screen shows, and the words that are to go into it, as ranges of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub field: Range<usize>,
    pub value: Range<usize>,
    pub kind: Use,
}

/// How many words a name has at most.
const WORDS: usize = 5;
/// What may be given a value.
const KINDS: [Use; 4] = [Use::Field, Use::List, Use::Value, Use::Box];

/// The fields in `tokens` with their values; `None` unless all of the words belong to one of them.
pub fn named_pairs(tokens: &[Token], labels: &Labels) -> Option<Vec<Named>> {
    if labels.is_empty() {
        return None;
    }
    let mut found: Vec<Named> = Vec::new();
    let mut next = head(tokens, 0, labels)?;
    loop {
        let (field, kind) = next;
        let start = behind_name(tokens, field.end);
        let (end, following) = value_end(tokens, start, labels);
        if start >= end {
            return None;
        }
        found.push(Named { field, value: start..end, kind });
        match following {
            Some(following) => next = following,
            // One of them at least is known to be a field.
            None => return found.iter().any(|n| n.kind != Use::Text).then_some(found),
        }
    }
}

/// The name that stands at `at` once what joins and leads is passed over.
fn head(tokens: &[Token], at: usize, labels: &Labels) -> Option<(Range<usize>, Use)> {
    const LEADS: [&str; 15] = [
        "and", "then", "also", "set", "put", "enter", "make", "change", "fill", "with", "the", "my", "your", "our",
        "for",
    ];
    let leads = |t: &Token| t.kind == Kind::Mark || LEADS.iter().any(|w| t.is(w));
    // What leads may begin the name itself: "Your ref.".
    let passed = tokens[at..].iter().take_while(|t| leads(t)).count();
    (at..=at + passed).find_map(|from| name_at(tokens, from, labels))
}

/// The longest name at `from`, with something behind it.
fn name_at(tokens: &[Token], from: usize, labels: &Labels) -> Option<(Range<usize>, Use)> {
    if tokens.get(from).is_none_or(|t| t.kind == Kind::Mark) {
        return None;
    }
    let longest = (from + 1..=tokens.len().saturating_sub(1).min(from + WORDS)).rev();
    longest.into_iter().filter(|to| tokens[to - 1].kind != Kind::Mark).find_map(|to| {
        let name = &tokens[from..to];
        let kind = KINDS.into_iter().find(|kind| labels.has(name, *kind));
        // A field that was not made out has its name on the screen all the same.
        let starts = from == 0 || tokens[from - 1].kind == Kind::Mark || tokens[from - 1].is("and");
        let led = from > 0 && ["the", "your", "my"].iter().any(|w| tokens[from - 1].is(w));
        let titled = name[0].kind == Kind::Word && name[0].text != name[0].lower && starts;
        let goes_on = tokens[to].kind == Kind::Mark && tokens[to].text != ":" || tokens[to].is("and");
        let text = || ((titled || led) && !goes_on && labels.has(name, Use::Text)).then_some(Use::Text);
        Some((from..to, kind.or_else(text)?))
    })
}

/// Where a value begins whose field ends at `at`.
fn behind_name(tokens: &[Token], at: usize) -> usize {
    const BETWEEN: [&str; 22] = [
        "field", "box", "is", "are", "must", "should", "shall", "has", "needs", "be", "become", "to", "with", "as",
        "reads", "says", "read", "say", "now", "gets", "takes", "at",
    ];
    let passes = |t: &Token| {
        BETWEEN.iter().any(|w| t.is(w)) && t.text == t.lower
            || t.kind == Kind::Mark && matches!(t.text.as_str(), ":" | "=" | "→" | "-" | "–")
            || t.text == "->"
    };
    // "Booking no. XP-8743": the stop belongs to the name.
    let short = tokens.get(at).filter(|t| t.text == "." && at > 0 && t.start == tokens[at - 1].end);
    let at = at + usize::from(short.is_some() && at + 1 < tokens.len());
    at + tokens[at..].iter().take_while(|t| passes(t)).count()
}

/// Where the value that begins at `start` ends, and the name behind it.
fn value_end(tokens: &[Token], start: usize, labels: &Labels) -> (usize, Option<(Range<usize>, Use)>) {
    let joins = |t: &Token| t.is("and") || t.kind == Kind::Mark && matches!(t.text.as_str(), "," | ";" | ".");
    for at in start + 1..tokens.len() {
        if joins(&tokens[at])
            && let Some(following) = head(tokens, at, labels)
        {
            return (at, Some(following));
        }
    }
    (tokens.len(), None)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::read_tokens;
    use super::*;
    use crate::screen::{Element, Percept, RectPx, Role};

    fn labels() -> Labels {
        let named = |(role, label): (Role, &str)| Element {
            label: Some(label.into()),
            ..Element::seen(role, RectPx::new(0, 0, 10, 10), 1.0)
        };
        let elements = [
            (Role::TextField, "Organizer"),
            (Role::DropDown, "Room"),
            (Role::TextField, "Your ref"),
            (Role::CheckBox, "Winter tyres"),
        ];
        Labels::of(&Percept { elements: elements.into_iter().map(named).collect(), ..Percept::default() })
    }

    fn pairs(text: &str) -> Option<Vec<String>> {
        let tokens = read_tokens(text);
        let said =
            |range: &Range<usize>| tokens[range.clone()].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        let found = named_pairs(&tokens, &labels())?;
        Some(found.iter().map(|n| format!("{}={}", said(&n.field), said(&n.value))).collect())
    }

    #[test]
    fn the_screen_says_where_a_field_ends() {
        for (text, expected) in [
            ("Organizer Dario Ivanov, Room Boreal", vec!["Organizer=Dario Ivanov", "Room=Boreal"]),
            (
                "organizer is Salt, Ltd and the room: Main and Annex",
                vec!["organizer=Salt , Ltd", "room=Main and Annex"],
            ),
            ("Your ref A-7; Winter tyres off", vec!["Your ref=A-7", "Winter tyres=off"]),
            ("Organizer must become Ada and Room Boreal", vec!["Organizer=Ada", "Room=Boreal"]),
        ] {
            assert_eq!(pairs(text).unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn what_names_no_field_is_none() {
        assert_eq!(pairs("Colour red, Room Boreal"), None);
        assert_eq!(pairs("Organizer"), None);
        assert_eq!(named_pairs(&read_tokens("Room Boreal"), &Labels::default()), None);
    }
}
