//! Where objects stand, and what is left of that inside scrolled areas.

use super::bus::{App, COMPONENT, IN_FLIGHT};
use super::numbers::role;
use super::poll::in_flight;
use super::roles::{cuts_off, pops_up, role_in};
use super::tree::{MAX_NODES, Place, Tree};
use crate::screen::RectPx;
use std::collections::HashMap;

pub(super) const SCREEN_COORDINATES: u32 = 0;
/// No screen reaches further than this to any side; toolkits park hidden widgets beyond.
const FAR_OFF: i32 = 16_000;

impl App<'_> {
    /// The boxes of all objects that are elements or that cut elements off.
    pub(super) async fn boxes(&self, tree: &Tree, showing: &[usize]) -> HashMap<usize, RectPx> {
        let mut wanted: Vec<usize> = showing
            .iter()
            .copied()
            .filter(|&node| cuts_off(tree.nodes[node].role) || role_in(tree, node).is_some())
            .collect();
        if wanted.len() > MAX_NODES {
            self.missed.set(true);
            wanted.truncate(MAX_NODES);
        }
        let asked = wanted.iter().map(|&node| self.extents(&tree.nodes[node].place));
        let boxes = in_flight(IN_FLIGHT, asked).await;
        wanted.into_iter().zip(boxes).filter_map(|(node, area)| Some((node, area?))).collect()
    }

    pub(super) async fn extents(&self, place: &Place) -> Option<RectPx> {
        let (area,): ((i32, i32, i32, i32),) =
            self.ask(place, COMPONENT, "GetExtents", &(SCREEN_COORDINATES,)).await.ok()?;
        plausible(area)
    }
}

pub(super) fn plausible((x, y, w, h): (i32, i32, i32, i32)) -> Option<RectPx> {
    let near = |place: i32| (-FAR_OFF..FAR_OFF).contains(&place);
    // Sums of coordinates must not overflow later on.
    (near(x) && near(y) && w > 1 && h > 1).then(|| RectPx::new(x, y, w.min(2 * FAR_OFF), h.min(2 * FAR_OFF)))
}

/// The part of a node's box that the scrolled areas around it leave.
pub(super) fn seen_part(tree: &Tree, node: usize, boxes: &HashMap<usize, RectPx>) -> Option<RectPx> {
    let mut area = *boxes.get(&node)?;
    for above in tree.above(node).take_while(|&above| !pops_up(tree.nodes[above].role)) {
        if let Some(window) = boxes.get(&above).filter(|_| cuts_off(tree.nodes[above].role)) {
            area = area.intersect(window);
        }
    }
    (area.w > 1 && area.h > 1).then_some(area)
}

/// The box of a node, from the left edge of the tree on if it is a cell of one: GTK 3 counts the
/// space for the expander twice, so that its cells lie too far right.
pub(super) fn indented(tree: &Tree, node: usize, area: RectPx, boxes: &HashMap<usize, RectPx>) -> RectPx {
    let parent = tree.nodes[node].parent.filter(|_| tree.nodes[node].role == role::TABLE_CELL);
    let table = parent.filter(|&parent| tree.nodes[parent].role == role::TREE_TABLE);
    match table.and_then(|table| boxes.get(&table)) {
        Some(table) if table.x < area.x => RectPx::new(table.x, area.y, area.x + area.w - table.x, area.h),
        _ => area,
    }
}
