//! Cells spread over columns: rows are found by their keys, each column is gathered at once.

use crate::data::Batch;
use crate::error::{AllOk, Error, Result};
use crate::exec::collect::concat_batches;
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::kernels::gather::{NO_ROW, Pieces, present};
use crate::kernels::group_index::GroupIndex;
use crate::plan::{Flow, Spread};
use arrow::array::AsArray;
use arrow::datatypes::UInt32Type;

/// Spreads cells over columns.
pub struct Pivot {
    how: Spread,
    weak_hash: bool,
    result: Slot<Vec<Batch>>,
}

impl Pivot {
    /// A sink that leaves the rows in `result`.
    pub fn new(how: Spread, weak_hash: bool, result: Slot<Vec<Batch>>) -> Self {
        Pivot { how, weak_hash, result }
    }

    /// The row of each cell, and the first cell of each row.
    fn rows(&self, cells: &Batch) -> Result<(Vec<u32>, Vec<u32>)> {
        let keys = &cells.columns()[..self.how.keys];
        let mut rows = vec![0; cells.rows()];
        if !keys.is_empty() {
            let dtypes = keys.iter().map(|key| key.dtype().clone()).collect();
            GroupIndex::new(dtypes, self.weak_hash).assign(keys, cells.rows(), &mut rows)?;
        }
        let mut first = Vec::new();
        for (cell, row) in rows.iter().enumerate() {
            if *row as usize == first.len() {
                first.push(cell as u32);
            }
        }
        Ok((rows, first))
    }

    /// Two values for one cell.
    fn twice(&self, cells: &Batch, cell: u32, place: usize) -> Error {
        let keys = cells.columns()[..self.how.keys].iter();
        let keys = keys.map(|key| crate::data::Scalar::from_array(key.array(), cell as usize).to_string());
        let name = self.how.names.get(place).map_or("", AsRef::as_ref);
        Error::invalid(format!("two values for the row ({})", keys.collect::<Vec<_>>().join(", ")))
            .operation("pivot")
            .column(name)
            .hint("say with an aggregate what becomes of several")
    }
}

impl Sink for Pivot {
    type Lane = Vec<Batch>;

    fn describe(&self) -> String {
        format!("Spread over {} columns", self.how.names.len())
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Vec<Batch>> {
        Ok(Vec::new())
    }

    fn push(&self, lane: &mut Vec<Batch>, batch: Batch, _context: &Context) -> Result<Flow> {
        lane.push(batch);
        Ok(Flow::Continue)
    }

    fn finish(&self, lanes: Vec<Vec<Batch>>, context: &Context) -> Result<()> {
        let batches: Vec<Batch> = lanes.into_iter().flatten().filter(|batch| batch.rows() > 0).collect();
        if batches.is_empty() {
            return self.result.set(Vec::new());
        }
        let cells = concat_batches(&batches)?;
        if cells.rows() > i32::MAX as usize {
            return Err(Error::unsupported(format!("{} cells", cells.rows())).operation("pivot"));
        }
        let (rows, first) = self.rows(&cells)?;
        let places = cells.column(self.how.keys).array().as_primitive::<UInt32Type>().values();
        // Cells by the place of their column.
        let mut starts = vec![0usize; self.how.places + 1];
        for place in places {
            let Some(count) = starts.get_mut(*place as usize + 1) else {
                return Err(Error::internal(format!("no column has the place {place}")));
            };
            *count += 1;
        }
        for place in 0..self.how.places {
            starts[place + 1] += starts[place];
        }
        let mut by_place = vec![0u32; cells.rows()];
        let mut next = starts.clone();
        for (cell, place) in places.iter().enumerate() {
            let at = &mut next[*place as usize];
            by_place[*at] = cell as u32;
            *at += 1;
        }
        let values: Vec<Pieces> = cells.columns()[self.how.keys + 1..].iter().map(Pieces::of).collect();
        let spread = context.parallel(self.how.places, |place| {
            let mut column = vec![NO_ROW; first.len()];
            for cell in &by_place[starts[place]..starts[place + 1]] {
                let slot = &mut column[rows[*cell as usize] as usize];
                if *slot != NO_ROW {
                    return Err(self.twice(&cells, *cell, place));
                }
                *slot = *cell;
            }
            let absent = present(&column);
            values.iter().map(|value| value.gather(&column, absent.as_ref())).all_ok()
        })?;
        let keys = cells.columns()[..self.how.keys].iter().map(|key| Pieces::of(key).gather(&first, None));
        let mut columns = keys.all_ok()?;
        for value in 0..values.len() {
            columns.extend(spread.iter().map(|place| place[value].clone()));
        }
        let whole = Batch::new(columns, first.len())?;
        let size = context.config().partition_rows;
        let parts = (0..first.len()).step_by(size.max(1));
        self.result.set(parts.map(|at| whole.slice(at, size.min(first.len() - at))).collect())
    }
}
