//! A sway without a screen, for tests; it refuses to run as root, so root starts it as nobody.
#![allow(dead_code, reason = "each test program uses a part of the stage")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long sway may take to come up, on a machine that is busy with other tests.
const START: Duration = Duration::from_secs(20);
/// The user and the group called nobody.
const NOBODY: u32 = 65_534;

/// A running sway; dropping it ends it.
pub struct Compositor {
    socket: PathBuf,
    // Before the folder, so that nothing writes there any more when it goes.
    child: Running,
    folder: TempDir,
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Compositor {
    /// Starts sway with these lines in its settings, such as `output HEADLESS-1 mode 320x240`; there are as many
    /// outputs as the lines name, two at the most.
    pub fn start(settings: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("sway").tempdir().unwrap();
        let run = folder.path().join("run");
        fs::create_dir(&run).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&run, Permissions::from_mode(0o700)).unwrap();
        let config = folder.path().join("config");
        fs::write(&config, format!("xwayland disable\n{settings}\n")).unwrap();
        let is_root = fs::metadata(&run).unwrap().uid() == 0;
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]);
        if is_root {
            chown(&run, Some(NOBODY), Some(NOBODY)).unwrap();
            command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        }
        command.args(["sway", "--config"]).arg(&config).env("XDG_RUNTIME_DIR", &run).env("HOME", &run);
        command.env("WLR_BACKENDS", "headless").env("WLR_RENDERER", "pixman").env("WLR_LIBINPUT_NO_DEVICES", "1");
        command.env("WLR_HEADLESS_OUTPUTS", if settings.contains("HEADLESS-2") { "2" } else { "1" });
        for variable in ["DISPLAY", "WAYLAND_DISPLAY", "SWAYSOCK", "I3SOCK", "DBUS_SESSION_BUS_ADDRESS"] {
            command.env_remove(variable);
        }
        let log = fs::File::create(folder.path().join("log")).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut child = Running(command.spawn().unwrap());
        let Some(socket) = await_socket(&run, &mut child.0) else {
            let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            panic!("sway did not come up; is the package `sway` installed? It said: {log}");
        };
        Self { socket, child, folder }
    }

    /// The absolute path of its socket, which is a display's name.
    pub fn name(&self) -> &str {
        self.socket.to_str().unwrap()
    }

    pub fn pid(&self) -> u32 {
        self.child.0.id()
    }

    /// A folder of its own for the test's files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The windows and all around them, as sway itself tells of them.
    pub fn tree(&self) -> String {
        let files = fs::read_dir(self.folder.path().join("run")).unwrap().map(|e| e.unwrap().path());
        let socket = files.into_iter().find(|p| p.to_string_lossy().contains("sway-ipc")).unwrap();
        let said = Command::new("swaymsg").arg("--socket").arg(socket).args(["--raw", "--type", "get_tree"]).output();
        String::from_utf8(said.unwrap().stdout).unwrap()
    }
}

fn await_socket(run: &Path, child: &mut Child) -> Option<PathBuf> {
    let started = Instant::now();
    while started.elapsed() < START && matches!(child.try_wait(), Ok(None)) {
        let files = fs::read_dir(run).ok()?.flatten().map(|e| e.path());
        let is_socket = |p: &PathBuf| {
            let name = p.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("wayland-") && !name.ends_with(".lock") && UnixStream::connect(p).is_ok()
        };
        if let Some(socket) = files.into_iter().find(is_socket) {
            return Some(socket);
        }
        thread::sleep(Duration::from_millis(10));
    }
    None
}
