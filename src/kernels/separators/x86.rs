//! The masks of a block by SSE2 (every x86-64 has it) and AVX2.

use crate::kernels::separators::masks::{Brackets, Masks, Separators};
use std::arch::x86_64::{
    __m128i, __m256i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
};

/// The masks of a block, 16 bytes at a time.
#[inline(always)]
pub fn sse2(block: &[u8; 64], separators: &Separators) -> Masks {
    let equal = equal_sse2(block);
    Masks {
        delimiter: equal(separators.delimiter),
        quote: separators.quote.map_or(0, &equal),
        feed: equal(b'\n'),
        carriage: equal(b'\r'),
    }
}

/// The masks of a block of JSON, 16 bytes at a time.
#[inline(always)]
pub fn brackets_sse2(block: &[u8; 64]) -> Brackets {
    let equal = equal_sse2(block);
    Brackets {
        quote: equal(b'"'),
        escape: equal(b'\\'),
        open: equal(b'[') | equal(b'{'),
        close: equal(b']') | equal(b'}'),
    }
}

/// Tells which bytes of a block are some byte.
#[inline(always)]
fn equal_sse2(block: &[u8; 64]) -> impl Fn(u8) -> u64 {
    // SAFETY: SSE2 is part of x86-64, and the four loads of 16 bytes stay inside the 64 of the block.
    let parts = unsafe {
        let at = block.as_ptr().cast::<__m128i>();
        [0, 1, 2, 3].map(|part| _mm_loadu_si128(at.add(part)))
    };
    move |byte| {
        let bits = |part: usize| {
            // SAFETY: SSE2 is part of x86-64.
            let found = unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(parts[part], _mm_set1_epi8(byte as i8))) };
            u64::from(found as u16) << (16 * part)
        };
        bits(0) | bits(1) | bits(2) | bits(3)
    }
}

/// The masks of a block, 32 bytes at a time.
///
/// # Safety
/// The processor must have AVX2.
#[inline]
#[target_feature(enable = "avx2")]
pub unsafe fn avx2(block: &[u8; 64], separators: &Separators) -> Masks {
    // SAFETY: the two loads of 32 bytes stay inside the 64 of the block.
    let parts = unsafe {
        let at = block.as_ptr().cast::<__m256i>();
        [_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1))]
    };
    Masks {
        delimiter: equal_avx2(&parts, separators.delimiter),
        quote: match separators.quote {
            Some(quote) => equal_avx2(&parts, quote),
            None => 0,
        },
        feed: equal_avx2(&parts, b'\n'),
        carriage: equal_avx2(&parts, b'\r'),
    }
}

/// The masks of a block of JSON, 32 bytes at a time.
///
/// # Safety
/// The processor must have AVX2.
#[inline]
#[target_feature(enable = "avx2")]
pub unsafe fn brackets_avx2(block: &[u8; 64]) -> Brackets {
    // SAFETY: the two loads of 32 bytes stay inside the 64 of the block.
    let parts = unsafe {
        let at = block.as_ptr().cast::<__m256i>();
        [_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1))]
    };
    Brackets {
        quote: equal_avx2(&parts, b'"'),
        escape: equal_avx2(&parts, b'\\'),
        open: equal_avx2(&parts, b'[') | equal_avx2(&parts, b'{'),
        close: equal_avx2(&parts, b']') | equal_avx2(&parts, b'}'),
    }
}

/// Which bytes of a block are some byte.
#[inline]
#[target_feature(enable = "avx2")]
fn equal_avx2(parts: &[__m256i; 2], byte: u8) -> u64 {
    let wanted = _mm256_set1_epi8(byte as i8);
    let bits = |part: usize| u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(parts[part], wanted)) as u32);
    bits(0) | bits(1) << 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::separators::masks::portable;

    #[test]
    fn all_ways_agree() {
        let mut seed = 7u64;
        for quote in [None, Some(b'"'), Some(b'\'')] {
            let separators = Separators { delimiter: b';', quote };
            for _ in 0..2000 {
                let block: [u8; 64] = std::array::from_fn(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let byte = (seed >> 40) as u8;
                    if byte < 160 { b";\n\r\"',a\0"[usize::from(byte % 8)] } else { byte }
                });
                let wanted = portable(&block, &separators);
                assert_eq!(sse2(&block, &separators), wanted);
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has AVX2.
                    assert_eq!(unsafe { avx2(&block, &separators) }, wanted);
                }
            }
        }
    }
}
