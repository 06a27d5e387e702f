//! What icons mean: a small network over drawings, and the words that people have for its concepts.

use crate::infer::{InferError, VisionModel};
use crate::screen::{Element, Frame, Icon, RectPx, Role, State, TextSpan};
use ndarray::{Array4, Ix2};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The concepts in order, with what people call them.
const CONCEPTS: &str = include_str!("../../models/icons-concepts.toml");
/// The sides of the network's input, in pixels.
const SIDE: usize = 32;
/// The longer side of a drawing in it.
const DRAWN: u32 = 28;
/// Below this an icon may be anything. Source: `models/recipes/icons.md`.
const LEAST: f32 = 0.15;
/// From this on, an icon is called what the network takes it for.
const SURE: f32 = 0.6;
/// From this on, what looks like a box to tick is taken for the icon instead.
const SURELY_DRAWN: f32 = 0.8;
/// Drawings in one call.
const BATCH: usize = 64;

/// Tells icons apart.
pub struct IconReader {
    model: Box<dyn VisionModel>,
    concepts: Vec<String>,
}

impl IconReader {
    /// A reader out of `model`, which carries its concepts.
    ///
    /// # Errors
    /// [`InferError::Output`] when the model has no such list.
    pub fn new(model: Box<dyn VisionModel>) -> Result<Self, InferError> {
        let list = model.metadata("concepts").ok_or_else(|| InferError::Output {
            model: "icons".into(),
            what: "no `concepts` in its metadata".into(),
        })?;
        Ok(Self { model, concepts: list.lines().map(str::to_owned).collect() })
    }

    /// Says of each icon among `elements` what it may mean, and gives those without a name the likeliest as one.
    ///
    /// # Errors
    /// Those of the network.
    pub fn name(&mut self, frame: &Frame, elements: &mut [Element]) -> Result<(), InferError> {
        // What looks like a box to tick may be a drawing that is as square or round.
        let is_drawing = |e: &Element| {
            let small = e.area.w.max(e.area.h) <= 160;
            matches!(e.role, Role::Icon)
                || matches!(e.role, Role::CheckBox | Role::RadioButton)
                || (e.role == Role::Button && e.label.as_deref().is_none_or(may_be_drawn) && e.area.w <= 2 * e.area.h)
                || (e.role == Role::Image && small)
        };
        let drawings: Vec<usize> = (0..elements.len()).filter(|&i| is_drawing(&elements[i])).collect();
        for batch in drawings.chunks(BATCH) {
            let mut input = Array4::<f32>::zeros((batch.len(), 1, SIDE, SIDE));
            for (at, &i) in batch.iter().enumerate() {
                draw(frame, drawn_area(&elements[i]), &mut input.slice_mut(ndarray::s![at, 0, .., ..]));
            }
            let scores = self.model.infer(input)?;
            let scores = scores
                .into_dimensionality::<Ix2>()
                .map_err(|e| InferError::Output { model: "icons".into(), what: e.to_string() })?;
            for (&i, row) in batch.iter().zip(scores.outer_iter()) {
                let row: Vec<f32> = row.to_vec();
                let icons = self.meanings(&row);
                if matches!(elements[i].role, Role::CheckBox | Role::RadioButton) {
                    if icons.first().is_none_or(|icon| icon.confidence < SURELY_DRAWN || is_box_to_tick(&icon.concept))
                    {
                        continue;
                    }
                    elements[i].role = Role::Icon;
                    elements[i].state = State::default();
                    elements[i].label = None;
                }
                let read = elements[i].label.is_some() && elements[i].role == Role::Button;
                let least = if read { SURELY_DRAWN } else { SURE };
                let sure = icons.first().filter(|icon| icon.confidence >= least).map(|icon| icon.concept.clone());
                if sure.is_some() || !read {
                    elements[i].label = sure;
                    elements[i].icons = icons;
                }
            }
        }
        Ok(())
    }

    /// Says of buttons that begin with a tick that they are chosen, as chips are.
    pub fn choose_ticked(elements: &mut [Element]) {
        let is_tick = |e: &&Element| e.role == Role::Icon && e.icons.first().is_some_and(|i| i.concept == "check");
        let ticks: Vec<RectPx> = elements.iter().filter(is_tick).map(|e| e.area).collect();
        let begins = |a: &RectPx| ticks.iter().any(|t| a.holds(t) && t.right() < a.center().x);
        let buttons = elements.iter_mut().filter(|e| e.role == Role::Button && e.label.is_some());
        buttons.filter(|e| e.area.w > 3 * e.area.h / 2 && begins(&e.area)).for_each(|e| e.state.selected = Some(true));
    }

    /// Joins large drawings with the caption centred below them, as in views of files: what the caption says is their name.
    pub fn caption(elements: &mut [Element], text: &[TextSpan]) {
        let caption_of = |a: &RectPx| {
            let below = |t: &&TextSpan| {
                let gap = t.area.y - a.bottom();
                (0..=t.area.h).contains(&gap) && (t.area.center().x - a.center().x).abs() <= t.area.h / 2
            };
            text.iter().find(below).filter(|t| a.h >= 2 * t.area.h && t.area.w <= 5 * a.w)
        };
        let is_drawing =
            |e: &Element| matches!(e.role, Role::Icon | Role::Image) && (e.area.w - e.area.h).abs() * 2 <= e.area.h;
        let captioned: Vec<(usize, &TextSpan)> = (0..elements.len())
            .filter(|&i| is_drawing(&elements[i]))
            .filter_map(|i| Some((i, caption_of(&elements[i].area)?)))
            .collect();
        // A view has several in a row or column.
        let in_line =
            |a: &RectPx, b: &RectPx| (a.center().x - b.center().x).abs() <= 4 || (a.bottom() - b.bottom()).abs() <= 4;
        let areas: Vec<RectPx> = captioned.iter().map(|(i, _)| elements[*i].area).collect();
        for (at, (i, caption)) in captioned.iter().enumerate() {
            if areas.iter().enumerate().filter(|(o, b)| *o != at && in_line(&areas[at], b)).count() >= 2 {
                let element = &mut elements[*i];
                *element = Element {
                    role: Role::Icon,
                    area: element.area.union(&caption.area),
                    label: Some(caption.text.clone()),
                    ..element.clone()
                };
            }
        }
    }

    /// Drops what was taken for a box to tick and is part of a drawing that means something else.
    pub fn untick(elements: &mut Vec<Element>) {
        let is_other =
            |e: &Element| e.icons.first().is_some_and(|i| i.confidence >= SURE && !is_box_to_tick(&i.concept));
        let drawn: Vec<RectPx> =
            elements.iter().filter(|e| e.role == Role::Icon && is_other(e)).map(|e| e.area).collect();
        let within = |e: &Element| drawn.iter().any(|d| e.area.covered_by(&d.grow(1)) > 0.8);
        elements.retain(|e| !(matches!(e.role, Role::CheckBox | Role::RadioButton) && within(e)));
    }

    /// Takes drawings of boxes to tick that stand before a text for what they are.
    pub fn tick(elements: &mut [Element], text: &[TextSpan]) {
        let known: Vec<RectPx> =
            elements.iter().filter(|e| matches!(e.role, Role::CheckBox | Role::RadioButton)).map(|e| e.area).collect();
        for element in elements.iter_mut().filter(|e| e.role == Role::Icon) {
            let Some(icon) = element.icons.first().filter(|i| i.confidence > 0.5) else { continue };
            let a = element.area;
            let follows = |t: &&TextSpan| {
                t.area.row_overlap(&a) > 0.5 && (0..=2 * a.w).contains(&(t.area.x - a.right())) && t.area.h * 2 >= a.h
            };
            let label = text.iter().filter(follows).min_by_key(|t| t.area.x);
            let double = known.iter().any(|k| k.contains(a.center()));
            if icon.concept == "check-square"
                && !double
                && let Some(label) = label
            {
                let state = State::ticked(true);
                *element = Element { label: Some(label.text.clone()), state, ..Element::seen(Role::CheckBox, a, 0.6) };
            }
        }
    }

    /// Takes a box of one line with a magnifier at its end for the field to search in that it is.
    pub fn search_fields(elements: &mut [Element], text: &[TextSpan]) {
        let is_lens = |e: &&Element| e.role == Role::Icon && e.icons.first().is_some_and(|i| i.concept == "search");
        let lenses: Vec<RectPx> = elements.iter().filter(is_lens).map(|e| e.area).collect();
        let areas: Vec<RectPx> = elements.iter().filter(|e| e.role == Role::ListRow).map(|e| e.area).collect();
        let touches = |a: &RectPx| {
            let next =
                |o: &RectPx| (o.x - a.x).abs() <= 4 && ((o.y - a.bottom()).abs() <= 6 || (a.y - o.bottom()).abs() <= 6);
            areas.iter().any(next)
        };
        for element in elements.iter_mut().filter(|e| matches!(e.role, Role::ListRow | Role::Button)) {
            let a = element.area;
            let is_lens_read = |t: &TextSpan| lenses.iter().any(|l| t.area.covered_by(&l.grow(3)) > 0.6);
            let mut lines = text.iter().filter(|t| t.area.covered_by(&a) > 0.6 && !is_lens_read(t));
            let (line, more) = (lines.next(), lines.next());
            let at_end = |l: &RectPx| a.holds(l) && (l.right() > a.right() - 2 * a.h || l.x < a.x + a.h);
            let wide = a.w >= 5 * a.h && line.is_none_or(|t| t.area.w * 3 < a.w * 2);
            if wide && more.is_none() && lenses.iter().any(at_end) && !touches(&a) {
                let value = line.map(|t| t.text.clone());
                *element = Element { value, ..Element::seen(Role::TextField, a, 0.5) };
            }
        }
    }

    /// The three likeliest concepts.
    fn meanings(&self, scores: &[f32]) -> Vec<Icon> {
        let known = self.concepts.iter().zip(scores).filter(|(concept, score)| *concept != "other" && **score >= LEAST);
        let mut icons: Vec<Icon> =
            known.map(|(concept, &confidence)| Icon { concept: concept.clone(), confidence }).collect();
        icons.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        icons.truncate(3);
        icons
    }
}

/// Whether a button's name of a letter or two may be a drawing that was read.
fn may_be_drawn(label: &str) -> bool {
    label.chars().count() <= 2 && !label.chars().any(|c| c.is_ascii_digit())
}

/// Where the drawing is: inside a button, within its border.
fn drawn_area(element: &Element) -> RectPx {
    if element.role == Role::Button { element.area.grow(-(element.area.h / 6).max(2)) } else { element.area }
}

/// Whether an icon is drawn like a box or circle to tick.
fn is_box_to_tick(concept: &str) -> bool {
    ["square", "circle", "check", "dot", "radio", "box", "minus", "close", "stop", "record", "target", "toggle", "disc"]
        .iter()
        .any(|w| concept.contains(w))
}

/// Draws what stands in `area` into the network's input: how far each pixel is from the ground, in `[0, 1]`,
/// scaled so that its longer side is [`DRAWN`] pixels, in the middle.
fn draw(frame: &Frame, area: RectPx, input: &mut ndarray::ArrayViewMut2<'_, f32>) {
    let Some(crop) = frame.crop(area.grow(1)) else { return };
    let longer = crop.width().max(crop.height());
    let scaled = |side: u32| (side * DRAWN).div_ceil(longer).clamp(1, DRAWN);
    let (width, height) = (scaled(crop.width()), scaled(crop.height()));
    let pixels = super::detect::resize(&crop, width, height);
    let ground = border_median(&crop);
    let difference = |p: &[u8]| (0..3).map(|c| p[c].abs_diff(ground[c])).max().unwrap_or(0);
    let most = pixels.chunks_exact(4).map(difference).max().unwrap_or(0).max(1);
    let (left, top) = ((SIDE - width as usize) / 2, (SIDE - height as usize) / 2);
    for (at, p) in pixels.chunks_exact(4).enumerate() {
        let (x, y) = (at % width as usize, at / width as usize);
        input[[top + y, left + x]] = f32::from(difference(p)) / f32::from(most);
    }
}

/// The median of each channel along the edge of a crop.
fn border_median(crop: &Frame) -> [u8; 3] {
    let (w, h) = (crop.width() as i32, crop.height() as i32);
    let across = (0..w).flat_map(|x| [(x, 0), (x, h - 1)]);
    let down = (0..h).flat_map(|y| [(0, y), (w - 1, y)]);
    let edge: Vec<[u8; 3]> =
        across.chain(down).filter_map(|(x, y)| crop.pixel(crate::screen::PointPx::new(x, y))).collect();
    std::array::from_fn(|c| {
        let mut values: Vec<u8> = edge.iter().map(|p| p[c]).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or(0)
    })
}

#[derive(Deserialize)]
struct Concepts {
    concept: Vec<Concept>,
}

#[derive(Deserialize)]
struct Concept {
    name: String,
    #[serde(default)]
    synonyms: Vec<String>,
    /// Concepts that small drawings of it may as well mean.
    #[serde(default)]
    drawn_like: Vec<String>,
}

fn concepts() -> &'static HashMap<String, Concept> {
    static KNOWN: OnceLock<HashMap<String, Concept>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let concepts: Concepts = toml::from_str(CONCEPTS).unwrap_or(Concepts { concept: Vec::new() });
        let entry = |mut c: Concept| {
            c.synonyms.insert(0, c.name.replace('-', " "));
            (c.name.clone(), c)
        };
        concepts.concept.into_iter().map(entry).collect()
    })
}

/// What people call the icon of a concept, its own name first.
pub fn words_for(concept: &str) -> &'static [String] {
    concepts().get(concept).map_or(&[], |c| c.synonyms.as_slice())
}

/// The concepts that small drawings of `concept` may as well mean: a gear with thin teeth looks like a sun.
pub fn drawn_like(concept: &str) -> &'static [String] {
    concepts().get(concept).map_or(&[], |c| c.drawn_like.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concepts_have_the_words_that_people_say() {
        assert!(words_for("trash").iter().any(|w| w == "bin"));
        assert!(words_for("no such concept").is_empty());
        assert!(drawn_like("sun").iter().all(|other| !words_for(other).is_empty()));
    }

    #[test]
    fn a_drawing_fills_the_middle_of_the_input() {
        let mut rgba = vec![250u8; 20 * 10 * 4];
        for y in 2..8 {
            (2..18).for_each(|x| rgba[(y * 20 + x) * 4..][..3].fill(20));
        }
        let frame = Frame::new(20, 10, rgba).unwrap();
        let mut input = Array4::<f32>::zeros((1, 1, SIDE, SIDE));
        draw(&frame, RectPx::new(1, 1, 18, 8), &mut input.slice_mut(ndarray::s![0, 0, .., ..]));
        assert!(input[[0, 0, 16, 16]] > 0.9 && input[[0, 0, 0, 16]] == 0.0 && input[[0, 0, 31, 0]] == 0.0);
    }
}
