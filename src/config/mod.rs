//! Settings: defaults < file < environment < flags, merged and checked once into plain structs.
//!
//! Functions elsewhere take the values they use; nobody passes [`Config`] on.

mod edit;

pub use edit::{ChangeError, change};

use crate::task::Policy;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use global_hotkey::hotkey::HotKey;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The documented defaults, as they stand in `config/guardian.toml`.
pub const DEFAULTS: &str = include_str!("../../config/guardian.toml");

/// The name under which the limit of lanes that are not named stands.
pub const OTHER_LANES: &str = "other";

/// All settings, checked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub models: Models,
    pub sight: Sight,
    pub display: Display,
    pub hands: Hands,
    pub person: Person,
    pub run: Run,
    pub serve: Serve,
    /// How many runs of a lane are driven at once; under [`OTHER_LANES`] that of lanes that are not named.
    pub lanes: BTreeMap<String, u32>,
    pub store: Store,
    pub policy: Policy,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Models {
    pub dir: PathBuf,
}

/// The characters that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letters {
    Latin,
    All,
}

/// Whether applications are asked what they show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accessibility {
    Auto,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sight {
    pub letters: Letters,
    pub reader: Reader,
    pub finder: Finder,
    pub detection_side: u32,
    pub accessibility: Accessibility,
    pub threads: usize,
    pub remember_lines: bool,
}

/// Who finds lines of text and elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finder {
    Rules,
    Own,
}

/// Who reads lines of text first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    Own,
    Quick,
    Careful,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    pub private_width: u32,
    pub private_height: u32,
    pub settle_ms: u64,
    pub settle_limit_ms: u64,
    pub key_gap_ms: u64,
}

/// How hands move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    Quick,
    Human,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hands {
    pub pace: Pace,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub stop_keys: Vec<String>,
    pub pause: bool,
    pub resume_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    pub timeout_ms: u64,
    pub task_timeout_ms: u64,
    pub attempts: u32,
    pub steps: u32,
    pub agents: usize,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serve {
    pub listen: SocketAddr,
    /// Where other machines find it; `None` where they do not.
    #[serde(deserialize_with = "address_or_none")]
    pub companion: Option<SocketAddr>,
    /// The keys that call the prompt; empty where none do.
    pub hotkey: String,
    pub workers: usize,
    pub warm: usize,
    pub worker_runs: u32,
    pub keep_days: u64,
    /// Names under which the service may be called besides its address.
    pub names: Vec<String>,
    /// An argon2 hash; empty where the panel has no password.
    pub password: String,
    pub streams_per_address: usize,
    pub requests_per_second: u32,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    pub dir: PathBuf,
}

/// An address, or nothing where the text is empty.
fn address_or_none<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| serde::de::Error::custom(format!("“{text}” is no address such as 0.0.0.0:7475")))
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the settings")]
    Read(#[source] Box<figment::Error>),
    #[error("`{key}` is {value}, but must be {must}")]
    Range { key: &'static str, value: u64, must: &'static str },
    #[error("`serve.hotkey` is “{keys}”, which are no keys: write them as ctrl+alt+space, or nothing for none")]
    Keys { keys: String },
}

/// Whether these are keys that can call the prompt; none at all are fine.
fn check_hotkey(keys: &str) -> Result<(), ConfigError> {
    if keys.is_empty() || HotKey::from_str(keys).is_ok() {
        return Ok(());
    }
    Err(ConfigError::Keys { keys: keys.chars().take(60).collect() })
}

impl Config {
    /// Reads the settings; a `file` that does not exist counts as empty.
    ///
    /// # Errors
    /// [`ConfigError::Read`] names the file, the line's key and the cause; [`ConfigError::Range`] a value
    /// that makes no sense, [`ConfigError::Keys`] keys that there are not.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let config: Self = merged(file).extract().map_err(|e| ConfigError::Read(Box::new(e)))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let within = |key, value: u64, range: std::ops::RangeInclusive<u64>, must| {
            if range.contains(&value) { Ok(()) } else { Err(ConfigError::Range { key, value, must }) }
        };
        within("sight.detection_side", self.sight.detection_side.into(), 320..=4096, "320 to 4096")?;
        within("sight.threads", self.sight.threads as u64, 1..=64, "1 to 64")?;
        within("display.private_width", self.display.private_width.into(), 320..=8192, "320 to 8192")?;
        within("display.private_height", self.display.private_height.into(), 240..=8192, "240 to 8192")?;
        within("person.resume_ms", self.person.resume_ms, 100..=600_000, "100 to 600000")?;
        within("display.settle_limit_ms", self.display.settle_limit_ms, 100..=60_000, "100 to 60000")?;
        within(
            "display.settle_ms",
            self.display.settle_ms,
            20..=self.display.settle_limit_ms,
            "20 to settle_limit_ms",
        )?;
        within("display.key_gap_ms", self.display.key_gap_ms, 0..=1_000, "0 to 1000")?;
        within("run.timeout_ms", self.run.timeout_ms, 1_000..=86_400_000, "1000 to 86400000")?;
        within("run.task_timeout_ms", self.run.task_timeout_ms, 1_000..=86_400_000, "1000 to 86400000")?;
        within("run.attempts", self.run.attempts.into(), 1..=10, "1 to 10")?;
        within("run.steps", self.run.steps.into(), 1..=10_000, "1 to 10000")?;
        within("run.agents", self.run.agents as u64, 1..=64, "1 to 64")?;
        within("serve.workers", self.serve.workers as u64, 1..=64, "1 to 64")?;
        within("serve.warm", self.serve.warm as u64, 0..=64, "0 to 64")?;
        within("serve.worker_runs", self.serve.worker_runs.into(), 1..=1_000_000, "1 to 1000000")?;
        within("serve.streams_per_address", self.serve.streams_per_address as u64, 1..=10_000, "1 to 10000")?;
        within("serve.requests_per_second", self.serve.requests_per_second.into(), 1..=100_000, "1 to 100000")?;
        check_hotkey(&self.serve.hotkey)
    }

    /// The person's settings file, where a home is known.
    pub fn user_file() -> Option<PathBuf> {
        xdg("XDG_CONFIG_HOME", ".config").map(|dir| dir.join("guardian/guardian.toml"))
    }

    /// Where runs are remembered.
    pub fn store_dir(&self) -> Option<PathBuf> {
        if self.store.dir.as_os_str().is_empty() { data_dir() } else { Some(self.store.dir.clone()) }
    }

    /// The places where models are looked for, the best first.
    pub fn model_dirs(&self) -> Vec<PathBuf> {
        if !self.models.dir.as_os_str().is_empty() {
            return vec![self.models.dir.clone()];
        }
        let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_owned()));
        let mut dirs = Vec::new();
        dirs.extend(data_dir().map(|d| d.join("models")));
        if let Some(beside) = beside {
            dirs.push(beside.join("models"));
            // A checkout keeps the program in target/<profile>[/deps] and the models beside target.
            dirs.extend(beside.ancestors().take(4).map(|up| up.join("models/files")));
        }
        dirs
    }
}

/// All settings by section and key, each with its value, its default, where the value is `from` (`default`, `file` or
/// `environment`) and what the defaults' comment says of it; a secret is not told.
///
/// # Errors
/// Those of [`Config::load`].
pub fn described(file: Option<&Path>) -> Result<serde_json::Value, ConfigError> {
    let read = |figment: &Figment| -> Result<serde_json::Value, ConfigError> {
        figment.extract().map_err(|e| ConfigError::Read(Box::new(e)))
    };
    let (values, defaults) = (read(&merged(file))?, read(&Figment::new().merge(Toml::string(DEFAULTS)))?);
    let of_file =
        file.map_or_else(|| Ok(serde_json::Value::Null), |file| read(&Figment::new().merge(Toml::file_exact(file))))?;
    let from = |section: &str, key: &str| match decided_by_environment(section, key) {
        Some(_) => "environment",
        None if of_file.get(section).and_then(|keys| keys.get(key)).is_some() => "file",
        None => "default",
    };
    let about = comments();
    let mut sections = serde_json::Map::new();
    for (section, keys) in values.as_object().into_iter().flatten() {
        let described = keys.as_object().into_iter().flatten().map(|(key, value)| {
            let is_secret = key == "password" && value != "";
            let value = if is_secret { &serde_json::Value::from("set") } else { value };
            let about = about.get(&format!("{section}.{key}")).cloned().unwrap_or_default();
            let default = &defaults[section.as_str()][key.as_str()];
            let from = from(section, key);
            (key.clone(), serde_json::json!({ "value": value, "default": default, "about": about, "from": from }))
        });
        sections.insert(section.clone(), described.collect());
    }
    Ok(sections.into())
}

/// What the comments of the defaults say of each key, written `section.key`.
fn comments() -> BTreeMap<String, String> {
    let (mut about, mut section, mut said) = (BTreeMap::new(), String::new(), Vec::new());
    for line in DEFAULTS.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix('#') {
            said.push(comment.trim());
        } else if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            (section, said) = (name.to_owned(), Vec::new());
        } else if let Some((key, _)) = line.split_once(" = ") {
            about.insert(format!("{section}.{key}"), std::mem::take(&mut said).join(" "));
        }
    }
    about
}

/// Defaults, the file, the environment, each over the one before.
fn merged(file: Option<&Path>) -> Figment {
    let mut figment = Figment::new().merge(Toml::string(DEFAULTS));
    if let Some(file) = file {
        figment = figment.merge(Toml::file_exact(file));
    }
    with_environment(figment)
}

/// The variable that decides a setting, where there is one.
fn decided_by_environment(section: &str, key: &str) -> Option<String> {
    let variable = format!("GUARDIAN_{}__{}", section.to_uppercase(), key.to_uppercase());
    std::env::var_os(&variable).map(|_| variable)
}

fn with_environment(figment: Figment) -> Figment {
    figment.merge(Env::prefixed("GUARDIAN_").filter(|key| key.as_str().contains("__")).split("__"))
}

/// The platform's data directory for Guardian, where a home is known.
pub fn data_dir() -> Option<PathBuf> {
    xdg("XDG_DATA_HOME", ".local/share").map(|dir| dir.join("guardian"))
}

fn xdg(variable: &str, under_home: &str) -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    set(variable).or_else(|| set("HOME").map(|home| home.join(under_home)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_defaults_load() {
        let config = Config::load(None).unwrap();
        assert_eq!(config.sight.detection_side, 1920);
        assert_eq!(config.policy, Policy::default());
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("guardian.toml");
        std::fs::write(&file, "[sight]\nthread = 2\n").unwrap();
        let error = Config::load(Some(&file)).unwrap_err();
        let chain = format!("{error}: {}", std::error::Error::source(&error).unwrap());
        assert!(chain.contains("thread"), "{chain}");
    }

    #[test]
    fn every_setting_is_explained() {
        let all = described(None).unwrap();
        let keys = all.as_object().unwrap().values().flat_map(|section| section.as_object().unwrap());
        for (key, what) in keys {
            assert!(what["about"].as_str().unwrap().len() > 10, "{key} has no comment");
        }
        assert!(all["serve"]["listen"]["about"].as_str().unwrap().contains("panel"));
    }

    #[test]
    fn a_senseless_value_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("guardian.toml");
        std::fs::write(&file, "[run]\nattempts = 0\n").unwrap();
        assert!(matches!(Config::load(Some(&file)), Err(ConfigError::Range { key: "run.attempts", .. })));
    }
}
