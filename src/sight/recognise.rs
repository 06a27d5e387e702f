//! What the lines say: crops in batches of like width through the networks, then CTC.
//!
//! Our own reader sees lines as [`plain`](mod@super::plain) makes them; the borrowed ones see them in colour. Words that the
//! first reader is unsure of, and signs of scripts that it does not know, go to the careful one.

use super::detect::resize;
use super::ink::{Stroke, strokes, without_neighbours};
use super::plain::{self, Plain};
use super::tidy::tidy;
use crate::infer::{InferError, VisionModel};
use crate::screen::{Frame, RectPx, TextSpan};
use ndarray::{Array3, Array4, ArrayView1, ArrayView2, Ix3};
use std::collections::{HashMap, HashSet};
use xxhash_rust::xxh3::Xxh3;

/// The height of a line in the input of the borrowed networks, in pixels.
const LINE_HEIGHT: u32 = 48;
/// They answer for every eighth column.
const MIN_WIDTH: u32 = 32;
/// Our own answers for every fourth, of a width that eight divides.
const PLAIN_STEP: u32 = 8;
/// What a network that sees plain lines has under the key `input` of its metadata.
const SEES_PLAIN: &str = "plain32";
/// What our own reader says of a sign of a script that it does not know.
const FOREIGN: &str = "\u{fffd}";
/// One crop is never stretched wider than this, whatever stands on the screen.
const MAX_WIDTH: u32 = 4096;
/// Lines in one call; more gains nothing on a processor and costs memory.
const BATCH: usize = 8;
/// Columns in one call over all its lines, for the same reason.
const BATCH_COLUMNS: u32 = 1600;
/// From which probabilities on what a first reader says of a character stands.
#[derive(Debug, Clone, Copy)]
struct Trust {
    sure: f32,
    /// For a character that looks like another: a round or straight stroke with or without a mark.
    alike: f32,
    /// For a text of one character: icons are often read as one.
    alone: f32,
    /// From this probability of a character that was passed over on, a word is read again.
    missing: f32,
}

/// Ours has learnt what screens show, and doubts where there is doubt.
const TRUST_OWN: Trust = Trust { sure: 0.7, alike: 0.75, alone: 0.9, missing: 0.25 };
const TRUST_BORROWED: Trust = Trust { sure: 0.95, alike: 0.97, alone: 0.985, missing: 0.08 };
/// Characters that look like others.
const ALIKE: &str = "0OQo1lI|!tłĆÉćé";
/// Readings that are remembered.
const REMEMBERED: usize = 8192;

/// One character and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Glyph {
    pub text: String,
    /// The character's middle, in pixels of the line's crop.
    pub x: f32,
    pub probability: f32,
    /// How likely another character before it (or after the last one) was passed over.
    pub missing: f32,
    /// The probability that the fast network gave it; 0 where it read something else.
    pub fast: f32,
}

impl Glyph {
    fn certainty(&self, trust: Trust) -> f32 {
        if self.missing > trust.missing || self.text == FOREIGN { 0.0 } else { self.probability }
    }

    fn is_space(&self) -> bool {
        self.text == " "
    }
}

/// A network that reads lines, and its characters.
pub struct Reader {
    model: Box<dyn VisionModel>,
    characters: Vec<String>,
    /// Whether it sees plain lines.
    is_plain: bool,
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
        let is_plain = model.metadata("input").as_deref() == Some(SEES_PLAIN);
        Ok(Self { model, characters, is_plain })
    }

    const fn trust(&self) -> Trust {
        if self.is_plain { TRUST_OWN } else { TRUST_BORROWED }
    }

    /// What stands on `crops`, glyph positions in pixels of each.
    fn read(&mut self, crops: &[&Frame]) -> Result<Vec<Vec<Glyph>>, InferError> {
        if self.is_plain { self.read_plain(crops) } else { self.read_coloured(crops) }
    }

    fn read_plain(&mut self, crops: &[&Frame]) -> Result<Vec<Vec<Glyph>>, InferError> {
        let mut lines: Vec<(usize, Plain)> =
            crops.iter().enumerate().filter_map(|(i, crop)| Some((i, plain::plain(crop)?))).collect();
        lines.sort_by_key(|(_, line)| line.width);
        let widths: Vec<u32> = lines.iter().map(|(_, line)| line.width).collect();
        let mut read = vec![Vec::new(); crops.len()];
        for range in batches(&widths) {
            let batch = &lines[range];
            let width = batch.iter().map(|(_, line)| line.width).max().unwrap_or(PLAIN_STEP);
            let width = width.next_multiple_of(PLAIN_STEP);
            let output = self.infer(plain_input(batch, width))?;
            for (n, (i, line)) in batch.iter().enumerate() {
                let scale = width as f32 * crops[*i].width() as f32 / line.width as f32;
                read[*i] = decode(output.slice(ndarray::s![n, .., ..]), &self.characters, scale);
            }
        }
        Ok(read)
    }

    /// Lines x steps x characters.
    fn infer(&mut self, input: Array4<f32>) -> Result<Array3<f32>, InferError> {
        let wrong =
            |e: ndarray::ShapeError| InferError::Output { model: "text recognition".into(), what: e.to_string() };
        self.model.infer(input)?.into_dimensionality::<Ix3>().map_err(wrong)
    }

    fn read_coloured(&mut self, crops: &[&Frame]) -> Result<Vec<Vec<Glyph>>, InferError> {
        let mut order: Vec<usize> = (0..crops.len()).collect();
        order.sort_by_key(|&i| input_width(crops[i]));
        let widths: Vec<u32> = order.iter().map(|&i| input_width(crops[i])).collect();
        let mut read = vec![Vec::new(); crops.len()];
        for range in batches(&widths) {
            let batch: Vec<&Frame> = order[range.clone()].iter().map(|&i| crops[i]).collect();
            let glyphs = self.read_batch(&batch)?;
            order[range].iter().zip(glyphs).for_each(|(&i, glyphs)| read[i] = glyphs);
        }
        Ok(read)
    }

    fn read_batch(&mut self, batch: &[&Frame]) -> Result<Vec<Vec<Glyph>>, InferError> {
        let width = batch.iter().map(|crop| input_width(crop)).max().unwrap_or(MIN_WIDTH);
        let output = self.infer(input(batch, width))?;
        let one = |(i, crop): (usize, &&Frame)| {
            // The network saw the line scaled, and padded to the batch's width.
            let scale = width as f32 * crop.width() as f32 / input_width(crop) as f32;
            decode(output.slice(ndarray::s![i, .., ..]), &self.characters, scale)
        };
        Ok(batch.iter().enumerate().map(one).collect())
    }
}

/// Readings that outlive this process, by the hash of a line's pixels.
///
/// A memory is for one set of networks and one version of what is made of their output.
pub trait LineMemory: Send {
    /// Those of `hashes` that were read before, with what stood there; positions are pixels of the line's crop.
    fn recall(&mut self, hashes: &[u64]) -> Vec<(u64, Vec<TextSpan>)>;

    /// Takes lines that were just read.
    fn keep(&mut self, lines: Vec<(u64, Vec<TextSpan>)>);
}

/// Reads lines with a fast network, the words it is unsure of with a careful one, and remembers what was
/// read by the hash of the pixels.
pub struct Recogniser {
    fast: Reader,
    careful: Option<Reader>,
    memory: HashMap<u64, Vec<TextSpan>>,
    kept: Option<Box<dyn LineMemory>>,
    counted: LinesRead,
}

/// How often lines were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinesRead {
    pub all: u64,
    /// Those with words for the careful reader.
    pub again: u64,
}

impl Recogniser {
    pub fn new(fast: Reader, careful: Option<Reader>) -> Self {
        Self { fast, careful, memory: HashMap::new(), kept: None, counted: LinesRead::default() }
    }

    pub const fn lines_read(&self) -> LinesRead {
        self.counted
    }

    /// Looks lines up in `kept` before reading them, and gives it what was read.
    pub fn remember(&mut self, kept: Box<dyn LineMemory>) {
        self.kept = Some(kept);
    }

    /// Forgets what this process has read.
    pub fn forget(&mut self) {
        self.memory.clear();
    }

    /// Reads the lines in `boxes`; what is no text, such as an icon, is left out.
    ///
    /// # Errors
    /// Those of the networks.
    pub fn read(&mut self, frame: &Frame, boxes: &[RectPx]) -> Result<Vec<TextSpan>, InferError> {
        let lines: Vec<Line> = boxes.iter().filter_map(|area| Line::cut(frame, *area)).collect();
        if self.memory.len() > REMEMBERED {
            self.memory.clear();
        }
        let mut unknown: Vec<&Line> = lines.iter().filter(|l| !self.memory.contains_key(&l.hash)).collect();
        unknown.sort_by_key(|l| l.hash);
        unknown.dedup_by_key(|l| l.hash);
        self.recall(&mut unknown);
        let crops: Vec<&Frame> = unknown.iter().map(|l| &l.crop).collect();
        let mut readings = self.fast.read(&crops)?;
        self.read_carefully(&unknown, &mut readings)?;
        let tidied =
            |(line, reading): (&&Line, Vec<Glyph>)| (line.hash, tidy(&reading, &line.strokes, line.crop.bounds()));
        let read: Vec<(u64, Vec<TextSpan>)> = unknown.iter().zip(readings).map(tidied).collect();
        self.memory.extend(read.iter().cloned());
        if let Some(kept) = self.kept.as_mut().filter(|_| !read.is_empty()) {
            kept.keep(read);
        }
        let spans_of = |line: &Line| {
            let known = self.memory.get(&line.hash).cloned().unwrap_or_default();
            known.into_iter().map(|span| span.offset(line.area.x, line.area.y)).collect::<Vec<_>>()
        };
        Ok(lines.iter().flat_map(spans_of).collect())
    }

    /// Reads those of the lines in `boxes` that the first reader has no doubt about.
    ///
    /// # Errors
    /// Those of the network.
    pub fn read_surely(&mut self, frame: &Frame, boxes: &[RectPx]) -> Result<Vec<TextSpan>, InferError> {
        let lines: Vec<Line> = boxes.iter().filter_map(|area| Line::cut(frame, *area)).collect();
        let readings = self.fast.read(&lines.iter().map(|l| &l.crop).collect::<Vec<_>>())?;
        let trust = self.fast.trust();
        let sure = lines.iter().zip(&readings).filter(|(line, read)| unsure_parts(read, line, trust).is_empty());
        let spans = |(line, read): (&Line, &Vec<Glyph>)| {
            let spans = tidy(read, &line.strokes, line.crop.bounds()).into_iter();
            spans.map(|span| span.offset(line.area.x, line.area.y)).collect::<Vec<_>>()
        };
        Ok(sure.flat_map(spans).collect())
    }

    /// Leaves those lines in `unknown` that no earlier process has read.
    fn recall(&mut self, unknown: &mut Vec<&Line>) {
        let Some(kept) = self.kept.as_mut().filter(|_| !unknown.is_empty()) else { return };
        let hashes: Vec<u64> = unknown.iter().map(|l| l.hash).collect();
        self.memory.extend(kept.recall(&hashes));
        unknown.retain(|l| !self.memory.contains_key(&l.hash));
    }

    /// Reads the unsure words of `lines` again and puts what the careful network says in their place.
    fn read_carefully(&mut self, lines: &[&Line], readings: &mut [Vec<Glyph>]) -> Result<(), InferError> {
        self.counted.all += lines.len() as u64;
        let Some(careful) = &mut self.careful else { return Ok(()) };
        let (mut parts, trust) = (Vec::new(), self.fast.trust());
        for (at, (line, reading)) in lines.iter().zip(&*readings).enumerate() {
            parts.extend(
                unsure_parts(reading, line, trust).into_iter().filter_map(|part| Some((at, part.crop(line)?, part))),
            );
        }
        let again: HashSet<usize> = parts.iter().map(|(at, _, _)| *at).collect();
        self.counted.again += again.len() as u64;
        let careful = careful.read(&parts.iter().map(|(_, crop, _)| crop).collect::<Vec<_>>())?;
        // From the last part of a line to the first, so that positions before it stay what they are.
        for ((at, _, part), mut glyphs) in parts.into_iter().zip(careful).rev() {
            glyphs.iter_mut().for_each(|g| g.x += part.left as f32);
            replace(&mut readings[at], part.from..part.to, glyphs);
        }
        Ok(())
    }
}

/// Puts what the careful network read in the place of `range`, and keeps what the fast one thought of it.
fn replace(glyphs: &mut Vec<Glyph>, range: std::ops::Range<usize>, mut careful: Vec<Glyph>) {
    let visible = |glyphs: &[Glyph]| -> Vec<(String, f32)> {
        glyphs.iter().filter(|g| !g.is_space()).map(|g| (g.text.clone(), g.fast)).collect()
    };
    let (was, now) = (visible(&glyphs[range.clone()]), visible(&careful));
    let agreed = was.len() == now.len();
    let mut opinions = was.into_iter();
    for glyph in careful.iter_mut().filter(|g| !g.is_space()) {
        let opinion = opinions.next().filter(|(text, _)| agreed && *text == glyph.text);
        glyph.fast = opinion.map_or(0.0, |(_, fast)| fast);
    }
    glyphs.splice(range, careful);
}

/// Glyphs `from..to` of a line that are to be read again, in its columns `left..right`.
struct Part {
    from: usize,
    to: usize,
    left: i32,
    right: i32,
}

impl Part {
    fn crop(&self, line: &Line) -> Option<Frame> {
        line.crop.crop(RectPx::from_corners(self.left, 0, self.right, line.crop.height() as i32))
    }
}

/// The words around glyphs that are not sure; words next to each other are one part.
fn unsure_parts(glyphs: &[Glyph], line: &Line, trust: Trust) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let unread = unread_ink(glyphs, line);
    for (at, glyph) in glyphs.iter().enumerate() {
        let alone = !glyph.is_space() && is_alone(glyphs, at);
        let sure = match glyph {
            _ if alone => trust.alone,
            glyph if ALIKE.contains(glyph.text.as_str()) && !glyph.text.is_empty() => trust.alike,
            _ => trust.sure,
        };
        if glyph.certainty(trust) >= sure && !unread.contains(&at) {
            continue;
        }
        // An unsure space may be none: then both its neighbours are one word.
        let (before, after) = if glyph.is_space() { (at.saturating_sub(1), at + 1) } else { (at, at) };
        let from = glyphs[..before].iter().rposition(Glyph::is_space).map_or(0, |i| i + 1);
        let to = glyphs[after.min(glyphs.len())..].iter().position(Glyph::is_space).map_or(glyphs.len(), |i| after + i);
        match parts.last_mut().filter(|p| from <= p.to + 1) {
            Some(part) => part.to = part.to.max(to),
            None => parts.push(Part { from, to, left: 0, right: 0 }),
        }
    }
    for part in &mut parts {
        let width = line.crop.width() as i32;
        let before = glyphs[..part.from].iter().rfind(|g| !g.is_space());
        let after = glyphs[part.to..].iter().find(|g| !g.is_space());
        let (first, last) = (glyphs.get(part.from), part.to.checked_sub(1).and_then(|i| glyphs.get(i)));
        part.left = before.zip(first).map_or(0, |(a, b)| cut_between(a.x, b.x, line)).clamp(0, width - 1);
        part.right = last.zip(after).map_or(width, |(a, b)| cut_between(a.x, b.x, line)).clamp(part.left + 1, width);
    }
    parts
}

/// The middle of the widest gap in the ink between two glyphs; between their middles where there is none.
fn cut_between(left: f32, right: f32, line: &Line) -> i32 {
    let pairs = line.strokes.windows(2).map(|pair| (pair[0].to, pair[1].from));
    let between = pairs.filter(|&(from, to)| to as f32 > left && (from as f32) < right);
    let widest = between.max_by_key(|(from, to)| to - from);
    widest.map_or((left + right) as i32 / 2, |(from, to)| (from + to) / 2)
}

/// Whether a glyph is a word of its own at an end of the line: icons are often read as one.
fn is_alone(glyphs: &[Glyph], at: usize) -> bool {
    let is_end = |g: Option<&Glyph>| g.is_none_or(Glyph::is_space);
    let (before, after) = (at.checked_sub(1).map(|i| &glyphs[i]), glyphs.get(at + 1));
    let at_edge = glyphs[..at].iter().all(Glyph::is_space) || glyphs[at + 1..].iter().all(Glyph::is_space);
    at_edge && is_end(before) && is_end(after)
}

/// The glyphs next to ink, between the first and the last of them, that no character was read from: of two
/// like letters in a row one is lost easily.
fn unread_ink(glyphs: &[Glyph], line: &Line) -> Vec<usize> {
    let (Some(first), Some(last)) = (glyphs.first(), glyphs.last()) else { return Vec::new() };
    let tall = line.strokes.iter().map(|s| s.bottom - s.top).max().unwrap_or(0) / 2;
    let reach = line.crop.height() as f32 / 16.0;
    let is_read = |s: &Stroke| glyphs.iter().any(|g| g.x >= s.from as f32 - reach && g.x <= s.to as f32 + reach);
    let inside = |s: &Stroke| s.from as f32 > first.x && (s.to as f32) < last.x;
    let lost = line.strokes.iter().filter(|s| s.bottom - s.top >= tall && inside(s) && !is_read(s));
    let beside = |s: &Stroke| {
        let distance = |g: &Glyph| (g.x - (s.from + s.to) as f32 / 2.0).abs();
        let visible = glyphs.iter().enumerate().filter(|(_, g)| !g.is_space());
        visible.min_by(|a, b| distance(a.1).total_cmp(&distance(b.1))).map(|(at, _)| at)
    };
    lost.filter_map(beside).collect()
}

struct Line {
    area: RectPx,
    crop: Frame,
    strokes: Vec<Stroke>,
    hash: u64,
}

impl Line {
    fn cut(frame: &Frame, area: RectPx) -> Option<Self> {
        let area = without_neighbours(frame, area);
        let crop = frame.crop(area)?;
        let mut hasher = Xxh3::new();
        hasher.update(&crop.width().to_le_bytes());
        hasher.update(crop.rgba());
        Some(Self { area, strokes: strokes(&crop), hash: hasher.digest(), crop })
    }
}

/// The width of a crop in a network's input.
fn input_width(crop: &Frame) -> u32 {
    let ratio = LINE_HEIGHT as f32 / crop.height() as f32;
    ((crop.width() as f32 * ratio).ceil() as u32).clamp(MIN_WIDTH, MAX_WIDTH)
}

/// Splits crops, given by their ascending widths, so that no call is too large.
fn batches(widths: &[u32]) -> Vec<std::ops::Range<usize>> {
    let mut batches = Vec::new();
    let mut start = 0;
    for end in 1..=widths.len() {
        let full = end - start >= BATCH;
        let next_is_wide = widths.get(end).is_some_and(|next| {
            // Padding a narrow line to a wide one costs as much as the wide one.
            next * (end - start + 1) as u32 > BATCH_COLUMNS || *next > widths[start] * 5 / 4 + 16
        });
        if full || next_is_wide || end == widths.len() {
            batches.push(start..end);
            start = end;
        }
    }
    batches
}

/// Lines x 1 x [`plain::HEIGHT`] x `width`, in `[0, 1]`, 0 the ground and what is beside the line.
fn plain_input(batch: &[(usize, Plain)], width: u32) -> Array4<f32> {
    let mut input = Array4::<f32>::zeros((batch.len(), 1, plain::HEIGHT as usize, width as usize));
    for ((_, line), mut planes) in batch.iter().zip(input.outer_iter_mut()) {
        let own = line.width as usize;
        for (y, row) in line.ink.chunks_exact(own).enumerate() {
            let mut to = planes.slice_mut(ndarray::s![0, y, ..own]);
            to.iter_mut().zip(row).for_each(|(v, &ink)| *v = f32::from(ink) / 255.0);
        }
    }
    input
}

/// Crops x 3 x [`LINE_HEIGHT`] x `width`, blue first, in `[-1, 1]`, 0 beside the line.
fn input(batch: &[&Frame], width: u32) -> Array4<f32> {
    let (h, w) = (LINE_HEIGHT as usize, width as usize);
    let mut input = Array4::<f32>::zeros((batch.len(), 3, h, w));
    for (crop, mut planes) in batch.iter().zip(input.outer_iter_mut()) {
        let own = input_width(crop) as usize;
        let pixels = resize(crop, own as u32, LINE_HEIGHT);
        for (y, row) in pixels.chunks_exact(own * 4).enumerate() {
            for (channel, byte) in [2, 1, 0].into_iter().enumerate() {
                let mut plane = planes.slice_mut(ndarray::s![channel, y, ..own]);
                plane.iter_mut().zip(row.chunks_exact(4)).for_each(|(v, p)| *v = f32::from(p[byte]) / 127.5 - 1.0);
            }
        }
    }
    input
}

/// Turns class probabilities into characters: the best class per step, repeats and blanks dropped.
///
/// `steps` is time x classes; class 0 is the blank. Classes without a character are dropped. `width` is
/// what all steps span, in the unit that positions are wanted in.
pub fn decode(steps: ArrayView2<'_, f32>, characters: &[String], width: f32) -> Vec<Glyph> {
    let count = steps.nrows();
    let mut glyphs: Vec<Glyph> = Vec::new();
    let mut last = 0;
    let mut emitted = 0;
    // The likeliest character that was passed over since the last one: its class and probability.
    let mut passed = (0, 0.0);
    for (t, step) in steps.outer_iter().enumerate() {
        let (best, second) = two_best(step);
        if best.0 == 0 {
            if second.1 > passed.1 && second.0 != emitted {
                passed = second;
            }
        } else if let Some(text) = characters.get(best.0) {
            match glyphs.last_mut().filter(|_| best.0 == last) {
                // A character that lasts some steps is as sure as at its surest.
                Some(glyph) => glyph.probability = glyph.probability.max(best.1),
                None => {
                    let missing = if passed.0 == best.0 { 0.0 } else { passed.1 };
                    let x = (t as f32 + 0.5) / count as f32 * width;
                    glyphs.push(Glyph { text: text.clone(), x, probability: best.1, missing, fast: best.1 });
                }
            }
            (emitted, passed) = (best.0, (0, 0.0));
        }
        last = best.0;
    }
    if let Some(glyph) = glyphs.last_mut() {
        glyph.missing = glyph.missing.max(passed.1);
    }
    glyphs
}

/// The best class of a step, and the best but the blank and that one.
fn two_best(step: ArrayView1<'_, f32>) -> ((usize, f32), (usize, f32)) {
    let (mut best, mut second) = ((0, f32::MIN), (0, 0.0));
    for (class, &p) in step.iter().enumerate() {
        if p > best.1 {
            if best.0 != 0 {
                second = best;
            }
            best = (class, p);
        } else if class != 0 && p > second.1 {
            second = (class, p);
        }
    }
    (best, second)
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
        let text: String = decode(steps.view(), &characters(), 100.0).into_iter().map(|g| g.text).collect();
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
    fn only_unsure_words_are_read_again() {
        let glyph =
            |text: &str, x, probability| Glyph { text: text.into(), x, probability, missing: 0.0, fast: probability };
        let glyphs = [glyph("a", 5.0, 1.0), glyph(" ", 15.0, 1.0), glyph("b", 25.0, 0.3), glyph("a", 32.0, 1.0)];
        let stroke = |from, to| Stroke { from, to, top: 4, bottom: 16, ink: 12 };
        let line = Line {
            area: RectPx::new(0, 0, 60, 20),
            crop: Frame::new(60, 20, vec![0; 60 * 20 * 4]).unwrap(),
            strokes: vec![stroke(2, 9), stroke(20, 28), stroke(29, 36)],
            hash: 0,
        };
        let parts = unsure_parts(&glyphs, &line, TRUST_BORROWED);
        assert_eq!(parts.len(), 1);
        assert_eq!((parts[0].from, parts[0].to), (2, 4));
        assert_eq!((parts[0].left, parts[0].right), (14, 60));
    }

    proptest! {
        #[test]
        fn any_output_decodes(values in prop::collection::vec(prop::num::f32::ANY, 7 * 6)) {
            let steps = Array2::from_shape_vec((7, 6), values).unwrap();
            prop_assert!(decode(steps.view(), &characters(), 50.0).len() <= 7);
        }

        #[test]
        fn any_unsure_glyphs_are_parts_inside_the_line(
            glyphs in prop::collection::vec(("[ab ]", 0f32..120.0, 0f32..1.0), 0..12),
            cuts in prop::collection::btree_set(0i32..100, 0..16),
        ) {
            let glyphs: Vec<Glyph> =
                glyphs.into_iter().map(|(text, x, probability)| Glyph { text, x, probability, missing: 0.0, fast: probability }).collect();
            let cuts: Vec<i32> = cuts.into_iter().collect();
            let stroke = |pair: &[i32]| Stroke { from: pair[0], to: pair[1], top: 0, bottom: 9, ink: 9 };
            let strokes = cuts.chunks_exact(2).map(stroke).collect();
            let crop = Frame::new(100, 10, vec![0; 4000]).unwrap();
            let line = Line { area: RectPx::new(0, 0, 100, 10), crop, strokes, hash: 0 };
            let mut last = 0;
            for part in unsure_parts(&glyphs, &line, TRUST_OWN) {
                prop_assert!(part.from < part.to && part.to <= glyphs.len() && part.from >= last);
                prop_assert!(part.left >= 0 && part.left < part.right && part.right <= 100);
                last = part.to;
            }
        }
    }
}
