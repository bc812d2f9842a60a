//! What an aggregate takes from a batch.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Result};
use crate::expr::{BoundAggregate, GroupState, Groups};
use crate::kernels::gather::Pieces;
use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::compute::filter;
use std::ops::Range;

/// The groups of a batch's rows.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// The group of each row; `None`: all are in group 0.
    pub groups: Option<&'a [u32]>,
    /// Number of groups of the lane.
    pub count: usize,
}

/// The arguments of one aggregate, and which rows count.
pub struct Input {
    args: Vec<ArrayRef>,
    mask: Option<ArrayRef>,
    rows: usize,
}

impl Input {
    /// Evaluates the arguments of an aggregate.
    ///
    /// # Errors
    /// What the expressions raise.
    pub fn of(aggregate: &BoundAggregate, batch: &Batch) -> Result<Self> {
        let coded = aggregate.function.get()?.accepts_codes;
        let args = aggregate.args.iter().map(|arg| {
            let column = arg.column(batch)?;
            if coded { Ok(column.array().clone()) } else { column.to_plain() }
        });
        let args = args.all_ok()?;
        let mask = aggregate.filter.as_ref().map(|condition| condition.mask(batch)).transpose()?;
        Ok(Input { args, mask: mask.map(|mask| std::sync::Arc::new(mask) as ArrayRef), rows: batch.rows() })
    }

    /// Adds the rows to the states of their groups; `None`: all to group 0.
    ///
    /// # Errors
    /// As the function documents.
    pub fn update(&self, state: &mut dyn GroupState, groups: Option<&[u32]>) -> Result<()> {
        let mask = self.mask.as_ref().and_then(|mask| mask.as_any().downcast_ref::<BooleanArray>());
        let Some(mask) = mask else {
            return state.update(&self.args, &groups.map_or(Groups::one(self.rows), Groups::per_row));
        };
        let args: Vec<ArrayRef> = self.args.iter().map(|arg| Ok(filter(arg, mask)?)).all_ok()?;
        let Some(groups) = groups else { return state.update(&args, &Groups::one(mask.true_count())) };
        let kept = groups.iter().zip(mask).filter(|(_, keep)| *keep == Some(true));
        state.update(&args, &Groups::per_row(&kept.map(|(group, _)| *group).collect::<Vec<u32>>()))
    }

    /// Adds rows that lie group by group.
    ///
    /// # Errors
    /// As the function documents.
    pub fn update_runs(&self, state: &mut dyn GroupState, starts: &[usize]) -> Result<()> {
        state.update_runs(&self.args, starts)
    }

    /// Adds the rows by their number in each group alone, if that is all the state takes of them.
    pub fn update_counts(&self, state: &mut dyn GroupState, starts: &[usize]) -> bool {
        self.mask.is_none() && state.update_counts(&self.args, starts)
    }

    /// Some of the rows.
    pub fn slice(&self, rows: &Range<usize>) -> Input {
        let slice = |array: &ArrayRef| array.slice(rows.start, rows.len());
        Input {
            args: self.args.iter().map(slice).collect(),
            mask: self.mask.as_ref().map(slice),
            rows: rows.len(),
        }
    }
}

/// The inputs with their rows in another order; what several of them share is moved once.
///
/// # Errors
/// `Type` if Arrow cannot take the rows.
pub fn taken(inputs: &[Input], order: &[u32]) -> Result<Vec<Input>> {
    let mut done: Vec<(&ArrayRef, ArrayRef)> = Vec::new();
    let mut taken = Vec::with_capacity(inputs.len());
    for input in inputs {
        let mut one = |array| -> Result<ArrayRef> {
            if let Some((_, moved)) = done.iter().find(|(known, _)| std::sync::Arc::ptr_eq(known, array)) {
                return Ok(moved.clone());
            }
            let pieces = Pieces::of(&Column::from_held(array.clone()));
            let moved = pieces.gather(order, None)?.array().clone();
            done.push((array, moved.clone()));
            Ok(moved)
        };
        let args = input.args.iter().map(&mut one).all_ok()?;
        let mask = input.mask.as_ref().map(&mut one).transpose()?;
        taken.push(Input { args, mask, rows: order.len() });
    }
    Ok(taken)
}
