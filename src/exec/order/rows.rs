//! The order of rows by keys, made by all threads: packed keys, one split by their leading bits, small sorts.
//!
//! Work is cut by the data alone. Rows of equal keys keep their order.

use crate::data::{Batch, DType, strings};
use crate::error::{AllOk, Error, Result};
use crate::exec::context::Context;
use crate::exec::order::moved::Moves;
use crate::exec::order::settle::Keys;
use crate::exec::order::sorter::{CHUNK, Scattered, Sorter};
use crate::exec::unify::unify;
use crate::kernels::order::{Direction, dictionary_ranks};
use crate::kernels::places::{Locator, Place};
use crate::kernels::radix::Entry;
use crate::kernels::sort_column::{Measure, Prepared, SortColumn};
use crate::kernels::sort_key::Layout;
use std::ops::Range;

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

/// The keys of all rows, ready to be packed.
struct Packing {
    locator: Locator,
    batches: Vec<Vec<Prepared>>,
    narrow: Layout,
    /// What tells rows apart that the narrow packing does not, if it leaves something out.
    wide: Option<Layout>,
    row_bits: u32,
    /// Of each number of keys, into how many they were made.
    ends: Vec<usize>,
    /// Whether the only key is in order.
    in_order: bool,
}

impl Packing {
    fn new(keys: Vec<Batch>, dtypes: &[DType], directions: &[Direction], context: &Context) -> Result<Self> {
        let keys = unify(keys, context)?;
        let locator = Locator::new(keys.iter().map(Batch::rows));
        let columns = dtypes.iter().zip(directions).enumerate().map(|(position, (dtype, direction))| {
            let ranks = match shared_dictionary(&keys, position) {
                Some(dictionary) => Some(dictionary_ranks(dictionary)?.values().to_vec()),
                None => None,
            };
            SortColumn::all(dtype, *direction, ranks)
        });
        let columns: Vec<Vec<SortColumn>> = columns.all_ok()?;
        // Of each number of keys, into how many they were made.
        let mut ends = vec![0];
        columns.iter().for_each(|key| ends.push(ends[ends.len() - 1] + key.len()));
        let position = |key: usize| ends.partition_point(|end| *end <= key) - 1;
        let columns: Vec<SortColumn> = columns.into_iter().flatten().collect();
        let prepared = context.parallel(keys.len(), |batch| {
            let pairs = columns.iter().enumerate();
            let pairs = pairs.map(|(key, column)| (column, keys[batch].column(position(key))));
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
        let wide = match narrow.is_complete() {
            true => None,
            false => Some(Layout::new(&columns, &measures, u128::BITS - row_bits - 1)),
        };
        let in_order = match (columns.as_slice(), measures.as_slice(), directions) {
            ([_], [measure], [direction]) => measure.is_in_order(*direction),
            _ => false,
        };
        let mut made = Packing { locator, batches, narrow, wide, row_bits, ends, in_order };
        if made.wide.as_ref().is_some_and(|wide| made.sorter(&made.narrow, context).is_enough(wide)) {
            made.wide = None;
        }
        Ok(made)
    }

    fn sorter<'a>(&'a self, layout: &'a Layout, context: &'a Context) -> Sorter<'a> {
        let (batches, locator, row_bits) = (&self.batches, &self.locator, self.row_bits);
        Sorter { batches, layout, locator, row_bits, with_runs: false, with_buckets: false, context }
    }

    /// What tells apart rows of equal bits, and where the rows lie.
    fn into_keys(self, context: &Context) -> Result<(Keys, Locator)> {
        let mut keys = Keys { layout: self.wide.unwrap_or(self.narrow), tails: Vec::new(), ends: self.ends };
        if !keys.layout.is_complete() {
            keys.tails = context.parallel_over(self.batches, |_, batch| {
                let rest = batch.into_iter().skip(keys.layout.complete());
                Ok(rest.map(Prepared::into_tail).collect())
            })?;
        }
        Ok((keys, self.locator))
    }
}

/// Rows in the order of keys, for those who want to bring columns into it.
pub enum Arranged {
    /// By their numbers.
    Order(Order),
    /// By where buckets have them.
    Moves(Moves),
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
        Order::of(Packing::new(keys, dtypes, directions, context)?, with_runs, context)
    }

    fn of(packing: Packing, with_runs: bool, context: &Context) -> Result<Self> {
        let sorter = |layout| Sorter { with_runs, ..packing.sorter(layout, context) };
        let mut entries = match &packing.wide {
            _ if packing.in_order && !with_runs => Entries::AsTheyAre,
            None => sorter(&packing.narrow).sorted::<u64>()?.map_or(Entries::AsTheyAre, Entries::Narrow),
            Some(wide) => sorter(wide).sorted::<u128>()?.map_or(Entries::AsTheyAre, Entries::Wide),
        };
        let row_bits = packing.row_bits;
        let (keys, locator) = packing.into_keys(context)?;
        if !keys.layout.is_complete() {
            match &mut entries {
                Entries::AsTheyAre => (),
                Entries::Narrow(entries) => keys.settle(entries, row_bits, &locator, context)?,
                Entries::Wide(entries) => keys.settle(entries, row_bits, &locator, context)?,
            }
        }
        Ok(Order { entries, row_bits, locator, keys })
    }

    /// [`Order::new`], or where buckets have the rows if they are in no order as they are.
    ///
    /// # Errors
    /// As [`Order::new`].
    pub fn arranged(
        keys: Vec<Batch>,
        dtypes: &[DType],
        directions: &[Direction],
        context: &Context,
    ) -> Result<Arranged> {
        fn scattered<E: Entry>(sorter: &Sorter<'_>) -> Result<Option<Scattered<E>>> {
            let near = sorter.looks_near::<E>() && !sorter.context.config().weak_hash;
            if near { Ok(None) } else { sorter.scattered::<E>() }
        }
        let packing = Packing::new(keys, dtypes, directions, context)?;
        let sorter = |layout| Sorter { with_buckets: true, ..packing.sorter(layout, context) };
        let row_bits = packing.row_bits;
        match &packing.wide {
            _ if packing.in_order => (),
            None => {
                if let Some(scattered) = scattered::<u64>(&sorter(&packing.narrow))? {
                    let (keys, locator) = packing.into_keys(context)?;
                    return Ok(Arranged::Moves(Moves::new(scattered, &keys, row_bits, &locator, context)?));
                }
            }
            Some(wide) => {
                if let Some(scattered) = scattered::<u128>(&sorter(wide))? {
                    let (keys, locator) = packing.into_keys(context)?;
                    return Ok(Arranged::Moves(Moves::new(scattered, &keys, row_bits, &locator, context)?));
                }
            }
        }
        Ok(Arranged::Order(Order::of(packing, false, context)?))
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
        let keys = self.keys.ends[keys];
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
                (Entries::Narrow(entries), None) => Box::new(move |at| {
                    entries[at].above(self.row_bits) != entries[at - 1].above(self.row_bits)
                        || self.keys.differ(self.row(at - 1), self.row(at), keys, &self.locator)
                }),
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

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
