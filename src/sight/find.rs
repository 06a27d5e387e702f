//! Where the thing is that a phrase describes.

use super::alike::similarity;
use super::items::{Item, ItemKind, items};
use super::phrase::{Near, Phrase, Place, Side};
use crate::screen::{Element, Percept, PointPx, RectPx, Role};
use serde::Serialize;

/// From this likeness on, a thing can be meant at all.
const LEAST: f32 = 0.62;
/// From this likeness on, a whole description is a label.
const LITERAL: f32 = 0.9;
/// Two candidates closer than this are a tie.
const MARGIN: f32 = 0.04;

/// A thing that a phrase may mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// What it is called on the screen.
    pub label: String,
    pub role: Option<Role>,
    #[serde(rename = "box")]
    pub area: RectPx,
    /// Where to click it.
    pub at: PointPx,
    /// In `[0, 1]`.
    pub confidence: f32,
    #[serde(skip)]
    pub element: Option<Element>,
}

/// What came of looking for a phrase.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// One thing fits best; the others follow, the best first.
    One(Box<Candidate>, Vec<Candidate>),
    /// Several things fit equally well.
    Tie(Vec<Candidate>),
    /// Nothing fits. What comes nearest follows.
    None(Vec<String>),
}

/// Looks for `phrase` in `percept`.
///
/// `window` prefers one window; a window that the phrase itself names is the only one searched.
pub fn find(percept: &Percept, phrase: &Phrase, window: Option<u32>) -> Finding {
    let search = Search::new(percept, window);
    // Labels may read like descriptions: "Print to file", "Keep me signed in".
    if !phrase.near.is_empty() || phrase.window.is_some() || phrase.value.is_some() || phrase.place.is_some() {
        let literal = search.run(&phrase.as_name());
        let best = match &literal {
            Finding::One(one, _) => one.confidence,
            Finding::Tie(all) => all.first().map_or(0.0, |c| c.confidence),
            Finding::None(_) => 0.0,
        };
        if best >= LITERAL {
            return literal;
        }
    }
    match search.run(phrase) {
        // "the second OK button": no label begins with the ordinal, so it counts.
        Finding::None(nearest) => match phrase.with_leading_ordinal() {
            // What is called so stands there, if as something else: "First name" is not the first name of several.
            Some(_) if search.items.iter().any(|i| i.likeness(&phrase.name) >= LITERAL) => Finding::None(nearest),
            Some(counted) => search.run(&counted),
            None => search.cell(phrase).map_or(Finding::None(nearest), |c| Finding::One(Box::new(c), Vec::new())),
        },
        found => found,
    }
}

/// The window whose title or application is most like `title`.
pub fn best_window(percept: &Percept, title: &str) -> Option<u32> {
    let likeness = |w: &crate::screen::Window| {
        let title_parts = w.title.replace(" — ", " - ").replace(" – ", " - ");
        let by_part = title_parts.split(" - ").map(|p| similarity(title, p)).fold(0.0, f32::max);
        by_part.max(similarity(title, &w.title)).max(similarity(title, &w.app))
    };
    let managed = percept.windows.iter().filter(|w| !w.popup);
    let best = managed.map(|w| (likeness(w), w)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= LEAST).then_some(best.1.id)
}

/// Where a search looks.
enum Scope {
    /// Anywhere, but rather in this window.
    Rather(Option<u32>),
    /// In this window only.
    Window(u32),
    /// In this part of the screen only.
    Area(RectPx),
    /// Nowhere: what was named is not there.
    Nowhere,
}

struct Search<'a> {
    percept: &'a Percept,
    items: Vec<Item>,
    window: Option<u32>,
    /// The height of a usual line, in pixels.
    em: i32,
}

impl<'a> Search<'a> {
    fn new(percept: &'a Percept, window: Option<u32>) -> Self {
        let mut heights: Vec<i32> = percept.text.iter().map(|t| t.area.h).collect();
        heights.sort_unstable();
        let em = heights.get(heights.len() / 2).copied().unwrap_or(14).max(8);
        Self { percept, items: items(percept), window: window.or_else(|| percept.active_window().map(|w| w.id)), em }
    }

    fn run(&self, phrase: &Phrase) -> Finding {
        let mut candidates = self.candidates(phrase, 0);
        let enough = if phrase.name.is_empty() { 0.5 } else { LEAST * 0.9 };
        candidates.retain(|c| c.confidence >= enough);
        if let Some(ordinal) = phrase.ordinal {
            drop_same_place(&mut candidates);
            return pick_ordinal(candidates, ordinal);
        }
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        drop_same_place(&mut candidates);
        if let Some(place) = phrase.place {
            return self.pick_place(candidates, place, phrase);
        }
        self.decide(candidates, phrase)
    }

    /// Everything that may be meant, with how well it fits. `depth` counts the things by which things are found.
    fn candidates(&self, phrase: &Phrase, depth: u32) -> Vec<Candidate> {
        let scope = self.scope(phrase);
        let mut fitting: Vec<Candidate> = self.items.iter().flat_map(|item| self.fit(item, phrase)).collect();
        for candidate in &mut fitting {
            candidate.confidence *= self.weight(&scope, candidate);
        }
        fitting.retain(|c| c.confidence > 0.3);
        for near in phrase.near.iter().filter(|_| depth < 3) {
            fitting = self.nearest(fitting, near, depth);
        }
        fitting
    }

    fn scope(&self, phrase: &Phrase) -> Scope {
        let Some(title) = &phrase.window else { return Scope::Rather(self.window) };
        if let Some(id) = best_window(self.percept, title) {
            return Scope::Window(id);
        }
        // A picture has no windows, but it may show their title bars.
        let bars = self.percept.elements.iter().filter(|e| e.role == Role::TitleBar);
        let likeness = |e: &Element| {
            let label = e.label.as_deref().unwrap_or_default().replace(" — ", " - ").replace(" – ", " - ");
            label.split(" - ").map(|part| similarity(title, part)).fold(similarity(title, &label), f32::max)
        };
        let best = bars.map(|e| (likeness(e), e)).max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(fit, _)| *fit >= LEAST);
        if let Some((_, bar)) = best {
            return Scope::Area(self.below_bar(bar.area));
        }
        let heading = self.items.iter().filter(|i| similarity(title, &i.label) >= 0.8).min_by_key(|i| i.area.y);
        heading.map_or(Scope::Nowhere, |item| Scope::Area(self.around_heading(item.area)))
    }

    /// A window as far as its title bar tells: down to the next title bar below it.
    fn below_bar(&self, bar: RectPx) -> RectPx {
        let bars = self.percept.elements.iter().filter(|e| e.role == Role::TitleBar && e.area.y > bar.y + 2 * self.em);
        let next = bars
            .filter(|e| (e.area.x - bar.x).abs() < 2 * self.em && (e.area.w - bar.w).abs() < 4 * self.em)
            .map(|e| e.area.y)
            .min();
        let bottom = next.unwrap_or(self.percept.height as i32).min(bar.y + bar.w.max(30 * self.em) * 2);
        RectPx::from_corners(bar.x - 2, bar.y, bar.right() + 2, bottom)
    }

    /// What a heading stands over: below it, and beside it on its row.
    fn around_heading(&self, heading: RectPx) -> RectPx {
        let em = self.em;
        RectPx::from_corners(heading.x - 4 * em, heading.y - em, heading.right() + 60 * em, heading.bottom() + 45 * em)
    }

    fn weight(&self, scope: &Scope, candidate: &Candidate) -> f32 {
        let top = self.percept.windows.iter().rev().find(|w| w.area.contains(candidate.at));
        match scope {
            Scope::Nowhere => 0.0,
            Scope::Area(area) => f32::from(u8::from(area.contains(candidate.at))),
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

    /// How an item fits the name, role, looks and value of a phrase: all of it, or words of it.
    fn fit(&self, item: &Item, phrase: &Phrase) -> Vec<Candidate> {
        let role_fit = item.role_fit(phrase);
        if role_fit == 0.0 || !item.looks_like(&phrase.looks, self.em) {
            return Vec::new();
        }
        if let Some(value) = &phrase.value {
            let shown = item.element.as_ref().and_then(|e| e.value.as_deref()).unwrap_or(&item.label);
            let holds = similarity(value, shown).max(if contains_words(shown, value) { 0.9 } else { 0.0 });
            if holds < 0.8 || item.element.is_none() {
                return Vec::new();
            }
            if phrase.name.is_empty() {
                return vec![item.candidate(holds * role_fit)];
            }
        }
        if phrase.name.is_empty() {
            let kind_or_looks = phrase.role.is_some() || phrase.looks != Default::default() || phrase.named_kind;
            // What has neither a name nor a kind is found by its looks only where it is drawn, not written.
            let drawn = phrase.role.is_some() || phrase.named_kind || item.kind == ItemKind::Element;
            return if kind_or_looks && drawn { vec![item.candidate(0.9 * role_fit)] } else { Vec::new() };
        }
        let whole = item.likeness(&phrase.name);
        let mut found = Vec::new();
        if whole >= LEAST {
            found.push(item.candidate(whole * role_fit));
        }
        if whole < 0.95 && item.kind == ItemKind::Text {
            found.extend(item.words_like(&phrase.name, role_fit));
        }
        found
    }

    /// Keeps the candidates that stand where `near` says, the nearest as they are and the others less.
    fn nearest(&self, candidates: Vec<Candidate>, near: &Near, depth: u32) -> Vec<Candidate> {
        let mut anchors = self.candidates(&near.what, depth + 1);
        let best = anchors.iter().map(|a| a.confidence).fold(0.0, f32::max);
        anchors.retain(|a| a.confidence >= LEAST && a.confidence > best - 0.1);
        let mut placed: Vec<(i32, Candidate)> = candidates
            .into_iter()
            .filter_map(|c| {
                let distances =
                    anchors.iter().filter(|a| a.area != c.area).filter_map(|a| self.distance(near.side, a, &c));
                Some((distances.min()?, c))
            })
            .collect();
        placed.sort_by_key(|(distance, _)| *distance);
        let closest = placed.first().map_or(0, |(distance, _)| *distance);
        let kept = placed.into_iter().map(|(distance, mut c)| {
            // Clearly farther than the closest is hardly meant.
            if distance > closest + self.em / 2 {
                c.confidence *= if near.side == Side::Of { 0.97 } else { 0.85 };
            }
            c
        });
        kept.collect()
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
        if anchor.role == Some(Role::TitleBar) {
            return self.below_bar(*a).contains(c.at).then_some(em);
        }
        let (across, below) = ((b.x - a.right()).max(a.x - b.right()).max(0), b.y - a.bottom());
        if self.row_of(a).row_overlap(b) > 0.4 {
            return Some(across);
        }
        let under = below >= -em / 2 && below < 45 * em && b.right() > a.x - 4 * em && b.x < a.right() + 50 * em;
        under.then(|| 3 * em + below.max(0) + across / 2)
    }

    /// The row that a text is in: that of a list, or its own height and a little more.
    fn row_of(&self, a: &RectPx) -> RectPx {
        let rows = self.percept.elements.iter().filter(|e| e.role == Role::ListRow && e.area.contains(a.center()));
        let row = rows.map(|e| e.area).min_by_key(RectPx::area);
        row.unwrap_or_else(|| RectPx::new(0, a.y - self.em / 4, self.percept.width as i32, a.h + self.em / 2))
    }

    /// "the price of Oolong": the cell where the column of that name meets the row.
    fn cell(&self, phrase: &Phrase) -> Option<Candidate> {
        let text_like = |name: &str| {
            let fits = self.items.iter().filter(|i| i.kind == ItemKind::Text && i.likeness(name) >= 0.8);
            fits.collect::<Vec<_>>()
        };
        let column = phrase.near.iter().find(|n| n.side == Side::InColumn).map(|n| n.what.name.clone());
        let row = phrase
            .near
            .iter()
            .find(|n| matches!(n.side, Side::InRow | Side::Of | Side::Beside))
            .map(|n| n.what.whole.clone());
        let column = column.or_else(|| (!phrase.name.is_empty()).then(|| phrase.name.clone()))?;
        let (columns, rows) = (text_like(&column), text_like(row.as_deref()?));
        let meets = |i: &&Item| {
            let under = columns.iter().any(|c| c.area.y < i.area.y && (c.area.column_overlap(&i.area) > 0.2));
            let beside = rows.iter().any(|r| r.area != i.area && self.row_of(&r.area).row_overlap(&i.area) > 0.4);
            i.kind == ItemKind::Text && under && beside
        };
        let nearest = self.items.iter().filter(meets).min_by_key(|i| i.area.x)?;
        Some(nearest.candidate(0.8))
    }

    fn pick_place(&self, mut candidates: Vec<Candidate>, place: Place, phrase: &Phrase) -> Finding {
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
        let limit = (within.w * place.across.abs() + within.h * place.down.abs()) / 2;
        match candidates.first() {
            Some(first) if distance(first) <= limit => {
                let one = candidates.remove(0);
                Finding::One(Box::new(one), candidates)
            }
            _ => Finding::None(self.nearest_labels(&phrase.name)),
        }
    }

    fn decide(&self, mut candidates: Vec<Candidate>, phrase: &Phrase) -> Finding {
        let Some(best) = candidates.first().map(|c| c.confidence).filter(|&c| c >= LEAST * 0.9) else {
            return Finding::None(self.nearest_labels(&phrase.name));
        };
        let equal = candidates.iter().take_while(|c| best - c.confidence < MARGIN).count();
        if equal > 1 {
            // Upper and lower case decide between things that are otherwise alike.
            let exact: Vec<usize> = (0..equal).filter(|&i| candidates[i].label.trim() == phrase.name).collect();
            if exact.len() != 1 {
                candidates.truncate(equal);
                return Finding::Tie(candidates);
            }
            candidates.swap(0, exact[0]);
        }
        let one = candidates.remove(0);
        Finding::One(Box::new(one), candidates)
    }

    /// The labels on the screen that are most like `name`, for the message.
    fn nearest_labels(&self, name: &str) -> Vec<String> {
        let folded = super::fold(name);
        let mut scored: Vec<(f64, String)> = self
            .items
            .iter()
            .filter(|i| !i.label.is_empty() && i.label.chars().count() <= 40)
            .map(|i| (strsim::jaro_winkler(&folded, &super::fold(&i.label)), i.label.clone()))
            .filter(|(score, _)| *score > 0.6)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        scored.dedup_by(|a, b| a.1 == b.1);
        scored.into_iter().take(3).map(|(_, label)| label).collect()
    }
}

/// Whether the words of `part` stand together in `text`, case aside.
fn contains_words(text: &str, part: &str) -> bool {
    let spaced = |t: &str| format!(" {} ", super::fold(t));
    let squeezed = |t: &str| t.to_lowercase().split_whitespace().collect::<String>();
    spaced(text).contains(&spaced(part)) || (part.chars().count() > 2 && squeezed(text).contains(&squeezed(part)))
}

fn pick_ordinal(mut candidates: Vec<Candidate>, ordinal: i32) -> Finding {
    let best = candidates.iter().map(|c| c.confidence).fold(0.0, f32::max);
    candidates.retain(|c| c.confidence > best - 0.2);
    candidates.sort_by_key(|c| (c.area.y / 8, c.area.x));
    let count = candidates.len() as i32;
    let place = if ordinal < 0 { count + ordinal } else { ordinal - 1 };
    if !(0..count).contains(&place) {
        return Finding::None(candidates.into_iter().map(|c| c.label).collect());
    }
    let one = candidates.remove(place as usize);
    Finding::One(Box::new(one), candidates)
}

/// Of several candidates for one place, keeps the first.
fn drop_same_place(candidates: &mut Vec<Candidate>) {
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates.drain(..) {
        let same = |k: &Candidate| {
            k.area.contains(candidate.at) || candidate.area.contains(k.at) || is_own_label(k, &candidate)
        };
        if !kept.iter().any(same) {
            kept.push(candidate);
        }
    }
    *candidates = kept;
}

/// Whether `text` is the label beside the element `of`: a click on either means the same thing.
/// The label of a button stands in it, not beside it.
fn is_own_label(of: &Candidate, text: &Candidate) -> bool {
    let Some(element) = of.element.as_ref().filter(|_| text.element.is_none()) else { return false };
    let labelled_beside = matches!(
        element.role,
        Role::TextField | Role::DropDown | Role::CheckBox | Role::RadioButton | Role::Slider | Role::Spinner
    );
    let gap_left = of.area.x - text.area.right();
    let gap_right = text.area.x - of.area.right();
    let same_row = of.area.row_overlap(&text.area) > 0.4 && (gap_left.max(gap_right) < 260);
    let above = of.area.column_overlap(&text.area) > 0.4 && (of.area.y - text.area.bottom()).abs() < 28;
    labelled_beside
        && similarity(element.label.as_deref().unwrap_or_default(), &text.label) > 0.9
        && (same_row || above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::{TextSpan, Word};

    fn element(role: Role, label: &str, area: RectPx) -> Element {
        Element { label: Some(label.into()), ..Element::seen(role, area, 0.8) }
    }

    fn line(text: &str, area: RectPx) -> TextSpan {
        let step = area.w / text.split(' ').count() as i32;
        let word = |(i, w): (usize, &str)| Word {
            text: w.into(),
            area: RectPx::new(area.x + i as i32 * step, area.y, step - 4, area.h),
        };
        TextSpan {
            text: text.into(),
            area,
            confidence: 1.0,
            words: text.split(' ').enumerate().map(word).collect(),
            window: None,
        }
    }

    fn screen() -> Percept {
        Percept {
            width: 800,
            height: 600,
            text: vec![
                line("File Edit View", RectPx::new(0, 0, 180, 20)),
                line("Press OK to go on", RectPx::new(100, 100, 200, 20)),
                line("OK", RectPx::new(320, 205, 20, 20)),
                line("Name", RectPx::new(20, 300, 60, 20)),
            ],
            elements: vec![
                element(Role::Button, "OK", RectPx::new(300, 200, 60, 30)),
                element(Role::Button, "Cancel", RectPx::new(400, 200, 60, 30)),
                element(Role::TextField, "Name", RectPx::new(100, 300, 200, 26)),
                element(Role::TextField, "City", RectPx::new(100, 340, 200, 26)),
            ],
            ..Percept::default()
        }
    }

    fn check(text: &str, expected: Option<PointPx>) {
        let at = match find(&screen(), &Phrase::parse(text), None) {
            Finding::One(one, _) => Some(one.at),
            Finding::Tie(_) | Finding::None(_) => None,
        };
        assert_eq!(at, expected, "{text}");
    }

    #[test]
    fn things_are_found_by_name_role_and_order() {
        check("OK", Some(PointPx::new(330, 215)));
        check("the cancel button", Some(PointPx::new(430, 215)));
        check("the Name field", Some(PointPx::new(200, 313)));
        check("Name", Some(PointPx::new(200, 313)));
        check("second text field", Some(PointPx::new(200, 353)));
        check("the last button", Some(PointPx::new(430, 215)));
        check("Cancle", Some(PointPx::new(430, 215)));
        check("the first Cancel button", Some(PointPx::new(430, 215)));
        check("Edit", Some(PointPx::new(88, 10)));
    }

    #[test]
    fn a_name_that_begins_with_an_ordinal_does_not_count() {
        let mut percept = screen();
        percept.text.push(line("First name", RectPx::new(20, 400, 80, 20)));
        percept.elements.push(element(Role::TextField, "Last name", RectPx::new(100, 440, 200, 26)));
        let finding = find(&percept, &Phrase::parse("First name field"), None);
        assert!(matches!(finding, Finding::None(_)), "{finding:?}");
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        check("Delete", None);
        check("the third text field", None);
        check("Name check box", None);
        check("the second Cancel button", None);
    }

    #[test]
    fn two_of_a_name_are_a_tie() {
        let mut percept = screen();
        percept.elements.push(element(Role::Button, "OK", RectPx::new(300, 500, 60, 30)));
        let finding = find(&percept, &Phrase::parse("OK"), None);
        assert!(matches!(finding, Finding::Tie(all) if all.len() == 2));
    }
}
