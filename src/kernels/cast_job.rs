//! One conversion under way, and what happens to values that do not fit.

use crate::data::{DType, Scalar, dispatch};
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::blocks::{BLOCK, blocks};
use crate::kernels::map::{collect_bits, collect_values};
use arrow::array::{Array, ArrayRef, BooleanBufferBuilder};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use serde::{Deserialize, Serialize};
use std::ops::Range;

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

/// Appends the words of some rows, and which of them fit; nothing: all.
pub type ToWords<'a> = dyn FnMut(Range<usize>, &mut Vec<i64>, &mut Vec<bool>) + 'a;

impl Cast<'_> {
    /// `f` of every value; it also says whether the value fits. Values under nulls may be anything.
    ///
    /// # Errors
    /// Naming the first row that does not fit, unless the mode makes it null.
    pub fn map<A: Copy, O: Copy>(
        &self,
        values: &[A],
        f: impl Fn(A) -> (O, bool),
    ) -> Result<(Vec<O>, Option<NullBuffer>)> {
        let mut all = true;
        let converted = collect_values(values.len(), |row| {
            let (converted, fits) = f(values[row]);
            all &= fits;
            converted
        });
        let fits = match all {
            true => None,
            false => Some(collect_bits(values.len(), |row| f(values[row]).1)),
        };
        Ok((converted, self.resolve(fits)?))
    }

    /// Integers, as many as the array has, of the type wanted. `block` converts some rows to words (see
    /// [`dispatch::words`]) and says which of them fit; nothing: all.
    ///
    /// # Errors
    /// Naming the first row that does not fit, unless the mode makes it null.
    pub fn integers(&self, block: &mut ToWords<'_>) -> Result<ArrayRef> {
        let rows = self.array.len();
        let (mut ranges, mut fits) = (blocks(rows), Vec::with_capacity(BLOCK));
        let mut all: Option<BooleanBufferBuilder> = None;
        let values = dispatch::from_words(self.to, rows, &mut |words| {
            let Some(range) = ranges.next() else { return };
            fits.clear();
            block(range.clone(), words, &mut fits);
            if let Some(all) = &mut all {
                fits.resize(range.len(), true);
                all.append_slice(&fits);
            } else if fits.contains(&false) {
                let mut found = BooleanBufferBuilder::new(rows);
                found.append_n(range.start, true);
                found.append_slice(&fits);
                all = Some(found);
            }
        })?;
        let nulls = self.resolve(all.map(|mut all| all.finish()))?;
        dispatch::array_from(&self.to.to_arrow(), rows, values, nulls)
    }

    /// The nulls of the result, given which rows fit; nothing: all.
    fn resolve(&self, fits: Option<BooleanBuffer>) -> Result<Option<NullBuffer>> {
        let nulls = self.array.logical_nulls();
        let Some(fits) = fits else { return Ok(nulls) };
        if self.mode == CastMode::Lenient {
            return Ok(NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::new(fits))));
        }
        let failed = match &nulls {
            Some(nulls) => &!&fits & nulls.inner(),
            None => !&fits,
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
            (DType::String, to) if to.is_float() && self.mode == CastMode::Strict => match value.as_str() {
                Some(text) if text.parse::<f64>().is_ok() => {
                    error.hint("it is too large: cast with mode `lossy` makes it infinite, `lenient` null")
                }
                _ => error,
            },
            (DType::String, DType::Interval) => {
                error.hint("write numbers and units, `1 year -2 days 03:04:05.5`, or `P1Y-2DT3H4M5.5S`")
            }
            (DType::String, DType::Duration(_)) => error.hint("write `1 day 02:00:00`, `1h30m` or `PT5400S`"),
            (from, to) if self.mode == CastMode::Strict && from.is_numeric() && to.is_numeric() => {
                error.hint("cast with mode `lossy` drops digits, `lenient` gives null")
            }
            _ => error,
        }
    }
}
