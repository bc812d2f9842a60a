//! Loops compiled twice: for every processor of the kind, and for those that take four 64-bit numbers at a time.

/// A function that is compiled for AVX2 too, and runs that way where the processor can. The operations are the same, in the
/// same order: so are the results. What it calls must be inlined to profit.
macro_rules! wide {
    (
        $(#[$note:meta])*
        $access:vis fn $name:ident $(<$type:ident: $bound:path>)? ($($arg:ident: $kind:ty),* $(,)?) -> $result:ty $body:block
    ) => {
        $(#[$note])*
        $access fn $name $(<$type: $bound>)? ($($arg: $kind),*) -> $result {
            #[inline(always)]
            fn plain $(<$type: $bound>)? ($($arg: $kind),*) -> $result $body

            #[cfg(target_arch = "x86_64")]
            {
                /// # Safety
                /// The processor must have AVX2.
                #[target_feature(enable = "avx2")]
                unsafe fn with_avx2 $(<$type: $bound>)? ($($arg: $kind),*) -> $result {
                    plain $(::<$type>)? ($($arg),*)
                }

                if std::is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has AVX2.
                    return unsafe { with_avx2 $(::<$type>)? ($($arg),*) };
                }
            }
            plain $(::<$type>)? ($($arg),*)
        }
    };
}

pub(crate) use wide;

wide! {
    /// The sum of integers: the low 64 bits, and how often it carried out of them (negative: below).
    pub fn sum_i64(values: &[i64]) -> (i64, i64) {
        let mut total = 0i128;
        for block in values.chunks(BLOCK) {
            let (mut sum, mut beyond) = (0i64, 0u64);
            for value in block {
                sum = sum.wrapping_add(*value);
                // Zero for values of at most 52 bits: so many of those stay inside 64.
                beyond |= (value.wrapping_add(1 << 51) as u64) >> 52;
            }
            total += match beyond {
                0 => i128::from(sum),
                _ => block.iter().map(|value| i128::from(*value)).sum(),
            };
        }
        let low = total as i64;
        (low, ((total - i128::from(low)) >> 64) as i64)
    }
}

/// Values of a block: of 52 bits each, their sum has 64 at most.
const BLOCK: usize = 1 << 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_small_and_large_integers() {
        for rows in [0i64, 1, 5, 4095, 4096, 4097, 20_000] {
            for scale in [1, -1, 1 << 38, -(1 << 50), i64::MAX / 20_000, i64::MIN / 3] {
                let values: Vec<i64> = (0..rows).map(|row| row.wrapping_mul(scale)).collect();
                let exact: i128 = values.iter().map(|value| i128::from(*value)).sum();
                let (low, carries) = sum_i64(&values);
                assert_eq!((i128::from(carries) << 64) + i128::from(low), exact, "{rows} {scale}");
            }
        }
        assert_eq!(sum_i64(&[(1 << 51) - 1; 4096]).0, 4096 * ((1 << 51) - 1));
        assert_eq!(sum_i64(&[-(1 << 51); 4096]), (4096 * -(1 << 51), 0));
    }
}
