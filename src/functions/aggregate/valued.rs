//! Values as keys and keys as values: what counting and listing distinct values need.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::functions::aggregate::distinct::{Key, Keys};
use crate::functions::aggregate::fold::numbers;
use crate::functions::aggregate::min_max::Ranked;
use crate::functions::aggregate::n_unique_bytes::BytesKeys;
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, BinaryViewArray, PrimitiveArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use std::cmp::Ordering;
use std::marker::PhantomData;
use std::sync::Arc;

/// From values to keys and back: equal values have equal keys.
pub trait Coder: Send + Sync + 'static {
    /// The type of a key.
    type Key: Key;

    /// The key of each row; anything where the row is null.
    ///
    /// # Errors
    /// `Internal` for arrays of another type.
    fn keys(&mut self, array: &ArrayRef) -> Result<Vec<Self::Key>>;

    /// The key here of a key of another state.
    fn adopt(&mut self, _other: &Self, key: Self::Key) -> Self::Key {
        key
    }

    /// The order of the values of two keys.
    fn order(&self, left: &Self::Key, right: &Self::Key) -> Ordering;

    /// The values of keys; null where there is none.
    ///
    /// # Errors
    /// `Internal` if keys are of another state.
    fn values(&self, keys: &[Option<Self::Key>]) -> Result<ArrayRef>;

    /// Bytes held.
    fn size_bytes(&self) -> usize {
        0
    }
}

/// Numbers, dates and times: the key is the place in the order of values.
pub struct NumberCoder<T> {
    dtype: DType,
    input: PhantomData<fn(T)>,
}

impl<T> NumberCoder<T> {
    /// A coder of values of a type whose physical type is `T`'s.
    pub fn new(dtype: &DType) -> Self {
        NumberCoder { dtype: dtype.clone(), input: PhantomData }
    }
}

impl<T: ArrowPrimitiveType<Native: Ranked>> Coder for NumberCoder<T> {
    type Key = <T::Native as Ranked>::Rank;

    fn keys(&mut self, array: &ArrayRef) -> Result<Vec<Self::Key>> {
        let array = numbers(array)?;
        if array.data_type().is_null() {
            return Ok(vec![T::Native::LOWEST; array.len()]);
        }
        Ok(dispatch::primitive::<T>(&array).values().iter().map(|value| value.key_rank()).collect())
    }

    fn order(&self, left: &Self::Key, right: &Self::Key) -> Ordering {
        left.cmp(right)
    }

    fn values(&self, keys: &[Option<Self::Key>]) -> Result<ArrayRef> {
        let values: PrimitiveArray<T> = keys.iter().map(|key| key.map(T::Native::of_rank)).collect();
        match self.dtype {
            DType::Bool => Ok(cast(&(Arc::new(values) as ArrayRef), &DataType::Boolean)?),
            _ => dispatch::logical(Arc::new(values), &self.dtype),
        }
    }
}

/// Text, bytes, lists and structs: the key is a number given to each distinct value.
pub struct BytesCoder {
    keys: BytesKeys,
    dtype: DType,
}

impl BytesCoder {
    /// A coder of values of a type.
    ///
    /// # Errors
    /// `Unsupported` if Arrow's row format does not know the type.
    pub fn new(dtype: &DType) -> Result<Self> {
        Ok(BytesCoder { keys: BytesKeys::new(dtype)?, dtype: dtype.clone() })
    }
}

impl Coder for BytesCoder {
    type Key = u64;

    fn keys(&mut self, array: &ArrayRef) -> Result<Vec<u64>> {
        self.keys.keys(array)
    }

    fn adopt(&mut self, other: &Self, key: u64) -> u64 {
        self.keys.adopt(&other.keys, key)
    }

    fn order(&self, left: &u64, right: &u64) -> Ordering {
        self.keys.text(*left).cmp(self.keys.text(*right))
    }

    fn values(&self, keys: &[Option<u64>]) -> Result<ArrayRef> {
        let texts = keys.iter().map(|key| key.map(|key| self.keys.text(key)));
        match self.dtype {
            DType::String => {
                let text = |text: &'static str| Error::internal(text);
                let texts = texts.map(|bytes| {
                    bytes
                        .map(|bytes| std::str::from_utf8(bytes).map_err(|_| text("text that is no UTF-8")))
                        .transpose()
                });
                let texts: Vec<Option<&str>> = texts.collect::<Result<_>>()?;
                Ok(Arc::new(texts.into_iter().collect::<StringViewArray>()))
            }
            DType::Binary => Ok(Arc::new(texts.collect::<BinaryViewArray>())),
            _ => self.keys.nested(texts),
        }
    }

    fn size_bytes(&self) -> usize {
        self.keys.size_bytes()
    }
}

/// Runs the body with `$coder` bound to the coder of a type.
macro_rules! with_coder {
    ($dtype:expr, $coder:ident => $body:expr) => {{
        let dtype: &$crate::data::DType = $dtype;
        match dtype {
            $crate::data::DType::String | $crate::data::DType::Binary => {
                let $coder = $crate::functions::aggregate::valued::BytesCoder::new(dtype)?;
                $body
            }
            nested if nested.is_nested() => {
                let $coder = $crate::functions::aggregate::valued::BytesCoder::new(dtype)?;
                $body
            }
            _ => {
                let physical = $crate::functions::aggregate::valued::physical(dtype);
                $crate::data::dispatch::with_native!(&physical, T => {
                    let $coder = $crate::functions::aggregate::valued::NumberCoder::<T>::new(dtype);
                    $body
                }, _ => Err($crate::error::Error::internal(format!("values of {dtype} as keys"))))
            }
        }
    }};
}

pub(crate) use with_coder;

/// The type of the numbers that stand for values that are no text.
pub fn physical(dtype: &DType) -> DataType {
    match dtype {
        DType::Bool => DataType::UInt8,
        DType::Date => DataType::Int32,
        dtype if dtype.is_temporal() => DataType::Int64,
        other => other.to_arrow(),
    }
}

/// The type that columns are listed as: one of nulls alone is one of integers.
pub fn listed(dtype: &DType) -> DType {
    match dtype {
        DType::Null => DType::Int64,
        other => other.clone(),
    }
}
