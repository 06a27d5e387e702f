//! Displays: what they show, and mouse and keyboard on them.
//!
//! One narrow trait; the real things are [`X11`] and [`Wayland`], the fake is [`Scripted`]. Places are physical pixels
//! of the display. Nothing here knows what is on a frame or why an action is wanted.

pub mod accessibility;
mod connect;
mod contents;
mod desktop;
mod hold;
mod input;
mod keeper;
mod keyboard;
mod loan;
mod monitors;
mod offer;
mod physical;
mod ping;
mod pointer;
#[cfg(feature = "portable")]
mod portable;
mod portals;
pub mod processes;
pub mod prompt;
mod rehearsal;
mod reins;
mod rhythm;
mod scripted;
mod selection;
mod serving;
mod settle;
mod started;
mod viewing;
pub mod wayland;
mod windows;
mod x11;

pub use accessibility::{Witness, Witnessed};
pub use connect::connect;
pub use desktop::{Desktop, DesktopError};
pub use hold::Hold;
pub use keeper::{Bridge, Home, Kept, Shape, keep};
pub use loan::{Lender, Loan, keep_clipboard};
pub use monitors::Calibration;
pub use physical::{Heard, Physical, Sign, stop_key_names};
#[cfg(feature = "portable")]
pub use portable::Portable;
pub use portals::{PortalError, PortalHands, PortalShortcut, portal_version};
pub use rehearsal::Rehearsal;
pub use reins::{Rein, Reins};
pub use scripted::{Rule, Scripted, ScriptedState, Trigger};
pub use settle::{Settle, settle};
pub use started::{ANY, Plan, Purpose, Record, Started, Use, start};
pub use viewing::{Ask, View, ViewError};
pub use wayland::{Wayland, is_wayland};
pub use x11::X11;

use crate::screen::{Frame, PointPx, RectPx, Window};
use crate::task::{Action, Button};
use std::sync::Arc;
use std::time::Instant;

/// One part of a desktop that a physical screen shows, in pixels of the display.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitor {
    pub name: String,
    pub area: RectPx,
    /// Physical pixels for one pixel that applications count in.
    pub scale: f64,
}

/// What must be under the pointer at the moment of a press, or the button is not pressed.
#[derive(Debug, Clone)]
pub struct Over {
    /// Where the pointer must be.
    pub at: PointPx,
    /// The window that the place must belong to, and where it must stand; `None` outside all windows.
    pub window: Option<(u32, RectPx)>,
    /// The part of a frame that must look as it does there.
    pub looks: Option<(Frame, RectPx)>,
}

/// How fast hands are, and how they get from one place to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As fast as applications follow; the pointer jumps.
    #[default]
    Quick,
    /// As a person's: the pointer travels on a bent path, keys come unevenly.
    Human,
}

/// Where a piece of text waits to be pasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// What was copied.
    Clipboard,
    /// What is marked with the mouse.
    Primary,
}

/// A screen with its mouse and keyboard.
pub trait Display: Send {
    /// The monitors, the one at the origin first.
    ///
    /// # Errors
    /// [`DisplayError::Gone`] when the display no longer answers.
    fn monitors(&mut self) -> Result<Vec<Monitor>, DisplayError>;

    /// All pixels, as they are now.
    ///
    /// # Errors
    /// [`DisplayError::Capture`], or [`DisplayError::Gone`].
    fn capture(&mut self) -> Result<Frame, DisplayError>;

    /// The windows on it, the lowest first.
    ///
    /// # Errors
    /// [`DisplayError::Gone`]. A window that vanishes meanwhile is left out.
    fn windows(&mut self) -> Result<Vec<Window>, DisplayError>;

    /// The windows that are minimised, as far as the display knows them.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    fn hidden_windows(&mut self) -> Result<Vec<Window>, DisplayError> {
        Ok(Vec::new())
    }

    /// What the applications on it say of themselves until `deadline`; nothing where they cannot be asked.
    fn witness(&mut self, _deadline: Instant) -> Witness {
        Witness::default()
    }

    /// Does `action`; nothing is sent once `deadline` has passed.
    ///
    /// # Errors
    /// [`DisplayError::OffScreen`], [`DisplayError::Key`], [`DisplayError::NoSpareKey`] or [`DisplayError::Late`]
    /// before anything is sent; [`DisplayError::NotFetched`] for a paste that nothing came of; [`DisplayError::Input`] when the system refuses it half-way: everything held is released then.
    fn perform(&mut self, action: &Action, deadline: Instant) -> Result<(), DisplayError>;

    /// Presses `button`, and leaves it pressed, where the pointer is, if what is there is what `over` says: between
    /// that look and the press nothing else can happen, as far as the system has a way to see to that.
    ///
    /// # Errors
    /// [`DisplayError::Pointer`], [`DisplayError::Covered`], [`DisplayError::Moved`], [`DisplayError::NoWindow`] or
    /// [`DisplayError::Changed`] where it is not, and nothing is sent; otherwise those of [`Display::perform`].
    fn press_over(&mut self, button: Button, over: &Over, deadline: Instant) -> Result<(), DisplayError>;

    /// Where the pointer is, as far as the display says.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    fn pointer(&mut self) -> Result<Option<PointPx>, DisplayError> {
        Ok(None)
    }

    /// Hands that ask `reins` before every event, and move at `pace`.
    fn rein(&mut self, reins: Arc<Reins>, pace: Pace);

    /// Releases every button and key that is held.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    fn release_all(&mut self) -> Result<(), DisplayError>;

    /// The text in `selection`, or `None` where there is no text.
    ///
    /// # Errors
    /// [`DisplayError::Gone`], or [`DisplayError::Owner`] when the owning application does not answer.
    fn selection(&mut self, selection: Selection) -> Result<Option<String>, DisplayError>;

    /// Puts `text` into `selection` for applications to paste; `None` leaves it without an owner, so that what is
    /// there afterwards is new.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    fn offer(&mut self, selection: Selection, text: Option<&str>) -> Result<(), DisplayError>;

    /// Waits until the application that has the keyboard has taken all input sent so far, as far as it can be asked;
    /// gives whether it said so before `deadline`.
    fn await_taken(&mut self, _deadline: Instant) -> bool {
        false
    }
}

/// What can go wrong at a display.
#[derive(Debug, thiserror::Error)]
pub enum DisplayError {
    #[error("cannot reach display {name}")]
    Connect {
        name: String,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("display {name} is gone")]
    Gone {
        name: String,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("cannot capture display {name}: {why}")]
    Capture { name: String, why: String },
    #[error("{at} falls outside the display of {width}x{height}")]
    OffScreen { at: PointPx, width: u32, height: u32 },
    #[error("the keyboard cannot type {what}")]
    Key { what: String },
    /// Nothing was sent.
    #[error("the keyboard has no spare key to bind the character with the keysym {keysym:#x} to")]
    NoSpareKey { keysym: u32 },
    #[error("the application did not fetch the text that was to be pasted")]
    NotFetched,
    #[error("the system refused {action}")]
    Input {
        action: String,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("{action} came after its deadline")]
    Late { action: String },
    #[error("the application that holds the clipboard does not answer")]
    Owner,
    #[error("window {window:#x} is gone")]
    NoWindow { window: u32 },
    #[error("the pointer is at {at}, not at {wanted}")]
    Pointer { at: PointPx, wanted: PointPx },
    #[error("{at} is covered by {by}")]
    Covered {
        at: PointPx,
        by: String,
        /// As [`Display::windows`] lists it; `None` for what it does not list.
        window: Option<u32>,
    },
    #[error("{by} has come up and must be answered first")]
    Dialog { by: String, window: u32 },
    #[error("the window has moved to {area} since it was looked at")]
    Moved { area: RectPx },
    #[error("what is at {at} has changed since it was looked at")]
    Changed { at: PointPx },
    #[error("only {sent} of {of} characters were typed: {why}")]
    Interrupted { sent: usize, of: usize, why: String },
    #[error("{what} is held down")]
    Stuck { what: String },
    #[error("the person is at the mouse or the keyboard")]
    Person,
    #[error("the person has stopped it")]
    Stopped,
    #[error("{what} cannot be done on display {name}")]
    Unable { name: String, what: String },
}

impl DisplayError {
    /// Whether nothing was sent because the screen is not what it was taken for; a new look may help.
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NoWindow { .. }
                | Self::Pointer { .. }
                | Self::Covered { .. }
                | Self::Dialog { .. }
                | Self::Moved { .. }
                | Self::Changed { .. }
        )
    }

    /// The window that stood in the way of a refused press.
    pub const fn obstacle(&self) -> Option<u32> {
        match self {
            Self::Covered { window, .. } => *window,
            Self::Dialog { window, .. } => Some(*window),
            _ => None,
        }
    }

    /// Whether the display will not come back.
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Connect { .. } | Self::Gone { .. })
    }
}

#[cfg(test)]
#[path = "../../tests/stage/sway.rs"]
mod stage;
#[cfg(test)]
mod suite;
