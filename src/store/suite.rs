//! What every store must do, run on the fake and on the real thing.

use super::{
    Claimant, Cursor, History, Holder, InMemory, LaneLimits, Lease, Level, LogFilter, LogLine, MOST_LINES, Moment,
    Queue, RunFilter, Sqlite, Store, StoreError, Upkeep,
};
use crate::task::{DesktopChoice, EventKind, Order, Policy, Report, Request, RunId, RunState, Signal, Terms};
use std::collections::BTreeMap;

fn order(text: &str, terms: Terms) -> Order {
    let request = Request {
        text: text.into(),
        desktop: DesktopChoice::Given(":1".into()),
        cwd: "/".into(),
        timeout_ms: 1000,
        policy: Policy::default(),
    };
    Order::new(request, terms)
}

fn place(store: &mut dyn Store, terms: Terms) -> RunId {
    store.enqueue(&order("press OK", terms), 5).unwrap().run
}

fn lane(name: &str) -> Terms {
    Terms { lane: name.into(), ..Terms::default() }
}

fn by(pid: u32) -> Claimant {
    Claimant { holder: Holder { pid, started: 1, boot: "b".into() }, lease_ms: 100 }
}

fn at(ms: u64) -> Moment {
    Moment { at_ms: ms, up_ms: ms }
}

fn finished(state: RunState) -> EventKind {
    EventKind::Finished { state, reason: None, hint: None, answer: None }
}

fn told(signal: Signal) -> EventKind {
    EventKind::Signalled { signal, by: "Ada".into() }
}

fn requeued(not_before_ms: u64, counted: bool) -> EventKind {
    EventKind::Requeued { reason: "its process is gone".into(), not_before_ms, counted }
}

const ONE_EACH: LaneLimits = LaneLimits { named: BTreeMap::new(), other: 1 };

fn next(store: &mut dyn Store, ms: u64) -> Option<Lease> {
    store.claim_next(&by(1), &ONE_EACH, at(ms)).unwrap()
}

fn state(store: &dyn Store, run: &RunId) -> RunState {
    let row = store.row(run).unwrap();
    assert_eq!(Report::fold(&store.events(run).unwrap()).unwrap().state, row.state);
    row.state
}

fn check(store: &mut dyn Store) {
    one_holder_only(store);
    unknown_runs_are_errors(store);
    newest_first(store);
    the_same_key_is_the_same_run(store);
    what_is_urgent_goes_first_and_lanes_have_room_for_so_many(store);
    a_part_needs_no_room_beside_its_whole(store);
    a_paused_lane_gives_nothing(store);
    what_is_not_due_waits(store);
    a_lost_lease_is_fenced(store);
    signals_reach_who_drives(store);
    what_waits_is_cancelled_and_paused_at_once(store);
    questions_are_open_until_they_are_answered(store);
    lists_are_searched(store);
    news_come_in_order(store);
    log_lines_are_counted_and_searched(store);
    blobs_come_back(store);
    lines_come_back_to_their_reader(store);
    the_oldest_lines_go(store);
    documents_are_kept_by_name(store);
    what_is_over_is_forgotten(store);
    store.verify().unwrap();
}

fn one_holder_only(store: &mut dyn Store) {
    let run = place(store, Terms::default());
    assert_eq!(state(store, &run), RunState::Queued);
    let lease = store.claim(&run, &by(1), None, at(6)).unwrap();
    assert!(matches!(store.claim(&run, &by(2), None, at(7)), Err(StoreError::Taken(_))));
    let stray = Lease { holder: by(2).holder, ..lease.clone() };
    assert!(matches!(store.append(&stray, 8, finished(RunState::Passed)), Err(StoreError::Taken(_))));
    assert_eq!(store.leases().unwrap(), vec![(lease.clone(), 106)]);
    assert_eq!(store.append(&lease, 9, finished(RunState::Failed)).unwrap(), 3);
    assert!(store.leases().unwrap().is_empty());
    assert!(matches!(store.append(&lease, 10, finished(RunState::Passed)), Err(StoreError::Taken(_))));
    assert!(matches!(store.renew(&lease, 100, at(10)), Err(StoreError::Taken(_))));
    assert!(matches!(store.tell(&run, 10, told(Signal::Cancel)), Err(StoreError::Over(_))));
    let events = store.events(&run).unwrap();
    assert_eq!(events.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(state(store, &run), RunState::Failed);
    assert_eq!(store.row(&run).unwrap().ended_ms, Some(9));
}

fn unknown_runs_are_errors(store: &mut dyn Store) {
    let nobody = RunId("nobody".into());
    assert!(matches!(store.events(&nobody), Err(StoreError::Unknown(_))));
    assert!(matches!(store.row(&nobody), Err(StoreError::Unknown(_))));
    assert!(matches!(store.claim(&nobody, &by(1), None, at(1)), Err(StoreError::Unknown(_))));
    assert!(matches!(store.tell(&nobody, 1, told(Signal::Pause)), Err(StoreError::Unknown(_))));
}

fn newest_first(store: &mut dyn Store) {
    let older = place(store, Terms::default());
    // Names are made of milliseconds.
    let newer = loop {
        let run = place(store, Terms::default());
        if run.0[..10] > older.0[..10] {
            break run;
        }
    };
    assert_eq!(store.runs(1).unwrap(), vec![newer]);
    // A fast machine has placed a great many within the millisecond.
    for run in store.runs(1_000_000).unwrap() {
        // What is over cannot be cancelled.
        let _ = store.tell(&run, 21, told(Signal::Cancel));
    }
}

fn the_same_key_is_the_same_run(store: &mut dyn Store) {
    let terms = Terms { key: Some("k".into()), ..Terms::default() };
    let first = store.enqueue(&order("a", terms.clone()), 5).unwrap();
    let again = store.enqueue(&order("b", terms), 6).unwrap();
    assert_eq!((first.is_new, again.is_new, &again.run), (true, false, &first.run));
    store.tell(&first.run, 7, told(Signal::Cancel)).unwrap();
}

fn what_is_urgent_goes_first_and_lanes_have_room_for_so_many(store: &mut dyn Store) {
    let usual = place(store, lane("a"));
    let urgent = place(store, Terms { priority: 5, ..lane("a") });
    let other = place(store, lane("b"));
    let first = next(store, 10).unwrap();
    assert_eq!(first.run, urgent);
    // There is room for one in lane a.
    let second = next(store, 10).unwrap();
    assert_eq!(second.run, other);
    assert_eq!(next(store, 10), None);
    let lanes = store.lanes().unwrap();
    let a = lanes.iter().find(|l| l.lane == "a").unwrap();
    assert_eq!((a.queued, a.running), (1, 1));
    store.append(&first, 11, finished(RunState::Passed)).unwrap();
    let third = next(store, 12).unwrap();
    assert_eq!(third.run, usual);
    for lease in [second, third] {
        store.append(&lease, 13, finished(RunState::Passed)).unwrap();
    }
}

fn a_part_needs_no_room_beside_its_whole(store: &mut dyn Store) {
    let whole = place(store, lane("p"));
    let lease = store.claim(&whole, &by(1), Some(&ONE_EACH), at(10)).unwrap();
    let part = place(store, Terms { parent: Some(whole), ..lane("p") });
    let other = place(store, lane("p"));
    assert!(matches!(store.claim(&other, &by(1), Some(&ONE_EACH), at(10)), Err(StoreError::Taken(_))));
    let inner = store.claim(&part, &by(1), Some(&ONE_EACH), at(10)).unwrap();
    for lease in [inner, lease] {
        store.append(&lease, 11, finished(RunState::Passed)).unwrap();
    }
    store.tell(&other, 12, told(Signal::Cancel)).unwrap();
}

fn a_paused_lane_gives_nothing(store: &mut dyn Store) {
    let run = place(store, lane("c"));
    store.pause_lane("c", true).unwrap();
    store.pause_lane("c", true).unwrap();
    assert_eq!(next(store, 10), None);
    assert!(store.lanes().unwrap().iter().any(|l| l.lane == "c" && l.is_paused));
    store.pause_lane("c", false).unwrap();
    let lease = next(store, 10).unwrap();
    assert_eq!(lease.run, run);
    store.append(&lease, 13, finished(RunState::Passed)).unwrap();
}

fn what_is_not_due_waits(store: &mut dyn Store) {
    let run = place(store, Terms { not_before_ms: Some(50), ..Terms::default() });
    assert_eq!(next(store, 49), None);
    let lease = next(store, 50).unwrap();
    store.append(&lease, 51, requeued(90, true)).unwrap();
    assert_eq!(state(store, &run), RunState::Queued);
    assert_eq!(next(store, 89), None);
    let again = next(store, 90).unwrap();
    assert_eq!((again.attempt, store.row(&run).unwrap().attempt), (2, 2));
    // What was handed back was no attempt.
    store.append(&again, 91, requeued(0, false)).unwrap();
    let last = next(store, 92).unwrap();
    assert_eq!(last.attempt, 2);
    store.append(&last, 93, finished(RunState::Passed)).unwrap();
}

fn a_lost_lease_is_fenced(store: &mut dyn Store) {
    let run = place(store, Terms::default());
    let lost = next(store, 100).unwrap();
    store.renew(&lost, 100, at(150)).unwrap();
    // It was renewed after its end was read.
    assert!(!store.take_away(&lost, 200, 201, requeued(0, true)).unwrap());
    assert!(store.take_away(&lost, 250, 251, requeued(0, true)).unwrap());
    assert!(!store.take_away(&lost, 250, 251, requeued(0, true)).unwrap());
    let zombie = store.append(&lost, 252, finished(RunState::Passed));
    assert!(matches!(zombie, Err(StoreError::Taken(_))));
    // The same process with a new lease does not make the old one good.
    let lease = next(store, 253).unwrap();
    assert_eq!(lease.run, run);
    assert!(lease.number > lost.number);
    assert!(matches!(store.append(&lost, 254, finished(RunState::Passed)), Err(StoreError::Taken(_))));
    assert!(matches!(store.wanted(&lost), Err(StoreError::Taken(_))));
    assert!(matches!(store.log(&lost, &[line("late")]), Err(StoreError::Taken(_))));
    store.append(&lease, 255, finished(RunState::Passed)).unwrap();
}

fn signals_reach_who_drives(store: &mut dyn Store) {
    let run = place(store, Terms::default());
    let lease = next(store, 300).unwrap();
    assert_eq!(store.wanted(&lease).unwrap(), None);
    store.tell(&run, 301, told(Signal::Pause)).unwrap();
    assert_eq!(store.wanted(&lease).unwrap(), Some(Signal::Pause));
    store.append(&lease, 302, EventKind::Paused).unwrap();
    assert_eq!(state(store, &run), RunState::Paused);
    store.tell(&run, 303, told(Signal::Resume)).unwrap();
    assert_eq!(store.wanted(&lease).unwrap(), None);
    store.append(&lease, 304, EventKind::Resumed).unwrap();
    assert_eq!(state(store, &run), RunState::Running);
    store.tell(&run, 305, told(Signal::Cancel)).unwrap();
    assert_eq!(store.row(&run).unwrap().signal, Some(Signal::Cancel));
    store.append(&lease, 306, finished(RunState::Cancelled)).unwrap();
}

fn what_waits_is_cancelled_and_paused_at_once(store: &mut dyn Store) {
    let run = place(store, Terms::default());
    store.tell(&run, 5, told(Signal::Pause)).unwrap();
    assert_eq!(state(store, &run), RunState::Paused);
    assert_eq!(next(store, 400), None);
    store.tell(&run, 6, told(Signal::Resume)).unwrap();
    assert_eq!(state(store, &run), RunState::Queued);
    store.tell(&run, 7, told(Signal::Cancel)).unwrap();
    assert_eq!(state(store, &run), RunState::Cancelled);
    assert_eq!(next(store, 400), None);
}

fn questions_are_open_until_they_are_answered(store: &mut dyn Store) {
    let run = place(store, Terms::default());
    let lease = next(store, 500).unwrap();
    let question = EventKind::Question { task: None, question: "Really?".into(), options: vec!["yes".into()] };
    let id = store.append(&lease, 501, question).unwrap();
    assert_eq!(state(store, &run), RunState::Waiting);
    assert_eq!(store.row(&run).unwrap().question.map(|q| (q.id, q.question)), Some((id, "Really?".into())));
    let answered = EventKind::Answered { question: id, answer: "yes".into(), by: "Ada".into() };
    store.tell(&run, 502, answered).unwrap();
    assert_eq!(state(store, &run), RunState::Running);
    assert_eq!(store.row(&run).unwrap().question, None);
    store.append(&lease, 503, finished(RunState::Passed)).unwrap();
}

fn lists_are_searched(store: &mut dyn Store) {
    let run = store.enqueue(&order("Save 100%_done", lane("search")), 5).unwrap().run;
    let found = |filter: RunFilter| {
        store.list(&RunFilter { most: 9, ..filter }).unwrap().into_iter().map(|r| r.run).collect::<Vec<_>>()
    };
    let words = |words: &str| RunFilter { words: Some(words.into()), ..RunFilter::default() };
    assert_eq!(found(words("save 100%")), std::slice::from_ref(&run));
    assert!(found(words("100%%")).is_empty());
    let lane = RunFilter { lane: Some("search".into()), ..words("done") };
    assert_eq!(found(lane.clone()), std::slice::from_ref(&run));
    assert!(found(RunFilter { before: Some(run.clone()), ..lane.clone() }).is_empty());
    assert!(found(RunFilter { states: vec![RunState::Passed, RunState::Failed], ..lane }).is_empty());
    store.tell(&run, 7, told(Signal::Cancel)).unwrap();
}

fn news_come_in_order(store: &mut dyn Store) {
    let from = store.cursor().unwrap();
    let run = place(store, Terms::default());
    let lease = next(store, 600).unwrap();
    store.log(&lease, &[line("one"), line("two")]).unwrap();
    store.append(&lease, 601, finished(RunState::Passed)).unwrap();
    let news = store.since(from, 99).unwrap();
    let seqs: Vec<u64> = news.events.iter().map(|(_, e)| e.seq).collect();
    assert_eq!(seqs, [1, 2, 3]);
    assert!(news.events.iter().all(|(_, e)| e.run == run));
    assert!(news.events.windows(2).all(|w| w[0].0 < w[1].0));
    assert_eq!(news.lines.iter().map(|(_, l)| l.text.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    let last = Cursor { event: news.events[2].0, line: news.lines[1].0 };
    assert_eq!(store.cursor().unwrap(), last);
    assert_eq!(store.since(last, 99).unwrap(), super::News::default());
}

fn line(text: &str) -> LogLine {
    let (run, source) = (RunId(String::new()), "shell".into());
    LogLine { run, seq: 0, at_ms: 7, level: Level::Info, source, text: text.into() }
}

fn log_lines_are_counted_and_searched(store: &mut dyn Store) {
    let run = place(store, Terms::default());
    let lease = next(store, 700).unwrap();
    store.log(&lease, &[line("first"), LogLine { level: Level::Error, ..line("Second 50%") }]).unwrap();
    store.log(&lease, &[line("third")]).unwrap();
    let found = |filter: LogFilter| {
        let lines = store.logs(&run, &LogFilter { most: filter.most.max(1), ..filter }).unwrap();
        lines.into_iter().map(|l| l.seq).collect::<Vec<_>>()
    };
    assert_eq!(found(LogFilter { most: 9, ..LogFilter::default() }), [1, 2, 3]);
    assert_eq!(found(LogFilter { after: 1, most: 1, ..LogFilter::default() }), [2]);
    assert_eq!(found(LogFilter { before: Some(3), most: 1, ..LogFilter::default() }), [2]);
    assert_eq!(found(LogFilter { level: Some(Level::Warn), most: 9, ..LogFilter::default() }), [2]);
    assert_eq!(found(LogFilter { words: Some("second 50%".into()), most: 9, ..LogFilter::default() }), [2]);
    store.append(&lease, 701, finished(RunState::Passed)).unwrap();
}

fn blobs_come_back(store: &mut dyn Store) {
    let name = store.keep(b"picture").unwrap();
    assert_eq!(store.keep(b"picture").unwrap(), name);
    assert_eq!(store.blob(&name).unwrap(), b"picture");
    for nowhere in ["no-such-blob", "../guardian.db", "/etc/passwd"] {
        assert!(store.blob(nowhere).is_err());
        store.drop_blob(nowhere).unwrap();
    }
    store.drop_blob(&name).unwrap();
    assert!(store.blob(&name).is_err());
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
    store.forget_lines().unwrap();
    assert_eq!(store.size().unwrap().lines, 0);
}

fn documents_are_kept_by_name(store: &mut dyn Store) {
    store.put("template", "b", "1").unwrap();
    store.put("template", "a", "2").unwrap();
    store.put("template", "b", "3").unwrap();
    store.put("device", "a", "4").unwrap();
    let pair = |name: &str, body: &str| (name.to_owned(), body.to_owned());
    assert_eq!(store.documents("template").unwrap(), [pair("a", "2"), pair("b", "3")]);
    assert!(store.discard("template", "b").unwrap());
    assert!(!store.discard("template", "b").unwrap());
}

fn what_is_over_is_forgotten(store: &mut dyn Store) {
    let waits = place(store, lane("kept"));
    assert!(matches!(store.remove(&waits), Err(StoreError::Taken(_))));
    let gone = place(store, lane("gone"));
    store.tell(&gone, 8_000, told(Signal::Cancel)).unwrap();
    assert!(store.forget(8_000).unwrap().runs > 3);
    assert_eq!(state(store, &gone), RunState::Cancelled);
    store.remove(&gone).unwrap();
    assert!(matches!(store.events(&gone), Err(StoreError::Unknown(_))));
    assert_eq!(store.runs(9).unwrap(), [waits]);
}

#[test]
fn the_fake_passes() {
    check(&mut InMemory::default());
}

#[test]
fn sqlite_passes_and_remembers() {
    let dir = tempfile::tempdir().unwrap();
    check(&mut Sqlite::open(dir.path()).unwrap());
    assert_eq!(Sqlite::open(dir.path()).unwrap().runs(9).unwrap().len(), 1);
}

#[test]
fn a_reader_learns_of_what_others_write() {
    let dir = tempfile::tempdir().unwrap();
    let reader = Sqlite::open(dir.path()).unwrap();
    let before = reader.version().unwrap();
    place(&mut Sqlite::open(dir.path()).unwrap(), Terms::default());
    assert_ne!(reader.version().unwrap(), before);
}

#[test]
fn a_store_of_the_second_version_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let raw = rusqlite::Connection::open(dir.path().join("guardian.db")).unwrap();
    super::sqlite::schema::MIGRATIONS[..2].iter().for_each(|step| raw.execute_batch(step).unwrap());
    raw.pragma_update(None, "user_version", 2).unwrap();
    let Order { request, .. } = order("press OK", Terms::default());
    let asked = serde_json::json!({ "event": "asked", "request": request }).to_string();
    let claimed = r#"{"event":"claimed","holder":"process 7"}"#;
    let over = r#"{"event":"finished","state":"passed","reason":null,"hint":null,"answer":"4"}"#;
    raw.execute("INSERT INTO runs (id, holder, over) VALUES ('r', '7 1 b', 1)", []).unwrap();
    for (seq, kind) in [(1, asked.as_str()), (2, claimed), (3, over)] {
        raw.execute("INSERT INTO events VALUES ('r', ?1, 9, ?2)", rusqlite::params![seq, kind]).unwrap();
    }
    drop(raw);
    let store = Sqlite::open(dir.path()).unwrap();
    let row = store.row(&RunId("r".into())).unwrap();
    assert_eq!((row.text.as_str(), row.state, row.answer.as_deref()), ("press OK", RunState::Passed, Some("4")));
    store.verify().unwrap();
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

#[test]
fn nobody_gets_what_another_has() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Sqlite::open(dir.path()).unwrap();
    let runs: Vec<RunId> = (0..60).map(|_| place(&mut store, Terms::default())).collect();
    let all = LaneLimits { other: 99, ..ONE_EACH };
    let work = |pid: u32| {
        let mut store = Sqlite::open(dir.path()).unwrap();
        let mut mine = Vec::new();
        while let Some(lease) = store.claim_next(&by(pid), &all, at(9)).unwrap() {
            store.append(&lease, 10, finished(RunState::Passed)).unwrap();
            mine.push(lease.run);
        }
        mine
    };
    let mut done: Vec<RunId> = std::thread::scope(|scope| {
        let all: Vec<_> = (1..5).map(|pid| scope.spawn(move || work(pid))).collect();
        all.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    done.sort();
    assert_eq!(done, runs.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>());
    store.verify().unwrap();
}
