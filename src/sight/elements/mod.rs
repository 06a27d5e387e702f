//! What can be used: buttons, fields, boxes to tick, rows, icons, from pixels and the text on them.
//!
//! Interfaces are drawn in flat or gently shaded areas with borders around them. So: grow [`regions`] of
//! like colour, take the connected ink between them as [`islands`], and tell what each is from its size,
//! its shape, its colour against its surroundings and the text in and beside it. One file per kind:
//! [`ticks`], [`bars`], [`boxes`] (with [`ends`], [`framed`],
//! [`notched`], [`underlined`] and [`grids`]), [`shapes`], [`lines`]; [`labels`] binds names and values. What our network
//! finds is put right by [`borders`], [`ends`] and, on title bars, by [`signs`] and the [`faces`] of their buttons.

mod bars;
mod borders;
mod boxes;
pub mod colour;
mod ends;
mod faces;
mod framed;
mod grids;
mod islands;
mod labels;
mod learnt;
mod lines;
mod lists;
mod menus;
mod notched;
mod panes;
mod regions;
mod shapes;
mod signs;
mod strips;
mod ticks;
mod underlined;

use crate::screen::{Element, Frame, PointPx, RectPx, Role, TextSpan};
use colour::{Rgb, median};
use islands::{Island, drawings, islands};
pub use learnt::is_word;
use regions::{Region, Regions};

/// Finds elements. The seam at which a trained network can take the place of the rules here.
pub trait ElementFinder: Send {
    /// The elements of `frame`, whose lines of text are `text`; boxes in pixels of `frame`.
    fn find(&mut self, frame: &Frame, text: &[TextSpan]) -> Vec<Element>;
}

/// Finds elements by rules over pixels; needs no model.
#[derive(Debug, Clone, Copy, Default)]
pub struct ByRules;

impl ElementFinder for ByRules {
    fn find(&mut self, frame: &Frame, text: &[TextSpan]) -> Vec<Element> {
        let scene = Scene::new(frame, text);
        let mut found = ticks::expanders(&scene);
        // The knob of a switch would be a circle to tick.
        found.extend(ticks::switches(&scene, &found));
        let ticks = ticks::ticks(&scene, &found);
        found.extend(ticks);
        found.extend(bars::sliders(&scene, &found));
        let boxes = boxes::boxes(&scene, &found);
        found.extend(boxes);
        let underlined = underlined::underlined(&scene, &found);
        found.extend(underlined);
        let tabs = strips::tabs(&scene, &found);
        give_way(&mut found, &tabs);
        found.extend(tabs);
        let boxed = strips::boxed_tabs(&scene, &found);
        give_way(&mut found, &boxed);
        found.extend(boxed);
        let shapes = shapes::shapes(&scene, &found);
        found.extend(shapes);
        let steps = strips::steps(&scene, &found);
        give_way(&mut found, &steps);
        found.extend(steps);
        found.extend(bars::scroll_bars(&scene, &found));
        let lines = lines::lines(&scene, &found);
        found.extend(lines);
        labels::tidy(&mut found);
        labels::label(&mut found, text, scene.em);
        labels::colours(&mut found, &scene);
        let panes = panes::panes(&scene, &found);
        give_way_to_bars(&mut found, &panes);
        found.extend(panes);
        labels::frames(&mut found, &scene);
        menus::entries(&scene, &mut found);
        found.sort_by_key(|e| (e.area.y, e.area.x));
        found
    }
}

/// What our network found on `frame`, whose lines of text are `text`, as [`ByRules`] would tell it: named and coloured,
/// and without the title bars that it doubts.
pub fn settled(frame: &Frame, text: &[TextSpan], mut found: Vec<Element>) -> Vec<Element> {
    let scene = Scene::without_regions(frame, text);
    ticks::judge(&scene, &mut found);
    learnt::mark_entries(&mut found);
    borders::snap(&scene, &mut found);
    ends::judge(&scene, &mut found);
    signs::put(&scene, &mut found);
    learnt::name(&scene, &mut found);
    learnt::possible(&mut found, text);
    labels::tidy(&mut found);
    labels::label(&mut found, text, scene.em);
    labels::colours(&mut found, &scene);
    labels::frames(&mut found, &scene);
    found.sort_by_key(|e| (e.area.y, e.area.x));
    found
}

/// Drops what was taken for something else where tabs are.
fn give_way(found: &mut Vec<Element>, tabs: &[Element]) {
    let is_tab = |e: &Element| {
        matches!(e.role, Role::Button | Role::ListRow | Role::TextField | Role::Link)
            && tabs.iter().any(|t| {
                e.area.covered_by(&t.area) > 0.6 || (t.area.covered_by(&e.area) > 0.7 && e.area.w < 2 * t.area.w)
            })
    };
    found.retain(|e| !is_tab(e));
}

/// Drops what was taken for something else where the title bars of windows are.
fn give_way_to_bars(found: &mut Vec<Element>, panes: &[Element]) {
    let bars: Vec<RectPx> = panes.iter().filter(|e| e.role == Role::TitleBar).map(|e| e.area).collect();
    let is_bar = |e: &Element| {
        let is_strip = matches!(e.role, Role::TitleBar | Role::ListRow | Role::TextField | Role::Tab | Role::Button);
        is_strip && bars.iter().any(|b| e.area.covered_by(&b.grow(3)) > 0.7 && e.area.w * 4 > b.w)
    };
    // What stands within a window is the head of a table, not another title.
    let is_top = |p: &RectPx, b: &RectPx| (p.x, p.y, p.w) == (b.x, b.y, b.w);
    let windows: Vec<RectPx> = panes
        .iter()
        .filter(|e| e.role == Role::Pane && bars.iter().any(|b| is_top(&e.area, b)))
        .map(|e| e.area)
        .collect();
    let within = |e: &Element| windows.iter().any(|w| w.holds(&e.area) && e.area.y > w.y + e.area.h);
    found.retain(|e| !(is_bar(e) || (e.role == Role::TitleBar && within(e))));
}

/// A type size where a screen has no text to tell it, in pixels.
const USUAL_EM: i32 = 14;

/// A frame with all that the kinds look at.
struct Scene<'a> {
    frame: &'a Frame,
    text: &'a [TextSpan],
    regions: Regions,
    /// Regions large enough to be an area on which things are drawn.
    panels: Vec<Region>,
    islands: Vec<Island>,
    /// Islands near each other, joined: icons.
    drawings: Vec<Island>,
    /// The height of a usual line of text: the unit of all sizes here.
    em: i32,
    /// The difference in luminance of letters and ground that most lines have.
    usual_contrast: i32,
}

impl<'a> Scene<'a> {
    fn new(frame: &'a Frame, text: &'a [TextSpan]) -> Self {
        let mut scene = Self::without_regions(frame, text);
        let em = scene.em;
        scene.regions = Regions::grow(frame);
        let ground = (2 * em * em) as u32;
        scene.panels = scene.regions.all.iter().copied().filter(|r| r.pixels >= ground / 3).collect();
        scene.islands = islands(frame, &scene.regions, ground);
        scene.islands.retain(|i| !is_text(text, i.area));
        scene.drawings = drawings(&scene.islands, em * 3 / 10 + 1, 4 * em);
        scene
    }

    /// What text and single pixels tell: all that naming and colouring need.
    fn without_regions(frame: &'a Frame, text: &'a [TextSpan]) -> Self {
        let mut heights: Vec<i32> = text.iter().map(|t| t.area.h).collect();
        heights.sort_unstable();
        let em = heights.get(heights.len() / 2).copied().unwrap_or(USUAL_EM).clamp(9, 48);
        let (regions, panels) = (Regions::default(), Vec::new());
        let (islands, drawings) = (Vec::new(), Vec::new());
        let mut scene = Self { frame, text, regions, panels, islands, drawings, em, usual_contrast: 0 };
        let mut contrasts: Vec<i32> = text.iter().map(|t| lines::contrast(&scene, t.area)).collect();
        contrasts.sort_unstable();
        scene.usual_contrast = contrasts.get(contrasts.len() / 2).copied().unwrap_or(0);
        scene
    }

    fn bounds(&self) -> RectPx {
        self.frame.bounds()
    }

    fn colour(&self, x: i32, y: i32) -> Option<Rgb> {
        self.frame.pixel(PointPx::new(x, y))
    }

    /// The median colour of a ring some pixels outside `area`.
    fn around(&self, area: RectPx) -> Rgb {
        let ring = area.grow(4);
        let across = (ring.x..ring.right()).step_by(2).flat_map(|x| [(x, ring.y), (x, ring.bottom() - 1)]);
        let down = (ring.y..ring.bottom()).step_by(2).flat_map(|y| [(ring.x, y), (ring.right() - 1, y)]);
        median(across.chain(down).filter_map(|(x, y)| self.colour(x, y)))
    }

    /// The lines that lie mostly in `area`.
    fn text_in(&self, area: RectPx) -> impl Iterator<Item = &'a TextSpan> {
        self.text.iter().filter(move |t| t.area.covered_by(&area) > 0.6)
    }

    /// Whether a pixel belongs to no flat area: it is ink, or a line.
    fn is_ink(&self, x: i32, y: i32) -> bool {
        self.regions.at(x, y).pixels < (2 * self.em * self.em / 3) as u32
    }

    /// The drawings that lie in `area`.
    fn drawings_in(&self, area: RectPx) -> impl Iterator<Item = &Island> {
        self.drawings.iter().filter(move |d| area.contains(d.area.center()) && d.area != area)
    }
}

/// Whether an island is ink of a line that was read. A single sign that stands alone may be an icon.
fn is_text(text: &[TextSpan], area: RectPx) -> bool {
    let lines = text.iter().filter(|t| !is_sign(t) && !reads_like_rings(t));
    lines.flat_map(|t| &t.words).any(|w| area.covered_by(&w.area.grow(1)) > 0.6)
}

/// Whether a line is made of nothing but what rings and boxes that stand apart in a row are read as.
fn reads_like_rings(line: &TextSpan) -> bool {
    let signs: Vec<char> = line.text.chars().filter(|c| !c.is_whitespace()).collect();
    let apart = line.area.w * 10 >= signs.len() as i32 * line.area.h * 13;
    (2..=8).contains(&signs.len()) && apart && signs.iter().all(|c| "0OoQ°○◯□XDC".contains(*c))
}

/// Whether a line is one sign, which may as well be an icon; digits are what they are.
pub fn is_sign(line: &TextSpan) -> bool {
    let mut signs = line.text.chars().filter(|c| !c.is_whitespace());
    matches!((signs.next(), signs.next()), (Some(sign), None) if !sign.is_ascii_digit())
}

/// Whether `area` is taken by an element that is no mere row, frame or panel.
fn is_taken(found: &[Element], area: RectPx) -> bool {
    let is_ground = |e: &&Element| {
        matches!(e.role, Role::ListRow | Role::Frame | Role::Dialog | Role::Image | Role::TitleBar)
            || (e.role == Role::TextField && e.area.area() > 20 * area.area())
    };
    found
        .iter()
        .filter(|e| !is_ground(e))
        .any(|e| area.covered_by(&e.area.grow(1)) > 0.7 || e.area.covered_by(&area) > 0.9)
}

/// Gives buttons that have neither a name nor an icon that is known the sign that seems to stand on them.
pub fn name_by_signs(elements: &mut [Element], signs: &[TextSpan]) {
    for button in elements.iter_mut().filter(|e| e.role == Role::Button && e.label.is_none()) {
        let on = |t: &&TextSpan| t.area.covered_by(&button.area) > 0.8;
        button.label = signs.iter().find(on).map(|t| t.text.clone());
    }
}

/// Whether `text` is no text but the mark in a box to tick, or the arrow of a drop-down.
pub fn is_ornament(text: &TextSpan, elements: &[Element]) -> bool {
    let short = text.text.chars().count() <= 2;
    let drawn = |e: &Element| {
        let sure = e
            .icons
            .first()
            .is_some_and(|i| i.confidence > 0.75 && !matches!(i.concept.as_str(), "plus" | "minus" | "close"));
        e.role == Role::Icon && sure && is_sign(text) && text.area.covered_by(&e.area.grow(3)) > 0.7
    };
    if elements.iter().any(drawn) {
        return true;
    }
    short
        && elements.iter().any(|e| match e.role {
            Role::CheckBox | Role::RadioButton => text.area.covered_by(&e.area.grow(2)) > 0.6,
            Role::DropDown | Role::Spinner => {
                text.area.x > e.area.right() - e.area.h.min(40) && text.area.w < e.area.h && e.area.holds(&text.area)
            }
            _ => false,
        })
}

#[cfg(test)]
mod tests;
