//! The few greatest words of each group: what the greatest and least values are found with.
//!
//! Values become words whose order as unsigned numbers is theirs, with 0 for what does not count. A group's places
//! begin as zeros, so no count of values is needed: a word goes to its place by comparing, without a branch.

use crate::functions::aggregate::words::Spill;

/// An unsigned number that stands for a value.
pub trait Word: Copy + Ord + Send + Sync + 'static {
    /// The least one, which stands for nothing.
    const NOTHING: Self;
}

impl Word for u64 {
    const NOTHING: u64 = 0;
}

impl Word for u128 {
    const NOTHING: u128 = 0;
}

/// The greatest words of every group, in descending order; `k` places per group.
pub struct Best<W> {
    k: usize,
    places: Vec<W>,
    /// How many values of a group have the word that stands for nothing; it is the least of all.
    least: Spill,
}

impl<W: Word> Best<W> {
    /// No group yet; `k` is at least 1.
    pub fn new(k: usize) -> Self {
        Best { k, places: Vec::new(), least: Spill::default() }
    }

    /// Makes room for groups.
    pub fn resize(&mut self, groups: usize) {
        if groups * self.k > self.places.len() {
            self.places.resize(groups * self.k, W::NOTHING);
        }
    }

    /// The number of groups.
    pub fn groups(&self) -> usize {
        self.places.len() / self.k
    }

    /// Offers words to their groups; no groups: all to group 0.
    pub fn offer(&mut self, groups: Option<&[u32]>, words: &[W]) {
        if self.places.is_empty() {
            return;
        }
        match self.k {
            1 => few::<W, 1>(&mut self.places, groups, words),
            2 => few::<W, 2>(&mut self.places, groups, words),
            3 => few::<W, 3>(&mut self.places, groups, words),
            4 => few::<W, 4>(&mut self.places, groups, words),
            k => {
                for (row, word) in words.iter().enumerate() {
                    let group = groups.map_or(0, |groups| groups[row] as usize);
                    insert(&mut self.places[group * k..(group + 1) * k], *word);
                }
            }
        }
    }

    /// Adds one value of the word that stands for nothing.
    pub fn offer_least(&mut self, group: usize) {
        *self.least.at(group) += 1;
    }

    /// Adds the words of a group of another state.
    pub fn join(&mut self, into: usize, other: &Self, from: usize) {
        for word in other.kept(from).filter(|word| *word != W::NOTHING) {
            insert(&mut self.places[into * self.k..(into + 1) * self.k], word);
        }
        let least = other.least.get(from);
        if least > 0 {
            *self.least.at(into) += least;
        }
    }

    /// The greatest words of a group, greatest first.
    pub fn kept(&self, group: usize) -> impl Iterator<Item = W> {
        let places = &self.places[group * self.k..(group + 1) * self.k];
        let count = places.iter().take_while(|word| **word != W::NOTHING).count();
        let least = usize::try_from(self.least.get(group)).unwrap_or(0);
        places[..count + least.min(self.k - count)].iter().copied()
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.places.capacity() * size_of::<W>() + self.least.size_bytes()
    }
}

/// Puts each word among the `K` of its group: each place keeps the greater of two and passes the other one on.
#[inline(never)]
fn few<W: Word, const K: usize>(places: &mut [W], groups: Option<&[u32]>, words: &[W]) {
    let (places, _) = places.as_chunks_mut::<K>();
    let sift = |places: &mut [W; K], mut word: W| {
        for place in places {
            (*place, word) = ((*place).max(word), (*place).min(word));
        }
    };
    match groups {
        None => {
            let mut own = places[0];
            words.iter().for_each(|word| sift(&mut own, *word));
            places[0] = own;
        }
        Some(groups) => {
            for (group, word) in groups.iter().zip(words) {
                sift(&mut places[*group as usize], *word);
            }
        }
    }
}

fn insert<W: Word>(places: &mut [W], word: W) {
    let last = places.len() - 1;
    if word <= places[last] {
        return;
    }
    let at = places.partition_point(|place| *place >= word);
    places.copy_within(at..last, at + 1);
    places[at] = word;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_places_holds_the_greatest() {
        for k in [1, 2, 3, 4, 5, 9] {
            let mut best = Best::<u64>::new(k);
            best.resize(2);
            best.offer(Some(&[0, 1, 0, 1, 1, 0, 1]), &[7, 3, 0, 9, 3, 8, 1]);
            best.offer_least(0);
            let wanted = |all: &[u64]| all[..all.len().min(k)].to_vec();
            assert_eq!(best.kept(0).collect::<Vec<_>>(), wanted(&[8, 7, 0]), "{k}");
            assert_eq!(best.kept(1).collect::<Vec<_>>(), wanted(&[9, 3, 3, 1]), "{k}");
            let mut whole = Best::<u64>::new(k);
            whole.resize(1);
            whole.join(0, &best, 1);
            whole.join(0, &best, 0);
            assert_eq!(whole.kept(0).collect::<Vec<_>>(), wanted(&[9, 8, 7, 3, 3, 1, 0]), "{k}");
        }
    }
}
