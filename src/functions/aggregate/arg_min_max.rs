//! `arg_min`, `arg_max`: the number of the row with the least or the greatest value.

use crate::data::DType;
use crate::error::Result;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Params, Signature, col};
use crate::functions::aggregate::contest::{Contest, comparable, with_contest};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::rows::nulls_of;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use arrow::datatypes::UInt64Type;
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// The number of the row with the least value.
pub static ARG_MIN: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("arg_min"),
    aliases: &["argmin"],
    doc: "The number of the row with the least value, counted within the group from 0; null if there is none.\n\nThe \
          first of equal ones. Nulls are counted as rows but never chosen, and NaN only where nothing else is there.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("arg_min", types),
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, _| state(types, false),
    example: Some(|| example(col("x").arg_min(), 2)),
};

/// The number of the row with the greatest value.
pub static ARG_MAX: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("arg_max"),
    aliases: &["argmax"],
    doc: "The number of the row with the greatest value, counted within the group from 0; null if there is none.\n\nThe \
          first of equal ones. Nulls are counted as rows but never chosen, and NaN only where nothing else is there.",
    args: &["expr"],
    params: &[],
    signature: |types, _| signature("arg_max", types),
    ordered: true,
    accepts_codes: true,
    counts: false,
    state: |types, _| state(types, true),
    example: Some(|| example(col("x").arg_max(), 0)),
};

impl Expr {
    /// The number of the row with the least value, counted within the group from 0; null if there is none.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [3i64, 1, 2]).finish()?;
    /// let place = frame.lazy().select([col("x").arg_min()]).collect()?;
    /// assert_eq!(place.column("x")?.get(0)?, Scalar::UInt(1));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn arg_min(self) -> Expr {
        Expr::aggregate(&ARG_MIN, [self], Params::new())
    }

    /// The number of the row with the greatest value, counted within the group from 0; null if there is none.
    pub fn arg_max(self) -> Expr {
        Expr::aggregate(&ARG_MAX, [self], Params::new())
    }
}

fn example(expr: Expr, output: u64) -> Example {
    Example {
        input: vec![("x", [Some(7i64), None, Some(1), Some(7)].into_iter().collect())],
        expr,
        output: [output].into_iter().collect(),
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    Ok(Signature::new([comparable(name, &types[0])?], DType::UInt64))
}

fn state(types: &[DType], max: bool) -> Result<Box<dyn GroupState>> {
    with_contest!(&types[0], max, contest => Ok(ArgBest::boxed(contest)))
}

/// How many rows each group has, and which of them is the best.
struct ArgBest<C> {
    contest: C,
    rows: Vec<u64>,
    best: Vec<Option<u64>>,
}

impl<C: Contest> ArgBest<C> {
    fn boxed(contest: C) -> Box<dyn GroupState> {
        Box::new(ArgBest { contest, rows: Vec::new(), best: Vec::new() })
    }
}

impl<C: Contest> GroupState for ArgBest<C> {
    fn resize(&mut self, groups: usize) {
        self.contest.resize(groups);
        if groups > self.rows.len() {
            self.rows.resize(groups, 0);
            self.best.resize(groups, None);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let nulls = nulls_of(&args[0]);
        self.contest.load(&args[0])?;
        for row in 0..groups.rows {
            let group = groups.of(row);
            let valid = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            if valid && self.contest.offer(group, row) {
                self.best[group] = Some(self.rows[group]);
            }
            self.rows[group] += 1;
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            let (from, into) = (*from as usize, *into as usize);
            if self.contest.offer_best(into, &other.contest, from) {
                self.best[into] = other.best[from].map(|place| self.rows[into] + place);
            }
            self.rows[into] += other.rows[from];
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.best.iter().copied().collect::<UInt64Array>()))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let places = self.best.iter().copied().collect::<UInt64Array>();
        Ok(vec![self.contest.best()?, Arc::new(places), Arc::new(UInt64Array::from(self.rows.clone()))])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [values, places, rows] = arrays else { return Err(foreign_state()) };
        let places = places.as_primitive_opt::<UInt64Type>().ok_or_else(foreign_state)?;
        let rows = rows.as_primitive_opt::<UInt64Type>().ok_or_else(foreign_state)?;
        self.contest.load(values)?;
        for (row, into) in into.iter().enumerate() {
            let into = *into as usize;
            if places.is_valid(row) && self.contest.offer(into, row) {
                self.best[into] = Some(self.rows[into] + places.value(row));
            }
            self.rows[into] += rows.value(row);
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.contest.size_bytes() + self.rows.capacity() * 8 + self.best.capacity() * size_of::<Option<u64>>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
