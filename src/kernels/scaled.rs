//! Digits with a decimal point among them as the nearest float: one or two products with a power of five, rounded once.
//!
//! This is the method of Eisel and Lemire ("Number Parsing at a Gigabyte per Second", 2021) for the powers at which it
//! never has to give up: those of ten from 10^-19 to 1, whose 128 bits are enough for any 64 bits of digits.

/// The most digits after the point.
pub const MOST_DECIMALS: usize = 19;

/// For each power, the leading 128 bits of 5^-n, rounded up, as low and high word; the highest bit is set.
const FIVES: [(u64, u64); MOST_DECIMALS + 1] = fives();

const fn fives() -> [(u64, u64); MOST_DECIMALS + 1] {
    let mut table = [(0, 1 << 63); MOST_DECIMALS + 1];
    let mut power = 1u64;
    let mut n = 1;
    while n <= MOST_DECIMALS {
        power *= 5;
        // 2^(bits + 127) / 5^n, where 2^(bits - 1) < 5^n < 2^bits: long division, bit by bit.
        let bits = 64 - power.leading_zeros();
        let (mut quotient, mut rest, mut step) = (0u128, 1u64, 0);
        while step < bits + 127 {
            (quotient, rest) = (quotient << 1, rest << 1);
            if rest >= power {
                (quotient, rest) = (quotient | 1, rest - power);
            }
            step += 1;
        }
        quotient += 1;
        table[n] = (quotient as u64, (quotient >> 64) as u64);
        n += 1;
    }
    table
}

/// Bits of a float's mantissa, the leading one not counted.
const MANTISSA: u32 = 52;
const BIAS: i64 = 1023;

/// The float nearest to `digits` / 10^`decimals`, the even one of two equally near.
///
/// # Panics
/// If `decimals` is more than [`MOST_DECIMALS`].
#[inline(always)]
pub fn scaled(digits: u64, decimals: usize) -> f64 {
    let (low_five, high_five) = FIVES[decimals];
    if digits == 0 {
        return 0.0;
    }
    let zeros = digits.leading_zeros();
    let digits = digits << zeros;
    let product = u128::from(digits) * u128::from(high_five);
    let (mut low, mut high) = (product as u64, (product >> 64) as u64);
    // Only where all bits below those kept are ones can the rest of the power carry into them.
    const BELOW: u64 = u64::MAX >> (MANTISSA + 3);
    if high & BELOW == BELOW {
        let more = ((u128::from(digits) * u128::from(low_five)) >> 64) as u64;
        low = low.wrapping_add(more);
        high += u64::from(more > low);
    }
    let upper = (high >> 63) as u32;
    let shift = upper + 64 - MANTISSA - 3;
    let mut mantissa = high >> shift;
    // floor(log2(10^-decimals)), exact in this range.
    let power = (-(decimals as i64) * 217_706) >> 16;
    let mut exponent = power + 63 + BIAS + i64::from(upper) - i64::from(zeros);
    // Exactly between two floats, which only small powers can be: to the even one.
    if low <= 1 && decimals <= 4 && mantissa & 3 == 1 && mantissa << shift == high {
        mantissa &= !1;
    }
    mantissa += mantissa & 1;
    mantissa >>= 1;
    if mantissa >= 2 << MANTISSA {
        mantissa = 1 << MANTISSA;
        exponent += 1;
    }
    f64::from_bits(mantissa & !(1 << MANTISSA) | (exponent as u64) << MANTISSA)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    fn wanted(digits: u64, decimals: usize) -> u64 {
        format!("{digits}e-{decimals}").parse::<f64>().unwrap().to_bits()
    }

    #[test]
    fn the_table_is_that_of_the_method() {
        assert_eq!(FIVES[0], (0, 0x8000_0000_0000_0000));
        assert_eq!(FIVES[1], (0xcccc_cccc_cccc_cccd, 0xcccc_cccc_cccc_cccc));
        assert_eq!(FIVES[2], (0x3d70_a3d7_0a3d_70a4, 0xa3d7_0a3d_70a3_d70a));
    }

    #[test]
    fn borders() {
        let digits = [0, 1, 9, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, (1 << 54) + 2, u64::MAX - 1, u64::MAX];
        for digits in digits {
            for decimals in 0..=MOST_DECIMALS {
                let found = scaled(digits, decimals).to_bits();
                assert_eq!(found, wanted(digits, decimals), "{digits}e-{decimals}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_digits(digits in any::<u64>(), shift in 0..64u32, decimals in 0..=MOST_DECIMALS) {
            let digits = digits >> shift;
            prop_assert_eq!(scaled(digits, decimals).to_bits(), wanted(digits, decimals));
        }

        #[test]
        fn halfway_between_two_floats(odd in 0..(1u64 << 53), decimals in 1..=4usize) {
            // The middle of two neighbours, written with all its digits, and its nearest numbers.
            let middle = ((1u64 << 53) | odd) | 1;
            let digits = middle.checked_mul(5u64.pow(decimals as u32));
            for digits in digits.into_iter().flat_map(|digits| [digits - 1, digits, digits + 1]) {
                prop_assert_eq!(scaled(digits, decimals).to_bits(), wanted(digits, decimals));
            }
        }
    }
}
