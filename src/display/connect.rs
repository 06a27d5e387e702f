//! Opening a display by its name.

use super::wayland::{Wayland, is_wayland};
use super::{Display, DisplayError, X11};

/// Connects to the display called `name`: a Wayland compositor's socket (`wayland-1`, or its absolute path), else
/// an X display (`:0`).
///
/// # Errors
/// [`DisplayError::Connect`] when there is none, or it lets nobody in.
pub fn connect(name: &str) -> Result<Box<dyn Display>, DisplayError> {
    if is_wayland(name) { Ok(Box::new(Wayland::connect(name)?)) } else { Ok(Box::new(X11::connect(name)?)) }
}
