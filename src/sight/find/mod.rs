//! Where the thing is that a phrase describes.

mod choice;
mod controls;
mod near;
mod otherwise;
mod parts;
pub mod tables;

use super::alike::similarity;
use super::items::{Item, ItemKind, Reading, items};
use super::phrase::{Condition, Near, Phrase, Side};
use super::written::Written;
use crate::screen::{Element, Percept, PointPx, RectPx, Role};
use serde::Serialize;

/// From this likeness on, a thing can be meant at all.
const LEAST: f32 = 0.62;
/// From this likeness on, a whole description is a label.
const LITERAL: f32 = 0.9;
/// From this likeness on, a whole description may be a misspelt label.
const MISSPELT: f32 = 0.78;
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
    let bare = phrase.name.is_empty() && phrase.ordinal.is_none();
    let general = phrase.kind.is_some() && phrase.role.is_none();
    let placed = !phrase.near.is_empty() || phrase.window.is_some() || phrase.place.is_some();
    if placed || phrase.value.is_some() || bare || general {
        let mut name = phrase.as_name();
        if name.name.is_empty() || (name.kind.is_some() && name.role.is_none()) {
            // "Pictures" may be a folder's name as well as a kind of thing.
            (name.name, name.role, name.kind) = (phrase.whole.clone(), None, None);
        }
        let literal = search.run(&name, Reading::Strict);
        let best = match &literal {
            Finding::One(one, _) => one.confidence,
            Finding::Tie(all) => all.first().map_or(0.0, |c| c.confidence),
            Finding::None(_) => 0.0,
        };
        if best >= LITERAL {
            return literal;
        }
    }
    if let Some(called) = search.called(&phrase.whole).filter(|_| phrase.kind.is_some()) {
        return Finding::One(Box::new(called), Vec::new());
    }
    if let Some(control) = search.control(phrase) {
        return Finding::One(Box::new(control), Vec::new());
    }
    if let Some(named) = search.named_in_part(phrase) {
        return Finding::One(Box::new(named), Vec::new());
    }
    if let Some(cell) = search.cell(phrase) {
        return Finding::One(Box::new(cell), Vec::new());
    }
    let found = match search.strictly(phrase) {
        Finding::None(nearest) => {
            let read_otherwise = search.as_rows(phrase).or_else(|| search.sign_of(phrase));
            let read_otherwise = read_otherwise.or_else(|| search.without_noun(phrase));
            let named = || phrase.with_kind_in_name().map(|named| find(percept, &named, window));
            let named = || named().filter(|found| matches!(found, Finding::One(one, _) if one.confidence >= LITERAL));
            read_otherwise.or_else(named).unwrap_or(Finding::None(nearest))
        }
        found => found,
    };
    // "Kim (the one that is ill)": what stands in brackets says it in other words.
    if let (Finding::None(_), Some((said, also))) = (&found, in_brackets(&phrase.whole)) {
        let found = find(percept, &Phrase::parse(said), window);
        return if matches!(found, Finding::None(_)) { find(percept, &Phrase::parse(also), window) } else { found };
    }
    match (&found, phrase.without_second_kind()) {
        (Finding::None(_), Some(shorter)) => find(percept, &shorter, window),
        // "date of brith": a name with a word in it that leads elsewhere, misspelt.
        (Finding::None(_), None) if !phrase.near.is_empty() && phrase.value.is_none() => {
            match search.run(&phrase.as_name(), Reading::Strict) {
                Finding::One(one, others) if one.confidence >= MISSPELT => Finding::One(one, others),
                _ => found,
            }
        }
        _ => found,
    }
}

/// What stands before brackets at the end of a description, and in them.
fn in_brackets(whole: &str) -> Option<(&str, &str)> {
    let (said, also) = whole.trim().strip_suffix(')')?.split_once(" (")?;
    (!said.trim().is_empty() && !also.trim().is_empty()).then(|| (said.trim(), also.trim()))
}

/// The rows and cards in which a text like `name` stands, the smallest first.
pub fn owners(percept: &Percept, name: &str) -> Vec<RectPx> {
    Search::new(percept, None).owners(name)
}

/// The areas that texts like `name` stand at the head of, the likeliest first.
pub fn sections(percept: &Percept, name: &str) -> Vec<RectPx> {
    Search::new(percept, None).sections(name)
}

/// The dialog that lies above everything else, and its title.
pub fn dialog(percept: &Percept) -> Option<(RectPx, Option<String>)> {
    let area = Search::new(percept, None).floating()?;
    let pane = percept.elements.iter().find(|e| e.role == Role::Pane && e.area == area);
    Some((area, pane.and_then(|e| e.label.clone())))
}

/// The field called `name`, where that is not what stands at `told`: a form beside a card with the same names.
pub fn field_apart(percept: &Percept, name: &str, told: RectPx, window: Option<u32>) -> Option<Candidate> {
    [Role::TextField, Role::DropDown, Role::Spinner].into_iter().find_map(|role| {
        let phrase = Phrase { role: Some(role), ..Phrase::parse(&format!("\"{}\"", name.trim_end_matches(':'))) };
        match find(percept, &phrase, window) {
            Finding::One(one, _) if one.element.is_some() && one.area.intersect(&told).is_empty() => Some(*one),
            Finding::One(..) | Finding::Tie(_) | Finding::None(_) => None,
        }
    })
}

/// What buttons say that answer a question or put a message away.
const ANSWERS: [&str; 26] = [
    "yes",
    "no",
    "ok",
    "okay",
    "cancel",
    "confirm",
    "close",
    "dismiss",
    "later",
    "not now",
    "no thanks",
    "no thank you",
    "accept",
    "decline",
    "keep",
    "keep it",
    "discard",
    "got it",
    "allow",
    "deny",
    "skip",
    "continue",
    "maybe later",
    "stay",
    "leave",
    "remind me later",
];

/// The part of the screen in front of the rest that asks something: one with fields to fill in is a form.
pub fn question(percept: &Percept) -> Option<RectPx> {
    let (area, _) = dialog(percept)?;
    let fields = percept.elements_in(area).filter(|e| matches!(e.role, Role::TextField | Role::DropDown)).count();
    // A card with things to press asks nothing.
    let asks = percept.text_in(area).any(|t| t.text.trim_end().ends_with('?'));
    let answers = |e: &Element| e.label.as_deref().is_some_and(|l| ANSWERS.contains(&super::fold(l).as_str()));
    let answered = percept.elements_in(area).any(|e| matches!(e.role, Role::Button | Role::Link) && answers(e))
        || percept.text_in(area).any(|t| ANSWERS.contains(&super::fold(&t.text).as_str()));
    (fields < 2 && (asks || answered)).then_some(area)
}

/// How many things of a kind that hold others there are.
pub fn count_holders(percept: &Percept, kind: &str) -> usize {
    let search = Search::new(percept, None);
    let panes = search.items.iter().filter(|i| i.role == Some(Role::Pane));
    let mut candidates: Vec<Candidate> = panes.map(|i| i.candidate(0.9)).collect();
    drop_same_place(&mut candidates);
    search.keep_panes_of_kind(&mut candidates, kind);
    candidates.len()
}

/// The cards in `area`, the first read first.
pub fn cards(percept: &Percept, area: RectPx) -> Vec<RectPx> {
    Search::new(percept, None).cards_in(area)
}

/// The place of what is called `name`: rather a field than its label.
pub fn named(percept: &Percept, name: &str) -> Option<RectPx> {
    match find(percept, &Phrase { name: name.to_owned(), whole: name.to_owned(), ..Phrase::default() }, None) {
        Finding::One(one, _) => Some(one.area),
        Finding::Tie(_) | Finding::None(_) => None,
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

impl Finding {
    /// Whether nothing fits.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None(_))
    }
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

    fn run(&self, phrase: &Phrase, reading: Reading) -> Finding {
        let mut candidates = self.candidates(phrase, reading, 0);
        // What is neither quite of the kind nor quite of the name is something else.
        let enough = match reading {
            _ if phrase.name.is_empty() => 0.5,
            Reading::Loose if matches!(phrase.role, Some(Role::Button | Role::DropDown)) => LEAST,
            _ => LEAST * 0.9,
        };
        candidates.retain(|c| c.confidence >= enough);
        if let Some(ordinal) = phrase.ordinal {
            self.keep_under_own_heading(&mut candidates, phrase);
            drop_same_place(&mut candidates);
            return self.pick_ordinal(candidates, ordinal, phrase);
        }
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        drop_same_place(&mut candidates);
        if let Some(place) = phrase.place {
            return self.pick_place(candidates, place, phrase);
        }
        self.decide(candidates, phrase)
    }

    /// What fits as it looks; else what is counted, what is meant by a part, or what may pass for it.
    fn strictly(&self, phrase: &Phrase) -> Finding {
        match self.run(phrase, Reading::Strict) {
            // "the second OK button": no label begins with the ordinal, so it counts.
            Finding::None(nearest) => match phrase.with_leading_ordinal() {
                // What is called so stands there, if as something else: "First name" is not the first name of several.
                Some(_) if self.items.iter().any(|i| i.likeness(&phrase.name) >= LITERAL) => Finding::None(nearest),
                Some(counted) => match self.run(&counted, Reading::Strict) {
                    // "third editor tab" is the third tab of the editor.
                    Finding::None(nearest) => match self.of_part(&counted) {
                        Some(of_part) => self.run(&of_part, Reading::Strict),
                        None => Finding::None(nearest),
                    },
                    found => found,
                },
                None => self.loosely(phrase, nearest),
            },
            found => found,
        }
    }

    /// The same description with its name, a word for a part of a screen, taken for where it is.
    fn of_part(&self, phrase: &Phrase) -> Option<Phrase> {
        let what = Phrase { name: String::new(), ..Phrase::parse(&phrase.name) };
        let is_part = phrase.kind.is_some() && self.is_part(&what);
        let near = [vec![Near { side: Side::Of, what: Box::new(what) }], phrase.near.clone()].concat();
        is_part.then(|| Phrase { name: String::new(), near, ..phrase.clone() })
    }

    /// The only thing that is called just so, whatever its words might mean: "Sign out" is no sign.
    fn called(&self, whole: &str) -> Option<Candidate> {
        let begins_with_kind = Phrase::parse(whole).whole.split(' ').count() > 1;
        let is_thing = |i: &&Item| begins_with_kind && i.role != Some(Role::Pane);
        let exact = self.items.iter().filter(is_thing).filter(|i| similarity(whole, &i.label) >= 0.97);
        let mut candidates: Vec<Candidate> = exact.map(|i| i.candidate(0.95)).collect();
        drop_same_place(&mut candidates);
        <[Candidate; 1]>::try_from(candidates).ok().map(|[one]| one)
    }

    /// "Henrik in the direct messages": the only thing of that name in the part that is named.
    fn named_in_part(&self, phrase: &Phrase) -> Option<Candidate> {
        let [near] = phrase.near.as_slice() else { return None };
        if near.side != Side::Of || phrase.name.is_empty() || phrase.ordinal.is_some() || phrase.value.is_some() {
            return None;
        }
        let bare = Phrase { near: Vec::new(), ..phrase.clone() };
        let mut candidates = self.candidates(&bare, Reading::Strict, 0);
        candidates.retain(|c| c.confidence >= LEAST && similarity(&phrase.name, &c.label) >= 0.95);
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let mut held = self.held(&candidates, near)?;
        drop_same_place(&mut held);
        <[Candidate; 1]>::try_from(held).ok().map(|[one]| one)
    }

    /// What is not found as what it looks like may be found as what it may be.
    fn loosely(&self, phrase: &Phrase, nearest: Vec<String>) -> Finding {
        // Where there are fewer of a kind than were counted, what may pass for it is not counted on.
        if phrase.ordinal.is_some() && phrase.name.is_empty() && !nearest.is_empty() {
            return Finding::None(nearest);
        }
        match self.run(phrase, Reading::Loose) {
            Finding::None(_) if phrase.name.contains(' ') && phrase.value.is_none() => {
                self.by_icon_word(phrase, nearest)
            }
            Finding::None(_) => Finding::None(nearest),
            found => found,
        }
    }

    /// "arrow to the next month": the icon that means a word of it.
    fn by_icon_word(&self, phrase: &Phrase, nearest: Vec<String>) -> Finding {
        let drawn = matches!(phrase.role, None | Some(Role::Icon | Role::Button)) && phrase.kind != Some("cell");
        let meant = self.items.iter().filter(|i| drawn && i.is_icon_of_a_word_in(&phrase.name));
        let mut candidates: Vec<Candidate> = meant.map(|i| i.candidate(0.65)).collect();
        for near in &phrase.near {
            candidates = self.nearest(candidates, near, 1);
        }
        drop_same_place(&mut candidates);
        match candidates.as_slice() {
            [one] => Finding::One(Box::new(one.clone()), Vec::new()),
            _ => Finding::None(nearest),
        }
    }

    /// "the price of Oolong", "cell B4": where the row of that name meets the column.
    fn cell(&self, phrase: &Phrase) -> Option<Candidate> {
        if phrase.role.is_some() || phrase.ordinal.is_some() || phrase.value.is_some() {
            return None;
        }
        if let Some(head) = self.column_head(phrase) {
            return Some(head);
        }
        if let Some(area) = self.grid_place(phrase) {
            let text = self.percept.text_in(area).next().map(|t| t.text.clone());
            let label = text.unwrap_or_default();
            return Some(Candidate { label, role: None, area, at: area.center(), confidence: 0.9, element: None });
        }
        let (row, column) = match tables::coordinates(&phrase.name).filter(|_| phrase.kind == Some("cell")) {
            Some(coordinates) => coordinates,
            None => {
                let in_row = phrase.near.iter().any(|n| n.side == Side::InRow);
                let heads = |n: &&Near| n.side == Side::InColumn || (in_row && n.side == Side::Below);
                let column = phrase.near.iter().find(heads).map(|n| n.what.name.clone());
                let of = |n: &&super::phrase::Near| matches!(n.side, Side::InRow | Side::Of | Side::Beside);
                let row = &phrase.near.iter().find(of)?.what;
                let row = if row.name.is_empty() { row.whole.clone() } else { row.name.clone() };
                // "the line of the Error": the word for a kind may be the head of a column.
                let named = (!phrase.name.is_empty()).then(|| phrase.name.clone());
                (row, column.or(named).or(phrase.kind.filter(|k| *k != "cell").map(str::to_owned))?)
            }
        };
        let Some(cell) = tables::cell(self.percept, &row, &column) else { return self.written_in(&row, &column) };
        Some(Candidate {
            label: cell.text.clone().unwrap_or_default(),
            role: None,
            area: cell.area,
            at: cell.at(),
            confidence: 0.9 * cell.fit,
            element: None,
        })
    }

    /// "the header of the Size column": the topmost text of that name.
    fn column_head(&self, phrase: &Phrase) -> Option<Candidate> {
        if !phrase.name.is_empty() || !matches!(phrase.kind, Some("header" | "column header" | "heading")) {
            return None;
        }
        let [near] = phrase.near.as_slice() else { return None };
        let name = &near.what.name;
        let heads = self.items.iter().filter(|i| i.kind == ItemKind::Text && similarity(name, &i.label) >= 0.9);
        heads.min_by_key(|i| i.area.y).map(|i| i.candidate(0.9))
    }

    /// "cell B4", "column header C", "the selected cell" of a spreadsheet.
    fn grid_place(&self, phrase: &Phrase) -> Option<RectPx> {
        let selected = || {
            let shown =
                self.percept.elements.iter().filter(|e| e.role == Role::TextField).filter_map(|e| e.value.as_deref());
            shown.filter(|v| v.len() <= 6).find_map(tables::coordinates)
        };
        match phrase.kind? {
            "cell" => {
                let is_selected = phrase.name.is_empty() && phrase.looks.state == Some(Condition::Selected);
                let (row, column) = tables::coordinates(&phrase.name).or_else(|| selected().filter(|_| is_selected))?;
                tables::Grid::of(self.percept)?.cell(&column, &row)
            }
            "column header" | "column" => tables::Grid::of(self.percept)?.column(&phrase.name),
            _ => None,
        }
    }

    /// "the price of Assam": what is written as a price in the row or card of that name.
    fn written_in(&self, owner: &str, kind: &str) -> Option<Candidate> {
        let kind = Written::of(kind)?;
        let of = |area: &RectPx| self.percept.text_in(*area).find(|t| kind.within(&t.text).is_some());
        let text = self.owners(owner).iter().find_map(of)?;
        Some(Candidate {
            label: text.text.clone(),
            role: None,
            area: text.area,
            at: text.area.center(),
            confidence: 0.85,
            element: None,
        })
    }

    /// Everything that may be meant, with how well it fits. `depth` counts the things by which things are found.
    fn candidates(&self, phrase: &Phrase, reading: Reading, depth: u32) -> Vec<Candidate> {
        let scope = self.scope(phrase);
        let mut fitting: Vec<Candidate> = self.items.iter().flat_map(|item| self.fit(item, phrase, reading)).collect();
        for candidate in &mut fitting {
            candidate.confidence *= self.weight(&scope, candidate);
        }
        fitting.retain(|c| c.confidence > 0.3);
        for near in phrase.near.iter().filter(|_| depth < 3) {
            fitting = self.nearest(fitting, near, depth);
        }
        fitting
    }

    /// How an item fits the name, role, looks and value of a phrase: all of it, or words of it.
    fn fit(&self, item: &Item, phrase: &Phrase, reading: Reading) -> Vec<Candidate> {
        let role_fit = item.role_fit(phrase, reading) * item.looks_fit(&phrase.looks, self.em);
        if role_fit == 0.0 {
            return Vec::new();
        }
        if let Some(value) = &phrase.value {
            let holds = item.shows(value);
            if holds < 0.8 || (item.element.is_none() && reading == Reading::Strict) {
                return Vec::new();
            }
            if phrase.name.is_empty() || reading == Reading::Loose {
                return vec![item.candidate(holds * role_fit)];
            }
        }
        if phrase.name.is_empty() {
            return self.unnamed(item, phrase, role_fit);
        }
        // What is taken loosely for its kind must be called as it was.
        let whole = match reading {
            Reading::Loose if phrase.role.is_some() => {
                Some(item.written_likeness(&phrase.name)).filter(|fit| *fit >= 0.75).unwrap_or(0.0)
            }
            _ => item.likeness(&phrase.name),
        };
        let mut found = Vec::new();
        // "Save" is not what "Save as" says; a button of that name has it to itself.
        let bare_button = phrase.role == Some(Role::Button) && matches!(item.role, None | Some(Role::Link));
        if whole >= if bare_button { 0.82 } else { LEAST } {
            found.push(item.candidate(whole * role_fit));
        }
        if whole < 0.95 && item.kind == ItemKind::Text {
            found.extend(item.words_like(&phrase.name, role_fit, phrase.role));
        }
        found
    }

    /// What has no name is found by its kind or looks, the latter only where it is drawn, not written.
    fn unnamed(&self, item: &Item, phrase: &Phrase, role_fit: f32) -> Vec<Candidate> {
        let by_looks = phrase.looks != super::phrase::Looks::default() && item.kind == ItemKind::Element;
        let fit = match (phrase.role, phrase.kind) {
            // A text is of a kind only by what it says.
            (Some(_), _) if item.kind == ItemKind::Text => 0.0,
            (Some(_), _) => role_fit,
            (None, Some(kind)) => item.kind_fit(kind) * item.looks_fit(&phrase.looks, self.em),
            (None, None) if by_looks => {
                let drawn = matches!(item.role, Some(Role::Image | Role::Icon));
                let shaped = phrase.looks.shape.is_some() && !drawn;
                item.looks_fit(&phrase.looks, self.em) * if shaped { 0.85 } else { 1.0 }
            }
            (None, None) => 0.0,
        };
        // Of things that look alike, the one with a name is meant.
        let named = if item.label.is_empty() { 0.88 } else { 0.9 };
        if fit > 0.0 { vec![item.candidate(named * fit)] } else { Vec::new() }
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

/// Of several candidates for one place, keeps the first.
fn drop_same_place(candidates: &mut Vec<Candidate>) {
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates.drain(..) {
        // A field is rather meant than the name that stands beside it.
        if let Some(label) = kept.iter_mut().find(|k| is_own_label(&candidate, k)) {
            *label = Candidate { confidence: label.confidence.max(candidate.confidence), ..candidate };
            continue;
        }
        let holds_others = |c: &Candidate| c.role == Some(Role::Pane);
        let same = |k: &Candidate| {
            // What holds other things is not at their place.
            if holds_others(k) && holds_others(&candidate) {
                return k.area.iou(&candidate.area) > 0.7;
            }
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
    let is_row = text.role == Some(Role::ListRow);
    let Some(element) = of.element.as_ref().filter(|_| text.element.is_none() || is_row) else { return false };
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

/// The place in a row that a word says: 1 is the first, -1 the last.
pub fn ordinal(word: &str) -> Option<i32> {
    let names = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    let word = word.to_lowercase();
    let digits = || ["st", "nd", "rd", "th"].iter().find_map(|e| word.strip_suffix(e))?.parse().ok();
    match word.as_str() {
        "last" | "final" => Some(-1),
        _ => names.iter().position(|n| *n == word).map(|i| i as i32 + 1).or_else(digits),
    }
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

    fn pane(label: &str, area: RectPx) -> Element {
        element(Role::Pane, label, area)
    }

    /// A board of two lists of cards with a dialog above it that has a field and a button.
    fn board() -> Percept {
        let mut percept = Percept { width: 1000, height: 800, ..Percept::default() };
        for (column, (title, count)) in [("Plans", 2), ("Results", 3)].into_iter().enumerate() {
            let x = 20 + 300 * column as i32;
            percept.elements.push(pane(title, RectPx::new(x, 40, 260, 80 + 90 * count)));
            percept.text.push(line(title, RectPx::new(x + 10, 50, 60, 14)));
            for card in 0..count {
                let area = RectPx::new(x + 10, 80 + 90 * card, 240, 80);
                let label = format!("{title} {}", card + 1);
                percept.text.push(line(&label, RectPx::new(area.x + 8, area.y + 8, 80, 14)));
                percept.elements.push(pane(&label, area));
                percept.elements.push(element(Role::Button, "Open it", RectPx::new(area.x + 8, area.y + 40, 70, 24)));
            }
        }
        percept
    }

    fn center_of(percept: &Percept, text: &str) -> Option<PointPx> {
        match find(percept, &Phrase::parse(text), None) {
            Finding::One(one, _) => Some(one.at),
            Finding::Tie(_) | Finding::None(_) => None,
        }
    }

    #[test]
    fn cards_and_columns_are_counted_and_searched() {
        let board = board();
        let at = |x, y| Some(PointPx::new(x, y));
        assert_eq!(center_of(&board, "second list"), Some(RectPx::new(320, 40, 260, 350).center()));
        assert_eq!(center_of(&board, "third list"), None);
        assert_eq!(center_of(&board, "last card of the Results list"), Some(RectPx::new(330, 260, 240, 80).center()));
        assert_eq!(center_of(&board, "third card of the Plans list"), None);
        assert_eq!(center_of(&board, "the Open it button of Results 2"), at(373, 222));
        assert_eq!(center_of(&board, "the Save button in the Plans list"), None);
        assert_eq!(count_holders(&board, "card"), 5);
    }

    /// A list of four under a heading that says what they are.
    fn tickets() -> Percept {
        let mut percept = Percept { width: 600, height: 400, ..Percept::default() };
        percept.text.push(line("My open tickets", RectPx::new(20, 10, 120, 14)));
        for (i, name) in ["Printer jams", "No network", "New laptop", "Lost badge"].into_iter().enumerate() {
            let area = RectPx::new(10, 40 + 40 * i as i32, 300, 40);
            percept.text.push(line(name, RectPx::new(20, area.y + 4, 90, 12)));
            percept.text.push(line(["Dana", "Kwame", "Ines", "Olu"][i], RectPx::new(20, area.y + 22, 40, 12)));
            let state = crate::screen::State { selected: Some(i == 2), ..Default::default() };
            percept.elements.push(Element { state, ..element(Role::ListRow, name, area) });
        }
        percept
    }

    #[test]
    fn rows_are_called_what_their_heading_says() {
        let percept = tickets();
        let row = |text: &str| match find(&percept, &Phrase::parse(text), None) {
            Finding::One(one, _) => Some((one.area.y - 40) / 40),
            Finding::Tie(_) | Finding::None(_) => None,
        };
        assert_eq!(row("the selected ticket"), Some(2));
        assert_eq!(row("second ticket"), Some(1));
        assert_eq!(row("ticket of Kwame"), Some(1));
        assert_eq!(row("the entry between No network and Lost badge"), Some(2));
        assert_eq!(row("ticket of Zoe"), None);
        assert_eq!(row("fifth ticket"), None);
        assert_eq!(row("second invoice"), None);
    }

    #[test]
    fn what_is_to_be_done_with_a_thing_is_the_sign_beside_it() {
        let mut percept = tickets();
        for y in [44, 84, 124] {
            let icons = vec![crate::screen::Icon { concept: "trash".into(), confidence: 0.9 }];
            let icon = element(Role::Icon, "trash", RectPx::new(280, y + 8, 16, 16));
            percept.elements.push(Element { icons, ..icon });
        }
        assert_eq!(center_of(&percept, "delete No network"), Some(PointPx::new(288, 100)));
        assert_eq!(center_of(&percept, "delete the New laptop"), Some(PointPx::new(288, 140)));
        assert_eq!(center_of(&percept, "delete Lost badge"), None);
        assert_eq!(center_of(&percept, "Delete all"), None);
    }

    #[test]
    fn words_that_say_more_than_the_screen_are_left_out() {
        let percept = tickets();
        let at = |text: &str| center_of(&percept, text);
        assert_eq!(at("the issue Printer jams"), at("Printer jams"));
        assert_eq!(at("No network (the second one)"), at("No network"));
        assert_eq!(at("the issue Printer burns"), None);
    }

    #[test]
    fn what_is_in_a_dialog_is_found_there() {
        let mut percept = board();
        let dialog = RectPx::new(300, 420, 400, 200);
        percept.elements.push(pane("Throw it away?", dialog));
        percept.elements.push(element(Role::Button, "Delete", RectPx::new(560, 570, 80, 30)));
        percept.elements.push(element(Role::Button, "Delete", RectPx::new(800, 100, 80, 30)));
        assert_eq!(center_of(&percept, "Delete in the dialog"), Some(PointPx::new(600, 585)));
        assert_eq!(center_of(&percept, "Cancel in the dialog"), None);
    }

    #[test]
    fn things_are_looked_for_in_the_window_that_is_named() {
        let mut percept = screen();
        let window = RectPx::new(500, 300, 250, 200);
        percept.elements.push(element(Role::TitleBar, "Scale", RectPx::new(500, 300, 250, 24)));
        percept.elements.push(pane("Scale", window));
        percept.elements.push(element(Role::Button, "OK", RectPx::new(650, 450, 60, 30)));
        assert_eq!(center_of(&percept, "OK in the Scale window"), Some(PointPx::new(680, 465)));
        assert_eq!(center_of(&percept, "the Cancel button in the Scale window"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_description_and_question_is_taken(
            words in proptest::collection::vec(
                proptest::sample::select(vec![
                    "the", "second", "Save", "button", "in", "of", "next to", "row", "cell", "B2", "card", "section",
                    "İstanbul", "ẞ", "list", "dialog", "with", "'s", "What is", "How many", "when", "below", "cards",
                    "is selected", "price", "order", "window", "last", "…", "ﬁle", "\u{212a}",
                ]),
                0..9,
            ),
            rest in "\\PC{0,12}",
        ) {
            let text = format!("{} {rest}", words.join(" "));
            let mut percept = board();
            percept.elements.push(element(Role::TitleBar, "İstanbul", RectPx::new(300, 420, 300, 24)));
            find(&percept, &Phrase::parse(&text), None);
            crate::sight::ask::ask(&percept, &text, None);
        }
    }

    #[test]
    fn two_of_a_name_are_a_tie() {
        let mut percept = screen();
        percept.elements.push(element(Role::Button, "OK", RectPx::new(300, 500, 60, 30)));
        let finding = find(&percept, &Phrase::parse("OK"), None);
        assert!(matches!(finding, Finding::Tie(all) if all.len() == 2));
    }
}
