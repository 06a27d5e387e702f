//! What all attempts of one run share.

use super::eyes::Eyes;
use super::journal::Journal;
use super::seat::Seat;
use crate::display::{Desktop, Rein};
use crate::sandbox::Sandbox;
use crate::screen::Frame;
use crate::task::Request;
use crate::tools::apps::Applications;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What one run may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub steps: u32,
    pub agents: usize,
}

/// The pieces and the limits of one run.
pub struct Drive<'a> {
    pub journal: &'a Journal<'a>,
    pub sandbox: &'a dyn Sandbox,
    pub seat: Seat,
    pub eyes: &'a Eyes,
    pub request: &'a Request,
    pub limits: Limits,
    pub(super) desktop: Mutex<Desktop>,
    pub(super) applications: &'a Applications,
    pub(super) frame: File,
    pub(super) stop: &'a AtomicBool,
    /// Set when one task has found that nothing can go on.
    pub(super) abort: AtomicBool,
    pub(super) asked: Instant,
    pub(super) asked_ms: u64,
}

impl Drive<'_> {
    /// Whether the person, or the run's own time, says stop.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped_by_person() || self.abort.load(Ordering::Relaxed) || self.is_late()
    }

    /// Whether the person stopped it, by Ctrl+C or by the keys that stop.
    pub fn is_stopped_by_person(&self) -> bool {
        let by_keys = self.seat.reins().state() == Rein::Stopped;
        if by_keys {
            self.seat.reins().hear();
        }
        by_keys || self.stop.load(Ordering::Relaxed)
    }

    pub fn is_late(&self) -> bool {
        self.asked.elapsed() > Duration::from_millis(self.request.timeout_ms)
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
