//! Exact arithmetic, order and rescaling of 128-bit decimals.

use crate::kernels::arithmetic_op::ArithmeticOp;
use arrow::datatypes::i256;
use std::cmp::Ordering;

/// The largest number of digits.
pub const MAX_DIGITS: u32 = 38;

/// `10^exponent`, if it fits.
pub fn power_of_ten(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}

/// Whether the digits fit the precision.
#[inline]
pub fn fits(digits: i128, precision: u8) -> bool {
    power_of_ten(u32::from(precision)).is_some_and(|limit| -limit < digits && digits < limit)
}

/// A power of ten, as far as 128 and 256 bits hold it.
#[derive(Clone, Copy)]
struct Power {
    narrow: Option<i128>,
    wide: Option<i256>,
}

impl Power {
    /// `10^exponent`; 1 for negative exponents.
    fn of(exponent: i16) -> Power {
        let exponent = u32::from(exponent.max(0).unsigned_abs());
        Power { narrow: power_of_ten(exponent), wide: i256::from_i128(10).checked_pow(exponent) }
    }

    fn raise(self, value: i128) -> Option<i128> {
        match self.narrow {
            Some(power) => value.checked_mul(power),
            None => (value == 0).then_some(0),
        }
    }

    fn raise_wide(self, value: i128) -> Option<i256> {
        match self.wide {
            Some(power) => i256::from_i128(value).checked_mul(power),
            None => (value == 0).then_some(i256::ZERO),
        }
    }
}

/// One operator for given scales; the result with `true` where it does not fit (or the divisor is zero).
pub fn operation(
    op: ArithmeticOp,
    left_scale: i8,
    right_scale: i8,
    precision: u8,
    scale: i8,
) -> impl Fn(i128, i128) -> (i128, bool) {
    let (s1, s2, s) = (i16::from(left_scale), i16::from(right_scale), i16::from(scale));
    let common = s1.max(s2);
    let (up_left, up_right) = (Power::of(common - s1), Power::of(common - s2));
    // Product / 10^drop; quotient = left * 10^raise / (right * 10^lower); whole quotients from scale 0.
    let drop = Power::of(s1 + s2 - s);
    let raise = s - s1 + s2;
    let (raise, lower) = (Power::of(raise), Power::of(-raise));
    let whole = Power::of(s);
    let limit = power_of_ten(u32::from(precision)).unwrap_or(i128::MAX);
    let aligned = move |left: i128, right: i128| Some((up_left.raise(left)?, up_right.raise(right)?));
    let floored = move |left: i128, right: i128| match aligned(left, right) {
        Some((left, right)) => floor_divide(left, right),
        None => floor_divide_wide(up_left.raise_wide(left)?, up_right.raise_wide(right)?),
    };
    move |left: i128, right: i128| {
        let result = match op {
            ArithmeticOp::Add => aligned(left, right).and_then(|(a, b)| a.checked_add(b)),
            ArithmeticOp::Subtract => aligned(left, right).and_then(|(a, b)| a.checked_sub(b)),
            ArithmeticOp::Multiply => multiply(left, right, drop),
            ArithmeticOp::Divide => divide(left, right, raise, lower),
            ArithmeticOp::FloorDivide => {
                floored(left, right).and_then(|(quotient, _)| whole.raise(quotient?))
            }
            ArithmeticOp::Modulo => floored(left, right).and_then(|(_, rest)| rest),
        };
        match result {
            Some(value) => (value, !(-limit < value && value < limit)),
            None => (0, true),
        }
    }
}

/// The product without its last digits, which must be zeros.
fn multiply(left: i128, right: i128, drop: Power) -> Option<i128> {
    if drop.narrow == Some(1) {
        return left.checked_mul(right);
    }
    let product = i256::from_i128(left).checked_mul(i256::from_i128(right))?;
    let (value, rest) = product.checked_div_rem(drop.wide?)?;
    if rest == i256::ZERO { value.to_i128() } else { None }
}

/// The quotient rounded half to even.
fn divide(left: i128, right: i128, raise: Power, lower: Power) -> Option<i128> {
    if right == 0 || left == 0 {
        return (right != 0).then_some(0);
    }
    if let (Some(left), Some(right)) = (raise.raise(left), lower.raise(right)) {
        let (quotient, rest) = (left.checked_div(right)?, left.checked_rem(right)?);
        let half = rest.unsigned_abs().cmp(&(right.unsigned_abs() - rest.unsigned_abs()));
        let negative = (left < 0) != (right < 0);
        return half_to_even(quotient, half, negative);
    }
    // A divisor of 38 digits at most cannot bring what is beyond 256 bits back to 128.
    let left = raise.raise_wide(left)?;
    let Some(right) = lower.raise_wide(right) else {
        return Some(0);
    };
    let (quotient, rest) = left.checked_div_rem(right)?;
    let (rest, right_size) = (rest.checked_abs()?, right.checked_abs()?);
    let half = rest.cmp(&right_size.checked_sub(rest)?);
    let negative = (left < i256::ZERO) != (right < i256::ZERO);
    half_to_even(quotient.to_i128()?, half, negative)
}

fn half_to_even(quotient: i128, half: Ordering, negative: bool) -> Option<i128> {
    let away = half == Ordering::Greater || (half == Ordering::Equal && quotient % 2 != 0);
    match (away, negative) {
        (false, _) => Some(quotient),
        (true, true) => quotient.checked_sub(1),
        (true, false) => quotient.checked_add(1),
    }
}

/// The quotient toward minus infinity and the rest, which has the sign of the divisor, as far as they fit.
fn floor_divide(left: i128, right: i128) -> Option<(Option<i128>, Option<i128>)> {
    let (quotient, rest) = (left.checked_div(right)?, left.checked_rem(right)?);
    if rest != 0 && (rest < 0) != (right < 0) {
        return Some((quotient.checked_sub(1), Some(rest + right)));
    }
    Some((Some(quotient), Some(rest)))
}

fn floor_divide_wide(left: i256, right: i256) -> Option<(Option<i128>, Option<i128>)> {
    let (mut quotient, mut rest) = left.checked_div_rem(right)?;
    if rest != i256::ZERO && (rest < i256::ZERO) != (right < i256::ZERO) {
        (quotient, rest) = (quotient.checked_sub(i256::ONE)?, rest.checked_add(right)?);
    }
    Some((quotient.to_i128(), rest.to_i128()))
}

/// Digits at another scale: exact, or `None` where digits would be lost or do not fit 128 bits.
pub fn rescale_exact(digits: i128, from: i8, to: i8) -> Option<i128> {
    if digits == 0 {
        return Some(0);
    }
    let power = power_of_ten(u32::from(from.abs_diff(to)))?;
    if to >= from {
        return digits.checked_mul(power);
    }
    (digits % power == 0).then_some(digits / power)
}

/// Digits at another scale, rounded half to even; `None` where they do not fit 128 bits.
pub fn rescale_rounded(digits: i128, from: i8, to: i8) -> Option<i128> {
    let Some(power) = power_of_ten(u32::from(from.abs_diff(to))) else {
        return (to < from || digits == 0).then_some(0);
    };
    let one = Power::of(0);
    if to >= from { digits.checked_mul(power) } else { divide(digits, power, one, one) }
}

/// Digits without the last `places`, rounded half to even; more digits follow that are not all zero, in `half` compared with
/// half of the last one of `digits`. `None` where there are none to leave out, but others to be known.
pub fn cut(digits: i128, places: i64, half: Ordering) -> Option<i128> {
    let places = u32::try_from(places).ok()?;
    if places == 0 {
        return half_to_even(digits, half, false);
    }
    let Some(power) = power_of_ten(places) else { return Some(0) };
    let (quotient, rest) = (digits / power, digits % power);
    half_to_even(quotient, rest.cmp(&(power - rest)).then(Ordering::Greater), false)
}

/// The order of two decimals by value.
pub fn compare(left: i128, left_scale: i8, right: i128, right_scale: i8) -> Ordering {
    if left_scale > right_scale {
        return compare(right, right_scale, left, left_scale).reverse();
    }
    let raised = power_of_ten(u32::from(left_scale.abs_diff(right_scale)));
    match raised.and_then(|power| left.checked_mul(power)) {
        Some(left) => left.cmp(&right),
        None if left == 0 => 0.cmp(&right),
        // Beyond 128 bits, so beyond every decimal of the right side: the sign decides.
        None => left.cmp(&0),
    }
}

/// The order of a decimal and a float by exact value; `None` for NaN.
pub fn compare_float(digits: i128, scale: i8, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    let by_float = if float > 0.0 { Ordering::Less } else { Ordering::Greater };
    if scale < 0 {
        return Some(match rescale_exact(digits, scale, 0) {
            Some(whole) => compare_float(whole, 0, float)?,
            // Beyond 128 bits, where no fraction of a float matters.
            None => match (Power::of(-i16::from(scale)).raise_wide(digits), i256::from_f64(float)) {
                (Some(whole), Some(float)) => whole.cmp(&float),
                (Some(_), None) => by_float,
                (None, _) => digits.cmp(&0),
            },
        });
    }
    if float.abs() >= 2f64.powi(127) {
        return Some(by_float);
    }
    let power = power_of_ten(scale.unsigned_abs().into())?;
    let whole = (digits / power).cmp(&(float.trunc() as i128));
    Some(whole.then_with(|| fractions(digits % power, scale, float.fract())))
}

/// The order of `digits / 10^scale` and `float`, both between -1 and 1.
fn fractions(digits: i128, scale: i8, float: f64) -> Ordering {
    let sign = digits.signum().cmp(&if float > 0.0 { 1 } else { -i128::from(float < 0.0) });
    if sign != Ordering::Equal || digits == 0 {
        return sign;
    }
    let size = if float.abs() < 1e-39 {
        // At least 10^-38 against less than 10^-39.
        Ordering::Greater
    } else {
        // The float is mantissa / 2^shift with shift < 190; its decimal digits come one by one, exactly.
        let bits = float.abs().to_bits();
        let shift = 1075 - (bits >> 52) as u32;
        let mut rest = i256::from_i128(i128::from(bits & ((1 << 52) - 1) | 1 << 52));
        let one = i256::ONE << (shift as u8);
        let mut read = 0i128;
        for _ in 0..scale {
            rest = rest.wrapping_mul(i256::from_i128(10));
            let digit = rest.wrapping_div(one);
            rest = rest.wrapping_sub(digit.wrapping_mul(one));
            read = read * 10 + digit.as_i128();
        }
        let more = if rest == i256::ZERO { Ordering::Equal } else { Ordering::Less };
        digits.abs().cmp(&read).then(more)
    };
    if digits < 0 { size.reverse() } else { size }
}

/// The decimal as the nearest float.
pub fn to_f64(digits: i128, scale: i8) -> f64 {
    let exact = digits.unsigned_abs() < 1 << 53;
    if exact && (0..=22).contains(&scale) {
        return digits as f64 / 10f64.powi(scale.into());
    }
    if scale == 0 {
        return digits as f64;
    }
    // Both parts of the text are exact, so the parser rounds once.
    fast_float2::parse(format!("{digits}e{}", -i16::from(scale))).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_floats_compare_by_exact_value() {
        // 0.1 the float is a little more than 0.1 the decimal.
        assert_eq!(compare_float(1, 1, 0.1), Some(Ordering::Less));
        assert_eq!(compare_float(5, 1, 0.5), Some(Ordering::Equal));
        assert_eq!(compare_float(-5, 1, -0.5), Some(Ordering::Equal));
        assert_eq!(compare_float(-1, 1, -0.1), Some(Ordering::Greater));
        assert_eq!(compare_float(0, 3, -0.0), Some(Ordering::Equal));
        assert_eq!(compare_float(0, 3, 5e-324), Some(Ordering::Less));
        // 1e-38 the float is a little less.
        assert_eq!(compare_float(1, 38, 1e-38), Some(Ordering::Greater));
        assert_eq!(compare_float(1, 38, 5e-324), Some(Ordering::Greater));
        assert_eq!(compare_float(i128::MAX, 0, f64::INFINITY), Some(Ordering::Less));
        assert_eq!(compare_float(9_007_199_254_740_993, 0, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(compare_float(1, 0, f64::NAN), None);
        // Of a negative scale decimals may be beyond 128 bits.
        let large = 10i128.pow(37);
        for (float, expected) in [
            (1e39, Ordering::Greater),
            (9.99e39, Ordering::Greater),
            (1.01e40, Ordering::Less),
            (1e300, Ordering::Less),
            (f64::INFINITY, Ordering::Less),
            (-1e39, Ordering::Greater),
            (f64::NEG_INFINITY, Ordering::Greater),
            (0.5, Ordering::Greater),
        ] {
            assert_eq!(compare_float(large, -3, float), Some(expected), "{float}");
            assert_eq!(compare_float(-large, -3, -float), Some(expected.reverse()), "{float}");
        }
        assert_eq!(compare_float(1 << 100, -30, 2f64.powi(200)), Some(Ordering::Less));
        let exact = "0.1000000000000000055511151231257827";
        let digits: i128 = exact[2..].parse().unwrap();
        assert_eq!(compare_float(digits, 34, 0.1), Some(Ordering::Less));
        assert_eq!(compare_float(digits + 1, 34, 0.1), Some(Ordering::Greater));
    }

    #[test]
    fn decimals_become_the_nearest_float() {
        assert_eq!(to_f64(315, 2), 3.15);
        assert_eq!(to_f64(123_456_789_012_345_678_901, 10), 12_345_678_901.234_568);
        assert_eq!(to_f64(-1, 30), -1e-30);
    }

    #[test]
    fn scales_change_exactly_or_rounded() {
        assert_eq!(rescale_exact(150, 2, 1), Some(15));
        assert_eq!(rescale_exact(155, 2, 1), None);
        assert_eq!(rescale_rounded(155, 2, 1), Some(16));
        assert_eq!(rescale_rounded(145, 2, 1), Some(14));
        assert_eq!(rescale_rounded(-155, 2, 1), Some(-16));
        assert_eq!(compare(10i128.pow(38) - 1, 0, 1, 38), Ordering::Greater);
        assert_eq!(compare(15, 1, 150, 2), Ordering::Equal);
        // Scales further apart than any power of ten of 128 bits.
        assert_eq!(compare(0, -30, 1, 17), Ordering::Less);
        assert_eq!(compare(-1, 36, 0, -3), Ordering::Less);
        assert_eq!(compare(1, -30, i128::MAX, 17), Ordering::Greater);
    }

    #[test]
    fn operators_take_scales_of_any_distance() {
        let op = |op, left: (i128, i8), right: (i128, i8), scale| {
            let (value, beyond) = operation(op, left.1, right.1, 38, scale)(left.0, right.0);
            (!beyond).then_some(value)
        };
        let (half, one) = (5 * 10i128.pow(37), 10i128.pow(37));
        // 0 + 0.5, 1 + 0.5 and 0.5 + 7e9, of which the last have more than 38 digits.
        assert_eq!(op(ArithmeticOp::Add, (0, 0), (half, 38), 38), Some(half));
        assert_eq!(op(ArithmeticOp::Add, (1, 0), (half, 38), 38), None);
        assert_eq!(op(ArithmeticOp::Subtract, (half, 38), (7, -9), 38), None);
        assert_eq!(op(ArithmeticOp::Multiply, (2, 0), (one, 38), 38), Some(2 * one));
        // 3 / 0.5, 3 / 1e-38 and 0 / 0.5 to six digits.
        assert_eq!(op(ArithmeticOp::Divide, (3, 0), (half, 38), 6), Some(6_000_000));
        assert_eq!(op(ArithmeticOp::Divide, (3, 0), (1, 38), 6), None);
        assert_eq!(op(ArithmeticOp::Divide, (0, 0), (half, 38), 6), Some(0));
        assert_eq!(op(ArithmeticOp::Divide, (0, 0), (0, 38), 6), None);
        // 0.5 // 100000 and its rest; -0.5 // 100000.
        assert_eq!(op(ArithmeticOp::FloorDivide, (half, 38), (1, -5), 0), Some(0));
        assert_eq!(op(ArithmeticOp::FloorDivide, (-half, 38), (1, -5), 0), Some(-1));
        assert_eq!(op(ArithmeticOp::Modulo, (half, 38), (1, -5), 38), Some(half));
        // 8e9 // -1e30; 5e5 // 2e3.
        assert_eq!(op(ArithmeticOp::FloorDivide, (8, -9), (-1, -30), 0), Some(-1));
        assert_eq!(op(ArithmeticOp::FloorDivide, (5, -5), (2, -3), 0), Some(250));
    }
}
