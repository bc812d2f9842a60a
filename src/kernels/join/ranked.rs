//! Words that are a small part of their domain: a bit for every word, counts of the bits before, and the rows by number.
//!
//! The number of a word is its rank, the count of the set bits before it (Jacobson, "Space-efficient static trees and
//! graphs", 1989, with one level of counts). It takes a quarter of a byte per word and four bytes per row, and looking up
//! a word that is not there reads one place only.

use crate::kernels::join::split::Split;

/// Words of a block.
const WORDS: u64 = u64::BITS as u64;

/// Words of the domain for each row at most.
const SPARSE: u64 = 64;

/// The words of one part of the domain.
pub struct RankedPart {
    /// Which words have rows; a bit more than there are words, at least. Apart from the counts, so that the words that are
    /// not there, often most, read as little memory as there can be.
    bits: Vec<u64>,
    /// How many words before each block have rows.
    before: Vec<u32>,
    /// Where each number's rows begin; empty if every number has one row.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

/// Whether ranks pay for words below `domain`, for so many build rows.
pub fn is_ranked(domain: Option<u64>, rows: usize, weak: bool) -> bool {
    domain.is_some_and(|domain| !weak && domain / SPARSE <= rows as u64)
}

/// How many words before one have rows.
#[inline]
fn rank(bits: &[u64], before: &[u32], word: u64) -> usize {
    let block = (word / WORDS) as usize;
    let below = bits[block] & ((1 << (word % WORDS)) - 1);
    before[block] as usize + below.count_ones() as usize
}

impl RankedPart {
    /// The rows of one part of every piece: of `words` words from `first`. With `distinct`, the first row of a word is all
    /// that is kept. Given with the most rows of one word.
    pub fn fill(splits: &[Split], part: usize, first: u64, words: usize, distinct: bool) -> (Self, u32) {
        let mut bits = vec![0u64; words / WORDS as usize + 1];
        let mut total = 0;
        for split in splits {
            let (words, _) = split.part(part);
            total += words.len();
            for word in words {
                let word = word - first;
                bits[(word / WORDS) as usize] |= 1 << (word % WORDS);
            }
        }
        let mut before = Vec::with_capacity(bits.len());
        let mut count = 0;
        for block in &bits {
            before.push(count);
            count += block.count_ones();
        }
        let count = count as usize;
        let rank = |word: u64| rank(&bits, &before, word - first);
        if distinct || count == total {
            let mut rows = vec![0; count];
            // Backwards, so that the first row stays.
            for split in splits.iter().rev() {
                let (words, own) = split.part(part);
                for (word, row) in words.iter().zip(own).rev() {
                    rows[rank(*word)] = *row;
                }
            }
            return (RankedPart { bits, before, starts: Vec::new(), rows }, 1);
        }
        let mut starts = vec![0u32; count + 1];
        for split in splits {
            split.part(part).0.iter().for_each(|word| starts[rank(*word) + 1] += 1);
        }
        let most = starts.iter().copied().max().unwrap_or(0);
        for number in 0..count {
            starts[number + 1] += starts[number];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; total];
        for split in splits {
            let (words, own) = split.part(part);
            for (word, row) in words.iter().zip(own) {
                let place = &mut next[rank(*word)];
                rows[*place as usize] = *row;
                *place += 1;
            }
        }
        (RankedPart { bits, before, starts, rows }, most)
    }

    /// Whether a word of this part, counted from its first, has rows.
    #[inline]
    pub fn has(&self, word: u64) -> bool {
        self.bits[(word / WORDS) as usize] >> (word % WORDS) & 1 != 0
    }

    /// The first row of a word that has rows; only where every word has one.
    #[inline]
    pub fn row(&self, word: u64) -> u32 {
        self.rows[rank(&self.bits, &self.before, word)]
    }

    /// The rows of a word, in build order.
    #[inline]
    pub fn rows(&self, word: u64) -> &[u32] {
        if self.has(word) { self.run(rank(&self.bits, &self.before, word)) } else { &[] }
    }

    fn run(&self, number: usize) -> &[u32] {
        match self.starts.get(number..number + 2) {
            Some(ends) => &self.rows[ends[0] as usize..ends[1] as usize],
            None => std::slice::from_ref(&self.rows[number]),
        }
    }

    /// The rows of every word that has some.
    pub fn runs(&self) -> impl Iterator<Item = &[u32]> {
        let words: u32 = self.bits.iter().map(|block| block.count_ones()).sum();
        (0..words as usize).map(|number| self.run(number))
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        let small = self.before.capacity() + self.starts.capacity() + self.rows.capacity();
        self.bits.capacity() * 8 + small * 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(words: &[u64], base: u32) -> Split {
        Split::new(words, base, 2, |_, word| Some(usize::from(word >= 1000)))
    }

    #[test]
    fn words_find_their_rows() {
        let words = [[1005u64, 3, 1000, 1999], [1005, 1063, 1064, 70]];
        let splits = [split(&words[0], 0), split(&words[1], 4)];
        let (part, most) = RankedPart::fill(&splits, 1, 1000, 1000, false);
        assert_eq!(most, 2);
        let expected = |word: u64| match word {
            0 => vec![2u32],
            5 => vec![0, 4],
            63 => vec![5],
            64 => vec![6],
            999 => vec![3],
            _ => vec![],
        };
        for word in 0..=1000 {
            assert_eq!(part.rows(word), expected(word), "{word}");
            assert_eq!(part.has(word), !expected(word).is_empty(), "{word}");
        }
        let runs: Vec<Vec<u32>> = part.runs().map(<[u32]>::to_vec).collect();
        assert_eq!(runs, [vec![2], vec![0, 4], vec![5], vec![6], vec![3]]);
        let (part, most) = RankedPart::fill(&splits, 1, 1000, 1000, true);
        assert_eq!(most, 1);
        for word in 0..=1000 {
            let row = part.has(word).then(|| part.row(word));
            assert_eq!(row, expected(word).first().copied(), "{word}");
        }
        let (part, _) = RankedPart::fill(&[], 0, 0, 5, false);
        assert!((0..=5).all(|word| !part.has(word) && part.rows(word).is_empty()));
    }
}
