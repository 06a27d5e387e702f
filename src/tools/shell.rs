//! Commands of the shell, with their output line by line, a deadline, and an end for all that they start.

use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// The longest line that is passed on, in bytes; what is longer is cut.
const MOST_LINE: u64 = 16_384;
/// How many lines wait to be passed on before a command has to wait.
const BACKLOG: usize = 4_096;
/// How often is looked whether it is to stop.
const ROUND: Duration = Duration::from_millis(30);
/// How long lines may be kept before they are passed on, and how many.
const BATCH: (Duration, usize) = (Duration::from_millis(50), 2_000);
/// How long what a command has started may take to end once it is told.
const GRACE: Duration = Duration::from_millis(500);

/// A command to run.
#[derive(Debug)]
pub struct Script<'a> {
    pub command: &'a str,
    pub cwd: &'a Path,
    pub env: &'a BTreeMap<String, String>,
    pub deadline: Instant,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    /// A signal ended it.
    Signal(i32),
    /// It took too long.
    Late,
    /// It was told to stop.
    Stopped,
}

impl Exit {
    /// Whether it ended by itself with one of these codes.
    pub fn is_one_of(&self, codes: &[i32]) -> bool {
        matches!(self, Self::Code(code) if codes.contains(code))
    }
}

/// Where a line was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Out,
    Err,
}

/// Hears of lines as they come.
pub type Hear<'a> = &'a mut dyn FnMut(&[(Stream, String)]);

/// A shell that does not outlive who watches it, where the system has the means: what it would do then nobody would know.
fn shell() -> Command {
    const KEEPER: &str = "/usr/bin/setpriv";
    if !Path::new(KEEPER).is_file() {
        return Command::new("/bin/sh");
    }
    let mut command = Command::new(KEEPER);
    command.args(["--pdeathsig", "KILL", "/bin/sh"]);
    command
}

/// Runs a command; `told` hears of its lines as they come, `is_stopped` ends it.
///
/// # Errors
/// The system's, where it cannot be started.
pub fn run(script: &Script<'_>, told: Hear<'_>, is_stopped: &dyn Fn() -> bool) -> io::Result<Exit> {
    let mut command = shell();
    command.arg("-c").arg(script.command).current_dir(script.cwd).envs(script.env);
    // In a group of its own everything that it starts can be ended with it.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let (sender, lines) = sync_channel(BACKLOG);
    if let Some(out) = child.stdout.take() {
        listen(out, Stream::Out, sender.clone());
    }
    if let Some(err) = child.stderr.take() {
        listen(err, Stream::Err, sender.clone());
    }
    drop(sender);
    let (mut batch, mut begun, mut exit) = (Vec::new(), Instant::now(), None);
    loop {
        match lines.recv_timeout(ROUND) {
            Ok(line) => {
                if batch.is_empty() {
                    begun = Instant::now();
                }
                batch.push(line);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if !batch.is_empty() && (begun.elapsed() >= BATCH.0 || batch.len() >= BATCH.1) {
            told(&batch);
            batch.clear();
        }
        if exit.is_none() {
            exit = ending(script, is_stopped);
            if exit.is_some() {
                end(&mut child);
            }
        }
        // What went on in the background keeps the pipes open; the command itself has ended.
        if let Ok(Some(_)) = child.try_wait()
            && lines_are_over(&lines, &mut batch)
        {
            break;
        }
    }
    if !batch.is_empty() {
        told(&batch);
    }
    let status = child.wait()?;
    end_group(&child);
    Ok(exit.unwrap_or_else(|| {
        use std::os::unix::process::ExitStatusExt;
        status.code().map_or_else(|| Exit::Signal(status.signal().unwrap_or_default()), Exit::Code)
    }))
}

fn lines_are_over(lines: &std::sync::mpsc::Receiver<(Stream, String)>, batch: &mut Vec<(Stream, String)>) -> bool {
    let until = Instant::now() + GRACE;
    loop {
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) if batch.len() < BATCH.1 => batch.push(line),
            Ok(line) => {
                batch.push(line);
                return false;
            }
            Err(_) => return true,
        }
    }
}

fn ending(script: &Script<'_>, is_stopped: &dyn Fn() -> bool) -> Option<Exit> {
    if is_stopped() {
        return Some(Exit::Stopped);
    }
    (Instant::now() >= script.deadline).then_some(Exit::Late)
}

fn listen(from: impl Read + Send + 'static, stream: Stream, to: SyncSender<(Stream, String)>) {
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        while let Ok(1..) = from.by_ref().take(MOST_LINE).read_until(b'\n', &mut bytes) {
            let line = String::from_utf8_lossy(&bytes);
            // A receiver that is gone wants no more.
            if to.send((stream, line.trim_end_matches(['\n', '\r']).to_owned())).is_err() {
                return;
            }
            bytes.clear();
        }
    });
}

/// Ends a command and all that it has started, at first politely.
fn end(child: &mut Child) {
    let group = Pid::from_child(child);
    // What is gone needs no end.
    let _ = kill_process_group(group, Signal::TERM);
    let until = Instant::now() + GRACE;
    while Instant::now() < until && matches!(child.try_wait(), Ok(None)) {
        thread::sleep(Duration::from_millis(5));
    }
    let _ = kill_process_group(group, Signal::KILL);
}

/// Ends what a command has left behind.
fn end_group(child: &Child) {
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(command: &str, for_ms: u64, is_stopped: &dyn Fn() -> bool) -> (Exit, Vec<(Stream, String)>) {
        let (env, mut lines) = (BTreeMap::from([("WHO".to_owned(), "Ada".to_owned())]), Vec::new());
        let deadline = Instant::now() + Duration::from_millis(for_ms);
        let script = Script { command, cwd: Path::new("/"), env: &env, deadline };
        let exit = run(&script, &mut |batch| lines.extend_from_slice(batch), is_stopped).unwrap();
        (exit, lines)
    }

    #[test]
    fn lines_come_with_where_they_were_printed() {
        let (exit, lines) = ran("echo \"$WHO\"; pwd; echo no >&2; printf 'half'; exit 3", 9_000, &|| false);
        assert_eq!(exit, Exit::Code(3));
        let out: Vec<&str> = lines.iter().filter(|l| l.0 == Stream::Out).map(|l| l.1.as_str()).collect();
        assert_eq!(out, ["Ada", "/", "half"]);
        assert!(lines.contains(&(Stream::Err, "no".into())));
    }

    #[test]
    fn many_lines_all_come() {
        let (exit, lines) = ran("seq 20000", 60_000, &|| false);
        assert_eq!((exit, lines.len(), lines[19_999].1.as_str()), (Exit::Code(0), 20_000, "20000"));
    }

    #[test]
    fn what_takes_too_long_ends_with_all_that_it_started() {
        let began = Instant::now();
        let (exit, lines) = ran("sleep 77 & echo $!; sleep 77", 200, &|| false);
        assert_eq!(exit, Exit::Late);
        assert!(began.elapsed() < Duration::from_secs(20));
        assert!(!Path::new(&format!("/proc/{}/root", lines[0].1)).exists());
        assert_eq!(ran("sleep 77", 60_000, &|| true).0, Exit::Stopped);
        assert_eq!(ran("kill -9 $$", 60_000, &|| false).0, Exit::Signal(9));
    }

    #[test]
    fn what_goes_on_in_the_background_holds_nobody_up() {
        let began = Instant::now();
        assert_eq!(ran("sleep 77 & exit 0", 60_000, &|| false).0, Exit::Code(0));
        assert!(began.elapsed() < Duration::from_secs(20));
    }
}
