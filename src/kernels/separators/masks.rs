//! Which bytes of a block are which: the portable way, eight bytes in a word.

/// The bytes that matter, beside `\n` and `\r`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Separators {
    /// The byte between fields.
    pub delimiter: u8,
    /// The byte around fields, if fields are ever quoted.
    pub quote: Option<u8>,
}

/// One bit per byte of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Masks {
    /// Bytes between fields.
    pub delimiter: u64,
    /// Quotes.
    pub quote: u64,
    /// `\n`.
    pub feed: u64,
    /// `\r`.
    pub carriage: u64,
}

/// One bit per byte of a block of JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Brackets {
    /// `"`.
    pub quote: u64,
    /// `\`.
    pub escape: u64,
    /// `[` and `{`.
    pub open: u64,
    /// `]` and `}`.
    pub close: u64,
}

const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The masks of a block.
#[inline(always)]
pub fn portable(block: &[u8; 64], separators: &Separators) -> Masks {
    Masks {
        delimiter: equal(block, separators.delimiter),
        quote: separators.quote.map_or(0, |quote| equal(block, quote)),
        feed: equal(block, b'\n'),
        carriage: equal(block, b'\r'),
    }
}

/// The masks of a block of JSON.
#[inline(always)]
#[cfg(any(test, not(target_arch = "x86_64")))]
pub fn brackets(block: &[u8; 64]) -> Brackets {
    Brackets {
        quote: equal(block, b'"'),
        escape: equal(block, b'\\'),
        open: equal(block, b'[') | equal(block, b'{'),
        close: equal(block, b']') | equal(block, b'}'),
    }
}

/// Bit `i` is set where `block[i]` is `byte`.
#[inline(always)]
fn equal(block: &[u8; 64], byte: u8) -> u64 {
    let pattern = u64::from(byte) * 0x0101_0101_0101_0101;
    let (words, _) = block.as_chunks::<8>();
    let mut mask = 0u64;
    for (place, word) in words.iter().enumerate() {
        let x = u64::from_le_bytes(*word) ^ pattern;
        // The high bit of each byte stays clear only where the byte equals the pattern; exact, no carries.
        let found = !(((x & LOW) + LOW) | x | LOW);
        mask |= ((found >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        let separators = Separators { delimiter: b',', quote: Some(b'"') };
        for byte in 0..=255u8 {
            for place in 0..64 {
                let mut block = [b'x'; 64];
                block[place] = byte;
                block[63 - place] = byte ^ 1;
                let wanted =
                    |other: u8| (0..64).filter(|&i| block[i] == other).fold(0u64, |mask, i| mask | 1 << i);
                let found = portable(&block, &separators);
                assert_eq!(found.delimiter, wanted(b','), "byte {byte} at {place}");
                assert_eq!(found.quote, wanted(b'"'), "byte {byte} at {place}");
                assert_eq!(found.feed, wanted(b'\n'), "byte {byte} at {place}");
                assert_eq!(found.carriage, wanted(b'\r'), "byte {byte} at {place}");
            }
        }
    }
}
