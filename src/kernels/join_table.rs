//! Build-side keys of a join, in parts that are filled independently: key words to rows, in build order.

use crate::data::{Column, DType};
use crate::error::Result;
use crate::kernels::hash::mix;
use crate::kernels::keys::table::ABSENT;
use crate::kernels::keys::{KeyEncoder, WordTable};
use arrow::buffer::NullBuffer;

/// Rows of a part of a hash table that fits the second-level cache.
const PART_ROWS: usize = 1 << 16;

/// The packed keys of all build rows, before the parts are filled.
pub struct JoinKeys {
    encoder: KeyEncoder,
    words: Vec<u64>,
    /// Rows that can match, part after part, ascending within each.
    rows: Vec<u32>,
    /// Where each part's rows begin and end.
    bounds: Vec<usize>,
    shift: u32,
    weak: bool,
}

/// One part of a join table.
pub struct JoinPart {
    table: WordTable,
    /// Where the rows of each key begin; the end is the next key's beginning.
    offsets: Vec<u32>,
    /// Rows by key, in build order.
    rows: Vec<u32>,
}

/// Finds the build rows of a key.
pub struct JoinTable {
    encoder: KeyEncoder,
    parts: Vec<JoinPart>,
    shift: u32,
    weak: bool,
    nulls_match: bool,
}

impl JoinKeys {
    /// Packs the keys of build batches (columns and rows of each). Unless `nulls_match`, rows with a null are left out.
    ///
    /// # Errors
    /// `Type` if a nested key cannot be encoded.
    pub fn new(
        batches: &[(Vec<Column>, usize)],
        dtypes: &[DType],
        nulls_match: bool,
        weak: bool,
    ) -> Result<Self> {
        let mut encoder = KeyEncoder::new(dtypes, weak);
        let (mut words, mut run) = (Vec::new(), Vec::new());
        let mut valid: Vec<u32> = Vec::new();
        let mut base = 0u32;
        for (columns, rows) in batches {
            let prepared = encoder.prepare(columns)?;
            let mut start = 0;
            while start < *rows {
                let end = (*rows).min(start + 4096);
                encoder.encode(&prepared, start..end, &mut words, &mut run);
                words.extend_from_slice(&run);
                start = end;
            }
            let nulls = match nulls_match {
                true => None,
                false => columns.iter().fold(None, |nulls, column| {
                    NullBuffer::union(nulls.as_ref(), column.array().logical_nulls().as_ref())
                }),
            };
            let kept =
                (0..*rows as u32).filter(|row| nulls.as_ref().is_none_or(|n| n.is_valid(*row as usize)));
            valid.extend(kept.map(|row| base + row));
            base += *rows as u32;
        }
        let count = (valid.len() / PART_ROWS).next_power_of_two().min(1024);
        let shift = 64 - count.trailing_zeros();
        let mut keys = JoinKeys { encoder, words, rows: Vec::new(), bounds: vec![0; count + 1], shift, weak };
        keys.split(&valid, count);
        Ok(keys)
    }

    /// Sorts rows into parts by counting.
    fn split(&mut self, valid: &[u32], count: usize) {
        if count == 1 {
            self.rows = valid.to_vec();
            self.bounds = vec![0, valid.len()];
            return;
        }
        let width = self.encoder.width();
        let key = |row: u32| &self.words[row as usize * width..(row as usize + 1) * width];
        let parts: Vec<u16> =
            valid.iter().map(|&row| part_of(key(row), self.shift, self.weak) as u16).collect();
        let mut ends = vec![0usize; count + 1];
        for part in &parts {
            ends[*part as usize + 1] += 1;
        }
        for i in 0..count {
            ends[i + 1] += ends[i];
        }
        self.bounds = ends.clone();
        self.rows = vec![0; valid.len()];
        for (row, part) in valid.iter().zip(&parts) {
            let place = &mut ends[*part as usize];
            self.rows[*place] = *row;
            *place += 1;
        }
    }

    /// Number of parts.
    pub fn parts(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Fills one part.
    pub fn fill(&self, part: usize) -> JoinPart {
        let width = self.encoder.width();
        let rows = &self.rows[self.bounds[part]..self.bounds[part + 1]];
        let mut table = WordTable::new(width, self.encoder.bits(), self.weak);
        let (mut numbers, mut fresh) = (Vec::with_capacity(rows.len()), Vec::new());
        let mut run: Vec<u64> = Vec::with_capacity(4096 * width);
        for rows in rows.chunks(4096) {
            run.clear();
            for row in rows {
                let start = *row as usize * width;
                run.extend_from_slice(&self.words[start..start + width]);
            }
            table.insert(&run, &mut numbers, &mut fresh);
            fresh.clear();
        }
        let mut offsets = vec![0u32; table.len() + 2];
        for number in &numbers {
            offsets[*number as usize + 2] += 1;
        }
        for i in 2..offsets.len() {
            offsets[i] += offsets[i - 1];
        }
        let mut sorted = vec![0u32; rows.len()];
        for (row, number) in rows.iter().zip(&numbers) {
            let place = &mut offsets[*number as usize + 1];
            sorted[*place as usize] = *row;
            *place += 1;
        }
        offsets.pop();
        JoinPart { table, offsets, rows: sorted }
    }

    /// The table of filled parts.
    pub fn finish(self, parts: Vec<JoinPart>, nulls_match: bool) -> JoinTable {
        JoinTable { encoder: self.encoder, parts, shift: self.shift, weak: self.weak, nulls_match }
    }
}

/// The build rows of each probe row.
pub struct Matches<'a> {
    spans: Vec<&'a [u32]>,
}

impl JoinTable {
    /// The build rows that match each row of a probe batch.
    ///
    /// # Errors
    /// `Type` if a nested key cannot be encoded.
    pub fn probe(&self, keys: &[Column], rows: usize) -> Result<Matches<'_>> {
        let found = self.encoder.find(keys, rows, self.nulls_match)?;
        let mut missing = found.misses.iter().copied().peekable();
        let mut spans: Vec<&[u32]> = Vec::with_capacity(rows);
        for (row, key) in found.words.chunks_exact(found.width).enumerate() {
            if missing.next_if_eq(&(row as u32)).is_some() {
                spans.push(&[]);
                continue;
            }
            let part = match self.parts.len() {
                1 => 0,
                _ => part_of(key, self.shift, self.weak),
            };
            let part = &self.parts[part];
            let number = part.table.find(key);
            spans.push(match number {
                ABSENT => &[],
                number => {
                    let number = number as usize;
                    &part.rows[part.offsets[number] as usize..part.offsets[number + 1] as usize]
                }
            });
        }
        Ok(Matches { spans })
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        let part = |part: &JoinPart| part.table.size_bytes() + (part.offsets.len() + part.rows.len()) * 4;
        self.encoder.size_bytes() + self.parts.iter().map(part).sum::<usize>()
    }
}

impl<'a> Matches<'a> {
    /// The build rows of each probe row, in build order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u32]> + '_ {
        self.spans.iter().copied()
    }

    /// Number of pairs.
    pub fn pairs(&self) -> u64 {
        self.spans.iter().map(|span| span.len() as u64).sum()
    }
}

#[inline]
fn part_of(key: &[u64], shift: u32, weak: bool) -> usize {
    if weak || shift >= 64 {
        return 0;
    }
    // Not the bits that the part's own table uses.
    let hash = key.iter().fold(0x51_7CC1_B727_220A, |hash: u64, word| mix(hash ^ word));
    (hash >> shift) as usize
}
