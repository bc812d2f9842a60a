//! `pow`: powers.

use crate::data::DType;
use crate::data::dispatch::primitive;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, float, number};
use crate::kernels::Value;
use crate::kernels::blocks::{Loop, Reader};
use crate::kernels::map::{array_of, is_valid, merged_nulls, rows_of};
use arrow::array::{ArrayRef, ArrowPrimitiveType};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{Float32Type, Float64Type, Int64Type};

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
    match args.output() {
        DType::Float32 => powers::<Float32Type>(args, &Loop::new(|a: f32, b: f32| (a.powf(b), ()))),
        DType::Float64 => powers::<Float64Type>(args, &Loop::new(|a: f64, b: f64| (a.powf(b), ()))),
        _ => powers::<Int64Type>(
            args,
            &Loop::new(|a: i64, b: i64| power(a, b).map_or((0, true), |value| (value, false))),
        ),
    }
}

fn powers<P: ArrowPrimitiveType>(args: &Args<'_>, operation: &Loop<'_, P::Native>) -> Result<ArrayRef> {
    let (left, right, rows) = (args.value(0), args.value(1), rows_of(&[args.value(0), args.value(1)]));
    let mut a = Reader::new(primitive::<P>(left.array()).values(), left.is_scalar(), rows);
    let mut b = Reader::new(primitive::<P>(right.array()).values(), right.is_scalar(), rows);
    let nulls = merged_nulls(&[left, right]);
    let (values, failed) = operation.run(&mut a, &mut b, rows);
    if failed {
        check(left, right, nulls.as_ref(), rows)?;
    }
    Ok(array_of::<P>(values, nulls))
}

/// The error of the first row of integers without a power, if there is one.
#[cold]
fn check(left: &Value, right: &Value, nulls: Option<&NullBuffer>, rows: usize) -> Result<()> {
    let at = |value: &Value, row: usize| {
        primitive::<Int64Type>(value.array()).value(if value.is_scalar() { 0 } else { row })
    };
    for row in 0..rows {
        let (base, exponent) = (at(left, row), at(right, row));
        if !is_valid(nulls, row) || power(base, exponent).is_some() {
            continue;
        }
        let error = match exponent < 0 {
            true => Error::new(ErrorKind::Arithmetic, format!("no integer: pow({base}, {exponent})"))
                .hint("cast to float64 first"),
            false => Error::new(ErrorKind::Arithmetic, format!("integer overflow: pow({base}, {exponent})")),
        };
        return Err(error.row(row as u64));
    }
    Ok(())
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
