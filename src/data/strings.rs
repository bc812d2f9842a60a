//! Strings as views or as codes: one logical type, two physical forms.
//!
//! Codes are `Dictionary(UInt32, Utf8View)`; the dictionary holds no null and no value twice, and partitions of one
//! column usually share it (the same allocation).

use crate::error::{Error, Result};
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, StringViewArray, UInt32Array, make_array};
use arrow::compute::take;
use arrow::datatypes::{DataType, UInt32Type};
use std::sync::Arc;

/// The Arrow type of coded strings.
pub fn coded_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8View))
}

/// The codes and the dictionary, if the array is coded.
pub fn coded(array: &ArrayRef) -> Option<(&UInt32Array, &ArrayRef)> {
    let array = array.as_any().downcast_ref::<DictionaryArray<UInt32Type>>()?;
    Some((array.keys(), array.values()))
}

/// The array with codes replaced by what they stand for; other arrays unchanged.
pub fn decode(array: &ArrayRef) -> Result<ArrayRef> {
    match coded(array) {
        Some((codes, values)) => Ok(take(values, codes, None)?),
        None => Ok(array.clone()),
    }
}

/// An array of codes into a dictionary.
///
/// # Errors
/// `Internal` if a code is outside the dictionary.
pub fn encode(codes: UInt32Array, values: ArrayRef) -> Result<ArrayRef> {
    let array = DictionaryArray::<UInt32Type>::try_new(codes, values)
        .map_err(|error| Error::internal(format!("codes outside their dictionary: {error}")))?;
    Ok(Arc::new(array))
}

/// The array as string views; decode it first if it may be coded.
///
/// # Errors
/// `Type` if it does not hold strings.
pub fn views(array: &ArrayRef) -> Result<&StringViewArray> {
    array
        .as_string_view_opt()
        .ok_or_else(|| Error::type_mismatch(format!("strings expected, not {}", array.data_type())))
}

/// Whether two dictionaries are one allocation (then their codes mean the same).
pub fn same_dictionary(left: &ArrayRef, right: &ArrayRef) -> bool {
    Arc::ptr_eq(left, right) || place(left) == place(right)
}

/// Where a dictionary lies, and how long it is: the same for those that are one allocation alone.
pub fn place(dictionary: &ArrayRef) -> (usize, usize) {
    match dictionary.as_string_view_opt() {
        Some(views) => (views.views().as_ptr() as usize, views.len()),
        None => {
            let data = dictionary.to_data();
            let start = data.buffers().first().map_or(0, |buffer| buffer.as_ptr() as usize);
            (start.wrapping_add(data.offset()), data.len())
        }
    }
}

/// A null-free array of the same values, for dictionaries that arrive with nulls among their values.
pub fn without_validity(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(make_array(array.to_data().into_builder().nulls(None).build()?))
}
