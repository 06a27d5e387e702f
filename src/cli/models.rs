//! `guardian models fetch|list`.

use super::args::ModelsCommand;
use super::pieces::{CliError, Pieces};
use crate::config::data_dir;
use crate::infer::{Manifest, ManifestError, check};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// `guardian models …`.
pub fn models(command: &ModelsCommand, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let manifest = Manifest::pinned()?;
    match command {
        ModelsCommand::Fetch { dir } => {
            let own = (!pieces.config.models.dir.as_os_str().is_empty()).then(|| pieces.config.models.dir.clone());
            let default = || data_dir().map(|d| d.join("models"));
            let dir: PathBuf = dir.clone().or(own).or_else(default).ok_or(CliError::NoHome)?;
            manifest.fetch(&dir, &mut |line| eprintln!("{line}"))?;
            eprintln!("the models are in {}", dir.display());
        }
        ModelsCommand::List { json } => list(&manifest, *json, pieces)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(manifest: &Manifest, json: bool, pieces: &Pieces) -> Result<(), CliError> {
    let dirs = pieces.config.model_dirs();
    for file in &manifest.files {
        let path = dirs.iter().map(|d| d.join(&file.name)).find(|p| p.is_file());
        let state = match path.as_ref().map(|p| check(p, &file.sha256)) {
            Some(Ok(())) => "whole",
            Some(Err(ManifestError::Corrupt { .. })) => "damaged",
            Some(Err(_)) => "unreadable",
            None => "missing",
        };
        let line = if json {
            serde_json::json!({ "role": file.role, "name": file.name, "state": state, "path": path, "licence": file.licence, "source": file.source }).to_string()
        } else {
            let at = path.map(|p| p.display().to_string()).unwrap_or_default();
            format!("{:<16} {state:<8} {} ({}; {}) {at}", file.role, file.name, file.licence, file.source)
        };
        writeln!(io::stdout(), "{line}").map_err(CliError::Print)?;
    }
    Ok(())
}
