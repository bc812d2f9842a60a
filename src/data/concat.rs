//! Columns joined end to end.

use crate::data::column::Column;
use crate::data::{dispatch, strings};
use crate::error::{AllOk, Error, Result};
use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use arrow::datatypes::UInt32Type;

/// Columns of one type end to end. Codes into one dictionary stay codes; mixed strings become views.
///
/// # Errors
/// `Type` if the types differ or Arrow cannot hold the whole in one array.
pub fn concat_columns(columns: &[&Column]) -> Result<Column> {
    let [first, rest @ ..] = columns else {
        return Err(Error::internal("no column to join"));
    };
    if rest.is_empty() {
        return Ok((*first).clone());
    }
    if let Some((_, values)) = strings::coded(first.array()) {
        let codes: Option<Vec<&dyn Array>> = columns
            .iter()
            .map(|column| {
                let (codes, own) = strings::coded(column.array())?;
                strings::same_dictionary(own, values).then_some(codes as &dyn Array)
            })
            .collect();
        if let Some(codes) = codes {
            let codes = concat(&codes)?;
            let codes = dispatch::primitive::<UInt32Type>(&codes);
            return Ok(Column::from_held(strings::encode(codes.clone(), values.clone())?));
        }
    }
    let plain: Vec<ArrayRef> = columns.iter().map(|column| column.to_plain()).all_ok()?;
    let parts: Vec<&dyn Array> = plain.iter().map(AsRef::as_ref).collect();
    Ok(Column::from_held(concat(&parts)?))
}
