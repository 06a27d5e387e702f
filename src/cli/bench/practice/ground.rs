//! The server inside the bench: gives pages, and hears what pages and programs tell.

use super::tasks::PAGES;
use crate::cli::bench::hands::witness::read_request;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const PACE: Duration = Duration::from_millis(15);

/// What a task says once it stands on the screen.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Ready {
    pub request: String,
    /// Only where something is asked.
    pub answer: Option<String>,
    #[serde(default)]
    pub accept: Vec<String>,
}

/// What a task says after a change.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Told {
    pub done: bool,
    pub wrong: Option<String>,
}

/// All that one trial has told so far.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    pub ready: Option<Ready>,
    pub first: Option<Told>,
    pub last: Option<Told>,
    /// How many messages came.
    pub count: usize,
}

type Ledger = Mutex<BTreeMap<String, Heard>>;

/// Hears on a port of its own until the process ends.
pub struct Ground {
    pub port: u16,
    ledger: Arc<Ledger>,
}

impl Ground {
    /// Listens, and gives the pages of the practice ground in `dir`.
    ///
    /// # Errors
    /// The system's, where no port can be had.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let ledger = Arc::new(Ledger::default());
        let (hears, pages) = (Arc::clone(&ledger), Arc::new(dir.join(PAGES)));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (hears, pages) = (Arc::clone(&hears), Arc::clone(&pages));
                // A browser that opens a line and says nothing must not keep the others waiting.
                thread::spawn(move || answer(stream, &hears, &pages));
            }
        });
        Ok(Self { port, ledger })
    }

    /// What the trial called `run` has told.
    pub fn heard(&self, run: &str) -> Heard {
        lock(&self.ledger).get(run).cloned().unwrap_or_default()
    }

    /// Waits until `enough` is true of what the trial has told, or the time is over.
    pub fn wait(&self, run: &str, limit: Duration, enough: &dyn Fn(&Heard) -> bool) -> Heard {
        let started = Instant::now();
        loop {
            let heard = self.heard(run);
            if enough(&heard) || started.elapsed() > limit {
                return heard;
            }
            thread::sleep(PACE);
        }
    }

    /// What the trial says last, once it has said nothing for `quiet`, at most after `limit`.
    pub fn rest(&self, run: &str, quiet: Duration, limit: Duration) -> Heard {
        let started = Instant::now();
        let (mut count, mut since) = (self.heard(run).count, started);
        while since.elapsed() < quiet && started.elapsed() < limit {
            thread::sleep(PACE);
            let now = self.heard(run).count;
            if now != count {
                (count, since) = (now, Instant::now());
            }
        }
        self.heard(run)
    }
}

fn lock(ledger: &Ledger) -> MutexGuard<'_, BTreeMap<String, Heard>> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers one request; one that breaks off is forgotten.
fn answer(mut stream: TcpStream, ledger: &Ledger, pages: &Path) {
    let Some((address, body)) = read_request(&stream) else { return };
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    let page = match path.strip_prefix("/practice/") {
        Some(name) => page(pages, name),
        None => {
            if path == "/tell" {
                lock(ledger).entry(run_of(query)).or_default().note(&body);
            }
            None
        }
    };
    let (status, kind, content) = match page {
        Some((kind, content)) => ("200 OK", kind, content),
        None if path == "/tell" => ("204 No Content", "text/plain", Vec::new()),
        None => ("404 Not Found", "text/plain", Vec::new()),
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nConnection: close");
    // Who asked may be gone by now.
    let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n", content.len());
    let _ = stream.write_all(&content);
}

/// A file of the pages' folder, and what it is.
fn page(pages: &Path, name: &str) -> Option<(&'static str, Vec<u8>)> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) && !name.starts_with('.');
    let kind = match name.rsplit('.').next()? {
        "html" => "text/html",
        "js" => "text/javascript",
        "css" => "text/css",
        _ => return None,
    };
    let path: PathBuf = pages.join(name);
    plain.then(|| fs::read(path).ok()).flatten().map(|content| (kind, content))
}

fn run_of(query: &str) -> String {
    query.split('&').find_map(|part| part.strip_prefix("run=")).unwrap_or_default().to_owned()
}

impl Heard {
    /// Takes a message; one that is none of the protocol's only counts.
    fn note(&mut self, body: &str) {
        self.count += 1;
        let Ok(message) = serde_json::from_str::<Value>(body) else { return };
        if message["ready"] == Value::Bool(true) {
            self.ready = serde_json::from_value(message).ok();
        } else if let Ok(told) = serde_json::from_value::<Told>(message) {
            self.first.get_or_insert_with(|| told.clone());
            self.last = Some(told);
        }
    }

    /// Whether it stands on the screen and has said how things are at first.
    pub fn stands(&self) -> bool {
        self.ready.is_some() && self.first.is_some()
    }

    pub fn done(&self) -> bool {
        self.last.as_ref().is_some_and(|told| told.done)
    }

    pub fn wrong(&self) -> Option<String> {
        self.last.as_ref().and_then(|told| told.wrong.clone())
    }
}

impl Ready {
    /// Whether what was answered is right, but for case, spaces and punctuation.
    pub fn is_answered_by(&self, answer: &str) -> bool {
        let given = plain(answer);
        self.answer.iter().chain(&self.accept).any(|right| plain(right) == given)
    }
}

/// The letters and digits, and the points between digits, so that 12.50 is not 1250.
fn plain(text: &str) -> String {
    let letters: Vec<char> = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let digit = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
    let kept = letters.iter().enumerate().filter_map(|(at, &c)| match c {
        '.' | ',' if digit(at.checked_sub(1)) && digit(Some(at + 1)) => Some('.'),
        c => c.is_alphanumeric().then_some(c),
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_kept_in_order() {
        let mut heard = Heard::default();
        heard.note(r#"{"ready":true,"request":"how many?","answer":"12.50 €","accept":["12.50"]}"#);
        assert!(!heard.stands());
        heard.note(r#"{"done":false,"wrong":null,"state":{}}"#);
        heard.note(r#"{"done":true,"wrong":null,"state":{}}"#);
        heard.note("nonsense");
        assert!(heard.stands() && heard.done() && !heard.first.as_ref().unwrap().done);
        assert_eq!(heard.count, 4);
        let ready = heard.ready.unwrap();
        assert!(ready.is_answered_by("12,50 €.") && ready.is_answered_by(" 12.50€"));
        assert!(!ready.is_answered_by("1250") && !ready.is_answered_by("12"));
    }

    #[test]
    fn only_files_of_the_folder_are_given() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/practice/web");
        assert!(page(&pages, "practice.js").is_some());
        for name in ["../tasks.toml", "..%2ftasks.toml", "none.html", ".hidden.js", "practice"] {
            assert!(page(&pages, name).is_none(), "{name}");
        }
    }
}
