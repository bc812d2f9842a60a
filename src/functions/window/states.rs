//! States of moments and extremes that can be joined.

use arrow::array::ArrowNativeTypeOp;

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

/// The least or greatest value; NaN only where there is nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Extreme<T>(pub Option<T>);

impl<T: ArrowNativeTypeOp> Extreme<T> {
    /// The `greatest` or the least of both; of equal ones the first.
    #[inline]
    pub fn join(self, later: Self, greatest: bool) -> Self {
        let (Some(own), Some(other)) = (self.0, later.0) else {
            return Extreme(self.0.or(later.0));
        };
        // NaN is the only value that is not equal to itself.
        #[allow(clippy::eq_op)]
        let (own_nan, other_nan) = (own != own, other != other);
        let better = if greatest { other > own } else { other < own };
        Extreme(Some(if (own_nan && !other_nan) || better { other } else { own }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let of = |value: f64| Extreme(Some(value));
        assert_eq!(of(f64::NAN).join(of(1.0), true).0, Some(1.0));
        assert_eq!(of(1.0).join(of(f64::NAN), true).join(of(3.0), true).0, Some(3.0));
        assert_eq!(of(1.0).join(Extreme(None), true).0, Some(1.0));
    }
}
