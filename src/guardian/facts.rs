//! What a verdict is made of: the guardian's own look, and witnesses.

use super::on_screen;
use crate::screen::{Element, Frame, Percept, PointPx, RectPx, Role, State};
use crate::sight::find::{self, Finding};
use crate::sight::marked::{self, BeforeAndAfter};
use crate::sight::{Phrase, boxes, colour_named, fold, masked, similarity};
use crate::task::{Check, Claim, CommandFact, Facts, FileFact, FileState, Found, Reaction};
use crate::tools::{files, terminal};

/// What happened during one attempt, as the guardian itself saw it.
#[derive(Debug, Default)]
pub struct Course {
    pub before: Percept,
    /// The picture of that.
    pub first_frame: Option<Frame>,
    pub began_ms: u64,
    pub files_before: Vec<Option<FileState>>,
    pub touched: Vec<RectPx>,
    pub reaction: Option<Reaction>,
    pub clipboard: Option<String>,
    /// The box of the thing that was clicked last.
    pub clicked: Option<RectPx>,
    /// A text and the box of the field that holds it and nothing else, as the application says.
    pub filled: Option<(String, RectPx)>,
    /// Where the display has the pointer.
    pub pointer: Option<PointPx>,
    pub first_attempt: bool,
    pub copied: Option<String>,
    /// Whether mouse or keyboard did more than bring a window to the front.
    pub has_acted: bool,
}

/// Gathers the facts for `check` on the last look, of `frame`; `reread` reads a place a second time.
pub fn gather(
    check: &Check,
    course: &Course,
    claim: &Claim,
    after: &Percept,
    frame: &Frame,
    mut reread: impl FnMut(RectPx) -> Option<String>,
) -> Facts {
    let pair = course.first_frame.as_ref().map(|before| BeforeAndAfter { before, after: frame });
    let mut facts = Facts {
        before: course.before.clone(),
        after: after.clone(),
        window: claim.window,
        touched: course.touched.clone(),
        reaction: course.reaction,
        clipboard: course.clipboard.clone(),
        pointer: course.pointer,
        began_ms: course.began_ms,
        first_attempt: course.first_attempt,
        copied: course.copied.clone(),
        answer: claim.answer.clone(),
        ..Facts::default()
    };
    match check {
        Check::WindowOpen { .. } => facts.process_runs = window_process(claim, after),
        Check::FieldShows { field: Some(field), .. } | Check::FieldLike { field, .. } => {
            facts.found = field_called(after, field, claim).or_else(|| by_placeholder(after, field, claim, course));
            let said = said_in(facts.found.as_ref(), course.filled.as_ref());
            facts.clipboard = facts.clipboard.or(said);
            facts.hidden = facts.found.as_ref().and_then(|f| masked::signs(frame, f.area));
            if let Check::FieldShows { value, .. } = check
                && let Some(time) = time_in_two(value, claim, after)
            {
                // What was read back before the field was left may have been cut since.
                facts.clipboard = None;
                facts.found = Some(time);
            }
            if let Check::FieldShows { value, .. } = check
                && let Some(radio) = boxes::radio_in(after, value, field)
            {
                let shows = (radio.state.checked == Some(true)).then(|| value.clone());
                (facts.clipboard, facts.found) = (None, Some(Found { area: radio.area, shows, state: radio.state }));
            }
            if let Check::FieldShows { value, .. } = check
                && let Some(tag) = tag_of(value, facts.found.as_ref(), course, after)
            {
                facts.found = Some(tag);
            }
            if let Check::FieldShows { value, .. } = check
                && let Some(swatch) = swatch(value, pair, claim, &course.before, after)
            {
                facts.found = Some(swatch);
            }
        }
        Check::FieldShows { field: None, .. } => facts.found = whole_window(after, claim),
        Check::Hovered { .. } => facts.found = claim.area.map(|area| found(after, area, State::default())),
        Check::Ticked { label, .. } => {
            let within = claim.window.and_then(|id| after.window(id)).map(|w| w.area);
            let of_record = || boxes::of_record(after, label.trim_matches('"'), within);
            facts.found =
                box_called(after, label, claim).or_else(|| of_record().map(|tick| found(after, tick.area, tick.state)));
        }
        Check::Chosen { option, list } => {
            facts.found = choice(after, option, list.as_deref(), claim);
            mark(&mut facts.found, pair, claim, after);
        }
        Check::WorkedOut { question } => {
            let window =
                claim.window.and_then(|id| after.window(id)).cloned().or_else(|| after.active_window().cloned());
            facts.second_reading = crate::sight::ask::ask(after, question, window).map(|reply| reply.text);
        }
        Check::AnswerStands => {
            facts.second_reading = second_reading(claim, after, &mut reread);
            facts.found = claim.area.map(|area| Found { area, shows: None, state: State::default() });
        }
        Check::Copied { .. } => {
            facts.answer = claim.copied.clone();
            facts.found = claim.area.map(|area| found(after, area, State::default()));
        }
        Check::CommandEnded { .. } => facts.command = command(claim, after),
        Check::If { then, .. } => return gather(then, course, claim, after, frame, reread),
        _ => on_screen::gather(check, course, claim, after, pair, &mut facts),
    }
    let paths = check.paths().into_iter().zip(&course.files_before);
    facts.files = paths
        .map(|(path, before)| FileFact { path: path.to_owned(), before: before.clone(), after: files::state(path) })
        .collect();
    facts
}

/// What the files of a check are before the work.
pub fn files_before(checks: &[Check]) -> Vec<Option<FileState>> {
    checks.iter().flat_map(Check::paths).map(files::state).collect()
}

fn text_in(percept: &Percept, area: RectPx) -> Option<String> {
    let lines: Vec<&str> = percept.text_in(area.grow(3)).map(|t| t.text.as_str()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

pub(super) fn found(percept: &Percept, area: RectPx, state: State) -> Found {
    // A label close to its field may have been read as one line with it: what the element holds is told apart.
    let value = || percept.elements.iter().find(|e| e.area == area)?.value.clone();
    Found { area, shows: text_in(percept, area).or_else(value), state }
}

fn window_process(claim: &Claim, after: &Percept) -> Option<bool> {
    let pid = after.window(claim.window?)?.pid?;
    Some(crate::display::processes::is_alive(pid))
}

/// The field of that name on this look; where the field itself is not recognised, the place that the
/// agent wrote into, if the label stands beside it.
pub(super) fn field_called(after: &Percept, field: &str, claim: &Claim) -> Option<Found> {
    let mut phrase = Phrase::parse(field);
    let roles = phrase.role.map_or_else(|| vec![Role::TextField, Role::DropDown, Role::Spinner], |role| vec![role]);
    if let Some(slider) = on_screen::slider(after, &phrase, claim) {
        return Some(slider);
    }
    for role in roles {
        phrase.role = Some(role);
        if let Finding::One(one, _) = find::find(after, &phrase, claim.window)
            && one.element.is_some()
        {
            return Some(found(after, one.area, State::default()));
        }
    }
    let area = claim.area?;
    let is_field = |e: &&crate::screen::Element| {
        matches!(e.role, Role::TextField | Role::DropDown | Role::Spinner) && e.area.iou(&area) > 0.6
    };
    // A name that was read in two parts, or that people use for what is called otherwise.
    let shares = |label: &str| fold(label).split(' ').any(|w| w.len() > 3 && fold(&phrase.name).contains(w));
    let named = after.elements.iter().find(is_field).and_then(|e| e.label.as_deref()).is_some_and(shares);
    let any = phrase.name.is_empty() || is_login(&phrase.name);
    (named || any || beside_label(after, &phrase.name, area)).then(|| found(after, area, State::default()))
}

/// What the application says the field that was `found` holds, where it is the one that was filled.
fn said_in(found: Option<&Found>, filled: Option<&(String, RectPx)>) -> Option<String> {
    let (found, (text, area)) = (found?, filled?);
    let is_same = found.area.contains(area.center()) && area.contains(found.area.center());
    is_same.then(|| text.clone())
}

/// Whether the name is one by which no field need be called: what a login asks for has many names.
fn is_login(name: &str) -> bool {
    matches!(fold(name).as_str(), "user name" | "email" | "password")
}

fn beside_label(after: &Percept, name: &str, area: RectPx) -> bool {
    after.text.iter().any(|line| {
        let near = line.area.row_overlap(&area) > 0.4 && (area.x - line.area.right()).abs() < 260;
        let above = line.area.column_overlap(&area) > 0.3 && (0..60).contains(&(area.y - line.area.y));
        similarity(name, line.text.trim_end_matches([':', '*', ' '])) >= 0.8 && (near || above)
    })
}

fn whole_window(after: &Percept, claim: &Claim) -> Option<Found> {
    let window = claim.window.and_then(|id| after.window(id)).or_else(|| after.active_window())?;
    Some(found(after, window.area, State::default()))
}

fn box_called(after: &Percept, label: &str, claim: &Claim) -> Option<Found> {
    let mut phrase = Phrase::parse(label);
    // Round boxes to tick and square radio buttons exist: what is called so and can be ticked is meant.
    let own = phrase.role.filter(|r| matches!(r, Role::CheckBox | Role::RadioButton));
    let roles = own.map_or_else(|| vec![Role::CheckBox, Role::RadioButton], |own| vec![own, other_tick(own)]);
    roles.into_iter().find_map(|role| {
        phrase.role = Some(role);
        match find::find(after, &phrase, claim.window) {
            Finding::One(one, _) => Some(found(after, one.area, one.element.as_ref()?.state)),
            Finding::Tie(_) | Finding::None(_) => None,
        }
    })
}

const fn other_tick(role: Role) -> Role {
    if matches!(role, Role::CheckBox) { Role::RadioButton } else { Role::CheckBox }
}

fn choice(after: &Percept, option: &str, list: Option<&str>, claim: &Claim) -> Option<Found> {
    if let Some(radio) = list.and_then(|list| boxes::radio_in(after, option, list)) {
        return Some(found(after, radio.area, radio.state));
    }
    if let Some(list) = list
        && let Some(field) = field_called(after, list, claim)
        && field.area.h <= 72
        // A list that stands open is found by its name, which says nothing of what is chosen in it.
        && field.shows.as_deref().is_none_or(|s| similarity(list, s) < 0.9)
    {
        return Some(field);
    }
    if let Some(radio) = box_called(after, option, claim) {
        return Some(radio);
    }
    let area = claim.area?;
    let rows = after.elements_in(area.grow(12)).filter(|e| e.role == Role::ListRow);
    let row = rows
        .filter(|e| e.label.as_deref().is_some_and(|l| similarity(option, l) >= 0.6))
        .max_by_key(|e| e.state.selected);
    if let Some(row) = row {
        return Some(Found { area: row.area, shows: None, state: row.state });
    }
    // The option's own text proves nothing; a closed drop-down that shows it does.
    let closed = after.elements.iter().filter(|e| matches!(e.role, Role::DropDown | Role::TextField | Role::Button));
    let closed = closed.filter(|e| e.area.iou(&area) > 0.5).map(|e| found(after, e.area, State::default())).next();
    // An entry of an open list, where it was pressed.
    closed.or_else(|| Some(found(after, area, State::default())).filter(|f| f.shows.is_some()))
}

/// Adds what its look says of a thing that was pressed, where nothing else tells whether it is chosen.
fn mark(found: &mut Option<Found>, pair: Option<BeforeAndAfter<'_>>, claim: &Claim, after: &Percept) {
    let told = found.as_ref().is_some_and(|f| f.state.checked.is_some() || f.state.selected == Some(true));
    let Some(area) = claim.area.filter(|_| !told) else { return };
    let says_so = |e: &&Element| e.area.iou(&area) > 0.5 && e.state.checked == Some(true);
    let said = after.elements.iter().find(says_so).map(|e| (e.area, true));
    if let Some((area, chosen)) = said.or_else(|| marked_at(pair, after, area)) {
        let state = State { selected: Some(chosen), ..State::default() };
        *found = Some(Found { area, shows: found.take().and_then(|f| f.shows), state });
    }
}

/// The thing that was in `area` when it was pressed, and whether its look says that it is chosen.
pub(super) fn marked_at(pair: Option<BeforeAndAfter<'_>>, after: &Percept, area: RectPx) -> Option<(RectPx, bool)> {
    let now = marked::thing_at(after, area.center())?.area;
    // A ring that was drawn around it since makes it larger, a name on it is but a part of it.
    let area = if area.covered_by(&now) > 0.8 && area.area() * 2 > now.area() { area } else { now };
    let chosen = pair?.stands_out(area, &marked::siblings(after, area))?;
    Some((area, chosen))
}

/// A time whose hours and minutes stand in two fields side by side.
fn time_in_two(value: &str, claim: &Claim, after: &Percept) -> Option<Found> {
    let (hours, minutes) = value.trim().split_once(':')?;
    if [hours, minutes].iter().any(|part| part.is_empty() || !part.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    let area = claim.area?;
    let is_part = |e: &&Element| matches!(e.role, Role::Spinner | Role::TextField) && e.area.covered_by(&area) > 0.9;
    let mut parts: Vec<RectPx> = after.elements.iter().filter(is_part).map(|e| e.area).collect();
    parts.sort_by_key(|a| a.x);
    let digits = |area: &RectPx| -> String {
        let lines = after.text_in(*area).map(|t| t.text.as_str());
        lines.collect::<String>().chars().filter(char::is_ascii_digit).collect()
    };
    match parts.as_slice() {
        [one, other] => {
            let shows = format!("{}:{}", digits(one), digits(other));
            Some(Found { area, shows: Some(shows), state: State::default() })
        }
        _ => None,
    }
}

/// The field that showed `name` until something was written into it.
fn by_placeholder(after: &Percept, name: &str, claim: &Claim, course: &Course) -> Option<Found> {
    let area = claim.area?;
    let is_field = |e: &&Element| e.role == Role::TextField && e.area.iou(&area) > 0.7;
    let field = after.elements.iter().find(is_field)?;
    let name = Phrase::parse(name).name;
    let said = course
        .before
        .text_in(field.area.grow(2))
        .any(|t| similarity(&name, t.text.trim_end_matches(['…', '.'])) >= 0.85);
    said.then(|| found(after, field.area, field.state))
}

/// A tag that says `value` right beside or above the field in `found`, and was not there before; the field itself no
/// longer holds any of it.
fn tag_of(value: &str, found: Option<&Found>, course: &Course, after: &Percept) -> Option<Found> {
    let Found { area: field, shows, .. } = found?;
    let begun: String = value.to_lowercase().chars().take(2).collect();
    let empty = shows.as_deref().is_none_or(|s| !s.to_lowercase().contains(&begun));
    if !empty {
        return None;
    }
    let near = RectPx::new(field.x - 8, field.y - 44, field.w.max(240) + 16, field.h + 44);
    let says = |percept: &Percept| {
        let mut lines =
            percept.text_in(near).filter(|t| similarity(value, t.text.trim_end_matches(['×', 'x', ' '])) >= 0.95);
        lines.next().map(|t| t.area)
    };
    let area = says(after).filter(|_| says(&course.before).is_none() && field.h <= 72)?;
    Some(Found { area, shows: Some(value.to_owned()), state: State::default() })
}

/// The swatch of the colour that `value` names, where it was pressed and is marked as chosen.
fn swatch(
    value: &str,
    pair: Option<BeforeAndAfter<'_>>,
    claim: &Claim,
    before: &Percept,
    after: &Percept,
) -> Option<Found> {
    let (colour, area) = (colour_named(value)?, claim.area?);
    let was_so = |e: &Element| e.area.iou(&area) > 0.7 && e.colour.as_deref() == Some(colour);
    if !before.elements.iter().any(was_so) {
        return None;
    }
    let mut found = None;
    mark(&mut found, pair, claim, after);
    found.filter(|f| f.state.selected == Some(true)).map(|f| Found { shows: Some(value.to_owned()), ..f })
}

/// Reads the place of the answer again; a title or a yes is compared with what else is known of it.
fn second_reading(claim: &Claim, after: &Percept, reread: &mut impl FnMut(RectPx) -> Option<String>) -> Option<String> {
    let area = claim.area?;
    let answer = claim.answer.as_deref()?;
    if matches!(answer, "yes" | "no") {
        let at: PointPx = area.center();
        let tick = after.elements.iter().find(|e| e.area.contains(at) && e.state.checked.is_some())?;
        return tick.state.checked.map(|on| if on { "yes" } else { "no" }.to_owned());
    }
    reread(area)
}

/// Who has the terminal, and the exit code that the shell printed last.
fn command(claim: &Claim, after: &Percept) -> Option<CommandFact> {
    let window = after.window(claim.window?)?;
    let state = terminal::foreground(window.pid?)?;
    let lines = after.text_in(window.area).filter(|t| !t.text.contains("echo"));
    let exit_code = lines.filter_map(|t| exit_code(&t.text)).last();
    Some(CommandFact { ended: state.running.is_none(), exit_code, running: state.running })
}

/// The number in `exit=0`, however the reader spells it.
fn exit_code(line: &str) -> Option<i32> {
    let plain: String = line.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let digits = plain.strip_prefix("exit=").or_else(|| plain.strip_prefix("exit:"))?;
    digits.replace('o', "0").replace(['l', 'i'], "1").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::{Element, TextSpan};

    #[test]
    fn the_word_of_an_application_counts_for_its_own_field_only() {
        let found = |area| Found { area, shows: None, state: State::default() };
        let filled = ("Ada".to_owned(), RectPx::new(100, 50, 200, 30));
        let said = |area| said_in(Some(&found(area)), Some(&filled));
        assert_eq!(said(RectPx::new(98, 48, 204, 34)).as_deref(), Some("Ada"));
        assert_eq!(said(RectPx::new(100, 90, 200, 30)), None);
        assert_eq!(said(RectPx::new(0, 0, 900, 700)), None);
        assert_eq!(said_in(None, Some(&filled)), None);
    }

    #[test]
    fn a_line_of_label_and_field_does_not_hide_what_the_field_holds() {
        let area = RectPx::new(97, 215, 67, 15);
        let line = RectPx::new(45, 215, 84, 15);
        let text = TextSpan { text: "Room Attic".into(), area: line, confidence: 0.9, words: Vec::new(), window: None };
        let list = Element { value: Some("Attic".into()), ..Element::seen(Role::DropDown, area, 0.8) };
        let look = Percept { text: vec![text], elements: vec![list], ..Percept::default() };
        assert_eq!(found(&look, area, State::default()).shows.as_deref(), Some("Attic"));
    }

    #[test]
    fn exit_codes_are_read_from_the_shells_own_line() {
        assert_eq!(exit_code("exit=0"), Some(0));
        assert_eq!(exit_code("Exit = O"), Some(0));
        assert_eq!(exit_code("exit=127"), Some(127));
        assert_eq!(exit_code("$ echo exit=$?"), None);
        assert_eq!(exit_code("exit=$?"), None);
    }
}
