//! `count`, `null_count`, `len`.

use crate::data::DType;
use crate::error::Result;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Params, Signature, col};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::rows::{for_each_valid, nulls_of};
use crate::functions::aggregate::words::{Imported, Spill, export_words};
use arrow::array::{ArrayRef, AsArray, Int64Array, UInt64Array};
use arrow::buffer::NullBuffer;
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// The number of values.
pub static COUNT: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("count"),
    aliases: &[],
    doc: "The number of values that are not null.",
    args: &["expr"],
    params: &[],
    signature: |types, _| Ok(Signature::new(types, DType::UInt64)),
    ordered: false,
    accepts_codes: true,
    counts: true,
    state: |_, _| Ok(Counter::boxed(Counted::Values)),
    example: Some(|| Example {
        input: vec![("x", [Some(1i64), None, Some(5)].into_iter().collect())],
        expr: col("x").count(),
        output: [2u64].into_iter().collect(),
    }),
};

/// The number of nulls.
pub static NULL_COUNT: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("null_count"),
    aliases: &[],
    doc: "The number of nulls.",
    args: &["expr"],
    params: &[],
    signature: |types, _| Ok(Signature::new(types, DType::UInt64)),
    ordered: false,
    accepts_codes: true,
    counts: true,
    state: |_, _| Ok(Counter::boxed(Counted::Nulls)),
    example: Some(|| Example {
        input: vec![("x", [Some(1i64), None, Some(5)].into_iter().collect())],
        expr: col("x").null_count(),
        output: [1u64].into_iter().collect(),
    }),
};

/// The number of rows.
pub static LEN: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("len"),
    aliases: &["size"],
    doc: "The number of rows, nulls included.",
    args: &[],
    params: &[],
    signature: |types, _| Ok(Signature::new(types, DType::UInt64)),
    ordered: false,
    accepts_codes: true,
    counts: true,
    state: |_, _| Ok(Counter::boxed(Counted::Rows)),
    example: Some(|| Example {
        input: vec![("x", [Some(1i64), None, Some(5)].into_iter().collect())],
        expr: len(),
        output: [3u64].into_iter().collect(),
    }),
};

/// The number of rows, nulls included; its column is called `len` unless it gets another name.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, Scalar, len};
/// let frame = Frame::builder().column("x", [Some(1i64), None, Some(5)]).finish()?;
/// let rows = frame.lazy().select([len()]).collect()?;
/// assert_eq!(rows.column("len")?.get(0)?, Scalar::UInt(3));
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn len() -> Expr {
    Expr::aggregate(&LEN, Vec::new(), Params::new())
}

impl Expr {
    /// The number of values that are not null.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(1i64), None, Some(5)]).finish()?;
    /// let count = frame.lazy().select([col("x").count()]).collect()?;
    /// assert_eq!(count.column("x")?.get(0)?, Scalar::UInt(2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn count(self) -> Expr {
        Expr::aggregate(&COUNT, [self], Params::new())
    }

    /// The number of nulls.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(1i64), None, Some(5)]).finish()?;
    /// let count = frame.lazy().select([col("x").null_count()]).collect()?;
    /// assert_eq!(count.column("x")?.get(0)?, Scalar::UInt(1));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn null_count(self) -> Expr {
        Expr::aggregate(&NULL_COUNT, [self], Params::new())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    Rows,
    Values,
    Nulls,
    Trues,
}

/// The state of a count.
pub struct Counter {
    counted: Counted,
    counts: Vec<u64>,
}

impl Counter {
    fn boxed(counted: Counted) -> Box<dyn GroupState> {
        Box::new(Counter { counted, counts: Vec::new() })
    }

    /// A count of values; no group yet.
    pub fn of_values() -> Box<dyn GroupState> {
        Counter::boxed(Counted::Values)
    }

    /// The sum of truth values: a count of those that are true; no group yet.
    pub fn of_trues() -> Box<dyn GroupState> {
        Counter::boxed(Counted::Trues)
    }

    fn add_rows(&mut self, ids: &[u32]) {
        if let [first, second] = self.counts.as_mut_slice() {
            let others: u64 = ids.iter().map(|id| u64::from(*id)).sum();
            *first += ids.len() as u64 - others;
            *second += others;
            return;
        }
        let counts = self.counts.as_mut_slice();
        for id in ids {
            counts[*id as usize] += 1;
        }
    }
}

impl GroupState for Counter {
    fn resize(&mut self, groups: usize) {
        if groups > self.counts.len() {
            self.counts.resize(groups, 0);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        // The rows counted, as validity; `None`: all of them.
        let counted = match self.counted {
            Counted::Rows => None,
            Counted::Values => nulls_of(&args[0]),
            Counted::Nulls => match nulls_of(&args[0]) {
                Some(nulls) => Some(NullBuffer::new(!nulls.inner())),
                None => return Ok(()),
            },
            Counted::Trues => {
                let values = args[0].as_boolean().values();
                Some(NullBuffer::new(match nulls_of(&args[0]) {
                    Some(nulls) => values & nulls.inner(),
                    None => values.clone(),
                }))
            }
        };
        match (groups.ids, counted) {
            (None, None) => {
                if groups.rows > 0 {
                    self.counts[0] += groups.rows as u64;
                }
            }
            (None, Some(counted)) => self.counts[0] += (groups.rows - counted.null_count()) as u64,
            (Some(ids), None) => self.add_rows(ids),
            (Some(ids), Some(counted)) => for_each_valid(&counted, |rows| match rows.run() {
                Some(run) => self.add_rows(&ids[run]),
                None => rows.rows().for_each(|row| self.counts[ids[row] as usize] += 1),
            }),
        }
        Ok(())
    }

    fn update_counts(&mut self, args: &[ArrayRef], starts: &[usize]) -> bool {
        match self.counted {
            Counted::Rows => (),
            Counted::Values if nulls_of(&args[0]).is_none() => (),
            _ => return false,
        }
        for (count, ends) in self.counts.iter_mut().zip(starts.windows(2)) {
            *count += (ends[1] - ends[0]) as u64;
        }
        true
    }

    fn merges_quickly(&self) -> bool {
        true
    }

    fn exact(&self) -> bool {
        true
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            self.counts[*into as usize] += other.counts[*from as usize];
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(match self.counted {
            Counted::Trues => {
                Arc::new(Int64Array::from_iter_values(self.counts.iter().map(|count| *count as i64)))
            }
            _ => Arc::new(UInt64Array::from(self.counts.clone())),
        })
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        Ok(export_words(&self.counts, &Spill::default()))
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let imported = Imported::new(arrays, 1)?;
        for (row, into) in into.iter().enumerate().take(imported.states()) {
            self.counts[*into as usize] += imported.get::<u64>(row).0;
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<u64>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
