//! `var`, `std`, `sem`.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Param, Params, Signature, col};
use crate::functions::aggregate::fold::{Fold, Folded};
use crate::functions::aggregate::spread::{Settled, Spread};
use crate::functions::aggregate::totals::Summand;
use crate::functions::aggregate::words::Spill;
use arrow::array::{ArrayRef, ArrowPrimitiveType, Float64Array};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

/// The variance.
pub static VAR: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("var"),
    aliases: &["variance"],
    doc: "The variance of the values; null if there are not more than `ddof`.\n\nThe sum of the squared distances from \
          the mean, divided by the number of values less `ddof`, in one pass without cancellation; 0 where no value differs. Nulls are skipped; \
          NaN and infinities give NaN.",
    args: &["expr"],
    params: PARAMS,
    signature: |types, _| signature("var", types),
    ordered: false,
    accepts_codes: false,
    state: |types, params| state(&types[0], params, Outcome::Variance),
    example: Some(|| Example {
        input: vec![("x", [1i64, 2, 3, 4].into_iter().collect())],
        expr: col("x").var(0),
        output: [1.25].into_iter().collect(),
    }),
};

/// The standard deviation.
pub static STD: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("std"),
    aliases: &["stddev"],
    doc: "The standard deviation of the values; null if there are not more than `ddof`.\n\nThe square root of the \
          variance, see `var`.",
    args: &["expr"],
    params: PARAMS,
    signature: |types, _| signature("std", types),
    ordered: false,
    accepts_codes: false,
    state: |types, params| state(&types[0], params, Outcome::Deviation),
    example: Some(|| Example {
        input: vec![("x", [Some(1.0), None, Some(5.0)].into_iter().collect())],
        expr: col("x").std(0),
        output: [2.0].into_iter().collect(),
    }),
};

/// The standard error of the mean.
pub static SEM: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("sem"),
    aliases: &[],
    doc: "The standard error of the mean; null if there are not more than `ddof` values.\n\nThe standard deviation \
          divided by the root of the number of values. Nulls are skipped; NaN and infinities give NaN.",
    args: &["expr"],
    params: PARAMS,
    signature: |types, _| signature("sem", types),
    ordered: false,
    accepts_codes: false,
    state: |types, params| state(&types[0], params, Outcome::Error),
    example: Some(|| Example {
        input: vec![("x", [0i64, 4].into_iter().collect())],
        expr: col("x").sem(1),
        output: [2.0].into_iter().collect(),
    }),
};

static PARAMS: &[Param] = &[Param {
    name: "ddof",
    default: Some(ParamDefault::Int(1)),
    doc: "What is taken from the number of values in the divisor: 1 for a sample, 0 for everything.",
}];

impl Expr {
    /// The variance of the values; null if there are not more than `ddof` (1 for a sample, 0 for everything).
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3, 4]).finish()?;
    /// let var = frame.lazy().select([col("x").var(0)]).collect()?;
    /// assert_eq!(var.column("x")?.get(0)?, Scalar::Float(1.25));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn var(self, ddof: i64) -> Expr {
        Expr::aggregate(&VAR, [self], Params::new().with("ddof", ddof))
    }

    /// The standard deviation of the values; null if there are not more than `ddof` (1 for a sample, 0 for everything).
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(1.0), None, Some(5.0)]).finish()?;
    /// let std = frame.lazy().select([col("x").std(0)]).collect()?;
    /// assert_eq!(std.column("x")?.get(0)?, Scalar::Float(2.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn std(self, ddof: i64) -> Expr {
        Expr::aggregate(&STD, [self], Params::new().with("ddof", ddof))
    }

    /// The standard error of the mean; null if there are not more than `ddof` values.
    pub fn sem(self, ddof: i64) -> Expr {
        Expr::aggregate(&SEM, [self], Params::new().with("ddof", ddof))
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    let arg = match &types[0] {
        DType::Bool => DType::Int8,
        DType::Null | DType::Decimal(..) => DType::Float64,
        dtype if dtype.is_numeric() => dtype.clone(),
        other => return Err(Error::type_mismatch(format!("no {name} of {other}"))),
    };
    Ok(Signature::new([arg], DType::Float64))
}

/// The checked `ddof`.
///
/// # Errors
/// `InvalidArgument` if it is no whole number from 0.
pub fn ddof(params: &Params) -> Result<f64> {
    match params.int("ddof")? {
        ddof @ 0.. => Ok(ddof as f64),
        ddof => Err(Error::invalid(format!("ddof must not be negative, it is {ddof}"))),
    }
}

fn state(dtype: &DType, params: &Params, outcome: Outcome) -> Result<Box<dyn GroupState>> {
    let ddof = ddof(params)?;
    dispatch::with_number!(&dtype.to_arrow(), T => {
        Ok(Folded::boxed(Variance::<T> { ddof, outcome, input: PhantomData }))
    }, _ => Err(Error::internal(format!("a variance of {dtype}"))))
}

/// What is made of the squared distances from the mean.
enum Outcome {
    Variance,
    Deviation,
    /// The standard error of the mean.
    Error,
}

struct Variance<T> {
    ddof: f64,
    outcome: Outcome,
    input: PhantomData<fn(T)>,
}

impl<T: ArrowPrimitiveType<Native: Summand>> Fold for Variance<T> {
    type In = T;
    type State = Spread;
    const EMPTY: Spread = Spread::EMPTY;

    #[inline]
    fn add(state: &mut Spread, value: T::Native) -> bool {
        state.add(value.float());
        false
    }

    #[inline]
    fn merge(into: &mut Spread, _: &mut i64, from: &Spread, _: i64) {
        into.join(&from.settled());
    }

    // A block has a number near its mean first, and then distances from that: it vectorises.
    fn reduce(values: &[T::Native]) -> (Spread, i64) {
        let mut total = Settled::EMPTY;
        for block in values.chunks(RUN) {
            let (count, origin) = (block.len() as f64, block[0].float());
            let [sum, _] = lanes(block, origin);
            let shift = origin + sum / count;
            let [sum, squares] = lanes(block, shift);
            total.join(&Settled::of(count, shift, sum, squares));
        }
        let mut state = Spread::EMPTY;
        state.join(&total);
        (state, 0)
    }

    fn finish(&self, states: &[Spread], _: &Spill) -> Result<ArrayRef> {
        let value = |state: &Spread| {
            let settled = state.settled();
            let variance = settled.squares() / (settled.count - self.ddof);
            (settled.count > self.ddof).then(|| match self.outcome {
                Outcome::Variance => variance,
                Outcome::Deviation => variance.sqrt(),
                Outcome::Error => variance.sqrt() / settled.count.sqrt(),
            })
        };
        Ok(Arc::new(states.iter().map(value).collect::<Float64Array>()))
    }
}

/// Rows of a block of the ungrouped loop.
const RUN: usize = 256;

/// The sums of distances from `shift` and of their squares, in eight lanes.
#[inline(always)]
fn lanes<N: Summand>(values: &[N], shift: f64) -> [f64; 2] {
    let (mut sums, mut squares) = ([0.0; 8], [0.0; 8]);
    let (chunks, rest) = values.as_chunks::<8>();
    for chunk in chunks {
        for lane in 0..8 {
            let distance = chunk[lane].float() - shift;
            sums[lane] += distance;
            squares[lane] += distance * distance;
        }
    }
    for (lane, value) in rest.iter().enumerate() {
        let distance = value.float() - shift;
        sums[lane] += distance;
        squares[lane] += distance * distance;
    }
    [sums.iter().sum(), squares.iter().sum()]
}
