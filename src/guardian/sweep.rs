//! Runs whose driver is gone: begun again where that does no harm, ended where it might.

use super::resume::begun_again;
use crate::store::{Lease, Moment, Store, StoreError};
use crate::task::{Event, EventKind, Terms};

/// Takes away the leases of drivers that are gone or have given no sign of life for too long; gives how many.
///
/// # Errors
/// Those of the store.
pub fn sweep(store: &mut dyn Store, now: Moment) -> Result<usize, StoreError> {
    let mut swept = 0;
    for (lease, until_up_ms) in store.leases()? {
        if !is_lost(&lease, until_up_ms, now) {
            continue;
        }
        let kind = after_loss(&store.events(&lease.run)?, &lease, now);
        swept += usize::from(store.take_away(&lease, until_up_ms, now.at_ms, kind)?);
    }
    Ok(swept)
}

fn is_lost(lease: &Lease, until_up_ms: u64, now: Moment) -> bool {
    // The times of another start of the machine say nothing; a process that is no more gives no more signs.
    !lease.holder.is_alive() || until_up_ms < now.up_ms
}

/// What becomes of a run with these events whose driver is gone.
fn after_loss(events: &[Event], lease: &Lease, now: Moment) -> EventKind {
    let terms = terms_of(events);
    let holder = lease.holder.to_string();
    if lease.attempt < terms.attempts && (terms.is_repeatable || begun_again(events).is_empty()) {
        let not_before_ms = now.at_ms + terms.backoff.after(lease.attempt);
        return EventKind::Requeued { reason: format!("its process ({holder}) is gone"), not_before_ms, counted: true };
    }
    EventKind::Interrupted { holder }
}

/// The terms on which a run with these events was asked.
pub fn terms_of(events: &[Event]) -> Terms {
    let asked = events.iter().find_map(|event| match &event.kind {
        EventKind::Asked { terms, .. } => Some(terms.clone()),
        _ => None,
    });
    asked.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Claimant, History, Holder, InMemory, Queue};
    use crate::task::{
        AgentKind, Check, DesktopChoice, Goal, Graph, Order, Policy, Request, RetryPolicy, RunId, RunState, Task,
        TaskId,
    };

    fn order(terms: Terms) -> Order {
        let desktop = DesktopChoice::Given(":1".into());
        let (text, cwd, policy) = ("press OK".to_owned(), "/".into(), Policy::default());
        Order::new(Request { text, desktop, cwd, timeout_ms: 1000, policy }, terms)
    }

    fn at(up_ms: u64) -> Moment {
        Moment { at_ms: 1_000, up_ms }
    }

    fn claimed(store: &mut InMemory, terms: Terms, holder: Holder) -> (RunId, Lease) {
        let run = store.enqueue(&order(terms), 1).unwrap().run;
        let lease = store.claim(&run, &Claimant { holder, lease_ms: 100 }, None, at(0)).unwrap();
        (run, lease)
    }

    fn dead() -> Holder {
        Holder { started: 1, ..Holder::this() }
    }

    fn planned() -> EventKind {
        let task = Task {
            id: TaskId(1),
            description: String::new(),
            kind: AgentKind::Automation,
            goal: Goal::Pause { ms: 1 },
            needs: Vec::new(),
            checks: vec![Check::Paused],
            timeout_ms: 1,
            retry: RetryPolicy::default(),
        };
        EventKind::Planned { graph: Graph::new(vec![task]).unwrap() }
    }

    fn step() -> EventKind {
        EventKind::Stepped {
            task: TaskId(1),
            attempt: 1,
            did: "click".into(),
            why: "press it".into(),
            action: None,
            aim: None,
            changed: None,
            before: None,
            after: None,
            took_ms: 1,
        }
    }

    fn state_after(terms: Terms, acts: bool) -> RunState {
        let mut store = InMemory::default();
        let (run, lease) = claimed(&mut store, terms, dead());
        if acts {
            store.append(&lease, 2, planned()).unwrap();
            store.append(&lease, 2, step()).unwrap();
        }
        assert_eq!(sweep(&mut store, at(50)).unwrap(), 1);
        store.row(&run).unwrap().state
    }

    #[test]
    fn what_has_not_acted_is_begun_again() {
        let twice = Terms { attempts: 2, ..Terms::default() };
        assert_eq!(state_after(twice.clone(), false), RunState::Queued);
        assert_eq!(state_after(twice.clone(), true), RunState::Interrupted);
        assert_eq!(state_after(Terms { is_repeatable: true, ..twice }, true), RunState::Queued);
        assert_eq!(state_after(Terms::default(), false), RunState::Interrupted);
    }

    #[test]
    fn who_gives_no_sign_of_life_loses_the_run() {
        let mut store = InMemory::default();
        let (run, lease) = claimed(&mut store, Terms::default(), Holder::this());
        assert_eq!(sweep(&mut store, at(100)).unwrap(), 0);
        store.renew(&lease, 100, at(90)).unwrap();
        assert_eq!(sweep(&mut store, at(150)).unwrap(), 0);
        assert_eq!(sweep(&mut store, at(191)).unwrap(), 1);
        assert_eq!(store.row(&run).unwrap().state, RunState::Interrupted);
    }
}
