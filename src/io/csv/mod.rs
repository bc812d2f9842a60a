//! CSV: an own parser that reads byte ranges of files in parallel, with types inferred from a sample.

mod build;
mod bytes;
mod cells;
mod chunk;
mod content;
mod counted;
mod csv_file;
mod cursor;
mod footer;
mod infer;
mod lines;
mod nulls;
mod numbers;
mod options;
mod quoting;
mod ranges;
mod records;
mod retype;
mod rewrite;
mod sample;
mod scan;
mod sniff;
mod source;
mod split;
mod table;
mod text;
mod values;
mod virtuals;
mod words;
mod write;

#[cfg(test)]
mod dialect_tests;
#[cfg(test)]
mod option_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod torture_tests;

pub use crate::io::compressed::Compression;
pub use crate::io::rejects::OnError;
pub use options::{CsvOptions, CsvWriteOptions, Encoding};
pub use source::{CsvSource, open};
pub use write::create;

use crate::io::format::{self, Format};

/// Comma-separated values.
pub static FORMAT: Format = Format {
    name: "csv",
    extensions: source::EXTENSIONS,
    open: |paths, options| open(paths, format::options(options)?),
    create: |path, schema, options| create(path, schema, &format::options(options)?),
};
