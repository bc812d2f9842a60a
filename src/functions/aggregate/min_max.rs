//! `min`, `max`.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Params, Signature, col};
use crate::functions::aggregate::fold::{Fold, Folded, lanes, results};
use crate::functions::aggregate::min_max_bytes::BytesExtreme;
use crate::functions::aggregate::nothing::Nothing;
use crate::functions::aggregate::words::{Spill, Words};
use crate::kernels::wide::wide;
use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use std::borrow::Cow;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

/// The smallest value.
pub static MIN: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("min"),
    aliases: &[],
    doc: "The smallest value; null if there is none.\n\nNulls are skipped. NaN is skipped unless there is nothing \
          else; -0.0 is smaller than 0.0. Text and bytes are compared byte by byte, false is smaller than true. \
          Categories need an order.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("min", types),
    ordered: false,
    accepts_codes: true,
    counts: false,
    state: |types, _| state::<false>(&types[0]),
    example: Some(|| Example {
        input: vec![("x", [Some(3i64), None, Some(1)].into_iter().collect())],
        expr: col("x").min(),
        output: [1i64].into_iter().collect(),
    }),
};

/// The largest value.
pub static MAX: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("max"),
    aliases: &[],
    doc: "The largest value; null if there is none.\n\nNulls are skipped. NaN is skipped unless there is nothing \
          else; 0.0 is larger than -0.0. Text and bytes are compared byte by byte, true is larger than false. \
          Categories need an order.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("max", types),
    ordered: false,
    accepts_codes: true,
    counts: false,
    state: |types, _| state::<true>(&types[0]),
    example: Some(|| Example {
        input: vec![("x", ["pear", "apple", "plum"].into_iter().collect())],
        expr: col("x").max(),
        output: ["plum"].into_iter().collect(),
    }),
};

impl Expr {
    /// The smallest value; null if there is none. NaN is skipped unless there is nothing else.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(3i64), None, Some(1)]).finish()?;
    /// let least = frame.lazy().select([col("x").min()]).collect()?;
    /// assert_eq!(least.column("x")?.get(0)?, Scalar::Int(1));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn min(self) -> Expr {
        Expr::aggregate(&MIN, [self], Params::new())
    }

    /// The largest value; null if there is none. NaN is skipped unless there is nothing else.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", ["pear", "apple", "plum"]).finish()?;
    /// let last = frame.lazy().select([col("x").max()]).collect()?;
    /// assert_eq!(last.column("x")?.get(0)?, Scalar::from("plum"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn max(self) -> Expr {
        Expr::aggregate(&MAX, [self], Params::new())
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    if types[0].is_composite() {
        return Err(Error::type_mismatch(format!("no {name} of {}", types[0])));
    }
    Ok(Signature::new([types[0].by_order()], types[0].clone()))
}

fn state<const MAX: bool>(dtype: &DType) -> Result<Box<dyn GroupState>> {
    let physical = match dtype {
        DType::Null => return Ok(Nothing::boxed()),
        DType::String | DType::Binary => return Ok(BytesExtreme::boxed(dtype, MAX)),
        DType::Bool => DataType::UInt8,
        DType::Date => DataType::Int32,
        other if other.is_temporal() => DataType::Int64,
        other => other.to_arrow(),
    };
    dispatch::with_common!(&physical, T => {
        Ok(Folded::boxed(Extreme::<T, MAX> { dtype: dtype.clone(), input: PhantomData }))
    }, _ => Err(Error::internal(format!("an extreme of {dtype}"))))
}

/// The smallest or (`MAX`) largest value.
struct Extreme<T, const MAX: bool> {
    dtype: DType,
    input: PhantomData<fn(T)>,
}

impl<T: ArrowPrimitiveType<Native: Ranked>, const MAX: bool> Fold for Extreme<T, MAX> {
    type In = T;
    type State = <T::Native as Ranked>::Rank;
    const EMPTY: Self::State = if MAX { T::Native::LOWEST } else { T::Native::HIGHEST };
    const EXACT: bool = true;

    #[inline]
    fn add(state: &mut Self::State, value: T::Native) -> bool {
        let rank = value.rank(MAX);
        // Without a branch: which value is better is anybody's guess.
        *state = if MAX { (*state).max(rank) } else { (*state).min(rank) };
        // A value may equal the mark of an empty group: then the spill word says that the group is not empty.
        rank == Self::EMPTY
    }

    #[inline]
    fn spill(word: &mut i64, _: T::Native) {
        *word = 1;
    }

    #[inline]
    fn merge(into: &mut Self::State, word: &mut i64, from: &Self::State, from_word: i64) {
        *into = if MAX { (*into).max(*from) } else { (*into).min(*from) };
        *word |= from_word;
    }

    fn reduce(values: &[T::Native]) -> (Self::State, i64) {
        match T::Native::extreme(values, MAX) {
            Some(value) => (value.rank(MAX), 0),
            None => lanes::<Self>(values),
        }
    }

    fn finish(&self, states: &[Self::State], spill: &Spill) -> Result<ArrayRef> {
        let (mut values, mut valid) = (Vec::with_capacity(states.len()), Vec::with_capacity(states.len()));
        for (group, rank) in states.iter().enumerate() {
            values.push(T::Native::of_rank(*rank));
            valid.push(*rank != Self::EMPTY || spill.get(group) != 0);
        }
        let nulls = Some(NullBuffer::from(valid)).filter(|nulls| nulls.null_count() > 0);
        results(Arc::new(PrimitiveArray::<T>::new(values.into(), nulls)), &self.dtype)
    }
}

/// A number with a place in a total order, held as an integer: comparing integers is exact and does not depend on
/// the order of the rows.
pub trait Ranked: Copy {
    /// The integer.
    type Rank: Words + Ord + Hash;
    /// The lowest integer.
    const LOWEST: Self::Rank;
    /// The highest integer.
    const HIGHEST: Self::Rank;
    /// The place of the value; NaN comes below everything else if `nan_low`, else above.
    fn rank(self, nan_low: bool) -> Self::Rank;
    /// The place as a key: the same for -0.0 as for 0.0, and for every NaN, which comes above everything else.
    fn key_rank(self) -> Self::Rank;
    /// The value of a place.
    fn of_rank(rank: Self::Rank) -> Self;
    /// The smallest or (`max`) largest value, where there is a quicker way than ranks and it gives the same.
    fn extreme(_values: &[Self], _max: bool) -> Option<Self> {
        None
    }
}

/// Values compared at a time.
const LANES: usize = 16;

macro_rules! float_extremes {
    ($($type:ty, $name:ident);*) => {$(
        wide! {
            /// NaN is never better than what there is. Zeros do not tell their signs, and an infinity may stand for
            /// nothing but NaNs: for these, `None`.
            fn $name(values: &[$type], max: bool) -> Option<$type> {
                let nothing = if max { <$type>::NEG_INFINITY } else { <$type>::INFINITY };
                let mut lanes = [nothing; LANES];
                let (chunks, rest) = values.as_chunks::<LANES>();
                if max {
                    for chunk in chunks {
                        for lane in 0..LANES {
                            lanes[lane] = if chunk[lane] > lanes[lane] { chunk[lane] } else { lanes[lane] };
                        }
                    }
                } else {
                    for chunk in chunks {
                        for lane in 0..LANES {
                            lanes[lane] = if chunk[lane] < lanes[lane] { chunk[lane] } else { lanes[lane] };
                        }
                    }
                }
                let mut best = nothing;
                for value in lanes.iter().chain(rest) {
                    if (max && *value > best) || (!max && *value < best) {
                        best = *value;
                    }
                }
                (best != 0.0 && best != nothing).then_some(best)
            }
        }
    )*};
}

float_extremes!(f32, extreme_f32; f64, extreme_f64);

macro_rules! ranked_integers {
    ($($type:ty),*) => {$(
        impl Ranked for $type {
            type Rank = $type;
            const LOWEST: $type = <$type>::MIN;
            const HIGHEST: $type = <$type>::MAX;

            #[inline]
            fn rank(self, _: bool) -> $type {
                self
            }

            #[inline]
            fn key_rank(self) -> $type {
                self
            }

            fn of_rank(rank: $type) -> $type {
                rank
            }
        }
    )*};
}

ranked_integers!(i8, i16, i32, i64, u8, u16, u32, u64, i128);

macro_rules! ranked_floats {
    ($($type:ty => $bits:ty, $extreme:ident);*) => {$(
        impl Ranked for $type {
            // The extremes stand for NaNs with payloads, which never occur here.
            type Rank = $bits;
            const LOWEST: $bits = <$bits>::MIN;
            const HIGHEST: $bits = <$bits>::MAX;

            #[inline]
            fn rank(self, nan_low: bool) -> $bits {
                let nan = <$type>::NAN.copysign(if nan_low { -1.0 } else { 1.0 });
                // Floats compare like their bits as integers, once those of negative numbers are turned round.
                let bits = (if self.is_nan() { nan } else { self }).to_bits() as $bits;
                bits ^ ((bits >> (<$bits>::BITS - 1)) & <$bits>::MAX)
            }

            #[inline]
            fn key_rank(self) -> $bits {
                // The sum turns -0.0 into 0.0.
                (self + 0.0).rank(false)
            }

            fn of_rank(rank: $bits) -> $type {
                let value = <$type>::from_bits((rank ^ ((rank >> (<$bits>::BITS - 1)) & <$bits>::MAX)) as _);
                if value.is_nan() { <$type>::NAN } else { value }
            }

            fn extreme(values: &[$type], max: bool) -> Option<$type> {
                $extreme(values, max)
            }
        }
    )*};
}

ranked_floats!(f32 => i32, extreme_f32; f64 => i64, extreme_f64);

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::{Float32Type, Float64Type};

    #[test]
    fn the_quick_way_to_an_extreme_gives_what_ranks_give() {
        let special =
            [f64::NAN, -f64::NAN, 0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, 1.5, -2.5, f64::MIN_POSITIVE];
        for count in 0..120usize {
            for start in 0..special.len() {
                for width in 1..=special.len() {
                    let value = |i: usize| special[(start + (i * 7 + i * i) % width) % special.len()];
                    let values: Vec<f64> = (0..count).map(value).collect();
                    let singles: Vec<f32> = values.iter().map(|value| *value as f32).collect();
                    let least = Extreme::<Float64Type, false>::reduce(&values);
                    assert_eq!(least, lanes::<Extreme<Float64Type, false>>(&values), "least of {values:?}");
                    let most = Extreme::<Float64Type, true>::reduce(&values);
                    assert_eq!(most, lanes::<Extreme<Float64Type, true>>(&values), "greatest of {values:?}");
                    let most = Extreme::<Float32Type, true>::reduce(&singles);
                    assert_eq!(
                        most,
                        lanes::<Extreme<Float32Type, true>>(&singles),
                        "greatest of {singles:?}"
                    );
                }
            }
        }
    }
}
