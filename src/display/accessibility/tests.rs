use super::boxes::{plausible, seen_part};
use super::detail::decimal;
use super::draft::{Draft, merge_rows};
use super::numbers::{role, state};
use super::poll::{block_on, block_until, in_flight};
use super::roles::{state_of, top_level};
use super::tree::{Bits, Item, MAX_NODES, Node, Place, Tree};
use super::{Accessibility, AccessibilityError};
use crate::screen::{RectPx, Role, State};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use zbus::OwnedObjectPath;

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
    Draft { node, role: Role::ListRow, area, within: None, label, value: None, state: State::default() }
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
fn windows_are_right_below_their_application() {
    let tree = Tree::of_items(vec![
        item("app", "", 75, false),
        item("window", "app", role::FRAME, true),
        item("pane", "window", role::SCROLL_PANE, true),
        item("button", "pane", role::PUSH_BUTTON, true),
    ]);
    assert_eq!([top_level(&tree, 3), top_level(&tree, 1), top_level(&tree, 0)], [Some(1), Some(1), None]);
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
    let tree = Tree::of_items(vec![item("table", "", role::TABLE, true), cell("a"), cell("b"), cell("c"), cell("d")]);
    let rows = merge_rows(
        &tree,
        vec![
            draft(1, RectPx::new(10, 10, 50, 20), "one"),
            draft(2, RectPx::new(60, 12, 30, 16), "two"),
            draft(3, RectPx::new(10, 30, 50, 20), "three"),
            draft(4, RectPx::new(60, 30, 30, 20), "three"),
        ],
    );
    let rows: Vec<_> = rows.iter().map(|row| (row.label.as_deref(), row.area)).collect();
    let first = (Some("one two"), RectPx::new(10, 10, 80, 20));
    assert_eq!(rows, [first, (Some("three"), RectPx::new(10, 30, 80, 20))]);
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
