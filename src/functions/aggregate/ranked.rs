//! The values at some ranks of many values, on all threads: a histogram tells in which narrow range of values each rank
//! lies, and only the values of those ranges are put in order.

use crate::error::Result;
use crate::expr::Tasks;
use std::sync::{Mutex, PoisonError};

/// Ranges of values.
const RANGES: usize = 1 << 12;

/// Values per task.
const TASK: usize = 1 << 17;

/// A number of at most 64 bits.
pub trait Word: Copy + Ord + Into<u64> + Send + Sync + 'static {}

impl<W: Copy + Ord + Into<u64> + Send + Sync + 'static> Word for W {}

/// The values at these ranks, counted from 0, of all parts together; there are as many values as the greatest rank asks
/// for.
///
/// # Errors
/// Those of the tasks: cancellation.
pub fn at_ranks<W: Word>(parts: &[Vec<W>], ranks: &[usize], tasks: &dyn Tasks) -> Result<Vec<u64>> {
    let slices: Vec<&[W]> = parts.iter().flat_map(|part| part.chunks(TASK)).collect();
    let locked = |code: &(dyn Fn(&[W], &mut State) + Sync)| -> Result<State> {
        let state = Mutex::new(State::default());
        tasks.each(slices.len(), &|task| {
            let mut own = State::default();
            code(slices[task], &mut own);
            state.lock().unwrap_or_else(PoisonError::into_inner).add(own);
            Ok(())
        })?;
        Ok(state.into_inner().unwrap_or_else(PoisonError::into_inner))
    };
    let ends = locked(&|values, state| {
        let (mut least, mut most) = (values[0], values[0]);
        for value in values {
            (least, most) = (least.min(*value), most.max(*value));
        }
        state.ends = Some((least.into(), most.into()));
    })?;
    let (least, most) = ends.ends.unwrap_or_default();
    let shift = (64 - (most - least).leading_zeros()).saturating_sub(RANGES.trailing_zeros());
    let range = |value: W| ((value.into() - least) >> shift) as usize;
    let counted = locked(&|values, state| {
        state.counts = vec![0; RANGES];
        values.iter().for_each(|value| state.counts[range(*value)] += 1);
    })?;
    let mut wanted = vec![false; RANGES];
    let mut within = Vec::with_capacity(ranks.len());
    for rank in ranks {
        let (mut at, mut before) = (0, 0);
        while at + 1 < RANGES && before + counted.counts.get(at).copied().unwrap_or(0) <= *rank {
            before += counted.counts[at];
            at += 1;
        }
        wanted[at] = true;
        within.push((at, rank - before));
    }
    if shift == 0 {
        return Ok(within.into_iter().map(|(at, _)| least + at as u64).collect());
    }
    let found = locked(&|values, state| {
        let values = values.iter().filter(|value| wanted[range(**value)]);
        state.values.extend(values.map(|value| (*value).into()));
    })?;
    let mut ranges: Vec<(usize, Vec<u64>)> = Vec::new();
    let mut results = Vec::with_capacity(ranks.len());
    for (at, rank) in within {
        let place = match ranges.iter().position(|(known, _)| *known == at) {
            Some(place) => place,
            None => {
                let own = |value: &u64| ((value - least) >> shift) as usize == at;
                ranges.push((at, found.values.iter().copied().filter(own).collect()));
                ranges.len() - 1
            }
        };
        results.push(*ranges[place].1.select_nth_unstable(rank).1);
    }
    Ok(results)
}

/// What tasks find; sums and sets, hence the same in any order.
#[derive(Default)]
struct State {
    ends: Option<(u64, u64)>,
    counts: Vec<usize>,
    values: Vec<u64>,
}

impl State {
    fn add(&mut self, other: State) {
        self.ends = match (self.ends, other.ends) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (own, other) => own.or(other),
        };
        if self.counts.is_empty() {
            self.counts = other.counts;
        } else {
            self.counts.iter_mut().zip(other.counts).for_each(|(own, more)| *own += more);
        }
        self.values.extend(other.values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::InTurn;

    fn check(values: Vec<u64>) {
        let mut sorted = values.clone();
        sorted.sort_unstable();
        let ranks: Vec<usize> = [0, 1, 2, 5, 9, 10].map(|tenth| tenth * (sorted.len() - 1) / 10).to_vec();
        let parts: Vec<Vec<u64>> = values.chunks(values.len().div_ceil(3)).map(<[u64]>::to_vec).collect();
        let found = at_ranks(&parts, &ranks, &InTurn).unwrap();
        let expected: Vec<u64> = ranks.iter().map(|rank| sorted[*rank]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn ranks_of_near_far_and_equal_values() {
        let random = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        check((0..5_000).map(random).collect());
        check((0..5_000).map(|i| random(i) >> 40).collect());
        check((0..5_000).map(|i| random(i) >> 60).collect());
        check(vec![7; 100]);
        check(vec![u64::MAX, 0, 5]);
        check((0..1_000).map(|i| if i % 10 == 0 { random(i) } else { 3 }).collect());
        check(vec![u64::MAX]);
    }
}
