//! Build rows that found no match, or those that found one, after all probe rows: the second part of a full join.

use crate::data::{Batch, Column, DType, strings};
use crate::error::{AllOk, Result};
use crate::exec::join::built::Built;
use crate::exec::slot::Slot;
use crate::plan::{Flow, Scan};
use arrow::array::{ArrayRef, UInt32Array, new_null_array};
use std::sync::atomic::Ordering;

/// A column of the rows.
#[derive(Debug, Clone)]
pub enum Alone {
    /// Nothing but nulls of a type.
    Null(DType),
    /// A column that the build side kept.
    Build(usize),
    /// Where the row comes from, as a code.
    Origin(u32),
}

/// Reads the rows that found no match (or one), in order.
pub struct Unmatched {
    /// The columns.
    pub output: Vec<Alone>,
    /// Whether those that found one are wanted.
    pub matched: bool,
    /// What the origins of rows are in codes of.
    pub origins: ArrayRef,
    /// The build side.
    pub built: Slot<Built>,
}

impl Scan for Unmatched {
    fn partitions(&self) -> usize {
        self.built.get().map_or(0, |built| built.pieces.len())
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let built = self.built.get()?;
        let base = (partition << built.shift) as u32;
        let end = base + built.pieces[partition] as u32;
        let matched = |row: &u32| built.matched[*row as usize].load(Ordering::Relaxed);
        let rows: Vec<u32> = (base..end).filter(|row| matched(row) == self.matched).collect();
        let columns = self.output.iter().map(|column| match column {
            Alone::Null(dtype) => Ok(Column::from_held(new_null_array(&dtype.to_arrow(), rows.len()))),
            Alone::Build(position) => built.payload.column(*position).gather(&rows, None),
            Alone::Origin(code) => {
                let codes = UInt32Array::from(vec![*code; rows.len()]);
                Ok(Column::from_held(strings::encode(codes, self.origins.clone())?))
            }
        });
        emit(Batch::new(columns.all_ok()?, rows.len())?).map(|_| ())
    }
}
