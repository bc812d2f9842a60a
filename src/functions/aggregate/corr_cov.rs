//! `corr`, `cov`.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Param, Params, Signature, col};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::rows::for_each_valid;
use crate::functions::aggregate::var::ddof;
use crate::functions::aggregate::words::{Spill, export_words, import_words};
use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Float64Type;
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

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
    state: |_, _| Ok(Pairwise::boxed(None)),
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
    state: |_, params| Ok(Pairwise::boxed(Some(ddof(params)?))),
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
    match types.iter().find(|dtype| !(dtype.is_numeric() || matches!(dtype, DType::Bool | DType::Null))) {
        Some(other) => Err(Error::type_mismatch(format!("no {name} of {other}"))),
        None => Ok(Signature::new([DType::Float64, DType::Float64], DType::Float64)),
    }
}

/// Number of pairs, means of x and y, sums of squared distances of x and y, sum of products of distances.
type CoMoments = [f64; 6];

/// The co-moments of every group. `ddof` makes it a covariance, else it is a correlation.
struct Pairwise {
    ddof: Option<f64>,
    states: Vec<CoMoments>,
}

impl Pairwise {
    fn boxed(ddof: Option<f64>) -> Box<dyn GroupState> {
        Box::new(Pairwise { ddof, states: Vec::new() })
    }
}

/// Welford's step for pairs.
#[inline]
fn add(state: &mut CoMoments, x: f64, y: f64) {
    let [count, mean_x, mean_y, squares_x, squares_y, products] = state;
    *count += 1.0;
    let (from_x, from_y) = (x - *mean_x, y - *mean_y);
    *mean_x += from_x / *count;
    *mean_y += from_y / *count;
    *squares_x += from_x * (x - *mean_x);
    *squares_y += from_y * (y - *mean_y);
    *products += from_x * (y - *mean_y);
}

/// Chan's step for pairs.
fn merge(into: &mut CoMoments, from: &CoMoments) {
    if from[0] == 0.0 {
        return;
    }
    if into[0] == 0.0 {
        *into = *from;
        return;
    }
    let count = into[0] + from[0];
    let (x, y) = (from[1] - into[1], from[2] - into[2]);
    let weight = into[0] * from[0] / count;
    let share = from[0] / count;
    *into = [
        count,
        into[1] + x * share,
        into[2] + y * share,
        into[3] + from[3] + x * x * weight,
        into[4] + from[4] + y * y * weight,
        into[5] + from[5] + x * y * weight,
    ];
}

/// The sum of products as a share of what it could be.
fn correlation(squares_x: f64, squares_y: f64, products: f64) -> f64 {
    let both = (squares_x * squares_y).sqrt();
    // The product of the squares may leave the range of floats where their roots do not.
    let both = if both.is_normal() { both } else { squares_x.sqrt() * squares_y.sqrt() };
    // Rounding must not lead out of -1..=1.
    (products / both).clamp(-1.0, 1.0)
}

impl GroupState for Pairwise {
    fn resize(&mut self, groups: usize) {
        if groups > self.states.len() {
            self.states.resize(groups, [0.0; 6]);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let x = dispatch::primitive::<Float64Type>(&args[0]);
        let y = dispatch::primitive::<Float64Type>(&args[1]);
        let pairs = (x.values(), y.values());
        let states = self.states.as_mut_slice();
        match NullBuffer::union(x.nulls(), y.nulls()).filter(|nulls| nulls.null_count() > 0) {
            None => {
                (0..groups.rows).for_each(|row| add(&mut states[groups.of(row)], pairs.0[row], pairs.1[row]))
            }
            Some(nulls) => for_each_valid(&nulls, |rows| {
                rows.rows().for_each(|row| add(&mut states[groups.of(row)], pairs.0[row], pairs.1[row]));
            }),
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            merge(&mut self.states[*into as usize], &other.states[*from as usize]);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let values =
            self.states.iter().map(|[count, _, _, squares_x, squares_y, products]| match self.ddof {
                Some(ddof) => (*count > ddof).then(|| products / (count - ddof)),
                None => (*count > 1.0).then(|| correlation(*squares_x, *squares_y, *products)),
            });
        Ok(Arc::new(values.collect::<Float64Array>()))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        Ok(export_words(&self.states, &Spill::default()))
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let (states, _) = import_words::<CoMoments>(arrays)?;
        for (state, into) in states.iter().zip(into) {
            merge(&mut self.states[*into as usize], state);
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.states.capacity() * size_of::<CoMoments>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
