//! Which applications there are, by the desktop entries, and how each wants to be started.
//!
//! Source: freedesktop.org Desktop Entry Specification 1.5 (keys and field codes of `Exec`).

use serde::Deserialize;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

const DATA: &str = include_str!("../../config/apps.toml");

/// How to start an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// What people call it.
    pub name: String,
    pub argv: Vec<String>,
}

/// An application that cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("no application called “{wanted}” is installed")]
    Unknown { wanted: String, near: Vec<String> },
    #[error("no {kind} is installed")]
    NoneOfKind { kind: String },
    #[error("config/apps.toml is damaged")]
    Damaged(#[from] toml::de::Error),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    kind: Vec<Kind>,
    program: Vec<Program>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    words: Vec<String>,
    category: String,
    mime: Option<String>,
    prefer: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    names: Vec<String>,
    #[serde(default)]
    always: Vec<String>,
    #[serde(default)]
    as_root: Vec<String>,
    /// Where something is opened in it.
    #[serde(default)]
    opening: Vec<String>,
    #[serde(default)]
    private: Vec<String>,
}

/// One desktop entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Entry {
    /// The file's name without `.desktop`.
    id: String,
    name: String,
    generic: String,
    exec: String,
    categories: Vec<String>,
    in_terminal: bool,
    hidden: bool,
}

/// The applications of this machine.
pub struct Applications {
    data: Data,
    entries: Vec<Entry>,
}

impl Applications {
    /// Reads the desktop entries of the person and of the system.
    ///
    /// # Errors
    /// [`AppError::Damaged`] when the built-in data does not parse.
    pub fn scan() -> Result<Self, AppError> {
        Self::scan_in(&entry_dirs())
    }

    fn scan_in(dirs: &[PathBuf]) -> Result<Self, AppError> {
        let mut entries: Vec<Entry> = Vec::new();
        for entry in dirs.iter().flat_map(|dir| read_dir(dir)) {
            // The person's own entry comes first and hides the system's of the same name.
            if !entries.iter().any(|known| known.id == entry.id) {
                entries.push(entry);
            }
        }
        entries.retain(|e| !e.hidden && !e.exec.is_empty());
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self { data: toml::from_str(DATA)?, entries })
    }

    /// Everything that applications are called here, lower case: kinds, names and programs.
    pub fn names(&self) -> Vec<String> {
        let kinds = self.data.kind.iter().flat_map(|k| k.words.iter().cloned());
        let known = self.data.kind.iter().flat_map(|k| k.prefer.iter().cloned());
        let entries = self.entries.iter().flat_map(|e| [e.name.to_lowercase(), program_name(&e.exec).to_lowercase()]);
        let mut names: Vec<String> = kinds.chain(known).chain(entries).filter(|n| !n.is_empty()).collect();
        names.sort();
        names.dedup();
        names
    }

    fn kind(&self, words: &str) -> Option<&Kind> {
        let words = words.trim().to_lowercase();
        self.data.kind.iter().find(|k| k.words.contains(&words))
    }

    /// Finds the application that `wanted` names (by its kind, its name or its program) and how to
    /// start it with `on` opened; `private` is the folder of the private desktop it will run on.
    ///
    /// # Errors
    /// [`AppError::Unknown`] with the names that come near, [`AppError::NoneOfKind`].
    pub fn resolve(&self, wanted: &str, on: Option<&str>, private: Option<&Path>) -> Result<Launch, AppError> {
        let wanted = wanted.trim();
        if let Some(kind) = self.kind(wanted) {
            let entry = self.of_kind(kind).ok_or_else(|| AppError::NoneOfKind { kind: wanted.to_lowercase() })?;
            return Ok(self.launch(entry, on, private));
        }
        if let Some(entry) = self.by_name(wanted) {
            return Ok(self.launch(entry, on, private));
        }
        if let Some(program) = program_of(wanted) {
            let entry = Entry { id: wanted.into(), name: wanted.into(), exec: program, ..Entry::default() };
            return Ok(self.launch(&entry, on, private));
        }
        Err(AppError::Unknown { wanted: wanted.to_owned(), near: self.near(wanted) })
    }

    fn of_kind(&self, kind: &Kind) -> Option<&Entry> {
        // Not every entry states its category.
        let called = |e: &Entry| [&e.generic, &e.name].iter().any(|n| kind.words.contains(&n.to_lowercase()));
        let known = |e: &Entry| kind.prefer.contains(&program_name(&e.exec)) || called(e);
        let fits =
            |e: &&Entry| (e.categories.contains(&kind.category) || known(e)) && !e.in_terminal && is_installed(e);
        let all: Vec<&Entry> = self.entries.iter().filter(fits).collect();
        let chosen = kind.mime.as_deref().and_then(default_for);
        let own = chosen.and_then(|id| self.entries.iter().find(|e| e.id == id && !e.in_terminal && is_installed(e)));
        let preferred = kind.prefer.iter().find_map(|p| all.iter().find(|e| program_name(&e.exec) == *p));
        own.or(preferred.copied()).or(all.first().copied())
    }

    fn by_name(&self, wanted: &str) -> Option<&Entry> {
        let lower = wanted.to_lowercase();
        if lower.is_empty() {
            return None;
        }
        let installed = || self.entries.iter().filter(|e| is_installed(e));
        let last_part = |id: &str| id.rsplit('.').next().unwrap_or(id).to_lowercase();
        installed()
            .find(|e| program_name(&e.exec).to_lowercase() == lower)
            .or_else(|| installed().find(|e| e.name.to_lowercase() == lower))
            .or_else(|| installed().find(|e| e.id.to_lowercase() == lower || last_part(&e.id) == lower))
            .or_else(|| installed().find(|e| e.generic.to_lowercase() == lower))
            .or_else(|| installed().find(|e| e.name.to_lowercase().split_whitespace().any(|w| w == lower)))
    }

    fn near(&self, wanted: &str) -> Vec<String> {
        let lower = wanted.to_lowercase();
        let score = |e: &Entry| strsim::jaro_winkler(&lower, &e.name.to_lowercase());
        let mut scored: Vec<(f64, &Entry)> = self.entries.iter().map(|e| (score(e), e)).filter(|s| s.0 > 0.7).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        scored.into_iter().take(3).map(|(_, e)| e.name.clone()).collect()
    }

    fn launch(&self, entry: &Entry, on: Option<&str>, private: Option<&Path>) -> Launch {
        let mut argv = expand(&entry.exec, on);
        let name = program_name(&entry.exec);
        if let Some(program) = self.data.program.iter().find(|p| p.names.contains(&name)) {
            let folder = private.map(|p| p.display().to_string()).unwrap_or_default();
            let mut extra = program.always.clone();
            if rustix::process::geteuid().is_root() {
                extra.extend_from_slice(&program.as_root);
            }
            if private.is_some() {
                extra.extend(program.private.iter().map(|a| a.replace("{private}", &folder)));
            }
            if on.is_some() {
                extra.extend_from_slice(&program.opening);
            }
            argv.splice(1..1, extra);
        }
        Launch { name: entry.name.clone(), argv }
    }
}

fn entry_dirs() -> Vec<PathBuf> {
    let home = env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|h| PathBuf::from(h).join(".local/share")));
    let system = env::var("XDG_DATA_DIRS").ok().filter(|d| !d.is_empty());
    let system = system.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    home.into_iter().chain(env::split_paths(&system)).map(|d| d.join("applications")).collect()
}

fn read_dir(dir: &Path) -> Vec<Entry> {
    let files = fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path());
    let entries = files.filter(|p| p.extension().is_some_and(|e| e == "desktop"));
    entries.filter_map(|p| Some(parse(p.file_stem()?.to_str()?, &fs::read_to_string(&p).ok()?))).collect()
}

fn parse(id: &str, text: &str) -> Entry {
    let mut entry = Entry { id: id.to_owned(), ..Entry::default() };
    let mut in_main = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            in_main = line == "[Desktop Entry]";
        } else if let (true, Some((key, value))) = (in_main, line.split_once('=')) {
            let value = value.trim();
            match key.trim() {
                "Name" => entry.name = value.to_owned(),
                "GenericName" => entry.generic = value.to_owned(),
                "Exec" => entry.exec = value.to_owned(),
                "Categories" => entry.categories = value.split(';').map(str::to_owned).collect(),
                "Terminal" => entry.in_terminal = value == "true",
                "Hidden" => entry.hidden |= value == "true",
                "Type" => entry.hidden |= value != "Application",
                _ => {}
            }
        }
    }
    entry
}

/// The person's chosen application for a type of file, as an entry's id.
fn default_for(mime: &str) -> Option<String> {
    let config = env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|h| PathBuf::from(h).join(".config")))?;
    let text = fs::read_to_string(config.join("mimeapps.list")).ok()?;
    let defaults = text.split("[Default Applications]").nth(1)?.split("\n[").next()?.to_owned();
    let line = defaults.lines().find_map(|l| l.strip_prefix(mime)?.strip_prefix('='))?.to_owned();
    Some(line.split(';').next()?.trim().trim_end_matches(".desktop").to_owned())
}

/// Splits an `Exec` line and puts `on` where it wants files or addresses.
fn expand(exec: &str, on: Option<&str>) -> Vec<String> {
    let mut argv = Vec::new();
    let mut used = false;
    for word in split(exec) {
        match word.as_str() {
            "%f" | "%F" | "%u" | "%U" => {
                argv.extend(on.map(str::to_owned));
                used = true;
            }
            _ if word.len() == 2 && word.starts_with('%') => {}
            _ => argv.push(word.replace("%%", "%")),
        }
    }
    if !used {
        argv.extend(on.map(str::to_owned));
    }
    argv
}

/// Splits a command line at spaces outside quotes.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut escaped, mut begun) = (false, false, false);
    for c in line.chars() {
        match c {
            _ if escaped => {
                word.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            ' ' | '\t' if !quoted => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            _ => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

fn program_name(exec: &str) -> String {
    let words = split(exec);
    // `env NAME=VALUE program` starts the program.
    let program = words.iter().find(|w| *w != "env" && !w.contains('=')).cloned().unwrap_or_default();
    Path::new(&program).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_installed(entry: &Entry) -> bool {
    program_of(&program_name(&entry.exec)).is_some()
}

/// The full path of a program that can be started.
fn program_of(name: &str) -> Option<String> {
    if name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    let candidates: Vec<PathBuf> = if name.contains('/') {
        vec![PathBuf::from(name)]
    } else {
        env::split_paths(&env::var_os("PATH")?).map(|d| d.join(name)).collect()
    };
    use std::os::unix::fs::PermissionsExt;
    let runs = |p: &&PathBuf| fs::metadata(p).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
    Some(candidates.iter().find(runs)?.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> (tempfile::TempDir, Applications) {
        let dir = tempfile::tempdir().unwrap();
        let entry = |id: &str, text: &str| fs::write(dir.path().join(format!("{id}.desktop")), text).unwrap();
        entry(
            "a",
            "[Desktop Entry]\nType=Application\nName=Sheller\nExec=sh %U\nCategories=Calculator;\n[Desktop Action x]\nName=No\n",
        );
        entry("b", "[Desktop Entry]\nType=Application\nName=Gone\nExec=no-such-program\nCategories=TextEditor;\n");
        let apps = Applications::scan_in(&[dir.path().to_owned()]).unwrap();
        (dir, apps)
    }

    #[test]
    fn a_kind_a_name_and_a_program_are_found() {
        let (_dir, apps) = machine();
        assert_eq!(apps.resolve("calculator", None, None).unwrap().argv, ["sh"]);
        assert_eq!(apps.resolve("Sheller", Some("x"), None).unwrap().argv, ["sh", "x"]);
        assert!(apps.resolve("ls", None, None).unwrap().argv[0].ends_with("/ls"));
    }

    #[test]
    fn what_is_not_installed_is_an_error_that_names_it() {
        let (_dir, apps) = machine();
        assert!(matches!(apps.resolve("editor", None, None), Err(AppError::NoneOfKind { .. })));
        assert!(
            matches!(apps.resolve("shellr", None, None), Err(AppError::Unknown { near, .. }) if near == ["Sheller"])
        );
        assert!(apps.resolve("", None, None).is_err());
    }

    #[test]
    fn exec_lines_are_split_as_the_specification_says() {
        assert_eq!(expand("app --new \"a b\" %U %i", Some("f")), ["app", "--new", "a b", "f"]);
        assert_eq!(expand("app", Some("f")), ["app", "f"]);
        assert_eq!(program_name("env A=1 /usr/bin/app %f"), "app");
    }
}
