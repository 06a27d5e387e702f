//! Verdicts on what is chosen, moved, sorted, selected.

use super::{CHANGED_PX, Judged, closeness, holds, reacted, seen, short, witnessed};
use crate::task::{Arrangement, Choice, Facts, Outcome, Scope, Side, is_same};

pub fn opened(name: &str, facts: &Facts) -> Judged {
    let window = facts.window.and_then(|id| facts.after.window(id));
    let is_new = window.is_some_and(|w| facts.before.window(w.id).is_none());
    match window {
        Some(w) if is_new => seen(Outcome::Pass, format!("the window “{}” opened", w.title), Some(w.area)),
        Some(w) if facts.reaction.is_none() && w.focused => {
            seen(Outcome::Pass, format!("the window “{}” is in front", w.title), Some(w.area))
        }
        _ if facts.reaction.is_some() => reacted(facts),
        _ => seen(Outcome::Fail, format!("nothing called {name} opened"), None),
    }
}

pub fn selected(options: &[String], scope: Scope, facts: &Facts) -> Judged {
    let all = &facts.choices;
    if all.is_empty() {
        return seen(Outcome::Unsure, "what can be chosen could not be found again", None);
    }
    let named = all.iter().filter(|c| c.named).count();
    if named < options.len() {
        return seen(Outcome::Unsure, format!("only {named} of {} were found again", options.len()), None);
    }
    // "Only these" speaks of others, which are not seen here.
    if scope != Scope::These && named == all.len() {
        return seen(Outcome::Unsure, "those that were not named could not be found", None);
    }
    let wrong = |c: &&Choice| match scope {
        Scope::These => c.named && c.chosen != Some(true),
        Scope::Only => c.chosen.unwrap_or(false) != c.named,
        Scope::AllBut => c.chosen.unwrap_or(false) == c.named,
    };
    let wrong: Vec<&str> = all.iter().filter(wrong).map(|c| c.label.as_str()).collect();
    if wrong.is_empty() {
        return seen(Outcome::Pass, format!("of {} each is as it should be", all.len()), None);
    }
    seen(Outcome::Fail, format!("not as it should be: {}", short(&wrong.join(", "))), None)
}

pub fn transferred(facts: &Facts) -> Judged {
    let wrong: Vec<&str> = facts.choices.iter().filter(|c| c.chosen != Some(true)).map(|c| c.label.as_str()).collect();
    match (facts.choices.len(), wrong.is_empty()) {
        (0, _) => seen(Outcome::Unsure, "no field is called like anything that is told there", None),
        (count, true) => seen(Outcome::Pass, format!("{count} fields hold what is told there"), None),
        (_, false) => seen(Outcome::Fail, format!("not what is told there: {}", short(&wrong.join(", "))), None),
    }
}

/// The clipboard is the application's word for how the line reads now; what it read before is the agent's.
pub fn recased(upper: bool, facts: &Facts) -> Judged {
    let (Some(copy), Some(before)) = (&facts.clipboard, &facts.answer) else {
        return seen(Outcome::Unsure, "the application does not say how the line reads", None);
    };
    // The line must have stood there, as far as it can be read.
    let stood = facts.before.text.iter().any(|t| closeness(&t.text, before) >= 0.8);
    if !stood {
        return seen(Outcome::Unsure, format!("“{}” was not seen there before", short(before)), None);
    }
    let as_meant = if upper { before.to_uppercase() } else { before.to_lowercase() };
    let outcome = if copy.trim() == as_meant.trim() { Outcome::Pass } else { Outcome::Fail };
    witnessed(outcome, format!("copied out of the application, the line is “{}”", short(copy)))
}

/// Which suggestion it was is the agent's word; that the field holds another text than was typed is not.
pub fn took_offer(typed: Option<&str>, facts: &Facts) -> Judged {
    let Some(found) = &facts.found else {
        return seen(Outcome::Unsure, "the field could not be found again", None);
    };
    match (&found.shows, &facts.answer) {
        (Some(shown), _) if typed.is_some_and(|typed| is_same(shown, typed) || shown.trim() == typed.trim()) => {
            seen(Outcome::Fail, "it shows no more than was typed", Some(found.area))
        }
        (Some(shown), Some(offer)) if holds(shown, offer) => {
            seen(Outcome::Pass, format!("it shows “{}”, which was offered", short(shown)), Some(found.area))
        }
        (Some(shown), _) => seen(Outcome::Fail, format!("it shows “{}”", short(shown)), Some(found.area)),
        (None, _) => seen(Outcome::Fail, "it is empty", Some(found.area)),
    }
}

pub fn adjusted(by: f64, facts: &Facts) -> Judged {
    match facts.numbers {
        Some((before, after)) if (after - before - by).abs() < 1e-6 => {
            seen(Outcome::Pass, format!("it was {before} and is {after}"), None)
        }
        Some((before, after)) => seen(Outcome::Fail, format!("it was {before} and is {after}"), None),
        None => seen(Outcome::Unsure, "its number could not be read before and after", None),
    }
}

pub fn at_end(high: bool, facts: &Facts) -> Judged {
    match facts.knob {
        Some(at) if (high && at >= 0.96) || (!high && at <= 0.04) => {
            seen(Outcome::Pass, format!("the knob is at {:.0} %", at * 100.0), None)
        }
        Some(at) => seen(Outcome::Fail, format!("the knob is at {:.0} %", at * 100.0), None),
        None => seen(Outcome::Unsure, "its knob cannot be seen", None),
    }
}

pub fn sorted(descending: bool, facts: &Facts) -> Judged {
    match facts.order {
        Some((rising, falling)) if (descending && falling) || (!descending && rising) => {
            seen(Outcome::Pass, "the cells of the column stand in that order", None)
        }
        Some(_) => seen(Outcome::Fail, "the cells of the column stand in another order", None),
        None => seen(Outcome::Unsure, "the cells of the column could not be read", None),
    }
}

pub fn cell_holds(value: &str, facts: &Facts) -> Judged {
    let Some(found) = &facts.found else { return seen(Outcome::Unsure, "the cell could not be found again", None) };
    match &found.shows {
        Some(shown) if holds(shown, value) || is_same(shown, value) => {
            seen(Outcome::Pass, format!("it shows “{}”", short(shown)), Some(found.area))
        }
        Some(shown) => seen(Outcome::Fail, format!("it shows “{}”", short(shown)), Some(found.area)),
        None => seen(Outcome::Fail, "it is empty", Some(found.area)),
    }
}

/// Lists that answer while something is typed have changed before the search is begun.
pub fn searched(facts: &Facts) -> Judged {
    let large = facts.touched.iter().find(|a| a.w > 60 && a.h > 60);
    match large {
        Some(area) => seen(Outcome::Pass, "the screen changed as the search was entered", Some(*area)),
        None => reacted(facts),
    }
}

pub fn tab_open(facts: &Facts) -> Judged {
    let front = facts.found.as_ref().filter(|f| f.state.selected == Some(true));
    front.map_or_else(|| reacted(facts), |found| seen(Outcome::Pass, "it is in front", Some(found.area)))
}

pub fn settled(facts: &Facts) -> Judged {
    match (facts.question, facts.reaction.is_some()) {
        (true, _) => seen(Outcome::Fail, "a question is still open", None),
        (false, true) => reacted(facts),
        (false, false) => seen(Outcome::Pass, "no question came up", None),
    }
}

pub fn marked(text: &str, facts: &Facts) -> Judged {
    let text = facts.meant.as_deref().unwrap_or(text);
    match &facts.clipboard {
        Some(copy) if holds(copy, text) && copy.trim().chars().count() <= text.trim().chars().count() => {
            witnessed(Outcome::Pass, format!("copied out of the application, what is selected is “{}”", short(copy)))
        }
        Some(copy) => witnessed(Outcome::Fail, format!("what is selected is “{}”", short(copy))),
        None => seen(Outcome::Unsure, "the application does not say what is selected", None),
    }
}

pub fn rewritten(gone: Option<&str>, there: Option<&str>, facts: &Facts) -> Judged {
    let lines: Vec<&str> = facts.after.text.iter().map(|t| t.text.as_str()).collect();
    let screen = lines.join("\n");
    let (gone, there) = match (gone, there) {
        (Some(gone), Some(there)) => (gone, there),
        (Some(gone), None) if holds(&screen, gone) => {
            return seen(Outcome::Fail, format!("“{gone}” still stands there"), None);
        }
        (Some(gone), None) => return seen(Outcome::Pass, format!("“{gone}” no longer stands there"), None),
        (None, Some(there)) if holds(&screen, there) => {
            return seen(Outcome::Pass, format!("“{there}” stands there"), None);
        }
        (None, Some(there)) => return seen(Outcome::Fail, format!("“{there}” does not stand there"), None),
        (None, None) => return reacted(facts),
    };
    let stays = !holds(there, gone) && holds(&screen, gone);
    match (holds(&screen, there), stays) {
        (true, false) => seen(Outcome::Pass, format!("“{there}” stands there, “{gone}” no longer does"), None),
        (_, true) => seen(Outcome::Fail, format!("“{gone}” still stands there"), None),
        (false, false) => seen(Outcome::Fail, format!("“{there}” does not stand there"), None),
    }
}

pub fn placed(side: Side, facts: &Facts) -> Judged {
    let moved = &facts.moved;
    let changed = facts.reaction.is_some_and(|r| r.after_px >= CHANGED_PX);
    let (Some(after), Some(target)) = (moved.after, moved.target) else {
        let outcome = if changed && side == Side::On { Outcome::Pass } else { Outcome::Unsure };
        return seen(outcome, "it is no longer where it was", moved.target);
    };
    if moved.before == Some(after) || !changed {
        return seen(Outcome::Fail, "it is where it was", Some(after));
    }
    // What only moved up in its list, because another left it, has not come to where it should be.
    let away = |at: crate::screen::RectPx| (at.center().x - target.center().x, at.center().y - target.center().y);
    let nearer = moved.before.is_none_or(|before| {
        let ((bx, by), (ax, ay)) = (away(before), away(after));
        let (bx, by, ax, ay) = (bx.abs(), by.abs(), ax.abs(), ay.abs());
        target.grow(8).contains(after.center()) || if bx >= by { ax * 2 <= bx } else { ay * 2 <= by }
    });
    let fits = match side {
        Side::On => nearer,
        Side::Above => after.y < target.y || after.y <= target.y + 4,
        Side::Below => after.y > target.y || after.y + 4 >= target.y,
    };
    let outcome = if fits { Outcome::Pass } else { Outcome::Fail };
    seen(outcome, format!("it moved to {}", after.center()), Some(after))
}

pub fn arranged(how: Arrangement, facts: &Facts) -> Judged {
    let window = facts.window.and_then(|id| facts.after.window(id));
    let screen = i64::from(facts.after.width) * i64::from(facts.after.height);
    let fits = match (how, window) {
        (Arrangement::Minimise, None) => true,
        (Arrangement::Minimise, Some(w)) => !w.focused,
        (_, None) => false,
        (Arrangement::Maximise, Some(w)) => i64::from(w.area.w) * i64::from(w.area.h) * 10 >= screen * 8,
        (Arrangement::Resize { width, height }, Some(w)) => {
            (w.area.w - width as i32).abs() <= 12 && (w.area.h - height as i32).abs() <= 12
        }
        (Arrangement::Move { to }, Some(w)) => (w.area.x - to.x).abs() <= 40 && (w.area.y - to.y).abs() <= 40,
        (Arrangement::Restore, Some(_)) => true,
    };
    let stands = window.map_or_else(|| "it is hidden".to_owned(), |w| format!("it is {}x{} now", w.area.w, w.area.h));
    witnessed(if fits { Outcome::Pass } else { Outcome::Fail }, stands)
}

pub fn when_shown(shown: &str, facts: &Facts) -> Option<Judged> {
    let lines: Vec<&str> = facts.before.text.iter().map(|t| t.text.as_str()).collect();
    let was_there = lines.iter().any(|line| holds(line, shown));
    (!was_there && facts.reaction.is_none())
        .then(|| seen(Outcome::Pass, format!("“{shown}” was not shown, so nothing was to be done"), None))
}
