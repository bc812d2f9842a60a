//! File formats, one folder each, listed in `FORMATS`; and the source over a frame in memory.
//!
//! Formats spawn no threads: they cut files into partitions, and the driver reads those in parallel.

pub mod memory;

pub use memory::MemorySource;
