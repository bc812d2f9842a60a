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
