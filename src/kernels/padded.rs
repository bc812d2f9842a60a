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
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(eight)
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
