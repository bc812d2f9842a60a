//! Sets of distinct keys, one per group, in one hash table.

use crate::error::Result;
use crate::functions::aggregate::grouped::Grouped;
use arrow::array::ArrayRef;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hash};
use std::sync::OnceLock;

/// A key: equal keys are equal values.
pub trait Key: Copy + Eq + Hash + Send + Sync + 'static {}

impl<K: Copy + Eq + Hash + Send + Sync + 'static> Key for K {}

/// From values to keys: equal values have equal keys.
pub trait Keys: Send + Sync + 'static {
    /// The type of a key.
    type Key: Key;

    /// The key of each row; anything where the row is null.
    ///
    /// # Errors
    /// `Internal` for arrays of another type.
    fn keys(&mut self, array: &ArrayRef) -> Result<Vec<Self::Key>>;

    /// The key here of a key of another state.
    fn adopt(&mut self, _other: &Self, key: Self::Key) -> Self::Key {
        key
    }

    /// What the keys stand for, for other machines.
    fn export(&self, keys: &[Self::Key]) -> ArrayRef;

    /// The keys of what was exported.
    ///
    /// # Errors
    /// `Internal` if it is not what `export` gives.
    fn import(&mut self, array: &ArrayRef) -> Result<Vec<Self::Key>>;

    /// Bytes held.
    fn size_bytes(&self) -> usize {
        0
    }
}

/// The groups of some keys.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    /// All are of one.
    One(u32),
    /// A group for each.
    Each(&'a [u32]),
}

impl Of<'_> {
    /// The group of a row's key.
    #[inline]
    pub fn row(self, row: usize) -> u32 {
        match self {
            Of::One(group) => group,
            Of::Each(groups) => groups[row],
        }
    }
}

/// The distinct keys of every group.
pub struct Distinct<K> {
    seen: HashTable<(u32, K)>,
    counts: Vec<u64>,
    grouped: OnceLock<Grouped<K>>,
}

impl<K> Default for Distinct<K> {
    fn default() -> Self {
        Distinct { seen: HashTable::new(), counts: Vec::new(), grouped: OnceLock::new() }
    }
}

fn hash<K: Hash>(pair: &(u32, K)) -> u64 {
    FixedState::default().hash_one(pair)
}

impl<K: Key> Distinct<K> {
    /// Makes room for groups.
    pub fn resize(&mut self, groups: usize) {
        if groups > self.counts.len() {
            self.counts.resize(groups, 0);
            self.grouped.take();
        }
    }

    /// Adds keys with their groups.
    pub fn extend(&mut self, of: Of<'_>, keys: &[K]) {
        self.grouped.take();
        for (row, key) in keys.iter().enumerate() {
            let pair = (of.row(row), *key);
            let entry = self.seen.entry(hash(&pair), |other| *other == pair, hash);
            if let hashbrown::hash_table::Entry::Vacant(entry) = entry {
                entry.insert(pair);
                self.counts[pair.0 as usize] += 1;
            }
        }
    }

    /// The keys in the order of their groups; made once, until more keys come.
    pub fn grouped(&self) -> &Grouped<K> {
        self.grouped.get_or_init(|| {
            let (mut groups, mut keys) = (Vec::new(), Vec::new());
            for (group, key) in &self.seen {
                groups.push(*group);
                keys.push(*key);
            }
            Grouped::of_slices(self.counts.len(), &groups, &keys)
        })
    }

    /// The number of distinct keys of each group.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.seen.allocation_size() + self.counts.capacity() * size_of::<u64>()
    }
}

/// Byte strings by number: equal strings have equal numbers.
#[derive(Default)]
pub struct Pool {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    numbers: HashTable<u32>,
}

impl Pool {
    /// The number of a string, a new one if need be.
    pub fn number(&mut self, text: &[u8]) -> u64 {
        let state = FixedState::default();
        let (bytes, ends) = (&self.bytes, &self.ends);
        let entry = self.numbers.entry(
            state.hash_one(text),
            |number| text_of(bytes, ends, *number) == text,
            |number| state.hash_one(text_of(bytes, ends, *number)),
        );
        let number = match entry {
            hashbrown::hash_table::Entry::Occupied(entry) => return (*entry.get()).into(),
            hashbrown::hash_table::Entry::Vacant(entry) => {
                let number = self.ends.len() as u32;
                entry.insert(number);
                number
            }
        };
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
        number.into()
    }

    /// Whether there is no string.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The string of a number.
    pub fn text(&self, number: u64) -> &[u8] {
        text_of(&self.bytes, &self.ends, number as u32)
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>() + self.numbers.allocation_size()
    }
}

fn text_of<'a>(bytes: &'a [u8], ends: &[usize], number: u32) -> &'a [u8] {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] };
    &bytes[start..ends[number]]
}

/// A number as a key.
pub trait KeyBits: Copy {
    /// The value that stands for all it is equal to: one NaN, one zero.
    fn canonical(self) -> Self;
}

macro_rules! integer_keys {
    ($($type:ty),*) => {$(
        impl KeyBits for $type {
            fn canonical(self) -> Self {
                self
            }
        }
    )*};
}

integer_keys!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! float_keys {
    ($($type:ty),*) => {$(
        impl KeyBits for $type {
            #[inline]
            fn canonical(self) -> Self {
                // The sum turns -0.0 into 0.0.
                if self.is_nan() { <$type>::NAN } else { self + 0.0 }
            }
        }
    )*};
}

float_keys!(f32, f64);
