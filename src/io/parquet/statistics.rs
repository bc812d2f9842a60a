//! Statistics of row groups as statistics of columns.

use crate::data::{Scalar, Statistics};
use crate::io::parquet::bloom;
use crate::io::parquet::bounds::bound;
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::io::prune::Known;

/// One row group of one file.
pub struct RowGroup<'a> {
    /// The table.
    pub table: &'a ParquetTable,
    /// The file.
    pub file: &'a ParquetFile,
    /// The position of the row group in the file.
    pub group: usize,
}

impl Known for RowGroup<'_> {
    fn rows(&self) -> u64 {
        u64::try_from(self.file.metadata.row_group(self.group).num_rows()).unwrap_or(0)
    }

    fn statistics(&self, column: usize) -> Option<Statistics> {
        let dtype = &self.table.schema.fields()[column].dtype;
        if dtype.is_composite() {
            return None;
        }
        let field = self.file.arrow.field(self.file.roots[column]).data_type();
        let leaf = self.file.leaf(column)?;
        let written = self.file.metadata.row_group(self.group).column(leaf).statistics()?;
        let mut found = Statistics::unknown(written.null_count_opt()?);
        // The fields of before 2017 have no defined order for text and unsigned numbers.
        if !written.is_min_max_deprecated() {
            let physical = written.physical_type();
            found.min = bound(written.min_bytes_opt(), physical, field, dtype);
            found.max = bound(written.max_bytes_opt(), physical, field, dtype);
        }
        Some(found)
    }

    fn absent(&self, column: usize, value: &Scalar) -> bool {
        bloom::absent(self.file, self.group, column, value)
    }
}
