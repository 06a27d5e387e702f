//! Where a search looks: in a window, in a part of the screen, beside other things.

use super::super::alike::{fold, similarity};
use super::super::items::Reading;
use super::super::phrase::{Looks, Near, Phrase, Side};
use super::{Candidate, LEAST, Search, best_window};
use crate::screen::{Element, PointPx, RectPx, Role};

/// Where a search looks.
pub(super) enum Scope {
    /// Anywhere, but rather in this window.
    Rather(Option<u32>),
    /// In this window only.
    Window(u32),
    /// In this part of the screen only.
    Area(RectPx),
    /// In this window that only pixels show, but not in smaller ones that lie above it.
    Titled(RectPx),
    /// Anywhere but in this part of the screen.
    Beyond(RectPx),
    /// Nowhere: what was named is not there.
    Nowhere,
}

impl Search<'_> {
    pub(super) fn scope(&self, phrase: &Phrase) -> Scope {
        let Some(title) = &phrase.window else { return Scope::Rather(self.window) };
        if let Some(id) = best_window(self.percept, title) {
            return Scope::Window(id);
        }
        // A picture has no windows, but it may show their title bars.
        if let Some(bar) = self.bar_of(title) {
            return Scope::Titled(self.below_bar(bar));
        }
        if let ("main" | "other" | "background", Some(above)) = (fold(title).as_str(), self.floating()) {
            return Scope::Beyond(above);
        }
        if let Some(section) = self.sections(title).first() {
            return Scope::Area(*section);
        }
        let heading = self.items.iter().filter(|i| similarity(title, &i.label) >= 0.8).min_by_key(|i| i.area.y);
        heading.map_or(Scope::Nowhere, |item| Scope::Area(self.around_heading(item.area)))
    }

    /// The title bar that is most like `title`.
    pub(super) fn bar_of(&self, title: &str) -> Option<RectPx> {
        let bars = self.percept.elements.iter().filter(|e| e.role == Role::TitleBar);
        let likeness = |e: &Element| title_likeness(title, e.label.as_deref().unwrap_or_default());
        let best = bars.map(|e| (likeness(e), e)).max_by(|a, b| a.0.total_cmp(&b.0));
        best.filter(|(fit, _)| *fit >= LEAST).map(|(_, e)| e.area)
    }

    /// The pane that a title bar is the top of.
    fn window_of(&self, bar: RectPx) -> Option<RectPx> {
        let mut panes = self.percept.elements.iter().filter(|e| e.role == Role::Pane).map(|e| e.area);
        panes.find(|a| (a.x, a.y, a.w) == (bar.x, bar.y, bar.w) && a.h > bar.h)
    }

    /// The window below a title bar: the pane that the bar is the top of, else down to the next title bar.
    pub(super) fn below_bar(&self, bar: RectPx) -> RectPx {
        if let Some(window) = self.window_of(bar) {
            return window;
        }
        let bars = self.percept.elements.iter().filter(|e| e.role == Role::TitleBar && e.area.y > bar.y + 2 * self.em);
        let next = bars
            .filter(|e| (e.area.x - bar.x).abs() < 2 * self.em && (e.area.w - bar.w).abs() < 4 * self.em)
            .map(|e| e.area.y)
            .min();
        let bottom = next.unwrap_or(self.percept.height as i32).min(bar.y + bar.w.max(30 * self.em) * 2);
        RectPx::from_corners(bar.x - 2, bar.y, bar.right() + 2, bottom)
    }

    /// Whether another window, which lies on `window`, is at a place.
    fn is_above(&self, window: &RectPx, at: PointPx) -> bool {
        let bars = self.percept.elements.iter().filter(|e| e.role == Role::TitleBar);
        let others = bars.filter_map(|e| self.window_of(e.area)).filter(|o| o.iou(window) < 0.8);
        others.into_iter().any(|o| o.contains(at) && o.area() < window.area())
    }

    /// What a heading stands over: below it, and beside it on its row.
    fn around_heading(&self, heading: RectPx) -> RectPx {
        let em = self.em;
        RectPx::from_corners(heading.x - 4 * em, heading.y - em, heading.right() + 60 * em, heading.bottom() + 45 * em)
    }

    pub(super) fn weight(&self, scope: &Scope, candidate: &Candidate) -> f32 {
        let top = self.percept.windows.iter().rev().find(|w| w.area.contains(candidate.at));
        match scope {
            Scope::Nowhere => 0.0,
            Scope::Area(area) => f32::from(u8::from(area.contains(candidate.at))),
            Scope::Titled(area) => {
                f32::from(u8::from(area.contains(candidate.at) && !self.is_above(area, candidate.at)))
            }
            Scope::Beyond(area) => f32::from(u8::from(!area.contains(candidate.at))),
            Scope::Window(id) => {
                let on_bar = self.percept.window(*id).is_some_and(|w| {
                    RectPx::new(w.area.x - 2, w.area.y - 3 * self.em, w.area.w + 4, 3 * self.em).contains(candidate.at)
                });
                f32::from(u8::from(top.is_some_and(|w| w.id == *id || w.popup) || (top.is_none() && on_bar)))
            }
            Scope::Rather(None) => 1.0,
            Scope::Rather(Some(id)) => {
                if top.is_some_and(|w| w.id == *id || w.popup) {
                    1.0
                } else {
                    0.9
                }
            }
        }
    }

    /// Keeps the candidates that stand where `near` says, the nearest as they are and the others less.
    pub(super) fn nearest(&self, candidates: Vec<Candidate>, near: &Near, depth: u32) -> Vec<Candidate> {
        let candidates = match self.held(&candidates, near).filter(|_| matches!(near.side, Side::Of | Side::InRow)) {
            // Of several in one card, the nearest to the name is meant.
            Some(held) if held.len() > 1 && self.unnamed_part(&near.what).is_none() => {
                let nearest = self.nearest_anchored(held.clone(), near, depth);
                return if nearest.is_empty() { held } else { nearest };
            }
            Some(held) => return held,
            None => candidates,
        };
        self.nearest_anchored(candidates, near, depth)
    }

    /// "Reading list" is a name where it stands on the screen just so, although "list" is a kind of thing.
    fn literal(&self, what: &Phrase) -> Option<Phrase> {
        let taken_apart = what.kind.is_some() || what.looks != Looks::default() || what.ordinal.is_some();
        let several = what.whole.contains(' ');
        let stands = || self.percept.text.iter().any(|t| similarity(&what.whole, &t.text) >= 0.97);
        (taken_apart && several && stands()).then(|| Phrase {
            name: what.whole.clone(),
            whole: what.whole.clone(),
            ..Phrase::default()
        })
    }

    /// Keeps the candidates on the side of what `near` names that it says.
    fn nearest_anchored(&self, candidates: Vec<Candidate>, near: &Near, depth: u32) -> Vec<Candidate> {
        let general = self.is_general(&near.what);
        if let Some(part) = self.part(&near.what).filter(|_| general && near.side == Side::Of) {
            return in_part(candidates, part, self.em);
        }
        let mut anchors = self.candidates(&near.what, Reading::Strict, depth + 1);
        if let Some(literal) = self.literal(&near.what) {
            anchors = self.candidates(&literal, Reading::Strict, depth + 1);
        }
        if matches!(fold(&near.what.whole).as_str(), "table" | "list" | "grid") {
            anchors = self.largest_list();
        }
        if anchors.iter().all(|a| a.confidence < LEAST) {
            anchors = self.candidates(&near.what, Reading::Loose, depth + 1);
        }
        // "order A-206" for "A-206": what it is may stand before what it is called.
        if let (true, Some((_, name))) =
            (anchors.is_empty(), near.what.name.split_once(' ').filter(|(_, rest)| rest.len() >= 3))
        {
            let shorter = Phrase { name: name.to_owned(), ..*near.what.clone() };
            anchors = self.candidates(&shorter, Reading::Strict, depth + 1);
            anchors.retain(|a| similarity(name, &a.label) >= 0.95);
        }
        let best = anchors.iter().map(|a| a.confidence).fold(0.0, f32::max);
        if near.side == Side::Of
            && best < 0.8
            && let Some(part) = self.part(&near.what)
        {
            return in_part(candidates, part, self.em);
        }
        anchors.retain(|a| a.confidence >= LEAST && a.confidence > best - 0.1);
        let unplaced = candidates.clone();
        let mut placed: Vec<(i32, Candidate)> = candidates
            .into_iter()
            .filter_map(|c| {
                let distances =
                    anchors.iter().filter(|a| a.area != c.area).filter_map(|a| self.distance(near.side, a, &c));
                Some((distances.min()?, c))
            })
            .collect();
        // Beside it may be anywhere in its card.
        if placed.is_empty()
            && matches!(near.side, Side::Below | Side::Beside)
            && let Some(held) = self.held(&unplaced, &Near { side: Side::Of, what: near.what.clone() })
        {
            return held;
        }
        if let (true, Some(part)) = (placed.is_empty() && near.side == Side::Of, self.part(&near.what)) {
            return in_part(unplaced, part, self.em);
        }
        placed.sort_by_key(|(distance, _)| *distance);
        let closest = placed.first().map_or(0, |(distance, _)| *distance);
        let kept = placed.into_iter().map(|(distance, mut c)| {
            // Clearly farther than the closest is hardly meant.
            if distance > closest + self.em / 2 {
                c.confidence *= if near.side == Side::Of { 0.9 } else { 0.85 };
            }
            c
        });
        kept.collect()
    }

    /// Whether `what` names no thing that could be found, only a sort of place: "the list", "the file list".
    pub(super) fn is_general(&self, what: &Phrase) -> bool {
        let held = matches!(what.kind, Some("list")) && self.part(what).is_some();
        (what.name.is_empty() || held) && what.ordinal.is_none() && what.looks == Looks::default()
    }

    /// Whether `what` is a general word for a part of the screen.
    pub(super) fn is_part(&self, what: &Phrase) -> bool {
        self.part(what).is_some()
    }

    /// The part of the screen that a general word means; all of it where the word says no place.
    fn part(&self, what: &Phrase) -> Option<RectPx> {
        let words = fold(&what.whole);
        if is_list_of_contents(what) {
            return Some(RectPx::new(0, 0, self.percept.width as i32, self.percept.height as i32));
        }
        let has = |all: &[&str]| all.iter().any(|w| format!(" {words} ").contains(&format!(" {w} ")));
        let (w, h) = (self.percept.width as i32, self.percept.height as i32);
        let pane = |right: bool| self.side_pane(right).filter(|_| !has(&["toolbar", "tool bar"]));
        if let Some(pane) =
            pane(has(&["right"])).filter(|_| has(&["left", "right", "side bar", "sidebar", "navigation"]))
        {
            return Some(pane);
        }
        let area = if has(&[
            "side bar",
            "sidebar",
            "left bar",
            "navigation",
            "tree",
            "contents",
            "places",
            "places list",
            "left",
        ]) {
            if has(&["right"]) { RectPx::new(w * 7 / 10, 0, w, h) } else { RectPx::new(0, 0, w * 28 / 100, h) }
        } else if has(&["right"]) {
            RectPx::new(w / 2, 0, w, h)
        } else if has(&["status bar", "statusbar", "task bar", "taskbar", "dock", "footer", "bottom"]) {
            RectPx::new(0, h * 85 / 100, w, h)
        } else if has(&[
            "toolbar",
            "tool bar",
            "ribbon",
            "header",
            "top bar",
            "bread crumbs",
            "breadcrumbs",
            "menu bar",
            "address bar",
        ]) {
            RectPx::new(0, 0, w, h / 4)
        } else if has(&[
            "list",
            "table",
            "dialog",
            "pop up",
            "popup",
            "window",
            "screen",
            "page",
            "form",
            "picture",
            "tip",
            "panel",
            "menu",
            "submenu",
            "grid",
            "message",
            "editor",
            "calculator",
            "file manager",
            "browser",
            "terminal",
            "area",
            "section",
        ]) {
            RectPx::new(0, 0, w, h)
        } else {
            return None;
        };
        Some(area)
    }

    /// The tall pane at the left or right edge of the screen, where one is seen.
    fn side_pane(&self, right: bool) -> Option<RectPx> {
        let (w, h) = (self.percept.width as i32, self.percept.height as i32);
        let panes = self.percept.elements.iter().filter(|e| e.role == Role::Pane).map(|e| e.area);
        let at_edge = |a: &RectPx| if right { a.right() >= w - 4 } else { a.x <= 4 };
        panes.filter(|a| at_edge(a) && a.h * 2 >= h && a.w * 5 <= w * 2).max_by_key(RectPx::area)
    }

    /// How far a candidate is from an anchor on the side that is asked for; `None` where it is not there.
    fn distance(&self, side: Side, anchor: &Candidate, c: &Candidate) -> Option<i32> {
        let (a, b, em) = (&anchor.area, &c.area, self.em);
        let in_row = a.row_overlap(b) > 0.3;
        let in_column = a.column_overlap(b) > 0.3 || (a.x - b.x).abs() <= 2 * em;
        let (right, left) = (b.x - a.right(), a.x - b.right());
        let (below, above) = (b.y - a.bottom(), a.y - b.bottom());
        match side {
            Side::RightOf => (in_row && right >= -em / 2).then_some(right.max(0)),
            Side::LeftOf => (in_row && left >= -em / 2).then_some(left.max(0)),
            Side::Below => (in_column && below >= -em / 2).then_some(below.max(0)),
            Side::Above => (in_column && above >= -em / 2).then_some(above.max(0)),
            Side::After | Side::Before => {
                let (across, down) =
                    if side == Side::After { (Side::RightOf, Side::Below) } else { (Side::LeftOf, Side::Above) };
                self.distance(across, anchor, c).or_else(|| self.distance(down, anchor, c))
            }
            Side::InRow if self.share_row(a, b) => Some(right.max(left).max(0) / 8),
            Side::InRow => self.row_of(a).row_overlap(b).gt(&0.4).then(|| right.max(left).max(0)),
            Side::InColumn => (a.column_overlap(b) > 0.3 && below >= -em / 2).then_some(below.max(0)),
            Side::Beside => {
                let beside = in_row && right.max(left) >= -em;
                let stacked = in_column && below.max(above) <= 2 * em;
                let inside = a.holds(b) || b.holds(a);
                if beside {
                    Some(right.max(left).max(0))
                } else {
                    (stacked || inside).then(|| 4 * em + below.max(above).max(0))
                }
            }
            Side::Of => self.of(anchor, c),
        }
    }

    /// In a thing, on its row, or under it as under a heading.
    fn of(&self, anchor: &Candidate, c: &Candidate) -> Option<i32> {
        let (a, b, em) = (&anchor.area, &c.area, self.em);
        if a.holds(b) {
            return Some(0);
        }
        let bars = self.percept.elements.iter().filter(|e| e.role == Role::TitleBar);
        if let Some(bar) = bars.filter(|e| e.area.contains(anchor.at)).map(|e| e.area).next() {
            return self.below_bar(bar).contains(c.at).then_some(em);
        }
        // What stands left of a name hardly belongs to it.
        let (across, below) = ((b.x - a.right()).max(3 * (a.x - b.right())).max(0), b.y - a.bottom());
        if self.share_row(a, b) {
            return Some(across / 8);
        }
        if self.row_of(a).row_overlap(b) > 0.4 {
            // What belongs to a name follows it.
            return Some(if b.x >= a.right() - em { across } else { 3 * across + 2 * em });
        }
        let under = below >= -em / 2 && below < 45 * em && b.right() > a.x - 4 * em && b.x < a.right() + 50 * em;
        under.then(|| 3 * em + below.max(0) + 2 * across)
    }

    /// Whether two things stand in one row of a list.
    fn share_row(&self, a: &RectPx, b: &RectPx) -> bool {
        let rows = self.percept.elements.iter().filter(|e| e.role == Role::ListRow);
        rows.map(|e| e.area).any(|r| r.contains(a.center()) && r.contains(b.center()) && r.h <= 6 * self.em)
    }

    /// The largest list or table, as something to stand beside.
    fn largest_list(&self) -> Vec<Candidate> {
        let lists = super::tables::lists(self.percept);
        let list = lists.first().map(|l| l.area());
        list.into_iter()
            .map(|area| Candidate {
                label: String::new(),
                role: None,
                area,
                at: area.center(),
                confidence: 0.9,
                element: None,
            })
            .collect()
    }

    /// The row that a text is in: that of a list, or its own height and a little more.
    pub(super) fn row_of(&self, a: &RectPx) -> RectPx {
        let rows = self.percept.elements.iter().filter(|e| e.role == Role::ListRow && e.area.contains(a.center()));
        let row = rows.map(|e| e.area).min_by_key(RectPx::area);
        row.unwrap_or_else(|| RectPx::new(0, a.y - self.em / 4, self.percept.width as i32, a.h + self.em / 2))
    }
}

/// "the file list", "the songs table": a list of what it holds, which is no name.
pub(super) fn is_list_of_contents(what: &Phrase) -> bool {
    const HELD: [&str; 12] = [
        "file", "files", "folder", "folders", "song", "songs", "mail", "message", "messages", "item", "results", "main",
    ];
    matches!(what.kind, Some("list")) && HELD.contains(&fold(&what.name).as_str())
}

/// What stands in `part` as it is, the rest as less likely. Of bars at the top, the first is meant.
fn in_part(mut candidates: Vec<Candidate>, part: RectPx, em: i32) -> Vec<Candidate> {
    let is_side = part.x == 0 && part.y == 0 && part.h > part.w;
    let leftmost = candidates.iter().map(|c| c.at.x).min().unwrap_or(0);
    let is_bar = part.y == 0 && part.w > 3 * part.h;
    let first = candidates.iter().filter(|c| part.contains(c.at)).map(|c| c.at.y).min().unwrap_or(0);
    for candidate in &mut candidates {
        let beyond_side = is_side && candidate.at.x > leftmost + 12 * em;
        let below_bar = is_bar && candidate.at.y > first + 3 * em;
        if !part.contains(candidate.at) {
            candidate.confidence *= 0.8;
        } else if beyond_side || below_bar {
            candidate.confidence *= 0.9;
        }
    }
    candidates
}

/// How alike what a window is called is to its title: to all of it, a part between dashes, or within a long word.
fn title_likeness(wanted: &str, title: &str) -> f32 {
    let title = title.replace(" — ", " - ").replace(" – ", " - ").replace("— ", " - ");
    let by_part = title.split(" - ").map(|part| similarity(wanted, part)).fold(similarity(wanted, &title), f32::max);
    let within = wanted.chars().count() >= 5 && fold(&title).contains(&fold(wanted));
    // "the zip window": a word of a file's name.
    let by_word = title.split(|c: char| !c.is_alphanumeric()).any(|word| word.len() >= 3 && fold(word) == fold(wanted));
    by_part.max(if within || by_word { 0.75 } else { 0.0 })
}
