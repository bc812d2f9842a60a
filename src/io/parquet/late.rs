//! Late materialisation: the columns of the predicate are read first, the others only where it is true.

use crate::data::{Batch, Schema};
use crate::error::Result;
use crate::expr::{Bound, Expr, bind};
use crate::io::parquet::reader::Rows;
use arrow::array::{Array, BooleanArray};
use arrow::compute::{SlicesIterator, prep_null_mask_filter};
use std::ops::Range;

/// The other columns are read row by row where fewer than one of so many rows is wanted.
const SELECTIVE: usize = 4;

/// How a scan with a predicate reads its columns.
pub struct Late {
    predicate: Bound,
    /// Places in the projection of the columns of the predicate.
    pub first: Vec<usize>,
    /// Places of the others.
    pub rest: Vec<usize>,
}

impl Late {
    /// `None` where it does not pay, or where an error of the predicate would be told of another row.
    pub fn new(predicate: Option<&Expr>, schema: &Schema, projection: &[usize]) -> Option<Late> {
        let predicate = predicate?;
        let columns = predicate.columns();
        let named = |place: &usize| columns.contains(schema.fields()[projection[*place]].name.as_ref());
        let (first, rest): (Vec<usize>, Vec<usize>) = (0..projection.len()).partition(named);
        if first.is_empty() || rest.is_empty() || first.len() < columns.len() {
            return None;
        }
        let positions: Vec<usize> = first.iter().map(|&place| projection[place]).collect();
        let predicate = bind(predicate, &schema.project(&positions)).ok()?;
        (!predicate.is_fallible()).then_some(Late { predicate, first, rest })
    }

    /// The rows where the predicate is true, by the columns it reads.
    ///
    /// # Errors
    /// What the predicate raises.
    pub fn mask(&self, first: &Batch) -> Result<BooleanArray> {
        let mask = self.predicate.mask(first)?;
        Ok(if mask.nulls().is_some() { prep_null_mask_filter(&mask) } else { mask })
    }

    /// Whether so few rows are kept that they are chosen one by one.
    pub fn chosen(&self, mask: &BooleanArray) -> bool {
        mask.true_count() * SELECTIVE <= mask.len()
    }
}

/// The rows of `rows` that the mask keeps.
pub fn narrowed(rows: &Rows, mask: &BooleanArray) -> Rows {
    let mut kept: Vec<Range<usize>> = Vec::new();
    let mut ranges = rows.ranges.iter();
    // The range that rows counted from `before` lie in.
    let (mut range, mut before) = (ranges.next().cloned().unwrap_or(0..0), 0);
    for (mut start, end) in SlicesIterator::new(mask) {
        while start < end {
            while start - before >= range.len() {
                before += range.len();
                match ranges.next() {
                    Some(next) => range = next.clone(),
                    None => return Rows::new(rows.group, rows.total, kept),
                }
            }
            let count = (end - start).min(range.len() - (start - before));
            let first = range.start + (start - before);
            kept.push(first..first + count);
            start += count;
        }
    }
    Rows::new(rows.group, rows.total, kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_narrow_ranges() {
        let rows = Rows::new(0, 30, vec![2..5, 10..11, 20..24]);
        for bits in 0u32..256 {
            let mask: Vec<bool> = (0..8).map(|bit| bits >> bit & 1 == 1).collect();
            let places: Vec<usize> = rows.ranges.iter().cloned().flatten().collect();
            let wanted: Vec<usize> =
                places.iter().zip(&mask).filter(|(_, keep)| **keep).map(|(place, _)| *place).collect();
            let found = narrowed(&rows, &BooleanArray::from(mask));
            assert_eq!(found.ranges.into_iter().flatten().collect::<Vec<_>>(), wanted);
        }
    }
}
