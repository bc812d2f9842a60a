//! Sorting: the order by all threads, then one gather per column and output partition.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Result};
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::order::rows::Order;
use crate::exec::slot::Slot;
use crate::exec::unify::unify;
use crate::expr::{Bound, columns};
use crate::kernels::gather::{Pieces, numbering};
use crate::kernels::order::Direction;
use crate::kernels::payload::{LEAST_BYTES, Payload};
use crate::kernels::places::{Gatherer, Place};
use crate::plan::Flow;
use std::ops::Range;

/// Rows that are gathered at a time, or more.
const LEAST_ROWS: usize = 8192;

/// Sorts all rows.
pub struct Sort {
    keys: Vec<Bound>,
    directions: Vec<Direction>,
    result: Slot<Vec<Batch>>,
}

/// Batches of key columns, and the batches themselves.
pub type Lane = Vec<(Batch, Batch)>;

impl Sort {
    /// A sink that leaves sorted batches in `result`.
    pub fn new(keys: Vec<Bound>, directions: Vec<Direction>, result: Slot<Vec<Batch>>) -> Self {
        Sort { keys, directions, result }
    }
}

impl Sink for Sort {
    type Lane = Lane;

    fn describe(&self) -> String {
        let keys: Vec<&str> = self.keys.iter().map(|key| key.text.as_ref()).collect();
        format!("Sort by {}", keys.join(", "))
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Lane> {
        Ok(Vec::new())
    }

    fn push(&self, lane: &mut Lane, batch: Batch, _context: &Context) -> Result<Flow> {
        let keys = columns(&self.keys, &batch)?;
        lane.push((Batch::new(keys, batch.rows())?, batch));
        Ok(Flow::Continue)
    }

    fn finish(&self, lanes: Vec<Lane>, context: &Context) -> Result<()> {
        let (keys, batches): (Vec<Batch>, Vec<Batch>) = lanes.into_iter().flatten().unzip();
        let dtypes: Vec<_> = self.keys.iter().map(|key| key.dtype.clone()).collect();
        let order = Order::new(keys, &dtypes, &self.directions, false, context)?;
        if order.is_as_it_was() {
            return self.result.set(batches);
        }
        let near = order.is_near();
        self.result.set(gather_by(&batches, order.len(), near, &|rows| order.places(rows), context)?)
    }
}

/// Rows of several batches, given as (batch, row), in new batches of the usual size.
///
/// # Errors
/// `Type` if Arrow cannot hold the rows.
pub fn gather(batches: &[Batch], rows: &[Place], context: &Context) -> Result<Vec<Batch>> {
    gather_by(batches, rows.len(), true, &|range| rows[range].to_vec(), context)
}

/// A batch as batches of so many rows.
fn small(batch: &Batch, rows: usize) -> impl Iterator<Item = Batch> {
    (0..batch.rows()).step_by(rows).map(move |start| batch.slice(start, rows.min(batch.rows() - start)))
}

/// `near`: rows that follow each other often lie near each other, so the caches have them.
fn gather_by(
    batches: &[Batch],
    rows: usize,
    near: bool,
    places: &(dyn Fn(Range<usize>) -> Vec<Place> + Sync),
    context: &Context,
) -> Result<Vec<Batch>> {
    let Some(first) = batches.first() else { return Ok(Vec::new()) };
    let wanted = context.config().partition_rows;
    // Small batches are cut out of larger ones: each gathering looks at all batches there are.
    let size = wanted * LEAST_ROWS.div_ceil(wanted);
    let range = |chunk: usize| chunk * size..rows.min((chunk + 1) * size);
    let cut = |gathered: Vec<Batch>| match size == wanted {
        true => gathered,
        false => gathered.iter().flat_map(|batch| small(batch, wanted)).collect(),
    };
    if let (false, Some(shift)) = (near, numbering(batches.iter().map(Batch::rows))) {
        let batches = unify(batches.to_vec(), context)?;
        let columns = (0..first.columns().len()).map(|position| {
            let pieces: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
            Pieces::new(&pieces, shift)
        });
        let pieces: Vec<usize> = batches.iter().map(Batch::rows).collect();
        let payload = Payload::new(columns.collect(), shift);
        let least = if context.config().weak_hash { 0 } else { LEAST_BYTES };
        let payload = payload.packed(&pieces, least, |lay| context.parallel(pieces.len(), lay))?;
        let positions: Vec<usize> = (0..first.columns().len()).collect();
        let gathered = context.parallel(rows.div_ceil(size), |chunk| {
            let numbers: Vec<u32> =
                places(range(chunk)).iter().map(|(batch, row)| batch << shift | row).collect();
            Batch::new(payload.gather(&positions, &numbers, None)?, numbers.len())
        });
        return Ok(cut(gathered?));
    }
    let gatherers = context.parallel(first.columns().len(), |position| {
        let chunks: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
        Gatherer::new(&chunks)
    })?;
    let gathered = context.parallel(rows.div_ceil(size), |chunk| {
        let places = places(range(chunk));
        let columns = gatherers.iter().map(|gatherer| gatherer.take(&places, false));
        Batch::new(columns.all_ok()?, places.len())
    });
    Ok(cut(gathered?))
}
