//! `mode`.

use crate::data::{Column, DType};
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Param, Params, Signature, col};
use crate::functions::aggregate::grouped::list_column;
use crate::functions::aggregate::piled::Counted;
use crate::functions::aggregate::tally::{Counts, Outcome, Tallied};
use crate::functions::aggregate::valued::{Coder, listed};
use arrow::array::{ArrayRef, ListArray};
use arrow::datatypes::Int64Type;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// The most frequent values.
pub static MODE: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("mode"),
    aliases: &[],
    doc: "The most frequent values as a list, smallest first.\n\nAll values that occur as often as the most frequent \
          one; an empty list if there is none. NaN equals NaN and comes after all numbers, -0.0 equals 0.0. Nulls are \
          not counted unless asked for, and come last.",
    args: &["expr"],
    params: &[Param {
        name: "count_nulls",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether null counts as one more value.",
    }],
    signature: |types, _| {
        let item = listed(&types[0]);
        Ok(Signature::new([item.clone()], DType::List(Box::new(item))))
    },
    ordered: false,
    accepts_codes: true,
    counts: false,
    state,
    example: Some(|| Example {
        input: vec![("x", [Some(5i64), Some(2), None, Some(5), Some(2), Some(7)].into_iter().collect())],
        expr: col("x").mode(),
        output: Column::from_held(Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([Some([
            Some(2),
            Some(5),
        ])]))),
    }),
};

impl Expr {
    /// The most frequent values as a list, smallest first; nulls are not counted.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", ["b", "a", "b", "a", "c"]).finish()?;
    /// let modes = frame.lazy().select([col("x").mode()]).explode("x").collect()?;
    /// assert_eq!(modes.column("x")?.get(0)?.as_str(), Some("a"));
    /// assert_eq!(modes.rows(), 2);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn mode(self) -> Expr {
        Expr::aggregate(&MODE, [self], Params::new())
    }
}

fn state(types: &[DType], params: &Params) -> Result<Box<dyn GroupState>> {
    let count_nulls = params.bool("count_nulls")?;
    Ok(Tallied::boxed(Coder::new(&types[0])?, Mode, count_nulls))
}

struct Mode;

impl Outcome for Mode {
    fn finish(&mut self, counts: &Counts) -> Result<ArrayRef> {
        let entries = counts.tally.entries();
        let mut most = vec![0u64; counts.groups];
        for entry in entries {
            let most = &mut most[entry.group as usize];
            *most = entry.count.max(*most);
        }
        let mut modes: Vec<&Counted> =
            entries.iter().filter(|entry| entry.count == most[entry.group as usize]).collect();
        modes.sort_unstable_by(|left, right| {
            left.group.cmp(&right.group).then_with(|| match (&left.key, &right.key) {
                (Some(left), Some(right)) => counts.coder.order(*left, *right),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            })
        });
        let mut starts = vec![0usize; counts.groups + 1];
        modes.iter().for_each(|entry| starts[entry.group as usize + 1] += 1);
        for group in 0..counts.groups {
            starts[group + 1] += starts[group];
        }
        let keys: Vec<Option<u64>> = modes.iter().map(|entry| entry.key).collect();
        list_column(&starts, counts.coder.values(&keys)?)
    }
}
