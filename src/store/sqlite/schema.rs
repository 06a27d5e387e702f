//! The tables, and how an older store becomes one of this version.

use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::thread;
use std::time::{Duration, Instant};

/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Each step brings a store from its place in this list to the next; steps are only added.
pub(in crate::store) const MIGRATIONS: [&str; 3] = [
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
    // All columns of a run but its lease follow from its events; they are there to be searched. Events are numbered
    // over all runs, too, and never get a number again that was taken: readers go on from where they were.
    "
    ALTER TABLE runs ADD COLUMN state TEXT NOT NULL DEFAULT 'queued';
    ALTER TABLE runs ADD COLUMN text TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN lane TEXT NOT NULL DEFAULT 'default';
    ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN key TEXT;
    ALTER TABLE runs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN attempts INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE runs ADD COLUMN origin TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN template TEXT;
    ALTER TABLE runs ADD COLUMN parent TEXT;
    ALTER TABLE runs ADD COLUMN asked_ms INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN began_ms INTEGER;
    ALTER TABLE runs ADD COLUMN ended_ms INTEGER;
    ALTER TABLE runs ADD COLUMN not_before_ms INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN tasks INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN tasks_passed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN reason TEXT;
    ALTER TABLE runs ADD COLUMN hint TEXT;
    ALTER TABLE runs ADD COLUMN answer TEXT;
    ALTER TABLE runs ADD COLUMN signal TEXT;
    ALTER TABLE runs ADD COLUMN question TEXT;
    ALTER TABLE runs ADD COLUMN lease INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN beat INTEGER;
    CREATE UNIQUE INDEX runs_key ON runs(key) WHERE key IS NOT NULL;
    CREATE INDEX runs_ready ON runs(lane, priority DESC, id) WHERE state = 'queued';
    CREATE INDEX runs_held ON runs(lane) WHERE holder IS NOT NULL AND over = 0;
    CREATE INDEX runs_state ON runs(state, id);
    CREATE INDEX runs_ended ON runs(ended_ms) WHERE over = 1;

    ALTER TABLE events RENAME TO old_events;
    CREATE TABLE events (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        run TEXT NOT NULL REFERENCES runs(id),
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        UNIQUE (run, seq)
    ) STRICT;
    INSERT INTO events (run, seq, at_ms, kind) SELECT run, seq, at_ms, kind FROM old_events ORDER BY run, seq;
    DROP TABLE old_events;
    CREATE TABLE logs (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        run TEXT NOT NULL REFERENCES runs(id),
        seq INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        level INTEGER NOT NULL,
        source TEXT NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (run, seq)
    ) STRICT;
    CREATE TABLE paused_lanes (lane TEXT PRIMARY KEY) STRICT;
    CREATE TABLE documents (
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (kind, name)
    ) STRICT;
",
];

/// The step after which the columns of runs are filled in from their events.
const WITH_COLUMNS: i64 = 3;

pub(super) fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    to_wal(connection)?;
    // With FULL, what was promised survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.set_prepared_statement_cache_capacity(64);
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
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<i64> {
    let version = |c: &Connection| c.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    if version(connection)? >= MIGRATIONS.len() as i64 {
        return version(connection);
    }
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&change)?;
    for step in MIGRATIONS.iter().skip(from as usize) {
        change.execute_batch(step)?;
    }
    if from > 0 && from < WITH_COLUMNS {
        super::events::fill_in(&change)?;
    }
    change.pragma_update(None, "user_version", (MIGRATIONS.len() as i64).max(from))?;
    change.commit()?;
    version(connection)
}
