//! Sets of distinct keys, one per group: a bit per key where the keys lie close together, else a hash table.

use crate::error::Result;
use crate::expr::Tasks;
use crate::functions::aggregate::aside::{Key, Of, Plain};
use crate::functions::aggregate::distinct::Distinct;
use crate::functions::aggregate::grouped::Grouped;

/// Words that the bits of all groups may take: what fits the cache of one core.
const MOST_WORDS: usize = 1 << 17;

/// A key that may be close to others.
pub trait CloseKey: Key {
    /// The key as a word; keys next to one another have words next to one another. `None`: keys of this kind are not
    /// close.
    fn word(self) -> Option<u64>;
    /// The key of a word.
    fn of_word(word: u64) -> Self;
}

impl CloseKey for u64 {
    #[inline]
    fn word(self) -> Option<u64> {
        Some(self)
    }

    #[inline]
    fn of_word(word: u64) -> Self {
        word
    }
}

impl CloseKey for i128 {
    #[inline]
    fn word(self) -> Option<u64> {
        None
    }

    fn of_word(word: u64) -> Self {
        word.into()
    }
}

/// A bit per group and key, for keys between two bounds. Words are compared as signed numbers: those of negative keys
/// are below those of positive ones.
#[derive(Default)]
struct Bits {
    /// The least and the greatest key seen.
    ends: Option<(i64, i64)>,
    /// Words per group; the first bit is the least key's.
    stride: usize,
    words: Vec<u64>,
}

impl Bits {
    /// Makes room for keys between two words and for groups; whether that was possible.
    fn cover(&mut self, low: i64, high: i64, groups: usize) -> bool {
        // A whole word below, so that words of other bits can be added to these.
        let low = low & !63;
        let (low, high) = self.ends.map_or((low, high), |(least, most)| (least.min(low), most.max(high)));
        let width = high.wrapping_sub(low) as u64;
        if width >= 64 * MOST_WORDS as u64 {
            return false;
        }
        let stride = (width as usize / 64 + 1).next_power_of_two().max(self.stride);
        if stride * groups.max(1) > MOST_WORDS {
            return false;
        }
        match self.ends.replace((low, high)) {
            Some((least, _)) if least != low || stride != self.stride => {
                let words = std::mem::replace(&mut self.words, vec![0; stride * groups]);
                let old = Bits { ends: Some((least, least)), stride: self.stride, words };
                self.stride = stride;
                old.each(|group, key| self.insert(group, key));
            }
            _ => {
                self.stride = stride;
                self.words.resize(stride * groups, 0);
            }
        }
        true
    }

    /// The least key.
    #[inline]
    fn base(&self) -> u64 {
        self.ends.map_or(0, |(least, _)| least as u64)
    }

    #[inline]
    fn insert(&mut self, group: usize, word: u64) {
        let place = word.wrapping_sub(self.base()) as usize;
        self.words[group * self.stride + place / 64] |= 1 << (place % 64);
    }

    /// The keys of a group, ascending.
    fn of(&self, group: usize) -> impl Iterator<Item = u64> {
        let words = self.words.get(group * self.stride..(group + 1) * self.stride).unwrap_or_default();
        let base = self.base();
        words.iter().enumerate().flat_map(move |(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(base.wrapping_add(64 * at as u64 + u64::from(bit)))
            })
        })
    }

    fn each(&self, mut visit: impl FnMut(usize, u64)) {
        for group in 0..self.words.len() / self.stride.max(1) {
            self.of(group).for_each(|word| visit(group, word));
        }
    }

    /// All keys with their groups.
    fn pairs<K: CloseKey>(&self, of: impl Fn(usize) -> u32) -> (Vec<u32>, Vec<K>) {
        let (mut groups, mut keys) = (Vec::new(), Vec::new());
        self.each(|group, word| {
            groups.push(of(group));
            keys.push(K::of_word(word));
        });
        (groups, keys)
    }

    /// Adds the bits of others, which this covers; their group `i` is `into[i]` here.
    fn unite(&mut self, other: &Bits, into: &[u32]) {
        let before = other.base().wrapping_sub(self.base()) as usize / 64;
        for (group, words) in other.words.chunks_exact(other.stride.max(1)).enumerate() {
            let start = into[group] as usize * self.stride + before;
            // The words that are left out are beyond the greatest key, hence empty.
            for (own, word) in self.words[start..].iter_mut().zip(words).take(self.stride - before) {
                *own |= word;
            }
        }
    }

    fn count(&self, group: usize) -> u64 {
        let words = self.words.get(group * self.stride..(group + 1) * self.stride).unwrap_or_default();
        words.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

/// The least and the greatest word of keys; `None` if keys of their kind are not close.
fn ends<K: CloseKey>(keys: &[K]) -> Option<(i64, i64)> {
    let (mut low, mut high) = (i64::MAX, i64::MIN);
    for key in keys {
        let word = key.word()? as i64;
        (low, high) = (low.min(word), high.max(word));
    }
    Some((low, high))
}

/// The distinct keys of every group.
pub struct KeySets<K: Key> {
    groups: usize,
    /// The keys, until they lie too far apart.
    bits: Option<Bits>,
    hashed: Distinct<Plain<K>>,
}

impl<K: CloseKey> Default for KeySets<K> {
    fn default() -> Self {
        KeySets { groups: 0, bits: Some(Bits::default()), hashed: Distinct::default() }
    }
}

impl<K: CloseKey> KeySets<K> {
    /// Makes room for groups.
    pub fn resize(&mut self, groups: usize) {
        if groups > self.groups {
            self.groups = groups;
            self.hashed.resize(groups);
        }
    }

    /// Adds keys with their groups.
    pub fn extend(&mut self, of: Of<'_>, keys: &[K]) {
        if keys.is_empty() {
            return;
        }
        if self.bits.is_some() {
            match ends(keys) {
                None => self.bits = None,
                Some((low, high)) => self.cover(low, high),
            }
        }
        match &mut self.bits {
            None => self.hashed.extend(of, keys),
            Some(bits) => {
                let (base, stride, words) = (bits.base(), bits.stride, bits.words.as_mut_slice());
                for (row, key) in keys.iter().enumerate() {
                    if let Some(word) = key.word() {
                        let place = word.wrapping_sub(base) as usize;
                        words[of.row(row) as usize * stride + place / 64] |= 1 << (place % 64);
                    }
                }
            }
        }
    }

    /// Takes all keys of another; those of its group `i` belong to `into[i]`.
    pub fn absorb(&mut self, other: KeySets<K>, into: &[u32]) {
        let Some(bits) = other.bits else {
            self.give_up_bits();
            return self.hashed.absorb(other.hashed, into);
        };
        let Some((low, high)) = bits.ends else { return };
        self.cover(low, high);
        match &mut self.bits {
            Some(own) => own.unite(&bits, into),
            None => {
                let (groups, keys) = bits.pairs(|group| into[group]);
                self.hashed.extend(Of::Each(&groups), &keys);
            }
        }
    }

    /// Counts on all threads.
    ///
    /// # Errors
    /// Those of the tasks: cancellation.
    pub fn settle(&mut self, tasks: &dyn Tasks) -> Result<()> {
        self.hashed.settle(tasks)
    }

    fn give_up_bits(&mut self) {
        if let Some(bits) = self.bits.take() {
            let (groups, keys) = bits.pairs(|group| group as u32);
            self.hashed.extend(Of::Each(&groups), &keys);
        }
    }

    /// Makes room among the bits, or gives them up.
    fn cover(&mut self, low: i64, high: i64) {
        let groups = self.groups;
        if self.bits.as_mut().is_some_and(|bits| !bits.cover(low, high, groups)) {
            self.give_up_bits();
        }
    }

    /// Visits the keys of a group of another set.
    pub fn keys_of(&self, group: usize) -> Vec<K> {
        match &self.bits {
            Some(bits) => bits.of(group).map(K::of_word).collect(),
            None => self.hashed.grouped().of(group).to_vec(),
        }
    }

    /// The keys in the order of their groups.
    pub fn grouped(&self) -> Grouped<K> {
        match &self.bits {
            None => self.hashed.grouped().clone(),
            Some(bits) => {
                let (groups, keys) = bits.pairs(|group| group as u32);
                Grouped::of_slices(self.groups, &groups, &keys)
            }
        }
    }

    /// The number of distinct keys of each group.
    pub fn counts(&self) -> Vec<u64> {
        match &self.bits {
            None => self.hashed.counts().to_vec(),
            Some(bits) => (0..self.groups).map(|group| bits.count(group)).collect(),
        }
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.hashed.size_bytes() + self.bits.as_ref().map_or(0, |bits| bits.words.capacity() * 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(batches: &[&[(u32, i64)]], groups: usize) -> KeySets<u64> {
        let mut sets = KeySets::default();
        sets.resize(groups);
        for batch in batches {
            let (groups, keys): (Vec<u32>, Vec<u64>) =
                batch.iter().map(|(group, key)| (*group, *key as u64)).unzip();
            sets.extend(Of::Each(&groups), &keys);
        }
        sets
    }

    #[test]
    fn bits_move_as_the_range_grows_and_end_where_it_grows_too_far() {
        let near = sets(&[&[(0, 5), (1, 7), (0, 5)], &[(0, -70), (1, 900)], &[(1, -1)]], 2);
        assert!(near.bits.is_some());
        assert_eq!(near.counts(), [2, 3]);
        let keys: Vec<i64> = near.keys_of(1).into_iter().map(|key| key as i64).collect();
        assert_eq!(keys, [-1, 7, 900]);
        assert_eq!(near.grouped().starts, [0, 2, 5]);
        let far = sets(&[&[(0, 5), (1, 7)], &[(0, i64::MAX), (0, i64::MIN), (1, 7)]], 2);
        assert!(far.bits.is_none());
        assert_eq!(far.counts(), [3, 1]);
        let mut many = sets(&[&[(0, 0), (1, 1000)]], 2);
        many.resize(100_000);
        many.extend(Of::Each(&[99_999, 1]), &[3, 1000]);
        assert!(many.bits.is_none());
        assert_eq!((many.counts()[1], many.counts()[99_999], many.counts()[5]), (1, 1, 0));
    }

    #[test]
    fn keys_at_the_ends_of_the_integers() {
        let top = sets(&[&[(0, i64::MAX)], &[(0, i64::MAX - 100)], &[(0, i64::MAX - 3)]], 1);
        assert!(top.bits.is_some());
        assert_eq!(top.counts(), [3]);
        assert_eq!(sets(&[&[(0, i64::MIN)], &[(0, i64::MIN + 64)]], 1).counts(), [2]);
        assert_eq!(sets(&[&[(0, i64::MIN)], &[(0, i64::MAX)], &[(0, -1)], &[(0, 0)]], 1).counts(), [4]);
    }

    #[test]
    fn groups_may_grow_while_the_range_stays() {
        let mut sets = sets(&[&[(0, 1), (0, 2)]], 1);
        sets.resize(3);
        sets.extend(Of::One(2), &[2]);
        assert_eq!(sets.counts(), [2, 0, 1]);
        sets.resize(5);
        assert_eq!(sets.counts(), [2, 0, 1, 0, 0]);
        assert!(sets.keys_of(4).is_empty());
    }
}
