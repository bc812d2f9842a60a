//! Group-by: group index and states per lane, merged by parts of the hash.

use crate::data::{Batch, Column};
use crate::error::{Error, Result};
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::expr::{Bound, BoundAggregate, GroupState, Groups};
use crate::kernels::{GroupIndex, hash};
use crate::plan::{Flow, GroupOrder};
use arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::{filter, take};

/// Below this many groups in all lanes, one thread merges them faster than several.
const SERIAL_GROUPS: usize = 1 << 14;

/// Groups per part of a parallel merge.
const PART_GROUPS: usize = 1 << 15;

/// Groups rows and aggregates them.
pub struct Aggregate {
    keys: Vec<Bound>,
    aggregates: Vec<BoundAggregate>,
    order: GroupOrder,
    drop_nulls: bool,
    weak: bool,
    result: Slot<Vec<Batch>>,
}

/// Groups of one lane.
pub struct Lane {
    index: GroupIndex,
    states: Vec<Box<dyn GroupState>>,
    groups: Vec<u32>,
}

impl Aggregate {
    /// A sink that leaves a batch of keys and results in `result`.
    pub fn new(
        keys: Vec<Bound>,
        aggregates: Vec<BoundAggregate>,
        order: GroupOrder,
        drop_nulls: bool,
        weak: bool,
        result: Slot<Vec<Batch>>,
    ) -> Self {
        Aggregate { keys, aggregates, order, drop_nulls, weak, result }
    }

    fn empty(&self) -> Result<Lane> {
        let dtypes = self.keys.iter().map(|key| key.dtype.clone()).collect();
        let states = self.aggregates.iter().map(BoundAggregate::state).collect::<Result<_>>()?;
        Ok(Lane { index: GroupIndex::new(dtypes, self.weak), states, groups: Vec::new() })
    }

    fn is_global(&self) -> bool {
        self.keys.is_empty()
    }

    /// Adds a batch to the states, as far as the aggregate's own condition lets it.
    fn update(
        &self,
        aggregate: &BoundAggregate,
        state: &mut dyn GroupState,
        batch: &Batch,
        groups: Option<&[u32]>,
    ) -> Result<()> {
        let coded = aggregate.function.get()?.accepts_codes;
        let args = aggregate.args.iter().map(|arg| {
            let column = arg.column(batch)?;
            if coded { Ok(column.array().clone()) } else { column.to_plain() }
        });
        let args: Vec<ArrayRef> = args.collect::<Result<_>>()?;
        let Some(condition) = &aggregate.filter else {
            let groups = groups.map_or(Groups::one(batch.rows()), Groups::per_row);
            return state.update(&args, &groups);
        };
        let mask = condition.mask(batch)?;
        let kept = mask.iter().map(|keep| keep == Some(true));
        let args: Vec<ArrayRef> = args.iter().map(|arg| filter(arg, &mask)).collect::<Result<_, _>>()?;
        match groups {
            None => state.update(&args, &Groups::one(kept.filter(|keep| *keep).count())),
            Some(groups) => {
                let groups: Vec<u32> =
                    groups.iter().zip(kept).filter(|(_, keep)| *keep).map(|(group, _)| *group).collect();
                state.update(&args, &Groups::per_row(&groups))
            }
        }
    }

    /// Keys and results of a merged lane.
    fn batch(&self, lane: &mut Lane) -> Result<Batch> {
        let mut columns = lane.index.keys()?;
        let rows = if self.is_global() { 1 } else { lane.index.len() };
        for (state, aggregate) in lane.states.iter_mut().zip(&self.aggregates) {
            let array = state.finish().map_err(|error| {
                let group = error.row_number().map(|row| row as usize);
                named(error, aggregate, group, &self.keys, &columns)
            })?;
            columns.push(Column::from_held(array));
        }
        Batch::new(columns, rows)
    }

    /// Merges the groups of every lane that `choose` picks, lane after lane; `keys` are those of the lanes' groups. Also
    /// tells where each merged group was first seen: its place among all groups of all lanes.
    fn merge(
        &self,
        lanes: &[Lane],
        keys: &[Vec<Column>],
        choose: &dyn Fn(usize) -> Option<Vec<u32>>,
    ) -> Result<(Lane, Vec<u64>)> {
        let mut whole = self.empty()?;
        let mut seen: Vec<u64> = Vec::new();
        let mut base = 0;
        for (number, lane) in lanes.iter().enumerate() {
            let chosen = choose(number);
            let from: Vec<u32> = chosen.clone().unwrap_or_else(|| (0..lane.index.len() as u32).collect());
            let mut keys = keys[number].clone();
            if let Some(chosen) = chosen {
                let chosen = UInt32Array::from(chosen);
                let some = keys.iter().map(|key| Ok(Column::from_held(take(key.array(), &chosen, None)?)));
                keys = some.collect::<Result<_>>()?;
            }
            let mut into = Vec::new();
            whole.index.assign(&keys, from.len(), &mut into)?;
            for (group, merged) in from.iter().zip(&into) {
                if *merged as usize == seen.len() {
                    seen.push(base + u64::from(*group));
                }
            }
            for (state, other) in whole.states.iter_mut().zip(&lane.states) {
                state.resize(whole.index.len());
                state.merge(other.as_ref(), &from, &into)?;
            }
            base += lane.index.len() as u64;
        }
        Ok((whole, seen))
    }

    fn merge_global(&self, lanes: Vec<Lane>) -> Result<Batch> {
        let mut lanes = lanes.into_iter();
        let mut whole = match lanes.next() {
            Some(first) => first,
            None => self.empty()?,
        };
        whole.states.iter_mut().for_each(|state| state.resize(1));
        for lane in lanes {
            for (state, other) in whole.states.iter_mut().zip(&lane.states) {
                state.merge(other.as_ref(), &[0], &[0])?;
            }
        }
        self.batch(&mut whole)
    }

    fn merge_parts(&self, lanes: &[Lane], total: usize, context: &Context) -> Result<Vec<Batch>> {
        let parts = (total / PART_GROUPS).next_power_of_two().clamp(2, 1024);
        let shift = 64 - parts.trailing_zeros();
        // The groups of each lane by part, ascending within a part.
        let split = context.parallel(lanes.len(), |lane| {
            let lane = &lanes[lane];
            let keys = lane.index.keys()?;
            let hashes = hash::columns(&keys, lane.index.len(), self.weak)?;
            let mut split: Vec<Vec<u32>> = vec![Vec::new(); parts];
            for (group, hash) in hashes.iter().enumerate() {
                split[(hash >> shift) as usize].push(group as u32);
            }
            Ok((keys, split))
        })?;
        let (keys, split): (Vec<_>, Vec<_>) = split.into_iter().unzip();
        let merged = context.parallel(parts, |part| {
            let (mut lane, seen) = self.merge(lanes, &keys, &|lane| Some(split[lane][part].clone()))?;
            Ok((self.batch(&mut lane)?, seen))
        })?;
        match self.order {
            GroupOrder::FirstSeen => first_seen(&merged, context),
            _ => Ok(merged.into_iter().map(|(batch, _)| batch).collect()),
        }
    }
}

impl Sink for Aggregate {
    type Lane = Lane;

    fn describe(&self) -> String {
        let aggregates: Vec<&str> = self.aggregates.iter().map(|aggregate| aggregate.text.as_ref()).collect();
        let keys: Vec<&str> = self.keys.iter().map(|key| key.text.as_ref()).collect();
        format!("Aggregate {} by {}", aggregates.join(", "), keys.join(", "))
    }

    fn lanes(&self, partitions: usize) -> usize {
        // Several partitions share a table, so that merging stays small beside grouping.
        (partitions / 4).clamp(8, 64)
    }

    fn lane(&self, _index: usize) -> Result<Lane> {
        self.empty()
    }

    fn push(&self, lane: &mut Lane, batch: Batch, _context: &Context) -> Result<Flow> {
        if self.is_global() {
            for (aggregate, state) in self.aggregates.iter().zip(&mut lane.states) {
                state.resize(1);
                self.update(aggregate, state.as_mut(), &batch, None)?;
            }
            return Ok(Flow::Continue);
        }
        let keys = self.keys.iter().map(|key| key.column(&batch)).collect::<Result<Vec<_>>>()?;
        let (keys, batch) = match self.drop_nulls {
            true => without_null_keys(keys, batch)?,
            false => (keys, batch),
        };
        lane.index.assign(&keys, batch.rows(), &mut lane.groups)?;
        for (aggregate, state) in self.aggregates.iter().zip(&mut lane.states) {
            state.resize(lane.index.len());
            self.update(aggregate, state.as_mut(), &batch, Some(&lane.groups))?;
        }
        Ok(Flow::Continue)
    }

    fn close(&self, lane: &mut Lane) -> Result<()> {
        lane.groups = Vec::new();
        let groups = if self.is_global() { 1 } else { lane.index.len() };
        lane.states.iter_mut().for_each(|state| state.resize(groups));
        Ok(())
    }

    fn finish(&self, mut lanes: Vec<Lane>, context: &Context) -> Result<()> {
        if self.is_global() {
            return self.result.set(vec![self.merge_global(lanes)?]);
        }
        lanes.retain(|lane| !lane.index.is_empty());
        let total: usize = lanes.iter().map(|lane| lane.index.len()).sum();
        let batches = match lanes.as_mut_slice() {
            [only] => vec![self.batch(only)?],
            _ if total <= SERIAL_GROUPS => {
                let keys = lanes.iter().map(|lane| lane.index.keys()).collect::<Result<Vec<_>>>()?;
                vec![self.batch(&mut self.merge(&lanes, &keys, &|_| None)?.0)?]
            }
            _ => self.merge_parts(&lanes, total, context)?,
        };
        self.result.set(batches)
    }
}

/// Puts the groups of all parts in the order of their first rows.
fn first_seen(merged: &[(Batch, Vec<u64>)], context: &Context) -> Result<Vec<Batch>> {
    let mut places: Vec<(u64, u32, u32)> =
        Vec::with_capacity(merged.iter().map(|(_, seen)| seen.len()).sum());
    for (part, (_, seen)) in merged.iter().enumerate() {
        places.extend(seen.iter().enumerate().map(|(row, place)| (*place, part as u32, row as u32)));
    }
    context.install(|| {
        use rayon::slice::ParallelSliceMut;
        places.par_sort_unstable();
    })?;
    let batches: Vec<&Batch> = merged.iter().map(|(batch, _)| batch).collect();
    let rows: Vec<(u32, u32)> = places.iter().map(|(_, part, row)| (*part, *row)).collect();
    crate::exec::sort::gather(&batches, &rows, context)
}

fn without_null_keys(keys: Vec<Column>, batch: Batch) -> Result<(Vec<Column>, Batch)> {
    let nulls = keys
        .iter()
        .fold(None, |nulls, key| NullBuffer::union(nulls.as_ref(), key.array().logical_nulls().as_ref()));
    let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) else { return Ok((keys, batch)) };
    let mask = BooleanArray::new(nulls.into_inner(), None);
    let keys = keys.iter().map(|key| Ok(Column::from_held(filter(key.array(), &mask)?)));
    Ok((keys.collect::<Result<_>>()?, batch.filter(&mask)?))
}

/// The error with the group it is about.
fn named(
    error: Error,
    aggregate: &BoundAggregate,
    group: Option<usize>,
    keys: &[Bound],
    columns: &[Column],
) -> Error {
    let error = error.operation(aggregate.text.as_ref());
    let error = match aggregate.args.first() {
        Some(arg) => error.column(arg.text.as_ref()),
        None => error,
    };
    let Some(group) = group.filter(|_| !keys.is_empty()) else { return error.without_row() };
    let values = keys.iter().zip(columns).map(|(key, column)| {
        format!("{} = {}", key.text, crate::data::Scalar::from_array(column.array(), group))
    });
    let values: Vec<String> = values.collect();
    error.without_row().hint(format!("in the group {}", values.join(", ")))
}
