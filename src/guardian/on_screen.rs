//! Facts about things on the screen: what is chosen, where knobs and rows are, the order of columns.

use super::facts::{Course, field_called, marked_at};
use crate::screen::{Element, Percept, RectPx, Role, State};
use crate::sight::ask::{Fact, facts_under};
use crate::sight::find::{self, Finding, tables};
use crate::sight::marked::{self, BeforeAndAfter};
use crate::sight::{Phrase, boxes, order, paragraphs, reading, records, similarity, stack};
use crate::task::{Check, Choice, Claim, Facts, Found, Moved, number_in, written};

/// Adds to `facts` what `check` asks of the last look.
pub fn gather(
    check: &Check,
    course: &Course,
    claim: &Claim,
    after: &Percept,
    pair: Option<BeforeAndAfter<'_>>,
    facts: &mut Facts,
) {
    match check {
        Check::Selected { options, list, .. } => {
            let options = &boxes::as_called(after, options);
            facts.choices = choices(after, options, list.as_deref(), claim);
            if facts.choices.iter().filter(|c| c.named).count() < options.len() {
                let by_look = by_look(after, options, pair);
                facts.choices = if by_look.is_empty() { std::mem::take(&mut facts.choices) } else { by_look };
            }
        }
        Check::Adjusted { field, .. } => {
            facts.numbers = number(&course.before, field, claim).zip(number(after, field, claim));
        }
        Check::AtEnd { field, .. } => facts.knob = knob(after, field, claim),
        Check::Sorted { column, .. } => {
            let head = claim.area.or_else(|| order::head(after, column));
            let order = head.and_then(|head| order::of_column(after, column, head));
            facts.order = order.map(|o| (o.rising, o.falling));
        }
        Check::Marked { text } => {
            let within = claim.window.and_then(|id| after.window(id)).or_else(|| after.active_window()).map(|w| w.area);
            facts.meant = paragraphs::described(&course.before, within, text).map(|p| p.text);
        }
        Check::Ordered { .. } => {
            let within = claim.window.and_then(|id| after.window(id)).or_else(|| after.active_window()).map(|w| w.area);
            facts.order = stack::order(&stack::stack(after, within));
        }
        Check::CellHolds { row, column, .. } => facts.found = cell(after, row.as_deref(), column, claim),
        Check::TabOpen { .. } => {
            let is_tab = |e: &&Element| e.role == Role::Tab && claim.area.is_some_and(|a| e.area.iou(&a) > 0.5);
            let tab = after.elements.iter().find(is_tab);
            facts.found = tab.map(|e| Found { area: e.area, shows: e.label.clone(), state: e.state });
        }
        Check::Settled => facts.question = question(after),
        Check::Transferred { from } => facts.choices = transferred(after, from, claim),
        Check::Recased { .. } => facts.answer.clone_from(&claim.copied),
        Check::TookOffer { field, .. } => {
            facts.found = field_called(after, field, claim);
            facts.answer.clone_from(&claim.copied);
        }
        Check::Placed { what, to, .. } => {
            facts.moved = Moved {
                before: place(&course.before, what),
                after: place(after, what),
                target: place(after, to).or(claim.area),
            };
        }
        _ => {}
    }
}

/// The facts under the heading `from` for which there is a field, and whether that holds them.
fn transferred(after: &Percept, from: &str, claim: &Claim) -> Vec<Choice> {
    let window = claim.window.and_then(|id| after.window(id)).or_else(|| after.active_window());
    let Some(within) = window.map(|w| w.area) else { return Vec::new() };
    let fact = |fact: &Fact| {
        let field = find::field_apart(after, &fact.name, fact.area, claim.window)?;
        let shown: Vec<&str> = after.text_in(field.area.grow(3)).map(|t| t.text.as_str()).collect();
        let value = field.element.as_ref().and_then(|e| e.value.clone()).unwrap_or_default();
        let chosen = crate::verify::holds(&shown.join(" "), &fact.value) || crate::verify::holds(&value, &fact.value);
        Some(Choice { label: fact.name.clone(), chosen: Some(chosen), named: true })
    };
    facts_under(after, from, within).iter().filter_map(fact).collect()
}

/// The boxes among which the options stand, else the rows of their list.
fn choices(after: &Percept, options: &[String], list: Option<&str>, claim: &Claim) -> Vec<Choice> {
    let within = claim.window.and_then(|id| after.window(id)).or_else(|| after.active_window()).map(|w| w.area);
    let group = boxes::group(after, options, list, within);
    if !group.is_empty() {
        let choice = |e: &Element| Choice {
            label: e.label.clone().unwrap_or_default(),
            chosen: e.state.checked,
            named: options.iter().any(|o| boxes::is_called(e, o)),
        };
        return group.iter().map(choice).collect();
    }
    let of_records: Vec<Choice> = options
        .iter()
        .filter_map(|option| {
            let tick = boxes::of_record(after, option, within)?;
            Some(Choice { label: option.clone(), chosen: tick.state.checked, named: true })
        })
        .collect();
    if of_records.len() == options.len() && !options.is_empty() {
        return of_records;
    }
    let rows =
        after.elements.iter().filter(|e| e.role == Role::ListRow && within.is_none_or(|w| w.contains(e.area.center())));
    let choice = |e: &Element| {
        let label = e.label.clone().unwrap_or_default();
        let named = options.iter().any(|o| similarity(o, &label) >= 0.85);
        Choice { chosen: e.state.selected, named, label }
    };
    rows.map(choice).collect()
}

/// Chips and buttons that stay down: those called `options` and those beside them, with what their look says; empty
/// where not all are found.
fn by_look(after: &Percept, options: &[String], pair: Option<BeforeAndAfter<'_>>) -> Vec<Choice> {
    let called = |option: &String| {
        let all = after.elements.iter().filter(|e| matches!(e.role, Role::Button | Role::Link | Role::Icon));
        all.filter(|e| boxes::is_called(e, option)).map(|e| e.area).next()
    };
    let Some(named) = options.iter().map(called).collect::<Option<Vec<RectPx>>>() else { return Vec::new() };
    let beside = named.iter().flat_map(|area| marked::siblings(after, *area)).filter(|a| !named.contains(a));
    let mut others: Vec<RectPx> = beside.collect();
    others.sort_by_key(|a| (a.y, a.x));
    others.dedup();
    let choice = |area: &RectPx| Choice {
        label: after.elements.iter().find(|e| e.area == *area).and_then(|e| e.label.clone()).unwrap_or_default(),
        chosen: marked_at(pair, after, *area).map(|(_, chosen)| chosen),
        named: named.contains(area),
    };
    named.iter().chain(&others).map(choice).collect()
}

/// The number in a field, or beside a slider.
fn number(percept: &Percept, field: &str, claim: &Claim) -> Option<f64> {
    let found = field_called(percept, field, claim)?;
    number_in(found.shows.as_deref()?)
}

/// The slider that `phrase` names, with the number beside it; the one that was worked on, where it has no name.
pub fn slider(percept: &Percept, phrase: &Phrase, claim: &Claim) -> Option<Found> {
    let wanted = Phrase { role: Some(Role::Slider), ..phrase.clone() };
    let named = match find::find(percept, &wanted, claim.window) {
        Finding::One(one, _) if one.role == Some(Role::Slider) => Some(one.area),
        _ => None,
    };
    let worked_on = || {
        let area = claim.area?;
        percept.elements.iter().find(|e| e.role == Role::Slider && e.area.iou(&area) > 0.5).map(|e| e.area)
    };
    let other = phrase.role.is_some_and(|r| r != Role::Slider);
    let area = named.filter(|_| !other).or_else(worked_on)?;
    let shows = reading(percept, area).map(written);
    Some(Found { area, shows, state: State::default() })
}

/// Where the knob is on its way, by the pixels.
fn knob(percept: &Percept, field: &str, claim: &Claim) -> Option<f64> {
    let area = slider(percept, &Phrase::parse(field), claim)?.area;
    let element = percept.elements.iter().filter(|e| e.role == Role::Slider).find(|e| e.area.iou(&area) > 0.5)?;
    let share: f64 = element.value.as_deref()?.strip_suffix(" %")?.trim().parse().ok()?;
    Some(share / 100.0)
}

fn cell(after: &Percept, row: Option<&str>, column: &str, claim: &Claim) -> Option<Found> {
    let area = match row {
        Some(row) => tables::cell(after, row, column).map(|c| c.area),
        None => claim.area,
    };
    let area = area.or(claim.area)?;
    let lines: Vec<&str> = after.text_in(area.grow(4)).map(|t| t.text.as_str()).collect();
    Some(Found { area, shows: (!lines.is_empty()).then(|| lines.join(" ")), state: State::default() })
}

/// Whether a box or window asks something.
fn question(after: &Percept) -> bool {
    after.windows.iter().any(|w| !w.popup && (w.modal || w.dialog)) || find::question(after).is_some()
}

/// Where a text, or what it describes, stands.
fn place(percept: &Percept, words: &str) -> Option<RectPx> {
    let key = records::key(words);
    let reads = |wanted: &str| {
        let mut lines = percept.text.iter().filter(|t| similarity(wanted, &t.text) >= 0.95);
        lines.next().map(|t| t.area)
    };
    reads(words).or_else(|| if key.is_empty() { None } else { reads(&key) }).or_else(|| {
        match find::find(percept, &Phrase::parse(words), None) {
            Finding::One(one, _) => Some(one.area),
            Finding::Tie(_) | Finding::None(_) => None,
        }
    })
}
