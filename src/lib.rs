//! Guardian: ask in a sentence; it looks at the screen, does the work with mouse and keyboard, and
//! proves that it was done.
//!
//! # Architecture
//!
//! ```text
//! main.rs        arguments -> pieces -> call -> exit code; the only place where real pieces are chosen
//! serve.rs       the service's pieces put together
//! lib.rs         this map, the rule, the path of one request
//! ```
//!
//! 6 cli/        what a person types and reads: one file per subcommand, text, JSON and the report; bench/ measures
//!
//! 6 web/        what a browser or a program sends: HTTP API, live streams, devices; the panel (web/panel, Svelte)
//!
//! 5 guardian/   the parent: claims a run, drives its graph, holds the seat, grants actions, aims again right before a
//!               press and reads back what was typed (hands), looks after the person (watcher), judges, records
//!
//! 5 agent/      the child (`guardian agent`): brief in, percept -> step, claim out; no access to the world
//!
//! 4 sight/      Frame -> Percept, one file per stage; joined with what applications say of themselves (fuse);
//!               finding things by description, answering from them
//!
//! 4 planner/    Request -> Graph, by a grammar over a lexicon, and by example: words that a network marks
//!
//! 4 verify/     Check x facts -> Verdict; pure
//!
//! 3 display/    trait Display: capture and input; X11, Wayland, private desktops and their keepers, those
//!               that stay (started) and are shown to a person (viewing), scripted, portable; whether hands may move
//!               (reins), what the person does (physical); the person's clipboard, lent and put back (loan);
//!               a display that was there is one process's at a time (hold);
//!               hands by a desktop's portal (portals); what applications say of themselves (accessibility)
//!
//! 3 infer/      trait VisionModel: onnxruntime, replay; the pinned model files, cut to the letters in use;
//!               trait MarkModel: the words of a sentence marked as what they name
//!
//! 3 store/      trait Store: runs, events, pictures; SQLite with migrations, in memory
//!
//! 3 sandbox/    trait Sandbox: start a bounded child; what a child gives up; in a thread
//!
//! 3 tools/      other means than mouse and keyboard: applications, files, terminals
//!
//! 3 config/     defaults < file < environment < flags -> plain checked structs
//!
//! 2 task/       nouns of work: Request, Graph, Task, Brief, Action, Check, Event, Verdict, Report; pure
//!
//! 1 screen/     nouns of seeing: PointPx, RectPx, Frame, Percept, TextSpan, Element, Change; pure
//!
//! **The rule.** A folder names only folders in rows with a smaller number; folders of one row never
//! name each other. Rows 1 and 2, and `planner/` and `verify/`, hold no I/O, clock or randomness: what `planner/`
//! asks a network comes through an [`infer::Marker`] that it is given. A crate that touches the world has one owner:
//! `x11rb`, `wayland-client`, `enigo` and `xcap` are display's, `ort` is infer's, `rusqlite` is store's, `landlock` and
//! `seccompiler` are sandbox's, `zbus` is display's.
//! `tests/layers.rs` keeps this true.
//!
//! # One request
//!
//! 1. `cli` checks the text and makes a [`task::Request`]; `store` commits it before anything moves.
//! 2. `guardian` claims the run; `planner` makes a [`task::Graph`], or a question for the person.
//! 3. A [`display::Desktop`] comes up: the person's own, a private one, or one that was started before and
//!    stays. A keeper process lets go of everything, and ends everything private, however the guardian ends.
//! 4. Each ready task gets a child process: the [`task::Brief`] is its first line. The child asks for
//!    looks and proposes [`task::Step`]s; the guardian grants, performs or refuses them.
//! 5. `Done` is only a claim: the guardian looks again, asks witnesses, and `verify` judges.
//! 6. Every fact is an [`task::Event`] in the store; the [`task::Report`] is a fold of them.

pub mod agent;
pub mod cli;
pub mod config;
pub mod display;
pub mod guardian;
pub mod infer;
pub mod planner;
pub mod sandbox;
pub mod screen;
pub mod sight;
pub mod store;
pub mod task;
pub mod tools;
pub mod verify;
pub mod web;
