//! Conversion of lists, arrays and structs, element by element.

use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::cast::cast;
use crate::kernels::cast_job::{Cast, CastMode};
use crate::kernels::map::collect_bits;
use arrow::array::{
    Array, ArrayRef, AsArray, FixedSizeListArray, ListArray, StructArray, UInt32Array, UInt32Builder,
    make_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::DataType;
use std::sync::Arc;

/// A list or an array to either, a struct to a struct.
///
/// # Errors
/// `Cast` or `Parse` naming row and value.
pub fn cast_nested(job: &Cast<'_>) -> Result<ArrayRef> {
    match (job.to, job.to.to_arrow()) {
        (DType::List(item), DataType::List(field)) => {
            let lists = lists_of(job.array)?;
            if job.from.item() == Some(item) {
                return Ok(lists);
            }
            // Null lists may hide elements that do not convert; a copy leaves them out.
            let copied = match lists.null_count() {
                0 => lists,
                _ => take(&lists, &UInt32Array::from_iter_values(0..lists.len() as u32), None)?,
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
            let offsets = OffsetBuffer::from_lengths(lengths);
            Ok(Arc::new(ListArray::try_new(field, offsets, values, list.nulls().cloned())?))
        }
        (DType::Array(item, width), DataType::FixedSizeList(field, size)) => {
            let (values, nulls) = elements_of(job, *width as usize)?;
            let values = cast(&values, item, job.mode).map_err(|error| match error.row_number() {
                Some(element) => at_row(job, error, element as usize / *width as usize),
                None => error,
            })?;
            let rows = job.array.len();
            Ok(Arc::new(FixedSizeListArray::try_new_with_length(field, size, values, nulls, rows)?))
        }
        (DType::Struct(wanted), DataType::Struct(fields)) => {
            let array = job.array.as_struct();
            let columns = array.columns().iter().zip(wanted).map(|(column, field)| {
                let nulls = NullBuffer::union(column.logical_nulls().as_ref(), array.nulls());
                cast(&with_nulls(column, nulls)?, &field.dtype, job.mode)
                    .map_err(|error| error.column(field.name.as_ref()))
            });
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let nulls = array.nulls().cloned();
            Ok(Arc::new(StructArray::try_new_with_length(fields, columns, nulls, array.len())?))
        }
        _ => Err(Error::type_mismatch(format!("no conversion from {} to {}", job.from, job.to))),
    }
}

/// Lists of the elements of arrays, which are shared; lists as they are.
///
/// # Errors
/// `Unsupported` beyond 2^31 elements; `Internal` for other types.
pub fn lists_of(array: &ArrayRef) -> Result<ArrayRef> {
    let Some(fixed) = array.as_fixed_size_list_opt() else {
        return match array.data_type() {
            DataType::List(_) => Ok(array.clone()),
            other => Err(Error::internal(format!("{other} where lists were planned"))),
        };
    };
    let width = fixed.value_length().unsigned_abs() as usize;
    if i32::try_from(width * fixed.len()).is_err() {
        return Err(Error::unsupported("lists of 2^31 items in all"));
    }
    let DataType::FixedSizeList(field, _) = fixed.data_type() else { return Ok(array.clone()) };
    let ends = (0..=fixed.len()).map(|row| (row * width) as i32);
    let offsets = OffsetBuffer::new(ends.collect::<Vec<_>>().into());
    let values = fixed.values().slice(0, width * fixed.len());
    Ok(Arc::new(ListArray::try_new(field.clone(), offsets, values, fixed.nulls().cloned())?))
}

/// The elements of all rows, `width` of each, and which rows are null. Elements of null rows are null.
fn elements_of(job: &Cast<'_>, width: usize) -> Result<(ArrayRef, Option<NullBuffer>)> {
    if let Some(fixed) = job.array.as_fixed_size_list_opt() {
        let values = fixed.values().slice(0, width * fixed.len());
        let Some(nulls) = fixed.nulls().filter(|nulls| nulls.null_count() > 0) else {
            return Ok((values, None));
        };
        let all = NullBuffer::union(values.logical_nulls().as_ref(), Some(&nulls.expand(width)));
        return Ok((with_nulls(&values, all)?, Some(nulls.clone())));
    }
    let lists = job.array.as_list::<i32>();
    let fits = |row: usize| lists.value_length(row).unsigned_abs() as usize == width;
    let wrong = (0..lists.len()).find(|row| lists.is_valid(*row) && !fits(*row));
    if let (Some(row), true) = (wrong, job.mode != CastMode::Lenient) {
        let count = lists.value_length(row);
        let error = Error::new(ErrorKind::Cast, format!("a list of {count} elements is no {}", job.to));
        return Err(error
            .row(row as u64)
            .value(Scalar::from_array(job.array, row).to_string())
            .hint("cast with mode `lenient` gives null where the length is another"));
    }
    if wrong.is_none() && lists.null_count() == 0 {
        let start = lists.value_offsets().first().map_or(0, |first| *first as usize);
        return Ok((lists.values().slice(start, width * lists.len()), None));
    }
    let kept = NullBuffer::new(collect_bits(lists.len(), |row| lists.is_valid(row) && fits(row)));
    let mut places = UInt32Builder::with_capacity(width * lists.len());
    for row in 0..lists.len() {
        let start = lists.value_offsets()[row] as u32;
        match kept.is_valid(row) {
            true => (start..start + width as u32).for_each(|place| places.append_value(place)),
            false => places.append_nulls(width),
        }
    }
    Ok((take(lists.values(), &places.finish(), None)?, Some(kept)))
}

/// The array with other nulls.
fn with_nulls(array: &ArrayRef, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    match array.data_type().is_null() {
        true => Ok(array.clone()),
        false => Ok(make_array(array.to_data().into_builder().nulls(nulls).build()?)),
    }
}

/// The error of an element as an error of the row it is in.
fn at_row(job: &Cast<'_>, error: Error, row: usize) -> Error {
    let value =
        error.offending_value().map_or_else(|| Scalar::from_array(job.array, row).to_string(), str::to_owned);
    Error::new(error.kind(), error.message()).row(row as u64).value(value)
}
