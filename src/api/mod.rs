//! The verbs users call: each builds a plan node or runs the engine. No algorithms here.

pub mod aggregate;
pub mod eager;
pub mod group_by;
pub mod join;
pub mod lazy;
#[cfg(feature = "ndarray")]
pub mod ndarray;
pub mod read;
pub mod run;
pub mod write;

pub use group_by::LazyGroupBy;
pub use join::JoinType;
pub use lazy::LazyFrame;
pub use read::{IntoPaths, read_csv, read_parquet, scan_csv, scan_parquet};
