//! `log_base`, `atan2`, `hypot`, `gcd`, `lcm`: functions of two numbers.

use crate::data::DType;
use crate::data::dispatch::primitive;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, number, wanted};
use arrow::array::{Array, ArrayRef, Float64Array, Int64Array};
use arrow::datatypes::{Float64Type, Int64Type};
use std::sync::Arc;

macro_rules! functions {
    ($signature:ident $apply:ident: $($name:ident $text:literal $method:ident [$($alias:literal),*] $arg:literal
        $document:literal, $code:expr, ($a:literal, $b:literal) => $output:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "math", &["expr", $arg], $signature, |args| $apply(args, $code))
                    .aliased(&[$($alias),*])
                    .failing()
                    .documented($document, || {
                        example([Some($a), None], col("x").$method($b), [Some($output), None])
                    });
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self, other: impl Into<Expr>) -> Expr {
                    Expr::call(&$name, [self, other.into()], Params::new())
                }
            )*
        }
    };
}

functions! {
    floats measure:
    LOG_BASE "log_base" log_base [] "base"
        "The logarithm to any base; -inf of 0, NaN below.", logarithm, (8.0, 2.0) => 3.0;
    ATAN2 "atan2" atan2 ["arctan2"] "other"
        "The angle in radians of the point at this height and another number to the right.", f64::atan2, (0.0, 1.0) => 0.0;
    HYPOT "hypot" hypot [] "other"
        "The length of the hypotenuse over two sides.", f64::hypot, (3.0, 4.0) => 5.0;
}

functions! {
    integers combine:
    GCD "gcd" gcd [] "other"
        "The greatest common divisor of two integers; of two zeros 0.",
        |a, b| i64::try_from(divisor(a.unsigned_abs(), b.unsigned_abs())).ok(), (12i64, 18i64) => 6i64;
    LCM "lcm" lcm [] "other"
        "The least common multiple of two integers; with a zero 0. One that does not fit is an error naming the row.",
        multiple, (4i64, 6i64) => 12i64;
}

fn logarithm(number: f64, base: f64) -> f64 {
    // These two are exact at powers of their base.
    if base == 2.0 {
        number.log2()
    } else if base == 10.0 {
        number.log10()
    } else {
        number.ln() / base.ln()
    }
}

fn divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn multiple(a: i64, b: i64) -> Option<i64> {
    let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
    if a == 0 || b == 0 {
        return Some(0);
    }
    i64::try_from((a / divisor(a, b)).checked_mul(b)?).ok()
}

fn floats(types: &[DType], _: &Params) -> Result<Signature> {
    types.iter().try_for_each(|dtype| number(dtype).map(drop))?;
    Ok(Signature::new([DType::Float64, DType::Float64], DType::Float64))
}

fn integers(types: &[DType], _: &Params) -> Result<Signature> {
    for dtype in types {
        wanted(dtype, DType::is_integer, DType::Int64, "a whole number")?;
    }
    Ok(Signature::new([DType::Int64, DType::Int64], DType::Int64))
}

fn measure(args: &Args<'_>, f: fn(f64, f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (args.array(0)?, args.array(1)?);
    let pairs =
        primitive::<Float64Type>(&left).values().iter().zip(primitive::<Float64Type>(&right).values());
    Ok(Arc::new(Float64Array::from_iter_values(pairs.map(|(a, b)| f(*a, *b)))))
}

fn combine(args: &Args<'_>, f: fn(i64, i64) -> Option<i64>) -> Result<ArrayRef> {
    let (left, right) = (args.array(0)?, args.array(1)?);
    let (left, right) = (primitive::<Int64Type>(&left), primitive::<Int64Type>(&right));
    let mut values = Vec::with_capacity(args.rows());
    for row in 0..args.rows() {
        if left.is_null(row) || right.is_null(row) {
            values.push(0);
            continue;
        }
        let (a, b) = (left.value(row), right.value(row));
        let value = f(a, b).ok_or_else(|| {
            Error::new(ErrorKind::Arithmetic, "integer overflow").row(row as u64).value(format!("{a}, {b}"))
        });
        values.push(value?);
    }
    Ok(Arc::new(Int64Array::from(values)))
}
