//! The person's clipboard, lent for a moment and put back.
//!
//! Whoever offers something on a clipboard must live for as long as somebody may paste it, so a process of its own
//! takes what the person has copied into keeping, and offers it again when the loan ends: at its word, or however
//! the borrower ends. It lives until somebody copies something else, or the display ends.
//!
//! Text of all sorts, names of files and PNG pictures are kept, up to 4 MiB of each. What an application offers besides
//! and would make only when asked, and what an application that does not answer offers, is not.

use super::contents::Contents;
use super::offer::Owner;
use super::wayland::{Keeping, is_wayland};
use super::{DisplayError, Selection, selection};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;
use x11rb::connection::Connection;

/// How long taking into keeping, and putting back, may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// What a keeper says once it has the contents, and once they are back.
const KEPT: &str = "kept";
const BACK: &str = "back";

/// Lends the clipboard of one display.
#[derive(Debug, Clone)]
pub struct Lender {
    /// This program.
    pub program: PathBuf,
    /// The name of the display.
    pub display: String,
}

/// The clipboard is ours until this is dropped.
#[derive(Debug)]
pub struct Loan {
    borrowed: Option<ChildStdin>,
    said: Receiver<String>,
}

impl Lender {
    /// Takes into keeping what the person has on the clipboard.
    ///
    /// # Errors
    /// The system's, where no process can be started.
    pub fn lend(&self) -> io::Result<Loan> {
        let mut command = Command::new(&self.program);
        command.args(["keep-clipboard", "--display", &self.display]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0).current_dir("/");
        let mut keeper = command.spawn()?;
        let (borrowed, out) = (keeper.stdin.take(), keeper.stdout.take());
        let (tells, said) = sync_channel(2);
        // It ends with the keeper, or with this process.
        thread::spawn(move || attend(keeper, out, &tells));
        // One that cannot reach the display keeps nothing, and says so by ending.
        let _ = said.recv_timeout(PATIENCE);
        Ok(Loan { borrowed, said })
    }
}

/// Passes on what the keeper says, and takes note of its end.
fn attend(mut keeper: Child, out: Option<ChildStdout>, tells: &SyncSender<String>) {
    let lines = out.map(|out| BufReader::new(out).lines()).into_iter().flatten();
    lines.map_while(Result::ok).take_while(|line| tells.send(line.clone()).is_ok()).for_each(drop);
    let _ = keeper.wait();
}

impl Drop for Loan {
    fn drop(&mut self) {
        drop(self.borrowed.take());
        // A keeper that has ended has nothing to put back.
        let _ = self.said.recv_timeout(PATIENCE);
    }
}

/// The life of a keeper of the clipboard of the display called `name`; gives the process exit code.
pub fn keep_clipboard(name: &str) -> u8 {
    let kept = read(name);
    if say(KEPT).is_err() {
        return 1;
    }
    // The loan ends when the borrower closes its end, as it does when it ends in whatever way.
    let _ = io::stdin().read_to_end(&mut Vec::new());
    // What could not be kept is left as it is.
    let ended = kept.and_then(|kept| put_back(name, &kept));
    u8::from(ended.is_err())
}

fn say(words: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{words}").and_then(|()| io::stdout().flush())
}

fn failed(name: &str, cause: Box<dyn std::error::Error + Send + Sync>) -> DisplayError {
    DisplayError::Connect { name: name.to_owned(), cause }
}

fn read(name: &str) -> Result<Contents, DisplayError> {
    if is_wayland(name) {
        return Keeping::connect(name)?.read();
    }
    let (connection, screen) = x11rb::connect(Some(name)).map_err(|e| failed(name, e.into()))?;
    let root = connection.setup().roots[screen].root;
    selection::read_all(&connection, root, Selection::Clipboard).map_err(|e| match e {
        selection::ReadError::Silent => DisplayError::Owner,
        selection::ReadError::Connection(cause) => failed(name, cause),
    })
}

/// Offers `contents` until somebody copies something else; an empty clipboard is emptied again.
fn put_back(name: &str, contents: &Contents) -> Result<(), DisplayError> {
    let back = || say(BACK).unwrap_or_default();
    if is_wayland(name) {
        return Keeping::connect(name)?.put_back(contents, back);
    }
    let put: Result<(), Box<dyn std::error::Error + Send + Sync>> = (|| {
        if contents.is_empty() {
            let (connection, _) = x11rb::connect(Some(name))?;
            selection::clear(&connection, Selection::Clipboard)?;
            back();
            return Ok(());
        }
        let owner = Owner::take(name, Selection::Clipboard, contents)?;
        back();
        owner.serve_until_taken()
    })();
    put.map_err(|cause| failed(name, cause))
}
