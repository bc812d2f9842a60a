//! Lanes whose groups lie where their keys say, merged in the order in which they lie.

use crate::data::{Batch, Column};
use crate::error::Result;
use crate::exec::aggregate::dense::{Dense, room};
use crate::exec::aggregate::lane::{Lane, Query, after_rows};
use crate::exec::aggregate::merge::{TASKS, merge_states};
use crate::exec::aggregate::order::first_seen;
use crate::exec::aggregate::parts::{Chunk, Keys};
use crate::exec::context::Context;
use crate::expr::GroupState;
use crate::kernels::keys::Packing;
use crate::kernels::seen::Seen;
use crate::plan::GroupOrder;
use std::ops::Range;

/// A lane ready to be merged.
struct Placed {
    states: Vec<Box<dyn GroupState>>,
    seen: Seen,
    /// By key: how many were seen before it. Empty unless the order is that of first rows.
    turns: Vec<u32>,
    /// Rows of the lanes before.
    base: u64,
}

/// Gives the groups of a lane numbers in order of first sight, as any other lane has them.
///
/// # Errors
/// `Internal` if the lane is damaged.
pub fn number(query: &Query, lane: &mut Lane) -> Result<()> {
    let Some(dense) = lane.dense.take() else { return Ok(()) };
    let (present, words) = dense.present();
    lane.index.assign(&dense.packing.keys(&words)?, words.len(), &mut lane.groups)?;
    lane.states = moved(query, &lane.states, &present, &lane.groups, words.len())?;
    Ok(())
}

/// Some groups of states, each in another place.
fn moved(
    query: &Query,
    states: &[Box<dyn GroupState>],
    from: &[u32],
    into: &[u32],
    count: usize,
) -> Result<Vec<Box<dyn GroupState>>> {
    let (mut moved, all) = (query.states()?, (0..states.len()).collect::<Vec<_>>());
    merge_states(&mut moved, states, &all, count, from, into)?;
    Ok(moved)
}

/// The packing by whose words the groups of all lanes can lie; `None` if no lane has them so, or some lane cannot.
pub fn common(query: &Query, lanes: &[Lane]) -> Option<Packing> {
    let most = lanes.iter().filter_map(|lane| lane.dense.as_ref().map(Dense::room)).max()?;
    let mut packings = Vec::with_capacity(lanes.len());
    for lane in lanes {
        packings.push(match &lane.dense {
            Some(dense) => dense.packing.clone(),
            None => lane.index.packing()?,
        });
        // Rows that wait are in no order of their groups' first rows.
        if query.order == GroupOrder::FirstSeen && !lane.chunks.is_empty() {
            return None;
        }
        for chunk in &lane.chunks {
            match &chunk.keys {
                Keys::Words(_, packing) => packings.push(packing.clone()),
                Keys::Columns(_) => return None,
            }
        }
    }
    let packing =
        Packing::covering(&packings.iter().collect::<Vec<_>>()).filter(|packing| !packing.varies())?;
    (room(&packing)? <= 2 * most).then_some(packing)
}

/// Merges lanes whose keys have all words of this packing.
///
/// # Errors
/// As the aggregates document.
pub fn merge(query: &Query, lanes: Vec<Lane>, packing: &Packing, context: &Context) -> Result<Vec<Batch>> {
    let lanes =
        context.parallel_over(after_rows(lanes), |_, (lane, base)| place(query, lane, base, packing))?;
    let words = lanes.first().map_or(0, |lane| lane.seen.words().len());
    let tasks = words.min(TASKS);
    let mut done = context.parallel(tasks, |task| {
        merge_range(query, &lanes, packing, task * words / tasks..(task + 1) * words / tasks)
    })?;
    match query.order {
        GroupOrder::FirstSeen => first_seen(&done, context),
        _ => {
            done.retain(|(batch, _)| batch.rows() > 0);
            Ok(done.into_iter().map(|(batch, _)| batch).collect())
        }
    }
}

/// A lane with its groups at the words of a packing.
fn place(query: &Query, mut lane: Lane, base: u64, packing: &Packing) -> Result<Placed> {
    let known = match lane.dense.take_if(|dense| !dense.takes(Some(packing))) {
        Some(dense) => {
            let (present, words) = dense.present();
            Some((dense.packing.repack(&words, packing), present))
        }
        None if lane.dense.is_some() => None,
        None => lane.index.packing().map(|own| {
            let words = own.repack(lane.index.group_words(), packing);
            (words, (0..lane.index.len() as u32).collect())
        }),
    };
    let mut dense = match lane.dense {
        Some(dense) => dense,
        None => Dense::new(packing.clone(), room(packing).unwrap_or(0), query.order == GroupOrder::FirstSeen),
    };
    let (count, mut groups) = (dense.room(), Vec::new());
    if let Some((words, from)) = known {
        dense.assign(&words, &mut groups);
        lane.states = moved(query, &lane.states, &from, &groups, count)?;
    }
    let all: Vec<usize> = (0..lane.states.len()).collect();
    for chunk in lane.chunks {
        let chunk = Chunk { keys: chunk.keys.unified(Some(packing))?, ..chunk };
        if let Keys::Words(words, _) = &chunk.keys {
            dense.assign(words, &mut groups);
            chunk.update(&mut lane.states, &all, &(0..groups.len()), count, &groups)?;
        }
    }
    let mut turns = Vec::new();
    if let Some(order) = &dense.order {
        turns = vec![0; count];
        for (turn, key) in order.iter().enumerate() {
            turns[*key as usize] = turn as u32;
        }
    }
    Ok(Placed { states: lane.states, seen: dense.seen, turns, base })
}

/// The groups of a range of keys, given in words of [`Seen`], and where each was first seen.
fn merge_range(
    query: &Query,
    lanes: &[Placed],
    packing: &Packing,
    range: Range<usize>,
) -> Result<(Batch, Vec<u64>)> {
    let start = range.start as u32 * 64;
    let mut any = Seen::new(lanes.first().map_or(0, |lane| lane.seen.words().len() * 64).trailing_zeros());
    lanes.iter().for_each(|lane| any.join(&lane.seen, range.clone()));
    let (mut words, mut numbers) = (Vec::new(), vec![0u32; range.len() * 64]);
    for key in any.keys(range.clone()) {
        numbers[(key - start) as usize] = words.len() as u32;
        words.push(u64::from(key));
    }
    let (count, all) = (words.len(), (0..query.aggregates.len()).collect::<Vec<_>>());
    let (mut states, mut seen) = (query.states()?, vec![u64::MAX; count]);
    let (mut from, mut into) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for lane in lanes {
        from.clear();
        from.extend(lane.seen.keys(range.clone()));
        into.clear();
        into.extend(from.iter().map(|key| numbers[(key - start) as usize]));
        if query.order == GroupOrder::FirstSeen {
            for (from, into) in from.iter().zip(&into) {
                let first = &mut seen[*into as usize];
                *first = (*first).min(lane.base + u64::from(lane.turns[*from as usize]));
            }
        }
        merge_states(&mut states, &lane.states, &all, count, &from, &into)?;
    }
    let keys = packing.keys(&words)?;
    let mut columns: Vec<Column> = keys.clone();
    for (position, mut state) in states.into_iter().enumerate() {
        state.resize(count);
        columns.push(query.finished(position, state.as_mut(), || Ok(keys.clone()))?);
    }
    Ok((Batch::new(columns, count)?, seen))
}
