//! `interpolate`: missing numbers between others.

use crate::data::dispatch::primitive;
use crate::data::{DType, TimeUnit};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{
    Example, Expr, Needs, Param, Params, Signature, WindowArg, WindowCode, WindowFunction, WindowRows, col,
};
use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use std::ops::Range;
use std::sync::Arc;

/// Nulls between values replaced.
pub static INTERPOLATE: WindowFunction =
    WindowFunction::new("interpolate", &["expr", "by"], signature, WindowCode::Range(evaluate))
        .with_optional()
        .needing(Needs::Values)
        .with_params(&[
            Param {
                name: "method",
                default: Some(ParamDefault::Str("linear")),
                doc: "`linear`: on the line between the neighbours; `nearest`: the nearer of them, from the middle the \
                      earlier.",
            },
            Param {
                name: "limit",
                default: Some(ParamDefault::Null),
                doc: "How many nulls in a row are filled, from the first; null: all.",
            },
        ])
        .documented(
            "Nulls between two values of the window become numbers between them; those before the first and after the \
             last stay.\n\nWith `by`, by the distances of another column, which must ascend; otherwise rows are equally \
             far apart.",
            || Example {
                input: vec![("x", [None, Some(1.0), None, None, Some(4.0)].into_iter().collect())],
                expr: col("x").interpolate("linear"),
                output: [None, Some(1.0), Some(2.0), Some(3.0), Some(4.0)].into_iter().collect(),
            },
        );

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    method(params)?;
    limit(params)?;
    if !(types[0].is_numeric() || types[0] == DType::Null) {
        return Err(Error::type_mismatch(format!("a number expected, not {}", types[0])));
    }
    let mut args = vec![DType::Float64];
    if let Some(by) = types.get(1) {
        args.push(match by {
            DType::Date => DType::Timestamp(TimeUnit::Millisecond, None),
            DType::Timestamp(..) | DType::Duration(_) => by.clone(),
            dtype if dtype.is_integer() => DType::Int64,
            dtype if dtype.is_float() => DType::Float64,
            other => {
                return Err(Error::type_mismatch(format!("no distances in {other}"))
                    .hint("go by a date, a timestamp, a duration or a number"));
            }
        });
    }
    Ok(Signature::new(args, DType::Float64))
}

fn method(params: &Params) -> Result<bool> {
    match params.str("method")? {
        "linear" => Ok(true),
        "nearest" => Ok(false),
        other => Err(Error::invalid(format!("no method {other:?}")).hint("use linear or nearest")),
    }
}

fn limit(params: &Params) -> Result<usize> {
    if params.get("limit").is_null() {
        return Ok(usize::MAX);
    }
    let limit = params.int("limit")?;
    usize::try_from(limit).map_err(|_| Error::invalid(format!("a limit must not be negative, it is {limit}")))
}

/// How far a row is after another.
enum Distances<'a> {
    Rows,
    Whole(&'a [i64]),
    Floats(&'a [f64]),
}

impl Distances<'_> {
    fn between(&self, from: usize, to: usize) -> f64 {
        match self {
            Distances::Rows => (to - from) as f64,
            Distances::Whole(values) => (i128::from(values[to]) - i128::from(values[from])) as f64,
            Distances::Floats(values) => values[to] - values[from],
        }
    }
}

fn values(arg: &WindowArg) -> Result<&ArrayRef> {
    arg.values.as_ref().ok_or_else(|| Error::internal("a window without its values"))
}

fn evaluate(rows: &WindowRows<'_>, range: Range<usize>) -> Result<ArrayRef> {
    let (linear, limit) = (method(rows.params)?, limit(rows.params)?);
    let numbers = primitive::<Float64Type>(values(&rows.args[0])?).values();
    let distances = match rows.args.get(1).map(values).transpose()? {
        None => Distances::Rows,
        Some(by) if *by.data_type() == DataType::Float64 => {
            Distances::Floats(primitive::<Float64Type>(by).values())
        }
        Some(by) => Distances::Whole(primitive::<Int64Type>(by).values()),
    };
    let has_by = rows.args.len() > 1;
    let mut found: Vec<Option<f64>> = Vec::with_capacity(range.len());
    for (partition, part) in rows.partitions(range) {
        let mut before = (partition.start..part.start).rev().find(|row| rows.is_valid(0, *row));
        let mut after = None;
        for row in part {
            if rows.is_valid(0, row) {
                before = Some(row);
                found.push(Some(numbers[row]));
                continue;
            }
            if after.is_none_or(|after| after < row) {
                after = Some((row..partition.end).find(|row| rows.is_valid(0, *row)).unwrap_or(usize::MAX));
            }
            let (Some(first), Some(last)) = (before, after.filter(|row| *row < usize::MAX)) else {
                found.push(None);
                continue;
            };
            if row - first > limit {
                found.push(None);
                continue;
            }
            if has_by && [first, row, last].iter().any(|row| !rows.is_valid(1, *row)) {
                found.push(None);
                continue;
            }
            let (here, all) = (distances.between(first, row), distances.between(first, last));
            if here < 0.0 || all < here {
                let error = Error::new(ErrorKind::InvalidArgument, "the values that are gone by must ascend");
                return Err(error.row(row as u64).hint("order the window by them"));
            }
            let (low, high) = (numbers[first], numbers[last]);
            found.push(Some(match linear {
                // Two rows at one place: the later value.
                true if all == 0.0 => high,
                true => low + (high - low) * (here / all),
                false if here * 2.0 <= all => low,
                false => high,
            }));
        }
    }
    Ok(Arc::new(Float64Array::from(found)))
}

impl Expr {
    /// Nulls between two values of the window become numbers between them: on the `linear` way or the `nearest` one.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [Some(1.0), None, Some(3.0)]).finish()?;
    /// let filled = frame.with_columns([col("x").interpolate("linear")])?;
    /// assert_eq!(filled.column("x")?.get(1)?.as_f64(), Some(2.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn interpolate(self, method: &str) -> Expr {
        Expr::window(&INTERPOLATE, [self], Params::new().with("method", method))
    }

    /// As [`Expr::interpolate`] on the linear way, by the distances of another column, which must ascend.
    pub fn interpolate_by(self, by: impl Into<Expr>) -> Expr {
        Expr::window(&INTERPOLATE, [self, by.into()], Params::new())
    }
}
