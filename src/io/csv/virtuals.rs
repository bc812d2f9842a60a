//! Columns that no field holds: the number of the row, the name of the file.

use crate::data::{Column, strings};
use crate::error::{Error, Result};
use crate::io::csv::chunk::{Builder, Chunk};
use crate::io::dictionary::Dictionary;
use arrow::array::{Int64Array, UInt32Array};
use std::sync::Arc;

/// Numbers of rows; records that were left out have a number too.
pub struct RowNumbers {
    next: i64,
    numbers: Vec<i64>,
}

impl RowNumbers {
    /// Numbers from `first` on.
    pub fn new(first: u64) -> Self {
        RowNumbers { next: i64::try_from(first).unwrap_or(i64::MAX), numbers: Vec::new() }
    }
}

impl Builder for RowNumbers {
    fn reserve(&mut self, rows: usize) {
        self.numbers.reserve(rows);
    }

    fn append(&mut self, chunk: &Chunk<'_>, _field: usize, _wrong: &mut Vec<usize>) {
        let index = chunk.index;
        let mut from = 0;
        for left_out in index.left_out() {
            self.numbers.extend((self.next..).take(left_out.record - from));
            self.next += (left_out.record - from) as i64 + 1;
            from = left_out.record;
        }
        self.numbers.extend((self.next..).take(index.records() - from));
        self.next += (index.records() - from) as i64;
    }

    fn finish(&mut self) -> Result<Column> {
        let numbers = Int64Array::from(std::mem::take(&mut self.numbers));
        Ok(Column::from_held(Arc::new(numbers)))
    }
}

/// One text in every row.
pub struct OneText {
    dictionary: Arc<Dictionary>,
    code: u32,
    rows: usize,
}

impl OneText {
    /// A text of the dictionary.
    ///
    /// # Errors
    /// `Internal` if it is not there.
    pub fn new(dictionary: Option<&Arc<Dictionary>>, text: &str) -> Result<Self> {
        let found = dictionary.and_then(|dictionary| Some((dictionary.clone(), dictionary.code(text)?)));
        let (dictionary, code) = found.ok_or_else(|| Error::internal("a file without a name"))?;
        Ok(OneText { dictionary, code, rows: 0 })
    }
}

impl Builder for OneText {
    fn reserve(&mut self, _rows: usize) {}

    fn append(&mut self, chunk: &Chunk<'_>, _field: usize, _wrong: &mut Vec<usize>) {
        self.rows += chunk.index.records();
    }

    fn finish(&mut self) -> Result<Column> {
        let codes = UInt32Array::from_value(self.code, std::mem::take(&mut self.rows));
        Ok(Column::from_held(strings::encode(codes, self.dictionary.array().clone())?))
    }
}
