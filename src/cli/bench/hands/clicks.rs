//! Clicks that land: on two monitors, at several scales, while windows move between the look and the press.

use super::stage::{Setting, Shows, Stage, Toolkit};
use crate::cli::args::BenchHandsArgs;
use crate::cli::bench::BenchError;
use crate::cli::pieces::{CliError, Pieces};
use crate::display::{Display, DisplayError, X11};
use crate::guardian::{Glance, press_aimed};
use crate::screen::{Frame, PointPx, RectPx, Window};
use crate::sight::Sight;
use crate::task::{Action, Arrangement, Button};
use serde::Serialize;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const WORDS: [&str; 30] = [
    "Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grape", "Honey", "Ivory", "Jolly", "Koala", "Lemon",
    "Mango", "Noble", "Ocean", "Pearl", "Quartz", "River", "Solar", "Tulip", "Umbra", "Velvet", "Willow", "Xenon",
    "Yodel", "Zebra", "Acorn", "Bronze", "Canyon", "Dragon",
];
/// The screen, and the two monitors on it: of different sizes, and not in a line.
const SCREEN: (u32, u32) = (2944, 1240);
const MONITORS: [RectPx; 2] = [RectPx::new(0, 0, 1344, 1000), RectPx::new(1344, 160, 1600, 1080)];
/// A browser with four scales, and a toolkit with two of its own.
const SETTINGS: [(Toolkit, f64); 6] = [
    (Toolkit::Chromium, 1.0),
    (Toolkit::Chromium, 1.25),
    (Toolkit::Chromium, 1.5),
    (Toolkit::Chromium, 2.0),
    (Toolkit::Gtk, 1.0),
    (Toolkit::Gtk, 2.0),
];
/// An application that has said nothing for this long was not pressed.
const QUIET: Duration = Duration::from_millis(250);
const DEADLINE: Duration = Duration::from_secs(20);

/// What happens between the look and the press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    /// The window moves a little.
    Nudged,
    /// The window goes to the other monitor.
    Away,
    /// Another window comes up over it.
    Covered,
    /// The window moves all the time.
    Moving,
}

const BETWEEN: [Between; 5] = [Between::Nothing, Between::Nudged, Between::Away, Between::Covered, Between::Moving];

/// How one hand did in one setting.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    pub toolkit: &'static str,
    pub scale: f64,
    pub monitor: usize,
    pub hand: &'static str,
    pub targets: usize,
    pub landed: usize,
    pub refused: usize,
    /// Pressed something else, or nothing.
    pub elsewhere: usize,
    /// Of the targets that could be pressed, because nothing covered them, those that were refused.
    pub refused_free: usize,
}

/// Clicks every target in every setting.
pub fn clicks(args: &BenchHandsArgs, pieces: &Pieces) -> Result<Vec<Figures>, CliError> {
    let mut sight = (pieces.load_sight)()?;
    let mut all = Vec::new();
    for (toolkit, scale) in SETTINGS {
        for monitor in 0..MONITORS.len() {
            eprintln!("{} at {scale} on monitor {} …", toolkit.name(), monitor + 1);
            let mut course = Course::open(pieces, toolkit, scale, monitor)?;
            let targets = course.find(&mut sight)?;
            for hand in [Hand::Guardian, Hand::Xdotool] {
                if hand == Hand::Guardian || !args.alone {
                    all.push(course.click_all(&targets, hand)?);
                }
            }
        }
    }
    Ok(all)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hand {
    Guardian,
    Xdotool,
}

/// A target's word, and its box from the top left corner of its window.
struct Target {
    word: &'static str,
    area: RectPx,
}

struct Course {
    stage: Stage,
    other: X11,
    toolkit: Toolkit,
    scale: f64,
    monitor: usize,
    window: u32,
    cover: u32,
    size: (i32, i32),
}

/// What came of one click.
enum Outcome {
    Landed,
    Refused,
    Elsewhere,
}

impl Course {
    fn open(pieces: &Pieces, toolkit: Toolkit, scale: f64, monitor: usize) -> Result<Self, CliError> {
        let home = MONITORS[monitor];
        let setting = Setting { size: SCREEN, scale, at: (home.x + 40, home.y + 60) };
        let mut stage = Stage::open(pieces, toolkit, Shows::Targets(&WORDS), setting)?;
        let other = X11::connect(stage.desktop.name())?;
        other.divide(&MONITORS)?;
        let lost = || BenchError::Application { name: toolkit.name(), why: "its window is gone".into() };
        let own = stage.window()?.ok_or_else(lost)?;
        let cover = stage.cover()?;
        let size = (own.area.w, own.area.h);
        let mut course = Self { stage, other, toolkit, scale, monitor, window: own.id, cover, size };
        course.set_out(0)?;
        Ok(course)
    }

    fn act(&mut self, action: Action) -> Result<(), CliError> {
        Ok(self.other.perform(&action, Instant::now() + DEADLINE)?)
    }

    fn arrange(&mut self, window: u32, how: Arrangement) -> Result<(), CliError> {
        self.act(Action::Arrange { window, how })
    }

    fn stands(&mut self, id: u32) -> Result<Option<Window>, CliError> {
        Ok(self.other.windows()?.into_iter().find(|w| w.id == id))
    }

    /// The window alone, somewhere on its monitor, another place for each `turn`.
    fn set_out(&mut self, turn: usize) -> Result<(), CliError> {
        let to = self.place(self.monitor, turn);
        self.arrange(self.cover, Arrangement::Minimise)?;
        self.act(Action::Activate { window: self.window })?;
        self.move_to(to)
    }

    fn place(&self, monitor: usize, turn: usize) -> PointPx {
        let home = MONITORS[monitor];
        let room = ((home.w - self.size.0 - 40).max(1), (home.h - self.size.1 - 80).max(1));
        PointPx::new(home.x + 20 + (turn as i32 * 37) % room.0, home.y + 50 + (turn as i32 * 23) % room.1)
    }

    /// Moves the window and waits until it stands still there.
    fn move_to(&mut self, to: PointPx) -> Result<(), CliError> {
        self.arrange(self.window, Arrangement::Move { to })?;
        self.stage.rest()
    }

    /// Finds every target by its word.
    fn find(&mut self, sight: &mut Sight) -> Result<Vec<Target>, CliError> {
        let frame = self.stage.display.capture()?;
        let windows = self.stage.display.windows()?;
        let area = self.stands(self.window)?.map(|w| w.area).unwrap_or_default();
        let percept = sight.look(&frame, windows)?;
        let mut targets = Vec::new();
        for word in WORDS {
            let said = percept.text.iter().flat_map(|line| &line.words).find(|w| w.text == word);
            match said {
                Some(seen) => targets.push(Target { word, area: seen.area.offset(-area.x, -area.y) }),
                None => eprintln!("“{word}” was not read"),
            }
        }
        Ok(targets)
    }

    fn click_all(&mut self, targets: &[Target], hand: Hand) -> Result<Figures, CliError> {
        let name = if hand == Hand::Guardian { "guardian" } else { "xdotool" };
        let (toolkit, scale, monitor) = (self.toolkit.name(), self.scale, self.monitor + 1);
        let mut figures = Figures { toolkit, scale, monitor, hand: name, targets: targets.len(), ..Figures::default() };
        for (turn, target) in targets.iter().enumerate() {
            let between = BETWEEN[turn % BETWEEN.len()];
            match self.click(target, turn, between, hand)? {
                Outcome::Landed => figures.landed += 1,
                Outcome::Elsewhere => figures.elsewhere += 1,
                Outcome::Refused => {
                    figures.refused += 1;
                    figures.refused_free += usize::from(!matches!(between, Between::Covered | Between::Moving));
                }
            }
        }
        Ok(figures)
    }

    fn click(&mut self, target: &Target, turn: usize, between: Between, hand: Hand) -> Result<Outcome, CliError> {
        self.set_out(turn)?;
        self.stage.witness.presses(Duration::ZERO);
        let (frame, windows) = (self.stage.display.capture()?, self.stage.display.windows()?);
        let stands = windows.iter().find(|w| w.id == self.window).map(|w| w.area).unwrap_or_default();
        let area = target.area.offset(stands.x, stands.y);
        let mover = self.disturb(between, turn, area)?;
        let pressed = match hand {
            Hand::Guardian => self.press(&frame, &windows, area),
            Hand::Xdotool => xdotool(self.stage.desktop.name(), area.center()),
        };
        drop(mover);
        let presses = self.stage.witness.presses(QUIET);
        match pressed {
            Ok(()) if presses == [target.word] => Ok(Outcome::Landed),
            Err(CliError::Display(error)) if error.is_refusal() && presses.is_empty() => Ok(Outcome::Refused),
            Ok(()) | Err(CliError::Display(_)) => {
                eprintln!("{}: {between:?}, {pressed:?}, pressed {presses:?}", target.word);
                Ok(Outcome::Elsewhere)
            }
            Err(error) => Err(error),
        }
    }

    fn press(&mut self, frame: &Frame, windows: &[Window], area: RectPx) -> Result<(), CliError> {
        let (glance, deadline) = (Glance { frame, windows }, Instant::now() + DEADLINE);
        let aimed = (area.center(), Some(area));
        Ok(press_aimed(self.stage.display.as_mut(), Some(glance), aimed, Button::Left, deadline).map(drop)?)
    }

    /// Does what happens between look and press; the mover goes on until it is dropped.
    fn disturb(&mut self, between: Between, turn: usize, target: RectPx) -> Result<Option<Mover>, CliError> {
        let here = self.stands(self.window)?.map(|w| w.area).unwrap_or_default();
        match between {
            Between::Nothing => {}
            Between::Nudged => self.move_to(PointPx::new(here.x + 31, here.y + 17))?,
            Between::Away => self.move_to(self.place(1 - self.monitor, turn))?,
            Between::Covered => {
                self.act(Action::Activate { window: self.cover })?;
                let to = PointPx::new(target.x - 30, target.y - 30);
                self.arrange(self.cover, Arrangement::Move { to })?;
                self.stage.rest()?;
            }
            Between::Moving => return Ok(Some(Mover::start(self.stage.desktop.name(), self.window, here)?)),
        }
        Ok(None)
    }
}

fn xdotool(display: &str, at: PointPx) -> Result<(), CliError> {
    let failed = |e: std::io::Error| BenchError::Reader { name: "xdotool", said: e.to_string() };
    let mut command = Command::new("xdotool");
    command.args(["mousemove", &at.x.to_string(), &at.y.to_string(), "click", "1"]).env("DISPLAY", display);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().map_err(failed)?;
    Ok(())
}

/// Moves a window to and fro until it is dropped.
struct Mover {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Mover {
    fn start(display: &str, window: u32, home: RectPx) -> Result<Self, DisplayError> {
        let mut display = X11::connect(display)?;
        let over = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&over);
        let thread = thread::spawn(move || {
            let mut turn = 0;
            while !is_over.load(Ordering::Relaxed) {
                turn += 1;
                let to = PointPx::new(home.x + (turn * 29) % 120, home.y + (turn * 13) % 70);
                let how = Arrangement::Move { to };
                // A window that is gone moves no more.
                if display.perform(&Action::Arrange { window, how }, Instant::now() + DEADLINE).is_err() {
                    return;
                }
                thread::sleep(Duration::from_millis(7));
            }
        });
        Ok(Self { over, thread: Some(thread) })
    }
}

impl Drop for Mover {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
