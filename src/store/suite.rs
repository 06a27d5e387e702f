//! What every store must do, run on the fake and on the real thing.

use super::{Holder, InMemory, MOST_LINES, Sqlite, Store, StoreError};
use crate::task::{DesktopChoice, EventKind, Policy, Report, Request, RunId, RunState};

fn request() -> Request {
    Request {
        text: "press OK".into(),
        desktop: DesktopChoice::Given(":1".into()),
        cwd: "/".into(),
        timeout_ms: 1000,
        policy: Policy::default(),
    }
}

fn holder(pid: u32) -> Holder {
    Holder { pid, started: 1, boot: "b".into() }
}

fn finished(state: RunState) -> EventKind {
    EventKind::Finished { state, reason: None, hint: None, answer: None }
}

fn check(store: &mut dyn Store) {
    let run = store.enqueue(&request(), 5).unwrap();
    assert_eq!(Report::fold(&store.events(&run).unwrap()).unwrap().state, RunState::Queued);
    one_holder_only(store, &run);
    nothing_follows_the_end(store, &run);
    unknown_runs_are_errors(store);
    newest_first(store, &run);
    blobs_come_back(store);
    lines_come_back_to_their_reader(store);
    the_oldest_lines_go(store);
}

fn one_holder_only(store: &mut dyn Store, run: &RunId) {
    store.claim(run, &holder(1), 6).unwrap();
    assert!(matches!(store.claim(run, &holder(2), 7), Err(StoreError::Taken(_))));
    let stray = store.append(run, &holder(2), 8, finished(RunState::Passed));
    assert!(matches!(stray, Err(StoreError::Taken(_))));
    assert_eq!(store.open_claims().unwrap(), vec![(run.clone(), holder(1))]);
}

fn nothing_follows_the_end(store: &mut dyn Store, run: &RunId) {
    let seq = store.append(run, &holder(1), 9, finished(RunState::Failed)).unwrap();
    assert_eq!(seq, 3);
    assert!(store.open_claims().unwrap().is_empty());
    assert!(store.append(run, &holder(1), 10, finished(RunState::Passed)).is_err());
    let events = store.events(run).unwrap();
    assert_eq!(events.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(Report::fold(&events).unwrap().state, RunState::Failed);
}

fn unknown_runs_are_errors(store: &mut dyn Store) {
    let nobody = RunId("nobody".into());
    assert!(matches!(store.events(&nobody), Err(StoreError::Unknown(_))));
    assert!(matches!(store.claim(&nobody, &holder(1), 1), Err(StoreError::Unknown(_))));
}

fn newest_first(store: &mut dyn Store, older: &RunId) {
    // Names are made of milliseconds.
    let newer = loop {
        let run = store.enqueue(&request(), 20).unwrap();
        if run.0[..10] > older.0[..10] {
            break run;
        }
    };
    assert_eq!(store.runs(1).unwrap(), vec![newer]);
}

fn blobs_come_back(store: &mut dyn Store) {
    let name = store.keep(b"picture").unwrap();
    assert_eq!(store.keep(b"picture").unwrap(), name);
    assert_eq!(store.blob(&name).unwrap(), b"picture");
    assert!(store.blob("no-such-blob").is_err());
}

fn lines_come_back_to_their_reader(store: &mut dyn Store) {
    let line = |hash: u64, text: &str| (hash, text.to_owned());
    store.keep_lines("first", &[line(u64::MAX, "old"), line(7, "seven")]).unwrap();
    store.keep_lines("first", &[line(u64::MAX, "new")]).unwrap();
    assert_eq!(store.recall_lines("first", &[u64::MAX, 8]).unwrap(), [line(u64::MAX, "new")]);
    assert!(store.recall_lines("second", &[7]).unwrap().is_empty());
}

fn the_oldest_lines_go(store: &mut dyn Store) {
    let lines: Vec<(u64, String)> = (100..100 + MOST_LINES as u64).map(|hash| (hash, String::new())).collect();
    store.keep_lines("many", &lines).unwrap();
    assert!(store.recall_lines("first", &[7]).unwrap().is_empty());
    assert_eq!(store.recall_lines("many", &[100 + MOST_LINES as u64 - 1]).unwrap().len(), 1);
}

#[test]
fn the_fake_passes() {
    check(&mut InMemory::default());
}

#[test]
fn sqlite_passes_and_remembers() {
    let dir = tempfile::tempdir().unwrap();
    check(&mut Sqlite::open(dir.path()).unwrap());
    assert!(Sqlite::open(dir.path()).unwrap().runs(9).unwrap().len() >= 2);
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(Sqlite::open(dir.path()).unwrap());
    let raw = rusqlite::Connection::open(dir.path().join("guardian.db")).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Sqlite::open(dir.path()), Err(StoreError::Newer { found: 99, .. })));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    assert!(matches!(Sqlite::open("/proc/nowhere".as_ref()), Err(StoreError::Open { .. })));
}

#[test]
fn several_may_open_one_fresh_store_at_once() {
    for _ in 0..30 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..4).map(|_| scope.spawn(|| Sqlite::open(path).map(drop))).collect();
            all.into_iter().for_each(|one| one.join().unwrap().unwrap());
        });
    }
}
