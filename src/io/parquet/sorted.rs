//! Whether rows are in the order that a file says they are in.

use crate::data::{Batch, Schema};
use crate::error::{AllOk, Error, Result};
use arrow::array::make_comparator;
use arrow::compute::SortOptions;
use parquet::file::metadata::SortingColumn;
use std::cmp::Ordering;

/// Columns by which the rows of each row group ascend, nulls last.
pub struct Sorted {
    columns: Vec<usize>,
}

const OPTIONS: SortOptions = SortOptions { descending: false, nulls_first: false };

impl Sorted {
    /// Columns of these names.
    ///
    /// # Errors
    /// `ColumnNotFound`; `Unsupported` for nested columns.
    pub fn new(schema: &Schema, names: &[String]) -> Result<Self> {
        let columns = names.iter().map(|name| schema.index_of(name)).all_ok()?;
        for &column in &columns {
            let field = &schema.fields()[column];
            if field.dtype.is_nested() || field.dtype.categories().is_some() {
                return Err(Error::unsupported(format!("a file is not sorted by a {}", field.dtype))
                    .column(field.name.as_ref()));
            }
        }
        Ok(Sorted { columns })
    }

    /// What the file says of it; `leaf` gives the place of a column among the leaves.
    pub fn declared(&self, leaf: impl Fn(usize) -> usize) -> Option<Vec<SortingColumn>> {
        let column = |&column: &usize| SortingColumn {
            column_idx: leaf(column) as i32,
            descending: OPTIONS.descending,
            nulls_first: OPTIONS.nulls_first,
        };
        (!self.columns.is_empty()).then(|| self.columns.iter().map(column).collect())
    }

    /// Checks the rows of one row group.
    ///
    /// # Errors
    /// `InvalidArgument` naming the first column, and the row that comes too late.
    pub fn check(&self, schema: &Schema, batches: &[Batch]) -> Result<()> {
        if self.columns.is_empty() {
            return Ok(());
        }
        let mut last: Option<&Batch> = None;
        for batch in batches.iter().filter(|batch| batch.rows() > 0) {
            if let Some(before) = last {
                self.ascend(schema, before, before.rows() - 1, batch, 0)?;
            }
            self.ascend_within(schema, batch)?;
            last = Some(batch);
        }
        Ok(())
    }

    fn ascend_within(&self, schema: &Schema, batch: &Batch) -> Result<()> {
        let compare = self.comparators(batch, batch)?;
        for row in 1..batch.rows() {
            let order = compare.iter().map(|one| one(row - 1, row)).find(|order| order.is_ne());
            if order == Some(Ordering::Greater) {
                return Err(self.unsorted(schema, batch, row));
            }
        }
        Ok(())
    }

    fn ascend(&self, schema: &Schema, left: &Batch, at: usize, right: &Batch, row: usize) -> Result<()> {
        let compare = self.comparators(left, right)?;
        match compare.iter().map(|one| one(at, row)).find(|order| order.is_ne()) {
            Some(Ordering::Greater) => Err(self.unsorted(schema, right, row)),
            _ => Ok(()),
        }
    }

    fn comparators(&self, left: &Batch, right: &Batch) -> Result<Vec<arrow::array::DynComparator>> {
        let compare = |&column: &usize| {
            let (left, right) = (left.column(column).to_plain()?, right.column(column).to_plain()?);
            Ok(make_comparator(&left, &right, OPTIONS)?)
        };
        self.columns.iter().map(compare).collect()
    }

    fn unsorted(&self, schema: &Schema, batch: &Batch, row: usize) -> Error {
        let column = self.columns[0];
        let value = crate::data::Scalar::from_array(batch.column(column).array(), row);
        Error::invalid("the rows are not in the order of sorted_by")
            .column(schema.fields()[column].name.as_ref())
            .value(value.to_string())
            .hint("sort by these columns before writing")
    }
}
