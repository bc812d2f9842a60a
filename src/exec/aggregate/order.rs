//! Groups of all parts in the order of their first rows.

use crate::data::Batch;
use crate::error::Result;
use crate::exec::context::Context;
use crate::kernels::radix::sort;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

/// Ranges of rows that are put in order each by itself.
const BUCKETS: usize = 64;

/// The groups of a part by the range of rows that their first is in.
struct Bucketed {
    entries: Vec<u128>,
    starts: Vec<usize>,
}

impl Bucketed {
    fn new(seen: &[u64], part: u128, shift: u32) -> Self {
        let mut starts = vec![0; BUCKETS + 1];
        for row in seen {
            starts[(row >> shift) as usize + 1] += 1;
        }
        for bucket in 0..BUCKETS {
            starts[bucket + 1] += starts[bucket];
        }
        let (mut next, mut entries) = (starts.clone(), vec![0; seen.len()]);
        for (place, row) in seen.iter().enumerate() {
            let at = &mut next[(row >> shift) as usize];
            entries[*at] = u128::from(*row) << 64 | part << 32 | place as u128;
            *at += 1;
        }
        Bucketed { entries, starts }
    }

    fn bucket(&self, bucket: usize) -> &[u128] {
        &self.entries[self.starts[bucket]..self.starts[bucket + 1]]
    }
}

/// Puts the groups of all parts in the order of their first rows; beside each group stands where that was.
///
/// # Errors
/// `Type` if Arrow cannot hold the rows.
pub fn first_seen(merged: &[(Batch, Vec<u64>)], context: &Context) -> Result<Vec<Batch>> {
    let last = merged.iter().flat_map(|(_, seen)| seen).max().copied().unwrap_or(0);
    let shift = (u64::BITS - last.leading_zeros()).saturating_sub(BUCKETS.trailing_zeros());
    // Where each group was first seen, above the part and the row that it has there.
    let rows = context.install(|| {
        let parts: Vec<Bucketed> = merged
            .par_iter()
            .enumerate()
            .map(|(part, (_, seen))| Bucketed::new(seen, part as u128, shift))
            .collect();
        let buckets: Vec<Vec<(u32, u32)>> = (0..BUCKETS)
            .into_par_iter()
            .map(|bucket| {
                let mut entries: Vec<u128> =
                    parts.iter().flat_map(|part| part.bucket(bucket)).copied().collect();
                sort(&mut entries, u64::BITS, &mut Vec::new());
                entries.into_iter().map(|entry| ((entry >> 32) as u32, entry as u32)).collect()
            })
            .collect();
        buckets.concat()
    })?;
    let batches: Vec<Batch> = merged.iter().map(|(batch, _)| batch.clone()).collect();
    crate::exec::gather::gather(&batches, &rows, context)
}
