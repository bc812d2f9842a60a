//! Which bytes of a record batch hold the columns that are wanted.

use arrow::datatypes::{DataType, Fields};
use arrow_ipc::{MetadataVersion, RecordBatch};
use std::ops::Range;

/// Ranges closer than this are read together. (In tests none are, so that small files have gaps.)
const GAP: u64 = if cfg!(test) { 0 } else { 64 << 10 };

/// The bytes in the body of a batch that the wanted fields (positions, ascending) lie in, ascending and apart; `None`
/// where that cannot be told: then it is all of them.
pub fn needed(
    batch: &RecordBatch<'_>,
    version: MetadataVersion,
    fields: &Fields,
    wanted: &[usize],
) -> Option<Vec<Range<u64>>> {
    if version != MetadataVersion::V5 || wanted.len() == fields.len() {
        return None;
    }
    let buffers = batch.buffers()?;
    let mut variadic = batch.variadicBufferCounts().into_iter().flatten();
    let (mut at, mut ranges): (usize, Vec<Range<u64>>) = (0, Vec::new());
    for (position, field) in fields.iter().enumerate() {
        let count = count(field.data_type(), &mut variadic)?;
        let end = at.checked_add(count).filter(|end| *end <= buffers.len())?;
        if wanted.binary_search(&position).is_ok() {
            for buffer in (at..end).map(|place| buffers.get(place)) {
                let start = u64::try_from(buffer.offset()).ok()?;
                ranges.push(start..start.checked_add(u64::try_from(buffer.length()).ok()?)?);
            }
        }
        at = end;
    }
    (at == buffers.len()).then(|| joined(ranges))
}

/// How many buffers a field of this type has.
fn count(dtype: &DataType, variadic: &mut impl Iterator<Item = i64>) -> Option<usize> {
    Some(match dtype {
        DataType::Null => 0,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Binary | DataType::LargeBinary => 3,
        DataType::Utf8View | DataType::BinaryView => 2 + usize::try_from(variadic.next()?).ok()?,
        DataType::List(item) | DataType::LargeList(item) | DataType::Map(item, _) => {
            2 + count(item.data_type(), variadic)?
        }
        DataType::FixedSizeList(item, _) => 1 + count(item.data_type(), variadic)?,
        DataType::Struct(fields) => {
            let mut all = 1usize;
            for field in fields {
                all += count(field.data_type(), variadic)?;
            }
            all
        }
        DataType::Union(..)
        | DataType::RunEndEncoded(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_) => return None,
        _ => 2,
    })
}

/// Ranges in order, with those that are close as one.
fn joined(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| range.start);
    let mut apart: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start <= last.end.saturating_add(GAP) => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}
