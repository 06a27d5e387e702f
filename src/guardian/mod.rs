//! The parent: claims a run, drives its graph, holds the seat, grants actions, judges, records.
//!
//! In order: [`run`] drives a whole run, [`errand`] one attempt at one task, [`hands`] performs what
//! is granted, [`eyes`] looks, [`facts`] gathers what verdicts are made of, [`journal`] records.
//! Nothing here decides what a task's next step is; that is the agent's part.

mod errand;
mod eyes;
mod facts;
mod hands;
mod journal;
mod policy;
mod run;
mod seat;
mod shots;

pub use eyes::{Eyes, EyesError, Load};
pub use journal::{Journal, now_ms, sweep};
pub use run::{Guardian, GuardianError, Limits, Work};
pub use seat::Seat;
