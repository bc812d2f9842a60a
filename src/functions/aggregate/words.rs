//! States as machine words: how small states are written out and read back.

use crate::error::{Error, Result};
use crate::kernels::float_sum::FloatSum;
use arrow::array::{ArrayRef, AsArray, Int64Array, UInt64Array};
use arrow::datatypes::{Int64Type, UInt64Type};
use std::sync::Arc;

/// A small state that is a fixed number of 64-bit words.
pub trait Words: Copy + Send + Sync + 'static {
    /// How many.
    const COUNT: usize;
    /// One of them.
    fn word(&self, position: usize) -> u64;
    /// The state of these words.
    fn from_words(word: &dyn Fn(usize) -> u64) -> Self;
}

macro_rules! integer_words {
    ($($type:ty),*) => {$(
        impl Words for $type {
            const COUNT: usize = 1;

            fn word(&self, _: usize) -> u64 {
                *self as u64
            }

            fn from_words(word: &dyn Fn(usize) -> u64) -> Self {
                word(0) as $type
            }
        }
    )*};
}

integer_words!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Words for i128 {
    const COUNT: usize = 2;

    fn word(&self, position: usize) -> u64 {
        (self >> (64 * position)) as u64
    }

    fn from_words(word: &dyn Fn(usize) -> u64) -> Self {
        (i128::from(word(1)) << 64) | i128::from(word(0))
    }
}

impl Words for f64 {
    const COUNT: usize = 1;

    fn word(&self, _: usize) -> u64 {
        self.to_bits()
    }

    fn from_words(word: &dyn Fn(usize) -> u64) -> Self {
        f64::from_bits(word(0))
    }
}

impl Words for FloatSum {
    const COUNT: usize = 2;

    fn word(&self, position: usize) -> u64 {
        [self.sum, self.lost][position].to_bits()
    }

    fn from_words(word: &dyn Fn(usize) -> u64) -> Self {
        FloatSum { sum: f64::from_bits(word(0)), lost: f64::from_bits(word(1)) }
    }
}

impl<A: Words, B: Words> Words for (A, B) {
    const COUNT: usize = A::COUNT + B::COUNT;

    fn word(&self, position: usize) -> u64 {
        match position.checked_sub(A::COUNT) {
            None => self.0.word(position),
            Some(position) => self.1.word(position),
        }
    }

    fn from_words(word: &dyn Fn(usize) -> u64) -> Self {
        (A::from_words(word), B::from_words(&|position| word(A::COUNT + position)))
    }
}

impl<const N: usize> Words for [f64; N] {
    const COUNT: usize = N;

    fn word(&self, position: usize) -> u64 {
        self[position].to_bits()
    }

    fn from_words(word: &dyn Fn(usize) -> u64) -> Self {
        std::array::from_fn(|position| f64::from_bits(word(position)))
    }
}

/// One word per group for what rarely happens. It takes no memory until then; a group without a word has 0.
#[derive(Default)]
pub struct Spill(Vec<i64>);

impl Spill {
    /// The word of a group.
    pub fn get(&self, group: usize) -> i64 {
        self.0.get(group).copied().unwrap_or(0)
    }

    /// The word of a group, to be changed.
    pub fn at(&mut self, group: usize) -> &mut i64 {
        if group >= self.0.len() {
            self.0.resize(group + 1, 0);
        }
        &mut self.0[group]
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.0.capacity() * size_of::<i64>()
    }
}

/// States and spill words as arrays.
pub fn export_words<S: Words>(states: &[S], spill: &Spill) -> Vec<ArrayRef> {
    let word = |position| {
        Arc::new(UInt64Array::from_iter_values(states.iter().map(|state| state.word(position)))) as ArrayRef
    };
    let mut arrays: Vec<ArrayRef> = (0..S::COUNT).map(word).collect();
    arrays.push(Arc::new(Int64Array::from_iter_values((0..states.len()).map(|group| spill.get(group)))));
    arrays
}

/// The opposite of [`export_words`].
///
/// # Errors
/// `Internal` if the arrays are others.
pub fn import_words<S: Words>(arrays: &[ArrayRef]) -> Result<(Vec<S>, Vec<i64>)> {
    let words: Option<Vec<&UInt64Array>> =
        arrays.iter().take(S::COUNT).map(|array| array.as_primitive_opt::<UInt64Type>()).collect();
    let spill = arrays.get(S::COUNT).and_then(|array| array.as_primitive_opt::<Int64Type>());
    let (Some(words), Some(spill)) = (words, spill) else {
        return Err(foreign_state());
    };
    let states =
        (0..spill.len()).map(|group| S::from_words(&|position| words[position].value(group))).collect();
    Ok((states, spill.values().to_vec()))
}

/// The error of arrays that no state was exported to.
pub fn foreign_state() -> Error {
    Error::internal("the arrays are no exported state of this aggregate")
}
