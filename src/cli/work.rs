//! `guardian work`: a worker of the service, a process that takes runs out of the queue.

use super::args::WorkArgs;
use super::pieces::{CliError, Pieces};
use super::run::with_guardian;
use crate::guardian::{Worker, WorkerRules};
use std::io;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Set when the service lets go of its end: what is under way is handed back.
static LEAVE: AtomicBool = AtomicBool::new(false);

/// How often a worker that has its eyes open looks at the queue, and one that has not: the former is there first.
const ROUNDS: [Duration; 2] = [Duration::from_millis(25), Duration::from_millis(120)];

/// Has this process leave when its standard input ends.
pub fn leave_with_stdin() {
    thread::spawn(|| {
        // Whatever is said is ignored; the end of the pipe is the word.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        LEAVE.store(true, Ordering::Relaxed);
    });
}

/// Whether the service has let go.
pub fn is_left() -> bool {
    LEAVE.load(Ordering::Relaxed)
}

/// Works until the service lets go.
pub fn work(args: &WorkArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    leave_with_stdin();
    let store = (pieces.open_store)(&pieces.config)?;
    let rules = WorkerRules {
        limits: pieces.lane_limits(),
        round: if args.warm { ROUNDS[0] } else { ROUNDS[1] },
        most_runs: args.most,
    };
    with_guardian(pieces, &*store, &LEAVE, &|_| {}, |guardian| {
        if args.warm {
            guardian.eyes.begin();
        }
        Worker { guardian, rules }.work()
    })??;
    Ok(ExitCode::SUCCESS)
}
