//! Walks the records of a byte range of a file, chunk by chunk.

use crate::error::{Error, ErrorKind, Result};
use crate::io::csv::records::{Broken, Dialect, Index, Regular, Run, Stop};
use crate::io::file::OpenFile;
use crate::kernels::padded::PAD;

/// Bytes indexed at once, so that a chunk's text, its index and its values stay in the cache together.
const REACH: usize = 64 << 10;
/// The same for wide records: each column of a chunk should have some values.
const WIDEST_REACH: usize = 4 << 20;
/// Fewer records than this make a larger reach.
const FEW: usize = 128;
/// Records of a chunk that is indexed byte by byte.
const ODD_RECORDS: usize = 1024;
/// Records longer than this are taken for a quote that was never closed.
const LONGEST_RECORD: usize = 1 << 30;
/// Bytes read at once.
const BLOCK: usize = 256 << 10;
/// Bytes read beyond a range for its last record.
const BEYOND: u64 = 16 << 10;

/// How the records of one file are written.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Delimiter and quotes.
    pub dialect: Dialect,
    /// Fields of each record.
    pub fields: usize,
    /// The file's name, for messages.
    pub name: String,
}

/// A place in a file, and the bytes around it.
pub struct Cursor<'a> {
    file: &'a OpenFile,
    layout: &'a Layout,
    /// Bytes from `offset` on, after [`PAD`] bytes of nothing; only those before `filled` count. There are always
    /// [`PAD`] bytes more.
    buffer: Vec<u8>,
    offset: u64,
    filled: usize,
    /// The next record, in the buffer.
    at: usize,
    /// Records that start here or later are not wanted.
    end: u64,
    /// Records passed.
    records: u64,
    /// How many bytes are indexed at once.
    reach: usize,
    /// The last chunk, in the buffer, with padding on both sides.
    chunk: (usize, usize),
}

impl<'a> Cursor<'a> {
    /// A cursor at the record that starts at byte `start`, for the records that start before `end`. The buffer is one
    /// of another cursor, or empty.
    pub fn new(file: &'a OpenFile, layout: &'a Layout, start: u64, end: u64, buffer: Vec<u8>) -> Self {
        let mut buffer = buffer;
        if buffer.len() < 2 * PAD {
            buffer.resize(2 * PAD, 0);
        }
        let (offset, chunk) = (start, (0, 2 * PAD));
        Cursor { file, layout, buffer, offset, filled: PAD, at: PAD, end, records: 0, reach: REACH, chunk }
    }

    /// The buffer, for use by another cursor.
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// Records passed, those of the last chunk included.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The byte in the file where the next record starts.
    pub fn position(&self) -> u64 {
        self.byte_at(self.at)
    }

    fn byte_at(&self, place: usize) -> u64 {
        self.offset + (place - PAD) as u64
    }

    /// The bytes that the last index counts in: padding, text, padding.
    pub fn chunk(&self) -> &[u8] {
        &self.buffer[self.chunk.0..self.chunk.1]
    }

    /// The byte in the file of a place in the last chunk.
    pub fn byte(&self, at: usize) -> u64 {
        self.byte_at(self.chunk.0 + at)
    }

    /// Indexes the next records, counted in [`Cursor::chunk`]; false at the end of the range.
    ///
    /// # Errors
    /// `Parse` for records with a wrong number of fields and for a quote that is not closed: the row counts from the
    /// cursor's start. `Io`.
    pub fn next(&mut self, index: &mut Index, most: usize) -> Result<bool> {
        loop {
            let position = self.position();
            let all = self.byte_at(self.filled) == self.file.size();
            if position >= self.end || (all && self.at == self.filled) {
                return Ok(false);
            }
            if !all && self.filled - self.at < self.reach && self.byte_at(self.filled) < self.end {
                self.more(false)?;
                continue;
            }
            let limit = usize::try_from(self.end - position).unwrap_or(usize::MAX);
            let Some(used) = self.index(index, limit, most, all)? else {
                self.more(true)?;
                continue;
            };
            let start = self.at;
            self.at += used;
            let records = index.records() + index.left_out().len();
            if records == 0 {
                continue;
            }
            self.records += records as u64;
            self.chunk = (start - PAD, self.at + PAD);
            return Ok(true);
        }
    }

    /// Indexes records in the buffer: how many bytes they take, or none if the first one is not all there.
    fn index(&mut self, index: &mut Index, limit: usize, most: usize, all: bool) -> Result<Option<usize>> {
        let fields = self.layout.fields;
        loop {
            let to = self.filled.min(self.at.saturating_add(self.reach));
            let whole = to == self.filled;
            let bytes = &self.buffer[self.at - PAD..to];
            let run = Run { bytes, base: PAD, limit, last: whole && all, most };
            match index.regular(run, fields, &self.layout.dialect) {
                Regular::Records(used) => {
                    if index.records() < FEW {
                        self.reach = (self.reach * 2).min(WIDEST_REACH);
                    }
                    return Ok(Some(used));
                }
                Regular::Nothing if !whole => {
                    self.reach *= 2;
                    continue;
                }
                Regular::Nothing if !all => return Ok(None),
                Regular::Nothing | Regular::Odd => {}
            }
            let bytes = &self.buffer[self.at - PAD..self.filled];
            let run = Run { bytes, base: PAD, limit, last: all, most: most.min(ODD_RECORDS) };
            let filled = index.fill(run, Some(fields), &self.layout.dialect);
            return match filled
                .map_err(|broken| self.broken(broken, index.records() + index.left_out().len()))?
            {
                Stop::Full(next) | Stop::Limit(next) => Ok(Some(next)),
                // Blank lines may have been passed.
                Stop::Incomplete(next) if index.records() > 0 || next > 0 => Ok(Some(next)),
                Stop::Incomplete(_) => Ok(None),
                Stop::End => Ok(Some(self.filled - self.at)),
            };
        }
    }

    /// Drops what is done and reads on, to the end of the range and a little further; much further if a record needs it.
    fn more(&mut self, further: bool) -> Result<()> {
        self.buffer.copy_within(self.at..self.filled, PAD);
        self.offset = self.position();
        self.filled = self.filled - self.at + PAD;
        self.at = PAD;
        let held = self.filled - PAD;
        if held > LONGEST_RECORD {
            return Err(Error::new(ErrorKind::Parse, "a record of more than 1 GiB")
                .file(self.layout.name.as_str())
                .byte(self.offset)
                .row(self.records)
                .hint("is a quote in it never closed?"));
        }
        let from = self.offset + held as u64;
        let least = if further { from + BEYOND.max(held as u64) } else { from };
        let left = self.end.saturating_add(BEYOND).max(least).min(self.file.size()) - from;
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(held.max(BLOCK).max(self.reach * 2));
        if self.buffer.len() < self.filled + wanted + PAD {
            self.buffer.resize(self.filled + wanted + PAD, 0);
        }
        self.file.read_at(&mut self.buffer[self.filled..self.filled + wanted], from)?;
        self.filled += wanted;
        Ok(())
    }

    fn broken(&self, broken: Broken, before: usize) -> Error {
        let row = self.records + before as u64;
        let error = match broken {
            Broken::Ragged { start, found } => {
                let wanted = self.layout.fields;
                let error = Error::new(ErrorKind::Parse, format!("{wanted} fields expected, {found} found"))
                    .byte(self.position() + start as u64);
                match found > wanted {
                    true => error.hint("a field that contains the delimiter must stand in quotes"),
                    false => error,
                }
            }
            Broken::Unclosed { open } => Error::new(ErrorKind::Parse, "a quote is never closed")
                .byte(self.position() + open as u64)
                .hint("if the file does not quote fields, read it with no quote character"),
        };
        error.row(row).file(self.layout.name.as_str())
    }
}
