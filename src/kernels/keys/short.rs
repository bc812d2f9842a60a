//! Texts of at most twelve bytes as two numbers: keys that are read back from their words alone, without a dictionary.

use crate::kernels::hash::bytes;
use crate::kernels::keys::intern::SHORT;
use crate::kernels::keys::texts::Views;
use arrow::array::{ArrayRef, BinaryViewArray, StringViewArray};
use arrow::buffer::NullBuffer;
use std::ops::Range;
use std::sync::Arc;

/// The first eight bytes of the text with this view.
#[inline]
fn head(view: u128) -> u64 {
    ((view >> 32) as u64).swap_bytes()
}

/// The bytes after the eighth, and the length.
#[inline]
fn tail(view: u128) -> u64 {
    u64::from(((view >> 96) as u32).swap_bytes()) << 4 | u64::from(view as u32 & 0xF)
}

/// The view of the text with these numbers.
#[inline]
fn view(head: u64, tail: u64) -> u128 {
    let rest = ((tail >> 4) as u32).swap_bytes();
    u128::from(tail & 0xF) | u128::from(head.swap_bytes()) << 32 | u128::from(rest) << 96
}

/// The numbers of texts, all of them short; of nulls anything.
pub fn numbers(views: &[u128], heads: &mut Vec<u64>, tails: &mut Vec<u64>) {
    heads.extend(views.iter().map(|view| head(*view)));
    tails.extend(views.iter().map(|view| tail(*view)));
}

/// The texts (or bytes) with these numbers; of nulls anything.
pub fn array(text: bool, heads: &[u64], tails: &[u64], nulls: Option<NullBuffer>) -> ArrayRef {
    let valid = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
    let numbers = heads.iter().zip(tails).enumerate();
    let views: Vec<u128> =
        numbers.map(|(row, (head, tail))| if valid(row) { view(*head, *tail) } else { 0 }).collect();
    // SAFETY: each view is that of a text of at most twelve bytes, which lie in it, or of an empty one. Nulls have one bit a
    // row. Where `text` is set, all that ever became numbers was text.
    unsafe {
        match text {
            true => Arc::new(StringViewArray::new_unchecked(views.into(), Arc::from([]), nulls)),
            false => Arc::new(BinaryViewArray::new_unchecked(views.into(), Arc::from([]), nulls)),
        }
    }
}

/// The hash of the text with these numbers, as [`bytes()`] gives it.
#[inline]
pub fn hash(head: u64, tail: u64) -> u64 {
    let held = view(head, tail).to_le_bytes();
    // The length has four bits, and comes from a text of at most twelve bytes.
    bytes(&held[4..4 + (tail as usize & 0xF).min(SHORT as usize)])
}

/// Whether the texts of some rows, but for nulls, are all short.
pub fn all_short(views: Views<'_>, rows: Range<usize>) -> bool {
    let words = views.words(rows.clone());
    match views.nulls() {
        None => words.iter().fold(0, |longest: u32, word| longest.max(*word as u32)) <= SHORT,
        Some(nulls) => words.iter().zip(rows).all(|(word, row)| *word as u32 <= SHORT || nulls.is_null(row)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_their_numbers_which_are_in_their_order() {
        let mut texts: Vec<String> =
            (0..13).map(|length| "a\0ü~0123".chars().cycle().take(length).collect()).collect();
        texts.extend(
            ["a", "b", "a\0", "zzzzzzzz", "zzzzzzzzz", "zzzzzzzza", "\u{7f}\u{80}"].map(String::from),
        );
        texts.retain(|text| text.len() <= 12);
        texts.sort();
        texts.dedup();
        let array = StringViewArray::from_iter_values(&texts);
        let (mut heads, mut tails) = (Vec::new(), Vec::new());
        numbers(array.views(), &mut heads, &mut tails);
        for (i, text) in texts.iter().enumerate() {
            assert_eq!(view(heads[i], tails[i]), array.views()[i], "{text:?}");
            assert_eq!(hash(heads[i], tails[i]), bytes(text.as_bytes()));
        }
        assert!(heads.iter().zip(&tails).is_sorted());
        let long = StringViewArray::from(vec![Some("short"), None, Some("more than twelve bytes")]);
        let views = Views::String(&long);
        assert!(all_short(views, 0..2) && !all_short(views, 0..3));
        let none = StringViewArray::new(
            long.views().clone(),
            long.data_buffers().to_vec(),
            Some(vec![true, true, false].into()),
        );
        assert!(all_short(Views::String(&none), 0..3));
    }
}
