//! The parent: claims a run, drives its graph, holds the seat, grants actions, judges, records.
//!
//! In order: [`run`] drives a whole run, [`drive`] is what its attempts share, [`errand`] one attempt at one task, [`hands`] performs what
//! is granted, [`watcher`] looks after the person, [`eyes`] looks, [`facts`] gathers what verdicts are made of, [`journal`] records.
//! Nothing here decides what a task's next step is; that is the agent's part.

mod answers;
mod daemon;
mod drive;
mod errand;
mod eyes;
mod facts;
mod flow;
mod hands;
mod journal;
mod on_screen;
mod policy;
mod pulse;
mod resume;
mod run;
mod seat;
mod secrets;
mod shots;
mod sweep;
mod watcher;
mod worker;

pub use daemon::{Daemon, DaemonRules, Presence, Sample, Schedule, ScheduleError, ScheduleRules, When, WorkerState};
pub use drive::Limits;
pub use eyes::{Eyes, EyesError, Load, Words};
pub use flow::{FlowRequest, Library, LibraryError, Listed, order_of_template, read_template};
pub use hands::{Draft, Glance, press_aimed, write};
pub use journal::{Journal, now_ms};
pub use pulse::LEASE;
pub use run::{Guardian, GuardianError, Work};
pub use seat::Seat;
pub use secrets::{Named as NamedSecret, SecretError, Secrets};
pub use sweep::sweep;
pub use watcher::{PersonRules, Post, Watcher, watch};
pub use worker::{Worker, WorkerRules, order_of};
