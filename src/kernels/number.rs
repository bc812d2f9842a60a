//! Arithmetic of native numbers that reports failure without branching, so that loops over it vectorise.

use crate::data::DType;

/// Whether an operation failed: gathered over many rows by `or`, looked at once.
pub trait Flag: Copy {
    /// Nothing failed.
    const NONE: Self;
    /// Either failed.
    fn or(self, other: Self) -> Self;
    /// Whether something failed.
    fn raised(self) -> bool;
}

/// Operations that cannot fail.
impl Flag for () {
    const NONE: () = ();

    fn or(self, (): ()) {}

    fn raised(self) -> bool {
        false
    }
}

impl Flag for bool {
    const NONE: bool = false;

    fn or(self, other: bool) -> bool {
        self | other
    }

    fn raised(self) -> bool {
        self
    }
}

/// A native number with the operators of Python: each gives the wrapped result and a flag of the same width.
/// Signed integers flag by the sign bit, unsigned ones by any bit; floats never fail.
pub trait Number: Flag {
    /// `self + other`
    fn add(self, other: Self) -> (Self, Self);
    /// `self - other`
    fn subtract(self, other: Self) -> (Self, Self);
    /// `self * other`
    fn multiply(self, other: Self) -> (Self, Self);
    /// The floor of the quotient.
    fn floor_divide(self, other: Self) -> (Self, Self);
    /// The rest with the sign of the divisor.
    fn modulo(self, other: Self) -> (Self, Self);
    /// Whether it is zero.
    fn is_zero(self) -> bool;
}

macro_rules! signed {
    ($($type:ty, $wide:ty);* $(;)?) => {$(
        impl Flag for $type {
            const NONE: $type = 0;

            #[inline(always)]
            fn or(self, other: Self) -> Self {
                self | other
            }

            #[inline(always)]
            fn raised(self) -> bool {
                self < 0
            }
        }

        impl Number for $type {
            #[inline(always)]
            fn add(self, other: Self) -> (Self, Self) {
                let sum = self.wrapping_add(other);
                (sum, (self ^ sum) & (other ^ sum))
            }

            #[inline(always)]
            fn subtract(self, other: Self) -> (Self, Self) {
                let difference = self.wrapping_sub(other);
                (difference, (self ^ other) & (self ^ difference))
            }

            #[inline(always)]
            fn multiply(self, other: Self) -> (Self, Self) {
                if size_of::<$wide>() == size_of::<Self>() {
                    let (product, failed) = self.overflowing_mul(other);
                    return (product, -Self::from(failed));
                }
                let wide = <$wide>::from(self) * <$wide>::from(other);
                let product = wide as Self;
                (product, -Self::from(<$wide>::from(product) != wide))
            }

            #[inline(always)]
            fn floor_divide(self, other: Self) -> (Self, Self) {
                if other == 0 {
                    return (0, -1);
                }
                let (quotient, failed) = self.overflowing_div(other);
                let rest = self.wrapping_rem(other);
                let down = rest != 0 && (rest < 0) != (other < 0);
                (quotient.wrapping_sub(Self::from(down)), -Self::from(failed))
            }

            #[inline(always)]
            fn modulo(self, other: Self) -> (Self, Self) {
                if other == 0 {
                    return (0, -1);
                }
                let rest = self.wrapping_rem(other);
                let turn = rest != 0 && (rest < 0) != (other < 0);
                (if turn { rest + other } else { rest }, 0)
            }

            #[inline(always)]
            fn is_zero(self) -> bool {
                self == 0
            }
        }
    )*};
}

macro_rules! unsigned {
    ($($type:ty, $wide:ty);* $(;)?) => {$(
        impl Flag for $type {
            const NONE: $type = 0;

            #[inline(always)]
            fn or(self, other: Self) -> Self {
                self | other
            }

            #[inline(always)]
            fn raised(self) -> bool {
                self != 0
            }
        }

        impl Number for $type {
            #[inline(always)]
            fn add(self, other: Self) -> (Self, Self) {
                let sum = self.wrapping_add(other);
                (sum, Self::from(sum < self))
            }

            #[inline(always)]
            fn subtract(self, other: Self) -> (Self, Self) {
                (self.wrapping_sub(other), Self::from(self < other))
            }

            #[inline(always)]
            fn multiply(self, other: Self) -> (Self, Self) {
                if size_of::<$wide>() == size_of::<Self>() {
                    let (product, failed) = self.overflowing_mul(other);
                    return (product, Self::from(failed));
                }
                let wide = <$wide>::from(self) * <$wide>::from(other);
                (wide as Self, Self::from(wide > <$wide>::from(Self::MAX)))
            }

            #[inline(always)]
            fn floor_divide(self, other: Self) -> (Self, Self) {
                if other == 0 { (0, 1) } else { (self / other, 0) }
            }

            #[inline(always)]
            fn modulo(self, other: Self) -> (Self, Self) {
                if other == 0 { (0, 1) } else { (self % other, 0) }
            }

            #[inline(always)]
            fn is_zero(self) -> bool {
                self == 0
            }
        }
    )*};
}

macro_rules! float {
    ($($type:ty),*) => {$(
        impl Flag for $type {
            const NONE: $type = 0.0;

            #[inline(always)]
            fn or(self, _: Self) -> Self {
                0.0
            }

            #[inline(always)]
            fn raised(self) -> bool {
                false
            }
        }

        impl Number for $type {
            #[inline(always)]
            fn add(self, other: Self) -> (Self, Self) {
                (self + other, 0.0)
            }

            #[inline(always)]
            fn subtract(self, other: Self) -> (Self, Self) {
                (self - other, 0.0)
            }

            #[inline(always)]
            fn multiply(self, other: Self) -> (Self, Self) {
                (self * other, 0.0)
            }

            /// As Python: consistent with the rest, so `1.0 // 0.1` is 9. A zero divisor gives what `/` gives.
            fn floor_divide(self, other: Self) -> (Self, Self) {
                if other == 0.0 {
                    return (self / other, 0.0);
                }
                let rest = self % other;
                let mut quotient = (self - rest) / other;
                if rest != 0.0 && (rest < 0.0) != (other < 0.0) {
                    quotient -= 1.0;
                }
                if quotient == 0.0 {
                    return ((0.0 as $type).copysign(self / other), 0.0);
                }
                let floor = quotient.floor();
                (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, 0.0)
            }

            /// As Python, but a zero divisor gives NaN.
            fn modulo(self, other: Self) -> (Self, Self) {
                let rest = self % other;
                let rest = match rest {
                    0.0 => (0.0 as $type).copysign(other),
                    rest if (rest < 0.0) != (other < 0.0) => rest + other,
                    rest => rest,
                };
                (rest, 0.0)
            }

            #[inline(always)]
            fn is_zero(self) -> bool {
                self == 0.0
            }
        }
    )*};
}

/// An integer that converts to and from every other.
pub trait Whole: Number {
    /// The least value.
    const LEAST: i128;
    /// The greatest value.
    const GREATEST: i128;
    /// Its value.
    fn wide(self) -> i128;
    /// The low bits of a value.
    fn narrow(value: i128) -> Self;
    /// The integer part of a float, at most the nearest limit; 0 for NaN.
    fn truncated(value: f64) -> Self;
    /// The nearest float.
    fn to_f64(self) -> f64;
}

/// The least and the greatest integer of a type.
pub fn limits(dtype: &DType) -> (i128, i128) {
    let bits = dtype.integer_bits().unwrap_or(64);
    match dtype.is_signed() {
        true => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        false => (0, (1 << bits) - 1),
    }
}

macro_rules! whole {
    ($($type:ty),*) => {$(
        impl Whole for $type {
            const LEAST: i128 = <$type>::MIN as i128;
            const GREATEST: i128 = <$type>::MAX as i128;

            #[inline(always)]
            fn wide(self) -> i128 {
                i128::from(self)
            }

            #[inline(always)]
            fn narrow(value: i128) -> Self {
                value as $type
            }

            #[inline(always)]
            fn truncated(value: f64) -> Self {
                value as $type
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}

whole!(i8, i16, i32, i64, u8, u16, u32, u64);
signed! { i8, i32; i16, i32; i32, i64; i64, i64 }
unsigned! { u8, u32; u16, u32; u32, u64; u64, u64 }
float!(f32, f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bit_arithmetic_is_that_of_wide_integers() {
        for a in i8::MIN..=i8::MAX {
            for b in i8::MIN..=i8::MAX {
                let (x, y) = (i32::from(a), i32::from(b));
                let check = |(value, flag): (i8, i8), wide: i32| {
                    assert_eq!(flag.raised(), i8::try_from(wide).is_err(), "{a} {b} {wide}");
                    assert_eq!(value, wide as i8, "{a} {b}");
                };
                check(a.add(b), x + y);
                check(a.subtract(b), x - y);
                check(a.multiply(b), x * y);
                if b != 0 {
                    check(a.floor_divide(b), (f64::from(x) / f64::from(y)).floor() as i32);
                    check(a.modulo(b), x - (f64::from(x) / f64::from(y)).floor() as i32 * y);
                }
            }
        }
        assert!(1i8.floor_divide(0).1.raised() && 1u8.modulo(0).1.raised());
    }

    #[test]
    fn unsigned_arithmetic_flags_what_wraps() {
        for a in [0u8, 1, 2, 127, 128, 200, 255] {
            for b in [0u8, 1, 2, 127, 128, 200, 255] {
                assert_eq!(a.add(b).1.raised(), a.checked_add(b).is_none());
                assert_eq!(a.subtract(b).1.raised(), a.checked_sub(b).is_none());
                assert_eq!(a.multiply(b).1.raised(), a.checked_mul(b).is_none());
            }
        }
        assert!(u64::MAX.multiply(2).1.raised() && i64::MAX.multiply(2).1.raised());
        assert!(i64::MIN.floor_divide(-1).1.raised() && !i64::MIN.modulo(-1).1.raised());
    }

    #[test]
    fn floats_divide_as_in_python() {
        // What CPython prints for a // b and a % b.
        let cases: [(f64, f64, f64, f64); 8] = [
            (7.0, 2.0, 3.0, 1.0),
            (-7.0, 2.0, -4.0, 1.0),
            (7.0, -2.0, -4.0, -1.0),
            (-7.0, -2.0, 3.0, -1.0),
            (1.0, 0.1, 9.0, 0.09999999999999995),
            (-1.0, f64::INFINITY, -1.0, f64::INFINITY),
            (1.0, f64::INFINITY, 0.0, 1.0),
            (0.0, -3.0, -0.0, -0.0),
        ];
        for (a, b, quotient, rest) in cases {
            assert_eq!(a.floor_divide(b).0.to_bits(), quotient.to_bits(), "{a} // {b}");
            assert_eq!(a.modulo(b).0.to_bits(), rest.to_bits(), "{a} % {b}");
        }
        assert!(1f64.floor_divide(0.0).0.is_infinite() && 1f64.modulo(0.0).0.is_nan());
        assert!(0f64.floor_divide(0.0).0.is_nan() && f64::NAN.modulo(1.0).0.is_nan());
    }
}
