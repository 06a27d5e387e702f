//! Lines of text that were read, kept in the store from one process to the next.

use crate::screen::TextSpan;
use crate::sight::LineMemory;
use crate::store::{Store, StoreError};

/// Opens the store.
type Open = Box<dyn FnOnce() -> Result<Box<dyn Store>, StoreError> + Send>;

/// So many lines are written at once.
const BATCH: usize = 256;

/// What is made of a network's output changes from version to version.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A store's lines, as sight asks for them. The store is opened when the first line is asked for; without one,
/// every line is read.
pub struct KeptLines {
    reader: String,
    store: State,
    waiting: Vec<(u64, String)>,
}

enum State {
    Closed(Open),
    Open(Box<dyn Store>),
    /// It could not be opened, or failed: sight goes on without it.
    Lost,
}

impl KeptLines {
    /// The lines that the networks named `readers` have read, in the store that `open` opens.
    pub fn new(readers: String, open: Open) -> Self {
        Self { reader: format!("{VERSION} {readers}"), store: State::Closed(open), waiting: Vec::new() }
    }

    /// Does `work` on the store; what fails once is not tried again.
    fn with<T>(&mut self, work: impl FnOnce(&mut dyn Store, &str) -> Result<T, StoreError>) -> Option<T> {
        self.store = match std::mem::replace(&mut self.store, State::Lost) {
            State::Closed(open) => opened(open),
            other => other,
        };
        let State::Open(store) = &mut self.store else { return None };
        match work(store.as_mut(), &self.reader) {
            Ok(done) => Some(done),
            Err(error) => {
                tracing::warn!(%error, "lines are no longer remembered");
                self.store = State::Lost;
                None
            }
        }
    }

    fn write(&mut self) {
        let lines = std::mem::take(&mut self.waiting);
        if !lines.is_empty() {
            self.with(|store, reader| store.keep_lines(reader, &lines));
        }
    }
}

fn opened(open: Open) -> State {
    open().map_or_else(
        |error| {
            tracing::warn!(%error, "lines are not remembered");
            State::Lost
        },
        State::Open,
    )
}

impl LineMemory for KeptLines {
    fn recall(&mut self, hashes: &[u64]) -> Vec<(u64, Vec<TextSpan>)> {
        let known = self.with(|store, reader| store.recall_lines(reader, hashes)).unwrap_or_default();
        // A line that cannot be understood is read again and written anew.
        known.into_iter().filter_map(|(hash, line)| Some((hash, serde_json::from_str(&line).ok()?))).collect()
    }

    fn keep(&mut self, lines: Vec<(u64, Vec<TextSpan>)>) {
        let written = |(hash, spans): (u64, Vec<TextSpan>)| Some((hash, serde_json::to_string(&spans).ok()?));
        self.waiting.extend(lines.into_iter().filter_map(written));
        if self.waiting.len() >= BATCH {
            self.write();
        }
    }
}

impl Drop for KeptLines {
    fn drop(&mut self) {
        self.write();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::RectPx;
    use crate::store::Sqlite;

    fn lines(dir: &std::path::Path, readers: &str) -> KeptLines {
        let dir = dir.to_owned();
        KeptLines::new(readers.into(), Box::new(move || Ok(Box::new(Sqlite::open(&dir)?))))
    }

    #[test]
    fn what_one_process_has_read_the_next_one_knows() {
        let dir = tempfile::tempdir().unwrap();
        let span = |text: &str| TextSpan {
            text: text.into(),
            area: RectPx::new(1, 2, 30, 9),
            confidence: 0.5,
            words: vec![],
            window: None,
        };
        let mut first = lines(dir.path(), "a");
        assert!(first.recall(&[5]).is_empty());
        first.keep(vec![(5, vec![span("five")]), (6, vec![])]);
        drop(first);
        assert_eq!(lines(dir.path(), "a").recall(&[5, 6, 7]), [(5, vec![span("five")]), (6, vec![])]);
        assert!(lines(dir.path(), "b").recall(&[5]).is_empty());
    }

    #[test]
    fn without_a_store_everything_is_read() {
        let mut none = lines("/proc/nowhere".as_ref(), "a");
        assert!(none.recall(&[5]).is_empty());
        none.keep(vec![(5, vec![])]);
    }
}
