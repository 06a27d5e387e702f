//! What a person types and reads: one file per subcommand, text and JSON.
//!
//! Results go to stdout, everything else to stderr. Nothing here decides how a request is done.

mod act;
mod args;
mod bench;
mod desktops;
mod devices;
mod doctor;
mod follow;
mod install;
mod lines;
mod live;
mod models;
mod page;
mod pieces;
mod prompt;
mod remote;
mod run;
mod runs;
mod see;
pub mod serve;
mod settings;
mod templates;
mod watch;
mod windows;
mod work;

pub use args::{Command, ServeArgs, parse};
pub use lines::KeptLines;
pub use pieces::{CliError, LoadError, Pieces, SharedStore, letters};

use crate::task::Signal;
use args::{Arguments, BenchCommand, RunsCommand};
use clap::CommandFactory;
use std::io::Write;
use std::process::ExitCode;

/// Does what was asked for and gives the exit code.
///
/// # Errors
/// [`CliError`] where nothing could be begun; the exit code is 2 then.
pub fn dispatch(command: Command, pieces: &Pieces) -> Result<ExitCode, CliError> {
    match command {
        Command::Run(args) => run::run(&args, pieces),
        Command::Plan(args) => run::plan_only(&args, pieces),
        Command::See(args) => see::see(&args, pieces),
        Command::Find(args) => see::find(&args, pieces),
        Command::Click(args) => act::click(&args, pieces),
        Command::Hover(args) => act::hover(&args, pieces),
        Command::Drag(args) => act::drag(&args, pieces),
        Command::Scroll(args) => act::scroll(&args, pieces),
        Command::Windows(args) => windows::windows(&args, pieces),
        Command::Type(args) => act::type_text(&args, pieces),
        Command::Key(args) => act::key(&args, pieces),
        Command::Wait(args) => act::wait(&args, pieces),
        Command::Open(args) => act::open(&args, pieces),
        Command::Runs(RunsCommand::List(args)) => runs::list(&args, pieces),
        Command::Runs(RunsCommand::Show(args)) => runs::show(&args, pieces),
        Command::Runs(RunsCommand::Report(args)) => runs::report(&args, pieces),
        Command::Runs(RunsCommand::Retry(args)) => runs::retry(&args, pieces),
        Command::Runs(RunsCommand::Follow(args)) => runs::follow(&args, pieces),
        Command::Runs(RunsCommand::Cancel(args)) => runs::signal(&args, Signal::Cancel, pieces),
        Command::Runs(RunsCommand::Pause(args)) => runs::signal(&args, Signal::Pause, pieces),
        Command::Runs(RunsCommand::Resume(args)) => runs::signal(&args, Signal::Resume, pieces),
        Command::Runs(RunsCommand::Answer { run, answer }) => runs::answer(&run, &answer, pieces),
        Command::Runs(RunsCommand::Logs(args)) => runs::logs(&args, pieces),
        Command::Templates(command) => templates::templates(&command, pieces),
        Command::Settings(command) => settings::settings(&command),
        Command::Secrets(command) => settings::secrets(&command, pieces),
        Command::Prompt(args) => {
            if args.resident {
                work::leave_with_stdin();
            }
            prompt::prompt(&args, pieces)
        }
        Command::Install(args) => install::install(&args, pieces),
        Command::Panel => devices::panel(pieces),
        Command::Pair(args) => devices::pair(&args, pieces),
        Command::Devices(command) => devices::devices(&command, pieces),
        Command::Work(args) => work::work(&args, pieces),
        Command::Desktops(command) => desktops::desktops(&command, pieces),
        Command::Models(command) => models::models(&command, pieces),
        Command::Bench(BenchCommand::Runs(args)) => bench::runs::runs(&args, pieces),
        Command::Bench(BenchCommand::Sight(args)) => bench::sight::sight(&args, pieces),
        Command::Bench(BenchCommand::Finding(args)) => bench::finding::finding(&args, pieces),
        Command::Bench(BenchCommand::Applications(args)) => bench::applications(&args, pieces),
        Command::Bench(BenchCommand::Change(args)) => bench::change::change(&args, pieces),
        Command::Bench(BenchCommand::Capture(args)) => bench::capture::capture(&args, pieces),
        Command::Bench(BenchCommand::Hands(args)) => bench::hands::hands(&args, pieces),
        Command::Bench(BenchCommand::Language(args)) => bench::language::language(&args, pieces),
        Command::Bench(BenchCommand::Queue(args)) => bench::queue::queue(&args, pieces),
        Command::Bench(BenchCommand::Practice(args)) => bench::practice::practice(&args, pieces),
        Command::Bench(BenchCommand::Eyes(args)) => bench::eyes::eyes(&args, pieces),
        Command::Bench(BenchCommand::Look) => bench::sight::look(pieces),
        Command::Doctor(args) => doctor::doctor(&args, pieces),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "guardian", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Arguments::command()).render(&mut page).map_err(CliError::Print)?;
            std::io::stdout().write_all(&page).map_err(CliError::Print)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Agent { .. }
        | Command::Serve(_)
        | Command::Keep(_)
        | Command::KeepClipboard { .. }
        | Command::WatchPerson(_) => Ok(ExitCode::from(2)),
    }
}
