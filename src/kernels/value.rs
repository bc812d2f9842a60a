//! An operand: one value per row, or one value for all rows.

use crate::data::{DType, strings};
use crate::error::Result;
use arrow::array::{Array, ArrayRef, Datum, UInt32Array};
use arrow::compute::take;

/// An array with one value per row, or of one value that stands for every row.
#[derive(Clone, Debug)]
pub struct Value {
    array: ArrayRef,
    scalar: bool,
}

impl Value {
    /// One value per row.
    pub fn rows(array: ArrayRef) -> Self {
        Value { array, scalar: false }
    }

    /// One value for every row; `array` has length 1.
    pub fn scalar(array: ArrayRef) -> Self {
        debug_assert_eq!(array.len(), 1);
        Value { array, scalar: true }
    }

    /// The array: of length 1 if this is a scalar.
    pub fn array(&self) -> &ArrayRef {
        &self.array
    }

    /// Whether one value stands for every row.
    pub fn is_scalar(&self) -> bool {
        self.scalar
    }

    /// Whether this is a scalar null.
    pub fn is_null_scalar(&self) -> bool {
        self.scalar && self.array.logical_null_count() == 1
    }

    /// One value per row, repeating a scalar `rows` times.
    ///
    /// # Errors
    /// `Type` if Arrow cannot repeat the value.
    pub fn to_rows(&self, rows: usize) -> Result<ArrayRef> {
        if self.scalar && rows != 1 {
            return Ok(take(&self.array, &UInt32Array::from(vec![0u32; rows]), None)?);
        }
        Ok(self.array.clone())
    }

    /// The same operand with codes replaced by strings.
    ///
    /// # Errors
    /// `Internal` if codes are damaged.
    pub fn decoded(&self) -> Result<Value> {
        Ok(Value { array: strings::decode(&self.array)?, scalar: self.scalar })
    }

    /// The logical type.
    ///
    /// # Errors
    /// `Unsupported` if the array is of no column type.
    pub fn dtype(&self) -> Result<DType> {
        DType::from_arrow(self.array.data_type())
    }
}

impl Datum for Value {
    fn get(&self) -> (&dyn Array, bool) {
        (self.array.as_ref(), self.scalar)
    }
}
