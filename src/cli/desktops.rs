//! `guardian desktops`: virtual desktops that stay, for runs to work on and for people to look at.

use super::args::{DesktopsCommand, DesktopsListArgs, DesktopsStartArgs, DesktopsStopArgs, DesktopsWatchArgs};
use super::pieces::{CliError, Pieces};
use crate::config::Accessibility;
use crate::display::{self, Ask, Bridge, Home, Purpose, Shape, Started, Use, View, processes};
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

/// What is told of one desktop.
#[derive(Debug, Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    record: &'a display::Record,
    #[serde(flatten)]
    state: Use,
    folder: &'a std::path::Path,
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<View>,
}

impl<'a> Row<'a> {
    fn of(desktop: &'a Started) -> Self {
        Self { record: &desktop.record, state: desktop.state(), folder: desktop.folder(), view: desktop.view() }
    }

    fn words(&self) -> String {
        let shape = self.record.shape;
        let size = format!("{}x{}", shape.width, shape.height);
        let warm = if self.record.purpose == Purpose::Warm { ", warm" } else { "" };
        let shown = self.view.as_ref().map(|v| format!(", watched on {}", address(v))).unwrap_or_default();
        format!(
            "{:<12}{:<6}{:<11}{}{warm}{shown}",
            self.record.name,
            self.record.display,
            size,
            state_words(self.state)
        )
    }
}

fn state_words(state: Use) -> String {
    match state {
        Use::ComingUp => "coming up".into(),
        Use::Idle => "idle".into(),
        Use::Taken { by } => format!("taken by {by}"),
        Use::Person { run: None } => "in your hands".into(),
        Use::Person { run: Some(by) } => format!("in your hands, {by} waits"),
    }
}

fn address(view: &View) -> String {
    match view.web_port {
        Some(port) => format!("http://127.0.0.1:{port}/vnc.html?autoconnect=true&resize=scale"),
        None => format!("127.0.0.1:{}", view.vnc_port),
    }
}

/// `guardian desktops …`.
pub fn desktops(command: &DesktopsCommand, pieces: &Pieces) -> Result<ExitCode, CliError> {
    // What was killed is no desktop any more.
    processes::sweep_orphans();
    match command {
        DesktopsCommand::Start(args) => start(args, pieces)?,
        DesktopsCommand::List(args) => list(args)?,
        DesktopsCommand::Stop(args) => stop(args)?,
        DesktopsCommand::Watch(args) => watch(args)?,
        DesktopsCommand::Unwatch { name } => {
            let desktop = Started::named(name)?;
            desktop.unshow()?;
            desktop.release()?;
        }
        DesktopsCommand::HandBack { name } => Started::named(name)?.hand_back()?,
    }
    Ok(ExitCode::SUCCESS)
}

fn start(args: &DesktopsStartArgs, pieces: &Pieces) -> Result<(), CliError> {
    let display = pieces.config.display;
    let (width, height) = args.size.unwrap_or((display.private_width, display.private_height));
    let bridge = if pieces.config.sight.accessibility == Accessibility::Off { Bridge::Down } else { Bridge::Up };
    let home = if args.own_home { Home::Own } else { Home::Persons };
    let purpose = if args.warm { Purpose::Warm } else { Purpose::Lasting };
    let shape = Shape { width, height, bridge, home };
    tell(&display::start(&pieces.program, args.name.as_deref(), args.count, shape, purpose)?, args.json)
}

fn list(args: &DesktopsListArgs) -> Result<(), CliError> {
    let all = Started::all();
    if all.is_empty() && !args.json {
        eprintln!("no desktop is started; `guardian desktops start` starts one");
    }
    tell(&all, args.json)
}

fn tell(desktops: &[Started], json: bool) -> Result<(), CliError> {
    for desktop in desktops {
        let row = Row::of(desktop);
        print(&if json { serde_json::to_string(&row).unwrap_or_default() } else { row.words() })?;
    }
    Ok(())
}

fn stop(args: &DesktopsStopArgs) -> Result<(), CliError> {
    let wanted = match &args.name {
        Some(name) => vec![Started::named(name)?],
        None => Started::all(),
    };
    thread::scope(|scope| wanted.into_iter().for_each(|desktop| drop(scope.spawn(|| desktop.stop()))));
    Ok(())
}

fn watch(args: &DesktopsWatchArgs) -> Result<(), CliError> {
    let desktop = Started::named(&args.name)?;
    let ask = Ask { port: args.port, browser: args.browser, control: args.control };
    let (view, password) = desktop.show(ask)?;
    if args.control {
        desktop.take_over()?;
    }
    if args.json {
        let said = serde_json::json!({ "address": address(&view), "password": password, "view": view });
        return print(&said.to_string());
    }
    print(&address(&view))?;
    print(&format!("password: {password}"))?;
    eprintln!("{}", how_to_open(&view, &args.name));
    Ok(())
}

fn how_to_open(view: &View, name: &str) -> String {
    let open = match view.web_port {
        Some(_) => "open the address in a browser on this machine".to_owned(),
        None => {
            format!("open it with a VNC viewer on this machine, such as: xtigervncviewer 127.0.0.1::{}", view.vnc_port)
        }
    };
    let then = if view.control {
        format!("a run on it waits until `guardian desktops hand-back {name}`")
    } else {
        format!("you only look on; `--control` takes it over; `guardian desktops unwatch {name}` ends this")
    };
    format!("{open}\n{then}")
}

fn print(line: &str) -> Result<(), CliError> {
    writeln!(io::stdout(), "{line}").map_err(CliError::Print)
}
