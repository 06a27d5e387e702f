use super::{EventKind, FlowOrder, Request, RunId, RunState, TaskId};
use serde::{Deserialize, Serialize};

/// The lane of runs that say none.
pub const DEFAULT_LANE: &str = "default";
/// The lane of runs on a display that people use, too.
pub const DESKTOP_LANE: &str = "desktop";

/// What is put into the queue: a request, and on which terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub request: Request,
    #[serde(default)]
    pub terms: Terms,
    /// The template with its parameters, where it is the run of one.
    #[serde(default)]
    pub flow: Option<FlowOrder>,
}

impl Order {
    /// An order for what a sentence asks.
    pub const fn new(request: Request, terms: Terms) -> Self {
        Self { request, terms, flow: None }
    }

    /// The event that records it.
    pub fn asked(self) -> EventKind {
        let Self { request, terms, flow } = self;
        EventKind::Asked { request, terms, flow: flow.map(Box::new) }
    }
}

/// On which terms a run waits, and how often it is tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// Runs of one lane wait for each other; how many of a lane run at once is a setting.
    pub lane: String,
    /// Of a lane, what is higher goes first.
    pub priority: i32,
    /// A second order with the same key is the first one.
    pub key: Option<String>,
    /// How often the run may be begun; handing it back does not count.
    pub attempts: u32,
    pub backoff: Backoff,
    /// Not to be begun before, in milliseconds since the Unix epoch.
    pub not_before_ms: Option<u64>,
    /// The run of which this is a part.
    pub parent: Option<RunId>,
    /// Who asked, in words.
    pub origin: String,
    /// Questions wait for an answer instead of ending the run.
    pub is_attended: bool,
    /// The tasks of an earlier run, from one of them on.
    pub resumes: Option<Resume>,
    /// The work may be done twice: an attempt that has acted may be followed by another.
    pub is_repeatable: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            lane: DEFAULT_LANE.into(),
            priority: 0,
            key: None,
            attempts: 1,
            backoff: Backoff::default(),
            not_before_ms: None,
            parent: None,
            origin: String::new(),
            is_attended: false,
            resumes: None,
            is_repeatable: false,
        }
    }
}

/// Where a run goes on from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    pub run: RunId,
    /// This task and all that follow from it are done again; what else had passed counts as done.
    pub from_task: TaskId,
}

/// How long a run waits before it is begun again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Backoff {
    None,
    /// `step_ms` more after each attempt.
    Linear {
        step_ms: u64,
    },
    /// Twice as long after each attempt, up to `most_ms`.
    Exponential {
        first_ms: u64,
        most_ms: u64,
    },
}

impl Default for Backoff {
    fn default() -> Self {
        Self::Exponential { first_ms: 1_000, most_ms: 300_000 }
    }
}

impl Backoff {
    /// How long to wait after attempt number `attempt`, which counts from 1, in milliseconds.
    pub fn after(self, attempt: u32) -> u64 {
        match self {
            Self::None => 0,
            Self::Linear { step_ms } => step_ms.saturating_mul(attempt.into()),
            Self::Exponential { first_ms, most_ms } => {
                let doubled = 1_u64.checked_shl(attempt.saturating_sub(1)).unwrap_or(u64::MAX);
                first_ms.saturating_mul(doubled).min(most_ms)
            }
        }
    }
}

/// What a person wants of a run that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    Cancel,
    /// Wait between two steps.
    Pause,
    Resume,
}

impl Signal {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Pause => "pause",
            Self::Resume => "resume",
        }
    }

    /// The signal of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Cancel, Self::Pause, Self::Resume].into_iter().find(|s| s.name() == name)
    }

    /// What is wanted after this was said, where `before` was wanted: who cancels does not change their mind.
    fn after(self, before: Option<Self>) -> Option<Self> {
        match (before, self) {
            (Some(Self::Cancel), _) | (_, Self::Cancel) => Some(Self::Cancel),
            (_, Self::Pause) => Some(Self::Pause),
            (_, Self::Resume) => None,
        }
    }
}

/// Where a run stands in the queue: a fold of its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub state: RunState,
    /// Whether a process drives it.
    pub is_held: bool,
    /// What that process is to do.
    pub wanted: Option<Signal>,
}

impl Standing {
    /// Before the first event.
    pub const NEW: Self = Self { state: RunState::Queued, is_held: false, wanted: None };

    /// Where it stands after one more event.
    pub fn after(self, kind: &EventKind) -> Self {
        let moved = |state| Self { state, ..self };
        let left = |state| Self { state, is_held: false, wanted: None };
        match kind {
            EventKind::Claimed { .. } => Self { state: RunState::Running, is_held: true, wanted: None },
            EventKind::Signalled { signal, .. } if self.is_held => Self { wanted: signal.after(self.wanted), ..self },
            EventKind::Signalled { signal: Signal::Pause, .. } => moved(RunState::Paused),
            EventKind::Signalled { signal: Signal::Resume, .. } => moved(RunState::Queued),
            EventKind::Paused => moved(RunState::Paused),
            EventKind::Question { .. } if self.is_held => moved(RunState::Waiting),
            EventKind::Resumed | EventKind::Answered { .. } => moved(RunState::Running),
            EventKind::Requeued { .. } => left(RunState::Queued),
            EventKind::Interrupted { .. } => left(RunState::Interrupted),
            EventKind::Finished { state, .. } => left(*state),
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_and_is_bounded() {
        let doubling = Backoff::Exponential { first_ms: 100, most_ms: 1_000 };
        assert_eq!([1, 2, 3, 4, 5, 99].map(|n| doubling.after(n)), [100, 200, 400, 800, 1_000, 1_000]);
        assert_eq!([1, 3].map(|n| Backoff::Linear { step_ms: 50 }.after(n)), [50, 150]);
        assert_eq!(Backoff::None.after(7), 0);
    }

    fn standing_after(kinds: &[EventKind]) -> Standing {
        kinds.iter().fold(Standing::NEW, Standing::after)
    }

    fn claimed() -> EventKind {
        EventKind::Claimed { holder: "process 1".into(), lease: 1, attempt: 1 }
    }

    fn told(signal: Signal) -> EventKind {
        EventKind::Signalled { signal, by: "Ada".into() }
    }

    #[test]
    fn what_waits_pauses_at_once_and_what_is_driven_when_its_driver_says_so() {
        let waiting = standing_after(&[told(Signal::Pause)]);
        assert_eq!((waiting.state, waiting.wanted), (RunState::Paused, None));
        assert_eq!(standing_after(&[told(Signal::Pause), told(Signal::Resume)]), Standing::NEW);
        let driven = standing_after(&[claimed(), told(Signal::Pause)]);
        assert_eq!((driven.state, driven.wanted), (RunState::Running, Some(Signal::Pause)));
        let paused = standing_after(&[claimed(), told(Signal::Pause), EventKind::Paused, told(Signal::Resume)]);
        assert_eq!((paused.state, paused.wanted), (RunState::Paused, None));
    }

    #[test]
    fn a_cancelled_run_does_not_go_on() {
        let standing = standing_after(&[claimed(), told(Signal::Cancel), told(Signal::Resume), told(Signal::Pause)]);
        assert_eq!(standing.wanted, Some(Signal::Cancel));
    }

    #[test]
    fn terms_that_say_nothing_are_the_usual_ones() {
        let terms: Terms = serde_json::from_str("{}").unwrap();
        assert_eq!(terms, Terms::default());
    }
}
