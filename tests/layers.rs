//! The map in `src/lib.rs` is true: folders only look down, rows 1 and 2 are pure, crates that touch
//! the world have one owner.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The map: every folder of `src` with its row.
const ROWS: [(&str, u32); 15] = [
    ("cli", 6),
    ("web", 6),
    ("guardian", 5),
    ("agent", 5),
    ("sight", 4),
    ("planner", 4),
    ("verify", 4),
    ("display", 3),
    ("infer", 3),
    ("store", 3),
    ("sandbox", 3),
    ("tools", 3),
    ("config", 3),
    ("task", 2),
    ("screen", 1),
];

/// Crates that touch the world, and the only folders that name them.
const OWNERS: [(&str, &[&str]); 20] = [
    ("axum", &["web"]),
    ("axum_server", &["web"]),
    ("rustls", &["web"]),
    ("rcgen", &["web"]),
    ("utoipa", &["web"]),
    ("ureq", &["tools"]),
    ("notify", &["guardian"]),
    ("xcap", &["display"]),
    ("enigo", &["display"]),
    ("x11rb", &["display"]),
    ("wayland_client", &["display"]),
    ("wayland_protocols", &["display"]),
    ("wayland_protocols_misc", &["display"]),
    ("wayland_protocols_wlr", &["display"]),
    ("ort", &["infer"]),
    ("rusqlite", &["store"]),
    ("landlock", &["sandbox"]),
    ("seccompiler", &["sandbox"]),
    ("clap", &["cli"]),
    ("zbus", &["display"]),
];

/// What pure rows do not name.
const IMPURE: [&str; 9] = [
    "std::fs",
    "std::env",
    "std::process",
    "std::net",
    "std::thread",
    "std::time",
    "Instant::now",
    "SystemTime",
    "async fn",
];

fn folders() -> BTreeMap<&'static str, u32> {
    ROWS.into_iter().collect()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|p| p.extension().is_some_and(|e| e == "rs"))
        .collect()
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file inside a folder: the folder, the file, its text without comments.
fn sources() -> Vec<(String, PathBuf, String)> {
    let inside = |path: PathBuf| {
        let relative = path.strip_prefix(source()).unwrap().to_owned();
        let mut parts = relative.components();
        let folder = parts.next()?.as_os_str().to_str()?.to_owned();
        parts.next()?;
        let text = fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
        Some((folder, relative, code.join("\n")))
    };
    files(&source()).into_iter().filter_map(inside).collect()
}

fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn every_folder_is_on_the_map_and_the_map_in_the_head_of_the_library() {
    let map = fs::read_to_string(source().join("lib.rs")).unwrap();
    let known = folders();
    for entry in fs::read_dir(source()).unwrap().map(|e| e.unwrap()).filter(|e| e.path().is_dir()) {
        let name = entry.file_name().into_string().unwrap();
        assert!(known.contains_key(name.as_str()), "src/{name} has no row");
        assert!(
            map.contains(&format!("//! {}", known[name.as_str()])) && map.contains(&format!("{name}/")),
            "src/{name} is not in the map"
        );
    }
}

#[test]
fn folders_only_look_down() {
    let known = folders();
    for (folder, file, code) in sources() {
        for (other, row) in &known {
            if *other != folder && names(&code, &format!("crate::{other}")) {
                assert!(*row < known[folder.as_str()], "{} looks at {other}, which is not below it", file.display());
            }
        }
    }
}

#[test]
fn the_lowest_rows_touch_nothing() {
    for (folder, file, code) in sources().iter().filter(|(folder, ..)| folder == "screen" || folder == "task") {
        let _ = folder;
        for word in IMPURE {
            assert!(!code.contains(word), "{} names {word}", file.display());
        }
    }
}

#[test]
fn crates_that_touch_the_world_have_one_owner() {
    for (folder, file, code) in sources() {
        for (krate, owners) in OWNERS {
            let named = names(&code, &format!("{krate}::"));
            assert!(!named || owners.contains(&folder.as_str()), "{} names {krate}", file.display());
        }
    }
}

#[test]
fn verdicts_and_plans_are_pure() {
    for (folder, file, code) in sources().iter().filter(|(folder, ..)| folder == "verify" || folder == "planner") {
        let _ = folder;
        for word in IMPURE {
            assert!(!code.contains(word), "{} names {word}", file.display());
        }
    }
}
