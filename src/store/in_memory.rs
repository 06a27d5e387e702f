//! A store that forgets everything at its end.

use super::{Holder, MOST_LINES, Store, StoreError};
use crate::task::{Event, EventKind, Request, RunId};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
struct Run {
    events: Vec<Event>,
    holder: Option<Holder>,
    over: bool,
}

/// The fake beside [`super::Sqlite`]: same suite, no disk.
#[derive(Debug, Default)]
pub struct InMemory {
    runs: BTreeMap<String, Run>,
    blobs: BTreeMap<String, Vec<u8>>,
    /// The reader, the hash and what was read, the oldest first.
    lines: Vec<(String, u64, String)>,
}

impl InMemory {
    fn run_mut(&mut self, run: &RunId) -> Result<&mut Run, StoreError> {
        self.runs.get_mut(&run.0).ok_or_else(|| StoreError::Unknown(run.clone()))
    }
}

fn push(run: &RunId, held: &mut Run, at_ms: u64, kind: EventKind) -> u64 {
    let seq = held.events.len() as u64 + 1;
    held.over |= super::sqlite::ends(&kind);
    held.events.push(Event { run: run.clone(), seq, at_ms, kind });
    seq
}

impl Store for InMemory {
    fn enqueue(&mut self, request: &Request, at_ms: u64) -> Result<RunId, StoreError> {
        let run = super::sqlite::new_id();
        let mut held = Run::default();
        push(&run, &mut held, at_ms, EventKind::Asked { request: request.clone() });
        self.runs.insert(run.0.clone(), held);
        Ok(run)
    }

    fn claim(&mut self, run: &RunId, holder: &Holder, at_ms: u64) -> Result<(), StoreError> {
        let held = self.run_mut(run)?;
        if held.holder.is_some() {
            return Err(StoreError::Taken(run.clone()));
        }
        held.holder = Some(holder.clone());
        push(run, held, at_ms, EventKind::Claimed { holder: holder.to_string() });
        Ok(())
    }

    fn append(&mut self, run: &RunId, holder: &Holder, at_ms: u64, kind: EventKind) -> Result<u64, StoreError> {
        let held = self.run_mut(run)?;
        if held.holder.as_ref() != Some(holder) || held.over {
            return Err(StoreError::Taken(run.clone()));
        }
        Ok(push(run, held, at_ms, kind))
    }

    fn events(&self, run: &RunId) -> Result<Vec<Event>, StoreError> {
        self.runs.get(&run.0).map(|r| r.events.clone()).ok_or_else(|| StoreError::Unknown(run.clone()))
    }

    fn runs(&self, most: usize) -> Result<Vec<RunId>, StoreError> {
        Ok(self.runs.keys().rev().take(most).cloned().map(RunId).collect())
    }

    fn open_claims(&self) -> Result<Vec<(RunId, Holder)>, StoreError> {
        let open = self.runs.iter().filter(|(_, r)| !r.over);
        Ok(open.filter_map(|(id, r)| Some((RunId(id.clone()), r.holder.clone()?))).collect())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<String, StoreError> {
        let name = super::sqlite::hash(bytes);
        self.blobs.insert(name.clone(), bytes.to_vec());
        Ok(name)
    }

    fn blob(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let missing = || StoreError::Read { what: "a picture", cause: format!("{name} is not there").into() };
        self.blobs.get(name).cloned().ok_or_else(missing)
    }

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
}
