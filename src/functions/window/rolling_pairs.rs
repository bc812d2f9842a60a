//! `rolling_corr`, `rolling_cov`: two columns in a moving window; `rolling_skew`, `rolling_kurtosis`: the shape of one.

use crate::data::DType;
use crate::data::dispatch;
use crate::error::{Error, Result};
use crate::expr::{Example, Expr, Params, Signature, WindowCode, WindowFunction, WindowRows, col};
use crate::functions::aggregate::corr_cov::correlation;
use crate::functions::aggregate::moments::{self, Moments};
use crate::functions::aggregate::pairs::{CoMoments, check_numbers, merge_pairs};
use crate::functions::aggregate::var::ddof;
use crate::functions::window::expanding::float;
use crate::functions::window::rolling::{DDOF, Fold, Single, moving, roll};
use crate::functions::window::span::{self, CENTER, CLOSED, LEAST, Spans, TIES, WINDOW};
use arrow::array::ArrayRef;
use arrow::buffer::NullBuffer;
use arrow::datatypes::Float64Type;
use std::ops::Range;

/// The correlation in a moving window.
pub static ROLLING_CORR: WindowFunction = WindowFunction::new(
    "rolling_corr",
    &["expr", "other", "by"],
    |types, _| signature("rolling_corr", types),
    WindowCode::Range(|rows, range| pairs(&Pairs { ddof: None }, rows, range)),
)
.with_optional()
.with_params(&[WINDOW, LEAST, CENTER, CLOSED, TIES])
.documented(
    "Pearson's correlation of two columns in a moving window; rows where either value is null do not count. A column that \
     does not vary gives NaN.",
    || Example {
        input: vec![
            ("x", [1.0, 2.0, 3.0].into_iter().collect()),
            ("y", [6.0, 4.0, 9.0].into_iter().collect()),
        ],
        expr: col("x").rolling_corr(col("y"), 2),
        output: [None, Some(-1.0), Some(1.0)].into_iter().collect(),
    },
);

/// The covariance in a moving window.
pub static ROLLING_COV: WindowFunction = WindowFunction::new(
    "rolling_cov",
    &["expr", "other", "by"],
    |types, _| signature("rolling_cov", types),
    WindowCode::Range(|rows, range| pairs(&Pairs { ddof: Some(ddof(rows.params)?) }, rows, range)),
)
.with_optional()
.with_params(&[WINDOW, LEAST, CENTER, CLOSED, TIES, DDOF])
.documented(
    "The covariance of two columns in a moving window; rows where either value is null do not count.",
    || Example {
        input: vec![
            ("x", [1.0, 2.0, 3.0].into_iter().collect()),
            ("y", [6.0, 4.0, 9.0].into_iter().collect()),
        ],
        expr: col("x").rolling_cov(col("y"), 2, 1),
        output: [None, Some(-1.0), Some(2.5)].into_iter().collect(),
    },
);

/// How far the values of a moving window lean to one side.
pub static ROLLING_SKEW: WindowFunction = WindowFunction::new(
    "rolling_skew",
    &["expr", "by"],
    |types, _| span::signature(types, float(&types[0])?),
    WindowCode::Range(|rows, range| roll(&Shape { tails: false }, rows, range)),
)
.with_optional()
.with_params(&[WINDOW, LEAST, CENTER, CLOSED, TIES])
.documented(
    "How far the values of a moving window lean to one side, corrected for samples as `skew` is; null with fewer than \
     three, NaN where they do not vary.",
    || Example {
        input: vec![("x", [1.0, 2.0, 3.0].into_iter().collect())],
        expr: col("x").rolling_skew(3),
        output: [None, None, Some(0.0)].into_iter().collect(),
    },
);

/// How heavy the tails of a moving window are.
pub static ROLLING_KURTOSIS: WindowFunction = WindowFunction::new(
    "rolling_kurtosis",
    &["expr", "by"],
    |types, _| span::signature(types, float(&types[0])?),
    WindowCode::Range(|rows, range| roll(&Shape { tails: true }, rows, range)),
)
.aliased(&["rolling_kurt"])
.with_optional()
.with_params(&[WINDOW, LEAST, CENTER, CLOSED, TIES])
.documented(
    "How heavy the tails of the values of a moving window are, corrected for samples as `kurtosis` is; null with fewer \
     than four, NaN where they do not vary.",
    || Example {
        input: vec![("x", [2.0, 0.0, 4.0, 2.0].into_iter().collect())],
        expr: col("x").rolling_kurtosis(4),
        output: [None, None, None, Some(1.5)].into_iter().collect(),
    },
);

impl Expr {
    /// Pearson's correlation with another expression in a moving window of so many rows.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1.0, 2.0, 3.0]).column("y", [6.0, 4.0, 9.0]).finish()?;
    /// let rolled = frame.with_columns([col("x").rolling_corr(col("y"), 2).alias("corr")])?;
    /// assert_eq!(rolled.column("corr")?.get(1)?, Scalar::Float(-1.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn rolling_corr(self, other: Expr, window: i64) -> Expr {
        Expr::window(&ROLLING_CORR, [self, other], Params::new().with("window", window))
    }

    /// The covariance with another expression in a moving window of so many rows.
    pub fn rolling_cov(self, other: Expr, window: i64, ddof: i64) -> Expr {
        let params = Params::new().with("window", window).with("ddof", ddof);
        Expr::window(&ROLLING_COV, [self, other], params)
    }

    /// How far the values of a moving window of so many rows lean to one side, corrected for samples.
    pub fn rolling_skew(self, window: i64) -> Expr {
        Expr::window(&ROLLING_SKEW, [self], Params::new().with("window", window))
    }

    /// How heavy the tails of the values of a moving window of so many rows are, corrected for samples.
    pub fn rolling_kurtosis(self, window: i64) -> Expr {
        Expr::window(&ROLLING_KURTOSIS, [self], Params::new().with("window", window))
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    check_numbers(name, &types[..2])?;
    let mut args = vec![DType::Float64, DType::Float64];
    if let Some(by) = types.get(2) {
        args.push(span::by_type(by)?);
    }
    Ok(Signature::new(args, DType::Float64))
}

fn pairs(fold: &Pairs, rows: &WindowRows<'_>, range: Range<usize>) -> Result<ArrayRef> {
    let spans = Spans::with_by(rows, 2)?;
    let values = |arg: usize| {
        let values = rows.args[arg].values.as_ref();
        values.ok_or_else(|| Error::internal("a window without its values"))
    };
    let (x, y) = (values(0)?, values(1)?);
    let x = dispatch::primitive::<Float64Type>(x).values();
    let y = dispatch::primitive::<Float64Type>(y).values();
    let nulls = NullBuffer::union(rows.args[0].nulls.as_ref(), rows.args[1].nulls.as_ref());
    let nulls = nulls.as_ref();
    let with = |state: CoMoments, row: usize, later: bool| match nulls {
        Some(nulls) if nulls.is_null(row) => state,
        _ => {
            let own = [1.0, x[row], y[row], 0.0, 0.0, 0.0];
            if later { fold.join(state, own) } else { fold.join(own, state) }
        }
    };
    moving(fold, &spans, nulls, with, rows, range)
}

/// A covariance with `ddof`, else a correlation.
struct Pairs {
    ddof: Option<f64>,
}

impl Fold for Pairs {
    type Out = Float64Type;
    type State = CoMoments;

    fn empty(&self) -> CoMoments {
        [0.0; 6]
    }

    #[inline]
    fn join(&self, mut before: CoMoments, later: CoMoments) -> CoMoments {
        merge_pairs(&mut before, &later);
        before
    }

    fn get(&self, [count, _, _, squares_x, squares_y, products]: CoMoments, _: usize) -> Option<f64> {
        match self.ddof {
            Some(ddof) => (count > ddof).then(|| products / (count - ddof)),
            None => (count > 1.0).then(|| correlation(squares_x, squares_y, products)),
        }
    }
}

/// Skewness or kurtosis.
struct Shape {
    tails: bool,
}

impl Fold for Shape {
    type Out = Float64Type;
    type State = Moments;

    fn empty(&self) -> Moments {
        [0.0; 5]
    }

    #[inline]
    fn join(&self, mut before: Moments, later: Moments) -> Moments {
        moments::merge(&mut before, &later);
        before
    }

    fn get(&self, state: Moments, _: usize) -> Option<f64> {
        match self.tails {
            true => moments::tails(&state, false),
            false => moments::skewness(&state, false),
        }
    }
}

impl Single for Shape {
    #[inline]
    fn with(&self, state: Moments, value: f64, later: bool) -> Moments {
        let own = [1.0, value, 0.0, 0.0, 0.0];
        if later { self.join(state, own) } else { self.join(own, state) }
    }
}
