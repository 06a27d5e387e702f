//! The guardian's end of a desktop: the display, and the keeper that outlives us by a moment.

use super::hold::Hold;
use super::keeper::{Bridge, Order, Word};
use super::started::{self, PARTING, Started, Taken};
use super::{Display, DisplayError, Reins, connect, processes};
use crate::task::DesktopChoice;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A desktop that does not come up.
#[derive(Debug, thiserror::Error)]
pub enum DesktopError {
    #[error("cannot start the keeper of the desktop")]
    Keeper(#[source] io::Error),
    #[error("the private desktop did not come up: {why}")]
    Start { why: String },
    #[error("cannot start `{program}`: {why}")]
    Launch { program: String, why: String },
    #[error(transparent)]
    Display(#[from] DisplayError),
    #[error("there is no started desktop “{name}”")]
    NoSuch { name: String, there: Vec<String> },
    #[error("the desktop “{name}” is taken by process {by}")]
    Taken { name: String, by: u32 },
    #[error("the display {name} is worked on by {}", .by.map_or_else(|| "another process".to_owned(), |by| format!("process {by}")))]
    Held { name: String, by: Option<u32> },
    #[error("none of the {there} started desktops is idle")]
    NoneIdle { there: usize },
    #[error("there is a desktop “{name}” already")]
    NameTaken { name: String },
    #[error("“{name}” cannot name a desktop")]
    Name { name: String },
}

impl DesktopError {
    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Display(_) => "give another display with --display, or use --private for one of its own",
            Self::Start { .. } => "`guardian doctor` says what a private desktop lacks",
            Self::Keeper(_) | Self::Launch { .. } => "see `guardian doctor`",
            Self::NoSuch { there, .. } if !there.is_empty() => return Some(format!("there are: {}", there.join(", "))),
            Self::NoSuch { .. } => "`guardian desktops start` starts one",
            Self::Taken { .. } => "wait for its run, or name another one; `guardian desktops list` shows them",
            Self::Held { .. } => "wait for its run, or work on a private desktop with --private",
            Self::NoneIdle { .. } => "`guardian desktops start` starts another one",
            Self::NameTaken { .. } => "give another one with --name, or none for a free one",
            Self::Name { .. } => "a name is up to 40 letters, digits, - and _, and not `any`",
        };
        Some(hint.to_owned())
    }
}

/// A display to work on, given or private, with its keeper.
///
/// Dropping it ends a private desktop and everything on it; one that was started before only becomes idle.
pub struct Desktop {
    name: String,
    folder: Option<PathBuf>,
    keeper: Keeper,
    orders: Option<Box<dyn Write + Send>>,
    words: BufReader<Box<dyn Read + Send>>,
    /// Of a display that was there already.
    hold: Option<Hold>,
}

/// Who keeps the desktop.
enum Keeper {
    /// A child of ours.
    Own(Child),
    /// One that was there before, and the line to it.
    Started { desktop: Started, line: UnixStream, _taken: Taken },
}

impl Desktop {
    /// Opens the desktop that `choice` names; `program` is this program, which is also the keeper's.
    ///
    /// # Errors
    /// [`DesktopError`] names the server or program that is missing or failed; [`DesktopError::Held`] where another
    /// process works on the display.
    pub fn open(program: &Path, choice: &DesktopChoice) -> Result<(Self, Box<dyn Display>), DesktopError> {
        Self::open_with(program, choice, Bridge::Down)
    }

    /// As [`Desktop::open`], with the accessibility bus of a private desktop as `bridge` says.
    ///
    /// # Errors
    /// As [`Desktop::open`].
    pub fn open_with(
        program: &Path,
        choice: &DesktopChoice,
        bridge: Bridge,
    ) -> Result<(Self, Box<dyn Display>), DesktopError> {
        let mut command = Command::new(program);
        command.arg("keep");
        let desktop = match choice {
            DesktopChoice::Given(name) => {
                // Known to be there before a keeper is started for it.
                drop(connect(name)?);
                let hold = Hold::take(name)?;
                let mut desktop = Self::start(command.args(["--display", name]))?;
                desktop.hold = hold;
                desktop
            }
            DesktopChoice::Private { width, height } => {
                command.args(["--private", &format!("{width}x{height}")]);
                if bridge == Bridge::Up {
                    command.arg("--accessible");
                }
                Self::start(&mut command)?
            }
            DesktopChoice::Started { name } => Self::on(started::take(name.as_deref())?)?,
        };
        let display = connect(&desktop.name)?;
        Ok((desktop, display))
    }

    /// As [`Desktop::open_with`], but a warm desktop is as good as a new private one where there is one.
    ///
    /// # Errors
    /// As [`Desktop::open`].
    pub fn open_or_warm(
        program: &Path,
        choice: &DesktopChoice,
        bridge: Bridge,
    ) -> Result<(Self, Box<dyn Display>), DesktopError> {
        if let DesktopChoice::Private { width, height } = choice
            && let Some(warm) = started::warm(*width, *height, bridge)
            && let Ok(desktop) = Self::on(warm)
            && let Ok(display) = connect(&desktop.name)
        {
            return Ok((desktop, display));
        }
        Self::open_with(program, choice, bridge)
    }

    /// The desktop that was taken.
    fn on((desktop, taken): (Started, Taken)) -> Result<Self, DesktopError> {
        let line = desktop.call().map_err(DesktopError::Keeper)?;
        let (orders, words) = (line.try_clone(), line.try_clone());
        let (Ok(orders), Ok(words)) = (orders, words) else {
            return Err(DesktopError::Keeper(io::ErrorKind::BrokenPipe.into()));
        };
        let keeper = Keeper::Started { desktop, line, _taken: taken };
        let mut opened = Self::with(keeper, Box::new(orders), Box::new(words));
        opened.order(&Order::Take).map_err(DesktopError::Keeper)?;
        opened.come_up()?;
        Ok(opened)
    }

    fn with(keeper: Keeper, orders: Box<dyn Write + Send>, words: Box<dyn Read + Send>) -> Self {
        Self {
            name: String::new(),
            folder: None,
            keeper,
            orders: Some(orders),
            words: BufReader::new(words),
            hold: None,
        }
    }

    fn start(command: &mut Command) -> Result<Self, DesktopError> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut keeper = command.spawn().map_err(DesktopError::Keeper)?;
        let (Some(orders), Some(words)) = (keeper.stdin.take(), keeper.stdout.take()) else {
            return Err(DesktopError::Keeper(io::ErrorKind::BrokenPipe.into()));
        };
        let mut desktop = Self::with(Keeper::Own(keeper), Box::new(orders), Box::new(words));
        desktop.come_up()?;
        Ok(desktop)
    }

    fn come_up(&mut self) -> Result<(), DesktopError> {
        match self.hear()? {
            Word::Ready { display, folder } => {
                self.name = display;
                self.folder = folder;
                Ok(())
            }
            Word::Failed { why } => Err(DesktopError::Start { why }),
            Word::Launched { .. } | Word::Done => {
                Err(DesktopError::Start { why: "the keeper spoke out of turn".into() })
            }
        }
    }

    fn hear(&mut self) -> Result<Word, DesktopError> {
        let mut line = String::new();
        self.words.read_line(&mut line).map_err(DesktopError::Keeper)?;
        serde_json::from_str(&line).map_err(|e| DesktopError::Start { why: format!("the keeper is gone: {e}") })
    }

    /// The display's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder of a private desktop, which goes with it; `None` on a given one.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The process that keeps it, and from which everything on a private one comes.
    pub fn keeper(&self) -> u32 {
        match &self.keeper {
            Keeper::Own(child) => child.id(),
            Keeper::Started { desktop, .. } => desktop.record.keeper,
        }
    }

    /// Starts a program on the desktop and gives its process id.
    ///
    /// # Errors
    /// [`DesktopError::Launch`] when the program cannot be started.
    pub fn launch(&mut self, argv: &[String], cwd: &Path) -> Result<u32, DesktopError> {
        let failed = |why: String| DesktopError::Launch { program: argv.first().cloned().unwrap_or_default(), why };
        self.order(&Order::Launch { argv: argv.to_vec(), cwd: cwd.to_owned() }).map_err(|e| failed(e.to_string()))?;
        match self.hear()? {
            Word::Launched { pid } => Ok(pid),
            Word::Failed { why } => Err(failed(why)),
            Word::Ready { .. } | Word::Done => Err(failed("the keeper spoke out of turn".into())),
        }
    }

    /// The memory that makes hands wait or stop: that of a started desktop, else new memory.
    ///
    /// # Errors
    /// The system's, where it gives no memory.
    pub fn reins(&self) -> io::Result<Reins> {
        match &self.keeper {
            Keeper::Own(_) => Reins::new(),
            Keeper::Started { desktop, .. } => desktop.reins(),
        }
    }

    fn order(&mut self, order: &Order) -> io::Result<()> {
        let orders = self.orders.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(orders, "{}", serde_json::to_string(order)?)
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let _ = self.order(&Order::Bye);
        if let Keeper::Started { line, .. } = &self.keeper {
            // A warm one is ended before the answer; one that was stopped meanwhile gives none.
            let _ = line.set_read_timeout(Some(PARTING));
            let _ = self.hear();
        }
        drop(self.orders.take());
        if let Keeper::Own(keeper) = &mut self.keeper {
            await_end(keeper);
        }
    }
}

/// Waits until our keeper has ended everything; one that hangs is ended, and what it leaves is swept.
fn await_end(keeper: &mut Child) {
    let started = Instant::now();
    while started.elapsed() < PARTING {
        if !matches!(keeper.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(Duration::from_millis(3));
    }
    let _ = keeper.kill();
    let _ = keeper.wait();
    processes::sweep_orphans();
}
