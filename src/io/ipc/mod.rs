//! Arrow IPC: files (also known as Feather 2) and streams, their record batches in parallel.

mod blocks;
mod buffers;
mod options;
mod scan;
mod source;
mod table;
mod write;

#[cfg(test)]
mod tests;

pub use options::{IpcOptions, IpcWriteOptions};
pub use source::{IpcSource, open};
pub use write::create;

use crate::io::format::{self, Format};

/// Apache Arrow's own format, as a file or a stream.
pub static FORMAT: Format = Format {
    name: "ipc",
    extensions: options::EXTENSIONS,
    open: |paths, options| open(paths, format::options(options)?),
    create: |path, schema, options| create(path, schema, &format::options(options)?),
};
