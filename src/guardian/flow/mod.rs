//! Runs of templates: steps in their order, with conditions and loops, each with what the ones before it found out.
//!
//! [`library`] knows the templates and checks them, [`expressions`] fills in what is known, [`step`] does one step.

mod expressions;
mod library;
mod step;

pub use library::{
    FlowRequest, Library, LibraryError, Listed, order as order_of_template, parameters as check_parameters,
    read as read_template, secrets_of,
};

use super::drive::{Inquiry, ask};
use super::errand::Fatal;
use super::journal::Journal;
use super::pulse::Wanted;
use super::run::{End, Guardian, no_secret, unbroken};
use crate::task::{Claim, EventKind, FlowOrder, Graph, Order, RunState, Task, TaskId, TaskState, TemplateStep as Step};
use expressions::{Known, fill, fill_value, holds, items};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The largest output of a step that other steps are told, in bytes of JSON.
const MOST_OUTPUT: usize = 256 * 1024;
/// How often is looked whether a pause is over.
const ROUND: Duration = Duration::from_millis(30);

/// What the steps of one run share.
pub(super) struct FlowRun<'a> {
    guardian: &'a Guardian<'a>,
    journal: &'a Journal<'a>,
    wanted: &'a Wanted,
    order: &'a Order,
    flow: &'a FlowOrder,
    /// What the steps that have ended found out, by their names.
    outputs: Mutex<BTreeMap<String, Value>>,
    abort: AtomicBool,
    begun: Instant,
    paused_ms: AtomicU64,
}

/// How a step ended.
enum StepEnd {
    Passed(Value),
    /// What it found out, for steps after it that may go on all the same.
    Failed {
        reason: String,
        output: Value,
    },
    Skipped(String),
    Refused(String),
    Stopped,
}

/// Why an attempt at a step did not pass.
pub(super) enum Fault {
    Failed { reason: String, output: Value },
    Refused(String),
    Stopped,
    Fatal(Fatal),
}

impl From<Fatal> for Fault {
    fn from(fatal: Fatal) -> Self {
        Self::Fatal(fatal)
    }
}

impl Fault {
    fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into(), output: Value::Null }
    }
}

/// Drives the run of a template; `passed` are the steps that have passed already.
pub(super) fn attend(
    guardian: &Guardian<'_>,
    journal: &Journal<'_>,
    wanted: &Wanted,
    order: &Order,
    flow: &FlowOrder,
    passed: Option<BTreeMap<TaskId, Claim>>,
) -> Result<End, Fatal> {
    let graph = match flow.template.graph() {
        Ok(graph) => graph,
        Err(error) => return Ok(End::new(RunState::Unstartable, error.to_string())),
    };
    if let Some(name) = secrets_of(&flow.template).into_iter().find(|name| !journal.secrets().has(name)) {
        return Ok(no_secret(&name));
    }
    let passed = match passed {
        Some(passed) => passed,
        None => {
            journal.note(EventKind::Planned { graph: graph.clone() })?;
            BTreeMap::new()
        }
    };
    let output = |(task, claim): (&TaskId, &Claim)| {
        let step = flow.template.step(*task)?;
        let told = claim.answer.as_deref().unwrap_or("null");
        Some((step.id.clone(), serde_json::from_str(told).unwrap_or(Value::Null)))
    };
    let run = FlowRun {
        guardian,
        journal,
        wanted,
        order,
        flow,
        outputs: Mutex::new(passed.iter().filter_map(output).collect()),
        abort: AtomicBool::new(false),
        begun: Instant::now(),
        paused_ms: AtomicU64::new(0),
    };
    run.all(&graph, passed.keys().copied().collect())
}

impl FlowRun<'_> {
    fn is_cancelled(&self) -> bool {
        self.wanted.is_cancelled() || self.guardian.stop.load(Ordering::Relaxed)
    }

    fn is_leaving(&self) -> bool {
        self.guardian.leave.load(Ordering::Relaxed)
    }

    fn is_late(&self) -> bool {
        let paused = Duration::from_millis(self.paused_ms.load(Ordering::Relaxed));
        self.begun.elapsed() > Duration::from_millis(self.order.request.timeout_ms) + paused
    }

    /// Whether a step that is under way is to be broken off: to hand it back would do it twice, so it may end first.
    fn is_broken_off(&self) -> bool {
        self.is_cancelled() || self.wanted.is_lost() || self.abort.load(Ordering::Relaxed) || self.is_late()
    }

    /// Whether no more steps begin.
    fn is_stopped(&self) -> bool {
        self.is_broken_off() || self.is_leaving()
    }

    fn all(&self, graph: &Graph, done: BTreeSet<TaskId>) -> Result<End, Fatal> {
        let (sender, ends) = channel();
        thread::scope(|scope| {
            let start = |id: TaskId, sender: Sender<(TaskId, Result<StepEnd, Fatal>)>| {
                let Some(task) = graph.task(id) else { return };
                scope.spawn(move || {
                    let end = unbroken(|| self.step(task));
                    // The receiver outlives every step.
                    let _ = sender.send((id, end));
                });
            };
            let (mut started, mut passed, mut skipped) = (done.clone(), done, BTreeSet::new());
            let (mut running, mut end) = (0, None);
            loop {
                if end.is_none() && !self.is_stopped() {
                    for id in graph.ready(&started, &passed) {
                        started.insert(id);
                        let Some(task) = graph.task(id) else { continue };
                        if self.is_left_out(task, &skipped) {
                            let why = "a step that it needs was left out".to_owned();
                            self.note_end(task, &StepEnd::Skipped(why))?;
                            self.keep(task, Value::Null);
                            passed.insert(id);
                            skipped.insert(id);
                            continue;
                        }
                        running += 1;
                        start(id, sender.clone());
                    }
                }
                if running == 0 {
                    if end.is_none() && !self.is_stopped() && !graph.ready(&started, &passed).is_empty() {
                        continue;
                    }
                    break;
                }
                let Ok((id, ended)) = ends.recv() else { break };
                running -= 1;
                self.abort.fetch_or(ended.is_err(), Ordering::Relaxed);
                let (ended, Some(task)) = (ended?, graph.task(id)) else { continue };
                self.note_end(task, &ended)?;
                let may_fail = self.flow.template.step(id).is_some_and(|step| step.may_fail);
                match ended {
                    StepEnd::Passed(output) => self.keep(task, output),
                    StepEnd::Skipped(_) => {
                        self.keep(task, Value::Null);
                        skipped.insert(id);
                    }
                    StepEnd::Failed { output, .. } if may_fail => self.keep(task, output),
                    StepEnd::Failed { reason, .. } => {
                        end = end.or(Some(End::new(RunState::Failed, format!("{}: {reason}", task.description))));
                        continue;
                    }
                    StepEnd::Refused(why) => {
                        end = end.or(Some(End::new(RunState::Refused, why)));
                        continue;
                    }
                    StepEnd::Stopped => continue,
                }
                passed.insert(id);
            }
            self.conclude(graph, &started, &passed, end)
        })
    }

    /// Whether a step goes with one that it says it needs and that was left out.
    fn is_left_out(&self, task: &Task, skipped: &BTreeSet<TaskId>) -> bool {
        let says_so = self.flow.template.step(task.id).is_some_and(|step| step.needs.is_some());
        says_so && task.needs.iter().any(|need| skipped.contains(need))
    }

    fn conclude(
        &self,
        graph: &Graph,
        started: &BTreeSet<TaskId>,
        passed: &BTreeSet<TaskId>,
        end: Option<End>,
    ) -> Result<End, Fatal> {
        let is_over = passed.len() == graph.tasks().len();
        if end.is_none() && !is_over && self.is_leaving() && !self.is_broken_off() {
            return Ok(End::handed_back("the service was stopped"));
        }
        for task in graph.tasks().iter().filter(|t| !started.contains(&t.id)) {
            self.note_end(task, &StepEnd::Skipped("the run had ended".into()))?;
        }
        if let Some(end) = end {
            return Ok(end);
        }
        if !is_over {
            return Ok(self.stopped());
        }
        // A last step that only tidies up says nothing.
        let said = self.flow.template.steps.iter().rev().filter_map(|step| self.output(&step.id));
        let answer = said.filter_map(|output| told(&output)).find(|text| !text.is_empty());
        Ok(End { answer, reason: None, ..End::new(RunState::Passed, "") })
    }

    fn stopped(&self) -> End {
        if self.wanted.is_cancelled() {
            End::new(RunState::Cancelled, format!("cancelled by {}", self.journal.who_cancelled()))
        } else if self.is_late() {
            let seconds = self.order.request.timeout_ms / 1000;
            End::new(RunState::Failed, format!("the run took longer than {seconds} s"))
        } else {
            End::new(RunState::Cancelled, "stopped by the person")
        }
    }

    fn output(&self, step: &str) -> Option<Value> {
        self.outputs.lock().unwrap_or_else(PoisonError::into_inner).get(step).cloned()
    }

    fn keep(&self, task: &Task, output: Value) {
        if let Some(step) = self.flow.template.step(task.id) {
            self.outputs.lock().unwrap_or_else(PoisonError::into_inner).insert(step.id.clone(), output);
        }
    }

    fn note_end(&self, task: &Task, end: &StepEnd) -> Result<(), Fatal> {
        let (state, reason, output) = match end {
            StepEnd::Passed(output) => (TaskState::Passed, None, Some(output)),
            StepEnd::Failed { reason, output } => (TaskState::Failed, Some(reason.clone()), Some(output)),
            StepEnd::Skipped(why) => (TaskState::Skipped, Some(why.clone()), None),
            StepEnd::Refused(why) => (TaskState::Failed, Some(why.clone()), None),
            // The step is begun again by whoever takes the run next.
            StepEnd::Stopped if self.is_leaving() && !self.is_broken_off() => return Ok(()),
            StepEnd::Stopped => (TaskState::Failed, Some("stopped".into()), None),
        };
        let claim = output.map(|output| Claim { answer: Some(output.to_string()), ..Claim::default() });
        let answer = output.and_then(told).filter(|text| !text.is_empty());
        self.journal.note(EventKind::TaskEnded { task: task.id, attempt: 1, state, reason, answer, claim })?;
        Ok(())
    }

    /// A text with what is known filled in. What was found out names no secret: only a template or a person does.
    fn filled(&self, text: &str, known: &Known) -> Result<String, Fault> {
        let filled = fill(text, known).map_err(Fault::failed)?;
        self.check_secrets(text, &filled)?;
        Ok(filled)
    }

    /// The same for all texts of a value.
    fn filled_value(&self, value: &Value, known: &Known) -> Result<Value, Fault> {
        let filled = fill_value(value, known).map_err(Fault::failed)?;
        self.check_secrets(&value.to_string(), &filled.to_string())?;
        Ok(filled)
    }

    fn check_secrets(&self, text: &str, filled: &str) -> Result<(), Fault> {
        let secrets = self.journal.secrets();
        if secrets.mentions(filled) <= secrets.mentions(text) {
            return Ok(());
        }
        Err(Fault::failed(format!(
            "`{text}` is filled in with the name of a secret, or with something that was recorded without one; \
             templates name secrets themselves, as {{{{ secrets.NAME }}}}"
        )))
    }

    /// What is known when a step begins.
    fn known(&self) -> Known {
        let outputs = self.outputs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Known::new(&self.flow.parameters, outputs, self.journal.run(), self.journal.secrets().as_json())
    }

    /// All of one step: its condition, its loop.
    fn step(&self, task: &Task) -> Result<StepEnd, Fatal> {
        let Some(step) = self.flow.template.step(task.id) else { return Ok(StepEnd::Skipped("it is gone".into())) };
        let known = self.known();
        match step.when.as_ref().map(|when| holds(when, &known)).transpose() {
            Ok(Some(false)) => {
                return Ok(StepEnd::Skipped(format!("`{}` does not hold", step.when.as_deref().unwrap_or_default())));
            }
            Ok(_) => {}
            Err(reason) => return Ok(StepEnd::Failed { reason, output: Value::Null }),
        }
        self.journal.note(EventKind::TaskStarted { task: task.id, attempt: 1, pid: std::process::id() })?;
        let done = match (&step.each, &step.until) {
            (Some(each), _) => self.each(task, step, each, &known),
            (None, Some(until)) => self.until(task, step, until, &known),
            (None, None) => self.tries(task, step, &known),
        };
        Ok(match done {
            Ok(output) => StepEnd::Passed(marked(bounded(output), false)),
            Err(Fault::Failed { reason, output }) => StepEnd::Failed { reason, output: marked(bounded(output), true) },
            Err(Fault::Refused(why)) => StepEnd::Refused(why),
            Err(Fault::Stopped) => StepEnd::Stopped,
            Err(Fault::Fatal(fatal)) => return Err(fatal),
        })
    }

    fn each(&self, task: &Task, step: &Step, each: &str, known: &Known) -> Result<Value, Fault> {
        let items = items(each, known).map_err(Fault::failed)?;
        let mut outputs = Vec::new();
        for (at, item) in items.iter().enumerate() {
            outputs.push(self.tries(task, step, &known.with_item(item, at, items.len()))?);
        }
        Ok(Value::Array(outputs))
    }

    fn until(&self, task: &Task, step: &Step, until: &str, known: &Known) -> Result<Value, Fault> {
        for turn in 0..step.most {
            let output = self.tries(task, step, known)?;
            if holds(until, &known.with_output(&step.id, &output)).map_err(Fault::failed)? {
                return Ok(output);
            }
            if turn + 1 < step.most {
                self.wait(Duration::from_millis(step.pause_ms))?;
            }
        }
        Err(Fault::failed(format!("`{until}` did not come to hold in {} turns", step.most)))
    }

    /// A step until it passes, as often as it may be tried.
    fn tries(&self, task: &Task, step: &Step, known: &Known) -> Result<Value, Fault> {
        let mut attempt = 1;
        loop {
            if self.is_stopped() {
                return Err(Fault::Stopped);
            }
            self.wait_while_paused()?;
            match self.once(task, step, known, attempt) {
                Err(Fault::Failed { .. }) if attempt < step.attempts => {
                    self.wait(Duration::from_millis(step.backoff.after(attempt)))?;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    fn wait(&self, time: Duration) -> Result<(), Fault> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            if self.is_stopped() {
                return Err(Fault::Stopped);
            }
            thread::sleep(ROUND.min(until.saturating_duration_since(Instant::now())));
        }
        Ok(())
    }

    fn wait_while_paused(&self) -> Result<(), Fault> {
        if !self.wanted.is_paused() {
            return Ok(());
        }
        let started = Instant::now();
        let note = |kind| self.journal.note(kind).map_err(|e| Fault::Fatal(e.into()));
        note(EventKind::Paused)?;
        while self.wanted.is_paused() && !self.is_stopped() {
            thread::sleep(ROUND);
        }
        self.paused_ms.fetch_add(started.elapsed().as_millis() as u64, Ordering::Relaxed);
        if self.is_stopped() {
            return Err(Fault::Stopped);
        }
        note(EventKind::Resumed).map(drop)
    }

    /// Puts a question to the person and waits for the answer.
    fn ask(&self, task: &Task, question: String, options: Vec<String>) -> Result<String, Fault> {
        let started = Instant::now();
        let asked = ask(self.journal, Inquiry { task: Some(task.id), question, options }, &|| self.is_stopped());
        self.paused_ms.fetch_add(started.elapsed().as_millis() as u64, Ordering::Relaxed);
        asked.map_err(|e| Fault::Fatal(e.into()))?.ok_or(Fault::Stopped)
    }
}

/// What a step found out, as people are told: its answer, else what it printed.
fn told(output: &Value) -> Option<String> {
    let text = |key: &str| output.get(key).and_then(Value::as_str).map(str::trim).filter(|t| !t.is_empty());
    if let Some(text) = text("answer").or_else(|| text("out")).or_else(|| output.as_str()) {
        return Some(text.to_owned());
    }
    match output.get("body").unwrap_or(output) {
        Value::Null => None,
        Value::Array(all) => Some(all.iter().filter_map(told).collect::<Vec<_>>().join("\n")),
        Value::Object(all) if all.contains_key("exit") || all.keys().all(|key| key == "failed") => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// An output that says whether its step failed: other steps may go on all the same and ask.
fn marked(mut output: Value, has_failed: bool) -> Value {
    if output.is_null() {
        output = json!({});
    }
    if let Some(all) = output.as_object_mut() {
        all.insert("failed".into(), has_failed.into());
    }
    output
}

/// An output that other steps can be told as it is, or what there is too much of.
fn bounded(output: Value) -> Value {
    let bytes = output.to_string().len();
    if bytes <= MOST_OUTPUT {
        return output;
    }
    let kept = |key: &str| output.get(key).cloned().unwrap_or(Value::Null);
    json!({ "exit": kept("exit"), "status": kept("status"), "too_large": bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_what_was_found_out() {
        assert_eq!(told(&json!({ "exit": 0, "out": "42\n", "err": "" })).as_deref(), Some("42"));
        assert_eq!(told(&json!({ "exit": 0, "out": "", "err": "" })), None);
        assert_eq!(told(&json!({ "answer": "yes" })).as_deref(), Some("yes"));
        assert_eq!(told(&json!({ "status": 200, "body": { "a": 1 } })).as_deref(), Some("{\"a\":1}"));
        assert_eq!(told(&json!([{ "out": "a" }, { "out": "b" }])).as_deref(), Some("a\nb"));
        assert_eq!(told(&Value::Null), None);
        assert_eq!(told(&marked(Value::Null, true)), None);
    }

    #[test]
    fn what_is_too_much_is_not_passed_on() {
        let much = json!({ "exit": 0, "out": "x".repeat(MOST_OUTPUT) });
        assert_eq!(bounded(much)["exit"], 0);
        assert_eq!(bounded(json!({ "out": "x" })), json!({ "out": "x" }));
    }
}
