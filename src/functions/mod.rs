//! The functions: one file per family, listed here. Being in a list is all it takes to be known everywhere.

pub mod aggregate;
pub mod lookup;
pub mod scalar;
pub mod window;

pub use aggregate::AGGREGATES;
pub use lookup::{aggregate_function, resolve, scalar_function, window_function};
pub use scalar::SCALARS;
pub use window::WINDOWS;
