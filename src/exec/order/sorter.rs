//! Packed keys in order: counted by their leading bits, split into buckets, and these sorted, each inside the caches.

use crate::error::{Error, Result};
use crate::exec::context::Context;
use crate::kernels::hash::mix;
use crate::kernels::places::Locator;
use crate::kernels::radix::{self, Entry};
use crate::kernels::sort_column::Prepared;
use crate::kernels::sort_key::Layout;
use rayon::slice::ParallelSliceMut;
use std::ops::Range;
use std::sync::Mutex;

/// Rows of a task; a power of two.
pub(super) const CHUNK: usize = 1 << 16;

/// Most tasks of a pass, for their tables of counts must stay small.
const CHUNKS: usize = 1 << 10;

/// Rows packed at a time: they stay in the nearest cache.
const RUN: usize = 2048;

/// Bits that tell bins apart.
const BIN_BITS: u32 = 12;

/// Further bits that tell the bins apart into which a full one is cut.
const FINE_BITS: u32 = 8;

/// Rows wanted in a bucket: it is sorted inside the second cache.
const BUCKET: usize = 1 << 15;

/// Rows below which one task sorts all.
const FEW: usize = 1 << 15;

/// Rows from which on all threads sort one bucket or one run of equal bits.
pub(super) const MANY: usize = 1 << 19;

/// Rows looked at before it is decided how to sort.
const SAMPLE: usize = 4096;

/// Pairs of the sample at most that few bits do not tell apart and more would.
const TIES: usize = 2;

/// Rows that follow each other in the sample and are less apart than so many of its steps, are near each other among all rows.
const NEAR: usize = 8;

/// What a task was given, which no other task may take.
pub(super) fn taken<T>(given: &Mutex<Option<T>>) -> Result<T> {
    let taken = given.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
    taken.ok_or_else(|| Error::internal("a task ran twice"))
}

/// A sort under way.
pub(super) struct Sorter<'a> {
    pub batches: &'a [Vec<Prepared>],
    pub layout: &'a Layout,
    pub locator: &'a Locator,
    pub row_bits: u32,
    pub with_runs: bool,
    /// Whether the bucket of every row is kept.
    pub with_buckets: bool,
    pub context: &'a Context,
}

/// Entries in buckets, which follow each other in order; in a bucket they are in the order of their rows.
pub(super) struct Scattered<E> {
    pub entries: Vec<E>,
    /// Rows of each bucket.
    pub sizes: Vec<usize>,
    /// Rows of a task.
    pub task: usize,
    /// Of each task, its rows in each bucket.
    pub counts: Vec<Vec<u32>>,
    /// Of each task, the buckets of its rows, if they were to be kept.
    pub buckets: Option<Vec<Vec<u16>>>,
}

/// What the first pass finds out about a chunk.
struct Counted<E> {
    bins: Vec<u32>,
    sorted: bool,
    ends: Option<(E, E)>,
}

/// The bin of every entry. Bins that are very full are cut by further bits.
struct Bins {
    shift: u32,
    mask: usize,
    fine_shift: u32,
    /// Of each leading bits: the first bin, and the mask of the further bits.
    cuts: Vec<(u32, u32)>,
}

impl Bins {
    fn new(shift: u32, bits: u32) -> Self {
        let cuts = (0..1u32 << bits).map(|bin| (bin, 0)).collect();
        Bins { shift, mask: (1 << bits) - 1, fine_shift: shift, cuts }
    }

    #[inline]
    fn of<E: Entry>(&self, entry: E) -> usize {
        let (first, mask) = self.cuts[entry.above(self.shift).low() as usize & self.mask];
        first as usize + (entry.above(self.fine_shift).low() as usize & mask as usize)
    }

    /// Cuts the bins with more than so many rows; whether there is one.
    fn cut(&mut self, rows: &[usize], most: usize, row_bits: u32) -> bool {
        let bits = FINE_BITS.min(self.shift - row_bits);
        if bits == 0 || rows.iter().all(|rows| *rows <= most) {
            return false;
        }
        self.fine_shift = self.shift - bits;
        let mut next = 0;
        for ((first, mask), rows) in self.cuts.iter_mut().zip(rows) {
            (*first, *mask) = (next, if *rows > most { (1 << bits) - 1 } else { 0 });
            next += *mask + 1;
        }
        true
    }

    fn count(&self) -> usize {
        self.cuts.last().map_or(0, |(first, mask)| (first + mask + 1) as usize)
    }
}

impl Sorter<'_> {
    /// Whether the bits tell rows apart about as well as those of a wider packing would.
    pub fn is_enough(&self, wider: &Layout) -> bool {
        let rows = self.locator.rows();
        if rows < FEW {
            return false;
        }
        let (mut own, mut wide, mut words) = (Vec::new(), Vec::new(), Vec::new());
        let mut seen: Vec<(u64, u128)> = Vec::with_capacity(SAMPLE);
        for row in self.sample() {
            let (batch, row) = self.locator.find(row);
            let (keys, row) = (&self.batches[batch as usize], row as usize);
            self.layout.pack::<u64>(keys, row..row + 1, &mut own, &mut words);
            wider.pack::<u128>(keys, row..row + 1, &mut wide, &mut words);
            seen.extend(own.iter().copied().zip(wide.iter().copied()));
        }
        seen.sort_unstable();
        let ties = seen.windows(2).filter(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1);
        ties.count() <= TIES
    }

    /// Numbers of some rows, ascending.
    fn sample(&self) -> impl Iterator<Item = usize> {
        let step = (self.locator.rows() / SAMPLE).max(1);
        (0..self.locator.rows() / step).map(move |i| i * step + mix(i as u64) as usize % step)
    }

    /// The entries of the sample, in the order of their rows.
    fn sampled<E: Entry>(&self) -> Vec<E> {
        let (mut entry, mut words) = (Vec::new(), Vec::new());
        let entries = self.sample().filter_map(|row| {
            let (batch, place) = self.locator.find(row);
            let place = place as usize;
            self.layout.pack::<E>(&self.batches[batch as usize], place..place + 1, &mut entry, &mut words);
            entry.first().map(|entry| entry.push(row as u64, self.row_bits))
        });
        entries.collect()
    }

    /// Whether most of the rows that will follow each other are near each other, as those of a sample tell.
    pub fn looks_near<E: Entry>(&self) -> bool {
        let mut entries = self.sampled::<E>();
        entries.sort_unstable();
        let mask = (1u64 << self.row_bits) - 1;
        let step = self.locator.rows() / entries.len().max(1);
        let apart = |pair: &[E]| (pair[0].low() & mask).abs_diff(pair[1].low() & mask) as usize;
        2 * entries.windows(2).filter(|pair| apart(pair) < NEAR * step).count() > entries.len()
    }

    /// The entries in order of their bits; `None` if the rows are in that order, and it is all.
    pub fn sorted<E: Entry>(&self) -> Result<Option<Vec<E>>> {
        let Some(mut scattered) = self.scattered()? else { return Ok(None) };
        self.sort_buckets(&mut scattered.entries, &scattered.sizes)?;
        Ok(Some(scattered.entries))
    }

    /// The entries in buckets; `None` if the rows are in the order of their bits, and it is all.
    pub fn scattered<E: Entry>(&self) -> Result<Option<Scattered<E>>> {
        let rows = self.locator.rows();
        let size = CHUNK.max(rows.div_ceil(CHUNKS).next_power_of_two());
        let chunks = rows.div_ceil(size);
        let chunk = |index: usize| index * size..rows.min((index + 1) * size);
        let bin_bits = if rows < FEW { 0 } else { BIN_BITS.min(self.layout.bits()) };
        let mut bins = Bins::new(self.row_bits + self.layout.bits() - bin_bits, bin_bits);
        // Keys that cost something are packed once.
        let kept = rows >= FEW && self.layout.is_costly() && !self.sampled::<E>().is_sorted();
        let mut packed = vec![E::default(); if kept { rows } else { 0 }];
        let rooms: Vec<_> = packed.chunks_mut(size).map(|room| Mutex::new(Some(room))).collect();
        let mut counted = self.context.parallel(chunks, |index| {
            let room = rooms.get(index).map(taken).transpose()?;
            Ok(self.count::<E>(chunk(index), &bins, room))
        })?;
        drop(rooms);
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
        let wanted = BUCKET.max(rows / 1024);
        if bins.cut(&sums(&counted), 4 * wanted, self.row_bits) {
            counted = self.context.parallel(chunks, |index| {
                let mut found = vec![0u32; bins.count()];
                self.each_run::<E>(&packed, chunk(index), |run| {
                    run.iter().for_each(|entry| found[bins.of(*entry)] += 1);
                });
                Ok(Counted { bins: found, sorted: false, ends: None })
            })?;
        }
        let mut entries = vec![E::default(); rows];
        let buckets = buckets(&sums(&counted), wanted);
        let bucket_count = buckets.last().map_or(0, |last| *last as usize + 1);
        let mut bucket_rows = vec![0usize; bucket_count];
        let mut counts: Vec<Vec<u32>> = counted.iter().map(|_| Vec::with_capacity(bucket_count)).collect();
        let mut slices: Vec<Vec<&mut [E]>> =
            counted.iter().map(|_| Vec::with_capacity(bucket_count)).collect();
        let mut rest = entries.as_mut_slice();
        let mut of_bucket = 0..0;
        for (bucket, rows) in bucket_rows.iter_mut().enumerate() {
            let end = buckets.partition_point(|own| *own as usize <= bucket);
            of_bucket = of_bucket.end..end;
            for ((counted, slices), counts) in counted.iter().zip(&mut slices).zip(&mut counts) {
                let count = counted.bins[of_bucket.clone()].iter().sum::<u32>();
                let (own, others) = std::mem::take(&mut rest).split_at_mut(count as usize);
                slices.push(own);
                counts.push(count);
                rest = others;
                *rows += count as usize;
            }
        }
        let of_rows = self.context.parallel_over(slices, |index, mut slices| {
            let mut next = vec![0u32; slices.len()];
            let kept = if self.with_buckets { chunk(index).len() } else { 0 };
            let mut of_rows: Vec<u16> = Vec::with_capacity(kept);
            self.each_run::<E>(&packed, chunk(index), |run| {
                for entry in run {
                    let bucket = buckets[bins.of(*entry)];
                    let place = &mut next[bucket as usize];
                    slices[bucket as usize][*place as usize] = *entry;
                    *place += 1;
                }
                if self.with_buckets {
                    of_rows.extend(run.iter().map(|entry| buckets[bins.of(*entry)]));
                }
            });
            Ok(of_rows)
        })?;
        let buckets = self.with_buckets.then_some(of_rows);
        Ok(Some(Scattered { entries, sizes: bucket_rows, task: size, counts, buckets }))
    }

    /// Visits the entries of some rows, a run at a time; they are packed if they have not been.
    fn each_run<E: Entry>(&self, packed: &[E], rows: Range<usize>, mut visit: impl FnMut(&[E])) {
        match packed.get(rows.clone()) {
            Some(run) => visit(run),
            None => self.pack_runs(rows, visit),
        }
    }

    fn pack_runs<E: Entry>(&self, rows: Range<usize>, mut visit: impl FnMut(&[E])) {
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

    fn count<E: Entry>(&self, rows: Range<usize>, bins: &Bins, mut room: Option<&mut [E]>) -> Counted<E> {
        let mut found = vec![0u32; bins.count()];
        let mut sorted = true;
        let mut ends: Option<(E, E)> = None;
        self.pack_runs::<E>(rows, |run| {
            run.iter().for_each(|entry| found[bins.of(*entry)] += 1);
            if let Some(room) = &mut room {
                let (own, others) = std::mem::take(room).split_at_mut(run.len());
                own.copy_from_slice(run);
                *room = others;
            }
            let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
            // Rows grow, so entries in order are keys in order.
            sorted = sorted && ends.is_none_or(|(_, before)| before < *first) && run.is_sorted();
            ends = Some((ends.map_or(*first, |(first, _)| first), *last));
        });
        Counted { bins: found, sorted, ends }
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

/// The rows of every bin.
fn sums<E>(counted: &[Counted<E>]) -> Vec<usize> {
    let mut all = vec![0usize; counted.first().map_or(0, |counted| counted.bins.len())];
    for counted in counted {
        all.iter_mut().zip(&counted.bins).for_each(|(all, own)| *all += *own as usize);
    }
    all
}

/// The bucket of every bin: neighbouring bins, until there are so many rows.
fn buckets(rows: &[usize], wanted: usize) -> Vec<u16> {
    let (mut bucket, mut size) = (0u16, 0usize);
    let mut buckets = Vec::with_capacity(rows.len());
    for count in rows {
        if size > 0 && size + count > wanted {
            (bucket, size) = (bucket + 1, 0);
        }
        size += count;
        buckets.push(bucket);
    }
    buckets
}
