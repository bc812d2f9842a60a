//! Rows as columns.

use crate::data::Column;
use crate::error::Result;
use arrow::array::Array;
use arrow::compute::interleave;

/// A column of each row's values; all columns have one type.
///
/// # Errors
/// `Type` if they have not.
pub fn transpose(columns: &[Column], rows: usize) -> Result<Vec<Column>> {
    let plain = columns.iter().map(Column::to_plain).collect::<Result<Vec<_>>>()?;
    let plain: Vec<&dyn Array> = plain.iter().map(AsRef::as_ref).collect();
    let row = |row: usize| {
        let places: Vec<(usize, usize)> = (0..plain.len()).map(|column| (column, row)).collect();
        Column::new(interleave(&plain, &places)?)
    };
    (0..rows).map(row).collect()
}
