//! Rounding of decimal digits: floats by the decimal number they print as.

use std::cmp::Ordering;

/// Where a half goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// To the even neighbour.
    Even,
    /// Away from zero.
    Away,
}

/// Added and taken away again, it leaves the nearest whole number of anything below 2^51.
const SHIFT: f64 = 1.5 * (1u64 << 52) as f64;

/// Values rounded at a time.
const RUN: usize = 256;

/// Powers of ten that are exact as floats.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// The shortest decimal that reads back to `x`, rounded to a number of digits after the point.
pub fn round_f64(x: f64, decimals: i32, ties: Ties) -> f64 {
    if decimals == 0 {
        // Halves are exact floats.
        return match ties {
            Ties::Even => x.round_ties_even(),
            Ties::Away => x.round(),
        };
    }
    if let Some(power) = power_of(decimals)
        && is_sure(x * power)
    {
        return nearest(x, power);
    }
    if !x.is_finite() || x == 0.0 {
        return x;
    }
    round_text(ryu::Buffer::new().format_finite(x), decimals, ties).unwrap_or(x)
}

/// [`round_f64`] of every value.
pub fn round_all(values: &[f64], decimals: i32, ties: Ties) -> Vec<f64> {
    let Some(power) = power_of(decimals) else {
        return values.iter().map(|x| round_f64(*x, decimals, ties)).collect();
    };
    let mut rounded = Vec::with_capacity(values.len());
    // Some at a time without branches; where one of them is not sure, those are done again.
    for values in values.chunks(RUN) {
        let start = rounded.len();
        rounded.extend(values.iter().map(|x| nearest(*x, power)));
        if !values.iter().fold(true, |sure, x| sure & is_sure(x * power)) {
            for (x, rounded) in values.iter().zip(&mut rounded[start..]) {
                *rounded = round_f64(*x, decimals, ties);
            }
        }
    }
    rounded
}

/// The exact power of ten for digits after the point, if it is one.
fn power_of(decimals: i32) -> Option<f64> {
    usize::try_from(decimals).ok().and_then(|decimals| POWERS.get(decimals)).copied()
}

/// Whether a float times a power is small and so far from a half that the decimal number, which is at most half a unit in the
/// last place from the float, as the product is, lies on the same side.
fn is_sure(scaled: f64) -> bool {
    let from_whole = (scaled - ((scaled + SHIFT) - SHIFT)).abs();
    (scaled.abs() < 2f64.powi(50)) & ((from_whole - 0.5).abs() > scaled.abs() * 4.5e-16)
}

/// The float nearest to a whole multiple of an inverse power: an exact integer by an exact power.
fn nearest(x: f64, power: f64) -> f64 {
    (((x * power + SHIFT) - SHIFT) / power).copysign(x)
}

/// [`round_f64`] for the narrow float.
pub fn round_f32(x: f32, decimals: i32, ties: Ties) -> f32 {
    if !x.is_finite() || x == 0.0 {
        return x;
    }
    round_text(ryu::Buffer::new().format_finite(x), decimals, ties).unwrap_or(x)
}

/// `None` if there is nothing to round.
fn round_text<F: fast_float2::FastFloat>(text: &str, decimals: i32, ties: Ties) -> Option<F> {
    let (number, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let negative = number.starts_with('-');
    let places = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    // A shortest text has at most 17 digits before zeros that it may print, 22 in all.
    let digits = number.bytes().filter(u8::is_ascii_digit);
    let digits = digits.fold(0i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    let exponent = exponent.parse::<i32>().ok()? - places as i32;
    let drop = -exponent - decimals;
    if drop <= 0 {
        return None;
    }
    let rounded = round_whole(digits, drop, ties)?;
    let sign = if negative { "-" } else { "" };
    fast_float2::parse(format!("{sign}{rounded}e{exponent}")).ok()
}

/// An integer whose last `drop` digits become zeros; `None` where it does not fit 128 bits.
pub fn round_whole(value: i128, drop: i32, ties: Ties) -> Option<i128> {
    let Ok(drop) = u32::try_from(drop) else { return Some(value) };
    let Some(power) = 10i128.checked_pow(drop) else { return Some(0) };
    let (quotient, rest) = (value / power, value % power);
    // Compared without doubling, which could overflow.
    let half = rest.unsigned_abs().cmp(&(power.unsigned_abs() - rest.unsigned_abs()));
    let up = match (half, ties) {
        (Ordering::Less, _) => false,
        (Ordering::Greater, _) | (Ordering::Equal, Ties::Away) => true,
        (Ordering::Equal, Ties::Even) => quotient % 2 != 0,
    };
    (quotient + if up { value.signum() } else { 0 }).checked_mul(power)
}

/// The greatest multiple of `power` that is not above.
pub fn floor_whole(value: i128, power: i128) -> Option<i128> {
    value.checked_sub(value.rem_euclid(power))
}

/// The least multiple of `power` that is not below.
pub fn ceil_whole(value: i128, power: i128) -> Option<i128> {
    match value.rem_euclid(power) {
        0 => Some(value),
        rest => value.checked_add(power - rest),
    }
}

/// The multiple of `power` next toward zero.
pub fn truncate_whole(value: i128, power: i128) -> Option<i128> {
    Some(value - value % power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_values_are_rounded_as_one() {
        let mixed = |row: u64| match row % 97 {
            0 => f64::NAN,
            1 => f64::NEG_INFINITY,
            2 => -0.0,
            3 => 2.675,
            4 => -1.005,
            5 => 1e300,
            6 => 5e-324,
            7 => 1_125_899_906_842_624.5 * (row % 5) as f64,
            // Halves and what is next to them.
            8 => (row as f64 / 2.0).next_up(),
            9 => -(row as f64) / 2.0,
            10 => (row as f64 + 0.125).next_down(),
            _ => (crate::kernels::hash::mix(row) as i64) as f64 / 2f64.powi((row % 70) as i32),
        };
        for clean in [false, true] {
            let values: Vec<f64> =
                (0..5000).map(|row| if clean { row as f64 / 7.0 } else { mixed(row) }).collect();
            for decimals in [-3, 0, 1, 2, 7, 15, 22, 23] {
                for ties in [Ties::Even, Ties::Away] {
                    let all = round_all(&values, decimals, ties);
                    for (x, rounded) in values.iter().zip(&all) {
                        let text = match x.is_finite() && *x != 0.0 && decimals != 0 {
                            true => round_text(&format!("{x:e}"), decimals, ties).unwrap_or(*x),
                            false => round_f64(*x, decimals, ties),
                        };
                        assert_eq!(rounded.to_bits(), text.to_bits(), "{x} to {decimals}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_printed_is_rounded() {
        let cases = [
            (2.675, 2, 2.68, 2.68),
            (0.125, 2, 0.12, 0.13),
            (0.5, 0, 0.0, 1.0),
            (-2.5, 0, -2.0, -3.0),
            (1.005, 2, 1.0, 1.01),
            (1.015, 2, 1.02, 1.02),
            (123_456.0, -2, 123_500.0, 123_500.0),
            (150.0, -2, 200.0, 200.0),
            (250.0, -2, 200.0, 300.0),
            (49.0, -2, 0.0, 0.0),
            (1e300, 2, 1e300, 1e300),
            (5e-324, 323, 0.0, 1e-323),
            (1.5e-10, 10, 2e-10, 2e-10),
            (1e22, -22, 1e22, 1e22),
            (0.1, 30, 0.1, 0.1),
            (4_503_599_627_370_497.5, 0, 4_503_599_627_370_498.0, 4_503_599_627_370_498.0),
        ];
        for (x, decimals, even, away) in cases {
            assert_eq!(round_f64(x, decimals, Ties::Even), even, "{x} to {decimals}");
            assert_eq!(round_f64(x, decimals, Ties::Away), away, "{x} to {decimals}, away");
        }
        assert_eq!(round_f32(2.675, 2, Ties::Even), 2.68);
        assert_eq!(round_f64(-0.3, 0, Ties::Even).to_bits(), (-0.0f64).to_bits());
        assert_eq!(round_f64(-0.001, 2, Ties::Even).to_bits(), (-0.0f64).to_bits());
        assert!(round_f64(f64::NAN, 2, Ties::Even).is_nan());
        assert_eq!(round_f64(f64::INFINITY, 2, Ties::Even), f64::INFINITY);
    }

    #[test]
    fn the_fast_way_agrees_with_the_digits() {
        let mut state = 1u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Many numbers with few digits, where halves are frequent.
            let x = (state >> 40) as f64 / 10f64.powi((state % 7) as i32)
                * if state & 8 == 0 { 1.0 } else { -1.0 };
            let decimals = 1 + (state >> 8) as i32 % 5;
            for ties in [Ties::Even, Ties::Away] {
                let exact = round_text(ryu::Buffer::new().format_finite(x), decimals, ties).unwrap_or(x);
                assert_eq!(round_f64(x, decimals, ties).to_bits(), exact.to_bits(), "{x} to {decimals}");
            }
        }
    }

    #[test]
    fn integers_round_to_zeros() {
        assert_eq!(round_whole(1_250, 2, Ties::Even), Some(1_200));
        assert_eq!(round_whole(-1_250, 2, Ties::Away), Some(-1_300));
        assert_eq!(round_whole(i128::MAX, 38, Ties::Even), None);
        assert_eq!(round_whole(7, 60, Ties::Even), Some(0));
        assert_eq!(
            (floor_whole(-25, 10), ceil_whole(-25, 10), truncate_whole(-25, 10)),
            (Some(-30), Some(-20), Some(-20))
        );
    }
}
