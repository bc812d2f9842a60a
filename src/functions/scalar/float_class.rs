//! `is_nan`, `is_finite`, `is_infinite`: kinds of float. `finite`: the others as null.

use crate::data::DType;
use crate::data::dispatch::primitive;
use crate::error::Result;
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, number};
use crate::kernels::map::unary_bits;
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use std::sync::Arc;

/// Whether the number is NaN.
pub static IS_NAN: ScalarFunction = ScalarFunction::new("is_nan", "math", &["expr"], signature, |args| {
    test(args, f32::is_nan, f64::is_nan, false)
})
.documented("Whether the number is NaN. Null stays null: NaN is a value.", || {
    example([Some(f64::NAN), Some(1.0), None], col("x").is_nan(), [Some(true), Some(false), None])
});

/// Whether the number is neither infinite nor NaN.
pub static IS_FINITE: ScalarFunction =
    ScalarFunction::new("is_finite", "math", &["expr"], signature, |args| {
        test(args, f32::is_finite, f64::is_finite, true)
    })
    .aliased(&["isfinite"])
    .documented("Whether the number is neither infinite nor NaN.", || {
        example([f64::INFINITY, f64::NAN, 1.0], col("x").is_finite(), [false, false, true])
    });

/// Whether the number is infinite.
pub static IS_INFINITE: ScalarFunction =
    ScalarFunction::new("is_infinite", "math", &["expr"], signature, |args| {
        test(args, f32::is_infinite, f64::is_infinite, false)
    })
    .aliased(&["isinf"])
    .documented("Whether the number is infinite, of either sign.", || {
        example([f64::NEG_INFINITY, f64::NAN, 1.0], col("x").is_infinite(), [true, false, false])
    });

/// The number where it is finite.
pub static FINITE: ScalarFunction = ScalarFunction::new(
    "finite",
    "missing",
    &["expr"],
    |types, _| {
        let own = number(&types[0])?;
        Ok(Signature::new([own.clone()], own))
    },
    finite,
)
.documented("The number, or null where it is infinite or NaN.", || {
    example([f64::INFINITY, f64::NAN, 1.0], col("x").finite(), [None, None, Some(1.0)])
});

/// Values of which all are finite, as most are, are the same array.
fn finite(args: &Args<'_>) -> Result<ArrayRef> {
    let array = args.array(0)?;
    Ok(match array.data_type() {
        DataType::Float32 => known(primitive::<Float32Type>(&array), f32::is_finite).unwrap_or(array),
        DataType::Float64 => known(primitive::<Float64Type>(&array), f64::is_finite).unwrap_or(array),
        _ => array,
    })
}

fn known<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    is_known: fn(T::Native) -> bool,
) -> Option<ArrayRef> {
    let bits = unary_bits(array.values(), is_known);
    let nulls = NullBuffer::new(bits);
    if nulls.null_count() == 0 {
        return None;
    }
    let nulls = NullBuffer::union(array.nulls(), Some(&nulls));
    Some(Arc::new(PrimitiveArray::<T>::new(array.values().clone(), nulls)))
}

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    Ok(Signature::new([number(&types[0])?], DType::Bool))
}

fn test(args: &Args<'_>, narrow: fn(f32) -> bool, wide: fn(f64) -> bool, exact: bool) -> Result<ArrayRef> {
    let array = args.value(0).array();
    let bits = match array.data_type() {
        DataType::Float32 => unary_bits(primitive::<Float32Type>(array).values(), narrow),
        DataType::Float64 => unary_bits(primitive::<Float64Type>(array).values(), wide),
        _ if exact => BooleanBuffer::new_set(array.len()),
        _ => BooleanBuffer::new_unset(array.len()),
    };
    Ok(Arc::new(BooleanArray::new(bits, None)))
}

impl Expr {
    /// Whether the number is NaN; null stays null.
    pub fn is_nan(self) -> Expr {
        Expr::call(&IS_NAN, [self], Params::new())
    }

    /// Whether the number is neither infinite nor NaN.
    pub fn is_finite(self) -> Expr {
        Expr::call(&IS_FINITE, [self], Params::new())
    }

    /// The number, or null where it is infinite or NaN.
    pub fn finite(self) -> Expr {
        Expr::call(&FINITE, [self], Params::new())
    }

    /// Whether the number is infinite, of either sign.
    pub fn is_infinite(self) -> Expr {
        Expr::call(&IS_INFINITE, [self], Params::new())
    }
}
