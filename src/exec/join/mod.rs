//! Joins: one side is built into an index in parallel, the other side's batches are probed as they stream by.

pub mod build;
pub mod built;
pub mod conditions;
pub mod guard;
pub mod keys;
pub mod probe;
pub mod probed;
pub mod report;
pub mod residual;
pub mod spec;
pub mod turned;
pub mod unmatched;

pub use build::{Build, BuildOptions, Kept};
pub use probe::Probe;
pub use probed::{Output, Wanted};
pub use spec::{Spec, spec};
pub use turned::{End, Mark, Turned};
