//! `expanding_sum`, `expanding_mean`, `expanding_min`, `expanding_max`, `expanding_var`, `expanding_std`: over all rows so
//! far, nulls passed over.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, Signature, WindowCode, WindowFunction, WindowScan, col};
use crate::functions::aggregate::var::ddof;
use crate::functions::window::cumulative::{extreme, ordered};
use crate::functions::window::running::{Runner, Running};
use crate::functions::window::states::Moments;
use crate::kernels::float_sum::FloatSum;
use arrow::datatypes::Float64Type;

const LEAST: Param = Param {
    name: "min_periods",
    default: Some(ParamDefault::Int(1)),
    doc: "Fewer values than this, nulls not counted, give null.",
};

const DDOF: Param = Param {
    name: "ddof",
    default: Some(ParamDefault::Int(1)),
    doc: "What is taken from the number of values: 1 for a sample, 0 for everything.",
};

macro_rules! expanding {
    ($(#[doc = $doc:literal] $function:ident $name:literal $signature:ident $scan:expr, [$($param:expr),*],
        $output:expr, $text:literal;)*) => {$(
        #[doc = $doc]
        pub static $function: WindowFunction =
            WindowFunction::new($name, &["expr"], |types, _| $signature(&types[0]), WindowCode::Scan($scan))
                .with_params(&[$($param),*])
                .documented($text, || Example {
                    input: vec![("x", [Some(1.0), None, Some(5.0), Some(3.0)].into_iter().collect())],
                    expr: Expr::window(&$function, [col("x")], Params::new()),
                    output: $output.into_iter().collect(),
                });
    )*};
}

expanding! {
    #[doc = "The sum of all values so far."]
    EXPANDING_SUM "expanding_sum" float |_, params| Ok(Runner::boxed(Sum { least: least(params)?, mean: false })), [LEAST],
        [1.0, 1.0, 6.0, 9.0], "The sum of the window's values up to the row, nulls passed over.";
    #[doc = "The mean of all values so far."]
    EXPANDING_MEAN "expanding_mean" float |_, params| Ok(Runner::boxed(Sum { least: least(params)?, mean: true })), [LEAST],
        [1.0, 1.0, 3.0, 3.0], "The mean of the window's values up to the row, nulls passed over.";
    #[doc = "The least of all values so far."]
    EXPANDING_MIN "expanding_min" ordered |types, params| extreme(&types[0], least(params)?, true, false), [LEAST],
        [1.0, 1.0, 1.0, 1.0], "The least of the window's values up to the row, nulls passed over.";
    #[doc = "The greatest of all values so far."]
    EXPANDING_MAX "expanding_max" ordered |types, params| extreme(&types[0], least(params)?, true, true), [LEAST],
        [1.0, 1.0, 5.0, 5.0], "The greatest of the window's values up to the row, nulls passed over.";
    #[doc = "The variance of all values so far."]
    EXPANDING_VAR "expanding_var" float |_, params| spread(params, false), [LEAST, DDOF],
        [None, None, Some(8.0), Some(4.0)], "The variance of the window's values up to the row, nulls passed over.";
    #[doc = "The standard deviation of all values so far."]
    EXPANDING_STD "expanding_std" float |_, params| spread(params, true), [LEAST, DDOF],
        [None, None, Some(8f64.sqrt()), Some(2.0)],
        "The standard deviation of the window's values up to the row, nulls passed over.";
}

/// Numbers as floats.
pub fn float(dtype: &DType) -> Result<Signature> {
    match dtype {
        DType::Bool | DType::Null => (),
        dtype if dtype.is_numeric() => (),
        other => return Err(Error::type_mismatch(format!("a number expected, not {other}"))),
    }
    Ok(Signature::new([DType::Float64], DType::Float64))
}

fn least(params: &Params) -> Result<u64> {
    match params.int("min_periods")? {
        least @ 0.. => Ok(least as u64),
        least => Err(Error::invalid(format!("min_periods must not be negative, it is {least}"))),
    }
}

/// A sum or a mean.
struct Sum {
    least: u64,
    mean: bool,
}

impl Running for Sum {
    type In = Float64Type;
    type Out = Float64Type;
    type State = (FloatSum, u64);

    fn at_null(&self) -> bool {
        true
    }

    fn empty(&self) -> Self::State {
        Self::State::default()
    }

    #[inline]
    fn add(&self, state: &mut Self::State, value: f64) {
        state.0.add(value);
        state.1 += 1;
    }

    #[inline]
    fn join(&self, before: &Self::State, later: &Self::State) -> Self::State {
        (before.0.join(later.0), before.1 + later.1)
    }

    #[inline]
    fn get(&self, (sum, count): &Self::State) -> Option<f64> {
        let known = *count >= self.least && (*count > 0 || !self.mean);
        known.then(|| if self.mean { sum.get() / *count as f64 } else { sum.get() })
    }
}

fn spread(params: &Params, root: bool) -> Result<Box<dyn WindowScan>> {
    Ok(Runner::boxed(Spread { least: least(params)?, ddof: ddof(params)?, root }))
}

/// A variance or its root.
struct Spread {
    least: u64,
    ddof: f64,
    root: bool,
}

impl Running for Spread {
    type In = Float64Type;
    type Out = Float64Type;
    type State = (Moments, u64);

    fn at_null(&self) -> bool {
        true
    }

    fn empty(&self) -> Self::State {
        Self::State::default()
    }

    #[inline]
    fn add(&self, state: &mut Self::State, value: f64) {
        state.0.add(value);
        state.1 += 1;
    }

    #[inline]
    fn join(&self, before: &Self::State, later: &Self::State) -> Self::State {
        (before.0.join(later.0), before.1 + later.1)
    }

    #[inline]
    fn get(&self, (moments, count): &Self::State) -> Option<f64> {
        let variance = moments.variance(self.ddof).filter(|_| *count >= self.least);
        variance.map(|variance| if self.root { variance.sqrt() } else { variance })
    }
}
