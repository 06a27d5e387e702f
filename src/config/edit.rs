//! Changing the person's settings file, with its comments left as they are.

use super::{Config, ConfigError, DEFAULTS, decided_by_environment, with_environment};
use argon2::password_hash::PasswordHasher;
use figment::Figment;
use figment::providers::{Format, Toml};
use serde_json::Value;
use std::fs;
use std::io;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Table};

/// Why a setting cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("there is no setting `{0}`")]
    Unknown(String),
    #[error("`{key}` is decided by the environment, in {variable}")]
    Environment { key: String, variable: String },
    #[error("`{key}` cannot hold {value}")]
    Kind { key: String, value: String },
    #[error("{} cannot be read as settings: {why}", .path.display())]
    Form { path: PathBuf, why: String },
    #[error("{0}")]
    Sense(String),
    #[error("the settings cannot be written to {}", .path.display())]
    Write {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
}

/// Sets `section.key` in `file` to `value`, or takes it back to its default where there is none; the file is made where
/// there is none. A password is given as it is typed, and kept as its argon2 hash.
///
/// # Errors
/// [`ChangeError`], and the file is as it was: no such setting, one that the environment decides, a value that is of
/// another kind or makes no sense, or no way to write.
pub fn change(file: &Path, section: &str, key: &str, value: Option<&Value>) -> Result<(), ChangeError> {
    let named = format!("{section}.{key}");
    if !is_setting(section, key) {
        return Err(ChangeError::Unknown(named.chars().take(100).collect()));
    }
    if let Some(variable) = decided_by_environment(section, key) {
        return Err(ChangeError::Environment { key: named, variable });
    }
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(cause) => return Err(ChangeError::Write { path: file.to_owned(), cause }),
    };
    let mut document: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| form(file, e.to_string()))?;
    match value {
        Some(value) => {
            let hashed = (named == "serve.password").then(|| value.as_str().map(hash)).flatten();
            let value = hashed.transpose()?.map_or_else(|| value.clone(), Value::from);
            let unfit =
                || ChangeError::Kind { key: named.clone(), value: value.to_string().chars().take(100).collect() };
            let item = item(&value).ok_or_else(unfit)?;
            let table = document.entry(section).or_insert(Item::Table(Table::new()));
            let table = table.as_table_like_mut().ok_or_else(|| form(file, format!("`{section}` is no table")))?;
            table.insert(key, item);
        }
        None => {
            if let Some(table) = document.get_mut(section).and_then(Item::as_table_like_mut) {
                table.remove(key);
            }
        }
    }
    let text = document.to_string();
    check(&text)?;
    write(file, &text).map_err(|cause| ChangeError::Write { path: file.to_owned(), cause })
}

fn form(path: &Path, why: String) -> ChangeError {
    ChangeError::Form { path: path.to_owned(), why }
}

/// Whether there is such a setting; a lane may have any name.
fn is_setting(section: &str, key: &str) -> bool {
    let defaults: Value = Figment::new().merge(Toml::string(DEFAULTS)).extract().unwrap_or_default();
    let is_lane =
        section == "lanes" && !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "-_ ".contains(c));
    is_lane || defaults.get(section).and_then(|keys| keys.get(key)).is_some()
}

/// The argon2 hash of a password; an empty one stays empty, and lets nobody in.
fn hash(password: &str) -> Result<String, ChangeError> {
    if password.is_empty() {
        return Ok(String::new());
    }
    if password.chars().count() < 8 {
        return Err(ChangeError::Sense("a password has at least 8 characters".into()));
    }
    let hash = argon2::Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|e| ChangeError::Sense(format!("the password cannot be hashed: {e}")))
}

fn item(value: &Value) -> Option<Item> {
    Some(match value {
        Value::Bool(value) => toml_edit::value(*value),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => toml_edit::value(whole),
            None => toml_edit::value(number.as_f64()?),
        },
        Value::String(text) => toml_edit::value(text),
        Value::Array(all) => {
            let texts: Option<toml_edit::Array> = all.iter().map(Value::as_str).collect();
            toml_edit::value(texts?)
        }
        Value::Null | Value::Object(_) => return None,
    })
}

/// Whether all settings make sense with `text` as the file.
fn check(text: &str) -> Result<(), ChangeError> {
    let merged = with_environment(Figment::new().merge(Toml::string(DEFAULTS)).merge(Toml::string(text)));
    let config: Result<Config, _> = merged.extract();
    let told = |error: ConfigError| ChangeError::Sense(error.to_string());
    let in_words = |e: figment::Error| ChangeError::Sense(format!("`{}`: {}", e.path.join("."), e.kind));
    config.map_err(in_words)?.check().map_err(told)
}

/// Puts `text` in the place of the file in one go; it is for nobody else to read.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let beside = file.with_extension(format!("toml.{}", std::process::id()));
    let mut open = fs::OpenOptions::new();
    let written = open.write(true).create(true).truncate(true).mode(0o600).open(&beside).and_then(|mut to| {
        to.write_all(text.as_bytes())?;
        to.sync_all()
    });
    let done = written.and_then(|()| fs::rename(&beside, file));
    if done.is_err() {
        // Half a file is of no use.
        let _ = fs::remove_file(&beside);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{Argon2, PasswordHash, PasswordVerifier};
    use serde_json::json;

    #[test]
    fn a_setting_is_changed_and_taken_back_and_all_else_stays() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("deep/guardian.toml");
        change(&file, "run", "attempts", Some(&json!(3))).unwrap();
        let written = format!("# mine\n{}", fs::read_to_string(&file).unwrap());
        fs::write(&file, written).unwrap();
        change(&file, "serve", "names", Some(&json!(["a.example", "b.example"]))).unwrap();
        change(&file, "lanes", "desktop", Some(&json!(2))).unwrap();
        let config = Config::load(Some(&file)).unwrap();
        assert_eq!((config.run.attempts, config.serve.names.len(), config.lanes["desktop"]), (3, 2, 2));
        change(&file, "run", "attempts", None).unwrap();
        assert_eq!(Config::load(Some(&file)).unwrap().run.attempts, 2);
        assert!(fs::read_to_string(&file).unwrap().starts_with("# mine\n"));
        assert_eq!(fs::read_dir(dir.path().join("deep")).unwrap().count(), 1);
    }

    #[test]
    fn a_password_is_kept_as_its_hash() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("guardian.toml");
        change(&file, "serve", "password", Some(&json!("correct horse"))).unwrap();
        let kept = Config::load(Some(&file)).unwrap().serve.password;
        assert!(Argon2::default().verify_password(b"correct horse", &PasswordHash::new(&kept).unwrap()).is_ok());
        change(&file, "serve", "password", Some(&json!(""))).unwrap();
        assert_eq!(Config::load(Some(&file)).unwrap().serve.password, "");
    }

    #[test]
    fn what_makes_no_sense_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("guardian.toml");
        fs::write(&file, "[run]\nattempts = 2 # twice\n").unwrap();
        for (section, key, value) in [
            ("run", "attempts", json!(0)),
            ("run", "attempts", json!("many")),
            ("run", "attempts", json!({ "a": 1 })),
            ("run", "attempts", Value::Null),
            ("run", "speed", json!(1)),
            ("wings", "attempts", json!(1)),
            ("serve", "listen", json!("here")),
            ("serve", "names", json!([1])),
            ("serve", "password", json!("short")),
            ("lanes", "desktop", json!(-1)),
        ] {
            assert!(change(&file, section, key, Some(&value)).is_err(), "{section}.{key} {value}");
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), "[run]\nattempts = 2 # twice\n");
        fs::write(&file, "no settings").unwrap();
        assert!(matches!(change(&file, "run", "attempts", Some(&json!(3))), Err(ChangeError::Form { .. })));
    }
}
