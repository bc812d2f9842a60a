//! Texts or bytes, as views, whichever of the two they are.

use arrow::array::{Array, BinaryViewArray, GenericByteViewArray, StringViewArray};
use arrow::buffer::{Buffer, NullBuffer};
use arrow::datatypes::ByteViewType;
use std::ops::Range;

/// String or binary views.
#[derive(Clone, Copy)]
pub enum Views<'a> {
    /// Text.
    String(&'a StringViewArray),
    /// Bytes.
    Binary(&'a BinaryViewArray),
}

impl<'a> Views<'a> {
    /// All rows.
    pub fn rows(&self) -> Range<usize> {
        match self {
            Views::String(array) => 0..array.len(),
            Views::Binary(array) => 0..array.len(),
        }
    }

    /// The views of some rows.
    pub fn words(&self, rows: Range<usize>) -> &'a [u128] {
        match self {
            Views::String(array) => &array.views()[rows],
            Views::Binary(array) => &array.views()[rows],
        }
    }

    /// Which rows are null, if any is.
    pub fn nulls(&self) -> Option<&'a NullBuffer> {
        match *self {
            Views::String(array) => array.nulls(),
            Views::Binary(array) => array.nulls(),
        }
    }

    /// Whether a row is null.
    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Views::String(array) => array.is_null(row),
            Views::Binary(array) => array.is_null(row),
        }
    }

    /// The blocks of bytes that views point into.
    pub fn blocks(&self) -> &'a [Buffer] {
        match self {
            Views::String(array) => array.data_buffers(),
            Views::Binary(array) => array.data_buffers(),
        }
    }

    /// The bytes of a row.
    pub fn bytes(&self, row: usize) -> &'a [u8] {
        fn bytes<T: ByteViewType + ?Sized>(array: &GenericByteViewArray<T>, row: usize) -> &[u8]
        where
            T::Native: AsRef<[u8]>,
        {
            array.value(row).as_ref()
        }
        match self {
            Views::String(array) => bytes(array, row),
            Views::Binary(array) => bytes(array, row),
        }
    }
}
