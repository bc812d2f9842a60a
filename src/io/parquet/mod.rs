//! Parquet, through the `parquet` crate: row groups in parallel, only the columns and row groups that are needed.

mod bloom;
mod bounds;
mod chosen;
mod chunk;
mod direct;
mod footer;
mod input;
mod kept;
mod late;
mod options;
mod pack;
mod pages;
mod reader;
mod salvage;
mod scan;
mod share;
mod sorted;
mod source;
mod statistics;
mod table;
mod unit;
mod write;

#[cfg(test)]
mod chosen_tests;
#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod kept_tests;
#[cfg(test)]
mod nested_tests;
#[cfg(test)]
mod pack_tests;
#[cfg(test)]
mod salvage_tests;
#[cfg(test)]
mod share_tests;
#[cfg(test)]
mod skip_tests;
#[cfg(test)]
mod tests;

pub use options::{ParquetOptions, ParquetWriteOptions};
pub(crate) use source::open_telling;
pub use source::{ParquetSource, open};
pub use write::create;

use crate::io::format::{self, Format};

/// Apache Parquet.
pub static FORMAT: Format = Format {
    name: "parquet",
    extensions: options::EXTENSIONS,
    open: |paths, options| open(paths, format::options(options)?),
    create: |path, schema, options| create(path, schema, &format::options(options)?),
};
