//! Errors across the border: the one mapping from error kinds to exceptions.

use hypostyle::{Error, ErrorKind};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::{Bound, Py, PyAny, PyAnyMethods, PyErr, PyResult, Python};
use pyo3::sync::PyOnceLock;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// An error of the crate or of Python itself.
pub enum Raised {
    /// Of the crate.
    Engine(Error),
    /// Of Python.
    Python(PyErr),
}

/// What the methods of the classes return.
pub type Answer<T> = Result<T, Raised>;

impl From<Error> for Raised {
    fn from(error: Error) -> Self {
        Raised::Engine(error)
    }
}

impl From<PyErr> for Raised {
    fn from(error: PyErr) -> Self {
        Raised::Python(error)
    }
}

impl From<arrow::error::ArrowError> for Raised {
    fn from(error: arrow::error::ArrowError) -> Self {
        Raised::Engine(error.into())
    }
}

impl From<Raised> for PyErr {
    #[expect(clippy::disallowed_methods, reason = "what is called from Python has the lock already")]
    fn from(raised: Raised) -> Self {
        match raised {
            Raised::Python(error) => error,
            Raised::Engine(error) => Python::attach(|py| {
                unstash(&error).unwrap_or_else(|| exception(py, &error).unwrap_or_else(|failure| failure))
            }),
        }
    }
}

fn class_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ColumnNotFound => "ColumnNotFoundError",
        ErrorKind::DuplicateColumn => "DuplicateColumnError",
        ErrorKind::Type => "DataTypeError",
        ErrorKind::Shape => "ShapeError",
        ErrorKind::Arithmetic => "ArithmeticOverflowError",
        ErrorKind::Cast => "CastError",
        ErrorKind::Parse => "ParseError",
        ErrorKind::Corrupt => "CorruptFileError",
        ErrorKind::Io => "InputOutputError",
        ErrorKind::FileNotFound => "MissingFileError",
        ErrorKind::InvalidArgument => "InvalidArgumentError",
        ErrorKind::Unsupported => "UnsupportedError",
        ErrorKind::TooManyRows => "TooManyRowsError",
        ErrorKind::MemoryLimit => "MemoryLimitError",
        ErrorKind::Cancelled => "CancelledError",
        _ => "InternalError",
    }
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    static MODULE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let module =
        MODULE.get_or_try_init(py, || Ok::<_, PyErr>(py.import("hypostyle.errors")?.into_any().unbind()))?;
    let class = module.bind(py).getattr(class_name(error.kind()))?;
    let raised = class.call1((error.to_string(),))?;
    raised.setattr("operation", error.operation_name())?;
    raised.setattr("column", error.column_name())?;
    raised.setattr("file", error.file_name())?;
    raised.setattr("row", error.row_number())?;
    raised.setattr("byte", error.byte_offset())?;
    raised.setattr("value", error.offending_value())?;
    raised.setattr("hint", error.suggestion())?;
    Ok(PyErr::from_value(raised))
}

/// Exceptions of the user's functions on their way through a query, by ticket.
static STASHED: Mutex<BTreeMap<u64, PyErr>> = Mutex::new(BTreeMap::new());
/// Queries fail with one error; those of their other partitions stay here until newer ones push them out.
const STASH_SIZE: usize = 64;
static TICKETS: AtomicU64 = AtomicU64::new(0);
const TICKET: &str = "the user's function failed; ticket ";

/// Keeps an exception of a user's function, and returns the error that stands for it inside the query.
pub fn stash(py: Python<'_>, error: PyErr, note: &str) -> Error {
    let _ = error.value(py).call_method1("add_note", (note,));
    let ticket = TICKETS.fetch_add(1, Ordering::Relaxed);
    let mut stashed = STASHED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    stashed.insert(ticket, error);
    if stashed.len() > STASH_SIZE {
        stashed.pop_first();
    }
    Error::new(ErrorKind::Internal, format!("{TICKET}{ticket}"))
}

/// The exception that an error stands for.
fn unstash(error: &Error) -> Option<PyErr> {
    let ticket: u64 = error.message().strip_prefix(TICKET)?.parse().ok()?;
    STASHED.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&ticket)
}

/// An exception for a misuse of the native classes by the package itself.
pub fn misuse(message: &str) -> Raised {
    Raised::Python(PyRuntimeError::new_err(message.to_owned()))
}

/// The class name of a value, for messages.
pub fn type_name(value: &Bound<'_, PyAny>) -> String {
    let name = value.get_type().getattr("__qualname__").and_then(|name| name.extract());
    name.unwrap_or_else(|_| "object".to_owned())
}
