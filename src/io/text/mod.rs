//! Text files: each line is a row of one column of text.

mod options;
mod source;
mod write;

#[cfg(test)]
mod tests;

pub use options::{TextOptions, TextWriteOptions};
pub use source::{TextSource, open};
pub use write::create;

use crate::io::format::{self, Format};

/// Lines of text.
pub static FORMAT: Format = Format {
    name: "text",
    extensions: source::EXTENSIONS,
    open: |paths, options| open(paths, format::options(options)?),
    create: |path, schema, options| create(path, schema, &format::options(options)?),
};
