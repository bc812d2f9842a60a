//! A range of the rows; stops reading when it has them.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::plan::Flow;
use std::sync::Mutex;

/// Keeps rows `offset..offset + rows`.
pub struct Limit {
    offset: u64,
    rows: u64,
    result: Slot<Vec<Batch>>,
    /// Rows of each finished lane.
    finished: Mutex<Vec<(usize, u64)>>,
}

/// Batches of a lane, cut at what could be needed of it.
pub struct Lane {
    index: usize,
    batches: Vec<Batch>,
    rows: u64,
}

impl Limit {
    /// A sink that leaves its batches in `result`.
    pub fn new(offset: u64, rows: u64, result: Slot<Vec<Batch>>) -> Self {
        Limit { offset, rows, result, finished: Mutex::default() }
    }

    fn end(&self) -> u64 {
        self.offset.saturating_add(self.rows)
    }
}

impl Sink for Limit {
    type Lane = Lane;

    fn describe(&self) -> String {
        format!("Limit {} from row {}", self.rows, self.offset)
    }

    fn lane(&self, index: usize, _partitions: usize) -> Result<Lane> {
        Ok(Lane { index, batches: Vec::new(), rows: 0 })
    }

    fn wants(&self, index: usize) -> bool {
        let finished = self.finished.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let before: u64 = finished.iter().filter(|(lane, _)| *lane < index).map(|(_, rows)| rows).sum();
        before < self.end()
    }

    fn push(&self, lane: &mut Lane, batch: Batch, _context: &Context) -> Result<Flow> {
        let wanted = (self.end() - lane.rows).min(batch.rows() as u64);
        lane.rows += wanted;
        lane.batches.push(batch.slice(0, wanted as usize));
        Ok(if lane.rows < self.end() { Flow::Continue } else { Flow::Stop })
    }

    fn close(&self, lane: &mut Lane, _context: &Context) -> Result<()> {
        let mut finished = self.finished.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        finished.push((lane.index, lane.rows));
        Ok(())
    }

    fn finish(&self, lanes: Vec<Lane>, _context: &Context) -> Result<()> {
        let (mut skip, mut left) = (self.offset, self.rows);
        let mut kept = Vec::new();
        for batch in lanes.into_iter().flat_map(|lane| lane.batches) {
            let rows = batch.rows() as u64;
            let start = skip.min(rows);
            let count = (rows - start).min(left);
            skip -= start;
            left -= count;
            if count > 0 {
                kept.push(batch.slice(start as usize, count as usize));
            }
        }
        self.result.set(kept)
    }
}
