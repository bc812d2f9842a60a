//! Where one pipeline leaves its result for the next.

use crate::data::Batch;
use crate::error::{Error, Result};
use crate::plan::{Flow, Scan};
use std::sync::{Arc, OnceLock};

/// A result that is set once and read by later pipelines.
pub struct Slot<T>(Arc<OnceLock<T>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Slot(self.0.clone())
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Slot(Arc::default())
    }
}

impl<T> Slot<T> {
    /// Leaves the result.
    ///
    /// # Errors
    /// `Internal` if there is one already.
    pub fn set(&self, value: T) -> Result<()> {
        self.0.set(value).map_err(|_| Error::internal("a pipeline ran twice"))
    }

    /// The result.
    ///
    /// # Errors
    /// `Internal` if the pipeline has not run.
    pub fn get(&self) -> Result<&T> {
        self.0.get().ok_or_else(|| Error::internal("a pipeline ran before the one it needs"))
    }
}

/// Batches that an earlier pipeline left.
pub struct SlotScan(pub Slot<Vec<Batch>>);

impl Scan for SlotScan {
    fn partitions(&self) -> usize {
        self.0.get().map_or(0, Vec::len)
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        emit(self.0.get()?[partition].clone()).map(|_| ())
    }
}
