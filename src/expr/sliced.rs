//! Terms of floats computed some rows at a time, so that what lies between the operations stays in the nearest caches.

use crate::data::{Batch, DType};
use crate::error::Result;
use crate::expr::bind::{Bound, Kind};
use arrow::array::{Array, ArrayRef, AsArray, BooleanBufferBuilder, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{ArrowPrimitiveType, Float32Type, Float64Type};
use std::sync::Arc;

/// Rows at a time: a column of them has 64 KiB.
const ROWS: usize = 8192;

/// Operations from which on it pays.
const OPERATIONS: usize = 3;

/// Columns of a batch up to which slicing it costs nothing to speak of.
const COLUMNS: usize = 64;

/// The result of a term of several operations on floats over many rows; `None` if it is another expression. Nothing that
/// is computed this way can raise an error, so no error names a wrong row.
///
/// # Errors
/// None that is known; see [`Bound::evaluate`].
pub(super) fn term(bound: &Bound, batch: &Batch) -> Result<Option<ArrayRef>> {
    let many = batch.rows() >= 4 * ROWS && batch.columns().len() <= COLUMNS;
    if !many || !matches!(bound.kind, Kind::Arithmetic(..)) {
        return Ok(None);
    }
    match (operations(bound), &bound.dtype) {
        (Some(OPERATIONS..), DType::Float64) => computed::<Float64Type>(bound, batch),
        (Some(OPERATIONS..), DType::Float32) => computed::<Float32Type>(bound, batch),
        _ => Ok(None),
    }
}

/// Operations of a term of numbers, all with floats for results; `None` if it is something else.
fn operations(bound: &Bound) -> Option<usize> {
    match &bound.kind {
        Kind::Column(_) | Kind::Literal(_) => {
            (bound.dtype.is_integer() || bound.dtype.is_float()).then_some(0)
        }
        Kind::Arithmetic(_, left, right) if bound.dtype.is_float() => {
            Some(1 + operations(left)? + operations(right)?)
        }
        _ => None,
    }
}

fn computed<T: ArrowPrimitiveType>(bound: &Bound, batch: &Batch) -> Result<Option<ArrayRef>> {
    let rows = batch.rows();
    let mut values: Vec<T::Native> = Vec::with_capacity(rows);
    let mut valid: Option<BooleanBufferBuilder> = None;
    for start in (0..rows).step_by(ROWS) {
        let count = ROWS.min(rows - start);
        let own = bound.evaluate(&batch.slice(start, count))?.to_rows(count)?;
        let Some(own) = own.as_primitive_opt::<T>() else { return Ok(None) };
        values.extend_from_slice(own.values());
        if own.null_count() > 0 && valid.is_none() {
            let mut bits = BooleanBufferBuilder::new(rows);
            bits.append_n(start, true);
            valid = Some(bits);
        }
        if let Some(valid) = &mut valid {
            match own.nulls() {
                Some(nulls) => valid.append_buffer(nulls.inner()),
                None => valid.append_n(count, true),
            }
        }
    }
    let nulls = valid.map(|mut bits| NullBuffer::new(bits.finish()));
    Ok(Some(Arc::new(PrimitiveArray::<T>::new(values.into(), nulls))))
}
