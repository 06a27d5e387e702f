//! A private desktop with real applications on it, the real program, and witnesses of our own.
#![allow(dead_code, reason = "each test program uses a part of the stage")]

use guardian::display::{Desktop, Display, Selection};
use guardian::screen::Window;
use guardian::task::{Action, Chord, DesktopChoice};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program under test.
pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_guardian"))
}

/// A folder for one case: the home of the person, and what the case is about.
pub struct Stage {
    pub folder: TempDir,
    desktop: Option<(Desktop, Box<dyn Display>)>,
}

impl Stage {
    /// A stage with an empty home.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("stage").tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        Self { folder, desktop: None }
    }

    /// The folder in which the person is when they ask.
    pub fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.work().join(name)
    }

    /// A desktop that is there before anything is asked.
    pub fn with_desktop(mut self) -> Self {
        let choice = DesktopChoice::Private { width: 1280, height: 800 };
        self.desktop = Some(Desktop::open(&program(), &choice).unwrap());
        self
    }

    /// Starts a shell command on the desktop and waits for a window whose title contains `title`.
    pub fn start(&mut self, command: &str, title: &str) {
        let work = self.work();
        let (desktop, display) = self.desktop.as_mut().unwrap();
        let command = format!("HOME={} {command}", self.folder.path().join("home").display());
        desktop.launch(&["sh".into(), "-c".into(), command.clone()], &work).unwrap();
        let found = wait_for(Duration::from_secs(20), || window_called(display, title));
        assert!(found.is_some(), "no window “{title}” came up for `{command}`");
    }

    /// Asks for `request` and gives what the program said.
    pub fn ask(&self, request: &str) -> Output {
        let mut command = self.guardian(&["run", request, "--timeout", "100s"]);
        match &self.desktop {
            Some((desktop, _)) => command.args(["--display", desktop.name()]),
            None => command.arg("--private"),
        };
        command.args(["--report"]).arg(self.folder.path().join("report"));
        command.output().unwrap()
    }

    /// The program with these arguments, in the stage's home.
    pub fn guardian(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(self.work()).env("HOME", self.folder.path().join("home"));
        for variable in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "DISPLAY"] {
            command.env_remove(variable);
        }
        command.env("GUARDIAN_MODELS__DIR", models());
        command
    }

    /// The desktop that is there before anything is asked, and its display.
    pub fn desktop(&mut self) -> &mut (Desktop, Box<dyn Display>) {
        self.desktop.as_mut().unwrap()
    }

    /// Ends the desktop.
    pub fn end_desktop(&mut self) {
        self.desktop = None;
    }

    /// The text of the window `title`, taken out of it by the keyboard.
    pub fn text_of(&mut self, title: &str) -> String {
        let (_, display) = self.desktop.as_mut().unwrap();
        let window = window_called(display, title).unwrap();
        let soon = || Instant::now() + Duration::from_secs(2);
        display.offer(Selection::Clipboard, None).unwrap();
        display.perform(&Action::Activate { window: window.id }, soon()).unwrap();
        wait_for(Duration::from_secs(2), || window_called(display, title).filter(|w| w.focused));
        for key in ["a", "c"] {
            display.perform(&Action::Key { chord: Chord::ctrl(key) }, soon()).unwrap();
        }
        wait_for(Duration::from_secs(2), || display.selection(Selection::Clipboard).ok().flatten()).unwrap_or_default()
    }

    /// Keeps the report of a case for looking at.
    pub fn keep_report(&self, name: &str) {
        let Some(dir) = std::env::var_os("MAIN_JOB_REPORTS") else { return };
        let dir = Path::new(&dir).join(name);
        let _ = fs::create_dir_all(&dir);
        for file in ["report.html", "report.json"] {
            let _ = fs::copy(self.folder.path().join("report").join(file), dir.join(file));
        }
    }
}

/// Where this checkout keeps its models, unless the machine says otherwise.
pub fn models() -> PathBuf {
    std::env::var_os("GUARDIAN_MODELS__DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("models/files"), PathBuf::from)
}

fn window_called(display: &mut Box<dyn Display>, title: &str) -> Option<Window> {
    display.windows().ok()?.into_iter().find(|w| w.title.contains(title))
}

/// Asks until there is an answer or the time is up.
pub fn wait_for<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if started.elapsed() > limit {
            return None;
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
}
