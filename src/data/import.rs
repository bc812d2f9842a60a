//! Arrow arrays in: foreign types become the ones columns are held in, sharing buffers where the layout allows.

use crate::data::dtype::DType;
use crate::data::strings;
use crate::error::{AllOk, Error, Result};
use arrow::array::{Array, ArrayData, ArrayRef, AsArray, UInt32Array, make_array, new_null_array};
use arrow::compute::{CastOptions, cast_with_options, take};
use arrow::datatypes::{DataType, FieldRef};
use std::collections::HashMap;
use std::sync::Arc;

/// The array in the physical type its column is held in.
///
/// Numbers, dates, timestamps and views are shared as they are; `Utf8` becomes views over the same bytes;
/// dictionaries of strings become codes; other dictionaries are decoded.
///
/// # Errors
/// `Unsupported` for Arrow types without a counterpart.
pub fn import(array: ArrayRef) -> Result<ArrayRef> {
    let dtype = DType::from_arrow(array.data_type())?;
    if let DataType::Dictionary(_, values) = array.data_type() {
        if matches!(values.as_ref(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
            return import_coded(&array);
        }
        return import(plain(&array, values)?);
    }
    if array.data_type() == &dtype.to_arrow() {
        return Ok(array);
    }
    plain(&array, &dtype.to_arrow())
}

fn plain(array: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    if &lists_for_maps(array.data_type()) != array.data_type() {
        let lists = make_array(maps_as_lists(&array.to_data())?);
        return Ok(cast_with_options(&lists, to, &options)?);
    }
    Ok(cast_with_options(array, to, &options)?)
}

/// The same values with maps, at any depth, as the lists of entries that they are: both lie in memory alike.
fn maps_as_lists(data: &ArrayData) -> Result<ArrayData> {
    let children = data.child_data().iter().map(maps_as_lists).all_ok()?;
    let dtype = lists_for_maps(data.data_type());
    Ok(data.clone().into_builder().data_type(dtype).child_data(children).build()?)
}

fn lists_for_maps(dtype: &DataType) -> DataType {
    let within = |field: &FieldRef| {
        let dtype = lists_for_maps(field.data_type());
        Arc::new(field.as_ref().clone().with_data_type(dtype))
    };
    match dtype {
        DataType::Map(item, _) | DataType::List(item) => DataType::List(within(item)),
        DataType::LargeList(item) => DataType::LargeList(within(item)),
        DataType::ListView(item) => DataType::ListView(within(item)),
        DataType::LargeListView(item) => DataType::LargeListView(within(item)),
        DataType::FixedSizeList(item, width) => DataType::FixedSizeList(within(item), *width),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(within).collect()),
        DataType::Dictionary(keys, values) => {
            DataType::Dictionary(keys.clone(), Box::new(lists_for_maps(values)))
        }
        DataType::RunEndEncoded(ends, values) => DataType::RunEndEncoded(ends.clone(), within(values)),
        other => other.clone(),
    }
}

/// Any dictionary of strings as codes: keys to `u32`, values to distinct, null-free views.
fn import_coded(array: &ArrayRef) -> Result<ArrayRef> {
    let dictionary = array
        .as_any_dictionary_opt()
        .ok_or_else(|| Error::internal("a dictionary type without a dictionary array"))?;
    let values = plain(dictionary.values(), &DataType::Utf8View)?;
    // Where all rows are null the dictionary still tells the categories.
    if values.is_empty() {
        return Ok(new_null_array(&strings::coded_type(), array.len()));
    }
    let keys = plain(&(dictionary.keys().slice(0, array.len())), &DataType::UInt32)?;
    let keys = keys.as_primitive::<arrow::datatypes::UInt32Type>().clone();
    let views = strings::views(&values)?;
    let mut seen: HashMap<&str, u32> = HashMap::with_capacity(views.len());
    let mut kept: Vec<u32> = Vec::new();
    let renumbered: UInt32Array = views
        .iter()
        .enumerate()
        .map(|(position, text)| {
            text.map(|text| {
                *seen.entry(text).or_insert_with(|| {
                    kept.push(position as u32);
                    kept.len() as u32 - 1
                })
            })
        })
        .collect();
    if kept.len() == views.len() {
        return strings::encode(keys, values);
    }
    let codes = take(&renumbered, &keys, None)?;
    let values = take(&values, &UInt32Array::from(kept), None)?;
    let codes = codes.as_primitive::<arrow::datatypes::UInt32Type>().clone();
    strings::encode(codes, strings::without_validity(&values)?)
}

/// The array as the plain Arrow type of its logical type: codes are decoded, nothing else changes.
///
/// # Errors
/// `Internal` if the codes are damaged.
pub fn export(array: &ArrayRef) -> Result<ArrayRef> {
    strings::decode(array)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{DictionaryArray, Int64Array, StringArray};
    use arrow::datatypes::Int8Type;

    #[test]
    fn numbers_are_shared() {
        let array: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
        let held = import(array.clone()).unwrap();
        assert_eq!(held.to_data().buffers()[0].as_ptr(), array.to_data().buffers()[0].as_ptr());
    }

    #[test]
    fn decimals_have_digits() {
        assert!(DType::from_arrow(&arrow::datatypes::DataType::Decimal128(0, 0)).is_err());
        assert!(DType::from_arrow(&arrow::datatypes::DataType::Decimal128(39, 0)).is_err());
        assert!(DType::from_arrow(&arrow::datatypes::DataType::Decimal32(1, 0)).is_ok());
    }

    #[test]
    fn text_becomes_views_over_the_same_bytes() {
        let text = "a text much longer than twelve bytes";
        let array: ArrayRef = Arc::new(StringArray::from(vec![text]));
        let held = import(array.clone()).unwrap();
        let bytes = array.to_data().buffers()[1].as_ptr();
        assert_eq!(strings::views(&held).unwrap().data_buffers()[0].as_ptr(), bytes);
    }

    #[test]
    fn dictionaries_with_repeats_and_nulls_are_cleaned() {
        let values = StringArray::from(vec![Some("b"), None, Some("a"), Some("b")]);
        let keys = arrow::array::Int8Array::from(vec![Some(0), Some(1), Some(2), Some(3), None]);
        let array: ArrayRef = Arc::new(DictionaryArray::<Int8Type>::try_new(keys, Arc::new(values)).unwrap());
        let held = import(array).unwrap();
        let (codes, values) = strings::coded(&held).unwrap();
        assert_eq!(values.len(), 2);
        assert_eq!(values.null_count(), 0);
        let codes: Vec<_> = codes.iter().collect();
        assert_eq!(codes, [Some(0), None, Some(1), Some(0), None]);
    }
}
