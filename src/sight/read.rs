//! The whole look: one stage's output handed to the next.

use super::again::{Seen, is_unchanged, lines_by_ink, reach};
use super::elements::{ByRules, ElementFinder};
use super::glance::{Glance, Glancer};
use super::icons::IconReader;
use super::recognise::{LineMemory, LinesRead, Reader, Recogniser};
use super::tidy::LEAST_CONFIDENCE;
use super::{detect, drawn, elements, halved, lone};
use crate::infer::{InferError, VisionModel};
use crate::screen::{Element, Frame, Percept, RectPx, Role, State, TextSpan, Window, changes, compare};
use rustix::time::{ClockId, clock_gettime};
use std::time::Instant;

/// A look that did not come about.
#[derive(Debug, thiserror::Error)]
pub enum SightError {
    #[error("cannot read the text on a frame of {width}x{height}")]
    Model {
        width: u32,
        height: u32,
        #[source]
        cause: InferError,
    },
    #[error("the region {area} lies outside the frame of {width}x{height}")]
    Outside { area: RectPx, width: u32, height: u32 },
}

/// The networks that eyes are made of.
pub struct Networks {
    /// Finds lines of text.
    pub detector: Box<dyn VisionModel>,
    /// Reads them.
    pub fast_reader: Box<dyn VisionModel>,
    /// Reads those that the fast one is unsure of; without one, what that one says stands.
    pub careful_reader: Option<Box<dyn VisionModel>>,
    /// Tells icons apart.
    pub icons: Box<dyn VisionModel>,
    /// Finds lines of text and elements in one run; without one, the detector and rules do.
    pub glancer: Option<Box<dyn VisionModel>>,
}

/// Eyes: the networks and what they remember of the last look.
pub struct Sight {
    detector: Box<dyn VisionModel>,
    recogniser: Recogniser,
    finder: Box<dyn ElementFinder>,
    icons: IconReader,
    glancer: Option<Glancer>,
    detection_side: u32,
    last: Option<Seen>,
}

/// What one stage takes.
struct Lap {
    begun: Instant,
    cpu_ms: f64,
}

impl Lap {
    fn begin() -> Self {
        Self { begun: Instant::now(), cpu_ms: thread_cpu_ms() }
    }

    fn end(self, stage: &str, percept: &mut Percept) {
        percept.took_ms.insert(stage.into(), millis(self.begun));
        percept.cpu_ms.insert(stage.into(), thread_cpu_ms() - self.cpu_ms);
    }
}

/// Processor time of this thread, in milliseconds.
fn thread_cpu_ms() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

/// Where more than one part in so many of a frame has changed, all of it is looked at again.
const MOSTLY: i64 = 4;
/// How much of its surroundings a changed place needs to be understood, in pixels.
const SURROUNDINGS: i32 = 48;

/// From this confidence on, a lone sign is a letter or a digit.
const LONE: f32 = 0.75;

/// From this confidence on, a line whose place was told from ink stands as it was read.
const SURE_BY_INK: f32 = 0.9;

impl Sight {
    /// Eyes made of `networks`; `detection_side` as in the settings.
    ///
    /// # Errors
    /// [`InferError::Output`] when a reader carries no character list.
    pub fn new(networks: Networks, detection_side: u32) -> Result<Self, InferError> {
        let Networks { detector, fast_reader, careful_reader, icons, glancer } = networks;
        let icons = IconReader::new(icons)?;
        let recogniser = Recogniser::new(Reader::new(fast_reader)?, careful_reader.map(Reader::new).transpose()?);
        let glancer = glancer.map(Glancer::new).transpose()?;
        Ok(Self { detector, recogniser, finder: Box::new(ByRules), icons, glancer, detection_side, last: None })
    }

    /// Looks lines up in `kept` before reading them, and gives it what was read.
    pub fn remember(&mut self, kept: Box<dyn LineMemory>) {
        self.recogniser.remember(kept);
    }

    /// How many lines were read, and how many of them had words for the careful reader.
    pub const fn lines_read(&self) -> LinesRead {
        self.recogniser.lines_read()
    }

    /// Says what is on `frame`; `windows` are those of its display, the lowest first.
    ///
    /// # Errors
    /// [`SightError::Model`] when inference fails. An empty screen is an empty percept.
    pub fn look(&mut self, frame: &Frame, windows: Vec<Window>) -> Result<Percept, SightError> {
        let mut percept = Percept { width: frame.width(), height: frame.height(), scale: 1.0, ..Percept::default() };
        let started = Instant::now();
        let (text, elements) = match self.last.take() {
            Some(last) => self.look_on(last, frame, &mut percept)?,
            None => self.look_anew(frame, &mut percept)?,
        };
        self.last = Some(Seen { frame: frame.clone(), text: text.clone(), elements: elements.clone() });
        percept.text = text;
        percept.elements = elements;
        percept.elements.retain(|e| !is_on_title_bar(e, &windows));
        percept.elements.extend(windows.iter().filter(|w| !w.popup).map(window_frame));
        percept.windows = windows;
        percept.took_ms.insert("total".into(), millis(started));
        Ok(percept)
    }

    fn look_anew(&mut self, frame: &Frame, percept: &mut Percept) -> Result<(Vec<TextSpan>, Vec<Element>), SightError> {
        let failed = |cause| SightError::Model { width: frame.width(), height: frame.height(), cause };
        let at = Lap::begin();
        let glance = self.glancer.as_mut().map(|glancer| glancer.look(frame)).transpose().map_err(failed)?;
        let (boxes, seen) = match glance {
            Some(Glance { lines, elements }) => (lines, Some(elements)),
            None => (detect::detect(frame, self.detector.as_mut(), self.detection_side).map_err(failed)?, None),
        };
        at.end("detect", percept);
        let at = Lap::begin();
        let (mut text, signs) = part_signs(self.recogniser.read(frame, &boxes).map_err(failed)?);
        text.extend(self.read_doubted(frame, seen.as_deref(), &text).map_err(failed)?);
        sort_for_reading(&mut text);
        at.end("recognise", percept);
        let at = Lap::begin();
        let mut elements = self.elements(frame, &text, seen, halved::is_large(text.iter().map(|line| line.area)));
        self.icons.name(frame, &mut elements).map_err(failed)?;
        drawn::settle(&mut elements, &text, &signs);
        self.read_lone(frame, &mut elements, &mut text).map_err(failed)?;
        text.retain(|line| !elements::is_ornament(line, &elements));
        sort_for_reading(&mut text);
        at.end("elements", percept);
        Ok((text, elements))
    }

    /// Looks at what has changed since the last look, and keeps the rest.
    fn look_on(
        &mut self,
        mut last: Seen,
        frame: &Frame,
        percept: &mut Percept,
    ) -> Result<(Vec<TextSpan>, Vec<Element>), SightError> {
        let at = Instant::now();
        let areas: Vec<RectPx> = changes(&last.frame, frame).into_iter().map(|a| reach(a, &last, frame)).collect();
        percept.took_ms.insert("compare".into(), millis(at));
        let changed: i64 = areas.iter().map(RectPx::area).sum();
        if changed * MOSTLY > frame.bounds().area() {
            return self.look_anew(frame, percept);
        }
        if areas.is_empty() {
            return Ok((last.text, last.elements));
        }
        for area in areas {
            self.look_at(frame, area, &mut last, percept)?;
        }
        sort_for_reading(&mut last.text);
        last.elements.sort_by_key(|e| (e.area.y, e.area.x));
        Ok((last.text, last.elements))
    }

    /// Looks at `area` again and puts what is there now in the place of what was there.
    fn look_at(
        &mut self,
        frame: &Frame,
        area: RectPx,
        last: &mut Seen,
        percept: &mut Percept,
    ) -> Result<(), SightError> {
        let mut took = |stage: &str, since| *percept.took_ms.entry(stage.into()).or_default() += millis(since);
        let at = Instant::now();
        let failed = |cause| SightError::Model { width: frame.width(), height: frame.height(), cause };
        let around = area.grow(SURROUNDINGS).intersect(&frame.bounds());
        let Some(part) = frame.crop(around) else { return Ok(()) };
        let glance = self.glancer.as_mut().map(|glancer| glancer.look_on(&part)).transpose().map_err(failed)?;
        let (lines, seen) = match glance {
            Some(Glance { lines, elements }) => {
                (Some(lines.into_iter().map(|b| b.offset(around.x, around.y)).collect()), Some(elements))
            }
            None => (None, None),
        };
        let (mut now, signs) = part_signs(self.read_again(frame, area, last, lines).map_err(failed)?);
        let read: Vec<TextSpan> = now.iter().cloned().map(|line| line.offset(-around.x, -around.y)).collect();
        let lone = self.read_doubted(&part, seen.as_deref(), &read).map_err(failed)?.into_iter();
        now.extend(lone.map(|line| line.offset(around.x, around.y)).filter(|line| area.contains(line.area.center())));
        took("changed_text", at);
        let at = Instant::now();
        let within = area.offset(-around.x, -around.y);
        last.text.retain(|line| !area.contains(line.area.center()));
        // Names of things may reach beyond the part: what stays there is known as a whole.
        let beside = last.text.iter().filter(|line| !line.area.intersect(&around).is_empty());
        let mut known: Vec<TextSpan> =
            beside.chain(&now).cloned().map(|line| line.offset(-around.x, -around.y)).collect();
        sort_for_reading(&mut known);
        let large = halved::is_large(last.text.iter().chain(&now).map(|line| line.area));
        let mut there = self.elements(&part, &known, seen, large);
        there.retain(|e| within.contains(e.area.center()) && within.grow(4).holds(&e.area));
        self.icons.name(&part, &mut there).map_err(failed)?;
        let signs: Vec<TextSpan> = signs.into_iter().map(|sign| sign.offset(-around.x, -around.y)).collect();
        drawn::settle(&mut there, &known, &signs);
        let mut lone = known.clone();
        self.read_lone(&part, &mut there, &mut lone).map_err(failed)?;
        let lone = lone.split_off(known.len());
        now.extend(lone.into_iter().map(|line| line.offset(around.x, around.y)));
        there.iter_mut().for_each(|e| e.area = e.area.offset(around.x, around.y));
        now.retain(|line| !elements::is_ornament(line, &there));
        last.elements.retain(|e| !(area.contains(e.area.center()) && area.grow(4).holds(&e.area)));
        last.text.append(&mut now);
        last.elements.append(&mut there);
        took("changed_elements", at);
        Ok(())
    }

    /// Reads lone signs where some may stand, adds them to the end of `text`, and gives them to the fields that hold them.
    fn read_lone(
        &mut self,
        frame: &Frame,
        elements: &mut Vec<Element>,
        text: &mut Vec<TextSpan>,
    ) -> Result<(), InferError> {
        let boxes = lone::boxes(frame, elements, text);
        if boxes.is_empty() {
            return Ok(());
        }
        let is_sign = |line: &TextSpan| {
            let signs = line.text.trim().chars().count();
            line.confidence >= LONE && (1..=2).contains(&signs) && line.text.trim().chars().all(char::is_alphanumeric)
        };
        for line in self.recogniser.read(frame, &boxes)?.into_iter().filter(is_sign) {
            let holder = elements
                .iter_mut()
                .find(|e| matches!(e.role, Role::TextField | Role::Spinner) && e.area.contains(line.area.center()));
            if let Some(field) = holder {
                field.value = Some(line.text.trim().to_owned());
            }
            // What else looks like a letter may well be an icon.
            let is_icon = |e: &Element| lone::is_like_a_digit(e) && line.area.holds(&e.area);
            if elements.iter().any(is_icon) {
                if !line.text.trim().chars().all(|c| c.is_ascii_digit()) {
                    continue;
                }
                elements.retain(|e| !is_icon(e));
            }
            text.push(line);
        }
        Ok(())
    }

    /// Numbers and short words that a glance took for icons, besides those in `text`.
    fn read_doubted(
        &mut self,
        frame: &Frame,
        seen: Option<&[Element]>,
        text: &[TextSpan],
    ) -> Result<Vec<TextSpan>, InferError> {
        let boxes = lone::doubted(seen.unwrap_or_default(), text);
        let mut read = self.recogniser.read_surely(frame, &boxes)?;
        // A single letter may be a drawing that was read, which digits but few are like.
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        read.retain(|line| {
            elements::is_word(&line.text)
                && (letters(&line.text) > 1 || line.text.contains(|c: char| c.is_ascii_digit()))
        });
        Ok(read)
    }

    /// The elements of `frame`: those `seen` at a glance, else those that rules find; `large` where its text is.
    fn elements(&mut self, frame: &Frame, text: &[TextSpan], seen: Option<Vec<Element>>, large: bool) -> Vec<Element> {
        if let Some(seen) = seen {
            return elements::settled(frame, text, seen);
        }
        match large.then(|| halved::frame(frame)).flatten() {
            Some(half) => halved::doubled(self.finder.find(&half, &halved::text(text))),
            None => self.finder.find(frame, text),
        }
    }

    /// The lines in `area`, those that look as they did included; `lines` are what a glance took for lines.
    fn read_again(
        &mut self,
        frame: &Frame,
        area: RectPx,
        last: &Seen,
        lines: Option<Vec<RectPx>>,
    ) -> Result<Vec<TextSpan>, InferError> {
        let there = last.text.iter().filter(|line| area.contains(line.area.center()));
        let (same, changed): (Vec<&TextSpan>, Vec<&TextSpan>) = there.partition(|line| is_unchanged(line, last, frame));
        if let Some(boxes) = lines_by_ink(frame, last, area, &changed, &same) {
            let now = self.recogniser.read(frame, &boxes)?;
            // Where text was and none is to be read, or ink that says nothing, the network has the last word.
            let is_whole = now.len() >= boxes.len() && (changed.is_empty() || !boxes.is_empty());
            if is_whole && now.iter().all(|line| line.confidence >= SURE_BY_INK) {
                return Ok(same.into_iter().cloned().chain(now).collect());
            }
        }
        let mut boxes = match lines {
            Some(lines) => lines,
            None => self.detect_again(frame, area)?,
        };
        boxes.retain(|b| area.contains(b.center()));
        let mut now = self.recogniser.read(frame, &boxes)?;
        now.retain(|line| area.contains(line.area.center()));
        Ok(now)
    }

    /// Boxes around the lines in `area` and its surroundings, as the detector finds them.
    fn detect_again(&mut self, frame: &Frame, area: RectPx) -> Result<Vec<RectPx>, InferError> {
        let scale = detect::scale_for(frame, self.detection_side);
        let around = detect::fitting(area.grow(SURROUNDINGS), frame, scale);
        let Some(part) = frame.crop(around) else { return Ok(Vec::new()) };
        let boxes = detect::detect_scaled(&part, self.detector.as_mut(), scale)?;
        Ok(boxes.into_iter().map(|b| b.offset(around.x, around.y)).collect())
    }

    /// Reads `area` of `frame` once more, at twice the scale, as a second opinion.
    ///
    /// # Errors
    /// [`SightError::Outside`] when nothing of `area` is on the frame, [`SightError::Model`] when inference fails.
    pub fn reread(&mut self, frame: &Frame, area: RectPx) -> Result<String, SightError> {
        let (width, height) = (frame.width(), frame.height());
        let failed = |cause| SightError::Model { width, height, cause };
        let crop = frame.crop(area.grow(6)).ok_or(SightError::Outside { area, width, height })?;
        let (w, h) = (crop.width() * 2, crop.height() * 2);
        let large = Frame::new(w, h, detect::resize(&crop, w, h)).unwrap_or(crop);
        let mut boxes = detect::detect(&large, self.detector.as_mut(), self.detection_side).map_err(failed)?;
        if boxes.is_empty() {
            // A sign that stands alone is passed over; its ink is the line then.
            boxes.extend(lone::sign(&large, large.bounds()));
        }
        let (mut text, _) = part_signs(self.recogniser.read(&large, &boxes).map_err(failed)?);
        sort_for_reading(&mut text);
        Ok(text.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" "))
    }

    /// Looks at all of the next frame, also where it has not changed; lines that look as they did are not read again.
    pub fn begin_anew(&mut self) {
        self.last = None;
    }

    /// Forgets what this process has seen and read so far.
    pub fn forget(&mut self) {
        self.last = None;
        self.recogniser.forget();
    }

    /// Whether `frame` shows the same as the one last looked at.
    pub fn has_seen(&self, frame: &Frame) -> bool {
        self.last.as_ref().is_some_and(|last| compare(&last.frame, frame, frame.bounds()).pixels == 0)
    }
}

/// Parts the lines that are text from lone signs that may be icons.
fn part_signs(read: Vec<TextSpan>) -> (Vec<TextSpan>, Vec<TextSpan>) {
    read.into_iter().partition(|line| line.confidence >= LEAST_CONFIDENCE)
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// The highest that title bars are, in pixels.
const TITLE_BAR: i32 = 44;

/// Whether an element is part of the decoration above a window.
fn is_on_title_bar(element: &Element, windows: &[Window]) -> bool {
    let at = element.area.center();
    let inside = windows.iter().any(|w| w.area.contains(at));
    let above =
        |w: &Window| (w.area.y - TITLE_BAR..w.area.y).contains(&at.y) && (w.area.x..w.area.right()).contains(&at.x);
    !inside && windows.iter().any(above)
}

fn window_frame(window: &Window) -> Element {
    Element {
        label: Some(window.title.clone()),
        state: State::chosen(window.focused),
        window: Some(window.id),
        ..Element::seen(Role::Frame, window.area, 1.0)
    }
}

/// Sorts lines by rows from the top, each row from the left.
fn sort_for_reading(text: &mut Vec<TextSpan>) {
    text.sort_by_key(|t| (t.area.center().y, t.area.x));
    let mut sorted: Vec<TextSpan> = Vec::with_capacity(text.len());
    let mut row: Vec<TextSpan> = Vec::new();
    for line in text.drain(..) {
        if row.last().is_some_and(|last| last.area.row_overlap(&line.area) < 0.5) {
            row.sort_by_key(|t| t.area.x);
            sorted.append(&mut row);
        }
        row.push(line);
    }
    row.sort_by_key(|t| t.area.x);
    sorted.append(&mut row);
    *text = sorted;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_the_left() {
        let line = |text: &str, x, y| TextSpan {
            text: text.into(),
            area: RectPx::new(x, y, 40, 16),
            confidence: 1.0,
            words: vec![],
            window: None,
        };
        let mut text = vec![line("c", 10, 50), line("b", 200, 8), line("a", 10, 11), line("d", 200, 52)];
        sort_for_reading(&mut text);
        let order: Vec<&str> = text.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(order, ["a", "b", "c", "d"]);
    }
}
