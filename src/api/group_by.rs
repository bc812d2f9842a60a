//! Keys waiting for aggregates.

use crate::api::aggregate::aggregate;
use crate::api::lazy::LazyFrame;
use crate::expr::{Expr, Selection};
use crate::plan::GroupOrder;

/// Keys waiting for aggregates: [`LazyGroupBy::agg`].
#[derive(Clone, Debug)]
pub struct LazyGroupBy {
    input: LazyFrame,
    keys: Vec<Expr>,
    order: GroupOrder,
    drop_nulls: bool,
}

impl LazyFrame {
    /// Starts grouping by these keys.
    pub fn group_by(&self, keys: impl Selection) -> LazyGroupBy {
        let (input, keys) = (self.clone(), keys.into_exprs());
        LazyGroupBy { input, keys, order: GroupOrder::Any, drop_nulls: false }
    }
}

impl LazyGroupBy {
    /// The order of the groups; by default whatever is fastest (the same every time).
    pub fn order(self, order: GroupOrder) -> Self {
        LazyGroupBy { order, ..self }
    }

    /// Whether rows with a null key belong to no group; by default null keys are a group.
    pub fn drop_nulls(self, drop_nulls: bool) -> Self {
        LazyGroupBy { drop_nulls, ..self }
    }

    /// One row per group: the keys, then these expressions of aggregates.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, GroupOrder, col, len};
    /// let frame = Frame::builder().column("k", ["b", "a", "b"]).column("x", [1i64, 2, 4]).finish()?;
    /// let groups = frame
    ///     .lazy()
    ///     .group_by("k")
    ///     .order(GroupOrder::Sorted)
    ///     .agg([len().alias("n"), (col("x").max() - col("x").min()).alias("range")])
    ///     .collect()?;
    /// assert_eq!(groups.column("range")?.get(1)?.as_i64(), Some(3));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn agg(self, aggregates: impl Selection) -> LazyFrame {
        let aggregates = aggregates.into_exprs();
        let LazyGroupBy { input, keys, order, drop_nulls } = self;
        input.then(|input| aggregate(input, keys, aggregates, order, drop_nulls))
    }
}
