//! Numbers for byte strings: equal strings get equal numbers, in order of first sight.

use arrow::array::{Array, StringViewArray};
use arrow::array::{BinaryViewArray, GenericByteViewArray};
use arrow::datatypes::ByteViewType;
use hashbrown::HashTable;

/// The number that stands for "not known" in look-ups.
pub const UNKNOWN: u32 = u32::MAX;

/// Byte strings by number. Strings of at most 12 bytes are compared as one 16-byte word, longer ones in an arena.
#[derive(Default)]
pub struct Interner {
    short: HashTable<(u128, u32)>,
    long: HashTable<u32>,
    /// Number, start and end in the arena of every long string.
    places: Vec<(u32, usize, usize)>,
    arena: Vec<u8>,
    len: u32,
    weak: bool,
}

impl Interner {
    /// An interner; with `weak`, all strings hash alike (for tests).
    pub fn new(weak: bool) -> Self {
        Interner { weak, ..Interner::default() }
    }

    /// How many strings it knows.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.short.capacity() * 33
            + self.long.capacity() * 5
            + self.places.capacity() * 24
            + self.arena.capacity()
    }

    /// The number of a string, a new one if it is not known.
    pub fn intern(&mut self, text: &[u8]) -> u32 {
        match short_word(text) {
            Some(word) => self.intern_short(word),
            None => self.intern_long(text),
        }
    }

    /// The number of a string, or [`UNKNOWN`].
    pub fn find(&self, text: &[u8]) -> u32 {
        match short_word(text) {
            Some(word) => self.find_short(word),
            None => self.find_long(text),
        }
    }

    fn intern_short(&mut self, word: u128) -> u32 {
        let hash = hash_word(word, self.weak);
        let entry = self.short.entry(hash, |found| found.0 == word, |found| hash_word(found.0, self.weak));
        match entry {
            hashbrown::hash_table::Entry::Occupied(found) => found.get().1,
            hashbrown::hash_table::Entry::Vacant(place) => {
                let number = self.len;
                place.insert((word, number));
                self.len += 1;
                number
            }
        }
    }

    fn find_short(&self, word: u128) -> u32 {
        let hash = hash_word(word, self.weak);
        self.short.find(hash, |found| found.0 == word).map_or(UNKNOWN, |found| found.1)
    }

    fn intern_long(&mut self, text: &[u8]) -> u32 {
        let known = self.find_long(text);
        if known != UNKNOWN {
            return known;
        }
        let number = self.len;
        let start = self.arena.len();
        self.arena.extend_from_slice(text);
        let place = self.places.len() as u32;
        self.places.push((number, start, self.arena.len()));
        let (places, arena, weak) = (&self.places, &self.arena, self.weak);
        self.long.insert_unique(hash_bytes(text, weak), place, |&place| {
            let (_, start, end) = places[place as usize];
            hash_bytes(&arena[start..end], weak)
        });
        self.len += 1;
        number
    }

    fn find_long(&self, text: &[u8]) -> u32 {
        let found = self.long.find(hash_bytes(text, self.weak), |&place| {
            let (_, start, end) = self.places[place as usize];
            &self.arena[start..end] == text
        });
        found.map_or(UNKNOWN, |&place| self.places[place as usize].0)
    }

    /// Numbers of the rows of an array of views; rows that are null get any number.
    pub fn intern_views(&mut self, views: Views<'_>, rows: std::ops::Range<usize>, out: &mut Vec<u64>) {
        let mut last: Option<(u128, u32)> = None;
        for row in rows {
            let view = views.view(row);
            let number = if view as u32 <= 12 {
                match last {
                    Some((word, number)) if word == view => number,
                    _ => self.intern_short(view),
                }
            } else if views.is_null(row) {
                0
            } else {
                self.intern_long(views.bytes(row))
            };
            last = Some((view, number)).filter(|_| view as u32 <= 12);
            out.push(u64::from(number));
        }
    }

    /// Like [`Interner::intern_views`] without learning: [`UNKNOWN`] for strings not known.
    pub fn find_views(&self, views: Views<'_>, rows: std::ops::Range<usize>, out: &mut Vec<u64>) {
        for row in rows {
            let view = views.view(row);
            let number = if view as u32 <= 12 {
                self.find_short(view)
            } else if views.is_null(row) {
                0
            } else {
                self.find_long(views.bytes(row))
            };
            out.push(u64::from(number));
        }
    }
}

/// String or binary views.
#[derive(Clone, Copy)]
pub enum Views<'a> {
    /// Text.
    String(&'a StringViewArray),
    /// Bytes.
    Binary(&'a BinaryViewArray),
}

impl Views<'_> {
    fn view(&self, row: usize) -> u128 {
        match self {
            Views::String(array) => array.views()[row],
            Views::Binary(array) => array.views()[row],
        }
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Views::String(array) => array.is_null(row),
            Views::Binary(array) => array.is_null(row),
        }
    }

    fn bytes(&self, row: usize) -> &[u8] {
        fn bytes<T: ByteViewType + ?Sized>(array: &GenericByteViewArray<T>, row: usize) -> &[u8]
        where
            T::Native: AsRef<[u8]>,
        {
            array.value(row).as_ref()
        }
        match self {
            Views::String(array) => bytes(array, row),
            Views::Binary(array) => bytes(array, row),
        }
    }
}

/// The view of a short string: its length and bytes, zero-padded, exactly as Arrow lays it out.
fn short_word(text: &[u8]) -> Option<u128> {
    if text.len() > 12 {
        return None;
    }
    let mut bytes = [0u8; 16];
    bytes[..4].copy_from_slice(&(text.len() as u32).to_le_bytes());
    bytes[4..4 + text.len()].copy_from_slice(text);
    Some(u128::from_le_bytes(bytes))
}

fn hash_word(word: u128, weak: bool) -> u64 {
    if weak {
        return 0;
    }
    let (low, high) = (word as u64, (word >> 64) as u64);
    crate::kernels::hash::mix(low.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ crate::kernels::hash::mix(high))
}

fn hash_bytes(text: &[u8], weak: bool) -> u64 {
    if weak { 0 } else { crate::kernels::hash::bytes(text) }
}
