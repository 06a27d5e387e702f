//! `guardian doctor`: what this machine offers, what is missing, and how to get it.

mod wayland;

use super::args::DoctorArgs;
use super::pieces::{CliError, Pieces};
use crate::display::{Calibration, Display, DisplayError, Physical, X11, is_wayland, processes, stop_key_names};
use crate::infer::{Manifest, check};
use crate::sandbox::can_give_up_files;
use crate::tools::apps::Applications;
use serde::Serialize;
use std::env;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What one look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::cli) enum State {
    Good,
    /// Something works less well, or not at all, without it.
    Lacking,
    /// Nothing works without it.
    Broken,
}

#[derive(Debug, Serialize)]
pub(in crate::cli) struct Finding {
    what: String,
    state: State,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

fn good(what: &str, says: impl Into<String>) -> Finding {
    Finding { what: what.into(), state: State::Good, says: says.into(), fix: None }
}

fn bad(what: &str, state: State, says: impl Into<String>, fix: &str) -> Finding {
    Finding { what: what.into(), state, says: says.into(), fix: Some(fix.into()) }
}

/// `guardian doctor`. The exit code is 2 when something is broken.
pub fn doctor(args: &DoctorArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let mut findings = findings(pieces)?;
    if args.calibrate {
        findings.extend(calibration(pieces));
    }
    if args.portal {
        findings.push(wayland::portal_hands());
    }
    for finding in &findings {
        let line = if args.json { serde_json::to_string(finding).unwrap_or_default() } else { words(finding) };
        writeln!(io::stdout(), "{line}").map_err(CliError::Print)?;
    }
    let broken = findings.iter().any(|f| f.state == State::Broken);
    Ok(ExitCode::from(if broken { 2 } else { 0 }))
}

/// All that is looked at without being asked for.
pub(in crate::cli) fn findings(pieces: &Pieces) -> Result<Vec<Finding>, CliError> {
    let mut findings = models(pieces)?;
    findings.push(sight(pieces));
    findings.push(language(pieces));
    findings.extend(session(pieces));
    findings.extend(programs());
    findings.push(store(pieces));
    findings.extend(applications()?);
    findings.extend(enforcement());
    Ok(findings)
}

impl Finding {
    /// As the panel has it.
    pub(in crate::cli) fn check(&self) -> serde_json::Value {
        let state = match self.state {
            State::Good => "ok",
            State::Lacking => "warn",
            State::Broken => "lack",
        };
        serde_json::json!({ "name": self.what, "state": state, "says": self.says, "fix": self.fix })
    }
}

fn words(finding: &Finding) -> String {
    let mark = match finding.state {
        State::Good => "✓",
        State::Lacking => "–",
        State::Broken => "✗",
    };
    let fix = finding.fix.as_ref().map(|f| format!("\n    to mend it: {f}")).unwrap_or_default();
    format!("{mark} {}: {}{fix}", finding.what, finding.says)
}

fn models(pieces: &Pieces) -> Result<Vec<Finding>, CliError> {
    let dirs = pieces.config.model_dirs();
    let look = |file: &crate::infer::PinnedFile| {
        let fix = "guardian models fetch";
        match dirs.iter().map(|d| d.join(&file.name)).find(|p| p.is_file()) {
            // The grammar does without the network for language.
            None if file.role == "language" => {
                bad(&file.role, State::Lacking, format!("{} is missing", file.name), fix)
            }
            None => bad(&file.role, State::Broken, format!("{} is missing", file.name), fix),
            Some(path) => match check(&path, &file.sha256) {
                Ok(()) => good(&file.role, path.display().to_string()),
                Err(error) => bad(&file.role, State::Broken, error.to_string(), fix),
            },
        }
    };
    Ok(Manifest::pinned()?.files.iter().map(look).collect())
}

fn sight(pieces: &Pieces) -> Finding {
    match (pieces.load_sight)() {
        Ok(_) => good("sight", "the models load"),
        Err(error) => bad("sight", State::Broken, error.to_string(), "guardian models fetch"),
    }
}

fn language(pieces: &Pieces) -> Finding {
    match pieces.marker.mark("press OK") {
        Some(_) => good("language", "sentences that fit no form are read by example"),
        None => bad("language", State::Lacking, "sentences are read by the grammar alone", "guardian models fetch"),
    }
}

/// The display of the session, and what it offers.
fn session(pieces: &Pieces) -> Vec<Finding> {
    match pieces.display_name(None) {
        Ok(name) if is_wayland(&name) => wayland::findings(&name),
        Ok(name) => {
            let of_x = [Some(display(&name)), stop_keys(&name, pieces), accessibility(&name), x_within_wayland(&name)];
            of_x.into_iter().flatten().collect()
        }
        Err(_) => vec![bad("display", State::Lacking, "neither DISPLAY nor WAYLAND_DISPLAY is set", NO_DISPLAY)],
    }
}

/// Whether the keys that stop a run are heard on the display.
fn stop_keys(name: &str, pieces: &Pieces) -> Option<Finding> {
    let keys = &pieces.config.person.stop_keys;
    if keys.is_empty() {
        return Some(bad("stop", State::Lacking, "no keys stop a run", "name some in `stop_keys` under [person]"));
    }
    Some(match Physical::listen(name, keys) {
        Ok(_) => good("stop", format!("{} held together stop a run", keys.join(" and "))),
        // That the display is not there is said already.
        Err(DisplayError::Connect { .. }) => return None,
        Err(error) => {
            let fix = format!("`stop_keys` under [person] knows {}", stop_key_names().collect::<Vec<_>>().join(", "));
            bad("stop", State::Lacking, error.to_string(), &fix)
        }
    })
}

/// How long the probes may take.
const CALIBRATE: Duration = Duration::from_secs(10);

/// Whether places that are seen are those that the pointer goes to, shown on each monitor.
fn calibration(pieces: &Pieces) -> Vec<Finding> {
    let fix = "see whether a compositor scales this monitor; runs on it would click beside their targets";
    let failed = |why: String| vec![bad("calibration", State::Lacking, why, fix)];
    let Ok(name) = pieces.display_name(None) else { return Vec::new() };
    if is_wayland(&name) {
        return failed("on Wayland the compositor shows no probe where it is told to".into());
    }
    let probed = X11::connect(&name).and_then(|mut d| d.calibrate(Instant::now() + CALIBRATE));
    let of = |c: &Calibration| {
        let what = format!("calibration of {}", c.monitor);
        if c.is_exact() {
            return good(&what, format!("a probe at {} was seen and pointed at exactly there", c.put));
        }
        let seen = c.seen.map_or_else(|| "was not seen".to_owned(), |s| format!("was seen at {s}"));
        bad(&what, State::Broken, format!("a probe at {} {seen}; the pointer went to {}", c.put, c.pointer), fix)
    };
    probed.map_or_else(|e| failed(e.to_string()), |all| all.iter().map(of).collect())
}

/// An X display beside a Wayland compositor is that compositor's own.
fn x_within_wayland(name: &str) -> Option<Finding> {
    let compositor = env::var("WAYLAND_DISPLAY").ok().filter(|c| !c.is_empty())?;
    let says = format!("this is a Wayland session; {name} shows X applications alone");
    let fix = format!("give `--display {compositor}`, and see `env -u DISPLAY guardian doctor` for what works there");
    Some(bad("session", State::Lacking, says, &fix))
}

const NO_DISPLAY: &str = "log in to an X session or set DISPLAY; `--private` works without one";

/// Whether applications on the display say of themselves what they show.
fn accessibility(name: &str) -> Option<Finding> {
    let display = X11::connect(name).ok()?;
    Some(match display.accessibility(Duration::from_secs(1)) {
        Ok(_) => good("accessibility", "the bus of the session answers"),
        Err(error) => {
            let fix = "apt-get install at-spi2-core, then log in again; looks go by the pixels alone without it";
            bad("accessibility", State::Lacking, error.to_string(), fix)
        }
    })
}

fn display(name: &str) -> Finding {
    let looked = X11::connect(name).and_then(|mut d| Ok((d.capture()?, d.has_window_manager())));
    match looked {
        Ok((frame, true)) => good("display", format!("{name}, {}x{}", frame.width(), frame.height())),
        Ok((_, false)) => {
            bad("display", State::Lacking, format!("{name} has no window manager"), "start one, such as openbox")
        }
        Err(error) => bad("display", State::Lacking, error.to_string(), NO_DISPLAY),
    }
}

/// Programs that a private desktop is made of, and is watched with.
fn programs() -> Vec<Finding> {
    const DESKTOPS: &str = "private desktops need it";
    const WATCHING: &str = "watching a desktop needs it";
    let needed = [
        ("Xvfb", "xvfb", DESKTOPS),
        ("openbox", "openbox", DESKTOPS),
        ("dbus-daemon", "dbus", DESKTOPS),
        ("setpriv", "util-linux", DESKTOPS),
        ("x11vnc", "x11vnc", WATCHING),
        ("websockify", "novnc websockify", WATCHING),
    ];
    let look = |(program, package, why): (&str, &str, &str)| match processes::on_path(program) {
        Some(path) => good(program, path.display().to_string()),
        None => bad(program, State::Lacking, format!("not installed; {why}"), &format!("apt-get install {package}")),
    };
    needed.map(look).into()
}

fn store(pieces: &Pieces) -> Finding {
    match (pieces.open_store)(&pieces.config) {
        Ok(_) => good("store", pieces.config.store_dir().unwrap_or_default().display().to_string()),
        Err(error) => bad("store", State::Broken, error.to_string(), &error.hint().unwrap_or_default()),
    }
}

fn applications() -> Result<Vec<Finding>, CliError> {
    let applications = Applications::scan()?;
    let look = |kind: &str| match applications.resolve(kind, None, None) {
        Ok(launch) => good(kind, launch.name),
        Err(error) => bad(kind, State::Lacking, error.to_string(), "install one, should you want to ask for it"),
    };
    Ok(["calculator", "text editor", "file manager", "terminal", "browser"].map(look).into())
}

/// What an agent gives up here, as far as the kernel lets it.
fn enforcement() -> Vec<Finding> {
    let kernel = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let landlock = can_give_up_files();
    let seccomp = kernel("/proc/sys/kernel/seccomp/actions_avail").contains("errno");
    let say = |what: &str, on: bool, gives: &str| {
        if on {
            good(what, gives)
        } else {
            bad(what, State::Lacking, "the kernel does not tell of it", "use a newer kernel")
        }
    };
    vec![
        say("landlock", landlock, "agents cannot open files"),
        say("seccomp", seccomp, "agents cannot open sockets or start programs"),
    ]
}
