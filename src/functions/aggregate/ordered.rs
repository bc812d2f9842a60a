//! Numbers as words of the same order, and back: what compares values can do so with one type.

use crate::data::{DType, dispatch};
use crate::error::Result;
use crate::functions::aggregate::min_max::Ranked;
use arrow::array::{ArrayRef, AsArray, Float32Array, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use std::ops::Range;
use std::sync::Arc;

/// Turns the order of signed numbers into that of unsigned ones.
const SIGN: u64 = 1 << 63;

/// Appends the words of some rows of a physical array of numbers of at most 64 bits; of nulls anything. NaN comes
/// below everything else if `nan_low`, else above. Returns whether there is a NaN.
pub fn words(array: &ArrayRef, rows: Range<usize>, nan_low: bool, out: &mut Vec<u64>) -> bool {
    match array.data_type() {
        DataType::Float64 => {
            let values = &array.as_primitive::<Float64Type>().values()[rows];
            let (start, mut nan) = (out.len(), false);
            out.resize(start + values.len(), 0);
            for (word, value) in out[start..].iter_mut().zip(values) {
                *word = value.rank(nan_low) as u64 ^ SIGN;
                nan |= value.is_nan();
            }
            nan
        }
        DataType::Float32 => {
            let values = &array.as_primitive::<Float32Type>().values()[rows];
            out.extend(values.iter().map(|value| i64::from(value.rank(nan_low)) as u64 ^ SIGN));
            values.iter().any(|value| value.is_nan())
        }
        _ => {
            dispatch::ordered_words(array, rows, out);
            false
        }
    }
}

/// The same words as keys: -0.0 has that of 0.0.
pub fn key_words(array: &ArrayRef, rows: Range<usize>, nan_low: bool, out: &mut Vec<u64>) {
    let start = out.len();
    words(array, rows, nan_low, out);
    if array.data_type().is_floating() {
        for word in &mut out[start..] {
            // The word next below that of 0.0 is that of -0.0.
            *word += u64::from(*word == SIGN - 1);
        }
    }
}

/// Whether the value of a row is NaN.
pub fn is_nan(array: &ArrayRef, row: usize) -> bool {
    match array.data_type() {
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).is_nan(),
        DataType::Float32 => array.as_primitive::<Float32Type>().value(row).is_nan(),
        _ => false,
    }
}

/// The values of words.
///
/// # Errors
/// `Internal` for a type that has no words.
pub fn values(words: &[u64], nulls: Option<NullBuffer>, dtype: &DType) -> Result<ArrayRef> {
    Ok(match dtype {
        DType::Float64 => {
            let values: Vec<f64> = words.iter().map(|word| float(*word, false)).collect();
            Arc::new(Float64Array::try_new(values.into(), nulls)?)
        }
        DType::Float32 => {
            let values: Vec<f32> = words.iter().map(|word| float(*word, true) as f32).collect();
            Arc::new(Float32Array::try_new(values.into(), nulls)?)
        }
        DType::Bool => cast(&dispatch::from_ordered_words(words, nulls, &DType::UInt8)?, &DataType::Boolean)?,
        _ => dispatch::from_ordered_words(words, nulls, dtype)?,
    })
}

/// The float of a word, of a `narrow` one the float of 32 bits.
pub fn float(word: u64, narrow: bool) -> f64 {
    let rank = (word ^ SIGN) as i64;
    if narrow { f32::of_rank(rank as i32).into() } else { f64::of_rank(rank) }
}

/// The integer of a word.
pub fn whole(word: u64, signed: bool) -> i128 {
    if signed { ((word ^ SIGN) as i64).into() } else { word.into() }
}

/// The least word of a type whose words all lie within 32 bits of it; `None` for wider types.
pub fn base(dtype: &DataType) -> Option<u64> {
    let narrow = dtype.primitive_width().is_some_and(|width| width <= 4);
    narrow.then(|| if dtype.is_unsigned_integer() { 0 } else { SIGN - (1 << 31) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Column;

    #[test]
    fn words_have_the_order_of_their_values() {
        let columns: [Column; 3] = [
            [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-310, 2.0, f64::INFINITY, f64::NAN].into_iter().collect(),
            [f32::MIN, -1.0, 0.0, f32::MAX].into_iter().collect(),
            [i64::MIN, -1, 0, i64::MAX].into_iter().collect(),
        ];
        for column in columns {
            let mut out = Vec::new();
            let nan = words(column.array(), 0..column.len(), false, &mut out);
            assert!(out.is_sorted() && nan == (column.len() == 8));
            let back = values(&out, None, column.dtype()).unwrap();
            assert_eq!(format!("{back:?}"), format!("{:?}", column.array()));
            if let Some(base) = base(column.array().data_type()) {
                assert!(out.iter().all(|word| u32::try_from(word - base).is_ok()));
            }
        }
    }
}
