//! Request -> Graph, by a grammar over a lexicon of verbs.
//!
//! In order: [`tokens`] keeps literals whole, [`clauses`] says where the sentence may fall apart, [`readings`] finds
//! the forms of the [`grammar`] that its clauses fit ([`matching`]), as they stand or in the order that the grammar
//! knows ([`turns`]), and the cut that reads best, [`intent`] makes sense of the words in their slots, [`tasks`] and
//! [`goals`] make tasks with checks of that, and [`graph`] a graph. What no form fits well is read by example, too:
//! a network marks its words ([`senses`]), and what fills all its slots is one more reading ([`examples`]). Words and forms are data in `config/`; what is
//! called how on the screen ([`labels`]) speaks for a reading. What is not understood becomes a question, never a guess.
//! Never looks at a screen, a file or a clock.

mod arithmetic;
mod clauses;
mod examples;
mod goals;
mod grammar;
mod graph;
mod intent;
mod labels;
mod lexicon;
mod lists;
mod matching;
mod named;
mod numbers;
mod outline;
mod place;
mod readings;
mod senses;
mod sources;
mod tasks;
mod template;
mod tokens;
mod turns;

pub use arithmetic::{Expression, parse as parse_expression};
pub use graph::{Explained, Explanation, Plan, explain, plan, single};
pub use labels::Labels;
pub use outline::outline;

use crate::infer::Marker;
use std::path::PathBuf;
use std::sync::Arc;

/// What the planner is told of the machine; it looks at nothing itself.
#[derive(Debug, Clone)]
pub struct Surroundings {
    pub home: PathBuf,
    /// Names and kinds of applications, lower case.
    pub apps: Vec<String>,
    /// What stands on the screen, where that was looked at.
    pub labels: Labels,
    /// Marks the words of sentences that the grammar has no form for; none where that is not on this machine.
    pub marker: Option<Arc<Marker>>,
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
