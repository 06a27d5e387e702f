//! How fast hands move, on whatever display.

/// The rest between two different keys, in milliseconds.
pub const KEY_MS: u64 = 4;
/// The rest between the two clicks of a double click, in milliseconds.
pub const CLICK_MS: u64 = 40;
/// How long an ordinary click holds the button, in milliseconds.
pub const TAP_MS: u64 = 3;
/// The rest between two notches of the wheel, in milliseconds.
pub const NOTCH_MS: u64 = 8;
/// How far the pointer goes at once while it drags, in pixels, and how long it rests there, in milliseconds:
/// toolkits begin a drag only when the pointer is seen to travel.
pub const DRAG_STEP: f32 = 24.0;
pub const DRAG_MS: u64 = 8;
