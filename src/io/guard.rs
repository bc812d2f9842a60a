//! Errors and panics of the crates that interpret files, as typed errors that name the file.

use crate::error::{Error, ErrorKind, Result};
use crate::io::file::InputFile;
use parquet::errors::ParquetError;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code of another crate on bytes that may be damaged: its errors, and its panics, become `Corrupt`.
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

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure(error)
    }
}

impl From<ParquetError> for Failure {
    fn from(error: ParquetError) -> Self {
        Failure(match error {
            ParquetError::NYI(message) => Error::unsupported(message),
            ParquetError::External(source) if source.is::<std::io::Error>() => {
                let own = source.downcast_ref::<std::io::Error>().and_then(Error::within);
                own.unwrap_or_else(|| Error::new(ErrorKind::Io, source.to_string()))
            }
            ParquetError::General(message) | ParquetError::EOF(message) => {
                Error::new(ErrorKind::Corrupt, format!("the file is damaged: {message}"))
            }
            other => Error::new(ErrorKind::Corrupt, format!("the file is damaged: {other}")),
        })
    }
}

impl From<arrow::error::ArrowError> for Failure {
    fn from(error: arrow::error::ArrowError) -> Self {
        use arrow::error::ArrowError;
        Failure(match error {
            ArrowError::IoError(message, source) => {
                Error::within(&source).unwrap_or_else(|| Error::new(ErrorKind::Io, message))
            }
            ArrowError::NotYetImplemented(message) => Error::unsupported(message),
            ArrowError::ExternalError(source) => match source.downcast::<Error>() {
                Ok(own) => *own,
                Err(other) => Error::new(ErrorKind::Corrupt, format!("the file is damaged: {other}")),
            },
            other => Error::new(ErrorKind::Corrupt, format!("the file is damaged: {other}")),
        })
    }
}
