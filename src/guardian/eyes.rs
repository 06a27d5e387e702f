//! Looking: models loaded beside everything else, one look at a time.

use crate::config::Accessibility;
use crate::display::{Bridge, Display, DisplayError, Settle, Witnessed, settle};
use crate::infer::InferError;
use crate::screen::{Frame, Percept, RectPx, Window};
use crate::sight::fuse::fuse;
use crate::sight::{Sight, SightError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long applications may take to say what they show: a look goes on without those that take longer.
const PATIENCE: Duration = Duration::from_millis(80);

/// Why there was no look.
#[derive(Debug, thiserror::Error)]
pub enum EyesError {
    #[error("the models for sight cannot be loaded")]
    Models(#[source] InferError),
    #[error("the models for sight are not to be had")]
    Missing,
    #[error(transparent)]
    Sight(#[from] SightError),
    #[error(transparent)]
    Display(#[from] DisplayError),
}

enum State {
    /// Not begun.
    Closed(Load),
    /// Being loaded while the desktop comes up.
    Loading(JoinHandle<Result<Sight, InferError>>),
    Open(Box<Sight>),
    Shut,
}

/// Loads sight.
pub type Load = Box<dyn FnOnce() -> Result<Sight, InferError> + Send>;

/// What the applications on a display say of themselves.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub elements: Vec<Witnessed>,
    took: Duration,
}

impl Words {
    /// Asks the applications on `display`, where `accessibility` lets it; those that do not answer within
    /// `patience` are left out.
    pub fn ask(display: &mut dyn Display, accessibility: Accessibility, patience: Duration) -> Self {
        let started = Instant::now();
        let elements = match accessibility {
            Accessibility::Auto => display.witness(started + patience).elements,
            Accessibility::Off => Vec::new(),
        };
        Self { elements, took: started.elapsed() }
    }

    /// Joins them with what the pixels show.
    pub fn join(&self, percept: &mut Percept) {
        if !self.elements.is_empty() {
            percept.took_ms.insert("witness".into(), self.took.as_secs_f64() * 1000.0);
            fuse(percept, &self.elements);
        }
    }
}

/// Eyes that several tasks share.
pub struct Eyes {
    state: Mutex<State>,
    settle: Settle,
    accessibility: Accessibility,
}

impl Eyes {
    /// Eyes that `load` opens, when they are needed.
    pub fn new(load: Load, settle: Settle, accessibility: Accessibility) -> Self {
        Self { state: Mutex::new(State::Closed(load)), settle, accessibility }
    }

    /// What private desktops need for these eyes.
    pub const fn bridge(&self) -> Bridge {
        match self.accessibility {
            Accessibility::Auto => Bridge::Up,
            Accessibility::Off => Bridge::Down,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to load in a thread of its own.
    pub fn begin(&self) {
        let mut state = self.state();
        if matches!(*state, State::Closed(_))
            && let State::Closed(load) = std::mem::replace(&mut *state, State::Shut)
        {
            *state = State::Loading(thread::spawn(load));
        }
    }

    /// When the screen counts as settled.
    pub const fn settle(&self) -> Settle {
        self.settle
    }

    fn with<T>(&self, work: impl FnOnce(&mut Sight) -> Result<T, SightError>) -> Result<T, EyesError> {
        self.begin();
        let mut state = self.state();
        if let State::Loading(_) = *state {
            let State::Loading(loading) = std::mem::replace(&mut *state, State::Shut) else {
                return Err(EyesError::Missing);
            };
            let sight = loading.join().map_err(|_| EyesError::Missing)?.map_err(EyesError::Models)?;
            *state = State::Open(Box::new(sight));
        }
        match &mut *state {
            State::Open(sight) => Ok(work(sight)?),
            State::Closed(_) | State::Loading(_) | State::Shut => Err(EyesError::Missing),
        }
    }

    /// Says what is on `frame`, which `display` shows, with its `windows`, the lowest first. The
    /// applications are asked while the pixels are looked at.
    ///
    /// # Errors
    /// [`EyesError::Models`] where sight cannot be had, [`EyesError::Sight`] when inference fails.
    pub fn read(&self, frame: &Frame, windows: Vec<Window>, display: &mut dyn Display) -> Result<Percept, EyesError> {
        thread::scope(|scope| {
            let asking = scope.spawn(|| Words::ask(display, self.accessibility, PATIENCE));
            let percept = self.with(|sight| sight.look(frame, windows));
            // Without their words, should asking fail, the pixels do.
            let words = asking.join().unwrap_or_default();
            percept.map(|mut percept| {
                words.join(&mut percept);
                percept
            })
        })
    }

    /// A second reading of `area`, at twice the scale.
    ///
    /// # Errors
    /// As [`Eyes::read`].
    pub fn reread(&self, frame: &Frame, area: RectPx) -> Result<String, EyesError> {
        self.with(|sight| sight.reread(frame, area))
    }

    /// Has the next look be at all of the screen, in place of what changed since the one before.
    ///
    /// # Errors
    /// [`EyesError::Models`] where sight cannot be had.
    pub fn begin_anew(&self) -> Result<(), EyesError> {
        self.with(|sight| {
            sight.begin_anew();
            Ok(())
        })
    }

    /// Waits until the display has settled and looks at it.
    ///
    /// # Errors
    /// As [`Eyes::read`], and [`EyesError::Display`].
    pub fn look(&self, display: &mut dyn Display) -> Result<(Frame, Percept), EyesError> {
        let frame = settle(display, self.settle)?;
        let windows = display.windows()?;
        let percept = self.read(&frame, windows, display)?;
        Ok((frame, percept))
    }
}

impl Drop for Eyes {
    fn drop(&mut self) {
        // A process must not end while its inference library is still starting.
        if let State::Loading(loading) = std::mem::replace(&mut *self.state(), State::Shut) {
            let _ = loading.join();
        }
    }
}
