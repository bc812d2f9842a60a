//! Comparisons of two slices of numbers, as bits.

use crate::kernels::map::pack_pairs;

/// The comparisons that the others are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// `==`
    Eq,
    /// `<`
    Lt,
    /// `<=`
    LtEq,
}

/// A number whose comparisons are packed.
pub trait Packed: Copy + Default + PartialOrd {
    /// How many are compared at a time with AVX2, and packed by one instruction; 0: none.
    const LANES: usize;

    /// The answers of [`Packed::LANES`] comparisons, in the low bits. Of `<=` the opposite of the answers where
    /// [`Packed::NOT_GREATER`] says so.
    ///
    /// # Safety
    /// The processor must have AVX2, and both pointers as many values behind them.
    #[cfg(target_arch = "x86_64")]
    unsafe fn compared<const BASE: u8>(left: *const Self, right: *const Self) -> u32;

    /// Whether `<=` is found as not greater.
    const NOT_GREATER: bool;
}

#[cfg(target_arch = "x86_64")]
const EQ: u8 = 0;
#[cfg(target_arch = "x86_64")]
const LT: u8 = 1;
#[cfg(target_arch = "x86_64")]
const LT_EQ: u8 = 2;

/// `left op right` for every row of two blocks of the same length, as words appended to `out`. The bits behind the last
/// row are arbitrary.
pub fn pack_compared<T: Packed>(base: Base, left: &[T], right: &[T], out: &mut Vec<u64>) {
    #[cfg(target_arch = "x86_64")]
    if T::LANES > 0 && std::is_x86_feature_detected!("avx2") {
        let ((left, last), (right, other)) = (left.as_chunks::<64>(), right.as_chunks::<64>());
        // SAFETY: the processor has AVX2.
        unsafe {
            match base {
                Base::Eq => words::<T, EQ>(left, right, out),
                Base::Lt => words::<T, LT>(left, right, out),
                Base::LtEq => words::<T, LT_EQ>(left, right, out),
            }
        }
        return pack_plain(base, last, other, out);
    }
    pack_plain(base, left, right, out);
}

fn pack_plain<T: Packed>(base: Base, left: &[T], right: &[T], out: &mut Vec<u64>) {
    match base {
        Base::Eq => pack_pairs(left, right, out, |a, b| a == b),
        Base::Lt => pack_pairs(left, right, out, |a, b| a < b),
        Base::LtEq => pack_pairs(left, right, out, |a, b| a <= b),
    }
}

/// # Safety
/// The processor must have AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn words<T: Packed, const BASE: u8>(left: &[[T; 64]], right: &[[T; 64]], out: &mut Vec<u64>) {
    for (left, right) in left.iter().zip(right) {
        let (mut word, mut at) = (0u64, 0);
        while at < 64 {
            // SAFETY: `LANES` divides 64, so that so many of the 64 values are left; the processor has AVX2.
            let bits = unsafe { T::compared::<BASE>(left.as_ptr().add(at), right.as_ptr().add(at)) };
            word |= u64::from(bits) << at;
            at += T::LANES;
        }
        out.push(if BASE == LT_EQ && T::NOT_GREATER { !word } else { word });
    }
}

#[cfg(target_arch = "x86_64")]
mod lanes {
    use super::{EQ, LT, Packed};
    use std::arch::x86_64::{
        __m256i, _CMP_EQ_OQ, _CMP_LE_OQ, _CMP_LT_OQ, _mm256_castsi256_pd, _mm256_castsi256_ps, _mm256_cmp_pd,
        _mm256_cmp_ps, _mm256_cmpeq_epi32, _mm256_cmpeq_epi64, _mm256_cmpgt_epi32, _mm256_cmpgt_epi64,
        _mm256_loadu_pd, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_movemask_pd, _mm256_movemask_ps,
        _mm256_set1_epi64x, _mm256_xor_si256,
    };

    /// # Safety
    /// The processor must have AVX2.
    #[target_feature(enable = "avx2")]
    #[inline]
    unsafe fn longs<const BASE: u8>(a: __m256i, b: __m256i) -> u32 {
        let found = match BASE {
            EQ => _mm256_cmpeq_epi64(a, b),
            LT => _mm256_cmpgt_epi64(b, a),
            _ => _mm256_cmpgt_epi64(a, b),
        };
        _mm256_movemask_pd(_mm256_castsi256_pd(found)) as u32
    }

    impl Packed for i64 {
        const LANES: usize = 4;
        const NOT_GREATER: bool = true;

        // SAFETY: asked of callers by the trait.
        #[target_feature(enable = "avx2")]
        #[inline]
        unsafe fn compared<const BASE: u8>(left: *const i64, right: *const i64) -> u32 {
            // SAFETY: both have four values of 64 bits.
            unsafe { longs::<BASE>(_mm256_loadu_si256(left.cast()), _mm256_loadu_si256(right.cast())) }
        }
    }

    impl Packed for u64 {
        const LANES: usize = 4;
        const NOT_GREATER: bool = true;

        // SAFETY: asked of callers by the trait.
        #[target_feature(enable = "avx2")]
        #[inline]
        unsafe fn compared<const BASE: u8>(left: *const u64, right: *const u64) -> u32 {
            // Without the upper bit turned over, large numbers would be below zero.
            let upper = _mm256_set1_epi64x(i64::MIN);
            // SAFETY: both have four values of 64 bits.
            let (a, b) = unsafe { (_mm256_loadu_si256(left.cast()), _mm256_loadu_si256(right.cast())) };
            // SAFETY: the processor has AVX2.
            unsafe { longs::<BASE>(_mm256_xor_si256(a, upper), _mm256_xor_si256(b, upper)) }
        }
    }

    impl Packed for i32 {
        const LANES: usize = 8;
        const NOT_GREATER: bool = true;

        // SAFETY: asked of callers by the trait.
        #[target_feature(enable = "avx2")]
        #[inline]
        unsafe fn compared<const BASE: u8>(left: *const i32, right: *const i32) -> u32 {
            // SAFETY: both have eight values of 32 bits.
            let (a, b) = unsafe { (_mm256_loadu_si256(left.cast()), _mm256_loadu_si256(right.cast())) };
            let found = match BASE {
                EQ => _mm256_cmpeq_epi32(a, b),
                LT => _mm256_cmpgt_epi32(b, a),
                _ => _mm256_cmpgt_epi32(a, b),
            };
            _mm256_movemask_ps(_mm256_castsi256_ps(found)) as u32
        }
    }

    impl Packed for f64 {
        const LANES: usize = 4;
        const NOT_GREATER: bool = false;

        // SAFETY: asked of callers by the trait.
        #[target_feature(enable = "avx2")]
        #[inline]
        unsafe fn compared<const BASE: u8>(left: *const f64, right: *const f64) -> u32 {
            // SAFETY: both have four values of 64 bits.
            let (a, b) = unsafe { (_mm256_loadu_pd(left), _mm256_loadu_pd(right)) };
            let found = match BASE {
                EQ => _mm256_cmp_pd::<_CMP_EQ_OQ>(a, b),
                LT => _mm256_cmp_pd::<_CMP_LT_OQ>(a, b),
                _ => _mm256_cmp_pd::<_CMP_LE_OQ>(a, b),
            };
            _mm256_movemask_pd(found) as u32
        }
    }

    impl Packed for f32 {
        const LANES: usize = 8;
        const NOT_GREATER: bool = false;

        // SAFETY: asked of callers by the trait.
        #[target_feature(enable = "avx2")]
        #[inline]
        unsafe fn compared<const BASE: u8>(left: *const f32, right: *const f32) -> u32 {
            // SAFETY: both have eight values of 32 bits.
            let (a, b) = unsafe { (_mm256_loadu_ps(left), _mm256_loadu_ps(right)) };
            let found = match BASE {
                EQ => _mm256_cmp_ps::<_CMP_EQ_OQ>(a, b),
                LT => _mm256_cmp_ps::<_CMP_LT_OQ>(a, b),
                _ => _mm256_cmp_ps::<_CMP_LE_OQ>(a, b),
            };
            _mm256_movemask_ps(found) as u32
        }
    }
}

macro_rules! plainly {
    ($($type:ty)*) => {$(
        impl Packed for $type {
            const LANES: usize = 0;
            const NOT_GREATER: bool = false;

            // SAFETY: reads nothing.
            #[cfg(target_arch = "x86_64")]
            unsafe fn compared<const BASE: u8>(_: *const $type, _: *const $type) -> u32 {
                0
            }
        }
    )*};
}

plainly!(i128);
#[cfg(not(target_arch = "x86_64"))]
plainly!(i32 i64 u64 f32 f64);

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Packed + std::fmt::Debug>(values: &[T]) {
        for rows in [0, 1, 63, 64, 65, 128, 200] {
            let left: Vec<T> = (0..rows).map(|row| values[row % values.len()]).collect();
            let right: Vec<T> = (0..rows).map(|row| values[(row * row + row / 7) % values.len()]).collect();
            let pairs = || left.iter().zip(&right);
            for (base, expected) in [
                (Base::Eq, pairs().map(|(a, b)| a == b).collect::<Vec<bool>>()),
                (Base::Lt, pairs().map(|(a, b)| a < b).collect()),
                (Base::LtEq, pairs().map(|(a, b)| a <= b).collect()),
            ] {
                let mut words = vec![7];
                pack_compared(base, &left, &right, &mut words);
                let found: Vec<bool> =
                    (0..rows).map(|row| words[1 + row / 64] >> (row % 64) & 1 == 1).collect();
                assert_eq!(found, expected, "{base:?} of {left:?} and {right:?}");
            }
        }
    }

    #[test]
    fn every_type_and_comparison() {
        check(&[0i64, -1, 1, i64::MIN, i64::MAX, 7, 7]);
        check(&[0u64, 1, u64::MAX, 1 << 63, (1 << 63) - 1, 7]);
        check(&[0i32, -1, i32::MIN, i32::MAX, 5]);
        check(&[0.0, -0.0, f64::NAN, f64::INFINITY, -1.5, f64::NEG_INFINITY, 1e-320]);
        check(&[0.0f32, -0.0, f32::NAN, f32::INFINITY, -1.5]);
        check(&[0i128, -1, i128::MAX, i128::MIN]);
    }
}
