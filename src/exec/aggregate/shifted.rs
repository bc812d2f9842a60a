//! Sums of a column with constants added, `sum(x + 1)`, `sum(x + 2)`: the column is summed once, and each constant is
//! added as often as there are values.

use crate::data::{Batch, Column, DType};
use crate::error::Result;
use crate::exec::aggregate::input::Rows;
use crate::expr::{BoundAggregate, GroupState, Groups};
use arrow::array::{Array, ArrayRef};

/// Rows of a batch for each group, from which on it pays.
const ROWS_PER_GROUP: usize = 8;

/// Aggregates by the same function of the same column.
pub struct Family {
    column: usize,
    /// Aggregates by position, and what each adds to the values.
    members: Vec<(usize, i128)>,
    /// The least and the greatest of these.
    by: (i128, i128),
}

/// The families of more than one aggregate.
pub fn families(aggregates: &[BoundAggregate]) -> Vec<Family> {
    let mut found: Vec<Family> = Vec::new();
    for (position, aggregate) in aggregates.iter().enumerate() {
        let shift = match aggregate.args.as_slice() {
            [arg] if aggregate.filter.is_none() => arg.shift(),
            _ => None,
        };
        let Some((column, by)) = shift else { continue };
        let same = |family: &&mut Family| {
            let first = &aggregates[family.members[0].0];
            family.column == column
                && first.function == aggregate.function
                && first.params == aggregate.params
        };
        if let Some(family) = found.iter_mut().find(same) {
            family.members.push((position, by));
            family.by = (family.by.0.min(by), family.by.1.max(by));
        } else if aggregate.state().is_ok_and(|state| state.takes_shifts()) {
            found.push(Family { column, members: vec![(position, by)], by: (by, by) });
        }
    }
    found.retain(|family| family.members.len() > 1);
    found
}

/// Adds a batch to the states of the families; tells for each aggregate whether that is done (of none: nothing).
///
/// # Errors
/// As the functions document.
pub fn add(
    families: &[Family],
    aggregates: &[BoundAggregate],
    states: &mut [Box<dyn GroupState>],
    batch: &Batch,
    rows: Rows<'_>,
) -> Result<Vec<bool>> {
    let mut done = Vec::new();
    if batch.rows() < ROWS_PER_GROUP * rows.count {
        return Ok(done);
    }
    for family in families {
        let column = batch.column(family.column);
        if !family.fits(column) {
            continue;
        }
        done.resize(states.len(), false);
        let values = column.to_plain()?;
        let counts = counts(&values, rows);
        let mut sums = aggregates[family.members[0].0].state()?;
        sums.resize(rows.count);
        let groups = rows.groups.map_or(Groups::one(batch.rows()), Groups::per_row);
        sums.update(&[values], &groups)?;
        for (position, by) in &family.members {
            states[*position].resize(rows.count);
            states[*position].merge_shifted(sums.as_ref(), &counts, *by)?;
            done[*position] = true;
        }
    }
    Ok(done)
}

impl Family {
    /// Whether no value of the column leaves its type with any of the constants added, which is an error of its row.
    fn fits(&self, column: &Column) -> bool {
        let Some((least, greatest)) = limits(column.dtype()) else { return false };
        let known = column.statistics();
        match (known.min.whole(), known.max.whole()) {
            (Some(low), Some(high)) => low + self.by.0 >= least && high + self.by.1 <= greatest,
            // There is no value.
            _ => known.null_count == column.len() as u64,
        }
    }
}

/// The least and the greatest value of a type of integers.
fn limits(dtype: &DType) -> Option<(i128, i128)> {
    let bits = dtype.integer_bits()?;
    Some(if dtype.is_signed() { (-1 << (bits - 1), (1 << (bits - 1)) - 1) } else { (0, (1 << bits) - 1) })
}

/// Values, nulls not counted, of each group.
fn counts(values: &ArrayRef, rows: Rows<'_>) -> Vec<u64> {
    let mut counts = vec![0; rows.count];
    match (rows.groups, values.nulls()) {
        (None, _) => counts[0] = (values.len() - values.null_count()) as u64,
        (Some(groups), None) => groups.iter().for_each(|group| counts[*group as usize] += 1),
        (Some(groups), Some(nulls)) => {
            groups.iter().zip(nulls).for_each(|(group, valid)| counts[*group as usize] += u64::from(valid));
        }
    }
    counts
}
