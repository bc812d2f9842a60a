//! `pow`: powers.

use crate::data::DType;
use crate::data::dispatch::primitive;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, float, number};
use crate::kernels::Value;
use crate::kernels::map::{Operand, array_of, binary, is_valid, merged_nulls};
use arrow::array::ArrayRef;
use arrow::datatypes::{Float32Type, Float64Type, Int64Type};
use std::cell::Cell;

/// A number to the power of another.
pub static POW: ScalarFunction = ScalarFunction::new(
    "pow",
    "math",
    &["expr", "exponent"],
    signature,
    evaluate,
)
.aliased(&["power"])
.failing()
.documented(
    "The number to the power of another. Two integers give an integer (`int64`): overflow and a negative \
             exponent are errors naming the row. Anything else gives a float.",
    || example([Some(2i64), Some(-3), None], col("x").pow(3), [Some(8i64), Some(-27), None]),
);

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    let (base, exponent) = (number(&types[0])?, number(&types[1])?);
    let common = match base.is_integer() && exponent.is_integer() {
        true => DType::Int64,
        false if float(&base)? == DType::Float32 && exponent == DType::Float32 => DType::Float32,
        false => DType::Float64,
    };
    Ok(Signature::new([common.clone(), common.clone()], common))
}

fn evaluate(args: &Args<'_>) -> Result<ArrayRef> {
    let (left, right) = (args.value(0), args.value(1));
    if left.is_null_scalar() || right.is_null_scalar() {
        return Ok(arrow::array::new_null_array(&args.output().to_arrow(), args.rows()));
    }
    if args.rows() == 0 {
        return Ok(arrow::array::new_empty_array(&args.output().to_arrow()));
    }
    let nulls = merged_nulls(&[left, right]);
    match args.output() {
        DType::Float32 => {
            let (a, b) = operands::<Float32Type>(left, right);
            Ok(array_of::<Float32Type>(binary(a, b, f32::powf), nulls))
        }
        DType::Float64 => {
            let (a, b) = operands::<Float64Type>(left, right);
            Ok(array_of::<Float64Type>(binary(a, b, f64::powf), nulls))
        }
        _ => {
            let (a, b) = operands::<Int64Type>(left, right);
            let failed = Cell::new(false);
            let values = binary(a, b, |base, exponent| {
                power(base, exponent).unwrap_or_else(|| {
                    failed.set(true);
                    0
                })
            });
            if failed.get()
                && let Some(row) = (0..values.len())
                    .find(|row| is_valid(nulls.as_ref(), *row) && power(a.at(*row), b.at(*row)).is_none())
            {
                let (base, exponent) = (a.at(row), b.at(row));
                let error = match exponent < 0 {
                    true => Error::new(ErrorKind::Arithmetic, format!("no integer: pow({base}, {exponent})"))
                        .hint("cast to float64 first"),
                    false => Error::new(
                        ErrorKind::Arithmetic,
                        format!("integer overflow: pow({base}, {exponent})"),
                    ),
                };
                return Err(error.row(row as u64));
            }
            Ok(array_of::<Int64Type>(values, nulls))
        }
    }
}

fn operands<'a, P: arrow::array::ArrowPrimitiveType>(
    left: &'a Value,
    right: &'a Value,
) -> (Operand<'a, P::Native>, Operand<'a, P::Native>) {
    let operand = |value: &'a Value| Operand::new::<P>(primitive::<P>(value.array()), value.is_scalar());
    (operand(left), operand(right))
}

fn power(base: i64, exponent: i64) -> Option<i64> {
    match (base, exponent) {
        (1, _) => Some(1),
        (-1, _) => Some(if exponent % 2 == 0 { 1 } else { -1 }),
        (_, exponent) if exponent < 0 => None,
        (0, exponent) => Some(i64::from(exponent == 0)),
        (base, exponent) => base.checked_pow(u32::try_from(exponent).ok()?),
    }
}

impl Expr {
    /// The number to the power of another: two integers give an integer, anything else a float.
    pub fn pow(self, exponent: impl Into<Expr>) -> Expr {
        Expr::call(&POW, [self, exponent.into()], Params::new())
    }
}
