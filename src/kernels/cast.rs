//! Conversion of a column to another type.

use crate::data::DType;
use crate::data::dispatch::{logical, physical};
use crate::error::{Error, Result};
use crate::kernels::cast_job::{Cast, CastMode};
use crate::kernels::{cast_nested, cast_number, cast_temporal, format, interval, parse, views};
use arrow::array::{Array, ArrayRef, AsArray, new_null_array};
use std::sync::Arc;

/// The array (plain, not coded) as another type.
///
/// | from | to | what fits |
/// |---|---|---|
/// | integer, decimal, float | integer | whole numbers in range |
/// | integer, decimal, float | float | everything; rounded to the nearest. Too large for `float32` does not fit |
/// | integer, decimal, float | decimal | numbers whose (shortest) decimal digits the type holds |
/// | number | bool | 0 and 1 (`Lossy`: 0 is false, the rest true) |
/// | string | integer | an optional sign and digits |
/// | string | float, decimal | the usual forms; `inf` and `nan` for floats. Too large for the type does not fit (`Lossy`: infinite) |
/// | string | bool | `true`, `false` (also `True`, `TRUE`, ...) |
/// | string | date, time, timestamp | ISO 8601; a zone's offset only to a zoned timestamp |
/// | string | duration, interval | `1 day 02:00:00`, `1h30m`, `PT26H`; intervals have months, too |
/// | anything | string | floats as the shortest text that reads back to the same value; times as ISO 8601 |
/// | date, timestamp, duration | another unit | exact multiples in range; a timestamp to a date: midnights |
/// | timestamp | with or without zone | wall times that exist once in the zone |
/// | date, time, timestamp, duration | integer and back | counts of the unit; a time lies within a day |
/// | duration | interval | what nanoseconds hold |
/// | list, array, struct | list, array, struct | element by element; a list to an array: lists of its width |
///
/// # Errors
/// `Cast` or `Parse` naming row and value; `Type` if there is no conversion between the types.
pub fn cast(array: &ArrayRef, dtype: &DType, mode: CastMode) -> Result<ArrayRef> {
    let from = DType::from_arrow(array.data_type())?;
    if from == *dtype {
        return Ok(array.clone());
    }
    if from == DType::Null {
        return Ok(new_null_array(&dtype.to_arrow(), array.len()));
    }
    if !can_cast(&from, dtype) {
        return Err(Error::type_mismatch(format!("no conversion from {from} to {dtype}")));
    }
    let job = Cast { array, from: &from, to: dtype, mode };
    match (&from, dtype) {
        (DType::String, _) => parse::parse(&job),
        (DType::Binary, DType::String) => {
            if mode == CastMode::Lenient {
                let binary = array.as_binary_view();
                let text = binary.iter().map(|bytes| bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()));
                return Ok(Arc::new(text.collect::<arrow::array::StringViewArray>()));
            }
            views::from_utf8(array.as_binary_view()).map_err(|row| job.failure(row))
        }
        (_, DType::String) => format::to_text(array),
        (from, _) if from.is_nested() => cast_nested::cast_nested(&job),
        (DType::Duration(_), DType::Interval) => interval::of_durations(array),
        (from, to) if from.is_temporal() && to.is_integer() => {
            let counts = physical(array);
            if counts.data_type() == &to.to_arrow() {
                return Ok(counts);
            }
            let own = DType::from_arrow(counts.data_type())?;
            cast_number::cast_number(&Cast { array: &counts, from: &own, ..job })
        }
        (from, to) if from.is_integer() && to.is_temporal() => {
            let counted = if *to == DType::Date { DType::Int32 } else { DType::Int64 };
            let counts = match *from == counted {
                true => array.clone(),
                false => cast_number::cast_number(&Cast { to: &counted, ..job })?,
            };
            match to {
                DType::Time => cast_temporal::times(&job, &counts),
                _ => logical(counts, to),
            }
        }
        (from, _) if from.is_temporal() => cast_temporal::cast_temporal(&job),
        _ => cast_number::cast_number(&job),
    }
}

/// Whether a conversion between the types exists.
pub fn can_cast(from: &DType, to: &DType) -> bool {
    let plain = |dtype: &DType| dtype.is_numeric() || *dtype == DType::Bool;
    match (from, to) {
        (from, to) if from == to => true,
        (DType::Null, _) | (_, DType::String) => true,
        (DType::String, to) => plain(to) || to.is_temporal() || matches!(to, DType::Binary | DType::Interval),
        (from, to) if plain(from) && plain(to) => true,
        (from, to) if from.is_temporal() && to.is_integer() => true,
        (from, to) if from.is_integer() && to.is_temporal() => true,
        (DType::Date | DType::Timestamp(..), DType::Date | DType::Timestamp(..)) => true,
        (DType::Duration(_), DType::Duration(_) | DType::Interval) => true,
        (DType::Array(from, width), DType::Array(to, own)) => width == own && can_cast(from, to),
        (DType::List(from) | DType::Array(from, _), DType::List(to) | DType::Array(to, _)) => {
            can_cast(from, to)
        }
        (DType::Struct(from), DType::Struct(to)) => {
            let same = |(a, b): (&crate::data::Field, &crate::data::Field)| {
                a.name == b.name && can_cast(&a.dtype, &b.dtype)
            };
            from.len() == to.len() && from.iter().zip(to).all(same)
        }
        _ => false,
    }
}

#[cfg(test)]
#[path = "cast_tests.rs"]
mod tests;
