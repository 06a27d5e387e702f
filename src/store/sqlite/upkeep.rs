//! Housekeeping: what is taken away, what there is, and whether it agrees with itself.

use super::{Sqlite, reading, writing};
use crate::store::{Forgotten, History, Size, StoreError, Upkeep, blobs};
use crate::task::{Report, RunId, RunState};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// How many runs are taken away in one go: others write in between.
const AT_ONCE: i64 = 200;

fn delete(change: &Connection, run: &str) -> rusqlite::Result<()> {
    for sql in
        ["DELETE FROM events WHERE run = ?1", "DELETE FROM logs WHERE run = ?1", "DELETE FROM runs WHERE id = ?1"]
    {
        change.prepare_cached(sql)?.execute([run])?;
    }
    Ok(())
}

impl Sqlite {
    /// The names of blobs that events name.
    fn named_blobs(&self) -> rusqlite::Result<BTreeSet<String>> {
        let mut named = BTreeSet::new();
        for path in ["$.before.blob", "$.after.blob", "$.shot.blob", "$.blob"] {
            let mut query = self.connection.prepare_cached(
                "SELECT DISTINCT json_extract(kind, ?1) FROM events WHERE json_extract(kind, ?1) IS NOT NULL",
            )?;
            let names = query.query_map([path], |row| row.get::<_, String>(0))?;
            named.extend(names.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(named)
    }

    fn count(&self, what: &str) -> Result<u64, StoreError> {
        let count = self.connection.query_row(what, [], |row| row.get::<_, i64>(0));
        count.map(i64::cast_unsigned).map_err(reading("its size"))
    }
}

impl Upkeep for Sqlite {
    fn remove(&mut self, run: &RunId) -> Result<(), StoreError> {
        let state = self.row(run)?.state;
        if !state.is_over() {
            return Err(StoreError::Taken(run.clone()));
        }
        let change = self.change("a removal")?;
        delete(&change, &run.0).map_err(writing("a removal"))?;
        change.commit().map_err(writing("a removal"))
    }

    fn forget(&mut self, ended_before_ms: u64) -> Result<Forgotten, StoreError> {
        let failed = || writing("a removal");
        let mut forgotten = Forgotten::default();
        loop {
            let change = self.change("a removal")?;
            let old: Vec<String> = {
                let mut query = change
                    .prepare_cached("SELECT id FROM runs WHERE over = 1 AND ended_ms < ?1 LIMIT ?2")
                    .map_err(failed())?;
                let rows =
                    query.query_map(params![ended_before_ms as i64, AT_ONCE], |row| row.get(0)).map_err(failed())?;
                rows.collect::<Result<_, _>>().map_err(failed())?
            };
            if old.is_empty() {
                break;
            }
            old.iter().try_for_each(|run| delete(&change, run)).map_err(failed())?;
            change.commit().map_err(failed())?;
            forgotten.runs += old.len() as u64;
        }
        let named = self.named_blobs().map_err(reading("pictures"))?;
        (forgotten.blobs, forgotten.bytes) = blobs::clean(&self.blobs, &named)?;
        Ok(forgotten)
    }

    fn size(&self) -> Result<Size, StoreError> {
        let (blobs, blob_bytes) = blobs::weigh(&self.blobs);
        let pages = self.count("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")?;
        Ok(Size {
            runs: self.count("SELECT COUNT(*) FROM runs")?,
            events: self.count("SELECT COUNT(*) FROM events")?,
            log_lines: self.count("SELECT COUNT(*) FROM logs")?,
            lines: self.count("SELECT COUNT(*) FROM lines")?,
            blobs,
            blob_bytes,
            bytes: pages,
        })
    }

    fn verify(&self) -> Result<(), StoreError> {
        let said: String = self
            .connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .map_err(reading("its integrity"))?;
        if said != "ok" {
            return Err(StoreError::Damaged(said));
        }
        for run in self.runs(usize::MAX >> 1)? {
            self.verify_run(&run)?;
        }
        Ok(())
    }
}

impl Sqlite {
    /// Whether the events of a run have no gaps, and its row says what they say.
    fn verify_run(&self, run: &RunId) -> Result<(), StoreError> {
        let (events, row) = (self.events(run)?, self.row(run)?);
        let damaged = |what: &str| Err(StoreError::Damaged(format!("run {run}: {what}")));
        if events.iter().zip(1..).any(|(event, seq)| event.seq != seq) {
            return damaged("its events have gaps");
        }
        let Some(report) = Report::fold(&events) else { return damaged("it has no events") };
        if report.state != row.state || report.ended_ms != row.ended_ms {
            return damaged("its row says other things than its events");
        }
        let is_waiting = matches!(row.state, RunState::Queued);
        if is_waiting && row.is_held {
            return damaged("it waits and is driven");
        }
        Ok(())
    }
}
