//! From the network's cells to elements: the likely ones, and of those that mean the same the surest.

use super::wrong;
use crate::infer::InferError;
use crate::screen::{Element, RectPx, Role, State};
use ndarray::ArrayView3;

/// From this probability on, a cell has an element.
const LEAST: f32 = 0.3;
/// Two boxes with a larger intersection over union are one element.
const SAME: f32 = 0.5;
/// From this probability on, an element is in a state.
const SO: f32 = 0.5;
/// The logarithms of distances, in cells, that can be meant.
const REACH: std::ops::RangeInclusive<f32> = -4.0..=6.0;

/// What one cell says.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    role: Role,
    probability: f32,
    /// Left, top, right, bottom in pixels of what the network saw.
    edges: [f32; 4],
    /// Checked, selected, focused, disabled.
    states: [f32; 4],
}

impl Cell {
    /// As an element of a frame that was scaled down by `part`.
    pub(super) fn element(&self, part: f32, frame: RectPx) -> Element {
        let [left, top, right, bottom] = self.edges.map(|v| (v * part).round() as i32);
        let area = RectPx::from_corners(left, top, right, bottom).intersect(&frame);
        let mut element = Element::seen(self.role, area, self.probability);
        element.state = self.state();
        element
    }

    /// What can be said of its role: a button is never ticked, and what is not greyed is not worth a word.
    fn state(&self) -> State {
        let [checked, selected, _, disabled] = self.states.map(|p| p >= SO);
        let mut state = State::default();
        match self.role {
            Role::CheckBox | Role::RadioButton => state.checked = Some(checked),
            Role::Tab | Role::ListRow => state.selected = Some(selected),
            _ => {}
        }
        if disabled {
            state.disabled = Some(true);
        }
        state
    }

    fn overlap(&self, other: &Self) -> f32 {
        let [l, t, r, b] = self.edges;
        let [ol, ot, or, ob] = other.edges;
        let both = (r.min(or) - l.max(ol)).max(0.0) * (b.min(ob) - t.max(ot)).max(0.0);
        let all = (r - l) * (b - t) + (or - ol) * (ob - ot) - both;
        both / all.max(f32::MIN_POSITIVE)
    }
}

/// Adds what the cells of an answer say to `found`: channels (roles, four distances, four states) x height x width, each
/// cell `stride` pixels wide and high.
pub(super) fn found(
    answer: ArrayView3<'_, f32>,
    stride: usize,
    roles: &[Option<Role>],
    found: &mut Vec<Cell>,
) -> Result<(), InferError> {
    let (channels, height, width) = answer.dim();
    let count = roles.len();
    if channels != count + 8 {
        return Err(wrong(&format!("{channels} channels where {} were expected", count + 8)));
    }
    for y in 0..height {
        for x in 0..width {
            let (mut best, mut probability) = (0, LEAST);
            for class in 0..count {
                if answer[[class, y, x]] > probability {
                    (best, probability) = (class, answer[[class, y, x]]);
                }
            }
            let Some(role) = roles[best].filter(|_| probability > LEAST) else { continue };
            let at = |channel: usize| answer[[count + channel, y, x]];
            let reach = [0, 1, 2, 3].map(|c| at(c).clamp(*REACH.start(), *REACH.end()).exp());
            let (cx, cy) = (x as f32 + 0.5, y as f32 + 0.5);
            let edges = [cx - reach[0], cy - reach[1], cx + reach[2], cy + reach[3]].map(|v| v * stride as f32);
            found.push(Cell { role, probability, edges, states: [4, 5, 6, 7].map(at) });
        }
    }
    Ok(())
}

/// Of cells that mean the same element, the surest; the surest first.
pub(super) fn apart(mut found: Vec<Cell>) -> Vec<Cell> {
    found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let mut kept: Vec<Cell> = Vec::new();
    for cell in found {
        if kept.iter().all(|k| k.overlap(&cell) <= SAME) {
            kept.push(cell);
        }
    }
    kept
}
