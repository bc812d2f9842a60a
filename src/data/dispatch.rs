//! THE table from a type to Rust code. Every other place reduces a logical type with [`physical`] and calls one of
//! these macros; no other file matches on number types one by one.
//!
//! | logical | physical |
//! |---|---|
//! | integers, floats, decimal | themselves |
//! | date | `Int32` |
//! | time, timestamp, duration | `Int64` |
//! | bool | `Boolean` |
//! | string, binary | views, or codes into views |

use crate::data::dtype::DType;
use crate::error::{Error, Result};
use arrow::array::{Array, ArrayData, ArrayRef, ArrowPrimitiveType, PrimitiveArray, make_array};
use arrow::buffer::{Buffer, NullBuffer};
use arrow::compute::cast;
use arrow::datatypes::{ArrowNativeType, DataType};
use std::sync::Arc;

/// Runs the body with `$T` bound to the Arrow primitive type behind a physical number type (decimals included).
macro_rules! with_native {
    ($dtype:expr, $T:ident => $body:expr, _ => $other:expr $(,)?) => {
        match $dtype {
            ::arrow::datatypes::DataType::Decimal128(_, _) => {
                type $T = ::arrow::datatypes::Decimal128Type;
                $body
            }
            other => $crate::data::dispatch::with_number!(other, $T => $body, _ => $other),
        }
    };
}

/// Runs the body with `$T` bound to the Arrow primitive type behind an integer or float type.
macro_rules! with_number {
    ($dtype:expr, $T:ident => $body:expr, _ => $other:expr $(,)?) => {
        match $dtype {
            ::arrow::datatypes::DataType::Float32 => {
                type $T = ::arrow::datatypes::Float32Type;
                $body
            }
            ::arrow::datatypes::DataType::Float64 => {
                type $T = ::arrow::datatypes::Float64Type;
                $body
            }
            other => $crate::data::dispatch::with_integer!(other, $T => $body, _ => $other),
        }
    };
}

/// Runs the body with `$T` bound to the Arrow primitive type behind an integer type.
macro_rules! with_integer {
    ($dtype:expr, $T:ident => $body:expr, _ => $other:expr $(,)?) => {
        match $dtype {
            ::arrow::datatypes::DataType::Int8 => {
                type $T = ::arrow::datatypes::Int8Type;
                $body
            }
            ::arrow::datatypes::DataType::Int16 => {
                type $T = ::arrow::datatypes::Int16Type;
                $body
            }
            ::arrow::datatypes::DataType::Int32 => {
                type $T = ::arrow::datatypes::Int32Type;
                $body
            }
            ::arrow::datatypes::DataType::Int64 => {
                type $T = ::arrow::datatypes::Int64Type;
                $body
            }
            ::arrow::datatypes::DataType::UInt8 => {
                type $T = ::arrow::datatypes::UInt8Type;
                $body
            }
            ::arrow::datatypes::DataType::UInt16 => {
                type $T = ::arrow::datatypes::UInt16Type;
                $body
            }
            ::arrow::datatypes::DataType::UInt32 => {
                type $T = ::arrow::datatypes::UInt32Type;
                $body
            }
            ::arrow::datatypes::DataType::UInt64 => {
                type $T = ::arrow::datatypes::UInt64Type;
                $body
            }
            _ => $other,
        }
    };
}

/// Runs the body with `$T` bound to the Arrow primitive type behind an integer type of up to 16 bits. Code for these is
/// code of its own only where they are stored: they are computed with as `i32` or `i64`.
macro_rules! with_narrow {
    ($dtype:expr, $T:ident => $body:expr, _ => $other:expr $(,)?) => {
        match $dtype {
            ::arrow::datatypes::DataType::Int8 => {
                type $T = ::arrow::datatypes::Int8Type;
                $body
            }
            ::arrow::datatypes::DataType::Int16 => {
                type $T = ::arrow::datatypes::Int16Type;
                $body
            }
            ::arrow::datatypes::DataType::UInt8 => {
                type $T = ::arrow::datatypes::UInt8Type;
                $body
            }
            ::arrow::datatypes::DataType::UInt16 => {
                type $T = ::arrow::datatypes::UInt16Type;
                $body
            }
            _ => $other,
        }
    };
}

pub(crate) use {with_integer, with_narrow, with_native, with_number};

/// Like [`with_native`], with `$T` bound to one of six types: narrow integers take the next wider one of those, for code
/// that widens its input and need not be compiled for each.
macro_rules! with_common {
    ($dtype:expr, $T:ident => $body:expr, _ => $other:expr $(,)?) => {
        match $dtype {
            ::arrow::datatypes::DataType::Int8 | ::arrow::datatypes::DataType::Int16 => {
                type $T = ::arrow::datatypes::Int32Type;
                $body
            }
            ::arrow::datatypes::DataType::UInt8
            | ::arrow::datatypes::DataType::UInt16
            | ::arrow::datatypes::DataType::UInt32 => {
                type $T = ::arrow::datatypes::UInt64Type;
                $body
            }
            ::arrow::datatypes::DataType::Float32 => {
                type $T = ::arrow::datatypes::Float32Type;
                $body
            }
            other => $crate::data::dispatch::with_wide!(other, $T => $body, _ => $other),
        }
    };
}

/// Like [`with_native`] for five types: those that all others can be widened to, and `Int32`, which is common.
macro_rules! with_wide {
    ($dtype:expr, $T:ident => $body:expr, _ => $other:expr $(,)?) => {
        match $dtype {
            ::arrow::datatypes::DataType::Int32 => {
                type $T = ::arrow::datatypes::Int32Type;
                $body
            }
            ::arrow::datatypes::DataType::Int64 => {
                type $T = ::arrow::datatypes::Int64Type;
                $body
            }
            ::arrow::datatypes::DataType::UInt64 => {
                type $T = ::arrow::datatypes::UInt64Type;
                $body
            }
            ::arrow::datatypes::DataType::Float64 => {
                type $T = ::arrow::datatypes::Float64Type;
                $body
            }
            ::arrow::datatypes::DataType::Decimal128(_, _) => {
                type $T = ::arrow::datatypes::Decimal128Type;
                $body
            }
            _ => $other,
        }
    };
}

pub(crate) use {with_common, with_wide};

/// The type that holds all values of a number type and is one of `with_wide`'s; other types stay as they are.
pub fn widened(dtype: &DType) -> DType {
    match dtype {
        DType::Int8 | DType::Int16 | DType::UInt8 | DType::UInt16 => DType::Int32,
        DType::UInt32 => DType::Int64,
        DType::Float32 => DType::Float64,
        other => other.clone(),
    }
}

/// A Rust number that columns hold: the way back from a Rust type to an Arrow type.
pub trait Number: ArrowNativeType {
    /// Its Arrow type.
    type Arrow: ArrowPrimitiveType<Native = Self>;
    /// What can stand for a missing value, if anything can: NaN.
    const MISSING: Option<Self>;
}

macro_rules! numbers {
    ($($native:ty => $arrow:ident, $missing:expr;)*) => {$(
        impl Number for $native {
            type Arrow = arrow::datatypes::$arrow;
            const MISSING: Option<Self> = $missing;
        }
    )*};
}

numbers! {
    i8 => Int8Type, None;
    i16 => Int16Type, None;
    i32 => Int32Type, None;
    i64 => Int64Type, None;
    u8 => UInt8Type, None;
    u16 => UInt16Type, None;
    u32 => UInt32Type, None;
    u64 => UInt64Type, None;
    f32 => Float32Type, Some(f32::NAN);
    f64 => Float64Type, Some(f64::NAN);
}

/// The array with its physical type; temporal values become integers, without a copy.
pub fn physical(array: &ArrayRef) -> ArrayRef {
    let target = match array.data_type() {
        DataType::Date32 => DataType::Int32,
        DataType::Time64(_) | DataType::Timestamp(..) | DataType::Duration(_) => DataType::Int64,
        _ => return array.clone(),
    };
    // Arrow reinterprets these pairs; the cast cannot fail.
    cast(array, &target).unwrap_or_else(|_| array.clone())
}

/// The opposite of [`physical`]: gives integers their temporal type back, without a copy.
///
/// # Errors
/// `Type` if the physical type of `dtype` is not the array's.
pub fn logical(array: ArrayRef, dtype: &DType) -> Result<ArrayRef> {
    let target = dtype.to_arrow();
    match dtype {
        _ if array.data_type() == &target => Ok(array),
        DType::Decimal(..) => {
            let values = primitive::<arrow::datatypes::Decimal128Type>(&array).clone();
            Ok(Arc::new(values.with_data_type(target)))
        }
        DType::Date | DType::Time | DType::Timestamp(..) | DType::Duration(_) => Ok(cast(&array, &target)?),
        _ => Ok(array),
    }
}

/// Integers of up to 16 bits as `i32`, appended to `out`.
pub fn narrow_words(array: &dyn Array, rows: std::ops::Range<usize>, out: &mut Vec<i32>) {
    with_narrow!(array.data_type(), T => {
        out.extend(primitive::<T>(array).values()[rows].iter().map(|value| i32::from(*value)));
    }, _ => ())
}

/// Integers as `i64`, appended to `out`; of `uint64` the bits.
#[allow(clippy::unnecessary_cast)] // Not unnecessary for the other integer types.
pub fn words(array: &dyn Array, rows: std::ops::Range<usize>, out: &mut Vec<i64>) {
    with_integer!(array.data_type(), T => {
        out.extend(primitive::<T>(array).values()[rows].iter().map(|value| *value as i64));
    }, _ => ())
}

/// The opposite of [`words`]: integers of a type from blocks of words, whose low bits it takes. `next` gives a block
/// after the other and nothing at the end; `rows` is how many there will be.
///
/// # Errors
/// `Internal` for other types.
pub fn from_words(dtype: &DType, rows: usize, next: &mut dyn FnMut(&mut Vec<i64>)) -> Result<Buffer> {
    let mut block = Vec::new();
    Ok(with_integer!(integers_of(dtype), T => {
        let mut values: Vec<<T as ArrowPrimitiveType>::Native> = Vec::with_capacity(rows);
        loop {
            block.clear();
            next(&mut block);
            if block.is_empty() {
                break;
            }
            values.extend(block.iter().map(|word| *word as <T as ArrowPrimitiveType>::Native));
        }
        Buffer::from_vec(values)
    }, _ => return Err(Error::internal(format!("integers for {dtype}")))))
}

/// An array of a type of numbers or times from its values.
///
/// # Errors
/// `Internal` if there are too few values.
pub fn array_from(
    dtype: &DataType,
    rows: usize,
    values: Buffer,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef> {
    Ok(make_array(ArrayData::builder(dtype.clone()).len(rows).add_buffer(values).nulls(nulls).build()?))
}

/// Words of the same order as the integers: signed ones have their sign bit flipped.
#[allow(clippy::unnecessary_cast)] // Not unnecessary for the other integer types.
pub fn ordered_words(array: &ArrayRef, rows: std::ops::Range<usize>, out: &mut Vec<u64>) {
    with_integer!(array.data_type(), T => {
        let sign = if T::DATA_TYPE.is_signed_integer() { 1u64 << 63 } else { 0 };
        let values = &primitive::<T>(array).values()[rows];
        out.extend(values.iter().map(|value| (*value as i64 as u64) ^ sign));
    }, _ => ())
}

/// The opposite of [`ordered_words`]: an array of an integer or temporal type.
///
/// # Errors
/// `Internal` for other types.
pub fn from_ordered_words(words: &[u64], nulls: Option<NullBuffer>, dtype: &DType) -> Result<ArrayRef> {
    let array: ArrayRef = with_integer!(&integers_of(dtype), T => {
        let sign = if T::DATA_TYPE.is_signed_integer() { 1u64 << 63 } else { 0 };
        let values: Vec<_> =
            words.iter().map(|word| <T as ArrowPrimitiveType>::Native::usize_as((word ^ sign) as usize)).collect();
        Arc::new(PrimitiveArray::<T>::try_new(values.into(), nulls)?)
    }, _ => return Err(Error::internal(format!("integers for {dtype}"))));
    logical(array, dtype)
}

/// The physical type of a type whose values are integers.
fn integers_of(dtype: &DType) -> DataType {
    match dtype {
        DType::Date => DataType::Int32,
        DType::Time | DType::Timestamp(..) | DType::Duration(_) => DataType::Int64,
        other => other.to_arrow(),
    }
}

/// The array as a primitive array of a type that `with_native` has just bound.
pub fn primitive<T: ArrowPrimitiveType>(array: &dyn Array) -> &PrimitiveArray<T> {
    match array.as_any().downcast_ref::<PrimitiveArray<T>>() {
        Some(array) => array,
        None => panic!("a {} array where {} was dispatched", array.data_type(), T::DATA_TYPE),
    }
}
