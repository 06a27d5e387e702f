//! Nouns of seeing: points, boxes, frames, and what stands on them.
//!
//! Everything here is plain data in **physical pixels of one display**, origin at the top left.
//! Nothing here captures, clicks, reads a clock or touches a file.

mod alike;
mod change;
mod difference;
mod frame;
mod geometry;
mod percept;

pub use alike::is_alike;
pub use change::{Change, changes, compare};
pub use difference::{Changed, Changes, Difference};
pub use frame::{Bytes, Frame, FrameError, Order};
pub use geometry::{PointPx, RectPx};
pub use percept::{Element, Icon, Origin, Origins, Percept, Role, State, TextSpan, Window, Word};
