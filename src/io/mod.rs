//! File formats, one folder each, listed in `FORMATS`; and the source over a frame in memory.
//!
//! Formats spawn no threads: they cut files into partitions, and the driver reads those in parallel.

mod categories;
#[cfg(feature = "cloud")]
mod cloud;
pub mod compressed;
pub mod csv;
mod dictionary;
mod file;
pub mod folders;
pub mod format;
mod guard;
mod gzip;
pub mod ipc;
pub mod json;
mod leftovers;
mod lines;
mod lz4;
pub mod memory;
mod objects;
mod output;
pub mod parquet;
mod partitioned;
mod paths;
mod prune;
mod registry;
pub(crate) mod rejects;
pub mod text;
mod translation;
pub mod union;

pub use folders::FileOptions;
pub use format::Format;
pub use memory::MemorySource;
pub use objects::options::StorageOptions;
pub use partitioned::{FolderOptions, Staging};
pub use registry::{format_by_name, format_of_path, open_spec};

/// All file formats.
pub static FORMATS: &[&Format] =
    &[&csv::FORMAT, &parquet::FORMAT, &ipc::FORMAT, &json::FORMAT, &text::FORMAT];
