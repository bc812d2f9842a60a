//! How often each value occurs in each group, in order of first sight.

use crate::error::Result;
use crate::expr::{GroupState, Groups, InTurn, Tasks};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::grouped::{Grouped, Pile, each_list, lists};
use crate::functions::aggregate::piled::{self, Counted, Piled};
use crate::functions::aggregate::rows::nulls_of;
use crate::functions::aggregate::valued::Coder;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::UInt64Type;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::any::Any;
use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

/// Values that lie close together are counted in a table of so many places at most.
const PLACES: u64 = 1 << 14;

/// Distinct values from which on others are put aside, if few of them repeat.
const MANY_VALUES: usize = 1 << 14;

/// Rows that are added at a time.
const PART_ROWS: usize = 1 << 15;

/// Fewest rows for which such a table is worth clearing.
const FEW_ROWS: usize = 1 << 11;

/// The distinct values of every group with their counts.
#[derive(Default)]
pub struct Tally {
    seen: HashTable<u32>,
    entries: Vec<Counted>,
    grouped: OnceLock<Grouped<u32>>,
}

impl Tally {
    /// The same with what is in a pile, in each group behind what is here.
    fn with_piled(&self, pile: &Pile<Piled>, groups: usize, tasks: &dyn Tasks) -> Result<Tally> {
        let entries = piled::count(&self.entries, self.grouped(groups), pile.sorted(groups), groups, tasks)?;
        Ok(Tally { entries, ..Tally::default() })
    }

    /// Adds to the count of a value.
    pub fn add(&mut self, group: u32, key: Option<u64>, count: u64) {
        let state = FixedState::default();
        if self.seen.len() != self.entries.len() {
            self.seen.clear();
            let hash = |at: &u32| {
                let entry = &self.entries[*at as usize];
                state.hash_one((entry.group, entry.key))
            };
            self.seen.reserve(self.entries.len(), hash);
            for at in 0..self.entries.len() as u32 {
                self.seen.insert_unique(hash(&at), at, hash);
            }
        }
        let entries = &mut self.entries;
        let entry = self.seen.entry(
            state.hash_one((group, key)),
            |at| {
                let other = &entries[*at as usize];
                other.group == group && other.key == key
            },
            |at| {
                let other = &entries[*at as usize];
                state.hash_one((other.group, other.key))
            },
        );
        match entry {
            Entry::Occupied(at) => entries[*at.get() as usize].count += count,
            Entry::Vacant(place) => {
                place.insert(entries.len() as u32);
                entries.push(Counted { group, key, count });
                self.grouped.take();
            }
        }
    }

    /// The values in order of first sight.
    pub fn entries(&self) -> &[Counted] {
        &self.entries
    }

    /// The places of each group's values among the entries; made once, until more values come.
    pub fn grouped(&self, groups: usize) -> &Grouped<u32> {
        self.grouped.get_or_init(|| {
            let of: Vec<u32> = self.entries.iter().map(|entry| entry.group).collect();
            let places: Vec<u32> = (0..self.entries.len() as u32).collect();
            Grouped::of_slices(groups, &of, &places)
        })
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.seen.allocation_size() + self.entries.capacity() * size_of::<Counted>()
    }
}

/// What is made of the values of each group.
pub trait Outcome: Send + Sync + 'static {
    /// One value per group.
    ///
    /// # Errors
    /// As the function documents.
    fn finish(&mut self, counts: &Counts) -> Result<ArrayRef>;
}

/// The counts of every group, with the coder of their keys.
pub struct Counts {
    /// Keys and values.
    pub coder: Coder,
    /// The counts.
    pub tally: Tally,
    /// The number of groups.
    pub groups: usize,
}

impl Counts {
    /// Adds rows whose keys lie close together, counted by distance first; whether they do.
    fn add_near(&mut self, keys: &[u64], of: impl Fn(usize) -> usize) -> bool {
        if keys.len() < FEW_ROWS {
            return false;
        }
        let ends = keys
            .iter()
            .fold((i64::MAX, i64::MIN), |(low, high), key| (low.min(*key as i64), high.max(*key as i64)));
        let (low, high) = ends;
        let span = (high.wrapping_sub(low) as u64).saturating_add(1);
        let places = span.saturating_mul(self.groups as u64);
        if places > PLACES.min(keys.len() as u64) {
            return false;
        }
        let place = |group: usize, key: u64| group * span as usize + key.wrapping_sub(low as u64) as usize;
        let mut counts = vec![0u64; places as usize];
        // In the order of first sight, as rows one by one would be added.
        let mut seen: Vec<(u32, u64)> = Vec::new();
        for (row, key) in keys.iter().enumerate() {
            let group = of(row);
            let count = &mut counts[place(group, *key)];
            if *count == 0 {
                seen.push((group as u32, *key));
            }
            *count += 1;
        }
        for (group, key) in seen {
            self.tally.add(group, Some(key), counts[place(group as usize, key)]);
        }
        true
    }
}

/// The state of an aggregate over the distinct values of each group.
pub struct Tallied<O> {
    counts: Counts,
    /// Values that were not counted yet. In each group they come after those that were.
    pile: Pile<Piled>,
    /// Rows that were added.
    rows: usize,
    outcome: O,
    keep_nulls: bool,
}

impl<O: Outcome> Tallied<O> {
    /// No group yet.
    pub fn boxed(coder: Coder, outcome: O, keep_nulls: bool) -> Box<dyn GroupState> {
        Box::new(Tallied {
            counts: Counts { coder, tally: Tally::default(), groups: 0 },
            pile: Pile::default(),
            rows: 0,
            outcome,
            keep_nulls,
        })
    }

    /// Whether few values repeat: a table of all of them misses the caches.
    fn is_piling(&self) -> bool {
        let distinct = self.counts.tally.entries().len();
        self.pile.count() > 0 || distinct >= MANY_VALUES && 2 * distinct > self.rows
    }

    /// Adds rows; `of` tells their groups.
    fn add_some(&mut self, keys: &[u64], nulls: Option<NullBuffer>, of: impl Fn(usize) -> usize) {
        let piling = self.is_piling();
        self.rows += keys.len();
        if !piling && nulls.is_none() && self.counts.add_near(keys, &of) {
            return;
        }
        let valid = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let all = keys.iter().enumerate().map(|(row, key)| (row, Some(*key).filter(|_| valid(row))));
        let kept = all.filter(|(_, key)| key.is_some() || self.keep_nulls);
        if piling {
            let (groups, values): (Vec<u32>, Vec<Piled>) =
                kept.map(|(row, key)| (of(row) as u32, Piled::once(key))).unzip();
            self.pile.extend(&groups, &values);
        } else {
            kept.for_each(|(row, key)| self.counts.tally.add(of(row) as u32, key, 1));
        }
    }

    /// Counts what is in the pile.
    fn count_piled(&mut self, tasks: &dyn Tasks) -> Result<()> {
        if self.pile.count() > 0 {
            let pile = std::mem::take(&mut self.pile);
            self.counts.tally = self.counts.tally.with_piled(&pile, self.counts.groups, tasks)?;
        }
        Ok(())
    }
}

impl<O: Outcome> GroupState for Tallied<O> {
    fn resize(&mut self, groups: usize) {
        if groups > self.counts.groups {
            self.counts.groups = groups;
            self.counts.tally.grouped.take();
            self.pile.forget_order();
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        if args[0].is_empty() {
            return Ok(());
        }
        let nulls = nulls_of(&args[0]);
        let keys = self.counts.coder.keys(&args[0])?;
        // Each part may show that few of its values repeat.
        for start in (0..keys.len()).step_by(PART_ROWS) {
            let rows = start..keys.len().min(start + PART_ROWS);
            self.add_some(
                &keys[rows.clone()],
                nulls.as_ref().map(|nulls| nulls.slice(start, rows.len())),
                |row| groups.of(start + row),
            );
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let Tallied { counts: other, pile: others, rows, .. } = same::<Self>(other)?;
        let grouped = other.tally.grouped(other.groups);
        let piled = (others.count() > 0).then(|| others.sorted(other.groups));
        // What was put aside here came before.
        let piling = self.pile.count() > 0;
        let mut values = Vec::new();
        for (from, into) in from.iter().zip(into) {
            values.clear();
            for at in grouped.of(*from as usize) {
                let entry = other.tally.entries()[*at as usize];
                let key = entry.key.map(|key| self.counts.coder.adopt(&other.coder, key));
                match piling {
                    true => values.extend(Piled::often(key, entry.count)),
                    false => self.counts.tally.add(*into, key, entry.count),
                }
            }
            let more = piled.map_or(&[][..], |piled| piled.of(*from as usize));
            values.extend(more.iter().map(|v| v.adopted(|key| self.counts.coder.adopt(&other.coder, key))));
            if !values.is_empty() {
                self.pile.extend_group(*into, &values);
            }
        }
        self.rows += rows;
        Ok(())
    }

    fn arrange(&mut self) {
        if self.pile.count() > 0 {
            self.pile.arrange(self.counts.groups);
        }
    }

    fn settle(&mut self, tasks: &dyn Tasks) -> Result<()> {
        self.count_piled(tasks)
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        self.count_piled(&InTurn)?;
        self.outcome.finish(&self.counts)
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let Counts { coder, tally, groups } = &self.counts;
        let counted;
        let tally = match self.pile.count() {
            0 => tally,
            _ => {
                counted = tally.with_piled(&self.pile, *groups, &InTurn)?;
                &counted
            }
        };
        let grouped = tally.grouped(*groups);
        let entry = |at: &u32| &tally.entries()[*at as usize];
        let keys: Vec<Option<u64>> = grouped.values.iter().map(|at| entry(at).key).collect();
        let counts: Vec<u64> = grouped.values.iter().map(|at| entry(at).count).collect();
        let counts = UInt64Array::from(counts);
        Ok(vec![lists(&grouped.starts, coder.values(&keys)?)?, lists(&grouped.starts, Arc::new(counts))?])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [values, counts] = arrays else { return Err(foreign_state()) };
        for ((into, values), (_, counts)) in each_list(values, into)?.zip(each_list(counts, into)?) {
            let counts = counts.as_primitive_opt::<UInt64Type>().ok_or_else(foreign_state)?;
            if values.is_empty() {
                continue;
            }
            let nulls = nulls_of(&values);
            let keys = self.counts.coder.keys(&values)?;
            let piling = self.pile.count() > 0;
            for (row, key) in keys.into_iter().enumerate() {
                let key = Some(key).filter(|_| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)));
                match piling {
                    true => {
                        Piled::often(key, counts.value(row)).for_each(|v| self.pile.extend_group(into, &[v]))
                    }
                    false => self.counts.tally.add(into, key, counts.value(row)),
                }
            }
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.counts.tally.size_bytes() + self.counts.coder.size_bytes() + self.pile.size_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
