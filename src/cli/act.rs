//! `guardian click|type|key|wait|open`: one action each, grounded and verified like a run.

use super::args::{ClickArgs, Common, KeyArgs, OpenArgs, TypeArgs, WaitArgs};
use super::pieces::{CliError, Pieces};
use super::run::{execute, surroundings};
use crate::guardian::Work;
use crate::planner::single;
use crate::task::{Check, DesktopChoice, Goal, Request};
use crate::tools::apps::Applications;
use std::process::ExitCode;

/// `guardian click "…"`.
pub fn click(args: &ClickArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let target = args.target.clone();
    let goal = Goal::Click { target: target.clone(), count: if args.double { 2 } else { 1 }, right: args.right };
    act(format!("click {target}"), goal, Check::Reacted { target }, &args.common, pieces)
}

/// `guardian type "…"`.
pub fn type_text(args: &TypeArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let value = args.text.clone();
    let goal = match &args.into {
        Some(field) => Goal::Fill { field: field.clone(), value: value.clone() },
        None => Goal::Type { text: value.clone(), into: None },
    };
    let check = Check::FieldShows { field: args.into.clone(), value: value.clone() };
    act(format!("type \"{value}\""), goal, check, &args.common, pieces)
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
    act(format!("wait for \"{text}\""), Goal::WaitFor { text }, check, &args.common, pieces)
}

/// `guardian open APP [ON]`.
pub fn open(args: &OpenArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let app = args.app.clone();
    let check = Check::WindowOpen { app: app.clone() };
    act(format!("open {app}"), Goal::Open { app, on: args.on.clone() }, check, &args.common, pieces)
}

fn act(text: String, goal: Goal, check: Check, common: &Common, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let around = surroundings(&Applications::scan()?, pieces);
    let request = Request {
        text: Request::check_text(&text)?.to_owned(),
        desktop: DesktopChoice::Given(pieces.display_name(common.display.as_deref())?),
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
