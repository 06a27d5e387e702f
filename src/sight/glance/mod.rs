//! What our own network makes of a whole screen in one run: what can be used, and where lines of text are.
//!
//! The network sees the screen in its own pixels; screens drawn larger than it has learnt are halved for it. Its
//! answers come as maps: [`cells`] makes elements of them, [`lines`] boxes around text.

mod cells;
mod lines;

use super::detect::resize;
use super::{halved, ink};
use crate::infer::{InferError, VisionModel};
use crate::screen::{Element, Frame, RectPx, Role};
use ndarray::{Array4, ArrayD, ArrayView3, Axis, Ix4};

/// The network's coarsest cells, in pixels: its input's sides are whole numbers of them.
const COARSEST: usize = 32;
/// From this longer side on, a screen is halved.
const LARGEST: u32 = 2600;
/// What is seen with more confidence is more likely there than not.
const RATHER: f32 = 0.5;
/// An icon that was seen with less confidence may be a letter, a number or a sign between words.
pub const CERTAIN: f32 = 0.6;
/// What it calls conditions of elements, in the order in which it answers.
const STATES: &str = "checked selected focused disabled";

/// What was seen at a glance; boxes in pixels of the frame.
#[derive(Debug, Default)]
pub struct Glance {
    /// By the surest first, without names; title bars also where they are doubted.
    pub elements: Vec<Element>,
    /// Boxes around lines of text.
    pub lines: Vec<RectPx>,
}

/// Looks at whole screens.
pub struct Glancer {
    model: Box<dyn VisionModel>,
    /// What its classes are; `None` for those that guardian has no role for.
    roles: Vec<Option<Role>>,
    /// What a cell is in each of its answers about elements, in pixels.
    strides: Vec<usize>,
    /// Whether it was surer of the last screen's elements in half the size.
    is_halved: bool,
    /// Width and height of the screens for which half the size is enough.
    halves: Option<(u32, u32)>,
}

impl Glancer {
    /// A glancer out of `model`, which carries the names of its roles and states and the sizes of its cells.
    ///
    /// # Errors
    /// [`InferError::Output`] when the model does not, or knows other states.
    pub fn new(model: Box<dyn VisionModel>) -> Result<Self, InferError> {
        let told = |key: &str| model.metadata(key).ok_or_else(|| wrong(&format!("no `{key}` in its metadata")));
        let (list, strides) = (told("roles")?, told("strides")?);
        let strides: Vec<usize> = strides.split(' ').filter_map(|s| s.parse().ok()).collect();
        if model.metadata("states").as_deref() != Some(STATES) {
            return Err(wrong("other `states` in its metadata than are known"));
        }
        let role = |name: &str| serde_json::from_value(serde_json::Value::String(name.to_owned())).ok();
        let roles = list.split(' ').map(role).collect();
        Ok(Self { model, roles, strides, is_halved: false, halves: None })
    }

    /// Looks at a whole screen. Where its interface is drawn large, what can be used is also looked for in half the size, and
    /// the surer of both counts; where that was so the last time, half the size is enough as long as its text stays large.
    ///
    /// # Errors
    /// Those of the network. A screen with nothing on it is an empty glance.
    pub fn look(&mut self, frame: &Frame) -> Result<Glance, InferError> {
        if self.halves == Some((frame.width(), frame.height())) {
            let (elements, text) = self.see(frame, 2)?;
            let glance = Glance::of(elements, &text, frame, 2)?;
            if halved::is_all_large(&glance.lines) {
                return Ok(glance);
            }
        }
        let part = part(frame);
        let (elements, text) = self.see(frame, part)?;
        let glance = Glance::of(elements, &text, frame, part)?;
        self.is_halved = false;
        self.halves = None;
        if part > 1 || !halved::is_large(glance.lines.iter().copied()) {
            return Ok(glance);
        }
        let (elements, _) = self.see(frame, 2)?;
        self.is_halved = sureness(&elements) > sureness(&glance.elements);
        if !self.is_halved {
            return Ok(glance);
        }
        self.halves = halved::is_all_large(&glance.lines).then_some((frame.width(), frame.height()));
        Glance::of(elements, &text, frame, part)
    }

    /// Looks at a part of the screen that was last looked at, in the size in which more was seen of that.
    ///
    /// # Errors
    /// Those of the network.
    pub fn look_on(&mut self, frame: &Frame) -> Result<Glance, InferError> {
        let part = part(frame);
        let (mut elements, text) = self.see(frame, part)?;
        if self.is_halved {
            elements = self.see(frame, 2)?.0;
        }
        Glance::of(elements, &text, frame, part)
    }

    /// The elements, and the map of text, of `frame` scaled down by `part`.
    fn see(&mut self, frame: &Frame, part: u32) -> Result<(Vec<Element>, ArrayD<f32>), InferError> {
        let (width, height) = (frame.width().div_ceil(part), frame.height().div_ceil(part));
        let mut answers =
            self.model.infer_all(input(&resize(frame, width, height), width as usize, height as usize))?;
        let told = answers.len();
        let Some(text) = answers.pop().filter(|_| answers.len() == self.strides.len()) else {
            return Err(wrong(&format!("{told} answers")));
        };
        let mut found = Vec::new();
        for (answer, stride) in answers.iter().zip(&self.strides) {
            cells::found(plane(answer)?, *stride, &self.roles, &mut found)?;
        }
        let elements = cells::apart(found).into_iter().map(|c| c.element(part as f32, frame.bounds()));
        let elements = elements.filter(|e| e.area.w > 1 && e.area.h > 1).map(|e| drawn(frame, e));
        Ok((elements.collect(), text))
    }
}

impl Glance {
    /// `elements` and the lines that `text` shows, the map of `frame` scaled down by `part`.
    fn of(elements: Vec<Element>, text: &ArrayD<f32>, frame: &Frame, part: u32) -> Result<Self, InferError> {
        let lines = lines::boxes(plane(text)?, frame, part as i32, &elements);
        Ok(Self { elements, lines })
    }
}

/// By what a screen is scaled down for the network.
fn part(frame: &Frame) -> u32 {
    if frame.width().max(frame.height()) > LARGEST { 2 } else { 1 }
}

/// How sure the network is of all that it is rather sure of.
fn sureness(elements: &[Element]) -> f32 {
    elements.iter().map(|e| e.confidence).filter(|confidence| *confidence > RATHER).sum()
}

/// How far around an icon its drawing may reach, in pixels.
const AROUND: i32 = 3;
/// A drawing that overlaps less with the icon (intersection over union) is something else.
const SAME: f32 = 0.35;

/// An icon's box cut to its drawing: of small ones the network's cells tell the place better than the size.
fn drawn(frame: &Frame, mut element: Element) -> Element {
    if element.role == Role::Icon
        && let Some(area) = ink::drawn(frame, element.area.grow(AROUND)).filter(|a| a.iou(&element.area) >= SAME)
    {
        element.area = area;
    }
    element
}

fn wrong(what: &str) -> InferError {
    InferError::Output { model: "elements".into(), what: what.into() }
}

/// The only picture of an answer: channels x height x width.
fn plane(answer: &ArrayD<f32>) -> Result<ArrayView3<'_, f32>, InferError> {
    let batch = answer.view().into_dimensionality::<Ix4>().map_err(|e| wrong(&e.to_string()))?;
    if batch.is_empty() {
        return Err(wrong("an empty answer"));
    }
    Ok(batch.index_axis_move(Axis(0), 0))
}

/// 1 x 3 x height x width, red first, in `[0, 1]`; the picture's edges repeated up to whole cells.
fn input(rgba: &[u8], width: usize, height: usize) -> Array4<f32> {
    let (w, h) = (width.next_multiple_of(COARSEST), height.next_multiple_of(COARSEST));
    let mut planes = vec![0f32; 3 * w * h];
    for (c, plane) in planes.chunks_exact_mut(w * h).enumerate() {
        for (y, row) in plane.chunks_exact_mut(w).enumerate() {
            let from = &rgba[y.min(height - 1) * width * 4..][..width * 4];
            row.iter_mut().zip(from.chunks_exact(4)).for_each(|(v, p)| *v = f32::from(p[c]) / 255.0);
            let last = row[width - 1];
            row[width..].fill(last);
        }
    }
    // The vector was made with exactly this many values.
    Array4::from_shape_vec((1, 3, h, w), planes).unwrap_or_else(|_| Array4::zeros((1, 3, h, w)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array4, IxDyn};
    use std::sync::{Arc, Mutex};

    /// A network that sees one ticked box and one line, wherever it looks.
    struct Fixed;

    impl VisionModel for Fixed {
        fn input_shape(&self) -> [Option<usize>; 4] {
            [None; 4]
        }

        fn infer(&mut self, input: Array4<f32>) -> Result<ArrayD<f32>, InferError> {
            Ok(self.infer_all(input)?.remove(0))
        }

        fn infer_all(&mut self, input: Array4<f32>) -> Result<Vec<ArrayD<f32>>, InferError> {
            let (_, _, h, w) = input.dim();
            let mut answers: Vec<ArrayD<f32>> =
                [8, 16].iter().map(|s| ArrayD::zeros(IxDyn(&[1, 10, h / s, w / s]))).collect();
            let mut fine = answers[0].view_mut();
            for (channel, value) in [(1, 0.9), (2, 0f32), (3, 0.0), (4, 0.0), (5, 0.0), (6, 0.8)] {
                fine[[0, channel, 2, 3]] = value;
            }
            let mut text = ArrayD::<f32>::zeros(IxDyn(&[1, 2, h / 4, w / 4]));
            (5..12).for_each(|x| text[[0, 1, 20, x]] = 0.9);
            (5..12).for_each(|x| text[[0, 0, 21, x]] = 0.9);
            answers.push(text);
            Ok(answers)
        }

        fn metadata(&self, key: &str) -> Option<String> {
            let told = match key {
                "roles" => "unheard_of check_box",
                "strides" => "8 16",
                _ => STATES,
            };
            Some(told.to_owned())
        }
    }

    #[test]
    fn cells_and_cores_become_boxes_on_the_frame() {
        let frame = Frame::new(100, 90, vec![255; 100 * 90 * 4]).unwrap();
        let glance = Glancer::new(Box::new(Fixed)).unwrap().look(&frame).unwrap();
        let [tick] = &glance.elements[..] else { panic!("{:?}", glance.elements) };
        assert_eq!(
            (tick.role, tick.area, tick.state.checked),
            (Role::CheckBox, RectPx::new(20, 12, 16, 16), Some(true))
        );
        let [line] = &glance.lines[..] else { panic!("{:?}", glance.lines) };
        assert!(line.holds(&RectPx::new(20, 82, 28, 4)), "{line}");
    }

    /// A network that is sure only of what it sees on a picture narrower than 100 pixels, beside large text.
    struct Far;

    impl VisionModel for Far {
        fn input_shape(&self) -> [Option<usize>; 4] {
            [None; 4]
        }

        fn infer(&mut self, input: Array4<f32>) -> Result<ArrayD<f32>, InferError> {
            Ok(self.infer_all(input)?.remove(0))
        }

        fn infer_all(&mut self, input: Array4<f32>) -> Result<Vec<ArrayD<f32>>, InferError> {
            let (far, mut answers) = (input.dim().3 < 100, Fixed.infer_all(input)?);
            answers[0][[0, 1, 2, 3]] = if far { 0.9 } else { 0.4 };
            // A core of 14 pixels, as lines of 25 have.
            (4..11).for_each(|y| (5..12).for_each(|x| answers[2][[0, y % 2, y / 2, x]] = 0.9));
            Ok(answers)
        }

        fn metadata(&self, key: &str) -> Option<String> {
            Fixed.metadata(key)
        }
    }

    /// A screen with letters, 26 pixels high and more, where the network sees lines in the whole and in half the size.
    fn large_letters() -> Frame {
        let mut letters = vec![255; 160 * 192 * 4];
        let mut fill = |left: usize, top: usize, part: usize| {
            for (x, y) in (0..26 * part).flat_map(|y| (0..28 * part).map(move |x| (x, y))) {
                if x % (7 * part) < 4 * part {
                    letters[((top + y) * 160 + left + x) * 4..][..3].fill(0);
                }
            }
        };
        fill(20, 4, 1);
        fill(54, 8, 2);
        fill(20, 72, 1);
        fill(40, 158, 1);
        Frame::new(160, 192, letters).unwrap()
    }

    #[test]
    fn a_large_interface_is_seen_in_half_the_size_where_that_is_surer() {
        let mut glancer = Glancer::new(Box::new(Far)).unwrap();
        let glance = glancer.look(&large_letters()).unwrap();
        assert_eq!(
            glance.elements.iter().map(|e| e.area).collect::<Vec<_>>(),
            [RectPx::new(40, 24, 32, 32)],
            "{glance:?}"
        );
        assert!(glance.lines.iter().any(|line| line.h >= 22), "{glance:?}");
        // So are parts of it.
        let part = glancer.look_on(&Frame::new(120, 192, vec![255; 120 * 192 * 4]).unwrap()).unwrap();
        assert_eq!(part.elements[0].area, RectPx::new(40, 24, 32, 32));
        // A screen of small letters is not.
        let glance = glancer.look(&Frame::new(160, 192, vec![255; 160 * 192 * 4]).unwrap()).unwrap();
        assert_eq!(glance.elements[0].area, RectPx::new(20, 12, 16, 16));
    }

    /// Notes how wide what it sees is.
    struct Noted<M>(M, Arc<Mutex<Vec<usize>>>);

    impl<M: VisionModel> VisionModel for Noted<M> {
        fn input_shape(&self) -> [Option<usize>; 4] {
            self.0.input_shape()
        }

        fn infer(&mut self, input: Array4<f32>) -> Result<ArrayD<f32>, InferError> {
            self.0.infer(input)
        }

        fn infer_all(&mut self, input: Array4<f32>) -> Result<Vec<ArrayD<f32>>, InferError> {
            self.1.lock().unwrap().push(input.dim().3);
            self.0.infer_all(input)
        }

        fn metadata(&self, key: &str) -> Option<String> {
            self.0.metadata(key)
        }
    }

    #[test]
    fn half_the_size_is_enough_where_it_was_the_last_time() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut glancer = Glancer::new(Box::new(Noted(Far, Arc::clone(&seen)))).unwrap();
        let mut widths = |frame: &Frame| {
            glancer.look(frame).unwrap();
            std::mem::take(&mut *seen.lock().unwrap())
        };
        let large = large_letters();
        assert_eq!(widths(&large), [160, 96]);
        assert_eq!(widths(&large), [96]);
        // No text there: the whole is looked at.
        assert_eq!(widths(&Frame::new(160, 192, vec![255; 160 * 192 * 4]).unwrap()), [96, 160]);
    }

    #[test]
    fn the_edges_of_a_picture_are_repeated_up_to_whole_cells() {
        let seen = input(&[255, 0, 51, 255, 0, 102, 51, 255], 2, 1);
        assert_eq!(seen.dim(), (1, 3, 32, 32));
        assert_eq!([seen[[0, 0, 31, 0]], seen[[0, 1, 9, 31]], seen[[0, 2, 0, 20]]], [1.0, 0.4, 0.2]);
    }
}
