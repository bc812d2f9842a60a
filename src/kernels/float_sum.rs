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
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { of_avx2(values) };
        }
        of_lanes(values)
    }
}

/// The same operations on wider registers.
///
/// # Safety
/// The processor must have AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn of_avx2<T: Copy + Into<f64>>(values: &[T]) -> FloatSum {
    of_lanes(values)
}

#[inline(always)]
fn of_lanes<T: Copy + Into<f64>>(values: &[T]) -> FloatSum {
    let (mut sums, mut lost) = ([0.0f64; LANES], [0.0f64; LANES]);
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            let value: f64 = chunk[lane].into();
            let sum = sums[lane] + value;
            let part = sum - sums[lane];
            lost[lane] += (sums[lane] - (sum - part)) + (value - part);
            sums[lane] = sum;
        }
    }
    let mut total = FloatSum::ZERO;
    for (sum, lost) in sums.into_iter().zip(lost) {
        total = total.join(FloatSum { sum, lost });
    }
    for value in rest {
        total.add((*value).into());
    }
    total
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
    }

    #[test]
    fn a_slice_is_summed_alike_on_every_processor() {
        let values: Vec<f64> = (0..1003).map(|i| f64::from(i).sin() * 10f64.powi(i % 20)).collect();
        let (wide, narrow) = (FloatSum::of(&values), of_lanes(&values));
        assert_eq!((wide.sum.to_bits(), wide.lost.to_bits()), (narrow.sum.to_bits(), narrow.lost.to_bits()));
    }
}
