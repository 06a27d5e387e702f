//! Events and log lines: writing them, with the columns that follow from them, and reading them.

use super::{Promise, Sqlite, reading, writing};
use crate::store::{
    Cursor, History, LaneRow, Lease, Level, LogFilter, LogLine, Logs, News, OpenQuestion, RunFilter, RunRow, StoreError,
};
use crate::task::{Event, EventKind, RunId, RunState, Signal, Standing, TaskState};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params, params_from_iter};

/// Adds an event to a run and brings its row up to date.
pub(super) fn record(change: &Transaction<'_>, run: &RunId, at_ms: u64, kind: &EventKind) -> Result<u64, StoreError> {
    let json = serde_json::to_string(kind).map_err(writing("an event"))?;
    let seq: i64 = change
        .prepare_cached(
            "INSERT INTO events (run, seq, at_ms, kind)
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3 FROM events WHERE run = ?1 RETURNING seq",
        )
        .and_then(|mut insert| insert.query_row(params![run.0, at_ms as i64, json], |row| row.get(0)))
        .map_err(writing("an event"))?;
    reflect(change, run, seq as u64, at_ms, kind).map_err(writing("a run"))?;
    Ok(seq as u64)
}

/// Makes the columns of a run's row say what its events, `kind` for the last, say.
fn reflect(change: &Connection, run: &RunId, seq: u64, at_ms: u64, kind: &EventKind) -> rusqlite::Result<()> {
    let set = |columns: &str, values: &[&dyn rusqlite::ToSql]| -> rusqlite::Result<()> {
        let mut all: Vec<&dyn rusqlite::ToSql> = vec![&run.0];
        all.extend_from_slice(values);
        change.prepare_cached(&format!("UPDATE runs SET {columns} WHERE id = ?1"))?.execute(&*all).map(drop)
    };
    let before = standing(change, run)?;
    let after = before.after(kind);
    if after.state != before.state {
        set("state = ?2, over = ?3", &[&after.state.name(), &after.state.is_over()])?;
    }
    if before.is_held && !after.is_held {
        set("holder = NULL", &[])?;
    }
    if before.wanted != after.wanted {
        set("signal = ?2", &[&after.wanted.map(Signal::name)])?;
    }
    if after.state.is_over() && !before.state.is_over() {
        set("ended_ms = ?2, question = NULL", &[&(at_ms as i64)])?;
    }
    match kind {
        EventKind::Asked { request, terms, flow } => set(
            "text = ?2, lane = ?3, priority = ?4, key = ?5, attempts = ?6, origin = ?7, parent = ?8, asked_ms = ?9,
             not_before_ms = ?10, template = ?11",
            &[
                &request.text,
                &terms.lane,
                &terms.priority,
                &terms.key,
                &terms.attempts,
                &terms.origin,
                &terms.parent.as_ref().map(|p| &p.0),
                &(at_ms as i64),
                &(terms.not_before_ms.unwrap_or_default() as i64),
                &flow.as_ref().map(|flow| &flow.template.name),
            ],
        ),
        EventKind::Claimed { attempt, .. } => {
            set("attempt = ?2, began_ms = COALESCE(began_ms, ?3)", &[attempt, &(at_ms as i64)])
        }
        EventKind::Planned { graph } => {
            set("tasks = ?2, tasks_passed = 0", &[&u32::try_from(graph.tasks().len()).unwrap_or(u32::MAX)])
        }
        EventKind::TaskEnded { state: TaskState::Passed, .. } => set("tasks_passed = tasks_passed + 1", &[]),
        EventKind::Question { question, options, .. } => {
            let open = OpenQuestion { id: seq, question: question.clone(), options: options.clone() };
            set("question = ?2", &[&serde_json::to_string(&open).unwrap_or_default()])
        }
        EventKind::Answered { .. } => set("question = NULL", &[]),
        EventKind::Requeued { reason, not_before_ms, counted } => {
            let back = u32::from(!counted);
            set(
                "reason = ?2, not_before_ms = ?3, attempt = MAX(attempt - ?4, 0), question = NULL",
                &[reason, &(*not_before_ms as i64), &back],
            )
        }
        EventKind::Interrupted { holder } => set("reason = ?2", &[&format!("its process ({holder}) is gone")]),
        EventKind::Finished { reason, hint, answer, .. } => {
            set("reason = ?2, hint = ?3, answer = ?4", &[reason, hint, answer])
        }
        _ => Ok(()),
    }
}

/// Where a run stands by its row.
pub(super) fn standing(connection: &Connection, run: &RunId) -> rusqlite::Result<Standing> {
    let mut query = connection.prepare_cached("SELECT state, holder IS NOT NULL, signal FROM runs WHERE id = ?1")?;
    query.query_row([&run.0], |row| {
        let state = RunState::named(&row.get::<_, String>(0)?).unwrap_or(RunState::Interrupted);
        let wanted = row.get::<_, Option<String>>(2)?.and_then(|s| Signal::named(&s));
        Ok(Standing { state, is_held: row.get(1)?, wanted })
    })
}

/// Fills in the columns of all runs from their events.
pub(super) fn fill_in(change: &Transaction<'_>) -> rusqlite::Result<()> {
    let runs: Vec<String> = {
        let mut query = change.prepare("SELECT id FROM runs")?;
        query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
    };
    for run in runs.into_iter().map(RunId) {
        let events: Vec<(i64, i64, String)> = {
            let mut query = change.prepare_cached("SELECT seq, at_ms, kind FROM events WHERE run = ?1 ORDER BY seq")?;
            query.query_map([&run.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?
        };
        for (seq, at_ms, kind) in events {
            // An event that cannot be read any more changes nothing.
            let Ok(kind) = serde_json::from_str::<EventKind>(&kind) else { continue };
            reflect(change, &run, seq as u64, at_ms as u64, &kind)?;
        }
    }
    Ok(())
}

const COLUMNS: &str =
    "id, text, state, holder IS NOT NULL, lane, priority, attempt, attempts, origin, template, parent,
    asked_ms, began_ms, ended_ms, not_before_ms, beat, tasks, tasks_passed, reason, hint, answer, signal, question";

fn row_of(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    let when = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(i64::cast_unsigned));
    let parsed = |at| row.get::<_, Option<String>>(at);
    Ok(RunRow {
        run: RunId(row.get(0)?),
        text: row.get(1)?,
        state: RunState::named(&row.get::<_, String>(2)?).unwrap_or(RunState::Interrupted),
        is_held: row.get(3)?,
        lane: row.get(4)?,
        priority: row.get(5)?,
        attempt: row.get(6)?,
        attempts: row.get(7)?,
        origin: row.get(8)?,
        template: row.get(9)?,
        parent: row.get::<_, Option<String>>(10)?.map(RunId),
        asked_ms: when(11)?.unwrap_or_default(),
        began_ms: when(12)?,
        ended_ms: when(13)?,
        not_before_ms: when(14)?.filter(|ms| *ms > 0),
        beat_up_ms: when(15)?,
        tasks: row.get(16)?,
        tasks_passed: row.get(17)?,
        reason: row.get(18)?,
        hint: row.get(19)?,
        answer: row.get(20)?,
        signal: parsed(21)?.and_then(|s| Signal::named(&s)),
        question: parsed(22)?.and_then(|q| serde_json::from_str(&q).ok()),
    })
}

fn event_of(row: &Row<'_>) -> rusqlite::Result<(u64, RunId, u64, u64, String)> {
    let number = |at| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.cast_unsigned());
    Ok((number(0)?, RunId(row.get(1)?), number(2)?, number(3)?, row.get(4)?))
}

fn read_event((n, run, seq, at_ms, kind): (u64, RunId, u64, u64, String)) -> Result<(u64, Event), StoreError> {
    let kind = serde_json::from_str(&kind).map_err(reading("an event"))?;
    Ok((n, Event { run, seq, at_ms, kind }))
}

fn line_of(row: &Row<'_>) -> rusqlite::Result<(u64, LogLine)> {
    let number = |at| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.cast_unsigned());
    let level = match row.get::<_, i64>(4)? {
        0 => Level::Error,
        1 => Level::Warn,
        2 => Level::Info,
        _ => Level::Debug,
    };
    let line = LogLine {
        run: RunId(row.get(1)?),
        seq: number(2)?,
        at_ms: number(3)?,
        level,
        source: row.get(5)?,
        text: row.get(6)?,
    };
    Ok((number(0)?, line))
}

/// A pattern of LIKE that finds `words` wherever they stand.
fn like(words: &str) -> String {
    let plain = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{plain}%")
}

impl Sqlite {
    fn rows(&self, filter: &str, values: Vec<Value>) -> Result<Vec<RunRow>, StoreError> {
        let failed = || reading("runs");
        let sql = format!("SELECT {COLUMNS} FROM runs {filter}");
        let mut query = self.connection.prepare_cached(&sql).map_err(failed())?;
        let rows = query.query_map(params_from_iter(values), row_of).map_err(failed())?;
        rows.collect::<Result<_, _>>().map_err(failed())
    }
}

impl History for Sqlite {
    fn events(&self, run: &RunId) -> Result<Vec<Event>, StoreError> {
        let events = self.events_after(run, 0, usize::MAX)?;
        if events.is_empty() { Err(StoreError::Unknown(run.clone())) } else { Ok(events) }
    }

    fn events_after(&self, run: &RunId, after: u64, most: usize) -> Result<Vec<Event>, StoreError> {
        let failed = || reading("events");
        let mut query = self
            .connection
            .prepare_cached(
                "SELECT n, run, seq, at_ms, kind FROM events WHERE run = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            )
            .map_err(failed())?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = query.query_map(params![run.0, after as i64, most], event_of).map_err(failed())?;
        rows.map(|row| Ok(read_event(row.map_err(failed())?)?.1)).collect()
    }

    fn since(&self, cursor: Cursor, most: usize) -> Result<News, StoreError> {
        let failed = || reading("events");
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut query = self
            .connection
            .prepare_cached("SELECT n, run, seq, at_ms, kind FROM events WHERE n > ?1 ORDER BY n LIMIT ?2")
            .map_err(failed())?;
        let rows = query.query_map(params![cursor.event as i64, most], event_of).map_err(failed())?;
        let events = rows.map(|row| read_event(row.map_err(failed())?)).collect::<Result<_, _>>()?;
        let mut query = self
            .connection
            .prepare_cached("SELECT n, run, seq, at_ms, level, source, text FROM logs WHERE n > ?1 ORDER BY n LIMIT ?2")
            .map_err(failed())?;
        let rows = query.query_map(params![cursor.line as i64, most], line_of).map_err(failed())?;
        let lines = rows.collect::<Result<_, _>>().map_err(failed())?;
        Ok(News { events, lines })
    }

    fn cursor(&self) -> Result<Cursor, StoreError> {
        // The last number that was given, whether or not its row is still there.
        let last = |table: &str| {
            let mut query = self.connection.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = ?1")?;
            let last: Option<i64> = query.query_row([table], |row| row.get(0)).optional()?;
            Ok::<_, rusqlite::Error>(last.unwrap_or_default().cast_unsigned())
        };
        let event = last("events").map_err(reading("events"))?;
        Ok(Cursor { event, line: last("logs").map_err(reading("log lines"))? })
    }

    fn version(&self) -> Result<u64, StoreError> {
        let version = self.connection.pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0));
        version.map(i64::cast_unsigned).map_err(reading("its version"))
    }

    fn runs(&self, most: usize) -> Result<Vec<RunId>, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT id FROM runs ORDER BY id DESC LIMIT ?1").map_err(reading("runs"))?;
        let rows = query.query_map([most as i64], |row| row.get(0).map(RunId)).map_err(reading("runs"))?;
        rows.collect::<Result<_, _>>().map_err(reading("runs"))
    }

    fn row(&self, run: &RunId) -> Result<RunRow, StoreError> {
        let rows = self.rows("WHERE id = ?1", vec![run.0.clone().into()])?;
        rows.into_iter().next().ok_or_else(|| StoreError::Unknown(run.clone()))
    }

    fn list(&self, filter: &RunFilter) -> Result<Vec<RunRow>, StoreError> {
        let mut wheres = vec!["1".to_owned()];
        let mut values: Vec<Value> = Vec::new();
        let mut add = |sql: &str, value: String| {
            values.push(value.into());
            wheres.push(format!("{sql} ?{}", values.len()));
        };
        filter.lane.iter().for_each(|lane| add("lane =", lane.clone()));
        filter.before.iter().for_each(|run| add("id <", run.0.clone()));
        filter.parent.iter().for_each(|run| add("parent =", run.0.clone()));
        filter.words.iter().for_each(|words| add("text LIKE", like(words)));
        if let Some(last) = wheres.last_mut().filter(|w| w.starts_with("text LIKE")) {
            last.push_str(" ESCAPE '\\'");
        }
        if !filter.states.is_empty() {
            let names: Vec<String> = filter.states.iter().map(|s| format!("'{}'", s.name())).collect();
            wheres.push(format!("state IN ({})", names.join(", ")));
        }
        let most = i64::try_from(filter.most).unwrap_or(i64::MAX);
        self.rows(&format!("WHERE {} ORDER BY id DESC LIMIT {most}", wheres.join(" AND ")), values)
    }

    fn lanes(&self) -> Result<Vec<LaneRow>, StoreError> {
        let failed = || reading("lanes");
        let mut query = self
            .connection
            .prepare_cached(
                "SELECT lane, SUM(state IN ('queued', 'paused') AND holder IS NULL), SUM(holder IS NOT NULL),
                        SUM(state = 'waiting'), lane IN (SELECT lane FROM paused_lanes)
                 FROM runs WHERE over = 0 GROUP BY lane
                 UNION ALL
                 SELECT lane, 0, 0, 0, 1 FROM paused_lanes
                 WHERE lane NOT IN (SELECT lane FROM runs WHERE over = 0) ORDER BY 1",
            )
            .map_err(failed())?;
        let number = |row: &Row<'_>, at| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.cast_unsigned());
        let rows = query
            .query_map([], |row| {
                Ok(LaneRow {
                    lane: row.get(0)?,
                    queued: number(row, 1)?,
                    running: number(row, 2)?,
                    waiting: number(row, 3)?,
                    is_paused: row.get(4)?,
                })
            })
            .map_err(failed())?;
        rows.collect::<Result<_, _>>().map_err(failed())
    }
}

impl Logs for Sqlite {
    fn log(&mut self, lease: &Lease, lines: &[LogLine]) -> Result<(), StoreError> {
        let failed = || writing("log lines");
        let change = self.change_by("log lines", Promise::Lasting)?;
        super::queue::hold(&change, lease)?;
        let last = change
            .prepare_cached("SELECT COALESCE(MAX(seq), 0) FROM logs WHERE run = ?1")
            .and_then(|mut query| query.query_row([&lease.run.0], |row| row.get::<_, i64>(0)))
            .map_err(failed())?;
        for (seq, line) in (last + 1..).zip(lines) {
            change
                .prepare_cached(
                    "INSERT INTO logs (run, seq, at_ms, level, source, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )
                .and_then(|mut insert| {
                    let level = line.level as i64;
                    insert.execute(params![lease.run.0, seq, line.at_ms as i64, level, line.source, line.text])
                })
                .map_err(failed())?;
        }
        change.commit().map_err(failed())
    }

    fn logs(&self, run: &RunId, filter: &LogFilter) -> Result<Vec<LogLine>, StoreError> {
        let failed = || reading("log lines");
        // Backwards where an end is given: its last lines are wanted.
        let order = if filter.before.is_some() { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT n, run, seq, at_ms, level, source, text FROM logs
             WHERE run = ?1 AND seq > ?2 AND seq < ?3 AND level <= ?4 AND (?5 IS NULL OR text LIKE ?5 ESCAPE '\\')
             ORDER BY seq {order} LIMIT ?6"
        );
        let mut query = self.connection.prepare_cached(&sql).map_err(failed())?;
        let values = params![
            run.0,
            filter.after as i64,
            filter.before.map_or(i64::MAX, |b| b as i64),
            filter.level.unwrap_or(Level::Debug) as i64,
            filter.words.as_deref().map(like),
            i64::try_from(filter.most).unwrap_or(i64::MAX)
        ];
        let rows = query.query_map(values, |row| Ok(line_of(row)?.1)).map_err(failed())?;
        let mut lines = rows.collect::<Result<Vec<_>, _>>().map_err(failed())?;
        if filter.before.is_some() {
            lines.reverse();
        }
        Ok(lines)
    }
}
