//! `sum`.

use crate::data::{DType, dispatch};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Param, Params, Signature, col};
use crate::functions::aggregate::fold::{Fold, Folded, Value};
use crate::functions::aggregate::words::{Spill, Words};
use arrow::array::{ArrayRef, ArrowPrimitiveType, Decimal128Array, Float64Array, Int64Array, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::nullif;
use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

/// The sum of the values.
pub static SUM: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("sum"),
    aliases: &[],
    doc: "The sum of the values; 0 if there is none.\n\nIntegers and truth values are summed exactly to int64 \
          (unsigned ones to uint64), decimals exactly to 38 digits, floats to float64 in a fixed order. Nulls are \
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
        DType::Bool => (DType::Int8, DType::Int64),
        DType::Null => (DType::Int64, DType::Int64),
        DType::Decimal(_, scale) => (types[0].clone(), DType::Decimal(38, *scale)),
        dtype if dtype.is_unsigned() => (dtype.clone(), DType::UInt64),
        dtype if dtype.is_signed() => (dtype.clone(), DType::Int64),
        dtype if dtype.is_float() => (dtype.clone(), DType::Float64),
        DType::Duration(_) => (types[0].clone(), types[0].clone()),
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
    dispatch::with_native!(&physical, T => {
        let sum = Sum::<T> { dtype, input: PhantomData };
        Ok(match least {
            ..=0 => Folded::boxed(sum),
            least => Folded::boxed(AtLeast { inner: sum, least: least as u64 }),
        })
    }, _ => Err(Error::internal(format!("a sum of {}", types[0]))))
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

    #[inline]
    fn add(state: &mut Self::State, value: T::Native) -> bool {
        state.carries(value.widen())
    }

    fn spill(word: &mut i64, value: T::Native) {
        *word += value.widen().sign();
    }

    fn merge(into: &mut Self::State, word: &mut i64, from: &Self::State, from_word: i64) {
        if into.carries(*from) {
            *word += from.sign();
        }
        *word += from_word;
    }

    fn reduce(values: &[T::Native]) -> (Self::State, i64) {
        T::Native::total(values)
    }

    fn finish(&self, states: &[Self::State], spill: &Spill) -> Result<ArrayRef> {
        Total::finish(states, spill, &self.dtype)
    }
}

/// A fold that gives null for groups with fewer than `least` values.
struct AtLeast<F> {
    inner: F,
    least: u64,
}

impl<F: Fold> Fold for AtLeast<F> {
    type In = F::In;
    type State = (F::State, u64);
    const EMPTY: Self::State = (F::EMPTY, 0);

    #[inline]
    fn add(state: &mut Self::State, value: Value<Self>) -> bool {
        state.1 += 1;
        F::add(&mut state.0, value)
    }

    fn spill(word: &mut i64, value: Value<Self>) {
        F::spill(word, value);
    }

    fn merge(into: &mut Self::State, word: &mut i64, from: &Self::State, from_word: i64) {
        into.1 += from.1;
        F::merge(&mut into.0, word, &from.0, from_word);
    }

    fn reduce(values: &[Value<Self>]) -> (Self::State, i64) {
        let (state, word) = F::reduce(values);
        ((state, values.len() as u64), word)
    }

    fn finish(&self, states: &[Self::State], spill: &Spill) -> Result<ArrayRef> {
        let inner: Vec<F::State> = states.iter().map(|state| state.0).collect();
        let few = states.iter().map(|state| state.1 < self.least).collect::<Vec<bool>>();
        Ok(nullif(&self.inner.finish(&inner, spill)?, &few.into())?)
    }
}

/// A value that can be summed.
pub trait Summand: Copy {
    /// The type of the running sum.
    type Total: Total;
    /// The value in that type.
    fn widen(self) -> Self::Total;
    /// The sum of values in a fixed order, and how often it carried out of its type (negative: below).
    fn total(values: &[Self]) -> (Self::Total, i64);
}

/// A running sum.
pub trait Total: Words + Default {
    /// The sum of nothing.
    const ZERO: Self;
    /// Adds, wrapping; whether that left the type.
    fn carries(&mut self, value: Self) -> bool;
    /// -1 for negative values, else 1: the direction of a carry.
    fn sign(self) -> i64;
    /// The sum and its carries as an integer of 128 bits; 0 for floats and what does not fit.
    fn to_i128(self, carries: i64) -> i128;
    /// The sum and its carries as the nearest float.
    fn to_f64(self, carries: i64) -> f64;
    /// One value per group.
    ///
    /// # Errors
    /// `Arithmetic` naming the group whose sum does not fit.
    fn finish(totals: &[Self], spill: &Spill, dtype: &DType) -> Result<ArrayRef>;
}

macro_rules! narrow_summands {
    ($($type:ty => $total:ty),*) => {$(
        impl Summand for $type {
            type Total = $total;

            #[inline]
            fn widen(self) -> $total {
                self.into()
            }

            fn total(values: &[Self]) -> ($total, i64) {
                // 2^31 values of at most 32 bits stay inside 64.
                let mut total: $total = 0;
                let mut carries = 0;
                for part in values.chunks(1 << 31) {
                    let sum: $total = part.iter().map(|value| <$total>::from(*value)).sum();
                    if total.carries(sum) {
                        carries += sum.sign();
                    }
                }
                (total, carries)
            }
        }
    )*};
}

narrow_summands!(i8 => i64, i16 => i64, i32 => i64, u8 => u64, u16 => u64, u32 => u64);

/// The sum of `bits(value)` over the values: halves are summed apart, which needs no carry and vectorises.
fn halves<T: Copy>(values: &[T], bits: impl Fn(T) -> u64) -> u128 {
    let mut total = 0;
    for part in values.chunks(1 << 31) {
        let (mut low, mut high) = (0u64, 0u64);
        for value in part {
            let bits = bits(*value);
            low += bits & 0xffff_ffff;
            high += bits >> 32;
        }
        total += (u128::from(high) << 32) + u128::from(low);
    }
    total
}

impl Summand for i64 {
    type Total = i64;

    #[inline]
    fn widen(self) -> i64 {
        self
    }

    fn total(values: &[i64]) -> (i64, i64) {
        // Shifted by 2^63 the values are unsigned.
        let shifted = halves(values, |value| (value as u64) ^ (1 << 63));
        let total = shifted as i128 - ((values.len() as i128) << 63);
        let low = total as i64;
        (low, ((total - i128::from(low)) >> 64) as i64)
    }
}

impl Summand for u64 {
    type Total = u64;

    #[inline]
    fn widen(self) -> u64 {
        self
    }

    fn total(values: &[u64]) -> (u64, i64) {
        let total = halves(values, |value| value);
        (total as u64, (total >> 64) as i64)
    }
}

impl Summand for i128 {
    type Total = i128;

    #[inline]
    fn widen(self) -> i128 {
        self
    }

    fn total(values: &[i128]) -> (i128, i64) {
        let (mut total, mut carries) = (0i128, 0);
        for value in values {
            if total.carries(*value) {
                carries += value.sign();
            }
        }
        (total, carries)
    }
}

macro_rules! float_summands {
    ($($type:ty),*) => {$(
        impl Summand for $type {
            type Total = f64;

            #[inline]
            fn widen(self) -> f64 {
                self.into()
            }

            fn total(values: &[Self]) -> (f64, i64) {
                let mut lanes = [0.0f64; 8];
                let (chunks, rest) = values.as_chunks::<8>();
                for chunk in chunks {
                    for (lane, value) in lanes.iter_mut().zip(chunk) {
                        *lane += f64::from(*value);
                    }
                }
                let mut total: f64 = lanes.iter().sum();
                for value in rest {
                    total += f64::from(*value);
                }
                (total, 0)
            }
        }
    )*};
}

float_summands!(f32, f64);

macro_rules! integer_totals {
    ($($type:ty => $array:ty),*) => {$(
        impl Total for $type {
            const ZERO: Self = 0;

            #[inline]
            fn carries(&mut self, value: Self) -> bool {
                let (sum, carries) = self.overflowing_add(value);
                *self = sum;
                carries
            }

            fn sign(self) -> i64 {
                #[allow(unused_comparisons)]
                if self < 0 { -1 } else { 1 }
            }

            fn to_i128(self, carries: i64) -> i128 {
                (i128::from(carries) << 64) + i128::from(self)
            }

            fn to_f64(self, carries: i64) -> f64 {
                self.to_i128(carries) as f64
            }

            fn finish(totals: &[Self], spill: &Spill, dtype: &DType) -> Result<ArrayRef> {
                for (group, total) in totals.iter().enumerate() {
                    if spill.get(group) != 0 {
                        return Err(overflow(group, total.to_i128(spill.get(group)), dtype));
                    }
                }
                dispatch::logical(Arc::new(<$array>::from(totals.to_vec())), dtype)
            }
        }
    )*};
}

integer_totals!(i64 => Int64Array, u64 => UInt64Array);

impl Total for i128 {
    const ZERO: Self = 0;

    #[inline]
    fn carries(&mut self, value: Self) -> bool {
        let (sum, carries) = self.overflowing_add(value);
        *self = sum;
        carries
    }

    fn sign(self) -> i64 {
        if self < 0 { -1 } else { 1 }
    }

    fn to_i128(self, carries: i64) -> i128 {
        if carries == 0 { self } else { 0 }
    }

    fn to_f64(self, carries: i64) -> f64 {
        self as f64 + carries as f64 * 2f64.powi(128)
    }

    fn finish(totals: &[Self], spill: &Spill, dtype: &DType) -> Result<ArrayRef> {
        let limit = 10i128.pow(38);
        for (group, total) in totals.iter().enumerate() {
            if spill.get(group) != 0 || *total <= -limit || *total >= limit {
                return Err(does_not_fit(group, dtype));
            }
        }
        dispatch::logical(Arc::new(Decimal128Array::from(totals.to_vec())), dtype)
    }
}

impl Total for f64 {
    const ZERO: Self = 0.0;

    #[inline]
    fn carries(&mut self, value: Self) -> bool {
        *self += value;
        false
    }

    fn sign(self) -> i64 {
        0
    }

    fn to_i128(self, _: i64) -> i128 {
        0
    }

    fn to_f64(self, _: i64) -> f64 {
        self
    }

    fn finish(totals: &[Self], _: &Spill, _: &DType) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::new(totals.to_vec().into(), None::<NullBuffer>)))
    }
}

fn does_not_fit(group: usize, dtype: &DType) -> Error {
    Error::new(ErrorKind::Arithmetic, format!("the sum of a group does not fit {dtype}")).row(group as u64)
}

fn overflow(group: usize, exact: i128, dtype: &DType) -> Error {
    does_not_fit(group, dtype)
        .value(exact.to_string())
        .hint("cast to decimal[38, 0] or float64 before summing")
}
