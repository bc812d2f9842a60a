//! CSV: an own parser that reads byte ranges of files in parallel, with types inferred from a sample.

mod build;
mod bytes;
mod cells;
mod cursor;
mod infer;
mod options;
mod records;
mod sample;
mod scan;
mod source;
mod split;
mod table;
mod values;
mod write;

#[cfg(test)]
mod tests;

pub use options::{CsvOptions, CsvWriteOptions};
pub use source::CsvSource;
pub use write::create;

use crate::io::format::{self, Format};
use std::sync::Arc;

/// Comma-separated values.
pub static FORMAT: Format = Format {
    name: "csv",
    extensions: &["csv", "tsv"],
    open: |paths, options| Ok(Arc::new(CsvSource::open(paths, format::options(options)?)?)),
    create: |path, schema, options| create(path, schema, &format::options(options)?),
};
