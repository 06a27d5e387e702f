use super::*;
use crate::screen::{Percept, PointPx, State, Window};
use crate::task::{Choice, FileFact, Reaction, Scope};

fn span(text: &str, area: RectPx) -> TextSpan {
    TextSpan { text: text.into(), area, confidence: 1.0, words: vec![], window: None }
}

fn outcome(check: Check, facts: &Facts) -> Outcome {
    judge(&check, facts).outcome
}

fn number_check(value: f64) -> Check {
    Check::ShowsNumber { expression: String::new(), value }
}

#[test]
fn a_number_counts_only_where_the_screen_changed_and_not_on_a_button() {
    let display = RectPx::new(10, 10, 80, 20);
    let mut facts = Facts { touched: vec![RectPx::new(0, 0, 200, 40)], ..Facts::default() };
    facts.after.text = vec![span("7", RectPx::new(10, 100, 10, 10))];
    assert_eq!(outcome(number_check(7.0), &facts), Outcome::Fail);
    facts.after.text.push(span("7", display));
    assert_eq!(outcome(number_check(7.0), &facts), Outcome::Pass);
    assert_eq!(outcome(number_check(8.0), &facts), Outcome::Fail);
    facts.after.elements.push(crate::screen::Element {
        label: Some("7".into()),
        ..crate::screen::Element::seen(Role::Button, display.grow(4), 1.0)
    });
    assert_eq!(outcome(number_check(7.0), &facts), Outcome::Pass);
    facts.before.text = facts.after.text.clone();
    assert_eq!(outcome(number_check(7.0), &facts), Outcome::Fail);
}

#[test]
fn a_field_is_judged_by_what_it_shows_or_by_its_copy() {
    let check = || Check::FieldShows { field: Some("Name".into()), value: "Ada".into() };
    let found = |shows: Option<&str>| {
        Some(Found { area: RectPx::new(0, 0, 9, 9), shows: shows.map(str::to_owned), state: State::default() })
    };
    let mut facts = Facts::default();
    assert_eq!(outcome(check(), &facts), Outcome::Unsure);
    facts.found = found(Some("Ada"));
    assert_eq!(outcome(check(), &facts), Outcome::Pass);
    facts.found = found(Some("Aa"));
    assert_eq!(outcome(check(), &facts), Outcome::Fail);
    facts.found = found(None);
    assert_eq!(outcome(check(), &facts), Outcome::Fail);
    facts.clipboard = Some("Ada".into());
    assert_eq!(outcome(check(), &facts), Outcome::Pass);
    facts.clipboard = Some("AdaAda".into());
    assert_eq!(outcome(check(), &facts), Outcome::Fail);
    let document = Check::FieldShows { field: None, value: "Ada".into() };
    facts.clipboard = Some("Dear Ada,".into());
    assert_eq!(outcome(document, &facts), Outcome::Pass);
}

#[test]
fn a_drop_is_proved_by_where_the_thing_is_now() {
    let check = || Check::Placed { what: "Strudel".into(), side: crate::task::Side::On, to: "Oven".into() };
    let place = |x, y| Some(RectPx::new(x, y, 50, 12));
    let reaction = Reaction { pressed_px: 0, after_px: 900, target_px: 0, windows_changed: false };
    let mut facts = Facts { reaction: Some(reaction), ..Facts::default() };
    facts.moved = crate::task::Moved { before: place(20, 80), after: place(420, 90), target: place(400, 60) };
    assert_eq!(outcome(check(), &facts), Outcome::Pass);
    // It only moved up in its list, because another left it.
    facts.moved.after = place(20, 62);
    assert_eq!(outcome(check(), &facts), Outcome::Fail);
}

#[test]
fn a_line_in_capitals_says_the_same() {
    let check = Check::Recased { upper: true };
    let mut facts = Facts { answer: Some("Two guests".into()), ..Facts::default() };
    facts.clipboard = Some("TWO GUESTS".into());
    // Nobody but the agent says that this line was there.
    assert_eq!(outcome(check.clone(), &facts), Outcome::Unsure);
    facts.before.text = vec![span("Two guests", RectPx::new(0, 0, 90, 12))];
    facts.clipboard = None;
    assert_eq!(outcome(check.clone(), &facts), Outcome::Unsure);
    facts.clipboard = Some("TWO GUESTS\n".into());
    assert_eq!(outcome(check.clone(), &facts), Outcome::Pass);
    facts.clipboard = Some("TWO".into());
    assert_eq!(outcome(check, &facts), Outcome::Fail);
}

#[test]
fn a_form_holds_what_the_card_tells() {
    let check = || Check::Transferred { from: "Card".into() };
    let held = |chosen| Choice { label: "Name".into(), chosen: Some(chosen), named: true };
    let mut facts = Facts::default();
    assert_eq!(outcome(check(), &facts), Outcome::Unsure);
    facts.choices = vec![held(true), held(false)];
    assert_eq!(outcome(check(), &facts), Outcome::Fail);
    facts.choices.pop();
    assert_eq!(outcome(check(), &facts), Outcome::Pass);
}

#[test]
fn a_suggestion_was_taken_where_the_field_shows_it() {
    let check = || Check::TookOffer { field: "City".into(), typed: Some("Gra".into()) };
    let found = Found { area: RectPx::new(0, 0, 9, 9), shows: Some("Graz Hbf".into()), state: State::default() };
    let mut facts = Facts { answer: Some("Graz Hbf".into()), ..Facts::default() };
    assert_eq!(outcome(check(), &facts), Outcome::Unsure);
    facts.found = Some(found);
    assert_eq!(outcome(check(), &facts), Outcome::Pass);
    facts.answer = Some("Graz Ost".into());
    assert_eq!(outcome(check(), &facts), Outcome::Fail);
    // An agent that says that what it typed was offered.
    facts.answer = Some("Gra".into());
    facts.found = Some(Found { area: RectPx::new(0, 0, 9, 9), shows: Some("Gra".into()), state: State::default() });
    assert_eq!(outcome(check(), &facts), Outcome::Fail);
}

#[test]
fn hidden_signs_prove_how_long_a_password_is_and_no_more() {
    let check = || Check::FieldShows { field: Some("Password".into()), value: "krakow35".into() };
    let found = Some(Found { area: RectPx::new(0, 0, 90, 20), shows: None, state: State::default() });
    let with = |hidden, clipboard: Option<&str>| Facts {
        found: found.clone(),
        hidden,
        clipboard: clipboard.map(str::to_owned),
        ..Facts::default()
    };
    assert_eq!(outcome(check(), &with(Some(8), None)), Outcome::Pass);
    assert_eq!(outcome(check(), &with(Some(7), None)), Outcome::Fail);
    assert_eq!(outcome(check(), &with(None, None)), Outcome::Fail);
    assert_eq!(outcome(check(), &with(None, Some("••••••••"))), Outcome::Pass);
    assert_eq!(outcome(check(), &with(None, Some("•••••••••"))), Outcome::Fail);
    // An icon in a field hides nothing.
    let short = Check::FieldShows { field: Some("Size".into()), value: "5".into() };
    assert_eq!(outcome(short, &with(Some(1), None)), Outcome::Fail);
}

#[test]
fn only_these_is_proved_by_the_others() {
    let check = |scope| Check::Selected { options: vec!["Oat".into(), "Rye".into()], scope, list: None };
    let choice = |label: &str, chosen, named| Choice { label: label.into(), chosen: Some(chosen), named };
    let named = vec![choice("Oat", true, true), choice("Rye", true, true)];
    let with = |others: Vec<Choice>| Facts { choices: [named.clone(), others].concat(), ..Facts::default() };
    assert_eq!(outcome(check(Scope::These), &with(vec![])), Outcome::Pass);
    assert_eq!(outcome(check(Scope::Only), &with(vec![])), Outcome::Unsure);
    assert_eq!(outcome(check(Scope::Only), &with(vec![choice("Corn", false, false)])), Outcome::Pass);
    assert_eq!(outcome(check(Scope::Only), &with(vec![choice("Corn", true, false)])), Outcome::Fail);
}

#[test]
fn a_tab_in_front_needs_no_answer() {
    let check = || Check::TabOpen { name: "Payment".into() };
    let tab = |selected| Facts {
        found: Some(Found {
            area: RectPx::new(0, 0, 60, 20),
            shows: None,
            state: State { selected, ..State::default() },
        }),
        ..Facts::default()
    };
    assert_eq!(outcome(check(), &tab(Some(true))), Outcome::Pass);
    assert_ne!(outcome(check(), &tab(Some(false))), Outcome::Pass);
}

#[test]
fn a_value_with_dots_in_it_is_no_pattern() {
    let shows = |text: &str| {
        let area = RectPx::new(0, 0, 9, 9);
        Facts { found: Some(Found { area, shows: Some(text.into()), state: State::default() }), ..Facts::default() }
    };
    let exact = Check::FieldShows { field: Some("Note".into()), value: "Wait…".into() };
    assert_eq!(outcome(exact.clone(), &shows("Wait for me")), Outcome::Fail);
    assert_eq!(outcome(exact, &shows("Wait…")), Outcome::Pass);
    let like = || Check::FieldLike { field: "City".into(), start: "Lis".into(), end: "bon".into() };
    assert_eq!(outcome(like(), &shows("Lisbon")), Outcome::Pass);
    assert_eq!(outcome(like(), &shows("Lisburn")), Outcome::Fail);
    assert_eq!(outcome(like(), &Facts { clipboard: Some("Lisse".into()), ..shows("Lisbon") }), Outcome::Fail);
    assert_eq!(outcome(like(), &Facts::default()), Outcome::Unsure);
}

#[test]
fn a_press_that_nothing_answers_is_unsure() {
    let check = || Check::Reacted { target: "OK".into() };
    let with = |reaction| Facts { reaction: Some(reaction), ..Facts::default() };
    let still = Reaction { pressed_px: 0, after_px: 0, target_px: 0, windows_changed: false };
    assert_eq!(outcome(check(), &Facts::default()), Outcome::Unsure);
    assert_eq!(outcome(check(), &with(still)), Outcome::Unsure);
    assert_eq!(outcome(check(), &with(Reaction { pressed_px: 90, ..still })), Outcome::Pass);
    assert_eq!(outcome(check(), &with(Reaction { windows_changed: true, ..still })), Outcome::Pass);
    let mut refused = with(Reaction { pressed_px: 90, ..still });
    refused.after.text = vec![span("Please fill out this field.", RectPx::new(0, 0, 90, 9))];
    assert_eq!(outcome(check(), &refused), Outcome::Fail);
    refused.before.text = refused.after.text.clone();
    assert_eq!(outcome(check(), &refused), Outcome::Pass);
}

#[test]
fn a_thing_is_hovered_over_when_the_display_has_the_pointer_there() {
    let check = || Check::Hovered { target: "OK".into() };
    let area = RectPx::new(10, 10, 40, 20);
    let over = |pointer| Facts {
        pointer,
        found: Some(Found { area, shows: None, state: State::default() }),
        ..Facts::default()
    };
    assert_eq!(outcome(check(), &over(None)), Outcome::Unsure);
    assert_eq!(outcome(check(), &over(Some(PointPx::new(15, 15)))), Outcome::Pass);
    assert_eq!(outcome(check(), &over(Some(PointPx::new(60, 15)))), Outcome::Fail);
}

fn file(text: &str, modified_ms: u64) -> Option<FileState> {
    Some(FileState { is_folder: false, inode: 7, modified_ms, text: Some(text.into()) })
}

#[test]
fn a_file_must_hold_the_text_and_be_new() {
    let check = || Check::FileHolds { path: "/a".into(), content: Some("hi".into()) };
    let with = |before, after| Facts {
        began_ms: 10_000,
        files: vec![FileFact { path: "/a".into(), before, after }],
        ..Facts::default()
    };
    assert_eq!(outcome(check(), &with(None, file("hi\n", 11_000))), Outcome::Pass);
    assert_eq!(outcome(check(), &with(None, file("ho", 11_000))), Outcome::Fail);
    assert_eq!(outcome(check(), &with(file("hi", 1), file("hi", 1))), Outcome::Unsure);
    assert_eq!(outcome(check(), &with(None, None)), Outcome::Fail);
}

#[test]
fn a_file_saved_after_a_copy_must_hold_what_was_copied() {
    let check = || Check::FileHolds { path: "/a".into(), content: None };
    let with = |text: &str, copied: Option<&str>| Facts {
        began_ms: 10_000,
        copied: copied.map(str::to_owned),
        files: vec![FileFact { path: "/a".into(), before: None, after: file(text, 11_000) }],
        ..Facts::default()
    };
    assert_eq!(outcome(check(), &with("x", None)), Outcome::Pass);
    assert_eq!(outcome(check(), &with("copied\n", Some("copied"))), Outcome::Pass);
    assert_eq!(outcome(check(), &with("", Some("copied"))), Outcome::Fail);
}

#[test]
fn a_rename_keeps_the_file_and_loses_the_name() {
    let check = || Check::Renamed { from: "/a".into(), to: "/b".into() };
    let facts = |from_after: Option<FileState>, to_after: Option<FileState>| Facts {
        files: vec![
            FileFact { path: "/a".into(), before: file("x", 1), after: from_after },
            FileFact { path: "/b".into(), before: None, after: to_after },
        ],
        ..Facts::default()
    };
    assert_eq!(outcome(check(), &facts(None, file("x", 1))), Outcome::Pass);
    assert_eq!(outcome(check(), &facts(file("x", 1), file("x", 1))), Outcome::Fail);
    assert_eq!(outcome(check(), &facts(None, None)), Outcome::Fail);
    assert_eq!(outcome(check(), &facts(None, Some(FileState { inode: 8, ..FileState::default() }))), Outcome::Fail);
}

#[test]
fn a_command_that_fails_has_not_ended_well() {
    let check = || Check::CommandEnded { command: "false".into() };
    let with = |ended, exit_code, running: Option<&str>| Facts {
        command: Some(CommandFact { ended, exit_code, running: running.map(str::to_owned) }),
        ..Facts::default()
    };
    assert_eq!(outcome(check(), &with(true, Some(0), None)), Outcome::Pass);
    assert_eq!(outcome(check(), &with(true, Some(1), None)), Outcome::Fail);
    assert_eq!(outcome(check(), &with(true, None, None)), Outcome::Unsure);
    assert_eq!(outcome(check(), &with(false, None, Some("cat"))), Outcome::Unsure);
    assert_eq!(outcome(check(), &Facts::default()), Outcome::Unsure);
}

#[test]
fn an_answer_needs_a_second_reading() {
    let with = |second: Option<&str>| Facts {
        answer: Some("42.50 EUR".into()),
        second_reading: second.map(str::to_owned),
        ..Facts::default()
    };
    assert_eq!(outcome(Check::AnswerStands, &with(Some("42.50 EUR"))), Outcome::Pass);
    assert_eq!(outcome(Check::AnswerStands, &with(Some("42.60 EUR"))), Outcome::Unsure);
    assert_eq!(outcome(Check::AnswerStands, &with(None)), Outcome::Unsure);
    assert_eq!(outcome(Check::AnswerStands, &Facts::default()), Outcome::Fail);
}

#[test]
fn copied_text_must_be_new_in_the_window() {
    let area = RectPx::new(0, 0, 300, 300);
    let found = Found { area, shows: Some("Dear Ada,\nsee you".into()), state: State::default() };
    let mut facts = Facts {
        answer: Some("Dear Ada,\nsee you".into()),
        found: Some(found),
        first_attempt: true,
        ..Facts::default()
    };
    assert_eq!(outcome(Check::Copied { to: "B".into() }, &facts), Outcome::Pass);
    facts.before = Percept { text: vec![span("Dear Ada, see you", RectPx::new(5, 5, 50, 9))], ..Percept::default() };
    assert_eq!(outcome(Check::Copied { to: "B".into() }, &facts), Outcome::Unsure);
    facts.before = Percept::default();
    facts.found =
        Some(Found { area, shows: Some("Dear Ada, see you\nDear Ada, see you".into()), state: State::default() });
    assert_eq!(outcome(Check::Copied { to: "B".into() }, &facts), Outcome::Fail);
}

#[test]
fn a_window_is_gone_only_if_it_was_there() {
    let window = Window {
        id: 3,
        title: "x".into(),
        app: "x".into(),
        area: RectPx::new(0, 0, 9, 9),
        focused: true,
        dialog: false,
        popup: false,
        modal: false,
        pid: None,
    };
    let check = || Check::WindowGone { window: None };
    let mut facts = Facts { window: Some(3), ..Facts::default() };
    assert_eq!(outcome(check(), &facts), Outcome::Unsure);
    facts.before.windows.push(window.clone());
    assert_eq!(outcome(check(), &facts), Outcome::Pass);
    facts.after.windows.push(window);
    assert_eq!(outcome(check(), &facts), Outcome::Fail);
}
