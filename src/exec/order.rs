//! The order of rows by keys, made by all threads: packed keys, one split by their leading bits, small sorts.
//!
//! Work is cut by the data alone. Rows of equal keys keep their order.

use crate::data::{Batch, DType, strings};
use crate::error::{AllOk, Error, Result};
use crate::exec::context::Context;
use crate::exec::unify::unify;
use crate::kernels::order::{Direction, dictionary_ranks};
use crate::kernels::places::{Locator, Place};
use crate::kernels::radix::{self, Entry};
use crate::kernels::sort_column::{Measure, Prepared, SortColumn};
use crate::kernels::sort_key::Layout;
use rayon::slice::ParallelSliceMut;
use std::ops::Range;
use std::sync::Mutex;

/// Rows of a task; a power of two.
const CHUNK: usize = 1 << 16;

/// Most tasks of a pass, for their tables of counts must stay small.
const CHUNKS: usize = 1 << 10;

/// Rows packed at a time: they stay in the nearest cache.
const RUN: usize = 2048;

/// Bits that tell bins apart.
const BIN_BITS: u32 = 12;

/// Rows wanted in a bucket: it is sorted inside the second cache.
const BUCKET: usize = 1 << 15;

/// Rows below which one task sorts all.
const FEW: usize = 1 << 15;

/// Rows from which on all threads sort one bucket or one run of equal bits.
const MANY: usize = 1 << 19;

/// Rows in the order of keys.
pub struct Order {
    entries: Entries,
    row_bits: u32,
    locator: Locator,
    keys: Keys,
}

enum Entries {
    /// The rows are in order already.
    AsTheyAre,
    Narrow(Vec<u64>),
    Wide(Vec<u128>),
}

/// The packing, and the keys themselves where it is not all.
struct Keys {
    layout: Layout,
    /// Of each batch; nothing if the bits are all.
    tails: Vec<Vec<Prepared>>,
    count: usize,
}

impl Order {
    /// The order of rows whose key columns, batch after batch, are these; every batch has a column per direction. Only
    /// with `with_runs` can [`Order::runs`] be asked for; without, rows in order already cost next to nothing.
    ///
    /// # Errors
    /// `Type` if a type has no order; `Cancelled`.
    pub fn new(
        keys: Vec<Batch>,
        dtypes: &[DType],
        directions: &[Direction],
        with_runs: bool,
        context: &Context,
    ) -> Result<Self> {
        let keys = unify(keys, context)?;
        let locator = Locator::new(keys.iter().map(Batch::rows));
        let columns = dtypes.iter().zip(directions).enumerate().map(|(position, (dtype, direction))| {
            let ranks = match shared_dictionary(&keys, position) {
                Some(dictionary) => Some(dictionary_ranks(dictionary)?.values().to_vec()),
                None => None,
            };
            SortColumn::new(dtype, *direction, ranks)
        });
        let columns: Vec<SortColumn> = columns.all_ok()?;
        let prepared = context.parallel(keys.len(), |batch| {
            let pairs = columns.iter().zip(keys[batch].columns());
            let prepared: Vec<Prepared> = pairs.map(|(key, column)| key.prepare(column)).all_ok()?;
            let measures: Vec<Measure> = prepared.iter().map(Prepared::measure).collect();
            Ok((prepared, measures))
        })?;
        let mut measures = vec![Measure::nothing(); columns.len()];
        let mut batches = Vec::with_capacity(prepared.len());
        for (prepared, own) in prepared {
            measures.iter_mut().zip(&own).for_each(|(all, own)| all.merge(own));
            batches.push(prepared);
        }
        let row_bits = usize::BITS - locator.rows().saturating_sub(1).leading_zeros();
        let narrow = Layout::new(&columns, &measures, u64::BITS.saturating_sub(row_bits + 1));
        let (layout, is_narrow) = match narrow.is_complete() {
            true => (narrow, true),
            false => (Layout::new(&columns, &measures, u128::BITS - row_bits - 1), false),
        };
        let sorter =
            Sorter { batches: &batches, layout: &layout, locator: &locator, row_bits, with_runs, context };
        let mut entries = match is_narrow {
            true => sorter.sorted::<u64>()?.map_or(Entries::AsTheyAre, Entries::Narrow),
            false => sorter.sorted::<u128>()?.map_or(Entries::AsTheyAre, Entries::Wide),
        };
        let mut keys = Keys { layout, tails: Vec::new(), count: columns.len() };
        if !keys.layout.is_complete() {
            let waiting: Vec<_> = batches.into_iter().map(|batch| Mutex::new(Some(batch))).collect();
            keys.tails = context.parallel(waiting.len(), |batch| {
                let batch = taken(&waiting[batch])?;
                Ok(batch.into_iter().map(Prepared::into_tail).collect())
            })?;
            match &mut entries {
                Entries::AsTheyAre => (),
                Entries::Narrow(entries) => keys.settle(entries, row_bits, &locator, context)?,
                Entries::Wide(entries) => keys.settle(entries, row_bits, &locator, context)?,
            }
        }
        Ok(Order { entries, row_bits, locator, keys })
    }

    /// Whether the rows were in order.
    pub fn is_as_it_was(&self) -> bool {
        matches!(self.entries, Entries::AsTheyAre)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.locator.rows()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number, before the sort, of the row at a position.
    #[inline]
    pub fn row(&self, position: usize) -> usize {
        let mask = (1u64 << self.row_bits) - 1;
        match &self.entries {
            Entries::AsTheyAre => position,
            Entries::Narrow(entries) => (entries[position] & mask) as usize,
            Entries::Wide(entries) => (entries[position].low() & mask) as usize,
        }
    }

    /// The places of the rows at some positions.
    pub fn places(&self, positions: Range<usize>) -> Vec<Place> {
        positions.map(|position| self.locator.find(self.row(position))).collect()
    }

    /// Where runs of rows with equal first `keys` keys start, from 0 on, and the number of rows.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn runs(&self, keys: usize, context: &Context) -> Result<Vec<u32>> {
        let differs: Box<dyn Fn(usize) -> bool + Sync + '_> =
            match (&self.entries, self.keys.layout.bits_of(keys)) {
                _ if keys == 0 => Box::new(|_| false),
                (Entries::Narrow(entries), Some(bits)) => {
                    let shift = self.row_bits + self.keys.layout.bits() - bits;
                    Box::new(move |at| entries[at].above(shift) != entries[at - 1].above(shift))
                }
                (Entries::Wide(entries), Some(bits)) => {
                    let shift = self.row_bits + self.keys.layout.bits() - bits;
                    Box::new(move |at| entries[at].above(shift) != entries[at - 1].above(shift))
                }
                (Entries::Wide(entries), None) => Box::new(move |at| {
                    entries[at].above(self.row_bits) != entries[at - 1].above(self.row_bits)
                        || self.keys.differ(self.row(at - 1), self.row(at), keys, &self.locator)
                }),
                _ => return Err(Error::internal("an order that does not know its keys")),
            };
        let rows = self.len();
        let chunks = context.parallel(rows.div_ceil(CHUNK), |chunk| {
            let positions = chunk * CHUNK..rows.min((chunk + 1) * CHUNK);
            let starts = positions.filter(|at| *at == 0 || differs(*at)).map(|at| at as u32);
            Ok(starts.collect::<Vec<u32>>())
        })?;
        let mut starts = chunks.concat();
        starts.push(rows as u32);
        Ok(starts)
    }
}

/// The dictionary that all batches of a column share.
fn shared_dictionary(batches: &[Batch], position: usize) -> Option<&arrow::array::ArrayRef> {
    let (_, shared) = strings::coded(batches.first()?.column(position).array())?;
    let same = batches.iter().all(|batch| {
        strings::coded(batch.column(position).array())
            .is_some_and(|(_, own)| strings::same_dictionary(own, shared))
    });
    same.then_some(shared)
}

/// What a task was given, which no other task may take.
fn taken<T>(given: &Mutex<Option<T>>) -> Result<T> {
    let taken = given.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
    taken.ok_or_else(|| Error::internal("a task ran twice"))
}

/// A sort under way.
struct Sorter<'a> {
    batches: &'a [Vec<Prepared>],
    layout: &'a Layout,
    locator: &'a Locator,
    row_bits: u32,
    with_runs: bool,
    context: &'a Context,
}

/// What the first pass finds out about a chunk.
struct Counted<E> {
    bins: Vec<u32>,
    sorted: bool,
    ends: Option<(E, E)>,
}

impl Sorter<'_> {
    /// The entries in order of their bits; `None` if the rows are in that order, and it is all.
    fn sorted<E: Entry>(&self) -> Result<Option<Vec<E>>> {
        let rows = self.locator.rows();
        let size = CHUNK.max(rows.div_ceil(CHUNKS).next_power_of_two());
        let chunks = rows.div_ceil(size);
        let chunk = |index: usize| index * size..rows.min((index + 1) * size);
        let bin_bits = if rows < FEW { 0 } else { BIN_BITS.min(self.layout.bits()) };
        let shift = self.row_bits + self.layout.bits() - bin_bits;
        let counted =
            self.context.parallel(chunks, |index| Ok(self.count::<E>(chunk(index), bin_bits, shift)))?;
        let pairs = counted.windows(2).all(|pair| match (&pair[0].ends, &pair[1].ends) {
            (Some((_, last)), Some((first, _))) => last.above(self.row_bits) <= first.above(self.row_bits),
            _ => true,
        });
        if !self.with_runs
            && pairs
            && self.layout.is_complete()
            && counted.iter().all(|counted| counted.sorted)
        {
            return Ok(None);
        }
        let mut entries = vec![E::default(); rows];
        let buckets = buckets(&counted, rows);
        let bucket_count = buckets.last().map_or(0, |last| *last as usize + 1);
        let mut bucket_rows = vec![0usize; bucket_count];
        let mut slices: Vec<Vec<&mut [E]>> =
            counted.iter().map(|_| Vec::with_capacity(bucket_count)).collect();
        let mut rest = entries.as_mut_slice();
        let mut bins = 0..0;
        for (bucket, rows) in bucket_rows.iter_mut().enumerate() {
            let end = buckets.partition_point(|own| *own as usize <= bucket);
            bins = bins.end..end;
            for (counted, slices) in counted.iter().zip(&mut slices) {
                let count: usize = counted.bins[bins.clone()].iter().map(|count| *count as usize).sum();
                let (own, others) = std::mem::take(&mut rest).split_at_mut(count);
                slices.push(own);
                rest = others;
                *rows += count;
            }
        }
        let slices: Vec<_> = slices.into_iter().map(|slices| Mutex::new(Some(slices))).collect();
        self.context.parallel(chunks, |index| {
            self.scatter(chunk(index), taken(&slices[index])?, &buckets, bin_bits, shift);
            Ok(())
        })?;
        drop(slices);
        self.sort_buckets(&mut entries, &bucket_rows)?;
        Ok(Some(entries))
    }

    /// Visits the entries of some rows, a run at a time.
    fn each_run<E: Entry>(&self, rows: Range<usize>, mut visit: impl FnMut(&[E])) {
        let (mut out, mut words) = (Vec::with_capacity(RUN), Vec::with_capacity(RUN));
        let mut row = rows.start;
        while row < rows.end {
            let (batch, start) = self.locator.find(row);
            let (batch, start) = (batch as usize, start as usize);
            let left = self.locator.starts()[batch + 1] - row;
            let count = RUN.min(left).min(rows.end - row);
            self.layout.pack::<E>(&self.batches[batch], start..start + count, &mut out, &mut words);
            for (offset, entry) in out.iter_mut().enumerate() {
                *entry = entry.push((row + offset) as u64, self.row_bits);
            }
            visit(&out);
            row += count;
        }
    }

    fn count<E: Entry>(&self, rows: Range<usize>, bin_bits: u32, shift: u32) -> Counted<E> {
        let mut bins = vec![0u32; 1 << bin_bits];
        let mask = (1usize << bin_bits) - 1;
        let mut sorted = true;
        let mut ends: Option<(E, E)> = None;
        self.each_run::<E>(rows, |run| {
            for entry in run {
                bins[entry.above(shift).low() as usize & mask] += 1;
            }
            let [first, .., last] = run else {
                if let [only] = run {
                    sorted &= ends.is_none_or(|(_, before)| before < *only);
                    ends = Some((ends.map_or(*only, |(first, _)| first), *only));
                }
                return;
            };
            // Rows grow, so entries in order are keys in order.
            sorted = sorted && ends.is_none_or(|(_, before)| before < *first) && run.is_sorted();
            ends = Some((ends.map_or(*first, |(first, _)| first), *last));
        });
        Counted { bins, sorted, ends }
    }

    fn scatter<E: Entry>(
        &self,
        rows: Range<usize>,
        mut slices: Vec<&mut [E]>,
        buckets: &[u16],
        bin_bits: u32,
        shift: u32,
    ) {
        let mask = (1usize << bin_bits) - 1;
        let mut next = vec![0u32; slices.len()];
        self.each_run::<E>(rows, |run| {
            for entry in run {
                let bucket = buckets[entry.above(shift).low() as usize & mask] as usize;
                let place = &mut next[bucket];
                slices[bucket][*place as usize] = *entry;
                *place += 1;
            }
        });
    }

    fn sort_buckets<E: Entry>(&self, entries: &mut [E], sizes: &[usize]) -> Result<()> {
        let mut rest = entries;
        let mut small = Vec::with_capacity(sizes.len());
        for size in sizes {
            let (own, others) = std::mem::take(&mut rest).split_at_mut(*size);
            rest = others;
            match own.len() > MANY {
                // Keys that hardly spread: all threads sort this one.
                true => self.context.install(|| own.par_sort_unstable())?,
                false => small.push(Mutex::new(Some(own))),
            }
        }
        self.context.parallel(small.len(), |index| {
            radix::sort(taken(&small[index])?, self.row_bits, &mut Vec::new());
            Ok(())
        })?;
        Ok(())
    }
}

/// The bucket of every bin: neighbouring bins, until there are rows enough.
fn buckets<E>(counted: &[Counted<E>], rows: usize) -> Vec<u16> {
    let bins = counted.first().map_or(0, |counted| counted.bins.len());
    let wanted = BUCKET.max(rows / 1024);
    let (mut bucket, mut size) = (0u16, 0usize);
    let mut buckets = Vec::with_capacity(bins);
    for bin in 0..bins {
        let count: usize = counted.iter().map(|counted| counted.bins[bin] as usize).sum();
        if size > 0 && size + count > wanted {
            (bucket, size) = (bucket + 1, 0);
        }
        size += count;
        buckets.push(bucket);
    }
    buckets
}

impl Keys {
    fn differ(&self, row: usize, other: usize, keys: usize, locator: &Locator) -> bool {
        self.compare(row, other, keys, locator).is_ne()
    }

    fn compare(&self, row: usize, other: usize, keys: usize, locator: &Locator) -> std::cmp::Ordering {
        let (a, b) = (locator.find(row), locator.find(other));
        let own = (self.tails[a.0 as usize].as_slice(), a.1 as usize);
        self.layout.compare(own, (self.tails[b.0 as usize].as_slice(), b.1 as usize), keys)
    }

    /// Sorts runs of equal bits by what is not in the bits.
    fn settle<E: Entry>(
        &self,
        entries: &mut [E],
        row_bits: u32,
        locator: &Locator,
        context: &Context,
    ) -> Result<()> {
        let mask = (1u64 << row_bits) - 1;
        let row = |entry: &E| (entry.low() & mask) as usize;
        let compare = |a: &E, b: &E| {
            self.compare(row(a), row(b), self.count, locator).then_with(|| row(a).cmp(&row(b)))
        };
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
        let long = context.parallel(parts.len(), |part| {
            let mut entries = taken(&parts[part])?;
            let mut long = Vec::new();
            while let Some(first) = entries.first() {
                let key = first.above(row_bits);
                let end = 1 + entries[1..].iter().take_while(|entry| entry.above(row_bits) == key).count();
                let (run, others) = std::mem::take(&mut entries).split_at_mut(end);
                entries = others;
                match run.len() {
                    1 => (),
                    ..=MANY => run.sort_unstable_by(compare),
                    _ => long.push(run),
                }
            }
            Ok(long)
        })?;
        for run in long.into_iter().flatten() {
            context.install(|| run.par_sort_unstable_by(compare))?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
