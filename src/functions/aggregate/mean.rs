//! `mean`.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Params, Signature, col};
use crate::functions::aggregate::both::Both;
use crate::functions::aggregate::count::Counter;
use crate::functions::aggregate::fold::{Fold, Folded};
use crate::functions::aggregate::totals::{Summand, Total};
use crate::functions::aggregate::words::Spill;
use arrow::array::{ArrayRef, ArrowPrimitiveType, Float64Array, Int64Array};
use arrow::datatypes::{Int64Type, UInt64Type};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

/// The mean of the values.
pub static MEAN: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("mean"),
    aliases: &["avg"],
    doc: "The arithmetic mean of the values; null if there is none.\n\nIntegers, truth values and decimals are summed \
          exactly and divided once; the result is float64. The mean of durations, times and timestamps is one of \
          their kind, rounded to their unit (half to even). Nulls are skipped; NaN gives NaN.",
    args: &["expr"],
    params: &[],
    signature,
    ordered: false,
    accepts_codes: false,
    counts: false,
    state,
    example: Some(|| Example {
        input: vec![("x", [Some(1i64), None, Some(4)].into_iter().collect())],
        expr: col("x").mean(),
        output: [2.5].into_iter().collect(),
    }),
};

impl Expr {
    /// The arithmetic mean of the values; null if there is none.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(1i64), None, Some(4)]).finish()?;
    /// let mean = frame.lazy().select([col("x").mean()]).collect()?;
    /// assert_eq!(mean.column("x")?.get(0)?, Scalar::Float(2.5));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn mean(self) -> Expr {
        Expr::aggregate(&MEAN, [self], Params::new())
    }
}

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    let (arg, output) = match &types[0] {
        DType::Bool => (DType::Bool, DType::Float64),
        DType::Null => (DType::Float64, DType::Float64),
        dtype if dtype.is_numeric() => (dtype.clone(), DType::Float64),
        DType::Time | DType::Timestamp(..) | DType::Duration(_) => (types[0].clone(), types[0].clone()),
        DType::Date => {
            return Err(Error::type_mismatch("no mean of date").hint("cast to timestamp[s] first"));
        }
        other => return Err(Error::type_mismatch(format!("no mean of {other}"))),
    };
    Ok(Signature::new([arg], output))
}

fn state(types: &[DType], params: &Params) -> Result<Box<dyn GroupState>> {
    if types[0] == DType::Bool {
        return Ok(Both::boxed(Counter::of_trues(), Counter::of_values(), |trues, values| {
            let trues = dispatch::primitive::<Int64Type>(&trues).values().iter();
            let values = dispatch::primitive::<UInt64Type>(&values).values();
            let totals: Vec<(f64, u64)> = trues.zip(values).map(|(trues, n)| (*trues as f64, *n)).collect();
            Ok(quotients(&totals, 1.0))
        }));
    }
    let dtype = signature(types, params)?.output;
    let (physical, divisor) = match &types[0] {
        dtype if dtype.is_temporal() => (DType::Int64.to_arrow(), 1.0),
        DType::Decimal(_, scale) => (types[0].to_arrow(), 10f64.powi((*scale).into())),
        other => (other.to_arrow(), 1.0),
    };
    dispatch::with_common!(&physical, T => {
        Ok(Folded::boxed(Mean::<T> { dtype, divisor, input: PhantomData }))
    }, _ => Err(Error::internal(format!("a mean of {}", types[0]))))
}

struct Mean<T> {
    dtype: DType,
    /// What one unit of a decimal's digits is divided by.
    divisor: f64,
    input: PhantomData<fn(T)>,
}

impl<T: ArrowPrimitiveType<Native: Summand>> Fold for Mean<T> {
    type In = T;
    type State = (<T::Native as Summand>::Total, u64);
    const EMPTY: Self::State = (<T::Native as Summand>::Total::ZERO, 0);
    const EXACT: bool = T::Native::EXACT;
    const SPILLS: bool = T::Native::EXACT;

    #[inline]
    fn add(state: &mut Self::State, value: T::Native) -> bool {
        state.1 += 1;
        value.add_to(&mut state.0)
    }

    #[inline]
    fn narrow(value: T::Native) -> Option<i32> {
        value.narrow()
    }

    #[inline]
    fn add_narrow(state: &mut Self::State, word: &mut i64, count: u64, sum: i64) {
        state.1 += count;
        if T::Native::add_narrow(sum, &mut state.0) {
            *word += sum.signum();
        }
    }

    #[inline]
    fn spill(word: &mut i64, value: T::Native) {
        *word += value.direction();
    }

    #[inline]
    fn merge(into: &mut Self::State, word: &mut i64, from: &Self::State, from_word: i64) {
        into.1 += from.1;
        if into.0.carries(from.0) {
            *word += from.0.sign();
        }
        *word += from_word;
    }

    fn reduce(values: &[T::Native]) -> (Self::State, i64) {
        let (total, carries) = T::Native::total(values);
        ((total, values.len() as u64), carries)
    }

    fn reduce_pair(values: &[T::Native], ids: &[u32]) -> Option<[(Self::State, i64); 2]> {
        let [first, second] = T::Native::total_pair(values, ids)?;
        let others: u64 = ids.iter().map(|id| u64::from(*id)).sum();
        let own = values.len() as u64 - others;
        Some([((first.0, own), first.1), ((second.0, others), second.1)])
    }

    fn of_shift(sum: i128) -> Option<(Self::State, i64)> {
        let (sum, carries) = Total::of(sum)?;
        Some(((sum, 0), carries))
    }

    fn finish(&self, states: &[Self::State], spill: &Spill) -> Result<ArrayRef> {
        if self.dtype.is_temporal() {
            let mut totals = Vec::with_capacity(states.len());
            for (group, (total, count)) in states.iter().enumerate() {
                totals.push((total.to_i128(spill.get(group)), *count));
            }
            return temporal(&totals, &self.dtype);
        }
        let mut totals = Vec::with_capacity(states.len());
        for (group, (total, count)) in states.iter().enumerate() {
            totals.push((total.to_f64(spill.get(group)), *count));
        }
        Ok(quotients(&totals, self.divisor))
    }
}

fn temporal(totals: &[(i128, u64)], dtype: &DType) -> Result<ArrayRef> {
    let mean = |(total, count): &(i128, u64)| (*count > 0).then(|| rounded(*total, (*count).into()));
    let means: Int64Array = totals.iter().map(mean).collect();
    dispatch::logical(Arc::new(means), dtype)
}

fn quotients(totals: &[(f64, u64)], divisor: f64) -> ArrayRef {
    let mean = |(total, count): &(f64, u64)| (*count > 0).then(|| total / (*count as f64 * divisor));
    Arc::new(totals.iter().map(mean).collect::<Float64Array>())
}

/// The nearest integer to a quotient, half to even. It lies between the values, so it fits their type.
fn rounded(total: i128, count: i128) -> i64 {
    let (floor, rest) = (total.div_euclid(count), total.rem_euclid(count));
    let up = match (2 * rest).cmp(&count) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => floor % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    (floor + i128::from(up)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!([rounded(1, 2), rounded(3, 2), rounded(-1, 2), rounded(-3, 2)], [0, 2, 0, -2]);
        assert_eq!([rounded(7, 4), rounded(-7, 4), rounded(5, 4)], [2, -2, 1]);
    }
}
