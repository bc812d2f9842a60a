//! Columns from fields: one typed loop per column over the records of a chunk.

use crate::data::{Column, DType, Scalar, Statistics, TimeUnit, dispatch};
use crate::error::{Error, Result};
use crate::io::csv::options::CsvOptions;
use crate::io::csv::records::{Index, unquote};
use crate::io::csv::values::{self, ParseNumber};
use crate::io::dictionary::{Dictionary, TextBuilder};
use arrow::array::{
    ArrayRef, ArrowPrimitiveType, BooleanArray, BooleanBufferBuilder, NullBufferBuilder, PrimitiveArray,
};
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::{Decimal128Type, Int32Type, Int64Type};
use std::sync::Arc;

/// Records and the text they are in.
pub struct Chunk<'a> {
    /// The text that the index counts in.
    pub text: &'a str,
    /// Where the fields are.
    pub index: &'a Index,
}

/// The record of a chunk whose field does not read as the column's type.
pub struct Wrong(pub usize);

/// Which fields are null.
#[derive(Debug, Clone)]
pub struct NullSet {
    /// Whether an unquoted empty field is null.
    empty: bool,
    /// The other texts.
    texts: Arc<[String]>,
    longest: usize,
    /// Whether quoted fields can be null.
    quoted: bool,
    quote: Option<u8>,
}

impl NullSet {
    /// The set that the options name.
    pub fn new(options: &CsvOptions) -> Self {
        let texts: Arc<[String]> =
            options.null_values.iter().filter(|text| !text.is_empty()).cloned().collect();
        NullSet {
            empty: options.null_values.iter().any(String::is_empty),
            longest: texts.iter().map(String::len).max().unwrap_or(0),
            texts,
            quoted: options.quoted_nulls,
            quote: options.quote.and_then(|quote| u8::try_from(quote).ok()),
        }
    }

    #[inline]
    fn listed(&self, text: &str) -> bool {
        text.len() <= self.longest && self.texts.iter().any(|null| null == text)
    }

    /// The value of a field: its text without quotes, or null.
    #[inline]
    pub fn value<'a>(&self, raw: &'a str, scratch: &'a mut String) -> Option<&'a str> {
        if raw.is_empty() {
            return if self.empty { None } else { Some(raw) };
        }
        match self.quote {
            Some(quote) if raw.as_bytes()[0] == quote => {
                let text = unquote(raw, quote, scratch);
                let null = self.quoted && if text.is_empty() { self.empty } else { self.listed(text) };
                (!null).then_some(text)
            }
            _ if self.listed(raw) => None,
            _ => Some(raw),
        }
    }
}

/// A column being read.
pub trait Builder: Send {
    /// Appends the values of one field of every record of the chunk.
    fn append(&mut self, chunk: &Chunk<'_>, field: usize) -> Result<(), Wrong>;

    /// The column of the values since the last call.
    fn finish(&mut self) -> Result<Column>;
}

/// A builder for a type; `dictionary` starts the codes of a text column.
///
/// # Errors
/// `Unsupported` for types that CSV does not hold.
pub fn builder(
    dtype: &DType,
    nulls: &NullSet,
    dictionary: Option<&Arc<Dictionary>>,
) -> Result<Box<dyn Builder>> {
    Ok(match dtype {
        DType::String => Box::new(Text {
            values: TextBuilder::new(dictionary.cloned()),
            nulls: nulls.clone(),
            scratch: String::new(),
        }),
        DType::Bool => Box::new(Bools {
            values: BooleanBufferBuilder::new(0),
            valid: NullBufferBuilder::new(0),
            nulls: nulls.clone(),
        }),
        DType::Date => Box::new(Numbers::<Int32Type, _>::new(dtype, nulls, values::date)),
        DType::Time => Box::new(Numbers::<Int64Type, _>::new(dtype, nulls, values::time)),
        DType::Timestamp(unit, zone) => {
            let (unit, zoned) = (*unit, zone.is_some());
            Box::new(Numbers::<Int64Type, _>::new(dtype, nulls, move |text| timestamp(text, unit, zoned)))
        }
        DType::Decimal(precision, scale) if *scale >= 0 => {
            let (precision, scale) = (*precision, *scale);
            let parse = move |text: &[u8]| values::decimal(text, precision, scale);
            Box::new(Numbers::<Decimal128Type, _>::new(dtype, nulls, parse))
        }
        number => dispatch::with_number!(number.to_arrow(), T => {
            Box::new(Numbers::<T, _>::new(dtype, nulls, <T as ArrowPrimitiveType>::Native::parse))
        }, _ => {
            return Err(Error::unsupported(format!("no {dtype} column from CSV"))
                .hint("read it as string and convert it"));
        }),
    })
}

/// An offset is required for an instant and refused for a wall time.
#[inline]
fn timestamp(text: &[u8], unit: TimeUnit, zoned: bool) -> Option<i64> {
    values::moment(text).filter(|moment| moment.offset.is_some() == zoned)?.in_unit(unit)
}

struct Numbers<T: ArrowPrimitiveType, P> {
    values: Vec<T::Native>,
    valid: NullBufferBuilder,
    facts: Facts<T::Native>,
    dtype: DType,
    parse: P,
    nulls: NullSet,
    /// Whether a null's text reads as a value too, so that nulls must be looked for first.
    nulls_first: bool,
}

/// Bounds and order, gathered while values pass.
#[derive(Clone, Copy)]
struct Facts<N> {
    low: N,
    high: N,
    last: N,
    /// Whether a value that bounds has been seen.
    any: bool,
    nulls: u64,
    sorted: bool,
    nan: bool,
}

impl<N: Copy + PartialOrd + Default> Facts<N> {
    fn new() -> Self {
        let zero = N::default();
        Facts { low: zero, high: zero, last: zero, any: false, nulls: 0, sorted: true, nan: false }
    }

    #[inline]
    fn see(&mut self, value: N) {
        // Only NaN is not equal to itself.
        #[allow(clippy::eq_op)]
        if value != value {
            self.nan = true;
        } else if self.any {
            self.low = if value < self.low { value } else { self.low };
            self.high = if value > self.high { value } else { self.high };
            self.sorted &= self.last <= value;
            self.last = value;
        } else {
            self.sorted &= self.nulls == 0;
            (self.low, self.high, self.last, self.any) = (value, value, value, true);
        }
    }
}

impl<T: ArrowPrimitiveType, P: Fn(&[u8]) -> Option<T::Native> + Send> Numbers<T, P>
where
    T::Native: PartialOrd,
{
    fn new(dtype: &DType, nulls: &NullSet, parse: P) -> Self {
        let nulls_first = nulls.texts.iter().any(|text| parse(text.as_bytes()).is_some());
        Numbers {
            values: Vec::new(),
            valid: NullBufferBuilder::new(0),
            facts: Facts::new(),
            dtype: dtype.clone(),
            parse,
            nulls: nulls.clone(),
            nulls_first,
        }
    }

    /// Fields that are not simply a value: quoted, listed as null, or wrong. The outer `None` is wrong.
    #[cold]
    fn unusual(&self, raw: &str) -> Option<Option<T::Native>> {
        let mut scratch = String::new();
        match self.nulls.value(raw, &mut scratch) {
            None => Some(None),
            // Numbers have no empty value, so that quotes do not matter.
            Some("") if self.nulls.empty => Some(None),
            Some(text) => (self.parse)(text.as_bytes()).map(Some),
        }
    }

    fn array(&mut self, values: Vec<T::Native>) -> Result<ArrayRef> {
        let valid = std::mem::replace(&mut self.valid, NullBufferBuilder::new(0)).finish();
        let array = PrimitiveArray::<T>::try_new(ScalarBuffer::from(values), valid)?;
        dispatch::logical(Arc::new(array), &self.dtype)
    }

    fn statistics(&self, facts: Facts<T::Native>) -> Result<Statistics> {
        let mut found = Statistics::unknown(facts.nulls);
        found.sorted = (!facts.nan).then_some(facts.sorted);
        if facts.any {
            let both: ArrayRef = Arc::new(PrimitiveArray::<T>::from_iter_values([facts.low, facts.high]));
            let both = dispatch::logical(both, &self.dtype)?;
            (found.min, found.max) = (Scalar::from_array(&both, 0), Scalar::from_array(&both, 1));
        }
        Ok(found)
    }
}

impl<T: ArrowPrimitiveType, P: Fn(&[u8]) -> Option<T::Native> + Send> Builder for Numbers<T, P>
where
    T::Native: PartialOrd,
{
    fn append(&mut self, chunk: &Chunk<'_>, field: usize) -> Result<(), Wrong> {
        let bytes = chunk.text.as_bytes();
        let before = self.values.len();
        let mut values = std::mem::take(&mut self.values);
        values.resize(before + chunk.index.records(), T::Native::default());
        let mut facts = self.facts;
        // Records up to here have their validity.
        let mut settled = 0;
        for (record, (slot, (start, end))) in
            values[before..].iter_mut().zip(chunk.index.column(field)).enumerate()
        {
            let raw = &bytes[start..end];
            let value = match raw.is_empty() {
                true if self.nulls.empty => None,
                false if !self.nulls_first => match (self.parse)(raw) {
                    Some(value) => Some(value),
                    None => self.unusual(&chunk.text[start..end]).ok_or(Wrong(record))?,
                },
                _ => self.unusual(&chunk.text[start..end]).ok_or(Wrong(record))?,
            };
            match value {
                Some(value) => {
                    facts.see(value);
                    *slot = value;
                }
                None => {
                    facts.sorted &= facts.nulls == 0 || record == settled;
                    facts.nulls += 1;
                    self.valid.append_n_non_nulls(record - settled);
                    self.valid.append_null();
                    settled = record + 1;
                }
            }
        }
        let rest = chunk.index.records() - settled;
        self.valid.append_n_non_nulls(rest);
        facts.sorted &= facts.nulls == 0 || rest == 0;
        (self.values, self.facts) = (values, facts);
        Ok(())
    }

    fn finish(&mut self) -> Result<Column> {
        let facts = std::mem::replace(&mut self.facts, Facts::new());
        let values = std::mem::take(&mut self.values);
        let array = self.array(values)?;
        Ok(Column::from_held(array).with_statistics(self.statistics(facts)?))
    }
}

struct Bools {
    values: BooleanBufferBuilder,
    valid: NullBufferBuilder,
    nulls: NullSet,
}

impl Builder for Bools {
    fn append(&mut self, chunk: &Chunk<'_>, field: usize) -> Result<(), Wrong> {
        let mut scratch = String::new();
        for (record, (start, end)) in chunk.index.column(field).enumerate() {
            let value = match self.nulls.value(&chunk.text[start..end], &mut scratch) {
                None => None,
                Some("") if self.nulls.empty => None,
                Some(text) => Some(values::boolean(text.as_bytes()).ok_or(Wrong(record))?),
            };
            self.values.append(value.unwrap_or(false));
            self.valid.append(value.is_some());
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<Column> {
        let valid = std::mem::replace(&mut self.valid, NullBufferBuilder::new(0)).finish();
        Ok(Column::from_held(Arc::new(BooleanArray::new(self.values.finish(), valid))))
    }
}

struct Text {
    values: TextBuilder,
    nulls: NullSet,
    scratch: String,
}

impl Builder for Text {
    fn append(&mut self, chunk: &Chunk<'_>, field: usize) -> Result<(), Wrong> {
        for (start, end) in chunk.index.column(field) {
            let value = self.nulls.value(&chunk.text[start..end], &mut self.scratch);
            self.values.push(value);
        }
        self.values.settle();
        Ok(())
    }

    fn finish(&mut self) -> Result<Column> {
        Ok(Column::from_held(self.values.finish()?))
    }
}
