//! Rows whose packed keys are equal, put in the order of what is not in the bits.

use crate::error::Result;
use crate::exec::context::Context;
use crate::exec::order::sorter::{CHUNK, MANY, taken};
use crate::kernels::places::Locator;
use crate::kernels::radix::Entry;
use crate::kernels::sort_column::Prepared;
use crate::kernels::sort_key::Layout;
use rayon::slice::ParallelSliceMut;
use std::cmp::Ordering;
use std::sync::Mutex;

/// The packing, and the keys themselves where it is not all.
pub(super) struct Keys {
    pub layout: Layout,
    /// Of each batch the keys that are not wholly in the bits; nothing if the bits are all.
    pub tails: Vec<Vec<Prepared>>,
    /// Of each number of keys of the sort, into how many they were made.
    pub ends: Vec<usize>,
}

impl Keys {
    /// Whether two rows of equal bits differ in the first `keys` keys.
    pub fn differ(&self, row: usize, other: usize, keys: usize, locator: &Locator) -> bool {
        self.compare(row, other, keys, locator).is_ne()
    }

    fn compare(&self, row: usize, other: usize, keys: usize, locator: &Locator) -> Ordering {
        let (a, b) = (locator.find(row), locator.find(other));
        let own = (self.tails[a.0 as usize].as_slice(), a.1 as usize);
        self.layout.compare(own, (self.tails[b.0 as usize].as_slice(), b.1 as usize), keys)
    }

    /// Sorts runs of equal bits by what is not in the bits.
    pub fn settle<E: Entry>(
        &self,
        entries: &mut [E],
        row_bits: u32,
        locator: &Locator,
        context: &Context,
    ) -> Result<()> {
        let mut parts = Vec::new();
        let mut rest = entries;
        while !rest.is_empty() {
            let mut end = rest.len().min(CHUNK);
            // A part ends where a run ends.
            let last = rest[end - 1].above(row_bits);
            end += rest[end..].partition_point(|entry| entry.above(row_bits) == last);
            let (own, others) = std::mem::take(&mut rest).split_at_mut(end);
            rest = others;
            parts.push(Mutex::new(Some(own)));
        }
        let rows = Rows { keys: self, words: self.words(), row_bits, locator, row: |low| low };
        let long = context.parallel(parts.len(), |part| Ok(rows.settle(taken(&parts[part])?)))?;
        for run in long.into_iter().flatten() {
            context.install(|| rows.sort_long(run))?;
        }
        Ok(())
    }

    /// The words of the only key that is not wholly in the bits.
    pub fn words(&self) -> Option<Words<'_>> {
        let descending = self.layout.only_rest()?;
        let batches = self.tails.iter().map(|tails| {
            let [key] = tails.as_slice() else { return None };
            Some((key, key.tail_words()?))
        });
        Some(Words { batches: batches.collect::<Option<_>>()?, flip: if descending { u64::MAX } else { 0 } })
    }
}

/// How rows of equal bits are put in order. `row` is the row of what an entry has in its low bits.
pub(super) struct Rows<'a, R> {
    pub keys: &'a Keys,
    pub words: Option<Words<'a>>,
    pub row_bits: u32,
    pub locator: &'a Locator,
    pub row: R,
}

impl<R: Fn(usize) -> usize + Sync> Rows<'_, R> {
    fn low<E: Entry>(&self, entry: &E) -> usize {
        (entry.low() & ((1u64 << self.row_bits) - 1)) as usize
    }

    fn compare<E: Entry>(&self, a: &E, b: &E) -> Ordering {
        let (a, b) = (self.low(a), self.low(b));
        let all = self.keys.ends.last().copied().unwrap_or(0);
        let order = self.keys.compare((self.row)(a), (self.row)(b), all, self.locator);
        order.then_with(|| a.cmp(&b))
    }

    /// Sorts the runs of equal bits; those that are so long that all threads should sort them are given back.
    pub fn settle<'e, E: Entry>(&self, mut entries: &'e mut [E]) -> Vec<&'e mut [E]> {
        let (mut long, mut pairs) = (Vec::new(), Vec::new());
        while let Some(first) = entries.first() {
            let key = first.above(self.row_bits);
            let end = 1 + entries[1..].iter().take_while(|entry| entry.above(self.row_bits) == key).count();
            let (run, others) = std::mem::take(&mut entries).split_at_mut(end);
            entries = others;
            match (run.len(), &self.words) {
                (1, _) => (),
                (..=MANY, Some(words)) => self.sort_by(words, run, &mut pairs),
                (..=MANY, None) => run.sort_unstable_by(|a, b| self.compare(a, b)),
                _ => long.push(run),
            }
        }
        long
    }

    /// Sorts a long run by all threads.
    pub fn sort_long<E: Entry>(&self, run: &mut [E]) {
        run.par_sort_unstable_by(|a, b| self.compare(a, b));
    }

    /// Sorts entries of equal bits: all are null, or none is.
    fn sort_by<E: Entry>(&self, words: &Words<'_>, run: &mut [E], pairs: &mut Vec<(u64, E)>) {
        let place = |entry: &E| self.locator.find((self.row)(self.low(entry)));
        let (batch, at) = place(&run[0]);
        if words.batches[batch as usize].0.is_null(at as usize) {
            return;
        }
        pairs.clear();
        pairs.extend(run.iter().map(|entry| {
            let (batch, at) = place(entry);
            (words.batches[batch as usize].1[at as usize] ^ words.flip, *entry)
        }));
        // Rows of equal words are in order already.
        if pairs.is_sorted_by_key(|(word, _)| *word) {
            return;
        }
        pairs.sort_unstable();
        run.iter_mut().zip(pairs).for_each(|(entry, (_, own))| *entry = *own);
    }
}

/// The words of a key, batch by batch.
pub(super) struct Words<'a> {
    batches: Vec<(&'a Prepared, &'a [u64])>,
    flip: u64,
}
