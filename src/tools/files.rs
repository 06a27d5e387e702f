//! What the file system says of a path.

use crate::task::FileState;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Files up to this size are read as evidence.
const MOST: u64 = 1 << 20;

/// The state of `path`; `None` where nothing is there or nobody may look.
pub fn state(path: &Path) -> Option<FileState> {
    let meta = fs::metadata(path).ok()?;
    let modified = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let readable = meta.is_file() && meta.len() <= MOST;
    Some(FileState {
        is_folder: meta.is_dir(),
        inode: meta.ino(),
        modified_ms: modified.as_millis() as u64,
        text: readable.then(|| fs::read_to_string(path).ok()).flatten(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_a_folder_and_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a");
        fs::write(&file, "hello").unwrap();
        assert_eq!(state(&file).unwrap().text.as_deref(), Some("hello"));
        assert!(state(dir.path()).unwrap().is_folder);
        assert_eq!(state(&dir.path().join("b")), None);
    }
}
