//! Conversion of a column to another type.

use crate::data::DType;
use crate::error::Result;
use arrow::array::ArrayRef;
use arrow::compute::{CastOptions, cast_with_options};
use serde::{Deserialize, Serialize};

/// What happens to a value that does not fit the new type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum CastMode {
    /// An error naming row and value.
    #[default]
    Strict,
    /// Null.
    Lenient,
    /// Digits may be lost (1.9 becomes 1); what still does not fit is an error.
    Lossy,
}

/// The array (plain, not coded) as another type.
///
/// # Errors
/// `Cast` or `Parse` naming row and value; `Type` if there is no conversion between the types.
pub fn cast(array: &ArrayRef, dtype: &DType, mode: CastMode) -> Result<ArrayRef> {
    let options = CastOptions { safe: mode == CastMode::Lenient, ..CastOptions::default() };
    Ok(cast_with_options(array, &dtype.to_arrow(), &options)?)
}

/// Whether a conversion between the types exists.
pub fn can_cast(from: &DType, to: &DType) -> bool {
    arrow::compute::can_cast_types(&from.to_arrow(), &to.to_arrow())
}
