//! Lists, structs and maps, put together from the levels and values of their leaves.

use crate::error::Result;
use crate::io::parquet::chunk::column::{Leaf, Valid, values};
use crate::io::parquet::chunk::hybrid::{AT_ONCE, Hybrid, damaged};
use crate::io::parquet::chunk::shape::{self, Shape};
use crate::io::parquet::chunk::spare::Spare;
use crate::io::parquet::chunk::thrift::Kind;
use crate::io::parquet::chunk::values::{PLAIN, PLAIN_DICTIONARY, Part as PagePart, RLE};
use crate::io::parquet::chunk::walk::{Page, Walk};
use crate::kernels::lookup::greatest;
use arrow::array::{Array, ArrayRef, GenericListArray, MapArray, OffsetSizeTrait, StructArray};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, FieldRef, Fields};
use parquet::basic::Type;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// A leaf of a nested column that was read.
pub struct Read {
    /// The levels of its entries. An empty list, too, has an entry.
    definitions: Vec<u8>,
    /// None where no list is around it.
    repetitions: Vec<u8>,
    values: ArrayRef,
}

impl Read {
    /// How many rows they are.
    fn rows(&self) -> usize {
        match self.repetitions.is_empty() {
            true => self.definitions.len(),
            false => self.repetitions.iter().filter(|level| **level == 0).count(),
        }
    }

    /// The definition levels of the places of a part.
    fn places(&self, shape: &Shape) -> Cow<'_, [u8]> {
        let Shape { repetition, definition, .. } = *shape;
        if self.repetitions.is_empty() {
            return chosen(&self.definitions, definition);
        }
        let (mut found, mut count) = (vec![0; self.definitions.len()], 0);
        for (level, repeated) in self.definitions.iter().zip(&self.repetitions) {
            found[count] = *level;
            count += usize::from(*level >= definition && *repeated <= repetition);
        }
        found.truncate(count);
        Cow::Owned(found)
    }

    /// Where the lists of a part begin and end, and which are no nulls.
    fn lists<O: OffsetSizeTrait>(&self, shape: &Shape) -> Result<(OffsetBuffer<O>, Option<NullBuffer>)> {
        let Shape { repetition, definition, defined, .. } = *shape;
        let entries = self.definitions.len();
        let (mut ends, mut lists, mut items) = (vec![O::zero(); entries + 1], 0, 0);
        for (level, repeated) in self.definitions.iter().zip(&self.repetitions) {
            ends[lists] = O::usize_as(items);
            lists += usize::from(*level >= definition && *repeated <= repetition);
            items += usize::from(*level > defined && *repeated <= repetition + 1);
        }
        ends[lists] = O::usize_as(items);
        ends.truncate(lists + 1);
        if ends[0] != O::zero() {
            return Err(damaged("items before the first list"));
        }
        // Never fewer than before: they were counted, and of no more than entries of a chunk.
        Ok((OffsetBuffer::new(ScalarBuffer::from(ends)), nulls(&self.places(shape), shape)))
    }
}

/// Those of some levels that are at least this.
fn chosen(levels: &[u8], least: u8) -> Cow<'_, [u8]> {
    if least == 0 {
        return Cow::Borrowed(levels);
    }
    let (mut found, mut count) = (vec![0; levels.len()], 0);
    for level in levels {
        found[count] = *level;
        count += usize::from(*level >= least);
    }
    found.truncate(count);
    Cow::Owned(found)
}

/// Which places of a part are no nulls, unless all are.
fn nulls(places: &[u8], shape: &Shape) -> Option<NullBuffer> {
    let defined = shape.defined;
    if defined == shape.definition || places.iter().all(|level| *level >= defined) {
        return None;
    }
    Some(NullBuffer::new(bits(places, defined)))
}

fn bits(places: &[u8], defined: u8) -> BooleanBuffer {
    BooleanBuffer::collect_bool(places.len(), |place| places[place] >= defined)
}

/// The rows of a row group that are read.
pub struct Part {
    /// Of so many rows
    pub total: usize,
    /// these.
    pub wanted: Range<usize>,
}

/// The wanted rows of a leaf, which has so many entries in all rows; `None` if a page is encoded in a way that is not read
/// here.
///
/// # Errors
/// `Corrupt`, `Io`.
pub fn read(
    mut walk: Walk<'_>,
    entries: usize,
    (physical, to, shape): (Type, &DataType, &Shape),
    part: &Part,
) -> Result<Option<Read>> {
    let whole = part.wanted.len() == part.total;
    let leaf = Leaf { physical, nullable: true, to, wanted: if whole { entries } else { part.wanted.len() } };
    let Some(mut values) = values(&leaf, None) else { return Ok(None) };
    let mut valid = Valid::default();
    // Text keeps the bytes of its pages, and with them all room that they have.
    let mut bytes = if physical == Type::BYTE_ARRAY { Spare::default() } else { Spare::take() };
    let (mut definitions, mut repetitions) = (Vec::new(), Vec::new());
    let (mut begun, mut more) = (0, true);
    while more && let Some(page) = walk.next(|_| true)? {
        walk.read(&page, &mut bytes)?;
        if page.header.kind == Kind::Dictionary {
            if !matches!(page.header.encoding, PLAIN | PLAIN_DICTIONARY) {
                return Ok(None);
            }
            values.dictionary(&mut bytes, page.header.values)?;
            continue;
        }
        let (before, before_lists) = (definitions.len(), repetitions.len());
        let Some(start) = levels(&page, &bytes, shape, &mut definitions, &mut repetitions)? else {
            return Ok(None);
        };
        let mine = &definitions[before..];
        let all = mine.len();
        let own = wanted(&repetitions[before_lists..], all, &mut begun, &part.wanted)?;
        // A row may go on in the next page.
        more = whole || own.end == all;
        if own.is_empty() {
            definitions.truncate(before);
            repetitions.truncate(before_lists);
            continue;
        }
        let places = mine.iter().filter(|level| **level >= shape.definition).count();
        let count = mine.iter().filter(|level| **level >= shape.defined).count();
        if !values.page(page.header.encoding, &mut bytes, PagePart { start, count, ranges: None })? {
            return Ok(None);
        }
        let there = (count < places).then(|| bits(&chosen(mine, shape.definition), shape.defined));
        if let Some(there) = &there {
            values.spread(there);
        }
        let mut kept = 0..places;
        if own.len() < all {
            let places = |entries: &[u8]| entries.iter().filter(|level| **level >= shape.definition).count();
            kept = places(&mine[..own.start])..places(&mine[..own.end]);
            values.select(std::slice::from_ref(&kept));
            cut(&mut definitions, before, &own);
            if shape.repetition > 0 {
                cut(&mut repetitions, before_lists, &own);
            }
        }
        valid.add(there.as_ref(), std::slice::from_ref(&kept));
    }
    if whole && definitions.len() != entries || values.rows() != valid.rows() {
        return Err(damaged("other values than the footer says"));
    }
    let values = values.finish(to, valid.finish())?;
    let read = Read { definitions, repetitions, values };
    match read.rows() == part.wanted.len() && (!whole || begun == part.total) {
        true => Ok(Some(read)),
        false => {
            let (found, said) = if whole { (begun, part.total) } else { (read.rows(), part.wanted.len()) };
            Err(damaged(format!("{found} rows where the footer says {said}")))
        }
    }
}

/// Keeps, of the levels from a place on, these.
fn cut(levels: &mut Vec<u8>, from: usize, kept: &Range<usize>) {
    levels.truncate(from + kept.end);
    levels.drain(from..from + kept.start);
}

/// Which entries of a page are of the wanted rows. `begun` counts the rows that have begun.
fn wanted(
    repetitions: &[u8],
    entries: usize,
    begun: &mut usize,
    rows: &Range<usize>,
) -> Result<Range<usize>> {
    let before = *begun;
    if repetitions.is_empty() {
        *begun += entries;
        let place = |row: usize| row.saturating_sub(before).min(entries);
        return Ok(place(rows.start)..place(rows.end));
    }
    if before == 0 && repetitions[0] > 0 {
        return Err(damaged("a list that goes on before it begins"));
    }
    *begun += repetitions.iter().filter(|level| **level == 0).count();
    if rows.start == 0 && *begun <= rows.end {
        return Ok(0..entries);
    }
    // The entry that begins a row; the end of the page, if it does not.
    let place = |row: usize| match row.checked_sub(before) {
        // A row that has begun before: what is first goes on with one.
        None => 0,
        Some(nth) => {
            let mut begin = repetitions.iter().enumerate().filter(|(_, level)| **level == 0);
            begin.nth(nth).map_or(entries, |(entry, _)| entry)
        }
    };
    Ok(place(rows.start)..place(rows.end))
}

/// Adds the levels of a page; where its values start. `None` for levels that are not read here.
fn levels(
    page: &Page,
    bytes: &[u8],
    shape: &Shape,
    definitions: &mut Vec<u8>,
    repetitions: &mut Vec<u8>,
) -> Result<Option<usize>> {
    let (header, count) = (&page.header, page.header.values);
    let short = || damaged("a page ends before its levels");
    let mut at = 0;
    for (most, encoding, second, out) in [
        (shape.repetition, header.repetition_encoding, false, repetitions),
        (shape.defined, header.level_encoding, true, definitions),
    ] {
        let end = match header.kind {
            Kind::Data2 { repetitions, .. } if !second => repetitions,
            Kind::Data2 { levels, .. } => levels,
            _ if most == 0 => at,
            _ if encoding != RLE => return Ok(None),
            _ => {
                let length = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>).ok_or_else(short)?;
                at += 4;
                at.saturating_add(u32::from_le_bytes(*length) as usize)
            }
        };
        let runs = bytes.get(at..end).ok_or_else(short)?;
        at = end;
        match most {
            0 if second => out.resize(out.len() + count, 0),
            0 => {}
            _ => {
                let mut hybrid = Hybrid::new(runs, 8 - most.leading_zeros() as usize, count)?;
                let mut some = [0; AT_ONCE];
                loop {
                    let more = hybrid.next(&mut some)?;
                    if more.is_empty() {
                        break;
                    }
                    if greatest(more) > u32::from(most) {
                        return Err(damaged("levels beyond the schema"));
                    }
                    out.extend(more.iter().map(|level| *level as u8));
                }
            }
        }
    }
    Ok(Some(at))
}

/// The column of these leaves.
///
/// # Errors
/// `Corrupt` if they do not belong together.
pub fn assembled(shape: &Shape, leaves: &[Read]) -> Result<ArrayRef> {
    let first = leaves.get(shape.first()).ok_or_else(|| damaged("a leaf is missing"))?;
    match &shape.kind {
        shape::Kind::Leaf { .. } => Ok(first.values.clone()),
        shape::Kind::Struct(fields, parts) => {
            let places = first.places(shape);
            let (nulls, count) = (nulls(&places, shape), places.len());
            let mut arrays = Vec::with_capacity(parts.len());
            let mut held = Vec::with_capacity(parts.len());
            for (part, field) in parts.iter().zip(fields) {
                let array = assembled(part, leaves)?;
                if array.len() != count {
                    return Err(damaged("fields of a struct of different lengths"));
                }
                held.push(typed(field, &array));
                arrays.push(array);
            }
            Ok(Arc::new(StructArray::try_new(Fields::from(held), arrays, nulls).map_err(damaged)?))
        }
        shape::Kind::List(kind, field, item) => {
            let items = assembled(item, leaves)?;
            let field = typed(field, &items);
            match kind {
                DataType::LargeList(_) => list::<i64>(first, shape, field, items),
                DataType::Map(_, sorted) => {
                    let (offsets, nulls) = first.lists::<i32>(shape)?;
                    whole(&offsets, &items)?;
                    let pairs = items.as_any().downcast_ref::<StructArray>();
                    let pairs = pairs.ok_or_else(|| damaged("a map without pairs"))?.clone();
                    let map = MapArray::try_new(field, offsets, pairs, nulls, *sorted);
                    Ok(Arc::new(map.map_err(damaged)?))
                }
                _ => list::<i32>(first, shape, field, items),
            }
        }
    }
}

fn list<O: OffsetSizeTrait>(
    first: &Read,
    shape: &Shape,
    field: FieldRef,
    items: ArrayRef,
) -> Result<ArrayRef> {
    let (offsets, nulls) = first.lists::<O>(shape)?;
    whole(&offsets, &items)?;
    Ok(Arc::new(GenericListArray::<O>::try_new(field, offsets, items, nulls).map_err(damaged)?))
}

/// Whether all items are in lists.
fn whole<O: OffsetSizeTrait>(offsets: &OffsetBuffer<O>, items: &ArrayRef) -> Result<()> {
    match <[O]>::last(offsets) {
        Some(last) if last.as_usize() == items.len() => Ok(()),
        _ => Err(damaged("other items than lists have")),
    }
}

/// The field, of the type that the values became.
fn typed(field: &FieldRef, array: &ArrayRef) -> FieldRef {
    Arc::new(field.as_ref().clone().with_data_type(array.data_type().clone()))
}
