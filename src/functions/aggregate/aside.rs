//! Keys and their groups put aside by bits of the keys' hash, to be looked at bucket by bucket: each bucket's distinct
//! keys fit a cache, and no two buckets share one.

use crate::error::Result;
use crate::expr::Tasks;
use crate::functions::aggregate::distinct::{Key, Of};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, PoisonError};

/// Number of buckets: few enough that each is written to in whole cache lines.
pub const BUCKETS: usize = 64;

/// Groups up to which buckets are counted by several tasks, each with counts of its own.
const FEW: usize = 1 << 16;

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

/// The hash of a key in its group.
#[inline]
pub fn hash_pair<K: Hash>(pair: &(u32, K)) -> u64 {
    FixedState::default().hash_one(pair)
}

/// The bucket of a key, by bits that tables of pairs do not use.
#[inline]
fn bucket_of<K: Hash>(key: &K) -> usize {
    (FixedState::default().hash_one(key) >> 32) as usize % BUCKETS
}

impl<K: Key> Aside<K> {
    /// Whether nothing was put aside.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Puts keys aside.
    pub fn push(&mut self, of: Of<'_>, keys: &[K]) {
        let Some(filler) = keys.first() else { return };
        let buckets: Vec<u8> = keys.iter().map(|key| bucket_of(key) as u8).collect();
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
    pub fn absorb(&mut self, other: Aside<K>, into: &[u32]) {
        for mut chunk in other.chunks {
            match (&mut chunk.groups, &mut chunk.into) {
                (Groups::One(group), _) => *group = into[*group as usize],
                (_, Some(groups)) => groups.iter_mut().for_each(|group| *group = into[*group as usize]),
                (_, none) => *none = Some(into.to_vec()),
            }
            self.chunks.push(chunk);
        }
    }

    /// The distinct keys of a bucket with their groups; `more` may hold keys of any bucket.
    pub fn distinct(&self, bucket: usize, more: &mut dyn Iterator<Item = (u32, K)>) -> HashTable<(u32, K)> {
        let mut seen = HashTable::new();
        let mut add = |pair: (u32, K)| {
            let entry = seen.entry(hash_pair(&pair), |other| *other == pair, hash_pair);
            if let hashbrown::hash_table::Entry::Vacant(entry) = entry {
                entry.insert(pair);
            }
        };
        for chunk in &self.chunks {
            let rows = chunk.starts[bucket] as usize..chunk.starts[bucket + 1] as usize;
            let keys = &chunk.keys[rows.clone()];
            match (&chunk.groups, &chunk.into) {
                (Groups::One(group), _) => keys.iter().for_each(|key| add((*group, *key))),
                (Groups::Each(groups), None) => {
                    groups[rows].iter().zip(keys).for_each(|(group, key)| add((*group, *key)));
                }
                (Groups::Each(groups), Some(into)) => {
                    groups[rows].iter().zip(keys).for_each(|(group, key)| add((into[*group as usize], *key)));
                }
            }
        }
        more.filter(|(_, key)| bucket_of(key) == bucket).for_each(add);
        seen
    }

    /// The number of distinct keys of each group.
    ///
    /// # Errors
    /// Those of the tasks: cancellation.
    pub fn counts(&self, groups: usize, tasks: &dyn Tasks) -> Result<Vec<u64>> {
        let total = Mutex::new(vec![0u64; groups]);
        let tasks_count = if groups <= FEW { BUCKETS } else { 1 };
        tasks.each(tasks_count, &|task| {
            let mut counts = vec![0u64; groups];
            for bucket in (task..BUCKETS).step_by(tasks_count) {
                let seen = self.distinct(bucket, &mut std::iter::empty());
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
