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

wide! {
    /// The sums of the integers with number 0 and of those with number 1.
    pub fn sum_pair_i64(values: &[i64], numbers: &[u32]) -> [i128; 2] {
        let (mut all, mut second) = (0i128, 0i128);
        for (block, numbers) in values.chunks(BLOCK).zip(numbers.chunks(BLOCK)) {
            let (mut sum, mut own, mut beyond) = (0i64, 0i64, 0u64);
            for (value, number) in block.iter().zip(numbers) {
                sum = sum.wrapping_add(*value);
                own = own.wrapping_add(*value & -i64::from(*number));
                beyond |= (value.wrapping_add(1 << 51) as u64) >> 52;
            }
            if beyond == 0 {
                all += i128::from(sum);
                second += i128::from(own);
                continue;
            }
            for (value, number) in block.iter().zip(numbers) {
                all += i128::from(*value);
                second += i128::from(*value & -i64::from(*number));
            }
        }
        [all - second, second]
    }
}

wide! {
    /// [`sum_pair_i64`] of narrower integers.
    pub fn sum_pair_i32(values: &[i32], numbers: &[u32]) -> [i128; 2] {
        let (mut all, mut second) = (0i128, 0i128);
        for (block, numbers) in values.chunks(1 << 31).zip(numbers.chunks(1 << 31)) {
            let (mut sum, mut own) = (0i64, 0i64);
            for (value, number) in block.iter().zip(numbers) {
                sum += i64::from(*value);
                own += i64::from(*value & -(*number as i32));
            }
            all += i128::from(sum);
            second += i128::from(own);
        }
        [all - second, second]
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
        for scale in [1, -1, 1 << 38, -(1 << 50), i64::MAX / 20_000, i64::MIN / 3] {
            let numbers: Vec<u32> = (0..20_000u32).map(|row| u32::from(row * row % 7 < 3)).collect();
            let values: Vec<i64> = (0..20_000i64).map(|row| row.wrapping_mul(scale)).collect();
            let exact = |own: u32| -> i128 {
                values
                    .iter()
                    .zip(&numbers)
                    .filter(|(_, n)| **n == own)
                    .map(|(value, _)| i128::from(*value))
                    .sum()
            };
            assert_eq!(sum_pair_i64(&values, &numbers), [exact(0), exact(1)], "{scale}");
            let narrow: Vec<i32> = values.iter().map(|value| *value as i32).collect();
            let exact = |own: u32| -> i128 {
                narrow
                    .iter()
                    .zip(&numbers)
                    .filter(|(_, n)| **n == own)
                    .map(|(value, _)| i128::from(*value))
                    .sum()
            };
            assert_eq!(sum_pair_i32(&narrow, &numbers), [exact(0), exact(1)], "{scale}");
        }
        assert_eq!(sum_i64(&[(1 << 51) - 1; 4096]).0, 4096 * ((1 << 51) - 1));
        assert_eq!(sum_i64(&[-(1 << 51); 4096]), (4096 * -(1 << 51), 0));
    }
}
