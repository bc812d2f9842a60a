//! Numbers of a few bits each, packed one after the other from the lowest bit, as Parquet holds codes and levels.

/// Numbers of a block: as many as bits in a word, so that a block of any width ends at a word.
pub const BLOCK: usize = 32;

/// The widest number.
pub const MOST_BITS: usize = 32;

/// Unpacks numbers of `width` bits into `out`, as many as it has room for; missing bytes are zeros.
pub fn unpack(width: usize, bytes: &[u8], out: &mut [u32]) {
    // Eight numbers end at a byte.
    let done = eights(width, bytes, out);
    unpack_plain(width, &bytes[done / 8 * width..], &mut out[done..]);
}

fn unpack_plain(width: usize, bytes: &[u8], out: &mut [u32]) {
    let whole = (out.len() / BLOCK).min(bytes.len().checked_div(width * 4).unwrap_or(usize::MAX));
    let (blocks, rest) = out.split_at_mut(whole * BLOCK);
    unpack_blocks(width, bytes, blocks);
    let bytes = bytes.get(whole * width * 4..).unwrap_or_default();
    if !rest.is_empty() && bytes.len() >= width * 4 && width > 0 {
        // What follows the numbers makes the block whole.
        let mut block = [0; BLOCK];
        unpack_blocks(width, bytes, &mut block);
        let some = rest.len().min(BLOCK);
        rest[..some].copy_from_slice(&block[..some]);
        return;
    }
    for (place, number) in rest.iter_mut().enumerate() {
        *number = one(width, bytes, place);
    }
}

/// Unpacks the first numbers, eight at a time, where the processor can; how many it were.
fn eights(width: usize, bytes: &[u8], out: &mut [u32]) -> usize {
    #[cfg(target_arch = "x86_64")]
    if width <= lanes::MOST_BITS && std::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { lanes::unpack(width, bytes, out) };
    }
    let _ = (width, bytes, out);
    0
}

#[cfg(target_arch = "x86_64")]
mod lanes {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_loadu_si256, _mm256_set_m128i,
        _mm256_set1_epi32, _mm256_shuffle_epi8, _mm256_srlv_epi32, _mm256_storeu_si256,
    };

    /// So wide a number that begins within a byte ends within four.
    pub const MOST_BITS: usize = 25;

    /// The bytes that are looked at for four numbers.
    const LOOKED_AT: usize = 16;

    /// For each of eight numbers, four of them in each half, the four bytes of its half that it lies in.
    const fn places(width: usize) -> [u8; 32] {
        let mut places = [0; 32];
        let mut at = 0;
        while at < 32 {
            places[at] = (bit(width, at / 4) / 8 + at % 4) as u8;
            at += 1;
        }
        places
    }

    /// The bit of those bytes that each begins at.
    const fn shifts(width: usize) -> [u32; 8] {
        let mut shifts = [0; 8];
        let mut at = 0;
        while at < 8 {
            shifts[at] = (bit(width, at) % 8) as u32;
            at += 1;
        }
        shifts
    }

    /// Where a number begins in its half.
    const fn bit(width: usize, number: usize) -> usize {
        number * width - if number < 4 { 0 } else { second(width) * 8 }
    }

    /// The byte where the second half begins.
    const fn second(width: usize) -> usize {
        width / 2
    }

    /// # Safety
    /// The processor must have AVX2.
    #[target_feature(enable = "avx2")]
    pub unsafe fn unpack(width: usize, bytes: &[u8], out: &mut [u32]) -> usize {
        macro_rules! by_width {
            ($($width:literal)*) => {
                match width {
                    // SAFETY: asked of callers.
                    $($width => unsafe { of_width::<$width>(bytes, out) },)*
                    _ => 0,
                }
            };
        }
        by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25)
    }

    /// # Safety
    /// The processor must have AVX2.
    #[target_feature(enable = "avx2")]
    unsafe fn of_width<const WIDTH: usize>(bytes: &[u8], out: &mut [u32]) -> usize {
        let (places, shifts) = (const { places(WIDTH) }, const { shifts(WIDTH) });
        // SAFETY: both are of 32 bytes.
        let (places, shifts): (__m256i, __m256i) = unsafe {
            (_mm256_loadu_si256(places.as_ptr().cast()), _mm256_loadu_si256(shifts.as_ptr().cast()))
        };
        let mask = _mm256_set1_epi32((u32::MAX >> (32 - WIDTH)) as i32);
        let there = bytes.len().checked_sub(second(WIDTH) + LOOKED_AT).map_or(0, |more| more / WIDTH + 1);
        let groups = there.min(out.len() / 8);
        for group in 0..groups {
            // SAFETY: group `n` of so many looks at no more than 16 bytes from byte `n * WIDTH + second(WIDTH)` on.
            let (first, last): (__m128i, __m128i) = unsafe {
                let from = bytes.as_ptr().add(group * WIDTH);
                (_mm_loadu_si128(from.cast()), _mm_loadu_si128(from.add(second(WIDTH)).cast()))
            };
            let words = _mm256_shuffle_epi8(_mm256_set_m128i(last, first), places);
            let numbers = _mm256_and_si256(_mm256_srlv_epi32(words, shifts), mask);
            // SAFETY: there are no more groups than eights of numbers.
            unsafe { _mm256_storeu_si256(out.as_mut_ptr().add(group * 8).cast(), numbers) };
        }
        groups * 8
    }
}

/// The number at a place; missing bytes are zeros.
#[inline(always)]
pub fn one(width: usize, bytes: &[u8], place: usize) -> u32 {
    let bit = place * width;
    let there = bytes.get(bit / 8..).unwrap_or_default();
    let word = match there.first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => there.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    let mask = u64::MAX.checked_shr(64 - width.min(MOST_BITS) as u32).unwrap_or(0);
    (word >> (bit % 8) & mask) as u32
}

/// Unpacks numbers of `width` bits, 64 at most, into `out`, as many as it has room for; missing bytes are zeros.
pub fn unpack_wide(width: usize, bytes: &[u8], out: &mut [u64]) {
    let mask = u64::MAX.checked_shr(u64::BITS.saturating_sub(width as u32)).unwrap_or(0);
    for (place, number) in out.iter_mut().enumerate() {
        let bit = place * width;
        let there = bytes.get(bit / 8..).unwrap_or_default();
        let word = match there.first_chunk::<16>() {
            Some(sixteen) => u128::from_le_bytes(*sixteen),
            None => there.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte)),
        };
        *number = (word >> (bit % 8)) as u64 & mask;
    }
}

/// Whole blocks.
fn unpack_blocks(width: usize, bytes: &[u8], out: &mut [u32]) {
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                $($width => blocks::<$width>(bytes, out),)*
                _ => out.fill(0),
            }
        };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
}

fn blocks<const WIDTH: usize>(bytes: &[u8], out: &mut [u32]) {
    let mask = u32::MAX >> (32 - WIDTH);
    let mut words = [0u32; MOST_BITS + 1];
    let (mut from, mut to) = (0, 0);
    while to + BLOCK <= out.len() && from + WIDTH * 4 <= bytes.len() {
        let (source, target) = (&bytes[from..from + WIDTH * 4], &mut out[to..to + BLOCK]);
        let mut word = 0;
        while word < WIDTH {
            let at = word * 4;
            words[word] = u32::from_le_bytes([source[at], source[at + 1], source[at + 2], source[at + 3]]);
            word += 1;
        }
        let mut place = 0;
        while place < BLOCK {
            let (word, bit) = (place * WIDTH / 32, place * WIDTH % 32);
            let two = u64::from(words[word]) | u64::from(words[word + 1]) << 32;
            target[place] = (two >> bit) as u32 & mask;
            place += 1;
        }
        from += WIDTH * 4;
        to += BLOCK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_numbers_of_every_width_come_back() {
        for width in 0..=64 {
            let mask = u64::MAX.checked_shr(64 - width as u32).unwrap_or(0);
            let numbers: Vec<u64> =
                (1..71u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31) & mask).collect();
            let mut bytes = vec![0; (numbers.len() * width).div_ceil(8)];
            for (place, number) in numbers.iter().enumerate() {
                for at in (0..width).filter(|at| number >> at & 1 == 1).map(|at| place * width + at) {
                    bytes[at / 8] |= 1 << (at % 8);
                }
            }
            let mut out = vec![7; numbers.len()];
            unpack_wide(width, &bytes, &mut out);
            assert_eq!(out, numbers, "{width} bits");
        }
        let mut out = [7; 2];
        unpack_wide(40, &[1], &mut out);
        assert_eq!(out, [1, 0]);
    }

    #[test]
    fn numbers_of_every_width_come_back() {
        for width in 1..=MOST_BITS {
            let mask = u64::MAX >> (64 - width);
            let numbers: Vec<u32> =
                (0..203u64).map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20 & mask) as u32).collect();
            let mut bits = vec![false; numbers.len() * width];
            for (place, number) in numbers.iter().enumerate() {
                (0..width).for_each(|bit| bits[place * width + bit] = number >> bit & 1 == 1);
            }
            let bytes: Vec<u8> = bits
                .chunks(8)
                .map(|byte| byte.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit)))
                .collect();
            for count in [0, 1, 7, 8, 9, 31, 32, 33, 64, 203] {
                let mut out = vec![7; count];
                unpack(width, &bytes, &mut out);
                assert_eq!(out, numbers[..count], "{count} of {width} bits");
                // Without what follows, the last ones are read one by one.
                unpack(width, &bytes[..(count * width).div_ceil(8)], &mut out);
                assert_eq!(out, numbers[..count], "{count} of {width} bits");
                unpack_plain(width, &bytes, &mut out);
                assert_eq!(out, numbers[..count], "{count} of {width} bits");
                assert!((0..count).all(|place| one(width, &bytes, place) == numbers[place]));
            }
        }
        let mut out = [7; 40];
        unpack(0, &[], &mut out);
        assert_eq!(out, [0; 40]);
        // What is not there is zero.
        unpack(8, &[1, 2, 3], &mut out);
        assert_eq!(out[..4], [1, 2, 3, 0]);
    }
}
