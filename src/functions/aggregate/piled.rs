//! Values of groups in which few repeat: put aside as they come, and counted group by group at the end, where a small table
//! is enough.

use crate::error::Result;
use crate::expr::Tasks;
use crate::functions::aggregate::grouped::Grouped;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Values of a group up to which each is compared with all others.
const FEW: usize = 16;

/// Values that are counted by one task, or more.
const TASK_VALUES: usize = 1 << 15;

/// One distinct value of a group and how often it occurs.
#[derive(Clone, Copy)]
pub struct Counted {
    /// The group.
    pub group: u32,
    /// The value; `None` is null.
    pub key: Option<u64>,
    /// How often.
    pub count: u64,
}

/// A value and how often it came.
#[derive(Clone, Copy)]
pub struct Piled {
    key: u64,
    count: u32,
    null: bool,
}

impl Piled {
    /// A value that came once; `None` is null.
    pub fn once(key: Option<u64>) -> Self {
        Piled { key: key.unwrap_or_default(), count: 1, null: key.is_none() }
    }

    /// A value that came so often.
    pub fn often(key: Option<u64>, mut count: u64) -> impl Iterator<Item = Self> {
        std::iter::from_fn(move || {
            let some = u32::try_from(count).unwrap_or(u32::MAX);
            count -= u64::from(some);
            (some > 0).then_some(Piled { count: some, ..Piled::once(key) })
        })
    }

    /// The value.
    pub fn key(&self) -> Option<u64> {
        (!self.null).then_some(self.key)
    }

    /// The same with another key; null stays null.
    pub fn adopted(self, key: impl FnOnce(u64) -> u64) -> Self {
        Piled { key: if self.null { 0 } else { key(self.key) }, ..self }
    }
}

/// The counts of all values, group by group, in order of first sight: of those that were counted (`known`: their places in
/// each group), then of those that were not.
///
/// # Errors
/// What the tasks raise.
pub fn count(
    entries: &[Counted],
    known: &Grouped<u32>,
    piled: &Grouped<Piled>,
    groups: usize,
    tasks: &dyn Tasks,
) -> Result<Vec<Counted>> {
    let values = |group: usize| known.of(group).len() + piled.of(group).len();
    let (mut ranges, mut start, mut size) = (Vec::new(), 0, 0);
    for group in 0..groups {
        size += values(group);
        if size >= TASK_VALUES || group + 1 == groups {
            ranges.push(start..group + 1);
            (start, size) = (group + 1, 0);
        }
    }
    let counted: Vec<Mutex<Vec<Counted>>> = ranges.iter().map(|_| Mutex::default()).collect();
    tasks.each(ranges.len(), &|task| {
        let found = count_some(entries, known, piled, ranges[task].clone());
        *counted[task].lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(())
    })?;
    let counted = counted.into_iter().map(|part| part.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(counted.collect::<Vec<_>>().concat())
}

fn count_some(
    entries: &[Counted],
    known: &Grouped<u32>,
    piled: &Grouped<Piled>,
    groups: Range<usize>,
) -> Vec<Counted> {
    let state = FixedState::default();
    let (mut counted, mut places, mut table) =
        (Vec::<Counted>::new(), Vec::<u32>::new(), HashTable::<u32>::new());
    for group in groups {
        let start = counted.len();
        let own = known.of(group).iter().map(|at| {
            let entry = &entries[*at as usize];
            (entry.key, entry.count)
        });
        let all = own.chain(piled.of(group).iter().map(|value| (value.key(), u64::from(value.count))));
        let size = known.of(group).len() + piled.of(group).len();
        let new = |key, count| Counted { group: group as u32, key, count };
        if size <= FEW {
            for (key, count) in all {
                match counted[start..].iter_mut().find(|entry| entry.key == key) {
                    Some(entry) => entry.count += count,
                    None => counted.push(new(key, count)),
                }
            }
            continue;
        }
        let ends = all.clone().filter_map(|(key, _)| key.map(|key| key as i64));
        let (low, high) = ends.fold((i64::MAX, i64::MIN), |(low, high), key| (low.min(key), high.max(key)));
        let span = high.wrapping_sub(low) as u64;
        if low <= high && span < 4 * size as u64 {
            // Behind the last place is that of null.
            let null = span as usize + 1;
            places.clear();
            places.resize(null + 1, 0);
            for (key, count) in all {
                let place = key.map_or(null, |key| key.wrapping_sub(low as u64) as usize);
                match &mut places[place] {
                    0 => {
                        counted.push(new(key, count));
                        places[place] = (counted.len() - start) as u32;
                    }
                    at => counted[start + *at as usize - 1].count += count,
                }
            }
            continue;
        }
        table.clear();
        for (key, count) in all {
            let same = |at: &u32| counted[*at as usize].key == key;
            match table.entry(state.hash_one(key), same, |at| state.hash_one(counted[*at as usize].key)) {
                Entry::Occupied(at) => counted[*at.get() as usize].count += count,
                Entry::Vacant(place) => {
                    place.insert(counted.len() as u32);
                    counted.push(new(key, count));
                }
            }
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use crate::data::{Column, Field, Scalar, Schema};
    use crate::expr::{Expr, GroupState, Groups, bind_aggregate, col};
    use std::collections::HashMap;

    const GROUPS: usize = 40;

    /// Groups and values of so many rows; some groups have a few values only, some values far from the others.
    fn rows(count: usize, seed: u64) -> (Vec<u32>, Vec<Option<i64>>) {
        let mut state = seed;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let row = |_| {
            let group = match random() % 1000 {
                0 => 0,
                other => 1 + other as u32 % (GROUPS as u32 - 1),
            };
            let value = (random() % 3_000) as i64 - 1_500;
            let far = if group % 2 == 0 { 1 << 40 } else { 1 };
            (group, (random() % 50 > 0).then_some(value * far))
        };
        (0..count).map(row).unzip()
    }

    fn state(expr: &Expr, groups: &[u32], values: &[Option<i64>]) -> Box<dyn GroupState> {
        let column: Column = values.iter().copied().collect();
        let schema = Schema::new(vec![Field::new("x", column.dtype().clone())]).unwrap();
        let mut state = bind_aggregate(expr, &schema).unwrap().state().unwrap();
        state.resize(GROUPS);
        for start in (0..values.len()).step_by(7_000) {
            let size = 7_000.min(values.len() - start);
            let ids = &groups[start..start + size];
            state.update(&[column.array().slice(start, size)], &Groups::per_row(ids)).unwrap();
        }
        state
    }

    fn lists(mut state: Box<dyn GroupState>) -> Vec<Scalar> {
        let result = state.finish().unwrap();
        (0..GROUPS).map(|group| Scalar::from_array(&result, group)).collect()
    }

    #[test]
    fn values_of_which_few_repeat_are_counted_as_others() {
        let (all, same): (Expr, Vec<u32>) = (col("x").unique(), (0..GROUPS as u32).collect());
        let parts = [rows(60_000, 1), rows(1_000, 2), rows(60_000, 3)];
        let (mut seen, mut counts) = (vec![Vec::new(); GROUPS], vec![HashMap::<i64, u64>::new(); GROUPS]);
        let each = parts.iter().flat_map(|(groups, values)| groups.iter().zip(values));
        for (group, value) in each {
            let group = *group as usize;
            if !seen[group].contains(value) {
                seen[group].push(*value);
            }
            if let Some(value) = value {
                *counts[group].entry(*value).or_default() += 1;
            }
        }
        let listed = |values: Vec<Option<i64>>| {
            Scalar::List(values.into_iter().map(|value| value.map_or(Scalar::Null, Scalar::from)).collect())
        };
        let unique: Vec<Scalar> = seen.into_iter().map(listed).collect();
        let modes = counts.into_iter().map(|counts| {
            let most = counts.values().copied().max().unwrap_or(0);
            let mut modes: Vec<i64> =
                counts.into_iter().filter(|(_, n)| *n == most).map(|(v, _)| v).collect();
            modes.sort_unstable();
            listed(modes.into_iter().map(Some).collect())
        });
        let modes: Vec<Scalar> = modes.collect();
        for (expr, expected) in [(all, unique), (col("x").mode(), modes)] {
            // Large states into a large and a small one, and through arrays.
            let [mut first, second, mut third] =
                parts.each_ref().map(|(groups, values)| state(&expr, groups, values));
            third.arrange();
            first.merge(second.as_ref(), &same, &same).unwrap();
            first.merge(third.as_ref(), &same, &same).unwrap();
            let mut copy = state(&expr, &[], &[]);
            copy.import(&first.export().unwrap(), &same).unwrap();
            assert!(lists(copy) == expected);
            let mut small = state(&expr, &parts[0].0[..100], &parts[0].1[..100]);
            let rest = state(&expr, &parts[0].0[100..], &parts[0].1[100..]);
            small.merge(rest.as_ref(), &same, &same).unwrap();
            small.import(&second.export().unwrap(), &same).unwrap();
            small.merge(third.as_ref(), &same, &same).unwrap();
            assert!(lists(small) == expected);
            assert!(lists(first) == expected);
        }
    }
}
