//! A process that takes runs out of the queue, one after the other.

use super::pulse::LEASE;
use super::resume::Resumed;
use super::run::{Guardian, GuardianError, Work};
use crate::store::{Claimant, Holder, LaneLimits, Lease, Moment, Store, StoreError};
use crate::task::{Event, EventKind, Order, RunState, Terms};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// The longest time between two looks at the queue: a run may have become due.
const DUE: Duration = Duration::from_millis(500);

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerRules {
    pub limits: LaneLimits,
    /// How often the queue is looked at.
    pub round: Duration,
    /// A worker ends after so many runs, so that whatever grew in it is given back.
    pub most_runs: u32,
}

/// Takes runs until it is told to leave.
pub struct Worker<'a> {
    pub guardian: Guardian<'a>,
    pub rules: WorkerRules,
}

impl Worker<'_> {
    /// Works until it is told to leave, or has done its share; gives how many runs it drove.
    ///
    /// # Errors
    /// [`GuardianError::Store`] when the queue cannot be read or nothing can be recorded any more.
    pub fn work(&self) -> Result<u32, GuardianError> {
        let by = Claimant { holder: Holder::this(), lease_ms: LEASE.as_millis() as u64 };
        let (mut done, mut seen, mut looked) = (0, None, None::<Instant>);
        while !self.is_leaving() && done < self.rules.most_runs {
            let version = self.store().version()?;
            let is_due = looked.is_none_or(|at| at.elapsed() >= DUE);
            if seen != Some(version) || is_due {
                seen = Some(version);
                looked = Some(Instant::now());
                let next = self.store().claim_next(&by, &self.rules.limits, Moment::now())?;
                if let Some(lease) = next {
                    self.drive(lease)?;
                    (done, seen) = (done + 1, None);
                    continue;
                }
            }
            thread::sleep(self.rules.round);
        }
        Ok(done)
    }

    fn is_leaving(&self) -> bool {
        self.guardian.leave.load(Ordering::Relaxed) || self.guardian.stop.load(Ordering::Relaxed)
    }

    fn store(&self) -> std::sync::MutexGuard<'_, dyn Store + 'static> {
        self.guardian.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drives one run to its end; a run that was taken away meanwhile is somebody else's.
    fn drive(&self, lease: Lease) -> Result<(), GuardianError> {
        let events = self.store().events(&lease.run)?;
        let Some(order) = order_of(&events) else { return self.end_unreadable(&lease) };
        let work = self.work_of(&order.terms, &events)?;
        match self.guardian.drive(lease, &order, work) {
            Err(GuardianError::Store(StoreError::Taken(run))) => {
                tracing::warn!(%run, "the run was taken away");
                Ok(())
            }
            driven => driven.map(drop),
        }
    }

    fn work_of(&self, terms: &Terms, events: &[Event]) -> Result<Work, StoreError> {
        if let Some(left) = Resumed::of(events) {
            return Ok(Work::Resume(left));
        }
        let Some(resume) = &terms.resumes else { return Ok(Work::Plan) };
        let earlier = self.store().events(&resume.run)?;
        Ok(Resumed::from_task(&earlier, resume.from_task).map_or(Work::Plan, Work::Resume))
    }

    fn end_unreadable(&self, lease: &Lease) -> Result<(), GuardianError> {
        let reason = Some("what was asked for cannot be read any more".to_owned());
        let end = EventKind::Finished { state: RunState::Unstartable, reason, hint: None, answer: None };
        self.store().append(lease, Moment::now().at_ms, end)?;
        Ok(())
    }
}

/// What a run with these events was asked to do.
pub fn order_of(events: &[Event]) -> Option<Order> {
    events.iter().find_map(|event| match event.kind.clone() {
        EventKind::Asked { request, terms, flow } => Some(Order { request, terms, flow: flow.map(|f| *f) }),
        _ => None,
    })
}
