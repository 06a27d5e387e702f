//! A private desktop for one application, and one picture of it with what it says of itself.

use super::cases::{Case, FILES};
use crate::cli::bench::sight::cpu_s;
use crate::cli::bench::{BenchError, QUIET_BROWSER};
use crate::cli::pieces::{CliError, Pieces};
use crate::display::accessibility::Accessibility;
use crate::display::{Bridge, Desktop, Display, DisplayError, Settle, Witnessed, X11, settle};
use crate::screen::{Frame, PointPx, Window};
use crate::task::{Action, Chord, DesktopChoice};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

/// How long an application may take to come up.
const COME_UP: Duration = Duration::from_secs(20);
/// How long until its picture and its words are of one moment.
const STEADY: Duration = Duration::from_secs(10);
/// How long it may take for its words alone.
const WORDS: Duration = Duration::from_secs(2);
const SETTLE: Settle = Settle { quiet: Duration::from_millis(250), limit: Duration::from_secs(3) };
const PACE: Duration = Duration::from_millis(30);

/// A picture, and what is known to be on it.
#[derive(Debug)]
pub struct Shot {
    pub frame: Frame,
    pub windows: Vec<Window>,
    pub witness: Vec<Witnessed>,
    pub cost: Cost,
}

/// What one question for all that is shown costs, in milliseconds.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Cost {
    /// From the question to the last answer.
    pub wall_ms: f64,
    /// Time of this process on the processor.
    pub cpu_ms: f64,
}

/// A private desktop with an accessibility bus; everything on it goes with it.
pub struct Stage {
    // Before the desktop, so that the connection ends first.
    bus: Accessibility,
    display: X11,
    desktop: Desktop,
    folder: PathBuf,
}

impl Stage {
    /// # Errors
    /// [`CliError::Desktop`] when it does not come up, [`BenchError::Accessibility`] without a bus.
    pub fn open(pieces: &Pieces) -> Result<Self, CliError> {
        let choice = DesktopChoice::Private { width: 1280, height: 800 };
        let (desktop, _) = Desktop::open_with(&pieces.program, &choice, Bridge::Up)?;
        let mut display = X11::connect(desktop.name())?;
        let bus = display.accessibility(WORDS).map_err(BenchError::Accessibility)?;
        let folder = desktop.folder().map(Path::to_owned).unwrap_or_default().join("files");
        furnish(&folder)?;
        let corner = display.capture()?.bounds();
        let to = PointPx::new(corner.right() - 1, corner.bottom() - 1);
        display.perform(&Action::Move { to }, Instant::now() + WORDS)?;
        Ok(Self { bus, display, desktop, folder })
    }

    /// Starts the application, opens in it what the case says, and takes the picture.
    ///
    /// # Errors
    /// [`BenchError::Application`] when it does not come up or says nothing.
    pub fn shoot(mut self, case: &Case) -> Result<Shot, BenchError> {
        let failed = |why: String| BenchError::Application { name: case.name, why };
        let folder = self.folder.display().to_string();
        let part = |part: &&str| match *part {
            "{quiet}" => QUIET_BROWSER.map(str::to_owned).to_vec(),
            other => vec![other.replace("{folder}", &folder)],
        };
        let argv: Vec<String> = case.argv.iter().flat_map(part).collect();
        self.desktop.launch(&argv, &self.folder).map_err(|e| failed(e.to_string()))?;
        self.await_window(case.title).map_err(failed)?;
        let lost = |e: DisplayError| failed(e.to_string());
        settle(&mut self.display, SETTLE).map_err(lost)?;
        for key in case.keys {
            let chord = Chord::from_str(key).map_err(|e| failed(e.to_string()))?;
            self.display.perform(&Action::Key { chord }, Instant::now() + WORDS).map_err(lost)?;
            settle(&mut self.display, SETTLE).map_err(lost)?;
        }
        self.steady().map_err(failed)
    }

    fn await_window(&mut self, title: &str) -> Result<(), String> {
        let started = Instant::now();
        while started.elapsed() < COME_UP {
            let windows = self.display.windows().map_err(|e| e.to_string())?;
            if windows.iter().any(|w| w.title.contains(title)) {
                return Ok(());
            }
            thread::sleep(PACE);
        }
        Err(format!("no window “{title}” came up within {} s", COME_UP.as_secs()))
    }

    /// A picture before and after which the application said the same.
    fn steady(&mut self) -> Result<Shot, String> {
        let started = Instant::now();
        let mut before = self.words()?;
        loop {
            let frame = settle(&mut self.display, SETTLE).map_err(|e| e.to_string())?;
            let windows = self.display.windows().map_err(|e| e.to_string())?;
            let (begun, asked) = (cpu_s(), Instant::now());
            let after = self.words()?;
            let cost = Cost { wall_ms: asked.elapsed().as_secs_f64() * 1e3, cpu_ms: (cpu_s() - begun) * 1e3 };
            match after {
                Some(witness) if before.as_ref() == Some(&witness) => {
                    return Ok(Shot { frame, windows, witness, cost });
                }
                _ if started.elapsed() > STEADY => return Err("it does not say what it shows".into()),
                after => before = after,
            }
        }
    }

    /// All that the application says; `None` where that is not all, or nothing yet.
    fn words(&self) -> Result<Option<Vec<Witnessed>>, String> {
        let witness = self.bus.elements(Instant::now() + WORDS).map_err(|e| e.to_string())?;
        Ok((witness.complete && witness.elements.len() > 1).then_some(witness.elements))
    }
}

fn furnish(folder: &Path) -> Result<(), BenchError> {
    let file = |path: &Path, cause| BenchError::File { path: path.to_owned(), cause };
    fs::create_dir_all(folder).map_err(|e| file(folder, e))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|e| file(&path, e))?;
    }
    Ok(())
}
