//! Parts of a screen that hold things: windows and dialogs, opened menus, sections under a heading, cards, rows.

use super::super::alike::{fold, similarity};
use super::super::items::HOLDERS;
use super::super::phrase::{Near, Phrase, Side};
use super::{Candidate, Search};
use crate::screen::{Element, RectPx, Role, TextSpan};

/// From this likeness on, a text is the heading that was named.
const HEADS: f32 = 0.8;

impl Search<'_> {
    /// The candidates in the part of the screen that `near` names; `None` where it names none.
    pub(super) fn held(&self, candidates: &[Candidate], near: &Near) -> Option<Vec<Candidate>> {
        let what = &near.what;
        let within = |area: &RectPx| -> Vec<Candidate> {
            candidates.iter().filter(|c| area.contains(c.at) && !c.area.holds(area)).cloned().collect()
        };
        if let Some(part) = self.unnamed_part(what) {
            return Some(within(&part));
        }
        if super::near::is_list_of_contents(what) {
            return None;
        }
        let name = self.name_of_part(what);
        let is_thing = !matches!(what.role, None | Some(Role::Dialog | Role::MenuItem | Role::ListRow));
        if name.is_empty() || what.ordinal.is_some() || is_thing {
            return None;
        }
        let menus = self.opened_from(&name);
        if let Some(menu) = menus.filter(|_| what.kind.is_none() || what.role == Some(Role::MenuItem)) {
            return Some(within(&menu));
        }
        if let Some(bar) = self.bar_of(&name).filter(|_| near.side == Side::Of) {
            return Some(within(&self.below_bar(bar)));
        }
        let is_part = what.kind.is_some_and(|k| HOLDERS.contains(&k)) || fold(&what.whole).ends_with(" area");
        let mut sections = if near.side == Side::Of { self.sections(&name) } else { Vec::new() };
        if sections.is_empty() && near.side == Side::Of && (is_part || self.is_part(what)) {
            sections = self.blocks(&name);
        }
        let is_there = !sections.is_empty();
        let mut areas = self.owners(&name);
        areas.extend(sections);
        areas.sort_by_key(RectPx::area);
        let found = areas.iter().map(within).find(|inside| !inside.is_empty());
        // Other cards have what is asked for, and this one does not.
        let own = self.owners(&name);
        let beside = |c: &Candidate| own.iter().any(|o| self.like_cards(o).iter().any(|a| a.contains(c.at)));
        if found.is_none() && !candidates.is_empty() && candidates.iter().all(beside) {
            return Some(Vec::new());
        }
        // What is named as a part and is there holds what is asked for, or nothing does.
        found.or_else(|| (is_part && is_there).then(Vec::new))
    }

    /// What a part is called. "Current account" and "Credit card" are names where they stand on the screen so,
    /// although their words may mean a state or a kind.
    fn name_of_part(&self, what: &Phrase) -> String {
        let name = if what.name.is_empty() { &what.whole } else { &what.name };
        let whole = without_part(&what.whole);
        let stands = |name: &str| self.percept.text.iter().any(|t| similarity(name, &t.text) >= super::LITERAL);
        let literal = [what.whole.as_str(), whole, name].into_iter().find(|n| n.contains(' ') && stands(n));
        literal.unwrap_or_else(|| without_part(name)).to_owned()
    }

    /// "the dialog", "the submenu": what is there once and needs no name.
    pub(super) fn unnamed_part(&self, what: &Phrase) -> Option<RectPx> {
        match fold(&what.whole).as_str() {
            "dialog" | "dialogue" | "dialog box" | "pop up" | "popup" | "message box" | "modal" => self.floating(),
            "submenu" | "sub menu" => self.menus().get(1).copied(),
            "menu" | "open menu" | "opened menu" => self.menus().first().copied(),
            _ => None,
        }
    }

    fn panes(&self) -> impl Iterator<Item = &Element> {
        self.percept.elements.iter().filter(|e| e.role == Role::Pane)
    }

    /// The pane that lies above everything else: it has buttons and stands free, in the middle rather than aside.
    pub(super) fn floating(&self) -> Option<RectPx> {
        let screen = RectPx::new(0, 0, self.percept.width as i32, self.percept.height as i32);
        let free = |a: &RectPx| a.x > 0 && a.y > 0 && a.right() < screen.right() && a.bottom() < screen.bottom();
        let is_pressed = |e: &&Element| matches!(e.role, Role::Button | Role::Icon);
        let holds = |a: &RectPx| self.percept.elements_in(*a).any(|e| is_pressed(&e));
        let fits = |a: &RectPx| {
            free(a) && a.w >= 12 * self.em && a.h >= 5 * self.em && a.area() * 10 < screen.area() * 7 && holds(a)
        };
        let has_bar = |a: &RectPx| {
            self.percept.elements.iter().any(|e| e.role == Role::TitleBar && e.area.y == a.y && a.holds(&e.area))
        };
        let off = |a: &RectPx| {
            let (c, m) = (a.center(), screen.center());
            (c.x - m.x).abs() * 2 + (c.y - m.y).abs()
        };
        let panes = self.panes().map(|e| e.area).filter(fits).filter(|a| self.side_by_side(a).is_empty());
        panes.min_by_key(|a| (!has_bar(a), off(a)))
    }

    /// The areas of opened menus, the first opened first.
    fn menus(&self) -> Vec<RectPx> {
        let entries = |a: &RectPx| {
            let of = self.percept.elements_in(*a).filter(|e| e.role == Role::MenuItem);
            of.filter(|e| (e.area.w - a.w).abs() <= 4).count()
        };
        let mut menus: Vec<RectPx> = self.panes().map(|e| e.area).filter(|a| entries(a) >= 2).collect();
        menus.sort_by_key(|a| a.x);
        menus
    }

    /// The menu that hangs from the name `name` in a menu bar, or stands beside the entry of that name.
    fn opened_from(&self, name: &str) -> Option<RectPx> {
        let names = self.items.iter().filter(|i| similarity(name, &i.label) >= 0.9).map(|i| i.area);
        let menus = self.menus();
        let hangs = |n: &RectPx| {
            let below = |m: &&RectPx| (m.x - n.x).abs() <= 2 * self.em && (-4..=self.em).contains(&(m.y - n.bottom()));
            let beside = |m: &&RectPx| (m.x - n.right()).abs() <= self.em && m.row_overlap(n) > 0.2;
            menus.iter().find(|m| below(m) || beside(m)).copied()
        };
        names.into_iter().find_map(|n| hangs(&n))
    }

    /// The areas that texts like `name` stand at the head of, the likeliest first.
    pub(super) fn sections(&self, name: &str) -> Vec<RectPx> {
        let fit = |t: &TextSpan| similarity(name, t.text.trim_end_matches([':', '*']));
        let mut heads: Vec<(f32, &TextSpan)> =
            self.percept.text.iter().map(|t| (fit(t), t)).filter(|(fit, _)| *fit >= HEADS).collect();
        heads.sort_by(|a, b| b.0.total_cmp(&a.0));
        let under = |t: &TextSpan| {
            let first = self.section_under(t);
            let all = first.map(|area| self.stack_from(area).union(&area));
            first.into_iter().chain(all.filter(|all| Some(*all) != first))
        };
        heads.into_iter().flat_map(|(_, t)| under(t)).collect()
    }

    /// What a heading stands over: the pane that it is the title of, the pane right below it, or its block.
    fn section_under(&self, head: &TextSpan) -> Option<RectPx> {
        let (h, em) = (&head.area, self.em);
        // The first cell of a row is no title.
        let level = |t: &&TextSpan| t.area != *h && t.area.row_overlap(h) > 0.5;
        let alone = |a: &RectPx| !self.percept.text_in(*a).filter(level).any(|t| self.is_bare(t));
        let titled = |e: &&Element| {
            let at_top = h.center().y - e.area.y <= 4 * em && h.center().y >= e.area.y - em;
            at_top
                && e.area.grow(em).holds(h)
                && e.area.h >= 3 * h.h
                && alone(&e.area)
                && e.label.as_deref().is_some_and(|l| similarity(l, &head.text) > 0.9)
        };
        if let Some(pane) = self.panes().filter(titled).min_by_key(|e| e.area.area()) {
            return Some(pane.area.union(h));
        }
        let below = |e: &&Element| {
            (0..=5 * em / 2).contains(&(e.area.y - h.bottom()))
                && (e.area.x - h.x).abs() <= 3 * em
                && e.area.h >= 3 * em
        };
        if let Some(pane) = self.panes().filter(below).min_by_key(|e| e.area.y) {
            return Some(pane.area.union(h));
        }
        self.block_under(head)
    }

    /// A card and those right below it that are as wide: together they stand under one heading.
    fn stack_from(&self, card: RectPx) -> RectPx {
        let mut stack = card;
        let mut below: Vec<RectPx> = self.panes().map(|e| e.area).filter(|a| a.y >= card.bottom() - 2).collect();
        below.sort_by_key(|a| a.y);
        for next in below {
            if (next.right() - card.right()).abs() <= 3
                && (next.x - card.x).abs() <= 3
                && next.y - stack.bottom() <= self.em
            {
                stack = stack.union(&next);
            }
        }
        stack
    }

    /// The lines right below texts like `name` that begin where these do.
    fn blocks(&self, name: &str) -> Vec<RectPx> {
        let heads = self.percept.text.iter().filter(|t| similarity(name, &t.text) >= 0.9);
        let block = |head: &TextSpan| {
            let aligned = |t: &&TextSpan| t.area.y > head.area.y && (t.area.x - head.area.x).abs() <= self.em;
            let mut lines: Vec<RectPx> = self.percept.text.iter().filter(aligned).map(|t| t.area).collect();
            lines.sort_by_key(|a| a.y);
            let (mut block, mut count) = (head.area, 0);
            for line in lines.into_iter().take_while(|l| l.h <= head.area.h * 3 / 2) {
                if line.y - block.bottom() > 4 * self.em {
                    break;
                }
                (block, count) = (block.union(&line), count + 1);
            }
            (count >= 2).then_some(block.grow(self.em))
        };
        heads.filter_map(block).collect()
    }

    /// Whether a text stands in no button or field.
    fn is_bare(&self, text: &TextSpan) -> bool {
        let control = |e: &Element| {
            matches!(e.role, Role::Button | Role::TextField | Role::DropDown | Role::CheckBox | Role::RadioButton)
                && e.area.contains(text.area.center())
        };
        !self.percept.elements.iter().any(control)
    }

    /// The lines under a heading in capitals or with a colon, down to the next one like it.
    fn block_under(&self, head: &TextSpan) -> Option<RectPx> {
        let is_head = |t: &TextSpan| {
            let letters = || t.text.chars().filter(|c| c.is_alphabetic());
            letters().count() >= 3 && letters().all(char::is_uppercase)
        };
        if !is_head(head) {
            return None;
        }
        let h = &head.area;
        let own = self.panes().filter(|e| e.area.holds(h)).min_by_key(|e| e.area.area()).map(|e| e.area);
        let own = own.unwrap_or_else(|| RectPx::new(0, 0, self.percept.width as i32, self.percept.height as i32));
        let next = self
            .percept
            .text
            .iter()
            .filter(|t| is_head(t) && t.area.y > h.bottom() && (t.area.x - h.x).abs() <= self.em);
        let bottom = next.map(|t| t.area.y).min().unwrap_or(own.bottom());
        // What begins beside it is another column.
        let beside = self.panes().map(|e| e.area).filter(|a| a.x > h.right() && a.y <= h.y && a.bottom() >= h.bottom());
        let right = beside.map(|a| a.x).min().unwrap_or(own.right());
        Some(RectPx::from_corners((h.x - 2 * self.em).max(own.x), h.y, right, bottom))
    }

    /// The rows and cards in which a text like `name` stands, the smallest first.
    pub(super) fn owners(&self, name: &str) -> Vec<RectPx> {
        let is_named =
            |t: &&TextSpan| super::tables::name_likeness(name, &t.text) >= HEADS || names_first(name, &t.text);
        let named: Vec<RectPx> = self.percept.text.iter().filter(is_named).map(|t| t.area).collect();
        let rows = self.percept.elements.iter().filter(|e| e.role == Role::ListRow && e.area.h <= 8 * self.em);
        let cards = self.panes().filter(|e| !self.alike(&e.area).is_empty());
        let holds = |a: &RectPx| named.iter().any(|n| a.contains(n.center()));
        let mut owners: Vec<RectPx> = rows.chain(cards).map(|e| e.area).filter(holds).collect();
        owners.sort_by_key(RectPx::area);
        owners
    }

    /// Other panes of the size of `area` that stand in line with it: cards of one list.
    fn alike(&self, area: &RectPx) -> Vec<RectPx> {
        let same = |a: &RectPx| {
            let wide = (a.w - area.w).abs() * 16 <= area.w && (a.h - area.h).abs() <= area.h / 2;
            let in_line = (a.x - area.x).abs() <= 4 || (a.y - area.y).abs() <= 4;
            a != area && wide && in_line && a.intersect(area).is_empty()
        };
        self.panes().map(|e| e.area).filter(same).collect()
    }

    /// All other panes of the size of `area`, where some stand in line with it.
    fn like_cards(&self, area: &RectPx) -> Vec<RectPx> {
        let same = |a: &RectPx| (a.w - area.w).abs() * 16 <= area.w && (a.h - area.h).abs() * 8 <= area.h;
        if self.alike(area).is_empty() {
            return Vec::new();
        }
        self.panes().map(|e| e.area).filter(|a| a != area && same(a) && a.intersect(area).is_empty()).collect()
    }

    /// Other panes that stand side by side with `area`: columns of one board.
    fn side_by_side(&self, area: &RectPx) -> Vec<RectPx> {
        let same = |a: &RectPx| {
            let wide = (a.w - area.w).abs() * 16 <= area.w;
            a != area && wide && (a.y - area.y).abs() <= 8 && a.intersect(area).is_empty()
        };
        self.panes().map(|e| e.area).filter(same).collect()
    }

    /// "the second playlist" is one of those under the heading "Playlists".
    pub(super) fn own_section(&self, phrase: &Phrase) -> Option<RectPx> {
        let kind = phrase.kind.filter(|_| phrase.role.is_none() && phrase.name.is_empty() && phrase.near.is_empty())?;
        self.sections(&format!("{kind}s")).first().copied()
    }

    /// Keeps what is under the heading of its kind, where there is one.
    pub(super) fn keep_under_own_heading(&self, candidates: &mut Vec<Candidate>, phrase: &Phrase) {
        let Some(section) = self.own_section(phrase) else { return };
        let plural = format!("{}s", phrase.kind.unwrap_or_default());
        let heading = |c: &Candidate| similarity(&plural, &c.label) >= HEADS;
        candidates.retain(|c| section.contains(c.at) && !c.area.holds(&section) && !heading(c));
    }

    /// Of panes, those of a kind: lists and columns stand side by side and hold several lines, cards are repeated
    /// and hold no others.
    pub(super) fn keep_panes_of_kind(&self, candidates: &mut Vec<Candidate>, kind: &str) {
        let is_pane = |c: &Candidate| c.role == Some(Role::Pane);
        let lines = |a: &RectPx| self.percept.text_in(*a).count();
        let is_card = |a: &RectPx| lines(a) >= 1 && !self.alike(a).is_empty();
        let holds_cards = |a: &RectPx| self.panes().any(|e| e.area != *a && a.holds(&e.area) && is_card(&e.area));
        let fits = |c: &Candidate| match kind {
            "list" | "column" => {
                lines(&c.area) >= 2
                    && c.area.h >= 6 * self.em
                    && !self.side_by_side(&c.area).is_empty()
                    && c.area.h >= c.area.w / 3
            }
            "card" | "tile" => is_card(&c.area) && !holds_cards(&c.area),
            _ => lines(&c.area) >= 1,
        };
        if candidates.iter().any(|c| is_pane(c) && fits(c)) {
            candidates.retain(|c| is_pane(c) && fits(c));
        } else {
            candidates.retain(|c| !is_pane(c));
        }
    }

    /// The cards in `area`, the first read first.
    pub(super) fn cards_in(&self, area: RectPx) -> Vec<RectPx> {
        let has_text = |a: &RectPx| self.percept.text_in(*a).next().is_some();
        let inside = self.panes().map(|e| e.area).filter(|a| area.holds(a) && *a != area && has_text(a));
        let mut cards: Vec<RectPx> = inside.filter(|a| a.w * 3 > area.w * 2 && a.h * 3 < area.h * 2).collect();
        cards.sort_by_key(RectPx::area);
        let mut kept: Vec<RectPx> = Vec::new();
        for card in cards {
            if !kept.iter().any(|k| k.covered_by(&card) > 0.5) {
                kept.push(card);
            }
        }
        kept.sort_by_key(|a| (a.y, a.x));
        kept
    }

    /// Things in columns side by side are read one column after the other.
    pub(super) fn in_column_order(&self, candidates: &mut [Candidate]) {
        let column = |c: &Candidate| {
            let held = self.panes().map(|e| e.area).filter(|a| a.contains(c.at) && *a != c.area);
            held.filter(|a| a.h >= 6 * self.em && !self.side_by_side(a).is_empty()).max_by_key(RectPx::area)
        };
        let columns: Vec<Option<RectPx>> = candidates.iter().map(column).collect();
        if candidates.len() > 1 && columns.iter().all(Option::is_some) {
            candidates.sort_by_key(|c| column(c).map(|a| (a.y / 16, a.x, c.at.y, c.at.x)));
        }
    }
}

/// The words of `what` that name a part, without the word for what it is.
fn without_part(name: &str) -> &str {
    const PARTS: [&str; 11] =
        ["section", "panel", "group", "box", "area", "list", "part", "column", "card", "tab", "page"];
    let bare = name.rsplit_once(' ').filter(|(_, last)| PARTS.iter().any(|part| part.eq_ignore_ascii_case(last)));
    bare.map_or(name, |(name, _)| name)
}

/// "order A-206" for the row of "A-206": what it is may stand before what it is called.
fn names_first(name: &str, text: &str) -> bool {
    let (name, text) = (fold(name), fold(text));
    text.chars().count() >= 3
        && name.strip_suffix(&text).is_some_and(|kind| kind.ends_with(' ') && kind.trim().split(' ').count() <= 2)
}
