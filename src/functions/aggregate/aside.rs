//! Keys and their groups put aside by bits of the keys' hash, to be looked at bucket by bucket: each bucket's distinct
//! keys fit a cache, and no two buckets share one.

use crate::error::Result;
use crate::expr::Tasks;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

/// Number of buckets: few enough that each is written to in whole cache lines.
pub const BUCKETS: usize = 64;

/// Groups up to which buckets are counted by several tasks, each with counts of its own.
const FEW: usize = 1 << 16;

/// A key: equal keys are equal values.
pub trait Key: Copy + Eq + Hash + Send + Sync + 'static {}

impl<K: Copy + Eq + Hash + Send + Sync + 'static> Key for K {}

/// The groups of some keys.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    /// All are of one.
    One(u32),
    /// A group for each.
    Each(&'a [u32]),
}

impl Of<'_> {
    /// The same without the rows before one.
    pub fn from(self, row: usize) -> Self {
        match self {
            Of::One(group) => Of::One(group),
            Of::Each(groups) => Of::Each(&groups[row..]),
        }
    }

    /// The group of a row's key.
    #[inline]
    pub fn row(self, row: usize) -> u32 {
        match self {
            Of::One(group) => group,
            Of::Each(groups) => groups[row],
        }
    }
}

/// How keys are told apart.
pub trait Compare: Default + Send + Sync + 'static {
    /// A key.
    type Key: Copy + Send + Sync + 'static;

    /// The hash of a key: the same for keys that are the same.
    fn hash(&self, key: &Self::Key) -> u64;

    /// Whether two keys are the same.
    fn same(&self, left: &Self::Key, right: &Self::Key) -> bool;

    /// Takes over what the keys of another stand for; returns by how much those move.
    fn adopt(&mut self, other: Self) -> u32;

    /// A key that has moved.
    fn moved(key: Self::Key, by: u32) -> Self::Key;
}

/// Keys that are the same if they are equal.
pub struct Plain<K>(PhantomData<fn() -> K>);

impl<K> Default for Plain<K> {
    fn default() -> Self {
        Plain(PhantomData)
    }
}

impl<K: Key> Compare for Plain<K> {
    type Key = K;

    #[inline]
    fn hash(&self, key: &K) -> u64 {
        FixedState::default().hash_one(key)
    }

    #[inline]
    fn same(&self, left: &K, right: &K) -> bool {
        left == right
    }

    fn adopt(&mut self, _: Self) -> u32 {
        0
    }

    fn moved(key: K, _: u32) -> K {
        key
    }
}

/// The distinct keys of groups.
pub struct Table<K>(HashTable<(u32, K)>);

impl<K> Default for Table<K> {
    fn default() -> Self {
        Table(HashTable::new())
    }
}

impl<K: Copy> Table<K> {
    /// Adds a key of a group if it is not there.
    #[inline]
    pub fn add<C: Compare<Key = K>>(&mut self, group: u32, key: K, compare: &C) {
        let hash =
            |pair: &(u32, K)| compare.hash(&pair.1) ^ u64::from(pair.0).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let pair = (group, key);
        let same = |other: &(u32, K)| other.0 == group && compare.same(&other.1, &key);
        if let hashbrown::hash_table::Entry::Vacant(entry) = self.0.entry(hash(&pair), same, hash) {
            entry.insert(pair);
        }
    }

    /// The number of keys of all groups.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys and their groups.
    pub fn iter(&self) -> impl Iterator<Item = &(u32, K)> {
        self.0.iter()
    }

    /// Changes keys to others of the same hash.
    pub fn replace(&mut self, mut new: impl FnMut(K) -> K) {
        self.0.iter_mut().for_each(|pair| pair.1 = new(pair.1));
    }

    /// Takes all keys out.
    pub fn drain(&mut self) -> impl Iterator<Item = (u32, K)> + '_ {
        self.0.drain()
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.0.allocation_size()
    }
}

/// Keys of any number of groups.
pub struct Aside<K> {
    chunks: Vec<Chunk<K>>,
}

/// Keys in the order of their buckets.
struct Chunk<K> {
    keys: Vec<K>,
    groups: Groups,
    starts: Vec<u32>,
    /// What the groups have become since.
    into: Option<Vec<u32>>,
}

enum Groups {
    One(u32),
    Each(Vec<u32>),
}

impl<K> Default for Aside<K> {
    fn default() -> Self {
        Aside { chunks: Vec::new() }
    }
}

/// The bucket of a hash, by bits that tables hardly use.
#[inline]
fn bucket_of(hash: u64) -> usize {
    (hash >> 40) as usize % BUCKETS
}

impl<K: Copy + Send + Sync + 'static> Aside<K> {
    /// Whether nothing was put aside.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Puts keys aside.
    pub fn push<C: Compare<Key = K>>(&mut self, of: Of<'_>, keys: &[K], compare: &C) {
        let Some(filler) = keys.first() else { return };
        let buckets: Vec<u8> = keys.iter().map(|key| bucket_of(compare.hash(key)) as u8).collect();
        let mut starts = vec![0u32; BUCKETS + 1];
        for bucket in &buckets {
            starts[*bucket as usize + 1] += 1;
        }
        for bucket in 0..BUCKETS {
            starts[bucket + 1] += starts[bucket];
        }
        let mut next = starts.clone();
        let mut sorted = vec![*filler; keys.len()];
        let groups = match of {
            Of::One(group) => {
                for (key, bucket) in keys.iter().zip(&buckets) {
                    let place = &mut next[*bucket as usize];
                    sorted[*place as usize] = *key;
                    *place += 1;
                }
                Groups::One(group)
            }
            Of::Each(groups) => {
                let mut moved = vec![0u32; keys.len()];
                for ((key, group), bucket) in keys.iter().zip(groups).zip(&buckets) {
                    let place = &mut next[*bucket as usize];
                    sorted[*place as usize] = *key;
                    moved[*place as usize] = *group;
                    *place += 1;
                }
                Groups::Each(moved)
            }
        };
        self.chunks.push(Chunk { keys: sorted, groups, starts, into: None });
    }

    /// Takes what another has put aside; its group `i` is `into[i]` here.
    pub fn absorb<C: Compare<Key = K>>(&mut self, other: Aside<K>, into: &[u32], moved: u32) {
        for mut chunk in other.chunks {
            if moved != 0 {
                chunk.keys.iter_mut().for_each(|key| *key = C::moved(*key, moved));
            }
            match (&mut chunk.groups, &mut chunk.into) {
                (Groups::One(group), _) => *group = into[*group as usize],
                (_, Some(groups)) => groups.iter_mut().for_each(|group| *group = into[*group as usize]),
                (_, none) => *none = Some(into.to_vec()),
            }
            self.chunks.push(chunk);
        }
    }

    /// The distinct keys of a bucket with their groups; `more` may hold keys of any bucket.
    pub fn distinct<C: Compare<Key = K>>(
        &self,
        bucket: usize,
        more: &mut dyn Iterator<Item = (u32, K)>,
        compare: &C,
    ) -> Table<K> {
        let mut seen = Table::default();
        for chunk in &self.chunks {
            let rows = chunk.starts[bucket] as usize..chunk.starts[bucket + 1] as usize;
            let keys = &chunk.keys[rows.clone()];
            match (&chunk.groups, &chunk.into) {
                (Groups::One(group), _) => keys.iter().for_each(|key| seen.add(*group, *key, compare)),
                (Groups::Each(groups), None) => {
                    groups[rows].iter().zip(keys).for_each(|(group, key)| seen.add(*group, *key, compare));
                }
                (Groups::Each(groups), Some(into)) => {
                    let groups = groups[rows].iter().map(|group| into[*group as usize]);
                    groups.zip(keys).for_each(|(group, key)| seen.add(group, *key, compare));
                }
            }
        }
        for (group, key) in more.filter(|(_, key)| bucket_of(compare.hash(key)) == bucket) {
            seen.add(group, key, compare);
        }
        seen
    }

    /// The number of distinct keys of each group.
    ///
    /// # Errors
    /// Those of the tasks: cancellation.
    pub fn counts<C: Compare<Key = K>>(
        &self,
        groups: usize,
        compare: &C,
        tasks: &dyn Tasks,
    ) -> Result<Vec<u64>> {
        let total = Mutex::new(vec![0u64; groups]);
        let tasks_count = if groups <= FEW { BUCKETS } else { 1 };
        tasks.each(tasks_count, &|task| {
            let mut counts = vec![0u64; groups];
            for bucket in (task..BUCKETS).step_by(tasks_count) {
                let seen = self.distinct(bucket, &mut std::iter::empty(), compare);
                match groups {
                    1 => counts[0] += seen.len() as u64,
                    _ => seen.iter().for_each(|(group, _)| counts[*group as usize] += 1),
                }
            }
            let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
            total.iter_mut().zip(&counts).for_each(|(sum, count)| *sum += count);
            Ok(())
        })?;
        Ok(total.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        let bytes = |chunk: &Chunk<K>| {
            let groups = match &chunk.groups {
                Groups::One(_) => 0,
                Groups::Each(groups) => groups.capacity() * 4,
            };
            chunk.keys.capacity() * size_of::<K>() + groups + chunk.starts.capacity() * 4
        };
        self.chunks.iter().map(bytes).sum()
    }
}
