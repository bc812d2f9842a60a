//! What text must be quoted, and how.

use arrow::array::{Array, StringViewArray};

/// What text must be quoted, and how.
#[derive(Debug, Clone)]
pub struct Quoting {
    /// The byte around fields.
    pub quote: u8,
    /// The text of null.
    pub null: Vec<u8>,
    /// The byte between the date and the hour of a timestamp.
    pub between: u8,
    /// The bytes that cannot stand outside quotes.
    special: [u8; 4],
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

impl Quoting {
    /// Quoting for fields between `delimiter`s.
    pub fn new(delimiter: u8, quote: u8, null: &str) -> Self {
        let special = [delimiter, quote, b'\n', b'\r'];
        Quoting { quote, null: null.as_bytes().to_vec(), between: b'T', special }
    }

    /// Whether a word holds a byte that must be quoted.
    #[inline(always)]
    pub fn in_word(&self, word: u64) -> bool {
        let mut found = 0;
        for byte in self.special {
            let x = word ^ (u64::from(byte) * ONES);
            found |= x.wrapping_sub(ONES) & !x;
        }
        found & HIGH != 0
    }

    #[inline]
    fn in_text(&self, text: &[u8]) -> bool {
        let [a, b, c, d] = self.special;
        let special = |byte: u8| (byte == a) | (byte == b) | (byte == c) | (byte == d);
        let (chunks, rest) = text.as_chunks::<32>();
        let any = |bytes: &[u8]| bytes.iter().fold(false, |found, &byte| found | special(byte));
        chunks.iter().any(|chunk| any(chunk)) || any(rest)
    }

    /// Whether text would read as something else without quotes.
    #[inline]
    pub fn needed(&self, text: &[u8]) -> bool {
        text.is_empty() || text == self.null.as_slice() || self.in_text(text)
    }

    /// Appends text, quoted if it would otherwise read as something else.
    pub fn text(&self, text: &str, out: &mut Vec<u8>) {
        let mut rest = text.as_bytes();
        if !self.needed(rest) {
            out.extend_from_slice(rest);
            return;
        }
        out.push(self.quote);
        while let Some(at) = memchr::memchr(self.quote, rest) {
            out.extend_from_slice(&rest[..=at]);
            out.push(self.quote);
            rest = &rest[at + 1..];
        }
        out.extend_from_slice(rest);
        out.push(self.quote);
    }

    /// How many bytes text takes, at most.
    pub fn width(&self, text: &[u8]) -> usize {
        // Long texts are looked at, so that no room is kept for quotes that are not there.
        let quotes = match text.len() {
            0..4096 => text.len(),
            _ => memchr::memchr_iter(self.quote, text).count(),
        };
        text.len() + quotes + 2
    }
}

/// The texts of a dictionary, each quoted once.
pub struct Texts {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// The length of the longest.
    longest: usize,
}

impl Texts {
    /// All texts; `None` if they are too long.
    pub fn new(values: &StringViewArray, quoting: &Quoting) -> Option<Self> {
        let (mut bytes, mut ends, mut longest) = (Vec::new(), Vec::with_capacity(values.len() + 1), 0);
        ends.push(0);
        for text in values {
            let before = bytes.len();
            quoting.text(text.unwrap_or(""), &mut bytes);
            longest = longest.max(bytes.len() - before);
            ends.push(u32::try_from(bytes.len()).ok()?);
        }
        // So that sixteen bytes can be copied from the start of each.
        bytes.extend_from_slice(&[0; 16]);
        Some(Texts { bytes, ends, longest })
    }

    /// The length of the longest.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Where the text of a code starts and ends.
    #[inline(always)]
    pub fn range(&self, code: u32) -> (usize, usize) {
        let code = code as usize;
        (self.ends[code] as usize, self.ends[code + 1] as usize)
    }

    /// All texts, end to end, and sixteen bytes more.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_byte_at_every_place() {
        let quoting = Quoting::new(b';', b'\'', "NA");
        for length in 1..70 {
            assert!(!quoting.needed(&vec![b'x'; length]));
            for at in 0..length {
                for special in *b";'\n\r" {
                    let mut text = vec![b'x'; length];
                    text[at] = special;
                    assert!(quoting.needed(&text), "{special} at {at} of {length}");
                    if length == 8 {
                        let word = text.first_chunk().map(|word| u64::from_le_bytes(*word));
                        assert!(word.is_some_and(|word| quoting.in_word(word)));
                    }
                }
            }
        }
        assert!(quoting.needed(b"") && quoting.needed(b"NA") && !quoting.needed(b"NAN"));
        assert!(!quoting.in_word(u64::from_le_bytes(*b",\"\x0b\x0c:<&\xff")));
    }

    #[test]
    fn quotes_are_doubled() {
        let quoting = Quoting::new(b',', b'"', "");
        let text = |text: &str| {
            let mut out = Vec::new();
            quoting.text(text, &mut out);
            assert!(out.len() <= quoting.width(text.as_bytes()));
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text("a \"b\"\""), "\"a \"\"b\"\"\"\"\"");
        assert_eq!(text("a,b"), "\"a,b\"");
        assert_eq!(text(""), "\"\"");
        assert_eq!(text("a"), "a");
    }
}
