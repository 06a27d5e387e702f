//! A service in a folder of its own, and what it is asked over HTTP.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A service.
pub struct House {
    pub dir: tempfile::TempDir,
    process: Child,
    pub address: String,
    pub token: String,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

/// The program, with a store in `dir`.
pub fn guardian(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guardian"));
    command.env("GUARDIAN_STORE__DIR", dir.join("store")).env("HOME", dir).env_remove("DISPLAY");
    command.env_remove("XDG_CONFIG_HOME").env_remove("XDG_DATA_HOME");
    command.env("GUARDIAN_MODELS__DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("models/files"));
    command.env("GUARDIAN_LANES__OTHER", "8").env("GUARDIAN_SERVE__WARM", "0");
    command
}

/// Starts the service; what it says where it does not come up.
pub fn serve(dir: &Path, with: &[(&str, &str)]) -> Result<(Child, String, String), String> {
    let mut command = guardian(dir);
    command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--workers", "3"]);
    command.envs(with.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let Ok(said) = serde_json::from_str::<Value>(&line) else {
        let mut text = String::new();
        process.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        let code = process.wait().unwrap().code();
        return Err(format!("{code:?} {text}"));
    };
    let text = |key: &str| said[key].as_str().unwrap().to_owned();
    Ok((process, text("url").trim_start_matches("http://").to_owned(), text("token")))
}

impl House {
    pub fn new() -> Self {
        Self::with(&[])
    }

    pub fn with(settings: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (process, address, token) = serve(dir.path(), settings).unwrap();
        Self { dir, process, address, token }
    }

    /// The address that opens the panel signed in, as the service prints it.
    pub fn panel(&self) -> String {
        format!("http://{}/#token={}", self.address, self.token)
    }

    pub fn pid(&self) -> i32 {
        self.process.id() as i32
    }

    /// Ends the service, kindly or not, and begins it again.
    pub fn restart(&mut self, is_kind: bool) {
        self.end(is_kind);
        (self.process, self.address, self.token) = serve(self.dir.path(), &[]).unwrap();
    }

    pub fn end(&mut self, is_kind: bool) {
        if is_kind {
            let pid = rustix::process::Pid::from_raw(self.pid()).unwrap();
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
            let until = Instant::now() + Duration::from_secs(40);
            while Instant::now() < until && self.process.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Sends bytes as they are, and reads the answer to its end.
    pub fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // The service may have hung up before all was sent: then its answer is what counts.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_owned(), body: unchunked(head, body) }
    }

    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let bearer = format!("Authorization: Bearer {}\r\n", self.token);
        self.ask_as(&bearer, method, path, body)
    }

    /// Asks with other headers than those that let in.
    pub fn ask_as(&self, headers: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let text = body.map(Value::to_string).unwrap_or_default();
        let kind = if body.is_some() { "Content-Type: application/json\r\n" } else { "" };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}{kind}Content-Length: {}\r\n\r\n",
            self.address,
            text.len()
        );
        self.raw(format!("{head}{text}").as_bytes())
    }

    pub fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", &format!("/api/v1{path}"), None);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    pub fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.ask("POST", &format!("/api/v1{path}"), Some(body));
        assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// Asks for work on a private desktop and gives the run's name.
    pub fn run(&self, text: &str) -> String {
        let desktop = serde_json::json!({ "private": { "width": 900, "height": 700 } });
        let run = self.post("/runs", &serde_json::json!({ "text": text, "desktop": desktop }));
        run["run"].as_str().unwrap().to_owned()
    }

    /// Waits until a run is in one of these states, and gives its summary.
    pub fn until(&self, run: &str, states: &[&str]) -> Value {
        let until = Instant::now() + Duration::from_secs(90);
        loop {
            let summary = self.get(&format!("/runs/{run}"))["summary"].clone();
            if states.iter().any(|state| summary["state"] == *state) {
                return summary;
            }
            assert!(Instant::now() < until, "{run} is still {}", summary["state"]);
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.end(true);
    }
}

/// A body without the marks of its chunks.
fn unchunked(head: &str, body: &str) -> String {
    if !head.to_lowercase().contains("transfer-encoding: chunked") {
        return body.to_owned();
    }
    let (mut rest, mut whole) = (body, String::new());
    while let Some((size, after)) = rest.split_once("\r\n") {
        let Ok(size) = usize::from_str_radix(size.trim(), 16) else { break };
        if size == 0 || after.len() < size || !after.is_char_boundary(size) {
            break;
        }
        whole += &after[..size];
        rest = after[size..].trim_start_matches("\r\n");
    }
    whole
}
