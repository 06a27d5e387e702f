//! Readers in processes of their own: Guardian's and its peers', asked in the same way.

use super::BenchError;
use super::score::{SeenElement, SeenWord};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const SCRIPT: &str = include_str!("peers.py");
/// What the peers need from the Python package index, pinned.
const PACKAGES: [&str; 3] = ["rapidocr==3.10.0", "onnxruntime==1.31.1", "mss==10.2.0"];

/// What a reader says of one picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reading {
    pub words: Vec<SeenWord>,
    #[serde(default)]
    pub elements: Vec<SeenElement>,
    pub cpu_s: f64,
    pub wall_s: f64,
    pub peak_mib: f64,
    /// Seconds of CPU that reading the lines took, without finding them; where the reader tells.
    #[serde(default)]
    pub reading_cpu_s: f64,
    /// Lines, and those with words for the careful reader.
    #[serde(default)]
    pub lines: (u64, u64),
}

/// Python with the peers' packages in a folder that is kept between calls.
pub struct Python {
    program: PathBuf,
    script: PathBuf,
}

impl Python {
    /// Sets the peers up in `folder`, or finds them there.
    ///
    /// # Errors
    /// [`BenchError::Lacking`] without Python, [`BenchError::Setup`] with what pip said.
    pub fn open(folder: &Path) -> Result<Self, BenchError> {
        let program = environment(Path::new("python3"), folder, &PACKAGES)?;
        let script = folder.join("peers.py");
        fs::write(&script, SCRIPT).map_err(|cause| BenchError::File { path: script.clone(), cause })?;
        Ok(Self { program, script })
    }

    /// A command that runs the peer `name`.
    pub fn peer(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(&self.script).arg(name);
        command
    }
}

/// Sets a Python with `packages` up in `folder` from the one at `python`, or finds it there; gives its program.
///
/// # Errors
/// [`BenchError::Setup`] with what failed.
pub fn environment(python: &Path, folder: &Path, packages: &[&str]) -> Result<PathBuf, BenchError> {
    let program = folder.join("bin/python");
    let ready = folder.join("ready");
    if fs::read_to_string(&ready).ok().as_deref() != Some(&packages.join(" ")) {
        eprintln!("setting up the peers in {} …", folder.display());
        run(Command::new(python).args(["-m", "venv"]).arg(folder))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(Command::new(&program).args(pip).args(packages))?;
        fs::write(&ready, packages.join(" ")).map_err(|cause| BenchError::File { path: ready, cause })?;
    }
    Ok(program)
}

/// Runs what sets a peer up.
///
/// # Errors
/// [`BenchError::Setup`] with what it said.
pub fn run(command: &mut Command) -> Result<(), BenchError> {
    let failed = |said: String| BenchError::Setup { what: format!("{command:?}"), said };
    let output = Command::new(command.get_program()).args(command.get_args()).stdin(Stdio::null()).output();
    let output = output.map_err(|e| failed(e.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// A reader that answers pictures one after another.
pub struct Reader {
    pub name: &'static str,
    child: Child,
    pictures: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Reader {
    /// Starts the reader called `name`.
    ///
    /// # Errors
    /// [`BenchError::Reader`] when it does not start.
    pub fn start(name: &'static str, mut command: Command) -> Result<Self, BenchError> {
        let failed = |said: String| BenchError::Reader { name, said };
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|e| failed(e.to_string()))?;
        let (Some(pictures), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("it has no pipes".into()));
        };
        Ok(Self { name, child, pictures, answers: BufReader::new(answers) })
    }

    /// Has `picture` read.
    ///
    /// # Errors
    /// [`BenchError::Reader`] when it is gone or answers nonsense.
    pub fn read(&mut self, picture: &Path) -> Result<Reading, BenchError> {
        let name = self.name;
        let failed = |said: String| BenchError::Reader { name, said };
        writeln!(self.pictures, "{}", picture.display()).map_err(|e| failed(e.to_string()))?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|e| failed(e.to_string()))?;
        serde_json::from_str(&line).map_err(|e| failed(format!("{e}: {line}")))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
