//! `rolling_median`, `rolling_quantile`, `rolling_rank`: the values of a moving window kept in order.

use crate::data::dispatch;
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Example, Expr, Param, Params, WindowCode, WindowFunction, WindowRows, col};
use crate::functions::aggregate::between::{Between, between};
use crate::functions::window::expanding::float;
use crate::functions::window::span::{self, CENTER, CLOSED, LEAST, Spans, TIES, WINDOW};
use crate::kernels::hash::canonical;
use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::Float64Type;
use std::ops::Range;
use std::sync::Arc;

/// The median of a moving window.
pub static ROLLING_MEDIAN: WindowFunction = WindowFunction::new(
    "rolling_median",
    &["expr", "by"],
    |types, _| span::signature(types, float(&types[0])?),
    WindowCode::Range(|rows, range| roll(rows, range, 0.5, Between::Linear)),
)
.with_optional()
.with_params(&[WINDOW, LEAST, CENTER, CLOSED, TIES])
.documented("The median of the values of a moving window.", || Example {
    input: vec![("x", [1.0, 5.0, 3.0, 4.0].into_iter().collect())],
    expr: col("x").rolling_median(3),
    output: [None, None, Some(3.0), Some(4.0)].into_iter().collect(),
});

/// A quantile of a moving window.
pub static ROLLING_QUANTILE: WindowFunction = WindowFunction::new(
    "rolling_quantile",
    &["expr", "by"],
    |types, _| span::signature(types, float(&types[0])?),
    WindowCode::Range(|rows, range| {
        let q = rows.params.float("q")?;
        if !(0.0..=1.0).contains(&q) {
            return Err(Error::invalid(format!("q must be between 0 and 1, it is {q}")));
        }
        roll(rows, range, q, Between::parse(rows.params)?)
    }),
)
.with_optional()
.with_params(&[
    WINDOW,
    Param { name: "q", default: None, doc: "The share of values below, from 0 to 1." },
    Param {
        name: "interpolation",
        default: Some(ParamDefault::Str("linear")),
        doc: "What lies between two values: `linear`, `lower`, `higher`, `nearest` or `midpoint`.",
    },
    LEAST,
    CENTER,
    CLOSED,
    TIES,
])
.documented("The value below which a share of the values of a moving window lies.", || Example {
    input: vec![("x", [1.0, 5.0, 3.0].into_iter().collect())],
    expr: Expr::window(&ROLLING_QUANTILE, [col("x")], Params::new().with("window", 3i64).with("q", 0.25)),
    output: [None, None, Some(2.0)].into_iter().collect(),
});

/// The rank of a value in a moving window.
pub static ROLLING_RANK: WindowFunction = WindowFunction::new(
    "rolling_rank",
    &["expr", "by"],
    |types, _| span::signature(types, float(&types[0])?),
    WindowCode::Range(rank),
)
.with_optional()
.with_params(&[
    WINDOW,
    Param {
        name: "method",
        default: Some(ParamDefault::Str("average")),
        doc: "What equal values get: the `average`, `min` or `max` of their places.",
    },
    Param {
        name: "descending",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether the greatest is first.",
    },
    Param {
        name: "share",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether ranks are shares of the number of values.",
    },
    LEAST,
    CENTER,
    CLOSED,
    TIES,
])
.documented(
    "The rank of the last value of a moving window among its values, from 1; null where the last row has none.",
    || Example {
        input: vec![("x", [1.0, 5.0, 3.0].into_iter().collect())],
        expr: col("x").rolling_rank(2),
        output: [None, Some(2.0), Some(1.0)].into_iter().collect(),
    },
);

impl Expr {
    /// The median of the values of a moving window of so many rows.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1.0, 5.0, 3.0]).finish()?;
    /// let rolled = frame.with_columns([col("x").rolling_median(3)])?;
    /// assert_eq!(rolled.column("x")?.get(2)?, Scalar::Float(3.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn rolling_median(self, window: i64) -> Expr {
        Expr::window(&ROLLING_MEDIAN, [self], Params::new().with("window", window))
    }

    /// The rank of the value among those of the row and the rows before it, `window` in all; of equal ones the average.
    pub fn rolling_rank(self, window: i64) -> Expr {
        Expr::window(&ROLLING_RANK, [self], Params::new().with("window", window))
    }
}

fn roll(rows: &WindowRows<'_>, range: Range<usize>, q: f64, choice: Between) -> Result<ArrayRef> {
    in_order(rows, range, &|sorted, _| {
        let (place, rest) = choice.place(q, sorted.len);
        let lower = value(sorted.nth(place));
        // A place on a value may be the last: there is no upper neighbour.
        Some(if rest == 0.0 { lower } else { between(lower, value(sorted.nth(place + 1)), rest) })
    })
}

fn rank(rows: &WindowRows<'_>, range: Range<usize>) -> Result<ArrayRef> {
    let (descending, share) = (rows.params.bool("descending")?, rows.params.bool("share")?);
    let method: fn(usize, usize) -> f64 = match rows.params.str("method")? {
        "average" => |before, equal| before as f64 + (equal + 1) as f64 / 2.0,
        "min" => |before, _| (before + 1) as f64,
        "max" => |before, equal| (before + equal) as f64,
        other => {
            return Err(Error::invalid(format!("no way to rank is called {other:?}"))
                .hint("ways are average, min and max"));
        }
    };
    in_order(rows, range, &|sorted, last| {
        let last = last?;
        let (below, not_above) = (sorted.below(last), sorted.below(last.saturating_add(1)));
        let before = if descending { sorted.len - not_above } else { below };
        let rank = method(before, not_above - below);
        Some(if share { rank / sorted.len as f64 } else { rank })
    })
}

/// What the values of each window and the last of them, if it is not null, give; the window holds a value or more.
fn in_order(
    rows: &WindowRows<'_>,
    range: Range<usize>,
    result: &dyn Fn(&Sorted, Option<u64>) -> Option<f64>,
) -> Result<ArrayRef> {
    let spans = Spans::new(rows)?;
    let values =
        rows.args[0].values.as_ref().ok_or_else(|| Error::internal("a window without its values"))?;
    let values = dispatch::primitive::<Float64Type>(values).values();
    let mut results: Vec<Option<f64>> = Vec::with_capacity(range.len());
    for (partition, block) in rows.blocks(range) {
        let mut sorted = Sorted::default();
        let mut held = 0..0;
        spans.each(rows, &partition, block, |window| {
            if window.start >= held.end {
                (sorted, held) = (Sorted::default(), window.start..window.start);
            }
            for row in held.start..window.start {
                if rows.is_valid(0, row) {
                    sorted.remove(word(values[row]));
                }
            }
            for row in held.end..window.end {
                if rows.is_valid(0, row) {
                    sorted.insert(word(values[row]));
                }
            }
            let last = window.clone().next_back().filter(|row| rows.is_valid(0, *row));
            held = window;
            let known = sorted.len >= spans.least && sorted.len > 0;
            let last = last.map(|row| word(values[row]));
            results.push(if known { result(&sorted, last) } else { None });
        })?;
    }
    Ok(Arc::new(Float64Array::from(results)))
}

/// A word of the float's order; all NaN are one, the greatest.
fn word(value: f64) -> u64 {
    let bits = canonical(value);
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn value(word: u64) -> f64 {
    f64::from_bits(if word >> 63 == 1 { word ^ (1 << 63) } else { !word })
}

/// Most values of a run: moving them costs about as much as finding the run.
const RUN: usize = 512;

/// Values in order, in runs that are never empty.
#[derive(Default)]
struct Sorted {
    runs: Vec<Vec<u64>>,
    len: usize,
}

impl Sorted {
    /// The first run that ends with the value or a greater one, or the last run.
    fn run_of(&self, value: u64) -> usize {
        let run = self.runs.partition_point(|run| run[run.len() - 1] < value);
        run.min(self.runs.len().saturating_sub(1))
    }

    fn insert(&mut self, value: u64) {
        self.len += 1;
        let number = self.run_of(value);
        let Some(run) = self.runs.get_mut(number) else {
            self.runs.push(vec![value]);
            return;
        };
        let place = run.partition_point(|own| *own < value);
        run.insert(place, value);
        if run.len() == RUN {
            let upper = run.split_off(RUN / 2);
            self.runs.insert(number + 1, upper);
        }
    }

    /// Removes one value that is there.
    fn remove(&mut self, value: u64) {
        let number = self.run_of(value);
        let Some(run) = self.runs.get_mut(number) else { return };
        let place = run.partition_point(|own| *own < value);
        if run.get(place) == Some(&value) {
            run.remove(place);
            self.len -= 1;
            if run.is_empty() {
                self.runs.remove(number);
            }
        }
    }

    /// How many values are less than this.
    fn below(&self, value: u64) -> usize {
        let number = self.runs.partition_point(|run| run[run.len() - 1] < value);
        let before: usize = self.runs[..number].iter().map(Vec::len).sum();
        before + self.runs.get(number).map_or(0, |run| run.partition_point(|own| *own < value))
    }

    /// The value at a place.
    fn nth(&self, mut place: usize) -> u64 {
        for run in &self.runs {
            match run.get(place) {
                Some(value) => return *value,
                None => place -= run.len(),
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::hash::mix;

    #[test]
    fn many_values_stay_in_order() {
        let (mut sorted, mut oracle) = (Sorted::default(), Vec::new());
        for step in 0..6000u64 {
            let value = mix(step) % 700;
            sorted.insert(value);
            oracle.insert(oracle.partition_point(|own| *own < value), value);
            if step >= 2000 {
                let old = mix(step - 2000) % 700;
                sorted.remove(old);
                oracle.remove(oracle.partition_point(|own| *own < old));
            }
            if step % 97 == 0 {
                let found: Vec<u64> = (0..sorted.len).map(|place| sorted.nth(place)).collect();
                assert_eq!(found, oracle);
                assert_eq!(sorted.below(value), oracle.partition_point(|own| *own < value));
            }
        }
    }

    #[test]
    fn words_are_floats() {
        for float in [-1.5, 0.0, 3.25, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(value(word(float)), float);
        }
        assert!(value(word(f64::NAN)).is_nan());
    }
}
