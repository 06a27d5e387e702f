//! What a process gives up for good: files, the network, new programs.

use landlock::{ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus};
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, SeccompRule};
use std::collections::BTreeMap;

/// Address space that an agent may use, in bytes. It handles percepts and one frame.
const MEMORY: u64 = 2 << 30;
/// Files that it may hold open.
const FILES: u64 = 32;

/// What is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restriction {
    /// No file can be opened (landlock).
    pub files: bool,
    /// No socket, no new program, no tracing of others (seccomp).
    pub calls: bool,
    /// Dies with the thread that started it.
    pub bound: bool,
}

/// Gives up everything that an agent does not need. What the kernel lacks is left out and reported.
pub fn restrict() -> Restriction {
    let limit = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    // Limits may be set lower already; then they stay.
    let _ = limit(Resource::As, MEMORY);
    let _ = limit(Resource::Nofile, FILES);
    let _ = limit(Resource::Core, 0);
    Restriction {
        bound: set_parent_process_death_signal(Some(Signal::KILL)).is_ok(),
        files: give_up_files().unwrap_or(false),
        calls: give_up_calls().is_some(),
    }
}

/// Whether the kernel can keep an agent from opening files; nothing is given up by asking.
pub fn can_give_up_files() -> bool {
    let asked = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V3))
        .and_then(Ruleset::create);
    asked.is_ok()
}

fn give_up_files() -> Result<bool, landlock::RulesetError> {
    // Everything is handled and nothing is allowed.
    let status = Ruleset::default().handle_access(AccessFs::from_all(ABI::V3))?.create()?.restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

fn give_up_calls() -> Option<()> {
    let none: Vec<SeccompRule> = Vec::new();
    let denied = [
        libc_number::SOCKET,
        libc_number::CONNECT,
        libc_number::EXECVE,
        libc_number::EXECVEAT,
        libc_number::PTRACE,
        libc_number::KILL,
        libc_number::TKILL,
        libc_number::TGKILL,
    ];
    let rules: BTreeMap<i64, Vec<SeccompRule>> = denied.into_iter().map(|call| (call, none.clone())).collect();
    let deny = SeccompAction::Errno(rustix::io::Errno::PERM.raw_os_error() as u32);
    let arch = std::env::consts::ARCH.try_into().ok()?;
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, deny, arch).ok()?;
    let program: BpfProgram = filter.try_into().ok()?;
    seccompiler::apply_filter_all_threads(&program).ok()
}

/// System call numbers. Source: the kernel's `asm/unistd_64.h` and `asm-generic/unistd.h`.
mod libc_number {
    #[cfg(target_arch = "x86_64")]
    mod numbers {
        pub const SOCKET: i64 = 41;
        pub const CONNECT: i64 = 42;
        pub const EXECVE: i64 = 59;
        pub const EXECVEAT: i64 = 322;
        pub const PTRACE: i64 = 101;
        pub const KILL: i64 = 62;
        pub const TKILL: i64 = 200;
        pub const TGKILL: i64 = 234;
    }
    #[cfg(not(target_arch = "x86_64"))]
    mod numbers {
        pub const SOCKET: i64 = 198;
        pub const CONNECT: i64 = 203;
        pub const EXECVE: i64 = 221;
        pub const EXECVEAT: i64 = 281;
        pub const PTRACE: i64 = 117;
        pub const KILL: i64 = 129;
        pub const TKILL: i64 = 130;
        pub const TGKILL: i64 = 131;
    }
    pub use numbers::*;
}
