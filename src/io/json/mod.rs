//! JSON: one object per line (NDJSON), or one array of objects. Objects are rows, their fields columns; lists and
//! objects within are nested columns.

mod array;
mod build;
mod guess;
mod options;
mod policy;
mod scan;
mod source;
mod table;
mod write;

#[cfg(test)]
mod array_tests;
#[cfg(test)]
mod policy_tests;
#[cfg(test)]
mod tests;

pub use crate::io::rejects::OnError;
pub use options::{JsonOptions, JsonWriteOptions};
pub use source::{JsonSource, open};
pub use write::create;

use crate::io::format::{self, Format};

/// JSON lines and arrays.
pub static FORMAT: Format = Format {
    name: "json",
    extensions: options::EXTENSIONS,
    open: |paths, options| open(paths, format::options(options)?),
    create: |path, schema, options| create(path, schema, &format::options(options)?),
};
