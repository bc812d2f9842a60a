//! What is known about the values of a column of one partition.

use crate::data::scalar::Scalar;
use crate::data::{dispatch, strings};
use arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::DataType;

/// Cheap facts about one column of one partition.
///
/// `min` and `max` bound the non-null, non-NaN values (of a slice they may be wider than needed); both are null when
/// there is no such value or when the type has no cheap bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// Number of nulls.
    pub null_count: u64,
    /// Lower bound of the values.
    pub min: Scalar,
    /// Upper bound of the values.
    pub max: Scalar,
    /// Whether the values ascend (nulls last); `None`: not known.
    pub sorted: Option<bool>,
    /// Estimated number of distinct values.
    pub distinct: Option<u64>,
}

impl Statistics {
    /// Only the number of nulls.
    pub fn unknown(null_count: u64) -> Self {
        Statistics { null_count, min: Scalar::Null, max: Scalar::Null, sorted: None, distinct: None }
    }

    /// Looks at every value once.
    pub fn of(array: &ArrayRef) -> Self {
        let mut found = Statistics::unknown(array.logical_null_count() as u64);
        if let Some((codes, values)) = strings::coded(array) {
            found.distinct = Some(values.len() as u64);
            let inner = Statistics::of(values);
            if codes.null_count() < codes.len() {
                (found.min, found.max) = (inner.min, inner.max);
            }
            return found;
        }
        let values = dispatch::physical(array);
        match values.data_type() {
            DataType::Boolean => {
                let values = values.as_boolean();
                found.min = arrow::compute::min_boolean(values).into();
                found.max = arrow::compute::max_boolean(values).into();
            }
            DataType::Utf8View => {
                let values = values.as_string_view();
                found.min = arrow::compute::min_string_view(values).into();
                found.max = arrow::compute::max_string_view(values).into();
            }
            DataType::Null => found.sorted = Some(true),
            other => dispatch::with_native!(other, T => {
                let bounds = bounds(dispatch::primitive::<T>(&values));
                found.sorted = Some(bounds.sorted);
                if let Some((low, high)) = bounds.rows {
                    found.min = Scalar::from_array(array, low);
                    found.max = Scalar::from_array(array, high);
                }
            }, _ => ()),
        }
        found
    }
}

struct Bounds {
    /// Rows of the least and the greatest value.
    rows: Option<(usize, usize)>,
    sorted: bool,
}

fn bounds<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>) -> Bounds {
    let values = array.values();
    if array.null_count() == 0 && !matches!(T::DATA_TYPE, DataType::Float32 | DataType::Float64) {
        return bounds_of_all(values);
    }
    let (mut low, mut high): (Option<usize>, Option<usize>) = (None, None);
    let mut last: Option<T::Native> = None;
    let mut sorted = true;
    let mut after_null = false;
    for (row, &value) in values.iter().enumerate() {
        if array.is_null(row) {
            after_null = true;
            continue;
        }
        sorted &= !after_null && last.is_none_or(|last| last.is_le(value));
        last = Some(value);
        // NaN is the only value that is not equal to itself.
        #[allow(clippy::eq_op)]
        if value != value {
            continue;
        }
        if low.is_none_or(|low| value < values[low]) {
            low = Some(row);
        }
        if high.is_none_or(|high| value > values[high]) {
            high = Some(row);
        }
    }
    Bounds { rows: low.zip(high), sorted }
}

/// Loops over integers that compilers turn into vector instructions; the rows are found afterwards.
fn bounds_of_all<T: ArrowNativeTypeOp>(values: &[T]) -> Bounds {
    let Some(&first) = values.first() else { return Bounds { rows: None, sorted: true } };
    let (low, high) = values.iter().fold((first, first), |(low, high), &value| {
        (if value < low { value } else { low }, if value > high { value } else { high })
    });
    let find = |wanted: T| values.iter().position(|value| *value == wanted);
    Bounds { rows: find(low).zip(find(high)), sorted: values.is_sorted_by(|a, b| a.is_le(*b)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Float64Array;
    use std::sync::Arc;

    #[test]
    fn bounds_ignore_nulls_and_nan() {
        let values = vec![Some(2.0), None, Some(f64::NAN), Some(-1.0)];
        let array: ArrayRef = Arc::new(Float64Array::from(values));
        let found = Statistics::of(&array);
        assert_eq!(found.min, Scalar::Float(-1.0));
        assert_eq!(found.max, Scalar::Float(2.0));
        assert_eq!((found.null_count, found.sorted), (1, Some(false)));
    }
}
