//! An agent's two ends: lines in, lines out.

use std::fs::File;
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

/// Lines that wait to be read; an agent that writes more waits itself.
const WAITING: usize = 16;
/// The longest line that is read, in bytes.
const LONGEST: usize = 8 << 20;

/// An agent that cannot be started or talked to.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("cannot start an agent")]
    Start(#[source] io::Error),
    #[error("the agent is gone")]
    Gone,
    #[error("the agent said nothing for {waited_ms} ms")]
    Silent { waited_ms: u64 },
    #[error("the agent's line is longer than {limit} bytes")]
    TooLong { limit: usize },
}

/// Something that starts agents.
pub trait Sandbox: Send + Sync {
    /// Starts an agent; it finds `frame`, the memory that frames are shown in, as its descriptor 3.
    ///
    /// # Errors
    /// [`SandboxError::Start`].
    fn start(&self, frame: &File) -> Result<Agent, SandboxError>;
}

/// A running agent. Dropping it ends it.
pub struct Agent {
    to: Option<Box<dyn Write + Send>>,
    from: Receiver<io::Result<String>>,
    body: Body,
}

enum Body {
    Process(Child),
    Thread(Option<JoinHandle<()>>),
}

impl Agent {
    /// The process it runs in: its own, or this one for an agent in a thread.
    pub fn pid(&self) -> u32 {
        match &self.body {
            Body::Process(child) => child.id(),
            Body::Thread(_) => std::process::id(),
        }
    }

    /// Says a line to it.
    ///
    /// # Errors
    /// [`SandboxError::Gone`] when it no longer listens.
    pub fn say(&mut self, line: &str) -> Result<(), SandboxError> {
        let to = self.to.as_mut().ok_or(SandboxError::Gone)?;
        writeln!(to, "{line}").and_then(|()| to.flush()).map_err(|_| SandboxError::Gone)
    }

    /// Its next line, if it comes before `deadline`.
    ///
    /// # Errors
    /// [`SandboxError::Silent`] at the deadline, [`SandboxError::Gone`] at its end, [`SandboxError::TooLong`].
    pub fn hear(&mut self, deadline: Instant) -> Result<String, SandboxError> {
        let wait = deadline.saturating_duration_since(Instant::now());
        match self.from.recv_timeout(wait) {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(_)) => Err(SandboxError::TooLong { limit: LONGEST }),
            Err(RecvTimeoutError::Timeout) => Err(SandboxError::Silent { waited_ms: wait.as_millis() as u64 }),
            Err(RecvTimeoutError::Disconnected) => Err(SandboxError::Gone),
        }
    }

    /// Processor time it has used so far, in milliseconds.
    pub fn cpu_ms(&self) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/schedstat", self.pid())).unwrap_or_default();
        let nanos: f64 = text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or_default();
        nanos / 1e6
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        drop(self.to.take());
        match &mut self.body {
            Body::Process(child) => {
                let _ = child.kill();
                let _ = child.wait();
            }
            // Its line is closed, so it ends at its next word.
            Body::Thread(thread) => drop(thread.take()),
        }
    }
}

/// Starts agents as processes of their own, from the program at `program`.
#[derive(Debug, Clone)]
pub struct Process {
    pub program: PathBuf,
}

impl Sandbox for Process {
    fn start(&self, frame: &File) -> Result<Agent, SandboxError> {
        // The child finds the frames under a number that it is told; nothing else is inherited.
        let shown = rustix::io::fcntl_dupfd_cloexec(frame.as_fd(), 10).map_err(|e| SandboxError::Start(e.into()))?;
        rustix::io::fcntl_setfd(&shown, rustix::io::FdFlags::empty()).map_err(|e| SandboxError::Start(e.into()))?;
        let mut command = Command::new(&self.program);
        command.args(["agent", "--frame", &shown.as_raw_fd().to_string()]);
        command.env_clear().current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(SandboxError::Start)?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(SandboxError::Start(io::ErrorKind::BrokenPipe.into()));
        };
        let (from, _) = listen(from);
        Ok(Agent { to: Some(Box::new(to)), from, body: Body::Process(child) })
    }
}

/// Runs agents in threads of this process: the fake beside [`Process`], for speed in tests.
pub struct Thread {
    /// The agent's whole life, given its two ends.
    pub life: fn(PipeReader, PipeWriter),
}

impl Sandbox for Thread {
    fn start(&self, _: &File) -> Result<Agent, SandboxError> {
        let (agent_reads, to) = io::pipe().map_err(SandboxError::Start)?;
        let (from, agent_writes) = io::pipe().map_err(SandboxError::Start)?;
        let life = self.life;
        let thread = std::thread::spawn(move || life(agent_reads, agent_writes));
        let (from, _) = listen(from);
        Ok(Agent { to: Some(Box::new(to)), from, body: Body::Thread(Some(thread)) })
    }
}

/// Reads lines into a bounded channel, so that the reader can have a deadline.
fn listen(from: impl io::Read + Send + 'static) -> (Receiver<io::Result<String>>, JoinHandle<()>) {
    let (sender, receiver) = sync_channel(WAITING);
    let thread = std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        loop {
            let line = read_line(&mut from);
            let over = !matches!(line, Ok(Some(_)));
            if let Some(line) = line.transpose()
                && sender.send(line).is_err()
            {
                return;
            }
            if over {
                return;
            }
        }
    });
    (receiver, thread)
}

/// One line without its end, `None` at the end of input, an error where the line is too long.
fn read_line(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let read = io::Read::take(&mut *from, LONGEST as u64).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if line.pop_if(|b| *b == b'\n').is_none() && read == LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const FIRST_WORD: Duration = Duration::from_secs(10);

    fn memory() -> File {
        tempfile::tempfile().unwrap()
    }

    fn echo(reader: PipeReader, mut writer: PipeWriter) {
        for line in BufReader::new(reader).lines().map_while(Result::ok) {
            if writeln!(writer, "{line}!").is_err() {
                return;
            }
        }
    }

    #[test]
    fn lines_go_both_ways() {
        let mut agent = Thread { life: echo }.start(&memory()).unwrap();
        agent.say("a").unwrap();
        assert_eq!(agent.hear(Instant::now() + FIRST_WORD).unwrap(), "a!");
    }

    #[test]
    fn silence_and_death_are_told_apart() {
        let mut silent = Thread {
            life: |reader, _writer| {
                BufReader::new(reader).lines().count();
            },
        }
        .start(&memory())
        .unwrap();
        assert!(matches!(silent.hear(Instant::now()), Err(SandboxError::Silent { .. })));
        let mut dead = Thread { life: |_, _| {} }.start(&memory()).unwrap();
        assert!(matches!(dead.hear(Instant::now() + FIRST_WORD), Err(SandboxError::Gone)));
    }

    #[test]
    fn a_program_that_is_missing_is_an_error() {
        let process = Process { program: "/no/such/program".into() };
        assert!(matches!(process.start(&memory()), Err(SandboxError::Start(_))));
    }
}
