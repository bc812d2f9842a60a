//! Categorical columns in files: dictionaries of Arrow, and beside them, since files keep only what rows have, the list
//! of all categories.

use crate::data::exchange::is_categorical;
use crate::data::{Categories, DType, Field, promote};
use crate::error::{Error, ErrorKind, Result};
use arrow::datatypes::Field as ArrowField;
use std::collections::HashMap;

/// The key of a field's metadata under which its categories are listed, as JSON.
const KEY: &str = "hypostyle.categories";

/// The Arrow field of a categorical column, with the list of its categories; `None` for other columns.
pub fn described(field: &Field) -> Option<ArrowField> {
    let categories = field.dtype.categories()?;
    let list: Vec<&str> = categories.iter().collect();
    let list = serde_json::to_string(&list).unwrap_or_default();
    Some(field.to_arrow().with_metadata(HashMap::from([(KEY.to_owned(), list)])))
}

/// What a file's field says of its column's categories.
pub enum Described {
    /// It is not categorical.
    Not,
    /// All of them.
    Listed(Categories),
    /// Only that there are some, ordered or not: the file's dictionaries have them.
    Unlisted(bool),
}

impl Described {
    /// What a file's field says.
    ///
    /// # Errors
    /// `Corrupt` for a list that is none.
    pub fn of(field: &ArrowField) -> Result<Described> {
        if !is_categorical(field.data_type()) {
            return Ok(Described::Not);
        }
        let ordered = field.dict_is_ordered() == Some(true);
        let Some(list) = field.metadata().get(KEY) else { return Ok(Described::Unlisted(ordered)) };
        let damaged = |why: String| {
            Error::new(ErrorKind::Corrupt, format!("the list of categories: {why}"))
                .column(field.name().as_str())
        };
        let list: Vec<String> = serde_json::from_str(list).map_err(|error| damaged(error.to_string()))?;
        let categories =
            Categories::new(list, ordered).map_err(|error| damaged(error.message().to_owned()))?;
        Ok(Described::Listed(categories))
    }
}

/// The type of a column that is of one type in some files and of another in the next: categories are put together.
pub fn joined(known: &DType, found: &DType) -> Option<DType> {
    match (known, found) {
        (known, found) if known == found => Some(known.clone()),
        (DType::Categorical(_), DType::Categorical(_)) => promote(known, found),
        _ => None,
    }
}

/// The refusal of readers of text to check categories.
pub fn refused(dtype: &DType, column: &str) -> Result<()> {
    match dtype.categories() {
        None => Ok(()),
        Some(_) => Err(Error::unsupported("text is read as strings, not as categories")
            .column(column)
            .hint("read it as string and cast it to the categorical type")),
    }
}
