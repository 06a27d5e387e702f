//! Nouns of work: what was asked, what follows from it, what was done, what was proved.
//!
//! Pure data and pure folds. Nothing here reads a clock, a file or a screen; time comes in as
//! milliseconds since the Unix epoch.

mod action;
mod brief;
mod check;
mod event;
mod graph;
mod report;
mod request;
mod template;
mod terms;
mod value;

pub use action::{Action, Arrangement, Button, Chord, ChordError, Modifier};
pub use brief::{Arrived, Ask, Brief, Claim, Observation, Reply, Step};
pub use check::{
    Check, Choice, CommandFact, Evidence, Facts, FileFact, FileState, Found, Moved, Outcome, Reaction, Verdict,
};
pub use event::{Event, EventKind, Shot};
pub use graph::{AgentKind, Best, FOUND, Goal, Graph, GraphError, RetryPolicy, Scope, Side, Suggestion, Task, TaskId};
pub use report::{AttemptReport, Report, RunState, StepReport, TaskReport, TaskState};
pub use request::{DesktopChoice, Policy, Request, RequestError, Rule, RunId};
pub use template::{Flow, FlowOrder, MOST_STEPS, Step as TemplateStep, Template, TemplateError, Work};
pub use terms::{Backoff, DEFAULT_LANE, DESKTOP_LANE, Order, Resume, Signal, Standing, Terms};
pub use value::{Day, MONTHS, is_between, is_same, is_when, minutes, number_in, written};
