//! Templates that run by themselves: at times, when a file comes, when somebody calls.

use crate::guardian::flow::{FlowRequest, Library, LibraryError, order_of_template};
use crate::store::{Moment, Store, StoreError};
use crate::task::{DesktopChoice, Policy, RunId};
use chrono::{DateTime, Local, TimeZone};
use cron::Schedule as Cron;
use hmac::{Hmac, Mac};
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::UNIX_EPOCH;

const KIND: &str = "schedule";
/// A time that was missed by more than this, while the service was away, is not made up for unless that is wanted.
const MISSED_MS: u64 = 60_000;
/// How old a signed call may be.
const CALL_MS: u64 = 300_000;

/// When a template runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At these times: minute, hour, day of the month, month, day of the week, with seconds before them if need be.
    Cron(String),
    /// When a file is written into this folder, or put there; the parameter `file` is its path.
    File(PathBuf),
    /// When somebody calls who knows the secret; a JSON object that is sent adds parameters.
    Webhook { secret: String },
}

/// A template that runs by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    pub id: String,
    pub template: String,
    pub parameters: Value,
    pub when: When,
    pub is_on: bool,
    /// A time that was missed is made up for, once.
    #[serde(default)]
    pub catches_up: bool,
    /// Up to when times have been looked at.
    pub last_ms: u64,
    pub last_run: Option<RunId>,
    /// Why it did not run the last time.
    pub fault: Option<String>,
}

/// Why there is no such schedule.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    #[error("“{text}” says no times: {why}")]
    Cron { text: String, why: String },
    #[error("{0} is no folder")]
    Folder(PathBuf),
    #[error("there is no schedule “{0}”")]
    Unknown(String),
    #[error("the call is not signed as it should be: {0}")]
    Signature(&'static str),
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What runs that nobody asked for in person get.
#[derive(Debug, Clone)]
pub struct ScheduleRules {
    pub desktop: DesktopChoice,
    pub cwd: PathBuf,
    pub policy: Policy,
}

impl Schedule {
    /// All schedules by their number.
    ///
    /// # Errors
    /// Those of the store.
    pub fn all(store: &dyn Store) -> Result<Vec<Self>, StoreError> {
        let documents = store.documents(KIND)?;
        Ok(documents.into_iter().filter_map(|(_, body)| serde_json::from_str(&body).ok()).collect())
    }

    /// The schedule of that number.
    ///
    /// # Errors
    /// [`ScheduleError::Unknown`], those of the store.
    pub fn named(store: &dyn Store, id: &str) -> Result<Self, ScheduleError> {
        let found = Self::all(store)?.into_iter().find(|schedule| schedule.id == id);
        found.ok_or_else(|| ScheduleError::Unknown(id.to_owned()))
    }

    /// Keeps it in place of what it was.
    ///
    /// # Errors
    /// Those of the store.
    pub fn keep(&self, store: &mut dyn Store) -> Result<(), StoreError> {
        store.put(KIND, &self.id, &serde_json::to_string(self).unwrap_or_default())
    }

    /// Takes it away.
    ///
    /// # Errors
    /// [`ScheduleError::Unknown`], those of the store.
    pub fn discard(store: &mut dyn Store, id: &str) -> Result<(), ScheduleError> {
        if store.discard(KIND, id)? { Ok(()) } else { Err(ScheduleError::Unknown(id.to_owned())) }
    }

    /// Checks that it can come to pass. Parameters that come with the call or the file are not there yet.
    ///
    /// # Errors
    /// [`ScheduleError`] says what makes no sense.
    pub fn check(&self, store: &dyn Store) -> Result<(), ScheduleError> {
        let template = Library::named(store, &self.template)?.template;
        match &self.when {
            When::Cron(text) => {
                times(text)?;
                super::super::flow::check_parameters(&template, &self.parameters)?;
            }
            When::File(folder) if !folder.is_dir() => return Err(ScheduleError::Folder(folder.clone())),
            When::File(_) | When::Webhook { .. } => {}
        }
        Ok(())
    }

    /// When it runs next by the clock.
    pub fn next_ms(&self, now_ms: u64) -> Option<u64> {
        let When::Cron(text) = &self.when else { return None };
        let after = Local.timestamp_millis_opt(now_ms as i64).single()?;
        next(&times(text).ok()?, after).filter(|_| self.is_on)
    }

    /// Puts a run of it into the queue; a second one with the same `occasion` is the first one.
    ///
    /// # Errors
    /// [`ScheduleError`] where its template or parameters make no sense any more.
    pub fn run(
        &self,
        store: &mut dyn Store,
        extra: &Value,
        occasion: &str,
        rules: &ScheduleRules,
        now_ms: u64,
    ) -> Result<RunId, ScheduleError> {
        let template = Library::named(store, &self.template)?.template;
        let parameters = joined(&self.parameters, extra);
        let mut order = order_of_template(
            &template,
            FlowRequest {
                parameters: &parameters,
                desktop: rules.desktop.clone(),
                cwd: &rules.cwd,
                policy: rules.policy,
                origin: format!("the schedule {}", self.id),
            },
        )?;
        order.terms.key = Some(format!("schedule/{}/{occasion}", self.id));
        Ok(store.enqueue(&order, now_ms)?.run)
    }

    /// Checks the signature of a call: the hexadecimal HMAC-SHA256 of the time, a dot and the body.
    ///
    /// # Errors
    /// [`ScheduleError::Signature`] says what is wrong with it.
    pub fn check_call(&self, at_s: &str, signature: &str, body: &[u8], now_ms: u64) -> Result<(), ScheduleError> {
        let When::Webhook { secret } = &self.when else { return Err(ScheduleError::Unknown(self.id.clone())) };
        let at_ms: u64 = at_s.parse::<u64>().map_err(|_| ScheduleError::Signature("its time is no number"))? * 1000;
        if at_ms.abs_diff(now_ms) > CALL_MS {
            return Err(ScheduleError::Signature("it is too old, or the clocks differ"));
        }
        let said = signature.strip_prefix("sha256=").unwrap_or(signature);
        let said = unhex(said).ok_or(ScheduleError::Signature("it is no hexadecimal number"))?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
            .map_err(|_| ScheduleError::Signature("the secret is none"))?;
        mac.update(at_s.as_bytes());
        mac.update(b".");
        mac.update(body);
        // Compared in a time that tells nothing.
        mac.verify_slice(&said).map_err(|_| ScheduleError::Signature("it does not fit the secret and the body"))
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (text.len().is_multiple_of(2)).then(|| (0..text.len()).step_by(2).map(byte).collect())?
}

/// Parameters with others over them.
fn joined(parameters: &Value, extra: &Value) -> Value {
    let mut all = parameters.as_object().cloned().unwrap_or_default();
    all.extend(extra.as_object().cloned().unwrap_or_default());
    Value::Object(all)
}

/// The times that a text of five, six or seven fields says.
fn times(text: &str) -> Result<Cron, ScheduleError> {
    let fields = text.split_whitespace().count();
    let whole = if fields == 5 { format!("0 {}", days_counted(text)) } else { text.to_owned() };
    Cron::from_str(&whole).map_err(|e| ScheduleError::Cron { text: text.to_owned(), why: e.to_string() })
}

/// The days of the week as the crate counts them, from 1 for Sunday, where crontab counts from 0.
fn days_counted(text: &str) -> String {
    let mut fields: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if let Some(days) = fields.last_mut() {
        let shift = |part: &str| match part.parse::<u32>() {
            Ok(day @ 0..=7) => (day % 7 + 1).to_string(),
            _ => part.to_owned(),
        };
        let range = |part: &str| match part.split_once('/') {
            Some((range, step)) => (range.to_owned(), format!("/{step}")),
            None => (part.to_owned(), String::new()),
        };
        let shifted = days.split(',').map(|part| {
            let (days, step) = range(part);
            // "5-7": until Sunday, which comes first where weeks are counted from it.
            match days.split_once('-') {
                Some((from, "7")) => format!("{}-7{step},1", shift(from)),
                Some((from, to)) => format!("{}-{}{step}", shift(from), shift(to)),
                None => shift(&days) + &step,
            }
        });
        *days = shifted.collect::<Vec<_>>().join(",");
    }
    fields.join(" ")
}

fn next(times: &Cron, after: DateTime<Local>) -> Option<u64> {
    times.after(&after).next().map(|at| at.timestamp_millis().cast_unsigned())
}

/// Looks after all schedules.
pub(super) struct Clockwork {
    rules: ScheduleRules,
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    arrivals: Receiver<PathBuf>,
    sender: Sender<PathBuf>,
}

impl Clockwork {
    pub(super) fn new(rules: ScheduleRules) -> Self {
        let (sender, arrivals) = channel();
        Self { rules, watcher: None, watched: BTreeSet::new(), arrivals, sender }
    }

    /// Runs what is due.
    pub(super) fn tick(&mut self, store: &mut dyn Store, now: Moment) -> Result<(), StoreError> {
        let all = Schedule::all(store)?;
        self.watch(&all);
        let arrived: BTreeSet<PathBuf> = self.arrivals.try_iter().collect();
        for schedule in all.into_iter().filter(|schedule| schedule.is_on) {
            match &schedule.when {
                When::Cron(text) => self.by_clock(store, &schedule, text, now)?,
                When::File(folder) => {
                    for file in arrived.iter().filter(|file| file.parent() == Some(folder)) {
                        self.by_file(store, &schedule, file, now)?;
                    }
                }
                When::Webhook { .. } => {}
            }
        }
        Ok(())
    }

    fn by_clock(&self, store: &mut dyn Store, schedule: &Schedule, text: &str, now: Moment) -> Result<(), StoreError> {
        let Ok(times) = times(text) else { return Ok(()) };
        // A clock that was set back does not hold a schedule up.
        let from = if schedule.last_ms > now.at_ms + MISSED_MS { now.at_ms } else { schedule.last_ms };
        let due = Local.timestamp_millis_opt(from as i64).single().and_then(|after| next(&times, after));
        let Some(due) = due.filter(|due| *due <= now.at_ms) else {
            return if from == schedule.last_ms {
                Ok(())
            } else {
                Schedule { last_ms: from, ..schedule.clone() }.keep(store)
            };
        };
        let is_missed = now.at_ms - due > MISSED_MS;
        if is_missed && !schedule.catches_up {
            let fault = Some("a time was missed while the service was away".to_owned());
            return Schedule { last_ms: now.at_ms, fault, ..schedule.clone() }.keep(store);
        }
        self.fire(store, schedule, &Value::Null, &due.to_string(), now)
    }

    fn by_file(&self, store: &mut dyn Store, schedule: &Schedule, file: &Path, now: Moment) -> Result<(), StoreError> {
        let Ok(meta) = file.metadata() else { return Ok(()) };
        if !meta.is_file() {
            return Ok(());
        }
        let written = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let occasion = format!("{} {}", file.display(), written.map_or(0, |at| at.as_nanos()));
        let extra = serde_json::json!({ "file": file.display().to_string() });
        self.fire(store, schedule, &extra, &occasion, now)
    }

    fn fire(
        &self,
        store: &mut dyn Store,
        schedule: &Schedule,
        extra: &Value,
        occasion: &str,
        now: Moment,
    ) -> Result<(), StoreError> {
        let mut kept = Schedule { last_ms: now.at_ms, fault: None, ..schedule.clone() };
        match schedule.run(store, extra, occasion, &self.rules, now.at_ms) {
            Ok(run) => kept.last_run = Some(run),
            Err(ScheduleError::Store(error)) => return Err(error),
            Err(error) => kept.fault = Some(error.to_string()),
        }
        kept.keep(store)
    }

    /// Watches the folders of the schedules, and no others.
    fn watch(&mut self, all: &[Schedule]) {
        let wanted: BTreeSet<PathBuf> = all
            .iter()
            .filter(|schedule| schedule.is_on)
            .filter_map(|schedule| match &schedule.when {
                When::File(folder) => Some(folder.clone()),
                _ => None,
            })
            .collect();
        if wanted == self.watched {
            return;
        }
        let sender = self.sender.clone();
        let told = move |event: notify::Result<Event>| {
            let Ok(event) = event else { return };
            let is_whole = matches!(
                event.kind,
                EventKind::Access(AccessKind::Close(AccessMode::Write))
                    | EventKind::Modify(ModifyKind::Name(RenameMode::To))
            );
            if is_whole {
                // A receiver that is gone wants no more.
                event.paths.into_iter().for_each(|path| drop(sender.send(path)));
            }
        };
        self.watcher =
            notify::recommended_watcher(told).map_err(|error| tracing::warn!(%error, "cannot watch folders")).ok();
        if let Some(watcher) = &mut self.watcher {
            for folder in &wanted {
                if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive) {
                    tracing::warn!(%error, folder = %folder.display(), "cannot watch a folder");
                }
            }
        }
        self.watched = wanted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{History, InMemory, RunFilter};
    use serde_json::json;
    use std::time::{Duration, Instant};

    const TEMPLATE: &str = "name = \"say\"\ntitle = \"Say\"\n[parameters]\ntype = \"object\"\n\
        [[steps]]\nid = \"say\"\nkind = \"shell\"\nrun = \"true\"\n";

    fn rules() -> ScheduleRules {
        let desktop = DesktopChoice::Private { width: 800, height: 600 };
        ScheduleRules { desktop, cwd: "/".into(), policy: Policy::default() }
    }

    fn schedule(when: When) -> Schedule {
        Schedule {
            id: "s".into(),
            template: "say".into(),
            parameters: json!({ "a": 1 }),
            when,
            is_on: true,
            catches_up: false,
            last_ms: 0,
            last_run: None,
            fault: None,
        }
    }

    fn store_with(schedule: &Schedule) -> InMemory {
        let mut store = InMemory::default();
        Library::keep(&mut store, TEMPLATE).unwrap();
        schedule.keep(&mut store).unwrap();
        store
    }

    fn runs(store: &InMemory) -> usize {
        store.list(&RunFilter { most: 99, ..RunFilter::default() }).unwrap().len()
    }

    fn at(at_ms: u64) -> Moment {
        Moment { at_ms, up_ms: 0 }
    }

    #[test]
    fn a_time_comes_once_and_a_missed_one_not_at_all() {
        let minute = 60_000;
        let every_minute = Schedule { last_ms: 10 * minute, ..schedule(When::Cron("* * * * *".into())) };
        let mut store = store_with(&every_minute);
        let mut clockwork = Clockwork::new(rules());
        for (now, count) in
            [(10 * minute + 1, 0), (11 * minute, 1), (11 * minute + 1, 1), (12 * minute + 5, 2), (60 * minute, 2)]
        {
            clockwork.tick(&mut store, at(now)).unwrap();
            assert_eq!(runs(&store), count, "at {now}");
        }
        assert!(Schedule::named(&store, "s").unwrap().fault.unwrap().contains("missed"));
        let late = Schedule { catches_up: true, last_ms: 60 * minute, ..every_minute };
        late.keep(&mut store).unwrap();
        clockwork.tick(&mut store, at(120 * minute)).unwrap();
        assert_eq!(runs(&store), 3);
        // The clock is set back by an hour: what ran for its time already does not run again, the next does.
        for (now, count) in [(60 * minute, 3), (61 * minute, 3), (62 * minute, 4)] {
            clockwork.tick(&mut store, at(now)).unwrap();
            assert_eq!(runs(&store), count, "at {now}");
        }
    }

    #[test]
    fn days_of_the_week_are_those_of_crontab() {
        // The 5th of January 1970 was a Monday.
        let day = 86_400_000;
        let next_day = |text: &str| {
            let after = chrono::Local.with_ymd_and_hms(1970, 1, 5, 12, 0, 0).unwrap();
            let from = after.timestamp_millis() as u64;
            (next(&times(text).unwrap(), after).unwrap() - from + 12 * 3_600_000) / day
        };
        for (text, days) in
            [("0 0 * * 2", 1), ("0 0 * * 0", 6), ("0 0 * * 7", 6), ("0 0 * * 5-7", 4), ("0 0 * * 1-5", 1)]
        {
            assert_eq!(next_day(text), days, "{text}");
        }
        assert!(times("61 * * * *").is_err() && times("now").is_err());
    }

    #[test]
    fn a_file_that_comes_is_a_reason() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = store_with(&schedule(When::File(dir.path().to_owned())));
        let mut clockwork = Clockwork::new(rules());
        clockwork.tick(&mut store, Moment::now()).unwrap();
        std::fs::write(dir.path().join("new.txt"), "x").unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while runs(&store) == 0 && Instant::now() < until {
            clockwork.tick(&mut store, Moment::now()).unwrap();
        }
        let run = store.runs(1).unwrap().remove(0);
        let order = crate::guardian::order_of(&store.events(&run).unwrap()).unwrap();
        let file = dir.path().join("new.txt").display().to_string();
        assert_eq!(order.flow.unwrap().parameters, json!({ "a": 1, "file": file }));
    }

    #[test]
    fn a_call_is_signed() {
        let schedule = schedule(When::Webhook { secret: "key".into() });
        // Source: openssl dgst -sha256 -hmac key over `1000.{}`.
        let mut mac = Hmac::<Sha256>::new_from_slice(b"key").unwrap();
        mac.update(b"1000.{}");
        let sign: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
        schedule.check_call("1000", &format!("sha256={sign}"), b"{}", 1_000_000).unwrap();
        for (at, sign, body, now) in [
            ("1000", sign.as_str(), &b"{} "[..], 1_000_000),
            ("1000", &sign, b"{}", 2_000_000),
            ("1001", &sign, b"{}", 1_000_000),
            ("1000", "zz", b"{}", 1_000_000),
            ("x", &sign, b"{}", 1_000_000),
            ("1000", &sign[..40], b"{}", 1_000_000),
        ] {
            assert!(schedule.check_call(at, sign, body, now).is_err());
        }
    }
}
