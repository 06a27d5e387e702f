//! What stands in a card goes into the fields of a form that are called the same.

use super::text::fill_target;
use super::world::{Stop, World};
use crate::sight::ask::facts_under;
use crate::sight::find;
use crate::task::Claim;
use std::io::Write;

/// Fills every field that is called like a name under the heading `from` with what stands beside that name.
pub fn transfer(world: &mut World<'_, impl Write>, from: &str) -> Result<Claim, Stop> {
    world.front()?;
    let Some(within) = world.window().map(|w| w.area) else {
        return Err(Stop::GiveUp("no window is open to fill in".into()));
    };
    let facts = facts_under(world.percept(), from, within);
    if facts.is_empty() {
        return Err(Stop::GiveUp(format!("nothing is told under “{from}”")));
    }
    let mut filled = 0;
    for fact in &facts {
        let window = world.window().map(|w| w.id);
        let Some(target) = find::field_apart(world.percept(), &fact.name, fact.area, window) else { continue };
        fill_target(world, &target, &fact.value)?;
        filled += 1;
    }
    if filled == 0 {
        return Err(Stop::GiveUp(format!("no field is called like anything under “{from}”")));
    }
    Ok(world.claim())
}
