//! One row's values repeated for every row: aggregates over all rows.

use crate::data::{Batch, Column};
use crate::error::{Error, Result};
use crate::exec::operator::{Emit, Transform};
use crate::exec::slot::Slot;
use crate::plan::Flow;
use arrow::array::UInt32Array;
use arrow::compute::take;

/// Appends the columns of the one row that an aggregation left.
pub struct Broadcast {
    row: Slot<Vec<Batch>>,
}

impl Broadcast {
    /// A transform that repeats the row.
    pub fn new(row: Slot<Vec<Batch>>) -> Self {
        Broadcast { row }
    }
}

impl Transform for Broadcast {
    fn describe(&self) -> String {
        "Repeat totals".to_owned()
    }

    fn keeps_rows(&self) -> bool {
        true
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        let row = self.row.get()?.iter().find(|batch| batch.rows() > 0);
        let row = row.ok_or_else(|| Error::internal("an aggregation of all rows left no row"))?;
        let rows = batch.rows();
        let first = UInt32Array::from(vec![0u32; rows]);
        let mut columns = batch.into_columns();
        for column in row.columns() {
            columns.push(Column::from_held(take(column.array(), &first, None)?));
        }
        emit(Batch::new(columns, rows)?)
    }
}
