//! Parquet's own errors and panics as typed errors, and its reads at positions of a file.

use crate::error::{Error, ErrorKind, Result};
use crate::io::file::{InputFile, OpenFile};
use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
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

impl Length for PositionedFile {
    fn len(&self) -> u64 {
        self.0.size()
    }
}

impl ChunkReader for PositionedFile {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::with_capacity(4096, From { file: self.0.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
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

/// Reads a file from a position on.
pub struct From {
    file: Arc<OpenFile>,
    at: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.file.size().saturating_sub(self.at);
        let count = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.file.read_raw(&mut buffer[..count], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// Runs code of the `parquet` crate on bytes that may be damaged: its errors, and its panics, become `Corrupt`.
///
/// # Errors
/// `Corrupt` naming the file; `Io`; `Unsupported` for features of the format that are not read.
pub fn guarded<T, E: Into<Failure>>(input: &InputFile, run: impl FnOnce() -> Result<T, E>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(failure)) => Err(failure.into().0.file(input.name())),
        Err(_) => Err(Error::new(ErrorKind::Corrupt, "the file is damaged").file(input.name())),
    }
}

/// An error of either crate as one of ours.
pub struct Failure(Error);

impl std::convert::From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure(error)
    }
}

impl std::convert::From<ParquetError> for Failure {
    fn from(error: ParquetError) -> Self {
        Failure(match error {
            ParquetError::NYI(message) => Error::unsupported(message),
            ParquetError::External(source) if source.is::<std::io::Error>() => {
                Error::new(ErrorKind::Io, source.to_string())
            }
            ParquetError::General(message) | ParquetError::EOF(message) => {
                Error::new(ErrorKind::Corrupt, format!("the file is damaged: {message}"))
            }
            other => Error::new(ErrorKind::Corrupt, format!("the file is damaged: {other}")),
        })
    }
}

impl std::convert::From<arrow::error::ArrowError> for Failure {
    fn from(error: arrow::error::ArrowError) -> Self {
        use arrow::error::ArrowError;
        Failure(match error {
            ArrowError::IoError(message, _) => Error::new(ErrorKind::Io, message),
            ArrowError::NotYetImplemented(message) => Error::unsupported(message),
            ArrowError::ExternalError(source) => match source.downcast::<Error>() {
                Ok(own) => *own,
                Err(other) => Error::new(ErrorKind::Corrupt, format!("the file is damaged: {other}")),
            },
            other => Error::new(ErrorKind::Corrupt, format!("the file is damaged: {other}")),
        })
    }
}

/// Refuses what is no complete Parquet file before any of it is interpreted.
///
/// # Errors
/// `Corrupt` saying which end is wrong; `Unsupported` for encrypted files; `Io`.
pub fn check_magic(input: &InputFile, file: &OpenFile) -> Result<()> {
    let corrupt = |message: &str| Error::new(ErrorKind::Corrupt, message).file(input.name());
    let (mut head, mut tail) = ([0u8; 4], [0u8; 4]);
    if file.size() >= 4 {
        file.read_at(&mut head, 0)?;
        file.read_at(&mut tail, file.size() - 4)?;
    }
    match (&head, &tail) {
        (b"PAR1", b"PAR1") if file.size() >= 12 => Ok(()),
        (b"PARE", _) | (b"PAR1", b"PARE") => {
            Err(Error::unsupported("encrypted Parquet files are not read").file(input.name()))
        }
        (b"PAR1", _) => Err(corrupt("the Parquet file is cut off: its end is missing")),
        _ if file.size() == 0 => Err(corrupt("the file is empty, not a Parquet file")),
        _ => Err(corrupt("this is not a Parquet file")),
    }
}
