//! The objects of one application, parents linked with children.

use super::numbers::state;
use super::roles::{is_leaf, is_text};
use std::collections::{HashMap, HashSet, VecDeque};
use zbus::{Message, OwnedObjectPath};

/// Signature of the answer of `GetItems` that lists the children of an item instead of counting them.
const ITEMS_WITH_CHILDREN: &str = "a((so)(so)(so)a(so)assusau)";
/// Objects that one application is walked for, and elements that are taken from it.
pub(super) const MAX_NODES: usize = 3000;
/// Pieces of text below an element without a name that make up its label.
const MAX_LABEL_PIECES: usize = 8;

/// Where an object lives: the bus name of its application and its path there.
pub(super) type Place = (String, OwnedObjectPath);

/// An object as `GetItems` tells of it, in either of its forms.
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) parent: Place,
    /// Less than zero where the application does not say.
    pub(super) children: i32,
    pub(super) name: String,
    pub(super) role: u32,
    pub(super) description: String,
    pub(super) states: Vec<u32>,
}

type CountedItem = (Place, Place, Place, i32, i32, Vec<String>, String, u32, String, Vec<u32>);
type ListedItem = (Place, Place, Place, Vec<Place>, Vec<String>, String, u32, String, Vec<u32>);

impl From<CountedItem> for Item {
    fn from((place, _, parent, _, children, _, name, role, description, states): CountedItem) -> Self {
        Self { place, parent, children, name, role, description, states }
    }
}

impl From<ListedItem> for Item {
    fn from((place, _, parent, children, _, name, role, description, states): ListedItem) -> Self {
        let children = i32::try_from(children.len()).unwrap_or(-1);
        Self { place, parent, children, name, role, description, states }
    }
}

/// The set of states of an object, one bit each.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bits(pub(super) u64);

impl Bits {
    pub(super) fn new(words: &[u32]) -> Self {
        let word = |index: usize| u64::from(words.get(index).copied().unwrap_or(0));
        Self(word(0) | word(1) << 32)
    }

    pub(super) fn has(self, bit: u32) -> bool {
        self.0 >> bit & 1 == 1
    }

    /// Whether the object itself says that it is on the screen.
    pub(super) fn on_screen(self) -> bool {
        self.has(state::SHOWING) && self.has(state::VISIBLE) && !self.has(state::DEFUNCT) && !self.has(state::ICONIFIED)
    }
}

/// An object of an application and what is known about it.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) parent: Option<usize>,
    /// Those that are known; see `complete_children`.
    pub(super) children: Vec<usize>,
    pub(super) complete_children: bool,
    pub(super) role: u32,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) states: Bits,
}

/// The objects of one application that are known, parents linked with children.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) index: HashMap<Place, usize>,
}

impl Tree {
    /// The tree of the objects in a cache. Loops and orphans do no harm: they hang nowhere.
    pub(super) fn of_items(items: Vec<Item>) -> Self {
        let mut tree = Self::default();
        let mut parents = Vec::new();
        for item in items {
            let node = Node::of_item(&item);
            if tree.insert(node) {
                parents.push((item.parent, item.children));
            }
        }
        for (child, (parent, _)) in parents.iter().enumerate() {
            tree.link(child, parent);
        }
        for (node, (_, count)) in tree.nodes.iter_mut().zip(&parents) {
            node.complete_children = usize::try_from(*count).is_ok_and(|count| count <= node.children.len());
        }
        tree
    }

    /// Whether the node is new.
    pub(super) fn insert(&mut self, node: Node) -> bool {
        let new = !self.index.contains_key(&node.place);
        if new {
            self.index.insert(node.place.clone(), self.nodes.len());
            self.nodes.push(node);
        }
        new
    }

    pub(super) fn link(&mut self, child: usize, parent: &Place) {
        let Some(&parent) = self.index.get(parent) else { return };
        if parent != child {
            self.nodes[child].parent = Some(parent);
            self.nodes[parent].children.push(child);
        }
    }

    /// The parents of a node, the closest one first.
    pub(super) fn above(&self, node: usize) -> impl Iterator<Item = usize> {
        // A broken cache can hold loops.
        std::iter::successors(self.nodes[node].parent, |&node| self.nodes[node].parent).take(MAX_NODES)
    }

    pub(super) fn parent_role(&self, node: usize) -> Option<u32> {
        self.nodes[node].parent.map(|parent| self.nodes[parent].role)
    }

    /// Whether a node may be looked for elements.
    pub(super) fn shows(&self, node: usize) -> bool {
        // The application itself is nowhere, so it need not be showing.
        self.nodes[node].parent.is_none() || self.nodes[node].states.on_screen()
    }

    /// All nodes from `root` down that are on the screen, parents first; hidden ones hide what they hold.
    pub(super) fn showing(&self, root: usize) -> Vec<usize> {
        let mut seen = HashSet::from([root]);
        let mut found = Vec::new();
        let mut queue = VecDeque::from([root]);
        while let Some(node) = queue.pop_front() {
            found.push(node);
            let children = self.nodes[node].children.iter().copied();
            queue.extend(children.filter(|&child| self.shows(child) && seen.insert(child)));
        }
        found
    }

    /// The texts that stand in a node, in reading order as far as the application keeps to it.
    pub(super) fn text_within(&self, node: usize) -> Option<String> {
        let mut pieces = Vec::new();
        let mut stack: Vec<usize> = self.nodes[node].children.iter().rev().copied().collect();
        let mut looked_at = 0;
        while let Some(node) = stack.pop() {
            looked_at += 1;
            if pieces.len() >= MAX_LABEL_PIECES || looked_at > MAX_NODES {
                break;
            }
            let node = &self.nodes[node];
            match text_of(&node.name) {
                Some(text) if is_text(node.role) => pieces.push(text),
                _ => stack.extend(node.children.iter().rev()),
            }
        }
        text_of(&pieces.join(" "))
    }
}

impl Node {
    pub(super) fn of_item(item: &Item) -> Self {
        Self {
            place: item.place.clone(),
            parent: None,
            children: Vec::new(),
            complete_children: false,
            role: item.role,
            name: item.name.clone(),
            description: item.description.clone(),
            states: Bits::new(&item.states),
        }
    }
}

pub(super) fn items_of(message: &Message) -> zbus::Result<Vec<Item>> {
    let body = message.body();
    if body.signature().to_string() == ITEMS_WITH_CHILDREN {
        let items: Vec<ListedItem> = body.deserialize()?;
        return Ok(items.into_iter().map(Item::from).collect());
    }
    let items: Vec<CountedItem> = body.deserialize()?;
    Ok(items.into_iter().map(Item::from).collect())
}

pub(super) fn wants_children(node: &Node) -> bool {
    !node.complete_children && !is_leaf(node.role)
}

/// Links the children of `parent` that are known; returns those that are not.
pub(super) fn adopt(tree: &mut Tree, parent: usize, family: Vec<Place>) -> Vec<(usize, Place)> {
    let mut new = Vec::new();
    for place in family {
        match tree.index.get(&place) {
            None => new.push((parent, place)),
            Some(&child) if tree.nodes[child].parent.is_none() && child != parent => {
                tree.nodes[child].parent = Some(parent);
                tree.nodes[parent].children.push(child);
            }
            Some(_) => {}
        }
    }
    new
}

pub(super) fn hang(tree: &mut Tree, parent: usize, node: Option<Node>) {
    let Some(node) = node else { return };
    if tree.insert(Node { parent: Some(parent), ..node }) {
        let child = tree.nodes.len() - 1;
        tree.nodes[parent].children.push(child);
    }
}

/// A text worth telling, without the blanks around it.
pub(super) fn text_of(text: &str) -> Option<String> {
    // U+FFFC stands for an embedded object in the texts of web pages.
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{fffc}');
    (!text.is_empty()).then(|| text.to_owned())
}

/// A description, unless it is marked up, as Qt leaves its tooltips.
pub(super) fn plain(description: &str) -> Option<String> {
    text_of(description).filter(|text| !text.starts_with('<'))
}
