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
    /// Appends them.
    fn push(&self, out: &mut Vec<u64>);
    /// The state of these words, of which there may be more.
    fn from_words(words: &[u64]) -> Self;
}

macro_rules! integer_words {
    ($($type:ty),*) => {$(
        impl Words for $type {
            const COUNT: usize = 1;

            fn push(&self, out: &mut Vec<u64>) {
                out.push(*self as u64);
            }

            fn from_words(words: &[u64]) -> Self {
                words[0] as $type
            }
        }
    )*};
}

integer_words!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Words for i128 {
    const COUNT: usize = 2;

    fn push(&self, out: &mut Vec<u64>) {
        out.extend_from_slice(&[*self as u64, (self >> 64) as u64]);
    }

    fn from_words(words: &[u64]) -> Self {
        (i128::from(words[1]) << 64) | i128::from(words[0])
    }
}

impl Words for f64 {
    const COUNT: usize = 1;

    fn push(&self, out: &mut Vec<u64>) {
        out.push(self.to_bits());
    }

    fn from_words(words: &[u64]) -> Self {
        f64::from_bits(words[0])
    }
}

impl Words for FloatSum {
    const COUNT: usize = 2;

    fn push(&self, out: &mut Vec<u64>) {
        out.extend_from_slice(&[self.sum.to_bits(), self.lost.to_bits()]);
    }

    fn from_words(words: &[u64]) -> Self {
        FloatSum { sum: f64::from_bits(words[0]), lost: f64::from_bits(words[1]) }
    }
}

impl<A: Words, B: Words> Words for (A, B) {
    const COUNT: usize = A::COUNT + B::COUNT;

    fn push(&self, out: &mut Vec<u64>) {
        self.0.push(out);
        self.1.push(out);
    }

    fn from_words(words: &[u64]) -> Self {
        (A::from_words(words), B::from_words(&words[A::COUNT..]))
    }
}

impl<const N: usize> Words for [f64; N] {
    const COUNT: usize = N;

    fn push(&self, out: &mut Vec<u64>) {
        for value in self {
            out.push(value.to_bits());
        }
    }

    fn from_words(words: &[u64]) -> Self {
        let mut values = [0.0; N];
        for (value, word) in values.iter_mut().zip(words) {
            *value = f64::from_bits(*word);
        }
        values
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
    let mut words = Vec::with_capacity(states.len() * S::COUNT);
    for state in states {
        state.push(&mut words);
    }
    export(&words, S::COUNT, states.len(), spill)
}

/// An array for each of the words of a state, and one of the spill words.
fn export(words: &[u64], count: usize, groups: usize, spill: &Spill) -> Vec<ArrayRef> {
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(count + 1);
    for position in 0..count {
        let words: Vec<u64> = words.iter().skip(position).step_by(count).copied().collect();
        arrays.push(Arc::new(UInt64Array::from(words)));
    }
    let spill: Vec<i64> = (0..groups).map(|group| spill.get(group)).collect();
    arrays.push(Arc::new(Int64Array::from(spill)));
    arrays
}

/// The words of exported states, one state after the other, and the spill words.
pub struct Imported {
    words: Vec<u64>,
    spill: Vec<i64>,
}

impl Imported {
    /// Reads what [`export_words`] gave for states of so many words.
    ///
    /// # Errors
    /// `Internal` if the arrays are others.
    pub fn new(arrays: &[ArrayRef], count: usize) -> Result<Self> {
        let spill = arrays.get(count).and_then(|array| array.as_primitive_opt::<Int64Type>());
        let spill = spill.ok_or_else(foreign_state)?.values().to_vec();
        let mut words = vec![0; spill.len() * count];
        for (position, array) in arrays.iter().take(count).enumerate() {
            let values = array.as_primitive_opt::<UInt64Type>().ok_or_else(foreign_state)?.values();
            if values.len() != spill.len() {
                return Err(foreign_state());
            }
            for (word, value) in words.iter_mut().skip(position).step_by(count).zip(values) {
                *word = *value;
            }
        }
        Ok(Imported { words, spill })
    }

    /// The number of states.
    pub fn states(&self) -> usize {
        self.spill.len()
    }

    /// A state and its spill word.
    #[inline]
    pub fn get<S: Words>(&self, row: usize) -> (S, i64) {
        (S::from_words(&self.words[row * S::COUNT..]), self.spill[row])
    }
}

/// The error of arrays that no state was exported to.
pub fn foreign_state() -> Error {
    Error::internal("the arrays are no exported state of this aggregate")
}
