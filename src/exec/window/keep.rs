//! All rows, partition by partition as they came, to be read more than once.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::collect::concat_batches;
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::plan::Flow;

/// Keeps the rows. Partitions stay what they were, empty ones too: what is computed of them does not depend on which rows
/// of other partitions a filter has dropped.
pub struct Keep {
    result: Slot<Vec<Batch>>,
}

impl Keep {
    /// A sink that leaves a batch per partition in `result`.
    pub fn new(result: Slot<Vec<Batch>>) -> Self {
        Keep { result }
    }
}

impl Sink for Keep {
    type Lane = Vec<Batch>;

    fn describe(&self) -> String {
        "Keep".to_owned()
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Vec<Batch>> {
        Ok(Vec::new())
    }

    fn push(&self, lane: &mut Vec<Batch>, batch: Batch, _context: &Context) -> Result<Flow> {
        lane.push(batch);
        Ok(Flow::Continue)
    }

    fn close(&self, lane: &mut Vec<Batch>, _context: &Context) -> Result<()> {
        if lane.len() != 1 {
            *lane = vec![concat_batches(lane)?];
        }
        Ok(())
    }

    fn finish(&self, lanes: Vec<Vec<Batch>>, _context: &Context) -> Result<()> {
        self.result.set(lanes.into_iter().flatten().collect())
    }
}
