//! Statistics of row groups as statistics of columns.

use crate::data::{Column, DType, Scalar, Statistics};
use crate::io::parquet::bloom;
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::io::prune::Known;
use arrow::array::{Array, ArrayRef};
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;

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
        if dtype.is_nested() {
            return None;
        }
        let field = self.file.arrow.field(self.file.roots[column]);
        let metadata = self.file.metadata.file_metadata();
        let parquet = metadata.schema_descr();
        let leaf = self.file.leaf(column)?;
        let group = self.file.metadata.row_group(self.group);
        let written = group.column(leaf).statistics()?;
        let converter = StatisticsConverter::from_column_index(leaf, field, parquet)
            .ok()?
            .with_missing_null_counts_as_zero(false)
            .with_column_orders(metadata.column_orders().map(Vec::as_slice));
        let nulls = converter.row_group_null_counts([group]).ok()?;
        if nulls.is_null(0) {
            return None;
        }
        let mut found = Statistics::unknown(nulls.value(0));
        // The fields of before 2017 have no defined order for text and unsigned numbers.
        if !written.is_min_max_deprecated() {
            found.min = bound(converter.row_group_mins([group]).ok()?, dtype);
            found.max = bound(converter.row_group_maxes([group]).ok()?, dtype);
        }
        Some(found)
    }

    fn absent(&self, column: usize, value: &Scalar) -> bool {
        bloom::absent(self.file, self.group, column, value)
    }
}

/// A bound as a value of the column's type; null if it is unknown or NaN.
pub fn bound(array: ArrayRef, dtype: &DType) -> Scalar {
    let Ok(column) = Column::new(array) else { return Scalar::Null };
    if column.dtype() != dtype || column.len() != 1 {
        return Scalar::Null;
    }
    match Scalar::from_array(column.array(), 0) {
        Scalar::Float(value) if value.is_nan() => Scalar::Null,
        value => value,
    }
}
