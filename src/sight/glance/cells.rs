//! From the network's cells to elements: the likely ones, and of those that mean the same the surest.

use super::wrong;
use crate::infer::InferError;
use crate::screen::{Element, RectPx, Role, State};
use ndarray::{ArrayView3, Axis, s};

/// From which probability on a cell has an element of a role: where of what it calls so with less, a fourth or less is
/// there (on the open half of `fixtures/shots`). What may be a title bar is a place to look for signs.
const fn least(role: Role) -> f32 {
    match role {
        Role::TitleBar => LOWEST,
        Role::TextField | Role::Tab => 0.4,
        Role::Button | Role::CheckBox | Role::RadioButton | Role::ListRow => 0.35,
        Role::MenuItem | Role::Spinner | Role::Image | Role::ScrollBar => 0.3,
        _ => 0.22,
    }
}
/// The lowest of these.
const LOWEST: f32 = 0.2;
/// Two boxes with a larger intersection over union are one element.
const SAME: f32 = 0.4;
/// Two boxes of one role are one element when they share more of the smaller one: a row lies in no row.
const ALIKE: f32 = 0.45;
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

    /// Whether both cells mean one element.
    fn is_same(&self, other: &Self) -> bool {
        let [l, t, r, b] = self.edges;
        let [ol, ot, or, ob] = other.edges;
        let both = (r.min(or) - l.max(ol)).max(0.0) * (b.min(ob) - t.max(ot)).max(0.0);
        let (here, there) = ((r - l) * (b - t), (or - ol) * (ob - ot));
        both > SAME * (here + there - both) || (self.role == other.role && both > ALIKE * here.min(there))
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
    let (channels, ..) = answer.dim();
    let count = roles.len();
    if channels != count + 8 {
        return Err(wrong(&format!("{channels} channels where {} were expected", count + 8)));
    }
    // That something is there, whatever it is.
    let there = answer.slice(s![..count, .., ..]).sum_axis(Axis(0));
    for ((y, x), &probability) in there.indexed_iter().filter(|(_, p)| **p > LOWEST) {
        let of = |class: usize| answer[[class, y, x]];
        let Some(role) = (0..count).max_by(|a, b| of(*a).total_cmp(&of(*b))).and_then(|best| roles[best]) else {
            continue;
        };
        if probability <= least(role) {
            continue;
        }
        let at = |channel: usize| answer[[count + channel, y, x]];
        let reach = [0, 1, 2, 3].map(|c| at(c).clamp(*REACH.start(), *REACH.end()).exp());
        let (cx, cy) = (x as f32 + 0.5, y as f32 + 0.5);
        let edges = [cx - reach[0], cy - reach[1], cx + reach[2], cy + reach[3]].map(|v| v * stride as f32);
        found.push(Cell { role, probability, edges, states: [4, 5, 6, 7].map(at) });
    }
    Ok(())
}

/// Of cells that mean the same element, the surest; the surest first.
pub(super) fn apart(mut found: Vec<Cell>) -> Vec<Cell> {
    found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let mut kept: Vec<Cell> = Vec::new();
    for cell in found {
        if !kept.iter().any(|k| k.is_same(&cell)) {
            kept.push(cell);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    fn cell(role: Role, probability: f32, edges: [f32; 4]) -> Cell {
        Cell { role, probability, edges, states: [0.0; 4] }
    }

    #[test]
    fn something_is_there_though_it_may_be_one_of_two() {
        let mut answer = Array3::<f32>::zeros((10, 1, 2));
        let bar = least(Role::Link);
        (answer[[0, 0, 0]], answer[[1, 0, 0]]) = (bar * 0.5, bar * 0.6);
        (answer[[0, 0, 1]], answer[[1, 0, 1]]) = (bar * 0.4, bar * 0.5);
        let mut seen = Vec::new();
        found(answer.view(), 8, &[Some(Role::Button), Some(Role::Link)], &mut seen).unwrap();
        let told: Vec<_> = seen.iter().map(|c| (c.role, c.edges)).collect();
        assert_eq!(told, [(Role::Link, [-4.0, -4.0, 12.0, 12.0])]);
    }

    #[test]
    fn a_row_lies_in_no_row_but_an_icon_in_one() {
        let row = cell(Role::ListRow, 0.9, [0.0, 0.0, 300.0, 20.0]);
        let part = cell(Role::ListRow, 0.8, [0.0, 8.0, 100.0, 20.0]);
        let icon = cell(Role::Icon, 0.7, [4.0, 2.0, 20.0, 18.0]);
        let again = cell(Role::Button, 0.6, [4.0, 3.0, 21.0, 18.0]);
        let kept: Vec<Role> = apart(vec![again, icon, part, row]).iter().map(|c| c.role).collect();
        assert_eq!(kept, [Role::ListRow, Role::Icon]);
    }
}
