//! The keeper: a small process between the guardian and a desktop.
//!
//! It holds a private desktop's server, window manager and session bus, starts applications, and
//! hangs on the guardian by its standard input. When that ends, however the guardian ended, the
//! keeper lets go of every button and key; on a private desktop it ends everything it started and
//! removes its folder. A guardian killed in mid-click thus leaves nothing held and nothing running.
//!
//! The keeper of a desktop that was started to live on takes its orders from a socket instead ([`super::serving`]).

use super::accessibility::{Accessibility, AccessibilityError};
use super::started::Plan;
use super::{X11, connect, is_wayland, processes, serving};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a private desktop may take to come up.
const START: Duration = Duration::from_secs(10);
/// How long its session bus may take, and each answer about its accessibility bus. Where none is installed
/// the answer comes at once; on a busy machine it is waited for, since without it applications stay silent.
const BUS: Duration = Duration::from_secs(8);

/// What the guardian asks of its keeper: one line each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Launch {
        argv: Vec<String>,
        cwd: PathBuf,
    },
    /// The guardian let go of everything itself and leaves.
    Bye,
    /// A run begins on a started desktop; without a [`Order::Bye`] on the same line everything held is let go of.
    Take,
    /// Ends a started desktop.
    End,
    /// Starts the programs that show a started desktop to a person, in place of those that do.
    Show {
        programs: Vec<Vec<String>>,
    },
}

/// What the keeper answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    Ready {
        display: String,
        folder: Option<PathBuf>,
    },
    Launched {
        pid: u32,
    },
    /// An order to a started desktop was carried out.
    Done,
    Failed {
        why: String,
    },
}

/// What a keeper keeps.
#[derive(Debug, Clone)]
pub enum Kept {
    Given(String),
    Private {
        width: u32,
        height: u32,
        bridge: Bridge,
    },
    /// One that lives on until it is told to end.
    Started(Plan),
}

/// Whether applications on a private desktop tell what they show, over an accessibility bus of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bridge {
    /// They do where the bus is installed and comes up, which takes about 15 ms of a desktop's start and
    /// 10 ms of an application's.
    Up,
    Down,
}

/// Where applications on a private desktop keep what is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Home {
    /// The person's home, with settings and caches apart.
    Persons,
    /// An empty one that goes with the desktop.
    Own,
}

/// How a private desktop is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub width: u32,
    pub height: u32,
    pub bridge: Bridge,
    pub home: Home,
}

/// The keeper's whole life; gives the process exit code.
pub fn keep(kept: &Kept) -> u8 {
    let (display, folder) = match kept {
        Kept::Given(name) => (name.clone(), None),
        Kept::Started(plan) => return serving::keep_started(plan),
        Kept::Private { width, height, bridge } => match start_private(*width, *height, *bridge) {
            Ok(servers) => (servers.display.clone(), Some(servers)),
            Err(why) => {
                say(&Word::Failed { why });
                processes::end_descendants();
                return 1;
            }
        },
    };
    let path = folder.as_ref().map(|s| s.folder.clone());
    say(&Word::Ready { display: display.clone(), folder: path });
    let parted = obey(&display, folder.as_ref());
    if folder.is_some() {
        processes::end_descendants();
    } else if !parted {
        release(&display);
    }
    0
}

fn start_private(width: u32, height: u32, bridge: Bridge) -> Result<Servers, String> {
    Servers::start(new_folder()?, &Shape { width, height, bridge, home: Home::Persons })
}

/// Carries out orders until the guardian leaves; says whether it took its leave.
fn obey(display: &str, servers: Option<&Servers>) -> bool {
    for line in io::stdin().lock().lines() {
        let Ok(line) = line else { return false };
        processes::reap();
        match serde_json::from_str(&line) {
            Ok(Order::Launch { argv, cwd }) => say(&launch(&argv, &cwd, display, servers)),
            Ok(Order::Bye) => return true,
            Ok(_) => say(&Word::Failed { why: "only a started desktop can do that".into() }),
            Err(e) => say(&Word::Failed { why: e.to_string() }),
        }
    }
    false
}

pub(super) fn say(word: &Word) {
    if let Ok(line) = serde_json::to_string(word) {
        // A guardian that is gone cannot be told anything.
        let _ = writeln!(io::stdout(), "{line}").and_then(|()| io::stdout().flush());
    }
}

/// Lets go of everything that is held on `display`.
pub(super) fn release(display: &str) {
    if let Ok(mut display) = connect(display) {
        let _ = display.release_all();
    }
}

pub(super) fn launch(argv: &[String], cwd: &Path, display: &str, servers: Option<&Servers>) -> Word {
    let Some((program, arguments)) = argv.split_first() else {
        return Word::Failed { why: "no program was named".into() };
    };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(cwd);
    point_to(display, &mut command);
    if let Some(servers) = servers {
        servers.dress(&mut command);
    }
    // A group of its own, so that Ctrl+C in the person's terminal does not reach it.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    match command.spawn() {
        Ok(child) => Word::Launched { pid: child.id() },
        Err(e) => Word::Failed { why: format!("cannot start {program}: {e}") },
    }
}

/// Has an application show itself on `display`, and not on another one of the session.
fn point_to(display: &str, command: &mut Command) {
    if is_wayland(display) {
        command.env("WAYLAND_DISPLAY", display).env_remove("DISPLAY");
        // Toolkits want a folder for the session even where the socket's whole path is known.
        if let Some(folder) = Path::new(display).parent().filter(|_| std::env::var_os("XDG_RUNTIME_DIR").is_none()) {
            command.env("XDG_RUNTIME_DIR", folder);
        }
        command.env("GDK_BACKEND", "wayland").env("QT_QPA_PLATFORM", "wayland");
    } else {
        command.env("DISPLAY", display).env_remove("WAYLAND_DISPLAY");
        command.env("GDK_BACKEND", "x11").env("QT_QPA_PLATFORM", "xcb");
    }
}

/// The servers of a private desktop.
pub(super) struct Servers {
    pub(super) display: String,
    pub(super) folder: PathBuf,
    environment: BTreeMap<&'static str, PathBuf>,
    bridge: Bridge,
    /// The process of the X server.
    server: u32,
}

impl Servers {
    /// Brings a desktop up in `folder`, which is there and empty, and goes with it.
    pub(super) fn start(folder: PathBuf, shape: &Shape) -> Result<Self, String> {
        processes::adopt_orphans();
        let run = folder.join("run");
        let done = fs::DirBuilder::new().mode(0o700).create(&run);
        done.map_err(|e| format!("cannot make {}: {e}", run.display()))?;
        let mut servers =
            Self { display: String::new(), folder, environment: BTreeMap::new(), bridge: shape.bridge, server: 0 };
        servers.environment.insert("XDG_RUNTIME_DIR", run);
        // Virtual file systems and portals are the person's session's; here they would only be mounted
        // and left behind.
        for (variable, value) in [("GIO_USE_VFS", "local"), ("GVFS_DISABLE_FUSE", "1"), ("GTK_USE_PORTAL", "0")] {
            servers.environment.insert(variable, value.into());
        }
        servers.keep_settings_apart(shape.home)?;
        servers.environment.insert("GUARDIAN_DESKTOP", servers.folder.clone());
        servers.display = servers.start_server(shape.width, shape.height)?;
        // After the server: what the bus starts must show itself there, and not on the person's display.
        servers.start_bus()?;
        servers.start_window_manager()?;
        servers.raise_bridge();
        servers.await_window_manager()?;
        Ok(servers)
    }

    /// Whether the X server lives. Asking the display would not tell: another server gets the number of one that died.
    pub(super) fn is_up(&self) -> bool {
        processes::is_alive(self.server)
    }

    /// Gives a command the surroundings of the private desktop.
    pub(super) fn dress(&self, command: &mut Command) {
        command.envs(&self.environment);
        command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.bus().display()));
        command.env_remove("SESSION_MANAGER").env_remove("XAUTHORITY").env("DISPLAY", &self.display);
        match self.bridge {
            // GTK 3 speaks without being told; GTK 2, Chromium and Qt do not.
            Bridge::Up => command
                .env_remove("NO_AT_BRIDGE")
                .envs([("GTK_MODULES", "gail:atk-bridge"), ("ACCESSIBILITY_ENABLED", "1")])
                .env("QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "1"),
            Bridge::Down => command.env("NO_AT_BRIDGE", "1"),
        };
    }

    /// Gives applications settings, caches and data of their own, so that the person's are neither
    /// found nor changed, and an application that ends with the desktop leaves no trace of a crash.
    /// What people share between applications stays theirs, the bin before all.
    fn keep_settings_apart(&mut self, home: Home) -> Result<(), String> {
        if home == Home::Own {
            let folder = own_home(&self.folder);
            fs::create_dir(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
            self.environment.insert("HOME", folder);
        }
        let own = data_home();
        for (variable, name) in [
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_DATA_HOME", "data"),
        ] {
            let folder = self.folder.join(name);
            fs::create_dir(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
            self.environment.insert(variable, folder);
        }
        for shared in ["Trash", "applications", "fonts", "icons", "themes", "mime"] {
            if let Some(own) = &own {
                // A file system without links only means that this is not shared.
                let _ = symlink(own.join(shared), self.folder.join("data").join(shared));
            }
        }
        Ok(())
    }

    fn bus(&self) -> PathBuf {
        self.folder.join("bus")
    }

    /// Brings the accessibility bus up, before there are applications that look for it; takes back
    /// the bridge where that fails.
    fn raise_bridge(&mut self) {
        let address = format!("unix:path={}", self.bus().display());
        // The bus itself comes up when its address is asked for; the display carries that from then on.
        // So does its registry: an application that is there before it stays silent.
        let up = || {
            Accessibility::enable(&address, BUS)?;
            Accessibility::of_session(&address, BUS)?.elements(Instant::now() + BUS)
        };
        let started = Instant::now();
        while self.bridge == Bridge::Up
            && let Err(error) = up()
        {
            // The session bus has its socket some time before it takes connections.
            let is_early = matches!(error, AccessibilityError::Connect { .. }) && started.elapsed() < BUS;
            if is_early {
                thread::sleep(Duration::from_millis(1));
            } else {
                self.bridge = Bridge::Down;
            }
        }
    }

    /// Starts a server that dies with the keeper.
    pub(super) fn bound(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", program]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        command
    }

    fn start_bus(&self) -> Result<(), String> {
        let mut command = self.bound("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--nosyslog", "--address"]);
        command.arg(format!("unix:path={}", self.bus().display())).envs(&self.environment);
        command.env("DISPLAY", &self.display).env_remove("WAYLAND_DISPLAY").env_remove("XAUTHORITY");
        spawn(&mut command, "dbus-daemon").map(drop)
    }

    fn start_server(&mut self, width: u32, height: u32) -> Result<String, String> {
        let failed = |e: &dyn std::fmt::Display| format!("cannot start Xvfb: {e}");
        let (mut reader, writer) = io::pipe().map_err(|e| failed(&e))?;
        let mut command = self.bound("Xvfb");
        // The server tells its number through a descriptor that it inherits.
        let inherited = rustix::io::fcntl_dupfd_cloexec(&writer, 10).map_err(|e| failed(&e))?;
        rustix::io::fcntl_setfd(&inherited, rustix::io::FdFlags::empty()).map_err(|e| failed(&e))?;
        command.arg("-displayfd").arg(inherited.as_raw_fd().to_string());
        command.args(["-screen", "0", &format!("{width}x{height}x24"), "-nolisten", "tcp", "-noreset"]);
        self.server = spawn(&mut command, "Xvfb")?;
        drop((inherited, writer));
        let mut number = String::new();
        let mut byte = [0u8];
        // Read to the newline: a server whose reader leaves early dies.
        while matches!(reader.read(&mut byte), Ok(1)) && byte[0] != b'\n' {
            number.push(char::from(byte[0]));
        }
        if number.is_empty() { Err("Xvfb did not come up".into()) } else { Ok(format!(":{number}")) }
    }

    fn start_window_manager(&self) -> Result<(), String> {
        let settings = self.folder.join("openbox.xml");
        fs::write(&settings, WINDOW_MANAGER).map_err(|e| format!("cannot write {}: {e}", settings.display()))?;
        let mut command = self.bound("openbox");
        command.args(["--sm-disable", "--config-file"]).arg(&settings);
        self.dress(&mut command);
        spawn(&mut command, "openbox").map(drop)
    }

    fn await_window_manager(&self) -> Result<(), String> {
        let display = X11::connect(&self.display).map_err(|e| e.to_string())?;
        let started = Instant::now();
        while !display.has_window_manager() {
            if started.elapsed() > START {
                return Err("openbox did not come up".into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        processes::end_descendants();
        processes::remove_folder(&self.folder);
    }
}

/// The person's own data folder.
fn data_home() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")))
}

fn spawn(command: &mut Command, name: &str) -> Result<u32, String> {
    if processes::on_path(name).is_none() {
        return Err(format!("{name} is not installed"));
    }
    command.spawn().map(|child| child.id()).map_err(|e| format!("cannot start {name}: {e}"))
}

/// The home of applications on a desktop with one of its own.
pub(super) fn own_home(folder: &Path) -> PathBuf {
    folder.join("home")
}

/// A folder that is called after this process.
pub(super) fn new_folder() -> Result<PathBuf, String> {
    let folder = processes::desktops_folder().join(format!("{}{}", processes::FOLDER_PREFIX, std::process::id()));
    let made = fs::DirBuilder::new().mode(0o700).create(&folder);
    made.map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    Ok(folder)
}

/// Nothing but placing, focus and the title bar: a bare desktop has no key bindings of its own that
/// could take a key from an application.
const WINDOW_MANAGER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse><raiseOnFocus>no</raiseOnFocus></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <theme><name>Clearlooks</name><titleLayout>NLIMC</titleLayout><animateIconify>no</animateIconify></theme>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <keyboard></keyboard>
  <mouse>
    <dragThreshold>4</dragThreshold>
    <context name="Client">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Right" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
    </context>
    <context name="Titlebar">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Left" action="Drag"><action name="Move"/></mousebind>
    </context>
    <context name="Close"><mousebind button="Left" action="Click"><action name="Close"/></mousebind></context>
    <context name="Maximize"><mousebind button="Left" action="Click"><action name="ToggleMaximize"/></mousebind></context>
    <context name="Iconify"><mousebind button="Left" action="Click"><action name="Iconify"/></mousebind></context>
  </mouse>
</openbox_config>
"#;
