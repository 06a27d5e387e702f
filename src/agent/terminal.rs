//! Commands typed into a terminal window.

use super::world::{Stop, World};
use crate::task::{Chord, Claim};
use std::io::Write;

const PACE_MS: u64 = 120;
/// How long a command may run before it counts as one that goes on, in paces.
const PACES: u32 = 400;
/// After this many paces an interactive program has come up.
const SETTLED: u32 = 12;

/// Types `command`, waits for its end, and asks the shell for its exit code.
pub fn command(world: &mut World<'_, impl Write>, command: &str) -> Result<Claim, Stop> {
    let window = world.front()?.ok_or_else(|| Stop::GiveUp("no terminal window is open".into()))?;
    await_shell(world, window.id)?;
    world.type_text(command, "type the command")?;
    world.key(Chord::plain("Return"), "run it")?;
    for pace in 0..PACES {
        match world.terminal(window.id)? {
            None | Some((None, false)) => break,
            Some((None, true)) => {
                // A leading space keeps it out of the shell's history.
                world.type_text(" echo exit=$?", "ask the shell how it ended")?;
                world.key(Chord::plain("Return"), "ask the shell how it ended")?;
                break;
            }
            // An interactive program has come up and waits for its user.
            Some((Some(running), _)) if pace > SETTLED && is_interactive(&running) => break,
            Some((Some(_), _)) => {}
        }
        world.wait(PACE_MS)?;
    }
    Ok(Claim { window: Some(window.id), ..Claim::default() })
}

/// A terminal that has just opened has a window before it has a shell that waits.
fn await_shell(world: &mut World<'_, impl Write>, window: u32) -> Result<(), Stop> {
    for _ in 0..40 {
        match world.terminal(window)? {
            Some((None, _)) => return Ok(()),
            Some((Some(running), _)) if !running.is_empty() => {
                return Err(Stop::GiveUp(format!("{running} is running in the terminal")));
            }
            _ => world.wait(50).map(drop)?,
        }
    }
    Ok(())
}

/// Programs that take the terminal for as long as their user likes.
fn is_interactive(program: &str) -> bool {
    const KNOWN: [&str; 16] = [
        "top", "htop", "vi", "vim", "nano", "less", "more", "man", "emacs", "python3", "python", "ssh", "watch",
        "tmux", "screen", "mc",
    ];
    KNOWN.contains(&program)
}
