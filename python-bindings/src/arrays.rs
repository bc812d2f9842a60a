//! Columns of arrays from their elements, and back: NumPy's arrays of more than one dimension.

use arrow::array::{Array, ArrayRef, AsArray, FixedSizeListArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use hypostyle::{Column, DType, Error, Result};
use std::sync::Arc;

/// The values as elements of arrays, `width` in each of so many rows.
///
/// # Errors
/// `InvalidArgument` for a width beyond what arrays have, or another number of values.
pub fn of_elements(column: &Column, width: usize, rows: usize) -> Result<Column> {
    let values = column.to_plain()?;
    let dtype = DType::array(column.dtype().clone(), width)?;
    let DataType::FixedSizeList(field, size) = dtype.to_arrow() else {
        return Err(Error::internal("an array that is none"));
    };
    if width.checked_mul(rows) != Some(values.len()) {
        return Err(Error::invalid(format!("{} values for {rows} arrays of {width}", values.len())));
    }
    Column::new(Arc::new(FixedSizeListArray::try_new_with_length(field, size, values, None, rows)?))
}

/// The elements of arrays, of arrays in arrays the innermost; `None` for a column of no arrays.
///
/// # Errors
/// `Internal` if Arrow refuses to set the nulls.
pub fn elements(column: &Column) -> Result<Option<Column>> {
    let mut array = column.array().clone();
    if array.as_fixed_size_list_opt().is_none() {
        return Ok(None);
    }
    while let Some(fixed) = array.as_fixed_size_list_opt() {
        let width = fixed.value_length().unsigned_abs() as usize;
        let values: ArrayRef = fixed.values().slice(0, width * fixed.len());
        array = match fixed.nulls().filter(|nulls| nulls.null_count() > 0 && !values.data_type().is_null()) {
            None => values,
            Some(nulls) => {
                let all = NullBuffer::union(values.logical_nulls().as_ref(), Some(&nulls.expand(width)));
                make_array(values.to_data().into_builder().nulls(all).build()?)
            }
        };
    }
    Column::new(array).map(Some)
}

/// The type of the innermost elements of arrays.
pub fn innermost(dtype: DType) -> DType {
    match dtype {
        DType::Array(item, _) => innermost(*item),
        other => other,
    }
}
