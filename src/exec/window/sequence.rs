//! The sequence of rows that functions of one window see, and the way back.

use crate::data::{Batch, Column, DType, dispatch};
use crate::error::{Error, Result};
use crate::exec::context::Context;
use crate::exec::order::rows::Order;
use crate::expr::{BLOCK, Needs, WindowArg};
use crate::kernels::order::Direction;
use crate::kernels::places::{Gatherer, Locator, NOWHERE, Place};
use crate::kernels::unfilled::Unfilled;
use arrow::array::{Array, ArrayRef, BooleanBufferBuilder, PrimitiveArray, new_null_array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Rows of a task where any cut will do; a multiple of 8, so that tasks write whole bytes of bits.
const CHUNK: usize = 1 << 16;

/// Rows in the order of a window.
pub struct Sequence {
    /// `None`: as they are.
    sorted: Option<Sorted>,
    locator: Locator,
    /// Where partitions start, and the number of rows.
    pub partitions: Vec<u32>,
    /// Where rows with other keys start, and the number of rows.
    pub peers: Vec<u32>,
}

struct Sorted {
    order: Order,
    /// The position of each row.
    positions: Vec<AtomicU32>,
}

impl Sequence {
    /// The rows as they are, in one partition.
    pub fn of_all(batches: &[Batch]) -> Self {
        let locator = Locator::new(batches.iter().map(Batch::rows));
        let rows = locator.rows() as u32;
        let whole = if rows == 0 { vec![0] } else { vec![0, rows] };
        Sequence { sorted: None, locator, partitions: whole.clone(), peers: whole }
    }

    /// The rows by keys: the first `partition_keys` tell partitions apart, the others order their rows.
    ///
    /// # Errors
    /// `Type` if a key has no order; `Cancelled`.
    pub fn by_keys(
        keys: Vec<Batch>,
        dtypes: &[DType],
        directions: &[Direction],
        partition_keys: usize,
        context: &Context,
    ) -> Result<Self> {
        let locator = Locator::new(keys.iter().map(Batch::rows));
        let order = Order::new(keys, dtypes, directions, true, context)?;
        let partitions = order.runs(partition_keys, context)?;
        let peers = match partition_keys == dtypes.len() {
            true => partitions.clone(),
            false => order.runs(dtypes.len(), context)?,
        };
        let rows = order.len();
        let mut positions = Vec::with_capacity(rows);
        positions.resize_with(rows, || AtomicU32::new(0));
        context.parallel(rows.div_ceil(CHUNK), |chunk| {
            for position in chunk * CHUNK..rows.min((chunk + 1) * CHUNK) {
                positions[order.row(position)].store(position as u32, Ordering::Relaxed);
            }
            Ok(())
        })?;
        Ok(Sequence { sorted: Some(Sorted { order, positions }), locator, partitions, peers })
    }

    /// Whether it is the rows as they are.
    pub fn is_as_it_was(&self) -> bool {
        self.sorted.is_none()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.locator.rows()
    }

    /// The number of the row at a position.
    pub fn row(&self, position: usize) -> usize {
        self.sorted.as_ref().map_or(position, |sorted| sorted.order.row(position))
    }

    /// The position of a row.
    #[inline]
    pub fn position(&self, row: usize) -> usize {
        self.sorted.as_ref().map_or(row, |sorted| sorted.positions[row].load(Ordering::Relaxed) as usize)
    }

    /// The places of the rows at some positions.
    pub fn places(&self, positions: Range<usize>) -> Vec<Place> {
        positions.map(|position| self.locator.find(self.row(position))).collect()
    }

    /// The place of the row at a position, or nowhere.
    #[inline]
    pub fn place(&self, position: u32) -> Place {
        match position {
            u32::MAX => NOWHERE,
            position => self.locator.find(self.row(position as usize)),
        }
    }

    /// The rows that were picked for the rows from one on, where these are as they were and there is a quick way.
    pub fn near(&self, gatherer: &Gatherer, picked: &[u32], first: usize) -> Option<Result<Column>> {
        match &self.sorted {
            None if first < self.rows() => {
                gatherer.take_near(picked, self.locator.find(first).0 as usize, &self.locator)
            }
            _ => None,
        }
    }

    /// Ranges of about [`BLOCK`] rows that start where a block of a partition starts.
    pub fn tasks(&self) -> Vec<Range<usize>> {
        self.cut(|partition, position| partition + (position - partition) / BLOCK * BLOCK)
    }

    /// [`Sequence::tasks`]; where rows are as they were, those ranges of rows themselves that start where blocks do: then no
    /// result is put together from those of several tasks.
    pub fn tasks_along(&self, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
        let good = |range: &Range<usize>| range.start.is_multiple_of(BLOCK) && range.len() <= 4 * BLOCK;
        match self.sorted.is_none() && ranges.iter().all(good) {
            true => ranges.to_vec(),
            false => self.tasks(),
        }
    }

    /// Ranges of whole partitions, of [`BLOCK`] rows or more where partitions are small.
    pub fn whole_partitions(&self) -> Vec<Range<usize>> {
        self.cut(|partition, _| partition)
    }

    fn cut(&self, start: impl Fn(usize, usize) -> usize) -> Vec<Range<usize>> {
        let rows = self.rows();
        let mut starts: Vec<usize> = (0..rows)
            .step_by(BLOCK)
            .map(|position| {
                let next = self.partitions.partition_point(|start| *start as usize <= position);
                start(self.partitions[next - 1] as usize, position)
            })
            .collect();
        starts.dedup();
        let ends = starts.iter().skip(1).copied().chain([rows]);
        starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
    }

    /// A column in the order of the sequence, as far as it is needed.
    ///
    /// # Errors
    /// `Internal` if values are needed that are no numbers; `Cancelled`.
    pub fn arg(
        &self,
        chunks: &[&Column],
        dtype: &DType,
        needs: Needs,
        context: &Context,
    ) -> Result<WindowArg> {
        let dtype = dtype.clone();
        if needs == Needs::Nothing || chunks.is_empty() {
            let none = || new_null_array(&dtype.to_arrow(), 0);
            let values = (needs == Needs::Values).then(|| dispatch::physical(&none()));
            return Ok(WindowArg { values, dtype, nulls: None });
        }
        if let (None, [only]) = (&self.sorted, chunks) {
            let plain = only.array();
            let nulls = plain.logical_nulls().filter(|nulls| nulls.null_count() > 0);
            let values = (needs == Needs::Values).then(|| dispatch::physical(plain));
            return Ok(WindowArg { dtype, values, nulls });
        }
        let gatherer = Gatherer::new(chunks)?;
        let nulls = match (gatherer.has_nulls(), &self.sorted) {
            (false, _) => None,
            (true, None) => Some(validity_along(chunks)),
            (true, Some(_)) => Some(self.validity(&gatherer, context)?),
        };
        let values = match needs {
            Needs::Values => self.values(&gatherer, context)?,
            _ => None,
        };
        Ok(WindowArg { dtype, values, nulls })
    }

    fn validity(&self, gatherer: &Gatherer, context: &Context) -> Result<NullBuffer> {
        let rows = self.rows();
        let bits = self.filled(rows.div_ceil(8), CHUNK / 8, context, |chunk, out| {
            gatherer.fill_validity(&self.places(chunk * CHUNK..rows.min((chunk + 1) * CHUNK)), out);
        })?;
        Ok(NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(bits), 0, rows)))
    }

    /// The values, if they are numbers; others are counted only.
    fn values(&self, gatherer: &Gatherer, context: &Context) -> Result<Option<ArrayRef>> {
        let rows = self.rows();
        dispatch::with_native!(gatherer.physical_type(), T => {
            let values = self.filled(rows, CHUNK, context, |chunk, out| match self.sorted {
                None => gatherer.copy::<T>(self.locator.find(chunk * CHUNK), out),
                Some(_) => {
                    gatherer.fill::<T>(&self.places(chunk * CHUNK..rows.min((chunk + 1) * CHUNK)), out);
                }
            })?;
            let array = PrimitiveArray::<T>::new(values.into(), None);
            let array = array.with_data_type(gatherer.physical_type().clone());
            Ok(Some(Arc::new(array) as ArrayRef))
        }, _ => Ok(None))
    }

    /// Numbers that tasks write, pieces of `size` each.
    fn filled<T: Copy + Default + Send>(
        &self,
        rows: usize,
        size: usize,
        context: &Context,
        fill: impl Fn(usize, &mut [T]) + Sync,
    ) -> Result<Vec<T>> {
        let mut unfilled = Unfilled::new(rows);
        context.parallel_over(unfilled.pieces(size), |number, piece| {
            piece.fill(|out| fill(number, out));
            Ok(())
        })?;
        Ok(unfilled.finish())
    }

    /// For each position the position that `pick` finds for it.
    ///
    /// # Errors
    /// The first error of `pick`.
    pub fn picked(
        &self,
        context: &Context,
        pick: impl Fn(Range<usize>, &mut [u32]) -> Result<()> + Sync,
    ) -> Result<Vec<u32>> {
        let rows = self.rows();
        let failed: Mutex<Option<Error>> = Mutex::new(None);
        let found = self.filled(rows, CHUNK, context, |chunk, out| {
            if let Err(error) = pick(chunk * CHUNK..rows.min((chunk + 1) * CHUNK), out) {
                let mut failed = failed.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                failed.get_or_insert(error);
            }
        })?;
        match failed.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            Some(error) => Err(error),
            None => Ok(found),
        }
    }
}

/// Which rows of a column have a value, rows as they are.
fn validity_along(chunks: &[&Column]) -> NullBuffer {
    let mut bits = BooleanBufferBuilder::new(chunks.iter().map(|chunk| chunk.len()).sum());
    for chunk in chunks {
        match chunk.array().logical_nulls() {
            Some(nulls) => bits.append_buffer(nulls.inner()),
            None => bits.append_n(chunk.len(), true),
        }
    }
    NullBuffer::new(bits.finish())
}
