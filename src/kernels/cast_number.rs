//! Conversion among numbers and truth values.

use crate::data::DType;
use crate::data::dispatch::{logical, primitive, with_integer};
use crate::error::{Error, Result};
use crate::kernels::cast_job::{Cast, CastMode};
use crate::kernels::map::{array_of, unary_bits};
use crate::kernels::number::Whole;
use crate::kernels::{decimal, parse};
use arrow::array::{ArrayRef, ArrowPrimitiveType, BooleanArray};
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
            let whole = compute::cast(job.array, &DataType::Int8)?;
            whole_to_decimal::<arrow::datatypes::Int8Type>(&Cast { array: &whole, ..*job })
        }
        (DType::Bool, _) => Ok(compute::cast(job.array, &job.to.to_arrow())?),
        (_, DType::Bool) => to_bool(job),
        (DType::Decimal(_, scale), DType::Decimal(precision, wanted)) => {
            let (scale, precision, wanted) = (*scale, *precision, *wanted);
            let lossy = job.mode == CastMode::Lossy;
            let rescale = if lossy { decimal::rescale_rounded } else { decimal::rescale_exact };
            decimals(job, primitive::<Decimal128Type>(job.array).values(), precision, |digits| {
                rescale(digits, scale, wanted)
            })
        }
        (DType::Decimal(_, scale), to) if to.is_float() => {
            let values = primitive::<Decimal128Type>(job.array);
            let floats = values.unary::<_, Float64Type>(|digits| decimal::to_f64(digits, *scale));
            let floats: ArrayRef = Arc::new(floats);
            match to {
                DType::Float64 => Ok(floats),
                _ => Ok(compute::cast(&floats, &DataType::Float32)?),
            }
        }
        (DType::Decimal(_, scale), to) => {
            let (values, scale) = (primitive::<Decimal128Type>(job.array).values(), *scale);
            with_integer!(to.to_arrow(), T => decimal_to_whole::<T>(job, values, scale), _ => unknown(job))
        }
        (from, DType::Decimal(precision, scale)) if from.is_float() => {
            // The shortest text that reads back to the float is what "its digits" means.
            float_to_decimal(job, *precision, *scale)
        }
        (_, DType::Decimal(..)) => {
            with_integer!(job.array.data_type(), T => whole_to_decimal::<T>(job), _ => unknown(job))
        }
        (DType::Float64, DType::Float32) => {
            let (values, nulls) = job.map(primitive::<Float64Type>(job.array).values(), |value| {
                let narrow = value as f32;
                (narrow, narrow.is_finite() || !value.is_finite())
            })?;
            Ok(array_of::<Float32Type>(values, nulls))
        }
        (_, to) if to.is_float() => Ok(compute::cast(job.array, &job.to.to_arrow())?),
        (from, to) if from.is_float() => {
            let floats = compute::cast(job.array, &DataType::Float64)?;
            let values = primitive::<Float64Type>(&floats).values();
            with_integer!(to.to_arrow(), T => float_to_whole::<T>(job, values), _ => unknown(job))
        }
        (_, to) => with_integer!(job.array.data_type(), A => {
            with_integer!(to.to_arrow(), B => whole_to_whole::<A, B>(job), _ => unknown(job))
        }, _ => unknown(job)),
    }
}

fn unknown(job: &Cast<'_>) -> Result<ArrayRef> {
    Err(Error::type_mismatch(format!("no conversion from {} to {}", job.from, job.to)))
}

fn whole_to_whole<A, B>(job: &Cast<'_>) -> Result<ArrayRef>
where
    A: ArrowPrimitiveType<Native: Whole>,
    B: ArrowPrimitiveType<Native: Whole>,
{
    let (least, greatest) = (B::Native::LEAST, B::Native::GREATEST);
    let (values, nulls) = job.map(primitive::<A>(job.array).values(), |value: A::Native| {
        let wide = value.wide();
        (B::Native::narrow(wide), least <= wide && wide <= greatest)
    })?;
    Ok(array_of::<B>(values, nulls))
}

fn float_to_whole<B: ArrowPrimitiveType<Native: Whole>>(job: &Cast<'_>, values: &[f64]) -> Result<ArrayRef> {
    // The least value and one more than the greatest are exact floats.
    let (least, limit) = (B::Native::LEAST as f64, (B::Native::GREATEST + 1) as f64);
    let (values, nulls) = match job.mode {
        CastMode::Lossy => job.map(values, |value| {
            let whole = value.trunc();
            (B::Native::truncated(value), least <= whole && whole < limit)
        })?,
        _ => job.map(values, |value| {
            let whole = B::Native::truncated(value);
            (whole, whole.to_f64() == value && value < limit)
        })?,
    };
    Ok(array_of::<B>(values, nulls))
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

fn whole_to_decimal<A: ArrowPrimitiveType<Native: Whole>>(job: &Cast<'_>) -> Result<ArrayRef> {
    let DType::Decimal(precision, scale) = *job.to else { return unknown(job) };
    let lossy = job.mode == CastMode::Lossy;
    let rescale = if lossy { decimal::rescale_rounded } else { decimal::rescale_exact };
    decimals(job, primitive::<A>(job.array).values(), precision, |value: A::Native| {
        rescale(value.wide(), 0, scale)
    })
}

fn decimal_to_whole<B>(job: &Cast<'_>, values: &[i128], scale: i8) -> Result<ArrayRef>
where
    B: ArrowPrimitiveType<Native: Whole>,
{
    let lossy = job.mode == CastMode::Lossy;
    let power = decimal::power_of_ten(scale.unsigned_abs().into()).unwrap_or(i128::MAX);
    let (values, nulls) = job.map(values, |digits| {
        let whole = match lossy && scale > 0 {
            true => Some(digits / power),
            false => decimal::rescale_exact(digits, scale, 0),
        };
        match whole {
            Some(whole) => {
                (B::Native::narrow(whole), B::Native::LEAST <= whole && whole <= B::Native::GREATEST)
            }
            None => (B::Native::narrow(0), false),
        }
    })?;
    Ok(array_of::<B>(values, nulls))
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
