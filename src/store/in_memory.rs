//! A store that forgets everything at its end.

use super::{
    Blobs, Claimant, Cursor, Documents, Forgotten, History, Holder, LaneLimits, LaneRow, Lease, Level, Lines,
    LogFilter, LogLine, Logs, MOST_LINES, Moment, News, OpenQuestion, Placed, Queue, RunFilter, RunRow, Size,
    StoreError, Upkeep, blobs,
};
use crate::task::{Event, EventKind, Order, Report, RunId, RunState, Signal, Standing, TaskState};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug)]
struct Run {
    order: Order,
    events: Vec<Event>,
    lines: Vec<LogLine>,
    standing: Standing,
    lease: u64,
    until_up_ms: u64,
    beat_up_ms: Option<u64>,
    holder: Option<Holder>,
    attempt: u32,
    not_before_ms: u64,
    question: Option<OpenQuestion>,
    began_ms: Option<u64>,
}

/// The fake beside [`super::Sqlite`]: same suite, no disk.
#[derive(Debug, Default)]
pub struct InMemory {
    runs: BTreeMap<RunId, Run>,
    /// Which event of which run came when, over all runs.
    order: Vec<(RunId, u64)>,
    line_order: Vec<(RunId, u64)>,
    blobs: BTreeMap<String, Vec<u8>>,
    /// The reader, the hash and what was read, the oldest first.
    lines: Vec<(String, u64, String)>,
    documents: BTreeMap<(String, String), String>,
    paused: BTreeSet<String>,
}

impl InMemory {
    fn run(&self, run: &RunId) -> Result<&Run, StoreError> {
        self.runs.get(run).ok_or_else(|| StoreError::Unknown(run.clone()))
    }

    fn held(&self, lease: &Lease) -> Result<&Run, StoreError> {
        let fits = |r: &&Run| r.lease == lease.number && r.holder.as_ref() == Some(&lease.holder);
        let run = self.runs.get(&lease.run).filter(fits).filter(|r| !r.standing.state.is_over());
        run.ok_or_else(|| StoreError::Taken(lease.run.clone()))
    }

    fn record(&mut self, id: &RunId, at_ms: u64, kind: EventKind) -> Result<u64, StoreError> {
        let run = self.runs.get_mut(id).ok_or_else(|| StoreError::Unknown(id.clone()))?;
        let seq = run.events.len() as u64 + 1;
        run.reflect(seq, at_ms, &kind);
        run.events.push(Event { run: id.clone(), seq, at_ms, kind });
        self.order.push((id.clone(), seq));
        Ok(seq)
    }

    fn give(&mut self, id: &RunId, by: &Claimant, now: Moment) -> Result<Lease, StoreError> {
        let run = self.runs.get_mut(id).ok_or_else(|| StoreError::Unknown(id.clone()))?;
        run.lease += 1;
        run.until_up_ms = now.up_ms.saturating_add(by.lease_ms);
        run.beat_up_ms = Some(now.up_ms);
        run.holder = Some(by.holder.clone());
        let (number, attempt) = (run.lease, run.attempt + 1);
        let holder = by.holder.to_string();
        self.record(id, now.at_ms, EventKind::Claimed { holder, lease: number, attempt })?;
        Ok(Lease { run: id.clone(), holder: by.holder.clone(), number, attempt })
    }
}

impl Run {
    fn reflect(&mut self, seq: u64, at_ms: u64, kind: &EventKind) {
        self.standing = self.standing.after(kind);
        if !self.standing.is_held {
            self.holder = None;
        }
        match kind {
            EventKind::Claimed { attempt, .. } => {
                self.attempt = *attempt;
                self.began_ms.get_or_insert(at_ms);
            }
            EventKind::Question { question, options, .. } => {
                self.question = Some(OpenQuestion { id: seq, question: question.clone(), options: options.clone() });
            }
            EventKind::Answered { .. } => self.question = None,
            EventKind::Requeued { not_before_ms, counted, .. } => {
                self.not_before_ms = *not_before_ms;
                self.attempt = self.attempt.saturating_sub(u32::from(!counted));
                self.question = None;
            }
            _ => {}
        }
        if self.standing.state.is_over() {
            self.question = None;
        }
    }

    fn row(&self, id: &RunId) -> Option<RunRow> {
        let report = Report::fold(&self.events)?;
        let terms = &self.order.terms;
        let passed = report.tasks.iter().filter(|t| t.state == TaskState::Passed).count();
        Some(RunRow {
            run: id.clone(),
            text: self.order.request.text.clone(),
            state: self.standing.state,
            is_held: self.standing.is_held,
            lane: terms.lane.clone(),
            priority: terms.priority,
            attempt: self.attempt,
            attempts: terms.attempts,
            origin: terms.origin.clone(),
            template: self.order.flow.as_ref().map(|flow| flow.template.name.clone()),
            parent: terms.parent.clone(),
            asked_ms: report.asked_ms,
            began_ms: self.began_ms,
            ended_ms: report.ended_ms,
            not_before_ms: Some(self.not_before_ms).filter(|ms| *ms > 0),
            beat_up_ms: self.beat_up_ms,
            tasks: report.tasks.len() as u32,
            tasks_passed: passed as u32,
            reason: report.reason,
            hint: report.hint,
            answer: report.answer,
            signal: self.standing.wanted,
            question: self.question.clone(),
        })
    }
}

impl Queue for InMemory {
    fn enqueue(&mut self, order: &Order, at_ms: u64) -> Result<Placed, StoreError> {
        let same = |r: &Run| order.terms.key.is_some() && r.order.terms.key == order.terms.key;
        if let Some((run, _)) = self.runs.iter().find(|(_, r)| same(r)) {
            return Ok(Placed { run: run.clone(), is_new: false });
        }
        let run = super::sqlite::new_id();
        let held = Run {
            order: order.clone(),
            events: Vec::new(),
            lines: Vec::new(),
            standing: Standing::NEW,
            lease: 0,
            until_up_ms: 0,
            beat_up_ms: None,
            holder: None,
            attempt: 0,
            not_before_ms: order.terms.not_before_ms.unwrap_or_default(),
            question: None,
            began_ms: None,
        };
        self.runs.insert(run.clone(), held);
        self.record(&run, at_ms, order.clone().asked())?;
        Ok(Placed { run, is_new: true })
    }

    fn begin(&mut self, order: &Order, by: &Claimant, now: Moment) -> Result<Lease, StoreError> {
        let run = self.enqueue(order, now.at_ms)?.run;
        self.give(&run, by, now)
    }

    fn claim(
        &mut self,
        run: &RunId,
        by: &Claimant,
        limits: Option<&LaneLimits>,
        now: Moment,
    ) -> Result<Lease, StoreError> {
        let terms = &self.run(run)?.order.terms;
        let others =
            self.runs.iter().filter(|(id, r)| r.order.terms.lane == terms.lane && Some(*id) != terms.parent.as_ref());
        let busy = others.filter(|(_, r)| r.standing.is_held).count() as u32;
        if limits.is_some_and(|limits| self.paused.contains(&terms.lane) || busy >= limits.of(&terms.lane)) {
            return Err(StoreError::Taken(run.clone()));
        }
        let standing = self.run(run)?.standing;
        if standing.state != RunState::Queued || standing.is_held {
            return Err(StoreError::Taken(run.clone()));
        }
        self.give(run, by, now)
    }

    fn claim_next(&mut self, by: &Claimant, limits: &LaneLimits, now: Moment) -> Result<Option<Lease>, StoreError> {
        let held = |lane: &str| {
            let all = self.runs.values().filter(|r| r.order.terms.lane == lane);
            all.filter(|r| r.standing.is_held).count() as u32
        };
        let may = |r: &Run| {
            let lane = &r.order.terms.lane;
            r.standing.state == RunState::Queued
                && r.not_before_ms <= now.at_ms
                && !self.paused.contains(lane)
                && held(lane) < limits.of(lane)
        };
        let ready = self.runs.iter().filter(|(_, r)| may(r));
        let next = ready.min_by_key(|(id, r)| (-i64::from(r.order.terms.priority), (*id).clone()));
        let Some(run) = next.map(|(id, _)| id.clone()) else { return Ok(None) };
        self.give(&run, by, now).map(Some)
    }

    fn renew(&mut self, lease: &Lease, lease_ms: u64, now: Moment) -> Result<(), StoreError> {
        self.held(lease)?;
        if let Some(run) = self.runs.get_mut(&lease.run) {
            run.until_up_ms = now.up_ms.saturating_add(lease_ms);
            run.beat_up_ms = Some(now.up_ms);
        }
        Ok(())
    }

    fn wanted(&self, lease: &Lease) -> Result<Option<Signal>, StoreError> {
        Ok(self.held(lease)?.standing.wanted)
    }

    fn append(&mut self, lease: &Lease, at_ms: u64, kind: EventKind) -> Result<u64, StoreError> {
        self.held(lease)?;
        self.record(&lease.run, at_ms, kind)
    }

    fn tell(&mut self, run: &RunId, at_ms: u64, kind: EventKind) -> Result<u64, StoreError> {
        let standing = self.run(run)?.standing;
        if standing.state.is_over() {
            return Err(StoreError::Over(run.clone()));
        }
        let end = super::end_of_unheld(standing, &kind);
        let seq = self.record(run, at_ms, kind)?;
        end.map_or(Ok(seq), |end| self.record(run, at_ms, end))
    }

    fn leases(&self) -> Result<Vec<(Lease, u64)>, StoreError> {
        let lease = |(id, r): (&RunId, &Run)| {
            let holder = r.holder.clone().filter(|_| !r.standing.state.is_over())?;
            Some((Lease { run: id.clone(), holder, number: r.lease, attempt: r.attempt }, r.until_up_ms))
        };
        Ok(self.runs.iter().filter_map(lease).collect())
    }

    fn take_away(&mut self, lease: &Lease, until_up_ms: u64, at_ms: u64, kind: EventKind) -> Result<bool, StoreError> {
        if self.held(lease).map_or(true, |r| r.until_up_ms != until_up_ms) {
            return Ok(false);
        }
        self.record(&lease.run, at_ms, kind)?;
        Ok(true)
    }

    fn pause_lane(&mut self, lane: &str, is_paused: bool) -> Result<(), StoreError> {
        if is_paused {
            self.paused.insert(lane.to_owned());
        } else {
            self.paused.remove(lane);
        }
        Ok(())
    }
}

impl History for InMemory {
    fn events(&self, run: &RunId) -> Result<Vec<Event>, StoreError> {
        Ok(self.run(run)?.events.clone())
    }

    fn events_after(&self, run: &RunId, after: u64, most: usize) -> Result<Vec<Event>, StoreError> {
        let events = self.runs.get(run).map_or(&[][..], |r| &r.events);
        Ok(events.iter().filter(|e| e.seq > after).take(most).cloned().collect())
    }

    fn since(&self, cursor: Cursor, most: usize) -> Result<News, StoreError> {
        let event = |(n, (run, seq)): (u64, &(RunId, u64))| {
            Some((n, self.runs.get(run)?.events.get(*seq as usize - 1)?.clone()))
        };
        let line = |(n, (run, seq)): (u64, &(RunId, u64))| {
            Some((n, self.runs.get(run)?.lines.get(*seq as usize - 1)?.clone()))
        };
        let events = (1..).zip(&self.order).skip(cursor.event as usize).filter_map(event).take(most).collect();
        let lines = (1..).zip(&self.line_order).skip(cursor.line as usize).filter_map(line).take(most).collect();
        Ok(News { events, lines })
    }

    fn cursor(&self) -> Result<Cursor, StoreError> {
        Ok(Cursor { event: self.order.len() as u64, line: self.line_order.len() as u64 })
    }

    fn version(&self) -> Result<u64, StoreError> {
        Ok((self.order.len() + self.line_order.len()) as u64)
    }

    fn runs(&self, most: usize) -> Result<Vec<RunId>, StoreError> {
        Ok(self.runs.keys().rev().take(most).cloned().collect())
    }

    fn row(&self, run: &RunId) -> Result<RunRow, StoreError> {
        self.run(run)?.row(run).ok_or_else(|| StoreError::Unknown(run.clone()))
    }

    fn list(&self, filter: &RunFilter) -> Result<Vec<RunRow>, StoreError> {
        let has = |text: &str, words: &str| text.to_lowercase().contains(&words.to_lowercase());
        let fits = |row: &RunRow| {
            (filter.states.is_empty() || filter.states.contains(&row.state))
                && filter.lane.as_ref().is_none_or(|lane| *lane == row.lane)
                && filter.parent.as_ref().is_none_or(|parent| Some(parent) == row.parent.as_ref())
                && filter.before.as_ref().is_none_or(|before| row.run < *before)
                && filter.words.as_ref().is_none_or(|words| has(&row.text, words))
        };
        let rows = self.runs.iter().rev().filter_map(|(id, r)| r.row(id));
        Ok(rows.filter(fits).take(filter.most).collect())
    }

    fn lanes(&self) -> Result<Vec<LaneRow>, StoreError> {
        let new = |lane: &String| LaneRow { lane: lane.clone(), is_paused: true, ..LaneRow::default() };
        let mut lanes: BTreeMap<String, LaneRow> = self.paused.iter().map(|lane| (lane.clone(), new(lane))).collect();
        for run in self.runs.values().filter(|r| !r.standing.state.is_over()) {
            let lane = &run.order.terms.lane;
            let row = lanes.entry(lane.clone()).or_insert_with(|| LaneRow { is_paused: false, ..new(lane) });
            row.queued += u64::from(!run.standing.is_held);
            row.running += u64::from(run.standing.is_held);
            row.waiting += u64::from(run.standing.state == RunState::Waiting);
        }
        Ok(lanes.into_values().collect())
    }
}

impl Logs for InMemory {
    fn log(&mut self, lease: &Lease, lines: &[LogLine]) -> Result<(), StoreError> {
        self.held(lease)?;
        let Some(run) = self.runs.get_mut(&lease.run) else { return Ok(()) };
        for line in lines {
            let seq = run.lines.len() as u64 + 1;
            run.lines.push(LogLine { run: lease.run.clone(), seq, ..line.clone() });
            self.line_order.push((lease.run.clone(), seq));
        }
        Ok(())
    }

    fn logs(&self, run: &RunId, filter: &LogFilter) -> Result<Vec<LogLine>, StoreError> {
        let level = filter.level.unwrap_or(Level::Debug);
        let words = filter.words.as_ref().map(|w| w.to_lowercase());
        let fits = |line: &&LogLine| {
            line.seq > filter.after
                && filter.before.is_none_or(|before| line.seq < before)
                && line.level <= level
                && words.as_ref().is_none_or(|w| line.text.to_lowercase().contains(w))
        };
        let lines: Vec<LogLine> = self.run(run)?.lines.iter().filter(fits).cloned().collect();
        let from = if filter.before.is_some() { lines.len().saturating_sub(filter.most) } else { 0 };
        Ok(lines.into_iter().skip(from).take(filter.most).collect())
    }
}

impl Blobs for InMemory {
    fn keep(&mut self, bytes: &[u8]) -> Result<String, StoreError> {
        let name = blobs::name_of(bytes);
        self.blobs.insert(name.clone(), bytes.to_vec());
        Ok(name)
    }

    fn blob(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let missing = || StoreError::Read { what: "a picture", cause: format!("{name} is not there").into() };
        self.blobs.get(name).cloned().ok_or_else(missing)
    }

    fn drop_blob(&mut self, name: &str) -> Result<(), StoreError> {
        self.blobs.remove(name);
        Ok(())
    }
}

impl Lines for InMemory {
    fn keep_lines(&mut self, reader: &str, lines: &[(u64, String)]) -> Result<(), StoreError> {
        let new: BTreeMap<u64, &String> = lines.iter().map(|(hash, line)| (*hash, line)).collect();
        self.lines.retain(|(by, hash, _)| by != reader || !new.contains_key(hash));
        self.lines.extend(new.into_iter().map(|(hash, line)| (reader.to_owned(), hash, line.clone())));
        let over = self.lines.len().saturating_sub(MOST_LINES);
        self.lines.drain(..over);
        Ok(())
    }

    fn recall_lines(&self, reader: &str, hashes: &[u64]) -> Result<Vec<(u64, String)>, StoreError> {
        let wanted = self.lines.iter().filter(|(by, hash, _)| by == reader && hashes.contains(hash));
        Ok(wanted.map(|(_, hash, line)| (*hash, line.clone())).collect())
    }

    fn forget_lines(&mut self) -> Result<(), StoreError> {
        self.lines.clear();
        Ok(())
    }
}

impl Documents for InMemory {
    fn put(&mut self, kind: &str, name: &str, body: &str) -> Result<(), StoreError> {
        self.documents.insert((kind.to_owned(), name.to_owned()), body.to_owned());
        Ok(())
    }

    fn put_for_good(&mut self, kind: &str, name: &str, body: &str) -> Result<(), StoreError> {
        self.put(kind, name, body)
    }

    fn documents(&self, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
        let of_kind = self.documents.iter().filter(|((k, _), _)| k == kind);
        Ok(of_kind.map(|((_, name), body)| (name.clone(), body.clone())).collect())
    }

    fn discard(&mut self, kind: &str, name: &str) -> Result<bool, StoreError> {
        Ok(self.documents.remove(&(kind.to_owned(), name.to_owned())).is_some())
    }
}

impl Upkeep for InMemory {
    fn remove(&mut self, run: &RunId) -> Result<(), StoreError> {
        if !self.run(run)?.standing.state.is_over() {
            return Err(StoreError::Taken(run.clone()));
        }
        self.runs.remove(run);
        Ok(())
    }

    fn forget(&mut self, ended_before_ms: u64) -> Result<Forgotten, StoreError> {
        let before = self.runs.len();
        let is_old = |r: &Run| {
            let ended = r.events.last().map_or(0, |e| e.at_ms);
            r.standing.state.is_over() && ended < ended_before_ms
        };
        self.runs.retain(|_, r| !is_old(r));
        Ok(Forgotten { runs: (before - self.runs.len()) as u64, ..Forgotten::default() })
    }

    fn size(&self) -> Result<Size, StoreError> {
        let bytes = self.blobs.values().map(|b| b.len() as u64).sum();
        Ok(Size {
            runs: self.runs.len() as u64,
            events: self.runs.values().map(|r| r.events.len() as u64).sum(),
            log_lines: self.runs.values().map(|r| r.lines.len() as u64).sum(),
            lines: self.lines.len() as u64,
            blobs: self.blobs.len() as u64,
            blob_bytes: bytes,
            bytes,
        })
    }

    fn verify(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
