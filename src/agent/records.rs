//! Things done with one of many records, searches and their results, pages of a list.

use super::choose;
use super::field::find_field;
use super::flow::answering;
use super::hidden;
use super::playbook::Playbook;
use super::press::press_at;
use super::reveal;
use super::text;
use super::world::{Stop, World};
use crate::screen::{Element, Percept, PointPx, RectPx, Role, TextSpan};
use crate::sight::find::{self, Candidate, Finding};
use crate::sight::{Phrase, fold, records, similarity};
use crate::task::{Action, Button, Chord, Claim};
use std::io::Write;

/// After this pause a click begins anew, and does not count on from the one before.
const BETWEEN_CLICKS_MS: u64 = 600;

/// Does `act` with the record that `which` describes; `answer` is what to say where it asks whether that is meant.
pub fn record(world: &mut World<'_, impl Write>, act: &str, which: &str, answer: Option<&str>) -> Result<Claim, Stop> {
    world.front()?;
    let book = Playbook::get();
    let names = names_of(act);
    // "Mark all as read" is a button of its own.
    if ["all", "everything", "it", "them", "this", "that"].contains(&fold(which).as_str())
        || records::key(which).is_empty()
    {
        let state = act.strip_prefix("mark as ").or_else(|| act.strip_prefix("mark ")).unwrap_or(act);
        let whole = [
            format!("{act} {which}"),
            format!("mark all as {state}"),
            format!("mark all {state}"),
            format!("all {state}"),
            format!("mark everything as {state}"),
            format!("{act} all"),
        ];
        let found = whole.iter().chain(&names).find_map(|n| reveal::exact(world.percept(), n));
        let found = found.ok_or_else(|| Stop::GiveUp(format!("nothing on the screen says “{act} {which}”")))?;
        return press_at(world, found.at, Some(found.area), &format!("{act} {which}"));
    }
    // What is opened may be a link that says just that.
    if book.is_opening(act)
        && let Some(link) = reveal::exact(world.percept(), &records::key(which))
        && link.role == Some(Role::Link)
    {
        return press_at(world, link.at, Some(link.area), &format!("{act} {which}"));
    }
    // A button may be called just so: "Edit profile".
    if let Some(found) = reveal::exact(world.percept(), &format!("{act} {which}")) {
        return press_at(world, found.at, Some(found.area), &format!("{act} {which}"));
    }
    let row = row(world, which)?;
    if book.is_opening(act) {
        return open(world, row, act, which);
    }
    let done = act_on(world, &Act { act, names: &names, answer }, row, which);
    match (act.strip_prefix("click "), done) {
        // "Stop of Reading room": not a row, but a part of the screen with that heading.
        (Some(name), Err(Stop::GiveUp(_))) => {
            let found = world.find(&format!("{name} in the {which} section"))?;
            press_at(world, found.at, Some(found.area), &format!("{act} {which}"))
        }
        (_, done) => done,
    }
}

/// "Delete next to Gloves", where nothing of that name stands there: a button that acts on the row that is chosen.
/// `why` says why the thing itself was not found.
pub fn beside(world: &mut World<'_, impl Write>, target: &str, why: String) -> Result<Claim, Stop> {
    let joints = [" next to ", " in the row of ", " beside ", " for ", " of ", " in "];
    let parts = joints.iter().find_map(|joint| target.split_once(joint));
    let Some((name, which)) = parts.filter(|(name, _)| reveal::exact(world.percept(), name).is_some()) else {
        return Err(Stop::GiveUp(why));
    };
    match records::rows(world.percept(), which, world.window().map(|w| w.area)).as_slice() {
        [_] => record(world, &format!("click {name}"), which, None),
        _ => Err(Stop::GiveUp(why)),
    }
}

/// Presses what is called `name`; where several are, that of the record that `which` describes.
pub fn click_of(world: &mut World<'_, impl Write>, name: &str, which: &str) -> Result<Claim, Stop> {
    world.front()?;
    match reveal::only(world.percept(), name) {
        Some(one) => press_at(world, one.at, Some(one.area), &format!("click {name}")),
        None => record(world, &format!("click {name}"), which, None),
    }
}

/// What is done with a record.
struct Act<'a> {
    act: &'a str,
    /// What buttons and entries that do it are called.
    names: &'a [String],
    answer: Option<&'a str>,
}

/// The row or card of the record that `which` describes.
fn row(world: &mut World<'_, impl Write>, which: &str) -> Result<RectPx, Stop> {
    for look in 0..2 {
        if look > 0 {
            world.wait(300)?;
        }
        match records::rows(world.percept(), which, world.window().map(|w| w.area)).as_slice() {
            [one] => return Ok(*one),
            [] => {}
            many => {
                let options: Vec<String> = many.iter().map(|a| records::title(world.percept(), *a)).collect();
                let answered = options.iter().position(|title| world.is_answer(title));
                if let Some(row) = answered.and_then(|at| many.get(at)) {
                    return Ok(*row);
                }
                return Err(Stop::Ask { question: format!("Which “{which}” do you mean?"), options });
            }
        }
    }
    let sought = |percept: &Percept, _: Option<u32>| match records::rows(percept, which, None).as_slice() {
        [one] => Some(Candidate {
            label: which.to_owned(),
            role: Some(Role::ListRow),
            area: *one,
            at: one.center(),
            confidence: 0.9,
            element: None,
        }),
        _ => None,
    };
    match reveal::reveal(world, &sought)? {
        Some(found) => Ok(found.area),
        None => Ok(world.find(which)?.area),
    }
}

/// Presses the record itself, or what opens it.
fn open(world: &mut World<'_, impl Write>, row: RectPx, act: &str, which: &str) -> Result<Claim, Stop> {
    if let Some(button) = part_called(world.percept(), row, &Playbook::get().act(act)) {
        return press_at(world, button.at, Some(button.area), &format!("{act} {which}"));
    }
    let at = find::tables::first_text(world.percept(), row).unwrap_or_else(|| row.center());
    let files = world.window().is_some_and(|w| {
        ["pcmanfm", "nautilus", "thunar", "nemo", "dolphin", "caja"].iter().any(|a| w.app.contains(a))
    });
    let count = if files { 2 } else { 1 };
    let seen = world.act(Action::click(at, Button::Left, count), Some(row), &format!("{act} {which}"))?;
    // A row that is only marked by a click opens by two.
    let only_marked = seen.changed.is_some_and(|c| c.h <= 3 * row.h.max(40) && c.h < 160);
    let ending = |end: &str| (2..=4).contains(&end.len()) && end.chars().all(char::is_alphanumeric);
    let is_file = which.rsplit_once('.').is_some_and(|(_, end)| ending(end));
    // Nothing but the row itself looks different now.
    let row_only = seen.changed.is_some_and(|c| c.h <= row.h.min(60) + 8 && c.y >= row.y - 6);
    let in_list = || find::tables::lists(world.percept()).iter().any(|l| l.area().contains(at));
    if count == 1 && only_marked && (is_file || row_only || in_list()) {
        // Right after the first click, two more would be three.
        world.wait(BETWEEN_CLICKS_MS)?;
        world.act(Action::click(at, Button::Left, 2), Some(row), &format!("{act} {which} by two clicks"))?;
    }
    Ok(Claim { area: Some(row), ..world.claim() })
}

/// By a button or sign in the record; by one that comes up when the pointer is over it; by the bar above, once it is
/// chosen; by the menu of a right click.
fn act_on(world: &mut World<'_, impl Write>, act: &Act<'_>, row: RectPx, which: &str) -> Result<Claim, Stop> {
    let names = act.names;
    let why = format!("{} {which}", act.act);
    if let Some(button) = part_called(world.percept(), row, names) {
        return finish(world, &button, &why, act);
    }
    let at = find::tables::first_text(world.percept(), row).unwrap_or_else(|| row.center());
    if let Some(button) = belonging(world.percept(), at, names) {
        return finish(world, &button, &why, act);
    }
    world.act(Action::Move { to: at }, None, "see what comes up over it")?;
    if let Some(button) = part_called(world.percept(), row, names) {
        return finish(world, &button, &why, act);
    }
    world.click(at, row, &format!("choose {which}"))?;
    // A bar above acts on what is chosen; where each row has a button of its own, one of another row does not.
    let alone = |n: &String| reveal::only(world.percept(), n).or_else(|| in_bar(world.percept(), n, row));
    if let Some(button) = names.iter().find_map(alone).filter(|c| !row.contains(c.at)) {
        return finish(world, &button, &why, act);
    }
    if let Some(more) = part_called(world.percept(), row, &MORE.map(str::to_owned)) {
        let opened = world.click(more.at, more.area, "see what can be done with it")?;
        if let Some(entry) = names.iter().find_map(|n| hidden::entry(world.percept(), &opened, n)) {
            return press_at(world, entry.center(), Some(entry), &why);
        }
        world.key(Chord::plain("Escape"), "close the menu again")?;
    }
    context(world, act, at, row, &why)
}

/// What is called `name` in the bar above `row`: the uppermost, for the head of a column below it may be called the same.
/// The names in a bar may be read as one line.
fn in_bar(percept: &Percept, name: &str, row: RectPx) -> Option<Candidate> {
    let wanted = fold(name);
    let named = |t: &TextSpan| -> Vec<RectPx> {
        let words = t.words.iter().filter(|w| w.text.starts_with(char::is_uppercase) && fold(&w.text) == wanted);
        if fold(&t.text) == wanted { vec![t.area] } else { words.map(|w| w.area).collect() }
    };
    let above = percept.text.iter().filter(|t| t.area.bottom() <= row.y).flat_map(named);
    let area = above.min_by_key(|a| a.y)?;
    Some(Candidate {
        label: name.to_owned(),
        role: Some(Role::Button),
        area,
        at: area.center(),
        confidence: 0.7,
        element: None,
    })
}

/// How the button is called that opens what else can be done.
const MORE: [&str; 13] = [
    "more",
    "more options",
    "options",
    "actions",
    "more actions",
    "menu",
    "⋮",
    "…",
    "...",
    ":",
    "dots-vertical",
    "dots",
    "dots-horizontal",
];

/// Of several buttons of one name, each of which belongs to one of several records, the one that belongs to the record
/// whose first words stand at `at`: on their line or next below it.
fn belonging(percept: &Percept, at: PointPx, names: &[String]) -> Option<Candidate> {
    let is_named = |e: &&Element, name: &String| {
        let said = e.label.as_deref().is_some_and(|l| fold(l) == fold(name));
        let drawn = e.icons.first().is_some_and(|i| i.concept == *name && i.confidence > 0.3);
        matches!(e.role, Role::Button | Role::Link | Role::Icon) && (said || drawn)
    };
    let named = |name: &String| percept.elements.iter().filter(|e| is_named(e, name)).collect::<Vec<_>>();
    let all = names.iter().map(named).find(|all| all.len() >= 2)?;
    let mut rows: Vec<i32> = all.iter().map(|e| e.area.center().y).collect();
    rows.sort_unstable();
    rows.dedup_by(|a, b| (*a - *b).abs() < 8);
    let step = rows.windows(2).map(|w| w[1] - w[0]).min()?;
    // Cards that stand side by side are told apart elsewhere.
    let in_column = all.iter().all(|e| (e.area.x - all[0].area.x).abs() < 12);
    let below = |e: &&&Element| (-12..step - 8).contains(&(e.area.center().y - at.y));
    let mut fits = all.iter().filter(below);
    match (fits.next(), fits.next()) {
        (Some(one), None) if in_column => Some(as_candidate(one)),
        _ => None,
    }
}

fn context(
    world: &mut World<'_, impl Write>,
    act: &Act<'_>,
    at: PointPx,
    row: RectPx,
    why: &str,
) -> Result<Claim, Stop> {
    let opened = world.act(Action::click(at, Button::Right, 1), Some(row), "see what can be done with it")?;
    if opened.changed.is_some_and(|c| c.h > 40) {
        for name in act.names {
            if let Some(entry) = hidden::entry(world.percept(), &opened, name) {
                return press_at(world, entry.center(), Some(entry), why);
            }
        }
        world.key(Chord::plain("Escape"), "close the menu again")?;
    }
    Err(Stop::GiveUp(format!("nothing was found that does this: {why}")))
}

/// Presses `button`, and answers the question whether that is meant.
fn finish(world: &mut World<'_, impl Write>, button: &Candidate, why: &str, act: &Act<'_>) -> Result<Claim, Stop> {
    let dialogs = |p: &Percept| (p.windows.iter().filter(|w| w.dialog).count(), find::dialog(p).map(|(a, _)| a));
    let before = dialogs(world.percept());
    // What stood there before answers no question that came up: pressed again it would act on the next record.
    let stood: Vec<RectPx> = world.percept().elements.iter().map(|e| e.area).collect();
    let before_count = |found: &Candidate, counts: &[(String, usize)]| {
        counts.iter().find(|(name, _)| *name == fold(&found.label)).map_or(0, |(_, count)| *count)
    };
    let counts = counted(world.percept());
    press_at(world, button.at, Some(button.area), why)?;
    // "Press Remove next to Cusco" asks for the press alone: what it asks in return is for the person to say.
    if act.act.starts_with("click ") && act.answer.is_none() {
        return Ok(Claim { area: Some(button.area), ..world.claim() });
    }
    // What cannot be undone is often asked about, and the question may take its time to come up.
    let grave = ["delete", "remove", "cancel", "discard", "erase", "trash", "reject", "refund", "unsubscribe", "block"];
    let waits = act.answer.is_some() || grave.iter().any(|g| act.act.contains(g));
    if waits && dialogs(world.percept()) == before {
        world.wait(400)?;
    }
    if dialogs(world.percept()) != before {
        let found = match act.answer {
            None => confirming(world, act.names),
            Some(answer) => Some(answered(world, answer)?),
        };
        // A page that moves down has all its buttons in new places, but no more of them.
        let now = counted(world.percept());
        let is_new = |found: &Candidate| {
            let more = before_count(found, &now) > before_count(found, &counts);
            more && !stood.iter().any(|area| area.iou(&found.area) > 0.5)
        };
        if let Some(found) = found.filter(is_new) {
            world.click(found.at, found.area, &format!("answer {}", found.label))?;
        }
    }
    Ok(Claim { area: Some(button.area), ..world.claim() })
}

/// How many things to press bear each name, or each sign.
fn counted(percept: &Percept) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    let pressed = percept.elements.iter().filter(|e| matches!(e.role, Role::Button | Role::Link | Role::Icon));
    for element in pressed {
        let sign = element.icons.first().filter(|i| i.confidence > 0.12).map(|i| fold(&i.concept));
        for name in element.label.as_deref().map(fold).into_iter().chain(sign) {
            match counts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => counts.push((name, 1)),
            }
        }
    }
    counts
}

/// The part of the screen in which a question stands.
fn question_area<W: Write>(world: &World<'_, W>) -> Option<RectPx> {
    let percept = world.percept();
    let dialog = || percept.active_window().filter(|w| w.dialog).map(|w| w.area);
    find::dialog(percept).map(|(a, _)| a).or_else(dialog)
}

/// In a question that came up, the button that says `answer`: without it nothing is pressed.
fn answered<W: Write>(world: &World<'_, W>, answer: &str) -> Result<Candidate, Stop> {
    let found = question_area(world).and_then(|area| answering(world.percept(), area, answer));
    found.ok_or_else(|| Stop::GiveUp(format!("the question that came up has no answer “{answer}”")))
}

/// In a question that came up, the button that says the same thing, or yes.
fn confirming<W: Write>(world: &World<'_, W>, names: &[String]) -> Option<Candidate> {
    let percept = world.percept();
    let area = question_area(world)?;
    let inside = Percept {
        elements: percept.elements_in(area).filter(|e| e.role == Role::Button).cloned().collect(),
        text: Vec::new(),
        ..percept.clone()
    };
    let yes = ["yes".to_owned(), "ok".to_owned(), "confirm".to_owned()];
    // In a question "Cancel" leads back, even where something is to be cancelled.
    let means = names.iter().filter(|n| !matches!(fold(n).as_str(), "cancel" | "close" | "dismiss"));
    let means: Vec<&String> = means.chain(&yes).collect();
    means.iter().find_map(|n| reveal::exact(&inside, n)).or_else(|| {
        // "Delete it", "Yes, delete": the only one that says so.
        let says = |e: &&Element| {
            let label = format!(" {} ", e.label.as_deref().map(fold).unwrap_or_default().replace(',', " "));
            let leads_back = [" cancel ", " keep ", " no ", " not ", " back "].iter().any(|w| label.contains(w));
            !leads_back && means.iter().any(|n| label.contains(&format!(" {} ", fold(n))))
        };
        let mut all = inside.elements.iter().filter(says);
        match (all.next(), all.next()) {
            (Some(one), None) => Some(as_candidate(one)),
            _ => None,
        }
    })
}

/// The button, link or sign in `row` that is called by one of `names`.
fn part_called(percept: &Percept, row: RectPx, names: &[String]) -> Option<Candidate> {
    in_part(percept, row, names).or_else(|| in_part(percept, band(percept, row), names))
}

/// The strip of the window in which `row` lies: what a row can do may stand right of what was taken for it.
fn band(percept: &Percept, row: RectPx) -> RectPx {
    let window = percept
        .active_window()
        .map_or_else(|| RectPx::new(0, 0, percept.width as i32, percept.height as i32), |w| w.area);
    let is_ground = |e: &&Element| e.role == Role::Pane && e.area.holds(&row) && e.area.h > row.h;
    let ground = percept.elements.iter().filter(is_ground).min_by_key(|e| e.area.area()).map_or(window, |e| e.area);
    RectPx::new(ground.x, row.y, ground.w, row.h)
}

fn in_part(percept: &Percept, row: RectPx, names: &[String]) -> Option<Candidate> {
    let is_small = |e: &&Element| e.area.area() < row.area() / 2;
    let inside = Percept {
        elements: percept.elements_in(row.grow(2)).filter(is_small).cloned().collect(),
        text: percept.text_in(row.grow(2)).cloned().collect(),
        ..percept.clone()
    };
    names.iter().find_map(|n| reveal::only(&inside, n).or_else(|| by_icon(&inside, n)))
}

/// A sign whose likely meanings hold the word.
pub(super) fn by_icon(percept: &Percept, word: &str) -> Option<Candidate> {
    let means = |e: &&Element| e.icons.iter().take(3).any(|i| i.concept == word && i.confidence > 0.12);
    let e = percept.elements.iter().find(means)?;
    Some(Candidate {
        label: word.to_owned(),
        role: Some(e.role),
        area: e.area,
        at: e.area.center(),
        confidence: 0.7,
        element: Some(e.clone()),
    })
}

/// What does `act` is called: by the playbook, or just as it is said.
fn names_of(act: &str) -> Vec<String> {
    match act.strip_prefix("click ") {
        Some(name) => {
            let mut names = vec![name.to_owned()];
            names.extend(Playbook::get().act(&name.to_lowercase()));
            names
        }
        None => Playbook::get().act(act),
    }
}

/// How many pages of results are gone through at most.
const PAGES: usize = 12;
/// How often a list is scrolled in search of further records.
const TURNS: u32 = 30;

/// Does `act` with all records that say `which`, or with the first `most`, scrolling through the list.
pub fn each_of(world: &mut World<'_, impl Write>, act: &str, which: &str, most: Option<u32>) -> Result<Claim, Stop> {
    world.front()?;
    let names = names_of(act);
    let mut done: Vec<String> = Vec::new();
    let enough = |done: &Vec<String>| most.is_some_and(|most| done.len() as u32 >= most);
    for _ in 0..TURNS {
        let rows = records::rows(world.percept(), which, world.window().map(|w| w.area));
        for row in rows {
            let said = records::title(world.percept(), row);
            if enough(&done) || done.contains(&said) {
                continue;
            }
            let at = find::tables::first_text(world.percept(), row).unwrap_or_else(|| row.center());
            let button = part_called(world.percept(), row, &names).or_else(|| belonging(world.percept(), at, &names));
            let Some(button) = button else { continue };
            press_at(world, button.at, Some(button.area), &format!("{act} {said}"))?;
            done.push(said);
        }
        if enough(&done) || !reveal::further(world)? {
            break;
        }
    }
    match most {
        Some(most) if (done.len() as u32) < most => {
            Err(Stop::GiveUp(format!("of {most} that say “{which}” {} were found", done.len())))
        }
        None if done.is_empty() => {
            Err(Stop::GiveUp(format!("nothing on the screen says “{which}” and can be {act}ed")))
        }
        _ => Ok(world.claim()),
    }
}

/// All things that look as `one` says: "green square".
pub(super) fn alike<W: Write>(world: &World<'_, W>, one: &str) -> Vec<RectPx> {
    let phrase = Phrase::parse(one);
    let (looks, thing) = (phrase.looks, phrase.name.trim_end_matches('s'));
    if looks.colour.is_some() && ["thing", "shade", "tile", "patch", "one", "item"].contains(&thing) {
        let small = |e: &&Element| e.area.w < 200 && e.area.h < 200 && e.role != Role::ScrollBar;
        let coloured = |e: &&Element| e.colour.as_deref() == looks.colour;
        let inside = |e: &&Element| world.window().is_none_or(|w| w.area.contains(e.area.center()));
        return world.percept().elements.iter().filter(small).filter(coloured).filter(inside).map(|e| e.area).collect();
    }
    match world.locate(&phrase) {
        Finding::One(one, _) => vec![one.area],
        Finding::Tie(all) => all.iter().map(|c| c.area).collect(),
        Finding::None(_) => Vec::new(),
    }
}

/// "Triangles" as "triangle".
pub(super) fn singular(kind: &str) -> String {
    let words = kind.trim();
    match (words.strip_suffix("ies"), words.strip_suffix("xes")) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) => format!("{stem}x"),
        (None, None) => words.trim_end_matches('s').to_owned(),
    }
}

/// Does `act` with every record of a kind.
pub fn each(world: &mut World<'_, impl Write>, kind: &str, act: &str) -> Result<Claim, Stop> {
    world.front()?;
    let names = match act.strip_prefix("click ") {
        Some(name) => vec![name.trim_matches('"').to_owned()],
        None => Playbook::get().act(act),
    };
    let mut rows = records::all(world.percept(), kind);
    if rows.is_empty() && act.starts_with("click") {
        rows = alike(world, &singular(kind));
        if !rows.is_empty() {
            for row in rows {
                press_at(world, row.center(), Some(row), act)?;
            }
            return Ok(world.claim());
        }
    }
    if rows.is_empty() {
        return Err(Stop::GiveUp(format!("there is no {kind} on the screen")));
    }
    for row in rows {
        match part_called(world.percept(), row, &names) {
            Some(button) => press_at(world, button.at, Some(button.area), act)?,
            None if act == "click" => press_at(world, row.center(), Some(row), act)?,
            None => return Err(Stop::GiveUp(format!("one of them has nothing that says “{act}”"))),
        };
    }
    Ok(world.claim())
}

/// Enters `query` where things are searched, and starts the search.
pub fn search(world: &mut World<'_, impl Write>, query: &str, place: Option<&str>) -> Result<Claim, Stop> {
    world.front()?;
    let field = search_field(world, place)?;
    text::put_cursor(world, &field)?;
    text::empty_line(world, &field)?;
    world.write(query, 12, "write what is searched for")?;
    let entered = world.key(Chord::plain("Return"), "start the search")?;
    // A field that was emptied has taken what was written.
    let stands = world.percept().text_in(field.area.grow(3)).any(|t| similarity(query, &t.text) >= 0.8);
    if entered.changed.is_none_or(|c| c.area() <= 4000)
        && stands
        && let Some(button) =
            ["search", "go", "find"].iter().find_map(|n| button_called(world.percept(), n, field.area))
    {
        press_at(world, button.center(), Some(button), "start the search")?;
    }
    Ok(Claim { area: Some(field.area), ..world.claim() })
}

/// Shows only what `query` names: by a button, tab or chip of that name, by a drop-down that filters, by a search.
pub fn filter(world: &mut World<'_, impl Write>, query: &str) -> Result<Claim, Stop> {
    world.front()?;
    let percept = world.percept();
    let presses = [Role::Button, Role::Tab, Role::Link, Role::CheckBox, Role::RadioButton];
    let called = |e: &&Element| {
        e.role != Role::DropDown
            && presses.contains(&e.role)
            && e.label.as_deref().is_some_and(|l| fold(l) == fold(query))
    };
    let mut all = percept.elements.iter().filter(called);
    if let (Some(one), None) = (all.next(), all.next()) {
        return press_at(world, one.area.center(), Some(one.area), &format!("show only {query}"));
    }
    let names = Playbook::get().field("filter");
    if let Some(list) = world.first_of(&names, Some(Role::DropDown)) {
        return choose::choose_in(world, query, &list);
    }
    let lists: Vec<Candidate> =
        world.percept().elements.iter().filter(|e| e.role == Role::DropDown).map(as_candidate).collect();
    match lists.as_slice() {
        [one] => choose::choose_in(world, query, one),
        _ => search(world, query, None),
    }
}

fn as_candidate(element: &Element) -> Candidate {
    Candidate {
        label: element.label.clone().unwrap_or_default(),
        role: Some(element.role),
        area: element.area,
        at: element.area.center(),
        confidence: 0.8,
        element: Some(element.clone()),
    }
}

fn button_called(percept: &Percept, name: &str, field: RectPx) -> Option<RectPx> {
    let buttons =
        percept.elements.iter().filter(|e| matches!(e.role, Role::Button | Role::Icon) && e.area.iou(&field) < 0.3);
    let mut called = buttons.filter(|e| {
        let near = e.area.row_overlap(&field) > 0.3 && (e.area.x - field.right()).abs() < 120;
        let icon = e.icons.iter().take(2).any(|i| i.concept == "search");
        near && (icon || e.label.as_deref().is_some_and(|l| fold(l) == name))
    });
    called.next().map(|e| e.area)
}

/// Of several fields to search in, the one with a button beside it that says so: that in the bar at the top is for
/// everything else.
fn main_search<W: Write>(world: &World<'_, W>, names: &[String]) -> Option<Candidate> {
    let window = world.window()?.area;
    let says = |text: &str| names.iter().any(|n| fold(text).starts_with(&fold(n)));
    let is_search = |e: &&Element| {
        let words = [e.label.as_deref(), e.value.as_deref()];
        e.role == Role::TextField && e.area.w > 3 * e.area.h && words.into_iter().flatten().any(says)
    };
    let fields: Vec<&Element> = world.percept().elements_in(window).filter(is_search).collect();
    let with_button =
        |e: &&&Element| ["search", "go", "find"].iter().any(|n| button_called(world.percept(), n, e.area).is_some());
    let one = fields.iter().find(with_button).filter(|_| fields.len() >= 2)?;
    Some(as_candidate(one))
}

fn search_field(world: &mut World<'_, impl Write>, place: Option<&str>) -> Result<Candidate, Stop> {
    if let Some(place) = place
        && let Ok(found) = find_field(world, place)
        && found.role == Some(Role::TextField)
    {
        return Ok(found);
    }
    let names = Playbook::get().field("search");
    if let Some(found) = main_search(world, &names) {
        return Ok(found);
    }
    if let Some(found) = world.first_of(&names, Some(Role::TextField)) {
        // A button beside a field may look like one, too; the field is the wider of the two, and stands before it.
        let before = |e: &&Element| {
            let gap = found.area.x - e.area.right();
            e.role == Role::TextField && e.area.row_overlap(&found.area) > 0.5 && (-2..60).contains(&gap)
        };
        let wider = world.percept().elements.iter().filter(before).find(|e| e.area.w > found.area.w);
        return Ok(wider.map_or(found.clone(), as_candidate));
    }
    if let Some(found) = records::search_field(world.percept()) {
        return Ok(found);
    }
    find_field(world, "search")
}

/// Opens the `nth` of what was found.
pub fn result(world: &mut World<'_, impl Write>, nth: i32) -> Result<Claim, Stop> {
    world.front()?;
    let mut results = records::results(world.percept(), world.window().map(|w| w.area));
    let mut nth = nth;
    // Those that are not on this page are on the next ones.
    for _ in 0..PAGES {
        let here = results.len() as i32;
        if nth <= here || here == 0 || page(world, "next").is_err() {
            break;
        }
        nth -= here;
        results = records::results(world.percept(), world.window().map(|w| w.area));
    }
    let at = if nth < 0 { results.len() as i32 + nth } else { nth - 1 };
    let Some(area) = usize::try_from(at).ok().and_then(|i| results.get(i)) else {
        let words = match nth {
            -1 => "last result".to_owned(),
            n => format!("result number {n}"),
        };
        return Err(Stop::GiveUp(format!("{words}: the screen shows {}", results.len())));
    };
    let opens = Playbook::get().act("open");
    if let Some(button) = part_called(world.percept(), *area, &opens) {
        return press_at(world, button.at, Some(button.area), "open it");
    }
    press_at(world, area.center(), Some(*area), "open it")
}

/// The arrow at the end of a line of page numbers that was read as one text: "1 2 3 >".
fn arrow_of_pages(percept: &Percept, words: &str) -> Option<Candidate> {
    let ends: &[char] = if words == "next" { &['>', '≥', '›', '»'] } else { &['<', '≤', '‹', '«'] };
    let is_line = |text: &str| {
        let rest = text.trim().trim_matches(['>', '≥', '›', '»', '<', '≤', '‹', '«', ' ']);
        let marked = if words == "next" { text.trim().ends_with(ends) } else { text.trim().starts_with(ends) };
        marked && rest.split_whitespace().all(|w| w.chars().all(|c| c.is_ascii_digit() || c == '|'))
    };
    if !["next", "previous"].contains(&words) {
        return None;
    }
    let line = percept.text.iter().filter(|t| is_line(&t.text)).max_by_key(|t| t.area.y)?;
    let a = line.area;
    let area = if words == "next" {
        RectPx::new(a.right() - a.h * 3 / 4, a.y, a.h * 3 / 4, a.h)
    } else {
        RectPx::new(a.x, a.y, a.h * 3 / 4, a.h)
    };
    Some(Candidate { label: words.to_owned(), role: None, area, at: area.center(), confidence: 0.6, element: None })
}

/// Turns pages until `text` is shown.
pub fn page_to(world: &mut World<'_, impl Write>, text: &str) -> Result<Claim, Stop> {
    world.front()?;
    let shown =
        |p: &Percept| p.text.iter().any(|t| format!(" {} ", fold(&t.text)).contains(&format!(" {} ", fold(text))));
    for _ in 0..3 * PAGES {
        if shown(world.percept()) {
            return Ok(world.claim());
        }
        if page(world, "next").is_err() {
            break;
        }
    }
    if shown(world.percept()) {
        return Ok(world.claim());
    }
    Err(Stop::GiveUp(format!("no page shows “{text}”")))
}

/// The page that is open: 1 where there is no way back.
fn open_page(percept: &Percept) -> Option<u32> {
    let names = Playbook::get().page("previous");
    let back = names.iter().find_map(|n| reveal::exact(percept, n).or_else(|| by_icon(percept, n)));
    let is_off = back.is_none_or(|b| b.element.is_some_and(|e| e.state.disabled == Some(true)));
    is_off.then_some(1)
}

/// Turns to another page of a list.
pub fn page(world: &mut World<'_, impl Write>, which: &str) -> Result<Claim, Stop> {
    world.front()?;
    let words = which.to_lowercase();
    let words = words.trim_end_matches(" page").trim_start_matches("page ");
    let names = Playbook::get().page(words);
    let in_sight =
        |p: &Percept, _: Option<u32>| names.iter().find_map(|n| reveal::exact(p, n).or_else(|| by_icon(p, n)));
    let found = match in_sight(world.percept(), None) {
        Some(found) => Some(found),
        None => reveal::scroll(world, &in_sight)?,
    };
    let found = found.or_else(|| arrow_of_pages(world.percept(), words));
    let number: Option<u32> = words.parse().ok().filter(|n| (2..=12).contains(n));
    if let (None, Some(number)) = (&found, number) {
        // Small figures are easily missed; page by page it is reached as well, where the first is open.
        if open_page(world.percept()).is_some_and(|open| open == 1) {
            for _ in 2..number {
                page(world, "next")?;
            }
            return page(world, "next");
        }
    }
    match found {
        Some(found) => press_at(world, found.at, Some(found.area), &format!("go to the {words} page")),
        None => match world.locate(&Phrase::parse(&format!("{words} page"))) {
            Finding::One(one, _) => press_at(world, one.at, Some(one.area), &format!("go to the {words} page")),
            _ => Err(Stop::GiveUp(format!("nothing on the screen leads to the {words} page"))),
        },
    }
}
