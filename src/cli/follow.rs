//! Runs that the service drives, followed from the command line.

use super::live::Live;
use super::pieces::{CliError, Pieces};
use super::run::lock;
use crate::guardian::now_ms;
use crate::store::Store;
use crate::task::{Event, EventKind, Order, Report, RunId, Signal, Terms};
use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

/// How often is looked for what is new.
const ROUND: Duration = Duration::from_millis(40);

/// Gives an order to the service and tells of its run until it is over; Ctrl+C cancels it.
pub fn through_service(
    store: &Mutex<dyn Store>,
    order: Order,
    live: &Live,
    pieces: &Pieces,
) -> Result<Report, CliError> {
    let is_attended = io::stdin().is_terminal() && io::stderr().is_terminal();
    let terms = Terms { is_attended, ..order.terms.clone() };
    let run = lock(store).enqueue(&Order { terms, ..order }, now_ms())?.run;
    let report = until_over(store, &run, live, pieces, Follower { may_answer: is_attended, owns: true })?;
    report.ok_or_else(|| CliError::NoRun { name: run.to_string() })
}

/// Who follows a run.
#[derive(Debug, Clone, Copy)]
pub struct Follower {
    /// Its questions are put to the terminal.
    pub may_answer: bool,
    /// It asked for it: Ctrl+C cancels the run, and does not only leave it to itself.
    pub owns: bool,
}

/// Tells of the events of a run until it is over; nothing where whoever only looked on went away before.
pub fn until_over(
    store: &Mutex<dyn Store>,
    run: &RunId,
    live: &Live,
    pieces: &Pieces,
    follower: Follower,
) -> Result<Option<Report>, CliError> {
    let (mut events, mut is_cancelled, mut told) = (Vec::<Event>::new(), false, 0);
    loop {
        let last = events.last().map_or(0, |e| e.seq);
        let news = lock(store).events_after(run, last, 1_000)?;
        for event in &news {
            live.tell(event);
        }
        let is_open = news.last().is_some_and(|e| matches!(e.kind, EventKind::Question { .. }));
        events.extend(news);
        let Some(report) = Report::fold(&events) else { return Err(CliError::NoRun { name: run.to_string() }) };
        if report.state.is_over() {
            return Ok(Some(report));
        }
        let question = events.last().map_or(0, |e| e.seq);
        if is_open && follower.may_answer {
            answer(store, run, question, &report, live)?;
        } else if is_open && std::mem::replace(&mut told, question) != question {
            live.pause(|| {
                put(&report);
                eprintln!("  answer it with `guardian runs answer {run} …`, on the panel or on a phone");
            });
        }
        if pieces.stop.load(Ordering::Relaxed) && !follower.owns {
            return Ok(None);
        }
        if pieces.stop.load(Ordering::Relaxed) && !is_cancelled {
            is_cancelled = true;
            let by = "the command line".to_owned();
            // It may have ended in this moment.
            let _ = lock(store).tell(run, now_ms(), EventKind::Signalled { signal: Signal::Cancel, by });
        }
        thread::sleep(ROUND);
    }
}

/// Puts the questions of a run that this process drives to the terminal, until it is over.
pub fn answers(store: &Mutex<dyn Store>, run: &RunId, live: &Live) {
    let mut answered = 0;
    loop {
        let Ok(events) = lock(store).events(run) else { return };
        let Some(report) = Report::fold(&events).filter(|report| !report.state.is_over()) else { return };
        let open = events.last().filter(|e| matches!(e.kind, EventKind::Question { .. }) && e.seq > answered);
        if let Some(question) = open {
            answered = question.seq;
            // Who cannot be asked does not answer.
            let _ = answer(store, run, question.seq, &report, live);
        }
        thread::sleep(ROUND);
    }
}

/// Prints what a run asks.
fn put(report: &Report) {
    eprintln!("question: {}", report.question.as_deref().unwrap_or_default());
    (1..).zip(&report.options).for_each(|(n, option)| eprintln!("  {n}  {option}"));
}

fn answer(store: &Mutex<dyn Store>, run: &RunId, question: u64, report: &Report, live: &Live) -> Result<(), CliError> {
    live.pause(|| {
        put(report);
        eprint!("answer (a number or words): ");
        // A terminal that is gone shows nothing.
        let _ = io::stderr().flush();
    });
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line).unwrap_or(0);
    let said = line.trim();
    if read == 0 || said.is_empty() {
        return Ok(());
    }
    let numbered = said.parse::<usize>().ok().and_then(|n| report.options.get(n.checked_sub(1)?).cloned());
    let answer = numbered.unwrap_or_else(|| said.to_owned());
    let by = "the command line".to_owned();
    lock(store).tell(run, now_ms(), EventKind::Answered { question, answer, by })?;
    Ok(())
}
