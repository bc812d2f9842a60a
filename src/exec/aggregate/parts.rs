//! Rows that wait, sorted by the part of the hash their keys belong to, and the index of one part's groups.

use crate::data::Column;
use crate::error::{AllOk, Result};
use crate::exec::aggregate::input::{Input, taken};
use crate::expr::GroupState;
use crate::kernels::GroupIndex;
use crate::kernels::keys::layout::by_width;
use crate::kernels::keys::{Packing, WordTable};
use crate::kernels::partition::Parts;
use arrow::array::UInt32Array;
use arrow::compute::take;
use std::ops::Range;

/// Waiting rows are cut into `1 << BITS` parts.
pub const BITS: u32 = 9;

/// Keys of rows or groups: packed, if all of the query can be, else as columns.
pub enum Keys {
    /// Words and how they are read.
    Words(Vec<u64>, Packing),
    /// Columns.
    Columns(Vec<Column>),
}

/// The rows of a batch by part.
pub struct Chunk {
    /// Keys, part after part.
    pub keys: Keys,
    /// Arguments of each aggregate, part after part.
    pub inputs: Vec<Input>,
    /// Where each part lies.
    pub parts: Parts,
    /// Rows of the lane before this batch.
    pub before: u64,
}

impl Chunk {
    /// Sorts a batch by part; `index` packs the keys but learns no groups.
    ///
    /// # Errors
    /// `Type` if a key cannot be encoded.
    pub fn new(
        index: &mut GroupIndex,
        keys: &[Column],
        inputs: &[Input],
        rows: usize,
        before: u64,
    ) -> Result<Self> {
        let words = index.pack(keys, rows)?;
        let parts = Parts::new(&index.part_hashes(keys, words.as_deref(), rows)?, BITS);
        let keys = match (words, index.packing()) {
            (Some(words), Some(packing)) => {
                Keys::Words(gathered(&words, packing.layout().width(), parts.order()), packing)
            }
            _ => {
                let order = UInt32Array::from(parts.order().to_vec());
                let keys = keys.iter().map(|key| Ok(Column::from_held(take(key.array(), &order, None)?)));
                Keys::Columns(keys.all_ok()?)
            }
        };
        Ok(Chunk { keys, inputs: taken(inputs, parts.order())?, parts, before })
    }

    /// Adds some rows to some of the aggregates' states.
    ///
    /// # Errors
    /// As the functions document.
    pub fn update(
        &self,
        states: &mut [Box<dyn GroupState>],
        positions: &[usize],
        rows: &Range<usize>,
        count: usize,
        groups: &[u32],
    ) -> Result<()> {
        for position in positions {
            let state = &mut states[*position];
            state.resize(count);
            self.inputs[*position].slice(rows).update(state.as_mut(), Some(groups))?;
        }
        Ok(())
    }
}

impl Keys {
    /// The keys in the common packing, or without one as columns.
    ///
    /// # Errors
    /// `Internal` if the words are damaged.
    pub fn unified(self, common: Option<&Packing>) -> Result<Keys> {
        Ok(match (self, common) {
            (Keys::Words(words, packing), Some(common)) if packing.is_like(common) => {
                Keys::Words(words, packing)
            }
            (Keys::Words(words, packing), Some(common)) => {
                Keys::Words(packing.repack(&words, common), common.clone())
            }
            (Keys::Words(words, packing), None) => Keys::Columns(packing.keys(&words)?),
            (columns, _) => columns,
        })
    }
}

/// The words of some rows.
pub fn gathered(words: &[u64], width: usize, rows: &[u32]) -> Vec<u64> {
    match width {
        1 => {
            let mut gathered = vec![0; rows.len()];
            for (word, row) in gathered.iter_mut().zip(rows) {
                *word = words[*row as usize];
            }
            gathered
        }
        _ => by_width!(width, gathered_rows::<W>(words, width, rows)),
    }
}

fn gathered_rows<const W: usize>(words: &[u64], width: usize, rows: &[u32]) -> Vec<u64> {
    let width = if W == 0 { width } else { W };
    let mut gathered = vec![0; rows.len() * width];
    for (place, row) in rows.iter().enumerate() {
        let (start, into) = (*row as usize * width, place * width);
        gathered[into..into + width].copy_from_slice(&words[start..start + width]);
    }
    gathered
}

/// The groups of one part.
pub enum PartIndex<'a> {
    /// By words.
    Words(WordTable, &'a Packing),
    /// By columns.
    Columns(Box<GroupIndex>),
}

impl PartIndex<'_> {
    /// Number of groups.
    pub fn count(&self) -> usize {
        match self {
            PartIndex::Words(table, _) => table.len(),
            PartIndex::Columns(index) => index.len(),
        }
    }

    /// The groups of consecutive rows of `keys`; replaces `groups`.
    ///
    /// # Errors
    /// `Type` if a key cannot be encoded.
    pub fn assign_range(&mut self, keys: &Keys, rows: &Range<usize>, groups: &mut Vec<u32>) -> Result<()> {
        match (self, keys) {
            (PartIndex::Words(table, packing), Keys::Words(words, _)) => {
                let width = packing.layout().width();
                groups.resize(rows.len(), 0);
                table.insert(&words[rows.start * width..rows.end * width], groups, &mut Vec::new());
                Ok(())
            }
            (PartIndex::Columns(index), Keys::Columns(columns)) => {
                let keys: Vec<Column> = columns.iter().map(|key| key.slice(rows.start, rows.len())).collect();
                index.assign(&keys, rows.len(), groups)
            }
            _ => Err(crate::error::Error::internal("keys of two kinds in one part")),
        }
    }

    /// The groups of some rows of `keys`; replaces `groups`.
    ///
    /// # Errors
    /// `Type` if a key cannot be encoded.
    pub fn assign_rows(&mut self, keys: &Keys, rows: &[u32], groups: &mut Vec<u32>) -> Result<()> {
        let some = match keys {
            Keys::Words(words, packing) => {
                Keys::Words(gathered(words, packing.layout().width(), rows), packing.clone())
            }
            Keys::Columns(columns) => {
                let rows = UInt32Array::from(rows.to_vec());
                let keys = columns.iter().map(|key| Ok(Column::from_held(take(key.array(), &rows, None)?)));
                Keys::Columns(keys.all_ok()?)
            }
        };
        self.assign_range(&some, &(0..rows.len()), groups)
    }
}
