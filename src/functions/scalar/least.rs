//! `least`, `greatest`: the extreme of several values in each row.

use crate::data::{DType, promote};
use crate::error::{Error, Result};
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::example;
use crate::kernels::select::select;
use crate::kernels::{CompareOp, Value, compare};
use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::compute::{and, is_not_null, is_null, or};

/// The least value of each row.
pub static LEAST: ScalarFunction =
    ScalarFunction::new("least", "conditional", &["expr", "others"], signature, |args| {
        extreme(args, CompareOp::Lt)
    })
    .aliased(&["min_horizontal"])
    .taking_many()
    .handling_nulls()
    .documented(
        "The least of several values in each row; nulls do not count, and NaN only if nothing else is there.",
        || example([Some(1i64), Some(9), None], col("x").least([5i64]), [1i64, 5, 5]),
    );

/// The greatest value of each row.
pub static GREATEST: ScalarFunction = ScalarFunction::new(
    "greatest",
    "conditional",
    &["expr", "others"],
    signature,
    |args| extreme(args, CompareOp::Gt),
)
.aliased(&["max_horizontal"])
.taking_many()
.handling_nulls()
.documented(
    "The greatest of several values in each row; nulls do not count, and NaN only if nothing else is there.",
    || example([Some(1i64), Some(9), None], col("x").greatest([5i64]), [5i64, 9, 5]),
);

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    let mut common = DType::Null;
    for dtype in types {
        common = promote(&common, dtype)
            .ok_or_else(|| Error::type_mismatch(format!("no common type of {common} and {dtype}")))?;
    }
    common.ordered()?;
    Ok(Signature::new(vec![common.by_order(); types.len()], common))
}

fn extreme(args: &Args<'_>, op: CompareOp) -> Result<ArrayRef> {
    let mut best = args.array(0)?;
    if *args.output() == DType::Null {
        return Ok(best);
    }
    for position in 1..args.len() {
        let (held, other) = (Value::rows(best.clone()), args.array(position)?);
        let next = Value::rows(other.clone());
        let known = |mask: BooleanArray| match mask.nulls() {
            Some(nulls) => BooleanArray::new(mask.values() & nulls.inner(), None),
            None => mask,
        };
        let mut better = known(compare::compare(op, &next, &held)?);
        better = or(&better, &and(&is_null(&best)?, &is_not_null(&other)?)?)?;
        if args.output().is_float() {
            let nan = known(compare::compare(CompareOp::NotEq, &held, &held)?);
            better = or(&better, &and(&nan, &is_not_null(&other)?)?)?;
        }
        best = select(&better, &next, &held)?;
    }
    Ok(best)
}

impl Expr {
    /// The least of this and other values in each row; nulls do not count.
    pub fn least<E: Into<Expr>>(self, others: impl IntoIterator<Item = E>) -> Expr {
        let args: Vec<Expr> = std::iter::once(self).chain(others.into_iter().map(Into::into)).collect();
        Expr::call(&LEAST, args, Params::new())
    }

    /// The greatest of this and other values in each row; nulls do not count.
    pub fn greatest<E: Into<Expr>>(self, others: impl IntoIterator<Item = E>) -> Expr {
        let args: Vec<Expr> = std::iter::once(self).chain(others.into_iter().map(Into::into)).collect();
        Expr::call(&GREATEST, args, Params::new())
    }
}
