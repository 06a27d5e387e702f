//! One attempt at one task: an agent is started, its steps are granted or refused, its claim is judged.

use super::drive::Drive;
use super::eyes::EyesError;
use super::facts::{self, Course};
use super::hands::{self, Glance, HandsError, Intent};
use super::journal::now_ms;
use super::policy::{self, Objection};
use super::seat::Lease;
use crate::display::DisplayError;
use crate::sandbox::{Agent, SandboxError};
use crate::screen::{Element, Frame, Origin, Percept, PointPx, RectPx, Role};
use crate::store::StoreError;
use crate::task::{
    Action, Arrived, Ask, Brief, Claim, EventKind, Goal, Observation, Outcome, Reaction, Reply, Step, Task, Verdict,
};
use crate::tools::{files, terminal};
use crate::verify::judge;
use std::time::{Duration, Instant};

/// How often the stop switch is looked at while an agent thinks.
const PACE: Duration = Duration::from_millis(40);
/// A check that does not pass at once is judged again until this long after the claim: files are
/// written and windows drawn a little after the press.
const PATIENCE: Duration = Duration::from_millis(2500);
const JUDGE_PACE: Duration = Duration::from_millis(250);

/// How an attempt ended.
#[derive(Debug)]
pub enum Ending {
    Passed(Claim),
    /// What to do better next time.
    Failed(String),
    /// Something was done that must not be done twice, and its effect was not proved.
    Unproved(String),
    Asking {
        question: String,
        options: Vec<String>,
    },
    Refused(String),
    Stopped,
}

/// Something that ends the whole run.
#[derive(Debug, thiserror::Error)]
pub enum Fatal {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Eyes(EyesError),
    #[error(transparent)]
    Display(DisplayError),
    #[error(transparent)]
    Sandbox(SandboxError),
    /// A fault of the program itself: the others are not to wait for a task that is no more.
    #[error("a task broke off by a fault in guardian: {said}")]
    Broken { said: String },
}

/// What an action did besides what is to be seen.
#[derive(Default)]
struct Outcomes {
    changed: Option<RectPx>,
    reaction: Option<Reaction>,
    arrived: Option<Arrived>,
    filled: bool,
}

/// One attempt under way.
pub struct Errand<'a> {
    drive: &'a Drive<'a>,
    task: &'a Task,
    attempt: u32,
    lease: Option<Lease>,
    deadline: Instant,
    course: Course,
    steps: u32,
    last: Option<(Frame, Percept)>,
}

impl<'a> Errand<'a> {
    /// Makes the attempt number `attempt`; `brief` is all that the agent is told.
    pub fn attempt(
        drive: &'a Drive<'a>,
        task: &'a Task,
        brief: &Brief,
        lease: Option<Lease>,
        deadline: Instant,
    ) -> Result<Ending, Fatal> {
        let mut errand = Self {
            drive,
            task,
            attempt: brief.attempt,
            lease,
            deadline,
            course: Course {
                began_ms: now_ms(),
                first_attempt: brief.attempt == 1,
                copied: brief.copied.clone(),
                files_before: facts::files_before(&task.checks),
                ..Course::default()
            },
            steps: 0,
            last: None,
        };
        let agent = drive.sandbox.start(drive.frame_file()).map_err(Fatal::Sandbox)?;
        drive.journal.note(EventKind::TaskStarted { task: task.id, attempt: brief.attempt, pid: agent.pid() })?;
        errand.converse(agent, brief)
    }

    fn converse(&mut self, mut agent: Agent, brief: &Brief) -> Result<Ending, Fatal> {
        let line = serde_json::to_string(brief).unwrap_or_default();
        if agent.say(&line).is_err() {
            return Ok(Ending::Failed("the agent ended before it began".into()));
        }
        let mut first = true;
        loop {
            self.deadline += self.drive.wait_while_paused()?;
            let step = match self.hear(&mut agent) {
                Ok(Some(step)) => step,
                Ok(None) => return Ok(Ending::Stopped),
                Err(why) => return self.give_up(why),
            };
            if first {
                let (task, attempt) = (self.task.id, self.attempt);
                self.drive.journal.note(EventKind::AgentReady { task, attempt, spawn_cpu_ms: agent.cpu_ms() })?;
                first = false;
            }
            // Waiting is bounded by the deadline.
            self.steps += u32::from(!matches!(step, Step::Act { action: Action::Wait { .. }, .. } | Step::Tool(_)));
            if self.steps > self.drive.limits.steps {
                return self.give_up(format!("it took more than {} steps", self.drive.limits.steps));
            }
            let reply = match step {
                Step::Done(claim) => return self.judge(claim),
                Step::GiveUp { reason } => return self.give_up(reason),
                Step::Ask { question, options } => return Ok(Ending::Asking { question, options }),
                Step::Look => self.look()?,
                Step::LookAnew => self.look_anew()?,
                Step::Act { action, aim, why } => match self.act(&action, aim, &why)? {
                    Ok(reply) => reply,
                    Err(ending) => return Ok(ending),
                },
                Step::Tool(ask) => self.tool(ask)?,
            };
            let line = serde_json::to_string(&reply).unwrap_or_default();
            if agent.say(&line).is_err() {
                return Ok(Ending::Failed("the agent ended in the middle of its work".into()));
            }
        }
    }

    /// Ends the attempt with a picture of where it ended.
    fn give_up(&self, why: String) -> Result<Ending, Fatal> {
        if let Some((frame, _)) = &self.last {
            let shot = Some(self.drive.journal.keep(frame)?);
            let (task, attempt) = (self.task.id, self.attempt);
            self.drive.journal.note(EventKind::Judged { task, attempt, verdicts: Vec::new(), shot })?;
        }
        Ok(Ending::Failed(why))
    }

    /// The agent's next step; `None` when the person stops the run, an `Err` says why there is none.
    fn hear(&mut self, agent: &mut Agent) -> Result<Option<Step>, String> {
        loop {
            if self.drive.is_stopped() {
                return Ok(None);
            }
            if Instant::now() >= self.deadline {
                return Err(format!("it took longer than {} s", self.task.timeout_ms / 1000));
            }
            match agent.hear((Instant::now() + PACE).min(self.deadline)) {
                Ok(line) => {
                    return serde_json::from_str(&line)
                        .map(Some)
                        .map_err(|e| format!("the agent said something senseless: {e}"));
                }
                Err(SandboxError::Silent { .. }) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    fn look(&mut self) -> Result<Reply, Fatal> {
        let (frame, percept) = {
            let mut display = self.drive.seat.display();
            self.drive.eyes.look(display.as_mut()).map_err(Fatal::Eyes)?
        };
        Ok(self.seen(frame, percept, Outcomes::default()))
    }

    fn look_anew(&mut self) -> Result<Reply, Fatal> {
        self.drive.eyes.begin_anew().map_err(Fatal::Eyes)?;
        self.look()
    }

    fn seen(&mut self, frame: Frame, percept: Percept, outcomes: Outcomes) -> Reply {
        let Outcomes { changed, reaction, arrived, filled } = outcomes;
        self.drive.show(&frame);
        if self.last.is_none() {
            self.course.before = percept.clone();
            self.course.first_frame = Some(frame.clone());
        }
        self.last = Some((frame, percept.clone()));
        Reply::Seen(Box::new(Observation { percept, changed, reaction, arrived, filled }))
    }

    /// Grants and performs an action; the inner `Err` ends the attempt.
    fn act(&mut self, action: &Action, aim: Option<RectPx>, why: &str) -> Result<Result<Reply, Ending>, Fatal> {
        let (request, policy) = (&self.drive.request, self.drive.policy_for(self.task.id));
        let mut objections =
            self.labels_at(action).into_iter().filter_map(|l| policy::before_press(action, &l, &request.text, &policy));
        if let Some(objection) = objections.next() {
            return self.object(action, objection).map(Err);
        }
        self.deadline += self.drive.wait_while_paused()?;
        // A hand that has lost the run does not move.
        self.drive.journal.wanted()?;
        let started = Instant::now();
        let glance = self.last.as_ref().map(|(frame, percept)| Glance { frame, windows: &percept.windows });
        let fills = matches!(self.task.goal, Goal::Fill { .. });
        let intent = Intent { action, aim, glance, fills, deadline: self.deadline };
        let done = hands::perform(&self.drive.seat, self.lease, self.drive.eyes, &intent);
        let done = match done {
            Ok(done) => done,
            Err(HandsError::Eyes(EyesError::Display(error)) | HandsError::Display(error)) if error.is_fatal() => {
                return Err(Fatal::Display(error));
            }
            Err(HandsError::Eyes(error)) => return Err(Fatal::Eyes(error)),
            Err(HandsError::Display(DisplayError::Stopped)) => return Ok(Err(Ending::Stopped)),
            Err(HandsError::Blocked { by, cause }) => {
                return self.refuse(action, &cause.to_string(), Some(by)).map(Ok);
            }
            Err(error) => return self.refuse(action, &error.to_string(), None).map(Ok),
        };
        if action.needs_seat() {
            self.course.has_acted |= !matches!(action, Action::Activate { .. } | Action::Move { .. });
            self.course.touched.extend(done.changed);
            // To take the pointer off a thing answers nothing.
            let presses = !matches!(action, Action::Move { .. });
            self.course.reaction = done.reaction.filter(|_| presses).or(self.course.reaction);
            // What was copied before is no evidence of what was changed since.
            self.course.clipboard = self.course.clipboard.take().filter(|_| !changes_text(action));
            self.witness_text(action, done.arrived.as_ref());
            self.witness_field(action, aim, &done);
            self.record(action, aim, why, &done, started)?;
        } else if done.changed.is_some() {
            self.course.touched.extend(done.changed);
        }
        let filled = self.course.filled.is_some();
        let outcomes = Outcomes { changed: done.changed, reaction: done.reaction, arrived: done.arrived, filled };
        Ok(Ok(self.seen(done.after, done.percept, outcomes)))
    }

    /// What the application says it holds is evidence where no field was named that it might not be.
    fn witness_text(&mut self, action: &Action, arrived: Option<&Arrived>) {
        let Goal::Type { into: None, .. } = self.task.goal else { return };
        match (action, arrived) {
            (Action::Type { text, .. }, Some(arrived)) if arrived.is_sure() => {
                self.course.clipboard = Some(text.clone());
            }
            (_, Some(Arrived::Differs { stands })) => self.course.clipboard = Some(stands.clone()),
            _ => {}
        }
    }

    /// What the application says its field holds is evidence where it surely is the field that was clicked.
    fn witness_field(&mut self, action: &Action, aim: Option<RectPx>, done: &hands::Done) {
        // Whatever is done next may change it again.
        self.course.filled = None;
        match action {
            Action::Click { .. } => self.course.clicked = aim,
            Action::Type { text, .. } if done.is_all => {
                let clicked = self.course.clicked.filter(|area| has_keyboard(*area, done.changed, &done.percept));
                self.course.filled = clicked.map(|area| (text.clone(), area));
            }
            _ => {}
        }
    }

    fn record(
        &self,
        action: &Action,
        aim: Option<RectPx>,
        why: &str,
        done: &hands::Done,
        started: Instant,
    ) -> Result<(), Fatal> {
        let before = self.drive.journal.keep(&done.before)?;
        let after = self.drive.journal.keep(&done.after)?;
        self.drive.journal.note(EventKind::Stepped {
            task: self.task.id,
            attempt: self.attempt,
            did: done.arrived.as_ref().map_or_else(|| action.to_string(), |arrived| format!("{action}, {arrived}")),
            why: why.to_owned(),
            action: Some(action.clone()),
            aim,
            changed: done.changed,
            before: Some(before),
            after: Some(after),
            took_ms: started.elapsed().as_millis() as u64,
        })?;
        Ok(())
    }

    /// What the guardian itself reads at the place of a click.
    fn labels_at(&self, action: &Action) -> Vec<String> {
        match (action, &self.last) {
            (Action::Click { at, .. }, Some((_, percept))) => labels_at(percept, *at),
            _ => Vec::new(),
        }
    }

    fn object(&self, action: &Action, objection: Objection) -> Result<Ending, Fatal> {
        let (why, ending) = match objection {
            Objection::Ask(question) => {
                (question.clone(), Ending::Asking { question, options: vec!["yes".into(), "no".into()] })
            }
            Objection::Refuse(why) => (why.clone(), Ending::Refused(why)),
        };
        self.refuse(action, &why, None)?;
        Ok(ending)
    }

    fn refuse(&self, action: &Action, why: &str, blocked_by: Option<u32>) -> Result<Reply, Fatal> {
        self.drive.journal.note(EventKind::Refused {
            task: self.task.id,
            attempt: self.attempt,
            what: action.to_string(),
            why: why.to_owned(),
        })?;
        Ok(Reply::Refused { why: why.to_owned(), blocked_by })
    }

    fn tool(&mut self, ask: Ask) -> Result<Reply, Fatal> {
        let refused = |why: String| Reply::Refused { why, blocked_by: None };
        Ok(match ask {
            Ask::PathExists { path } => Reply::Yes(files::state(&path).is_some()),
            Ask::Foreground { window } => {
                self.foreground(window).unwrap_or_else(|| refused("no shell runs there".into()))
            }
            Ask::CopySelected { chord } => {
                match hands::copy_selected(&self.drive.seat, self.lease, &chord, self.deadline) {
                    Ok(text) => {
                        self.course.clipboard = text.clone();
                        Reply::Text { text }
                    }
                    Err(HandsError::Display(error)) if error.is_fatal() => return Err(Fatal::Display(error)),
                    Err(error) => refused(error.to_string()),
                }
            }
            Ask::Launch { app, on } => self.launch(&app, on.as_deref())?,
        })
    }

    fn foreground(&self, window: u32) -> Option<Reply> {
        let (_, percept) = self.last.as_ref()?;
        let state = terminal::foreground(percept.window(window)?.pid?)?;
        Some(Reply::Terminal { tells_exit_code: terminal::tells_exit_code(&state.shell), running: state.running })
    }

    fn launch(&mut self, app: &str, on: Option<&str>) -> Result<Reply, Fatal> {
        let before = self.drive.seat.display().windows().map_err(Fatal::Display)?;
        let started = Instant::now();
        let launched = self.drive.launch(app, on);
        let (name, pid) = match launched {
            Ok(launched) => launched,
            Err(why) => return Ok(Reply::Refused { why, blocked_by: None }),
        };
        self.drive.journal.note(EventKind::Stepped {
            task: self.task.id,
            attempt: self.attempt,
            did: on.map_or_else(|| format!("start {name}"), |on| format!("start {name} with {on}")),
            why: "open it".into(),
            action: None,
            aim: None,
            changed: None,
            before: None,
            after: None,
            took_ms: started.elapsed().as_millis() as u64,
        })?;
        Ok(Reply::Launched { name, pid, windows_before: before.iter().map(|w| w.id).collect() })
    }

    /// Judges the claim by the guardian's own look; what may still be on its way is waited for.
    fn judge(&mut self, claim: Claim) -> Result<Ending, Fatal> {
        let started = Instant::now();
        let mut turn = 0;
        loop {
            // What changed bit by bit may be read in bits: all of it together has the last word.
            if turn == 1 && self.task.goal.needs_desktop() {
                self.drive.eyes.begin_anew().map_err(Fatal::Eyes)?;
            }
            let verdicts = self.verdicts(&claim)?;
            let passed = verdicts.iter().all(|v| v.outcome == Outcome::Pass);
            let late = started.elapsed() > PATIENCE || Instant::now() >= self.deadline;
            if passed || late || self.drive.is_stopped() {
                return self.conclude(claim, verdicts, passed);
            }
            std::thread::sleep(JUDGE_PACE);
            turn += 1;
        }
    }

    fn verdicts(&mut self, claim: &Claim) -> Result<Vec<Verdict>, Fatal> {
        if self.task.goal.needs_desktop() {
            self.look()?;
            self.course.pointer = self.drive.seat.display().pointer().map_err(Fatal::Display)?;
        }
        let blank = || (Frame::new(1, 1, vec![0; 4]).ok(), Percept::default());
        let (frame, percept) = self.last.clone().map_or_else(blank, |(f, p)| (Some(f), p));
        let Some(frame) = frame else { return Ok(Vec::new()) };
        let eyes = &self.drive.eyes;
        let judged = |check| {
            let reread = |area| eyes.reread(&frame, area).ok();
            judge(check, &facts::gather(check, &self.course, claim, &percept, &frame, reread))
        };
        Ok(self.task.checks.iter().map(judged).collect())
    }

    fn conclude(&self, claim: Claim, verdicts: Vec<Verdict>, passed: bool) -> Result<Ending, Fatal> {
        let shot = match &self.last {
            Some((frame, _)) => Some(self.drive.journal.keep(frame)?),
            None => None,
        };
        let against: Vec<String> = verdicts
            .iter()
            .filter(|v| v.outcome != Outcome::Pass)
            .map(|v| format!("{}: {}", v.check, v.evidence.says))
            .collect();
        self.drive.journal.note(EventKind::Judged { task: self.task.id, attempt: self.attempt, verdicts, shot })?;
        if self.drive.is_stopped() {
            return Ok(Ending::Stopped);
        }
        let why = against.join("; ");
        let again = self.task.goal.is_repeatable() || !self.course.has_acted;
        Ok(match (passed, again) {
            (true, _) => Ending::Passed(claim),
            (false, true) => Ending::Failed(why),
            (false, false) => Ending::Unproved(why),
        })
    }
}

/// A field's own border is drawn a little around what is taken for its box.
const AROUND: i32 = 6;

/// Whether the field in `area` is where a text has just gone: nothing else on the screen has changed, or the
/// application says that it has the keyboard.
fn has_keyboard(area: RectPx, changed: Option<RectPx>, percept: &Percept) -> bool {
    let says_so = |e: &Element| {
        e.state.focused == Some(true)
            && e.role == Role::TextField
            && e.origins.state != Origin::Pixels
            && area.contains(e.area.center())
            && e.area.contains(area.center())
    };
    changed.is_some_and(|changed| area.grow(AROUND).holds(&changed)) || percept.elements.iter().any(says_so)
}

const fn changes_text(action: &Action) -> bool {
    matches!(action, Action::Type { .. } | Action::Paste { .. })
}

/// The names of what is at a place: that of the smallest element that has one, and the words there.
fn labels_at(percept: &Percept, at: PointPx) -> Vec<String> {
    // What a thing stands in does not say what the thing does.
    let is_ground = |e: &Element| {
        let grounds = [Role::Frame, Role::Pane, Role::Dialog, Role::TitleBar, Role::ListRow, Role::Image];
        grounds.contains(&e.role)
    };
    let here = percept.elements.iter().filter(|e| e.area.contains(at) && !is_ground(e) && e.label.is_some());
    let named = here.min_by_key(|e| e.area.area()).and_then(|e| e.label.clone());
    // An icon in a button has no label, and a word may stand on no button: both are asked about.
    let words = percept.text.iter().find(|t| t.area.contains(at)).map(|t| t.text.clone());
    named.into_iter().chain(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_the_keyboard_where_the_text_appears_or_the_application_says_so() {
        let field = RectPx::new(100, 50, 200, 30);
        let check = |changed: Option<RectPx>, percept: &Percept| has_keyboard(field, changed, percept);
        let none = Percept::default();
        assert!(check(Some(RectPx::new(104, 56, 40, 18)), &none));
        assert!(!check(Some(RectPx::new(104, 96, 40, 18)), &none));
        assert!(!check(Some(RectPx::new(104, 56, 40, 400)), &none));
        assert!(!check(None, &none));
        let mut focused = Element::seen(Role::TextField, field, 0.9);
        focused.state.focused = Some(true);
        let mut percept = Percept { elements: vec![focused], ..Percept::default() };
        assert!(!check(None, &percept));
        percept.elements[0].origins.state = Origin::Accessibility;
        assert!(check(None, &percept));
        percept.elements[0].area = RectPx::new(100, 90, 200, 30);
        assert!(!check(None, &percept));
    }

    #[test]
    fn what_a_thing_stands_in_does_not_name_it() {
        let element = |role, label: Option<&str>, area| Element {
            label: label.map(str::to_owned),
            ..Element::seen(role, area, 0.9)
        };
        let percept = Percept {
            elements: vec![
                element(Role::Pane, Some("Delete the order?"), RectPx::new(0, 0, 400, 300)),
                element(Role::Button, Some("Delete"), RectPx::new(40, 40, 80, 30)),
                element(Role::Icon, None, RectPx::new(45, 45, 20, 20)),
                element(Role::Icon, None, RectPx::new(200, 45, 20, 20)),
            ],
            ..Percept::default()
        };
        assert_eq!(labels_at(&percept, PointPx::new(50, 50)), ["Delete"]);
        assert!(labels_at(&percept, PointPx::new(210, 50)).is_empty());
    }
}
