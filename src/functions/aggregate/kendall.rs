//! `kendall`: how far two columns agree on the order of rows.

use crate::data::{DType, dispatch};
use crate::error::Result;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Params, Signature, col};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::grouped::{Pile, each_list, lists};
use crate::functions::aggregate::pairs::check_numbers;
use crate::functions::aggregate::words::foreign_state;
use crate::kernels::hash::canonical;
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{Float64Type, UInt64Type};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// Kendall's rank correlation.
pub static KENDALL: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("kendall"),
    aliases: &["kendall_tau"],
    doc: "Kendall's rank correlation of two columns, tau-b: of all pairs of rows, how many more are in the same order in both \
          columns than in opposite orders, corrected for equal values; null with fewer than two rows.\n\nRows where either \
          value is null are skipped. A column that does not vary gives NaN, and so does NaN.",
    args: &["expr", "other"],
    params: &[],
    signature: |types, _| {
        check_numbers("kendall", types)?;
        Ok(Signature::new([DType::Float64, DType::Float64], DType::Float64))
    },
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, _| Ok(Box::new(Kendall { groups: 0, pile: Pile::default() })),
    example: Some(|| Example {
        input: vec![
            ("x", [1i64, 2, 3, 4].into_iter().collect()),
            ("y", [1i64, 3, 2, 4].into_iter().collect()),
        ],
        expr: col("x").kendall(col("y")),
        output: [2.0 / 3.0].into_iter().collect(),
    }),
};

impl Expr {
    /// Kendall's rank correlation with another expression; null with fewer than two rows.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3]).column("y", [9i64, 4, 1]).finish()?;
    /// let tau = frame.lazy().select([col("x").kendall(col("y"))]).collect()?;
    /// assert_eq!(tau.column("x")?.get(0)?, Scalar::Float(-1.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn kendall(self, other: Expr) -> Expr {
        Expr::aggregate(&KENDALL, [self, other], Params::new())
    }
}

/// The pairs of every group, as words of the floats' order.
struct Kendall {
    groups: usize,
    pile: Pile<[u64; 2]>,
}

/// A word of the float's order; all NaN are one, the greatest.
fn word(value: f64) -> u64 {
    let bits = canonical(value);
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

impl GroupState for Kendall {
    fn resize(&mut self, groups: usize) {
        if groups > self.groups {
            self.groups = groups;
            self.pile.forget_order();
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let x = dispatch::primitive::<Float64Type>(&args[0]);
        let y = dispatch::primitive::<Float64Type>(&args[1]);
        let nulls = NullBuffer::union(x.nulls(), y.nulls());
        let valid = |row: &usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(*row));
        let pair = |row: usize| [word(x.value(row)), word(y.value(row))];
        let pairs: Vec<[u64; 2]> = (0..x.len()).filter(valid).map(pair).collect();
        match groups.ids {
            None => self.pile.extend_one(&pairs),
            Some(ids) => {
                let ids: Vec<u32> = (0..x.len()).filter(valid).map(|row| ids[row]).collect();
                self.pile.extend(&ids, &pairs);
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        let sorted = other.pile.sorted(other.groups);
        self.pile.extend_lent(sorted, from, into);
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let mut sorted = std::mem::take(&mut self.pile).into_sorted(self.groups);
        let taus = (0..self.groups).map(|group| tau(sorted.of_mut(group)));
        Ok(Arc::new(taus.collect::<Float64Array>()))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let sorted = self.pile.sorted(self.groups);
        let side = |side: usize| -> ArrayRef {
            Arc::new(sorted.values.iter().map(|pair| pair[side]).collect::<UInt64Array>())
        };
        Ok(vec![lists(&sorted.starts, side(0))?, lists(&sorted.starts, side(1))?])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [x, y] = arrays else { return Err(foreign_state()) };
        for ((group, x), (_, y)) in each_list(x, into)?.zip(each_list(y, into)?) {
            let x = x.as_primitive_opt::<UInt64Type>().ok_or_else(foreign_state)?;
            let y = y.as_primitive_opt::<UInt64Type>().ok_or_else(foreign_state)?;
            let pairs: Vec<[u64; 2]> = x.values().iter().zip(y.values()).map(|(x, y)| [*x, *y]).collect();
            self.pile.extend_group(group, &pairs);
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.pile.size_bytes()
    }

    fn keeps_values(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Tau-b of pairs, which are put in order: Knight's way, by counting what a merge sort moves.
fn tau(pairs: &mut [[u64; 2]]) -> Option<f64> {
    if pairs.len() < 2 {
        return None;
    }
    let nan = word(f64::NAN);
    if pairs.iter().any(|pair| pair.contains(&nan)) {
        return Some(f64::NAN);
    }
    pairs.sort_unstable();
    let all = pairs_of(pairs.len());
    let same_x = ties(pairs, |pair| pair[0]);
    let same_both = ties(pairs, |pair| *pair);
    let mut values: Vec<u64> = pairs.iter().map(|pair| pair[1]).collect();
    let discordant = sort_counting(&mut values);
    let same_y = ties(&values, |value| *value);
    let (varying_x, varying_y) = (all - same_x, all - same_y);
    let concordant = all - same_x - same_y + same_both - discordant;
    let root = (varying_x as f64 * varying_y as f64).sqrt();
    // Rounding must not lead out of -1..=1.
    Some(((concordant - discordant) as f64 / root).clamp(-1.0, 1.0))
}

/// How many pairs so many rows have.
fn pairs_of(rows: usize) -> i128 {
    let rows = rows as i128;
    rows * (rows - 1) / 2
}

/// The number of pairs of equal values, which stand beside each other.
fn ties<T, K: PartialEq>(values: &[T], key: impl Fn(&T) -> K) -> i128 {
    values.chunk_by(|a, b| key(a) == key(b)).map(|run| pairs_of(run.len())).sum()
}

/// Sorts the values and counts the pairs that were in the wrong order.
fn sort_counting(values: &mut Vec<u64>) -> i128 {
    let mut merged = values.clone();
    let mut count = 0i128;
    let mut width = 1;
    while width < values.len() {
        for start in (0..values.len()).step_by(2 * width) {
            let middle = (start + width).min(values.len());
            let end = (start + 2 * width).min(values.len());
            let (mut left, mut right) = (start, middle);
            for out in &mut merged[start..end] {
                let takes_left = right == end || (left < middle && values[left] <= values[right]);
                let from = if takes_left { &mut left } else { &mut right };
                *out = values[*from];
                *from += 1;
                if !takes_left {
                    count += (middle - left) as i128;
                }
            }
        }
        std::mem::swap(values, &mut merged);
        width *= 2;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::hash::mix;

    /// By its definition, pair by pair.
    fn oracle(pairs: &[[f64; 2]]) -> f64 {
        let (mut score, mut varying_x, mut varying_y) = (0.0, 0.0, 0.0);
        for (at, a) in pairs.iter().enumerate() {
            for b in &pairs[at + 1..] {
                let sign = |a: f64, b: f64| if a == b { 0.0 } else { (a - b).signum() };
                let (x, y) = (sign(a[0], b[0]), sign(a[1], b[1]));
                score += x * y;
                varying_x += x * x;
                varying_y += y * y;
            }
        }
        score / (f64::sqrt(varying_x) * f64::sqrt(varying_y))
    }

    #[test]
    fn tau_is_that_of_the_definition() {
        for rows in [2, 3, 17, 64, 301] {
            let number = |seed: u64, row: usize| (mix(seed * 7919 + row as u64) % 20) as f64 - 10.0;
            let pairs: Vec<[f64; 2]> = (0..rows).map(|row| [number(1, row), number(2, row)]).collect();
            let mut words: Vec<[u64; 2]> = pairs.iter().map(|pair| pair.map(word)).collect();
            let (found, expected) = (tau(&mut words).unwrap(), oracle(&pairs));
            assert!((found - expected).abs() < 1e-12 || expected.is_nan(), "{rows}: {found} {expected}");
        }
    }

    #[test]
    fn what_does_not_vary_has_no_tau() {
        assert_eq!(tau(&mut [[word(1.0), word(2.0)]]), None);
        assert!(tau(&mut [[word(1.0), word(2.0)], [word(1.0), word(3.0)]]).unwrap().is_nan());
        assert!(tau(&mut [[word(1.0), word(f64::NAN)], [word(2.0), word(3.0)]]).unwrap().is_nan());
    }
}
