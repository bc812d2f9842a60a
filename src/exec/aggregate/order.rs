//! Groups of all parts in the order of their first rows.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::context::Context;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

/// Puts the groups of all parts in the order of their first rows; beside each group stands where that was.
///
/// # Errors
/// `Type` if Arrow cannot hold the rows.
pub fn first_seen(merged: &[(Batch, Vec<u64>)], context: &Context) -> Result<Vec<Batch>> {
    let total = merged.iter().map(|(_, seen)| seen.len()).sum();
    let rows = context.install(|| {
        let mut places = vec![(0u64, 0u32, 0u32); total];
        let mut rest = places.as_mut_slice();
        let mut pieces = Vec::with_capacity(merged.len());
        for (part, (_, seen)) in merged.iter().enumerate() {
            let piece;
            (piece, rest) = rest.split_at_mut(seen.len());
            pieces.push((part as u32, piece, seen));
        }
        pieces.into_par_iter().for_each(|(part, piece, seen)| {
            for (row, (place, seen)) in piece.iter_mut().zip(seen).enumerate() {
                *place = (*seen, part, row as u32);
            }
        });
        places.par_sort_unstable();
        places.into_par_iter().map(|(_, part, row)| (part, row)).collect::<Vec<(u32, u32)>>()
    })?;
    let batches: Vec<&Batch> = merged.iter().map(|(batch, _)| batch).collect();
    crate::exec::sort::gather(&batches, &rows, context)
}
