//! From an application to its objects: what its cache holds, and a walk for the rest.

use super::boxes::SCREEN_COORDINATES;
use super::bus::{ACCESSIBLE, App, COMPONENT, IN_FLIGHT};
use super::poll::{both, in_flight};
use super::roles::is_collection;
use super::tree::{Bits, MAX_NODES, Node, Place, Tree, adopt, hang, items_of, wants_children};
use crate::screen::RectPx;
use std::collections::HashSet;
use zbus::OwnedObjectPath;

const CACHE: &str = "/org/a11y/atspi/cache";
/// Children from which on a table or list is asked only for those within its box.
const MANY_CHILDREN: i32 = 400;
/// Distance of the probes for the visible children of a long table, in pixels: less than any row.
const PROBE_STEP: i32 = 12;

impl App<'_> {
    /// What the application has in its cache: all of it, a part or nothing, depending on the toolkit.
    pub(super) async fn cached(&self) -> Tree {
        let Ok(path) = OwnedObjectPath::try_from(CACHE) else {
            return Tree::default();
        };
        let place = (self.root.0.clone(), path);
        match self.message(&place, "org.a11y.atspi.Cache", "GetItems", &()).await {
            Ok(message) => Tree::of_items(items_of(&message).unwrap_or_default()),
            Err(_) => Tree::default(),
        }
    }

    /// The node of the application itself, with all its windows below.
    pub(super) async fn rooted(&self, tree: &mut Tree) -> Option<usize> {
        if !tree.index.contains_key(&self.root) {
            let node = self.node(self.root.clone()).await?;
            tree.insert(node);
        }
        let root = *tree.index.get(&self.root)?;
        // Windows come and go, and caches are slowest to learn of that.
        tree.nodes[root].complete_children = false;
        tree.nodes[root].parent = None;
        Some(root)
    }

    async fn node(&self, place: Place) -> Option<Node> {
        let states = self.ask::<Vec<u32>, _>(&place, ACCESSIBLE, "GetState", &());
        let role = self.ask::<u32, _>(&place, ACCESSIBLE, "GetRole", &());
        let name = self.property::<String>(&place, ACCESSIBLE, "Name");
        let (states, (role, name)) = both(states, both(role, name)).await;
        Some(Node {
            parent: None,
            children: Vec::new(),
            complete_children: false,
            role: role.ok()?,
            name: name.unwrap_or_default(),
            description: String::new(),
            states: Bits::new(&states.ok()?),
            place,
        })
    }

    /// Walks the tree level by level wherever the cache had less children than there are.
    pub(super) async fn complete(&self, tree: &mut Tree, root: usize) {
        let mut seen = HashSet::from([root]);
        let mut level = vec![root];
        let mut walked = 0;
        while !level.is_empty() && walked < MAX_NODES {
            let missing: Vec<usize> = level.iter().copied().filter(|&node| wants_children(&tree.nodes[node])).collect();
            walked += self.add_children(tree, &missing).await;
            let below = level.iter().flat_map(|&node| tree.nodes[node].children.iter().copied());
            level = below.filter(|&node| tree.shows(node) && seen.insert(node)).collect();
        }
        if !level.is_empty() {
            self.missed.set(true);
        }
    }

    /// Looks up the children of `parents` and those among them that are new; tells how many that are.
    async fn add_children(&self, tree: &mut Tree, parents: &[usize]) -> usize {
        let asked = parents.iter().map(|&parent| self.children(&tree.nodes[parent]));
        let families = in_flight(IN_FLIGHT, asked).await;
        let mut new = Vec::new();
        for (&parent, family) in parents.iter().zip(families) {
            new.extend(adopt(tree, parent, family));
        }
        if new.len() > MAX_NODES {
            self.missed.set(true);
            new.truncate(MAX_NODES);
        }
        let count = new.len();
        let (parents, places): (Vec<usize>, Vec<Place>) = new.into_iter().unzip();
        let nodes = in_flight(IN_FLIGHT, places.into_iter().map(|place| self.node(place))).await;
        for (parent, node) in parents.into_iter().zip(nodes) {
            hang(tree, parent, node);
        }
        count
    }

    async fn children(&self, node: &Node) -> Vec<Place> {
        if is_collection(node.role) {
            let count = self.property::<i32>(&node.place, ACCESSIBLE, "ChildCount").await;
            if count.is_some_and(|count| count > MANY_CHILDREN) {
                return self.children_in_box(node).await;
            }
        }
        self.ask(&node.place, ACCESSIBLE, "GetChildren", &()).await.unwrap_or_default()
    }

    /// The children of a long table or list that are within its box: those found by probing it, and
    /// all that lie between them in the application's order.
    async fn children_in_box(&self, node: &Node) -> Vec<Place> {
        let Some(area) = self.extents(&node.place).await else {
            return Vec::new();
        };
        let Some((first, last)) = self.index_range(node, area).await else {
            return Vec::new();
        };
        let children = (first..=last).take(MAX_NODES).map(|index| self.child_at(node, index));
        in_flight(IN_FLIGHT, children).await.into_iter().flatten().collect()
    }

    /// The smallest and the largest index of the children at the probes: first those down two columns,
    /// then those along the uppermost and the lowest row found, as rows of icons may end anywhere.
    async fn index_range(&self, node: &Node, area: RectPx) -> Option<(i32, i32)> {
        let columns = [area.x + area.w / 8, area.x + area.w - area.w / 8];
        let down = probes(area.y, area.h, PROBE_STEP).flat_map(|y| columns.map(|x| (x, y)));
        let mut hits = self.hits(node, down).await;
        let top = hits.iter().map(|&(_, y)| y).min()?;
        let bottom = hits.iter().map(|&(_, y)| y).max()?;
        let along = probes(area.x, area.w, 2 * PROBE_STEP).flat_map(|x| [(x, top), (x, bottom)]);
        hits.extend(self.hits(node, along).await);
        let indices = hits.iter().map(|&(index, _)| index);
        Some((indices.clone().min()?, indices.max()?))
    }

    /// Index in `node` of the children at the points and how far down they were found.
    async fn hits(&self, node: &Node, points: impl Iterator<Item = (i32, i32)>) -> Vec<(i32, i32)> {
        let asked = points.map(|at| self.child_index_at(node, at));
        in_flight(IN_FLIGHT, asked).await.into_iter().flatten().collect()
    }

    async fn child_index_at(&self, node: &Node, (x, y): (i32, i32)) -> Option<(i32, i32)> {
        let at = (x, y, SCREEN_COORDINATES);
        let hit: Place = self.ask(&node.place, COMPONENT, "GetAccessibleAtPoint", &at).await.ok()?;
        if hit == node.place {
            return None;
        }
        let index: i32 = self.ask(&hit, ACCESSIBLE, "GetIndexInParent", &()).await.ok()?;
        (index >= 0).then_some((index, y))
    }

    async fn child_at(&self, node: &Node, index: i32) -> Option<Place> {
        self.ask(&node.place, ACCESSIBLE, "GetChildAtIndex", &(index,)).await.ok()
    }
}

/// Places to probe along one side of a box, in its inside.
fn probes(start: i32, length: i32, step: i32) -> impl Iterator<Item = i32> {
    (0..length / step).map(move |number| start + number * step + step / 2)
}
