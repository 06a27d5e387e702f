//! What icons mean: a small network over drawings, and the words that people have for its concepts.

use crate::infer::{InferError, VisionModel};
use crate::screen::{Element, Frame, Icon, RectPx, Role, State};
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
pub const SURE: f32 = 0.6;
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
pub fn is_box_to_tick(concept: &str) -> bool {
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

/// Whether `word` is what people call some icon.
pub fn is_word(word: &str) -> bool {
    let word = super::alike::fold(word);
    concepts().values().any(|c| c.synonyms.iter().any(|known| super::alike::fold(known) == word))
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
