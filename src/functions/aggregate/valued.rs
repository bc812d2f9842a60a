//! Values as keys and keys as values: what counting and listing distinct values need.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::functions::aggregate::distinct::{Keys, Pool};
use crate::functions::aggregate::fold::numbers;
use crate::functions::aggregate::n_unique_bytes::BytesKeys;
use crate::functions::aggregate::ordered;
use arrow::array::{Array, ArrayRef, BinaryViewArray, Decimal128Array, StringViewArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Decimal128Type;
use std::cmp::Ordering;
use std::sync::Arc;

/// From values to keys and back: equal values have equal keys. A key is a word whatever the type, so that what counts
/// values is compiled once.
pub struct Coder {
    dtype: DType,
    kind: Kind,
}

enum Kind {
    /// Numbers of at most 64 bits, dates and times: the key is the place in the order of values.
    Words,
    /// Decimals: the key is a number given to each distinct value's digits.
    Digits(Pool),
    /// Text, bytes, lists and structs: the key is a number given to each distinct value.
    Bytes(Box<BytesKeys>),
}

/// The digits of a decimal as bytes of the same order.
fn digits(value: i128) -> [u8; 16] {
    ((value as u128) ^ (1 << 127)).to_be_bytes()
}

/// The opposite of [`digits`]; 0 for other bytes.
fn of_digits(bytes: &[u8]) -> i128 {
    bytes.try_into().map_or(0, |bytes| (u128::from_be_bytes(bytes) ^ (1 << 127)) as i128)
}

impl Coder {
    /// A coder of values of a type.
    ///
    /// # Errors
    /// `Unsupported` if Arrow's row format does not know the type.
    pub fn new(dtype: &DType) -> Result<Self> {
        let kind = match dtype {
            DType::String | DType::Binary => Kind::Bytes(Box::new(BytesKeys::new(dtype)?)),
            composite if composite.is_composite() => Kind::Bytes(Box::new(BytesKeys::new(dtype)?)),
            DType::Decimal(..) => Kind::Digits(Pool::default()),
            DType::Null => return Err(Error::internal(format!("values of {dtype} as keys"))),
            _ => Kind::Words,
        };
        Ok(Coder { dtype: dtype.clone(), kind })
    }

    /// The key of each row; anything where the row is null.
    ///
    /// # Errors
    /// `Internal` for arrays of another type.
    pub fn keys(&mut self, array: &ArrayRef) -> Result<Vec<u64>> {
        match &mut self.kind {
            Kind::Bytes(keys) => keys.keys(array),
            _ if array.data_type().is_null() => Ok(vec![0; array.len()]),
            Kind::Digits(pool) => {
                let values = dispatch::primitive::<Decimal128Type>(array).values();
                Ok(values.iter().map(|value| pool.number(&digits(*value))).collect())
            }
            Kind::Words => {
                let array = numbers(array)?;
                let mut words = Vec::with_capacity(array.len());
                ordered::key_words(&array, 0..array.len(), false, &mut words);
                Ok(words)
            }
        }
    }

    /// The key here of a key of another state.
    pub fn adopt(&mut self, other: &Self, key: u64) -> u64 {
        match (&mut self.kind, &other.kind) {
            (Kind::Bytes(own), Kind::Bytes(other)) => own.adopt(other, key),
            (Kind::Digits(own), Kind::Digits(other)) => own.number(other.text(key)),
            _ => key,
        }
    }

    /// The order of the values of two keys.
    pub fn order(&self, left: u64, right: u64) -> Ordering {
        match &self.kind {
            Kind::Words => left.cmp(&right),
            Kind::Digits(pool) => pool.text(left).cmp(pool.text(right)),
            Kind::Bytes(keys) => keys.text(left).cmp(keys.text(right)),
        }
    }

    /// The values of keys; null where there is none.
    ///
    /// # Errors
    /// `Internal` if keys are of another state.
    pub fn values(&self, keys: &[Option<u64>]) -> Result<ArrayRef> {
        match &self.kind {
            Kind::Words => {
                let words: Vec<u64> = keys.iter().map(|key| key.unwrap_or_default()).collect();
                let valid: Vec<bool> = keys.iter().map(Option::is_some).collect();
                let nulls = Some(NullBuffer::from(valid)).filter(|nulls| nulls.null_count() > 0);
                ordered::values(&words, nulls, &self.dtype)
            }
            Kind::Digits(pool) => {
                let value = |key: &Option<u64>| key.map(|key| of_digits(pool.text(key)));
                let values: Decimal128Array = keys.iter().map(value).collect();
                dispatch::logical(Arc::new(values), &self.dtype)
            }
            Kind::Bytes(own) => bytes(own, keys, &self.dtype),
        }
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        match &self.kind {
            Kind::Words => 0,
            Kind::Digits(pool) => pool.size_bytes(),
            Kind::Bytes(keys) => keys.size_bytes(),
        }
    }
}

fn bytes(own: &BytesKeys, keys: &[Option<u64>], dtype: &DType) -> Result<ArrayRef> {
    let texts = keys.iter().map(|key| key.map(|key| own.text(key)));
    match dtype {
        DType::String => {
            let text =
                |bytes| std::str::from_utf8(bytes).map_err(|_| Error::internal("text that is no UTF-8"));
            let texts: Vec<Option<&str>> =
                texts.map(|bytes| bytes.map(text).transpose()).collect::<Result<_>>()?;
            Ok(Arc::new(texts.into_iter().collect::<StringViewArray>()))
        }
        DType::Binary => Ok(Arc::new(texts.collect::<BinaryViewArray>())),
        _ => own.nested(texts),
    }
}

/// The type that columns are listed as: one of nulls alone is one of integers.
pub fn listed(dtype: &DType) -> DType {
    match dtype {
        DType::Null => DType::Int64,
        other => other.clone(),
    }
}
