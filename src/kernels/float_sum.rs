//! Sums of floats that keep what rounding takes from them.

/// Independent sums of a slice. A constant: the order of additions depends on it.
const LANES: usize = 16;

/// A sum of floats and what was lost in rounding it: as good as twice the digits.
#[derive(Debug, Clone, Copy, Default)]
pub struct FloatSum {
    /// The sum as floats round it.
    pub sum: f64,
    /// What is missing.
    pub lost: f64,
}

impl FloatSum {
    /// The sum of nothing.
    pub const ZERO: FloatSum = FloatSum { sum: 0.0, lost: 0.0 };

    /// Adds a value (Knuth's two-sum: exact for operands of any size, and no branch).
    #[inline(always)]
    pub fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        let part = sum - self.sum;
        self.lost += (self.sum - (sum - part)) + (value - part);
        self.sum = sum;
    }

    /// The sum of both.
    #[inline]
    pub fn join(mut self, later: FloatSum) -> FloatSum {
        self.add(later.sum);
        self.lost += later.lost;
        self
    }

    /// The sum.
    #[inline]
    pub fn get(self) -> f64 {
        let whole = self.sum + self.lost;
        // What is lost of an infinity is no number.
        if whole.is_nan() { self.sum } else { whole }
    }

    /// The sum of a slice in a fixed order.
    pub fn of<T: Copy + Into<f64>>(values: &[T]) -> FloatSum {
        let total = FloatSum::side_by_side(values);
        // Sums side by side may leave the range of floats where the sum does not.
        if total.sum.is_finite() || values.iter().any(|value| !(*value).into().is_finite()) {
            return total;
        }
        let mut total = FloatSum::ZERO;
        values.iter().for_each(|value| total.add((*value).into()));
        total
    }

    /// The sums of the values with number 0 and of those with number 1, each in a fixed order.
    pub fn of_pair<T: Copy + Into<f64>>(values: &[T], numbers: &[u32]) -> [FloatSum; 2] {
        let mut totals = Pair::of(values, numbers);
        for (own, total) in totals.iter_mut().enumerate() {
            if total.sum.is_finite() {
                continue;
            }
            let mine = || values.iter().zip(numbers).filter(|(_, number)| **number as usize == own);
            if mine().all(|(value, _)| (*value).into().is_finite()) {
                // As of a slice.
                *total = FloatSum::ZERO;
                mine().for_each(|(value, _)| total.add((*value).into()));
            }
        }
        totals
    }

    fn side_by_side<T: Copy + Into<f64>>(values: &[T]) -> FloatSum {
        let mut lanes = Lanes { sums: [0.0; LANES], lost: [0.0; LANES] };
        let mut total = FloatSum::ZERO;
        let (chunks, rest) = values.as_chunks();
        lanes.add(chunks);
        rest.iter().for_each(|value| total.add((*value).into()));
        for (sum, lost) in lanes.sums.into_iter().zip(lanes.lost) {
            total = total.join(FloatSum { sum, lost });
        }
        total
    }
}

/// Independent sums of each of two. A constant, as [`LANES`].
const PAIR_LANES: usize = 8;

/// Sums of two kinds of values that lie among one another: each is added to the one, and zero to the other.
struct Pair {
    sums: [[f64; PAIR_LANES]; 2],
    lost: [[f64; PAIR_LANES]; 2],
}

impl Pair {
    fn of<T: Copy + Into<f64>>(values: &[T], numbers: &[u32]) -> [FloatSum; 2] {
        let mut pair = Pair { sums: [[0.0; PAIR_LANES]; 2], lost: [[0.0; PAIR_LANES]; 2] };
        let ((chunks, rest), (numbers, last)) = (values.as_chunks(), numbers.as_chunks());
        pair.add(chunks, numbers);
        let mut totals = [FloatSum::ZERO; 2];
        for (value, number) in rest.iter().zip(last) {
            totals[*number as usize & 1].add((*value).into());
        }
        for (own, total) in totals.iter_mut().enumerate() {
            for (sum, lost) in pair.sums[own].into_iter().zip(pair.lost[own]) {
                *total = total.join(FloatSum { sum, lost });
            }
        }
        totals
    }

    fn add<T: Copy + Into<f64>>(&mut self, chunks: &[[T; PAIR_LANES]], numbers: &[[u32; PAIR_LANES]]) {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { self.add_avx2(chunks, numbers) };
        }
        self.add_plain(chunks, numbers);
    }

    fn add_plain<T: Copy + Into<f64>>(&mut self, chunks: &[[T; PAIR_LANES]], numbers: &[[u32; PAIR_LANES]]) {
        for own in 0..2 {
            for lane in 0..PAIR_LANES {
                let mut sum = FloatSum { sum: self.sums[own][lane], lost: self.lost[own][lane] };
                for (chunk, numbers) in chunks.iter().zip(numbers) {
                    let mine = (numbers[lane] == 0) == (own == 0);
                    sum.add(if mine { chunk[lane].into() } else { 0.0 });
                }
                (self.sums[own][lane], self.lost[own][lane]) = (sum.sum, sum.lost);
            }
        }
    }

    /// The same operations, four lanes at a time.
    ///
    /// # Safety
    /// The processor must have AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn add_avx2<T: Copy + Into<f64>>(
        &mut self,
        chunks: &[[T; PAIR_LANES]],
        numbers: &[[u32; PAIR_LANES]],
    ) {
        use std::arch::x86_64::{
            _mm_cmpeq_epi32, _mm_loadu_si128, _mm_setzero_si128, _mm256_add_pd, _mm256_and_pd,
            _mm256_andnot_pd, _mm256_castsi256_pd, _mm256_cvtepi32_epi64, _mm256_loadu_pd, _mm256_setr_pd,
            _mm256_setzero_pd, _mm256_storeu_pd, _mm256_sub_pd,
        };
        // No closures here: they would not have the feature. The loops over two registers are unrolled.
        let (mut sums, mut lost) = ([[_mm256_setzero_pd(); 2]; 2], [[_mm256_setzero_pd(); 2]; 2]);
        for own in 0..2 {
            for half in 0..2 {
                // SAFETY: four of the eight lanes.
                unsafe {
                    sums[own][half] = _mm256_loadu_pd(self.sums[own].as_ptr().add(4 * half));
                    lost[own][half] = _mm256_loadu_pd(self.lost[own].as_ptr().add(4 * half));
                }
            }
        }
        for (chunk, numbers) in chunks.iter().zip(numbers) {
            for half in 0..2 {
                let at = 4 * half;
                let [a, b, c, d] = [chunk[at], chunk[at + 1], chunk[at + 2], chunk[at + 3]];
                let value = _mm256_setr_pd(a.into(), b.into(), c.into(), d.into());
                // SAFETY: four of the eight numbers.
                let number = unsafe { _mm_loadu_si128(numbers.as_ptr().add(at).cast()) };
                let first = _mm256_cvtepi32_epi64(_mm_cmpeq_epi32(number, _mm_setzero_si128()));
                let first = _mm256_castsi256_pd(first);
                let values = [_mm256_and_pd(first, value), _mm256_andnot_pd(first, value)];
                for own in 0..2 {
                    let (value, before) = (values[own], sums[own][half]);
                    let sum = _mm256_add_pd(before, value);
                    let part = _mm256_sub_pd(sum, before);
                    let rest = _mm256_sub_pd(before, _mm256_sub_pd(sum, part));
                    let rest = _mm256_add_pd(rest, _mm256_sub_pd(value, part));
                    lost[own][half] = _mm256_add_pd(lost[own][half], rest);
                    sums[own][half] = sum;
                }
            }
        }
        for own in 0..2 {
            for half in 0..2 {
                // SAFETY: four of the eight lanes.
                unsafe {
                    _mm256_storeu_pd(self.sums[own].as_mut_ptr().add(4 * half), sums[own][half]);
                    _mm256_storeu_pd(self.lost[own].as_mut_ptr().add(4 * half), lost[own][half]);
                }
            }
        }
    }
}

struct Lanes {
    sums: [f64; LANES],
    lost: [f64; LANES],
}

impl Lanes {
    fn add<T: Copy + Into<f64>>(&mut self, chunks: &[[T; LANES]]) {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { self.add_avx2(chunks) };
        }
        self.add_plain(chunks);
    }

    fn add_plain<T: Copy + Into<f64>>(&mut self, chunks: &[[T; LANES]]) {
        for lane in 0..LANES {
            let mut own = FloatSum { sum: self.sums[lane], lost: self.lost[lane] };
            chunks.iter().for_each(|chunk| own.add(chunk[lane].into()));
            (self.sums[lane], self.lost[lane]) = (own.sum, own.lost);
        }
    }

    /// The same operations, four lanes at a time.
    ///
    /// # Safety
    /// The processor must have AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn add_avx2<T: Copy + Into<f64>>(&mut self, chunks: &[[T; LANES]]) {
        use std::arch::x86_64::{
            _mm256_add_pd, _mm256_loadu_pd, _mm256_setr_pd, _mm256_setzero_pd, _mm256_storeu_pd,
            _mm256_sub_pd,
        };
        // No closures here: they would not have the feature. The loops over four registers are unrolled.
        let (mut sums, mut lost) = ([_mm256_setzero_pd(); 4], [_mm256_setzero_pd(); 4]);
        for at in 0..4 {
            // SAFETY: four of the sixteen lanes.
            unsafe {
                sums[at] = _mm256_loadu_pd(self.sums.as_ptr().add(4 * at));
                lost[at] = _mm256_loadu_pd(self.lost.as_ptr().add(4 * at));
            }
        }
        for chunk in chunks {
            for at in 0..4 {
                let [a, b, c, d] = [chunk[4 * at], chunk[4 * at + 1], chunk[4 * at + 2], chunk[4 * at + 3]];
                let value = _mm256_setr_pd(a.into(), b.into(), c.into(), d.into());
                let sum = _mm256_add_pd(sums[at], value);
                let part = _mm256_sub_pd(sum, sums[at]);
                let rest = _mm256_sub_pd(sums[at], _mm256_sub_pd(sum, part));
                lost[at] = _mm256_add_pd(lost[at], _mm256_add_pd(rest, _mm256_sub_pd(value, part)));
                sums[at] = sum;
            }
        }
        for at in 0..4 {
            // SAFETY: four of the sixteen lanes.
            unsafe {
                _mm256_storeu_pd(self.sums.as_mut_ptr().add(4 * at), sums[at]);
                _mm256_storeu_pd(self.lost.as_mut_ptr().add(4 * at), lost[at]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_between_giants() {
        let values = [1e16, 1.0, -1e16].repeat(1000);
        assert_eq!(FloatSum::of(&values).get(), 1000.0);
        let mut one = FloatSum::ZERO;
        values.iter().for_each(|value| one.add(*value));
        assert_eq!(one.get(), 1000.0);
        assert_eq!(FloatSum::of(&[0.1f32; 7]).get(), 7.0 * f64::from(0.1f32));
    }

    #[test]
    fn infinities_stay_what_they_are() {
        let sum = |values: &[f64]| FloatSum::of(values).get();
        assert_eq!(sum(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert_eq!(sum(&[1e308, 1e308, 1.0]), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
        assert!(sum(&[f64::NAN, 1.0]).is_nan());
        assert_eq!(sum(&[f64::INFINITY; 40]), f64::INFINITY);
        assert_eq!(sum(&[1e308, -1e308].repeat(100)), 0.0);
    }

    #[test]
    fn two_sums_among_one_another() {
        let values: Vec<f64> = (0..1003).map(|i| f64::from(i).sin() * 10f64.powi(i % 20)).collect();
        let numbers: Vec<u32> = (0..1003u32).map(|i| u32::from(i * i % 7 < 3)).collect();
        for rows in [0, 1, 7, 8, 9, 500, 1003] {
            let found = FloatSum::of_pair(&values[..rows], &numbers[..rows]);
            for own in 0..2 {
                let mut one = FloatSum::ZERO;
                for (value, _) in values[..rows].iter().zip(&numbers).filter(|(_, n)| **n == own) {
                    one.add(*value);
                }
                assert_eq!(found[own as usize].get(), one.get());
            }
        }
        let (chunks, _) = values.as_chunks::<PAIR_LANES>();
        let (own, _) = numbers.as_chunks::<PAIR_LANES>();
        let mut pairs = [0, 1].map(|_| Pair { sums: [[0.0; PAIR_LANES]; 2], lost: [[0.0; PAIR_LANES]; 2] });
        pairs[0].add(chunks, own);
        pairs[1].add_plain(chunks, own);
        let bits = |pair: &Pair| pair.sums.iter().chain(&pair.lost).flatten().map(|x| x.to_bits()).collect();
        let [one, other]: [Vec<u64>; 2] = [bits(&pairs[0]), bits(&pairs[1])];
        assert_eq!(one, other);
        // What one has of infinities and of giants is not seen by the other.
        let mut wild = vec![1.0; 64];
        (wild[3], wild[5]) = (f64::INFINITY, f64::NAN);
        let numbers: Vec<u32> = (0..64).map(|i| u32::from(i == 3 || i == 5)).collect();
        let [first, second] = FloatSum::of_pair(&wild, &numbers);
        assert!(first.get() == 62.0 && second.get().is_nan());
        let giants: Vec<f64> = [1e308, 1.0, -1e308, 2.0].repeat(100);
        let numbers: Vec<u32> = [0, 1, 0, 1].repeat(100);
        let giants: Vec<f64> = giants[..200].iter().chain(&[1e308; 1]).copied().collect();
        let [first, second] = FloatSum::of_pair(&giants, &numbers[..201]);
        assert_eq!((first.get(), second.get()), (1e308, 150.0));
        assert_eq!(FloatSum::of_pair(&[f64::INFINITY; 40], &[1; 40])[1].get(), f64::INFINITY);
    }

    #[test]
    fn a_slice_is_summed_alike_on_every_processor() {
        let values: Vec<f64> = (0..1003).map(|i| f64::from(i).sin() * 10f64.powi(i % 20)).collect();
        let (chunks, _) = values.as_chunks::<LANES>();
        let mut lanes = [0, 1].map(|_| Lanes { sums: [0.0; LANES], lost: [0.0; LANES] });
        lanes[0].add(chunks);
        lanes[1].add_plain(chunks);
        let bits = |lanes: &Lanes| {
            lanes.sums.map(f64::to_bits).into_iter().chain(lanes.lost.map(f64::to_bits)).collect::<Vec<_>>()
        };
        assert_eq!(bits(&lanes[0]), bits(&lanes[1]));
    }
}
