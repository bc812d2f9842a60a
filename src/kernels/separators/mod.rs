//! Finds the bytes that separate the fields and records of delimited text, 64 bytes at a time.
//!
//! [`scan::Scanner`] carries the state from block to block and is written once; `masks` (portable words) and `x86`
//! (SSE2, AVX2) only tell which bytes of a block are which, and the best one the processor has is chosen at run time.
//! [`nesting()`] does the same for the brackets of JSON.

pub mod masks;
pub mod nesting;
pub mod scan;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use masks::Separators;
pub use nesting::{Nesting, nesting};
pub use scan::{Carry, Scan, Scanner};
