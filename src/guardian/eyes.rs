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

/// What is known of a frame beside its pixels.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// The windows of its display, the lowest first.
    pub windows: Vec<Window>,
    /// What the applications say of themselves.
    pub witness: Vec<Witnessed>,
    took: Duration,
}

impl Around {
    /// Asks `display` and, where `accessibility` lets it, the applications on it.
    ///
    /// # Errors
    /// [`DisplayError::Gone`]; applications that do not answer are left out.
    pub fn of(display: &mut dyn Display, accessibility: Accessibility) -> Result<Self, DisplayError> {
        let windows = display.windows()?;
        let started = Instant::now();
        let witness = match accessibility {
            Accessibility::Auto => display.witness(started + PATIENCE).elements,
            Accessibility::Off => Vec::new(),
        };
        Ok(Self { windows, witness, took: started.elapsed() })
    }
}

/// Says what is on `frame`, from its pixels and from what is known around it.
///
/// # Errors
/// [`SightError::Model`] when inference fails.
pub fn perceive(sight: &mut Sight, frame: &Frame, around: Around) -> Result<Percept, SightError> {
    let mut percept = sight.look(frame, around.windows)?;
    if !around.witness.is_empty() {
        percept.took_ms.insert("witness".into(), around.took.as_secs_f64() * 1000.0);
        fuse(&mut percept, &around.witness);
    }
    Ok(percept)
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

    /// What is known of the display beside its pixels.
    ///
    /// # Errors
    /// As [`Around::of`].
    pub fn around(&self, display: &mut dyn Display) -> Result<Around, DisplayError> {
        Around::of(display, self.accessibility)
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

    /// Says what is on a frame.
    ///
    /// # Errors
    /// [`EyesError::Models`] where sight cannot be had, [`EyesError::Sight`] when inference fails.
    pub fn read(&self, frame: &Frame, around: Around) -> Result<Percept, EyesError> {
        self.with(|sight| perceive(sight, frame, around))
    }

    /// A second reading of `area`, at twice the scale.
    ///
    /// # Errors
    /// As [`Eyes::read`].
    pub fn reread(&self, frame: &Frame, area: RectPx) -> Result<String, EyesError> {
        self.with(|sight| sight.reread(frame, area))
    }

    /// Waits until the display has settled and looks at it.
    ///
    /// # Errors
    /// As [`Eyes::read`], and [`EyesError::Display`].
    pub fn look(&self, display: &mut dyn Display) -> Result<(Frame, Percept), EyesError> {
        let frame = settle(display, self.settle)?;
        let around = self.around(display)?;
        let percept = self.read(&frame, around)?;
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
