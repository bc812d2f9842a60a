//! `weighted_draw`: what rows are ordered by when some are drawn with chances in proportion to weights.

use crate::data::DType;
use crate::error::Error;
use crate::expr::{Example, Expr, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::number;
use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{Float64Type, UInt64Type};
use std::sync::Arc;

/// A key by which the greatest are a weighted sample.
pub static WEIGHTED_DRAW: ScalarFunction = ScalarFunction::new(
    "weighted_draw",
    "math",
    &["expr", "weight"],
    |types, _| {
        number(&types[1])?;
        match types[0] {
            DType::UInt64 | DType::Null => Ok(Signature::new([DType::UInt64, DType::Float64], DType::Float64)),
            ref other => {
                Err(Error::type_mismatch(format!("a hash expected, not {other}")).hint("give hash(seed) of a key"))
            }
        }
    },
    |args| {
        let (hashes, weights) = (args.array(0)?, args.array(1)?);
        let hashes = hashes.as_primitive::<UInt64Type>();
        let weights = weights.as_primitive::<Float64Type>();
        let mut keys: Vec<Option<f64>> = Vec::with_capacity(args.rows());
        for row in 0..args.rows() {
            if hashes.is_null(row) || weights.is_null(row) {
                keys.push(None);
                continue;
            }
            let weight = weights.value(row);
            if !(0.0..f64::INFINITY).contains(&weight) {
                return Err(Error::invalid("a weight is a number of at least 0").row(row as u64).value(weight.to_string()));
            }
            // Times at which something that happens as often as the weight says happens first (Efraimidis, Spirakis).
            let share = (hashes.value(row) as f64 + 1.0) / (2f64.powi(64) + 2.0);
            keys.push((weight > 0.0).then(|| share.ln() / weight));
        }
        Ok(Arc::new(Float64Array::from(keys)) as ArrayRef)
    },
)
.failing()
.documented(
    "What rows are ordered by when some of them are drawn by weight: those of the greatest keys are a sample without \
     repetition in which each row's chance is in proportion to its weight; null where the weight is 0 or missing.\n\n\
     The first argument is a hash of what tells rows apart.\n\n# Errors\nA weight below 0 or without bound.",
    || Example {
        input: vec![
            ("x", [1i64, 2].into_iter().collect()),
            ("w", [0.0, 3.0].into_iter().collect()),
        ],
        expr: col("x").hash(1).weighted_draw(col("w")).lt(0.0),
        output: [None, Some(true)].into_iter().collect(),
    },
);

impl Expr {
    /// Of a hash: what rows are ordered by when some are drawn by weight. Those of the greatest keys are the sample.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, SortKey, col};
    /// let frame = Frame::builder().column("id", [1i64, 2, 3]).column("w", [0.0, 1.0, 9.0]).finish()?;
    /// let key = col("id").hash(7).weighted_draw(col("w"));
    /// let one = frame.lazy().sort_by(vec![SortKey::descending(key)]).limit(1).collect()?;
    /// assert!(one.column("id")?.get(0)?.as_i64() > Some(1));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn weighted_draw(self, weight: impl Into<Expr>) -> Expr {
        Expr::call(&WEIGHTED_DRAW, [self, weight.into()], Params::new())
    }
}
