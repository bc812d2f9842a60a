//! The one error type: a kind, a sentence, and where it happened (operation, column, file, row, value).

use std::fmt;

/// What went wrong, coarse enough to decide on.
///
/// Python maps each kind to one exception class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A column that is not there.
    ColumnNotFound,
    /// Two columns of one name in one frame.
    DuplicateColumn,
    /// A type that does not fit the operation.
    Type,
    /// Columns or frames whose shapes do not fit together.
    Shape,
    /// A number too large for its type, or a division of integers by zero.
    Arithmetic,
    /// A value that cannot be converted without loss.
    Cast,
    /// Text or bytes of a file that do not mean what they should.
    Parse,
    /// A file that is damaged, cut off, or not of the expected format.
    Corrupt,
    /// The operating system refused: missing file, directory, no permission, disk full.
    Io,
    /// A file or folder that does not exist.
    FileNotFound,
    /// An argument outside its domain.
    InvalidArgument,
    /// Something Hypostyle does not do; the message says what to use instead.
    Unsupported,
    /// A result that would be larger than allowed.
    TooManyRows,
    /// More memory than allowed.
    MemoryLimit,
    /// The query was cancelled.
    Cancelled,
    /// A defect of Hypostyle itself, caught at its border.
    Internal,
}

/// An error of any Hypostyle operation; one word wide.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, ErrorKind, col};
/// let frame = Frame::builder().column("delay", [1i64, 2]).finish()?;
/// let error = frame.lazy().filter(col("dela").gt(1)).collect().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::ColumnNotFound);
/// assert!(error.to_string().contains("did you mean \"delay\"?"));
/// # Ok::<(), hypostyle::Error>(())
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    operation: Option<String>,
    column: Option<String>,
    file: Option<String>,
    row: Option<u64>,
    byte: Option<u64>,
    value: Option<String>,
    hint: Option<String>,
}

const _: () = assert!(size_of::<Error>() == size_of::<usize>());

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// All values of an iterator, or its first error: as `collect` into a `Result`, but one loop for the compiler instead of
/// a dozen adapters.
pub(crate) trait AllOk<T>: Iterator<Item = Result<T>> + Sized {
    /// The values, or the first error.
    fn all_ok(self) -> Result<Vec<T>> {
        let mut values = Vec::with_capacity(self.size_hint().0);
        for value in self {
            values.push(value?);
        }
        Ok(values)
    }
}

impl<T, I: Iterator<Item = Result<T>>> AllOk<T> for I {}

impl Error {
    /// An error of a kind with a message.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error::of(kind, message.into())
    }

    #[cold]
    #[inline(never)]
    fn of(kind: ErrorKind, message: String) -> Self {
        Error(Box::new(Inner {
            kind,
            message,
            operation: None,
            column: None,
            file: None,
            row: None,
            byte: None,
            value: None,
            hint: None,
        }))
    }

    /// A column that does not exist among `known`; suggests the nearest name.
    pub fn column_not_found<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let listed: Vec<String> = known.iter().take(12).map(|name| format!("{name:?}")).collect();
        let rest = known.len().saturating_sub(listed.len());
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let error = Error::new(
            ErrorKind::ColumnNotFound,
            format!("no column {name:?}; the columns are {}{more}", listed.join(", ")),
        )
        .column(name);
        match nearest(name, known) {
            Some(found) => error.hint(format!("did you mean {found:?}?")),
            None => error,
        }
    }

    /// An argument outside its domain.
    pub fn invalid(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::InvalidArgument, message)
    }

    /// A type that does not fit.
    pub fn type_mismatch(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Type, message)
    }

    /// Something not supported.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Unsupported, message)
    }

    /// A defect of Hypostyle.
    pub fn internal(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Internal, message).hint("this is a defect of Hypostyle, please report it")
    }

    /// An operating system error about a file.
    pub fn io(path: impl AsRef<std::path::Path>, error: &std::io::Error) -> Self {
        if let Some(own) = Error::within(error) {
            return own;
        }
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::FileNotFound,
            _ => ErrorKind::Io,
        };
        Error::new(kind, error.to_string()).file(path.as_ref().display().to_string())
    }

    /// The error of ours that an error of the system's carries, where what is read or written is not the system's.
    pub(crate) fn within(error: &std::io::Error) -> Option<Error> {
        error.get_ref()?.downcast_ref::<Error>().cloned()
    }

    /// Names the operation, unless one is already named.
    pub fn operation(mut self, operation: impl Into<String>) -> Self {
        self.0.operation.get_or_insert_with(|| operation.into());
        self
    }

    /// Names the column, unless one is already named.
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.0.column.get_or_insert_with(|| column.into());
        self
    }

    /// Names the file, unless one is already named.
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.0.file.get_or_insert_with(|| file.into());
        self
    }

    /// Names the row, unless one is already named. Rows count from 0, header excluded.
    pub fn row(mut self, row: u64) -> Self {
        self.0.row.get_or_insert(row);
        self
    }

    /// Adds `rows` to the row, when the error was raised inside a part that starts there.
    pub fn offset_row(mut self, rows: u64) -> Self {
        if let Some(row) = &mut self.0.row {
            *row += rows;
        }
        self
    }

    /// Forgets the row, when it was counted in a part that is no part of what the user knows.
    pub fn without_row(mut self) -> Self {
        self.0.row = None;
        self
    }

    /// Names the byte offset in the file, unless one is already named.
    pub fn byte(mut self, byte: u64) -> Self {
        self.0.byte.get_or_insert(byte);
        self
    }

    /// Names the offending value (shortened), unless one is already named.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.0.value.get_or_insert_with(|| {
            let value: String = value.into();
            match value.char_indices().nth(80) {
                Some((end, _)) => format!("{}…", &value[..end]),
                None => value,
            }
        });
        self
    }

    /// Says what to do instead, unless something was already said.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The sentence without its context.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The operation, if known.
    pub fn operation_name(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The column, if known.
    pub fn column_name(&self) -> Option<&str> {
        self.0.column.as_deref()
    }

    /// The file, if known.
    pub fn file_name(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The row (from 0, header excluded), if known.
    pub fn row_number(&self) -> Option<u64> {
        self.0.row
    }

    /// Whether work was told to stop, whatever it was about.
    pub(crate) fn is_stop(&self) -> bool {
        matches!(self.kind(), ErrorKind::Cancelled | ErrorKind::MemoryLimit)
    }

    /// The byte offset in the file, if known.
    pub fn byte_offset(&self) -> Option<u64> {
        self.0.byte
    }

    /// The offending value, if known.
    pub fn offending_value(&self) -> Option<&str> {
        self.0.value.as_deref()
    }

    /// What to do instead, if known.
    pub fn suggestion(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = &inner.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&inner.message)?;
        let mut place = Vec::new();
        if let Some(file) = &inner.file {
            place.push(format!("file {file:?}"));
        }
        if let Some(row) = inner.row {
            place.push(format!("row {row}"));
        }
        if let Some(byte) = inner.byte {
            place.push(format!("byte {byte}"));
        }
        if let Some(column) = &inner.column
            && inner.kind != ErrorKind::ColumnNotFound
        {
            place.push(format!("column {column:?}"));
        }
        if let Some(value) = &inner.value {
            place.push(format!("value {value:?}"));
        }
        if !place.is_empty() {
            write!(f, " ({})", place.join(", "))?;
        }
        if let Some(hint) = &inner.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {}

impl From<arrow::error::ArrowError> for Error {
    fn from(error: arrow::error::ArrowError) -> Self {
        use arrow::error::ArrowError;
        match error {
            ArrowError::ArithmeticOverflow(text) => Error::new(ErrorKind::Arithmetic, text),
            ArrowError::DivideByZero => Error::new(ErrorKind::Arithmetic, "division by zero"),
            ArrowError::CastError(text) => Error::new(ErrorKind::Cast, text),
            ArrowError::ParseError(text) => Error::new(ErrorKind::Parse, text),
            ArrowError::NotYetImplemented(text) => Error::unsupported(text),
            ArrowError::IoError(text, _) => Error::new(ErrorKind::Io, text),
            other => Error::type_mismatch(other.to_string()),
        }
    }
}

/// The known name nearest to `name`, if any is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: Vec<&'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 4);
    known
        .into_iter()
        .map(|candidate| (distance(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        // Names of which no letter is the same are not meant.
        .filter(|(distance, candidate)| {
            *distance <= limit && *distance < name.chars().count().min(candidate.chars().count())
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance (Levenshtein with swaps of neighbours).
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for i in 1..=left.len() {
        let mut row = vec![i];
        for j in 1..=right.len() {
            let change = usize::from(left[i - 1] != right[j - 1]);
            let mut best = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + change);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let error = Error::column_not_found("dep_dleay", ["dep_delay", "arr_delay"]);
        assert_eq!(error.suggestion(), Some("did you mean \"dep_delay\"?"));
        assert_eq!(Error::column_not_found("zzz", ["a"]).suggestion(), None);
        assert_eq!(Error::column_not_found("y", ["x", "s"]).suggestion(), None);
        assert_eq!(Error::column_not_found("X", ["y", "x"]).suggestion(), Some("did you mean \"x\"?"));
    }

    #[test]
    fn context_is_kept_from_the_innermost_place() {
        let error = Error::new(ErrorKind::Parse, "not a number")
            .row(3)
            .value("x")
            .column("a")
            .row(9)
            .file("f.csv")
            .offset_row(10);
        let text = error.to_string();
        assert_eq!(text, "not a number (file \"f.csv\", row 13, column \"a\", value \"x\")");
    }
}
