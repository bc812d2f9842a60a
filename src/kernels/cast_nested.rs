//! Conversion of lists and structs, element by element.

use crate::data::{DType, Scalar};
use crate::error::{Error, Result};
use crate::kernels::cast::cast;
use crate::kernels::cast_job::Cast;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;
use arrow::datatypes::DataType;
use std::sync::Arc;

/// A list to a list, a struct to a struct.
///
/// # Errors
/// `Cast` or `Parse` naming row and value.
pub fn cast_nested(job: &Cast<'_>) -> Result<ArrayRef> {
    match (job.to, job.to.to_arrow()) {
        (DType::List(item), DataType::List(field)) => {
            // Null lists may hide elements that do not convert; a copy leaves them out.
            let copied = match job.array.null_count() {
                0 => job.array.clone(),
                _ => take(job.array, &UInt32Array::from_iter_values(0..job.array.len() as u32), None)?,
            };
            let list = copied.as_list::<i32>();
            let offsets = list.offsets();
            let start = offsets[0] as usize;
            let values = list.values().slice(start, offsets[list.len()] as usize - start);
            let values = cast(&values, item, job.mode).map_err(|error| match error.row_number() {
                Some(element) => {
                    let element = (element as usize + start) as i32;
                    at_row(job, error, offsets.partition_point(|offset| *offset <= element) - 1)
                }
                None => error,
            })?;
            let lengths = offsets.lengths();
            let offsets = arrow::buffer::OffsetBuffer::from_lengths(lengths);
            Ok(Arc::new(ListArray::try_new(field, offsets, values, list.nulls().cloned())?))
        }
        (DType::Struct(wanted), DataType::Struct(fields)) => {
            let array = job.array.as_struct();
            let columns = array.columns().iter().zip(wanted).map(|(column, field)| {
                let nulls = NullBuffer::union(column.logical_nulls().as_ref(), array.nulls());
                let visible = column.to_data().into_builder().nulls(nulls);
                let visible = match column.data_type().is_null() {
                    true => column.clone(),
                    false => arrow::array::make_array(visible.build()?),
                };
                cast(&visible, &field.dtype, job.mode).map_err(|error| error.column(field.name.as_ref()))
            });
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let nulls = array.nulls().cloned();
            Ok(Arc::new(StructArray::try_new_with_length(fields, columns, nulls, array.len())?))
        }
        _ => Err(Error::type_mismatch(format!("no conversion from {} to {}", job.from, job.to))),
    }
}

/// The error of an element as an error of the row it is in.
fn at_row(job: &Cast<'_>, error: Error, row: usize) -> Error {
    let value =
        error.offending_value().map_or_else(|| Scalar::from_array(job.array, row).to_string(), str::to_owned);
    Error::new(error.kind(), error.message()).row(row as u64).value(value)
}
