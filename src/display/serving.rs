//! The keeper of a desktop that lives on: orders come over a socket in its folder, from one run after another.

use super::keeper::{Order, Servers, Word, launch, new_folder, release, say};
use super::processes;
use super::started::{Place, Plan, Purpose, Record};
use std::fs::{self, DirBuilder};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// How many orders may wait.
const WAITING: usize = 32;

/// What comes over the socket.
enum Call {
    Asked {
        line: u64,
        order: Order,
        answer: SyncSender<Word>,
    },
    /// Whoever was on the line has closed it, or ended.
    Left {
        line: u64,
    },
}

/// Why a session ends, and who waits to hear of it.
enum Parting {
    End(SyncSender<Word>),
    /// A run on a warm desktop is over; a fresh one takes its place.
    Renew(Option<SyncSender<Word>>),
    /// The socket is gone, and with it everybody who could order anything.
    Deaf,
}

/// The keeper's whole life; gives the process exit code.
pub fn keep_started(plan: &Plan) -> u8 {
    // Out of the reach of the terminal that it was started from. A leader of its group has no session to leave.
    let _ = rustix::process::setsid();
    match Desk::open(plan).and_then(|mut desk| desk.serve()) {
        Ok(()) => 0,
        Err(why) => {
            say(&Word::Failed { why });
            1
        }
    }
}

/// The folder of a started desktop, and everybody who calls.
struct Desk {
    place: Place,
    record: Record,
    calls: Receiver<Call>,
    /// The line of the run that has the desktop.
    taken: Option<u64>,
    /// The process groups of the programs that show the desktop.
    shown: Vec<u32>,
}

impl Desk {
    fn open(plan: &Plan) -> Result<Self, String> {
        let place = Place::at(new_folder()?);
        let record = Record::new(plan, &place);
        let mut desk =
            Self { calls: listen(&place).map_err(|e| wrong(&place, &e))?, place, record, taken: None, shown: vec![] };
        desk.place.furnish().map_err(|e| wrong(&desk.place, &e))?;
        desk.note_display(String::new())?;
        Ok(desk)
    }

    /// One session after another, until it is told to end.
    fn serve(&mut self) -> Result<(), String> {
        loop {
            let servers = self.begin()?;
            let parting = self.obey(&servers);
            self.note_display(String::new())?;
            self.place.forget_view();
            drop(servers);
            match parting {
                Parting::Renew(waiting) => waiting.into_iter().for_each(done),
                Parting::End(waiting) => {
                    processes::remove_folder(self.place.folder());
                    done(waiting);
                    return Ok(());
                }
                Parting::Deaf => return Ok(()),
            }
        }
    }

    fn begin(&mut self) -> Result<Servers, String> {
        let session = self.place.session();
        DirBuilder::new().mode(0o700).create(&session).map_err(|e| wrong(&self.place, &e))?;
        let servers = Servers::start(session, &self.record.shape)?;
        self.note_display(servers.display.clone())?;
        say(&Word::Ready { display: servers.display.clone(), folder: Some(self.place.folder().to_owned()) });
        Ok(servers)
    }

    fn note_display(&mut self, display: String) -> Result<(), String> {
        self.record.display = display;
        self.place.write(&self.record).map_err(|e| wrong(&self.place, &e))
    }

    /// Carries out orders until the session is over.
    fn obey(&mut self, servers: &Servers) -> Parting {
        loop {
            let Ok(call) = self.calls.recv() else { return Parting::Deaf };
            // What has ended is taken note of before a new process may get its number.
            processes::reap();
            let parting = match call {
                Call::Asked { order: Order::End, answer, .. } => Some(Parting::End(answer)),
                Call::Asked { line, order: Order::Bye, answer } => self.part(line, Some(answer)),
                Call::Asked { line, order, answer } => {
                    reply(&answer, self.carry_out(line, order, servers));
                    None
                }
                Call::Left { line } if self.taken == Some(line) => {
                    if servers.is_up() {
                        release(&servers.display);
                    }
                    self.part(line, None)
                }
                Call::Left { .. } => None,
            };
            if let Some(parting) = parting {
                return parting;
            }
        }
    }

    fn carry_out(&mut self, line: u64, order: Order, servers: &Servers) -> Word {
        if !servers.is_up() {
            return Word::Failed { why: "its X server has ended; stop the desktop and start it again".into() };
        }
        match order {
            Order::Launch { argv, cwd } => launch(&argv, &cwd, &servers.display, Some(servers)),
            Order::Take => {
                // Whoever had it before has lost its lock, so it has ended, and may not have let go of everything.
                if self.taken.replace(line).is_some() {
                    release(&servers.display);
                }
                Word::Ready { display: servers.display.clone(), folder: Some(servers.folder.clone()) }
            }
            Order::Show { programs } => self.show(&programs, servers),
            // Both end a session, and are answered where that is done.
            Order::Bye | Order::End => Word::Done,
        }
    }

    /// The run on `line` is over.
    fn part(&mut self, line: u64, answer: Option<SyncSender<Word>>) -> Option<Parting> {
        let had_it = self.taken == Some(line);
        if had_it {
            self.taken = None;
        }
        if had_it && self.record.purpose == Purpose::Warm {
            return Some(Parting::Renew(answer));
        }
        answer.into_iter().for_each(done);
        None
    }

    fn show(&mut self, programs: &[Vec<String>], servers: &Servers) -> Word {
        processes::end_groups(&std::mem::take(&mut self.shown));
        for argv in programs {
            let Some((program, arguments)) = argv.split_first() else { continue };
            let mut command = servers.bound(program);
            servers.dress(command.args(arguments));
            match command.spawn() {
                Ok(child) => self.shown.push(child.id()),
                Err(e) => return Word::Failed { why: format!("cannot start {program}: {e}") },
            }
        }
        Word::Done
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        processes::end_descendants();
        processes::remove_folder(self.place.folder());
    }
}

fn wrong(place: &Place, cause: &io::Error) -> String {
    format!("cannot use {}: {cause}", place.folder().display())
}

fn done(waiting: SyncSender<Word>) {
    reply(&waiting, Word::Done);
}

fn reply(answer: &SyncSender<Word>, word: Word) {
    // Whoever asked may have ended.
    let _ = answer.send(word);
}

/// Opens the socket; every line of everybody who connects comes out as a call.
fn listen(place: &Place) -> io::Result<Receiver<Call>> {
    let socket = place.socket();
    // The name of a desktop that was killed may have been left.
    let _ = fs::remove_file(&socket);
    let listener = UnixListener::bind(socket)?;
    let (sender, calls) = sync_channel(WAITING);
    thread::Builder::new().name("socket".into()).spawn(move || {
        for (line, stream) in listener.incoming().flatten().enumerate() {
            let (line, sender) = (line as u64, sender.clone());
            // Without a thread nobody answers, and the caller sees the line closed.
            let _ = thread::Builder::new().name("line".into()).spawn(move || hear(line, &stream, &sender));
        }
    })?;
    Ok(calls)
}

/// Passes on what comes over one line, and the answers back, until it is closed.
fn hear(line: u64, stream: &UnixStream, calls: &SyncSender<Call>) {
    let mut back = stream;
    for text in BufReader::new(stream).lines().map_while(Result::ok) {
        let word = match serde_json::from_str(&text) {
            Ok(order) => {
                let (answer, answered) = sync_channel(1);
                let passed = calls.send(Call::Asked { line, order, answer }).is_ok();
                // Without an answer the keeper is on its way out.
                let Some(word) = passed.then(|| answered.recv().ok()).flatten() else { break };
                word
            }
            Err(e) => Word::Failed { why: e.to_string() },
        };
        let said = serde_json::to_string(&word).unwrap_or_default();
        if writeln!(back, "{said}").is_err() {
            break;
        }
    }
    // A keeper on its way out need not be told.
    let _ = calls.send(Call::Left { line });
}
