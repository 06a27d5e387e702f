//! Looking at the screen by `xcap`, where neither X11 nor a compositor's own protocol is at hand.
//!
//! It only looks: it knows no windows' stacking by id that could be activated, and has no hands.

use super::{Display, DisplayError, Monitor, Selection};
use crate::screen::{Frame, RectPx, Window};
use crate::task::Action;
use std::time::Instant;

/// The desktop's primary monitor through `xcap`.
pub struct Portable {
    monitor: xcap::Monitor,
}

impl Portable {
    /// Opens the primary monitor.
    ///
    /// # Errors
    /// [`DisplayError::Connect`] when there is no monitor.
    pub fn open() -> Result<Self, DisplayError> {
        let failed = |cause| DisplayError::Connect { name: "the primary monitor".into(), cause };
        let monitors = xcap::Monitor::all().map_err(|e| failed(e.into()))?;
        let primary = monitors.iter().position(|m| m.is_primary().unwrap_or(false)).unwrap_or(0);
        let monitor = monitors.into_iter().nth(primary).ok_or_else(|| failed("no monitor is connected".into()))?;
        Ok(Self { monitor })
    }

    fn failed(why: &impl std::fmt::Display) -> DisplayError {
        DisplayError::Capture { name: "the primary monitor".into(), why: why.to_string() }
    }
}

impl Display for Portable {
    fn monitors(&mut self) -> Result<Vec<Monitor>, DisplayError> {
        let frame = self.capture()?;
        Ok(vec![Monitor { name: self.monitor.name().unwrap_or_default(), area: frame.bounds() }])
    }

    fn capture(&mut self) -> Result<Frame, DisplayError> {
        let image = self.monitor.capture_image().map_err(|e| Self::failed(&e))?;
        let (width, height) = (image.width(), image.height());
        Frame::new(width, height, image.into_raw()).map_err(|e| Self::failed(&e))
    }

    fn windows(&mut self) -> Result<Vec<Window>, DisplayError> {
        let listed = xcap::Window::all().map_err(|e| Self::failed(&e))?;
        let read = |w: &xcap::Window| {
            let area = RectPx::new(w.x().ok()?, w.y().ok()?, w.width().ok()? as i32, w.height().ok()? as i32);
            Some(Window {
                id: w.id().ok()?,
                title: w.title().unwrap_or_default(),
                app: w.app_name().unwrap_or_default().to_lowercase(),
                area,
                focused: w.is_focused().unwrap_or(false),
                dialog: false,
                popup: false,
                modal: false,
                pid: w.pid().ok(),
            })
        };
        // xcap lists the topmost window first.
        Ok(listed.iter().rev().filter_map(read).collect())
    }

    fn perform(&mut self, action: &Action, _: Instant) -> Result<(), DisplayError> {
        let cause = "portable capture only looks".into();
        Err(DisplayError::Input { action: action.to_string(), cause })
    }

    fn release_all(&mut self) -> Result<(), DisplayError> {
        Ok(())
    }

    fn selection(&mut self, _: Selection) -> Result<Option<String>, DisplayError> {
        Ok(None)
    }

    fn clear_selection(&mut self, _: Selection) -> Result<(), DisplayError> {
        Ok(())
    }
}
