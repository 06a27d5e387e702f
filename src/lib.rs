pub mod config;
pub mod display;
pub mod infer;
pub mod screen;
pub mod sight;
pub mod store;
pub mod task;
pub mod tools;
