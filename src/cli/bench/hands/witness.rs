//! What applications say reached them: a small HTTP server that they tell, and that serves them their page.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The largest message that is read, in bytes.
const LARGEST: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(5);
const PACE: Duration = Duration::from_millis(10);

#[derive(Debug, Default)]
struct Told {
    text: String,
    /// All characters that have stood in the text.
    letters: BTreeSet<char>,
    presses: Vec<String>,
    /// How many messages came.
    count: usize,
}

/// Hears applications on a port of its own until the process ends.
pub struct Witness {
    pub port: u16,
    told: Arc<Mutex<Told>>,
}

impl Witness {
    /// Listens; `page` is what a browser is given.
    ///
    /// # Errors
    /// The system's, where no port can be had.
    pub fn start(page: String) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let told = Arc::new(Mutex::new(Told::default()));
        let hears = Arc::clone(&told);
        let page = Arc::new(page);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (hears, page) = (Arc::clone(&hears), Arc::clone(&page));
                // A browser that opens a line and says nothing must not keep the others waiting.
                thread::spawn(move || answer(stream, &hears, &page));
            }
        });
        Ok(Self { port, told })
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text that the application says it holds, once it has said nothing new for `quiet`, or says `expected`.
    pub fn text(&self, expected: &str, quiet: Duration) -> String {
        let (mut count, mut since) = (self.told().count, Instant::now());
        loop {
            let told = self.told();
            if told.text == expected || (told.count == count && since.elapsed() > quiet) {
                return told.text.clone();
            }
            if told.count != count {
                (count, since) = (told.count, Instant::now());
            }
            drop(told);
            thread::sleep(PACE);
        }
    }

    /// All characters that have stood in the text since the last call, however shortly.
    pub fn letters(&self) -> BTreeSet<char> {
        std::mem::take(&mut self.told().letters)
    }

    /// All presses since the last call, once there was none for `quiet`.
    pub fn presses(&self, quiet: Duration) -> Vec<String> {
        let (mut count, mut since) = (0, Instant::now());
        while since.elapsed() < quiet {
            let now = self.told().presses.len();
            if now != count {
                (count, since) = (now, Instant::now());
            }
            thread::sleep(PACE);
        }
        std::mem::take(&mut self.told().presses)
    }
}

/// Reads one request; one that breaks off is forgotten.
fn answer(mut stream: TcpStream, told: &Mutex<Told>, page: &str) {
    let Some((path, body)) = read_request(&stream) else { return };
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    let reply = match path.as_str() {
        "/text" => {
            told.count += 1;
            told.letters.extend(body.chars());
            told.text = body;
            ""
        }
        "/press" => {
            told.count += 1;
            told.presses.push(body);
            ""
        }
        _ => page,
    };
    drop(told);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close";
    // Who asked may be gone by now.
    let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{reply}", reply.len());
}

/// The address and the body of one request.
pub fn read_request(stream: &TcpStream) -> Option<(String, String)> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<usize>().ok()?.min(LARGEST);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, String::from_utf8_lossy(&body).into_owned()))
}
