//! `is_null`, `is_not_null`.

use crate::data::{Column, DType};
use crate::expr::{Args, Evaluate, Example, Expr, Nulls, Params, ScalarFunction, Signature, col};
use arrow::array::{Array, BooleanArray};
use std::borrow::Cow;
use std::sync::Arc;

/// Whether the value is missing.
pub static IS_NULL: ScalarFunction = ScalarFunction {
    name: Cow::Borrowed("is_null"),
    aliases: &["isna", "isnull"],
    family: "missing",
    doc: "Whether the value is missing.",
    args: &["expr"],
    variadic: false,
    params: &[],
    signature: |types, _| Ok(Signature::new(types, DType::Bool)),
    nulls: Nulls::Handle,
    fallible: false,
    unbounded: false,
    evaluate: Evaluate::Code(|args| Ok(Arc::new(nulls(args)))),
    example: Some(|| example(col("x").is_null(), [false, true])),
};

/// Whether the value is present.
pub static IS_NOT_NULL: ScalarFunction = ScalarFunction {
    name: Cow::Borrowed("is_not_null"),
    aliases: &["notna", "notnull"],
    family: "missing",
    doc: "Whether the value is present.",
    args: &["expr"],
    variadic: false,
    params: &[],
    signature: |types, _| Ok(Signature::new(types, DType::Bool)),
    nulls: Nulls::Handle,
    fallible: false,
    unbounded: false,
    evaluate: Evaluate::Code(|args| Ok(Arc::new(BooleanArray::new(!nulls(args).values(), None)))),
    example: Some(|| example(col("x").is_not_null(), [true, false])),
};

fn nulls(args: &Args<'_>) -> BooleanArray {
    let array = args.value(0).array();
    match array.logical_nulls() {
        Some(nulls) => BooleanArray::new(!nulls.inner(), None),
        None => BooleanArray::from(vec![false; array.len()]),
    }
}

fn example(expr: Expr, output: [bool; 2]) -> Example {
    Example {
        input: vec![("x", [Some(1i64), None].into_iter().collect::<Column>())],
        expr,
        output: output.into_iter().collect(),
    }
}

impl Expr {
    /// Whether the value is missing.
    pub fn is_null(self) -> Expr {
        Expr::call(&IS_NULL, [self], Params::new())
    }

    /// Whether the value is present.
    pub fn is_not_null(self) -> Expr {
        Expr::call(&IS_NOT_NULL, [self], Params::new())
    }
}
