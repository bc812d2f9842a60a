//! Values gathered page by page: numbers and truths.

use crate::error::Result;
use crate::io::parquet::chunk::delta::{DELTA_BINARY_PACKED, numbers};
use crate::io::parquet::chunk::hybrid::{AT_ONCE, Hybrid, damaged};
use crate::kernels::lookup::look_up;
use crate::kernels::texts;
use arrow::array::{ArrayData, ArrayRef, BooleanArray, BooleanBufferBuilder, make_array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::datatypes::{ArrowNativeType, DataType};
use std::ops::Range;
use std::sync::Arc;

/// Encodings, as the format numbers them.
pub const PLAIN: i64 = 0;
/// By a dictionary, as it was once called.
pub const PLAIN_DICTIONARY: i64 = 2;
/// Runs.
pub const RLE: i64 = 3;
/// By a dictionary.
pub const RLE_DICTIONARY: i64 = 8;

/// The first bytes of all numbers, then the second ones, and so on.
pub const BYTE_STREAM_SPLIT: i64 = 9;

/// Room is made for so many rows at most before they are there: what a footer says of their number may be wrong.
pub const MOST_ROOM: usize = 1 << 22;

/// Values of a page.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The byte where they start.
    pub start: usize,
    /// How many there are.
    pub count: usize,
    /// Which of them are wanted, ascending and apart; all, if `None`.
    pub ranges: Option<&'a [Range<usize>]>,
}

impl<'a> Part<'a> {
    /// All of so many.
    #[cfg(test)]
    pub fn all(start: usize, count: usize) -> Self {
        Part { start, count, ranges: None }
    }

    /// Hands the wanted ranges to `take`.
    ///
    /// # Errors
    /// What `take` raises.
    pub fn each(self, mut take: impl FnMut(Range<usize>) -> Result<()>) -> Result<()> {
        match self.ranges {
            Some(ranges) => ranges.iter().try_for_each(|range| take(range.clone())),
            None => take(0..self.count),
        }
    }
}

/// Values of one column being gathered.
pub trait Values {
    /// Takes the page of values that codes stand for. The bytes may be taken, or others left in their place.
    ///
    /// # Errors
    /// `Corrupt`.
    fn dictionary(&mut self, bytes: &mut Vec<u8>, count: usize) -> Result<()>;

    /// Adds values that are in a page; false if it does not know the encoding.
    ///
    /// # Errors
    /// `Corrupt`.
    fn page(&mut self, encoding: i64, bytes: &mut Vec<u8>, part: Part<'_>) -> Result<bool>;

    /// Moves the values of the last page to the rows that have one.
    fn spread(&mut self, valid: &BooleanBuffer);

    /// Keeps these rows of the last page alone.
    fn select(&mut self, ranges: &[Range<usize>]);

    /// Rows so far.
    fn rows(&self) -> usize;

    /// The rows as an array.
    ///
    /// # Errors
    /// `Internal` if they are of another type.
    fn finish(self: Box<Self>, to: &DataType, nulls: Option<NullBuffer>) -> Result<ArrayRef>;
}

/// The wanted codes of a page, some at a time: their width stands before them.
///
/// # Errors
/// `Corrupt`, or what `take` raises.
pub fn codes(bytes: &[u8], part: Part<'_>, mut take: impl FnMut(&[u32]) -> Result<()>) -> Result<()> {
    let Some((width, packed)) = bytes.get(part.start..).and_then(<[u8]>::split_first) else {
        return if part.count == 0 { Ok(()) } else { Err(damaged("a page ends before its values")) };
    };
    let mut hybrid = Hybrid::new(packed, usize::from(*width), part.count)?;
    if let Some(ranges) = part.ranges {
        return hybrid.pick(ranges, take);
    }
    let mut some = [0; AT_ONCE];
    loop {
        match hybrid.next(&mut some)? {
            [] => return Ok(()),
            more => take(more)?,
        }
    }
}

/// Adds what codes stand for.
///
/// # Errors
/// `Corrupt` for a code outside of the dictionary.
pub fn gather<T: Copy>(dictionary: &[T], codes: &[u32], out: &mut Vec<T>) -> Result<()> {
    match look_up(dictionary, codes, out) {
        true => Ok(()),
        false => Err(damaged("a code outside of its dictionary")),
    }
}

/// Keeps, of the values from `from` on, those of the ranges.
pub fn keep<T: Copy>(values: &mut Vec<T>, from: usize, ranges: &[Range<usize>]) {
    let mut end = from;
    for range in ranges {
        values.copy_within(from + range.start..from + range.end, end);
        end += range.len();
    }
    values.truncate(end);
}

/// A number as files hold it.
pub trait Word: ArrowNativeType + Copy {
    /// Appends numbers from their bytes.
    fn append(bytes: &[u8], out: &mut Vec<Self>);

    /// The low bits.
    fn low(number: u64) -> Self;
}

macro_rules! words {
    ($($word:ident)*) => {
        $(impl Word for $word {
            fn append(bytes: &[u8], out: &mut Vec<Self>) {
                let (words, _) = bytes.as_chunks::<{ size_of::<$word>() }>();
                match words {
                    [one] => out.push($word::from_le_bytes(*one)),
                    more => out.extend(more.iter().map(|word| $word::from_le_bytes(*word))),
                }
            }

            fn low(number: u64) -> Self {
                number as $word
            }
        })*
    };
}

words!(u32 u64);

/// Numbers of 32 or 64 bits of any meaning.
pub struct Words<W> {
    rows: Vec<W>,
    dictionary: Vec<W>,
    /// Where the last page begins.
    page: usize,
}

impl<W: Word> Words<W> {
    /// With room for so many.
    pub fn new(rows: usize) -> Self {
        Words { rows: Vec::with_capacity(rows.min(MOST_ROOM)), dictionary: Vec::new(), page: 0 }
    }
}

fn plain<W: Word>(bytes: &[u8], count: usize, out: &mut Vec<W>) -> Result<()> {
    let bytes = count.checked_mul(size_of::<W>()).and_then(|size| bytes.get(..size));
    W::append(bytes.ok_or_else(|| damaged("a page ends before its values"))?, out);
    Ok(())
}

/// Words are joined so many at a time: as many as bytes in one.
const TOGETHER: usize = 8;

/// Eight words (the last ones zero, if they are fewer), of each of which every stream holds a byte.
#[inline(always)]
fn joined(streams: &[&[u8]], from: usize, count: usize) -> [u64; TOGETHER] {
    let mut rows = [0; TOGETHER];
    for (row, stream) in rows.iter_mut().zip(streams) {
        *row = match stream[from..].first_chunk::<TOGETHER>() {
            Some(eight) => u64::from_le_bytes(*eight),
            None => stream[from..from + count].iter().rev().fold(0, |row, byte| row << 8 | u64::from(*byte)),
        };
    }
    // The bytes of a square are mirrored: quarters, then the quarters of each, and once more.
    for (step, mask) in [(4, 0xffff_ffff), (2, 0x0000_ffff_0000_ffff), (1, 0x00ff_00ff_00ff_00ff_u64)] {
        for row in (0..TOGETHER).filter(|row| row & step == 0) {
            let other = (rows[row] >> (8 * step) ^ rows[row + step]) & mask;
            rows[row] ^= other << (8 * step);
            rows[row + step] ^= other;
        }
    }
    rows
}

impl<W: Word> Values for Words<W> {
    fn dictionary(&mut self, bytes: &mut Vec<u8>, count: usize) -> Result<()> {
        self.dictionary.clear();
        plain(bytes, count, &mut self.dictionary)
    }

    fn page(&mut self, encoding: i64, bytes: &mut Vec<u8>, part: Part<'_>) -> Result<bool> {
        self.page = self.rows.len();
        let size = size_of::<W>();
        let all = || {
            let all = part.count.checked_mul(size).and_then(|all| bytes.get(part.start..)?.get(..all));
            all.ok_or_else(|| damaged("a page ends before its values"))
        };
        match encoding {
            PLAIN => {
                let all = all()?;
                part.each(|range| {
                    W::append(&all[range.start * size..range.end * size], &mut self.rows);
                    Ok(())
                })?;
            }
            BYTE_STREAM_SPLIT if part.count > 0 => {
                let streams: Vec<&[u8]> = all()?.chunks_exact(part.count).collect();
                part.each(|range| {
                    self.rows.reserve(range.len());
                    for from in range.clone().step_by(TOGETHER) {
                        let some = (range.end - from).min(TOGETHER);
                        let words = joined(&streams, from, some);
                        self.rows.extend(words[..some].iter().map(|word| W::low(*word)));
                    }
                    Ok(())
                })?;
            }
            BYTE_STREAM_SPLIT => {}
            DELTA_BINARY_PACKED => {
                if part.count > 0 {
                    numbers(bytes.get(part.start..).unwrap_or_default(), part.count, |some| {
                        self.rows.extend(some.iter().map(|number| W::low(*number)));
                        Ok(())
                    })?;
                }
                if let Some(ranges) = part.ranges {
                    keep(&mut self.rows, self.page, ranges);
                }
            }
            PLAIN_DICTIONARY | RLE_DICTIONARY => {
                let Words { rows, dictionary, .. } = self;
                codes(bytes, part, |codes| gather(dictionary, codes, rows))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn spread(&mut self, valid: &BooleanBuffer) {
        texts::spread(&mut self.rows, self.page, valid);
    }

    fn select(&mut self, ranges: &[Range<usize>]) {
        keep(&mut self.rows, self.page, ranges);
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn finish(self: Box<Self>, to: &DataType, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        let count = self.rows.len();
        let low = |word: &W| word.as_usize() as u32;
        // Narrow integers are the low bytes of the wide ones that files have, if those bytes say it all.
        let unused = 32 - 8 * to.primitive_width().filter(|_| to.is_integer()).unwrap_or(4).min(4) as u32;
        let signed = |word| ((word << unused) as i32 >> unused) as u32;
        let unsigned = |word| word << unused >> unused;
        let wrong = match (unused, to.is_signed_integer()) {
            (0, _) => false,
            (_, true) => self.rows.iter().map(low).any(|word| signed(word) != word),
            (_, false) => self.rows.iter().map(low).any(|word| unsigned(word) != word),
        };
        if wrong {
            return Err(damaged(format!("a number that {to} does not hold")));
        }
        let buffer = match to.primitive_width() {
            Some(1) => Buffer::from_vec(self.rows.iter().map(|word| low(word) as u8).collect::<Vec<u8>>()),
            Some(2) => Buffer::from_vec(self.rows.iter().map(|word| low(word) as u16).collect::<Vec<u16>>()),
            _ => Buffer::from_vec(self.rows),
        };
        let data = ArrayData::builder(to.clone()).len(count).add_buffer(buffer).nulls(nulls);
        Ok(make_array(data.build()?))
    }
}

/// Truths, a bit each.
#[derive(Default)]
pub struct Truths {
    rows: Vec<BooleanBuffer>,
}

impl Values for Truths {
    fn dictionary(&mut self, _bytes: &mut Vec<u8>, _count: usize) -> Result<()> {
        Ok(())
    }

    fn page(&mut self, encoding: i64, bytes: &mut Vec<u8>, part: Part<'_>) -> Result<bool> {
        let (bytes, count) = (&bytes[part.start..], part.count);
        let mut bits = BooleanBufferBuilder::new(count.min(bytes.len().saturating_mul(8)));
        match encoding {
            PLAIN if count.div_ceil(8) <= bytes.len() => bits.append_packed_range(0..count, bytes),
            PLAIN => return Err(damaged("a page ends before its values")),
            RLE => {
                let runs = bytes.get(4..).ok_or_else(|| damaged("a page ends before its values"))?;
                Hybrid::new(runs, 1, count)?.bits(&mut bits)?;
            }
            _ => return Ok(false),
        }
        self.rows.push(bits.finish());
        if let Some(ranges) = part.ranges {
            self.select(ranges);
        }
        Ok(true)
    }

    fn spread(&mut self, valid: &BooleanBuffer) {
        let Some(page) = self.rows.pop() else { return };
        let mut bits = BooleanBufferBuilder::new(valid.len());
        bits.append_n(valid.len(), false);
        for (from, to) in valid.set_indices().enumerate() {
            bits.set_bit(to, page.value(from));
        }
        self.rows.push(bits.finish());
    }

    fn select(&mut self, ranges: &[Range<usize>]) {
        let Some(page) = self.rows.pop() else { return };
        self.rows.extend(ranges.iter().map(|range| page.slice(range.start, range.len())));
    }

    fn rows(&self) -> usize {
        self.rows.iter().map(BooleanBuffer::len).sum()
    }

    fn finish(self: Box<Self>, _to: &DataType, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        let mut bits = BooleanBufferBuilder::new(self.rows());
        self.rows.iter().for_each(|page| bits.append_buffer(page));
        Ok(Arc::new(BooleanArray::new(bits.finish(), nulls)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn narrow_integers_hold_what_files_say() {
        let made = |numbers: &[i32], to: DataType| {
            let mut words = Words::<u32>::new(numbers.len());
            let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            words.page(PLAIN, &mut bytes, Part::all(0, numbers.len())).unwrap();
            Box::new(words).finish(&to, None)
        };
        for (to, good, bad) in [
            (DataType::Int8, [-128, 127], 128),
            (DataType::UInt8, [0, 255], -1),
            (DataType::Int16, [-32768, 32767], -32769),
            (DataType::UInt16, [0, 65535], 65536),
        ] {
            assert_eq!(made(&good, to.clone()).unwrap().len(), 2);
            assert_eq!(made(&[good[0], bad], to).unwrap_err().kind(), ErrorKind::Corrupt);
        }
    }
}
