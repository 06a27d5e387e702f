//! A calculator.

use super::world::{Stop, World};
use crate::screen::{Percept, RectPx, Role};
use crate::sight::Phrase;
use crate::sight::find::Finding;
use crate::task::{Chord, Claim};
use std::io::Write;

/// Some calculators drop a key that comes again within a quarter of a second.
const GAP_MS: u64 = 280;

/// Keys of calculators are not wider than this; what is, is a display.
const KEY_WIDTH: i32 = 100;

/// Keys `expression` in and reads the result.
pub fn compute(world: &mut World<'_, impl Write>, expression: &str) -> Result<Claim, Stop> {
    world.front()?;
    world.key(Chord::plain("Escape"), "clear what was keyed in before")?;
    if world.attempt() > 2 {
        press_buttons(world, expression)?;
    } else {
        world.type_with_gap(expression, GAP_MS, "key the calculation in")?;
        world.key(Chord::plain("Return"), "work it out")?;
    }
    let observation = world.wait(60)?;
    let answer = result(world.percept(), observation.changed, world.window().map(|w| w.area));
    Ok(Claim { answer: answer.map(|(text, _)| text), ..world.claim() })
}

/// Clicks the calculator's own buttons, where its keyboard has failed.
fn press_buttons(world: &mut World<'_, impl Write>, expression: &str) -> Result<(), Stop> {
    for key in expression.chars().map(|c| c.to_string()).chain(["=".to_owned()]) {
        let names: Vec<String> = match key.as_str() {
            "*" => ["*", "×", "x"].map(str::to_owned).to_vec(),
            "/" => ["/", "÷"].map(str::to_owned).to_vec(),
            "-" => ["-", "−", "–"].map(str::to_owned).to_vec(),
            _ => vec![key.clone()],
        };
        let found = names.iter().find_map(|name| {
            let phrase = Phrase { name: name.clone(), ..Phrase::default() };
            match world.locate(&phrase) {
                Finding::One(one, _) => Some(*one),
                Finding::Tie(mut all) => all.pop(),
                Finding::None(_) => None,
            }
        });
        let found = found.ok_or_else(|| Stop::GiveUp(format!("the calculator shows no button “{key}”")))?;
        world.click(found.at, found.area, &format!("press {key}"))?;
    }
    Ok(())
}

/// The number that stands largest in the window, outside buttons: what calculators show results in.
fn result(percept: &Percept, changed: Option<RectPx>, window: Option<RectPx>) -> Option<(String, RectPx)> {
    let buttons: Vec<RectPx> =
        percept.elements.iter().filter(|e| e.role == Role::Button && e.area.w <= KEY_WIDTH).map(|e| e.area).collect();
    let inside = |area: &RectPx| window.is_none_or(|w| w.contains(area.center()));
    let numeric = |text: &str| {
        text.chars().any(|c| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || ".,-−+eE= ".contains(c))
    };
    let mut lines: Vec<_> = percept
        .text
        .iter()
        .filter(|t| inside(&t.area) && numeric(&t.text))
        .filter(|t| !buttons.iter().any(|b| t.area.covered_by(b) > 0.7))
        .collect();
    let fresh = |area: &RectPx| changed.is_some_and(|c| !c.intersect(area).is_empty());
    lines.sort_by_key(|t| (fresh(&t.area), t.area.h));
    let best = lines.last()?;
    Some((best.text.trim_start_matches(['=', ' ']).to_owned(), best.area))
}
