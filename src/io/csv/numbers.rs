//! Columns of numbers, dates and times.

use crate::data::{Column, DType, Scalar, Statistics, TimeUnit, dispatch};
use crate::error::Result;
use crate::io::csv::chunk::{Builder, Chunk};
use crate::io::csv::nulls::NullSet;
use crate::io::csv::records::Fields;
use crate::io::csv::values::{self, ParseNumber};
use crate::io::csv::words::Words;
use crate::io::dictionary::validity;
use crate::kernels::bounds::bounds;
use crate::kernels::digits::Days;
use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::ScalarBuffer;
use std::marker::PhantomData;
use std::sync::Arc;

/// How the values of a column are read.
pub trait Read<N>: Send {
    /// The value of a field of padded bytes (not empty), if it is simple.
    fn simple(&mut self, bytes: &[u8], start: usize, end: usize) -> Option<N>;

    /// The value of any text, if it is one.
    fn any(&self, text: &[u8]) -> Option<N>;

    /// The values of many fields of padded bytes; `other` is asked, by number, start and end, for those that are not
    /// simple.
    fn many(
        _bytes: &[u8],
        fields: Fields<'_>,
        values: &mut Vec<N>,
        other: &mut impl FnMut(usize, usize, usize) -> N,
    ) {
        values.extend(fields.iter().enumerate().map(|(field, (start, end))| other(field, start, end)));
    }
}

/// Integers and floats, most of them written as in programs.
pub struct Plain<N>(Arc<Words>, PhantomData<N>);

impl<N> Plain<N> {
    /// Numbers in these words.
    pub fn new(words: Arc<Words>) -> Self {
        Plain(words, PhantomData)
    }
}

impl<N: ParseNumber + Send> Read<N> for Plain<N> {
    #[inline(always)]
    fn simple(&mut self, bytes: &[u8], start: usize, end: usize) -> Option<N> {
        N::simple(bytes, start, end)
    }

    fn any(&self, text: &[u8]) -> Option<N> {
        self.0.number(text, N::parse)
    }

    fn many(
        bytes: &[u8],
        fields: Fields<'_>,
        values: &mut Vec<N>,
        other: &mut impl FnMut(usize, usize, usize) -> N,
    ) {
        N::many(bytes, fields, values, other);
    }
}

/// Integers and floats in other words: with another decimal character, or with groups of digits.
pub struct Worded<N>(Arc<Words>, PhantomData<N>);

impl<N> Worded<N> {
    /// Numbers in these words.
    pub fn new(words: Arc<Words>) -> Self {
        Worded(words, PhantomData)
    }
}

impl<N: ParseNumber + Send> Read<N> for Worded<N> {
    #[inline(always)]
    fn simple(&mut self, bytes: &[u8], start: usize, end: usize) -> Option<N> {
        self.any(&bytes[start..end])
    }

    fn any(&self, text: &[u8]) -> Option<N> {
        self.0.number(text, N::parse)
    }
}

/// Values that are read one way only.
pub struct Slow<P>(pub P);

impl<N, P: Fn(&[u8]) -> Option<N> + Send> Read<N> for Slow<P> {
    #[inline(always)]
    fn simple(&mut self, bytes: &[u8], start: usize, end: usize) -> Option<N> {
        (self.0)(&bytes[start..end])
    }

    fn any(&self, text: &[u8]) -> Option<N> {
        (self.0)(text)
    }
}

/// Dates.
#[derive(Default)]
pub struct Dates(Days);

impl Read<i32> for Dates {
    #[inline(always)]
    fn simple(&mut self, bytes: &[u8], start: usize, end: usize) -> Option<i32> {
        if end - start != 10 {
            return None;
        }
        self.0.date(bytes, start)
    }

    fn any(&self, text: &[u8]) -> Option<i32> {
        values::date(text)
    }
}

/// Timestamps: an offset is required for an instant and refused for a wall time.
pub struct Timestamps {
    days: Days,
    unit: TimeUnit,
    zoned: bool,
    per_second: i64,
    /// Nanoseconds of one count.
    step: u32,
}

impl Timestamps {
    /// Timestamps that count this unit.
    pub fn new(unit: TimeUnit, zoned: bool) -> Self {
        let per_second = unit.per_second();
        let step = (1_000_000_000 / per_second) as u32;
        Timestamps { days: Days::default(), unit, zoned, per_second, step }
    }
}

impl Read<i64> for Timestamps {
    #[inline(always)]
    fn simple(&mut self, bytes: &[u8], start: usize, end: usize) -> Option<i64> {
        let instant = self.days.instant(bytes, start, end)?;
        if instant.zoned != self.zoned {
            return None;
        }
        let mut fraction = 0;
        if instant.nanos != 0 {
            if instant.nanos % self.step != 0 {
                return None;
            }
            fraction = i64::from(instant.nanos / self.step);
        }
        instant.seconds.checked_mul(self.per_second)?.checked_add(fraction)
    }

    fn any(&self, text: &[u8]) -> Option<i64> {
        let moment = values::moment(text).filter(|moment| moment.offset.is_some() == self.zoned)?;
        moment.in_unit(self.unit)
    }
}

/// A column of numbers being read.
pub struct Numbers<T: ArrowPrimitiveType, R> {
    values: Vec<T::Native>,
    /// Rows that are null.
    null_rows: Vec<u32>,
    facts: Facts<T::Native>,
    dtype: DType,
    read: R,
    nulls: NullSet,
    /// Whether a null's text is a simple value too, so that nulls must be looked for first.
    nulls_first: bool,
}

/// What is known of the values so far.
#[derive(Clone, Copy)]
struct Facts<N> {
    range: Option<(N, N)>,
    /// The last value.
    last: Option<N>,
    nulls: usize,
    sorted: bool,
    nan: bool,
}

impl<N: Copy + PartialOrd + Default> Facts<N> {
    fn new() -> Self {
        Facts { range: None, last: None, nulls: 0, sorted: true, nan: false }
    }

    /// Takes a run of values into account; those at `null_rows` (in order) stand under nulls, and become zeros.
    fn see(&mut self, values: &mut [N], null_rows: &[u32], before: usize) {
        let (rows, nulls) = (values.len(), null_rows.len());
        let at = |row: &u32| *row as usize - before;
        let first = null_rows.iter().zip(0..).take_while(|(row, place)| at(row) == *place).count();
        if first == rows {
            self.nulls += nulls;
            return;
        }
        let tail_only = null_rows.first().is_none_or(|row| at(row) == rows - nulls);
        let found = if tail_only {
            bounds(&values[..rows - nulls])
        } else {
            // Any value of the run leaves its bounds as they are.
            let fill = values[first];
            null_rows.iter().for_each(|row| values[at(row)] = fill);
            let found = bounds(values);
            null_rows.iter().for_each(|row| values[at(row)] = N::default());
            found
        };
        self.nan |= found.nan;
        let follows = self.last.is_none_or(|last| last <= values[first]);
        self.sorted &= self.nulls == 0 && tail_only && found.sorted && follows;
        self.last = Some(values[if tail_only { rows - nulls - 1 } else { first }]);
        self.nulls += nulls;
        self.range = match (self.range, found.range) {
            (Some((low, high)), Some((lower, higher))) => {
                Some((if lower < low { lower } else { low }, if higher > high { higher } else { high }))
            }
            (range, None) | (None, range) => range,
        };
    }
}

impl<T: ArrowPrimitiveType, R: Read<T::Native>> Numbers<T, R>
where
    T::Native: PartialOrd,
{
    /// An empty column.
    pub fn new(dtype: &DType, nulls: &NullSet, mut read: R) -> Self {
        let mut simple = |text: &String| {
            let padded = [&[b','; 16], text.as_bytes(), &[b','; 16]].concat();
            read.simple(&padded, 16, 16 + text.len()).is_some()
        };
        let nulls_first = nulls.texts().iter().any(&mut simple);
        Numbers {
            values: Vec::new(),
            null_rows: Vec::new(),
            facts: Facts::new(),
            dtype: dtype.clone(),
            read,
            nulls: nulls.clone(),
            nulls_first,
        }
    }

    fn statistics(&self, facts: Facts<T::Native>) -> Result<Statistics> {
        let mut found = Statistics::unknown(facts.nulls as u64);
        found.sorted = (!facts.nan).then_some(facts.sorted);
        if let Some((low, high)) = facts.range {
            let both: ArrayRef = Arc::new(PrimitiveArray::<T>::from_iter_values([low, high]));
            let both = dispatch::logical(both, &self.dtype)?;
            (found.min, found.max) = (Scalar::from_array(&both, 0), Scalar::from_array(&both, 1));
        }
        Ok(found)
    }
}

/// Fields that are not simply a value: quoted, listed as null, or wrong. The outer `None` is wrong.
#[inline(never)]
fn unusual<N, R: Read<N>>(read: &R, nulls: &NullSet, raw: &str) -> Option<Option<N>> {
    let mut scratch = String::new();
    match nulls.value(raw, &mut scratch) {
        None => Some(None),
        // Numbers have no empty value, so that quotes do not matter.
        Some("") if nulls.empty() => Some(None),
        Some(text) => read.any(text.as_bytes()).map(Some),
    }
}

impl<T: ArrowPrimitiveType, R: Read<T::Native>> Builder for Numbers<T, R>
where
    T::Native: PartialOrd,
{
    fn reserve(&mut self, rows: usize) {
        self.values.reserve(rows);
    }

    fn append(&mut self, chunk: &Chunk<'_>, field: usize, wrong: &mut Vec<usize>) {
        let (text, bytes) = (chunk.text, chunk.text.bytes());
        let (before, nulls_before) = (self.values.len(), self.null_rows.len());
        let Numbers { values, null_rows, read, nulls, nulls_first, .. } = self;
        let (empty, look) = (nulls.empty(), *nulls_first);
        let fields = chunk.index.column(field);
        let mut one = |record: usize, start: usize, end: usize| {
            let mut value = Some(None);
            if start != end {
                if !look && let Some(value) = read.simple(bytes, start, end) {
                    return value;
                }
                value = unusual(read, nulls, text.str(start, end));
            } else if !empty {
                value = None;
            }
            match value {
                Some(Some(value)) => value,
                Some(None) => {
                    null_rows.push((before + record) as u32);
                    T::Native::default()
                }
                None => {
                    wrong.push(record);
                    null_rows.push((before + record) as u32);
                    T::Native::default()
                }
            }
        };
        match look {
            true => {
                values.extend(fields.iter().enumerate().map(|(record, (start, end))| one(record, start, end)))
            }
            false => R::many(bytes, fields, values, &mut one),
        }
        self.facts.see(&mut self.values[before..], &self.null_rows[nulls_before..], before);
    }

    fn finish(&mut self) -> Result<Column> {
        let facts = std::mem::replace(&mut self.facts, Facts::new());
        let values = std::mem::take(&mut self.values);
        let valid = validity(values.len(), &self.null_rows);
        self.null_rows.clear();
        let array = PrimitiveArray::<T>::try_new(ScalarBuffer::from(values), valid)?;
        let array = dispatch::logical(Arc::new(array), &self.dtype)?;
        Ok(Column::from_held(array).with_statistics(self.statistics(facts)?))
    }
}
