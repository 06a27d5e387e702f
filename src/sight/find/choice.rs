//! One of several candidates: by order, by place, by likeness.

use super::super::alike::{fold, similarity};
use super::super::phrase::{Phrase, Place};
use super::tables::lists;
use super::{Candidate, Finding, LEAST, MARGIN, Search};
use crate::screen::{RectPx, Role};

impl Search<'_> {
    pub(super) fn pick_place(&self, mut candidates: Vec<Candidate>, place: Place, phrase: &Phrase) -> Finding {
        let best = candidates.iter().map(|c| c.confidence).fold(0.0, f32::max);
        candidates.retain(|c| c.confidence > best - 0.15);
        let areas = candidates.iter().fold(RectPx::default(), |all, c| all.union(&c.area));
        let within = if phrase.near.is_empty() && phrase.window.is_none() {
            RectPx::new(0, 0, self.percept.width as i32, self.percept.height as i32)
        } else {
            areas
        };
        let distance = |c: &Candidate| {
            let side = |sign: i32, at: i32, from: i32, to: i32| match sign {
                -1 => at - from,
                1 => to - at,
                _ => 0,
            };
            side(place.across, c.at.x, within.x, within.right()) + side(place.down, c.at.y, within.y, within.bottom())
        };
        candidates.sort_by_key(distance);
        // Something in the corner is nearer to it than to the middle.
        let limit = (within.w * place.across.abs() + within.h * place.down.abs()) / 2 + self.em / 2;
        match candidates.first() {
            Some(first) if distance(first) <= limit => {
                let one = candidates.remove(0);
                Finding::One(Box::new(one), candidates)
            }
            _ => Finding::None(self.nearest_labels(&phrase.name)),
        }
    }

    pub(super) fn decide(&self, mut candidates: Vec<Candidate>, phrase: &Phrase) -> Finding {
        let Some(best) = candidates.first().map(|c| c.confidence).filter(|&c| c >= LEAST * 0.9) else {
            return Finding::None(self.nearest_labels(&phrase.name));
        };
        // "the big button" is chosen among all that may be one.
        let margin = if phrase.looks.large.is_some() { 0.25 } else { MARGIN };
        let equal = candidates.iter().take_while(|c| best - c.confidence < margin).count();
        if equal > 1 {
            // Upper and lower case decide between things that are otherwise alike.
            let exact: Vec<usize> = (0..equal).filter(|&i| candidates[i].label.trim() == phrase.name).collect();
            if let Some(chosen) = by_extent(&candidates[..equal], phrase).filter(|_| exact.len() != 1) {
                candidates.swap(0, chosen);
            } else if exact.len() != 1 {
                candidates.truncate(equal);
                return Finding::Tie(candidates);
            }
            if let [only] = exact.as_slice() {
                candidates.swap(0, *only);
            }
        }
        let one = candidates.remove(0);
        Finding::One(Box::new(one), candidates)
    }

    /// The one at a place in the order of its kind.
    ///
    /// Rows are counted within their list: the one that the phrase leads to, else the largest.
    pub(super) fn pick_ordinal(&self, mut candidates: Vec<Candidate>, ordinal: i32, phrase: &Phrase) -> Finding {
        let best = candidates.iter().map(|c| c.confidence).fold(0.0, f32::max);
        // What stands outside of the part that was named is not counted.
        let margin = if phrase.near.is_empty() { 0.2 } else { 0.15 };
        candidates.retain(|c| c.confidence > best - margin);
        self.keep_exact(&mut candidates, phrase);
        // What is of the kind itself is counted, not what may pass for it.
        if candidates.iter().any(|c| c.role.is_some() && c.role == phrase.role) {
            candidates.retain(|c| c.role == phrase.role);
        }
        if phrase.role == Some(Role::TextField) {
            self.drop_bars(&mut candidates);
        }
        if let Some(kind) = phrase.kind.filter(|_| phrase.name.is_empty()) {
            self.keep_panes_of_kind(&mut candidates, kind);
        }
        let of_rows = candidates.iter().any(|c| matches!(c.role, Some(Role::ListRow | Role::MenuItem)));
        if phrase.name.is_empty() && of_rows && self.own_section(phrase).is_none() {
            self.keep_one_list(&mut candidates, phrase);
        } else if phrase.name.is_empty() && candidates.iter().all(|c| c.role == Some(Role::Tab)) {
            keep_one_strip(&mut candidates);
        }
        in_reading_order(&mut candidates);
        self.in_column_order(&mut candidates);
        let count = candidates.len() as i32;
        let place = if ordinal < 0 { count + ordinal } else { ordinal - 1 };
        if !(0..count).contains(&place) {
            return Finding::None(candidates.into_iter().map(|c| c.label).collect());
        }
        let one = candidates.remove(place as usize);
        Finding::One(Box::new(one), candidates)
    }

    /// Bars for tools and states reach from edge to edge of their window, and are not counted as fields.
    fn drop_bars(&self, candidates: &mut Vec<Candidate>) {
        let panes = || self.percept.windows.iter().filter(|w| !w.popup).map(|w| w.area);
        let is_bar = |c: &Candidate| {
            let spans = |p: RectPx| p.holds(&c.area) && p.w - c.area.w <= 8 && p.h > 4 * c.area.h;
            let words = self.percept.text_in(c.area).next().is_some();
            words && c.area.h <= 4 * self.em && panes().any(spans)
        };
        if candidates.iter().any(|c| !is_bar(c)) {
            candidates.retain(|c| !is_bar(c));
        }
    }

    /// Where several are called just so, others that are called much the same are not counted.
    fn keep_exact(&self, candidates: &mut Vec<Candidate>, phrase: &Phrase) {
        let is_exact = |c: &Candidate| similarity(&phrase.name, &c.label) >= 0.95;
        if !phrase.name.is_empty() && candidates.iter().filter(|c| is_exact(c)).count() > 1 {
            candidates.retain(is_exact);
        }
    }

    /// Of rows, keeps those of one list: that of the likeliest candidate where the phrase says where it is.
    fn keep_one_list(&self, candidates: &mut Vec<Candidate>, phrase: &Phrase) {
        let lists = lists(self.percept);
        let holds = |list: &RectPx, c: &Candidate| list.contains(c.area.center());
        let counted: Vec<(usize, f32, i32)> = lists
            .iter()
            .map(|list| {
                let area = list.area();
                let own = candidates.iter().enumerate().filter(|(_, c)| holds(&area, c));
                let best = own.clone().map(|(_, c)| c.confidence).fold(0.0, f32::max);
                let first = own.clone().map(|(at, _)| at as i32).min().unwrap_or(i32::MAX);
                (own.count(), best, first)
            })
            .collect();
        let with_rows = (0..lists.len()).filter(|&i| counted[i].0 > 0);
        let leads_there = matches!(phrase.kind, Some("playlist" | "channel" | "place" | "chapter"));
        let chosen = if leads_there && phrase.near.is_empty() {
            with_rows.min_by_key(|&i| lists[i].area().x)
        } else if phrase.near.iter().all(|near| self.is_general(&near.what)) && phrase.place.is_none() {
            with_rows.max_by_key(|&i| (counted[i].0 as i64) * lists[i].area().area())
        } else {
            // Candidates come with the nearest first.
            with_rows.max_by(|&a, &b| counted[a].1.total_cmp(&counted[b].1).then(counted[b].2.cmp(&counted[a].2)))
        };
        let Some(list) = chosen.map(|i| &lists[i]) else { return };
        let items: Vec<RectPx> = list
            .items()
            .iter()
            .filter(|r| self.is_of_kind(r.area, phrase, list.items().iter().map(|r| r.area)))
            .map(|r| r.area)
            .collect();
        candidates.retain(|c| items.iter().any(|i| i.contains(c.area.center()) && c.area.h * 2 > i.h));
    }

    /// Whether a row is the folder or file that was asked for, as far as the icons or words of the rows tell.
    fn is_of_kind(&self, row: RectPx, phrase: &Phrase, mut rows: impl Iterator<Item = RectPx>) -> bool {
        let is_folder = |area: RectPx| {
            let drawn =
                self.percept.elements_in(area).any(|e| e.icons.first().is_some_and(|i| i.concept.contains("folder")));
            drawn || self.percept.text_in(area).any(|t| fold(&t.text).split(' ').any(|w| w == "folder"))
        };
        match phrase.kind {
            Some("folder") => is_folder(row) || !rows.any(is_folder),
            Some("file") => !is_folder(row),
            _ => true,
        }
    }
}

/// Of things that are otherwise alike, the one whose size or side tells that it is meant: "the big button",
/// "the selected row" (of what is shown) rather than "the selected folder" (of what leads there).
fn by_extent(equal: &[Candidate], phrase: &Phrase) -> Option<usize> {
    let size = |i: &usize| equal[*i].area.area();
    let largest = (0..equal.len()).max_by_key(size)?;
    let smallest = (0..equal.len()).min_by_key(size)?;
    match phrase.looks.large {
        Some(true) => return Some(largest),
        Some(false) => return Some(smallest),
        None => {}
    }
    // Among signs and marks, the button with a word on it.
    let worded = |i: &usize| {
        equal[*i].label.chars().filter(|c| c.is_alphabetic()).count() >= 2
            && equal[*i].element.as_ref().is_some_and(|e| e.icons.is_empty())
    };
    let with_words: Vec<usize> = (0..equal.len()).filter(worded).collect();
    if let ([one], Some(Role::Button), true) = (with_words.as_slice(), phrase.role, phrase.name.is_empty()) {
        return Some(*one);
    }
    let rows = equal.iter().all(|c| matches!(c.role, Some(Role::ListRow | Role::MenuItem)));
    if phrase.looks.state.is_none() || !rows || !phrase.name.is_empty() {
        return None;
    }
    match phrase.kind {
        Some("row" | "file" | "message" | "mail" | "song" | "track" | "line") => Some(largest),
        Some("folder" | "place" | "channel" | "chapter" | "playlist" | "page") => {
            (0..equal.len()).min_by_key(|i| equal[*i].area.x)
        }
        _ => None,
    }
}

/// Tabs are counted within their strip: the first with the most of them.
fn keep_one_strip(candidates: &mut Vec<Candidate>) {
    let level = |a: &Candidate, b: &Candidate| a.area.row_overlap(&b.area) > 0.5;
    let count = |c: &Candidate| candidates.iter().filter(|o| level(c, o)).count();
    let Some(lead) = candidates.iter().max_by_key(|c| (count(c), std::cmp::Reverse(c.area.y))).cloned() else { return };
    candidates.retain(|c| level(&lead, c));
}

/// From the top, each row from the left.
fn in_reading_order(candidates: &mut Vec<Candidate>) {
    candidates.sort_by_key(|c| (c.at.y, c.at.x));
    let mut sorted: Vec<Candidate> = Vec::with_capacity(candidates.len());
    let mut row: Vec<Candidate> = Vec::new();
    for candidate in candidates.drain(..) {
        if row.first().is_some_and(|first| first.area.row_overlap(&candidate.area) < 0.5) {
            row.sort_by_key(|c| c.at.x);
            sorted.append(&mut row);
        }
        row.push(candidate);
    }
    row.sort_by_key(|c| c.at.x);
    sorted.append(&mut row);
    *candidates = sorted;
}
