//! Desktops that live on after the command that started them: what lies in their folders, and who has which.

use super::keeper::{Bridge, Home, Order, Shape, Word, own_home};
use super::{DesktopError, Reins, processes};
use rustix::fs::{FlockOperation, flock};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// Longer than a keeper takes to end everything on its desktop.
pub(super) const PARTING: Duration = Duration::from_secs(5);
/// How often a lock is tried: whoever lists desktops holds it for a moment.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(2);
/// How long a command waits for another that is just starting desktops.
const START_TURN: Duration = Duration::from_secs(20);

/// What a desktop was started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Runs that name it, one after another; what they open stays.
    Lasting,
    /// One private run, which then finds it ready; a fresh one takes its place.
    Warm,
}

/// What is to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub name: String,
    pub shape: Shape,
    pub purpose: Purpose,
}

/// What a started desktop says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    pub name: String,
    /// The X display; empty while it comes up.
    pub display: String,
    #[serde(flatten)]
    pub shape: Shape,
    pub purpose: Purpose,
    /// The process that keeps it.
    pub keeper: u32,
    /// Since the epoch.
    pub started_ms: u64,
    /// The home of the applications on it.
    pub home_folder: Option<PathBuf>,
}

impl Record {
    pub(super) fn new(plan: &Plan, place: &Place) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let home_folder = match plan.shape.home {
            Home::Own => Some(own_home(&place.session())),
            Home::Persons => persons_home(),
        };
        Self {
            name: plan.name.clone(),
            display: String::new(),
            shape: plan.shape,
            purpose: plan.purpose,
            keeper: std::process::id(),
            started_ms: now.as_millis() as u64,
            home_folder,
        }
    }
}

fn persons_home() -> Option<PathBuf> {
    std::env::var_os("HOME").map(PathBuf::from)
}

/// The folder of a started desktop.
#[derive(Debug, Clone)]
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) const fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// What comes and goes with each session.
    pub(super) fn session(&self) -> PathBuf {
        self.0.join("session")
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.0.join("orders")
    }

    pub(super) fn view(&self) -> PathBuf {
        self.0.join("view.json")
    }

    fn record(&self) -> PathBuf {
        self.0.join("desktop.json")
    }

    /// Locked by the run that has the desktop; its process id stands in it.
    fn lock(&self) -> PathBuf {
        self.0.join("taken")
    }

    fn reins(&self) -> PathBuf {
        self.0.join("reins")
    }

    /// Makes the files that runs look for.
    pub(super) fn furnish(&self) -> io::Result<()> {
        File::create(self.lock())?;
        File::create(self.reins())?.set_len(Reins::BYTES as u64)
    }

    /// Writes the record so that nobody ever reads half of it.
    pub(super) fn write(&self, record: &Record) -> io::Result<()> {
        let new = self.0.join("desktop.json.new");
        fs::write(&new, serde_json::to_vec(record)?)?;
        fs::rename(new, self.record())
    }

    pub(super) fn forget_view(&self) {
        // It is only there where somebody was shown the desktop.
        let _ = fs::remove_file(self.view());
    }
}

/// Who has a started desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Use {
    ComingUp,
    Idle,
    /// A run has it.
    Taken {
        by: u32,
    },
    /// A person has taken it over; a run on it waits.
    Person {
        run: Option<u32>,
    },
}

/// A desktop that was started and lives.
#[derive(Debug, Clone)]
pub struct Started {
    pub record: Record,
    place: Place,
}

/// The right to work on a started desktop, for as long as this lives, or its process does.
#[derive(Debug)]
pub(super) struct Taken {
    _lock: File,
}

impl Started {
    /// All of this user's, in the order of their names.
    pub fn all() -> Vec<Self> {
        let read = |(_, folder): (u32, PathBuf)| {
            let place = Place::at(folder);
            let record = serde_json::from_slice(&fs::read(place.record()).ok()?).ok()?;
            Some(Self { record, place })
        };
        let mut all: Vec<Self> = processes::kept_folders().into_iter().filter_map(read).collect();
        all.sort_by_key(|s| natural(&s.record.name));
        all
    }

    /// The one called `name`.
    ///
    /// # Errors
    /// [`DesktopError::NoSuch`].
    pub fn named(name: &str) -> Result<Self, DesktopError> {
        let all = Self::all();
        let there = all.iter().map(|s| s.record.name.clone()).collect();
        let found = all.into_iter().find(|s| s.record.name == name);
        found.ok_or_else(|| DesktopError::NoSuch { name: name.to_owned(), there })
    }

    /// The one to look at, which is not taken: that called `name`, or any that is idle.
    ///
    /// # Errors
    /// [`DesktopError::NoSuch`], [`DesktopError::NoneIdle`], [`DesktopError::Start`] where it is only coming up.
    pub fn to_look_at(name: Option<&str>) -> Result<Self, DesktopError> {
        let Some(name) = name else {
            let (there, mut idle) = idle();
            return idle.next().ok_or(DesktopError::NoneIdle { there });
        };
        let found = Self::named(name)?;
        if found.record.display.is_empty() {
            return Err(DesktopError::Start { why: format!("“{name}” is still coming up") });
        }
        Ok(found)
    }

    /// Its folder; what it holds goes with the desktop.
    pub fn folder(&self) -> &Path {
        self.place.folder()
    }

    pub(super) const fn place(&self) -> &Place {
        &self.place
    }

    /// Who has it now.
    pub fn state(&self) -> Use {
        if self.record.display.is_empty() {
            return Use::ComingUp;
        }
        let run = self.taker();
        let person = self.reins().is_ok_and(|reins| reins.state() == super::Rein::Person);
        match run {
            _ if person => Use::Person { run },
            Some(by) => Use::Taken { by },
            None => Use::Idle,
        }
    }

    /// The process that holds the lock.
    fn taker(&self) -> Option<u32> {
        let lock = File::open(self.place.lock()).ok()?;
        // Ours to share where nobody has it; it goes with the file.
        flock(&lock, FlockOperation::NonBlockingLockShared).err()?;
        Some(fs::read_to_string(self.place.lock()).ok()?.trim().parse().unwrap_or_default())
    }

    /// Takes it for this process; `None` where another has it.
    pub(super) fn take(&self) -> Option<Taken> {
        let lock = File::options().read(true).write(true).open(self.place.lock()).ok()?;
        for _ in 0..TRIES {
            if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok() {
                // Whose it is, is only for people to read.
                let _ = lock.set_len(0).and_then(|()| lock.write_all_at(std::process::id().to_string().as_bytes(), 0));
                return Some(Taken { _lock: lock });
            }
            thread::sleep(PAUSE);
        }
        None
    }

    /// A line to its keeper.
    pub(super) fn call(&self) -> io::Result<UnixStream> {
        UnixStream::connect(self.place.socket())
    }

    /// Has its keeper carry out one order.
    pub(super) fn order(&self, order: &Order) -> Result<Word, DesktopError> {
        let ask = || {
            let mut line = self.call()?;
            line.set_read_timeout(Some(PARTING))?;
            writeln!(line, "{}", serde_json::to_string(order)?)?;
            let mut said = String::new();
            BufReader::new(line).read_line(&mut said)?;
            Ok(serde_json::from_str(&said)?)
        };
        ask().map_err(DesktopError::Keeper)
    }

    /// The memory that makes hands on it wait.
    ///
    /// # Errors
    /// The system's, where the desktop has just ended.
    pub fn reins(&self) -> io::Result<Reins> {
        reins_in(self.folder())
    }

    /// A person takes it over: hands on it wait until it is handed back.
    ///
    /// # Errors
    /// [`DesktopError::Keeper`] where the desktop has just ended.
    pub fn take_over(&self) -> Result<(), DesktopError> {
        let now = clock_gettime(ClockId::Monotonic);
        let now_ms = now.tv_sec as u64 * 1000 + now.tv_nsec as u64 / 1_000_000;
        self.reins().map(|reins| reins.person_moved(now_ms)).map_err(DesktopError::Keeper)
    }

    /// Lets hands go on after the person.
    ///
    /// # Errors
    /// As [`Started::take_over`].
    pub fn release(&self) -> Result<(), DesktopError> {
        self.reins().map(|reins| reins.person_left()).map_err(DesktopError::Keeper)
    }

    /// Ends it with everything on it; a run on it finds its display gone.
    pub fn stop(self) {
        // A keeper that has ended meanwhile, or hangs, does not answer; what it leaves is swept.
        let _ = self.order(&Order::End);
        let begun = Instant::now();
        while begun.elapsed() < PARTING {
            if !processes::is_alive(self.record.keeper) {
                break;
            }
            thread::sleep(PAUSE);
        }
        // Unless another has got the number of one that ended: then the folder is gone.
        if self.folder().exists() {
            processes::end(self.record.keeper);
            while processes::is_alive(self.record.keeper) && begun.elapsed() < 2 * PARTING {
                thread::sleep(PAUSE);
            }
        }
        processes::sweep_orphans();
    }
}

/// The reins in the folder of a started desktop.
pub(super) fn reins_in(folder: &Path) -> io::Result<Reins> {
    Reins::of(File::options().read(true).write(true).open(Place::at(folder.to_owned()).reins())?)
}

/// A warm desktop of this shape that nobody has, and that was made for applications of the same home.
pub(super) fn warm(width: u32, height: u32, bridge: Bridge) -> Option<(Started, Taken)> {
    let wanted = Shape { width, height, bridge, home: Home::Persons };
    let home = persons_home();
    let fits =
        |s: &Started| s.record.purpose == Purpose::Warm && s.record.shape == wanted && s.record.home_folder == home;
    Started::all()
        .into_iter()
        .filter(fits)
        .filter(|s| s.state() == Use::Idle)
        .find_map(|s| Some((s.take()?, s)))
        .map(swap)
}

/// Takes the started desktop called `name`, or any that is idle.
pub(super) fn take(name: Option<&str>) -> Result<(Started, Taken), DesktopError> {
    match name {
        Some(name) => {
            let started = Started::named(name)?;
            match started.take() {
                Some(taken) => Ok((started, taken)),
                None => Err(DesktopError::Taken { name: name.to_owned(), by: started.taker().unwrap_or_default() }),
            }
        }
        None => {
            let (there, mut idle) = idle();
            idle.find_map(|s| Some((s.take()?, s))).map(swap).ok_or(DesktopError::NoneIdle { there })
        }
    }
}

/// How many desktops there are for runs that name them, and those of them that are idle.
fn idle() -> (usize, impl Iterator<Item = Started>) {
    let lasting: Vec<Started> = Started::all().into_iter().filter(|s| s.record.purpose == Purpose::Lasting).collect();
    (lasting.len(), lasting.into_iter().filter(|s| s.state() == Use::Idle))
}

fn swap((taken, started): (Taken, Started)) -> (Started, Taken) {
    (started, taken)
}

/// Starts desktops of one shape that live on, and gives them once they are up; `program` is this program.
///
/// `name` is the name of one, and the beginning of the names of several; without one they are numbered.
///
/// # Errors
/// [`DesktopError::NameTaken`] or [`DesktopError::Name`] before anything is started, [`DesktopError::Start`] where one
/// does not come up: then none of them stays.
pub fn start(
    program: &Path,
    name: Option<&str>,
    count: u32,
    shape: Shape,
    purpose: Purpose,
) -> Result<Vec<Started>, DesktopError> {
    // Two commands must not choose the same names.
    let _turn = turn();
    let plans: Vec<Plan> = names(name, count, purpose)?.into_iter().map(|name| Plan { name, shape, purpose }).collect();
    let all: Vec<_> = thread::scope(|scope| {
        let each: Vec<_> = plans.iter().map(|plan| scope.spawn(|| start_one(program, plan))).collect();
        let broken = || DesktopError::Start { why: "its start broke off".into() };
        each.into_iter().map(|one| one.join().unwrap_or_else(|_| Err(broken()))).collect()
    });
    let (up, mut failed): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
    let up = up.into_iter().flatten();
    if let Some(Err(error)) = failed.pop() {
        up.for_each(Started::stop);
        return Err(error);
    }
    Ok(up.collect())
}

/// The right to start desktops, where another command that does so leaves it in time.
fn turn() -> Option<File> {
    let folder = File::open(processes::desktops_folder()).ok()?;
    let begun = Instant::now();
    while begun.elapsed() < START_TURN {
        if flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok() {
            return Some(folder);
        }
        thread::sleep(PAUSE);
    }
    None
}

fn names(name: Option<&str>, count: u32, purpose: Purpose) -> Result<Vec<String>, DesktopError> {
    let there: Vec<String> = Started::all().into_iter().map(|s| s.record.name).collect();
    if let Some(name) = name {
        check_name(name)?;
        let wanted: Vec<String> =
            if count == 1 { vec![name.to_owned()] } else { (1..=count).map(|n| format!("{name}-{n}")).collect() };
        return match wanted.iter().find(|w| there.contains(w)) {
            Some(taken) => Err(DesktopError::NameTaken { name: taken.clone() }),
            None => Ok(wanted),
        };
    }
    let letter = if purpose == Purpose::Warm { "w" } else { "d" };
    let free = (1..).map(|n: u32| format!("{letter}{n}")).filter(|name| !there.contains(name));
    Ok(free.take(count as usize).collect())
}

/// A name is a word that no shell changes, and is not the one that means any.
fn check_name(name: &str) -> Result<(), DesktopError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && name.len() <= 40 && name.chars().all(fits) && name != ANY {
        return Ok(());
    }
    Err(DesktopError::Name { name: name.to_owned() })
}

/// What stands for any idle desktop.
pub const ANY: &str = "any";

fn start_one(program: &Path, plan: &Plan) -> Result<Started, DesktopError> {
    let Shape { width, height, bridge, home } = plan.shape;
    let mut command = Command::new(program);
    command.args(["keep", "--private", &format!("{width}x{height}"), "--name", &plan.name]);
    let flags = [
        ("--accessible", bridge == Bridge::Up),
        ("--own-home", home == Home::Own),
        ("--warm", plan.purpose == Purpose::Warm),
    ];
    command.args(flags.iter().filter(|(_, on)| *on).map(|(flag, _)| flag));
    // No folder is kept from being removed or unmounted by a desktop that happened to be started in it.
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut keeper = command.spawn().map_err(DesktopError::Keeper)?;
    let mut said = String::new();
    if let Some(words) = keeper.stdout.take() {
        BufReader::new(words).read_line(&mut said).map_err(DesktopError::Keeper)?;
    }
    match serde_json::from_str(&said) {
        Ok(Word::Ready { .. }) => Started::named(&plan.name),
        Ok(Word::Failed { why }) => Err(DesktopError::Start { why }),
        _ => Err(DesktopError::Start { why: "its keeper is gone".into() }),
    }
}

/// Sorts d2 before d10.
fn natural(name: &str) -> (String, u64) {
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (word.to_owned(), name[word.len()..].parse().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        for name in ["d1", "mail-2", "A_b"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "any", "-x", "a b", "a/b", "é", &"x".repeat(41)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn numbers_in_names_are_in_their_order() {
        let mut names = ["d10", "w1", "d2"];
        names.sort_by_key(|n| natural(n));
        assert_eq!(names, ["d2", "d10", "w1"]);
    }
}
