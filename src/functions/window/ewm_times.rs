//! `ewm_mean_by`: means whose weights fade with time.

use crate::data::{DType, Scalar, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{
    Carry, Example, Expr, Param, Params, Signature, WindowCode, WindowFunction, WindowRows, WindowScan, col,
};
use crate::functions::window::expanding::float;
use crate::functions::window::span;
use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::{Float64Type, Int64Type};
use std::ops::Range;
use std::sync::Arc;

/// The mean with weights that fade with time.
pub static EWM_MEAN_BY: WindowFunction =
    WindowFunction::new("ewm_mean_by", &["expr", "by"], signature, WindowCode::Scan(scan))
        .with_params(&[
            Param {
                name: "halflife",
                default: None,
                doc: "In which time a weight halves: a duration, or text such as `1h30m`; a number where `by` is one.",
            },
            Param {
                name: "adjust",
                default: Some(ParamDefault::Bool(true)),
                doc: "Whether weights are in relation to the sum of all of them; else the first value counts in full.",
            },
            Param {
                name: "min_periods",
                default: Some(ParamDefault::Int(1)),
                doc: "Fewer values than this, nulls not counted, give null.",
            },
        ])
        .documented(
            "The mean of the window's values up to the row, each weighing half as much as one a half-life later; null \
             where the value is null.\n\nWhat it goes by must ascend, without nulls, from value to value.",
            || Example {
                input: vec![
                    ("x", [1.0, 4.0, 2.0].into_iter().collect()),
                    ("t", [0i64, 10, 30].into_iter().collect()),
                ],
                expr: col("x").ewm_mean_by(col("t"), 10i64),
                output: [1.0, 3.0, (0.125 + 1.0 + 2.0) / 1.375].into_iter().collect(),
            },
        );

impl Expr {
    /// The mean of the window's values up to the row, each weighing half as much as one a half-life later. `by`: dates,
    /// times or integers that ascend; the half-life is a duration, text such as `1h30m`, or a number.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1.0, 4.0]).column("t", [0i64, 10]).finish()?;
    /// let smooth = frame.with_columns([col("x").ewm_mean_by(col("t"), 10i64)])?;
    /// assert_eq!(smooth.column("x")?.get(1)?, Scalar::Float(3.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn ewm_mean_by(self, by: Expr, halflife: impl Into<Scalar>) -> Expr {
        Expr::window(&EWM_MEAN_BY, [self, by], Params::new().with("halflife", halflife))
    }
}

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    let by = span::by_type(&types[1])?;
    span::width(params, "halflife", &by)?;
    let value = float(&types[0])?;
    Ok(Signature::new([DType::Float64, by], value.output))
}

fn scan(types: &[DType], params: &Params) -> Result<Box<dyn WindowScan>> {
    let least = params.int("min_periods")?;
    let least = u64::try_from(least)
        .map_err(|_| Error::invalid(format!("min_periods must not be negative, it is {least}")))?;
    let halflife = span::width(params, "halflife", &types[1])? as f64;
    Ok(Box::new(Timed { halflife, adjust: params.bool("adjust")?, least }))
}

struct Timed {
    halflife: f64,
    adjust: bool,
    least: u64,
}

/// What rows make of a mean.
#[derive(Clone, Copy, Default)]
struct Seen {
    count: u64,
    /// When the first and the last value came.
    first_time: i64,
    last_time: i64,
    /// Weights in relation: the weighted sum and the sum of weights, as of the last value. Else the first value, and what
    /// becomes of the mean after it: `weights * mean + sum`.
    first: f64,
    sum: f64,
    weights: f64,
}

impl Timed {
    /// What a weight keeps from one time to another.
    fn kept(&self, from: i64, to: i64) -> f64 {
        (-((i128::from(to) - i128::from(from)) as f64) / self.halflife).exp2()
    }

    fn one(&self, time: i64, value: f64) -> Seen {
        let (sum, weights) = if self.adjust { (value, 1.0) } else { (0.0, 1.0) };
        Seen { count: 1, first_time: time, last_time: time, first: value, sum, weights }
    }

    fn both(&self, before: &Seen, later: &Seen) -> Seen {
        if before.count == 0 || later.count == 0 {
            return if before.count == 0 { *later } else { *before };
        }
        let (count, first_time, last_time) = (before.count + later.count, before.first_time, later.last_time);
        let first = before.first;
        if self.adjust {
            let kept = self.kept(before.last_time, later.last_time);
            // What has faded is gone, even if it was infinite.
            let sum = if kept == 0.0 { later.sum } else { before.sum * kept + later.sum };
            return Seen {
                count,
                first_time,
                last_time,
                first,
                sum,
                weights: before.weights * kept + later.weights,
            };
        }
        // After the later rows' first value, then after the others.
        let kept = self.kept(before.last_time, later.first_time);
        let (weights, sum) = (before.weights * kept, before.sum * kept + later.first * (1.0 - kept));
        Seen {
            count,
            first_time,
            last_time,
            first,
            sum: sum * later.weights + later.sum,
            weights: weights * later.weights,
        }
    }

    fn mean(&self, state: &Seen) -> Option<f64> {
        if state.count < self.least.max(1) {
            return None;
        }
        Some(match self.adjust {
            true => state.sum / state.weights,
            false => state.weights * state.first + state.sum,
        })
    }
}

fn columns<'a>(rows: &'a WindowRows<'_>) -> Result<(&'a [f64], &'a [i64])> {
    let values = |arg: usize| {
        let values = rows.args[arg].values.as_ref();
        values.ok_or_else(|| Error::internal("a window without its values"))
    };
    let numbers = dispatch::primitive::<Float64Type>(values(0)?).values();
    Ok((numbers, dispatch::primitive::<Int64Type>(values(1)?).values()))
}

impl WindowScan for Timed {
    fn carry(&self, rows: &WindowRows<'_>, block: Range<usize>) -> Carry {
        let mut state = Seen::default();
        if let Ok((values, times)) = columns(rows) {
            for row in block.filter(|row| rows.is_valid(0, *row)) {
                state = self.both(&state, &self.one(times[row], values[row]));
            }
        }
        Box::new(state)
    }

    fn join(&self, before: &Carry, later: &Carry) -> Carry {
        let none = Seen::default();
        let state = |carry: &Carry| carry.downcast_ref::<Seen>().copied().unwrap_or(none);
        Box::new(self.both(&state(before), &state(later)))
    }

    fn evaluate(&self, rows: &WindowRows<'_>, blocks: &[(Range<usize>, Option<&Carry>)]) -> Result<ArrayRef> {
        let (values, times) = columns(rows)?;
        let mut results: Vec<Option<f64>> = Vec::new();
        for (block, before) in blocks {
            let before = before.and_then(|before| before.downcast_ref::<Seen>()).copied().unwrap_or_default();
            let mut state = Seen::default();
            for row in block.clone() {
                if !rows.is_valid(0, row) {
                    results.push(None);
                    continue;
                }
                let last = if state.count > 0 { &state } else { &before };
                if !rows.is_valid(1, row) || (last.count > 0 && last.last_time > times[row]) {
                    return Err(Error::invalid("the values that weights fade by must ascend, without nulls")
                        .row(row as u64)
                        .hint("order the window by them"));
                }
                state = self.both(&state, &self.one(times[row], values[row]));
                results.push(self.mean(&self.both(&before, &state)));
            }
        }
        Ok(Arc::new(Float64Array::from(results)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_join_wherever_they_are_cut() {
        let rows = [(0i64, 1.0), (3, 4.0), (4, -2.0), (9, 7.5), (30, 7.0), (31, 0.5)];
        for adjust in [true, false] {
            let timed = Timed { halflife: 5.0, adjust, least: 1 };
            let fold = |rows: &[(i64, f64)]| {
                rows.iter().fold(Seen::default(), |state, (time, value)| {
                    timed.both(&state, &timed.one(*time, *value))
                })
            };
            let whole = timed.mean(&fold(&rows)).unwrap();
            let expected = match adjust {
                true => {
                    let weight = |time: i64| 0.5f64.powf((31 - time) as f64 / 5.0);
                    let sum: f64 = rows.iter().map(|(time, value)| weight(*time) * value).sum();
                    sum / rows.iter().map(|(time, _)| weight(*time)).sum::<f64>()
                }
                false => rows.windows(2).fold(rows[0].1, |mean, pair| {
                    let kept = 0.5f64.powf((pair[1].0 - pair[0].0) as f64 / 5.0);
                    mean * kept + pair[1].1 * (1.0 - kept)
                }),
            };
            assert!((whole - expected).abs() < 1e-12, "{adjust} {whole} {expected}");
            for first in 0..rows.len() {
                for second in first..rows.len() {
                    let parts = [&rows[..first], &rows[first..second], &rows[second..]].map(fold);
                    let left = timed.both(&timed.both(&parts[0], &parts[1]), &parts[2]);
                    let right = timed.both(&parts[0], &timed.both(&parts[1], &parts[2]));
                    for state in [left, right] {
                        assert!(
                            (timed.mean(&state).unwrap() - whole).abs() < 1e-12,
                            "{adjust} {first} {second}"
                        );
                    }
                }
            }
        }
    }
}
