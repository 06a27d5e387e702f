//! The child (`guardian agent`): brief in, percept -> step, claim out.
//!
//! It has no display, no file, no network and no program to start: it proposes, and the guardian
//! performs, refuses or asks. One file per family of goals; each is a short program against [`World`].

mod answer;
mod choose;
mod compute;
mod copy;
mod field;
mod files;
mod open;
mod press;
mod terminal;
mod text;
mod wait;
mod world;

use crate::task::{Brief, Claim, Goal, Step};
use press::Press;
use std::io::{BufRead, BufReader, Read, Write};
use world::{Stop, World};

/// The agent's whole life on its two ends: one brief, steps and replies, one last word.
pub fn live(reader: impl Read, writer: impl Write) {
    let mut lines = BufReader::new(reader).lines();
    let Some(Ok(line)) = lines.next() else { return };
    let mut next = move || lines.next().and_then(Result::ok);
    let mut world = match serde_json::from_str::<Brief>(&line) {
        Ok(brief) => World::new(brief, &mut next, writer),
        Err(_) => return,
    };
    let last = match pursue(&mut world) {
        Ok(claim) => Step::Done(claim),
        Err(Stop::GiveUp(reason)) => Step::GiveUp { reason },
        Err(Stop::Ask { question, options }) => Step::Ask { question, options },
        Err(Stop::Gone) => return,
    };
    world.say(&last);
}

fn pursue(world: &mut World<'_, impl Write>) -> Result<Claim, Stop> {
    match world.goal().clone() {
        Goal::Open { app, on } => open::open(world, &app, on),
        Goal::Compute { expression } => compute::compute(world, &expression),
        Goal::Type { text, .. } => text::type_text(world, &text),
        Goal::Fill { field, value } => text::fill(world, &field, &value),
        Goal::Save { path, .. } => files::save(world, &path),
        Goal::MakeFolder { path } => files::make_folder(world, &path),
        Goal::Rename { from, to } => files::rename(world, &from, &to),
        Goal::Click { target, count, right } => press::click(world, &target, count, right),
        Goal::Press { target, button, count, modifiers, hold_ms } => {
            let how = Press { button, count, modifiers, hold_ms };
            press::press(world, &target, how)
        }
        Goal::Hover { target, for_ms } => press::hover(world, &target, for_ms),
        Goal::Drag { places, button } => press::drag(world, &places, button),
        Goal::Wheel { over, dx, dy, until } => press::wheel(world, over.as_deref(), (dx, dy), until.as_deref()),
        Goal::Key { chord } => press::key(world, chord),
        Goal::Scroll { notches } => press::scroll(world, notches),
        Goal::Close { window } => press::close(world, window.as_deref()),
        Goal::Choose { option, list } => choose::choose(world, &option, list.as_deref()),
        Goal::Tick { label, on } => choose::tick(world, &label, on),
        Goal::Command { command } => terminal::command(world, &command),
        Goal::Answer { question } => answer::answer(world, &question),
        Goal::Copy { what, from, to, field } => copy::copy(world, what.as_deref(), &from, &to, field.as_deref()),
        Goal::WaitFor { text } => wait::wait_for(world, &text),
        Goal::Pause { ms } => wait::pause(world, ms),
        Goal::AwaitFile { path } => wait::await_file(world, &path),
    }
}
