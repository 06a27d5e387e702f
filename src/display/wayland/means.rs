//! What a compositor offers of what seeing and doing take.

use super::sway::Sway;
use super::wire::Wire;
use crate::display::DisplayError;

/// One thing that is done on a display, and whether the compositor offers what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// What it is for.
    pub what: &'static str,
    /// The protocol that it takes.
    pub takes: &'static str,
    pub is_offered: bool,
    /// Whether nothing can be done without it.
    pub is_needed: bool,
}

/// Each use, the interface that it takes, and whether nothing goes without it.
const USES: [(&str, &str, bool); 6] = [
    ("capture", "zwlr_screencopy_manager_v1", true),
    ("keyboard", "zwp_virtual_keyboard_manager_v1", true),
    ("pointer", "zwlr_virtual_pointer_manager_v1", true),
    ("sizes of outputs", "zxdg_output_manager_v1", false),
    ("windows", "zwlr_foreign_toplevel_manager_v1", false),
    ("clipboard", "zwlr_data_control_manager_v1", false),
];

/// What the compositor called `name` offers of what seeing and doing take.
///
/// # Errors
/// [`DisplayError::Connect`] where there is none.
pub fn means(name: &str) -> Result<Vec<Means>, DisplayError> {
    let wire = Wire::connect(name)?;
    let of_use = |(what, takes, is_needed)| Means { what, takes, is_offered: wire.offers(takes), is_needed };
    let mut all: Vec<Means> = USES.map(of_use).into();
    let is_offered = wire.peer().and_then(Sway::of).is_some();
    all.push(Means { what: "places of windows", takes: "sway's socket", is_offered, is_needed: false });
    Ok(all)
}
