//! The loops every elementwise kernel uses: two operands to values, two operands to bits, nulls merged.

use crate::data::dispatch::primitive;
use crate::kernels::value::Value;
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::ArrowNativeType;
use std::sync::Arc;

/// The raw values of an operand: one per row, or one for every row. Values under a null are arbitrary.
#[derive(Clone, Copy)]
pub enum Operand<'a, T> {
    /// One value per row.
    Rows(&'a [T]),
    /// One value for every row.
    One(T),
}

impl<'a, T: ArrowNativeType> Operand<'a, T> {
    /// The values of an array of a type that `dispatch` has just bound.
    pub fn new<P: ArrowPrimitiveType<Native = T>>(array: &'a dyn Array, scalar: bool) -> Self {
        let values: &[T] = primitive::<P>(array).values();
        if scalar { Operand::One(values[0]) } else { Operand::Rows(values) }
    }

    /// The value at a row.
    pub fn at(&self, row: usize) -> T {
        match self {
            Operand::Rows(values) => values[row],
            Operand::One(value) => *value,
        }
    }
}

/// `f(left, right)` for every row; `rows` counts where both operands are scalars.
pub fn binary<A: Copy, B: Copy, O>(
    left: Operand<'_, A>,
    right: Operand<'_, B>,
    mut f: impl FnMut(A, B) -> O,
) -> Vec<O> {
    match (left, right) {
        (Operand::Rows(left), Operand::Rows(right)) => {
            left.iter().zip(right).map(|(&left, &right)| f(left, right)).collect()
        }
        (Operand::Rows(left), Operand::One(right)) => left.iter().map(|&left| f(left, right)).collect(),
        (Operand::One(left), Operand::Rows(right)) => right.iter().map(|&right| f(left, right)).collect(),
        (Operand::One(left), Operand::One(right)) => vec![f(left, right)],
    }
}

/// `f(left, right)` for every row, as bits.
pub fn binary_bits<A: Copy, B: Copy>(
    left: Operand<'_, A>,
    right: Operand<'_, B>,
    f: impl Fn(A, B) -> bool,
) -> BooleanBuffer {
    match (left, right) {
        (Operand::Rows(left), Operand::Rows(right)) => {
            let rows = left.len().min(right.len());
            let (left, right) = (&left[..rows], &right[..rows]);
            let (chunks, rest) = left.as_chunks::<64>();
            let (others, other_rest) = right.as_chunks::<64>();
            let words = chunks.iter().zip(others).map(|(a, b)| pack::<A>(|i| f(a[i], b[i])));
            finish(words, rows, |i| f(rest[i], other_rest[i]))
        }
        (Operand::Rows(left), Operand::One(right)) => unary_bits(left, |left| f(left, right)),
        (Operand::One(left), Operand::Rows(right)) => unary_bits(right, |right| f(left, right)),
        (Operand::One(left), Operand::One(right)) => BooleanBuffer::collect_bool(1, |_| f(left, right)),
    }
}

/// `f(value)` for every value, as bits.
pub fn unary_bits<A: Copy>(values: &[A], f: impl Fn(A) -> bool) -> BooleanBuffer {
    let (chunks, rest) = values.as_chunks::<64>();
    finish(chunks.iter().map(|chunk| pack::<A>(|i| f(chunk[i]))), values.len(), |i| f(rest[i]))
}

fn finish(words: impl Iterator<Item = u64>, rows: usize, rest: impl Fn(usize) -> bool) -> BooleanBuffer {
    let mut packed = Vec::with_capacity(rows.div_ceil(64));
    packed.extend(words);
    if !rows.is_multiple_of(64) {
        packed.push((0..rows % 64).fold(0u64, |word, i| word | u64::from(rest(i)) << i));
    }
    BooleanBuffer::new(Buffer::from_vec(packed), 0, rows)
}

/// 64 answers about values of type `A` as one word, in the way that vectorises best without AVX: eight answers at a
/// time for 64-bit values, bytes first for all others (measured: 2 to 3 times faster than bit by bit).
#[inline(always)]
fn pack<A>(f: impl Fn(usize) -> bool) -> u64 {
    let mut word = 0u64;
    if size_of::<A>() == 8 {
        for byte in 0..8 {
            let bits = (0..8).fold(0u8, |bits, i| bits | u8::from(f(8 * byte + i)) << i);
            word |= u64::from(bits) << (8 * byte);
        }
        return word;
    }
    let mut bytes = [0u8; 64];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from(f(i));
    }
    let (eights, _) = bytes.as_chunks::<8>();
    for (i, eight) in eights.iter().enumerate() {
        // Each byte is 0 or 1; the multiplication moves byte k to bit 56 + k without carries.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= bits << (8 * i);
    }
    word
}

/// Null where any operand is null. Scalars must not be null: see [`Value::is_null_scalar`].
pub fn merged_nulls(values: &[&Value]) -> Option<NullBuffer> {
    let mut nulls: Option<NullBuffer> = None;
    for value in values.iter().filter(|value| !value.is_scalar()) {
        nulls = NullBuffer::union(nulls.as_ref(), value.array().logical_nulls().as_ref());
    }
    nulls
}

/// Number of rows that operands of these lengths give.
pub fn rows_of(values: &[&Value]) -> usize {
    values.iter().find(|value| !value.is_scalar()).map_or(1, |value| value.array().len())
}

/// Values and nulls as an array.
pub fn array_of<P: ArrowPrimitiveType>(values: Vec<P::Native>, nulls: Option<NullBuffer>) -> ArrayRef {
    Arc::new(PrimitiveArray::<P>::new(ScalarBuffer::from(values), nulls))
}

/// Whether a row is not null.
pub fn is_valid(nulls: Option<&NullBuffer>, row: usize) -> bool {
    nulls.is_none_or(|nulls| nulls.is_valid(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_packed_in_order_for_every_length() {
        for rows in [0usize, 1, 7, 8, 63, 64, 65, 127, 128, 200] {
            let values: Vec<u32> = (0..rows as u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();
            let expected: Vec<bool> = values.iter().map(|value| value % 3 == 0).collect();
            let bits = unary_bits(&values, |value| value % 3 == 0);
            assert_eq!(bits.iter().collect::<Vec<_>>(), expected);
            let wide: Vec<u64> = values.iter().map(|value| u64::from(*value)).collect();
            let bits = unary_bits(&wide, |value| value % 3 == 0);
            assert_eq!(bits.iter().collect::<Vec<_>>(), expected);
            let other: Vec<u32> = values.iter().rev().copied().collect();
            let bits = binary_bits(Operand::Rows(&values), Operand::Rows(&other), |a, b| a < b);
            let expected: Vec<bool> = values.iter().zip(&other).map(|(a, b)| a < b).collect();
            assert_eq!(bits.iter().collect::<Vec<_>>(), expected);
        }
    }
}
