//! The contract of a file format: how its files become a table source, and how a table becomes a file.

use crate::data::{Batch, Frame, Schema};
use crate::error::{Error, Result};
use crate::plan::TableSource;
use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file format: what `FORMATS` lists. Options are the format's own, as JSON; an empty text is all defaults.
pub struct Format {
    /// Its name, as sources as data call it.
    pub name: &'static str,
    /// Extensions of its files, in lower case.
    pub extensions: &'static [&'static str],
    /// Opens files (or patterns) as one table.
    pub open: fn(paths: &[PathBuf], options: &str) -> Result<Arc<dyn TableSource>>,
    /// Starts a file.
    pub create: fn(path: &Path, schema: &Schema, options: &str) -> Result<Writer>,
}

/// Turns runs of rows into bytes. Knows nothing of the file, so that many threads can encode parts at the same time.
pub trait Encoder: Send + Sync {
    /// Rows that a part should have; `None`: any number.
    fn part_rows(&self) -> Option<usize>;

    /// Encodes one part: batches of the schema the writer was created with.
    ///
    /// # Errors
    /// `Unsupported` or what the format raises on a value.
    fn encode(&self, batches: &[Batch]) -> Result<Encoded>;
}

/// One part of a table, encoded for one format.
pub struct Encoded(Box<dyn Any + Send>);

impl Encoded {
    /// A part in the format's own form.
    pub fn new<T: Any + Send>(part: T) -> Self {
        Encoded(Box::new(part))
    }

    /// The part again.
    ///
    /// # Errors
    /// `Internal` if it was encoded by another format.
    pub fn take<T: Any + Send>(self) -> Result<T> {
        let part = self.0.downcast::<T>();
        part.map(|part| *part).map_err(|_| Error::internal("a part encoded for another format"))
    }
}

/// A file being written. Dropped before it is finished, it leaves nothing behind.
pub trait Output: Send {
    /// Appends a part. Parts stand in the file in the order of these calls.
    ///
    /// # Errors
    /// `Io`.
    fn append(&mut self, part: Encoded) -> Result<()>;

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// `Io`; then nothing has changed under the name.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// The two halves of writing: encode anywhere, append in order.
pub struct Writer {
    /// Encodes parts, on any thread.
    pub encoder: Arc<dyn Encoder>,
    /// Takes parts in order.
    pub output: Box<dyn Output>,
}

impl Writer {
    /// Writes a whole frame on this thread.
    ///
    /// # Errors
    /// What encoding or appending raises; then no file is left behind.
    pub fn write(mut self, frame: &Frame) -> Result<()> {
        for part in parts(frame.partitions(), self.encoder.part_rows()) {
            self.output.append(self.encoder.encode(&part)?)?;
        }
        self.output.finish()
    }
}

/// Cuts and gathers batches into parts of `rows` rows (the last one may have fewer); copies nothing.
pub fn parts(batches: &[Batch], rows: Option<usize>) -> Vec<Vec<Batch>> {
    let Some(rows) = rows else { return batches.iter().map(|batch| vec![batch.clone()]).collect() };
    let rows = rows.max(1);
    let mut parts: Vec<Vec<Batch>> = Vec::new();
    let mut room = 0;
    for batch in batches {
        let mut at = 0;
        while at < batch.rows() {
            if room == 0 {
                parts.push(Vec::new());
                room = rows;
            }
            let count = room.min(batch.rows() - at);
            if let Some(part) = parts.last_mut() {
                part.push(batch.slice(at, count));
            }
            at += count;
            room -= count;
        }
    }
    parts
}

/// The options in a JSON text; all defaults if it is empty.
///
/// # Errors
/// `InvalidArgument` naming what is wrong.
pub fn options<T: Default + serde::de::DeserializeOwned>(json: &str) -> Result<T> {
    if json.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_str(json).map_err(|error| Error::invalid(format!("wrong options: {error}")))
}
