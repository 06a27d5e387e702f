//! Displays: what they show, and mouse and keyboard on them.
//!
//! One narrow trait; the real thing is [`X11`], the fake is [`Scripted`]. Places are physical pixels
//! of the display. Nothing here knows what is on a frame or why an action is wanted.

pub mod accessibility;
mod desktop;
mod input;
mod keeper;
mod keyboard;
#[cfg(feature = "portable")]
mod portable;
pub mod processes;
mod scripted;
mod selection;
mod settle;
mod windows;
mod x11;

pub use accessibility::{Witness, Witnessed};
pub use desktop::{Desktop, DesktopError};
pub use keeper::{Bridge, Kept, keep};
#[cfg(feature = "portable")]
pub use portable::Portable;
pub use scripted::{Rule, Scripted, ScriptedState, Trigger};
pub use settle::{Settle, settle};
pub use x11::X11;

use crate::screen::{Frame, PointPx, Window};
use crate::task::Action;
use std::time::Instant;

/// One part of a desktop that a physical screen shows, in pixels of the display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitor {
    pub name: String,
    pub area: crate::screen::RectPx,
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

    /// What the applications on it say of themselves until `deadline`; nothing where they cannot be asked.
    fn witness(&mut self, _deadline: Instant) -> Witness {
        Witness::default()
    }

    /// Does `action`; nothing is sent once `deadline` has passed.
    ///
    /// # Errors
    /// [`DisplayError::OffScreen`], [`DisplayError::Key`] or [`DisplayError::Late`] before anything
    /// is sent; [`DisplayError::Input`] when the system refuses it half-way: everything held is released then.
    fn perform(&mut self, action: &Action, deadline: Instant) -> Result<(), DisplayError>;

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

    /// Takes `selection` away from its owner, so that what is there afterwards is new.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    fn clear_selection(&mut self, selection: Selection) -> Result<(), DisplayError>;
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
}

impl DisplayError {
    /// Whether the display will not come back.
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Connect { .. } | Self::Gone { .. })
    }
}

#[cfg(test)]
mod suite;
