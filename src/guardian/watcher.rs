//! Watching for the person, in a process of its own: it works when the guardian hangs.
//!
//! A physical key stops the run; a mouse or keyboard that the person moves makes the hands wait.

use super::journal::now_ms;
use crate::display::{Display, DisplayError, Physical, Reins, Sign, X11, processes};
use crate::store::{Lease, Store};
use crate::task::{EventKind, RunId, RunState};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::time::{ClockId, clock_gettime};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How the person is looked after on their own display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRules {
    /// Held together, they stop the run.
    pub stop_keys: Vec<String>,
    /// How long after the person's last movement the hands go on; `None` where they need not wait at all.
    pub resume_ms: Option<u64>,
}

/// What a watcher is told.
#[derive(Debug, Clone)]
pub struct Post {
    pub display: String,
    pub run: RunId,
    /// The process of the guardian.
    pub guardian: u32,
    pub rules: PersonRules,
}

/// How often a watcher looks whether the person has left.
const ROUND: Duration = Duration::from_millis(100);
/// How long a guardian may take to say that it has heard of the stop.
const HEARD: Duration = Duration::from_millis(800);
/// How long a watcher may take to begin.
const BEGIN: Duration = Duration::from_secs(3);
/// What a watcher says once it hears the person.
const READY: &str = "watching";

/// The guardian's end: a watcher that runs as long as this lives.
pub struct Watcher {
    process: Child,
}

impl Watcher {
    /// Starts `program` as the watcher at `post`, and waits until it hears the person.
    ///
    /// # Errors
    /// What it said, where it cannot.
    pub fn start(program: &Path, post: &Post, reins: &Reins) -> Result<Self, String> {
        let failed = |e: io::Error| format!("cannot start the watcher: {e}");
        // The child finds the reins under a number that it is told; nothing else is inherited.
        let inherited = rustix::io::fcntl_dupfd_cloexec(reins.file(), 10).map_err(|e| failed(e.into()))?;
        rustix::io::fcntl_setfd(&inherited, rustix::io::FdFlags::empty()).map_err(|e| failed(e.into()))?;
        let mut command = Command::new(program);
        command.args(["watch-person", "--display", &post.display, "--run", &post.run.0]);
        command.arg("--guardian").arg(post.guardian.to_string());
        command.arg("--reins").arg(inherited.as_raw_fd().to_string());
        command.arg("--stop-keys").arg(post.rules.stop_keys.join("+"));
        if let Some(ms) = post.rules.resume_ms {
            command.arg("--resume-ms").arg(ms.to_string());
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut process = command.spawn().map_err(failed)?;
        let said = process.stdout.take().map(|out| first_line(out, BEGIN)).unwrap_or_default();
        let watcher = Self { process };
        if said == READY { Ok(watcher) } else { Err(if said.is_empty() { "it said nothing".into() } else { said }) }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn first_line(out: impl Read + std::os::fd::AsFd, patience: Duration) -> String {
    let wait = Timespec { tv_sec: patience.as_secs() as i64, tv_nsec: patience.subsec_nanos().into() };
    if !matches!(poll(&mut [PollFd::new(&out, PollFlags::IN)], Some(&wait)), Ok(1..)) {
        return String::new();
    }
    let mut line = String::new();
    // A watcher that broke off has said nothing.
    let _ = BufReader::new(out).read_line(&mut line);
    line.trim().to_owned()
}

/// A watcher's whole life; gives the process exit code. `store` opens what the run is recorded in.
pub fn watch(post: &Post, reins: File, store: impl FnOnce() -> Option<Box<dyn Store>>) -> u8 {
    let begun = Reins::of(reins).map_err(|e| e.to_string()).and_then(|reins| {
        Ok((reins, Physical::listen(&post.display, &post.rules.stop_keys).map_err(|e| e.to_string())?))
    });
    let (reins, mut physical) = match begun {
        Ok(begun) => begun,
        Err(why) => return say(&why).map_or(1, |()| 1),
    };
    // A guardian that is gone already hears nothing.
    if say(READY).is_err() {
        return 0;
    }
    // Else the guardian has ended, or the display has, and with it everything on it.
    if let Ok(true) = keep_watch(post, &reins, &mut physical) {
        stop(post, &reins, store);
    }
    0
}

fn say(words: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{words}").and_then(|()| io::stdout().flush())
}

/// Watches until the person stops the run, or the guardian leaves.
fn keep_watch(post: &Post, reins: &Reins, physical: &mut Physical) -> Result<bool, DisplayError> {
    while !has_left() {
        match physical.next(ROUND)? {
            Some(Sign::Stop) => return Ok(true),
            Some(Sign::Moved) if post.rules.resume_ms.is_some() => reins.person_moved(monotonic_ms()),
            _ => {}
        }
        let resume_ms = post.rules.resume_ms.unwrap_or_default();
        if monotonic_ms().saturating_sub(reins.moved_ms()) >= resume_ms {
            reins.person_left();
        }
    }
    Ok(false)
}

/// Whether the guardian has closed its end, as it does when it ends in whatever way.
fn has_left() -> bool {
    let stdin = io::stdin();
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    matches!(poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&now)), Ok(1..))
}

/// Milliseconds of the clock that all processes of this machine share.
fn monotonic_ms() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1000 + now.tv_nsec as u64 / 1_000_000
}

/// Freezes input, lets go of everything, ends the agents, and sees to it that the run is recorded as stopped.
fn stop(post: &Post, reins: &Reins, store: impl FnOnce() -> Option<Box<dyn Store>>) {
    reins.stop();
    release(&post.display);
    end_agents(post.guardian);
    if answers(post, reins) {
        return;
    }
    // It is suspended or hangs: it must not go on where it was once it is woken.
    processes::end(post.guardian);
    release(&post.display);
    record(post, store);
}

/// Whether the guardian hears of the stop by itself.
fn answers(post: &Post, reins: &Reins) -> bool {
    let started = Instant::now();
    while started.elapsed() < HEARD && !processes::is_suspended(post.guardian) {
        if reins.is_heard() || !processes::is_alive(post.guardian) {
            return true;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}

fn release(display: &str) {
    if let Ok(mut display) = X11::connect(display) {
        let _ = display.release_all();
    }
}

/// Ends the agents of the guardian at `pid`.
fn end_agents(pid: u32) {
    let is_agent = |pid: &u32| processes::arguments(*pid).get(1).is_some_and(|argument| argument == "agent");
    processes::descendants_of(pid).into_iter().filter(is_agent).for_each(processes::end);
}

/// Notes in place of a guardian that is no more that its run was stopped.
fn record(post: &Post, store: impl FnOnce() -> Option<Box<dyn Store>>) {
    let Some(mut store) = store() else { return };
    let leases = store.leases().unwrap_or_default();
    let of_post = |lease: &Lease| lease.run == post.run && lease.holder.pid == post.guardian;
    let Some((lease, _)) = leases.into_iter().find(|(lease, _)| of_post(lease)) else { return };
    note_stopped(&mut *store, &lease);
}

fn note_stopped(store: &mut dyn Store, lease: &Lease) {
    let reason = Some("stopped by the person; the guardian did not answer and was ended".to_owned());
    let end = EventKind::Finished { state: RunState::Cancelled, reason, hint: None, answer: None };
    // What cannot be recorded here is found as interrupted by the next run.
    let _ = store.append(lease, now_ms(), end);
}
