//! What a group-by is asked, and what one lane of it holds.

use crate::data::{Column, DType};
use crate::error::{Error, Result};
use crate::exec::aggregate::dense::Dense;
use crate::exec::aggregate::parts::Chunk;
use crate::exec::aggregate::shifted::Family;
use crate::exec::context::Context;
use crate::expr::{Bound, BoundAggregate, GroupState};
use crate::kernels::GroupIndex;
use crate::kernels::keys::SharedDictionary;
use crate::plan::GroupOrder;
use std::sync::Arc;

/// Keys, aggregates and their circumstances.
pub struct Query {
    /// Without keys, all rows are one group.
    pub keys: Vec<Bound>,
    /// One result column each.
    pub aggregates: Vec<BoundAggregate>,
    /// Those that are sums of a column with constants added.
    pub families: Vec<Family>,
    /// The order of the groups.
    pub order: GroupOrder,
    /// Whether rows with a null among their keys are left out.
    pub drop_nulls: bool,
    /// Whether all keys hash alike (for tests).
    pub weak: bool,
    /// Texts of each key that is one, numbered once for all lanes.
    pub dictionaries: Vec<Option<Arc<SharedDictionary>>>,
}

/// Groups of one lane.
pub struct Lane {
    /// The groups.
    pub index: GroupIndex,
    /// A state per aggregate.
    pub states: Vec<Box<dyn GroupState>>,
    /// Scratch: the group of each row of a batch.
    pub groups: Vec<u32>,
    /// The groups, if they lie where their keys say; then `index` has none.
    pub dense: Option<Dense>,
    /// Partitions that the lane is fed.
    pub partitions: usize,
    /// Rows that wait.
    pub chunks: Vec<Chunk>,
    /// Rows so far.
    pub rows: u64,
    /// Whether the rows that follow wait.
    pub waits: bool,
}

impl Query {
    /// The types of the keys.
    pub fn key_types(&self) -> Vec<DType> {
        self.keys.iter().map(|key| key.dtype.clone()).collect()
    }

    /// States without groups.
    ///
    /// # Errors
    /// As the functions document.
    pub fn states(&self) -> Result<Vec<Box<dyn GroupState>>> {
        self.aggregates.iter().map(BoundAggregate::state).collect()
    }

    /// An index without groups.
    pub fn index(&self) -> GroupIndex {
        GroupIndex::sharing(self.key_types(), self.weak, &self.dictionaries)
    }

    /// A lane without rows, to be fed so many partitions.
    ///
    /// # Errors
    /// As the functions document.
    pub fn lane(&self, partitions: usize) -> Result<Lane> {
        let (index, states) = (self.index(), self.states()?);
        let (groups, chunks) = (Vec::new(), Vec::new());
        Ok(Lane { index, states, groups, dense: None, partitions, chunks, rows: 0, waits: false })
    }

    /// The results of all aggregates for `count` groups of these keys: the states of the lanes, in order, merged into
    /// one another; group `i` of a lane is `places[i]` of all. Each aggregate is a task.
    ///
    /// # Errors
    /// As the functions document, with the group named by its keys.
    pub fn merged(
        &self,
        lanes: Vec<Vec<Box<dyn GroupState>>>,
        places: &[Vec<u32>],
        count: usize,
        keys: &[Column],
        context: &Context,
    ) -> Result<Vec<Column>> {
        let mut columns: Vec<Vec<_>> = self.aggregates.iter().map(|_| Vec::new()).collect();
        for states in lanes {
            columns.iter_mut().zip(states).for_each(|(column, state)| column.push(state));
        }
        context.parallel_over(columns, |position, states| {
            let mut states = states.into_iter();
            // The groups of the first lane are the first groups.
            let mut merged = match states.next() {
                Some(first) => first,
                None => self.aggregates[position].state()?,
            };
            merged.resize(count);
            for (state, places) in states.zip(&places[1.min(places.len())..]) {
                merged.absorb(state, places)?;
            }
            merged.settle(context)?;
            self.finished(position, merged.as_mut(), || Ok(keys.to_vec()))
        })
    }

    /// The results of one aggregate.
    ///
    /// # Errors
    /// As the function documents, with the group named by its keys.
    pub fn finished(
        &self,
        position: usize,
        state: &mut dyn GroupState,
        keys: impl Fn() -> Result<Vec<Column>>,
    ) -> Result<Column> {
        let array = state.finish().map_err(|error| {
            let group = error.row_number().map(|row| row as usize);
            match keys() {
                Ok(columns) => named(error, &self.aggregates[position], group, &self.keys, &columns),
                Err(other) => other,
            }
        })?;
        Ok(Column::from_held(array))
    }
}

/// Lanes, each with the number of rows in those before it.
pub fn after_rows(lanes: Vec<Lane>) -> impl Iterator<Item = (Lane, u64)> {
    let mut base = 0;
    lanes.into_iter().map(move |lane| {
        let before = base;
        base += lane.rows;
        (lane, before)
    })
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
