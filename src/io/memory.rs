//! The source over a frame in memory: shares its columns, copies nothing.

use crate::data::{Batch, Frame, Schema};
use crate::error::Result;
use crate::plan::{Flow, Scan, ScanRequest, TableSource};
use std::fmt;
use std::sync::Arc;

/// A frame as a table source.
#[derive(Clone)]
pub struct MemorySource {
    frame: Frame,
}

impl MemorySource {
    /// A source over a frame.
    pub fn new(frame: Frame) -> Self {
        MemorySource { frame }
    }

    /// The frame.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }
}

impl fmt::Debug for MemorySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl TableSource for MemorySource {
    fn schema(&self) -> &Schema {
        self.frame.schema()
    }

    fn rows(&self) -> Option<u64> {
        Some(self.frame.rows())
    }

    fn held(&self) -> Option<&Frame> {
        Some(&self.frame)
    }

    fn describe(&self) -> String {
        format!("frame of {} rows in {} partitions", self.frame.rows(), self.frame.partitions().len())
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn Scan>> {
        let mut cuts = Vec::new();
        for (partition, batch) in self.frame.partitions().iter().enumerate() {
            let size = request.batch_rows.max(1);
            // Partitions somewhat larger than a batch are not worth cutting.
            let count = if batch.rows() > size + size / 2 { batch.rows().div_ceil(size) } else { 1 };
            let step = batch.rows().div_ceil(count);
            cuts.extend((0..count).map(|i| Cut {
                partition,
                start: i * step,
                end: batch.rows().min((i + 1) * step),
            }));
        }
        Ok(Arc::new(MemoryScan { frame: self.frame.clone(), projection: request.projection.clone(), cuts }))
    }
}

/// Rows `start..end` of a partition of the frame.
struct Cut {
    partition: usize,
    start: usize,
    end: usize,
}

struct MemoryScan {
    frame: Frame,
    projection: Vec<usize>,
    cuts: Vec<Cut>,
}

impl MemoryScan {
    fn batch(&self, cut: &Cut) -> Batch {
        self.frame.partitions()[cut.partition].project(&self.projection).slice(cut.start, cut.end - cut.start)
    }
}

impl Scan for MemoryScan {
    fn partitions(&self) -> usize {
        self.cuts.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        emit(self.batch(&self.cuts[partition])).map(|_| ())
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        let cut = &self.cuts[partition];
        let before = self.frame.partitions()[..cut.partition].iter().map(|batch| batch.rows() as u64);
        Some(before.sum::<u64>() + cut.start as u64)
    }
}
