//! Rows cut into parts by their hash.

use std::ops::Range;

/// The rows of a batch in the order of their parts, ascending within a part.
pub struct Parts {
    /// Where the rows of each part start; one more than there are parts.
    starts: Vec<u32>,
    /// Row numbers.
    order: Vec<u32>,
}

/// The part that a hash belongs to, of `1 << bits`: its upper bits, since tables use the lower ones.
#[inline]
pub fn part_of(hash: u64, bits: u32) -> usize {
    if bits == 0 { 0 } else { (hash >> (64 - bits)) as usize }
}

impl Parts {
    /// Cuts rows into `1 << bits` parts by their hashes: a counting sort.
    pub fn new(hashes: &[u64], bits: u32) -> Self {
        let mut starts = vec![0u32; (1 << bits) + 1];
        for hash in hashes {
            starts[part_of(*hash, bits) + 1] += 1;
        }
        for part in 0..1 << bits {
            starts[part + 1] += starts[part];
        }
        let mut next = starts.clone();
        let mut order = vec![0u32; hashes.len()];
        for (row, hash) in hashes.iter().enumerate() {
            let place = &mut next[part_of(*hash, bits)];
            order[*place as usize] = row as u32;
            *place += 1;
        }
        Parts { starts, order }
    }

    /// All row numbers, part after part.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// Where in the order the rows of consecutive parts lie.
    pub fn range(&self, parts: &Range<usize>) -> Range<usize> {
        self.starts[parts.start] as usize..self.starts[parts.end] as usize
    }

    /// The row numbers of consecutive parts.
    pub fn rows(&self, parts: &Range<usize>) -> &[u32] {
        &self.order[self.range(parts)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lie_in_order_within_their_part() {
        let hashes = [3u64 << 62, 0, 1 << 62, 3 << 62, 1];
        let parts = Parts::new(&hashes, 2);
        assert_eq!(parts.order(), [1, 4, 2, 0, 3]);
        assert_eq!(parts.rows(&(0..2)), [1, 4, 2]);
        assert_eq!(parts.rows(&(3..4)), [0, 3]);
        assert_eq!(parts.range(&(2..3)), 3..3);
        assert_eq!(Parts::new(&hashes, 0).rows(&(0..1)), [0, 1, 2, 3, 4]);
    }
}
