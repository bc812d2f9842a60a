//! Keys of text, bytes, lists and structs: each distinct one gets a number.

use crate::data::{DType, dispatch, strings};
use crate::error::Result;
use crate::functions::aggregate::distinct::{KeyBits, Keys, Pool};
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, ListArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use std::sync::Arc;

/// Numbers byte strings; lists and structs are byte strings in Arrow's row format.
pub struct BytesKeys {
    pool: Pool,
    rows: Option<RowConverter>,
    /// The dictionary last seen and the numbers of its values, as far as they were met.
    dictionary: Option<(ArrayRef, Vec<u64>)>,
}

const UNMET: u64 = u64::MAX;

impl BytesKeys {
    /// Keys of values of a type.
    ///
    /// # Errors
    /// `Unsupported` if Arrow's row format does not know the type.
    pub fn new(dtype: &DType) -> Result<Self> {
        let rows = match dtype.is_nested() {
            true => Some(RowConverter::new(vec![SortField::new(dtype.to_arrow())])?),
            false => None,
        };
        Ok(BytesKeys { pool: Pool::default(), rows, dictionary: None })
    }

    /// Each value of a dictionary is looked up once.
    fn coded_keys(&mut self, array: &ArrayRef) -> Result<Option<Vec<u64>>> {
        let Some((codes, dictionary)) = strings::coded(array) else { return Ok(None) };
        let (known, mut numbers) = match self.dictionary.take() {
            Some((known, numbers)) if strings::same_dictionary(&known, dictionary) => (known, numbers),
            _ => (dictionary.clone(), vec![UNMET; dictionary.len()]),
        };
        let text = strings::views(&known)?;
        let keys = codes.iter().map(|code| {
            let Some(code) = code else { return UNMET };
            let number = &mut numbers[code as usize];
            if *number == UNMET {
                *number = self.pool.number(text.value(code as usize).as_bytes());
            }
            *number
        });
        let keys = keys.collect();
        self.dictionary = Some((known, numbers));
        Ok(Some(keys))
    }
}

impl Keys for BytesKeys {
    type Key = u64;

    fn keys(&mut self, array: &ArrayRef) -> Result<Vec<u64>> {
        if let Some(keys) = self.coded_keys(array)? {
            return Ok(keys);
        }
        if let Some(converter) = &self.rows {
            let rows = converter.convert_columns(&[canonical(array)?])?;
            return Ok(rows.iter().map(|row| self.pool.number(row.as_ref())).collect());
        }
        let bytes = match array.data_type() {
            DataType::BinaryView => array.clone(),
            _ => cast(array, &DataType::BinaryView)?,
        };
        let bytes = bytes.as_binary_view();
        let keys = bytes.iter().map(|value| value.map_or(UNMET, |value| self.pool.number(value)));
        Ok(keys.collect())
    }

    fn adopt(&mut self, other: &Self, key: u64) -> u64 {
        self.pool.number(other.pool.text(key))
    }

    fn export(&self, keys: &[u64]) -> ArrayRef {
        Arc::new(BinaryViewArray::from_iter_values(keys.iter().map(|key| self.pool.text(*key))))
    }

    fn import(&mut self, array: &ArrayRef) -> Result<Vec<u64>> {
        let texts = array.as_binary_view_opt().ok_or_else(foreign_state)?;
        Ok(texts.iter().flatten().map(|text| self.pool.number(text)).collect())
    }

    fn size_bytes(&self) -> usize {
        self.pool.size_bytes() + self.dictionary.as_ref().map_or(0, |(_, numbers)| numbers.capacity() * 8)
    }
}

/// The same values with one NaN and one zero, at any depth.
fn canonical(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(match array.data_type() {
        DataType::List(field) => {
            let list = array.as_list::<i32>();
            let values = canonical(list.values())?;
            Arc::new(ListArray::try_new(
                field.clone(),
                list.offsets().clone(),
                values,
                list.nulls().cloned(),
            )?)
        }
        DataType::Struct(fields) => {
            let structs = array.as_struct();
            let columns = structs.columns().iter().map(canonical).collect::<Result<_>>()?;
            let nulls = structs.nulls().cloned();
            Arc::new(StructArray::try_new_with_length(fields.clone(), columns, nulls, structs.len())?)
        }
        number => dispatch::with_number!(number, T => {
            Arc::new(dispatch::primitive::<T>(array).unary::<_, T>(KeyBits::canonical))
        }, _ => array.clone()),
    })
}
