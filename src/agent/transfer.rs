//! What stands in a card goes into the fields of a form that are called the same.

use super::text::fill_target;
use super::world::{Stop, World};
use crate::screen::{RectPx, Role};
use crate::sight::Phrase;
use crate::sight::ask::facts_under;
use crate::sight::find::{Candidate, Finding};
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
        let Some(target) = field_for(world, &fact.name, fact.area) else { continue };
        fill_target(world, &target, &fact.value)?;
        filled += 1;
    }
    if filled == 0 {
        return Err(Stop::GiveUp(format!("no field is called like anything under “{from}”")));
    }
    Ok(world.claim())
}

/// The field called `name` that is not the fact itself, which stands at `told`.
fn field_for<W: Write>(world: &World<'_, W>, name: &str, told: RectPx) -> Option<Candidate> {
    [Role::TextField, Role::DropDown, Role::Spinner].into_iter().find_map(|role| {
        let phrase = Phrase { role: Some(role), ..Phrase::parse(&format!("\"{}\"", name.trim_end_matches(':'))) };
        match world.locate(&phrase) {
            Finding::One(one, _) if one.element.is_some() && one.area.intersect(&told).is_empty() => Some(*one),
            Finding::One(..) | Finding::Tie(_) | Finding::None(_) => None,
        }
    })
}
