//! The check of gzip (CRC-32 of IEEE 802.3): eight bytes at a time by tables, or sixty-four by carry-less products.

/// The polynomial, its bits reversed.
const POLYNOMIAL: u32 = 0xedb8_8320;

/// What a byte does, followed by so many others.
const TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut check = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            check = if check & 1 == 1 { check >> 1 ^ POLYNOMIAL } else { check >> 1 };
            bit += 1;
        }
        tables[0][byte] = check;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = before >> 8 ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// The check of some bytes.
pub fn crc32(bytes: &[u8]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    if bytes.len() >= folded::LEAST && folded::is_known() {
        // SAFETY: the processor knows both instruction sets, and there are bytes enough.
        let (state, rest) = unsafe { folded::fold(u32::MAX, bytes) };
        return !by_tables(state, rest);
    }
    !by_tables(u32::MAX, bytes)
}

/// The state after some bytes.
fn by_tables(state: u32, bytes: &[u8]) -> u32 {
    let mut state = state;
    let (eights, rest) = bytes.as_chunks::<8>();
    for eight in eights {
        let word = u64::from_le_bytes(*eight) ^ u64::from(state);
        state = 0;
        for (at, table) in TABLES.iter().rev().enumerate() {
            state ^= table[(word >> (8 * at) & 0xff) as usize];
        }
    }
    for byte in rest {
        state = state >> 8 ^ TABLES[0][usize::from(state as u8 ^ byte)];
    }
    state
}

/// The method of Gopal and others ("Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009).
#[cfg(target_arch = "x86_64")]
mod folded {
    use std::arch::x86_64::{
        __m128i, _mm_and_si128, _mm_clmulepi64_si128, _mm_cvtsi32_si128, _mm_extract_epi32, _mm_loadu_si128,
        _mm_set_epi32, _mm_set_epi64x, _mm_srli_si128, _mm_xor_si128,
    };

    /// The fewest bytes that are folded.
    pub const LEAST: usize = 64;

    /// Remainders of powers of x, by which a part is moved over those behind it: of 512 bits, of 128, of 64.
    const BY_512: (i64, i64) = (0x1_5444_2bd4, 0x1_c6e4_1596);
    const BY_128: (i64, i64) = (0x1_7519_97d0, 0x0_ccaa_009e);
    const BY_64: i64 = 0x1_63cd_6124;
    /// The polynomial, and its inverse.
    const REDUCTION: (i64, i64) = (0x1_db71_0641, 0x1_f701_1641);

    /// Whether the processor has what is needed.
    pub fn is_known() -> bool {
        is_x86_feature_detected!("pclmulqdq") && is_x86_feature_detected!("sse4.1")
    }

    #[inline]
    #[target_feature(enable = "pclmulqdq,sse4.1")]
    fn moved(part: __m128i, by: __m128i, onto: __m128i) -> __m128i {
        let (low, high) = (_mm_clmulepi64_si128(part, by, 0x00), _mm_clmulepi64_si128(part, by, 0x11));
        _mm_xor_si128(_mm_xor_si128(onto, low), high)
    }

    #[inline]
    #[target_feature(enable = "sse4.1")]
    fn load(sixteen: &[u8; 16]) -> __m128i {
        // SAFETY: sixteen bytes are loaded from sixteen.
        unsafe { _mm_loadu_si128(sixteen.as_ptr().cast()) }
    }

    /// The state after most of the bytes, [`LEAST`] at least, and those that are left, fewer than sixteen.
    ///
    /// # Safety
    /// [`is_known`] must be true.
    #[target_feature(enable = "pclmulqdq,sse4.1")]
    pub unsafe fn fold(state: u32, bytes: &[u8]) -> (u32, &[u8]) {
        let (parts, rest) = bytes.as_chunks::<16>();
        let (fours, ones) = parts.as_chunks::<4>();
        let Some((first, fours)) = fours.split_first() else { return (state, bytes) };
        let mut all = [load(&first[0]), load(&first[1]), load(&first[2]), load(&first[3])];
        all[0] = _mm_xor_si128(all[0], _mm_cvtsi32_si128(state as i32));
        let by = _mm_set_epi64x(BY_512.1, BY_512.0);
        for four in fours {
            for (part, onto) in all.iter_mut().zip(four) {
                *part = moved(*part, by, load(onto));
            }
        }
        let by = _mm_set_epi64x(BY_128.1, BY_128.0);
        let mut one = moved(moved(moved(all[0], by, all[1]), by, all[2]), by, all[3]);
        for onto in ones {
            one = moved(one, by, load(onto));
        }
        // From 128 bits to 64, to 32.
        let low = _mm_set_epi32(0, 0, 0, !0);
        let one = _mm_xor_si128(_mm_clmulepi64_si128(one, by, 0x10), _mm_srli_si128(one, 8));
        let half = _mm_clmulepi64_si128(_mm_and_si128(one, low), _mm_set_epi64x(0, BY_64), 0x00);
        let one = _mm_xor_si128(half, _mm_srli_si128(one, 4));
        let by = _mm_set_epi64x(REDUCTION.1, REDUCTION.0);
        let quotient = _mm_clmulepi64_si128(_mm_and_si128(one, low), by, 0x10);
        let product = _mm_clmulepi64_si128(_mm_and_si128(quotient, low), by, 0x00);
        (_mm_extract_epi32(_mm_xor_si128(one, product), 1) as u32, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_those_of_others() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let mut seed = 5u32;
        let bytes: Vec<u8> = (0..5000)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8
            })
            .collect();
        for length in (0..600).chain([4095, 4096, 4999]) {
            for start in [0, 1, 7] {
                let some = &bytes[start..(start + length).min(bytes.len())];
                let mut other = flate2::Crc::new();
                other.update(some);
                assert_eq!(crc32(some), other.sum(), "{length} from {start}");
                assert_eq!(!by_tables(u32::MAX, some), other.sum(), "{length} from {start}");
            }
        }
    }
}
