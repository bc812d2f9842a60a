//! Values put in the order of their groups: a counting sort into memory that nobody clears first.

use std::mem::MaybeUninit;

/// Values and their groups.
pub enum Run<'a, V> {
    /// A group for each value.
    Each(&'a [u32], &'a [V]),
    /// All of one group.
    Of(u32, &'a [V]),
}

/// Bytes of values that go to their groups in one pass: they stay in the second cache.
const NEAR: usize = 1 << 18;

/// Groups that values go to in one pass: their cursors stay in the nearest cache.
const FEW_GROUPS: usize = 1 << 8;

/// Where the values of each of so many groups start (one more than there are groups), and the values, those of a group in the
/// order in which they come. Where there are many values of many groups, they go to ranges of groups first: a pass to each
/// group at once would find neither cursors nor places in the nearest caches.
///
/// # Panics
/// If a value's group is not among the groups, or there are not as many groups as values.
pub fn by_group<V: Copy>(groups: usize, runs: &[Run<'_, V>]) -> (Vec<usize>, Vec<V>) {
    let count = runs.iter().map(|run| run.values().len()).sum::<usize>();
    let apart = runs.iter().any(|run| matches!(run, Run::Each(..)));
    if !apart || groups <= FEW_GROUPS || count * size_of::<V>() <= NEAR {
        let ordered = ordered(groups, runs, |group| group as usize, |_, value| value);
        return (ordered.starts, ordered.values);
    }
    let shift = (groups / FEW_GROUPS).next_power_of_two().max(FEW_GROUPS).trailing_zeros();
    let ranges = (groups >> shift) + 1;
    let near = ordered(ranges, runs, |group| group as usize >> shift, |group, value| (group, value));
    let mut starts = vec![0usize; groups + 1];
    for (group, _) in &near.values {
        starts[*group as usize + 1] += 1;
    }
    // As many as in `near`: each value was there once.
    let mut values = Vec::with_capacity(near.values.len());
    let places = &mut values.spare_capacity_mut()[..near.values.len()];
    let mut next = added(&mut starts);
    for (group, value) in &near.values {
        put(places, &mut next[*group as usize], *value);
    }
    // SAFETY: `starts` counted the groups of these same values, so the places of a group begin where those of the one before
    // end and each value was put in one of its own: all places were written.
    unsafe { values.set_len(near.values.len()) };
    (starts, values)
}

struct Ordered<T> {
    starts: Vec<usize>,
    values: Vec<T>,
}

/// A counting sort by `kind` of what `made` makes of the values.
#[inline(always)]
fn ordered<V: Copy, T: Copy>(
    kinds: usize,
    runs: &[Run<'_, V>],
    kind: impl Fn(u32) -> usize,
    made: impl Fn(u32, V) -> T,
) -> Ordered<T> {
    let mut starts = vec![0usize; kinds + 1];
    for run in runs {
        match run {
            Run::Each(of, values) => {
                assert_eq!(of.len(), values.len(), "a group for each value");
                of.iter().for_each(|group| starts[kind(*group) + 1] += 1);
            }
            Run::Of(group, values) => starts[kind(*group) + 1] += values.len(),
        }
    }
    let mut next = added(&mut starts);
    let count = starts[kinds];
    let mut ordered = Vec::with_capacity(count);
    let places = &mut ordered.spare_capacity_mut()[..count];
    for run in runs {
        match run {
            Run::Each(of, values) => {
                for (group, value) in of.iter().zip(*values) {
                    put(places, &mut next[kind(*group)], made(*group, *value));
                }
            }
            Run::Of(group, values) => {
                let next = &mut next[kind(*group)];
                for (place, value) in places[*next..*next + values.len()].iter_mut().zip(*values) {
                    place.write(made(*group, *value));
                }
                *next += values.len();
            }
        }
    }
    let all = next.iter().zip(&starts[1..]).all(|(next, end)| next == end);
    assert!(all, "each value has a place of its own");
    // SAFETY: `starts` counted the same values of the same runs by the same `kind`, a function without a state: the places of
    // a kind begin where those of the one before end, and each value was put in one of its own, up to the end of its kind. So
    // all places were written.
    unsafe { ordered.set_len(count) };
    Ordered { starts, values: ordered }
}

/// Counts behind their place to starts; a cursor for each.
fn added(starts: &mut [usize]) -> Vec<usize> {
    for place in 1..starts.len() {
        starts[place] += starts[place - 1];
    }
    starts[..starts.len() - 1].to_vec()
}

#[inline(always)]
fn put<T: Copy>(places: &mut [MaybeUninit<T>], next: &mut usize, value: T) {
    places[*next].write(value);
    *next += 1;
}

impl<V> Run<'_, V> {
    fn values(&self) -> &[V] {
        match self {
            Run::Each(_, values) | Run::Of(_, values) => values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_by_group_in_the_order_in_which_they_come() {
        for (groups, count) in [(0u32, 0u32), (1, 5), (3, 100), (700, 40_000), (5_000, 60_000), (300, 70_000)]
        {
            let of: Vec<u32> = (0..count).map(|i| i.wrapping_mul(2_654_435_761) % groups).collect();
            let values: Vec<u64> = (0..u64::from(count)).collect();
            let half = count as usize / 2;
            let mut runs = vec![Run::Each(&of[..half], &values[..half])];
            runs.extend((half..count as usize).map(|at| Run::Of(of[at], &values[at..at + 1])));
            let mut expected = vec![Vec::new(); groups as usize];
            of.iter().zip(&values).for_each(|(group, value)| expected[*group as usize].push(*value));
            let more = groups as usize + 3;
            let (starts, values) = by_group(more, &runs);
            assert_eq!((starts.len(), values.len()), (more + 1, count as usize));
            for group in 0..more {
                let found = &values[starts[group]..starts[group + 1]];
                assert_eq!(found, expected.get(group).map_or(&[][..], Vec::as_slice), "{groups} {group}");
            }
        }
    }

    #[test]
    #[should_panic(expected = "index out of bounds")]
    fn groups_that_are_not_there_are_refused() {
        by_group(2, &[Run::Each(&[0, 2], &[1, 2])]);
    }
}
