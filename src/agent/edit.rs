//! Texts in documents: selecting, replacing, deleting.

use super::field::find_field;
use super::world::{Stop, World};
use crate::screen::{Percept, PointPx, RectPx, Role, TextSpan};
use crate::sight::find::ordinal;
use crate::sight::{fold, paragraphs, similarity};
use crate::task::{Action, Button, Chord, Claim, Modifier};
use std::io::Write;

/// Selects `text` where it stands on the screen.
pub fn mark(world: &mut World<'_, impl Write>, text: &str) -> Result<Claim, Stop> {
    world.front()?;
    if let Some(part) = paragraphs::described(world.percept(), world.window().map(|w| w.area), text) {
        let path = vec![
            PointPx::new(part.first.x + 1, part.first.center().y),
            PointPx::new(part.last.right() + 3, part.last.center().y),
        ];
        world.act(Action::Drag { path, button: Button::Left }, None, &format!("select the {text}"))?;
        return copied(world, part.first.union(&part.last));
    }
    let Some(span) = span_of(world.percept(), text) else {
        let found = world.find(&format!("\"{text}\""))?;
        world.act(Action::click(found.at, Button::Left, 2), Some(found.area), "select it")?;
        return copied(world, found.area);
    };
    let words = text.split_whitespace().count();
    if words == 1 && span.area.x > 0 {
        world.act(Action::click(span.area.center(), Button::Left, 2), Some(span.area), "select the word")?;
        if copied_is(world, text)? {
            return Ok(Claim { area: Some(span.area), copied: Some(text.to_owned()), ..world.claim() });
        }
    }
    let y = span.area.center().y;
    let end_y = span.end.center().y;
    let path = vec![PointPx::new(span.area.x, y), PointPx::new(span.end.right() + 1, end_y)];
    world.act(Action::Drag { path, button: Button::Left }, None, "select from its beginning to its end")?;
    let claim = copied(world, span.area)?;
    let over = claim.copied.as_deref().map_or(0, |c| c.trim_end().chars().count().saturating_sub(text.chars().count()));
    let starts = claim.copied.as_deref().is_some_and(|c| c.trim_start().starts_with(text));
    if !starts || !(1..=4).contains(&over) {
        return Ok(claim);
    }
    // A little of what follows was taken in.
    let letter = (span.end.h / 2).max(4);
    let end = PointPx::new(span.end.right() - letter * over as i32 + letter / 2, end_y);
    let path = vec![PointPx::new(span.area.x, y), end];
    world.act(Action::Drag { path, button: Button::Left }, None, "select it again, not quite so far")?;
    copied(world, span.area)
}

/// The clipboard is the application's own word for what is selected.
fn copied(world: &mut World<'_, impl Write>, area: RectPx) -> Result<Claim, Stop> {
    let copied = world.copy_selected(Chord::ctrl("c"))?;
    Ok(Claim { area: Some(area), copied, ..world.claim() })
}

fn copied_is(world: &mut World<'_, impl Write>, text: &str) -> Result<bool, Stop> {
    let copied = world.copy_selected(Chord::ctrl("c"))?;
    Ok(copied.is_some_and(|c| fold(&c) == fold(text)))
}

/// Where a text begins and ends.
struct Span {
    area: RectPx,
    end: RectPx,
}

/// The words of the screen that read like `text`, on one line or over several.
fn span_of(percept: &Percept, text: &str) -> Option<Span> {
    let wanted: Vec<String> = text.split_whitespace().map(fold).filter(|w| !w.is_empty()).collect();
    let words: Vec<(String, RectPx)> = percept.text.iter().flat_map(words_of).collect();
    let first_last = words
        .windows(wanted.len().max(1))
        .find(|window| window.iter().zip(&wanted).all(|((word, _), wanted)| word == wanted))?;
    Some(Span { area: first_last.first()?.1, end: first_last.last()?.1 })
}

fn words_of(line: &TextSpan) -> Vec<(String, RectPx)> {
    if line.words.is_empty() {
        return vec![(fold(&line.text), line.area)];
    }
    line.words.iter().map(|w| (fold(&w.text), w.area)).collect()
}

/// Replaces `from` by `to`: by hand where it stands once, by the application's own means elsewhere.
pub fn rewrite(world: &mut World<'_, impl Write>, from: &str, to: &str) -> Result<Claim, Stop> {
    world.front()?;
    let mut done = 0;
    while done < 12 && (done == 0 || span_of(world.percept(), from).is_some()) {
        let claim = mark(world, from)?;
        if claim.copied.as_deref().is_none_or(|c| similarity(from, c.trim()) < 0.97) {
            return Err(Stop::GiveUp(format!("“{from}” could not be selected")));
        }
        world.type_text(to, &format!("write “{to}” over it"))?;
        done += 1;
        if fold(to).contains(&fold(from)) {
            break;
        }
    }
    Ok(world.claim())
}

/// Deletes what the clause `what` describes: a line by its number or its words, a word, a sentence.
pub fn erase(world: &mut World<'_, impl Write>, what: &str) -> Result<Claim, Stop> {
    world.front()?;
    let words: Vec<String> = what.split_whitespace().map(str::to_lowercase).collect();
    let is_line = words.iter().any(|w| w == "line" || w == "paragraph");
    let nth = words.iter().find_map(|w| ordinal(w));
    if let (true, Some(nth)) = (is_line, nth) {
        return erase_line(world, nth);
    }
    let kinds = [
        "delete",
        "remove",
        "erase",
        "clear",
        "cut",
        "the",
        "word",
        "words",
        "line",
        "sentence",
        "text",
        "paragraph",
        "out",
        "strike",
        "wipe",
    ];
    let rest: Vec<&str> = what.split_whitespace().skip_while(|w| kinds.contains(&w.to_lowercase().as_str())).collect();
    let rest = rest.join(" ").replace('"', "");
    if is_line {
        let line = world.percept().text.iter().find(|t| fold(&t.text).contains(&fold(&rest))).cloned();
        let line = line.ok_or_else(|| Stop::GiveUp(format!("no line says “{rest}”")))?;
        world.click(line.area.center(), line.area, "go to the line")?;
        return cut_line(world);
    }
    mark(world, &rest)?;
    world.key(Chord::plain("Delete"), "delete it")?;
    Ok(world.claim())
}

/// Goes to the line by its number, from the beginning or the end of the text that is edited.
fn erase_line(world: &mut World<'_, impl Write>, nth: i32) -> Result<Claim, Stop> {
    go_to_line(world, nth)?;
    cut_line(world)
}

fn go_to_line(world: &mut World<'_, impl Write>, nth: i32) -> Result<(), Stop> {
    let field = text_area(world.percept(), world.window().map(|w| w.area));
    if let Some(area) = field {
        let at = PointPx::new(area.x + area.w / 2, area.y + 14);
        world.click(at, area, "put the cursor into the text")?;
    }
    if nth < 0 {
        world.key(Chord::ctrl("End"), "go to the end")?;
    } else {
        world.key(Chord::ctrl("Home"), "go to the beginning")?;
        for _ in 1..nth {
            world.key(Chord::plain("Down"), "one line down")?;
        }
    }
    Ok(())
}

fn cut_line(world: &mut World<'_, impl Write>) -> Result<Claim, Stop> {
    world.key(Chord::plain("Home"), "go to the beginning of the line")?;
    world.key(Chord { modifiers: vec![Modifier::Shift], key: "End".into() }, "select the line")?;
    world.key(Chord::plain("Delete"), "delete it")?;
    world.key(Chord::plain("Delete"), "close the gap")?;
    Ok(world.claim())
}

/// Writes `text` in capitals, or in small letters, over the line at that place: 1 is the first, -1 the last.
pub fn recase(world: &mut World<'_, impl Write>, line: i32, upper: bool) -> Result<Claim, Stop> {
    world.front()?;
    go_to_line(world, line)?;
    let said = line_at_cursor(world)?;
    let said = said.ok_or_else(|| Stop::GiveUp(format!("line {line} could not be read out of the text")))?;
    let meant = if upper { said.to_uppercase() } else { said.to_lowercase() };
    world.type_text(&meant, "write it over the line")?;
    line_at_cursor(world)?;
    Ok(Claim { copied: Some(said), ..world.claim() })
}

/// Selects the line of the cursor, and gives it as the application does.
fn line_at_cursor(world: &mut World<'_, impl Write>) -> Result<Option<String>, Stop> {
    world.key(Chord::plain("Home"), "go to the beginning of the line")?;
    world.key(Chord { modifiers: vec![Modifier::Shift], key: "End".into() }, "select the line")?;
    Ok(world.copy_selected(Chord::ctrl("c"))?.filter(|said| !said.trim().is_empty() && !said.trim().contains('\n')))
}

/// Writes `text` at the end of what `field` holds.
fn append_to(world: &mut World<'_, impl Write>, text: &str, field: &str) -> Result<Claim, Stop> {
    let target = find_field(world, field)?;
    let area = target.area;
    let at = PointPx::new(area.x + area.w / 2, area.y + 14.min(area.h / 2));
    world.click(at, area, &format!("put the cursor into {field}"))?;
    world.key(Chord::ctrl("End"), "go to the end")?;
    let holds_text = world.percept().text_in(area).next().is_some();
    let text = if holds_text { format!(" {text}") } else { text.to_owned() };
    world.type_text(&text, "write it behind what stands there")?;
    Ok(Claim { area: Some(area), ..world.claim() })
}

/// Writes `text` at the end of `field`, or as a line of its own at the end of the text that is edited.
pub fn append(world: &mut World<'_, impl Write>, text: &str, field: Option<&str>) -> Result<Claim, Stop> {
    world.front()?;
    if let Some(field) = field {
        return append_to(world, text, field);
    }
    if let Some(area) = text_area(world.percept(), world.window().map(|w| w.area)) {
        let at = PointPx::new(area.x + area.w / 2, area.y + 14.min(area.h / 2));
        world.click(at, area, "put the cursor into the text")?;
    }
    world.key(Chord::ctrl("End"), "go to the end")?;
    world.key(Chord::plain("Return"), "begin a line")?;
    world.type_text(text, "write the line")?;
    Ok(world.claim())
}

/// The largest field in `within`.
fn text_area(percept: &Percept, within: Option<RectPx>) -> Option<RectPx> {
    let inside = |a: &RectPx| within.is_none_or(|w| w.contains(a.center()));
    let fields = percept.elements.iter().filter(|e| e.role == Role::TextField).map(|e| e.area).filter(inside);
    fields.max_by_key(RectPx::area)
}
