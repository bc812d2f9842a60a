//! One conversion under way, and what happens to values that do not fit.

use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use arrow::array::{Array, ArrayRef};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use serde::{Deserialize, Serialize};

/// What happens to a value that does not fit the new type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum CastMode {
    /// An error naming row and value. Numbers become floats by rounding to the nearest; everything else is exact.
    #[default]
    Strict,
    /// Null.
    Lenient,
    /// Digits may be lost: toward zero to integers (1.9 becomes 1), half to even to decimals, toward the past in
    /// coarser time units. What still does not fit is an error.
    Lossy,
}

/// One conversion under way.
#[derive(Clone, Copy)]
pub struct Cast<'a> {
    /// What is converted.
    pub array: &'a ArrayRef,
    /// Its type.
    pub from: &'a DType,
    /// The type wanted.
    pub to: &'a DType,
    /// What happens to values that do not fit.
    pub mode: CastMode,
}

impl Cast<'_> {
    /// `f` of every value; it also says whether the value fits. Values under nulls may be anything.
    ///
    /// # Errors
    /// Naming the first row that does not fit, unless the mode makes it null.
    pub fn map<A: Copy, O>(
        &self,
        values: &[A],
        f: impl Fn(A) -> (O, bool),
    ) -> Result<(Vec<O>, Option<NullBuffer>)> {
        let mut all = true;
        let converted: Vec<O> = values
            .iter()
            .map(|value| {
                let (converted, fits) = f(*value);
                all &= fits;
                converted
            })
            .collect();
        let nulls = self.array.logical_nulls();
        if all {
            return Ok((converted, nulls));
        }
        let fits = BooleanBuffer::collect_bool(values.len(), |row| f(values[row]).1);
        self.resolve(&fits, nulls).map(|nulls| (converted, nulls))
    }

    /// The nulls of the result, given which rows fit.
    ///
    /// # Errors
    /// Naming the first row that does not fit, unless the mode makes it null.
    pub fn resolve(&self, fits: &BooleanBuffer, nulls: Option<NullBuffer>) -> Result<Option<NullBuffer>> {
        if self.mode == CastMode::Lenient {
            return Ok(NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::new(fits.clone()))));
        }
        let failed = match &nulls {
            Some(nulls) => &!fits & nulls.inner(),
            None => !fits,
        };
        match failed.set_indices().next() {
            Some(row) => Err(self.failure(row)),
            None => Ok(nulls),
        }
    }

    /// The error of a row.
    pub fn failure(&self, row: usize) -> Error {
        let value = Scalar::from_array(self.array, row);
        let (kind, message) = match self.from {
            DType::String => (ErrorKind::Parse, format!("text is no {}", self.to)),
            DType::Binary => (ErrorKind::Cast, "bytes are no UTF-8 text".to_owned()),
            _ => (ErrorKind::Cast, format!("value does not fit {}", self.to)),
        };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let error = Error::new(kind, message).row(row as u64).value(text);
        match (self.from, self.to) {
            (DType::Timestamp(_, None) | DType::Date | DType::String, DType::Timestamp(_, Some(zone))) => {
                error.hint(format!(
                    "wall times that {zone} skips or shows twice, and times out of range, do not fit"
                ))
            }
            (from, to) if self.mode == CastMode::Strict && from.is_numeric() && to.is_numeric() => {
                error.hint("cast with mode `lossy` drops digits, `lenient` gives null")
            }
            _ => error,
        }
    }
}
