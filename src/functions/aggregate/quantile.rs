//! `median`, `quantile`.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Param, Params, Signature, col};
use crate::functions::aggregate::fold::{numbers, same};
use crate::functions::aggregate::grouped::{Pile, each_list, lists};
use crate::functions::aggregate::min_max::Ranked;
use crate::functions::aggregate::rows::{for_each_valid, nulls_of};
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, Float64Array, Int64Array, PrimitiveArray};
use std::any::Any;
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
    state: |types, _| state(&types[0], 0.5, Between::Linear),
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
    state: |types, params| state(&types[0], share(params)?, Between::parse(params)?),
    example: Some(|| Example {
        input: vec![("x", [1i64, 2, 3, 4, 5].into_iter().collect())],
        expr: col("x").quantile(0.75),
        output: [4.0].into_iter().collect(),
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

fn share(params: &Params) -> Result<f64> {
    let q = params.float("q")?;
    match (0.0..=1.0).contains(&q) {
        true => Ok(q),
        false => Err(Error::invalid(format!("q must be between 0 and 1, it is {q}"))),
    }
}

/// What lies between two neighbours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    Linear,
    Lower,
    Higher,
    Nearest,
    Midpoint,
}

impl Between {
    fn parse(params: &Params) -> Result<Between> {
        Ok(match params.str("interpolation")? {
            "linear" => Between::Linear,
            "lower" => Between::Lower,
            "higher" => Between::Higher,
            "nearest" => Between::Nearest,
            "midpoint" => Between::Midpoint,
            other => {
                return Err(Error::invalid(format!("no interpolation {other:?}"))
                    .hint("interpolations are linear, lower, higher, nearest, midpoint"));
            }
        })
    }

    /// The lower neighbour of a place among sorted values, and how far the place is from it to the next.
    fn place(self, q: f64, count: usize) -> (usize, f64) {
        let place = q * (count - 1) as f64;
        let (lower, rest) = (place.floor(), place.fract());
        match self {
            Between::Linear => (lower as usize, rest),
            Between::Lower => (lower as usize, 0.0),
            Between::Higher => (place.ceil() as usize, 0.0),
            Between::Nearest => (place.round_ties_even() as usize, 0.0),
            Between::Midpoint => (lower as usize, if rest > 0.0 { 0.5 } else { 0.0 }),
        }
    }
}

fn state(dtype: &DType, q: f64, between: Between) -> Result<Box<dyn GroupState>> {
    let temporal = dtype.is_temporal().then(|| dtype.clone());
    let physical = if temporal.is_some() { DType::Int64.to_arrow() } else { dtype.to_arrow() };
    dispatch::with_number!(&physical, T => {
        Ok(Box::new(Quantile::<T> { temporal, q, between, groups: 0, pile: Pile::default() }))
    }, _ => Err(Error::internal(format!("a quantile of {dtype}"))))
}

/// All values of every group.
struct Quantile<T: ArrowPrimitiveType> {
    /// The type of the result, if it is not a float.
    temporal: Option<DType>,
    q: f64,
    between: Between,
    groups: usize,
    pile: Pile<T::Native>,
}

impl<T: ArrowPrimitiveType<Native: Interpolate>> GroupState for Quantile<T> {
    fn resize(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let array = numbers(&args[0])?;
        let array: &PrimitiveArray<T> = dispatch::primitive(&array);
        let values: &[T::Native] = array.values();
        let nulls = nulls_of(array);
        match (groups.ids, nulls) {
            (None, None) => self.pile.extend_one(values.iter().copied()),
            (Some(ids), None) => self.pile.extend(ids.iter().copied(), values.iter().copied()),
            (None, Some(nulls)) => for_each_valid(&nulls, |rows| {
                self.pile.extend_one(rows.rows().map(|row| values[row]));
            }),
            (Some(ids), Some(nulls)) => for_each_valid(&nulls, |rows| {
                self.pile.extend(rows.rows().map(|row| ids[row]), rows.rows().map(|row| values[row]));
            }),
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        let sorted = other.pile.sorted(other.groups);
        for (from, into) in from.iter().zip(into) {
            self.pile.extend_group(*into, sorted.of(*from as usize));
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let mut sorted = std::mem::take(&mut self.pile).into_sorted(self.groups);
        let found = (0..self.groups).map(|group| {
            let values = sorted.of_mut(group);
            if values.is_empty() {
                return None;
            }
            let (place, rest) = self.between.place(self.q, values.len());
            let (_, lower, above) = values.select_nth_unstable_by_key(place, |value| value.rank(false));
            let lower = *lower;
            let upper = match rest > 0.0 {
                true => above.iter().copied().min_by_key(|value| value.rank(false)).unwrap_or(lower),
                false => lower,
            };
            Some((lower, upper, rest))
        });
        match &self.temporal {
            None => {
                let values = found.map(|found| found.map(|(a, b, rest)| T::Native::between(a, b, rest)));
                Ok(Arc::new(values.collect::<Float64Array>()))
            }
            Some(dtype) => {
                let values = found.map(|found| found.map(|(a, b, rest)| rounded(a.whole(), b.whole(), rest)));
                dispatch::logical(Arc::new(values.collect::<Int64Array>()), dtype)
            }
        }
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let sorted = self.pile.sorted(self.groups);
        let values = PrimitiveArray::<T>::new(sorted.values.clone().into(), None);
        Ok(vec![lists(&sorted.starts, Arc::new(values))?])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [array] = arrays else { return Err(foreign_state()) };
        for (into, values) in each_list(array, into)? {
            let values: &PrimitiveArray<T> = values.as_any().downcast_ref().ok_or_else(foreign_state)?;
            self.pile.extend_group(into, values.values());
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.pile.size_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A point between two instants, rounded to their unit (half to even).
fn rounded(lower: i128, upper: i128, rest: f64) -> i64 {
    let step = match rest {
        0.0 => 0,
        // Exact for any distance.
        0.5 => {
            let twice = upper - lower;
            let floor = twice.div_euclid(2);
            let odd = twice.rem_euclid(2) == 1 && (lower + floor).rem_euclid(2) == 1;
            floor + i128::from(odd)
        }
        rest => ((upper - lower) as f64 * rest).round_ties_even() as i128,
    };
    (lower + step) as i64
}

/// A number that quantiles can lie between.
pub trait Interpolate: Ranked {
    /// The value `rest` of the way from `lower` to `upper`.
    fn between(lower: Self, upper: Self, rest: f64) -> f64;
    /// The value, if it is an integer.
    fn whole(self) -> i128;
}

macro_rules! interpolate_integers {
    ($($type:ty),*) => {$(
        impl Interpolate for $type {
            fn between(lower: Self, upper: Self, rest: f64) -> f64 {
                let (lower, upper) = (i128::from(lower), i128::from(upper));
                match rest {
                    0.0 => lower as f64,
                    0.5 => (lower + upper) as f64 / 2.0,
                    rest => between(lower as f64, upper as f64, rest),
                }
            }

            fn whole(self) -> i128 {
                self.into()
            }
        }
    )*};
}

interpolate_integers!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! interpolate_floats {
    ($($type:ty),*) => {$(
        impl Interpolate for $type {
            fn between(lower: Self, upper: Self, rest: f64) -> f64 {
                between(lower.into(), upper.into(), rest)
            }

            fn whole(self) -> i128 {
                0
            }
        }
    )*};
}

interpolate_floats!(f32, f64);

fn between(lower: f64, upper: f64, rest: f64) -> f64 {
    let distance = upper - lower;
    if rest == 0.0 || lower == upper {
        lower
    } else if rest == 0.5 && (lower + upper).is_finite() {
        (lower + upper) / 2.0
    } else if distance.is_finite() {
        // From the nearer end, so that the ends themselves are met.
        if rest < 0.5 { lower + distance * rest } else { upper - distance * (1.0 - rest) }
    } else {
        // Infinities, or ends too far apart; NaN where the ends are opposite infinities or one is NaN.
        lower * (1.0 - rest) + upper * rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_infinities_and_far_ends() {
        let inf = f64::INFINITY;
        assert_eq!(between(-inf, 1.0, 0.5), -inf);
        assert_eq!(between(1.0, inf, 0.25), inf);
        assert_eq!(between(inf, inf, 0.5), inf);
        assert!(between(-inf, inf, 0.5).is_nan());
        assert!(between(1.0, f64::NAN, 0.5).is_nan());
        assert_eq!(between(1.0, f64::NAN, 0.0), 1.0);
        assert_eq!(between(-f64::MAX, f64::MAX, 0.5), 0.0);
        assert_eq!(between(f64::MAX, f64::MAX, 0.3), f64::MAX);
    }

    #[test]
    fn large_integers_meet_exactly() {
        assert_eq!(i64::between(i64::MAX - 2, i64::MAX, 0.5), (i64::MAX - 1) as f64);
        assert_eq!(rounded(i64::MIN.into(), i64::MAX.into(), 0.5), 0);
        assert_eq!(rounded(1, 2, 0.5), 2);
        assert_eq!(rounded(2, 3, 0.5), 2);
        assert_eq!(rounded(-2, -1, 0.5), -2);
    }
}
