//! The processes behind a desktop: telling the living from the dead, and ending all of them.

use rustix::process::{Pid, Signal, WaitOptions, kill_process, set_child_subreaper, wait};
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How folders of private desktops are called; the keeper's process id follows.
pub const FOLDER_PREFIX: &str = "guardian-desktop-";
/// How long the dying may take.
const END: Duration = Duration::from_secs(3);

/// Where folders of private desktops lie.
pub fn desktops_folder() -> PathBuf {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|p| p.is_dir());
    runtime.unwrap_or_else(env::temp_dir)
}

/// The program called `name` on the search path.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|p| p.is_file())
}

/// Makes this process the parent of every descendant whose own parent dies.
pub fn adopt_orphans() {
    // Without it a desktop still works; what hides from its end is swept at the next start.
    let _ = set_child_subreaper(Some(rustix::process::getpid()));
}

/// Takes note of children that have ended, so that they do not stay as zombies.
pub fn reap() {
    while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
}

/// Kills every descendant of this process and waits until they are gone.
pub fn end_descendants() {
    let started = Instant::now();
    while started.elapsed() < END {
        let mut living = descendants_of(std::process::id());
        living.retain(|&pid| is_alive(pid));
        if living.is_empty() {
            reap();
            return;
        }
        living.into_iter().for_each(end);
        reap();
        thread::sleep(Duration::from_millis(5));
    }
}

/// Ends a process at once.
pub fn end(pid: u32) {
    if let Some(pid) = Pid::from_raw(pid as i32) {
        // It may have ended by itself meanwhile.
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// Whether the process runs; one that has ended and was not reaped does not.
pub fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|s| s.state != 'Z' && s.state != 'X')
}

/// Whether the process was suspended, by a terminal or a debugger.
pub fn is_suspended(pid: u32) -> bool {
    stat(pid).is_some_and(|s| s.state == 'T' || s.state == 't')
}

/// The words that the process was started with.
pub fn arguments(pid: u32) -> Vec<String> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = line.split(|b| *b == 0).filter(|word| !word.is_empty());
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// All processes below `pid`.
pub fn descendants_of(pid: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for child in all() {
        if let Some(stat) = stat(child) {
            children.entry(stat.parent).or_default().push(child);
        }
    }
    let mut found = Vec::new();
    let mut next = vec![pid];
    while let Some(parent) = next.pop() {
        let below = children.remove(&parent).unwrap_or_default();
        next.extend(&below);
        found.extend(below);
    }
    found
}

fn all() -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().to_str()?.parse().ok()).collect()
}

struct Stat {
    state: char,
    parent: u32,
    group: u32,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name stands in brackets and may contain anything.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    let mut number = || fields.next()?.parse().ok();
    Some(Stat { state, parent: number()?, group: number()? })
}

/// Kills the descendants of this process that are in one of the process groups `groups`, and waits until they are gone.
pub fn end_groups(groups: &[u32]) {
    let is_in = |pid: &u32| is_alive(*pid) && stat(*pid).is_some_and(|s| groups.contains(&s.group));
    let started = Instant::now();
    while !groups.is_empty() && started.elapsed() < END {
        let living: Vec<u32> = descendants_of(std::process::id()).into_iter().filter(is_in).collect();
        if living.is_empty() {
            return;
        }
        living.into_iter().for_each(end);
        reap();
        thread::sleep(Duration::from_millis(5));
    }
}

/// Ends what is left of private desktops whose keeper was killed; gives how many there were.
///
/// A desktop whose keeper lives is left alone, also where whoever started it has long gone.
pub fn sweep_orphans() -> usize {
    let orphans: Vec<PathBuf> =
        folders().into_iter().filter(|(keeper, _)| !is_keeper(*keeper)).map(|(_, f)| f).collect();
    for folder in &orphans {
        all().into_iter().filter(|&pid| belongs_to(pid, folder)).for_each(end);
        remove_folder(folder);
    }
    orphans.len()
}

/// The folders of this user's private desktops whose keepers live, each with its keeper.
pub fn kept_folders() -> Vec<(u32, PathBuf)> {
    let me = rustix::process::getuid().as_raw();
    let is_mine = |folder: &PathBuf| fs::symlink_metadata(folder).is_ok_and(|m| m.is_dir() && m.uid() == me);
    let mut kept: Vec<_> = folders().into_iter().filter(|(keeper, f)| is_keeper(*keeper) && is_mine(f)).collect();
    kept.sort();
    kept
}

/// All folders that are called as those of private desktops are, each with the keeper in its name.
fn folders() -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(desktops_folder()).into_iter().flatten().flatten();
    let keeper = |path: &Path| path.file_name()?.to_str()?.strip_prefix(FOLDER_PREFIX)?.parse().ok();
    entries.filter_map(|e| Some((keeper(&e.path())?, e.path()))).collect()
}

/// Removes the folder of a private desktop with everything in it.
pub fn remove_folder(folder: &Path) {
    // Services that an application called up may have mounted file systems of their own there, and
    // a killed one leaves its mount behind.
    mounts_below(folder).iter().for_each(|mount| unmount(mount));
    // What cannot be removed now is tried again by the next sweep.
    let _ = fs::remove_dir_all(folder);
}

/// The places below `folder` where something is mounted, the innermost first.
fn mounts_below(folder: &Path) -> Vec<PathBuf> {
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let places = table.lines().filter_map(|line| line.split(' ').nth(4)).map(PathBuf::from);
    let mut below: Vec<PathBuf> = places.filter(|place| place.starts_with(folder) && place != folder).collect();
    below.reverse();
    below
}

/// Takes a mount away, as an ordinary user where that is possible.
fn unmount(place: &Path) {
    let ways: [&[&str]; 3] = [&["fusermount3", "-u", "-z"], &["fusermount", "-u", "-z"], &["umount", "-l"]];
    for way in ways {
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).arg(place).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if command.status().is_ok_and(|status| status.success()) {
            return;
        }
    }
}

/// Whether `pid` is a living keeper and not another program that got its number.
fn is_keeper(pid: u32) -> bool {
    is_alive(pid) && arguments(pid).iter().any(|argument| argument == "keep")
}

/// Whether `pid` was started on the desktop of `folder`, or in a session of it.
fn belongs_to(pid: u32, folder: &Path) -> bool {
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let is_there = |variable: &[u8]| {
        let place = variable.strip_prefix(b"GUARDIAN_DESKTOP=");
        place.is_some_and(|place| Path::new(OsStr::from_bytes(place)).starts_with(folder))
    };
    pid != std::process::id() && environment.split(|b| *b == 0).any(is_there)
}
