//! Joins: the right side is built into a table, the left side's batches are probed as they stream by.

pub mod build;
pub mod probe;

pub use build::{Build, Built};
pub use probe::Probe;
