//! `guardian bench capture`: what a capture of a display costs this process and the X server, beside mss.

use super::peers::Python;
use super::sight::cpu_s;
use super::{BenchError, median};
use crate::cli::args::BenchCaptureArgs;
use crate::cli::pieces::{CliError, Pieces};
use crate::display::{Desktop, Display, DisplayError, Settle, X11, processes, settle};
use crate::screen::Frame;
use crate::task::DesktopChoice;
use crate::tools::apps::Applications;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

/// What one capture costs, in seconds of CPU.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Cost {
    /// In the process that captures.
    cpu_s: f64,
    /// In the X server.
    server_cpu_s: f64,
}

impl Cost {
    fn ms(&self) -> f64 {
        (self.cpu_s + self.server_cpu_s) * 1000.0
    }
}

#[derive(Debug, Serialize)]
struct Table {
    version: &'static str,
    width: u32,
    height: u32,
    count: u32,
    /// Of a screen on which nothing was drawn since the last capture.
    still: Vec<Cost>,
    /// Of all pixels anew, as after a change.
    anew: Vec<Cost>,
    mss: Vec<Cost>,
    still_ms: f64,
    anew_ms: f64,
    mss_ms: f64,
    /// Guardian's costs as a share of mss's.
    still_share: f64,
    anew_share: f64,
}

/// What is opened on a private desktop, as far as it is installed.
const SHOWN: [&str; 3] = ["text editor", "calculator", "terminal"];

/// `guardian bench capture`.
pub fn capture(args: &BenchCaptureArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let choice = match &args.display {
        Some(name) => DesktopChoice::Given(name.clone()),
        None => DesktopChoice::Private { width: args.size.0, height: args.size.1 },
    };
    let (mut desktop, _) = Desktop::open(&pieces.program, &choice)?;
    let mut display = X11::connect(desktop.name())?;
    if args.display.is_none() {
        furnish(&mut desktop)?;
    }
    let quiet = Settle { quiet: Duration::from_millis(700), limit: Duration::from_secs(10) };
    let frame = settle(&mut display, quiet)?;
    let server = server_of(desktop.name())?;
    let folder = pieces.config.store_dir().ok_or(CliError::NoHome)?.join("peers");
    let python = Python::open(&folder)?;
    let (mut still, mut anew, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        still.push(measure(&mut display, X11::capture, server, args.count)?);
        anew.push(measure(&mut display, X11::capture_anew, server, args.count)?);
        peer.push(measure_mss(&python, desktop.name(), server, args.count)?);
    }
    let ms = |costs: &[Cost]| median(costs.iter().map(Cost::ms).collect());
    let (still_ms, anew_ms, mss_ms) = (ms(&still), ms(&anew), ms(&peer));
    let table = Table {
        version: env!("CARGO_PKG_VERSION"),
        width: frame.width(),
        height: frame.height(),
        count: args.count,
        still,
        anew,
        mss: peer,
        still_ms,
        anew_ms,
        mss_ms,
        still_share: still_ms / mss_ms,
        anew_share: anew_ms / mss_ms,
    };
    let text = if args.json { serde_json::to_string_pretty(&table).unwrap_or_default() } else { words(&table) };
    writeln!(io::stdout(), "{text}").map_err(CliError::Print)?;
    Ok(ExitCode::SUCCESS)
}

/// Opens some windows; what is not installed is not shown.
fn furnish(desktop: &mut Desktop) -> Result<(), CliError> {
    let applications = Applications::scan()?;
    for name in SHOWN {
        let launch = applications.resolve(name, None, desktop.folder()).ok();
        let launched = launch.and_then(|l| desktop.launch(&l.argv, &std::env::temp_dir()).ok());
        if launched.is_none() {
            eprintln!("there is no {name} to show");
        }
    }
    Ok(())
}

/// The X server of a display: one that this process has started, or a local one that says so in its lock file.
fn server_of(display: &str) -> Result<u32, BenchError> {
    let is_server =
        |pid: &u32| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim_end().starts_with('X'));
    let own = processes::descendants_of(std::process::id()).into_iter().find(is_server);
    let number = display.trim_start_matches(':').split('.').next().unwrap_or_default();
    let lock = || fs::read_to_string(format!("/tmp/.X{number}-lock")).ok()?.trim().parse().ok();
    own.or_else(lock).ok_or_else(|| BenchError::Server { display: display.to_owned() })
}

/// Linux tells processes' times in hundredths of a second, whatever its own clock does.
const TICKS_PER_S: f64 = 100.0;

/// User and system time of a process, in seconds.
fn cpu_s_of(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = fields.split_whitespace().skip(11).take(2).filter_map(|f| f.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_S
}

type Capture = fn(&mut X11) -> Result<Frame, DisplayError>;

fn measure(display: &mut X11, capture: Capture, server: u32, count: u32) -> Result<Cost, CliError> {
    capture(display)?;
    let (begun, server_begun) = (cpu_s(), cpu_s_of(server));
    for _ in 0..count {
        capture(display)?;
    }
    let each = |seconds: f64| seconds / f64::from(count);
    Ok(Cost { cpu_s: each(cpu_s() - begun), server_cpu_s: each(cpu_s_of(server) - server_begun) })
}

fn measure_mss(python: &Python, display: &str, server: u32, count: u32) -> Result<Cost, BenchError> {
    let failed = |said: String| BenchError::Reader { name: "mss", said };
    let mut command = python.peer("mss");
    command.args([count.to_string(), server.to_string()]).env("DISPLAY", display);
    let output = command.output().map_err(|e| failed(e.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|e| failed(e.to_string()))
}

fn words(table: &Table) -> String {
    let mut lines = vec![format!("{:<11}{:>12}{:>12}{:>12}", "ms a capture", "own CPU", "X server", "both")];
    let rounds = |name: &str, costs: &[Cost]| {
        let row =
            |c: &Cost| format!("{name:<11}{:>12.3}{:>12.3}{:>12.3}", c.cpu_s * 1000.0, c.server_cpu_s * 1000.0, c.ms());
        costs.iter().map(row).collect::<Vec<_>>()
    };
    lines.extend(rounds("still", &table.still));
    lines.extend(rounds("anew", &table.anew));
    lines.extend(rounds("mss", &table.mss));
    let Table { still_ms, anew_ms, mss_ms, still_share, anew_share, width, height, count, .. } = table;
    lines.push(format!("still: {still_ms:.3} of mss's {mss_ms:.3} ms, {still_share:.3} of its CPU"));
    lines.push(format!("anew:  {anew_ms:.3} of mss's {mss_ms:.3} ms, {anew_share:.3} of its CPU"));
    lines.push(format!("{width}x{height} pixels, {count} captures a round"));
    lines.join("\n")
}
