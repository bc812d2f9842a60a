//! States of sums, moments and extremes that can be joined.

use arrow::array::ArrowNativeTypeOp;

/// A sum of floats and what was lost in rounding it (Neumaier).
#[derive(Debug, Clone, Copy, Default)]
pub struct FloatSum {
    sum: f64,
    lost: f64,
}

impl FloatSum {
    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost += match self.sum.abs() >= value.abs() {
            true => (self.sum - sum) + value,
            false => (value - sum) + self.sum,
        };
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
        // What is lost of an infinity is no number.
        if self.sum.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

/// Count, mean, and the sum of squared distances from it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Adds a value: Welford's step.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.count += 1.0;
        let distance = value - self.mean;
        self.mean += distance / self.count;
        self.squares += distance * (value - self.mean);
    }

    /// Both together: Chan's step.
    #[inline]
    pub fn join(self, later: Moments) -> Moments {
        if self.count == 0.0 {
            return later;
        }
        if later.count == 0.0 {
            return self;
        }
        let count = self.count + later.count;
        let distance = later.mean - self.mean;
        Moments {
            count,
            mean: self.mean + distance * (later.count / count),
            squares: self.squares + later.squares + distance * distance * (self.count * later.count / count),
        }
    }

    /// The variance, if there are more than `ddof` values.
    #[inline]
    pub fn variance(self, ddof: f64) -> Option<f64> {
        (self.count > ddof).then(|| self.squares / (self.count - ddof))
    }
}

/// The least (or greatest) value; NaN only where there is nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Extreme<T, const GREATEST: bool>(pub Option<T>);

impl<T: ArrowNativeTypeOp, const GREATEST: bool> Extreme<T, GREATEST> {
    /// Both together; of equal ones the first.
    #[inline]
    pub fn join(self, later: Self) -> Self {
        let (Some(own), Some(other)) = (self.0, later.0) else {
            return Extreme(self.0.or(later.0));
        };
        // NaN is the only value that is not equal to itself.
        #[allow(clippy::eq_op)]
        let (own_nan, other_nan) = (own != own, other != other);
        let better = if GREATEST { other > own } else { other < own };
        Extreme(Some(if (own_nan && !other_nan) || better { other } else { own }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_what_rounding_loses() {
        let mut sum = FloatSum::default();
        for value in [1e16, 1.0, -1e16] {
            sum.add(value);
        }
        assert_eq!(sum.get(), 1.0);
        assert_eq!(sum.join(sum).get(), 2.0);
        sum.add(f64::INFINITY);
        assert_eq!(sum.get(), f64::INFINITY);
        sum.add(f64::NEG_INFINITY);
        assert!(sum.get().is_nan());
    }

    #[test]
    fn moments_join_as_if_added() {
        let of = |values: &[f64]| {
            let mut moments = Moments::default();
            values.iter().for_each(|value| moments.add(*value));
            moments
        };
        assert_eq!(of(&[1.0, 2.0]).join(of(&[3.0, 4.0])).variance(0.0), Some(1.25));
        assert_eq!(of(&[1.0]).variance(1.0), None);
    }

    #[test]
    fn nan_is_the_last_choice() {
        let of = |value: f64| Extreme::<f64, true>(Some(value));
        assert_eq!(of(f64::NAN).join(of(1.0)).0, Some(1.0));
        assert_eq!(of(1.0).join(of(f64::NAN)).join(of(3.0)).0, Some(3.0));
        assert_eq!(of(1.0).join(Extreme(None)).0, Some(1.0));
    }
}
