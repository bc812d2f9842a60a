//! The contracts of operators. Sources are `plan::Scan`; here are transforms and sinks.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::context::Context;
use crate::plan::Flow;

/// Takes batches onwards.
pub type Emit<'a> = dyn FnMut(Batch) -> Result<Flow> + 'a;

/// Batch in, batches out; without state of its own.
pub trait Transform: Send + Sync {
    /// One line for `explain`.
    fn describe(&self) -> String;

    /// Whether row `i` of a batch becomes row `i` of the one batch given (so that errors can name rows).
    fn keeps_rows(&self) -> bool {
        false
    }

    /// Hands what becomes of a batch to `emit`, in order; stops when told to.
    ///
    /// # Errors
    /// What the operator raises, or what `emit` raises.
    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow>;
}

/// Where a pipeline ends. Partitions are gathered in lanes: runs of consecutive partitions, cut by their number alone;
/// a lane is fed in order by one thread at a time, and lanes are merged in order.
pub trait Sink: Send + Sync {
    /// The state of one lane.
    type Lane: Send;

    /// One line for `explain`.
    fn describe(&self) -> String;

    /// How many lanes there are for so many partitions. It must not depend on the number of threads.
    fn lanes(&self, partitions: usize) -> usize {
        partitions
    }

    /// An empty state for lane `index`, which will be fed so many partitions.
    ///
    /// # Errors
    /// What the operator raises.
    fn lane(&self, index: usize, partitions: usize) -> Result<Self::Lane>;

    /// Whether lane `index` is still needed, asked before it starts.
    fn wants(&self, _index: usize) -> bool {
        true
    }

    /// Adds a batch.
    ///
    /// # Errors
    /// What the operator raises, with rows counted within the batch.
    fn push(&self, lane: &mut Self::Lane, batch: Batch, context: &Context) -> Result<Flow>;

    /// Called when a lane has got all its rows, on the thread that fed it.
    ///
    /// # Errors
    /// What the operator raises.
    fn close(&self, _lane: &mut Self::Lane, _context: &Context) -> Result<()> {
        Ok(())
    }

    /// Merges the lanes, in order.
    ///
    /// # Errors
    /// What the operator raises.
    fn finish(&self, lanes: Vec<Self::Lane>, context: &Context) -> Result<()>;
}
