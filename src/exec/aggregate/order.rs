//! Groups of all parts in the order of their first rows.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::context::Context;

/// Puts the groups of all parts in the order of their first rows; beside each group stands where that was.
///
/// # Errors
/// `Type` if Arrow cannot hold the rows.
pub fn first_seen(merged: &[(Batch, Vec<u64>)], context: &Context) -> Result<Vec<Batch>> {
    let mut places: Vec<(u64, u32, u32)> =
        Vec::with_capacity(merged.iter().map(|(_, seen)| seen.len()).sum());
    for (part, (_, seen)) in merged.iter().enumerate() {
        places.extend(seen.iter().enumerate().map(|(row, place)| (*place, part as u32, row as u32)));
    }
    context.install(|| {
        use rayon::slice::ParallelSliceMut;
        places.par_sort_unstable();
    })?;
    let batches: Vec<&Batch> = merged.iter().map(|(batch, _)| batch).collect();
    let rows: Vec<(u32, u32)> = places.iter().map(|(_, part, row)| (*part, *row)).collect();
    crate::exec::sort::gather(&batches, &rows, context)
}
