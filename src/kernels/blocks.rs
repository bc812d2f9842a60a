//! Operands read block by block: scalars are spread and narrow types widened into a block that stays in the first-level
//! cache, so that a loop over numbers exists once, for two slices, whatever the operands are.

use crate::data::dispatch::{narrow_words, primitive, words};
use crate::kernels::number::Flag;
use arrow::array::Array;
use arrow::datatypes::Float32Type;
use std::mem::MaybeUninit;
use std::ops::Range;

/// Rows of a block.
pub const BLOCK: usize = 1024;

/// The values of an operand as `T`. Values under a null are arbitrary.
pub struct Reader<'a, T> {
    source: Source<'a, T>,
    block: Vec<T>,
}

enum Source<'a, T> {
    /// One value per row.
    Rows(&'a [T]),
    /// One value for every row: the block is full of it.
    One,
    /// One value per row, of a narrower type.
    Narrow(&'a dyn Array, Widen<T>),
}

type Widen<T> = fn(&dyn Array, Range<usize>, &mut Vec<T>);

impl<'a, T: Copy> Reader<'a, T> {
    /// Values as they are: one per row, or the first for every one of `rows`.
    pub fn new(values: &'a [T], scalar: bool, rows: usize) -> Self {
        match scalar {
            true => Reader { source: Source::One, block: vec![values[0]; rows.min(BLOCK)] },
            false => Reader { source: Source::Rows(values), block: Vec::new() },
        }
    }

    fn widened(array: &'a dyn Array, scalar: bool, rows: usize, widen: Widen<T>) -> Self {
        let mut block = Vec::new();
        if scalar {
            widen(array, 0..1, &mut block);
            block.resize(rows.min(BLOCK), block[0]);
            return Reader { source: Source::One, block };
        }
        block.reserve(rows.min(BLOCK));
        Reader { source: Source::Narrow(array, widen), block }
    }

    /// Some rows, at most [`BLOCK`].
    pub fn rows(&mut self, rows: Range<usize>) -> &[T] {
        match self.source {
            Source::Rows(values) => &values[rows],
            Source::One => &self.block[..rows.len()],
            Source::Narrow(array, widen) => {
                self.block.clear();
                widen(array, rows, &mut self.block);
                &self.block
            }
        }
    }
}

impl<'a> Reader<'a, i32> {
    /// Integers of up to 16 bits.
    pub fn narrow(array: &'a dyn Array, scalar: bool, rows: usize) -> Self {
        Reader::widened(array, scalar, rows, narrow_words)
    }
}

impl<'a> Reader<'a, i64> {
    /// Integers of any type; of `uint64` the bits.
    pub fn integers(array: &'a dyn Array, scalar: bool, rows: usize) -> Self {
        Reader::widened(array, scalar, rows, words)
    }
}

impl<'a> Reader<'a, f64> {
    /// Values of `float32`.
    pub fn singles(array: &'a dyn Array, scalar: bool, rows: usize) -> Self {
        Reader::widened(array, scalar, rows, |array, rows, out| {
            out.extend(primitive::<Float32Type>(array).values()[rows].iter().map(|value| f64::from(*value)));
        })
    }
}

/// The rows in blocks.
pub fn blocks(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(BLOCK).map(move |start| start..rows.min(start + BLOCK))
}

/// An operation on two blocks. It writes every place of the third block and says whether any row failed.
pub struct Loop<'a, T>(Box<Operation<'a, T>>);

type Operation<'a, T> = dyn Fn(&[T], &[T], &mut [MaybeUninit<T>]) -> bool + 'a;

impl<'a, T: Copy> Loop<'a, T> {
    /// The loop over an operation on two values, which also says whether it failed.
    #[inline(always)]
    pub fn new<F: Flag>(f: impl Fn(T, T) -> (T, F) + 'a) -> Self {
        Loop(Box::new(move |left, right, out| {
            #[cfg(target_arch = "x86_64")]
            if std::is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has AVX2.
                return unsafe { each_with_avx2(&f, left, right, out) };
            }
            each(&f, left, right, out)
        }))
    }

    /// Appends the results for two blocks of the same length; whether any row failed.
    pub fn append(&self, left: &[T], right: &[T], out: &mut Vec<T>) -> bool {
        out.reserve(left.len());
        let failed = (self.0)(left, right, &mut out.spare_capacity_mut()[..left.len()]);
        // SAFETY: there is capacity for so many more, and the loop, which only `new` can make, has written each of them.
        unsafe { out.set_len(out.len() + left.len()) };
        failed
    }

    /// The results of all rows; whether any row failed.
    pub fn run(&self, left: &mut Reader<'_, T>, right: &mut Reader<'_, T>, rows: usize) -> (Vec<T>, bool) {
        let (mut out, mut failed) = (Vec::with_capacity(rows), false);
        for block in blocks(rows) {
            failed |= self.append(left.rows(block.clone()), right.rows(block), &mut out);
        }
        (out, failed)
    }
}

#[inline(always)]
fn each<T: Copy, F: Flag>(
    f: &impl Fn(T, T) -> (T, F),
    left: &[T],
    right: &[T],
    out: &mut [MaybeUninit<T>],
) -> bool {
    let rows = out.len();
    let (left, right) = (&left[..rows], &right[..rows]);
    let mut flag = F::NONE;
    for i in 0..rows {
        let (value, failed) = f(left[i], right[i]);
        out[i].write(value);
        flag = flag.or(failed);
    }
    flag.raised()
}

/// # Safety
/// The processor must have AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn each_with_avx2<T: Copy, F: Flag>(
    f: &impl Fn(T, T) -> (T, F),
    left: &[T],
    right: &[T],
    out: &mut [MaybeUninit<T>],
) -> bool {
    each(f, left, right, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{UInt8Array, UInt32Array};

    #[test]
    fn operands_of_every_kind_are_read() {
        let rows = 2 * BLOCK + 7;
        let bytes = UInt8Array::from_iter_values((0..rows).map(|row| row as u8));
        let words: Vec<i32> = (0..rows as i32).collect();
        let add = Loop::new(|a: i32, b: i32| (a + b, ()));
        let (mut left, mut right) = (Reader::narrow(&bytes, false, rows), Reader::new(&words, false, rows));
        let expected: Vec<i32> = (0..rows as i32).map(|row| row % 256 + row).collect();
        assert_eq!(add.run(&mut left, &mut right, rows), (expected, false));
        let one = UInt32Array::from(vec![u32::MAX]);
        let add = Loop::new(|a: i64, b: i64| (a + b, b == 2000));
        let numbers: Vec<i64> = (0..rows as i64).collect();
        let (mut left, mut right) = (Reader::integers(&one, true, rows), Reader::new(&numbers, false, rows));
        let (sums, failed) = add.run(&mut left, &mut right, rows);
        assert_eq!((sums.len(), sums[2000], failed), (rows, 4_294_969_295, true));
    }
}
