//! Who has a terminal: the shell, waiting for a command, or a program that the shell started.

use std::collections::BTreeMap;
use std::fs;

/// What runs in a terminal window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreground {
    /// The shell's program name.
    pub shell: String,
    pub shell_pid: u32,
    /// The program that has the terminal, `None` when the shell waits for a command.
    pub running: Option<String>,
}

struct Process {
    pid: u32,
    name: String,
    parent: u32,
    group: i32,
    terminal: i32,
    foreground_group: i32,
    started: u64,
}

const SHELLS: [&str; 8] = ["bash", "sh", "zsh", "dash", "fish", "ksh", "tcsh", "ash"];

/// Looks at the terminal whose emulator is the process `emulator`.
///
/// Where one process serves several terminals, the youngest shell counts. `None` where there is no shell.
pub fn foreground(emulator: u32) -> Option<Foreground> {
    let processes: BTreeMap<u32, Process> = all().into_iter().map(|p| (p.pid, p)).collect();
    let below = |p: &&Process| {
        let mut at = p.parent;
        while at > 1 && at != emulator {
            at = processes.get(&at).map_or(0, |p| p.parent);
        }
        at == emulator
    };
    let is_shell = |p: &&Process| SHELLS.contains(&p.name.trim_start_matches('-')) && p.terminal != 0;
    let shells = processes.values().filter(is_shell).filter(below);
    // A shell that another shell of the same terminal runs is a command, not the one that waits.
    let top = |p: &&Process| processes.get(&p.parent).is_none_or(|parent| parent.terminal != p.terminal);
    let shell = shells.filter(top).max_by_key(|p| p.started)?;
    let waits = shell.foreground_group == shell.group;
    let leader = |p: &&Process| p.group == shell.foreground_group && p.terminal == shell.terminal;
    let running = (!waits).then(|| processes.values().find(leader).map_or_else(String::new, |p| p.name.clone()));
    Some(Foreground { shell: shell.name.clone(), shell_pid: shell.pid, running })
}

fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|e| read(e.file_name().to_str()?.parse().ok()?)).collect()
}

/// Source: proc_pid_stat(5) for the order of the fields.
fn read(pid: u32) -> Option<Process> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, tail) = text.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = tail.split_whitespace().collect();
    let number = |i: usize| fields.get(i)?.parse::<i64>().ok();
    Some(Process {
        pid,
        name,
        parent: number(1)? as u32,
        group: number(2)? as i32,
        terminal: number(4)? as i32,
        foreground_group: number(5)? as i32,
        started: number(19)? as u64,
    })
}

/// Whether the shell's exit code can be asked with `$?`.
pub fn tells_exit_code(shell: &str) -> bool {
    matches!(shell.trim_start_matches('-'), "bash" | "sh" | "zsh" | "dash" | "ksh" | "ash")
}
