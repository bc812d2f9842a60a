//! Distinct rows: one of those with equal keys, or only those that have no equal.

use crate::api::aggregate::aggregate;
use crate::api::lazy::LazyFrame;
use crate::error::Result;
use crate::expr::col;
use crate::functions::aggregate::len;
use crate::plan::{DistinctNode, FilterNode, GroupOrder, Keep, Plan, ProjectNode};
use std::sync::Arc;

impl LazyFrame {
    /// One row per distinct combination of all columns, in order of first sight.
    pub fn distinct(&self) -> LazyFrame {
        self.then(|input| Ok(Plan::Distinct(DistinctNode::new(input, None, Keep::First)?)))
    }

    /// One row per distinct combination of these columns.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Keep};
    /// let frame = Frame::builder().column("k", ["b", "a", "b"]).column("x", [1i64, 2, 4]).finish()?;
    /// let single = frame.lazy().distinct_by(["k"], Keep::None).collect()?;
    /// assert_eq!((single.rows(), single.column("x")?.get(0)?.as_i64()), (1, Some(2)));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn distinct_by<'a>(&self, subset: impl IntoIterator<Item = &'a str>, keep: Keep) -> LazyFrame {
        let subset: Vec<Arc<str>> = subset.into_iter().map(Arc::from).collect();
        match keep {
            Keep::None => self.then(|input| single(input, subset)),
            keep => self.then(|input| Ok(Plan::Distinct(DistinctNode::new(input, Some(subset), keep)?))),
        }
    }
}

/// The rows whose keys no other row has: groups of one, in which each column's first value is the row's own.
fn single(input: Arc<Plan>, subset: Vec<Arc<str>>) -> Result<Plan> {
    // The node checks the names.
    let node = DistinctNode::new(input, Some(subset), Keep::First)?;
    let names: Vec<Arc<str>> = node.input().schema().names().map(Arc::from).collect();
    let keys = node.subset().iter().map(col).collect();
    let rest = names.iter().filter(|name| !node.subset().contains(name));
    let mut aggregates: Vec<_> = rest.map(|name| col(name).first()).collect();
    // No column is called like this.
    let mut count = "rows".to_owned();
    while names.iter().any(|name| **name == *count) {
        count.push('_');
    }
    aggregates.push(len().alias(&count));
    let groups = aggregate(node.input().clone(), keys, aggregates, GroupOrder::FirstSeen, false)?;
    let alone = FilterNode::new(Arc::new(groups), col(&count).eq(1u64))?;
    let outputs = names.iter().map(col).collect();
    Ok(Plan::Project(ProjectNode::new(Arc::new(Plan::Filter(alone)), outputs)?))
}
