//! How far values lie from their mean: count, mean and sum of squared distances, without a division per value.
//!
//! A few values at a time are summed as distances from a number near their mean, and so are the squares of those
//! distances. Such a block is then joined to what came before (Chan's step), with sums that keep what rounding takes.

use crate::functions::aggregate::words::Words;
use crate::kernels::float_sum::FloatSum;

/// Values of the first block: their distances are from the first one, which may lie far from the mean.
const FIRST: f64 = 8.0;

/// Values of a block at most: errors grow with the length of plain sums.
const MOST: f64 = 32.0;

/// What is known of some values.
#[derive(Clone, Copy)]
pub struct Settled {
    /// How many there are.
    pub count: f64,
    /// Their mean, and what its rounding left out.
    mean: FloatSum,
    /// The sum of squared distances from the mean.
    squares: FloatSum,
}

impl Settled {
    /// No values.
    pub const EMPTY: Settled = Settled { count: 0.0, mean: FloatSum::ZERO, squares: FloatSum::ZERO };

    /// Values of which the sum of distances from `shift` is known, and the sum of the squares of those.
    pub fn of(count: f64, shift: f64, sum: f64, squares: f64) -> Settled {
        let step = sum / count;
        let mut mean = FloatSum { sum: shift, lost: 0.0 };
        mean.add(step);
        // Whole numbers stay exact up to the division.
        let around = (count * squares - sum * sum) / count;
        let around = if around.is_finite() { around } else { squares - sum * step };
        let around = match squares.is_infinite() && sum.is_finite() {
            true => squares,
            // Rounding must not lead below zero; NaN stays.
            false if around < 0.0 => 0.0,
            false => around,
        };
        Settled { count, mean, squares: FloatSum { sum: around, lost: 0.0 } }
    }

    /// The sum of squared distances from the mean.
    pub fn squares(&self) -> f64 {
        self.squares.get()
    }

    /// Adds other values.
    pub fn join(&mut self, other: &Settled) {
        if other.count == 0.0 {
            return;
        }
        if self.count == 0.0 {
            *self = *other;
            return;
        }
        let count = self.count + other.count;
        let share = other.count / count;
        let distance = (other.mean.sum - self.mean.sum) + (other.mean.lost - self.mean.lost);
        self.squares = self.squares.join(other.squares);
        self.squares.add(distance * distance * (self.count * share));
        self.mean.add(distance * share);
        self.count = count;
    }
}

/// What is known of the values of one group, and the block that is being filled.
#[derive(Clone, Copy)]
pub struct Spread {
    /// Values that the block still takes.
    left: u32,
    /// Values of a whole block.
    size: u32,
    shift: f64,
    sum: f64,
    squares: f64,
    settled: Settled,
}

impl Spread {
    /// No values.
    pub const EMPTY: Spread =
        Spread { left: 0, size: 0, shift: 0.0, sum: 0.0, squares: 0.0, settled: Settled::EMPTY };

    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        if self.left == 0 {
            self.turn(value);
        }
        self.left -= 1;
        let distance = value - self.shift;
        self.sum += distance;
        self.squares += distance * distance;
    }

    /// Ends a block and begins the next.
    #[cold]
    #[inline(never)]
    fn turn(&mut self, value: f64) {
        self.settled = self.settled();
        let count = self.settled.count;
        // A block as long as all before it: a mean far from the next values weighs no more than they do.
        self.size = count.clamp(FIRST, MOST) as u32;
        self.left = self.size;
        self.shift = if count == 0.0 { value } else { self.settled.mean.sum };
        (self.sum, self.squares) = (0.0, 0.0);
    }

    /// What is known of all values.
    pub fn settled(&self) -> Settled {
        let mut settled = self.settled;
        if self.left < self.size {
            let count = f64::from(self.size - self.left);
            settled.join(&Settled::of(count, self.shift, self.sum, self.squares));
        }
        settled
    }

    /// Adds other values.
    pub fn join(&mut self, other: &Settled) {
        let mut settled = self.settled();
        settled.join(other);
        *self = Spread { settled, ..Spread::EMPTY };
    }
}

impl Words for Spread {
    const COUNT: usize = 5;

    fn word(&self, position: usize) -> u64 {
        let Settled { count, mean, squares } = self.settled();
        [count, mean.sum, mean.lost, squares.sum, squares.lost][position].to_bits()
    }

    fn from_words(word: &dyn Fn(usize) -> u64) -> Self {
        let [count, mean, below, squares, lost] =
            std::array::from_fn(|position| f64::from_bits(word(position)));
        let settled = Settled {
            count,
            mean: FloatSum { sum: mean, lost: below },
            squares: FloatSum { sum: squares, lost },
        };
        Spread { settled, ..Spread::EMPTY }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(values: impl IntoIterator<Item = f64>) -> f64 {
        let mut spread = Spread::EMPTY;
        values.into_iter().for_each(|value| spread.add(value));
        spread.settled().squares()
    }

    #[test]
    fn what_does_not_vary_has_no_variance() {
        for value in [0.1, 1e300, -1e-300, 1e9 + 0.1] {
            assert_eq!(squares([value; 1000]), 0.0, "{value}");
        }
    }

    #[test]
    fn a_first_value_far_away_does_no_harm() {
        let values = std::iter::once(1e6).chain((0..999).map(|i| f64::from(i % 2) + 0.5));
        // Exactly: 999 values of mean 0.9994994994..., and one far away.
        let rest = 1.5f64.mul_add(1.5, 0.0) * 499.0 + 0.25 * 500.0;
        let (sum, all) = (1e6 + 500.0 * 0.5 + 499.0 * 1.5, rest + 1e12);
        let exact = all - sum * sum / 1000.0;
        assert!((squares(values) / exact - 1.0).abs() < 4e-16 * 8.0);
    }

    #[test]
    fn infinities_and_overflow() {
        assert!(squares([1.0, f64::INFINITY, 2.0]).is_nan());
        assert!(squares([f64::INFINITY; 20]).is_nan());
        assert!(squares([f64::NAN, 1.0]).is_nan());
        assert_eq!(squares([1e200, -1e200, 1e200]), f64::INFINITY);
    }

    #[test]
    fn words_and_joins_keep_everything() {
        let (mut left, mut right) = (Spread::EMPTY, Spread::EMPTY);
        (0..37).for_each(|i| left.add(f64::from(i)));
        (37..100).for_each(|i| right.add(f64::from(i)));
        let words: Vec<u64> = (0..Spread::COUNT).map(|position| right.word(position)).collect();
        left.join(&Spread::from_words(&|position| words[position]).settled());
        assert_eq!(left.settled().count, 100.0);
        assert!((left.settled().squares() - 83_325.0).abs() < 1e-9);
    }
}
