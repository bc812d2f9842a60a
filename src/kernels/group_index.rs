//! Which group does each row belong to: the first of group-by's two contracts.

use crate::data::concat::concat_columns;
use crate::data::{Column, DType};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::keys::{KeyEncoder, WordTable};
use arrow::array::UInt32Array;
use arrow::compute::take;

/// Rows at a time: numbers and words of a run stay in the nearest cache.
const RUN: usize = 4096;

/// Numbers groups `0..len` in order of their first row, and keeps the keys of those rows.
pub struct GroupIndex {
    encoder: KeyEncoder,
    table: WordTable,
    dtypes: Vec<DType>,
    /// Keys of the groups' first rows, batch after batch.
    first: Vec<Vec<Column>>,
    words: Vec<u64>,
}

impl GroupIndex {
    /// An index for keys of these types.
    pub fn new(dtypes: Vec<DType>, weak: bool) -> Self {
        let encoder = KeyEncoder::new(&dtypes, weak);
        let table = WordTable::new(encoder.width(), encoder.bits(), weak);
        GroupIndex { encoder, table, dtypes, first: Vec::new(), words: Vec::new() }
    }

    /// Number of groups.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        let keys: usize = self.first.iter().flatten().map(Column::size_bytes).sum();
        self.encoder.size_bytes() + self.table.size_bytes() + keys
    }

    /// The group of each row; replaces `groups`.
    ///
    /// # Errors
    /// `Type` if a nested key cannot be encoded, `Unsupported` beyond 2^32 - 1 groups.
    pub fn assign(&mut self, keys: &[Column], rows: usize, groups: &mut Vec<u32>) -> Result<()> {
        groups.clear();
        groups.reserve(rows);
        let batch = self.encoder.prepare(keys)?;
        let mut fresh: Vec<u32> = Vec::new();
        let mut start = 0;
        while start < rows {
            let end = rows.min(start + RUN);
            if self.table.len() + (end - start) >= u32::MAX as usize {
                return Err(Error::new(ErrorKind::Unsupported, "more than 4,294,967,294 groups in one part"));
            }
            let mut known = self.table.take_words();
            let moved = self.encoder.encode(&batch, start..end, &mut known, &mut self.words);
            if moved {
                self.table.relayout(self.encoder.width(), self.encoder.bits(), known);
            } else {
                self.table.put_words(known);
            }
            let before = fresh.len();
            self.table.insert(&self.words, groups, &mut fresh);
            for row in &mut fresh[before..] {
                *row += start as u32;
            }
            start = end;
        }
        if !fresh.is_empty() {
            let chosen = UInt32Array::from(fresh);
            let first = keys.iter().map(|key| Ok(Column::from_held(take(key.array(), &chosen, None)?)));
            self.first.push(first.collect::<Result<_>>()?);
        }
        Ok(())
    }

    /// The keys of the groups, in order: those of each group's first row.
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold them in one array.
    pub fn keys(&self) -> Result<Vec<Column>> {
        let columns = self.dtypes.iter().enumerate().map(|(position, dtype)| {
            let chunks: Vec<&Column> = self.first.iter().map(|columns| &columns[position]).collect();
            if chunks.is_empty() { Ok(Column::empty(dtype)) } else { concat_columns(&chunks) }
        });
        columns.collect()
    }
}
