//! Integers out of padded text, four fields at a time.

/// The integers of fields of padded bytes. Of each field `marks` has the place before its start and its end, at every
/// `step`-th place; `other` is asked for those that are not simply one to eight characters, by number, start and end.
#[inline]
pub fn integers(
    bytes: &[u8],
    (marks, step): (&[u32], usize),
    values: &mut Vec<i64>,
    other: &mut impl FnMut(usize, usize, usize) -> i64,
) {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") && bytes.len() >= 8 && i32::try_from(bytes.len()).is_ok() {
        // SAFETY: the processor has AVX2, and the bytes are at least eight and less than 2 GiB.
        return unsafe { lanes::integers(bytes, (marks, step), values, other) };
    }
    values.extend(marks.chunks_exact(step).enumerate().map(|(field, marks)| one(marks, field, other)));
}

#[inline(always)]
fn one(marks: &[u32], field: usize, other: &mut impl FnMut(usize, usize, usize) -> i64) -> i64 {
    other(field, marks[0].wrapping_add(1) as usize, marks[1] as usize)
}

#[cfg(target_arch = "x86_64")]
mod lanes {
    use super::one;
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_add_epi32, _mm_and_si128, _mm_cmpeq_epi32, _mm_loadl_epi64, _mm_min_epu32,
        _mm_movemask_epi8, _mm_set1_epi32, _mm_sub_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi32,
        _mm_unpacklo_epi64, _mm256_add_epi64, _mm256_and_si256, _mm256_andnot_si256, _mm256_cmpeq_epi8,
        _mm256_cmpeq_epi64, _mm256_cvtepu32_epi64, _mm256_i32gather_epi64, _mm256_madd_epi16,
        _mm256_maddubs_epi16, _mm256_max_epu8, _mm256_movemask_epi8, _mm256_mul_epu32, _mm256_set1_epi8,
        _mm256_set1_epi16, _mm256_set1_epi32, _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_slli_epi64,
        _mm256_sllv_epi64, _mm256_srli_epi64, _mm256_storeu_si256, _mm256_sub_epi64, _mm256_xor_si256,
    };
    use std::mem::MaybeUninit;

    /// # Safety
    /// The processor must have AVX2; the bytes must be at least eight and less than 2 GiB.
    #[target_feature(enable = "avx2")]
    pub unsafe fn integers(
        bytes: &[u8],
        (marks, step): (&[u32], usize),
        values: &mut Vec<i64>,
        other: &mut impl FnMut(usize, usize, usize) -> i64,
    ) {
        // No closures here: those would be compiled for AVX2 too, and what calls them, which is not, could not inline them.
        let (fields, before) = (marks.len() / step, values.len());
        values.reserve(fields);
        let room = &mut values.spare_capacity_mut()[..fields];
        let mut done = 0;
        // Each field needs two marks.
        while done + 4 <= fields && step >= 2 {
            let four = &marks[done * step..(done + 4) * step];
            // SAFETY: of four times `step` marks there are two at each `step`-th place.
            let (a, b, c, d) = unsafe {
                let first = four.as_ptr();
                (
                    _mm_loadl_epi64(first.cast()),
                    _mm_loadl_epi64(first.add(step).cast()),
                    _mm_loadl_epi64(first.add(2 * step).cast()),
                    _mm_loadl_epi64(first.add(3 * step).cast()),
                )
            };
            let (low, high) = (_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
            let starts = _mm_add_epi32(_mm_unpacklo_epi64(low, high), _mm_set1_epi32(1));
            let ends = _mm_unpackhi_epi64(low, high);
            let found = &mut room[done..done + 4];
            // SAFETY: asked of callers; there is room for four.
            if !unsafe { parse(bytes, starts, ends, found) } {
                let mut at = 0;
                while at < 4 {
                    found[at].write(one(&four[at * step..(at + 1) * step], done + at, other));
                    at += 1;
                }
            }
            done += 4;
        }
        while done < fields {
            room[done].write(one(&marks[done * step..(done + 1) * step], done, other));
            done += 1;
        }
        // SAFETY: a number was written for each field.
        unsafe { values.set_len(before + fields) };
    }

    /// Writes the integers of four fields, if all are one to eight characters, the first perhaps a minus, the others digits.
    ///
    /// # Safety
    /// As above; there must be room for four.
    #[target_feature(enable = "avx2")]
    #[inline]
    unsafe fn parse(bytes: &[u8], starts: __m128i, ends: __m128i, found: &mut [MaybeUninit<i64>]) -> bool {
        let lengths = _mm_sub_epi32(ends, starts);
        let less = _mm_sub_epi32(lengths, _mm_set1_epi32(1));
        let short = _mm_cmpeq_epi32(_mm_min_epu32(less, _mm_set1_epi32(7)), less);
        let last = _mm_set1_epi32((bytes.len() - 8) as i32);
        let inside = _mm_cmpeq_epi32(_mm_min_epu32(starts, last), starts);
        if _mm_movemask_epi8(_mm_and_si128(short, inside)) != 0xffff {
            return false;
        }
        // SAFETY: eight bytes from each start on are inside.
        let words = unsafe { _mm256_i32gather_epi64::<1>(bytes.as_ptr().cast(), starts) };
        let words = _mm256_xor_si256(words, _mm256_set1_epi8(b'0' as i8));
        let first = _mm256_set1_epi64x(0xff);
        let minus = _mm256_set1_epi64x(i64::from(b'-' ^ b'0'));
        let negative = _mm256_cmpeq_epi64(_mm256_and_si256(words, first), minus);
        // A minus becomes a zero, what follows the field goes, and zeros come before it.
        let words = _mm256_andnot_si256(_mm256_and_si256(negative, first), words);
        let lengths = _mm256_cvtepu32_epi64(lengths);
        let unused = _mm256_slli_epi64::<3>(_mm256_sub_epi64(_mm256_set1_epi64x(8), lengths));
        let digits = _mm256_sllv_epi64(words, unused);
        let nine = _mm256_set1_epi8(9);
        let right = _mm256_cmpeq_epi8(_mm256_max_epu8(digits, nine), nine);
        // A minus alone is no number.
        let alone = _mm256_cmpeq_epi64(_mm256_add_epi64(lengths, negative), _mm256_setzero_si256());
        if _mm256_movemask_epi8(_mm256_andnot_si256(alone, right)) != -1 {
            return false;
        }
        let pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(1 << 8 | 10));
        let fours: __m256i = _mm256_madd_epi16(pairs, _mm256_set1_epi32(1 << 16 | 100));
        let high = _mm256_mul_epu32(fours, _mm256_set1_epi64x(10_000));
        let sizes = _mm256_add_epi64(high, _mm256_srli_epi64::<32>(fours));
        let signed = _mm256_sub_epi64(_mm256_xor_si256(sizes, negative), negative);
        // SAFETY: asked of callers.
        unsafe { _mm256_storeu_si256(found.as_mut_ptr().cast(), signed) };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::digits;

    #[test]
    fn fields_are_read_as_one_by_one() {
        let texts = [
            "0",
            "7",
            "42",
            "-1",
            "-42",
            "12345678",
            "-1234567",
            "-12345678",
            "123456789",
            "",
            "-",
            "--1",
            "1-",
            "+1",
            "NA",
            "1.5",
            " 1",
            "1 ",
            "00000000",
            "-0",
            "99999999",
            "9",
            "/",
            ":",
            "1:",
            "1/",
            "-9999999",
            "ä",
            "1e3",
        ];
        let mut seed = 1usize;
        for count in [0, 1, 3, 4, 5, 8, 61, 1000] {
            for step in [2, 3, 7] {
                for simple in [true, false] {
                    let mut bytes = b"\x2d".repeat(16);
                    let mut marks = Vec::new();
                    for _ in 0..count {
                        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        let text = texts[(seed >> 33) % if simple { 7 } else { texts.len() }];
                        marks.push(bytes.len() as u32 - 1);
                        bytes.extend_from_slice(text.as_bytes());
                        marks.push(bytes.len() as u32);
                        marks.resize(marks.len() + step - 2, 0);
                        bytes.push(b'5');
                    }
                    bytes.extend_from_slice(&[b'5'; 16]);
                    let (mut values, mut asked) = (Vec::new(), 0);
                    integers(&bytes, (&marks, step), &mut values, &mut |field, start, end| {
                        assert_eq!(
                            (start, end),
                            (marks[field * step] as usize + 1, marks[field * step + 1] as usize)
                        );
                        asked += 1;
                        digits::integer(&bytes, start, end).unwrap_or(i64::MIN)
                    });
                    let expected: Vec<i64> = marks
                        .chunks_exact(step)
                        .map(|marks| digits::integer(&bytes, marks[0] as usize + 1, marks[1] as usize))
                        .map(|found| found.unwrap_or(i64::MIN))
                        .collect();
                    assert_eq!(values, expected);
                    if cfg!(target_arch = "x86_64") && std::is_x86_feature_detected!("avx2") && simple {
                        assert!(asked < 4, "{asked} of {count}");
                    }
                }
            }
        }
    }
}
