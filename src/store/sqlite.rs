//! One SQLite file in WAL mode, with pictures as files beside it.

use super::{Holder, MOST_LINES, Store, StoreError};
use crate::task::{Event, EventKind, Request, RunId};
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Each step brings a store from its place in this list to the next; steps are only added.
const MIGRATIONS: [&str; 2] = [
    "
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        holder TEXT,
        over INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE events (
        run TEXT NOT NULL REFERENCES runs(id),
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        PRIMARY KEY (run, seq)
    ) STRICT;
    CREATE INDEX runs_open ON runs(over) WHERE over = 0;
",
    // A line that is kept again gets a new number: the lowest ones are the oldest.
    "
    CREATE TABLE lines (
        age INTEGER PRIMARY KEY,
        reader TEXT NOT NULL,
        hash INTEGER NOT NULL,
        line TEXT NOT NULL,
        UNIQUE (reader, hash) ON CONFLICT REPLACE
    ) STRICT;
",
];

/// The durable store.
pub struct Sqlite {
    connection: Connection,
    blobs: PathBuf,
}

impl Sqlite {
    /// Opens the store in the folder `dir`, and makes it where it is missing.
    ///
    /// # Errors
    /// [`StoreError::Open`] when the folder or file cannot be used, [`StoreError::Newer`] when a
    /// later version wrote it.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let failed = |cause: Cause| StoreError::Open { path: dir.display().to_string(), cause };
        let blobs = dir.join("blobs");
        // What was on a person's screen is nobody else's business.
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&blobs);
        made.map_err(|e| failed(e.into()))?;
        let mut connection = Connection::open(dir.join("guardian.db")).map_err(|e| failed(e.into()))?;
        set_up(&connection).map_err(|e| failed(e.into()))?;
        let found = migrate(&mut connection).map_err(|e| failed(e.into()))?;
        let known = MIGRATIONS.len() as i64;
        if found > known {
            return Err(StoreError::Newer { path: dir.display().to_string(), found, known });
        }
        Ok(Self { connection, blobs })
    }
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    to_wal(connection)?;
    // With FULL, what was promised survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Switching a fresh file to WAL needs it alone for a moment, and SQLite does not wait for that by itself:
/// several processes may meet on a machine's first run.
fn to_wal(connection: &Connection) -> rusqlite::Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                thread::sleep(Duration::from_millis(10));
            }
            other => return other,
        }
    }
}

/// Brings the store up to date and gives its version.
fn migrate(connection: &mut Connection) -> rusqlite::Result<i64> {
    let version = |c: &Connection| c.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    if version(connection)? >= MIGRATIONS.len() as i64 {
        return version(connection);
    }
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&change)?;
    for step in MIGRATIONS.iter().skip(from as usize) {
        change.execute_batch(step)?;
    }
    change.pragma_update(None, "user_version", (MIGRATIONS.len() as i64).max(from))?;
    change.commit()?;
    version(connection)
}

/// A new name for a run; later ones sort after earlier ones.
pub(super) fn new_id() -> RunId {
    RunId(ulid::Ulid::generate().to_string().to_lowercase())
}

pub(super) fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Whether nothing may follow this event.
pub(super) const fn ends(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Finished { .. } | EventKind::Interrupted { .. })
}

fn writing<E: Into<Cause>>(what: &'static str) -> impl Fn(E) -> StoreError {
    move |e| StoreError::Write { what, cause: e.into() }
}

fn reading<E: Into<Cause>>(what: &'static str) -> impl Fn(E) -> StoreError {
    move |e| StoreError::Read { what, cause: e.into() }
}

fn insert(connection: &Connection, run: &RunId, at_ms: u64, kind: &EventKind) -> Result<u64, StoreError> {
    let json = serde_json::to_string(kind).map_err(writing("an event"))?;
    let seq: i64 = connection
        .query_row(
            "INSERT INTO events (run, seq, at_ms, kind)
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3 FROM events WHERE run = ?1 RETURNING seq",
            params![run.0, at_ms as i64, json],
            |row| row.get(0),
        )
        .map_err(writing("an event"))?;
    Ok(seq as u64)
}

impl Store for Sqlite {
    fn enqueue(&mut self, request: &Request, at_ms: u64) -> Result<RunId, StoreError> {
        let run = new_id();
        let change = self.connection.transaction().map_err(writing("a run"))?;
        change.execute("INSERT INTO runs (id) VALUES (?1)", [&run.0]).map_err(writing("a run"))?;
        insert(&change, &run, at_ms, &EventKind::Asked { request: request.clone() })?;
        change.commit().map_err(writing("a run"))?;
        Ok(run)
    }

    fn claim(&mut self, run: &RunId, holder: &Holder, at_ms: u64) -> Result<(), StoreError> {
        let change =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(writing("a claim"))?;
        let claimed = change
            .execute("UPDATE runs SET holder = ?2 WHERE id = ?1 AND holder IS NULL", params![run.0, holder.to_row()])
            .map_err(writing("a claim"))?;
        if claimed == 0 {
            let known = change.query_row("SELECT 1 FROM runs WHERE id = ?1", [&run.0], |_| Ok(())).optional();
            let known = known.map_err(reading("a run"))?.is_some();
            return Err(if known { StoreError::Taken(run.clone()) } else { StoreError::Unknown(run.clone()) });
        }
        insert(&change, run, at_ms, &EventKind::Claimed { holder: holder.to_string() })?;
        change.commit().map_err(writing("a claim"))
    }

    fn append(&mut self, run: &RunId, holder: &Holder, at_ms: u64, kind: EventKind) -> Result<u64, StoreError> {
        let change =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(writing("an event"))?;
        let mine = change
            .execute(
                "UPDATE runs SET over = ?3 WHERE id = ?1 AND holder = ?2 AND over = 0",
                params![run.0, holder.to_row(), ends(&kind)],
            )
            .map_err(writing("an event"))?;
        if mine == 0 {
            return Err(StoreError::Taken(run.clone()));
        }
        let seq = insert(&change, run, at_ms, &kind)?;
        change.commit().map_err(writing("an event"))?;
        Ok(seq)
    }

    fn events(&self, run: &RunId) -> Result<Vec<Event>, StoreError> {
        let failed = || reading("events");
        let mut query = self
            .connection
            .prepare_cached("SELECT seq, at_ms, kind FROM events WHERE run = ?1 ORDER BY seq")
            .map_err(failed())?;
        let rows = query
            .query_map([&run.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?)))
            .map_err(failed())?;
        let mut events = Vec::new();
        for row in rows {
            let (seq, at_ms, kind) = row.map_err(failed())?;
            let kind = serde_json::from_str(&kind).map_err(reading("an event"))?;
            events.push(Event { run: run.clone(), seq: seq as u64, at_ms: at_ms as u64, kind });
        }
        if events.is_empty() { Err(StoreError::Unknown(run.clone())) } else { Ok(events) }
    }

    fn runs(&self, most: usize) -> Result<Vec<RunId>, StoreError> {
        let mut query =
            self.connection.prepare_cached("SELECT id FROM runs ORDER BY id DESC LIMIT ?1").map_err(reading("runs"))?;
        let rows = query.query_map([most as i64], |row| row.get(0).map(RunId)).map_err(reading("runs"))?;
        rows.collect::<Result<_, _>>().map_err(reading("runs"))
    }

    fn open_claims(&self) -> Result<Vec<(RunId, Holder)>, StoreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT id, holder FROM runs WHERE over = 0 AND holder IS NOT NULL")
            .map_err(reading("claims"))?;
        let rows =
            query.query_map([], |row| Ok((RunId(row.get(0)?), row.get::<_, String>(1)?))).map_err(reading("claims"))?;
        let rows: Vec<(RunId, String)> = rows.collect::<Result<_, _>>().map_err(reading("claims"))?;
        Ok(rows.into_iter().filter_map(|(run, row)| Some((run, Holder::from_row(&row)?))).collect())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<String, StoreError> {
        let name = hash(bytes);
        let path = self.blobs.join(&name);
        if path.exists() {
            return Ok(name);
        }
        let failed = || writing("a picture");
        let half = self.blobs.join(format!("{name}.{}.part", std::process::id()));
        let written = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&half)
            .and_then(|mut file| file.write_all(bytes));
        if let Err(e) = written {
            // A part of a picture is of no use and takes the room that was missing.
            let _ = fs::remove_file(&half);
            return Err(failed()(e));
        }
        fs::rename(&half, &path).map_err(failed())?;
        Ok(name)
    }

    fn blob(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        fs::read(self.blobs.join(name)).map_err(reading("a picture"))
    }

    fn keep_lines(&mut self, reader: &str, lines: &[(u64, String)]) -> Result<(), StoreError> {
        let failed = || writing("lines of text");
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
        for (hash, line) in lines {
            change
                .prepare_cached("INSERT INTO lines (reader, hash, line) VALUES (?1, ?2, ?3)")
                .and_then(|mut insert| insert.execute(params![reader, hash.cast_signed(), line]))
                .map_err(failed())?;
        }
        change
            .execute("DELETE FROM lines WHERE age <= (SELECT MAX(age) FROM lines) - ?1", [MOST_LINES as i64])
            .map_err(failed())?;
        change.commit().map_err(failed())
    }

    fn recall_lines(&self, reader: &str, hashes: &[u64]) -> Result<Vec<(u64, String)>, StoreError> {
        let failed = || reading("lines of text");
        let mut query = self
            .connection
            .prepare_cached("SELECT line FROM lines WHERE reader = ?1 AND hash = ?2")
            .map_err(failed())?;
        let mut known = Vec::new();
        for &hash in hashes {
            let line = query.query_row(params![reader, hash.cast_signed()], |row| row.get(0)).optional();
            known.extend(line.map_err(failed())?.map(|line| (hash, line)));
        }
        Ok(known)
    }
}
