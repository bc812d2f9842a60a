//! Text cut out of blocks of bytes where each stands behind its length, without copying it: a column of views.

use crate::error::{Error, ErrorKind, Result};
use crate::kernels::lookup::look_up;
use arrow::array::{StringViewArray, make_view};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use std::ops::Range;

/// Text of so many bytes is in its view.
const INLINE: usize = 12;

/// Bytes of a length.
const LENGTH: usize = 4;

/// A block of copied text is closed when it is longer than this.
const MOST: usize = 1 << 20;

/// Texts that stand in bytes one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Laid<'a> {
    /// The byte where they start.
    pub start: usize,
    /// How many they are.
    pub count: usize,
    /// Their lengths; `None`: each stands behind its own, of four bytes.
    pub lengths: Option<&'a [u32]>,
}

impl Laid<'_> {
    /// Where the text of a place is, if the one before ended there.
    ///
    /// # Errors
    /// `Corrupt` if the bytes end before.
    #[inline(always)]
    pub fn text(&self, bytes: &[u8], place: usize, before: usize) -> Result<Range<usize>> {
        let (start, length) = match self.lengths {
            Some(lengths) => (before, lengths[place]),
            None => {
                let length = bytes.get(before..before + LENGTH).ok_or_else(short)?;
                (before + LENGTH, u32::from_le_bytes([length[0], length[1], length[2], length[3]]))
            }
        };
        let end = start + length as usize;
        if end <= bytes.len() { Ok(start..end) } else { Err(short()) }
    }
}

/// A state of [`Texts`]: how many rows and blocks there were.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    rows: usize,
    blocks: usize,
}

/// Rows being gathered. Their views name blocks, whose numbers never change.
#[derive(Default)]
pub struct Texts {
    rows: Vec<u128>,
    /// Views that rows are gathered from; the blocks they name come before that number.
    dictionary: Vec<u128>,
    dictionary_blocks: usize,
    blocks: Vec<Buffer>,
    /// Text that is copied: what will be the block of that number.
    own: Vec<u8>,
    own_number: usize,
}

impl Texts {
    /// Room for so many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows);
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of texts in the dictionary.
    pub fn distinct(&self) -> usize {
        self.dictionary.len()
    }

    /// Adds rows, whose texts stand in the bytes; gives bytes back that are not needed any more.
    ///
    /// # Errors
    /// `Corrupt` if the bytes end before, or are not UTF-8; `Unsupported` for 2 GiB or more.
    pub fn cut(&mut self, bytes: Vec<u8>, laid: Laid<'_>) -> Result<Vec<u8>> {
        if i32::try_from(bytes.len()).is_err() {
            return Err(Error::unsupported("a page of text of 2 GiB or more"));
        }
        let number = self.blocks.len() as u32;
        // A text has a length at least.
        self.rows.reserve(laid.lengths.map_or(laid.count.min(bytes.len() / LENGTH), <[u32]>::len));
        // Those without lengths between them are checked together, and then whether none ends inside of a letter.
        let all = bytes.get(laid.start..).unwrap_or_default();
        let ascii = all.is_ascii();
        let checked = laid.lengths.is_some() && !ascii && simdutf8::basic::from_utf8(all).is_ok();
        let mut long = false;
        let mut at = laid.start;
        for place in 0..laid.count {
            let Range { start, end } = laid.text(&bytes, place, at)?;
            at = end;
            let good = match checked {
                true => bytes.get(end).is_none_or(|next| next & 0xc0 != 0x80),
                false => ascii || simdutf8::basic::from_utf8(&bytes[start..end]).is_ok(),
            };
            if !good {
                return Err(damaged("text that is not UTF-8"));
            }
            let length = end - start;
            long |= length > INLINE;
            self.rows.push(match length <= INLINE {
                true => view(&bytes, start, length),
                false => make_view(&bytes[start..end], number, start as u32),
            });
        }
        if !long {
            return Ok(bytes);
        }
        self.blocks.push(Buffer::from_vec(bytes));
        Ok(Vec::new())
    }

    /// Takes the texts in the bytes as the dictionary.
    ///
    /// # Errors
    /// As [`Texts::cut`].
    pub fn set_dictionary(&mut self, bytes: Vec<u8>, count: usize) -> Result<Vec<u8>> {
        let before = self.rows.len();
        let rest = self.cut(bytes, Laid { start: 0, count, lengths: None })?;
        self.dictionary = self.rows.split_off(before);
        self.dictionary_blocks = self.blocks.len();
        Ok(rest)
    }

    /// Adds rows by their places in the dictionary.
    ///
    /// # Errors
    /// `Corrupt` if a place is outside of it.
    pub fn gather(&mut self, places: &[u32]) -> Result<()> {
        match look_up(&self.dictionary, places, &mut self.rows) {
            true => Ok(()),
            false => Err(damaged("a code outside of its dictionary")),
        }
    }

    /// The rows and blocks so far.
    pub fn mark(&self) -> Mark {
        Mark { rows: self.rows.len(), blocks: self.blocks.len() }
    }

    /// Moves the rows since a mark to the places that are valid; the others become empty.
    ///
    /// # Panics
    /// If there are other than as many rows as valid places.
    pub fn spread(&mut self, mark: Mark, valid: &BooleanBuffer) {
        spread(&mut self.rows, mark.rows, valid);
    }

    /// Keeps, of the rows since a mark, those of the ranges. Text in the blocks since then is copied, so that they are not
    /// kept for a few rows.
    ///
    /// # Panics
    /// If a range is not inside those rows.
    pub fn select(&mut self, mark: Mark, ranges: &[Range<usize>]) {
        let rows = self.rows.split_off(mark.rows);
        let (first, end) = (mark.blocks.max(self.dictionary_blocks), self.blocks.len());
        for view in ranges.iter().flat_map(|range| &rows[range.clone()]) {
            let (length, number, start) = parts(*view);
            if length <= INLINE || number < first {
                self.rows.push(*view);
                continue;
            }
            if self.own.is_empty() {
                self.own_number = self.blocks.len();
                self.blocks.push(Buffer::default());
            }
            let at = self.own.len();
            self.own.extend_from_slice(&self.blocks[number][start..start + length]);
            self.rows.push(make_view(&self.own[at..], self.own_number as u32, at as u32));
            if self.own.len() > MOST {
                self.close();
            }
        }
        if first < end {
            self.blocks[first..end].fill(Buffer::default());
        }
    }

    fn close(&mut self) {
        if !self.own.is_empty() {
            self.blocks[self.own_number] = Buffer::from_vec(std::mem::take(&mut self.own));
        }
    }

    /// The dictionary as a column of its own.
    pub fn into_dictionary(mut self) -> StringViewArray {
        self.rows = std::mem::take(&mut self.dictionary);
        self.finish(None)
    }

    /// The column.
    ///
    /// # Panics
    /// If there is not a bit for each row.
    pub fn finish(mut self, nulls: Option<NullBuffer>) -> StringViewArray {
        self.close();
        assert!(nulls.as_ref().is_none_or(|nulls| nulls.len() == self.rows.len()), "a bit for each row");
        // SAFETY: views are made by `cut` and `select` alone, of text that was checked, and are inline or name its place in
        // a block. A block is dropped by `select` alone, when no row names it any more: rows before the mark and the
        // dictionary name blocks that were there before, or copied text, and all rows since then were rewritten.
        unsafe { StringViewArray::new_unchecked(ScalarBuffer::from(self.rows), self.blocks.into(), nulls) }
    }
}

/// The view of the text that stands in the bytes from `start` on: all of a short one, of others the lower half.
///
/// # Panics
/// If it is not inside the bytes.
#[inline(always)]
pub fn view(bytes: &[u8], start: usize, length: usize) -> u128 {
    let held = if length <= INLINE { length } else { 4 };
    let text = match bytes.get(start..).and_then(|rest| rest.first_chunk::<16>()) {
        Some(sixteen) => u128::from_le_bytes(*sixteen) & !(u128::MAX << (8 * held)),
        None => {
            let mut some = [0; 16];
            some[..held].copy_from_slice(&bytes[start..start + held]);
            u128::from_le_bytes(some)
        }
    };
    text << 32 | length as u128
}

/// Length, block and place of a view.
fn parts(view: u128) -> (usize, usize, usize) {
    (view as u32 as usize, (view >> 64) as u32 as usize, (view >> 96) as u32 as usize)
}

/// Moves the values from `from` on to the places that are valid; the others become zero.
///
/// # Panics
/// If there are other than as many values as valid places.
pub fn spread<T: Copy + Default>(values: &mut Vec<T>, from: usize, valid: &BooleanBuffer) {
    let mut left = values.len() - from;
    assert_eq!(left, valid.count_set_bits(), "a value for each valid place");
    values.resize(from + valid.len(), T::default());
    // From the back: a value never moves to before its place.
    let mut clean = valid.len();
    let slices: Vec<(usize, usize)> = valid.set_slices().collect();
    for (start, end) in slices.into_iter().rev() {
        values[from + end..from + clean].fill(T::default());
        left -= end - start;
        values.copy_within(from + left..from + left + (end - start), from + start);
        clean = start;
    }
    values[from..from + clean].fill(T::default());
}

fn short() -> Error {
    damaged("a page ends before its values")
}

#[cold]
fn damaged(reason: &str) -> Error {
    Error::new(ErrorKind::Corrupt, format!("the file is damaged: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Array;

    fn before(count: usize) -> Laid<'static> {
        Laid { start: 0, count, lengths: None }
    }

    fn page(texts: &[&str]) -> Vec<u8> {
        let one = |text: &&str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
        texts.iter().flat_map(one).collect()
    }

    const SOME: [&str; 6] = ["", "short", "twelve bytes", "more than twelve", "größer als zwölf", "é"];

    #[test]
    fn texts_are_cut_gathered_and_kept() {
        let mut texts = Texts::default();
        texts.set_dictionary(page(&SOME), 6).unwrap();
        texts.gather(&[3, 0, 5]).unwrap();
        assert_eq!(texts.gather(&[6]).unwrap_err().kind(), ErrorKind::Corrupt);
        let mark = texts.mark();
        let mine: Vec<String> = (0..100).map(|i| format!("a text of its own, number {i}")).collect();
        let mine: Vec<&str> = mine.iter().map(String::as_str).collect();
        texts.cut(page(&mine), before(100)).unwrap();
        texts.select(mark, &[1..3, 98..99]);
        let mark = texts.mark();
        texts.gather(&[4, 1]).unwrap();
        let valid = BooleanBuffer::from(vec![false, true, false, true]);
        texts.spread(mark, &valid);
        texts.cut(page(&mine[..2]), before(2)).unwrap();
        let mut expected = vec![SOME[3], SOME[0], SOME[5], mine[1], mine[2], mine[98]];
        expected.extend(["", SOME[4], "", SOME[1], mine[0], mine[1]]);
        let found = texts.finish(None);
        assert_eq!(found.iter().flatten().collect::<Vec<_>>(), expected);
        found.to_data().validate_full().unwrap();
    }

    #[test]
    fn damaged_pages_are_refused() {
        let whole = page(&SOME);
        for cut in 0..whole.len() {
            assert!(Texts::default().cut(whole[..cut].to_vec(), before(6)).is_err(), "{cut}");
        }
        let mut wrong = whole.clone();
        *wrong.last_mut().unwrap() = b'x';
        assert!(Texts::default().cut(wrong, before(6)).is_err());
        assert!(Texts::default().cut(whole, before(usize::MAX)).is_err());
    }

    #[test]
    fn texts_whose_lengths_stand_apart_are_cut() {
        let bytes = [b"..", SOME.concat().as_bytes()].concat();
        let lengths = SOME.map(|text| text.len() as u32);
        let mut texts = Texts::default();
        texts.cut(bytes.clone(), Laid { start: 2, count: 6, lengths: Some(&lengths) }).unwrap();
        let found = texts.finish(None);
        assert_eq!(found.iter().flatten().collect::<Vec<_>>(), SOME);
        found.to_data().validate_full().unwrap();
        // Too short; and every shift of one length, which is damage where it ends in the middle of a letter.
        let cut = |bytes: &[u8], lengths: &[u32]| {
            Texts::default()
                .cut(bytes.to_vec(), Laid { start: 2, count: lengths.len(), lengths: Some(lengths) })
        };
        assert!(cut(&bytes[..bytes.len() - 1], &lengths).is_err());
        let all = SOME.concat();
        for end in 0..=all.len() {
            let two = [end as u32, (all.len() - end) as u32];
            assert_eq!(cut(&bytes, &two).is_ok(), all.is_char_boundary(end), "{end}");
            assert_eq!(cut(&bytes, &two[..1]).is_ok(), all.is_char_boundary(end), "{end}");
            // Bytes behind the texts are not looked at.
            let more = [&bytes[..], &[0xff]].concat();
            assert_eq!(cut(&more, &two).is_ok(), all.is_char_boundary(end), "{end}");
        }
    }

    #[test]
    fn values_are_spread() {
        for bits in 0u32..256 {
            let valid: Vec<bool> = (0..8).map(|bit| bits >> bit & 1 == 1).collect();
            let mut values = vec![9, 9];
            values.extend(1..=bits.count_ones());
            spread(&mut values, 2, &BooleanBuffer::from(valid.clone()));
            let mut next = 0;
            let place = |valid: &bool| {
                if *valid {
                    next += 1;
                    next
                } else {
                    0
                }
            };
            assert_eq!(values[2..], valid.iter().map(place).collect::<Vec<u32>>());
        }
    }
}
