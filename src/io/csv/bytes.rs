//! Finds the bytes that matter to CSV, 64 at a time: portable word tricks that compilers turn into vector code.

const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// A set of up to four ASCII bytes, searched for together.
#[derive(Debug, Clone, Copy)]
pub struct ByteSet {
    patterns: [u64; 4],
}

impl ByteSet {
    /// The set of these bytes.
    pub fn new(bytes: [u8; 4]) -> Self {
        ByteSet { patterns: bytes.map(|byte| u64::from(byte) * 0x0101_0101_0101_0101) }
    }

    /// Bit `i` is set where `block[i]` is in the set.
    #[inline]
    pub fn mask(&self, block: &[u8; 64]) -> u64 {
        let mut mask = 0u64;
        for (i, word) in block.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            // The high bit of each byte stays clear only where the byte equals the pattern; exact, no carries.
            let differs = |pattern: u64| {
                let x = word ^ pattern;
                ((x & LOW) + LOW) | x
            };
            let [a, b, c, d] = self.patterns;
            let found = !(differs(a) & differs(b) & differs(c) & differs(d) | LOW);
            mask |= ((found >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i);
        }
        mask
    }
}

/// The 64 bytes from `at`, filled up with a byte of no set at the end; and the mask of those that exist.
#[inline]
pub fn block(bytes: &[u8], at: usize, scratch: &mut [u8; 64]) -> u64 {
    let left = &bytes[at..];
    match left.first_chunk::<64>() {
        Some(whole) => {
            *scratch = *whole;
            u64::MAX
        }
        None => {
            scratch[..left.len()].copy_from_slice(left);
            (1u64 << left.len()) - 1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        let set = ByteSet::new([b',', b'\n', b'\r', b'"']);
        for byte in 0..=255u8 {
            for place in 0..64 {
                let mut block = [b'x'; 64];
                block[place] = byte;
                block[63 - place] = byte ^ 1;
                let wanted = (0..64)
                    .filter(|&i| matches!(block[i], b',' | b'\n' | b'\r' | b'"'))
                    .fold(0u64, |mask, i| mask | 1 << i);
                assert_eq!(set.mask(&block), wanted, "byte {byte} at {place}");
            }
        }
    }
}
