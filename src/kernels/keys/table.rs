//! Tables from packed words to dense numbers, in order of first sight.

use crate::kernels::hash::mix;
use crate::kernels::keys::layout::by_width;
use crate::kernels::wide::wide;

/// The number that stands for "not there".
pub const ABSENT: u32 = u32::MAX;

/// Up to this many bits a key addresses its number directly.
const DIRECT_BITS: u32 = 18;

/// Distinct keys with numbers `0..len`.
pub struct WordTable {
    slots: Slots,
    /// The words of each key, by number.
    words: Vec<u64>,
    width: usize,
    /// Bits in use of the keys' only word.
    bits: Option<u32>,
    weak: bool,
}

enum Slots {
    /// One number per possible key.
    Direct(Vec<u32>),
    /// Open addressing; key and number side by side.
    One(Vec<(u64, u32)>),
    /// Open addressing for tables that stay in a core's cache; the key's only word is looked up by number.
    Part(Vec<u32>),
    /// Open addressing; the key's words are looked up by number.
    Many(Vec<u32>),
}

impl WordTable {
    /// An empty table for keys of `width` words; `bits`: how many bits of the only word are in use.
    pub fn new(width: usize, bits: Option<u32>, weak: bool) -> Self {
        let mut table = WordTable { slots: Slots::Direct(Vec::new()), words: Vec::new(), width, bits, weak };
        table.relayout(width, bits, Vec::new());
        table
    }

    /// Whether keys of so many bits of one word address their numbers directly.
    pub fn is_direct(bits: Option<u32>) -> bool {
        bits.is_some_and(|bits| bits <= DIRECT_BITS)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.words.len() / self.width
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// An empty table without direct addressing, for about so many keys of one part of a hash.
    pub fn of_part(width: usize, weak: bool, expected: usize) -> Self {
        let slots = match width {
            1 => Slots::Part(vec![ABSENT; capacity(expected)]),
            _ => Slots::Many(vec![ABSENT; capacity(expected)]),
        };
        WordTable { slots, words: Vec::with_capacity(expected * width), width, bits: None, weak }
    }

    /// An empty table for keys of so many bits, most of which are in other parts. The slots are those that such a table left
    /// ([`WordTable::into_slots`]), or none.
    pub fn over(mut slots: Vec<u32>, bits: u32) -> Self {
        slots.resize(1 << bits, ABSENT);
        WordTable { slots: Slots::Direct(slots), words: Vec::new(), width: 1, bits: Some(bits), weak: false }
    }

    /// The slots of a table of [`WordTable::over`], emptied.
    pub fn into_slots(self) -> Vec<u32> {
        let Slots::Direct(mut slots) = self.slots else { return Vec::new() };
        for word in &self.words {
            slots[*word as usize] = ABSENT;
        }
        slots
    }

    /// The words of the keys, by number.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        let slots = match &self.slots {
            Slots::Direct(slots) | Slots::Part(slots) | Slots::Many(slots) => slots.capacity() * 4,
            Slots::One(slots) => slots.capacity() * 16,
        };
        slots + self.words.capacity() * 8
    }

    /// Moves the keys' words out, to be packed in another layout and given back with [`WordTable::relayout`].
    pub fn take_words(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.words)
    }

    /// Gives words that were taken back unchanged.
    pub fn put_words(&mut self, words: Vec<u64>) {
        self.words = words;
    }

    /// The same keys in another layout.
    pub fn relayout(&mut self, width: usize, bits: Option<u32>, words: Vec<u64>) {
        (self.width, self.bits) = (width, bits);
        self.words = words;
        let count = self.len();
        self.slots = match bits {
            Some(bits) if bits <= DIRECT_BITS && !self.weak => Slots::Direct(vec![ABSENT; 1 << bits]),
            Some(_) => Slots::One(vec![(0, ABSENT); capacity(count)]),
            None => Slots::Many(vec![ABSENT; capacity(count)]),
        };
        self.fill();
    }

    /// Enters all keys into empty slots.
    fn fill(&mut self) {
        let (width, weak) = (self.width, self.weak);
        match &mut self.slots {
            Slots::Direct(slots) => {
                for (number, word) in self.words.iter().enumerate() {
                    slots[*word as usize] = number as u32;
                }
            }
            Slots::One(slots) => {
                for (number, word) in self.words.iter().enumerate() {
                    let place = probe_one(slots, *word, weak);
                    slots[place] = (*word, number as u32);
                }
            }
            Slots::Part(slots) => {
                for (number, word) in self.words.iter().enumerate() {
                    let place = probe_part(slots, &self.words, *word, weak);
                    slots[place] = number as u32;
                }
            }
            Slots::Many(slots) => {
                by_width!(width, fill_many::<W>(width, weak, slots, &self.words));
            }
        }
    }

    /// Writes the number of each key in `keys` to its place in `numbers`; new keys get the next numbers, and their
    /// positions in `keys` are appended to `fresh`.
    pub fn insert(&mut self, keys: &[u64], numbers: &mut [u32], fresh: &mut Vec<u32>) {
        let rows = keys.len() / self.width;
        self.reserve(rows);
        let (width, weak) = (self.width, self.weak);
        let words = &mut self.words;
        let mut next = (words.len() / width) as u32;
        match &mut self.slots {
            Slots::Direct(slots) => {
                // Most rows bring nothing new: a loop that only looks, and one over those that were not there then.
                if look_up(slots, keys, numbers) {
                    return;
                }
                let mask = slots.len() - 1;
                for (row, (number, word)) in numbers.iter_mut().zip(keys).enumerate() {
                    if *number != ABSENT {
                        continue;
                    }
                    let slot = &mut slots[*word as usize & mask];
                    if *slot == ABSENT {
                        *slot = next;
                        next += 1;
                        words.push(*word);
                        fresh.push(row as u32);
                    }
                    *number = *slot;
                }
            }
            Slots::Part(slots) => {
                for (row, (number, word)) in numbers.iter_mut().zip(keys).enumerate() {
                    let place = probe_part(slots, words, *word, weak);
                    *number = slots[place];
                    if *number == ABSENT {
                        *number = next;
                        slots[place] = next;
                        next += 1;
                        words.push(*word);
                        fresh.push(row as u32);
                    }
                }
            }
            Slots::One(slots) => {
                for (row, (number, word)) in numbers.iter_mut().zip(keys).enumerate() {
                    let place = probe_one(slots, *word, weak);
                    let slot = &mut slots[place];
                    if slot.1 == ABSENT {
                        *slot = (*word, next);
                        next += 1;
                        words.push(*word);
                        fresh.push(row as u32);
                    }
                    *number = slot.1;
                }
            }
            Slots::Many(slots) => {
                by_width!(width, insert_many::<W>(width, weak, slots, words, keys, numbers, fresh));
            }
        }
    }

    /// The number of a key of one word, or [`ABSENT`].
    #[inline]
    pub fn find(&self, key: &[u64]) -> u32 {
        match &self.slots {
            Slots::Direct(slots) => slots.get(key[0] as usize).copied().unwrap_or(ABSENT),
            Slots::One(slots) => slots[probe_one(slots, key[0], self.weak)].1,
            Slots::Part(slots) => slots[probe_part(slots, &self.words, key[0], self.weak)],
            Slots::Many(slots) => slots[probe_many::<0>(slots, &self.words, key, self.weak)],
        }
    }

    /// Makes sure that `more` keys fit with the slots half empty.
    fn reserve(&mut self, more: usize) {
        let count = self.len();
        let slots = match &self.slots {
            Slots::Direct(_) => return,
            Slots::One(slots) => slots.len(),
            Slots::Part(slots) | Slots::Many(slots) => slots.len(),
        };
        // Slots at most three quarters full, whatever the rows bring; doubling keeps refilling rare.
        if (count + more) * 4 <= slots * 3 {
            return;
        }
        let wanted = capacity((count + more).max(count * 2));
        let one = size_of::<(u64, u32)>() / size_of::<u32>();
        let direct =
            self.bits.filter(|bits| *bits < usize::BITS - 8 && 1 << bits <= wanted * one && !self.weak);
        match (&mut self.slots, direct) {
            (Slots::Direct(_), _) => (),
            // A number for each key that can be takes less than keys and numbers of those that are there.
            (Slots::One(_), Some(bits)) => self.slots = Slots::Direct(vec![ABSENT; 1 << bits]),
            (Slots::One(slots), None) => *slots = vec![(0, ABSENT); wanted],
            (Slots::Part(slots) | Slots::Many(slots), _) => *slots = vec![ABSENT; wanted],
        }
        self.fill();
    }
}

wide! {
    /// The number of each key; false if one has none. The slots are a power of two.
    fn look_up(slots: &[u32], keys: &[u64], numbers: &mut [u32]) -> bool {
        let mask = slots.len() - 1;
        // Numbers of keys that address their slots stay far below the bit that tells those that are absent.
        let mut seen = 0;
        for (number, word) in numbers.iter_mut().zip(keys) {
            *number = slots[*word as usize & mask];
            seen |= *number;
        }
        seen >> 31 == 0
    }
}

/// Slots for `count` keys: a power of two, at most half full.
fn capacity(count: usize) -> usize {
    (count * 2).next_power_of_two().max(64)
}

#[inline]
fn probe_one(slots: &[(u64, u32)], word: u64, weak: bool) -> usize {
    let mask = slots.len() - 1;
    let mut place = if weak { 0 } else { mix(word) as usize & mask };
    loop {
        let (key, number) = slots[place];
        if number == ABSENT || key == word {
            return place;
        }
        place = (place + 1) & mask;
    }
}

#[inline]
fn probe_part(slots: &[u32], words: &[u64], word: u64, weak: bool) -> usize {
    let mask = slots.len() - 1;
    let mut place = if weak { 0 } else { mix(word) as usize & mask };
    loop {
        let number = slots[place];
        if number == ABSENT || words[number as usize] == word {
            return place;
        }
        place = (place + 1) & mask;
    }
}

/// [`WordTable::insert`] for keys of several words.
fn insert_many<const W: usize>(
    width: usize,
    weak: bool,
    slots: &mut [u32],
    words: &mut Vec<u64>,
    keys: &[u64],
    numbers: &mut [u32],
    fresh: &mut Vec<u32>,
) {
    let width = if W == 0 { width } else { W };
    let mut next = (words.len() / width) as u32;
    for (row, number) in numbers.iter_mut().enumerate() {
        let key = &keys[row * width..row * width + width];
        let place = probe_many::<W>(slots, words, key, weak);
        if slots[place] == ABSENT {
            slots[place] = next;
            next += 1;
            words.extend_from_slice(key);
            fresh.push(row as u32);
        }
        *number = slots[place];
    }
}

/// Enters keys of several words, no two alike, into empty slots.
fn fill_many<const W: usize>(width: usize, weak: bool, slots: &mut [u32], words: &[u64]) {
    let width = if W == 0 { width } else { W };
    for number in 0..words.len() / width {
        let key = &words[number * width..number * width + width];
        let place = probe_many::<W>(slots, words, key, weak);
        slots[place] = number as u32;
    }
}

#[inline(always)]
fn probe_many<const W: usize>(slots: &[u32], words: &[u64], key: &[u64], weak: bool) -> usize {
    let width = if W == 0 { key.len() } else { W };
    let mask = slots.len() - 1;
    let mut hash = 0u64;
    for word in key {
        hash = mix(hash.rotate_left(23) ^ word);
    }
    let mut place = if weak { 0 } else { hash as usize & mask };
    loop {
        let number = slots[place];
        if number == ABSENT {
            return place;
        }
        let known = &words[number as usize * width..number as usize * width + width];
        let mut other = 0;
        for (known, word) in known.iter().zip(key) {
            other |= known ^ word;
        }
        if other == 0 {
            return place;
        }
        place = (place + 1) & mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_get_numbers_in_order_of_first_sight() {
        for (bits, weak) in [(Some(8), false), (Some(60), false), (Some(60), true)] {
            let mut table = WordTable::new(1, bits, weak);
            let (mut numbers, mut fresh) = ([0; 6], Vec::new());
            table.insert(&[7, 3, 7, 9], &mut numbers[..4], &mut fresh);
            table.insert(&[9, 1], &mut numbers[4..], &mut fresh);
            assert_eq!(numbers, [0, 1, 0, 2, 2, 3]);
            assert_eq!(fresh, [0, 1, 3, 1]);
            assert_eq!(table.find(&[3]), 1);
            assert_eq!(table.find(&[4]), ABSENT);
        }
    }

    #[test]
    fn tables_become_direct_where_that_is_smaller() {
        let mut table = WordTable::new(1, Some(20), false);
        let keys: Vec<u64> = (0..200_000u64).map(|i| i * 7919 % 150_001).collect();
        let (mut numbers, mut fresh) = (vec![0; keys.len()], Vec::new());
        let mut start = 0;
        for step in [10, 1_000, 50_000, 148_990] {
            table.insert(&keys[start..start + step], &mut numbers[start..start + step], &mut fresh);
            start += step;
            assert_eq!(matches!(table.slots, Slots::Direct(_)), start > 100_000, "{start}");
        }
        assert_eq!(table.len(), 150_001);
        for (key, number) in keys.iter().zip(&numbers) {
            assert_eq!((table.words()[*number as usize], table.find(&[*key])), (*key, *number));
        }
    }

    #[test]
    fn slots_are_used_again() {
        let mut slots = Vec::new();
        for part in 0..5u64 {
            let mut table = WordTable::over(slots, 10);
            let keys: Vec<u64> = (0..300u64).map(|i| i % 30 * 5 + part).collect();
            let (mut numbers, mut fresh) = (vec![0; 300], Vec::new());
            table.insert(&keys, &mut numbers, &mut fresh);
            assert_eq!((table.len(), fresh.len()), (30, 30));
            assert!(numbers.iter().enumerate().all(|(i, number)| *number as usize == i % 30));
            slots = table.into_slots();
            assert!(slots.len() == 1024 && slots.iter().all(|slot| *slot == ABSENT));
        }
    }

    #[test]
    fn tables_of_parts_grow() {
        for weak in [false, true] {
            let mut table = WordTable::of_part(1, weak, 3);
            let keys: Vec<u64> = (0..2000u64).map(|i| (i % 500) << 50).collect();
            let (mut numbers, mut fresh) = (vec![0; 2000], Vec::new());
            table.insert(&keys, &mut numbers, &mut fresh);
            assert_eq!((table.len(), table.find(&[7 << 50]), table.find(&[8])), (500, 7, ABSENT));
            assert_eq!(numbers[..500], numbers[500..1000]);
            assert_eq!(table.words()[..3], [0, 1 << 50, 2 << 50]);
        }
    }

    #[test]
    fn wide_keys_grow() {
        let mut table = WordTable::new(2, None, false);
        let keys: Vec<u64> = (0..2000u64).flat_map(|i| [i % 500, i % 250]).collect();
        let (mut numbers, mut fresh) = (vec![0; 2000], Vec::new());
        table.insert(&keys, &mut numbers, &mut fresh);
        assert_eq!(table.len(), 500);
        assert_eq!(numbers[..500], numbers[500..1000]);
    }
}
