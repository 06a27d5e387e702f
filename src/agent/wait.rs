//! Waiting for a text, a time or a file.

use super::world::{Stop, World};
use crate::task::Claim;
use crate::verify::holds;
use std::io::Write;
use std::path::Path;

const PACE_MS: u64 = 300;

/// Looks until `text` stands on the screen; the guardian's deadline ends it otherwise.
pub fn wait_for(world: &mut World<'_, impl Write>, text: &str) -> Result<Claim, Stop> {
    world.look()?;
    while !world.percept().text.iter().any(|t| holds(&t.text, text)) {
        world.wait(PACE_MS)?;
    }
    Ok(world.claim())
}

/// Lets `ms` pass.
pub fn pause(_: &mut World<'_, impl Write>, ms: u64) -> Result<Claim, Stop> {
    std::thread::sleep(std::time::Duration::from_millis(ms));
    Ok(Claim::default())
}

/// Asks until `path` exists; the guardian's deadline ends it otherwise.
pub fn await_file(world: &mut World<'_, impl Write>, path: &Path) -> Result<Claim, Stop> {
    while !world.exists(path)? {
        std::thread::sleep(std::time::Duration::from_millis(PACE_MS));
    }
    Ok(Claim::default())
}
