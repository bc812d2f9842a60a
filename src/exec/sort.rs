//! Sorting: the order by all threads, then the columns brought into it.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Error, Result};
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::order::moved::is_worth_it;
use crate::exec::order::rows::{Arranged, Order};
use crate::exec::slot::Slot;
use crate::exec::unify::unify;
use crate::expr::{Bound, columns};
use crate::kernels::gather::{Pieces, numbering};
use crate::kernels::order::Direction;
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
        let pieces = pieces(&batches, context)?;
        let arranged = match &pieces {
            Some(_) => Order::arranged(keys, &dtypes, &self.directions, context)?,
            None => Arranged::Order(Order::new(keys, &dtypes, &self.directions, false, context)?),
        };
        self.result.set(match (arranged, pieces) {
            (Arranged::Order(order), _) if order.is_as_it_was() => batches,
            (Arranged::Moves(moves), Some((pieces, shift))) => {
                let (size, cut) = sizes(context);
                cut(moves.batches(&pieces, shift, size, context)?)
            }
            (Arranged::Order(order), _) => {
                gather_places(&batches, order.len(), &|rows| order.places(rows), context)?
            }
            _ => return Err(Error::internal("rows that were put into buckets without their columns")),
        })
    }
}

/// The columns of batches in pieces, and the shift of their numbers, if rows in no order should be moved by way of buckets.
fn pieces(batches: &[Batch], context: &Context) -> Result<Option<(Vec<Pieces>, u32)>> {
    let sizes = batches.iter().map(Batch::rows);
    let (Some(first), Some(shift)) = (batches.first(), numbering(sizes.clone())) else { return Ok(None) };
    let batches = unify(batches.to_vec(), context)?;
    let columns = (0..first.columns().len()).map(|position| {
        let pieces: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
        Pieces::new(&pieces, shift)
    });
    let columns: Vec<Pieces> = columns.collect();
    Ok(is_worth_it(&columns, sizes.sum(), context).then_some((columns, shift)))
}

/// Rows of several batches, given as (batch, row), in new batches of the usual size.
///
/// # Errors
/// `Type` if Arrow cannot hold the rows.
pub fn gather(batches: &[Batch], rows: &[Place], context: &Context) -> Result<Vec<Batch>> {
    gather_places(batches, rows.len(), &|range| rows[range].to_vec(), context)
}

/// A batch as batches of so many rows.
fn small(batch: &Batch, rows: usize) -> impl Iterator<Item = Batch> {
    (0..batch.rows()).step_by(rows).map(move |start| batch.slice(start, rows.min(batch.rows() - start)))
}

/// Rows gathered at a time, and how batches of them become batches of the usual size.
fn sizes(context: &Context) -> (usize, impl Fn(Vec<Batch>) -> Vec<Batch>) {
    let wanted = context.config().partition_rows;
    // Small batches are cut out of larger ones: each gathering looks at all batches there are.
    let size = wanted * LEAST_ROWS.div_ceil(wanted);
    let cut = move |gathered: Vec<Batch>| match size == wanted {
        true => gathered,
        false => gathered.iter().flat_map(|batch| small(batch, wanted)).collect(),
    };
    (size, cut)
}

fn gather_places(
    batches: &[Batch],
    rows: usize,
    places: &(dyn Fn(Range<usize>) -> Vec<Place> + Sync),
    context: &Context,
) -> Result<Vec<Batch>> {
    let Some(first) = batches.first() else { return Ok(Vec::new()) };
    let (size, cut) = sizes(context);
    let gatherers = context.parallel(first.columns().len(), |position| {
        let chunks: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
        Gatherer::new(&chunks)
    })?;
    let chunks = rows.div_ceil(size);
    let range = |chunk: usize| chunk * size..rows.min((chunk + 1) * size);
    if chunks >= 2 * context.config().threads {
        let gathered = context.parallel(chunks, |chunk| {
            let places = places(range(chunk));
            let columns = gatherers.iter().map(|gatherer| gatherer.take(&places, false));
            Batch::new(columns.all_ok()?, places.len())
        });
        return Ok(cut(gathered?));
    }
    // Few batches: their columns are tasks of their own.
    let places = context.parallel(chunks, |chunk| Ok(places(range(chunk))))?;
    let width = gatherers.len();
    let columns = context
        .parallel(chunks * width, |task| gatherers[task % width].take(&places[task / width], false))?;
    let mut columns = columns.into_iter();
    let gathered =
        places.iter().map(|places| Batch::new(columns.by_ref().take(width).collect(), places.len()));
    Ok(cut(gathered.all_ok()?))
}
