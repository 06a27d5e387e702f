//! Blobs as files named by their hash.

use super::StoreError;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A blob that is younger may belong to an event that is still to be written.
const YOUNG: Duration = Duration::from_secs(3600);

/// The sha256 of `bytes` in hexadecimal.
pub(super) fn name_of(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Whether a text can be the name of a blob: anything else would be a path to somewhere else.
pub(super) fn is_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit())
}

fn failed(cause: io::Error) -> StoreError {
    StoreError::Write { what: "a picture", cause: cause.into() }
}

/// The path of a blob.
pub(super) fn path_of(dir: &Path, name: &str) -> Option<PathBuf> {
    is_name(name).then(|| dir.join(name))
}

pub(super) fn keep(dir: &Path, bytes: &[u8]) -> Result<String, StoreError> {
    let name = name_of(bytes);
    let path = dir.join(&name);
    if path.exists() {
        return Ok(name);
    }
    let half = dir.join(format!("{name}.{}.part", std::process::id()));
    let written = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&half)
        .and_then(|mut file| file.write_all(bytes));
    if let Err(e) = written {
        // A part of a picture is of no use and takes the room that was missing.
        let _ = fs::remove_file(&half);
        return Err(failed(e));
    }
    fs::rename(&half, &path).map_err(failed)?;
    Ok(name)
}

pub(super) fn read(dir: &Path, name: &str) -> Result<Vec<u8>, StoreError> {
    let nowhere = || io::Error::new(io::ErrorKind::NotFound, "this is no name of a blob");
    path_of(dir, name)
        .ok_or_else(nowhere)
        .and_then(fs::read)
        .map_err(|e| StoreError::Read { what: "a picture", cause: e.into() })
}

pub(super) fn remove(dir: &Path, name: &str) -> Result<(), StoreError> {
    let Some(path) = path_of(dir, name) else { return Ok(()) };
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(failed(e)),
        _ => Ok(()),
    }
}

/// Takes away what `named` does not name; gives how many and how many bytes.
pub(super) fn clean(dir: &Path, named: &BTreeSet<String>) -> Result<(u64, u64), StoreError> {
    let (mut count, mut bytes) = (0, 0);
    for entry in fs::read_dir(dir).map_err(failed)?.flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        let is_old = meta.modified().ok().and_then(|at| at.elapsed().ok()).is_some_and(|age| age > YOUNG);
        let is_named = entry.file_name().to_str().is_some_and(|name| named.contains(name));
        if is_old && !is_named && fs::remove_file(entry.path()).is_ok() {
            count += 1;
            bytes += meta.len();
        }
    }
    Ok((count, bytes))
}

/// How many blobs there are, and how many bytes.
pub(super) fn weigh(dir: &Path) -> (u64, u64) {
    let files = fs::read_dir(dir).into_iter().flatten().flatten().filter_map(|e| e.metadata().ok());
    files.fold((0, 0), |(count, bytes), meta| (count + 1, bytes + meta.len()))
}
