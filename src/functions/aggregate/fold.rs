//! From a tiny typed contract to the whole one: [`Fold`] says what one value does to one group, [`Folded`] is the
//! state of all groups, with one tight loop per shape of input.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::{GroupState, Groups};
use crate::functions::aggregate::by_lane::ByLane;
use crate::functions::aggregate::rows::ValidBlocks;
use crate::functions::aggregate::words::{Imported, Spill, Words, export_words};
use crate::kernels::wide::wide;
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, Int64Array, PrimitiveArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use std::any::Any;
use std::sync::Arc;

/// The Rust value a fold takes.
pub type Value<F> = <<F as Fold>::In as ArrowPrimitiveType>::Native;

/// Independent accumulators of the ungrouped loop. A constant: the order of float additions depends on it.
const LANES: usize = 8;

/// Rows between two checks for what rarely happens; also the buffer for values picked from between nulls.
pub const BLOCK: usize = 1024;

/// Rows between two looks at words that hold a number of values and their sum: fewer than either has room for.
const PACKED_ROWS: usize = 1 << 15;

/// Where in such a word the number of values begins.
const COUNT_SHIFT: u32 = 48;

/// Rows per group from which such words pay.
const PACKED_PER_GROUP: usize = 16;

/// What one value does to one group. Nulls never arrive here.
///
/// A state is small and copied freely. What rarely happens (a carry out of 64 bits, a value that equals the mark of
/// an empty group) goes to the group's spill word, so that the common loop touches the small state alone.
pub trait Fold: Send + Sync + Sized + 'static {
    /// The physical type of the input.
    type In: ArrowPrimitiveType;
    /// The state of one group.
    type State: Words;
    /// The state of a group without values.
    const EMPTY: Self::State;
    /// Whether the order in which values are added and states merged is all the same, bit for bit.
    const EXACT: bool = false;
    /// Whether spill words are never used.
    const SPILLS: bool = true;

    /// Adds a value; true: [`Fold::spill`] must see it too.
    fn add(state: &mut Self::State, value: Value<Self>) -> bool;

    /// The value, if it has at most 32 bits and a state needs no more than the number of the values and their sum.
    fn narrow(_value: Value<Self>) -> Option<i32> {
        None
    }

    /// Adds so many narrow values of this sum.
    fn add_narrow(_state: &mut Self::State, _word: &mut i64, _count: u64, _sum: i64) {}

    /// The rare part of adding a value.
    fn spill(_word: &mut i64, _value: Value<Self>) {}

    /// Adds the values of a later state.
    fn merge(into: &mut Self::State, word: &mut i64, from: &Self::State, from_word: i64);

    /// The state of these values alone, in any fixed order of operations, and its spill word.
    fn reduce(values: &[Value<Self>]) -> (Self::State, i64) {
        lanes::<Self>(values)
    }

    /// The same of two groups whose values lie among one another, if there is a quick way that is exact.
    fn reduce_pair(_values: &[Value<Self>], _ids: &[u32]) -> Option<[(Self::State, i64); 2]> {
        None
    }

    /// The state, without a value, to be merged when the sum of the values grows by this; its spill word.
    fn of_shift(_sum: i128) -> Option<(Self::State, i64)> {
        None
    }

    /// One value per group.
    ///
    /// # Errors
    /// As the function documents.
    fn finish(&self, states: &[Self::State], spill: &Spill) -> Result<ArrayRef>;
}

wide! {
    /// [`Fold::reduce`] by [`Fold::add`]. Plain loops: what is not inlined is not compiled for AVX2.
    pub fn lanes<F: Fold>(values: &[Value<F>]) -> (F::State, i64) {
        let mut lanes = [F::EMPTY; LANES];
        let mut word = 0;
        let mut start = 0;
        while start < values.len() {
            let block = &values[start..values.len().min(start + BLOCK)];
            let before = lanes;
            let mut rare = false;
            let (chunks, rest) = block.as_chunks::<LANES>();
            let mut at = 0;
            while at < chunks.len() {
                let mut lane = 0;
                while lane < LANES {
                    rare |= F::add(&mut lanes[lane], chunks[at][lane]);
                    lane += 1;
                }
                at += 1;
            }
            let mut lane = 0;
            while lane < rest.len() {
                rare |= F::add(&mut lanes[lane], rest[lane]);
                lane += 1;
            }
            if rare {
                lanes = before;
                for (position, value) in block.iter().enumerate() {
                    if F::add(&mut lanes[position % LANES], *value) {
                        F::spill(&mut word, *value);
                    }
                }
            }
            start += BLOCK;
        }
        let mut total = F::EMPTY;
        for lane in &lanes {
            F::merge(&mut total, &mut word, lane, 0);
        }
        (total, word)
    }
}

/// The state of every group of a fold.
pub struct Folded<F: Fold> {
    fold: F,
    states: Vec<F::State>,
    spill: Spill,
    /// Scratch: the number of values and their sum, by group.
    packed: Vec<u64>,
    /// What is added up lane by lane.
    by_lane: Option<ByLane<F::State>>,
}

impl<F: Fold> Folded<F> {
    /// No group yet.
    pub fn boxed(fold: F) -> Box<dyn GroupState> {
        Box::new(Folded {
            fold,
            states: Vec::new(),
            spill: Spill::default(),
            packed: Vec::new(),
            by_lane: None,
        })
    }

    #[inline(never)]
    fn add_all(&mut self, group: usize, values: &[Value<F>]) {
        if values.is_empty() {
            return;
        }
        let (state, word) = F::reduce(values);
        self.merge_one(group, &state, word);
    }

    /// Adds the values of two groups that lie among one another; false, and nothing is added, if there is no quick way. One by
    /// one, a value of few groups would wait for the one before it.
    fn add_pair(&mut self, ids: &[u32], values: &[Value<F>]) -> bool {
        if self.states.len() != 2 {
            return false;
        }
        let Some(pair) = F::reduce_pair(values, ids) else { return false };
        for (group, (state, word)) in pair.iter().enumerate() {
            self.merge_one(group, state, *word);
        }
        true
    }

    /// Whether [`Folded::scatter_narrow`] takes these values, and there are enough for each group.
    fn packs(&self, values: &[Value<F>]) -> bool {
        values.len().min(PACKED_ROWS) >= PACKED_PER_GROUP * self.states.len()
            && values.first().is_some_and(|value| F::narrow(*value).is_some())
    }

    #[inline(never)]
    fn scatter(&mut self, ids: &[u32], values: &[Value<F>]) {
        let states = self.states.as_mut_slice();
        for (id, value) in ids.iter().zip(values) {
            if F::add(&mut states[*id as usize], *value) {
                spill_one::<F>(&mut self.spill, *id, *value);
            }
        }
    }

    /// [`Folded::scatter`] of narrow values: one addition counts a value and sums it.
    #[inline(never)]
    fn scatter_narrow(&mut self, ids: &[u32], values: &[Value<F>]) {
        self.packed.resize(self.states.len(), 0);
        for (ids, values) in ids.chunks(PACKED_ROWS).zip(values.chunks(PACKED_ROWS)) {
            let packed = self.packed.as_mut_slice();
            for (id, value) in ids.iter().zip(values) {
                let value = F::narrow(*value).map_or(0, i64::from) as u64;
                let word = &mut packed[*id as usize];
                *word = word.wrapping_add(1 << COUNT_SHIFT).wrapping_add(value);
            }
            for group in 0..self.states.len() {
                let word = std::mem::take(&mut self.packed[group]);
                let sum = (word << (64 - COUNT_SHIFT)) as i64 >> (64 - COUNT_SHIFT);
                let count = word.wrapping_sub(sum as u64) >> COUNT_SHIFT;
                let before = self.spill.get(group);
                let mut carries = before;
                F::add_narrow(&mut self.states[group], &mut carries, count, sum);
                if carries != before {
                    *self.spill.at(group) = carries;
                }
            }
        }
    }

    #[inline(never)]
    fn scatter_by_lane(&mut self, values: impl Iterator<Item = (u32, Value<F>)>) {
        let add = |state: &mut F::State, value| _ = F::add(state, value);
        if let Some(by_lane) = &mut self.by_lane {
            by_lane.add(&mut self.states, values, add, merge_plain::<F>);
        }
    }

    #[inline(never)]
    fn scatter_rows(&mut self, ids: &[u32], values: &[Value<F>], rows: &[u32]) {
        let states = self.states.as_mut_slice();
        for row in rows {
            let (id, value) = (ids[*row as usize], values[*row as usize]);
            if F::add(&mut states[id as usize], value) {
                spill_one::<F>(&mut self.spill, id, value);
            }
        }
    }

    fn merge_one(&mut self, into: usize, from: &F::State, from_word: i64) {
        let before = self.spill.get(into);
        let mut word = before;
        F::merge(&mut self.states[into], &mut word, from, from_word);
        if word != before {
            *self.spill.at(into) = word;
        }
    }
}

/// [`Fold::merge`] of what uses no spill words.
#[inline(always)]
fn merge_plain<F: Fold>(into: &mut F::State, from: &F::State) {
    F::merge(into, &mut 0, from, 0);
}

#[cold]
#[inline(never)]
fn spill_one<F: Fold>(spill: &mut Spill, id: u32, value: Value<F>) {
    F::spill(spill.at(id as usize), value);
}

impl<F: Fold> GroupState for Folded<F> {
    fn resize(&mut self, groups: usize) {
        if groups > self.states.len() {
            self.states.resize(groups, F::EMPTY);
        }
        if let Some(by_lane) = &mut self.by_lane {
            by_lane.resize(groups);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let array = numbers_of(&args[0], &F::In::DATA_TYPE)?;
        let array: &PrimitiveArray<F::In> = dispatch::primitive(&array);
        let values: &[Value<F>] = array.values();
        let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
        if let (true, Some(ids)) = (self.by_lane.is_some(), groups.ids) {
            let Some(nulls) = nulls else {
                self.scatter_by_lane(ids.iter().copied().zip(values.iter().copied()));
                return Ok(());
            };
            let (mut blocks, mut rows) = (ValidBlocks::new(nulls), Vec::new());
            while blocks.advance(BLOCK) {
                blocks.rows(&mut rows);
                let rows = rows.iter().map(|row| *row as usize);
                self.scatter_by_lane(rows.map(|row| (ids[row], values[row])));
            }
            return Ok(());
        }
        let Some(nulls) = nulls else {
            match groups.ids {
                None => self.add_all(0, values),
                Some(ids) if self.add_pair(ids, values) => (),
                Some(ids) if self.packs(values) => self.scatter_narrow(ids, values),
                Some(ids) => self.scatter(ids, values),
            }
            return Ok(());
        };
        let mut blocks = ValidBlocks::new(nulls);
        let (mut picked, mut rows) = (Vec::new(), Vec::new());
        let pairs = self.states.len() == 2 && F::reduce_pair(&[], &[]).is_some();
        while blocks.advance(BLOCK) {
            match groups.ids {
                None => {
                    blocks.pick(values, &mut picked);
                    self.add_all(0, &picked);
                }
                Some(ids) if pairs => {
                    blocks.pick(values, &mut picked);
                    blocks.pick(ids, &mut rows);
                    self.add_pair(&rows, &picked);
                }
                Some(ids) => {
                    blocks.rows(&mut rows);
                    self.scatter_rows(ids, values, &rows);
                }
            }
        }
        Ok(())
    }

    fn takes_runs(&self) -> bool {
        true
    }

    fn update_runs(&mut self, args: &[ArrayRef], starts: &[usize]) -> Result<()> {
        let array = numbers_of(&args[0], &F::In::DATA_TYPE)?;
        let array: &PrimitiveArray<F::In> = dispatch::primitive(&array);
        let (mut picked, mut group) = (Vec::new(), 0);
        for ends in starts.windows(2) {
            let values: &[Value<F>] = &array.values()[ends[0]..ends[1]];
            let nulls = array.nulls().map(|nulls| nulls.slice(ends[0], ends[1] - ends[0]));
            match nulls.filter(|nulls| nulls.null_count() > 0) {
                None => self.add_all(group, values),
                Some(nulls) => {
                    let mut blocks = ValidBlocks::new(&nulls);
                    while blocks.advance(BLOCK) {
                        blocks.pick(values, &mut picked);
                        self.add_all(group, &picked);
                    }
                }
            }
            group += 1;
        }
        Ok(())
    }

    fn merges_quickly(&self) -> bool {
        true
    }

    fn exact(&self) -> bool {
        F::EXACT
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        if let Some(by_lane) = &mut self.by_lane {
            let values = into.iter().zip(from).map(|(into, from)| (*into, other.states[*from as usize]));
            by_lane.add(
                &mut self.states,
                values,
                |own, state| merge_plain::<F>(own, &state),
                merge_plain::<F>,
            );
            return Ok(());
        }
        for (from, into) in from.iter().zip(into) {
            let from = *from as usize;
            self.merge_one(*into as usize, &other.states[from], other.spill.get(from));
        }
        Ok(())
    }

    fn begin_lane(&mut self) -> bool {
        if !F::SPILLS {
            let first = self.states.len();
            self.by_lane.get_or_insert_with(|| ByLane::new(first, F::EMPTY)).next();
        }
        !F::SPILLS
    }

    fn end_lanes(&mut self) {
        if let Some(by_lane) = self.by_lane.take() {
            by_lane.end(&mut self.states, merge_plain::<F>);
        }
    }

    fn takes_shifts(&self) -> bool {
        F::of_shift(0).is_some()
    }

    fn merge_shifted(&mut self, other: &dyn GroupState, counts: &[u64], by: i128) -> Result<()> {
        let other = same::<Self>(other)?;
        for (group, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            self.merge_one(group, &other.states[group], other.spill.get(group));
            if let Some((state, word)) = F::of_shift(i128::from(*count) * by) {
                self.merge_one(group, &state, word);
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        self.fold.finish(&self.states, &self.spill)
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        Ok(export_words(&self.states, &self.spill))
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let imported = Imported::new(arrays, F::State::COUNT)?;
        for (row, into) in into.iter().enumerate().take(imported.states()) {
            let (state, word) = imported.get(row);
            self.merge_one(*into as usize, &state, word);
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.states.capacity() * size_of::<F::State>() + self.packed.capacity() * 8 + self.spill.size_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The array with its physical number type; truth values become 0 and 1.
///
/// # Errors
/// None in practice: Arrow has the conversion.
pub fn numbers(array: &ArrayRef) -> Result<ArrayRef> {
    match array.data_type() {
        DataType::Boolean => Ok(cast(array, &DataType::UInt8)?),
        _ => Ok(dispatch::physical(array)),
    }
}

/// The array with numbers of a physical type: narrower ones are widened, and integers without a sign become signed
/// ones of the same 64 bits where those are wanted.
///
/// # Errors
/// None in practice: Arrow has the conversions.
pub fn numbers_of(array: &ArrayRef, wanted: &DataType) -> Result<ArrayRef> {
    let array = numbers(array)?;
    match (array.data_type(), wanted) {
        (held, wanted) if held == wanted => Ok(array),
        (DataType::Decimal128(..), DataType::Decimal128(..)) => Ok(array),
        (DataType::UInt64, DataType::Int64) => {
            let bits = array.as_primitive::<UInt64Type>().values().inner().clone();
            Ok(Arc::new(Int64Array::new(bits.into(), array.nulls().cloned())))
        }
        _ => Ok(cast(&array, wanted)?),
    }
}

/// Results with their type: the opposite of [`numbers_of`].
///
/// # Errors
/// `Type` if no such numbers stand for the type.
pub fn results(array: ArrayRef, dtype: &DType) -> Result<ArrayRef> {
    match dtype {
        DType::UInt64 if *array.data_type() == DataType::Int64 => {
            let bits = array.as_primitive::<Int64Type>().values().inner().clone();
            Ok(Arc::new(UInt64Array::new(bits.into(), array.nulls().cloned())))
        }
        DType::Bool => Ok(cast(&array, &DataType::Boolean)?),
        dtype if dtype.is_integer() || dtype.is_float() => {
            let wanted = dtype.to_arrow();
            if *array.data_type() == wanted { Ok(array) } else { Ok(cast(&array, &wanted)?) }
        }
        _ => dispatch::logical(array, dtype),
    }
}

/// The other state as the kind of this one.
///
/// # Errors
/// `Internal` if it is of another kind.
pub fn same<S: 'static>(other: &dyn GroupState) -> Result<&S> {
    match other.as_any().downcast_ref() {
        Some(state) => Ok(state),
        None => Err(others()),
    }
}

/// The other state as the kind of this one, to be taken apart.
///
/// # Errors
/// `Internal` if it is of another kind.
pub fn owned<S: 'static>(other: Box<dyn GroupState>) -> Result<Box<S>> {
    let other: Box<dyn Any> = other;
    other.downcast().map_err(|_| others())
}

#[cold]
#[inline(never)]
fn others() -> Error {
    Error::internal("states of two different aggregates were to be merged")
}
