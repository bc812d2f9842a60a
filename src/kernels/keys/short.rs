//! Texts of at most 28 bytes as numbers: keys that are read back from their words alone, without a dictionary.
//!
//! The first number is bytes 0 to 7, the second bytes 8 to 11 and the length; others, of eight bytes each, there are where
//! texts are so long. These have 0 for a text that ends before, which in words is nothing at all (the code of null): the
//! words of a text do not depend on how long others are.

use crate::kernels::hash::{text_start, text_step};
use crate::kernels::keys::intern::SHORT;
use crate::kernels::keys::layout::{Layout, Place, place_numbers};
use crate::kernels::keys::pack::bounds;
use crate::kernels::keys::texts::Views;
use crate::kernels::map::collect_bits;
use arrow::array::{ArrayRef, BinaryViewArray, StringViewArray};
use arrow::buffer::{Buffer, NullBuffer};
use std::ops::Range;
use std::sync::Arc;

/// How many numbers a text has. With more, rows are so wide that an interner is as fast.
pub const NUMBERS: usize = 4;

/// The bytes of the longest text that is numbers.
pub const LONGEST: usize = SHORT as usize + 8 * (NUMBERS - 2);

/// Bits of a length.
const LENGTH_BITS: u32 = 6;

/// Bits that hold a length.
const LENGTH: u64 = (1 << LENGTH_BITS) - 1;

/// The first eight bytes of the short text with this view.
#[inline]
fn head(view: u128) -> u64 {
    ((view >> 32) as u64).swap_bytes()
}

/// The bytes after the eighth, and the length.
#[inline]
fn tail(view: u128) -> u64 {
    u64::from(((view >> 96) as u32).swap_bytes()) << LENGTH_BITS | u64::from(view as u32)
}

/// The view of the text with these numbers, if it lies in its view.
#[inline]
fn view(head: u64, tail: u64) -> u128 {
    let rest = ((tail >> LENGTH_BITS) as u32).swap_bytes();
    u128::from(tail & LENGTH) | u128::from(head.swap_bytes()) << 32 | u128::from(rest) << 96
}

/// Up to eight bytes of a text of eight or more, from a place on, as a number in their order. Without a branch: lengths
/// cannot be guessed.
#[inline]
fn piece_of_long(text: &[u8], start: usize) -> u64 {
    let from = start.min(text.len() - 8);
    let eight = text[from..].first_chunk::<8>().map_or(0, |eight| u64::from_be_bytes(*eight));
    // Up to all 64 bits, in two halves: a shift by 64 is none.
    let half = 4 * (start - from).min(8);
    eight << half << half
}

/// The numbers of some texts, none of which is too long, appended to [`NUMBERS`] columns, which hold nothing yet; those of
/// which no text has any stay empty. Of nulls the first two may be anything, the others are 0.
pub fn numbers(views: Views<'_>, rows: Range<usize>, out: &mut [Vec<u64>]) {
    let [heads, tails, more @ ..] = out else { return };
    let longest = longest(views, rows.clone());
    if longest <= SHORT as usize {
        let words = views.words(rows);
        heads.extend(words.iter().map(|view| head(*view)));
        tails.extend(words.iter().map(|view| tail(*view)));
        return;
    }
    let (blocks, nulls, count) = (views.blocks(), views.nulls(), rows.len());
    let more = &mut more[..(longest - SHORT as usize).div_ceil(8)];
    heads.resize(count, 0);
    tails.resize(count, 0);
    more.iter_mut().for_each(|numbers| numbers.resize(count, 0));
    for (at, (view, row)) in views.words(rows.clone()).iter().zip(rows).enumerate() {
        let view = if nulls.is_some_and(|nulls| nulls.is_null(row)) { 0 } else { *view };
        let length = view as u32 as usize;
        if length <= SHORT as usize {
            (heads[at], tails[at]) = (head(view), tail(view));
            continue;
        }
        let (block, start) = ((view >> 64) as u32 as usize, (view >> 96) as usize);
        let text = &blocks[block][start..start + length];
        heads[at] = piece_of_long(text, 0);
        tails[at] = piece_of_long(text, 8) >> 32 << LENGTH_BITS | length as u64;
        for (numbers, start) in more.iter_mut().zip((SHORT as usize..).step_by(8)) {
            numbers[at] = piece_of_long(text, start);
        }
    }
}

/// The least and the greatest of each of the numbers, where a text has any.
pub fn ranges(
    numbers: &[Vec<u64>],
    nulls: Option<&NullBuffer>,
    start: usize,
) -> [Option<(u64, u64)>; NUMBERS] {
    std::array::from_fn(|at| match at {
        0 | 1 => bounds(&numbers[at], nulls, start),
        _ => bounds(&numbers[at], there(&numbers[at]).as_ref(), 0),
    })
}

/// Which texts have bytes here, unless all do.
fn there(numbers: &[u64]) -> Option<NullBuffer> {
    let there = || NullBuffer::new(collect_bits(numbers.len(), |row| numbers[row] != 0));
    numbers.contains(&0).then(there)
}

/// Writes numbers to the words of their rows, which hold nothing in these places yet.
pub fn place(
    places: &[Option<Place>],
    numbers: &[Vec<u64>],
    nulls: Option<&NullBuffer>,
    start: usize,
    width: usize,
    words: &mut [u64],
) {
    for (at, (place, numbers)) in places.iter().zip(numbers).take(NUMBERS).enumerate() {
        match place {
            Some(place) if at < 2 => place_numbers(place, numbers, nulls, start, width, words),
            Some(place) if numbers.is_empty() && !place.is_full() => (),
            Some(place) if numbers.is_empty() => {
                // Where numbers fill their word, a flag says that there is none.
                let rows = words.len() / width;
                place_numbers(place, &vec![0; rows], Some(&NullBuffer::new_null(rows)), 0, width, words);
            }
            Some(place) => place_numbers(place, numbers, there(numbers).as_ref(), 0, width, words),
            None => (),
        }
    }
}

/// The numbers in packed words, from this place on, and where texts are null; columns of nothing but zeros are empty.
pub fn unpacked(layout: &Layout, words: &[u64], slot: usize) -> ([Vec<u64>; NUMBERS], Option<NullBuffer>) {
    let (heads, nulls) = layout.numbers(words, slot);
    let mut numbers = [const { Vec::new() }; NUMBERS];
    for (at, numbers) in numbers.iter_mut().enumerate().skip(1) {
        if layout.places()[slot + at].is_some() {
            *numbers = layout.values(words, slot + at);
        }
    }
    numbers[0] = heads;
    (numbers, nulls)
}

/// Bytes of long texts beyond which another block is begun.
const BLOCK: usize = 1 << 24;

/// A text put together of the numbers of a row.
struct Text {
    held: [u8; 8 * NUMBERS],
    length: usize,
}

impl Default for Text {
    fn default() -> Text {
        Text { held: [0; 8 * NUMBERS], length: 0 }
    }
}

impl Text {
    #[inline]
    fn of(numbers: &[Vec<u64>; NUMBERS], row: usize) -> Text {
        let number = |at: usize| numbers[at].get(row).copied().unwrap_or(0);
        let (mut held, tail) = ([0; 8 * NUMBERS], number(1));
        held[..8].copy_from_slice(&number(0).to_be_bytes());
        held[8..12].copy_from_slice(&((tail >> LENGTH_BITS) as u32).to_be_bytes());
        let length = ((tail & LENGTH) as usize).min(LONGEST);
        if length > SHORT as usize {
            for (at, piece) in held[SHORT as usize..].as_chunks_mut::<8>().0.iter_mut().enumerate() {
                *piece = number(2 + at).to_be_bytes();
            }
        }
        Text { held, length }
    }
}

/// The texts (or bytes) with these numbers; of nulls anything.
pub fn array(text: bool, numbers: &[Vec<u64>; NUMBERS], nulls: Option<NullBuffer>) -> ArrayRef {
    let valid = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    let rows = numbers[0].len();
    let (views, blocks) = match longest_of(&numbers[1]) <= u64::from(SHORT) {
        true => {
            let views = numbers[0].iter().zip(&numbers[1]).enumerate();
            let view =
                |(row, (head, tail)): (usize, (&u64, &u64))| if valid(row) { view(*head, *tail) } else { 0 };
            (views.map(view).collect(), Vec::new())
        }
        false => {
            let (mut views, mut blocks) = (Vec::with_capacity(rows), Vec::new());
            let mut block: Vec<u8> = Vec::with_capacity(BLOCK.min(rows * LONGEST) + 8 * NUMBERS);
            for row in 0..rows {
                let text = if valid(row) { Text::of(numbers, row) } else { Text::default() };
                if text.length <= SHORT as usize {
                    views.push(if valid(row) { view(numbers[0][row], numbers[1][row]) } else { 0 });
                    continue;
                }
                if block.len() > BLOCK {
                    blocks.push(Buffer::from_vec(std::mem::take(&mut block)));
                }
                let head = text.length as u128 | u128::from(numbers[0][row].swap_bytes() as u32) << 32;
                views.push(head | (blocks.len() as u128) << 64 | (block.len() as u128) << 96);
                // All of it, then less: what is copied is of one size.
                let end = block.len() + text.length;
                block.extend_from_slice(&text.held);
                block.truncate(end);
            }
            blocks.push(Buffer::from_vec(block));
            (views.into(), blocks)
        }
    };
    // SAFETY: each view is that of a text of at most twelve bytes, which lie in it, or of an empty one, or it names the bytes of
    // its text in the block that was begun for it, and has the first four. Nulls have one bit a row. Where `text` is set, all that ever became numbers was text.
    unsafe {
        match text {
            true => Arc::new(StringViewArray::new_unchecked(views, blocks.into(), nulls)),
            false => Arc::new(BinaryViewArray::new_unchecked(views, blocks.into(), nulls)),
        }
    }
}

/// The hashes of the texts with these numbers, as [`text()`](crate::kernels::hash::text) gives them; of nulls anything.
pub fn hashes(numbers: &[Vec<u64>; NUMBERS]) -> Vec<u64> {
    let [heads, tails, more @ ..] = numbers;
    let start = |(head, tail): (&u64, &u64)| text_start(*head, (*tail >> LENGTH_BITS) as u32, *tail & LENGTH);
    let mut hashes: Vec<u64> = heads.iter().zip(tails).map(start).collect();
    let longest = longest_of(tails);
    for (pieces, begin) in more.iter().zip((u64::from(SHORT)..longest).step_by(8)) {
        for (row, (hash, tail)) in hashes.iter_mut().zip(tails).enumerate() {
            let piece = pieces.get(row).copied().unwrap_or(0);
            *hash = if *tail & LENGTH > begin { text_step(*hash, piece) } else { *hash };
        }
    }
    hashes
}

/// The bytes of the longest of the texts with these second numbers.
fn longest_of(tails: &[u64]) -> u64 {
    tails.iter().fold(0, |longest, tail| longest.max(*tail & LENGTH))
}

/// The bytes of the longest of some texts, but for nulls.
fn longest(views: Views<'_>, rows: Range<usize>) -> usize {
    let words = views.words(rows.clone());
    let longest = match views.nulls() {
        None => words.iter().fold(0, |longest: u32, word| longest.max(*word as u32)),
        Some(nulls) => words.iter().zip(rows).fold(0, |longest, (word, row)| {
            if nulls.is_null(row) { longest } else { longest.max(*word as u32) }
        }),
    };
    longest as usize
}

/// Whether some texts, but for nulls, can all be numbers.
pub fn all_short(views: Views<'_>, rows: Range<usize>) -> bool {
    longest(views, rows) <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::hash;
    use arrow::array::{Array, AsArray};

    #[test]
    fn texts_come_back_from_their_numbers() {
        // Of the last ones no text has anything but zeros after its twelfth byte.
        for longest in [3, 12, 13, 20, 21, LONGEST, LONGEST + 1] {
            let zeros = longest > LONGEST;
            let longest = longest.min(LONGEST);
            let mut texts: Vec<String> =
                (0..=longest).map(|length| "a\0ü~0123".chars().cycle().take(length).collect()).collect();
            texts.extend(
                ["", "a", "b", "a\0", "zz\0", "\u{7f}\u{80}", &"\0".repeat(longest)].map(String::from),
            );
            texts.extend([longest - 1, longest].map(|length| "z".repeat(length)));
            if zeros {
                texts = ["", "a", "abcdefghijkl", "abcdefghijkl\0", "abcdefghijkl\0\0", "ab"]
                    .map(String::from)
                    .into();
            }
            texts.retain(|text| text.len() <= longest);
            let some = |row: usize| (row % 5 != 2).then(|| texts[row].as_str());
            let strings: StringViewArray = (0..texts.len()).map(some).collect();
            let views = Views::String(&strings);
            let mut own = [const { Vec::new() }; NUMBERS];
            numbers(views, 0..texts.len(), &mut own);
            let hashes = hashes(&own);
            for row in 0..texts.len() {
                let own = strings.is_valid(row).then(|| hashes[row]);
                assert_eq!(own, own.map(|_| hash::text(texts[row].as_bytes())), "{:?}", texts[row]);
            }
            let back = array(true, &own, strings.nulls().cloned());
            assert!(back.to_data().validate_full().is_ok());
            assert_eq!(back.as_string_view(), &strings);
            let back = array(false, &own, strings.nulls().cloned());
            assert_eq!(back.as_binary_view(), &strings.clone().to_binary_view());
            // The same words beside longer texts.
            let ranges = ranges(&own, strings.nulls(), 0);
            let layout = Layout::empty(NUMBERS).widened(&ranges);
            let packed = |rows: Range<usize>| {
                let (mut own, mut words) =
                    ([const { Vec::new() }; NUMBERS], vec![0; rows.len() * layout.width()]);
                numbers(views, rows.clone(), &mut own);
                place(layout.places(), &own, strings.nulls(), rows.start, layout.width(), &mut words);
                words
            };
            let all = packed(0..texts.len());
            assert_eq!(all, (0..texts.len()).flat_map(|row| packed(row..row + 1)).collect::<Vec<_>>());
            let (own, nulls) = unpacked(&layout, &all, 0);
            let valid = |row: &usize| strings.is_valid(*row);
            let of_words = super::hashes(&own);
            (0..texts.len()).filter(valid).for_each(|row| assert_eq!(of_words[row], hashes[row]));
            assert_eq!(array(true, &own, nulls).as_string_view(), &strings);
        }
    }

    #[test]
    fn long_texts_are_told() {
        let long = "x".repeat(LONGEST + 1);
        let long = StringViewArray::from(vec![Some("short"), None, Some(&long[1..]), Some(&long)]);
        let views = Views::String(&long);
        assert!(all_short(views, 0..3) && !all_short(views, 0..4));
        let nulls = Some(vec![true, true, true, false].into());
        let none = StringViewArray::new(long.views().clone(), long.data_buffers().to_vec(), nulls);
        assert!(all_short(Views::String(&none), 0..4));
    }
}
