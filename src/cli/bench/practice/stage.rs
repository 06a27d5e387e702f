//! One private desktop on which one task after another is shown.

use super::ground::Ground;
use super::tasks::Trial;
use crate::cli::args::PracticeToolkit;
use crate::cli::bench::hands::stage::PYTHON;
use crate::cli::bench::{BenchError, QUIET_BROWSER};
use crate::cli::pieces::{CliError, Pieces};
use crate::config::Accessibility;
use crate::display::{Bridge, Desktop, Display, Settle, processes, settle};
use crate::screen::PointPx;
use crate::task::{Action, DesktopChoice};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SIZE: (u32, u32) = (1280, 800);
const SETTLE: Settle = Settle { quiet: Duration::from_millis(250), limit: Duration::from_secs(3) };
/// How long the pointer may take to its corner.
const MOVE: Duration = Duration::from_secs(2);
/// Where windows of pages come up, and how large: the seed chooses.
const PLACES: [(u32, u32, u32, u32); 6] = [
    (0, 0, 1278, 776),
    (40, 30, 1200, 720),
    (130, 40, 1024, 700),
    (20, 10, 1120, 760),
    (220, 60, 900, 680),
    (60, 50, 1160, 640),
];

/// Who does the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer {
    Guardian,
    /// The page or program does it to itself.
    Task,
}

/// A desktop, and what was started on it for the task that is shown.
pub struct Stage {
    // Before the desktop, so that the connection ends first.
    display: Box<dyn Display>,
    desktop: Desktop,
    pub folder: PathBuf,
    shown: Option<u32>,
    trials: usize,
}

impl Stage {
    /// # Errors
    /// [`CliError::Desktop`] when the desktop does not come up.
    pub fn open(pieces: &Pieces) -> Result<Self, CliError> {
        let (width, height) = SIZE;
        let bridge = match pieces.config.sight.accessibility {
            Accessibility::Auto => Bridge::Up,
            Accessibility::Off => Bridge::Down,
        };
        let choice = DesktopChoice::Private { width, height };
        let (desktop, display) = Desktop::open_with(&pieces.program, &choice, bridge)?;
        let folder = desktop.folder().map(Path::to_owned).unwrap_or_default().join("practice");
        fs::create_dir_all(&folder).map_err(|cause| BenchError::File { path: folder.clone(), cause })?;
        Ok(Self { display, desktop, folder, shown: None, trials: 0 })
    }

    /// The display's name.
    pub fn name(&self) -> &str {
        self.desktop.name()
    }

    /// Starts the trial's page or program; what it tells comes in as from `run`.
    ///
    /// # Errors
    /// [`CliError::Desktop`] when it cannot be started.
    pub fn show(&mut self, trial: &Trial, run: &str, ground: &Ground, doer: Doer) -> Result<(), CliError> {
        let corner = PointPx::new(SIZE.0 as i32 - 1, SIZE.1 as i32 - 1);
        self.display.perform(&Action::Move { to: corner }, Instant::now() + MOVE)?;
        self.trials += 1;
        let argv = match trial.task.toolkit {
            PracticeToolkit::Web => browser(trial, run, ground, doer, &self.profile()),
            PracticeToolkit::Gtk | PracticeToolkit::Qt | PracticeToolkit::Tk => program(trial, run, ground, doer),
        };
        self.shown = Some(self.desktop.launch(&argv, &self.folder)?);
        Ok(())
    }

    /// Waits until nothing moves, and gives the picture to `keep`, where it is to be kept.
    ///
    /// # Errors
    /// [`CliError::Display`] when the display is gone, [`CliError::Image`] when the picture cannot be written.
    pub fn rest(&mut self, keep: Option<&Path>) -> Result<(), CliError> {
        let frame = settle(self.display.as_mut(), SETTLE)?;
        let Some(path) = keep else { return Ok(()) };
        image::save_buffer(path, frame.rgba(), frame.width(), frame.height(), image::ColorType::Rgba8)
            .map_err(|cause| CliError::Image { path: path.to_owned(), cause })
    }

    /// Ends what is shown, and every other program with a window.
    ///
    /// # Errors
    /// [`CliError::Display`] when the display is gone.
    pub fn clear(&mut self) -> Result<(), CliError> {
        self.shown.take().into_iter().for_each(end_with_children);
        let windows = self.display.windows()?;
        windows.iter().filter_map(|window| window.pid).for_each(end_with_children);
        // What is still written to it goes with the desktop.
        let _ = fs::remove_dir_all(self.profile());
        self.display.release_all()?;
        Ok(())
    }

    fn profile(&self) -> PathBuf {
        self.folder.join(format!("profile-{}", self.trials))
    }
}

fn end_with_children(pid: u32) {
    let children = processes::descendants_of(pid);
    processes::end(pid);
    children.into_iter().for_each(processes::end);
}

fn browser(trial: &Trial, run: &str, ground: &Ground, doer: Doer, profile: &Path) -> Vec<String> {
    let (x, y, width, height) = PLACES[(trial.seed as usize).wrapping_add(trial.task.name.len()) % PLACES.len()];
    let file = trial.task.file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let solve = if doer == Doer::Task { "&solve=1" } else { "" };
    let (name, seed, port) = (&trial.task.name, trial.seed, ground.port);
    let address = format!("http://127.0.0.1:{port}/practice/{file}?task={name}&seed={seed}&run={run}{solve}");
    let mut argv = vec!["chromium".to_owned()];
    argv.extend(QUIET_BROWSER.map(str::to_owned));
    argv.extend([
        "--disable-features=Translate,PasswordManager,Autofill".to_owned(),
        "--lang=en-US".to_owned(),
        format!("--user-data-dir={}", profile.display()),
        format!("--window-size={width},{height}"),
        format!("--window-position={x},{y}"),
        format!("--app={address}"),
    ]);
    argv
}

fn program(trial: &Trial, run: &str, ground: &Ground, doer: Doer) -> Vec<String> {
    let tell = format!("http://127.0.0.1:{}/tell?run={run}", ground.port);
    let (seed, file) = (trial.seed.to_string(), std::path::absolute(&trial.task.file).unwrap_or_default());
    let words = [PYTHON, &file.display().to_string(), "--task", &trial.task.name, "--seed", &seed, "--tell", &tell];
    let mut argv = words.map(str::to_owned).to_vec();
    if doer == Doer::Task {
        argv.push("--solve".to_owned());
    }
    argv
}
