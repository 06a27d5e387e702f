//! What the lines say: crops in batches of like width through the network, then CTC.

use super::detect::resize;
use crate::infer::{InferError, VisionModel};
use crate::screen::{Frame, RectPx, TextSpan, Word};
use ndarray::{Array4, ArrayView2, Ix3};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

/// The height of a line in the network's input, in pixels.
const LINE_HEIGHT: u32 = 48;
/// The network answers for every eighth column.
const MIN_WIDTH: u32 = 32;
/// One crop is never stretched wider than this, whatever stands on the screen.
const MAX_WIDTH: u32 = 4096;
/// Lines in one call; more gains nothing on a processor and costs memory.
const BATCH: usize = 8;
/// Columns in one call over all its lines, for the same reason.
const BATCH_COLUMNS: u32 = 1600;
/// From this least probability of its characters on, the fast reading of a line stands.
const SURE: f32 = 0.9;
/// Readings that are remembered.
const REMEMBERED: usize = 8192;

/// One character and where it stands, as a share of the line's width.
#[derive(Debug, Clone, PartialEq)]
pub struct Glyph {
    pub text: String,
    pub at: f32,
    pub probability: f32,
}

/// A network that reads lines, and its characters.
pub struct Reader {
    model: Box<dyn VisionModel>,
    characters: Vec<String>,
}

impl Reader {
    /// A reader out of `model`, which carries its character list.
    ///
    /// # Errors
    /// [`InferError::Output`] when the model has no such list.
    pub fn new(model: Box<dyn VisionModel>) -> Result<Self, InferError> {
        let list = model.metadata("character").ok_or_else(|| InferError::Output {
            model: "text recognition".into(),
            what: "no `character` list in its metadata".into(),
        })?;
        // Class 0 is CTC's blank; the space comes after the list.
        let mut characters = vec![String::new()];
        characters.extend(list.lines().map(str::to_owned));
        characters.push(" ".to_owned());
        Ok(Self { model, characters })
    }

    fn read(&mut self, lines: &[&Line]) -> Result<Vec<Vec<Glyph>>, InferError> {
        let mut read = Vec::with_capacity(lines.len());
        for batch in batches(lines) {
            read.extend(self.read_batch(batch)?);
        }
        Ok(read)
    }

    fn read_batch(&mut self, batch: &[&Line]) -> Result<Vec<Vec<Glyph>>, InferError> {
        let width = batch.iter().map(|l| l.width).max().unwrap_or(MIN_WIDTH);
        let output = self.model.infer(input(batch, width))?;
        let output = output
            .into_dimensionality::<Ix3>()
            .map_err(|e| InferError::Output { model: "text recognition".into(), what: e.to_string() })?;
        let one = |(i, line): (usize, &&Line)| {
            let mut glyphs = decode(output.slice(ndarray::s![i, .., ..]), &self.characters);
            // The network saw the line padded to the batch's width.
            let stretch = width as f32 / line.width as f32;
            for glyph in &mut glyphs {
                glyph.at = (glyph.at * stretch).min(1.0);
            }
            glyphs
        };
        Ok(batch.iter().enumerate().map(one).collect())
    }
}

/// Reads lines with a fast network, those it is unsure of with a careful one, and remembers what was
/// read by the hash of the pixels.
pub struct Recogniser {
    fast: Reader,
    careful: Reader,
    memory: HashMap<u64, Vec<Glyph>>,
}

impl Recogniser {
    pub fn new(fast: Reader, careful: Reader) -> Self {
        Self { fast, careful, memory: HashMap::new() }
    }

    /// Forgets what was read.
    pub fn forget(&mut self) {
        self.memory.clear();
    }

    /// Reads the lines in `boxes`; those without a letter are left out.
    ///
    /// # Errors
    /// Those of the networks.
    pub fn read(&mut self, frame: &Frame, boxes: &[RectPx]) -> Result<Vec<TextSpan>, InferError> {
        let mut lines: Vec<Line> = boxes.iter().filter_map(|area| Line::cut(frame, *area)).collect();
        if self.memory.len() > REMEMBERED {
            self.memory.clear();
        }
        lines.sort_by_key(|line| line.width);
        let unknown: Vec<&Line> = lines.iter().filter(|l| !self.memory.contains_key(&l.hash)).collect();
        let fast = self.fast.read(&unknown)?;
        let (sure, unsure): (Vec<_>, Vec<_>) =
            unknown.into_iter().zip(fast).partition(|(_, glyphs)| certainty(glyphs) >= SURE);
        self.memory.extend(sure.into_iter().map(|(line, glyphs)| (line.hash, glyphs)));
        let lines_again: Vec<&Line> = unsure.iter().map(|(line, _)| *line).collect();
        if std::env::var("DBG").is_ok() { eprintln!("lines {} cols {} again {} cols {}", lines.len(), lines.iter().map(|l| l.width).sum::<u32>(), lines_again.len(), lines_again.iter().map(|l| l.width).sum::<u32>());
            for (l, g) in &unsure { eprintln!("  {:.2} {}", certainty(g), g.iter().map(|g| g.text.as_str()).collect::<String>()); } }
        let careful = self.careful.read(&lines_again)?;
        if std::env::var("DBG").is_ok() { for g in &careful { eprintln!("  -> {:.2} {}", certainty(g), g.iter().map(|g| g.text.as_str()).collect::<String>()); } }
        self.memory.extend(lines_again.iter().map(|line| line.hash).zip(careful));
        Ok(lines.iter().filter_map(|line| span(line.area, self.memory.get(&line.hash)?)).collect())
    }
}

/// The least probability of a line's characters; a line without any is sure to be none.
fn certainty(glyphs: &[Glyph]) -> f32 {
    glyphs.iter().map(|g| g.probability).fold(1.0, f32::min)
}

struct Line {
    area: RectPx,
    /// RGBA8, [`LINE_HEIGHT`] x `width`.
    pixels: Vec<u8>,
    width: u32,
    hash: u64,
}

impl Line {
    fn cut(frame: &Frame, area: RectPx) -> Option<Self> {
        let crop = frame.crop(area)?;
        let ratio = LINE_HEIGHT as f32 / crop.height() as f32;
        let width = ((crop.width() as f32 * ratio).ceil() as u32).clamp(MIN_WIDTH, MAX_WIDTH);
        let mut hasher = DefaultHasher::new();
        hasher.write_u32(crop.width());
        hasher.write(crop.rgba());
        Some(Self { area, pixels: resize(&crop, width, LINE_HEIGHT), width, hash: hasher.finish() })
    }
}

/// Splits lines, sorted by width, so that no call is too large.
fn batches<'a, 'b>(lines: &'a [&'b Line]) -> Vec<&'a [&'b Line]> {
    let mut batches = Vec::new();
    let mut start = 0;
    for end in 1..=lines.len() {
        let full = end - start >= BATCH;
        let next_is_wide = lines.get(end).is_some_and(|next| {
            // Padding a narrow line to a wide one costs as much as the wide one.
            next.width * (end - start + 1) as u32 > BATCH_COLUMNS || next.width > lines[start].width * 3 / 2 + 64
        });
        if full || next_is_wide || end == lines.len() {
            batches.push(&lines[start..end]);
            start = end;
        }
    }
    batches
}

/// Lines x 3 x [`LINE_HEIGHT`] x `width`, blue first, in `[-1, 1]`, 0 beside the line.
fn input(batch: &[&Line], width: u32) -> Array4<f32> {
    let (h, w) = (LINE_HEIGHT as usize, width as usize);
    let mut input = Array4::<f32>::zeros((batch.len(), 3, h, w));
    for (i, line) in batch.iter().enumerate() {
        for (at, p) in line.pixels.chunks_exact(4).enumerate() {
            let (x, y) = (at % line.width as usize, at / line.width as usize);
            for (channel, value) in [p[2], p[1], p[0]].into_iter().enumerate() {
                input[[i, channel, y, x]] = f32::from(value) / 127.5 - 1.0;
            }
        }
    }
    input
}

/// Turns class probabilities into characters: the best class per step, repeats and blanks dropped.
///
/// `steps` is time x classes; class 0 is the blank. Classes without a character are dropped.
pub fn decode(steps: ArrayView2<'_, f32>, characters: &[String]) -> Vec<Glyph> {
    let count = steps.nrows();
    let mut glyphs = Vec::new();
    let mut last = 0;
    for (t, step) in steps.outer_iter().enumerate() {
        let best =
            step.iter().enumerate().fold((0, f32::MIN), |best, (class, &p)| if p > best.1 { (class, p) } else { best });
        if best.0 != 0
            && best.0 != last
            && let Some(text) = characters.get(best.0)
        {
            let at = (t as f32 + 0.5) / count as f32;
            glyphs.push(Glyph { text: text.clone(), at, probability: best.1 });
        }
        last = best.0;
    }
    glyphs
}

fn span(area: RectPx, glyphs: &[Glyph]) -> Option<TextSpan> {
    let text: String = glyphs.iter().map(|g| g.text.as_str()).collect();
    let text = text.trim().to_owned();
    if text.is_empty() {
        return None;
    }
    let confidence = glyphs.iter().map(|g| g.probability).sum::<f32>() / glyphs.len() as f32;
    // Below this the network sees letters in icons and ornaments.
    if confidence < 0.5 {
        return None;
    }
    Some(TextSpan { words: words(area, glyphs), text, area, confidence, window: None })
}

fn words(area: RectPx, glyphs: &[Glyph]) -> Vec<Word> {
    let mut words = Vec::new();
    for run in glyphs.split(|g| g.text == " ") {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        // Positions are the middle of characters: a word reaches half a character further out.
        let half = if run.len() > 1 { (last.at - first.at) / (run.len() - 1) as f32 / 2.0 } else { half_height(area) };
        let left = area.x + ((first.at - half).max(0.0) * area.w as f32) as i32;
        let right = area.x + ((last.at + half).min(1.0) * area.w as f32).ceil() as i32;
        let text = run.iter().map(|g| g.text.as_str()).collect();
        words.push(Word { text, area: RectPx::from_corners(left, area.y, right.max(left + 1), area.bottom()) });
    }
    words
}

/// Half the width of a single character, guessed from the line's height, as a share of its width.
fn half_height(area: RectPx) -> f32 {
    0.25 * area.h as f32 / area.w.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use proptest::prelude::*;

    fn characters() -> Vec<String> {
        ["", "a", "b", " "].map(str::to_owned).to_vec()
    }

    fn check(classes: &[usize], expected: &str) {
        let mut steps = Array2::<f32>::zeros((classes.len(), 4));
        for (t, &class) in classes.iter().enumerate() {
            steps[[t, class]] = 1.0;
        }
        let text: String = decode(steps.view(), &characters()).into_iter().map(|g| g.text).collect();
        assert_eq!(text, expected, "{classes:?}");
    }

    #[test]
    fn repeats_need_a_blank_between_them() {
        check(&[1, 1, 0, 1, 2], "aab");
        check(&[0, 0, 0], "");
        check(&[1, 3, 2], "a b");
        check(&[], "");
    }

    #[test]
    fn words_are_cut_at_spaces_and_stay_in_the_line() {
        let glyphs: Vec<Glyph> = [("a", 0.1), ("a", 0.2), (" ", 0.5), ("b", 0.9)]
            .map(|(t, at)| Glyph { text: t.into(), at, probability: 1.0 })
            .to_vec();
        let area = RectPx::new(100, 10, 200, 20);
        let words = words(area, &glyphs);
        assert_eq!(words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["aa", "b"]);
        assert!(words.iter().all(|w| area.holds(&w.area)), "{words:?}");
        assert!(words[0].area.right() < words[1].area.x);
    }

    proptest! {
        #[test]
        fn any_output_decodes(values in prop::collection::vec(prop::num::f32::ANY, 7 * 6)) {
            let steps = Array2::from_shape_vec((7, 6), values).unwrap();
            prop_assert!(decode(steps.view(), &characters()).len() <= 7);
        }
    }
}
