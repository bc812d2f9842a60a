//! Walks the records of a byte range of a file, chunk by chunk.

use crate::error::{Error, ErrorKind, Result};
use crate::io::csv::records::{Broken, Dialect, Index, Stop};
use crate::io::file::OpenFile;
use std::ops::Range;

/// Fields of one chunk, so that its text and its index stay in the cache together.
const CHUNK_FIELDS: usize = 32_768;
/// Records longer than this are taken for a quote that was never closed.
const LONGEST_RECORD: usize = 1 << 30;
/// Bytes read at once beyond what was asked for.
const STEP: usize = 64 << 10;

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
    /// Bytes from `offset` on; only the first `filled` count.
    buffer: Vec<u8>,
    offset: u64,
    filled: usize,
    /// The next record, in the buffer.
    at: usize,
    /// Records that start here or later are not wanted.
    end: u64,
    /// Records passed.
    records: u64,
    /// The last chunk, in the buffer.
    chunk: Range<usize>,
}

impl<'a> Cursor<'a> {
    /// A cursor at the record that starts at byte `start`, for the records that start before `end`.
    pub fn new(file: &'a OpenFile, layout: &'a Layout, start: u64, end: u64) -> Self {
        Cursor {
            file,
            layout,
            buffer: Vec::new(),
            offset: start,
            filled: 0,
            at: 0,
            end,
            records: 0,
            chunk: 0..0,
        }
    }

    /// Starts with `filled` bytes already read from `offset`; the next record is at `at` in them.
    pub fn with_buffer(mut self, buffer: Vec<u8>, offset: u64, filled: usize, at: usize) -> Self {
        (self.buffer, self.offset, self.filled, self.at) = (buffer, offset, filled, at);
        self
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
        self.offset + self.at as u64
    }

    /// The bytes that the last index counts in.
    pub fn chunk(&self) -> &[u8] {
        &self.buffer[self.chunk.clone()]
    }

    /// The byte in the file of a place in the last chunk.
    pub fn byte(&self, at: usize) -> u64 {
        self.offset + (self.chunk.start + at) as u64
    }

    /// Indexes the next records; false at the end of the range.
    ///
    /// # Errors
    /// `Parse` for records with a wrong number of fields and for a quote that is not closed: the row counts from the
    /// cursor's start. `Io`.
    pub fn next(&mut self, index: &mut Index, most: usize) -> Result<bool> {
        let fields = self.layout.fields;
        let most = most.min((CHUNK_FIELDS / fields.max(1)).clamp(16, 8192));
        loop {
            let position = self.position();
            let last = self.offset + self.filled as u64 == self.file.size();
            if position >= self.end || (last && self.at == self.filled) {
                return Ok(false);
            }
            let limit = usize::try_from(self.end - position).unwrap_or(usize::MAX);
            let bytes = &self.buffer[self.at..self.filled];
            let filled = index.fill(bytes, limit, last, most, Some(fields), &self.layout.dialect);
            let used = match filled.map_err(|broken| self.broken(broken, index.records()))? {
                Stop::Full(next) | Stop::Limit(next) => next,
                Stop::Incomplete(next) => {
                    if index.records() == 0 {
                        self.at += next;
                        self.more()?;
                        continue;
                    }
                    next
                }
                Stop::End => bytes.len(),
            };
            let start = self.at;
            self.at += used;
            if index.records() == 0 {
                continue;
            }
            self.records += index.records() as u64;
            self.chunk = start..self.at;
            return Ok(true);
        }
    }

    /// Drops what is done and reads on.
    fn more(&mut self) -> Result<()> {
        self.buffer.copy_within(self.at..self.filled, 0);
        self.offset += self.at as u64;
        self.filled -= self.at;
        self.at = 0;
        if self.filled > LONGEST_RECORD {
            return Err(Error::new(ErrorKind::Parse, "a record of more than 1 GiB")
                .file(self.layout.name.as_str())
                .byte(self.offset)
                .row(self.records)
                .hint("is a quote in it never closed?"));
        }
        let left = self.file.size() - self.offset - self.filled as u64;
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(self.filled.max(STEP));
        if self.buffer.len() < self.filled + wanted {
            self.buffer.resize(self.filled + wanted, 0);
        }
        let room = &mut self.buffer[self.filled..self.filled + wanted];
        self.file.read_at(room, self.offset + self.filled as u64)?;
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
