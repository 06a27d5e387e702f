//! `guardian bench …`: measures on this machine, with this version.

mod applications;
pub mod capture;
pub mod change;
pub mod eyes;
pub mod finding;
pub mod hands;
pub mod language;
mod peers;
pub mod practice;
pub mod queue;
pub mod runs;
mod score;
mod screens;
mod shots;
pub mod sight;

pub use applications::applications;

use crate::display::accessibility::AccessibilityError;
use std::io;
use std::path::PathBuf;

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error("{what} is not installed")]
    Lacking { what: &'static str, package: &'static str },
    #[error("cannot use {path}")]
    File {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("{path} is not a list of requests: {why}")]
    Requests { path: PathBuf, why: String },
    #[error("the browser did not draw the screen {screen}: {said}")]
    Browser { screen: String, said: String },
    #[error("setting up the peers failed at {what}: {said}")]
    Setup { what: String, said: String },
    #[error("the reader {name} failed: {said}")]
    Reader { name: &'static str, said: String },
    #[error("the X server of display {display} does not run on this machine")]
    Server { display: String },
    #[error("there is no kind of screen called “{name}”")]
    NoKind { name: String },
    #[error("there is no application called “{name}”")]
    NoApplication { name: String, names: Vec<&'static str> },
    #[error("the application of {name} failed: {why}")]
    Application { name: &'static str, why: String },
    #[error("the list of tasks {path} makes no sense")]
    Sheet {
        path: PathBuf,
        #[source]
        cause: toml::de::Error,
    },
    #[error("{path} does not say what is on its picture")]
    Shot {
        path: PathBuf,
        #[source]
        cause: serde_json::Error,
    },
    #[error("{folder} holds no pictures with what is on them")]
    NoShots { folder: PathBuf },
    #[error("no task of the practice ground fits")]
    NoTask { families: Vec<String> },
    #[error("cannot open a port for the practice ground")]
    Port(#[source] io::Error),
    #[error("the private desktop has no accessibility bus")]
    Accessibility(#[source] AccessibilityError),
}

impl BenchError {
    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lacking { package, .. } => Some(format!("apt-get install {package}")),
            Self::Setup { .. } => Some("is the Python package index in reach? `--alone` leaves the peers out".into()),
            Self::NoKind { .. } => Some(format!("there are: {}", screens::KINDS.join(", "))),
            Self::NoApplication { names, .. } => Some(format!("there are: {}", names.join(", "))),
            Self::NoShots { .. } => Some("each is NAME.webp with NAME.json, as in fixtures/shots/open".into()),
            Self::NoTask { families } => {
                Some(format!("families are: {}; held tasks need `--held` or `--all`", families.join(", ")))
            }
            Self::Accessibility(_) => Some("apt-get install at-spi2-core".into()),
            Self::File { .. }
            | Self::Requests { .. }
            | Self::Browser { .. }
            | Self::Reader { .. }
            | Self::Server { .. }
            | Self::Sheet { .. }
            | Self::Shot { .. }
            | Self::Port(_)
            | Self::Application { .. } => None,
        }
    }
}

/// The middle one of some figures; 0 where there are none.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// A browser that asks nothing, offers nothing, and looks for nothing outside this machine.
const QUIET_BROWSER: [&str; 9] = [
    "--no-first-run",
    "--no-default-browser-check",
    "--no-sandbox",
    "--test-type",
    "--password-store=basic",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-search-engine-choice-screen",
];
