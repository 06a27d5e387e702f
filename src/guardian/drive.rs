//! What all attempts of one run share.

use super::eyes::Eyes;
use super::journal::Journal;
use super::pulse::Wanted;
use super::seat::Seat;
use crate::display::{Desktop, Rein};
use crate::sandbox::Sandbox;
use crate::screen::Frame;
use crate::store::StoreError;
use crate::task::{EventKind, Policy, Request, TaskId, Terms};
use crate::tools::apps::Applications;
use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often is looked whether a pause is over.
const PAUSE_ROUND: Duration = Duration::from_millis(30);

/// What one run may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub steps: u32,
    pub agents: usize,
}

/// A question to the person.
pub struct Inquiry {
    pub task: Option<TaskId>,
    pub question: String,
    pub options: Vec<String>,
}

/// Puts a question to the person and waits for the answer, until `is_stopped`.
///
/// # Errors
/// [`StoreError`] when that cannot be recorded.
pub fn ask(
    journal: &Journal<'_>,
    inquiry: Inquiry,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Option<String>, StoreError> {
    let Inquiry { task, question, options } = inquiry;
    let asked = journal.note(EventKind::Question { task, question, options })?;
    while !is_stopped() {
        if let Some(answer) = journal.answer_to(asked)? {
            return Ok(Some(answer));
        }
        thread::sleep(PAUSE_ROUND);
    }
    Ok(None)
}

/// The pieces and the limits of one run.
pub struct Drive<'a> {
    pub journal: &'a Journal<'a>,
    pub sandbox: &'a dyn Sandbox,
    pub seat: Seat,
    pub eyes: &'a Eyes,
    pub request: &'a Request,
    pub terms: &'a Terms,
    pub limits: Limits,
    pub(super) desktop: Mutex<Desktop>,
    pub(super) applications: &'a Applications,
    pub(super) frame: File,
    pub(super) stop: &'a AtomicBool,
    /// Set when the run is to be handed back after the step that is under way.
    pub(super) leave: &'a AtomicBool,
    /// Tasks that the person has permitted what the policy asks about.
    pub(super) permitted: Mutex<BTreeSet<TaskId>>,
    pub(super) wanted: &'a Wanted,
    /// How long the run has been paused, in milliseconds; none of its limits count that.
    pub(super) paused_ms: AtomicU64,
    /// Set when one task has found that nothing can go on.
    pub(super) abort: AtomicBool,
    pub(super) asked: Instant,
    pub(super) asked_ms: u64,
}

impl Drive<'_> {
    /// Whether the person, the run's own time, or the end of the service says stop.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped_by_person()
            || self.leave.load(Ordering::Relaxed)
            || self.abort.load(Ordering::Relaxed)
            || self.is_late()
    }

    /// Whether the person stopped it, by Ctrl+C or by the keys that stop.
    pub fn is_stopped_by_person(&self) -> bool {
        let by_keys = self.seat.reins().state() == Rein::Stopped;
        if by_keys {
            self.seat.reins().hear();
        }
        by_keys || self.stop.load(Ordering::Relaxed) || self.wanted.is_cancelled() || self.wanted.is_lost()
    }

    pub fn is_late(&self) -> bool {
        let paused = Duration::from_millis(self.paused_ms.load(Ordering::Relaxed));
        self.asked.elapsed() > Duration::from_millis(self.request.timeout_ms) + paused
    }

    /// The rules for a task, as the person has answered what they ask.
    pub fn policy_for(&self, task: TaskId) -> Policy {
        let permitted = self.permitted.lock().unwrap_or_else(PoisonError::into_inner).contains(&task);
        if permitted { self.request.policy.without_questions() } else { self.request.policy }
    }

    /// Puts a question to the person and waits for the answer; `None` where the run ends before there is one.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be recorded.
    pub fn ask(&self, inquiry: Inquiry) -> Result<Option<String>, StoreError> {
        let started = Instant::now();
        let answer = ask(self.journal, inquiry, &|| self.is_stopped())?;
        // People take their time, and the run's own does not go on meanwhile.
        self.paused_ms.fetch_add(started.elapsed().as_millis() as u64, Ordering::Relaxed);
        Ok(answer)
    }

    /// Waits while somebody wants the run to pause; gives for how long that was.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be recorded.
    pub fn wait_while_paused(&self) -> Result<Duration, StoreError> {
        if !self.wanted.is_paused() {
            return Ok(Duration::ZERO);
        }
        let started = Instant::now();
        self.journal.note(EventKind::Paused)?;
        while self.wanted.is_paused() && !self.is_stopped_by_person() {
            thread::sleep(PAUSE_ROUND);
        }
        let paused = started.elapsed();
        self.paused_ms.fetch_add(paused.as_millis() as u64, Ordering::Relaxed);
        if !self.is_stopped_by_person() {
            self.journal.note(EventKind::Resumed)?;
        }
        Ok(paused)
    }

    /// The memory that frames are shown to agents in.
    pub const fn frame_file(&self) -> &File {
        &self.frame
    }

    /// Shows `frame` to the agents: RGBA8, row-major, from the first byte on.
    pub fn show(&self, frame: &Frame) {
        // An agent that cannot see the pixels still has the percept.
        let _ = self.frame.write_all_at(frame.rgba(), 0);
    }

    /// Starts an application; an `Err` says why not.
    pub fn launch(&self, app: &str, on: Option<&str>) -> Result<(String, u32), String> {
        let mut desktop = self.desktop.lock().unwrap_or_else(PoisonError::into_inner);
        let launch = self.applications.resolve(app, on, desktop.folder()).map_err(|e| e.to_string())?;
        let pid = desktop.launch(&launch.argv, &self.request.cwd).map_err(|e| e.to_string())?;
        Ok((launch.name, pid))
    }
}
