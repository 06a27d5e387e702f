//! A service of one's own in a folder of its own, with light work for it.

use super::QueueError;
use crate::display::processes;
use crate::store::{History, LaneRow, Queue, RunFilter, Sqlite, Upkeep};
use crate::task::{
    Backoff, DesktopChoice, FlowOrder, Order, Policy, Request, RunId, RunState, Template, TemplateStep, Terms, Work,
};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a service may take to come up.
const START: Duration = Duration::from_secs(30);

/// A folder that is taken away with what is in it.
pub struct Ground {
    dir: PathBuf,
}

impl Ground {
    pub fn new(name: &str) -> Result<Self, QueueError> {
        let dir = std::env::temp_dir().join(format!("guardian-queue-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).map_err(QueueError::Folder)?;
        Ok(Self { dir })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn store(&self) -> Result<Sqlite, QueueError> {
        Ok(Sqlite::open(&self.dir.join("store"))?)
    }

    /// Where each execution of a run leaves a line.
    pub fn marks(&self) -> PathBuf {
        self.dir.join("marks")
    }

    /// How often each run was executed.
    pub fn executions(&self) -> HashMap<String, u64> {
        let text = fs::read_to_string(self.marks()).unwrap_or_default();
        let mut all = HashMap::new();
        for run in text.lines() {
            *all.entry(run.to_owned()).or_default() += 1;
        }
        all
    }

    /// A program of this name that works on the store here.
    pub fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).env("GUARDIAN_STORE__DIR", self.dir.join("store")).env_remove("DISPLAY");
        command.env("GUARDIAN_LANES__OTHER", "64").env("GUARDIAN_SERVE__REQUESTS_PER_SECOND", "5000");
        command.env("GUARDIAN_SERVE__STREAMS_PER_ADDRESS", "1000").env("GUARDIAN_SERVE__WARM", "0");
        command.process_group(0);
        command
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        // What cannot be taken away lies in the folder for such things.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A service.
pub struct Service {
    process: Child,
    pub address: String,
    pub token: String,
}

impl Service {
    pub fn start(ground: &Ground, program: &Path, workers: usize) -> Result<Self, QueueError> {
        let args = ["serve", "--json", "--listen", "127.0.0.1:0", "--workers", &workers.to_string()];
        let mut command = ground.command(program, &args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(QueueError::Folder)?;
        let mut line = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(QueueError::Read)?;
        }
        let said: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        let text = |key: &str| said[key].as_str().map(str::to_owned);
        match (text("url"), text("token")) {
            (Some(url), Some(token)) => {
                Ok(Self { process, address: url.trim_start_matches("http://").to_owned(), token })
            }
            _ => {
                let _ = process.kill();
                let _ = process.wait();
                Err(QueueError::Start { said: line })
            }
        }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Its workers.
    pub fn workers(&self) -> Vec<u32> {
        let is_worker = |pid: &u32| processes::arguments(*pid).get(1).is_some_and(|arg| arg == "work");
        processes::descendants_of(self.pid()).into_iter().filter(is_worker).collect()
    }

    /// Kills it without a word.
    pub fn kill(mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Ends it as a person would.
    pub fn end(mut self) {
        if let Some(pid) = rustix::process::Pid::from_raw(self.pid().cast_signed()) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let until = Instant::now() + START;
        while Instant::now() < until && matches!(self.process.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.kill();
    }
}

/// A run of a template with one step of the shell, `run`; it may be done again where its driver is gone.
pub fn shell(run: &str, attempts: u32) -> Order {
    let step = TemplateStep {
        id: "work".into(),
        title: None,
        needs: None,
        when: None,
        each: None,
        until: None,
        most: 1,
        pause_ms: 1,
        timeout_ms: 60_000,
        attempts: 1,
        backoff: Backoff::None,
        may_fail: false,
        work: Work::Shell {
            run: run.to_owned(),
            cwd: None,
            env: BTreeMap::new(),
            exits: vec![0],
            artifacts: Vec::new(),
        },
    };
    let template = Template {
        name: "light".into(),
        title: "Light work".into(),
        description: String::new(),
        flow: crate::task::Flow::Sequential,
        lane: None,
        attempts,
        repeatable: true,
        parameters: serde_json::json!({ "type": "object" }),
        steps: vec![step],
    };
    let request = Request {
        text: "Light work".into(),
        desktop: DesktopChoice::Private { width: 800, height: 600 },
        cwd: "/tmp".into(),
        timeout_ms: 600_000,
        policy: Policy::default(),
    };
    let terms = Terms { attempts, is_repeatable: true, backoff: Backoff::None, ..Terms::default() };
    Order { request, terms, flow: Some(FlowOrder { template, parameters: serde_json::json!({}) }) }
}

/// How many runs are not over.
pub fn left(store: &Sqlite) -> Result<usize, QueueError> {
    let lanes: Vec<LaneRow> = store.lanes()?;
    Ok(lanes.iter().map(|lane| (lane.queued + lane.running) as usize).sum())
}

/// Waits until all runs are over.
pub fn wait(store: &Sqlite, limit: Duration, stop: &AtomicBool) -> Result<(), QueueError> {
    let until = Instant::now() + limit;
    loop {
        let left = left(store)?;
        if left == 0 {
            return Ok(());
        }
        if Instant::now() >= until || stop.load(Ordering::Relaxed) {
            return Err(QueueError::Late { limit_s: limit.as_secs(), left });
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// How many runs ended so.
pub fn ended(store: &Sqlite, state: RunState) -> Result<usize, QueueError> {
    Ok(store.list(&RunFilter { states: vec![state], most: usize::MAX >> 1, ..RunFilter::default() })?.len())
}

/// What the store says of itself.
pub fn verified(store: &Sqlite) -> String {
    store.verify().map_or_else(|error| error.to_string(), |()| "whole".into())
}

/// Puts `count` orders into the queue.
pub fn fill(store: &mut Sqlite, order: &Order, count: usize) -> Result<Vec<RunId>, QueueError> {
    (0..count).map(|_| Ok(store.enqueue(order, crate::guardian::now_ms())?.run)).collect()
}
