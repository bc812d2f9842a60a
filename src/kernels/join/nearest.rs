//! As-of joins: of the build rows with equal keys, the nearest in one direction.

use crate::kernels::gather::NO_ROW;
use crate::kernels::join::sorted::{Ordered, Sorted, distance};

/// What counts as nearest.
#[derive(Debug, Clone, Copy)]
pub struct Nearness {
    /// Whether rows before count.
    pub backward: bool,
    /// Whether rows after count.
    pub forward: bool,
    /// Whether equal rows count.
    pub exact: bool,
    /// How far away a row may be, measured as [`distance`] does.
    pub tolerance: Option<u64>,
    /// Whether the values are floats.
    pub floats: bool,
}

impl Nearness {
    /// The nearest row of each probe row, or [`NO_ROW`], appended to `out`. `groups` are those of the rows from `start`
    /// on; `near` remembers where each group was looked at last, for probe rows are often in order.
    pub fn find(
        &self,
        sorted: &Sorted,
        groups: &[u32],
        values: &Ordered,
        start: usize,
        near: &mut [u32],
        out: &mut Vec<u32>,
    ) {
        for (row, group) in (start..).zip(groups) {
            let found = match values.get(row) {
                Some(value) if *group != NO_ROW => self.one(sorted, *group, value, near),
                _ => None,
            };
            out.push(found.map_or(NO_ROW, |place| sorted.row(place)));
        }
    }

    #[inline]
    fn one(&self, sorted: &Sorted, group: u32, value: u64, near: &mut [u32]) -> Option<usize> {
        let range = sorted.range(group);
        let hint = near.get(group as usize).map_or(range.0, |near| *near as usize);
        let mut before = None;
        let mut last = hint;
        if self.backward {
            last = sorted.seek(range, hint, value, self.exact);
            before = last.checked_sub(1).filter(|place| *place >= range.0);
        }
        let mut after = None;
        if self.forward {
            last = sorted.seek(range, last, value, !self.exact);
            after = Some(last).filter(|place| *place < range.1);
        }
        if let Some(near) = near.get_mut(group as usize) {
            *near = last as u32;
        }
        let far = |place: &usize| distance(sorted.value(*place), value, self.floats);
        let near_enough = |place: &usize| self.tolerance.is_none_or(|tolerance| far(place) <= tolerance);
        match (before.filter(near_enough), after.filter(near_enough)) {
            (Some(before), Some(after)) => Some(if far(&before) <= far(&after) { before } else { after }),
            (before, after) => before.or(after),
        }
    }
}
