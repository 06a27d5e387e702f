//! Scores as a table: by family and toolkit, and over all, open and held tasks apart.

use super::attempt::{Outcome, Score};
use crate::cli::bench::median;
use std::collections::BTreeMap;

/// Counts over some scores.
#[derive(Debug, Default)]
struct Row<'a> {
    scores: Vec<&'a Score>,
}

impl Row<'_> {
    fn count(&self, outcome: Outcome) -> usize {
        self.scores.iter().filter(|score| score.outcome == outcome).count()
    }

    fn words(&self, title: &str, toolkit: &str) -> String {
        let seconds = median(self.scores.iter().map(|score| score.seconds).collect());
        let share = 100.0 * self.count(Outcome::Verified) as f64 / self.scores.len().max(1) as f64;
        format!(
            "{title:<14}{toolkit:<5}{:>6}{:>10}{share:>7.1}{:>7}{:>10}{:>7}{:>8}{:>9}{seconds:>9.1}",
            self.scores.len(),
            self.count(Outcome::Verified),
            self.count(Outcome::False),
            self.count(Outcome::Unproved),
            self.count(Outcome::Asked),
            self.count(Outcome::Failed),
            self.count(Outcome::Unready),
        )
    }
}

/// The table, a line for each family and toolkit, then the totals.
pub fn words(scores: &[Score]) -> Vec<String> {
    let mut rows: BTreeMap<(&str, &str), Row<'_>> = BTreeMap::new();
    for score in scores {
        rows.entry((&score.family, score.toolkit)).or_default().scores.push(score);
    }
    let mut lines = vec![format!(
        "{:<14}{:<5}{:>6}{:>10}{:>7}{:>7}{:>10}{:>7}{:>8}{:>9}{:>9}",
        "family", "with", "tasks", "verified", "%", "false", "unproved", "asked", "failed", "unready", "median s"
    )];
    lines.extend(rows.iter().map(|((family, toolkit), row)| row.words(family, toolkit)));
    for (title, held) in [("all open", false), ("all held", true)] {
        let row = Row { scores: scores.iter().filter(|score| score.held == held).collect() };
        if !row.scores.is_empty() {
            lines.push(row.words(title, ""));
        }
    }
    lines
}

/// One that went wrong, in a line.
pub fn wrong(score: &Score) -> String {
    let mut line = format!("{}/{} {} seed {}: {}", score.family, score.name, score.toolkit, score.seed, score.request);
    line += &format!("\n    {}", score.outcome.name());
    for (what, said) in [
        ("guardian", &score.reason),
        ("answered", &score.answer),
        ("expected", &score.expected),
        ("wrong", &score.wrong),
    ] {
        if let Some(said) = said {
            line += &format!("; {what}: {said}");
        }
    }
    line
}
