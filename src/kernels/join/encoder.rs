//! The keys of a row as one word, as small as the build side's values allow.

use crate::data::Column;
use crate::error::Result;
use crate::kernels::join::numbers::{Numbering, Prepared};
use crate::kernels::join::text::UNKNOWN;
use arrow::array::{ArrayRef, BinaryViewBuilder};
use arrow::buffer::NullBuffer;
use std::ops::Range;
use std::sync::Arc;

/// The word of a row that no build row can equal.
pub const MISS: u64 = u64::MAX;

/// A key column of the build side.
pub struct KeyColumn {
    numbering: Numbering,
    /// The least number.
    base: u64,
    /// The greatest number, less the base; `None`: there is no value.
    span: Option<u64>,
    /// Whether the code behind the last stands for null.
    null: bool,
}

/// Packs the keys of a row into one word.
pub struct Encoder {
    columns: Vec<KeyColumn>,
    /// How many words there are, if one word holds all keys.
    domain: Option<u64>,
    /// Numbers of the keys' bytes, where one word does not hold them.
    wide: Option<Numbering>,
}

impl KeyColumn {
    /// A column with these numbers; `null`: nulls match, and it has some.
    pub fn new(numbering: Numbering, range: Option<(u64, u64)>, null: bool) -> Self {
        let range = match &numbering {
            Numbering::Nothing => None,
            Numbering::Plain => range,
            Numbering::Codes(dictionary) => (dictionary.size() as u64).checked_sub(1).map(|last| (0, last)),
            Numbering::Texts(known) => known.table().count().checked_sub(1).map(|last| (0, u64::from(last))),
        };
        let base = range.map_or(0, |(low, _)| low);
        KeyColumn { numbering, base, span: range.map(|(low, high)| high - low), null }
    }

    /// How many codes it has.
    fn codes(&self) -> u128 {
        self.span.map_or(0, |span| u128::from(span) + 1) + u128::from(self.null)
    }

    /// The code that stands for null.
    fn null_code(&self) -> u64 {
        match self.null {
            true => self.span.map_or(0, |span| span.wrapping_add(1)),
            false => MISS,
        }
    }

    fn write(&self, prepared: &Prepared, rows: Range<usize>, out: &mut Vec<u64>) {
        out.clear();
        let base = self.base;
        match self.span {
            Some(span) => {
                let code = |number: u64| {
                    let code = number.wrapping_sub(base);
                    if code > span { MISS } else { code }
                };
                prepared.codes(rows.clone(), code, out);
            }
            None => out.resize(rows.len(), MISS),
        }
        if let Some(nulls) = &prepared.nulls {
            let null = self.null_code();
            for (out, row) in out.iter_mut().zip(rows) {
                if nulls.is_null(row) {
                    *out = null;
                }
            }
        }
    }
}

impl Encoder {
    /// An encoder of these columns. If [`Encoder::domain`] is `None`, it must be given [`Encoder::widen`] before use.
    pub fn new(columns: Vec<KeyColumn>) -> Self {
        let product = columns.iter().try_fold(1u128, |product, column| product.checked_mul(column.codes()));
        // One word is left over: the one that stands for a miss.
        let domain = product.and_then(|product| u64::try_from(product).ok());
        Encoder { columns, domain, wide: None }
    }

    /// How many words there are; `None` if the keys do not fit one word.
    pub fn domain(&self) -> Option<u64> {
        match &self.wide {
            Some(Numbering::Texts(known)) => Some(u64::from(known.table().count())),
            _ => self.domain,
        }
    }

    /// Whether a null key can have a match.
    pub fn matches_null(&self) -> bool {
        self.columns.iter().any(|column| column.null)
    }

    /// Numbers for keys that do not fit one word, made of [`Encoder::bytes`].
    pub fn widen(&mut self, numbering: Numbering) {
        self.wide = Some(numbering);
    }

    /// Prepares a batch of either side.
    ///
    /// # Errors
    /// `Type` if nested values cannot be encoded.
    pub fn prepare(&self, columns: &[Column]) -> Result<Vec<Prepared>> {
        columns.iter().enumerate().map(|(position, column)| self.prepare_one(position, column)).collect()
    }

    /// Prepares the key column at a position.
    ///
    /// # Errors
    /// `Type` if nested values cannot be encoded.
    pub fn prepare_one(&self, position: usize, column: &Column) -> Result<Prepared> {
        self.columns[position].numbering.prepare(column)
    }

    /// The words of some rows; replaces `out`.
    pub fn words(
        &self,
        prepared: &[Prepared],
        rows: Range<usize>,
        scratch: &mut Vec<u64>,
        out: &mut Vec<u64>,
    ) {
        if let Some(Numbering::Texts(known)) = &self.wide {
            let numbers = known.table().find(&self.bytes(prepared, rows));
            out.clear();
            out.extend(numbers.iter().map(|n| if *n == UNKNOWN { MISS } else { u64::from(*n) }));
            return;
        }
        let mut columns = self.columns.iter().zip(prepared);
        let Some((first, of_first)) = columns.next() else {
            // Without keys, all rows are alike.
            out.clear();
            out.resize(rows.len(), 0);
            return;
        };
        first.write(of_first, rows.clone(), out);
        for (column, prepared) in columns {
            column.write(prepared, rows.clone(), scratch);
            let codes = column.codes() as u64;
            for (word, code) in out.iter_mut().zip(scratch.iter()) {
                let both = word.wrapping_mul(codes).wrapping_add(*code);
                *word = if *word == MISS || *code == MISS { MISS } else { both };
            }
        }
    }

    /// The keys of some rows as bytes; null where a row cannot match.
    pub fn bytes(&self, prepared: &[Prepared], rows: Range<usize>) -> ArrayRef {
        let count = self.columns.len();
        let (mut all, mut valid) = (vec![0u8; rows.len() * count * 9], vec![true; rows.len()]);
        let mut codes = Vec::new();
        for (position, (column, prepared)) in self.columns.iter().zip(prepared).enumerate() {
            column.write(prepared, rows.clone(), &mut codes);
            // Where every number is in range, a miss is a value like any other.
            let every = column.span == Some(u64::MAX);
            for (i, row) in rows.clone().enumerate() {
                let null = prepared.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
                valid[i] &= if null { column.null } else { every || codes[i] != MISS };
                let place = &mut all[(i * count + position) * 9..][..9];
                if null {
                    place[8] = 1;
                } else {
                    place[..8].copy_from_slice(&codes[i].to_le_bytes());
                }
            }
        }
        let mut builder = BinaryViewBuilder::with_capacity(rows.len());
        for (key, valid) in all.chunks_exact(count * 9).zip(&valid) {
            match valid {
                true => builder.append_value(key),
                false => builder.append_null(),
            }
        }
        Arc::new(builder.finish())
    }

    /// Rows that can match nothing because a key is null.
    pub fn unmatchable(&self, prepared: &[Prepared]) -> Option<NullBuffer> {
        let each = self.columns.iter().zip(prepared).filter(|(column, _)| !column.null);
        each.fold(None, |nulls, (_, prepared)| NullBuffer::union(nulls.as_ref(), prepared.nulls.as_ref()))
    }
}
