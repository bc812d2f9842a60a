//! Running sums: exact for integers and decimals, compensated and in a fixed order for floats.

use crate::data::{DType, dispatch};
use crate::error::{Error, ErrorKind, Result};
use crate::functions::aggregate::words::{Spill, Words};
use crate::kernels::float_sum::FloatSum;
use crate::kernels::wide::{sum_i64, sum_pair_i32, sum_pair_i64};
use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, UInt64Array};
use std::sync::Arc;

/// A value that can be summed.
pub trait Summand: Copy {
    /// The type of the running sum.
    type Total: Total;
    /// Whether sums have no rounding.
    const EXACT: bool = true;
    /// Adds the value to a running sum, wrapping; whether that left the sum's type.
    fn add_to(self, total: &mut Self::Total) -> bool;
    /// -1 for negative values, else 1: the direction of a carry.
    fn direction(self) -> i64;
    /// The nearest float.
    fn float(self) -> f64;
    /// The value, if all values of the type have at most 32 bits with a sign.
    #[inline]
    fn narrow(self) -> Option<i32> {
        None
    }
    /// Adds the sum of such values, as [`Summand::add_to`] does.
    #[inline]
    fn add_narrow(_sum: i64, _total: &mut Self::Total) -> bool {
        false
    }
    /// The sum of values in a fixed order, and how often it carried out of its type (negative: below).
    fn total(values: &[Self]) -> (Self::Total, i64);
    /// The same of the values with number 0, and of those with number 1, if there is a quick way without rounding.
    fn total_pair(_values: &[Self], _numbers: &[u32]) -> Option<[(Self::Total, i64); 2]> {
        None
    }
}

/// A running sum.
pub trait Total: Words + Default {
    /// The sum of nothing.
    const ZERO: Self;
    /// Adds another sum, wrapping; whether that left the type.
    fn carries(&mut self, value: Self) -> bool;
    /// -1 for negative values, else 1: the direction of a carry.
    fn sign(self) -> i64;
    /// A sum of this and its carries; `None` for what has no room for them.
    fn of(_value: i128) -> Option<(Self, i64)> {
        None
    }
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
    ($($type:ty => $total:ty, $narrow:expr $(, $pair:ident)?);*) => {$(
        impl Summand for $type {
            type Total = $total;

            #[inline]
            fn add_to(self, total: &mut $total) -> bool {
                total.carries(self.into())
            }

            #[inline]
            fn narrow(self) -> Option<i32> {
                $narrow(self)
            }

            #[inline]
            fn add_narrow(sum: i64, total: &mut $total) -> bool {
                total.carries(sum as $total)
            }

            #[inline]
            fn direction(self) -> i64 {
                <$total>::from(self).sign()
            }

            #[inline]
            fn float(self) -> f64 {
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

            $(fn total_pair(values: &[Self], numbers: &[u32]) -> Option<[($total, i64); 2]> {
                pair($pair(values, numbers))
            })?
        }
    )*};
}

fn pair<T: Total>([first, second]: [i128; 2]) -> Option<[(T, i64); 2]> {
    Some([T::of(first)?, T::of(second)?])
}

narrow_summands!(
    i8 => i64, |value| Some(i32::from(value));
    i16 => i64, |value| Some(i32::from(value));
    i32 => i64, Some, sum_pair_i32;
    u8 => u64, |value| Some(i32::from(value));
    u16 => u64, |value| Some(i32::from(value));
    u32 => u64, |_| None
);

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
    fn add_to(self, total: &mut i64) -> bool {
        total.carries(self)
    }

    #[inline]
    fn direction(self) -> i64 {
        self.sign()
    }

    #[inline]
    fn float(self) -> f64 {
        self as f64
    }

    fn total(values: &[i64]) -> (i64, i64) {
        sum_i64(values)
    }

    fn total_pair(values: &[i64], numbers: &[u32]) -> Option<[(i64, i64); 2]> {
        pair(sum_pair_i64(values, numbers))
    }
}

impl Summand for u64 {
    type Total = u64;

    #[inline]
    fn add_to(self, total: &mut u64) -> bool {
        total.carries(self)
    }

    #[inline]
    fn direction(self) -> i64 {
        self.sign()
    }

    #[inline]
    fn float(self) -> f64 {
        self as f64
    }

    fn total(values: &[u64]) -> (u64, i64) {
        let total = halves(values, |value| value);
        (total as u64, (total >> 64) as i64)
    }
}

impl Summand for i128 {
    type Total = i128;

    #[inline]
    fn add_to(self, total: &mut i128) -> bool {
        total.carries(self)
    }

    #[inline]
    fn direction(self) -> i64 {
        self.sign()
    }

    #[inline]
    fn float(self) -> f64 {
        self as f64
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
            type Total = FloatSum;
            const EXACT: bool = false;

            #[inline]
            fn add_to(self, total: &mut FloatSum) -> bool {
                total.add(self.into());
                false
            }

            fn direction(self) -> i64 {
                0
            }

            #[inline]
            fn float(self) -> f64 {
                self.into()
            }

            fn total(values: &[Self]) -> (FloatSum, i64) {
                (FloatSum::of(values), 0)
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

            fn of(value: i128) -> Option<(Self, i64)> {
                let low = value as $type;
                Some((low, ((value - i128::from(low)) >> 64) as i64))
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

impl Total for FloatSum {
    const ZERO: Self = FloatSum::ZERO;

    #[inline]
    fn carries(&mut self, value: Self) -> bool {
        *self = self.join(value);
        false
    }

    fn sign(self) -> i64 {
        0
    }

    fn to_i128(self, _: i64) -> i128 {
        0
    }

    fn to_f64(self, _: i64) -> f64 {
        self.get()
    }

    fn finish(totals: &[Self], _: &Spill, _: &DType) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::from_iter_values(totals.iter().map(|total| total.get()))))
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
