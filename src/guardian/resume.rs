//! Going on where a run was left, or from a task of an earlier one.

use super::errand::Fatal;
use super::journal::Journal;
use crate::task::{Claim, DesktopChoice, Event, EventKind, Goal, Graph, RunId, Task, TaskId, TaskState};
use std::collections::{BTreeMap, BTreeSet};

/// Tasks of which some have passed.
#[derive(Debug)]
pub struct Resumed {
    pub graph: Graph,
    /// What those that have passed found out.
    pub passed: BTreeMap<TaskId, Claim>,
    /// The run in which they passed, where it is another one.
    pub carried_from: Option<RunId>,
}

impl Resumed {
    /// What is left of a run with these events; `None` where nothing was planned yet, or where what its tasks did went
    /// with its private desktop.
    pub fn of(events: &[Event]) -> Option<Self> {
        let (graph, passed) = last_plan(events).filter(|_| !is_on_private(events))?;
        Some(Self { graph, passed, carried_from: None })
    }

    /// The tasks of an earlier run with these events, from `from` on: that one and all that need it are done again.
    pub fn from_task(events: &[Event], from: TaskId) -> Option<Self> {
        let (graph, mut passed) = last_plan(events)?;
        graph.task(from)?;
        let again = with_followers(&graph, from);
        passed.retain(|task, _| !again.contains(task));
        let carried_from = Some(events.first()?.run.clone());
        Some(Self { graph, passed, carried_from })
    }
}

/// The tasks in which something was done that whoever drives a run with these events next would do again: all of a
/// private desktop, which is gone with what was done there, else those that have not passed.
pub fn begun_again(events: &[Event]) -> Vec<Task> {
    let Some((graph, passed)) = last_plan(events) else { return Vec::new() };
    let is_kept = |task: &TaskId| !is_on_private(events) && passed.contains_key(task);
    let acted: BTreeSet<TaskId> = events.iter().filter_map(|event| acted_in(&event.kind, &graph)).collect();
    graph.tasks().iter().filter(|task| acted.contains(&task.id) && !is_kept(&task.id)).cloned().collect()
}

/// The task in which an event says that something was done, or may have been: a step of a template is recorded when it
/// has ended, but does its work from its beginning on.
fn acted_in(kind: &EventKind, graph: &Graph) -> Option<TaskId> {
    match kind {
        EventKind::Stepped { task, .. } => Some(*task),
        EventKind::TaskStarted { task, .. } => {
            Some(*task).filter(|task| graph.task(*task).is_some_and(|t| matches!(t.goal, Goal::Step { .. })))
        }
        _ => None,
    }
}

/// Whether a run with these events works on a desktop that is made for it. The steps of a template leave nothing there.
fn is_on_private(events: &[Event]) -> bool {
    events.iter().any(|event| match &event.kind {
        EventKind::Asked { request, flow: None, .. } => matches!(request.desktop, DesktopChoice::Private { .. }),
        _ => false,
    })
}

/// The last graph, and what its tasks that have passed found out.
fn last_plan(events: &[Event]) -> Option<(Graph, BTreeMap<TaskId, Claim>)> {
    let mut plan = None;
    let flow = events.iter().find_map(|event| match &event.kind {
        EventKind::Asked { flow, .. } => flow.as_ref(),
        _ => None,
    });
    let may_fail = |task: &TaskId| flow.and_then(|f| f.template.step(*task)).is_some_and(|step| step.may_fail);
    for event in events {
        match &event.kind {
            EventKind::Planned { graph } => plan = Some((graph.clone(), BTreeMap::new())),
            // A step that may fail and did is over as well.
            EventKind::TaskEnded { task, state, claim, answer, .. }
                if *state == TaskState::Passed || (*state == TaskState::Failed && may_fail(task)) =>
            {
                if let Some((_, passed)) = &mut plan {
                    let told = || Claim { answer: answer.clone(), ..Claim::default() };
                    passed.insert(*task, claim.clone().unwrap_or_else(told));
                }
            }
            _ => {}
        }
    }
    plan
}

/// A task and all that need it, directly or not.
fn with_followers(graph: &Graph, first: TaskId) -> BTreeSet<TaskId> {
    let mut all = BTreeSet::from([first]);
    loop {
        let more: Vec<TaskId> = graph
            .tasks()
            .iter()
            .filter(|t| !all.contains(&t.id) && t.needs.iter().any(|n| all.contains(n)))
            .map(|t| t.id)
            .collect();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// Records what a run takes over from another one.
pub fn carry_over(
    journal: &Journal<'_>,
    graph: &Graph,
    passed: &BTreeMap<TaskId, Claim>,
    from: &RunId,
) -> Result<(), Fatal> {
    journal.note(EventKind::Planned { graph: graph.clone() })?;
    for (task, claim) in passed {
        journal.note(EventKind::TaskEnded {
            task: *task,
            attempt: 0,
            state: TaskState::Passed,
            reason: Some(format!("passed in run {from}")),
            answer: claim.answer.clone(),
            claim: Some(claim.clone()),
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{AgentKind, Check, Order, Policy, Request, RetryPolicy, Terms};

    fn task(id: u32, needs: &[u32]) -> Task {
        Task {
            id: TaskId(id),
            description: String::new(),
            kind: AgentKind::Automation,
            goal: Goal::Pause { ms: 1 },
            needs: needs.iter().map(|n| TaskId(*n)).collect(),
            checks: vec![Check::Paused],
            timeout_ms: 1,
            retry: RetryPolicy::default(),
        }
    }

    fn ended(task: u32, answer: &str) -> EventKind {
        EventKind::TaskEnded {
            task: TaskId(task),
            attempt: 1,
            state: TaskState::Passed,
            reason: None,
            answer: Some(answer.into()),
            claim: None,
        }
    }

    fn events() -> Vec<Event> {
        let graph = Graph::new(vec![task(1, &[]), task(2, &[1]), task(3, &[2]), task(4, &[1])]).unwrap();
        let kinds = [EventKind::Planned { graph }, ended(1, "a"), ended(2, "b"), ended(4, "d")];
        (1..).zip(kinds).map(|(seq, kind)| Event { run: RunId("r".into()), seq, at_ms: 0, kind }).collect()
    }

    fn asked(desktop: DesktopChoice) -> EventKind {
        let (text, cwd, policy) = (String::new(), "/".into(), Policy::default());
        Order::new(Request { text, desktop, cwd, timeout_ms: 1, policy }, Terms::default()).asked()
    }

    fn stepped(task: u32) -> EventKind {
        EventKind::Stepped {
            task: TaskId(task),
            attempt: 1,
            did: String::new(),
            why: String::new(),
            action: None,
            aim: None,
            changed: None,
            before: None,
            after: None,
            took_ms: 0,
        }
    }

    fn again(desktop: DesktopChoice, kinds: &[EventKind]) -> Vec<u32> {
        let mut all = vec![Event { run: RunId("r".into()), seq: 0, at_ms: 0, kind: asked(desktop) }];
        all.extend(events());
        all.extend((9..).zip(kinds).map(|(seq, kind)| Event {
            run: RunId("r".into()),
            seq,
            at_ms: 0,
            kind: kind.clone(),
        }));
        begun_again(&all).iter().map(|task| task.id.0).collect()
    }

    #[test]
    fn what_was_done_in_a_task_that_has_not_passed_would_be_done_again() {
        let here = || DesktopChoice::Given(":1".into());
        assert_eq!(again(here(), &[stepped(1), stepped(2)]), [0; 0]);
        assert_eq!(again(here(), &[stepped(2), stepped(3)]), [3]);
        // What was done on a desktop that is gone is done again as a whole.
        assert_eq!(again(DesktopChoice::Private { width: 800, height: 600 }, &[stepped(2), stepped(3)]), [2, 3]);
        // That another kind of task has begun is nothing done.
        let started = EventKind::TaskStarted { task: TaskId(3), attempt: 1, pid: 1 };
        assert_eq!(again(here(), std::slice::from_ref(&started)), [0; 0]);
    }

    #[test]
    fn a_step_of_a_template_may_have_acted_once_it_has_begun() {
        let step = Task { goal: Goal::Step { step: "a".into(), kind: "shell".into() }, ..task(1, &[]) };
        let graph = Graph::new(vec![step]).unwrap();
        let started = EventKind::TaskStarted { task: TaskId(1), attempt: 1, pid: 1 };
        let kinds = [EventKind::Planned { graph }, started];
        let events: Vec<Event> =
            (1..).zip(kinds).map(|(seq, kind)| Event { run: RunId("r".into()), seq, at_ms: 0, kind }).collect();
        assert_eq!(begun_again(&events).len(), 1);
    }

    #[test]
    fn what_has_passed_is_not_done_again() {
        let left = Resumed::of(&events()).unwrap();
        assert_eq!(left.passed.keys().map(|t| t.0).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(left.passed[&TaskId(2)].answer.as_deref(), Some("b"));
    }

    #[test]
    fn a_task_is_done_again_with_all_that_need_it() {
        let left = Resumed::from_task(&events(), TaskId(2)).unwrap();
        assert_eq!(left.passed.keys().map(|t| t.0).collect::<Vec<_>>(), [1, 4]);
        assert!(Resumed::from_task(&events(), TaskId(9)).is_none());
        assert!(Resumed::of(&[]).is_none());
    }
}
