//! `ewm_var`, `ewm_std`: how far values spread, those of long ago weighing less.

use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, WindowCode, WindowFunction, WindowScan, col};
use crate::functions::window::ewm::{ADJUST, ALPHA, Fading, IGNORE_NULLS, LEAST, faded, fading};
use crate::functions::window::expanding::float;
use crate::functions::window::running::{Runner, Running};
use arrow::datatypes::Float64Type;

const BIAS: Param = Param {
    name: "bias",
    default: Some(ParamDefault::Bool(false)),
    doc: "Whether to leave out the correction for samples.",
};

macro_rules! spreads {
    ($(#[doc = $doc:literal] $function:ident $name:literal $method:ident $root:literal, $output:expr;)*) => {
        $(
            #[doc = $doc]
            pub static $function: WindowFunction = WindowFunction::new(
                $name,
                &["expr"],
                |types, _| float(&types[0]),
                WindowCode::Scan(|_, params| spread(params, $root)),
            )
            .with_params(&[ALPHA, ADJUST, IGNORE_NULLS, LEAST, BIAS])
            .documented(
                concat!(
                    $doc,
                    " Each weighs `1 - alpha` times as much as one a row later; null where the value is null, and for \
                     a single value unless `bias` is set."
                ),
                || Example {
                    input: vec![("x", [1.0, 4.0].into_iter().collect())],
                    expr: col("x").$method(0.5),
                    output: [None, Some($output)].into_iter().collect(),
                },
            );
        )*

        impl Expr {$(
            #[doc = $doc]
            ///
            /// # Examples
            /// ```
            /// use hypostyle::{Frame, col};
            /// let frame = Frame::builder().column("x", [1.0, 4.0]).finish()?;
            #[doc = concat!("let spread = frame.with_columns([col(\"x\").", stringify!($method), "(0.5)])?;")]
            /// assert!(spread.column("x")?.get(0)?.is_null());
            /// # Ok::<(), hypostyle::Error>(())
            /// ```
            pub fn $method(self, alpha: f64) -> Expr {
                Expr::window(&$function, [self], Params::new().with("alpha", alpha))
            }
        )*}
    };
}

spreads! {
    #[doc = "The variance of the window's values up to the row, those of long ago weighing less."]
    EWM_VAR "ewm_var" ewm_var false, 4.5;
    #[doc = "The standard deviation of the window's values up to the row, those of long ago weighing less."]
    EWM_STD "ewm_std" ewm_std true, 4.5f64.sqrt();
}

fn spread(params: &Params, root: bool) -> Result<Box<dyn WindowScan>> {
    Ok(Runner::boxed(Spread { fading: fading(params)?, bias: params.bool("bias")?, root }))
}

/// Values with weights: sums of these and of their squares, the mean, and the sum of weighted squared distances from it.
#[derive(Clone, Copy, Default)]
struct Weighted {
    weight: f64,
    squared: f64,
    mean: f64,
    squares: f64,
}

impl Weighted {
    fn one(value: f64, weight: f64) -> Weighted {
        Weighted { weight, squared: weight * weight, mean: value, squares: 0.0 }
    }

    #[inline]
    fn scaled(self, by: f64) -> Weighted {
        // What has faded is gone, even if it was infinite.
        match by == 0.0 {
            true => Weighted::default(),
            false => Weighted {
                weight: self.weight * by,
                squared: self.squared * by * by,
                mean: self.mean,
                squares: self.squares * by,
            },
        }
    }

    /// Both together: Chan's step with weights.
    #[inline]
    fn join(self, later: Weighted) -> Weighted {
        if self.weight == 0.0 {
            return later;
        }
        if later.weight == 0.0 {
            return self;
        }
        let weight = self.weight + later.weight;
        let distance = later.mean - self.mean;
        Weighted {
            weight,
            squared: self.squared + later.squared,
            mean: self.mean + distance * (later.weight / weight),
            squares: self.squares
                + later.squares
                + distance * distance * (self.weight * later.weight / weight),
        }
    }
}

/// What rows make of what was before them. The first value stands apart: its share depends on what was before. Where
/// weights are not adjusted, all values up to the last one have the weight 1 together.
#[derive(Clone, Copy)]
struct Seen {
    count: u64,
    /// What becomes of earlier weights until the first value.
    lead: f64,
    first: f64,
    /// What has become, since the first value, of it and of all before it.
    scale: f64,
    /// The values after the first.
    rest: Weighted,
    /// What has become of all weights since the last value.
    trail: f64,
}

/// A variance or its root.
struct Spread {
    fading: Fading,
    bias: bool,
    root: bool,
}

impl Spread {
    /// What a new value makes of all weights, and its own, if they have faded to `kept` since the last value.
    #[inline]
    fn shares(&self, kept: f64) -> (f64, f64) {
        let old = kept * self.fading.decay;
        match self.fading.adjust {
            true => (old, 1.0),
            false => (old / (old + self.fading.alpha), self.fading.alpha / (old + self.fading.alpha)),
        }
    }
}

impl Running for Spread {
    type In = Float64Type;
    type Out = Float64Type;
    type State = Seen;

    fn empty(&self) -> Seen {
        Seen { count: 0, lead: 1.0, first: 0.0, scale: 1.0, rest: Weighted::default(), trail: 1.0 }
    }

    #[inline]
    fn add(&self, state: &mut Seen, value: f64) {
        if state.count == 0 {
            state.first = value;
        } else {
            let (old, new) = self.shares(state.trail);
            state.scale = faded(state.scale * old);
            state.rest = state.rest.scaled(faded(old)).join(Weighted::one(value, new));
        }
        state.trail = 1.0;
        state.count += 1;
    }

    fn skip(&self, state: &mut Seen) {
        if self.fading.ignore_nulls {
            return;
        }
        let kept = if state.count == 0 { &mut state.lead } else { &mut state.trail };
        *kept = faded(*kept * self.fading.decay);
    }

    fn join(&self, before: &Seen, later: &Seen) -> Seen {
        if later.count == 0 {
            let mut state = *before;
            let kept = if before.count == 0 { &mut state.lead } else { &mut state.trail };
            *kept = faded(*kept * later.lead);
            return state;
        }
        if before.count == 0 {
            return Seen { lead: faded(before.lead * later.lead), ..*later };
        }
        let (old, new) = self.shares(before.trail * later.lead);
        let rest = before.rest.scaled(faded(old)).join(Weighted::one(later.first, new));
        Seen {
            count: before.count + later.count,
            lead: before.lead,
            first: before.first,
            scale: faded(before.scale * old * later.scale),
            rest: rest.scaled(later.scale).join(later.rest),
            trail: later.trail,
        }
    }

    fn get(&self, state: &Seen) -> Option<f64> {
        if state.count < self.fading.least.max(1) {
            return None;
        }
        let all = Weighted::one(state.first, 1.0).scaled(state.scale).join(state.rest);
        let variance = match self.bias {
            true => all.squares / all.weight,
            false => {
                let square = all.weight * all.weight;
                // One value alone has no spread.
                if state.count < 2 || square <= all.squared {
                    return None;
                }
                all.squares / all.weight * (square / (square - all.squared))
            }
        };
        Some(if self.root { variance.sqrt() } else { variance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(adjust: bool, ignore_nulls: bool) -> Spread {
        let fading = Fading { alpha: 0.3, decay: 0.7, adjust, ignore_nulls, least: 1 };
        Spread { fading, bias: false, root: false }
    }

    fn fold(spread: &Spread, values: &[Option<f64>]) -> Seen {
        let mut state = spread.empty();
        values.iter().for_each(|value| match value {
            Some(value) => spread.add(&mut state, *value),
            None => spread.skip(&mut state),
        });
        state
    }

    #[test]
    fn states_of_blocks_join_wherever_they_are_cut() {
        let values = [None, Some(1.0), Some(4.0), None, None, Some(-2.0), None, Some(7.5), Some(7.0), None];
        for (adjust, ignore_nulls) in [(true, true), (true, false), (false, true), (false, false)] {
            let spread = spread(adjust, ignore_nulls);
            let whole = spread.get(&fold(&spread, &values)).unwrap();
            for first in 0..values.len() {
                for second in first..values.len() {
                    let parts = [&values[..first], &values[first..second], &values[second..]];
                    let [a, b, c] = parts.map(|part| fold(&spread, part));
                    let left = spread.get(&spread.join(&spread.join(&a, &b), &c)).unwrap();
                    let right = spread.get(&spread.join(&a, &spread.join(&b, &c))).unwrap();
                    assert!((left - whole).abs() < 1e-12 && (right - whole).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn weights_are_those_of_the_definition() {
        let values = [Some(1.0), Some(4.0), None, Some(-2.0), Some(3.0)];
        // Of pandas: ewm(alpha=0.3, adjust, ignore_na).var().
        for (adjust, ignore_nulls, expected) in [
            (true, true, weighted(&[(1.0, 0.343), (4.0, 0.49), (-2.0, 0.7), (3.0, 1.0)])),
            (true, false, weighted(&[(1.0, 0.2401), (4.0, 0.343), (-2.0, 0.7), (3.0, 1.0)])),
            (false, true, weighted(&[(1.0, 0.343), (4.0, 0.147), (-2.0, 0.21), (3.0, 0.3)])),
        ] {
            let spread = spread(adjust, ignore_nulls);
            let found = spread.get(&fold(&spread, &values)).unwrap();
            assert!((found - expected).abs() < 1e-12, "{adjust} {ignore_nulls}: {found} {expected}");
        }
    }

    fn weighted(pairs: &[(f64, f64)]) -> f64 {
        let weight: f64 = pairs.iter().map(|(_, weight)| weight).sum();
        let squared: f64 = pairs.iter().map(|(_, weight)| weight * weight).sum();
        let mean = pairs.iter().map(|(value, weight)| value * weight).sum::<f64>() / weight;
        let squares: f64 = pairs.iter().map(|(value, weight)| weight * (value - mean) * (value - mean)).sum();
        squares / weight * (weight * weight / (weight * weight - squared))
    }
}
