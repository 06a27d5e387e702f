//! Elements in the making: one per object that has a role, and one per row of a table.

use super::Witnessed;
use super::boxes::{indented, seen_part};
use super::numbers::role;
use super::roles::{role_in, sized, state_of, top_level};
use super::tree::{Tree, text_of};
use crate::screen::{RectPx, Role, State};
use std::collections::HashMap;

/// An element in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) node: usize,
    pub(super) role: Role,
    pub(super) area: RectPx,
    /// The box of the window that holds it.
    pub(super) within: Option<RectPx>,
    pub(super) label: Option<String>,
    pub(super) value: Option<String>,
    pub(super) state: State,
}

impl Draft {
    pub(super) fn witnessed(self, pid: Option<u32>) -> Witnessed {
        let Self { role, label, value, state, area, within, .. } = self;
        Witnessed { role, label, value, state, area, within, pid }
    }

    /// The table or tree that this is a cell of.
    fn table(&self, tree: &Tree) -> Option<usize> {
        let parent = tree.nodes[self.node].parent?;
        let in_table = matches!(tree.nodes[parent].role, role::TABLE | role::TREE | role::TREE_TABLE);
        let cell = matches!(tree.nodes[self.node].role, role::TABLE_CELL | role::TREE_ITEM);
        (in_table && cell).then_some(parent)
    }

    /// Whether the other stands beside this one.
    fn beside(&self, other: &Self) -> bool {
        let middle = other.area.y + other.area.h / 2;
        (self.area.y..self.area.y + self.area.h).contains(&middle)
    }

    fn take_in(&mut self, other: Self) {
        let (a, b) = (self.area, other.area);
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        let (right, bottom) = ((a.x + a.w).max(b.x + b.w), (a.y + a.h).max(b.y + b.h));
        self.area = RectPx::new(x, y, right - x, bottom - y);
        self.state = either(self.state, other.state);
        // The icon and the text of one column are two cells, which some toolkits call the same.
        let repeated = self.label == other.label;
        let texts = [self.label.take(), other.label.filter(|_| !repeated)];
        self.label = text_of(&texts.into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
}

pub(super) fn candidates(tree: &Tree, showing: &[usize], boxes: &HashMap<usize, RectPx>) -> Vec<Draft> {
    let draft = |&node: &usize| {
        let role = sized(role_in(tree, node)?, tree.nodes[node].role, boxes.get(&node)?);
        let area = indented(tree, node, seen_part(tree, node, boxes)?, boxes);
        let within = top_level(tree, node).and_then(|top| boxes.get(&top).copied());
        Some(Draft { node, role, area, within, label: None, value: None, state: state_of(&tree.nodes[node]) })
    };
    showing.iter().filter_map(draft).collect()
}

/// Puts the cells of each row together to one element.
pub(super) fn merge_rows(tree: &Tree, drafts: Vec<Draft>) -> Vec<Draft> {
    let mut merged: Vec<Draft> = Vec::with_capacity(drafts.len());
    let mut rows: HashMap<usize, Vec<usize>> = HashMap::new();
    for draft in drafts {
        let Some(table) = draft.table(tree) else {
            merged.push(draft);
            continue;
        };
        let rows = rows.entry(table).or_default();
        match rows.iter().copied().find(|&row| merged[row].beside(&draft)) {
            Some(row) => merged[row].take_in(draft),
            None => {
                rows.push(merged.len());
                merged.push(draft);
            }
        }
    }
    merged
}

/// The state of a row one of whose cells has each of these.
fn either(a: State, b: State) -> State {
    // False sorts before true, and what is not said before both.
    State {
        checked: a.checked.max(b.checked),
        selected: a.selected.max(b.selected),
        focused: a.focused.max(b.focused),
        disabled: a.disabled.min(b.disabled),
        expanded: a.expanded.max(b.expanded),
    }
}
