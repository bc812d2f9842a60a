//! The first rows in the order of keys, without sorting the others.

use crate::data::{Batch, Column, DType, strings};
use crate::error::{AllOk, Result};
use crate::exec::context::Context;
use crate::exec::gather::gather;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::expr::{Bound, columns};
use crate::kernels::map::collect_bits;
use crate::kernels::order::{self, Direction, KeyMaker, Keys};
use crate::plan::Flow;
use arrow::compute::interleave;
use rayon::slice::ParallelSliceMut;
use std::cmp::Ordering;
use std::sync::atomic::{AtomicU64, Ordering as AtomicOrdering};

/// Keeps the first rows.
pub struct TopK {
    keys: Vec<Bound>,
    directions: Vec<Direction>,
    limit: u64,
    result: Slot<Vec<Batch>>,
    /// The least of the lanes' bounds: rows enough of one lane are rows enough of all.
    bound: AtomicU64,
}

/// No bound yet.
const UNBOUND: u64 = u64::MAX;

/// Batches with their key columns.
type Rows = Vec<(Vec<Column>, Batch)>;

/// The rows of a lane that may be among the first.
#[derive(Default)]
pub struct Lane {
    rows: Rows,
}

/// Rows from which on a lane is cut.
const CUT: usize = 1 << 14;

/// The same where there is a bound.
const FEW: usize = 32;

/// Words looked at to guess which are the first.
const SAMPLE: usize = 1 << 12;

/// Rows compared with the bound at a time.
const BLOCK: usize = 1 << 12;

impl TopK {
    /// A sink that leaves the first `limit` rows, sorted, in `result`.
    pub fn new(keys: Vec<Bound>, directions: Vec<Direction>, limit: u64, result: Slot<Vec<Batch>>) -> Self {
        TopK { keys, directions, limit, result, bound: AtomicU64::new(UNBOUND) }
    }

    /// The first rows of a lane alone: the others cannot be among the first of all.
    fn cut(&self, lane: &mut Lane) -> Result<()> {
        let limit = self.limit;
        let rows: usize = lane.rows.iter().map(|(_, batch)| batch.rows()).sum();
        // Cutting pays when most rows go; where a bound keeps out most already, each cut makes it narrower for all lanes.
        let least = if self.bound.load(AtomicOrdering::Relaxed) == UNBOUND { CUT } else { FEW };
        // Of many rows it copies many, so it is done more seldom.
        let many = if limit < CUT as u64 { 2 } else { 8 };
        if rows as u64 <= limit.saturating_mul(many).max(least as u64) {
            return Ok(());
        }
        let keys: Vec<&[Column]> = lane.rows.iter().map(|(keys, _)| keys.as_slice()).collect();
        let prepared = self.prepare(&keys)?;
        let mut order = prepared.order(limit as usize);
        order.select(limit as usize);
        let rows = order.rows();
        let batches: Vec<&Batch> = lane.rows.iter().map(|(_, batch)| batch).collect();
        let kept = gather_some(&batches, &rows)?;
        let keys: Vec<Batch> =
            lane.rows.iter().map(|(keys, batch)| Batch::new(keys.clone(), batch.rows())).all_ok()?;
        let keys = gather_some(&keys.iter().collect::<Vec<_>>(), &rows)?.into_columns();
        // The word of the last row's first key: what is beyond it is not among the first.
        if let Some(bound) = self.last_word(&keys)? {
            self.bound.fetch_min(bound, AtomicOrdering::Relaxed);
        }
        lane.rows = vec![(keys, kept)];
        Ok(())
    }

    /// The greatest word of the first key of these rows; `None` if it has none, or one is null.
    fn last_word(&self, keys: &[Column]) -> Result<Option<u64>> {
        let (Some(first), Some(maker)) = (keys.first(), self.word_maker()?) else { return Ok(None) };
        match (first.null_count(), maker.keys(std::slice::from_ref(first))?) {
            (0, Keys::Words(words)) => Ok(words.into_iter().max()),
            _ => Ok(None),
        }
    }

    /// Makes words of the first key, of nulls anything; `None` if the type has none.
    fn word_maker(&self) -> Result<Option<KeyMaker>> {
        let (Some(key), Some(direction)) = (self.keys.first(), self.directions.first()) else {
            return Ok(None);
        };
        if !KeyMaker::is_word(&key.dtype) {
            return Ok(None);
        }
        Ok(Some(KeyMaker::new(std::slice::from_ref(&key.dtype), vec![*direction], true)?))
    }

    /// The rows that are not beyond the bound; `None` if they are most.
    fn candidates(&self, bound: u64, keys: &[Column], batch: &Batch) -> Result<Option<(Vec<Column>, Batch)>> {
        let (Some(first), Some(direction)) = (keys.first(), self.directions.first()) else { return Ok(None) };
        let Some(maker) = self.word_maker()? else { return Ok(None) };
        let nulls = first.array().logical_nulls().filter(|nulls| nulls.null_count() > 0);
        let nulls_near = nulls.is_some() && direction.nulls_first;
        let mut rows: Vec<(u32, u32)> = Vec::new();
        // Words of some rows at a time stay in the nearest cache.
        for start in (0..first.len()).step_by(BLOCK) {
            let count = BLOCK.min(first.len() - start);
            let own = first.slice(start, count);
            // Of most blocks no row is near the bound.
            if !nulls_near && !maker.any_within(&own, bound) {
                continue;
            }
            let Keys::Words(words) = maker.keys(&[own])? else { return Ok(None) };
            let near = match &nulls {
                None => collect_bits(count, |row| words[row] <= bound),
                Some(nulls) => collect_bits(count, |row| match nulls.is_valid(start + row) {
                    true => words[row] <= bound,
                    false => direction.nulls_first,
                }),
            };
            rows.extend(near.set_indices_u32().map(|row| (0, start as u32 + row)));
            if 2 * rows.len() > first.len() {
                return Ok(None);
            }
        }
        let own = Batch::new(keys.to_vec(), batch.rows())?;
        Ok(Some((gather_some(&[&own], &rows)?.into_columns(), gather_some(&[batch], &rows)?)))
    }

    fn add(&self, lane: &mut Lane, keys: Vec<Column>, batch: Batch) -> Result<()> {
        // Which lane was there first changes how many rows are kept, not which rows are the first of them.
        let kept = match self.bound.load(AtomicOrdering::Relaxed) {
            UNBOUND => None,
            bound => self.candidates(bound, &keys, &batch)?,
        };
        let (keys, batch) = kept.unwrap_or((keys, batch));
        if batch.rows() > 0 {
            lane.rows.push((keys, batch));
            self.cut(lane)?;
        }
        Ok(())
    }

    fn prepare(&self, batches: &[&[Column]]) -> Result<Prepared> {
        let mut columns: Vec<Vec<Column>> = batches.iter().map(|keys| keys.to_vec()).collect();
        let mut dtypes: Vec<DType> = self.keys.iter().map(|key| key.dtype.clone()).collect();
        for (position, dtype) in dtypes.iter_mut().enumerate() {
            if rank_codes(&mut columns, position)? {
                *dtype = DType::UInt32;
            }
        }
        let words = match dtypes.as_slice() {
            [only] => KeyMaker::is_word(only) && columns.iter().all(|keys| keys[0].null_count() == 0),
            _ => false,
        };
        let maker = KeyMaker::new(&dtypes, self.directions.clone(), words)?;
        let keys = columns.iter().map(|keys| maker.keys(keys)).all_ok()?;
        Ok(Prepared { keys })
    }
}

/// Coded strings of one dictionary are sorted by the ranks of their codes.
fn rank_codes(batches: &mut [Vec<Column>], position: usize) -> Result<bool> {
    let Some(first) = batches.first() else { return Ok(false) };
    let Some((_, dictionary)) = strings::coded(first[position].array()) else { return Ok(false) };
    let dictionary = dictionary.clone();
    let same = |keys: &Vec<Column>| {
        strings::coded(keys[position].array())
            .is_some_and(|(_, own)| strings::same_dictionary(own, &dictionary))
    };
    if !batches.iter().all(same) {
        return Ok(false);
    }
    let ranks = order::dictionary_ranks(&dictionary)?;
    for keys in batches {
        if let Some((codes, _)) = strings::coded(keys[position].array()) {
            keys[position] = Column::from_held(arrow::compute::take(&ranks, codes, None)?);
        }
    }
    Ok(true)
}

/// Sort keys of all batches.
struct Prepared {
    keys: Vec<Keys>,
}

/// Rows to be put in order: (prefix of the key, batch, row).
struct Order<'a> {
    keys: &'a [Keys],
    entries: Vec<(u64, u32, u32)>,
}

impl Prepared {
    /// The rows that may be among the first `count`, and others.
    fn order(&self, count: usize) -> Order<'_> {
        if let Some(bound) = self.likely_bound(count) {
            let entries = self.entries(bound);
            if entries.len() >= count {
                return Order { keys: &self.keys, entries };
            }
        }
        Order { keys: &self.keys, entries: self.entries(u64::MAX) }
    }

    /// The rows whose word, or prefix of bytes, is at most this one.
    fn entries(&self, bound: u64) -> Vec<(u64, u32, u32)> {
        let mut entries = Vec::new();
        for (batch, keys) in self.keys.iter().enumerate() {
            let entry =
                |(row, word): (usize, u64)| (word <= bound).then_some((word, batch as u32, row as u32));
            match keys {
                Keys::Words(words) => entries.extend(words.iter().copied().enumerate().filter_map(entry)),
                Keys::Bytes(rows) => {
                    entries
                        .extend(rows.iter().map(|bytes| prefix(bytes.data())).enumerate().filter_map(entry));
                }
            }
        }
        entries
    }

    /// A word that, as a sample says, `count` of the words and few more are not beyond; `None` if there is no sparing.
    fn likely_bound(&self, count: usize) -> Option<u64> {
        let words: Option<Vec<&[u64]>> = self
            .keys
            .iter()
            .map(|keys| match keys {
                Keys::Words(words) => Some(words.as_slice()),
                Keys::Bytes(_) => None,
            })
            .collect();
        let words = words?;
        let total: usize = words.iter().map(|words| words.len()).sum();
        if total < 16 * SAMPLE || count > total / 2 {
            return None;
        }
        let mut sample: Vec<u64> =
            words.iter().flat_map(|words| words.iter()).step_by(total / SAMPLE).copied().collect();
        sample.sort_unstable();
        let expected = count as f64 / total as f64 * sample.len() as f64;
        // Four deviations more: there are fewer once in thirty thousand times.
        sample.get((expected + 4.0 * expected.sqrt()) as usize + 8).copied()
    }
}

/// The first eight bytes as a word of the same order.
fn prefix(bytes: &[u8]) -> u64 {
    let mut word = [0u8; 8];
    let count = bytes.len().min(8);
    word[..count].copy_from_slice(&bytes[..count]);
    u64::from_be_bytes(word)
}

impl Order<'_> {
    /// Rows of equal keys keep their order, so the sort is stable whatever the algorithm.
    fn compare(keys: &[Keys], a: &(u64, u32, u32), b: &(u64, u32, u32)) -> Ordering {
        a.0.cmp(&b.0)
            .then_with(|| match (&keys[a.1 as usize], &keys[b.1 as usize]) {
                (Keys::Bytes(left), Keys::Bytes(right)) => {
                    left.row(a.2 as usize).cmp(&right.row(b.2 as usize))
                }
                _ => Ordering::Equal,
            })
            .then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
    }

    fn sort(&mut self) {
        let keys = self.keys;
        if keys.iter().all(|keys| matches!(keys, Keys::Words(_))) {
            self.entries.par_sort_unstable();
        } else {
            self.entries.par_sort_unstable_by(|a, b| Self::compare(keys, a, b));
        }
    }

    /// Keeps the first `count`, in any order.
    fn keep_first(&mut self, count: usize) {
        let keys = self.keys;
        if count < self.entries.len() {
            self.entries.select_nth_unstable_by(count, |a, b| Self::compare(keys, a, b));
            self.entries.truncate(count);
        }
    }

    /// Keeps the first `count`, in the order of the batches.
    fn select(&mut self, count: usize) {
        self.keep_first(count);
        self.entries.sort_unstable_by_key(|(_, batch, row)| (*batch, *row));
    }

    fn rows(&self) -> Vec<(u32, u32)> {
        self.entries.iter().map(|(_, batch, row)| (*batch, *row)).collect()
    }
}

impl Sink for TopK {
    type Lane = Lane;

    fn describe(&self) -> String {
        let keys: Vec<&str> = self.keys.iter().map(|key| key.text.as_ref()).collect();
        format!("Sort by {}; first {}", keys.join(", "), self.limit)
    }

    fn lane(&self, _index: usize, _partitions: usize) -> Result<Lane> {
        Ok(Lane::default())
    }

    fn push(&self, lane: &mut Lane, batch: Batch, _context: &Context) -> Result<Flow> {
        let keys: Vec<Column> = columns(&self.keys, &batch)?;
        // Some rows first: they tell what of the others is beyond them.
        let first = CUT + 1;
        let unbound = self.bound.load(AtomicOrdering::Relaxed) == UNBOUND;
        if unbound && batch.rows() > 4 * first && self.limit <= first as u64 / 2 {
            let part = |keys: &[Column], start: usize, rows: usize| -> Vec<Column> {
                keys.iter().map(|key| key.slice(start, rows)).collect()
            };
            self.add(lane, part(&keys, 0, first), batch.slice(0, first))?;
            let rest = batch.rows() - first;
            self.add(lane, part(&keys, first, rest), batch.slice(first, rest))?;
            return Ok(Flow::Continue);
        }
        self.add(lane, keys, batch)?;
        Ok(Flow::Continue)
    }

    fn finish(&self, lanes: Vec<Lane>, context: &Context) -> Result<()> {
        let all: Rows = lanes.into_iter().flat_map(|lane| lane.rows).collect();
        if all.is_empty() {
            return self.result.set(Vec::new());
        }
        let keys: Vec<&[Column]> = all.iter().map(|(keys, _)| keys.as_slice()).collect();
        let prepared = self.prepare(&keys)?;
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let mut order = prepared.order(limit);
        order.keep_first(limit);
        context.install(|| order.sort())?;
        let mut rows = order.rows();
        let batches = used(all.into_iter().map(|(_, batch)| batch), &mut rows);
        self.result.set(gather(&batches, &rows, context)?)
    }
}

/// The batches that rows are of; these are numbered anew. What else was kept depends on which lane was first, and must not
/// show in how the result is held.
fn used(batches: impl ExactSizeIterator<Item = Batch>, rows: &mut [(u32, u32)]) -> Vec<Batch> {
    let mut numbers = vec![None; batches.len()];
    rows.iter().for_each(|(batch, _)| numbers[*batch as usize] = Some(0));
    for (number, place) in numbers.iter_mut().flatten().enumerate() {
        *place = number as u32;
    }
    for (batch, _) in rows {
        *batch = numbers[*batch as usize].unwrap_or(0);
    }
    batches.zip(numbers).filter_map(|(batch, number)| number.map(|_| batch)).collect()
}

/// Rows of several batches in one new batch.
fn gather_some(batches: &[&Batch], rows: &[(u32, u32)]) -> Result<Batch> {
    let Some(first) = batches.first() else { return Batch::new(Vec::new(), 0) };
    let rows: Vec<(usize, usize)> =
        rows.iter().map(|(batch, row)| (*batch as usize, *row as usize)).collect();
    let columns = (0..first.columns().len()).map(|position| {
        let chunks: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
        let shared = strings::coded(chunks[0].array()).map(|(_, dictionary)| dictionary.clone());
        let same = shared.as_ref().is_some_and(|dictionary| {
            chunks.iter().all(|chunk| {
                strings::coded(chunk.array())
                    .is_some_and(|(_, own)| strings::same_dictionary(own, dictionary))
            })
        });
        let arrays: Vec<_> = match (same, shared) {
            (true, Some(dictionary)) => {
                let codes: Vec<_> = chunks
                    .iter()
                    .filter_map(|chunk| {
                        strings::coded(chunk.array()).map(|(codes, _)| codes as &dyn arrow::array::Array)
                    })
                    .collect();
                let codes = interleave(&codes, &rows)?;
                let codes = crate::data::dispatch::primitive::<arrow::datatypes::UInt32Type>(&codes).clone();
                return Ok(Column::from_held(strings::encode(codes, dictionary)?));
            }
            _ => chunks.iter().map(|chunk| chunk.to_plain()).all_ok()?,
        };
        let arrays: Vec<&dyn arrow::array::Array> = arrays.iter().map(AsRef::as_ref).collect();
        Ok(Column::from_held(interleave(&arrays, &rows)?))
    });
    Batch::new(columns.all_ok()?, rows.len())
}
