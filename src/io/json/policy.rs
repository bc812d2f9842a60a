//! What becomes of values that have no place in the type given for their column.

use crate::data::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::take;

/// An array as another type, those values null that do not fit, and their errors by row.
///
/// # Errors
/// `Type` if there is no conversion between the types.
pub fn fitted(array: &ArrayRef, dtype: &DType) -> Result<(ArrayRef, Vec<(usize, Error)>)> {
    let mut wrong = Vec::new();
    find(array, dtype, 0, &mut wrong)?;
    let mut next = wrong.iter().map(|(row, _)| *row).peekable();
    let rows = (0..array.len()).map(|row| match next.next_if_eq(&row) {
        Some(_) => None,
        None => Some(row as u32),
    });
    let fitting = match wrong.is_empty() {
        true => array.clone(),
        false => take(array, &rows.collect::<UInt32Array>(), None)?,
    };
    Ok((cast(&fitting, dtype, CastMode::Strict)?, wrong))
}

/// The rows that do not fit, by halves: few are looked at more than once where few are wrong.
fn find(array: &ArrayRef, dtype: &DType, first: usize, wrong: &mut Vec<(usize, Error)>) -> Result<()> {
    match cast(array, dtype, CastMode::Strict) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::Type => return Err(error),
        Err(error) if array.len() == 1 => wrong.push((first, error.without_row())),
        Err(_) => {
            let half = array.len() / 2;
            find(&array.slice(0, half), dtype, first, wrong)?;
            find(&array.slice(half, array.len() - half), dtype, first + half, wrong)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{AsArray, Int64Array};
    use arrow::datatypes::Int8Type;
    use std::sync::Arc;

    #[test]
    fn all_that_does_not_fit_is_found() {
        let values: Vec<Option<i64>> = (0..100).map(|row| (row % 9 != 0).then_some(row * 2)).collect();
        let array: ArrayRef = Arc::new(Int64Array::from(values.clone()));
        let (small, wrong) = fitted(&array, &DType::Int8).unwrap();
        let rows: Vec<usize> = wrong.iter().map(|(row, _)| *row).collect();
        assert_eq!(rows, (64..100).filter(|row| row % 9 != 0).collect::<Vec<usize>>());
        assert!(wrong.iter().all(|(row, error)| error.offending_value() == Some(&(row * 2).to_string())));
        let wanted = values.iter().map(|value| value.and_then(|value| i8::try_from(value).ok()));
        assert!(small.as_primitive::<Int8Type>().iter().eq(wanted));
        assert_eq!(fitted(&array, &DType::List(Box::new(DType::Int8))).unwrap_err().kind(), ErrorKind::Type);
        assert!(fitted(&array.slice(0, 0), &DType::Int8).unwrap().1.is_empty());
    }
}
