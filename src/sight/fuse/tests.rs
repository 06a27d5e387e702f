use super::*;
use crate::screen::Window;
use proptest::prelude::*;

const PID: Option<u32> = Some(7);

pub fn window(id: u32, area: RectPx) -> Window {
    let (title, app) = (format!("window {id}"), "test".into());
    Window { id, title, app, area, focused: false, dialog: false, modal: false, popup: false, pid: PID }
}

pub fn said(role: Role, label: &str, area: RectPx, within: RectPx) -> Witnessed {
    let (label, state) = (Some(label.into()), State::default());
    Witnessed { role, label, value: None, state, area, within: Some(within), pid: PID }
}

const WINDOW: RectPx = RectPx::new(0, 0, 400, 300);

fn percept(elements: Vec<Element>) -> Percept {
    Percept { width: 800, height: 600, elements, windows: vec![window(1, WINDOW)], ..Percept::default() }
}

fn fused(elements: Vec<Element>, witness: &[Witnessed]) -> Vec<Element> {
    let mut percept = percept(elements);
    fuse(&mut percept, witness);
    percept.elements
}

#[test]
fn the_application_says_what_a_thing_is_and_is_called() {
    let seen = Element { label: Some("0K".into()), ..Element::seen(Role::TextField, RectPx::new(10, 10, 80, 30), 0.6) };
    let area = RectPx::new(11, 10, 80, 30);
    let all = fused(vec![seen], &[said(Role::Button, "OK", area, WINDOW)]);
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].role, all[0].label.as_deref(), all[0].area), (Role::Button, Some("OK"), area));
    let origins = all[0].origins;
    assert_eq!((origins.role, origins.label), (Origin::Accessibility, Origin::Accessibility));
    assert_eq!((origins.area, origins.value, origins.state), (Origin::Both, Origin::Pixels, Origin::Pixels));
}

#[test]
fn where_both_say_the_same_both_are_named() {
    let area = RectPx::new(10, 10, 80, 30);
    let seen = Element { label: Some("ok".into()), ..Element::seen(Role::Button, area, 0.6) };
    let all = fused(vec![seen], &[said(Role::Button, "OK…", area, WINDOW)]);
    assert_eq!((all[0].origins.role, all[0].origins.label), (Origin::Both, Origin::Both));
}

#[test]
fn a_tick_box_keeps_its_own_box_and_gets_its_state() {
    let tick = RectPx::new(12, 14, 16, 16);
    let seen = Element { state: State::ticked(false), ..Element::seen(Role::CheckBox, tick, 0.7) };
    let told = Witnessed {
        state: State { disabled: Some(false), ..State::ticked(true) },
        ..said(Role::CheckBox, "Gift wrap", RectPx::new(10, 10, 300, 24), WINDOW)
    };
    let all = fused(vec![seen], &[told]);
    assert_eq!((all.len(), all[0].area, all[0].state.checked), (1, tick, Some(true)));
    assert_eq!((all[0].origins.area, all[0].origins.state), (Origin::Pixels, Origin::Accessibility));
}

#[test]
fn what_the_pixels_missed_is_added_before_the_window_frames() {
    let frame = Element::seen(Role::Frame, WINDOW, 1.0);
    let tab = said(Role::Tab, "General", RectPx::new(20, 20, 80, 24), WINDOW);
    let all = fused(vec![frame.clone()], &[tab]);
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].role, all[0].window, all[0].origins.area), (Role::Tab, Some(1), Origin::Accessibility));
    assert_eq!(all[1], frame);
}

#[test]
fn what_is_not_to_be_seen_is_not_added() {
    let outside = said(Role::Button, "OK", RectPx::new(500, 20, 80, 24), WINDOW);
    let whole = said(Role::Frame, "window 1", WINDOW, WINDOW);
    let picture = Witnessed { label: None, ..said(Role::Image, "", RectPx::new(20, 20, 90, 90), WINDOW) };
    assert!(fused(vec![], &[outside, whole, picture]).is_empty());
}

#[test]
fn the_better_of_two_takes_the_element() {
    let area = RectPx::new(10, 10, 100, 30);
    let seen = Element::seen(Role::DropDown, area, 0.7);
    let entry = said(Role::TextField, "City", RectPx::new(10, 10, 76, 30), WINDOW);
    let all = fused(vec![seen], &[entry, said(Role::DropDown, "City", area, WINDOW)]);
    assert_eq!(all.iter().map(|e| e.role).collect::<Vec<_>>(), [Role::DropDown, Role::TextField]);
}

const ROLES: [Role; 6] = [Role::Button, Role::CheckBox, Role::ListRow, Role::MenuItem, Role::Frame, Role::Image];

fn any_area() -> impl Strategy<Value = RectPx> {
    let near = (-50..850, -50..650, -5..500, -5..400);
    let far = (any::<i32>(), any::<i32>(), any::<i32>(), any::<i32>());
    // Coordinates as far apart as an application may send them and the bus lets through.
    let kept = |v: i32| v % 16_000;
    prop_oneof![
        near.prop_map(|(x, y, w, h)| RectPx::new(x, y, w, h)),
        far.prop_map(move |(x, y, w, h)| RectPx::new(kept(x), kept(y), kept(w), kept(h))),
    ]
}

fn any_role() -> impl Strategy<Value = Role> {
    (0..ROLES.len()).prop_map(|at| ROLES[at])
}

proptest! {
    #[test]
    fn no_pixel_element_is_lost(
        seen in prop::collection::vec((any_role(), any_area()), 0..12),
        told in prop::collection::vec((any_role(), any_area(), any_area()), 0..12),
        windows in prop::collection::vec(any_area(), 0..4),
    ) {
        let elements: Vec<Element> = seen.iter().map(|(role, area)| Element::seen(*role, *area, 0.5)).collect();
        let witness: Vec<Witnessed> =
            told.iter().map(|(role, area, within)| said(*role, "x", *area, *within)).collect();
        let mut percept = percept(elements.clone());
        percept.windows = windows.iter().zip(1..).map(|(area, id)| window(id, *area)).collect();
        fuse(&mut percept, &witness);
        prop_assert!(percept.elements.len() >= elements.len());
        for element in elements {
            prop_assert!(percept.elements.iter().any(|e| stands_for(e, &element)));
        }
    }
}

/// Whether `now` is `before` as it was, or joined with what was said of the same place.
fn stands_for(now: &Element, before: &Element) -> bool {
    let overlap = now.area.iou(&before.area);
    let inside = now.area.covered_by(&before.area).max(before.area.covered_by(&now.area));
    *now == *before || overlap >= SAME || inside >= INSIDE
}
