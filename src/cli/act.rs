//! `guardian click|hover|type|key|wait|open`: one action each, grounded and verified like a run.

use super::args::{
    ClickArgs, Common, Direction, DragArgs, HoverArgs, KeyArgs, OpenArgs, ScrollArgs, TypeArgs, WaitArgs,
};
use super::pieces::{CliError, Pieces};
use super::run::{execute, surroundings};
use crate::guardian::Work;
use crate::planner::single;
use crate::task::{Button, Check, DesktopChoice, Goal, Request};
use crate::tools::apps::Applications;
use std::process::ExitCode;

/// How much of a text is shown where it is only named, in characters.
const SHOWN: usize = 60;

/// `guardian click "…"`.
pub fn click(args: &ClickArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let target = args.target.clone();
    let button = match (args.right, args.middle) {
        (true, _) => Button::Right,
        (_, true) => Button::Middle,
        _ => Button::Left,
    };
    let count = 1 + u8::from(args.double) + 2 * u8::from(args.triple);
    let (modifiers, hold_ms) = (args.with.0.clone(), args.hold.unwrap_or_default());
    let goal = Goal::Press { target: target.clone(), button, count, modifiers, hold_ms };
    act(format!("click {target}"), goal, Check::Reacted { target }, &args.common, pieces)
}

/// `guardian hover "…"`.
pub fn hover(args: &HoverArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let target = args.target.clone();
    let goal = Goal::Hover { target: target.clone(), for_ms: args.for_ms.unwrap_or_default() };
    act(format!("hover over {target}"), goal, Check::Hovered { target }, &args.common, pieces)
}

/// `guardian drag "…" "…"`.
pub fn drag(args: &DragArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let mut places = vec![args.from.clone()];
    places.extend(args.via.iter().chain([&args.to]).cloned());
    let button = if args.right { Button::Right } else { Button::Left };
    let check = Check::Reacted { target: args.from.clone() };
    let goal = Goal::Drag { places, button };
    act(format!("drag {} to {}", args.from, args.to), goal, check, &args.common, pieces)
}

/// `guardian scroll …`.
pub fn scroll(args: &ScrollArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let (dx, dy) = match args.direction {
        Direction::Down => (0, args.by),
        Direction::Up => (0, -args.by),
        Direction::Right => (args.by, 0),
        Direction::Left => (-args.by, 0),
    };
    let check = match &args.until {
        Some(text) => Check::ShowsText { text: text.clone() },
        None => Check::Reacted { target: "the page".into() },
    };
    let goal = Goal::Wheel { over: args.over.clone(), dx, dy, until: args.until.clone() };
    act("turn the wheel".into(), goal, check, &args.common, pieces)
}

/// `guardian type "…"`.
pub fn type_text(args: &TypeArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let value = args.text.clone();
    let goal = match &args.into {
        Some(field) => Goal::Fill { field: field.clone(), value: value.clone() },
        None => Goal::Type { text: value.clone(), into: None },
    };
    let check = Check::FieldShows { field: args.into.clone(), value: value.clone() };
    act(format!("type {}", quoted(&value)), goal, check, &args.common, pieces)
}

/// `guardian key ctrl+s`.
pub fn key(args: &KeyArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let chord = args.chord.clone();
    let check = Check::Reacted { target: chord.to_string() };
    act(format!("press {chord}"), Goal::Key { chord }, check, &args.common, pieces)
}

/// `guardian wait "…"`.
pub fn wait(args: &WaitArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let text = args.text.clone();
    let check = Check::ShowsText { text: text.clone() };
    // Who only waits does not keep others from working there.
    let desktop = DesktopChoice::Given(pieces.seen(&args.common.spot)?);
    act_on(desktop, format!("wait for \"{text}\""), (Goal::WaitFor { text }, check), &args.common, pieces)
}

/// `guardian open APP [ON]`.
pub fn open(args: &OpenArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let app = args.app.clone();
    let check = Check::WindowOpen { app: app.clone() };
    act(format!("open {app}"), Goal::Open { app, on: args.on.clone() }, check, &args.common, pieces)
}

/// A text as it stands in a line for people.
fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

fn act(text: String, goal: Goal, check: Check, common: &Common, pieces: &Pieces) -> Result<ExitCode, CliError> {
    act_on(pieces.worked_on(&common.spot)?, text, (goal, check), common, pieces)
}

fn act_on(
    desktop: DesktopChoice,
    text: String,
    (goal, check): (Goal, Check),
    common: &Common,
    pieces: &Pieces,
) -> Result<ExitCode, CliError> {
    let around = surroundings(&Applications::scan()?, pieces);
    let request = Request {
        text: Request::check_text(&text)?.to_owned(),
        desktop,
        cwd: std::env::current_dir().unwrap_or_else(|_| "/".into()),
        timeout_ms: common.timeout.unwrap_or(pieces.config.run.timeout_ms),
        policy: pieces.config.policy,
    };
    match single(goal, check, text, &around) {
        Ok(graph) => execute(&request, Work::Graph(graph), common.json, None, pieces),
        Err(error) => {
            eprintln!("error: {error}");
            Ok(ExitCode::from(2))
        }
    }
}
