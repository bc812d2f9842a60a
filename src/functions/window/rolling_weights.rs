//! `rolling_weighted_sum`, `rolling_weighted_mean`, `rolling_weighted_var`, `rolling_weighted_std`: moving windows whose
//! rows count by where they stand.

use crate::data::{DType, Scalar, dispatch};
use crate::error::{AllOk, Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, Signature, WindowCode, WindowFunction, WindowRows, col};
use crate::functions::aggregate::var::ddof;
use crate::functions::window::expanding::float;
use crate::functions::window::rolling::DDOF;
use crate::functions::window::span::CENTER;
use crate::kernels::float_sum::FloatSum;
use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::Float64Type;
use std::ops::Range;
use std::sync::Arc;

const WEIGHTS: Param = Param {
    name: "weights",
    default: None,
    doc: "A weight for each row of a window, the oldest first; there are as many rows as weights.",
};

const LEAST: Param = Param {
    name: "min_periods",
    default: Some(ParamDefault::Null),
    doc: "Fewer values than this, nulls not counted, give null; by default as many as there are weights.",
};

macro_rules! weighted {
    ($(#[doc = $doc:literal] $function:ident $name:ident $of:expr, [$($param:expr),*], $text:literal;)*) => {
        $(
            #[doc = $doc]
            pub static $function: WindowFunction = WindowFunction::new(
                stringify!($name),
                &["expr"],
                signature,
                WindowCode::Range(|rows, range| roll(rows, range, $of)),
            )
            .with_params(&[WEIGHTS, LEAST, CENTER $(, $param)*])
            .documented($text, || Example {
                input: vec![("x", [Some(1.0), Some(5.0), Some(3.0), None].into_iter().collect())],
                expr: col("x").$name([1.0, 3.0]),
                output: examples(stringify!($name)).into_iter().collect(),
            });
        )*

        impl Expr {$(
            #[doc = $doc]
            ///
            /// The window is that of the row and those before it, as many as there are weights, the oldest first; fewer
            /// values, as at the beginning, give null.
            ///
            /// # Examples
            /// ```
            /// use hypostyle::{Frame, col};
            /// let frame = Frame::builder().column("x", [1.0, 5.0, 3.0]).finish()?;
            #[doc = concat!("let rolled = frame.with_columns([col(\"x\").", stringify!($name), "([1.0, 3.0])])?;")]
            /// assert!(rolled.column("x")?.get(0)?.is_null());
            /// # Ok::<(), hypostyle::Error>(())
            /// ```
            pub fn $name(self, weights: impl IntoIterator<Item = f64>) -> Expr {
                let weights = Scalar::List(weights.into_iter().map(Scalar::Float).collect());
                Expr::window(&$function, [self], Params::new().with("weights", weights))
            }
        )*}
    };
}

weighted! {
    #[doc = "The weighted sum of the values of a moving window."]
    ROLLING_WEIGHTED_SUM rolling_weighted_sum Of::Sum, [],
        "The sum of the values of a moving window, each times the weight of its place.";
    #[doc = "The weighted mean of the values of a moving window."]
    ROLLING_WEIGHTED_MEAN rolling_weighted_mean Of::Mean, [],
        "The mean of the values of a moving window, each with the weight of its place; null where the weights of the \
         values add up to 0.";
    #[doc = "The weighted variance of the values of a moving window."]
    ROLLING_WEIGHTED_VAR rolling_weighted_var Of::Var, [DDOF],
        "The variance of the values of a moving window about their weighted mean, each with the weight of its place.\n\n\
         The mean of the squared distances, by weight, times `n / (n - ddof)`, where `n` is the number of values.";
    #[doc = "The weighted standard deviation of the values of a moving window."]
    ROLLING_WEIGHTED_STD rolling_weighted_std Of::Std, [DDOF],
        "The standard deviation of the values of a moving window about their weighted mean: the root of \
         `rolling_weighted_var`.";
}

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    weights(params.get("weights"))?;
    float(&types[0])
}

fn examples(name: &str) -> [Option<f64>; 4] {
    let (second, third) = match name {
        "rolling_weighted_sum" => (16.0, 14.0),
        "rolling_weighted_mean" => (4.0, 3.5),
        "rolling_weighted_var" => (6.0, 1.5),
        _ => (6f64.sqrt(), 1.5f64.sqrt()),
    };
    [None, Some(second), Some(third), None]
}

#[derive(Clone, Copy, PartialEq)]
enum Of {
    Sum,
    Mean,
    Var,
    Std,
}

/// Each window by itself: a weight belongs to a place in the window, so nothing of one window is in the next.
fn roll(rows: &WindowRows<'_>, range: Range<usize>, of: Of) -> Result<ArrayRef> {
    let params = rows.params;
    let weights = weights(params.get("weights"))?;
    let least = match params.get("min_periods") {
        Scalar::Null => weights.len(),
        given => usize::try_from(params.int("min_periods")?)
            .map_err(|_| Error::invalid(format!("min_periods must not be negative, it is {given}")))?,
    };
    let ddof = if matches!(of, Of::Var | Of::Std) { ddof(params)? } else { 0.0 };
    let after = if params.bool("center")? { (weights.len() - 1) / 2 } else { 0 };
    let before = weights.len() - 1 - after;
    let values = rows.args[0].values.as_ref();
    let values = values.ok_or_else(|| Error::internal("a window without its values"))?;
    let values: &[f64] = dispatch::primitive::<Float64Type>(values).values();
    let mut results: Vec<Option<f64>> = Vec::with_capacity(range.len());
    for (partition, part) in rows.partitions(range) {
        for row in part {
            let start = row.saturating_sub(before).max(partition.start);
            let window = start..(row + after + 1).min(partition.end);
            let inside = || {
                let weights = weights[start + before - row..].iter();
                let pairs = window.clone().zip(weights).filter(|(row, _)| rows.is_valid(0, *row));
                // What weighs nothing does not take part, even if it is infinite.
                pairs.map(|(row, weight)| (if *weight == 0.0 { 0.0 } else { values[row] }, *weight))
            };
            results.push(result(of, &inside, least, ddof));
        }
    }
    Ok(Arc::new(Float64Array::from(results)))
}

fn result<P: Iterator<Item = (f64, f64)>>(
    of: Of,
    inside: &dyn Fn() -> P,
    least: usize,
    ddof: f64,
) -> Option<f64> {
    let (mut sum, mut weight, mut count) = (FloatSum::default(), FloatSum::default(), 0);
    for (value, own) in inside() {
        sum.add(value * own);
        weight.add(own);
        count += 1;
    }
    if count < least {
        return None;
    }
    if of == Of::Sum {
        return Some(sum.get());
    }
    let weight = weight.get();
    if weight == 0.0 || count == 0 {
        return None;
    }
    let mean = sum.get() / weight;
    if of == Of::Mean {
        return Some(mean);
    }
    if count as f64 <= ddof {
        return None;
    }
    let mut squares = FloatSum::default();
    inside().for_each(|(value, own)| squares.add(own * (value - mean) * (value - mean)));
    let variance = squares.get() / weight * (count as f64 / (count as f64 - ddof));
    Some(if of == Of::Std { variance.sqrt() } else { variance })
}

fn weights(given: &Scalar) -> Result<Vec<f64>> {
    let wrong =
        |what: String| Error::invalid(format!("weights of a window: {what}")).hint("give a list of numbers");
    let Scalar::List(weights) = given else { return Err(wrong(format!("{given} is no list"))) };
    if weights.is_empty() {
        return Err(wrong("there are none".to_owned()));
    }
    let number = |weight: &Scalar| weight.as_f64().filter(|weight| weight.is_finite());
    weights
        .iter()
        .map(|weight| number(weight).ok_or_else(|| wrong(format!("{weight} is no number"))))
        .all_ok()
}
