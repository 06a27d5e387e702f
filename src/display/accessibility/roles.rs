//! What the numbers on the bus mean: roles, states, and how objects of a kind behave.

use super::numbers::{role, state};
use super::tree::{Node, Tree, text_of};
use crate::screen::{RectPx, Role, State};

/// An icon is at most this wide and high, anything bigger is an image (pixels).
const MAX_ICON: i32 = 48;

/// The role that guardian has for a node, if it has one. Pictures are told apart by size later on.
pub(super) fn role_in(tree: &Tree, index: usize) -> Option<Role> {
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

/// The window that holds a node, or that it is: the one right below the application.
pub(super) fn top_level(tree: &Tree, node: usize) -> Option<usize> {
    let is_top = |&node: &usize| tree.nodes[node].parent.is_some_and(|above| tree.nodes[above].parent.is_none());
    std::iter::once(node).chain(tree.above(node)).find(is_top)
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

pub(super) fn sized(role: Role, number: u32, area: &RectPx) -> Role {
    let big = area.w > MAX_ICON || area.h > MAX_ICON;
    if number == role::IMAGE && big { Role::Image } else { role }
}

/// Whether the node is a toggle button that nothing is written on, as it is with switches.
pub(super) fn may_be_switch(tree: &Tree, node: usize) -> bool {
    let button = &tree.nodes[node];
    button.role == role::TOGGLE_BUTTON && text_of(&button.name).is_none() && tree.text_within(node).is_none()
}

pub(super) fn state_of(node: &Node) -> State {
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

pub(super) fn is_text(number: u32) -> bool {
    matches!(number, role::LABEL | role::STATIC | role::TABLE_CELL | role::PARAGRAPH | role::HEADING | role::LINK)
}

/// Objects whose children, in their masses, need not all be on the screen.
pub(super) fn is_collection(number: u32) -> bool {
    let tables = matches!(number, role::TABLE | role::TREE | role::TREE_TABLE);
    // The icon views of GTK are layered panes.
    tables || matches!(number, role::LIST | role::LIST_BOX | role::LAYERED_PANE)
}

/// Objects that show nothing of their children outside of their own box.
pub(super) fn cuts_off(number: u32) -> bool {
    is_collection(number) || matches!(number, role::SCROLL_PANE | role::VIEWPORT | role::DOCUMENT_WEB)
}

/// Objects that lie above their parent instead of within it.
pub(super) fn pops_up(number: u32) -> bool {
    matches!(
        number,
        role::MENU | role::POPUP_MENU | role::WINDOW | role::FRAME | role::DIALOG | role::COMBO_BOX | role::MENU_ITEM
    )
}

/// Objects in a view of files and the like, which may have a text instead of a name.
pub(super) fn is_item(number: u32) -> bool {
    matches!(number, role::ICON | role::LIST_ITEM | role::TREE_ITEM | role::TABLE_CELL)
}

/// Objects that hold nothing that is an element or tells about one.
pub(super) fn is_leaf(number: u32) -> bool {
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
