//! Which group does each row belong to: the first of group-by's two contracts.

use crate::data::concat::concat_columns;
use crate::data::{Column, DType};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::hash;
use crate::kernels::keys::encoder::Batch as PreparedKeys;
use crate::kernels::keys::{KeyEncoder, Packing, SharedDictionary, TextHashes, WordTable};
use arrow::array::UInt32Array;
use arrow::compute::take;
use std::sync::Arc;

/// Rows at a time: numbers and words of a run stay in the nearest cache.
const RUN: usize = 4096;

/// Numbers groups `0..len` in order of their first row, and keeps the keys of those rows.
pub struct GroupIndex {
    encoder: KeyEncoder,
    table: WordTable,
    dtypes: Vec<DType>,
    /// Keys of the groups' first rows, batch after batch, if they cannot be told from their words.
    first: Option<Vec<Vec<Column>>>,
    words: Vec<u64>,
    texts: TextHashes,
    weak: bool,
}

impl GroupIndex {
    /// An index for keys of these types.
    pub fn new(dtypes: Vec<DType>, weak: bool) -> Self {
        let encoder = KeyEncoder::new(&dtypes, weak);
        let table = WordTable::new(encoder.width(), encoder.bits(), weak);
        GroupIndex {
            encoder,
            table,
            dtypes,
            first: None,
            words: Vec::new(),
            texts: TextHashes::default(),
            weak,
        }
    }

    /// An index that gives texts of these key columns the numbers of dictionaries that other indexes share.
    pub fn sharing(dtypes: Vec<DType>, weak: bool, dictionaries: &[Option<Arc<SharedDictionary>>]) -> Self {
        let mut index = GroupIndex::new(dtypes, weak);
        index.encoder.share(dictionaries);
        index
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
        let keys: usize = self.first.iter().flatten().flatten().map(Column::size_bytes).sum();
        self.encoder.size_bytes() + self.table.size_bytes() + keys
    }

    /// The group of each row; replaces `groups`.
    ///
    /// # Errors
    /// `Type` if a nested key cannot be encoded, `Unsupported` beyond 2^32 - 1 groups.
    pub fn assign(&mut self, keys: &[Column], rows: usize, groups: &mut Vec<u32>) -> Result<()> {
        groups.resize(rows, 0);
        let batch = prepared(&mut self.encoder, &mut self.table, &self.dtypes, &mut self.first, keys)?;
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
            self.begin_apart();
            let before = fresh.len();
            self.table.insert(&self.words, &mut groups[start..end], &mut fresh);
            for row in &mut fresh[before..] {
                *row += start as u32;
            }
            start = end;
        }
        if let Some(known) = self.first.as_mut().filter(|_| !fresh.is_empty()) {
            let chosen = UInt32Array::from(fresh);
            let first = keys.iter().map(|key| Ok(Column::from_held(take(key.array(), &chosen, None)?)));
            known.push(first.collect::<Result<_>>()?);
        }
        Ok(())
    }

    /// The packed words of some rows, without looking for their groups; `None` if keys cannot be told from them.
    ///
    /// # Errors
    /// `Type` if a nested key cannot be encoded.
    pub fn pack(&mut self, keys: &[Column], rows: usize) -> Result<Option<Vec<u64>>> {
        if self.first.is_some() {
            return Ok(None);
        }
        let batch = prepared(&mut self.encoder, &mut self.table, &self.dtypes, &mut self.first, keys)?;
        if self.first.is_some() {
            return Ok(None);
        }
        let (mut words, mut known) = (Vec::new(), self.table.take_words());
        match self.encoder.encode(&batch, 0..rows, &mut known, &mut words) {
            true => self.table.relayout(self.encoder.width(), self.encoder.bits(), known),
            false => self.table.put_words(known),
        }
        self.begin_apart();
        Ok(if self.first.is_none() { Some(words) } else { None })
    }

    /// The first rows may show that texts are better not shared: then groups cannot be told from their words, and there is
    /// none yet.
    fn begin_apart(&mut self) {
        if self.first.is_none() && self.table.is_empty() && self.encoder.packing(&self.dtypes).is_none() {
            self.first = Some(Vec::new());
        }
    }

    /// Forgets all groups, but not what keys are packed by.
    pub fn forget(&mut self) {
        self.table.relayout(self.encoder.width(), self.encoder.bits(), Vec::new());
        if let Some(first) = &mut self.first {
            first.clear();
        }
    }

    /// How the words of groups are read; `None` if keys cannot be told from their words alone.
    pub fn packing(&self) -> Option<Packing> {
        if self.first.is_some() { None } else { self.encoder.packing(&self.dtypes) }
    }

    /// The hashes that cut rows into parts: of keys, or of their words where they are packed.
    ///
    /// # Errors
    /// `Type` if a nested key cannot be encoded.
    pub fn part_hashes(&mut self, keys: &[Column], words: Option<&[u64]>, rows: usize) -> Result<Vec<u64>> {
        match (self.packing(), words) {
            _ if self.weak => Ok(vec![0; rows]),
            (Some(packing), Some(words)) => packing.part_hashes(words, &mut self.texts),
            _ => hash::part_hashes(keys, rows),
        }
    }

    /// The same of the groups, in order.
    ///
    /// # Errors
    /// `Type` if a nested key cannot be encoded.
    pub fn group_hashes(&mut self) -> Result<Vec<u64>> {
        let rows = self.len();
        match self.packing().filter(|_| !self.weak) {
            Some(packing) => packing.part_hashes(self.table.words(), &mut self.texts),
            None => {
                let keys = if self.weak { Vec::new() } else { self.keys()? };
                self.part_hashes(&keys, None, rows)
            }
        }
    }

    /// The packed words of the groups, in order.
    pub fn group_words(&self) -> &[u64] {
        self.table.words()
    }

    /// The keys of the groups, in order: those of each group's first row.
    ///
    /// # Errors
    /// `Type` if Arrow cannot hold them in one array.
    pub fn keys(&self) -> Result<Vec<Column>> {
        if let Some(packing) = self.packing() {
            return packing.keys(self.table.words());
        }
        first_keys(self.first.iter().flatten(), &self.dtypes)
    }
}

/// The keys of all groups, from those of the batches that brought them.
fn first_keys<'a>(
    batches: impl Iterator<Item = &'a Vec<Column>> + Clone,
    dtypes: &[DType],
) -> Result<Vec<Column>> {
    let columns = dtypes.iter().enumerate().map(|(position, dtype)| {
        let chunks: Vec<&Column> = batches.clone().map(|columns| &columns[position]).collect();
        if chunks.is_empty() { Ok(Column::empty(dtype)) } else { concat_columns(&chunks) }
    });
    columns.collect()
}

/// Prepares keys. If that leaves keys that cannot be told from their words, `first` begins with those of the groups
/// there are; if it gives them other numbers, they are packed anew.
fn prepared<'a>(
    encoder: &mut KeyEncoder,
    table: &mut WordTable,
    dtypes: &[DType],
    first: &mut Option<Vec<Vec<Column>>>,
    keys: &'a [Column],
) -> Result<PreparedKeys<'a>> {
    let known = if first.is_none() && !table.is_empty() { encoder.packing(dtypes) } else { None };
    let batch = encoder.prepare(keys)?;
    let apart = first.is_none() && encoder.packing(dtypes).is_none();
    let known = match known.filter(|_| apart || batch.renumbers) {
        Some(packing) => Some(packing.keys(table.words())?),
        None => None,
    };
    if batch.renumbers {
        let words = match (&known, &first) {
            (Some(keys), _) => encoder.anew(keys, table.len())?,
            (None, first) => encoder.anew(&first_keys(first.iter().flatten(), dtypes)?, table.len())?,
        };
        table.relayout(encoder.width(), encoder.bits(), words);
    }
    if apart {
        *first = Some(known.into_iter().collect());
    }
    Ok(batch)
}
