//! Whether hands may move: one word of memory that the guardian, its keepers and the watcher share.
//!
//! The guardian asks it before every event that it sends; whoever watches for the person sets it. A word in
//! shared memory is seen by the very next event, and by a process that was suspended as soon as it runs again.

use memmap2::{MmapOptions, MmapRaw};
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicU64, Ordering};

/// What hands may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rein {
    Free,
    /// The person is at the mouse or the keyboard; wait.
    Person,
    /// The person wants it to end; nothing is sent any more.
    Stopped,
}

/// Shared memory: the state, and when the person last moved.
pub struct Reins {
    file: File,
    map: MmapRaw,
}

const STATE: usize = 0;
const MOVED_MS: usize = 8;
const HEARD: usize = 16;

impl Reins {
    /// How long the memory is.
    pub(super) const BYTES: usize = 24;

    /// New memory, free.
    ///
    /// # Errors
    /// The system's, where it gives no memory.
    pub fn new() -> io::Result<Self> {
        // Inherited on purpose where the child is told its number; `try_clone` for that drops the flag.
        let file = File::from(memfd_create("guardian-reins", MemfdFlags::CLOEXEC)?);
        ftruncate(&file, Self::BYTES as u64)?;
        Self::of(file)
    }

    /// The memory behind a file that another process made.
    ///
    /// # Errors
    /// The system's, where the file cannot be mapped or is too short.
    pub fn of(file: File) -> io::Result<Self> {
        if file.metadata()?.len() < Self::BYTES as u64 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let map = MmapOptions::new().len(Self::BYTES).map_raw(&file)?;
        Ok(Self { file, map })
    }

    fn word(&self, at: usize) -> &AtomicU64 {
        // SAFETY: the map is BYTES long, page-aligned, lives as long as `self`, and is only ever touched through
        // atomics of eight bytes at multiples of eight.
        unsafe { AtomicU64::from_ptr(self.map.as_mut_ptr().add(at).cast()) }
    }

    /// What hands may do now.
    pub fn state(&self) -> Rein {
        match self.word(STATE).load(Ordering::Acquire) {
            0 => Rein::Free,
            1 => Rein::Person,
            _ => Rein::Stopped,
        }
    }

    /// Ends all movement for good.
    pub fn stop(&self) {
        self.word(STATE).store(2, Ordering::Release);
    }

    /// The person moved at `at_ms` of the monotonic clock: hands wait.
    pub fn person_moved(&self, at_ms: u64) {
        self.word(MOVED_MS).store(at_ms, Ordering::Release);
        // What is stopped stays stopped.
        let _ = self.word(STATE).compare_exchange(0, 1, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Lets hands go on after the person.
    pub fn person_left(&self) {
        let _ = self.word(STATE).compare_exchange(1, 0, Ordering::AcqRel, Ordering::Acquire);
    }

    /// When the person last moved, in milliseconds of the monotonic clock; 0 for never.
    pub fn moved_ms(&self) -> u64 {
        self.word(MOVED_MS).load(Ordering::Acquire)
    }

    /// The guardian has heard of the stop, and ends by itself.
    pub fn hear(&self) {
        self.word(HEARD).store(1, Ordering::Release);
    }

    /// Whether the guardian has heard of the stop.
    pub fn is_heard(&self) -> bool {
        self.word(HEARD).load(Ordering::Acquire) != 0
    }

    /// The file, for a child to inherit.
    pub fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl std::fmt::Debug for Reins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reins({:?}, fd {})", self.state(), self.file.as_raw_fd())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stopped_stays_stopped_for_everybody() {
        let ours = Reins::new().unwrap();
        let theirs = Reins::of(File::from(ours.file().try_clone_to_owned().unwrap())).unwrap();
        assert_eq!(theirs.state(), Rein::Free);
        theirs.person_moved(17);
        assert_eq!((ours.state(), ours.moved_ms()), (Rein::Person, 17));
        ours.person_left();
        assert_eq!(theirs.state(), Rein::Free);
        theirs.stop();
        theirs.person_moved(18);
        ours.person_left();
        assert_eq!(ours.state(), Rein::Stopped);
    }

    #[test]
    fn a_file_that_is_too_short_is_refused() {
        assert!(Reins::of(tempfile::tempfile().unwrap()).is_err());
    }
}
