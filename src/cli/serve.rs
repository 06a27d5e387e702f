//! What `guardian serve` is made of, and what it prints.

use super::args::ServeArgs;
use super::doctor;
use super::pieces::{CliError, Pieces};
use super::run::{cwd, surroundings};
use crate::config::Config;
use crate::display::is_wayland;
use crate::guardian::{DaemonRules, Presence, ScheduleRules};
use crate::infer::Manifest;
use crate::planner::{Plan, Surroundings, plan};
use crate::store::Store;
use crate::task::{DesktopChoice, GraphError, Request};
use crate::tools::apps::Applications;
use rustix::fs::{FlockOperation, flock};
use serde_json::{Value, json};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::net::{SocketAddr, UdpSocket};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// How long a service that is ending is waited for.
const ENDING: Duration = Duration::from_secs(60);

/// Holds the store for one service, until it is dropped.
pub struct Hold {
    _file: File,
    dir: PathBuf,
}

impl Hold {
    /// Takes the store, so that no second service can.
    ///
    /// # Errors
    /// [`CliError::Served`] where another has it.
    pub fn take(pieces: &Pieces) -> Result<Self, CliError> {
        let dir = pieces.config.store_dir().ok_or(CliError::NoHome)?;
        let store = (pieces.open_store)(&pieces.config)?;
        let path = dir.join("service.lock");
        let failed = |cause| CliError::Write { path: path.clone(), cause };
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(failed)?;
        let until = Instant::now() + ENDING;
        let mut is_told = false;
        while flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let other = Presence::find(&*super::run::lock(&store))?;
            let is_stopped = pieces.stop.load(Ordering::Relaxed);
            // One that is no longer present has its last steps to do.
            if other.is_some() || Instant::now() >= until || is_stopped {
                return Err(CliError::Served { pid: other.as_ref().map(|o| o.pid), url: other.map(|o| o.url) });
            }
            if !std::mem::replace(&mut is_told, true) {
                eprintln!("the service before is ending; waiting for it");
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(Self { _file: file, dir })
    }

    /// The token of this machine's own person, where one was kept.
    pub fn token(&self) -> Option<String> {
        fs::read_to_string(self.dir.join("owner.token")).ok().map(|token| token.trim().to_owned())
    }

    /// Keeps the token, for this person's eyes only.
    ///
    /// # Errors
    /// [`CliError::Write`].
    pub fn keep_token(&self, token: &str) -> Result<(), CliError> {
        let path = self.dir.join("owner.token");
        let failed = |cause| CliError::Write { path: path.clone(), cause };
        let half = path.with_extension("part");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half).map_err(failed)?;
        file.write_all(token.as_bytes()).and_then(|()| fs::rename(&half, &path)).map_err(failed)
    }
}

/// Where to listen.
pub fn address(args: &ServeArgs, config: &Config) -> SocketAddr {
    args.listen.unwrap_or(config.serve.listen)
}

/// Where other machines find the service, if they are to.
pub fn companion_address(config: &Config) -> Option<SocketAddr> {
    config.serve.companion
}

/// The address under which others find this machine: the one that is listened on, else that of the way out.
pub fn own_address(listened: SocketAddr) -> String {
    if !listened.ip().is_unspecified() {
        return listened.ip().to_string();
    }
    // Nothing is sent: the system only says by which of its addresses it would.
    let out = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    out.map_or_else(|_| "127.0.0.1".to_owned(), |address| address.ip().to_string())
}

/// This year.
pub fn year() -> i32 {
    use chrono::Datelike;
    chrono::Local::now().year()
}

/// How the service works.
pub fn rules(args: &ServeArgs, pieces: &Pieces) -> DaemonRules {
    let serve = &pieces.config.serve;
    let workers = args.workers.unwrap_or(serve.workers).clamp(1, 64);
    DaemonRules {
        program: pieces.program.clone(),
        workers,
        warm: serve.warm.min(workers),
        most_runs: serve.worker_runs,
        keep_days: serve.keep_days,
        has_prompt: !serve.hotkey.is_empty() && pieces.display_name(None).is_ok_and(|name| !is_wayland(&name)),
        schedules: ScheduleRules { desktop: desktop(pieces), cwd: home(), policy: pieces.config.policy },
    }
}

/// Where runs work that say nothing else: the display of the session, else a desktop of their own.
fn desktop(pieces: &Pieces) -> DesktopChoice {
    let display = pieces.config.display;
    let private = DesktopChoice::Private { width: display.private_width, height: display.private_height };
    pieces.display_name(None).map_or(private, DesktopChoice::Given)
}

/// Plans sentences for people to look at; the screen has no say in it.
pub struct Preview {
    around: Surroundings,
    request: Request,
}

impl Preview {
    /// A preview with what this machine has.
    ///
    /// # Errors
    /// [`CliError::Apps`].
    pub fn new(pieces: &Pieces) -> Result<Self, CliError> {
        let around = surroundings(&Applications::scan()?, pieces);
        let request = Request {
            text: String::new(),
            desktop: DesktopChoice::Given(String::new()),
            cwd: home(),
            timeout_ms: pieces.config.run.timeout_ms,
            policy: pieces.config.policy,
        };
        Ok(Self { around, request })
    }

    /// The plan for a sentence, or a question.
    ///
    /// # Errors
    /// Those of the planner.
    pub fn plan(&self, text: &str) -> Result<Plan, GraphError> {
        plan(&Request { text: text.to_owned(), ..self.request.clone() }, &self.around)
    }
}

/// Where relative paths of requests begin that come from no folder.
pub fn home() -> PathBuf {
    std::env::var_os("HOME").map_or_else(cwd, PathBuf::from)
}

/// What this machine offers and lacks, as the panel has it.
pub fn doctor_json(pieces: &Pieces) -> Value {
    match doctor::findings(pieces) {
        Ok(findings) => json!({ "checks": findings.iter().map(doctor::Finding::check).collect::<Vec<_>>() }),
        Err(error) => {
            json!({ "checks": [{ "name": "doctor", "state": "lack", "says": error.to_string(), "fix": error.hint() }] })
        }
    }
}

/// The networks that are used, as the panel has them.
pub fn models_json(pieces: &Pieces) -> Value {
    let Ok(manifest) = Manifest::pinned() else { return json!({ "models": [] }) };
    let dirs = pieces.config.model_dirs();
    let here =
        |file: &&crate::infer::PinnedFile| file.arch.as_deref().is_none_or(|arch| arch == std::env::consts::ARCH);
    let model = |file: &crate::infer::PinnedFile| {
        json!({
            "name": file.name, "what": file.role.replace('_', " "), "bytes": file.size, "licence": file.licence,
            "source": file.source, "present": dirs.iter().any(|dir| dir.join(&file.name).is_file()),
        })
    };
    json!({ "models": manifest.files.iter().filter(here).map(model).collect::<Vec<_>>() })
}

/// The settings with their defaults, as the panel has them.
pub fn settings_json() -> Value {
    let file = Config::user_file().filter(|path| path.is_file());
    let settings = crate::config::described(file.as_deref()).unwrap_or_default();
    json!({ "file": file.map(|path| path.display().to_string()), "settings": settings })
}

/// Says that the service is there.
///
/// # Errors
/// [`CliError::Print`].
pub fn ready(args: &ServeArgs, url: &str, token: &str) -> Result<(), CliError> {
    let panel = format!("{url}/#token={token}");
    if args.json {
        let line = json!({ "url": url, "panel": panel, "token": token, "pid": std::process::id() });
        writeln!(io::stdout(), "{line}").and_then(|()| io::stdout().flush()).map_err(CliError::Print)?;
    } else {
        eprintln!("guardian is there; Ctrl+C ends it. Its panel, for you alone:");
        writeln!(io::stdout(), "{panel}").and_then(|()| io::stdout().flush()).map_err(CliError::Print)?;
    }
    if args.open {
        thread::spawn(move || super::devices::open_browser(&panel));
    }
    Ok(())
}

/// Lets others find the service, or no more.
///
/// # Errors
/// [`CliError::Store`].
pub fn tell_presence(store: &mut dyn Store, url: Option<&str>) -> Result<(), CliError> {
    match url {
        Some(url) => Presence::this(url.to_owned()).tell(store)?,
        None => Presence::leave(store)?,
    }
    Ok(())
}
