//! Keys waiting for aggregates.

use crate::api::grouping_sets::{self, Grouping};
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
    unobserved: bool,
    having: Option<Expr>,
    /// The keys of each grouping, by position.
    sets: Option<Vec<Vec<usize>>>,
}

impl LazyFrame {
    /// Starts grouping by these keys.
    pub fn group_by(&self, keys: impl Selection) -> LazyGroupBy {
        let (input, keys) = (self.clone(), keys.into_exprs());
        let order = GroupOrder::Any;
        LazyGroupBy { input, keys, order, drop_nulls: false, unobserved: false, having: None, sets: None }
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

    /// Whether categories that no row has make groups too, without rows: for every combination of the categories of
    /// categorical keys with the combinations of values that the other keys have.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Categories, Frame, GroupOrder, len};
    /// let sizes = Categories::new(["S", "M", "L"], true)?;
    /// let frame = Frame::builder().categorical("size", ["L", "S", "L"], sizes).finish()?;
    /// let groups = frame.lazy().group_by("size").order(GroupOrder::Sorted).unobserved(true);
    /// let counts = groups.agg([len().alias("n")]).collect()?;
    /// assert_eq!(counts.column("n")?.values().map(|n| n.as_i64()).collect::<Vec<_>>(), [Some(1), Some(0), Some(2)]);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn unobserved(self, unobserved: bool) -> Self {
        LazyGroupBy { unobserved, ..self }
    }

    /// Only groups for which an expression of aggregates (and keys) is true.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col, len};
    /// let frame = Frame::builder().column("k", ["b", "a", "b"]).column("x", [1i64, 2, 4]).finish()?;
    /// let groups = frame.lazy().group_by("k").having(len().gt(1)).agg([col("x").sum()]).collect()?;
    /// assert_eq!(groups.column("x")?.get(0)?.as_i64(), Some(5));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn having(self, predicate: impl Into<Expr>) -> Self {
        let predicate = predicate.into();
        let having = Some(match self.having {
            Some(first) => first.and(predicate),
            None => predicate,
        });
        LazyGroupBy { having, ..self }
    }

    /// Several groupings at once, one after the other: each by the keys at these positions. Keys that a grouping does
    /// without are null; the column `grouping_id` tells which those are: a bit per key, the first key's the highest,
    /// set where the grouping does without it.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, GroupOrder, col};
    /// let frame = Frame::builder().column("k", ["b", "a", "b"]).column("x", [1i64, 2, 4]).finish()?;
    /// let groups = frame.lazy().group_by("k").order(GroupOrder::Sorted).grouping_sets([vec![0], vec![]]);
    /// let sums = groups.agg([col("x").sum()]).collect()?;
    /// assert_eq!(sums.column("x")?.get(2)?.as_i64(), Some(7));
    /// assert_eq!(sums.column("grouping_id")?.get(2)?.as_i64(), Some(1));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn grouping_sets(self, sets: impl IntoIterator<Item = Vec<usize>>) -> Self {
        LazyGroupBy { sets: Some(sets.into_iter().collect()), ..self }
    }

    /// Groupings by all keys, by all but the last, ..., and by none: subtotals and the total. See
    /// [`LazyGroupBy::grouping_sets`].
    pub fn rollup(self) -> Self {
        let count = self.keys.len();
        self.grouping_sets((0..=count).rev().map(|keys| (0..keys).collect()))
    }

    /// Groupings by every subset of the keys, from all to none. See [`LazyGroupBy::grouping_sets`].
    pub fn cube(self) -> Self {
        let sets = grouping_sets::subsets(self.keys.len());
        self.grouping_sets(sets)
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
        let LazyGroupBy { input, keys, order, drop_nulls, unobserved, having, sets } = self;
        let grouping = Grouping { order, drop_nulls, unobserved, having };
        input.then(|input| match sets {
            None => grouping.plan(input, keys, aggregates),
            Some(sets) => grouping.union(&input, &keys, &aggregates, &sets),
        })
    }
}
