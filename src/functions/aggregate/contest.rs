//! Which row of each group has the least or the greatest value.

use crate::data::{DType, dispatch, strings};
use crate::error::{Error, Result};
use crate::functions::aggregate::fold::numbers;
use crate::functions::aggregate::ordered;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, Decimal128Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type};
use std::sync::Arc;

/// The best value of each group so far. Of equal values the first one wins; nulls never do, and NaN only where nothing
/// else is there.
pub trait Contest: Send + Sync + 'static {
    /// Makes room for groups.
    fn resize(&mut self, groups: usize);

    /// The rows of an array that come next.
    ///
    /// # Errors
    /// `Internal` for arrays of another type.
    fn load(&mut self, array: &ArrayRef) -> Result<()>;

    /// Whether the value of a row of that array, which is not null, is better than all before; it is the best then.
    fn offer(&mut self, group: usize, row: usize) -> bool;

    /// The same with the best value of another contest's group.
    fn offer_best(&mut self, group: usize, other: &Self, from: usize) -> bool;

    /// The best values; null where there is none.
    ///
    /// # Errors
    /// `Internal` if the type is another.
    fn best(&self) -> Result<ArrayRef>;

    /// Bytes held.
    fn size_bytes(&self) -> usize;
}

/// Numbers, dates and times: values are words, the greater the better.
pub struct Numbers<W> {
    dtype: DType,
    max: bool,
    words: Vec<W>,
    best: Vec<Option<W>>,
}

/// The words of values.
pub trait Word: Copy + Ord + Send + Sync + 'static {
    /// The words of an array; the greatest value has the greatest, or (not `max`) the least value. NaN has the least.
    ///
    /// # Errors
    /// `Internal` for arrays of another type.
    fn words(array: &ArrayRef, max: bool, out: &mut Vec<Self>) -> Result<()>;

    /// The opposite.
    ///
    /// # Errors
    /// `Internal` for another type.
    fn values(words: &[Option<Self>], max: bool, dtype: &DType) -> Result<ArrayRef>;
}

/// Both orders of words with one comparison.
fn mask(max: bool) -> u64 {
    if max { 0 } else { u64::MAX }
}

impl Word for u64 {
    fn words(array: &ArrayRef, max: bool, out: &mut Vec<u64>) -> Result<()> {
        let array = numbers(array)?;
        if !array.data_type().is_numeric() {
            return Err(foreign_state());
        }
        // Equal as keys: -0.0 is no smaller than 0.0.
        ordered::key_words(&array, 0..array.len(), max, out);
        let mask = mask(max);
        out.iter_mut().for_each(|word| *word ^= mask);
        Ok(())
    }

    fn values(words: &[Option<u64>], max: bool, dtype: &DType) -> Result<ArrayRef> {
        let mask = mask(max);
        let nulls = words.iter().map(Option::is_some).collect::<Vec<bool>>().into();
        let words: Vec<u64> = words.iter().map(|word| word.unwrap_or_default() ^ mask).collect();
        ordered::values(&words, Some(nulls), dtype)
    }
}

impl Word for i128 {
    fn words(array: &ArrayRef, max: bool, out: &mut Vec<i128>) -> Result<()> {
        let values = array.as_primitive_opt::<Decimal128Type>().ok_or_else(foreign_state)?.values();
        let mask = i128::from(mask(max) as i64);
        out.extend(values.iter().map(|value| value ^ mask));
        Ok(())
    }

    fn values(words: &[Option<i128>], max: bool, dtype: &DType) -> Result<ArrayRef> {
        let mask = i128::from(mask(max) as i64);
        let values: Decimal128Array = words.iter().map(|word| word.map(|word| word ^ mask)).collect();
        dispatch::logical(Arc::new(values), dtype)
    }
}

impl<W: Word> Numbers<W> {
    /// No group yet.
    pub fn new(dtype: &DType, max: bool) -> Self {
        Numbers { dtype: dtype.clone(), max, words: Vec::new(), best: Vec::new() }
    }

    #[inline]
    fn offer_word(&mut self, group: usize, word: W) -> bool {
        let best = &mut self.best[group];
        let better = best.is_none_or(|best| word > best);
        if better {
            *best = Some(word);
        }
        better
    }
}

impl<W: Word> Contest for Numbers<W> {
    fn resize(&mut self, groups: usize) {
        if groups > self.best.len() {
            self.best.resize(groups, None);
        }
    }

    fn load(&mut self, array: &ArrayRef) -> Result<()> {
        self.words.clear();
        W::words(array, self.max, &mut self.words)
    }

    #[inline]
    fn offer(&mut self, group: usize, row: usize) -> bool {
        self.offer_word(group, self.words[row])
    }

    fn offer_best(&mut self, group: usize, other: &Self, from: usize) -> bool {
        other.best[from].is_some_and(|word| self.offer_word(group, word))
    }

    fn best(&self) -> Result<ArrayRef> {
        W::values(&self.best, self.max, &self.dtype)
    }

    fn size_bytes(&self) -> usize {
        self.best.capacity() * size_of::<Option<W>>()
    }
}

/// Text and bytes.
pub struct Bytes {
    max: bool,
    array: BinaryViewArray,
    best: Vec<Option<Box<[u8]>>>,
}

impl Bytes {
    /// No group yet.
    pub fn new(max: bool) -> Self {
        Bytes { max, array: BinaryViewArray::new_null(0), best: Vec::new() }
    }
}

fn offer_bytes(max: bool, best: &mut Option<Box<[u8]>>, bytes: &[u8]) -> bool {
    let better = best.as_deref().is_none_or(|best| if max { bytes > best } else { bytes < best });
    if better {
        *best = Some(bytes.into());
    }
    better
}

impl Contest for Bytes {
    fn resize(&mut self, groups: usize) {
        if groups > self.best.len() {
            self.best.resize(groups, None);
        }
    }

    fn load(&mut self, array: &ArrayRef) -> Result<()> {
        self.array = cast(&strings::decode(array)?, &DataType::BinaryView)?.as_binary_view().clone();
        Ok(())
    }

    fn offer(&mut self, group: usize, row: usize) -> bool {
        offer_bytes(self.max, &mut self.best[group], self.array.value(row))
    }

    fn offer_best(&mut self, group: usize, other: &Self, from: usize) -> bool {
        other.best[from].as_deref().is_some_and(|bytes| offer_bytes(self.max, &mut self.best[group], bytes))
    }

    fn best(&self) -> Result<ArrayRef> {
        Ok(Arc::new(self.best.iter().map(Option::as_deref).collect::<BinaryViewArray>()))
    }

    fn size_bytes(&self) -> usize {
        let bytes: usize = self.best.iter().flatten().map(|bytes| bytes.len()).sum();
        bytes + self.best.capacity() * size_of::<Option<Box<[u8]>>>()
    }
}

/// A type whose values have an order; a column of nulls alone counts as one of integers.
///
/// # Errors
/// `Type` for lists and structs.
pub fn comparable(name: &str, dtype: &DType) -> Result<DType> {
    match dtype {
        DType::Null => Ok(DType::Int64),
        dtype if dtype.is_composite() => Err(Error::type_mismatch(format!("no {name} of {dtype}"))),
        other => Ok(other.by_order()),
    }
}

/// Runs the body with `$contest` bound to the contest of a type that [`comparable`] gave.
macro_rules! with_contest {
    ($dtype:expr, $max:expr, $contest:ident => $body:expr) => {{
        let dtype: &$crate::data::DType = $dtype;
        match dtype {
            $crate::data::DType::String | $crate::data::DType::Binary => {
                let $contest = $crate::functions::aggregate::contest::Bytes::new($max);
                $body
            }
            $crate::data::DType::Decimal(..) => {
                let $contest = $crate::functions::aggregate::contest::Numbers::<i128>::new(dtype, $max);
                $body
            }
            _ => {
                let $contest = $crate::functions::aggregate::contest::Numbers::<u64>::new(dtype, $max);
                $body
            }
        }
    }};
}

pub(crate) use with_contest;
