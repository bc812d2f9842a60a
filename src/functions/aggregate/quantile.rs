//! `median`, `quantile`.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Param, Params, Signature, col};
use crate::functions::aggregate::between::{Between, Interpolate, rounded};
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
