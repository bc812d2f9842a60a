//! Values of many groups in one pile, put in the order of their groups when they are needed.

use crate::error::{Error, Result};
use crate::functions::aggregate::words::foreign_state;
use crate::kernels::by_group::{Run, by_group};
use arrow::array::{Array, ArrayRef, LargeListArray, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Field;
use std::sync::{Arc, OnceLock};

/// Values and their groups, in order of arrival.
pub struct Pile<V> {
    /// None of them moves when others come.
    blocks: Vec<Block<V>>,
    /// Values in all.
    count: usize,
    /// Whether there are groups beside group 0.
    grouped: bool,
    /// The values in order; alone, if there are no blocks.
    sorted: OnceLock<Arc<Grouped<V>>>,
}

/// Values that came one after the other.
struct Block<V> {
    of: Of<V>,
    values: Vec<V>,
}

/// The groups of a block's values.
enum Of<V> {
    /// All are in group 0.
    One,
    /// One for each.
    Each(Vec<u32>),
    /// Groups, and how many values come one after the other.
    Runs(Vec<(u32, usize)>),
    /// Those of some groups of another pile, which lends them; each with the group it is here.
    Lent(Arc<Grouped<V>>, Vec<(u32, u32)>),
}

/// Values in the order of their groups, within a group in order of arrival.
#[derive(Clone)]
pub struct Grouped<V> {
    /// Where the values of each group start; one more than there are groups.
    pub starts: Vec<usize>,
    /// The values.
    pub values: Vec<V>,
}

/// Values of the first block, and of the largest ones.
const BLOCK_VALUES: std::ops::RangeInclusive<usize> = 1 << 8..=1 << 16;

impl<V> Default for Pile<V> {
    fn default() -> Self {
        Pile { blocks: Vec::new(), count: 0, grouped: false, sorted: OnceLock::new() }
    }
}

impl<V: Copy> Pile<V> {
    /// Adds values of group 0.
    pub fn extend_one(&mut self, values: &[V]) {
        self.forget_order();
        self.count += values.len();
        match self.blocks.last_mut() {
            Some(Block { of: Of::One, values: known }) => known.extend_from_slice(values),
            _ => self.blocks.push(Block { of: Of::One, values: values.to_vec() }),
        }
    }

    /// Adds values with their groups; there are as many of each.
    pub fn extend(&mut self, groups: &[u32], values: &[V]) {
        self.forget_order();
        let room = self.room(values.len());
        match self.blocks.last_mut() {
            Some(Block { of: Of::Each(of), values: known })
                if known.capacity() - known.len() >= values.len() =>
            {
                of.extend_from_slice(groups);
                known.extend_from_slice(values);
            }
            _ => {
                let (mut of, mut known) = (Vec::with_capacity(room), Vec::with_capacity(room));
                of.extend_from_slice(groups);
                known.extend_from_slice(values);
                self.blocks.push(Block { of: Of::Each(of), values: known });
            }
        }
        (self.grouped, self.count) = (true, self.count + values.len());
    }

    /// Adds values of one group.
    pub fn extend_group(&mut self, group: u32, values: &[V]) {
        if group == 0 && !self.grouped {
            return self.extend_one(values);
        }
        self.forget_order();
        let room = self.room(values.len());
        match self.blocks.last_mut() {
            Some(Block { of: Of::Runs(runs), values: known })
                if known.capacity() - known.len() >= values.len() =>
            {
                runs.push((group, values.len()));
                known.extend_from_slice(values);
            }
            _ => {
                let mut known = Vec::with_capacity(room);
                known.extend_from_slice(values);
                self.blocks.push(Block { of: Of::Runs(vec![(group, values.len())]), values: known });
            }
        }
        (self.grouped, self.count) = (true, self.count + values.len());
    }

    /// Adds the values of groups of another pile: of group `from[i]` there to group `into[i]`. They stay where they are.
    pub fn extend_lent(&mut self, lender: &Arc<Grouped<V>>, from: &[u32], into: &[u32]) {
        self.forget_order();
        let groups = from.iter().copied().zip(into.iter().copied());
        let groups: Vec<(u32, u32)> =
            groups.filter(|(from, _)| !lender.of(*from as usize).is_empty()).collect();
        if !groups.is_empty() {
            self.count += groups.iter().map(|(from, _)| lender.of(*from as usize).len()).sum::<usize>();
            self.grouped = true;
            self.blocks.push(Block { of: Of::Lent(lender.clone(), groups), values: Vec::new() });
        }
    }

    /// Values of a new block.
    fn room(&self, wanted: usize) -> usize {
        wanted.max(self.count.clamp(*BLOCK_VALUES.start(), *BLOCK_VALUES.end()))
    }

    /// Says that there are more values or groups than when the values were last put in order.
    pub fn forget_order(&mut self) {
        let Some(sorted) = self.sorted.take().filter(|_| self.blocks.is_empty()) else { return };
        let runs =
            sorted.starts.windows(2).enumerate().map(|(group, ends)| (group as u32, ends[1] - ends[0]));
        let of =
            if self.grouped { Of::Runs(runs.filter(|(_, count)| *count > 0).collect()) } else { Of::One };
        let values = Arc::try_unwrap(sorted).unwrap_or_else(|sorted| sorted.as_ref().clone()).values;
        self.blocks.push(Block { of, values });
    }

    /// Puts the values in the order of their groups, and keeps them in no other.
    pub fn arrange(&mut self, groups: usize) {
        let (count, grouped) = (self.count, self.grouped);
        let sorted = std::mem::take(self).into_sorted(groups);
        *self = Pile { blocks: Vec::new(), count, grouped, sorted: OnceLock::from(Arc::new(sorted)) };
    }

    /// The values in the order of their groups; made once, until more values come.
    pub fn sorted(&self, groups: usize) -> &Arc<Grouped<V>> {
        self.sorted.get_or_init(|| Arc::new(Grouped::of_blocks(groups, &self.blocks)))
    }

    /// The values in the order of their groups, moved out.
    pub fn into_sorted(mut self, groups: usize) -> Grouped<V> {
        let mut sorted = match self.sorted.take() {
            Some(sorted) => Arc::try_unwrap(sorted).unwrap_or_else(|sorted| sorted.as_ref().clone()),
            None if !self.grouped => Grouped { starts: vec![0], values: self.into_values() },
            None => Grouped::of_blocks(groups, &self.blocks),
        };
        let end = sorted.values.len();
        sorted.starts.resize(sorted.starts.len().max(groups + 1), end);
        sorted
    }

    /// Calls for each group with its values, in order of arrival, to be reordered. Values that came in runs are put side by
    /// side for one group at a time.
    pub fn each_group(mut self, groups: usize, mut f: impl FnMut(usize, &mut [V])) {
        let in_runs = self.blocks.iter().all(|block| matches!(block.of, Of::Runs(_) | Of::Lent(..)));
        if !in_runs || self.sorted.get().is_some() {
            let mut sorted = self.into_sorted(groups);
            return (0..groups).for_each(|group| f(group, sorted.of_mut(group)));
        }
        let blocks = std::mem::take(&mut self.blocks);
        let (mut of, mut runs) = (Vec::new(), Vec::new());
        for block in &blocks {
            block.each_run(|run| {
                if let Run::Of(group, values) = run {
                    of.push(group);
                    runs.push(values);
                }
            });
        }
        let runs = Grouped::of_slices(groups, &of, &runs);
        let mut values = Vec::new();
        for group in 0..groups {
            values.clear();
            runs.of(group).iter().for_each(|run| values.extend_from_slice(run));
            f(group, &mut values);
        }
    }

    /// Whether there are groups beside group 0.
    pub fn is_grouped(&self) -> bool {
        self.grouped
    }

    /// Number of values.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The values in order of arrival, if there is no group beside group 0.
    pub fn into_values(mut self) -> Vec<V> {
        self.forget_order();
        let mut blocks = std::mem::take(&mut self.blocks);
        match blocks.len() {
            0 | 1 => blocks.pop().map_or_else(Vec::new, |block| block.values),
            _ => blocks.into_iter().flat_map(|block| block.values).collect(),
        }
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        let sorted = self.sorted.get().map_or(0, |sorted| sorted.size_bytes());
        self.blocks.iter().map(Block::size_bytes).sum::<usize>() + sorted
    }
}

impl<V: Copy> Block<V> {
    /// Calls for values that lie one after the other.
    fn each_run<'a>(&'a self, mut f: impl FnMut(Run<'a, V>)) {
        match &self.of {
            Of::One => f(Run::Of(0, &self.values)),
            Of::Each(of) => f(Run::Each(of, &self.values)),
            Of::Runs(runs) => {
                let mut start = 0;
                for (group, count) in runs {
                    f(Run::Of(*group, &self.values[start..start + count]));
                    start += count;
                }
            }
            Of::Lent(lender, groups) => {
                groups.iter().for_each(|(from, into)| f(Run::Of(*into, lender.of(*from as usize))));
            }
        }
    }

    fn size_bytes(&self) -> usize {
        let of = match &self.of {
            Of::One => 0,
            Of::Each(of) => of.capacity() * size_of::<u32>(),
            Of::Runs(runs) => runs.capacity() * size_of::<(u32, usize)>(),
            Of::Lent(_, groups) => groups.capacity() * size_of::<(u32, u32)>(),
        };
        of + self.values.capacity() * size_of::<V>()
    }
}

impl<V: Copy> Grouped<V> {
    /// Values that lie beside their groups, in the order of these.
    pub fn of_slices(groups: usize, of: &[u32], values: &[V]) -> Self {
        Grouped::of_runs(groups, &[Run::Each(of, values)])
    }

    fn of_blocks(groups: usize, blocks: &[Block<V>]) -> Self {
        let mut runs = Vec::with_capacity(blocks.len());
        blocks.iter().for_each(|block| block.each_run(|run| runs.push(run)));
        Grouped::of_runs(groups, &runs)
    }

    fn of_runs(groups: usize, runs: &[Run<'_, V>]) -> Self {
        let (starts, values) = by_group(groups, runs);
        Grouped { starts, values }
    }

    /// The values of a group.
    pub fn of(&self, group: usize) -> &[V] {
        match self.starts.get(group + 1) {
            Some(end) => &self.values[self.starts[group]..*end],
            None => &[],
        }
    }

    /// The values of a group, to be reordered.
    pub fn of_mut(&mut self, group: usize) -> &mut [V] {
        &mut self.values[self.starts[group]..self.starts[group + 1]]
    }

    fn size_bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>() + self.values.capacity() * size_of::<V>()
    }
}

/// One list per group, of values in the order of their groups.
///
/// # Errors
/// `Type` if Arrow refuses the lists.
pub fn lists(starts: &[usize], values: ArrayRef) -> Result<ArrayRef> {
    let offsets = OffsetBuffer::new(starts.iter().map(|start| *start as i64).collect());
    let field = Arc::new(Field::new("item", values.data_type().clone(), true));
    Ok(Arc::new(LargeListArray::try_new(field, offsets, values, None)?))
}

/// One list per group as a column of lists.
///
/// # Errors
/// `Unsupported` if there are more values than lists can hold.
pub fn list_column(starts: &[usize], values: ArrayRef) -> Result<ArrayRef> {
    let offsets: Option<Vec<i32>> = starts.iter().map(|start| i32::try_from(*start).ok()).collect();
    let Some(offsets) = offsets else {
        return Err(Error::unsupported(format!("{} values in the lists of one column", values.len()))
            .hint("a column of lists holds 2,147,483,647 values; aggregate parts of the rows"));
    };
    let field = Arc::new(Field::new("item", values.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::new(offsets.into()), values, None)?))
}

/// The lists of exported groups: for each row, the group it goes to and its values.
///
/// # Errors
/// `Internal` if the array holds no lists.
pub fn each_list<'a>(
    array: &'a ArrayRef,
    into: &'a [u32],
) -> Result<impl Iterator<Item = (u32, ArrayRef)> + 'a> {
    let lists = array.as_any().downcast_ref::<LargeListArray>().ok_or_else(foreign_state)?;
    Ok((0..lists.len()).map(|row| (into[row], lists.value(row))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_in_the_order_of_their_groups_however_they_came() {
        for (groups, count) in [(3u32, 10u32), (700, 5_000), (5_000, 60_000), (1_000, 60_000)] {
            let of = |i: u32| i.wrapping_mul(2_654_435_761) % groups;
            let (mut pile, mut expected) = (Pile::<u64>::default(), vec![Vec::new(); groups as usize]);
            let mut add = |pile: &mut Pile<u64>, from: u32, to: u32, each: bool| {
                for i in from..to {
                    expected[of(i) as usize].push(u64::from(i));
                }
                if each {
                    let values: Vec<u64> = (from..to).map(u64::from).collect();
                    return pile.extend(&(from..to).map(of).collect::<Vec<_>>(), &values);
                }
                (from..to).for_each(|i| pile.extend_group(of(i), &[u64::from(i)]));
            };
            add(&mut pile, 0, count / 4, true);
            add(&mut pile, count / 4, count / 3, false);
            // What is asked for, or put in order, before all values are there must not show.
            assert_eq!(pile.sorted(groups as usize).values.len(), pile.count());
            add(&mut pile, count / 3, count / 2, true);
            pile.arrange(groups as usize);
            assert_eq!(pile.sorted(groups as usize).values.len(), pile.count());
            let mut lender = Pile::default();
            let (half, rest) = (count / 2, count / 2 + count / 4);
            add(&mut lender, half, rest, true);
            let same: Vec<u32> = (0..groups).collect();
            pile.extend_lent(lender.sorted(groups as usize), &same, &same);
            add(&mut pile, rest, count, true);
            assert!(pile.is_grouped() && pile.count() == count as usize);
            let more = groups as usize + 2;
            let mut runs = Pile::default();
            for (group, expected) in expected.iter().enumerate().rev() {
                expected.chunks(3).for_each(|some| runs.extend_group(group as u32, some));
            }
            let (mut first, mut second) = (Pile::default(), Pile::default());
            for (group, expected) in expected.iter().enumerate() {
                let (one, other) = expected.split_at(expected.len() / 2);
                first.extend_group(group as u32, one);
                second.extend_group(groups - 1 - group as u32, other);
            }
            let (mut lent, backwards) = (Pile::default(), same.iter().rev().copied().collect::<Vec<_>>());
            lent.extend_lent(first.sorted(groups as usize), &same, &same);
            lent.extend_lent(second.sorted(groups as usize), &backwards, &same);
            let mut all = Vec::new();
            lent.each_group(groups as usize, |_, values| all.push(values.to_vec()));
            assert_eq!(all, expected);
            let mut seen = Vec::new();
            runs.each_group(more, |group, values| seen.push((group, values.to_vec())));
            let all = (0..more).map(|group| (group, expected.get(group).cloned().unwrap_or_default()));
            assert_eq!(seen, all.collect::<Vec<_>>());
            let sorted = pile.into_sorted(more);
            for (group, expected) in expected.iter().enumerate() {
                assert_eq!(sorted.of(group), expected, "{groups} {group}");
            }
            assert!(sorted.of(more - 1).is_empty() && sorted.starts.len() == more + 1);
        }
    }

    #[test]
    fn values_of_one_group_are_kept_as_they_came() {
        let mut pile = Pile::default();
        pile.extend_one(&[3, 1]);
        pile.extend_group(0, &[2]);
        assert!(!pile.is_grouped());
        assert_eq!(pile.sorted(2).of(0), [3, 1, 2]);
        pile.arrange(1);
        pile.extend_one(&[7]);
        assert_eq!((pile.count(), pile.into_values()), (4, vec![3, 1, 2, 7]));
    }
}
