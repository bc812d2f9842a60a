//! Files as the `parquet` crate reads them, at positions.

use crate::error::Result;
use crate::io::file::{OpenFile, Reading};
use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use std::io::BufReader;
use std::ops::Range;
use std::sync::Arc;

/// A file that threads and columns read at positions of their own.
#[derive(Clone)]
pub struct PositionedFile(Arc<OpenFile>);

impl PositionedFile {
    /// Wraps an open file.
    pub fn new(file: OpenFile) -> Self {
        PositionedFile(Arc::new(file))
    }
}

impl PositionedFile {
    /// As [`OpenFile::expect`].
    ///
    /// # Errors
    /// `Io`.
    pub fn expect(&self, ranges: &[Range<u64>]) -> Result<()> {
        self.0.expect(ranges)
    }
}

impl Length for PositionedFile {
    fn len(&self) -> u64 {
        self.0.size()
    }
}

impl ChunkReader for PositionedFile {
    type T = BufReader<Reading>;

    fn get_read(&self, start: u64) -> std::result::Result<Self::T, ParquetError> {
        Ok(BufReader::with_capacity(4096, Reading::new(self.0.clone(), start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> std::result::Result<Bytes, ParquetError> {
        let inside = start.checked_add(length as u64).is_some_and(|end| end <= self.0.size());
        if !inside {
            let message = format!("{length} bytes at {start} of a file of {} bytes", self.0.size());
            return Err(ParquetError::EOF(message));
        }
        let mut bytes = vec![0; length];
        self.0.read_raw(&mut bytes, start)?;
        Ok(bytes.into())
    }
}
