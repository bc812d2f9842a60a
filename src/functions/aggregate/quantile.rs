//! `median`, `quantile`, `quantiles`.

use crate::data::{Column, DType, Scalar};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, Param, Params, Signature, col};
use crate::functions::aggregate::between::Between;
use crate::functions::aggregate::quantile_state::state;
use arrow::array::ListArray;
use arrow::datatypes::Float64Type;
use std::borrow::Cow;
use std::sync::Arc;

/// The middle value.
pub static MEDIAN: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("median"),
    aliases: &[],
    doc: "The middle value, or the mean of the two in the middle; null if there is none.\n\nNumbers give float64, \
          times, timestamps and durations one of their kind. Nulls are skipped; NaN is larger than any number.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("median", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, _| state(&types[0], vec![0.5], false, Between::Linear),
    example: Some(|| Example {
        input: vec![("x", [Some(4i64), None, Some(1), Some(2), Some(9)].into_iter().collect())],
        expr: col("x").median(),
        output: [3.0].into_iter().collect(),
    }),
};

/// The value that a share of the values does not exceed.
pub static QUANTILE: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("quantile"),
    aliases: &[],
    doc: "The value below which a share `q` of the values lies; null if there is none.\n\nNumbers give float64, times, \
          timestamps and durations one of their kind. Nulls are skipped; NaN is larger than any number.\n\n# Errors\n\
          A `q` outside 0 to 1, an unknown interpolation.",
    args: &["expr"],
    params: &[
        Param { name: "q", default: Some(ParamDefault::Float(0.5)), doc: "The share, from 0 to 1." },
        Param {
            name: "interpolation",
            default: Some(ParamDefault::Str("linear")),
            doc: "What lies between two values: linear, lower, higher, nearest or midpoint.",
        },
    ],
    signature: |types, params| {
        share(params)?;
        Between::parse(params)?;
        signature("quantile", types)
    },
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, params| state(&types[0], vec![share(params)?], false, Between::parse(params)?),
    example: Some(|| Example {
        input: vec![("x", [1i64, 2, 3, 4, 5].into_iter().collect())],
        expr: col("x").quantile(0.75),
        output: [4.0].into_iter().collect(),
    }),
};

/// Several quantiles at once.
pub static QUANTILES: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("quantiles"),
    aliases: &[],
    doc: "The values below which several shares of the values lie, as a list in the order of the shares; nulls in it \
          if there is none.\n\nThe values are gathered once for all of them. Otherwise as `quantile`.\n\n# Errors\nA \
          share outside 0 to 1, an unknown interpolation.",
    args: &["expr"],
    params: &[
        Param { name: "q", default: None, doc: "The shares, each from 0 to 1." },
        Param {
            name: "interpolation",
            default: Some(ParamDefault::Str("linear")),
            doc: "What lies between two values: linear, lower, higher, nearest or midpoint.",
        },
    ],
    signature: |types, params| {
        shares(params)?;
        Between::parse(params)?;
        let one = signature("quantiles", types)?;
        Ok(Signature::new(one.args, DType::List(Box::new(one.output))))
    },
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |types, params| state(&types[0], shares(params)?, true, Between::parse(params)?),
    example: Some(|| Example {
        input: vec![("x", [1i64, 2, 3, 4, 5].into_iter().collect())],
        expr: col("x").quantiles([0.25, 0.5]),
        output: Column::from_held(Arc::new(ListArray::from_iter_primitive::<Float64Type, _, _>([Some([
            Some(2.0),
            Some(3.0),
        ])]))),
    }),
};

impl Expr {
    /// The middle value, or the mean of the two in the middle; null if there is none.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [4i64, 1, 2, 9]).finish()?;
    /// let median = frame.lazy().select([col("x").median()]).collect()?;
    /// assert_eq!(median.column("x")?.get(0)?, Scalar::Float(3.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn median(self) -> Expr {
        Expr::aggregate(&MEDIAN, [self], Params::new())
    }

    /// The value below which a share `q` of the values lies, interpolated linearly.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3, 4, 5]).finish()?;
    /// let quartile = frame.lazy().select([col("x").quantile(0.75)]).collect()?;
    /// assert_eq!(quartile.column("x")?.get(0)?, Scalar::Float(4.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn quantile(self, q: f64) -> Expr {
        Expr::aggregate(&QUANTILE, [self], Params::new().with("q", q))
    }

    /// The value below which a share `q` of the values lies; `interpolation` is one of `linear`, `lower`, `higher`,
    /// `nearest`, `midpoint`.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 2]).finish()?;
    /// let lower = frame.lazy().select([col("x").quantile_with(0.9, "lower")]).collect()?;
    /// assert_eq!(lower.column("x")?.get(0)?, Scalar::Float(1.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn quantile_with(self, q: f64, interpolation: &str) -> Expr {
        let params = Params::new().with("q", q).with("interpolation", interpolation);
        Expr::aggregate(&QUANTILE, [self], params)
    }

    /// The values below which several shares of the values lie, as a list; the values are gathered once for all.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3, 4, 5]).finish()?;
    /// let quartiles = frame.lazy().select([col("x").quantiles([0.25, 0.75])]).explode("x").collect()?;
    /// assert_eq!(quartiles.column("x")?.get(1)?, Scalar::Float(4.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn quantiles(self, q: impl IntoIterator<Item = f64>) -> Expr {
        let shares = Scalar::List(q.into_iter().map(Scalar::Float).collect());
        Expr::aggregate(&QUANTILES, [self], Params::new().with("q", shares))
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    let (arg, output) = match &types[0] {
        DType::Bool => (DType::Int8, DType::Float64),
        DType::Null | DType::Decimal(..) => (DType::Float64, DType::Float64),
        dtype if dtype.is_numeric() => (dtype.clone(), DType::Float64),
        DType::Time | DType::Timestamp(..) | DType::Duration(_) => (types[0].clone(), types[0].clone()),
        DType::Date => {
            return Err(Error::type_mismatch(format!("no {name} of date")).hint("cast to timestamp[s] first"));
        }
        other => return Err(Error::type_mismatch(format!("no {name} of {other}"))),
    };
    Ok(Signature::new([arg], output))
}

/// The share that a call of a function asks for, and what lies between two values; `None` if it is no single quantile.
pub fn share_asked(function: &AggregateFunction, params: &Params) -> Option<(f64, String)> {
    let between = || match params.get("interpolation") {
        Scalar::Null => Some("linear".to_owned()),
        _ => params.str("interpolation").ok().map(str::to_owned),
    };
    if std::ptr::eq(function, &MEDIAN) {
        return Some((0.5, "linear".to_owned()));
    }
    let asked = std::ptr::eq(function, &QUANTILE).then_some(params.get("q"))?;
    let share = if asked.is_null() { 0.5 } else { asked.as_f64()? };
    Some((share, between()?))
}

fn share(params: &Params) -> Result<f64> {
    checked_share(params.float("q")?)
}

fn checked_share(q: f64) -> Result<f64> {
    match (0.0..=1.0).contains(&q) {
        true => Ok(q),
        false => Err(Error::invalid(format!("q must be between 0 and 1, it is {q}"))),
    }
}

fn shares(params: &Params) -> Result<Vec<f64>> {
    let wrong = |found: &Scalar| Error::invalid(format!("q must be a list of numbers, not {found}"));
    let Scalar::List(items) = params.get("q") else { return Err(wrong(params.get("q"))) };
    items.iter().map(|item| checked_share(item.as_f64().ok_or_else(|| wrong(item))?)).collect()
}
