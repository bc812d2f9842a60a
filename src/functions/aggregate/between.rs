//! Between two neighbouring values: where a quantile lies, and what its value is there.

use crate::error::{Error, Result};
use crate::expr::Params;

/// What lies between two neighbours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// In proportion to the distances.
    Linear,
    /// The lower neighbour.
    Lower,
    /// The upper neighbour.
    Higher,
    /// The nearer neighbour, the one at an even place in the middle.
    Nearest,
    /// Their mean.
    Midpoint,
}

impl Between {
    /// The choice of the constant `interpolation`.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such choice.
    pub fn parse(params: &Params) -> Result<Between> {
        Ok(match params.str("interpolation")? {
            "linear" => Between::Linear,
            "lower" => Between::Lower,
            "higher" => Between::Higher,
            "nearest" => Between::Nearest,
            "midpoint" => Between::Midpoint,
            other => {
                return Err(Error::invalid(format!("no interpolation {other:?}"))
                    .hint("interpolations are linear, lower, higher, nearest, midpoint"));
            }
        })
    }

    /// The lower neighbour of a place among sorted values, and how far the place is from it to the next.
    pub fn place(self, q: f64, count: usize) -> (usize, f64) {
        let place = q * (count - 1) as f64;
        let (lower, rest) = (place.floor(), place.fract());
        match self {
            Between::Linear => (lower as usize, rest),
            Between::Lower => (lower as usize, 0.0),
            Between::Higher => (place.ceil() as usize, 0.0),
            Between::Nearest => (place.round_ties_even() as usize, 0.0),
            Between::Midpoint => (lower as usize, if rest > 0.0 { 0.5 } else { 0.0 }),
        }
    }
}

/// A point between two instants, rounded to their unit (half to even).
pub fn rounded(lower: i128, upper: i128, rest: f64) -> i64 {
    let step = match rest {
        0.0 => 0,
        // Exact for any distance.
        0.5 => {
            let twice = upper - lower;
            let floor = twice.div_euclid(2);
            let odd = twice.rem_euclid(2) == 1 && (lower + floor).rem_euclid(2) == 1;
            floor + i128::from(odd)
        }
        rest => ((upper - lower) as f64 * rest).round_ties_even() as i128,
    };
    (lower + step) as i64
}

/// The number `rest` of the way from one integer of at most 64 bits to another.
pub fn between_wholes(lower: i128, upper: i128, rest: f64) -> f64 {
    match rest {
        0.0 => lower as f64,
        0.5 => (lower + upper) as f64 / 2.0,
        rest => between(lower as f64, upper as f64, rest),
    }
}

/// The number `rest` of the way from one float to another.
pub fn between(lower: f64, upper: f64, rest: f64) -> f64 {
    let distance = upper - lower;
    if rest == 0.0 || lower == upper {
        lower
    } else if rest == 0.5 && (lower + upper).is_finite() {
        (lower + upper) / 2.0
    } else if distance.is_finite() {
        // From the nearer end, so that the ends themselves are met.
        if rest < 0.5 { lower + distance * rest } else { upper - distance * (1.0 - rest) }
    } else {
        // Infinities, or ends too far apart; NaN where the ends are opposite infinities or one is NaN.
        lower * (1.0 - rest) + upper * rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_infinities_and_far_ends() {
        let inf = f64::INFINITY;
        assert_eq!(between(-inf, 1.0, 0.5), -inf);
        assert_eq!(between(1.0, inf, 0.25), inf);
        assert_eq!(between(inf, inf, 0.5), inf);
        assert!(between(-inf, inf, 0.5).is_nan());
        assert!(between(1.0, f64::NAN, 0.5).is_nan());
        assert_eq!(between(1.0, f64::NAN, 0.0), 1.0);
        assert_eq!(between(-f64::MAX, f64::MAX, 0.5), 0.0);
        assert_eq!(between(f64::MAX, f64::MAX, 0.3), f64::MAX);
    }

    #[test]
    fn large_integers_meet_exactly() {
        assert_eq!(between_wholes(i128::from(i64::MAX) - 2, i64::MAX.into(), 0.5), (i64::MAX - 1) as f64);
        assert_eq!(rounded(i64::MIN.into(), i64::MAX.into(), 0.5), 0);
        assert_eq!(rounded(1, 2, 0.5), 2);
        assert_eq!(rounded(2, 3, 0.5), 2);
        assert_eq!(rounded(-2, -1, 0.5), -2);
    }
}
