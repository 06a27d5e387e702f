//! `guardian bench queue`: whether runs are driven once and none is lost, also when processes are killed; how fast lines
//! reach who listens; whether the service stays as it is over many runs.

mod kills;
mod once;
mod peer;
mod service;
mod soak;
mod stream;

use crate::cli::args::{BenchQueueArgs, QueuePart};
use crate::cli::pieces::{CliError, Pieces};
use crate::store::StoreError;
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;

#[derive(Debug, Default, Serialize)]
struct Table {
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    once: Option<once::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kills: Option<kills::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<stream::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    soak: Option<soak::Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<peer::Figures>,
}

/// Why the queue could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    #[error("the service did not come up: {said}")]
    Start { said: String },
    #[error("cannot use the folder of the measurement")]
    Folder(#[source] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the runs did not end within {limit_s} s: {left} are left")]
    Late { limit_s: u64, left: usize },
    #[error("cannot read from the service")]
    Read(#[source] io::Error),
    #[error("the service answered: {0}")]
    Answer(String),
}

/// `guardian bench queue`.
pub fn queue(args: &BenchQueueArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let wanted = |part: QueuePart| args.only.is_empty() || args.only.contains(&part);
    let mut table = Table { version: env!("CARGO_PKG_VERSION"), ..Table::default() };
    let told = |error: QueueError| CliError::Queue(Box::new(error));
    if wanted(QueuePart::Once) {
        table.once = Some(once::once(args, pieces).map_err(told)?);
    }
    if wanted(QueuePart::Kills) {
        table.kills = Some(kills::kills(args, pieces).map_err(told)?);
    }
    if wanted(QueuePart::Stream) {
        table.stream = Some(stream::stream(args, pieces).map_err(told)?);
    }
    if wanted(QueuePart::Soak) {
        table.soak = Some(soak::soak(args, pieces).map_err(told)?);
    }
    if wanted(QueuePart::Peer) {
        table.peer = Some(peer::peer(args, pieces).map_err(told)?);
    }
    let said = if args.json { serde_json::to_string_pretty(&table).unwrap_or_default() } else { words(&table) };
    writeln!(io::stdout(), "{said}").map_err(CliError::Print)?;
    Ok(ExitCode::SUCCESS)
}

fn words(table: &Table) -> String {
    let mut lines = Vec::new();
    if let Some(f) = &table.once {
        lines.push(format!(
            "once: {} workers, {} runs in {:.1} s ({:.0} a second): {} executed twice, {} lost, {} passed; store {}",
            f.workers, f.runs, f.wall_s, f.per_second, f.twice, f.lost, f.passed, f.store
        ));
    }
    if let Some(f) = &table.kills {
        lines.push(format!(
            "kills: {} kills ({} of the service) over {} runs in {:.1} s: {} passed, {} ended otherwise, {} left; {} \
             executed more than once, {} lost; store {}",
            f.kills, f.of_service, f.runs, f.wall_s, f.passed, f.otherwise, f.left, f.repeated, f.lost, f.store
        ));
    }
    if let Some(f) = &table.stream {
        lines.push(format!(
            "stream: {} lines a second to {} readers for {:.0} s: p50 {} ms, p99 {} ms, most {} ms; {} of {} lines \
             came to every reader; a reader that stopped reading changed nothing: {}",
            f.lines_per_second, f.readers, f.seconds, f.p50_ms, f.p99_ms, f.most_ms, f.complete, f.lines, f.stalled
        ));
        lines
            .push(format!("board: p50 {} ms, p99 {} ms from the event to who listens", f.board_p50_ms, f.board_p99_ms));
    }
    if let Some(f) = &table.soak {
        lines.push(format!(
            "soak: {} runs in {:.0} s: {} passed; the service after a quarter and at the end: {:.1} and {:.1} MiB, {} and {} \
             descriptors, {} and {} threads; store {}",
            f.runs, f.wall_s, f.passed, f.early.memory_mib, f.late.memory_mib, f.early.descriptors,
            f.late.descriptors, f.early.threads, f.late.threads, f.store
        ));
    }
    if let Some(f) = &table.peer {
        lines.push(format!("peer: {} runs, {} workers, no work in them", f.runs, f.workers));
        lines.extend([("guardian", &f.guardian), ("apalis-sqlite", &f.apalis_sqlite)].map(|(name, q)| {
            format!(
                "  {name:<14} put {:>6.0}/s ({:>4.0} µs CPU), taken and ended {:>6.0}/s ({:>4.0} µs CPU), waited p50 {:.1}, \
                 p99 {:.1} ms, idle {:.3} cores",
                q.put_per_second, q.put_cpu_us, q.taken_per_second, q.taken_cpu_us, q.wait_p50_ms, q.wait_p99_ms,
                q.idle_cores
            )
        }));
    }
    lines.join("\n")
}
