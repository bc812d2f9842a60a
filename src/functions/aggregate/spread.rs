//! How far values lie from their mean: count, mean and sum of squared distances, without a division per value.
//!
//! A few values of a group at a time are summed as distances from a number near their mean, and so are the squares of
//! those distances. Such a block is then joined to what came before (Chan's step), with sums that keep what rounding
//! takes. Groups of few values never need more than their first block.

use crate::data::dispatch;
use crate::functions::aggregate::totals::Summand;
use crate::kernels::distances::distances;
use crate::kernels::float_sum::FloatSum;
use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use std::borrow::Cow;
use std::ops::Range;

/// Values of the first block: their distances are from the first one, which may lie far from the mean.
const FIRST: u32 = 16;

/// Values of the blocks that follow: errors grow with the length of plain sums.
const NEXT: u32 = 32;

/// Values of a block where all are in one group, sums of which go side by side.
const RUN: usize = 512;

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

    /// The numbers it consists of.
    pub fn to_floats(self) -> [f64; 5] {
        [self.count, self.mean.sum, self.mean.lost, self.squares.sum, self.squares.lost]
    }

    /// The opposite of [`Settled::to_floats`].
    pub fn from_floats([count, mean, below, squares, lost]: [f64; 5]) -> Settled {
        let (mean, squares) = (FloatSum { sum: mean, lost: below }, FloatSum { sum: squares, lost });
        Settled { count, mean, squares }
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

/// The values that a group has collected since its last block ended.
#[derive(Clone, Copy)]
struct Block {
    /// Values that it still takes.
    left: u32,
    /// Values that it takes.
    size: u32,
    shift: f64,
    sum: f64,
    squares: f64,
}

const FRESH: Block = Block { left: 0, size: 0, shift: 0.0, sum: 0.0, squares: 0.0 };

impl Block {
    fn settled(&self) -> Settled {
        match self.size - self.left {
            0 => Settled::EMPTY,
            count => Settled::of(count.into(), self.shift, self.sum, self.squares),
        }
    }
}

/// What is known of the values of every group.
#[derive(Default)]
pub struct Spreads {
    blocks: Vec<Block>,
    /// What the blocks before hold; empty until a group has had more than one.
    settled: Vec<Settled>,
}

impl Spreads {
    /// Makes room for groups.
    pub fn resize(&mut self, groups: usize) {
        if groups > self.blocks.len() {
            self.blocks.resize(groups, FRESH);
            if !self.settled.is_empty() {
                self.settled.resize(groups, Settled::EMPTY);
            }
        }
    }

    /// The number of groups.
    pub fn groups(&self) -> usize {
        self.blocks.len()
    }

    /// Adds values to their groups.
    pub fn add(&mut self, groups: &[u32], values: &[f64]) {
        for (group, value) in groups.iter().zip(values) {
            let block = &mut self.blocks[*group as usize];
            if block.left == 0 {
                turn(&mut self.settled, self.blocks.as_mut_slice(), *group as usize, *value);
            }
            let block = &mut self.blocks[*group as usize];
            block.left -= 1;
            let distance = *value - block.shift;
            block.sum += distance;
            block.squares += distance * distance;
        }
    }

    /// Adds values to group 0. Distances are from the mean of those before: where a block lies far from it, so is what its sums
    /// round small beside the distance that the block adds to all squares.
    pub fn add_one(&mut self, values: &[f64]) {
        for run in values.chunks(RUN) {
            let shift = match self.settled.first() {
                Some(settled) if settled.count > 0.0 => settled.mean.sum,
                _ => run[0] + distances(run, run[0])[0] / run.len() as f64,
            };
            let [sum, squares] = distances(run, shift);
            self.join(0, &Settled::of(run.len() as f64, shift, sum, squares));
        }
    }

    /// What is known of a group.
    pub fn of(&self, group: usize) -> Settled {
        let block = self.blocks[group].settled();
        match self.settled.get(group) {
            Some(settled) if settled.count > 0.0 => {
                let mut settled = *settled;
                settled.join(&block);
                settled
            }
            _ => block,
        }
    }

    /// Adds other values to a group.
    pub fn join(&mut self, group: usize, other: &Settled) {
        room(&mut self.settled, self.blocks.len());
        let (settled, block) = (&mut self.settled[group], &mut self.blocks[group]);
        if block.size > block.left {
            settled.join(&block.settled());
            *block = FRESH;
        }
        settled.join(other);
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.blocks.capacity() * size_of::<Block>() + self.settled.capacity() * size_of::<Settled>()
    }
}

fn room(settled: &mut Vec<Settled>, groups: usize) {
    if settled.is_empty() {
        settled.resize(groups, Settled::EMPTY);
    }
}

/// Ends a group's block and begins its next with this value.
#[cold]
#[inline(never)]
fn turn(settled: &mut Vec<Settled>, blocks: &mut [Block], group: usize, value: f64) {
    let own = blocks[group].settled();
    let known = settled.get(group).is_some_and(|settled| settled.count > 0.0);
    blocks[group] = if own.count == 0.0 && !known {
        Block { left: FIRST, size: FIRST, shift: value, ..FRESH }
    } else {
        room(settled, blocks.len());
        settled[group].join(&own);
        Block { left: NEXT, size: NEXT, shift: settled[group].mean.sum, ..FRESH }
    };
}

/// Some values of an array of numbers as floats.
pub fn floats(array: &ArrayRef, rows: Range<usize>) -> Cow<'_, [f64]> {
    if *array.data_type() == DataType::Float64 {
        return Cow::Borrowed(&array.as_primitive::<Float64Type>().values()[rows]);
    }
    let mut floats = Vec::with_capacity(rows.len());
    dispatch::with_number!(array.data_type(), T => {
        floats.extend(dispatch::primitive::<T>(array).values()[rows].iter().map(|value| value.float()));
    }, _ => ());
    Cow::Owned(floats)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(values: impl IntoIterator<Item = f64>) -> f64 {
        let values: Vec<f64> = values.into_iter().collect();
        let (mut grouped, mut single) = (Spreads::default(), Spreads::default());
        grouped.resize(3);
        grouped.add(&vec![2; values.len()], &values);
        single.resize(1);
        single.add_one(&values);
        let (grouped, single) = (grouped.of(2).squares(), single.of(0).squares());
        assert!(
            grouped == single || (grouped - single).abs() < 1e-14 * single || single.is_nan(),
            "{grouped} {single}"
        );
        grouped
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
    fn joins_keep_everything() {
        let (mut left, mut right) = (Spreads::default(), Spreads::default());
        left.resize(1);
        right.resize(2);
        (0..37).for_each(|i| left.add(&[0], &[f64::from(i)]));
        (37..100).for_each(|i| right.add(&[1], &[f64::from(i)]));
        left.join(0, &Settled::from_floats(right.of(1).to_floats()));
        assert_eq!(left.of(0).count, 100.0);
        assert!((left.of(0).squares() - 83_325.0).abs() < 1e-9);
        left.resize(3);
        assert_eq!((left.of(2).count, left.of(0).count), (0.0, 100.0));
    }
}
