//! The end of forms, questions that come up, pressing until, pressing in order.

use super::playbook::Playbook;
use super::press::press_at;
use super::records::by_icon;
use super::reveal;
use super::text;
use super::world::{Stop, World};
use crate::screen::{Element, Percept, RectPx, Role};
use crate::sight::find::{self, Candidate, Finding};
use crate::sight::{Phrase, fold, similarity};
use crate::task::{Claim, Goal, number_in};
use std::io::Write;

/// How often a thing is pressed until something is shown.
const PRESSES: u32 = 30;
/// How many things are pressed one after the other, at most.
const MOST: usize = 40;

/// What banners about cookies say to an answer, in words that nothing else has.
const COOKIES: [&str; 7] =
    ["necessary only", "only necessary", "only essential", "essential only", "agree", "i agree", "allow all"];

/// How many pages are gone through at most.
const PAGES: usize = 12;

/// Fills `fields` in on the pages on which they stand, goes on from page to page, and ends the last.
pub fn steps(world: &mut World<'_, impl Write>, fields: &[(String, String)]) -> Result<Claim, Stop> {
    world.front()?;
    let mut left: Vec<&(String, String)> = fields.iter().collect();
    for _ in 0..PAGES {
        let mut away = Vec::new();
        for pair in left {
            match world.locate(&Phrase::parse(&pair.0)) {
                Finding::One(one, _) if one.confidence > 0.8 => {
                    let claim = text::fill(world, &pair.0, &pair.1)?;
                    let area = claim.area.unwrap_or(one.area);
                    let shown: Vec<String> = world.percept().text_in(area.grow(4)).map(|t| fold(&t.text)).collect();
                    if !shown.join(" ").contains(&fold(&pair.1)) {
                        return Err(Stop::GiveUp(format!("{} does not show “{}” on its page", pair.0, pair.1)));
                    }
                }
                _ => away.push(pair),
            }
        }
        left = away;
        let next = ["Next", "Continue", "Forward", "Go on"].iter().find_map(|n| button(world.percept(), n));
        if let Some(next) = next.filter(|n| n.element.as_ref().is_none_or(|e| e.state.disabled != Some(true))) {
            world.click(next.at, next.area, &format!("press {}", next.label))?;
            continue;
        }
        if let [(field, _), ..] = left.as_slice() {
            return Err(Stop::GiveUp(format!("no page asks for “{field}”")));
        }
        return submit(world, Some("finish"));
    }
    Err(Stop::GiveUp(format!("after {PAGES} pages there was still another")))
}

/// Presses the button that ends a form.
pub fn submit(world: &mut World<'_, impl Write>, named: Option<&str>) -> Result<Claim, Stop> {
    world.front()?;
    let names = Playbook::get().submit(named);
    let in_sight = |p: &Percept, _: Option<u32>| {
        names.iter().find_map(|n| button(p, n)).or_else(|| {
            // A sign alone may send off what was written.
            names.iter().filter(|n| *n == "send").find_map(|n| by_icon(p, n))
        })
    };
    let found = match in_sight(world.percept(), None) {
        Some(found) => Some(found),
        None => reveal::scroll(world, &in_sight)?,
    };
    let found = found.or_else(|| only_way_on(world.percept()));
    let found = found.ok_or_else(|| Stop::GiveUp("no button on the screen sends this off".into()))?;
    press_at(world, found.at, Some(found.area), &format!("press {}", found.label))
}

/// The only button of the dialog in front that does not lead back.
fn only_way_on(percept: &Percept) -> Option<Candidate> {
    let (area, _) = find::dialog(percept)?;
    let back = ["cancel", "close", "back", "no", "discard", "dismiss", "later", "not now"];
    let leads_back = |e: &&Element| e.label.as_deref().is_some_and(|l| back.contains(&fold(l).as_str()));
    let buttons = || percept.elements_in(area).filter(|e| e.role == Role::Button);
    let mut on = buttons().filter(|e| !leads_back(e));
    let (one, None) = (on.next()?, on.next()) else { return None };
    buttons().any(|e| leads_back(&e)).then(|| Candidate {
        label: one.label.clone().unwrap_or_default(),
        role: Some(Role::Button),
        area: one.area,
        at: one.area.center(),
        confidence: 0.7,
        element: Some(one.clone()),
    })
}

/// The button called `name`, or whose name begins with it: "Send message".
fn button(percept: &Percept, name: &str) -> Option<Candidate> {
    let buttons = || percept.elements.iter().filter(|e| e.role == Role::Button);
    let called = |e: &&Element| e.label.as_deref().is_some_and(|l| similarity(name, l) >= 0.93);
    let begins = |e: &&Element| {
        e.label.as_deref().is_some_and(|l| format!("{} ", fold(l)).starts_with(&format!("{} ", fold(name))))
    };
    let Some(element) = buttons().find(called).or_else(|| buttons().find(begins)) else {
        // A button may be taken for something else that says just that.
        let just = |t: &&crate::screen::TextSpan| fold(&t.text) == fold(name);
        let mut lines = percept.text.iter().filter(just);
        let (Some(line), None) = (lines.next(), lines.next()) else { return None };
        let boxed = percept.elements.iter().any(|e| {
            e.area.holds(&line.area) && e.area.h <= 4 * line.area.h && e.area.w <= line.area.w + 12 * line.area.h
        });
        return boxed.then(|| Candidate {
            label: line.text.clone(),
            role: Some(Role::Button),
            area: line.area,
            at: line.area.center(),
            confidence: 0.7,
            element: None,
        });
    };
    Some(Candidate {
        label: element.label.clone().unwrap_or_default(),
        role: Some(Role::Button),
        area: element.area,
        at: element.area.center(),
        confidence: 0.9,
        element: Some(element.clone()),
    })
}

/// Answers a question that is open, or comes up soon; where none does and none must, that is well.
pub fn settle(world: &mut World<'_, impl Write>, about: Option<&str>, answer: &str, must: bool) -> Result<Claim, Stop> {
    let looks = if must { 4 } else { 5 };
    for look in 0..looks {
        if look == 0 {
            world.look()?;
        } else {
            world.wait(350)?;
        }
        // What is written in is a form: it asks nothing by itself.
        let is_form = |a: &RectPx| {
            let percept = world.percept();
            let own = percept.windows.iter().any(|w| (w.dialog || w.modal) && w.area == *a);
            !own && percept.elements_in(*a).any(|e| e.role == Role::TextField)
        };
        if let Some(area) = question(world, about).filter(|a| must || !is_form(a)) {
            let found = answering(world.percept(), area, answer);
            // What was taken for the question may be something else.
            let Some(found) = found else { continue };
            return press_at(world, found.at, Some(found.area), &format!("answer {answer}"));
        }
    }
    if must {
        // Elsewhere on the screen "Delete" answers no question: only what says the answer itself is pressed.
        let names = Playbook::get().answer(answer);
        let said = |n: &&String| fold(n).contains(&fold(answer)) || COOKIES.contains(&fold(n).as_str());
        if let Some(found) = names.iter().filter(said).find_map(|n| reveal::exact(world.percept(), n)) {
            return press_at(world, found.at, Some(found.area), &format!("answer {answer}"));
        }
        return Err(Stop::GiveUp(format!("there is no question that “{answer}” could answer")));
    }
    Ok(world.claim())
}

/// The box or window of a question that is open, where it is about the right thing.
fn question<W: Write>(world: &World<'_, W>, about: Option<&str>) -> Option<RectPx> {
    let percept = world.percept();
    let window = percept.windows.iter().rev().find(|w| !w.popup && (w.dialog || w.modal)).map(|w| w.area);
    let area = window.or_else(|| find::question(percept));
    let area = area.or_else(|| about.and_then(|about| around(percept, about)))?;
    let Some(about) = about else { return Some(area) };
    let said: Vec<String> = percept.text_in(area).map(|t| fold(&t.text)).collect();
    let said = format!(" {} ", said.join(" "));
    let words: Vec<String> = fold(about).split(' ').filter(|w| w.len() > 3).map(str::to_owned).collect();
    let heard = words.iter().filter(|w| said.contains(w.as_str()) || said.contains(w.trim_end_matches("ing"))).count();
    // Any question may be the one that was meant, where its words are not said.
    (words.is_empty() || heard > 0 || percept.windows.iter().any(|w| w.modal)).then_some(area)
}

/// The neighbourhood of a text that says what a question is about.
fn around(percept: &Percept, about: &str) -> Option<RectPx> {
    let words: Vec<String> = fold(about).split(' ').filter(|w| w.len() > 4).map(str::to_owned).collect();
    let holds = |text: &str| words.iter().any(|w| fold(text).contains(w.as_str()));
    let line = percept.text.iter().find(|t| t.text.contains('?') && holds(&t.text))?;
    Some(RectPx::new(line.area.x - 200, line.area.y - 60, line.area.w + 400, 260))
}

/// The button in `area` that gives the answer.
pub(super) fn answering(percept: &Percept, area: RectPx, answer: &str) -> Option<Candidate> {
    let inside = Percept {
        elements: percept.elements_in(area).cloned().collect(),
        text: percept.text_in(area).cloned().collect(),
        ..percept.clone()
    };
    let names = Playbook::get().answer(answer);
    names.iter().find_map(|n| button(&inside, n)).or_else(|| names.iter().find_map(|n| reveal::exact(&inside, n)))
}

/// Presses `target` until `text` is shown.
pub fn until(world: &mut World<'_, impl Write>, target: &str, text: &str) -> Result<Claim, Stop> {
    world.front()?;
    let before = shown(world.percept());
    for press in 0..PRESSES {
        let now = shown(world.percept());
        if now.iter().any(|l| is_said(l, text)) && (press > 0 || !before.iter().any(|l| is_said(l, text))) {
            return Ok(world.claim());
        }
        let found = world.find(target)?;
        let seen = world.click(found.at, found.area, &format!("press {}", found.label))?;
        if seen.changed.is_none() && press > 0 {
            break;
        }
    }
    if shown(world.percept()).iter().any(|l| is_said(l, text)) {
        return Ok(world.claim());
    }
    Err(Stop::GiveUp(format!("“{text}” did not appear")))
}

fn shown(percept: &Percept) -> Vec<String> {
    percept.text.iter().map(|t| fold(&t.text)).collect()
}

fn is_said(line: &str, text: &str) -> bool {
    format!(" {line} ").contains(&format!(" {} ", fold(text)))
}

/// Presses all things of a kind in the order of their numbers or letters.
pub fn in_order(world: &mut World<'_, impl Write>, kind: &str, descending: bool) -> Result<Claim, Stop> {
    world.front()?;
    let mut things = things(world.percept(), kind, world.window().map(|w| w.area));
    if things.len() < 2 {
        return Err(Stop::GiveUp(format!("there are no {kind} to be pressed in order")));
    }
    if let Some(why) = unread(world.percept(), &things) {
        return Err(Stop::GiveUp(why));
    }
    let numbers: Option<Vec<f64>> = things.iter().map(|(label, _)| number_in(label)).collect();
    match numbers {
        Some(_) => things.sort_by(|a, b| number_in(&a.0).unwrap_or(0.0).total_cmp(&number_in(&b.0).unwrap_or(0.0))),
        None => things.sort_by_key(|(label, _)| fold(label)),
    }
    if descending {
        things.reverse();
    }
    for (label, first) in things.into_iter().take(MOST) {
        // What is said after a press may move the rest.
        let now = self::things(world.percept(), kind, world.window().map(|w| w.area));
        let mut same = now.into_iter().filter(|(l, _)| *l == label).map(|(_, area)| area);
        let area = same.next().filter(|_| same.next().is_none()).unwrap_or(first);
        world.click(area.center(), area, &format!("press {label}"))?;
    }
    Ok(world.claim())
}

/// Why the things cannot be put in order: one that stands among them has no words that could be read.
fn unread(percept: &Percept, things: &[(String, RectPx)]) -> Option<String> {
    let among = |e: &&Element| {
        let level = |a: &RectPx| {
            a.row_overlap(&e.area) > 0.7 && (a.h - e.area.h).abs() <= 4 && a.grow(3 * a.h).contains(e.area.center())
        };
        e.role == Role::Button && e.label.is_none() && things.iter().any(|(_, a)| level(a))
    };
    let found = percept.elements.iter().find(among)?;
    Some(format!("one of them, at {}, cannot be read", found.area.center()))
}

/// The labels and places of the tiles that stand together: buttons of about one size, else short texts.
fn things(percept: &Percept, kind: &str, within: Option<RectPx>) -> Vec<(String, RectPx)> {
    let inside = |a: &RectPx| within.is_none_or(|w| w.contains(a.center()));
    let numbers = kind.to_lowercase().contains("number");
    let fits = |label: &str| {
        if numbers { label.trim().parse::<f64>().is_ok() } else { !label.is_empty() && label.chars().count() <= 24 }
    };
    let buttons: Vec<(String, RectPx)> = percept
        .elements
        .iter()
        .filter(|e| matches!(e.role, Role::Button | Role::Image | Role::Pane) && inside(&e.area))
        .filter_map(|e| Some((e.label.clone()?, e.area)))
        .filter(|(label, _)| fits(label))
        .collect();
    let alike = one_block(same_size(&together(percept, &buttons)));
    if alike.len() >= 3 {
        return alike;
    }
    let texts = percept.text.iter().filter(|t| inside(&t.area) && fits(&t.text));
    let texts: Vec<(String, RectPx)> = texts.map(|t| (t.text.clone(), t.area)).collect();
    if numbers { texts } else { alike }
}

/// Of the things those in the smallest part of the screen that holds most of them: what stands below a card is not in it.
fn together(percept: &Percept, all: &[(String, RectPx)]) -> Vec<(String, RectPx)> {
    let panes = percept.elements.iter().filter(|e| e.role == Role::Pane);
    let held = |pane: &RectPx| all.iter().filter(|(_, a)| pane.holds(a)).cloned().collect::<Vec<_>>();
    let parts = panes.map(|e| (e.area, held(&e.area))).filter(|(_, held)| held.len() >= 3);
    let part = parts.filter(|(_, held)| held.len() * 2 > all.len()).min_by_key(|(area, _)| area.area());
    part.map_or_else(|| all.to_vec(), |(_, held)| held)
}

/// Of boxes in rows those of the largest block of rows that follow each other closely.
fn one_block(mut all: Vec<(String, RectPx)>) -> Vec<(String, RectPx)> {
    all.sort_by_key(|(_, a)| (a.y, a.x));
    let mut blocks: Vec<Vec<(String, RectPx)>> = Vec::new();
    for one in all {
        let follows = |block: &Vec<(String, RectPx)>| {
            block.last().is_some_and(|(_, last)| (one.1.y - last.y) * 10 <= last.h * 19)
        };
        match blocks.last_mut().filter(|block| follows(block)) {
            Some(block) => block.push(one),
            None => blocks.push(vec![one]),
        }
    }
    blocks.into_iter().max_by_key(Vec::len).unwrap_or_default()
}

/// The largest set of boxes of one size.
fn same_size(all: &[(String, RectPx)]) -> Vec<(String, RectPx)> {
    let alike = |a: &RectPx, b: &RectPx| (a.h - b.h).abs() <= 3 && (a.w - b.w).abs() <= a.w / 3 + 8;
    let sets = all.iter().map(|(_, seed)| all.iter().filter(|(_, a)| alike(seed, a)).cloned().collect::<Vec<_>>());
    sets.max_by_key(Vec::len).unwrap_or_default()
}

/// Whether the screen shows `text`, as a line or a thing.
pub fn is_shown<W: Write>(world: &World<'_, W>, text: &str) -> bool {
    let said = world.percept().text.iter().any(|t| is_said(&fold(&t.text), text));
    said || matches!(world.locate(&Phrase::parse(text)), Finding::One(one, _) if one.confidence > 0.9)
}

/// Goals that depend on what is shown: `None` where it is not shown.
pub fn then_goal<W: Write>(world: &mut World<'_, W>, shown: &str, then: &Goal) -> Result<Option<Goal>, Stop> {
    world.front()?;
    for look in 0..2 {
        if is_shown(world, shown) {
            return Ok(Some(then.clone()));
        }
        if look == 0 {
            world.wait(300)?;
        }
    }
    Ok(None)
}
