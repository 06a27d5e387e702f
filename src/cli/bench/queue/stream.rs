//! Log lines and events on their way to many who listen.

use super::QueueError;
use super::service::{Ground, Service, shell};
use crate::cli::args::BenchQueueArgs;
use crate::cli::pieces::Pieces;
use crate::guardian::now_ms;
use crate::store::{Claimant, Holder, Lease, Level, LogLine, Logs, Moment, Queue, Sqlite};
use crate::task::{EventKind, RunId};
use serde::Serialize;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often lines are written.
const TICK: Duration = Duration::from_millis(50);
/// How long a reader waits for more.
const PATIENCE: Duration = Duration::from_secs(30);
/// A line of the usual length.
const TEXT: &str = "compiling module 17 of 42: checked, optimised and written to the folder of the build";
/// How many events are timed on their way to the board.
const EVENTS: usize = 100;

#[derive(Debug, Serialize)]
pub struct Figures {
    pub lines_per_second: usize,
    pub readers: usize,
    pub seconds: f64,
    pub lines: usize,
    /// How many lines came to every reader.
    pub complete: usize,
    pub p50_ms: u64,
    pub p99_ms: u64,
    pub most_ms: u64,
    /// Whether all went on as before beside a reader that stopped reading.
    pub stalled: bool,
    pub board_p50_ms: u64,
    pub board_p99_ms: u64,
}

pub fn stream(args: &BenchQueueArgs, pieces: &Pieces) -> Result<Figures, QueueError> {
    let ground = Ground::new("stream")?;
    let mut store = ground.store()?;
    // Its lane is paused for the workers: this process drives it.
    store.pause_lane("default", true)?;
    let service = Service::start(&ground, &pieces.program, 1)?;
    let by = Claimant { holder: Holder::this(), lease_ms: 3_600_000 };
    let lease = store.begin(&shell("true", 1), &by, Moment::now())?;
    let stop = AtomicBool::new(false);
    let per_tick = (args.lines as f64 * TICK.as_secs_f64()) as usize;
    let ticks = (args.seconds as f64 / TICK.as_secs_f64()) as usize;
    let lines = per_tick * ticks;
    let figures = thread::scope(|scope| {
        let open = || Reader::open(&service, &lease.run, true);
        // It asks for all and reads nothing.
        let _stalled = open()?;
        let mut readers = Vec::new();
        for _ in 0..args.readers {
            let reader = open()?;
            readers.push(scope.spawn(|| reader.delays(lines, &stop)));
        }
        let began = Instant::now();
        write(&mut store, &lease, per_tick, ticks)?;
        let seconds = began.elapsed().as_secs_f64();
        let mut delays = Vec::new();
        let mut complete = usize::MAX;
        for reader in readers {
            let own = reader.join().map_err(|_| QueueError::Answer("a reader broke off".into()))??;
            complete = complete.min(own.len());
            delays.extend(own);
        }
        delays.sort_unstable();
        let (p50_ms, p99_ms, most_ms) = (at(&delays, 0.5), at(&delays, 0.99), at(&delays, 1.0));
        let board = board(&service, &mut store, &lease)?;
        Ok::<_, QueueError>(Figures {
            lines_per_second: (lines as f64 / seconds) as usize,
            readers: args.readers,
            seconds,
            lines,
            complete,
            p50_ms,
            p99_ms,
            most_ms,
            stalled: complete == lines,
            board_p50_ms: at(&board, 0.5),
            board_p99_ms: at(&board, 0.99),
        })
    });
    stop.store(true, Ordering::Relaxed);
    service.end();
    figures
}

/// The value below which that share of sorted values lies.
fn at(sorted: &[u64], share: f64) -> u64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

fn write(store: &mut Sqlite, lease: &Lease, per_tick: usize, ticks: usize) -> Result<(), QueueError> {
    let began = Instant::now();
    for tick in 1..=ticks {
        let line = LogLine {
            run: lease.run.clone(),
            seq: 0,
            at_ms: now_ms(),
            level: Level::Info,
            source: "shell".into(),
            text: TEXT.into(),
        };
        store.log(lease, &vec![line; per_tick])?;
        let due = TICK * u32::try_from(tick).unwrap_or(u32::MAX);
        thread::sleep(due.saturating_sub(began.elapsed()));
    }
    Ok(())
}

/// How long events take to who listens to all runs, in milliseconds, sorted.
fn board(service: &Service, store: &mut Sqlite, lease: &Lease) -> Result<Vec<u64>, QueueError> {
    let mut reader = Reader::open(service, &lease.run, false)?;
    let mut delays = Vec::new();
    for turn in 0..EVENTS {
        thread::sleep(Duration::from_millis(7 + (turn as u64 * 13) % 60));
        store.append(lease, now_ms(), EventKind::Paused)?;
        delays.push(reader.next_event()?);
    }
    delays.sort_unstable();
    Ok(delays)
}

/// One who listens.
struct Reader {
    from: BufReader<TcpStream>,
}

impl Reader {
    fn open(service: &Service, run: &RunId, lines: bool) -> Result<Self, QueueError> {
        let mut stream = TcpStream::connect(&service.address).map_err(QueueError::Read)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(QueueError::Read)?;
        let what = if lines { format!("?logs=1&run={run}") } else { String::new() };
        let head = format!(
            "GET /api/v1/stream{what} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
            service.address, service.token
        );
        stream.write_all(head.as_bytes()).map_err(QueueError::Read)?;
        let mut from = BufReader::with_capacity(256 * 1024, stream);
        let mut line = String::new();
        from.read_line(&mut line).map_err(QueueError::Read)?;
        if !line.contains(" 200 ") {
            return Err(QueueError::Answer(line));
        }
        Ok(Self { from })
    }

    /// Reads `count` log lines and gives how long each was on its way, in milliseconds.
    fn delays(mut self, count: usize, stop: &AtomicBool) -> Result<Vec<u64>, QueueError> {
        let (mut delays, mut rest, mut bytes) = (Vec::with_capacity(count), Vec::new(), vec![0; 256 * 1024]);
        while delays.len() < count && !stop.load(Ordering::Relaxed) {
            let read = match self.from.read(&mut bytes) {
                Ok(0) => break,
                Ok(read) => read,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock || e.kind() == io::ErrorKind::TimedOut => break,
                Err(e) => return Err(QueueError::Read(e)),
            };
            let now = now_ms();
            rest.extend_from_slice(&bytes[..read]);
            let used = times(&rest, |at_ms| delays.push(now.saturating_sub(at_ms)));
            rest.drain(..used);
        }
        Ok(delays)
    }

    /// Waits for the next event and gives how long it was on its way, in milliseconds.
    fn next_event(&mut self) -> Result<u64, QueueError> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.from.read_line(&mut line).map_err(QueueError::Read)? == 0 {
                return Err(QueueError::Answer("the stream ended".into()));
            }
            let now = now_ms();
            let data = line.strip_prefix("data: ").unwrap_or_default();
            let event: serde_json::Value = serde_json::from_str(data).unwrap_or_default();
            if event["event"] == "paused"
                && let Some(at_ms) = event["at_ms"].as_u64()
            {
                return Ok(now.saturating_sub(at_ms));
            }
        }
    }
}

/// Finds the times of log lines; gives how many bytes were looked through.
fn times(bytes: &[u8], mut told: impl FnMut(u64)) -> usize {
    const KEY: &[u8] = b"\"at_ms\":";
    let mut used = 0;
    while let Some(at) = find(&bytes[used..], KEY) {
        let from = used + at + KEY.len();
        let digits = bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        if from + digits == bytes.len() {
            return used + at;
        }
        let number = std::str::from_utf8(&bytes[from..from + digits]).ok().and_then(|t| t.parse().ok());
        // A heartbeat has a time, too, and nothing after it.
        if let Some(number) = number.filter(|_| bytes.get(from + digits) == Some(&b',')) {
            told(number);
        }
        used = from + digits;
    }
    bytes.len().saturating_sub(KEY.len()).max(used)
}

/// Where `key` begins.
fn find(bytes: &[u8], key: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|b| *b == key[0]) {
        let start = from + at;
        if bytes[start..].starts_with(key) {
            return Some(start);
        }
        from = start + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_whole_and_in_parts() {
        let text = b"data: {\"lines\":[{\"seq\":1,\"at_ms\":17,\"x\":1},{\"at_ms\":4";
        let mut found = Vec::new();
        let used = times(text, |at| found.push(at));
        assert_eq!(found, [17]);
        let mut rest = text[used..].to_vec();
        rest.extend_from_slice(b"2,\"x\"");
        times(&rest, |at| found.push(at));
        assert_eq!(found, [17, 42]);
    }

    #[test]
    fn shares_of_few_values() {
        assert_eq!((at(&[1, 2, 3], 0.5), at(&[1, 2, 3], 1.0), at(&[], 0.5)), (2, 3, 0));
    }
}
