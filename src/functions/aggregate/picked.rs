//! Some or all rows of each group, in order: what lists, ends of groups and joined text are made of.

use crate::data::{DType, strings};
use crate::error::{Error, Result};
use crate::expr::{GroupState, Groups, Tasks};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::grouped::{Grouped, Pile, each_list, lists};
use crate::functions::aggregate::kept::{Kept, Place};
use crate::functions::aggregate::rows::{for_each_valid, nulls_of};
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::concat;
use std::any::Any;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// Values that are made results of by one task, or more.
const TASK_VALUES: usize = 1 << 15;

/// Values of a group that are worth being moved as one.
const RUN: usize = 8;

/// The most tasks: what they make is put together from as many pieces.
const MOST_TASKS: usize = 64;

/// Which rows of each group are picked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// All.
    All,
    /// The first ones.
    First(usize),
    /// The last ones.
    Last(usize),
}

/// What is made of the picked values: they stand group by group, in order.
pub type Finish = fn(starts: &[usize], values: ArrayRef, how: &How) -> Result<ArrayRef>;

/// How an aggregate of picked rows works.
pub struct How {
    /// Which rows.
    pub pick: Pick,
    /// Whether rows with a null are passed over.
    pub ignore_nulls: bool,
    /// Text between joined values.
    pub separator: Box<str>,
    /// The result.
    pub finish: Finish,
}

/// The picked rows of every group.
pub struct Picked {
    how: How,
    groups: usize,
    /// How many rows of each group have been picked, if only the first ones are.
    counts: Vec<usize>,
    pile: Pile<Place>,
    kept: Kept,
    /// How many rows were wanted when unwanted ones were last dropped.
    live: usize,
    /// The results, where they were made by tasks.
    settled: Option<ArrayRef>,
}

impl Picked {
    /// No group yet.
    pub fn boxed(dtype: &DType, how: How) -> Box<dyn GroupState> {
        let (kept, pile) = (Kept::new(dtype), Pile::default());
        Box::new(Picked { how, groups: 0, counts: Vec::new(), pile, kept, live: 0, settled: None })
    }

    fn add(&mut self, array: &ArrayRef, groups: &Groups<'_>) -> Result<()> {
        let nulls = if self.how.ignore_nulls { nulls_of(array) } else { None };
        let chunk = self.kept.next_chunk();
        let rows = match (nulls, self.how.pick) {
            (None, Pick::All | Pick::Last(_)) => None,
            (None, Pick::First(limit)) => {
                Some(self.first((0..array.len()).map(|row| row as u32), groups, limit))
            }
            (Some(nulls), pick) => {
                let mut rows = Vec::with_capacity(nulls.len() - nulls.null_count());
                for_each_valid(&nulls, |valid| rows.extend(valid.rows().map(|row| row as u32)));
                Some(if let Pick::First(limit) = pick {
                    self.first(rows.into_iter(), groups, limit)
                } else {
                    rows
                })
            }
        };
        let count = rows.as_ref().map_or(array.len(), Vec::len) as u32;
        let places: Vec<Place> = (0..count).map(|row| Place { chunk, row }).collect();
        match (groups.ids, &rows) {
            (None, _) => self.pile.extend_one(&places),
            (Some(ids), None) => self.pile.extend(ids, &places),
            (Some(ids), Some(rows)) => {
                let ids: Vec<u32> = rows.iter().map(|row| ids[*row as usize]).collect();
                self.pile.extend(&ids, &places);
            }
        }
        match rows {
            None => self.kept.push_all(array)?,
            Some(rows) => self.kept.push(array, UInt32Array::from(rows))?,
        }
        self.compact()
    }

    /// The rows that are among the first of their groups.
    fn first(&mut self, rows: impl Iterator<Item = u32>, groups: &Groups<'_>, limit: usize) -> Vec<u32> {
        let counts = &mut self.counts;
        rows.filter(|row| {
            let count = &mut counts[groups.of(*row as usize)];
            let wanted = *count < limit;
            *count += usize::from(wanted);
            wanted
        })
        .collect()
    }

    /// The places of each group's wanted rows.
    fn wanted(&self) -> Cow<'_, Grouped<Place>> {
        let sorted = self.pile.sorted(self.groups);
        let Pick::Last(limit) = self.how.pick else { return Cow::Borrowed(sorted) };
        let mut wanted = Grouped { starts: vec![0], values: Vec::new() };
        for group in 0..self.groups {
            let places = sorted.of(group);
            wanted.values.extend_from_slice(&places[places.len().saturating_sub(limit)..]);
            wanted.starts.push(wanted.values.len());
        }
        Cow::Owned(wanted)
    }

    /// Drops rows that later ones have replaced, once they are the greater part.
    fn compact(&mut self) -> Result<()> {
        if !matches!(self.how.pick, Pick::Last(_)) || self.kept.rows() < 2 * self.live + 65_536 {
            return Ok(());
        }
        let wanted = self.wanted().into_owned();
        let values = self.kept.gather(&wanted.values)?;
        self.live = wanted.values.len();
        self.kept.clear();
        self.kept.push_all(&values)?;
        self.pile = Pile::default();
        let groups = wanted.starts.windows(2).enumerate();
        let groups: Vec<u32> =
            groups.flat_map(|(group, pair)| std::iter::repeat_n(group as u32, pair[1] - pair[0])).collect();
        let places: Vec<Place> = (0..self.live as u32).map(|row| Place { chunk: 0, row }).collect();
        self.pile.extend(&groups, &places);
        Ok(())
    }

    /// The results of some groups.
    fn results(&self, wanted: &Grouped<Place>, groups: Range<usize>) -> Result<ArrayRef> {
        let start = |group: usize| wanted.starts.get(group).copied().unwrap_or(wanted.values.len());
        let (first, end) = (start(groups.start), start(groups.end));
        let values = strings::decode(&self.kept.gather(&wanted.values[first..end])?)?;
        let starts: Vec<usize> = (groups.start..=groups.end).map(|group| start(group) - first).collect();
        (self.how.finish)(&starts, values, &self.how)
    }

    /// Adds values of several groups, those of a group one after the other.
    fn add_grouped(&mut self, values: &ArrayRef, ids: &[u32]) -> Result<()> {
        if ids.is_empty() { Ok(()) } else { self.add(values, &Groups::per_row(ids)) }
    }
}

impl GroupState for Picked {
    fn resize(&mut self, groups: usize) {
        if groups > self.groups {
            self.groups = groups;
            self.pile.forget_order();
            if matches!(self.how.pick, Pick::First(_)) {
                self.counts.resize(groups, 0);
            }
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        if args[0].is_empty() { Ok(()) } else { self.add(&args[0], groups) }
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        let wanted = other.wanted();
        let (mut places, mut ids) = (Vec::new(), Vec::new());
        if self.how.pick != Pick::All {
            for (from, into) in from.iter().zip(into) {
                places.extend_from_slice(wanted.of(*from as usize));
                ids.resize(places.len(), *into);
            }
            return self.add_grouped(&other.kept.gather(&places)?, &ids);
        }
        // Values stay where they are; their places are in chunks that come behind those that are here.
        let before = self.kept.adopt(&other.kept)?;
        let in_runs = wanted.values.len() / RUN > from.len();
        for (from, into) in from.iter().zip(into) {
            let own = wanted.of(*from as usize);
            places.extend(own.iter().map(|place| Place { chunk: before + place.chunk, row: place.row }));
            match in_runs {
                true => {
                    self.pile.extend_group(*into, &places);
                    places.clear();
                }
                false => ids.resize(places.len(), *into),
            }
        }
        if !ids.is_empty() {
            self.pile.extend(&ids, &places);
        }
        Ok(())
    }

    fn arrange(&mut self) {
        if self.pile.count() > 0 {
            self.pile.arrange(self.groups);
        }
    }

    fn settle(&mut self, tasks: &dyn Tasks) -> Result<()> {
        let wanted = self.wanted();
        let count = wanted.values.len();
        // All results together must fit one column: if they may not, the whole tells so better than its parts.
        if count < 2 * TASK_VALUES || count > i32::MAX as usize {
            return Ok(());
        }
        let (each, mut ranges, mut start) = ((count / MOST_TASKS).max(TASK_VALUES), Vec::new(), 0);
        for group in 1..=self.groups {
            let values = |group: usize| wanted.starts.get(group).copied().unwrap_or(count);
            if group == self.groups || values(group) - values(start) >= each {
                ranges.push(start..group);
                start = group;
            }
        }
        let parts: Vec<OnceLock<ArrayRef>> = ranges.iter().map(|_| OnceLock::new()).collect();
        tasks.each(ranges.len(), &|task| {
            let results = self.results(&wanted, ranges[task].clone())?;
            parts[task].set(results).map_err(|_| Error::internal("a task ran twice"))
        })?;
        let parts: Vec<&dyn Array> = parts.iter().flat_map(OnceLock::get).map(AsRef::as_ref).collect();
        self.settled = Some(concat(&parts)?);
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        match self.settled.take() {
            Some(settled) => Ok(settled),
            None => self.results(&self.wanted(), 0..self.groups),
        }
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let wanted = self.wanted();
        let values = strings::decode(&self.kept.gather(&wanted.values)?)?;
        Ok(vec![lists(&wanted.starts, values)?])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [array] = arrays else { return Err(foreign_state()) };
        for (into, values) in each_list(array, into)? {
            self.add_grouped(&values, &vec![into; values.len()])?;
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<usize>() + self.pile.size_bytes() + self.kept.size_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
