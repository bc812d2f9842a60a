//! Keys waiting for aggregates.

use crate::api::lazy::LazyFrame;
use crate::error::{Error, Result};
use crate::expr::{Expr, Selection, col};
use crate::plan::{AggregateNode, GroupOrder, Plan, ProjectNode};
use std::sync::Arc;

/// Keys waiting for aggregates: [`LazyGroupBy::agg`].
#[derive(Clone, Debug)]
pub struct LazyGroupBy {
    input: LazyFrame,
    keys: Vec<Expr>,
    order: GroupOrder,
    drop_nulls: bool,
}

impl LazyGroupBy {
    pub(crate) fn new(input: LazyFrame, keys: Vec<Expr>) -> Self {
        LazyGroupBy { input, keys, order: GroupOrder::Any, drop_nulls: false }
    }

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

/// An aggregation of any expressions of aggregates: each aggregate in them becomes a column of the aggregation, and a
/// projection computes the rest.
pub(crate) fn aggregate(
    input: Arc<Plan>,
    keys: Vec<Expr>,
    exprs: Vec<Expr>,
    order: GroupOrder,
    drop_nulls: bool,
) -> Result<Plan> {
    let mut parts: Vec<Expr> = Vec::new();
    let mut simple = true;
    let mut outputs: Vec<Expr> = keys.iter().map(|key| col(key.output_name())).collect();
    for expr in &exprs {
        if !expr.has_aggregate() {
            return Err(Error::invalid(format!("{expr} is no aggregate"))
                .operation("group_by")
                .hint("say which value of the group is meant, for example `.first()` or `.mean()`"));
        }
        let name = expr.output_name();
        if let Expr::Aggregate { .. } = expr.without_alias() {
            parts.push(expr.clone());
            outputs.push(col(name));
            continue;
        }
        simple = false;
        let output = expr.without_alias().clone().rewrite(&mut |part| match part {
            Expr::Aggregate { .. } => {
                let name = format!("__part_{}", parts.len());
                parts.push(part.alias(&name));
                Ok(col(name))
            }
            other => Ok(other),
        })?;
        outputs.push(output.alias(name));
    }
    let node = AggregateNode::new(input, keys, parts, order, drop_nulls)?;
    if simple {
        return Ok(Plan::Aggregate(node));
    }
    Ok(Plan::Project(ProjectNode::new(Arc::new(Plan::Aggregate(node)), outputs)?))
}
