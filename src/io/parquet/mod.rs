//! Parquet, through the `parquet` crate: row groups in parallel, only the columns and row groups that are needed.

mod input;
mod options;
mod prune;
mod scan;
mod source;
mod statistics;
mod table;
mod write;

#[cfg(test)]
mod tests;

pub use options::{ParquetOptions, ParquetWriteOptions};
pub use source::ParquetSource;
pub use write::create;

use crate::io::format::{self, Format};
use std::sync::Arc;

/// Apache Parquet.
pub static FORMAT: Format = Format {
    name: "parquet",
    extensions: &["parquet", "pq"],
    open: |paths, options| Ok(Arc::new(ParquetSource::open(paths, format::options(options)?)?)),
    create: |path, schema, options| create(path, schema, &format::options(options)?),
};
