//! Questions that the screen answers.

use super::world::{Stop, World};
use crate::sight::ask::ask;
use crate::task::Claim;
use std::io::Write;

/// Finds the answer to `question` on the screen.
pub fn answer(world: &mut World<'_, impl Write>, question: &str) -> Result<Claim, Stop> {
    for look in 0..3 {
        if look == 0 {
            world.look()?
        } else {
            world.wait(500)?.percept
        };
        if let Some(reply) = ask(world.percept(), question, world.window()) {
            return Ok(Claim { answer: Some(reply.text), area: Some(reply.area), ..world.claim() });
        }
    }
    Err(Stop::GiveUp(format!("the screen does not say “{question}”")))
}
