//! Bits of bytes, the lowest first.

use crate::kernels::inflate::wrong::Wrong;

/// Bits of bytes, the lowest first.
pub struct Bits<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// The next byte.
    pub at: usize,
    /// The next bits.
    pub word: u64,
    /// How many bits of the word count; above them may stand some of those that come next.
    pub count: u32,
    /// Zero bytes that were taken beyond the end.
    pub beyond: u32,
}

impl<'a> Bits<'a> {
    /// The bits of some bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Bits { bytes, at: 0, word: 0, count: 0, beyond: 0 }
    }

    /// Fills up to 56 bits or more.
    #[inline(always)]
    pub fn fill(&mut self) {
        match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            Some(eight) => {
                self.word |= u64::from_le_bytes(*eight) << self.count;
                self.at += ((63 - self.count) >> 3) as usize;
                self.count |= 56;
            }
            None => self.fill_slowly(),
        }
    }

    #[cold]
    fn fill_slowly(&mut self) {
        while self.count < 56 {
            match self.bytes.get(self.at) {
                Some(byte) => {
                    self.word |= u64::from(*byte) << self.count;
                    self.at += 1;
                }
                None => self.beyond += 1,
            }
            self.count += 8;
        }
    }

    /// Passes over bits.
    #[inline(always)]
    pub fn pass(&mut self, count: u32) {
        self.word >>= count & 63;
        self.count = self.count.wrapping_sub(count);
    }

    /// The next bits, at most 32, which must have been filled.
    #[inline(always)]
    pub fn take(&mut self, count: u32) -> usize {
        let found = self.word & ((1 << count) - 1);
        self.pass(count);
        found as usize
    }

    /// Whether bits were taken that are not there.
    pub fn is_over(&self) -> bool {
        self.beyond * 8 > self.count
    }

    /// Goes to the next whole byte, and takes back the bytes that were not used.
    ///
    /// # Errors
    /// `Short` if bits were taken that are not there.
    pub fn align(&mut self) -> Result<(), Wrong> {
        self.pass(self.count & 7);
        if self.is_over() {
            return Err(Wrong::Short);
        }
        self.at -= self.count as usize / 8 - self.beyond as usize;
        (self.word, self.count, self.beyond) = (0, 0, 0);
        Ok(())
    }
}
