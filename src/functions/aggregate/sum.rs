//! `sum`.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Param, Params, Signature, col};
use crate::functions::aggregate::both::Both;
use crate::functions::aggregate::count::Counter;
use crate::functions::aggregate::fold::{Fold, Folded};
use crate::functions::aggregate::interval_sum::IntervalSums;
use crate::functions::aggregate::totals::{Summand, Total};
use crate::functions::aggregate::words::Spill;
use arrow::array::{ArrayRef, ArrowPrimitiveType};
use arrow::compute::nullif;
use arrow::datatypes::UInt64Type;
use std::borrow::Cow;
use std::marker::PhantomData;

/// The sum of the values.
pub static SUM: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("sum"),
    aliases: &[],
    doc: "The sum of the values; 0 if there is none.\n\nIntegers and truth values are summed exactly to int64 \
          (unsigned ones to uint64), decimals exactly to 38 digits, intervals part by part, floats to float64 as if with twice the digits. Nulls are \
          skipped; NaN gives NaN.\n\n# Errors\nA sum that does not fit its type, naming the group.",
    args: &["expr"],
    params: &[Param {
        name: "min_count",
        default: Some(ParamDefault::Int(0)),
        doc: "Fewer values than this, nulls not counted, give null.",
    }],
    signature,
    ordered: false,
    accepts_codes: false,
    counts: false,
    state,
    example: Some(|| Example {
        input: vec![("x", [Some(1i64), None, Some(5)].into_iter().collect())],
        expr: col("x").sum(),
        output: [6i64].into_iter().collect(),
    }),
};

impl Expr {
    /// The sum of the values; 0 if there is none.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(1i64), None, Some(5)]).finish()?;
    /// let total = frame.lazy().select([col("x").sum()]).collect()?;
    /// assert_eq!(total.column("x")?.get(0)?, Scalar::Int(6));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn sum(self) -> Expr {
        Expr::aggregate(&SUM, [self], Params::new())
    }
}

fn signature(types: &[DType], _: &Params) -> Result<Signature> {
    let (arg, output) = match &types[0] {
        DType::Bool => (DType::Bool, DType::Int64),
        DType::Null => (DType::Int64, DType::Int64),
        DType::Decimal(_, scale) => (types[0].clone(), DType::Decimal(38, *scale)),
        dtype if dtype.is_unsigned() => (dtype.clone(), DType::UInt64),
        dtype if dtype.is_signed() => (dtype.clone(), DType::Int64),
        dtype if dtype.is_float() => (dtype.clone(), DType::Float64),
        DType::Duration(_) | DType::Interval => (types[0].clone(), types[0].clone()),
        other => return Err(Error::type_mismatch(format!("no sum of {other}"))),
    };
    Ok(Signature::new([arg], output))
}

fn state(types: &[DType], params: &Params) -> Result<Box<dyn GroupState>> {
    let least = params.int("min_count")?;
    let dtype = signature(types, params)?.output;
    let physical = match &types[0] {
        DType::Duration(_) => DType::Int64.to_arrow(),
        other => other.to_arrow(),
    };
    let sum = match &types[0] {
        DType::Bool => Counter::of_trues(),
        DType::Interval => IntervalSums::boxed(),
        _ => dispatch::with_common!(&physical, T => {
            Folded::boxed(Sum::<T> { dtype, input: PhantomData })
        }, _ => return Err(Error::internal(format!("a sum of {}", types[0])))),
    };
    Ok(match least {
        ..=0 => sum,
        least => Both::boxed(sum, Counter::of_values(), move |sums, values| {
            let values = dispatch::primitive::<UInt64Type>(&values).values();
            let few: Vec<bool> = values.iter().map(|values| *values < least as u64).collect();
            Ok(nullif(&sums, &few.into())?)
        }),
    })
}

/// A sum of values of one type.
pub struct Sum<T> {
    dtype: DType,
    input: PhantomData<fn(T)>,
}

impl<T: ArrowPrimitiveType<Native: Summand>> Fold for Sum<T> {
    type In = T;
    type State = <T::Native as Summand>::Total;
    const EMPTY: Self::State = Self::State::ZERO;
    const EXACT: bool = T::Native::EXACT;
    const SPILLS: bool = T::Native::EXACT;

    #[inline]
    fn add(state: &mut Self::State, value: T::Native) -> bool {
        value.add_to(state)
    }

    #[inline]
    fn spill(word: &mut i64, value: T::Native) {
        *word += value.direction();
    }

    #[inline]
    fn merge(into: &mut Self::State, word: &mut i64, from: &Self::State, from_word: i64) {
        if into.carries(*from) {
            *word += from.sign();
        }
        *word += from_word;
    }

    fn reduce(values: &[T::Native]) -> (Self::State, i64) {
        T::Native::total(values)
    }

    fn reduce_pair(values: &[T::Native], ids: &[u32]) -> Option<[(Self::State, i64); 2]> {
        T::Native::total_pair(values, ids)
    }

    fn of_shift(sum: i128) -> Option<(Self::State, i64)> {
        Self::State::of(sum)
    }

    fn finish(&self, states: &[Self::State], spill: &Spill) -> Result<ArrayRef> {
        Total::finish(states, spill, &self.dtype)
    }
}
