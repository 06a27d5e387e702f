use super::{Action, Event, EventKind, Request, RunId, Shot, Standing, Task, TaskId, Verdict};
use crate::screen::RectPx;
use serde::{Deserialize, Serialize};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Queued,
    Running,
    /// A question is open; it goes on when it is answered.
    Waiting,
    /// Until it is told to go on.
    Paused,
    /// Done, and every check passed.
    Passed,
    /// Ended, and not achieved or not proved.
    Failed,
    /// Could not begin: no display, a missing model, a missing application.
    Unstartable,
    /// Stopped to ask the person.
    Asking,
    /// Stopped because the policy forbids it.
    Refused,
    /// Stopped by the person.
    Cancelled,
    /// Its process died.
    Interrupted,
}

impl RunState {
    pub const ALL: [Self; 11] = [
        Self::Queued,
        Self::Running,
        Self::Waiting,
        Self::Paused,
        Self::Passed,
        Self::Failed,
        Self::Unstartable,
        Self::Asking,
        Self::Refused,
        Self::Cancelled,
        Self::Interrupted,
    ];

    /// The state of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The process exit code that says so.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed | Self::Interrupted | Self::Queued | Self::Running | Self::Waiting | Self::Paused => 1,
            Self::Unstartable => 2,
            Self::Asking | Self::Refused => 3,
            Self::Cancelled => 130,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unstartable => "unstartable",
            Self::Asking => "asking",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running | Self::Waiting | Self::Paused)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    Waiting,
    Running,
    Passed,
    Failed,
    /// Never begun, because something before it failed.
    Skipped,
}

/// Everything about one run, folded from its events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub run: RunId,
    pub request: Option<Request>,
    pub state: RunState,
    /// Whether a process drives it.
    #[serde(default)]
    pub is_held: bool,
    pub reason: Option<String>,
    pub hint: Option<String>,
    pub answer: Option<String>,
    pub question: Option<String>,
    pub options: Vec<String>,
    pub display: Option<String>,
    pub asked_ms: u64,
    pub ended_ms: Option<u64>,
    /// From the asking to the first action, in milliseconds.
    pub first_action_ms: Option<u64>,
    pub tasks: Vec<TaskReport>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskReport {
    pub task: Task,
    pub state: TaskState,
    pub reason: Option<String>,
    pub answer: Option<String>,
    pub attempts: Vec<AttemptReport>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AttemptReport {
    pub began_ms: u64,
    pub ended_ms: Option<u64>,
    pub spawn_cpu_ms: Option<f64>,
    pub reason: Option<String>,
    pub steps: Vec<StepReport>,
    pub verdicts: Vec<Verdict>,
    pub verdict_shot: Option<Shot>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    pub at_ms: u64,
    pub did: String,
    pub why: String,
    pub action: Option<Action>,
    pub aim: Option<RectPx>,
    pub changed: Option<RectPx>,
    pub before: Option<Shot>,
    pub after: Option<Shot>,
    pub took_ms: u64,
    /// Why it was not performed, where it was not.
    pub refused: Option<String>,
}

impl Report {
    /// Folds the events of one run, in order. `None` when there are none.
    pub fn fold(events: &[Event]) -> Option<Self> {
        let first = events.first()?;
        let mut report = Self {
            run: first.run.clone(),
            request: None,
            state: RunState::Queued,
            is_held: false,
            reason: None,
            hint: None,
            answer: None,
            question: None,
            options: Vec::new(),
            display: None,
            asked_ms: first.at_ms,
            ended_ms: None,
            first_action_ms: None,
            tasks: Vec::new(),
        };
        for event in events {
            report.apply(event);
        }
        Some(report)
    }

    fn task_mut(&mut self, id: TaskId) -> Option<&mut TaskReport> {
        self.tasks.iter_mut().find(|t| t.task.id == id)
    }

    fn attempt_mut(&mut self, id: TaskId) -> Option<&mut AttemptReport> {
        self.task_mut(id)?.attempts.last_mut()
    }

    fn note_first_action(&mut self, at_ms: u64) {
        self.first_action_ms.get_or_insert(at_ms.saturating_sub(self.asked_ms));
    }

    fn apply(&mut self, event: &Event) {
        let at_ms = event.at_ms;
        // What is wanted of it makes no difference to where it stands.
        let standing = Standing { state: self.state, is_held: self.is_held, wanted: None }.after(&event.kind);
        (self.state, self.is_held) = (standing.state, standing.is_held);
        match &event.kind {
            EventKind::Asked { request, .. } => self.request = Some(request.clone()),
            EventKind::Planned { graph } => {
                self.tasks = graph.tasks().iter().cloned().map(TaskReport::waiting).collect();
            }
            EventKind::DesktopReady { display, .. } => self.display = Some(display.clone()),
            EventKind::TaskStarted { task, .. } => {
                if let Some(task) = self.task_mut(*task) {
                    task.state = TaskState::Running;
                    task.attempts.push(AttemptReport { began_ms: at_ms, ..Default::default() });
                }
            }
            EventKind::AgentReady { task, spawn_cpu_ms, .. } => {
                if let Some(attempt) = self.attempt_mut(*task) {
                    attempt.spawn_cpu_ms = Some(*spawn_cpu_ms);
                }
            }
            EventKind::Stepped { task, took_ms, .. } => {
                self.note_first_action(at_ms.saturating_sub(*took_ms));
                let step = StepReport::from_event(event);
                if let (Some(attempt), Some(step)) = (self.attempt_mut(*task), step) {
                    attempt.steps.push(step);
                }
            }
            EventKind::Refused { task, .. } => {
                let step = StepReport::from_event(event);
                if let (Some(attempt), Some(step)) = (self.attempt_mut(*task), step) {
                    attempt.steps.push(step);
                }
            }
            EventKind::Question { question, options, .. } => {
                self.question = Some(question.clone());
                self.options = options.clone();
            }
            EventKind::Judged { task, verdicts, shot, .. } => {
                if let Some(attempt) = self.attempt_mut(*task) {
                    attempt.verdicts = verdicts.clone();
                    attempt.verdict_shot = shot.clone();
                }
            }
            EventKind::TaskEnded { task, state, reason, answer, .. } => {
                if let Some(attempt) = self.attempt_mut(*task) {
                    attempt.ended_ms = Some(at_ms);
                    attempt.reason = reason.clone();
                }
                if let Some(task) = self.task_mut(*task) {
                    task.state = *state;
                    task.reason = reason.clone();
                    task.answer = answer.clone();
                }
            }
            EventKind::Answered { .. } => {
                self.question = None;
                self.options = Vec::new();
            }
            EventKind::Requeued { reason, .. } => self.reason = Some(reason.clone()),
            EventKind::Claimed { .. }
            | EventKind::Signalled { .. }
            | EventKind::Paused
            | EventKind::Resumed
            | EventKind::Artifact { .. } => {}
            EventKind::Interrupted { holder } => {
                self.reason = Some(format!("its process ({holder}) is gone"));
                self.ended_ms = Some(at_ms);
            }
            EventKind::Finished { reason, hint, answer, .. } => {
                self.reason = reason.clone();
                self.hint = hint.clone();
                self.answer = answer.clone();
                self.ended_ms = Some(at_ms);
            }
        }
    }
}

impl TaskReport {
    fn waiting(task: Task) -> Self {
        Self { task, state: TaskState::Waiting, reason: None, answer: None, attempts: Vec::new() }
    }
}

impl StepReport {
    fn from_event(event: &Event) -> Option<Self> {
        match event.kind.clone() {
            EventKind::Stepped { did, why, action, aim, changed, before, after, took_ms, .. } => {
                Some(Self { at_ms: event.at_ms, did, why, action, aim, changed, before, after, took_ms, refused: None })
            }
            EventKind::Refused { what, why, .. } => Some(Self {
                at_ms: event.at_ms,
                did: what,
                why: String::new(),
                action: None,
                aim: None,
                changed: None,
                before: None,
                after: None,
                took_ms: 0,
                refused: Some(why),
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64, at_ms: u64, kind: EventKind) -> Event {
        Event { run: RunId("r".into()), seq, at_ms, kind }
    }

    #[test]
    fn no_events_are_no_report() {
        assert_eq!(Report::fold(&[]), None);
    }

    #[test]
    fn a_run_whose_process_died_is_interrupted_not_failed() {
        let events = [
            event(1, 10, EventKind::Claimed { holder: "7".into(), lease: 1, attempt: 1 }),
            event(2, 20, EventKind::Interrupted { holder: "7".into() }),
        ];
        let report = Report::fold(&events).unwrap();
        assert_eq!(report.state, RunState::Interrupted);
        assert_eq!(report.ended_ms, Some(20));
    }

    #[test]
    fn only_a_proved_run_exits_with_0() {
        use RunState::*;
        for state in RunState::ALL.into_iter().filter(|s| *s != Passed) {
            assert_ne!(state.exit_code(), 0, "{state:?}");
        }
        assert_eq!(Passed.exit_code(), 0);
    }
}
