//! Blocks unpacked into one buffer.

use crate::kernels::inflate::bits::Bits;
use crate::kernels::inflate::codes::Codes;
use crate::kernels::inflate::table::{
    COUNT, DISTANCE_BITS, DistanceTable, END, LITERAL, LITERAL_BITS, LiteralTable, OTHER, SECOND, TAKEN,
};
use crate::kernels::inflate::wrong::Wrong;

/// Bytes being unpacked into a buffer.
#[derive(Debug, Default)]
pub struct Unpacked {
    /// What is unpacked, and room behind it.
    bytes: Vec<u8>,
    /// How many bytes are unpacked.
    at: usize,
}

/// Room behind what is unpacked: the longest match, and what its last copy may write beyond it.
const ROOM: usize = 258 + 64;

/// The least by which the buffer grows.
const GROWTH: usize = 1 << 16;

impl Unpacked {
    /// A buffer for so many bytes; it grows where they are more.
    pub fn with_capacity(bytes: usize) -> Self {
        Unpacked { bytes: vec![0; bytes + ROOM], at: 0 }
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.at
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.at == 0
    }

    /// How many bytes have room.
    #[cfg(test)]
    pub fn room(&self) -> usize {
        self.bytes.len()
    }

    /// What is unpacked, from one place on.
    pub fn from(&self, start: usize) -> &[u8] {
        &self.bytes[start..self.at]
    }

    /// All that is unpacked.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.bytes.truncate(self.at);
        self.bytes
    }

    /// Appends what is packed in the first of these bytes; how many they are. No more than `limit` bytes are held.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn append(&mut self, packed: &[u8], limit: usize) -> Result<usize, Wrong> {
        let mut bits = Bits::new(packed);
        let mut codes = Codes::new();
        let start = self.at;
        loop {
            bits.fill();
            let last = bits.take(1) == 1;
            let done = match bits.take(2) {
                0 => self.stored(&mut bits, limit),
                1 => codes.set_fixed().and_then(|()| self.block(&mut bits, &codes, start, limit)),
                2 => codes.read(&mut bits).and_then(|()| self.block(&mut bits, &codes, start, limit)),
                _ => Err(Wrong::Damaged("a block of no known kind")),
            };
            // What contradicts itself may be what is not there.
            done.map_err(|wrong| match wrong {
                Wrong::Damaged(_) if bits.beyond > 0 => Wrong::Short,
                wrong => wrong,
            })?;
            if last {
                bits.align()?;
                return Ok(bits.at);
            }
            if bits.is_over() {
                return Err(Wrong::Short);
            }
        }
    }

    /// Makes room for so many bytes more, and for a match behind them.
    fn grow(&mut self, more: usize, limit: usize) -> Result<(), Wrong> {
        if self.at > limit {
            return Err(Wrong::Long);
        }
        let needed = self.at.saturating_add(more).saturating_add(ROOM);
        if needed > self.bytes.len() {
            // Never much more than is allowed, and never less than is needed.
            let wanted =
                (self.bytes.len() * 2).min(limit.saturating_add(ROOM)).max(self.bytes.len() + GROWTH);
            self.bytes.resize(wanted.max(needed), 0);
        }
        Ok(())
    }

    /// A block that is not packed.
    fn stored(&mut self, bits: &mut Bits<'_>, limit: usize) -> Result<(), Wrong> {
        bits.align()?;
        let head = bits.bytes.get(bits.at..bits.at + 4).ok_or(Wrong::Short)?;
        let size = u16::from_le_bytes([head[0], head[1]]);
        if size != !u16::from_le_bytes([head[2], head[3]]) {
            return Err(Wrong::Damaged("a block whose length contradicts itself"));
        }
        let start = bits.at + 4;
        let plain = bits.bytes.get(start..start + usize::from(size)).ok_or(Wrong::Short)?;
        self.grow(plain.len(), limit)?;
        self.bytes[self.at..self.at + plain.len()].copy_from_slice(plain);
        self.at += plain.len();
        bits.at = start + plain.len();
        if self.at > limit { Err(Wrong::Long) } else { Ok(()) }
    }

    /// A block of literals and matches; those reach back to `start` at most.
    fn block(&mut self, bits: &mut Bits<'_>, codes: &Codes, start: usize, limit: usize) -> Result<(), Wrong> {
        let (literals, distances) = (&*codes.literals, &*codes.distances);
        loop {
            if bits.is_over() {
                return Err(Wrong::Short);
            }
            self.grow(0, limit)?;
            let end = self.bytes.len() - ROOM;
            let done = run(&mut self.bytes, &mut self.at, end, bits, (literals, distances), start)?;
            if done {
                return match self.at > limit {
                    true if bits.is_over() => Err(Wrong::Short),
                    true => Err(Wrong::Long),
                    false => Ok(()),
                };
            }
        }
    }
}

/// Unpacks until the block ends (true), the buffer is filled up to `end`, or bits were taken that are not there.
#[inline(never)]
fn run(
    bytes: &mut [u8],
    place: &mut usize,
    end: usize,
    source: &mut Bits<'_>,
    (literals, distances): (&LiteralTable, &DistanceTable),
    start: usize,
) -> Result<bool, Wrong> {
    let mut bits = Bits { ..*source };
    let mut at = *place;
    let done = loop {
        if at > end || bits.beyond > 8 {
            break false;
        }
        bits.fill();
        let mut entry = literals.at(bits.word as usize & ((1 << LITERAL_BITS) - 1));
        // Three entries of literals take 33 bits at most.
        if entry & LITERAL != 0 {
            put(bytes, &mut at, &mut bits, entry);
            entry = literals.at(bits.word as usize & ((1 << LITERAL_BITS) - 1));
            if entry & LITERAL != 0 {
                put(bytes, &mut at, &mut bits, entry);
                entry = literals.at(bits.word as usize & ((1 << LITERAL_BITS) - 1));
                if entry & LITERAL != 0 {
                    put(bytes, &mut at, &mut bits, entry);
                    continue;
                }
            }
            bits.fill();
        }
        if entry & OTHER != 0 {
            if entry & SECOND != 0 {
                bits.pass(entry & 0x3f);
                let more = bits.word as usize & ((1 << (entry >> 8 & 0xf)) - 1);
                entry = literals.at((entry >> 16) as usize + more);
                if entry & LITERAL != 0 {
                    put(bytes, &mut at, &mut bits, entry);
                    continue;
                }
            }
            if entry & END != 0 {
                bits.pass(entry & 0x3f);
                break true;
            }
            if entry & OTHER != 0 {
                *source = bits;
                return Err(Wrong::Damaged("a code that means nothing"));
            }
        }
        // A length has 20 bits at most, a distance 28.
        let length = (entry >> 16) as usize + extra(bits.word, entry);
        bits.pass(entry & 0x3f);
        let mut entry = distances.at(bits.word as usize & ((1 << DISTANCE_BITS) - 1));
        if entry & OTHER != 0 {
            if entry & SECOND != 0 {
                bits.pass(entry & 0x3f);
                let more = bits.word as usize & ((1 << (entry >> 8 & 0xf)) - 1);
                entry = distances.at((entry >> 16) as usize + more);
            }
            if entry & OTHER != 0 {
                *source = bits;
                return Err(Wrong::Damaged("a code that means nothing"));
            }
        }
        let distance = (entry >> 16) as usize + extra(bits.word, entry);
        bits.pass(entry & 0x3f);
        if distance > at - start {
            *source = bits;
            return Err(Wrong::Damaged("a match that begins before the first byte"));
        }
        copy(bytes, at, distance, length);
        at += length;
    };
    *place = at;
    *source = bits;
    Ok(done)
}

/// Adds the literals of an entry, of which one alone takes more than eleven bits.
#[inline(always)]
fn put(bytes: &mut [u8], at: &mut usize, bits: &mut Bits<'_>, entry: u32) {
    bits.pass(entry & TAKEN);
    store(bytes, *at, (entry >> 8).to_le_bytes());
    *at += (entry >> COUNT & 3) as usize;
}

/// The extra bits of a length or distance, which stand behind its code.
#[inline(always)]
fn extra(word: u64, entry: u32) -> usize {
    let kept = word & ((1u64 << (entry & 0x3f)) - 1);
    (kept >> (entry >> 8 & 0xf)) as usize
}

/// Repeats `length` bytes from `distance` before `at`; up to fifteen more are written over.
#[inline(always)]
fn copy(bytes: &mut [u8], at: usize, distance: usize, length: usize) {
    let (mut from, mut to, end) = (at - distance, at, at + length);
    if distance >= 16 {
        loop {
            let some = chunk::<16>(bytes, from);
            store(bytes, to, some);
            (from, to) = (from + 16, to + 16);
            if to >= end {
                return;
            }
        }
    }
    if distance >= 8 {
        loop {
            let some = chunk::<8>(bytes, from);
            store(bytes, to, some);
            (from, to) = (from + 8, to + 8);
            if to >= end {
                return;
            }
        }
    }
    if distance == 1 {
        let byte = bytes[from];
        return bytes[at..end].fill(byte);
    }
    while to < end {
        bytes[to] = bytes[from];
        (from, to) = (from + 1, to + 1);
    }
}

#[inline(always)]
fn chunk<const SIZE: usize>(bytes: &[u8], at: usize) -> [u8; SIZE] {
    *bytes[at..at + SIZE].first_chunk().unwrap_or(&[0; SIZE])
}

#[inline(always)]
fn store<const SIZE: usize>(bytes: &mut [u8], at: usize, some: [u8; SIZE]) {
    if let Some(place) = bytes[at..at + SIZE].first_chunk_mut() {
        *place = some;
    }
}
