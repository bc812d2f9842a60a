//! Writes folders of files: rows parted by the values of keys (`year=2024/part-000000.parquet`), files of a limited
//! number of rows, the folder whole or not there at all.

mod files;
mod options;
mod output;
mod split;
mod staging;

pub use options::FolderOptions;
pub use output::create;
pub use staging::Staging;
