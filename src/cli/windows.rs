//! `guardian windows …`: what windows there are, and how they stand.

use super::args::{Spot, WindowsArgs, WindowsCommand};
use super::pieces::{CliError, Pieces};
use crate::display::{Desktop, Display, DisplayError, Hold, Rein, connect};
use crate::screen::{Percept, Window};
use crate::sight::find::best_window;
use crate::task::{Action, Arrangement, DesktopChoice};
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

/// How long a window manager may take to do as it is told, and an application to close.
const OBEY: Duration = Duration::from_secs(4);
const PACE: Duration = Duration::from_millis(20);
/// Window managers keep terminals and others at whole rows and columns.
const INCREMENT: i32 = 32;

/// `guardian windows`.
pub fn windows(args: &WindowsArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    match &args.what {
        None | Some(WindowsCommand::List) => list(connect(&pieces.seen(&args.spot())?)?.as_mut(), args.json),
        Some(WindowsCommand::Wait { title, timeout }) => {
            let mut display = connect(&pieces.seen(&args.spot())?)?;
            let found = wait(display.as_mut(), title, Duration::from_millis(*timeout))?;
            conclude(found.as_ref(), &format!("“{title}” is there"), args.json)
        }
        Some(command) => {
            // The desktop is ours until the end.
            let (_desktop, mut display) = take(&args.spot(), pieces)?;
            let display = display.as_mut();
            let (title, action) = action(command);
            let window = called(display, title)?;
            let before = window.area;
            display.perform(&action(window.id), Instant::now() + OBEY)?;
            let screen = display.monitors()?.into_iter().map(|m| m.area).filter(|area| area.contains(before.center()));
            let most = screen.map(|area| area.area()).max().unwrap_or_default();
            let stands = await_obeyed(display, &window, &action(window.id), most)?;
            finish(stands, &window, &action(window.id), args.json)
        }
    }
}

/// What keeps others from a display until this is dropped.
type Held = (Option<Desktop>, Option<Hold>);

/// Takes the display to work on.
fn take(spot: &Spot, pieces: &Pieces) -> Result<(Held, Box<dyn Display>), CliError> {
    let choice = pieces.worked_on(spot)?;
    if let DesktopChoice::Given(name) = &choice {
        return Ok(((None, Hold::take(name)?), connect(name)?));
    }
    let (desktop, display) = Desktop::open(&pieces.program, &choice)?;
    if desktop.reins().is_ok_and(|reins| reins.state() == Rein::Person) {
        return Err(DisplayError::Person.into());
    }
    Ok(((Some(desktop), None), display))
}

type ForWindow = Box<dyn Fn(u32) -> Action>;

fn action(command: &WindowsCommand) -> (&str, ForWindow) {
    let arrange = |how| -> ForWindow { Box::new(move |window| Action::Arrange { window, how }) };
    match command {
        WindowsCommand::Activate { title } => (title, Box::new(|window| Action::Activate { window })),
        WindowsCommand::Close { title } => (title, Box::new(|window| Action::Close { window })),
        WindowsCommand::Move { title, to } => (title, arrange(Arrangement::Move { to: *to })),
        WindowsCommand::Resize { title, size: (width, height) } => {
            (title, arrange(Arrangement::Resize { width: *width, height: *height }))
        }
        WindowsCommand::Maximise { title } => (title, arrange(Arrangement::Maximise)),
        WindowsCommand::Restore { title } => (title, arrange(Arrangement::Restore)),
        WindowsCommand::Minimise { title } => (title, arrange(Arrangement::Minimise)),
        WindowsCommand::List => ("", arrange(Arrangement::Restore)),
        WindowsCommand::Wait { title, .. } => (title, arrange(Arrangement::Restore)),
    }
}

fn managed(display: &mut dyn Display) -> Result<Vec<Window>, CliError> {
    Ok(display.windows()?.into_iter().filter(|w| !w.popup).collect())
}

fn find(display: &mut dyn Display, title: &str) -> Result<Option<Window>, CliError> {
    let percept = Percept { windows: managed(display)?, ..Percept::default() };
    Ok(best_window(&percept, title).and_then(|id| percept.window(id).cloned()))
}

fn called(display: &mut dyn Display, title: &str) -> Result<Window, CliError> {
    if let Some(found) = find(display, title)? {
        return Ok(found);
    }
    // Hidden ones are not to be seen, and are brought back by their name.
    let wanted = title.to_lowercase();
    let hidden = display.hidden_windows()?.into_iter().find(|w| w.title.to_lowercase().contains(&wanted));
    if let Some(hidden) = hidden {
        return Ok(hidden);
    }
    let open = managed(display)?.into_iter().map(|w| w.title).collect();
    Err(CliError::NoWindow { title: title.to_owned(), open })
}

fn wait(display: &mut dyn Display, title: &str, limit: Duration) -> Result<Option<Window>, CliError> {
    let started = Instant::now();
    loop {
        let found = find(display, title)?;
        if found.is_some() || started.elapsed() > limit {
            return Ok(found);
        }
        thread::sleep(PACE);
    }
}

/// Looks until the window stands as it was told to; gives how it stands in the end, `None` where it is not to be seen.
fn await_obeyed(
    display: &mut dyn Display,
    window: &Window,
    action: &Action,
    screen: i64,
) -> Result<Result<Option<Window>, Option<Window>>, CliError> {
    let started = Instant::now();
    loop {
        let now = display.windows()?.into_iter().find(|w| w.id == window.id);
        if is_obeyed(action, now.as_ref(), screen) {
            return Ok(Ok(now));
        }
        if started.elapsed() > OBEY {
            return Ok(Err(now));
        }
        thread::sleep(PACE);
    }
}

/// Whether the window stands as it was told to, on a screen of so many pixels.
fn is_obeyed(action: &Action, now: Option<&Window>, screen: i64) -> bool {
    let Some(now) = now else {
        return matches!(action, Action::Close { .. } | Action::Arrange { how: Arrangement::Minimise, .. });
    };
    match action {
        Action::Activate { .. } => now.focused,
        Action::Arrange { how: Arrangement::Move { to }, .. } => (now.area.x, now.area.y) == (to.x, to.y),
        Action::Arrange { how: Arrangement::Resize { width, height }, .. } => {
            (now.area.w - *width as i32).abs() < INCREMENT && (now.area.h - *height as i32).abs() < INCREMENT
        }
        Action::Arrange { how: Arrangement::Maximise, .. } => now.area.area() * 10 >= screen * 8,
        Action::Arrange { how: Arrangement::Restore, .. } => true,
        _ => false,
    }
}

fn finish(
    stands: Result<Option<Window>, Option<Window>>,
    window: &Window,
    action: &Action,
    json: bool,
) -> Result<ExitCode, CliError> {
    match stands {
        Ok(Some(now)) => conclude(Some(&now), &format!("“{}” stands at {}", now.title, now.area), json),
        Ok(None) => {
            let says = if matches!(action, Action::Close { .. }) { "has closed" } else { "is hidden" };
            conclude(Some(window), &format!("“{}” {says}", window.title), json)
        }
        Err(now) => {
            let stands = now.map_or_else(|| "is not to be seen".to_owned(), |w| format!("stands at {}", w.area));
            eprintln!("error: “{}” {stands}, which is not what was asked", window.title);
            eprintln!(
                "hint: a window may ask something first, or have a least or a fixed size; `guardian see` shows it"
            );
            Ok(ExitCode::from(1))
        }
    }
}

fn conclude(window: Option<&Window>, says: &str, json: bool) -> Result<ExitCode, CliError> {
    let Some(window) = window else {
        eprintln!("error: no such window came up in time");
        return Ok(ExitCode::from(1));
    };
    let line = if json { serde_json::to_string(window).unwrap_or_default() } else { says.to_owned() };
    writeln!(io::stdout(), "{line}").map_err(CliError::Print)?;
    Ok(ExitCode::SUCCESS)
}

fn list(display: &mut dyn Display, json: bool) -> Result<ExitCode, CliError> {
    for w in managed(display)? {
        let focus = if w.focused { "  has the keyboard" } else { "" };
        let line = if json {
            serde_json::to_string(&w).unwrap_or_default()
        } else {
            format!("{:#010x}  {:<22} {:<14} {}{focus}", w.id, w.area.to_string(), w.app, w.title)
        };
        writeln!(io::stdout(), "{line}").map_err(CliError::Print)?;
    }
    Ok(ExitCode::SUCCESS)
}
