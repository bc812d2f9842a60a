//! Sort keys packed into the bits of one integer per row, most significant key first, as tightly as the values allow.
//!
//! Numbers become their distance from the least, codes the rank of their text, text a few bits per byte: as many as the
//! bytes at that position differ in. What does not fit is left to comparing rows whose packed keys are equal.

use crate::kernels::order::Direction;
use crate::kernels::radix::Entry;
use crate::kernels::sort_column::{
    INLINE, Kind, Measure, POSITIONS, Prepared, SortColumn, TextMeasure, Values, each_text, views_of,
};
use std::cmp::Ordering;
use std::ops::Range;

/// How the keys are packed.
pub struct Layout {
    fields: Vec<Field>,
    bits: u32,
    /// How many keys, from the first, are wholly in the bits.
    complete: usize,
    directions: Vec<Direction>,
}

/// A part of the bits.
struct Field {
    key: usize,
    bits: u32,
    part: Part,
}

enum Part {
    /// Whether the row is null.
    Null { first: bool },
    /// The distance from `low`, or from `high` downwards, without its lowest bits.
    Number { low: u64, high: u64, descending: bool, shift: u32 },
    /// Bytes by position: the least symbol there (0: the text has ended, else the byte and one), and bits.
    Text { positions: Vec<(usize, u32, u32)>, descending: bool },
}

impl Layout {
    /// The tightest packing of keys with these measures into at most `budget` bits.
    pub fn new(keys: &[SortColumn], measures: &[Measure], budget: u32) -> Self {
        let directions = keys.iter().map(|key| key.direction).collect();
        let mut layout = Layout { fields: Vec::new(), bits: 0, complete: 0, directions };
        for (key, (column, measure)) in keys.iter().zip(measures).enumerate() {
            if !layout.add(key, column, measure, budget) {
                break;
            }
            layout.complete += 1;
        }
        layout
    }

    /// Adds a key as far as it fits; whether it does wholly.
    fn add(&mut self, key: usize, column: &SortColumn, measure: &Measure, budget: u32) -> bool {
        let Direction { descending, nulls_first } = column.direction;
        if measure.nulls && measure.values {
            if self.bits == budget {
                return false;
            }
            self.push(key, 1, Part::Null { first: nulls_first });
        }
        if !measure.values {
            return true;
        }
        if let Some(text) = &measure.text {
            return self.add_text(key, text, descending, budget);
        }
        let (low, high) = (measure.low, measure.high);
        let wanted = 64 - (high - low).leading_zeros();
        // Distances have the low bits in common too: whole numbers as floats, whole seconds in nanoseconds.
        let common = measure.constant_bits().min(wanted);
        let bits = (wanted - common).min(budget - self.bits);
        // The bytes of rows have their direction in them.
        let whole = !matches!(column.kind, Kind::Rows(_));
        let part = Part::Number { low, high, descending: descending && whole, shift: wanted - bits };
        self.push(key, bits, part);
        whole && bits == wanted - common
    }

    fn add_text(&mut self, key: usize, text: &TextMeasure, descending: bool, budget: u32) -> bool {
        let mut positions = Vec::new();
        let mut bits = 0;
        let mut whole = text.longest <= POSITIONS;
        for position in 0..text.longest.min(POSITIONS) {
            let symbol = |byte: u8| u32::from(byte) + 1;
            let low = if text.shortest <= position { 0 } else { symbol(text.low[position]) };
            let width = 32 - (symbol(text.high[position]) - low).leading_zeros();
            if self.bits + bits + width > budget {
                whole = false;
                break;
            }
            if bits + width > 64 {
                let part = Part::Text { positions: std::mem::take(&mut positions), descending };
                self.push(key, bits, part);
                bits = 0;
            }
            if width > 0 {
                positions.push((position, low, width));
                bits += width;
            }
        }
        if bits > 0 {
            self.push(key, bits, Part::Text { positions, descending });
        }
        whole
    }

    fn push(&mut self, key: usize, bits: u32, part: Part) {
        if bits > 0 {
            self.fields.push(Field { key, bits, part });
            self.bits += bits;
        }
    }

    /// Bits of a packed key.
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Bits of the first keys alone; `None` if not all of them are wholly in the bits.
    pub fn bits_of(&self, keys: usize) -> Option<u32> {
        let own = self.fields.iter().filter(|field| field.key < keys);
        (keys <= self.complete).then(|| own.map(|field| field.bits).sum())
    }

    /// Whether making the bits costs more than reading them once they are made.
    pub fn is_costly(&self) -> bool {
        self.fields.len() > 1 || self.fields.iter().any(|field| matches!(field.part, Part::Text { .. }))
    }

    /// Whether the last key descends, if it alone is not wholly in the bits, but begins there: then equal bits mean that
    /// all rows are null in it, or none.
    pub fn only_rest(&self) -> Option<bool> {
        let (last, others) = self.directions.split_last()?;
        let begun = self.fields.iter().any(|field| field.key == others.len());
        (begun && self.complete == others.len()).then_some(last.descending)
    }

    /// Keys wholly in the bits.
    pub fn complete(&self) -> usize {
        self.complete
    }

    /// Whether equal bits mean equal keys.
    pub fn is_complete(&self) -> bool {
        self.complete == self.directions.len()
    }

    /// How two rows compare in the keys from the first that is not wholly in the bits up to `keys`; each row is its batch's
    /// keys from that one on, and its place there.
    pub fn compare(&self, row: (&[Prepared], usize), other: (&[Prepared], usize), keys: usize) -> Ordering {
        for key in self.complete..keys {
            let at = key - self.complete;
            let order = row.0[at].compare(row.1, &other.0[at], other.1, self.directions[key]);
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }

    /// The packed keys of some rows of a batch; replaces `out`.
    pub fn pack<E: Entry>(
        &self,
        keys: &[Prepared],
        rows: Range<usize>,
        out: &mut Vec<E>,
        words: &mut Vec<u64>,
    ) {
        out.clear();
        out.resize(rows.len(), E::default());
        for field in &self.fields {
            field.words(&keys[field.key], rows.clone(), words);
            for (entry, word) in out.iter_mut().zip(words.iter()) {
                *entry = entry.push(*word, field.bits);
            }
        }
    }
}

impl Field {
    fn words(&self, key: &Prepared, rows: Range<usize>, out: &mut Vec<u64>) {
        match &self.part {
            Part::Null { first } => {
                out.clear();
                let nulls = key.nulls.as_ref();
                out.extend(rows.map(|row| {
                    let null = nulls.is_some_and(|nulls| nulls.is_null(row));
                    u64::from(null != *first)
                }));
                return;
            }
            Part::Number { low, high, descending, shift } => {
                key.words(rows.clone(), out);
                let (low, high, shift) = (*low, *high, *shift);
                match descending {
                    true => out.iter_mut().for_each(|word| *word = high.wrapping_sub(*word) >> shift),
                    false => out.iter_mut().for_each(|word| *word = word.wrapping_sub(low) >> shift),
                }
            }
            Part::Text { positions, descending } => {
                out.clear();
                let flip = if *descending { u64::MAX >> (64 - self.bits) } else { 0 };
                let Values::Text(array) = &key.values else {
                    out.resize(rows.len(), 0);
                    return;
                };
                match views_of(array).map(|views| &views[rows.clone()]) {
                    Some(views) if views.iter().all(|view| *view as u32 <= INLINE) => {
                        // Of what has ended, the byte is zero.
                        out.extend(views.iter().map(|view| {
                            let mut word = 0u64;
                            for (position, low, bits) in positions {
                                let byte =
                                    view.checked_shr(32 + 8 * *position as u32).unwrap_or(0) as u32 & 0xff;
                                let symbol = byte + u32::from(*position < *view as u32 as usize);
                                word = (word << bits) | u64::from(symbol.wrapping_sub(*low));
                            }
                            word ^ flip
                        }));
                    }
                    _ => {
                        let is_valid = |row| key.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
                        each_text(array, rows.clone(), |row, bytes| {
                            if !is_valid(row) {
                                out.push(0);
                                return;
                            }
                            let mut word = 0u64;
                            for (position, low, bits) in positions {
                                let symbol = bytes.get(*position).map_or(0, |byte| u32::from(*byte) + 1);
                                word = (word << bits) | u64::from(symbol - low);
                            }
                            out.push(word ^ flip);
                        });
                    }
                }
            }
        }
        // Nulls are told by their own bit; what lies under them must not reach into other bits.
        if let Some(nulls) = &key.nulls {
            for (word, row) in out.iter_mut().zip(rows) {
                if nulls.is_null(row) {
                    *word = 0;
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "sort_key_tests.rs"]
mod tests;
