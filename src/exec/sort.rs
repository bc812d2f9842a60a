//! Sorting: the order by all threads, then the columns brought into it.

use crate::data::{Batch, Column};
use crate::error::{Error, Result};
use crate::exec::context::Context;
use crate::exec::gather::{gather_places, sizes};
use crate::exec::operator::Sink;
use crate::exec::order::moved::is_worth_it;
use crate::exec::order::rows::{Arranged, Order};
use crate::exec::slot::Slot;
use crate::exec::unify::unify;
use crate::expr::{Bound, columns};
use crate::kernels::gather::{Pieces, numbering};
use crate::kernels::order::Direction;
use crate::plan::Flow;

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
