//! One trial: the task comes up, Guardian is asked, and both say how it ended.

use super::ground::{Ground, Heard, Ready};
use super::stage::{Doer, Stage};
use super::tasks::Trial;
use crate::cli::args::BenchPracticeArgs;
use crate::cli::bench::BenchError;
use crate::cli::pieces::{CliError, Pieces};
use crate::task::{Event, EventKind};
use serde::Serialize;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// How long a page or program may take to come up.
const COME_UP: Duration = Duration::from_secs(20);
/// How long a task may take to do itself.
const SOLVE: Duration = Duration::from_secs(15);
/// How long after the run a task is listened to.
const QUIET: Duration = Duration::from_millis(400);
const LISTEN: Duration = Duration::from_millis(1500);
/// How much longer than its own limit a run may take before it is ended.
const OVERTIME: Duration = Duration::from_secs(5);
const PACE: Duration = Duration::from_millis(20);

/// What Guardian's claim was worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Guardian says that it is done, and so it is.
    Verified,
    /// Guardian says that it is done, and it is not.
    False,
    /// It is done, and Guardian does not say so.
    Unproved,
    Failed,
    /// Guardian stopped to ask, or its policy refused.
    Asked,
    /// The page or program, or Guardian itself, did not come up.
    Unready,
}

impl Outcome {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::False => "FALSE",
            Self::Unproved => "unproved",
            Self::Failed => "failed",
            Self::Asked => "asked",
            Self::Unready => "UNREADY",
        }
    }

    fn of(exit: Option<i32>, done: bool) -> Self {
        match (exit, done) {
            (Some(0), true) => Self::Verified,
            (Some(0), false) => Self::False,
            (Some(3), _) => Self::Asked,
            (Some(2), _) => Self::Unready,
            (_, true) => Self::Unproved,
            (_, false) => Self::Failed,
        }
    }
}

/// What is known of one trial afterwards.
#[derive(Debug, Clone, Serialize)]
pub struct Score {
    pub family: String,
    pub name: String,
    pub toolkit: &'static str,
    pub held: bool,
    pub seed: u64,
    pub request: String,
    pub outcome: Outcome,
    pub exit_code: Option<i32>,
    /// Guardian's reason.
    pub reason: Option<String>,
    /// Guardian's answer, and the right one, where something was asked.
    pub answer: Option<String>,
    pub expected: Option<String>,
    /// What the page or program says was done that was not asked for.
    pub wrong: Option<String>,
    pub seconds: f64,
}

impl Score {
    fn unready(trial: &Trial, wrong: &str) -> Self {
        Self {
            family: trial.task.family.clone(),
            name: trial.task.name.clone(),
            toolkit: trial.task.toolkit.name(),
            held: trial.task.held,
            seed: trial.seed,
            request: String::new(),
            outcome: Outcome::Unready,
            exit_code: None,
            reason: None,
            answer: None,
            expected: None,
            wrong: Some(wrong.to_owned()),
            seconds: 0.0,
        }
    }
}

/// How a run ended by its own word.
#[derive(Debug, Default)]
struct Claim {
    exit_code: Option<i32>,
    reason: Option<String>,
    answer: Option<String>,
    seconds: f64,
}

/// Where one trial is shown and heard.
pub struct Attempt<'a> {
    pub args: &'a BenchPracticeArgs,
    pub pieces: &'a Pieces,
    pub ground: &'a Ground,
    pub stage: &'a mut Stage,
    /// The name of what it tells.
    pub run: &'a str,
}

impl Attempt<'_> {
    /// Shows the trial, puts its request to Guardian, and compares.
    ///
    /// # Errors
    /// [`CliError`] where the desktop or this program fails, not where the trial does.
    pub fn by_guardian(&mut self, trial: &Trial) -> Result<Score, CliError> {
        self.stage.show(trial, self.run, self.ground, Doer::Guardian)?;
        let heard = self.ground.wait(self.run, COME_UP, &Heard::stands);
        let Some(ready) = heard.ready.filter(|_| heard.first.is_some()) else {
            self.stage.rest(self.kept(trial, "before.png").as_deref())?;
            return Ok(Score::unready(trial, "it did not come up"));
        };
        self.stage.rest(self.kept(trial, "before.png").as_deref())?;
        let claim = self.ask(trial, &ready)?;
        let heard = self.ground.rest(self.run, QUIET, LISTEN);
        if let Some(path) = self.kept(trial, "after.png") {
            self.stage.rest(Some(&path))?;
        }
        Ok(score(trial, ready, claim, &heard))
    }

    /// Lets the trial do itself; what it says went wrong.
    ///
    /// # Errors
    /// As [`Attempt::by_guardian`].
    pub fn by_task(&mut self, trial: &Trial) -> Result<Result<(), String>, CliError> {
        self.stage.show(trial, self.run, self.ground, Doer::Task)?;
        let heard = self.ground.wait(self.run, COME_UP, &Heard::stands);
        let Some(ready) = heard.ready.as_ref().filter(|_| heard.first.is_some()) else {
            self.stage.rest(self.kept(trial, "before.png").as_deref())?;
            return Ok(Err("it did not come up".into()));
        };
        let asks = ready.answer.is_some();
        let ended = |heard: &Heard| heard.wrong().is_some() || (!asks && heard.done());
        let limit = if asks { QUIET } else { SOLVE };
        self.ground.wait(self.run, limit, &ended);
        let heard = self.ground.rest(self.run, QUIET, LISTEN);
        if let Some(path) = self.kept(trial, "after.png") {
            self.stage.rest(Some(&path))?;
        }
        Ok(sound(ready, &heard))
    }

    /// A run by a program of its own, as a person would start it.
    fn ask(&self, trial: &Trial, ready: &Ready) -> Result<Claim, CliError> {
        let events = self.kept(trial, "events.jsonl").unwrap_or_else(|| self.stage.folder.join("events.jsonl"));
        let file = |cause| BenchError::File { path: events.clone(), cause };
        let errors = events.with_extension("errors");
        let (out, err) = (File::create(&events).map_err(file)?, File::create(&errors).map_err(file)?);
        let mut command = Command::new(&self.pieces.program);
        command
            .args(["run", "--json", "--display", self.stage.name(), "--timeout", &format!("{}ms", self.args.limit)])
            .args(self.args.yes.then_some("--yes"))
            .args(self.kept(trial, "report").iter().flat_map(|dir| [OsStr::new("--report"), dir.as_os_str()]))
            .args(["--", &ready.request])
            .env("GUARDIAN_STORE__DIR", self.stage.folder.join("store"))
            .current_dir(&self.stage.folder)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err);
        let started = Instant::now();
        let child = command.spawn().map_err(|cause| CliError::Write { path: self.pieces.program.clone(), cause })?;
        let status = self.await_end(child, started);
        let seconds = started.elapsed().as_secs_f64();
        let said = fs::read_to_string(&events).map_err(file)?;
        let claim = last_word(&said);
        let reason = claim.reason.clone().or_else(|| first_line(&errors));
        Ok(Claim { exit_code: status.and_then(|s| s.code()), seconds, reason, ..claim })
    }

    /// Waits for the run; one that overstays, or that the person does not want any more, is ended.
    fn await_end(&self, mut child: Child, started: Instant) -> Option<ExitStatus> {
        let limit = Duration::from_millis(self.args.limit) + OVERTIME;
        loop {
            match child.try_wait() {
                Ok(None) if started.elapsed() < limit && !self.pieces.stop.load(Ordering::Relaxed) => {
                    thread::sleep(PACE);
                }
                Ok(Some(status)) => return Some(status),
                Ok(None) | Err(_) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return None;
                }
            }
        }
    }

    /// Where something of this trial is kept, if anything is.
    fn kept(&self, trial: &Trial, what: &str) -> Option<PathBuf> {
        let (toolkit, name) = (trial.task.toolkit.name(), &trial.task.name);
        self.args.keep.as_deref().map(|dir: &Path| dir.join(format!("{toolkit}-{name}-{}-{what}", trial.seed)))
    }
}

/// The reason and the answer with which the run ended.
fn last_word(events: &str) -> Claim {
    let mut claim = Claim::default();
    for event in events.lines().filter_map(|line| serde_json::from_str::<Event>(line).ok()) {
        match event.kind {
            EventKind::Finished { reason, answer, .. } => {
                claim.reason = reason.or(claim.reason);
                claim.answer = answer;
            }
            EventKind::Question { question, .. } => claim.reason = Some(question),
            _ => {}
        }
    }
    claim
}

/// What Guardian complained of where it has no event for it.
fn first_line(errors: &Path) -> Option<String> {
    fs::read_to_string(errors).ok()?.lines().find(|line| !line.trim().is_empty()).map(str::to_owned)
}

fn score(trial: &Trial, ready: Ready, claim: Claim, heard: &Heard) -> Score {
    let right = match &ready.answer {
        Some(_) => heard.done() && claim.answer.as_ref().is_some_and(|answer| ready.is_answered_by(answer)),
        None => heard.done(),
    };
    Score {
        request: ready.request,
        outcome: Outcome::of(claim.exit_code, right),
        exit_code: claim.exit_code,
        reason: claim.reason,
        answer: claim.answer,
        expected: ready.answer,
        wrong: heard.wrong(),
        seconds: claim.seconds,
        ..Score::unready(trial, "")
    }
}

/// Whether a task that did itself is as a task must be.
fn sound(ready: &Ready, heard: &Heard) -> Result<(), String> {
    let asks = ready.answer.is_some();
    let first = heard.first.as_ref().is_some_and(|told| told.done);
    match heard.wrong() {
        Some(wrong) => Err(wrong),
        None if first != asks => Err(format!("it says done = {first} at first")),
        None if !heard.done() => Err("it did not get done".into()),
        None if ready.request.trim().is_empty() => Err("it asks for nothing".into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_counts_only_with_the_tasks_own_word() {
        for (exit, done, outcome) in [
            (Some(0), true, Outcome::Verified),
            (Some(0), false, Outcome::False),
            (Some(1), true, Outcome::Unproved),
            (Some(1), false, Outcome::Failed),
            (Some(3), true, Outcome::Asked),
            (Some(3), false, Outcome::Asked),
            (Some(2), false, Outcome::Unready),
            (None, false, Outcome::Failed),
        ] {
            assert_eq!(Outcome::of(exit, done), outcome);
        }
    }
}
