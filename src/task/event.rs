use super::{Action, Claim, FlowOrder, Graph, Request, RunId, RunState, Signal, TaskId, TaskState, Terms, Verdict};
use crate::screen::RectPx;
use serde::{Deserialize, Serialize};

/// One fact in the life of a run. The events of a run, in order, are all of its state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub run: RunId,
    /// Counts from 1 without gaps.
    pub seq: u64,
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    #[serde(flatten)]
    pub kind: EventKind,
}

/// A stored picture of a display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shot {
    /// The sha256 of the PNG file, which is its name in the store.
    pub blob: String,
    pub width: u32,
    pub height: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    Asked {
        request: Request,
        #[serde(default)]
        terms: Terms,
        /// The template with its parameters, where it is the run of one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow: Option<Box<FlowOrder>>,
    },
    Claimed {
        holder: String,
        /// The number of the lease.
        #[serde(default)]
        lease: u64,
        /// How often the run has been begun, this time counted.
        #[serde(default = "first")]
        attempt: u32,
    },
    /// Somebody wants the run to pause, go on or end.
    Signalled {
        signal: Signal,
        by: String,
    },
    /// It waits between two steps.
    Paused,
    /// It goes on after a pause.
    Resumed,
    Planned {
        graph: Graph,
    },
    DesktopReady {
        display: String,
        width: u32,
        height: u32,
        private: bool,
    },
    TaskStarted {
        task: TaskId,
        attempt: u32,
        pid: u32,
    },
    /// The child's first answer; `spawn_cpu_ms` is the processor time it had used by then.
    AgentReady {
        task: TaskId,
        attempt: u32,
        spawn_cpu_ms: f64,
    },
    Stepped {
        task: TaskId,
        attempt: u32,
        /// What was done, in words.
        did: String,
        why: String,
        action: Option<Action>,
        aim: Option<RectPx>,
        changed: Option<RectPx>,
        before: Option<Shot>,
        after: Option<Shot>,
        took_ms: u64,
    },
    /// A step that was not performed.
    Refused {
        task: TaskId,
        attempt: u32,
        what: String,
        why: String,
    },
    Question {
        task: Option<TaskId>,
        question: String,
        options: Vec<String>,
    },
    /// `question` is the number of the event that asked.
    Answered {
        question: u64,
        answer: String,
        by: String,
    },
    /// A file that the work left; `blob` is its name in the store.
    Artifact {
        task: Option<TaskId>,
        name: String,
        media: String,
        bytes: u64,
        blob: String,
    },
    Judged {
        task: TaskId,
        attempt: u32,
        verdicts: Vec<Verdict>,
        shot: Option<Shot>,
    },
    TaskEnded {
        task: TaskId,
        attempt: u32,
        state: TaskState,
        reason: Option<String>,
        answer: Option<String>,
        /// What the tasks after it are told, where it has passed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<Claim>,
    },
    /// The run is back in the queue; `counted` says whether the attempt was one.
    Requeued {
        reason: String,
        not_before_ms: u64,
        counted: bool,
    },
    /// The process that drove the run is gone without having finished it.
    Interrupted {
        holder: String,
    },
    Finished {
        state: RunState,
        reason: Option<String>,
        hint: Option<String>,
        answer: Option<String>,
    },
}

const fn first() -> u32 {
    1
}
