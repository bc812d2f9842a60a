//! Sets of distinct keys, one per group, in one hash table.

use crate::error::Result;
use crate::expr::Tasks;
use crate::functions::aggregate::aside::{Aside, BUCKETS, Compare, Key, Of, Table};
use crate::functions::aggregate::grouped::Grouped;
use arrow::array::ArrayRef;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::sync::OnceLock;

/// From values to keys: equal values have equal keys.
pub trait Keys: Send + Sync + 'static {
    /// The type of a key.
    type Key: Key;

    /// The key of each row; anything where the row is null.
    ///
    /// # Errors
    /// `Internal` for arrays of another type.
    fn keys(&mut self, array: &ArrayRef) -> Result<Vec<Self::Key>>;

    /// Whether keys mean the same in every state.
    const SHARED: bool;

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

/// The distinct keys of every group: in a table as long as that is small, beyond it put aside by bits of their hash and
/// counted bucket by bucket.
pub struct Distinct<C: Compare> {
    /// What keys stand for.
    pub compare: C,
    groups: usize,
    seen: Table<C::Key>,
    /// Keys added since the table was last emptied.
    added: usize,
    aside: Aside<C::Key>,
    /// Whether so many keys were new that the table is of no use.
    direct: bool,
    counts: OnceLock<Vec<u64>>,
    grouped: OnceLock<Grouped<C::Key>>,
}

impl<C: Compare> Default for Distinct<C> {
    fn default() -> Self {
        Distinct {
            compare: C::default(),
            groups: 0,
            seen: Table::default(),
            added: 0,
            aside: Aside::default(),
            direct: false,
            counts: OnceLock::new(),
            grouped: OnceLock::new(),
        }
    }
}

/// Keys in the table at most: what the nearest caches hold.
const MOST: usize = 1 << 15;

/// Keys added between two looks at the size of the table, and fewest worth putting aside at once.
const STEP: usize = 1 << 12;

impl<C: Compare> Distinct<C> {
    /// Makes room for groups.
    pub fn resize(&mut self, groups: usize) {
        if groups > self.groups {
            self.groups = groups;
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.counts.take();
        self.grouped.take();
    }

    /// Adds keys with their groups.
    pub fn extend(&mut self, of: Of<'_>, keys: &[C::Key]) {
        self.forget();
        if self.direct && keys.len() >= STEP {
            return self.aside.push(of, keys, &self.compare);
        }
        for start in (0..keys.len()).step_by(STEP) {
            let part = start..keys.len().min(start + STEP);
            self.added += part.len();
            for row in part {
                self.seen.add(of.row(row), keys[row], &self.compare);
            }
            if self.seen.len() > MOST {
                self.direct = self.added < 4 * self.seen.len();
                self.empty_table();
                if self.direct && keys.len() - start >= 2 * STEP {
                    let rest = start + STEP;
                    return self.aside.push(of.from(rest), &keys[rest..], &self.compare);
                }
            }
        }
    }

    fn empty_table(&mut self) {
        let (groups, keys): (Vec<u32>, Vec<C::Key>) = self.seen.drain().unzip();
        self.aside.push(Of::Each(&groups), &keys, &self.compare);
        self.added = 0;
    }

    /// Changes all keys to others that are the same; `None` while some were put aside.
    pub fn replace(&mut self, new: impl FnMut(C::Key) -> C::Key) -> Option<()> {
        if !self.aside.is_empty() {
            return None;
        }
        self.forget();
        self.seen.replace(new);
        Some(())
    }

    /// Takes all keys of another; those of its group `i` belong to `into[i]`.
    pub fn absorb(&mut self, mut other: Distinct<C>, into: &[u32]) {
        self.forget();
        let moved = self.compare.adopt(other.compare);
        let pairs = other.seen.drain().map(|(group, key)| (into[group as usize], C::moved(key, moved)));
        let (groups, keys): (Vec<u32>, Vec<C::Key>) = pairs.unzip();
        self.extend(Of::Each(&groups), &keys);
        self.aside.absorb::<C>(other.aside, into, moved);
    }

    /// Counts on all threads.
    ///
    /// # Errors
    /// Those of the tasks: cancellation.
    pub fn settle(&mut self, tasks: &dyn Tasks) -> Result<()> {
        self.forget();
        if self.aside.is_empty() {
            return Ok(());
        }
        self.empty_table();
        self.counts = OnceLock::from(self.aside.counts(self.groups, &self.compare, tasks)?);
        Ok(())
    }

    /// The keys in the order of their groups; made once, until more keys come.
    pub fn grouped(&self) -> &Grouped<C::Key> {
        self.grouped.get_or_init(|| {
            let (mut groups, mut keys) = (Vec::new(), Vec::new());
            let mut add = |(group, key): &(u32, C::Key)| {
                groups.push(*group);
                keys.push(*key);
            };
            match self.aside.is_empty() {
                true => self.seen.iter().for_each(add),
                false => (0..BUCKETS).for_each(|bucket| {
                    let more = &mut self.seen.iter().copied();
                    self.aside.distinct(bucket, more, &self.compare).iter().for_each(&mut add);
                }),
            }
            Grouped::of_slices(self.groups, &groups, &keys)
        })
    }

    /// The number of distinct keys of each group.
    pub fn counts(&self) -> &[u64] {
        self.counts.get_or_init(|| {
            let mut counts = vec![0; self.groups];
            match self.aside.is_empty() {
                true => self.seen.iter().for_each(|(group, _)| counts[*group as usize] += 1),
                false => {
                    let ends = self.grouped().starts.windows(2);
                    counts.iter_mut().zip(ends).for_each(|(n, ends)| *n = (ends[1] - ends[0]) as u64);
                }
            }
            counts
        })
    }

    /// Bytes held, without what keys stand for.
    pub fn size_bytes(&self) -> usize {
        let counts = self.counts.get().map_or(0, Vec::capacity);
        self.seen.size_bytes() + self.aside.size_bytes() + counts * size_of::<u64>()
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
