//! Keys of text, bytes, lists and structs: each distinct one gets a number.

use crate::data::{DType, strings};
use crate::error::Result;
use crate::functions::aggregate::dictionary_ranks::as_bytes;
use crate::functions::aggregate::distinct::{Keys, Pool};
use crate::functions::aggregate::words::foreign_state;
use crate::kernels::compare_nested;
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Numbers byte strings; lists and structs are byte strings in Arrow's row format.
pub struct BytesKeys {
    /// The first dictionary: its codes are the numbers of its values.
    base: Option<Base>,
    /// All other values; their numbers come after the codes.
    pool: Pool,
    rows: Option<RowConverter>,
    /// Another dictionary, last seen, and the numbers of its values, as far as they were met.
    dictionary: Option<(ArrayRef, Vec<u64>)>,
}

const UNMET: u64 = u64::MAX;

/// A dictionary whose codes are numbers, and once values without codes are met, the codes by value.
struct Base {
    dictionary: ArrayRef,
    bytes: BinaryViewArray,
    codes: Option<HashTable<u32>>,
}

impl Base {
    fn new(dictionary: &ArrayRef) -> Result<Base> {
        Ok(Base { dictionary: dictionary.clone(), bytes: as_bytes(dictionary)?, codes: None })
    }

    /// Whether codes mean the same there.
    fn is(&self, other: &Base) -> bool {
        self.bytes.len() == other.bytes.len() && self.bytes.views().ptr_eq(other.bytes.views())
    }

    fn code(&mut self, text: &[u8]) -> Option<u64> {
        let (state, bytes) = (FixedState::default(), &self.bytes);
        let hash = |code: &u32| state.hash_one(bytes.value(*code as usize));
        let codes = self.codes.get_or_insert_with(|| {
            let mut codes = HashTable::with_capacity(bytes.len());
            for code in 0..bytes.len() as u32 {
                codes.insert_unique(hash(&code), code, hash);
            }
            codes
        });
        let found = codes.find(state.hash_one(text), |code| bytes.value(*code as usize) == text);
        found.map(|code| u64::from(*code))
    }
}

impl BytesKeys {
    /// Keys of values of a type.
    ///
    /// # Errors
    /// `Unsupported` if Arrow's row format does not know the type.
    pub fn new(dtype: &DType) -> Result<Self> {
        let rows = match dtype.is_composite() {
            true => Some(RowConverter::new(vec![SortField::new(dtype.to_arrow())])?),
            false => None,
        };
        Ok(BytesKeys { base: None, pool: Pool::default(), rows, dictionary: None })
    }

    /// The bytes of a key.
    pub fn text(&self, key: u64) -> &[u8] {
        let codes = self.codes();
        match &self.base {
            Some(base) if key < codes => base.bytes.value(key as usize),
            _ => self.pool.text(key - codes),
        }
    }

    /// How many numbers are codes.
    fn codes(&self) -> u64 {
        self.base.as_ref().map_or(0, |base| base.bytes.len() as u64)
    }

    /// The number of a value, a new one if need be.
    fn number(&mut self, text: &[u8]) -> u64 {
        match self.base.as_mut().and_then(|base| base.code(text)) {
            Some(code) => code,
            None => self.codes() + self.pool.number(text),
        }
    }

    /// The lists or structs of keys' bytes; null where there are none.
    ///
    /// # Errors
    /// `Internal` if the keys are not of lists or structs.
    pub fn nested<'a>(&self, texts: impl Iterator<Item = Option<&'a [u8]>>) -> Result<ArrayRef> {
        let converter = self.rows.as_ref().ok_or_else(foreign_state)?;
        let parser = converter.parser();
        let mut rows = Vec::new();
        let places = texts.map(|text| {
            text.map(|text| {
                rows.push(parser.parse(text));
                rows.len() as u32 - 1
            })
        });
        let places: UInt32Array = places.collect();
        let values = converter.convert_rows(rows)?.pop().ok_or_else(foreign_state)?;
        Ok(take(&values, &places, None)?)
    }

    /// Each value of a dictionary is looked up once.
    fn coded_keys(&mut self, array: &ArrayRef) -> Result<Option<Vec<u64>>> {
        let Some((codes, dictionary)) = strings::coded(array) else { return Ok(None) };
        if self.base.is_none() && self.pool.is_empty() {
            self.base = Some(Base::new(dictionary)?);
        }
        if self.base.as_ref().is_some_and(|base| strings::same_dictionary(&base.dictionary, dictionary)) {
            return Ok(Some(codes.values().iter().map(|code| u64::from(*code)).collect()));
        }
        let (known, mut numbers) = match self.dictionary.take() {
            Some((known, numbers)) if strings::same_dictionary(&known, dictionary) => (known, numbers),
            _ => (dictionary.clone(), vec![UNMET; dictionary.len()]),
        };
        let text = strings::views(&known)?;
        let keys = codes.iter().map(|code| {
            let Some(code) = code else { return UNMET };
            let number = &mut numbers[code as usize];
            if *number == UNMET {
                *number = self.number(text.value(code as usize).as_bytes());
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

    const SHARED: bool = false;

    fn keys(&mut self, array: &ArrayRef) -> Result<Vec<u64>> {
        if let Some(keys) = self.coded_keys(array)? {
            return Ok(keys);
        }
        if let Some(converter) = &self.rows {
            let rows = converter.convert_columns(&[compare_nested::canonical(array)?])?;
            return Ok(rows.iter().map(|row| self.number(row.as_ref())).collect());
        }
        let bytes = match array.data_type() {
            DataType::BinaryView => array.clone(),
            _ => cast(array, &DataType::BinaryView)?,
        };
        let bytes = bytes.as_binary_view();
        let keys = bytes.iter().map(|value| value.map_or(UNMET, |value| self.number(value)));
        Ok(keys.collect())
    }

    fn adopt(&mut self, other: &Self, key: u64) -> u64 {
        let Some(theirs) = &other.base else { return self.number(other.text(key)) };
        if self.base.is_none() && self.pool.is_empty() {
            let (dictionary, bytes) = (theirs.dictionary.clone(), theirs.bytes.clone());
            self.base = Some(Base { dictionary, bytes, codes: None });
        }
        let shared = self.base.as_ref().is_some_and(|base| base.is(theirs));
        if shared && key < other.codes() { key } else { self.number(other.text(key)) }
    }

    fn export(&self, keys: &[u64]) -> ArrayRef {
        Arc::new(BinaryViewArray::from_iter_values(keys.iter().map(|key| self.text(*key))))
    }

    fn import(&mut self, array: &ArrayRef) -> Result<Vec<u64>> {
        let texts = array.as_binary_view_opt().ok_or_else(foreign_state)?;
        Ok(texts.iter().flatten().map(|text| self.number(text)).collect())
    }

    fn size_bytes(&self) -> usize {
        let codes = self.base.as_ref().and_then(|base| base.codes.as_ref());
        let codes = codes.map_or(0, HashTable::allocation_size);
        codes
            + self.pool.size_bytes()
            + self.dictionary.as_ref().map_or(0, |(_, numbers)| numbers.capacity() * 8)
    }
}
