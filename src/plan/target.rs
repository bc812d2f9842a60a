//! The contract of a table target: encode runs of rows on any thread, append them in order.

use crate::data::{Batch, Frame};
use crate::error::{Error, Result};
use crate::expr::Tasks;
use std::any::Any;
use std::sync::Arc;

/// Turns runs of rows into bytes. Knows nothing of the file, so that many threads can encode parts at the same time.
pub trait Encoder: Send + Sync {
    /// Rows that a part should have; `None`: any number.
    fn part_rows(&self) -> Option<usize>;

    /// Encodes one part: batches of the schema the writer was created with.
    ///
    /// # Errors
    /// `Unsupported` or what the format raises on a value.
    fn encode(&self, batches: &[Batch]) -> Result<Encoded>;

    /// [`Encoder::encode`], where other threads may have time: what can be shared of the work (columns, say) is given to
    /// `tasks`. The part is the same.
    ///
    /// # Errors
    /// As [`Encoder::encode`]; what `tasks` raises.
    fn encode_shared(&self, batches: &[Batch], _tasks: &dyn Tasks) -> Result<Encoded> {
        self.encode(batches)
    }
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

/// Work that any thread can do; what it gives is appended.
pub type Job = Box<dyn FnOnce() -> Result<Encoded> + Send>;

/// A file, or a folder of files, being written. Dropped before it is finished, it leaves nothing behind.
pub trait Output: Send {
    /// Appends a part. Parts stand in the file in the order of these calls.
    ///
    /// # Errors
    /// `Io`.
    fn append(&mut self, part: Encoded) -> Result<()>;

    /// Work that the parts so far have left, to be done on any thread: what comes of it is appended too, in any order.
    /// `last`: no parts come but those.
    ///
    /// # Errors
    /// `Io`.
    fn jobs(&mut self, _last: bool) -> Result<Vec<Job>> {
        Ok(Vec::new())
    }

    /// Bytes of the file so far, as far as they are known.
    fn written(&self) -> u64 {
        0
    }

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
            self.work(false)?;
        }
        self.work(true)?;
        self.output.finish()
    }

    fn work(&mut self, last: bool) -> Result<()> {
        self.output.jobs(last)?.into_iter().try_for_each(|job| self.output.append(job()?))
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
