//! A batch into the states of a lane's groups.

use crate::data::Batch;
use crate::error::{Error, Result};
use crate::exec::aggregate::input::{Input, Rows};
use crate::exec::aggregate::lane::Query;
use crate::exec::aggregate::shifted;
use crate::exec::context::Context;
use crate::expr::{Bound, GroupState, columns_read, read_rows};
use std::sync::{Mutex, PoisonError};

/// Groups up to which a batch may be put in their order first: then each group's values are one run, of which states make
/// long steps.
pub const FEW_GROUPS: usize = 16;

/// Aggregates from which on putting rows in order pays, and how many more for each column that is moved: measured with
/// sums and extremes of two to sixteen groups.
const ORDER_PAYS: usize = 2;
const MOVE_PAYS: usize = 2;

/// Groups of which values lie among one another without harm: sums of two have a way of their own.
const PAIR: usize = 2;

/// Fewest rows worth putting in order.
pub const FEW_ROWS: usize = 1 << 10;

/// Groups that are each looked for in all rows of a batch.
const PASSES: usize = 4;

/// Rows put in order at a time: what is moved stays in the second cache.
const ORDERED_ROWS: usize = 1 << 14;

/// Values of arguments that are worth tasks of their own.
const MANY_VALUES: usize = 1 << 21;

/// A batch in the order of its groups.
struct Ordered {
    batch: Batch,
    starts: Vec<usize>,
}

/// Adds all rows of a batch. The arguments of one aggregate are evaluated and used before those of the next: of a
/// thousand, one per thread is in memory.
///
/// # Errors
/// As the functions and arguments document, with rows counted within the batch.
pub fn add(
    query: &Query,
    states: &mut Vec<Box<dyn GroupState>>,
    batch: &Batch,
    rows: Rows<'_>,
    context: &Context,
) -> Result<()> {
    let done = shifted::add(&query.families, &query.aggregates, states, batch, rows)?;
    let runs = in_runs(query, states, batch, rows, &done);
    let pays = states.len() * batch.rows() < MANY_VALUES && !states.iter().any(|state| state.keeps_values());
    let cut = batch.rows() > 2 * ORDERED_ROWS && runs.contains(&true) && pays;
    match rows.groups {
        Some(groups) if cut => {
            for start in (0..batch.rows()).step_by(ORDERED_ROWS) {
                let count = ORDERED_ROWS.min(batch.rows() - start);
                let own = Rows { groups: Some(&groups[start..start + count]), ..rows };
                if let Err(error) =
                    add_part(query, states, &batch.slice(start, count), own, (&done, &runs), context)
                {
                    // The same failure, at the row it is at.
                    let whole = query.aggregates.iter().map(|aggregate| Input::of(aggregate, batch));
                    return Err(whole.into_iter().find_map(Result::err).unwrap_or(error));
                }
            }
            Ok(())
        }
        _ => add_part(query, states, batch, rows, (&done, &runs), context),
    }
}

/// Which aggregates take the batch group by group; none, if that would not pay for putting its rows in order. Only those
/// whose results are the same bits either way, unless all do: which others are asked for must not show.
fn in_runs(
    query: &Query,
    states: &[Box<dyn GroupState>],
    batch: &Batch,
    rows: Rows<'_>,
    done: &[bool],
) -> Vec<bool> {
    if rows.groups.is_none() || rows.count > FEW_GROUPS || batch.rows() < FEW_ROWS {
        return Vec::new();
    }
    let aggregates = query.aggregates.iter().zip(states).enumerate();
    let runs = aggregates.map(|(position, (aggregate, state))| {
        let same = state.keeps_values() || rows.count != PAIR && state.exact();
        same && aggregate.filter.is_none() && state.takes_runs() && done.get(position) != Some(&true)
    });
    let runs: Vec<bool> = runs.collect();
    let taking = || runs.iter().enumerate().filter(|(_, takes)| **takes).map(|(position, _)| position);
    let args: Vec<&Bound> = taking().flat_map(|position| &query.aggregates[position].args).collect();
    let moved = columns_read(batch, &args).iter().filter(|read| **read).count();
    // Values of few groups are put in order at the end by all threads only if they came group by group.
    let pays = taking().count() >= ORDER_PAYS + MOVE_PAYS * moved
        || taking().any(|position| states[position].keeps_values());
    if pays { runs } else { Vec::new() }
}

/// Adds rows to the states, but those that are `done`; `runs` take them group by group (of none: nothing).
fn add_part(
    query: &Query,
    states: &mut Vec<Box<dyn GroupState>>,
    batch: &Batch,
    rows: Rows<'_>,
    (done, runs): (&[bool], &[bool]),
    context: &Context,
) -> Result<()> {
    let is_done = |position: usize| done.get(position) == Some(&true);
    let takes_runs = |position: usize| runs.get(position) == Some(&true);
    let left = (0..states.len()).filter(|position| !is_done(*position)).count();
    if left == 0 {
        return Ok(());
    }
    let ordered = match rows.groups {
        Some(groups) if runs.contains(&true) => {
            let aggregates =
                query.aggregates.iter().enumerate().filter(|(position, _)| takes_runs(*position));
            let args: Vec<&Bound> = aggregates.flat_map(|(_, aggregate)| &aggregate.args).collect();
            let (order, starts) = order(groups, rows.count);
            Some(Ordered { batch: read_rows(batch, &order, &args)?, starts })
        }
        _ => None,
    };
    let one = |position: usize, state: &mut dyn GroupState| -> Result<()> {
        if is_done(position) {
            return Ok(());
        }
        let aggregate = &query.aggregates[position];
        state.resize(rows.count);
        if let Some(ordered) = ordered.as_ref().filter(|_| takes_runs(position)) {
            return match Input::of(aggregate, &ordered.batch) {
                Ok(input) => input.update_runs(state, &ordered.starts),
                // The same failure, at the row it is at.
                Err(error) => Err(Input::of(aggregate, batch).err().unwrap_or(error)),
            };
        }
        let input = Input::of(aggregate, batch)?;
        match &ordered {
            Some(ordered) if input.update_counts(state, &ordered.starts) => Ok(()),
            _ => input.update(state, rows.groups),
        }
    };
    if left * batch.rows() < MANY_VALUES || left < 2 {
        let mut numbered = states.iter_mut().enumerate();
        return numbered.try_for_each(|(position, state)| one(position, state.as_mut()));
    }
    let shared: Vec<Mutex<Box<dyn GroupState>>> =
        std::mem::take(states).into_iter().map(Mutex::new).collect();
    let done = context.parallel(shared.len(), |position| {
        let mut state = shared[position].lock().map_err(|_| Error::internal("a state in use twice"))?;
        one(position, state.as_mut())
    });
    *states =
        shared.into_iter().map(|state| state.into_inner().unwrap_or_else(PoisonError::into_inner)).collect();
    done.map(|_| ())
}

/// Row numbers in the order of their groups, and where each group starts.
fn order(groups: &[u32], count: usize) -> (Vec<u32>, Vec<usize>) {
    if count == 2 {
        // One counter is enough, and a place that is chosen without a branch.
        let second: u32 = groups.iter().sum();
        let first = groups.len() - second as usize;
        let mut order = vec![0u32; groups.len()];
        let mut at = 0;
        for (row, group) in groups.iter().enumerate() {
            let second = *group as usize;
            let other = first + row - at;
            let place = if second == 0 { at } else { other };
            order[place] = row as u32;
            at += 1 - second;
        }
        return (order, vec![0, first, groups.len()]);
    }
    if count <= PASSES {
        // A pass for each group: a counter that changes with each row would be waited for.
        let (mut order, mut starts) = (vec![0u32; groups.len() + 1], vec![0]);
        let mut at = 0;
        for own in 0..count as u32 {
            for (row, group) in groups.iter().enumerate() {
                order[at] = row as u32;
                at += usize::from(*group == own);
            }
            starts.push(at);
        }
        order.truncate(groups.len());
        return (order, starts);
    }
    let mut starts = vec![0usize; count + 1];
    for group in groups {
        starts[*group as usize + 1] += 1;
    }
    for group in 0..count {
        starts[group + 1] += starts[group];
    }
    let mut next = starts.clone();
    let mut order = vec![0u32; groups.len()];
    for (row, group) in groups.iter().enumerate() {
        let place = &mut next[*group as usize];
        order[*place] = row as u32;
        *place += 1;
    }
    (order, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_put_in_the_order_of_few_and_of_more_groups() {
        for count in 1..8u32 {
            let groups: Vec<u32> = (0..100).map(|row| row * row % 7 % count).collect();
            let (order, starts) = order(&groups, count as usize);
            let expected =
                (0..count).flat_map(|own| (0..100).filter(move |row| row * row % 7 % count == own));
            assert_eq!(order, expected.collect::<Vec<u32>>());
            assert_eq!(starts.len(), count as usize + 1);
            for (group, ends) in starts.windows(2).enumerate() {
                assert!(order[ends[0]..ends[1]].iter().all(|row| groups[*row as usize] as usize == group));
            }
        }
    }
}
