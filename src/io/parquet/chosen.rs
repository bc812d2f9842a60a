//! Footers of files with very many columns, cut down to the columns that are wanted: most of such a file's footer is about
//! others, and interpreting that takes longer than reading the wanted ones.

use crate::io::parquet::chunk::thrift::{BINARY, Failure, INT, LIST, Parsed, Reader, STRUCT};
use arrow::datatypes::Schema as ArrowSchema;
use arrow_ipc::convert::try_schema_from_ipc_buffer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parquet::arrow::{ARROW_SCHEMA_META_KEY, encode_arrow_schema};
use std::collections::HashSet;
use std::ops::Range;

/// From so many columns on, and where no more than one in so many is wanted, footers are cut down.
const MANY: usize = 100;
const SHARE: usize = 4;

/// The writer's Arrow schema of a file that was cut down, and what became of it: that of the next file is often the same.
#[derive(Clone, Default)]
pub struct Known {
    whole: Vec<u8>,
    cut: String,
}

/// The footer with these columns alone; `None` if that does not pay, or a column is not there just once, or the footer is
/// not understood: then it is to be interpreted whole.
pub fn cut(footer: &[u8], wanted: &[String], known: &mut Known) -> Option<Vec<u8>> {
    let names: Wanted<'_> = wanted.iter().map(String::as_str).collect();
    if names.len() < wanted.len() {
        return None;
    }
    cut_down(footer, &names, known).ok().flatten()
}

/// The names of the wanted columns.
type Wanted<'a> = HashSet<&'a str>;

/// Leaves of the wanted columns among all.
struct Leaves {
    kept: Vec<Range<usize>>,
    all: usize,
}

fn cut_down(footer: &[u8], wanted: &Wanted<'_>, known: &mut Known) -> Parsed<Option<Vec<u8>>> {
    let mut reader = Reader::new(footer);
    let mut out = Vec::new();
    let mut leaves: Option<Leaves> = None;
    let mut done = 0;
    // Fields stand in order of their numbers: the schema comes before what refers to it.
    let mut pays = true;
    reader.fields(|reader, id, kind| {
        let start = reader.at();
        match (id, kind, &leaves) {
            _ if !pays => reader.skip(kind, 0)?,
            (2, LIST, None) => {
                out.extend_from_slice(&footer[done..start]);
                leaves = schema(reader, footer, wanted, &mut out)?;
                pays = leaves.is_some();
                done = reader.at();
            }
            (4, LIST, Some(leaves)) => {
                out.extend_from_slice(&footer[done..start]);
                groups(reader, footer, leaves, &mut out)?;
                done = reader.at();
            }
            (5, LIST, Some(_)) => {
                out.extend_from_slice(&footer[done..start]);
                pays = texts(reader, footer, wanted, known, &mut out)?;
                done = reader.at();
            }
            (7, LIST, Some(leaves)) => {
                out.extend_from_slice(&footer[done..start]);
                kept(reader, footer, leaves, &mut out)?;
                done = reader.at();
            }
            (4 | 7, _, _) => pays = false,
            _ => reader.skip(kind, 0)?,
        }
        Ok(())
    })?;
    out.extend_from_slice(&footer[done..]);
    Ok((pays && leaves.is_some()).then_some(out))
}

/// The head of a list: of what, and how many.
fn list(reader: &mut Reader<'_>) -> Parsed<(u8, usize)> {
    let head = reader.byte()?;
    let count = match head >> 4 {
        15 => usize::try_from(reader.varint()?).map_err(|_| Failure::Damaged)?,
        few => usize::from(few),
    };
    Ok((head & 15, count))
}

fn put_list(kind: u8, count: usize, out: &mut Vec<u8>) {
    match u8::try_from(count) {
        Ok(few) if few < 15 => out.push(few << 4 | kind),
        _ => {
            out.push(15 << 4 | kind);
            put_varint(count as u64, out);
        }
    }
}

fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A column or a part of one, in the schema.
struct Element<'a> {
    name: &'a [u8],
    parts: usize,
    /// Where the number of its parts stands.
    number: Range<usize>,
}

fn element<'a>(reader: &mut Reader<'a>) -> Parsed<Element<'a>> {
    let mut found = Element { name: &[], parts: 0, number: 0..0 };
    reader.fields(|reader, id, kind| {
        match (id, kind) {
            (4, BINARY) => found.name = reader.binary()?,
            (5, INT) => {
                let start = reader.at();
                found.parts = usize::try_from(reader.int()?).map_err(|_| Failure::Damaged)?;
                found.number = start..reader.at();
            }
            _ => reader.skip(kind, 0)?,
        }
        Ok(())
    })?;
    Ok(found)
}

/// The schema with the wanted columns alone.
fn schema(
    reader: &mut Reader<'_>,
    footer: &[u8],
    wanted: &Wanted<'_>,
    out: &mut Vec<u8>,
) -> Parsed<Option<Leaves>> {
    let (kind, elements) = list(reader)?;
    let start = reader.at();
    let root = element(reader)?;
    let columns = root.parts;
    let pays = columns >= MANY && wanted.len() * SHARE <= columns && !wanted.is_empty();
    if kind != STRUCT || root.number.is_empty() || !pays {
        return Ok(None);
    }
    let first = reader.at();
    let (mut kept, mut ranges): (Vec<Range<usize>>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    let (mut seen, mut count, mut all) = (1, 1, 0);
    for _ in 0..columns {
        let (begin, leaf, before) = (reader.at(), all, seen);
        let column = element(reader)?;
        let (mut left, name) = (column.parts, column.name);
        seen += 1;
        all += usize::from(left == 0);
        while left > 0 {
            let part = element(reader)?;
            left = (left - 1).checked_add(part.parts).ok_or(Failure::Damaged)?;
            seen += 1;
            all += usize::from(part.parts == 0);
        }
        if str::from_utf8(name).is_ok_and(|name| wanted.contains(name)) {
            kept.push(begin..reader.at());
            ranges.push(leaf..all);
            count += seen - before;
        }
    }
    if seen != elements || kept.len() != wanted.len() {
        return Ok(None);
    }
    put_list(STRUCT, count, out);
    out.extend_from_slice(&footer[start..root.number.start]);
    put_varint((kept.len() as u64) << 1, out);
    out.extend_from_slice(&footer[root.number.end..first]);
    kept.into_iter().for_each(|range| out.extend_from_slice(&footer[range]));
    Ok(Some(Leaves { kept: ranges, all }))
}

/// A list that has an item for each leaf, with those of the wanted ones alone.
fn kept(reader: &mut Reader<'_>, footer: &[u8], leaves: &Leaves, out: &mut Vec<u8>) -> Parsed<()> {
    let (kind, count) = list(reader)?;
    if kind != STRUCT || count != leaves.all {
        return Err(Failure::Damaged);
    }
    put_list(kind, leaves.kept.iter().map(Range::len).sum(), out);
    let mut next = 0;
    for range in &leaves.kept {
        (next..range.start).try_for_each(|_| reader.skip(kind, 0))?;
        let start = reader.at();
        range.clone().try_for_each(|_| reader.skip(kind, 0))?;
        out.extend_from_slice(&footer[start..reader.at()]);
        next = range.end;
    }
    (next..count).try_for_each(|_| reader.skip(kind, 0))
}

/// The row groups with the wanted columns alone. By which columns they are sorted is left out: it names them by number.
fn groups(reader: &mut Reader<'_>, footer: &[u8], leaves: &Leaves, out: &mut Vec<u8>) -> Parsed<()> {
    let (kind, count) = list(reader)?;
    if kind != STRUCT {
        return Err(Failure::Damaged);
    }
    put_list(kind, count, out);
    for _ in 0..count {
        let mut done = reader.at();
        reader.fields(|reader, id, kind| {
            let start = reader.at();
            match (id, kind) {
                (1, LIST) => {
                    out.extend_from_slice(&footer[done..start]);
                    kept(reader, footer, leaves, out)?;
                    done = reader.at();
                }
                (4, LIST) => {
                    out.extend_from_slice(&footer[done..start]);
                    reader.skip(kind, 0)?;
                    put_list(STRUCT, 0, out);
                    done = reader.at();
                }
                _ => reader.skip(kind, 0)?,
            }
            Ok(())
        })?;
        out.extend_from_slice(&footer[done..reader.at()]);
    }
    Ok(())
}

/// The texts by key, with the writer's Arrow schema cut down; false if it is not understood.
fn texts(
    reader: &mut Reader<'_>,
    footer: &[u8],
    wanted: &Wanted<'_>,
    known: &mut Known,
    out: &mut Vec<u8>,
) -> Parsed<bool> {
    let (kind, count) = list(reader)?;
    if kind != STRUCT {
        return Ok(false);
    }
    put_list(kind, count, out);
    for _ in 0..count {
        let start = reader.at();
        let (mut key, mut text, mut place) = (&b""[..], &b""[..], 0..0);
        reader.fields(|reader, id, kind| {
            match (id, kind) {
                (1, BINARY) => key = reader.binary()?,
                (2, BINARY) => {
                    let start = reader.at();
                    text = reader.binary()?;
                    place = start..reader.at();
                }
                _ => reader.skip(kind, 0)?,
            }
            Ok(())
        })?;
        if key != ARROW_SCHEMA_META_KEY.as_bytes() || place.is_empty() {
            out.extend_from_slice(&footer[start..reader.at()]);
            continue;
        }
        if known.whole != text {
            let Some(cut) = arrow(text, wanted) else { return Ok(false) };
            *known = Known { whole: text.to_vec(), cut };
        }
        out.extend_from_slice(&footer[start..place.start]);
        put_varint(known.cut.len() as u64, out);
        out.extend_from_slice(known.cut.as_bytes());
        out.extend_from_slice(&footer[place.end..reader.at()]);
    }
    Ok(true)
}

/// The writer's Arrow schema with the wanted columns alone.
fn arrow(text: &[u8], wanted: &Wanted<'_>) -> Option<String> {
    let schema = try_schema_from_ipc_buffer(&STANDARD.decode(text).ok()?).ok()?;
    let is_wanted = |name: &String| wanted.contains(name.as_str());
    let fields: Vec<_> = schema.fields().iter().filter(|field| is_wanted(field.name())).cloned().collect();
    let cut = ArrowSchema::new_with_metadata(fields, schema.metadata().clone());
    (cut.fields().len() == wanted.len()).then(|| encode_arrow_schema(&cut))
}
