//! One part of a hash table from words to rows.

use crate::kernels::hash::mix;
use crate::kernels::join::split::Split;

/// Marks for each row, at least: of the words that are not here, at most one in so many has the mark of one that is.
const MARKS: usize = 12;

/// Words of one part, and the rows of each in build order.
pub struct HashPart {
    /// A word, and its number plus one; 0 is an empty slot. Once settled, the row takes the number's place.
    slots: Vec<(u64, u32)>,
    /// Where each number's rows begin; empty if every number has one row.
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// A bit for every word: where it is not set, the word is none of these. The length is a power of two.
    marks: Vec<u64>,
    weak: bool,
}

impl HashPart {
    /// The rows of one part of every piece. With `distinct`, the first row of a word is all that is kept.
    pub fn fill(splits: &[Split], part: usize, distinct: bool, weak: bool) -> Self {
        let total: usize = splits.iter().map(|split| split.part(part).0.len()).sum();
        let size = total + total / 2 + 8;
        let marks = vec![0; (total * MARKS / 64).next_power_of_two()];
        let (starts, rows) = (Vec::new(), Vec::new());
        let mut filled = HashPart { slots: vec![(0, 0); size], starts, rows, marks, weak };
        let mut counts: Vec<u32> = Vec::new();
        let mut numbers: Vec<u32> = Vec::with_capacity(total);
        for split in splits {
            let (words, rows) = split.part(part);
            for (word, row) in words.iter().zip(rows) {
                let place = filled.place(*word);
                if filled.slots[place].1 == 0 {
                    counts.push(0);
                    filled.rows.push(*row);
                    filled.slots[place] = (*word, counts.len() as u32);
                    let (place, bit) = filled.mark(mix(*word));
                    filled.marks[place] |= bit;
                }
                let number = filled.slots[place].1 - 1;
                counts[number as usize] += 1;
                numbers.push(number);
            }
        }
        if distinct || counts.len() == total {
            return filled;
        }
        let mut starts = Vec::with_capacity(counts.len() + 1);
        let mut sum = 0;
        for count in &counts {
            starts.push(sum);
            sum += count;
        }
        let mut next = starts.clone();
        starts.push(sum);
        filled.rows = vec![0; total];
        let rows = splits.iter().flat_map(|split| split.part(part).1);
        for (number, row) in numbers.iter().zip(rows) {
            let place = &mut next[*number as usize];
            filled.rows[*place as usize] = *row;
            *place += 1;
        }
        filled.starts = starts;
        filled
    }

    /// Whether every word has one row.
    pub fn is_distinct(&self) -> bool {
        self.starts.is_empty()
    }

    /// Whether all words hash alike.
    #[inline]
    pub fn is_weak(&self) -> bool {
        self.weak
    }

    /// Puts the rows themselves into the slots, where every word has one row.
    pub fn settle(mut self) -> Self {
        for slot in self.slots.iter_mut().filter(|slot| slot.1 != 0) {
            slot.1 = self.rows[slot.1 as usize - 1] + 1;
        }
        self.rows = Vec::new();
        self
    }

    /// Whether a word with this hash can be here: surely if it is, seldom if it is not.
    #[inline]
    pub fn may_hold(&self, hash: u64) -> bool {
        let (place, bit) = self.mark(hash);
        self.marks[place] & bit != 0
    }

    /// The mark of a hash. Neither its lowest bits, which choose a slot, nor its topmost, which choose a part.
    #[inline]
    fn mark(&self, hash: u64) -> (usize, u64) {
        ((hash >> 38) as usize & (self.marks.len() - 1), 1 << (hash >> 32 & 63))
    }

    /// Where a word is, or would be put.
    #[inline]
    fn place(&self, word: u64) -> usize {
        let mut place = self.start(word);
        loop {
            let (own, number) = self.slots[place];
            if number == 0 || own == word {
                return place;
            }
            place = self.after(place);
        }
    }

    /// Where the search for a word begins. Not the bits of the hash that chose the part.
    #[inline]
    pub fn start(&self, word: u64) -> usize {
        match self.weak {
            true => 0,
            false => ((u64::from(mix(word) as u32) * self.slots.len() as u64) >> 32) as usize,
        }
    }

    #[inline]
    fn after(&self, place: usize) -> usize {
        if place + 1 == self.slots.len() { 0 } else { place + 1 }
    }

    /// The slot at a place.
    #[inline]
    pub fn slot(&self, place: usize) -> (u64, u32) {
        self.slots[place]
    }

    /// The number (or the row) of a word, less one; the search goes on from a slot already read.
    #[inline]
    pub fn resolve(&self, word: u64, mut place: usize, mut slot: (u64, u32)) -> u32 {
        loop {
            if slot.1 == 0 || slot.0 == word {
                return slot.1.wrapping_sub(1);
            }
            place = self.after(place);
            slot = self.slots[place];
        }
    }

    /// The rows of a number.
    #[inline]
    pub fn rows_of(&self, number: u32) -> &[u32] {
        let number = number as usize;
        match self.starts.get(number..number + 2) {
            Some(ends) => &self.rows[ends[0] as usize..ends[1] as usize],
            None => &self.rows[number..number + 1],
        }
    }

    /// The rows of every word, in order of first sight.
    pub fn runs(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|ends| &self.rows[ends[0] as usize..ends[1] as usize])
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.slots.capacity() * 16
            + self.marks.capacity() * 8
            + (self.starts.capacity() + self.rows.capacity()) * 4
    }
}
