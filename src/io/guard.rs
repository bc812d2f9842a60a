//! Errors and panics of the crates that interpret files, as typed errors that name the file.

use crate::error::{Error, ErrorKind, Result};
use crate::io::file::InputFile;
use parquet::errors::ParquetError;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether this thread runs code whose panics mean that a file is damaged.
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Once for all, panics of such code are no longer told on the standard error: they are errors. All others are told as
/// before.
static HUSHED: Once = Once::new();

fn hushed<T>(run: impl FnOnce() -> T) -> std::thread::Result<T> {
    HUSHED.call_once(|| {
        let tell = take_hook();
        set_hook(Box::new(move |panic| {
            if !READING.get() {
                tell(panic);
            }
        }));
    });
    let outer = READING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    READING.set(outer);
    result
}

/// Runs code of another crate on bytes that may be damaged: its errors, and its panics, become `Corrupt`.
///
/// # Errors
/// `Corrupt` naming the file; `Io`; `Unsupported` for features of the format that are not read.
pub fn guarded<T, E: Into<Failure>>(input: &InputFile, run: impl FnOnce() -> Result<T, E>) -> Result<T> {
    match hushed(run) {
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

/// An error of input: ours, the system's, or what an unpacker has to say of its bytes, which were read before.
fn of_io(error: &std::io::Error, message: String) -> Error {
    match Error::within(error) {
        Some(own) => own,
        None if error.raw_os_error().is_some() => Error::new(ErrorKind::Io, message),
        None => Error::new(ErrorKind::Corrupt, format!("the file is damaged: {message}")),
    }
}

impl From<ParquetError> for Failure {
    fn from(error: ParquetError) -> Self {
        Failure(match error {
            ParquetError::NYI(message) => Error::unsupported(message),
            ParquetError::External(source) if source.is::<std::io::Error>() => {
                match source.downcast_ref::<std::io::Error>() {
                    Some(error) => of_io(error, error.to_string()),
                    None => Error::new(ErrorKind::Io, source.to_string()),
                }
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
            ArrowError::IoError(message, source) => of_io(&source, message),
            ArrowError::NotYetImplemented(message) => Error::unsupported(message),
            ArrowError::ExternalError(source) => match source.downcast::<Error>() {
                Ok(own) => *own,
                Err(other) => Error::new(ErrorKind::Corrupt, format!("the file is damaged: {other}")),
            },
            other => Error::new(ErrorKind::Corrupt, format!("the file is damaged: {other}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::error::ArrowError;
    use std::io;

    #[test]
    fn errors_of_unpackers_are_damage_and_those_of_the_system_are_not() {
        let kind = |error: io::Error| {
            let arrow = ArrowError::IoError(error.to_string(), io::Error::new(error.kind(), "copied"));
            let first = match error.raw_os_error() {
                None => Failure::from(arrow).0.kind(),
                Some(_) => ErrorKind::Io,
            };
            (first, Failure::from(ParquetError::External(Box::new(error))).0.kind())
        };
        let damage = (ErrorKind::Corrupt, ErrorKind::Corrupt);
        assert_eq!(kind(io::Error::new(io::ErrorKind::InvalidData, "no such block")), damage);
        assert_eq!(kind(io::ErrorKind::UnexpectedEof.into()), damage);
        // No space, on any system.
        let system = || io::Error::from_raw_os_error(28);
        assert_eq!(kind(system()).1, ErrorKind::Io);
        let arrow = ArrowError::IoError("no space".to_owned(), system());
        assert_eq!(Failure::from(arrow).0.kind(), ErrorKind::Io);
        let own = || io::Error::other(Error::new(ErrorKind::Cancelled, "stopped"));
        assert_eq!(
            Failure::from(ArrowError::IoError("stopped".to_owned(), own())).0.kind(),
            ErrorKind::Cancelled
        );
        assert_eq!(kind(own()).1, ErrorKind::Cancelled);
    }
}
