//! `skew`, `kurtosis`: moments about the mean, in one pass without cancellation.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Param, Params, Signature, col};
use crate::functions::aggregate::fold::{BLOCK, Fold, Folded};
use crate::functions::aggregate::words::Spill;
use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::Float64Type;
use std::borrow::Cow;
use std::sync::Arc;

static BIAS: &[Param] = &[Param {
    name: "bias",
    default: Some(ParamDefault::Bool(false)),
    doc: "Whether to leave out the correction for samples.",
}];

/// How far the values lean to one side.
pub static SKEW: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("skew"),
    aliases: &["skewness"],
    doc: "How far the values lean to one side; null with fewer than three.\n\nThe adjusted Fisher-Pearson coefficient \
          of Joanes and Gill (1998), `G1 = g1 sqrt(n (n-1)) / (n-2)`, as pandas has it; with `bias` the plain one, \
          `g1 = m3 / m2^1.5`. Values that do not vary give NaN. Nulls are skipped; NaN and infinities give NaN.",
    args: &["expr"],
    params: BIAS,
    signature: |types, _| signature("skew", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, params| state::<SKEWNESS>(&types[0], if params.bool("bias")? { 1.0 } else { 0.0 }),
    example: Some(|| Example {
        input: vec![("x", [0i64, 0, 0, 0, 5].into_iter().collect())],
        expr: Expr::aggregate(&SKEW, [col("x")], Params::new().with("bias", true)),
        output: [1.5].into_iter().collect(),
    }),
};

/// How heavy the tails are.
pub static KURTOSIS: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("kurtosis"),
    aliases: &["kurt"],
    doc: "How heavy the tails are beside a normal distribution's, which have 0; null with fewer than four values.\n\n\
          The excess kurtosis corrected for samples, `G2` of Joanes and Gill (1998), as pandas has it; with `bias` \
          the plain one, `m4 / m2^2 - 3`. Values that do not vary give NaN. Nulls are skipped; NaN and \
          infinities give NaN.",
    args: &["expr"],
    params: BIAS,
    signature: |types, _| signature("kurtosis", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, params| state::<TAILS>(&types[0], if params.bool("bias")? { 1.0 } else { 0.0 }),
    example: Some(|| Example {
        input: vec![("x", [0i64, 0, 0, 4].into_iter().collect())],
        expr: col("x").kurtosis(),
        output: [4.0].into_iter().collect(),
    }),
};

impl Expr {
    /// How far the values lean to one side, corrected for samples; null with fewer than three.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [0i64, 0, 0, 4]).finish()?;
    /// let skew = frame.lazy().select([col("x").skew()]).collect()?;
    /// assert!((skew.column("x")?.get(0)?.as_f64().unwrap() - 2.0).abs() < 1e-12);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn skew(self) -> Expr {
        Expr::aggregate(&SKEW, [self], Params::new())
    }

    /// How heavy the tails are (a normal distribution's: 0), corrected for samples; null with fewer than four values.
    pub fn kurtosis(self) -> Expr {
        Expr::aggregate(&KURTOSIS, [self], Params::new())
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

const SKEWNESS: u8 = 3;
const TAILS: u8 = 4;

fn state<const WHAT: u8>(dtype: &DType, constant: f64) -> Result<Box<dyn GroupState>> {
    if !dtype.is_numeric() {
        return Err(Error::internal(format!("a moment of {dtype}")));
    }
    Ok(Folded::boxed(Moment::<WHAT> { constant }))
}

/// Integers are taken as the nearest floats.
struct Moment<const WHAT: u8> {
    /// 1 if samples are not to be corrected for.
    constant: f64,
}

/// Number of values, mean, sums of squared, cubed and fourth powers of distances from the mean.
pub type Moments = [f64; 5];

impl<const WHAT: u8> Fold for Moment<WHAT> {
    type In = Float64Type;
    type State = Moments;
    const EMPTY: Moments = [0.0; 5];

    #[inline]
    fn add(state: &mut Moments, value: f64) -> bool {
        let before = state[0];
        state[0] += 1.0;
        let count = state[0];
        let distance = value - state[1];
        let step = distance / count;
        let term = distance * step * before;
        state[1] += step;
        if WHAT >= TAILS {
            let four = term * step * step * (count * count - 3.0 * count + 3.0);
            state[4] += four + 6.0 * step * step * state[2] - 4.0 * step * state[3];
        }
        state[3] += term * step * (count - 2.0) - 3.0 * step * state[2];
        state[2] += term;
        false
    }

    #[inline]
    fn merge(into: &mut Moments, _: &mut i64, from: &Moments, _: i64) {
        merge(into, from);
    }

    // Distances from the first value of a block come first: the squares of values that do not vary sum to an exact zero.
    fn reduce(values: &[f64]) -> (Moments, i64) {
        let mut total = Self::EMPTY;
        for block in values.chunks(BLOCK) {
            let (count, origin) = (block.len() as f64, block[0]);
            let shift = lanes(block, |value| [value - origin, 0.0, 0.0])[0] / count;
            let moments = if shift.is_finite() {
                let powers = lanes(block, |value| {
                    let distance = (value - origin) - shift;
                    let square = distance * distance;
                    [square, square * distance, square * square]
                });
                [count, origin + shift, powers[0], powers[1], powers[2]]
            } else {
                [count, f64::NAN, f64::NAN, f64::NAN, f64::NAN]
            };
            merge(&mut total, &moments);
        }
        (total, 0)
    }

    fn finish(&self, states: &[Moments], _: &Spill) -> Result<ArrayRef> {
        let plain = self.constant == 1.0;
        let value = |state: &Moments| match WHAT {
            SKEWNESS => skewness(state, plain),
            _ => tails(state, plain),
        };
        Ok(Arc::new(states.iter().map(value).collect::<Float64Array>()))
    }
}

/// How far values lean to one side; `plain`: not corrected for samples.
pub fn skewness([count, _, squares, cubes, _]: &Moments, plain: bool) -> Option<f64> {
    (*count > 2.0).then(|| {
        let factor = if plain { count.sqrt() } else { count * (count - 1.0).sqrt() / (count - 2.0) };
        factor * (cubes / (squares * squares.sqrt()))
    })
}

/// How heavy tails are; `plain`: not corrected for samples.
pub fn tails([count, _, squares, _, fourths]: &Moments, plain: bool) -> Option<f64> {
    (*count > 3.0).then(|| {
        let ratio = fourths / (squares * squares);
        let (above, below, rest) = (count + 1.0, count - 1.0, (count - 2.0) * (count - 3.0));
        match plain {
            true => count * ratio - 3.0,
            false => count * above * below / rest * ratio - 3.0 * below * below / rest,
        }
    })
}

/// The moments of two sets of values together (Pébay, 2008).
pub fn merge(into: &mut Moments, from: &Moments) {
    if from[0] == 0.0 {
        return;
    }
    if into[0] == 0.0 {
        *into = *from;
        return;
    }
    let ([a, mean, a2, a3, a4], [b, other, b2, b3, b4]) = (*into, *from);
    let count = a + b;
    let distance = other - mean;
    let step = distance / count;
    let term = distance * step * a * b;
    *into = [
        count,
        mean + step * b,
        a2 + b2 + term,
        a3 + b3 + term * step * (a - b) + 3.0 * step * (a * b2 - b * a2),
        a4 + b4
            + term * step * step * (a * a - a * b + b * b)
            + 6.0 * step * step * (a * a * b2 + b * b * a2)
            + 4.0 * step * (a * b3 - b * a3),
    ];
}

/// The sums of three terms in eight lanes.
fn lanes(values: &[f64], terms: impl Fn(f64) -> [f64; 3]) -> [f64; 3] {
    let mut lanes = [[0.0; 8]; 3];
    let mut add = |lane: usize, value: f64| {
        for (lanes, term) in lanes.iter_mut().zip(terms(value)) {
            lanes[lane] += term;
        }
    };
    let (chunks, rest) = values.as_chunks::<8>();
    for chunk in chunks {
        for (lane, value) in chunk.iter().enumerate() {
            add(lane, *value);
        }
    }
    for (lane, value) in rest.iter().enumerate() {
        add(lane, *value);
    }
    lanes.map(|lanes| lanes.iter().sum())
}
