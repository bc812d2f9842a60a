//! Several expressions over one batch, and which of their errors is told.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Error, Result};
use crate::expr::bind::Bound;
use arrow::array::BooleanArray;

/// The results as columns of the batch's length.
///
/// # Errors
/// What they raise on the earliest row that fails, so that it does not depend on how rows are cut into batches.
pub fn columns(exprs: &[Bound], batch: &Batch) -> Result<Vec<Column>> {
    earliest(batch, |batch| exprs.iter().map(|expr| expr.column(batch)).all_ok())
}

/// The result as a mask, as [`Bound::mask`].
///
/// # Errors
/// As [`columns`].
pub fn mask(condition: &Bound, batch: &Batch) -> Result<BooleanArray> {
    earliest(batch, |batch| condition.mask(batch))
}

/// What `run` gives, or the error of the earliest row. One expression after the other is computed, each for all rows: the
/// first that fails need not fail in the earliest row, and so the rows before are tried again.
fn earliest<T>(batch: &Batch, run: impl Fn(&Batch) -> Result<T>) -> Result<T> {
    let mut error = match run(batch) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    while let Some(rows) = row(&error).filter(|rows| (1..batch.rows()).contains(rows)) {
        match run(&batch.slice(0, rows)) {
            Err(earlier) if row(&earlier).is_some_and(|row| row < rows) => error = earlier,
            _ => break,
        }
    }
    Err(error)
}

/// The row that failed, if it is known.
fn row(error: &Error) -> Option<usize> {
    error.row_number().filter(|_| !error.is_stop()).and_then(|row| usize::try_from(row).ok())
}
