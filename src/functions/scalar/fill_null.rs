//! `fill_null`, `coalesce`, `null_if`: nulls replaced and made.

use crate::data::{DType, promote};
use crate::error::{Error, Result};
use crate::expr::{Args, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::example;
use crate::kernels::select::select;
use crate::kernels::{CompareOp, Value, compare};
use arrow::array::{Array, ArrayRef, BooleanArray, new_null_array};
use arrow::compute::nullif;

/// Null replaced by another value.
pub static FILL_NULL: ScalarFunction =
    ScalarFunction::new("fill_null", "missing", &["expr", "value"], common, first_present)
        .aliased(&["fillna"])
        .handling_nulls()
        .documented("The value, or another one where it is null.", || {
            example([Some(1i64), None], col("x").fill_null(0), [1i64, 0])
        });

/// The first argument that is not null.
pub static COALESCE: ScalarFunction =
    ScalarFunction::new("coalesce", "missing", &["expr", "others"], common, first_present)
        .aliased(&["combine_first"])
        .taking_many()
        .handling_nulls()
        .documented("The first of the arguments that is not null; null if all are.", || {
            example([Some("a"), None], col("x").coalesce(["b", "c"]), ["a", "b"])
        });

/// Null where the value equals another.
pub static NULL_IF: ScalarFunction = ScalarFunction::new(
    "null_if",
    "missing",
    &["expr", "value"],
    |types, _| {
        let [own, other] = types else { return Err(Error::internal("null_if of two")) };
        let both = promote(own, other)
            .ok_or_else(|| Error::type_mismatch(format!("no comparison between {own} and {other}")))?;
        // Numbers compare by value whatever their types; the result keeps its own.
        let numbers = own.is_numeric() && other.is_numeric();
        let args = if numbers { [own.clone(), other.clone()] } else { [both.clone(), both] };
        Ok(Signature::new(args.clone(), args[0].clone()))
    },
    |args| {
        let values = args.array(0)?;
        if *args.output() == DType::Null {
            return Ok(values);
        }
        Ok(nullif(&values, &compare::compare(CompareOp::Eq, args.value(0), args.value(1))?)?)
    },
)
.aliased(&["nullif"])
.handling_nulls()
.documented("Null where the value equals another, else the value.", || {
    example([1i64, -1], col("x").null_if(-1), [Some(1i64), None])
});

fn common(types: &[DType], _: &Params) -> Result<Signature> {
    let mut output = DType::Null;
    for dtype in types {
        output = promote(&output, dtype)
            .ok_or_else(|| Error::type_mismatch(format!("no common type of {output} and {dtype}")))?;
    }
    Ok(Signature::new(vec![output.clone(); types.len()], output))
}

fn first_present(args: &Args<'_>) -> Result<ArrayRef> {
    let mut result = args.array(0)?;
    for position in 1..args.len() {
        let other = args.value(position);
        let Some(nulls) = result.logical_nulls().filter(|nulls| nulls.null_count() > 0) else { break };
        if other.is_null_scalar() || other.array().data_type().is_null() {
            continue;
        }
        if nulls.null_count() == result.len() {
            result = other.to_rows(args.rows())?;
            continue;
        }
        let present = BooleanArray::new(nulls.inner().clone(), None);
        result = select(&present, &Value::rows(result), other)?;
    }
    if result.data_type().is_null() {
        return Ok(new_null_array(&args.output().to_arrow(), args.rows()));
    }
    Ok(result)
}

impl Expr {
    /// The value, or another one where it is null.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [Some(1i64), None]).finish()?;
    /// let filled = frame.lazy().select([col("x").fill_null(0)]).collect()?;
    /// assert_eq!(filled.column("x")?.get(1)?, 0i64.into());
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn fill_null(self, value: impl Into<Expr>) -> Expr {
        Expr::call(&FILL_NULL, [self, value.into()], Params::new())
    }

    /// This value, or the first of the others that is not null.
    pub fn coalesce<E: Into<Expr>>(self, others: impl IntoIterator<Item = E>) -> Expr {
        let args: Vec<Expr> = std::iter::once(self).chain(others.into_iter().map(Into::into)).collect();
        Expr::call(&COALESCE, args, Params::new())
    }

    /// Null where the value equals another, else the value.
    pub fn null_if(self, value: impl Into<Expr>) -> Expr {
        Expr::call(&NULL_IF, [self, value.into()], Params::new())
    }
}
