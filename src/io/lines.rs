//! Runs of whole lines: a byte range of a file stands for the lines that begin in it.

use crate::error::{Error, Result};
use crate::io::file::{InputFile, OpenFile};
use std::ops::Range;

const STEP: u64 = 64 << 10;

/// Cuts bytes into ranges of about `size` bytes.
pub fn cut(start: u64, end: u64, size: u64) -> Vec<Range<u64>> {
    let count = (end - start).div_ceil(size.max(1)).max(1);
    let step = (end - start).div_ceil(count).max(1);
    (0..count).map(|i| (start + i * step).min(end)..(start + (i + 1) * step).min(end)).collect()
}

/// The bytes of a partition of a file of so many bytes: enough of them for many cores, each worth its fixed cost.
pub fn partition_bytes(given: Option<u64>, size: u64) -> u64 {
    given.unwrap_or((size / 64).clamp(4 << 20, 8 << 20)).max(1)
}

/// The lines that begin in `range`, the last one to its end, and the byte where they start. The first line of all begins
/// at `first`.
///
/// # Errors
/// `Io`.
pub fn read(file: &OpenFile, range: &Range<u64>, first: u64) -> Result<(Vec<u8>, u64)> {
    let from = if range.start <= first { first } else { range.start - 1 };
    let mut bytes = vec![0; usize::try_from(range.end.saturating_sub(from)).unwrap_or(usize::MAX)];
    file.read_at(&mut bytes, from)?;
    let mut skip = 0;
    if from > first || range.start > first {
        match memchr::memchr(b'\n', &bytes) {
            Some(at) if (at as u64) < range.end - from => skip = at + 1,
            _ => return Ok((Vec::new(), range.end)),
        }
    }
    if skip == bytes.len() {
        return Ok((Vec::new(), range.end));
    }
    let mut end = range.end;
    while end < file.size() && bytes.last() != Some(&b'\n') {
        let more = STEP.min(file.size() - end);
        let held = bytes.len();
        bytes.resize(held + more as usize, 0);
        file.read_at(&mut bytes[held..], end)?;
        if let Some(at) = memchr::memchr(b'\n', &bytes[held..]) {
            bytes.truncate(held + at + 1);
        }
        end += more;
    }
    bytes.drain(..skip);
    Ok((bytes, from + skip as u64))
}

/// How many lines begin before a byte; for messages.
///
/// # Errors
/// `Io`.
pub fn count_before(input: &InputFile, first: u64, end: u64) -> Result<u64> {
    let file = input.open()?;
    let (mut at, mut count) = (first, 0);
    let mut block = vec![0; 1 << 20];
    while at < end {
        let length = (block.len() as u64).min(end - at) as usize;
        file.read_at(&mut block[..length], at)?;
        count += memchr::memchr_iter(b'\n', &block[..length]).count() as u64;
        at += length as u64;
    }
    Ok(count)
}

/// Bytes as text.
///
/// # Errors
/// `Parse` naming the byte in the file, `at` being that of the first one here.
pub fn text<'a>(bytes: &'a [u8], at: u64, input: &InputFile) -> Result<&'a str> {
    simdutf8::compat::from_utf8(bytes).map_err(|error| {
        Error::new(crate::error::ErrorKind::Parse, "this is not UTF-8")
            .file(input.name())
            .byte(at + error.valid_up_to() as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::objects::options::StorageOptions;

    #[test]
    fn every_line_is_in_one_range() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        for text in ["", "\n", "a", "a\nbb\n\nccc", "a\n\n\n", "abcdefgh\ni\n"] {
            std::fs::write(&path, text).unwrap();
            let input = InputFile::find(&path, &StorageOptions::default()).unwrap();
            let file = input.open().unwrap();
            for size in 1..=text.len() as u64 + 1 {
                let mut found = Vec::new();
                for range in cut(0, input.size(), size) {
                    found.extend(read(&file, &range, 0).unwrap().0);
                }
                assert_eq!(String::from_utf8(found).unwrap(), text, "cut in {size}");
            }
        }
    }
}
