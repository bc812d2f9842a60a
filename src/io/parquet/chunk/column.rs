//! Columns that are not nested, from their pages straight into arrays: numbers, truths and text, plain or by a dictionary.

use crate::error::Result;
use crate::io::parquet::chunk::hybrid::{Hybrid, damaged};
use crate::io::parquet::chunk::spare::Spare;
use crate::io::parquet::chunk::text::{Coding, Text};
use crate::io::parquet::chunk::thrift::Kind;
use crate::io::parquet::chunk::values::{PLAIN, PLAIN_DICTIONARY, Part, RLE, Truths, Values, Words};
use crate::io::parquet::chunk::walk::{Page, Walk};
use crate::kernels::texts::Texts;
use arrow::array::{ArrayRef, BooleanBufferBuilder};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use parquet::basic::Type;
use std::ops::Range;
use std::sync::Arc;

/// What a leaf is, and what its values shall become.
pub struct Leaf<'a> {
    /// Its type in the file.
    pub physical: Type,
    /// Whether it may hold nulls.
    pub nullable: bool,
    /// The type of the array.
    pub to: &'a DataType,
    /// How many rows are wanted.
    pub wanted: usize,
}

/// How the values of a leaf are gathered; `None` if that is not done here.
pub fn values<'a>(leaf: &Leaf<'_>, coding: Option<Coding<'a>>) -> Option<Box<dyn Values + 'a>> {
    let to = leaf.to;
    let whole = to.is_integer() || to.is_temporal();
    match (leaf.physical, to.primitive_width()) {
        (Type::BOOLEAN, _) if to == &DataType::Boolean => Some(Box::new(Truths::default())),
        (Type::INT32, Some(1..=4)) if whole => Some(Box::new(Words::<u32>::new(leaf.wanted))),
        (Type::INT64, Some(8)) if whole => Some(Box::new(Words::<u64>::new(leaf.wanted))),
        (Type::FLOAT, _) if to == &DataType::Float32 => Some(Box::new(Words::<u32>::new(leaf.wanted))),
        (Type::DOUBLE, _) if to == &DataType::Float64 => Some(Box::new(Words::<u64>::new(leaf.wanted))),
        (Type::BYTE_ARRAY, _) if to == &DataType::Utf8View => Some(Box::new(Text::new(coding, leaf.wanted))),
        _ => None,
    }
}

/// The wanted rows of a chunk; `None` if a page is encoded in a way that is not read here.
///
/// # Errors
/// `Corrupt`, `Io`.
pub fn read(
    mut walk: Walk<'_>,
    leaf: &Leaf<'_>,
    ranges: &[Range<usize>],
    mut values: Box<dyn Values + '_>,
) -> Result<Option<ArrayRef>> {
    let mut valid = Valid::default();
    // Text keeps the bytes of its pages, and with them all room that they have.
    let mut bytes = if leaf.physical == Type::BYTE_ARRAY { Spare::default() } else { Spare::take() };
    let wanted = |rows: Range<usize>| {
        let first = ranges.partition_point(|range| range.end <= rows.start);
        ranges.get(first).is_some_and(|range| range.start < rows.end)
    };
    while let Some(page) = walk.next(wanted)? {
        walk.read(&page, &mut bytes)?;
        if page.header.kind == Kind::Dictionary {
            if !matches!(page.header.encoding, PLAIN | PLAIN_DICTIONARY) {
                return Ok(None);
            }
            values.dictionary(&mut bytes, page.header.values)?;
            continue;
        }
        let Some((levels, start)) = levels(&page, &bytes, leaf.nullable)? else { return Ok(None) };
        let rows = page.row..page.row + page.header.values;
        let first = ranges.partition_point(|range| range.end <= rows.start);
        let mine = ranges[first..].iter().take_while(|range| range.start < rows.end);
        let mine =
            mine.map(|range| range.start.max(rows.start) - rows.start..range.end.min(rows.end) - rows.start);
        let mine: Vec<Range<usize>> = mine.collect();
        let all = mine.len() == 1 && mine[0].len() == rows.len();
        let count = levels.as_ref().map_or(rows.len(), |levels| levels.count_set_bits());
        // Where every row has a value, those of other rows need not be looked at.
        let few = !all && levels.is_none();
        let part = Part { start, count, ranges: few.then_some(mine.as_slice()) };
        if !values.page(page.header.encoding, &mut bytes, part)? {
            return Ok(None);
        }
        if let Some(levels) = &levels {
            values.spread(levels);
        }
        if !all && !few {
            values.select(&mine);
        }
        valid.add(levels.as_ref(), &mine);
    }
    if values.rows() != leaf.wanted {
        return Err(damaged(format!("{} rows where the footer says {}", values.rows(), leaf.wanted)));
    }
    values.finish(leaf.to, valid.finish()).map(Some)
}

/// The texts of a chunk's dictionary; `None` if it does not begin with one that is read here.
///
/// # Errors
/// `Corrupt`, `Io`.
pub fn dictionary(mut walk: Walk<'_>) -> Result<Option<ArrayRef>> {
    let Some(page) = walk.next(|_| true)? else { return Ok(None) };
    if page.header.kind != Kind::Dictionary || !matches!(page.header.encoding, PLAIN | PLAIN_DICTIONARY) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    walk.read(&page, &mut bytes)?;
    let mut texts = Texts::default();
    texts.set_dictionary(bytes, page.header.values)?;
    Ok(Some(Arc::new(texts.into_dictionary())))
}

/// Which rows of a page have a value (`None`: all), and where its values start; `None` for levels that are not read here.
fn levels(page: &Page, bytes: &[u8], nullable: bool) -> Result<Option<(Option<BooleanBuffer>, usize)>> {
    let rows = page.header.values;
    let (bits, start) = match page.header.kind {
        Kind::Data2 { levels, .. } => (&bytes[..levels], levels),
        _ if !nullable => (&bytes[..0], 0),
        _ if page.header.level_encoding != RLE => return Ok(None),
        _ => {
            let length = bytes.get(..4).ok_or_else(|| damaged("a page ends before its levels"))?;
            let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
            let end = length.saturating_add(4);
            (bytes.get(4..end).ok_or_else(|| damaged("a page ends before its levels"))?, end)
        }
    };
    if !nullable {
        return Ok(Some((None, start)));
    }
    let mut found = BooleanBufferBuilder::new(rows.min(bits.len().saturating_mul(8)));
    Hybrid::new(bits, 1, rows)?.bits(&mut found)?;
    let found = found.finish();
    let all = found.count_set_bits() == rows;
    Ok(Some(((!all).then_some(found), start)))
}

/// Which rows have a value, once there is one without.
#[derive(Default)]
pub struct Valid {
    rows: usize,
    bits: Option<BooleanBufferBuilder>,
}

impl Valid {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds, of rows of which these have a value (`None`: all), those of the ranges.
    pub fn add(&mut self, levels: Option<&BooleanBuffer>, ranges: &[Range<usize>]) {
        let count: usize = ranges.iter().map(Range::len).sum();
        if self.bits.is_none() && levels.is_some() {
            let mut bits = BooleanBufferBuilder::new(self.rows + count);
            bits.append_n(self.rows, true);
            self.bits = Some(bits);
        }
        self.rows += count;
        match (&mut self.bits, levels) {
            (None, _) => {}
            (Some(bits), None) => bits.append_n(count, true),
            (Some(bits), Some(levels)) => {
                ranges.iter().for_each(|range| bits.append_buffer(&levels.slice(range.start, range.len())));
            }
        }
    }

    /// Which rows are null, if any is.
    pub fn finish(self) -> Option<NullBuffer> {
        let nulls = NullBuffer::new(self.bits?.finish());
        (nulls.null_count() > 0).then_some(nulls)
    }
}
