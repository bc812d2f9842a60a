//! Text in the middle of a buffer, so that a whole word can be loaded around any of its fields without a branch.

/// Bytes that must stand before and after the text.
pub const PAD: usize = 16;

/// UTF-8 text with [`PAD`] bytes of anything before and after it. Places count from the first byte of the padding.
#[derive(Debug, Clone, Copy)]
pub struct Padded<'a> {
    bytes: &'a [u8],
    text: &'a str,
}

impl<'a> Padded<'a> {
    /// The text between the first and the last [`PAD`] bytes; `None` if it is not UTF-8 or there is no padding.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let text = bytes.get(PAD..bytes.len().checked_sub(PAD)?)?;
        Some(Padded { bytes, text: simdutf8::basic::from_utf8(text).ok()? })
    }

    /// All bytes, the padding included.
    #[inline(always)]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The text from one place to another.
    ///
    /// # Panics
    /// If the range is not in the text or cuts a character.
    #[inline(always)]
    pub fn str(&self, start: usize, end: usize) -> &'a str {
        &self.text[start - PAD..end - PAD]
    }
}

/// The eight bytes from `at`, the first one lowest.
///
/// # Panics
/// If they are not all there.
#[inline(always)]
pub fn word(bytes: &[u8], at: usize) -> u64 {
    // Not copied: a copy is a call, unless the compiler sees how long it is.
    u64::from_le_bytes(*bytes[at..at + 8].first_chunk().unwrap_or(&[0; 8]))
}

/// The lowest `length` bytes of a word, at most eight.
#[inline(always)]
pub fn lowest(word: u64, length: usize) -> u64 {
    match length {
        0 => 0,
        1..=7 => word & (u64::MAX >> (64 - 8 * length)),
        _ => word,
    }
}

/// The place of the first byte of a word that is this one; 8 if there is none.
#[inline(always)]
pub fn find(word: u64, byte: u8) -> usize {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let x = word ^ (u64::from(byte) * 0x0101_0101_0101_0101);
    let found = !(((x & LOW) + LOW) | x | LOW);
    found.trailing_zeros() as usize / 8
}

/// The place of the first of sixteen bytes that is this one; 16 if there is none.
#[inline(always)]
pub fn find_among(bytes: &[u8; 16], byte: u8) -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
        // SAFETY: SSE2 is part of x86-64, and sixteen bytes are loaded from sixteen.
        let found = unsafe {
            let some = _mm_loadu_si128(bytes.as_ptr().cast());
            _mm_movemask_epi8(_mm_cmpeq_epi8(some, _mm_set1_epi8(byte as i8))) as u32
        };
        (found | 1 << 16).trailing_zeros() as usize
    }
    #[cfg(not(target_arch = "x86_64"))]
    match find(word(bytes, 0), byte) {
        8 => 8 + find(word(bytes, 8), byte),
        place => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_some_bytes_is_found() {
        for byte in [b'"', 0, 0xff] {
            for first in 0..=16 {
                let some: [u8; 16] =
                    std::array::from_fn(|at| if at < first || at % 3 == 1 { byte ^ 1 } else { byte });
                let wanted = some.iter().position(|other| *other == byte).unwrap_or(16);
                assert_eq!(find_among(&some, byte), wanted);
                let eight = word(&some, 0);
                assert_eq!(find(eight, byte), some[..8].iter().position(|other| *other == byte).unwrap_or(8));
            }
        }
    }
}
