//! Rows of many batches brought into an order: column by column into the buckets that the sort has put them in, then within
//! each bucket.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Error, Result};
use crate::exec::context::Context;
use crate::exec::order::settle::{Keys, Rows};
use crate::exec::order::sorter::{MANY, Scattered};
use crate::kernels::buckets::{Parts, starts};
use crate::kernels::gather::Pieces;
use crate::kernels::gathered::Gathered;
use crate::kernels::places::Locator;
use crate::kernels::radix::{self, Entry};
use rayon::slice::ParallelSliceMut;

/// Bytes of all columns from which on rows in no order miss the caches.
const LEAST_BYTES: usize = 8 << 20;

/// Where rows go.
pub struct Moves {
    /// Rows of a task.
    task: usize,
    /// Of each task, the buckets of its rows.
    buckets: Vec<Vec<u16>>,
    /// Of each task, its rows in each bucket.
    counts: Vec<Vec<u32>>,
    /// Where the buckets begin, and where the last one ends.
    starts: Vec<usize>,
    /// For each position of the order, where the buckets have its row.
    found: Vec<u32>,
    /// Where the batches begin, and the number of rows.
    batches: Vec<usize>,
}

/// Puts rows into buckets: those of a piece, from its row on, as many as there are buckets.
type Put<'a> = dyn Fn(usize, usize, &[u16], &mut Parts<'_>) + Sync + 'a;

/// Whether columns of so many rows should be moved by way of buckets.
pub fn is_worth_it(columns: &[Pieces], rows: usize, context: &Context) -> bool {
    let widths: Vec<usize> = columns.iter().filter_map(Pieces::width).collect();
    let many = rows * widths.iter().sum::<usize>() >= LEAST_BYTES;
    !widths.is_empty() && (many || context.config().weak_hash)
}

impl Moves {
    pub(super) fn new<E: Entry>(
        scattered: Scattered<E>,
        keys: &Keys,
        row_bits: u32,
        locator: &Locator,
        context: &Context,
    ) -> Result<Self> {
        let Scattered { mut entries, sizes, task, counts, buckets } = scattered;
        let buckets = buckets.ok_or_else(|| Error::internal("rows whose buckets were not kept"))?;
        let starts = starts(&sizes);
        let mut found = vec![0; locator.rows()];
        let mut rest = (entries.as_mut_slice(), found.as_mut_slice());
        let (mut small, mut large) = (Vec::with_capacity(sizes.len()), Vec::new());
        for (size, start) in sizes.iter().zip(&starts) {
            let (entries, others) = std::mem::take(&mut rest.0).split_at_mut(*size);
            let (found, left) = std::mem::take(&mut rest.1).split_at_mut(*size);
            rest = (others, left);
            let list = if *size > MANY { &mut large } else { &mut small };
            list.push((entries, found, *start as u32));
        }
        let mask = (1u64 << row_bits) - 1;
        // The entries of a bucket are in the order of their rows: each gets its place there instead of its row.
        let rows_of = |entries: &mut [E]| {
            let keep = |(place, entry): (u64, &mut E)| {
                let row = (entry.low() & mask) as u32;
                *entry = entry.with_low(place, row_bits);
                row
            };
            (0..).zip(entries).map(keep).collect::<Vec<u32>>()
        };
        let complete = keys.layout.is_complete();
        let settle = |rows: &[u32], entries: &mut [E]| {
            let row = |place: usize| rows[place] as usize;
            let settling = Rows { keys, words: keys.words(), row_bits, locator, row };
            settling.settle(entries).into_iter().for_each(|run| settling.sort_long(run));
        };
        let place = |entries: &[E], found: &mut [u32], start: u32| {
            found.iter_mut().zip(entries).for_each(|(found, entry)| {
                *found = start + (entry.low() & mask) as u32;
            });
        };
        context.parallel_over(small, |_, (entries, found, start)| {
            let rows = rows_of(entries);
            radix::sort(entries, row_bits, &mut Vec::new());
            if !complete {
                settle(&rows, entries);
            }
            place(entries, found, start);
            Ok(())
        })?;
        for (entries, found, start) in large {
            // Keys that hardly spread: all threads sort this one.
            let rows = rows_of(entries);
            context.install(|| {
                entries.par_sort_unstable();
                if !complete {
                    settle(&rows, entries);
                }
            })?;
            place(entries, found, start);
        }
        Ok(Moves { task, buckets, counts, starts, found, batches: locator.starts().to_vec() })
    }

    /// The rows of these columns, whose pieces are numbered with this shift, in order and in batches of `size` rows.
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold a column; `Cancelled`.
    pub fn batches(
        &self,
        columns: &[Pieces],
        shift: u32,
        size: usize,
        context: &Context,
    ) -> Result<Vec<Batch>> {
        let chunks: Vec<&[u32]> = self.found.chunks(size).collect();
        // Most columns need no numbers of rows.
        let numbers = match columns.iter().any(|column| column.has_nulls() || column.width().is_none()) {
            true => self.numbers(shift, &chunks, context)?,
            false => vec![Vec::new(); chunks.len()],
        };
        // Columns of one width follow each other: they take the same room.
        let mut by_width: Vec<usize> = (0..columns.len()).collect();
        by_width.sort_by_key(|position| columns[*position].width());
        let mut made: Vec<std::vec::IntoIter<Column>> = vec![Vec::new().into_iter(); columns.len()];
        let mut room: Option<Gathered> = None;
        for position in by_width {
            let column = &columns[position];
            let pieces = match column.width() {
                Some(width) => {
                    let kept = room.take().filter(|room| room.width() == width);
                    let mut own = kept.unwrap_or_else(|| Gathered::room(width, &self.starts));
                    self.scatter(&mut own, context, &|piece, from, buckets, to| {
                        column.scatter(piece, from, buckets, to);
                    })?;
                    let pieces = context.parallel(chunks.len(), |chunk| {
                        Ok(column.laid(own.at(chunks[chunk]), &numbers[chunk], None))
                    })?;
                    room = Some(own);
                    pieces
                }
                None => context.parallel(chunks.len(), |chunk| column.gather(&numbers[chunk], None))?,
            };
            made[position] = pieces.into_iter();
        }
        let batches = (0..chunks.len()).map(|chunk| {
            let columns: Option<Vec<Column>> = made.iter_mut().map(Iterator::next).collect();
            let columns = columns.ok_or_else(|| Error::internal("a column has too few pieces"))?;
            Batch::new(columns, chunks[chunk].len())
        });
        batches.all_ok()
    }

    /// The numbers of the rows, as pieces with this shift number them, in order.
    fn numbers(&self, shift: u32, chunks: &[&[u32]], context: &Context) -> Result<Vec<Vec<u32>>> {
        let mut room = Gathered::room(4, &self.starts);
        self.scatter(&mut room, context, &|piece, from, buckets, to| {
            if let Parts::Four(to) = to {
                let first = ((piece as u32) << shift) + from as u32;
                let own: Vec<u32> = (first..first + buckets.len() as u32).collect();
                to.put(&own, buckets, |number| number);
            }
        })?;
        context.parallel(chunks.len(), |chunk| match room.at(chunks[chunk]) {
            Gathered::Four(numbers) => Ok(numbers),
            _ => Err(Error::internal("numbers of another width")),
        })
    }

    /// Has `each` put the rows of every task, given as a piece, its first row, and their buckets, into these.
    fn scatter(&self, room: &mut Gathered, context: &Context, each: &Put<'_>) -> Result<()> {
        context.parallel_over(room.parts(&self.starts, &self.counts), |number, mut to| {
            let buckets = &self.buckets[number];
            let first = number * self.task;
            let (mut row, end) = (first, first + buckets.len());
            let mut piece = self.batches.partition_point(|start| *start <= row) - 1;
            while row < end {
                let until = end.min(self.batches[piece + 1]);
                if row < until {
                    each(piece, row - self.batches[piece], &buckets[row - first..until - first], &mut to);
                }
                (row, piece) = (until, piece + 1);
            }
            Ok(())
        })?;
        Ok(())
    }
}
