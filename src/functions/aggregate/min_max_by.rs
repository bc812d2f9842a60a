//! `min_by`, `max_by`: the value where another is least or greatest.

use crate::data::{DType, strings};
use crate::error::Result;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Params, Signature, col};
use crate::functions::aggregate::contest::{Contest, comparable, with_contest};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::kept::{Kept, NOWHERE, Place};
use crate::functions::aggregate::rows::nulls_of;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{ArrayRef, UInt32Array};
use std::any::Any;
use std::borrow::Cow;

/// The value where another is least.
pub static MIN_BY: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("min_by"),
    aliases: &[],
    doc: "The value, null included, of the row where `by` is least; null if there is none.\n\nOf equal ones the first \
          row. Rows where `by` is null are skipped, and those where it is NaN unless nothing else is there.",
    args: &["expr", "by"],
    params: &[],
    signature: |types, _| signature("min_by", types),
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, _| state(types, false),
    example: Some(|| example(Expr::min_by, "b")),
};

/// The value where another is greatest.
pub static MAX_BY: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("max_by"),
    aliases: &[],
    doc: "The value, null included, of the row where `by` is greatest; null if there is none.\n\nOf equal ones the \
          first row. Rows where `by` is null are skipped, and those where it is NaN unless nothing else is there.",
    args: &["expr", "by"],
    params: &[],
    signature: |types, _| signature("max_by", types),
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, _| state(types, true),
    example: Some(|| example(Expr::max_by, "a")),
};

impl Expr {
    /// The value, null included, of the row where `by` is least; null if there is none.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("name", ["a", "b"]).column("age", [9i64, 3]).finish()?;
    /// let youngest = frame.lazy().select([col("name").min_by(col("age"))]).collect()?;
    /// assert_eq!(youngest.column("name")?.get(0)?.as_str(), Some("b"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn min_by(self, by: Expr) -> Expr {
        Expr::aggregate(&MIN_BY, [self, by], Params::new())
    }

    /// The value, null included, of the row where `by` is greatest; null if there is none.
    pub fn max_by(self, by: Expr) -> Expr {
        Expr::aggregate(&MAX_BY, [self, by], Params::new())
    }
}

fn example(function: fn(Expr, Expr) -> Expr, output: &'static str) -> Example {
    Example {
        input: vec![
            ("name", ["a", "b", "c"].into_iter().collect()),
            ("age", [Some(9i64), Some(3), None].into_iter().collect()),
        ],
        expr: function(col("name"), col("age")),
        output: [output].into_iter().collect(),
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    Ok(Signature::new([types[0].clone(), comparable(name, &types[1])?], types[0].clone()))
}

fn state(types: &[DType], max: bool) -> Result<Box<dyn GroupState>> {
    with_contest!(&types[1], max, contest => Ok(By::boxed(contest, &types[0])))
}

/// Where the value of each group's best row is kept.
struct By<C> {
    contest: C,
    places: Vec<Place>,
    kept: Kept,
}

impl<C: Contest> By<C> {
    fn boxed(contest: C, dtype: &DType) -> Box<dyn GroupState> {
        Box::new(By { contest, places: Vec::new(), kept: Kept::new(dtype) })
    }

    /// Keeps the values of winning rows; `winners` tells group and row, in order.
    fn keep(&mut self, values: &ArrayRef, winners: impl Iterator<Item = (usize, u32)>) -> Result<()> {
        let chunk = self.kept.next_chunk();
        let mut chosen: Vec<u32> = Vec::new();
        for (group, row) in winners {
            let place = &mut self.places[group];
            if place.chunk == chunk {
                chosen[place.row as usize] = row;
            } else {
                *place = Place { chunk, row: chosen.len() as u32 };
                chosen.push(row);
            }
        }
        self.kept.push(values, UInt32Array::from(chosen))?;
        self.kept.compact(&mut self.places)
    }
}

impl<C: Contest> GroupState for By<C> {
    fn resize(&mut self, groups: usize) {
        self.contest.resize(groups);
        if groups > self.places.len() {
            self.places.resize(groups, NOWHERE);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let nulls = nulls_of(&args[1]);
        self.contest.load(&args[1])?;
        let mut winners = Vec::new();
        for row in 0..groups.rows {
            let valid = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            if valid && self.contest.offer(groups.of(row), row) {
                winners.push((groups.of(row), row as u32));
            }
        }
        self.keep(&args[0], winners.into_iter())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        let (mut places, mut winners) = (Vec::new(), Vec::new());
        for (from, into) in from.iter().zip(into) {
            if self.contest.offer_best(*into as usize, &other.contest, *from as usize) {
                winners.push((*into as usize, places.len() as u32));
                places.push(other.places[*from as usize]);
            }
        }
        if places.is_empty() {
            return Ok(());
        }
        self.keep(&other.kept.gather(&places)?, winners.into_iter())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        self.kept.gather(&self.places)
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.contest.best()?, strings::decode(&self.kept.gather(&self.places)?)?])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [best, values] = arrays else { return Err(foreign_state()) };
        let nulls = nulls_of(best);
        self.contest.load(best)?;
        let mut winners = Vec::new();
        for (row, into) in into.iter().enumerate() {
            let valid = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            if valid && self.contest.offer(*into as usize, row) {
                winners.push((*into as usize, row as u32));
            }
        }
        self.keep(values, winners.into_iter())
    }

    fn size_bytes(&self) -> usize {
        self.contest.size_bytes() + self.places.capacity() * size_of::<Place>() + self.kept.size_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
