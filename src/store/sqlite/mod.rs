//! One SQLite file in WAL mode, with pictures as files beside it.

mod events;
mod queue;
pub(super) mod schema;
mod upkeep;

use super::{Blobs, Documents, Lines, MOST_LINES, StoreError, blobs};
use crate::task::EventKind;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

pub(super) use queue::new_id;

type Cause = Box<dyn std::error::Error + Send + Sync>;

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
        let file = dir.join("guardian.db");
        keep_private(&file).map_err(|e| failed(e.into()))?;
        let mut connection = Connection::open(file).map_err(|e| failed(e.into()))?;
        schema::set_up(&connection).map_err(|e| failed(e.into()))?;
        let found = schema::migrate(&mut connection).map_err(|e| failed(e.into()))?;
        let known = schema::MIGRATIONS.len() as i64;
        if found > known {
            return Err(StoreError::Newer { path: dir.display().to_string(), found, known });
        }
        Ok(Self { connection, blobs })
    }

    /// Does `work` so that nothing of what it takes away stays: its place in the file is written over, and the log with
    /// what was there is emptied.
    fn for_good<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let secure = |store: &Self, is_on: bool| {
            store.connection.pragma_update(None, "secure_delete", is_on).map_err(writing("a document"))
        };
        secure(self, true)?;
        let done = work(self);
        secure(self, false)?;
        // Another reader may keep the log; the next checkpoint empties it.
        let _ = self.connection.pragma_update(None, "wal_checkpoint", "TRUNCATE");
        done
    }

    /// A change that nobody else's comes in between of; it survives a power cut.
    fn change(&mut self, what: &'static str) -> Result<Transaction<'_>, StoreError> {
        self.change_by(what, Promise::Kept)
    }

    fn change_by(&mut self, what: &'static str, promise: Promise) -> Result<Transaction<'_>, StoreError> {
        self.connection.pragma_update(None, "synchronous", promise.pragma()).map_err(writing(what))?;
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(writing(what))
    }
}

/// Sees to it that nobody else may read the file, whoever made the folder that it is in, and makes it where it is missing.
/// SQLite gives the files beside it the same rights.
fn keep_private(file: &Path) -> io::Result<()> {
    let kept = OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
    if kept.metadata()?.permissions().mode() & 0o077 != 0 {
        kept.set_permissions(Permissions::from_mode(0o600))?;
        for beside in ["-wal", "-shm"] {
            let mut path = file.as_os_str().to_owned();
            path.push(beside);
            // They are there only while somebody works on the store.
            let _ = fs::set_permissions(path, Permissions::from_mode(0o600));
        }
    }
    Ok(())
}

/// What is promised of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promise {
    /// It survives a power cut, and with it all changes before it.
    Kept,
    /// It survives the end of any process; what a power cut takes of it would be found out anew.
    Lasting,
}

impl Promise {
    const fn pragma(self) -> &'static str {
        match self {
            Self::Kept => "FULL",
            Self::Lasting => "NORMAL",
        }
    }

    /// What is promised of an event. Whoever reads after a power cut that nothing was done must be right.
    const fn of(kind: &EventKind) -> Self {
        match kind {
            EventKind::Claimed { .. }
            | EventKind::Planned { .. }
            | EventKind::DesktopReady { .. }
            | EventKind::TaskStarted { .. }
            | EventKind::AgentReady { .. }
            | EventKind::Judged { .. }
            | EventKind::Refused { .. } => Self::Lasting,
            _ => Self::Kept,
        }
    }
}

fn writing<E: Into<Cause>>(what: &'static str) -> impl Fn(E) -> StoreError {
    move |e| StoreError::Write { what, cause: e.into() }
}

fn reading<E: Into<Cause>>(what: &'static str) -> impl Fn(E) -> StoreError {
    move |e| StoreError::Read { what, cause: e.into() }
}

impl Blobs for Sqlite {
    fn keep(&mut self, bytes: &[u8]) -> Result<String, StoreError> {
        blobs::keep(&self.blobs, bytes)
    }

    fn blob(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        blobs::read(&self.blobs, name)
    }

    fn drop_blob(&mut self, name: &str) -> Result<(), StoreError> {
        blobs::remove(&self.blobs, name)
    }
}

impl Lines for Sqlite {
    fn keep_lines(&mut self, reader: &str, lines: &[(u64, String)]) -> Result<(), StoreError> {
        let failed = || writing("lines of text");
        let change = self.change_by("lines of text", Promise::Lasting)?;
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

    fn forget_lines(&mut self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM lines", []).map(drop).map_err(writing("lines of text"))
    }
}

impl Documents for Sqlite {
    fn put(&mut self, kind: &str, name: &str, body: &str) -> Result<(), StoreError> {
        self.connection
            .execute(
                "INSERT INTO documents (kind, name, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body",
                params![kind, name, body],
            )
            .map(drop)
            .map_err(writing("a document"))
    }

    fn put_for_good(&mut self, kind: &str, name: &str, body: &str) -> Result<(), StoreError> {
        self.for_good(|store| store.put(kind, name, body))
    }

    fn documents(&self, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
        let failed = || reading("documents");
        let mut query = self
            .connection
            .prepare_cached("SELECT name, body FROM documents WHERE kind = ?1 ORDER BY name")
            .map_err(failed())?;
        let rows = query.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed())?;
        rows.collect::<Result<_, _>>().map_err(failed())
    }

    fn discard(&mut self, kind: &str, name: &str) -> Result<bool, StoreError> {
        self.for_good(|store| {
            store
                .connection
                .execute("DELETE FROM documents WHERE kind = ?1 AND name = ?2", params![kind, name])
                .map(|gone| gone > 0)
                .map_err(writing("a document"))
        })
    }
}
