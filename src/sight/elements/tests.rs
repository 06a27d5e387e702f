use super::*;
use crate::screen::{Frame, State, Word};

struct Canvas {
    width: i32,
    rgba: Vec<u8>,
}

impl Canvas {
    fn new(width: i32, height: i32, grey: u8) -> Self {
        Self { width, rgba: vec![grey; (width * height * 4) as usize] }
    }

    fn fill(&mut self, area: RectPx, grey: u8) -> &mut Self {
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                let at = ((y * self.width + x) * 4) as usize;
                self.rgba[at..at + 4].fill(grey);
            }
        }
        self
    }

    /// A box with a border of one pixel.
    fn boxed(&mut self, area: RectPx, border: u8, grey: u8) -> &mut Self {
        self.fill(area, border).fill(area.grow(-1), grey)
    }

    fn frame(&self) -> Frame {
        let height = self.rgba.len() as u32 / 4 / self.width as u32;
        Frame::new(self.width as u32, height, self.rgba.clone()).unwrap()
    }
}

fn line(text: &str, area: RectPx) -> TextSpan {
    TextSpan { text: text.into(), area, confidence: 1.0, words: vec![], window: None }
}

#[test]
fn a_white_box_beside_a_name_is_a_field_of_that_name() {
    let mut canvas = Canvas::new(400, 200, 230);
    canvas.boxed(RectPx::new(120, 40, 200, 28), 150, 255);
    let text = [line("Name:", RectPx::new(40, 44, 50, 18))];
    let found = ByRules.find(&canvas.frame(), &text);
    let field = found.iter().find(|e| e.role == Role::TextField).unwrap();
    assert_eq!(field.label.as_deref(), Some("Name"));
    assert!(field.area.iou(&RectPx::new(121, 41, 198, 26)) > 0.9);
}

#[test]
fn centred_text_in_a_box_is_a_button() {
    let mut canvas = Canvas::new(400, 200, 230);
    canvas.boxed(RectPx::new(100, 100, 90, 30), 150, 245);
    let text = [line("Save", RectPx::new(125, 106, 40, 18))];
    let found = ByRules.find(&canvas.frame(), &text);
    let button = found.iter().find(|e| e.role == Role::Button).unwrap();
    assert_eq!(button.label.as_deref(), Some("Save"));
    assert!(!found.iter().any(|e| e.role == Role::TextField), "{found:?}");
}

#[test]
fn a_small_square_is_ticked_when_something_stands_in_it() {
    for (marked, expected) in [(false, Some(false)), (true, Some(true))] {
        let mut canvas = Canvas::new(300, 100, 230);
        canvas.boxed(RectPx::new(40, 40, 16, 16), 120, 255);
        if marked {
            canvas.fill(RectPx::new(45, 45, 6, 6), 20);
        }
        let text = [line("Bold", RectPx::new(62, 38, 40, 20))];
        let found = ByRules.find(&canvas.frame(), &text);
        let tick = found.iter().find(|e| e.role == Role::CheckBox).unwrap();
        assert_eq!(tick.state.checked, expected);
        assert_eq!(tick.label.as_deref(), Some("Bold"));
    }
}

#[test]
fn what_was_taken_for_a_box_to_tick_is_judged_by_its_drawing() {
    let mut canvas = Canvas::new(200, 80, 240);
    let (square, circle) = (RectPx::new(20, 12, 14, 14), RectPx::new(20, 44, 15, 15));
    canvas.boxed(square, 90, 255);
    for (x, y) in (0..15).flat_map(|y| (0..15).map(move |x| (x, y))) {
        let radius = f64::from((x - 7) * (x - 7) + (y - 7) * (y - 7)).sqrt();
        let grey = if radius <= 3.2 || (6.3..=7.4).contains(&radius) { 60 } else { 255 };
        if radius <= 7.4 {
            canvas.fill(RectPx::new(circle.x + x, circle.y + y, 1, 1), grey);
        }
    }
    let text = [line("Gift wrap", RectPx::new(42, 12, 60, 14)), line("By post", RectPx::new(42, 45, 50, 14))];
    // A pixel beside, and the one taken for the other.
    let seen = vec![
        Element { state: State::ticked(true), ..Element::seen(Role::RadioButton, square.offset(1, -1), 0.6) },
        Element { state: State::ticked(false), ..Element::seen(Role::CheckBox, circle.offset(-1, 1), 0.6) },
    ];
    let found = settled(&canvas.frame(), &text, seen);
    let told: Vec<_> = found.iter().map(|e| (e.role, e.area, e.state.checked, e.label.as_deref())).collect();
    assert_eq!(
        told,
        [
            (Role::CheckBox, square, Some(false), Some("Gift wrap")),
            (Role::RadioButton, circle, Some(true), Some("By post"))
        ]
    );
}

#[test]
fn a_blank_frame_has_no_elements() {
    assert!(ByRules.find(&Canvas::new(50, 50, 0).frame(), &[]).is_empty());
    assert!(ByRules.find(&Frame::new(1, 1, vec![0; 4]).unwrap(), &[]).is_empty());
}

/// A line with a word for each of its words, all of one width.
fn worded(text: &str, area: RectPx) -> TextSpan {
    let words = vec![crate::screen::Word { text: text.into(), area }];
    TextSpan { words, ..line(text, area) }
}

/// Black ink where letters would be.
fn write(canvas: &mut Canvas, area: RectPx) {
    for x in (area.x..area.right()).step_by(4) {
        canvas.fill(RectPx::new(x, area.y, 2, area.h), 20);
    }
}

#[test]
fn names_at_an_even_pitch_are_a_list_and_the_tinted_one_is_selected() {
    let mut canvas = Canvas::new(300, 260, 250);
    canvas.fill(RectPx::new(20, 72, 200, 24), 200);
    let names = ["Inbox", "Drafts", "Sent", "Archive", "Trash"];
    let text: Vec<TextSpan> = (0..5)
        .map(|i| {
            let area = RectPx::new(30, 54 + 24 * i, 48, 11);
            write(&mut canvas, area);
            worded(names[i as usize], area)
        })
        .collect();
    let found = ByRules.find(&canvas.frame(), &text);
    let rows: Vec<_> = found.iter().filter(|e| e.role == Role::ListRow).collect();
    let labels: Vec<_> = rows.iter().filter_map(|e| e.label.as_deref()).collect();
    assert_eq!(labels, names);
    let selected: Vec<_> = rows.iter().filter(|e| e.state.selected == Some(true)).collect();
    assert_eq!(selected.len(), 1);
    assert_eq!(selected[0].label.as_deref(), Some("Drafts"));
}

#[test]
fn the_name_that_stands_on_the_page_is_the_selected_tab() {
    let mut canvas = Canvas::new(400, 160, 190);
    canvas.fill(RectPx::new(0, 40, 400, 120), 245).fill(RectPx::new(100, 14, 90, 26), 245);
    let text: Vec<TextSpan> = [("General", 20), ("Address", 115), ("Billing", 215), ("Notes", 315)]
        .map(|(name, x)| {
            let area = RectPx::new(x, 22, 56, 11);
            write(&mut canvas, area);
            worded(name, area)
        })
        .to_vec();
    let found = ByRules.find(&canvas.frame(), &text);
    let tabs: Vec<_> = found.iter().filter(|e| e.role == Role::Tab).collect();
    assert_eq!(tabs.len(), 4, "{found:?}");
    let selected: Vec<_> = tabs.iter().filter(|e| e.state.selected == Some(true)).collect();
    assert_eq!(selected.iter().filter_map(|e| e.label.as_deref()).collect::<Vec<_>>(), ["Address"]);
}

#[test]
fn a_knob_on_a_bar_is_a_slider_and_says_how_far_it_is() {
    let mut canvas = Canvas::new(300, 120, 250);
    canvas.fill(RectPx::new(50, 58, 100, 4), 60).fill(RectPx::new(150, 58, 100, 4), 190);
    canvas.fill(RectPx::new(143, 52, 14, 16), 60);
    let found = ByRules.find(&canvas.frame(), &[]);
    let slider = found.iter().find(|e| e.role == Role::Slider).unwrap();
    assert!(slider.area.iou(&RectPx::new(50, 52, 200, 16)) > 0.8, "{:?}", slider.area);
    assert_eq!(slider.value.as_deref(), Some("50 %"));
}

proptest::proptest! {
    /// Lines may be anywhere, also outside the part of the screen that is looked at.
    #[test]
    fn any_lines_on_any_frame_are_looked_at(
        lines in proptest::collection::vec((-60i32..140, -60i32..140, 0i32..90, 0i32..40, "[a-zA-Z0-9: +]{0,12}"), 0..14),
        boxes in proptest::collection::vec((0i32..100, 0i32..80, 1i32..60, 1i32..40, 0u8..255), 0..8),
    ) {
        let (width, height) = (100, 80);
        let mut canvas = Canvas::new(width, height, 230);
        for (x, y, w, h, grey) in boxes {
            let area = RectPx::new(x, y, w, h).intersect(&RectPx::new(0, 0, width, height));
            canvas.fill(area, grey);
        }
        let word = |(x, y, w, h, text): (i32, i32, i32, i32, String)| {
            let area = RectPx::new(x, y, w, h);
            let words = vec![crate::screen::Word { text: text.clone(), area }];
            TextSpan { words, ..line(&text, area) }
        };
        let text: Vec<TextSpan> = lines.into_iter().map(word).collect();
        ByRules.find(&canvas.frame(), &text);
    }
}

#[test]
fn a_ground_that_stands_apart_is_a_pane_with_its_title() {
    let mut canvas = Canvas::new(800, 500, 200);
    canvas.boxed(RectPx::new(40, 40, 260, 300), 120, 255).boxed(RectPx::new(340, 40, 260, 200), 120, 255);
    let text = [line("To do", RectPx::new(52, 52, 50, 14)), line("Done", RectPx::new(352, 52, 40, 14))];
    let found = ByRules.find(&canvas.frame(), &text);
    let panes: Vec<(&str, bool)> = found
        .iter()
        .filter(|e| e.role == Role::Pane)
        .map(|e| (e.label.as_deref().unwrap_or_default(), e.area.iou(&RectPx::new(40, 40, 260, 300)) > 0.9))
        .collect();
    assert_eq!(panes, [("To do", true), ("Done", false)]);
}

#[test]
fn a_window_has_a_title_bar_and_all_that_is_below_it() {
    let mut canvas = Canvas::new(800, 500, 90);
    canvas.fill(RectPx::new(100, 60, 400, 22), 160).fill(RectPx::new(100, 82, 400, 240), 240);
    let text = [line("Delivery day", RectPx::new(255, 64, 90, 14)), line("Pick a day", RectPx::new(120, 100, 80, 14))];
    let found = ByRules.find(&canvas.frame(), &text);
    let bar = found.iter().find(|e| e.role == Role::TitleBar).unwrap();
    assert_eq!(bar.label.as_deref(), Some("Delivery day"));
    let whole = RectPx::new(100, 60, 400, 262);
    assert!(found.iter().any(|e| e.role == Role::Pane && e.area.iou(&whole) > 0.97), "{found:?}");
}

#[test]
fn lines_in_a_pane_below_a_name_of_the_menu_bar_are_its_entries() {
    let mut canvas = Canvas::new(800, 500, 235);
    canvas.boxed(RectPx::new(4, 30, 220, 130), 120, 255).fill(RectPx::new(5, 65, 218, 28), 150);
    let names = [("File", 10), ("Edit", 60), ("View", 110)].map(|(name, x)| line(name, RectPx::new(x, 8, 30, 14)));
    let entries = [("New", 42), ("Open", 72), ("Save", 102), ("Quit", 132)];
    let lines = entries.map(|(name, y)| line(name, RectPx::new(40, y, 36, 14)));
    let text: Vec<TextSpan> = names.into_iter().chain(lines).collect();
    let found = ByRules.find(&canvas.frame(), &text);
    let entry = |name: &str| {
        let named = found.iter().find(|e| e.role == Role::MenuItem && e.label.as_deref() == Some(name));
        named.map(|e| (e.area.w > 200, e.state.selected == Some(true)))
    };
    assert_eq!(entry("Open"), Some((true, true)));
    assert_eq!(entry("Quit"), Some((true, false)));
}

#[test]
fn numbered_marks_with_names_are_steps() {
    let mut canvas = Canvas::new(800, 200, 250);
    let marks = [60, 260, 460].map(|x| RectPx::new(x, 40, 36, 36));
    for mark in marks {
        canvas.boxed(mark, 100, 250);
    }
    let digits = marks.iter().enumerate().map(|(at, m)| line(&(at + 1).to_string(), RectPx::new(m.x + 14, 50, 8, 14)));
    let names =
        ["Language", "Disk", "User"].iter().zip(marks).map(|(n, m)| line(n, RectPx::new(m.right() + 8, 50, 60, 14)));
    let text: Vec<TextSpan> = digits.chain(names).collect();
    let found = ByRules.find(&canvas.frame(), &text);
    let steps: Vec<&str> = found.iter().filter(|e| e.role == Role::Tab).filter_map(|e| e.label.as_deref()).collect();
    assert_eq!(steps, ["Language", "Disk", "User"]);
}

/// A triangle as wide at one end as `area` and pointed at the other.
fn triangle(canvas: &mut Canvas, area: RectPx, down: bool) {
    for i in 0..area.h {
        let inset = area.w * i / (2 * area.h);
        let y = if down { area.y + i } else { area.bottom() - 1 - i };
        canvas.fill(RectPx::new(area.x + inset, y, (area.w - 2 * inset).max(1), 1), 30);
    }
}

#[test]
fn a_box_with_an_arrow_at_the_end_of_a_field_opens_or_steps() {
    for stepped in [false, true] {
        let mut canvas = Canvas::new(400, 120, 230);
        canvas.boxed(RectPx::new(120, 40, 200, 28), 120, 255);
        canvas.boxed(RectPx::new(292, 42, 26, 24), 120, 240);
        if stepped {
            triangle(&mut canvas, RectPx::new(300, 45, 9, 5), false);
            triangle(&mut canvas, RectPx::new(300, 58, 9, 5), true);
        } else {
            triangle(&mut canvas, RectPx::new(299, 51, 11, 6), true);
        }
        let text = [line("Copies:", RectPx::new(40, 44, 60, 16)), line("12", RectPx::new(128, 46, 18, 14))];
        let found = ByRules.find(&canvas.frame(), &text);
        let role = if stepped { Role::Spinner } else { Role::DropDown };
        let field = found.iter().find(|e| e.role == role);
        assert_eq!(field.and_then(|e| e.label.as_deref()), Some("Copies"), "{found:?}");
        let steps = found.iter().filter(|e| e.label.as_deref().is_some_and(|l| l.ends_with(" arrow"))).count();
        assert_eq!(steps, if stepped { 2 } else { 0 });
    }
}

#[test]
fn heads_of_columns_are_pressed_and_cells_are_no_fields() {
    let mut canvas = Canvas::new(420, 240, 230);
    let names = ["Part", "Count", "Price"];
    let mut text = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let x = 20 + 120 * i as i32;
        canvas.boxed(RectPx::new(x, 20, 121, 26), 150, 250);
        text.push(line(name, RectPx::new(x + 6, 26, 40, 14)));
        for row in 0..3 {
            canvas.boxed(RectPx::new(x, 80 + row * 40, 121, 41), 150, 255);
        }
    }
    let found = ByRules.find(&canvas.frame(), &text);
    for name in names {
        assert!(found.iter().any(|e| e.role == Role::Button && e.label.as_deref() == Some(name)), "{name}: {found:?}");
    }
    assert!(!found.iter().any(|e| e.role == Role::TextField), "{found:?}");
}

#[test]
fn a_plus_in_a_small_box_opens_a_branch() {
    let mut canvas = Canvas::new(300, 120, 250);
    for (y, plus) in [(20, true), (50, false)] {
        canvas.boxed(RectPx::new(20, y, 15, 15), 120, 255);
        canvas.fill(RectPx::new(24, y + 7, 7, 1), 20);
        if plus {
            canvas.fill(RectPx::new(27, y + 4, 1, 7), 20);
        }
    }
    let text = [line("Stations", RectPx::new(44, 20, 60, 15)), line("Archive", RectPx::new(44, 50, 56, 15))];
    let found = ByRules.find(&canvas.frame(), &text);
    let signs: Vec<&str> = found.iter().filter(|e| !e.icons.is_empty()).filter_map(|e| e.label.as_deref()).collect();
    assert_eq!(signs, ["plus", "minus"], "{found:?}");
    assert!(!found.iter().any(|e| e.role == Role::CheckBox));
}

#[test]
fn a_field_on_a_shaded_ground_is_found_by_the_lines_around_it() {
    let mut canvas = Canvas::new(500, 200, 60);
    for x in 0..500 {
        canvas.fill(RectPx::new(x, 0, 1, 200), 60 + (x / 5) as u8);
    }
    for area in [
        RectPx::new(100, 80, 300, 1),
        RectPx::new(100, 119, 300, 1),
        RectPx::new(100, 80, 1, 40),
        RectPx::new(399, 80, 1, 40),
    ] {
        canvas.fill(area, 240);
    }
    let text = [line("User name", RectPx::new(100, 56, 80, 14)), line("j.okafor", RectPx::new(112, 92, 60, 16))];
    let found = ByRules.find(&canvas.frame(), &text);
    let field = found.iter().find(|e| e.role == Role::TextField);
    assert_eq!(field.and_then(|e| e.label.as_deref()), Some("User name"), "{found:?}");
}

#[test]
fn a_lone_sign_names_the_key_it_stands_on() {
    let key = |label: Option<&str>| Element {
        label: label.map(str::to_owned),
        ..Element::seen(Role::Button, RectPx::new(10, 10, 40, 30), 0.6)
    };
    let sign = TextSpan { confidence: 0.3, ..line("√", RectPx::new(25, 18, 10, 14)) };
    let mut keys = [key(None), key(Some("print"))];
    name_by_signs(&mut keys, &[sign]);
    assert_eq!(keys.map(|k| k.label), [Some("√".to_owned()), Some("print".to_owned())]);
}

#[test]
fn a_name_in_a_gap_of_a_border_names_the_field() {
    let mut canvas = Canvas::new(500, 200, 250);
    let field = RectPx::new(60, 60, 240, 44);
    let (name, value) = (RectPx::new(84, 54, 72, 12), RectPx::new(80, 76, 60, 12));
    canvas.boxed(field, 100, 250).fill(name.grow(4), 250);
    write(&mut canvas, name);
    write(&mut canvas, value);
    let found = ByRules.find(&canvas.frame(), &[worded("Full name *", name), worded("Imani", value)]);
    let fields: Vec<_> = found.iter().filter(|e| e.role == Role::TextField).collect();
    assert_eq!(fields.len(), 1, "{found:?}");
    assert_eq!((fields[0].label.as_deref(), fields[0].value.as_deref()), (Some("Full name"), Some("Imani")));
    assert!(fields[0].area.iou(&field) > 0.9);
}

#[test]
fn a_switch_drawn_by_its_edge_is_off_where_its_knob_is_at_the_left() {
    let mut canvas = Canvas::new(500, 120, 40);
    canvas.boxed(RectPx::new(300, 40, 44, 22), 150, 40);
    for corner in [(300, 40), (343, 40), (300, 61), (343, 61)] {
        canvas.fill(RectPx::new(corner.0, corner.1, 1, 1), 40);
    }
    canvas.fill(RectPx::new(305, 45, 12, 12), 200);
    let (name, state) = (RectPx::new(20, 44, 120, 12), RectPx::new(270, 44, 20, 12));
    write(&mut canvas, name);
    write(&mut canvas, state);
    let found = ByRules.find(&canvas.frame(), &[worded("Show pointer", name), worded("Off", state)]);
    let switch = found.iter().find(|e| e.role == Role::CheckBox).unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(switch.state.checked, Some(false));
    // The word for its state is not its name.
    assert_eq!(switch.label.as_deref(), Some("Show pointer"));
}

#[test]
fn of_cards_of_one_size_the_one_with_a_ground_of_its_own_is_chosen() {
    let mut canvas = Canvas::new(700, 240, 255);
    for i in 0..3 {
        let card = RectPx::new(20 + 220 * i, 40, 200, 140);
        canvas.boxed(card, if i == 1 { 60 } else { 200 }, if i == 1 { 235 } else { 250 });
    }
    let text: Vec<TextSpan> = (0..3)
        .map(|i| {
            let area = RectPx::new(90 + 220 * i, 130, 50, 12);
            write(&mut canvas, area);
            worded(["ball", "star", "tree"][i as usize], area)
        })
        .collect();
    let found = ByRules.find(&canvas.frame(), &text);
    let chosen: Vec<_> = found.iter().filter(|e| e.role == Role::Pane && e.state.selected == Some(true)).collect();
    assert_eq!(chosen.len(), 1, "{found:?}");
    assert_eq!(chosen[0].label.as_deref(), Some("star"));
}

#[test]
fn rows_end_where_something_lies_on_them() {
    let mut canvas = Canvas::new(600, 300, 250);
    canvas.boxed(RectPx::new(20, 20, 560, 260), 120, 250);
    let names = ["labels", "photos", "poster", "readme", "visitors"];
    let text: Vec<TextSpan> = (0..5)
        .map(|i| {
            let area = RectPx::new(30, 40 + 34 * i, 60, 12);
            write(&mut canvas, area);
            worded(names[i as usize], area)
        })
        .collect();
    canvas.boxed(RectPx::new(300, 60, 290, 230), 60, 205);
    let found = ByRules.find(&canvas.frame(), &text);
    let rows: Vec<_> = found.iter().filter(|e| e.role == Role::ListRow).collect();
    assert_eq!(rows.len(), 5);
    assert!(rows[1..].iter().all(|row| row.area.right() <= 302), "{rows:?}");
}

#[test]
fn a_field_on_a_dark_ground_may_be_lighter_than_that() {
    let mut canvas = Canvas::new(400, 120, 38);
    canvas.fill(RectPx::new(40, 50, 220, 26), 62);
    let found = ByRules.find(&canvas.frame(), &[line("Name", RectPx::new(40, 34, 32, 12))]);
    let field = found.iter().find(|e| e.role == Role::TextField).unwrap();
    assert_eq!((field.label.as_deref(), field.area.w), (Some("Name"), 220));
    let unnamed = ByRules.find(&canvas.frame(), &[]);
    assert!(!unnamed.iter().any(|e| e.role == Role::TextField), "{unnamed:?}");
}

#[test]
fn lines_below_names_are_fields_and_lines_between_rows_are_not() {
    let lines = |from: i32| {
        let mut canvas = Canvas::new(400, 240, 250);
        for i in 0..3 {
            canvas.fill(RectPx::new(40, from + 60 * i, 240, 1), 90);
        }
        canvas.frame()
    };
    let names: Vec<TextSpan> = (0..3).map(|i| line("Participant", RectPx::new(40, 20 + 60 * i, 74, 12))).collect();
    let fields = |frame: &Frame| ByRules.find(frame, &names).iter().filter(|e| e.role == Role::TextField).count();
    assert_eq!(fields(&lines(58)), 3);
    // Close below each name, the line parts it from the next.
    assert_eq!(fields(&lines(38)), 0);
}

#[test]
fn a_knob_that_lies_in_its_way_is_told_by_its_place() {
    let slider = |x: i32| {
        let mut canvas = Canvas::new(500, 80, 217);
        canvas.boxed(RectPx::new(100, 40, 300, 16), 120, 255);
        canvas.boxed(RectPx::new(x, 42, 28, 12), 110, 217);
        ByRules.find(&canvas.frame(), &[line("Volume", RectPx::new(30, 42, 50, 12))])
    };
    let found = slider(230);
    let value = |found: &[Element]| found.iter().find(|e| e.role == Role::Slider).and_then(|e| e.value.clone());
    assert_eq!(value(&found).as_deref(), Some("47 %"), "{found:?}");
    // At the end it may be the button of a drop-down, while no number goes along with it.
    assert_eq!(value(&slider(370)), None);
}

/// A title bar with a title and three signs at its right end, the last of them on a button with a rim.
fn title_bar() -> (Frame, [RectPx; 3], TextSpan) {
    let mut canvas = Canvas::new(400, 60, 240);
    canvas.fill(RectPx::new(40, 10, 320, 22), 90).fill(RectPx::new(333, 12, 17, 17), 30);
    canvas.fill(RectPx::new(334, 13, 15, 15), 120);
    let signs = [RectPx::new(300, 23, 8, 2), RectPx::new(318, 17, 7, 7), RectPx::new(338, 17, 7, 7)];
    for sign in signs {
        canvas.fill(sign, 255);
    }
    for x in (50..98).step_by(6) {
        canvas.fill(RectPx::new(x, 16, 4, 9), 255);
    }
    let mut title = line("untitled", RectPx::new(50, 14, 48, 13));
    title.words = vec![Word { text: "untitled".into(), area: title.area }];
    (canvas.frame(), signs, title)
}

#[test]
fn signs_of_a_doubted_title_bar_are_found_by_their_ink() {
    let (frame, signs, title) = title_bar();
    // The network is not sure of the bar, has its ends wrong, and takes a button for its sign.
    let seen = vec![
        Element::seen(Role::TitleBar, RectPx::new(70, 10, 200, 22), 0.25),
        Element::seen(Role::Button, RectPx::new(333, 12, 17, 17), 0.4),
    ];
    let found = settled(&frame, &[title], seen);
    let told: Vec<_> = found.iter().map(|e| (e.role, e.area)).collect();
    assert_eq!(told, [signs[1], signs[2], signs[0]].map(|sign| (Role::Icon, sign)));
}

#[test]
fn a_drawing_in_pieces_stays_what_the_network_took_it_for() {
    let (frame, signs, title) = title_bar();
    let whole = RectPx::new(298, 14, 30, 14);
    let seen = vec![
        Element::seen(Role::TitleBar, RectPx::new(40, 10, 320, 22), 0.6),
        Element::seen(Role::Icon, whole, 0.7),
        Element::seen(Role::DropDown, RectPx::new(326, 11, 33, 20), 0.6),
    ];
    let found = settled(&frame, &[title], seen);
    let icons: Vec<RectPx> = found.iter().filter(|e| e.role == Role::Icon).map(|e| e.area).collect();
    assert_eq!(icons, [whole], "{signs:?}");
}

#[test]
fn what_stands_at_its_end_tells_what_a_field_is() {
    let mut canvas = Canvas::new(400, 120, 230);
    let (list, number) = (RectPx::new(20, 20, 160, 26), RectPx::new(20, 70, 160, 26));
    canvas.boxed(list, 150, 255).boxed(number, 150, 255);
    for row in 0..4 {
        canvas.fill(RectPx::new(163 + row, 31 + row, 8 - 2 * row, 1), 40);
        canvas.fill(RectPx::new(163 + row, 79 - row, 8 - 2 * row, 1), 40);
        canvas.fill(RectPx::new(163 + row, 86 + row, 8 - 2 * row, 1), 40);
    }
    let arrow = Element::seen(Role::Icon, RectPx::new(163, 31, 8, 4), 0.4);
    let seen = |area| Element::seen(Role::TextField, area, 0.6);
    let other = seen(RectPx::new(220, 20, 160, 26));
    let found = settled(&canvas.frame(), &[], vec![seen(list), seen(number), other, arrow]);
    let told: Vec<Role> = found.iter().map(|e| e.role).collect();
    assert_eq!(told, [Role::DropDown, Role::TextField, Role::Spinner]);
}

#[test]
fn ends_of_fields_are_moved_to_their_borders() {
    let mut canvas = Canvas::new(600, 120, 230);
    let field = RectPx::new(40, 30, 400, 30);
    canvas.boxed(field, 150, 255);
    // Letters and a text cursor, which are lower.
    canvas.fill(RectPx::new(50, 38, 2, 14), 0).fill(RectPx::new(60, 36, 1, 18), 0);
    let seen = vec![
        Element::seen(Role::TextField, RectPx::new(70, 30, 350, 30), 0.6),
        Element::seen(Role::TextField, RectPx::new(300, 80, 200, 30), 0.6),
    ];
    let found = settled(&canvas.frame(), &[], seen);
    assert!(found[0].area.iou(&field) > 0.99, "{}", found[0].area);
    assert_eq!(found[1].area, RectPx::new(300, 80, 200, 30), "there is no border");
}
