//! A run as it goes: one event per line as JSON, or a few words for people.

use crate::task::{Event, EventKind, Outcome, Task, TaskId, TaskState};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Tells of events as they come.
pub struct Live {
    json: bool,
    bar: Option<ProgressBar>,
    tasks: Mutex<Vec<Task>>,
    /// The last verdicts have said why an attempt failed.
    explained: AtomicBool,
}

impl Live {
    /// Words on stderr, or JSON lines on stdout.
    pub fn new(json: bool) -> Self {
        let spin = !json && std::io::stderr().is_terminal();
        let bar = spin.then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { json, bar, tasks: Mutex::new(Vec::new()), explained: AtomicBool::new(false) }
    }

    /// Tells of one event.
    pub fn tell(&self, event: &Event) {
        if self.json {
            if let Ok(line) = serde_json::to_string(event) {
                // A reader that has gone away does not stop the work.
                let _ = writeln!(std::io::stdout(), "{line}");
            }
            return;
        }
        if let Some(line) = self.words(&event.kind) {
            match &self.bar {
                Some(bar) => bar.suspend(|| eprintln!("{line}")),
                None => eprintln!("{line}"),
            }
        }
    }

    /// What one event says, in the words for people.
    pub fn words_of(&self, event: &Event) -> Option<String> {
        self.words(&event.kind)
    }

    /// Prints something else without the spinner in between.
    pub fn pause(&self, print: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the spinner away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn description(&self, id: TaskId) -> String {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.iter().find(|t| t.id == id).map_or_else(|| id.to_string(), |t| t.description.clone())
    }

    fn spin(&self, message: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(message);
        }
    }

    fn words(&self, kind: &EventKind) -> Option<String> {
        match kind {
            EventKind::Planned { graph } => {
                self.spin("starting".into());
                *self.tasks.lock().unwrap_or_else(PoisonError::into_inner) = graph.tasks().to_vec();
                let count = graph.tasks().len();
                Some(format!("plan: {count} {}", if count == 1 { "task" } else { "tasks" }))
            }
            EventKind::DesktopReady { display, width, height, private } => {
                let what = if *private { "private desktop" } else { "display" };
                Some(format!("{what} {display}, {width}x{height}"))
            }
            EventKind::TaskStarted { task, attempt: 1, .. } => {
                self.spin(self.description(*task));
                Some(format!("▸ {}", self.description(*task)))
            }
            EventKind::TaskStarted { attempt, .. } => Some(format!("  again, attempt {attempt}")),
            EventKind::Stepped { did, why, .. } => {
                self.spin(why.clone());
                Some(format!("  · {why}: {did}"))
            }
            EventKind::Refused { what, why, .. } => Some(format!("  ✗ refused {what}: {why}")),
            EventKind::Judged { verdicts, .. } if verdicts.is_empty() => None,
            EventKind::Judged { verdicts, .. } => {
                self.explained.store(true, Ordering::Relaxed);
                let line = |v: &crate::task::Verdict| {
                    let mark = match v.outcome {
                        Outcome::Pass => "✓",
                        Outcome::Fail => "✗",
                        Outcome::Unsure => "?",
                    };
                    let by = if v.evidence.witness { " [witness]" } else { "" };
                    format!("  {mark} {}: {}{by}", v.check, v.evidence.says)
                };
                Some(verdicts.iter().map(line).collect::<Vec<_>>().join("\n"))
            }
            EventKind::TaskEnded { .. } if self.explained.swap(false, Ordering::Relaxed) => None,
            EventKind::TaskEnded { state: TaskState::Failed | TaskState::Running, reason: Some(why), .. } => {
                Some(format!("  ✗ {why}"))
            }
            _ => None,
        }
    }
}
