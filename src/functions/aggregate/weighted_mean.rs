//! `weighted_mean`.

use crate::data::DType;
use crate::expr::{AggregateFunction, Example, Expr, Params, Signature, col};
use crate::functions::aggregate::pairs::{PairFold, Pairs, check_numbers};
use crate::kernels::float_sum::FloatSum;
use std::borrow::Cow;

/// The mean of values that count differently.
pub static WEIGHTED_MEAN: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("weighted_mean"),
    aliases: &[],
    doc: "The mean of the values, each counted as its weight says; null if there is none.\n\nRows where value or \
          weight is null are skipped. Sums are compensated. Weights that sum to 0 give NaN or an infinity.",
    args: &["expr", "weights"],
    params: &[],
    signature: |types, _| {
        check_numbers("weighted_mean", types)?;
        Ok(Signature::new([DType::Float64, DType::Float64], DType::Float64))
    },
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, _| Ok(Pairs::boxed(WeightedMean)),
    example: Some(|| Example {
        input: vec![("x", [10i64, 20].into_iter().collect()), ("w", [1i64, 3].into_iter().collect())],
        expr: col("x").weighted_mean(col("w")),
        output: [17.5].into_iter().collect(),
    }),
};

impl Expr {
    /// The mean of the values, each counted as its weight says; null if there is none.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [10i64, 20]).column("w", [1i64, 3]).finish()?;
    /// let mean = frame.lazy().select([col("x").weighted_mean(col("w"))]).collect()?;
    /// assert_eq!(mean.column("x")?.get(0)?, Scalar::Float(17.5));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn weighted_mean(self, weights: Expr) -> Expr {
        Expr::aggregate(&WEIGHTED_MEAN, [self, weights], Params::new())
    }
}

struct WeightedMean;

impl PairFold for WeightedMean {
    /// The number of pairs, the sum of products and the sum of weights.
    type State = (u64, (FloatSum, FloatSum));
    const EMPTY: Self::State = (0, (FloatSum::ZERO, FloatSum::ZERO));

    #[inline]
    fn add((count, (products, weights)): &mut Self::State, x: f64, weight: f64) {
        *count += 1;
        products.add(x * weight);
        weights.add(weight);
    }

    fn merge((count, (products, weights)): &mut Self::State, from: &Self::State) {
        *count += from.0;
        *products = products.join(from.1.0);
        *weights = weights.join(from.1.1);
    }

    fn finish(&self, (count, (products, weights)): &Self::State) -> Option<f64> {
        (*count > 0).then(|| products.get() / weights.get())
    }
}
