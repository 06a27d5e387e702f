//! The guardian's end of a desktop: the display, and the keeper that outlives us by a moment.

use super::keeper::{Bridge, Order, Word};
use super::{Display, DisplayError, connect, processes};
use crate::task::DesktopChoice;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than a keeper takes to end everything on its desktop.
const PARTING: Duration = Duration::from_secs(5);

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
}

/// A display to work on, given or private, with its keeper.
///
/// Dropping it ends a private desktop and everything on it.
pub struct Desktop {
    name: String,
    folder: Option<PathBuf>,
    keeper: Child,
    orders: Option<ChildStdin>,
    words: BufReader<ChildStdout>,
}

impl Desktop {
    /// Opens the desktop that `choice` names; `program` is this program, which is also the keeper's.
    ///
    /// # Errors
    /// [`DesktopError`] names the server or program that is missing or failed.
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
        match choice {
            DesktopChoice::Given(name) => {
                // Known to be there before a keeper is started for it.
                drop(connect(name)?);
                command.args(["--display", name])
            }
            DesktopChoice::Private { width, height } => command.args(["--private", &format!("{width}x{height}")]),
        };
        if bridge == Bridge::Up && matches!(choice, DesktopChoice::Private { .. }) {
            command.arg("--accessible");
        }
        let desktop = Self::start(&mut command)?;
        let display = connect(&desktop.name)?;
        Ok((desktop, display))
    }

    fn start(command: &mut Command) -> Result<Self, DesktopError> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut keeper = command.spawn().map_err(DesktopError::Keeper)?;
        let (Some(orders), Some(words)) = (keeper.stdin.take(), keeper.stdout.take()) else {
            return Err(DesktopError::Keeper(io::ErrorKind::BrokenPipe.into()));
        };
        let words = BufReader::new(words);
        let mut desktop = Self { name: String::new(), folder: None, keeper, orders: Some(orders), words };
        match desktop.hear()? {
            Word::Ready { display, folder } => {
                desktop.name = display;
                desktop.folder = folder;
                Ok(desktop)
            }
            Word::Failed { why } => Err(DesktopError::Start { why }),
            Word::Launched { .. } => Err(DesktopError::Start { why: "the keeper spoke out of turn".into() }),
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
            Word::Ready { .. } => Err(failed("the keeper spoke out of turn".into())),
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
        drop(self.orders.take());
        let started = Instant::now();
        while started.elapsed() < PARTING {
            if !matches!(self.keeper.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(3));
        }
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
        processes::sweep_orphans();
    }
}
