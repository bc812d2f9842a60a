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
        __m128i, __m256i, _mm_add_epi32, _mm_and_si128, _mm_cmpeq_epi32, _mm_min_epu32, _mm_movemask_epi8,
        _mm_set_epi32, _mm_set1_epi32, _mm_sub_epi32, _mm256_add_epi64, _mm256_and_si256,
        _mm256_andnot_si256, _mm256_cmpeq_epi8, _mm256_cmpeq_epi64, _mm256_cvtepu32_epi64,
        _mm256_i32gather_epi64, _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_max_epu8,
        _mm256_movemask_epi8, _mm256_mul_epu32, _mm256_set1_epi8, _mm256_set1_epi16, _mm256_set1_epi32,
        _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_slli_epi64, _mm256_sllv_epi64, _mm256_srli_epi64,
        _mm256_storeu_si256, _mm256_sub_epi64, _mm256_xor_si256,
    };

    /// # Safety
    /// The processor must have AVX2; the bytes must be at least eight and less than 2 GiB.
    #[target_feature(enable = "avx2")]
    pub unsafe fn integers(
        bytes: &[u8],
        (marks, step): (&[u32], usize),
        values: &mut Vec<i64>,
        other: &mut impl FnMut(usize, usize, usize) -> i64,
    ) {
        let all = marks.chunks_exact(step);
        let fields = all.len();
        values.reserve(fields);
        let groups = marks.chunks_exact(step * 4);
        for (group, four) in groups.enumerate() {
            let [a, b, c, d] = [0, step, 2 * step, 3 * step].map(|at| (four[at] as i32, four[at + 1] as i32));
            let starts = _mm_add_epi32(_mm_set_epi32(d.0, c.0, b.0, a.0), _mm_set1_epi32(1));
            let ends = _mm_set_epi32(d.1, c.1, b.1, a.1);
            let mut found = [0i64; 4];
            // SAFETY: asked of callers.
            if unsafe { parse(bytes, starts, ends, &mut found) } {
                values.extend_from_slice(&found);
            } else {
                let fields = four.chunks_exact(step).enumerate();
                values.extend(fields.map(|(field, marks)| one(marks, group * 4 + field, other)));
            }
        }
        let done = fields / 4 * 4;
        let rest = marks[done * step..].chunks_exact(step).enumerate();
        values.extend(rest.map(|(field, marks)| one(marks, done + field, other)));
    }

    /// The integers of four fields, if all are one to eight characters, the first perhaps a minus, the others digits.
    ///
    /// # Safety
    /// As above.
    #[target_feature(enable = "avx2")]
    #[inline]
    unsafe fn parse(bytes: &[u8], starts: __m128i, ends: __m128i, found: &mut [i64; 4]) -> bool {
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
        // SAFETY: four numbers have room.
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
