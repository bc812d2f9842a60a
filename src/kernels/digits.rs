//! Numbers, dates and times out of padded text, eight digits at a time. `None` means: not this simple, look closer.
//!
//! Each function reads the field `start..end` of bytes that have 16 more before and after it.

use crate::kernels::civil;
use crate::kernels::padded::word;
use crate::kernels::scaled::scaled;

const ZEROS: u64 = 0x3030_3030_3030_3030;
const HIGH: u64 = 0x8080_8080_8080_8080;
/// Added to a byte, it carries into the high bit from ten on.
const TEN: u64 = 0x7676_7676_7676_7676;
/// A point, after `^ ZEROS`.
const POINTS: u64 = 0x1e1e_1e1e_1e1e_1e1e;

/// Whether all eight bytes are below ten.
#[inline(always)]
fn are_digits(word: u64) -> bool {
    (word | word.wrapping_add(TEN)) & HIGH == 0
}

/// The number of eight decimal digits, the first one in the lowest byte.
#[inline(always)]
fn eight(word: u64) -> u64 {
    let pairs = word.wrapping_mul(10).wrapping_add(word >> 8);
    let odd = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let even = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    odd.wrapping_add(even) >> 32
}

/// The last `length` (1 to 8) characters before `end` less `'0'`, with zeros before them.
#[inline(always)]
fn tail(bytes: &[u8], end: usize, length: usize) -> u64 {
    let unused = (64 - 8 * length) as u32 & 63;
    ((word(bytes, end - 8) ^ ZEROS) >> unused) << unused
}

/// The sign (whether it is a minus) and where the rest starts.
#[inline(always)]
fn sign(bytes: &[u8], start: usize) -> (bool, usize) {
    let negative = bytes[start] == b'-';
    (negative, start + usize::from(negative))
}

/// One to sixteen digits, perhaps after a minus.
#[inline(always)]
pub fn integer(bytes: &[u8], start: usize, end: usize) -> Option<i64> {
    let (negative, start) = sign(bytes, start);
    let length = end.wrapping_sub(start);
    let size = if length.wrapping_sub(1) < 8 {
        let digits = tail(bytes, end, length);
        if !are_digits(digits) {
            return None;
        }
        eight(digits)
    } else if length.wrapping_sub(1) < 16 {
        let (high, low) = (tail(bytes, end - 8, length - 8), word(bytes, end - 8) ^ ZEROS);
        if !(are_digits(high) && are_digits(low)) {
            return None;
        }
        eight(high) * 100_000_000 + eight(low)
    } else {
        return None;
    };
    let size = size as i64;
    Some(if negative { -size } else { size })
}

const POWERS: [f64; 8] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

/// At most nineteen digits and a point, perhaps after a minus, rounded correctly: the shortest are digits and a power of
/// ten that are both exact as floats, of which one division rounds correctly.
#[inline(always)]
pub fn float(bytes: &[u8], start: usize, end: usize) -> Option<f64> {
    let (negative, start) = sign(bytes, start);
    let length = end.wrapping_sub(start);
    let value = if length.wrapping_sub(1) < 8 {
        let found = tail(bytes, end, length);
        let (found, decimals, points) = without_point(found);
        if !are_digits(found) || length == points {
            return None;
        }
        eight(found) as f64 / POWERS[decimals & 7]
    } else if length.wrapping_sub(1) < 20 {
        match early_point(bytes, start, length) {
            Some((digits, decimals)) => scaled(digits, decimals),
            None if length <= 17 => {
                let (digits, decimals) = long_digits(bytes, start, end)?;
                scaled(digits, decimals)
            }
            None => return None,
        }
    } else {
        return None;
    };
    Some(if negative { -value } else { value })
}

const TENS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Nine to twenty characters with a point among the first eight: the digits as one number, and how many stand after the
/// point. No branch depends on how many digits there are.
#[inline(always)]
fn early_point(bytes: &[u8], start: usize, length: usize) -> Option<(u64, usize)> {
    let (first, second, third) = (word(bytes, start), word(bytes, start + 8), word(bytes, start + 16));
    let (first, second, third) = (first ^ ZEROS, second ^ ZEROS, third ^ ZEROS);
    let x = first ^ POINTS;
    let found = !(((x & !HIGH).wrapping_add(!HIGH)) | x | !HIGH);
    if found == 0 {
        return None;
    }
    let place = found.trailing_zeros() & !7;
    // All that follows the point moves up by one.
    let before = (1u64 << place) - 1;
    let first = first & before | first >> 8 & !before | second << 56;
    // Of the digits after the first eight, so many are in the second word, and so many in the third.
    let digits = length - 1;
    let (second_digits, third_digits) = (digits.min(16) - 8, digits.max(16) - 16);
    let second = last(second >> 8 | third << 56, second_digits);
    let third = last(third >> 8, third_digits);
    if !(are_digits(first) && are_digits(second) && are_digits(third)) {
        return None;
    }
    let value = eight(first) * TENS[second_digits] + eight(second);
    let value = value * TENS[third_digits & 3] + eight(third);
    Some((value, digits - place as usize / 8))
}

/// The first `length` (0 to 8) characters of a word as its last ones, with zeros before them.
#[inline(always)]
fn last(word: u64, length: usize) -> u64 {
    let unused = (64 - 8 * length) as u32;
    // A shift by all 64 bits in two steps.
    word << (unused / 2) << (unused - unused / 2)
}

/// The digits closed up over their point, how many stand after it, and how many points (0 or 1) there were.
#[inline(always)]
fn without_point(word: u64) -> (u64, usize, usize) {
    let x = word ^ POINTS;
    let found = !(((x & !HIGH).wrapping_add(!HIGH)) | x | !HIGH);
    if found == 0 {
        return (word, 0, 0);
    }
    let place = found.trailing_zeros() / 8;
    let before = word & ((1u64 << (8 * place)) - 1);
    let after = word >> (8 * place) >> 8 << 8 << (8 * place);
    (before << 8 | after, 7 - place as usize, 1)
}

/// Nine to seventeen characters.
#[inline]
fn long_digits(bytes: &[u8], start: usize, end: usize) -> Option<(u64, usize)> {
    let length = end - start;
    let mut low = word(bytes, end - 8) ^ ZEROS;
    let mut high = tail(bytes, end - 8, (length - 8).min(8));
    // The one character that two words do not hold.
    let mut first = if length == 17 { u64::from(bytes[start] ^ b'0') } else { 0 };
    let mut decimals = 0;
    let (closed, after, points) = without_point(low);
    if points == 1 {
        // The last character of the upper word moves down, the first one into the upper word.
        low = closed | high >> 56;
        high = high << 8 | first;
        (first, decimals) = (0, after);
    } else {
        let (closed, after, points) = without_point(high);
        if points == 1 {
            high = closed | first;
            (first, decimals) = (0, after + 8);
        }
    }
    if first != 0 || !(are_digits(high) && are_digits(low)) {
        return None;
    }
    let digits = eight(high) * 100_000_000 + eight(low);
    Some((digits, decimals))
}

/// Days since 1970-01-01, remembering the last date: neighbours often share it.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    text: [u64; 2],
    days: i32,
}

impl Default for Days {
    fn default() -> Self {
        // No text holds these bytes.
        Days { text: [u64::MAX; 2], days: 0 }
    }
}

impl Days {
    /// `YYYY-MM-DD` from `start` on; only digits and dashes are looked at, not what follows.
    #[inline(always)]
    pub fn date(&mut self, bytes: &[u8], start: usize) -> Option<i32> {
        let text = [word(bytes, start), word(bytes, start + 2)];
        if text != self.text {
            self.days = days(text)?;
            self.text = text;
        }
        Some(self.days)
    }
}

/// Of `YYYY-MM-` and `YY-MM-DD`.
#[inline]
fn days(text: [u64; 2]) -> Option<i32> {
    let first = text[0] ^ 0x2d30_302d_3030_3030;
    let last = text[1] ^ 0x3030_2d30_302d_3030;
    let dashes = first & 0xff00_00ff_0000_0000;
    if dashes != 0 || !are_digits(first) || !are_digits(last) {
        return None;
    }
    let pairs = first.wrapping_mul(10).wrapping_add(first >> 8);
    let year = (pairs & 0xff) * 100 + (pairs >> 16 & 0xff);
    let month = (pairs >> 40 & 0xff) as u32;
    let day = (last.wrapping_mul(10).wrapping_add(last >> 8) >> 48 & 0xff) as u32;
    let year = year as i64;
    if !(1..=12).contains(&month) || day < 1 || day > civil::days_in_month(year, month) {
        return None;
    }
    i32::try_from(civil::to_days(year, month, day)).ok()
}

/// Seconds since midnight of `HH:MM:SS` from `start` on.
#[inline(always)]
pub fn clock(bytes: &[u8], start: usize) -> Option<i64> {
    let text = word(bytes, start) ^ 0x3030_3a30_303a_3030;
    let colons = text & 0x0000_ff00_00ff_0000;
    if colons != 0 || !are_digits(text) {
        return None;
    }
    let pairs = text.wrapping_mul(10).wrapping_add(text >> 8);
    let (hours, minutes, seconds) = (pairs & 0xff, pairs >> 24 & 0xff, pairs >> 48 & 0xff);
    (hours < 24 && minutes < 60 && seconds < 60).then_some((hours * 3600 + minutes * 60 + seconds) as i64)
}

/// A date and a time of day, to the second or with up to nine digits after it, and perhaps `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Since 1970-01-01.
    pub seconds: i64,
    /// Within the second.
    pub nanos: u32,
    /// Whether it ends in `Z`.
    pub zoned: bool,
}

impl Days {
    /// `YYYY-MM-DDTHH:MM:SS[.f][Z]`, with `T` or a blank.
    #[inline(always)]
    pub fn instant(&mut self, bytes: &[u8], start: usize, end: usize) -> Option<Instant> {
        let length = end - start;
        if length < 19 || !matches!(bytes[start + 10], b'T' | b' ') {
            return None;
        }
        let seconds = i64::from(self.date(bytes, start)?) * 86_400 + clock(bytes, start + 11)?;
        let zoned = length > 19 && bytes[end - 1] == b'Z';
        let rest = length - 19 - usize::from(zoned);
        let mut nanos = 0;
        if rest > 0 {
            if bytes[start + 19] != b'.' || !(2..=10).contains(&rest) {
                return None;
            }
            for &byte in &bytes[start + 20..start + 19 + rest] {
                let digit = byte ^ b'0';
                if digit > 9 {
                    return None;
                }
                nanos = nanos * 10 + u32::from(digit);
            }
            nanos *= 10u32.pow(10 - rest as u32);
        }
        Some(Instant { seconds, nanos, zoned })
    }
}

#[cfg(test)]
#[path = "digits_tests.rs"]
mod tests;
