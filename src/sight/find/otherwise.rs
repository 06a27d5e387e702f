//! What a description may mean where nothing fits it as it is: a row by what its list holds, the sign of what is to be
//! done with a thing, a thing with a word for what it is.

use super::super::alike::{fold, similarity};
use super::super::icons;
use super::super::items::{Item, Reading};
use super::super::phrase::{Condition, Phrase};
use super::{Candidate, Finding, Search, drop_same_place, tables};
use crate::screen::{RectPx, Role, TextSpan};

impl Search<'_> {
    /// "the selected ticket": a row of the list under a text that says what its rows are called; else what alone is chosen.
    pub(super) fn as_rows(&self, phrase: &Phrase) -> Option<Finding> {
        let mut rows = phrase.as_rows()?;
        let noun = std::mem::take(&mut rows.name);
        if let Some(list) = self.list_of(&noun) {
            let mut candidates = self.candidates(&rows, Reading::Strict, 0);
            candidates.retain(|c| list.contains(c.at) && c.confidence >= 0.5);
            candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
            drop_same_place(&mut candidates);
            let found = match rows.ordinal {
                Some(ordinal) => self.pick_ordinal(candidates, ordinal, &rows),
                None => self.decide(candidates, &rows),
            };
            return matches!(found, Finding::One(..)).then_some(found);
        }
        if rows.looks.state != Some(Condition::Selected) || rows.ordinal.is_some() || !rows.near.is_empty() {
            return None;
        }
        let chosen = |i: &&Item| {
            let holds = matches!(i.role, Some(Role::Pane | Role::ListRow | Role::Button));
            holds && i.element.as_ref().is_some_and(|e| e.state.selected == Some(true))
        };
        let mut chosen: Vec<Candidate> = self.items.iter().filter(chosen).map(|i| i.candidate(0.7)).collect();
        drop_same_place(&mut chosen);
        <[Candidate; 1]>::try_from(chosen).ok().map(|[one]| Finding::One(Box::new(one), Vec::new()))
    }

    /// The list close below a text that has `noun` among its words.
    fn list_of(&self, noun: &str) -> Option<RectPx> {
        let stem = |word: &str| fold(word).trim_end_matches('s').to_owned();
        let says = |t: &&TextSpan| t.text.split_whitespace().any(|word| stem(word) == stem(noun));
        let under = |area: &RectPx| {
            let heads = |t: &TextSpan| {
                t.area.column_overlap(area) > 0.3 && (0..=8 * self.em).contains(&(area.y - t.area.bottom()))
            };
            self.percept.text.iter().filter(says).any(heads)
        };
        tables::lists(self.percept).iter().map(tables::List::area).find(|area| under(area))
    }

    /// "delete Dana", "close the Notes tab": the sign in or beside a thing that stands for what is to be done with it.
    pub(super) fn sign_of(&self, phrase: &Phrase) -> Option<Finding> {
        let (verb, rest) = phrase.whole.split_once(' ')?;
        // "Reply all" is a name, "reply to Dana" says what to do with something that has one.
        let names = rest.starts_with("the ") || rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        if !verb.starts_with(char::is_lowercase) || !names {
            return None;
        }
        let what = Phrase::parse(rest);
        let name = if what.name.is_empty() { what.whole.clone() } else { what.name.clone() };
        let owner = match self.run(&what, Reading::Strict) {
            Finding::One(one, _) if one.confidence >= 0.8 => one,
            _ => return None,
        };
        let is_sign = |i: &&Item| i.is_icon_of(verb) && i.area.w <= 4 * self.em && i.area != owner.area;
        let signs: Vec<&Item> = self.items.iter().filter(is_sign).collect();
        let beside = owner.area.grow(self.em / 2);
        let beside =
            RectPx::from_corners(beside.x - 2 * self.em, beside.y, beside.right() + 2 * self.em, beside.bottom());
        let areas = [owner.area, beside].into_iter().chain(self.owners(&name));
        let within = |area: RectPx| {
            let mut on: Vec<Candidate> =
                signs.iter().filter(|i| area.contains(i.at)).map(|i| i.candidate(0.75)).collect();
            drop_same_place(&mut on);
            <[Candidate; 1]>::try_from(on).ok().map(|[one]| one)
        };
        areas.into_iter().find_map(within).map(|one| Finding::One(Box::new(one), Vec::new()))
    }

    /// "the plugin Minimap": the only thing that is called so, where another word says what it is.
    pub(super) fn without_noun(&self, phrase: &Phrase) -> Option<Finding> {
        let bare = phrase.role.is_none() && phrase.kind.is_none() && phrase.near.is_empty() && phrase.value.is_none();
        // Names are written with capitals, the words for what they name are not.
        let is_noun = |word: &str| word.chars().count() >= 3 && word.chars().all(char::is_lowercase);
        let is_name = |name: &str| name.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let (noun, name) = phrase.name.split_once(' ').filter(|(noun, name)| bare && is_noun(noun) && is_name(name))?;
        // Of what is to be done with a thing, the thing is not meant.
        if self.items.iter().any(|i| i.is_icon_of(noun)) || icons::is_word(noun) {
            return None;
        }
        let called = self.items.iter().filter(|i| i.role != Some(Role::Pane) && similarity(name, &i.label) >= 0.95);
        let mut candidates: Vec<Candidate> = called.map(|i| i.candidate(0.7)).collect();
        drop_same_place(&mut candidates);
        <[Candidate; 1]>::try_from(candidates).ok().map(|[one]| Finding::One(Box::new(one), Vec::new()))
    }
}
