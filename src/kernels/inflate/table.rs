//! Codes of different lengths as tables: what the next bits begin with.

use crate::kernels::inflate::wrong::Wrong;

/// Symbols of literals and lengths.
pub const LITERALS: usize = 288;
/// Symbols of distances.
pub const DISTANCES: usize = 32;
/// The bits that the first table of each looks at.
pub const LITERAL_BITS: usize = 11;
/// The same of distances.
pub const DISTANCE_BITS: usize = 8;
/// The longest code.
const MOST_BITS: usize = 15;

// An entry tells in its lowest six bits how many bits it takes, extra bits included. That of literals: in bits 5 and 6
// how many they are, from bit 8 on what they are. Others: in bits 8 to 11, how many bits are the code; from bit 16 on
// the least length or the least distance, or where the second table lies.

/// Literals.
pub const LITERAL: u32 = 1 << 7;
/// One of them.
pub const ONE: u32 = 1 << COUNT;
/// Where their number stands.
pub const COUNT: u32 = 5;
/// The bits that literals take.
pub const TAKEN: u32 = 0x1f;
/// Neither literal nor length.
pub const OTHER: u32 = 1 << 15;
/// A longer code: what follows says which.
pub const SECOND: u32 = 1 << 14;
/// The end of a block.
pub const END: u32 = 1 << 13;

/// The tables of codes that are read bit by bit, lowest first; those longer than `BITS` go on in a second table.
pub struct Table<const SIZE: usize> {
    entries: [u32; SIZE],
}

/// How many entries all tables of a code take at most is 2342 and 402; powers of two let indices be masked.
pub type LiteralTable = Table<4096>;
/// The same of distances.
pub type DistanceTable = Table<1024>;

/// The least length that each symbol stands for, and how many bits tell how much longer it is.
const LEAST: [u16; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
    227, 258,
];
const EXTRA: [u8; 29] =
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

/// What a symbol of literals and lengths means.
pub fn literal(symbol: usize) -> u32 {
    match symbol {
        0..256 => LITERAL | ONE | (symbol as u32) << 8,
        256 => OTHER | END,
        _ => match (LEAST.get(symbol - 257), EXTRA.get(symbol - 257)) {
            (Some(least), Some(extra)) => u32::from(*least) << 16 | u32::from(*extra),
            _ => OTHER,
        },
    }
}

/// What a symbol of distances means.
pub fn distance(symbol: usize) -> u32 {
    match symbol {
        0..4 => (symbol as u32 + 1) << 16,
        4..30 => {
            let extra = symbol as u32 / 2 - 1;
            (((2 + (symbol as u32 & 1)) << extra) + 1) << 16 | extra
        }
        _ => OTHER,
    }
}

impl<const SIZE: usize> Table<SIZE> {
    /// Codes that mean nothing.
    pub fn new() -> Self {
        Table { entries: [OTHER; SIZE] }
    }

    /// The tables of the codes of these lengths (0: none).
    ///
    /// # Errors
    /// `Damaged` for lengths that no codes have.
    pub fn build(&mut self, lengths: &[u8], bits: usize, meaning: fn(usize) -> u32) -> Result<(), Wrong> {
        let mut counts = [0u32; MOST_BITS + 1];
        lengths.iter().for_each(|length| counts[usize::from(*length)] += 1);
        let longest = (1..=MOST_BITS).rev().find(|length| counts[*length] > 0).unwrap_or(0);
        let mut left = 1i32;
        for count in &counts[1..] {
            left = (left << 1) - *count as i32;
            if left < 0 {
                return Err(Wrong::Damaged("more codes than there can be"));
            }
        }
        // One code alone has one bit, and what does not begin with it means nothing.
        if left > 0 && longest > 1 {
            return Err(Wrong::Damaged("fewer codes than there must be"));
        }
        self.entries.fill(OTHER);
        let mut places = [0usize; MOST_BITS + 2];
        (1..=MOST_BITS).for_each(|length| places[length + 1] = places[length] + counts[length] as usize);
        let mut sorted = [0u16; LITERALS];
        for (symbol, length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            let place = &mut places[usize::from(*length)];
            sorted[*place] = symbol as u16;
            *place += 1;
        }
        let total = places[MOST_BITS];
        let length_of = |place: usize| usize::from(lengths[usize::from(sorted[place])]);
        let (mut code, mut place, mut next) = (0u32, 0, 1usize << bits);
        while place < total {
            let length = length_of(place);
            if length <= bits {
                self.fill(0, bits, code, length, meaning(usize::from(sorted[place])));
                place += 1;
                code = step(code, length, (place < total).then(|| length_of(place)));
                continue;
            }
            // All codes with the same first bits stand together, the longest last.
            let prefix = code >> (length - bits);
            let (mut last, mut end, mut ahead) = (length, place, code);
            while end < total && ahead >> (length_of(end) - bits) == prefix {
                last = length_of(end);
                end += 1;
                ahead = step(ahead, last, (end < total).then(|| length_of(end)));
            }
            let more = last - bits;
            if next + (1 << more) > SIZE {
                return Err(Wrong::Damaged("more codes than there can be"));
            }
            let main = reversed(prefix, bits);
            self.entries[main] = OTHER | SECOND | (next as u32) << 16 | (more as u32) << 8 | bits as u32;
            while place < end {
                let length = length_of(place);
                let rest = code & ((1 << (length - bits)) - 1);
                let meaning = meaning(usize::from(sorted[place]));
                self.fill(next, more, rest, length - bits, meaning);
                place += 1;
                code = step(code, length, (place < total).then(|| length_of(place)));
            }
            next += 1 << more;
        }
        Ok(())
    }

    /// Enters a code of `length` bits wherever it stands in front, in the table of `bits` bits that begins at `from`.
    fn fill(&mut self, from: usize, bits: usize, code: u32, length: usize, meaning: u32) {
        // The extra bits of lengths and distances stand in the lowest byte.
        let entry = match meaning & LITERAL {
            0 => meaning + (length as u32) * 0x101,
            _ => meaning | length as u32,
        };
        let mut at = reversed(code, length);
        while at < 1 << bits {
            self.entries[from + at] = entry;
            at += 1 << length;
        }
    }

    /// Lets entries of literals stand for those that follow too, as far as their bits tell.
    pub fn join(&mut self, bits: usize) {
        // Entries of fewer bits, which are not joined yet, tell what follows.
        for place in (0..1 << bits).rev() {
            let mut entry = self.entries[place];
            for count in 1..3 {
                let taken = (entry & TAKEN) as usize;
                let next = self.entries[place >> taken];
                let more = (next & TAKEN) as usize;
                if entry & next & LITERAL == 0 || taken + more > bits || next >> COUNT & 3 != 1 {
                    break;
                }
                entry = (entry + ONE + more as u32) | (next >> 8) << (8 + 8 * count);
            }
            self.entries[place] = entry;
        }
    }

    /// The entry at a place.
    #[inline(always)]
    pub fn at(&self, place: usize) -> u32 {
        self.entries[place & (SIZE - 1)]
    }
}

/// The code after one, which has `length` bits, where the next one has as many or more.
fn step(code: u32, length: usize, next: Option<usize>) -> u32 {
    next.map_or(code + 1, |next| (code + 1) << (next - length))
}

fn reversed(code: u32, length: usize) -> usize {
    if length == 0 { 0 } else { (code.reverse_bits() >> (32 - length)) as usize }
}
