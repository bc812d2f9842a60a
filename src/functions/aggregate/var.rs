//! `var`, `std`.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Param, Params, Signature, col};
use crate::functions::aggregate::fold::{BLOCK, Fold, Folded};
use crate::functions::aggregate::totals::{Summand, Total};
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
          the mean, divided by the number of values less `ddof`, in one pass without cancellation. Nulls are skipped; \
          NaN and infinities give NaN.",
    args: &["expr"],
    params: PARAMS,
    signature: |types, _| signature("var", types),
    ordered: false,
    accepts_codes: false,
    state: |types, params| state::<false>(&types[0], params),
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
    state: |types, params| state::<true>(&types[0], params),
    example: Some(|| Example {
        input: vec![("x", [Some(1.0), None, Some(5.0)].into_iter().collect())],
        expr: col("x").std(0),
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

fn state<const ROOT: bool>(dtype: &DType, params: &Params) -> Result<Box<dyn GroupState>> {
    let ddof = ddof(params)?;
    dispatch::with_number!(&dtype.to_arrow(), T => {
        Ok(Folded::boxed(Variance::<T, ROOT> { ddof, input: PhantomData }))
    }, _ => Err(Error::internal(format!("a variance of {dtype}"))))
}

/// The variance or (`ROOT`) its square root.
struct Variance<T, const ROOT: bool> {
    ddof: f64,
    input: PhantomData<fn(T)>,
}

/// Number of values, mean, sum of squared distances from the mean.
type Moments = [f64; 3];

impl<T: ArrowPrimitiveType<Native: Summand>, const ROOT: bool> Fold for Variance<T, ROOT> {
    type In = T;
    type State = Moments;
    const EMPTY: Moments = [0.0; 3];

    // Welford's step.
    #[inline]
    fn add(state: &mut Moments, value: T::Native) -> bool {
        let value = value.widen().to_f64(0);
        let [count, mean, squares] = state;
        *count += 1.0;
        let distance = value - *mean;
        *mean += distance / *count;
        *squares += distance * (value - *mean);
        false
    }

    fn merge(into: &mut Moments, _: &mut i64, from: &Moments, _: i64) {
        merge(into, from);
    }

    // A block has its mean first and its squares around it second: no division per value, and it vectorises.
    fn reduce(values: &[T::Native]) -> (Moments, i64) {
        let mut total = Self::EMPTY;
        for block in values.chunks(BLOCK) {
            let count = block.len() as f64;
            let mean = lanes(block, |value| value.widen().to_f64(0)) / count;
            let moments = if mean.is_finite() {
                let squares = lanes(block, |value| {
                    let distance = value.widen().to_f64(0) - mean;
                    distance * distance
                });
                [count, mean, squares]
            } else {
                let mut moments = Self::EMPTY;
                for value in block {
                    Self::add(&mut moments, *value);
                }
                moments
            };
            merge(&mut total, &moments);
        }
        (total, 0)
    }

    fn finish(&self, states: &[Moments], _: &Spill) -> Result<ArrayRef> {
        let values: Float64Array = states
            .iter()
            .map(|[count, _, squares]| {
                let variance = squares / (count - self.ddof);
                (*count > self.ddof).then(|| if ROOT { variance.sqrt() } else { variance })
            })
            .collect();
        Ok(Arc::new(values))
    }
}

/// Chan's step.
fn merge(into: &mut Moments, from: &Moments) {
    if from[0] == 0.0 {
        return;
    }
    if into[0] == 0.0 {
        *into = *from;
        return;
    }
    let count = into[0] + from[0];
    let distance = from[1] - into[1];
    into[2] += from[2] + distance * distance * (into[0] * from[0] / count);
    into[1] += distance * (from[0] / count);
    into[0] = count;
}

/// The sum of `term` in eight lanes.
fn lanes<N: Copy>(values: &[N], term: impl Fn(N) -> f64) -> f64 {
    let mut lanes = [0.0; 8];
    let (chunks, rest) = values.as_chunks::<8>();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += term(*value);
        }
    }
    lanes.iter().sum::<f64>() + rest.iter().map(|value| term(*value)).sum::<f64>()
}
