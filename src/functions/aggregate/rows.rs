//! The rows between the nulls, a word of validity bits at a time.

use arrow::buffer::NullBuffer;
use std::ops::Range;

/// Up to 64 rows that are not null.
#[derive(Clone, Copy)]
pub struct ValidRows {
    start: usize,
    bits: u64,
    len: usize,
}

impl ValidRows {
    /// The rows as a range, if there is no null among them.
    pub fn run(&self) -> Option<Range<usize>> {
        (self.bits.count_ones() as usize == self.len).then(|| self.start..self.start + self.len)
    }

    /// The rows in order.
    pub fn rows(self) -> impl Iterator<Item = usize> {
        let mut bits = self.bits;
        std::iter::from_fn(move || {
            if bits == 0 {
                return None;
            }
            let row = self.start + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            Some(row)
        })
    }
}

/// Visits the rows that are not null, in order.
pub fn for_each_valid(nulls: &NullBuffer, mut visit: impl FnMut(ValidRows)) {
    let chunks = nulls.inner().bit_chunks();
    let mut start = 0;
    for bits in chunks.iter() {
        if bits != 0 {
            visit(ValidRows { start, bits, len: 64 });
        }
        start += 64;
    }
    let (bits, len) = (chunks.remainder_bits(), chunks.remainder_len());
    if bits != 0 {
        visit(ValidRows { start, bits, len });
    }
}

/// The nulls of an array, if it has any.
pub fn nulls_of(array: &dyn arrow::array::Array) -> Option<NullBuffer> {
    array.logical_nulls().filter(|nulls| nulls.null_count() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_between_nulls_are_visited_in_order() {
        let valid: Vec<bool> = (0..200).map(|row| !(64..128).contains(&row) && row % 7 != 0).collect();
        let nulls = NullBuffer::from([vec![true; 3], valid.clone()].concat()).slice(3, 200);
        let mut seen = Vec::new();
        for_each_valid(&nulls, |rows| seen.extend(rows.rows()));
        let expected: Vec<usize> = (0..200).filter(|row| valid[*row]).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_word_without_nulls_is_a_run() {
        let nulls = NullBuffer::from((0..130).map(|row| row != 70).collect::<Vec<bool>>());
        let mut runs = Vec::new();
        for_each_valid(&nulls, |rows| runs.push(rows.run()));
        assert_eq!(runs, [Some(0..64), None, Some(128..130)]);
    }
}
