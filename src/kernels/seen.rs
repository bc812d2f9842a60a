//! Which keys were seen: one bit for each that can be.

use arrow::array::BooleanArray;
use arrow::buffer::{BooleanBuffer, Buffer};
use std::ops::Range;

/// Keys of few bits that were seen.
#[derive(Default)]
pub struct Seen {
    /// A power of two of words, or none.
    words: Vec<u64>,
}

impl Seen {
    /// None of the keys of so many bits.
    pub fn new(bits: u32) -> Self {
        Seen { words: vec![0; 1 << bits.saturating_sub(6)] }
    }

    /// The words of the bits, least key first.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The same, to be changed.
    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Sees keys.
    pub fn mark(&mut self, keys: &[u64]) {
        let words = self.words.as_mut_slice();
        let last = words.len() - 1;
        for key in keys {
            words[(*key >> 6) as usize & last] |= 1 << (*key & 63);
        }
    }

    /// The keys in a range of words that were seen, least first.
    pub fn keys(&self, words: Range<usize>) -> impl Iterator<Item = u32> {
        words.flat_map(|number| {
            let mut left = self.words[number];
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(number as u32 * 64 + bit)
            })
        })
    }

    /// Sees what another one of as many bits has seen in a range of words.
    pub fn join(&mut self, other: &Seen, words: Range<usize>) {
        for (own, other) in self.words[words.clone()].iter_mut().zip(&other.words[words]) {
            *own |= other;
        }
    }

    /// Which keys were not seen before, in the order given; these are appended to `fresh`.
    pub fn insert(&mut self, keys: &[u64], fresh: &mut Vec<u32>) -> BooleanArray {
        let words = self.words.as_mut_slice();
        let last = words.len() - 1;
        let start = fresh.len();
        fresh.resize(start + keys.len(), 0);
        let (mut end, mut masks) = (start, Vec::with_capacity(keys.len().div_ceil(64)));
        for block in keys.chunks(64) {
            let mut mask = 0u64;
            for (place, key) in block.iter().enumerate() {
                let word = &mut words[(*key >> 6) as usize & last];
                let new = !(*word >> (*key & 63)) & 1;
                *word |= 1 << (*key & 63);
                mask |= new << place;
                fresh[end] = *key as u32;
                end += new as usize;
            }
            masks.push(mask);
        }
        fresh.truncate(end);
        mask_of(masks, keys.len())
    }

    /// Which keys were not seen.
    pub fn misses(&self, keys: &[u32]) -> BooleanArray {
        let last = self.words.len() - 1;
        let masks = keys.chunks(64).map(|block| {
            let bits = block.iter().enumerate().map(|(place, key)| {
                let word = self.words[(*key >> 6) as usize & last];
                (!(word >> (*key & 63)) & 1) << place
            });
            bits.fold(0, |mask, bit| mask | bit)
        });
        mask_of(masks.collect(), keys.len())
    }
}

fn mask_of(masks: Vec<u64>, rows: usize) -> BooleanArray {
    BooleanArray::new(BooleanBuffer::new(Buffer::from_vec(masks), 0, rows), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_several_are_joined() {
        let (mut one, mut other) = (Seen::new(9), Seen::new(9));
        one.mark(&[7, 64, 7, 511]);
        other.mark(&[8, 63, 300]);
        one.join(&other, 0..4);
        assert_eq!(one.keys(0..8).collect::<Vec<u32>>(), [7, 8, 63, 64, 511]);
        assert_eq!(one.keys(1..4).collect::<Vec<u32>>(), [64]);
    }

    #[test]
    fn the_first_of_equal_keys_is_new() {
        for (bits, count) in [(0, 1u64), (3, 8), (6, 64), (9, 500), (17, 100_000)] {
            let keys: Vec<u64> = (0..1000).map(|row| row * row * 7919 % count).collect();
            let (mut seen, mut fresh, mut known) =
                (Seen::new(bits), Vec::new(), std::collections::HashSet::new());
            for part in keys.chunks(300) {
                let new = seen.insert(part, &mut fresh);
                let expected: Vec<bool> = part.iter().map(|key| known.insert(*key)).collect();
                assert_eq!(new.iter().flatten().collect::<Vec<bool>>(), expected);
            }
            assert_eq!(fresh.len(), known.len());
            assert!(fresh.iter().all(|key| known.contains(&u64::from(*key))));
            let all: Vec<u32> = (0..count as u32).collect();
            let expected: Vec<bool> = all.iter().map(|key| !known.contains(&u64::from(*key))).collect();
            assert_eq!(seen.misses(&all).iter().flatten().collect::<Vec<bool>>(), expected);
        }
    }
}
