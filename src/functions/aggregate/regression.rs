//! `regr_slope`, `regr_intercept`, `regr_r2`: the straight line through pairs of values.

use crate::data::DType;
use crate::error::Result;
use crate::expr::{AggregateFunction, Example, Expr, Params, Signature, col};
use crate::functions::aggregate::corr_cov::correlation;
use crate::functions::aggregate::pairs::{
    CoMoments, PairFold, Pairs, add_pair, add_pairs, check_numbers, merge_pairs,
};
use std::borrow::Cow;

/// The slope of the line.
pub static REGR_SLOPE: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("regr_slope"),
    aliases: &[],
    doc: "The slope of the least-squares line of the values over `x`; null with fewer than two pairs.\n\nRows where \
          either value is null are skipped. An `x` that does not vary gives NaN.",
    args: &["expr", "x"],
    params: &[],
    signature: |types, _| signature("regr_slope", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, _| Ok(Pairs::boxed(Line::<0>)),
    example: Some(|| example(Expr::regr_slope, 2.0)),
};

/// Where the line crosses the axis.
pub static REGR_INTERCEPT: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("regr_intercept"),
    aliases: &[],
    doc: "The value of the least-squares line over `x` at 0; null with fewer than two pairs.\n\nRows where either \
          value is null are skipped. An `x` that does not vary gives NaN.",
    args: &["expr", "x"],
    params: &[],
    signature: |types, _| signature("regr_intercept", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, _| Ok(Pairs::boxed(Line::<1>)),
    example: Some(|| example(Expr::regr_intercept, 1.0)),
};

/// How well the line fits.
pub static REGR_R2: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("regr_r2"),
    aliases: &[],
    doc: "The share of the values' variance that the least-squares line over `x` explains, from 0 to 1; null with \
          fewer than two pairs.\n\nRows where either value is null are skipped. An `x` that does not vary gives NaN; \
          values that do not vary give 1.",
    args: &["expr", "x"],
    params: &[],
    signature: |types, _| signature("regr_r2", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, _| Ok(Pairs::boxed(Line::<2>)),
    example: Some(|| example(Expr::regr_r2, 1.0)),
};

impl Expr {
    /// The slope of the least-squares line of the values over `x`; null with fewer than two pairs.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [0i64, 1, 2]).column("y", [1i64, 3, 5]).finish()?;
    /// let slope = frame.lazy().select([col("y").regr_slope(col("x"))]).collect()?;
    /// assert_eq!(slope.column("y")?.get(0)?, Scalar::Float(2.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn regr_slope(self, x: Expr) -> Expr {
        Expr::aggregate(&REGR_SLOPE, [self, x], Params::new())
    }

    /// The value of the least-squares line over `x` at 0; null with fewer than two pairs.
    pub fn regr_intercept(self, x: Expr) -> Expr {
        Expr::aggregate(&REGR_INTERCEPT, [self, x], Params::new())
    }

    /// The share of the values' variance that the least-squares line over `x` explains.
    pub fn regr_r2(self, x: Expr) -> Expr {
        Expr::aggregate(&REGR_R2, [self, x], Params::new())
    }
}

fn example(function: fn(Expr, Expr) -> Expr, output: f64) -> Example {
    Example {
        input: vec![("y", [1i64, 3, 5].into_iter().collect()), ("x", [0i64, 1, 2].into_iter().collect())],
        expr: function(col("y"), col("x")),
        output: [output].into_iter().collect(),
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    check_numbers(name, types)?;
    Ok(Signature::new([DType::Float64, DType::Float64], DType::Float64))
}

/// The slope (0), the intercept (1) or the fit (2) of a line.
struct Line<const PART: u8>;

impl<const PART: u8> PairFold for Line<PART> {
    type State = CoMoments;
    const EMPTY: CoMoments = [0.0; 6];

    // Pairs arrive as (y, x).
    #[inline]
    fn add(state: &mut CoMoments, y: f64, x: f64) {
        add_pair(state, x, y);
    }

    fn add_run(state: &mut CoMoments, y: &[f64], x: &[f64]) {
        add_pairs(state, x, y);
    }

    fn merge(into: &mut CoMoments, from: &CoMoments) {
        merge_pairs(into, from);
    }

    fn finish(&self, state: &CoMoments) -> Option<f64> {
        let [count, mean_x, mean_y, squares_x, squares_y, products] = *state;
        let slope = products / squares_x;
        (count > 1.0).then(|| match PART {
            0 => slope,
            1 => mean_y - slope * mean_x,
            _ if squares_y == 0.0 && squares_x > 0.0 => 1.0,
            _ => correlation(squares_x, squares_y, products).powi(2),
        })
    }
}
