//! Runs that wait and are driven.

use super::events::{record, standing};
use super::{Promise, Sqlite, reading, writing};
use crate::store::{Claimant, Holder, LaneLimits, Lease, Moment, Placed, Queue, StoreError};
use crate::task::{EventKind, Order, RunId, RunState, Signal, Standing};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeMap;

/// A new name for a run; later ones sort after earlier ones.
pub(in crate::store) fn new_id() -> RunId {
    RunId(ulid::Ulid::generate().to_string().to_lowercase())
}

/// Checks that `lease` is in force.
pub(super) fn hold(change: &Connection, lease: &Lease) -> Result<(), StoreError> {
    let mine = change
        .prepare_cached("SELECT 1 FROM runs WHERE id = ?1 AND lease = ?2 AND holder = ?3 AND over = 0")
        .and_then(|mut query| {
            query.query_row(params![lease.run.0, lease.number as i64, lease.holder.to_row()], |_| Ok(())).optional()
        })
        .map_err(reading("a lease"))?;
    mine.ok_or_else(|| StoreError::Taken(lease.run.clone()))
}

/// Where the run stands; `None` when there is none.
fn find(change: &Connection, run: &RunId) -> Result<Option<Standing>, StoreError> {
    standing(change, run).optional().map_err(reading("a run"))
}

/// Puts an order into the queue.
fn place(change: &Transaction<'_>, order: &Order, at_ms: u64) -> Result<RunId, StoreError> {
    let run = new_id();
    change
        .prepare_cached("INSERT INTO runs (id) VALUES (?1)")
        .and_then(|mut insert| insert.execute([&run.0]))
        .map_err(writing("a run"))?;
    record(change, &run, at_ms, &order.clone().asked())?;
    Ok(run)
}

/// Gives a run that waits to `by`.
fn give(change: &Transaction<'_>, run: &RunId, by: &Claimant, now: Moment) -> Result<Lease, StoreError> {
    let (number, attempt): (i64, u32) = change
        .prepare_cached(
            "UPDATE runs SET holder = ?2, lease = lease + 1, lease_until = ?3, beat = ?4
             WHERE id = ?1 RETURNING lease, attempt + 1",
        )
        .and_then(|mut update| {
            let until = now.up_ms.saturating_add(by.lease_ms);
            update.query_row(params![run.0, by.holder.to_row(), until as i64, now.up_ms as i64], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        })
        .map_err(writing("a claim"))?;
    let lease = Lease { run: run.clone(), holder: by.holder.clone(), number: number as u64, attempt };
    let holder = by.holder.to_string();
    record(change, run, now.at_ms, &EventKind::Claimed { holder, lease: lease.number, attempt })?;
    Ok(lease)
}

/// The run that is next of those whose lanes have room.
///
/// Its indices are named, here and below: SQLite does not know by itself that few of the many open runs are held, and
/// that the many that wait are in few lanes, and would look through all of them.
fn next(change: &Connection, limits: &LaneLimits, now: Moment) -> rusqlite::Result<Option<RunId>> {
    let busy: BTreeMap<String, u32> = {
        let mut query = change.prepare_cached(
            "SELECT lane, COUNT(*) FROM runs INDEXED BY runs_held WHERE holder IS NOT NULL AND over = 0 GROUP BY lane",
        )?;
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
    };
    let mut best: Option<(i32, RunId)> = None;
    let mut lane = String::new();
    while let Some(name) = lane_after(change, &lane)? {
        lane = name;
        if busy.get(&lane).copied().unwrap_or_default() >= limits.of(&lane) {
            continue;
        }
        let first = change
            .prepare_cached(
                "SELECT priority, id FROM runs INDEXED BY runs_ready WHERE state = 'queued' AND lane = ?1 AND not_before_ms <= ?2
                 ORDER BY priority DESC, id LIMIT 1",
            )?
            .query_row(params![lane, now.at_ms as i64], |row| Ok((row.get::<_, i32>(0)?, RunId(row.get(1)?))))
            .optional()?;
        if let Some((priority, run)) = first
            && best.as_ref().is_none_or(|(high, old)| priority > *high || (priority == *high && run < *old))
        {
            best = Some((priority, run));
        }
    }
    Ok(best.map(|(_, run)| run))
}

/// Whether the lane of a run has room for it, beside the run that it is a part of.
fn has_room(change: &Connection, run: &RunId, limits: &LaneLimits) -> rusqlite::Result<bool> {
    let mut query = change.prepare_cached(
        "SELECT r.lane, r.lane IN (SELECT lane FROM paused_lanes),
                (SELECT COUNT(*) FROM runs o INDEXED BY runs_held WHERE o.lane = r.lane AND o.holder IS NOT NULL AND o.over = 0
                 AND o.id IS NOT r.parent)
         FROM runs r WHERE r.id = ?1",
    )?;
    query.query_row([&run.0], |row| {
        let (lane, is_paused, busy): (String, bool, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(!is_paused && busy < limits.of(&lane))
    })
}

/// The next lane by name in which a run waits, and that is not paused.
fn lane_after(change: &Connection, lane: &str) -> rusqlite::Result<Option<String>> {
    change
        .prepare_cached(
            "SELECT lane FROM runs INDEXED BY runs_ready WHERE state = 'queued' AND lane > ?1
             AND lane NOT IN (SELECT lane FROM paused_lanes) ORDER BY lane LIMIT 1",
        )?
        .query_row([lane], |row| row.get(0))
        .optional()
}

impl Queue for Sqlite {
    fn enqueue(&mut self, order: &Order, at_ms: u64) -> Result<Placed, StoreError> {
        let failed = || writing("a run");
        let change = self.change("a run")?;
        if let Some(key) = &order.terms.key {
            let known = change
                .prepare_cached("SELECT id FROM runs WHERE key = ?1")
                .and_then(|mut query| query.query_row([key], |row| row.get(0).map(RunId)).optional())
                .map_err(reading("a run"))?;
            if let Some(run) = known {
                return Ok(Placed { run, is_new: false });
            }
        }
        let run = place(&change, order, at_ms)?;
        change.commit().map_err(failed())?;
        Ok(Placed { run, is_new: true })
    }

    fn begin(&mut self, order: &Order, by: &Claimant, now: Moment) -> Result<Lease, StoreError> {
        let change = self.change("a run")?;
        let run = place(&change, order, now.at_ms)?;
        let lease = give(&change, &run, by, now)?;
        change.commit().map_err(writing("a run"))?;
        Ok(lease)
    }

    fn claim(
        &mut self,
        run: &RunId,
        by: &Claimant,
        limits: Option<&LaneLimits>,
        now: Moment,
    ) -> Result<Lease, StoreError> {
        let change = self.change("a claim")?;
        match find(&change, run)? {
            None => return Err(StoreError::Unknown(run.clone())),
            Some(Standing { state: RunState::Queued, is_held: false, .. }) => {}
            Some(_) => return Err(StoreError::Taken(run.clone())),
        }
        if let Some(limits) = limits
            && !has_room(&change, run, limits).map_err(reading("the queue"))?
        {
            return Err(StoreError::Taken(run.clone()));
        }
        let lease = give(&change, run, by, now)?;
        change.commit().map_err(writing("a claim"))?;
        Ok(lease)
    }

    fn claim_next(&mut self, by: &Claimant, limits: &LaneLimits, now: Moment) -> Result<Option<Lease>, StoreError> {
        // Whoever finds nothing has not kept others from writing.
        if next(&self.connection, limits, now).map_err(reading("the queue"))?.is_none() {
            return Ok(None);
        }
        let change = self.change_by("a claim", Promise::Lasting)?;
        let Some(run) = next(&change, limits, now).map_err(reading("the queue"))? else { return Ok(None) };
        let lease = give(&change, &run, by, now)?;
        change.commit().map_err(writing("a claim"))?;
        Ok(Some(lease))
    }

    fn renew(&mut self, lease: &Lease, lease_ms: u64, now: Moment) -> Result<(), StoreError> {
        let change = self.change_by("a sign of life", Promise::Lasting)?;
        hold(&change, lease)?;
        change
            .prepare_cached("UPDATE runs SET lease_until = ?2, beat = ?3 WHERE id = ?1")
            .and_then(|mut update| {
                update.execute(params![lease.run.0, now.up_ms.saturating_add(lease_ms) as i64, now.up_ms as i64])
            })
            .map_err(writing("a sign of life"))?;
        change.commit().map_err(writing("a sign of life"))
    }

    fn wanted(&self, lease: &Lease) -> Result<Option<Signal>, StoreError> {
        hold(&self.connection, lease)?;
        let signal: Option<String> = self
            .connection
            .prepare_cached("SELECT signal FROM runs WHERE id = ?1")
            .and_then(|mut query| query.query_row([&lease.run.0], |row| row.get(0)))
            .map_err(reading("a signal"))?;
        Ok(signal.and_then(|s| Signal::named(&s)))
    }

    fn append(&mut self, lease: &Lease, at_ms: u64, kind: EventKind) -> Result<u64, StoreError> {
        let change = self.change_by("an event", Promise::of(&kind))?;
        hold(&change, lease)?;
        let seq = record(&change, &lease.run, at_ms, &kind)?;
        change.commit().map_err(writing("an event"))?;
        Ok(seq)
    }

    fn tell(&mut self, run: &RunId, at_ms: u64, kind: EventKind) -> Result<u64, StoreError> {
        let change = self.change("an event")?;
        let standing = find(&change, run)?.ok_or_else(|| StoreError::Unknown(run.clone()))?;
        if standing.state.is_over() {
            return Err(StoreError::Over(run.clone()));
        }
        let mut seq = record(&change, run, at_ms, &kind)?;
        if let Some(end) = crate::store::end_of_unheld(standing, &kind) {
            seq = record(&change, run, at_ms, &end)?;
        }
        change.commit().map_err(writing("an event"))?;
        Ok(seq)
    }

    fn leases(&self) -> Result<Vec<(Lease, u64)>, StoreError> {
        let failed = || reading("leases");
        let mut query = self
            .connection
            .prepare_cached(
                "SELECT id, holder, lease, attempt, lease_until FROM runs INDEXED BY runs_held WHERE holder IS NOT NULL AND over = 0",
            )
            .map_err(failed())?;
        let rows = query
            .query_map([], |row| {
                let number = |at| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.cast_unsigned());
                let holder = Holder::from_row(&row.get::<_, String>(1)?);
                let lease = |holder| {
                    Ok::<_, rusqlite::Error>(Lease {
                        run: RunId(row.get(0)?),
                        holder,
                        number: number(2)?,
                        attempt: row.get(3)?,
                    })
                };
                Ok((holder.map(lease).transpose()?, number(4)?))
            })
            .map_err(failed())?;
        let rows = rows.collect::<Result<Vec<_>, _>>().map_err(failed())?;
        Ok(rows.into_iter().filter_map(|(lease, until)| Some((lease?, until))).collect())
    }

    fn take_away(&mut self, lease: &Lease, until_up_ms: u64, at_ms: u64, kind: EventKind) -> Result<bool, StoreError> {
        let change = self.change("an event")?;
        let until: Option<i64> = change
            .prepare_cached("SELECT lease_until FROM runs WHERE id = ?1 AND lease = ?2 AND holder = ?3 AND over = 0")
            .and_then(|mut query| {
                let values = params![lease.run.0, lease.number as i64, lease.holder.to_row()];
                query.query_row(values, |row| row.get(0)).optional()
            })
            .map_err(reading("a lease"))?;
        if until.map(i64::cast_unsigned) != Some(until_up_ms) {
            return Ok(false);
        }
        record(&change, &lease.run, at_ms, &kind)?;
        change.commit().map_err(writing("an event"))?;
        Ok(true)
    }

    fn pause_lane(&mut self, lane: &str, is_paused: bool) -> Result<(), StoreError> {
        let sql = if is_paused {
            "INSERT OR IGNORE INTO paused_lanes (lane) VALUES (?1)"
        } else {
            "DELETE FROM paused_lanes WHERE lane = ?1"
        };
        self.connection.execute(sql, [lane]).map(drop).map_err(writing("a lane"))
    }
}
