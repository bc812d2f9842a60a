//! What a column chunk is written from.

use parquet::file::statistics::Statistics;
use std::ops::Range;

/// The values of the rows that have one.
pub trait Values {
    /// How many.
    fn count(&self) -> usize;

    /// Their codes below the number of distinct values, and the page of those; `None`: they are written as they are.
    fn coded(&self) -> Option<(&[u32], usize, &[u8])>;

    /// Appends values as they are.
    fn plain(&self, range: Range<usize>, out: &mut Vec<u8>);

    /// The least and the greatest of some values, as the format writes bounds; `None` if there is none.
    fn bounds(&self, range: Range<usize>) -> Option<(Vec<u8>, Vec<u8>)>;

    /// The same of all values, for the footer.
    fn statistics(&self, nulls: u64) -> Statistics;
}
