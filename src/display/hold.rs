//! A display that is there already is worked on by one process at a time.

use super::desktop::DesktopError;
use super::processes::desktops_folder;
use rustix::fs::{FlockOperation, flock};
use std::fs::{self, File};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::PathBuf;

/// The right to work on a display, until this is dropped or the process ends.
#[derive(Debug)]
pub struct Hold {
    _lock: File,
}

impl Hold {
    /// Takes the display called `name`.
    ///
    /// # Errors
    /// [`DesktopError::Held`] where another process has it, or another run of this one.
    pub fn take(name: &str) -> Result<Option<Self>, DesktopError> {
        // Where no file can be kept nobody can be asked, and work goes on as if alone.
        let Ok(lock) =
            File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(place(name))
        else {
            return Ok(None);
        };
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            let by = fs::read_to_string(place(name)).ok().and_then(|text| text.trim().parse().ok());
            return Err(DesktopError::Held { name: name.to_owned(), by });
        }
        // Whose it is, is only for people to read.
        let _ = lock.set_len(0).and_then(|()| lock.write_all_at(std::process::id().to_string().as_bytes(), 0));
        Ok(Some(Self { _lock: lock }))
    }
}

/// Where the lock of a display lies; its screens are one.
fn place(name: &str) -> PathBuf {
    let display = match name.rsplit_once('.') {
        Some((display, screen)) if display.contains(':') && screen.bytes().all(|b| b.is_ascii_digit()) => display,
        _ => name,
    };
    let plain: String = display.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let who = rustix::process::getuid().as_raw();
    desktops_folder().join(format!("guardian-hold-{who}-{plain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_is_held_once_and_its_screens_are_one() {
        let name = format!("nowhere{}:7", std::process::id());
        let held = Hold::take(&name).unwrap();
        let again = Hold::take(&format!("{name}.0"));
        assert!(
            matches!(&again, Err(DesktopError::Held { by: Some(by), .. }) if *by == std::process::id()),
            "{again:?}"
        );
        Hold::take(&format!("{name}1")).unwrap();
        drop(held);
        Hold::take(&name).unwrap();
        for name in [name.clone(), format!("{name}1")] {
            fs::remove_file(place(&name)).unwrap();
        }
    }
}
