//! The rows between the nulls, a word of validity bits at a time.

use arrow::buffer::NullBuffer;
use arrow::util::bit_chunk_iterator::BitChunkIterator;
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

/// The rows that are not null in blocks, for loops over values without nulls.
pub struct ValidBlocks<'a> {
    chunks: BitChunkIterator<'a>,
    rest: Option<ValidRows>,
    start: usize,
    block: Vec<ValidRows>,
    rows: usize,
}

impl<'a> ValidBlocks<'a> {
    /// Before the first block.
    pub fn new(nulls: &'a NullBuffer) -> Self {
        let chunks = nulls.inner().bit_chunks();
        let len = chunks.remainder_len();
        let rest = ValidRows { start: nulls.len() - len, bits: chunks.remainder_bits(), len };
        ValidBlocks {
            chunks: chunks.iter(),
            rest: Some(rest).filter(|rest| rest.bits != 0),
            start: 0,
            block: Vec::new(),
            rows: 0,
        }
    }

    /// Goes to the next block, of at least `least` rows or the last ones; false: there are no more.
    pub fn advance(&mut self, least: usize) -> bool {
        self.block.clear();
        self.rows = 0;
        while self.rows < least {
            let rows = match self.chunks.next() {
                Some(bits) => {
                    self.start += 64;
                    ValidRows { start: self.start - 64, bits, len: 64 }
                }
                None => match self.rest.take() {
                    Some(rest) => rest,
                    None => break,
                },
            };
            if rows.bits != 0 {
                self.block.push(rows);
                self.rows += rows.bits.count_ones() as usize;
            }
        }
        self.rows > 0
    }

    /// The rows of the block.
    pub fn rows(&self, out: &mut Vec<u32>) {
        out.clear();
        out.reserve(self.rows);
        for rows in &self.block {
            let start = rows.start as u32;
            if rows.run().is_some() {
                out.extend(start..start + rows.len as u32);
                continue;
            }
            let mut bits = rows.bits;
            while bits != 0 {
                out.push(start + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
    }

    /// What the rows of the block have of these values.
    pub fn pick<V: Copy>(&self, values: &[V], picked: &mut Vec<V>) {
        picked.clear();
        picked.reserve(self.rows);
        for rows in &self.block {
            match rows.run() {
                Some(run) => picked.extend_from_slice(&values[run]),
                None => {
                    let values = &values[rows.start..rows.start + rows.len];
                    let mut bits = rows.bits;
                    while bits != 0 {
                        picked.push(values[bits.trailing_zeros() as usize]);
                        bits &= bits - 1;
                    }
                }
            }
        }
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
        let rows: Vec<usize> = (0..200).collect();
        let (mut blocks, mut picked, mut all) = (ValidBlocks::new(&nulls), Vec::new(), Vec::new());
        while blocks.advance(70) {
            blocks.pick(&rows, &mut picked);
            let mut same = Vec::new();
            blocks.rows(&mut same);
            assert!(!picked.is_empty() && same.iter().map(|row| *row as usize).eq(picked.iter().copied()));
            all.extend_from_slice(&picked);
        }
        assert_eq!(all, expected);
    }

    #[test]
    fn a_word_without_nulls_is_a_run() {
        let nulls = NullBuffer::from((0..130).map(|row| row != 70).collect::<Vec<bool>>());
        let mut runs = Vec::new();
        for_each_valid(&nulls, |rows| runs.push(rows.run()));
        assert_eq!(runs, [Some(0..64), None, Some(128..130)]);
    }
}
