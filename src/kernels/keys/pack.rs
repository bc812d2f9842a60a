//! The loops that put numbers into words, and find what room they need.

use crate::kernels::wide::wide;
use arrow::array::ArrowPrimitiveType;
use arrow::buffer::NullBuffer;
use arrow::datatypes::ArrowNativeType;

/// Where the codes of a column go: the number that has the first code, and how far codes are shifted.
#[derive(Clone, Copy)]
pub struct Target {
    /// The least number.
    pub base: u64,
    /// Where in a word the code begins.
    pub shift: u32,
    /// Whether the words hold nothing yet: they are overwritten.
    pub first: bool,
}

/// Adds `(number - base + 1) << shift` for each valid value to its word, and nothing for nulls; signed values have their
/// sign bit flipped first. Returns all the bits of the distances from `base` and of those plus one: if none is above the
/// room left for them, each distance had its place. `masks`: which values are valid, 64 in each; `None`: all.
pub fn pack<T: ArrowPrimitiveType>(
    values: &[T::Native],
    masks: Option<&[u64]>,
    into: Target,
    words: &mut [u64],
) -> u64 {
    match masks {
        Some(masks) => pack_valid::<T>(values, masks, into, words),
        None => pack_all::<T>(values, into, words),
    }
}

wide! {
    fn pack_all<T: ArrowPrimitiveType>(values: &[T::Native], into: Target, words: &mut [u64]) -> u64 {
        let Target { base, shift, first } = into;
        let sign = if T::DATA_TYPE.is_signed_integer() { 1u64 << 63 } else { 0 };
        let mut seen = 0;
        if first {
            for (word, value) in words.iter_mut().zip(values) {
                let distance = (value.as_usize() as u64 ^ sign).wrapping_sub(base);
                let code = distance.wrapping_add(1);
                seen |= distance | code;
                *word = code << shift;
            }
        } else {
            for (word, value) in words.iter_mut().zip(values) {
                let distance = (value.as_usize() as u64 ^ sign).wrapping_sub(base);
                let code = distance.wrapping_add(1);
                seen |= distance | code;
                *word |= code << shift;
            }
        }
        seen
    }
}

wide! {
    fn pack_valid<T: ArrowPrimitiveType>(values: &[T::Native], masks: &[u64], into: Target, words: &mut [u64]) -> u64 {
        let Target { base, shift, first } = into;
        let sign = if T::DATA_TYPE.is_signed_integer() { 1u64 << 63 } else { 0 };
        let keep = if first { 0 } else { u64::MAX };
        let mut seen = 0;
        for ((values, words), mask) in values.chunks(64).zip(words.chunks_mut(64)).zip(masks) {
            for (place, (word, value)) in words.iter_mut().zip(values).enumerate() {
                let valid = (mask >> place & 1).wrapping_neg();
                let distance = (value.as_usize() as u64 ^ sign).wrapping_sub(base);
                let code = distance.wrapping_add(1);
                seen |= (distance | code) & valid;
                *word = (*word & keep) | (code & valid) << shift;
            }
        }
        seen
    }
}

/// Which of some rows are valid, 64 in each word.
pub fn masks(nulls: &NullBuffer, start: usize, rows: usize) -> Vec<u64> {
    nulls.inner().slice(start, rows).bit_chunks().iter_padded().collect()
}

/// The least and the greatest of the valid numbers of rows from `start` on; `None` if there is none.
pub fn bounds(numbers: &[u64], nulls: Option<&NullBuffer>, start: usize) -> Option<(u64, u64)> {
    if numbers.is_empty() {
        return None;
    }
    let Some(nulls) = nulls else { return Some(bounds_of_all(numbers)) };
    let masks = masks(nulls, start, numbers.len());
    masks.iter().any(|mask| *mask != 0).then(|| bounds_of_valid(numbers, &masks))
}

wide! {
    fn bounds_of_all(numbers: &[u64]) -> (u64, u64) {
        let (mut low, mut high) = (u64::MAX, 0);
        for number in numbers {
            low = if *number < low { *number } else { low };
            high = if *number > high { *number } else { high };
        }
        (low, high)
    }
}

wide! {
    fn bounds_of_valid(numbers: &[u64], masks: &[u64]) -> (u64, u64) {
        let (mut low, mut high) = (u64::MAX, 0);
        for (numbers, mask) in numbers.chunks(64).zip(masks) {
            for (place, number) in numbers.iter().enumerate() {
                let valid = (mask >> place & 1).wrapping_neg();
                let (least, most) = (*number | !valid, *number & valid);
                low = if least < low { least } else { low };
                high = if most > high { most } else { high };
            }
        }
        (low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::Int32Type;

    #[test]
    fn nulls_have_no_code_and_no_say() {
        let values: Vec<i32> = (0..300).map(|i| if i % 7 == 3 { i32::MIN } else { 100 + i % 50 }).collect();
        let valid = NullBuffer::from((0..310).map(|i| i < 10 || (i - 10) % 7 != 3).collect::<Vec<bool>>());
        let base = (1u64 << 63) + 100;
        for (start, rows) in [(0, 300), (3, 200), (64, 1), (70, 130)] {
            let part = &values[start..start + rows];
            let masks = masks(&valid, start + 10, rows);
            for first in [true, false] {
                let mut words = vec![1u64; rows];
                let seen =
                    pack::<Int32Type>(part, Some(&masks), Target { base, shift: 8, first }, &mut words);
                assert!(seen >> 6 == 0, "{seen:x}");
                for (word, value) in words.iter().zip(part) {
                    let code = if *value == i32::MIN { 0 } else { *value as u64 - 99 };
                    assert_eq!(*word, code << 8 | u64::from(!first));
                }
            }
            let numbers: Vec<u64> = part.iter().map(|value| *value as i64 as u64 ^ 1 << 63).collect();
            let expected: Vec<u64> = numbers.iter().copied().filter(|number| *number >= base).collect();
            let expected = expected.iter().min().copied().zip(expected.iter().max().copied());
            assert_eq!(bounds(&numbers, Some(&valid), start + 10), expected);
        }
        let mut words = vec![0; 300];
        assert!(
            pack::<Int32Type>(&values, None, Target { base, shift: 0, first: true }, &mut words) >> 6 != 0
        );
        assert_eq!(bounds(&[5, 3, u64::MAX, 9], None, 0), Some((3, u64::MAX)));
        assert_eq!(bounds(&[], None, 0), None);
        assert_eq!(bounds(&[1, 2], Some(&NullBuffer::new_null(2)), 0), None);
    }
}
