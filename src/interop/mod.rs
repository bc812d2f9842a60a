//! Columns to and from other crates: `ndarray` matrices, the archived `arrow2`. Shared, where the layouts agree.
//!
//! Nothing here starts threads: a copy that can be cut into tasks is handed a runner by its caller.

#[cfg(feature = "arrow2")]
pub mod arrow2;
#[cfg(feature = "ndarray")]
pub mod ndarray;
