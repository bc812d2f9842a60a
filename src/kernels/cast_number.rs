//! Conversion among numbers and truth values.

use crate::data::DType;
use crate::data::dispatch::{logical, primitive, words};
use crate::error::{Error, Result};
use crate::kernels::cast_job::{Cast, CastMode};
use crate::kernels::map::{array_of, map_values, unary_bits};
use crate::kernels::number::limits;
use crate::kernels::{decimal, parse};
use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute;
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type};
use std::sync::Arc;

/// One number type (or bool) to another.
///
/// # Errors
/// `Cast` naming row and value.
pub fn cast_number(job: &Cast<'_>) -> Result<ArrayRef> {
    match (job.from, job.to) {
        (DType::Bool, DType::Decimal(..)) => {
            let whole = compute::cast(job.array, &DataType::Int64)?;
            whole_to_decimal(&Cast { array: &whole, ..*job })
        }
        (DType::Bool, _) => Ok(compute::cast(job.array, &job.to.to_arrow())?),
        (_, DType::Bool) => to_bool(job),
        (DType::Decimal(_, scale), DType::Decimal(precision, wanted)) => {
            rescaled(job, job.array, *scale, (*precision, *wanted))
        }
        (DType::Decimal(_, scale), to) if to.is_float() => {
            let floats = map_values::<Decimal128Type, Float64Type>(job.array, |digits| {
                decimal::to_f64(digits, *scale)
            });
            match to {
                DType::Float64 => Ok(floats),
                _ => Ok(compute::cast(&floats, &DataType::Float32)?),
            }
        }
        (DType::Decimal(_, scale), _) => decimal_to_whole(job, *scale),
        (from, DType::Decimal(precision, scale)) if from.is_float() => {
            // The shortest text that reads back to the float is what "its digits" means.
            float_to_decimal(job, *precision, *scale)
        }
        (_, DType::Decimal(..)) => whole_to_decimal(job),
        (DType::Float64, DType::Float32) => {
            let (values, nulls) = job.map(primitive::<Float64Type>(job.array).values(), |value| {
                let narrow = value as f32;
                (narrow, narrow.is_finite() || !value.is_finite())
            })?;
            Ok(array_of::<Float32Type>(values, nulls))
        }
        (_, to) if to.is_float() => Ok(compute::cast(job.array, &job.to.to_arrow())?),
        (from, _) if from.is_float() => {
            let floats = compute::cast(job.array, &DataType::Float64)?;
            float_to_whole(job, primitive::<Float64Type>(&floats).values())
        }
        _ => whole_to_whole(job),
    }
}

fn unknown(job: &Cast<'_>) -> Result<ArrayRef> {
    Err(Error::type_mismatch(format!("no conversion from {} to {}", job.from, job.to)))
}

fn whole_to_whole(job: &Cast<'_>) -> Result<ArrayRef> {
    let (own, wanted) = (limits(job.from), limits(job.to));
    let all = wanted.0 <= own.0 && own.1 <= wanted.1;
    // As words, what only `uint64` holds is negative and what is negative does not fit `uint64`.
    let least = wanted.0.max(own.0) as i64;
    let greatest = wanted.1.min(i64::MAX.into()) as i64;
    job.integers(&mut |rows, values, fits| {
        words(job.array, rows, values);
        if !all {
            fits.extend(values.iter().map(|value| least <= *value && *value <= greatest));
        }
    })
}

fn float_to_whole(job: &Cast<'_>, values: &[f64]) -> Result<ArrayRef> {
    let (least, greatest) = limits(job.to);
    // The least value and one more than the greatest are exact floats.
    let (least, limit) = (least as f64, (greatest + 1) as f64);
    let below = least - 1.0;
    let (lossy, unsigned) = (job.mode == CastMode::Lossy, *job.to == DType::UInt64);
    job.integers(&mut |rows, words, fits| {
        for &value in &values[rows] {
            let (word, back) = match unsigned {
                true => (value as u64 as i64, value as u64 as f64),
                false => (value as i64, value as i64 as f64),
            };
            words.push(word);
            fits.push(match lossy {
                // The least 64-bit value is its own neighbour.
                true => (value > below || value == least) && value < limit,
                false => back == value && value >= least && value < limit,
            });
        }
    })
}

fn to_bool(job: &Cast<'_>) -> Result<ArrayRef> {
    let lossy = job.mode == CastMode::Lossy;
    if let DType::Decimal(_, scale) = job.from {
        let one = decimal::rescale_exact(1, 0, *scale).unwrap_or(0);
        let (values, nulls) = job.map(primitive::<Decimal128Type>(job.array).values(), |digits| {
            (digits != 0, lossy || digits == 0 || digits == one)
        })?;
        return Ok(Arc::new(BooleanArray::new(values.into(), nulls)));
    }
    // Zero and one are exact as floats, and nothing else rounds to them.
    let floats = compute::cast(job.array, &DataType::Float64)?;
    let values = primitive::<Float64Type>(&floats).values();
    let bits = unary_bits(values, |value| value != 0.0);
    let (_, nulls) =
        job.map(values, |value| ((), (lossy && !value.is_nan()) || value == 0.0 || value == 1.0))?;
    Ok(Arc::new(BooleanArray::new(bits, nulls)))
}

fn decimals<A: Copy>(
    job: &Cast<'_>,
    values: &[A],
    precision: u8,
    f: impl Fn(A) -> Option<i128>,
) -> Result<ArrayRef> {
    let (values, nulls) = job.map(values, |value| match f(value) {
        Some(digits) => (digits, decimal::fits(digits, precision)),
        None => (0, false),
    })?;
    logical(array_of::<Decimal128Type>(values, nulls), job.to)
}

/// Integers to decimals.
fn whole_to_decimal(job: &Cast<'_>) -> Result<ArrayRef> {
    let DType::Decimal(precision, scale) = *job.to else { return unknown(job) };
    // Every integer is a decimal of scale 0.
    let digits = compute::cast(job.array, &DataType::Decimal128(38, 0))?;
    rescaled(job, &digits, 0, (precision, scale))
}

/// Digits of some scale to those of another.
fn rescaled(job: &Cast<'_>, digits: &ArrayRef, scale: i8, (precision, wanted): (u8, i8)) -> Result<ArrayRef> {
    let lossy = job.mode == CastMode::Lossy;
    let rescale = if lossy { decimal::rescale_rounded } else { decimal::rescale_exact };
    decimals(job, primitive::<Decimal128Type>(digits).values(), precision, |digits| {
        rescale(digits, scale, wanted)
    })
}

fn decimal_to_whole(job: &Cast<'_>, scale: i8) -> Result<ArrayRef> {
    let lossy = job.mode == CastMode::Lossy;
    let power = decimal::power_of_ten(scale.unsigned_abs().into()).unwrap_or(i128::MAX);
    let ((least, greatest), digits) = (limits(job.to), primitive::<Decimal128Type>(job.array).values());
    job.integers(&mut |rows, words, fits| {
        for &digits in &digits[rows] {
            let whole = match lossy && scale > 0 {
                true => Some(digits / power),
                false => decimal::rescale_exact(digits, scale, 0),
            };
            words.push(whole.unwrap_or(0) as i64);
            fits.push(whole.is_some_and(|whole| least <= whole && whole <= greatest));
        }
    })
}

fn float_to_decimal(job: &Cast<'_>, precision: u8, scale: i8) -> Result<ArrayRef> {
    let lossy = job.mode == CastMode::Lossy;
    if *job.from == DType::Float32 {
        return decimals(job, primitive::<Float32Type>(job.array).values(), precision, |value| {
            parse::decimal(ryu::Buffer::new().format(value).as_bytes(), scale, lossy)
        });
    }
    decimals(job, primitive::<Float64Type>(job.array).values(), precision, |value| {
        parse::decimal(ryu::Buffer::new().format(value).as_bytes(), scale, lossy)
    })
}
