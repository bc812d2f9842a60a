//! Values of any type put aside: chunks of rows copied by Arrow, and the places they are at.

use crate::data::{DType, strings};
use crate::error::Result;
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array, new_empty_array, new_null_array};
use arrow::compute::{interleave, take};
use arrow::datatypes::{DataType, UInt32Type};
use std::sync::Arc;

/// Where a value is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The number of the chunk.
    pub chunk: u32,
    /// The row in it.
    pub row: u32,
}

/// The place of no value.
pub const NOWHERE: Place = Place { chunk: u32::MAX, row: 0 };

/// Chunks of values. Coded text stays codes as long as every chunk has the same dictionary.
pub struct Kept {
    dtype: DataType,
    dictionary: Option<ArrayRef>,
    chunks: Vec<ArrayRef>,
    rows: usize,
}

impl Kept {
    /// No value yet.
    pub fn new(dtype: &DType) -> Self {
        Kept { dtype: dtype.to_arrow(), dictionary: None, chunks: Vec::new(), rows: 0 }
    }

    /// The number the next chunk gets.
    pub fn next_chunk(&self) -> u32 {
        self.chunks.len() as u32
    }

    /// Keeps these rows as the next chunk; no chunk if there is no row.
    ///
    /// # Errors
    /// What Arrow's `take` raises.
    pub fn push(&mut self, array: &ArrayRef, rows: UInt32Array) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.rows += rows.len();
        if let Some((codes, dictionary)) = strings::coded(array) {
            if self.chunks.is_empty() {
                self.dictionary = Some(dictionary.clone());
            }
            if let Some(own) = &self.dictionary
                && strings::same_dictionary(own, dictionary)
            {
                self.chunks.push(take(codes, &rows, None)?);
                return Ok(());
            }
            self.decode()?;
            self.chunks.push(strings::decode(&take(array, &rows, None)?)?);
            return Ok(());
        }
        self.decode()?;
        self.chunks.push(lean(take(array, &rows, None)?));
        Ok(())
    }

    /// Keeps all rows as the next chunk; no chunk if there is no row.
    ///
    /// # Errors
    /// As [`Kept::push`].
    pub fn push_all(&mut self, array: &ArrayRef) -> Result<()> {
        if array.is_empty() {
            return Ok(());
        }
        let shares = |own: &ArrayRef| {
            strings::coded(array).is_some_and(|(_, other)| strings::same_dictionary(own, other))
        };
        if self.dictionary.as_ref().is_some_and(shares)
            || self.chunks.is_empty() && strings::coded(array).is_some()
        {
            return self.push(array, (0..array.len() as u32).collect());
        }
        self.decode()?;
        self.rows += array.len();
        self.chunks.push(strings::decode(array)?);
        Ok(())
    }

    /// Keeps the chunks of another as well, none of which is copied unless dictionaries differ: the number that its first one
    /// has here.
    ///
    /// # Errors
    /// What Arrow's `take` raises.
    pub fn adopt(&mut self, other: &Kept) -> Result<u32> {
        let first = self.next_chunk();
        if other.chunks.is_empty() {
            return Ok(first);
        }
        self.rows += other.rows;
        if self.chunks.is_empty() {
            self.dictionary.clone_from(&other.dictionary);
            self.chunks.clone_from(&other.chunks);
            return Ok(first);
        }
        match (&self.dictionary, &other.dictionary) {
            (Some(own), Some(others)) if strings::same_dictionary(own, others) => {
                self.chunks.extend_from_slice(&other.chunks);
            }
            (_, others) => {
                let others = others.clone();
                self.decode()?;
                match others {
                    None => self.chunks.extend_from_slice(&other.chunks),
                    Some(texts) => {
                        for codes in &other.chunks {
                            self.chunks.push(take(&texts, codes.as_primitive::<UInt32Type>(), None)?);
                        }
                    }
                }
            }
        }
        Ok(first)
    }

    /// Gives up the dictionary.
    fn decode(&mut self) -> Result<()> {
        if let Some(dictionary) = self.dictionary.take() {
            for chunk in &mut self.chunks {
                *chunk = take(&dictionary, chunk.as_primitive::<UInt32Type>(), None)?;
            }
        }
        Ok(())
    }

    /// The values at these places; null where there is none.
    ///
    /// # Errors
    /// What Arrow's `interleave` raises.
    pub fn gather(&self, places: &[Place]) -> Result<ArrayRef> {
        let dtype = if self.dictionary.is_some() { &DataType::UInt32 } else { &self.dtype };
        if places.is_empty() {
            return self.wrap(new_empty_array(dtype));
        }
        let null = new_null_array(dtype, 1);
        let mut chunks: Vec<&dyn Array> = self.chunks.iter().map(AsRef::as_ref).collect();
        chunks.push(&null);
        let positions = places.iter().map(|place| match *place {
            NOWHERE => (self.chunks.len(), 0),
            Place { chunk, row } => (chunk as usize, row as usize),
        });
        self.wrap(interleave(&chunks, &positions.collect::<Vec<_>>())?)
    }

    fn wrap(&self, array: ArrayRef) -> Result<ArrayRef> {
        match &self.dictionary {
            Some(dictionary) => {
                strings::encode(array.as_primitive::<UInt32Type>().clone(), dictionary.clone())
            }
            None => Ok(array),
        }
    }

    /// Forgets all values.
    pub fn clear(&mut self) {
        self.dictionary = None;
        self.chunks.clear();
        self.rows = 0;
    }

    /// The number of values kept.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Drops values that no place names, once they are the greater part.
    ///
    /// # Errors
    /// As [`Kept::gather`].
    pub fn compact(&mut self, places: &mut [Place]) -> Result<()> {
        if self.rows < 2 * places.len() + 65_536 {
            return Ok(());
        }
        let used: Vec<Place> = places.iter().copied().filter(|place| *place != NOWHERE).collect();
        let values = self.gather(&used)?;
        self.rows = used.len();
        self.chunks = vec![match strings::coded(&values) {
            Some((codes, _)) => Arc::new(codes.clone()),
            None => lean(values),
        }];
        let used = places.iter_mut().filter(|place| **place != NOWHERE);
        for (row, place) in used.enumerate() {
            *place = Place { chunk: 0, row: row as u32 };
        }
        Ok(())
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.get_array_memory_size()).sum()
    }
}

/// Views without the bytes they do not show: few kept values must not keep whole batches in memory.
fn lean(array: ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Utf8View => Arc::new(array.as_string_view().gc()),
        DataType::BinaryView => Arc::new(array.as_binary_view().gc()),
        _ => array,
    }
}
