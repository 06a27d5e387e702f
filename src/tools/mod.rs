//! Means other than mouse and keyboard: what applications there are, what the file system and the
//! process table say.
//!
//! The witnesses of verification live here. Nothing here looks at a screen or decides anything.

pub mod apps;
pub mod files;
pub mod http;
pub mod mcp;
pub mod shell;
pub mod terminal;
