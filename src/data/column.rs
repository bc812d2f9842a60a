//! A column of one partition: an Arrow array and what is known about it.

use crate::data::dtype::DType;
use crate::data::statistics::Statistics;
use crate::data::{import, size, strings};
use crate::error::{Error, Result};
use arrow::array::{Array, ArrayRef, new_empty_array};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The values of one column in one partition. Cloning and slicing copy no data.
#[derive(Clone)]
pub struct Column {
    array: ArrayRef,
    dtype: DType,
    statistics: Arc<OnceLock<Statistics>>,
}

impl Column {
    /// A column over any supported Arrow array; foreign layouts are converted (see [`import::import`]).
    ///
    /// # Errors
    /// `Unsupported` for Arrow types without a counterpart.
    pub fn new(array: ArrayRef) -> Result<Self> {
        Ok(Column::from_held(import::import(array)?))
    }

    /// A column over an array that already has its physical type, as kernels and functions return it.
    ///
    /// # Panics
    /// If the array has a type that no column is held in: a defect of the caller.
    pub fn from_held(array: ArrayRef) -> Self {
        match DType::from_arrow(array.data_type()) {
            Ok(dtype) => Column { array, dtype, statistics: Arc::default() },
            Err(error) => panic!("a column of {}: {error}", array.data_type()),
        }
    }

    /// The same column with facts a reader has already gathered.
    pub fn with_statistics(self, statistics: Statistics) -> Self {
        Column { statistics: Arc::new(OnceLock::from(statistics)), ..self }
    }

    /// A column without rows.
    pub fn empty(dtype: &DType) -> Self {
        Column::from_held(new_empty_array(&dtype.to_arrow()))
    }

    /// The array: the plain Arrow type of the column's type, or codes into a dictionary of strings.
    pub fn array(&self) -> &ArrayRef {
        &self.array
    }

    /// The array as the plain Arrow type of its logical type.
    ///
    /// # Errors
    /// `Internal` if codes are damaged.
    pub fn to_plain(&self) -> Result<ArrayRef> {
        import::export(&self.array)
    }

    /// The logical type.
    pub fn dtype(&self) -> &DType {
        &self.dtype
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.array.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.array.is_empty()
    }

    /// Number of nulls.
    pub fn null_count(&self) -> usize {
        self.array.logical_null_count()
    }

    /// Whether the strings are held as codes.
    pub fn is_coded(&self) -> bool {
        strings::coded(&self.array).is_some()
    }

    /// What is known of the values; looks at every value at the first call and keeps the answer.
    pub fn statistics(&self) -> &Statistics {
        self.statistics.get_or_init(|| Statistics::of(&self.array))
    }

    /// What is known of the values without looking at them.
    pub fn known_statistics(&self) -> Option<&Statistics> {
        self.statistics.get()
    }

    /// Rows `offset..offset + rows`.
    ///
    /// # Panics
    /// If the range is not inside the column.
    pub fn slice(&self, offset: usize, rows: usize) -> Column {
        if offset == 0 && rows == self.len() {
            return self.clone();
        }
        let array = self.array.slice(offset, rows);
        let statistics = match self.known_statistics() {
            Some(whole) => {
                let null_count = array.logical_null_count() as u64;
                let sorted = whole.sorted.filter(|sorted| *sorted);
                OnceLock::from(Statistics { null_count, sorted, distinct: None, ..whole.clone() })
            }
            None => OnceLock::new(),
        };
        Column { array, dtype: self.dtype.clone(), statistics: Arc::new(statistics) }
    }

    /// Bytes that the rows take: of buffers shared with other rows only their own part, dictionaries whole.
    pub fn size_bytes(&self) -> usize {
        size::rows_bytes(&self.array)
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column[{}; {}]", self.dtype, self.len())
    }
}

impl TryFrom<ArrayRef> for Column {
    type Error = Error;

    fn try_from(array: ArrayRef) -> Result<Self> {
        Column::new(array)
    }
}
