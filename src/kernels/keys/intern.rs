//! Numbers for byte strings: equal strings get equal numbers, in order of first sight.

use crate::kernels::hash::{bytes as hash_bytes, mix};
use crate::kernels::keys::texts::Views;
use std::borrow::Cow;
use std::ops::Range;

/// The number that stands for "not known" in look-ups.
pub const UNKNOWN: u32 = u32::MAX;

/// Strings of at most so many bytes lie in their view.
pub const SHORT: u32 = 12;

/// Rows at a time: their slots are loaded one after the other before any is looked at, so that the loads overlap.
pub const BLOCK: usize = 128;

/// Slots of a small table: of sparse ones hardly more lines are touched than there are strings, and they stay in the nearest
/// caches.
const NEAR: usize = 1 << 14;

/// Slots for each string in a small table.
const SPARSE: usize = 64;

/// What is known of the rows at hand.
struct Block {
    /// Their words, if any is long.
    words: [u128; BLOCK],
    hashes: [u64; BLOCK],
    found: [u32; BLOCK],
}

impl Default for Block {
    fn default() -> Self {
        Block { words: [0; BLOCK], hashes: [0; BLOCK], found: [0; BLOCK] }
    }
}

impl Block {
    /// The rows of the first `count` that were not found.
    fn unknown(&self, count: usize) -> impl Iterator<Item = usize> {
        let found = &self.found[..count];
        found.iter().enumerate().filter(|(_, number)| **number == UNKNOWN).map(|(row, _)| row)
    }
}

/// Byte strings by number.
///
/// Strings of at most 12 bytes are one 16-byte word, as in a view; of longer ones the word holds the length, the first
/// four bytes and the place in an arena. Slots are 8 bytes: the upper half of the hash and the number plus one.
#[derive(Clone)]
pub struct Interner {
    slots: Vec<u64>,
    words: Vec<u128>,
    arena: Vec<u8>,
    weak: bool,
}

impl Interner {
    /// An interner; with `weak`, all strings hash alike (for tests).
    pub fn new(weak: bool) -> Self {
        Interner { slots: vec![0; 256], words: Vec::new(), arena: Vec::new(), weak }
    }

    /// How many strings it knows.
    pub fn len(&self) -> u32 {
        self.words.len() as u32
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.slots.capacity() * 8 + self.words.capacity() * 16 + self.arena.capacity()
    }

    /// The bytes of all long strings, one after the other.
    pub fn long_bytes(&self) -> &[u8] {
        &self.arena
    }

    /// How many bytes the longest string has.
    pub fn longest(&self) -> u32 {
        self.words.iter().fold(0, |longest, word| longest.max(*word as u32))
    }

    /// The bytes of the string with this number.
    ///
    /// # Panics
    /// If there is none.
    pub fn text(&self, number: u32) -> Cow<'_, [u8]> {
        let word = self.words[number as usize];
        let (length, start) = (word as u32, (word >> 64) as usize);
        match length {
            0..=SHORT => Cow::Owned(word.to_le_bytes()[4..4 + length as usize].to_vec()),
            _ => Cow::Borrowed(&self.arena[start..start + length as usize]),
        }
    }

    /// The view of the string with this number, of a long one into [`Interner::long_bytes`] as block 0.
    ///
    /// # Panics
    /// If there is none.
    pub fn view(&self, number: u32) -> u128 {
        let word = self.words[number as usize];
        if word as u32 <= SHORT { word } else { u128::from(word as u64) | word >> 64 << 96 }
    }

    /// The number of a string, a new one if it is not known.
    pub fn intern(&mut self, text: &[u8]) -> u32 {
        self.reserve(1);
        let word = word(text);
        let hash = self.hash(word, text);
        self.enter(hash, word, text)
    }

    /// The number of a string, or [`UNKNOWN`].
    pub fn find(&self, text: &[u8]) -> u32 {
        let word = word(text);
        self.probe(self.hash(word, text), word, text).unwrap_or(UNKNOWN)
    }

    /// Numbers of the rows of an array of views; rows that are null get any number.
    pub fn intern_views(&mut self, views: Views<'_>, rows: Range<usize>, out: &mut Vec<u64>) {
        let mut block = Block::default();
        out.reserve(rows.len());
        for start in rows.clone().step_by(BLOCK) {
            let rows = start..rows.end.min(start + BLOCK);
            self.reserve(rows.len());
            let first = out.len();
            if let Some(long) = self.look(views, rows.clone(), &mut block, out) {
                for i in block.unknown(rows.len()) {
                    let text = text(views, start + i, long);
                    let word = if long { block.words[i] } else { views.words(rows.clone())[i] };
                    out[first + i] = self.enter(block.hashes[i], word, text).into();
                }
            }
        }
    }

    /// Like [`Interner::intern_views`] without learning: [`UNKNOWN`] for strings not known. Whether there are any.
    pub fn find_views(&self, views: Views<'_>, rows: Range<usize>, out: &mut Vec<u64>) -> bool {
        let (mut block, mut unknown) = (Block::default(), false);
        out.reserve(rows.len());
        for start in rows.clone().step_by(BLOCK) {
            let rows = start..rows.end.min(start + BLOCK);
            let first = out.len();
            if let Some(long) = self.look(views, rows.clone(), &mut block, out) {
                for i in block.unknown(rows.len()) {
                    let word = if long { block.words[i] } else { views.words(rows.clone())[i] };
                    let number = self.probe(block.hashes[i], word, text(views, start + i, long));
                    unknown |= number.is_none();
                    out[first + i] = number.unwrap_or(UNKNOWN).into();
                }
            }
        }
        unknown
    }

    /// Numbers of at most [`BLOCK`] byte strings that are given as views: short ones as a whole, of others `text` tells the
    /// bytes. [`UNKNOWN`] for strings not known.
    pub fn find_words<'a>(&self, words: &[u128], text: impl Fn(usize) -> &'a [u8], found: &mut [u32]) {
        let (mut hashes, mut long) = ([0; BLOCK], false);
        for (place, (hash, word)) in hashes.iter_mut().zip(words).enumerate() {
            *hash = match *word as u32 {
                0..=SHORT => hash_word(*word, self.weak),
                _ => {
                    long = true;
                    self.hash_long(text(place))
                }
            };
        }
        self.first_slots(words, &hashes, found);
        if long {
            self.check_long(words, &text, found);
        }
        for (place, (word, found)) in words.iter().zip(found).enumerate() {
            if *found == UNKNOWN {
                let text = if *word as u32 > SHORT { text(place) } else { &[] };
                *found = self.probe(hashes[place], *word, text).unwrap_or(UNKNOWN);
            }
        }
    }

    /// Looks for some rows where they are mostly found, and appends their numbers. If all are, `None`; else whether any
    /// string is long (then their words are in `block`), and those not found are [`UNKNOWN`] in `block`.
    fn look(
        &self,
        views: Views<'_>,
        rows: Range<usize>,
        block: &mut Block,
        out: &mut Vec<u64>,
    ) -> Option<bool> {
        let (words, count) = (views.words(rows.clone()), rows.len());
        let Block { words: own, hashes, found } = block;
        let (hashes, found) = (&mut hashes[..count], &mut found[..count]);
        let long = words.iter().fold(false, |long, word| long | (*word as u32 > SHORT));
        if self.weak {
            hashes.fill(0);
        } else {
            for (hash, word) in hashes.iter_mut().zip(words) {
                *hash = hash_word(*word, false);
            }
        }
        if !long && self.slots.len() <= NEAR {
            self.first_short(words, hashes, found);
        } else if !long {
            self.first_slots(words, hashes, found);
        } else {
            own[..count].copy_from_slice(words);
            for ((word, hash), row) in own.iter_mut().zip(hashes.iter_mut()).zip(rows.clone()) {
                if *word as u32 > SHORT {
                    let null = views.is_null(row);
                    // A null's view may be anything: it stands for an empty string.
                    *word = if null { 0 } else { *word as u64 as u128 };
                    *hash = if null { hash_word(0, self.weak) } else { self.hash_long(views.bytes(row)) };
                }
            }
            self.first_slots(&own[..count], hashes, found);
            self.check_long(&own[..count], |i| views.bytes(rows.start + i), found);
        }
        out.extend(found.iter().map(|number| u64::from(*number)));
        // Numbers stay far below the bit that tells those not known.
        let seen = found.iter().fold(0, |seen, number| seen | number);
        (seen >> 31 == 1).then_some(long)
    }

    /// [`Interner::first_slots`] of short strings in a small table: nothing has to be waited for, and all is in the words.
    #[inline(always)]
    fn first_short(&self, words: &[u128], hashes: &[u64], found: &mut [u32]) {
        let mask = self.slots.len() - 1;
        for ((found, word), hash) in found.iter_mut().zip(words).zip(hashes) {
            let number = (self.slots[*hash as usize & mask] as u32).wrapping_sub(1);
            let known = self.words.get(number as usize).copied().unwrap_or(!*word);
            let other = (known ^ *word) as u64 | ((known ^ *word) >> 64) as u64;
            *found = number | if other == 0 { 0 } else { UNKNOWN };
        }
    }

    /// The numbers of the words that are in their first slot or the next, else [`UNKNOWN`]; of long strings no more than
    /// length, first bytes and half of the hash are compared.
    #[inline(always)]
    fn first_slots(&self, words: &[u128], hashes: &[u64], found: &mut [u32]) {
        let mask = self.slots.len() - 1;
        for (found, hash) in found.iter_mut().zip(hashes) {
            let (slot, next) = (self.slots[*hash as usize & mask], self.slots[(*hash as usize + 1) & mask]);
            let next = if (next ^ hash) >> 32 == 0 { next as u32 } else { 0 };
            *found = if (slot ^ hash) >> 32 == 0 { slot as u32 } else { next };
        }
        for (found, word) in found.iter_mut().zip(words) {
            let number = found.wrapping_sub(1);
            let compared = if *word as u32 > SHORT { u128::from(u64::MAX) } else { u128::MAX };
            let same = self.words.get(number as usize).is_some_and(|known| (known ^ word) & compared == 0);
            *found = if same { number } else { UNKNOWN };
        }
    }

    /// Compares the long strings that were found; other than equal ones become [`UNKNOWN`].
    #[inline(always)]
    fn check_long<'a>(&self, words: &[u128], text: impl Fn(usize) -> &'a [u8], found: &mut [u32]) {
        // Their ends first: so many loads overlap, and the bytes between are there when they are compared.
        for (place, (found, word)) in found.iter_mut().zip(words).enumerate() {
            if *word as u32 > SHORT && *found != UNKNOWN {
                let text = text(place);
                let start = (self.words[*found as usize] >> 64) as usize;
                let known = &self.arena[start..start + text.len()];
                if known.first() != text.first() || known.last() != text.last() {
                    *found = UNKNOWN;
                }
            }
        }
        for (place, (found, word)) in found.iter_mut().zip(words).enumerate() {
            if *word as u32 > SHORT
                && *found != UNKNOWN
                && !self.same(self.words[*found as usize], *word, text(place))
            {
                *found = UNKNOWN;
            }
        }
    }

    fn hash(&self, word: u128, text: &[u8]) -> u64 {
        if word as u32 <= SHORT { hash_word(word, self.weak) } else { self.hash_long(text) }
    }

    fn hash_long(&self, text: &[u8]) -> u64 {
        if self.weak { 0 } else { hash_bytes(text) }
    }

    /// Whether a known word stands for this string; of long strings `word` has the length and the first bytes.
    #[inline]
    fn same(&self, known: u128, word: u128, text: &[u8]) -> bool {
        if word as u32 <= SHORT {
            return known == word;
        }
        let start = (known >> 64) as usize;
        known as u64 == word as u64 && &self.arena[start..start + text.len()] == text
    }

    fn probe(&self, hash: u64, word: u128, text: &[u8]) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let slot = self.slots[place];
            if slot == 0 {
                return None;
            }
            let number = slot as u32 - 1;
            if slot >> 32 == hash >> 32 && self.same(self.words[number as usize], word, text) {
                return Some(number);
            }
            place = (place + 1) & mask;
        }
    }

    /// The number of a string, a new one if it is not known; there is a free slot.
    fn enter(&mut self, hash: u64, word: u128, text: &[u8]) -> u32 {
        if let Some(number) = self.probe(hash, word, text) {
            return number;
        }
        let number = self.words.len() as u32;
        if word as u32 <= SHORT {
            self.words.push(word);
        } else {
            self.words.push(u128::from(word as u64) | (self.arena.len() as u128) << 64);
            self.arena.extend_from_slice(text);
        }
        self.place(hash, number);
        number
    }

    fn place(&mut self, hash: u64, number: u32) {
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        while self.slots[place] != 0 {
            place = (place + 1) & mask;
        }
        self.slots[place] = hash >> 32 << 32 | u64::from(number + 1);
    }

    /// Makes room for so many more strings, with the slots at most half full; in a small table far less, so that hardly
    /// any string is not where it is looked for first.
    fn reserve(&mut self, more: usize) {
        let count = self.words.len() + more;
        if self.slots.len() >= (count * 2).max(NEAR.min(count * SPARSE)) {
            return;
        }
        self.slots = vec![0; (count * 4).max(NEAR.min(count * SPARSE)).next_power_of_two()];
        for number in 0..self.words.len() {
            let word = self.words[number];
            let start = (word >> 64) as usize;
            let hash = match word as u32 {
                0..=SHORT => hash_word(word, self.weak),
                length => self.hash_long(&self.arena[start..start + length as usize]),
            };
            self.place(hash, number as u32);
        }
    }
}

/// The bytes of a row, where there may be long strings; short ones are known by their word alone.
fn text<'a>(views: Views<'a>, row: usize, long: bool) -> &'a [u8] {
    if long && !views.is_null(row) { views.bytes(row) } else { &[] }
}

/// A string as the lower half of its view, and if it is short as the whole.
fn word(text: &[u8]) -> u128 {
    let mut bytes = [0u8; 16];
    bytes[..4].copy_from_slice(&(text.len() as u32).to_le_bytes());
    let held = if text.len() <= SHORT as usize { text.len() } else { 4 };
    bytes[4..4 + held].copy_from_slice(&text[..held]);
    u128::from_le_bytes(bytes)
}

#[inline]
fn hash_word(word: u128, weak: bool) -> u64 {
    let (low, high) = (word as u64, (word >> 64) as u64);
    let hash = mix(low.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ high.rotate_left(32));
    if weak { 0 } else { hash }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, StringViewArray};

    /// Texts of every length around the limits, many of which begin alike, end alike or repeat.
    fn texts() -> Vec<String> {
        let one = |i: usize| match i % 5 {
            0 => format!("{i}"),
            1 => format!("the same beginning {}", i % 700),
            2 => format!("{:0>12}", i % 300),
            3 => format!("{:x>width$}", i % 100, width = i % 40),
            _ => format!("{} the same end", i % 900),
        };
        (0..5000).map(one).collect()
    }

    #[test]
    fn equal_strings_have_equal_numbers() {
        let texts = texts();
        let views: StringViewArray =
            texts.iter().enumerate().map(|(i, text)| (i % 17 > 0).then_some(text)).collect();
        for weak in [false, true] {
            let mut interner = Interner::new(weak);
            let mut wanted: Vec<&str> = Vec::new();
            let mut known = std::collections::HashMap::new();
            let some = if weak { 600 } else { texts.len() };
            let expected: Vec<Option<u64>> = views
                .iter()
                .take(some)
                .map(|text| {
                    text.map(|text| {
                        *known.entry(text).or_insert_with(|| {
                            wanted.push(text);
                            wanted.len() as u64 - 1
                        })
                    })
                })
                .collect();
            // What a null row enters must not be mistaken for a text.
            let valid: StringViewArray = views.iter().take(some).flatten().map(Some).collect();
            let mut found = Vec::new();
            interner.intern_views(Views::String(&valid), 0..valid.len(), &mut found);
            assert_eq!(found, expected.iter().flatten().copied().collect::<Vec<_>>());
            assert_eq!(interner.len() as usize, wanted.len());
            let (mut again, all) = (Vec::new(), Views::String(&views));
            interner.find_views(all, 0..views.len(), &mut again);
            for (row, text) in views.iter().enumerate() {
                let Some(text) = text else { continue };
                let number = known.get(text).map_or(UNKNOWN, |number| *number as u32);
                assert_eq!(again[row], u64::from(number), "{text}");
                assert_eq!(interner.find(text.as_bytes()), number, "{text}");
            }
            for block in (0..views.len()).step_by(BLOCK) {
                let rows = block..views.len().min(block + BLOCK);
                let words: Vec<u128> = texts[rows.clone()].iter().map(|text| word(text.as_bytes())).collect();
                let mut found = vec![7; words.len()];
                interner.find_words(&words, |place| texts[block + place].as_bytes(), &mut found);
                for (text, number) in texts[rows].iter().zip(found) {
                    let wanted = known.get(text.as_str()).map_or(UNKNOWN, |number| *number as u32);
                    assert_eq!(number, wanted, "{text}");
                }
            }
        }
    }
}
