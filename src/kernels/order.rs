//! Sort keys as numbers or bytes whose natural order is the wanted one.

use crate::data::{Column, DType, dispatch, strings};
use crate::error::Result;
use crate::kernels::hash::{canonical, canonical32};
use crate::kernels::map::map_values;
use crate::kernels::wide::wide;
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::compute::{SortOptions, rank, take};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};
use arrow::row::{RowConverter, Rows, SortField};

/// Direction of one key, and the place of its nulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direction {
    /// Greatest first.
    pub descending: bool,
    /// Nulls before all values.
    pub nulls_first: bool,
}

/// Sort keys of some rows.
pub enum Keys {
    /// One key of at most 64 bits and no nulls among the values.
    Words(Vec<u64>),
    /// Anything else: bytes per row.
    Bytes(Rows),
}

/// Makes sort keys that compare across batches: one converter per sort.
pub struct KeyMaker {
    directions: Vec<Direction>,
    converter: RowConverter,
    /// The key is one number column and no batch has a null.
    words: bool,
}

impl KeyMaker {
    /// A maker for key columns of these types; `words`: the only key is a number without nulls in any batch.
    ///
    /// # Errors
    /// `Type` if a type has no order.
    pub fn new(dtypes: &[DType], directions: Vec<Direction>, words: bool) -> Result<Self> {
        let fields = dtypes.iter().zip(&directions).map(|(dtype, direction)| {
            let options =
                SortOptions { descending: direction.descending, nulls_first: direction.nulls_first };
            SortField::new_with_options(plain(dtype), options)
        });
        let converter = RowConverter::new(fields.collect())?;
        Ok(KeyMaker { directions, converter, words })
    }

    /// Whether a single key column of this type can be a word.
    pub fn is_word(dtype: &DType) -> bool {
        dtype.is_integer() || dtype.is_float() || dtype.is_temporal() || *dtype == DType::Bool
    }

    /// Whether a row of the only key column, which has words, may have a word of at most `bound`; values under a null
    /// count as any.
    pub fn any_within(&self, column: &Column, bound: u64) -> bool {
        let Some(direction) = self.directions.first() else { return true };
        let word = if direction.descending { !bound } else { bound };
        let array = dispatch::physical(column.array());
        match array.data_type() {
            DataType::Float64 => {
                let bits = if word >> 63 == 1 { word ^ 1 << 63 } else { !word };
                let bound = f64::from_bits(bits);
                bound.is_nan()
                    || any_float(array.as_primitive::<Float64Type>().values(), bound, direction.descending)
            }
            DataType::Int64 => {
                let bound = (word ^ 1 << 63) as i64;
                any_integer(array.as_primitive::<Int64Type>().values(), bound, direction.descending)
            }
            _ => true,
        }
    }

    /// The keys of a batch.
    ///
    /// # Errors
    /// `Type` if Arrow cannot encode the values.
    pub fn keys(&self, columns: &[Column]) -> Result<Keys> {
        if self.words
            && let ([column], [direction]) = (columns, self.directions.as_slice())
        {
            let flip = if direction.descending { u64::MAX } else { 0 };
            return Ok(Keys::Words(words(&dispatch::physical(column.array()), flip)));
        }
        let arrays: Vec<ArrayRef> = columns.iter().map(comparable).collect::<Result<_>>()?;
        Ok(Keys::Bytes(self.converter.convert_columns(&arrays)?))
    }
}

wide! {
    /// Whether a value is at most (`descending`: at least) the bound; NaN is greater than it.
    fn any_float(values: &[f64], bound: f64, descending: bool) -> bool {
        let mut beyond = true;
        if descending {
            for value in values {
                beyond &= *value < bound;
            }
        } else {
            let mut within = false;
            for value in values {
                within |= *value <= bound;
            }
            beyond = !within;
        }
        !beyond
    }
}

wide! {
    /// The same of integers.
    fn any_integer(values: &[i64], bound: i64, descending: bool) -> bool {
        let mut within = false;
        if descending {
            for value in values {
                within |= *value >= bound;
            }
        } else {
            for value in values {
                within |= *value <= bound;
            }
        }
        within
    }
}

fn plain(dtype: &DType) -> DataType {
    dtype.to_arrow()
}

/// Floats with one NaN (the greatest) and one zero; codes decoded.
fn comparable(column: &Column) -> Result<ArrayRef> {
    let array = strings::decode(column.array())?;
    Ok(match array.data_type() {
        DataType::Float32 => {
            map_values::<Float32Type, Float32Type>(&array, |value| f32::from_bits(canonical32(value)))
        }
        DataType::Float64 => {
            map_values::<Float64Type, Float64Type>(&array, |value| f64::from_bits(canonical(value)))
        }
        _ => array,
    })
}

/// Order-preserving words of a physical number array without nulls.
fn words(array: &ArrayRef, flip: u64) -> Vec<u64> {
    match array.data_type() {
        DataType::Boolean => {
            array.as_boolean().values().iter().map(|value| u64::from(value) ^ flip).collect()
        }
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>().values();
            values.iter().map(|value| float_word(canonical(f64::from(*value))) ^ flip).collect()
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().values();
            values.iter().map(|value| float_word(canonical(*value)) ^ flip).collect()
        }
        _ => {
            let mut words = Vec::with_capacity(array.len());
            dispatch::ordered_words(array, 0..array.len(), &mut words);
            words.iter_mut().for_each(|word| *word ^= flip);
            words
        }
    }
}

/// Bits of a float as a word of the same order.
fn float_word(bits: u64) -> u64 {
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The rank of every dictionary value, as an array to gather by code.
///
/// # Errors
/// `Type` if the values have no order.
pub fn dictionary_ranks(dictionary: &ArrayRef) -> Result<UInt32Array> {
    Ok(UInt32Array::from(rank(dictionary, None)?))
}

/// The codes' ranks, as a sortable number column.
///
/// # Errors
/// `Type` if the values have no order.
pub fn ranked(codes: &UInt32Array, dictionary: &ArrayRef) -> Result<ArrayRef> {
    Ok(take(&dictionary_ranks(dictionary)?, codes, None)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_asked_as_words_are_compared() {
        let floats = [f64::NAN, -0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, 1.5, -1.5, f64::MAX, -1e-300];
        let integers = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX];
        let columns = [floats.iter().copied().collect::<Column>(), integers.iter().copied().collect()];
        for column in columns {
            for descending in [false, true] {
                let direction = Direction { descending, nulls_first: false };
                let maker = KeyMaker::new(&[column.dtype().clone()], vec![direction], true).unwrap();
                let Keys::Words(words) = maker.keys(std::slice::from_ref(&column)).unwrap() else { panic!() };
                for bound in &words {
                    for (row, word) in words.iter().enumerate() {
                        let any = maker.any_within(&column.slice(row, 1), *bound);
                        // A bound of NaN lets everything through.
                        let nan = floats.iter().any(|float| {
                            float_word(canonical(*float)) == *bound ^ if descending { u64::MAX } else { 0 }
                                && float.is_nan()
                        });
                        assert!(any == (word <= bound) || any && nan, "{row} {bound} {descending}");
                    }
                }
            }
        }
    }
}
