//! `corr`, `cov`.

use crate::data::DType;
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, Param, Params, Signature, col};
use crate::functions::aggregate::pairs::{
    CoMoments, PairFold, Pairs, add_pair, add_pairs, check_numbers, merge_pairs,
};
use crate::functions::aggregate::var::ddof;
use std::borrow::Cow;

/// Pearson's correlation.
pub static CORR: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("corr"),
    aliases: &[],
    doc: "Pearson's correlation of two columns; null with fewer than two pairs.\n\nRows where either value is null are \
          skipped. A column that does not vary gives NaN.",
    args: &["expr", "other"],
    params: &[],
    signature: |types, _| signature("corr", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, _| Ok(Pairs::boxed(Pairwise { ddof: None })),
    example: Some(|| Example {
        input: vec![("x", [1i64, 2, 3].into_iter().collect()), ("y", [6i64, 4, 2].into_iter().collect())],
        expr: col("x").corr(col("y")),
        output: [-1.0].into_iter().collect(),
    }),
};

/// The covariance.
pub static COV: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("cov"),
    aliases: &[],
    doc: "The covariance of two columns; null if there are not more than `ddof` pairs.\n\nRows where either value is \
          null are skipped.",
    args: &["expr", "other"],
    params: &[Param {
        name: "ddof",
        default: Some(ParamDefault::Int(1)),
        doc: "What is taken from the number of pairs in the divisor: 1 for a sample, 0 for everything.",
    }],
    signature: |types, _| signature("cov", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, params| Ok(Pairs::boxed(Pairwise { ddof: Some(ddof(params)?) })),
    example: Some(|| Example {
        input: vec![("x", [1i64, 2, 3].into_iter().collect()), ("y", [6i64, 4, 2].into_iter().collect())],
        expr: col("x").cov(col("y"), 1),
        output: [-2.0].into_iter().collect(),
    }),
};

impl Expr {
    /// Pearson's correlation with another expression; null with fewer than two pairs.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3]).column("y", [6i64, 4, 2]).finish()?;
    /// let corr = frame.lazy().select([col("x").corr(col("y"))]).collect()?;
    /// assert_eq!(corr.column("x")?.get(0)?, Scalar::Float(-1.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn corr(self, other: Expr) -> Expr {
        Expr::aggregate(&CORR, [self, other], Params::new())
    }

    /// The covariance with another expression; null if there are not more than `ddof` pairs.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3]).column("y", [6i64, 4, 2]).finish()?;
    /// let cov = frame.lazy().select([col("x").cov(col("y"), 1)]).collect()?;
    /// assert_eq!(cov.column("x")?.get(0)?, Scalar::Float(-2.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn cov(self, other: Expr, ddof: i64) -> Expr {
        Expr::aggregate(&COV, [self, other], Params::new().with("ddof", ddof))
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    check_numbers(name, types)?;
    Ok(Signature::new([DType::Float64, DType::Float64], DType::Float64))
}

/// A covariance with `ddof`, else a correlation.
struct Pairwise {
    ddof: Option<f64>,
}

impl PairFold for Pairwise {
    type State = CoMoments;
    const EMPTY: CoMoments = [0.0; 6];

    #[inline]
    fn add(state: &mut CoMoments, x: f64, y: f64) {
        add_pair(state, x, y);
    }

    fn add_run(state: &mut CoMoments, x: &[f64], y: &[f64]) {
        add_pairs(state, x, y);
    }

    fn merge(into: &mut CoMoments, from: &CoMoments) {
        merge_pairs(into, from);
    }

    fn finish(&self, state: &CoMoments) -> Option<f64> {
        let [count, _, _, squares_x, squares_y, products] = *state;
        match self.ddof {
            Some(ddof) => (count > ddof).then(|| products / (count - ddof)),
            None => (count > 1.0).then(|| correlation(squares_x, squares_y, products)),
        }
    }
}

/// The sum of products as a share of what it could be.
pub fn correlation(squares_x: f64, squares_y: f64, products: f64) -> f64 {
    let both = (squares_x * squares_y).sqrt();
    // The product of the squares may leave the range of floats where their roots do not.
    let both = if both.is_normal() { both } else { squares_x.sqrt() * squares_y.sqrt() };
    // Rounding must not lead out of -1..=1.
    (products / both).clamp(-1.0, 1.0)
}
