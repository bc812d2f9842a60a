//! One key of a sort: its values batch by batch, what they have in common, and words of their order.

use crate::data::{Column, DType, dispatch, strings};
use crate::error::Result;
use crate::kernels::compare_nested::canonical as canonical_nested;
use crate::kernels::hash::{canonical, canonical32};
use crate::kernels::order::Direction;
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, UInt32Array, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type};
use arrow::row::{RowConverter, Rows, SortField};
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of a text that may be packed.
pub(super) const POSITIONS: usize = 32;

/// Bytes of a text up to which its view holds it whole.
pub(super) const INLINE: u32 = 12;

/// One key of a sort, over all batches.
pub struct SortColumn {
    pub(super) direction: Direction,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Number,
    /// The upper or the lower 64 bits of decimals: of upper ones that are equal the lower ones decide, without a sign.
    Half {
        upper: bool,
    },
    /// The rank of each code of the one dictionary.
    Codes(Arc<Vec<u32>>),
    Text,
    Rows(RowConverter),
}

/// One key of one batch.
pub struct Prepared {
    pub(super) values: Values,
    pub(super) nulls: Option<NullBuffer>,
    pub(super) rows: usize,
}

pub(super) enum Values {
    Number(ArrayRef),
    Codes(UInt32Array, Arc<Vec<u32>>),
    Text(ArrayRef),
    Rows(Rows),
    /// Words of what was one of the others: see [`Prepared::into_tail`].
    Words(Vec<u64>),
}

impl SortColumn {
    /// A key of this type: a decimal is two, its halves.
    ///
    /// # Errors
    /// `Type` if the type has no order.
    pub fn all(dtype: &DType, direction: Direction, ranks: Option<Vec<u32>>) -> Result<Vec<Self>> {
        match dtype {
            DType::Decimal(..) => {
                let half = |upper| SortColumn { direction, kind: Kind::Half { upper } };
                Ok(vec![half(true), half(false)])
            }
            _ => Ok(vec![SortColumn::new(dtype, direction, ranks)?]),
        }
    }

    /// A key of this type; `ranks`: those of the dictionary, if all batches hold codes into one.
    ///
    /// # Errors
    /// `Type` if the type has no order.
    pub fn new(dtype: &DType, direction: Direction, ranks: Option<Vec<u32>>) -> Result<Self> {
        let kind = match (ranks, dtype) {
            (Some(ranks), _) => Kind::Codes(Arc::new(ranks)),
            (None, DType::String | DType::Binary) => Kind::Text,
            (None, DType::Bool) => Kind::Number,
            (None, dtype) if dtype.is_integer() || dtype.is_float() || dtype.is_temporal() => Kind::Number,
            (None, dtype) => {
                dtype.ordered()?;
                let options =
                    SortOptions { descending: direction.descending, nulls_first: direction.nulls_first };
                let field = SortField::new_with_options(dtype.to_arrow(), options);
                Kind::Rows(RowConverter::new(vec![field])?)
            }
        };
        Ok(SortColumn { direction, kind })
    }

    /// The key of a batch.
    ///
    /// # Errors
    /// `Type` if Arrow cannot encode the values.
    pub fn prepare(&self, column: &Column) -> Result<Prepared> {
        let nulls = column.array().logical_nulls().filter(|nulls| nulls.null_count() > 0);
        let rows = column.len();
        let values = match &self.kind {
            Kind::Number => Values::Number(dispatch::physical(column.array())),
            Kind::Half { upper } => {
                let digits = dispatch::primitive::<Decimal128Type>(column.array()).values();
                Values::Number(match upper {
                    true => Arc::new(Int64Array::from_iter_values(digits.iter().map(|v| (v >> 64) as i64))),
                    false => Arc::new(UInt64Array::from_iter_values(digits.iter().map(|v| *v as u64))),
                })
            }
            Kind::Codes(ranks) => match strings::coded(column.array()) {
                Some((codes, _)) => Values::Codes(codes.clone(), ranks.clone()),
                None => Values::Text(column.to_plain()?),
            },
            Kind::Text => Values::Text(strings::decode(column.array())?),
            Kind::Rows(converter) => {
                let plain = column.to_plain()?;
                // Direction and nulls are part of the bytes.
                let encoded = converter.convert_columns(&[canonical_nested(&plain)?])?;
                return Ok(Prepared { values: Values::Rows(encoded), nulls: None, rows });
            }
        };
        Ok(Prepared { values, nulls, rows })
    }
}

/// What the values of a key have in common.
#[derive(Clone)]
pub struct Measure {
    pub(super) low: u64,
    pub(super) high: u64,
    /// Bits that are set in all words, and in any.
    pub(super) all: u64,
    pub(super) any: u64,
    pub(super) nulls: bool,
    pub(super) values: bool,
    pub(super) text: Option<Box<TextMeasure>>,
    order: Sequence,
}

/// How the words of numbers follow each other.
#[derive(Clone, Copy)]
struct Sequence {
    /// The first and the last.
    ends: Option<(u64, u64)>,
    /// Whether none is less than the one before, and none greater.
    up: bool,
    down: bool,
}

impl Sequence {
    fn add(&mut self, words: &[u64]) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        // As soon as one is out of order nothing is looked at any more.
        let next = Sequence {
            ends: Some((*first, *last)),
            up: self.up && words.is_sorted(),
            down: self.down && words.is_sorted_by(|a, b| a >= b),
        };
        self.join(&next);
    }

    fn join(&mut self, next: &Sequence) {
        let pair = self.ends.zip(next.ends).map(|((_, last), (first, _))| (last, first));
        self.up &= next.up && pair.is_none_or(|(last, first)| last <= first);
        self.down &= next.down && pair.is_none_or(|(last, first)| last >= first);
        self.ends = match (self.ends, next.ends) {
            (Some((first, _)), Some((_, last))) => Some((first, last)),
            (own, next) => own.or(next),
        };
    }
}

#[derive(Clone)]
pub(super) struct TextMeasure {
    pub(super) low: [u8; POSITIONS],
    pub(super) high: [u8; POSITIONS],
    pub(super) shortest: usize,
    pub(super) longest: usize,
}

impl Measure {
    /// What no value has in common.
    pub fn nothing() -> Self {
        let order = Sequence { ends: None, up: true, down: true };
        Measure {
            low: u64::MAX,
            high: 0,
            all: u64::MAX,
            any: 0,
            nulls: false,
            values: false,
            text: None,
            order,
        }
    }

    /// Whether these are numbers without a null that follow each other in this direction.
    pub fn is_in_order(&self, direction: Direction) -> bool {
        let order = self.order;
        !self.nulls && order.ends.is_some() && if direction.descending { order.down } else { order.up }
    }

    #[inline]
    fn add_word(&mut self, word: u64) {
        self.low = self.low.min(word);
        self.high = self.high.max(word);
        self.all &= word;
        self.any |= word;
    }

    /// Low bits that are the same in all words.
    pub(super) fn constant_bits(&self) -> u32 {
        (self.all ^ self.any).trailing_zeros()
    }

    /// What two sets of values have in common.
    pub fn merge(&mut self, other: &Measure) {
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
        self.all &= other.all;
        self.any |= other.any;
        self.nulls |= other.nulls;
        self.values |= other.values;
        self.order.join(&other.order);
        match (&mut self.text, &other.text) {
            (Some(own), Some(other)) => {
                for position in 0..POSITIONS {
                    own.low[position] = own.low[position].min(other.low[position]);
                    own.high[position] = own.high[position].max(other.high[position]);
                }
                own.shortest = own.shortest.min(other.shortest);
                own.longest = own.longest.max(other.longest);
            }
            (own @ None, Some(_)) => *own = other.text.clone(),
            _ => (),
        }
    }
}

impl TextMeasure {
    fn add(&mut self, bytes: &[u8]) {
        self.shortest = self.shortest.min(bytes.len());
        self.longest = self.longest.max(bytes.len());
        let limits = self.low.iter_mut().zip(&mut self.high);
        for (byte, (low, high)) in bytes.iter().zip(limits) {
            *low = (*low).min(*byte);
            *high = (*high).max(*byte);
        }
    }

    /// Adds all texts of an array of these views. Where all of some are in their views, these are compared byte by byte
    /// side by side: what follows a short text is zero there, which leaves the greatest bytes as they are, and the least
    /// ones count only up to the length of the shortest.
    fn add_views(&mut self, views: &[u128], array: &ArrayRef) {
        for (block, views) in views.chunks(RUN).enumerate() {
            let (mut low, mut high) = ([u8::MAX; 16], [0u8; 16]);
            let (mut shortest, mut longest) = (u32::MAX, 0);
            for view in views {
                let bytes = view.to_le_bytes();
                for (byte, (low, high)) in bytes.iter().zip(low.iter_mut().zip(&mut high)) {
                    *low = (*low).min(*byte);
                    *high = (*high).max(*byte);
                }
                (shortest, longest) = (shortest.min(*view as u32), longest.max(*view as u32));
            }
            if longest > INLINE {
                each_text(array, block * RUN..block * RUN + views.len(), |_, bytes| self.add(bytes));
                continue;
            }
            self.shortest = self.shortest.min(shortest as usize);
            self.longest = self.longest.max(longest as usize);
            for position in 0..INLINE as usize {
                self.low[position] = self.low[position].min(low[4 + position]);
                self.high[position] = self.high[position].max(high[4 + position]);
            }
        }
    }
}

impl Prepared {
    /// What the values have in common.
    pub fn measure(&self) -> Measure {
        let mut found = Measure::nothing();
        let null_count = self.nulls.as_ref().map_or(0, NullBuffer::null_count);
        found.nulls = null_count > 0;
        found.values = null_count < self.rows;
        if !found.values {
            return found;
        }
        let is_valid = |row: usize| self.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        match &self.values {
            Values::Codes(_, ranks) => {
                (found.low, found.high) = (0, ranks.iter().copied().max().unwrap_or(0).into());
                (found.all, found.any) = (0, u64::MAX);
            }
            Values::Text(array) => {
                let mut text = TextMeasure {
                    low: [u8::MAX; POSITIONS],
                    high: [0; POSITIONS],
                    shortest: usize::MAX,
                    longest: 0,
                };
                match views_of(array) {
                    Some(views) if null_count == 0 => text.add_views(views, array),
                    _ => each_text(array, 0..self.rows, |row, bytes| {
                        if is_valid(row) {
                            text.add(bytes);
                        }
                    }),
                }
                found.text = Some(Box::new(text));
            }
            Values::Rows(_) => (found.low, found.high, found.all, found.any) = (0, u64::MAX, 0, u64::MAX),
            Values::Number(_) | Values::Words(_) => {
                let mut words = Vec::new();
                for start in (0..self.rows).step_by(RUN) {
                    let range = start..(start + RUN).min(self.rows);
                    self.words(range.clone(), &mut words);
                    match &self.nulls {
                        None => {
                            words.iter().for_each(|word| found.add_word(*word));
                            found.order.add(&words);
                        }
                        Some(_) => {
                            for (word, row) in words.iter().zip(range) {
                                if is_valid(row) {
                                    found.add_word(*word);
                                }
                            }
                        }
                    }
                }
            }
        }
        found
    }

    /// Words of the same order as the values; of nulls anything.
    pub(super) fn words(&self, range: Range<usize>, out: &mut Vec<u64>) {
        out.clear();
        match &self.values {
            Values::Words(words) => out.extend_from_slice(&words[range]),
            Values::Codes(codes, ranks) => {
                // The code of a null row may be anything.
                let rank = |code: &u32| u64::from(ranks.get(*code as usize).copied().unwrap_or(0));
                out.extend(codes.values()[range].iter().map(rank));
            }
            Values::Rows(rows) => out.extend(range.map(|row| first_word(rows.row(row).data()))),
            Values::Text(_) => out.resize(range.len(), 0),
            Values::Number(array) => match array.data_type() {
                DataType::Boolean => {
                    let values = array.as_boolean().values();
                    out.extend(range.map(|row| u64::from(values.value(row))));
                }
                DataType::Float32 => {
                    let values = &array.as_primitive::<Float32Type>().values()[range];
                    out.extend(values.iter().map(|value| {
                        let bits = canonical32(*value);
                        u64::from(if bits >> 31 == 1 { !bits } else { bits | 1 << 31 })
                    }));
                }
                DataType::Float64 => {
                    let values = &array.as_primitive::<Float64Type>().values()[range];
                    out.extend(values.iter().map(|value| {
                        let bits = canonical(*value);
                        if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
                    }));
                }
                _ => dispatch::ordered_words(array, range, out),
            },
        }
    }

    /// The words that a key in its last form consists of.
    pub fn tail_words(&self) -> Option<&[u64]> {
        match &self.values {
            Values::Words(words) => Some(words),
            _ => None,
        }
    }

    /// Whether a row is null.
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// The same values in a form in which single rows compare fast.
    pub fn into_tail(self) -> Prepared {
        let mut words = Vec::new();
        let values = match self.values {
            Values::Number(_) | Values::Codes(..) => {
                self.words(0..self.rows, &mut words);
                Values::Words(words)
            }
            other => other,
        };
        Prepared { values, ..self }
    }

    /// How two rows compare, ascending and with nulls last unless asked.
    pub(super) fn compare(
        &self,
        row: usize,
        other: &Prepared,
        other_row: usize,
        direction: Direction,
    ) -> Ordering {
        let valid = |key: &Prepared, row| key.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let order = match (valid(self, row), valid(other, other_row)) {
            (true, true) => match (&self.values, &other.values) {
                (Values::Words(a), Values::Words(b)) => a[row].cmp(&b[other_row]),
                (Values::Text(a), Values::Text(b)) => text_at(a, row).cmp(text_at(b, other_row)),
                (Values::Rows(a), Values::Rows(b)) => return a.row(row).cmp(&b.row(other_row)),
                _ => Ordering::Equal,
            },
            (here, there) => {
                let order = there.cmp(&here);
                return if direction.nulls_first { order.reverse() } else { order };
            }
        };
        if direction.descending { order.reverse() } else { order }
    }
}

const RUN: usize = 4096;

/// The first eight bytes as a word of the same order.
fn first_word(bytes: &[u8]) -> u64 {
    let mut word = [0u8; 8];
    let count = bytes.len().min(8);
    word[..count].copy_from_slice(&bytes[..count]);
    u64::from_be_bytes(word)
}

/// The views of text or bytes.
pub(super) fn views_of(array: &ArrayRef) -> Option<&[u128]> {
    match array.as_string_view_opt() {
        Some(texts) => Some(texts.views()),
        None => array.as_binary_view_opt().map(|texts| texts.views().as_ref()),
    }
}

fn text_at(array: &ArrayRef, row: usize) -> &[u8] {
    match array.as_string_view_opt() {
        Some(texts) => texts.value(row).as_bytes(),
        None => array.as_binary_view().value(row),
    }
}

pub(super) fn each_text(array: &ArrayRef, range: Range<usize>, mut visit: impl FnMut(usize, &[u8])) {
    match array.as_string_view_opt() {
        Some(texts) => range.for_each(|row| visit(row, texts.value(row).as_bytes())),
        None => {
            let texts = array.as_binary_view();
            range.for_each(|row| visit(row, texts.value(row)));
        }
    }
}
