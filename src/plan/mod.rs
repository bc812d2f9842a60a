//! Logical plans: one file per node, each checked against its input's schema when it is added.
//!
//! Plans are data; nothing here reads a file or runs anything.

pub mod source;

pub use source::{Flow, Scan, ScanRequest, SourceSpec, TableSource};
