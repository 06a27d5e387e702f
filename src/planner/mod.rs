//! Request -> Graph, by a grammar over a lexicon of verbs.
//!
//! In order: [`tokens`] keeps literals whole, [`clauses`] splits the sentence, [`intent`] reads each
//! clause, [`graph`] makes tasks with checks. What is not understood becomes a question, never a
//! guess. Never looks at a screen, a file or a clock.

mod arithmetic;
mod clauses;
mod graph;
mod intent;
mod lexicon;
mod lists;
mod tokens;

pub use arithmetic::{Expression, parse as parse_expression};
pub use graph::{Plan, plan, single};

use std::path::PathBuf;

/// What the planner is told of the machine; it looks at nothing itself.
#[derive(Debug, Clone)]
pub struct Surroundings {
    pub home: PathBuf,
    /// Names and kinds of applications, lower case.
    pub apps: Vec<String>,
    pub task_timeout_ms: u64,
    pub attempts: u32,
}

impl Surroundings {
    /// Whether `words` name an application or a kind of one.
    pub fn is_app(&self, words: &str) -> bool {
        let lower = words.to_lowercase();
        self.apps.contains(&lower)
    }
}
