//! Columns as other libraries and files hold them: plain Arrow types, and Arrow's dictionaries for categoricals.

use crate::data::categories::Categories;
use crate::data::column::Column;
use crate::data::dtype::DType;
use crate::data::schema::{Field, Schema};
use crate::data::{import, strings};
use crate::error::{AllOk, Error, Result};
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field as ArrowField, Int32Type, Schema as ArrowSchema};
use std::collections::HashSet;
use std::sync::Arc;

impl Field {
    /// The field with a plain Arrow type, or a dictionary for categories; every field may hold nulls.
    pub fn to_arrow(&self) -> ArrowField {
        let Some(categories) = self.dtype.categories() else {
            return ArrowField::new(self.name.as_ref(), self.dtype.to_arrow(), true);
        };
        let codes = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        ArrowField::new(self.name.as_ref(), codes, true).with_dict_is_ordered(categories.is_ordered())
    }

    /// A column of this field as [`Field::to_arrow`] says.
    ///
    /// # Errors
    /// `Internal` if codes are damaged or a value is no category; `Unsupported` for categories of more than 2 GiB.
    pub fn export(&self, column: &Column) -> Result<ArrayRef> {
        let Some(categories) = self.dtype.categories() else { return column.to_plain() };
        let coded = categories.conform(column.array())?;
        let (codes, values) = strings::coded(&coded).ok_or_else(|| Error::internal("codes expected"))?;
        let codes = Int32Array::new(
            // A row that is null may have any code.
            codes.values().iter().map(|code| (*code as i32).min(values.len() as i32 - 1).max(0)).collect(),
            codes.nulls().cloned(),
        );
        let values = cast(values, &DataType::Utf8)
            .map_err(|error| Error::unsupported(error.to_string()).column(&*self.name))?;
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(codes, values)?))
    }
}

/// Whether a type of Arrow is that of a categorical column.
pub fn is_categorical(arrow: &DataType) -> bool {
    let text =
        |values: &DataType| matches!(values, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    matches!(arrow, DataType::Dictionary(_, values) if text(values))
}

/// The categories of dictionaries that follow each other: their values in order of first sight.
///
/// # Errors
/// `Type` if they are ordered and none of the dictionaries begins with all the others.
pub fn categories_of(dictionaries: &[ArrayRef], ordered: bool) -> Result<Categories> {
    let mut known: Option<Categories> = None;
    let mut last: Option<&ArrayRef> = None;
    for values in dictionaries {
        if last.is_some_and(|last| strings::same_dictionary(last, values)) {
            continue;
        }
        last = Some(values);
        let texts = import::import(values.clone())?;
        let mut seen = HashSet::new();
        let distinct = strings::views(&texts)?.iter().flatten().filter(|text| seen.insert(*text));
        let own = Categories::new(distinct.collect::<Vec<_>>(), ordered)?;
        known = Some(match known {
            None => own,
            Some(known) if !ordered => known.union(&own).unwrap_or(known),
            Some(known) => {
                let (short, long) = if own.len() < known.len() { (own, known) } else { (known, own) };
                if !long.iter().zip(short.iter()).all(|(a, b)| a == b) {
                    let text = format!("ordered categories that differ: {long} and {short}");
                    return Err(Error::type_mismatch(text));
                }
                long
            }
        });
    }
    known.map_or_else(|| Categories::new(Vec::<&str>::new(), ordered), Ok)
}

/// The fields of Arrow's columns, of which some may be dictionaries of text: `arrays` gives all arrays of a column.
///
/// # Errors
/// As [`Schema::from_arrow`] and [`categories_of`], naming the column.
pub fn fields_of(schema: &ArrowSchema, arrays: &dyn Fn(usize) -> Vec<ArrayRef>) -> Result<Schema> {
    let held = Schema::from_arrow(schema)?;
    let fields = held.fields().iter().zip(schema.fields()).enumerate().map(|(position, (field, arrow))| {
        if !is_categorical(arrow.data_type()) {
            return Ok(field.clone());
        }
        let values = |array: &ArrayRef| array.as_any_dictionary_opt().map(|found| found.values().clone());
        let values: Vec<ArrayRef> = arrays(position).iter().filter_map(values).collect();
        let categories = categories_of(&values, arrow.dict_is_ordered() == Some(true));
        let categories = categories.map_err(|error| error.column(&*field.name))?;
        Ok(Field::new(&field.name, DType::Categorical(categories)))
    });
    Schema::new(fields.all_ok()?)
}
