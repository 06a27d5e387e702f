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
pub use graph::{Plan, Surroundings, plan, single};
