//! Going on where a run was left, or from a task of an earlier one.

use super::errand::Fatal;
use super::journal::Journal;
use crate::task::{Claim, DesktopChoice, Event, EventKind, Graph, RunId, TaskId, TaskState};
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
        // The steps of a template leave nothing on a desktop of their own.
        let is_private = events.iter().any(|event| {
            matches!(&event.kind, EventKind::Asked { request, flow: None, .. } if matches!(request.desktop, DesktopChoice::Private { .. }))
        });
        let (graph, passed) = last_plan(events).filter(|_| !is_private)?;
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

/// The last graph, and what its tasks that have passed found out.
fn last_plan(events: &[Event]) -> Option<(Graph, BTreeMap<TaskId, Claim>)> {
    let mut plan = None;
    for event in events {
        match &event.kind {
            EventKind::Planned { graph } => plan = Some((graph.clone(), BTreeMap::new())),
            EventKind::TaskEnded { task, state: TaskState::Passed, claim, answer, .. } => {
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
    use crate::task::{AgentKind, Check, Goal, RetryPolicy, Task};

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
