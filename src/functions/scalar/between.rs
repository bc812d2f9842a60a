//! `between` and `clip`: values against two bounds.

use crate::data::{DType, promote};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::example;
use crate::kernels::select::select;
use crate::kernels::{CompareOp, Value, compare};
use arrow::array::{ArrayRef, BooleanArray};

/// Whether the value lies between two bounds.
pub static BETWEEN: ScalarFunction = ScalarFunction::expanding(
    "between",
    "conditional",
    &["expr", "lower", "upper"],
    |types, _| Ok(Signature::new(types, DType::Bool)),
    |args, params| {
        let [expr, lower, upper] = args else { return Err(Error::internal("between of three")) };
        let (left, right) = match params.str("closed")? {
            "both" => (true, true),
            "left" => (true, false),
            "right" => (false, true),
            "neither" => (false, false),
            other => {
                return Err(Error::invalid(format!("closed must not be {other:?}"))
                    .hint("use \"both\", \"left\", \"right\" or \"neither\""));
            }
        };
        let (a, b) = (expr.clone(), expr.clone());
        let above = if left { a.gt_eq(lower.clone()) } else { a.gt(lower.clone()) };
        let below = if right { b.lt_eq(upper.clone()) } else { b.lt(upper.clone()) };
        Ok(above.and(below))
    },
)
.with_params(&[Param {
    name: "closed",
    default: Some(ParamDefault::Str("both")),
    doc: "Which bounds count: `both`, `left`, `right` or `neither`.",
}])
.documented("Whether the value lies between two bounds. The same as two comparisons and `and`.", || {
    example([1i64, 5, 9], col("x").between(5, 8), [false, true, false])
});

/// Values beyond the bounds replaced by them.
pub static CLIP: ScalarFunction = ScalarFunction::new(
    "clip",
    "math",
    &["expr", "lower", "upper"],
    signature,
    evaluate,
)
.handling_nulls()
.documented(
    "The value, but at least the lower and at most the upper bound. A null bound is none; NaN stays NaN.",
    || example([1i64, 5, 9], col("x").clip(2, 8), [2i64, 5, 8]),
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

fn evaluate(args: &Args<'_>) -> Result<ArrayRef> {
    let mut result = args.array(0)?;
    for (position, op) in [(1, CompareOp::Lt), (2, CompareOp::Gt)] {
        let bound = args.value(position);
        if *args.output() == DType::Null || bound.is_null_scalar() {
            continue;
        }
        // Null (of the value or the bound) is not beyond.
        let beyond: BooleanArray = compare::compare(op, &Value::rows(result.clone()), bound)?;
        result = select(&beyond, bound, &Value::rows(result))?;
    }
    Ok(result)
}

impl Expr {
    /// Whether the value lies between two bounds, both included.
    pub fn between(self, lower: impl Into<Expr>, upper: impl Into<Expr>) -> Expr {
        Expr::call(&BETWEEN, [self, lower.into(), upper.into()], Params::new())
    }

    /// Whether the value lies between two bounds; `closed` says which count: `both`, `left`, `right`, `neither`.
    pub fn between_with(self, lower: impl Into<Expr>, upper: impl Into<Expr>, closed: &str) -> Expr {
        Expr::call(&BETWEEN, [self, lower.into(), upper.into()], Params::new().with("closed", closed))
    }

    /// The value, but at least the lower and at most the upper bound; a null bound is none.
    pub fn clip(self, lower: impl Into<Expr>, upper: impl Into<Expr>) -> Expr {
        Expr::call(&CLIP, [self, lower.into(), upper.into()], Params::new())
    }
}
