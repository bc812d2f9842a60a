//! The order of lists and structs, element by element.

use crate::error::{Error, Result};
use crate::kernels::map::map_values;
use arrow::array::{Array, ArrayRef, AsArray, FixedSizeListArray, ListArray, StructArray};
use arrow::array::{DynComparator, make_comparator};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use std::sync::Arc;

/// The order of row `i` of one array and row `j` of another. Elements compare as keys do: null is one value, after
/// all others; NaN is one value, after all numbers; -0.0 equals 0.0.
///
/// # Errors
/// `Type` if the types do not compare.
pub fn comparator(left: &ArrayRef, right: &ArrayRef) -> Result<DynComparator> {
    let options = SortOptions { descending: false, nulls_first: false };
    make_comparator(&canonical(left)?, &canonical(right)?, options)
        .map_err(|error| Error::type_mismatch(error.to_string()))
}

/// The array with one NaN and one zero in every float inside it.
///
/// # Errors
/// `Internal` if Arrow refuses to rebuild the array.
pub fn canonical(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(match array.data_type() {
        DataType::Float32 => {
            map_values::<Float32Type, Float32Type>(array, |x| if x.is_nan() { f32::NAN } else { x + 0.0 })
        }
        DataType::Float64 => {
            map_values::<Float64Type, Float64Type>(array, |x| if x.is_nan() { f64::NAN } else { x + 0.0 })
        }
        DataType::List(field) => {
            let list = array.as_list::<i32>();
            let values = canonical(list.values())?;
            Arc::new(ListArray::try_new(
                field.clone(),
                list.offsets().clone(),
                values,
                list.nulls().cloned(),
            )?)
        }
        DataType::FixedSizeList(field, width) => {
            let fixed = array.as_fixed_size_list();
            let (values, nulls) = (canonical(fixed.values())?, fixed.nulls().cloned());
            let canonical =
                FixedSizeListArray::try_new_with_length(field.clone(), *width, values, nulls, fixed.len());
            Arc::new(canonical?)
        }
        DataType::Struct(fields) => {
            let array = array.as_struct();
            let columns = array.columns().iter().map(canonical).collect::<Result<_>>()?;
            let nulls = array.nulls().cloned();
            Arc::new(StructArray::try_new_with_length(fields.clone(), columns, nulls, array.len())?)
        }
        _ => array.clone(),
    })
}
