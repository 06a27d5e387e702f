//! The child (`guardian agent`): brief in, percept -> step, claim out.
//!
//! It has no display, no file, no network and no program to start: it proposes, and the guardian
//! performs, refuses or asks. One file per family of goals; each is a short program against [`World`].

mod answer;
mod best;
mod choose;
mod compute;
mod copy;
mod dates;
mod drag;
mod edit;
mod field;
mod files;
mod flow;
mod hidden;
mod many;
mod open;
mod playbook;
mod press;
mod records;
mod reveal;
mod tables;
mod terminal;
mod text;
mod transfer;
mod values;
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
    let goal = world.goal().clone();
    let last = match pursue(&mut world, goal) {
        Ok(claim) => Step::Done(claim),
        Err(Stop::GiveUp(reason)) => Step::GiveUp { reason },
        Err(Stop::Ask { question, options }) => Step::Ask { question, options },
        Err(Stop::Gone) => return,
    };
    world.say(&last);
}

fn pursue(world: &mut World<'_, impl Write>, goal: Goal) -> Result<Claim, Stop> {
    match goal {
        Goal::Open { app, on } => open::open(world, &app, on),
        Goal::Compute { expression } => compute::compute(world, &expression),
        Goal::Type { text, .. } => text::type_text(world, &text),
        Goal::Fill { field, value } => text::fill(world, &field, &value),
        Goal::Save { path, .. } => files::save(world, &path),
        Goal::MakeFolder { path } => files::make_folder(world, &path),
        Goal::Rename { from, to } => files::rename(world, &from, &to),
        Goal::Click { target, count, right } => match press::click(world, &target, count, right) {
            Err(Stop::GiveUp(why)) if count == 1 && !right => records::beside(world, &target, why),
            other => other,
        },
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
        Goal::Step { .. } => Err(Stop::GiveUp("a step of a template is no work for an agent".into())),
        Goal::AwaitFile { path } => wait::await_file(world, &path),
        Goal::OpenThing { name } => open::open_thing(world, &name),
        Goal::Select { options, scope, list } => many::select(world, &options, scope, list.as_deref()),
        Goal::Adjust { field, by } => values::adjust(world, &field, by),
        Goal::Extreme { field, high } => values::extreme(world, &field, high),
        Goal::Colour { field, value } => values::colour(world, field.as_deref(), &value),
        Goal::Suggest { text, field, option } => values::suggest(world, text.as_deref(), &field, &option),
        Goal::Tab { name } => hidden::tab(world, &name),
        Goal::Menu { path } => hidden::menu(world, &path),
        Goal::Context { target, path } => hidden::context(world, &target, &path),
        Goal::Expand { thing, open } => hidden::expand(world, &thing, open),
        Goal::Sort { column, descending } => tables::sort(world, &column, descending),
        Goal::Cell { row, column, value } => tables::cell(world, row.as_deref(), &column, &value),
        Goal::Record { act, which, answer } => records::record(world, &act, &which, answer.as_deref()),
        Goal::Seek { target, places } => press::seek(world, &target, &places),
        Goal::PageTo { text } => records::page_to(world, &text),
        Goal::Take { from } => copy::take(world, &from),
        Goal::EachOf { act, which, most } => records::each_of(world, &act, &which, most),
        Goal::Ordered { descending, .. } => drag::ordered(world, descending),
        Goal::Each { kind, act } if act.starts_with("drag ") => drag::each(world, &kind, &act[5..]),
        Goal::Each { kind, act } => records::each(world, &kind, &act),
        Goal::ClickOf { target, which } => records::click_of(world, &target, &which),
        Goal::Search { query, place } => records::search(world, &query, place.as_deref()),
        Goal::Filter { query } => records::filter(world, &query),
        Goal::Result { nth } => records::result(world, nth),
        Goal::Page { which } => records::page(world, &which),
        Goal::Mark { text } => edit::mark(world, &text),
        Goal::Rewrite { from, to } => edit::rewrite(world, &from, &to),
        Goal::Erase { what } => edit::erase(world, &what),
        Goal::Append { text, field } => edit::append(world, &text, field.as_deref()),
        Goal::Recase { line, upper } => edit::recase(world, line, upper),
        Goal::Transfer { from } => transfer::transfer(world, &from),
        Goal::Steps { fields } => flow::steps(world, &fields),
        Goal::Place { what, side, to } => drag::place(world, &what, side, &to),
        Goal::DragBy { what, dx, dy } => drag::by(world, &what, dx, dy),
        Goal::Submit { named } => flow::submit(world, named.as_deref()),
        Goal::Until { target, text } => flow::until(world, &target, &text),
        Goal::Best { of, press } => best::best(world, &of, press.as_deref()),
        Goal::InOrder { kind, descending } => flow::in_order(world, &kind, descending),
        Goal::Settle { about, answer, must } => flow::settle(world, about.as_deref(), &answer, must),
        Goal::Arrange { window, how } => press::arrange(world, window.as_deref(), how),
        Goal::If { shown, then } => match flow::then_goal(world, &shown, &then)? {
            Some(goal) => pursue(world, goal),
            None => Ok(world.claim()),
        },
    }
}
