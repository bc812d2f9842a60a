//! Making columns of text: written once into shared blocks, or cut out of text that is already there.

use crate::data::strings;
use crate::error::{Error, Result};
use crate::kernels::map::{merged_nulls, rows_of};
use crate::kernels::padded::{self, Padded};
use crate::kernels::value::Value;
use arrow::array::{Array, ArrayRef, BinaryViewArray, StringViewArray, make_view};
use arrow::buffer::{Buffer, NullBuffer, ScalarBuffer};
use std::ops::Range;
use std::sync::Arc;

/// Blocks longer than this are closed, so that offsets stay below Arrow's limit of 2^31.
const BLOCK: usize = 1 << 30;

/// Bytes that are copied at a time where quotes are looked for.
const STEP: usize = 16;

/// Gathers text row by row. Text of at most 12 bytes is kept in its view.
pub struct ViewWriter {
    views: Vec<u128>,
    block: String,
    closed: Vec<Buffer>,
    too_long: Option<usize>,
}

impl ViewWriter {
    /// A writer with room for `rows` rows and `bytes` bytes of longer text.
    pub fn with_capacity(rows: usize, bytes: usize) -> Self {
        let block = String::with_capacity(bytes.min(BLOCK));
        ViewWriter { views: Vec::with_capacity(rows), block, closed: Vec::new(), too_long: None }
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, text: &str) {
        if text.len() <= 12 {
            self.views.push(make_view(text.as_bytes(), 0, 0));
        } else {
            self.write(|block| block.push_str(text));
        }
    }

    /// Adds a field of padded text.
    ///
    /// # Panics
    /// As [`Padded::str`].
    #[inline(always)]
    pub fn push_field(&mut self, text: &Padded<'_>, start: usize, end: usize) {
        let length = end - start;
        if length <= 12 {
            // Cut at characters, as `str` would be.
            let field = text.str(start, end);
            let low = padded::lowest(padded::word(text.bytes(), start), field.len());
            let high = padded::lowest(padded::word(text.bytes(), start + 8), field.len().saturating_sub(8));
            self.views.push(length as u128 | u128::from(low) << 32 | u128::from(high) << 96);
        } else {
            self.push(text.str(start, end));
        }
    }

    /// Adds a field of padded text that stands in quotes, those inside doubled; the quotes around it and one of each pair
    /// inside are left out. False, and nothing is added, if a quote inside stands alone.
    ///
    /// # Panics
    /// As [`Padded::str`]; if the field is shorter than two bytes or the quote is no ASCII character.
    pub fn push_quoted(&mut self, text: &Padded<'_>, start: usize, end: usize, quote: u8) -> bool {
        assert!(quote.is_ascii() && end - start >= 2);
        let (bytes, field) = (text.bytes(), text.str(start, end).as_bytes());
        if field[0] != quote || field[field.len() - 1] != quote {
            return false;
        }
        let (from, stop) = (self.block.len(), end - 1);
        self.block.reserve(field.len() + STEP);
        // SAFETY: what is kept of the block beyond `from` below is text without some ASCII characters.
        let block = unsafe { self.block.as_mut_vec() };
        let room = &mut block.spare_capacity_mut()[..field.len() + STEP];
        let (mut at, mut to) = (start + 1, 0);
        let whole = loop {
            // The quote at `stop` is found at the latest, and there is padding behind it.
            let Some(some) = bytes[at..].first_chunk::<STEP>() else { break false };
            // SAFETY: the slice holds as many bytes, and bytes need no alignment.
            unsafe { room[to..to + STEP].as_mut_ptr().cast::<[u8; STEP]>().write(*some) };
            let place = padded::find_among(some, quote);
            if place == STEP {
                (at, to) = (at + STEP, to + STEP);
            } else if at + place >= stop {
                to += stop - at;
                break true;
            } else if at + place + 1 >= stop || bytes[at + place + 1] != quote {
                break false;
            } else {
                (at, to) = (at + place + 2, to + place + 1);
            }
        };
        if whole {
            // SAFETY: so many bytes have been written: each step writes more than it moves `to` by.
            unsafe { block.set_len(from + to) };
            self.close(from);
        }
        whole
    }

    /// Makes room for the text of the rows that were made room for, if it is as long as that so far.
    pub fn reserve_text(&mut self) {
        let (rows, left) = (self.views.len(), self.views.capacity() - self.views.len());
        if self.closed.is_empty() && rows > 0 && left > 0 {
            let more = self.block.len() as u128 * left as u128 / rows as u128;
            let more = usize::try_from(more + more / 16).unwrap_or(BLOCK);
            // Room that grew once is not looked at again.
            if self.block.capacity() < self.block.len() * 2 && self.block.len() + more <= BLOCK {
                self.block.reserve_exact(more);
            }
        }
    }

    /// Number of rows so far.
    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// Whether there is no row yet.
    pub fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// Makes room for so many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.views.reserve(rows);
    }

    /// Takes back all rows but the first ones; what they hold of the blocks stays there.
    pub fn truncate(&mut self, rows: usize) {
        self.views.truncate(rows);
        self.too_long = self.too_long.filter(|row| *row < rows);
    }

    /// Adds an empty row, to stand under a null.
    #[inline]
    pub fn skip(&mut self) {
        self.views.push(0);
    }

    /// Adds the row that `f` appends; it must only append.
    #[inline]
    pub fn write(&mut self, f: impl FnOnce(&mut String)) {
        let start = self.block.len();
        f(&mut self.block);
        self.close(start);
    }

    /// Adds the row whose text is the end of the block.
    #[inline]
    fn close(&mut self, start: usize) {
        let text = &self.block.as_bytes()[start..];
        let inline = text.len() <= 12;
        if i32::try_from(self.block.len()).is_err() {
            self.too_long.get_or_insert(self.views.len());
        }
        self.views.push(make_view(text, self.closed.len() as u32, start as u32));
        if inline {
            self.block.truncate(start);
        } else if self.block.len() > BLOCK {
            self.closed.push(Buffer::from_vec(std::mem::take(&mut self.block).into_bytes()));
        }
    }

    /// The column.
    ///
    /// # Errors
    /// `Unsupported` naming the row of a text beyond 2 GiB.
    pub fn finish(mut self, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        if let Some(row) = self.too_long {
            return Err(Error::unsupported("a single text of 2 GiB or more").row(row as u64));
        }
        if !self.block.is_empty() {
            self.closed.push(Buffer::from_vec(self.block.into_bytes()));
        }
        debug_assert!(nulls.as_ref().is_none_or(|nulls| nulls.len() == self.views.len()));
        // SAFETY: every view is inline or names a range of a closed block that was appended to a `String` as a whole,
        // so it lies inside the block and is valid UTF-8.
        let array = unsafe {
            StringViewArray::new_unchecked(ScalarBuffer::from(self.views), self.closed.into(), nulls)
        };
        Ok(Arc::new(array))
    }
}

/// A new text for every row that is not null.
///
/// # Errors
/// `Unsupported` for a text beyond 2 GiB.
pub fn map(array: &StringViewArray, mut f: impl FnMut(&str, &mut String)) -> Result<ArrayRef> {
    let mut writer = ViewWriter::with_capacity(array.len(), 0);
    for row in 0..array.len() {
        match array.is_valid(row) {
            true => writer.write(|block| f(array.value(row), block)),
            false => writer.skip(),
        }
    }
    writer.finish(array.nulls().cloned())
}

/// A part of every text that is not null, sharing its bytes.
///
/// # Panics
/// If a range is not inside its text or cuts a character: a defect of the caller.
pub fn parts(array: &StringViewArray, mut part: impl FnMut(usize, &str) -> Range<usize>) -> ArrayRef {
    let mut views = Vec::with_capacity(array.len());
    for (row, view) in array.views().iter().enumerate() {
        if array.is_null(row) {
            views.push(0);
            continue;
        }
        let text = array.value(row);
        let range = part(row, text);
        let cut = &text[range.clone()];
        views.push(if range.len() == text.len() {
            *view
        } else if cut.len() <= 12 {
            make_view(cut.as_bytes(), 0, 0)
        } else {
            let (block, offset) = ((view >> 64) as u32, (view >> 96) as u32);
            make_view(cut.as_bytes(), block, offset + range.start as u32)
        });
    }
    let (buffers, nulls) = (array.data_buffers().clone(), array.nulls().cloned());
    // SAFETY: a view is inline, or unchanged, or names a part of the bytes of a valid view; slicing `text` has checked
    // that the part lies inside it and starts and ends at characters.
    let array = unsafe { StringViewArray::new_unchecked(ScalarBuffer::from(views), buffers, nulls) };
    Arc::new(array)
}

/// The texts of each row one after the other with a separator between; null where any is null.
///
/// # Errors
/// `Type` if an operand is not text; `Unsupported` for a text beyond 2 GiB.
pub fn concat(values: &[&Value], separator: &str) -> Result<ArrayRef> {
    let rows = rows_of(values);
    let texts: Vec<(&StringViewArray, bool)> = values
        .iter()
        .map(|value| Ok((strings::views(value.array())?, value.is_scalar())))
        .collect::<Result<_>>()?;
    let nulls = merged_nulls(values);
    let mut writer = ViewWriter::with_capacity(rows, 0);
    for row in 0..rows {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            writer.skip();
            continue;
        }
        writer.write(|block| {
            for (i, (texts, scalar)) in texts.iter().enumerate() {
                if i > 0 {
                    block.push_str(separator);
                }
                block.push_str(texts.value(if *scalar { 0 } else { row }));
            }
        });
    }
    writer.finish(nulls)
}

/// Bytes as text, sharing them.
///
/// # Errors
/// The row of the first bytes that are not UTF-8.
pub fn from_utf8(array: &BinaryViewArray) -> Result<ArrayRef, usize> {
    match array.clone().to_string_view() {
        Ok(texts) => Ok(Arc::new(texts)),
        Err(_) => {
            let invalid =
                |row: &usize| array.is_valid(*row) && std::str::from_utf8(array.value(*row)).is_err();
            Err((0..array.len()).find(invalid).unwrap_or(0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;

    fn texts() -> StringViewArray {
        let texts = [
            Some("short"),
            None,
            Some(""),
            Some("a text beyond twelve bytes"),
            Some("größer als zwölf Bytes"),
        ];
        texts.into_iter().collect()
    }

    #[test]
    fn parts_share_the_bytes_of_long_text() {
        let array = texts();
        let cut = parts(&array.slice(1, 4), |_, text| 0..text.len() - usize::from(!text.is_empty()));
        let cut = cut.as_string_view();
        let expected = [None, Some(""), Some("a text beyond twelve byte"), Some("größer als zwölf Byte")];
        assert_eq!(cut.iter().collect::<Vec<_>>(), expected);
        assert_eq!(cut.data_buffers()[0].as_ptr(), array.data_buffers()[0].as_ptr());
    }

    #[test]
    fn written_text_reads_back() {
        let doubled = map(&texts(), |text, out| {
            out.push_str(text);
            out.push_str(text);
        });
        let doubled = doubled.unwrap();
        let doubled = doubled.as_string_view();
        assert_eq!(doubled.value(0), "shortshort");
        assert!(doubled.is_null(1));
        assert_eq!(doubled.value(2), "");
        assert_eq!(doubled.value(4), "größer als zwölf Bytesgrößer als zwölf Bytes");
    }

    #[test]
    fn quotes_go_where_they_are_doubled() {
        let pad = "\"padding of \"\"..";
        let add = |writer: &mut ViewWriter, field: &str| {
            let bytes = [pad, field, pad].concat().into_bytes();
            let text = Padded::new(&bytes).unwrap();
            writer.push_quoted(&text, padded::PAD, padded::PAD + field.len(), b'"')
        };
        let mut writer = ViewWriter::with_capacity(0, 0);
        let mut expected = Vec::new();
        for length in 0..40 {
            for at in 0..=length {
                let mut value = "ä".repeat(length / 2) + &"x".repeat(length - length / 2);
                if value.is_char_boundary(at) {
                    value.insert_str(at, if length % 3 == 0 { "\"\"" } else { "\"" });
                }
                assert!(add(&mut writer, &format!("\"{}\"", value.replace('"', "\"\""))), "{value}");
                expected.push(value);
            }
        }
        for odd in ["\"a\"b\"", "\"a\"\"", "\"a\"b", "a\"\"", "\"abc", "\"\"a\""] {
            assert!(!add(&mut writer, odd), "{odd}");
        }
        let array = writer.finish(None).unwrap();
        let found: Vec<&str> = array.as_string_view().iter().flatten().collect();
        assert_eq!(found, expected);
    }
}
