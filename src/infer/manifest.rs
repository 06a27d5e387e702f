use super::letters::{Letters, LettersError, with_letters};
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
    #[serde(rename = "cut")]
    pub cuts: Vec<CutFile>,
    #[serde(rename = "own")]
    pub own: Vec<OwnFile>,
}

/// A network of our own, which is part of the program.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnFile {
    pub name: String,
    /// What trains it.
    pub recipe: String,
    pub sha256: String,
    pub licence: String,
}

/// A text recogniser that is made here out of a pinned one: fewer characters, their list inside.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutFile {
    /// What it is for: `text_recognition` or `text_recognition_fast`.
    pub role: String,
    pub letters: Letters,
    pub name: String,
    /// The pinned file that it is made of.
    pub from: String,
    /// The pinned file with the characters, where the model does not carry them.
    pub list: Option<String>,
    pub sha256: String,
}

/// One file of a package of the Python package index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedFile {
    /// What it is for: `runtime`, `text_detection`, `text_recognition`, `text_recognition_fast`, `character_list` or `language`.
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
    pub runtime: ModelFile,
    pub text_detection: ModelFile,
    /// Reads lines that the fast one is unsure of.
    pub text_recognition: ModelFile,
    pub text_recognition_fast: ModelFile,
    /// Makes states of the words of a sentence; without it the planner knows its grammar alone.
    pub language: Option<ModelFile>,
}

/// A file that was found, with what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    path: PathBuf,
    sha256: String,
}

impl ModelFiles {
    /// What tells these text readers from others: what one has read is nothing that another need agree with.
    pub fn readers(&self) -> String {
        format!("{} {}", self.text_recognition_fast.sha256, self.text_recognition.sha256)
    }
}

impl ModelFile {
    /// The file's path, once its content is what it must be.
    ///
    /// # Errors
    /// [`ManifestError::Corrupt`], [`ManifestError::Read`].
    pub fn checked(&self) -> Result<&Path, ManifestError> {
        check(&self.path, &self.sha256)?;
        Ok(&self.path)
    }
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
    #[error("cannot cut {name} down to fewer letters")]
    Cut {
        name: String,
        #[source]
        cause: LettersError,
    },
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

    /// Finds the files for `letters` in `dirs`; each is taken from the first folder that has it.
    ///
    /// # Errors
    /// [`ManifestError::Missing`] names the first one that is nowhere.
    pub fn locate(&self, dirs: &[PathBuf], letters: Letters) -> Result<ModelFiles, ManifestError> {
        let no_build = |role: &str| ManifestError::NoBuild { role: role.to_owned(), arch: std::env::consts::ARCH };
        let of = |role: &str| {
            let file = self.files.iter().find(|f| f.role == role).ok_or_else(|| no_build(role))?;
            find(&file.name, &file.sha256, dirs)
        };
        let cut = |role: &str| {
            let fits = |c: &&CutFile| c.role == role && c.letters == letters;
            let file = self.cuts.iter().find(fits).ok_or_else(|| no_build(role))?;
            find(&file.name, &file.sha256, dirs)
        };
        Ok(ModelFiles {
            runtime: of("runtime")?,
            text_detection: of("text_detection")?,
            text_recognition: cut("text_recognition")?,
            text_recognition_fast: cut("text_recognition_fast")?,
            language: of("language").ok(),
        })
    }

    /// Downloads what is missing or damaged in `dir` and makes what is made of it; `told` hears of each file.
    ///
    /// # Errors
    /// [`ManifestError::Download`] carries what pip said; a file whose sha256 does not fit is removed again.
    pub fn fetch(&self, dir: &Path, told: &mut dyn FnMut(&str)) -> Result<(), ManifestError> {
        fs::create_dir_all(dir).map_err(|cause| ManifestError::Write { path: dir.display().to_string(), cause })?;
        let is_whole = |f: &&PinnedFile| check(&dir.join(&f.name), &f.sha256).is_ok();
        let (whole, mut lacking): (Vec<&PinnedFile>, Vec<&PinnedFile>) = self.files.iter().partition(is_whole);
        whole.iter().for_each(|file| told(&format!("{} is there", file.name)));
        while let Some(first) = lacking.first().copied() {
            let (together, others) = lacking.iter().partition(|f| f.package == first.package);
            told(&format!("{} {}: downloading", first.package, first.version));
            fetch_package(dir, together, told)?;
            lacking = others;
        }
        for cut in &self.cuts {
            if check(&dir.join(&cut.name), &cut.sha256).is_err() {
                cut.make(dir)?;
                told(&format!("{}: made of {}", cut.name, cut.from));
            }
        }
        Ok(())
    }
}

fn find(name: &str, sha256: &str, dirs: &[PathBuf]) -> Result<ModelFile, ManifestError> {
    let path = dirs.iter().map(|d| d.join(name)).find(|path| path.is_file());
    let path = path.ok_or_else(|| ManifestError::Missing {
        name: name.to_owned(),
        looked_in: dirs.iter().map(|d| d.display().to_string()).collect::<Vec<_>>().join(", "),
    })?;
    Ok(ModelFile { path, sha256: sha256.to_owned() })
}

/// Compares the file at `path` with `sha256`.
///
/// # Errors
/// [`ManifestError::Read`] when it cannot be read, [`ManifestError::Corrupt`] when it differs.
pub fn check(path: &Path, sha256: &str) -> Result<(), ManifestError> {
    let shown = || path.display().to_string();
    let mut file = fs::File::open(path).map_err(|cause| ManifestError::Read { path: shown(), cause })?;
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher).map_err(|cause| ManifestError::Read { path: shown(), cause })?;
    let got = format!("{:x}", hasher.finalize());
    if got == sha256 { Ok(()) } else { Err(ManifestError::Corrupt { path: shown(), got, expected: sha256.to_owned() }) }
}

/// Gets all of `files`, which come in one package.
fn fetch_package(dir: &Path, files: Vec<&PinnedFile>, told: &mut dyn FnMut(&str)) -> Result<(), ManifestError> {
    let Some(first) = files.first() else { return Ok(()) };
    let scratch = dir.join(format!(".fetch-{}", first.package));
    let write = |cause| ManifestError::Write { path: scratch.display().to_string(), cause };
    let mut done = fs::create_dir_all(&scratch).map_err(write).and_then(|()| first.download(&scratch));
    for file in files {
        done = done.and_then(|()| file.take_from(&scratch, &dir.join(&file.name)));
        if done.is_ok() {
            told(&format!("{}: from {} {}", file.name, file.package, file.version));
        }
    }
    // The wheel is of no use once its files are out, or once it failed.
    let _ = fs::remove_dir_all(&scratch);
    done
}

impl CutFile {
    fn make(&self, dir: &Path) -> Result<(), ManifestError> {
        let read = |name: &String| {
            let path = dir.join(name);
            fs::read(&path).map_err(|cause| ManifestError::Read { path: path.display().to_string(), cause })
        };
        let list = self.list.as_ref().map(read).transpose()?.map(|b| String::from_utf8_lossy(&b).into_owned());
        let cut = with_letters(&read(&self.from)?, list.as_deref(), self.letters)
            .map_err(|cause| ManifestError::Cut { name: self.from.clone(), cause })?;
        let path = dir.join(&self.name);
        let part = dir.join(format!(".{}", self.name));
        let write = |cause| ManifestError::Write { path: path.display().to_string(), cause };
        fs::write(&part, cut).map_err(write)?;
        check(&part, &self.sha256).inspect_err(|_| drop(fs::remove_file(&part)))?;
        fs::rename(&part, &path).map_err(write)
    }
}

impl PinnedFile {
    fn take_from(&self, scratch: &Path, target: &Path) -> Result<(), ManifestError> {
        self.unpack(scratch)?;
        let unpacked = scratch.join(&self.member);
        check(&unpacked, &self.sha256)?;
        fs::rename(&unpacked, target)
            .map_err(|cause| ManifestError::Write { path: target.display().to_string(), cause })
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
            if path.extension().is_some_and(|e| e == "whl") && !scratch.join(&self.member).exists() {
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
        assert_eq!(manifest.files.len(), 6);
        assert!(manifest.files.iter().all(|f| f.sha256.len() == 64 && f.size > 0));
        assert!(manifest.cuts.iter().all(|c| c.sha256.len() == 64));
        let is_pinned = |name: &String| manifest.files.iter().any(|f| f.name == *name);
        assert!(manifest.cuts.iter().all(|c| is_pinned(&c.from) && c.list.iter().all(is_pinned)));
    }

    #[test]
    fn the_networks_in_the_program_are_those_of_the_list() {
        let built_in: [(&str, &[u8]); 4] = [
            ("elements.onnx", super::super::FINDER),
            ("icons.onnx", super::super::ICONS),
            ("senses.onnx", super::super::sentence::SENSES),
            ("text.onnx", super::super::READER),
        ];
        let own = Manifest::pinned().unwrap().own;
        assert_eq!(own.len(), built_in.len());
        for (file, (name, bytes)) in own.iter().zip(built_in) {
            assert_eq!(
                (file.name.as_str(), file.sha256.as_str()),
                (name, format!("{:x}", Sha256::digest(bytes)).as_str())
            );
            assert!(
                Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(&file.recipe).is_file(),
                "{}",
                file.recipe
            );
        }
    }

    #[test]
    fn a_missing_file_is_named_with_the_places() {
        let dir = tempfile::tempdir().unwrap();
        let error = Manifest::pinned().unwrap().locate(&[dir.path().to_owned()], Letters::Latin).unwrap_err();
        assert!(matches!(&error, ManifestError::Missing { name, .. } if name.contains("onnxruntime")));
    }

    #[test]
    fn a_damaged_file_is_told_by_its_hash() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        fs::write(&path, b"not a model").unwrap();
        let file = &Manifest::pinned().unwrap().files[0];
        assert!(matches!(check(&path, &file.sha256), Err(ManifestError::Corrupt { .. })));
    }
}
