//! Starting an agent as a bounded child, and what the child gives up before it begins.
//!
//! The parent keeps the display, the files and the network; the child keeps its pipe. Nothing here
//! knows what an agent does.

mod child;
mod restrict;

pub use child::{Agent, Process, Sandbox, SandboxError, Thread};
pub use restrict::{Restriction, can_give_up_files, restrict};
