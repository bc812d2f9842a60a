//! Folds of two columns of floats: only rows where both have a value count.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::{GroupState, Groups};
use crate::functions::aggregate::fold::{BLOCK, same};
use crate::functions::aggregate::rows::ValidBlocks;
use crate::functions::aggregate::words::{Imported, Spill, Words, export_words};
use crate::kernels::wide::wide;
use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Float64Type;
use std::any::Any;
use std::sync::Arc;

/// What one pair of values does to one group.
pub trait PairFold: Send + Sync + 'static {
    /// The state of one group.
    type State: Words;
    /// The state of a group without pairs.
    const EMPTY: Self::State;
    /// Adds a pair.
    fn add(state: &mut Self::State, x: f64, y: f64);
    /// Adds pairs of one group.
    fn add_run(state: &mut Self::State, x: &[f64], y: &[f64]) {
        x.iter().zip(y).for_each(|(x, y)| Self::add(state, *x, *y));
    }
    /// Adds the pairs of a later state.
    fn merge(into: &mut Self::State, from: &Self::State);
    /// The value of a group; `None` is null.
    fn finish(&self, state: &Self::State) -> Option<f64>;
}

/// The state of every group of a fold of pairs.
pub struct Pairs<F: PairFold> {
    fold: F,
    states: Vec<F::State>,
}

impl<F: PairFold> Pairs<F> {
    /// No group yet.
    pub fn boxed(fold: F) -> Box<dyn GroupState> {
        Box::new(Pairs { fold, states: Vec::new() })
    }

    fn add_all(&mut self, ids: Option<&[u32]>, x: &[f64], y: &[f64]) {
        let Some(ids) = ids else { return F::add_run(&mut self.states[0], x, y) };
        for ((x, y), id) in x.iter().zip(y).zip(ids) {
            F::add(&mut self.states[*id as usize], *x, *y);
        }
    }
}

/// Two numbers, taken as float64.
///
/// # Errors
/// `Type` if one is no number.
pub fn check_numbers(name: &str, types: &[DType]) -> Result<()> {
    match types.iter().find(|dtype| !(dtype.is_numeric() || matches!(dtype, DType::Bool | DType::Null))) {
        Some(other) => Err(Error::type_mismatch(format!("no {name} of {other}"))),
        None => Ok(()),
    }
}

impl<F: PairFold> GroupState for Pairs<F> {
    fn resize(&mut self, groups: usize) {
        if groups > self.states.len() {
            self.states.resize(groups, F::EMPTY);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let x = dispatch::primitive::<Float64Type>(&args[0]);
        let y = dispatch::primitive::<Float64Type>(&args[1]);
        let Some(nulls) = NullBuffer::union(x.nulls(), y.nulls()).filter(|nulls| nulls.null_count() > 0)
        else {
            self.add_all(groups.ids, x.values(), y.values());
            return Ok(());
        };
        let mut blocks = ValidBlocks::new(&nulls);
        let (mut own, mut left, mut right) = (Vec::new(), Vec::new(), Vec::new());
        while blocks.advance(BLOCK) {
            blocks.pick(x.values(), &mut left);
            blocks.pick(y.values(), &mut right);
            if let Some(ids) = groups.ids {
                blocks.pick(ids, &mut own);
            }
            self.add_all(groups.ids.map(|_| own.as_slice()), &left, &right);
        }
        Ok(())
    }

    fn merges_quickly(&self) -> bool {
        true
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            F::merge(&mut self.states[*into as usize], &other.states[*from as usize]);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.states.iter().map(|state| self.fold.finish(state)).collect::<Float64Array>()))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        Ok(export_words(&self.states, &Spill::default()))
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let imported = Imported::new(arrays, F::State::COUNT)?;
        for (row, into) in into.iter().enumerate().take(imported.states()) {
            F::merge(&mut self.states[*into as usize], &imported.get(row).0);
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.states.capacity() * size_of::<F::State>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Number of pairs, means of x and y, sums of squared distances of x and y, sum of products of distances.
pub type CoMoments = [f64; 6];

/// Welford's step for pairs.
#[inline]
pub fn add_pair(state: &mut CoMoments, x: f64, y: f64) {
    let [count, mean_x, mean_y, squares_x, squares_y, products] = state;
    *count += 1.0;
    let (from_x, from_y) = (x - *mean_x, y - *mean_y);
    *mean_x += from_x / *count;
    *mean_y += from_y / *count;
    *squares_x += from_x * (x - *mean_x);
    *squares_y += from_y * (y - *mean_y);
    *products += from_x * (y - *mean_y);
}

/// Pairs of a block of [`add_pairs`]: errors grow with the length of plain sums.
const RUN: usize = 256;

/// Sums side by side, each of every eighth pair.
const LANES: usize = 8;

wide! {
    /// Of the distances of x and y from two numbers: their sums, those of their squares, and that of their products. Plain
    /// loops, since adapters of iterators keep them from being compiled to vectors.
    fn distances(x: &[f64], y: &[f64], near_x: f64, near_y: f64) -> [[f64; LANES]; 5] {
        let (mut sum_x, mut sum_y) = ([0.0; LANES], [0.0; LANES]);
        let (mut squares_x, mut squares_y, mut products) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        let ((left, last), (right, other)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
        let count = left.len().min(right.len());
        let mut at = 0;
        while at < count {
            let mut lane = 0;
            while lane < LANES {
                let (x, y) = (left[at][lane] - near_x, right[at][lane] - near_y);
                sum_x[lane] += x;
                sum_y[lane] += y;
                squares_x[lane] += x * x;
                squares_y[lane] += y * y;
                products[lane] += x * y;
                lane += 1;
            }
            at += 1;
        }
        let mut lane = 0;
        while lane < last.len().min(other.len()) {
            let (x, y) = (last[lane] - near_x, other[lane] - near_y);
            sum_x[lane] += x;
            sum_y[lane] += y;
            squares_x[lane] += x * x;
            squares_y[lane] += y * y;
            products[lane] += x * y;
            lane += 1;
        }
        [sum_x, sum_y, squares_x, squares_y, products]
    }
}

/// Adds pairs block by block, as distances from the means so far: no division per pair.
pub fn add_pairs(state: &mut CoMoments, x: &[f64], y: &[f64]) {
    for (x, y) in x.chunks(RUN).zip(y.chunks(RUN)) {
        let (near_x, near_y) = if state[0] > 0.0 { (state[1], state[2]) } else { (x[0], y[0]) };
        let sums = distances(x, y, near_x, near_y);
        let count = x.len() as f64;
        let [sum_x, sum_y, squares_x, squares_y, products] =
            sums.map(|[a, b, c, d, e, f, g, h]| ((a + b) + (c + d)) + ((e + f) + (g + h)));
        // Whole numbers stay exact up to the division. Rounding must not lead below zero.
        let around_x = ((count * squares_x - sum_x * sum_x) / count).max(0.0);
        let around_y = ((count * squares_y - sum_y * sum_y) / count).max(0.0);
        let around = (count * products - sum_x * sum_y) / count;
        let block = [count, near_x + sum_x / count, near_y + sum_y / count, around_x, around_y, around];
        match block.iter().all(|part| part.is_finite())
            && sums.as_flattened().iter().all(|sum| sum.is_finite())
        {
            true => merge_pairs(state, &block),
            false => x.iter().zip(y).for_each(|(x, y)| add_pair(state, *x, *y)),
        }
    }
}

/// Chan's step for pairs.
pub fn merge_pairs(into: &mut CoMoments, from: &CoMoments) {
    if from[0] == 0.0 {
        return;
    }
    if into[0] == 0.0 {
        *into = *from;
        return;
    }
    let count = into[0] + from[0];
    let (x, y) = (from[1] - into[1], from[2] - into[2]);
    let weight = into[0] * from[0] / count;
    let share = from[0] / count;
    *into = [
        count,
        into[1] + x * share,
        into[2] + y * share,
        into[3] + from[3] + x * x * weight,
        into[4] + from[4] + y * y * weight,
        into[5] + from[5] + x * y * weight,
    ];
}
