//! `ewm_mean`: means whose weights fade with every row.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, WindowCode, WindowFunction, WindowScan, col};
use crate::functions::window::expanding::float;
use crate::functions::window::running::{Runner, Running};
use arrow::datatypes::Float64Type;

/// The constant `alpha`.
pub const ALPHA: Param =
    Param { name: "alpha", default: None, doc: "The weight of the newest value, above 0 and at most 1." };

/// The constant `adjust`.
pub const ADJUST: Param = Param {
    name: "adjust",
    default: Some(ParamDefault::Bool(true)),
    doc: "Whether weights are in relation to the sum of all of them; else the first value counts in full.",
};

/// The constant `ignore_nulls`.
pub const IGNORE_NULLS: Param = Param {
    name: "ignore_nulls",
    default: Some(ParamDefault::Bool(false)),
    doc: "Whether weights stay as they are at a null, instead of fading with every row.",
};

/// The constant `min_periods`.
pub const LEAST: Param = Param {
    name: "min_periods",
    default: Some(ParamDefault::Int(1)),
    doc: "Fewer values than this, nulls not counted, give null.",
};

/// The mean with fading weights.
pub static EWM_MEAN: WindowFunction =
    WindowFunction::new("ewm_mean", &["expr"], |types, _| float(&types[0]), WindowCode::Scan(scan))
        .with_params(&[ALPHA, ADJUST, IGNORE_NULLS, LEAST])
        .documented(
            "The mean of the window's values up to the row, each weighing `1 - alpha` times as much as one a row later; \
             null where the value is null.",
            || Example {
                input: vec![("x", [1.0, 4.0, 2.0].into_iter().collect())],
                expr: col("x").ewm_mean(0.5),
                output: [1.0, 3.0, 4.25 / 1.75].into_iter().collect(),
            },
        );

impl Expr {
    /// The mean of the window's values up to the row, each weighing `1 - alpha` times as much as one a row later.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1.0, 4.0]).finish()?;
    /// let smooth = frame.with_columns([col("x").ewm_mean(0.5)])?;
    /// assert_eq!(smooth.column("x")?.get(1)?, Scalar::Float(3.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn ewm_mean(self, alpha: f64) -> Expr {
        Expr::window(&EWM_MEAN, [self], Params::new().with("alpha", alpha))
    }
}

/// How weights fade.
pub struct Fading {
    /// The weight of the newest value.
    pub alpha: f64,
    /// What a weight keeps from row to row.
    pub decay: f64,
    /// Whether weights are in relation to the sum of all of them.
    pub adjust: bool,
    /// Whether weights stay as they are at a null.
    pub ignore_nulls: bool,
    /// Fewer values have no result.
    pub least: u64,
}

/// How weights fade, by the constants.
///
/// # Errors
/// `InvalidArgument` for constants outside their domain.
pub fn fading(params: &Params) -> Result<Fading> {
    let alpha = params.float("alpha")?;
    if !(alpha > 0.0 && alpha <= 1.0) {
        return Err(Error::invalid(format!("alpha must be above 0 and at most 1, it is {alpha}")));
    }
    let least = match params.int("min_periods")? {
        least @ 0.. => least as u64,
        least => return Err(Error::invalid(format!("min_periods must not be negative, it is {least}"))),
    };
    let (adjust, ignore_nulls) = (params.bool("adjust")?, params.bool("ignore_nulls")?);
    Ok(Fading { alpha, decay: 1.0 - alpha, adjust, ignore_nulls, least })
}

fn scan(_: &[DType], params: &Params) -> Result<Box<dyn WindowScan>> {
    let Fading { alpha, decay, adjust, ignore_nulls, least } = fading(params)?;
    Ok(match adjust {
        true => Runner::boxed(Adjusted { decay, ignore_nulls, least }),
        false => Runner::boxed(Plain { alpha, decay, ignore_nulls, least }),
    })
}

/// A weight, or none once it is too small to count: arithmetic with the tiniest numbers is slow.
#[inline]
pub fn faded(weight: f64) -> f64 {
    if weight < 1e-200 { 0.0 } else { weight }
}

/// Weights in relation to their sum.
struct Adjusted {
    decay: f64,
    ignore_nulls: bool,
    least: u64,
}

/// Weighted sum, sum of weights, what the rows have made of earlier weights, number of values.
#[derive(Clone, Copy)]
struct Weighed {
    sum: f64,
    weights: f64,
    faded: f64,
    count: u64,
}

impl Running for Adjusted {
    type In = Float64Type;
    type Out = Float64Type;
    type State = Weighed;

    fn empty(&self) -> Weighed {
        Weighed { sum: 0.0, weights: 0.0, faded: 1.0, count: 0 }
    }

    #[inline]
    fn add(&self, state: &mut Weighed, value: f64) {
        state.sum = state.sum * self.decay + value;
        state.weights = state.weights * self.decay + 1.0;
        state.faded = faded(state.faded * self.decay);
        state.count += 1;
    }

    fn skip(&self, state: &mut Weighed) {
        if !self.ignore_nulls {
            // Weights that no longer count beside a new value's stay as they are: their mean does.
            if state.weights > 1e-200 {
                state.sum *= self.decay;
                state.weights *= self.decay;
            }
            state.faded = faded(state.faded * self.decay);
        }
    }

    #[inline]
    fn join(&self, before: &Weighed, later: &Weighed) -> Weighed {
        Weighed {
            // What has faded is gone, even if it was infinite.
            sum: if later.faded == 0.0 { later.sum } else { before.sum * later.faded + later.sum },
            weights: before.weights * later.faded + later.weights,
            faded: faded(before.faded * later.faded),
            count: before.count + later.count,
        }
    }

    #[inline]
    fn get(&self, state: &Weighed) -> Option<f64> {
        (state.count >= self.least.max(1)).then(|| state.sum / state.weights)
    }
}

/// Each value moves the mean by its share `alpha`.
struct Plain {
    alpha: f64,
    decay: f64,
    ignore_nulls: bool,
    least: u64,
}

/// What the rows make of a mean: the first value stands apart, for its share depends on the nulls before it.
#[derive(Clone, Copy)]
struct Moved {
    /// The first value, and the weight its predecessors have kept until then, in this block.
    first: f64,
    kept_before: f64,
    /// What becomes of the mean after the first value: `scale * mean + shift`.
    scale: f64,
    shift: f64,
    /// The weight the mean has kept since the last value.
    kept: f64,
    count: u64,
}

impl Plain {
    /// The mean after one more value; `kept` is the weight that the mean has kept.
    #[inline]
    fn share(&self, kept: f64) -> (f64, f64) {
        let weight = kept * self.decay + self.alpha;
        (kept * self.decay / weight, self.alpha / weight)
    }
}

impl Running for Plain {
    type In = Float64Type;
    type Out = Float64Type;
    type State = Moved;

    fn empty(&self) -> Moved {
        Moved { first: 0.0, kept_before: 1.0, scale: 1.0, shift: 0.0, kept: 1.0, count: 0 }
    }

    #[inline]
    fn add(&self, state: &mut Moved, value: f64) {
        if state.count == 0 {
            state.first = value;
        } else {
            let (old, new) = self.share(state.kept);
            state.scale = faded(state.scale * old);
            state.shift = state.shift * old + value * new;
        }
        state.kept = 1.0;
        state.count += 1;
    }

    fn skip(&self, state: &mut Moved) {
        if self.ignore_nulls {
            return;
        }
        match state.count {
            0 => state.kept_before *= self.decay,
            _ => state.kept *= self.decay,
        }
    }

    #[inline]
    fn join(&self, before: &Moved, later: &Moved) -> Moved {
        if later.count == 0 {
            let (kept_before, kept) = match before.count {
                0 => (before.kept_before * later.kept_before, before.kept),
                _ => (before.kept_before, before.kept * later.kept_before),
            };
            return Moved { kept_before, kept, ..*before };
        }
        if before.count == 0 {
            return Moved { kept_before: before.kept_before * later.kept_before, ..*later };
        }
        let (old, new) = self.share(before.kept * later.kept_before);
        // after the later block's first value, then its other values
        let (scale, shift) = (before.scale * old, before.shift * old + later.first * new);
        Moved {
            first: before.first,
            kept_before: before.kept_before,
            scale: faded(scale * later.scale),
            shift: shift * later.scale + later.shift,
            kept: later.kept,
            count: before.count + later.count,
        }
    }

    #[inline]
    fn get(&self, state: &Moved) -> Option<f64> {
        (state.count >= self.least.max(1)).then_some(state.scale * state.first + state.shift)
    }
}
