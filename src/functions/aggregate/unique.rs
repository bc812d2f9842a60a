//! `unique`: the distinct values of each group as a list.

use crate::data::{Column, DType};
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Param, Params, Signature, col};
use crate::functions::aggregate::grouped::list_column;
use crate::functions::aggregate::tally::{Counts, Outcome, Tallied};
use crate::functions::aggregate::valued::{Coder, listed};
use arrow::array::{ArrayRef, ListArray};
use arrow::datatypes::Int64Type;
use std::borrow::Cow;
use std::sync::Arc;

/// The distinct values as a list.
pub static UNIQUE: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("unique"),
    aliases: &["list_distinct"],
    doc: "The distinct values as a list, in order of first sight, null included.\n\nNaN equals NaN and -0.0 equals \
          0.0 (shown as 0.0).",
    args: &["expr"],
    params: &[Param {
        name: "ignore_nulls",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether to leave out null.",
    }],
    signature: |types, _| {
        let item = listed(&types[0]);
        Ok(Signature::new([item.clone()], DType::List(Box::new(item))))
    },
    ordered: true,
    accepts_codes: true,
    counts: false,
    state,
    example: Some(|| Example {
        input: vec![("x", [Some(5i64), Some(2), None, Some(5), Some(2)].into_iter().collect())],
        expr: col("x").unique(),
        output: Column::from_held(Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([Some([
            Some(5),
            Some(2),
            None,
        ])]))),
    }),
};

impl Expr {
    /// The distinct values as a list, in order of first sight, null included.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["b", "a", "b"]).finish()?;
    /// let values = frame.lazy().select([col("x").unique()]).explode("x").collect()?;
    /// assert_eq!(values.column("x")?.get(1)?.as_str(), Some("a"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn unique(self) -> Expr {
        Expr::aggregate(&UNIQUE, [self], Params::new())
    }
}

fn state(types: &[DType], params: &Params) -> Result<Box<dyn GroupState>> {
    let keep_nulls = !params.bool("ignore_nulls")?;
    Ok(Tallied::boxed(Coder::new(&types[0])?, Unique, keep_nulls))
}

struct Unique;

impl Outcome for Unique {
    fn finish(&mut self, counts: &Counts) -> Result<ArrayRef> {
        let grouped = counts.tally.grouped(counts.groups);
        let keys: Vec<Option<u64>> =
            grouped.values.iter().map(|at| counts.tally.entries()[*at as usize].key).collect();
        list_column(&grouped.starts, counts.coder.values(&keys)?)
    }
}
