//! Numbers, dates and times to text in fixed slots: eight digits at a time, without a branch on how many there are.

use crate::kernels::civil;

/// The longest text that is written here, and then some.
pub const SLOT: usize = 64;

/// Where one value is written; what stands after the text has no meaning.
pub type Slot = [u8; SLOT];

const ZEROS: u64 = 0x3030_3030_3030_3030;
const EIGHT: u64 = 100_000_000;

/// Eight decimal digits (of a number below 10^8), one in each byte, the first one in the lowest.
#[inline(always)]
fn digits(value: u64) -> u64 {
    let halves = (value / 10_000) | ((value % 10_000) << 32);
    let upper = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = upper | (halves - 100 * upper) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (pairs - 10 * tens) << 8
}

#[inline(always)]
fn put(word: u64, slot: &mut Slot, at: usize) {
    if let Some(eight) = slot[at..at + 8].first_chunk_mut() {
        *eight = word.to_le_bytes();
    }
}

/// A number below 10^8 without leading zeros; where it ends.
#[inline(always)]
fn leading(value: u64, slot: &mut Slot, at: usize) -> usize {
    let digits = digits(value);
    let zeros = digits.trailing_zeros().min(56) & !7;
    put((digits | ZEROS) >> zeros, slot, at);
    at + 8 - zeros as usize / 8
}

/// A number below 10^8 with all its eight digits.
#[inline(always)]
fn eight(value: u64, slot: &mut Slot, at: usize) -> usize {
    put(digits(value) | ZEROS, slot, at);
    at + 8
}

/// A whole number from `at` on; where it ends.
#[inline(always)]
pub fn unsigned(value: u64, slot: &mut Slot, at: usize) -> usize {
    if value < EIGHT {
        return leading(value, slot, at);
    }
    let (upper, lower) = (value / EIGHT, value % EIGHT);
    let at = if upper < EIGHT {
        leading(upper, slot, at)
    } else {
        let at = leading(upper / EIGHT, slot, at);
        eight(upper % EIGHT, slot, at)
    };
    eight(lower, slot, at)
}

/// A whole number, after a minus if it is negative.
#[inline(always)]
pub fn signed(value: i64, slot: &mut Slot) -> usize {
    slot[0] = b'-';
    unsigned(value.unsigned_abs(), slot, usize::from(value < 0))
}

/// Decimals of the floats that are written fast.
const DECIMALS: f64 = 1e6;

/// The shortest text that reads back to the same float, if it has at most six decimals and is neither huge nor tiny.
///
/// Such a float is a whole number below 10^15, divided by 10^6 and rounded. Of numbers of at most fifteen digits no two
/// are the same float, so that this one, less its last zeros, is the shortest.
#[inline(always)]
pub fn short_float(value: f64, slot: &mut Slot) -> Option<usize> {
    let size = value.abs();
    if !(1e-3..1e9).contains(&size) {
        return None;
    }
    let count = (size * DECIMALS + 0.5) as u64;
    if count as f64 / DECIMALS != size {
        return None;
    }
    slot[0] = b'-';
    let at = unsigned(count / 1_000_000, slot, usize::from(value < 0.0));
    slot[at] = b'.';
    // The two highest of the eight digits are zeros.
    let fraction = digits(count % 1_000_000) >> 16;
    put(fraction | ZEROS, slot, at + 1);
    let zeros = fraction.leading_zeros() as usize / 8;
    Some(at + 1 + (8 - zeros).max(1))
}

/// Two digits.
#[inline(always)]
fn two(value: u64, slot: &mut Slot, at: usize) {
    slot[at] = b'0' + (value / 10) as u8;
    slot[at + 1] = b'0' + (value % 10) as u8;
}

/// `YYYY-MM-DD`; years beyond four digits carry a sign.
#[inline]
pub fn date(days: i64, slot: &mut Slot) -> usize {
    let (year, month, day) = civil::from_days(days);
    let mut at = 0;
    if !(0..=9999).contains(&year) {
        slot[0] = if year < 0 { b'-' } else { b'+' };
        at = 1;
    }
    let size = year.unsigned_abs();
    if size <= 9999 {
        two(size / 100, slot, at);
        two(size % 100, slot, at + 2);
        at += 4;
    } else {
        at = unsigned(size, slot, at);
    }
    slot[at] = b'-';
    two(u64::from(month), slot, at + 1);
    slot[at + 3] = b'-';
    two(u64::from(day), slot, at + 4);
    at + 6
}

/// `HH:MM:SS` from `at` on, and a fraction of 3, 6 or 9 digits where there is one; `of_day` counts parts of a second.
#[inline]
pub fn clock(of_day: i64, per_second: i64, slot: &mut Slot, at: usize) -> usize {
    // No time of day is negative or has three digits of hours, but nothing is lost if one has.
    let mut at = at;
    if of_day < 0 {
        slot[at] = b'-';
        at += 1;
    }
    let (of_day, per_second) = (of_day.unsigned_abs(), per_second.unsigned_abs());
    let (seconds, fraction) = (of_day / per_second, of_day % per_second);
    if seconds < 360_000 {
        two(seconds / 3600, slot, at);
        at += 2;
    } else {
        at = unsigned(seconds / 3600, slot, at);
    }
    slot[at] = b':';
    two(seconds / 60 % 60, slot, at + 1);
    slot[at + 3] = b':';
    two(seconds % 60, slot, at + 4);
    let at = at + 6;
    if fraction == 0 {
        return at;
    }
    slot[at] = b'.';
    let nanos = fraction * (1_000_000_000 / per_second);
    // Nine digits are one and eight.
    slot[at + 1] = b'0' + (nanos / EIGHT) as u8;
    eight(nanos % EIGHT, slot, at + 2);
    let digits = match nanos {
        _ if nanos.is_multiple_of(1_000_000) => 3,
        _ if nanos.is_multiple_of(1_000) => 6,
        _ => 9,
    };
    at + 1 + digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    fn text(write: impl FnOnce(&mut Slot) -> usize) -> String {
        let mut slot = [b'?'; SLOT];
        let end = write(&mut slot);
        String::from_utf8(slot[..end].to_vec()).unwrap()
    }

    #[test]
    fn whole_numbers_of_every_length() {
        let mut power = 1u64;
        loop {
            for value in [power - 1, power, power + 1, power.wrapping_mul(9)] {
                assert_eq!(text(|slot| unsigned(value, slot, 0)), value.to_string());
            }
            match power.checked_mul(10) {
                Some(next) => power = next,
                None => break,
            }
        }
        for value in [0, -1, 7, i64::MIN, i64::MAX, -100_000_000, -99_999_999] {
            assert_eq!(text(|slot| signed(value, slot)), value.to_string());
        }
        for value in (0..EIGHT).step_by(997) {
            assert_eq!(text(|slot| unsigned(value, slot, 0)), value.to_string());
        }
    }

    #[test]
    fn floats_are_those_of_ryu() {
        let mut slot = [0; SLOT];
        for value in [0.0, -0.0, f64::NAN, f64::INFINITY, 1e9, 0.1 + 0.2, 1e-7, 0.000_999_9, 1.000_000_1] {
            assert_eq!(short_float(value, &mut slot), None, "{value}");
        }
        for value in [1.0, -1.5, 0.001, 999_999_999.999_999, 123_456_789.5, 0.1, 52.634_201, -0.25, 100.0] {
            assert_eq!(text(|slot| short_float(value, slot).unwrap()), ryu::Buffer::new().format(value));
        }
    }

    proptest! {
        #[test]
        fn any_value(bits in any::<u64>(), shift in 0..64u32, scale in 0..9u32) {
            let whole = bits >> shift;
            prop_assert_eq!(text(|slot| unsigned(whole, slot, 0)), whole.to_string());
            prop_assert_eq!(text(|slot| signed(bits as i64, slot)), (bits as i64).to_string());
            let near = whole as f64 / 10f64.powi(scale as i32);
            for value in [f64::from_bits(bits), near, -near, near.next_up(), near.next_down()] {
                let mut slot = [0; SLOT];
                if let Some(end) = short_float(value, &mut slot) {
                    let mut buffer = ryu::Buffer::new();
                    prop_assert_eq!(&slot[..end], buffer.format(value).as_bytes());
                }
            }
        }
    }
}
