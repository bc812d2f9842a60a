//! One row per element of list columns.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::exec::operator::{Emit, Transform};
use crate::kernels::cast_nested::lists_of;
use crate::kernels::gather::Pieces;
use crate::plan::Flow;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array};
use arrow::compute::take;
use std::ops::Range;
use std::sync::Arc;

/// Explodes the list columns at some positions together.
pub struct Explode {
    positions: Vec<usize>,
    names: String,
}

impl Explode {
    /// A transform for the columns at `positions` of these names.
    pub fn new(positions: Vec<usize>, names: &[Arc<str>]) -> Self {
        Explode { positions, names: names.join(", ") }
    }
}

impl Transform for Explode {
    fn describe(&self) -> String {
        format!("Explode {}", self.names)
    }

    fn apply(&self, batch: Batch, emit: &mut Emit<'_>) -> Result<Flow> {
        let lists = self.positions.iter().map(|position| {
            let lists = lists_of(batch.column(*position).array())?;
            Ok(lists.as_list::<i32>().clone())
        });
        let lists: Vec<ListArray> = lists.all_ok()?;
        if let [only] = lists.as_slice()
            && let Some(elements) = contiguous(only)
        {
            return emit(self.unrolled(&batch, only, elements)?);
        }
        let mut rows: Vec<u32> = Vec::new();
        let mut elements: Vec<Vec<Option<u32>>> = vec![Vec::new(); lists.len()];
        for row in 0..batch.rows() {
            // An empty list is one null.
            let count = range(&lists[0], row).len().max(1);
            for (lists, elements) in lists.iter().zip(&mut elements) {
                let range = range(lists, row);
                if range.len().max(1) != count {
                    let message = format!("lists of {count} and {} elements", range.len().max(1));
                    let error = Error::new(ErrorKind::Shape, message).operation(self.describe());
                    return Err(error
                        .row(row as u64)
                        .hint("columns explode together if their lists are equally long"));
                }
                match range.is_empty() {
                    true => elements.push(None),
                    false => elements.extend(range.map(|element| Some(element as u32))),
                }
            }
            rows.extend(std::iter::repeat_n(row as u32, count));
        }
        let count = rows.len();
        let elements: Vec<UInt32Array> = elements.into_iter().map(UInt32Array::from).collect();
        let columns = batch.columns().iter().enumerate().map(|(position, column)| {
            let taken = match self.positions.iter().position(|own| *own == position) {
                Some(number) => take(lists[number].values(), &elements[number], None)?,
                None => return repeated(column, &rows),
            };
            Ok(Column::from_held(taken))
        });
        emit(Batch::new(columns.all_ok()?, count)?)
    }
}

impl Explode {
    /// The batch where the elements of the only list column are all there is, in order: they are not moved.
    fn unrolled(&self, batch: &Batch, lists: &ListArray, elements: ArrayRef) -> Result<Batch> {
        let mut rows = vec![0u32; elements.len()];
        let first = lists.value_offsets().first().map_or(0, |first| *first as usize);
        for (row, ends) in lists.value_offsets().windows(2).enumerate() {
            let (start, end) = (ends[0] as usize - first, ends[1] as usize - first);
            // Most lists are short: four places at once, of which those behind the list are written again by later ones.
            match rows[start..].first_chunk_mut::<4>() {
                Some(places) if end - start <= 4 => *places = [row as u32; 4],
                _ => rows[start..end].fill(row as u32),
            }
        }
        let columns = batch.columns().iter().enumerate().map(|(position, column)| {
            match self.positions.contains(&position) {
                true => Ok(Column::from_held(elements.clone())),
                false => repeated(column, &rows),
            }
        });
        Batch::new(columns.all_ok()?, rows.len())
    }
}

/// A column's rows by number.
fn repeated(column: &Column, rows: &[u32]) -> Result<Column> {
    match column.array().data_type().is_nested() {
        true => Ok(Column::from_held(take(column.array(), &UInt32Array::from(rows.to_vec()), None)?)),
        false => Pieces::of(column).gather(rows, None),
    }
}

/// The elements of all rows, if no list is empty or null.
fn contiguous(lists: &ListArray) -> Option<ArrayRef> {
    let offsets = lists.value_offsets();
    let whole = lists.null_count() == 0 && offsets.windows(2).all(|ends| ends[0] < ends[1]);
    let (first, last) = (*offsets.first()? as usize, *offsets.last()? as usize);
    whole.then(|| lists.values().slice(first, last - first))
}

/// The elements of a row in the values of all rows; none for null.
fn range(lists: &ListArray, row: usize) -> Range<usize> {
    match lists.is_valid(row) {
        true => lists.value_offsets()[row] as usize..lists.value_offsets()[row + 1] as usize,
        false => 0..0,
    }
}
