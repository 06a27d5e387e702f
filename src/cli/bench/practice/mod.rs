//! `guardian bench practice`: everyday requests on the pages and programs of the practice ground, which know
//! themselves when they are done. Nothing here knows how a request is done.

mod attempt;
mod ground;
mod score;
mod stage;
mod tasks;

use super::BenchError;
use crate::cli::args::BenchPracticeArgs;
use crate::cli::pieces::{CliError, Pieces};
use attempt::{Attempt, Outcome, Score};
use ground::Ground;
use stage::Stage;
use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use tasks::Trial;

/// What came of one trial, and how it is told.
type Try<'a, T> = &'a (dyn Fn(&mut Attempt<'_>, &Trial) -> Result<T, CliError> + Sync);

/// `guardian bench practice`.
pub fn practice(args: &BenchPracticeArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let trials = tasks::chosen(args)?;
    if let Some(dir) = &args.keep {
        fs::create_dir_all(dir).map_err(|cause| BenchError::File { path: dir.clone(), cause })?;
    }
    if args.check_tasks { check(args, pieces, &trials) } else { measure(args, pieces, &trials) }
}

/// Guardian does the trials.
fn measure(args: &BenchPracticeArgs, pieces: &Pieces, trials: &[Trial]) -> Result<ExitCode, CliError> {
    let scores: Vec<Score> = each(args, pieces, trials, &|attempt, trial| {
        let score = attempt.by_guardian(trial)?;
        eprintln!("{}/{} {} {}", score.family, score.name, score.toolkit, score.outcome.name());
        if args.json {
            print(&[serde_json::to_string(&score).unwrap_or_default()])?;
        }
        Ok(score)
    })?;
    if !args.json {
        let wrong = scores.iter().filter(|score| args.wrong && score.outcome != Outcome::Verified);
        print(&score::words(&scores).into_iter().chain(wrong.map(score::wrong)).collect::<Vec<_>>())?;
    }
    Ok(if pieces.stop.load(Ordering::Relaxed) { ExitCode::from(130) } else { ExitCode::SUCCESS })
}

/// The trials do themselves. The exit code is 1 when one cannot.
fn check(args: &BenchPracticeArgs, pieces: &Pieces, trials: &[Trial]) -> Result<ExitCode, CliError> {
    let found: Vec<bool> = each(args, pieces, trials, &|attempt, trial| {
        let found = attempt.by_task(trial)?;
        if let Err(why) = &found {
            let task = &trial.task;
            print(&[format!("{}/{} {} seed {}: {why}", task.family, task.name, task.toolkit.name(), trial.seed)])?;
        }
        Ok(found.is_ok())
    })?;
    let sound = found.iter().filter(|sound| **sound).count();
    print(&[format!("{sound} of {} do themselves", trials.len())])?;
    Ok(ExitCode::from(u8::from(sound < trials.len())))
}

/// Tries each trial on one of the desktops, and gives what came of them, in no order.
fn each<T: Send>(
    args: &BenchPracticeArgs,
    pieces: &Pieces,
    trials: &[Trial],
    attempt: Try<'_, T>,
) -> Result<Vec<T>, CliError> {
    let ground = Ground::open(&args.ground).map_err(BenchError::Port)?;
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || -> Result<(), CliError> {
        let mut stage = Stage::open(pieces)?;
        while let Some((at, trial)) = claim(&next, trials, pieces) {
            let run = at.to_string();
            let mut one = Attempt { args, pieces, ground: &ground, stage: &mut stage, run: &run };
            let result = attempt(&mut one, trial);
            stage.clear()?;
            found.lock().unwrap_or_else(PoisonError::into_inner).push(result?);
            eprint!("{}/{} ", at + 1, trials.len());
        }
        Ok(())
    };
    let ended: Vec<Result<(), CliError>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..args.jobs).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    eprintln!();
    ended.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The next trial that nobody has taken, unless the person wants no more.
fn claim<'a>(next: &AtomicUsize, trials: &'a [Trial], pieces: &Pieces) -> Option<(usize, &'a Trial)> {
    if pieces.stop.load(Ordering::Relaxed) {
        return None;
    }
    let at = next.fetch_add(1, Ordering::Relaxed);
    trials.get(at).map(|trial| (at, trial))
}

fn print(lines: &[String]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    lines.iter().try_for_each(|line| writeln!(out, "{line}")).map_err(CliError::Print)
}
