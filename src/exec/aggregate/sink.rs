//! The sink: rows into the groups of their lane.

use crate::config::Config;
use crate::data::{Batch, Column};
use crate::error::{AllOk, Result};
use crate::exec::aggregate::add::{FEW_GROUPS, FEW_ROWS, add};
use crate::exec::aggregate::dense::Dense;
use crate::exec::aggregate::input::{Input, Rows};
use crate::exec::aggregate::lane::{Lane, Query};
use crate::exec::aggregate::merge::merge;
use crate::exec::aggregate::merge_dense;
use crate::exec::aggregate::parts::Chunk;
use crate::exec::aggregate::shifted::families;
use crate::exec::context::Context;
use crate::exec::operator::Sink;
use crate::exec::slot::Slot;
use crate::expr::{Bound, BoundAggregate};
use crate::kernels::filter::filter_batch;
use crate::kernels::keys::SharedDictionary;
use crate::plan::{Flow, GroupOrder};
use arrow::array::{Array, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::compute::filter;

/// Texts of a key are numbered once for all lanes up to as many as rows of so many partitions: what is learnt is learnt by
/// one thread at a time, and a table of more leaves the caches.
const SHARED_PARTITIONS: usize = 4;

/// Rows of a batch for each group, on average, from which on values that are kept stay with the groups of the lane.
const OWN_ROWS: usize = 3;

/// Groups rows and aggregates them.
pub struct Aggregate {
    query: Query,
    result: Slot<Vec<Batch>>,
}

impl Aggregate {
    /// A sink that leaves batches of keys and results in `result`.
    pub fn new(
        keys: Vec<Bound>,
        aggregates: Vec<BoundAggregate>,
        order: GroupOrder,
        drop_nulls: bool,
        config: &Config,
        result: Slot<Vec<Batch>>,
    ) -> Self {
        let weak = config.weak_hash;
        let dictionaries = keys
            .iter()
            .map(|key| {
                SharedDictionary::for_keys(&key.dtype, weak, SHARED_PARTITIONS * config.partition_rows)
            })
            .collect();
        let families = families(&aggregates);
        Aggregate {
            query: Query { keys, aggregates, families, order, drop_nulls, weak, dictionaries },
            result,
        }
    }

    /// Keys and results of the only lane.
    fn batch(&self, lane: Lane, context: &Context) -> Result<Batch> {
        let (keys, count) = (lane.index.keys()?, lane.index.len());
        let results = self.query.merged(vec![lane.states], &[Vec::new()], count, &keys, context)?;
        Batch::new(keys.into_iter().chain(results).collect(), count)
    }

    fn key_columns(&self, batch: &Batch) -> Result<Vec<Column>> {
        self.query.keys.iter().map(|key| key.column(batch)).collect()
    }

    fn without_null_keys(&self, keys: Vec<Column>, batch: Batch) -> Result<(Vec<Column>, Batch)> {
        let nulls = keys
            .iter()
            .fold(None, |nulls, key| NullBuffer::union(nulls.as_ref(), key.array().logical_nulls().as_ref()));
        let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) else { return Ok((keys, batch)) };
        let mask = BooleanArray::new(nulls.into_inner(), None);
        let batch = filter_batch(&batch, &mask)?;
        let keys = match self.query.keys.iter().all(Bound::is_column) {
            true => self.key_columns(&batch)?,
            false => keys.iter().map(|key| Ok(Column::from_held(filter(key.array(), &mask)?))).all_ok()?,
        };
        Ok((keys, batch))
    }

    fn inputs(&self, batch: &Batch) -> Result<Vec<Input>> {
        self.query.aggregates.iter().map(|aggregate| Input::of(aggregate, batch)).all_ok()
    }

    /// Puts rows aside; the lane's own states come before them, so that all rows that follow wait as well.
    fn put_aside(&self, lane: &mut Lane, keys: &[Column], inputs: &[Input], rows: usize) -> Result<()> {
        lane.waits = true;
        lane.chunks.push(Chunk::new(&mut lane.index, keys, inputs, rows, lane.rows)?);
        lane.rows += rows as u64;
        Ok(())
    }

    /// Adds all rows of a batch to the groups that `lane.groups` has for them.
    fn add(&self, lane: &mut Lane, batch: &Batch, context: &Context) -> Result<()> {
        let count = if self.query.keys.is_empty() { 1 } else { lane.index.len() };
        let groups = (!self.query.keys.is_empty()).then_some(lane.groups.as_slice());
        add(&self.query, &mut lane.states, batch, Rows { groups, count }, context)?;
        lane.rows += batch.rows() as u64;
        // Many groups, and few rows for each: a table of the lane would be large and then merged.
        let many = count > context.config().partition_rows / 2;
        lane.waits = many && lane.rows < 4 * count as u64;
        Ok(())
    }

    /// Adds all rows of a batch to the groups where their keys lie; false if these need other words: then the groups that
    /// there are have numbers.
    fn add_dense(&self, lane: &mut Lane, keys: &[Column], batch: &Batch, context: &Context) -> Result<bool> {
        let words = lane.index.pack(keys, batch.rows())?;
        let packing = lane.index.packing();
        let (Some(words), Some(dense)) =
            (words, lane.dense.as_mut().filter(|dense| dense.takes(packing.as_ref())))
        else {
            merge_dense::number(&self.query, lane)?;
            return Ok(false);
        };
        dense.assign(&words, &mut lane.groups);
        let rows = Rows { groups: Some(&lane.groups), count: dense.room() };
        add(&self.query, &mut lane.states, batch, rows, context)?;
        lane.rows += batch.rows() as u64;
        Ok(true)
    }

    /// Whether a lane still has few groups with the rows of a batch, so that values that are kept can be kept group by
    /// group; then `lane.groups` has the groups of the rows.
    fn few(&self, lane: &mut Lane, keys: &[Column], rows: usize) -> Result<bool> {
        let keeping =
            lane.states.iter().zip(&self.query.aggregates).filter(|(state, _)| state.keeps_values());
        let takes_runs =
            keeping.into_iter().all(|(state, aggregate)| state.takes_runs() && aggregate.filter.is_none());
        if lane.waits || !takes_runs || lane.index.len() > FEW_GROUPS || rows < FEW_ROWS {
            return Ok(false);
        }
        let head: Vec<Column> = keys.iter().map(|key| key.slice(0, FEW_ROWS)).collect();
        lane.index.assign(&head, FEW_ROWS, &mut lane.groups)?;
        if lane.index.len() > FEW_GROUPS {
            return Ok(false);
        }
        lane.index.assign(keys, rows, &mut lane.groups)?;
        Ok(lane.index.len() <= FEW_GROUPS)
    }

    /// Whether a batch has few enough groups, so that values that are kept can be kept with the lane's own groups: each
    /// group has several of them then, and they need not be cut into parts. Then `lane.groups` has the groups of the rows.
    fn own(&self, lane: &mut Lane, keys: &[Column], rows: usize) -> Result<bool> {
        let most = rows / OWN_ROWS;
        if lane.waits || lane.index.len() > most {
            return Ok(false);
        }
        if lane.rows == 0 {
            // Some rows tell: of as many groups as are allowed, nine in ten of these would be of different ones.
            let head = rows / 16;
            let some: Vec<Column> = keys.iter().map(|key| key.slice(0, head)).collect();
            let mut trial = self.query.index();
            trial.assign(&some, head, &mut lane.groups)?;
            if 10 * trial.len() > 9 * head {
                return Ok(false);
            }
        }
        lane.index.assign(keys, rows, &mut lane.groups)?;
        Ok(lane.index.len() <= most)
    }

    /// The first rows of a lane tell whether there are more groups than rows of a partition: then hardly any two of
    /// these rows meet, and the others are put aside.
    fn begin(
        &self,
        lane: &mut Lane,
        keys: &[Column],
        batch: &Batch,
        head: usize,
        context: &Context,
    ) -> Result<()> {
        let part =
            |start: usize, len| -> Vec<Column> { keys.iter().map(|key| key.slice(start, len)).collect() };
        let rest = batch.rows() - head;
        lane.index.assign(&part(0, head), head, &mut lane.groups)?;
        let (found, expected) = ((lane.index.len(), head), batch.rows().saturating_mul(lane.partitions));
        let (packing, ordered) = (lane.index.packing(), self.query.order == GroupOrder::FirstSeen);
        // Keys that hash alike have numbers.
        lane.dense = match self.query.weak {
            true => None,
            false => Dense::for_rows(packing, lane.states.len(), ordered, found, expected),
        };
        if lane.dense.is_some() {
            lane.index.forget();
            if self.add_dense(lane, keys, batch, context)? {
                return Ok(());
            }
            lane.index.assign(keys, batch.rows(), &mut lane.groups)?;
            return self.add(lane, batch, context);
        }
        if 16 * (head - lane.index.len()) >= head {
            let mut groups = std::mem::take(&mut lane.groups);
            lane.index.assign(&part(head, rest), rest, &mut lane.groups)?;
            groups.extend_from_slice(&lane.groups);
            lane.groups = groups;
            return self.add(lane, batch, context);
        }
        let inputs = self.inputs(batch)?;
        let count = lane.index.len();
        for (input, state) in inputs.iter().zip(&mut lane.states) {
            state.resize(count);
            input.slice(&(0..head)).update(state.as_mut(), Some(&lane.groups))?;
        }
        lane.rows += head as u64;
        let inputs: Vec<Input> = inputs.iter().map(|input| input.slice(&(head..batch.rows()))).collect();
        self.put_aside(lane, &part(head, rest), &inputs, rest)
    }

    fn merge_global(&self, lanes: Vec<Lane>, context: &Context) -> Result<Batch> {
        let places = vec![vec![0]; lanes.len()];
        let states = lanes.into_iter().map(|lane| lane.states).collect();
        Batch::new(self.query.merged(states, &places, 1, &[], context)?, 1)
    }
}

impl Sink for Aggregate {
    type Lane = Lane;

    fn describe(&self) -> String {
        let aggregates: Vec<&str> =
            self.query.aggregates.iter().map(|aggregate| aggregate.text.as_ref()).collect();
        let keys: Vec<&str> = self.query.keys.iter().map(|key| key.text.as_ref()).collect();
        format!("Aggregate {} by {}", aggregates.join(", "), keys.join(", "))
    }

    fn lanes(&self, partitions: usize) -> usize {
        // Several partitions share a table, so that merging stays small beside grouping.
        (partitions / 4).clamp(8, 16)
    }

    fn lane(&self, _index: usize, partitions: usize) -> Result<Lane> {
        self.query.lane(partitions)
    }

    fn push(&self, lane: &mut Lane, batch: Batch, context: &Context) -> Result<Flow> {
        let (keys, batch) = match self.query.drop_nulls && !self.query.keys.is_empty() {
            true => self.without_null_keys(self.key_columns(&batch)?, batch)?,
            false => (self.key_columns(&batch)?, batch),
        };
        let rows = batch.rows();
        let size = context.config().partition_rows;
        let keeps = lane.states.iter().any(|state| state.keeps_values());
        let head = size / 8;
        let ungrouped = self.query.keys.is_empty();
        if ungrouped
            || rows > size / 4 && keeps && (self.few(lane, &keys, rows)? || self.own(lane, &keys, rows)?)
        {
            self.add(lane, &batch, context)?;
        } else if lane.dense.is_some() && self.add_dense(lane, &keys, &batch, context)? {
            return Ok(Flow::Continue);
        } else if lane.waits || rows > size / 4 && keeps {
            self.put_aside(lane, &keys, &self.inputs(&batch)?, rows)?;
        } else if lane.rows > 0 || keeps || head == 0 || rows < 2 * head {
            lane.index.assign(&keys, rows, &mut lane.groups)?;
            self.add(lane, &batch, context)?;
        } else {
            self.begin(lane, &keys, &batch, head, context)?;
        }
        Ok(Flow::Continue)
    }

    fn close(&self, lane: &mut Lane, _context: &Context) -> Result<()> {
        lane.groups = Vec::new();
        let groups = match &lane.dense {
            _ if self.query.keys.is_empty() => 1,
            Some(dense) => dense.room(),
            None => lane.index.len(),
        };
        for state in &mut lane.states {
            state.resize(groups);
            state.arrange();
        }
        Ok(())
    }

    fn finish(&self, mut lanes: Vec<Lane>, context: &Context) -> Result<()> {
        if self.query.keys.is_empty() {
            return self.result.set(vec![self.merge_global(lanes, context)?]);
        }
        lanes.retain(|lane| lane.dense.is_some() || !lane.index.is_empty() || !lane.chunks.is_empty());
        if let Some(packing) = merge_dense::common(&self.query, &lanes) {
            return self.result.set(merge_dense::merge(&self.query, lanes, &packing, context)?);
        }
        let mut lanes = context.parallel_over(lanes, |_, mut lane| {
            merge_dense::number(&self.query, &mut lane)?;
            Ok(lane)
        })?;
        let batches = match (lanes.len(), lanes.pop_if(|lane| lane.chunks.is_empty())) {
            (1, Some(only)) => vec![self.batch(only, context)?],
            (_, last) => {
                lanes.extend(last);
                merge(&self.query, lanes, context)?
            }
        };
        self.result.set(batches)
    }
}
