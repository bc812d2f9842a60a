//! Rows into a file: parts are encoded on all threads and appended in order as soon as they can be.

use crate::data::Batch;
use crate::error::{Error, Result};
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::plan::Flow;
use crate::plan::target::{Encoded, Encoder, Job, Output, Writer, parts};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Partitions whose rows share parts, so that parts are not cut at every small partition.
const LANE_PARTITIONS: usize = 4;

/// Writes all rows.
pub struct Write {
    name: String,
    operation: String,
    encoder: Arc<dyn Encoder>,
    state: Mutex<State>,
}

struct State {
    /// `None` once the file is finished or given up.
    output: Option<Box<dyn Output>>,
    /// The lane that comes next in the file.
    next: usize,
    /// Lanes that were encoded before their turn.
    waiting: BTreeMap<usize, Vec<Encoded>>,
}

/// The rows of a lane that are not encoded yet, and the parts that are.
pub struct Lane {
    index: usize,
    batches: Vec<Batch>,
    rows: usize,
    encoded: Vec<Encoded>,
}

impl Write {
    /// A sink into a file, shown as `name`; its errors are those of `operation`.
    pub fn new(operation: String, name: String, writer: Writer) -> Self {
        let state = State { output: Some(writer.output), next: 0, waiting: BTreeMap::new() };
        Write { name, operation, encoder: writer.encoder, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// An error of the file.
    fn failed(&self, error: Error) -> Error {
        error.operation(self.operation.as_str())
    }

    /// Does work outside the lock, and appends what comes of it.
    fn run(&self, job: Job) -> Result<()> {
        let part = job().map_err(|error| self.failed(error))?;
        self.state().output()?.append(part).map_err(|error| self.failed(error))
    }

    fn encode(&self, lane: &mut Lane, context: &Context) -> Result<()> {
        for part in parts(&std::mem::take(&mut lane.batches), self.encoder.part_rows()) {
            lane.encoded.push(self.encoder.encode_shared(&part, context)?);
        }
        lane.rows = 0;
        Ok(())
    }
}

impl State {
    /// Appends the parts of a lane when its turn comes; the work that is left then.
    fn append(&mut self, lane: usize, encoded: Vec<Encoded>) -> Result<Vec<Job>> {
        self.waiting.insert(lane, encoded);
        while let Some(parts) = self.waiting.remove(&self.next) {
            self.next += 1;
            for part in parts {
                self.output()?.append(part)?;
            }
        }
        self.output()?.jobs(false)
    }

    fn output(&mut self) -> Result<&mut Box<dyn Output>> {
        self.output.as_mut().ok_or_else(|| Error::internal("a file written after its end"))
    }
}

impl Sink for Write {
    type Lane = Lane;

    fn describe(&self) -> String {
        self.name.clone()
    }

    fn lanes(&self, partitions: usize) -> usize {
        match self.encoder.part_rows() {
            Some(_) => partitions.div_ceil(LANE_PARTITIONS),
            None => partitions,
        }
    }

    fn lane(&self, index: usize, _partitions: usize) -> Result<Lane> {
        Ok(Lane { index, batches: Vec::new(), rows: 0, encoded: Vec::new() })
    }

    fn push(&self, lane: &mut Lane, batch: Batch, context: &Context) -> Result<Flow> {
        lane.rows += batch.rows();
        lane.batches.push(batch);
        if self.encoder.part_rows().is_none_or(|rows| lane.rows.is_multiple_of(rows.max(1))) {
            self.encode(lane, context)?;
        }
        Ok(Flow::Continue)
    }

    fn close(&self, lane: &mut Lane, context: &Context) -> Result<()> {
        self.encode(lane, context)?;
        let encoded = std::mem::take(&mut lane.encoded);
        let jobs = self.state().append(lane.index, encoded).map_err(|error| self.failed(error))?;
        jobs.into_iter().try_for_each(|job| self.run(job))
    }

    fn finish(&self, _lanes: Vec<Lane>, context: &Context) -> Result<()> {
        let jobs: Vec<Mutex<Option<Job>>> =
            self.state().output()?.jobs(true)?.into_iter().map(|job| Mutex::new(Some(job))).collect();
        context.parallel(jobs.len(), |place| {
            let job = jobs[place].lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
            job.map_or(Ok(()), |job| self.run(job))
        })?;
        match self.state().output.take() {
            Some(output) => output.finish().map_err(|error| self.failed(error)),
            None => Err(Error::internal("a file finished twice")),
        }
    }
}
