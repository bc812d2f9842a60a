//! Small numbers as Parquet holds codes and levels: runs of one number, and numbers packed bit by bit.

use crate::error::{Error, ErrorKind, Result};
use crate::kernels::unpack::{MOST_BITS, one, unpack};
use arrow::array::BooleanBufferBuilder;
use std::ops::Range;

/// So many numbers are quicker unpacked together than one by one.
const MANY: usize = 32;

/// Numbers handed out at a time.
pub const AT_ONCE: usize = 4096;

/// What is left of the run that was begun.
enum Run {
    None,
    Same { number: u32, left: usize },
    Packed { at: usize, left: usize },
}

/// Numbers of `width` bits being read, in order.
pub struct Hybrid<'a> {
    bytes: &'a [u8],
    at: usize,
    width: usize,
    run: Run,
    left: usize,
}

impl<'a> Hybrid<'a> {
    /// Reads `count` numbers.
    ///
    /// # Errors
    /// `Corrupt` if no number is so wide.
    pub fn new(bytes: &'a [u8], width: usize, count: usize) -> Result<Self> {
        if width > MOST_BITS {
            return Err(damaged("numbers of more than 32 bits"));
        }
        Ok(Hybrid { bytes, at: 0, width, run: Run::None, left: count })
    }

    /// The next run, unless one is begun.
    fn begin(&mut self) -> Result<()> {
        if !matches!(self.run, Run::None) {
            return Ok(());
        }
        let mut head = 0u64;
        let mut shift = 0;
        loop {
            let byte = *self.bytes.get(self.at).ok_or_else(|| damaged("a page ends before its values"))?;
            self.at += 1;
            head |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
            if shift > 56 {
                return Err(damaged("a run of values without end"));
            }
        }
        let count = usize::try_from(head >> 1).unwrap_or(usize::MAX);
        self.run = match head & 1 {
            0 => {
                let size = self.width.div_ceil(8);
                let bytes = self.bytes.get(self.at..self.at + size);
                let bytes = bytes.ok_or_else(|| damaged("a page ends before its values"))?;
                let number =
                    bytes.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte)) as u32;
                self.at += size;
                Run::Same { number, left: count.min(self.left) }
            }
            _ => {
                let at = self.at;
                let size = count.saturating_mul(self.width);
                // The last run may be cut off behind the last number.
                let needed = (self.left.min(count.saturating_mul(8)) * self.width).div_ceil(8);
                if self.bytes.len() - at < needed {
                    return Err(damaged("a page ends before its values"));
                }
                self.at = at.saturating_add(size).min(self.bytes.len());
                Run::Packed { at, left: count.saturating_mul(8).min(self.left) }
            }
        };
        Ok(())
    }

    /// The next numbers, some of `out`; none only at the end.
    ///
    /// # Errors
    /// `Corrupt` if the bytes end before.
    pub fn next<'o>(&mut self, out: &'o mut [u32; AT_ONCE]) -> Result<&'o [u32]> {
        let mut filled = 0;
        while self.left > 0 && filled < AT_ONCE {
            self.begin()?;
            let room = AT_ONCE - filled;
            let done = match &mut self.run {
                Run::None => 0,
                Run::Same { number, left } => {
                    let count = (*left).min(room);
                    out[filled..filled + count].fill(*number);
                    *left -= count;
                    count
                }
                Run::Packed { at, left } => {
                    // A run is left at a byte only.
                    let count = if *left > room { room / 8 * 8 } else { *left };
                    if count == 0 && *left > 0 {
                        break;
                    }
                    unpack(self.width, &self.bytes[*at..], &mut out[filled..filled + count]);
                    *at += count * self.width / 8;
                    *left -= count;
                    count
                }
            };
            filled += done;
            self.left -= done;
            if matches!(self.run, Run::Same { left: 0, .. } | Run::Packed { left: 0, .. }) {
                self.run = Run::None;
            }
        }
        Ok(&out[..filled])
    }

    /// The numbers in these ranges (ascending and apart, counted from the first number), some at a time; those between them
    /// are not unpacked.
    ///
    /// # Errors
    /// `Corrupt` if the bytes end before, or what `take` raises.
    pub fn pick(mut self, ranges: &[Range<usize>], mut take: impl FnMut(&[u32]) -> Result<()>) -> Result<()> {
        let mut some = [0; AT_ONCE];
        let (mut filled, mut before, mut left) = (0, 0, ranges);
        while self.left > 0 && !left.is_empty() {
            self.begin()?;
            let run = std::mem::replace(&mut self.run, Run::None);
            let (Run::Same { left: count, .. } | Run::Packed { left: count, .. }) = run else { continue };
            self.left -= count;
            let end = before + count;
            while let [range, rest @ ..] = left
                && range.start < end
            {
                let (mut from, to) = (range.start.max(before), range.end.min(end));
                while from < to {
                    let wanted = (to - from).min(AT_ONCE - filled);
                    self.unpacked(&run, from - before, &mut some[filled..filled + wanted]);
                    (filled, from) = (filled + wanted, from + wanted);
                    if filled == AT_ONCE {
                        take(&some)?;
                        filled = 0;
                    }
                }
                if range.end > end {
                    break;
                }
                left = rest;
            }
            before = end;
        }
        take(&some[..filled])
    }

    /// The numbers of a run from a place on.
    #[inline(always)]
    fn unpacked(&self, run: &Run, place: usize, out: &mut [u32]) {
        match *run {
            Run::None => {}
            Run::Same { number, .. } => out.fill(number),
            Run::Packed { at, .. } => {
                let bytes = &self.bytes[at..];
                // Eight numbers end at a byte.
                let first = if out.len() < MANY { out.len() } else { place.next_multiple_of(8) - place };
                for (next, number) in out[..first].iter_mut().enumerate() {
                    *number = one(self.width, bytes, place + next);
                }
                if first < out.len() {
                    unpack(self.width, &bytes[(place + first) / 8 * self.width..], &mut out[first..]);
                }
            }
        }
    }

    /// All numbers, of one bit, as bits behind those of `bits`.
    ///
    /// # Errors
    /// `Corrupt` if the bytes end before.
    pub fn bits(&mut self, bits: &mut BooleanBufferBuilder) -> Result<()> {
        while self.left > 0 {
            self.begin()?;
            let count = match self.run {
                Run::None => 0,
                Run::Same { number, left } => {
                    bits.append_n(left, number != 0);
                    left
                }
                Run::Packed { at, left } => {
                    bits.append_packed_range(at * 8..at * 8 + left, self.bytes);
                    left
                }
            };
            self.run = Run::None;
            self.left -= count;
        }
        Ok(())
    }
}

/// The error of a page that contradicts itself.
pub fn damaged(reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Corrupt, format!("the file is damaged: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3 times 5, then 1..=16 of 5 bits each, then 4100 times 2.
    fn runs() -> (Vec<u8>, Vec<u32>) {
        let mut bytes = vec![3 << 1, 5, 2 << 1 | 1];
        let packed: Vec<u32> = (1..=16).collect();
        let mut bits = 0u128;
        packed.iter().rev().for_each(|number| bits = bits << 5 | u128::from(*number));
        bytes.extend(&bits.to_le_bytes()[..10]);
        bytes.extend([0x80 | (4100u32 << 1 & 0x7f) as u8, (4100u32 << 1 >> 7) as u8, 2]);
        let numbers = [5; 3].into_iter().chain(packed).chain([2; 4100]);
        (bytes, numbers.collect())
    }

    fn read(bytes: &[u8], width: usize, count: usize) -> Result<Vec<u32>> {
        let mut hybrid = Hybrid::new(bytes, width, count)?;
        let (mut found, mut some) = (Vec::new(), [0; AT_ONCE]);
        loop {
            match hybrid.next(&mut some)? {
                [] => return Ok(found),
                more => found.extend_from_slice(more),
            }
        }
    }

    #[test]
    fn runs_of_both_kinds_are_read() {
        let (bytes, numbers) = runs();
        for count in [0, 1, 3, 4, 18, 19, 20, 4000, numbers.len()] {
            assert_eq!(read(&bytes, 5, count).unwrap(), numbers[..count]);
        }
        assert!(read(&bytes, 5, numbers.len() + 1).is_err());
        for cut in 0..bytes.len() {
            assert_eq!(read(&bytes[..cut], 5, numbers.len()).unwrap_err().kind(), ErrorKind::Corrupt);
        }
        assert!(read(&bytes, 33, 1).is_err());
        // Long packed runs are left in the middle.
        let long: Vec<u8> =
            [0x83, 0x0a].into_iter().chain((0..641 * 3).map(|i| (i * 37 % 251) as u8)).collect();
        let all = read(&long, 3, 641 * 8).unwrap();
        let bit = |at: usize| u32::from(long[2 + at / 8] >> (at % 8) & 1);
        for (place, number) in all.iter().enumerate() {
            assert_eq!(*number, (0..3).map(|i| bit(place * 3 + i) << i).sum::<u32>(), "{place}");
        }
    }

    #[test]
    fn chosen_numbers_are_picked() {
        let (mut bytes, _) = runs();
        // A packed run of 4096 more, which no range of the others ends at.
        bytes.extend([0x81, 0x08]);
        bytes.extend((0..512 * 5).map(|i| (i * 41 % 253) as u8));
        let count = 19 + 4100 + 4096;
        let numbers = read(&bytes, 5, count).unwrap();
        let mut seed = 3usize;
        for most in [1, 2, 7, 40, 300, 5000] {
            for _ in 0..50 {
                let mut next = || {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    1 + (seed >> 40) % most
                };
                let (mut ranges, mut at) = (Vec::new(), next() - 1);
                while at < count {
                    let end = (at + next()).min(count);
                    ranges.push(at..end);
                    at = end + next();
                }
                let mut found = Vec::new();
                let hybrid = Hybrid::new(&bytes, 5, count).unwrap();
                let picked = hybrid.pick(&ranges, |some| {
                    found.extend_from_slice(some);
                    Ok(())
                });
                picked.unwrap();
                let wanted: Vec<u32> =
                    ranges.iter().flat_map(|range| &numbers[range.clone()]).copied().collect();
                assert_eq!(found, wanted, "ranges of {most}");
            }
        }
        // What is wanted must be there.
        let last = count - 1..count;
        let cut = Hybrid::new(&bytes[..bytes.len() - 1], 5, count).unwrap();
        assert!(cut.pick(std::slice::from_ref(&last), |_| Ok(())).is_err());
    }

    #[test]
    fn bits_are_read() {
        let bytes = [5 << 1, 1, 1 << 1 | 1, 0b1010_0110, 2 << 1, 0];
        let mut bits = BooleanBufferBuilder::new(0);
        Hybrid::new(&bytes, 1, 15).unwrap().bits(&mut bits).unwrap();
        let bits: Vec<bool> = bits.finish().iter().collect();
        let packed = [false, true, true, false, false, true, false, true];
        assert_eq!(bits, [&[true; 5][..], &packed, &[false; 2]].concat());
    }
}
