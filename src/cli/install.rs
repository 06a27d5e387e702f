//! `guardian install`: the service begins with the session.

use super::args::InstallArgs;
use super::pieces::{CliError, Pieces};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

const UNIT: &str = "guardian.service";

/// A file that is written, and what is in it.
struct Piece {
    path: PathBuf,
    text: String,
}

/// `guardian install`.
pub fn install(args: &InstallArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let config = config_home().ok_or(CliError::NoHome)?;
    let all = files(&config, &pieces.program);
    if args.dry_run {
        for Piece { path, text } in &all {
            writeln!(io::stdout(), "# {}\n{text}", path.display()).map_err(CliError::Print)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if args.remove {
        systemctl(&["disable", "--now", UNIT]);
        for Piece { path, .. } in &all {
            if path.exists() {
                fs::remove_file(path).map_err(|cause| CliError::Write { path: path.clone(), cause })?;
                eprintln!("removed {}", path.display());
            }
        }
        systemctl(&["daemon-reload"]);
        return Ok(ExitCode::SUCCESS);
    }
    for Piece { path, text } in &all {
        let failed = |cause| CliError::Write { path: path.clone(), cause };
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
        fs::write(path, text).map_err(failed)?;
        eprintln!("wrote {}", path.display());
    }
    let is_on = systemctl(&["daemon-reload"]) && systemctl(&["enable", UNIT]);
    if is_on {
        eprintln!("the service begins with your next session; now: systemctl --user start {UNIT}");
    } else {
        eprintln!(
            "no systemd looks after this session: the service begins with your next desktop session; now: guardian serve"
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn config_home() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))
}

fn files(config: &Path, program: &Path) -> [Piece; 2] {
    let program = program.display();
    let unit = format!(
        "[Unit]\nDescription=Guardian: does on the screen what a sentence asks, and proves it\nAfter=graphical-session.target\n\
         PartOf=graphical-session.target\n\n[Service]\nExecStart=\"{program}\" serve\nRestart=on-failure\nRestartSec=2\n\
         # The service itself lets its workers finish their step.\nKillMode=mixed\nTimeoutStopSec=40\n\n\
         [Install]\nWantedBy=graphical-session.target\n"
    );
    let known = "DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS";
    let start = format!(
        "systemctl --user import-environment {known} 2>/dev/null; \
         systemctl --user start {UNIT} 2>/dev/null || exec '{program}' serve"
    );
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Guardian\nComment=Does on the screen what a sentence asks, and proves it\n\
         Exec=sh -c \"{start}\"\nNoDisplay=true\nX-GNOME-Autostart-enabled=true\n"
    );
    [
        Piece { path: config.join("systemd/user").join(UNIT), text: unit },
        Piece { path: config.join("autostart/guardian.desktop"), text: entry },
    ]
}

/// Whether systemd did it.
fn systemctl(args: &[&str]) -> bool {
    let mut command = Command::new("systemctl");
    command.arg("--user").args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_names_the_program() {
        let [unit, entry] = files(Path::new("/c"), Path::new("/opt/my guardian"));
        assert_eq!(unit.path, Path::new("/c/systemd/user/guardian.service"));
        assert!(unit.text.contains("ExecStart=\"/opt/my guardian\" serve"));
        assert!(entry.text.contains("exec '/opt/my guardian' serve"));
    }
}
