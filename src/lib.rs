pub mod config;
pub mod infer;
pub mod screen;
pub mod sight;
pub mod task;
