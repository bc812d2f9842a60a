//! Where the messages of a file or stream are; found without reading columns.

use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::io::file::{InputFile, OpenFile};
use crate::io::guard::guarded;
use crate::io::ipc::buffers::needed;
use arrow::buffer::{Buffer, MutableBuffer};
use arrow::datatypes::{Fields, SchemaRef};
use arrow::error::ArrowError;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::read_footer_length;
use arrow_ipc::{
    Block, Message, MessageHeader, MetadataVersion, RecordBatch, root_as_footer, root_as_message,
};
use std::ops::Range;
use std::sync::Arc;

/// What a file or stream consists of.
#[derive(Clone)]
pub struct Blocks {
    /// Names and types.
    pub schema: SchemaRef,
    /// The version of its messages.
    pub version: MetadataVersion,
    /// Dictionaries, in the order they are read.
    pub dictionaries: Vec<Block>,
    /// Record batches and their rows.
    pub batches: Vec<(Block, u64)>,
    /// Whether dictionaries change between batches, so that they are read one after the other.
    pub in_order: bool,
}

/// Bytes before the first message of a file, at most.
const LONGEST_MARK: u64 = 256;

/// The longest message without its body.
const LONGEST_HEAD: u64 = 256 << 20;

/// Finds the messages.
///
/// # Errors
/// `Corrupt` naming the file; `Unsupported` for the first version of Feather; `Io`.
pub fn blocks(input: &InputFile) -> Result<Blocks> {
    let file = input.open()?;
    let mut head = [0u8; 8];
    let length = file.size().min(8) as usize;
    file.read_at(&mut head[..length], 0)?;
    match &head {
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => of_file(input, &file),
        [b'F', b'E', b'A', b'1', ..] => {
            Err(Error::unsupported("the first version of Feather is not read").file(input.name()))
        }
        [0xff, 0xff, 0xff, 0xff, ..] => of_stream(input, &file),
        // The length of a schema, before there was a mark: streams of old writers.
        [_, _, 0 | 1, 0, ..] if length == 8 && head[..4] != [0; 4] => of_stream(input, &file),
        _ => Err(damaged(input, "this is not Arrow IPC")),
    }
}

fn damaged(input: &InputFile, message: &str) -> Error {
    Error::new(ErrorKind::Corrupt, message).file(input.name())
}

fn of_file(input: &InputFile, file: &OpenFile) -> Result<Blocks> {
    let cut_off = || damaged(input, "the file is cut off: its end is missing");
    let mut tail = [0u8; 10];
    let at = file.size().checked_sub(10).ok_or_else(cut_off)?;
    file.read_at(&mut tail, at)?;
    let length = read_footer_length(tail).map_err(|_| cut_off())?;
    let start = at.checked_sub(length as u64).ok_or_else(cut_off)?;
    let mut footer = vec![0; length];
    file.read_at(&mut footer, start)?;
    let (schema, version, dictionaries, batches) = guarded(input, || {
        let footer = root_as_footer(&footer).map_err(|error| ArrowError::ParseError(error.to_string()))?;
        let schema = footer.schema().ok_or_else(|| ArrowError::ParseError("no schema".to_owned()))?;
        Ok::<_, ArrowError>((
            Arc::new(try_fb_to_schema(schema)?),
            footer.version(),
            footer.dictionaries().iter().flatten().copied().collect::<Vec<Block>>(),
            footer.recordBatches().iter().flatten().copied().collect::<Vec<Block>>(),
        ))
    })?;
    unlisted(input, file, start, dictionaries.iter().chain(&batches))?;
    let heads: Vec<Range<u64>> = batches.iter().filter_map(head_of).collect();
    file.expect(&heads)?;
    let mut found = Vec::with_capacity(batches.len());
    for block in batches {
        found.push((block, rows(input, file, &block)?));
    }
    Ok(Blocks { schema, version, dictionaries, batches: found, in_order: false })
}

/// Whether between what the footer lists and the footer itself, which starts at `end`, is a record batch.
fn unlisted<'a>(
    input: &InputFile,
    file: &OpenFile,
    end: u64,
    listed: impl Iterator<Item = &'a Block>,
) -> Result<()> {
    let after = |block: &Block| {
        let sizes = [i64::from(block.metaDataLength()), block.bodyLength()];
        let end = sizes.iter().try_fold(block.offset(), |at, size| at.checked_add(*size));
        end.and_then(|end| u64::try_from(end).ok())
    };
    let mut at = match listed.filter_map(after).max() {
        Some(at) => at,
        None => first_message(file, end)?,
    };
    // The schema comes first, then whatever is not listed.
    while at.saturating_add(8) < end {
        let (prefix, length) = prefix(file, at)?;
        if length == 0 || length > (end - at).min(LONGEST_HEAD) || prefix + length > end - at {
            break;
        }
        let mut head = vec![0; length as usize];
        file.read_at(&mut head, at + prefix)?;
        let Ok(message) = root_as_message(&head) else { break };
        if [MessageHeader::RecordBatch, MessageHeader::DictionaryBatch].contains(&message.header_type()) {
            return Err(damaged(input, "the file has record batches that its end does not list"));
        }
        at += prefix + length + u64::try_from(message.bodyLength()).unwrap_or(0);
    }
    Ok(())
}

/// Where the first message of a file is: after its mark and zeros, of which writers have as many as they align to.
fn first_message(file: &OpenFile, end: u64) -> Result<u64> {
    let mut bytes = vec![0; end.min(LONGEST_MARK) as usize];
    file.read_at(&mut bytes, 0)?;
    let words = bytes.chunks_exact(8).skip(1);
    Ok(8 * (1 + words.take_while(|word| word.iter().all(|byte| *byte == 0)).count() as u64))
}

/// Where the head of a message is.
fn head_of(block: &Block) -> Option<Range<u64>> {
    let start = u64::try_from(block.offset()).ok()?;
    Some(start..start.checked_add(u64::try_from(block.metaDataLength()).ok()?)?)
}

/// Goes through the heads of all messages.
fn of_stream(input: &InputFile, file: &OpenFile) -> Result<Blocks> {
    let cut_off = || damaged(input, "the stream is cut off");
    let (mut schema, mut dictionaries, mut batches): (_, Vec<Block>, Vec<(Block, u64)>) =
        (None, Vec::new(), Vec::new());
    let (mut at, mut in_order) = (0u64, false);
    let mut known: Vec<i64> = Vec::new();
    loop {
        let left = file.size() - at;
        if left == 0 {
            break;
        }
        let (prefix, length) = prefix(file, at).map_err(|_| cut_off())?;
        if length == 0 {
            // A length of zero is the end.
            let mut rest = [0u8; 64];
            let rest = &mut rest[..(left - prefix).min(64) as usize];
            if !rest.is_empty() {
                file.read_at(rest, at + prefix)?;
            }
            if rest.iter().any(|byte| *byte != 0) {
                return Err(damaged(input, "there are bytes after the end of the stream"));
            }
            break;
        }
        if length > left.min(LONGEST_HEAD) || prefix + length > left {
            return Err(cut_off());
        }
        let mut head = vec![0; length as usize];
        file.read_at(&mut head, at + prefix)?;
        let (kind, body, rows, dictionary) = guarded(input, || {
            let message =
                root_as_message(&head).map_err(|error| ArrowError::ParseError(error.to_string()))?;
            if let (None, Some(found)) = (&schema, message.header_as_schema()) {
                schema = Some((Arc::new(try_fb_to_schema(found)?), message.version()));
            }
            let rows = message.header_as_record_batch().map_or(0, |batch| batch.length());
            let dictionary = message.header_as_dictionary_batch().map(|found| (found.id(), found.isDelta()));
            Ok::<_, ArrowError>((message.header_type(), message.bodyLength(), rows, dictionary))
        })?;
        let body =
            u64::try_from(body).ok().filter(|body| *body <= left - prefix - length).ok_or_else(cut_off)?;
        let block = Block::new(at as i64, (prefix + length) as i32, body as i64);
        match kind {
            MessageHeader::RecordBatch => batches.push((block, checked_rows(input, rows)?)),
            MessageHeader::DictionaryBatch => {
                let (id, delta) = dictionary.unwrap_or_default();
                in_order |= !batches.is_empty() || (known.contains(&id) && !delta);
                known.push(id);
                dictionaries.push(block);
            }
            MessageHeader::Schema if at == 0 => {}
            _ => return Err(damaged(input, "a message that is no record batch")),
        }
        at += prefix + length + body;
    }
    let (schema, version) = schema.ok_or_else(|| damaged(input, "the stream has no schema"))?;
    Ok(Blocks { schema, version, dictionaries, batches, in_order })
}

/// How many bytes come before a message, and how long its head is.
fn prefix(file: &OpenFile, at: u64) -> Result<(u64, u64)> {
    let mut word = [0u8; 4];
    file.read_at(&mut word, at)?;
    if word != [0xff; 4] {
        return Ok((4, u64::from(u32::from_le_bytes(word))));
    }
    file.read_at(&mut word, at + 4)?;
    Ok((8, u64::from(u32::from_le_bytes(word))))
}

/// The rows of a record batch of a file, from its head.
fn rows(input: &InputFile, file: &OpenFile, block: &Block) -> Result<u64> {
    let head = part(input, file, block.offset(), i64::from(block.metaDataLength()))?;
    let rows = guarded(input, || {
        Ok::<_, ArrowError>(message(&head)?.header_as_record_batch().map(|batch| batch.length()))
    })?;
    checked_rows(input, rows.unwrap_or(0))
}

fn checked_rows(input: &InputFile, rows: i64) -> Result<u64> {
    let rows = u64::try_from(rows).ok().filter(|rows| *rows <= u64::from(u32::MAX >> 1));
    rows.ok_or_else(|| damaged(input, "a record batch has no possible number of rows"))
}

/// A message with the bytes before it.
fn message(bytes: &[u8]) -> Result<Message<'_>, ArrowError> {
    let start = if bytes.starts_with(&[0xff; 4]) { 8 } else { 4 };
    let head = bytes.get(start..).ok_or_else(|| ArrowError::ParseError("no message".to_owned()))?;
    root_as_message(head).map_err(|error| ArrowError::ParseError(error.to_string()))
}

/// Where a part of a file is.
fn inside(input: &InputFile, file: &OpenFile, offset: i64, length: i64) -> Result<(u64, u64)> {
    let range = u64::try_from(offset).ok().zip(u64::try_from(length).ok());
    let range = range.filter(|(at, length)| at.checked_add(*length).is_some_and(|end| end <= file.size()));
    range.ok_or_else(|| damaged(input, "a message lies outside of the file"))
}

/// A record batch with the buffers of these columns.
fn columns(
    input: &InputFile,
    file: &OpenFile,
    block: &Block,
    length: i64,
    (fields, wanted): Wanted<'_>,
) -> Result<Buffer> {
    let (start, length) = inside(input, file, block.offset(), length)?;
    let head = part(input, file, block.offset(), i64::from(block.metaDataLength()))?;
    let ranges = guarded(input, || {
        let message = message(&head)?;
        let batch = message.header_as_record_batch();
        Ok::<_, ArrowError>(batch.and_then(|batch| needed(&batch, message.version(), fields, wanted)))
    })?;
    let body = head.len() as u64;
    let room = length.checked_sub(body);
    let ranges =
        ranges.filter(|ranges| ranges.iter().all(|range| room.is_some_and(|room| range.end <= room)));
    let Some(ranges) = ranges.filter(|_| room.is_some()) else {
        return part(input, file, block.offset(), length as i64);
    };
    let ranges: Vec<Range<u64>> =
        ranges.into_iter().map(|range| body + range.start..body + range.end).collect();
    let in_file: Vec<Range<u64>> =
        ranges.iter().map(|range| start + range.start..start + range.end).collect();
    file.expect(&in_file)?;
    let mut bytes = MutableBuffer::from_len_zeroed(length as usize);
    bytes[..head.len()].copy_from_slice(&head);
    for range in ranges {
        file.read_at(&mut bytes[range.start as usize..range.end as usize], start + range.start)?;
    }
    Ok(bytes.into())
}

fn part(input: &InputFile, file: &OpenFile, offset: i64, length: i64) -> Result<Buffer> {
    let (at, length) = inside(input, file, offset, length)?;
    let mut bytes = MutableBuffer::from_len_zeroed(length as usize);
    file.read_at(&mut bytes, at)?;
    Ok(bytes.into())
}

/// The fields of a file that are wanted: all of them, and the positions of those.
pub type Wanted<'a> = (&'a Fields, &'a [usize]);

/// The bytes of a message, checked so that decoding it allocates no more than the settings allow. Of a record batch, those
/// of columns that are not wanted may be zeros.
///
/// # Errors
/// `Corrupt` naming the file; `Io`.
pub fn read(input: &InputFile, file: &OpenFile, block: &Block, wanted: Option<Wanted<'_>>) -> Result<Buffer> {
    let head = i64::from(block.metaDataLength());
    let length = block.bodyLength().checked_add(head).unwrap_or(i64::MAX);
    let bytes = match wanted {
        Some(wanted) => columns(input, file, block, length, wanted)?,
        None => part(input, file, block.offset(), length)?,
    };
    let limit = Config::current().decompressed_limit(bytes.len() as u64);
    let wanted = guarded(input, || {
        let message = message(&bytes)?;
        let dictionary = message.header_as_dictionary_batch().and_then(|found| found.data());
        let batch = message.header_as_record_batch().or(dictionary);
        Ok::<_, ArrowError>(batch.map_or(Some(0), |batch| {
            unpacked(&batch, &bytes[usize::try_from(head).unwrap_or(bytes.len()).min(bytes.len())..])
        }))
    })?;
    match wanted {
        Some(wanted) if wanted <= limit => Ok(bytes),
        Some(_) => {
            Err(damaged(input, &format!("a record batch of more than {limit} bytes when decompressed"))
                .hint("if the file is meant to be that large, raise the setting decompressed_bytes"))
        }
        None => Err(damaged(input, "a buffer lies outside of its message")),
    }
}

/// How many bytes the buffers of a batch become; `None` if one lies outside of the body.
fn unpacked(batch: &RecordBatch<'_>, body: &[u8]) -> Option<u64> {
    let mut total = 0u64;
    for buffer in batch.buffers().iter().flatten() {
        let start = usize::try_from(buffer.offset()).ok()?;
        let end = start.checked_add(usize::try_from(buffer.length()).ok()?)?;
        let bytes = body.get(start..end)?;
        if let (Some(_), Some(size)) = (batch.compression(), bytes.first_chunk::<8>()) {
            // -1: this one is not compressed.
            let size = i64::from_le_bytes(*size);
            total = total.checked_add(if size == -1 { 0 } else { u64::try_from(size).ok()? })?;
        }
    }
    Some(total)
}
