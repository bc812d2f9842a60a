//! Groups that lie where their keys say, for keys of few bits most of which occur: nothing is looked up.

use crate::kernels::keys::Packing;
use crate::kernels::seen::Seen;

/// Most bits of a key.
const MOST_BITS: u32 = 24;

/// Of the keys that can be, at least one in so many is there.
const SPARSEST: u64 = 8;

/// Of the rows that tell how many groups there are, at least one in so many has a key of its own: fewer groups stay in the
/// nearest caches however they are numbered.
const FEWEST: usize = 8;

/// The groups of a lane: group `i` is that of the key whose packed word is `i`.
pub struct Dense {
    /// What keys are packed by.
    pub packing: Packing,
    /// Keys that rows have.
    pub seen: Seen,
    /// Keys in order of first sight, if that is asked for.
    pub order: Option<Vec<u32>>,
}

impl Dense {
    /// Groups of so many states for all keys of this packing, if there are few enough beside the rows that a lane expects, and
    /// `groups` groups among `rows` of its rows say that many of them occur. `ordered`: whether the order of first sight is
    /// asked for.
    pub fn for_rows(
        packing: Option<Packing>,
        states: usize,
        ordered: bool,
        (groups, rows): (usize, usize),
        expected: usize,
    ) -> Option<Self> {
        let packing = packing.filter(|packing| !packing.varies())?;
        let room = room(&packing)?;
        let repeats = (rows - groups).max(1) as u64;
        // As many groups as give so many repeats, if all occur equally often.
        let likely = (rows as u64).pow(2) / (2 * repeats);
        let fits = room.saturating_mul(1 + states) <= expected;
        let dense = fits && groups >= rows / FEWEST && likely * SPARSEST >= room as u64;
        dense.then(|| Dense::new(packing, room, ordered))
    }

    /// No group yet, with room for a power of two of them.
    pub fn new(packing: Packing, room: usize, ordered: bool) -> Self {
        Dense { packing, seen: Seen::new(room.trailing_zeros()), order: ordered.then(Vec::new) }
    }

    /// The groups that rows have, and their words; in order of first sight if that is asked for.
    pub fn present(&self) -> (Vec<u32>, Vec<u64>) {
        let all = || self.seen.keys(0..self.seen.words().len()).collect();
        let groups = self.order.clone().unwrap_or_else(all);
        let words = groups.iter().map(|group| u64::from(*group)).collect();
        (groups, words)
    }

    /// Number of groups, those included that no row has.
    pub fn room(&self) -> usize {
        self.seen.words().len().saturating_mul(64)
    }

    /// Whether words of this packing are its keys.
    pub fn takes(&self, packing: Option<&Packing>) -> bool {
        packing.is_some_and(|packing| packing.layout() == self.packing.layout())
    }

    /// The groups of rows with these words; replaces `groups`.
    pub fn assign(&mut self, words: &[u64], groups: &mut Vec<u32>) {
        match &mut self.order {
            Some(order) => _ = self.seen.insert(words, order),
            None => self.seen.mark(words),
        }
        groups.clear();
        groups.extend(words.iter().map(|word| *word as u32));
    }
}

/// How many words of this packing there can be, if they have few bits.
pub fn room(packing: &Packing) -> Option<usize> {
    let bits = packing.layout().bits().filter(|bits| *bits <= MOST_BITS)?;
    Some(1 << bits.max(6))
}
