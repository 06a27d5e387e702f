//! A private desktop with one application on it that says what reaches it.

use super::witness::Witness;
use crate::cli::bench::{BenchError, QUIET_BROWSER};
use crate::cli::pieces::{CliError, Pieces};
use crate::display::{Desktop, Display, Settle, settle};
use crate::screen::Window;
use crate::task::DesktopChoice;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

const PROGRAMS: &str = include_str!("programs.py");
/// Debian's own Python has the toolkits' bindings.
pub const PYTHON: &str = "/usr/bin/python3";
/// How long an application may take to come up.
const COME_UP: Duration = Duration::from_secs(30);
const SETTLE: Settle = Settle { quiet: Duration::from_millis(400), limit: Duration::from_secs(5) };

/// A toolkit, by an application that is made with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toolkit {
    Gtk,
    Tk,
    Chromium,
}

impl Toolkit {
    pub const ALL: [Self; 3] = [Self::Gtk, Self::Tk, Self::Chromium];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Gtk => "GTK",
            Self::Tk => "Tk",
            Self::Chromium => "Chromium",
        }
    }
}

/// What the application shows.
#[derive(Debug, Clone, Copy)]
pub enum Shows<'a> {
    Text,
    Targets(&'a [&'a str]),
}

/// The desktop, its display, and who says what reached the application.
pub struct Stage {
    // Before the desktop, so that the connection ends first.
    pub display: Box<dyn Display>,
    pub desktop: Desktop,
    pub witness: Witness,
    pub folder: PathBuf,
}

/// How large, how scaled, and where the window comes up.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub size: (u32, u32),
    pub scale: f64,
    pub at: (i32, i32),
}

impl Setting {
    pub const PLAIN: Self = Self { size: (1280, 800), scale: 1.0, at: (60, 60) };
}

impl Stage {
    /// # Errors
    /// [`CliError::Desktop`], [`BenchError::Lacking`], or [`BenchError::Application`] when its window does not come.
    pub fn open(pieces: &Pieces, toolkit: Toolkit, shows: Shows<'_>, setting: Setting) -> Result<Self, CliError> {
        let (width, height) = setting.size;
        let (desktop, display) = Desktop::open(&pieces.program, &DesktopChoice::Private { width, height })?;
        let folder = desktop.folder().map(Path::to_owned).unwrap_or_default().join("files");
        let file = |cause| BenchError::File { path: folder.clone(), cause };
        fs::create_dir_all(&folder).map_err(file)?;
        let program = folder.join("programs.py");
        fs::write(&program, PROGRAMS).map_err(file)?;
        let witness = Witness::start(page(shows)).map_err(file)?;
        let argv = command(toolkit, shows, setting, witness.port, &program, &folder);
        let mut stage = Self { display, desktop, witness, folder };
        stage.launch(toolkit, &argv)?;
        Ok(stage)
    }

    fn launch(&mut self, toolkit: Toolkit, argv: &[String]) -> Result<(), CliError> {
        let failed = |why: String| BenchError::Application { name: toolkit.name(), why };
        self.desktop.launch(argv, &self.folder).map_err(|e| failed(e.to_string()))?;
        let started = Instant::now();
        while self.window()?.is_none() {
            if started.elapsed() > COME_UP {
                return Err(failed(format!("no window came up within {} s", COME_UP.as_secs())).into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        settle(self.display.as_mut(), SETTLE)?;
        Ok(())
    }

    /// The window in front.
    pub fn window(&mut self) -> Result<Option<Window>, CliError> {
        Ok(self.display.windows()?.into_iter().rev().find(|w| w.focused && !w.popup))
    }

    /// Waits until nothing on the desktop moves.
    pub fn rest(&mut self) -> Result<(), CliError> {
        let brief = Settle { quiet: Duration::from_millis(120), limit: Duration::from_secs(3) };
        settle(self.display.as_mut(), brief)?;
        Ok(())
    }

    /// Another window of another application; whatever is pressed on it is pressed by mistake.
    pub fn cover(&mut self) -> Result<u32, CliError> {
        let before: Vec<u32> = self.display.windows()?.iter().map(|w| w.id).collect();
        let program = self.folder.join("programs.py").display().to_string();
        let argv = [PYTHON, &program, "gtk", &self.witness.port.to_string(), "cover"].map(str::to_owned);
        self.desktop.launch(&argv, &self.folder)?;
        let started = Instant::now();
        loop {
            let windows = self.display.windows()?;
            if let Some(new) = windows.iter().find(|w| !before.contains(&w.id) && !w.popup) {
                return Ok(new.id);
            }
            if started.elapsed() > COME_UP {
                let why = "the window that is to cover others did not come up".to_owned();
                return Err(BenchError::Application { name: "GTK", why }.into());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn command(
    toolkit: Toolkit,
    shows: Shows<'_>,
    setting: Setting,
    port: u16,
    program: &Path,
    folder: &Path,
) -> Vec<String> {
    let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let (script, port_word) = (program.display().to_string(), port.to_string());
    let (x, y) = setting.at;
    let mut argv = match toolkit {
        Toolkit::Gtk => words(&["env", &format!("GDK_SCALE={}", setting.scale), PYTHON, &script, "gtk", &port_word]),
        Toolkit::Tk => words(&[PYTHON, &script, "tk", &port_word]),
        Toolkit::Chromium => {
            let profile = format!("--user-data-dir={}/profile", folder.display());
            let scale = format!("--force-device-scale-factor={}", setting.scale);
            let address = format!("http://127.0.0.1:{port}/");
            let place = format!("--window-position={x},{y}");
            let mut argv = words(&[&["chromium", "--window-size=640,420"], QUIET_BROWSER.as_slice()].concat());
            argv.extend([profile, scale, place, format!("--app={address}")]);
            return argv;
        }
    };
    match shows {
        Shows::Text => argv.push("text".to_owned()),
        Shows::Targets(targets) => {
            argv.extend(std::iter::once("targets").chain(targets.iter().copied()).map(str::to_owned))
        }
    }
    argv
}

/// What a browser shows.
fn page(shows: Shows<'_>) -> String {
    let body = match shows {
        Shows::Text => "<textarea autofocus style='width:95vw;height:90vh'></textarea><script>\
             const area = document.querySelector('textarea'); let busy = false, dirty = false;\
             async function tell() { if (busy) { dirty = true; return } busy = true; dirty = false;\
             await fetch('/text', {method: 'POST', body: area.value}); busy = false; if (dirty) tell() }\
             area.addEventListener('input', tell); area.focus()</script>"
            .to_owned(),
        Shows::Targets(words) => {
            let button = |w: &&str| format!("<button>{w}</button>");
            format!(
                "<style>body {{ display: grid; grid-template-columns: repeat(6, 1fr); gap: 14px }} \
                 button {{ padding: 8px 4px }}</style>{}<script>\
                 addEventListener('mousedown', e => {{ const b = e.target.closest('button');\
                 fetch('/press', {{method: 'POST', body: b ? b.textContent : 'elsewhere'}}) }})</script>",
                words.iter().map(button).collect::<String>()
            )
        }
    };
    format!("<!doctype html><meta charset=utf-8><title>Targets and text</title><body>{body}")
}
