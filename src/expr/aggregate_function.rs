//! The contract of a function from the rows of each group to one value per group.
//!
//! Which group a row belongs to is somebody else's contract (`kernels::group_index`); an aggregate sees numbers of
//! groups only. States merge group by group, so one property serves parallel merging, spilling and shuffling.

use crate::data::DType;
use crate::error::Result;
use crate::expr::function::{Described, Example, Param, Signature};
use crate::expr::params::Params;
use arrow::array::ArrayRef;
use std::any::Any;
use std::borrow::Cow;

/// The group of each row of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Groups<'a> {
    /// A group per row; `None`: every row is in group 0.
    pub ids: Option<&'a [u32]>,
    /// Number of rows.
    pub rows: usize,
}

impl<'a> Groups<'a> {
    /// Every row in group 0.
    pub fn one(rows: usize) -> Self {
        Groups { ids: None, rows }
    }

    /// A group per row.
    pub fn per_row(ids: &'a [u32]) -> Self {
        Groups { ids: Some(ids), rows: ids.len() }
    }

    /// The group of a row.
    pub fn of(&self, row: usize) -> usize {
        self.ids.map_or(0, |ids| ids[row] as usize)
    }
}

/// The state of every group of one aggregate. Rows arrive in order; states of later rows are merged into states of
/// earlier ones, in order.
pub trait GroupState: Any + Send + Sync {
    /// Makes room: afterwards groups `0..groups` exist, new ones empty. Never shrinks.
    fn resize(&mut self, groups: usize);

    /// Adds rows. `args` are the arguments (plain or coded as `accepts_codes` says), one value per row.
    ///
    /// # Errors
    /// As the function documents.
    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()>;

    /// Whether [`GroupState::update_runs`] takes rows that lie group by group.
    fn takes_runs(&self) -> bool {
        false
    }

    /// Adds rows that lie group by group: those of group `i` are `starts[i]..starts[i + 1]`.
    ///
    /// # Errors
    /// As [`GroupState::update`].
    fn update_runs(&mut self, _args: &[ArrayRef], _starts: &[usize]) -> Result<()> {
        Err(crate::error::Error::internal("runs for a state that takes none"))
    }

    /// Adds rows, in any order, of which group `i` has `starts[i + 1] - starts[i]`, if their number is all that is taken
    /// of them; whether it is.
    fn update_counts(&mut self, _args: &[ArrayRef], _starts: &[usize]) -> bool {
        false
    }

    /// Merges some groups of a later state of the same function: group `from[i]` of `other` into group `into[i]` of
    /// this. Parts of a state are merged independently, which is how states are split by hash.
    ///
    /// # Errors
    /// `Internal` if `other` is the state of another function.
    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()>;

    /// Puts what is kept in the order of groups, when all rows of a lane are there and before many tasks merge some groups
    /// each.
    fn arrange(&mut self) {}

    /// Whether merging a group is a few additions: then many groups are merged as fast as memory gives them.
    fn merges_quickly(&self) -> bool {
        false
    }

    /// Whether a result is the same, bit for bit, however rows come and states of some of them are merged: then they need not be
    /// kept apart by lanes.
    fn exact(&self) -> bool {
        false
    }

    /// Begins a lane: until the next one, rows and states are of one lane, and are put together before they are merged into
    /// what the lanes before it have; only groups that are made from the first such call on get any. Whether this state does
    /// so by itself: others need a state of each lane's own.
    fn begin_lane(&mut self) -> bool {
        false
    }

    /// Ends the last lane.
    fn end_lanes(&mut self) {}

    /// Whether [`GroupState::merge_shifted`] works.
    fn takes_shifts(&self) -> bool {
        false
    }

    /// Adds the values of a state of the same function, with `by` added to each of them: group `i` of `other`, which has
    /// `counts[i]` values, to group `i`.
    ///
    /// # Errors
    /// As [`GroupState::merge`].
    fn merge_shifted(&mut self, _other: &dyn GroupState, _counts: &[u64], _by: i128) -> Result<()> {
        Err(crate::error::Error::internal("a shift for a state that takes none"))
    }

    /// Merges all groups of a later state of the same function, which ends with that: group `i` into group `into[i]`.
    ///
    /// # Errors
    /// As [`GroupState::merge`].
    fn absorb(&mut self, other: Box<dyn GroupState>, into: &[u32]) -> Result<()> {
        let from: Vec<u32> = (0..into.len() as u32).collect();
        self.merge(other.as_ref(), &from, into)
    }

    /// Does on all threads what [`GroupState::finish`], which follows, would do on one.
    ///
    /// # Errors
    /// As [`GroupState::finish`].
    fn settle(&mut self, _tasks: &dyn Tasks) -> Result<()> {
        Ok(())
    }

    /// One value per group, in order. An error about a group names it by `Error::row`.
    ///
    /// # Errors
    /// As the function documents (overflow of a sum).
    fn finish(&mut self) -> Result<ArrayRef>;

    /// The state as plain arrays, one row per group: for disk and network.
    ///
    /// # Errors
    /// `Internal` if a state cannot be held in arrays.
    fn export(&self) -> Result<Vec<ArrayRef>>;

    /// Merges exported groups: row `i` of the arrays into group `into[i]`.
    ///
    /// # Errors
    /// `Internal` if the arrays are not what `export` gives.
    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()>;

    /// Bytes held.
    fn size_bytes(&self) -> usize;

    /// Whether every value is kept until the end. Such states are better filled a part of the groups at a time than
    /// merged.
    fn keeps_values(&self) -> bool {
        false
    }

    /// For `merge` to recognise its own kind.
    fn as_any(&self) -> &dyn Any;
}

/// Who runs tasks on the query's threads.
pub trait Tasks: Sync {
    /// Runs tasks `0..count`; they keep their results themselves.
    ///
    /// # Errors
    /// The error of the lowest task that fails.
    fn each(&self, count: usize, task: &(dyn Fn(usize) -> Result<()> + Sync)) -> Result<()>;
}

/// Runs tasks one after the other on the calling thread.
pub struct InTurn;

impl Tasks for InTurn {
    fn each(&self, count: usize, task: &(dyn Fn(usize) -> Result<()> + Sync)) -> Result<()> {
        (0..count).try_for_each(task)
    }
}

/// Makes an empty state for arguments of these types.
pub type NewState = fn(&[DType], &Params) -> Result<Box<dyn GroupState>>;

/// A function from the rows of each group to one value: everything about it in one value.
pub struct AggregateFunction {
    /// Unique among aggregates; Python's method name.
    pub name: Cow<'static, str>,
    /// Other names it answers to.
    pub aliases: &'static [&'static str],
    /// What it does: the first line is a sentence that stands alone.
    pub doc: &'static str,
    /// Names of the arguments.
    pub args: &'static [&'static str],
    /// Named constants.
    pub params: &'static [Param],
    /// From the types of the arguments to the types wanted and the type returned.
    pub signature: fn(&[DType], &Params) -> Result<Signature>,
    /// Whether the result depends on the order of the rows.
    pub ordered: bool,
    /// Whether string arguments may arrive as codes.
    pub accepts_codes: bool,
    /// Whether it counts: a frame without rows gives 0, and null for all others.
    pub counts: bool,
    /// An empty state for arguments of these types (those the signature wants).
    pub state: NewState,
    /// A runnable example, for built-in functions.
    pub example: Option<fn() -> Example>,
}

impl Described for AggregateFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn params(&self) -> &'static [Param] {
        self.params
    }

    fn arity(&self) -> (usize, usize) {
        (self.args.len(), self.args.len())
    }
}
