//! From the masks of blocks to the positions of separators: quotes are followed from block to block.

use crate::kernels::separators::masks::{self, Masks, Separators};
#[cfg(target_arch = "x86_64")]
use crate::kernels::separators::x86;

/// What a run of bytes held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scan {
    /// How many positions were written: delimiters and ends of records outside quotes.
    pub marks: usize,
    /// How many of them are ends of records.
    pub records: usize,
    /// Whether a `\r` before a `\n` was left out: then the byte before the mark may be one.
    pub carriages: bool,
    /// Whether the run ends inside quotes.
    pub inside: bool,
}

/// A way to find separators, chosen for this processor.
#[derive(Debug, Clone, Copy)]
pub struct Scanner {
    separators: Separators,
    run: Run,
    follow: Follow,
}

type Run = fn(&Separators, &[u8], usize, usize, &mut Vec<u32>, usize) -> Scan;

impl Scanner {
    /// The fastest way this processor has.
    pub fn new(separators: Separators) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let fast = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("popcnt");
            match fast {
                true => Scanner { separators, run: with_avx2, follow: follow_avx2 },
                false => Scanner { separators, run: with_sse2, follow: follow_sse2 },
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Scanner::portable(separators)
    }

    /// The way every processor has.
    pub fn portable(separators: Separators) -> Self {
        Scanner { separators, run: with_words, follow: follow_words }
    }

    /// Appends to the first `used` of `marks` the positions in `from..to` of `bytes` that separate: delimiters, `\n`,
    /// and `\r` without a `\n` after it, all outside quotes. A record must start at `from`; bytes from `to` on are
    /// only looked at to tell `\r` from `\r\n`. A quote opens a field only as its first byte.
    ///
    /// `marks` grows as needed; what is in it beyond the positions written has no meaning.
    pub fn scan(&self, bytes: &[u8], from: usize, to: usize, marks: &mut Vec<u32>, used: usize) -> Scan {
        (self.run)(&self.separators, bytes, from, to.min(bytes.len()), marks, used)
    }

    /// What is known after some bytes, from what is known before them.
    pub fn follow(&self, bytes: &[u8], before: Carry) -> Carry {
        (self.follow)(&self.separators, bytes, before)
    }
}

fn with_words(
    separators: &Separators,
    bytes: &[u8],
    from: usize,
    to: usize,
    marks: &mut Vec<u32>,
    used: usize,
) -> Scan {
    let masks = |block: &[u8; 64]| masks::portable(block, separators);
    blocks(separators, bytes, from, to, marks, used, masks)
}

#[cfg(target_arch = "x86_64")]
fn with_sse2(
    separators: &Separators,
    bytes: &[u8],
    from: usize,
    to: usize,
    marks: &mut Vec<u32>,
    used: usize,
) -> Scan {
    blocks(separators, bytes, from, to, marks, used, |block| x86::sse2(block, separators))
}

#[cfg(target_arch = "x86_64")]
fn with_avx2(
    separators: &Separators,
    bytes: &[u8],
    from: usize,
    to: usize,
    marks: &mut Vec<u32>,
    used: usize,
) -> Scan {
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn run(
        separators: &Separators,
        bytes: &[u8],
        from: usize,
        to: usize,
        marks: &mut Vec<u32>,
        used: usize,
    ) -> Scan {
        // SAFETY: this function itself runs only where there is AVX2.
        let masks = |block: &[u8; 64]| unsafe { x86::avx2(block, separators) };
        blocks(separators, bytes, from, to, marks, used, masks)
    }
    // SAFETY: `Scanner::new` chooses this function only where all three features were detected.
    unsafe { run(separators, bytes, from, to, marks, used) }
}

/// What is known between two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carry {
    /// Whether quotes are open.
    pub inside: bool,
    /// Outside: whether a quote may follow that opens a field. The last byte ends a field, or is a quote that closes one.
    pub opens: bool,
}

type Follow = fn(&Separators, &[u8], Carry) -> Carry;

fn follow_words(separators: &Separators, bytes: &[u8], carry: Carry) -> Carry {
    follow(separators, bytes, carry, |block| masks::portable(block, separators))
}

#[cfg(target_arch = "x86_64")]
fn follow_sse2(separators: &Separators, bytes: &[u8], carry: Carry) -> Carry {
    follow(separators, bytes, carry, |block| x86::sse2(block, separators))
}

#[cfg(target_arch = "x86_64")]
fn follow_avx2(separators: &Separators, bytes: &[u8], carry: Carry) -> Carry {
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn run(separators: &Separators, bytes: &[u8], carry: Carry) -> Carry {
        // SAFETY: this function itself runs only where there is AVX2.
        follow(separators, bytes, carry, |block| unsafe { x86::avx2(block, separators) })
    }
    // SAFETY: `Scanner::new` chooses this function only where all three features were detected.
    unsafe { run(separators, bytes, carry) }
}

#[inline(always)]
fn follow(separators: &Separators, bytes: &[u8], carry: Carry, masks: impl Fn(&[u8; 64]) -> Masks) -> Carry {
    let mut carry = carry;
    let (whole, rest) = bytes.as_chunks::<64>();
    for block in whole {
        let at = masks(block);
        let ends = at.delimiter | at.feed | at.carriage;
        if at.quote == 0 {
            carry.opens = !carry.inside && ends >> 63 != 0;
        } else {
            quotes(separators, block, &at, ends, &mut carry);
        }
    }
    if !rest.is_empty() {
        stray(separators, rest, &mut carry);
    }
    carry
}

#[inline(always)]
fn blocks(
    separators: &Separators,
    bytes: &[u8],
    from: usize,
    to: usize,
    marks: &mut Vec<u32>,
    used: usize,
    masks: impl Fn(&[u8; 64]) -> Masks,
) -> Scan {
    let mut found = Scan::default();
    let mut carry = Carry { inside: false, opens: true };
    let mut count = used;
    let mut base = from;
    while base < to {
        let mut last = [0u8; 64];
        let (block, exists) = match bytes[base..to].first_chunk::<64>() {
            Some(block) => (block, u64::MAX),
            None => {
                let rest = &bytes[base..to];
                last[..rest.len()].copy_from_slice(rest);
                (&last, (1u64 << rest.len()) - 1)
            }
        };
        let mut at = masks(block);
        if exists != u64::MAX {
            at.delimiter &= exists;
            at.quote &= exists;
            at.feed &= exists;
            at.carriage &= exists;
        }
        let mut paired = 0;
        if at.carriage != 0 {
            let mut feeds = at.feed >> 1;
            let next = base + exists.count_ones() as usize;
            if bytes.get(next) == Some(&b'\n') {
                feeds |= 1 << (next - base - 1);
            }
            paired = at.carriage & feeds;
        }
        let ends = at.delimiter | at.feed | at.carriage;
        let outside = if at.quote == 0 {
            carry.opens = ends >> 63 != 0;
            if carry.inside { 0 } else { u64::MAX }
        } else {
            quotes(separators, &block[..exists.count_ones() as usize], &at, ends, &mut carry)
        };
        let marked = ends & !paired & outside;
        found.carriages |= paired & outside != 0;
        found.records += ((at.feed | at.carriage) & marked).count_ones() as usize;
        if marks.len() < count + 64 {
            marks.resize((count + 64).max(marks.len() * 2).max(1024), 0);
        }
        if let Some(slots) = marks[count..].first_chunk_mut::<64>() {
            write(marked, base as u32, slots);
        }
        count += marked.count_ones() as usize;
        base += 64;
    }
    found.marks = count - used;
    found.inside = carry.inside;
    found
}

/// The positions of the bits, in order; slots after them get anything.
#[inline(always)]
fn write(mask: u64, base: u32, slots: &mut [u32; 64]) {
    let mut mask = mask;
    for four in slots.as_chunks_mut::<4>().0 {
        if mask == 0 {
            return;
        }
        for slot in four {
            *slot = base + mask.trailing_zeros();
            mask &= mask.wrapping_sub(1);
        }
    }
}

/// The bytes of a block outside quotes (ends of fields among them are told rightly; other bytes do not matter).
#[inline]
fn quotes(separators: &Separators, block: &[u8], at: &Masks, ends: u64, carry: &mut Carry) -> u64 {
    // Inside from each opening quote to the byte before the one that closes it, if quotes simply alternate.
    let mut inside = at.quote;
    for shift in [1, 2, 4, 8, 16, 32] {
        inside ^= inside << shift;
    }
    if carry.inside {
        inside = !inside;
    }
    // They do if each quote that opens is the first byte of its field, or doubles the one before it.
    let before = ((ends & !inside) | at.quote) << 1 | u64::from(carry.opens);
    if at.quote & inside & !before == 0 {
        carry.inside = inside >> 63 != 0;
        carry.opens = ((ends & !inside) | at.quote) >> 63 != 0;
        return !inside;
    }
    stray(separators, block, carry)
}

/// As [`quotes`], byte by byte: some quotes are text.
#[cold]
fn stray(separators: &Separators, block: &[u8], carry: &mut Carry) -> u64 {
    let mut outside = 0;
    let Carry { mut inside, mut opens } = *carry;
    for (place, &byte) in block.iter().enumerate() {
        if Some(byte) == separators.quote {
            // A quote that closes may be doubled by the next one; a quote within a field is text.
            (inside, opens) = if inside { (false, true) } else { (opens, false) };
            continue;
        }
        if !inside {
            outside |= 1 << place;
        }
        opens = !inside && (byte == separators.delimiter || byte == b'\n' || byte == b'\r');
    }
    *carry = Carry { inside, opens };
    outside
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
