//! One row per element of a list column.

use crate::data::{Batch, Column};
use crate::error::{Error, Result};
use crate::exec::operator::{Emit, Transform};
use crate::plan::Flow;
use arrow::array::{Array, AsArray, UInt32Array};
use arrow::compute::take;

/// Explodes the list column at a position.
pub struct Explode {
    position: usize,
    name: String,
}

impl Explode {
    /// A transform for the column at `position`, shown as `name`.
    pub fn new(position: usize, name: &str) -> Self {
        Explode { position, name: name.to_owned() }
    }
}

impl Transform for Explode {
    fn describe(&self) -> String {
        format!("Explode {}", self.name)
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        let array = batch.column(self.position).array();
        let lists = array
            .as_list_opt::<i32>()
            .ok_or_else(|| Error::internal(format!("{} where lists were planned", array.data_type())))?;
        let (mut rows, mut elements): (Vec<u32>, Vec<Option<u32>>) = (Vec::new(), Vec::new());
        for row in 0..lists.len() {
            let (start, end) = (lists.value_offsets()[row], lists.value_offsets()[row + 1]);
            if lists.is_null(row) || start == end {
                rows.push(row as u32);
                elements.push(None);
                continue;
            }
            for element in start..end {
                rows.push(row as u32);
                elements.push(Some(element as u32));
            }
        }
        let count = rows.len();
        let rows = UInt32Array::from(rows);
        let elements = UInt32Array::from(elements);
        let columns = batch.columns().iter().enumerate().map(|(position, column)| {
            let taken = match position == self.position {
                true => take(lists.values(), &elements, None)?,
                false => take(column.array(), &rows, None)?,
            };
            Ok(Column::from_held(taken))
        });
        emit(Batch::new(columns.collect::<Result<_>>()?, count)?)
    }
}
