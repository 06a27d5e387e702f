//! The buttons of windows: close, minimise, maximise.

use super::super::alike::{fold, similarity};
use super::super::phrase::{Phrase, Side};
use super::{Candidate, Search};
use crate::screen::{Element, RectPx, Role};

/// A button that window managers draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Close,
    Maximise,
    Minimise,
}

impl Control {
    fn of(name: &str) -> Option<Self> {
        let words = fold(name);
        let is = |all: &[&str]| all.contains(&words.as_str());
        if is(&["x", "close", "close x", "cross"]) {
            Some(Self::Close)
        } else if is(&["maximise", "maximize", "restore"]) {
            Some(Self::Maximise)
        } else if is(&["minimise", "minimize", "iconify"]) {
            Some(Self::Minimise)
        } else {
            None
        }
    }

    const fn concepts(self) -> &'static [&'static str] {
        match self {
            Self::Close => &["close"],
            Self::Maximise => &["maximize", "square", "expand"],
            Self::Minimise => &["minus", "minimize"],
        }
    }
}

/// What people call that which such a button belongs to.
const WINDOWS: [&str; 6] = ["window", "dialog", "dialogue", "pop up", "popup", "panel"];

/// "the X of the window", "close button of the Print dialog": the control and the title of its window, if given.
fn asked(phrase: &Phrase) -> Option<(Control, String)> {
    if let Some(title) = &phrase.window {
        return Control::of(&phrase.name).map(|control| (control, title.clone()));
    }
    let whole = fold(&phrase.whole);
    for (verb, rest) in
        [("close", "close the window"), ("minimise", "minimise the window"), ("maximise", "maximise the window")]
    {
        if whole == rest || whole == rest.replace("the ", "") {
            return Control::of(verb).map(|control| (control, String::new()));
        }
    }
    // "close the Print dialog"
    let said = whole.strip_prefix("close the ").or_else(|| whole.strip_prefix("close "));
    let closed = |rest: &str| WINDOWS.iter().find_map(|w| rest.strip_suffix(w)).map(|title| title.trim().to_owned());
    if let Some(title) = said.and_then(closed) {
        return Some((Control::Close, title));
    }
    let control = Control::of(&phrase.name)?;
    let bare = phrase.near.is_empty() && phrase.place.is_none() && phrase.ordinal.is_none();
    if bare && control != Control::Close && matches!(phrase.role, None | Some(Role::Button | Role::Icon)) {
        return Some((control, String::new()));
    }
    let near = phrase.near.iter().find(|n| n.side == Side::Of)?;
    let what = fold(&near.what.whole);
    let title = WINDOWS.iter().find_map(|w| what.strip_suffix(w))?;
    Some((control, title.trim().to_owned()))
}

impl Search<'_> {
    /// The button of a window that `phrase` asks for.
    pub fn control(&self, phrase: &Phrase) -> Option<Candidate> {
        let (control, title) = asked(phrase)?;
        // A button that says so in words is meant rather than the sign on the title bar.
        let scope = self.scope(phrase);
        let says = |c: &Candidate| self.weight(&scope, c) > 0.5;
        let worded = self.items.iter().filter(|i| i.kind == super::ItemKind::Text && i.likeness(&phrase.name) >= 0.95);
        if phrase.name.chars().count() > 1 && worded.map(|i| i.candidate(1.0)).any(|c| says(&c)) {
            return None;
        }
        let bar = self.title_bar(&title);
        if bar.is_none() && !title.is_empty() && title != "main" {
            // A window that is named must be there.
            super::best_window(self.percept, &title)?;
        }
        let found = bar.and_then(|bar| self.on_bar(control, bar)).or_else(|| self.by_icon(control, bar));
        found.map(|area| Candidate {
            label: format!("{control:?}").to_lowercase(),
            role: Some(Role::Button),
            area,
            at: area.center(),
            confidence: 0.85,
            element: None,
        })
    }

    fn title_bar(&self, title: &str) -> Option<RectPx> {
        let bars: Vec<&Element> = self.percept.elements.iter().filter(|e| e.role == Role::TitleBar).collect();
        if let Some(bar) = self.bar_of(title) {
            return Some(bar);
        }
        if let Some(row) = self.titled_row(title) {
            return Some(row);
        }
        // Without a title that is known: the only one, or the widest.
        match bars.as_slice() {
            [one] => Some(one.area),
            many if title.is_empty() || matches!(title, "main" | "editor" | "document" | "background") => {
                many.iter().max_by_key(|e| e.area.w).map(|e| e.area)
            }
            _ => None,
        }
    }

    /// The row of a text that says `title` and ends in a drawing that closes.
    fn titled_row(&self, title: &str) -> Option<RectPx> {
        let closes =
            |e: &&Element| e.icons.first().is_some_and(|i| i.concept == "close") || e.label.as_deref() == Some("close");
        let titles = self.percept.text.iter().filter(|t| !title.is_empty() && similarity(title, &t.text) >= 0.85);
        let row = |t: &crate::screen::TextSpan| {
            let level =
                |e: &&Element| e.area.x >= t.area.right() && (e.area.center().y - t.area.center().y).abs() <= self.em;
            let close = self.percept.elements.iter().filter(closes).filter(level).min_by_key(|e| e.area.x)?;
            Some(t.area.union(&close.area))
        };
        titles.filter_map(row).min_by_key(|a| a.y)
    }

    /// Small drawings and signs at the right end of a title bar: minimise, maximise, close.
    fn on_bar(&self, control: Control, bar: RectPx) -> Option<RectPx> {
        let near_end =
            |a: &RectPx| a.center().x > bar.right() - 10 * self.em && a.w <= 3 * self.em && a.h <= 3 * self.em;
        let inside = |a: &RectPx| bar.grow(2).contains(a.center());
        let drawn = self.percept.elements.iter().filter(|e| matches!(e.role, Role::Icon | Role::Button));
        // All buttons together may have been read as a word of so many letters.
        let signs = self.percept.text.iter().flat_map(|t| {
            let count = t.text.chars().count() as i32;
            let side = t.area.w / count.max(1);
            let sign = move |i: i32| RectPx::new(t.area.x + i * side, t.area.y, side, t.area.h);
            (0..count).filter(move |_| count <= 3).map(sign)
        });
        let mut areas: Vec<RectPx> = Vec::new();
        for area in drawn.map(|e| e.area).chain(signs).filter(|a| inside(a) && near_end(a)) {
            match areas.iter_mut().find(|a| a.holds(&area) || area.holds(a)) {
                Some(known) => *known = known.union(&area),
                None => areas.push(area),
            }
        }
        areas.sort_by_key(|a| a.x);
        let last = areas.len().checked_sub(1)?;
        match control {
            Control::Close => areas.get(last),
            Control::Maximise => areas.get(last.checked_sub(1)?),
            Control::Minimise => areas.get(last.checked_sub(2).or(last.checked_sub(1))?),
        }
        .copied()
    }

    /// Where there is no title bar that is known as one: the drawing that means it, nearest to the top right.
    fn by_icon(&self, control: Control, bar: Option<RectPx>) -> Option<RectPx> {
        let drawn = self.nearest_drawing(control, bar);
        // A short dash is easily missed: it stands as far before the others as they do from each other.
        let dash = || {
            let (close, maximise) =
                (self.nearest_drawing(Control::Close, bar)?, self.nearest_drawing(Control::Maximise, bar)?);
            let pitch = close.center().x - maximise.center().x;
            let level = close.row_overlap(&maximise) > 0.5 && (close.w..=6 * self.em).contains(&pitch);
            level.then(|| maximise.offset(-pitch, 0))
        };
        if control == Control::Minimise { dash().or(drawn) } else { drawn }
    }

    fn nearest_drawing(&self, control: Control, bar: Option<RectPx>) -> Option<RectPx> {
        let means = |e: &&Element| {
            e.icons.first().is_some_and(|i| i.confidence > 0.3 && control.concepts().contains(&i.concept.as_str()))
        };
        let from = bar.map_or((self.percept.width as i32, 0), |b| (b.right(), b.y));
        let distance = |e: &&Element| (from.0 - e.area.right()).abs() + 2 * (e.area.y - from.1).abs();
        self.percept.elements.iter().filter(means).min_by_key(distance).map(|e| e.area)
    }
}
