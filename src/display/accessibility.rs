//! Reads GUI elements from the AT-SPI accessibility bus: what the applications themselves say
//! stands on the screen, where it stands and in which state it is.
//!
//! This module only looks. It must not press, type, focus or otherwise change an application, it
//! must not guess at what an application does not say (finding elements in pixels is done
//! elsewhere), and it must not wait: every question has a time limit, and whoever has not answered
//! by the deadline is left out.
//!
//! Questions to one application and to different applications are in flight together, all polled
//! by the calling thread; zbus reads the socket on a thread of its own.

use std::cell::Cell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use zbus::wire::DynamicDeserialize;
use zbus::{Connection, DynamicType, Message, OwnedObjectPath, OwnedVariant, Variant, connection};

use crate::screen::{RectPx, Role, State};

const REGISTRY: &str = "org.a11y.atspi.Registry";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
const CACHE: &str = "/org/a11y/atspi/cache";
const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
const COMPONENT: &str = "org.a11y.atspi.Component";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const BUS_LAUNCHER: &str = "org.a11y.Bus";
const BUS_LAUNCHER_PATH: &str = "/org/a11y/bus";

/// Signature of the answer of `GetItems` that lists the children of an item instead of counting them.
const ITEMS_WITH_CHILDREN: &str = "a((so)(so)(so)a(so)assusau)";
const SCREEN_COORDINATES: u32 = 0;
const LABELLED_BY: u32 = 2;
/// Questions to one application that are in flight at the same time.
const IN_FLIGHT: usize = 64;
/// Objects that one application is walked for, and elements that are taken from it.
const MAX_NODES: usize = 3000;
/// Children from which on a table or list is asked only for those within its box.
const MANY_CHILDREN: i32 = 400;
/// Distance of the probes for the visible children of a long table, in pixels: less than any row.
const PROBE_STEP: i32 = 12;
const MAX_TEXT: i32 = 1000;
/// Pieces of text below an element without a name that make up its label.
const MAX_LABEL_PIECES: usize = 8;
/// No screen reaches further than this to any side; toolkits park hidden widgets beyond.
const FAR_OFF: i32 = 16_000;
/// An icon is at most this wide and high, anything bigger is an image (pixels).
const MAX_ICON: i32 = 48;

/// Numbers of `AtspiRole`, as in `atspi-constants.h`.
mod role {
    pub const ALERT: u32 = 2;
    pub const CHECK_BOX: u32 = 7;
    pub const CHECK_MENU_ITEM: u32 = 8;
    pub const COLOR_CHOOSER: u32 = 9;
    pub const COMBO_BOX: u32 = 11;
    pub const DESKTOP_ICON: u32 = 13;
    pub const DIAL: u32 = 15;
    pub const DIALOG: u32 = 16;
    pub const FILE_CHOOSER: u32 = 19;
    pub const FONT_CHOOSER: u32 = 22;
    pub const FRAME: u32 = 23;
    pub const ICON: u32 = 26;
    pub const IMAGE: u32 = 27;
    pub const LABEL: u32 = 29;
    pub const LAYERED_PANE: u32 = 30;
    pub const LIST: u32 = 31;
    pub const LIST_ITEM: u32 = 32;
    pub const MENU: u32 = 33;
    pub const MENU_BAR: u32 = 34;
    pub const MENU_ITEM: u32 = 35;
    pub const PAGE_TAB: u32 = 37;
    pub const PASSWORD_TEXT: u32 = 40;
    pub const POPUP_MENU: u32 = 41;
    pub const PUSH_BUTTON: u32 = 43;
    pub const RADIO_BUTTON: u32 = 44;
    pub const RADIO_MENU_ITEM: u32 = 45;
    pub const SCROLL_BAR: u32 = 48;
    pub const SCROLL_PANE: u32 = 49;
    pub const SEPARATOR: u32 = 50;
    pub const SLIDER: u32 = 51;
    pub const SPIN_BUTTON: u32 = 52;
    pub const TABLE: u32 = 55;
    pub const TABLE_CELL: u32 = 56;
    pub const TEAROFF_MENU_ITEM: u32 = 59;
    pub const TEXT: u32 = 61;
    pub const TOGGLE_BUTTON: u32 = 62;
    pub const TREE: u32 = 65;
    pub const TREE_TABLE: u32 = 66;
    pub const VIEWPORT: u32 = 68;
    pub const WINDOW: u32 = 69;
    pub const PARAGRAPH: u32 = 73;
    pub const AUTOCOMPLETE: u32 = 76;
    pub const EDITBAR: u32 = 77;
    pub const ENTRY: u32 = 79;
    pub const HEADING: u32 = 83;
    pub const LINK: u32 = 88;
    pub const TABLE_ROW: u32 = 90;
    pub const TREE_ITEM: u32 = 91;
    pub const DOCUMENT_WEB: u32 = 95;
    pub const LIST_BOX: u32 = 98;
    pub const TITLE_BAR: u32 = 104;
    pub const STATIC: u32 = 116;
    pub const PUSH_BUTTON_MENU: u32 = 129;
}

/// Bits of `AtspiStateType`, as in `atspi-constants.h`.
mod state {
    pub const CHECKED: u32 = 4;
    pub const DEFUNCT: u32 = 6;
    pub const EDITABLE: u32 = 7;
    pub const ENABLED: u32 = 8;
    pub const EXPANDABLE: u32 = 9;
    pub const EXPANDED: u32 = 10;
    pub const FOCUSABLE: u32 = 11;
    pub const FOCUSED: u32 = 12;
    pub const ICONIFIED: u32 = 15;
    pub const PRESSED: u32 = 20;
    pub const SELECTABLE: u32 = 22;
    pub const SELECTED: u32 = 23;
    pub const SENSITIVE: u32 = 24;
    pub const SHOWING: u32 = 25;
    pub const VISIBLE: u32 = 30;
    pub const CHECKABLE: u32 = 41;
}

/// Why the accessibility bus could not be used. Single applications that fail are not errors.
#[derive(Debug, thiserror::Error)]
pub enum AccessibilityError {
    /// The bus at `address` refused the connection, or `address` is none.
    #[error("cannot connect to the bus at {address}")]
    Connect { address: String, source: zbus::Error },
    /// Nothing came from the bus at `address` in time.
    #[error("the bus at {address} does not answer within {patience:?}")]
    Silent { address: String, patience: Duration },
    /// The session bus at `address` knows no accessibility bus: at-spi2-core is missing or did not start.
    #[error("the session bus at {address} does not name an accessibility bus")]
    NoBus { address: String, source: zbus::Error },
    /// The accessibility bus at `address` could not be switched on for its session.
    #[error("cannot switch on accessibility on the session bus at {address}")]
    Enable { address: String, source: zbus::Error },
    /// The registry did not list its applications; when the bus is gone, connect anew.
    #[error("cannot list the applications on the accessibility bus")]
    Registry { source: zbus::Error },
    /// The registry did not list its applications before the deadline.
    #[error("the accessibility bus does not list its applications before the deadline")]
    Late,
}

/// One element that an application says is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    pub role: Role,
    /// Name of the element, else the text that labels it, stands in it or describes it; never empty.
    pub label: Option<String>,
    /// Content of a text field (at most 1000 characters, none for passwords), choice of a drop-down,
    /// number of a slider or spinner.
    pub value: Option<String>,
    /// A part is `None` where the application does not say, or where it makes no sense for the role.
    pub state: State,
    /// In physical pixels of the screen, without what scrolling cuts off. Not clipped to the screen,
    /// and other windows may lie above. Wrong for GTK 3 with a `GDK_SCALE` other than 1, which tells
    /// its own, bigger pixels: multiply by that scale.
    pub area: RectPx,
    /// Process of the application; several applications can share it.
    pub pid: Option<u32>,
}

/// What the applications have said until the deadline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witness {
    /// In the order of the applications on the bus, and parents before children within each.
    pub elements: Vec<Witnessed>,
    /// False when an application did not answer in time, has more objects than are looked at, or
    /// (GTK 4) does not know where on the screen its elements are.
    pub complete: bool,
}

/// A connection to the accessibility bus of one session. It can be used again and again; once the
/// bus is gone, [`Accessibility::elements`] fails and a new connection is needed.
#[derive(Debug)]
pub struct Accessibility {
    connection: Connection,
}

impl Accessibility {
    /// Connects to the accessibility bus at `address` (a D-Bus address such as `unix:path=/run/a11y`).
    ///
    /// `patience` bounds the connecting and, later on, the answer to every single question; an
    /// application that exceeds it is taken for hung and left out.
    ///
    /// # Errors
    ///
    /// [`AccessibilityError::Connect`] or [`AccessibilityError::Silent`].
    pub fn connect(address: &str, patience: Duration) -> Result<Self, AccessibilityError> {
        let builder = connection::Builder::address(address).method_timeout(patience);
        match block_until(Instant::now() + patience, builder.build()) {
            Some(Ok(connection)) => Ok(Self { connection }),
            Some(Err(source)) if timed_out(&source) => Err(silent(address, patience)),
            Some(Err(source)) => Err(AccessibilityError::Connect { address: address.into(), source }),
            None => Err(silent(address, patience)),
        }
    }

    /// Asks the session bus at `session_bus` for its accessibility bus, which starts it if need be,
    /// and connects to that. `patience` is that of [`Accessibility::connect`], for each bus.
    ///
    /// # Errors
    ///
    /// [`AccessibilityError::NoBus`], and those of [`Accessibility::connect`] for either bus.
    pub fn of_session(session_bus: &str, patience: Duration) -> Result<Self, AccessibilityError> {
        let answer = ask_launcher(session_bus, patience, BUS_LAUNCHER, "GetAddress", &())?;
        let address = answer.and_then(|message| message.body().deserialize::<String>());
        match address {
            Ok(address) => Self::connect(&address, patience),
            Err(source) if timed_out(&source) => Err(silent(session_bus, patience)),
            Err(source) => Err(AccessibilityError::NoBus { address: session_bus.into(), source }),
        }
    }

    /// Tells the session at `session_bus` that accessibility is wanted (`IsEnabled` of
    /// `org.a11y.Status`), for applications that stay silent otherwise; running ones may take notice
    /// only after a restart. Takes at most `patience` for connecting and again for asking.
    ///
    /// # Errors
    ///
    /// [`AccessibilityError::Enable`], [`AccessibilityError::Connect`] or [`AccessibilityError::Silent`].
    pub fn enable(session_bus: &str, patience: Duration) -> Result<(), AccessibilityError> {
        let wanted = ("org.a11y.Status", "IsEnabled", Variant::from(true));
        match ask_launcher(session_bus, patience, PROPERTIES, "Set", &wanted)? {
            Ok(_) => Ok(()),
            Err(source) if timed_out(&source) => Err(silent(session_bus, patience)),
            Err(source) => Err(AccessibilityError::Enable { address: session_bus.into(), source }),
        }
    }

    /// All showing and visible elements of all applications on the bus. Returns at `deadline` at the
    /// latest; what has not been answered by then is left out and [`Witness::complete`] is false.
    ///
    /// # Errors
    ///
    /// [`AccessibilityError::Registry`] or [`AccessibilityError::Late`], when not even the
    /// applications can be listed.
    pub fn elements(&self, deadline: Instant) -> Result<Witness, AccessibilityError> {
        let line = Line::new(&self.connection, deadline);
        block_on(deadline, line.elements())
    }

    /// Like [`Accessibility::elements`], for the applications of the process `pid` alone.
    ///
    /// # Errors
    ///
    /// Those of [`Accessibility::elements`].
    pub fn elements_of(&self, pid: u32, deadline: Instant) -> Result<Witness, AccessibilityError> {
        let line = Line { only: Some(pid), ..Line::new(&self.connection, deadline) };
        block_on(deadline, line.elements())
    }
}

fn silent(address: &str, patience: Duration) -> AccessibilityError {
    AccessibilityError::Silent { address: address.into(), patience }
}

fn timed_out(error: &zbus::Error) -> bool {
    matches!(error, zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut)
}

/// Asks the service of a session bus that knows the accessibility bus.
fn ask_launcher<B: serde::Serialize + DynamicType>(
    session_bus: &str,
    patience: Duration,
    interface: &str,
    method: &str,
    body: &B,
) -> Result<zbus::Result<Message>, AccessibilityError> {
    let session = Accessibility::connect(session_bus, patience)?.connection;
    let call = session.call_method(Some(BUS_LAUNCHER), BUS_LAUNCHER_PATH, Some(interface), method, body);
    block_until(Instant::now() + patience, call).ok_or_else(|| silent(session_bus, patience))
}

/// Where an object lives: the bus name of its application and its path there.
type Place = (String, OwnedObjectPath);

/// An object as `GetItems` tells of it, in either of its forms.
struct Item {
    place: Place,
    parent: Place,
    /// Less than zero where the application does not say.
    children: i32,
    name: String,
    role: u32,
    description: String,
    states: Vec<u32>,
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
struct Bits(u64);

impl Bits {
    fn new(words: &[u32]) -> Self {
        let word = |index: usize| u64::from(words.get(index).copied().unwrap_or(0));
        Self(word(0) | word(1) << 32)
    }

    fn has(self, bit: u32) -> bool {
        self.0 >> bit & 1 == 1
    }

    /// Whether the object itself says that it is on the screen.
    fn on_screen(self) -> bool {
        self.has(state::SHOWING) && self.has(state::VISIBLE) && !self.has(state::DEFUNCT) && !self.has(state::ICONIFIED)
    }
}

/// An object of an application and what is known about it.
#[derive(Debug)]
struct Node {
    place: Place,
    parent: Option<usize>,
    /// Those that are known; see `complete_children`.
    children: Vec<usize>,
    complete_children: bool,
    role: u32,
    name: String,
    description: String,
    states: Bits,
}

/// The objects of one application that are known, parents linked with children.
#[derive(Debug, Default)]
struct Tree {
    nodes: Vec<Node>,
    index: HashMap<Place, usize>,
}

impl Tree {
    /// The tree of the objects in a cache. Loops and orphans do no harm: they hang nowhere.
    fn of_items(items: Vec<Item>) -> Self {
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
    fn insert(&mut self, node: Node) -> bool {
        let new = !self.index.contains_key(&node.place);
        if new {
            self.index.insert(node.place.clone(), self.nodes.len());
            self.nodes.push(node);
        }
        new
    }

    fn link(&mut self, child: usize, parent: &Place) {
        let Some(&parent) = self.index.get(parent) else { return };
        if parent != child {
            self.nodes[child].parent = Some(parent);
            self.nodes[parent].children.push(child);
        }
    }

    /// The parents of a node, the closest one first.
    fn above(&self, node: usize) -> impl Iterator<Item = usize> {
        // A broken cache can hold loops.
        std::iter::successors(self.nodes[node].parent, |&node| self.nodes[node].parent).take(MAX_NODES)
    }

    fn parent_role(&self, node: usize) -> Option<u32> {
        self.nodes[node].parent.map(|parent| self.nodes[parent].role)
    }

    /// Whether a node may be looked for elements.
    fn shows(&self, node: usize) -> bool {
        // The application itself is nowhere, so it need not be showing.
        self.nodes[node].parent.is_none() || self.nodes[node].states.on_screen()
    }

    /// All nodes from `root` down that are on the screen, parents first; hidden ones hide what they hold.
    fn showing(&self, root: usize) -> Vec<usize> {
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
    fn text_within(&self, node: usize) -> Option<String> {
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
    fn of_item(item: &Item) -> Self {
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

/// A text worth telling, without the blanks around it.
fn text_of(text: &str) -> Option<String> {
    // U+FFFC stands for an embedded object in the texts of web pages.
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{fffc}');
    (!text.is_empty()).then(|| text.to_owned())
}

/// A description, unless it is marked up, as Qt leaves its tooltips.
fn plain(description: &str) -> Option<String> {
    text_of(description).filter(|text| !text.starts_with('<'))
}

fn is_text(number: u32) -> bool {
    matches!(number, role::LABEL | role::STATIC | role::TABLE_CELL | role::PARAGRAPH | role::HEADING | role::LINK)
}

/// Objects whose children, in their masses, need not all be on the screen.
fn is_collection(number: u32) -> bool {
    let tables = matches!(number, role::TABLE | role::TREE | role::TREE_TABLE);
    // The icon views of GTK are layered panes.
    tables || matches!(number, role::LIST | role::LIST_BOX | role::LAYERED_PANE)
}

/// Objects that show nothing of their children outside of their own box.
fn cuts_off(number: u32) -> bool {
    is_collection(number) || matches!(number, role::SCROLL_PANE | role::VIEWPORT | role::DOCUMENT_WEB)
}

/// Objects that lie above their parent instead of within it.
fn pops_up(number: u32) -> bool {
    matches!(
        number,
        role::MENU | role::POPUP_MENU | role::WINDOW | role::FRAME | role::DIALOG | role::COMBO_BOX | role::MENU_ITEM
    )
}

/// Objects in a view of files and the like, which may have a text instead of a name.
fn is_item(number: u32) -> bool {
    matches!(number, role::ICON | role::LIST_ITEM | role::TREE_ITEM | role::TABLE_CELL)
}

/// Objects that hold nothing that is an element or tells about one.
fn is_leaf(number: u32) -> bool {
    matches!(
        number,
        role::LABEL | role::STATIC | role::SCROLL_BAR | role::SLIDER | role::SEPARATOR | role::TEAROFF_MENU_ITEM
    )
}

fn is_menu(number: Option<u32>) -> bool {
    matches!(number, Some(role::MENU_BAR | role::MENU | role::POPUP_MENU | role::MENU_ITEM))
}

/// Pictures in one of these are part of it.
fn wears_pictures(number: Option<u32>) -> bool {
    let wearers = [
        role::PUSH_BUTTON,
        role::TOGGLE_BUTTON,
        role::PUSH_BUTTON_MENU,
        role::MENU_ITEM,
        role::MENU,
        role::CHECK_MENU_ITEM,
        role::RADIO_MENU_ITEM,
        role::CHECK_BOX,
        role::RADIO_BUTTON,
        role::COMBO_BOX,
        role::PAGE_TAB,
    ];
    number.is_some_and(|number| wearers.contains(&number))
}

/// The role that guardian has for a node, if it has one. Pictures are told apart by size later on.
fn role_in(tree: &Tree, index: usize) -> Option<Role> {
    let node = &tree.nodes[index];
    let parent = tree.parent_role(index);
    match node.role {
        role::PUSH_BUTTON | role::TOGGLE_BUTTON | role::PUSH_BUTTON_MENU => Some(Role::Button),
        role::CHECK_BOX => Some(Role::CheckBox),
        role::RADIO_BUTTON => Some(Role::RadioButton),
        role::COMBO_BOX => Some(Role::DropDown),
        role::CHECK_MENU_ITEM | role::RADIO_MENU_ITEM | role::MENU_ITEM => Some(Role::MenuItem),
        // Only those in a menu are entries; the others are the menus themselves.
        role::MENU => is_menu(parent).then_some(Role::MenuItem),
        role::ENTRY | role::PASSWORD_TEXT | role::TEXT | role::AUTOCOMPLETE | role::EDITBAR => text_role(node, parent),
        role::SPIN_BUTTON => Some(Role::Spinner),
        role::LIST_ITEM | role::TREE_ITEM | role::TABLE_ROW => Some(Role::ListRow),
        role::TABLE_CELL => cell_role(parent),
        role::PAGE_TAB => Some(Role::Tab),
        role::LINK => Some(Role::Link),
        role::ICON | role::DESKTOP_ICON | role::IMAGE => (!wears_pictures(parent)).then_some(Role::Icon),
        role::SLIDER | role::DIAL => Some(Role::Slider),
        role::SCROLL_BAR => Some(Role::ScrollBar),
        role::TITLE_BAR => Some(Role::TitleBar),
        role::DIALOG | role::ALERT | role::FILE_CHOOSER | role::COLOR_CHOOSER | role::FONT_CHOOSER => {
            Some(Role::Dialog)
        }
        // Qt calls panels with a border frames as well.
        role::FRAME | role::WINDOW => is_window(tree, index).then_some(Role::Frame),
        _ => None,
    }
}

fn is_window(tree: &Tree, node: usize) -> bool {
    tree.nodes[node].parent.is_none_or(|parent| tree.nodes[parent].parent.is_none())
}

fn text_role(node: &Node, parent: Option<u32>) -> Option<Role> {
    let writable = node.role != role::TEXT || node.states.has(state::EDITABLE);
    let own = parent != Some(role::SPIN_BUTTON);
    (writable && own).then_some(Role::TextField)
}

/// Cells stand for their row, except where the row is an object of its own; cells in cells are parts of a cell.
fn cell_role(parent: Option<u32>) -> Option<Role> {
    (!matches!(parent, Some(role::TABLE_ROW | role::TABLE_CELL))).then_some(Role::ListRow)
}

fn state_of(node: &Node) -> State {
    let bits = node.states;
    let told = |sensible: bool, value: bool| sensible.then_some(value);
    let checkable = matches!(
        node.role,
        role::CHECK_BOX | role::RADIO_BUTTON | role::CHECK_MENU_ITEM | role::RADIO_MENU_ITEM | role::TOGGLE_BUTTON
    );
    let pressed = node.role == role::TOGGLE_BUTTON && bits.has(state::PRESSED);
    State {
        // GTK says of a ticked cell that it is checked, of no cell that it could be.
        checked: told(
            checkable || bits.has(state::CHECKABLE) || bits.has(state::CHECKED),
            bits.has(state::CHECKED) || pressed,
        ),
        selected: told(bits.has(state::SELECTABLE) || bits.has(state::SELECTED), bits.has(state::SELECTED)),
        focused: told(bits.has(state::FOCUSABLE) || bits.has(state::FOCUSED), bits.has(state::FOCUSED)),
        disabled: Some(!bits.has(state::SENSITIVE) && !bits.has(state::ENABLED)),
        expanded: told(bits.has(state::EXPANDABLE) || bits.has(state::EXPANDED), bits.has(state::EXPANDED)),
    }
}

/// Why a question has no answer.
enum NoAnswer {
    /// The deadline has passed, or the application has let a question wait for too long.
    Late,
    /// The application refused it, or the answer makes no sense.
    Useless(zbus::Error),
}

/// The questions to all applications until one deadline.
struct Line<'a> {
    connection: &'a Connection,
    deadline: Instant,
    /// The only process to look at, if not all.
    only: Option<u32>,
}

impl<'a> Line<'a> {
    fn new(connection: &'a Connection, deadline: Instant) -> Self {
        Self { connection, deadline, only: None }
    }

    async fn elements(&self) -> Result<Witness, AccessibilityError> {
        let root = OwnedObjectPath::try_from(ROOT).map_err(|source| AccessibilityError::Registry { source })?;
        let registry = App::new(self, (REGISTRY.into(), root));
        let apps: Vec<Place> = match registry.ask(&registry.root, ACCESSIBLE, "GetChildren", &()).await {
            Ok(apps) => apps,
            Err(NoAnswer::Late) => return Err(AccessibilityError::Late),
            Err(NoAnswer::Useless(source)) => return Err(AccessibilityError::Registry { source }),
        };
        let width = apps.len().max(1);
        let parts = in_flight(width, apps.into_iter().map(|app| self.elements_in(app))).await;
        Ok(join(parts))
    }

    async fn elements_in(&self, root: Place) -> Witness {
        let app = App::new(self, root);
        let (pid, placeless) = both(app.pid(), app.is_placeless()).await;
        if self.only.is_some() && self.only != pid {
            return Witness { elements: Vec::new(), complete: true };
        }
        let elements = if placeless { Vec::new() } else { app.elements(pid).await };
        Witness { elements, complete: !placeless && !app.missed.get() }
    }
}

fn join(parts: Vec<Witness>) -> Witness {
    let complete = parts.iter().all(|part| part.complete);
    let elements = parts.into_iter().flat_map(|part| part.elements).collect();
    Witness { elements, complete }
}

/// The questions to one application.
struct App<'a> {
    line: &'a Line<'a>,
    root: Place,
    /// Set once a question was left waiting: the application hangs, and asking on would only add to the wait.
    late: Cell<bool>,
    /// Set once something that belongs to the answer is left out.
    missed: Cell<bool>,
}

impl<'a> App<'a> {
    fn new(line: &'a Line<'a>, root: Place) -> Self {
        Self { line, root, late: Cell::new(false), missed: Cell::new(false) }
    }

    async fn message<B: serde::Serialize + DynamicType>(
        &self,
        place: &Place,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<Message, NoAnswer> {
        if self.late.get() || Instant::now() >= self.line.deadline {
            return Err(self.give_up());
        }
        let (name, path) = (place.0.as_str(), &place.1);
        let call = self.line.connection.call_method(Some(name), path, Some(interface), method, body);
        match until(self.line.deadline, call).await {
            Some(Ok(message)) => Ok(message),
            Some(Err(error)) if !timed_out(&error) => Err(NoAnswer::Useless(error)),
            _ => Err(self.give_up()),
        }
    }

    fn give_up(&self) -> NoAnswer {
        self.late.set(true);
        self.missed.set(true);
        NoAnswer::Late
    }

    async fn ask<T, B>(&self, place: &Place, interface: &str, method: &str, body: &B) -> Result<T, NoAnswer>
    where
        T: for<'d> DynamicDeserialize<'d>,
        B: serde::Serialize + DynamicType,
    {
        let message = self.message(place, interface, method, body).await?;
        message.body().deserialize().map_err(NoAnswer::Useless)
    }

    async fn property<T: TryFrom<OwnedVariant>>(&self, place: &Place, interface: &str, name: &str) -> Option<T> {
        let value: OwnedVariant = self.ask(place, PROPERTIES, "Get", &(interface, name)).await.ok()?;
        T::try_from(value).ok()
    }

    async fn pid(&self) -> Option<u32> {
        let path = OwnedObjectPath::try_from("/org/freedesktop/DBus").ok()?;
        let bus = ("org.freedesktop.DBus".to_owned(), path);
        let name = self.root.0.as_str();
        self.ask(&bus, "org.freedesktop.DBus", "GetConnectionUnixProcessID", &(name,)).await.ok()
    }

    /// GTK 4 does not know where its windows are and tells places within them as if they were on the
    /// screen; nor does it say what is showing.
    async fn is_placeless(&self) -> bool {
        let interface = "org.a11y.atspi.Application";
        let name = self.property::<String>(&self.root, interface, "ToolkitName");
        let version = self.property::<String>(&self.root, interface, "Version");
        let (name, version) = both(name, version).await;
        name.is_some_and(|name| name.eq_ignore_ascii_case("gtk"))
            && version.is_some_and(|version| version.starts_with('4'))
    }

    async fn elements(&self, pid: Option<u32>) -> Vec<Witnessed> {
        let mut tree = self.cached().await;
        let Some(root) = self.rooted(&mut tree).await else {
            return Vec::new();
        };
        self.complete(&mut tree, root).await;
        let showing = tree.showing(root);
        let boxes = self.boxes(&tree, &showing).await;
        let candidates = Self::candidates(&tree, &showing, &boxes);
        let drafts = in_flight(IN_FLIGHT, candidates.into_iter().map(|draft| self.detail(&tree, draft))).await;
        let drafts = drafts.into_iter().flatten().collect();
        merge_rows(&tree, drafts).into_iter().map(|draft| draft.witnessed(pid)).collect()
    }

    /// What the application has in its cache: all of it, a part or nothing, depending on the toolkit.
    async fn cached(&self) -> Tree {
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
    async fn rooted(&self, tree: &mut Tree) -> Option<usize> {
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
    async fn complete(&self, tree: &mut Tree, root: usize) {
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

    /// The boxes of all objects that are elements or that cut elements off.
    async fn boxes(&self, tree: &Tree, showing: &[usize]) -> HashMap<usize, RectPx> {
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

    async fn extents(&self, place: &Place) -> Option<RectPx> {
        let (area,): ((i32, i32, i32, i32),) =
            self.ask(place, COMPONENT, "GetExtents", &(SCREEN_COORDINATES,)).await.ok()?;
        plausible(area)
    }

    fn candidates(tree: &Tree, showing: &[usize], boxes: &HashMap<usize, RectPx>) -> Vec<Draft> {
        let draft = |&node: &usize| {
            let role = sized(role_in(tree, node)?, tree.nodes[node].role, boxes.get(&node)?);
            let area = indented(tree, node, seen_part(tree, node, boxes)?, boxes);
            Some(Draft { node, role, area, label: None, value: None, state: state_of(&tree.nodes[node]) })
        };
        showing.iter().filter_map(draft).collect()
    }

    /// Adds what has to be asked for single elements.
    async fn detail(&self, tree: &Tree, mut draft: Draft) -> Option<Draft> {
        let node = &tree.nodes[draft.node];
        draft.label = text_of(&node.name);
        match draft.role {
            Role::TextField if node.role != role::PASSWORD_TEXT => draft.value = self.text(node).await,
            Role::Slider | Role::Spinner => draft.value = self.number(node).await,
            Role::DropDown => self.choice(node, &mut draft).await,
            Role::Button if may_be_switch(tree, draft.node) && self.is_switch(node).await => {
                draft.role = Role::CheckBox;
            }
            _ => {}
        }
        if draft.label.is_none() {
            draft.label = self.other_label(tree, &draft).await;
        }
        // Chromium keeps bubbles that it does not show as windows without a title.
        let ghost = draft.role == Role::Frame && draft.label.is_none();
        (!ghost).then_some(draft)
    }

    async fn text(&self, node: &Node) -> Option<String> {
        let interface = "org.a11y.atspi.Text";
        let length = self.property::<i32>(&node.place, interface, "CharacterCount").await?;
        let end = if length > MAX_TEXT { MAX_TEXT } else { -1 };
        let text: String = self.ask(&node.place, interface, "GetText", &(0, end)).await.ok()?;
        Some(text.chars().take(MAX_TEXT as usize).collect())
    }

    async fn number(&self, node: &Node) -> Option<String> {
        let number: f64 = self.property(&node.place, "org.a11y.atspi.Value", "CurrentValue").await?;
        number.is_finite().then(|| decimal(number))
    }

    /// The choice of a drop-down. Toolkits that name a drop-down after its choice have no name left for it.
    async fn choice(&self, node: &Node, draft: &mut Draft) {
        let chosen = match self.selected_in(&node.place).await {
            Some(name) => Some(name),
            None => self.selected_below(node).await,
        };
        draft.value = chosen.or_else(|| text_of(&node.name));
        if draft.value == draft.label {
            draft.label = None;
        }
    }

    async fn selected_in(&self, place: &Place) -> Option<String> {
        let child: Place = self.ask(place, "org.a11y.atspi.Selection", "GetSelectedChild", &(0,)).await.ok()?;
        self.name(&child).await
    }

    /// Chromium leaves the selecting to the list of a drop-down.
    async fn selected_below(&self, node: &Node) -> Option<String> {
        let list: Place = self.ask(&node.place, ACCESSIBLE, "GetChildAtIndex", &(0,)).await.ok()?;
        self.selected_in(&list).await
    }

    async fn name(&self, place: &Place) -> Option<String> {
        text_of(&self.property::<String>(place, ACCESSIBLE, "Name").await?)
    }

    /// GTK gives its switches the role of toggle buttons; only what can be done with them differs.
    async fn is_switch(&self, node: &Node) -> bool {
        let name = self.ask::<String, _>(&node.place, "org.a11y.atspi.Action", "GetName", &(0,)).await;
        name.is_ok_and(|name| name == "toggle")
    }

    /// What an element without a name is called by: its label, the text in it, its description.
    async fn other_label(&self, tree: &Tree, draft: &Draft) -> Option<String> {
        let node = &tree.nodes[draft.node];
        if let Some(label) = self.labelled_by(node).await {
            return Some(label);
        }
        let holds_text = !matches!(draft.role, Role::Frame | Role::Dialog | Role::TextField | Role::DropDown);
        let within = holds_text.then(|| tree.text_within(draft.node)).flatten();
        match within.or_else(|| plain(&node.description)) {
            Some(label) => Some(label),
            None if is_item(node.role) => self.text(node).await.and_then(|text| text_of(&text)),
            None => plain(&self.property::<String>(&node.place, ACCESSIBLE, "Description").await?),
        }
    }

    async fn labelled_by(&self, node: &Node) -> Option<String> {
        let relations: Vec<(u32, Vec<Place>)> = self.ask(&node.place, ACCESSIBLE, "GetRelationSet", &()).await.ok()?;
        let (_, labels) = relations.into_iter().find(|(kind, _)| *kind == LABELLED_BY)?;
        self.name(labels.first()?).await
    }
}

/// Places to probe along one side of a box, in its inside.
fn probes(start: i32, length: i32, step: i32) -> impl Iterator<Item = i32> {
    (0..length / step).map(move |number| start + number * step + step / 2)
}

fn items_of(message: &Message) -> zbus::Result<Vec<Item>> {
    let body = message.body();
    if body.signature().to_string() == ITEMS_WITH_CHILDREN {
        let items: Vec<ListedItem> = body.deserialize()?;
        return Ok(items.into_iter().map(Item::from).collect());
    }
    let items: Vec<CountedItem> = body.deserialize()?;
    Ok(items.into_iter().map(Item::from).collect())
}

fn wants_children(node: &Node) -> bool {
    !node.complete_children && !is_leaf(node.role)
}

/// Links the children of `parent` that are known; returns those that are not.
fn adopt(tree: &mut Tree, parent: usize, family: Vec<Place>) -> Vec<(usize, Place)> {
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

fn hang(tree: &mut Tree, parent: usize, node: Option<Node>) {
    let Some(node) = node else { return };
    if tree.insert(Node { parent: Some(parent), ..node }) {
        let child = tree.nodes.len() - 1;
        tree.nodes[parent].children.push(child);
    }
}

fn plausible((x, y, w, h): (i32, i32, i32, i32)) -> Option<RectPx> {
    let near = |place: i32| (-FAR_OFF..FAR_OFF).contains(&place);
    // Sums of coordinates must not overflow later on.
    (near(x) && near(y) && w > 1 && h > 1).then(|| RectPx::new(x, y, w.min(2 * FAR_OFF), h.min(2 * FAR_OFF)))
}

fn sized(role: Role, number: u32, area: &RectPx) -> Role {
    let big = area.w > MAX_ICON || area.h > MAX_ICON;
    if number == role::IMAGE && big { Role::Image } else { role }
}

/// The part of a node's box that the scrolled areas around it leave.
fn seen_part(tree: &Tree, node: usize, boxes: &HashMap<usize, RectPx>) -> Option<RectPx> {
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
fn indented(tree: &Tree, node: usize, area: RectPx, boxes: &HashMap<usize, RectPx>) -> RectPx {
    let parent = tree.nodes[node].parent.filter(|_| tree.nodes[node].role == role::TABLE_CELL);
    let table = parent.filter(|&parent| tree.nodes[parent].role == role::TREE_TABLE);
    match table.and_then(|table| boxes.get(&table)) {
        Some(table) if table.x < area.x => RectPx::new(table.x, area.y, area.x + area.w - table.x, area.h),
        _ => area,
    }
}

/// Whether the node is a toggle button that nothing is written on, as it is with switches.
fn may_be_switch(tree: &Tree, node: usize) -> bool {
    let button = &tree.nodes[node];
    button.role == role::TOGGLE_BUTTON && text_of(&button.name).is_none() && tree.text_within(node).is_none()
}

/// A number without useless decimals.
fn decimal(number: f64) -> String {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// An element in the making.
#[derive(Debug, Clone)]
struct Draft {
    node: usize,
    role: Role,
    area: RectPx,
    label: Option<String>,
    value: Option<String>,
    state: State,
}

impl Draft {
    fn witnessed(self, pid: Option<u32>) -> Witnessed {
        let Self { role, label, value, state, area, .. } = self;
        Witnessed { role, label, value, state, area, pid }
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
        let texts = [self.label.take(), other.label];
        self.label = text_of(&texts.into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
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

/// Puts the cells of each row together to one element.
fn merge_rows(tree: &Tree, drafts: Vec<Draft>) -> Vec<Draft> {
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

/// Polls `futures`, `width` at a time, until all are done; the outputs are in the order of the futures.
async fn in_flight<F: Future>(width: usize, futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting = futures.into_iter().enumerate().fuse();
    let mut flying: Vec<(usize, Pin<Box<F>>)> = Vec::with_capacity(width);
    let mut done: Vec<(usize, F::Output)> = Vec::new();
    poll_fn(|context| {
        loop {
            let room = width.saturating_sub(flying.len());
            flying.extend(waiting.by_ref().take(room).map(|(index, future)| (index, Box::pin(future))));
            let before = done.len();
            flying.retain_mut(|(index, future)| match future.as_mut().poll(context) {
                Poll::Ready(output) => {
                    done.push((*index, output));
                    false
                }
                Poll::Pending => true,
            });
            if done.len() == before {
                return if flying.is_empty() { Poll::Ready(()) } else { Poll::Pending };
            }
        }
    })
    .await;
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, output)| output).collect()
}

/// Polls two futures until both are done.
async fn both<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut left, mut right) = (None, None);
    poll_fn(|context| {
        step(&mut left, a.as_mut(), context);
        step(&mut right, b.as_mut(), context);
        match (left.take(), right.take()) {
            (Some(left), Some(right)) => Poll::Ready((left, right)),
            partly => {
                (left, right) = partly;
                Poll::Pending
            }
        }
    })
    .await
}

fn step<F: Future>(output: &mut Option<F::Output>, future: Pin<&mut F>, context: &mut Context<'_>) {
    if output.is_none()
        && let Poll::Ready(ready) = future.poll(context)
    {
        *output = Some(ready);
    }
}

/// Polls `future` until `deadline`, and is `None` then. Relies on being polled at the deadline, see `block_on`.
async fn until<F: Future>(deadline: Instant, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if Instant::now() >= deadline => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

fn block_until<F: Future>(deadline: Instant, future: F) -> Option<F::Output> {
    block_on(deadline, until(deadline, future))
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls `future` on this thread when it is woken and at `deadline`, after which it must not wait any more.
fn block_on<F: Future>(deadline: Instant, future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        // Locks within the connection may be pending for a moment even past the deadline.
        let left = deadline.saturating_duration_since(Instant::now());
        thread::park_timeout(left.max(Duration::from_millis(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> Place {
        (":1.7".into(), OwnedObjectPath::try_from(format!("/{name}")).unwrap())
    }

    fn bits(states: &[u32]) -> Bits {
        Bits(states.iter().fold(0, |bits, state| bits | 1 << state))
    }

    fn item(name: &str, parent: &str, role: u32, shown: bool) -> Item {
        let bits = if shown { bits(&[state::SHOWING, state::VISIBLE]) } else { Bits(0) };
        let states = vec![bits.0 as u32, (bits.0 >> 32) as u32];
        let (place, parent) = (place(name), place(parent));
        Item { place, parent, children: 0, name: name.into(), role, description: String::new(), states }
    }

    fn draft(node: usize, area: RectPx, label: &str) -> Draft {
        let label = Some(label.into());
        Draft { node, role: Role::ListRow, area, label, value: None, state: State::default() }
    }

    #[test]
    fn what_a_hidden_parent_holds_is_hidden() {
        let tree = Tree::of_items(vec![
            item("app", "", 75, false),
            item("window", "app", role::FRAME, true),
            item("page", "window", 39, false),
            item("button", "page", role::PUSH_BUTTON, true),
            item("entry", "window", role::ENTRY, true),
        ]);
        assert_eq!(tree.showing(0), [0, 1, 4]);
    }

    #[test]
    fn loops_in_a_cache_do_no_harm() {
        let tree = Tree::of_items(vec![item("a", "b", 39, true), item("b", "a", 39, true)]);
        assert_eq!(tree.showing(0), [0, 1]);
        assert!(tree.above(0).count() <= MAX_NODES);
    }

    #[test]
    fn cells_of_one_row_become_one_element() {
        let cell = |name| item(name, "table", role::TABLE_CELL, true);
        let tree = Tree::of_items(vec![item("table", "", role::TABLE, true), cell("a"), cell("b"), cell("c")]);
        let rows = merge_rows(
            &tree,
            vec![
                draft(1, RectPx::new(10, 10, 50, 20), "one"),
                draft(2, RectPx::new(60, 12, 30, 16), "two"),
                draft(3, RectPx::new(10, 30, 50, 20), "three"),
            ],
        );
        let rows: Vec<_> = rows.iter().map(|row| (row.label.as_deref(), row.area)).collect();
        let first = (Some("one two"), RectPx::new(10, 10, 80, 20));
        assert_eq!(rows, [first, (Some("three"), RectPx::new(10, 30, 50, 20))]);
    }

    #[test]
    fn scrolled_areas_cut_off_what_they_hold() {
        let tree = Tree::of_items(vec![
            item("pane", "", role::SCROLL_PANE, true),
            item("button", "pane", role::PUSH_BUTTON, true),
        ]);
        let pane = RectPx::new(0, 0, 100, 100);
        let boxes = HashMap::from([(0, pane), (1, RectPx::new(10, 90, 50, 30))]);
        assert_eq!(seen_part(&tree, 1, &boxes), Some(RectPx::new(10, 90, 50, 10)));
        let boxes = HashMap::from([(0, pane), (1, RectPx::new(10, 120, 50, 30))]);
        assert_eq!(seen_part(&tree, 1, &boxes), None);
    }

    #[test]
    fn boxes_off_the_screen_are_none() {
        assert_eq!(plausible((i32::MIN, i32::MIN, 34, 34)), None);
        assert_eq!(plausible((0, 0, 1, 30)), None);
        assert_eq!(plausible((-5, 3, 20, 30)), Some(RectPx::new(-5, 3, 20, 30)));
    }

    #[test]
    fn states_come_from_both_words() {
        let node = Node {
            states: bits(&[state::CHECKABLE, state::SENSITIVE, state::FOCUSED]),
            ..Node::of_item(&item("a", "", 43, true))
        };
        let expected = State { checked: Some(false), focused: Some(true), disabled: Some(false), ..State::default() };
        assert_eq!(state_of(&node), expected);
        assert!(Bits::new(&[0, 1 << 9]).has(state::CHECKABLE));
        assert!(!Bits::new(&[]).has(state::SHOWING));
    }

    #[test]
    fn numbers_have_no_useless_decimals() {
        assert_eq!([decimal(50.0), decimal(3.5), decimal(-0.00001), decimal(100.0)], ["50", "3.5", "0", "100"]);
    }

    #[test]
    fn a_bus_that_says_nothing_is_silent() {
        let path = std::env::temp_dir().join(format!("silent-bus-{}", std::process::id()));
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let address = format!("unix:path={}", path.display());
        let start = Instant::now();
        let error = Accessibility::connect(&address, Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error, AccessibilityError::Silent { .. }), "{error}");
        assert!(start.elapsed() < Duration::from_secs(2));
        drop(listener);
        std::fs::remove_file(path).unwrap();
        let error = Accessibility::connect(&address, Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error, AccessibilityError::Connect { .. }), "{error}");
    }

    #[test]
    fn futures_are_done_in_order_and_no_longer_than_the_deadline() {
        let outputs = block_on(Instant::now(), in_flight(2, (0..5).map(|number| async move { number })));
        assert_eq!(outputs, [0, 1, 2, 3, 4]);
        assert_eq!(block_until(Instant::now() + Duration::from_millis(20), std::future::pending::<()>()), None);
    }
}
