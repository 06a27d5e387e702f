//! The lists of tasks, and which of them are tried.

use crate::cli::args::{BenchPracticeArgs, PracticeToolkit};
use crate::cli::bench::BenchError;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

/// Where pages lie below the practice ground, and where programs do.
pub const PAGES: &str = "web";
const LISTS: [&str; 2] = ["tasks.toml", "desk/tasks.toml"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    task: Vec<Entry>,
}

/// One task, as its list has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    family: String,
    name: String,
    toolkit: PracticeToolkit,
    file: String,
    held: bool,
}

/// One task and the file that shows it.
#[derive(Debug, Clone)]
pub struct Task {
    pub family: String,
    pub name: String,
    pub toolkit: PracticeToolkit,
    pub file: PathBuf,
    /// Whether it is only for measuring.
    pub held: bool,
}

/// One task with one seed.
#[derive(Debug, Clone)]
pub struct Trial {
    pub task: Task,
    pub seed: u64,
}

/// All tasks of the practice ground in `dir`.
///
/// # Errors
/// [`BenchError::File`] for a list that cannot be read, [`BenchError::Sheet`] for one that makes no sense.
pub fn tasks(dir: &Path) -> Result<Vec<Task>, BenchError> {
    let mut all = Vec::new();
    for list in LISTS.map(|list| dir.join(list)) {
        let text = fs::read_to_string(&list).map_err(|cause| BenchError::File { path: list.clone(), cause })?;
        let sheet: Sheet = toml::from_str(&text).map_err(|cause| BenchError::Sheet { path: list.clone(), cause })?;
        let folder = list.parent().unwrap_or(dir);
        all.extend(sheet.task.into_iter().map(|entry| entry.below(folder)));
    }
    Ok(all)
}

impl Entry {
    fn below(self, folder: &Path) -> Task {
        let folder = if self.toolkit == PracticeToolkit::Web { folder.join(PAGES) } else { folder.to_owned() };
        let file = folder.join(self.file);
        Task { family: self.family, name: self.name, toolkit: self.toolkit, file, held: self.held }
    }
}

/// What `args` ask for, seed by seed.
///
/// # Errors
/// As [`tasks`], and [`BenchError::NoTask`] where nothing fits.
pub fn chosen(args: &BenchPracticeArgs) -> Result<Vec<Trial>, BenchError> {
    let all = tasks(&args.ground)?;
    let chosen: Vec<&Task> = all.iter().filter(|task| fits(task, args)).collect();
    if chosen.is_empty() {
        return Err(BenchError::NoTask { families: families(&all) });
    }
    let seeds = args.seed..args.seed.saturating_add(args.seeds);
    Ok(seeds.flat_map(|seed| chosen.iter().map(move |task| Trial { task: (*task).clone(), seed })).collect())
}

fn fits(task: &Task, args: &BenchPracticeArgs) -> bool {
    let named = |names: &[String], name: &String| names.is_empty() || names.contains(name);
    named(&args.family, &task.family)
        && named(&args.name, &task.name)
        && args.toolkit.is_none_or(|toolkit| toolkit == task.toolkit)
        && (args.all || args.held == task.held)
}

fn families(all: &[Task]) -> Vec<String> {
    let mut families: Vec<String> = all.iter().map(|task| task.family.clone()).collect();
    families.sort();
    families.dedup();
    families
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn ground() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/practice")
    }

    #[test]
    fn every_listed_task_is_in_its_file_and_listed_once() {
        let mut seen = BTreeSet::new();
        for task in tasks(&ground()).unwrap() {
            let text = fs::read_to_string(&task.file).unwrap_or_else(|e| panic!("{}: {e}", task.file.display()));
            if task.toolkit == PracticeToolkit::Web {
                assert!(
                    text.contains(&format!("task('{}'", task.name)),
                    "{} has no {}",
                    task.file.display(),
                    task.name
                );
            }
            assert!(seen.insert((task.toolkit.name(), task.name.clone())), "{} is listed twice", task.name);
        }
    }

    #[test]
    fn a_third_of_the_pages_tasks_is_held() {
        let all = tasks(&ground()).unwrap();
        for family in families(&all) {
            let of: Vec<&Task> =
                all.iter().filter(|t| t.family == family && t.toolkit == PracticeToolkit::Web).collect();
            let held = of.iter().filter(|t| t.held).count();
            assert!(of.len() >= 6 || of.is_empty(), "{family} has {} tasks", of.len());
            assert_eq!(held, of.len() / 3, "held of {family}");
        }
    }
}
