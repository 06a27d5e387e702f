//! The real pieces that `main` has chosen, and what can go wrong before a run begins.

use super::args::Spot;
use crate::config::{self, ChangeError, Config, Letters, OTHER_LANES};
use crate::display::{DesktopError, DisplayError, Pace, Started, ViewError};
use crate::guardian::{EyesError, GuardianError, PersonRules, SecretError};
use crate::infer::{self, InferError, ManifestError, Marker};
use crate::sight::{LineMemory, Sight, SightError};
use crate::store::{LaneLimits, Store, StoreError};
use crate::task::{DesktopChoice, RequestError};
use crate::tools::apps::AppError;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// A store that several tasks write to.
pub type SharedStore = Arc<Mutex<dyn Store>>;

/// Loads eyes.
pub type LoadSight = Arc<dyn Fn() -> Result<Sight, LoadError> + Send + Sync>;

/// Opens the memory of lines that were read, where there is to be one.
pub type OpenLines = Arc<dyn Fn() -> Option<Box<dyn LineMemory>> + Send + Sync>;

/// Why there are no eyes.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Infer(#[from] InferError),
}

/// What the commands are made of.
pub struct Pieces {
    pub config: Config,
    /// This program.
    pub program: PathBuf,
    pub open_store: fn(&Config) -> Result<SharedStore, CliError>,
    /// Eyes that remember nothing of earlier processes.
    pub load_sight: LoadSight,
    pub open_lines: OpenLines,
    /// Marks the words of sentences.
    pub marker: Arc<Marker>,
    /// Set when the person presses Ctrl+C.
    pub stop: Arc<AtomicBool>,
}

/// Why nothing was begun.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("no display is given, and neither $DISPLAY nor $WAYLAND_DISPLAY is set")]
    NoDisplay,
    #[error("no home folder is known to keep runs in")]
    NoHome,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Display(#[from] DisplayError),
    #[error(transparent)]
    Desktop(#[from] DesktopError),
    #[error(transparent)]
    View(#[from] ViewError),
    #[error(transparent)]
    Models(#[from] LoadError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Eyes(#[from] EyesError),
    #[error(transparent)]
    Sight(#[from] SightError),
    #[error(transparent)]
    Apps(#[from] AppError),
    #[error(transparent)]
    Guardian(#[from] GuardianError),
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    #[error("cannot read the picture {path}")]
    Image {
        path: PathBuf,
        #[source]
        cause: image::ImageError,
    },
    #[error("the picture {path} has {pixels} pixels, the limit is {limit}")]
    TooLarge { path: PathBuf, pixels: u64, limit: u64 },
    #[error("cannot write {path}")]
    Write {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("cannot write to standard output")]
    Print(#[source] io::Error),
    #[error("no window is called “{title}”")]
    NoWindow { title: String, open: Vec<String> },
    #[error("there is no run “{name}”")]
    NoRun { name: String },
    #[error("“{name}” fits more than one run")]
    ManyRuns { name: String },
    #[error(transparent)]
    Bench(#[from] super::bench::BenchError),
    #[error("a service works on this store already{}", who(*.pid, .url.as_deref()))]
    Served { pid: Option<u32>, url: Option<String> },
    #[error("no service runs on this store")]
    NoService,
    #[error(transparent)]
    Prompt(#[from] crate::display::prompt::PromptError),
    #[error("the prompt cannot be called by a key: {why}")]
    Hotkey { why: String },
    #[error("the service cannot be reached")]
    Unreached(#[source] Box<crate::tools::http::HttpError>),
    #[error("the service says no: {says}")]
    Service { says: String, hint: Option<String> },
    #[error("there is no device “{name}”")]
    NoDevice { name: String },
    #[error("“{name}” fits more than one device")]
    ManyDevices { name: String },
    #[error("“{said}” is no parameter")]
    Parameter { said: String },
    #[error("run {run} asks nothing")]
    NoQuestion { run: String },
    #[error("run {run} is over: {state}")]
    Over { run: String, state: &'static str },
    #[error(transparent)]
    Template(#[from] crate::guardian::LibraryError),
    #[error(transparent)]
    Queue(Box<super::bench::queue::QueueError>),
    #[error(transparent)]
    Change(#[from] crate::config::ChangeError),
    #[error(transparent)]
    Secret(#[from] crate::guardian::SecretError),
    #[error("the two were not the same; nothing is changed")]
    NotTheSame,
    #[error("cannot read {path}")]
    ReadFile {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("cannot watch for Ctrl+C")]
    Signals(#[source] io::Error),
}

/// The other service, in words.
fn who(pid: Option<u32>, url: Option<&str>) -> String {
    let pid = pid.map(|pid| format!(" (process {pid})")).unwrap_or_default();
    let url = url.map(|url| format!(", at {url}")).unwrap_or_default();
    format!("{pid}{url}")
}

impl CliError {
    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Request(_) => "say what to do in a sentence: guardian run \"open the calculator and compute 12 * 7\"",
            Self::NoDisplay => {
                "give one with --display :N or --display wayland-N, or use --private for a desktop of its own"
            }
            Self::NoHome => "set HOME, or `dir` under [store] in the settings",
            Self::Models(LoadError::Manifest(ManifestError::Corrupt { .. }))
            | Self::Manifest(ManifestError::Corrupt { .. }) => "run `guardian models fetch` to get it again",
            Self::Models(_) | Self::Eyes(_) => "run `guardian models fetch`",
            Self::Manifest(ManifestError::Start { .. }) => "install Python with pip: apt-get install python3-pip",
            Self::Manifest(ManifestError::Download { .. }) => {
                "is the Python package index in reach? See `python3 -m pip config list`"
            }
            Self::Desktop(error) => return error.hint(),
            Self::View(error) => return error.hint(),
            Self::Display(DisplayError::Person) => "`guardian desktops hand-back NAME` lets hands go on",
            Self::Display(_) => "give another display with --display, or see `guardian doctor`",
            Self::Store(StoreError::Newer { .. }) => "update guardian, or set `dir` under [store] to another folder",
            Self::Store(_) => {
                "is there room on the disk, and may you write there? `dir` under [store] names another folder"
            }
            Self::Bench(error) => return error.hint(),
            Self::Config(_) => {
                "`guardian settings list` says what each setting is; `guardian settings reset` takes one back"
            }
            Self::Hotkey { .. } => {
                "`hotkey` under [serve] in the settings names other keys; `guardian prompt` needs none"
            }
            Self::Change(ChangeError::Unknown(_)) => "`guardian settings list` has them all",
            Self::Secret(SecretError::Unknown(_)) => "`guardian secrets list` has them all",
            Self::Over { state: "asking", .. } => {
                "ask again with what it wanted to know, or with --yes where it wants a permission"
            }
            Self::Over { .. } => "`guardian runs retry` does it again",
            Self::NoService => "begin it: guardian serve",
            Self::Unreached(_) => "end it and begin it again: guardian serve",
            Self::Service { hint, .. } => return hint.clone(),
            Self::NoDevice { .. } | Self::ManyDevices { .. } => "`guardian devices list` shows them by their numbers",
            Self::Parameter { .. } => "a parameter is written name=value",
            Self::Template(crate::guardian::LibraryError::Unknown(_)) => "`guardian templates list` shows them",
            Self::Template(crate::guardian::LibraryError::Parameters(_)) => {
                "`guardian templates show NAME` says what each parameter must be"
            }
            Self::Served { .. } => "use that one, or end it first; `dir` under [store] names another store",
            Self::NoRun { .. } | Self::ManyRuns { .. } => "`guardian runs list` shows them",
            Self::NoWindow { open, .. } if !open.is_empty() => return Some(format!("open are: {}", open.join(", "))),
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// The letters of the settings, as the networks know them.
pub const fn letters(config: &Config) -> infer::Letters {
    match config.sight.letters {
        Letters::Latin => infer::Letters::Latin,
        Letters::All => infer::Letters::All,
    }
}

impl Pieces {
    /// Loads eyes that know the lines which earlier processes have read.
    pub fn sight(&self) -> LoadSight {
        let (load, open) = (Arc::clone(&self.load_sight), Arc::clone(&self.open_lines));
        Arc::new(move || {
            let mut sight = load()?;
            if let Some(lines) = open() {
                sight.remember(lines);
            }
            Ok(sight)
        })
    }

    /// How many runs of each lane may be driven at once.
    pub fn lane_limits(&self) -> LaneLimits {
        let mut named = self.config.lanes.clone();
        let other = named.remove(OTHER_LANES).unwrap_or(1);
        LaneLimits { named, other }
    }

    /// How fast hands are.
    pub const fn pace(&self) -> Pace {
        match self.config.hands.pace {
            config::Pace::Quick => Pace::Quick,
            config::Pace::Human => Pace::Human,
        }
    }

    /// How the person is looked after.
    pub fn person(&self) -> PersonRules {
        let person = &self.config.person;
        PersonRules { stop_keys: person.stop_keys.clone(), resume_ms: person.pause.then_some(person.resume_ms) }
    }

    /// The display that is named, else that of the session: its X display, else its Wayland compositor.
    ///
    /// # Errors
    /// [`CliError::NoDisplay`] when there is neither.
    pub fn display_name(&self, given: Option<&str>) -> Result<String, CliError> {
        let set = |variable| std::env::var(variable).ok().filter(|d| !d.is_empty());
        let session = || set("DISPLAY").or_else(|| set("WAYLAND_DISPLAY"));
        given.map(str::to_owned).or_else(session).ok_or(CliError::NoDisplay)
    }

    /// The display to look at; a started desktop is looked at whoever has it.
    ///
    /// # Errors
    /// [`CliError::NoDisplay`], [`CliError::Desktop`].
    pub fn seen(&self, spot: &Spot) -> Result<String, CliError> {
        match spot.started() {
            Some(name) => Ok(Started::to_look_at(name.as_deref())?.record.display),
            None => self.display_name(spot.display.as_deref()),
        }
    }

    /// The display to work on; a started desktop is this process's alone then.
    ///
    /// # Errors
    /// [`CliError::NoDisplay`].
    pub fn worked_on(&self, spot: &Spot) -> Result<DesktopChoice, CliError> {
        match spot.started() {
            Some(name) => Ok(DesktopChoice::Started { name }),
            None => Ok(DesktopChoice::Given(self.display_name(spot.display.as_deref())?)),
        }
    }

    /// Where to work.
    ///
    /// # Errors
    /// [`CliError::NoDisplay`].
    pub fn desktop(&self, place: &super::args::Where) -> Result<DesktopChoice, CliError> {
        if let Some(name) = place.started() {
            return Ok(DesktopChoice::Started { name });
        }
        let default = (self.config.display.private_width, self.config.display.private_height);
        match place.private {
            Some(size) => {
                let (width, height) = size.0.unwrap_or(default);
                Ok(DesktopChoice::Private { width, height })
            }
            None => Ok(DesktopChoice::Given(self.display_name(place.display.as_deref())?)),
        }
    }
}
